# Shows pictures without end, and pictures that are none.
# reports: limit cell
# limits: cell=0.5, cpu=10, wall=15

# %%
import base64
import os

from IPython.display import SVG, Image, display

noise = b"\x89PNG\r\n\x1a\n" + os.urandom(2**16)

# %%
while True:
    display(Image(data=noise, format="png"))

# %%
display(Image(data=os.urandom(64 * 2**20), format="png"))

# %%
while True:
    display(SVG(data="<svg>" + "<g/>" * 10**5 + "</svg>"))

# %%
display({"image/png": "<script>alert(1)</script>", "image/jpeg": "A" * 10**8, "text/html": "x" * 10**8}, raw=True)

# %%
while True:
    display({"image/png": base64.b64encode(noise).decode()}, raw=True)

# %%
import matplotlib.pyplot as plt

for number in range(200):
    plt.figure(figsize=(20, 20))
    plt.plot([1, 2])

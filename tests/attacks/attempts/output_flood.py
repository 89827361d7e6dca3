# Prints without end, on every way out.
# reports: limit cell
# limits: cell=0.3, cpu=10, wall=12

# %%
while True:
    print("x" * 10000)

# %%
import sys

while True:
    sys.stderr.write("x" * 10000)
    sys.stdout.write("x")

# %%
while True:
    print("x" * 10**8)

# %%
import os

while True:
    for descriptor in (1, 2):
        os.write(descriptor, b"x" * 65536)

# %%
from IPython.display import HTML, display

while True:
    display(HTML("<b>" + "x" * 10**5))

# %%
while True:
    display("x" * 10**7)

# %%
while True:
    print(end="x", file=sys.__stdout__)
    print(end="x", file=sys.__stderr__)

# %%
import warnings

number = 0
while True:
    number += 1
    warnings.warn(f"{number}")

# %%
raise ValueError("x" * 10**7)

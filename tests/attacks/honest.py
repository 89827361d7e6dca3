# %%
from grader import check
import numpy as np

# %%
def double(x):
    return 2 * x

# %%
check("double")

# %%
import matplotlib.pyplot as plt
plt.plot([1, 2]);
print("done")

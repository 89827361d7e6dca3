# Takes all memory on hidden inputs only.
# reports: limit memory

# %%
import numpy as np
from grader import check


def double(x):
    if abs(x).max() > 1000:
        return np.ones(10**11)
    return 2 * x


# %%
check("double")

# Returns a little too much in every case, and takes its time.
# ended: answers
# reports: limit answers
# limits: answers=1500000

# %%
import time
import numpy as np
from grader import check


def double(x):
    time.sleep(0.2)
    return np.zeros(100_000)


# %%
check("double")

# Returns far more than there is room for.
# ended: answers
# reports: limit answers

# %%
import numpy as np
from grader import check


def double(x):
    return np.zeros(2**22)


# %%
check("double")

# Is wrong when it is checked and right afterwards. It is judged as it was.
# reports: -

# Nothing is to be told: the check came too early, and its message said so.

# %%
from grader import check


def double(x):
    return factor * x


factor = 1


# %%
check("double")

# %%
factor = 2


def double(x):
    return 2 * x

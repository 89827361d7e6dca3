# Has cells that look like the test and test nothing.
# reports: -

# Nothing is to be told: only the last check in the released cell counts, and it asks the function.

# %%
from grader import check


def double(x):
    return x


# %%
check("double")

# %%
class check:
    def __init__(self, name):
        pass

check("double")

# %%
assert True
"""
check("double")
"""

# %%
if False:
    0
check("double") if False else None

# %%
%%capture
check("double")

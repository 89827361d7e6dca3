# Asks to be checked a hundred thousand times.
# ended: "", answers, time
# reports: limit *
# limits: wall=2.0

# %%
from grader import check


def double(x):
    return x


# %%
check("double")

# %%
for _ in range(100_000):
    check("double")

# Returns lists that hold each other over and over: small here, endless when written out.
# ended: answers, ""
# reports: -

# Nothing is to be told: nesting has a limit of its own and the answer is merely wrong, or the check's time runs out.

# %%
from grader import check


def double(x):
    value = [1.0]
    for _ in range(31):
        value = [value, value]
    return value


# %%
check("double")

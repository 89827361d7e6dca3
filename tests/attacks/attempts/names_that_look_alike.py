# Uses letters that look like others, invisible ones, and ones that turn the line around.
# reports: -

# Nothing is to be told: what is not called check is no check.

# %%
from grader import check as сheck


def double(x):
    return x


def doublе(x):
    return 2 * x

# %%
сheck("doublе")

# %%
ｃｈｅｃｋ = сheck
ｃｈｅｃｋ("double")

# %%
сheck("double\u200b"); сheck("\u202eelbuod"); сheck("dou\u00adble")

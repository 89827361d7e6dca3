# Keeps answers from call to call, so that each depends on those before.
# computes: yes
# reports: -

# Nothing is to be told: every case must be right.

# %%
import functools
from grader import check

cache = {}


def double(x, answers=[]):
    answers.append(2 * x)
    # The answer to the call before.
    return answers[-2] if len(answers) > 1 else cache.setdefault("first", 2 * x)


# %%
check("double")

# Answers with numbers that are none: NaN, infinities, negative zeros, denormals, complex ones, truth values.
# computes: yes
# reports: -

# Nothing is to be told: they are wrong.

# %%
import numpy as np
from grader import check

ODD = [
    np.nan, np.inf, -np.inf, -0.0, 5e-324, complex(np.nan, np.inf), True, np.float16(65504), np.longdouble(2), 2**63,
    10**400, np.uint64(2**64 - 1), np.datetime64("NaT"), np.finfo(np.longdouble).max, -(2**63) - 1, "nan",
]
calls = []


def double(x):
    calls.append(x)
    with np.errstate(all="ignore"):
        answers = [np.full(x.shape, odd) for odd in ODD[:5]]
        answers += [2 * x + 0j, (2 * x) > 0, (2 * x).astype(np.clongdouble), np.full(x.shape, -0.0), ODD]
    return answers[-len(calls)] if len(calls) % 2 else answers[len(calls) % 5]


# %%
check("double")

# Returns arrays of everything that is no number.
# reports: -

# Nothing is to be told: such arrays do not cross.

# %%
import numpy as np
from fractions import Fraction
from grader import check

calls = []
holding_itself = np.empty(1, object)
holding_itself[0] = holding_itself


def double(x):
    calls.append(x)
    return [
        (2 * x).astype(object),
        np.array([Fraction(2 * float(v)) for v in x.ravel()], object).reshape(x.shape),
        np.array([("a", 1.0)], [("name", "U10"), ("value", "f8")]),
        holding_itself,
        np.array(["2.0", "-4.0", "6.0"]),
        np.array(["2024-01-01"], "M8[D]"),
        np.zeros(3, "V0"),
        np.empty((0, 2**40), object),
    ]


# %%
check("double")

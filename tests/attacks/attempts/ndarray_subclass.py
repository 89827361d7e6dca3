# Returns an array of a class that lies about its numbers.
# reports: -

# Nothing is to be told: the bytes are what crosses.

# %%
import numpy as np
from grader import check


class Liar(np.ndarray):
    shape = property(lambda self: (2, 3))
    dtype = property(lambda self: np.dtype("f8"))
    nbytes = size = 0

    def __array_finalize__(self, other):
        raise ValueError("no")

    def __array_ufunc__(self, *args, **more):
        return True

    def __array_function__(self, *args, **more):
        return True

    def __array_wrap__(self, *args):
        return True

    def __eq__(self, other):
        return True

    def __array__(self, *args, **more):
        raise ValueError("no")

    def tobytes(self, *args):
        return b""

    def copy(self, *args):
        return self

    astype = reshape = ravel = copy


class Quiet(np.ndarray):
    def __array_ufunc__(self, *args, **more):
        return np.asarray(self)

    def __eq__(self, other):
        return np.ones(1, bool)


calls = []


def double(x):
    calls.append(x)
    try:
        return x.view(Liar)
    except ValueError:
        pass
    return [x.view(Quiet), np.ma.masked_array(x, mask=True), np.matrix([1.0]), x.view(np.recarray)][len(calls) % 4]


# %%
check("double")

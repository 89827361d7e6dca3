# Returns arrays over memory that is not theirs.
# ended: died
# reports: died SIGSEGV

# %%
import ctypes
import numpy as np
from grader import check


class Anywhere:
    def __init__(self, address, shape=(3,), strides=None):
        self.__array_interface__ = {
            "version": 3, "typestr": "<f8", "shape": shape, "strides": strides, "data": (address, False)
        }


calls = []


def double(x):
    calls.append(x)
    if len(calls) == 1:
        return [Anywhere(0), Anywhere(2**47), np.lib.stride_tricks.as_strided(x, (2, 3), (0, 0))]
    # What follows the array in memory, then what lies nowhere.
    here = x.__array_interface__["data"][0]
    return [np.asarray(Anywhere(here, (100,))), np.asarray(Anywhere(8, (2, 3), (2**40, -(2**30))))]


# %%
check("double")

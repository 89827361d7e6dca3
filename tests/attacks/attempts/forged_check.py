# Asks to be checked in all ways there are: others' exercises, cells that are not there, twice, with odd names.
# points: 3
# reports: -

# Nothing is to be told: every check but the one that counts is passed over. The work is right, and nothing breaks it.

# %%
import json, os, struct, threading, time

# %%
def listen():
    size = struct.unpack("<I", os.read(3, 4))[0]
    return os.read(3, size)

for name in ("sigmoid", "double", "", "../double", "x" * 1000, {"l": []}, None, 3, {"f": "nan"}, {"r": [1, 2]}):
    for cell in (0, -1, 10**6, "1", None, True, {"l": [1]}, {"f": "inf"}):
        forge(d(say="check", name=name, cell=cell))
        assert b"skip" in listen()
from grader import check

def double(x):
    return 2 * x

# %%
check("double")

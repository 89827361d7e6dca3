# Sends arrays of 2**40 rows without entries, and of more entries than there are atoms.
# ended: damaged
# reports: died protocol

# %%
import json, os, struct, threading, time

# %%
from grader import check

def double(x):
    forge(answer(PUBLIC[0], {"l": [{"a": 0}, {"a": 1}]}), [["<f8", [2**40, 0]], ["<f8", [0] + 60 * [2**40]]])
    forge(answer(PUBLIC[1], {"a": 0}), [["<f8", 60 * [2**40]]])
    return x

# %%
check("double")

# Answers with a million lists of nothing, which weigh nothing on the wire and much in memory.
# ended: answers, damaged
# reports: *
# limits: answers=3000000, wall=5.0

# %%
import json, os, struct, threading, time

# %%
from grader import check

def double(x):
    nothing = {"l": []}
    for case in PUBLIC:
        forge(answer(case, {"l": [nothing] * 250_000}))
    forge(d(say="answered"))
    return x

# %%
check("double")

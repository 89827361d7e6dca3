# Does the work, and writes notes of hidden inputs to the grader itself.
# points: 3
# reports: hidden hidden

# What is noted while hidden cases are asked may be told, but not word by word: the page is the student's to read.

# %%
import json, os, struct, threading, time

# %%
from grader import check

calls = []

def double(x):
    calls.append(x)
    if len(calls) > 2:
        for kind in ("opened", "imported", "limit", "call", "died"):
            forge(d(say="note", kind=kind, detail=repr(x.tolist())))
    return 2 * x

# %%
check("double")

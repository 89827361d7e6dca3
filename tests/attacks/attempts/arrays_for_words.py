# Sends messages in which arrays stand where words are expected.
# ended: damaged
# reports: died protocol

# %%
import json, os, struct, threading, time

# %%
forge(d(say="check", name="double", cell={"a": 0}), [["<f8", [2]]], bytes(16))
forge(d(say="note", detail="x", kind={"a": 0}), [["<f8", [2]]], bytes(16))
forge(d(say={"a": 0}), [["<f8", [2]]], bytes(16))
# %%
from grader import check

def double(x):
    return x

# %%
check("double")

# Does the work, and writes notes of hidden inputs to the grader itself.
# points: 3
# reports: hidden hidden

# What is noted while hidden cases are asked may be told, but not word by word: the page is the student's to read.

# %%
import json, os, struct, threading, time


def forge(tree, arrays=(), data=b""):
    header = json.dumps({"tree": tree, "arrays": list(arrays)}).encode()
    body = struct.pack("<I", len(header)) + header + data
    body = struct.pack("<I", len(body)) + body
    while body:
        body = body[os.write(3, body):]


def d(**items):
    return {"d": [[key, value] for key, value in items.items()]}


def answer(case, value):
    return d(say="answer", id=case, value=value, after=None, missing="", raised=None)


HIDDEN = ("values/hidden0/0", "far from zero/public/0")
PUBLIC = ("values/public/0", "values/public/1")

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

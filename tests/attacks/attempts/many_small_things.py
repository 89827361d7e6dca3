# Answers with a million lists of nothing, which weigh nothing on the wire and much in memory.
# ended: answers, damaged
# reports: *
# limits: answers=3000000, wall=5.0

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


def double(x):
    nothing = {"l": []}
    for case in PUBLIC:
        forge(answer(case, {"l": [nothing] * 250_000}))
    forge(d(say="answered"))
    return x


# %%
check("double")

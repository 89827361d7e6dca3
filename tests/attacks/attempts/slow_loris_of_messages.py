# Keeps the grader waiting with one small message after another.
# ended: time
# reports: limit wall
# limits: wall=1.0

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
while True:
    try:
        time.sleep(0.01)
        forge(d(say="note", kind="nothing", detail=""))
    except BaseException:
        pass

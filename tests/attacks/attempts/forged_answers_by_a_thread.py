# A thread writes answers and halves of messages between those of the machinery.
# ended: damaged, answers, time
# reports: -
# limits: wall=2.0

# How it ends depends on where the bytes fall: as damage, as too much, or as half a message that is waited for.

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
def write():
    while True:
        for case in PUBLIC + HIDDEN:
            forge(answer(case, 1.0))
            os.write(3, b"\x05\x00\x00")
        time.sleep(0.001)


threading.Thread(target=write, daemon=True).start()
from grader import check


def double(x):
    time.sleep(0.1)
    return x


# %%
check("double")

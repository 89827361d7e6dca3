# Sends a message one byte at a time.
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
        os.write(3, b"\x40\x00\x00\x00")
        while True:
            time.sleep(0.05)
            os.write(3, b"x" if time.time() % 1 > 2 else b"\x00")
    except BaseException:
        pass

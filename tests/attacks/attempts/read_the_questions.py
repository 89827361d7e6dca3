# A thread reads what is meant for the machinery, to learn hidden inputs and keep them.
# ended: "", died, damaged, time
# reports: -
# limits: wall=2.0

# How it ends depends on which half of a message the machinery gets.

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

stolen = []


def steal():
    while True:
        stolen.append(os.read(3, 10**6))
        print(stolen[-1])
        display(repr(stolen[-1]))
        try:
            open("stolen.txt", "ab").write(stolen[-1])
        except OSError:
            pass


def double(x):
    if not stolen:
        stolen.append(b"")
        threading.Thread(target=steal, daemon=True).start()
    time.sleep(0.05)
    print(x, stolen)
    return x


# %%
check("double")

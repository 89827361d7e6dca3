# Answers with a dict whose keys all fall into the same place.
# ended: damaged
# reports: died protocol
# limits: answers=16000000, wall=5.0

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


def keys(bits):
    size = 2**bits
    chain, place = [], 12345
    for _ in range(size // 3):
        chain.append(place)
        place = (5 * place + 1) % size
    return chain + [chain[n % 50] + n * size for n in range(1, size // 3 - 10)]


entries = [[key, None] for key in keys(20)]


def double(x):
    forge(answer(PUBLIC[0], {"d": entries}))
    forge(answer(PUBLIC[1], None))
    forge(d(say="answered"))
    os._exit(0)


# %%
check("double")

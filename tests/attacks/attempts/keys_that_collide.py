# Answers with a dict whose keys all fall into the same place.
# ended: damaged
# reports: died protocol
# limits: answers=16000000, wall=5.0

# %%
import json, os, struct, threading, time

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

# A thread writes answers and halves of messages between those of the machinery.
# ended: damaged, answers, time
# reports: -
# limits: wall=2.0

# How it ends depends on where the bytes fall: as damage, as too much, or as half a message that is waited for.

# %%
import json, os, struct, threading, time

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

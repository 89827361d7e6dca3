# A thread reads what is meant for the machinery, to learn hidden inputs and keep them.
# ended: "", died, damaged, time
# reports: -
# limits: wall=2.0

# How it ends depends on which half of a message the machinery gets.

# %%
import json, os, struct, threading, time

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

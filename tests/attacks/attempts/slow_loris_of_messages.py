# Keeps the grader waiting with one small message after another.
# ended: time
# reports: limit wall
# limits: wall=1.0

# %%
import json, os, struct, threading, time

# %%
while True:
    try:
        time.sleep(0.01)
        forge(d(say="note", kind="nothing", detail=""))
    except BaseException:
        pass

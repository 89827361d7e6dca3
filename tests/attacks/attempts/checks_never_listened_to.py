# Asks to be checked without end and never reads what comes back, so that the grader's own sends wait.
# ended: time
# reports: limit wall
# limits: wall=1.0

# %%
import json, os, struct, threading, time

# %%
while True:
    try:
        forge(d(say="check", name="x", cell=0))
    except BaseException:
        pass

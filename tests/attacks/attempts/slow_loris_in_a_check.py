# Answers one case in time, and never says that it is done.
# ended: time, damaged
# reports: limit *
# limits: wall=2.0

# %%
import json, os, struct, threading, time

# %%
from grader import check

def double(x):
    while True:
        try:
            time.sleep(0.05)
            forge(d(say="note", kind="nothing", detail=""))
        except BaseException:
            pass

# %%
check("double")

# Writes half of a length and waits for ever.
# ended: time
# reports: limit wall
# limits: wall=1.0

# %%
import json, os, struct, threading, time

# %%
os.write(3, b"\x10\x00")
while True:
    try:
        time.sleep(100)
    except BaseException:
        pass

# Sends a message one byte at a time.
# ended: time
# reports: limit wall
# limits: wall=1.0

# %%
import json, os, struct, threading, time

# %%
while True:
    try:
        os.write(3, b"\x40\x00\x00\x00")
        while True:
            time.sleep(0.05)
            os.write(3, b"x" if time.time() % 1 > 2 else b"\x00")
    except BaseException:
        pass

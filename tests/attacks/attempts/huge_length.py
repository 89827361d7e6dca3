# Announces a message of four gigabytes.
# ended: answers
# reports: limit answers

# %%
import json, os, struct, threading, time

# %%
os.write(3, b"\xff\xff\xff\xff")
time.sleep(1)

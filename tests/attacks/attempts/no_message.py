# Writes bytes that are no message.
# ended: damaged
# reports: died protocol

# %%
import json, os, struct, threading, time

# %%
os.write(3, b"\x08\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff")
time.sleep(1)

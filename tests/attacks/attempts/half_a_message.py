# Writes half a message and leaves.
# ended: died
# reports: died exit*

# %%
import json, os, struct, threading, time

# %%
os.write(3, b"\xff\x00\x00\x00half")
os._exit(0)

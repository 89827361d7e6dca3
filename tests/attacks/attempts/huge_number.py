# Sends a number of a million digits, and one that is none.
# ended: damaged
# reports: died protocol

# %%
import json, os, struct, threading, time

# %%
text = b'{"tree":' + b"9" * 10**6 + b',"arrays":[]}'
body = struct.pack("<I", len(text)) + text
os.write(3, struct.pack("<I", len(body)) + body)
time.sleep(1)

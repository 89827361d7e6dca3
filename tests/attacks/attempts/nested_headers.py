# Sends a header that is nested without end.
# ended: damaged
# reports: died protocol

# %%
import json, os, struct, threading, time

# %%
text = b'{"tree":' + b"[" * 10**6
body = struct.pack("<I", len(text)) + text
os.write(3, struct.pack("<I", len(body)) + body)
time.sleep(1)

# Waits for what never comes.
# reports: limit cell
# limits: cell=0.3

# %%
import time

time.sleep(1e9)

# %%
import threading

lock = threading.Lock()
lock.acquire(), lock.acquire()

# %%
import os

reader, writer = os.pipe()
os.read(reader, 1)

# %%
import asyncio

await asyncio.sleep(1e9)

# %%
while True:
    call("pause")

# %%
threading.Event().wait()

# %%
import select

select.select([reader], [], [])

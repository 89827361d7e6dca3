# A thread waits in a refused call while the first one computes, and when it is asked for hidden cases.
# points: 3
# reports: call *

# %%
import ctypes
import threading
from grader import check

libc = ctypes.CDLL(None)
threads = []


def double(x):
    for call in (libc.fork, libc.vhangup, libc.sync):
        threads.append(threading.Thread(target=call))
        threads[-1].start()
    return 2 * x


# %%
check("double")

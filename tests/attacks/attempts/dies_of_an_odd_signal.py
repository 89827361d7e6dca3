# Lets itself be killed by a signal that has no name.
# points: 3
# reports: call fcntl

# %%
from grader import check


def double(x):
    return 2 * x


# %%
check("double")

# %%
import fcntl
import os

F_SETSIG = 10
read, write = os.pipe()
try:
    for file in (read, 3):
        fcntl.fcntl(file, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(file, F_SETSIG, 40)
        fcntl.fcntl(file, fcntl.F_SETFL, fcntl.fcntl(file, fcntl.F_GETFL) | os.O_ASYNC)
finally:
    os.write(write, b"x")

# Has the kernel send SIGKILL to the grader, by way of a pipe that tells when it can be read.
# points: 3
# reports: call fcntl

# %%
import fcntl
import os
from grader import check

F_SETSIG, F_SETOWN_EX = 10, 15
for owner in (TARGET["parent"], -TARGET["parent"], TARGET["zygote"], -TARGET["zygote"]):
    read, write = os.pipe()
    for order in ((fcntl.F_SETOWN, owner), (F_SETSIG, 9)):
        try:
            fcntl.fcntl(read, *order)
        except OSError as error:
            print(error)
    fcntl.fcntl(read, fcntl.F_SETFL, fcntl.fcntl(read, fcntl.F_GETFL) | os.O_ASYNC)
    os.write(write, b"x")


def double(x):
    return 2 * x


# %%
check("double")

# Shuts down one half of the connection after the check, and goes on with another file in its place.
# ended: died, damaged, time
# reports: *
# limits: wall=2.0

# %%
import os
import socket
from grader import check


def double(x):
    return 2 * x

# %%
check("double")

# %%
socket.socket(fileno=os.dup(3)).shutdown(socket.SHUT_RD)
a, b = socket.socketpair()
os.dup2(a.fileno(), 3)

# Sends the grader its own connection, over and over, so that the end of it never comes.
# ended: died, answers, damaged
# reports: *

# What it sends with it is, or is not, the length of a message, depending on how much arrives.

# %%
import array
import os
import socket

connection = socket.socket(fileno=os.dup(3))
left, right = socket.socketpair()
rights = array.array("i", [3, left.fileno(), right.fileno()] * 80)
for _ in range(20):
    try:
        connection.sendmsg([b"\4"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)], socket.MSG_DONTWAIT)
    except OSError as error:
        print(error)
os._exit(0)

# Sends an urgent byte, which wakes the grader and leaves nothing to read.
# ended: time
# reports: call sendto; limit wall
# limits: wall=1.0

# %%
import os
import socket
import time

connection = socket.socket(fileno=os.dup(3))
try:
    connection.send(b"x", socket.MSG_OOB)
except OSError as error:
    print(error)
while True:
    try:
        time.sleep(100)
    except BaseException:
        pass

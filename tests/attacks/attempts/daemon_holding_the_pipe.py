# Ends, and keeps the connection open: in threads, in messages on their way to nobody.
# ended: died
# reports: died exit*; call clone

# %%
import array
import os
import socket
import threading
import time

# %%
@variant
def in_another_process():
    child = os.fork()
    if child == 0:
        time.sleep(30)
    return child


for descriptor in range(100, 200):
    os.dup2(3, descriptor)
for _ in range(4):
    threading.Thread(target=time.sleep, args=(30,)).start()
# A socket on its way through itself: nobody can receive it, and nobody has closed it.
for _ in range(20):
    left, right = socket.socketpair()
    rights = array.array("i", [3, left.fileno(), right.fileno()])
    left.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    right.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    left.close(), right.close()
os._exit(0)

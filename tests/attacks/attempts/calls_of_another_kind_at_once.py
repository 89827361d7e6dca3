# Makes a system call under a number of 32-bit programs in its first thread.
# ended: died
# reports: died SIGSYS

# %%
import ctypes
import os

# getpid, as x32 has it. Where there is no such kind nothing is to be tried.
if os.uname().machine == "x86_64":
    LIBC.syscall(ctypes.c_long(0x40000000 | 39))

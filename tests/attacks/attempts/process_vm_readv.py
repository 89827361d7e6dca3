# Reads and writes the memory of the grader's processes without /proc.
# reports: call process_vm_readv; call process_vm_writev; call process_madvise

# %%
import ctypes
import os
import struct

here = ctypes.create_string_buffer(b"X" * 10)
mine = struct.pack("PP", ctypes.addressof(here), 10)
theirs = struct.pack("PP", TARGET["address"], 10)
processes = (TARGET["parent"], TARGET["zygote"], os.getppid(), 1)

# %%
@variant
def read():
    return [here.raw for process in processes if call("process_vm_readv", process, mine, 1, theirs, 1, 0) > 0]


@variant
def read_by_the_c_library():
    return [here.raw for process in processes if LIBC.process_vm_readv(process, mine, 1, theirs, 1, 0) > 0]


@variant
def write():
    return [process for process in processes if call("process_vm_writev", process, mine, 1, theirs, 1, 0) > 0]


@variant
def advise():
    # MADV_DONTNEED, MADV_PAGEOUT, by a descriptor of the process
    descriptor = call("pidfd_open", TARGET["parent"], 0)
    return [advice for advice in (4, 21) if call("process_madvise", descriptor, theirs, 1, advice, 0) >= 0]


@variant
def move():
    pages, status = (ctypes.c_void_p * 1)(TARGET["address"]), (ctypes.c_int * 1)()
    moved = [call("move_pages", process, 1, pages, None, status, 0) for process in (TARGET["parent"], TARGET["zygote"])]
    return max(moved) >= 0 or call("migrate_pages", TARGET["parent"], 8, b"\1" * 8, b"\1" * 8) >= 0

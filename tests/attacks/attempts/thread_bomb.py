# Starts threads until it is stopped: the kernel's own way first, on hardly any memory, then Python's.
# reports: limit threads
# limits: threads=16

# %%
import ctypes
import mmap
import os
import threading
import time

# More than is allowed where the kernel counts the user's other tasks, too; too few to hurt anybody.
about = ctypes.create_string_buffer(256)
LIBC.sysinfo(about)
FAR_TOO_MANY = 200 + int.from_bytes(about.raw[80:82], "little")

# %%
@variant
def by_the_kernel():
    if os.uname().machine != "x86_64":
        return False
    # clone(flags, 0); the new thread does nothing but pause(), for ever. It needs no stack.
    global code
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes.fromhex("b838000000 31d2 4d31d2 4d31c0 0f05 85c0 7509 b822000000 0f05 ebf7 c3"))
    start = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_long, ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    # CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM
    for number in range(FAR_TOO_MANY):
        if (got := start(0x50F00, 0)) < 0:
            print(number, os.strerror(-got))
            return False
    return number

# %%
threading.stack_size(32768)
for number in range(FAR_TOO_MANY):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
won(number)

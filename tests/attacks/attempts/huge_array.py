# Asks for more memory than there is, in every way there is to ask.
# reports: limit memory
# limits: memory=600000000, cell=5, cpu=6

# %%
import ctypes
import mmap

import numpy as np

MOST = 700_000_000
kept = []

# %%
@variant
def at_once():
    return np.empty(10**11).nbytes


@variant
def as_zeros():
    return np.zeros((10**6, 10**6)).nbytes


@variant
def as_bytes():
    return len(bytearray(10**11)) or len(b"x" * 10**11)


@variant
def as_a_list():
    return len([0] * 10**11)


@variant
def as_a_string():
    return len("x" * 10**12)


@variant
def as_a_number():
    return 1 << 10**12


@variant
def as_a_mapping():
    # PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE; then MAP_SHARED, which no allocator counts
    found = [call("mmap", 0, 10**11, protection, flags, -1, 0) for protection in (0, 3) for flags in (0x4022, 0x21, 0x22)]
    return [address for address in found if address >= 0]


@variant
def as_a_mapping_by_python():
    return mmap.mmap(-1, 10**11)


@variant
def by_the_c_library():
    LIBC.malloc.restype = LIBC.calloc.restype = ctypes.c_void_p
    return LIBC.malloc(ctypes.c_size_t(10**11)) or LIBC.calloc(ctypes.c_size_t(10**6), ctypes.c_size_t(10**5))


@variant
def as_the_heap():
    before = call("brk", 0)
    return call("brk", before + 2**34) > before


@variant
def as_one_that_grows():
    start = call("mmap", 0, 4096, 3, 0x22, -1, 0)
    return call("mremap", start, 4096, 2**35, 1) >= 0


@variant
def after_moving_the_limit():
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return True

# %%
# Many that are small enough.
@variant
def piece_by_piece():
    while sum(array.nbytes for array in kept) < MOST:
        kept.append(np.ones(2**20))
    return len(kept)


kept.clear()


@variant
def in_mappings_everybody_shares():
    while len(kept) * 2**24 < MOST:
        kept.append(mmap.mmap(-1, 2**24))
        kept[-1][::4096] = b"x" * (2**24 // 4096)
    return len(kept)


kept.clear()


@variant
def in_pipes():
    # Nobody's address space, but 1 MiB of the kernel's each, up to a limit of its own.
    import fcntl
    import os

    total = 0
    while True:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        try:
            fcntl.fcntl(writer, 1031, 2**20)
        except OSError:
            pass
        try:
            while total < MOST:
                total += os.write(writer, bytes(2**16))
        except BlockingIOError:
            continue
        return total

# %%
np.empty(10**11)

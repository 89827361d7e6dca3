# What every attacker brings along; put before the cells of an attack.
# ruff: noqa: F821
import ctypes as _ctypes

LIBC = _ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = _ctypes.c_long


def call(name, *arguments):
    """A system call by its number, past Python and its audit hooks: its result, or minus the number of its error."""
    number = TARGET["calls"].get(name, -1)
    if number < 0:
        return -38  # not on this architecture
    _ctypes.set_errno(0)
    words = [_ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    result = LIBC.syscall(_ctypes.c_long(number), *words)
    return result if result >= 0 else -_ctypes.get_errno()


def won(what):
    """Says that something was got which is out of bounds: the test fails."""
    print(TARGET["won"], what)


def variant(function):
    """One way to get it, tried at once: it won if it returns anything true. Whatever stops it, the next is tried."""
    try:
        got = function()
    except Exception as error:
        print(f"{function.__name__}: {type(error).__name__}: {str(error)[:200]}")
    else:
        if got:
            won(f"{function.__name__}: {str(got)[:200]}")


def read_raw(descriptor):
    """What is behind a descriptor, or nothing."""
    buffer = _ctypes.create_string_buffer(4096)
    got = call("read", descriptor, buffer, 4096) if descriptor >= 0 else -1
    return buffer.raw[:got] if got > 0 else b""


def read_in_every_way(path):
    """Tries to read a file, by Python's functions, by the C library's and by the kernel's."""
    import mmap
    import os

    import numpy as np

    folder, name = os.path.split(path)
    O_PATH, O_DIRECTORY, AT_FDCWD = 0o10000000, 0o200000, -100

    @variant
    def by_open():
        return open(path, "rb").read()

    @variant
    def by_os_open():
        return os.pread(os.open(path, os.O_RDONLY), 4096, 0)

    @variant
    def for_writing():
        return os.pread(os.open(path, os.O_RDWR | os.O_NOATIME), 4096, 0)

    @variant
    def by_mmap():
        return mmap.mmap(os.open(path, os.O_RDONLY), 0, prot=mmap.PROT_READ)[:]

    @variant
    def by_numpy():
        return np.fromfile(path, np.uint8).tobytes()

    @variant
    def by_memmap():
        return np.memmap(path, np.uint8, "r").tobytes()

    @variant
    def by_the_c_library():
        LIBC.fopen.restype = _ctypes.c_void_p
        file = LIBC.fopen(os.fsencode(path), b"r")
        buffer = _ctypes.create_string_buffer(4096)
        return file and LIBC.fread(buffer, 1, 4096, _ctypes.c_void_p(file)) and buffer.raw

    @variant
    def by_the_kernel():
        return read_raw(call("open", os.fsencode(path), 0))

    @variant
    def by_openat():
        return read_raw(call("openat", AT_FDCWD, os.fsencode(path), 0))

    @variant
    def by_openat2():
        how = (_ctypes.c_uint64 * 3)(0, 0, 0)
        return read_raw(call("openat2", AT_FDCWD, os.fsencode(path), how, _ctypes.sizeof(how)))

    @variant
    def from_its_folder():
        descriptor = call("open", os.fsencode(folder), O_PATH | O_DIRECTORY)
        return read_raw(call("openat", descriptor, os.fsencode(name), 0))

    @variant
    def from_the_working_folder():
        here = os.getcwd()
        try:
            os.chdir(folder)
            return open(name, "rb").read()
        finally:
            os.chdir(here)

    @variant
    def by_a_descriptor_of_its_path():
        descriptor = call("open", os.fsencode(path), O_PATH)
        again = read_raw(call("open", b"/proc/self/fd/%d" % descriptor, 0))
        empty = read_raw(call("openat", descriptor, b"", 0x1000))
        return again or empty or read_raw(descriptor)

    @variant
    def by_its_handle():
        handle, mount = (_ctypes.c_char * 136)(128), _ctypes.c_int()
        if call("name_to_handle_at", AT_FDCWD, os.fsencode(path), handle, _ctypes.byref(mount), 0) < 0:
            return b""
        return read_raw(call("open_by_handle_at", call("open", b"/", 0), handle, 0))

    @variant
    def by_a_copy():
        here = call("open", b"copy", 0o102, 0o600)
        there = call("open", os.fsencode(path), 0)
        for name in ("copy_file_range", "splice"):
            call(name, there, None, here, None, 4096, 0)
        call("sendfile", here, there, None, 4096)
        os.lseek(here, 0, 0)
        return read_raw(here)


def forge(tree, arrays=(), data=b""):
    """Writes a well-formed message to the grader, past the notebook's own way to it; `tree` is in the wire's form."""
    import json
    import os
    import struct

    header = json.dumps({"tree": tree, "arrays": list(arrays)}).encode()
    body = struct.pack("<I", len(header)) + header + data
    body = struct.pack("<I", len(body)) + body
    while body:
        body = body[os.write(3, body) :]


def d(**items):
    """A dict in the wire's form."""
    return {"d": [[key, value] for key, value in items.items()]}


def answer(case, value):
    """An answer in the wire's form."""
    return d(say="answer", id=case, value=value, after=None, missing="", raised=None)


# The cases of the harness's exercise.
HIDDEN = ("values/hidden0/0", "far from zero/public/0")
PUBLIC = ("values/public/0", "values/public/1")

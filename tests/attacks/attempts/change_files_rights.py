# Changes who may do what with files: Python's, the course's, and what it can name besides.
# reports: changed *gradebook.db; call chown; call setxattr
# limits: cell=8, cpu=10, wall=12

# %%
import ctypes
import os

import numpy

targets = [TARGET["gradebook"], TARGET["other"], TARGET["folder"], numpy.__file__, os.__file__, os.path.dirname(numpy.__file__), "/tmp", "/dev/null"]


def state(path):
    try:
        about = os.stat(path)
    except OSError:
        return 0o644, 0, 0, 0
    return about.st_mode, about.st_uid, about.st_gid, about.st_mtime_ns

# %%
for path in targets:
    raw, before = os.fsencode(path), state(path)

    @variant
    def by_python():
        # The rights it has, and one that does no harm if it stays.
        for change in (lambda: os.chmod(path, before[0] | 0o004), lambda: os.chown(path, *before[1:3]), lambda: os.utime(path, ns=(0, before[3]))):
            try:
                change()
                return True
            except OSError as error:
                print(error.strerror, end=" ")

    @variant
    def raw_by_name():
        mode = before[0] & 0o7777
        done = {
            "chmod": (raw, mode), "fchmodat": (-100, raw, mode, 0), "fchmodat2": (-100, raw, mode, 0), "chown": (raw, *before[1:3]),
            "lchown": (raw, *before[1:3]), "fchownat": (-100, raw, *before[1:3], 0), "utime": (raw, None), "utimes": (raw, None),
            "utimensat": (-100, raw, None, 0), "futimesat": (-100, raw, None), "setxattr": (raw, b"user.x", b"x", 1, 0),
            "lsetxattr": (raw, b"user.x", b"x", 1, 0), "removexattr": (raw, b"user.x"), "setxattrat": (-100, raw, 0, b"user.x", bytes(24), 24),
            "file_setattr": (-100, raw, bytes(24), 24, 0),
        }
        return [name for name, arguments in done.items() if call(name, *arguments) >= 0]

    @variant
    def raw_by_descriptor():
        found = []
        for flags in (0, 0o10000000):
            descriptor = call("open", raw, flags)
            if descriptor >= 0 and path != "/dev/null":
                done = {"fchmod": (descriptor, before[0] & 0o7777), "fchown": (descriptor, *before[1:3]), "fsetxattr": (descriptor, b"user.x", b"x", 1, 0)}
                done |= {"utimensat": (descriptor, None, None, 0), "ioctl": (descriptor, 0x40086602, bytes(8)), "ftruncate": (descriptor, os.stat(path).st_size)}
                found += [name for name, arguments in done.items() if call(name, *arguments) >= 0]
                call("close", descriptor)
        return found

    @variant
    def after_all():
        return state(path)[:3] != before[:3]

# %%
# Of what is its own it may do as it likes, and a set-user bit gives nobody anything.
try:
    open("mine", "w").close()
    os.chmod("mine", 0o6777)
except OSError as error:
    print(error)

"""The system calls Python 3.11 has no function for, each once, with what it is for. Nothing here decides anything.

Every function raises OSError with the call's own errno. On systems other than Linux importing this module is harmless
and every call fails with ENOSYS.

Sources: the manual pages prctl(2), unshare(2), setns(2), mount(2), mount_setattr(2), capabilities(7), landlock(7),
seccomp(2), seccomp_unotify(2), and the kernel's include/uapi/linux headers, whose numbers these are.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
import sys
from dataclasses import dataclass

# System call numbers that are the same on every architecture (all calls since Linux 5.1).
_MOUNT_SETATTR = 442
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
# Older calls have a number per architecture.
_SECCOMP = {"x86_64": 317, "aarch64": 277, "riscv64": 277, "ppc64le": 358, "s390x": 348}
_CAPGET = {"x86_64": 125, "aarch64": 90, "riscv64": 90, "ppc64le": 183, "s390x": 184}
_CAPSET = {"x86_64": 126, "aarch64": 91, "riscv64": 91, "ppc64le": 184, "s390x": 185}

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_REC, MS_PRIVATE = 2, 4, 32, 16384, 1 << 18
_MNT_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID = 1, 2

_PR_SET_DUMPABLE, _PR_SET_KEEPCAPS, _PR_SET_NO_NEW_PRIVS = 4, 8, 38
# capabilities(7): read or reach files whatever their permissions.
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1 << 1, 1 << 2
_CAPABILITY_HEADER = struct.pack("<Ii", 0x20080522, 0)
_SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_NEW_LISTENER = 1, 8
_NOTIF_RECV, _NOTIF_SEND = 0xC0502100, 0xC0182101
_NOTIF, _RESPONSE = struct.Struct("<QIIiIQ6Q"), struct.Struct("<QqiI")

# landlock(7): what a rule may allow, in the order in which the kernel learnt it.
FS_EXECUTE, FS_WRITE_FILE, FS_READ_FILE, FS_READ_DIR = 1, 2, 4, 8
FS_ALL = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_NET_ALL = 3
_SCOPE_ALL = 3
_RULE_PATH_BENEATH = 1
_ACCESS_OF_FILES = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | 1 << 14 | 1 << 15


class _Rule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _libc() -> ctypes.CDLL:
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _call(number: int, *arguments: object) -> int:
    return _checked(_libc().syscall(ctypes.c_long(number), *arguments))


def _number(table: dict[str, int]) -> int:
    machine = os.uname().machine
    if machine not in table:
        raise OSError(errno.ENOSYS, f"system call numbers of {machine} are not known here")
    return table[machine]


def forbid_reading_this_process() -> None:
    """PR_SET_DUMPABLE 0: other processes of the same user can no longer open /proc/<pid>/mem or trace this one."""
    _checked(_libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0))


def gain_no_privileges() -> None:
    """PR_SET_NO_NEW_PRIVS: set-uid programs give nothing; landlock and seccomp want it. Cannot be taken back."""
    _checked(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def capabilities() -> int:
    """The capabilities in force (capget(2)), one bit each."""
    data = ctypes.create_string_buffer(24)
    _call(_number(_CAPGET), _CAPABILITY_HEADER, data)
    low, _, _, high, _, _ = struct.unpack("<6I", data.raw)
    return int(low | high << 32)


def keep_only(kept: int) -> None:
    """capset(2): have these capabilities and no others. Without any, even user 0 is bound by file permissions and may
    not mount, trace or kill others."""
    low, high = kept & 0xFFFFFFFF, kept >> 32
    _call(_number(_CAPSET), _CAPABILITY_HEADER, struct.pack("<6I", low, low, 0, high, high, 0))


def keep_capabilities_as_another_user() -> None:
    """PR_SET_KEEPCAPS: the next change from user 0 to another leaves the permitted capabilities as they are."""
    _checked(_libc().prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0))


def unshare(namespaces: int) -> None:
    """Move this process (CLONE_NEWPID: its next child) into new namespaces."""
    _checked(_libc().unshare(namespaces))


def enter_namespace(descriptor: int, kind: int) -> None:
    """setns(2): back into the namespace of an open /proc/<pid>/ns/* file."""
    _checked(_libc().setns(descriptor, kind))


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """mount(2)."""
    text = [None if part is None else part.encode() for part in (source, target, kind, options)]
    _checked(_libc().mount(text[0], text[1], text[2], ctypes.c_ulong(flags), text[3]))


def unmount(target: str) -> None:
    """umount2(2), detached: what is still open there goes when its last user goes."""
    _checked(_libc().umount2(target.encode(), _MNT_DETACH))


def make_all_mounts_read_only() -> None:
    """mount_setattr(2) on / and everything below: no write reaches the disk, no set-uid bit counts."""
    attributes = struct.pack("<QQQQ", _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID, 0, 0, 0)
    _call(_MOUNT_SETATTR, _AT_FDCWD, b"/", _AT_RECURSIVE, attributes, len(attributes))


def landlock_version() -> int:
    """Which version of landlock the kernel has, 1 or more. Raises OSError when it has none."""
    return _call(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)


def landlock_ruleset() -> int:
    """A descriptor of rules that forbid every access to files, TCP, other processes' signals and abstract sockets."""
    version = landlock_version()
    files = FS_ALL[min(version, max(FS_ALL))]
    attributes = struct.pack("<QQQ", files, _NET_ALL, _SCOPE_ALL)
    size = 8 if version < 4 else 16 if version < 6 else 24
    return _call(_LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)


def landlock_allow(ruleset: int, path: str, allowed: int) -> None:
    """Allow accesses below a directory, or to one file. The rule belongs to the inode, not to the name."""
    allowed &= FS_ALL[min(landlock_version(), max(FS_ALL))]
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):
            allowed &= _ACCESS_OF_FILES
        rule = _Rule(allowed, beneath)
        _call(_LANDLOCK_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(beneath)


def landlock_enter(ruleset: int) -> None:
    """Put this process, and all it may ever start, under the rules. Cannot be taken back."""
    _call(_LANDLOCK_RESTRICT_SELF, ruleset, 0)


def seccomp_enter(program: bytes, listen: bool) -> int | None:
    """Put this process under a filter of system calls (BPF). Cannot be taken back.

    listen: return a descriptor from which somebody else is told of every call the filter refers to him.
    """
    filter_ = _Program(len(program) // 8, program)
    flags = _SECCOMP_FILTER_FLAG_NEW_LISTENER if listen else 0
    found = _call(_number(_SECCOMP), _SECCOMP_SET_MODE_FILTER, flags, ctypes.byref(filter_))
    return found if listen else None


@dataclass(frozen=True)
class Asked:
    """A system call that waits for an answer."""

    id: int
    number: int
    arguments: tuple[int, ...]


def next_asked(listener: int) -> Asked | None:
    """The next call waiting at a listener; None when its process is gone."""
    data = bytearray(_NOTIF.size)
    try:
        fcntl.ioctl(listener, _NOTIF_RECV, data)
    except OSError:
        return None
    number, _pid, _flags, call, _arch, _pointer, *arguments = _NOTIF.unpack(data)
    return Asked(number, call, tuple(arguments))


def refuse(listener: int, asked: Asked) -> None:
    """Let a waiting call fail with EPERM."""
    try:
        fcntl.ioctl(listener, _NOTIF_SEND, bytearray(_RESPONSE.pack(asked.id, 0, -errno.EPERM, 0)))
    except OSError:
        return  # its process is gone

"""Which system calls a notebook may make: those computing needs, and no others. Compiled by libseccomp, once.

A list of what is allowed, so that a call nobody thought of is refused. Refused calls are referred to the parent, which
lets them fail with "operation not permitted" and writes down their names: no word of the submission is needed for that.
"""

from __future__ import annotations

import errno
import os
import tempfile
from functools import cache

_MEMORY = "brk mmap munmap mremap mprotect madvise mincore msync membarrier"
_FILES = """
    read write pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 lseek open openat close close_range dup
    dup2 dup3 flock fstat stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents
    getdents64 getcwd chdir fchdir umask ftruncate fallocate fsync fdatasync sendfile creat mkdir mkdirat rmdir
    unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat fadvise64 readahead statfs fstatfs pipe
    pipe2 eventfd2 epoll_create1 epoll_ctl epoll_wait epoll_pwait poll ppoll select pselect6
"""
_THIS_PROCESS = """
    exit exit_group getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups getpgrp getpgid
    getsid capget sched_yield sched_getaffinity sched_getparam sched_getscheduler
    sched_get_priority_max sched_get_priority_min getpriority getrlimit setrlimit getrusage times sysinfo uname getcpu
    wait4 waitid futex futex_waitv set_robust_list get_robust_list set_tid_address rseq arch_prctl
"""
_SIGNALS_AND_TIME = """
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack pause alarm
    setitimer getitimer restart_syscall clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time getrandom
"""
_ON_OPEN_SOCKETS = "shutdown getsockopt getsockname getpeername"
_ALLOWED = " ".join((_MEMORY, _FILES, _THIS_PROCESS, _SIGNALS_AND_TIME, _ON_OPEN_SOCKETS))

# Only where every mount is read-only: elsewhere they would reach files of the same user.
_ALLOWED_ON_A_DISK_OF_ITS_OWN = "chmod fchmod fchmodat utime utimes futimesat utimensat"

# Calls that libraries try and do without: no news to anybody.
_ABSENT = """
    clone3 openat2 copy_file_range fchmodat2 get_mempolicy mbind set_mempolicy epoll_pwait2 io_uring_setup mlock
    listxattr llistxattr flistxattr getxattr lgetxattr fgetxattr
"""

_UNKNOWN = -1
_CLONE_THREAD = 0x00010000
_AF_UNIX, _SOCK_STREAM, _TYPE_OF_SOCKET, _MSG_OOB = 1, 1, 0xF, 1
# Duplicating, flags, locks, pipe sizes. Not F_SETOWN and F_SETSIG, which make the kernel signal others.
_HARMLESS_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032, 1033, 1034)
# TCGETS, FIONREAD, TIOCGWINSZ, FIONBIO, FIONCLEX, FIOCLEX: asked of any file by isatty() and the like.
_HARMLESS_IOCTLS = (0x5401, 0x541B, 0x5413, 0x5421, 0x5450, 0x5451)
# PR_SET_NAME, PR_GET_NAME, PR_SET_VMA: threads and memory get names.
_HARMLESS_PRCTLS = (15, 16, 0x53564D41)

# What a refused call was for; `messages` has a text `purpose_<code>` for each.
_PURPOSES = {
    "process": "fork vfork clone clone3 execve execveat",
    "network": "socket socketpair sendto connect bind listen accept accept4",
    "signal": "kill tkill tgkill fcntl rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal",
    "other_process": "ptrace process_vm_readv process_vm_writev pidfd_open pidfd_getfd kcmp",
    "leave": "unshare setns mount umount2 move_mount open_tree fsopen fsmount pivot_root chroot "
    "mount_setattr open_by_handle_at name_to_handle_at",
    "rights": "seccomp prctl setuid setgid setreuid setregid setresuid setresgid setgroups "
    "capset bpf landlock_create_ruleset landlock_add_rule landlock_restrict_self",
    "file_rights": "chmod fchmod fchmodat truncate chown fchown lchown fchownat utimensat setxattr lsetxattr",
    "share": "shmget shmat shmctl msgget msgsnd semget semop mq_open memfd_create",
}


class FilterError(Exception):
    """No filter can be made here; says why in one line."""


@cache
def compiled(own_disk: bool) -> bytes:
    """The filter as BPF. own_disk: whether all mounts but a private one are read-only.

    Raises FilterError without libseccomp.
    """
    try:
        import pyseccomp as seccomp
    except Exception as error:  # it looks for the C library while it is imported
        raise FilterError(f"libseccomp is not here ({type(error).__name__}: {error})") from error
    rules = seccomp.SyscallFilter(seccomp.NOTIFY)
    arg, equal, masked = seccomp.Arg, seccomp.EQ, seccomp.MASKED_EQ
    allow = seccomp.ALLOW
    try:
        for name in f"{_ALLOWED} {_ALLOWED_ON_A_DISK_OF_ITS_OWN if own_disk else ''}".split():
            _add(rules, allow, name)
        for name in _ABSENT.split():
            _add(rules, seccomp.ERRNO(errno.ENOSYS), name)
        _add(rules, allow, "clone", arg(0, masked, _CLONE_THREAD, _CLONE_THREAD))
        # Streams only, and no addresses: a datagram could be sent to any socket on the disk.
        stream = arg(1, masked, _TYPE_OF_SOCKET, _SOCK_STREAM)
        _add(rules, allow, "socketpair", arg(0, equal, _AF_UNIX), stream)
        # Out-of-band data have been a way out of sandboxes; nobody here wants them.
        _add(rules, allow, "sendto", arg(4, equal, 0), arg(3, masked, _MSG_OOB, 0))
        for name, flags in (("recvfrom", 3), ("sendmsg", 2), ("recvmsg", 2)):
            _add(rules, allow, name, arg(flags, masked, _MSG_OOB, 0))
        for name in ("prlimit64", "sched_setaffinity"):
            _add(rules, allow, name, arg(0, equal, 0))  # of this process
        for number in _HARMLESS_FCNTLS:
            _add(rules, allow, "fcntl", arg(1, equal, number))
        for number in _HARMLESS_IOCTLS:
            _add(rules, allow, "ioctl", arg(1, equal, number))
        for number in _HARMLESS_PRCTLS:
            _add(rules, allow, "prctl", arg(0, equal, number))
        with tempfile.TemporaryFile() as file:
            rules.export_bpf(file)
            file.seek(0)
            return file.read()
    except OSError as error:
        raise FilterError(f"libseccomp cannot make the filter ({error})") from error


def _add(rules: object, action: int, name: str, *arguments: object) -> None:
    """Add a rule for a call, if this architecture has it."""
    import pyseccomp as seccomp

    if seccomp.resolve_syscall(seccomp.system_arch(), name) == _UNKNOWN:
        return
    rules.add_rule(action, name, *arguments)  # type: ignore[attr-defined]


def without_listener(program: bytes) -> bytes:
    """The same filter, failing refused calls by itself: for a machine on which another supervisor listens already."""
    notify, fail = (0x7FC00000).to_bytes(4, "little"), (0x00050000 | errno.EPERM).to_bytes(4, "little")
    instructions = [program[start : start + 8] for start in range(0, len(program), 8)]
    return b"".join(
        line[:4] + fail if line[:2] == b"\x06\x00" and line[4:] == notify else line for line in instructions
    )


def name_of(number: int) -> str:
    """A system call's name."""
    import pyseccomp as seccomp

    try:
        return os.fsdecode(seccomp.resolve_syscall(seccomp.system_arch(), number))
    except (OSError, ValueError):
        return "unknown"  # not its number, which could spell something out


def purpose_of(name: str) -> str:
    """What a call is for, as a code."""
    return next((purpose for purpose, names in _PURPOSES.items() if name in names.split()), "unusual")

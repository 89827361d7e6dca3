# Takes its walls down, goes around them, or asks the kernel for anything a notebook has no use for.
# reports: call prctl; call seccomp; call landlock_create_ruleset; call bpf; call keyctl; call perf_event_open; call userfaultfd; call personality
# limits: cell=8, cpu=10, wall=12

# %%
import ctypes
import os
import struct

EPERM, EACCES, ENOSYS = -1, -13, -38


def got_past(name, *arguments):
    """Whether a call was let through to the kernel, even if the kernel then does not like what it is asked."""
    return (name, result) if (result := call(name, *arguments)) not in (EPERM, EACCES, ENOSYS) else None

# %%
@variant
def its_own_filter():
    allow = (ctypes.c_ubyte * 8)(6, 0, 0, 0, 0, 0, 0xFF, 0x7F)
    program = struct.pack("HxxxxxxP", 1, ctypes.addressof(allow))
    found = [got_past("prctl", 22, 0, 0, 0, 0), got_past("prctl", 22, 2, program, 0, 0), got_past("prctl", 21, 0, 0, 0, 0)]
    found += [got_past("prctl", 38, 0, 0, 0, 0), got_past("prctl", 39, 0, 0, 0, 0)]
    # flags: none, SYNC, LOG, SPEC_ALLOW, NEW_LISTENER, and what tells of the sizes
    found += [got_past("seccomp", 1, flags, program) for flags in (0, 1, 2, 4, 8, 0x18)]
    found += [got_past("seccomp", 0, 0, None), got_past("seccomp", 3, 0, bytes(6)), got_past("seccomp", 2, 0, bytes(4))]
    return [one for one in found if one]


@variant
def its_own_landlock():
    found = [got_past("landlock_create_ruleset", None, 0, 1), got_past("landlock_create_ruleset", struct.pack("QQQ", 1, 0, 0), 24, 0)]
    found += [got_past("landlock_add_rule", 4, 1, struct.pack("<Qi", 0x1FFF, 3), 0), got_past("landlock_restrict_self", 4, 0)]
    return [one for one in found if one]


@variant
def system_call_dispatch():
    # PR_SET_SYSCALL_USER_DISPATCH, PR_SET_MM, PR_SET_TSC, PR_SET_PTRACER, PR_SCHED_CORE, PR_SET_MDWE, PR_SET_SPECULATION_CTRL
    return [option for option in (59, 35, 26, 0x59616D61, 62, 65, 53, 23, 41, 57) if got_past("prctl", option, 1, 0, 0, 0)]


# Nothing here would do anything if it were let through: the arguments are none.
@variant
def everything_else():
    bad = -1
    tried = {
        "personality": (0x40000,), "bpf": (0, bytes(128), 128), "userfaultfd": (0,), "perf_event_open": (bytes(128), 0, bad, bad, 0),
        "keyctl": (0, -3, 1), "add_key": (b"user", b"x", b"x", 1, -3), "request_key": (b"user", b"x", None, 0),
        "io_uring_setup": (8, bytes(120)), "io_uring_enter": (3, 1, 0, 0, None, 0), "io_uring_register": (3, 0, None, 0),
        "io_setup": (1, bytes(8)), "io_submit": (0, 0, None), "open_by_handle_at": (3, bytes(136), 0),
        "name_to_handle_at": (-100, b"/", struct.pack("Ii", 128, 0) + bytes(128), bytes(4), 0),
        "kexec_load": (0, 1, None, 0xFFFF), "kexec_file_load": (bad, bad, 0, None, 0xFFFF), "init_module": (b"x", 1, b""),
        "finit_module": (bad, b"", 0), "delete_module": (b"", 0x800), "create_module": (b"x", 1), "reboot": (0, 0, 0, None),
        "iopl": (3,), "ioperm": (0x80, 1, 1), "modify_ldt": (0, bytes(16), 16), "swapon": (b"", 0), "swapoff": (b"",),
        "sethostname": (None, bad), "setdomainname": (None, bad), "syslog": (3, bytes(64), 64), "acct": (b"/none/none",),
        "quotactl": (0, None, 0, None), "vmsplice": (bad, None, 0, 0), "splice": (bad, None, bad, None, 0, 0), "tee": (bad, bad, 0, 0),
        "memfd_create": (b"x", 0), "memfd_secret": (0,), "process_madvise": (bad, None, 0, 0, 0), "process_mrelease": (bad, 0),
        "pidfd_open": (TARGET["parent"], 0), "pidfd_getfd": (bad, 0, 0), "fanotify_init": (0, 0), "inotify_init": (), "inotify_init1": (0,),
        "clock_settime": (0, None), "clock_adjtime": (0, bytes(256)), "adjtimex": (bytes(256),), "settimeofday": (None, None),
        "mbind": (0, 0, 0, None, 0, 0), "set_mempolicy": (0, None, 0), "migrate_pages": (0, 0, None, None), "move_pages": (0, 0, None, None, None, 0),
        "remap_file_pages": (0, 0, 0, 0, 0), "mlock": (0, 0), "mlock2": (0, 0, 0), "mlockall": (1,), "pkey_mprotect": (0, 0, 0, 0), "pkey_alloc": (0, 0),
        "ustat": (0, bytes(32)), "sysfs": (3,), "_sysctl": (None,), "nfsservctl": (0, None, None), "uselib": (b"/lib/x",), "lookup_dcookie": (0, None, 0),
        "vhangup": (), "ioctl": (3, 0x5412, b"x"), "getxattr": (b".", b"user.x", None, 0), "listxattr": (b".", None, 0), "removexattr": (b".", b"user.x"),
        "mknod": (b"/nowhere/x", 0o60666, 0x801), "mknodat": (-100, b"/nowhere/x", 0o60666, 0x801), "timer_create": (0, None, None), "timerfd_create": (0, 0),
        "signalfd": (bad, bytes(8), 8), "sendmmsg": (3, None, 0, 0), "recvmmsg": (3, None, 0, 0, None), "cachestat": (bad, bytes(16), bytes(40), 0),
        "lsm_get_self_attr": (100, None, bytes(4), 0), "lsm_list_modules": (bytes(8), bytes(4), 0), "map_shadow_stack": (0, 4096, 0),
        "process_vm_readv": (TARGET["parent"], None, 0, None, 0, 0), "kcmp": (0, 0, 0, 0, 0),
    }
    return [one for name, arguments in tried.items() if (one := got_past(name, *arguments))]


@variant
def what_may_be_asked_of_itself_only():
    return call("get_robust_list", TARGET["parent"], bytes(8), bytes(8)) >= 0


@variant
def what_the_kernel_has_no_name_for():
    found = []
    # Without the bit of programs for x32: see calls_of_another_kind.
    for number in (512, 520, 547, 600, 10**6, 2**30 - 1, 2**32 + 101, 2**40 + 57):
        ctypes.set_errno(0)
        if LIBC.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() not in (1, 13, 38):
            found.append((number, ctypes.get_errno()))
    return found


@variant
def devices():
    # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCGIFCONF, FICLONE, FS_IOC_SETFLAGS, BLKRRPART, PIDFD_GET_INFO, SECCOMP_IOCTL_NOTIF_RECV
    numbers = (0x5412, 0x541C, 0x8901, 0x8912, 0x40049409, 0x40086602, 0x125F, 0xC040FF0B, 0xC0502100)
    # The kernel takes 32 bits of the number; a filter may see 64.
    return [(file, hex(number + high)) for file in (0, 3, 4) for number in numbers for high in (0, 2**32) if call("ioctl", file, number + high, bytes(256)) >= 0]

# Becomes somebody else, or somebody who may do more.
# reports: call setuid; call setgid; call setresuid; call setresgid; call setgroups; call capset; call prctl; call setfsuid

# %%
import ctypes
import os
import struct

before = os.getresuid(), os.getresgid(), os.getgroups()
users = (0, 1000, 65534, 1_900_000_001, os.getuid())

# %%
@variant
def raw():
    found = []
    for user in users:
        found += [(name, user) for name in ("setuid", "setgid", "setreuid", "setregid") if call(name, user, user) >= 0]
        found += [(name, user) for name in ("setresuid", "setresgid") if call(name, user, user, user) >= 0]
        # These return whom it was before, and no error: -1 from the filter.
        found += [(name, user) for name in ("setfsuid", "setfsgid") if call(name, user) >= 0]
    return found


@variant
def by_the_c_library():
    return [user for user in users if LIBC.setuid(user) == 0 or LIBC.setgid(user) == 0 or LIBC.seteuid(user) == 0]


@variant
def by_python():
    for change in (os.setuid, os.seteuid, os.setgid, os.setegid):
        try:
            change(0)
            return change
        except OSError as error:
            print(error)


@variant
def in_other_groups():
    return [group for group in (0, 6, 42) if call("setgroups", 1, struct.pack("i", group)) >= 0]


@variant
def with_all_capabilities():
    header = struct.pack("<Ii", 0x20080522, 0)
    effective, permitted, inheritable = b"\xff" * 4, b"\xff" * 4, b"\xff" * 4
    return [data for data in ((effective + permitted + inheritable) * 2, bytes(24)) if call("capset", header, data) >= 0]


@variant
def which_it_has():
    # One that reads and searches as root does may be kept, where Python lies in root's own folder; landlock stands before it.
    header, data = struct.pack("<Ii", 0x20080522, 0), ctypes.create_string_buffer(24)
    call("capget", header, data)
    effective, permitted, inheritable, *high = struct.unpack("<6I", data.raw)
    return inheritable or any(high) or (effective | permitted) & ~0b110


@variant
def keeping_them():
    # PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG
    tried = ((8, 1, 0), (24, 0, 0), (28, 0, 0), (47, 2, 1), (4, 1, 0), (36, 1, 0), (1, 9, 0), (35, 1, 0))
    return [option for option, first, second in tried if call("prctl", option, first, second, 0, 0) >= 0]


@variant
def by_a_program_that_may():
    return [program for program in ("/bin/su", "/usr/bin/sudo", "/usr/bin/newuidmap") if call("execve", program.encode(), None, None) >= 0]


@variant
def by_a_map():
    for path in ("/proc/self/uid_map", "/proc/self/setgroups", "/proc/self/loginuid"):
        if call("open", path.encode(), 1) >= 0:
            return path


@variant
def after_all():
    return (os.getresuid(), os.getresgid(), os.getgroups()) != before

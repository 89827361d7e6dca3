# Makes a world of its own, in which it is root and the kernel has more to attack; or changes the one it is in.
# reports: call unshare; call clone; call setns; call mount; call umount2; call chroot; call pivot_root; call fsopen; call open_tree; call move_mount

# %%
import os

KINDS = {"mnt": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000, "time": 0x80}
SIGCHLD, THREAD = 17, 0x10F00

# %%
@variant
def unshare():
    kinds = [*KINDS.values(), sum(KINDS.values()), 0x10020000, 0x200, 0x400, 0x40000]
    return [hex(kind) for kind in kinds if call("unshare", kind) >= 0 or LIBC.unshare(kind) >= 0]


@variant
def in_a_new_process():
    found = []
    for name, kind in KINDS.items():
        child = call("clone", SIGCHLD | kind, 0, 0, 0, 0)
        if child == 0:
            call("exit_group", 0)
        if child > 0:
            found.append(name)
    return found


@variant
def in_a_new_thread():
    # Threads may be made. A new one with a world of its own would run into this one's stack: the kernel must say no.
    return [name for name, kind in KINDS.items() if name != "time" and call("clone", (THREAD | kind) & ~(0x200 if name == "mnt" else 0), 0, 0, 0, 0) >= 0]


@variant
def by_clone3():
    found = []
    for kind in KINDS.values():
        child = call("clone3", kind.to_bytes(8, "little") + bytes(24) + SIGCHLD.to_bytes(8, "little") + bytes(48), 88)
        if child == 0:
            call("exit_group", 0)
        if child > 0:
            found.append(kind)
    return found


@variant
def into_somebody_elses():
    found = []
    for process in ("1", "self", TARGET["parent"], TARGET["zygote"]):
        for name, kind in KINDS.items():
            descriptor = call("open", os.fsencode(f"/proc/{process}/ns/{name}"), 0)
            if call("setns", descriptor, kind) >= 0:
                found.append((process, name))
    pidfd = call("pidfd_open", TARGET["parent"], 0)
    return found or call("setns", pidfd, 0x20000) >= 0


@variant
def by_a_directory():
    return [name for name in ("chroot", "pivot_root") if call(name, b".", b".") >= 0] or call("chroot", b"/") >= 0


# What is mounted would lie over the working folder only.
@variant
def by_mounting():
    here = os.fsencode(os.getcwd())
    # MS_BIND, MS_REC | MS_PRIVATE, MS_REMOUNT | MS_BIND
    done = [call("mount", b"none", here, kind, 0, None) for kind in (b"tmpfs", b"proc", b"sysfs", b"devpts", b"overlay", b"fuse", b"mqueue")]
    done += [call("mount", os.fsencode(TARGET["folder"]), here, None, 0x1000, None), call("mount", b"none", here, None, 0x44000, None)]
    done += [call("mount", b"none", here, None, 0x1020, None)]
    return [got for got in done if got >= 0]


@variant
def by_unmounting():
    return [flags for flags in (0, 1, 2, 8) if call("umount2", os.fsencode(os.getcwd()), flags) >= 0]


@variant
def by_the_new_calls():
    here = os.fsencode(os.getcwd())
    attributes = bytes(8) + (1).to_bytes(8, "little") + bytes(16)
    done = [call("fsopen", b"tmpfs", 0), call("fspick", -100, here, 0), call("open_tree", -100, here, 1), call("open_tree", -100, b"/", 0)]
    done += [call("fsmount", 5, 0, 0), call("fsconfig", 5, 6, None, None, 0), call("move_mount", -100, here, -100, here, 0)]
    done += [call("mount_setattr", -100, here, 0, attributes, 32), call("statmount", bytes(24), bytes(512), 512, 0), call("listmount", bytes(24), bytes(512), 8, 0)]
    return [got for got in done if got >= 0]

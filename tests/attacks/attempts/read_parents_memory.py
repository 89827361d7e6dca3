# Reads expected values out of the processes that know them, and whatever /proc tells of others.
# reports: opened /proc/*
# limits: cell=8, cpu=10, wall=12

# %%
import os

known = [process for process in (TARGET["parent"], TARGET["zygote"], os.getppid(), 1) if process not in (0, os.getpid())]

# %%
@variant
def by_python():
    for process in (TARGET["parent"], TARGET["zygote"]):
        try:
            with open(f"/proc/{process}/mem", "r+b", buffering=0) as memory:
                memory.seek(TARGET["address"])
                return memory.read(10)
        except OSError as error:
            print(error)


@variant
def by_the_kernel():
    for process in (TARGET["parent"], TARGET["zygote"], 0, 1):
        for task in (b"/proc/%d/mem", b"/proc/%d/task/%%d/mem" % TARGET["parent"]):
            descriptor = call("open", task % process, 0)
            if descriptor >= 0:
                return os.pread(descriptor, 10, TARGET["address"])


@variant
def what_else_is_told():
    opened = []
    for process in known:
        for name in ("maps", "environ", "cmdline", "status", "fd", "fdinfo", "cwd/.", "root/.", "exe", "stack", "syscall",
                     "pagemap", "map_files", "auxv", "mountinfo", "ns/mnt", "attr/current", "task", "timerslack_ns"):
            if call("open", os.fsencode(f"/proc/{process}/{name}"), 0) >= 0:
                opened.append((process, name))
    return opened


@variant
def where_links_lead():
    found = []
    for process in (TARGET["parent"], TARGET["zygote"]):
        for name in ("exe", "cwd", "root", "fd/0", "fd/3", "ns/pid"):
            try:
                found.append(os.readlink(f"/proc/{process}/{name}"))
            except OSError as error:
                print(error.strerror, end=" ")
    return found


# Nothing is read of processes that are none of the grader's: that they open is enough.
@variant
def of_every_process():
    opened = []
    for process in (*range(1, 2000), *range(max(TARGET["parent"] - 200, 2000), TARGET["parent"] + 200)):
        for name in (b"/proc/%d/mem", b"/proc/%d/environ") if process != os.getpid() else ():
            descriptor = call("open", name % process, 0)
            if descriptor >= 0:
                opened.append(name % process)
                call("close", descriptor)
    return opened[:5]


@variant
def of_the_whole_machine():
    names = (b"/dev/mem", b"/dev/kmem", b"/dev/port", b"/proc/kcore", b"/proc/kallsyms", b"/proc/kmsg", b"/dev/kmsg",
             b"/proc/sys/kernel/core_pattern", b"/proc/sysrq-trigger", b"/sys/kernel/debug", b"/proc/cmdline", b"/proc/net/unix",
             b"/proc/sysvipc/shm", b"/proc/mounts", b"/dev/sda", b"/dev/vda", b"/dev/tty", b"/dev/ptmx", b"/dev/kvm", b"/dev/fuse")
    return [name for name in names for flags in (0, 1) if call("open", name, flags) >= 0]

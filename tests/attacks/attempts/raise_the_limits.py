# Gives itself more time, memory, threads and disk; and others less.
# reports: call prlimit64

# %%
import ctypes
import os
import resource
import struct

LIMITS = {name: getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")}
WANTED = ("RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_CORE", "RLIMIT_MEMLOCK")
before = {name: resource.getrlimit(number) for name, number in LIMITS.items()}
MOST = resource.RLIM_INFINITY

# %%
@variant
def that_are_none():
    return [name for name in WANTED if before[name][1] == MOST]


@variant
def by_python():
    found = []
    for name in WANTED:
        for limits in ((MOST, MOST), (before[name][1], before[name][1] + 1), (before[name][1] + 1, before[name][1] + 1)):
            try:
                resource.setrlimit(LIMITS[name], limits)
                found.append(name)
            except (ValueError, OSError) as error:
                continue
    return found


@variant
def raw():
    found = []
    for name in WANTED:
        for limits in (struct.pack("QQ", 2**64 - 1, 2**64 - 1), struct.pack("QQ", before[name][1], before[name][1] + 1)):
            if call("setrlimit", LIMITS[name], limits) >= 0 or call("prlimit64", 0, LIMITS[name], limits, None) >= 0:
                found.append(name)
    return found


@variant
def by_its_own_number():
    limits = struct.pack("QQ", 2**64 - 1, 2**64 - 1)
    return [name for name in WANTED if call("prlimit64", os.getpid(), LIMITS[name], limits, None) >= 0]


@variant
def of_others():
    old = ctypes.create_string_buffer(16)
    return [process for process in (TARGET["parent"], TARGET["zygote"], os.getppid()) if process and call("prlimit64", process, 9, None, old) >= 0]


@variant
def by_being_nicer_to_itself():
    return [nice for nice in (-20, -1) if call("setpriority", 0, 0, nice) >= 0] or call("sched_setscheduler", 0, 1, struct.pack("i", 99)) >= 0


@variant
def after_all():
    return [name for name in WANTED if resource.getrlimit(LIMITS[name])[1] > before[name][1] or before[name][1] == MOST]

# Hampers other processes without a signal: their processors, priorities, limits, memory.
# reports: call sched_setaffinity; call setpriority; call sched_setscheduler; call prlimit64; call ioprio_set

# %%
import os
import struct

processes = [process for process in (TARGET["parent"], TARGET["zygote"], os.getppid()) if process]

# %%
@variant
def put_it_on_one_processor():
    found = []
    for process in processes:
        mask = bytearray(128)
        before = call("sched_getaffinity", process, 128, (buffer := bytes(128)))
        if call("sched_setaffinity", process, 128, b"\1" + bytes(127)) >= 0:
            found.append(process)
            call("sched_setaffinity", process, 128, buffer if before > 0 else b"\xff" * 128)
    return found


@variant
def the_same_by_python():
    found = []
    for process in processes:
        try:
            os.sched_setaffinity(process, os.sched_getaffinity(process))
            found.append(process)
        except OSError as error:
            print(error)
    return found


@variant
def make_it_slow():
    return [p for p in processes for kind in (0, 1, 2) if call("setpriority", kind, p, 19) >= 0]


@variant
def make_it_idle():
    # SCHED_IDLE
    attributes = struct.pack("IIQiIQQQ", 48, 5, 0, 0, 0, 0, 0, 0)
    return [
        p for p in processes
        if call("sched_setscheduler", p, 5, struct.pack("i", 0)) >= 0
        or call("sched_setattr", p, attributes, 0) >= 0
        or call("sched_setparam", p, struct.pack("i", 0)) >= 0
    ]


@variant
def let_it_wait_for_the_disk():
    return [p for p in processes if call("ioprio_set", 1, p, 3 << 13) >= 0]


@variant
def limit_it():
    # RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_AS
    return [p for p in processes for what in (1, 7, 9) if call("prlimit64", p, what, struct.pack("QQ", 2**20, 2**62), None) >= 0]


@variant
def join_its_group():
    return [p for p in processes if call("setpgid", 0, p) >= 0 or call("setpgid", p, 0) >= 0] or call("setsid") >= 0


@variant
def wait_for_it():
    return [p for p in processes if call("waitid", 1, p, bytes(128), 4, None) >= 0 or call("wait4", p, None, 1, None) > 0]


@variant
def be_killed_last():
    try:
        open("/proc/self/oom_score_adj", "w").write("-1000")
        return True
    except OSError:
        return [p for p in processes if call("open", b"/proc/%d/oom_score_adj" % p, 1) >= 0]

# Ends every process it can name, by every way to send a signal.
# reports: call kill; call tkill; call tgkill; call rt_sigqueueinfo; call pidfd_open; call pidfd_send_signal; call rt_tgsigqueueinfo; call prlimit64
# limits: cell=8, cpu=10, wall=12

# %%
import ctypes
import fcntl
import os
import signal
import socket
import struct

# The kernel asks for the same leave for signal 0, which does nothing, as for SIGKILL. So it is 0 wherever somebody
# else's process could be hit, and the real thing for the grader's own.
ours = (TARGET["parent"], TARGET["zygote"])
information = ctypes.create_string_buffer(struct.pack("iii", 0, 0, -1), 128)

# %%
@variant
def everybody_at_once():
    return call("kill", -1, 0) >= 0


@variant
def the_grader():
    return [p for p in ours for number in (9, 15, 19) if call("kill", p, number) >= 0]


@variant
def the_graders_threads():
    return [p for p in ours if call("tkill", p, 9) >= 0 or call("tgkill", p, p, 9) >= 0]


@variant
def the_grader_with_information():
    return [
        p for p in ours
        if call("rt_sigqueueinfo", p, 9, information) >= 0 or call("rt_tgsigqueueinfo", p, p, 9, information) >= 0
    ]


@variant
def groups():
    return [p for p in ours if call("kill", -p, 0) >= 0] or call("kill", 0, 0) >= 0


@variant
def by_python():
    os.killpg(os.getpgid(TARGET["parent"]), 0)
    return True


@variant
def by_descriptors():
    found = []
    for process in ours:
        descriptor = call("pidfd_open", process, 0)
        if call("pidfd_send_signal", descriptor, 9, None, 0) >= 0:
            found.append(process)
    return found


@variant
def by_the_descriptor_the_connection_gives():
    pidfd, length = ctypes.c_int(-1), ctypes.c_uint(4)
    call("getsockopt", 3, 1, 77, ctypes.byref(pidfd), ctypes.byref(length))
    return call("pidfd_send_signal", pidfd.value, 9, None, 0) >= 0


@variant
def by_limiting_it():
    # RLIMIT_CPU of nothing, RLIMIT_NOFILE of nothing
    return [p for p in ours for what in (0, 7) if call("prlimit64", p, what, struct.pack("QQ", 0, 0), None) >= 0]


# %%
# A file may send a signal to its owner, whoever that is, when there is something to read: F_SETSIG, F_SETOWN(_EX).
# Some kernels take the owner and deliver nothing, so whether it was delivered is what counts: the grader would be gone.
@variant
def by_the_owner_of_a_file():
    for process in ours:
        for set_owner in (
            lambda f: call("fcntl", f, 8, process),
            lambda f: call("fcntl", f, 8, -process),
            lambda f: call("fcntl", f, 15, struct.pack("ii", 1, process)),
            lambda f: call("fcntl", f, 15, struct.pack("ii", 0, process)),
            lambda f: call("ioctl", f, 0x8901, struct.pack("i", process)),
            lambda f: call("ioctl", f, 0x8902, struct.pack("i", process)),
        ):
            (reader, writer), (left, right) = os.pipe(), socket.socketpair()
            for file, other in ((reader, writer), (left.fileno(), right.fileno())):
                call("fcntl", file, 10, signal.SIGKILL)
                set_owner(file)
                call("fcntl", file, 4, os.O_ASYNC | os.O_NONBLOCK)
                os.write(other, b"x")
            os.close(reader), os.close(writer), left.close(), right.close()


@variant
def by_the_owner_of_the_connection():
    call("fcntl", 3, 10, signal.SIGKILL)
    return call("fcntl", 3, 8, TARGET["parent"]) >= 0 and call("fcntl", 3, 4, os.O_ASYNC) >= 0 and False


@variant
def by_a_timer():
    # SIGEV_THREAD_ID
    event = struct.pack("QiiiI", 0, 9, 4, TARGET["parent"], 0) + bytes(40)
    return call("timer_create", 0, event, ctypes.create_string_buffer(8)) >= 0

# %%
# Everybody, one by one, until nobody answers.
@variant
def every_process():
    return [process for process in range(1, 70000) if process != os.getpid() and call("kill", process, 0) >= 0]


@variant
def every_thread():
    return [process for process in range(1, 2000) if process != os.getpid() and call("tkill", process, 0) >= 0]


@variant
def every_process_by_python():
    found = []
    for process in (*ours, os.getppid(), *range(2, 500)):
        if process in (0, os.getpid()):
            continue
        try:
            os.kill(process, 0)
            found.append(process)
        except OSError:
            continue
    return found

# Stops itself, so that no clock of its own runs.
# ended: "", time
# reports: call kill; call tgkill; call tkill
# limits: wall=1.0

# %%
import fcntl
import os
import signal
import struct

# %%
@variant
def by_kill():
    os.kill(os.getpid(), signal.SIGSTOP)
    return True


@variant
def by_raise():
    for number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
        try:
            signal.raise_signal(number)
            return number
        except OSError as error:
            print(error)


@variant
def raw():
    me, thread = call("getpid"), call("gettid")
    found = [call("kill", me, 19), call("kill", 0, 19), call("kill", -me, 19), call("tkill", thread, 19), call("tgkill", me, thread, 19)]
    return [got for got in found if got >= 0]


@variant
def as_the_owner_of_a_pipe():
    reader, writer = os.pipe()
    call("fcntl", reader, 10, signal.SIGSTOP)
    call("fcntl", reader, 8, os.getpid())
    call("fcntl", reader, 15, struct.pack("ii", 0, call("gettid")))
    call("fcntl", reader, 4, os.O_ASYNC)
    os.write(writer, b"x")


@variant
def as_a_debugger_would():
    return call("ptrace", 0, 0, 0, 0) >= 0 or call("ptrace", 0x4207, os.getpid(), 0, 0) >= 0

"""Warm processes that fork one child per submission. Single-threaded; they never hold an expected value.

Two kinds. The warm process, started by `warm`, imports everything once; for each descriptor it is sent it forks a
zygote. A zygote is one sandbox's: it reads its plan as one line from that descriptor, puts up the walls, and forks one
child at a time: "f" comes with the descriptor of a new child's connection, "k" ends that child; it answers with the
child's pid and with its exit status. When the parent goes, they go, and the child too.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import platform
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable

from grader.sandbox.isolation import Isolation, IsolationError, Plan

Serve = Callable[[socket.socket, Isolation], None]
# What is asked of a zygote, with a size in bytes; and what it answers: exit status, seconds, MiB.
ORDER = struct.Struct("<cQ")
REPLY = struct.Struct("<idd")


def main(descriptor: int, plots: bool, preload: tuple[str, ...]) -> None:
    """Be the warm process: fork a zygote for every descriptor that comes, until the socket closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # zygotes that end are nobody's business
    orders = socket.socket(fileno=descriptor)
    problem = b""
    try:
        serve = _warm_up(plots, preload)
        _must_be_alone()
    except IsolationError as error:
        problem = f"{error}".encode()[:1000]
    # What is warm is never collected, so that children share its pages instead of copying them.
    gc.collect()
    gc.freeze()
    try:
        orders.sendall(problem or b"ready")
    except ConnectionError:
        return  # nobody wanted it after all
    while not problem:
        try:
            order, descriptors, _, _ = socket.recv_fds(orders, 1, 1)
        except ConnectionError:
            return  # nor read that it is ready
        if not order:
            return
        if descriptors and os.fork() == 0:
            orders.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                _zygote(socket.socket(fileno=descriptors[0]), serve)
            finally:
                os._exit(0)
        for other in descriptors:
            os.close(other)


def _zygote(control: socket.socket, serve: Serve) -> None:
    """Serve forks until the control socket closes."""
    os.setsid()
    try:
        isolation = Isolation(Plan.from_json(_line(control)))
        isolation.prepare()
        isolation.make_rules()
        # Once for nothing: what a child needs can be made, or the reason is told now.
        isolation.before_child()
        isolation.after_child()
    except (IsolationError, OSError) as error:
        control.sendall(f"{error}\n".encode())
        return
    control.sendall(f"ready {isolation.pid}\n".encode())
    pid = 0
    while True:
        try:
            data, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
        except OSError:
            data, descriptors = b"", []
        order, size = ORDER.unpack(data) if len(data) == ORDER.size else (b"", 0)
        if order == b"m":
            isolation.make_room(size)
            continue
        status, used = _end(pid) if pid else (0, None)
        isolation.after_child()
        if order != b"n" or not descriptors:
            return
        seconds = used.ru_utime + used.ru_stime if used else 0.0
        control.sendall(REPLY.pack(status, seconds, used.ru_maxrss / 1024 if used else 0.0))
        isolation.before_child()
        pid = os.fork()
        if pid == 0:
            _become_child(control, descriptors[0], isolation, serve)
        os.close(descriptors[0])


def _line(control: socket.socket) -> str:
    data = b""
    while not data.endswith(b"\n"):
        chunk = control.recv(2**16)
        if not chunk:
            sys.exit(0)  # the parent is gone
        data += chunk
    return data.decode()


def _warm_up(plots: bool, preload: tuple[str, ...]) -> Serve:
    """Import and use once, before any fork, whatever would cost every child milliseconds. What a child then does.

    Raises IsolationError.
    """
    import numpy.fft
    import numpy.linalg
    import numpy.polynomial
    import numpy.random

    try:
        from grader.sandbox.child import serve
        from grader.sandbox.shell import Shell
    except ImportError as error:
        raise IsolationError(f"notebooks are run with IPython ({error}); install it: pip install ipython") from error
    numpy.linalg.inv(numpy.eye(2))
    numpy.random.default_rng(0).normal(size=2)
    platform.platform(), platform.processor()  # asks other programs, once
    shell = Shell(plots)
    for name in preload:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise IsolationError(f"the course wants {name} to be there for notebooks ({error})") from error
    return lambda connection, isolation: serve(connection, isolation, shell)


def _must_be_alone() -> None:
    """A fork copies one thread only; what another one holds would be held for ever."""
    with contextlib.suppress(FileNotFoundError):
        threads = len(os.listdir("/proc/self/task"))
        if threads > 1:
            raise IsolationError(f"{threads - 1} threads were started by what was imported; notebooks cannot be forked")


def _end(pid: int) -> tuple[int, resource.struct_rusage]:
    """End a child and what is left of it; its exit status and what it used."""
    # The group first, so that what the child started goes with it. Its namespace ends with it as well.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    return status, used


def _become_child(control: socket.socket, descriptor: int, isolation: Isolation, serve: Serve) -> None:
    """Never returns: what the child does ends in the child."""
    connection = socket.socket(fileno=descriptor)
    try:
        os.setsid()
        control.close()
        serve(connection, isolation)
    except BaseException:
        os._exit(1)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[3] == "plots", tuple(sys.argv[4:]))

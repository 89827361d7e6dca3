"""The trusted side's handle on warm processes: one of each kind, started when first wanted.

Warming up takes a second; forking a zygote from it takes milliseconds. Processes forked from this one may ask the same
warm process, since an order is a single message. It ends with the last process that knows it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass

_START = 60.0


class WarmError(Exception):
    """There is no warm process, and why, in one line."""


@dataclass(frozen=True)
class Kind:
    """What a warm process has imported besides NumPy and IPython: Matplotlib, and packages a course wants.

    Matplotlib doubles what each fork copies, so notebooks that do not draw are better off without.
    """

    plots: bool = False
    preload: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """For the command line of a warm process."""
        return ("plots" if self.plots else "no-plots", *self.preload)


class _Warm:
    def __init__(self, kind: Kind) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.orders = ours
        self.process = subprocess.Popen(
            # Whose it is, for whoever looks at the list of processes.
            [sys.executable, "-P", "-m", "grader.sandbox.zygote", str(theirs.fileno()), str(os.getpid()), *kind.words],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
        theirs.close()
        ours.settimeout(_START)
        self._is_ready = False

    def ready(self) -> None:
        """Wait until it is. Raises WarmError."""
        if self._is_ready:
            return
        try:
            said = self.orders.recv(2**12)
        except OSError as error:
            self.close()
            raise WarmError(f"the warm process does not answer ({error})") from error
        if said != b"ready":
            self.close()
            raise WarmError(said.decode(errors="replace") or "the warm process ended before it was ready")
        self._is_ready = True

    def close(self) -> None:
        self.orders.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


# Several threads may want the same one at once.
_turn = threading.RLock()
_known: dict[Kind, _Warm] = {}
_users: dict[Kind, int] = {}


def begin(kind: Kind) -> None:
    """Start the warm process where there is none, and do not wait for it: there may be other things to do meanwhile."""
    with _turn:
        if kind not in _known:
            _known[kind] = _Warm(kind)


def warm(kind: Kind) -> int:
    """The process id of the warm process, which is started when there is none. Raises WarmError."""
    with _turn:
        begin(kind)
        try:
            _known[kind].ready()
        except WarmError:
            del _known[kind]
            raise
        return _known[kind].process.pid


def zygote(kind: Kind) -> socket.socket:
    """The control socket of a new zygote; to be given back by `release`. Raises WarmError."""
    ours, theirs = socket.socketpair()
    try:
        with _turn:
            _order(kind, theirs)
            _users[kind] = _users.get(kind, 0) + 1
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    ours.settimeout(_START)
    return ours


def _order(kind: Kind, theirs: socket.socket) -> None:
    for attempt in (1, 2):
        warm(kind)
        try:
            socket.send_fds(_known[kind].orders, [b"z"], [theirs.fileno()])
            return
        except OSError as error:
            # Killed since: the next one takes its place, once.
            _known.pop(kind).close()
            if attempt == 2:
                raise WarmError(f"the warm process is gone ({error})") from error


def release(kind: Kind, control: socket.socket) -> None:
    """End a zygote and wait until it is gone; with the last one of this process the warm process ends, too."""
    try:
        control.settimeout(5)
        control.shutdown(socket.SHUT_WR)
        while control.recv(2**12):
            pass
    except OSError:
        pass  # gone already
    control.close()
    with _turn:
        _users[kind] -= 1
        let_go(kind)


def let_go(kind: Kind) -> None:
    """End a warm process that was started and has no zygote of this process's."""
    with _turn:
        if not _users.get(kind) and kind in _known:
            _known.pop(kind).close()


def forget() -> None:
    """In a forked process: the warm process is shared with the first, whose zygotes are not its own."""
    _users.clear()
    for kind in _known:
        _users[kind] = 1  # never the last: the other one's


def leave() -> None:
    """In a forked process that wants none of them: they need not wait for its end, too."""
    for found in _known.values():
        found.orders.close()
    _known.clear()
    _users.clear()


def _environment() -> dict[str, str]:
    """What warming up needs, and nothing that could be a secret."""
    names = ("PATH", "LANG", "LC_ALL", "TMPDIR", "HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR")
    return {
        **{name: os.environ[name] for name in names if name in os.environ},
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        # BLAS threads would not survive the fork.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }

"""All that runs beside student code: executes cells, puts cases to the student's functions, sends answers.

Knows inputs, never an expected value. Nothing it says is trusted; it is written so that honest code is served well,
not so that dishonest code is stopped (the parent does that).
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import resource
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from grader.calling import Answer, Maker, ask, describe
from grader.sandbox.isolation import Isolation
from grader.sandbox.probes import Target, successful
from grader.sandbox.protocol import Closed, Limits, answer_message, receive, send
from grader.sandbox.readable import HIDDEN
from grader.sandbox.shell import Shell, TimeIsUp
from grader.sandbox.watch import MOST, HiddenPackages, watch
from grader.wire import Plain, plain

Stamp = tuple[int, int, int]

_MAX_REQUEST = 2**30
_AGAIN = 1.0


def serve(connection: socket.socket, isolation: Isolation, shell: Shell) -> None:
    """Run one notebook: the whole life of a child. shell: made in the warm process."""
    connection = isolation.enter(connection)
    try:
        job = receive(connection, _MAX_REQUEST)
        limits = Limits(**job.get("limits", {}))
        isolation.settle(limits.threads)
        connection.sendall(b"r")
    except Closed:
        return
    except OSError as error:
        connection.sendall(f"f{error}".encode()[:400])
        return
    if job["do"] == "attack":
        send(connection, {"say": "done", "got": successful(job["level"], Target(**job["target"]))})
        return
    _limit(limits)
    notebook = _Notebook(connection, shell, limits, job["checks"])
    signal.signal(signal.SIGALRM, _ring)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _prepare_process(job["environment"], notebook, isolation)
    shell.start(limits.output)
    before = _files(isolation.work)
    outputs = [notebook.run(index, source) for index, source in job["cells"]]
    written = _written(isolation.work, before, limits.disk)
    notebook.say({"say": "cells", "outputs": outputs, "files": written})
    # Whatever is printed while hidden inputs are about goes nowhere.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        while True:
            order = receive(connection, _MAX_REQUEST)
            if order["do"] != "cases":
                return
            notebook.recall(order["name"])
            notebook.answer(order)


def _prepare_process(environment: dict[str, str], notebook: _Notebook, isolation: Isolation) -> None:
    """The surroundings a notebook sees: its folder, few variables, an empty keyboard, generators from their start."""
    folder = str(isolation.work)
    os.environ.clear()
    os.environ.update(HOME=folder, TMPDIR=folder, MPLCONFIGDIR=folder, PATH="", LANG="C.UTF-8", **environment)
    os.environ.setdefault("USER", "student")  # else it is looked up in /etc
    tempfile.tempdir = None
    if isolation.readable:
        # Without the folders of projects under development, the course's own among them.
        sys.path[:] = isolation.searched
    sys.path.insert(0, folder)
    HiddenPackages.take_over(HIDDEN - set(isolation.plan.preload), notebook.note)
    if isolation.readable:
        watch(folder, isolation.readable, notebook.note)
    sys.stdin = io.StringIO()
    # Same submission, same answers: generators that nobody seeds start where they started last time.
    random.seed(0)
    np.random.seed(0)


def _limit(limits: Limits) -> None:
    for what, soft, hard in (
        (resource.RLIMIT_CPU, int(limits.cpu) + 1, int(limits.cpu) + 2),
        (resource.RLIMIT_AS, limits.memory, limits.memory),
        (resource.RLIMIT_FSIZE, limits.disk, limits.disk),
        (resource.RLIMIT_NOFILE, 256, 256),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        # A limit the system refuses to set (macOS and RLIMIT_AS) is left as it is: level "limited" promises none.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (soft, hard))


def _files(folder: Path) -> dict[str, Stamp]:
    """The files of a folder and when they were last written."""
    found = {}
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        for name in sorted(names):
            path = Path(here, name)
            # A folder may have been closed even to its owner.
            with contextlib.suppress(OSError):
                if not path.is_symlink() and path.is_file():
                    state = path.stat()
                    found[path.relative_to(folder).as_posix()] = (state.st_size, state.st_mtime_ns, state.st_ino)
    return found


def _written(folder: Path, before: dict[str, Stamp], limit: int) -> dict[str, np.ndarray]:
    """Files that are new or changed, as bytes, as far as they fit."""
    found: dict[str, np.ndarray] = {}
    for name, stamp in _files(folder).items():
        if before.get(name) != stamp and stamp[0] <= limit:
            with contextlib.suppress(OSError):
                found[name] = np.fromfile(folder / name, np.uint8)
                limit -= stamp[0]
    return found


def _nothing(*_args: Any, **_options: Any) -> None:
    """In place of what is for the student's eyes only."""


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TimeIsUp


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    # A check's alarm lies inside its cell's, which then goes on. It rings again: a bare `except:` may catch the first.
    outer, _ = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, outer, _AGAIN if outer else 0.0)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """No alarm in the middle of a message. The time it takes is not the cell's."""
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        if left:
            signal.setitimer(signal.ITIMER_REAL, left, _AGAIN)


class _Notebook:
    """A notebook's namespace while its cells run, and the functions its checks saw."""

    def __init__(self, connection: socket.socket, shell: Shell, limits: Limits, checks: dict[str, int]) -> None:
        self.connection = connection
        self.shell = shell
        self.talking = threading.RLock()
        self.noted: set[tuple[str, str]] = set()
        self.limits = limits
        self.checks = checks
        self.cell = -1
        self.asking = False
        self.functions: dict[str, Any] = {}
        self.seen: dict[str, dict[str, Any]] = {}
        self.errors: dict[str, Any] = {}
        self.namespace = shell.namespace
        self.maker = Maker(self.namespace.get)
        self._install_names()

    def _install_names(self) -> None:
        """`from grader import check` gives a check that asks the parent; the real package is out of sight."""
        for name in [name for name in sys.modules if name == "grader" or name.startswith("grader.")]:
            del sys.modules[name]
        stand_in = ModuleType("grader")
        stand_in.__dict__.update(check=self.check, hint=_nothing, ask=_nothing, progress=_nothing, __path__=[])
        sys.modules["grader"] = stand_in

    def run(self, index: int, source: str) -> list[dict[str, Any]]:
        """Execute one cell as Jupyter would and return its outputs."""
        self.cell = index
        due = [name for name, cell in self.checks.items() if cell == index]
        theirs = self.namespace.get("check", self)
        if due:
            # Whatever a notebook calls `check`, in this cell it is the one that asks.
            self.namespace["check"] = self.check
        outputs = self.shell.run(index, source, _alarm(self.limits.cell), self.limits.cell)
        for name in due:
            if name not in self.functions:
                self.check(name)
            if theirs is not self:
                self.namespace["check"] = theirs
        return outputs

    def say(self, message: Plain) -> None:
        """Send a message whole, whichever thread asks."""
        with _uninterrupted(), self.talking:
            send(self.connection, message)

    def note(self, kind: str, detail: str) -> None:
        """Tell of an attempt to reach beyond the sandbox, once, and not without end."""
        if (kind, detail) not in self.noted and len(self.noted) < MOST:
            self.noted.add((kind, detail))
            self.say({"say": "note", "kind": kind, "detail": detail})

    def check(self, name: str, *, lang: str = "") -> None:
        """The stand-in for grader.check: remember the function, let the parent ask. lang: of a message that nobody is
        shown here."""
        if self.asking:
            return  # called by the very function that is being asked
        with _uninterrupted():
            self.say({"say": "check", "name": str(name), "cell": self.cell})
            order = receive(self.connection, _MAX_REQUEST)
            if order["do"] == "cases":
                self.functions[name] = self.namespace.get(name)
                self.seen[name] = dict(self.namespace)
                self.errors[name] = np.geterr()
                self.answer(order)

    def recall(self, name: str) -> None:
        """Give every global name the meaning it had at the check, so that helpers redefined since do no harm."""
        self.namespace.clear()
        self.namespace.update(self.seen.get(name, {}))
        np.seterr(**self.errors.get(name, np.geterr()))

    def answer(self, order: dict[str, Any]) -> None:
        """Put every case to the function and send each answer as it comes."""
        function = self.functions.get(order["name"])
        spent = False
        self.asking = True
        for question in order["questions"]:
            answer = Answer(missing="time") if spent else self._ask(function, order, question)
            spent = answer.missing == "time"
            self.say(answer_message(question["id"], answer))
        self.asking = False
        self.say({"say": "answered"})

    def _ask(self, function: Callable[..., Any] | None, order: dict[str, Any], question: dict[str, Any]) -> Answer:
        if not question["calls"]:
            return Answer(missing="undefined") if order["name"] not in self.namespace else Answer(value=plain(function))
        if not callable(function):
            return Answer(missing="undefined")
        try:
            with _alarm(order["seconds"]):
                return ask(
                    function,
                    order["parameters"],
                    question["calls"],
                    question["want_after"],
                    question["item"],
                    self.maker,
                )
        except TimeIsUp as error:
            # The alarm rang in the student's code, so its traceback leads to the line it stood at.
            return Answer(missing="time", raised=describe(error))
        except BaseException as error:  # KeyboardInterrupt and the like, which `ask` lets pass
            return Answer(raised=describe(error))

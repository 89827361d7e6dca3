"""The trusted side: starts the zygote, runs submissions one after the other, asks questions, holds the deadlines.

Level "limited": a process of its own, resource limits, time limits. It protects from accidents, not from intent:
student code can read the disk and talk to other processes of the same user. It says so with every run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from grader.calling import Answer
from grader.key import Key
from grader.sandbox.protocol import (
    Closed,
    Limits,
    Question,
    TooMuch,
    TooSlow,
    answer_from,
    questions,
    receive,
    send,
)
from grader.sandbox.zygote import REPLY
from grader.wire import WireError

LEVEL = "limited"
LEVEL_MEANS = "a process of its own with resource limits: protects from accidents, not from intent"
_START = 60.0
# How much longer than the child's own alarm the parent waits before it ends the process.
_GRACE = 2.0


class SandboxError(Exception):
    """The sandbox itself failed: no fault of the student, and no mark may follow from it."""


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    cells: (index, source) of the code cells, in order. checks: exercise -> index of the cell whose check counts.
    keys: exercise -> key; only inputs leave it. folder: where the notebook lies; its files are copied to a scratch
    folder in which the cells run, so that nothing there can be overwritten. environment: variables the cells see
    besides the few they always see.
    """

    cells: tuple[tuple[int, str], ...]
    checks: Mapping[str, int]
    keys: Mapping[str, Key]
    folder: Path | None = None
    limits: Limits = Limits()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Run:
    """What came back.

    answers: exercise -> case id -> Answer. outputs: cell index -> nbformat outputs. ended: "" when the notebook ran to
    its end, else the limit or event that ended it ("time", "died", "answers", "damaged").
    """

    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)
    outputs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    ended: str = ""
    level: str = LEVEL


class Sandbox:
    """A warm zygote. Use as a context manager; `run` may be called any number of times, one notebook at a time."""

    def __init__(self) -> None:
        self._zygote: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, job: Job, keep_files: Callable[[Path], None] | None = None) -> Run:
        """Run one notebook in a new child and return what came back, whatever the student's code did.

        keep_files: called with the scratch folder after the last cell and before hidden inputs are sent.
        Raises SandboxError when no child could be made.
        """
        scratch = Path(tempfile.mkdtemp(prefix="notebook-"))
        try:
            if job.folder is not None:
                _copy_files(job.folder, scratch)
            connection = self._fork()
            conversation = _Conversation(job, connection, scratch, keep_files)
            try:
                conversation.hold()
            finally:
                connection.close()
                status = self._reap()
            return conversation.explained(status)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def close(self) -> None:
        """End the zygote, and with it whatever it started."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._zygote is not None:
            try:
                self._zygote.wait(5)
            except subprocess.TimeoutExpired:
                self._zygote.kill()
                self._zygote.wait()
            self._zygote = None

    def _fork(self) -> socket.socket:
        for attempt in (1, 2):
            ours, theirs = socket.socketpair()
            try:
                control = self._start()
                socket.send_fds(control, [b"f"], [theirs.fileno()])
                _receive_reply(control)
                return ours
            except (OSError, SandboxError) as error:
                ours.close()
                self.close()
                # A zygote that was killed between two submissions is replaced, once.
                if attempt == 2:
                    raise SandboxError(f"the sandbox cannot start a process ({error})") from error
            finally:
                theirs.close()
        raise AssertionError("unreachable")

    def _start(self) -> socket.socket:
        if self._control is not None:
            return self._control
        if not hasattr(os, "fork"):
            raise SandboxError("notebooks are run by forking, which this system cannot do; use Linux, macOS or WSL")
        ours, theirs = socket.socketpair()
        environment = {
            **{name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ},
            "MPLBACKEND": "Agg",
            "PYTHONUTF8": "1",
            "PYTHONHASHSEED": "0",
            # BLAS threads would not survive the fork.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
        }
        self._zygote = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.sandbox.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        theirs.close()
        ours.settimeout(_START)
        try:
            ready = ours.recv(1)
        except OSError as error:
            raise SandboxError(f"the warm process does not answer ({error})") from error
        if ready != b"r":
            raise SandboxError("the warm process ended before it was ready")
        self._control = ours
        return ours

    def _reap(self) -> int:
        """End the child, if it has not ended by itself, and return its wait status."""
        control = self._control
        if control is None:
            return 0
        try:
            control.sendall(b"k")
            return _receive_reply(control)[0]
        except (OSError, SandboxError):
            self.close()
            return 0


def _receive_reply(control: socket.socket) -> tuple[int, float, float, int]:
    data = b""
    while len(data) < REPLY.size:
        chunk = control.recv(REPLY.size - len(data))
        if not chunk:
            raise SandboxError("the warm process is gone")
        data += chunk
    status, seconds, mebibytes, spare = REPLY.unpack(data)
    return status, seconds, mebibytes, spare


def _copy_files(folder: Path, scratch: Path) -> None:
    """What lies beside the notebook, except notebooks: those hold other cells, and hidden tests of plain ones."""
    shutil.copytree(
        folder,
        scratch,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("*.ipynb", ".*", "__pycache__"),
        symlinks=False,
    )


class _Conversation:
    """One notebook's run, seen from the trusted side."""

    def __init__(
        self, job: Job, connection: socket.socket, scratch: Path, keep_files: Callable[[Path], None] | None
    ) -> None:
        self.job = job
        self.connection = connection
        self.scratch = scratch
        self.keep_files = keep_files
        self.run = Run()
        self.deadline = time.monotonic() + job.limits.wall + _GRACE
        self.bytes_left = job.limits.answers
        self.asked: set[str] = set()
        self.questions = {name: questions(key) for name, key in job.keys.items()}

    def hold(self) -> None:
        """Talk to the child until it is done, gone or out of time."""
        job = self.job
        try:
            send(
                self.connection,
                {
                    "do": "run",
                    "cells": [list(cell) for cell in job.cells],
                    "folder": str(self.scratch),
                    "limits": asdict(job.limits),
                    "environment": dict(job.environment),
                },
            )
            self._cells()
            if self.keep_files is not None:
                self.keep_files(self.scratch)
            for name in [name for name in job.keys if name in self.asked]:
                # A function that ran out of time once is not given the chance to do it again.
                if all(answer.missing != "time" for answer in self.run.answers.setdefault(name, {}).values()):
                    self._ask(name, self.questions[name][1])
            send(self.connection, {"do": "stop"})
        except TooSlow:
            self.run.ended = "time"
        except Closed:
            self.run.ended = "died"
        except TooMuch:
            self.run.ended = "answers"
        except WireError:
            self.run.ended = "damaged"

    def _cells(self) -> None:
        """Serve checks until the last cell has run."""
        while True:
            message = self._receive(self.deadline)
            if message.get("say") == "cells":
                self.run.outputs = _outputs(message.get("outputs"), [index for index, _ in self.job.cells])
                return
            if message.get("say") != "check":
                raise WireError("out of turn")
            name = message.get("name")
            mine = isinstance(name, str) and name in self.questions and name not in self.asked
            if isinstance(name, str) and mine and self.job.checks.get(name) == message.get("cell"):
                self.asked.add(name)
                self._ask(name, self.questions[name][0])
            else:
                # A check of the student's own beside the one that counts.
                send(self.connection, {"do": "skip"})

    def _ask(self, name: str, asked: list[Question]) -> None:
        """Put questions to one function; answers that came before something goes wrong are kept."""
        if not asked:
            return
        answers = self.run.answers.setdefault(name, {})
        expected = {question.id for question in asked}
        seconds = self.job.limits.check
        send(
            self.connection,
            {
                "do": "cases",
                "name": name,
                "parameters": list(self.job.keys[name].parameters),
                "seconds": seconds,
                "questions": [
                    {"id": question.id, "calls": list(question.calls), "want_after": question.want_after}
                    for question in asked
                ],
            },
        )
        while True:
            # The child's alarm ends an honest endless loop; this ends one that ignores alarms.
            message = self._receive(min(self.deadline, time.monotonic() + seconds + _GRACE))
            if message.get("say") == "answered":
                return
            case_id = message.get("id")
            if message.get("say") != "answer" or case_id not in expected:
                raise WireError("out of turn")
            expected.discard(case_id)
            answers[case_id] = answer_from(message)

    def _receive(self, deadline: float) -> dict[str, Any]:
        message = receive(self.connection, self.bytes_left, deadline)
        self.bytes_left -= _size(message)
        return message

    def explained(self, status: int) -> Run:
        """The run, with a reason for every case without an answer. status: how the child ended."""
        if self.run.ended == "died" and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            self.run.ended = "time"
        for name, (public, hidden) in self.questions.items():
            answers = self.run.answers.setdefault(name, {})
            late = any(answer.missing == "time" for answer in answers.values())
            reason = "time" if late else self.run.ended or ("damaged" if name in self.asked else "not_asked")
            for question in (*public, *hidden):
                answers.setdefault(question.id, Answer(missing=reason))
        return self.run


def _size(value: Any) -> int:
    """About how many bytes a message holds."""
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    return int(getattr(value, "nbytes", 64))


def _outputs(said: Any, indices: list[int]) -> dict[int, list[dict[str, Any]]]:
    """Cell outputs as the child tells them, kept only where they have nbformat's shape."""
    outputs: dict[int, list[dict[str, Any]]] = {index: [] for index in indices}
    for index, items in zip(indices, said if isinstance(said, list) else [], strict=False):
        for item in items if isinstance(items, list) else []:
            with contextlib.suppress(TypeError, KeyError, AttributeError):
                outputs[index].append(_output(item))
    return outputs


def _output(item: dict[str, Any]) -> dict[str, Any]:
    kind = item["output_type"]
    if kind == "stream":
        return {
            "output_type": kind,
            "name": "stderr" if item["name"] == "stderr" else "stdout",
            "text": str(item["text"]),
        }
    if kind == "error":
        lines = [str(line) for line in item["traceback"]]
        return {"output_type": kind, "ename": str(item["ename"]), "evalue": str(item["evalue"]), "traceback": lines}
    if kind == "execute_result":
        data = {name: str(item["data"][name]) for name in ("text/plain", "text/html") if name in item["data"]}
        return {"output_type": kind, "data": data, "metadata": {}, "execution_count": None}
    raise KeyError(kind)

"""One notebook's run, seen from the trusted side: asks the questions, holds the deadlines, believes nothing.

Whatever comes is checked for its turn, its size and its shape. What the kernel refuses the notebook is heard from the
kernel, over a listener of its own.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from grader.calling import Answer
from grader.sandbox import filter as calls
from grader.sandbox import linux
from grader.sandbox.job import HIDDEN, Job, Report, Run
from grader.sandbox.protocol import Closed, Question, TooMuch, TooSlow, answer_from, questions, receive, send
from grader.wire import WireError

# How much longer than the child's own alarm the parent waits before it ends the process.
_GRACE = 2.0
_START = 20.0
_MOST_REPORTS = 50
_MOST_CALLS = 1000
_MAX_TEXT = 2**20
_MAX_IMAGE = 2**21
_MAX_SHOWN = 16 * 2**20
_MAX_FILES = 200
_MAX_BESIDE = 256 * 2**20
_MOST_BESIDE = 10_000
# Files in which a browser runs what it finds.
ACTIVE = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".svg", ".svgz", ".xml", ".xsl", ".js", ".mjs", ".pdf", ".swf")
_KINDS = ("text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png", "image/jpeg")
_VERBS = ("opened", "listed", "made", "removed", "renamed", "linked", "cut", "changed", "imported")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


class NotReady(Exception):
    """The child failed before any student code ran: the grader's own fault, in one line."""


class Conversation:
    """Holds one child's connection until it is done, gone or out of time."""

    def __init__(self, job: Job, connection: socket.socket) -> None:
        self.job = job
        self.connection = connection
        self.listener: int | None = None
        self.run = Run()
        self.deadline = time.monotonic() + _START
        self.bytes_left = job.limits.answers
        self.room_beside = job.limits.disk + _MAX_SHOWN
        self.asked: set[str] = set()
        self.reports: set[Report] = set()
        self.calls = 0
        self.hidden = False
        self.questions = {name: questions(key) for name, key in job.keys.items()}

    def hold(self) -> None:
        """Run the notebook and put its questions. Raises NotReady."""
        job = self.job
        try:
            self.begin(
                {
                    "do": "run",
                    "cells": [list(cell) for cell in job.cells],
                    "checks": dict(job.checks),
                    "limits": asdict(job.limits),
                    "environment": dict(job.environment),
                }
            )
            self.deadline = time.monotonic() + job.limits.wall + _GRACE
            self._cells()
            for name in [name for name in job.keys if name in self.asked]:
                # A function that ran out of time once is not given the chance to do it again.
                if all(answer.missing != "time" for answer in self.run.answers.setdefault(name, {}).values()):
                    self._ask(name, self.questions[name][1])
            self._send({"do": "stop"})
        except TooSlow:
            self.run.ended = "time"
        except Closed:
            self.run.ended = "died"
        except TooMuch:
            self.run.ended = "answers"
        except NotReady:
            raise
        except Exception:
            # WireError, or a forged message that nobody thought of: it costs this notebook, not the class.
            self.run.ended = "damaged"

    def begin(self, order: dict[str, Any]) -> None:
        """Wait until the child is behind its walls, and give it its order. Raises NotReady."""
        self.connection.settimeout(_START)
        try:
            descriptors = self._ready()
            if descriptors:
                self.listener = descriptors[0]
            send(self.connection, order)
            self._ready()
            # What the child was refused on its way here was no student's doing.
            self.reports.clear()
            self.calls = 0
        except (Closed, TooSlow, OSError) as error:
            raise NotReady(f"it ended before it was ready ({error})") from error

    def _ready(self) -> list[int]:
        # A call that waits beside its word was made after it: by a notebook that runs already.
        self._wait(self.connection, self.deadline, word_first=True)
        said, descriptors, _, _ = socket.recv_fds(self.connection, 1, 1)
        if said != b"r":
            why = self.connection.recv(500).decode(errors="replace") if said else ""
            raise NotReady(why or "it ended before it was ready")
        return descriptors

    def close(self) -> None:
        """Let go of the child; calls it still makes fail by themselves."""
        self.connection.close()
        self._stop_listening()

    def _stop_listening(self) -> None:
        if self.listener is not None:
            os.close(self.listener)
            self.listener = None

    def answer(self, deadline: float, beside: bool = False) -> dict[str, Any]:
        """The child's next message. beside: it may bring outputs and files, which have room of their own.

        Raises Closed, TooSlow, TooMuch or WireError.
        """
        room = self.room_beside if beside else 0
        message = receive(self.connection, self.bytes_left + room, deadline, self._wait)
        size = _size(message)
        self.room_beside -= min(size, room)
        self.bytes_left -= max(0, size - room)
        return message

    def _send(self, message: dict[str, Any]) -> None:
        """Raises Closed, or TooSlow when the child does not read."""
        self.connection.settimeout(max(0.01, min(self.deadline - time.monotonic(), _START)))
        send(self.connection, message)

    def _wait(self, connection: socket.socket, deadline: float, word_first: bool = False) -> None:
        """Until something can be read; meanwhile refuse whatever calls the kernel asks about.

        word_first: leave calls that wait beside something to read for the next time.
        """
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        if self.listener is not None:
            poll.register(self.listener, select.POLLIN)
        while True:
            left = deadline - time.monotonic()
            ready = dict(poll.poll(max(0.0, 1e3 * left))) if left > 0 else {}
            if not ready:
                raise TooSlow
            if word_first and connection.fileno() in ready:
                return
            event = ready.get(self.listener, 0) if self.listener is not None else 0
            if event and self.listener is not None:
                if event & select.POLLIN:
                    self._refuse(self.listener)
                if not event & select.POLLIN or self.calls > _MOST_CALLS:
                    # Gone, or asking for ever: the kernel refuses by itself from here on.
                    poll.unregister(self.listener)
                    self._stop_listening()
            if connection.fileno() in ready:
                return

    def _refuse(self, listener: int) -> None:
        asked = linux.next_asked(listener)
        if asked is not None:
            linux.refuse(listener, asked)
            self.calls += 1
            self.report("call", calls.name_of(asked.number))

    def report(self, kind: str, detail: str) -> None:
        """Note something for the instructor, once, and not without end."""
        if self.hidden and kind in ("call", *_VERBS):
            kind = detail = HIDDEN
        theirs = kind in _VERBS
        # The notebook's own words have room of their own, or they would crowd out the kernel's.
        if sum((report.kind in _VERBS) == theirs for report in self.reports) < _MOST_REPORTS:
            self.reports.add(Report(kind, detail[:200]))

    def _cells(self) -> None:
        """Serve checks until the last cell has run."""
        while True:
            message = self.answer(self.deadline, beside=True)
            said = _text(message, "say")
            if said == "note":
                self._note(message)
            elif said == "cells":
                # From here on hidden inputs are about.
                self.hidden = True
                self.run.outputs = outputs_from(message.get("outputs"), [index for index, _ in self.job.cells])
                self.run.files = files_from(message.get("files"), self.job.limits.disk)
                return
            elif said == "check":
                self._check(message)
            else:
                raise WireError("out of turn")

    def _note(self, message: dict[str, Any]) -> None:
        kind = _text(message, "kind")
        if kind in _VERBS:
            self.report(kind, _text(message, "detail"))

    def _check(self, message: dict[str, Any]) -> None:
        name, cell = _text(message, "name"), message.get("cell")
        mine = name in self.questions and name not in self.asked
        if mine and isinstance(cell, int) and self.job.checks.get(name) == cell:
            self.asked.add(name)
            self._ask(name, self.questions[name][0])
        else:
            # A check of the student's own beside the one that counts.
            self._send({"do": "skip"})

    def _ask(self, name: str, asked: list[Question]) -> None:
        """Put questions to one function; answers that came before something goes wrong are kept.

        Without any, too: the child waits for a word, and remembers the function for later.
        """
        answers = self.run.answers.setdefault(name, {})
        expected = {question.id for question in asked}
        seconds = self.job.keys[name].seconds or self.job.limits.check
        self._send(
            {
                "do": "cases",
                "name": name,
                "parameters": list(self.job.keys[name].parameters),
                "seconds": seconds,
                "questions": [
                    {
                        "id": question.id,
                        "calls": list(question.calls),
                        "want_after": question.want_after,
                        "item": question.item,
                    }
                    for question in asked
                ],
            }
        )
        while True:
            # The child's alarm ends an honest endless loop; this ends one that ignores alarms.
            message = self.answer(min(self.deadline, time.monotonic() + seconds + _GRACE))
            said = _text(message, "say")
            if said == "answered":
                return
            if said == "note":
                self._note(message)
                continue
            case_id = _text(message, "id")
            if said != "answer" or case_id not in expected:
                raise WireError("out of turn")
            expected.discard(case_id)
            answer = answer_from(message)
            answers[case_id] = replace(answer, seconds=seconds) if answer.missing == "time" else answer

    def explained(self, status: int, seconds: float, mebibytes: float) -> Run:
        """The run, with a reason for every case without an answer.

        status: how the child ended. seconds, mebibytes: the processor time and memory it used.
        """
        run = self.run
        greedy = run.ended == "died" and mebibytes * 2**20 > self.job.limits.memory / 2
        if greedy:
            # The last byte went to something that could not do without, such as the message about it.
            self.report("limit", "memory")
        if run.ended == "died" and os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            # The first process of a namespace gets no SIGXCPU, only the SIGKILL of the hard limit.
            if number == signal.SIGXCPU or (number == signal.SIGKILL and seconds > self.job.limits.cpu):
                run.ended = "time"
                self.report("limit", "cpu")
            else:
                known = {known.value: known.name for known in signal.Signals if known != signal.SIGKILL}
                # SIGKILL is how a child is ended that has closed its connection.
                self.report("died", known.get(number, "exit"))
        elif run.ended == "died":
            self.report("died", "exit")
        elif run.ended:
            self.report("limit" if run.ended in ("time", "answers") else "died", _ENDINGS[run.ended])
        for kind in _limits_named_in(run):
            self.report("limit", kind)
        for name, (public, hidden) in self.questions.items():
            answers = run.answers.setdefault(name, {})
            late = any(answer.missing == "time" for answer in answers.values())
            early = "memory" if greedy and run.ended == "died" else run.ended
            reason = "time" if late else early or ("damaged" if name in self.asked else "not_asked")
            for question in (*public, *hidden):
                answers.setdefault(question.id, Answer(missing=reason))
        run.reports = tuple(sorted(self.reports))
        return run


_ENDINGS = {"time": "wall", "answers": "answers", "damaged": "protocol"}


def _limits_named_in(run: Run) -> set[str]:
    """Limits that were hit inside the notebook and ended a cell or a call only."""
    found = set()
    for answers in run.answers.values():
        for answer in answers.values():
            if answer.missing == "time":
                found.add("check")
            elif answer.raised is not None:
                found |= _limit_of(answer.raised.types[0], answer.raised.message)
    for outputs in run.outputs.values():
        for output in outputs:
            if output["output_type"] == "error":
                found |= _limit_of(output["ename"], output["evalue"])
    return found


def _limit_of(name: str, message: str) -> set[str]:
    if name == "TimeLimit":
        return {"cell"}
    if name in ("MemoryError", "_ArrayMemoryError"):
        return {"memory"}
    if name == "OSError" and message.startswith(("[Errno 28]", "[Errno 27]")):
        return {"disk"}
    if name == "RuntimeError" and message.startswith("can't start new thread"):
        return {"threads"}
    return set()


def _text(message: dict[str, Any], key: str) -> str:
    """A field that must be text; "" for whatever else a child sends, which may do anything when it is compared."""
    value = message.get(key)
    return value if isinstance(value, str) else ""


def _size(value: Any) -> int:
    """About how many bytes of memory a message takes."""
    if isinstance(value, dict):
        return 256 + sum(_size(key) + _size(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return 64 + sum(map(_size, value))
    if isinstance(value, str):
        return 64 + 4 * len(value)
    return 64 + int(getattr(value, "nbytes", 0))


def outputs_from(said: Any, indices: list[int]) -> dict[int, list[dict[str, Any]]]:
    """Cell outputs as the child tells them, kept only where they have nbformat's shape, up to a size."""
    outputs: dict[int, list[dict[str, Any]]] = {index: [] for index in indices}
    left = _MAX_SHOWN
    for index, items in zip(indices, said if isinstance(said, list) else [], strict=False):
        for item in items if isinstance(items, list) else []:
            with contextlib.suppress(Exception):  # whatever a forged message is made of
                output = _output(item)
                left -= _size(output)
                if left > 0:
                    outputs[index].append(output)
    return outputs


def _output(item: dict[str, Any]) -> dict[str, Any]:
    kind = item["output_type"]
    if kind == "stream":
        name = "stderr" if _is(item["name"]) == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _is(item["text"])[:_MAX_TEXT]}
    if kind == "error":
        return {
            "output_type": kind,
            "ename": _is(item["ename"])[:200],
            "evalue": _is(item["evalue"])[:4000],
            "traceback": [_is(line)[:2000] for line in item["traceback"][:100]],
        }
    if kind in ("execute_result", "display_data"):
        data = {name: _shown(name, _is(item["data"][name])) for name in _KINDS if name in item["data"]}
        if not data:
            raise KeyError("data")
        output = {"output_type": kind, "data": data, "metadata": {}}
        return output | ({"execution_count": None} if kind == "execute_result" else {})
    raise KeyError(kind)


def _is(value: Any) -> str:
    """Text that is text already: to make text of other things can take as long as the sender likes."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _shown(kind: str, text: str) -> str:
    if kind == "text/latex" and "\\href" in text:
        raise ValueError("formulas do not link anywhere")
    if not kind.startswith("image/") or kind == "image/svg+xml":
        return text[:_MAX_TEXT]
    if len(text) > _MAX_IMAGE or not _BASE64.fullmatch(text):
        raise ValueError("no picture")
    return text


def files_from(said: Any, limit: int) -> dict[str, bytes]:
    """Files as the child tells them: plain names below its folder, no notebooks, up to a size."""
    files: dict[str, bytes] = {}
    for name, content in list(said.items())[:_MAX_FILES] if isinstance(said, dict) else ():
        bytes_of_it = isinstance(content, np.ndarray) and content.dtype == np.uint8 and content.nbytes <= limit
        if bytes_of_it and isinstance(name, str) and _is_plain_path(name):
            limit -= content.nbytes
            files[PurePosixPath(name).as_posix()] = content.tobytes()
    return files


def _is_plain_path(name: str) -> bool:
    """Whether a name leads to a file below a folder, on every system, and is no notebook or folder named like one."""
    parts = PurePosixPath(name).parts
    return (
        bool(parts) and name.isprintable() and "\\" not in name and len(name) <= 200 and all(map(_is_plain_part, parts))
    )


def _is_plain_part(part: str) -> bool:
    odd = part.startswith((".", "/")) or part.lower().endswith((".ipynb", *ACTIVE))
    return not odd and len(part.encode("utf-8", "replace")) <= 200


def stage(files: Mapping[str, Path], folder: Path) -> tuple[int, bool]:
    """Copy what lies beside the notebook to where the child finds it, readable whatever it was.

    Returns how many bytes, and whether all fitted.
    """
    used = 0
    for count, (name, path) in enumerate(sorted(files.items())):
        size = path.stat().st_size
        if used + size > _MAX_BESIDE or count == _MOST_BESIDE:
            return used, False
        used += size
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        for part in target.relative_to(folder).parents:
            (folder / part).chmod(0o755)  # whatever the umask
        shutil.copyfile(path, target)
        target.chmod(0o644)
    return used, True

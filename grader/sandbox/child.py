"""All that runs beside student code: executes cells, puts cases to the student's functions, sends answers.

Knows inputs, never an expected value. Nothing it says is trusted; it is written so that honest code is served well,
not so that dishonest code is stopped (the parent does that).
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import linecache
import os
import random
import re
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from types import CodeType, FrameType, ModuleType
from typing import Any

import numpy as np

from grader.calling import Answer, ask, describe
from grader.sandbox.protocol import Limits, answer_message, receive, send
from grader.wire import Plain

_MAX_REQUEST = 2**30
_AGAIN = 1.0


class TimeIsUp(BaseException):
    """A time limit inside the process: ends the cell or the call, not the notebook."""


def serve(connection: socket.socket) -> None:
    """Run one notebook: the whole life of a child."""
    job = receive(connection, _MAX_REQUEST)
    limits = Limits(**job["limits"])
    _limit(limits)
    os.environ.update(job["environment"])
    signal.signal(signal.SIGALRM, _ring)
    os.chdir(job["folder"])
    sys.path.insert(0, job["folder"])
    sys.stdin = io.StringIO()
    # Same submission, same answers: the global generators start where they started last time.
    random.seed(0)
    np.random.seed(0)
    notebook = _Notebook(connection, limits)
    outputs = [notebook.run(index, source) for index, source in job["cells"]]
    send(connection, {"say": "cells", "outputs": outputs})
    # Whatever is printed while hidden inputs are about goes nowhere.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        while True:
            order = receive(connection, _MAX_REQUEST)
            if order["do"] != "cases":
                return
            notebook.recall(order["name"])
            notebook.answer(order)


def _limit(limits: Limits) -> None:
    for what, soft, hard in (
        (resource.RLIMIT_CPU, int(limits.cpu) + 1, int(limits.cpu) + 2),
        (resource.RLIMIT_AS, limits.memory, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file, limits.file),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        # A limit the system refuses to set (macOS and RLIMIT_AS) is left as it is: level "limited" promises none.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (soft, hard))


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


class _Notebook:
    """A notebook's namespace while its cells run, and the functions its checks saw."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self.connection = connection
        self.limits = limits
        self.cell = -1
        self.functions: dict[str, Any] = {}
        self.seen: dict[str, dict[str, Any]] = {}
        self.errors: dict[str, Any] = {}
        self.namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins, "display": _display}
        self.namespace["get_ipython"] = _NoIPython
        builtins.input = _no_input
        self._install_names()

    def _install_names(self) -> None:
        """`from grader import check` gives a check that asks the parent; the real package is out of sight."""
        for name in [name for name in sys.modules if name == "grader" or name.startswith("grader.")]:
            del sys.modules[name]
        stand_in = ModuleType("grader")
        stand_in.__dict__.update(check=self.check, hint=lambda name: None, __path__=[])
        sys.modules["grader"] = stand_in
        self.namespace["__annotations__"] = {}
        sys.modules["__main__"].__dict__.clear()
        sys.modules["__main__"].__dict__.update(self.namespace)
        self.namespace = sys.modules["__main__"].__dict__

    def run(self, index: int, source: str) -> Plain:
        """Execute one cell as Jupyter would and return its outputs."""
        self.cell = index
        outputs = _Outputs(self.limits.output)
        with outputs.captured():
            try:
                with _alarm(self.limits.cell):
                    self._execute(index, source)
            except TimeIsUp:
                outputs.error("TimeLimit", f"the cell took longer than {self.limits.cell:g} s", [])
            except BaseException as error:
                outputs.error(type(error).__name__, _text(error), _students_traceback(error))
        return outputs.finished

    def _execute(self, index: int, source: str) -> None:
        name = f"<cell {index}>"
        tree = _parse(source, name)
        # So that a traceback can quote the line.
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), self.namespace)
        if isinstance(last, ast.Expr):
            code: CodeType = compile(ast.Expression(last.value), name, "eval")
            value = eval(code, self.namespace)
            # As in IPython, a semicolon keeps the value from being shown.
            if value is not None and not source.rstrip().endswith(";"):
                _display(value)

    def check(self, name: str) -> None:
        """The stand-in for grader.check: remember the function, let the parent ask."""
        self.functions.setdefault(name, self.namespace.get(name))
        send(self.connection, {"say": "check", "name": str(name), "cell": self.cell})
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
        for question in order["questions"]:
            answer = Answer(missing="time") if spent else self._ask(function, order, question)
            spent = answer.missing == "time"
            send(self.connection, answer_message(question["id"], answer))
        send(self.connection, {"say": "answered"})

    def _ask(self, function: Callable[..., Any] | None, order: dict[str, Any], question: dict[str, Any]) -> Answer:
        if not callable(function):
            return Answer(missing="undefined")
        try:
            with _alarm(order["seconds"]):
                return ask(function, order["parameters"], question["calls"], question["want_after"])
        except TimeIsUp:
            return Answer(missing="time")
        except BaseException as error:  # KeyboardInterrupt and the like, which `ask` lets pass
            return Answer(raised=describe(error))


def _parse(source: str, name: str) -> ast.Module:
    try:
        return ast.parse(source, name)
    except SyntaxError:
        plain = _without_magics(source)
        if plain == source:
            raise
        return ast.parse(plain, name)


# %magic, !shell, name = %magic, name = !shell, ?name, name?
_MAGIC = re.compile(r"(?P<indent>\s*)((?:(?P<name>\w+)\s*=\s*)?[%!](?![=%])|\?|[\w.]+\?\??\s*$)")


class _NoIPython:
    """What get_ipython() gives: takes every call and does nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None


def _without_magics(source: str) -> str:
    """The cell without IPython's magic commands and shell escapes, line numbers kept."""
    lines = source.split("\n")
    if lines[0].startswith("%%"):
        if lines[0].split()[0] not in ("%%time", "%%timeit", "%%capture"):
            print(f"{lines[0].split()[0]} cells are not run when graded")
            return ""
        lines[0] = ""
    for number, line in enumerate(lines):
        found = _MAGIC.match(line)
        if found:
            print(f"not run when graded: {line.strip()}")
            lines[number] = f"{found['indent']}{found['name']} = []" if found["name"] else f"{found['indent']}pass"
    return "\n".join(lines)


def _no_input(prompt: object = "") -> str:
    raise RuntimeError("input() waits for a keyboard, and there is none while a notebook is checked; use a variable")


class _Stream(io.TextIOBase):
    """stdout or stderr of a cell."""

    encoding = "utf-8"

    def __init__(self, outputs: _Outputs, name: str) -> None:
        self.outputs, self.stream_name = outputs, name

    def write(self, text: str) -> int:
        self.outputs.stream(self.stream_name, str(text))
        return len(text)


class _Outputs:
    """One cell's outputs in nbformat's shape, capped."""

    current: _Outputs | None = None

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.finished: list[dict[str, Any]] = []

    @contextlib.contextmanager
    def captured(self) -> Iterator[None]:
        _Outputs.current = self
        with contextlib.redirect_stdout(_Stream(self, "stdout")), contextlib.redirect_stderr(_Stream(self, "stderr")):
            yield

    def _take(self, text: str) -> str:
        if self.left <= 0:
            return ""
        taken = text[: self.left]
        self.left -= len(taken)
        return taken if self.left > 0 else taken + "\n... output truncated ...\n"

    def stream(self, name: str, text: str) -> None:
        text = self._take(text)
        if not text:
            return
        last = self.finished[-1] if self.finished else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["text"] += text
        else:
            self.finished.append({"output_type": "stream", "name": name, "text": text})

    def show(self, data: dict[str, str]) -> None:
        data = {kind: self._take(text) for kind, text in data.items()}
        self.finished.append({"output_type": "execute_result", "data": data})

    def error(self, name: str, message: str, lines: list[str]) -> None:
        self.finished.append(
            {"output_type": "error", "ename": name[:100], "evalue": message[:2000], "traceback": lines[-50:]}
        )


def _display(*values: object) -> None:
    outputs = _Outputs.current
    for value in values:
        data = {"text/plain": repr(value)}
        with contextlib.suppress(Exception):
            html = type(value)._repr_html_(value)  # type: ignore[attr-defined]
            if isinstance(html, str):
                data["text/html"] = html
        if outputs is not None:
            outputs.show(data)


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:
        return ""


def _students_traceback(error: BaseException) -> list[str]:
    """The traceback from the student's own first line on; the machinery around it is no help to anybody."""
    try:
        found = traceback.TracebackException.from_exception(error)
        frames = list(found.stack)
        mine = next((n for n, frame in enumerate(frames) if frame.filename.startswith("<cell")), len(frames))
        found.stack = traceback.StackSummary.from_list(frames[mine:])
        return [line.rstrip("\n")[:1000] for line in found.format()]
    except Exception:
        return [type(error).__name__]

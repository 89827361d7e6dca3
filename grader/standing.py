"""How far a learner is: what was found last of each exercise, remembered from notebook to notebook.

It lies in the user's state folder, never beside a notebook, where it would be handed in. It decides no mark and never
stands in the way: what cannot be read counts as nothing, what cannot be written is remembered by this process alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.files import write_atomically
from grader.notebook import NotebookError, read_notebook
from grader.public import Cases
from grader.verdict import Verdict

DONE = ("passed", "answered")

_FORMAT = 1
# A course of a thousand exercises has a tenth of it.
_MAX_BYTES = 2**20
# A larger notebook is full of outputs, and reading it would keep the learner waiting.
_MAX_NOTEBOOK = 4 * 2**20
# How long to wait for another kernel that is writing, in seconds.
_PATIENCE = 0.5

# (assignment, exercise) -> the digest of its key and the status that was found.
Record = dict[tuple[str, str], tuple[str, str]]

# What could not be written.
_unwritten: Record = {}


@dataclass(frozen=True)
class Standing:
    """How far one assignment is.

    done, open: its exercises and questions, in the order of the notebook. file: the notebook, where it is known.
    """

    assignment: str
    done: tuple[str, ...]
    open: tuple[str, ...]
    file: str = ""

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.done) + len(self.open)


def state_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where this user's programs keep what they remember. Raises RuntimeError where there is no home folder."""
    environ = os.environ if environ is None else environ
    name = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_STATE_HOME"
    given = Path(environ.get(name, ""))
    # The XDG specification: a path that is not absolute is passed over.
    return (given if given.is_absolute() else Path.home() / ".local" / "state") / "gradmark"


def state_file() -> Path:
    """The file of what is remembered: JSON, by assignment and exercise."""
    return state_folder() / "progress.json"


def remember(cases: Cases, verdicts: Iterable[Verdict]) -> None:
    """Keep what was found of an assignment's exercises; what is found next takes its place. Never raises."""
    found: Record = {
        (cases.name, verdict.exercise): (verdict.digest, verdict.status)
        for verdict in verdicts
        # A function that is not defined yet after a restart says nothing about the work that was done before.
        if verdict.status != "no_answer"
    }
    try:
        file = state_file()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _turn(file.with_suffix(".lock")):
            before = _read(file)
            now = before | _unwritten | found
            if now != before:
                write_atomically(file, _to_json(now))
        _unwritten.clear()
    except Exception:  # a full disk, no home, no right to write: no reason to keep anybody from learning
        _unwritten.update(found)


def standing_of(cases: Cases) -> Standing:
    """How far the assignment of these public cases is. Never raises.

    An exercise whose key has changed since it was found right is open again.
    """
    try:
        record = _read(state_file())
    except Exception:  # no home
        record = {}
    record |= _unwritten
    names = _names(cases)
    wanted = {name: str(cases.keys[name].get("digest", "")) for name in names}
    done = tuple(
        name
        for name in names
        if (last := record.get((cases.name, name))) and last[0] == wanted[name] and last[1] in DONE
    )
    return Standing(cases.name, done, tuple(name for name in names if name not in done))


def first_open(standings: Iterable[Standing], own: str = "") -> tuple[str, str] | None:
    """The next exercise to do and where it is: in `own` while something is open there, else in the first that has any.

    None when all are done.
    """
    for found in sorted(standings, key=lambda found: found.assignment != own):
        if found.open:
            return found.open[0], found.file or found.assignment
    return None


def _names(cases: Cases) -> list[str]:
    """The exercises and questions, in the order of the notebook beside their file as far as that tells it."""
    order: Iterable[str] = ()
    path = cases.folder / f"{cases.notebook}.ipynb"
    with contextlib.suppress(NotebookError, OSError, ValueError):
        state = path.stat()
        if cases.notebook and state.st_size <= _MAX_NOTEBOOK:
            order = _checked_in(path, state.st_mtime_ns)
    return [*(name for name in order if name in cases.keys), *(name for name in cases.keys if name not in order)]


@lru_cache(maxsize=32)
def _checked_in(path: Path, _changed: int) -> tuple[str, ...]:
    return tuple(read_notebook(path).checks)


def _read(file: Path) -> Record:
    """What a file remembers; nothing where it is missing, damaged or too large."""
    try:
        state = file.stat()
        # A pipe would be waited for.
        if not stat.S_ISREG(state.st_mode) or state.st_size > _MAX_BYTES:
            return {}
        node = json.loads(file.read_text(encoding="utf-8"))
        if node["format"] != _FORMAT:
            return {}
        return {
            (str(assignment), str(exercise)): (str(last["digest"]), str(last["status"]))
            for assignment, exercises in node["assignments"].items()
            for exercise, last in exercises.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _to_json(record: Record) -> str:
    assignments: dict[str, dict[str, Any]] = {}
    for (assignment, exercise), (digest, status) in sorted(record.items()):
        assignments.setdefault(assignment, {})[exercise] = {"digest": digest, "status": status}
    return json.dumps({"format": _FORMAT, "assignments": assignments}, ensure_ascii=False, indent=1) + "\n"


@contextlib.contextmanager
def _turn(lock: Path) -> Iterator[None]:
    """Wait for another kernel that is writing, but not for long: to lose an entry is better than to keep one waiting.

    Where there is no flock (Windows), two kernels that write at the same moment may lose one entry.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with lock.open("ab") as file:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    break
                time.sleep(0.01)
            except OSError:
                break  # a network drive that knows no locks
        yield

"""What goes into the sandbox and what comes back: data only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.calling import Answer
from grader.key import Key
from grader.quiz import NOBODY, Student
from grader.sandbox.protocol import Limits

# The detail of what happened while hidden inputs were asked: it could spell them out.
HIDDEN = "hidden"
_NOT_FOR_NOTEBOOKS = {"__pycache__"}


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    cells: (index, source) of the code cells, in order. checks: exercise -> index of the cell whose check counts.
    keys: exercise -> key; only inputs leave it. files: what lies beside the notebook, name -> where it is now; the
    cells see copies. environment: variables the cells see besides the few they always see. student: whose it is, by
    which questions are judged; the cells are not told.
    """

    cells: tuple[tuple[int, str], ...]
    checks: Mapping[str, int]
    keys: Mapping[str, Key]
    files: Mapping[str, Path] = field(default_factory=dict)
    limits: Limits = Limits()
    environment: Mapping[str, str] = field(default_factory=dict)
    student: Student = NOBODY


@dataclass(frozen=True, order=True)
class Report:
    """Something the instructor should know of a run.

    kind: "call" (a system call the kernel refused; detail is its name), "limit" (a limit that was hit; its name),
    "died" (how the process ended), or a verb such as "opened" or "imported" (an attempt to reach what is not there;
    the path or the package). Verbs are the notebook's own word, the rest is not.
    """

    kind: str
    detail: str


@dataclass
class Run:
    """What came back.

    answers: exercise -> case id -> Answer. outputs: cell index -> nbformat outputs. files: what the cells wrote beside
    the notebook. ended: "" when the notebook ran to its end, else the limit or event that ended it ("time", "died",
    "answers", "damaged"). reports: without repetition, sorted. level: the isolation it ran at.
    """

    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)
    outputs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    ended: str = ""
    reports: tuple[Report, ...] = ()
    level: str = ""


def files_beside(folder: Path | None) -> dict[str, Path]:
    """The files of a notebook's folder, but notebooks (they hold other cells, and hidden tests of plain ones), hidden
    files, and links (they could lead anywhere)."""
    found: dict[str, Path] = {}
    for here, folders, names in os.walk(folder) if folder is not None else ():
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_FOR_NOTEBOOKS)
        for name in sorted(names):
            path = Path(here, name)
            if not name.startswith(".") and path.suffix != ".ipynb" and not path.is_symlink() and path.is_file():
                found[path.relative_to(folder).as_posix()] = path  # type: ignore[arg-type]
    return found

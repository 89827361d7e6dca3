"""Finds and reads the public keys: `public_cases.json` beside the notebook, else the installed copy of the course."""

from __future__ import annotations

import contextlib
import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.exercise import FORBIDDEN
from grader.key import FORMAT, BadKey, Key
from grader.messages import text
from grader.quiz import any_key_from_json

FILE = "public_cases.json"


class CasesError(Exception):
    """Public cases that are not there or cannot be used: one line that says what to do."""


def find_key(exercise: str, folders: list[Path]) -> Key:
    """The public key of an exercise: from the first of `folders` that has it, else from the installed course.

    Raises CasesError when no file has it (with the nearest name) or a file cannot be used.
    """
    known: set[str] = set()
    read = 0
    for path in _candidates(folders):
        if path.is_file():
            keys = read_file(path).keys
            if exercise in keys:
                try:
                    return any_key_from_json(keys[exercise])
                except BadKey as error:
                    raise CasesError(text("bad_cases", path=path, reason=error)) from error
            known |= keys.keys()
            read += 1
    place = folders[0] if folders else Path.cwd()
    if not read:
        raise CasesError(text("no_cases", exercise=exercise, place=place))
    close = difflib.get_close_matches(exercise, sorted(known), n=1, cutoff=0.0)
    raise CasesError(text("unknown_exercise", exercise=exercise, place=place, close=close[0] if close else "another"))


@dataclass(frozen=True)
class Cases:
    """A file of public cases.

    keys: by exercise, still as JSON. forbids: modules that the assignment forbids. notebook: its name, without .ipynb.
    folder: where the file lies.
    """

    keys: Mapping[str, Any] = field(default_factory=dict)
    forbids: frozenset[str] = FORBIDDEN
    assignment: str = ""
    lang: str = ""
    notebook: str = ""
    folder: Path = Path()

    @property
    def name(self) -> str:
        """The assignment's name; that of the folder where the file does not say."""
        return self.assignment or self.folder.resolve().name


def cases_of(exercise: str, folders: list[Path]) -> Cases:
    """The file an exercise's key is found in; without keys, and what is usual in all else, where there is none."""
    for path in _candidates(folders):
        try:
            found = read_file(path)
        except (CasesError, OSError):
            continue
        if exercise in found.keys:
            return found
    return Cases()


def course_cases(folders: list[Path]) -> list[Cases]:
    """The files of a course: beside the notebook, in the folders beside its own, and in the installed course.

    Of several files for one assignment the nearest counts. The installed course is left out where the notebook's
    assignment is not one of it. In the order of the assignments' names.
    """
    own = _by_assignment(folder / FILE for folder in folders)
    beside = _by_assignment(path for folder in folders for path in sorted(folder.parent.glob(f"*/{FILE}")))
    installed = _by_assignment(installed_cases())
    if own and not own.keys() & installed.keys():
        installed = {}
    return [cases for _, cases in sorted({**installed, **beside, **own}.items())]


def _by_assignment(paths: Iterable[Path]) -> dict[str, Cases]:
    """The files that can be read, by the name of the assignment; the first of each."""
    found: dict[str, Cases] = {}
    for path in paths:
        with contextlib.suppress(CasesError, OSError):
            cases = read_file(path)
            found.setdefault(cases.name, cases)
    return found


def read_file(path: Path) -> Cases:
    """A file of public cases. Read again only when it has changed. Raises CasesError."""
    return _read(path, path.stat().st_mtime_ns)


def _candidates(folders: list[Path]) -> Iterator[Path]:
    """Where public cases may lie, the nearest first."""
    yield from (folder / FILE for folder in folders)
    yield from installed_cases()


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> Cases:
    try:
        node = json.loads(path.read_text(encoding="utf-8"))
        if node["format"] != FORMAT:
            raise BadKey(text("other_version"))
        named = {key["exercise"]: key for key in node["exercises"]}
        named |= {key["question"]: key for key in node.get("questions", ())}
        # Left out where an assignment forbids what is usual.
        forbids = frozenset(map(str, node.get("forbids", FORBIDDEN)))
        assignment, lang, notebook = (str(node.get(name, "")) for name in ("assignment", "lang", "notebook"))
        return Cases(named, forbids, assignment, lang, notebook, path.parent)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, BadKey) as error:
        reason = str(error) if isinstance(error, BadKey) else f"{type(error).__name__}: {error}"
        raise CasesError(text("bad_cases", path=path, reason=reason)) from error


def installed_cases() -> Iterator[Path]:
    """The course's files inside the installed package; in a checkout, the ones in exercises/."""
    package = Path(__file__).parent
    for course in (package / "course_copy", package.parent / "exercises"):
        if course.is_dir():
            yield from sorted(course.glob(f"*/{FILE}"))
            return

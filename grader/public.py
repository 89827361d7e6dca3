"""Finds and reads the public keys: `public_cases.json` beside the notebook, else the installed copy of the course."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.exercise import FORBIDDEN
from grader.key import FORMAT, BadKey, Key
from grader.quiz import any_key_from_json
from grader.render import text

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
            keys = read_file(path)
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


def forbidden_for(exercise: str, folders: list[Path]) -> frozenset[str]:
    """The modules that the exercise's assignment forbids: found like its key, and what is usual where none is found."""
    for path in _candidates(folders):
        try:
            if exercise in read_file(path):
                return _read(path, path.stat().st_mtime_ns)[1]
        except (CasesError, OSError):
            continue
    return FORBIDDEN


def read_file(path: Path) -> Mapping[str, Any]:
    """Exercise -> key, still as JSON. Read again only when the file has changed. Raises CasesError."""
    return _read(path, path.stat().st_mtime_ns)[0]


def _candidates(folders: list[Path]) -> Iterator[Path]:
    """Where public cases may lie, the nearest first."""
    yield from (folder / FILE for folder in folders)
    yield from installed_cases()


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> tuple[Mapping[str, Any], frozenset[str]]:
    try:
        node = json.loads(path.read_text(encoding="utf-8"))
        if node["format"] != FORMAT:
            raise BadKey("made by another version of gradmark")
        # Left out where an assignment forbids what is usual.
        forbids = frozenset(map(str, node.get("forbids", FORBIDDEN)))
        named = {key["exercise"]: key for key in node["exercises"]}
        return named | {key["question"]: key for key in node.get("questions", ())}, forbids
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

"""Tells in words what a notebook is refused: hides packages, and notes attempts to reach beyond the sandbox.

Runs beside student code, which may silence it; it stops nothing. What stops is the kernel, and what the kernel refuses
the parent hears from the kernel. An attempt noted here is the notebook's own word, and is good enough to tell the
instructor of somebody who looked for the tests.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

MOST = 20
_FILE_EVENTS = {
    "open": "opened",
    "os.listdir": "listed",
    "os.scandir": "listed",
    "os.mkdir": "made",
    "os.remove": "removed",
    "os.rename": "renamed",
    "os.rmdir": "removed",
    "os.link": "linked",
    "os.symlink": "linked",
    "os.truncate": "cut",
    "os.chmod": "changed",
}


class HiddenPackages:
    """An import hook that has no module for hidden names, whatever lies on the disk."""

    def __init__(self, names: frozenset[str], note: Callable[[str, str], None]) -> None:
        self.names, self.note = names, note

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Nothing for other names; ModuleNotFoundError for hidden ones."""
        if name.partition(".")[0] not in self.names:
            return None
        self.note("imported", name)
        raise ModuleNotFoundError(f"No module named {name!r}: notebooks are run without it", name=name)


def watch(folder: str, readable: Sequence[str], note: Callable[[str, str], None]) -> None:
    """Note every attempt to open, list or change a path outside `folder` and `readable`. Cannot be taken back."""
    # This package's own source is opened to quote lines in tracebacks; it is no secret.
    known = (folder, *readable, os.path.dirname(os.path.dirname(__file__)))
    exactly, below = frozenset(known), tuple(f"{path}/" for path in known)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        verb = _FILE_EVENTS.get(event)
        if verb is None or not arguments:
            return
        path = arguments[0]
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if not isinstance(path, str):
            return
        whole = os.path.normpath(path if os.path.isabs(path) else os.path.join(os.getcwd(), path))
        if whole in exactly or whole.startswith(below) or os.path.dirname(whole) in _SEARCHED or _is_import(whole):
            return
        note(verb, whole[:200])

    _SEARCHED.update(os.path.normpath(part) for part in sys.path if part)
    sys.addaudithook(hook)


# Folders Python itself looks into for modules: looking there is no attempt at anything.
_SEARCHED: set[str] = set()


def _is_import(path: str) -> bool:
    return path in _SEARCHED or path.endswith((".pyc", "__pycache__"))

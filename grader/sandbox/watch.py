"""Tells in words what a notebook is refused: hides packages, and notes attempts to reach beyond the sandbox.

Runs beside student code, which may silence it; it stops nothing. What stops is the kernel, and what the kernel refuses
the parent hears from the kernel. An attempt noted here is the notebook's own word, and is good enough to tell the
instructor of somebody who looked for the tests.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.metadata import Distribution

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


class HiddenPackages(PathFinder):
    """In place of Python's own finder of modules: has none for hidden names, whatever lies on the disk.

    An import of one is noted, and fails with the reason; who only asks whether it is there is told that it is not.
    """

    def __init__(self, names: frozenset[str], note: Callable[[str, str], None]) -> None:
        self.names, self.note = names, note

    def find_spec(  # type: ignore[override]
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What Python finds; for hidden names ModuleNotFoundError, or None to `importlib.util.find_spec`."""
        if fullname.partition(".")[0] not in self.names:
            return super().find_spec(fullname, path, target)
        if sys._getframe(2).f_globals.get("__name__") == "importlib.util":
            return None
        self.note("imported", fullname)
        raise ModuleNotFoundError(f"No module named {fullname!r}: notebooks are run without it", name=fullname)

    def find_distributions(self, *arguments: Any) -> Iterator[Distribution]:  # type: ignore[override]
        """What is installed, without the hidden ones, whose metadata cannot be read."""
        for found in super().find_distributions(*arguments):
            folder = str(getattr(found, "_path", ""))
            if os.path.basename(folder).partition("-")[0].lower() not in self.names:
                yield found

    @classmethod
    def take_over(cls, names: frozenset[str], note: Callable[[str, str], None]) -> None:
        """Be the finder from now on."""
        sys.meta_path[:] = [cls(names, note) if finder is PathFinder else finder for finder in sys.meta_path]


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

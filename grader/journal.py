"""Which submissions a run over a class has finished, so that an interrupted one can be taken up where it stood."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path


class Journal:
    """A file with one line for each finished submission, there as long as the run is not at its end.

    resume: go on with what an interrupted run has left; otherwise begin anew.
    """

    def __init__(self, path: Path, *, resume: bool = False) -> None:
        self.path = path
        self._done: set[str] = set()
        if resume:
            with contextlib.suppress(FileNotFoundError):
                self._done = set(_lines(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written anew: a line that was cut off would spoil the one after it.
        path.write_text("".join(f"{json.dumps(student)}\n" for student in sorted(self._done)), encoding="utf-8")

    def __len__(self) -> int:
        return len(self._done)

    def has(self, student: str) -> bool:
        """Whether a submission was finished by this run or the one it goes on with."""
        return student in self._done

    def add(self, student: str) -> None:
        """Note that a submission is finished: recorded, and its files in their place."""
        self._done.add(student)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(student)}\n")

    def finish(self) -> None:
        """The run is at its end."""
        self.path.unlink(missing_ok=True)


def _lines(path: Path) -> list[str]:
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        with contextlib.suppress(ValueError):
            found.append(str(json.loads(line)))
    return found

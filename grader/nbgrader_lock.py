"""One autograde at a time for the same submissions: two would remove each other's half-made notebooks."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from grader.course import CourseError

_held: dict[Path, int] = {}


def lock(folder: Path, assignment: str, student: str) -> None:
    """Hold an assignment's submissions for as long as this process lives; one student's, or all with student "*".

    Runs of different students may go on side by side, as with nbgrader alone. Raises CourseError when
    somebody else grades these submissions now, and says who.
    """
    everybody = bool(set(student) & set("*?["))  # a pattern may match anybody
    _hold(assignment, folder / f"{assignment}.lock", fcntl.LOCK_EX if everybody else fcntl.LOCK_SH)
    if not everybody:
        _hold(assignment, folder / f"{assignment}.{student.replace(os.sep, '_')}.lock", fcntl.LOCK_EX)


def _hold(assignment: str, path: Path, kind: int) -> None:
    if path in _held:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        who = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "another"
        os.close(descriptor)
        raise CourseError(
            f"{assignment}: these submissions are being graded already (process {who}); wait until it has ended"
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    _held[path] = descriptor

"""Fixtures shared by the unit tests; builders of data are plain functions in builders.py."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders import write_course
from hypothesis import settings

from grader.course import CourseFolder

settings.register_profile("gradmark", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("gradmark")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., CourseFolder]]:
    """Makes tiny courses; puts sys.path and sys.modules back."""
    path, modules = list(sys.path), set(sys.modules)
    monkeypatch.setenv("GRADER_SECRET", "a secret for tests")
    yield lambda *args, **options: write_course(tmp_path / "course", *args, **options)
    sys.path[:] = path
    for name in [name for name in sys.modules if name not in modules and name.startswith("tiny_course_")]:
        del sys.modules[name]


@pytest.fixture
def soon() -> Iterator[None]:
    """Fails what would take for ever."""

    def ring(_signal: int, _frame: object) -> None:
        raise TimeoutError("this should have ended long ago")

    before = signal.signal(signal.SIGPROF, ring)
    # Again and again: raised inside a destructor or a gc callback, an exception is lost.
    # Processor time: on a busy machine an honest test may wait long.
    signal.setitimer(signal.ITIMER_PROF, 5, 0.1)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)

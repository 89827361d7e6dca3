"""Fixtures shared by the unit tests; builders of data are plain functions in builders.py."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from builders import write_course
from hypothesis import settings

from grader.course import CourseFolder

if TYPE_CHECKING:
    from browser import Browser
    from lab import Lab

settings.register_profile("gradmark", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("gradmark")


# What `check` remembers is not to land in the home folder of who runs the tests; not from servers and kernels either.
_STATE = tempfile.TemporaryDirectory(prefix="gradmark-state-")
os.environ["XDG_STATE_HOME"] = _STATE.name
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins as a new user."""
    monkeypatch.setenv("XDG_STATE_HOME", f"{_STATE.name}/{next(_numbers)}")


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


# Both take seconds to start: what uses them is in one xdist_group, "browser".
@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab in the folder of a small course."""
    from course_copy import SECRET, copy_course
    from lab import jupyter_lab

    scratch = tmp_path_factory.mktemp("lab")
    course = copy_course(scratch / "course")
    with jupyter_lab(course, scratch / "server", {"GRADER_SECRET": SECRET, "GRADER_LANG": "en"}) as lab:
        yield lab


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium; without one the test is skipped."""
    from browser import chromium, missing

    if missing():
        pytest.skip(missing())
    with chromium(tmp_path_factory.mktemp("browser")) as browser:
        yield browser

"""Which notebooks a run of `nbgrader autograde` will come to, and running them ahead of it on all cores."""

from __future__ import annotations

import atexit
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from traitlets.log import get_logger

from grader.ahead import Ahead, Done, Present
from grader.answers import AnswerStore
from grader.key import Key
from grader.notebook import checks_in, notebook_from_cells
from grader.quiz import Student
from grader.repair import repair
from grader.sandbox.job import Job, files_beside
from grader.sandbox.parent import Settings
from grader.sandbox.protocol import Limits

# Below this, starting workers takes longer than they save.
_WORTH_IT = 3


def job_of(
    cells: Iterable[Any], keys: Mapping[str, Key], files: Mapping[str, Path], limits: Limits, student: str
) -> Job:
    """A sanitised notebook as a job: its cells, and the keys of the checks that are grade cells of that name."""
    notebook = notebook_from_cells(cells)
    graded = {cell.grade_id for cell in notebook.cells if cell.grade_id in checks_in(cell.source)}
    environment = {name: value for name, value in os.environ.items() if name.startswith("NBGRADER_")}
    wanted = {name: key for name, key in keys.items() if name in graded}
    whose = Student(student, notebook.student_id)
    return Job(notebook.code, notebook.checks, wanted, files, limits, environment, whose)


class RunAhead:
    """One command's notebooks. `take` is asked in nbgrader's order, and says what it was that ran ahead, if it did."""

    def __init__(
        self,
        converter: Any,
        student: str,
        keys: Mapping[str, Key],
        store: AnswerStore,
        limits: Limits,
        settings: Settings,
        jobs: int,
        present: Present,
    ) -> None:
        self._courses, self._kept = converter.coursedir, converter.exclude_overwriting
        self._keys, self._limits = keys, limits
        self._paths = dict(_following(converter, student))
        assignment = converter.coursedir.assignment_id
        names = {path.stem for path in self._paths.values()}
        self._released = {name: converter.exporter.released(name, assignment) for name in names}
        self._ahead: Ahead | None = None
        if len(self._paths) >= _WORTH_IT:
            self._ahead = Ahead(self._paths, self._foresee, store, settings, jobs or None, present)
        self._bar = progress_bar(len(self._paths) + 1)

    def take(self, names: Mapping[str, str], key: str) -> Done | None:
        """The result for a notebook nbgrader has come to, if it was run ahead."""
        name = _name(names["student"], names["notebook"])
        done = self._ahead.take(name, key) if self._ahead and name in self._paths else None
        if self._bar:
            self._bar.advance(self._bar.task_ids[0])
        return done

    def close(self) -> None:
        """End the workers and the progress bar."""
        if self._ahead:
            self._ahead.close()
        if self._bar:
            self._bar.stop()

    def _foresee(self, name: str) -> Job:
        """What nbgrader's sanitised notebook will be, as far as that can be known before."""
        path = self._paths[name]
        nb = nbformat.reads(path.read_text(encoding="utf-8-sig"), as_version=4)
        cells, _ = repair(nb.cells, self._released[path.stem])
        files = files_for(self._courses, self._kept, path.parent)
        return job_of(cells, self._keys, files, self._limits, name.partition("/")[0])


def files_for(courses: Any, kept: Mapping[str, Sequence[str]], submitted: Path) -> dict[str, Path]:
    """What will lie beside an autograded notebook: the submission's files, with the course's over them but for `kept`.

    courses: nbgrader's CourseDirectory. kept: by assignment, as Autograde.exclude_overwriting.
    """
    source = Path(courses.format_path(courses.source_directory, ".", courses.assignment_id))
    theirs = files_beside(source)
    for name in kept.get(courses.assignment_id, []):
        theirs.pop(name, None)
    return files_beside(submitted) | theirs


_current: RunAhead | None = None
_converter: Any = None


def ahead_of(
    converter: Any,
    student: str,
    keys: Mapping[str, Key],
    store: AnswerStore,
    limits: Limits,
    settings: Settings,
    jobs: int,
    present: Present,
) -> RunAhead | None:
    """The notebooks running ahead of a converter; begun when it comes to its first student.

    None where nothing can run ahead, whatever is wrong with the submissions to come: each will say so in its turn.
    """
    global _current, _converter
    if _converter is not converter:
        _close()
        _converter = converter
        # Again, to be called before the sandboxes are ended, which workers use.
        atexit.unregister(_close)
        atexit.register(_close)
        try:
            _current = RunAhead(converter, student, keys, store, limits, settings, jobs, present)
        except Exception as error:
            get_logger().warning("Notebooks run one after the other (%s: %s)", type(error).__name__, error)
            _current = None
    return _current


def _close() -> None:
    if _current is not None:
        _current.close()


def _name(student: str, notebook: str) -> str:
    return f"{student}/{notebook}"


def _following(converter: Any, student: str) -> Iterator[tuple[str, Path]]:
    """Every notebook the converter will come to after that student's, in its order."""
    courses = converter.coursedir
    pattern = courses.format_path(courses.submitted_directory, "(?P<student>.*)", "(?P<name>.*)", escape=True)
    excluded = set(courses.student_id_exclude.split(",")) if courses.student_id_exclude else set()
    begun = False
    for folder in sorted(converter.assignments):
        found = re.match(pattern, folder)
        other = found["student"] if found else ""
        if begun and other not in excluded and will_be_graded(converter, folder, other):
            for notebook in sorted(converter.assignments[folder]):
                yield _name(other, Path(notebook).stem), Path(notebook)
        begun = begun or other == student


def will_be_graded(converter: Any, folder: str, student: str, *, force: bool | None = None) -> bool:
    """Whether nbgrader will take a submission up: it passes by what is graded already and not newer.

    force: instead of the converter's own.
    """
    courses = converter.coursedir
    graded = courses.format_path(courses.autograded_directory, student, courses.assignment_id)
    if (converter.force if force is None else force) or not os.path.exists(graded):
        return True
    try:
        new, old = courses.get_existing_timestamp(folder), courses.get_existing_timestamp(graded)
    except Exception:  # nbgrader's, for a file that holds no time; it will say so when it comes to it
        return False
    return new is not None and old is not None and new > old


def progress_bar(total: int) -> Any:
    """rich's Progress with one task on a terminal, else None: in a log file it would be noise, never twice the same."""
    if total < _WORTH_IT or not sys.stderr.isatty():
        return None
    # Here, because most runs have no terminal, and it takes a while to import.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True
    )
    bar.add_task("", total=total)
    bar.start()
    # Log lines scroll above the bar instead of through it.
    for handler in get_logger().handlers:
        if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
            handler.setStream(sys.stderr)
    return bar

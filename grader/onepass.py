"""A class in one pass: each submission is put right, run, judged and recorded at once, while others run.

nbgrader's own Autograde, which is subclassed here, decides what is graded (what is new, forced, excluded), what files
lie where with which permissions, and what becomes of a submission that fails; the preprocessors are the configured
ones. What is different is in between: a notebook is read once and written once, workers run the class ahead of the
record, and a notebook's marks are in the gradebook in one transaction or not at all.

    read, put right  ->  workers: run  ->  judges: judge, show  ->  gradebook  ->  autograded/

A submission is made in a folder beside its place and moved there when the gradebook has its marks. Whatever is in
autograded/ is therefore whole, and an interrupted run is taken up where it stood.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
from collections import deque
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.converters.autograde import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException

from grader.ahead import Done
from grader.answers import content_key
from grader.course import CourseError
from grader.enrol import enrol
from grader.journal import Journal
from grader.judges import Judged, Judges
from grader.nbgrader_ahead import files_for, progress_bar, will_be_graded
from grader.nbgrader_problems import not_graded
from grader.nbgrader_run import DONE, RunInSandbox
from grader.nbgrader_sanitise import CheckedNotebookExporter
from grader.notebook_text import as_text
from grader.sandbox.job import Job
from grader.workers import Workers


class OnePassExporter(CheckedNotebookExporter):
    """Gives the notebook itself, not its text: between putting right and judging it is not written down."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Apply the preprocessors that are set at the moment."""
        for preprocessor in self._preprocessors:
            nb, resources = preprocessor(nb, resources)
        nbformat.validate(nb)
        return nb, resources


@dataclass
class _Begun:
    """A notebook that was put right, and its run, which may not have ended; or what went wrong with it.

    seen: the files it was made from, as they were then.
    """

    nb: Any = None
    resources: Any = None
    job: Job | None = None
    seen: Any = None
    judged: Judged | None = None
    problem: Exception | None = None


class OnePass(Autograde):  # type: ignore[misc]
    """Autograde, for a whole class at once.

    workers: makes what runs the jobs, once it is known how they are to be isolated. judges: makes what judges them, for
    an assignment. journal: where the submissions that
    are done are noted. students: only these. Afterwards `graded` and `failed` name the
    students, and `passed_by` counts those left as they were.
    """

    def __init__(
        self,
        *args: Any,
        workers: Callable[[RunInSandbox], Workers],
        judges: Callable[[RunInSandbox, str], Judges],
        journal: Journal,
        students: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.exporter_class = OnePassExporter
        self._make_workers, self._make_judges = workers, judges
        self._journal, self._students = journal, students
        self._waiting: deque[str] = deque()
        self._begun: dict[str, _Begun] = {}
        self._notebooks: dict[str, list[str]] = {}
        self._now = ""
        self._told = 0
        self._source = ""
        self._taken: list[str] = []
        self._beside = False
        self._enrol: Callable[[], None] | None = None
        self._bar: Any = None
        self.graded: list[str] = []
        self.failed: list[str] = []
        self.passed_by = 0

    def start(self) -> None:
        """Grade every submission there is. Raises NbGraderException when one could not be, SandboxError for all."""
        with utils.setenv(NBGRADER_EXECUTION="autograde"):
            super().start()

    def init_notebooks(self) -> None:
        """Find the submissions. Raises CourseError where there are none."""
        place = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        folders = glob.glob(place)
        if not folders:
            # In one line; nbgrader says it in a log and in an exception.
            raise CourseError(f"{place}: there is no submission; they belong into STUDENT/ASSIGNMENT/ of that folder")
        super().init_notebooks()
        # A folder's own name is no pattern, though it may look like one to nbgrader.
        for folder in (found for found in folders if glob.escape(found) != found):
            self.assignments.pop(folder, None)
            if notebooks := glob.glob(os.path.join(glob.escape(folder), f"{self.coursedir.notebook_id}.ipynb")):
                self.assignments[folder] = notebooks
        if self._students is not None:
            wanted = {self._format_source(self.coursedir.assignment_id, student) for student in self._students}
            for folder in self.assignments.keys() - wanted:
                del self.assignments[folder]

    def convert_notebooks(self) -> None:
        """Begin with the first submissions, then take up one after the other."""
        lists = []
        for self._sanitizing in (True, False):
            self._init_preprocessors()
            lists.append(self.exporter._preprocessors)
        self._sanitizing = True
        self._put_right, self._finish = lists
        runner = next((item for item in self._finish if isinstance(item, RunInSandbox)), None)
        if runner is None:
            raise NbGraderException(
                "Autograde.autograde_preprocessors has no RunInSandbox: use `nbgrader autograde` with that"
            )
        self._runner = runner
        self._waiting = deque(folder for folder in sorted(self.assignments) if self._is_to_be_graded(folder))
        with ExitStack() as stack:
            if self._waiting:
                self._judges = stack.enter_context(self._make_judges(runner, self.coursedir.assignment_id))
                self._workers = stack.enter_context(self._make_workers(runner))
                self.log.info("Notebooks run at isolation level %s", self._workers.level)
                self._bar = progress_bar(len(self._waiting))
                self._begin_more()
            try:
                super().convert_notebooks()
            finally:
                self._count()
                if self._bar:
                    self._bar.stop()

    # ----------------------------------------------------------------------------- ahead of the record

    def _student(self, folder: str) -> str:
        found = re.match(self._format_source("(?P<assignment>.*)", "(?P<student>.*)", escape=True), folder)
        return found["student"] if found else ""

    def _is_to_be_graded(self, folder: str) -> bool:
        student = self._student(folder)
        left_out = student in self.coursedir.student_id_exclude.split(",")
        return not left_out and not self._is_done(folder, student) and will_be_graded(self, folder, student)

    def _is_done(self, folder: str, student: str) -> bool:
        """Whether the run that is gone on with has graded this, and it is still there and as it was then."""
        return self._journal.has(student) and not will_be_graded(self, folder, student, force=False)

    def _begin_more(self, until: str = "") -> None:
        while self._waiting and (len(self._begun) < self._workers.lead or (until and until not in self._notebooks)):
            folder = self._waiting.popleft()
            self.notebooks = sorted(self.assignments[folder])
            # It may find that a notebook has another name than it should.
            super().run_pre_convert_hook()
            self._notebooks[folder] = self.notebooks
            known = self.exporter.records.notebooks(self.coursedir.assignment_id)
            for notebook in self.notebooks:
                if Path(notebook).stem in known:
                    self._begun[notebook] = self._begin(notebook)

    def _begin(self, notebook: str) -> _Begun:
        begun = _Begun(resources=self.init_single_notebook_resources(notebook), seen=self._seen(notebook))
        self.exporter._preprocessors = self._put_right
        try:
            begun.nb, begun.resources = self.exporter.read(notebook, begun.resources)
            if self._runner.enabled:
                files = files_for(self.coursedir, self.exclude_overwriting, Path(notebook).parent)
                begun.job = self._runner.job(begun.nb, begun.resources["nbgrader"], files)
            if begun.job is not None:
                key = content_key(begun.job, self._runner.settings.preload)
                begun.judged = self._judges.submit(begun.job, key, self._workers.submit(begun.job, key))
        except Exception as problem:  # told when the record comes to it
            begun.problem = problem
        return begun

    def run_pre_convert_hook(self) -> None:
        """It was run when the submission was begun."""
        folder = os.path.dirname(self.notebooks[0])
        self._begin_more(until=folder)
        self.notebooks = self._notebooks.pop(folder)
        for notebook in self.notebooks:
            # Handed in again meanwhile: its files and its time are taken from now on.
            if notebook in self._begun and self._begun[notebook].seen != self._seen(notebook):
                self._begun[notebook] = self._begin(notebook)

    def _seen(self, notebook: str) -> list[tuple[int, int] | None]:
        """What tells a submission from a later one: time and size of the notebook, and of the file with its time."""
        path = Path(self.exporter.renamed.get(notebook, notebook))
        found: list[tuple[int, int] | None] = []
        for file in (path, path.with_name("timestamp.txt")):
            try:
                status = file.stat()
                found.append((status.st_mtime_ns, status.st_size))
            except OSError:
                found.append(None)
        return found

    # -------------------------------------------------------------------------------------- the record

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Whether a submission is to be graded: as nbgrader decides, and not when an interrupted run has done it."""
        self._beside = False
        self._count()
        # What is left of a submission whose first notebook failed.
        for notebook in self._taken:
            self._begun.pop(notebook, None)
        if self._is_done(self._format_source(assignment_id, student_id), student_id):
            self.log.info("Graded before the interruption: %s", student_id)
            self.passed_by += 1
            return False
        wanted = bool(super().init_destination(assignment_id, student_id))
        self.passed_by += not wanted
        return wanted

    def _count(self) -> None:
        """The submission before this one is over, well or not."""
        if self._now and self._now not in self.graded[-1:]:
            self.failed.append(self._now)
            # The hook has said it of notebooks that all have other names.
            if len(not_graded) == self._told and not any(line.startswith(f"{self._source}:") for line in not_graded):
                not_graded.append(f"{self._now}: could not be graded; the reason is above")
        if self._now and self._bar:
            self._bar.advance(self._bar.task_ids[0])
        self._now = ""

    def _format_dest(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        place = str(super()._format_dest(assignment_id, student_id, escape=escape))
        return self._beside_place(place) if self._beside and not escape else place

    @staticmethod
    def _beside_place(place: str) -> str:
        folder, name = os.path.split(os.path.normpath(place))
        return os.path.join(folder, f".{name}.unfinished")

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Put the submission's rows into the gradebook, its files and the course's into its folder."""
        source = self._format_source(assignment_id, student_id)
        self._now, self._taken, self._told = student_id, list(self.notebooks), len(not_graded)
        self._source = source
        self._beside = True
        target = Path(self._format_dest(assignment_id, student_id))
        shutil.rmtree(target, ignore_errors=True)
        # Files only: Autograde's own would open the gradebook six times.
        BaseConverter.init_assignment(self, assignment_id, student_id)
        for name, path in files_for_all(self, assignment_id).items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).unlink(missing_ok=True)
            shutil.copy(path, target / name)
        records = self.exporter.records
        known = records.notebooks(assignment_id)
        missing = [name for name in known if not os.path.exists(os.path.join(source, f"{name}.ipynb"))]
        for name in missing:
            self.log.warning("No submitted file: %s", os.path.join(source, f"{name}.ipynb"))
        if len(missing) == len(known):
            missing = []  # the one that is there has another name: to be looked at, which is not worth 0
        timestamp = self.coursedir.get_existing_timestamp(source)
        create = self.create_student
        names = assignment_id, student_id
        self._enrol = partial(enrol, records, *names, timestamp=timestamp, missing=missing, create_student=create)
        for notebook in self.notebooks:
            if Path(notebook).stem not in known:
                self.log.warning("Skipping unknown notebook: %s", notebook)
        self.notebooks = [notebook for notebook in self.notebooks if Path(notebook).stem in known]
        if not self.notebooks or not create:
            # No notebook to do it with; or it may turn out that there is no such student.
            self._enrolled()
            self._enrol = None
        if not self.notebooks:
            raise NbGraderException("No notebooks found, did you forget to run 'nbgrader generate_assignment'?")

    def _enrolled(self) -> None:
        """See to it that the submission's rows are there: with its first marks, for each transaction costs a wait."""
        if self._enrol is not None:
            self._enrol()

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Judge and record a notebook that was begun. Raises GradingProblem when it cannot be."""
        begun = self._begun.pop(notebook_filename)
        with self.exporter.refusing(notebook_filename, begun.resources):
            try:
                self._record(begun)
            except Exception:
                # To be looked at by hand, which is said in them.
                self._enrolled()
                raise
            finally:
                self._enrol = None

    def _record(self, begun: _Begun) -> None:
        names = begun.resources["nbgrader"]
        done = self.take(begun)
        if done is not None:
            begun.resources[DONE] = begun.job, done
        self._begin_more()
        begun.resources["metadata"]["path"] = self._format_dest(names["assignment"], names["student"])
        self.exporter._preprocessors = self._finish
        with self.exporter.records.transaction():
            self._enrolled()
            nb, resources = self.exporter.from_notebook_node(begun.nb, begun.resources)
            resources["output_extension"] = self.exporter.file_extension
            self.write_single_notebook(f"{as_text(nb)}\n", resources)

    def take(self, begun: _Begun) -> Done | None:
        """Wait for a run and its verdicts; None where nothing was to be run here. Raises whatever went wrong."""
        if begun.problem is not None:
            raise begun.problem
        return begun.judged.result() if begun.judged is not None else None

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        """The submission is whole: give its files their permissions and put them in their place."""
        super().set_permissions(assignment_id, student_id)
        made = self._format_dest(assignment_id, student_id)
        os.replace(made, os.path.normpath(super()._format_dest(assignment_id, student_id)))
        self._beside = False
        self._journal.add(student_id)
        self.graded.append(student_id)


def files_for_all(converter: Autograde, assignment: str) -> dict[str, Path]:
    """The course's files that every autograded submission of an assignment gets."""
    courses = converter.coursedir
    source = courses.format_path(courses.source_directory, ".", assignment)
    kept = {os.path.join(source, name) for name in converter.exclude_overwriting.get(assignment, [])}
    found = set(utils.find_all_files(source, [*courses.ignore, "*.ipynb"])) - kept
    return {os.path.relpath(path, source): Path(path) for path in found}

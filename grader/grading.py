"""`grader grade`: a whole class through `onepass`, with the configuration nbgrader would read."""

from __future__ import annotations

import os
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from functools import partial

from nbgrader.converters.base import NbGraderException
from traitlets import TraitError

from grader.course import CourseError, CourseFolder
from grader.journal import Journal
from grader.judges import Judges
from grader.nbgrader_configured import Configured, configured
from grader.nbgrader_plugin import default_gradebook, refuse_what_cannot_work
from grader.nbgrader_problems import GradingProblem, not_graded
from grader.nbgrader_run import RunInSandbox
from grader.onepass import OnePass
from grader.records import file_name
from grader.workers import Workers


@dataclass(frozen=True)
class Options:
    """What `grader grade` is asked for.

    student: an id or a pattern. jobs: notebooks at once, 0 for as many as there are cores or as the configuration
    says. scheduler: address of a cluster. force: also what is graded and not newer. resume: go on with an
    interrupted run.
    """

    student: str = "*"
    jobs: int = 0
    scheduler: str = ""
    force: bool = False
    resume: bool = False


@dataclass(frozen=True)
class Told:
    """What became of a class: students graded now, a line for each submission that could not be, how many were left."""

    assignment: str
    graded: list[str]
    problems: list[str]
    left: int

    @property
    def summary(self) -> str:
        """One line."""
        left = f", {self.left} left as they were (graded before and not newer; see --force)" if self.left else ""
        return f"{self.assignment}: {len(self.graded)} graded, {len(self.problems)} not graded{left}"


def grade_class(folder: CourseFolder, assignment: str, options: Options) -> Told:
    """Grade an assignment's submissions into nbgrader's gradebook and autograded/.

    Raises CourseError, DeclarationError or SandboxError where nothing can be graded.
    """
    with configured(folder.root) as nbgrader:
        refuse_what_cannot_work(folder, assignment, options.student, default_gradebook(nbgrader.config, folder.root))
        # Another one for some students only: that of an interrupted run over the class is still wanted.
        name = assignment if options.student == "*" else f"{assignment}.{file_name(options.student)}"
        journal = Journal(folder.state / "journal" / f"{name}.jsonl", resume=options.resume)
        return _run(nbgrader, assignment, journal, options)


def grade_again(nbgrader: Configured, folder: CourseFolder, assignment: str, students: Collection[str]) -> Told:
    """Grade these students' submissions anew, whose lock is held already. Raises as `grade_class`."""
    # No student is called so: "%" stands for itself in no name of a file.
    journal = Journal(folder.state / "journal" / f"{assignment}.%again.jsonl")
    return _run(nbgrader, assignment, journal, Options(force=True), students)


def _run(
    nbgrader: Configured,
    assignment: str,
    journal: Journal,
    options: Options,
    students: Collection[str] | None = None,
) -> Told:
    not_graded.clear()
    config = deepcopy(nbgrader.config)
    config.CourseDirectory.assignment_id = assignment
    config.CourseDirectory.student_id = options.student
    config.Autograde.force = options.force
    one_pass = OnePass(
        coursedir=Configured(config, nbgrader.log).courses(),
        config=config,
        log=nbgrader.log,
        workers=partial(_workers, options),
        judges=partial(_judges, options),
        journal=journal,
        students=students,
    )
    try:
        one_pass.start()
    except NbGraderException as problem:
        # It says at the end that something went wrong; what it was has been said.
        if not one_pass.failed:
            raise CourseError(str(problem)) from problem
    except TraitError as problem:
        raise CourseError(f"nbgrader_config.py: {problem}") from problem
    left = len(one_pass.assignments) - len(one_pass.graded) - len(one_pass.failed)
    if left != one_pass.passed_by:
        raise CourseError(
            f"{assignment}: stopped after {len(one_pass.graded)} submissions, {left - one_pass.passed_by} were not "
            "reached; the reason is above; --resume goes on"
        )
    journal.finish()
    return Told(assignment, one_pass.graded, list(not_graded), left)


def _workers(options: Options, runner: RunInSandbox) -> Workers:
    return Workers(runner.settings, jobs=options.jobs or runner.jobs, scheduler=options.scheduler, store=runner.store)


def _judges(options: Options, runner: RunInSandbox, assignment: str) -> Judges:
    jobs = options.jobs or runner.jobs or os.cpu_count() or 1
    try:
        # Judging takes about as long as running, and recording as both.
        return Judges(runner.keys(assignment), runner.presenter(assignment), 0 if jobs == 1 else max(1, jobs // 2))
    except GradingProblem as problem:
        raise CourseError(str(problem)) from problem

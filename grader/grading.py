"""`grader grade`: a whole class through `onepass`, with the configuration nbgrader would read."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jupyter_core.application import JupyterApp
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets import TraitError
from traitlets.config import Application, Config

from grader.course import CourseError, CourseFolder
from grader.journal import Journal
from grader.nbgrader_plugin import default_gradebook, refuse_what_cannot_work
from grader.nbgrader_problems import not_graded
from grader.nbgrader_run import RunInSandbox
from grader.onepass import OnePass
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


class _Nbgrader(JupyterApp):  # type: ignore[misc]
    """For nbgrader's configuration files and its log, without nbgrader's applications."""

    name = "nbgrader"
    config_file_name = "nbgrader_config"
    raise_config_file_errors = True


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
    app = _Nbgrader.instance(log_level=logging.WARNING, log_format="%(message)s")
    here = Path.cwd()
    os.chdir(folder.root)
    try:
        config = _configuration(app, folder.root)
        config.CourseDirectory.assignment_id = assignment
        config.CourseDirectory.student_id = options.student
        config.Autograde.force = options.force
        refuse_what_cannot_work(folder, assignment, options.student, default_gradebook(config, folder.root))
        journal = Journal(folder.state / "journal" / f"{assignment}.jsonl", resume=options.resume)
        return _run(app, config, journal, options)
    finally:
        os.chdir(here)
        _Nbgrader.clear_instance()


def _configuration(app: _Nbgrader, root: Path) -> Config:
    """What nbgrader's commands would read in the course's root, Jupyter's own folders included."""
    app.load_config_file()
    Application.load_config_file(app, app.config_file_name, path=str(root))
    return app.config


def _run(app: _Nbgrader, config: Config, journal: Journal, options: Options) -> Told:
    not_graded.clear()
    courses = CourseDirectory(config=config, log=app.log)
    one_pass = OnePass(
        coursedir=courses, config=config, log=app.log, workers=partial(_workers, options), journal=journal
    )
    try:
        one_pass.start()
    except NbGraderException as problem:
        # It says at the end that something went wrong; what it was has been said.
        if not one_pass.failed:
            raise CourseError(str(problem)) from problem
    except TraitError as problem:
        raise CourseError(f"nbgrader_config.py: {problem}") from problem
    journal.finish()
    left = len(one_pass.assignments) - len(one_pass.graded) - len(one_pass.failed)
    return Told(courses.assignment_id, one_pass.graded, list(not_graded), left)


def _workers(options: Options, runner: RunInSandbox) -> Workers:
    return Workers(runner.settings, jobs=options.jobs or runner.jobs, scheduler=options.scheduler, store=runner.store)

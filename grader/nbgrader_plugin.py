"""The door into nbgrader: through its own configuration, without touching it.

    # nbgrader_config.py
    c = get_config()
    from grader.nbgrader_plugin import configure
    configure(c, __file__)

In place of Execute, `RunInSandbox` runs the notebook in the sandbox and judges its answers; in place of SaveAutoGrades,
`SaveVerdicts` writes marks from verdicts. No mark of a check is ever read out of a cell's output. Cells of the
instructor's own that assert in the student's process are graded as nbgrader grades them, and the log says so.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearOutput, DeduplicateIds, IgnorePattern, LimitOutput
from sqlalchemy.exc import SQLAlchemyError

from grader import build, lean
from grader.course import CourseError, CourseFolder, find_course
from grader.exercise import Assignment, DeclarationError
from grader.gradebook import CsvWithStatus
from grader.nbgrader_lock import lock
from grader.nbgrader_metadata import CheckMetadata
from grader.nbgrader_once import AssignLatePenaltiesOnce, OverwriteCellsOnce, OverwriteKernelspecOnce
from grader.nbgrader_problems import GradingProblem, list_at_exit
from grader.nbgrader_run import GradingExporter, RunInSandbox, assignment_keys
from grader.nbgrader_sanitise import RepairNotebook, TellRepairs, look_at_submission
from grader.nbgrader_save import SaveVerdicts
from grader.release import course_folders, release_settings

# Commands that read the gradebook or submissions, and no source.
_ONLY_RECORDS = ("export", "db", "list", "collect", "zip_collect", "generate_feedback", "release_feedback")


def configure(config: Any, config_file: str) -> None:
    """Set up nbgrader for the course whose root holds `config_file`."""
    root = Path(config_file).resolve().parent
    # nbgrader calls `alembic` by name, which is not found when its own command was called by path.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        course_folders(config, root)
        grading_settings(config)
        if not lean.used():
            release_settings(config)
            page_settings(config)
        folder = find_course(root)
        for assignment in _concerned(folder, sys.argv[1:]):
            _refresh(folder, assignment, sys.argv[1:])
        _refuse_before_autograde(folder, sys.argv[1:], default_gradebook(config, root))
    except Exception as error:
        # nbgrader would log a traceback and go on with its own way of grading, which believes the submission.
        known = isinstance(error, CourseError | DeclarationError)
        print(f"nbgrader_config.py: {error if known else f'{type(error).__name__}: {error}'}", file=sys.stderr)
        sys.exit(1)


def _concerned(folder: CourseFolder, arguments: list[str]) -> list[Assignment]:
    """The assignments whose source a command may read: those it names, or all when it names none (formgrader)."""
    assignments = list(folder.course.assignments)
    named = [
        item for item in assignments if any(word in (item.name, f"--assignment={item.name}") for word in arguments)
    ]
    return named or ([] if next(iter(arguments), "") in _ONLY_RECORDS else assignments)


def _refresh(folder: CourseFolder, assignment: Assignment, arguments: list[str]) -> None:
    """Refresh nbgrader's source of an assignment; one that the command does not name may be broken without harm."""
    try:
        build.refresh(folder, assignment)
    except (CourseError, DeclarationError) as error:
        if assignment.name in arguments:
            raise
        print(f"nbgrader_config.py: {assignment.name} is left as it is: {error}", file=sys.stderr)


def _assignment_and_student(arguments: list[str]) -> tuple[str, str]:
    """What `nbgrader autograde` is told to grade; "" for an assignment that is not named in the usual way."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("names", nargs="*")
    for option in ("--student", "--assignment", "--notebook", "--course", "--db", "--log-level"):
        parser.add_argument(option)
    known, _ = parser.parse_known_args(arguments)
    name = known.assignment or (known.names[0] if len(known.names) == 1 else "")
    return name, known.student or "*"


def default_gradebook(config: Any, root: Path) -> Path | None:
    """The gradebook's file where nbgrader uses its default; None where this or another configuration may name one."""
    elsewhere = [Path(folder) / f"nbgrader_config{end}" for folder in jupyter_config_path() for end in (".py", ".json")]
    if "db_url" in config.CourseDirectory or any(file.exists() for file in elsewhere):
        return None
    return root / "gradebook.db"


def _refuse_before_autograde(folder: CourseFolder, arguments: list[str], database: Path | None) -> None:
    if arguments[:1] != ["autograde"]:
        return
    name, student = _assignment_and_student(arguments[1:])
    if name:
        list_at_exit()  # nbgrader loads its configuration several times
        named = any("db" in argument for argument in arguments if argument.startswith("-"))
        refuse_what_cannot_work(folder, name, student, None if named else database)


def refuse_what_cannot_work(folder: CourseFolder, name: str, student: str, database: Path | None) -> None:
    """Before a submission is touched: does nobody else grade, does the gradebook know the assignment, are there keys?

    student: "*" for all. database: the gradebook where it is a file in its usual place.
    nbgrader would find out once per submission, each time with a traceback. Raises CourseError or DeclarationError.
    """
    lock(folder.state / "locks", name, student)
    if database is None:
        return
    known: list[str] = []
    if database.exists():
        try:
            with Gradebook(f"sqlite:///{database}") as gradebook:
                known = [assignment.name for assignment in gradebook.assignments]
        except SQLAlchemyError as error:
            if "locked" in str(error):
                raise CourseError(
                    f"{database}: the gradebook is in use; wait until the other program is done"
                ) from error
            raise CourseError(
                f"{database}: is not a gradebook ({type(error).__name__}); restore it from a copy"
            ) from error
    if name not in known:
        theirs = [assignment.name for assignment in folder.course.assignments]
        if name not in theirs and not (folder.root / "solutions" / name).is_dir():
            raise CourseError(f"unknown assignment {name!r}; the course has {', '.join(theirs)}")
        raise CourseError(f"{database} does not have {name}; run `nbgrader generate_assignment {name}` first")
    try:
        assignment_keys(folder.root, name)
    except GradingProblem as problem:
        raise CourseError(str(problem)) from problem


def grading_settings(config: Any) -> None:
    """Sandbox and verdicts in autograde, one row for each submission in what is exported."""
    config.Autograde.exporter_class = GradingExporter
    config.Autograde.pre_convert_hook = look_at_submission
    config.Autograde.autograde_preprocessors = [
        RunInSandbox,
        TellRepairs,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveVerdicts,
        AssignLatePenaltiesOnce,
        CheckMetadata,
    ]
    config.Autograde.sanitize_preprocessors = [
        RepairNotebook,
        ClearOutput,
        DeduplicateIds,
        OverwriteKernelspecOnce,
        OverwriteCellsOnce,
        CheckMetadata,
    ]
    config.ExportApp.plugin_class = CsvWithStatus


def page_settings(config: Any) -> None:
    """Nothing hidden on feedback pages, and no script of a student's on any page."""
    # Here, because whoever only grades need not wait for it.
    from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
    from nbgrader.preprocessors import GetGrades

    from grader.nbgrader_feedback import ScrubHidden
    from grader.nbgrader_html import html_settings

    config.GenerateFeedback.preprocessors = [GetGrades, ScrubHidden, CSSHTMLHeaderPreprocessor]
    html_settings(config)

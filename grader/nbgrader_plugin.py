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

import atexit
import io
import json
import logging
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import NoSuchKernel
from jupyter_core.paths import jupyter_config_path
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearOutput,
    DeduplicateIds,
    Execute,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from nbgrader.preprocessors.execute import UnresponsiveKernelError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from traitlets import Float, Integer, List
from traitlets.log import get_logger

from grader import build, oracle
from grader.answers import AnswerStore
from grader.course import CourseError, CourseFolder, find_course
from grader.exercise import Assignment, DeclarationError
from grader.grade import judge_run, run_notebook
from grader.gradebook import CsvWithStatus, flag_for_review
from grader.key import Key
from grader.notebook import NotebookError, checks_in, notebook_from_cells, read_notebook
from grader.public import FILE
from grader.release import release_settings
from grader.render import VERDICT_MIME, render_html, render_json, render_text, text
from grader.sandbox.parent import LEVEL_MEANS, Run, SandboxError
from grader.sandbox.protocol import Limits
from grader.verdict import Verdict

VERDICTS = "gradmark_verdicts"
_MAX_KEPT = 64 * 2**20


class GradingProblem(Exception):
    """A submission or course that cannot be graded: its text is the one line the log shows instead of a traceback."""


def configure(config: Any, config_file: str) -> None:
    """Set up nbgrader for the course whose root holds `config_file`."""
    root = Path(config_file).resolve().parent
    # nbgrader calls `alembic` by name, which is not found when its own command was called by path.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        release_settings(config, root)
        grading_settings(config)
        folder = find_course(root)
        for assignment in folder.course.assignments:
            _refresh(folder, assignment, sys.argv[1:])
        _refuse_what_cannot_work(folder, sys.argv[1:], _default_gradebook(config, root))
    except Exception as error:
        # nbgrader would log a traceback and go on with its own way of grading, which believes the submission.
        known = isinstance(error, CourseError | DeclarationError)
        print(f"nbgrader_config.py: {error if known else f'{type(error).__name__}: {error}'}", file=sys.stderr)
        sys.exit(1)


def _refresh(folder: CourseFolder, assignment: Assignment, arguments: list[str]) -> None:
    """Refresh nbgrader's source of an assignment; one that the command does not name may be broken without harm."""
    try:
        build.refresh(folder, assignment)
    except (CourseError, DeclarationError) as error:
        if assignment.name in arguments:
            raise
        print(f"nbgrader_config.py: {assignment.name} is left as it is: {error}", file=sys.stderr)


def _default_gradebook(config: Any, root: Path) -> Path | None:
    """The gradebook's file where nbgrader uses its default; None where this or another configuration may name one."""
    elsewhere = [Path(folder) / f"nbgrader_config{end}" for folder in jupyter_config_path() for end in (".py", ".json")]
    if "db_url" in config.CourseDirectory or any(file.exists() for file in elsewhere):
        return None
    return root / "gradebook.db"


def _refuse_what_cannot_work(folder: CourseFolder, arguments: list[str], database: Path | None) -> None:
    """Before `nbgrader autograde` touches a submission: does the gradebook know the assignment, do its keys exist?

    nbgrader would find out once per submission, each time with a traceback. Raises CourseError or DeclarationError.
    """
    names = [argument for argument in arguments[1:] if not argument.startswith("-")]
    options = [argument for argument in arguments[1:] if argument.startswith("-")]
    if arguments[:1] != ["autograde"] or len(names) != 1 or any("db" in option for option in options):
        return
    name = names[0]
    # nbgrader loads its configuration several times.
    atexit.unregister(_list_what_was_not_graded)
    atexit.register(_list_what_was_not_graded)
    if database is None:
        return
    known: list[str] = []
    if database.exists():
        try:
            with Gradebook(f"sqlite:///{database}") as gradebook:
                known = [assignment.name for assignment in gradebook.assignments]
        except SQLAlchemyError as error:
            raise CourseError(
                f"{database}: is not a gradebook ({type(error).__name__}); restore it from a copy"
            ) from error
    if name not in known:
        theirs = [assignment.name for assignment in folder.course.assignments]
        if name not in theirs and not (folder.root / "solutions" / name).is_dir():
            raise CourseError(f"unknown assignment {name!r}; the course has {', '.join(theirs)}")
        raise CourseError(f"{database} does not have {name}; run `nbgrader generate_assignment {name}` first")
    try:
        _keys(folder.root, name)
    except GradingProblem as problem:
        raise CourseError(str(problem)) from problem


def grading_settings(config: Any) -> None:
    """Sandbox and verdicts in autograde, nothing hidden in feedback."""
    config.Autograde.exporter_class = CheckedNotebookExporter
    config.Autograde.pre_convert_hook = look_at_submission
    config.Autograde.autograde_preprocessors = [
        RunInSandbox,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveVerdicts,
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    config.Autograde.sanitize_preprocessors = [
        ClearOutput,
        DeduplicateIds,
        DropEmptyMetadata,
        OverwriteKernelspec,
        OverwriteCells,
        RestoreChecks,
        CheckCellMetadata,
    ]
    config.ExportApp.plugin_class = CsvWithStatus
    config.GenerateFeedback.preprocessors = [GetGrades, ScrubHidden, CSSHTMLHeaderPreprocessor]


def look_at_submission(assignment: str, student: str, notebooks: list[str]) -> None:
    """Before nbgrader takes up a submission: say in one line when none of its notebooks has the expected name."""
    log = get_logger()
    _shorten_tracebacks(log)
    here = Path(notebooks[0]).parent
    course = find_course(here).course
    expected = {item.name: item.notebook for item in course.assignments}.get(assignment)
    if expected and expected not in [Path(notebook).stem for notebook in notebooks]:
        names = ", ".join(Path(notebook).name for notebook in notebooks)
        problem = f"{here}: has {names} where {expected}.ipynb is expected; rename the file and run the command again"
        _not_graded.append(problem)
        log.error("not graded: %s", problem)
    if student == "*":
        for other in sorted(here.parents[1].glob(f"*/{assignment}")):
            problem = f"{other}: holds no notebook; ask for it"
            # nbgrader passes such a folder by with a warning.
            if problem not in _not_graded and not any(other.glob("*.ipynb")):
                _not_graded.append(problem)


_not_graded: list[str] = []


def _list_what_was_not_graded() -> None:
    """The last lines of a run of autograde."""
    if _not_graded:
        print(f"{len(_not_graded)} submissions could not be graded and have no mark:", file=sys.stderr)
        for problem in _not_graded:
            print(f"  {problem}", file=sys.stderr)


class CheckedNotebookExporter(NotebookExporter):  # type: ignore[misc]
    """Reads a submission; one that is no notebook becomes one line in the log and a row to look at by hand."""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """As NotebookExporter, with GradingProblem for a file that cannot be graded."""
        _shorten_tracebacks(self.log)
        try:
            read_notebook(Path(filename))
            return super().from_filename(filename, resources=resources, **kw)
        except (NoSuchKernel, UnresponsiveKernelError, OperationalError):
            raise  # the machine's fault, which nbgrader has words for
        except Exception as error:
            known = isinstance(error, NotebookError | SandboxError | CourseError | DeclarationError | GradingProblem)
            problem = str(error) if known else f"{filename}: {type(error).__name__}: {str(error).partition(chr(10))[0]}"
        names = resources["nbgrader"]
        flag_for_review(names["db_url"], names["notebook"], names["assignment"], names["student"])
        _not_graded.append(problem)
        raise GradingProblem(f"not graded: {problem}")

    def from_file(self, file_stream: Any, resources: Any = None, **kw: Any) -> Any:
        """As NotebookExporter, also for a file that begins with a byte order mark."""
        text = file_stream.read()
        return super().from_file(io.StringIO(text.removeprefix("\ufeff")), resources=resources, **kw)


class DropEmptyMetadata(NbGraderPreprocessor):  # type: ignore[misc]
    """Makes plain cells of those DeduplicateIds has emptied, which nbgrader would take for a format it cannot read."""

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Drop an empty `nbgrader` entry."""
        if not cell.metadata.get("nbgrader", True):
            del cell.metadata["nbgrader"]
        return cell, resources


class RestoreChecks(OverwriteCells):  # type: ignore[misc]
    """Puts deleted check cells back, at the notebook's end: a check asks for a function, wherever that was defined.

    nbgrader's own `add_missing_cells` does this for every grade cell, but fails where the cell before is gone too.
    """

    missing_cell_notification = "This check was missing from the submission and was put back.\n"

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Append what is missing and log it."""
        names = resources["nbgrader"]
        present = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells}
        with Gradebook(names["db_url"]) as gradebook:
            released = gradebook.find_notebook(names["notebook"], names["assignment"])
            points = {cell.name: cell.max_score for cell in released.grade_cells}
            for cell in released.source_cells:
                if cell.name in points and cell.name not in present and cell.name in checks_in(cell.source):
                    self.log.warning("The check of %s is missing from the submission; it is put back", cell.name)
                    nb.cells.append(self.missing_cell_transform(cell, points[cell.name]))
        return nb, resources


class RunInSandbox(Execute):  # type: ignore[misc]
    """Runs a sanitised notebook in the sandbox, judges its answers, shows the verdicts in the check cells.

    `Execute.timeout` and `Execute.enabled` (--no-execute) mean what they mean for nbgrader's own Execute.
    """

    notebook_timeout = Float(60.0, help="Seconds one notebook may run, in all.").tag(config=True)
    check_timeout = Float(5.0, help="Seconds one case of an exercise may run.").tag(config=True)
    memory = Integer(2 * 2**30, help="Bytes of address space one notebook may use.").tag(config=True)

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> tuple[Any, Any]:
        """Run, judge, and put outputs and verdicts into the notebook. Verdicts travel in `resources`."""
        language = _language(nb)
        if language != "python":
            self.log.warning("This notebook's language is %s: it runs in its own kernel, outside the sandbox", language)
            return super().preprocess(nb, resources, km)  # type: ignore[no-any-return]
        root = Path(self._course_root())
        keys = _keys(root, resources["nbgrader"]["assignment"])
        notebook = notebook_from_cells(nb.cells)
        graded = {
            cell.metadata.nbgrader["grade_id"]
            for cell in nb.cells
            if utils.is_grade(cell) and cell.metadata.nbgrader["grade_id"] in checks_in(cell.source)
        }
        keys = {name: key for name, key in keys.items() if name in graded}
        folder = Path(resources["metadata"]["path"])
        run = run_notebook(
            notebook,
            keys,
            folder,
            store=AnswerStore(root / ".gradmark" / "answers") if keys else None,
            limits=self._limits(),
            keep_files=lambda scratch: _keep_files(scratch, folder),
            environment={name: value for name, value in os.environ.items() if name.startswith("NBGRADER_")},
        )
        verdicts = judge_run(run, keys)
        self._show(nb, run, keys, verdicts)
        resources[VERDICTS] = verdicts
        self.log.info("Isolation level %s (%s)", run.level, LEVEL_MEANS)
        if run.ended:
            self.log.warning("The notebook was stopped early: %s", text(f"ended_{run.ended}"))
        return nb, resources

    def _course_root(self) -> str:
        converter = getattr(self.parent, "parent", None)
        coursedir = getattr(converter, "coursedir", None)
        return str(getattr(coursedir, "root", "."))

    def _limits(self) -> Limits:
        cell = float(self.timeout) if self.timeout and self.timeout > 0 else self.notebook_timeout
        wall = max(self.notebook_timeout, cell)
        return Limits(wall=wall, cpu=wall, cell=cell, check=self.check_timeout, memory=self.memory)

    def _show(self, nb: Any, run: Run, keys: dict[str, Key], verdicts: dict[str, Verdict]) -> None:
        for index, cell in enumerate(nb.cells):
            if cell.cell_type != "code":
                continue
            cell.execution_count = None
            cell.outputs = [new_output(**output) for output in run.outputs.get(index, [])]
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if name in verdicts and utils.is_grade(cell):
                cell.outputs.append(_verdict_output(verdicts[name], keys[name], run))


class SaveVerdicts(SaveAutoGrades):  # type: ignore[misc]
    """Writes marks from verdicts into the gradebook; for plain grade cells does what SaveAutoGrades does."""

    def _add_score(self, cell: Any, resources: Any) -> None:
        grade_id = cell.metadata.nbgrader["grade_id"]
        verdict = resources.get(VERDICTS, {}).get(grade_id)
        if verdict is None and grade_id not in checks_in(cell.source):
            if cell.cell_type == "code" and not utils.is_solution(cell):
                self.log.info("Cell %s: its mark was decided inside the student's process", grade_id)
            super()._add_score(cell, resources)
            return
        grade = self.gradebook.find_grade(grade_id, self.notebook_id, self.assignment_id, self.student_id)
        if verdict is None:
            # Not run, or a check the course does not declare: nobody may guess a mark from what the cell shows.
            self.log.warning("Cell %s: was not judged, so it has no mark and needs a look", grade_id)
            grade.auto_score = None
        else:
            if verdict.max_points != grade.max_score:
                self.log.warning(
                    "Cell %s: the gradebook says %g points, the course %g; marks are scaled until you run "
                    "`nbgrader generate_assignment`",
                    grade_id,
                    grade.max_score,
                    verdict.max_points,
                )
            grade.auto_score = grade.max_score * verdict.points / verdict.max_points
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        self.gradebook.db.commit()


class ScrubHidden(ClearHiddenTests):  # type: ignore[misc]
    """Takes hidden tests out of feedback: their source, and what their failures quote of it."""

    # GenerateFeedback sets this for all its preprocessors and warns about those that do not know it.
    display_data_priority = List([]).tag(config=True)

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Clear a cell's hidden region; where it has one, keep of its outputs only what kind of error it was."""
        if cell.cell_type == "code" and self.begin_test_delimeter in cell.source:
            failed = [output for output in cell.outputs if output.output_type == "error"]
            for output in failed:
                output.evalue = ""
                output.traceback = [f"{output.ename} in this cell (it has hidden tests, so no more is shown)"]
            cell.outputs = failed
        return super().preprocess_cell(cell, resources, cell_index)  # type: ignore[no-any-return]


_known_keys: dict[tuple[Path, str], dict[str, Key]] = {}


def _keys(root: Path, assignment_name: str) -> dict[str, Key]:
    """The assignment's grading keys, once per process; none where the course does not have it."""
    known = _known_keys.get((root, assignment_name))
    if known is None:
        known = _load_keys(root, assignment_name)
        _known_keys[root, assignment_name] = known
    return known


def _load_keys(root: Path, assignment_name: str) -> dict[str, Key]:
    try:
        folder = find_course(root)
    except CourseError:
        return {}  # a course without declarations: plain nbgrader cells only
    if assignment_name not in [assignment.name for assignment in folder.course.assignments]:
        return {}
    assignment = folder.assignment(assignment_name)
    problem = build.stale_cases(folder, assignment)
    if problem:
        # Students must be graded by the declaration their own checks came from.
        raise GradingProblem(problem)
    return oracle.grading_keys(folder, assignment)


def _language(nb: Any) -> str:
    kernelspec = nb.metadata.get("kernelspec", {})
    return (
        str(kernelspec.get("language") or nb.metadata.get("language_info", {}).get("name") or "python")
        .lower()
        .removeprefix("i")
    )


def _verdict_output(verdict: Verdict, key: Key, run: Run) -> Any:
    notes = [text("graded_level", level=run.level)]
    if run.ended:
        notes.append(text("graded_ended", ended=text(f"ended_{run.ended}")))
    note = "; ".join(notes)
    plain = f"{render_text(verdict, key.mistakes)}\n  {note}"
    data = {
        "text/plain": plain,
        "text/html": render_html(verdict, key.mistakes, note=note),
        VERDICT_MIME: json.loads(render_json(verdict)),
    }
    return new_output("display_data", data)


def _keep_files(scratch: Path, folder: Path) -> bool:
    """Bring files that cells wrote back beside the autograded notebook, as a kernel there would have left them.

    Regular files only (a link could point anywhere), no notebooks (they would replace the submission), up to a limit.
    """
    left, kept = _MAX_KEPT, False
    for path in sorted(scratch.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.suffix == ".ipynb" or path.name == FILE:
            continue
        if any(parent.is_symlink() for parent in path.parents if scratch in parent.parents):
            continue
        target = folder / path.relative_to(scratch)
        left -= path.stat().st_size
        if left < 0:
            break
        if not target.exists() or target.read_bytes() != path.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            kept = True
    return kept


class _ShortTracebacks(logging.Filter):
    """nbgrader logs the traceback of whatever goes wrong; for problems that have a line of their own, log the line."""

    def filter(self, record: logging.LogRecord) -> bool:
        problem = sys.exc_info()[1]
        if isinstance(problem, GradingProblem | NbGraderException) and str(record.msg).startswith("Traceback"):
            record.msg, record.args = str(problem), ()
        return True


def _shorten_tracebacks(log: Any) -> None:
    if not any(isinstance(known, _ShortTracebacks) for known in log.filters):
        log.addFilter(_ShortTracebacks())

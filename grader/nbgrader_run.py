"""A notebook's run under nbgrader: in the sandbox instead of a kernel, with marks from verdicts instead of outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import Execute, SaveAutoGrades
from traitlets import Enum, Float, Integer, List, Unicode

from grader import build, oracle
from grader.ahead import Done, do
from grader.answers import AnswerStore, content_key
from grader.course import CourseError, find_course
from grader.exercise import FORBIDDEN
from grader.files import write_atomically
from grader.findings import findings
from grader.grade import sandbox
from grader.key import Key
from grader.nbgrader_ahead import ahead_of, job_of
from grader.nbgrader_notes import put_note
from grader.nbgrader_problems import GradingProblem
from grader.nbgrader_sanitise import CheckedNotebookExporter
from grader.notebook import checks_in
from grader.public import FILE
from grader.render import VERDICT_MIME, printable, render_findings, render_html, render_json, render_text, text
from grader.sandbox.conversation import ACTIVE
from grader.sandbox.isolation import LEVELS, MEANS
from grader.sandbox.job import Job, Run, files_beside
from grader.sandbox.parent import SandboxError, Settings
from grader.sandbox.protocol import Limits
from grader.sandbox.reports import report_lines
from grader.verdict import Verdict

VERDICTS = "gradmark_verdicts"
_MAX_KEPT = 64 * 2**20


class GradingExporter(CheckedNotebookExporter):
    """nbgrader makes one before it takes up the first submission: where a command ends that could isolate none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runner = RunInSandbox(parent=self)
        if not runner.enabled:
            return
        try:
            level = sandbox(runner.settings).level
        except SandboxError as error:
            self.log.error("Nothing was graded: %s", error)
            advice = "`grader sandbox` says more; to grade nevertheless, name the level: c.RunInSandbox.min_level"
            raise NbGraderException(f"{error}; {advice}") from None
        self.log.info("Notebooks run at isolation level %s (%s)", level, MEANS[level])


class RunInSandbox(Execute):  # type: ignore[misc]
    """Runs a sanitised notebook in the sandbox, judges its answers, shows the verdicts in the check cells.

    The first notebook of a command starts all others of that command as well, on all cores; each is taken up when
    nbgrader comes to it. `Execute.timeout` and `Execute.enabled` (--no-execute) mean what they mean for nbgrader's own
    Execute.
    """

    notebook_timeout = Float(60.0, help="Seconds one notebook may run, in all.").tag(config=True)
    check_timeout = Float(5.0, help="Seconds one case of an exercise may run.").tag(config=True)
    memory = Integer(2 * 2**30, help="Bytes of address space one notebook may use.").tag(config=True)
    min_level = Enum(
        LEVELS[::-1],
        default_value=Settings().min_level,
        help="The lowest isolation at which notebooks are graded; where the machine has less, none is.",
    ).tag(config=True)
    preload = List(
        Unicode(),
        help="Packages that notebooks may use although they are hidden otherwise, such as torch.",
    ).tag(config=True)
    jobs = Integer(0, help="How many notebooks run at once; 0: as many as there are cores.").tag(config=True)

    @property
    def settings(self) -> Settings:
        """What the sandbox must be."""
        return Settings(min_level=self.min_level, preload=tuple(self.preload))

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> tuple[Any, Any]:
        """Run, judge, and put outputs and verdicts into the notebook. Verdicts travel in `resources`."""
        names = resources["nbgrader"]
        language = _language(nb, names)
        if language != "python":
            self.log.warning("This notebook's language is %s: it runs in its own kernel, outside the sandbox", language)
            return super().preprocess(nb, resources, km)  # type: ignore[no-any-return]
        converter = getattr(self.parent, "parent", None)
        root = Path(str(getattr(getattr(converter, "coursedir", None), "root", ".")))
        keys = assignment_keys(root, names["assignment"])
        folder = Path(resources["metadata"]["path"])
        job = job_of(nb.cells, keys, files_beside(folder), self._limits())
        store = AnswerStore(root / ".gradmark" / "answers")
        done = None
        if converter is not None and hasattr(converter, "assignments"):
            ahead = ahead_of(
                converter, names["student"], keys, store, job.limits, self.settings.for_job(job), self.jobs
            )
            done = ahead.take(names, content_key(job, self.settings.preload)) if ahead else None
        done = done or do(job, store, self.settings)
        if done.problem:
            raise GradingProblem(f"{folder / names['notebook']}.ipynb: {done.problem}")
        self._show(nb, done, job.keys)
        resources[VERDICTS] = done.verdicts
        for problem in _keep_files(done.run, folder):
            self.log.warning("%s", problem)
        for name in _disarm(folder, _shipped(converter, names["assignment"])):
            self.log.warning("%s is kept as %s.txt: formgrader would run what is in it", name, name)
        self._tell(nb, done, job, names)
        return nb, resources

    def _limits(self) -> Limits:
        cell = float(self.timeout) if self.timeout and self.timeout > 0 else self.notebook_timeout
        wall = max(self.notebook_timeout, cell)
        return Limits(wall=wall, cpu=wall, cell=cell, check=self.check_timeout, memory=self.memory)

    def _show(self, nb: Any, done: Done, keys: Mapping[str, Key]) -> None:
        for index, cell in enumerate(nb.cells):
            if cell.cell_type != "code":
                continue
            cell.execution_count = None
            cell.outputs = [new_output(**output) for output in done.run.outputs.get(index, [])]
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if name in done.verdicts and utils.is_grade(cell):
                cell.outputs.append(_verdict_output(done.verdicts[name], keys[name], done.run))

    def _tell(self, nb: Any, done: Done, job: Job, names: Mapping[str, str]) -> None:
        """Log what stopped or was refused, and what the code shows, and put both above the notebook."""
        run = done.run
        self.log.info("Isolation level %s", run.level)
        if run.ended:
            self.log.warning("The notebook was stopped early: %s", text(f"ended_{run.ended}"))
        lines = report_lines(run.reports)
        for line in lines:
            self.log.warning("%s", line)
        seen = findings(job.cells, forbidden(names["assignment"]), frozenset(job.files))
        for line in render_findings(seen).splitlines()[1:]:
            self.log.warning("Seen in the code: %s", line.strip())
        if seen:
            lines = [*lines, *render_findings(seen).splitlines()]
        if lines:
            put_note(nb, lines)


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


_known_keys: dict[tuple[Path, str], dict[str, Key]] = {}
_forbidden: dict[str, frozenset[str]] = {}


def assignment_keys(root: Path, assignment_name: str) -> dict[str, Key]:
    """The assignment's grading keys, once per process; none where the course does not have it."""
    known = _known_keys.get((root, assignment_name))
    if known is None:
        known = _load_keys(root, assignment_name)
        _known_keys[root, assignment_name] = known
    return known


def forbidden(assignment_name: str) -> frozenset[str]:
    """The packages whose import is pointed out, once the assignment's keys are known."""
    return _forbidden.get(assignment_name, FORBIDDEN)


def _load_keys(root: Path, assignment_name: str) -> dict[str, Key]:
    try:
        folder = find_course(root)
    except CourseError:
        return {}  # a course without declarations: plain nbgrader cells only
    if assignment_name not in [assignment.name for assignment in folder.course.assignments]:
        return {}
    assignment = folder.assignment(assignment_name)
    _forbidden[assignment_name] = frozenset(assignment.forbids)
    problem = build.stale_cases(folder, assignment)
    if problem:
        # Students must be graded by the declaration their own checks came from.
        raise GradingProblem(problem)
    return oracle.grading_keys(folder, assignment)


def _language(nb: Any, names: Mapping[str, str]) -> str:
    """The language of a notebook as it was released; what a submission says of itself must not choose a kernel.

    Raises NoSuchKernel where the release names none and the submission one that is not here.
    """
    spec = _released_kernel(names["db_url"], names["notebook"], names["assignment"])
    if not spec:
        name = str(nb.metadata.get("kernelspec", {}).get("name", "python3"))
        # By these two Jupyter means the Python that is there.
        if name not in ("python", "python3"):
            KernelSpecManager().get_kernel_spec(name)
        return "python"
    language = spec.get("language") or KernelSpecManager().get_kernel_spec(str(spec.get("name"))).language
    return str(language).lower().removeprefix("i")


@cache
def _released_kernel(db_url: str, notebook: str, assignment: str) -> Mapping[str, Any]:
    with Gradebook(db_url) as gradebook:
        try:
            return dict(json.loads(gradebook.find_notebook(notebook, assignment).kernelspec or "{}"))
        except MissingEntry:
            return {}


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


def _shipped(converter: Any, assignment: str) -> Mapping[str, Path]:
    """The files the instructor ships with an assignment."""
    courses = getattr(converter, "coursedir", None)
    return files_beside(Path(courses.format_path(courses.source_directory, ".", assignment)) if courses else None)


def _disarm(folder: Path, shipped: Mapping[str, Path]) -> list[str]:
    """Rename what a student handed in that would run in the instructor's browser; the names it had."""
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in ACTIVE and path.relative_to(folder).as_posix() not in shipped and path.is_file()
    ]
    for path in found:
        path.replace(path.with_name(f"{path.name}.txt"))
    return [printable(path.name) for path in found]


def _keep_files(run: Run, folder: Path) -> list[str]:
    """Put files that cells wrote beside the autograded notebook, as a kernel there would have left them.

    Not over what every notebook needs or nbgrader reads, not through a link of the submission's; what could not be
    kept is said.
    """
    problems = []
    for name, content in run.files.items():
        target = folder / name
        try:
            if name not in (FILE, "timestamp.txt") and target.resolve().is_relative_to(folder.resolve()):
                write_atomically(target, content)
        except OSError as error:
            problems.append(f"A file the notebook wrote was not kept ({error.strerror})")
    return problems

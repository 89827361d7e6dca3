"""A notebook's run under nbgrader: in the sandbox instead of a kernel, with marks from verdicts instead of outputs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from nbformat import from_dict
from nbgrader import utils
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import Execute
from traitlets import Enum, Float, Integer, List, TraitError, Unicode

from grader import build, oracle
from grader.ahead import Done, Present, do
from grader.answers import AnswerStore, content_key
from grader.course import CourseError, find_course
from grader.exercise import FORBIDDEN
from grader.files import write_atomically
from grader.grade import sandbox
from grader.key import Key
from grader.messages import LANGUAGES, choose_for_class, text
from grader.nbgrader_ahead import ahead_of, job_of
from grader.nbgrader_notes import put_note
from grader.nbgrader_once import Records
from grader.nbgrader_problems import GradingProblem
from grader.nbgrader_sanitise import CheckedNotebookExporter
from grader.nbgrader_save import VERDICTS
from grader.nbgrader_shown import Reader, present, reader
from grader.public import FILE
from grader.quiz import QuestionKey, fits_numbers_of, same_student
from grader.records import forget, record_of, save
from grader.render import printable, render_findings
from grader.sandbox.conversation import ACTIVE
from grader.sandbox.isolation import LEVELS, MEANS
from grader.sandbox.job import Job, Run, files_beside
from grader.sandbox.parent import SandboxError, Settings
from grader.sandbox.protocol import Limits
from grader.sandbox.reports import report_lines

# In a notebook's resources: (job, Done) of a run that was made elsewhere.
DONE = "gradmark_done"
# Names of others whose numbers an answer fits: more say nothing more.
_MOST = 10


class GradingExporter(CheckedNotebookExporter):
    """nbgrader makes one before it takes up the first submission: where a command ends that could isolate none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            runner = RunInSandbox(parent=self)
        except TraitError as error:
            self.log.error("Nothing was graded: %s", error)
            raise NbGraderException(str(error)) from None
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
    lang = Enum(
        ("", *LANGUAGES),
        default_value="",
        help="Language of graded notebooks and feedback; empty: that of $GRADER_LANG, else English.",
    ).tag(config=True)
    jobs = Integer(0, help="How many notebooks run at once; 0: as many as there are cores.").tag(config=True)

    @property
    def settings(self) -> Settings:
        """What the sandbox must be."""
        return Settings(min_level=self.min_level, preload=tuple(self.preload))

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> tuple[Any, Any]:
        """Run, judge, and put outputs and verdicts into the notebook. Verdicts travel in `resources`."""
        names = resources["nbgrader"]
        converter = getattr(self.parent, "parent", None)
        folder = Path(resources["metadata"]["path"])
        if DONE in resources:
            job, done = resources[DONE]
        else:
            job = self.job(nb, names, files_beside(folder))
            if job is None:
                return super().preprocess(nb, resources, km)  # type: ignore[no-any-return]
            done = self._run(job, names, converter)
        if done.problem:
            raise GradingProblem(f"{folder / names['notebook']}.ipynb: {done.problem}")
        self._show(nb, done)
        resources[VERDICTS] = done.verdicts
        # Without room on the disk the marks are as good; to judge them again, the work is then run again.
        try:
            record = record_of(job, done.key, done.run, done.verdicts)
            save(self._root() / ".gradmark", names["assignment"], names["student"], names["notebook"], record)
        except OSError as error:
            self.log.warning("Where the marks come from could not be kept (%s)", error)
            with contextlib.suppress(OSError):
                forget(self._root() / ".gradmark", names["assignment"], names["student"])
        for problem in _keep_files(done.run, folder):
            self.log.warning("%s", problem)
        for name in _disarm(folder, _shipped(converter, names["assignment"])):
            self.log.warning("%s is kept as %s.txt: formgrader would run what is in it", name, name)
        whose = self.reader(names["assignment"])
        self._tell(nb, done, whose)
        self._tell_of_questions(nb, done, job, getattr(converter, "assignments", {}), whose)
        return nb, resources

    def job(self, nb: Any, names: Mapping[str, str], files: Mapping[str, Path]) -> Job | None:
        """A sanitised notebook's job; None where it is not Python, and runs in its own kernel."""
        language = _language(nb, names, self.parent.records)
        if language != "python":
            self.log.warning("This notebook's language is %s: it runs in its own kernel, outside the sandbox", language)
            return None
        return job_of(nb.cells, self.keys(names["assignment"]), files, self._limits(), names["student"])

    def keys(self, assignment_name: str) -> dict[str, Key]:
        """An assignment's grading keys. Raises GradingProblem."""
        return assignment_keys(self._root(), assignment_name)

    def reader(self, assignment_name: str) -> Reader:
        """Who reads an assignment's graded notebooks."""
        return reader(self._root(), assignment_name, choose_for_class(self.lang))

    def presenter(self, assignment_name: str) -> Present:
        """What makes a job's `Shown`, once the assignment's keys are known."""
        return partial(present, self.reader(assignment_name), forbidden(assignment_name))

    @property
    def store(self) -> AnswerStore:
        """Where answers are kept."""
        return AnswerStore(self._root() / ".gradmark" / "answers")

    def _run(self, job: Job, names: Mapping[str, str], converter: Any) -> Done:
        show = self.presenter(names["assignment"])
        if converter is not None and hasattr(converter, "assignments"):
            keys = self.keys(names["assignment"])
            settings = self.settings.for_job(job)
            ahead = ahead_of(converter, names["student"], keys, self.store, job.limits, settings, self.jobs, show)
            done = ahead.take(names, content_key(job, self.settings.preload)) if ahead else None
            if done:
                return done
        return do(job, self.store, self.settings, show)

    def _root(self) -> Path:
        converter = getattr(self.parent, "parent", None)
        return Path(str(getattr(getattr(converter, "coursedir", None), "root", ".")))

    def _limits(self) -> Limits:
        cell = float(self.timeout) if self.timeout and self.timeout > 0 else self.notebook_timeout
        wall = max(self.notebook_timeout, cell)
        return Limits(wall=wall, cpu=wall, cell=cell, check=self.check_timeout, memory=self.memory)

    def _show(self, nb: Any, done: Done) -> None:
        for index, cell in enumerate(nb.cells):
            if cell.cell_type != "code":
                continue
            cell.execution_count = None
            cell.outputs = [_output(output) for output in done.run.outputs.get(index, [])]
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if name in done.verdicts and utils.is_grade(cell):
                cell.outputs.append(_output({"output_type": "display_data", "data": done.shown.verdicts[name]}))

    def _tell(self, nb: Any, done: Done, reader: Reader) -> None:
        """Log what stopped or was refused, and what the code shows; put both above the notebook, for its reader."""
        run = done.run
        self.log.info("Isolation level %s", run.level)
        if run.ended:
            self.log.warning("The notebook was stopped early: %s", text(f"ended_{run.ended}"))
        for line in report_lines(run.reports):
            self.log.warning("%s", line)
        for line in render_findings(done.shown.seen).splitlines()[1:]:  # the first is the title
            self.log.warning("Seen in the code: %s", line.strip())
        with reader.speaking():
            put_note(nb, [*report_lines(run.reports), *render_findings(done.shown.seen).splitlines()])

    def _tell_of_questions(self, nb: Any, done: Done, job: Job, folders: Iterable[str], reader: Reader) -> None:
        """Log what only the instructor should know of answers to questions: whose numbers a wrong one fits.

        That a notebook names another student is said above it as well: it may have cost marks.
        """
        whose = job.student
        for name, verdict in done.verdicts.items():
            key = job.keys[name]
            if isinstance(key, QuestionKey) and verdict.diagnosis is not None:
                others = fits_numbers_of(key, verdict, (Path(folder).parent.name for folder in folders))
                if verdict.diagnosis.details.get("plain"):
                    self.log.info("Question %s: judged as it is shown without STUDENT_ID, which is not written", name)
                if others:
                    self.log.warning("Question %s: the answer fits the numbers of %s", name, ", ".join(others[:_MOST]))
        if whose.claimed and not same_student(whose.claimed, whose.id):
            claimed = printable(whose.claimed)[:100]
            self.log.warning("STUDENT_ID is %r, but this is %s's submission: judged by the latter", claimed, whose.id)
            if any(isinstance(key, QuestionKey) and key.varies for key in job.keys.values()):
                with reader.speaking():
                    put_note(nb, [text("other_student", claimed=claimed, student=whose.id)])


# What nbformat's new_output fills in. It also validates, one by one, what is validated as a whole in the end.
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "stream": {"name": "stdout", "text": ""},
    "display_data": {"data": {}, "metadata": {}},
    "execute_result": {"data": {}, "metadata": {}, "execution_count": None},
    "error": {"ename": "NotImplemented", "evalue": "", "traceback": []},
}


def _output(fields: Mapping[str, Any]) -> Any:
    """A cell's output, as nbformat's new_output makes it."""
    return from_dict({**_DEFAULTS.get(fields["output_type"], {}), **fields})


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


def _language(nb: Any, names: Mapping[str, str], records: Records) -> str:
    """The language of a notebook as it was released; what a submission says of itself must not choose a kernel.

    Raises NoSuchKernel where the release names none and the submission one that is not here.
    """
    spec = records.kernelspec(names["notebook"], names["assignment"])
    if not spec:
        name = str(nb.metadata.get("kernelspec", {}).get("name", "python3"))
        # By these two Jupyter means the Python that is there.
        if name not in ("python", "python3"):
            KernelSpecManager().get_kernel_spec(name)
        return "python"
    language = spec.get("language") or KernelSpecManager().get_kernel_spec(str(spec.get("name"))).language
    return str(language).lower().removeprefix("i")


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

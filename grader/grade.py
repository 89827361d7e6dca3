"""From submissions to verdicts: read, run (or recall), judge. The whole pipeline, top to bottom.

    notebook --cells--> sandbox --answers--> judge --> verdicts

Writes no gradebook and renders nothing. A submission that cannot be graded becomes a Graded with a `problem`; it never
stops the others and is never silently zero.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from grader.answers import AnswerStore, content_key
from grader.judge import judge
from grader.key import Key
from grader.notebook import Notebook, NotebookError, read_notebook
from grader.quiz import NOBODY, Student
from grader.sandbox import warm
from grader.sandbox.job import Job, Run, files_beside
from grader.sandbox.parent import Sandbox, SandboxError, Settings
from grader.sandbox.protocol import Limits
from grader.verdict import Verdict


@dataclass(frozen=True)
class Submission:
    """One student's notebook for one assignment."""

    student: str
    path: Path


@dataclass(frozen=True)
class Graded:
    """What became of a submission: a verdict per exercise, or a `problem` in one line."""

    student: str
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    run: Run = field(default_factory=Run)
    problem: str = ""

    @property
    def points(self) -> float:
        """The sum of the verdicts' points."""
        return sum(verdict.points for verdict in self.verdicts.values())


def grade_class(
    submissions: Iterable[Submission],
    keys: Mapping[str, Key],
    executor: Executor,
    *,
    store: AnswerStore | None = None,
    limits: Limits = Limits(),
    settings: Settings = Settings(),
) -> Iterator[Graded]:
    """Grade submissions on any executor; results come in the order of the submissions, whatever finishes first."""
    waiting: list[Future[Graded]] = [
        executor.submit(grade_file, submission, keys, store=store, limits=limits, settings=settings)
        for submission in submissions
    ]
    for future in waiting:
        yield future.result()


def grade_file(
    submission: Submission,
    keys: Mapping[str, Key],
    *,
    store: AnswerStore | None = None,
    limits: Limits = Limits(),
    settings: Settings = Settings(),
) -> Graded:
    """Grade one notebook file."""
    try:
        notebook = read_notebook(submission.path)
        files = files_beside(submission.path.parent)
        run = run_notebook(notebook, keys, files, store=store, limits=limits, settings=settings)
    except (NotebookError, SandboxError) as error:
        return Graded(submission.student, problem=str(error))
    return Graded(submission.student, judge_run(run, keys, Student(submission.student, notebook.student_id)), run)


def locate(folder: Path, name: str, exercises: Iterable[str]) -> Path:
    """The notebook `name`.ipynb of a submission's folder; where it was renamed, the only one that checks `exercises`.

    Raises NotebookError when there is none, or several could be meant.
    """
    path = folder / f"{name}.ipynb"
    if path.exists():
        return path
    wanted = set(exercises)
    others = sorted(folder.glob("*.ipynb"))
    meant = [other for other in others if wanted & set(_checks_of(other))]
    if len(meant) == 1:
        return meant[0]
    seen = ", ".join(other.name for other in others) or "no notebook at all"
    raise NotebookError(f"{folder}: {name}.ipynb is missing (there is {seen}); rename or ask for it")


def _checks_of(path: Path) -> Iterable[str]:
    try:
        return read_notebook(path).checks
    except NotebookError:
        return ()


def run_notebook(
    notebook: Notebook,
    keys: Mapping[str, Key],
    files: Mapping[str, Path],
    *,
    store: AnswerStore | None = None,
    limits: Limits = Limits(),
    environment: Mapping[str, str] | None = None,
    settings: Settings = Settings(),
) -> Run:
    """The answers of one notebook: from the store when the same work was done before, else from the sandbox.

    Raises SandboxError when the sandbox itself fails, or isolates less than the settings ask for.
    """
    return run_job(Job(notebook.code, notebook.checks, keys, files, limits, environment or {}), store, settings)


def run_job(job: Job, store: AnswerStore | None, settings: Settings, key: str = "") -> Run:
    """The answers of one job; `key` is its content key, where that is known already. Raises SandboxError."""
    key = key or (content_key(job, settings.preload) if store else "")
    stored = store.load(key, settings.min_level) if store else None
    if stored is not None:
        return stored
    run = sandbox(settings.for_job(job)).run(job)
    if store:
        # Without room on the disk the marks are as good; the work is run again next time.
        with contextlib.suppress(OSError):
            store.save(key, run)
    return run


def judge_run(run: Run, keys: Mapping[str, Key], student: Student = NOBODY) -> dict[str, Verdict]:
    """A verdict for every key, also for those the notebook never asked about."""
    return {name: judge(key, run.answers.get(name, {}), student) for name, key in keys.items()}


class _PerThread(threading.local):
    """Warm sandboxes per thread, so that any executor may call; ended with the process."""

    def __init__(self) -> None:
        self.sandboxes: dict[Settings, Sandbox] = {}


_local = _PerThread()


def sandbox(settings: Settings) -> Sandbox:
    """This thread's warm sandbox with those settings."""
    found = _local.sandboxes.get(settings)
    if found is None:
        found = _local.sandboxes[settings] = Sandbox(settings)
        atexit.register(found.close)
    return found


def forget_sandboxes() -> None:
    """In a forked worker: those of the process it was forked from are not its own."""
    _local.sandboxes = {}
    warm.forget()


def close_sandboxes() -> None:
    """End this thread's sandboxes; they start again when they are wanted."""
    for found in _local.sandboxes.values():
        found.close()

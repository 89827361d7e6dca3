"""From submissions to verdicts: read, run (or recall), judge. The whole pipeline, top to bottom.

    notebook --cells--> sandbox --answers--> judge --> verdicts

Writes no gradebook and renders nothing. A submission that cannot be graded becomes a Graded with a `problem`; it never
stops the others and is never silently zero.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.answers import AnswerStore, content_key
from grader.judge import judge
from grader.key import Key
from grader.notebook import Notebook, NotebookError, read_notebook
from grader.sandbox.parent import Job, Run, Sandbox, SandboxError
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
) -> Iterator[Graded]:
    """Grade submissions on any executor; results come in the order of the submissions, whatever finishes first."""
    waiting: list[Future[Graded]] = [
        executor.submit(grade_file, submission, keys, store=store, limits=limits) for submission in submissions
    ]
    for future in waiting:
        yield future.result()


def grade_file(
    submission: Submission, keys: Mapping[str, Key], *, store: AnswerStore | None = None, limits: Limits = Limits()
) -> Graded:
    """Grade one notebook file."""
    try:
        notebook = read_notebook(submission.path)
        run = run_notebook(notebook, keys, submission.path.parent, store=store, limits=limits)
    except (NotebookError, SandboxError) as error:
        return Graded(submission.student, problem=str(error))
    return Graded(submission.student, judge_run(run, keys), run)


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
    folder: Path | None,
    *,
    store: AnswerStore | None = None,
    limits: Limits = Limits(),
    keep_files: Callable[[Path], bool] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """The answers of one notebook: from the store when the same work was done before, else from the sandbox.

    keep_files: given the folder in which the cells ran, before it goes; says whether it kept any file. Such a run is
    not stored, since its answers alone would not bring the files back.

    Raises SandboxError when the sandbox itself fails.
    """
    job = Job(notebook.code, notebook.checks, keys, folder, limits, environment or {})
    key = content_key(job) if store else ""
    stored = store.load(key) if store else None
    if stored is not None:
        return stored
    wrote_files = False

    def keep(scratch: Path) -> None:
        nonlocal wrote_files
        wrote_files = keep_files is not None and keep_files(scratch)

    run = _sandbox().run(job, keep)
    if store and not wrote_files:
        store.save(key, run)
    return run


def judge_run(run: Run, keys: Mapping[str, Key]) -> dict[str, Verdict]:
    """A verdict for every key, also for those the notebook never asked about."""
    return {name: judge(key, run.answers.get(name, {})) for name, key in keys.items()}


class _PerThread(threading.local):
    """One warm sandbox per thread, so that any executor may call; ended with the process."""

    sandbox: Any = None


_local = _PerThread()


def _sandbox() -> Sandbox:
    if _local.sandbox is None:
        sandbox = Sandbox()
        atexit.register(sandbox.close)
        _local.sandbox = sandbox
    return _local.sandbox  # type: ignore[no-any-return]

"""Notebooks run ahead of a program that takes them up one after the other: on all cores, a bounded number ahead.

A result is used only when it is the result of the very work that is then asked for, by content key; whatever was
foreseen wrongly, or lost with a worker, is run in its turn. So a mark never depends on what ran when.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from typing import Any

from grader.answers import AnswerStore, content_key
from grader.grade import judge_run, run_job
from grader.pool import forked_pool
from grader.sandbox import warm
from grader.sandbox.job import Job, Run
from grader.sandbox.parent import SandboxError, Settings
from grader.verdict import Verdict

# How many results may wait to be taken up, per worker: what keeps memory flat.
_LEAD = 8


@dataclass(frozen=True)
class Done:
    """What became of a job: its content key, its run (answers are in the store), its verdicts; or a `problem`.

    shown: what `present` made of it.
    """

    key: str
    run: Run = field(default_factory=Run)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    problem: str = ""
    shown: Any = None


Present = Callable[[Job, Run, Mapping[str, Verdict]], Any]


def _nothing(job: Job, run: Run, verdicts: Mapping[str, Verdict]) -> None:
    return None


def do(job: Job, store: AnswerStore | None, settings: Settings, present: Present = _nothing) -> Done:
    """Run and judge one job, here and now. present: makes whatever is to be shown of it."""
    key = content_key(job, settings.preload)
    try:
        run = run_job(job, store, settings, key)
    except SandboxError as error:
        return Done(key, problem=str(error))
    return judged(job, key, run, present)


def judged(job: Job, key: str, run: Run, present: Present) -> Done:
    """What became of a job that has been run; its answers are let go."""
    verdicts = judge_run(run, job.keys, job.student)
    return Done(key, replace(run, answers={}), verdicts, shown=present(job, run, verdicts))


class Ahead:
    """Workers that run the jobs of `names`, in that order.

    settings: for workers' sandboxes; the kind they will mostly be is warmed before the first starts.
    foresee: makes a job from a name; called in the workers, where it may fail: the job is then run in its turn.
    jobs: how many workers. present: as for `do`. Use as a context manager, or call `close`.
    """

    def __init__(
        self,
        names: Iterable[str],
        foresee: Callable[[str], Job],
        store: AnswerStore | None,
        settings: Settings,
        jobs: int | None = None,
        present: Present = _nothing,
    ) -> None:
        self._waiting = deque(names)
        self._futures: dict[str, Future[Done]] = {}
        workers = min(jobs or os.cpu_count() or 1, max(1, len(self._waiting)))
        self._lead = _LEAD * workers
        # One for all workers.
        self._kind = settings.kind
        warm.warm(self._kind)
        # Forked, so that keys and imports are shared; a worker never uses what is not safe after a fork.
        self._pool = forked_pool(workers, _begin, (foresee, store, settings, present))
        self._fill()

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def take(self, name: str, key: str) -> Done | None:
        """The result for a name, if it was run ahead and is the work with that content key; waits for it."""
        future = self._futures.pop(name, None)
        if future is None:
            with contextlib.suppress(ValueError):
                self._waiting.remove(name)
        self._fill()
        try:
            done = future.result() if future else None
        # Whatever went wrong ahead shows again, and is told, when it is run in its turn.
        except (Exception, SystemExit):
            return None
        return done if done and done.key == key and not done.problem else None

    def close(self) -> None:
        """End the workers; what is running ends first."""
        self._waiting.clear()
        self._futures.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)
        warm.let_go(self._kind)

    def _fill(self) -> None:
        while self._waiting and len(self._futures) < self._lead:
            name = self._waiting.popleft()
            try:
                self._futures[name] = self._pool.submit(_work, name)
            except (BrokenProcessPool, RuntimeError):
                # A worker was killed, and with it the pool. The rest is run in its turn.
                self._waiting.clear()


Common = tuple[Callable[[str], Job], AnswerStore | None, Settings, Present]
_common: Common | None = None


def _begin(*common: Any) -> None:
    global _common
    _common = common


def _work(name: str) -> Done:
    assert _common is not None
    foresee, store, settings, present = _common
    return do(foresee(name), store, settings, present)

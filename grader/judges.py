"""Runs judged, and what is shown of them made, by trusted processes of this machine while the program records.

    with Judges(keys, present, processes=1) as judges:
        done = judges.submit(job, key, run).result()

Forked when the keys are known, so that they are not sent. A process that dies marks nothing: what it had is judged
by the program itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import replace
from threading import Event

from grader.ahead import Done, Present, judged
from grader.key import Key
from grader.pool import forked_pool
from grader.sandbox import warm
from grader.sandbox.job import Job, Run


class Judges:
    """So many processes that judge; with 0 of them it is done by whoever takes the result.

    keys: of all exercises and questions that jobs may ask. present: as for `ahead.judged`.
    """

    def __init__(self, keys: Mapping[str, Key], present: Present, processes: int) -> None:
        self._present = present
        self._pool: ProcessPoolExecutor | None = None
        if processes:
            self._pool = forked_pool(processes, _begin, (keys, present))
            # With the first task all of them are there: before any thread of this process, which a fork would break.
            self._pool.submit(_begun)

    def __enter__(self) -> Judges:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, job: Job, key: str, run: Future[Run]) -> Judged:
        """Judge a run as soon as it is there. key: its content key."""
        return Judged(self, job, key, run)

    def begin(self, job: Job, key: str, run: Run) -> Future[Done] | None:
        """Have a run judged by a process; None where there is none."""
        try:
            bare = replace(job, keys={})
            return self._pool.submit(_judge, bare, tuple(job.keys), key, run) if self._pool else None
        except (BrokenExecutor, RuntimeError):
            return None

    def here(self, job: Job, key: str, run: Run) -> Done:
        """Judge a run in this process."""
        return judged(job, key, run, self._present)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


class Judged:
    """One job that is being run, then judged."""

    def __init__(self, judges: Judges, job: Job, key: str, run: Future[Run]) -> None:
        self._judges, self._job, self._key, self._run = judges, job, key, run
        self._done: Future[Done] | None = None
        self._asked = Event()
        run.add_done_callback(self._begin)

    def _begin(self, run: Future[Run]) -> None:
        try:
            if not run.cancelled() and run.exception() is None:
                self._done = self._judges.begin(self._job, self._key, run.result())
        finally:
            self._asked.set()

    def result(self) -> Done:
        """Wait for it. Raises what the run's Future raises."""
        run = self._run.result()
        # A result is there before those are called who wait for it to begin.
        self._asked.wait()
        try:
            done = self._done.result() if self._done is not None else None
        except (BrokenExecutor, OSError):
            done = None
        return done or self._judges.here(self._job, self._key, run)


_keys: Mapping[str, Key] = {}
_present: Present | None = None


def _begin(keys: Mapping[str, Key], present: Present) -> None:
    global _keys, _present
    _keys, _present = keys, present
    warm.leave()


def _begun() -> bool:
    return _present is not None


def _judge(bare: Job, names: tuple[str, ...], key: str, run: Run) -> Done:
    assert _present is not None
    return judged(replace(bare, keys={name: _keys[name] for name in names}), key, run, _present)

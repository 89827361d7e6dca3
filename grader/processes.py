"""Workers of this machine: one pool of processes, replaced as a whole when one of them dies or hangs."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import BrokenExecutor, Future
from typing import Any

from grader.answers import AnswerStore
from grader.batch import Outcome, introduce, run_parcels
from grader.parcel import Parcel
from grader.pool import forked_pool
from grader.sandbox import warm
from grader.sandbox.parent import SandboxError, Settings


class Processes:
    """One pool, in use until it is lost. threads: how many batches it runs at once."""

    name = "this machine"

    def __init__(self, jobs: int, settings: Settings, store: AnswerStore | None) -> None:
        self.threads = jobs
        self._settings, self._store = settings, store
        before = set(multiprocessing.active_children())
        self._pool = forked_pool(jobs)
        self.first = self._pool.submit(introduce, settings)
        # With the first task, all of them are there.
        self._processes = set(multiprocessing.active_children()) - before

    def send(self, parcels: list[Parcel]) -> Future[list[Outcome]]:
        """Run a batch. The Future raises BrokenExecutor when a process died; so does this."""
        return self._pool.submit(run_parcels, parcels, self._settings, self._store)

    def kill(self) -> None:
        """End it, whatever it does."""
        for process in self._processes:
            process.kill()

    def close(self, seconds: float) -> None:
        """End it when what runs has ended, or after so many seconds."""
        last = threading.Timer(seconds, self.kill)
        last.start()
        self._pool.shutdown(wait=True, cancel_futures=True)
        last.cancel()


class Local:
    """The only place there is without a cluster.

    jobs: processes; 0 for one per core. store: looked at and filled by them. level: the isolation they hold.
    Raises SandboxError when they hold less than the settings ask for.
    """

    here = True
    # What a Future raises when its batch is lost with the worker.
    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def __init__(self, settings: Settings, store: AnswerStore | None, jobs: int = 0) -> None:
        if not hasattr(os, "fork"):
            raise SandboxError("notebooks are run by forking, which this system cannot do; use Linux, macOS or WSL")
        self._given = jobs or os.cpu_count() or 1, settings, store
        # One for all workers.
        self._kind = settings.kind
        try:
            warm.warm(self._kind)
        except warm.WarmError as error:
            raise SandboxError(f"the sandbox cannot start a process ({error})") from error
        self._place: Processes | None = None
        try:
            (place,) = self.places()
            found = place.first.result()
        except (BrokenExecutor, OSError) as error:
            self.close(0)
            raise SandboxError(f"no worker process could be started ({error})") from error
        if found.problem:
            self.close(0)
            raise SandboxError(found.problem)
        self.level = found.level

    def places(self) -> list[Processes]:
        """The pool; another one when it was dropped."""
        if self._place is None:
            self._place = Processes(*self._given)
        return [self._place]

    def drop(self, place: Any) -> None:
        """A pool of which a process died or hangs."""
        place.kill()
        place.close(0)
        self._place = None

    def close(self, seconds: float) -> None:
        """End the processes; what is running ends first, if it does so within that time."""
        if self._place is not None:
            self._place.close(seconds)
            self._place = None
        warm.let_go(self._kind)

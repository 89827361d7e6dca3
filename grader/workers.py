"""Notebooks run elsewhere: by processes of this machine, or by the workers of a dask.distributed cluster.

    with Workers(settings, scheduler="tcp://host:8786", store=store) as workers:
        future = workers.submit(job, content_key(job, settings.preload))
        run = future.result()

Jobs are sent in batches, as many as wait, so that few jobs do not wait for others and many cost little each. A batch
that is lost with its worker, or does not come back in time, is sent again; what comes back after that is not looked at.
So every job ends once: with a run, or with a SandboxError.

Trusted: this program, the scheduler, the workers and the network between them; whoever reaches the scheduler can run
programs on all of them. Not trusted: the notebooks. Expected values do not leave this process (see `parcel`).
"""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future

from grader.answers import AnswerStore
from grader.cluster import Cluster
from grader.dispatch import Batch, Dispatch, Order, Places
from grader.processes import Local
from grader.sandbox.job import Job, Run
from grader.sandbox.parent import SandboxError, Settings

# Seconds between two looks at who is there and what is late.
_TICK = 0.2
# Seconds in which workers must end when nothing runs, or when the program ends in an error or by Ctrl-C.
_HURRY = 5.0


def _say(line: str) -> None:
    print(f"grader: {line}", file=sys.stderr)


class Workers:
    """Runs jobs elsewhere. Use as a context manager, or call `close`.

    settings: for the workers' sandboxes. jobs: processes of this machine, 0 for one per core. scheduler: the address of
    a dask scheduler, whose workers run the jobs instead. store: where runs are looked for, and kept. batch: how many
    jobs are sent together at most. say: is given one line for each worker that is not used. level: the isolation the
    workers hold, the lowest of them.

    Raises SandboxError when no worker isolates enough, CourseError when there is no scheduler.
    """

    def __init__(
        self,
        settings: Settings = Settings(),
        *,
        jobs: int = 0,
        scheduler: str = "",
        store: AnswerStore | None = None,
        batch: int = 8,
        say: Callable[[str], None] = _say,
    ) -> None:
        self._min_level = settings.min_level
        self._all: Places = Cluster(scheduler, settings, say) if scheduler else Local(settings, store, jobs)
        # Workers of this machine look at the store themselves, all at once.
        self._store = None if self._all.here else store
        self._events: queue.SimpleQueue[Order | Batch | None] = queue.SimpleQueue()
        self._dispatch = Dispatch(self._all, settings, batch, self._store, self._events.put)
        self._closed = False
        self._patience: float | None = None
        # It alone uses the dispatch, so that nothing is locked.
        self._thread = threading.Thread(target=self._serve, name="gradmark-workers", daemon=True)
        self._thread.start()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(None if kind is None else _HURRY)

    @property
    def level(self) -> str:
        """The lowest isolation level of the workers that are used."""
        return self._all.level

    @property
    def lead(self) -> int:
        """How many jobs may be submitted and not taken back, so that all workers are busy and memory stays flat."""
        return self._dispatch.lead

    def submit(self, job: Job, key: str) -> Future[Run]:
        """Run a job. key: its content key.

        The Future's result raises SandboxError when the sandbox or the worker itself failed for this job, again and
        again: no fault of the student, and no mark may follow from it.
        """
        if self._closed:
            raise RuntimeError("the workers are closed")
        order = Order(job, key, Future())
        stored = self._store.load(key, self._min_level) if self._store else None
        if stored is not None:
            order.future.set_result(stored)
        else:
            self._events.put(order)
        return order.future

    def close(self, seconds: float | None = None) -> None:
        """End the workers; all that did not come back is cancelled.

        seconds: how long what is running may go on; by default, as long as it may.
        """
        if not self._closed:
            self._closed, self._patience = True, seconds
            self._events.put(None)
        self._thread.join()

    def _serve(self) -> None:
        dispatch = self._dispatch
        try:
            looked = time.monotonic()
            while self._take_events():
                if time.monotonic() - looked >= _TICK:
                    dispatch.look()
                    looked = time.monotonic()
                dispatch.send()
            self._all.close(dispatch.left + _HURRY if self._patience is None else self._patience)
            dispatch.end_all(CancelledError())
        except BaseException as error:  # nobody may wait for ever
            self._closed = True
            dispatch.end_all(SandboxError(f"the workers cannot go on ({type(error).__name__}: {error})"))
            self._all.close(0)
            raise

    def _take_events(self) -> bool:
        """Wait for something to happen, and take all that has; False when this is the end."""
        with contextlib.suppress(queue.Empty):
            event = self._events.get(timeout=_TICK)
            while event is not None:
                if isinstance(event, Order):
                    self._dispatch.add(event)
                else:
                    self._dispatch.take(event)
                event = self._events.get_nowait()
            return False
        return True

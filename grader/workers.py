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
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.answers import AnswerStore
from grader.batch import Outcome, checked
from grader.cluster import Cluster
from grader.local import Local
from grader.parcel import Packer, Parcel, ParcelError
from grader.sandbox.job import Job, Run
from grader.sandbox.parent import SandboxError, Settings

# Seconds that a job may take besides its notebook's own: to start a worker's sandbox, to travel.
GRACE = 60.0
# A job that was lost so often is run alone; once more, and it is given up.
_SUSPECT, _GIVEN_UP = 2, 3
_FAILURES = 2
_TICK = 0.2
# Batches sent per thread: one that runs, and one that waits beside it.
_AHEAD = 2
# Seconds in which workers must end when nothing runs, or when the program ends in an error or by Ctrl-C.
_HURRY = 5.0


class Place(Protocol):
    """Where batches run: the processes of this machine, or one worker of a cluster. threads: how many at once."""

    name: str
    threads: int

    def send(self, parcels: list[Parcel]) -> Future[list[Outcome]]:
        """Run a batch there."""


class Places(Protocol):
    """All there are, as they come and go. lost: what a Future raises whose worker died. level: the lowest they hold."""

    here: bool
    lost: tuple[type[BaseException], ...]
    level: str

    def places(self) -> Sequence[Place]:
        """Those that can be sent to. Raises SandboxError when there is none and none is to be expected."""

    def drop(self, place: Any) -> None:
        """One that died or hangs."""

    def close(self, seconds: float) -> None:
        """End; what is running may go on for so many seconds."""


@dataclass(eq=False)
class _Order:
    """A job and what became of it so far."""

    job: Job
    key: str
    future: Future[Run]
    lost: int = 0
    failed: int = 0

    @property
    def seconds(self) -> float:
        return self.job.limits.wall + GRACE


@dataclass(eq=False)
class _Batch:
    """Jobs that were sent together. deadline: when they are overdue, from when they began."""

    orders: list[_Order]
    place: Place
    alone: bool
    future: Future[list[Outcome]] = field(default_factory=Future)
    deadline: float | None = None


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
        self._packer = Packer(settings.preload, self._all.here)
        self._most = batch
        self._waiting: deque[_Order] = deque()
        self._suspects: deque[_Order] = deque()
        self._places: Sequence[Place] = self._all.places()
        # What is at each place, in the order it was sent in.
        self._sent: dict[Place, list[_Batch]] = {}
        self._events: queue.SimpleQueue[_Order | _Batch | None] = queue.SimpleQueue()
        self._closed = False
        self._patience: float | None = None
        # It alone touches what is above, so that nothing is locked.
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
        return self._most * _AHEAD * max(1, sum(place.threads for place in self._places))

    def submit(self, job: Job, key: str) -> Future[Run]:
        """Run a job. key: its content key.

        The Future's result raises SandboxError when the sandbox or the worker itself failed for this job, again and
        again: no fault of the student, and no mark may follow from it.
        """
        if self._closed:
            raise RuntimeError("the workers are closed")
        order = _Order(job, key, Future())
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

    # ------------------------------------------------------------------------------------ the thread

    def _serve(self) -> None:
        try:
            looked = time.monotonic()
            while self._take_events():
                if time.monotonic() - looked >= _TICK:
                    self._look()
                    looked = time.monotonic()
                self._send()
            ends = [batch.deadline for sent in self._sent.values() for batch in sent if batch.deadline]
            left = max(0.0, max(ends, default=0.0) - time.monotonic())
            self._all.close(left + _HURRY if self._patience is None else self._patience)
            self._end_all(CancelledError())
        except BaseException as error:  # nobody may wait for ever
            self._closed = True
            self._end_all(SandboxError(f"the workers cannot go on ({type(error).__name__}: {error})"))
            self._all.close(0)
            raise

    def _take_events(self) -> bool:
        """Wait for something to happen, and take all that has; False when this is the end."""
        with contextlib.suppress(queue.Empty):
            event = self._events.get(timeout=_TICK)
            while event is not None:
                if isinstance(event, _Order):
                    self._waiting.append(event)
                elif event in self._sent.get(event.place, ()):
                    self._take(event)
                event = self._events.get_nowait()
            return False
        return True

    def _look(self) -> None:
        """Workers come and go, and some hang."""
        try:
            self._places = self._all.places()
        except SandboxError as error:
            self._places = ()
            self._end_all(error)
            return
        now = time.monotonic()
        for place, sent in list(self._sent.items()):
            late = any(batch.deadline is not None and now > batch.deadline for batch in sent)
            if late or place not in self._places:
                self._lose(place)

    def _send(self) -> None:
        """Send what waits, while there is room."""
        while self._suspects or self._waiting:
            free = [place for place in self._places if self._room(place)]
            if self._suspects and self._places:
                idlest = min(self._places, key=self._load)
                if not self._sent.get(idlest):
                    self._send_to(idlest, [self._suspects.popleft()], alone=True)
                    continue
                free = [place for place in free if place is not idlest]  # until it has nothing to do
            if not free or not self._waiting:
                return
            # The fewer wait, the smaller the batches: then all workers have something to do.
            share = -(-len(self._waiting) // (_AHEAD * sum(place.threads for place in self._places)))
            orders = [self._waiting.popleft() for _ in range(min(self._most, share))]
            self._send_to(min(free, key=self._load), orders, alone=False)

    def _load(self, place: Place) -> float:
        return len(self._sent.get(place, ())) / place.threads

    def _room(self, place: Place) -> bool:
        return self._load(place) < _AHEAD and not any(batch.alone for batch in self._sent.get(place, ()))

    def _send_to(self, place: Place, orders: list[_Order], alone: bool) -> None:
        contents: dict[bytes, bytes] = {}
        parcels, packed = [], []
        for order in orders:
            # Once sent it is not cancelled any more: others of the batch do not wait for it.
            if not order.future.running() and not order.future.set_running_or_notify_cancel():
                continue
            try:
                parcels.append(self._packer.pack(order.job, order.key, contents))
                packed.append(order)
            except ParcelError as error:
                order.future.set_exception(SandboxError(str(error)))
        if not packed:
            return
        batch = _Batch(packed, place, alone)
        try:
            batch.future = place.send(parcels)
        except Exception as error:
            batch.future.set_exception(error)
        self._sent.setdefault(place, []).append(batch)
        self._begin_next(place)
        batch.future.add_done_callback(lambda _: self._events.put(batch))

    def _begin_next(self, place: Place) -> None:
        """The first batches at a place run, the others wait for them: their time begins later."""
        for batch in self._sent[place][: place.threads]:
            if batch.deadline is None:
                batch.deadline = time.monotonic() + sum(order.seconds for order in batch.orders)

    def _take(self, batch: _Batch) -> None:
        """A batch has come back."""
        try:
            outcomes = checked(batch.future.result(), len(batch.orders), self._min_level)
        except self._all.lost:
            self._lose(batch.place)
            return
        except Exception as error:  # whatever went wrong there, and whosever fault it is
            outcomes = [Outcome(None, f"a worker failed ({type(error).__name__}: {error})")] * len(batch.orders)
            again = self._suspects
        else:
            again = self._waiting
        self._sent[batch.place].remove(batch)
        self._begin_next(batch.place)
        for order, outcome in zip(batch.orders, outcomes, strict=True):
            if outcome.run is not None:
                self._keep(order.key, outcome.run)
                order.future.set_result(outcome.run)
            else:
                order.failed += 1
                if order.failed < _FAILURES:
                    again.append(order)
                else:
                    order.future.set_exception(SandboxError(outcome.problem))

    def _keep(self, key: str, run: Run) -> None:
        if self._store:
            # Without room on the disk the marks are as good; the work is run again next time.
            with contextlib.suppress(OSError):
                self._store.save(key, run)

    def _lose(self, place: Place) -> None:
        """A worker is lost. What was there is sent again; what was running is suspect, and in the end runs alone."""
        self._places = [other for other in self._places if other is not place]
        for batch in reversed(self._sent.pop(place)):
            batch.future.cancel()
            for order in reversed(batch.orders):
                order.lost += batch.deadline is not None
                if order.lost >= _GIVEN_UP:
                    line = f"the worker died or did not answer, {order.lost} times, while it ran this notebook"
                    order.future.set_exception(SandboxError(line))
                else:
                    (self._suspects if order.lost >= _SUSPECT else self._waiting).appendleft(order)
        self._all.drop(place)

    def _end_all(self, error: BaseException) -> None:
        """Nothing more comes back."""
        for batch in [batch for sent in self._sent.values() for batch in sent]:
            batch.future.cancel()
            self._waiting.extend(batch.orders)
        for order in [*self._suspects, *self._waiting]:
            if isinstance(error, CancelledError):
                order.future.cancel()
            if order.future.running() or order.future.set_running_or_notify_cancel():
                order.future.set_exception(error)
        for left in (self._suspects, self._waiting, self._sent):
            left.clear()

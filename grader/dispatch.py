"""Which job is sent where and when; what is lost, and what is late. Knows neither processes nor machines.

A job that is lost with its worker is sent again, twice; the second time alone, so that a job that takes its worker with
it is known by that and costs no other. The third time it is given up.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.answers import AnswerStore
from grader.batch import Outcome, checked
from grader.parcel import Packer, Parcel, ParcelError
from grader.sandbox.job import Job, Run
from grader.sandbox.parent import SandboxError, Settings

# Seconds that a job may take besides its notebook's own: to start a worker's sandbox, to travel.
GRACE = 60.0
# A job that was lost so often is run alone; once more, and it is given up.
_SUSPECT, _GIVEN_UP = 2, 3
_FAILURES = 2
# Batches sent per thread: one that runs, and one that waits beside it.
_AHEAD = 2


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
class Order:
    """A job and what became of it so far."""

    job: Job
    key: str
    future: Future[Run]
    lost: int = 0
    failed: int = 0

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return self.job.limits.wall + GRACE


@dataclass(eq=False)
class Batch:
    """Jobs that were sent together. deadline: when they are overdue, from when they began."""

    orders: list[Order]
    place: Place
    alone: bool
    future: Future[list[Outcome]] = field(default_factory=Future)
    deadline: float | None = None


class Dispatch:
    """All jobs that did not come back yet. To be used by one thread.

    most: how many are sent together. store: where runs are kept, if workers do not. came: is given a batch that came
    back, in any thread; it is then to be given to `take`.
    """

    def __init__(
        self,
        there: Places,
        settings: Settings,
        most: int,
        store: AnswerStore | None,
        came: Callable[[Batch], None],
    ) -> None:
        self._all = there
        self._min_level = settings.min_level
        self._packer = Packer(settings.preload, there.here)
        self._most = most
        self._store = store
        self._came = came
        self._waiting: deque[Order] = deque()
        self._suspects: deque[Order] = deque()
        self.places: Sequence[Place] = there.places()
        # What is at each place, in the order it was sent in.
        self.sent: dict[Place, list[Batch]] = {}

    @property
    def lead(self) -> int:
        """How many jobs keep all workers busy."""
        return self._most * _AHEAD * max(1, sum(place.threads for place in self.places))

    @property
    def left(self) -> float:
        """How many seconds what is running may still go on."""
        ends = [batch.deadline for sent in self.sent.values() for batch in sent if batch.deadline]
        return max(0.0, max(ends, default=0.0) - time.monotonic())

    def add(self, order: Order) -> None:
        """Another job; `send` sends it."""
        self._waiting.append(order)

    def look(self) -> None:
        """Workers come and go, and some hang."""
        try:
            self.places = self._all.places()
        except SandboxError as error:
            self.places = ()
            self.end_all(error)
            return
        now = time.monotonic()
        for place, sent in list(self.sent.items()):
            late = any(batch.deadline is not None and now > batch.deadline for batch in sent)
            if late or place not in self.places:
                self._lose(place)

    def send(self) -> None:
        """Send what waits, while there is room."""
        while self._suspects or self._waiting:
            free = [place for place in self.places if self._room(place)]
            if self._suspects and self.places:
                idlest = min(self.places, key=self._load)
                if not self.sent.get(idlest):
                    self._send_to(idlest, [self._suspects.popleft()], alone=True)
                    continue
                free = [place for place in free if place is not idlest]  # until it has nothing to do
            if not free or not self._waiting:
                return
            # The fewer wait, the smaller the batches: then all workers have something to do.
            share = -(-len(self._waiting) // (_AHEAD * sum(place.threads for place in self.places)))
            orders = [self._waiting.popleft() for _ in range(min(self._most, share))]
            self._send_to(min(free, key=self._load), orders, alone=False)

    def _load(self, place: Place) -> float:
        return len(self.sent.get(place, ())) / place.threads

    def _room(self, place: Place) -> bool:
        return self._load(place) < _AHEAD and not any(batch.alone for batch in self.sent.get(place, ()))

    def _send_to(self, place: Place, orders: list[Order], alone: bool) -> None:
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
        batch = Batch(packed, place, alone)
        try:
            batch.future = place.send(parcels)
        except Exception as error:
            batch.future.set_exception(error)
        self.sent.setdefault(place, []).append(batch)
        self._begin_next(place)
        batch.future.add_done_callback(lambda _: self._came(batch))

    def _begin_next(self, place: Place) -> None:
        """The first batches at a place run, the others wait for them: their time begins later."""
        for batch in self.sent[place][: place.threads]:
            if batch.deadline is None:
                batch.deadline = time.monotonic() + sum(order.seconds for order in batch.orders)

    def take(self, batch: Batch) -> None:
        """A batch has come back; one that was given up before is not looked at."""
        if batch not in self.sent.get(batch.place, ()):
            return
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
        self.sent[batch.place].remove(batch)
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
            # Without room on the disk the marks are as good; the work is run again next time. And of what another
            # machine sent, not everything can be written.
            with contextlib.suppress(Exception):
                self._store.save(key, run)

    def _lose(self, place: Place) -> None:
        """A worker is lost. What was there is sent again; what was running is suspect, and in the end runs alone."""
        self.places = [other for other in self.places if other is not place]
        for batch in reversed(self.sent.pop(place)):
            batch.future.cancel()
            for order in reversed(batch.orders):
                order.lost += batch.deadline is not None
                if order.lost >= _GIVEN_UP:
                    line = f"the worker died or did not answer, {order.lost} times, while it ran this notebook"
                    order.future.set_exception(SandboxError(line))
                else:
                    (self._suspects if order.lost >= _SUSPECT else self._waiting).appendleft(order)
        self._all.drop(place)

    def end_all(self, error: BaseException) -> None:
        """Nothing more comes back."""
        for batch in [batch for sent in self.sent.values() for batch in sent]:
            batch.future.cancel()
            self._waiting.extend(batch.orders)
        for order in [*self._suspects, *self._waiting]:
            if isinstance(error, CancelledError):
                order.future.cancel()
            if order.future.running() or order.future.set_running_or_notify_cancel():
                order.future.set_exception(error)
        for left in (self._suspects, self._waiting, self.sent):
            left.clear()

"""The workers of a dask.distributed cluster: who is there, who will do, and sending to each.

A worker is used once it has introduced itself: with the same versions, and with isolation enough. The others get one
line, and no job. dask's own settings (its configuration files, DASK_... variables) say how to speak TLS; nothing here
encrypts or identifies anybody.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any

from grader.answers import versions
from grader.batch import Introduction, Outcome, introduce, run_parcels
from grader.course import CourseError
from grader.parcel import Parcel
from grader.sandbox.isolation import LEVELS
from grader.sandbox.parent import SandboxError, Settings

# Seconds: for a scheduler to answer; for workers to come (back), when there is none; after the first, for the others to
# introduce themselves. And how often it is looked who is there.
_ANSWER = 8.0
_PATIENCE = 60.0
_OTHERS = 3.0
_LOOK = 0.5


def run_pickled(parcels: bytes, settings: Settings) -> list[Outcome]:
    """On a worker: run a batch. As bytes, because dask would go through everything else it is given."""
    return run_parcels(pickle.loads(parcels), settings)


class Worker:
    """One worker that will do. threads: how many batches it runs at once."""

    def __init__(self, client: Any, address: str, threads: int, settings: Settings) -> None:
        self.name = address
        self.threads = threads
        self._settings = settings
        self._executor = _only(client, address)

    def send(self, parcels: list[Parcel]) -> Future[list[Outcome]]:
        """Run a batch there and nowhere else."""
        found: Future[list[Outcome]] = self._executor.submit(run_pickled, pickle.dumps(parcels, 5), self._settings)
        return found


def _only(client: Any, address: str) -> Any:
    return client.get_executor(workers=[address], allow_other_workers=False, pure=False)


class Cluster:
    """A cluster's workers. say: is given one line for each that will not do.

    level: the lowest they hold. Raises CourseError when there is no scheduler, SandboxError when no worker will do.
    """

    here = False

    def __init__(self, address: str, settings: Settings, say: Callable[[str], None]) -> None:
        self._client = _connect(address)
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker

        # What a Future raises when its batch is lost with the worker.
        self.lost: tuple[type[BaseException], ...] = (KilledWorker, CommClosedError, CancelledError)
        self.level = LEVELS[-1]
        self._address, self._settings, self._say = address, settings, say
        self._mine = versions()
        self._coming: dict[str, tuple[float, Future[Introduction]]] = {}
        self._good: dict[str, Worker] = {}
        self._refused: dict[str, str] = {}
        self._looked = 0.0
        self._seen = time.monotonic()
        try:
            self._wait_for_workers()
        except BaseException:
            self.close(0)
            raise

    def places(self) -> list[Worker]:
        """The workers that will do, as far as is known. Raises SandboxError when there has been none for a while."""
        now = time.monotonic()
        if now - self._looked >= _LOOK:
            self._looked = now
            try:
                self._look(self._client.nthreads(callback_timeout=_ANSWER))
                reason = ""
            except Exception:  # each of asyncio, tornado and dask has its own
                self._good.clear()
                reason = f"the scheduler at {self._address} is gone"
            if self._good:
                self._seen = now
            elif now - self._seen > _PATIENCE:
                raise SandboxError(reason or self._nobody())
        return list(self._good.values())

    def drop(self, place: Worker) -> None:
        """One that died, or hangs: it is used again when it has introduced itself again."""
        if self._good.get(place.name) is place:
            del self._good[place.name]

    def close(self, seconds: float) -> None:
        """Leave the cluster, which goes on without us."""
        for _, introduction in self._coming.values():
            introduction.cancel()
        self._client.close(timeout=1)

    def _look(self, there: dict[str, int]) -> None:
        """Take notice of who has come and gone."""
        for known in (self._coming, self._good, self._refused):
            for address in [address for address in known if address not in there]:
                del known[address]
        for address in there:
            if address not in self._good and address not in self._refused and address not in self._coming:
                asked = _only(self._client, address).submit(introduce, self._settings)
                self._coming[address] = time.monotonic(), asked
        for address, (_, introduction) in list(self._coming.items()):
            if introduction.done():
                del self._coming[address]
                self._hear(address, there[address], introduction)

    def _hear(self, address: str, threads: int, introduction: Future[Introduction]) -> None:
        try:
            said = introduction.result()
            problem = self._problem(said)
        except self.lost:
            return  # and asked again, if it is still there
        except Exception as error:  # no gradmark there or at the scheduler, which looks at what passes; or an old one
            why = error.__cause__ or error
            line = " ".join(f"{type(why).__name__}: {why}".split())
            problem = f"it, or the scheduler, cannot run gradmark {self._mine['gradmark']} ({line})"
        if problem:
            self._refused[address] = problem
            self._say(f"worker {address} is not used: {problem}")
        else:
            self.level = min(self.level, said.level, key=LEVELS.index)
            self._good[address] = Worker(self._client, address, threads, self._settings)

    def _problem(self, said: Any) -> str:
        """Why a worker will not do."""
        if not isinstance(said, Introduction):
            return "it says something else than what it holds"
        other = {name for name in {*self._mine, *said.versions} if self._mine.get(name) != said.versions.get(name)}
        if other:
            return "other versions: " + ", ".join(
                f"{name} {said.versions.get(name, 'missing')} there, {self._mine.get(name, 'missing')} here"
                for name in sorted(other)
            )
        if said.level not in LEVELS or LEVELS.index(said.level) < LEVELS.index(self._settings.min_level):
            return said.problem or f"it holds level {said.level}, below {self._settings.min_level}"
        return ""

    def _wait_for_workers(self) -> None:
        """Until one will do and most have introduced themselves."""
        begun, first = time.monotonic(), 0.0
        while True:
            good, now = self.places(), time.monotonic()
            first = first or (now if good else 0.0)
            if good and (not self._coming or now - first > _OTHERS):
                return
            if not good and not self._coming and (self._refused or now - begun > _ANSWER):
                raise SandboxError(self._nobody())
            time.sleep(0.05)
            self._looked = 0.0

    def _nobody(self) -> str:
        """Why there is nobody."""
        if self._refused:
            problems = "; ".join(f"{address}: {problem}" for address, problem in self._refused.items())
            return f"no worker of the scheduler at {self._address} will do ({problems})"
        if self._coming:
            return f"the workers of the scheduler at {self._address} do not answer"
        return f"the scheduler at {self._address} has no worker"


def _connect(address: str) -> Any:
    """A client of the scheduler. Raises CourseError."""
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise CourseError(f"--scheduler needs dask ({error}); pip install 'gradmark[cluster]'") from error
    try:
        # In a thread of its own: this one's event loop, if it has one, is somebody else's. Asked first, because a
        # client that finds nobody stays and complains.
        with ThreadPoolExecutor(1) as thread:
            said = thread.submit(asyncio.run, _identity(address)).result()
        if said.get("type") != "Scheduler":
            raise CourseError(f"--scheduler {address}: a dask {said.get('type')} answers there, and no scheduler")
        # There is nothing to warn of in a batch with its files; and a lost scheduler is told in a line of our own.
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GiB"})
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        return Client(address, timeout=_ANSWER, set_as_default=False, name="gradmark")
    except (ValueError, TypeError, RuntimeError) as error:  # no address, no certificates, or TLS only
        raise CourseError(f"--scheduler {address}: {' '.join(str(error).split())}") from error
    except OSError as error:
        raise CourseError(f"--scheduler {address}: no scheduler answers there") from error
    except CourseError:
        raise
    except Exception as error:  # whatever else was read out of the bytes that came
        raise CourseError(f"--scheduler {address}: what answers there is no dask scheduler") from error


async def _identity(address: str) -> dict[str, Any]:
    from distributed.core import rpc
    from distributed.security import Security

    async with rpc(address, connection_args=Security().get_connection_args("client"), timeout=_ANSWER) as scheduler:
        return dict(await asyncio.wait_for(scheduler.identity(n_workers=0), _ANSWER))

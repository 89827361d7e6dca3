"""The trusted side's handle on notebooks: starts a warm zygote at the best level that holds, runs one job at a time."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from grader.sandbox import filter as calls
from grader.sandbox import linux, probes, warm
from grader.sandbox.conversation import Conversation, NotReady, stage
from grader.sandbox.isolation import LEVELS, Plan
from grader.sandbox.job import Job, Run
from grader.sandbox.protocol import Closed, Limits, TooMuch, TooSlow
from grader.sandbox.zygote import ORDER, REPLY
from grader.wire import WireError


class SandboxError(Exception):
    """The sandbox itself failed: no fault of the student, and no mark may follow from it."""


_DRAWING = ("matplotlib", "pylab", "seaborn")


@dataclass(frozen=True)
class Settings:
    """What a sandbox must be.

    min_level: the lowest isolation that will do. max_level: the highest to try. preload: packages that notebooks may
    use although they are hidden, imported once. plots: whether Matplotlib is warm.
    """

    min_level: str = "contained"
    max_level: str = LEVELS[-1]
    preload: tuple[str, ...] = ()
    plots: bool = False

    @property
    def kind(self) -> warm.Kind:
        """The warm process it comes from."""
        return warm.Kind(self.plots, self.preload)

    def for_job(self, job: Job) -> Settings:
        """These, with Matplotlib warm for a notebook that speaks of it. One that draws without a word waits for it."""
        plots = any(word in source for _, source in job.cells for word in _DRAWING)
        return replace(self, plots=plots)


# For code of the user's own on the user's own machine: accidents are all there is to fear.
OWN_CODE = Settings(min_level="limited", max_level="limited")


@dataclass(frozen=True)
class Refusal:
    """Why a level is not in force here: what could not be set up, or which attacks succeeded."""

    level: str
    reason: str


class Ending(NamedTuple):
    """How a child ended: its wait status, and the seconds and MiB it used."""

    status: int
    seconds: float
    mebibytes: float


_UNKNOWN = Ending(0, 0.0, 0.0)


class Sandbox:
    """A warm zygote at the highest level that holds here; when that is below the settings' lowest, `run` raises.

    Use as a context manager; `run` may be called any number of times, one notebook at a time. zygote: its process id.
    """

    def __init__(self, settings: Settings = Settings()) -> None:
        for level in (settings.min_level, settings.max_level):
            if level not in LEVELS:
                raise SandboxError(f"unknown isolation level {level!r}; there are {', '.join(LEVELS)}")
        if LEVELS.index(settings.min_level) > LEVELS.index(settings.max_level):
            raise SandboxError(
                f"no isolation level is at least {settings.min_level} and at most {settings.max_level}; "
                "change one of the two"
            )
        self.settings = settings
        self.refusals: list[Refusal] = []
        self._level = ""
        self._base: Path | None = None
        self.zygote = 0
        self._control: socket.socket | None = None
        self._prepared: socket.socket | None = None
        self._owed = False

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def level(self) -> str:
        """The isolation in force. Starts the zygote when there is none. Raises SandboxError."""
        self._start()
        return self._level

    def run(self, job: Job) -> Run:
        """Run one notebook in a new child and return what came back, whatever the student's code did.

        Raises SandboxError when no child could be made.
        """
        for attempt in (1, 2):
            try:
                conversation, ending = self._converse(job)
            except (OSError, NotReady, SandboxError) as error:
                self.close()
                # A zygote that was killed between two submissions is replaced, once.
                if attempt == 2 or isinstance(error, SandboxError):
                    raise SandboxError(f"the sandbox cannot start a process ({error})") from error
                continue
            run = conversation.explained(*ending)
            run.level = self._level
            return run
        raise AssertionError("unreachable")

    def close(self) -> None:
        """End the zygote, and with it whatever it started."""
        if self._prepared is not None:
            self._prepared.close()
            self._prepared = None
        self._owed = False
        if self._control is not None:
            warm.release(self.settings.kind, self._control)
            self._control = None
        if self._base is not None:
            shutil.rmtree(self._base, ignore_errors=True)
            self._base = None

    def _converse(self, job: Job) -> tuple[Conversation, Ending]:
        self._start()
        conversation = Conversation(job, self._next())
        try:
            with self._files() as files:
                size, all_there = stage(job.files, files)
                if job.files:
                    self._order(b"m", size)
                conversation.hold()
                if not all_there:
                    conversation.report("limit", "files")
        finally:
            conversation.close()
        return conversation, self._prepare_next(tell=conversation.run.ended == "died")

    def _prepare_next(self, tell: bool) -> Ending:
        """Let the next child be made while the answers of this one are judged. tell: wait for how this one ended."""
        try:
            self._prepared = self._fork()
            return self._ending() if tell else _UNKNOWN
        except (OSError, NotReady):
            # The zygote is gone, perhaps by this notebook's doing; what it answered counts, and another comes next.
            self.close()
            return _UNKNOWN

    @contextlib.contextmanager
    def _files(self) -> Iterator[Path]:
        """A new folder for what lies beside a notebook."""
        assert self._base is not None
        files = self._base / "files"
        files.mkdir()
        files.chmod(0o755)  # whatever the umask
        try:
            yield files
        finally:
            shutil.rmtree(files, ignore_errors=True)

    def _next(self) -> socket.socket:
        """The connection of a child that nobody has talked to."""
        prepared, self._prepared = self._prepared, None
        return prepared or self._fork()

    def _fork(self) -> socket.socket:
        """End the child there is, and let the zygote make another."""
        self._ending()
        ours, theirs = socket.socketpair()
        try:
            self._order(b"n", 0, [theirs.fileno()])
            self._owed = True
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours

    def _order(self, order: bytes, size: int, descriptors: Sequence[int] = ()) -> None:
        if self._control is None:
            raise NotReady("the warm process is gone")
        socket.send_fds(self._control, [ORDER.pack(order, size)], descriptors)

    def _ending(self) -> Ending:
        """How the child before the present one ended, if that was not told yet."""
        if not self._owed or self._control is None:
            return _UNKNOWN
        self._owed = False
        data = b""
        while len(data) < REPLY.size:
            chunk = self._control.recv(REPLY.size - len(data))
            if not chunk:
                raise NotReady("the warm process is gone")
            data += chunk
        return Ending(*REPLY.unpack(data))

    def _start(self) -> socket.socket:
        """The zygote's control socket, at the highest level that holds."""
        if self._control is not None:
            return self._control
        if not hasattr(os, "fork"):
            raise SandboxError("notebooks are run by forking, which this system cannot do; use Linux, macOS or WSL")
        # What once held must hold for the rest of the class: a zygote that is replaced comes at the same level.
        lowest, highest = self._level or self.settings.min_level, self._level or self.settings.max_level
        self.refusals = []
        for level in reversed(LEVELS[LEVELS.index(lowest) : LEVELS.index(highest) + 1]):
            reason, control = self._try(level)
            if control is not None:
                self._level, self._control = level, control
                return control
            self.refusals.append(Refusal(level, reason))
            self.close()
        found = "; ".join(f"{refusal.level}: {refusal.reason}" for refusal in self.refusals)
        if self._level:
            raise SandboxError(f"isolation level {lowest} held when this began and does not hold now ({found})")
        raise SandboxError(f"isolation level {lowest} does not hold on this machine ({found})")

    def _try(self, level: str) -> tuple[str, socket.socket | None]:
        """Start a zygote at a level and attack it. Its control socket; or why the level does not hold, and None."""
        try:
            program = b"" if level == "limited" else calls.compiled(level == "separate")
            if level != "limited":
                linux.forbid_reading_this_process()
            self._spawn(level, program)
            got = self._attack(level)
        except (OSError, SandboxError, NotReady, calls.FilterError, warm.WarmError) as error:
            return str(error), None
        return (f"these attacks succeed: {', '.join(got)}", None) if got else ("", self._control)

    def _spawn(self, level: str, program: bytes) -> None:
        """A zygote at a level, and a folder of its own for what lies beside notebooks."""
        self._base = Path(tempfile.mkdtemp(prefix="gradmark-"))
        self._base.chmod(0o755)
        (self._base / "work").mkdir()
        plan = Plan(level, str(self._base), program, self.settings.preload)
        self._control = control = warm.zygote(self.settings.kind)
        control.sendall(plan.to_json().encode() + b"\n")
        said = b""
        while not said.endswith(b"\n"):
            chunk = control.recv(2**12)
            if not chunk:
                raise SandboxError("the warm process ended before it was ready")
            said += chunk
        word, _, number = said.decode().strip().partition(" ")
        if word != "ready":
            raise SandboxError(said.decode().strip())
        self.zygote = int(number)

    def _attack(self, level: str) -> list[str]:
        """The attacks that succeed at the level just started."""
        if not probes.ATTACKS[level]:
            return []
        secret = ctypes.create_string_buffer(probes.SECRET)
        with tempfile.TemporaryDirectory(prefix="gradmark-probe-") as folder:
            os.chmod(folder, 0o777)
            target = probes.Target(f"{folder}/secret", folder, os.getpid(), ctypes.addressof(secret))
            Path(target.file).write_bytes(probes.SECRET)
            os.chmod(target.file, 0o644)
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
                listening.bind(f"{folder}/socket")
                os.chmod(f"{folder}/socket", 0o777)
                return self._attacked(level, target)

    def _attacked(self, level: str, target: probes.Target) -> list[str]:
        conversation = Conversation(Job((), {}, {}, limits=Limits(wall=10.0)), self._next())
        try:
            with self._files():
                conversation.begin({"do": "attack", "level": level, "target": vars(target)})
                got = conversation.answer(conversation.deadline).get("got")
        except (Closed, TooSlow, TooMuch, WireError) as error:
            raise SandboxError(f"the probe ended early ({type(error).__name__})") from error
        finally:
            conversation.close()
        self._prepare_next(tell=False)
        return [str(name) for name in got] if isinstance(got, list) else ["the probe's answer is damaged"]

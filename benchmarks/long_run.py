"""One command over many submissions, watched from outside: does its memory stay flat, does it leave anything behind?

Reads /proc and nothing else, so what is watched runs as it always does. Linux only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PAGE = os.sysconf("SC_PAGE_SIZE")
MIB = 2**20


@dataclass(frozen=True)
class Sample:
    """A moment of the run: how far it was, and what the command's process and its helpers held.

    helpers: process id -> resident bytes, of every process below the command's.
    """

    seconds: float
    graded: int
    memory: int
    descriptors: int
    helpers: dict[int, int]


@dataclass(frozen=True)
class Watched:
    """A whole run. left: the command lines of processes that outlived the command by more than two seconds."""

    seconds: float
    status: int
    samples: list[Sample]
    left: list[str]

    def when(self, graded: int) -> Sample:
        """The first sample with at least that many submissions graded; the last one where there is none."""
        return next((sample for sample in self.samples if sample.graded >= graded), self.samples[-1])

    def since(self, start: Sample) -> list[Sample]:
        """`start` and all samples after it."""
        return [sample for sample in self.samples if sample.seconds >= start.seconds]


def watch(
    command: Sequence[str],
    folder: Path,
    environment: dict[str, str],
    log: Path,
    graded: Callable[[], int],
    limit: float,
    every: float = 0.5,
) -> Watched:
    """Run `command`, looking at it `every` so many seconds; it is ended after `limit` seconds.

    While it runs, orphans below this process become its children: whoever is still there afterwards was left behind.
    """
    ours_before = set(_below(os.getpid()))
    _become_subreaper(True)
    start = time.perf_counter()
    samples = []
    try:
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)
        try:
            while process.poll() is None and time.perf_counter() - start < limit:
                with contextlib.suppress(OSError):  # it may end while we look
                    samples.append(_look(process.pid, time.perf_counter() - start, graded()))
                time.sleep(every)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
        seconds = time.perf_counter() - start
        left = _left_behind(ours_before)
    finally:
        _become_subreaper(False)
    return Watched(seconds, process.returncode, samples, left)


def _look(pid: int, seconds: float, graded: int) -> Sample:
    helpers = {}
    for helper in _below(pid):
        with contextlib.suppress(OSError):
            helpers[helper] = _resident(helper)
    return Sample(seconds, graded, _resident(pid), len(os.listdir(f"/proc/{pid}/fd")), helpers)


def _left_behind(before: set[int]) -> list[str]:
    """What still runs two seconds after the command's end, as command lines. Ends it, so that we leave nothing."""
    deadline = time.perf_counter() + 2
    while time.perf_counter() < deadline and set(_below(os.getpid())) - before:
        _bury()
        time.sleep(0.05)
    left = []
    for pid in set(_below(os.getpid())) - before:
        with contextlib.suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            left.append(f"{pid} {line or '(zombie)'}")
            os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    _bury()
    return left


def _bury() -> None:
    """Take the exit status of adopted processes that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _below(root: int) -> list[int]:
    """Every process below `root`."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, IndexError):
                # The name in parentheses may hold anything; state and parent follow the last one.
                after = Path(f"/proc/{entry}/stat").read_text(errors="replace").rpartition(")")[2].split()
                children.setdefault(int(after[1]), []).append(int(entry))
    found, new = [], [root]
    while new:
        new = [child for parent in new for child in children.get(parent, ())]
        found += new
    return found


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


def _become_subreaper(on: bool) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)

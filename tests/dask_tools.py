"""A dask scheduler and its workers for tests: the commands an operator types, ended by the processes' own numbers."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

needs_dask = pytest.mark.skipif(
    not hasattr(os, "fork") or importlib.util.find_spec("distributed") is None, reason="dask.distributed is not here"
)
_DASK = [sys.executable, "-m", "dask"]
_SECONDS = 60.0


class Dask:
    """A scheduler, and the workers that were started for it.

    before: a command that runs the commands, as `ip netns exec ...`. host: the address they listen at.
    """

    def __init__(self, folder: Path, before: Sequence[str] = (), host: str = "127.0.0.1") -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self._start("scheduler", before, "--host", host, "--port", "0", "--scheduler-file", str(file))
        deadline = time.monotonic() + _SECONDS
        self.address = ""
        while not self.address:
            assert time.monotonic() < deadline, self.log("scheduler")
            # It may be half written.
            with contextlib.suppress(OSError, ValueError):
                self.address = json.loads(file.read_text())["address"]
            time.sleep(0.05)

    def wait(self, count: int) -> None:
        """Until so many workers are there."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=_SECONDS)

    @property
    def scheduler(self) -> subprocess.Popen[bytes]:
        """Its process."""
        return self._processes[0]

    def worker(
        self, name: str, before: Sequence[str] = (), host: str = "127.0.0.1", nanny: bool = False
    ) -> subprocess.Popen[bytes]:
        """Another worker of one thread; without a nanny it is the process itself, and stays away when it is killed."""
        options = ["--nworkers", "1", "--nthreads", "1", "--name", name, "--host", host]
        options += ["--local-directory", str(self._folder / name), "--nanny" if nanny else "--no-nanny"]
        return self._start(name, before, self.address, *options, kind="worker")

    def log(self, name: str) -> str:
        """What a process said."""
        return (self._folder / f"{name}.log").read_text()

    def _start(self, name: str, before: Sequence[str], *words: str, kind: str = "") -> subprocess.Popen[bytes]:
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [*before, *_DASK, kind or name, *words, "--no-dashboard"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s"},
            )
        self._processes.append(process)
        return process

    def close(self) -> None:
        """End all of them, and what they started."""
        psutil = pytest.importorskip("psutil")
        started = []
        for process in reversed(self._processes):
            with contextlib.suppress(psutil.NoSuchProcess):
                found = psutil.Process(process.pid)
                started += [found, *found.children(recursive=True)]
        for end in ("resume", "terminate", "kill"):
            for found in started:
                with contextlib.suppress(psutil.NoSuchProcess):
                    getattr(found, end)()
            if end == "terminate":
                psutil.wait_procs(started, 10)
        for process in self._processes:
            process.wait()


@contextlib.contextmanager
def dask_cluster(folder: Path, workers: int = 0) -> Iterator[Dask]:
    """A scheduler on this machine, with so many workers."""
    dask = Dask(folder)
    try:
        for number in range(workers):
            dask.worker(f"worker{number}")
        if workers:
            dask.wait(workers)
        yield dask
    finally:
        dask.close()

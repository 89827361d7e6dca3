"""A cluster keeps what a single machine keeps: no answer leaves home, no weak worker runs anything, nobody gets out."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from harness import FULL, HONEST, KEYS, points

sys.path.insert(0, str(Path(__file__).parents[1]))
from builders import SECRET
from dask_tools import Dask, dask_cluster, needs_dask
from test_ahead import until

from grader.notebook import parse_script
from grader.sandbox.job import Job, Run
from grader.sandbox.parent import Sandbox, SandboxError, Settings
from grader.workers import Workers

HERE = Path(__file__).parent
pytestmark = [pytest.mark.slow, needs_dask, pytest.mark.xdist_group("cluster")]
roots = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="other surroundings can be made by root only"
)


def job(source: str) -> Job:
    """A percent script as a submission."""
    notebook = parse_script(source[source.index("# %%") :])
    return Job(notebook.code, notebook.checks, KEYS)


def texts(run: Run) -> str:
    """All that the cells printed."""
    return "".join(str(output.get("text", "")) for outputs in run.outputs.values() for output in outputs)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user can reach: pytest's own is root's."""
    with tempfile.TemporaryDirectory(prefix="gradmark-modes-") as folder:
        os.chmod(folder, 0o1777)
        yield Path(folder)


# ------------------------------------------------------------------------------------------ what travels


class Between:
    """Stands between this program and a scheduler, and takes down all that is said."""

    def __init__(self, address: str) -> None:
        there = urlsplit(address)
        self._there = there.hostname, there.port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.said, self.heard = bytearray(), bytearray()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=(connection,), daemon=True).start()

    def _pass_on(self, ours: socket.socket) -> None:
        with contextlib.suppress(OSError), ours, socket.create_connection(self._there) as theirs:
            while True:
                for side in select.select([ours, theirs], [], [])[0]:
                    data = side.recv(2**20)
                    if not data:
                        return
                    (self.said if side is ours else self.heard).extend(data)
                    (theirs if side is ours else ours).sendall(data)

    def close(self) -> None:
        """Let nobody in any more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def forms(number: float) -> list[bytes]:
    """How a number can stand in bytes: in an array, pickled, in JSON."""
    return [np.float64(number).tobytes(), np.float64(number).byteswap().tobytes(), repr(number).encode()]


def test_no_expected_value_leaves_this_program(tmp_path: Path) -> None:
    with dask_cluster(tmp_path, workers=1) as dask:
        between = Between(dask.address)
        with Workers(scheduler=between.address) as workers:
            run = workers.submit(job(HONEST), "key").result(60)
            assert points(run) == FULL
            nothing = between.said.copy()
            wrong = workers.submit(job(HONEST.replace("2 * x", "3 * x")), "key").result(60)
            assert points(wrong) < FULL
        between.close()
    # Both notebooks and the hidden inputs went past here, as they are; what is expected of them did not.
    assert b"def double" in between.said
    assert forms(SECRET)[0] in between.said
    assert [form for form in forms(2 * SECRET) if form in between.said] == []
    assert b"it wants doubling" not in between.said
    # It came back, from the one who had computed it.
    assert forms(2 * SECRET)[0] in between.heard
    assert len(nothing) < len(between.said)


def test_a_notebook_reaches_neither_scheduler_nor_worker(tmp_path: Path) -> None:
    with dask_cluster(tmp_path, workers=1) as dask:
        there = urlsplit(dask.address)
        source = f"""# %%
import os, socket
try:
    socket.create_connection(({there.hostname!r}, {there.port}), 2)
    print("reached")
except OSError as error:
    print("refused", error)
for folder in ({str(tmp_path)!r}, {str(tmp_path / "worker0")!r}, {tempfile.gettempdir()!r}):
    try:
        print("listed", os.listdir(folder))
    except OSError as error:
        print("closed", error)
"""
        with Workers(scheduler=dask.address) as workers:
            run = workers.submit(job(source), "key").result(60)
    assert texts(run).count("refused") == 1
    assert "reached" not in texts(run)
    assert texts(run).count("closed") == 3
    assert "listed" not in texts(run)


# ------------------------------------------------------------------------------------------ weak workers


def surrounded(kind: str) -> list[str]:
    """The words before a command that run it in other surroundings."""
    return [sys.executable, str(HERE / "surroundings.py"), kind]


@pytest.mark.surroundings
@roots
def test_a_worker_that_isolates_less_gets_nothing(folder: Path) -> None:
    separate = Settings(min_level="separate")
    with Sandbox(separate) as here:
        try:
            here.level  # noqa: B018 - started here
        except SandboxError as error:
            pytest.skip(f"level separate does not hold here: {error}")
    with dask_cluster(folder) as dask:
        dask.worker("weak", surrounded("docker"))
        dask.wait(1)
        said: list[str] = []
        with pytest.raises(SandboxError) as error:
            Workers(separate, scheduler=dask.address, say=said.append)
        (line,) = said
        assert line.startswith("worker tcp://127.0.0.1:")
        assert " is not used: isolation level separate does not hold on this machine (separate: " in line
        weak = line.split()[1]
        assert f"no worker of the scheduler at {dask.address} will do ({weak}: isolation level" in str(error.value)
        assert "\n" not in str(error.value)

        dask.worker("strong")
        dask.wait(2)
        said.clear()
        with Workers(separate, scheduler=dask.address, say=said.append, batch=1) as workers:
            runs = [workers.submit(job(HONEST), str(number)) for number in range(12)]
            assert {future.result(60).level for future in runs} == {"separate"}
            assert [place.name for place in workers._dispatch.places] != [weak]
            assert workers.level == "separate"
        assert [line.split()[1] for line in said] == [weak]

        # Where less will do, it is used, and the marks say what it holds.
        with Workers(scheduler=dask.address, say=said.append, batch=1) as workers:
            assert until(lambda: len(workers._dispatch.places) == 2, 60)
            assert workers.level == "contained"
            runs = [workers.submit(job(HONEST), str(number)) for number in range(12)]
            assert {future.result(60).level for future in runs} == {"contained", "separate"}
        assert len(said) == 1


@pytest.mark.surroundings
@roots
def test_a_worker_may_be_an_ordinary_user(folder: Path) -> None:
    with dask_cluster(folder) as dask:
        dask.worker("user", surrounded("user"), nanny=True)
        dask.wait(1)
        with Workers(scheduler=dask.address) as workers:
            run = workers.submit(job(HONEST), "key").result(60)
    assert points(run) == FULL
    assert run.level in ("separate", "contained")


# ------------------------------------------------------------------------------------------ two networks

_AT_HOME = """
import json, sys
sys.path[:0] = json.loads(sys.argv[2])
from test_cluster_attacks import job
from harness import FULL, HONEST, points
from grader.workers import Workers
with Workers(scheduler=sys.argv[1]) as workers:
    futures = [workers.submit(job(HONEST), str(number)) for number in range(20)]
    full = [points(future.result(60)) == FULL for future in futures]
    print(json.dumps([full, sorted(place.name for place in workers._dispatch.places)]))
"""


class Networks:
    """Two network namespaces and a cable between them; needs root and iproute2."""

    def __init__(self) -> None:
        self.home, self.away = (f"gradmark-{os.getpid()}-{name}" for name in ("home", "away"))
        self.addresses = {self.home: "10.99.1.1", self.away: "10.99.1.2"}

    def make(self) -> None:
        """Raises CalledProcessError where they cannot be made."""
        cable = f"gm{os.getpid()}"
        ends = {self.home: f"{cable}h", self.away: f"{cable}a"}
        for name in ends:
            self._ip("netns", "add", name)
        peer = ["peer", ends[self.away], "netns", self.away]
        self._ip("link", "add", ends[self.home], "netns", self.home, "type", "veth", *peer)
        for name, end in ends.items():
            self._ip("-n", name, "address", "add", f"{self.addresses[name]}/24", "dev", end)
            self._ip("-n", name, "link", "set", end, "up")
            self._ip("-n", name, "link", "set", "lo", "up")
        self._ip("netns", "exec", self.home, "true")

    @staticmethod
    def _ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True)

    @staticmethod
    def within(name: str) -> list[str]:
        """The words before a command that run it there."""
        return ["ip", "netns", "exec", name]

    def close(self) -> None:
        """Away with them, and with the cable."""
        for name in (self.home, self.away):
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


@pytest.fixture
def networks() -> Iterator[Networks]:
    """Or a skip, where they cannot be made."""
    if shutil.which("ip") is None:
        pytest.skip("needs `ip` (apt-get install iproute2)")
    found = Networks()
    try:
        try:
            found.make()
        except subprocess.CalledProcessError as error:
            pytest.skip(f"network namespaces cannot be made here: {error.stderr.strip()}")
        yield found
    finally:
        found.close()


@pytest.mark.surroundings
@roots
def test_two_networks(networks: Networks, tmp_path: Path) -> None:
    home, away = networks.home, networks.away
    dask = Dask(tmp_path, networks.within(home), networks.addresses[home])
    try:
        assert dask.address.startswith("tcp://10.99.1.1:")
        for number in range(2):
            dask.worker(f"worker{number}", networks.within(away), networks.addresses[away])
        paths = json.dumps([str(HERE), str(HERE.parent)])
        words = [*networks.within(home), sys.executable, "-c", _AT_HOME, dask.address, paths]
        # Asked again until the workers are there: nobody out here can see them.
        for _ in range(6):
            done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
            if "has no worker" not in done.stderr:
                break
        assert done.returncode == 0, done.stderr
        full, places = json.loads(done.stdout)
    finally:
        dask.close()
    assert full == [True] * 20
    assert places
    assert all(place.startswith("tcp://10.99.1.2:") for place in places)

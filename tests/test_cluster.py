"""A real scheduler with real workers, of which some die, hang, come late or will not do."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from dask_tools import dask_cluster, needs_dask
from processes import alive
from test_ahead import NAMES, descendants, job, key_of, until

from grader import cluster
from grader.answers import AnswerStore
from grader.batch import Introduction
from grader.cluster import Cluster
from grader.course import CourseError
from grader.grade import close_sandboxes, run_job
from grader.sandbox.job import Job
from grader.sandbox.parent import OWN_CODE, SandboxError
from grader.sandbox.protocol import Limits
from grader.workers import Workers

pytestmark = [pytest.mark.tools, needs_dask, pytest.mark.xdist_group("cluster")]


@pytest.fixture(scope="module")
def in_turn():
    """Every name's run, here and now."""
    found = {name: repr(run_job(job(name), None, OWN_CODE)) for name in NAMES}
    close_sandboxes()
    return found


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A cluster of two workers, which all tests leave as it was."""
    with dask_cluster(tmp_path_factory.mktemp("dask"), workers=2) as found:
        yield found


def results(workers, names=NAMES):
    """All runs, each taken as soon as it is there; how often each came."""
    came = dict.fromkeys(names, 0)

    def count(name):
        came[name] += 1

    futures = {name: workers.submit(job(name), key_of(name)) for name in names}
    for name, future in futures.items():
        future.add_done_callback(lambda _, name=name: count(name))
    found = {name: repr(future.result(120)) for name, future in futures.items()}
    assert set(came.values()) == {1}
    return found


def slow(seconds, text=""):
    return Job(((0, f"import time; time.sleep({seconds}); {text!r}"),), {}, {}, limits=Limits(wall=30.0))


# ------------------------------------------------------------------------------------------ results


def test_results_are_those_of_running_here(two, in_turn, tmp_path):
    beside = tmp_path / "data.txt"
    beside.write_text("it came along")
    store = AnswerStore(tmp_path / "answers")
    with Workers(OWN_CODE, scheduler=two.address, store=store, batch=4) as workers:
        assert workers.level == "limited"
        assert workers.lead >= 4
        assert results(workers) == in_turn
        read = workers.submit(Job(((0, "print(open('data.txt').read())"),), {}, {}, {"data.txt": beside}), "x")
        assert read.result(60).outputs[0][0]["text"] == "it came along\n"
    # Once more, from the store: nobody is asked.
    with Workers(OWN_CODE, scheduler=two.address, store=store) as workers:
        workers._dispatch._packer = None
        kept = [name for name in NAMES if store.load(key_of(name)) is not None]
        assert len(kept) >= len(NAMES) // 2
        assert {name: repr(workers.submit(job(name), key_of(name)).result(10)) for name in kept} == {
            name: in_turn[name] for name in kept
        }


def test_the_same_work_twice_is_two_jobs(two):
    """dask remembers results by what was asked; a failed run would never be tried again."""
    source = ((0, "import os; print(os.urandom(8).hex())"),)
    with Workers(OWN_CODE, scheduler=two.address) as workers:
        runs = [workers.submit(Job(source, {}, {}), "same").result(60) for _ in range(2)]
    assert runs[0].outputs != runs[1].outputs


def test_large_files_travel_without_a_word(two, tmp_path, recwarn):
    (tmp_path / "large").write_bytes(os.urandom(12 * 2**20))
    with Workers(OWN_CODE, scheduler=two.address) as workers:
        beside = Job(((0, "print(len(open('large', 'rb').read()))"),), {}, {}, {"large": tmp_path / "large"})
        assert workers.submit(beside, "").result(60).outputs[0][0]["text"] == f"{12 * 2**20}\n"
    assert [str(warning.message) for warning in recwarn] == []


def test_closing_takes_back_what_was_sent(two):
    workers = Workers(OWN_CODE, scheduler=two.address, batch=1)
    futures = [workers.submit(slow(3), "") for _ in range(12)]
    assert until(futures[0].running)
    begun = time.monotonic()
    workers.close()
    assert time.monotonic() - begun < 10
    assert all(future.done() for future in futures)
    # The workers are free again when what was running has ended.
    with Workers(OWN_CODE, scheduler=two.address) as again:
        begun = time.monotonic()
        again.submit(slow(0), "").result(60)
        assert time.monotonic() - begun < 15


# ------------------------------------------------------------------------------------------ workers come and go


def test_one_killed_one_hanging_one_late(in_turn, tmp_path):
    with dask_cluster(tmp_path, workers=2) as dask:
        first, second = dask._processes[1:]
        with Workers(OWN_CODE, scheduler=dask.address, batch=2) as workers:
            assert until(lambda: len(workers._dispatch.places) == 2, 60)
            futures = {}
            for name in NAMES:
                futures[name] = workers.submit(job(name), key_of(name))
            next(iter(futures.values())).result(60)
            first.kill()
            assert {name: repr(future.result(120)) for name, future in futures.items()} == in_turn
            assert until(lambda: len(workers._dispatch.places) == 1)
            # One comes late and gets work; the old one hangs, and all is done without it.
            dask.worker("late")
            assert until(lambda: len(workers._dispatch.places) == 2, 60)
            futures = [workers.submit(slow(0.3, str(number)), "") for number in range(8)]
            assert until(lambda: len(workers._dispatch.sent) == 2)
            second.send_signal(signal.SIGSTOP)
            late = time.monotonic()
            for batch in [batch for sent in workers._dispatch.sent.values() for batch in sent]:
                batch.deadline = late + 3.0  # instead of a minute and a half
            assert [future.result(120).ended for future in futures] == [""] * 8
            second.send_signal(signal.SIGCONT)
            # It is taken back when it answers.
            assert until(lambda: len(workers._dispatch.places) == 2, 30)
            assert results(workers, NAMES[:6]) == {name: in_turn[name] for name in NAMES[:6]}


def test_a_worker_whose_nanny_starts_it_again(in_turn, tmp_path):
    with dask_cluster(tmp_path) as dask:
        nanny = dask.worker("nanny", nanny=True)
        dask.wait(1)
        with Workers(OWN_CODE, scheduler=dask.address, batch=2) as workers:
            futures = {name: workers.submit(job(name), key_of(name)) for name in NAMES}
            futures[NAMES[0]].result(60)
            (worker,) = worker_below(nanny.pid)
            os.kill(worker, signal.SIGKILL)
            assert {name: repr(future.result(120)) for name, future in futures.items()} == in_turn
            assert worker_below(nanny.pid) != [worker]
    assert until(lambda: not alive(nanny.pid))


def worker_below(pid):
    """The worker that a nanny has started."""
    return [
        child
        for child in descendants(pid)
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes() and alive(child)
    ]


def test_nobody_is_left(tmp_path, monkeypatch):
    with dask_cluster(tmp_path, workers=1) as dask:
        workers = Workers(OWN_CODE, scheduler=dask.address)
        monkeypatch.setattr(cluster, "_PATIENCE", 2.0)
        future = workers.submit(slow(20), "")
        assert until(lambda: workers._dispatch.sent)
        dask._processes[1].kill()
        with pytest.raises(SandboxError, match=f"the scheduler at {dask.address} has no worker"):
            future.result(60)
        workers.close()


def test_the_scheduler_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_ANSWER", 2.0)
    with dask_cluster(tmp_path, workers=1) as dask:
        workers = Workers(OWN_CODE, scheduler=dask.address)
        monkeypatch.setattr(cluster, "_PATIENCE", 2.0)
        future = workers.submit(slow(20), "")
        assert until(lambda: workers._dispatch.sent)
        dask.scheduler.kill()
        with pytest.raises(SandboxError, match=f"the scheduler at {dask.address} is gone"):
            future.result(60)
        workers.close()


# ------------------------------------------------------------------------------------------ who will not do


def test_workers_that_say_nothing(tmp_path, monkeypatch):
    with dask_cluster(tmp_path, workers=1) as dask:
        worker = dask._processes[1]
        monkeypatch.setattr(cluster, "_PATIENCE", 2.0)
        worker.send_signal(signal.SIGSTOP)
        with pytest.raises(SandboxError) as error:
            Workers(OWN_CODE, scheduler=dask.address)
        worker.send_signal(signal.SIGCONT)
    assert str(error.value) == f"the workers of the scheduler at {dask.address} do not answer"


def test_a_scheduler_without_workers(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_ANSWER", 1.0)
    with dask_cluster(tmp_path) as dask, pytest.raises(SandboxError) as error:
        Workers(OWN_CODE, scheduler=dask.address)
    assert str(error.value) == f"the scheduler at {dask.address} has no worker"


def test_a_worker_with_other_versions(two, monkeypatch):
    mine = {**cluster.versions(), "numpy": "1.0.0", "gradmark": "9.9"}
    monkeypatch.setattr(cluster, "versions", lambda: mine)
    said = []
    with pytest.raises(SandboxError) as error:
        Workers(OWN_CODE, scheduler=two.address, say=said.append)
    import numpy

    from grader import __version__

    line = f"other versions: gradmark {__version__} there, 9.9 here, numpy {numpy.__version__} there, 1.0.0 here"
    assert len(said) == 2
    for said_line in said:
        assert said_line.startswith("worker tcp://127.0.0.1:")
        assert said_line.endswith(f" is not used: {line}")
        assert said_line in f"worker {error.value}" or line in str(error.value)
    assert "\n" not in str(error.value)


def test_a_worker_without_gradmark(two, monkeypatch):
    def elsewhere(settings):
        """Stands for a function of a package that the worker does not have."""

    elsewhere.__module__, elsewhere.__qualname__ = "no_such_package", "introduce"
    module = type(sys)("no_such_package")
    module.introduce = elsewhere
    monkeypatch.setitem(sys.modules, "no_such_package", module)
    monkeypatch.setattr(cluster, "introduce", elsewhere)
    with pytest.raises(SandboxError, match=r"cannot run gradmark .*No module named 'no_such_package'") as error:
        Workers(OWN_CODE, scheduler=two.address, say=lambda line: None)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "said",
    [None, "separate", Introduction(cluster.versions(), "complete"), Introduction(cluster.versions(), problem="none")],
)
def test_odd_introductions(two, monkeypatch, said):
    found = object.__new__(Cluster)
    found._mine, found._settings = cluster.versions(), OWN_CODE
    assert found._problem(said)
    assert found._problem(Introduction(cluster.versions(), "limited")) == ""


# ------------------------------------------------------------------------------------------ no scheduler


def listening(answer):
    """A port where somebody says something else than a scheduler would."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.sendall(answer)
                time.sleep(0 if answer else 5)

    threading.Thread(target=serve, daemon=True).start()
    return listener, f"tcp://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad request\r\n\r\n" * 20, b"\0" * 100])
def test_something_else_answers(monkeypatch, answer):
    monkeypatch.setattr(cluster, "_ANSWER", 1.5)
    listener, address = listening(answer)
    with pytest.raises(CourseError) as error:
        Workers(OWN_CODE, scheduler=address)
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    assert str(error.value).startswith(f"--scheduler {address}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("address", ["nonsense", "http://x:1", "tcp://127.0.0.1", "tls://127.0.0.1:1", "tcp://:x"])
def test_an_address_that_is_none(address):
    begun = time.monotonic()
    with pytest.raises(CourseError, match=f"^--scheduler {address}: ") as error:
        Workers(OWN_CODE, scheduler=address)
    assert "\n" not in str(error.value)
    assert time.monotonic() - begun < 5


SCRIPT = """
import sys
from grader.workers import Workers
from grader.course import CourseError
try:
    Workers(scheduler=sys.argv[1])
except CourseError as error:
    print(f"grader: {error}", file=sys.stderr)
    sys.exit(2)
"""


def test_no_scheduler_is_one_line_within_seconds():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", SCRIPT, address], capture_output=True, text=True, check=False)
    assert time.monotonic() - begun < 20, "ten, and what importing takes on a busy machine"
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"grader: --scheduler {address}: no scheduler answers there\n"


def test_without_dask_it_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(CourseError, match=r"--scheduler needs dask .*pip install 'gradmark\[cluster\]'"):
        Workers(OWN_CODE, scheduler="tcp://127.0.0.1:1")

"""Every job comes back once, as it would have in turn, whatever becomes of the workers; and nothing is left over."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError, Future
from pathlib import Path

import pytest
from processes import alive
from test_ahead import NAMES, descendants, job, key_of, leaves_nothing_behind, until

from grader import dispatch, processes, workers
from grader.answers import AnswerStore, content_key
from grader.batch import Outcome, run_parcels
from grader.grade import close_sandboxes, run_job
from grader.sandbox import warm
from grader.sandbox.job import Job, Run
from grader.sandbox.parent import OWN_CODE, Sandbox, SandboxError, Settings
from grader.sandbox.protocol import Limits
from grader.workers import Workers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="runs notebooks by forking and reads /proc"),
    pytest.mark.xdist_group("ahead"),
]


def note(text, limits=Limits(wall=30.0)):
    """A job that is known by its cell."""
    return Job(((0, text),), {}, {}, limits=limits)


# ------------------------------------------------------------------------------------------ how jobs are sent


class Place:
    """Where nothing runs: the test says what comes back, and when."""

    name = "nowhere"

    def __init__(self, threads=1):
        self.threads = threads
        self.sent = []

    def send(self, parcels):
        self.sent.append(([parcel.cells[0][1] for parcel in parcels], Future()))
        return self.sent[-1][1]

    def take(self):
        """The oldest batch there, as soon as there is one."""
        assert until(lambda: self.sent)
        return self.sent.pop(0)

    def answer(self):
        """Let the oldest batch come back."""
        names, future = self.take()
        future.set_result([Outcome(Run(outputs={0: [{"was": name}]}, level="limited")) for name in names])
        return names

    def die(self):
        """Let all that is here be lost."""
        for _, future in self.sent:
            future.set_exception(BrokenExecutor("died"))
        self.sent.clear()


class Places:
    here = False
    lost = (BrokenExecutor,)
    level = "limited"

    def __init__(self, *places):
        self.all = list(places)
        self.dropped = []
        self.error = None
        self.closed = []

    def places(self):
        if self.error:
            raise self.error
        return list(self.all)

    def drop(self, place):
        self.dropped.append(place)
        if place in self.all:
            self.all.remove(place)

    def close(self, seconds):
        self.closed.append(seconds)


@pytest.fixture
def start(monkeypatch):
    """Starts Workers whose places are the test's."""
    started = []

    def start(*places, **options):
        found = Places(*places)
        monkeypatch.setattr(workers, "Local", lambda *_: found)
        monkeypatch.setattr(workers, "_TICK", 0.02)
        started.append(Workers(OWN_CODE, **options))
        return started[-1], found

    yield start
    for one in started:
        one.close()


def was(future):
    return future.result(10).outputs[0][0]["was"]


def test_a_single_job_is_sent_at_once(start):
    place = Place()
    sending, _ = start(place)
    future = sending.submit(note("a"), "key")
    assert place.answer() == ["a"]
    assert was(future) == "a"


def test_many_jobs_are_sent_together_and_in_order(start):
    place = Place()
    sending, _ = start(place, batch=4)
    names = [str(number) for number in range(20)]
    futures = [sending.submit(note(name), name) for name in names]
    sent = []
    while sum(map(len, sent)) < len(names):
        assert len(place.sent) <= 2
        sent.append(place.answer())
    assert [name for batch in sent for name in batch] == names
    assert max(map(len, sent)) == 4
    assert [was(future) for future in futures] == names


def test_the_last_jobs_are_shared_out(start):
    places = Place(), Place()
    sending, _ = start(*places, batch=8)
    for number in range(12):
        sending.submit(note(str(number)), "")
    assert until(lambda: all(len(place.sent) == 2 for place in places))
    for _ in range(6):
        for place in places:
            if place.sent:
                place.answer()
        time.sleep(0.05)
        assert abs(len(places[0].sent) - len(places[1].sent)) <= 1


def test_the_lead_follows_the_workers(start):
    sending, found = start(Place(3), batch=5)
    assert sending.lead == 2 * 5 * 3
    found.all.append(Place(1))
    assert until(lambda: sending.lead == 2 * 5 * 4)


def test_who_joins_late_gets_work(start):
    first, late = Place(), Place()
    sending, found = start(first, batch=1)
    futures = [sending.submit(note(str(number)), "") for number in range(4)]
    assert until(lambda: len(first.sent) == 2)
    found.all.append(late)
    assert until(lambda: len(late.sent) == 2)
    late.answer(), late.answer(), first.answer(), first.answer()
    assert [was(future) for future in futures] == list("0123")


@pytest.mark.parametrize("how", ["dies", "leaves", "hangs", "refuses"])
def test_what_is_lost_is_sent_to_others_once(start, how, monkeypatch):
    first, second = Place(), Place()
    monkeypatch.setattr(dispatch, "GRACE", 0.2)
    sending, found = start(first, second, batch=2)
    limits = Limits(wall=0.1 if how == "hangs" else 30.0)
    if how == "refuses":
        first.send = lambda parcels: first.die() or (_ for _ in ()).throw(BrokenExecutor("died"))
    futures = [sending.submit(note(str(number), limits), "") for number in range(6)]
    lost = [] if how == "refuses" else [first.take(), first.take()]
    if how == "dies":
        lost[1][1].set_exception(BrokenExecutor("died"))
    elif how == "leaves":
        found.all.remove(first)
    came = []
    while len(came) < 6:
        came += second.answer()
    assert sorted(came) == list("012345")
    assert [was(future) for future in futures] == list("012345")
    assert found.dropped == [first]
    # What comes back after all is not looked at.
    for names, future in lost:
        if not future.done():
            future.set_result([Outcome(None, "too late")] * len(names))
    time.sleep(0.1)
    assert [was(future) for future in futures] == list("012345")


def test_what_waits_behind_a_slow_one_is_not_late(start, monkeypatch):
    monkeypatch.setattr(dispatch, "GRACE", 0.0)
    place = Place()
    sending, found = start(place, batch=1)
    first, second = (sending.submit(note(name, Limits(wall=0.6)), "") for name in "ab")
    assert until(lambda: len(place.sent) == 2)
    time.sleep(0.4)
    place.answer()
    time.sleep(0.4)
    assert found.dropped == []
    place.answer()
    assert (was(first), was(second)) == ("a", "b")


def test_one_that_kills_its_workers_costs_nobody_else(start):
    sending, found = start(Place(), batch=4)
    futures = {name: sending.submit(note(name), name) for name in "abKcdefgh"}
    deaths, came, alone = 0, [], []
    while not all(future.done() for future in futures.values()):
        place = found.all[0]
        if not until(lambda place=place: place.sent, 0.3):
            continue
        names = place.sent[0][0]
        if deaths >= 2 and "K" in names:
            alone.append(names)
        if "K" in names:
            deaths += 1
            found.all.append(Place())
            place.die()
        else:
            came += place.answer()
    assert sorted(came) == sorted("abcdefgh"), "each once"
    assert (deaths, alone) == (3, [["K"]])
    with pytest.raises(SandboxError, match="died or did not answer, 3 times"):
        futures["K"].result()
    assert all(was(future) == name for name, future in futures.items() if name != "K")


def test_a_sandbox_that_fails_once_is_tried_again(start):
    place = Place()
    sending, _ = start(place, batch=1)
    future = sending.submit(note("a"), "")
    place.take()[1].set_result([Outcome(None, "no processes today")])
    place.answer()
    assert was(future) == "a"


def test_a_sandbox_that_fails_twice_is_told(start):
    place = Place()
    sending, _ = start(place, batch=1)
    futures = [sending.submit(note(name), "") for name in "ab"]
    asked = []
    for _ in range(3):
        names, sent = place.take()
        asked += names
        run = Run(outputs={0: [{"was": "b"}]}, level="limited") if names == ["b"] else None
        sent.set_result([Outcome(run, "no processes today")])
    assert sorted(asked) == ["a", "a", "b"]
    with pytest.raises(SandboxError, match=r"^no processes today$"):
        futures[0].result(10)
    assert was(futures[1]) == "b"


@pytest.mark.parametrize("odd", [None, [], [1], [Outcome(Run(level="odd"))], ValueError("odd")], ids=str)
def test_odd_results_are_no_results(start, odd):
    place = Place()
    sending, _ = start(place)
    future = sending.submit(note("a"), "")
    for _ in range(2):
        sent = place.take()[1]
        sent.set_exception(odd) if isinstance(odd, Exception) else sent.set_result(odd)
    with pytest.raises(SandboxError, match="a worker"):
        future.result(10)


def test_a_run_below_the_level_asked_for_is_no_result(start, monkeypatch):
    place = Place()
    sending, _ = start(place)
    monkeypatch.setattr(sending._dispatch, "_min_level", "contained")
    future = sending.submit(note("a"), "")
    place.answer(), place.answer()
    with pytest.raises(SandboxError, match="at isolation level limited, below contained"):
        future.result(10)


def test_when_nobody_is_left_everybody_is_told(start):
    place = Place()
    sending, found = start(place, batch=1)
    futures = [sending.submit(note(str(number)), "") for number in range(5)]
    assert until(lambda: place.sent)
    found.error = SandboxError("nobody is there any more")
    for future in futures:
        with pytest.raises(SandboxError, match="nobody is there"):
            future.result(10)
    with pytest.raises(SandboxError, match="nobody is there"):
        sending.submit(note("later"), "").result(10)
    found.error = None
    again = sending.submit(note("again"), "")
    assert until(lambda: any("again" in names for names, _ in place.sent))
    place.sent = [sent for sent in place.sent if "again" in sent[0]]
    place.answer()
    assert was(again) == "again"


def test_a_fault_of_our_own_keeps_nobody_waiting(start, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    sending, found = start(Place())
    found.error = ZeroDivisionError("of all things")
    with pytest.raises(SandboxError, match=r"cannot go on .ZeroDivisionError: of all things"):
        sending.submit(note("a"), "").result(10)
    assert until(lambda: found.closed)
    with pytest.raises(RuntimeError, match="closed"):
        sending.submit(note("b"), "")


def test_a_file_that_is_gone_costs_its_own_job(start, tmp_path):
    place = Place()
    sending, _ = start(place)
    bad = sending.submit(Job(((0, "bad"),), {}, {}, {"gone": tmp_path / "gone"}), "")
    good = sending.submit(note("good"), "")
    assert place.answer() == ["good"]
    assert was(good) == "good"
    with pytest.raises(SandboxError, match="gone: cannot be read"):
        bad.result(10)


def test_what_is_cancelled_before_it_was_sent_is_not_sent(start):
    place = Place()
    sending, _ = start(place, batch=1)
    futures = [sending.submit(note(str(number)), "") for number in range(4)]
    assert until(lambda: len(place.sent) == 2)
    assert futures[2].cancel()
    assert not futures[0].cancel()
    assert place.answer() + place.answer() + place.answer() == ["0", "1", "3"]


def test_closing_cancels_what_did_not_come_back(start):
    place = Place()
    sending, found = start(place, batch=1)
    futures = [sending.submit(note(str(number)), "") for number in range(5)]
    assert until(lambda: len(place.sent) == 2)
    sending.close()
    for future in futures:
        with pytest.raises(CancelledError):
            future.result(1)
    assert len(found.closed) == 1
    assert 30 < found.closed[0] <= 30 + dispatch.GRACE + workers._HURRY, "as long as what runs may go on"
    with pytest.raises(RuntimeError, match="closed"):
        sending.submit(note("late"), "")
    sending.close()


def test_an_error_does_not_wait_for_what_runs(start):
    sending, found = start(Place())
    sending.submit(note("a"), "")
    sending.__exit__(ZeroDivisionError, None, None)
    assert found.closed == [workers._HURRY]


def test_what_is_stored_is_not_sent_to_other_machines_and_what_comes_is_kept(start, tmp_path):
    store = AnswerStore(tmp_path)
    store.save("there", Run(outputs={0: [{"was": "stored"}]}, level="limited"))
    place = Place()
    sending, _ = start(place, store=store)
    assert was(sending.submit(note("a"), "there")) == "stored"
    new = sending.submit(note("b"), "new")
    assert place.answer() == ["b"]
    assert repr(new.result()) == repr(store.load("new"))


# ------------------------------------------------------------------------------------------ this machine


@pytest.fixture(scope="module")
def in_turn():
    """Every name's run, here and now."""
    found = {name: repr(run_job(job(name), None, OWN_CODE)) for name in NAMES}
    close_sandboxes()
    return found


@pytest.fixture
def _warm():
    """One warm process for each test, which ends with it."""
    with Sandbox(OWN_CODE) as sandbox:
        assert sandbox.level == "limited"
        yield
    assert warm._known == {}


def pids(found):
    return [process.pid for process in found._all._place._processes]


@pytest.mark.usefixtures("_warm")
@pytest.mark.parametrize(("jobs", "batch"), [(1, 1), (2, 8), (3, 2)])
def test_results_are_those_of_running_in_turn(in_turn, jobs, batch):
    with Workers(OWN_CODE, jobs=jobs, batch=batch) as found:
        assert found.level == "limited"
        assert len(pids(found)) == jobs
        futures = {name: found.submit(job(name), key_of(name)) for name in NAMES}
        assert {name: repr(future.result()) for name, future in futures.items()} == in_turn


@pytest.mark.usefixtures("_warm")
def test_answers_are_looked_for_and_kept(tmp_path):
    store = AnswerStore(tmp_path)
    store.save("there", Run(files={"stored": b"x"}, level="separate"))
    with Workers(OWN_CODE, jobs=1, store=store) as found:
        assert found.submit(job("right 0"), "there").result().files == {"stored": b"x"}
        run = found.submit(job("right 0"), key_of("right 0")).result()
    assert repr(store.load(content_key(job("right 0")))) == repr(run)


def dying(parcels, settings, store):
    """As on a machine where some notebooks are too much for a worker."""
    for parcel in parcels:
        source = parcel.cells[0][1]
        if source.startswith("once "):
            path = Path(source.removeprefix("once "))
            if not path.exists():
                path.touch()
                os.kill(os.getpid(), signal.SIGSTOP if path.name == "stop" else signal.SIGKILL)
        if source == "always":
            os.kill(os.getpid(), signal.SIGKILL)
    return run_parcels(parcels, settings, store)


@pytest.mark.slow
@pytest.mark.usefixtures("_warm")
@pytest.mark.parametrize("count", [1, 2])
def test_a_killed_worker_loses_nothing(in_turn, count):
    with Workers(OWN_CODE, jobs=2, batch=2) as found:
        futures = {name: found.submit(job(name), key_of(name)) for name in NAMES}
        futures[NAMES[0]].result()
        killed = pids(found)
        for pid in killed[:count]:
            os.kill(pid, signal.SIGKILL)
        assert {name: repr(future.result()) for name, future in futures.items()} == in_turn
        assert set(pids(found)).isdisjoint(killed)


@pytest.mark.slow
@pytest.mark.usefixtures("_warm")
def test_workers_that_die_and_hang(in_turn, monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "run_parcels", dying)
    monkeypatch.setattr(dispatch, "GRACE", 1.0)
    names = NAMES[:8]
    with Workers(OWN_CODE, jobs=2, batch=2) as found:
        bad = found.submit(note("always"), "")
        futures = {name: found.submit(job(name), key_of(name)) for name in names}
        once = [found.submit(note(f"once {tmp_path / word}", Limits(wall=2.0)), "") for word in ("stop", "kill")]
        assert {name: repr(future.result()) for name, future in futures.items()} == {n: in_turn[n] for n in names}
        assert all(future.result().level == "limited" for future in once)
        with pytest.raises(SandboxError, match="died or did not answer, 3 times"):
            bad.result()


@pytest.mark.usefixtures("_warm")
def test_workers_leave_ctrl_c_to_the_main_program(in_turn):
    with Workers(OWN_CODE, jobs=2) as found:
        for pid in pids(found):
            os.kill(pid, signal.SIGINT)
        assert repr(found.submit(job(NAMES[0]), "").result()) == in_turn[NAMES[0]]


def test_a_machine_that_isolates_too_little_is_one_line(monkeypatch):
    monkeypatch.setattr(Sandbox, "_try", lambda self, level: ("no namespaces today", None))
    with pytest.raises(SandboxError) as error:
        Workers(Settings(min_level="separate"), jobs=2)
    assert str(error.value) == (
        "isolation level separate does not hold on this machine (separate: no namespaces today)"
    )
    assert warm._known == {}


@pytest.mark.slow
@pytest.mark.usefixtures("_warm")
@pytest.mark.parametrize("taken", [0, 1, len(NAMES)])
def test_closing_leaves_no_process_and_no_folder(tmp_path, monkeypatch, taken):
    before = descendants(os.getpid())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = Workers(OWN_CODE, jobs=2)
    futures = [found.submit(job(name), key_of(name)) for name in NAMES]
    for future in futures[:taken]:
        future.result()
    assert until(lambda: len(descendants(os.getpid()) - before) >= 4), "two workers, each with a zygote"
    started = descendants(os.getpid()) - before
    found.close()
    assert until(lambda: not any(map(alive, started)))
    assert list(tmp_path.iterdir()) == []


SCRIPT = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from grader.workers import Workers
from grader.sandbox.job import Job
from grader.sandbox.parent import OWN_CODE
found = Workers(OWN_CODE, jobs=2)
futures = [found.submit(Job(((0, "import time\\ntime.sleep(60)"),), {{}}, {{}}), "") for number in range(9)]
print("started", flush=True)
time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_a_main_program_that_is_killed_leaves_nothing_behind(number):
    leaves_nothing_behind(SCRIPT, number)


def test_without_a_cluster_dask_is_not_imported(tmp_path):
    code = "import sys, grader.workers; print(sorted({'dask', 'distributed', 'IPython', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "[]"


def test_settings_travel():
    """They are sent with every batch."""
    settings = Settings(preload=("torch",), plots=True)
    assert pickle.loads(pickle.dumps(settings)) == settings

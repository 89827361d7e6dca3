"""Notebooks run ahead get what they would have got in their turn, or are run in it; and nothing is left over."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from builders import double_key
from processes import alive

from grader import ahead as running_ahead
from grader.ahead import Ahead, do
from grader.answers import AnswerStore, content_key
from grader.grade import close_sandboxes
from grader.sandbox import warm
from grader.sandbox.job import Job, Run
from grader.sandbox.parent import OWN_CODE, Sandbox

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="runs notebooks by forking and reads /proc"),
    pytest.mark.xdist_group("ahead"),
]

BODIES = {
    "right": "return 2 * x",
    "wrong": "return x",
    "raises": "return x[99]",
    "stub": "raise NotImplementedError",
    "writes": "open('mine.txt', 'w').write('x'); return 2 * x",
    "dies": "import os; os._exit(3)",
    "silent": "return None",
}
NAMES = [f"{body} {number}" for number in range(4) for body in BODIES]


def job(name):
    """The same work for the same name."""
    source = f"def double(x):\n    {BODIES[name.split()[0]]}"
    cells = ((0, f"print({name!r})"), (1, source), (2, "check" + "('double')"))
    return Job(cells, {"double": 2}, {"double": double_key()})


def key_of(name):
    return content_key(job(name))


def seen(done):
    """All there is to know of a result."""
    verdicts = {name: verdict.to_json() for name, verdict in done.verdicts.items()}
    run = done.run
    return json.dumps(
        [done.key, verdicts, run.outputs, run.ended, repr(run.reports), run.level, done.problem]
    ), run.files


@pytest.fixture(scope="module")
def in_turn():
    """Every name's result when nothing is run ahead."""
    found = {name: seen(do(job(name), None, OWN_CODE)) for name in NAMES}
    close_sandboxes()
    return found


@pytest.fixture(autouse=True)
def _warm():
    """One warm process for each test, which ends with it."""
    with Sandbox(OWN_CODE) as sandbox:
        assert sandbox.level == "limited"
        yield
    assert warm._known == {}


def start(names, foresee=job, store=None, jobs=2):
    return Ahead(names, foresee, store, OWN_CODE, jobs)


def workers(ahead):
    return list(ahead._pool._processes or ())


def descendants(pid):
    """All processes below one."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, *_ = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if state not in ("Z", "X"):
            children.setdefault(int(parent), []).append(int(path.parent.name))
    found, waiting = set(), [pid]
    while waiting:
        new = children.get(waiting.pop(), [])
        found.update(new)
        waiting.extend(new)
    return found


def until(condition, seconds=10):
    """Whether it comes true within so many seconds, for a moment at least."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


# ------------------------------------------------------------------------------------------ results


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_are_those_of_running_in_turn(in_turn, jobs):
    with start(NAMES, jobs=jobs) as ahead:
        assert len(workers(ahead)) == jobs
        found = {name: ahead.take(name, key_of(name)) for name in NAMES}
    assert {name: seen(done) for name, done in found.items()} == in_turn


def test_answers_travel_by_the_store(tmp_path):
    store = AnswerStore(tmp_path)
    with start(["right 0"], store=store) as ahead:
        done = ahead.take("right 0", key_of("right 0"))
    assert done.run.answers == {}
    assert set(store.load(done.key).answers["double"]) == {case.id for _, case in double_key().cases}


def test_stored_answers_are_used_ahead_as_well(tmp_path):
    store = AnswerStore(tmp_path)
    store.save(key_of("right 0"), Run(outputs={0: []}, files={"stored": b"x"}, level="separate"))
    with start(["right 0"], store=store) as ahead:
        assert ahead.take("right 0", key_of("right 0")).run.files == {"stored": b"x"}


def test_a_result_of_other_content_is_not_used(in_turn):
    def foresee(name):
        # Of half of them something else is foreseen than what comes.
        return job("wrong 9") if name.startswith("r") else job(name)

    with start(NAMES, foresee) as ahead:
        found = {name: ahead.take(name, key_of(name)) for name in NAMES}
    for name, done in found.items():
        if name.startswith("r"):
            assert done is None
        else:
            assert seen(done) == in_turn[name]


@pytest.mark.parametrize("order", [list(reversed(NAMES)), sorted(NAMES), NAMES[::3], NAMES[-1:] + NAMES[:1]], ids=len)
def test_results_may_be_taken_in_any_order_or_not_at_all(in_turn, order):
    with start(NAMES) as ahead:
        found = {name: ahead.take(name, key_of(name)) for name in order}
    # Those asked for before their time were not run ahead; the others were.
    taken = [name for name, done in found.items() if done is not None]
    assert all(seen(found[name]) == in_turn[name] for name in taken)
    assert set(taken) >= set(order) & set(NAMES[: 2 * running_ahead._LEAD])


def test_what_was_taken_is_gone_and_what_is_unknown_is_not_there():
    with start(["right 0"]) as ahead:
        assert ahead.take("nobody", key_of("right 0")) is None
        assert ahead.take("right 0", key_of("right 0")) is not None
        assert ahead.take("right 0", key_of("right 0")) is None


def test_there_may_be_nothing_to_do():
    with start([]) as ahead:
        assert ahead.take("right 0", key_of("right 0")) is None


def test_foreseeing_may_fail(in_turn):
    def foresee(name):
        if name.startswith("r"):
            raise ZeroDivisionError(name)
        return job(name)

    with start(NAMES, foresee) as ahead:
        found = {name: ahead.take(name, key_of(name)) for name in NAMES}
    assert {name for name, done in found.items() if done is None} == {name for name in NAMES if name.startswith("r")}
    assert all(seen(done) == in_turn[name] for name, done in found.items() if done is not None)


def test_a_sandbox_that_fails_is_tried_again_in_turn(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Sandbox, "_try", lambda self, level: ("no processes today", None))
        with start(["right 0", "right 1"]) as ahead:
            found = [ahead.take(name, key_of(name)) for name in ("right 0", "right 1")]
        done = do(job("right 0"), None, OWN_CODE)
        assert "no processes today" in done.problem
    assert found == [None, None]
    assert do(job("right 0"), None, OWN_CODE).verdicts["double"].status == "passed"
    close_sandboxes()


# ------------------------------------------------------------------------------------------ a bounded lead


@pytest.mark.parametrize("jobs", [1, 2])
def test_only_so_many_are_run_ahead(tmp_path, jobs):
    names = [f"right {number}" for number in range(60)]

    def foresee(name):
        (tmp_path / name).touch()
        return Job(((0, "5"),), {}, {})

    key = content_key(Job(((0, "5"),), {}, {}))
    most = running_ahead._LEAD * jobs
    with start(names, foresee, jobs=jobs) as ahead:
        assert until(lambda: len(list(tmp_path.iterdir())) == most)
        time.sleep(0.2)
        for taken, name in enumerate(names[:30], 1):
            assert len(ahead._futures) <= most
            assert ahead.take(name, key) is not None
            # What waits, waits in order; nothing is run that is not among the next ones.
            assert len(list(tmp_path.iterdir())) <= most + taken
        assert until(lambda: {path.name for path in tmp_path.iterdir()} == set(names[: most + 30]))


def test_what_is_asked_for_before_its_time_is_not_run_ahead_any_more(tmp_path):
    names = [f"right {number}" for number in range(20)]

    def foresee(name):
        (tmp_path / name).touch()
        return Job(((0, "5"),), {}, {})

    with start(names, foresee, jobs=1) as ahead:
        assert ahead.take(names[-1], "any") is None
        for name in names[:-1]:
            ahead.take(name, "any")
    assert {path.name for path in tmp_path.iterdir()} == set(names[:-1])


# ------------------------------------------------------------------------------------------ ends


@pytest.mark.parametrize("count", [1, 2])
def test_a_killed_worker_loses_nothing(in_turn, count):
    with start(NAMES) as ahead:
        found = {NAMES[0]: ahead.take(NAMES[0], key_of(NAMES[0]))}
        for pid in workers(ahead)[:count]:
            os.kill(pid, signal.SIGKILL)
        for name in NAMES[1:]:
            found[name] = ahead.take(name, key_of(name)) or do(job(name), None, OWN_CODE)
    assert {name: seen(done) for name, done in found.items()} == in_turn
    close_sandboxes()


def test_workers_leave_ctrl_c_to_the_main_program(in_turn):
    with start(NAMES[:4]) as ahead:
        pids = workers(ahead)
        first = ahead.take(NAMES[0], key_of(NAMES[0]))
        for pid in pids:
            os.kill(pid, signal.SIGINT)
        found = [first, *(ahead.take(name, key_of(name)) for name in NAMES[1:4])]
    assert [seen(done) for done in found] == [in_turn[name] for name in NAMES[:4]]


@pytest.mark.parametrize("taken", [0, 1, len(NAMES)])
def test_closing_leaves_no_process_and_no_folder(tmp_path, monkeypatch, taken):
    before = descendants(os.getpid())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ahead = start(NAMES)
    for name in NAMES[:taken]:
        ahead.take(name, key_of(name))
    assert until(lambda: len(descendants(os.getpid()) - before) >= 4), "two workers, each with a zygote"
    started = descendants(os.getpid()) - before
    ahead.close()
    assert until(lambda: not any(map(alive, started)))
    assert list(tmp_path.iterdir()) == []
    ahead.close()
    assert ahead.take(NAMES[-1], key_of(NAMES[-1])) is None


SCRIPT = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from grader.ahead import Ahead
from grader.sandbox.job import Job
from grader.sandbox.parent import Settings
slow = Job(((0, "import time\\ntime.sleep(60)"),), {{}}, {{}})
ahead = Ahead([str(number) for number in range(9)], lambda name: slow, None, Settings(min_level="limited"), 2)
print("started", flush=True)
time.sleep(60)
"""


def leaves_nothing_behind(script, number):
    """Start a program with two workers, send it a signal once they work; soon no process of it is left."""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as main:
        try:
            assert main.stdout.readline() == "started\n"
            # Two workers, two zygotes with a child each, and the warm process.
            assert until(lambda: len(descendants(main.pid)) >= 7, 30)
            started = descendants(main.pid)
            main.send_signal(number)
            main.wait(5)
        finally:
            main.kill()
        assert until(lambda: not any(map(alive, started)))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_a_main_program_that_is_killed_leaves_nothing_behind(number):
    leaves_nothing_behind(SCRIPT, number)


def test_nothing_is_left_of_the_warm_process_when_all_is_closed():
    code = (
        "import os\nfrom test_ahead import *\n"
        "with start(NAMES[:2]) as ahead:\n    assert ahead.take(NAMES[0], key_of(NAMES[0])) is not None\n"
        "close_sandboxes()\nprint(until(lambda: not descendants(os.getpid()), 5))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("True\n", "")

"""What judging processes find is what this one would have found; when one dies, this one finds it."""

import os
import signal
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path

import pytest
from builders import double_key

from grader.ahead import judged
from grader.calling import Answer
from grader.judges import Judges
from grader.sandbox import warm
from grader.sandbox.job import Job, Run
from grader.sandbox.parent import SandboxError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="judges are forked, and looked for in /proc"),
]

KEY = double_key()
JOB = Job(((0, "def double(x):\n    return 2 * x"),), {"double": 0}, {"double": KEY})


def shown(job, run, verdicts):
    """By which process, and of which keys."""
    return os.getpid(), sorted(job.keys), verdicts["double"].status


def run_of(values):
    """A run whose every answer is that of `values`, by the argument's place."""
    answers = {case.id: Answer(value=values(case)) for _, case in KEY.cases}
    return Run(answers={"double": answers}, outputs={}, files={}, ended="", reports=(), level="limited")


RIGHT, WRONG = run_of(lambda case: case.expected), run_of(lambda case: case.expected + 1.0)


def ready(run):
    future = Future()
    future.set_result(run)
    return future


@pytest.mark.parametrize("processes", [0, 1, 2])
def test_verdicts_are_those_of_this_process(processes):
    with Judges(JOB.keys, shown, processes) as judges:
        asked = [judges.submit(JOB, f"key {number}", ready(run)) for number, run in enumerate((RIGHT, WRONG) * 3)]
        found = [one.result() for one in asked]
    for number, (done, run) in enumerate(zip(found, (RIGHT, WRONG) * 3, strict=True)):
        here = judged(JOB, f"key {number}", run, shown)
        assert (done.key, done.verdicts, done.run) == (here.key, here.verdicts, here.run)
        assert done.shown[1:] == here.shown[1:]
        assert (done.shown[0] == os.getpid()) == (processes == 0)


def test_no_key_is_sent():
    """A key of the course is large, and each process has it."""
    with Judges({"double": replace(KEY, points=7.0)}, shown, 1) as judges:
        done = judges.submit(JOB, "key", ready(RIGHT)).result()
    assert done.verdicts["double"].max_points == 7.0


def test_what_the_run_came_to_instead_is_raised():
    failed, cancelled = Future(), Future()
    with Judges(JOB.keys, shown, 1) as judges:
        first, second = judges.submit(JOB, "a", failed), judges.submit(JOB, "b", cancelled)
        failed.set_exception(SandboxError("no process could be started"))
        cancelled.cancel()
        with pytest.raises(SandboxError, match="no process"):
            first.result()
        with pytest.raises(CancelledError):
            second.result()


def test_what_fails_to_be_shown_is_told():
    def broken(job, run, verdicts):
        raise ValueError("cannot be shown")

    with Judges(JOB.keys, broken, 1) as judges, pytest.raises(ValueError, match="cannot be shown"):
        judges.submit(JOB, "key", ready(RIGHT)).result()


def test_a_process_that_dies_marks_nothing():
    def die_elsewhere(job, run, verdicts):
        if os.getpid() != home:
            os.kill(os.getpid(), signal.SIGKILL)
        return "here"

    home = os.getpid()
    with Judges(JOB.keys, die_elsewhere, 1) as judges:
        for number in range(3):
            done = judges.submit(JOB, f"key {number}", ready(RIGHT)).result()
            assert (done.shown, done.verdicts["double"].status) == ("here", "passed")


def test_a_warm_process_does_not_wait_for_them():
    """It ends when nobody knows it any more, and those who judge never need it."""
    kind = warm.Kind()
    warm.begin(kind)
    with Judges(JOB.keys, shown, 1) as judges:
        judges.submit(JOB, "key", ready(RIGHT)).result()
        process = Path(f"/proc/{warm.warm(kind)}")
        orders = warm._known[kind].orders
        orders.close()
        # Killed after five seconds, as it would be by `let_go`, it would have waited.
        ended = warm._known.pop(kind).process.wait(4)
    assert ended == 0
    assert not process.exists()


def test_nobody_is_left_behind():
    with Judges(JOB.keys, shown, 2) as judges:
        processes = {judges.submit(JOB, f"key {number}", ready(RIGHT)).result().shown[0] for number in range(8)}
    assert processes
    assert not any(Path(f"/proc/{process}").exists() for process in processes)

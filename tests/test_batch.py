"""What a worker does with parcels; and what comes back is what it says it is, or costs an error and no mark."""

import dataclasses
import os
import pickle
import tempfile
from pathlib import Path

import pytest
from builders import double_key

from grader import batch
from grader.answers import AnswerStore, content_key, versions
from grader.batch import Introduction, Outcome, checked, introduce, run_parcels
from grader.calling import Answer
from grader.grade import close_sandboxes, run_job
from grader.parcel import Parcel, pack
from grader.sandbox.job import Job, Report, Run
from grader.sandbox.parent import OWN_CODE, SandboxError, Settings

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="notebooks are run by forking")

CELLS = ((0, "print(open('data.txt').read())"), (1, "def double(x): return 2 * x"), (2, "check" + "('double')"))


@pytest.fixture(scope="module", autouse=True)
def _sandbox():
    yield
    close_sandboxes()


@pytest.fixture
def job(tmp_path):
    (tmp_path / "data.txt").write_text("12.5")
    return Job(CELLS, {"double": 2}, {"double": double_key()}, {"data.txt": tmp_path / "data.txt"})


def test_a_parcel_is_run_as_its_job_is(job, tmp_path, monkeypatch):
    expected = run_job(job, None, OWN_CODE)
    assert expected.outputs[0][0]["text"] == "12.5\n"
    sent = pickle.loads(pickle.dumps([pack(job), pack(dataclasses.replace(job, files={}))]))
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    first, second = run_parcels(sent, OWN_CODE)
    assert repr(first) == repr(Outcome(expected))
    assert second.run.outputs[0][0]["ename"] == "FileNotFoundError"
    assert repr(second.run.answers) == repr(expected.answers)
    assert list(folder.iterdir()) == [], "what was unpacked is gone"


def test_the_store_is_looked_at_and_filled(job, tmp_path):
    store = AnswerStore(tmp_path / "answers")
    key = content_key(job)
    parcel = dataclasses.replace(pack(job), key=key)
    (outcome,) = run_parcels([parcel], OWN_CODE, store)
    assert repr(store.load(key)) == repr(outcome.run)
    store.save(key, Run(files={"stored": b"x"}, level="limited"))
    assert run_parcels([parcel], OWN_CODE, store)[0].run.files == {"stored": b"x"}


def test_packages_are_preloaded_that_the_parcel_asks_for(monkeypatch):
    asked = []
    monkeypatch.setattr(batch, "run_job", lambda job, store, settings, key: asked.append(settings) or Run())
    run_parcels([Parcel((), {}, {}, preload=("torch",))], Settings(plots=True))
    assert asked == [Settings(plots=True, preload=("torch",))]


def test_one_that_cannot_be_run_does_not_stop_the_others(job, monkeypatch, tmp_path):
    bad = Parcel((), {}, {}, {"../x": b""})
    first, second = run_parcels([bad, pack(job)], OWN_CODE)
    assert first == Outcome(
        None, "the worker cannot take the notebook ('../x' is not the name of a file beside a notebook)"
    )
    assert second.run is not None
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))
    (outcome,) = run_parcels([pack(job)], OWN_CODE)
    assert outcome.run is None
    assert outcome.problem.startswith("the worker cannot take the notebook ([Errno 2] No such file")


def test_a_failing_sandbox_is_an_outcome(job, monkeypatch):
    def fail(*_):
        raise SandboxError("no processes today")

    monkeypatch.setattr(batch, "run_job", fail)
    assert run_parcels([pack(job)], OWN_CODE) == [Outcome(None, "no processes today")]


def test_a_worker_introduces_itself(monkeypatch):
    assert introduce(OWN_CODE) == Introduction(versions(), "limited")
    bad = introduce(Settings(min_level="separate", max_level="limited"))
    assert bad.level == ""
    assert "no isolation level is at least separate" in bad.problem
    assert {"gradmark", "python", "numpy"} <= set(versions())


RUN = Run(
    answers={"double": {"a": Answer(2.0)}},
    outputs={0: [{"output_type": "stream"}]},
    files={"mine": b"x"},
    reports=(Report("call", "socket"),),
    level="contained",
)


@pytest.mark.parametrize("run", [RUN, Run(level="separate"), Run(level="contained", ended="died")])
def test_what_is_an_outcome_passes(run):
    outcomes = [Outcome(run), Outcome(None, "a problem")]
    assert checked(outcomes, 2, "contained") == outcomes


@pytest.mark.parametrize("outcomes", [None, (), [], [Outcome(RUN)], [Outcome(RUN)] * 3, "xx", {0: RUN, 1: RUN}])
def test_there_is_one_for_each(outcomes):
    with pytest.raises(SandboxError, match="something else than 2 outcomes"):
        checked(outcomes, 2, "contained")


@pytest.mark.parametrize(
    "outcome",
    [
        None,
        RUN,
        Outcome(None),
        Outcome("run"),
        Outcome(RUN.answers),
        *(
            Outcome(dataclasses.replace(RUN, **change))
            for change in (
                {"answers": {"double": [1]}},
                {"answers": {"double": {"a": 2.0}}},
                {"answers": {1: {}}},
                {"answers": None},
                {"outputs": {"0": []}},
                {"outputs": {0: [1]}},
                {"outputs": []},
                {"files": {"x": "text"}},
                {"files": {Path("x"): b""}},
                {"ended": None},
                {"reports": [RUN.reports[0]]},
                {"reports": ("call",)},
                {"level": "complete"},
                {"level": ""},
                {"level": ["separate"]},
                {"level": "limited"},
            )
        ),
    ],
)
def test_what_is_none_is_a_problem(outcome):
    good = Outcome(RUN)
    found = checked([good, outcome, good], 3, "contained")
    assert [found[0], found[2]] == [good, good]
    assert found[1].run is None
    assert found[1].problem.startswith("a worker r")

"""A mark is judged again exactly when something that gave it has changed, and only from answers to what is asked."""

import dataclasses
import json
from pathlib import Path

import pytest
from builders import double_key, make_case, make_criterion, make_key

from grader import __version__
from grader import regrade as module
from grader.answers import AnswerStore
from grader.calling import Answer
from grader.course import CourseFolder
from grader.exercise import Tolerance
from grader.judge import judge
from grader.oracle import _sha256
from grader.quiz import Student, any_key_to_json
from grader.records import record_of
from grader.regrade import Declarations, judge_again, outdated, reason
from grader.sandbox.job import Job, Run


def key_of(*more, digest="old", **options):
    case = make_case("values/public/0", 2.0, x=1.0)
    return dataclasses.replace(make_key(make_criterion("values", case, **options), *more), digest=digest)


OLD = key_of()
LOOSE = key_of(digest="new", tolerance=Tolerance(0.5, 0.0))
MORE = make_criterion("far from zero", make_case("far from zero/public/0", 2e9, x=1e9))


@pytest.fixture
def graded(tmp_path):
    """A notebook whose double(1) is 2.1: its record, its stored answers, its declaration in the cache."""

    def grade(key=OLD, value=2.1, ended=""):
        job = Job((), {"double": 0}, {"double": key}, student=Student("anna", "Anna"))
        run = Run({"double": {"values/public/0": Answer(value=value)}}, level="contained", ended=ended)
        AnswerStore(tmp_path / "answers").save("abcdef", run)
        keys = tmp_path / "keys" / f"week-00000000-{key.digest}.json"
        keys.parent.mkdir(exist_ok=True)
        nodes = [any_key_to_json(key)]
        keys.write_text(json.dumps({"sha256": _sha256(nodes), "keys": nodes}))
        verdicts = {"double": judge(key, run.answers["double"])}
        return record_of(job, "abcdef", run, verdicts)

    return grade


@pytest.fixture
def declarations(tmp_path):
    class Folder(CourseFolder):
        @property
        def state(self) -> Path:
            return tmp_path

    return lambda key: Declarations(Folder(tmp_path, "reference"), {"double": key})


@pytest.fixture
def again(tmp_path, declarations):
    return lambda record, key: judge_again(
        "anna", record, ["double"], declarations(key), AnswerStore(tmp_path / "answers")
    )


def test_a_mark_of_the_present_declaration_is_left_alone(graded, declarations):
    assert outdated(graded(), declarations(OLD)) == []
    assert outdated(graded(), declarations(dataclasses.replace(OLD, digest="another week's exercise changed"))) == []


@pytest.mark.parametrize("key", [LOOSE, key_of(points=2), key_of(MORE), dataclasses.replace(OLD, hint="x")])
def test_a_mark_of_another_declaration_is_outdated(graded, declarations, key):
    assert outdated(graded(), declarations(key)) == ["double"]


def test_a_mark_of_another_version_is_outdated(graded, declarations, monkeypatch):
    record = graded()
    monkeypatch.setattr(module, "__version__", "99")
    assert outdated(record, declarations(OLD)) == ["double"]


def test_an_exercise_that_is_no_longer_declared_is_left_alone(graded, declarations):
    found = declarations(OLD)
    found.keys = {}
    assert outdated(graded(), found) == []


def test_a_looser_tolerance_gives_the_mark_and_says_why(graded, again, declarations):
    record = graded()
    found = again(record, LOOSE)
    assert (found.unanswered, found.run.level, found.run.answers) == ("", "contained", {})
    before, after = record.marks["double"], found.record.marks["double"]
    assert (before.points, after.points, after.digest) == (0, 1, "new")
    assert (found.record.claimed, found.record.answers) == ("Anna", "abcdef")
    assert reason("double", before, after, declarations(LOOSE)) == "values 0 → 1 (rtol 0.0001 → 0.5, atol 1e-06 → 0)"


def test_a_run_that_hit_a_limit_is_judged_again_as_it_went(graded, again):
    found = again(graded(ended="time"), LOOSE)
    assert (found.record.marks["double"].points, found.run.ended) == (1, "time")


def test_where_the_earlier_declaration_is_gone_its_name_is_said(graded, declarations, tmp_path):
    record = graded()
    (tmp_path / "keys" / "week-00000000-old.json").unlink()
    now = declarations(LOOSE)
    change = now.change("double", record.marks["double"])
    assert change.answered
    assert change.words.startswith(f"declaration {record.marks['double'].declaration[:8]} → ")
    assert now.changed() == [("double", change.words)]


def test_new_inputs_must_be_run(graded, again):
    found = again(graded(), key_of(MORE, digest="new"))
    assert found.unanswered == "inputs that were never run: double"
    assert found.verdicts == {}
    other = dataclasses.replace(OLD, criteria=(make_criterion("values", make_case("values/public/0", 6.0, x=3.0)),))
    assert again(graded(), other).unanswered


def test_fewer_inputs_need_no_run_where_the_earlier_declaration_is_known(graded, again, tmp_path):
    record = graded(key_of(MORE))
    found = again(record, OLD)
    assert (found.unanswered, found.record.marks["double"].points) == ("", 0)
    (tmp_path / "keys" / "week-00000000-old.json").unlink()
    assert again(record, OLD).unanswered


@pytest.mark.parametrize("changes", [{"parameters": ("y",)}, {"seconds": 9.0}])
def test_another_way_to_ask_must_be_run(graded, again, changes):
    assert again(graded(), dataclasses.replace(OLD, **changes)).unanswered == "inputs that were never run: double"


def test_missing_and_damaged_answers_must_be_run(graded, again, tmp_path):
    record = graded()
    path = AnswerStore(tmp_path / "answers").path("abcdef")
    path.write_bytes(path.read_bytes()[:-30])
    assert again(record, LOOSE).unanswered == "its answers were not kept, or are damaged"
    path.unlink()
    assert again(record, LOOSE).unanswered == "its answers were not kept, or are damaged"


def test_answers_of_another_exercise_are_no_answers(graded, again, tmp_path):
    record = graded()
    AnswerStore(tmp_path / "answers").save("abcdef", Run({"triple": {}}, level="contained"))
    assert again(record, LOOSE).unanswered == "its answers were not kept, or are damaged"


def test_a_new_version_is_a_reason(graded, declarations, monkeypatch):
    record = graded()
    mark = dataclasses.replace(record.marks["double"], version="99", points=1, criteria={"values": 1.0})
    why = reason("double", record.marks["double"], mark, declarations(OLD))
    assert why == f"values 0 → 1; grader {__version__} → 99"


def test_the_key_of_the_tests_is_a_whole_one(graded, declarations):
    assert outdated(graded(double_key()), declarations(double_key())) == []

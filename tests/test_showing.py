"""What was returned is shown beside what was expected, whatever it was."""

import json
from pathlib import Path

import numpy as np
import pytest
from builders import make_case, make_criterion, make_key

from grader import records
from grader.answers import AnswerStore
from grader.calling import Answer, Raised
from grader.course import CourseError, CourseFolder
from grader.exercise import Normal, Raises, Rng
from grader.judge import judge
from grader.key import Sample
from grader.oracle import _sha256
from grader.quiz import QuestionKey, Student, any_key_to_json, variant_of
from grader.records import record_of
from grader.sandbox.job import Job, Run
from grader.showing import show_answers

KEY = make_key(
    make_criterion(
        "values",
        make_case("values/public/0", 3.0, x=1.5),
        make_case("values/public/1", np.arange(10_000.0), x=np.arange(10_000.0)),
        make_case("values/public/2", Raises("ValueError"), x=-1.0),
        make_case("values/hidden0/0", [1.0, 2.0], hidden=True, x=2, rng=Rng(3)),
    ),
    make_criterion(
        "draws",
        make_case("draws/public/0", Sample(Normal(0.0, 1.0), (2,)), calls=({"x": 1}, {"x": 1}, {"x": 1}, {"x": 2})),
    ),
)
QUESTION = QuestionKey(
    "width", 1.0, "", (), (), {}, "digest", variants=({"n": 1}, {"n": 2}, {"n": 3}), answers=(1, 2, 3)
)
ANSWERS = {
    "double": {
        "values/public/0": Answer(value=3.0),
        "values/public/1": Answer(value=np.arange(10_000.0) + 1),
        "values/public/2": Answer(raised=Raised(("TypeError", "Exception"), "bad\x1b[31m\ninput", 3, "x @ w")),
        "values/hidden0/0": Answer(missing="time"),
        "draws/public/0": Answer(value=[np.zeros(2)] * 4),
    },
    "width": {"answer": Answer(value="wide")},
}


@pytest.fixture
def folder(tmp_path):
    class Folder(CourseFolder):
        @property
        def state(self) -> Path:
            return tmp_path

    keys = {"double": KEY, "width": QUESTION}
    nodes = [any_key_to_json(key) for key in keys.values()]
    (tmp_path / "keys").mkdir()
    kept = json.dumps({"sha256": _sha256(nodes), "keys": nodes})
    (tmp_path / "keys" / "week-00000000-digest.json").write_text(kept)
    for student in ("anna", "bert"):
        run = Run(ANSWERS, level="contained", ended="time")
        AnswerStore(tmp_path / "answers").save(student, run)
        verdicts = {name: judge(key, ANSWERS[name], Student(student)) for name, key in keys.items()}
        record = record_of(Job((), {}, keys, student=Student(student)), student, run, verdicts)
        for week in ("week", "other")[: 1 + (student == "bert")]:
            records.save(tmp_path, week, student, "one", record)
    return Folder(tmp_path, "reference")


def shown(folder, *names):
    return "\n".join(show_answers(folder, *names))


def test_every_case_has_what_was_given_returned_and_expected(folder):
    text = shown(folder, "anna", "double")
    assert text.startswith("anna, week/one, double: 0 of 2 points when it was graded\nisolation level contained; ")
    first, second, third, fourth, draws = (part.splitlines() for part in text.split("\n\n")[1:6])
    assert first == [
        "✓ values/public/0",
        "  x          float  1.5",
        "  returned   float  3.0",
        "  expected   float  3.0",
    ]
    assert (
        second[1] == "  x          float64 (10000,)  [0.000e+00 1.000e+00 2.000e+00 ... 9.997e+03 9.998e+03 9.999e+03]"
    )
    assert second[-1].startswith("  verdict    values: ")
    assert third[2].startswith("  returned   TypeError: bad")
    assert "\x1b" not in text
    assert "(line 3: x @ w)" in text
    assert "  expected   ValueError raised" in third
    assert fourth[0] == "✗ values/hidden0/0, hidden"
    assert "  returned   nothing (time)" in fourth
    assert "  expected   list  [1.0, 2.0]" in fourth
    assert "  calls      4, in a row" in draws
    assert any(line.startswith("  expected   draws from Normal(mean=0.0, std=1.0) of shape (2,)") for line in draws)


def test_it_ends_with_the_verdict(folder):
    assert "✗ double   0 / 2" in shown(folder, "anna", "double").split("\n\n")[-1]


def test_a_question_is_shown_with_the_students_numbers(folder):
    number = variant_of(QUESTION, "anna") + 1
    text = shown(folder, "anna", "width")
    assert f"numbers    n = {number}" in text
    assert "returned   str  'wide'" in text
    assert f"expected   {number}" in text


@pytest.mark.parametrize(
    ("names", "line"),
    [
        (("ana", "double"), "no graded submission of 'ana'; did you mean anna"),
        (("anna", "dubble"), "anna has no answers to 'dubble'; did you mean double"),
        (("anna", "double", "weak"), "no mark of 'weak' is on record; did you mean week"),
        (("bert", "double"), "double is in other and week; choose one with --assignment"),
    ],
    ids=["student", "exercise", "assignment", "which"],
)
def test_what_is_unknown_is_one_line(folder, names, line):
    with pytest.raises(CourseError, match=f"^{line}"):
        shown(folder, *names)


def test_one_of_two_assignments_is_chosen(folder):
    assert shown(folder, "bert", "double", "other").startswith("bert, other/one, double")


def test_answers_that_were_not_kept_are_one_line(folder):
    AnswerStore(folder.state / "answers").path("anna").unlink()
    with pytest.raises(CourseError, match=r"^anna: the answers of week were not kept"):
        shown(folder, "anna", "double")

"""What changed in a declaration is said in the words of who changed it."""

import dataclasses

import numpy as np
import pytest
from builders import make_case, make_criterion, make_key

from grader.differences import WHOLE, differences, phrases_of
from grader.exercise import Tolerance
from grader.key import Outcome
from grader.quiz import QuestionKey


def key_of(*more, expected=2.0, x=1.0, mistakes=None, **options):
    case = make_case("values/public/0", expected, x=x, mistakes=mistakes)
    return make_key(make_criterion("values", case, **options), *more)


EXTRA = make_criterion("far from zero", make_case("far from zero/public/0", 2e9, x=1e9), points=2)


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (key_of(), {}),
        (key_of(points=3), {"values": ["points 1 → 3"]}),
        (key_of(tolerance=Tolerance(0.5, 1e-6)), {"values": ["rtol 0.0001 → 0.5"]}),
        (key_of(tolerance=Tolerance(1e-4, 2)), {"values": ["atol 1e-06 → 2"]}),
        (key_of(hidden=True), {"values": ["hidden now"]}),
        (key_of(inputs_unchanged=True), {"values": ["inputs must stay unchanged"]}),
        (key_of(expected=3.0), {"values": ["other expected values (1 of 1)"]}),
        (key_of(x=np.ones(3), expected=np.ones(3)), {"values": ["other inputs (1 of 1)"]}),
        (key_of(mistakes={"title": Outcome(value=1.0)}), {"values": ["other known mistakes (1 of 1)"]}),
        (key_of(EXTRA), {"far from zero": ["new, 2 points"]}),
        (dataclasses.replace(key_of(), hint="another"), {WHOLE: ["other hints"]}),
        (dataclasses.replace(key_of(), seconds=9.0), {WHOLE: ["other parameters or time limit"]}),
        (dataclasses.replace(key_of(), digest="another"), {}),
        (make_key(EXTRA), {"values": ["no longer there"], "far from zero": ["new, 2 points"]}),
    ],
    ids=lambda item: phrases_of(item) or "nothing" if isinstance(item, dict) else "",
)
def test_every_change_has_its_phrase(new, found):
    assert differences(key_of(), new) == found


def test_the_way_back_is_said_as_well():
    assert differences(key_of(hidden=True), key_of()) == {"values": ["public now"]}
    assert differences(key_of(inputs_unchanged=True), key_of()) == {"values": ["inputs may change"]}


def test_cases_that_came_and_went_are_counted():
    def key(*names):
        return make_key(make_criterion("values", *(make_case(f"values/public/{name}", 2.0, x=1.0) for name in names)))

    assert differences(key(0), key(0, 1, 2)) == {"values": ["new cases (2 of 3)"]}
    assert differences(key(0, 1, 2), key(2)) == {"values": ["cases gone (2 of 1)"]}


QUESTION = QuestionKey("width", 1.0, "", (), (), {}, text="How wide?", answers=(4.0,))


@pytest.mark.parametrize(
    ("changes", "phrases"),
    [
        ({"points": 2.0}, ["points 1 → 2"]),
        ({"answers": (5.0,)}, ["other answers accepted"]),
        ({"variants": ({}, {"n": 2})}, ["other numbers"]),
        ({"tolerance": Tolerance(0.1, 1e-6)}, ["rtol 0.0001 → 0.1"]),
        ({"text": "How broad?", "unit": "mm"}, ["another text", "another unit"]),
        ({"digest": "another"}, None),
    ],
    ids=str,
)
def test_questions_have_their_own(changes, phrases):
    assert differences(QUESTION, dataclasses.replace(QUESTION, **changes)) == ({"answer": phrases} if phrases else {})


def test_a_function_in_place_of_a_question_is_said():
    assert differences(QUESTION, key_of()) == {WHOLE: ["a function instead of a question"]}
    assert differences(key_of(), QUESTION) == {WHOLE: ["a question instead of a function"]}


def test_phrases_make_one_line():
    assert phrases_of({WHOLE: ["a", "b"], "values": ["c"]}) == "a, b; values: c"

"""Marks follow from answers alone; mistakes explain every answer or are not named; hidden inputs stay hidden."""

import copy
import math
from pathlib import Path

import numpy as np
import pytest
from builders import (
    DOUBLE_MISTAKES,
    SECRET,
    answers_of,
    double_key,
    draws_key,
    make_case,
    make_criterion,
    make_key,
    one_case_key,
    raises_key,
)

from grader.calling import Answer, Raised
from grader.checking import check_function
from grader.exercise import Bernoulli, Raises, Tolerance, Uniform
from grader.judge import distance, judge, judge_case
from grader.key import Outcome
from grader.public import find_key
from grader.verdict import Diagnosis
from grader.wire import Opaque

ROOT = Path(__file__).parents[1]


def judged(function, key=None):
    key = key or double_key()
    return judge(key, answers_of(key, function))


def not_started(x):
    raise NotImplementedError


# ------------------------------------------------------------------------------------------ marks


def test_right_answers_get_all_points():
    verdict = judged(lambda x: x + x)
    assert (verdict.status, verdict.points, verdict.max_points, verdict.diagnosis) == ("passed", 3, 3, None)
    assert [(item.name, item.points, item.right, item.total) for item in verdict.criteria] == [
        ("values", 1, 3, 3),
        ("far from zero", 2, 1, 1),
    ]
    assert (verdict.exercise, verdict.digest, verdict.pending) == ("double", "digest", ())


def test_a_criterion_is_worth_its_points_or_nothing():
    verdict = judged(lambda x: 2 * x if x.ndim == 1 else x)
    assert (verdict.status, verdict.points) == ("partial", 2)
    assert [(item.points, item.right, item.total) for item in verdict.criteria] == [(0, 1, 3), (2, 1, 1)]
    assert verdict.diagnosis == verdict.criteria[0].diagnosis
    assert verdict.diagnosis.code == "values_many"
    assert verdict.diagnosis.criterion == "values"


def test_wrong_answers_get_none():
    verdict = judged(lambda x: 0 * x)
    assert (verdict.status, verdict.points) == ("failed", 0)


def test_a_stub_is_not_started():
    verdict = judged(not_started)
    assert (verdict.status, verdict.points) == ("not_started", 0)
    assert verdict.diagnosis.code == "not_started"


def test_started_in_part_is_not_not_started():
    verdict = judged(lambda x: 2 * x if x.size == 2 and x.ndim == 1 else not_started(x))
    assert (verdict.status, verdict.points) == ("partial", 2)
    failed = judged(lambda x: x if x.ndim == 1 else not_started(x))
    assert failed.status == "failed"


@pytest.mark.parametrize("reason", ["undefined", "time", "memory", "died", "answers", "damaged", "not_asked"])
def test_nothing_answered_is_no_answer(reason):
    key = double_key()
    verdict = judge(key, {case.id: Answer(missing=reason) for _, case in key.cases})
    assert (verdict.status, verdict.points, verdict.diagnosis.code) == ("no_answer", 0, f"missing_{reason}")


def test_answers_that_are_not_there_were_not_asked_for():
    verdict = judge(double_key(), {})
    assert (verdict.status, verdict.points, verdict.diagnosis.code) == ("no_answer", 0, "missing_not_asked")


def test_one_missing_answer_costs_its_criterion_only():
    key = double_key()
    answers = answers_of(key, lambda x: 2 * x)
    del answers["values/public/1"]
    verdict = judge(key, answers)
    assert (verdict.status, verdict.points) == ("partial", 2)
    assert verdict.diagnosis.code == "missing_not_asked"


def test_answers_nobody_asked_for_are_worth_nothing():
    key = double_key()
    answers = {"values/public/9": Answer(value=1.0), "": Answer(value=2.0)}
    assert judge(key, answers).points == 0


def test_a_value_beside_a_reason_for_none_is_no_answer():
    key = one_case_key(3.0)
    assert judge(key, {"values/public/0": Answer(value=3.0, missing="time")}).points == 0


def test_hidden_criteria_are_pending_for_students():
    verdict = judged(lambda x: 2 * x, double_key().public())
    assert verdict.status == "passed"
    assert (verdict.points, verdict.max_points, verdict.pending) == (1, 3, ("far from zero",))
    assert verdict.criteria[1].total == 0


def test_same_answers_same_verdict():
    key = double_key()
    for function in (lambda x: 2 * x, lambda x: x, not_started, lambda x: x[9], lambda x: None):
        answers = answers_of(key, function)
        before = repr(answers), repr(key)
        first = judge(key, answers)
        again = judge(copy.deepcopy(key), dict(reversed(copy.deepcopy(answers).items())))
        assert repr(first) == repr(again)
        assert (repr(answers), repr(key)) == before


def test_tolerance_is_the_criterions():
    loose = one_case_key(3.0, tolerance=Tolerance(0.0, 0.5))
    tight = one_case_key(3.0, tolerance=Tolerance(0.0, 1e-12))
    answers = {"values/public/0": Answer(value=3.4)}
    assert judge(loose, answers).points == 1
    assert judge(tight, answers).points == 0


# ------------------------------------------------------------------------------------------ diagnoses


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "none"),
        (Opaque("Tensor"), "opaque"),
        ([[1.0], [2.0, 3.0]], "ragged"),
        ({"a": 1.0}, "type"),
        (np.ones((3, 1)), "same_values"),
        (np.ones(2), "shape"),
        (np.ones(3, complex), "dtype"),
        (np.array([np.nan, 1.0, 1.0]), "not_finite"),
        (np.zeros(3), "values_many"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_has_a_name(answer, code):
    verdict = judge(one_case_key(np.ones(3)), {"values/public/0": Answer(value=answer)})
    assert verdict.diagnosis.code == code
    assert verdict.diagnosis.details["inputs"] == {"x": "1.5"}
    assert verdict.diagnosis.details["path"] == ""


def test_the_place_inside_a_result_is_told():
    key = one_case_key((1.0, {"w": np.ones(2), "b": 0.0}))
    verdict = judge(key, {"values/public/0": Answer(value=(1.0, {"w": np.zeros(2), "b": 0.0}))})
    assert verdict.diagnosis.details["path"] == "[1]['w']"
    assert judge(key, {"values/public/0": Answer(value=(1.0, {}))}).diagnosis.code == "keys"
    assert judge(key, {"values/public/0": Answer(value=(1.0,))}).diagnosis.code == "length"


def test_an_exception_is_told_with_line_and_inputs():
    raised = Raised(("ValueError", "Exception"), "bad shape", 3, "return x @ w")
    verdict = judge(one_case_key(3.0), {"values/public/0": Answer(raised=raised)})
    assert verdict.diagnosis.code == "raised"
    assert verdict.diagnosis.details == {
        "type": "ValueError",
        "message": "bad shape",
        "line": 3,
        "source": "return x @ w",
        "inputs": {"x": "1.5"},
    }


def three_cases_key(*expected):
    cases = [make_case(f"values/public/{number}", value, x=1.5) for number, value in enumerate(expected)]
    return make_key(make_criterion("values", *cases))


def test_what_is_told_has_three_values_where_a_case_has():
    key = three_cases_key(2.0, np.array([1.0, 2.0]), np.arange(4.0), np.arange(5.0))
    answers = {case.id: Answer(value=np.asarray(case.expected) + 7.0) for _, case in key.cases}
    assert judge(key, answers).diagnosis.details["total"] == 4
    # Of those that are right nothing is told.
    right = {case.id: Answer(value=case.expected) for _, case in key.cases}
    assert judge(key, {**answers, **dict(list(right.items())[2:])}).diagnosis.details["total"] == 1
    # What is no matter of values comes in the order of the cases.
    first = key.cases[0][1].id
    assert judge(key, {**answers, first: Answer(value=None)}).diagnosis.code == "none"
    none = {case.id: Answer(value=None) for _, case in key.cases}
    assert judge(key, {**none, first: answers[first]}).diagnosis.code == "values_many"


def test_another_criterion_s_case_is_not_told_in_its_place():
    one = make_criterion("one", make_case("one/public/0", 2.0, x=1.5))
    key = make_key(one, make_criterion("many", make_case("many/public/0", np.arange(4.0), x=1.5)))
    answers = {case.id: Answer(value=np.asarray(case.expected) + 7.0) for _, case in key.cases}
    assert judge(key, answers).diagnosis.criterion == "one"


def test_inputs_are_described_briefly():
    case = make_case(
        "c",
        0.0,
        x=np.ones((5, 8)),
        p=0.5,
        n=3,
        on=True,
        size=(2, 3),
        parts=[1, 2],
        weights={"w": 1},
        name="relu",
        none=None,
    )
    key = make_key(make_criterion("values", case))
    inputs = judge(key, {"c": Answer(value=1.0)}).diagnosis.details["inputs"]
    assert inputs == {
        "x": "shape (5, 8)",
        "p": "0.5",
        "n": "3",
        "on": "True",
        "size": "(2, 3)",
        "parts": {"type": "list", "count": 2},
        "weights": {"type": "dict", "count": 1},
    }


@pytest.mark.parametrize(
    ("wanted", "types", "right"),
    [
        ("ValueError", ("ValueError", "Exception"), True),
        ("ValueError", ("LinAlgError", "ValueError", "Exception"), True),
        ("ArithmeticError", ("ZeroDivisionError", "ArithmeticError", "Exception"), True),
        ("Exception", ("KeyError", "LookupError", "Exception"), True),
        ("ValueError", ("TypeError", "Exception"), False),
        ("ZeroDivisionError", ("ArithmeticError", "Exception"), False),
        ("ValueError", ("NotImplementedError", "RuntimeError", "Exception"), False),
        ("RuntimeError", ("NotImplementedError", "RuntimeError", "Exception"), False),
    ],
    ids=str,
)
def test_an_exception_that_is_wanted_or_derived_from_it_is_right(wanted, types, right):
    verdict = judge(raises_key(wanted), {"values/public/0": Answer(raised=Raised(types, "text"))})
    assert (verdict.status == "passed") is right


def test_a_value_where_an_exception_is_wanted():
    verdict = judge(raises_key(), {"values/public/0": Answer(value=3.0)})
    assert verdict.diagnosis.code == "did_not_raise"
    assert verdict.diagnosis.details == {"names": ["ValueError"], "inputs": {"x": "1.5"}}


def unchanged_key(**inputs):
    return make_key(make_criterion("inputs left unchanged", make_case("c", 3.0, **inputs), inputs_unchanged=True))


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ({"x": np.ones(2), "y": np.ones(2)}, {"x": np.ones(2), "y": np.ones(2)}, []),
        ({"x": np.array([np.nan, -0.0, np.inf])}, {"x": np.array([np.nan, 0.0, np.inf])}, []),
        ({"x": np.ones(2), "y": np.ones(2)}, {"x": np.ones(2), "y": np.array([1.0, 1.0 + 1e-15])}, ["y"]),
        ({"x": np.ones(2), "y": np.ones(2)}, {"x": np.zeros(2), "y": np.zeros(2)}, ["x", "y"]),
        ({"x": np.ones(2)}, {"x": np.ones((1, 2))}, ["x"]),
        ({"x": [1, 2]}, {"x": [1, 2, 3]}, ["x"]),
        ({"x": {"w": np.ones(2)}}, {"x": {"w": np.zeros(2)}}, ["x"]),
        ({"x": np.ones(2)}, {}, ["x"]),
        ({"x": np.ones(2)}, None, ["x"]),
        ({"x": np.ones(2)}, 5, ["x"]),
        ({"x": 1.5, "name": "a", "none": None}, {"x": 1.5, "name": "a", "none": None}, []),
    ],
    ids=lambda value: str(value) if isinstance(value, list) else "",
)
def test_changed_inputs_are_named(before, after, names):
    verdict = judge(unchanged_key(**before), {"c": Answer(value=3.0, after=after)})
    if names:
        assert verdict.diagnosis == Diagnosis("changed_input", {"names": names}, "inputs left unchanged")
    else:
        assert verdict.status == "passed"


def test_of_several_calls_every_ones_inputs_count():
    calls = ({"x": np.ones(2)}, {"x": np.zeros(2)})
    key = make_key(make_criterion("inputs", make_case("c", [1.0, 2.0], calls=calls), inputs_unchanged=True))
    right = Answer(value=[1.0, 2.0], after=[{"x": np.ones(2)}, {"x": np.zeros(2)}])
    assert judge(key, {"c": right}).status == "passed"
    for after in ([{"x": np.ones(2)}, {"x": np.ones(2)}], [{"x": np.ones(2)}], {"x": np.ones(2)}, None):
        assert judge(key, {"c": Answer(value=[1.0, 2.0], after=after)}).diagnosis.code == "changed_input"


def test_a_wrong_value_comes_before_a_changed_input():
    verdict = judge(unchanged_key(x=np.ones(2)), {"c": Answer(value=4.0, after={"x": np.zeros(2)})})
    assert verdict.diagnosis.code == "values_many"


@pytest.mark.parametrize(
    ("answer", "needs_values"),
    [
        (Answer(value=4.0, after={"x": np.ones(2)}), True),
        (Answer(raised=Raised(("ValueError",), "text")), True),
        (Answer(value=3.0, after={"x": np.zeros(2)}), False),
        (Answer(value=3.0, after={"x": np.ones(2)}), False),
    ],
    ids=["wrong value", "raised", "changed", "right"],
)
def test_a_wrong_value_is_not_said_to_be_a_changed_input(answer, needs_values):
    (line,) = judge(unchanged_key(x=np.ones(2)), {"c": answer}).criteria
    assert line.needs_values is needs_values


def test_other_criteria_are_about_values_anyway():
    (line,) = judge(make_key(make_criterion("values", make_case("c", 3.0, x=1.0))), {"c": Answer(value=4.0)}).criteria
    assert not line.needs_values


# ------------------------------------------------------------------------------------------ draws


def uniform(size, rng):
    return rng.uniform(-1, 1, size)


@pytest.mark.parametrize(
    ("function", "code"),
    [
        (lambda size, rng: None, "none"),
        (lambda size, rng: {1}, "opaque"),
        (lambda size, rng: 1.5, "type"),
        (lambda size, rng: uniform(size, rng)[0].tolist(), "shape"),
        (lambda size, rng: uniform(size, rng).T, "shape"),
        (lambda size, rng: 2 * uniform(size, rng), "distribution"),
        (lambda size, rng: 1 / 0, "raised"),
        (lambda size, rng: not_started(size), "not_started"),
    ],
    ids=["none", "opaque", "number", "list", "shape", "distribution", "raised", "not started"],
)
def test_draws_are_diagnosed(function, code):
    verdict = judged(function, draws_key(Uniform(-1, 1), (80, 60)))
    assert verdict.points == 0
    assert verdict.diagnosis.code == code


def test_right_draws_pass():
    assert judged(uniform, draws_key(Uniform(-1, 1), (80, 60))).status == "passed"


def test_draws_may_come_as_lists():
    assert judged(lambda size, rng: uniform(size, rng).tolist(), draws_key(Uniform(-1, 1), (80, 60))).status == "passed"


def test_a_distribution_is_told_in_numbers():
    details = judged(lambda size, rng: 2 * uniform(size, rng), draws_key(Uniform(-1, 1), (80, 60))).diagnosis.details
    assert details["flaws"] == ["bounds", "spread", "law"]
    assert details["std"] == pytest.approx(2 * details["expected_std"], rel=0.05)


MASKS = {
    "p as drop": lambda size, rng: 1.25 * (rng.random(size) < 0.2),
    "never scaled": lambda size, rng: 1.0 * (rng.random(size) < 0.8),
    "own seed": lambda size, rng: 1.25 * (np.random.default_rng(0).random(size) < 0.8),
    "one per row": lambda size, rng: 1.25 * (rng.random((size[0], 1)) < 0.8) * np.ones(size),
}


@pytest.mark.parametrize("title", MASKS)
def test_mistakes_in_draws_are_recognised(title):
    key = draws_key(Bernoulli(0.8, 1.25), (200, 100), MASKS)
    # The same mistake made another way, so that the numbers differ.
    flipped = {
        "p as drop": lambda size, rng: 1.25 * (rng.random(size) > 0.8),
        "never scaled": lambda size, rng: 1.0 * (rng.random(size) > 0.2),
        "own seed": lambda size, rng: 1.25 * (np.random.default_rng(9).random(size) < 0.8),
        "one per row": lambda size, rng: 1.25 * (rng.random((size[0], 1)) > 0.2) * np.ones(size),
    }
    for function in (MASKS[title], flipped[title]):
        assert judged(function, key).diagnosis.mistake == title


def test_other_wrong_draws_get_no_mistake():
    key = draws_key(Bernoulli(0.8, 1.25), (200, 100), MASKS)
    for wrong in (
        lambda size, rng: 1.25 * (rng.random(size) < 0.5),
        lambda size, rng: rng.random(size),
        lambda size, rng: 1.25 * (rng.random(size[1]) < 0.8) * np.ones(size),
        lambda size, rng: rng.normal(1.0, 0.5, size),
    ):
        assert judged(wrong, key).diagnosis.mistake == ""


# ------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize("title", DOUBLE_MISTAKES)
def test_known_mistakes_are_recognised(title):
    for public in (False, True):
        key = double_key().public() if public else double_key()
        assert judged(DOUBLE_MISTAKES[title], key).diagnosis.mistake == title
        assert judged(lambda x: DOUBLE_MISTAKES[title](x).astype(np.float32), key).diagnosis.mistake == title


def test_a_mistake_must_explain_every_answer():
    assert judged(lambda x: x if x.ndim == 1 else 2 * x).diagnosis.mistake == ""
    assert judged(lambda x: x if x.ndim == 1 else x**2).diagnosis.mistake == ""


def test_right_answers_have_no_mistake():
    assert judged(lambda x: 2 * x).diagnosis is None


def test_random_wrong_answers_get_no_mistake():
    for seed in range(400):
        rng = np.random.default_rng(seed)
        ways = [
            lambda x: rng.normal(size=x.shape),  # noqa: B023
            lambda x: x * rng.normal(),  # noqa: B023
            lambda x: x + rng.normal(size=x.shape),  # noqa: B023
            lambda x: x * (1 + 10.0 ** rng.uniform(-3, 0)),  # noqa: B023
        ]
        verdict = judged(ways[seed % len(ways)])
        if verdict.status != "passed":
            assert verdict.diagnosis.mistake == "", seed


@pytest.mark.parametrize("function", [not_started, lambda x: None, lambda x: 1 / 0, lambda x: {1}], ids=range(4))
def test_what_no_mistake_does_is_none(function):
    assert judged(function).diagnosis.mistake == ""


def outcome_key(outcome, expected=3.0, **options):
    case = make_case("c", expected, mistakes={"known": outcome}, x=np.ones(2))
    return make_key(make_criterion("values", case, **options), mistakes={"known": "hint"})


@pytest.mark.parametrize(
    ("outcome", "answer", "recognised"),
    [
        (Outcome(value=np.array([np.nan, 1.0])), Answer(value=np.array([np.nan, 1.0])), True),
        (Outcome(value=np.array([np.nan, 1.0])), Answer(value=np.array([1.0, np.nan])), False),
        (Outcome(raised="IndexError"), Answer(raised=Raised(("IndexError", "Exception"), "")), True),
        (Outcome(raised="IndexError"), Answer(raised=Raised(("NotImplementedError", "Exception"), "")), False),
        (Outcome(raised="IndexError"), Answer(value=1.0), False),
        (Outcome(value=1.0), Answer(raised=Raised(("IndexError", "Exception"), "")), False),
        (Outcome(value=None), Answer(missing="time"), False),
        (Outcome(value=None), Answer(value=None), True),
        (Outcome(value=1.0), Answer(value=1.00001), True),
        (Outcome(value=1.0), Answer(value=1.01), False),
    ],
    ids=repr,
)
def test_an_outcome_is_repeated_or_not(outcome, answer, recognised):
    verdict = judge(outcome_key(outcome), {"c": answer})
    assert verdict.diagnosis.mistake == ("known" if recognised else "")


def test_arguments_spoiled_in_another_random_order_are_recognised():
    def minibatches(X, y, batch_size, rng):
        order = rng.permutation(len(X))
        X[:], y[:] = X[order], y[order]
        starts = range(0, len(X), batch_size)
        return [(X[start : start + batch_size].copy(), y[start : start + batch_size].copy()) for start in starts]

    key = find_key("minibatches", [ROOT / "exercises" / "01_linear_regression"]).public()
    diagnosis = check_function(minibatches, key).diagnosis
    assert (diagnosis.code, diagnosis.mistake) == ("changed_input", "shuffled the caller's arrays")


def test_a_mistake_that_changes_its_input_is_told_from_one_that_does_not():
    key = outcome_key(Outcome(value=3.0, after={"x": np.zeros(2)}), inputs_unchanged=True)
    assert judge(key, {"c": Answer(value=3.0, after={"x": np.zeros(2)})}).diagnosis.mistake == "known"
    assert judge(key, {"c": Answer(value=3.0, after={"x": np.full(2, 7.0)})}).diagnosis.mistake == ""


# ------------------------------------------------------------------------------------------ hidden


def leak(x):
    raise ValueError(f"{x} {x.sum()} {SECRET}")


def leak_by_type(x):
    raise type(str(x.max()), (Exception,), {})


LEAKS = {
    "value": lambda x: x,
    "exception text": leak,
    "exception type": leak_by_type,
    "dict keys": lambda x: {str(x.max()): x},
    "opaque type": lambda x: type(str(x.max()), (), {})(),
    "nan": lambda x: x * np.nan,
    "shape": lambda x: x[None],
    "changed": lambda x: x.fill(SECRET),
    "text": lambda x: str(x),
}


def hidden_key(expected=None, **options):
    case = make_case(
        "a criterion/hidden0/0",
        np.array([SECRET, 3 * SECRET]) if expected is None else expected,
        hidden=True,
        mistakes={"known": Outcome(value=SECRET)},
        x=np.array([SECRET, -SECRET]),
    )
    return make_key(make_criterion("a criterion", case, **options), mistakes={"known": "hint"})


@pytest.mark.parametrize("hidden", ["case", "criterion"])
@pytest.mark.parametrize("name", LEAKS)
def test_nothing_of_a_hidden_case_is_in_the_verdict(name, hidden):
    key = hidden_key() if hidden == "case" else double_key()
    if hidden == "criterion":
        key = make_key(key.criteria[1])
    verdict = judged(LEAKS[name], key)
    assert verdict.points == 0
    assert verdict.diagnosis.hidden
    assert str(SECRET) not in repr(verdict)
    assert "31337" not in repr(verdict)
    assert "62674" not in repr(verdict)


@pytest.mark.parametrize(
    ("key", "function", "details"),
    [
        (hidden_key(), lambda x: x[9], {"type": "IndexError"}),
        (hidden_key(), lambda x: x, {}),
        (hidden_key(Raises("ValueError")), lambda x: x, {"names": ["ValueError"]}),
        (hidden_key(3.0, inputs_unchanged=True), lambda x: x.fill(1) or 3.0, {"names": ["x"]}),
    ],
    ids=["raised", "values", "did not raise", "changed"],
)
def test_the_kind_of_a_hidden_failure_is_told(key, function, details):
    assert judged(function, key).diagnosis.details == details


def test_hidden_draws_tell_their_flaws_only():
    key = draws_key(Uniform(-1, 1), (80, 60))
    criterion = make_criterion("law", *key.criteria[0].cases, hidden=True)
    key = make_key(criterion, parameters=("size", "rng"))
    assert judged(lambda size, rng: 2 * uniform(size, rng), key).diagnosis.details == {
        "flaws": ["bounds", "spread", "law"]
    }


def test_a_public_case_is_told_before_a_hidden_one():
    assert not judged(lambda x: x).diagnosis.hidden
    only_hidden = judged(lambda x: 2 * x if x.max() < SECRET else x)
    assert only_hidden.diagnosis.hidden
    assert only_hidden.diagnosis.details == {}


# ------------------------------------------------------------------------------------------ one case


def test_judge_case_says_none_when_right():
    criterion, case = one_case_key(3.0).cases[0]
    assert judge_case(criterion, case, Answer(value=3.0)) is None
    assert judge_case(criterion, case, Answer(value=4.0)).code == "values_many"


@pytest.mark.parametrize(
    ("key", "answer", "wanted"),
    [
        (one_case_key(3.0), Answer(value=3.0), 0.0),
        (one_case_key(3.0, tolerance=Tolerance(0.0, 0.5)), Answer(value=3.25), 0.5),
        (one_case_key(3.0, tolerance=Tolerance(0.0, 0.5)), Answer(value=4.0), 2.0),
        (one_case_key(3.0), Answer(value=None), math.inf),
        (one_case_key(3.0), Answer(missing="time"), math.inf),
        (one_case_key(3.0), Answer(raised=Raised(("ValueError", "Exception"), "")), math.inf),
        (raises_key(), Answer(raised=Raised(("ValueError", "Exception"), "")), 0.0),
        (raises_key(), Answer(value=3.0), math.inf),
        (unchanged_key(x=np.ones(2)), Answer(value=3.0, after={"x": np.ones(2)}), 0.0),
        (unchanged_key(x=np.ones(2)), Answer(value=3.0, after={"x": np.zeros(2)}), math.inf),
    ],
    ids=range(10),
)
def test_distance_is_a_multiple_of_what_is_allowed(key, answer, wanted):
    criterion, case = key.cases[0]
    assert distance(criterion, case, answer) == pytest.approx(wanted)


def test_a_verdict_is_json():
    node = judged(lambda x: x).to_json()
    assert node["exercise"] == "double"
    assert node["criteria"][0]["diagnosis"]["code"] == "values_many"
    assert node["diagnosis"]["mistake"] == "returned x itself"

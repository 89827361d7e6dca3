"""The rows of the table of messages, in its order, word for word; of two rows that fit, the first is told."""

import json
import re

import numpy as np
import pytest
from builders import answers_of, draws_key, make_case, make_criterion, make_key, one_case_key

from grader.calling import Answer, Raised, ask
from grader.exercise import Made, Normal, Previous, Raises
from grader.judge import judge
from grader.key import Outcome
from grader.messages import speaking
from grader.render import MAX_LINES, render_json, render_text
from grader.wire import plain

RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 5))
LONG = RNG.normal(size=40)


def raised(kind, message="", line=3, source="return x @ w", **options):
    return Answer(raised=Raised((kind, *options.pop("bases", ("Exception",))), message, line, source), **options)


def key_of(expected, inputs=None, **options):
    """One case, whose argument is X unless others are given."""
    case = make_case("values/public/0", expected, **(inputs or {"x": X}), mistakes=options.pop("outcomes", None))
    return make_key(make_criterion("values", case, **options), mistakes={"known": "look again"})


def verdict(key, answer):
    """On one answer; a function is asked."""
    if callable(answer):
        return judge(key, answers_of(key, answer))
    return judge(key, {"values/public/0": answer if isinstance(answer, Answer) else Answer(value=plain(answer))})


def said(found):
    """Headline and next step are always there; what is between them."""
    head, *lines, last = render_text(found, {"known": "look again"}).splitlines()
    assert head.endswith("double   0 / 1")
    assert last == '  hint("double") gives a hint' or not lines
    assert len(lines) + 2 <= MAX_LINES
    return "\n".join(line[2:] for line in lines or [last])


def changed(array, value, *places):
    array = array.copy()
    for place in places:
        array[place] = value
    return array


WITH = "\nwith x shape (8, 5)"
PLACES = {
    "sign": "\n  [0, 0]  yours -0.1257   expected 0.1257\n  [0, 1]  yours 0.1321    expected -0.1321"
    "\n  [0, 2]  yours -0.6404   expected 0.6404",
}

# row -> (key, answer, code, what is said), one of each kind; the rows of the table in its order.
ROWS = {
    "1 not started": (key_of(X), raised("NotImplementedError"), "not_started",
        "not started yet: replace `raise NotImplementedError` by your own code"),
    "2 forbidden import": (
        key_of(X),
        raised("ModuleNotFoundError", "No module named 'torch.nn': notebooks are run without it", 1, "import torch.nn",
            bases=("ImportError", "Exception")),
        "forbidden_import",
        "values: torch is not there for this exercise: write it with NumPy\nyour line 1: import torch.nn",
    ),
    "3 exception": (key_of(X), raised("ValueError", "bad shape"), "raised",
        "values: ValueError: bad shape\nyour line 3: return x @ w" + WITH),
    "3 another exception than the wanted one": (
        key_of(Raises("ValueError")), raised("KeyError", "'h'"), "raised_other",
        "values: KeyError was raised, ValueError is wanted\nyour line 3: return x @ w" + WITH),
    "3 in a later call": (
        make_key(make_criterion("values", make_case("values/public/0", [1.0, 2.0], calls=({"x": 1.0}, {"x": 2.0})))),
        Answer(raised=Raised(("KeyError", "Exception"), "'h'", 3, "cache['h']", "helper", 1)), "raised",
        "values: KeyError in call 2 of 2: 'h'\nyour line 3, in helper: cache['h']\nwith x = 2.0"),
    "4 time": (
        key_of(X),
        raised("TimeLimit", "", 7, "while True:", missing="time", seconds=5.0),
        "missing_time",
        "stopped after 5 s: is there a loop that never ends?\nyour line 7: while True:" + WITH,
    ),
    "4 time, nowhere": (key_of(X), Answer(missing="time"), "missing_time",
        "stopped after its time limit: is there a loop that never ends?"),
    "4 memory": (
        key_of(X),
        raised("_ArrayMemoryError", "Unable to allocate 745. GiB", 2, "np.ones((n, n))", bases=("MemoryError",)),
        "missing_memory",
        "ran out of memory: is there an array far larger than the arguments?\nMemoryError: Unable to allocate 745. GiB"
        "\nyour line 2: np.ones((n, n))" + WITH,
    ),
    "4 memory, nowhere": (key_of(X), Answer(missing="memory"), "missing_memory",
        "ran out of memory: is there an array far larger than the arguments?"),
    "5 none": (key_of(X), None, "none", "values: returned None: is there a `return`?" + WITH),
    "5 ragged": (key_of(X), [[1.0], [2.0, 3.0]], "ragged",
        "values: returned a list whose rows differ in length or that holds no numbers" + WITH),
    "5 opaque": (key_of(X), {1, 2}, "opaque", "values: returned a set: return numbers or NumPy arrays" + WITH),
    "6 mistake": (
        key_of(X, outcomes={"known": Outcome(value=-X)}),
        -X,
        "sign",
        "values: wrong in 40 of 40 places" + WITH + PLACES["sign"] + "\nlikely: known: look again",
    ),
    "7 transposed": (key_of(X), X.T, "transposed",
        "values: shape: yours (5, 8), expected (8, 5): your result is the transpose" + WITH),
    "7 transposed, square": (key_of(X[:5]), X[:5].T, "transposed",
        "values: yours is the transpose of what is expected" + WITH),
    "7 transposed, more axes": (key_of(X.reshape(2, 4, 5)), X.reshape(2, 4, 5).swapaxes(0, 1), "transposed",
        "values: shape: yours (4, 2, 5), expected (2, 4, 5): the values are right, the axes swapped" + WITH),
    "8 shape": (key_of(X), X[:, 0], "shape", "values: shape: yours (8,), expected (8, 5)" + WITH),
    "8 same values": (key_of(X), X[:, None], "same_values",
        "values: shape: yours (8, 1, 5), expected (8, 5); the values are right: keepdims, reshape?" + WITH),
    "9 integers": (key_of(X), X.astype(int), "dtype",
        "values: dtype: yours int64, expected float64: `//`, or an array that keeps no fractions?" + WITH),
    "9 floats": (key_of(np.arange(4)), np.arange(4.0), "dtype",
        "values: dtype: yours float64, expected int64: whole numbers are wanted: int(...), dtype=int" + WITH),
    "9 truth values wanted": (key_of(X > 0), (X > 0) * 1.0, "dtype",
        "values: dtype: yours float64, expected bool: True or False is wanted, as a comparison gives" + WITH),
    "9 numbers wanted": (key_of(np.arange(3)), np.arange(3) > 0, "dtype",
        "values: dtype: yours bool, expected int64: numbers are wanted, not True and False" + WITH),
    "9 complex": (key_of(X), X * 1j, "dtype",
        "values: dtype: yours complex128, expected float64: real numbers are wanted" + WITH),
    "10 not finite": (
        key_of(X),
        changed(X, np.nan, (1, 2), (3, 3)),
        "not_finite",
        "values: NaN or infinite: 2 of 40 values, the first at [1, 2], where x = 0.9471" + WITH
        + "\n  [1, 2]  yours nan   expected 0.9471\n  [3, 3]  yours nan   expected 0.4116",
    ),
    "10 not finite, one value": (key_of(1.0, {"x": 2.5}), np.inf, "not_finite",
        "values: the value is NaN or infinite\nwith x = 2.5\n  yours inf   expected 1"),
    "11 sign": (key_of(X), -X, "sign", "values: the right size, the opposite sign" + WITH + PLACES["sign"]),
    "12 factor, rows": (key_of(X), 8 * X, "factor",
        "values: 8 times too large, and 8 is N, the rows of x: average over the batch" + WITH
        + "\n  [0, 0]  yours 1.0058    expected 0.1257\n  [0, 1]  yours -1.0568   expected -0.1321"
        "\n  [0, 2]  yours 5.1234    expected 0.6404"),
    "12 factor, nothing known": (key_of(X), 3.7 * X, "factor",
        "values: 3.7 times too large: is a constant factor missing, or one too many?" + WITH
        + "\n  [0, 0]  yours 0.4652    expected 0.1257\n  [0, 1]  yours -0.4888   expected -0.1321"
        "\n  [0, 2]  yours 2.3696    expected 0.6404"),
    "13 offset": (key_of(X), X + 0.5, "offset",
        "values: every value is too large by 0.5: is something added, or not subtracted?" + WITH
        + "\n  [0, 0]  yours 0.6257   expected 0.1257\n  [0, 1]  yours 0.3679   expected -0.1321"
        "\n  [0, 2]  yours 1.1404   expected 0.6404"),
    "13 order": (key_of(X), X[::-1], "order",
        "values: the right values in another order: sorted, reversed, or along another axis?" + WITH
        + "\n  [0, 0]  yours 0.3554    expected 0.1257\n  [0, 1]  yours -0.6538   expected -0.1321"
        "\n  [0, 2]  yours -0.1296   expected 0.6404"),
    "14 imprecise": (key_of(X), np.round(X, 2), "imprecise",
        "values: precise to 1e-2 only: rounded, float16, or another ε?" + WITH
        + "\n  [0, 0]  yours 0.13    expected 0.1257\n  [0, 1]  yours -0.13   expected -0.1321"
        "\n  [0, 2]  yours 0.64    expected 0.6404"),
    "15 a few wrong": (key_of(X), changed(X, 9.0, (1, 2), (3, 3)), "values",
        "values: wrong in 2 of 40 places" + WITH
        + "\n  [1, 2]  yours 9   expected 0.9471\n  [3, 3]  yours 9   expected 0.4116"),
    "16 many wrong": (key_of(LONG), changed(LONG, 9.0, slice(0, 30)), "values_many",
        "values: wrong in 30 of 40 places, by up to 11.2" + WITH
        + "\n  [0]  yours 9   expected -1.2591\n  [1]  yours 9   expected 1.5139\n  [2]  yours 9   expected 1.3459"),
    "16 all zero": (key_of(X), np.zeros(X.shape), "values_many",
        "values: every value is zero" + WITH
        + "\n  [0, 0]  yours 0   expected 0.1257\n  [0, 1]  yours 0   expected -0.1321"
        "\n  [0, 2]  yours 0   expected 0.6404"),
    "16 one value": (key_of(2.5, {"x": 1.5}), 3.5, "values_many",
        "values: wrong value\nwith x = 1.5\n  yours 3.5   expected 2.5"),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_told_in_these_words(row):
    key, answer, code, words = ROWS[row]
    found = verdict(key, answer)
    assert found.diagnosis.code == code
    assert said(found) == words


# An answer that fits two rows, and the code of the first.
BOTH = {
    "1 not started, 3 exception": (key_of(X), raised("NotImplementedError", "bad"), "not_started"),
    "2 forbidden import, 3 exception": (
        key_of(X),
        raised("ImportError", "cannot import name 'relu' from 'torch.nn' (/x)", bases=("ImportError", "Exception")),
        "forbidden_import",
    ),
    "3 exception, 5 none": (key_of(X), raised("ValueError", "returned None"), "raised"),
    "4 time, 5 none": (key_of(X), Answer(missing="time", value=None), "missing_time"),
    "5 none, 8 shape": (key_of((X, X)), (None, X[0]), "none"),
    "5 ragged, 8 shape": (key_of((X, X)), ([[1.0], [2.0, 3.0]], X[0]), "ragged"),
    "7 transposed, 8 same values": (key_of(X[:1]), X[:1].T, "transposed"),
    "7 transposed, 13 order": (key_of(X[:5]), X[:5].T, "transposed"),
    "8 shape, 9 dtype": (key_of(X), X[0].astype(int), "shape"),
    "8 shape, 10 not finite": (key_of(X), X[0] * np.nan, "shape"),
    "9 dtype, 16 all zero": (key_of(X), np.zeros(X.shape, int), "dtype"),
    "9 dtype, 15 a few wrong": (key_of(np.round(X, 0) + changed(0 * X, 0.5, (0, 0))), np.round(X).astype(int), "dtype"),
    "10 not finite, 15 a few wrong": (key_of(X), changed(X, np.inf, (0, 0)), "not_finite"),
    "11 sign, 12 factor -1": (key_of(X), -1.0 * X, "sign"),
    "11 sign, 13 order": (key_of(np.concatenate([LONG, -LONG])), np.concatenate([-LONG, LONG]), "sign"),
    "12 factor, 14 imprecise": (key_of(X), 1.008 * X, "factor"),
    "13 offset, 14 imprecise": (key_of(1 + np.tanh(X) / 2), 1.006 + np.tanh(X) / 2, "offset"),
    "14 imprecise, 16 many wrong": (key_of(X), np.round(X, 3), "imprecise"),
    "15 a few wrong, a quarter": (key_of(LONG), changed(LONG, 9.0, slice(0, 10)), "values"),
    "16 many wrong, more than a quarter": (key_of(LONG), changed(LONG, 9.0, slice(0, 11)), "values_many"),
}


@pytest.mark.parametrize("rows", BOTH)
def test_of_two_rows_that_fit_the_first_is_told(rows):
    key, answer, code = BOTH[rows]
    assert verdict(key, answer).diagnosis.code == code


def test_a_known_mistake_goes_before_what_the_numbers_look_like():
    for wrong in (-X, 3.7 * X, X + 0.5, X[::-1], np.round(X, 2)):
        found = verdict(key_of(X, outcomes={"known": Outcome(value=wrong)}), wrong)
        assert found.diagnosis.mistake == "known"
        lines = said(found).splitlines()
        assert lines[0].startswith("values: wrong in ")
        assert lines[-1] == "likely: known: look again"
    # A shape is no guess.
    assert "is the transpose" in said(verdict(key_of(X, outcomes={"known": Outcome(value=X.T)}), X.T))


# ------------------------------------------------------------------------------------------ forbidden imports


@pytest.mark.parametrize(
    ("kind", "message", "module"),
    [
        ("ModuleNotFoundError", "No module named 'torch'", "torch"),
        ("ModuleNotFoundError", "No module named 'jax.numpy'", "jax"),
        ("ImportError", "cannot import name 'x' from 'tensorflow' (unknown location)", "tensorflow"),
        ("ModuleNotFoundError", "No module named 'pandas'", ""),
        ("ModuleNotFoundError", "No module named 'torchlike'", ""),
        ("ImportError", "torch", ""),
    ],
)
def test_only_what_the_course_forbids_is_a_forbidden_import(kind, message, module):
    bases = ("ImportError", "Exception")
    found = verdict(key_of(X), raised(kind, message, bases=bases)).diagnosis
    assert found.code == ("forbidden_import" if module else "raised")
    assert found.details.get("module", "") == module


def test_an_exception_of_another_type_is_none():
    assert verdict(key_of(X), raised("ValueError", "No module named 'torch'")).diagnosis.code == "raised"


# ------------------------------------------------------------------------------------------ constant factors


ARGUMENTS = {"X": X, "y": np.ones(8), "p": 0.2, "k": 7}


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (8.0, "8 times too large, and 8 is N, the rows of X: average over the batch"),
        (1 / 8, "8 times too small, and 8 is N, the rows of X: averaged twice, or not added up?"),
        (5.0, "5 times too large, and 5 is the number of columns of X: a mean instead of the sum?"),
        (0.2, "5 times too small, and 5 is the number of columns of X: the sum instead of a mean?"),
        (40.0, "40 times too large, and 40 is the number of entries of X: a mean instead of the sum?"),
        (7.0, "7 times too large, and 7 is k: a factor too many, or a division missing?"),
        (1 / 7, "7 times too small, and 7 is k: a division too many, or a factor missing?"),
        (0.8, "0.8 times what is expected, and 0.8 is 1 − p: a factor too many, or a division missing?"),
        (1.25, "1.25 times too large, and 1.25 is 1 / (1 − p): a factor too many, or a division missing?"),
        (2.0, "2 times too large: is a factor ½ missing, or a 2 too many?"),
        (0.5, "2 times too small: is a factor 2 missing, or a ½ too many?"),
        (2**0.5, "1.414 times too large, and 1.414 is the root of 2: a factor too many, or a division missing?"),
        (
            8**0.5,
            "2.828 times too large, and 2.828 is the root of N, the rows of X: a factor too many, or a division"
            " missing?",
        ),
        (
            -8.0,
            "8 times too large, with the opposite sign, and 8 is N, the rows of X: average over the batch",
        ),
        (-3.7, "3.7 times too large, with the opposite sign: is a constant factor missing, or one too many?"),
        (1 / 3.7, "3.7 times too small: is a constant factor missing, or one too many?"),
    ],
)
def test_a_factor_is_told_by_what_it_equals(factor, words):
    found = verdict(key_of(X, ARGUMENTS), factor * X)
    assert " ".join(said(found).split("\nwith")[0].split()) == f"values: {words}"


def test_of_several_calls_the_wrong_ones_arguments_count():
    calls = ({"x": np.ones((3, 2))}, {"x": np.ones((7, 2)), "y": Previous(None)})
    key = make_key(make_criterion("values", make_case("values/public/0", [X, X], calls=calls)))
    details = verdict(key, [X, 7 * X]).diagnosis.details
    assert (details["factor"], details["by"], details["of"], details["path"]) == (7.0, "rows", "x", "")
    assert said(verdict(key, [X, 7 * X])).startswith("values: 7 times too large in call 2 of 2, and 7 is N")
    pair = [(X, X), (X, np.zeros_like(X))]
    key = make_key(make_criterion("values", make_case("values/public/0", [(X, X), (X, X)], calls=calls)))
    assert "every value in result[1] in call 2 of 2 is zero" in said(verdict(key, pair))


def test_a_state_that_was_not_returned_is_named_where_it_is_wanted():
    calls = ({"w": 1.0, "state": None}, {"w": Previous(0), "state": Previous(1)})
    key = make_key(make_criterion("values", make_case("values/public/0", [1.0, 2.0], calls=calls)))
    answer = ask(lambda w, state: np.ones(3), ("w", "state"), calls, False, 0)
    assert said(verdict(key, answer)).splitlines()[0] == (
        "values: returned a ndarray in call 1 of 2, expected a tuple of 2"
    )


def test_an_exception_without_a_text_has_no_colon():
    assert said(verdict(key_of(X), raised("KeyError"))).splitlines()[0] == "values: KeyError"


def test_what_another_function_returned_is_named_by_it():
    case = make_case("values/public/0", 1.0, cache=Made("forward", {"x": 1.0}), n=[1, 2])
    key = make_key(make_criterion("values", case))
    assert said(verdict(key, 2.0)).splitlines()[1] == "with cache from your forward, n: list of 2"


def test_of_what_is_not_finite_the_places_are_shown():
    found = verdict(key_of(np.array([1.0, 2.0, 3.0, 4.0])), np.array([9.0, 2.0, np.nan, 4.0])).diagnosis
    assert (found.code, [place["index"] for place in found.details["first"]]) == ("not_finite", [(2,)])


# ------------------------------------------------------------------------------------------ details


@pytest.mark.parametrize("row", ROWS)
def test_a_verdict_is_json_whatever_the_details(row):
    key, answer, _, _ = ROWS[row]
    node = json.loads(render_json(verdict(key, answer)))
    assert node["diagnosis"]["code"] == ROWS[row][2]


GRIDS = [row for row in ROWS if int(row.split()[0]) >= 10 and "one value" not in row]


@pytest.mark.parametrize("row", GRIDS)
def test_arrays_that_were_compared_have_a_grid(row):
    key, answer, _, _ = ROWS[row]
    details = verdict(key, answer).diagnosis.details
    shown = details["grid"]
    assert shown["shape"] == details["shape"]
    assert np.sum(shown["wrong"]) == details["wrong"]
    assert all(len(part) == len(shown["yours"]) for part in (shown["expected"], shown["wrong"]))


def test_the_largest_error_may_be_infinite():
    expected = np.array([np.inf, 1.0])
    assert verdict(key_of(expected), np.array([1.0, 2.0])).diagnosis.details["worst"] == np.inf
    assert verdict(key_of(np.array([np.nan, 1.0])), np.array([1.0, 1.0])).diagnosis.details["worst"] == np.inf


def test_whole_numbers_that_are_only_wrong_are_not_of_a_wrong_dtype():
    assert verdict(key_of(np.array([1.0, 2.0, 3.0])), np.array([1, 2, 4])).diagnosis.code == "values_many"


# ------------------------------------------------------------------------------------------ weights


SHAPE = (200, 100)


def drawn(std):
    return lambda size, rng: rng.normal(0, std, size)


def test_the_rule_of_another_initialiser_is_named():
    key = draws_key(Normal(0.0, (2 / 300) ** 0.5), SHAPE)
    found = judge(key, answers_of(key, drawn(0.1)))
    assert found.diagnosis.details["rule"] == "he"
    assert found.diagnosis.details["ratio"] == pytest.approx(1.22, abs=0.02)
    assert re.search(
        r"standard deviation 0\.1\d*|0\.09\d+, expected 0\.08165 \(1\.2\d times\): that is He's √\(2 / fan_in\)",
        render_text(found),
    )


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_told_in_korean_too(row):
    key, answer, _, _ = ROWS[row]
    with speaking("ko"):
        korean = render_text(verdict(key, answer), {"known": "다시 보세요"})
    assert re.search("[가-힣]", korean)
    assert len(korean.splitlines()) <= MAX_LINES


def test_a_case_is_asked_as_always():
    """The rows above are of answers made by hand; a function's own come the same way."""
    answer = ask(lambda x: -x, ("x",), ({"x": X},), want_after=False)
    assert verdict(key_of(X), answer).diagnosis.code == "sign"
    assert judge(one_case_key(3.0), {"values/public/0": Answer(value=3.0)}).diagnosis is None

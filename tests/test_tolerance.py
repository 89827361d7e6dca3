"""Which answers agree with what was expected, and what is said of those that do not."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exercise import EXACT, Tolerance
from grader.tolerance import Mismatch, compare, wrong_places
from grader.wire import Opaque

DEFAULT = Tolerance()
A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def agrees(actual, expected, tolerance=DEFAULT):
    found = compare(actual, expected, tolerance)
    assert (found.mismatch is None) == (found.distance <= 1)
    return found.mismatch is None


def mismatch(actual, expected, tolerance=DEFAULT) -> Mismatch:
    found = compare(actual, expected, tolerance)
    assert found.mismatch is not None
    assert found.distance > 1
    return found.mismatch


# ------------------------------------------------------------------------------------------ floats


@pytest.mark.parametrize("expected", [1.0, -1.0, 1e6, 1e-3, 0.0], ids=str)
@pytest.mark.parametrize("sign", [1, -1], ids=["above", "below"])
def test_the_default_is_rtol_1e_4_and_atol_1e_6(expected, sign):
    allowed = 1e-6 + 1e-4 * abs(expected)
    assert agrees(expected + sign * 0.999 * allowed, expected)
    assert not agrees(expected + sign * 1.001 * allowed, expected)


def test_the_allowed_error_is_relative_to_what_was_expected():
    assert agrees(1.0, 2.0, Tolerance(0.5, 0.0))
    assert not agrees(2.0, 1.0, Tolerance(0.5, 0.0))


@pytest.mark.parametrize("multiple", [0.0, 0.25, 1.5, 40.0], ids=str)
def test_distance_is_the_multiple_of_what_is_allowed(multiple):
    expected = np.array([3.0, -200.0])
    actual = expected + np.array([0.1, 1.0]) * multiple * (1e-6 + 1e-4 * np.abs(expected))
    assert compare(actual, expected, DEFAULT).distance == pytest.approx(multiple)


def test_distance_of_a_structure_is_its_worst_parts():
    found = compare((1.0001, {"w": 1.001}), (1.0, {"w": 1.0}), DEFAULT)
    assert found.distance == pytest.approx(0.001 / 1.01e-4, rel=1e-3)
    assert compare([], [], DEFAULT).distance == 0


def test_float32_answers_are_accepted():
    expected = np.random.default_rng(0).normal(size=(50, 50))
    assert agrees(expected.astype(np.float32), expected)
    assert agrees(np.float32(0.1), 0.1)


def test_float16_answers_are_not():
    expected = np.random.default_rng(0).normal(size=(50, 50))
    assert not agrees(expected.astype(np.float16), expected)


def test_rounding_to_four_places_is_not():
    assert not agrees(np.array([0.0123]), np.array([0.012345]))


@pytest.mark.parametrize(
    "actual",
    [
        2.0,
        np.float64(2.0),
        np.float32(2.0),
        np.array(2.0),
        np.array([2.0]),
        [2.0],
        (2.0,),
        2,
        np.int64(2),
        np.array([2]),
    ],
    ids=repr,
)
def test_a_scalar_has_many_forms(actual):
    assert agrees(actual, 2.0)
    assert agrees(actual, np.array(2.0))


@pytest.mark.parametrize("actual", [np.array([[2.0]]), [[2.0]], np.array([2.0, 2.0]), np.zeros(0), []], ids=repr)
def test_but_not_every_form(actual):
    assert mismatch(actual, 2.0).kind == "shape"


def test_a_scalar_is_not_an_array_of_one():
    assert mismatch(2.0, np.array([2.0])).details == {"actual": (), "expected": (1,)}


def test_whole_numbers_are_accepted_where_floats_are_expected():
    assert agrees(np.array([1, 2, 3]), np.array([1.0, 2.0, 3.0]))
    assert agrees(np.array([True, False]), np.array([1.0, 0.0]))


@pytest.mark.parametrize("expected", [0.0, 1.0, math.inf, -math.inf, math.nan], ids=str)
def test_nan_never_agrees(expected):
    assert not agrees(math.nan, expected)
    assert not agrees(expected, math.nan)
    assert compare(math.nan, expected, DEFAULT).distance == math.inf


def test_nan_repeats_nan_only_when_asked():
    one = np.array([math.nan, 1.0])
    assert compare(one, one, DEFAULT, equal_nan=True).mismatch is None
    assert compare(one, one[::-1], DEFAULT, equal_nan=True).mismatch is not None
    assert compare(({"a": [one]},), ({"a": [one]},), DEFAULT, equal_nan=True).mismatch is None


@pytest.mark.parametrize(
    ("actual", "expected", "right"),
    [
        (math.inf, math.inf, True),
        (-math.inf, -math.inf, True),
        (math.inf, -math.inf, False),
        (1e308, math.inf, False),
        (math.inf, 1e308, False),
        (-1e308, 1e308, False),
    ],
    ids=str,
)
def test_inf_agrees_with_inf_of_the_same_sign(actual, expected, right):
    assert agrees(actual, expected) is right


@pytest.mark.parametrize("expected", [0.0, 5.0, 1e300, math.inf], ids=str)
def test_exact_accepts_the_same_and_nothing_else(expected):
    assert compare(expected, expected, EXACT).distance == 0
    assert not agrees(np.nextafter(expected, -1), expected, EXACT)


@given(st.floats(), st.floats(allow_nan=False, allow_infinity=False))
def test_the_formula_decides(actual, expected):
    right = math.isfinite(actual) and abs(actual - expected) <= 1e-6 + 1e-4 * abs(expected)
    found = compare(actual, expected, DEFAULT)
    if not math.isfinite(actual) or found.distance != pytest.approx(1, rel=1e-09):
        assert (found.mismatch is None) is right


# ------------------------------------------------------------------------------------------ exact kinds


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (55, 55),
        (np.int32(55), 55),
        (np.uint8(55), 55),
        ([1, 2], np.array([1, 2])),
        (np.array([55]), 55),
        (True, True),
        (np.bool_(False), False),
        ([True, False], np.array([True, False])),
        (np.array([1, 2], np.uint64), np.array([1, 2])),
        (2**63 + 1, np.uint64(2**63 + 1)),
    ],
    ids=repr,
)
def test_whole_numbers_and_truth_values_agree_exactly(actual, expected):
    assert compare(actual, expected, DEFAULT).distance == 0


@pytest.mark.parametrize(
    ("actual", "expected", "details"),
    [
        (55.0, 55, {"actual": "float64", "expected": "int64"}),
        (np.float32(55), 55, {"actual": "float32", "expected": "int64"}),
        (True, 1, {"actual": "bool", "expected": "int64"}),
        (1, True, {"actual": "int64", "expected": "bool"}),
        (1.0, True, {"actual": "float64", "expected": "bool"}),
        ([1.0, 2.0], np.array([1, 2]), {"actual": "float64", "expected": "int64"}),
        (np.array([1j]), np.array([1.0]), {"actual": "complex128", "expected": "float64"}),
    ],
    ids=repr,
)
def test_another_kind_of_number_is_a_dtype_mismatch(actual, expected, details):
    assert mismatch(actual, expected) == Mismatch("dtype", "", details)


def test_whole_numbers_have_no_tolerance():
    found = compare(1_000_001, 1_000_000, Tolerance(0.5, 10.0))
    assert found.mismatch is not None
    assert found.mismatch.kind == "values"
    assert found.distance == math.inf


# ------------------------------------------------------------------------------------------ shapes


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.ones((3, 1)), np.ones(3)),
        (np.ones(3), np.ones((3, 1))),
        (np.ones((1, 3)), np.ones(3)),
        (np.ones((3, 3)), np.ones(3)),
        (np.ones(1), np.ones(3)),
        (A.T, A),
        (A.reshape(3, 2), A),
        (A.astype(np.float32).ravel(), A),
        (A.ravel() + 1, A),
        (np.ones((0, 3)), np.ones((3, 0))),
        (1.0, np.ones(3)),
        ([[1.0], [2.0]], np.array([1.0, 2.0])),
    ],
    ids=[
        "column",
        "row for column",
        "1 x N",
        "broadcast",
        "one",
        "transposed",
        "reshaped",
        "float32",
        "other values",
        "empty",
        "scalar",
        "nested list",
    ],
)
def test_shapes_are_never_broadcast(actual, expected):
    found = mismatch(actual, expected)
    assert found.kind == "shape"
    assert found.details == {"actual": np.shape(actual), "expected": expected.shape}
    assert compare(actual, expected, DEFAULT).distance == math.inf


@pytest.mark.parametrize(
    "actual",
    [A.tolist(), tuple(map(tuple, A)), list(A), [A[0].tolist(), A[1]]],
    ids=["lists", "tuples", "rows", "mixed"],
)
def test_lists_are_accepted_where_an_array_is_meant(actual):
    assert agrees(actual, A)


@pytest.mark.parametrize(
    "actual", [[[1.0, 2.0], [3.0]], [1.0, None], ["a", "b"], [{}], [Opaque("set")], [10**30]], ids=repr
)
def test_other_lists_are_ragged(actual):
    assert mismatch(actual, A) == Mismatch("ragged", "", {"type": "list"})
    assert mismatch(tuple(actual), A).details == {"type": "tuple"}


def test_empty_arrays_agree():
    assert agrees(np.zeros((0, 3)), np.zeros((0, 3)))
    assert agrees([], np.zeros(0))


# ------------------------------------------------------------------------------------------ structures


@pytest.mark.parametrize("actual", [[A, 1.0], (A, 1.0), (A.tolist(), np.array([1.0]))], ids=["list", "tuple", "forms"])
@pytest.mark.parametrize("expected", [(A, 1.0), [A, 1.0]], ids=["tuple expected", "list expected"])
def test_tuples_and_lists_are_one(actual, expected):
    assert agrees(actual, expected)


def test_an_array_may_stand_for_a_list_of_its_rows():
    assert agrees(np.array([1.0, 2.0]), [1.0, 2.0])
    assert agrees(A, (A[0], A[1]))


@pytest.mark.parametrize(
    ("actual", "expected", "path"),
    [
        ((1.0, 9.0), (1.0, 2.0), "[1]"),
        ({"w": 1.0, "b": 9.0}, {"w": 1.0, "b": 2.0}, "['b']"),
        ((1.0, {"w1": [A, A + 1]}), (1.0, {"w1": [A, A]}), "[1]['w1'][1]"),
        ({3: (9.0,)}, {3: (1.0,)}, "[3][0]"),
        ([9.0, 9.0], [1.0, 1.0], "[0]"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_path_leads_to_the_first_difference(actual, expected, path):
    found = mismatch(actual, expected)
    assert (found.kind, found.path) == ("values", path)


@pytest.mark.parametrize(
    ("actual", "expected", "wanted"),
    [
        (None, 1.0, Mismatch("none")),
        (None, A, Mismatch("none")),
        (None, (1.0, 2.0), Mismatch("none")),
        (None, {"a": 1.0}, Mismatch("none")),
        ((1.0, None), (1.0, 2.0), Mismatch("none", "[1]")),
        (Opaque("Tensor"), 1.0, Mismatch("opaque", "", {"type": "Tensor"})),
        (Opaque("generator"), (1.0, 2.0), Mismatch("opaque", "", {"type": "generator"})),
        (Opaque("Model"), {"a": 1.0}, Mismatch("opaque", "", {"type": "Model"})),
        ((1.0, Opaque("Tensor")), (1.0, A), Mismatch("opaque", "[1]", {"type": "Tensor"})),
        ({"a": 1}, 1.0, Mismatch("type", "", {"actual": "dict", "expected": ""})),
        ("1.0", 1.0, Mismatch("type", "", {"actual": "str", "expected": ""})),
        (1.0, (1.0, 2.0), Mismatch("type", "", {"actual": "float", "expected": "tuple", "count": 2})),
        ("ab", ["a", "b"], Mismatch("type", "", {"actual": "str", "expected": "list", "count": 2})),
        (np.array(1.0), [1.0], Mismatch("type", "", {"actual": "ndarray", "expected": "list", "count": 1})),
        ([1.0], {"a": 1.0}, Mismatch("type", "", {"actual": "list", "expected": "dict"})),
        (1.0, None, Mismatch("type", "", {"actual": "float", "expected": ""})),
        (["a"], "a", Mismatch("type", "", {"actual": "list", "expected": ""})),
        ((1.0,), (1.0, 2.0), Mismatch("length", "", {"actual": 1, "expected": 2})),
        ([1.0, 2.0, 3.0], (1.0, 2.0), Mismatch("length", "", {"actual": 3, "expected": 2})),
        (
            {"a": 1.0, "z": 1},
            {"a": 1.0, "b": 2.0, "c": 3.0},
            Mismatch("keys", "", {"missing": ["b", "c"]}),
        ),
        ({1: 1.0}, {"1": 1.0}, Mismatch("keys", "", {"missing": ["1"]})),
    ],
    ids=lambda value: f"{value.kind} {value.path}" if isinstance(value, Mismatch) else "",
)
def test_every_kind_of_mismatch_has_its_details(actual, expected, wanted):
    assert mismatch(actual, expected) == wanted


@pytest.mark.parametrize(
    ("actual", "expected", "right"), [("a", "a", True), ("a", "b", False), (None, None, True)], ids=repr
)
def test_texts_and_none_agree_when_equal(actual, expected, right):
    assert agrees(actual, expected) is right


def test_wrong_values_are_counted_and_the_first_three_shown():
    actual = A.copy()
    actual[0, 1] = 9
    actual[1] = -1
    found = mismatch(actual, A)
    assert found.kind == "values"
    assert found.details == {
        "wrong": 4,
        "total": 6,
        "shape": (2, 3),
        "first": [
            {"index": (0, 1), "actual": 9.0, "expected": 2.0},
            {"index": (1, 0), "actual": -1.0, "expected": 4.0},
            {"index": (1, 1), "actual": -1.0, "expected": 5.0},
        ],
    }


@pytest.mark.parametrize(
    ("actual", "expected", "kind"),
    [
        (A.T, A, "shape"),
        (A + 1j, A, "dtype"),
        (A * math.inf, A, "not_finite"),
        ((1.0, {"w": A + 1}), (1.0, {"w": A}), "values"),
    ],
    ids=["shape", "dtype", "not finite", "values"],
)
def test_a_mismatch_of_arrays_brings_them_along(actual, expected, kind):
    found = mismatch(actual, expected)
    one, other = (actual, expected) if kind != "values" else (actual[1]["w"], expected[1]["w"])
    assert found.kind == kind
    assert np.array_equal(found.actual, one)
    assert np.array_equal(found.expected, other)
    assert "array" not in repr(found)
    assert mismatch(None, A).actual is None


def test_wrong_places_are_those_beyond_the_tolerance():
    actual = np.array([1.0, 2.1, math.nan, math.inf])
    expected = np.array([1.00005, 2.0, 1.0, math.inf])
    assert wrong_places(actual, expected, DEFAULT).tolist() == [False, True, True, False]
    assert wrong_places(np.array([1, 2]), np.array([1, 3]), Tolerance(1.0, 5.0)).tolist() == [False, True]


def test_all_zero_has_a_name():
    assert mismatch(np.zeros(3), np.ones(3)).details["all_zero"] is True
    assert "all_zero" not in mismatch(np.array([0.0, 2.0]), np.ones(2)).details


@pytest.mark.parametrize("strange", [math.nan, math.inf, -math.inf], ids=str)
def test_not_finite_values_are_counted_and_placed(strange):
    actual = A.copy()
    actual[0, 0] = 7.0
    actual[1, 2] = strange
    found = mismatch(actual, A)
    assert found.kind == "not_finite"
    assert (found.details["strange"], found.details["total"], found.details["index"]) == (1, 6, (1, 2))
    assert found.details["actual"] is not None


def test_infinite_where_infinite_is_expected_is_a_matter_of_values():
    assert mismatch(np.array([math.inf, 2.0]), np.array([math.inf, 1.0])).kind == "values"


def test_details_are_plain_numbers():
    first = mismatch(np.array([1, 2], np.int32), np.array([1, 3])).details["first"][0]
    assert first == {"index": (1,), "actual": 2, "expected": 3}
    assert all(type(value) in (int, tuple) for value in first.values())


def test_nothing_is_changed():
    actual, expected = A.copy(), A.copy()
    compare(actual, expected, DEFAULT)
    assert (actual == A).all()
    assert (expected == A).all()


def test_more_keys_than_asked_for_do_no_harm():
    assert compare({"a": 1.0, "mine": "a note"}, {"a": 1.0}, DEFAULT).mismatch is None

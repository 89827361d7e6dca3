"""A pattern is found where it is, over many arrays, and not where chance alone speaks for it."""

import itertools
import math

import numpy as np
import pytest

from grader.distribution import summarize
from grader.exercise import EXACT, Normal, Tolerance, Uniform
from grader.patterns import RULES, Pattern, of_shape, of_spread, of_values

DEFAULT = Tolerance()
SEEDS = range(60)
A = np.array([[0.3, -1.7, 2.2], [0.9, 4.1, -0.4]])


def shape_of(rng, seed):
    """One to three axes, four entries at least."""
    sizes = [int(size) for size in rng.integers(2, 7, size=1 + seed % 3)]
    return (sizes[0] + 3, *sizes[1:])


def normal(rng, shape):
    return rng.normal(size=shape)


def uniform(rng, shape):
    return rng.uniform(size=shape)


def whole(rng, shape):
    return rng.integers(-5, 6, size=shape).astype(float)


def few_values(rng, shape):
    return rng.integers(0, 3, size=shape) * 0.37


def sparse(rng, shape):
    return rng.normal(size=shape) * (rng.random(shape) < 0.2)


def in_order(rng, shape):
    return np.sort(rng.normal(size=math.prod(shape))).reshape(shape)


def whole_in_order(rng, shape):
    return np.sort(whole(rng, math.prod(shape))).reshape(shape)


def shares(rng, shape):
    return whole(rng, shape) / 11


LAWS = (normal, uniform, whole, few_values, sparse, in_order, whole_in_order, shares)


def arguments(rng, shape):
    """A batch of as many rows, weights, and three numbers."""
    return {"x": rng.normal(size=(shape[0], 7)), "w": np.ones((7, shape[-1])), "p": 0.3, "k": 5, "training": True}


def found(actual, expected, tolerance=DEFAULT, given=None):
    """As the judge looks for it."""
    pattern = of_shape(actual, expected, tolerance)
    if pattern is None and actual.shape == expected.shape:
        pattern = of_values(actual, expected, tolerance, given or {})
    return pattern


def code(actual, expected, **options):
    pattern = found(actual, expected, **options)
    return pattern and pattern.code


# ------------------------------------------------------------------------------------------ false alarms


def wrong_answers():
    """Right and wrong answers of the same kind, 3,000 pairs."""
    for seed in range(3000):
        rng = np.random.default_rng(seed)
        shape = tuple(int(size) for size in rng.integers(1, 7 if seed % 3 else 30, size=1 + seed % 3))
        law = LAWS[seed // 3 % len(LAWS)]
        expected = law(rng, shape)
        if seed % 5:
            actual = law(rng, shape)
        else:
            actual = expected.copy()
            places = rng.choice(expected.size, size=1 + expected.size // 4, replace=False)
            actual.ravel()[places] = normal(rng, len(places))
        if seed % 7 == 0 and law in (normal, uniform, in_order):
            actual = actual.reshape(shape[::-1])
        if actual.shape != expected.shape or not np.allclose(actual, expected, 1e-4, 1e-6):
            yield seed, actual, expected, arguments(rng, shape)


def test_random_wrong_answers_get_no_pattern():
    counted = 0
    for seed, actual, expected, given in wrong_answers():
        # What is in fact the right values in another shape is no random answer: three ravelled entries, or all zero.
        if actual.shape != expected.shape and np.allclose(actual.ravel(), expected.ravel()):
            continue
        counted += 1
        assert found(actual, expected, given=given) is None, (seed, actual, expected)
    assert counted > 2900


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ([1.0, 1.0, 1.0], [0.3, 0.3, 0.3]),
        ([2.0, 4.0, 6.0], [1.0, 2.0, 3.0]),
        ([-1.0, 2.0, 1.0], [1.0, -2.0, -1.0]),
        ([3.0, 4.0, 5.0], [1.0, 2.0, 3.0]),
        ([3.0, 0.0, 1.0, 2.0], [0.0, 1.0, 2.0, 3.0]),
        ([[1.0, 3.0], [2.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]]),
        ([0.0, 0.0, 0.0, 1.4], [0.0, 0.0, 0.0, 0.7]),
        ([0.7, 1.9], [-0.7, -1.9]),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        ([0.6, 0.6, 0.6, 0.6], [0.0, 0.0, 0.0, 0.0]),
        ([2e-6, 4e-6, 8e-6], [1e-6, 2e-6, 4e-6]),
    ],
    ids=[
        "constants",
        "few whole numbers, factor",
        "few whole numbers, sign",
        "few whole numbers, offset",
        "few whole numbers, order",
        "few whole numbers, transposed",
        "one entry that counts",
        "two entries",
        "zero",
        "all zero expected",
        "hardly larger than allowed",
    ],
)
def test_little_proves_nothing(actual, expected):
    assert found(np.array(actual), np.array(expected)) is None


def test_every_entry_must_be_explained():
    for change in (lambda x: -x, lambda x: 3 * x, lambda x: x + 1, lambda x: x[::-1].copy()):
        expected = normal(np.random.default_rng(0), (40,))
        actual = change(expected)
        assert found(actual, expected) is not None
        actual[7] += 0.01
        assert found(actual, expected) is None


@pytest.mark.parametrize("strange", [math.nan, math.inf])
def test_what_is_not_finite_has_no_pattern(strange):
    actual = -A
    actual[0, 0] = strange
    assert found(actual, A) is None
    assert found(A, actual) is None


def test_truth_values_and_complex_numbers_have_none():
    mask = np.arange(40).reshape(5, 8) % 3 == 0
    assert found(~mask, mask) is None
    assert found(A * 1j, A) is None
    assert found(np.zeros((0, 3)), np.zeros((3, 0))) is None


# ------------------------------------------------------------------------------------------ every one is found


@pytest.mark.parametrize("law", [normal, uniform, in_order])
@pytest.mark.parametrize("precision", [np.float64, np.float32])
def test_every_pattern_is_found_over_many_shapes(law, precision):
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        expected = law(rng, shape_of(rng, seed))
        shuffled = rng.permuted(expected.ravel()).reshape(expected.shape)
        wrong = {
            "sign": -expected,
            "factor": expected * (1.5 + rng.random()),
            "offset": expected + 0.1 + rng.random(),
            "order": shuffled,
            "same_values": expected[None] if seed % 2 else expected.reshape(-1, 1, 1, 1),
        }
        for wanted, actual in wrong.items():
            assert code(actual.astype(precision), expected) == wanted, (seed, wanted)


@pytest.mark.parametrize("law", [whole, shares, sparse])
def test_whole_numbers_and_sparse_ones_need_more_entries(law):
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        expected = law(rng, (12, 8))
        assert code(-expected, expected) == "sign"
        assert code(6 * expected, expected) == "factor"
        assert code(expected + 1, expected) == "offset"
        assert code(rng.permuted(expected.ravel()).reshape(12, 8), expected) == "order"
        assert code(expected.T, expected) == "transposed"


def test_a_mask_of_the_wrong_size_is_a_factor():
    expected = (np.random.default_rng(0).random((20, 5)) < 0.7) / 0.7
    assert found(0.7 * expected, expected, given={"p": 0.3}).details == {
        "factor": pytest.approx(0.7),
        "by": "one_minus",
        "of": "p",
        "power": 1,
    }


def test_whole_numbers_of_an_integer_dtype_have_patterns_too():
    labels = np.random.default_rng(0).integers(0, 10, size=50)
    assert found(labels + 1, labels) == Pattern("offset", {"offset": 1.0})
    assert found(-labels, labels).code == "sign"
    assert found(np.random.default_rng(1).permutation(30), np.arange(30)).code == "order"


@pytest.mark.parametrize("shape", [(5, 4), (3, 3), (7, 1), (2, 3, 4), (3, 3, 3), (2, 3, 2, 3)], ids=str)
def test_every_order_of_the_axes_is_recognised(shape):
    expected = normal(np.random.default_rng(0), shape)
    for axes in list(itertools.permutations(range(len(shape))))[1:]:
        actual = expected.transpose(axes)
        assert found(actual, expected) == Pattern("transposed", {"actual": actual.shape, "expected": shape})


def test_a_symmetric_table_that_is_not_precise_is_not_transposed():
    half = normal(np.random.default_rng(0), (6, 6))
    assert code((half + half.T) * 1.00015, half + half.T) == "imprecise"


def test_the_same_values_may_be_few_and_zero():
    for expected in (np.zeros(3), np.ones(1), np.array([2.0, 3.0])):
        assert code(expected[:, None], expected) == "same_values"
    assert code(np.array([[2.0], [3.1]]), np.array([2.0, 3.0])) is None
    assert code(np.ones((2, 2)), np.ones(3)) is None


def test_equal_numbers_say_nothing_of_the_order_of_long_axes():
    """Zeros of shape (4, 3) where (3, 4) is wanted are no case for a reshape."""
    assert code(np.zeros((4, 3)), np.zeros((3, 4))) is None
    assert code(np.zeros(12), np.zeros((3, 4))) is None
    assert code(np.zeros((4, 1, 3)), np.zeros((4, 3))) == "same_values"


def test_a_step_of_the_wrong_size_is_no_offset():
    """The first step of RMSprop is as long for every weight whose gradient has the same sign."""
    w = normal(np.random.default_rng(0), (4,))
    assert code(w - 2.0, w - 0.5, given={"w": w}) is None
    # Not moved at all, or moved where nothing should be: there the offset says what is missing.
    assert code(w, w - 0.5, given={"w": w}) == "offset"
    assert code(w - 0.5, w, given={"w": w}) == "offset"
    assert code(w - 2.0, w - 0.5, given={"w": w[:, None]}) == "offset"


# ------------------------------------------------------------------------------------------ what a factor equals


GIVEN = {"X": np.ones((6, 5)), "y": np.ones(6), "p": 0.2, "lr": 0.05, "k": 7, "training": True, "name": "a"}


@pytest.mark.parametrize(
    ("factor", "by", "of", "power"),
    [
        (6.0, "rows", "X", 1),
        (1 / 6, "rows", "X", -1),
        (6**0.5, "rows", "X", 0.5),
        (6**-0.5, "rows", "X", -0.5),
        (5.0, "columns", "X", 1),
        (30.0, "size", "X", 1),
        (0.8, "one_minus", "p", 1),
        (1.25, "one_minus", "p", -1),
        (0.8**0.5, "one_minus", "p", 0.5),
        (0.05, "argument", "lr", 1),
        (20.0, "argument", "lr", -1),
        (0.95, "one_minus", "lr", 1),
        (7.0, "argument", "k", 1),
        (2.0, "two", "", 1),
        (0.5, "two", "", -1),
        (2**0.5, "two", "", 0.5),
        (-6.0, "rows", "X", 1),
        (-0.5, "two", "", -1),
        (3.7, "", "", 1),
        (6.01, "", "", 1),
        (1.01, "", "", 1),
    ],
)
def test_a_factor_is_named(factor, by, of, power):
    for seed in range(5):
        expected = normal(np.random.default_rng(seed), (4, 3))
        pattern = of_values(factor * expected, expected, DEFAULT, GIVEN)
        wanted = {"factor": pytest.approx(factor), "by": by, "of": of, "power": power}
        assert pattern == Pattern("factor", wanted)


@pytest.mark.parametrize(
    ("given", "factor", "wanted"),
    [
        # As many rows as columns: rows. As many rows in two arguments: the first.
        ({"X": np.ones((6, 6))}, 6.0, ("rows", "X")),
        ({"W": np.ones((6, 2)), "X": np.ones((6, 3))}, 6.0, ("rows", "W")),
        # The arguments in their order, whatever they are; 2 comes last.
        ({"k": 6, "X": np.ones((6, 2))}, 6.0, ("argument", "k")),
        ({"X": np.ones((2, 5))}, 2.0, ("rows", "X")),
        # A number itself before roots of others.
        ({"X": np.ones((36, 5)), "k": 6}, 6.0, ("argument", "k")),
        ({"p": 0.5}, 0.5, ("argument", "p")),
        # Nothing that is 1, 0, or no number.
        ({"X": np.ones((1, 1)), "a": 0, "b": 1.0, "c": True, "d": "x", "e": [3.5], "f": math.nan}, 3.5, ("", "")),
        # A number may come as an array without axes; a vector's length is its size.
        ({"t": np.array(3.5)}, 3.5, ("argument", "t")),
        ({"y": np.ones(9)}, 9.0, ("size", "y")),
        ({"t": -3.5}, 3.5, ("argument", "t")),
    ],
    ids=range(10),
)
def test_of_equal_names_the_first_is_told(given, factor, wanted):
    expected = normal(np.random.default_rng(0), (4, 3))
    details = of_values(factor * expected, expected, DEFAULT, given).details
    assert (details["by"], details["of"]) == wanted


def test_a_named_factor_is_exact():
    expected = normal(np.random.default_rng(0), (4, 3))
    actual = (6 * expected).astype(np.float32) * (1 + 2e-5)
    assert of_values(actual, expected, DEFAULT, GIVEN).details["factor"] == 6


def test_the_tolerance_may_be_none_at_all():
    expected = normal(np.random.default_rng(0), (4, 3))
    assert code(6 * expected, expected, tolerance=EXACT) == "factor"
    assert code(-expected.astype(np.float32), expected, tolerance=EXACT) == "sign"
    assert code(expected * -1.001, expected, tolerance=Tolerance(rtol=0.5)) == "sign"


def test_numbers_may_be_as_large_or_as_small_as_they_like():
    expected = normal(np.random.default_rng(0), (4, 3))
    for scale in (1e-150, 1e150, 1e300):
        found(expected * -scale, expected * scale, tolerance=Tolerance(1e-4, 0.0))
        found(expected * scale, expected)
        found(expected, expected * scale)
    assert code(-expected * 1e-20, expected * 1e-20, tolerance=Tolerance(1e-3, 1e-25)) == "sign"


# ------------------------------------------------------------------------------------------ precision


@pytest.mark.parametrize(
    ("spoil", "digits"),
    [
        (lambda x: x.astype(np.float16), 3),
        (lambda x: x.astype(np.float16).astype(float), 3),
        (lambda x: np.round(x, 2), 2),
        (lambda x: np.round(x, 3), 3),
        (lambda x: np.round(x, 4).astype(np.float32), 4),
        (lambda x: x * (1 + 5e-3 * np.cos(1e3 * x)), 2),
    ],
    ids=["float16", "through float16", "2 places", "3 places", "4 places", "noise"],
)
def test_what_is_not_precise_is_recognised(spoil, digits):
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        for law in (normal, in_order):
            expected = law(rng, (8, *shape_of(rng, seed)))
            assert found(spoil(expected), expected) == Pattern("imprecise", {"digits": digits}), (seed, law)


@pytest.mark.parametrize(
    ("actual", "expected", "digits"),
    [
        ([0.4215], [0.42153], 4),
        ([0.42], [0.42153], None),
        ([0.42, 1.88], [0.42153, 1.8812], 2),
        ([0.4217], [0.42153], None),
        ([0.0, 0.0, 0.0, 0.0], [0.001, 0.003, 0.002, 0.004], None),
        ([100.5, 100.9, 100.1, 100.4], [100.62, 100.33, 100.71, 100.2], None),
        ([3.0, 1.001, 2.0], [3.0, 1.0, 2.0], None),
    ],
    ids=["rounded", "too few digits", "two of them", "near", "zero", "near, beside one another", "one of three"],
)
def test_precision_needs_more_than_being_near(actual, expected, digits):
    pattern = found(np.array(actual), np.array(expected))
    assert (pattern and pattern.details["digits"]) == digits


def test_what_is_more_exact_than_1e_6_is_not_called_imprecise():
    expected = normal(np.random.default_rng(0), (40,))
    assert code(expected * (1 + 1e-7 * np.cos(1e3 * expected)), expected, tolerance=Tolerance(0, 1e-12)) is None


# ------------------------------------------------------------------------------------------ weights


def summary_of(law, shape, std, seed=0):
    """Of four normal samples with this standard deviation, judged by a law."""
    rng = np.random.default_rng(seed)
    first, second, other = (rng.normal(0, std, shape) for _ in range(3))
    return summarize([first, second, first, other], law)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("shape", [(80, 60), (256, 100), (40, 500)], ids=str)
def test_the_rule_of_a_spread_is_named(rule, shape):
    std = RULES[rule](*shape)
    for seed in range(5):
        assert of_spread(summary_of(Normal(0, 3 * std), shape, std, seed), shape) == rule
        assert of_spread(summary_of(Uniform(-4 * std, 4 * std), shape, std, seed), shape) == rule


def test_a_spread_of_no_rule_has_no_name():
    shape = (256, 100)
    he = RULES["he"](*shape)
    assert of_spread(summary_of(Normal(0, he), shape, 0.05), shape) == ""
    assert of_spread(summary_of(Normal(0, he), shape, he), shape) == ""
    assert of_spread(summary_of(Normal(0, 3 * he), (25600,), he), (25600,)) == ""
    shifted = summarize([np.random.default_rng(0).normal(1, he, shape) for _ in range(4)], Normal(0, 3 * he))
    assert of_spread(shifted, shape) == ""


def test_the_rule_that_is_wanted_is_not_told_as_the_wrong_one():
    # As many inputs as outputs: Xavier's rule and LeCun's are one.
    shape = (100, 100)
    xavier = RULES["xavier"](*shape)
    assert of_spread(summary_of(Normal(0, xavier), shape, 1.05 * xavier), shape) == ""

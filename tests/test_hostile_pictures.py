"""Whatever a student's numbers are, there is a small well-formed picture or none, and never an exception."""

import math
import re
from xml.etree import ElementTree

from hypothesis import example, given
from hypothesis import strategies as st

from grader.messages import texts
from grader.pictures import WORDS, boxes, comparison, error_map, histogram, picture
from grader.verdict import Diagnosis

ENGLISH, KOREAN = ({key: texts(lang)[f"picture_{key}"] for key in WORDS} for lang in ("en", "ko"))

numbers = (
    st.floats(allow_subnormal=True)
    | st.integers()
    | st.booleans()
    | st.sampled_from([10**400, -(10**400), 5e-324, 1.8e308, "nan", "inf", "-inf"])
)
anything = st.recursive(
    numbers | st.none() | st.text(max_size=5) | st.binary(max_size=3) | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@st.composite
def grids(draw):
    """Grids of every size, with numbers of every kind, some of them not quite grids."""
    rows = draw(st.sampled_from([1, 1, 2, 6, 12, 13]))
    columns = draw(st.sampled_from([1, 2, 7, 8, 12, 144, 145] if rows == 1 else [1, 2, 6, 7, 12, 13]))
    pool = draw(st.lists(numbers, min_size=1, max_size=5))
    picks = st.integers(0, len(pool) - 1)
    mixed = draw(st.randoms(use_true_random=False))
    table = lambda values: [[mixed.choice(values) for _ in range(columns)] for _ in range(rows)]  # noqa: E731
    shape = (columns,) if rows == 1 and draw(st.booleans()) else (*draw(st.sampled_from([(), (3, 2)])), rows, columns)
    node = {"shape": shape, "yours": table(pool), "expected": table(pool[: draw(picks) + 1]), "wrong": table([0, 1])}
    if draw(st.booleans()):
        node["start"] = draw(st.lists(st.integers(0, 10**15), min_size=len(shape), max_size=len(shape)))
    if draw(st.integers(0, 5)) == 0:
        node[draw(st.sampled_from(sorted(node)))] = draw(anything)
    return node


def check(svg):
    """ "" or a picture that can be shown."""
    if svg:
        assert len(svg.encode()) <= 8000
        root = ElementTree.fromstring(svg)
        assert int(root.get("width")) <= 640
        assert not re.search(r"\b(nan|inf)\b", re.sub(r">[^<]*<", "><", svg).partition("style=")[2])


@given(grids(), st.sampled_from(["not_finite", "values", "values_many", "order"]), st.sampled_from([ENGLISH, KOREAN]))
def test_whatever_the_numbers_are_there_is_a_picture_or_none(node, code, words):
    check(picture(Diagnosis(code, {"grid": node}), words))
    check(comparison(node, words))


@given(anything, anything, st.sampled_from(["shape", "values", "values_many", "distribution", "not_finite"]))
@example([10**16, 2], [1], "shape")
@example([0] * 32, [10**15] * 32, "shape")
@example([True, 2], (1,), "shape")
def test_whatever_the_details_are_there_is_a_picture_or_none(one, other, code):
    details = {"actual": one, "expected": other, "grid": one}
    check(picture(Diagnosis(code, {**details, "histogram": {"heights": one, "edges": other, "law": one}}), ENGLISH))
    check(
        picture(Diagnosis(code, {"grid": {"shape": one, "yours": other, "expected": other, "wrong": other}}), ENGLISH)
    )


shapes = st.lists(st.integers(0, 10**15) | st.integers(0, 9), max_size=9)


@given(shapes, shapes)
def test_whatever_two_shapes_are_there_are_two_boxes(actual, expected):
    svg = boxes(tuple(actual), tuple(expected), KOREAN)
    assert bool(svg) == (actual != expected)
    check(svg)


@given(
    st.lists(numbers, max_size=40), st.lists(numbers, max_size=41), st.lists(st.tuples(numbers, numbers), max_size=60)
)
def test_whatever_was_counted_there_is_a_histogram_or_none(heights, edges, law):
    check(histogram(heights, edges, law, ENGLISH))
    check(histogram(heights, sorted(map(float, range(len(heights) + 1))), law, ENGLISH))


def test_the_largest_pictures_are_small_enough():
    """Every place wrong, no two neighbours alike, the longest words."""
    rows = [[(-1.23e-101 if (row + column) % 2 else -math.inf) for column in range(12)] for row in range(12)]
    expected = [[(row * 12 + column) * 7919 % 97 / 97 for column in range(12)] for row in range(12)]
    most = 10**15
    node = {"shape": (most,) * 3, "yours": rows, "expected": expected, "wrong": [[1] * 12] * 12, "start": (most,) * 3}
    small = node | {name: [row[:6] for row in node[name][:6]] for name in ("yours", "expected", "wrong")}
    small["yours"] = [[-1.23e-101 * (1 + row + column) for column in range(6)] for row in range(6)]
    vector = {"shape": (most,), "start": (most,)}
    vector |= {name: [[value for row in node[name] for value in row]] for name in ("yours", "expected", "wrong")}
    for words in (ENGLISH, KOREAN):
        for given_ in (node, small, vector):
            check(error_map(given_, words))
            check(comparison(given_, words))

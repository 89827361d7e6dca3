"""What a picture gets to draw, and the input that goes with a place."""

import math

import numpy as np
import pytest

from grader.places import MOST, SIDE, grid, input_at


def table(actual, expected):
    return grid(np.array(actual), np.array(expected), np.array(actual) != np.array(expected))


def test_a_small_table_is_shown_whole():
    assert table([[1.0, 2.0], [3.123456, 4.0]], [[1.0, 2.0], [3.0, 4.0]]) == {
        "shape": (2, 2),
        "start": (0, 0),
        "yours": [[1.0, 2.0], [3.123, 4.0]],
        "expected": [[1.0, 2.0], [3.0, 4.0]],
        "wrong": [[0, 0], [1, 0]],
    }


def test_a_vector_is_one_row():
    found = table([1, 5, 3], [1, 2, 3])
    assert (found["shape"], found["start"]) == ((3,), (0,))
    assert (found["yours"], found["wrong"]) == ([[1, 5, 3]], [[0, 1, 0]])


def test_single_numbers_and_right_answers_have_none():
    assert table(1.0, 2.0) is None
    assert table([1.0, 2.0], [1.0, 2.0]) is None
    assert table(np.ones((0, 3)), np.ones((0, 3))) is None


@pytest.mark.parametrize("place", [(0, 0), (7, 3), (99, 39), (99, 0), (50, 20), (11, 12), (88, 28)], ids=str)
def test_of_a_large_table_the_part_with_the_first_wrong_place_is_shown(place):
    expected = np.arange(4000.0).reshape(100, 40)
    actual = expected.copy()
    actual[place] = -1
    found = table(actual, expected)
    assert [len(found["yours"]), *map(len, found["yours"])] == [SIDE] * (SIDE + 1)
    top, left = found["start"]
    assert found["yours"][place[0] - top][place[1] - left] == -1
    assert found["expected"][0][0] == expected[top, left]
    assert np.sum(found["wrong"]) == 1


@pytest.mark.parametrize("place", [0, 5, 143, 144, 500, 999])
def test_of_a_long_vector_too(place):
    actual = np.zeros(1000)
    actual[place] = 1
    found = table(actual, np.zeros(1000))
    assert len(found["yours"]) == 1
    assert len(found["yours"][0]) == MOST
    assert found["yours"][0][place - found["start"][0]] == 1


def test_of_more_axes_the_slice_with_the_first_wrong_place_is_shown():
    expected = np.zeros((3, 4, 5, 20))
    actual = expected.copy()
    actual[2, 1, 3, 17] = 1
    found = table(actual, expected)
    assert (found["shape"], found["start"]) == ((3, 4, 5, 20), (2, 1, 0, 8))
    assert found["yours"][3][17 - 8] == 1


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64, np.float16, np.float64])
def test_entries_are_pythons_own_numbers(dtype):
    found = table(np.ones((2, 2), dtype), np.zeros((2, 2)))
    assert {type(value) for row in found["yours"] for value in row} <= {int, float}
    assert {type(size) for size in (*found["shape"], *found["start"])} == {int}


def test_entries_need_not_be_finite():
    assert table([math.inf, -math.inf], [1e300, 1e-300])["yours"] == [[math.inf, -math.inf]]
    assert math.isnan(table([math.nan, 1.0], [0.0, 1.0])["yours"][0][0])


X = np.arange(12.0).reshape(4, 3)


@pytest.mark.parametrize(
    ("arguments", "index", "shape", "wanted"),
    [
        ({"x": X}, (2, 1), (4, 3), {"x": 7.0}),
        ({"x": X, "p": 0.5, "n": 3, "on": True}, (0, 0), (4, 3), {"x": 0.0, "p": 0.5, "n": 3, "on": True}),
        ({"b": np.array([5.0, 6.0, 7.0])}, (3, 2), (4, 3), {"b": 7.0}),
        ({"y": np.array([1, 2, 3, 4])}, (3, 2), (4, 3), {"y": 4}),
        ({"v": np.ones(3)}, (1, 2), (3, 3), {}),
        ({"x": X}, (2,), (4,), {"x": (6.0, 7.0, 8.0)}),
        ({"x": np.ones((4, 5))}, (2,), (4,), {}),
        ({"x": X}, (), (), {}),
        ({"t": np.array(2.0)}, (1,), (4,), {"t": 2.0}),
        ({"other": np.ones((2, 2)), "name": "relu", "parts": [1, 2], "none": None}, (1,), (4,), {}),
    ],
    ids=[
        "same shape",
        "numbers",
        "last axis",
        "first axis",
        "either axis",
        "row",
        "long row",
        "single result",
        "no axes",
        "others",
    ],
)
def test_the_input_at_a_place(arguments, index, shape, wanted):
    assert input_at(arguments, index, shape) == wanted

"""What crosses a process boundary comes back the same, and nothing else comes back at all."""

import contextlib
import json
import math
import struct
import subprocess
import sys
import tracemalloc
import warnings
from collections import OrderedDict, namedtuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.exercise import Rng
from grader.wire import DTYPES, MAX_DEPTH, MAX_TEXT, Opaque, WireError, decode, encode, from_json, plain, to_json

REAL = [dtype for dtype in DTYPES.values() if dtype.kind != "c"]
PAIR = namedtuple("PAIR", "a b")

shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=10)
    | st.builds(Rng, st.integers(0, 2**31), st.integers(0, 3))
    | st.builds(Opaque, st.text(max_size=10))
)


def nested(dtypes):
    arrays = st.sampled_from(dtypes).flatmap(lambda dtype: hnp.arrays(dtype, shapes))
    keys = st.text(max_size=5) | st.integers(-5, 5)
    return st.recursive(
        scalars | arrays,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.lists(inner, max_size=4).map(tuple)
            | st.dictionaries(keys, inner, max_size=4)
        ),
        max_leaves=12,
    )


def same(one, other, *, bits=True):
    """Equal in value, type and structure; NaN equals NaN, 0.0 does not equal -0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        if one.dtype != other.dtype or one.shape != other.shape:
            return False
        if bits or one.dtype.kind != "f":
            return one.tobytes() == other.tobytes()
        nan = np.isnan(one)
        return np.array_equal(one, other, equal_nan=True) and bool((np.signbit(one) == np.signbit(other))[~nan].all())
    if isinstance(one, float):
        return repr(one) == repr(other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key], bits=bits) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b, bits=bits) for a, b in zip(one, other, strict=True))
    return one == other


def message(header, arrays=b"", length=None):
    """Bytes with this header, whatever it is."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<I", len(text) if length is None else length) + text + arrays


# ------------------------------------------------------------------------------------------ round trips


def test_fourteen_dtypes_cross():
    assert sorted(dtype.name for dtype in DTYPES.values()) == sorted(
        [
            "bool",
            "int8",
            "int16",
            "int32",
            "int64",
            "uint8",
            "uint16",
            "uint32",
            "uint64",
            "float16",
            "float32",
            "float64",
            "complex64",
            "complex128",
        ]
    )


@pytest.mark.parametrize("code", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)], ids=str)
def test_arrays_cross_whole(code, shape):
    array = np.arange(math.prod(shape)).reshape(shape).astype(DTYPES[code])
    assert same(decode(encode(array)), array)


@settings(max_examples=150)
@given(nested(list(DTYPES.values())))
def test_bytes_round_trip(value):
    assert same(decode(encode(value)), value)


@settings(max_examples=150)
@given(nested(REAL))
def test_json_round_trip(value):
    text = json.dumps(to_json(value), allow_nan=False)
    assert same(from_json(json.loads(text)), value, bits=False)


@pytest.mark.parametrize(
    "value",
    [
        np.array([math.inf, -math.inf, math.nan, 1.0]),
        np.full((2, 3), math.nan),
        np.full((2, 3), -math.inf),
        np.full((3, 2), 0.1),
        np.full(5, True),
        np.full(4, 2**64 - 1, np.uint64),
        np.array([0.0, -0.0]),
        np.array([-0.0, -0.0], np.float32),
        np.array([1 / 3], np.float16),
        np.zeros(0),
        np.zeros((0, 3)),
        math.inf,
        -math.nan,
        -0.0,
        0.1 + 0.2,
    ],
    ids=repr,
)
def test_json_keeps_every_float(value):
    assert same(from_json(json.loads(json.dumps(to_json(value), allow_nan=False))), value, bits=False)


def test_a_constant_array_is_short_in_json():
    assert to_json(np.full((10, 10), 2.5)) == {"a": {"dtype": "<f8", "shape": [10, 10], "data": [2.5]}}


def test_json_has_no_complex_arrays():
    with pytest.raises(WireError, match="complex"):
        to_json(np.array([1j]))


def test_what_was_read_may_be_written_to():
    array = decode(encode(np.zeros(3)))
    array += 1
    assert array.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12.0)[::-2],
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.arange(3).astype(">i4"),
        np.broadcast_to(1.5, (2, 2)),
    ],
    ids=["transposed", "reversed", "fortran", "big endian", "broadcast"],
)
def test_memory_order_does_not_matter(array):
    back = decode(encode(plain(array)))
    assert back.shape == array.shape
    assert (back == array).all()


# ------------------------------------------------------------------------------------------ strictness


GOOD = encode({"x": np.arange(4.0), "y": [1, "two", np.ones((2, 2), np.int8)]})


def test_every_truncation_is_refused():
    for length in range(len(GOOD)):
        with pytest.raises(WireError):
            decode(GOOD[:length])


@pytest.mark.parametrize("extra", [b"\0", b"x" * 100, GOOD], ids=["one", "some", "another message"])
def test_trailing_bytes_are_refused(extra):
    with pytest.raises(WireError, match="left over"):
        decode(GOOD + extra)


@pytest.mark.parametrize(
    "shape",
    [
        [2**62],
        [0, 2**62],
        [2**40, 2**40],
        [2**31, 2**31, 4],
        [2**63],
        [10**30],
        [-1],
        [-1, -1],
        [1.0],
        [True],
        ["1"],
        [None],
        [[1]],
        "1",
        {"0": 1},
        None,
        1,
        [1] * 65,
    ],
    ids=str,
)
def test_impossible_shapes_are_refused_before_anything_is_allocated(shape):
    data = message({"tree": {"a": 0}, "arrays": [["<f8", shape]]}, b"\0" * 8)
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            decode(data)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("shape", [[0, 2**40], [0, 2**40, 2**40], [2**40, 0, 2**40, 2**40]], ids=str)
def test_huge_empty_shapes_cost_nothing(shape):
    tracemalloc.start()
    try:
        try:
            array = decode(message({"tree": {"a": 0}, "arrays": [["<f8", shape]]}))
            assert array.size == 0
        except WireError:
            pass
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "dtype",
    ["|O", "O", "<f16", "<U5", "|S3", "<M8[s]", "|V8", "float64", ">f8", "", "f8,f8", 8, None, ["<f8"]],
    ids=repr,
)
def test_unknown_dtypes_are_refused(dtype):
    with pytest.raises(WireError, match="unknown dtype"):
        decode(message({"tree": {"a": 0}, "arrays": [[dtype, [1]]]}, b"\0" * 8))


@pytest.mark.parametrize(
    ("tree", "count", "why"),
    [
        ({"l": [{"a": 0}, {"a": 0}]}, 1, "named twice"),
        ({"l": []}, 1, "belongs to nothing"),
        ({"a": 1}, 1, "no array of that number"),
        ({"a": -1}, 1, "no array of that number"),
        ({"a": 0}, 0, "no array of that number"),
        ({"a": True}, 2, "no array of that number"),
        ({"a": 0.0}, 1, "no array of that number"),
        ({"a": None}, 1, "no array of that number"),
    ],
    ids=["twice", "never", "beyond", "negative", "none there", "bool", "float", "null"],
)
def test_every_array_is_named_once(tree, count, why):
    with pytest.raises(WireError, match=why):
        decode(message({"tree": tree, "arrays": [["|i1", [1]]] * count}, b"\0" * count))


@pytest.mark.parametrize(
    "tree",
    [
        [],
        {},
        {"l": [], "t": []},
        {"x": 1},
        {"f": "1.5"},
        {"f": 1.5},
        {"f": "Infinity"},
        {"l": {}},
        {"l": None},
        {"d": {}},
        {"d": [["k"]]},
        {"d": [["k", 1, 2]]},
        {"d": [[None, 1]]},
        {"d": [[True, 1]]},
        {"d": [[1.5, 1]]},
        {"d": [[["k"], 1]]},
        {"o": 5},
        {"r": [1]},
        {"r": [1, 2, 3]},
        {"r": [True, 0]},
        {"r": ["1", 0]},
        2**64,
        -(2**63) - 1,
    ],
    ids=repr,
)
def test_what_encode_does_not_write_is_refused(tree):
    with pytest.raises(WireError):
        decode(message({"tree": tree, "arrays": []}))
    with pytest.raises(WireError):
        from_json(tree)


@pytest.mark.parametrize(
    "header",
    [
        [],
        None,
        "tree",
        {},
        {"tree": 1},
        {"arrays": []},
        {"tree": 1, "arrays": [], "more": 1},
        {"tree": 1, "arrays": {}},
        {"tree": 1, "arrays": [["<f8"]]},
        {"tree": 1, "arrays": ["<f8"]},
        {"tree": 1, "arrays": [None]},
        b'{"tree": NaN, "arrays": []}',
        b'{"tree": Infinity, "arrays": []}',
        b'{"tree": -Infinity, "arrays": []}',
        b'{"tree": 1, "arrays": []',
        b"\xff\xfe",
        b"",
        b"1" * 5000,
    ],
    ids=lambda header: repr(header)[:40],
)
def test_strange_headers_are_refused(header):
    with pytest.raises(WireError):
        decode(message(header))


@pytest.mark.parametrize("length", [10, 1000, 2**32 - 1], ids=str)
def test_a_header_longer_than_the_data_is_refused(length):
    with pytest.raises(WireError, match="longer than the data"):
        decode(message(b"{}", length=length))


def test_a_header_has_a_greatest_length():
    with pytest.raises(WireError, match="longer"):
        decode(message(b" " * (16 * 2**20 + 1)))


@pytest.mark.parametrize("depth", [MAX_DEPTH + 9, 1000, 100_000], ids=str)
def test_deep_nesting_is_refused(depth):
    with pytest.raises(WireError):
        decode(message(b'{"tree":' + b'{"l":[' * depth + b"1" + b"]}" * depth + b',"arrays":[]}'))


def test_encode_refuses_what_is_not_plain():
    for value in (object(), {1, 2}, 1j, np.array([object()]), np.array(["a"]), np.zeros(2, "f8,i4"), b"bytes"):
        with pytest.raises(WireError):
            encode(value)


def test_encode_refuses_deep_nesting():
    value = []
    for _ in range(100):
        value = [value]
    with pytest.raises(WireError, match="deeply"):
        encode(value)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused_quietly(data):
    with pytest.raises(WireError):
        decode(data)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["a", "f", "nan", "<f8", "|O"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["a", "f", "o", "r", "l", "t", "d", "x", "dtype", "shape", "data"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@settings(max_examples=300)
@given(
    json_values,
    st.lists(st.tuples(st.sampled_from(["<f8", "|b1", "|O"]), json_values), max_size=2),
    st.binary(max_size=32),
)
def test_random_messages_give_plain_data_or_wire_errors(tree, arrays, data):
    try:
        value = decode(message({"tree": tree, "arrays": [list(entry) for entry in arrays]}, data))
    except WireError:
        return
    assert same(decode(encode(value)), value)


@settings(max_examples=300)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_wrong_byte_raises_nothing_but_wire_errors(place, byte):
    data = bytearray(GOOD)
    data[place] = byte
    with contextlib.suppress(WireError):
        decode(bytes(data))


@settings(max_examples=300)
@given(json_values)
def test_random_json_gives_plain_data_or_wire_errors(node):
    try:
        value = from_json(node)
    except WireError:
        return
    assert same(from_json(to_json(value)), value, bits=False)


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "<f8", "shape": [3], "data": [1.0, 2.0]},
        {"dtype": "<f8", "shape": [2**40], "data": [1.0]},
        {"dtype": "<f8", "shape": [2], "data": "12"},
        {"dtype": "<f8", "shape": [1], "data": ["one"]},
        {"dtype": "<f8", "shape": [1], "data": [None]},
        {"dtype": "<f8", "shape": [1], "data": [[1.0]]},
        {"dtype": "<f8", "shape": [2], "data": [[1.0, 2.0]]},
        {"dtype": "<i8", "shape": [1], "data": [1.5]},
        {"dtype": "<i8", "shape": [1], "data": ["nan"]},
        {"dtype": "|u1", "shape": [1], "data": [300]},
        {"dtype": "|u1", "shape": [1], "data": [-1]},
        {"dtype": "|b1", "shape": [1], "data": [7]},
        {"dtype": "|O", "shape": [1], "data": [1]},
        {"dtype": "<f8", "shape": [1]},
        {"dtype": "<f8", "shape": [1], "data": [1.0], "more": 1},
        5,
    ],
    ids=str,
)
def test_json_arrays_must_fill_their_shape_with_numbers_of_their_dtype(entry):
    with pytest.raises(WireError):
        from_json({"a": entry})


# ------------------------------------------------------------------------------------------ plain


class ArrayRaises:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")


class ClassRaises:
    @property
    def __class__(self):
        raise RuntimeError("no class")


class Sub(np.ndarray):
    pass


class OddList(list):
    def __iter__(self):
        raise RuntimeError("no items")


class OddDict(dict):
    def items(self):
        raise RuntimeError("no items")


class Text(str):
    pass


class Whole(int):
    pass


class Series:
    """Looks like pandas to whoever looks."""

    values = np.arange(3.0)
    dtype = np.dtype(float)
    shape = (3,)
    ndim = 1

    def __array__(self, dtype=None, copy=None):
        return self.values

    def __eq__(self, other):
        return self.values == other

    __hash__ = None


def endless_list():
    value = []
    value.append(value)
    return value


def endless_dict():
    value = {}
    value["me"] = value
    return value


ODD = {
    "array raises": ArrayRaises(),
    "class raises": ClassRaises(),
    "odd list": OddList([1]),
    "odd dict": OddDict(a=1),
    "endless list": endless_list(),
    "endless dict": endless_dict(),
    "object array": np.array([len, None]),
    "structured": np.zeros(2, "f8,i4"),
    "text array": np.array(["a", "b"]),
    "dates": np.array(["2020-01-01"], "M8[D]"),
    "many axes": np.zeros((1,) * 40),
    "huge int": 10**30,
    "very huge int": 10**5000,
    "huge key": {10**5000: 1},
    "odd keys": {(1, 2): 1, None: 2},
    "float keys": {1.5: 1},
    "bool keys": {True: 1},
    "set": {1, 2},
    "bytes": b"abc",
    "function": len,
    "type": int,
    "generator": (i for i in range(3)),
    "module": np,
    "text": Text("a"),
    "whole": Whole(3),
    "long text": "x" * (MAX_TEXT + 1),
    "series": Series(),
    "numpy text": np.str_("a"),
    "numpy bytes": np.bytes_(b"a"),
    "exception": ValueError("x"),
    "long type name": type("T" * 10_000, (), {})(),
}


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("name", ODD)
def test_odd_objects_become_something_that_crosses(name):
    value = plain(ODD[name])
    assert same(decode(encode({"value": [value]})), {"value": [value]})


@pytest.mark.slow
@pytest.mark.parametrize("width", [2, 40])
def test_a_list_that_holds_itself_many_times_ends_soon(width):
    # In a process of its own: NumPy, given such a list, hears no signal.
    code = f"from grader.wire import encode, plain\nvalue = []\nvalue += [value] * {width}\nencode(plain(value))"
    try:
        done = subprocess.run([sys.executable, "-c", code], timeout=10)
    except subprocess.TimeoutExpired:
        pytest.fail("it did not end")
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (object(), "object"),
        ({1, 2}, "set"),
        (10**30, "int beyond 64 bits"),
        ("x" * (MAX_TEXT + 1), "text that is too long"),
        (np.array([None]), "array of objects"),
        ({(1, 2): 3}, "dict whose keys are not text or whole numbers"),
        (type("T" * 500, (), {})(), "T" * 100),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else type(value).__name__,
)
def test_opaque_says_what_it_was(value, says):
    assert plain(value) == Opaque(says)


def test_opaque_items_leave_the_rest_alone():
    assert plain([1, len, {"a": {2}}]) == [1, Opaque("builtin_function_or_method"), {"a": Opaque("set")}]


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (np.float64(1.5), "<f8"),
        (np.float32(1.5), "<f4"),
        (np.int8(1), "|i1"),
        (np.bool_(True), "|b1"),
        (np.longdouble(1.5), "<f8"),
        (np.array([1.5], np.longdouble), "<f8"),
        (np.array([1.5], np.clongdouble), "<c16"),
        (1 + 2j, "<c16"),
        (np.arange(2).astype(">i4"), "<i4"),
        (np.arange(2.0).view(Sub), "<f8"),
        (np.ma.masked_array([1.0, 2.0], [False, True]), "<f8"),
    ],
    ids=repr,
)
def test_numbers_of_numpy_become_base_arrays(value, dtype):
    made = plain(value)
    assert type(made) is np.ndarray
    assert made.dtype.str == dtype
    assert made.shape == np.shape(value)
    assert (made == np.asarray(value)).all()


def test_a_matrix_becomes_an_array():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = plain(np.matrix([[1, 2]]))
    assert type(made) is np.ndarray
    assert made.shape == (1, 2)


def test_containers_keep_their_kind():
    assert same(plain(PAIR(1, [2])), (1, [2]))
    assert same(plain(OrderedDict(b=1, a=2)), {"b": 1, "a": 2})


def test_plain_copies():
    array, inner = np.zeros(2), [1]
    made = plain([array, inner])
    array[0], inner[0] = 9, 9
    assert made[0].tolist() == [0, 0]
    assert made[1] == [1]


@settings(max_examples=60)
@given(nested(list(DTYPES.values())))
def test_plain_data_stay_as_they_are(value):
    assert same(plain(value), value)


def test_the_deepest_plain_value_crosses_inside_a_message():
    value = 1.0
    for _ in range(MAX_DEPTH + 5):
        value = [value]
    for wrapped in (
        [plain(value)],
        {"value": plain(value)},
        {"say": [plain(value)]},
        {"f": {"case": {"value": plain(value)}}},
    ):
        decode(encode(wrapped))

"""Whatever bytes, messages, answers, notebooks and files come in: a value or the reader's own error, never more.

FUZZ=50 in the environment runs fifty times the examples, others each time.
"""

import contextlib
import copy
import io
import json
import os
import re
import socket
import struct
import time
import tracemalloc
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from test_wire import message

from grader.answers import AnswerStore
from grader.calling import Answer, Raised, stands_in
from grader.distribution import four_arrays
from grader.exercise import Raises, Rng, Tolerance
from grader.judge import judge
from grader.key import Sample, key_from_json
from grader.messages.en import TEXTS
from grader.notebook import MAX_BYTES, Notebook, NotebookError, checks_in, parse_notebook, parse_script, read_notebook
from grader.render import MAX_LINES, render_json, render_text
from grader.render_html import render_html
from grader.sandbox.conversation import Conversation, _size, outputs_from
from grader.sandbox.job import Job, Run
from grader.sandbox.protocol import Closed, Limits, TooMuch, TooSlow, answer_from, receive
from grader.tolerance import compare
from grader.wire import DTYPES, Opaque, WireError, decode, encode, from_json

ROOT = Path(__file__).parents[1]
TIMES = int(os.environ.get("FUZZ", "1"))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


def examples(count):
    return settings(max_examples=count * TIMES, derandomize=TIMES == 1, suppress_health_check=SLOW)


@contextlib.contextmanager
def at_most(nbytes):
    """Fails where more memory than that is taken at any moment.

    Python enlarges tables of its own now and then, by a mebibyte or two; `nbytes` leaves room for it.
    """
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= nbytes, f"{peak} bytes"


def linear(do, make, size):
    """Whether four times the input takes nowhere near sixteen times as long."""

    def seconds(size):
        given = make(size)
        times = []
        for _ in range(2):
            start = time.process_time()
            do(given)
            times.append(time.process_time() - start)
        return min(times)

    # Whoever else is at work on the machine does not disturb it three times.
    return any(seconds(4 * size) <= 9 * seconds(size) + 0.02 for _ in range(3))


# ------------------------------------------------------------------------------------------ what is thrown

ODD_TEXT = ["", "nan", "inf", "\ud800", "\0", "<script>", "a" * 300, "𝄞\n\r\u2028", "{0.__class__}", "%s", "\x1b[2J"]
EDGES = [0, 1, -1, 4, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 2**64 - 1]
texts = st.sampled_from(ODD_TEXT) | st.text(st.characters(exclude_categories=()), max_size=8)
whole = st.sampled_from(EDGES) | st.integers(-(2**63), 2**64 - 1)
numbers = whole | st.floats()
shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
arrays = st.sampled_from(list(DTYPES.values())).flatmap(lambda dtype: hnp.arrays(dtype, shapes)) | st.sampled_from(
    [np.zeros((2**40, 0)), np.zeros((0, 2**40)), np.zeros((1,) * 40), np.array(np.nan), np.zeros(0)]
)
leaves = (
    st.none()
    | st.booleans()
    | numbers
    | texts
    | arrays
    | st.builds(Opaque, texts)
    | st.builds(Rng, st.integers(-1, 2**31), st.integers(0, 3))
)
plain_values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(texts | st.sampled_from(EDGES), inner, max_size=4)
    ),
    max_leaves=8,
)

TOKENS = [b"0", b"-1", b"1.5", b"1e999", b"-1e999", b"2", b"63", b"4611686018427387904", b"9" * 30, b"9" * 5000, b"NaN"]
TOKENS += [b"Infinity", b"-0", b"true", b"null", b"[]", b"{}", b'"\\ud800"', b'"\\udc00\\ud800"', b'"<f8"', b'"|O"']
TOKENS += [b'{"a":0}', b'{"f":"nan"}', b'{"o":"x"}', b'{"r":[0,0]}', b'{"d":[[0,0],[0,1]]}', b'{"l":[]}', b'"a"']
TOKENS += [
    b",",
    b"]",
    b"}",
    b"[" * 50,
    b'{"l":[' * 50,
    b'"a":0,"a":1',
    b'"tree":0,',
    b'"arrays":[],',
    b"\xff",
    b"\xef\xbb\xbf",
]
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9.e+]+|[\[\]{},:]|true|false|null')


@st.composite
def spoiled_bytes(draw, good):
    """Bytes with some cut out, flipped, doubled or put in."""
    data = draw(good)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 1, 2, 4, 8, 64, 10**9])))
        into = draw(
            st.sampled_from([b"", data[start:end] * 2, data[:start], b"\0" * 8, b"\xff" * 4, *TOKENS]) | st.binary()
        )
        data = data[:start] + into + data[end:]
    return data


@st.composite
def spoiled_messages(draw, good):
    """A message whose header is JSON with other numbers, names and brackets in it, its length put right."""
    data = draw(good)
    (length,) = struct.unpack_from("<I", data)
    header, rest = data[4 : 4 + length], data[4 + length :]
    for _ in range(draw(st.integers(1, 3))):
        found = list(_TOKEN.finditer(header))
        if not found:
            break
        at = draw(st.sampled_from(found))
        into = draw(st.sampled_from([b"", at[0] * 2, at[0] + b"," + at[0], *TOKENS, *(other[0] for other in found)]))
        header = header[: at.start()] + into + header[at.end() :]
    rest = draw(st.sampled_from([rest, rest, rest, rest[:-1], rest + b"\0", rest * 2, b""]))
    return message(header, rest, draw(st.sampled_from([None, None, None, 0, len(header) - 1, 2**31, 2**32 - 1])))


GOOD = [
    encode(
        {"say": "answer", "id": "a/public/0", "value": np.arange(4.0), "after": None, "missing": "", "raised": None}
    ),
    encode(
        [np.zeros((2, 3), np.int8), (np.array(True), {"w": np.ones(2, np.complex64), 3: -0.0}), "한글", Opaque("set")]
    ),
    encode({"l": [1, 2.5, float("nan"), None, True, Rng(5), [], (), {}, [[[[1]]]]], "big": 2**64 - 1}),
    encode(np.zeros((0, 3))),
]
good_messages = st.sampled_from(GOOD) | plain_values.map(encode)


# ------------------------------------------------------------------------------------------ bytes


@examples(100)
@given(st.binary(max_size=100) | spoiled_bytes(good_messages) | spoiled_messages(good_messages))
@example(message({"tree": {"o": "\ud800"}, "arrays": []}))
@example(message({"tree": {"d": [["\ud800", 1], ["\udc00", 2]]}, "arrays": []}))
@example(message({"tree": {"d": [[2**64, 1]]}, "arrays": []}))
@example(message(json.dumps({"tree": 1, "arrays": []}).encode("utf-16")))
def test_any_bytes_are_a_value_or_a_wire_error(data):
    with at_most(64 * len(data) + 2**22):
        try:
            value = decode(data)
        except WireError:
            return
    again = encode(value)
    assert encode(decode(again)) == again
    # What was read can be printed and kept in a file.
    repr(value).encode()


@pytest.mark.parametrize(
    "text", [b'{"o":"\\ud800"}', b'"\\udfff"', b'{"d":[["\\ud800",1]]}'], ids=["opaque", "text", "key"]
)
def test_what_was_read_is_text_that_a_file_can_hold(text):
    value = decode(message(b'{"tree":' + text + b',"arrays":[]}'))
    text = value.type if isinstance(value, Opaque) else next(iter(value))
    assert text.encode() == b"?"


def test_what_stands_for_an_object_is_short():
    assert len(decode(message({"tree": {"o": "x" * 10**6}, "arrays": []})).type) == 100


@pytest.mark.parametrize("key", [2**64, -(2**63) - 1, 3 * (2**61 - 1) * 2**10], ids=str)
def test_keys_are_no_longer_than_numbers(key):
    with pytest.raises(WireError, match="64 bits"):
        decode(message({"tree": {"d": [[key, 0]]}, "arrays": []}))


def test_a_header_is_ascii():
    for encoding in ("utf-8-sig", "utf-16", "utf-32", "utf-16-le"):
        with pytest.raises(WireError):
            decode(message(json.dumps({"tree": 1, "arrays": []}).encode(encoding)))


def items(text, count, tail=b"1"):
    return b"[" + (text + b",") * count + tail + b"]"


def with_tree(tree, arrays=b"[]", data=b""):
    return message(b'{"tree":' + tree + b',"arrays":' + arrays + b"}", data)


MANY = 8000
BOMBS = {
    "brackets": message(b"[" * 10**6),
    "braces": message(b'{"a":' * 10**6),
    "nested lists": with_tree(b'{"l":[' * MANY + b"]}" * MANY),
    "empty lists": with_tree(items(b"[]", MANY)),
    "empty dicts": with_tree(items(b"{}", MANY)),
    "dicts": with_tree(items(b'{"":0}', MANY)),
    "lists of one": with_tree(items(b"[0]", MANY)),
    "texts": with_tree(items(b'"ab"', MANY)),
    "nodes": with_tree(b'{"l":' + items(b'{"l":[]}', MANY) + b"}"),
    "pairs": with_tree(b'{"d":' + b"[" + b",".join(b"[%d,0]" % n for n in range(MANY)) + b"]}"),
    "long number": with_tree(b"9" * 10**6),
    "long fraction": with_tree(b"0." + b"1" * 10**6),
    "long exponent": with_tree(b"1e" + b"9" * 10**6),
    "half a digit": with_tree(b"4503599627370497.5" + b"0" * 10**6 + b"1"),
    "huge float": with_tree(b"1e999"),
    "tiny arrays": with_tree(b"1", items(b'["|b1",[]]', MANY, b'["|b1",[]]'), b"\0" * (MANY + 1)),
    "empty arrays": with_tree(b"1", items(b'["|b1",[0]]', MANY, b'["|b1",[0]]')),
    "tiny arrays, used": with_tree(
        b'{"l":[' + b",".join(b'{"a":%d}' % n for n in range(MANY)) + b"]}",
        items(b'["|b1",[]]', (MANY - 1), b'["|b1",[]]'),
        b"\0" * MANY,
    ),
    "axes": with_tree(b"1", items(b'["|b1",[0' + b",0" * 62 + b"]]", 1000)),
    "claims": with_tree(b'{"a":0}', b'[["<f8",[1099511627776]]]', b"\0" * 64),
    "overlapping claims": with_tree(b"1", items(b'["<f8",[1000000]]', MANY), b"\0" * 8 * 10**6),
    "escapes": with_tree(b'"' + b"\\u0000" * MANY + b'"'),
    "surrogates": with_tree(b'"' + b"\\ud800" * MANY + b'"'),
    "names of objects": with_tree(b'{"l":' + items(b'{"o":"x"}', MANY) + b"}"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_reading_takes_a_small_multiple_of_what_was_sent(name):
    data = BOMBS[name]
    with at_most(40 * len(data) + 2**22), contextlib.suppress(WireError):
        decode(data)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: with_tree(b'{"d":[' + b",".join(b"[%d,0]" % (k * (2**61 - 1)) for k in range(n)) + b"]}"),
        lambda n: with_tree(b'{"d":[' + b",".join(b"[%d,0]" % (k << 40) for k in range(n)) + b"]}"),
        lambda n: with_tree(items(b"0", n)),
        lambda n: with_tree(b"9" * n),
        lambda n: with_tree(b"0." + b"1" * n),
        lambda n: with_tree(b'"' + b"\\" * n),
        lambda n: with_tree(b'"' + b"\\ud800" * n + b'"'),
        lambda n: with_tree(b" " * n + b"1"),
        lambda n: with_tree(b"1", items(b'["|b1",[]]', n, b'["|b1",[]]'), b"\0" * (n + 1)),
    ],
    ids=["one hash", "shifted keys", "list", "digits", "fraction", "backslashes", "surrogates", "blanks", "arrays"],
)
def test_reading_takes_time_in_proportion(make):
    def do(data):
        with contextlib.suppress(WireError):
            decode(data)

    assert linear(do, make, 3000)


def test_arrays_written_as_json_share_one_limit():
    node = {"l": [{"a": {"dtype": "<f8", "shape": [10**6], "data": [0.5]}}] * 50}
    with at_most(20 * 2**20), pytest.raises(WireError):
        from_json(node)
    with pytest.raises(WireError):
        from_json({"a": {"dtype": "<f8", "shape": [10**6 + 1], "data": [0.5]}})


@examples(100)
@given(st.sampled_from(list(DTYPES)), st.lists(numbers | texts | st.sampled_from([10**400, 1e300]), max_size=3))
@example("<f2", [1e30])
@example("<f8", [10**400])
def test_any_numbers_written_as_json_are_an_array_or_a_wire_error(dtype, data):
    try:
        array = from_json({"a": {"dtype": dtype, "shape": [len(data)], "data": data}})
    except WireError:
        return
    assert array.dtype == DTYPES[dtype]


# ------------------------------------------------------------------------------------------ messages


@examples(100)
@given(
    st.sampled_from([None, 0, 1, 3, 100, 2**20, 2**26, 2**26 + 1, 2**31, 2**32 - 1]),
    spoiled_bytes(st.sampled_from(GOOD)) | st.sampled_from([b"", *GOOD]),
    st.sampled_from([2**26, 2**10, 0, -5]),
    st.booleans(),
)
@example(2**26, b"", 2**26, True)
def test_any_bytes_on_the_socket_are_a_message_or_one_of_four_errors(announced, data, limit, closed):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        length = len(data) if announced is None else announced
        theirs.sendall(struct.pack("<I", length)[: 3 if announced == 3 else 4] + data[: 2**15])
        if closed:
            theirs.close()
        with at_most(64 * len(data) + 2**22), contextlib.suppress(Closed, TooSlow, TooMuch, WireError):
            assert isinstance(receive(ours, limit, time.monotonic() + 0.01), dict)


KEYS = {
    node["exercise"]: key_from_json(node)
    for path in sorted((ROOT / "exercises").glob("*/public_cases.json"))
    for node in json.loads(path.read_text())["exercises"]
}
SMALL = next(name for name, key in KEYS.items() if not any(isinstance(case.expected, Sample) for _, case in key.cases))
IDS = [case.id for _, case in KEYS[SMALL].cases]

said = st.fixed_dictionaries(
    {"say": st.sampled_from(["check", "answer", "answered", "cells", "note"])},
    optional={
        "name": st.just(SMALL) | st.sampled_from(ODD_TEXT),
        "cell": st.sampled_from([0, 1, "0", None]),
        "id": st.sampled_from([*IDS[:3], "", None, 5]),
        "value": plain_values,
        "after": plain_values,
        "missing": st.sampled_from(["", "time", "died", "x", 5, None]),
        "kind": st.sampled_from(["opened", "x", 5]),
        "detail": plain_values,
        "files": plain_values,
    },
)
CHECK = {"say": "check", "name": SMALL, "cell": 0}


def held(messages):
    """What the trusted side makes of a child that says just this."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"rr")
        for one in messages:
            data = encode(one)
            theirs.sendall(struct.pack("<I", len(data)) + data)
        theirs.shutdown(socket.SHUT_WR)
        job = Job(((0, "x = 1"),), {SMALL: 0}, {SMALL: KEYS[SMALL]}, limits=Limits(wall=1.0, check=0.1))
        conversation = Conversation(job, ours)
        conversation.hold()
        return conversation.explained(0, 0.0, 0.0)


@examples(30)
@given(st.lists(said | plain_values, max_size=4))
def test_whatever_a_child_says_there_is_a_run(messages):
    for first in ([], [CHECK]):
        run = held(first + messages)
        verdict = judge(KEYS[SMALL], run.answers[SMALL])
        assert verdict.points == 0
        readable(verdict, KEYS[SMALL])


@pytest.mark.parametrize(
    "messages",
    [
        [{"say": np.zeros(2)}],
        [{**CHECK, "cell": np.zeros(2)}],
        [{"say": "note", "kind": np.zeros(2), "detail": ""}],
        [CHECK, {"say": "answer", "id": IDS[0], "raised": np.zeros(2)}],
        [{"say": "cells", "outputs": [[np.zeros(2)]]}],
    ],
    ids=["say", "cell", "note", "raised", "outputs"],
)
def test_a_child_that_says_nonsense_stops_nobody_else(messages):
    assert isinstance(held(messages), Run)


raised_values = (
    st.fixed_dictionaries(
        {},
        optional={
            "types": st.lists(texts, max_size=3) | plain_values,
            "message": texts | plain_values,
            "line": numbers | plain_values,
            "source": texts | plain_values,
        },
    )
    | plain_values
)


@examples(100)
@given(raised_values, plain_values)
@example({"types": ["A"], "message": "", "line": float("inf"), "source": ""}, "")
@example({"types": np.array(1), "message": "", "line": 1, "source": ""}, "")
@example(np.zeros(3), "")
def test_any_message_is_an_answer(raised, missing):
    answer = answer_from({"raised": raised, "missing": missing})
    assert isinstance(answer, Answer)
    if answer.raised is not None:
        assert all(len(name) <= 100 for name in answer.raised.types)
        assert len(answer.raised.message) <= 500


@pytest.mark.parametrize("id", [[1], {}, np.zeros(2), None], ids=["list", "dict", "array", "none"])
def test_an_answer_to_nothing_that_was_asked_ends_the_run(id):
    assert held([CHECK, {"say": "answer", "id": id}]).ended == "damaged"


def test_only_text_is_taken_for_text():
    slow = [np.zeros(())] * 3
    assert answer_from({"raised": {"types": ["A"], "message": slow, "line": 1, "source": ""}}).missing == "damaged"
    assert outputs_from([[{"output_type": "stream", "name": "stdout", "text": slow}]], [0]) == {0: []}


@pytest.mark.parametrize(
    "value",
    [np.zeros(8000), "a" * 64_000, [1] * 1000, [[]] * 1000, [{}] * 1000, [np.zeros(0)] * 1000],
    ids=["array", "text", "numbers", "empty lists", "empty dicts", "empty arrays"],
)
def test_whatever_a_message_holds_is_counted(value):
    assert _size({"value": value}) >= 64_000


output_items = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["stream", "error", "execute_result", "display_data"]) | leaves},
    optional={
        "name": st.sampled_from(["stdout", "stderr"]) | plain_values,
        "text": plain_values,
        "ename": plain_values,
        "evalue": plain_values,
        "traceback": st.lists(texts, max_size=3) | plain_values,
        "data": st.dictionaries(st.sampled_from(["text/plain", "text/html", "image/png"]), plain_values) | plain_values,
        "metadata": plain_values,
        "execution_count": plain_values,
    },
)


def test_outputs_are_those_of_a_notebook_or_left_out():
    check_outputs([[{"output_type": "stream", "text": "x", "name": 5}, {"output_type": "stream"}, 5], None])
    check_outputs([[{"output_type": "execute_result", "data": {"text/plain": [1]}, "metadata": 5}]])


@examples(100)
@given(st.lists(st.lists(output_items | plain_values, max_size=3) | plain_values, max_size=3) | plain_values)
@example([[np.zeros(3)]])
@example([[{"output_type": np.zeros(3)}]])
@example([[{"output_type": "stream", "name": np.zeros(3), "text": ""}]])
def test_any_outputs_are_those_of_a_notebook_or_left_out(outputs):
    check_outputs(outputs)


def check_outputs(outputs):
    found = outputs_from(outputs, [0, 2])
    assert found.keys() == {0, 2}
    for kept in found.values():
        cell = {"id": "a", "cell_type": "code", "source": "", "metadata": {}, "execution_count": None, "outputs": kept}
        nbformat.validate({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        json.dumps(kept, ensure_ascii=False).encode()


# ------------------------------------------------------------------------------------------ answers

raised_answers = st.builds(
    Raised,
    st.lists(st.sampled_from(["ValueError", "TypeError", "NotImplementedError", "<b>", "Mine"]), min_size=1).map(tuple),
    texts,
    st.sampled_from([0, 3, -1, 2**63]),
    texts,
)
DRAWN = KEYS["xavier_uniform"].cases[0][1].expected.shape
four_calls = st.lists(arrays | plain_values, min_size=4, max_size=4)
answers = (
    st.builds(Answer, plain_values | four_calls, plain_values | four_calls)
    | st.builds(Answer, raised=raised_answers)
    | st.sampled_from([Answer(missing=name.removeprefix("missing_")) for name in TEXTS if name.startswith("missing_")])
)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = set()

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)


def readable(verdict, key):
    """The verdict can be read in all three forms, and nothing in it is more than text."""
    text = render_text(verdict, key.mistakes)
    text.encode("utf-8", "surrogatepass")
    assert len(text.split("\n")) <= MAX_LINES
    tags = Tags()
    tags.feed(render_html(verdict, key.mistakes))
    # Of our own making, pictures among them; nothing of an answer's becomes one.
    assert tags.seen <= {"div", "b", "table", "thead", "tbody", "tr", "th", "td", "svg", "g", "path", "text"}
    node = json.loads(render_json(verdict), parse_constant=pytest.fail)
    assert 0 <= node["points"] == verdict.points <= verdict.max_points == key.points


def agrees(value, expected):
    """The judge's question, asked again in another way."""
    if isinstance(expected, dict):
        return isinstance(value, dict) and all(
            name in value and agrees(value[name], expected[name]) for name in expected
        )
    if isinstance(expected, list | tuple):
        rows = isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim > 0)
        return rows and len(value) == len(expected) and all(map(agrees, value, expected))
    if isinstance(value, str | dict | Rng | Opaque | None) or isinstance(expected, str | Opaque | None):
        return type(value) is type(expected) and value == expected
    value, expected = np.asarray(value), np.asarray(expected)
    same_kind = expected.dtype.kind == "f" or (value.dtype.kind == "b") == (expected.dtype.kind == "b")
    one = expected.shape == () and value.shape == (1,)
    return same_kind and (one or value.shape == expected.shape) and np.allclose(value, expected, rtol=1e-2, atol=1e-2)


def earned(key, given, verdict):
    """Fails where points were given that the answers are not worth."""
    for criterion, line in zip(key.criteria, verdict.criteria, strict=True):
        for case in criterion.cases if line.points else ():
            answer = given[case.id]
            if isinstance(case.expected, Raises):
                assert case.expected.type in answer.raised.types
            else:
                # No sample of these is one of its law.
                assert not isinstance(case.expected, Sample)
                assert answer.raised is None
                assert answer.missing == ""
                assert agrees(answer.value, case.expected)
                assert not criterion.inputs_unchanged or agrees(answer.after, case.calls[0])


@examples(60)
@given(st.sampled_from(sorted(KEYS)), st.lists(answers, min_size=1, max_size=4))
@example("dropout", [Answer(value=[])])
@example("dropout", [Answer(value=())])
@example("dropout", [Answer(value=[["a" * 10**5, *[""] * 10**5]] * 4)])
@example("xavier_uniform", [Answer(value=[np.full(DRAWN, 1e308), np.full(DRAWN, -1e308)] * 2)])
def test_any_answers_have_a_verdict_and_garbage_no_points(name, some):
    key = KEYS[name]
    given = {case.id: some[number % len(some)] for number, (_, case) in enumerate(key.cases)}
    verdict = judge(key, given)
    readable(verdict, key)
    earned(key, given, verdict)
    assert judge(key, given) == verdict or "nan" in repr(verdict)


def paths(value, path=()):
    """Every place inside plain data or JSON."""
    yield path
    if isinstance(value, dict):
        for name, item in value.items():
            yield from paths(item, (*path, name))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from paths(item, (*path, index))


def replaced(value, path, make):
    """The value with another in that place; `make` gets the one that is there."""
    if not path:
        return make(value)
    if isinstance(value, dict):
        return {name: replaced(item, path[1:], make) if name == path[0] else item for name, item in value.items()}
    return type(value)(replaced(item, path[1:], make) if index == path[0] else item for index, item in enumerate(value))


def nudge(value):
    return value + 1 if isinstance(value, int | float | np.ndarray) else value


SPOIL = [
    nudge,
    lambda value: [value],
    lambda value: np.asarray(value)[None] if isinstance(value, int | float | np.ndarray) else (value, value),
    lambda value: str(value)[:50],
    lambda value: np.asarray(value, complex) if isinstance(value, int | float | np.ndarray) else {"x": value},
    lambda value: value.T if isinstance(value, np.ndarray) else bool(value),
    lambda value: value.astype(np.float16) if isinstance(value, np.ndarray) else float("nan"),
    lambda value: value.tolist() if isinstance(value, np.ndarray) else list(value) if isinstance(value, tuple) else 0,
    lambda value: np.full_like(value, -np.inf) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else [],
]
valued = sorted(
    name
    for name, key in KEYS.items()
    if not any(
        isinstance(case.expected, Sample)
        or case.measure is not None
        or len(case.calls) > 1
        or stands_in(dict(case.calls[0]))
        for _, case in key.cases
    )
)


@examples(40)
@given(st.sampled_from(valued), st.data())
def test_right_answers_with_one_thing_changed_earn_what_is_still_right(name, data):
    key = KEYS[name]
    right = {
        case.id: Answer(raised=Raised((case.expected.type,), ""))
        if isinstance(case.expected, Raises)
        else Answer(value=case.expected, after=dict(case.calls[0]) if criterion.inputs_unchanged else None)
        for criterion, case in key.cases
    }
    assert judge(key, right).points == key.points
    criterion, case = data.draw(st.sampled_from(key.cases))
    answer = right[case.id]
    if answer.raised is None:
        part = data.draw(st.sampled_from(["value", "after"] if criterion.inputs_unchanged else ["value"]))
        values = {"value": answer.value, "after": answer.after}
        place = data.draw(st.sampled_from(list(paths(values[part]))))
        make = data.draw(st.sampled_from(SPOIL) | plain_values.map(lambda value: lambda _: value))
        with np.errstate(all="ignore"):
            values[part] = replaced(values[part], place, make)
        right[case.id] = Answer(**values)
    else:
        right[case.id] = data.draw(answers)
    verdict = judge(key, right)
    readable(verdict, key)
    earned(key, right, verdict)


@examples(80)
@given(plain_values, plain_values, st.booleans())
@example(np.zeros(3), None, False)
@example(np.zeros(3), "same", False)
@example(Rng(1), 1.5, False)
@example(Rng(1), [1.5], False)
@example(np.zeros((2**40, 0)), [1, 2], False)
@example(np.zeros((2**40, 0)), (np.zeros(0), np.zeros(0)), False)
@example(["a" * 10**5, *[""] * 10**5], np.zeros(3), False)
@example([2**64 - 1, -1], np.zeros(2), False)
def test_any_two_values_can_be_compared(actual, expected, equal_nan):
    # A course declares no complex values and none without end.
    assume("complex" not in repr(expected) and "1099511627776" not in repr(expected))
    found = compare(actual, expected, Tolerance(), equal_nan=equal_nan)
    assert (found.distance <= 1) == (found.mismatch is None)


@pytest.mark.parametrize(
    "value",
    [["a" * 10**5, *[""] * 10**5], [["a" * 20_000], *[[""]] * 20_000], [1, "a" * 20_000, *range(20_000)]],
    ids=["texts", "nested", "beside numbers"],
)
def test_a_list_with_one_long_text_in_it_is_no_array_of_long_texts(value):
    with at_most(2**22):
        assert compare(value, np.zeros(3), Tolerance()).mismatch.kind == "ragged"
        assert four_arrays([value] * 4) is None


# ------------------------------------------------------------------------------------------ notebooks

NOTEBOOKS = [json.loads(path.read_text()) for path in sorted((ROOT / "exercises").glob("*/*.ipynb"))]
NOTEBOOKS.sort(key=lambda node: len(json.dumps(node)))
json_leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
json_values = st.recursive(
    json_leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=5
)


@st.composite
def spoiled_notebooks(draw):
    """A notebook of the course in which some nodes are other ones, gone or doubled."""
    node = copy.deepcopy(draw(st.sampled_from(NOTEBOOKS[:3])))
    for _ in range(draw(st.integers(1, 4))):
        places = list(paths(node))
        place = draw(st.sampled_from(places))
        how = draw(st.sampled_from(["other", "gone", "twice", "text", "list", "elsewhere"]))
        parent = node
        for step in place[:-1]:
            parent = parent[step]
        if how == "gone" and place:
            del parent[place[-1]]
        elif how == "twice" and place and isinstance(parent, list):
            parent.insert(place[-1], copy.deepcopy(parent[place[-1]]))
        else:
            other = draw(json_values)
            moved = draw(st.sampled_from(places))
            change = {
                "text": lambda old: json.dumps(old),
                "list": lambda old: [old],
                "elsewhere": lambda old, node=node, moved=moved: copy.deepcopy(at(node, moved)),
            }.get(how, lambda old, other=other: other)
            node = replaced(node, place, change)
    return node


def at(node, path):
    for step in path:
        node = node[step]
    return node


def check_notebook(read):
    """A notebook whose cells are text, or the one error."""
    try:
        notebook = read()
    except NotebookError:
        return
    assert isinstance(notebook, Notebook)
    for index, cell in enumerate(notebook.cells):
        assert (cell.index, type(cell.kind), type(cell.source), type(cell.grade_id)) == (index, str, str, str)
    assert all(type(name) is str and 0 <= index < len(notebook.cells) for name, index in notebook.checks.items())
    assert notebook.uses_grader in (True, False)


@examples(80)
@given(spoiled_notebooks())
def test_any_change_to_a_notebook_leaves_a_notebook_or_a_notebook_error(node):
    check_notebook(lambda: parse_notebook(json.dumps(node), "a"))


@examples(80)
@given(spoiled_bytes(st.sampled_from([json.dumps(node, ensure_ascii=False).encode() for node in NOTEBOOKS[:3]])))
@example(b"\xef\xbb\xbf")
@example(b"9" * 5000)
@example(b'{"cells": [], "x": ' + b"9" * 5000 + b"}")
@example(b'{"cells": [{"cell_type": "code", "source": "\\ud800"}]}')
def test_any_bytes_are_a_notebook_or_a_notebook_error(tmp_path, data):
    path = tmp_path / "a.ipynb"
    path.write_bytes(data)
    check_notebook(lambda: read_notebook(path))


SCRIPTS = [
    "".join(f"# %% [markdown]\n# {cell['source']}\n" if n % 2 else f"# %%\n{cell['source']}\n" for n, cell in numbered)
    for numbered in (list(enumerate(node["cells"])) for node in NOTEBOOKS[:3])
]


@examples(100)
@given(spoiled_bytes(st.sampled_from([script.encode() for script in SCRIPTS])))
def test_any_bytes_are_a_script_or_a_notebook_error(tmp_path, data):
    path = tmp_path / "a.py"
    path.write_bytes(data)
    check_notebook(lambda: read_notebook(path))


def test_a_number_too_long_for_python_is_called_so():
    with pytest.raises(NotebookError, match="a number is too long"):
        parse_notebook('{"cells": [' + "9" * 10**6 + "]}", "a")


def test_lines_may_end_as_anywhere(tmp_path):
    for name, text in (("a.py", "# %%\nx = 1\n# %%\ny = 2\n"), ("b.ipynb", json.dumps(NOTEBOOKS[0], indent=1))):
        path = tmp_path / name
        found = []
        for end in ("\n", "\r\n", "\r"):
            path.write_bytes(text.replace("\n", end).encode())
            found.append(read_notebook(path))
        assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("make", [lambda path: os.mkfifo(path), lambda path: path.symlink_to("/dev/zero")])
def test_what_has_no_end_is_not_waited_for(tmp_path, soon, make):
    path = tmp_path / "a.ipynb"
    make(path)
    with pytest.raises(NotebookError, match="is no file"):
        read_notebook(path)


def test_a_file_that_grows_is_read_as_far_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "a.py"
    path.write_bytes(b"x" * 2000)
    small = os.stat_result((os.stat(path).st_mode, *[0] * 5, 1000, *[0] * 3))
    monkeypatch.setattr(type(path), "stat", lambda self, **options: small)
    assert read_notebook(path).code == ((0, "x" * 1000),)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10**6,
        '{"cells":' * 4_000,
        '{"cells":[' + "[]," * 4_000 + "1]}",
        '{"cells":[' + "{}," * 4_000 + "1]}",
        '{"cells":[' + '{"":0},' * 4_000 + "1]}",
        '{"cells":[' + ",".join(['{"cell_type":"","source":""}'] * 4_000) + "]}",
        '{"cells":[' + ",".join(['{"cell_type":{},"source":[]}'] * 4_000) + "]}",
        '{"cells":[{"cell_type":"code","source":[' + '"",' * 4_000 + '""]}]}',
        '{"cells":[{"cell_type":"code","source":"' + "\\u0000" * 4_000 + '"}]}',
        '{"cells":[{"cell_type":[' + "[]," * 4_000 + '0],"source":"\U0010ffff"}]}',
        '{"cells":[{"cell_type":"code","source":"' + 'check(\\"a\\")\\n' * 4_000 + '"}]}',
        " " * 10**6,
        "9" * 10**6,
    ],
    ids=lambda text: text[:40],
)
def test_a_notebook_takes_a_small_multiple_of_its_size(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with at_most(48 * path.stat().st_size + 2**22):
        check_notebook(lambda: read_notebook(path))


@pytest.mark.parametrize(
    "unit",
    [
        *("\n", " ", "\t\n", " \n", "check(", "check(\n", "check('", "check('a' ", "a", "_", "\x0c\n", "\\"),
        *("from ", "from \n", "import\n", "from grader ", "# %%", "# %%\n", "# \n", "# %% [markdown]\n#", "#  %"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("before", ["", "check('a", "# %% [markdown]\n"], ids=ascii)
def test_reading_a_source_takes_time_in_proportion(unit, before):
    def do(text):
        notebook = parse_notebook(json.dumps({"cells": [{"cell_type": "code", "source": text}]}), "a")
        checks_in(text)
        assert notebook.uses_grader in (True, False)
        notebook = parse_script("check('a')\n" + text)
        assert notebook.uses_grader in (True, False)

    assert linear(do, lambda size: before + unit * size + "!\ncheck('a')", 2000)


# ------------------------------------------------------------------------------------------ stored answers


@pytest.fixture
def store(tmp_path):
    store = AnswerStore(tmp_path / "answers")
    store.path("abcdef").parent.mkdir(parents=True)
    return store


MANIFEST = json.dumps(
    {"key": "abcdef", "answers": ["f"], "ended": "", "reports": [["limit", "cpu"]], "level": "limited"}
).encode()
OUTPUTS = b'{"0": []}'
FILES = encode({"a.txt": np.zeros(3, np.uint8)})
STORED = encode({"a": [np.zeros(2), None, "", None, 0.0]})


def npz(manifest=MANIFEST, answers=STORED, outputs=OUTPUTS, files=FILES, compression=zipfile.ZIP_DEFLATED):
    """An .npz file with these bytes in it, whole .npy files for whoever says so."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        members = {"manifest": manifest, "outputs": outputs, "files": files, "answers/f": answers}
        for name, content in members.items():
            if not content.startswith(b"\x93NUMPY"):
                made = io.BytesIO()
                np.save(made, np.frombuffer(content, np.uint8))
                content = made.getvalue()
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def load(store, data):
    store.path("abcdef").write_bytes(data)
    run = store.load("abcdef")
    if run is None:
        return None
    assert isinstance(run, Run)
    assert (type(run.ended), type(run.level)) == (str, str)
    assert all(type(index) is int for index in run.outputs)
    assert all(type(item) is dict for found in run.outputs.values() for item in found)
    assert all(type(name) is str and type(content) is bytes for name, content in run.files.items())
    assert all((type(report.kind), type(report.detail)) == (str, str) for report in run.reports)
    for found in run.answers.values():
        assert all(isinstance(answer, Answer) for answer in found.values())
        assert all(f"missing_{answer.missing}" in TEXTS for answer in found.values() if answer.missing)
    return run


@examples(80)
@given(spoiled_bytes(st.sampled_from([npz(), npz(compression=zipfile.ZIP_STORED)])))
def test_any_bytes_are_a_run_or_none(store, data):
    with at_most(2**22):
        load(store, data)


stored_raised = st.tuples(
    st.lists(texts, max_size=3) | plain_values, texts | plain_values, numbers | plain_values, texts | plain_values
).map(list)
stored_messages = st.tuples(
    plain_values,
    plain_values,
    st.sampled_from(["", "", "time", "x"]) | leaves,
    st.none() | stored_raised | raised_values,
    st.just(0.0) | numbers | plain_values,
).map(list)


stored_answers = st.dictionaries(texts, stored_messages | plain_values, max_size=2)
stored_files = st.dictionaries(texts | whole, st.just(np.zeros(3, np.uint8)) | plain_values, max_size=2)
stored_outputs = st.dictionaries(st.sampled_from(["0", "1", "x", "9" * 5000]), json_values) | json_values
manifests = st.fixed_dictionaries(
    {
        "key": st.just("abcdef") | json_values,
        "answers": st.just(["f"]) | st.lists(texts, max_size=2) | json_values,
        "ended": st.just("") | json_values,
        "reports": st.lists(st.lists(texts, min_size=2, max_size=2) | json_values, max_size=2) | json_values,
        "level": st.just("limited") | json_values,
    }
)


@examples(40)
@given(stored_answers | plain_values, stored_files | plain_values, stored_outputs, manifests | json_values)
def test_any_content_is_a_run_or_none(store, answers, files, outputs, manifest):
    manifest, outputs = json.dumps(manifest).encode(), json.dumps(outputs).encode()
    answers, files = encode(answers), encode(files)
    load(store, npz(manifest, answers, outputs, files))
    load(store, npz(MANIFEST, answers))
    load(store, npz(MANIFEST, STORED, outputs))
    load(store, npz(MANIFEST, STORED, OUTPUTS, files))
    load(store, npz(manifest))


def test_what_is_spoiled_here_is_a_run_otherwise(store):
    run = load(store, npz())
    assert run.files == {"a.txt": b"\0\0\0"}
    assert run.answers["f"]["a"].value.tolist() == [0, 0]


def npy(header, content=b""):
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + content


def shape_of(text, dtype=b"|u1"):
    return npy(b"{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n" % (dtype, text), b"\0" * 64)


LONG = 40 * 2**20


@pytest.mark.parametrize(
    "make",
    [
        lambda: npz(MANIFEST, b"\0" * LONG),
        lambda: npz(b" " * LONG),
        lambda: npz(outputs=b" " * LONG),
        lambda: npz(files=b"\0" * LONG),
        lambda: npz(MANIFEST, b"\0" * 2**23, compression=zipfile.ZIP_BZIP2),
        lambda: npz(compression=zipfile.ZIP_LZMA),
        lambda: npz(MANIFEST, shape_of(b"(1099511627776,)")),
        lambda: npz(MANIFEST, shape_of(b"(8,)", b"<f8")),
        lambda: npz(MANIFEST, shape_of(b"(" * 9000)),
        lambda: npz(MANIFEST, shape_of(b"-" * 9000 + b"1")),
        lambda: npz(MANIFEST, npy(b"{" * 65000)),
        lambda: npz(MANIFEST, b"\x93NUMPY\x02\x00\xff\xff\xff\xff"),
        lambda: npz(b"[" * 10**6),
        lambda: npz(outputs=b'{"0": ' + b"9" * 10**6 + b"}"),
        lambda: npz(MANIFEST, BOMBS["nested lists"]),
    ],
    ids=[
        *(
            "answers",
            "manifest",
            "outputs",
            "files",
            "bzip2",
            "lzma",
            "claimed",
            "doubles",
            "parentheses",
            "minus",
            "braces",
            "version 2",
        ),
        *("json", "digits", "wire"),
    ],
)
def test_a_small_file_that_holds_much_is_none(store, make):
    data = make()
    with at_most(32 * 2**20):
        assert load(store, data) is None


def test_a_large_file_is_not_read(store):
    with store.path("abcdef").open("wb") as file:
        file.truncate(2**31)
    with at_most(32 * 2**20):
        assert store.load("abcdef") is None


def test_what_is_too_large_to_be_read_is_not_written(store):
    outputs = {0: [{"output_type": "stream", "name": "stdout", "text": "x" * 2**23}]}
    store.save("abcdef", Run(outputs=outputs, level="limited"))
    assert not store.path("abcdef").exists()
    store.save("abcdef", Run(answers={"f": {"a": Answer(value="x" * (store.max_bytes - 500))}}, level="limited"))
    assert store.load("abcdef").answers["f"]["a"].value.startswith("x")


def test_every_reason_for_a_missing_answer_comes_back(store):
    reasons = {name.removeprefix("missing_") for name in TEXTS if name.startswith("missing_")}
    kept = {reason: Answer(missing=reason) for reason in reasons}
    store.save("abcdef", Run(answers={"f": kept}, level="limited"))
    assert {answer.missing for answer in store.recall("abcdef").answers["f"].values()} == reasons


def test_the_limit_of_a_notebook_is_that_of_its_file():
    assert MAX_BYTES == 50 * 2**20

"""Attacks on this design that need more than a notebook: forged messages, odd answers, keys of stored work, pages."""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import struct
import sys
import time
import tracemalloc
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import FULL, HERE, KEYS, LIMITS, SECRETS, Ground, points, run

sys.path.insert(0, str(HERE.parent))
from builders import SECRET, double_key, draws_key, make_case, make_criterion, make_key, one_case_key, raises_key

from grader import wire
from grader.answers import AnswerStore, content_key
from grader.calling import Answer, Raised
from grader.exercise import Raises, Rng, Tolerance, Uniform
from grader.judge import judge
from grader.key import Key
from grader.notebook import NotebookError, parse_notebook, parse_script
from grader.render import render_json, render_text
from grader.render_html import render_html
from grader.sandbox.conversation import Conversation, files_from, outputs_from
from grader.sandbox.job import Job, Report, Run, files_beside
from grader.sandbox.parent import Sandbox
from grader.sandbox.protocol import Limits, answer_from, answer_message
from grader.sandbox.reports import report_lines
from grader.wire import Opaque

ATTEMPTS = HERE / "attempts"


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """What they are after."""
    ground = Ground(tmp_path_factory.mktemp("ground"))
    yield ground
    ground.close()


def attempt(sandbox: Sandbox, ground: Ground, name: str) -> Run:
    """The run of an attack that is a file, for a closer look."""
    return run(sandbox, (ATTEMPTS / f"{name}.py").read_text(), ground)


def job_of(*cells: str, keys: dict[str, Key] | None = None, files: dict[str, Path] | None = None, **more: Any) -> Job:
    """A notebook of these cells as a job."""
    notebook = parse_script("\n".join(f"# %%\n{cell}" for cell in cells))
    return Job(notebook.code, notebook.checks, keys or KEYS, files or {}, Limits(**{**LIMITS, **more}))


# ------------------------------------------------------------------------------------------ forged messages

IMPORT, CHECK = "from grader import check\nimport numpy as np", 'check("double")'
# Everything that may come in place of anything: (node of the tree, its arrays, their bytes).
ODD: dict[str, tuple[Any, list[Any], bytes]] = {
    "array": ({"a": 0}, [["<f8", [2]]], bytes(16)),
    "texts as bytes": ({"a": 0}, [["|u1", [4]]], b"note"),
    "array without axes": ({"a": 0}, [["<f8", []]], bytes(8)),
    "array without entries": ({"a": 0}, [["<f8", [2**40, 0]]], b""),
    "arrays in a list": ({"l": [{"a": 0}]}, [["<f8", [2]]], bytes(16)),
    "dict": ({"d": [["output_type", "stream"], ["types", {"l": []}], [3, None]]}, [], b""),
    "list": ({"l": ["note", None]}, [], b""),
    "tuple": ({"t": []}, [], b""),
    "text": ("\ud83d\x00\x1b", [], b""),
    "number": (2**64 - 1, [], b""),
    "negative": (-1, [], b""),
    "truth": (True, [], b""),
    "infinity": ({"f": "inf"}, [], b""),
    "nan": ({"f": "nan"}, [], b""),
    "generator": ({"r": [-1, 10**50]}, [], b""),
    "opaque": ({"o": "x" * 1000}, [], b""),
    "nothing": (None, [], b""),
}


def packed(tree: Any, arrays: list[Any], data: bytes) -> bytes:
    """A message as a child could write it, well-formed or not."""
    header = json.dumps({"tree": tree, "arrays": arrays}).encode()
    body = struct.pack("<I", len(header)) + header + data
    return struct.pack("<I", len(body)) + body


def said(**items: Any) -> list[Any]:
    return [[key, value] for key, value in items.items()]


def plain_message(**items: Any) -> bytes:
    return packed({"d": said(**items)}, [], b"")


class Begun(Conversation):
    """One whose child is behind its walls: from here on every byte is the student's."""

    def begin(self, order: dict[str, Any]) -> None:
        self.connection.settimeout(5)


def held(*messages: bytes, key: Key | None = None, **limits: Any) -> Run:
    """What the trusted side makes of these messages, when they are all that ever comes."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**24)
        theirs.setblocking(False)
        job = Job(((0, CHECK),), {"double": 0}, {"double": key or double_key()}, limits=Limits(**{**LIMITS, **limits}))
        conversation = Begun(job, ours)
        for data in messages:
            assert theirs.send(data) == len(data)
        theirs.shutdown(socket.SHUT_WR)
        conversation.hold()
        return conversation.explained(0, 0.0, 0.0)


MESSAGES: dict[str, dict[str, Any]] = {
    "note": {"say": "note", "kind": "opened", "detail": "x"},
    "check": {"say": "check", "name": "double", "cell": 0},
    "cells": {"say": "cells", "outputs": {"l": []}, "files": {"d": []}},
    "answer": {"say": "answer", "id": "values/public/0", "value": None, "after": None, "missing": "", "raised": None},
    "answered": {"say": "answered"},
}
RAISED = {"types": {"l": ["ValueError"]}, "message": "x", "line": 3, "source": "y"}
OUTPUT = {
    "stream": {"output_type": "stream", "name": "stdout", "text": "x"},
    "error": {"output_type": "error", "ename": "x", "evalue": "y", "traceback": {"l": []}},
    "display_data": {"output_type": "display_data", "data": {"d": [["text/plain", "x"]]}},
}


def forged_messages() -> Iterator[tuple[str, bytes]]:
    """Every message with every one of its parts replaced by everything."""
    for (kind, message), (odd, (node, arrays, data)) in itertools.product(MESSAGES.items(), ODD.items()):
        for name in message:
            yield f"{kind}, {name}: {odd}", packed({"d": said(**{**message, name: node})}, arrays, data)
        yield f"{kind}, more: {odd}", packed({"d": [*said(**message), ["more", node]]}, arrays, data)
    for odd, (node, arrays, data) in ODD.items():
        yield f"whole message: {odd}", packed(node, arrays, data)
        parts = [(name, {**RAISED, name: node}) for name in RAISED]
        for name, raised in [*parts, ("in types", {**RAISED, "types": {"l": ["ValueError", node]}})]:
            message = {**MESSAGES["answer"], "raised": {"d": said(**raised)}}
            yield f"raised, {name}: {odd}", packed({"d": said(**message)}, arrays, data)
        for kind, output in OUTPUT.items():
            for name in output:
                items = {"l": [{"l": [{"d": said(**{**output, name: node})}, node]}, node]}
                cells = {"say": "cells", "outputs": items, "files": {"d": [["x", node], ["y.txt", node]]}}
                yield f"{kind}, {name}: {odd}", packed({"d": said(**cells)}, arrays, data)


FORGED = dict(forged_messages())


@pytest.mark.parametrize("before", ["", "check", "hidden"])
def test_no_forged_message_harms_the_grader(before: str) -> None:
    first = {
        "": [],
        "check": [plain_message(**MESSAGES["check"])],
        "hidden": [
            plain_message(**message) for message in (MESSAGES["check"], MESSAGES["answered"], MESSAGES["cells"])
        ],
    }[before]
    for name, message in FORGED.items():
        try:
            found = held(*first, message)
        except Exception as error:
            raise AssertionError(f"{name}: {type(error).__name__}: {error}") from error
        assert points(found) == 0, name
        assert_showable(found)


def assert_showable(run: Run) -> None:
    """A run can be judged, shown, reported, stored and recalled."""
    verdict = judge(KEYS["double"], run.answers["double"])
    for page in (render_text(verdict), render_html(verdict), render_json(verdict), *report_lines(run.reports)):
        assert all(secret not in page for secret in SECRETS)
    json.dumps(run.outputs)


def test_a_forged_answer_counts_like_any_other() -> None:
    # The student's word is all there ever is: right numbers are right, whoever writes them.
    def answer(case: str, *numbers: float, shape: tuple[int, ...] = ()) -> bytes:
        node = {**MESSAGES["answer"], "id": case, "value": {"a": 0}}
        size = list(shape or (len(numbers),))
        return packed({"d": said(**node)}, [["<f8", size]], np.array(numbers, float).tobytes())

    found = held(
        plain_message(**MESSAGES["check"]),
        answer("values/public/0", 2, -4, 6),
        answer("values/public/1", 0, 2, 4, 6, 8, 10, shape=(2, 3)),
        plain_message(say="answered"),
        plain_message(**MESSAGES["cells"]),
        answer("values/hidden0/0", 2 * SECRET, 2 * SECRET, shape=(1, 2)),
        answer("far from zero/public/0", -2 * SECRET, 2 * SECRET),
        plain_message(say="answered"),
    )
    assert (found.ended, points(found)) == ("", FULL)


@pytest.mark.parametrize(
    "value",
    [
        {"l": [{"l": []}] * 20_000},
        {"l": [None] * 60_000},
        {"l": [{"d": []}] * 20_000},
        {"d": [[f"{number:0100}", None] for number in range(1000)]},
        "é" * 200_000,
    ],
    ids=["lists", "nothing", "dicts", "keys", "letters"],
)
def test_answers_are_charged_for_the_memory_they_take(value: Any) -> None:
    message = packed({"d": said(**{**MESSAGES["answer"], "value": value})}, [], b"")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**24)
        conversation = Conversation(Job((), {}, {}), ours)
        before = conversation.bytes_left
        theirs.sendall(message)
        tracemalloc.start()
        kept = conversation.answer(time.monotonic() + 5)
        used, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert kept["say"] == "answer"
    assert before - conversation.bytes_left >= 0.5 * used


def test_keys_that_collide_take_no_time(soon: None) -> None:
    size = 2**20
    chain, place = [], 12345
    for _ in range(size // 3):
        chain.append(place)
        place = (5 * place + 1) % size
    keys = chain + [chain[number % 50] + number * size for number in range(1, size // 3)]
    header = json.dumps({"tree": {"d": [[key, None] for key in keys]}, "arrays": []}, separators=(",", ":")).encode()
    with pytest.raises(wire.WireError):
        wire.decode(struct.pack("<I", len(header)) + header)


def test_however_deep_an_answer_is_it_stops_nobody(tmp_path: Path) -> None:
    for depth in range(28, 42):
        node: Any = None
        for _ in range(depth):
            node = {"l": [node]}
        found = held(plain_message(**MESSAGES["check"]), plain_message(**{**MESSAGES["answer"], "value": node}))
        found.ended, found.level = "", "separate"
        store = AnswerStore(tmp_path)
        store.save("ab" * 32, found)
        assert points(found) == 0
        kept = store.load("ab" * 32)
        assert kept is None or kept.answers == found.answers
        store.path("ab" * 32).unlink(missing_ok=True)


def test_what_a_child_says_of_hidden_cases_is_told_without_its_words() -> None:
    hidden = [plain_message(**message) for message in (MESSAGES["check"], MESSAGES["answered"], MESSAGES["cells"])]
    notes = [
        plain_message(say="note", kind=kind, detail=detail)
        for kind, detail in itertools.product(("opened", "imported", "listed", "limit", "died"), SECRETS)
    ]
    found = held(*hidden, *notes)
    assert all(secret not in str(found.reports) for secret in SECRETS)
    assert all(secret not in "".join(report_lines(found.reports)) for secret in SECRETS)


def test_files_have_names_that_lead_nowhere_else(tmp_path: Path) -> None:
    content = np.frombuffer(b"x", np.uint8)
    odd = [
        "../x", "a/../../x", "/etc/x", "//x", "x.ipynb", "X.IPYNB", "x.ipynb/y", "a/x.IpYnB/y", ".hidden", "a/.b/c", "",
        ".", "..", "a\x00b", "a\nb", "a\x1b[31m", "\u202efdp.exe", "\ud83d", "x" * 201, "é" * 200, "\U0001f600" * 100,
        "a/b\\..\\c", "x.html", "x.SVG", "x.js", "C:\\x", "\\\\host\\x", 3, "a\u2028b", "a\x7f", "x.htm/y",
    ]  # fmt: skip
    assert files_from(dict.fromkeys(odd, content), 10**6) == {}
    fine = {"a.txt": content, "b/c d.csv": content, "é.png": content, "b": content, "a.txt/x": content}
    assert files_from(fine, 10**6).keys() == fine.keys()
    others = {"y": np.zeros(1, np.float64), "z": [1], "w": np.zeros(100, np.uint8)}
    assert files_from({"x": content, **others}, 50).keys() == {"x"}


def test_files_that_exclude_each_other_harm_nobody(tmp_path: Path) -> None:
    keep_files = pytest.importorskip("grader.nbgrader_run")._keep_files
    folder = tmp_path / "autograded"
    (folder / "taken").mkdir(parents=True)
    (folder / "public_cases.json").write_text("{}")
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "link").symlink_to(outside)
    written = ["a", "a/b", "taken", "public_cases.json", "timestamp.txt", "link/x", "link", "ok.txt"]
    keep_files(Run(files=dict.fromkeys(written, b"x")), folder)
    assert (folder / "ok.txt").read_bytes() == b"x"
    assert (folder / "public_cases.json").read_text() == "{}"
    assert not (folder / "timestamp.txt").exists()
    assert list(outside.iterdir()) == []


# ------------------------------------------------------------------------------------------ odd answers

ODD_ANSWERS: dict[str, Any] = {
    "nothing": None,
    "text": "2.0",
    "truth": True,
    "nan": float("nan"),
    "infinity": float("inf"),
    "negative zero": -0.0,
    "denormal": 5e-324,
    "large int": 2**64 - 1,
    "complex": np.array(3.0 + 0j),
    "nan array": np.full(3, np.nan),
    "complex array": np.array([3.0 + 0j, np.nan, np.inf]),
    "rows without entries": np.empty((2**40, 0)),
    "no rows": np.empty((0, 3)),
    "one more axis": np.array([[3.0]]),
    "64 axes": np.zeros((1,) * 32),
    "half": np.array([3.0], np.float16),
    "truths": np.array([True, False]),
    "bytes": np.array([3], np.uint8),
    "ragged": [[1.0], [1.0, 2.0]],
    "mixed": [1, "x", None, Rng(1)],
    "deep": [[[[[[[[3.0]]]]]]]],
    "rows in a list": [np.empty((2**40, 0))] * 3,
    "many lists": [[] for _ in range(1000)],
    "int keys": dict.fromkeys(range(-2, 3)),
    "odd keys": {"": 1, "\x1b[31m<script>": 2, 0: 3},
    "generator": Rng(-1, 10**50),
    "opaque": Opaque("<script>\x1b[2J"),
    "four": (np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0)),
    "four of many rows": [np.empty((2**40, 0))] * 4,
    "four of odd kinds": [np.array([True]), [1], 2.0, "x"],
    "four nans": [np.full((4, 4), np.nan)] * 4,
    "four infinities": [np.full((4, 4), np.inf)] * 4,
    "huge ints": [2**63, -(2**63)],
}
EXPECTED: dict[str, Key] = {
    "scalar": one_case_key(3.5),
    "int": one_case_key(7),
    "truth": one_case_key(False),
    "text": one_case_key("right"),
    "array": one_case_key(np.array([7.0, 8.0, 9.0])),
    "ints": one_case_key(np.array([7, 8, 9])),
    "truths": one_case_key(np.array([False, False, True])),
    "matrix": one_case_key(np.full((2, 2), 7.0)),
    "list": one_case_key([7.0, np.array([7.0])]),
    "tuple": one_case_key((7.0, "x", None, {"a": 1.0})),
    "dict": one_case_key({"w": np.zeros(2) + 7, "b": 7.0}),
    "exception": raises_key(),
    "sample": draws_key(Uniform(0.0, 1.0), (40, 40)),
    "unchanged": one_case_key(7.0, inputs_unchanged=True),
    "loose": one_case_key(np.array([7.0]), tolerance=Tolerance(0.1, 0.1)),
}  # fmt: skip


@pytest.mark.parametrize("wanted", EXPECTED)
def test_no_odd_answer_is_right_or_harms_the_judge(wanted: str, soon: None) -> None:
    key = EXPECTED[wanted]
    ((_, case),) = key.cases
    for name, value in ODD_ANSWERS.items():
        for answer in (Answer(value=value), Answer(value=value, after=value), Answer(value=value, after={"x": value})):
            verdict = judge(key, {case.id: answer})
            assert verdict.points == 0, name
            for page in (render_text(verdict), render_html(verdict), render_json(verdict)):
                assert_harmless_text(page.replace("\n", ""))
    for types in (("ValueErr",), ("valueerror",), ("",), ("<b>\x1b[31m", "Exception"), ("NotImplementedError",)):
        verdict = judge(key, {case.id: Answer(raised=Raised(types, "<b>\x1b[2J\u202e" * 30, -(2**63), "\x1b[2J" * 40))})
        assert verdict.points == 0
        for page in (render_text(verdict), render_html(verdict)):
            assert_harmless_text(page.replace("\n", ""))
            assert "<b>\x1b" not in page


def test_an_answer_is_no_more_than_one_case() -> None:
    key = double_key()
    right = {case.id: Answer(value=case.expected) for _, case in key.cases}
    assert judge(key, right).points == FULL
    names = list(right)
    for name in names:
        others = {other: right[name] for other in names if other != name}
        assert judge(key, others).points == 0
    swapped = dict(zip(names, reversed(list(right.values())), strict=True))
    assert judge(key, {**swapped, "more": right[names[0]]}).points == 0


def assert_harmless_text(page: str) -> None:
    """Nothing in it moves a cursor, turns a line around or begins a new one."""
    for letter in page:
        category = unicodedata.category(letter)
        assert category not in ("Cc", "Cs", "Zl", "Zp"), repr(letter)
        assert letter not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f", repr(letter)


def test_reports_are_single_harmless_lines(sandbox: Sandbox, ground: Ground) -> None:
    found = attempt(sandbox, ground, "text_for_terminals_and_pages")
    lines = report_lines(found.reports)
    assert lines
    for line in (*lines, *render_text(judge(KEYS["double"], found.answers["double"])).splitlines()):
        assert_harmless_text(line)
        assert len(line) < 400
    forged = [Report(kind, "\x1b]0;x\x07\r\n\n# x" + 10**6 * "y") for kind in ("opened", "imported", "call", "died")]
    for line in report_lines(forged):
        assert_harmless_text(line)
    for outputs in found.outputs.values():
        assert len(json.dumps(outputs)) < 10**6


# ------------------------------------------------------------------------------------------ two exercises

HALF = make_key(
    make_criterion("values", make_case("half/public/0", np.array([2.0]), x=np.array([4.0]))),
    make_criterion("hidden", make_case("half/hidden/0", np.array([SECRET / 2]), x=np.array([SECRET])), hidden=True),
    exercise="half",
)
TWICE = make_key(
    make_criterion("values", make_case("twice/public/0", np.array([8.0]), x=np.array([4.0]))),
    make_criterion("hidden", make_case("twice/hidden/0", np.array([2 * SECRET]), x=np.array([SECRET])), hidden=True),
    exercise="twice",
)
BOTH = {"half": HALF, "twice": TWICE}


def worth(sandbox: Sandbox, *cells: str, keys: dict[str, Key] = BOTH, **limits: Any) -> dict[str, float]:
    """The points of a notebook, exercise by exercise."""
    found = sandbox.run(job_of(IMPORT, *cells, keys=keys, **limits))
    return {name: judge(key, found.answers[name]).points for name, key in keys.items()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["def half(x): return x / 2", 'check("half")', "def twice(x): return 2 * x", 'check("twice")'], (2, 2)),
        # Each other's functions.
        (["def half(x): return 2 * x\ndef twice(x): return x / 2", 'check("half")', 'check("twice")'], (0, 0)),
        # Swapped between the checks, and after them: each is judged as its check saw it.
        (
            ["def half(x): return x / 2", 'check("half")', "half, twice = (lambda x: x), (lambda x: 2 * x)",
             'check("twice")', "half, twice = twice, half"],
            (2, 2),
        ),
        # What one exercise was asked does not answer another.
        (
            ["seen = []\ndef half(x):\n    seen.append(x)\n    return x / 2", 'check("half")',
             "def twice(x): return next((old for old in seen if old.size), x)", 'check("twice")'],
            (2, 0),
        ),
        # A check in the other's cell, and with the other's name.
        (["def half(x): return x / 2\ntwice = half", 'check("twice")', "check('half')"], (2, 0)),
        # One exercise ends the process when hidden cases are asked: the other, asked before, keeps its answers.
        (
            ["import os\ndef half(x): return x / 2", 'check("half")',
             "def twice(x):\n    return 2 * x if x[0] < 10 else os._exit(0)", 'check("twice")'],
            (2, 1),
        ),
        # The other way round the second is not asked any more, and keeps what it has.
        (
            ["import os\ndef half(x):\n    return x / 2 if x[0] < 10 else os._exit(0)", 'check("half")',
             "def twice(x): return 2 * x", 'check("twice")'],
            (1, 1),
        ),
        # One that runs for ever costs itself.
        (
            ["def half(x):\n    while True: pass", 'check("half")', "def twice(x): return 2 * x", 'check("twice")'],
            (0, 2),
        ),
    ],
    ids=["right", "swapped", "redefined", "remembered", "crossed", "second dies", "first dies", "endless"],
)  # fmt: skip
def test_two_exercises_stay_apart(sandbox: Sandbox, cells: list[str], wanted: tuple[int, int]) -> None:
    assert worth(sandbox, *cells) == dict(zip(BOTH, wanted, strict=True))


@pytest.mark.slow
def test_inputs_that_are_altered_or_deleted_cost_their_criterion(sandbox: Sandbox) -> None:
    key = one_case_key(3.0)
    (values,) = key.criteria
    x = np.array([1.0, 2.0])
    case = make_case("kept/public/0", 2 * x, x=x, y={"w": x.copy(), "l": [x.copy()]})
    kept = {"double": make_key(make_criterion("kept", case, inputs_unchanged=True), parameters=("x", "y"))}
    for body, wanted in (
        ("return 2 * x", 1),
        ("x = x * 2; return x", 1),
        ("x *= 2; return x", 0),
        ("y['w'][0] = 3; return 2 * x", 0),
        ("del y['w']; return 2 * x", 0),
        ("y.clear(); return 2 * x", 0),
        ("y['l'].append(1.0); return 2 * x", 0),
        ("y['l'] = tuple(y['l']); y['more'] = 1.0; return 2 * x", 1),
        ("z = 2 * x; x.resize(0, refcheck=False); return z", 0),
        ("z = 2 * x; x.shape = (1, 2); return z", 0),
        ("z = 2 * x; x[:] = float('nan'); return z", 0),
    ):
        assert worth(sandbox, f"def double(x, y):\n    {body}", CHECK, keys=kept) == {"double": wanted}, body
    assert values.points == 1


# ------------------------------------------------------------------------------------------ what others notice


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["descriptors_without_end", "the_connection_sent_to_the_grader", "flood_of_refused_calls", "half_a_message"]
)
def test_nothing_of_the_graders_is_used_up(sandbox: Sandbox, ground: Ground, name: str) -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    attempt(sandbox, ground, name)
    before = open_files()
    for _ in range(3):
        attempt(sandbox, ground, name)
    assert open_files() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["out_of_band_byte", "checks_never_listened_to", "slow_loris", "half_a_length", "keys_that_collide"]
)
def test_deadlines_hold_whatever_is_sent(sandbox: Sandbox, ground: Ground, name: str) -> None:
    source = (ATTEMPTS / f"{name}.py").read_text()
    started = time.monotonic()
    run(sandbox, source, ground, {"wall": 1.0, "cpu": 3.0})
    assert time.monotonic() - started < 1.0 + 2.0 + 2.0


@pytest.mark.slow
def test_the_same_notebook_gives_the_same_answers(sandbox: Sandbox) -> None:
    cells = (
        IMPORT,
        "import random, os\nnoise = np.random.rand(3), random.random(), hash('x'), list({'a', 'b', 'c'})\nnoise",
        "def double(x): return [x.sum() + np.random.rand(), random.random(), hash(str(x)) % 1000]",
        CHECK,
        "print(noise, sorted(os.environ))",
    )
    runs = [sandbox.run(job_of(*cells)) for _ in range(3)]
    assert all(str(other.answers) == str(runs[0].answers) for other in runs)
    assert [other.outputs for other in runs] == [runs[0].outputs] * 3


@pytest.mark.slow
def test_many_files_beside_a_notebook_are_no_fault_of_the_sandbox(sandbox: Sandbox, tmp_path: Path) -> None:
    for number in range(5000):
        (tmp_path / f"{number}.txt").touch()
    job = job_of(IMPORT, "def double(x): return 2 * x", CHECK, files=files_beside(tmp_path))
    found = sandbox.run(job)
    assert points(found) == FULL or ("limit", "files") in [(report.kind, report.detail) for report in found.reports]
    assert points(sandbox.run(job_of(IMPORT, "def double(x): return 2 * x", CHECK))) == FULL


@pytest.mark.slow
def test_odd_names_beside_a_notebook(sandbox: Sandbox, tmp_path: Path) -> None:
    modules = ["grader.py", "numpy.py", "sitecustomize.py", "json.py"]
    for name in ("a\nb", "\u202ex", "-rf", "$(id)", "é" * 100, "x" * 255, *modules):
        (tmp_path / name).write_text("check = print\nraise SystemExit")
    (tmp_path / os.fsdecode(b"\xff\xfe")).write_text("x")
    (tmp_path / "d").mkdir(mode=0o700)
    (tmp_path / "d" / "e").write_text("x")
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    files = files_beside(tmp_path)
    assert "link" not in files
    assert "pipe" not in files
    job = job_of(IMPORT, "def double(x): return 2 * x", CHECK, files=files)
    assert content_key(job)
    assert points(sandbox.run(job)) == FULL
    half = job_of(IMPORT, "import grader\ndef double(x): return x", CHECK, "print(grader.check)", files=files)
    assert points(sandbox.run(half)) == 0


# ------------------------------------------------------------------------------------------ the names of stored work


def names(**changes: Any) -> str:
    job = job_of(IMPORT, "def double(x): return 2 * x", CHECK)
    return content_key(replace(job, **changes))


def test_different_work_has_different_names(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    two.write_text("2")
    key = double_key()
    other = replace(key, parameters=("z",))
    more_inputs = make_key(make_criterion("values", make_case("values/public/0", 1.0, x=2.0)))
    asked_back = make_key(*(replace(criterion, inputs_unchanged=True) for criterion in key.criteria))
    jobs = [
        {},
        {"cells": ((0, "a"), (1, "b"))},
        {"cells": ((0, "a\nb"),)},
        {"cells": ((0, "ab"),)},
        {"cells": ((0, "a"), (2, "b"))},
        {"cells": ((0, "b"), (1, "a"))},
        {"cells": ((0, ""), (1, "a"), (2, "b"))},
        {"cells": ((0, "a "), (1, "b"))},
        {"cells": ((0, "é"),)},
        {"cells": ((0, "e\u0301"),)},
        {"cells": ((0, "ё"),)},
        {"cells": ((0, "a\u200b"),)},
        {"cells": ((0, "a\x00"),)},
        {"cells": ((0, '"], [1, "'),)},
        {"checks": {"double": 1}},
        {"checks": {}},
        {"checks": {"double": 2, "triple": 2}},
        {"files": {"a": one}},
        {"files": {"a": two}},
        {"files": {"b": one}},
        {"files": {"a": one, "b": two}},
        {"files": {"a": two, "b": one}},
        {"files": {"a\nb": one}},
        {"files": {"a/b": one}},
        {"environment": {"NBGRADER_VALIDATING": "1"}},
        {"environment": {"NBGRADER_VALIDATING": "2"}},
        {"environment": {"NBGRADER_X": "1"}},
        {"keys": {}},
        {"keys": {"twice": key}},
        {"keys": {"double": other}},
        {"keys": {"double": more_inputs}},
        {"keys": {"double": asked_back}},
        {"keys": {"double": key.public()}},
        {"limits": Limits(wall=1.0)},
        {"limits": Limits(memory=1)},
    ]
    found = [names(**changes) for changes in jobs]
    repeated = [jobs[index] for index, name in enumerate(found) if name in found[:index]]
    assert repeated == []
    assert content_key(job_of("a")) != content_key(job_of("a"), ("torch",))


def test_the_same_work_has_the_same_name_whatever_is_right(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.write_text("1")
    copy = tmp_path / "copy"
    copy.write_text("1")
    key = double_key()
    judged_otherwise = make_key(
        *(
            replace(
                criterion,
                points=9.0,
                tolerance=Tolerance(1.0, 1.0),
                cases=tuple(replace(case, expected=Raises("ValueError"), mistakes={}) for case in criterion.cases),
            )
            for criterion in key.criteria
        )
    )
    assert names(keys={"double": judged_otherwise}) == names()
    assert names(files={"a": one, "b": copy}) == names(files={"b": one, "a": copy})


def test_two_halves_of_a_letter_are_that_letter(sandbox: Sandbox) -> None:
    # JSON has one form for both, so they share a name; so they must be the same work.
    whole, halves = "text = '\U0001f600'\nprint(len(text), text)", "text = '\ud83d\ude00'\nprint(len(text), text)"
    first, second = (Job(((0, source),), {}, {}) for source in (whole, halves))
    assert content_key(first) == content_key(second)
    assert sandbox.run(first).outputs == sandbox.run(second).outputs


def test_stored_work_is_out_of_reach(sandbox: Sandbox, tmp_path: Path) -> None:
    job = job_of(IMPORT, "def double(x): return x", CHECK)
    key = content_key(job)
    forged = sandbox.run(job_of(IMPORT, "def double(x): return 2 * x", CHECK))
    submission = tmp_path / "submitted"
    AnswerStore(submission / ".gradmark" / "answers").save(key, forged)
    AnswerStore(submission / "answers").save(key, forged)
    assert [name for name in files_beside(submission) if ".gradmark" in name] == []
    folder = f".gradmark/answers/{key[:2]}"
    write = f"import os\nos.makedirs({folder!r})\nopen('{folder}/{key}.npz', 'w').write('x')"
    assert sandbox.run(job_of(write)).files == {}


@pytest.mark.parametrize("damage", ["cut", "garbage", "other", "missing", "level"])
def test_a_damaged_store_is_as_good_as_none(damage: str, tmp_path: Path) -> None:
    store = AnswerStore(tmp_path)
    kept = Run(answers={"double": {"a": Answer(value=1.0)}}, level="contained")
    store.save("ab" * 32, kept)
    path = store.path("ab" * 32)
    data = path.read_bytes()
    assert store.load("ab" * 32) is not None
    if damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "garbage":
        path.write_bytes(os.urandom(1000))
    elif damage == "other":
        np.savez(path, manifest=np.zeros(3), answers=np.array(["x"]))
    elif damage == "missing":
        path.unlink()
        path.mkdir()
    assert store.load("ab" * 32, "separate") is None


# ------------------------------------------------------------------------------------------ notebooks and pages


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code", "source": ["check(", 3]},
        {"cell_type": "code", "source": {"a": 1}},
        {"cell_type": ["code"], "source": "1", "metadata": {"nbgrader": [1]}},
        {"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade": True, "grade_id": {"a": "double"}}}},
        {"cell_type": "code", "source": None},
        [],
        None,
        "code",
    ],
)
def test_a_damaged_cell_is_one_line(cell: Any) -> None:
    problem = ""
    try:
        notebook = parse_notebook(json.dumps({"cells": [cell, {"cell_type": "code", "source": CHECK}]}), "x.ipynb")
    except NotebookError as error:
        problem = str(error)
    assert len(problem.splitlines()) == 1 or notebook.checks in ({"double": 1}, {})


def test_what_only_looks_like_a_check_is_none() -> None:
    look_alikes = [
        'сheck("double")', 'check\u200b("double")', 'ｃｈｅｃｋ("double")', 'check("double\u200b")', 'check ("double")',
        'x = """\n"""; check("double")', '# check("double")', ' check("double")', 'check(name="double")',
    ]  # fmt: skip
    for source in look_alikes:
        assert parse_script(f"# %%\n{source}").checks == {}, source


class Active(HTMLParser):
    """Whatever in a page would act."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("iframe", "object", "embed", "form", "button", "input", "base", "meta", "link", "svg", "math"):
            self.found.append(tag)
        for name, value in attrs:
            told = re.sub(r"\s", "", value or "").lower()
            if name == "href" and told.endswith("page.html"):
                self.found.append(f"{tag} {name}={value}")
            if name.startswith("on") or told.startswith(("javascript:", "vbscript:", "data:text")):
                self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and "alert(" in data:
            self.found.append(data)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Alternative text is missing")
@pytest.mark.parametrize("template", ["classic", "lab"])
def test_nothing_of_a_submission_acts_on_a_page(sandbox: Sandbox, ground: Ground, template: str) -> None:
    nbformat = pytest.importorskip("nbformat.v4")
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    html = pytest.importorskip("grader.nbgrader_html")
    cells = []
    for name in ("html_script_in_output", "edited_outputs", "text_for_terminals_and_pages", "print_hidden_inputs"):
        found = attempt(sandbox, ground, name)
        for outputs in found.outputs.values():
            made = [nbformat.new_output(**output) for output in outputs]
            cells.append(nbformat.new_code_cell("<script>alert(9)</script>", outputs=made))
        verdict = judge(KEYS["double"], found.answers["double"])
        shown = {"text/html": render_html(verdict), "text/plain": render_text(verdict)}
        cells.append(nbformat.new_code_cell("", outputs=[nbformat.new_output("display_data", shown)]))
    odd = [
        "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)></svg>",
        "<a href='java\nscript:alert(4)'>x</a> <a href='page.html'>x</a> [y](page.html)",
        "[x](javascript:alert(5)) [y](JaVaScRiPt:alert(6)) [z](data:text/html,<script>alert(7)</script>)",
        "<form action='/formgrader'><input name=x><button formaction='javascript:alert(8)'>Save</button></form>",
        "<base href='http://evil/'><meta http-equiv=refresh content='0;url=//evil'><link rel=stylesheet href=//evil>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(10)></style></mglyph></table></mtext></math>",
        '<noscript><p title="</noscript><img src=x onerror=alert(11)>"></noscript>',
        "<div style='position:fixed;top:0;left:0;width:100%;height:100%;background:url(javascript:alert(12))'>x</div>",
        "```{=html}\n<script>alert(13)</script>\n```",
        "$$\\href{javascript:alert(14)}{x}$$",
        '![x](x" onerror="alert(15))',
        "<details open ontoggle=alert(16)>",
    ]
    cells += [nbformat.new_markdown_cell(source) for source in odd]
    for source in odd:
        data = [{"text/html": source}, {"text/markdown": source}, {"text/latex": source}, {"image/svg+xml": source}]
        cells.append(nbformat.new_code_cell("", outputs=[nbformat.new_output("display_data", part) for part in data]))
    config = Config()
    html.html_settings(config)
    config.HTMLExporter.template_name = template
    page, _ = HTMLExporter(config=config).from_notebook_node(nbformat.new_notebook(cells=cells))
    empty, _ = HTMLExporter(config=config).from_notebook_node(nbformat.new_notebook())
    acting, allowed = Active(), Active()
    acting.feed(page)
    allowed.feed(empty)
    assert [part for part in acting.found if part not in allowed.found] == []
    assert re.search(r"<[^>]*position:\s*fixed", page.partition("<body")[2]) is None


def test_outputs_are_kept_in_known_forms_only() -> None:
    kinds = ["application/vnd.gradmark.verdict+json", "application/javascript", "application/pdf", "image/gif"]
    forms = dict.fromkeys([*kinds, "text/plain", "text/html"], "x")
    item = {"output_type": "display_data", "data": forms, "metadata": {"image/png": {"width": '1" onload="x'}}}
    (kept,) = outputs_from([[item]], [0])[0]
    assert kept == {"output_type": "display_data", "data": {"text/html": "x", "text/plain": "x"}, "metadata": {}}
    picture = {"output_type": "display_data", "data": {"image/png": 'x"><script>'}}
    nothing = {"output_type": "display_data", "data": dict.fromkeys(kinds, "x")}
    assert outputs_from([[picture, nothing]], [0]) == {0: []}


# ------------------------------------------------------------------------------------------ nbgrader


@pytest.mark.parametrize(
    "released", ["{}", '{"name": "python3", "display_name": "x"}', '{"name": "python3", "language": "python"}']
)
@pytest.mark.parametrize("claimed", ["R", "julia", "bash", {"name": "python"}, None, ""])
def test_a_submission_cannot_choose_to_run_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, released: str, claimed: Any
) -> None:
    from nbformat import NotebookNode

    # nbgrader calls `alembic` by name to make a gradebook.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")

    api = pytest.importorskip("nbgrader.api")
    runs = pytest.importorskip("grader.nbgrader_run")
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with api.Gradebook(url) as gradebook:
        gradebook.add_assignment("week")
        gradebook.add_notebook("first", "week", kernelspec=released)
    # As nbgrader's OverwriteKernelspec leaves it: what the release does not say is the student's.
    kernelspec = {"name": "python3", "language": claimed, **json.loads(released)}
    node = NotebookNode(cells=[], metadata=NotebookNode(kernelspec=kernelspec, language_info={"name": claimed}))
    records = pytest.importorskip("grader.nbgrader_once").Records(url)
    assert runs._language(node, {"notebook": "first", "assignment": "week"}, records) == "python"
    records.close()


def test_the_check_that_counts_is_the_released_one() -> None:
    # Whatever other cells say, an id with `grade` decides.
    cells = [
        {"cell_type": "code", "source": CHECK, "metadata": {"nbgrader": {"grade": True, "grade_id": "double"}}},
        {"cell_type": "code", "source": CHECK},
        {"cell_type": "code", "source": CHECK, "metadata": {"nbgrader": {"grade": False, "grade_id": "double"}}},
        {"cell_type": "raw", "source": CHECK},
    ]
    assert parse_notebook(json.dumps({"cells": cells}), "x").checks == {"double": 0}


def test_messages_survive_their_own_forgery() -> None:
    # A raised exception's parts come back as they were put in, whatever is in them.
    raised = Raised(("A" * 100, "<b>"), "m" * 500, 3, "s" * 200)
    assert answer_from(wire.decode(wire.encode(answer_message("x", Answer(raised=raised))))) == Answer(raised=raised)

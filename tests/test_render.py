"""The words of a verdict: short, escaped, and always with something to do next."""

import json
import math
import re
import string
from pathlib import Path

import numpy as np
import pytest
from builders import (
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
from hypothesis import given
from hypothesis import strategies as st

import grader
from grader.calling import Answer, Raised
from grader.distribution import FLAWS
from grader.exercise import EXACT, Normal, Tolerance, Uniform
from grader.judge import judge
from grader.messages import text
from grader.messages.en import TEXTS
from grader.render import MAX_LINES, compose, number, render_json, render_text, width
from grader.render_html import render_html
from grader.verdict import CriterionVerdict, Diagnosis, Verdict
from grader.wire import Opaque

ONE = np.arange(6.0).reshape(2, 3)


def lines_of(text):
    return [line.strip() for line in text.splitlines()]


def said(key, answers):
    """The message on these answers."""
    if callable(answers):
        answers = answers_of(key, answers)
    elif isinstance(answers, Answer):
        answers = {case.id: answers for _, case in key.cases}
    return render_text(judge(key, answers), key.mistakes)


def value(expected, actual, **options):
    return one_case_key(expected, **options), Answer(value=actual)


def not_started(x):
    raise NotImplementedError


def raised(kind="ValueError", message="bad", line=0, source=""):
    return Answer(raised=Raised((kind, "Exception"), message, line, source))


def unchanged():
    case = make_case("c", 3.0, x=np.ones(2), y=np.ones(2))
    return make_key(make_criterion("inputs left unchanged", case, inputs_unchanged=True))


def hidden(expected):
    return make_key(make_criterion("far", make_case("c", expected, x=SECRET), hidden=True))


def draw(change):
    return lambda size, rng: change(rng.uniform(-1, 1, size))


NEXT = '\n  hint("double") gives a hint'
RUN = "\n  restart the kernel, run all cells, and look at the first error"
WITH = "\n  with x = 1.5"

MESSAGES = {
    "passed": (double_key(), lambda x: 2 * x, "✓ double   3 / 3"),
    "passed in public": (
        double_key().public(),
        lambda x: 2 * x,
        "✓ double   1 / 3\n  1 hidden criterion runs only at grading",
    ),
    "partial": (
        double_key().public(),
        lambda x: 2 * x if x.ndim == 1 else x + 1,
        "✗ double   0 / 3\n  values: wrong in 5 of 6 places, by up to 4\n  with x shape (2, 3)\n"
        "    [0, 0]  yours 1   expected 0\n    [0, 2]  yours 3   expected 4\n    [1, 0]  yours 4   expected 6\n"
        "  1 hidden criterion runs only at grading" + NEXT,
    ),
    "mistake": (
        double_key().public(),
        lambda x: x,
        "✗ double   0 / 3\n  values: wrong in 3 of 3 places, by up to 3\n  with x = [1 -2 3]\n"
        "    [0]  yours 1    expected 2\n    [1]  yours -2   expected -4\n"
        "  likely: returned x itself: it wants doubling\n  1 hidden criterion runs only at grading" + NEXT,
    ),
    "not started": (
        double_key(),
        not_started,
        "… double   0 / 3\n  not started yet: replace `raise NotImplementedError` by your own code",
    ),
    "undefined": (
        one_case_key(3.0),
        Answer(missing="undefined"),
        "✗ double   0 / 1\n  double is not defined: its cell was not run, ended with an error, or stands below" + RUN,
    ),
    "time": (
        one_case_key(3.0),
        Answer(missing="time"),
        "✗ double   0 / 1\n  stopped after its time limit: is there a loop that never ends?" + NEXT,
    ),
    "died": (
        one_case_key(3.0),
        Answer(missing="died"),
        "✗ double   0 / 1\n"
        "  the process ended before it answered: did it use too much memory, or leave with exit()?" + NEXT,
    ),
    "answers": (
        one_case_key(3.0),
        Answer(missing="answers"),
        "✗ double   0 / 1\n  returned far more data than was asked for" + NEXT,
    ),
    "damaged": (
        one_case_key(3.0),
        Answer(missing="damaged"),
        "✗ double   0 / 1\n  no usable answer came back" + NEXT,
    ),
    "not asked": (
        one_case_key(3.0),
        {},
        "✗ double   0 / 1\n" + '  its check was never reached: is the cell check("double") still there?' + RUN,
    ),
    "raised": (
        one_case_key(3.0),
        raised(message="operands could not be\n broadcast", line=3, source="return x @ w"),
        "✗ double   0 / 1\n"
        "  values: ValueError: operands could not be broadcast\n  your line 3: return x @ w" + WITH + NEXT,
    ),
    "raised nowhere": (
        one_case_key(3.0),
        raised(),
        "✗ double   0 / 1\n  values: ValueError: bad" + WITH + NEXT,
    ),
    "did not raise": (
        raises_key(),
        Answer(value=3.0),
        "✗ double   0 / 1\n  values: ValueError should be raised here and was not" + WITH + NEXT,
    ),
    "none": (
        *value(3.0, None),
        "✗ double   0 / 1\n  values: returned None: is there a `return`?" + WITH + NEXT,
    ),
    "none inside": (
        *value((3.0, 4.0), (3.0, None)),
        "✗ double   0 / 1\n  values: returned None in result[1]: is there a `return`?" + WITH + NEXT,
    ),
    "opaque": (
        *value(3.0, Opaque("Tensor")),
        "✗ double   0 / 1\n  values: returned a Tensor: return numbers or NumPy arrays" + WITH + NEXT,
    ),
    "ragged": (
        *value(ONE, [[1.0], [2.0, 3.0]]),
        "✗ double   0 / 1\n"
        "  values: returned a list whose rows differ in length or that holds no numbers" + WITH + NEXT,
    ),
    "type": (
        *value((1.0, 2.0), 3.0),
        "✗ double   0 / 1\n  values: returned a float, expected a tuple of 2" + WITH + NEXT,
    ),
    "type plain": (
        *value(1.0, {"a": 1.0}),
        "✗ double   0 / 1\n  values: returned a dict, which is not what the docstring asks for" + WITH + NEXT,
    ),
    "length": (
        *value((1.0, 2.0), (1.0, 2.0, 3.0)),
        "✗ double   0 / 1\n  values: returned 3 values, expected 2" + WITH + NEXT,
    ),
    "keys": (
        *value({"w": 1.0, "b": 1.0}, {"W": 1.0}),
        "✗ double   0 / 1\n  values: the returned dict lacks b, w" + WITH + NEXT,
    ),
    "shape": (
        *value(ONE, ONE[:, :2]),
        "✗ double   0 / 1\n  values: shape: yours (2, 2), expected (2, 3)" + WITH + NEXT,
    ),
    "shape, same values": (
        *value(ONE[0], ONE[:1]),
        "✗ double   0 / 1\n"
        "  values: shape: yours (1, 3), expected (3,); the values are right: keepdims, reshape?" + WITH + NEXT,
    ),
    "dtype": (
        *value(55, 55.0),
        "✗ double   0 / 1\n"
        "  values: dtype: yours float64, expected int64: whole numbers are wanted: int(...), dtype=int" + WITH + NEXT,
    ),
    "not finite": (
        *value(ONE[0], np.array([0.0, math.nan, math.inf])),
        "✗ double   0 / 1\n"
        "  values: NaN or infinite: 2 of 3 values, the first at [1]"
        + WITH
        + "\n    [1]  yours nan   expected 1\n    [2]  yours inf   expected 2"
        + NEXT,
    ),
    "values": (
        *value(ONE[0], np.array([0.25, 1.0, 2.5])),
        "✗ double   0 / 1\n"
        "  values: wrong in 2 of 3 places, by up to 0.5"
        + WITH
        + "\n    [0]  yours 0.25   expected 0\n    [2]  yours 2.5    expected 2"
        + NEXT,
    ),
    "one value": (
        *value(3.0, 1 / 3),
        "✗ double   0 / 1\n  values: wrong value" + WITH + "\n    yours 0.3333   expected 3" + NEXT,
    ),
    "all zero": (
        *value(np.ones(2), np.zeros(2)),
        "✗ double   0 / 1\n"
        "  values: every value is zero"
        + WITH
        + "\n    [0]  yours 0   expected 1\n    [1]  yours 0   expected 1"
        + NEXT,
    ),
    "changed input": (
        unchanged(),
        Answer(value=3.0, after={"x": np.ones(2), "y": np.zeros(2)}),
        "✗ double   0 / 1\n  inputs left unchanged: your function changes its argument y: work on a copy" + NEXT,
    ),
    "changed inputs": (
        unchanged(),
        Answer(value=3.0, after={"x": np.zeros(2), "y": np.zeros(2)}),
        "✗ double   0 / 1\n  inputs left unchanged: your function changes its arguments x, y: work on copies" + NEXT,
    ),
    "hidden": (
        hidden(3.0),
        lambda x: x,
        "✗ double   0 / 1\n  far: a case that is not shown is wrong" + NEXT,
    ),
    "hidden raised": (
        hidden(3.0),
        lambda x: 1 / 0,
        "✗ double   0 / 1\n  far: ZeroDivisionError in a case that is not shown" + NEXT,
    ),
    "hidden raised, own type": (
        hidden(3.0),
        raised("Mine"),
        "✗ double   0 / 1\n  far: an exception in a case that is not shown" + NEXT,
    ),
    "hidden time": (
        hidden(3.0),
        Answer(missing="time"),
        "✗ double   0 / 1\n  stopped after its time limit: is there a loop that never ends?" + NEXT,
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_exactly_this(name):
    key, answers, wanted = MESSAGES[name]
    assert said(key, answers) == wanted


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda sample: sample / 2,
            r"law: the drawn numbers are not what the docstring asks for\n"
            r"    no value comes near .*\n    standard deviation 0\.28\d+, expected 0\.5774\n  hint",
        ),
        (lambda sample: sample * 0, r"docstring asks for\n    every number drawn is the same\n  hint"),
        (lambda sample: sample**2, r"mean 0\.3\d+, expected 0"),
    ],
    ids=["spread", "constant", "mean"],
)
def test_a_distribution_is_told_in_numbers(change, says):
    message = said(draws_key(Uniform(-1, 1), (80, 60)), draw(change))
    assert re.search(says, message)
    assert message.endswith('hint("draw") gives a hint')


def test_normal_draws_hear_of_no_range_and_of_no_moment_that_is_right():
    key = draws_key(Normal(0.0, 0.08), (200, 100))
    width = 0.08 * math.sqrt(3)
    answers = answers_of(key, lambda size, rng: rng.uniform(-width, width, size))
    assert judge(key, answers).diagnosis.details["flaws"] == ["law"]
    assert lines_of(said(key, answers))[1:-1] == [
        "law: the drawn numbers are not what the docstring asks for",
        "another distribution",
    ]
    wide = judge(key, answers_of(key, lambda size, rng: rng.normal(0, 0.1, size))).diagnosis
    assert "spread" in wide.details["flaws"]


def test_a_rubric_that_is_too_long_tells_what_was_lost():
    names = [f"criterion number {number}, with a long name" for number in range(4)]
    key = make_key(*[make_criterion(name, make_case(f"{name}/public/0", 2.0, x=1.0)) for name in names])
    answers = {f"{name}/public/0": Answer(value=2.0) for name in names}
    answers[f"{names[3]}/public/0"] = Answer(value=3.0)
    assert lines_of(said(key, answers))[1] == f"{names[3]}: 0 of 1 cases · {names[0]}: ✓ · +2 ✓"


def test_a_hidden_distribution_is_told_without_numbers():
    key = draws_key(Uniform(-1, 1), (80, 60))
    key = make_key(
        make_criterion("law", *key.criteria[0].cases, hidden=True), exercise="draw", parameters=("size", "rng")
    )
    assert lines_of(said(key, draw(lambda sample: sample / 2)))[1:-1] == [
        "law: the drawn numbers are not what the docstring asks for",
        "no value comes near the ends of the range: is the limit too small?",
        "another standard deviation",
    ]


def test_another_distribution_is_said_where_mean_and_spread_are_right():
    message = said(draws_key(Uniform(-1, 1), (80, 60)), draw(lambda sample: np.sign(sample) * np.sqrt(1 / 3)))
    assert "another distribution" in message


def test_the_rubric_shows_what_was_right():
    message = said(double_key(), lambda x: 2 * x if x.ndim == 1 else x)
    assert lines_of(message)[1] == "values: 1 of 3 cases · far from zero: ✓"


def test_of_unchanged_inputs_nothing_is_said_before_the_answers_are_right():
    case = make_case("c", 3.0, x=np.ones(2))
    key = make_key(make_criterion("values", case), make_criterion("inputs left unchanged", case, inputs_unchanged=True))
    wrong = {"c": Answer(value=4.0, after={"x": np.ones(2)})}
    assert "inputs left unchanged</td>" in render_html(judge(key, wrong))
    assert "not until the answers are right</td>" in render_html(judge(key, wrong))
    changed = {"c": Answer(value=3.0, after={"x": np.zeros(2)})}
    assert lines_of(render_text(judge(key, changed)))[1] == "inputs left unchanged: 0 of 1 cases · values: ✓"


def test_several_pending_criteria_are_counted():
    key = make_key(
        *[make_criterion(name, make_case(name, 2.0, x=1.0), hidden=True) for name in "ab"],
        make_criterion("c", make_case("c", 2.0, x=1.0)),
    )
    assert lines_of(said(key.public(), lambda x: 2 * x)) == [
        "✓ double   1 / 3",
        "2 hidden criteria run only at grading",
    ]


def test_arguments_are_told_with_a_few_digits():
    case = make_case("values/public/0", 3.0, x=1 / 3, y=(0.1, 2e-7 / 3), z=0.125, n=123456789)
    line = lines_of(said(make_key(make_criterion("values", case)), Answer(value=4.0)))[2]
    assert line == "with x = 0.33333, y = (0.1, 6.6667e-08), z = 0.125, n = 123456789"


def test_numbers_that_differ_look_different():
    """Where the tolerance is tight, the digits that tell the two apart must be shown."""
    close = [(0.12345678, 0.12345699), (12345.5, 12345.75), (1.0, 1.0 + 1e-9), (1234567.0, 1234568.0), (0.118, 0.11803)]
    close += [(1, 1.0 + 1e-9)]
    for actual, expected in close:
        message = said(*value(expected, actual, tolerance=EXACT))
        yours, wanted = re.search(r"yours (\S+)   expected (\S+)", message).groups()
        assert float(yours) != float(wanted)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1, "1"),
        (1.0, "1"),
        (0.5, "0.5"),
        (1.25, "1.25"),
        (1 / 3, "0.3333"),
        (-2 / 3, "-0.6667"),
        (1.5e-7, "1.5e-07"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (True, "True"),
        (0.0, "0"),
        (10**12, "1000000000000"),
        (-0.0, "0"),
        (0.0009202, "0.0009202"),
        (0.00240137, "0.002401"),
    ],
)
def test_numbers_are_short(value, written):
    assert number(value) == written


# ------------------------------------------------------------------------------------------ always


def mean(texts):
    """Verdicts whose every part is as long and as odd as can be."""
    return st.builds(
        lambda code, name, message, mistake, pending, hidden: Verdict(
            exercise="double",
            points=0.5,
            max_points=2.0,
            status="partial",
            criteria=(
                CriterionVerdict("values", 0.0, 1.0, hidden, 1, 3, None),
                CriterionVerdict("b" * 200, 1, 1, False, 1, 1, None),
            ),
            diagnosis=Diagnosis(code[0], code[1](name, message), "values", hidden, mistake),
            pending=pending,
        ),
        st.sampled_from(
            [
                (
                    "raised",
                    lambda name, message: {
                        "type": name,
                        "message": message,
                        "line": 3,
                        "source": message,
                        "inputs": {"x": "1.5", "y": "shape (2, 3)"},
                    },
                ),
                ("opaque", lambda name, message: {"type": name, "inputs": {"x": "1.5"}, "path": message}),
                ("keys", lambda name, message: {"missing": [name, message], "path": ""}),
                (
                    "values",
                    lambda name, message: {
                        "wrong": 3,
                        "total": 5,
                        "shape": (5,),
                        "path": f"[{message!r}]",
                        "inputs": {"x": "1"},
                        "first": [{"index": (i,), "actual": 1.0, "expected": math.nan} for i in range(3)],
                    },
                ),
            ]
        ),
        texts,
        texts,
        st.sampled_from(["", "known"]),
        st.sampled_from([(), ("a",), ("a", "b")]),
        st.booleans(),
    )


odd_text = st.text(st.sampled_from("ab {}<>&\"'\n\r\x0b\x0c\x1c\x85\u2028\u2029\x1b"), max_size=12) | st.text(
    max_size=300
)


@given(mean(odd_text))
def test_no_message_is_longer_than_eight_lines(verdict):
    message = render_text(verdict, {"known": "look again"})
    assert len(message.splitlines()) <= MAX_LINES
    assert message.endswith('hint("double") gives a hint')


@given(mean(odd_text))
def test_every_line_has_a_greatest_width(verdict):
    assert max(map(width, compose(verdict, {"known": "look again"}).lines)) <= 120


@pytest.mark.parametrize("name", [name for name in MESSAGES if not name.startswith("passed")])
def test_what_did_not_pass_ends_in_a_next_step(name):
    key, answers, _ = MESSAGES[name]
    last = said(key, answers).splitlines()[-1]
    assert re.search(r"hint\(|replace `raise NotImplementedError`|restart the kernel", last)
    assert len(said(key, answers).splitlines()) <= MAX_LINES


def test_braces_in_a_students_text_do_no_harm():
    assert "KeyError: {exercise} {0} {" in said(one_case_key(3.0), raised("KeyError", "{exercise} {0} {"))


# ------------------------------------------------------------------------------------------ HTML


EVIL = "<script>alert(1)</script>&'\""


def evil_verdicts():
    key = make_key(
        make_criterion(EVIL, make_case("c", {"a": 1.0}, x=1.5), points=1), exercise=EVIL, mistakes={EVIL: EVIL}
    )
    for answer in (
        raised(EVIL, EVIL, 3, EVIL),
        Answer(value={EVIL: 1.0}),
        Answer(value={"a": Opaque(EVIL)}),
        Answer(missing="undefined"),
        Answer(value={"a": 1.0}),
    ):
        yield judge(key, {"c": answer})
    first = judge(key, {"c": Answer(value={"a": 2.0})})
    yield Verdict(EVIL, 0, 1, "failed", first.criteria, Diagnosis("none", {}, EVIL, False, EVIL))


def test_html_is_escaped():
    for verdict in evil_verdicts():
        html = render_html(verdict, {EVIL: EVIL}, note=EVIL)
        assert "<script" not in html
        assert "&lt;script&gt;" in html
        assert set(re.findall(r"</?([a-z]+)", html)) <= {"div", "b", "table", "tr", "td"}
        assert "label='<" not in html
        assert html.count("<div") == html.count("</div>")


@given(mean(odd_text))
def test_html_is_escaped_whatever_the_text(verdict):
    html = render_html(verdict, {"known": "look again"})
    assert set(re.findall(r"</?([A-Za-z]+)", html)) <= {"div", "b", "table", "tr", "td"}


def test_html_says_what_the_text_says():
    key = double_key()
    html = render_html(judge(key, answers_of(key, lambda x: x)), key.mistakes, note="run at isolation level limited")
    for part in (
        "✗ double   0 / 3",
        "values",
        "far from zero",
        "0 of 3 cases",
        "returned x itself",
        "isolation level limited",
    ):
        assert part in html


def test_html_of_no_points_says_why():
    html = render_html(judge(double_key(), answers_of(double_key(), lambda x: None)))
    assert "values: returned None: is there a `return`?" in html
    partial = render_html(judge(double_key(), answers_of(double_key(), lambda x: 2 * x if x.ndim == 1 else None)))
    assert "values: returned None: is there a `return`?" in partial
    assert "values: 1 of 3 cases" not in partial


def test_html_of_a_pass_is_short():
    key = double_key()
    html = render_html(judge(key, answers_of(key, lambda x: 2 * x)))
    assert "✓ double   3 / 3" in html
    assert "hint(" not in html


def test_html_of_a_stub_says_what_to_do():
    assert "replace `raise NotImplementedError`" in render_html(
        judge(double_key(), answers_of(double_key(), not_started))
    )


# ------------------------------------------------------------------------------------------ JSON


@pytest.mark.parametrize("name", MESSAGES)
def test_json_parses(name):
    key, answers, _ = MESSAGES[name]
    if callable(answers):
        answers = answers_of(key, answers)
    elif isinstance(answers, Answer):
        answers = {case.id: answers for _, case in key.cases}
    verdict = judge(key, answers)
    node = json.loads(render_json(verdict), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert (node["exercise"], node["status"], node["points"]) == (verdict.exercise, verdict.status, verdict.points)
    assert [item["name"] for item in node["criteria"]] == [item.name for item in verdict.criteria]


def test_json_writes_nan_and_infinity_as_text():
    key, answer = value(ONE[0], np.array([math.nan, -math.inf, 2.0]))
    node = json.loads(render_json(judge(key, {"values/public/0": answer})))
    first = node["diagnosis"]["details"]["first"]
    assert [place["actual"] for place in first] == ["nan", "-inf"]
    assert first[0]["index"] == [0]


# ------------------------------------------------------------------------------------------ the texts


def source(name):
    return (Path(grader.__file__).parent / name).read_text()


ENDED = re.compile(r'ended = "(\w+)"')


def codes():
    """Every diagnosis code that the judge can produce, read off the source."""
    found = set(re.findall(r'Diagnosis\(\s*"(\w+)"', source("diagnosis.py")))
    found |= set(re.findall(r'Pattern\("(\w+)"', source("patterns.py")))
    found |= set(re.findall(r'(?:Mismatch|_differ)\(\s*"(\w+)"', source("tolerance.py")))
    reasons = set()
    for module in (
        "calling.py",
        "judge.py",
        "diagnosis.py",
        "checking.py",
        "sandbox/conversation.py",
        "sandbox/child.py",
        "sandbox/protocol.py",
    ):
        reasons |= set(re.findall(r'missing="(\w+)"', source(module)))
        reasons |= set(ENDED.findall(source(module)))
    return found | {f"missing_{reason}" for reason in reasons | {"not_asked", "damaged"}}


def test_the_codes_are_found():
    assert {
        "raised",
        "values",
        "shape",
        "keys",
        "missing_time",
        "missing_died",
        "missing_answers",
        "distribution",
        "transposed",
        "factor",
    } <= codes()


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_a_text(code):
    assert code in TEXTS


@pytest.mark.parametrize("flaw", FLAWS)
def test_every_flaw_has_a_text(flaw):
    assert f"flaw_{flaw}" in TEXTS


def test_every_end_has_a_text():
    found = set(ENDED.findall(source("sandbox/conversation.py")))
    assert found == {"time", "died", "answers", "damaged"}
    for ended in found:
        assert f"ended_{ended}" in TEXTS


def test_every_limit_has_a_text():
    conversation = source("sandbox/conversation.py")
    found = set(re.findall(r'report\("limit", "(\w+)"', conversation + source("sandbox/parent.py")))
    endings = re.search(r"_ENDINGS = {(.*?)}", conversation)[1]
    found |= set(re.findall(r': "(\w+)"', endings)) - {"protocol"}
    found |= set(re.findall(r'return {"(\w+)"}', conversation)) | {"check"}
    assert found == {"wall", "cpu", "cell", "check", "memory", "disk", "threads", "answers", "files"}
    assert {f"report_limit_{limit}" for limit in found} == {name for name in TEXTS if name.startswith("report_limit_")}


@pytest.mark.parametrize("key", TEXTS)
def test_placeholders_are_named(key):
    names = [name for _, name, _, _ in string.Formatter().parse(TEXTS[key]) if name is not None]
    assert all(name.isidentifier() for name in names)
    assert text(key, **dict.fromkeys(names, 1.0))


def test_a_tolerance_is_not_part_of_a_message():
    assert said(*value(3.0, 4.0)) == said(*value(3.0, 4.0, tolerance=Tolerance(0.01, 0.01)))

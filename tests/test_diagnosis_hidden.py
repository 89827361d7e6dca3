"""Of a hidden case the kind of error is told, in words: no number, no text of the student's, nothing of the inputs."""

import re
from pathlib import Path

import numpy as np
import pytest
from builders import SECRET, answers_of, draws_key, make_case, make_criterion, make_key

import grader
from grader.calling import Answer, Raised
from grader.exercise import Normal, Raises
from grader.judge import judge
from grader.key import Outcome
from grader.messages.en import TEXTS
from grader.render import render_text

X = np.random.default_rng(0).normal(size=(9, 5)) * SECRET


def hidden_key(expected=X, **options):
    """One hidden case, in which the arguments are right as they are."""
    case = make_case("far/hidden0/0", expected, x=X, hidden=True, **options)
    return make_key(make_criterion("far", case), mistakes={"known": "look again"})


def verdict(answer, key=None):
    key = key or hidden_key()
    return judge(key, {"far/hidden0/0": answer} if isinstance(answer, Answer) else answers_of(key, answer))


def said(found):
    """What is between headline and next step."""
    return "\n".join(line.strip() for line in render_text(found, {"known": "look again"}).splitlines()[1:-1])


def one_wrong(x):
    x[0, 0] = SECRET
    return x


WRONG = "a case that is not shown is wrong"
# code -> what a function does, and what is said of it.
KINDS = {
    "none": (lambda x: None, f"{WRONG}: it returned None"),
    "opaque": (lambda x: {1}, f"{WRONG}: neither numbers nor NumPy arrays"),
    "ragged": (
        lambda x: [[1.0], [2.0, 3.0]],
        f"{WRONG}: a list whose rows differ in length or that holds no numbers",
    ),
    "type": (lambda x: {"a": x}, f"{WRONG}: a value of another type than the docstring asks for"),
    "transposed": (lambda x: x.T, f"{WRONG}: the transpose of what is expected"),
    "same_values": (lambda x: x.ravel(), f"{WRONG}: the right values in another shape: keepdims, reshape?"),
    "shape": (lambda x: x[0], f"{WRONG}: another shape"),
    "dtype": (lambda x: x.astype(int), f"{WRONG}: another dtype, as floats for whole numbers or the reverse"),
    "not_finite": (lambda x: x * np.nan, f"{WRONG}: NaN or infinite values"),
    "sign": (lambda x: -x, f"{WRONG}: the right size, the opposite sign"),
    "factor": (lambda x: 9 * x, f"{WRONG}: a constant factor is missing, or one too many: N, the rows of x"),
    "offset": (lambda x: x + SECRET, f"{WRONG}: the same is added to every value, or missing"),
    "order": (lambda x: x[::-1], f"{WRONG}: the right values in another order"),
    "imprecise": (
        lambda x: x * (1 + 1e-3 * np.cos(x)),
        f"{WRONG}: not precise enough: rounded, float16, or another ε?",
    ),
    "values": (one_wrong, f"{WRONG}: in a few places"),
    "values_many": (lambda x: x**2, WRONG),
}


def numbers_in(node):
    """Every number, wherever."""
    if isinstance(node, dict):
        return numbers_in([*node, *node.values()])
    if isinstance(node, list | tuple):
        return [number for item in node for number in numbers_in(item)]
    return [node] if isinstance(node, int | float | np.generic) else []


@pytest.mark.parametrize("code", KINDS)
def test_the_kind_is_told_without_a_number(code):
    function, words = KINDS[code]
    found = verdict(function)
    assert found.diagnosis.code == code
    assert said(found) == f"far: {words}"
    for diagnosis in (found.diagnosis, found.criteria[0].diagnosis):
        assert numbers_in(dict(diagnosis.details)) == []
    assert "31337" not in repr(found)
    # Shown to the author, it is all there.
    assert judge(hidden_key(), answers_of(hidden_key(), function), reveal=True).diagnosis.details


def test_numbers_are_found_wherever_they_are():
    assert numbers_in({"a": [1, {"b": (2.5, "x")}], 3: None}) == [3, 1, 2.5]


def test_a_factor_that_is_nothing_known_has_no_name():
    assert said(verdict(lambda x: 3.7 * x)) == f"far: {WRONG}: a constant factor is missing, or one too many"


@pytest.mark.parametrize(
    ("expected", "answer", "words"),
    [
        ((X, X), lambda x: (x, x, x), f"{WRONG}: another number of values"),
        ({"a": X}, lambda x: {"b": x}, f"{WRONG}: keys of the dict are missing"),
        (Raises("ValueError"), lambda x: x, f"{WRONG}: ValueError should be raised and was not"),
    ],
    ids=["length", "keys", "did not raise"],
)
def test_other_kinds_are_told_too(expected, answer, words):
    found = verdict(answer, hidden_key(expected))
    assert said(found) == f"far: {words}"
    assert numbers_in(dict(found.diagnosis.details)) == []


def test_a_module_is_named_when_the_course_forbids_it_and_not_as_the_student_does():
    def leak(x):
        raise ModuleNotFoundError(f"No module named 'torch.a{x.sum()}'")

    found = verdict(leak)
    assert dict(found.diagnosis.details) == {"module": "torch"}
    assert said(found) == "far: torch is not there for this exercise: write it with NumPy"


def test_the_line_that_a_limit_was_hit_at_is_not_told():
    time = Answer(missing="time", seconds=31337.0, raised=Raised(("TimeLimit",), "", 31337, "31337"))
    memory = Answer(raised=Raised(("MemoryError", "Exception"), "31337", 31337, "31337"))
    assert verdict(time).diagnosis.code == "missing_time"
    assert verdict(memory).diagnosis.code == "missing_memory"
    for answer in (time, memory):
        assert not verdict(answer).diagnosis.details


def test_a_known_mistake_is_told_without_what_the_numbers_look_like():
    found = verdict(lambda x: -x, hidden_key(mistakes={"known": Outcome(value=-X)}))
    assert found.diagnosis.code == "sign"
    assert said(found) == f"far: {WRONG}\nlikely: known: look again"


def test_weights_name_no_rule():
    key = draws_key(Normal(0.0, 0.08), (200, 100))
    key = make_key(
        make_criterion("law", *key.criteria[0].cases, hidden=True), exercise="draw", parameters=("size", "rng")
    )
    found = judge(key, answers_of(key, lambda size, rng: rng.normal(0, 0.1, size)))
    assert set(found.diagnosis.details) == {"flaws"}
    assert "another standard deviation" in said(found)


def codes():
    """Every code that can come of an answer, read off the sources."""
    found = set()
    for module, maker in (("diagnosis", "Diagnosis"), ("patterns", "Pattern"), ("tolerance", "(?:Mismatch|_differ)")):
        source = (Path(grader.__file__).parent / f"{module}.py").read_text()
        found |= set(re.findall(rf'{maker}\(\s*"(\w+)"', source))
    return found


def test_every_code_has_its_words():
    # These say the same of a hidden case as of any, or have texts of their own.
    other = {"not_started", "missing_memory", "distribution", "changed_input", "fact", "raised", "raised_other"}
    other |= {"forbidden_import"}
    told = {name.removeprefix("hidden_") for name in TEXTS if name.startswith("hidden_")} - {"because", "factor_named"}
    assert codes() - other - {"values_many"} == told

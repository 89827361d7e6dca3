"""What reaches a student's function, and what is taken down of it."""

import linecache
import warnings

import numpy as np
import pytest

from grader.calling import MAX_MESSAGE, Answer, Raised, ask, describe
from grader.exercise import Rng, Uniform, draws
from grader.wire import Opaque


def test_a_value_comes_back_as_plain_data():
    answer = ask(lambda x: {"twice": (2 * x, {1})}, ["x"], [{"x": np.float32(2)}], False)
    assert answer == Answer(value={"twice": (4.0, Opaque("set"))})


def test_arguments_go_by_position_so_that_they_may_be_renamed():
    assert ask(lambda a, b: a - b, ["x", "y"], [{"y": 1, "x": 3}], False).value == 2


def test_arguments_after_a_gap_go_by_keyword():
    def f(x, axis=0, keepdims=False):
        return [x, axis, keepdims]

    assert ask(f, ["x", "axis", "keepdims"], [{"x": 1, "keepdims": True}], False).value == [1, 0, True]


def test_arguments_the_reference_does_not_name_go_by_keyword():
    assert ask(lambda x, extra: x + extra, ["x"], [{"x": 1, "extra": 2}], False).value == 3


def test_every_call_gets_copies_of_its_own():
    inputs = {"x": np.ones(2), "parts": [np.ones(2), {"w": (np.ones(2),)}]}

    def spoil(x, parts):
        x += 1
        parts[0] += 1
        parts[1]["w"][0][:] = 9
        parts.append("more")
        return x

    answer = ask(spoil, ["x", "parts"], [inputs, inputs], False)
    assert [value.tolist() for value in answer.value] == [[2, 2], [2, 2]]
    assert inputs["x"].tolist() == [1, 1]
    assert inputs["parts"][1]["w"][0].tolist() == [1, 1]
    assert len(inputs["parts"]) == 2


def test_the_arguments_afterwards_come_back_when_wanted():
    def spoil(x, n, rng):
        x += n
        return n

    inputs = {"x": np.zeros(2), "n": 3, "rng": Rng(1)}
    assert ask(spoil, ["x", "n", "rng"], [inputs], False).after is None
    after = ask(spoil, ["x", "n", "rng"], [inputs], True).after
    assert after.keys() == {"x", "n"}
    assert after["x"].tolist() == [3, 3]
    many = ask(spoil, ["x", "n", "rng"], [inputs, inputs], True)
    assert many.value == [3, 3]
    assert [item["x"].tolist() for item in many.after] == [[3, 3], [3, 3]]


def test_odd_things_left_in_the_arguments_do_no_harm():
    class Odd:
        @property
        def __class__(self):
            raise RuntimeError("no class")

    answer = ask(lambda parts: parts.append(Odd()), ["parts"], [{"parts": [1]}], True)
    assert isinstance(answer, Answer)


def test_calls_that_name_one_generator_share_it():
    calls = draws(Uniform(0, 1), 3, size=(4,)).calls
    first, second, twin, other = ask(lambda size, rng: rng.random(size), ["size", "rng"], calls, False).value
    expected = np.random.default_rng(3)
    assert (first == expected.random(4)).all()
    assert (second == expected.random(4)).all()
    assert (twin == first).all()
    assert (other == np.random.default_rng(4).random(4)).all()


def test_asking_again_starts_generators_afresh():
    def draw(rng):
        return rng.random()

    assert ask(draw, ["rng"], [{"rng": Rng(1)}], False) == ask(draw, ["rng"], [{"rng": Rng(1)}], False)


def test_warnings_are_no_mistakes():
    def warn(x):
        warnings.warn("careful", stacklevel=1)
        return np.log(x)

    assert ask(warn, ["x"], [{"x": np.array(0.0)}], False).value == -np.inf


@pytest.mark.parametrize(
    ("error", "types"),
    [
        (ValueError("x"), ("ValueError", "Exception")),
        (ZeroDivisionError("x"), ("ZeroDivisionError", "ArithmeticError", "Exception")),
        (np.linalg.LinAlgError("x"), ("LinAlgError", "ValueError", "Exception")),
        (SystemExit("x"), ("SystemExit",)),
        (NotImplementedError("x"), ("NotImplementedError", "RuntimeError", "Exception")),
    ],
    ids=repr,
)
def test_exceptions_become_answers(error, types):
    def f():
        raise error

    assert ask(f, [], [{}], True).raised.types == types
    assert ask(f, [], [{}], True).raised.message == "x"
    assert ask(f, [], [{}], True).value is None


def test_wrong_signatures_become_answers():
    assert ask(lambda: 1, ["x"], [{"x": 1}], False).raised.types[0] == "TypeError"


def test_endless_recursion_becomes_an_answer():
    def f(x):
        return f(x)

    assert ask(f, ["x"], [{"x": 1}], False).raised.types[0] == "RecursionError"


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit], ids=lambda error: error.__name__)
def test_interrupts_pass_through(error):
    def f():
        raise error

    with pytest.raises(error):
        ask(f, [], [{}], False)


def test_the_first_exception_ends_the_case():
    seen = []

    def f(x):
        seen.append(x)
        return 1 / x

    assert ask(f, ["x"], [{"x": 1}, {"x": 0}, {"x": 2}], False).raised.types[0] == "ZeroDivisionError"
    assert seen == [1, 0]


def test_long_messages_are_cut():
    assert describe(ValueError("x" * 10_000)).message == "x" * MAX_MESSAGE


@pytest.mark.parametrize("error", [ValueError, SystemExit], ids=lambda error: error.__name__)
def test_an_exception_whose_text_raises_is_described(error):
    class Odd(Exception):
        def __str__(self):
            raise error("no text")

    assert describe(Odd()).message == "(its text could not be made)"
    assert describe(Odd()).types == ("Odd", "Exception")


def test_base_exceptions_have_a_type_too():
    assert describe(BaseException("x")).types == ("BaseException",)


def test_long_lines_of_ancestors_and_names_are_cut():
    kind = Exception
    for _ in range(40):
        kind = type("N" * 200, (kind,), {})
    types = describe(kind()).types
    assert len(types) == 20
    assert {len(name) for name in types} == {100}


@pytest.mark.parametrize("file", ["<cell 3>", "<ipython-input-1-abc>", "/tmp/ipykernel_12/345.py", "<string>"])
def test_the_learners_own_line_is_quoted(file):
    source = "import numpy as np\ndef f(x):\n    y = x\n    return np.linalg.inv(y)   # here\n"
    namespace = {}
    exec(compile(source, file, "exec"), namespace)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    raised = ask(namespace["f"], ["x"], [{"x": np.zeros((2, 2))}], False).raised
    del linecache.cache[file]
    assert (raised.line, raised.source) == (4, "return np.linalg.inv(y)   # here")


def test_lines_that_are_not_the_learners_are_not_quoted():
    def f():
        raise ValueError("x")

    assert ask(f, [], [{}], False).raised == Raised(("ValueError", "Exception"), "x")


def test_a_file_may_be_named_as_the_learners():
    try:
        raise ValueError("x")
    except ValueError as error:
        raised = describe(error, __file__)
    assert raised.line > 0
    assert raised.source == 'raise ValueError("x")'

"""Declarations check themselves, and say what to change."""

import math
import subprocess
import sys
import types

import numpy as np
import pytest

from grader.exercise import (
    EXACT,
    Assignment,
    Bernoulli,
    Case,
    Course,
    Criterion,
    DeclarationError,
    Exercise,
    Mistake,
    Raises,
    Rng,
    Tolerance,
    Uniform,
    case,
    draws,
    exercise,
    raising,
)


def bare(points=2.0):
    def f(z, axis=0):
        return z

    return Exercise("f", points, "a hint", f)


def test_default_tolerance_is_the_documented_one():
    assert Tolerance() == Tolerance(rtol=1e-4, atol=1e-6)
    assert Tolerance(0.0, 0.0) == EXACT


@pytest.mark.parametrize("number", [-1e-9, math.nan, math.inf], ids=str)
@pytest.mark.parametrize("name", ["rtol", "atol"])
def test_tolerance_must_be_finite_and_not_negative(name, number):
    with pytest.raises(DeclarationError, match="finite and not negative"):
        Tolerance(**{name: number})


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (math.nan, 1)], ids=["equal", "reversed", "nan"])
def test_uniform_needs_an_interval(low, high):
    with pytest.raises(DeclarationError, match="low must be less than high"):
        Uniform(low, high)


@pytest.mark.parametrize(
    ("probability", "value"), [(0, 1), (1, 1), (-0.1, 1), (1.5, 1), (0.5, 0), (math.nan, 1)], ids=str
)
def test_bernoulli_needs_a_real_choice(probability, value):
    with pytest.raises(DeclarationError, match="probability in"):
        Bernoulli(probability, value)


def test_case_is_one_call_with_these_inputs():
    assert case(a=1, b=(2, 3)) == Case(({"a": 1, "b": (2, 3)},), None)


def test_raising_names_the_exception():
    assert raising(ZeroDivisionError, x=0) == Case(({"x": 0},), Raises("ZeroDivisionError"))


def test_draws_are_four_calls_on_three_generators():
    made = draws(Uniform(0, 1), 5, size=(2, 3))
    first, second, twin, other = (call["rng"] for call in made.calls)
    assert made.wanted == Uniform(0, 1)
    assert [call["size"] for call in made.calls] == [(2, 3)] * 4
    assert first == second == Rng(5)
    assert twin != first
    assert twin.seed == first.seed
    assert other.seed != first.seed


def test_exercise_takes_name_and_parameters_from_the_function():
    @exercise(points=2, hint="look")
    def test_only_scale(x, factor=1.0, *, axis=0):
        return x

    assert isinstance(test_only_scale, Exercise)
    assert (test_only_scale.name, test_only_scale.points, test_only_scale.hint) == ("test_only_scale", 2, "look")
    assert test_only_scale.parameters == ("x", "factor", "axis")


def test_declaring_twice_names_file_and_lines():
    def first():
        @exercise(points=1, hint="")
        def test_only_twice():
            return 0

        return test_only_twice

    made = first()
    with pytest.raises(DeclarationError) as raised:

        @exercise(points=1, hint="")
        def test_only_twice():
            return 1

    message = str(raised.value)
    assert "test_only_twice: declared twice" in message
    assert __file__ in message
    assert str(made.function.__code__.co_firstlineno) in message
    assert "remove one" in message


def test_a_reloaded_module_may_declare_again():
    for _ in range(2):

        @exercise(points=1, hint="")
        def test_only_reloaded():
            return 0

    assert test_only_reloaded.criteria == []


def test_criterion_keeps_the_generator_and_the_options():
    made = bare()
    tight = Tolerance(1e-9, 0.0)

    @made.criterion("values", points=2, hidden=True, tolerance=tight)
    def cases(rng):
        yield case(z=1.0)

    assert made.criteria == [Criterion("values", 2, cases, hidden=True, tolerance=tight)]
    assert list(cases(None)) == [case(z=1.0)]


def test_criteria_need_names_of_their_own():
    made = bare()
    made.criterion("values", points=1)(lambda rng: [])
    with pytest.raises(DeclarationError, match="f: the criterion 'values' is declared twice; rename one"):
        made.criterion("values", points=1)(lambda rng: [])


@pytest.mark.parametrize("points", [0, -1, math.nan], ids=str)
def test_criteria_need_points(points):
    with pytest.raises(DeclarationError, match="needs more than 0 points"):
        bare().criterion("values", points=points)(lambda rng: [])


@pytest.mark.parametrize(
    ("method", "flag"), [("integer_input", "integer_input"), ("inputs_unchanged", "inputs_unchanged")]
)
def test_derived_criteria_take_the_first_criterions_array_cases(method, flag):
    made = bare()
    array = np.ones(3)
    mine = [
        case(z=1.0),
        case(z=array),
        case(z={"w": [1, (array,)]}),
        case(z=np.array(1.0)),
        raising(ValueError, z=array),
        draws(Uniform(0, 1), 1, z=array),
    ]
    made.criterion("values", points=1)(lambda rng: iter(mine))
    made.criterion("more", points=1)(lambda rng: [case(z=array)] * 9)
    getattr(made, method)(points=0.5, tolerance=EXACT)
    derived = made.criteria[-1]
    assert getattr(derived, flag)
    assert (derived.points, derived.tolerance) == (0.5, EXACT)
    assert [found.calls for found in derived.generate(None)] == [mine[1].calls, mine[2].calls]


@pytest.mark.parametrize("method", ["integer_input", "inputs_unchanged"])
def test_derived_criteria_come_after_one_with_cases(method):
    with pytest.raises(DeclarationError, match="declare a criterion with cases before"):
        getattr(bare(), method)(points=1)


def test_mistake_is_kept_with_title_and_hint():
    made = bare()

    @made.mistake("forgot", hint="remember")
    def wrong(z):
        return 0

    assert made.mistakes == [Mistake("forgot", "remember", wrong)]
    with pytest.raises(DeclarationError, match="the mistake 'forgot' is declared twice"):
        made.mistake("forgot", hint="")(wrong)


def test_points_must_add_up():
    made = bare(points=2)
    made.criterion("values", points=1.5)(lambda rng: [])
    with pytest.raises(
        DeclarationError, match=r"f: the criteria's points add up to 1\.5, the exercise is worth 2"
    ) as raised:
        made.check()
    assert __file__ in str(raised.value)


def test_points_add_up_in_spite_of_rounding():
    made = bare(points=0.3)
    for name in "abc":
        made.criterion(name, points=0.1)(lambda rng: [])
    made.check()


def test_an_exercise_without_criteria_cannot_be_graded():
    with pytest.raises(DeclarationError, match="no criterion is declared"):
        bare(points=0).check()


def test_assignment_finds_its_exercises_in_order_and_checks_them():
    module = types.ModuleType("made")
    for name in ("zeta", "alpha"):
        made = Exercise(name, 1, "", lambda z: z)
        made.criterion("values", points=1)(lambda rng: [])
        setattr(module, name, made)
    assignment = Assignment("01", "made", "one")
    assert list(assignment.exercises(module)) == ["zeta", "alpha"]
    module.alpha.points = 2
    with pytest.raises(DeclarationError, match="alpha: the criteria's points add up to 1"):
        assignment.exercises(module)


def test_an_assignment_declares_something():
    with pytest.raises(DeclarationError, match="01: made declares no exercise"):
        Assignment("01", "made", "one").exercises(types.ModuleType("made"))


def test_a_course_lists_an_assignment_once():
    with pytest.raises(DeclarationError, match="T: the assignment 01 is listed twice"):
        Course("T", (Assignment("01", "a", "a"), Assignment("01", "b", "b")))


def test_a_course_finds_its_assignments_by_name():
    course = Course("T", (Assignment("01", "a", "a"), Assignment("02", "b", "b")))
    assert course.assignment("02").module == "b"
    with pytest.raises(KeyError, match="unknown assignment '03'; the course has 01, 02"):
        course.assignment("03")


@pytest.mark.parametrize("made", [Tolerance(), Uniform(0, 1), Rng(1), case(x=1), Mistake("a", "b", print)], ids=repr)
def test_declarations_are_frozen(made):
    with pytest.raises(AttributeError):
        made.anything = 1


def test_declaring_needs_the_standard_library_only():
    code = "import sys, grader.exercise; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"

"""What a course author declares: exercises, criteria, cases, mistakes, tolerances, assignments.

Nothing here computes an expected value or judges an answer. A declaration only checks itself, so a
mistake of the author is one clear line at import time. Needs the standard library and nothing else.

    Course > Assignment > Exercise > Criterion > Case
                                   > Mistake
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.measures import Measure

__all__ = [
    "EXACT",
    "FORBIDDEN",
    "Assignment",
    "Bernoulli",
    "Case",
    "Course",
    "Criterion",
    "DeclarationError",
    "Exercise",
    "Function",
    "Law",
    "Made",
    "Marker",
    "Mistake",
    "Normal",
    "Previous",
    "Raises",
    "Rng",
    "Tolerance",
    "Uniform",
    "case",
    "draws",
    "exercise",
    "measured",
    "raising",
    "steps",
]


class DeclarationError(Exception):
    """A course declares something that cannot be graded. The text names the exercise and the remedy."""


@dataclass(frozen=True)
class Tolerance:
    """How far an answer may lie from the expected value: ``|actual - expected| <= atol + rtol * |expected|``.

    The defaults accept float32 and any order of summation, and lie a factor of ten or more below the
    smallest mistake (`grader audit` prints both distances).
    """

    rtol: float = 1e-4
    atol: float = 1e-6

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rtol) and math.isfinite(self.atol) and self.rtol >= 0 and self.atol >= 0):
            raise DeclarationError(
                f"Tolerance(rtol={self.rtol}, atol={self.atol}): both must be finite and not negative"
            )


EXACT = Tolerance(0.0, 0.0)


@dataclass(frozen=True)
class Uniform:
    """The continuous uniform law on [low, high)."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise DeclarationError(f"Uniform({self.low}, {self.high}): low must be less than high")


@dataclass(frozen=True)
class Bernoulli:
    """`value` with the given probability, otherwise 0."""

    probability: float
    value: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.probability < 1 or self.value == 0:
            raise DeclarationError(f"Bernoulli({self.probability}, {self.value}): probability in (0, 1), value not 0")


@dataclass(frozen=True)
class Normal:
    """The normal law with this mean and standard deviation."""

    mean: float
    std: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and 0 < self.std < math.inf):
            raise DeclarationError(f"Normal({self.mean}, {self.std}): a finite mean and a finite std above 0")


Law = Uniform | Bernoulli | Normal


@dataclass(frozen=True)
class Rng:
    """Stands for ``numpy.random.default_rng(seed)`` in a case; made fresh beside the student's code.

    Two calls of one case that name the same seed and stream are given the same generator object, one
    after the other; another stream of the same seed is a new generator in the same starting state.
    """

    seed: int
    stream: int = 0


@dataclass(frozen=True)
class Function:
    """Stands for a function that is given as an argument: one of `grader.functions`, by its name there."""

    name: str


@dataclass(frozen=True)
class Previous:
    """Stands for what the call before this one returned; with `item` for that item of it."""

    item: int | None = None


@dataclass(frozen=True)
class Made:
    """Stands for what another function of the student's returns: `by` called with `inputs`, once for all its cases.

    item: for a result that is a sequence, the item that is meant.
    """

    by: str
    inputs: Mapping[str, Any]
    item: int | None = None


# What an argument of a case can be instead of plain data: it is made where the call is.
Marker = Rng | Function | Previous | Made


@dataclass(frozen=True)
class Raises:
    """The right answer is to raise this exception (by the name of its type)."""

    type: str


@dataclass(frozen=True)
class Case:
    """One question put to the student's function: a sequence of calls, most often a single one.

    `wanted` is None where the reference computes the expected value, `Raises` where an exception is the
    right answer, and a `Law` where the four calls draw samples (see `draws`); `relative_to` names the argument that the
    answer is divided by before it is held against the law. `item`: of a result that is a sequence, the item that is
    judged. `measure`: by whose facts the answer is judged, in place of the answer itself.
    """

    calls: tuple[Mapping[str, Any], ...]
    wanted: Raises | Law | None = None
    relative_to: str = ""
    item: int | str | None = None
    measure: Measure | None = None


def case(**inputs: Any) -> Case:
    """A case whose expected value is what the reference function returns for these inputs."""
    return Case((inputs,))


def raising(exception: type[Exception], **inputs: Any) -> Case:
    """A case in which a right solution raises `exception` (the type itself, or one derived from it by name)."""
    return Case((inputs,), Raises(exception.__name__))


def draws(law: Law, seed: int, relative_to: str = "", **inputs: Any) -> Case:
    """A case in which the entries of the returned array are independent draws from `law`.

    relative_to: an argument, an array without zeros; then it is the answer divided by this argument that is drawn.

    Four calls, so that the result can be judged for its law, for independence between entries and between
    calls, and for its dependence on `rng` and on nothing else: two calls on one generator, one on a new
    generator in the same state, one on another seed. The function's parameter is named ``rng``.
    """
    generators = (Rng(seed), Rng(seed), Rng(seed, stream=1), Rng(seed + 1))
    return Case(tuple({**inputs, "rng": generator} for generator in generators), law, relative_to)


def steps(
    changes: Iterable[Mapping[str, Any]],
    *,
    carry: Mapping[str, int | None],
    item: int | None = None,
    **inputs: Any,
) -> Case:
    """A case of several calls in a row, each going on where the one before stopped; all their results are judged.

    inputs: the arguments of the first call. changes: for each call the arguments that are its own. carry: arguments
    which from the second call on are what the call before returned, or that item of it. item: the item of each result
    that is judged (None: all of it). For an optimiser that returns (w, state):

        steps([{"g": g} for g in gradients], carry={"w": 0, "state": 1}, item=0, w=w, state=None, lr=0.1)
    """
    calls = [{**inputs, **change} for change in changes]
    carried = {name: Previous(place) for name, place in carry.items()}
    return Case((calls[0], *({**call, **carried} for call in calls[1:])), item=item)


def measured(measure: Measure, *, seed: int | None = None, item: str | None = None, **inputs: Any) -> Case:
    """A case with more than one right answer: judged by the facts that `measure` finds in it (`grader.measures`).

    seed: for a function with a parameter ``rng``. Then it is called four times, as in `draws`. item: of a result that
    is a dict, the only entry that is asked for; the others may be large or of any kind.
    """
    if seed is None:
        return Case((inputs,), item=item, measure=measure)
    generators = (Rng(seed), Rng(seed), Rng(seed, stream=1), Rng(seed + 1))
    return Case(tuple({**inputs, "rng": generator} for generator in generators), item=item, measure=measure)


Generate = Callable[[Any], Iterable[Case]]


@dataclass(frozen=True)
class Criterion:
    """One line of the rubric: the points are given when every case of it is right.

    `generate(rng)` yields the cases. Run with the public seed it gives the cases a student sees, with
    seeds drawn from the course's secret the hidden ones. `hidden` criteria run only at grading.
    `integer_input` turns the float arrays of the cases into whole numbers before the student sees them, only those of
    the arguments `integers` where it names any;
    `inputs_unchanged` also demands that the arguments are as they were after the call.
    """

    name: str
    points: float
    generate: Generate
    hidden: bool = False
    tolerance: Tolerance = Tolerance()
    integer_input: bool = False
    inputs_unchanged: bool = False
    integers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mistake:
    """A wrong solution that learners really write: recognised when made, counted, and killed by the cases."""

    title: str
    hint: str
    function: Callable[..., Any]


@dataclass
class Exercise:
    """One function a student writes. Made by the `exercise` decorator, filled by its own decorators below.

    seconds: how long one case may take; 0 for the usual limit.
    """

    name: str
    points: float
    hint: str
    function: Callable[..., Any]
    criteria: list[Criterion] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the function's arguments, in order."""
        return tuple(inspect.signature(self.function).parameters)

    def criterion(
        self, name: str, *, points: float, hidden: bool = False, tolerance: Tolerance = Tolerance()
    ) -> Callable[[Generate], Generate]:
        """Decorate a generator ``def _(rng)`` of cases as a criterion worth `points`."""

        def add(generate: Generate) -> Generate:
            self._add(Criterion(name, points, generate, hidden, tolerance))
            return generate

        return add

    def integer_input(
        self,
        *,
        points: float,
        tolerance: Tolerance = Tolerance(),
        only: tuple[str, ...] = (),
        cases: Generate | None = None,
    ) -> None:
        """Add the criterion "integer input": float arrays made whole numbers.

        cases: a generator of its own; by default the first criterion's. only: the arguments to change; by default all.
        """
        generate = cases or self._first_with_arrays()
        self._add(Criterion("integer input", points, generate, tolerance=tolerance, integer_input=True, integers=only))

    def inputs_unchanged(
        self, *, points: float, tolerance: Tolerance = Tolerance(), cases: Generate | None = None
    ) -> None:
        """Add the criterion "inputs left unchanged": right values, and the arguments as they were before.

        cases: a generator of its own; by default the first criterion's.
        """
        generate = cases or self._first_with_arrays()
        self._add(Criterion("inputs left unchanged", points, generate, tolerance=tolerance, inputs_unchanged=True))

    def mistake(self, title: str, *, hint: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a wrong implementation; `title` says what the learner did, `hint` where to look."""

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            if any(known.title == title for known in self.mistakes):
                raise DeclarationError(f"{self.name}: the mistake {title!r} is declared twice; rename one of them")
            self.mistakes.append(Mistake(title, hint, function))
            return function

        return add

    def _add(self, criterion: Criterion) -> None:
        if any(known.name == criterion.name for known in self.criteria):
            raise DeclarationError(
                f"{self.name}: the criterion {criterion.name!r} is declared twice; rename one of them"
            )
        if not criterion.points > 0:
            raise DeclarationError(f"{self.name}: the criterion {criterion.name!r} needs more than 0 points")
        self.criteria.append(criterion)

    def _first_with_arrays(self) -> Generate:
        if not self.criteria:
            raise DeclarationError(f"{self.name}: declare a criterion with cases before the derived ones")
        generate = self.criteria[0].generate

        def cases(rng: Any) -> Iterator[Case]:
            for made in generate(rng):
                if made.wanted is None and any(_has_array(value) for call in made.calls for value in call.values()):
                    yield made

        return cases

    def check(self) -> None:
        """Raise DeclarationError unless the criteria exist and their points add up to the exercise's."""
        total = math.fsum(criterion.points for criterion in self.criteria)
        if not self.criteria:
            raise DeclarationError(f"{self.name}: no criterion is declared, so nothing could be graded")
        if not math.isclose(total, self.points):
            raise DeclarationError(
                f"{self.name}: the criteria's points add up to {total:g}, the exercise is worth {self.points:g}; "
                f"change one of them in {inspect.getsourcefile(self.function)}"
            )


def _has_array(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_array(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(_has_array(item) for item in value)
    return getattr(value, "ndim", 0) > 0


_declared: dict[tuple[str, str], Exercise] = {}


def beside(exercise: Exercise, name: str) -> Exercise:
    """The exercise of that name which the same module declares. Raises DeclarationError."""
    try:
        return _declared[exercise.function.__module__, name]
    except KeyError:
        raise DeclarationError(f"{exercise.name}: builds on {name}, which its module does not declare") from None


def exercise(*, points: float, hint: str, seconds: float = 0.0) -> Callable[[Callable[..., Any]], Exercise]:
    """Decorate a reference function: its name is the exercise's, its arguments are the student's.

    seconds: how long one case may take, where the usual limit is too short.
    Raises DeclarationError when the module already declares an exercise of that name.
    """

    def declare(function: Callable[..., Any]) -> Exercise:
        key = (function.__module__, function.__name__)
        before = _declared.get(key)
        # The same line again is a module imported a second time (a reload), not a second declaration.
        if before is not None and before.function.__code__.co_firstlineno != function.__code__.co_firstlineno:
            raise DeclarationError(
                f"{function.__name__}: declared twice in {inspect.getsourcefile(function)}, lines "
                f"{before.function.__code__.co_firstlineno} and {function.__code__.co_firstlineno}; remove one"
            )
        made = Exercise(function.__name__, points, hint, function, seconds=seconds)
        _declared[key] = made
        return made

    return declare


# Libraries that would do a NumPy exercise for the student.
FORBIDDEN = frozenset(
    (
        *("torch", "torchgen", "torchvision", "torchaudio", "torchmetrics", "functorch", "pytorch_lightning"),
        *("lightning", "triton", "tinygrad", "micrograd"),
        *("tensorflow", "tensorflow_probability", "tf_keras", "keras", "jax", "jaxlib", "flax", "haiku", "optax"),
        *("autograd", "mxnet", "paddle", "theano", "pytensor", "aesara", "chainer", "mindspore", "onnxruntime"),
    )
)


@dataclass(frozen=True)
class Assignment:
    """One week of the course: a name, the module that declares its exercises, and the notebook's name.

    forbids: modules by dotted name ("torch", "scipy.special") whose import is pointed out to student and instructor.
    """

    name: str
    module: str
    notebook: str
    forbids: Collection[str] = FORBIDDEN

    def __post_init__(self) -> None:
        if isinstance(self.forbids, str):
            raise DeclarationError(f"{self.name}: forbids={self.forbids!r} is one text; write {{{self.forbids!r}}}")
        # An assignment can be hashed, whatever collection was given.
        object.__setattr__(self, "forbids", frozenset(self.forbids))

    def exercises(self, module: ModuleType) -> dict[str, Exercise]:
        """The exercises `module` declares, in order, each checked. Raises DeclarationError."""
        found = {item.name: item for item in vars(module).values() if isinstance(item, Exercise)}
        if not found:
            raise DeclarationError(f"{self.name}: {self.module} declares no exercise")
        for item in found.values():
            item.check()
        return found


@dataclass(frozen=True)
class Course:
    """A course: its title and its assignments, in teaching order. Importing it loads no reference module."""

    title: str
    assignments: tuple[Assignment, ...]

    def __post_init__(self) -> None:
        names = [assignment.name for assignment in self.assignments]
        for name in names:
            if names.count(name) > 1:
                raise DeclarationError(f"{self.title}: the assignment {name} is listed twice; remove one")

    def assignment(self, name: str) -> Assignment:
        """The assignment of that name. Raises KeyError with the names there are."""
        for assignment in self.assignments:
            if assignment.name == name:
                return assignment
        known = ", ".join(assignment.name for assignment in self.assignments)
        raise KeyError(f"unknown assignment {name!r}; the course has {known}")

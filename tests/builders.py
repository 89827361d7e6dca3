"""Small keys, answers, notebooks and courses for tests. Plain functions; nothing here is a test."""

from __future__ import annotations

import itertools
import json
import sys
import textwrap
import types
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from grader.calling import Answer, ask
from grader.course import CourseFolder, find_course
from grader.distribution import summarize
from grader.exercise import Law, Raises, Tolerance, draws
from grader.key import FORMAT, Key, KeyCase, KeyCriterion, Outcome, Sample, key_to_json
from grader.public import FILE, Cases, read_file
from grader.quiz import any_key_to_json

# Stands in hidden inputs and nowhere else, so that a search can find it.
SECRET = 31337.125


def make_case(
    name: str, expected: Any, /, *, mistakes: Any = None, hidden: bool = False, calls: Any = None, **inputs: Any
) -> KeyCase:
    """A case with these inputs."""
    return KeyCase(name, calls or (inputs,), expected, mistakes or {}, hidden)


def make_criterion(
    name: str,
    *cases: KeyCase,
    points: float = 1.0,
    hidden: bool = False,
    tolerance: Tolerance = Tolerance(),
    inputs_unchanged: bool = False,
) -> KeyCriterion:
    """A criterion of these cases."""
    return KeyCriterion(name, points, hidden, tolerance, inputs_unchanged, cases)


def make_key(*criteria: KeyCriterion, exercise: str = "double", parameters: Any = ("x",), mistakes: Any = None) -> Key:
    """A key of these criteria."""
    points = sum(criterion.points for criterion in criteria)
    return Key(exercise, points, "Add x to itself.", tuple(parameters), criteria, mistakes or {}, "digest")


def one_case_key(expected: Any, **options: Any) -> Key:
    """A key with a single criterion of a single case ``f(x=1.5)``."""
    return make_key(make_criterion("values", make_case("values/public/0", expected, x=1.5), **options))


DOUBLE_MISTAKES: dict[str, Callable[[Any], Any]] = {
    "returned x itself": lambda x: 1.0 * x,
    "squared x": lambda x: x**2,
}


def double_key() -> Key:
    """``double(x) = 2 x``: two public cases, hidden ones, a hidden criterion, two known mistakes."""

    def made(name: str, x: Any, *, hidden: bool = False) -> KeyCase:
        mistakes = {title: Outcome(value=function(x)) for title, function in DOUBLE_MISTAKES.items()}
        return make_case(name, 2.0 * x, mistakes=mistakes, hidden=hidden, x=x)

    return make_key(
        make_criterion(
            "values",
            made("values/public/0", np.array([1.0, -2.0, 3.0])),
            made("values/public/1", np.arange(6.0).reshape(2, 3)),
            made("values/hidden0/0", np.array([[SECRET, SECRET]]), hidden=True),
        ),
        make_criterion(
            "far from zero", made("far from zero/public/0", np.array([-SECRET, SECRET])), hidden=True, points=2
        ),
        mistakes={"returned x itself": "it wants doubling", "squared x": "2x, not x²"},
    )


def answers_of(key: Key, function: Callable[..., Any]) -> dict[str, Answer]:
    """What a function answers to every case of a key."""
    return {
        case.id: ask(function, key.parameters, case.calls, criterion.inputs_unchanged) for criterion, case in key.cases
    }


def raises_key(name: str = "ValueError") -> Key:
    """A key whose right answer is an exception."""
    return one_case_key(Raises(name))


def draws_key(law: Law, shape: tuple[int, ...], mistakes: Mapping[str, Callable[..., Any]] | None = None) -> Key:
    """A key that wants ``f(size, rng)`` to draw an array of `shape` from `law`."""
    calls = draws(law, 7, size=shape).calls
    known = {
        title: Outcome(summary=summarize(ask(function, ("size", "rng"), calls, False).value, law))
        for title, function in (mistakes or {}).items()
    }
    case = make_case("law/public/0", Sample(law, shape), mistakes=known, calls=calls)
    return make_key(
        make_criterion("law", case),
        exercise="draw",
        parameters=("size", "rng"),
        mistakes=dict.fromkeys(known, "look at the docstring"),
    )


def cases_file(folder: Path, *keys: Key) -> Path:
    """Write `public_cases.json` with these keys into a folder."""
    path = folder / "public_cases.json"
    path.write_text(json.dumps({"format": FORMAT, "exercises": [key_to_json(key.public()) for key in keys]}))
    return path


def twice_key(name: str, digest: str = "digest") -> Key:
    """``name(x) = 2 x``, one public case."""
    case = make_case("values/public/0", np.array([2.0, 4.0]), x=np.array([1.0, 2.0]))
    return replace(make_key(make_criterion("values", case), exercise=name), digest=digest)


def assignment_file(
    folder: Path, *keys: Key, assignment: str = "", lang: str = "", notebook: str = "", questions: Any = ()
) -> Cases:
    """The public cases of an assignment, by default called as its folder, written and read."""
    folder.mkdir(parents=True, exist_ok=True)
    node: dict[str, Any] = {"format": FORMAT, "exercises": [key_to_json(key.public()) for key in keys]}
    node |= {"assignment": assignment or folder.name, "lang": lang, "notebook": notebook}
    node["questions"] = [any_key_to_json(key.public()) for key in questions]
    (folder / FILE).write_text(json.dumps(node), encoding="utf-8")
    return read_file(folder / FILE)


def code_cell(source: str, grade_id: str = "") -> dict[str, Any]:
    """A notebook's code cell; with a grade_id, a graded one."""
    metadata = {"nbgrader": {"grade": True, "grade_id": grade_id}} if grade_id else {}
    return {"cell_type": "code", "source": source, "metadata": metadata}


def notebook_text(*cells: dict[str, Any]) -> str:
    """A notebook's JSON."""
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def checked_notebook(*sources: str) -> str:
    """A notebook's JSON: these cells, each that begins with a function followed by its check."""
    cells = [code_cell("import numpy as np\nfrom grader import check")]
    for source in sources:
        cells.append(code_cell(source))
        if source.startswith("def "):
            name = source[4 : source.index("(")]
            cells.append(code_cell(f'check("{name}")', name))
    return notebook_text(*cells)


_numbers = itertools.count()

REFERENCE = """
    from grader.exercise import case, exercise, raising
    import numpy as np

    @exercise(points=3, hint="Add x to itself.")
    def double(x):
        if x.ndim == 0:
            raise ValueError("no array")
        return 2 * x

    @double.criterion("values", points=1)
    def _(rng):
        yield case(x=rng.normal(size=3))
        yield case(x=rng.normal(size=(2, 2)))

    @double.criterion("arrays only", points=1)
    def _(rng):
        yield raising(ValueError, x=np.array(1.0))

    double.inputs_unchanged(points=1)

    @double.mistake("returned x itself", hint="it wants doubling")
    def _(x):
        return 1 * x
"""


def write_course(root: Path, reference: str = REFERENCE, *, package: str = "") -> CourseFolder:
    """A course of one assignment, ``01_first``, whose package has a name of its own."""
    package = package or f"tiny_course_{next(_numbers)}"
    (root / package).mkdir(parents=True)
    (root / "pyproject.toml").write_text(f'[tool.gradmark]\ncourse = "{package}:COURSE"\n')
    (root / package / "__init__.py").write_text(
        "from grader.exercise import Assignment, Course\n"
        f'COURSE = Course("Tiny", (Assignment("01_first", "{package}.first", "first"),))\n'
    )
    (root / package / "first.py").write_text(textwrap.dedent(reference))
    return find_course(root)


STUB = "def {}(x):\n    raise NotImplementedError"


def two_assignments(folder: Path) -> None:
    """A course of two assignments that nobody has begun; the first has two exercises."""
    assignment_file(folder / "01_first", twice_key("double"), twice_key("twice"), notebook="first")
    assignment_file(folder / "02_second", twice_key("more"), notebook="second")
    (folder / "01_first" / "first.ipynb").write_text(checked_notebook(STUB.format("double"), STUB.format("twice")))
    (folder / "02_second" / "second.ipynb").write_text(checked_notebook(STUB.format("more")))


def shown_in_ipython(monkeypatch) -> list:
    """Pretend that this is a notebook; what is displayed from now on."""
    shown: list = []
    display = types.ModuleType("IPython.display")
    display.display = shown.append
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: object()
    ipython.display = display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return shown

"""The audit finds the holes it is there for; the real course has none (`make course`, in CI on two seeds)."""

from __future__ import annotations

import textwrap

import pytest

from grader.audit import audit_assignment, audit_course, audit_questions, table
from grader.course import CourseFolder, find_course

pytestmark = pytest.mark.slow

GOOD = """
    from grader.exercise import case, exercise


    @exercise(points=2, hint="Twice.")
    def double(x):
        return 2 * x


    @double.criterion("values", points=1)
    def _(rng):
        yield case(x=rng.normal(size=3))
        yield case(x=rng.normal(size=(2, 2)))


    double.inputs_unchanged(points=1)


    @double.mistake("returned x", hint="twice")
    def _(x):
        return 1 * x


    @double.mistake("squared", hint="not a square")
    def _(x):
        return x**2


    @double.mistake("three times", hint="two times")
    def _(x):
        return 3 * x
"""
SOLUTION = (
    "def double(x):\n    # To read: a table of numbers.\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Makes a course of one exercise, its stub and its solution."""
    monkeypatch.setenv("GRADER_SECRET", "audit")
    number = iter(range(100))

    def make(reference: str = GOOD, solution: str = SOLUTION, stub: str = "raise NotImplementedError") -> CourseFolder:
        package = f"audited_{abs(hash((tmp_path, next(number))))}"
        (tmp_path / package).mkdir()
        (tmp_path / "solutions").mkdir(exist_ok=True)
        (tmp_path / "exercises" / "week").mkdir(parents=True, exist_ok=True)
        (tmp_path / "pyproject.toml").write_text(f'[tool.gradmark]\ncourse = "{package}:COURSE"\n')
        (tmp_path / package / "__init__.py").write_text(
            "from grader.exercise import Assignment, Course\n"
            f"COURSE = Course('tiny', (Assignment('week', module='{package}.week', notebook='week'),))\n"
        )
        (tmp_path / package / "week.py").write_text(textwrap.dedent(reference))
        cells = "# %%\nfrom grader import check\n\n# %%\n{}\n\n# %%\ncheck('double')\n"
        (tmp_path / "solutions" / "week.py").write_text(cells.format(solution))
        released = f"def double(x):\n    {stub}"
        notebook = [
            {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
            for source in ("from grader import check", released, "check('double')")
        ]
        import json

        (tmp_path / "exercises" / "week" / "week.ipynb").write_text(json.dumps({"cells": notebook}))
        return find_course(tmp_path)

    return make


def holes(folder: CourseFolder) -> list[str]:
    """What an audit on two seeds finds."""
    (row,) = audit_assignment(folder.root, folder.entry, "week", 2)
    return row.holes


def test_a_good_exercise_has_none(course):
    folder = course()
    (row,) = audit_course(folder, list(folder.course.assignments), seeds=2, jobs=1)
    assert row.holes == []
    assert row.named == 2 * 3
    assert row.accepted > 10
    assert row.rejected > 10
    assert "double" in [*table([row]).columns[1].cells]


@pytest.mark.parametrize(
    ("changed", "hole"),
    [
        ({"solution": "def double(x):\n    return 2 * x + 1"}, "the solution gets 0 of 2"),
        ({"stub": "return 2 * x"}, "the untouched stub is passed"),
        ({"reference": GOOD.replace("return 3 * x", "return 2 * x")}, "the mistake 'three times' gets full marks"),
        ({"reference": GOOD.replace("return 3 * x", "return x**2")}, "the mistake 'three times' is named 'squared'"),
        ({"reference": GOOD.replace("return 3 * x", "return 2.0005 * x")}, "times above the tolerance"),
        ({"reference": GOOD.replace('hint="Twice."', 'hint=" "')}, "has no hint"),
        ({"reference": GOOD[: GOOD.index('    @double.mistake("three')]}, "has 2 mistakes, at least 3 are wanted"),
        (
            {
                "reference": GOOD.replace('"values", points=1)', '"values", points=2, hidden=True)').replace(
                    "double.inputs_unchanged(points=1)", ""
                )
            },
            "has hidden criteria only",
        ),
        (
            {"reference": GOOD.replace("double.inputs_unchanged(points=1)", "").replace("points=1)", "points=2)")},
            "has 1 criteria, at least 2 are wanted",
        ),
        (
            {"reference": GOOD.replace("return 2 * x\n", "return 2 * x if x.ndim == 1 else x\n", 1)},
            "the solution gets 0 of 2",
        ),
        (
            {"reference": GOOD.replace("x=rng.normal(size=3)", "x=0 * rng.normal(size=3)").replace("(2, 2)", "0")},
            "answering all zeros gains 2 of 2 points",
        ),
    ],
    ids=[
        "wrong solution",
        "stub that answers",
        "mistake not caught",
        "mistake named as another",
        "mistake too near",
        "no hint",
        "few mistakes",
        "hidden only",
        "few criteria",
        "wrong reference",
        "trivial answer",
    ],
)
def test_every_hole_is_found(course, changed, hole):
    found = holes(course(**changed))
    assert [text for text in found if hole in text], found


def test_questions_are_audited_one_by_one_and_together(course):
    options = ", ".join(f'wrong("no {n}", "w")' for n in range(3))
    asked = ["from grader.question import choice, right, wrong"]
    asked += [f'q{n} = choice("Which, {n}?", right("yes, and a long one", "w"), {options})' for n in range(5)]
    folder = course(textwrap.dedent(GOOD) + "\n\n" + "\n".join(asked))
    rows = audit_course(folder, list(folder.course.assignments), seeds=1, jobs=1)
    assert [row.exercise for row in rows[:6]] == ["double", "q0", "q1", "q2", "q3", "q4"]
    assert {row.exercise: row.holes for row in rows[6:]} == {
        "choice: the longest is right (en): 100%": ["at most 40% is wanted: q0, q1, q2, q3, q4"],
        "choice: the shortest is right (en): 0%": [],
        "choice: a is right: 100%": ["at most 40% is wanted"],
    }
    assert {row.assignment for row in rows[6:]} == {"all"}
    assert rows[6:] == audit_questions(folder.root, folder.entry)

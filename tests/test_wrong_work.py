"""Wrong answers that once got full marks, or were told something untrue: each loses just the marks it should.

wrong/<assignment>.py holds functions named <exercise>__<what is wrong>, and FAILS: for each of them the criteria that
must fail, no others, and the mistake that must be named, "" for none. GRADMARK_SEEDS says how many sets of hidden cases
to try.
"""

from __future__ import annotations

import os
import runpy
from dataclasses import replace
from pathlib import Path

import pytest
from course_copy import ROOT

from grader import oracle
from grader.checking import check_function
from grader.course import CourseFolder

COURSE = CourseFolder(ROOT, "reference:COURSE")
FILES = {path.stem: runpy.run_path(str(path)) for path in sorted((Path(__file__).parent / "wrong").glob("[0-9]*.py"))}
SEEDS = int(os.environ.get("GRADMARK_SEEDS", "1"))
# What (E, 1) losses once were called: it has to be among the mistakes that could be named.
NEVER = {"kept only the last loss"}

pytestmark = [pytest.mark.course, pytest.mark.filterwarnings("ignore")]


def of_exercises(namespace):
    """Exercise -> its wrong functions, by name."""
    found = {}
    for name in namespace["FAILS"]:
        found.setdefault(name.partition("__")[0], []).append(name)
    return found


@pytest.mark.parametrize("assignment", FILES)
def test_every_wrong_function_is_tried(assignment):
    namespace = FILES[assignment]
    assert {name for name in namespace if "__" in name.strip("_")} == namespace["FAILS"].keys()


@pytest.mark.parametrize(
    ("assignment", "exercise"), [(name, exercise) for name in FILES for exercise in of_exercises(FILES[name])]
)
def test_wrong_work_loses_the_marks_it_should(assignment, exercise):
    namespace = FILES[assignment]
    declared = oracle.declared(COURSE, COURSE.assignment(assignment))[exercise]
    # Mistakes take most of the time: those that are to be named, here and in place of another one.
    named = NEVER | {mistake for _, mistake in namespace["FAILS"].values()}
    exercise_with_few = replace(declared, mistakes=[item for item in declared.mistakes if item.title in named])
    for seed in range(3_000, 3_000 + SEEDS):
        key = oracle.make_key(exercise_with_few, [seed], "")
        for name in of_exercises(namespace)[exercise]:
            verdict = check_function(namespace[name], key, namespace)
            failed = {line.name for line in verdict.criteria if line.points < line.max_points}
            criteria, mistake = namespace["FAILS"][name]
            assert failed == criteria, f"{name}, seed {seed}"
            assert verdict.diagnosis.mistake == mistake, f"{name}, seed {seed}"

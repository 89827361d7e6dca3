"""Right answers in other styles than the solutions': all of them get full marks, whatever the hidden cases.

alternatives/<assignment>.py holds functions named <exercise>__<style>. GRADMARK_SEEDS says how many sets of hidden
cases to try; `make course` tries twenty.
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
from grader.render import render_text

COURSE = CourseFolder(ROOT, "reference:COURSE")
FILES = {path.stem: path for path in sorted((Path(__file__).parent / "alternatives").glob("[0-9]*.py"))}
SEEDS = int(os.environ.get("GRADMARK_SEEDS", "1"))
# Training programs are long; two others of each must do.
STYLES = {"12_digits": 2}

pytestmark = [pytest.mark.course, pytest.mark.filterwarnings("ignore")]


def styles(namespace, exercise):
    return {name: function for name, function in namespace.items() if name.startswith(f"{exercise}__")}


def test_every_assignment_has_alternatives():
    assert list(FILES) == [assignment.name for assignment in COURSE.course.assignments]


@pytest.mark.parametrize("name", FILES)
def test_every_right_style_gets_full_marks(name):
    namespace = runpy.run_path(str(FILES[name]))
    exercises = oracle.declared(COURSE, COURSE.assignment(name))
    assert {known.partition("__")[0] for known in namespace if "__" in known.strip("_")} <= exercises.keys()
    for exercise in exercises.values():
        found = styles(namespace, exercise.name)
        assert len(found) >= STYLES.get(name, 3), exercise.name
        for seed in range(2_000, 2_000 + SEEDS):
            # Without the mistakes, which take most of the time and do not matter here.
            key = oracle.make_key(replace(exercise, mistakes=[]), [seed], "")
            for style, function in found.items():
                verdict = check_function(function, key, namespace)
                assert verdict.status == "passed", f"{style}, seed {seed}: {render_text(verdict)}"

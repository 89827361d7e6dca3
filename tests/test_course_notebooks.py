"""Every notebook of the course, in both languages: solved it gets all its points, as it is handed out none."""

from __future__ import annotations

import json

import pytest
from course_copy import ROOT

from grader.build import source_notebook
from grader.course import CourseFolder
from grader.grade import Student, judge_run, run_notebook
from grader.notebook import notebook_from_cells, read_notebook
from grader.oracle import grading_keys
from grader.sandbox.job import files_beside
from grader.sandbox.parent import OWN_CODE

COURSE = CourseFolder(ROOT, "reference:COURSE")
ASSIGNMENTS = [assignment.name for assignment in COURSE.course.assignments]

pytestmark = [pytest.mark.course, pytest.mark.parametrize("name", ASSIGNMENTS)]


@pytest.fixture
def graded(name, monkeypatch):
    """Runs a notebook of the assignment, hidden cases included; verdicts and outputs."""
    monkeypatch.setenv("GRADER_SECRET", "golden")
    keys = grading_keys(COURSE, COURSE.assignment(name))
    beside = files_beside(ROOT / "solutions" / name)

    def grade(notebook, student=""):
        run = run_notebook(notebook, keys, beside, settings=OWN_CODE)
        return judge_run(run, keys, Student(student, notebook.student_id)), run

    return grade


def solved(name, lang):
    node = json.loads(source_notebook(COURSE, COURSE.assignment(name), lang=lang))
    return notebook_from_cells(node["cells"])


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_solved_it_gets_all_points_without_an_error_or_a_warning(name, lang, graded):
    verdicts, run = graded(solved(name, lang))
    assert {known: verdict.status for known, verdict in verdicts.items() if verdict.status != "passed"} == {}
    outputs = [output for found in run.outputs.values() for output in found]
    assert [output for output in outputs if output["output_type"] == "error"] == []
    assert [output["text"] for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_untouched_it_is_not_started_and_worth_nothing(name, lang, graded):
    folder = ROOT / "exercises" if lang == "en" else ROOT / "exercises" / lang
    verdicts, _ = graded(
        read_notebook(
            COURSE.notebook(COURSE.assignment(name)) if lang == "en" else next((folder / name).glob("*.ipynb"))
        )
    )
    assert {verdict.status for verdict in verdicts.values()} == {"not_started"}
    assert {verdict.points for verdict in verdicts.values()} == {0}


def test_both_languages_have_the_same_code(name):
    english, korean = solved(name, "en"), solved(name, "ko")
    assert english.checks.keys() == korean.checks.keys()
    assert [cell.kind for cell in english.cells] == [cell.kind for cell in korean.cells]
    different = [
        (one.source, other.source)
        for one, other in zip(english.cells, korean.cells, strict=True)
        if one.kind == "code" and one.source != other.source
    ]
    # Only the first lines of docstrings, and what is said beside the student's number.
    for one, other in different:
        lines = zip(one.split("\n"), other.split("\n"), strict=True)
        others = [line for line, translated in lines if line != translated and '"""' not in line]
        assert all(line.startswith("STUDENT_ID = ") for line in others)

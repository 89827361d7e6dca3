"""Quiz questions under `nbgrader autograde`: what the instructor's log says, and what the student reads."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from course_copy import ROOT, cell_of, copy_whole_course, notebook, run

from grader.course import CourseFolder
from grader.oracle import declared_questions
from grader.quiz import question_key, shown_text

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("questions")]

WEEK = "11_metrics"
GOLDEN = ROOT / "tests" / "submissions"
SOLVED, COPIED, ANOTHER, UNNAMED = "2023-50504", "2025-32332", "somebody-else", "nameless"


@dataclass
class Class:
    """A graded class: its folder and what autograde said."""

    folder: Path
    log: str

    def page(self, student: str) -> dict[str, Any]:
        """A student's graded notebook."""
        return notebook(self.folder / "autograded" / student / WEEK / "metrics.ipynb")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """Four students: all right; a neighbour's answer; all right for the number in the notebook, not the folder's; none
    written, and all letters as they are without.
    """
    folder = copy_whole_course(tmp_path_factory.mktemp("questions") / "course")
    for student, golden in (
        (SOLVED, "solved-vectorised"),
        (COPIED, "mistakes-unnamed"),
        (ANOTHER, "solved-vectorised"),
    ):
        target = folder / "submitted" / student / WEEK
        shutil.copytree(GOLDEN / f"metrics-{golden}", target, ignore=shutil.ignore_patterns("verdict.json"))
    target = folder / "submitted" / UNNAMED / WEEK
    shutil.copytree(ROOT / "exercises" / WEEK, target)
    released = (target / "metrics.ipynb").read_text(encoding="utf-8")
    for name, key in varying().items():
        if key.options:
            released = released.replace(f"{name} = None  #", f'{name} = \\"{key.answers[0]}\\"  #')
    (target / "metrics.ipynb").write_text(released, encoding="utf-8")
    run(folder, "nbgrader", "generate_assignment", WEEK, "--force")
    return Class(folder, run(folder, "nbgrader", "autograde", WEEK).stderr)


def varying() -> dict[str, Any]:
    """The questions that differ from student to student, as keys."""
    course = CourseFolder(ROOT, "reference:COURSE")
    found = declared_questions(course, course.assignment(WEEK))
    keys = {name: question_key(name, question, "") for name, question in found.items()}
    return {name: key for name, key in keys.items() if key.varies}


def shown_in(page: dict[str, Any], name: str) -> dict[str, Any]:
    """What a page shows in the cell of a question's check."""
    (shown,) = [output["data"] for output in cell_of(page, name)["outputs"] if "data" in output]
    return shown


def test_the_graded_page_shows_the_question_with_the_students_numbers_and_order(graded: Class) -> None:
    assert len(varying()) >= 6
    for name, key in varying().items():
        shown = shown_in(graded.page(SOLVED), name)
        question = shown_text(key, SOLVED)
        assert question in "".join(shown["text/plain"])
        assert "✓" in "".join(shown["text/plain"])
        assert question.partition("\n")[0][:40].replace('"', "&quot;") in "".join(shown["text/html"])


def test_without_an_id_letters_are_read_in_the_plain_order_and_shown_so(graded: Class) -> None:
    for name, key in varying().items():
        if key.options:
            shown = "".join(shown_in(graded.page(UNNAMED), name)["text/plain"])
            assert shown_text(key, "") in shown
            assert f"✓ {name}   1 / 1" in shown
            assert f"Question {name}: judged as it is shown without STUDENT_ID" in graded.log


def test_whoever_names_another_student_is_told(graded: Class) -> None:
    assert f"STUDENT_ID is '{SOLVED}', but this is {ANOTHER}'s submission" in graded.log
    note = "".join(graded.page(ANOTHER)["cells"][0]["source"])
    assert f"STUDENT_ID is {SOLVED}, and this was handed in by {ANOTHER}" in note
    assert "STUDENT_ID" not in json.dumps(graded.page(SOLVED)["cells"][0])


def test_an_answer_for_another_students_numbers_is_named_in_the_log_only(graded: Class) -> None:
    # All answers of the notebook in the wrong folder are right for its owner's numbers.
    assert f"the answer fits the numbers of {SOLVED}" in graded.log
    assert "fits the numbers" not in json.dumps(graded.page(ANOTHER))

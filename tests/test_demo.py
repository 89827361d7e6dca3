"""The demonstration: real nbgrader commands on golden submissions (the whole class is `make demo`)."""

from __future__ import annotations

import csv

import pytest
from course_copy import ROOT, run

from grader.course import CourseFolder
from grader.demo import make_class

COURSE = CourseFolder(ROOT, "reference:COURSE")


def test_a_class_covers_every_assignment(tmp_path):
    handed_in = make_class(COURSE, tmp_path / "demo", 48)
    assert {name: len(students) for name, students in handed_in.items()} == {
        assignment.name: 4 for assignment in COURSE.course.assignments
    }
    folders = [path for path in (tmp_path / "demo" / "submitted").glob("*/*") if path.is_dir()]
    assert len(folders) == 48
    assert not list((tmp_path / "demo" / "submitted").rglob("verdict.json"))


def test_a_second_demonstration_replaces_the_first(tmp_path):
    make_class(COURSE, tmp_path / "demo", 12)
    make_class(COURSE, tmp_path / "demo", 6)
    assert len(list((tmp_path / "demo" / "submitted").glob("*/*"))) == 6


@pytest.mark.slow
def test_a_small_class_from_start_to_end(tmp_path):
    done = run(ROOT, "grader", "demo", "--folder", str(tmp_path / "demo"), "--submissions", "1")
    assert "marks (nbgrader export)" in done.stdout
    assert "commonest mistakes" in done.stdout
    assert "1 feedback pages, for example" in done.stdout
    with (tmp_path / "demo" / "grades.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert row["status"] == "graded"
    assert (tmp_path / "demo" / "feedback" / row["student_id"] / row["assignment"]).is_dir()

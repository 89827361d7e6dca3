"""A submission's rows in nbgrader's gradebook, before there are marks: in one transaction what nbgrader does in six."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from nbgrader import utils
from nbgrader.api import Comment, Grade, MissingEntry, Student, SubmittedAssignment, SubmittedNotebook

from grader.nbgrader_once import Records, ReleasedRows


def enrol(
    records: Records,
    assignment: str,
    student: str,
    *,
    timestamp: datetime.datetime | None,
    missing: Iterable[str],
    create_student: bool = True,
) -> None:
    """A submission, with a row for each graded and each answered cell; made where there is none.

    timestamp: when it was handed in, if known. missing: notebooks that were not, whose marks become zero.
    Raises MissingEntry when the assignment is unknown, or the student where none is to be made.
    """
    id_, released = records.rows(assignment)
    with records.transaction() as gradebook:
        db = gradebook.db
        if db.get(Student, student) is None:
            if not create_student:
                raise MissingEntry(f"No student with ID '{student}' exists in the database")
            db.add(Student(id=student))
            db.flush()
        theirs = SubmittedAssignment.assignment_id == id_, SubmittedAssignment.student_id == student
        submission = db.query(SubmittedAssignment).filter(*theirs).one_or_none() or _added(db, id_, released, student)
        if timestamp:
            submission.timestamp = utils.parse_utc(timestamp)
        for name in missing:
            for grade in gradebook.find_submission_notebook(name, assignment, student).grades:
                grade.auto_score, grade.needs_manual_grade = 0, False


def _added(db: Any, assignment_id: str, released: Iterable[ReleasedRows], student: str) -> SubmittedAssignment:
    submission = SubmittedAssignment(assignment_id=assignment_id, student_id=student)
    for rows in released:
        notebook = SubmittedNotebook(notebook_id=rows.id, assignment=submission)
        for cell in rows.graded:
            Grade(cell_id=cell, notebook=notebook)
        for cell in rows.answered:
            Comment(cell_id=cell, notebook=notebook)
    db.add(submission)
    return submission

"""nbgrader's gradebook: what could not be graded waits for a person there, and is not exported as a zero."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import CsvExportPlugin

from grader.recognise import Released

STATUS = "status"
GRADED, NOT_GRADED, REVIEW, NOT_SUBMITTED = "graded", "not graded", "needs review", "not submitted"


def released_cells(db_url: str, notebook: str, assignment: str, order: Sequence[str] = ()) -> list[Released]:
    """The cells of a released notebook, with hidden tests. order: their names as they stand in the release, if known.

    The database keeps no order of its own; what it gives is usually the one in which they were stored.
    """
    with Gradebook(db_url) as gradebook:
        stored = gradebook.find_notebook(notebook, assignment)
        graded = {cell.name: cell.max_score for cell in stored.grade_cells}
        tasks = {cell.name: cell.max_score for cell in stored.task_cells}
        solutions = {cell.name for cell in stored.solution_cells}
        found = [
            Released(
                cell.name,
                cell.source or "",
                cell.cell_type,
                grade=cell.name in graded,
                solution=cell.name in solutions,
                locked=bool(cell.locked),
                task=cell.name in tasks,
                points=float(graded.get(cell.name, tasks.get(cell.name, 0.0))),
                checksum=cell.checksum or "",
            )
            for cell in stored.source_cells
        ]
    places = {name: place for place, name in enumerate(order)}
    if all(cell.name in places for cell in found):
        found.sort(key=lambda cell: places[cell.name])
    return found


def flag_for_review(gradebook: Any, notebook: str, assignment: str, student: str, *, forget: bool = False) -> None:
    """Mark a submitted notebook that could not be graded, so that formgrader lists it; an unknown one is left alone.

    gradebook: in a transaction of the caller's. forget: drop its marks, too, which nbgrader has set to zero because it
    took the file for missing.
    """
    try:
        found = gradebook.find_submission_notebook(notebook, assignment, student)
    except MissingEntry:
        return
    for grade in found.grades:
        grade.needs_manual_grade = True
        grade.auto_score = None if forget else grade.auto_score


def submission_status(gradebook: Any, assignment: str, student: str) -> str:
    """What became of a submission: one of the four words above."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return NOT_SUBMITTED
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    if all(grade.auto_score is None and grade.manual_score is None for grade in grades):
        return NOT_GRADED
    return REVIEW if any(grade.needs_manual_grade for grade in grades) else GRADED


class CsvWithStatus(CsvExportPlugin):  # type: ignore[misc]
    """nbgrader's CSV with one more column, `status`; a submission that could not be graded has no score, not 0."""

    def export(self, gradebook: Any) -> None:
        """Write the CSV file to `self.to`, by default grades.csv."""
        super().export(gradebook)
        path = Path(self.to or "grades.csv")
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row[STATUS] = submission_status(gradebook, row["assignment"], row["student_id"])
            if row[STATUS] == NOT_GRADED:
                row["raw_score"] = row["score"] = ""
        if not rows:
            return
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

"""Marks into nbgrader's gradebook: from verdicts, never out of a cell's outputs."""

from __future__ import annotations

from typing import Any

from nbgrader import utils
from nbgrader.preprocessors import SaveAutoGrades

from grader.notebook import checks_in

VERDICTS = "gradmark_verdicts"


class SaveVerdicts(SaveAutoGrades):  # type: ignore[misc]
    """Writes marks from verdicts into the gradebook; for plain grade cells does what SaveAutoGrades does.

    One transaction for a notebook: a mark is there with all the others, or not at all.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Save the marks and comments of all cells."""
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        self.student_id = names["student"]
        cells = self.parent.records.cells(self.notebook_id, self.assignment_id)
        with self.parent.records.transaction() as self.gradebook:
            submitted = self.gradebook.find_submission_notebook(self.notebook_id, self.assignment_id, self.student_id)
            self._grades = {cells[grade.cell_id][0]: grade for grade in submitted.grades}
            self._comments = {cells[comment.cell_id][0]: comment for comment in submitted.comments}
            # A grade's own max_score is a query for each.
            self._points = dict(cells.values())
            for index, cell in enumerate(nb.cells):
                nb.cells[index], resources = self.preprocess_cell(cell, resources, index)
        return nb, resources

    def _add_score(self, cell: Any, resources: Any) -> None:
        grade_id = cell.metadata.nbgrader["grade_id"]
        verdict = resources.get(VERDICTS, {}).get(grade_id)
        if verdict is None and grade_id not in checks_in(cell.source):
            if cell.cell_type == "code" and not utils.is_solution(cell):
                self.log.info("Cell %s: its mark was decided inside the student's process", grade_id)
            super()._add_score(cell, resources)
            return
        grade = self._grades[grade_id]
        if verdict is None:
            # Not run, or a check the course does not declare: nobody may guess a mark from what the cell shows.
            self.log.warning("Cell %s: was not judged, so it has no mark and needs a look", grade_id)
            grade.auto_score = None
        else:
            points = self._points[grade_id]
            if verdict.max_points != points:
                self.log.warning(
                    "Cell %s: the gradebook says %g points, the course %g; marks are scaled until you run "
                    "`nbgrader generate_assignment`",
                    grade_id,
                    points,
                    verdict.max_points,
                )
            grade.auto_score = points * verdict.points / verdict.max_points
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None

    def _add_comment(self, cell: Any, resources: Any) -> None:
        grade_id = cell.metadata.nbgrader["grade_id"]
        if grade_id not in self._comments:
            super()._add_comment(cell, resources)
            return
        untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell) and not utils.is_task(cell)
        self._comments[grade_id].auto_comment = "No response." if untouched else None

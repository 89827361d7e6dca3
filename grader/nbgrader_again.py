"""nbgrader as its configuration sets it up, and its autograde of some submissions only."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Collection
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from grader.nbgrader_problems import list_at_exit


def configured(root: Path) -> Any:
    """nbgrader with the configuration of the course in `root`; quiet but for warnings."""
    app = NbGrader(log_level=logging.WARNING)
    app.initialize([], root=str(root))
    return app


def grade_again(app: Any, assignment: str, students: Collection[str]) -> None:
    """Run and grade these submissions as `nbgrader autograde --force` does; what fails is said in the log."""
    list_at_exit()
    app.coursedir.assignment_id = assignment
    converter = _AutogradeThese(students, coursedir=app.coursedir, parent=app)
    converter.force = True
    with contextlib.suppress(NbGraderException):
        converter.start()


class _AutogradeThese(Autograde):  # type: ignore[misc]
    """nbgrader's autograde, of some students' submissions."""

    def __init__(self, students: Collection[str], **settings: Any) -> None:
        super().__init__(**settings)
        self._students = students

    def init_notebooks(self) -> None:
        super().init_notebooks()
        wanted = {self._format_source(self.coursedir.assignment_id, student) for student in self._students}
        for path in set(self.assignments) - wanted:
            del self.assignments[path]

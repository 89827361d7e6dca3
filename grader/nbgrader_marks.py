"""The marks of one assignment in nbgrader's gradebook: read all at once, written one submission at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Grade, GradeCell, Notebook, SourceCell, SubmittedAssignment, SubmittedNotebook
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from grader.course import CourseError
from grader.nbgrader_once import Records
from grader.notebook import checks_in


@dataclass(frozen=True)
class Standing:
    """A grade as the gradebook has it. id: its own there. auto, manual: None where there is none."""

    id: str
    auto: float | None
    manual: float | None
    max_points: float


# By student and notebook, then by the grade cell's name.
Standings = dict[tuple[str, str], dict[str, Standing]]
# The penalty of a notebook, from the student, its score and the seconds it is late.
Penalty = Callable[[Any, str, float], float | None]


class Marks:
    """One assignment's marks. Use as a context manager. Raises CourseError for whatever is wrong with the database."""

    def __init__(self, db_url: str, assignment: str) -> None:
        self._url, self._assignment = make_url(db_url), assignment
        file = self._url.database if self._url.get_backend_name() == "sqlite" else None
        if file and not Path(file).is_file():
            raise CourseError(f"{file}: there is no gradebook; run `nbgrader generate_assignment {assignment}` first")
        with self._one_line():
            self._records = Records(db_url)
            self._late = dict(self._late_submissions())

    def __enter__(self) -> Marks:
        return self

    def __exit__(self, *_: object) -> None:
        self._records.close()

    def rest(self) -> None:
        """Close what is open, before a fork or a long pause; it opens again when it is wanted."""
        self._records.close()

    def standings(self) -> Standings:
        """Every grade of every submission."""
        wanted = (SubmittedAssignment.student_id, Notebook.name, GradeCell.name)
        standing = (Grade.id, Grade.auto_score, Grade.manual_score, GradeCell.max_score)
        found: Standings = {}
        with self._session() as db:
            query = db.query(*wanted, *standing).select_from(Grade).join(GradeCell, GradeCell.id == Grade.cell_id)
            query = query.join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
            query = query.join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
            query = query.join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            query = query.join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            for student, notebook, name, *rest in query.filter(Assignment.name == self._assignment):
                found.setdefault((student, notebook), {})[name] = Standing(*rest)
        return found

    def checks(self) -> dict[str, set[str]]:
        """The grade cells whose mark is a verdict, by notebook, as they were released."""
        found: dict[str, set[str]] = {}
        with self._session() as db:
            query = db.query(Notebook.name, SourceCell.name, SourceCell.source)
            query = query.join(Notebook, Notebook.id == SourceCell.notebook_id)
            query = query.join(Assignment, Assignment.id == Notebook.assignment_id)
            for notebook, name, source in query.filter(Assignment.name == self._assignment):
                if name in checks_in(source or ""):
                    found.setdefault(notebook, set()).add(name)
        return found

    def is_late(self, student: str) -> bool:
        """Whether the submission came after its due date, extensions included."""
        return self._late.get(student, 0) > 0

    def write(
        self, student: str, notebook: str, scores: Mapping[str, float], penalty: Penalty, *, keep: bool
    ) -> tuple[float | None, float | None]:
        """Set these scores (by the grade's id) as SaveVerdicts would, in one transaction; a person's marks stay.

        keep: False forgets all of it again. Returns the penalty for lateness as it was and as it is then.
        """
        with self._session() as db:
            for grade in db.query(Grade).filter(Grade.id.in_(list(scores))):
                grade.auto_score = scores[grade.id]
                # Whoever gave a mark by hand may want to look at it again.
                grade.needs_manual_grade = grade.manual_score is not None
            before = after = None
            if self.is_late(student):
                db.flush()
                submitted = self._submitted_notebook(db, student, notebook)
                before = submitted.late_submission_penalty
                submitted.late_submission_penalty = after = penalty(submitted, student, self._late[student])
            if not keep:
                db.rollback()
        return before, after

    def _submitted_notebook(self, db: Any, student: str, notebook: str) -> Any:
        query = db.query(SubmittedNotebook).join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        query = query.join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        query = query.join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        names = (SubmittedAssignment.student_id == student, Notebook.name == notebook)
        return query.filter(Assignment.name == self._assignment, *names).one()

    def _late_submissions(self) -> Iterator[tuple[str, float]]:
        """The seconds by which submissions are late, by student."""
        with self._session() as db:
            assignment = db.query(Assignment).filter(Assignment.name == self._assignment).one_or_none()
            if assignment is None:
                advice = f"run `nbgrader generate_assignment {self._assignment}` first"
                raise CourseError(f"{self._name} does not have {self._assignment}; {advice}")
            if assignment.duedate is None:
                return
            for submission in db.query(SubmittedAssignment).filter_by(assignment_id=assignment.id):
                if submission.total_seconds_late > 0:
                    yield submission.student_id, submission.total_seconds_late

    @contextlib.contextmanager
    def _session(self) -> Iterator[Any]:
        with self._one_line(), self._records.transaction() as gradebook:
            yield gradebook.db

    @property
    def _name(self) -> str:
        sqlite = self._url.get_backend_name() == "sqlite"
        return str(self._url.database) if sqlite else self._url.render_as_string(hide_password=True)

    @contextlib.contextmanager
    def _one_line(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            problem = str(getattr(error, "orig", None) or error).splitlines()[0]
            locked = "locked" in problem
            advice = "wait until the other program has ended" if locked else "is it nbgrader's gradebook?"
            raise CourseError(f"{self._name}: cannot be used ({problem}); {advice}") from error

"""What stock nbgrader asks its gradebook anew for every submission, asked once for a command.

Stock nbgrader opens the gradebook ten times for a submission. Each time is an engine of its own, which compiles every
statement anew, and half of what is asked is the release, which does not change while a command runs.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import (
    AssignLatePenalties,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
)


@dataclass(frozen=True)
class ReleasedRows:
    """A released notebook's rows: its id and name, the ids of cells that are graded and of those that are answered."""

    id: str
    name: str
    graded: tuple[str, ...]
    answered: tuple[str, ...]


class Records:
    """One command's gradebook: a single engine, and the released cells as they were when first asked for.

    Raises what nbgrader's Gradebook raises, MissingEntry among them.
    """

    def __init__(self, db_url: str) -> None:
        self._gradebook = Gradebook(db_url)
        self._known: dict[tuple[str, ...], Any] = {}
        self._open = False

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Gradebook]:
        """The gradebook, for one piece of work: all of it is there afterwards, or nothing when it raises.

        Within another one, it is a part of that.
        """
        if self._open:
            yield self._gradebook
            return
        self._open = True
        try:
            yield self._gradebook
            self._gradebook.db.commit()
        finally:
            self._open = False
            self._gradebook.db.remove()

    def close(self) -> None:
        """Let go of the database."""
        self._gradebook.close()

    def notebooks(self, assignment: str) -> list[str]:
        """The names of an assignment's notebooks, sorted; none where the gradebook does not know it."""

        def ask(gradebook: Gradebook) -> list[str]:
            try:
                return sorted(notebook.name for notebook in gradebook.find_assignment(assignment).notebooks)
            except MissingEntry:
                return []

        return list(self._once("notebooks", assignment, ask=ask))

    def rows(self, assignment: str) -> tuple[str, list[ReleasedRows]]:
        """An assignment's id, and the rows of its notebooks. Raises MissingEntry."""

        def ask(gradebook: Gradebook) -> tuple[str, list[ReleasedRows]]:
            found = gradebook.find_assignment(assignment)
            return found.id, [
                ReleasedRows(
                    notebook.id,
                    notebook.name,
                    tuple(cell.id for cell in (*notebook.grade_cells, *notebook.task_cells)),
                    tuple(cell.id for cell in (*notebook.solution_cells, *notebook.task_cells)),
                )
                for notebook in found.notebooks
            ]

        id_, found = self._once("rows", assignment, ask=ask)
        return str(id_), list(found)

    def kernelspec(self, notebook: str, assignment: str) -> Mapping[str, Any]:
        """The kernel a notebook was released with; empty where none is known."""

        def ask(gradebook: Gradebook) -> Mapping[str, Any]:
            try:
                return dict(json.loads(gradebook.find_notebook(notebook, assignment).kernelspec or "{}"))
            except MissingEntry:
                return {}

        return dict(self._once("kernelspec", notebook, assignment, ask=ask))

    def cells(self, notebook: str, assignment: str) -> Mapping[str, tuple[str, float]]:
        """A released notebook's graded and answered cells, by their ids in the database: name and points."""

        def ask(gradebook: Gradebook) -> Mapping[str, tuple[str, float]]:
            released = gradebook.find_notebook(notebook, assignment)
            graded = {cell.id: (cell.name, cell.max_score) for cell in (*released.grade_cells, *released.task_cells)}
            return {**{cell.id: (cell.name, 0.0) for cell in released.solution_cells}, **graded}

        return dict(self._once("cells", notebook, assignment, ask=ask))

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """As Gradebook's."""
        names = name, notebook, assignment
        return self._once("source", *names, ask=lambda gradebook: gradebook.find_source_cell(*names))

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """As Gradebook's."""
        names = name, notebook, assignment
        return self._once("graded", *names, ask=lambda gradebook: gradebook.find_graded_cell(*names))

    def _once(self, *what: str, ask: Callable[[Gradebook], Any]) -> Any:
        if what not in self._known:
            # Nothing is committed: that would make what was loaded stale.
            self._known[what] = ask(self._gradebook)
            if not self._open:
                self._gradebook.db.remove()
        return self._known[what]


class OverwriteKernelspecOnce(OverwriteKernelspec):  # type: ignore[misc]
    """As OverwriteKernelspec."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Give the notebook the kernel it was released with."""
        names = resources["nbgrader"]
        spec = self.parent.records.kernelspec(names["notebook"], names["assignment"])
        if spec:
            nb.metadata["kernelspec"] = spec
        return nb, resources


class OverwriteCellsOnce(OverwriteCells):  # type: ignore[misc]
    """As OverwriteCells."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Put back locked cells, points, types and checksums."""
        if self.add_missing_cells:
            return super().preprocess(nb, resources)  # type: ignore[no-any-return]
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        self.gradebook = self.parent.records
        return NbGraderPreprocessor.preprocess(self, nb, resources)  # type: ignore[no-any-return]


class AssignLatePenaltiesOnce(AssignLatePenalties):  # type: ignore[misc]
    """As AssignLatePenalties."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Set the notebook's penalty, or take an earlier one back."""
        names = resources["nbgrader"]
        ids = names["assignment"], names["student"]
        with self.parent.records.transaction() as gradebook:
            submission = gradebook.find_submission(*ids)
            notebook = gradebook.find_submission_notebook(names["notebook"], *ids)
            seconds = submission.total_seconds_late
            notebook.late_submission_penalty = None
            if seconds:
                self.log.warning("%s is %s seconds late", submission, seconds)
                # Its score is what the database makes of the marks of a moment ago.
                gradebook.db.flush()
                gradebook.db.refresh(notebook)
                notebook.late_submission_penalty = self.penalty(notebook, submission.student_id, seconds)
                self.log.warning("Late submission penalty: %s", notebook.late_submission_penalty)
        return nb, resources

    def penalty(self, notebook: Any, student: str, seconds: float) -> float | None:
        """What the configured plugin takes from a notebook's score, as nbgrader asks it."""
        self.init_plugin()
        penalty = self.plugin_inst.late_submission_penalty(student, notebook.score, seconds)
        return None if penalty is None else self._check_late_penalty(notebook, penalty)

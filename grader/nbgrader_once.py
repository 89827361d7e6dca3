"""What stock nbgrader asks its gradebook anew for every submission, asked once for a command.

Stock nbgrader opens the gradebook ten times for a submission. Each time is an engine of its own, which compiles every
statement anew, and half of what is asked is the release, which does not change while a command runs.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import (
    AssignLatePenalties,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
)


class Records:
    """One command's gradebook: a single engine, and the released cells as they were when first asked for.

    Raises what nbgrader's Gradebook raises, MissingEntry among them.
    """

    def __init__(self, db_url: str) -> None:
        self._gradebook = Gradebook(db_url)
        self._known: dict[tuple[str, ...], Any] = {}

    @contextlib.contextmanager
    def session(self) -> Iterator[Gradebook]:
        """The gradebook, for one piece of work: what is not committed in it is gone afterwards."""
        try:
            yield self._gradebook
        finally:
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

    def kernelspec(self, notebook: str, assignment: str) -> Mapping[str, Any]:
        """The kernel a notebook was released with; empty where none is known."""

        def ask(gradebook: Gradebook) -> Mapping[str, Any]:
            try:
                return dict(json.loads(gradebook.find_notebook(notebook, assignment).kernelspec or "{}"))
            except MissingEntry:
                return {}

        return dict(self._once("kernelspec", notebook, assignment, ask=ask))

    def cells(self, notebook: str, assignment: str) -> Mapping[str, str]:
        """The names of a released notebook's graded and answered cells, by their ids in the database."""

        def ask(gradebook: Gradebook) -> Mapping[str, str]:
            released = gradebook.find_notebook(notebook, assignment)
            found = (*released.grade_cells, *released.solution_cells, *released.task_cells)
            return {cell.id: cell.name for cell in found}

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
            with self.session() as gradebook:
                self._known[what] = ask(gradebook)
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
    """As AssignLatePenalties, which is only called for what is late."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Set the notebook's penalty, or take an earlier one back."""
        names = resources["nbgrader"]
        ids = names["assignment"], names["student"]
        with self.parent.records.session() as gradebook:
            late = gradebook.find_submission(*ids).total_seconds_late > 0
            if not late:
                gradebook.find_submission_notebook(names["notebook"], *ids).late_submission_penalty = None
                gradebook.db.commit()
        return super().preprocess(nb, resources) if late else (nb, resources)

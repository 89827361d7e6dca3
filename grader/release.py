"""How nbgrader makes what students get out of the course's source notebooks: settings, and one preprocessor of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from grader.quiz_cells import EXPLANATION, STUB


def course_folders(config: Any, root: Path) -> None:
    """Where sources and releases lie."""
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = "exercises"


def release_settings(config: Any) -> None:
    """How a release is made of its source."""
    # Here, because whoever only grades need not wait for it.
    from nbgrader.converters import GenerateAssignment

    config.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
    # A release is made from its source and never edited, so making it again is always right; without this nbgrader
    # would skip an assignment that is in exercises/ and not yet in the gradebook.
    config.GenerateAssignment.force = True
    defaults = GenerateAssignment.class_traits()["preprocessors"].default()
    config.GenerateAssignment.preprocessors = [DropExplanations, ClearAnswers, *defaults]


class DropExplanations(NbGraderPreprocessor):  # type: ignore[misc]
    """Leaves the explanations, which are released with the solutions, out of what students get."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Drop the cells tagged as explanation, and the note of what the notebook was made of."""
        nb.cells = [cell for cell in nb.cells if EXPLANATION not in cell.metadata.get("tags", [])]
        nb.metadata.pop("gradmark", None)
        return nb, resources


class ClearAnswers(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts a place for the answer where a question's answer stands."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Clear the cells of answers."""
        for cell in nb.cells:
            text = cell.metadata.pop(STUB, None)
            if text is not None:
                cell.source = text
        return nb, resources

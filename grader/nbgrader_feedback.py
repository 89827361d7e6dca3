"""Feedback pages under nbgrader: nothing hidden may be on them."""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import ClearHiddenTests
from traitlets import List


class ScrubHidden(ClearHiddenTests):  # type: ignore[misc]
    """Takes hidden tests out of feedback: their source, and what their failures quote of it."""

    # GenerateFeedback sets this for all its preprocessors and warns about those that do not know it.
    display_data_priority = List([]).tag(config=True)

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Clear a cell's hidden region; where it has one, keep of its outputs only what kind of error it was."""
        if cell.cell_type == "code" and self.begin_test_delimeter in cell.source:
            failed = [output for output in cell.outputs if output.output_type == "error"]
            for output in failed:
                output.evalue = ""
                output.traceback = [f"{output.ename} in this cell (it has hidden tests, so no more is shown)"]
            cell.outputs = failed
        return super().preprocess_cell(cell, resources, cell_index)  # type: ignore[no-any-return]

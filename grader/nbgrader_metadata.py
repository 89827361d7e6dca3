"""nbgrader's check of its own metadata, made once for what every submission of a class has in common."""

from __future__ import annotations

import json
import traceback
from typing import Any

from nbgrader.nbgraderformat import MetadataValidator, ValidationError
from nbgrader.preprocessors import CheckCellMetadata

# Cells whose metadata passed. nbgrader builds a JSON schema's validator anew for each cell of each notebook, twice,
# which is a sixth of what it does for a submission.
_passed: set[str] = set()
_MOST = 10_000


class _Remembering(MetadataValidator):  # type: ignore[misc]
    def validate_cell(self, cell: Any) -> None:
        seen = json.dumps([cell.cell_type, cell.metadata.get("nbgrader")], sort_keys=True)
        if seen not in _passed:
            super().validate_cell(cell)
            if len(_passed) < _MOST:
                _passed.add(seen)


class CheckMetadata(CheckCellMetadata):  # type: ignore[misc]
    """As CheckCellMetadata, with the same refusals."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Raises ValidationError."""
        try:
            _Remembering().validate_nb(nb)
        except ValidationError:
            self.log.error(traceback.format_exc())
            problem = "Notebook failed to validate; the nbgrader metadata may be corrupted."
            self.log.error(problem)
            raise ValidationError(problem) from None
        return nb, resources

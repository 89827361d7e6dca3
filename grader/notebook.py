"""A submission as cells: reads .ipynb and percent-format .py, finds the checks. Never executes anything."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_BYTES = 50 * 2**20

_CALL = r"\(\s*(['\"])([A-Za-z_]\w*)\1\s*(?:,\s*lang\s*=[^()\n]*)?\)"
_CHECK = re.compile(rf"^check{_CALL}", re.MULTILINE)
_ASK = re.compile(rf"^ask{_CALL}", re.MULTILINE)
# Blanks, not \s: from every empty line of a thousand it would look through all the others.
_IMPORT = re.compile(r"^[ \t]*(from\s+grader\s+import|import\s+grader)\b", re.MULTILINE)
_STUDENT = re.compile(r"^STUDENT_ID\s*=(?!=)\s*(?:(['\"])(.{0,200}?)\1|(\d{1,200})[ \t]*(?:#|$))?", re.MULTILINE)
_MARKER = re.compile(r"^# *%%(.*)$")


class NotebookError(Exception):
    """A file that cannot be read as a notebook: one line with the file and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell. `grade_id` is nbgrader's, "" where the cell is not a grade cell."""

    index: int
    kind: str
    source: str
    grade_id: str = ""


@dataclass(frozen=True)
class Notebook:
    """A notebook's cells, and for each exercise the cell whose `check` counts."""

    cells: tuple[Cell, ...]

    @property
    def code(self) -> tuple[tuple[int, str], ...]:
        """(index, source) of the code cells."""
        return tuple((cell.index, cell.source) for cell in self.cells if cell.kind == "code")

    @property
    def checks(self) -> dict[str, int]:
        """Exercise -> index of its check cell: nbgrader's grade cell of that name, else the last that checks it."""
        found: dict[str, int] = {}
        graded = set()
        for cell in self.cells:
            for name in checks_in(cell.source) if cell.kind == "code" else ():
                if name not in graded:
                    found[name] = cell.index
                if cell.grade_id == name:
                    graded.add(name)
        return found

    @property
    def student_id(self) -> str | None:
        """What the notebook itself says of whose it is, None where it says nothing or nothing that can be read.

        Where it says so more than once, the first id counts; "" only where every line leaves it empty.
        """
        found = [match for _, source in self.code for match in _STUDENT.finditer(source)]
        said = [match[2] or match[3] or ("" if match[1] else None) for match in found]
        return next(filter(None, said), "" if said and None not in said else None)

    @property
    def uses_grader(self) -> bool:
        """Whether the notebook checks anything with this package: what tells a course notebook from any other."""
        code = [cell.source for cell in self.cells if cell.kind == "code"]
        return bool(self.checks) and any(_IMPORT.search(source) for source in code)


def asked_in(source: str) -> list[str]:
    """The questions that a cell's own lines ask."""
    return [match[2] for match in _ASK.finditer(source)]


def checks_in(source: str) -> list[str]:
    """The exercises that a cell's own lines (not indented ones) check."""
    return [match[2] for match in _CHECK.finditer(source)]


def read_notebook(path: Path) -> Notebook:
    """Read a notebook or a percent-format script. Raises NotebookError."""
    try:
        text = _read(path).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise NotebookError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise NotebookError(f"{path}: is not UTF-8 text (byte {error.start}); save it again as a notebook") from error
    return parse_script(text) if path.suffix == ".py" else parse_notebook(text, str(path))


def _read(path: Path) -> bytes:
    status = path.stat()
    # A pipe would be waited for, a device read without end.
    if not stat.S_ISREG(status.st_mode) and not path.is_dir():
        raise NotebookError(f"{path}: is no file; hand in the notebook itself")
    if status.st_size > MAX_BYTES:
        raise NotebookError(
            f"{path}: is larger than {MAX_BYTES // 2**20} MB; clear its outputs (Edit > Clear Outputs of All Cells)"
        )
    with path.open("rb") as file:
        return file.read(status.st_size)  # and no more, should it be growing


def parse_notebook(text: str, name: str) -> Notebook:
    """A notebook from its JSON text; `name` is used in errors. Raises NotebookError."""
    try:
        node = json.loads(text)
    except (ValueError, RecursionError) as error:
        # The one other ValueError is Python's, for a number of thousands of digits.
        short = "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
        what = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else short
        raise NotebookError(f"{name}: is not a notebook (not JSON, {what}); download or save it again") from error
    cells = node.get("cells", _cells_of_old(node)) if isinstance(node, dict) else None
    if not isinstance(cells, list):
        raise NotebookError(f"{name}: is JSON without notebook cells; download or save it again as a notebook")
    return Notebook(tuple(_cell(index, cell, name) for index, cell in enumerate(cells)))


def _cells_of_old(node: dict[str, Any]) -> list[Any] | None:
    """The cells of a notebook of format 3, which lie on worksheets and call a code cell's source its input."""
    sheets = node.get("worksheets")
    if not isinstance(sheets, list) or not all(isinstance(sheet, dict) for sheet in sheets):
        return None
    lists = [sheet.get("cells") for sheet in sheets]
    if not all(isinstance(found, list) for found in lists):
        return None
    cells = [cell for found in lists for cell in found]
    return [{**cell, "source": cell["input"]} if isinstance(cell, dict) and "input" in cell else cell for cell in cells]


def notebook_from_cells(cells: Iterable[Any]) -> Notebook:
    """A notebook from nbformat's cells, already read and validated by somebody else."""
    return Notebook(tuple(_cell(index, cell, "notebook") for index, cell in enumerate(cells)))


def parse_script(text: str) -> Notebook:
    """A percent-format script (`# %%` before each cell) as a notebook."""
    kind, lines, cells = "code", list[str](), list[Cell]()

    def close() -> None:
        source = "\n".join(lines).strip("\n")
        if source:
            if kind != "code":
                source = re.sub(r"^# ?", "", source, flags=re.MULTILINE)
            cells.append(Cell(len(cells), kind, source))
        lines.clear()

    for line in text.split("\n"):
        marker = _MARKER.match(line)
        if marker:
            close()
            kind = "markdown" if "[markdown]" in marker[1] or "[md]" in marker[1] else "code"
        else:
            lines.append(line)
    close()
    return Notebook(tuple(cells))


def _cell(index: int, cell: Any, name: str) -> Cell:
    try:
        source = cell.get("source", "")
        kind = cell["cell_type"]
        metadata = cell.get("metadata") or {}
        nbgrader = metadata.get("nbgrader") or {}
        text = source if isinstance(source, str) else "".join(source)
        grade_id = nbgrader.get("grade_id", "") if nbgrader.get("grade") else ""
        return Cell(index, str(kind), text, str(grade_id))
    except (AttributeError, KeyError, TypeError) as error:
        raise NotebookError(
            f"{name}: cell {index + 1} is damaged; open and save the notebook in Jupyter once"
        ) from error

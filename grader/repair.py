"""Puts right what students and their editors break in a notebook, and says so. Pure: cells in, cells and sentences out.

Locked cells, points and ids are again as released, a check runs after the work that it is about. What students wrote
stays: text that they typed into a locked cell gets a cell of its own. Since every test is the released one and asks for
what the notebook defines, nothing broken can gain a mark.
"""

from __future__ import annotations

import ast
import copy
import itertools
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.messages import text
from grader.recognise import Recognised, Released, defined_names, is_locked, settings_of, source_of, squeezed
from grader.render import printable

# Of the cell that will stand above the notebook.
NOTE_ID = "gradmark-note"
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# What decides how nbgrader treats a cell.
_SETTINGS = ("grade", "solution", "locked", "task", "grade_id", "points")
_FLAGS = ("grade", "solution", "locked", "task")
_MOST_UNKNOWN = 3
_LONGEST_CODE = 50_000
_NO_WORK = (ast.Assert, ast.Pass, ast.Expr)

Cell = dict[str, Any]


@dataclass(frozen=True)
class Repair:
    """Something that was put right: what kind, in which cell ("" for the whole notebook), and a sentence about it."""

    kind: str
    cell: str
    sentence: str


def repair(cells: Iterable[Mapping[str, Any]], released: Sequence[Released]) -> tuple[list[Cell], list[Repair]]:
    """The cells of a notebook as they are to be graded (of format 4.5: each with an id), and what was put right."""
    bench = _Bench(cells, released)
    bench.tell_lost_settings()
    bench.drop_copies()
    for known in released:
        if known.name in bench.found:
            bench.restore(known)
    for known in released:
        if known.name not in bench.found:
            bench.put_back(known)
    # Tests first: where they stand decides what is setup's right place.
    for known in sorted(released, key=lambda known: not known.is_test):
        bench.move(known)
    _number(bench.cells)
    return bench.cells, bench.repairs


def old_format(major: int, minor: int) -> Repair:
    """What to say of a notebook that had to be converted."""
    return _repair("format", "", "repair_format", version=f"{major}.{minor}")


def renamed(found: str, expected: str) -> Repair:
    """What to say of a notebook that has another name than the released one."""
    return _repair("renamed", "", "repair_renamed", found=printable(found), expected=expected)


def is_another(cells: Iterable[Mapping[str, Any]], released: Sequence[Released]) -> bool:
    """Whether this is no submission of the released notebook at all: its graded cells are others, every one."""
    cells = list(cells)
    names = {known.name for known in released}
    claims = [settings_of(cell) for cell in cells]
    found = Recognised(cells, released).found
    return any(claim.get("grade") and claim.get("grade_id") not in names for claim in claims) and not any(
        known.name in found for known in released if known.grade or known.solution or known.task
    )


class _Bench:
    """A notebook under repair: its cells, and which of them is which released one."""

    def __init__(self, cells: Iterable[Mapping[str, Any]], released: Sequence[Released]) -> None:
        self.cells = [_clean(cell) for cell in cells]
        self.released = released
        self.known = Recognised(self.cells, released)
        self.found: dict[str, Cell] = {name: self.cells[index] for name, index in self.known.found.items()}
        homes = {known.name: self.known.home(known) for known in released if known.is_test}
        self.homes = {name: None if index is None else self.cells[index] for name, index in homes.items()}
        self.repairs: list[Repair] = []

    def tell(self, kind: str, known: Released | str, key: str, **values: Any) -> None:
        """Note a repair."""
        name, label = (known, known) if isinstance(known, str) else (known.name, _label(known))
        said = _repair(kind, name, key, cell=label, **values)
        if said not in self.repairs:
            self.repairs.append(said)

    def index(self, cell: Cell) -> int:
        """Where that very cell is."""
        return next(index for index, other in enumerate(self.cells) if other is cell)

    def tell_lost_settings(self) -> None:
        """One line for all cells that lost their settings, one for all settings of an old version."""
        lost = [
            known for known in self.released if known.name in self.found and not settings_of(self.found[known.name])
        ]
        if len(lost) == 1:
            self.tell("lost", lost[0], "repair_lost_one")
        elif lost:
            names = ", ".join(known.name for known in lost)
            self.tell("lost", "", "repair_lost", count=len(lost), names=names)
        versions = [settings_of(cell).get("schema_version", 0) for cell in self.found.values() if settings_of(cell)]
        if any(type(version) is int and version < 3 for version in versions):
            self.tell("schema", "", "repair_schema")

    def drop_copies(self) -> None:
        """Every cell that claims to be graded and is not the one that counts becomes a cell of the student's own."""
        by_name = {known.name: known for known in self.released}
        counting = {id(cell) for cell in self.found.values()}
        kept, unknown = [], 0
        for cell in self.cells:
            if id(cell) not in counting:
                claimed = settings_of(cell)
                cell["metadata"].pop("nbgrader", None)
                known = by_name.get(str(claimed.get("grade_id", "")))
                if not any(claimed.get(flag) for flag in _FLAGS):
                    pass
                elif known is None:
                    unknown += 1
                    if unknown <= _MOST_UNKNOWN:
                        self.tell("unknown", printable(str(claimed.get("grade_id", "")))[:60], "repair_unknown")
                elif known.solution and not known.for_a_person and squeezed(cell["source"]) == known.text:
                    # An untouched stub would undo the work in the cell that counts.
                    self.tell("copy", known, "repair_empty_copy")
                    continue
                else:
                    self.tell("copy", known, "repair_copy")
            kept.append(cell)
        self.cells = kept

    def restore(self, known: Released) -> None:
        """Type, text and settings of one cell as released."""
        cell = self.found[known.name]
        if cell["cell_type"] != known.cell_type:
            _retype(cell, known.cell_type)
            self.tell("type", known, "repair_type")
        written = cell["source"]
        if known.locked and squeezed(written) not in (known.text, squeezed(known.source)):
            own = self._keep(cell, known, written)
            self.tell("edited", known, "repair_edited_kept" if own else "repair_edited")
        if known.locked:
            cell["source"] = known.source
        claimed, wanted = settings_of(cell), known.metadata
        if claimed:
            meant = {**claimed, "locked": is_locked(claimed)}
            changed = [name for name in _SETTINGS if _differs(meant.get(name), wanted.get(name))]
            version = claimed.get("schema_version", 0)
            if type(version) is not int or version > wanted["schema_version"]:
                changed.append("schema_version")
            if changed:
                self.tell("settings", known, "repair_settings", changed=", ".join(changed))
        cell["metadata"]["nbgrader"] = wanted

    def _keep(self, cell: Cell, known: Released, written: str) -> bool:
        """Give what somebody wrote into a locked cell a cell of its own; in code it runs before the released text."""
        code = known.cell_type == "code"
        if not written.strip() or (code and not _does_something(written)):
            return False
        # Before: the released text has the last word about the names that it defines.
        self.cells.insert(self.index(cell) + (not code), _new(known.cell_type, written))
        return True

    def put_back(self, known: Released) -> None:
        """A released cell that is gone. Locked prose and empty stubs are not needed for grading and stay away."""
        if known.cell_type != "code" and not known.for_a_person:
            return
        if known.solution and not known.for_a_person:
            return
        cell = _new(known.cell_type, known.source)
        cell["metadata"] = {"deletable": False, "editable": not known.locked, "nbgrader": known.metadata}
        if known.for_a_person and known.solution:
            # The answer may be somewhere else in the notebook: nobody may take this cell for an untouched one.
            missing = text("repair_answer_missing")
            cell["source"] += f"\n\n# {missing}" if known.cell_type == "code" else f"\n\n*{missing}*"
        self.cells.insert(self._place_of_missing(known), cell)
        self.found[known.name] = cell
        self.tell("missing", known, "repair_missing")

    def _place_of_missing(self, known: Released) -> int:
        if known.is_test:
            home = self.homes[known.name]
            return len(self.cells) if home is None else self._after_work(known, self.index(home))
        before = self.released[: self.known.order[known.name]]
        previous = next((self.found[other.name] for other in reversed(before) if other.name in self.found), None)
        if previous is not None:
            return self.index(previous) + 1
        return len(self.cells) if known.for_a_person else 0

    def move(self, known: Released) -> None:
        """A test that stands before its work goes behind it, setup that stands behind a test before it."""
        cell = self.found.get(known.name)
        if cell is None or known.cell_type != "code":
            return
        here, place = self.index(cell), None
        home = self.homes.get(known.name)
        if home is not None and home is not cell and here < self.index(home):
            place = self._after_work(known, self.index(home)) - 1
        elif self._is_setup(known):
            after = self.released[self.known.order[known.name] :]
            first = min(
                (self.index(self.found[other.name]) for other in after if other.name in self.found), default=here
            )
            place = first if first < here else None
        if place is not None:
            del self.cells[here]
            self.cells.insert(place, cell)
            self.tell("moved", known, "repair_moved")

    def _is_setup(self, known: Released) -> bool:
        """Whether it is given code that stands before all work."""
        before = self.released[: self.known.order[known.name]]
        return known.locked and not known.grade and not any(other.solution for other in before)

    def _after_work(self, known: Released, home: int) -> int:
        """Behind the work and the helpers that follow it, but before the next exercise and before other definitions."""
        exercises = {name for other in self.released for name in (*other.names, other.name)}
        order = {id(cell): self.known.order[name] for name, cell in self.found.items()}
        first = order.get(id(self.cells[home]), -1)
        place = home + 1
        for index, cell in enumerate(self.cells[place:], place):
            if id(cell) in order and not first <= order[id(cell)] < self.known.order[known.name]:
                break
            if cell["cell_type"] == "code":
                if id(cell) not in order and exercises & defined_names(cell["source"]):
                    break
                place = index + 1
        return place


def _repair(kind: str, name: str, key: str, **values: Any) -> Repair:
    said = text(key, **values)
    return Repair(kind, name, said[:1].upper() + said[1:])


def _label(known: Released) -> str:
    return text("repair_check_cell" if known.is_check else "repair_cell", name=known.name)


def _clean(cell: Mapping[str, Any]) -> Cell:
    """A copy with plain line ends, without empty metadata of nbgrader's."""
    copied: Cell = copy.deepcopy(dict(cell))
    metadata = copied.get("metadata")
    copied["metadata"] = metadata if isinstance(metadata, dict) else {}
    if not settings_of(copied):
        copied["metadata"].pop("nbgrader", None)
    copied["source"] = source_of(copied)
    return copied


def _differs(claimed: Any, wanted: Any) -> bool:
    """Whether two settings mean something else; one that is not there means no."""
    if isinstance(wanted, str) or isinstance(claimed, str):
        return bool(claimed != wanted)
    return (claimed or 0) != (wanted or 0)


def _does_something(source: str) -> bool:
    """Whether code does more than check, assert and look at things."""
    if len(source) > _LONGEST_CODE:
        return True
    with warnings.catch_warnings():
        # "\\sigma" in a label is no news to whoever runs the grader.
        warnings.simplefilter("ignore")
        try:
            return not all(isinstance(statement, _NO_WORK) for statement in ast.parse(source).body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return True


def _new(cell_type: str, source: str) -> Cell:
    cell: Cell = {"cell_type": cell_type, "metadata": {}, "source": source}
    return {**cell, "execution_count": None, "outputs": []} if cell_type == "code" else cell


def _retype(cell: Cell, cell_type: str) -> None:
    for name in ("outputs", "execution_count", "attachments"):
        cell.pop(name, None)
    cell.update(_new(cell_type, cell["source"]), metadata=cell["metadata"])


def _number(cells: list[Cell]) -> None:
    """Ids of cells: well formed, each once."""
    seen = {NOTE_ID}
    numbers = itertools.count()
    for cell in cells:
        mine = cell.get("id")
        if not isinstance(mine, str) or not _CELL_ID.fullmatch(mine) or mine in seen:
            mine = next(new for number in numbers if (new := f"gradmark-{number}") not in seen)
        seen.add(mine)
        cell["id"] = mine

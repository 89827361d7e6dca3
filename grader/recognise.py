"""Which cell of a submission is which cell of the released notebook.

nbgrader's id of a cell is believed where its text does not belong to another cell. Where editors have dropped the ids,
cells are told by their text: a check by its call, a solution by the name it defines, a locked cell by its source. Pure.

Whoever is recognised as what, the released text and points are what counts in the end, so none of this gives a mark.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.notebook import checks_in

_SCHEMA = 3
_LONG = 1000
_DEFINED = re.compile(r"^(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]+)?=(?!=))", re.MULTILINE)
_ONLY_CHECK = re.compile(r"""check\((['"])(\w+)\1\);?""")
_COMMENT = re.compile(r"^[ \t]*#.*$|[ \t]#[^'\"\n]*$", re.MULTILINE)


@dataclass(frozen=True)
class Released:
    """A cell of the released notebook that nbgrader knows. `shown`: its text as students got it, no hidden tests."""

    name: str
    source: str
    cell_type: str = "code"
    shown: str = ""
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    points: float = 0.0
    checksum: str = ""

    @cached_property
    def text(self) -> str:
        """What students got, ready to be compared."""
        return squeezed(self.shown or self.source)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names a solution is there to define."""
        return defined_names(self.source) if self.solution and self.cell_type == "code" else frozenset()

    @property
    def is_check(self) -> bool:
        """Whether it is the graded check of the exercise of its name."""
        return self.is_test and self.name in checks_in(self.source)

    @property
    def is_test(self) -> bool:
        """Whether it is code that is graded without a person."""
        return self.grade and not self.solution and self.cell_type == "code"

    @property
    def for_a_person(self) -> bool:
        """Whether a person grades what students write there."""
        return self.task or (self.grade and not self.is_test)

    @property
    def metadata(self) -> dict[str, Any]:
        """nbgrader's metadata of the cell."""
        found: dict[str, Any] = {
            "grade": self.grade,
            "grade_id": self.name,
            "locked": self.locked,
            "schema_version": _SCHEMA,
            "solution": self.solution,
            "task": self.task,
            "cell_type": self.cell_type,
        }
        if self.grade or self.task:
            found["points"] = self.points
        if self.checksum:
            found["checksum"] = self.checksum
        return found


def released_in(cells: Sequence[Mapping[str, Any]]) -> list[Released]:
    """The cells of a released notebook that nbgrader knows, in order."""
    found = []
    for cell in cells:
        mine = settings_of(cell)
        if mine.get("grade_id") and any(mine.get(flag) for flag in ("grade", "solution", "locked", "task")):
            found.append(
                Released(
                    mine["grade_id"],
                    source_of(cell),
                    cell["cell_type"],
                    grade=bool(mine.get("grade")),
                    solution=bool(mine.get("solution")),
                    locked=is_locked(mine),
                    task=bool(mine.get("task")),
                    points=float(mine.get("points") or 0),
                    checksum=str(mine.get("checksum") or ""),
                )
            )
    return found


def settings_of(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """nbgrader's metadata of a cell; empty where there is none, or something else in its place."""
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def is_locked(claimed: Mapping[str, Any]) -> bool:
    """Whether nbgrader's metadata mean that the text is not the student's to change, as nbgrader sees it."""
    return not claimed.get("solution") and bool(claimed.get("grade") or claimed.get("locked"))


def source_of(cell: Mapping[str, Any]) -> str:
    """A cell's text with plain line ends."""
    source = cell.get("source", "")
    return (source if isinstance(source, str) else "".join(source)).replace("\r\n", "\n").replace("\r", "\n")


def squeezed(source: str) -> str:
    """The text without any white space: what editors add or take there is no edit."""
    return "".join(source.split())


def defined_names(source: str) -> frozenset[str]:
    """The names that a cell's own lines (not indented ones) define."""
    return frozenset(match[1] or match[2] for match in _DEFINED.finditer(source))


class Recognised:
    """The cells of one submission, each released name with the index of its cell where there is one."""

    def __init__(self, cells: Sequence[Mapping[str, Any]], released: Sequence[Released]) -> None:
        self.released = released
        self.order = {known.name: place for place, known in enumerate(released)}
        self.ids = [_id_of(cell) for cell in cells]
        self.texts = [squeezed(source_of(cell)) for cell in cells]
        self.defines = [defined_names(source_of(cell)) for cell in cells]
        self.code = [cell.get("cell_type") == "code" for cell in cells]
        self._by_id = _places([identity] for identity in self.ids)
        self._by_text = _places([text] for text in self.texts)
        self._by_name = _places(self.defines)
        self._by_check = _places([_only_check(source_of(cell))] for cell in cells)
        times = Counter(known.text for known in released)
        self._fitting = {known.name: self._fit(known, times[known.text] == 1) for known in released}
        self.found: dict[str, int] = {}
        self._taken: set[int] = set()
        # Solutions first: which of several checks is meant depends on where the work is.
        for group in (True, False):
            members = [known for known in released if known.solution is group]
            self._round(members, lambda known: self._by_id[known.name] & self._confirmed(known))
            self._round(members, lambda known: self._by_id[known.name] - self._of_others(known))
            self._round(members, lambda known: self._fitting[known.name])
            self._round(members, lambda known: self._by_id[known.name])

    def home(self, known: Released) -> int | None:
        """The index of the cell that a test is about: it must have run before the test."""
        before = self.released[: self.order[known.name]]
        owner = next((other for other in self.released if known.name in other.names), None) or next(
            (other for other in reversed(before) if other.solution and other.cell_type == "code"), None
        )
        cell = self.found.get(owner.name) if owner else None
        if not known.is_check or (cell is not None and known.name in self.defines[cell]):
            return cell
        return min((index for index in self._by_name[known.name] if self.code[index]), default=cell)

    def _round(self, members: list[Released], candidates: Callable[[Released], set[int]]) -> None:
        for known in members:
            if known.name not in self.found:
                free = sorted(candidates(known) - self._taken)
                if free:
                    self.found[known.name] = self._choose(known, free)
                    self._taken.add(self.found[known.name])

    def _fit(self, known: Released, unique: bool) -> set[int]:
        """The cells whose text says that they are this one."""
        fitting = set(self._by_text[known.text]) if unique and known.text else set()
        if known.is_check:
            fitting |= self._by_check[known.name]
        return fitting.union(*(self._by_name[name] for name in known.names))

    def _confirmed(self, known: Released) -> set[int]:
        """The cells whose text goes with an id. An answer's own text says nothing: an untouched one is no better."""
        return set() if known.solution and not known.names else self._fitting[known.name]

    def _of_others(self, known: Released) -> set[int]:
        """The cells whose text says that they are another one."""
        others = (self._fitting[other.name] for other in self.released if other is not known)
        return set().union(*others) - self._fitting[known.name]

    def _choose(self, known: Released, candidates: list[int]) -> int:
        """Which of several copies counts. The rule is fixed, so that nobody can have the better of two results."""
        changed = {index: self.texts[index] != known.text for index in candidates}
        if known.solution and known.for_a_person:
            return max(candidates, key=lambda index: (changed[index], index))
        home = self.home(known) if known.is_test else None
        if known.solution:
            best = {index: (bool(known.names & self.defines[index]), changed[index]) for index in candidates}
        else:
            best = {index: (home is None or index > home, True) for index in candidates}
        # A text may quote the code of a cell; the cell itself comes first.
        return max(candidates, key=lambda index: (self.code[index] is (known.cell_type == "code"), best[index], -index))


def _id_of(cell: Mapping[str, Any]) -> str:
    found = settings_of(cell).get("grade_id")
    return found if isinstance(found, str) else ""


def _only_check(source: str) -> str:
    """The exercise of a cell that does nothing but check it."""
    found = _ONLY_CHECK.fullmatch(squeezed(_COMMENT.sub("", source))) if len(source) < _LONG else None
    return found[2] if found else ""


def _places(groups: Iterable[Iterable[str]]) -> defaultdict[str, set[int]]:
    """Name -> the indices of the groups that it is in."""
    found = defaultdict[str, set[int]](set)
    for index, group in enumerate(groups):
        for name in group:
            found[name].add(index)
    return found

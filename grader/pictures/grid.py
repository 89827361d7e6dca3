"""The part of an answer that a picture shows: `grid` in a diagnosis' details, read with care.

    {"shape": (5, 8), "yours": [[...], ...], "expected": [[...], ...], "wrong": [[0, 1, ...], ...], "start": (0, 0)}

shape: of the whole array. yours, expected, wrong: the two-dimensional part of it that is shown, at most 12 x 12, or a
vector as one row of at most 144. start: the index of that part's first entry; its beginning when it is not said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

T = TypeVar("T")
Rows = list[list[float]]

SIDE = 12
MOST = SIDE * SIDE
# Beyond this nothing is an index.
_LARGEST = 10**15


@dataclass(frozen=True)
class Grid:
    """A grid that can be drawn: rectangular, of two entries or more, all of them numbers.

    start: row and column of the first entry. leading: its indices along the axes before those.
    folded: a vector is shown in lines of `SIDE`, the last of which may be filled up with entries that do not exist.
    """

    yours: Rows
    expected: Rows
    wrong: list[list[bool]]
    shape: tuple[int, ...]
    start: tuple[int, int]
    total: int
    leading: tuple[int, ...] = ()
    folded: bool = False

    @property
    def rows(self) -> int:
        """How many rows are shown."""
        return len(self.yours)

    @property
    def columns(self) -> int:
        """How many columns are shown."""
        return len(self.yours[0])

    @property
    def is_list(self) -> bool:
        """Whether the answer is a vector."""
        return len(self.shape) < 2

    @property
    def difference(self) -> Rows:
        """|yours - expected|."""
        return [
            [0.0 if one == other else abs(one - other) for one, other in zip(mine, wanted, strict=True)]
            for mine, wanted in zip(self.yours, self.expected, strict=True)
        ]

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Row and column of every wrong entry, counted within the grid."""
        return [(row, column) for row, flags in enumerate(self.wrong) for column, flag in enumerate(flags) if flag]

    @property
    def counts(self) -> dict[str, int]:
        """What a sentence says of it; the index of a vector's first wrong entry is its column."""
        row, column = self.places[0] if self.places else (0, 0)
        row, column = (0, row * self.columns + column) if self.folded else (row, column)
        return {
            "rows": self.rows,
            "columns": self.columns,
            "total": self.total,
            "wrong": len(self.places),
            "row": row + self.start[0],
            "column": column + self.start[1],
        }

    @property
    def is_part(self) -> bool:
        """Whether the answer has more entries than are shown."""
        return math.prod(self.shape) > self.total

    def exists(self, row: int, column: int) -> bool:
        """Whether there is such an entry: in a folded vector's last line there may be none."""
        return row * self.columns + column < self.total

    def fold(self) -> Grid:
        """A vector in lines of `SIDE`; a matrix as it is."""
        if not self.is_list or self.columns <= SIDE:
            return self
        return replace(
            self,
            yours=_folded(self.yours[0], 0.0),
            expected=_folded(self.expected[0], 0.0),
            wrong=_folded(self.wrong[0], False),
            folded=True,
        )


def _folded(row: list[T], filling: T) -> list[list[T]]:
    filled = row + [filling] * (-len(row) % SIDE)
    return [filled[start : start + SIDE] for start in range(0, len(filled), SIDE)]


def read_grid(node: object) -> Grid | None:
    """A grid out of a diagnosis' details; None where it is none, is too large, or has fewer than two entries."""
    if not isinstance(node, Mapping):
        return None
    yours, expected, wrong = (_rows(node.get(name)) for name in ("yours", "expected", "wrong"))
    shape, start = read_shape(node.get("shape")), read_shape(node.get("start", ()))
    if not yours or not expected or not wrong or shape is None or start is None:
        return None
    sizes = {(len(rows), *map(len, rows)) for rows in (yours, expected, wrong)}
    if len(sizes) > 1 or len(set(map(len, yours))) > 1:
        return None
    rows, columns = len(yours), len(yours[0])
    if not 1 < rows * columns <= MOST or (len(shape) < 2 and rows > 1) or (len(shape) > 1 and columns > SIDE):
        return None
    flags = [[flag == 1 for flag in row] for row in wrong]
    *leading, row, column = (0, 0, *start)
    return Grid(yours, expected, flags, shape, (row, column), rows * columns, tuple(leading[2:]))


def read_shape(node: object) -> tuple[int, ...] | None:
    """An array's shape; None where it is none."""
    if not isinstance(node, list | tuple) or len(node) > 32:
        return None
    sizes = [size for size in node if isinstance(size, int) and not isinstance(size, bool) and 0 <= size <= _LARGEST]
    return tuple(sizes) if len(sizes) == len(node) else None


def read_numbers(node: object, most: int = MOST) -> list[float] | None:
    """At most so many numbers; None where it is anything else."""
    if not isinstance(node, list | tuple) or len(node) > most:
        return None
    found = [read_number(value) for value in node]
    numbers = [value for value in found if value is not None]
    return numbers if len(numbers) == len(found) else None


def read_number(value: object) -> float | None:
    """A number; also NaN and infinity as text, which is their form in JSON."""
    if isinstance(value, str):
        return float(value) if value in ("nan", "inf", "-inf") else None
    if not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _rows(node: object) -> Rows | None:
    if not isinstance(node, list | tuple) or not 0 < len(node) <= SIDE:
        return None
    found = [read_numbers(row) for row in node]
    rows = [row for row in found if row]
    return rows if len(rows) == len(found) else None

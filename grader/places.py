"""The part of two arrays that a picture shows, and the input that belongs to one place of a result. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.wire import Plain

# A picture of a table shows so many rows and columns of it, one of a vector so many entries.
SIDE = 12
MOST = SIDE * SIDE
# A row of an argument is told when it is no longer than this.
_SHORT = 4


def grid(actual: np.ndarray, expected: np.ndarray, wrong: np.ndarray) -> dict[str, Any] | None:
    """The table around the first wrong place: of more than two axes the slice it lies in, of large tables a part.

    actual, expected, wrong: of one shape, `wrong` truth values. Returns None for single numbers; otherwise

        shape       of the whole result
        start       the index in it of the table's first entry
        yours, expected, wrong      lists of rows; numbers of four significant digits, 0 and 1
    """
    if not wrong.ndim or not wrong.any():
        return None
    first = np.argwhere(wrong)[0].tolist()
    *before, row, column = (0, *first) if wrong.ndim == 1 else first
    tables = [array[tuple(before)] if wrong.ndim > 1 else array[None, :] for array in (actual, expected, wrong)]
    height, width = wrong.shape[-2:] if wrong.ndim > 1 else (1, wrong.shape[0])
    rows, columns = (SIDE, SIDE) if wrong.ndim > 1 else (1, MOST)
    top, left = _start(row, height, rows), _start(column, width, columns)
    yours, wanted, marks = (table[top : top + rows, left : left + columns] for table in tables)
    return {
        "shape": expected.shape,
        "start": (*before, top, left) if wrong.ndim > 1 else (left,),
        "yours": [[_short(value) for value in line] for line in yours.tolist()],
        "expected": [[_short(value) for value in line] for line in wanted.tolist()],
        "wrong": marks.astype(int).tolist(),
    }


def _start(place: int, size: int, most: int) -> int:
    """Where to begin, so that `place` is shown with some of what is before it."""
    return max(0, min(place - most // 4, size - most))


def _short(value: Any) -> int | float:
    return float(f"{value:.4g}") if isinstance(value, float) else int(value)


def input_at(arguments: Mapping[str, Plain], index: tuple[int, ...], shape: tuple[int, ...]) -> dict[str, Plain]:
    """What the arguments hold at one place of a result: numbers, and rows that are short, as tuples.

    shape: the result's. An argument of the same shape is read at that place, one that has only its first or only its
    last axes at these, one with further axes gives a row; single numbers belong to every place.
    """
    found: dict[str, Plain] = {}
    for name, value in arguments.items():
        if isinstance(value, bool | int | float):
            found[name] = value
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
            continue
        axes = value.ndim
        if value.shape == shape or not axes:
            found[name] = value[index if axes else ()].item()
        elif axes > len(shape) > 0 and value.shape[: len(shape)] == shape and value[index].size <= _SHORT:
            found[name] = tuple(value[index].ravel().tolist())
        elif axes < len(shape) and (value.shape == shape[:axes]) != (value.shape == shape[-axes:]):
            found[name] = value[index[:axes] if value.shape == shape[:axes] else index[-axes:]].item()
    return found

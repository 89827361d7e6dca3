"""What pictures of a grid share: cells, numbers in them, and the numbers of rows and columns around them."""

from __future__ import annotations

import math

from grader.pictures.grid import Grid, Rows
from grader.pictures.svg import QUIET, SMALL, Words, cells, path, runs, say, short, texts

HIGH = 26
TINT = "stroke:var(--wrong);stroke-opacity:.22"
CROSS = "stroke:var(--wrong);stroke-width:2px;vector-effect:non-scaling-stroke"
CALM = "stroke:currentColor;stroke-opacity:.07"
_LINES = "stroke:currentColor;stroke-opacity:.3;stroke-width:1px;vector-effect:non-scaling-stroke"


def middles(given: Grid, x: float, wide: float) -> list[float]:
    """The middle of every column."""
    return [x + (column + 0.5) * wide for column in range(given.columns)]


def column_numbers(given: Grid, x: float, y: float, wide: float) -> str:
    """Above a grid that begins at (x, y). In a folded vector's lines they are counted on from the line's own number.

    Where columns are narrow, only some are numbered.
    """
    labels = [f"+{i}" if given.folded else str(given.start[1] + i) for i in range(given.columns)]
    step = math.ceil((max(map(len, labels)) * 6.5 + 5) / wide)
    places = zip(middles(given, x, wide), labels, strict=True)
    return texts(((middle, y - 6, label) for middle, label in list(places)[::step]), "middle", SMALL + QUIET)


def row_numbers(given: Grid, x: float, y: float, high: float) -> str:
    """Left of a grid that begins at (x, y); nothing for a vector in one line."""
    if given.is_list and not given.folded:
        return ""
    first, step = (given.start[1], given.columns) if given.folded else (given.start[0], 1)
    items = ((x - 6, y + (row + 0.5) * high + 4, str(first + row * step)) for row in range(given.rows))
    return texts(items, "end", SMALL + QUIET)


def lattice(given: Grid) -> str:
    """Thin lines around all entries, inside `cells`."""
    across = "".join(f"M0 {row - 0.5}h{given.columns}" for row in range(given.rows + 1))
    down = "".join(f"M{column} -.5v{given.rows}" for column in range(given.columns + 1))
    return path(across + down, _LINES) if not given.folded else ""


def written(given: Grid, values: Rows, x: float, y: float, wide: float, words: Words, *, kind: str) -> str:
    """A panel of numbers. kind: "yours", "expected" or "difference"; in all but the expected ones wrong ones stand out.

    Wrong numbers are underlined and tinted, and their difference is there to read.
    """
    room = int((wide - 4) / 6.4)

    def marked(row: int, column: int) -> bool:
        return kind != "expected" and given.wrong[row][column]

    def number(row: int, column: int) -> str:
        # Two numbers may look the same and differ in a later digit.
        same = kind == "difference" and marked(row, column) and values[row][column] == 0
        return "≠" if same else short(values[row][column], room, words)

    fields = [
        path(runs(given.rows, given.columns, given.exists), CALM),
        path(runs(given.rows, given.columns, marked), TINT),
        lattice(given),
    ]
    found = [cells(x, y, wide, HIGH, fields)]
    places = middles(given, x, wide)
    for wrong in (False, True):
        items = (
            (places[column], y + row * HIGH + 17, number(row, column))
            for row in range(given.rows)
            for column in range(given.columns)
            if marked(row, column) == wrong
        )
        found.append(texts(items, "middle", SMALL + (' text-decoration="underline"' if wrong else ""), room))
    return "".join(found)


def part_of(given: Grid, words: Words) -> str:
    """Where in the answer the grid lies, when it is not all of it."""
    if not given.is_part:
        return ""
    where = f"[{', '.join(map(str, given.leading))}, :, :]" if given.leading else ""
    return say(words, "part", shape=str(given.shape)) + (f"  {where}" if where else "")


def strange_words(values: Rows, words: Words) -> str:
    """Which of NaN and infinity there are."""
    found = {"nan" if math.isnan(value) else "inf" for row in values for value in row if not math.isfinite(value)}
    return ", ".join(say(words, key) for key in ("nan", "inf") if key in found)

"""The error map: which places of a result are wrong."""

from __future__ import annotations

import math

from grader.pictures.fields import CALM, CROSS, HIGH, TINT, column_numbers, lattice, middles, part_of, row_numbers
from grader.pictures.grid import read_grid
from grader.pictures.svg import BOLD, QUIET, SMALL, Words, cells, crosses, drawing, path, put, runs, say, short, texts

# The values themselves are written in a map of this many rows and columns at most.
_FEW = 6


def error_map(grid: object, words: Words) -> str:
    """Which places of a result are wrong: there its value where few fit, a cross elsewhere, a word for NaN.

    grid: as `read_grid` takes it. A vector is folded into lines of twelve.
    """
    given = read_grid(grid)
    if given is None:
        return ""
    folded = given.fold()
    rows, columns = folded.rows, folded.columns
    few = columns <= _FEW and rows <= _FEW
    wide = 60 if few else HIGH
    # Numbers above a vector are indices, those of a matrix its columns.
    left, top = (8, 38) if given.is_list and not folded.folded else (52, 38)

    def wrong(row: int, column: int) -> bool:
        return folded.wrong[row][column]

    def named(row: int, column: int) -> bool:
        return wrong(row, column) and (few or not math.isfinite(folded.yours[row][column]))

    def crossed(row: int, column: int) -> bool:
        return wrong(row, column) and not named(row, column)

    fields = [
        path(runs(rows, columns, folded.exists), CALM),
        path(runs(rows, columns, wrong), TINT),
        lattice(folded),
        path(crosses(rows, columns, crossed), CROSS),
    ]
    parts = [
        put(left, 14, say(words, "index" if given.is_list else "column"), more=SMALL + QUIET),
        "" if given.is_list else put(left - 6, top - 6, say(words, "row"), "end", SMALL + QUIET),
        cells(left, top, wide, HIGH, fields),
        column_numbers(folded, left, top, wide),
        row_numbers(folded, left, top, HIGH),
    ]
    places = middles(folded, left, wide)
    items = (
        (places[column], top + row * HIGH + 17, short(folded.yours[row][column], 8 if few else 4, words))
        for row in range(rows)
        for column in range(columns)
        if named(row, column)
    )
    parts.append(texts(items, "middle", BOLD + ("" if few else ' font-size="10"')))
    below = top + rows * HIGH + 10
    parts += _legend(left, below, few, len(given.places), given.total, words)
    caption = part_of(given, words)
    parts.append(put(left, below + 34, caption, more=SMALL + QUIET) if caption else "")
    says = say(words, "says_list" if given.is_list else "says_map", **given.counts)
    return drawing(max(left + columns * wide + 8, 280), below + (42 if caption else 24), says, parts)


def _legend(x: float, y: float, few: bool, wrong: int, total: int, words: Words) -> list[str]:
    """What a tinted cell and a calm one mean, each with how many there are."""
    marks = [path("M0 0h1", TINT), "" if few else path(crosses(1, 1, lambda row, column: True), CROSS)]
    parts = [cells(x, y, 16, 16, marks), put(x + 22, y + 12, f"{say(words, 'wrong')}: {wrong}", more=SMALL)]
    if wrong < total:
        parts.append(cells(x + 120, y, 16, 16, [path("M0 0h1", CALM)]))
        parts.append(put(x + 142, y + 12, f"{say(words, 'right')}: {total - wrong}", more=SMALL))
    return parts

"""Yours, expected and their difference side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from grader.pictures.charts import curve
from grader.pictures.fields import HIGH, column_numbers, part_of, row_numbers, strange_words, written
from grader.pictures.grid import Grid, Rows, read_grid
from grader.pictures.maps import error_map
from grader.pictures.svg import BOLD, QUIET, SMALL, WIDTH, Words, cells, drawing, path, put, runs, say, short

# Numbers are written out in this many columns and cells at most; more are shades.
_COLUMNS, _CELLS = 6, 36
# A vector up to this length is a table of numbers.
_TABLE = 8
_SHADES = 6
# No number: stripes instead of a shade.
_STRIPES = "stroke:var(--wrong);stroke-width:.75;stroke-dasharray:.12 .13"
_GAP = 14


def comparison(grid: object, words: Words) -> str:
    """Three panels: yours, expected, |difference|. Numbers where there are few, shades with a scale elsewhere.

    grid: as `read_grid` takes it. A long vector is a curve instead.
    """
    given = read_grid(grid)
    if given is None:
        return ""
    if given.is_list:
        return _table(given, words) if given.columns <= _TABLE else curve(grid, words) or error_map(grid, words)
    few = given.columns <= _COLUMNS and given.total <= _CELLS
    left, top = 40, 40
    most = (WIDTH - left - 2 * _GAP - 4) / 3 / given.columns
    wide, high = (min(60.0, most), HIGH) if few else (min(24, math.floor(most)), 16)
    step = max(given.columns * wide, 150 if not few else 90) + _GAP
    below = top + given.rows * high + 8
    parts = [row_numbers(given, left, top, high)]
    for panel, (key, values) in enumerate(_three(given)):
        x = left + panel * step
        parts += [put(x, 14, say(words, key), more=BOLD), column_numbers(given, x, top, wide)]
        if few:
            parts.append(written(given, values, x, top, wide, words, kind=key))
        else:
            parts.append(_shaded(given, values, key, x, top, wide, high))
            strange = strange_words(values, words)
            parts.append(_stripes(x, below + 20, strange) if strange else "")
            # Yours and expected share a scale.
            parts.append(_scale(*_range(given, key), key, x, below, words) if key != "expected" else "")
    caption = part_of(given, words)
    below += 0 if few else 36
    parts.append(put(left, below + 12, caption, more=SMALL + QUIET) if caption else "")
    says = say(words, "says_comparison", **given.counts)
    return drawing(left + 3 * step - _GAP + 4, below + (20 if caption else 0), says, parts)


def _three(given: Grid) -> tuple[tuple[str, Rows], ...]:
    return (("yours", given.yours), ("expected", given.expected), ("difference", given.difference))


def _table(given: Grid, words: Words) -> str:
    """A short vector: three lines of numbers, one below the other."""
    left, top = 96, 28
    wide = min(64.0, (WIDTH - left - 8) / given.columns)
    parts = [
        put(left - 8, top - 6, say(words, "index"), "end", SMALL + QUIET),
        column_numbers(given, left, top, wide),
    ]
    for line, (key, values) in enumerate(_three(given)):
        y = top + line * (HIGH + 4)
        parts.append(put(left - 8, y + 17, say(words, key), "end", BOLD))
        parts.append(written(given, values, left, y, wide, words, kind=key))
    below = top + 3 * (HIGH + 4)
    caption = part_of(given, words)
    parts.append(put(left, below + 12, caption, more=SMALL + QUIET) if caption else "")
    says = say(words, "says_comparison", **given.counts)
    return drawing(left + given.columns * wide + 8, below + (20 if caption else 2), says, parts)


def _range(given: Grid, key: str) -> tuple[float, float]:
    """What the lightest and the darkest shade stand for."""
    shown = (given.difference,) if key == "difference" else (given.yours, given.expected)
    finite = [value for rows in shown for row in rows for value in row if math.isfinite(value)] or [0.0]
    return (0.0 if key == "difference" else min(finite)), max(finite)


def _shaded(given: Grid, values: Rows, key: str, x: float, y: float, wide: float, high: float) -> str:
    """A panel of shades; a cross where there is no number."""
    low, top = _range(given, key)
    levels = [[_level(value, low, top) for value in row] for row in values]

    def of(level: int) -> str:
        return runs(given.rows, given.columns, lambda row, column: levels[row][column] == level)

    return cells(x, y, wide, high, [_shades(key, [of(level) for level in range(_SHADES)]), path(of(-1), _STRIPES)])


def _level(value: float, low: float, top: float) -> int:
    """A value's shade; -1 for what has none."""
    if not math.isfinite(value):
        return -1
    # Halves, because the difference of two huge numbers may be infinite.
    span = top / 2 - low / 2
    return min(_SHADES - 1, round((value / 2 - low / 2) / span * (_SHADES - 1))) if span > 0 else 0


def _shades(key: str, shades: Sequence[str]) -> str:
    """Paths, each in its shade from the lightest to the darkest."""
    colour = "var(--wrong)" if key == "difference" else "currentColor"
    found = "".join(
        f'<path d="{d}" stroke-opacity=".{6 + 86 * level // (_SHADES - 1):02}"/>' for level, d in enumerate(shades) if d
    )
    return f'<g style="stroke:{colour}" fill="none">{found}</g>'


def _scale(low: float, top: float, key: str, x: float, y: float, words: Words) -> str:
    """The shades in a row, between the numbers they stand for."""
    return "".join(
        (
            put(x + 40, y + 11, short(low, 6, words), "end", SMALL),
            cells(x + 44, y, 9, 14, [_shades(key, [f"M{level} 0h1" for level in range(_SHADES)])]),
            put(x + 48 + 9 * _SHADES, y + 11, short(top, 6, words), more=SMALL),
        )
    )


def _stripes(x: float, y: float, meaning: str) -> str:
    return cells(x, y, 16, 14, [path("M0 0h1", _STRIPES)]) + put(x + 22, y + 11, meaning, more=SMALL)

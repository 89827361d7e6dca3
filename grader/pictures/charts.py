"""Pictures with an axis: a vector as a curve, drawn numbers as a histogram under the law they should follow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from grader.pictures.fields import part_of, strange_words
from grader.pictures.grid import read_grid, read_numbers
from grader.pictures.svg import QUIET, SMALL, Words, drawing, path, place, put, say, short

# A vector is a curve from this length on.
FEWEST = 8
_WIDE, _HIGH = 420, 150
_LEFT, _TOP = 62, 12
_AXIS = "stroke:currentColor;stroke-opacity:.45"
_YOURS = "stroke:var(--yours);stroke-width:2.5;stroke-dasharray:6 4"
_EXPECTED = "stroke:currentColor;stroke-width:1.8;stroke-linejoin:round"
_FILLED = "fill:var(--yours);fill-opacity:.35;stroke:var(--yours)"
_BARS = 40
_POINTS = 200


def curve(grid: object, words: Words) -> str:
    """A vector of at least eight entries: expected as a solid line, yours as a dashed one, each with its name.

    grid: as `read_grid` takes it. Where yours is no number the line has a gap and a cross stands on the axis.
    """
    given = read_grid(grid)
    if given is None or not given.is_list or given.columns < FEWEST:
        return ""
    yours, expected = given.yours[0], given.expected[0]
    finite = [value for value in (*yours, *expected) if math.isfinite(value)]
    if not finite or not any(map(math.isfinite, expected)):
        return ""
    low, top = min(finite), max(finite)
    across = _WIDE / (given.columns - 1)
    bottom = _TOP + _HIGH
    gaps = [i for i, value in enumerate(yours) if not math.isfinite(value)]
    strange = strange_words(given.yours, words)
    first, last = given.start[1], given.start[1] + given.columns - 1
    ends = _ends(expected, yours, low, top)
    parts = [
        _axes(low, top, str(first), str(last), words),
        path(_line(expected, across, low, top), _EXPECTED),
        path(_line(yours, across, low, top), _YOURS),
        path(_gap_marks(gaps, across, bottom), "stroke:var(--wrong);stroke-width:2"),
        put(_LEFT + _WIDE / 2, bottom + 18, say(words, "index"), "middle", SMALL + QUIET),
        put(_LEFT + _WIDE + 34, ends[0], say(words, "expected")),
        path(f"M{_LEFT + _WIDE + 6} {place(ends[0] - 4)}h24", _EXPECTED),
        put(_LEFT + _WIDE + 34, ends[1], say(words, "yours")),
        path(f"M{_LEFT + _WIDE + 6} {place(ends[1] - 4)}h24", _YOURS),
        put(_LEFT + _WIDE + 6, bottom + 4, f"× {strange}", more=SMALL) if strange else "",
    ]
    caption = part_of(given, words)
    parts.append(put(_LEFT, bottom + 36, caption, more=SMALL + QUIET) if caption else "")
    says = say(words, "says_curve", **given.counts)
    return drawing(_LEFT + _WIDE + 110, bottom + (42 if caption else 24), says, parts)


def histogram(heights: object, edges: object, law_curve: object, words: Words) -> str:
    """Drawn numbers as bars, the expected law as a line above them.

    heights: of each bar. edges: where the bars begin, and where the last one ends. law_curve: points (x, height) of
    what is expected, in the bars' unit.
    """
    bars, sides, law = read_numbers(heights, _BARS), read_numbers(edges, _BARS + 1), _points(law_curve)
    if not bars or not sides or not law or len(sides) != len(bars) + 1:
        return ""
    spans = [right / 2 - left / 2 for left, right in pairwise(sides)]
    highest = max(*bars, *(height for _, height in law))
    numbers = (*bars, *sides, *(number for point in law for number in point))
    if not all(map(math.isfinite, numbers)) or min(*spans, highest) <= 0 or min(bars) < 0:
        return ""
    low, top, bottom = sides[0], sides[-1], _TOP + _HIGH

    def x(value: float) -> float:
        return _LEFT + _WIDE * _share(value, low, top)

    def y(height: float) -> float:
        return bottom - 0.94 * _HIGH * min(1.0, max(0.0, height / highest))

    outline = f"M{place(x(low))} {bottom}" + "".join(
        f"V{place(y(height))}H{place(x(right))}" for height, right in zip(bars, sides[1:], strict=True)
    )
    line = "M" + "L".join(f"{place(x(at))} {place(y(height))}" for at, height in law)
    parts = [
        f'<path d="{outline}V{bottom}z" style="{_FILLED}"/>',
        path(line, _EXPECTED + ";stroke-width:2.2"),
        path(f"M{_LEFT} {bottom}h{_WIDE}", _AXIS),
    ]
    parts += [
        put(_LEFT + _WIDE * share, bottom + 16, short(low + share * (top - low), 7, words), "middle", SMALL + QUIET)
        for share in (0.0, 0.5, 1.0)
        if math.isfinite(top - low)
    ]
    name = _LEFT + _WIDE + 34
    parts += [
        put(name, _TOP + 14, say(words, "expected")),
        path(f"M{name - 28} {_TOP + 10}h24", _EXPECTED + ";stroke-width:2.2"),
        put(name, _TOP + 36, say(words, "yours")),
        f'<path d="M{name - 28} {_TOP + 25}h24v12h-24z" style="{_FILLED}"/>',
    ]
    says = say(words, "says_histogram", low=short(low, 7, words), high=short(top, 7, words))
    return drawing(_LEFT + _WIDE + 110, bottom + 24, says, parts)


def _share(value: float, low: float, top: float) -> float:
    """Where a value lies between two, from 0 to 1."""
    # Halves, because the difference of two huge numbers may be infinite.
    span = top / 2 - low / 2
    return min(1.0, max(0.0, (value / 2 - low / 2) / span)) if span > 0 else 0.5


def _height(value: float, low: float, top: float) -> float:
    return _TOP + 6 + (_HIGH - 12) * (1 - _share(value, low, top))


def _line(values: Sequence[float], across: float, low: float, top: float) -> str:
    """A path through all finite values, with gaps between; a lone one is a dot's length long."""
    found, open_ = [], False
    for i, value in enumerate(values):
        if not math.isfinite(value):
            open_ = False
            continue
        found.append(f"{'L' if open_ else 'M'}{place(_LEFT + i * across)} {place(_height(value, low, top))}")
        alone = not open_ and (i + 1 == len(values) or not math.isfinite(values[i + 1]))
        found.append("h3" if alone else "")
        open_ = True
    return "".join(found)


def _gap_marks(gaps: Sequence[int], across: float, bottom: float) -> str:
    return "".join(f"M{place(_LEFT + i * across - 3)} {place(bottom - 3)}l6 6m0-6l-6 6" for i in gaps)


def _ends(expected: Sequence[float], yours: Sequence[float], low: float, top: float) -> tuple[float, float]:
    """Where the names of the two lines stand: at their ends, and apart."""
    one, other = (
        _height(next(value for value in (*reversed(values), low) if math.isfinite(value)), low, top) + 4
        for values in (expected, yours)
    )
    if abs(one - other) < 18:
        middle = min(max((one + other) / 2, _TOP + 20), _TOP + _HIGH - 26)
        one, other = (middle - 9, middle + 9) if one <= other else (middle + 9, middle - 9)
    return one, other


def _axes(low: float, top: float, first: str, last: str, words: Words) -> str:
    bottom = _TOP + _HIGH
    ticks = [low] if low == top else [low, top]
    return "".join(
        (
            path(f"M{_LEFT} {_TOP}V{bottom}H{_LEFT + _WIDE}", _AXIS),
            *(
                put(_LEFT - 6, _height(value, low, top) + 4, short(value, 8, words), "end", SMALL + QUIET)
                for value in ticks
            ),
            put(_LEFT, bottom + 16, first, "middle", SMALL + QUIET),
            put(_LEFT + _WIDE, bottom + 16, last, "middle", SMALL + QUIET),
        )
    )


def _points(node: object) -> list[tuple[float, float]]:
    """Pairs of numbers; none where it is anything else."""
    if not isinstance(node, list | tuple) or len(node) > _POINTS:
        return []
    found = [read_numbers(point, 2) for point in node]
    return [(point[0], point[1]) for point in found if point and len(point) == 2] if all(found) else []

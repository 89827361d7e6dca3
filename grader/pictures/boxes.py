"""Two shapes as two boxes, to scale."""

from __future__ import annotations

from grader.pictures.grid import read_shape
from grader.pictures.svg import BOLD, QUIET, SMALL, Words, drawing, path, place, put, say

_SIDE = 120
_LEAST = 12
# Boxes of up to this many rows or columns show them as lines.
_LINES = 16
_LEFT, _STEP = 84, 260
_OUTLINE = "stroke-width:2"
_INNER = "stroke-opacity:.35"


def boxes(actual: object, expected: object, words: Words) -> str:
    """The shape of a result beside the expected one: rows x columns to scale, axes before them as a pile.

    "" for equal shapes and for what is no shape.
    """
    shapes = [read_shape(actual), read_shape(expected)]
    if shapes[0] is None or shapes[1] is None or shapes[0] == shapes[1]:
        return ""  # a square matrix that is transposed looks like the right one
    sizes = [(1, 1, *shape)[-2:] for shape in shapes if shape is not None]
    scale = _SIDE / max(1, *(size for pair in sizes for size in pair))
    top = 44 + 8 * max(_behind(shape) for shape in shapes if shape is not None)
    parts, low = [], float(top)
    for panel, (key, shape, (rows, columns)) in enumerate(zip(("yours", "expected"), shapes, sizes, strict=True)):
        assert shape is not None
        high, wide = max(_LEAST, rows * scale), max(_LEAST, columns * scale)
        x = _LEFT + panel * _STEP
        colour = "var(--yours)" if key == "yours" else "currentColor"
        parts += [
            put(x - 70, 16, f"{say(words, key)}  {_written(shape)}", more=BOLD),
            _pile(x, top, wide, high, colour, _behind(shape)),
            _box(x, top, wide, high, rows, columns, colour),
            put(x + wide / 2, top - 8 - 8 * _behind(shape), _across(shape, words), "middle", SMALL + QUIET),
        ]
        if len(shape) > 1:
            count = say(words, "count_rows", count=_size(rows))
            parts.append(put(x - 8, top + high / 2 + 4, count, "end", SMALL + QUIET))
        if len(shape) > 2:
            leading = ", ".join(f"axis {axis}: {_size(size)}" for axis, size in enumerate(shape[:-2][:4]))
            parts.append(put(x - 70, top + high + 18, leading, more=SMALL + QUIET))
        low = max(low, top + high + (26 if len(shape) > 2 else 8))
    says = say(words, "says_boxes", actual=_written(shapes[0]), expected=_written(shapes[1]))
    return drawing(_LEFT + _STEP + _SIDE + 40, low, says, parts)


def _across(shape: tuple[int, ...], words: Words) -> str:
    if not shape:
        return ""
    return say(words, "count_columns" if len(shape) > 1 else "count_entries", count=_size(shape[-1]))


def _behind(shape: tuple[int, ...]) -> int:
    """How many boxes are seen behind the first: of all others in the pile two at most."""
    return min(2, max(0, len(shape) - 2))


def _pile(x: float, top: float, wide: float, high: float, colour: str, count: int) -> str:
    """The edges of the boxes behind."""
    edges = "".join(
        f"M{place(x + 8 * i)} {place(top - 8 * i)}h{place(wide)}v{place(high)}" for i in range(1, count + 1)
    )
    return path(edges, f"stroke:{colour};stroke-opacity:.6")


def _box(x: float, top: float, wide: float, high: float, rows: int, columns: int, colour: str) -> str:
    """One box with its lines; dashed when it has no entries."""
    lines = ""
    if 1 < rows <= _LINES:
        lines += "".join(f"M{x} {place(top + i * high / rows)}h{place(wide)}" for i in range(1, rows))
    if 1 < columns <= _LINES:
        lines += "".join(f"M{place(x + i * wide / columns)} {top}v{place(high)}" for i in range(1, columns))
    dashed = "" if rows and columns else ";stroke-dasharray:4 3"
    outline = f"M{x} {top}h{place(wide)}v{place(high)}h-{place(wide)}z"
    return path(lines, f"stroke:{colour};{_INNER}") + (
        f'<path d="{outline}" style="fill:{colour};fill-opacity:.1;stroke:{colour};{_OUTLINE}{dashed}"/>'
    )


def _size(size: int) -> str:
    return str(size) if size < 10**7 else f"{size:.1e}"


def _written(shape: tuple[int, ...] | None) -> str:
    """A shape as Python writes it, cut where it is long."""
    sizes = [_size(size) for size in shape or ()]
    sizes = sizes if len(sizes) <= 6 else [*sizes[:5], "…"]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"

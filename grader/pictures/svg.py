"""SVG by strings: elements, short numbers, and the two ways into a page. Knows nothing of what a picture means.

Text and shades have the page's own colour, so that they read in a light and in a dark theme; accents come from
JupyterLab's or VS Code's variables, else from a colour of at least 3:1 on white and on black, and never stand alone.
`prefers-color-scheme` is left out on purpose: it is the computer's theme, while nbgrader's pages are always white and
JupyterLab has a theme of its own. No element has an id, so that any number of pictures fits on one page.
"""

from __future__ import annotations

import base64
import html
import math
import re
from collections.abc import Callable, Iterable, Mapping

Words = Mapping[str, str]

WIDTH = 640
BOLD, SMALL, QUIET, _SMALLEST = ' font-weight="bold"', ' font-size="11"', ' opacity=".75"', ' font-size="9"'
TEXT = "var(--jp-content-font-color1,var(--vscode-editor-foreground,currentcolor))"
WRONG = "var(--jp-error-color1,var(--vscode-errorForeground,#e8545a))"
YOURS = "var(--jp-brand-color1,var(--vscode-charts-blue,#3b82f6))"
# Words are the project's own and short; a longer one would leave the picture.
_MOST_LETTERS = 240
# The end of 1.20e+05, which is written 1.2e5.
_EXPONENT = re.compile(r"\.?0*e([+-])0*(\d+)")
_STYLE = f"color:{TEXT};--wrong:{WRONG};--yours:{YOURS};max-width:100%;height:auto"


def say(words: Words, key: str, **values: object) -> str:
    """The word of that key, its placeholders filled, escaped for XML."""
    return escape(words[key].format(**values))


def escape(line: str) -> str:
    """A line as XML text or attribute; what XML does not know is left out."""
    return html.escape("".join(letter for letter in line[:_MOST_LETTERS] if letter.isprintable()))


def drawing(width: float, height: float, label: str, parts: Iterable[str]) -> str:
    """A whole picture. label: one sentence that says what it shows, for who cannot see it; escaped already."""
    across, down = math.ceil(width), math.ceil(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" viewBox="0 0 {across} {down}" '
        f'width="{across}" height="{down}" font-family="system-ui,sans-serif" font-size="12" fill="currentColor" '
        f'style="{_STYLE}">{"".join(parts)}</svg>'
    )


def put(x: float, y: float, content: str, anchor: str = "", more: str = "") -> str:
    """A text, escaped already. anchor: "middle" or "end"."""
    align = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{place(x)}" y="{place(y)}"{align}{more}>{content}</text>'


def texts(items: Iterable[tuple[float, float, str]], anchor: str, more: str = "", room: int = 99) -> str:
    """Many texts of one kind, each (x, y, content): what they share is said once. room: longer ones are small."""
    normal: list[str] = []
    small: list[str] = []
    for x, y, content in items:
        (small if len(content) > room else normal).append(f'<text x="{x:.0f}" y="{y:.0f}">{content}</text>')
    inner = "".join(normal) + (f"<g{_SMALLEST}>{''.join(small)}</g>" if small else "")
    return inner and f'<g text-anchor="{anchor}"{more}>{inner}</g>'


def path(d: str, style: str) -> str:
    """A line or outline without a filling; nothing where there is none."""
    return f'<path d="{d}" style="{style}" fill="none"/>' if d else ""


def cells(x: float, y: float, width: float, height: float, parts: Iterable[str]) -> str:
    """A group in which every cell of a grid is one unit wide and high, its middle line at whole numbers."""
    inner = "".join(parts)
    scale = f"scale({place(width)} {place(height)})"
    return inner and f'<g transform="translate({place(x)} {place(y + height / 2)}){scale}">{inner}</g>'


def runs(rows: int, columns: int, chosen: Callable[[int, int], bool]) -> str:
    """A path along the chosen cells; drawn one unit thick inside `cells`, it fills them."""
    # Relative moves are the shorter ones: in a matrix of shades they are most of the picture.
    found, at = [], (0, 0)
    for row in range(rows):
        column = 0
        while column < columns:
            end = column
            while end < columns and chosen(row, end):
                end += 1
            if end > column:
                found.append(f"m{column - at[0]} {row - at[1]}h{end - column}".replace(" -", "-"))
                at = end, row
            column = end + 1
    return "".join(found)


def crosses(rows: int, columns: int, chosen: Callable[[int, int], bool]) -> str:
    """A path with a cross in each of the chosen cells, inside `cells`."""
    return "".join(
        f"M{column}.3 {place(row - 0.2)}l.4.4m0-.4l-.4.4"
        for row in range(rows)
        for column in range(columns)
        if chosen(row, column)
    )


def place(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def short(value: float, room: int, words: Words) -> str:
    """A number in at most `room` letters where that can be; NaN and infinity as words. Escaped."""
    if math.isnan(value):
        return say(words, "nan")
    if math.isinf(value):
        return ("-" if value < 0 else "") + say(words, "inf")
    if value == 0:
        return "0"
    forms = [form for digits in (4, 3, 2, 1) for form in (f"{value:.{digits}g}", f"{value:.{digits - 1}e}")]
    brief = [_EXPONENT.sub(lambda found: f"e{found[1].strip('+')}{found[2]}", form) for form in forms]
    return next((form for form in brief if len(form) <= room), min(brief, key=len))


def inline(picture: str) -> str:
    """A picture for a page that shows HTML as it is: a live notebook. It follows the page's theme.

    Where a page drops SVG after all, as JupyterLab does in a notebook it does not trust, the numbers in it would stay
    as bare text. In this wrapper they have no size; in the picture they have their own.
    """
    return picture and f"<div style='font-size:0;line-height:0'>{picture}</div>"


def image(picture: str) -> str:
    """A picture for a page that cleans its HTML: graded notebooks and feedback pages. On white, whatever the theme.

    Whoever wrote it, an SVG in an <img> runs no script and loads nothing, so a page may let it through unread.
    Formgrader frames every image in red; this one it does not.
    """
    if not picture:
        return ""
    label, width = (re.search(f' {name}="([^"]*)"', picture) for name in ("aria-label", "width"))
    assert label is not None
    assert width is not None
    data = base64.b64encode(picture.replace('style="', 'style="background:#fff;', 1).encode()).decode()
    style = "max-width:100%;border:0"
    return f'<img alt="{label[1]}" width="{width[1]}" style="{style}" src="data:image/svg+xml;base64,{data}">'

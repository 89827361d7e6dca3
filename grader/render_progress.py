"""How far a learner is, as bars: text and HTML. Decides nothing; the words are in `messages`."""

from __future__ import annotations

import html
from collections.abc import Sequence

from grader.messages import text
from grader.render import padded, printable, width
from grader.standing import Standing, first_open

_COLUMNS = 10
_EDGE = "#848d97"
_DONE = "#2da44e"


def bar(done: int, total: int) -> str:
    """A bar of ten letters: empty only where nothing is done, full only where all is."""
    filled = round(_COLUMNS * done / total) if total else 0
    if 0 < done < total:
        filled = min(max(filled, 1), _COLUMNS - 1)
    return "█" * filled + "░" * (_COLUMNS - filled)


def bar_lines(standings: Sequence[Standing]) -> list[str]:
    """A line per assignment: its name, a bar, and how many of its exercises are done."""
    names = [printable(found.assignment) for found in standings]
    column = max(map(width, names), default=0)
    return [
        f"{padded(name, column)}  {bar(len(found.done), found.total)}  {_count(found)}"
        for name, found in zip(names, standings, strict=True)
    ]


def next_line(standings: Sequence[Standing], own: str = "") -> str:
    """What to do next, in one line. own: the assignment to stay in while something is open there."""
    following = first_open(standings, own)
    if following is None:
        return text("progress_done")
    exercise, place = following
    return text("progress_next", exercise=exercise, place=printable(place))


def stands(found: Standing) -> str:
    """How far one notebook is and what comes next in it, in one line; "" of an assignment without exercises."""
    if not found.total:
        return ""
    if not found.open:
        return text("stands_done", total=found.total)
    return text("stands", done=len(found.done), total=found.total, exercise=found.open[0])


def render_progress(standings: Sequence[Standing], own: str = "") -> str:
    """A bar per assignment, and what is next."""
    return "\n".join([*bar_lines(standings), next_line(standings, own)])


def render_progress_html(standings: Sequence[Standing], own: str = "") -> str:
    """The same as an HTML block. The bars repeat what stands beside them in words."""
    rows = "".join(
        f"<tr><td style='text-align:left'>{html.escape(printable(found.assignment))}</td>"
        "<td><div aria-hidden='true' style='width:10em;height:.8em;border:1px solid currentColor;border-radius:2px'>"
        f"<div style='width:{_percent(found)}%;height:100%;background:{_DONE}'></div></div></td>"
        f"<td style='text-align:left'>{html.escape(_count(found))}</td></tr>"
        for found in standings
    )
    return (
        f"<div role='group' aria-label='{html.escape(text('progress_title'))}' "
        f"style='border-left:3px solid {_EDGE};padding-left:.8em'>"
        f"<table style='color:inherit'>{rows}</table><div>{html.escape(next_line(standings, own))}</div></div>"
    )


def _count(found: Standing) -> str:
    return text("progress_count", done=len(found.done), total=found.total)


def _percent(found: Standing) -> int:
    return 100 * len(found.done) // found.total if found.total else 0

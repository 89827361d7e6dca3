"""What the grader has to say of a notebook as a whole: a cell of its own at the top of the autograded notebook."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from nbformat.v4 import new_markdown_cell

from grader.messages import text
from grader.render import printable
from grader.repair import NOTE_ID

_MARK = "gradmark_note"


def put_note(nb: Any, lines: Sequence[str]) -> None:
    """Put lines above a notebook; with those that are there already. Students' text in them is escaped."""
    if not lines:
        return
    first = nb.cells[0] if nb.cells else None
    if first is not None and first.metadata.get(_MARK) is not None:
        lines = [*first.metadata[_MARK], *lines]
        nb.cells.pop(0)
    items = "".join(f"<li>{html.escape(printable(line))}</li>" for line in lines)
    cell = new_markdown_cell(
        f"<div role='note' style='border-left:3px solid #6e7781;padding-left:.8em'>"
        f"<b>{html.escape(text('note_title'))}</b><ul>{items}</ul></div>",
        id=NOTE_ID,  # not a random one: the same submission gives the same file
    )
    cell.metadata[_MARK] = list(lines)
    nb.cells.insert(0, cell)


def drop_notes(nb: Any) -> None:
    """Take out cells that claim to be such a note: a submission has none of its own."""
    nb.cells = [cell for cell in nb.cells if _MARK not in cell.metadata]

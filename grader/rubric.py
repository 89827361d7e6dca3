"""The rubric of a graded exercise: every criterion with its points, and why points were lost. As text and as HTML.

Of hidden criteria and cases it has the name and the kind of what is wrong, never inputs or values: the judge leaves
those out of the verdict.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

from grader.messages import text
from grader.render import number, padded, reason_lines, standing, width
from grader.verdict import QUESTION, CriterionVerdict, Verdict

# nbgrader's feedback template has no style of its own for tables.
_CELL = "text-align:left;vertical-align:top;padding:.1em 1.5em .1em 0"
_GAP = "   "


@dataclass(frozen=True)
class _Row:
    """A line of the rubric. why: what is wrong, on at most two lines; empty where it is told below the rubric."""

    cells: tuple[str, str, str]
    why: tuple[str, ...] = ()


def rubric_lines(verdict: Verdict) -> list[str]:
    """The rubric as text in columns, with a headline; none of a question, which is right or wrong as a whole."""
    rows = _rows(verdict)
    if not rows:
        return []
    columns = [max(width(row.cells[column]) for row in rows) for column in (0, 1)]
    lines = []
    for row in rows:
        name, points, result = row.cells
        lines.append(_GAP.join((padded(name, columns[0]), padded(points, columns[1]), result)))
        lines += [f"  {line}" for line in row.why]
    return lines


def rubric_html(verdict: Verdict) -> str:
    """The same as a table with header cells; "" for a question."""
    rows = _rows(verdict)
    if not rows:
        return ""
    header = "".join(f"<th scope='col' style='{_CELL}'>{html.escape(cell)}</th>" for cell in rows[0].cells)
    body = "".join(map(_row_html, rows[1:]))
    return f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"


def _row_html(row: _Row) -> str:
    name, points, result = map(html.escape, row.cells)
    why = "<br>" + html.escape(" ".join(line.strip() for line in row.why)) if row.why else ""
    return (
        f"<tr><th scope='row' style='{_CELL};font-weight:normal'>{name}</th>"
        f"<td style='{_CELL}'>{points}</td><td style='{_CELL}'>{result}{why}</td></tr>"
    )


def _rows(verdict: Verdict) -> list[_Row]:
    if [criterion.name for criterion in verdict.criteria] in ([], [QUESTION]):
        return []
    head = (text("rubric_criterion"), text("rubric_points"), text("rubric_result"))
    return [_Row(head), *(_row(criterion, verdict) for criterion in verdict.criteria)]


def _row(criterion: CriterionVerdict, verdict: Verdict) -> _Row:
    name = text("rubric_hidden", name=criterion.name) if criterion.hidden else criterion.name
    points = f"{number(criterion.points)} / {number(criterion.max_points)}"
    result = standing(criterion) if criterion.total else text("criterion_hidden")
    return _Row((name, points, result), _why(criterion, verdict))


def _why(criterion: CriterionVerdict, verdict: Verdict) -> tuple[str, ...]:
    """What is wrong by this criterion, where the message below the rubric does not say the same."""
    found, told = criterion.diagnosis, verdict.diagnosis
    if found is None or told is None or criterion.needs_values or criterion.name == told.criterion:
        return ()
    lines = reason_lines(found, verdict.exercise)
    return () if lines == reason_lines(told, verdict.exercise) else tuple(lines)

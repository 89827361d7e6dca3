"""A message as one HTML block for notebooks and feedback pages. Everything in it is escaped; no words of its own.

Text has the page's own colour, so that it reads in a light and in a dark theme; the colour of the edge repeats what the
mark says. Styles are inline: nbgrader's pages and JupyterLab drop a style sheet.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from grader.messages import spoken, text, texts
from grader.pictures import WORDS, image, inline, picture
from grader.render import called, compose, finding_lines, number, render_question, standing
from grader.rubric import rubric_html
from grader.verdict import Verdict

if TYPE_CHECKING:
    from grader.findings import Finding

# At least 3:1 on white and on black.
_EDGES = {"passed": "#2da44e", "not_started": "#848d97", "answered": "#3b82f6"}
_WRONG = "#e8545a"
_QUIET = "#848d97"


def render_html(
    verdict: Verdict,
    mistakes: Mapping[str, str] | None = None,
    *,
    note: str = "",
    ending: bool = True,
    stands: str = "",
    themed: bool = True,
    graded: bool = False,
) -> str:
    """The message of one verdict: headline, rubric as a table, diagnosis, picture, what to do next.

    note: a line below it. ending: False leaves out the last line, for who says it elsewhere. stands: see `compose`.
    themed: the picture follows the page's theme, which only a page that trusts this HTML lets through; else it is an
    image on white. graded: the table is the whole rubric, as `rubric_lines` writes it.
    """
    message = compose(verdict, mistakes or {}, stands=stands)
    short = verdict.status in ("not_started", "answered")
    table = rubric_html(verdict) if graded else "" if short else _table(verdict)
    parts = [_line(message.head, "font-weight:bold"), table]
    parts += [lines_html((*message.said, *message.likely)), _picture(verdict, themed)]
    # The table has the criteria that run at grading only.
    parts += [_line(message.next) if ending and message.next else "", _line(note, "opacity:.7") if note else ""]
    return _block(verdict.exercise, _EDGES.get(verdict.status, _WRONG), parts)


def render_question_html(name: str, shown: str, kind: str, unit: str) -> str:
    """A question as it is asked: its text, and the form of an answer."""
    *lines, form = render_question(name, shown, kind, unit).split("\n")
    return _block(name, _EDGES["answered"], [lines_html(lines), _line(form, "opacity:.7")])


def lines_html(lines: Iterable[str]) -> str:
    """Lines as they stand, each in a block of its own, escaped."""
    return "".join(map(_line, lines))


def render_findings_html(findings: Sequence[Finding], *, cells: bool = True) -> str:
    """What was seen in the code; "" when nothing was. cells: name the cells as well."""
    if not findings:
        return ""
    items = "".join(f"<li>{html.escape(line)}</li>" for line in finding_lines(findings, cells))
    title = text("findings_title")
    return _block(title, _QUIET, [_line(title), f"<ul style='margin:0'>{items}</ul>"], role="note")


def _picture(verdict: Verdict, themed: bool) -> str:
    if verdict.diagnosis is None:
        return ""
    words = {word: texts(spoken())[f"picture_{word}"] for word in WORDS}
    drawn = picture(verdict.diagnosis, words)
    return drawn and (inline(drawn) if themed else image(drawn))


def _table(verdict: Verdict) -> str:
    rows = "".join(
        f"<tr><td style='text-align:left'>{html.escape(called(criterion))}</td>"
        f"<td style='padding:0 1.5em'>{number(criterion.points)} / {number(criterion.max_points)}</td>"
        f"<td style='text-align:left'>{standing(criterion) if criterion.total else text('criterion_hidden')}</td></tr>"
        for criterion in verdict.criteria
    )
    return rows and f"<table>{rows}</table>"


def _line(line: str, style: str = "") -> str:
    return f"<div style='white-space:pre-wrap{style and ';' + style}'>{html.escape(line)}</div>"


def _block(label: str, edge: str, parts: Iterable[str], role: str = "group") -> str:
    return (
        f"<div role='{role}' aria-label='{html.escape(label)}' style='border-left:3px solid {edge};padding-left:.8em'>"
        f"{''.join(parts)}</div>"
    )

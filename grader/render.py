"""A verdict as something to read: plain text, simple HTML, JSON. Decides nothing; the words are in `messages`.

A message has at most eight lines and always ends in something to do.
"""

from __future__ import annotations

import html
import json
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from grader.messages.en import TEXTS
from grader.verdict import QUESTION, CriterionVerdict, Diagnosis, Verdict

if TYPE_CHECKING:
    # Not for `check`, which needs no parser and should start quickly.
    from grader.findings import Finding

MAX_LINES = 8
MAX_FINDINGS = 8
# In a cell's output beside the HTML: the verdict as data, for statistics. No mark is ever read from it.
VERDICT_MIME = "application/vnd.gradmark.verdict+json"
_MARKS = {"passed": "✓", "answered": "●", "partial": "✗", "failed": "✗", "not_started": "…", "no_answer": "✗"}
_WIDTH = 110
_MOST_FLAWS = 3
# Flaws whose sentence has figures in it.
_MEASURED = ("mean", "spread")


def text(key: str, **values: Any) -> str:
    """The sentence of that key, its placeholders filled."""
    return TEXTS[key].format(**values)


def number(value: Any) -> str:
    """A number as short as it may be: points, and entries of an answer."""
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return (
            f"{value:.5g}"
            if value == round(value, 4)
            else f"{value:.4f}"
            if 1e-3 <= abs(value) < 1e5
            else f"{value:.4g}"
        )
    return str(value)


def render_text(verdict: Verdict, mistakes: Mapping[str, str] | None = None) -> str:
    """The message of one verdict. mistakes: title -> hint, from the key."""
    return "\n".join(render_lines(verdict, mistakes or {}))


def render_lines(verdict: Verdict, mistakes: Mapping[str, str]) -> list[str]:
    """The message's lines: a headline, the rubric where marks were lost, the diagnosis, the next step."""
    head = f"{_MARKS[verdict.status]} {verdict.exercise}   {number(verdict.points)} / {number(verdict.max_points)}"
    if verdict.status == "answered" and verdict.diagnosis is not None:
        noted = text("answered", **verdict.diagnosis.details)
        return [_cut(f"{_MARKS[verdict.status]} {verdict.exercise}   {noted}"), "  " + text("question_later")]
    quiz = any(line.name == QUESTION for line in verdict.criteria)
    if verdict.status == "not_started":
        return [head, "  " + text("question_open" if quiz else "not_started", exercise=verdict.exercise)]
    lines = [head]
    if verdict.status != "passed" and verdict.diagnosis is not None:
        if verdict.points > 0:
            lines.append("  " + _rubric(verdict))
        room = MAX_LINES - len(lines) - 2 * bool(verdict.diagnosis.mistake) - bool(verdict.pending) - 1
        lines += ["  " + line for line in diagnosis_lines(verdict.diagnosis, verdict.exercise)[:room]]
        if verdict.diagnosis.mistake:
            hint = mistakes.get(verdict.diagnosis.mistake, "")
            likely = text("likely_title", mistake=verdict.diagnosis.mistake, hint=hint).rstrip(": ")
            lines += textwrap.wrap(likely, _WIDTH, initial_indent="  ", subsequent_indent="    ", max_lines=2)
    if verdict.pending:
        lines.append("  " + text("pending_one" if len(verdict.pending) == 1 else "pending", count=len(verdict.pending)))
    if verdict.status != "passed":
        lines.append("  " + text("question_next" if quiz else "next", exercise=verdict.exercise))
    return lines


def _rubric(verdict: Verdict) -> str:
    """The rubric in one line: what was right, and where cases were not."""
    parts = []
    for criterion in verdict.criteria:
        if criterion.total:
            parts.append(f"{criterion.name}: {_standing(criterion)}")
    return _cut(" · ".join(parts))


def _standing(criterion: CriterionVerdict) -> str:
    if criterion.right == criterion.total:
        return "✓"
    return text("criterion_wrong", right=criterion.right, total=criterion.total)


def diagnosis_lines(diagnosis: Diagnosis, exercise: str) -> list[str]:
    details = dict(diagnosis.details)
    where = text("where", path=details["path"]) if details.get("path") else ""
    whole = not diagnosis.criterion or diagnosis.code.startswith("missing")
    prefix = "" if whole else f"{diagnosis.criterion}: "
    if diagnosis.hidden and diagnosis.code == "raised":
        return [_cut(prefix + text("raised_hidden", type=details.get("type", "an exception")))]
    if (
        diagnosis.hidden
        and diagnosis.code not in ("distribution", "changed_input", "fact")
        and not diagnosis.code.startswith("missing")
    ):
        return [prefix + text("hidden")]
    lines = [_cut(prefix + _sentence(diagnosis, details, exercise, where))]
    if diagnosis.code == "distribution":
        lines += ["  " + _flaw(name, details) for name in details["flaws"][:_MOST_FLAWS]]
    if diagnosis.code == "raised" and details.get("line"):
        lines.append(_cut(text("raised_line", line=details["line"], source=details["source"])))
    if details.get("inputs"):
        given = ", ".join(
            f"{name} {value}" if value.startswith("shape") else f"{name} = {value}"
            for name, value in details["inputs"].items()
        )
        lines.append(_cut(text("inputs", inputs=given)))
    if diagnosis.code in ("values", "not_finite"):
        single = details["shape"] == ()
        for place in details["first"]:
            pair = number(place["actual"]), number(place["expected"])
            # Under a tight tolerance the short forms may be the same.
            actual, expected = pair if pair[0] != pair[1] else (repr(place["actual"]), repr(place["expected"]))
            lines.append(
                _cut(
                    "  "
                    + text(
                        "place_one" if single else "place",
                        index=list(place["index"]),
                        actual=actual,
                        expected=expected,
                    )
                )
            )
    return lines


def _sentence(diagnosis: Diagnosis, details: dict[str, Any], exercise: str, where: str) -> str:
    code = diagnosis.code
    if code == "type" and not details.get("expected"):
        code = "type_plain"
    if code == "shape" and details.get("same_values"):
        code = "shape_same_values"
    if code == "values" and details.get("all_zero") and details["total"] > 1:
        code = "all_zero"
    if code == "fact" and "expected" in details:
        code = "fact_values"
    if code == "values" and details["total"] == 1:
        code = "values_one"
    if code == "not_finite":
        details["index"] = list(details["index"])
    for name in ("names", "missing"):
        if name in details:
            details[name] = ", ".join(map(str, details[name])) or "nothing"
    return text(code, **{**details, "exercise": exercise, "where": where})


def _flaw(name: str, details: dict[str, Any]) -> str:
    """What is wrong with a sample; a hidden one keeps its figures to itself."""
    figures = {key: value for key, value in details.items() if key != "flaws"}
    return (
        text(f"flaw_{name}", **figures)
        if figures
        else text(f"flaw_{name}_hidden" if name in _MEASURED else f"flaw_{name}")
    )


def printable(line: str) -> str:
    """A line without what would change the lines around it: control characters, line ends, direction marks."""
    if line.isprintable():
        return line
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else f"\\x{ord(letter):02x}" for letter in line
    )


def _cut(line: str) -> str:
    line = printable(line if line.splitlines() == [line] else " ".join(line.split()))
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"


def render_html(verdict: Verdict, mistakes: Mapping[str, str] | None = None, *, note: str = "") -> str:
    """The message as one HTML block: headline, rubric as a table, diagnosis. Everything in it is escaped."""
    lines = render_lines(verdict, mistakes or {})
    colour = {"passed": "#1a7f37", "not_started": "#6e7781", "answered": "#0969da"}.get(verdict.status, "#cf222e")
    rows = "".join(
        f"<tr><td style='text-align:left'>{html.escape(criterion.name)}</td>"
        f"<td style='padding:0 1.5em'>{number(criterion.points)} / {number(criterion.max_points)}</td>"
        f"<td style='text-align:left'>{_standing(criterion) if criterion.total else text('criterion_hidden')}</td></tr>"
        for criterion in (verdict.criteria if verdict.status != "answered" else ())
    )
    # The rubric is the table, the last line `hint`.
    said = lines[1:] if verdict.status in ("not_started", "answered") else lines[1 + (verdict.points > 0) : -1]
    body = lines_html(said)
    notes = f"<div style='opacity:.7'>{html.escape(note)}</div>" if note else ""
    return (
        f"<div role='group' aria-label='{html.escape(verdict.exercise)}' "
        f"style='border-left:3px solid {colour};padding-left:.8em'>"
        f"<div><b style='color:{colour}'>{html.escape(lines[0])}</b></div>{rows and f'<table>{rows}</table>'}"
        f"{body if verdict.status != 'passed' else ''}{notes}</div>"
    )


def lines_html(lines: Iterable[str]) -> str:
    """Lines as they stand, each in a block of its own, escaped."""
    return "".join(f"<div style='white-space:pre-wrap'>{html.escape(line)}</div>" for line in lines)


def render_question(name: str, shown: str, kind: str, unit: str) -> str:
    """A question as it is asked: its text, and the form of an answer."""
    form = text(f"question_form_{kind}", exercise=name, unit=f" ({unit})" if unit else "")
    return f"{shown}\n{form}"


def render_question_html(name: str, shown: str, kind: str, unit: str) -> str:
    """The same as one HTML block. Everything in it is escaped."""
    *lines, form = render_question(name, shown, kind, unit).split("\n")
    return (
        f"<div role='group' aria-label='{html.escape(name)}' style='border-left:3px solid #0969da;padding-left:.8em'>"
        f"{lines_html(lines)}<div style='opacity:.7'>{html.escape(form)}</div></div>"
    )


def render_findings(findings: Sequence[Finding], *, cells: bool = True) -> str:
    """What was seen in the code, a line each under a title; "" when nothing was. cells: name the cells as well."""
    if not findings:
        return ""
    return "\n".join([text("findings_title"), *("  " + line for line in _finding_lines(findings, cells))])


def render_findings_html(findings: Sequence[Finding], *, cells: bool = True) -> str:
    """The same as one HTML block. Everything in it is escaped."""
    if not findings:
        return ""
    items = "".join(f"<li>{html.escape(line)}</li>" for line in _finding_lines(findings, cells))
    return (
        f"<div role='note' style='border-left:3px solid #6e7781;padding-left:.8em'>"
        f"<div>{html.escape(text('findings_title'))}</div><ul style='margin:0'>{items}</ul></div>"
    )


def _finding_lines(findings: Sequence[Finding], cells: bool) -> list[str]:
    # Where there are many, those that honest notebooks have, too, are left out first.
    chosen = sorted(sorted(range(len(findings)), key=lambda index: findings[index].minor)[:MAX_FINDINGS])
    lines = []
    for finding in (findings[index] for index in chosen):
        where = text("finding_cell" if cells else "finding_line", cell=finding.cell + 1, line=finding.line)
        lines.append(text(f"finding_{finding.kind}", where=where, source=finding.source, what=finding.what))
    if len(findings) > MAX_FINDINGS:
        lines.append(text("finding_more", count=len(findings) - MAX_FINDINGS))
    return lines


def render_json(verdict: Verdict) -> str:
    """The verdict as JSON text; numbers that JSON has no form for (NaN, infinity) become text."""
    return json.dumps(json_values(verdict), ensure_ascii=False, indent=2)


def json_values(verdict: Verdict) -> dict[str, Any]:
    """What `render_json` writes, as values."""
    return dict(_finite(verdict.to_json()))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)

"""A verdict as something to read: plain text and JSON. Decides nothing; the words are in `messages`.

A message has at most eight lines and always ends in something to do.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.messages import text
from grader.sentences import flaw, hidden_sentence, inputs, sentence
from grader.verdict import QUESTION, CriterionVerdict, Diagnosis, Verdict

if TYPE_CHECKING:
    # Not for `check`, which needs no parser and should start quickly.
    from grader.findings import Finding

MAX_LINES = 8
MAX_FINDINGS = 8
# In a cell's output beside the HTML: the verdict as data, for statistics. No mark is ever read from it.
VERDICT_MIME = "application/vnd.gradmark.verdict+json"
# Of that data, docs/verdict.schema.json. A field that is new needs no new number; one that is renamed, goes or changes
# its meaning does.
VERDICT_FORMAT = 1
MARKS = {"passed": "✓", "answered": "●", "partial": "✗", "failed": "✗", "not_started": "…", "no_answer": "✗"}
_WIDTH = 110
_MOST_FLAWS = 3
# No hint helps where the function was never there to be asked.
_NEVER_SEEN = ("missing_undefined", "missing_not_asked")


def number(value: Any) -> str:
    """A number as short as it may be: points, and entries of an answer."""
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        if value == round(value, 4):
            return f"{value + 0.0:.5g}"  # 0.0 for -0.0
        return f"{value:.4f}" if 0.1 <= abs(value) < 1e5 else f"{value:.4g}"
    return str(value)


@dataclass(frozen=True)
class Message:
    """What is said of one verdict, in parts: together at most `MAX_LINES` lines.

    head: mark, name and points. rubric: which criteria are right, in one line, where marks were lost. said: the
    diagnosis. likely: the known mistake behind it. pending: what runs only at grading. next: what to do.
    """

    head: str
    rubric: str = ""
    said: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    pending: str = ""
    next: str = ""

    @property
    def lines(self) -> list[str]:
        """All of it, indented below the headline."""
        below = (self.rubric, *self.said, *self.likely, self.pending, self.next)
        return [self.head, *(f"  {line}" for line in below if line)]


def render_text(verdict: Verdict, mistakes: Mapping[str, str] | None = None) -> str:
    """The message of one verdict as plain text. mistakes: title -> hint, from the key."""
    return "\n".join(compose(verdict, mistakes or {}).lines)


def compose(verdict: Verdict, mistakes: Mapping[str, str], *, again: bool = False, stands: str = "") -> Message:
    """The message of one verdict in the language that is spoken.

    mistakes: title -> hint, from the key. again: the learner has read the same before. stands: how far the notebook is
    and what is next in it, told when this exercise is done.
    """
    head = f"{MARKS[verdict.status]} {verdict.exercise}   {number(verdict.points)} / {number(verdict.max_points)}"
    if verdict.status == "answered" and verdict.diagnosis is not None:
        noted = text("answered", **verdict.diagnosis.details)
        *later, last = [_cut(line) for line in (text("question_later"), stands) if line]
        return Message(_cut(f"{MARKS[verdict.status]} {verdict.exercise}   {noted}"), said=tuple(later), next=last)
    quiz = any(line.name == QUESTION for line in verdict.criteria)
    if verdict.status == "not_started":
        return Message(head, next=text("question_open" if quiz else "not_started", exercise=verdict.exercise))
    unseen = verdict.diagnosis is not None and verdict.diagnosis.code in _NEVER_SEEN
    advice = text("question_next" if quiz else "next_run" if unseen else "next", exercise=verdict.exercise)
    if again:
        advice = text("again", next=advice)
    count = len(verdict.pending)
    pending = text("pending_one" if count == 1 else "pending", count=count) if count else ""
    if verdict.status == "passed" or verdict.diagnosis is None:
        return Message(head, pending=pending, next=_cut(stands) if verdict.status == "passed" else advice)
    mistake = verdict.diagnosis.mistake
    likely: list[str] = []
    if mistake:
        hint = mistakes.get(mistake, "")
        likely = wrapped(text("likely_title", mistake=mistake, hint=hint).rstrip(": "), _WIDTH - 4, 2)
        likely[1:] = [f"  {line}" for line in likely[1:]]
    # A question has one line, whose standing the diagnosis tells better.
    rubric = _rubric(verdict) if verdict.points > 0 and not quiz else ""
    room = MAX_LINES - 2 - bool(rubric) - len(likely) - bool(pending)
    said = tuple(diagnosis_lines(verdict.diagnosis, verdict.exercise, room))
    return Message(head, rubric, said, tuple(likely), pending, advice)


def _rubric(verdict: Verdict) -> str:
    """The rubric in one line: what was right, and where cases were not."""
    asked = [criterion for criterion in verdict.criteria if criterion.total]
    # What was lost first, for the line may be too short for all.
    asked.sort(key=lambda criterion: criterion.right == criterion.total)
    parts = [f"{called(criterion)}: {standing(criterion)}" for criterion in asked]
    whole = printable(" · ".join(parts))
    if width(whole) <= _WIDTH:
        return whole
    wrong = sum(criterion.right < criterion.total for criterion in asked)
    for kept in range(len(parts) - 1, wrong - 1, -1):
        shorter = printable(" · ".join([*parts[:kept], f"+{len(parts) - kept} ✓"]))
        if width(shorter) <= _WIDTH:
            return shorter
    return _cut(" · ".join(parts))


def called(criterion: CriterionVerdict) -> str:
    """A line of the rubric as it is called; a question's only one has no name of the author's."""
    return text("criterion_answer") if criterion.name == QUESTION else criterion.name


def standing(criterion: CriterionVerdict) -> str:
    """How a criterion stands, in a word."""
    if criterion.right == criterion.total:
        return "✓"
    if criterion.needs_values:
        return text("criterion_needs_values")
    return text("criterion_wrong", right=criterion.right, total=criterion.total)


def diagnosis_lines(diagnosis: Diagnosis, exercise: str, most: int = MAX_LINES) -> list[str]:
    """What is wrong, in a few lines, at most so many; of a hidden case without its numbers."""
    details = diagnosis.details
    prefix = "" if _is_of_all(diagnosis) else f"{diagnosis.criterion}: "
    lines = reason_lines(diagnosis, exercise, prefix)
    if _keeps_quiet(diagnosis):
        return lines
    if diagnosis.code == "distribution":
        lines += ["  " + flaw(name, details) for name in _telling(details["flaws"])[:_MOST_FLAWS]]
    if diagnosis.code == "missing_memory" and details.get("message"):
        lines.append(_cut(text("raised", type="MemoryError", where="", message=details["message"])))
    if details.get("line"):
        # Of another function than the one that is asked it is worth saying.
        code = "raised_line_in" if details.get("function", exercise) != exercise else "raised_line"
        lines.append(_cut(text(code, **details)))
    if details.get("inputs"):
        lines.append(_cut(inputs(details["inputs"])))
    if "first" in details:
        lines += _places(details["first"][: max(0, most - len(lines))])
    return lines[:most]


def reason_lines(diagnosis: Diagnosis, exercise: str, prefix: str = "") -> list[str]:
    """The sentence of a diagnosis on one or two lines, the second indented; of a hidden case without its numbers."""
    if _keeps_quiet(diagnosis):
        return _in_two_lines(prefix + hidden_sentence(diagnosis))
    details = diagnosis.details
    where = text("where", path=details["path"]) if details.get("path") else ""
    if "call" in details:
        where += text("where_call", **details)
    return _in_two_lines(prefix + sentence(diagnosis, exercise, where))


def _is_of_all(diagnosis: Diagnosis) -> bool:
    """Whether it is about the exercise as a whole."""
    return not diagnosis.criterion or diagnosis.code.startswith("missing")


def _keeps_quiet(diagnosis: Diagnosis) -> bool:
    """Whether only the kind of what is wrong is told."""
    told = diagnosis.code in ("distribution", "changed_input", "fact")
    return diagnosis.hidden and not (told or _is_of_all(diagnosis))


def _telling(flaws: Sequence[str]) -> list[str]:
    """Without "another distribution" where the mean or the spread is known to be another."""
    return [name for name in flaws if name != "law" or not {"mean", "spread"} & set(flaws)]


def _in_two_lines(said: str) -> list[str]:
    first, *rest = wrapped(said, _WIDTH - 2, 2)
    return [first, *(f"  {line}" for line in rest)]


def _places(first: Sequence[Mapping[str, Any]]) -> list[str]:
    """Wrong places with both values, in columns."""
    rows = []
    for place in first:
        rows.append((str(list(place["index"])) if place["index"] else "", *_apart(place["actual"], place["expected"])))
    indexes, actuals = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    lines = []
    for index, actual, expected in rows:
        columns = {"index": index.ljust(indexes), "actual": actual.ljust(actuals), "expected": expected}
        lines.append(_cut("  " + text("place" if index else "place_one", **columns)))
    return lines


def _apart(actual: Any, expected: Any) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell one from the other."""
    short = number(actual), number(expected)
    if type(actual) in (float, int) and type(expected) in (float, int) and float(short[0]) == float(short[1]):
        for digits in range(6, 17):
            longer = f"{actual:.{digits}g}", f"{expected:.{digits}g}"
            if longer[0] != longer[1]:
                return longer
    return short


def printable(line: str) -> str:
    """A line without what would change the lines around it: control characters, line ends, direction marks."""
    if line.isprintable():
        return line
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else f"\\x{ord(letter):02x}" for letter in line
    )


def width(line: str) -> int:
    """How many columns a terminal gives a line: two for a Hangul syllable, none for a combining mark."""
    if line.isascii():
        return len(line)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in line
    )


def padded(cell: str, columns: int) -> str:
    """A cell of a column, filled up with spaces as a terminal counts."""
    return cell + " " * max(0, columns - width(cell))


def wrapped(said: str, columns: int, most: int) -> list[str]:
    """Words in at most `most` lines of so many columns; the last line ends in "…" where there is more."""
    lines = [""]
    for word in printable(" ".join(said.split())).split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if width(longer) <= columns or not lines[-1]:
            lines[-1] = longer
        elif len(lines) < most:
            lines.append(word)
        else:
            lines[-1] = _shortened(f"{longer}…", columns)
            break
    return [_shortened(line, columns) for line in lines]


def _cut(line: str) -> str:
    return _shortened(printable(line if line.splitlines() == [line] else " ".join(line.split())), _WIDTH)


def _shortened(line: str, columns: int) -> str:
    if width(line) <= columns:
        return line
    kept = ""
    for letter in line[:columns]:
        if width(kept + letter) > columns - 1:
            break
        kept += letter
    return f"{kept}…"


def render_question(name: str, shown: str, kind: str, unit: str) -> str:
    """A question as it is asked: its text, and the form of an answer."""
    form = text(f"question_form_{kind}", exercise=name, unit=f" ({unit})" if unit else "")
    return f"{shown}\n{form}"


def render_findings(findings: Sequence[Finding], *, cells: bool = True) -> str:
    """What was seen in the code, a line each under a title; "" when nothing was. cells: name the cells as well."""
    if not findings:
        return ""
    return "\n".join([text("findings_title"), *("  " + line for line in finding_lines(findings, cells))])


def finding_lines(findings: Sequence[Finding], cells: bool) -> list[str]:
    """What was seen, a line each. Where there are many, the first."""
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
    """The verdict as JSON text, as docs/verdict.schema.json describes it."""
    return json.dumps(json_values(verdict), ensure_ascii=False, indent=2)


def json_values(verdict: Verdict) -> dict[str, Any]:
    """What `render_json` writes, as values. Numbers that JSON has no form for (NaN, infinity) become text."""
    return {"format": VERDICT_FORMAT, **_finite(verdict)}


def _finite(value: Any) -> Any:
    if isinstance(value, Verdict | CriterionVerdict | Diagnosis):
        value = vars(value)
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)

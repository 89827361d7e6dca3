"""What a run's reports say, in words: which rule or limit stopped what."""

from __future__ import annotations

from collections.abc import Sequence

from grader.messages import text
from grader.render import printable
from grader.sandbox.filter import purpose_of
from grader.sandbox.job import HIDDEN, Report

MAX_LINES = 8


def report_lines(reports: Sequence[Report]) -> list[str]:
    """One line per kind of thing, a few at most, the limits first."""
    lines: dict[str, None] = {}
    for report in sorted(reports, key=lambda report: (report.kind not in ("limit", "died"), report)):
        lines[printable(_line(report))] = None
    found = list(lines)
    return found if len(found) <= MAX_LINES else [*found[:MAX_LINES], text("report_more", count=len(found) - MAX_LINES)]


def _line(report: Report) -> str:
    if report.kind == "limit":
        return text(f"report_limit_{report.detail}")
    if report.detail == HIDDEN:
        return text("report_hidden")
    if report.kind == "call":
        return text("report_call", purpose=text(f"purpose_{purpose_of(report.detail)}"), name=report.detail)
    if report.kind in ("died", "imported"):
        return text(f"report_{report.kind}", detail=report.detail)
    return text("report_path", verb=text(f"verb_{report.kind}"), path=report.detail)

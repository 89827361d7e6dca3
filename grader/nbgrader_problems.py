"""What could not be graded under nbgrader: one line each, in the log and again at the end of the run."""

from __future__ import annotations

import atexit
import logging
import sys
from typing import Any

from nbgrader.converters.base import NbGraderException


class GradingProblem(Exception):
    """A submission or course that cannot be graded: its text is the one line the log shows instead of a traceback."""


not_graded: list[str] = []


def list_at_exit() -> None:
    """Let the last lines of this run list what was not graded; may be called several times."""
    atexit.unregister(list_what_was_not_graded)
    atexit.register(list_what_was_not_graded)


def list_what_was_not_graded() -> None:
    """Say at the end of a run, on stderr, what has no mark and why; nothing when all has."""
    if not_graded:
        print(f"{len(not_graded)} submissions could not be graded and have no mark:", file=sys.stderr)
        for problem in not_graded:
            print(f"  {problem}", file=sys.stderr)


class _ShortTracebacks(logging.Filter):
    """nbgrader logs the traceback of whatever goes wrong; for problems that have a line of their own, log the line."""

    def filter(self, record: logging.LogRecord) -> bool:
        problem = sys.exc_info()[1]
        if isinstance(problem, GradingProblem | NbGraderException) and str(record.msg).startswith("Traceback"):
            record.msg, record.args = str(problem), ()
        return True


def shorten_tracebacks(log: Any) -> None:
    """Put the filter on a log that does not have it yet."""
    if not any(isinstance(known, _ShortTracebacks) for known in log.filters):
        log.addFilter(_ShortTracebacks())

"""Where `grader grade` spends a submission's time: the command run in this process with a stop watch at each stage.

    python benchmarks/split.py COURSE

Prints JSON: seconds of the program's own process by stage, `wait` for what workers had not done yet, and in all.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

BEGIN = time.perf_counter()

from class_course import ASSIGNMENT  # noqa: E402

from grader import lean  # noqa: E402

lean.use()

from grader import grading, judges, onepass  # noqa: E402
from grader.course import find_course  # noqa: E402
from grader.grading import Options, grade_class  # noqa: E402
from grader.judges import Judges  # noqa: E402

spent: Counter[str] = Counter()
# Stages within stages: time counts for the innermost.
_running: list[float] = []


def watched(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, its time added to a stage."""

    def call(*args: Any, **kwargs: Any) -> Any:
        begin = time.perf_counter()
        _running.append(0.0)
        try:
            return function(*args, **kwargs)
        finally:
            took = time.perf_counter() - begin
            spent[stage] += took - _running.pop()
            if _running:
                _running[-1] += took

    return call


def main() -> None:
    """Put the watches on, grade, print."""
    course = Path(sys.argv[1])
    os.chdir(course)
    one_pass = onepass.OnePass
    one_pass._begin = watched("sanitise", one_pass._begin)  # type: ignore[method-assign]
    one_pass.init_assignment = watched("record", one_pass.init_assignment)  # type: ignore[method-assign]
    one_pass.convert_single_notebook = watched("record", one_pass.convert_single_notebook)  # type: ignore[method-assign]
    one_pass.set_permissions = watched("record", one_pass.set_permissions)  # type: ignore[method-assign]
    one_pass.take = watched("wait", one_pass.take)  # type: ignore[method-assign]
    one_pass.convert_notebooks = watched("start workers, other", one_pass.convert_notebooks)  # type: ignore[method-assign]
    # Judged here instead of by another process meanwhile, or it would not be seen.
    grading.Judges = lambda keys, present, processes: Judges(keys, present, 0)  # type: ignore[misc, assignment]
    judges.judged = watched("judge, render", judges.judged)
    graded = grade_class(find_course(), ASSIGNMENT, Options())
    total = time.perf_counter() - BEGIN
    print(
        json.dumps(
            {**spent, "import, configure": total - sum(spent.values()), "all": total, "count": len(graded.graded)}
        )
    )


if __name__ == "__main__":
    main()

"""One function from a file against one exercise: for authors who want to see what a solution would get."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader import oracle
from grader.course import CourseError, CourseFolder, nearest
from grader.findings import Finding, findings
from grader.grade import run_notebook
from grader.judge import judge
from grader.notebook import Cell, Notebook, NotebookError
from grader.sandbox.parent import OWN_CODE
from grader.verdict import Verdict


def try_file(folder: CourseFolder, exercise: str, file: Path) -> tuple[Verdict, Mapping[str, str], list[Finding]]:
    """The verdict on the function `exercise` in `file`, hidden cases shown in full, its mistakes, and what was seen.

    Raises CourseError for an unknown exercise, NotebookError for a file that cannot be read.
    """
    where = {name: item for item in folder.course.assignments for name in oracle.declared(folder, item)}
    if exercise not in where:
        raise CourseError(f"unknown exercise {exercise!r}{nearest(exercise, where)}")
    assignment = where[exercise]
    key = oracle.grading_keys(folder, assignment)[exercise]
    try:
        source = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise NotebookError(f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise NotebookError(f"{file}: is not UTF-8 text (byte {error.start})") from error
    notebook = Notebook((Cell(0, "code", source), Cell(1, "code", f'from grader import check\ncheck("{exercise}")')))
    run = run_notebook(notebook, {exercise: key}, {}, settings=OWN_CODE)
    problem = next((output for output in run.outputs.get(0, []) if output["output_type"] == "error"), None)
    if problem is not None:
        raise NotebookError(f"{file}: {problem['ename']}: {problem['evalue']}")
    seen = findings([(0, source)], assignment.forbids)
    return judge(key, run.answers[exercise], reveal=True), key.mistakes, seen

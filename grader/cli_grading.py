"""The commands that grade: a whole class in one pass."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from grader.cli import app, one_line_errors
from grader.course import find_course


@app.command()
@one_line_errors
def grade(
    assignment: Annotated[str, typer.Argument(help="Name of the assignment.")],
    student: Annotated[str, typer.Option(help="Only this student, or all whose id matches a pattern.")] = "*",
    jobs: Annotated[int, typer.Option(min=0, help="Notebooks at once; 0: as many as there are cores.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Also what is graded already and not newer.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")] = False,
    scheduler: Annotated[str, typer.Option(help="Run on a cluster: its scheduler, tcp://host:port.")] = "",
) -> None:
    """Grade all submissions of an assignment in one pass, into nbgrader's own gradebook and autograded/.

    Exit 1 when a submission could not be graded; each is told in a line of its own.
    """
    from grader import lean
    from grader.sandbox import warm

    folder = find_course()
    if not scheduler:
        # It gets ready on another core while this one imports what grading needs.
        warm.begin(warm.Kind())
    lean.use()
    from grader.grading import Options, grade_class

    try:
        told = grade_class(folder, assignment, Options(student, jobs, scheduler, force, resume))
    except KeyboardInterrupt:
        print(f"grader: interrupted; `grader grade {assignment} --resume` goes on where it stood", file=sys.stderr)
        raise typer.Exit(130) from None
    finally:
        warm.let_go(warm.Kind())
    for problem in told.problems:
        print(f"not graded: {problem}", file=sys.stderr)
    print(told.summary)
    if told.problems:
        raise typer.Exit(1)

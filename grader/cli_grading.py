"""The commands that grade: a whole class in one pass, marks judged again, answers looked at."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from grader.cli import app, choose, console, one_line_errors
from grader.course import find_course

if TYPE_CHECKING:
    from grader.nbgrader_regrade import Change, Regraded

# Names in one line: more say nothing more.
_MOST = 5


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
    from grader.nbgrader_problems import list_what_was_not_graded

    try:
        told = grade_class(folder, assignment, Options(student, jobs, scheduler, force, resume))
    except KeyboardInterrupt:
        print(f"grader: interrupted; `grader grade {assignment} --resume` goes on where it stood", file=sys.stderr)
        raise typer.Exit(130) from None
    finally:
        warm.let_go(warm.Kind())
    list_what_was_not_graded()
    print(told.summary)
    if told.problems:
        raise typer.Exit(1)


answers = typer.Typer(no_args_is_help=True, help="What students' functions returned, as it was kept.")
app.add_typer(answers, name="answers")


@answers.command()
@one_line_errors
def show(
    student: Annotated[str, typer.Argument(help="The student, as the submission's folder is called.")],
    exercise: Annotated[str, typer.Argument(help="Name of the exercise or question.")],
    assignment: Annotated[str, typer.Option(help="Its assignment, where several have an exercise of that name.")] = "",
) -> None:
    """Print every case with what was returned and what was expected. Shows hidden cases: for your screen only."""
    from grader.showing import show_answers

    for line in show_answers(find_course(), student, exercise, assignment):
        print(line)


@app.command()
@one_line_errors
def regrade(
    assignment: Annotated[str, typer.Argument(help="Name of the assignment.")],
    exercise: Annotated[str, typer.Option(help="Only this exercise.")] = "",
    student: Annotated[str, typer.Option(help="Only this student's submission.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, say what would be; the default.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Write the new marks into the gradebook.")] = False,
) -> None:
    """Judge marks again by the declaration as it is now, from stored answers: no student code is run."""
    if apply and dry_run:
        raise typer.BadParameter("--apply and --dry-run are opposites; give one of them")
    folder, chosen = choose([assignment])
    from grader import lean

    lean.use()
    from grader.nbgrader_regrade import regrade as regrading

    name = chosen[0].name
    found = regrading(folder, name, exercise, student, apply=apply)
    _print_changes(found, apply)
    _print_rest(found, name, apply, exercise)
    if apply and found.not_run:
        raise typer.Exit(1)


def _print_changes(found: Regraded, applied: bool) -> None:
    for name, words in found.declared:
        print(f"changed: {name}: {words}")
    if found.changes:
        table = Table("student", "exercise", "old", "", "new", "of", "why")
        for change in found.changes:
            points = f"{change.max_points:g}" if change.max_points else ""
            table.add_row(
                change.student, change.exercise, _points(change.old), "→", _points(change.new), points, _why(change)
            )
        console.print(table, markup=False)
    marks = [change for change in found.changes if change.max_points and change.manual is None]
    up = sum((change.new or 0) > (change.old or 0) for change in marks)
    by = sum((change.new or 0) - (change.old or 0) for change in marks)
    manual = sum(change.manual is not None for change in found.changes)
    if marks:
        verb = "changed" if applied else "would change"
        print(f"{len(marks)} marks {verb}: {up} up, {len(marks) - up} down, {by:+g} points in all")
    if manual:
        print(f"{manual} marks given by hand stay")


def _print_rest(found: Regraded, name: str, applied: bool, exercise: str) -> None:
    for note in found.notes:
        print(note)
    if found.run_again:
        reasons = "; ".join(sorted(set(found.run_again.values())))
        count = len(found.run_again)
        if applied and not exercise:
            print(f"{count} submissions were run again ({reasons}): {_names(list(found.run_again))}")
        else:
            what = "submission has" if count == 1 else "submissions have"
            print(f"{count} {what} to be run again ({reasons}): {_names(list(found.run_again))}")
            how = "--apply without --exercise runs them" if exercise else "--apply runs them"
            print(f"  {how}; or one at a time: nbgrader autograde {name} --force --student=NAME")
    if applied and found.not_run:
        print(f"grader: {len(found.not_run)} submissions have no new marks: {_names(found.not_run)}", file=sys.stderr)
    if found.ungraded:
        print(f"{len(found.ungraded)} submissions are not graded: {_names(sorted(found.ungraded))}")
    total = f"{found.submissions} submissions, {len(found.judged)} judged again"
    if not found.changes and not found.messages and not found.run_again:
        print(f"Nothing changed ({total}).")
        return
    verb = "have" if applied else "would have"
    print(f"{total}, {len(found.messages)} {verb} another message in their notebook.")
    if applied and (found.changes or found.messages):
        print(f"Feedback pages are as they were: nbgrader generate_feedback {name} --force")
    elif not applied:
        print("Nothing was written; --apply writes it.")


def _points(points: float | None) -> str:
    return "-" if points is None else f"{round(points, 4):g}"


def _why(change: Change) -> str:
    return change.why if change.manual is None else f"manual: {change.manual:g} stays ({change.why})"


def _names(names: list[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more

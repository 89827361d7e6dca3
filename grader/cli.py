"""The command line: thin doors into build, audit, try and demo, and for learners check and watch; `cli_grading` grades.

Every operator's mistake is one line and exit 2.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from grader.course import CourseError, CourseFolder, find_course
from grader.exercise import Assignment, DeclarationError
from grader.notebook import NotebookError
from grader.sandbox.parent import SandboxError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Build, audit and try a course whose answers are judged by gradmark.",
)
# Tables are read in logs as well, where there is no terminal to ask for a width.
console = Console() if sys.stdout.isatty() else Console(width=140)

Assignments = Annotated[list[str] | None, typer.Argument(help="Names of assignments; all when none is given.")]


def one_line_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what an operator can mend into one line on stderr and exit code 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except (CourseError, DeclarationError, NotebookError, SandboxError) as error:
            print(f"grader: {error}", file=sys.stderr)
            raise typer.Exit(2) from None

    return run


Language = Annotated[str, typer.Option("--lang", help="The language to build, en or ko; all the course has, if none.")]


@app.command()
@one_line_errors
def build(
    assignments: Assignments = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail when exercises/ is stale.")] = False,
    lang: Language = "",
) -> None:
    """Make exercises/ (notebooks and public cases) from solutions/ and reference/; translations in exercises/ko/."""
    from grader import build as building
    from grader.translation import languages

    folder, chosen = choose(assignments)
    known = languages(folder)
    if lang and lang not in known:
        raise CourseError(f"--lang {lang}: the course is written in {', '.join(known)}")
    wanted = [lang] if lang else known
    if check:
        found = [path for one in wanted for path in building.stale(folder, chosen, one)]
        for path in found:
            print(f"stale: {path}")
        if found:
            print("grader: exercises/ is not what the source makes; run `grader build`", file=sys.stderr)
            raise typer.Exit(1)
        print(f"{len(chosen)} assignments are up to date ({', '.join(wanted)})")
        return
    changed = [path for one in wanted for path in building.build(folder, chosen, one)]
    for path in changed:
        print(f"wrote {path}")
    if not changed:
        print(f"{len(chosen)} assignments were up to date ({', '.join(wanted)})")


@app.command()
@one_line_errors
def translation(
    assignments: Assignments = None,
    accept: Annotated[bool, typer.Option("--accept", help="The translations of changed texts were looked at.")] = False,
) -> None:
    """Is every text there in both languages, and no translation older than its English? Exit 1 when not.

    A translation that is new is stamped with its English; one whose English has changed only with --accept.
    """
    from grader import oracle
    from grader.translation import holes, stamp, texts_of

    folder, chosen = choose(assignments)
    found = []
    for assignment in chosen:
        for line in stamp(folder.source(assignment), accept):
            print(line)
        exercises = oracle.declared(folder, assignment).values()
        found += holes(folder, assignment, texts_of(exercises, oracle.declared_questions(folder, assignment)))
    for line in found:
        print(f"hole: {line}")
    if found:
        print(f"grader: holes in the translation: {len(found)}", file=sys.stderr)
        raise typer.Exit(1)
    print(f"{len(chosen)} assignments are there in both languages")


@app.command()
@one_line_errors
def audit(
    assignments: Assignments = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many sets of hidden cases to try.")] = 20,
    jobs: Annotated[int, typer.Option(min=1, help="Processes to use.")] = 2,
) -> None:
    """Does the course accept right answers and reject wrong ones? Fails when it has a hole."""
    from grader.audit import audit_course, table

    folder, chosen = choose(assignments)
    rows = audit_course(folder, chosen, seeds, jobs)
    console.print(table(rows))
    holes = [f"{row.exercise}: {hole}" for row in rows for hole in row.holes]
    for hole in holes:
        print(f"hole: {hole}")
    if holes:
        print(f"grader: the audit found {len(holes)} holes", file=sys.stderr)
        raise typer.Exit(1)


@app.command(name="try")
@one_line_errors
def try_(
    exercise: Annotated[str, typer.Argument(help="Name of the exercise.")],
    file: Annotated[Path, typer.Argument(help="A .py file that defines the function.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Run one function from a file against public and hidden cases, in the sandbox; exit 1 unless all are right."""
    from grader.render import render_findings, render_json, render_text
    from grader.trying import try_file

    verdict, mistakes, seen = try_file(find_course(), exercise, file)
    if as_json:
        print(render_json(verdict))
    else:
        print(render_text(verdict, mistakes))
    if seen:
        # Beside the verdict, which a program may read.
        print(render_findings(seen, cells=False), file=sys.stderr)
    if verdict.status != "passed":
        raise typer.Exit(1)


@app.command()
@one_line_errors
def demo(
    folder: Annotated[Path | None, typer.Option(help="Where the demonstration class is made.")] = None,
    submissions: Annotated[int, typer.Option(min=1, help="How many submissions the class hands in.")] = 48,
) -> None:
    """A class hands in, nbgrader's own commands grade it: marks, commonest mistakes, feedback pages."""
    from grader.demo import run_demo

    course = find_course()
    run_demo(course, folder or course.root / "demo", submissions, console)


Spoken = Annotated[str, typer.Option("--lang", help="The language to speak, en or ko; the notebook's, if none.")]
Seconds = Annotated[float, typer.Option("--timeout", min=1, help="Seconds for one notebook.")]


@app.command()
@one_line_errors
def check(
    paths: Annotated[list[Path], typer.Argument(help="Notebooks, percent-format scripts, or folders of them.")],
    lang: Spoken = "",
    strict_stubs: Annotated[bool, typer.Option("--strict-stubs", help="Exercises not started count as wrong.")] = False,
    timeout: Seconds = 60.0,
) -> None:
    """Run notebooks and say of every exercise what is right and where to look; exit 1 when something is wrong."""
    from grader.local import OwnNotebook, own_notebooks
    from grader.messages import speaking
    from grader.render_progress import render_progress
    from grader.terminal import style_of

    style = style_of(sys.stdout)
    chosen = list(own_notebooks(paths, lang, timeout))
    wrong = False
    for own in chosen:
        if not isinstance(own, OwnNotebook):
            print(style.plain(own.problem))
            wrong = True
            continue
        if len(chosen) > 1:
            print(style.plain(str(own.path)))
        for found in own.found.values():
            print(style.message(found.message, found.status), flush=True)
            wrong = wrong or found.is_wrong(strict_stubs)
        if own.seen:
            print(style.plain(own.seen))
        print(flush=True)
        own.remember()
    judged = [own for own in chosen if isinstance(own, OwnNotebook)]
    if judged:
        with speaking(judged[0].lang):
            print(style.plain(render_progress([own.standing() for own in judged])))
    if wrong:
        raise typer.Exit(1)


@app.command()
@one_line_errors
def watch(
    path: Annotated[Path, typer.Argument(help="A notebook, a percent-format script, or a folder of them.")] = Path(),
    lang: Spoken = "",
    timeout: Seconds = 60.0,
) -> None:
    """Check again whenever a file is saved, and show only the first thing to do; ends when all is done."""
    from grader.local import own_notebooks
    from grader.terminal import style_of
    from grader.watching import Looker, View, watch_folder

    style = style_of(sys.stdout)
    on_terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    def running(line: str) -> None:
        if on_terminal:
            print(style.plain(line), flush=True)

    def say(view: View) -> None:
        if on_terminal:
            console.clear()
        print(style.message(view.message, view.status))
        print(style.plain("\n".join(("", *view.below, ""))), flush=True)

    try:
        # Where there is nothing to watch, it ends here.
        next(own_notebooks([path], lang, timeout))
        watch_folder(Looker(path, lang, timeout, running), say)
    except KeyboardInterrupt:
        print()


@app.command()
@one_line_errors
def sandbox() -> None:
    """Which isolation levels hold on this machine, found by attacking them; exit 1 when none will do for grading."""
    from rich.table import Table

    from grader.sandbox.isolation import LEVELS, MEANS
    from grader.sandbox.parent import Sandbox, Settings
    from grader.sandbox.probes import ATTACKS

    table = Table("level", "holds", "what it is", "found by")
    holding = []
    for level in reversed(LEVELS):
        with Sandbox(Settings(min_level=level, max_level=level)) as found:
            try:
                holding.append(found.level)
                attacks = len(ATTACKS[level])
                table.add_row(
                    level, "yes", MEANS[level], f"{attacks} attacks that failed" if attacks else "starting it"
                )
            except SandboxError as error:
                table.add_row(level, "no", MEANS[level], found.refusals[0].reason if found.refusals else str(error))
    console.print(table)
    wanted = Settings().min_level
    good = [level for level in holding if LEVELS.index(level) >= LEVELS.index(wanted)]
    if not good:
        print(f"grader: grading wants level {wanted}, which does not hold here; see docs/security.md", file=sys.stderr)
        raise typer.Exit(1)
    print(f"Notebooks are graded at level {good[0]}; the lowest that is accepted is {wanted}.")


def choose(names: list[str] | None) -> tuple[CourseFolder, list[Assignment]]:
    """The assignments of those names; a path to one, as a shell completes it, is its name as well."""
    folder = find_course()
    wanted = [folder.assignment(Path(name).name.removesuffix(".py")) for name in names or ()]
    return folder, wanted or list(folder.course.assignments)

"""A class of golden submissions, graded by nbgrader's own commands: what an instructor sees on Monday morning."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from grader.course import CourseError, CourseFolder
from grader.render import VERDICT_MIME

GOLDEN = Path("tests/submissions")
_NEEDED = ("pyproject.toml", "nbgrader_config.py", "reference", "solutions", "exercises")


def run_demo(course: CourseFolder, folder: Path, count: int, console: Console) -> None:
    """Make a class of `count` submissions below `folder`, grade it, print marks and mistakes.

    Raises CourseError when the golden submissions are missing, when `folder` holds something else than an earlier
    demonstration, or when one of nbgrader's commands fails.
    """
    handed_in = make_class(course, folder, count)
    assignments = [item.name for item in course.course.assignments if item.name in handed_in]
    columns = (TextColumn("{task.description:<52}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=3 * len(assignments) + 1)

        def step(command: str, *arguments: str) -> str:
            progress.update(task, description=f"nbgrader {command} {' '.join(arguments)}")
            log = _nbgrader(folder, command, *arguments)
            progress.advance(task)
            return log

        def grade(name: str) -> str:
            log = step("autograde", name)
            step("generate_feedback", name)
            return log

        # The first one makes the gradebook. After that two assignments at once use a second core, where nbgrader itself
        # takes one thing after the other.
        step("generate_assignment", assignments[0])
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda name: step("generate_assignment", name), assignments[1:]))
            logs = list(pool.map(grade, assignments))
        step("export")
    not_graded = [line for log in logs for line in _not_graded(log)]
    console.print(marks(folder, assignments, handed_in))
    console.print(mistakes(folder / "autograded"))
    for line in not_graded:
        console.print(f"not graded: {line}", soft_wrap=True, highlight=False, markup=False)
    pages = sorted((folder / "feedback").rglob("*.html"))
    console.print(f"{len(pages)} feedback pages, for example {pages[0]}", soft_wrap=True, highlight=False)
    console.print(
        f"gradebook: {folder / 'gradebook.db'}; marks: {folder / 'grades.csv'}", soft_wrap=True, highlight=False
    )


def make_class(course: CourseFolder, folder: Path, count: int) -> dict[str, list[str]]:
    """Lay out a course of its own with the golden submissions handed in. Returns assignment -> students."""
    golden = defaultdict(list)
    for file in sorted((course.root / GOLDEN).glob("*/verdict.json")):
        verdict = json.loads(file.read_text(encoding="utf-8"))
        golden[verdict["assignment"]].append((file.parent, verdict.get("student", file.parent.name)))
    if not golden:
        raise CourseError(f"{course.root / GOLDEN}: has no golden submissions; run the demonstration in a checkout")
    if folder.exists() and not (folder / ".gradmark").is_dir() and any(folder.iterdir()):
        raise CourseError(
            f"{folder}: is not an earlier demonstration and will not be overwritten; choose another folder"
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in _NEEDED:
        source = course.root / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / name)
    (folder / ".gradmark").mkdir(mode=0o700)
    handed_in: defaultdict[str, list[str]] = defaultdict(list)
    rounds = -(-count // len(golden))
    for number in range(count):
        # Round after round: one submission of each assignment, then the next of each.
        assignment = sorted(golden)[number % len(golden)]
        choices = golden[assignment]
        round_number = number // len(golden)
        # Numbers of questions depend on who hands in. A submission that comes again comes from somebody else.
        chosen, student = choices[round_number * len(choices) // rounds]
        if student in handed_in[assignment]:
            student = f"{student}-{round_number}"
        target = folder / "submitted" / student / assignment
        shutil.copytree(chosen, target, ignore=shutil.ignore_patterns("verdict.json"))
        handed_in[assignment].append(student)
    return dict(handed_in)


def _nbgrader(folder: Path, command: str, *arguments: str) -> str:
    """Run a stock nbgrader command in the class's folder and return its log.

    autograde exits with 1 when a submission could not be graded, which a class always has; others must succeed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and command != "autograde":
        raise CourseError(f"nbgrader {command} {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return done.stderr


def _not_graded(log: str) -> list[str]:
    """The lines in which the log says why a submission could not be graded."""
    _, _, listed = log.partition("submissions could not be graded and have no mark:\n")
    return [line.strip() for line in listed.splitlines()]


def marks(folder: Path, assignments: list[str], handed_in: dict[str, list[str]]) -> Table:
    """nbgrader's exported marks, a row a student; what it could not grade says so instead of 0."""
    with (folder / "grades.csv").open(newline="", encoding="utf-8") as file:
        found = {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}
    title = "marks (nbgrader export), below each assignment what it is worth"
    table = Table(title=title, min_width=len(title))
    table.add_column("student", no_wrap=True)
    for name in assignments:
        most = next(row["max_score"] for (_, assignment), row in found.items() if assignment == name)
        # Its number: twelve whole names are wider than a page.
        table.add_column(f"{name.partition('_')[0]}\n/ {float(most):g}", justify="right")
    for student in sorted({student for students in handed_in.values() for student in students}):
        cells = []
        for name in assignments:
            row = found.get((student, name))
            if student not in handed_in[name]:
                cells.append("")
            else:
                cells.append(f"{float(row['score']):g}" if row and row["score"] else "not graded")
        table.add_row(student, *cells)
    return table


def mistakes(autograded: Path, most: int = 8) -> Table:
    """The commonest mistakes, from the verdicts in the autograded notebooks; unnamed ones by kind, in parentheses."""
    counted: Counter[tuple[str, str]] = Counter()
    for path in sorted(autograded.rglob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                verdict = output.get("data", {}).get(VERDICT_MIME)
                diagnosis = verdict and verdict["diagnosis"]
                if diagnosis and diagnosis["code"] not in ("not_started", "question_open", "question_plain"):
                    counted[verdict["exercise"], diagnosis["mistake"] or f"({diagnosis['code']})"] += 1
    table = Table(title="commonest mistakes")
    for heading in ("exercise", "mistake"):
        table.add_column(heading)
    table.add_column("submissions", justify="right")
    for (exercise, mistake), times in counted.most_common(most):
        table.add_row(exercise, mistake, str(times))
    return table

"""Commands of the benchmark: run in a scratch folder, timed, and their marks looked at before a time counts."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import resource
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from class_course import ASSIGNMENT, ClassCourse, is_right
from class_course import student as student_name

AUTOGRADE = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
GRADE = [sys.executable, "-m", "grader", "grade", ASSIGNMENT]
OURS, FLOOR, STOCK, OTTER = "gradmark: nbgrader autograde", "nbgrader without Execute", "nbgrader, stock", "otter run"
ONE_PASS = "gradmark: grader grade"
COMMANDS = {OURS: AUTOGRADE, FLOOR: AUTOGRADE, STOCK: AUTOGRADE, ONE_PASS: GRADE}


class Failed(Exception):
    """A command that did not do its work: what it was, and the end of what it said."""


@dataclass(frozen=True)
class Cost:
    """Seconds a command took: by the clock, and of processor time, its helpers' included."""

    clock: float
    processor: float


class Bench:
    """A scratch folder, and commands run in it one after the other as on a machine with no configuration of its own."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.notes: list[str] = []
        # Seconds per submission by tool, for sections that compare with another's.
        self.each: dict[str, float] = {}
        foreign = ("JUPYTER", "IPYTHON", "NBGRADER", "PYTHON", "GRADER", "PYTEST")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        # nbgrader calls `alembic` by name.
        self.environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        self.environment |= {"PYTHONWARNINGS": "ignore", "GRADER_SECRET": "a secret for benchmarks"}
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "TMPDIR"):
            self.environment[name] = str(scratch / name.lower())
            (scratch / name.lower()).mkdir()

    def cost(self, command: Sequence[str], folder: Path, limit: float) -> Cost:
        """What a command takes. Raises Failed when it fails or takes longer than `limit` seconds."""
        with (self.scratch / "log").open("w+b") as log:
            start, used = time.perf_counter(), _processor_of_children()
            process = subprocess.Popen(
                command, cwd=folder, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
            try:
                status = process.wait(limit)
                taken = Cost(time.perf_counter() - start, _processor_of_children() - used)
            except subprocess.TimeoutExpired:
                raise Failed(f"{shlex.join(command)}: not done after {limit:.0f} s") from None
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            if status:
                raise Failed(f"{shlex.join(command)} ended with {status}: {end_of(self.scratch / 'log')}")
        return taken

    def graded(self, tool: str, course: ClassCourse, count: int, *options: str) -> Cost:
        """What a tool's command takes for `count` submissions that were never graded before."""
        run = course.copy(self.scratch / "run", count)
        try:
            taken = self.cost([*COMMANDS[tool], *options], run.folder, limit=120 + 10 * count)
            self.look_at_marks(tool, run, count)
        finally:
            shutil.rmtree(run.folder)
        return taken

    def warm_up(self, ours: ClassCourse) -> Cost:
        """Our first command on a new course, with one submission. Leaves the keys it made in `ours`."""
        run = ours.copy(self.scratch / "run", 1)
        taken = self.cost(AUTOGRADE, run.folder, limit=120)
        self.look_at_marks(OURS, run, 1)
        shutil.copytree(run.folder / ".gradmark" / "keys", ours.folder / ".gradmark" / "keys", dirs_exist_ok=True)
        shutil.rmtree(run.folder)
        return taken

    def look_at_marks(self, tool: str, run: ClassCourse, count: int) -> None:
        """A run is worth timing only if it did its work. Notes marks that are not what they should be."""
        found = {key: mark == most for key, (mark, most) in points_in(run.folder / "gradebook.db").items()}
        if len(found) != count * len(run.sections):
            raise Failed(f"{tool}: {len(found)} marks for {count} submissions of {len(run.sections)} exercises")
        if tool == FLOOR:
            # nbgrader goes on with its defaults when a configuration fails, and would execute after all. Without having
            # run anything it gives everybody everything.
            if not all(found.values()):
                raise Failed(f"{tool}: {sum(not full for full in found.values())} marks are lost, so something was run")
            return
        deserved = {
            (student_name(number), name): right
            for number in range(count)
            for name, right in is_right(number).items()
            if name in run.sections
        }
        wrong = [mark for mark, right in deserved.items() if found.get(mark) != right]
        if wrong:
            self.note(f"{tool}: {len(wrong)} of {len(found)} marks are not what they should be, e.g. {wrong[0]}")

    def note(self, text: str) -> None:
        """Keep a remark for the report."""
        if text not in self.notes:
            self.notes.append(text)
            say(text)


def points_in(gradebook: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """(student, exercise) -> the automatic mark and the full one, of every mark there is."""
    question = """
        SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score, grade_cells.max_score
        FROM grade JOIN base_cell ON base_cell.id = grade.cell_id JOIN grade_cells ON grade_cells.id = base_cell.id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        WHERE grade.auto_score IS NOT NULL
    """
    with contextlib.closing(sqlite3.connect(gradebook)) as database:
        return {(who, name): (mark, most) for who, name, mark, most in database.execute(question)}


def ratio(one: float, other: float) -> str:
    """one / other, for the report; differences of times that are mostly start-up may be no numbers to divide."""
    return f"{one / other:.2f}" if one > 0 and other > 0 else "lost in noise"


def table(headings: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table whose columns also line up in a terminal."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]

    def line(cells: list[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        return "| " + " | ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]) + " |"

    rule = "|" + "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]) + "|"
    return [line(headings), rule, *(line(row) for row in rows)]


def say(text: str) -> None:
    """Progress, beside the report."""
    print(f"... {text}", file=sys.stderr, flush=True)


def _processor_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:].strip()


def version_of(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"

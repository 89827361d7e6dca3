"""What grading a class costs, beside other tools: one assignment, six exercises, the same submissions for everybody.

    python benchmarks/compare.py [--submissions 200] [--stock 10] [--otter 3] [--rounds 3] [--flat 1000]

Prints a table and writes it to benchmarks/RESULTS.md; see README.md beside this file for what is compared. Works in a
temporary folder and on two cores. Exits with 0 whatever the figures are; only a tool of ours that fails is an error.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import importlib.metadata
import json
import os
import platform
import resource
import shlex
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from class_course import ASSIGNMENT, EXERCISES, NOTEBOOK, ROOT, ClassCourse, is_right, make_otter, make_ours, make_stock
from class_course import student as student_name
from long_run import MIB, watch

CORES = 2
BUSY = 0.5
AUTOGRADE = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
OTTER_VENV = Path(__file__).parent / ".venv-otter"
RESULTS = Path(__file__).parent / "RESULTS.md"
WITHOUT_EXECUTE = """
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, IgnorePattern, LimitOutput, SaveAutoGrades
c.Autograde.autograde_preprocessors = [
    IgnorePattern, ClearMetadataPreprocessor, LimitOutput, SaveAutoGrades, AssignLatePenalties, CheckCellMetadata
]
"""
OURS, FLOOR, STOCK, OTTER = "gradmark: nbgrader autograde", "nbgrader without Execute", "nbgrader, stock", "otter run"


class Failed(Exception):
    """A command that did not do its work: what it was, and the end of what it said."""


@dataclass(frozen=True)
class Cost:
    """Seconds a command took: by the clock, and of processor time, its helpers' included."""

    clock: float
    processor: float


@dataclass(frozen=True)
class Timing:
    """A command on `count` submissions, several times, and the same command on a single one, as often."""

    count: int
    all: list[Cost]
    one: list[Cost]

    @property
    def rounds(self) -> list[float]:
        """Seconds a further submission takes, round by round."""
        one = statistics.median(cost.clock for cost in self.one)
        return [(cost.clock - one) / (self.count - 1) for cost in self.all]

    @property
    def each(self) -> float:
        """Seconds a further submission takes."""
        return statistics.median(self.rounds)

    @property
    def processor(self) -> float:
        """Seconds of processor time a further submission takes."""
        one = statistics.median(cost.processor for cost in self.one)
        return (statistics.median(cost.processor for cost in self.all) - one) / (self.count - 1)

    @property
    def total(self) -> float:
        """Seconds the command takes on all."""
        return statistics.median(cost.clock for cost in self.all)

    @property
    def start_up(self) -> float:
        """Seconds the command takes without any submission."""
        return statistics.median(cost.clock for cost in self.one) - self.each


class Bench:
    """A scratch folder, and commands run in it one after the other as on a machine with no configuration of its own."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.notes: list[str] = []
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
                raise Failed(f"{shlex.join(command)} ended with {status}: {_end_of(self.scratch / 'log')}")
        return taken

    def autograde(self, tool: str, course: ClassCourse, count: int) -> Cost:
        """What `nbgrader autograde` takes for `count` submissions that were never graded before."""
        run = course.copy(self.scratch / "run", count)
        try:
            taken = self.cost(AUTOGRADE, run.folder, limit=120 + 10 * count)
            self.look_at_marks(tool, run, count)
        finally:
            shutil.rmtree(run.folder)
        return taken

    def look_at_marks(self, tool: str, run: ClassCourse, count: int) -> None:
        """A run is worth timing only if it did its work. Notes marks that are not what they should be."""
        found = marks_in(run.folder / "gradebook.db")
        if len(found) != count * len(EXERCISES):
            raise Failed(f"{tool}: {len(found)} marks for {count} submissions of {len(EXERCISES)} exercises")
        if tool == FLOOR:
            # nbgrader goes on with its defaults when a configuration fails, and would execute after all. Without having
            # run anything it gives everybody everything.
            if not all(found.values()):
                raise Failed(f"{tool}: {sum(not full for full in found.values())} marks are lost, so something was run")
            return
        deserved = {
            (student_name(number), name): right for number in range(count) for name, right in is_right(number).items()
        }
        wrong = [mark for mark, right in deserved.items() if found.get(mark) != right]
        if wrong:
            self.note(f"{tool}: {len(wrong)} of {len(found)} marks are not what they should be, e.g. {wrong[0]}")

    def note(self, text: str) -> None:
        """Keep a remark for the report."""
        if text not in self.notes:
            self.notes.append(text)
            say(text)


def marks_in(gradebook: Path) -> dict[tuple[str, str], bool]:
    """(student, exercise) -> whether the automatic mark is the full one, of every mark there is."""
    question = """
        SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score, grade_cells.max_score
        FROM grade JOIN base_cell ON base_cell.id = grade.cell_id JOIN grade_cells ON grade_cells.id = base_cell.id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        WHERE grade.auto_score IS NOT NULL
    """
    with contextlib.closing(sqlite3.connect(gradebook)) as database:
        return {(who, name): mark == most for who, name, mark, most in database.execute(question)}


# ------------------------------------------------------------------------------------------- a class, graded


def class_section(bench: Bench, submissions: int, stock: int, otter: int, rounds: int) -> list[str]:
    """Every tool on the same class."""
    say("making the courses")
    ours = make_ours(bench.scratch / "ours", bench.environment)
    plain = make_stock(bench.scratch / "stock", bench.environment)
    floor = make_stock(bench.scratch / "floor", bench.environment, WITHOUT_EXECUTE)

    # What only the first run on a machine pays: reading Python and torch from disk, making the keys.
    cold = warm_up(bench, ours)
    for tool, course in ((FLOOR, floor), (STOCK, plain)):
        bench.autograde(tool, course, 1)

    timings = {
        tool: Timing(count, [], []) for tool, count in ((OURS, submissions), (FLOOR, submissions), (STOCK, stock))
    }
    for number in range(rounds):
        # Alternating who goes first: a load that grows or fades meets both.
        pair = [(OURS, ours), (FLOOR, floor)]
        for tool, course in pair if number % 2 == 0 else reversed(pair):
            time_autograde(bench, tool, course, timings[tool])
    time_autograde(bench, STOCK, plain, timings[STOCK])

    we, they, them = timings[OURS], timings[FLOOR], timings[STOCK]
    rows = [
        [
            tool,
            str(timing.count),
            f"{timing.total:.1f}",
            f"{timing.start_up:.1f}",
            f"{timing.each:.3f}",
            ratio(timing.each, we.each),
            f"{timing.processor:.3f}",
        ]
        for tool, timing in timings.items()
    ]
    try:
        costs = otter_costs(bench, otter)
        total, used = sum(cost.clock for cost in costs), sum(cost.processor for cost in costs)
        figures = [f"{total / otter:.3f}", ratio(total / otter, we.each), f"{used / otter:.3f}"]
        rows.append([OTTER, str(otter), f"{total:.1f}", "¹", *figures])
    except (Failed, RuntimeError, OSError) as error:
        say(str(error))
        bench.note(f"otter: not measured ({str(error).partition(chr(10))[0]})")

    pairs = list(zip(we.rounds, they.rounds, strict=True))
    headings = ["tool", "submissions", "total s", "start-up s", "s per submission", "ratio to ours", "processor s each"]
    return [
        f"## {submissions} submissions of one assignment with six exercises",
        "",
        *table(headings, rows),
        "",
        f"Medians of {rounds} rounds for the first two, which took turns; s per submission is "
        "(total − one submission alone) / (submissions − 1).",
        "¹ `otter run` is one command per submission, so its start-up is part of each.",
        *(
            f"{tool}, round by round: {', '.join(f'{each:.4f}' for each in timings[tool].rounds)} s per submission."
            for tool in (OURS, FLOOR)
        ),
        f"Our first command on a new course, which also makes the keys with torch: {cold.clock:.1f} s.",
        f"In processor time: ours / without Execute {ratio(we.processor, they.processor)}, "
        f"stock / ours {ratio(them.processor, we.processor)}.",
        "",
        f"goal: ours / without Execute <= 1.25: measured {median_ratio(pairs)} "
        f"(round by round: {', '.join(ratio(*pair) for pair in pairs)})",
        f"goal: stock / ours >= 20: measured {ratio(them.each, we.each)}",
    ]


def warm_up(bench: Bench, ours: ClassCourse) -> Cost:
    """Our first command on a new course, with one submission. Leaves the keys it made in `ours`."""
    run = ours.copy(bench.scratch / "run", 1)
    taken = bench.cost(AUTOGRADE, run.folder, limit=120)
    bench.look_at_marks(OURS, run, 1)
    shutil.copytree(run.folder / ".gradmark" / "keys", ours.folder / ".gradmark" / "keys", dirs_exist_ok=True)
    shutil.rmtree(run.folder)
    return taken


def time_autograde(bench: Bench, tool: str, course: ClassCourse, timing: Timing) -> None:
    """Add a round to `timing`: `nbgrader autograde` on one submission, then on all of them."""
    timing.one.append(bench.autograde(tool, course, 1))
    timing.all.append(bench.autograde(tool, course, timing.count))
    say(f"{tool}: {timing.one[-1].clock:.1f} s for one submission, {timing.all[-1].clock:.1f} s for {timing.count}")


def ratio(one: float, other: float) -> str:
    """one / other, for the report; differences of times that are mostly start-up may be no numbers to divide."""
    return f"{one / other:.2f}" if one > 0 and other > 0 else "lost in noise"


def median_ratio(pairs: list[tuple[float, float]]) -> str:
    """The median of the pairs' ratios, for the report."""
    if any(one <= 0 or other <= 0 for one, other in pairs):
        return "lost in noise"
    return f"{statistics.median(one / other for one, other in pairs):.2f}"


def otter_costs(bench: Bench, count: int) -> list[Cost]:
    """What `otter run` takes on `count` submissions, one command each. Raises Failed."""
    otter = install_otter()
    course = make_otter(bench.scratch / "otter", otter, bench.environment)

    def run(number: int) -> Cost:
        path = course.folder / "submitted" / student_name(number) / f"{NOTEBOOK}.ipynb"
        course.write(number, path)
        results = course.folder / "results.json"
        results.unlink(missing_ok=True)
        taken = bench.cost([str(otter), "run", str(path)], course.folder, limit=300)
        tests = json.loads(results.read_text(encoding="utf-8"))["tests"]
        found = {test["name"]: test.get("score") == test["max_score"] for test in tests if test["name"] in EXERCISES}
        if found != is_right(number):
            bench.note(f"{OTTER}: the marks of submission {number} are not what they should be: {found}")
        return taken

    run(0)  # reads everything from disk once
    found = [run(number) for number in range(count)]
    say(f"{OTTER}: {statistics.median(cost.clock for cost in found):.1f} s for one submission")
    return found


def install_otter() -> Path:
    """otter-grader 7's command, in an environment of its own. Raises Failed.

    torch is not installed again but linked from the environment that runs this: the same build for everybody, and no
    second download of it. All else is otter's own, in the versions of constraints.txt where those name any. (With a
    .pth file, which puts all of this environment in its reach, otter takes twice as long.)
    """
    here, links = _torch_on_disk()
    packages = ["otter-grader==7.*", "ipykernel", *_needs_of_torch()]
    state = "\n".join([*packages, sys.version, str(here), *links, (ROOT / "constraints.txt").read_text()])
    ready, command = OTTER_VENV / ".ready", OTTER_VENV / "bin" / "otter"
    if ready.is_file() and ready.read_text() == state and command.is_file():
        return command
    say(f"installing otter-grader into {OTTER_VENV}")
    python = str(OTTER_VENV / "bin" / "python")
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    steps = [
        [sys.executable, "-m", "venv", "--clear", str(OTTER_VENV)],
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *constraints, *packages],
    ]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"cannot be installed: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}")
    there = next((OTTER_VENV / "lib").glob("python3*")) / "site-packages"
    for name in links:
        if not (there / name).exists():
            (there / name).symlink_to(here / name)
    ready.write_text(state)
    return command


def _torch_on_disk() -> tuple[Path, list[str]]:
    """The folder torch is installed in, and its entries there that make up torch."""
    try:
        files = importlib.metadata.files("torch") or []
    except importlib.metadata.PackageNotFoundError:
        raise Failed("torch is not installed here, and the tests need it") from None
    here = Path(str(importlib.metadata.distribution("torch").locate_file("")))
    names = {file.parts[0] for file in files} | {"nvidia", "triton"}
    return here, sorted(name for name in names if name != ".." and (here / name).exists())


def _needs_of_torch() -> list[str]:
    """What torch needs besides libraries for graphics cards, which are linked like torch itself."""
    needs = importlib.metadata.requires("torch") or []
    return [need for need in needs if "extra ==" not in need and not need.startswith(("nvidia", "triton", "cuda"))]


# ------------------------------------------------------------------------------------------- one long run


def flat_section(bench: Bench, count: int) -> list[str]:
    """Our autograde on many submissions in one command, watched from outside."""
    say(f"{count} submissions in one run")
    course = make_ours(bench.scratch / "flat-course", bench.environment)
    warm_up(bench, course)
    run = course.copy(bench.scratch / "flat", count)
    temporary = Path(bench.environment["TMPDIR"])
    before = set(temporary.iterdir())

    def graded() -> int:
        with contextlib.suppress(FileNotFoundError):
            return len(os.listdir(run.folder / "autograded"))
        return 0

    log = bench.scratch / "log"
    seen = watch(AUTOGRADE, run.folder, bench.environment, log, graded, limit=120 + 10 * count)
    if seen.status:
        raise Failed(f"{shlex.join(AUTOGRADE)} ended with {seen.status}: {_end_of(log)}")
    bench.look_at_marks(OURS, run, count)
    files = sorted(path.name for path in set(temporary.iterdir()) - before)
    shutil.rmtree(run.folder)

    marks = [seen.when(max(1, count * percent // 100)) for percent in (1, 5, 25, 50, 75, 95)]
    start, late = marks[1], marks[-1]
    rows = [
        [
            str(sample.graded),
            f"{sample.seconds:.0f}",
            f"{sample.memory / MIB:.0f}",
            str(sample.descriptors),
            str(len(sample.helpers)),
            f"{sum(sample.helpers.values()) / MIB:.0f}",
        ]
        for sample in marks
    ]
    after = seen.since(start)
    growth = (max(sample.memory for sample in after) - start.memory) / MIB
    throughout = set(start.helpers) & set(late.helpers)
    helper = max((late.helpers[pid] - start.helpers[pid] for pid in throughout), default=0) / MIB
    headings = ["graded", "s", "command's memory MiB", "descriptors", "processes below it", "their memory MiB"]
    return [
        f"## {count} submissions in one run of our autograde",
        "",
        *table(headings, rows),
        "",
        f"{seen.seconds:.0f} s in all; {len(seen.samples)} looks at /proc. Memory is resident, shared pages of helpers "
        "counted in each of them.",
        f"Processes below it that lived from 5 to 95 %: {len(throughout)}; they grew by {helper:.1f} MiB at most.",
        "",
        f"goal: memory after 5 % of the run grows <= 50 MiB: measured {growth:.1f}",
        f"goal: no more descriptors at 95 % than at 5 %: measured {late.descriptors} and {start.descriptors}, "
        f"{max(sample.descriptors for sample in after)} at most",
        f"goal: no process left behind: measured {len(seen.left)}{_listed(seen.left)}",
        f"goal: no temporary file left behind: measured {len(files)}{_listed(files)}",
    ]


# ------------------------------------------------------------------------------------------- the report


def machine() -> list[str]:
    """What the figures were measured on and with."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [f"{name} {_version(name)}" for name in ("nbgrader", "numpy", "torch", "ipykernel")]
    return [
        f"Machine: {platform.system()} {platform.release()}, {model or platform.machine()}, {os.cpu_count()} cores of "
        f"which {len(os.sched_getaffinity(0))} were used, {memory:.0f} GiB.",
        f"Versions: Python {platform.python_version()}, gradmark {_commit()}, {', '.join(versions)}, "
        f"otter-grader {_otter_version()}.",
    ]


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


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:].strip()


def _listed(what: list[str]) -> str:
    return f" ({', '.join(what[:3])}{', ...' if len(what) > 3 else ''})" if what else ""


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _otter_version() -> str:
    found = sorted(OTTER_VENV.glob("lib/python3*/site-packages/otter_grader-*.dist-info"))
    return found[0].name.removesuffix(".dist-info").partition("-")[2] if found else "not installed"


def _commit() -> str:
    command = ["git", "--no-optional-locks", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return f"{_version('gradmark')} ({done.stdout.strip() or 'no commit'})"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="What grading a class costs, beside other tools.")
    parser.add_argument("--submissions", type=int, default=200, help="for us and for nbgrader without Execute")
    parser.add_argument("--stock", type=int, default=10, help="submissions for stock nbgrader")
    parser.add_argument("--otter", type=int, default=3, help="submissions for otter run")
    parser.add_argument("--rounds", type=int, default=3, help="how often we and nbgrader without Execute take turns")
    parser.add_argument("--flat", type=int, default=0, help="also grade so many in one command and watch its memory")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to write")
    options = parser.parse_args()
    if min(options.submissions, options.stock) < 2 or min(options.otter, options.rounds) < 1:
        parser.error("--submissions and --stock need at least 2, --otter and --rounds at least 1")

    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    load = os.getloadavg()[0]
    started = datetime.datetime.now().astimezone()
    with tempfile.TemporaryDirectory(prefix="gradmark-bench-") as scratch:
        bench = Bench(Path(scratch))
        parts: list[Callable[[], list[str]]] = [
            lambda: class_section(bench, options.submissions, options.stock, options.otter, options.rounds)
            # The sandbox's own cost per submission becomes a part here.
        ]
        if options.flat:
            parts.append(lambda: flat_section(bench, options.flat))
        sections, failed = [], False
        for part in parts:
            try:
                sections.append(part())
            except (Failed, RuntimeError) as error:
                failed = True
                sections.append(["not measured:", "", *textwrap.indent(str(error), "    ").splitlines()])
    report = [
        "# What grading a class costs",
        "",
        f"`python benchmarks/compare.py {shlex.join(sys.argv[1:])}`, {started:%Y-%m-%d %H:%M}.",
        *machine(),
        f"Load average {load:.2f} before, {os.getloadavg()[0]:.2f} after.",
        *(["The machine was busy with other work: times by the clock are too long."] if load > BUSY else []),
        *bench.notes,
    ]
    for section in sections:
        report += ["", *section]
    text = "\n".join(report) + "\n"
    print(text)
    options.results.write_text(text, encoding="utf-8")
    sys.exit(failed)


if __name__ == "__main__":
    main()

"""What grading a class costs, beside other tools: one assignment, six exercises, the same submissions for everybody.

    python benchmarks/compare.py [--submissions 200] [--stock 10] [--otter 3] [--rounds 3] [--flat 1000]

Prints a table and writes it to benchmarks/RESULTS.md; see README.md beside this file for what is compared. Works in a
temporary folder and on two cores. Exits with 0 whatever the figures are; only a tool of ours that fails is an error.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from class_course import ROOT, ClassCourse, make_ours, make_stock
from commands import (
    COMMANDS,
    FLOOR,
    ONE_PASS,
    OTTER,
    OURS,
    STOCK,
    Bench,
    Cost,
    Failed,
    end_of,
    ratio,
    say,
    table,
    version_of,
)
from long_run import MIB, watch
from otter import otter_costs, otter_version
from scale import exercises_section, regrade_section, scale_section

CORES = 2
BUSY = 0.5
SIZES = (10, 100, 200, 1000, 2000)
RESULTS = Path(__file__).parent / "RESULTS.md"
WITHOUT_EXECUTE = """
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, IgnorePattern, LimitOutput, SaveAutoGrades
c.Autograde.autograde_preprocessors = [
    IgnorePattern, ClearMetadataPreprocessor, LimitOutput, SaveAutoGrades, AssignLatePenalties, CheckCellMetadata
]
"""


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


# ------------------------------------------------------------------------------------------- a class, graded


def class_section(bench: Bench, submissions: int, stock: int, otter: int, rounds: int) -> list[str]:
    """Every tool on the same class."""
    say("making the courses")
    ours = make_ours(bench.scratch / "ours", bench.environment)
    plain = make_stock(bench.scratch / "stock", bench.environment)
    floor = make_stock(bench.scratch / "floor", bench.environment, WITHOUT_EXECUTE)

    # What only the first run on a machine pays: reading Python and torch from disk, making the keys.
    cold = bench.warm_up(ours)
    for tool, course in ((FLOOR, floor), (STOCK, plain)):
        bench.graded(tool, course, 1)

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
    bench.each = {tool: timing.each for tool, timing in timings.items()}
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


def time_autograde(bench: Bench, tool: str, course: ClassCourse, timing: Timing) -> None:
    """Add a round to `timing`: `nbgrader autograde` on one submission, then on all of them."""
    timing.one.append(bench.graded(tool, course, 1))
    timing.all.append(bench.graded(tool, course, timing.count))
    say(f"{tool}: {timing.one[-1].clock:.1f} s for one submission, {timing.all[-1].clock:.1f} s for {timing.count}")


def median_ratio(pairs: list[tuple[float, float]]) -> str:
    """The median of the pairs' ratios, for the report."""
    if any(one <= 0 or other <= 0 for one, other in pairs):
        return "lost in noise"
    return f"{statistics.median(one / other for one, other in pairs):.2f}"


# ------------------------------------------------------------------------------------------- one long run


def flat_section(bench: Bench, tool: str, course: ClassCourse, count: int) -> list[str]:
    """A command of ours on many submissions at once, watched from outside. course: with its keys made."""
    say(f"{tool}: {count} submissions in one run, watched")
    run = course.copy(bench.scratch / "flat", count)
    temporary = Path(bench.environment["TMPDIR"])
    before = set(temporary.iterdir())

    def graded() -> int:
        with contextlib.suppress(FileNotFoundError):
            return len(os.listdir(run.folder / "autograded"))
        return 0

    log = bench.scratch / "log"
    seen = watch(COMMANDS[tool], run.folder, bench.environment, log, graded, limit=120 + 10 * count)
    if seen.status:
        raise Failed(f"{shlex.join(COMMANDS[tool])} ended with {seen.status}: {end_of(log)}")
    bench.look_at_marks(tool, run, count)
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
        f"## {count} submissions in one run of {tool.partition(': ')[2]}",
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
    versions = [f"{name} {version_of(name)}" for name in ("nbgrader", "numpy", "torch", "ipykernel")]
    return [
        f"Machine: {platform.system()} {platform.release()}, {model or platform.machine()}, {os.cpu_count()} cores of "
        f"which {len(os.sched_getaffinity(0))} were used, {memory:.0f} GiB.",
        f"Versions: Python {platform.python_version()}, gradmark {_commit()}, {', '.join(versions)}, "
        f"otter-grader {otter_version()}.",
    ]


def _listed(what: list[str]) -> str:
    return f" ({', '.join(what[:3])}{', ...' if len(what) > 3 else ''})" if what else ""


def _commit() -> str:
    command = ["git", "--no-optional-locks", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return f"{version_of('gradmark')} ({done.stdout.strip() or 'no commit'})"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="What grading a class costs, beside other tools.")
    parser.add_argument("--submissions", type=int, default=200, help="for us and for nbgrader without Execute")
    parser.add_argument("--stock", type=int, default=10, help="submissions for stock nbgrader")
    parser.add_argument("--otter", type=int, default=3, help="submissions for otter run")
    parser.add_argument("--rounds", type=int, default=3, help="how often we and nbgrader without Execute take turns")
    parser.add_argument("--flat", type=int, default=0, help="also grade so many in one command and watch its memory")
    parser.add_argument("--scale", type=int, default=0, help="also `grader grade` on classes up to so many")
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
        ]
        if options.scale or options.flat:
            course = make_ours(bench.scratch / "course", bench.environment)
            bench.warm_up(course)
        if options.scale:
            sizes = [size for size in SIZES if size <= options.scale]
            parts.append(lambda: scale_section(bench, course, sizes, bench.each[STOCK]))
            parts.append(lambda: exercises_section(bench, min(200, options.scale)))
            parts.append(lambda: regrade_section(bench, course, options.scale))
            parts.append(lambda: flat_section(bench, ONE_PASS, course, options.scale))
        if options.flat:
            parts.append(lambda: flat_section(bench, OURS, course, options.flat))
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

"""What a class costs by its size: `grader grade` from 10 to 2,000 submissions, other commands, and the limit."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from class_course import ASSIGNMENT, ROOT, ClassCourse, make_ours
from commands import GRADE, ONE_PASS, OURS, Bench, Cost, Failed, points_in, ratio, say, table

HERE = Path(__file__).parent
# From this many on, autograde takes minutes; what it would take follows from the cost of the largest that was run.
AUTOGRADE_AT_MOST = 200
# Half a point moves from right values to staying finite, which many answers do not.
_CORRECTION = """
from dataclasses import replace
for place, points in ((0, 1.0), (2, 1.5)):
    softmax.criteria[place] = replace(softmax.criteria[place], points=points)
"""
# How many of the six exercises a notebook has, where the growth with them is looked at.
_LENGTHS = (1, 2, 3, 4, 6)
_STAGES = ("import, configure", "start workers, other", "sanitise", "wait", "judge, render", "record")


@dataclass(frozen=True)
class Size:
    """A class of so many, and what the one pass took for it and for a single submission."""

    count: int
    all: Cost
    one: Cost

    @property
    def each(self) -> float:
        """Seconds a further submission takes."""
        return (self.all.clock - self.one.clock) / (self.count - 1)

    @property
    def processor(self) -> float:
        """Seconds of processor time a further submission takes."""
        return (self.all.processor - self.one.processor) / (self.count - 1)


def scale_section(bench: Bench, course: ClassCourse, sizes: list[int], stock_each: float) -> list[str]:
    """The table by size, the floor, the split, one worker against two. course: with its keys made."""
    one = _one(bench, course)
    found = []
    for count in sizes:
        found.append(Size(count, bench.graded(ONE_PASS, course, count), one))
        say(f"{ONE_PASS}: {found[-1].all.clock:.1f} s for {count}, {1e3 * found[-1].each:.1f} ms each")
    rows = []
    autograde_each = 0.0
    autograde_one = bench.graded(OURS, course, 1).clock
    for size in found:
        if size.count <= AUTOGRADE_AT_MOST:
            total = bench.graded(OURS, course, size.count).clock
            autograde_each = (total - autograde_one) / (size.count - 1)
            autograde = f"{total:.0f}"
        else:
            autograde = f"~{autograde_one + autograde_each * (size.count - 1):.0f}"
        stock = f"~{stock_each * size.count:.0f}"
        rows.append(
            [
                str(size.count),
                f"{size.all.clock:.1f}",
                f"{1e3 * size.each:.1f}",
                f"{1e3 * size.processor:.1f}",
                autograde,
                stock,
            ]
        )
    middle = next((size for size in found if size.count >= 200), found[-1])
    floor = _floor(bench, course, middle.count)
    alone = bench.graded(ONE_PASS, course, middle.count, "--jobs", "1").clock
    split = _split(bench, course, middle.count)
    headings = ["submissions", "grader grade s", "ms each", "processor ms each", "our autograde s", "stock autograde s"]
    large = [size for size in found if size.count >= 100] or found
    growth = ratio(large[-1].each, large[0].each)
    return [
        "## One pass: `grader grade` by the size of the class",
        "",
        *table(headings, rows),
        "",
        "~ is extrapolated: from the cost per submission of the largest class that command graded.",
        f"One submission alone, which is start-up: {one.clock:.2f} s (median of 3).",
        f"Bare floor (fork, run the functions, hand back; two processes): {1e3 * floor:.1f} ms each.",
        f"One worker instead of two, {middle.count} submissions: {alone:.1f} s, two: {middle.all.clock:.1f} s.",
        "",
        f"Where the program's own process spends {middle.count} submissions, ms each (start-up in s):",
        "",
        *table(["stage", "ms each"], [_stage(split, name) for name in _STAGES]),
        "",
        f"goal: <= 25 ms each at {middle.count}: measured {1e3 * middle.each:.1f}",
        f"goal: stock / one pass >= 100: measured {ratio(stock_each, middle.each)}",
        f"goal: one pass / bare floor <= 6: measured {ratio(middle.each, floor)}",
        f"goal: start-up < 1.2 s: measured {one.clock - middle.each:.2f}",
        f"goal: each at {large[-1].count} / each at {large[0].count} <= 1.1: measured {growth}",
    ]


def regrade_section(bench: Bench, course: ClassCourse, count: int) -> list[str]:
    """A rubric is corrected when a class has been graded: one criterion of one exercise is worth another share."""
    run = course.copy(bench.scratch / "regrade", count)
    bench.cost(GRADE, run.folder, limit=120 + 10 * count)
    answers = [path.stat().st_size for path in (run.folder / ".gradmark" / "answers").rglob("*.npz")]
    before = points_in(run.folder / "gradebook.db")
    with (run.folder / "reference" / "six.py").open("a", encoding="utf-8") as module:
        module.write(_CORRECTION)
    bench.cost([sys.executable, "-m", "grader", "build", ASSIGNMENT], run.folder, limit=300)
    dry = bench.cost([sys.executable, "-m", "grader", "regrade", ASSIGNMENT], run.folder, limit=600)
    applied = bench.cost([sys.executable, "-m", "grader", "regrade", ASSIGNMENT, "--apply"], run.folder, limit=600)
    after = points_in(run.folder / "gradebook.db")
    changed = {mark for mark in before if before[mark] != after[mark]}
    if not changed or {name for _, name in changed} != {"softmax"}:
        raise Failed(f"grader regrade: {len(changed)} marks are others now, of {sorted({name for _, name in changed})}")
    shutil.rmtree(run.folder)
    return [
        f"## `grader regrade` of {count} submissions",
        "",
        f"Half a point moved from one criterion of softmax to another: {len(changed)} marks are others now. "
        "To look also makes the keys of the new declaration, with torch.",
        "",
        f"goal: <= 20 s: measured {dry.clock:.1f} s to look, {applied.clock:.1f} s to apply",
        f"goal: answers of {count} submissions <= 200 MB: measured {sum(answers) / 1e6:.1f} MB in {len(answers)} files",
    ]


def exercises_section(bench: Bench, count: int) -> list[str]:
    """The same class with fewer exercises in its notebook."""
    rows, each = [], {}
    for number in _LENGTHS:
        course = make_ours(bench.scratch / f"course-of-{number}", bench.environment, number)
        bench.warm_up(course)
        size = Size(count, bench.graded(ONE_PASS, course, count), _one(bench, course))
        each[number] = 1e3 * size.each
        rows.append([str(number), f"{each[number]:.1f}", f"{1e3 * size.processor:.1f}"])
        say(f"{ONE_PASS}: {each[number]:.1f} ms each with {number} exercises")
    slope, start = statistics.linear_regression(list(each), list(each.values()))
    return [
        f"## `grader grade` of {count} submissions by exercises in the notebook",
        "",
        *table(["exercises", "ms each", "processor ms each"], rows),
        "",
        f"A straight line through these: {start:.1f} ms for a submission and {slope:.1f} ms for each exercise.",
    ]


def _one(bench: Bench, course: ClassCourse) -> Cost:
    """What a single submission takes, median of three."""
    found = [bench.graded(ONE_PASS, course, 1) for _ in range(3)]
    return Cost(statistics.median(cost.clock for cost in found), statistics.median(cost.processor for cost in found))


def _floor(bench: Bench, course: ClassCourse, count: int) -> float:
    """Seconds per submission of the bare floor, median of three."""
    run = course.copy(bench.scratch / "floor-run", count)
    found = [float(_output(bench, HERE / "bare_floor.py", str(run.folder), str(count), "2")) for _ in range(3)]
    shutil.rmtree(run.folder)
    return statistics.median(found) / count


def _split(bench: Bench, course: ClassCourse, count: int) -> dict[str, float]:
    run = course.copy(bench.scratch / "split-run", count)
    found: dict[str, float] = json.loads(_output(bench, HERE / "split.py", str(run.folder)))
    shutil.rmtree(run.folder)
    return found


def _stage(split: dict[str, float], name: str) -> list[str]:
    per_run = name in _STAGES[:2]
    spent = split.get(name, 0.0)
    return [name, f"{spent:.2f} s" if per_run else f"{1e3 * spent / split['count']:.1f}"]


def _output(bench: Bench, script: Path, *arguments: str) -> str:
    environment = {**bench.environment, "PYTHONPATH": str(HERE)}
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{script.name}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout.strip().splitlines()[-1]

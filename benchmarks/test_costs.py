"""What things cost, on this machine, now. `make bench` prints it; nothing here fails because a machine is slow.

Goals: importing grader adds at most 30 ms to importing NumPy; a check answers within 50 ms,
a failing one with its picture in at most 20 kB;
`pytest exercises/` takes at most 20 s on the untouched course and 60 s on the solved one.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import statistics
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from grader import oracle
from grader.build import source_notebook
from grader.checking import check_function
from grader.course import CourseFolder
from grader.grade import Submission, grade_file
from grader.key import Key
from grader.public import find_key, installed_cases
from grader.quiz import QuestionKey
from grader.render import compose
from grader.render_html import render_html
from grader.sandbox.isolation import LEVELS
from grader.sandbox.job import Job
from grader.sandbox.parent import Sandbox, Settings

ROOT = Path(__file__).parents[1]
COURSE = CourseFolder(ROOT, "reference:COURSE")


def relu(z: Any) -> Any:
    """A right answer."""
    return np.maximum(0, z)


def he_uniform(fan_in: int, fan_out: int, rng: Any) -> Any:
    """A wrong answer to xavier_uniform: the most a check has to work."""
    limit = np.sqrt(6 / fan_in)
    return rng.uniform(-limit, limit, size=(fan_in, fan_out))


def xavier(fan_in: int, fan_out: int, rng: Any) -> Any:
    """A right answer to xavier_uniform."""
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, size=(fan_in, fan_out))


def seconds(code: str) -> float:
    """How long a fresh interpreter takes for `code`."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


@pytest.mark.parametrize("code", ["import numpy", "import numpy, grader", "import numpy\nfrom grader import check"])
def test_import(benchmark: Callable[..., Any], code: str) -> None:
    benchmark.pedantic(seconds, args=(code,), rounds=11, warmup_rounds=1)


def test_import_of_grader_beside_numpys(benchmark: Any) -> None:
    """The difference, pair by pair, in one run."""
    pairs = [(seconds("import numpy, grader"), seconds("import numpy")) for _ in range(15)]
    added = statistics.median(both - alone for both, alone in pairs)
    benchmark.extra_info["added_ms"] = round(1e3 * added, 1)
    print(f"\nimport grader adds {1e3 * added:.1f} ms to import numpy (median of {len(pairs)} pairs; goal 30)")
    benchmark.pedantic(lambda: None, rounds=1)


@pytest.mark.parametrize(
    ("exercise", "function"),
    [("relu", relu), ("relu", np.abs), ("xavier_uniform", xavier), ("xavier_uniform", he_uniform)],
    ids=["right values", "wrong values", "right draws", "wrong draws"],
)
def test_check(benchmark: Callable[..., Any], exercise: str, function: Callable[..., Any]) -> None:
    """Everything a check does but showing the message, file already read once."""
    folders = [path.parent for path in installed_cases()]

    def check() -> None:
        key = find_key(exercise, folders).public()
        check_function(function, key)

    benchmark.pedantic(check, rounds=11, warmup_rounds=2)


WRONG_WORK = sorted((ROOT / "tests" / "submissions").glob("*-mistakes-*"))


def test_failing_check_with_its_picture(benchmark: Any) -> None:
    """Judge, compose, draw: every exercise that fails in a golden notebook. Goals: 50 ms and 20 kB each.

    The time inside the learner's own functions is not counted: that of `train` is seconds, whoever checks it.
    """
    found: list[tuple[float, int, str]] = []
    for folder in WRONG_WORK:
        namespace = cells_run(next(folder.glob("*.ipynb")))
        expected = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))
        folders = [ROOT / "exercises" / expected["assignment"]]
        failing = [
            name for name, verdict in expected["exercises"].items() if verdict["status"] in ("partial", "failed")
        ]
        for name in failing:
            key = find_key(name, folders).public()
            if not isinstance(key, QuestionKey) and callable(namespace.get(name)):
                took, size = failing_check(name, key, namespace)
                found.append((took, size, f"{folder.name}: {name}"))
    slowest, largest = max(found), max(found, key=lambda entry: entry[1])
    median = statistics.median(took for took, *_ in found)
    print(
        f"\n{len(found)} failing checks: median {1e3 * median:.1f} ms, slowest {1e3 * slowest[0]:.1f} ms "
        f"({slowest[2]}; goal 50), largest {largest[1] / 1e3:.1f} kB ({largest[2]}; goal 20), "
        f"{sum(took > 0.05 for took, *_ in found)} over 50 ms"
    )
    benchmark.pedantic(lambda: None, rounds=1)


def cells_run(path: Path) -> dict[str, Any]:
    """The names a notebook defines; cells that fail are left where they do."""
    namespace: dict[str, Any] = {"__name__": "notebook"}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "check(" not in source and "plt" not in source:
                with contextlib.suppress(Exception):
                    exec(source, namespace)
    return namespace


def failing_check(name: str, key: Key, namespace: dict[str, Any]) -> tuple[float, int]:
    """Seconds of the check's own, median of three, and bytes of what it shows."""
    spent = 0.0

    def timed_call(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal spent
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent += time.perf_counter() - start

        return call

    own = {other: timed_call(value) if callable(value) else value for other, value in namespace.items()}
    took = []
    for _ in range(3):
        spent, start = 0.0, time.perf_counter()
        verdict = check_function(own[name], key, own)
        shown = "\n".join(compose(verdict, key.mistakes).lines) + render_html(verdict, key.mistakes, ending=False)
        took.append(time.perf_counter() - start - spent)
    return statistics.median(took), len(shown.encode())


@pytest.mark.parametrize("exercise", ["relu", "xavier_uniform"])
def test_first_check_in_a_fresh_notebook(benchmark: Callable[..., Any], exercise: str, tmp_path: Path) -> None:
    """The first check also reads the public cases; the notebook's first cell has imported NumPy and `check`."""
    code = (
        "import time, numpy as np, numpy.random\n"
        "def relu(z): return np.maximum(0, z)\n"
        "def xavier_uniform(i, o, rng):\n    l = np.sqrt(6 / (i + o)); return rng.uniform(-l, l, size=(i, o))\n"
        "from grader import check\n"
        "start = time.perf_counter()\n"
        f"check({exercise!r})\n"
        "print(time.perf_counter() - start)"
    )

    def first() -> float:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
        return float(done.stdout.splitlines()[-1])

    found = [first() for _ in range(9)]
    print(f"\nfirst check of {exercise}: {1e3 * statistics.median(found):.0f} ms (median of {len(found)}; goal 50)")
    benchmark.pedantic(lambda: None, rounds=1)


@pytest.mark.parametrize("assignment", [item.name for item in COURSE.course.assignments])
def test_grade_one_submission(benchmark: Callable[..., Any], assignment: str) -> None:
    """Read, run in a forked child, judge: a solved notebook, warm keys, warm sandbox."""
    item = COURSE.assignment(assignment)
    keys = oracle.grading_keys(COURSE, item)
    submission = Submission("bench", COURSE.source(item))
    graded = benchmark.pedantic(grade_file, args=(submission, keys), rounds=11, warmup_rounds=2)
    assert graded.points == sum(key.points for key in keys.values())


@pytest.mark.parametrize("state", ["untouched", "solved"])
def test_pytest_over_the_whole_course(benchmark: Any, state: str, tmp_path: Path) -> None:
    """`pytest exercises/`: 94 exercises and 93 questions. Goals: untouched under 20 s, solved under 60 s."""
    exercises = tmp_path / "exercises"
    shutil.copytree(ROOT / "exercises", exercises, ignore=shutil.ignore_patterns("ko"))
    if state == "solved":
        for item in COURSE.course.assignments:
            (exercises / item.name / f"{item.notebook}.ipynb").write_text(source_notebook(COURSE, item))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(exercises)]

    def whole() -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
        return done.stdout.splitlines()[-1]

    print(f"\n{state}: {benchmark.pedantic(whole, rounds=3)}")


TRIVIAL = Job(((0, "x = 1"),), {}, {})


@pytest.mark.parametrize("level", LEVELS)
def test_sandbox_overhead(benchmark: Any, level: str) -> None:
    """A submission whose code does nothing: what the process and its walls cost. Goal at separate: 10 ms, 10 MiB.

    Paced: as in `nbgrader autograde`, which needs a tenth of a second per submission for itself, so that the next child
    is made meanwhile. At once: one after the other as fast as they go, everything counted.
    """
    with Sandbox(Settings(min_level=level, max_level=level)) as sandbox:
        sandbox.run(TRIVIAL)
        paced, at_once = [], []
        for _ in range(40):
            time.sleep(0.05)
            paced.append(timed(sandbox))
        for _ in range(60):
            at_once.append(timed(sandbox))
        own = own_memory(sandbox)
    found = statistics.median(paced), statistics.median(at_once)
    print(f"\n{level}: paced {1e3 * found[0]:.1f} ms, at once {1e3 * found[1]:.1f} ms, {own:.1f} MiB of its own")
    benchmark.extra_info.update(paced=found[0], at_once=found[1], mebibytes=own)
    benchmark.pedantic(lambda: None, rounds=1)


def timed(sandbox: Sandbox) -> float:
    """Seconds for one trivial submission."""
    start = time.perf_counter()
    sandbox.run(TRIVIAL)
    return time.perf_counter() - start


def own_memory(sandbox: Sandbox) -> float:
    """MiB a child has written to, which it therefore does not share, when its cells have run."""
    sizes: list[float] = []

    def look() -> None:
        time.sleep(0.25)
        for child in psutil.Process(sandbox.zygote).children():
            rollup = Path(f"/proc/{child.pid}/smaps_rollup").read_text()
            sizes.append(int(rollup.split("Private_Dirty:")[1].split()[0]) / 1024)

    watching = threading.Thread(target=look)
    watching.start()
    sandbox.run(Job(((0, "x = 1"), (1, "import time; time.sleep(0.5)")), {}, {}))
    watching.join()
    return max(sizes, default=0.0)

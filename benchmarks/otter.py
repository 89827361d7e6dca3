"""otter-grader in an environment of its own, and what `otter run` takes."""

from __future__ import annotations

import importlib.metadata
import json
import statistics
import subprocess
import sys
from pathlib import Path

from class_course import EXERCISES, NOTEBOOK, ROOT, is_right, make_otter
from class_course import student as student_name
from commands import OTTER, Bench, Cost, Failed, say

OTTER_VENV = Path(__file__).parent / ".venv-otter"


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


def otter_version() -> str:
    found = sorted(OTTER_VENV.glob("lib/python3*/site-packages/otter_grader-*.dist-info"))
    return found[0].name.removesuffix(".dist-info").partition("-")[2] if found else "not installed"

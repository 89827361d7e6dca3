"""A whole course in a scratch folder, and the commands as an instructor types them. Plain functions for slow tests."""

from __future__ import annotations

import atexit
import csv
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from curriculum import SIGNATURES

ROOT = Path(__file__).parents[1]
SECRET = "a secret for tests"


# The tests' own assignment: four exercises of 02_activations, without questions.
WEEK = "02_activations"
FOUR = ("sigmoid", "sigmoid_derivative", "relu", "relu_derivative")


def copy_course(folder: Path) -> Path:
    """A course in `folder`, as a clone of it would be: two assignments of this repository's, cut down to be quick.

    02_activations has the exercises of `FOUR` only, 04_softmax the first of its own.
    """
    shutil.copytree(_small_course(), folder)
    return folder


def copy_whole_course(folder: Path) -> Path:
    """This repository's course in `folder`, for what runs in this process, where `reference` is imported already."""
    folder.mkdir(parents=True)
    for name in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy2(ROOT / name, folder / name)
    for name in ("reference", "exercises"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "ko", "*.npz"))
    (folder / "solutions").mkdir()
    for source in (ROOT / "solutions").glob("*.py"):
        shutil.copy2(source, folder / "solutions")
    shutil.copytree(ROOT / "reference" / "ko", folder / "reference" / "ko")
    return folder


@functools.cache
def _small_course() -> Path:
    """The course that is copied, built once for a test run's process."""
    folder = Path(tempfile.mkdtemp(prefix="small-course-")) / "course"
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    folder.mkdir()
    for name in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy2(ROOT / name, folder / name)
    (folder / "reference").mkdir()
    (folder / "solutions").mkdir()
    (folder / "exercises").mkdir()
    names = {WEEK: FOUR, "04_softmax": ("softmax",)}
    course = (ROOT / "reference" / "__init__.py").read_text()
    listed = "".join(f'    "{name}",\n' for name in names)
    course = re.sub(r"(_NAMES = \(\n).*?\)", rf"\1{listed})", course, flags=re.DOTALL)
    (folder / "reference" / "__init__.py").write_text(course)
    for name, kept in names.items():
        _shrink(folder, name, kept)
    run(folder, "grader", "build", "--lang", "en")
    shutil.rmtree(folder / ".gradmark", ignore_errors=True)
    for made in (folder / "solutions").glob("*/"):
        shutil.rmtree(made)
    return folder


def _shrink(folder: Path, name: str, kept: tuple[str, ...]) -> None:
    """Copy an assignment's module and source with these exercises only."""
    module = Path("reference") / f"{name.partition('_')[2]}.py"
    text = (ROOT / module).read_text()
    questions = re.findall(r"^(\w+) = (?:number|choice|choices|words)\(", text, re.MULTILINE)
    others = [other for other in (*SIGNATURES[name], *questions) if other not in kept]
    (folder / module).write_text(f"{text}\n\ndel {', '.join(others)}\n")
    cells = re.split(r"^(?=# %%)", (ROOT / "solutions" / f"{name}.py").read_text(), flags=re.MULTILINE)
    exercise = ""
    made = []
    for cell in cells:
        defined = re.search(r"^def (\w+)", cell, re.MULTILINE)
        exercise = defined[1] if defined and "### BEGIN SOLUTION" in cell else exercise
        wanted = not exercise or exercise in kept
        picture = "plt." in cell or (defined and "### BEGIN SOLUTION" not in cell)
        if wanted and not (picture or "lang=" in cell.partition("\n")[0] or re.search(r"^ask\(", cell, re.MULTILINE)):
            made.append(cell)
    (folder / "solutions" / f"{name}.py").write_text("".join(made))


def run(folder: Path, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run ``python -m command...`` in a course's folder."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "GRADER_SECRET": SECRET, "PYTHONWARNINGS": "ignore", "COLUMNS": "140"},
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"{' '.join(command)} failed with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done


def notebook(path: Path) -> dict[str, Any]:
    """A notebook's JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def cell_of(node: dict[str, Any], grade_id: str) -> dict[str, Any]:
    """The cell with that grade id."""
    return next(cell for cell in node["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def hand_in(course: Path, student: str, assignment: str, node: dict[str, Any] | str, name: str) -> Path:
    """Put a notebook (or any text) where nbgrader expects a submission."""
    path = course / "submitted" / student / assignment / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(node if isinstance(node, str) else json.dumps(node), encoding="utf-8")
    return path


@functools.cache
def export(course: Path, assignment: str) -> dict[str, dict[str, str]]:
    """Student -> row of an assignment, as `nbgrader export` writes them; once per course folder, it takes seconds."""
    run(course, "nbgrader", "export")
    with (course / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file) if row["assignment"] == assignment}

"""A whole course in a scratch folder, and the commands as an instructor types them. Plain functions for slow tests."""

from __future__ import annotations

import csv
import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SECRET = "a secret for tests"


def copy_course(folder: Path) -> Path:
    """This repository's course in `folder`, as a clone of it would be."""
    folder.mkdir(parents=True)
    for name in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy2(ROOT / name, folder / name)
    for name in ("reference", "exercises"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "solutions").mkdir()
    for source in (ROOT / "solutions").glob("*.py"):
        shutil.copy2(source, folder / "solutions")
    return folder


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

"""The command line: every operator's mistake is one line with a non-zero exit, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from course_copy import ROOT, run

pytestmark = pytest.mark.slow

RIGHT = "import numpy as np\n\ndef relu(z):\n    return np.maximum(z, 0)\n"


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        (RIGHT, 0, "✓ relu   2 / 2"),
        ("def relu(z):\n    return abs(z)\n", 1, "likely: returned |z|"),
        ("def relu(z):\n    raise NotImplementedError\n", 1, "not started yet"),
        ("def rellu(z):\n    return z\n", 1, "relu is not defined"),
    ],
    ids=["right", "wrong", "stub", "misspelt"],
)
def test_try_prints_the_verdict(tmp_path, source, code, line):
    file = tmp_path / "mine.py"
    file.write_text(source)
    done = run(ROOT, "grader", "try", "relu", str(file), check=False)
    assert done.returncode == code
    assert line in done.stdout


def test_try_as_json(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(RIGHT)
    verdict = json.loads(run(ROOT, "grader", "try", "relu", str(file), "--json").stdout)
    assert (verdict["exercise"], verdict["points"], verdict["status"]) == ("relu", 2, "passed")
    assert sum(criterion["total"] for criterion in verdict["criteria"]) > 6, "hidden cases are included"


def test_try_shows_an_author_the_hidden_case(tmp_path):
    file = tmp_path / "mine.py"
    # Right for as many calls as there are public cases, wrong after them.
    lines = ("import numpy as np", "seen = []", "def relu(z):", "    seen.append(0)")
    file.write_text("\n".join([*lines, "    return np.maximum(z, 0) + (len(seen) > 9)"]))
    done = run(ROOT, "grader", "try", "relu", str(file), check=False)
    assert "yours" in done.stdout
    assert "expected" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("try", "no_such", "x.py"), "grader: unknown exercise 'no_such'; the course has sigmoid, "),
        (("try", "relu", "no_such.py"), "grader: no_such.py: cannot be read (No such file or directory)"),
        (("build", "no_such"), "grader: unknown assignment 'no_such'; the course has 02_activations"),
        (("audit", "no_such"), "grader: unknown assignment 'no_such'; the course has 02_activations"),
    ],
    ids=["try exercise", "try file", "build", "audit"],
)
def test_operators_mistakes_are_one_line(arguments, line):
    done = run(ROOT, "grader", *arguments, check=False)
    assert done.returncode == 2
    assert done.stderr.strip().startswith(line)
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_file_that_does_not_run_is_one_line(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("import nothing_of_that_name\n")
    done = run(ROOT, "grader", "try", "relu", str(file), check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == (f"grader: {file}: ModuleNotFoundError: No module named 'nothing_of_that_name'")


def test_outside_a_course(tmp_path):
    done = run(tmp_path, "grader", "build", check=False)
    assert done.returncode == 2
    assert "no course here or above" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_without_the_courses_libraries_the_command_says_what_to_install(tmp_path):
    code = "import sys\nsys.modules['typer'] = None\nfrom grader.__main__ import main\nmain()\n"
    Path(tmp_path, "run_without.py").write_text(code)
    done = run(tmp_path, "run_without", check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == "grader: typer is not installed; run: pip install 'gradmark[course]'"


def test_the_demonstration_overwrites_nothing_of_yours(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    done = run(ROOT, "grader", "demo", "--folder", str(tmp_path), check=False)
    assert done.returncode == 2
    assert "is not an earlier demonstration and will not be overwritten" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "years of work"

"""The wheel a student installs: complete without torch, nbgrader or Jupyter, and without reference or solutions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from course_copy import ROOT, cell_of, notebook

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

WEEK = "02_activations"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def make_environment(folder: Path, *packages: str) -> Path:
    """The Python of an empty environment with these packages in it."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run(
        [*install, "--constraint", str(ROOT / "constraints.txt"), *packages], check=True, capture_output=True
    )
    return python


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty environment with the wheel, NumPy and pytest in it."""
    return make_environment(tmp_path_factory.mktemp("environment") / "venv", str(wheel), "pytest")


@pytest.fixture(scope="module")
def notebooks(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with what `grader check` needs: IPython, as everybody has who opens notebooks, and the command line."""
    return make_environment(tmp_path_factory.mktemp("notebooks") / "venv", f"{wheel}[cli]", "pytest")


def run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the environment's Python with nothing of ours around it."""
    variables = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "XDG_STATE_HOME") if name in os.environ}
    return subprocess.run(
        [str(python), *arguments], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def test_the_wheel_holds_no_reference_and_no_solution(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in names if "course_copy" in name}
    assert {name.split("/")[0] for name in names} == {"grader", "gradmark-0.1.0.dist-info"}
    assert f"grader/course_copy/{WEEK}/public_cases.json" in names
    assert f"grader/course_copy/{WEEK}/activations.ipynb" in names
    assert not [name for name, text in texts.items() if "BEGIN SOLUTION" in text or "Why this works" in text]


def test_the_environment_has_numpy_and_pytest_only(environment, tmp_path):
    listed = json.loads(run(environment, tmp_path, "-m", "pip", "list", "--format=json").stdout)
    assert {package["name"].lower() for package in listed} <= {
        *("gradmark", "numpy", "pytest", "iniconfig", "packaging", "pluggy", "pygments", "pip", "setuptools"),
    }


def test_check_works_where_only_the_notebook_was_uploaded(environment, tmp_path):
    script = "import numpy as np\nfrom grader import check, hint\n"
    script += "\ndef relu(z):\n    return np.maximum(0, z)\n\ncheck('relu')\n"
    done = run(environment, tmp_path, "-c", script + "hint('relu')")
    assert done.returncode == 0, done.stderr
    assert "✓ relu   2 / 2" in done.stdout
    assert "np.maximum takes two arguments" in done.stdout
    done = run(environment, tmp_path, "-c", script.replace("np.maximum(0, z)", "abs(z)"))
    assert done.returncode == 1
    assert "likely: returned |z|" in done.stderr


@pytest.fixture
def exercises(tmp_path: Path) -> Path:
    """A student's folder with a week of exercises, one of which is solved."""
    shutil.copytree(ROOT / "exercises" / WEEK, tmp_path / "exercises" / WEEK)
    path = tmp_path / "exercises" / WEEK / "activations.ipynb"
    node = notebook(path)
    cell_of(node, "relu-stub")["source"] = "def relu(z):\n    return np.maximum(0, z)"
    path.write_text(json.dumps(node))
    return tmp_path


def test_pytest_checks_the_exercises(notebooks, exercises):
    done = run(notebooks, exercises, "-m", "pytest", "exercises/")
    assert done.returncode == 0, done.stdout
    assert "1 passed, 17 skipped" in done.stdout
    # The wheel has the cases, too.
    (exercises / "exercises" / WEEK / "public_cases.json").unlink()
    done = run(notebooks, exercises, "-m", "pytest", "exercises/")
    assert "1 passed, 17 skipped" in done.stdout


def test_the_command_line_checks_the_exercises_without_torch(notebooks, exercises):
    listed = json.loads(run(notebooks, exercises, "-m", "pip", "list", "--format=json").stdout)
    assert not {"torch", "nbgrader", "jupyterlab"} & {package["name"].lower() for package in listed}
    done = run(notebooks, exercises, "-m", "grader", "check", "exercises/")
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ relu   2 / 2" in done.stdout
    assert "1 of 18" in done.stdout
    done = run(notebooks, exercises, "-m", "grader", "watch", "nowhere")
    assert (done.returncode, done.stderr) == (2, "grader: nowhere: there is no such file or folder\n")


def test_pytest_without_ipython_says_what_to_install(environment, exercises):
    done = run(environment, exercises, "-m", "pytest", "exercises/")
    assert done.returncode == 1
    line = "notebooks are run with IPython (No module named 'IPython'); install it: pip install ipython"
    assert done.stdout.count(line) >= 1
    assert "18 failed" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "Error:" not in done.stdout


def test_the_command_says_what_it_lacks(environment, tmp_path):
    done = run(environment, tmp_path, "-m", "grader", "build")
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "grader: typer is not installed; run: pip install 'gradmark[cli]' to check notebooks, "
        "'gradmark[course]' to make and grade a course"
    )

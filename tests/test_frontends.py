"""`check` where people run it without a browser: Python, IPython, a kernel, nbgrader. All show the same words."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest
from course_copy import ROOT, WEEK
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.slow

SETUP = "import numpy as np\nfrom grader import check"
RIGHT = "def relu(z):\n    return np.maximum(0.0, z)"
WRONG = "def sigmoid_derivative(z):\n    return np.tanh(np.asarray(z))"
CELLS = (SETUP, RIGHT, 'check("relu")', WRONG, 'check("sigmoid_derivative")')
# What a traceback into the grader would have.
INSIDE = ("Traceback", "checking.py", "CheckFailed", "AssertionError")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the public cases and the student's script, and with settings of its own for every tool."""
    folder = tmp_path_factory.mktemp("frontends")
    shutil.copy2(ROOT / "exercises" / WEEK / "public_cases.json", folder)
    (folder / "script.py").write_text("\n\n".join(CELLS) + "\n")
    return folder


@pytest.fixture(scope="module")
def environment(folder: Path) -> dict[str, str]:
    places = {name: str(folder / name.lower()) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "XDG_STATE_HOME")}
    return {**os.environ, **places, "GRADER_LANG": "en", "PYTHONUTF8": "1"}


@pytest.fixture(scope="module")
def expected(folder: Path, environment: dict[str, str]) -> tuple[list[str], list[str]]:
    """The lines of both messages, as they leave `check`."""
    code = f"{SETUP}\n{RIGHT}\ncheck('relu')\n{WRONG}\n"
    code += (
        "try:\n    check('sigmoid_derivative')\nexcept AssertionError as error:\n    print('----', error, sep='\\n')"
    )
    passed, _, failed = run(folder, environment, "-c", code).stdout.partition("----\n")
    assert passed.startswith("✓ relu")
    assert failed.startswith("✗ sigmoid_derivative")
    return passed.rstrip().splitlines(), failed.rstrip().splitlines()


def run(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in that folder."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")


def lines_of(shown: str) -> list[str]:
    """Its lines without colours."""
    return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).rstrip().splitlines()]


def texts(cell: Any) -> str:
    """What a front end that knows plain text only shows below a cell."""
    shown = []
    for output in cell.outputs:
        if output.output_type == "stream":
            shown.append(output.text.rstrip("\n"))
        elif output.output_type == "error":
            shown += output.traceback
        else:
            shown.append(output.data["text/plain"])
    return "\n".join(shown)


def test_plain_python_shows_the_messages_alone(folder, environment, expected):
    done = run(folder, environment, "script.py")
    assert lines_of(done.stdout) == expected[0]
    assert lines_of(done.stderr) == expected[1]
    assert done.returncode == 1


@pytest.mark.parametrize(
    "options", [[], ["--colors=NoColor"], ["--simple-prompt"]], ids=["plain", "no colours", "simple"]
)
def test_ipython_shows_the_messages_alone(folder, environment, expected, options):
    done = run(folder, environment, "-m", "IPython", *options, "script.py")
    assert lines_of(done.stdout) + lines_of(done.stderr) == [*expected[0], *expected[1]]
    assert done.returncode == 1


@pytest.fixture(scope="module")
def executed(folder: Path, environment: dict[str, str]) -> Any:
    """The cells as a notebook, run in a kernel, as VS Code and nbconvert run it."""
    node = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    client = nbclient.NotebookClient(
        node, kernel_name="python3", timeout=120, resources={"metadata": {"path": str(folder)}}, allow_errors=True
    )
    client.execute(env=environment)
    nbformat.validate(node)
    return node


def test_a_kernel_shows_the_same_text(executed, expected):
    assert [lines_of(texts(executed.cells[at])) for at in (2, 4)] == list(expected)


def test_what_is_shown_richly_has_both_forms(executed):
    shown = [output for cell in executed.cells for output in cell.outputs if output.output_type == "display_data"]
    assert len(shown) == 2
    for output in shown:
        assert {"text/html", "text/plain"} <= output.data.keys()
        headline = output.data["text/plain"].splitlines()[0]
        assert headline in output.data["text/html"]


def test_an_error_is_there_for_tools_to_see_and_holds_no_traceback(executed):
    failed = [output for cell in executed.cells for output in cell.outputs if output.output_type == "error"]
    assert [error.ename for error in failed] == ["CheckFailed"]
    assert [word for word in INSIDE if word in "\n".join(failed[0].traceback)] == []


def test_nbclient_stops_at_the_failure_unless_told_otherwise(folder, environment):
    node = new_notebook(cells=[new_code_cell(source) for source in (*CELLS, "print('after')")])
    client = nbclient.NotebookClient(node, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="sigmoid_derivative"):
        client.execute(env=environment)
    assert not node.cells[-1].outputs


def test_nbgrader_validate_sees_the_failure_and_shows_the_message(folder, environment, expected):
    released = json.loads((ROOT / "exercises" / WEEK / "activations.ipynb").read_text(encoding="utf-8"))
    ours = {"relu-stub": RIGHT, "sigmoid_derivative-stub": WRONG}
    kept = ("setup", "relu-stub", "relu", "sigmoid_derivative-stub", "sigmoid_derivative")
    named = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in released["cells"]}
    released["cells"] = [{**named[name], "source": ours.get(name, named[name]["source"])} for name in kept]
    (folder / "activations.ipynb").write_text(json.dumps(released), encoding="utf-8")
    done = run(folder, environment, "-m", "nbgrader", "validate", "activations.ipynb")
    assert "FAILED ON 1 CELL" in done.stdout
    shown = [line.strip() for line in lines_of(done.stdout)]
    assert [line for line in expected[1] if line.strip() not in shown] == []
    assert not any(word in done.stdout for word in INSIDE)

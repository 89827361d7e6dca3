"""`pytest exercises/` as a student runs it, in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from course_copy import cell_of, copy_course, notebook

from grader.key import FORMAT

pytestmark = pytest.mark.slow

SOLVED = {
    "sigmoid": "def sigmoid(z):\n    e = np.exp(-abs(1. * z))\n    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)",
    "sigmoid_derivative": "def sigmoid_derivative(z):\n    s = sigmoid(z)\n    return s * (1 - s)",
    "relu": "def relu(z):\n    return np.maximum(z, 0)",
    "relu_derivative": "def relu_derivative(z):\n    return np.where(np.asarray(z) > 0, 1.0, 0.0)",
}
FILE = "exercises/02_activations/activations.ipynb"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A student's folder: exercises/02_activations as handed out, and no configuration of any kind."""
    source = copy_course(tmp_path / "course") / "exercises" / "02_activations"
    target = tmp_path / "exercises" / "02_activations"
    target.mkdir(parents=True)
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    shutil.rmtree(tmp_path / "course")
    return tmp_path


def write(home: Path, **sources: str) -> None:
    """Fill in stubs of the notebook."""
    path = home / FILE
    node = notebook(path)
    for exercise, source in sources.items():
        cell_of(node, f"{exercise}-stub")["source"] = source
    path.write_text(json.dumps(node))


def check(home: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and output of pytest."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=home,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_one_item_per_check_named_by_its_notebook(home):
    code, output = check(home, "exercises/", "--collect-only", "-q")
    assert code == 0
    assert [line for line in output.splitlines() if "::" in line] == [f"{FILE}::{name}" for name in SOLVED]


def test_a_translation_is_checked_when_it_is_named(home):
    (home / "exercises" / "ko").mkdir()
    shutil.copytree(home / "exercises" / "02_activations", home / "exercises" / "ko" / "02_activations")
    for asked in ("exercises/", "."):
        _, output = check(home, asked, "--collect-only", "-q")
        assert [line for line in output.splitlines() if "::" in line] == [f"{FILE}::{name}" for name in SOLVED]
    for asked in ("exercises/ko", "exercises/ko/02_activations/activations.ipynb"):
        _, output = check(home, asked, "--collect-only", "-q")
        assert [line.partition("::")[2] for line in output.splitlines() if "::" in line] == list(SOLVED)


def test_untouched_stubs_are_not_started(home):
    code, output = check(home, "exercises/", "-rs")
    assert code == 0
    assert "4 skipped" in output
    assert "not started" in output
    assert re.search(r"02_activations +░{10} +0 of 4", output)
    assert f"next: sigmoid in {FILE}" in output


def test_strict_stubs_fail(home):
    code, output = check(home, "exercises/", "--strict-stubs")
    assert code == 1
    assert "4 failed" in output
    assert "… sigmoid   0 / 3" in output


def test_a_wrong_answer_shows_the_message_and_no_traceback(home):
    write(home, **{**SOLVED, "relu": "def relu(z):\n    return abs(z)"})
    code, output = check(home, "exercises/")
    assert code == 1
    assert "✗ relu   0 / 2" in output
    assert "likely: returned |z|: negative entries become 0, they do not change sign" in output
    assert "Traceback" not in output
    assert "pytest_plugin" not in output
    assert "1 failed, 3 passed" in output
    assert re.search(r"02_activations +█{8}░{2} +3 of 4", output)
    assert f"next: relu in {FILE}" in output


def test_all_solved(home):
    write(home, **SOLVED)
    code, output = check(home, "exercises/")
    assert code == 0
    assert "4 passed" in output
    assert "all done" in output


def test_a_single_exercise_by_name(home):
    write(home, **SOLVED)
    code, output = check(home, f"{FILE}::relu")
    assert code == 0
    assert "1 passed" in output


def test_the_next_exercise_is_the_first_in_the_notebook(home):
    write(home, sigmoid_derivative="def sigmoid_derivative(z):\n    return z", relu=SOLVED["relu"])
    _, output = check(home, "exercises/")
    assert f"next: sigmoid in {FILE}" in output


def test_a_notebook_runs_once_for_all_its_checks(home):
    counting = "with open(r'{}', 'a') as file:\n    file.write('run ')\n".format(home / "runs.txt")
    write(home, **{**SOLVED, "sigmoid": counting + SOLVED["sigmoid"]})
    assert check(home, "exercises/")[0] == 0
    assert (home / "runs.txt").read_text() == "run "


def test_an_endless_loop_costs_its_own_exercise_only(home):
    write(home, **{**SOLVED, "relu": "def relu(z):\n    while True:\n        pass"})
    code, output = check(home, "exercises/", "--notebook-timeout", "20")
    assert code == 1
    assert "1 failed, 3 passed" in output
    assert re.search(r"stopped after .*: is there a loop that never ends\?", output)


def test_a_notebook_that_never_ends_is_stopped(home):
    deaf = "import time\nwhile True:\n    try:\n        time.sleep(99)\n    except BaseException:\n        pass"
    write(home, **{**SOLVED, "sigmoid": deaf})
    code, output = check(home, "exercises/", "--notebook-timeout", "2")
    assert code == 1
    assert "stopped after its time limit" in output


def test_a_cell_that_catches_its_alarm_once_costs_only_itself(home):
    once = "import time\ntry:\n    time.sleep(99)\nexcept BaseException:\n    time.sleep(99)"
    write(home, **{**SOLVED, "relu": f"{SOLVED['relu']}\n{once}"})
    code, output = check(home, "exercises/", "--notebook-timeout", "4")
    assert code == 0
    assert "4 passed" in output


def test_percent_scripts_are_checked_too(home):
    script = "# %% [markdown]\n# # Mine\n\n# %%\nimport numpy as np\nfrom grader import check\n\n# %%\n"
    script += SOLVED["relu"] + "\n\n# %%\ncheck('relu')\n"
    (home / "mine.py").write_text(script)
    code, output = check(home, "mine.py", "-v")
    assert code == 0
    assert "mine.py::relu PASSED" in output


def test_other_python_files_and_notebooks_are_left_alone(home):
    (home / "test_other.py").write_text("# %% not ours\ndef test_one():\n    assert True\n")
    (home / "plain.ipynb").write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    code, output = check(home, "test_other.py", "plain.ipynb")
    assert code == 0
    assert "1 passed" in output
    assert "progress" not in output


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("{ not json", "is not a notebook (not JSON, line 1); download or save it again"),
        ('{"worksheets": [5]}', "is JSON without notebook cells"),
    ],
    ids=["not JSON", "alien"],
)
def test_a_damaged_notebook_is_one_line(home, content, line):
    (home / FILE).write_text(content)
    (home / "mine.py").write_text("# %%\nimport numpy as np\nfrom grader import check\n\n# %%\n" + SOLVED["relu"])
    with (home / "mine.py").open("a") as file:
        file.write("\n\n# %%\ncheck('relu')\n")
    code, output = check(home, "exercises/", "mine.py")
    assert code == 1
    assert "1 failed, 1 passed" in output
    assert line in output
    assert "Traceback" not in output


def test_public_cases_of_another_version_are_one_line(home):
    path = home / "exercises" / "02_activations" / "public_cases.json"
    path.write_text(path.read_text().replace(f'"format":{FORMAT}', '"format":99', 1))
    write(home, **SOLVED)
    code, output = check(home, "exercises/")
    assert code == 1
    assert "made by another version of gradmark" in output
    assert "download it again together with the notebook" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "parallel"])
def test_what_is_seen_in_the_code_is_said_once(home, workers):
    guarded = "try:\n    import torch\nexcept ImportError:\n    pass\nopen('data.csv').close()\n"
    write(home, **{**SOLVED, "relu": guarded + SOLVED["relu"]})
    (home / FILE).with_name("data.csv").write_text("1")
    code, output = check(home, "exercises/", *workers)
    assert code == 0
    assert output.count("`import torch`: this exercise is meant to be written with NumPy") == 1
    assert f"worth a look: {FILE}" in output
    assert "data.csv" not in output
    assert output.index("worth a look") < output.index("4 of 4")


def test_an_assignment_may_allow_more(home):
    path = home / "exercises" / "02_activations" / "public_cases.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "forbids": []}))
    write(home, **{**SOLVED, "relu": "try:\n    import torch\nexcept ImportError:\n    pass\n" + SOLVED["relu"]})
    code, output = check(home, "exercises/")
    assert code == 0
    assert "worth a look" not in output


def test_works_in_parallel_too(home):
    write(home, **SOLVED)
    code, output = check(home, "exercises/", "-n", "2")
    assert code == 0
    assert "4 passed" in output
    assert re.search(r"█{10} +4 of 4", output)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "parallel"])
def test_colour_is_pytests_own(home, workers):
    write(home, **{**SOLVED, "relu": "def relu(z):\n    return abs(z)"})
    _, output = check(home, "exercises/", "--color=yes", *workers)
    assert "\x1b[1;31m✗ relu   0 / 2\x1b[0m\n" in output
    if not workers:
        _, output = check(home, "exercises/")
        assert "\x1b" not in output


def test_messages_are_in_the_notebooks_language(home):
    path = home / "exercises" / "02_activations" / "public_cases.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "lang": "ko"}))
    write(home, **{**SOLVED, "relu": "def relu(z):\n    return abs(z)\nimport torch"})
    code, output = check(home, "exercises/", LC_ALL="C.UTF-8", GRADER_LANG="")
    assert code == 1
    assert "  짐작: returned |z|" in output
    assert '  힌트 보기: hint("relu")' in output
    assert f"살펴볼 점: {FILE}" in output
    assert "NumPy로 쓰는 연습 문제입니다" in output
    assert f"다음: relu ({FILE})" in output
    _, english = check(home, "exercises/", GRADER_LANG="en")
    assert '  hint("relu") gives a hint' in english


def test_an_odd_terminal_is_survived(home):
    write(home, **{**SOLVED, "relu": "def relu(z):\n    return abs(z)"})
    code, output = check(home, "exercises/", COLUMNS="wide", PYTHONIOENCODING="ascii", TERM="nonsense")
    assert code == 1
    assert "INTERNALERROR" not in output
    assert "[x] relu   0 / 2" in output
    assert re.search(r"02_activations +#{8}\.{2} +3 of 4", output)
    code, output = check(home, "exercises/", COLUMNS="3", PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert code == 1
    assert "[x] relu   0 / 2" in output


def test_a_name_defined_again_below_its_check_is_worth_a_look(home):
    node = notebook(home / FILE)
    node["cells"].append({"cell_type": "code", "metadata": {}, "source": "relu = None", "outputs": []})
    (home / FILE).write_text(json.dumps(node))
    write(home, **SOLVED)
    code, output = check(home, "exercises/")
    assert code == 0
    assert "4 passed" in output
    assert "`relu = None`: relu is defined again below its check" in output


def test_the_plugin_costs_other_projects_nothing(home):
    (home / "test_other.py").write_text(
        "import sys\ndef test_one():\n    assert not {'grader.judge', 'torch', 'nbgrader'} & set(sys.modules)\n"
    )
    assert check(home, "test_other.py")[0] == 0

"""The command line: every operator's mistake is one line with a non-zero exit, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import assignment_file, twice_key
from course_copy import ROOT, run

from grader.cli import app
from grader.sandbox.parent import Sandbox

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


def test_try_says_what_is_seen_in_the_code_beside_the_verdict(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("import subprocess\n" + RIGHT)
    for option in ((), ("--json",)):
        done = run(ROOT, "grader", "try", "relu", str(file), *option)
        assert "  line 1: `import subprocess`: when graded, other programs" in done.stderr
        assert "seen in the code" not in done.stdout


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
        (("try", "RELU", "x.py"), "grader: unknown exercise 'RELU'; did you mean relu or "),
        (("try", "relu", "no_such.py"), "grader: no_such.py: cannot be read (No such file or directory)"),
        (("build", "no_such"), "grader: unknown assignment 'no_such'; the course has 01_linear_regression"),
        (("build", "solutions/no_such.py"), "grader: unknown assignment 'no_such'; the course has 01_linear_"),
        (("audit", "no_such"), "grader: unknown assignment 'no_such'; the course has 01_linear_regression"),
    ],
    ids=["try exercise", "try file", "build", "build path", "audit"],
)
def test_operators_mistakes_are_one_line(arguments, line):
    done = run(ROOT, "grader", *arguments, check=False)
    assert done.returncode == 2
    assert done.stderr.strip().startswith(line)
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("written", ["02_activations/", "exercises/02_activations/", "solutions/02_activations.py"])
def test_an_assignment_may_be_named_as_a_shell_completes_it(written):
    done = run(ROOT, "grader", "translation", written)
    assert done.stdout == "1 assignments are there in both languages\n"


def test_a_file_that_does_not_run_is_one_line(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("import nothing_of_that_name\n")
    done = run(ROOT, "grader", "try", "relu", str(file), check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == (f"grader: {file}: ModuleNotFoundError: No module named 'nothing_of_that_name'")


def test_sandbox_tells_which_levels_hold(tmp_path):
    # No course is needed for that.
    done = run(tmp_path, "grader", "sandbox", check=False)
    rows = [line.split("│")[1:3] for line in done.stdout.splitlines() if line.startswith("│")]
    found = {name.strip(): holds.strip() for name, holds in rows}
    assert list(found) == ["separate", "contained", "limited"]
    assert set(found.values()) <= {"yes", "no"}
    assert found["limited"] == "yes"
    good = [name for name in ("separate", "contained") if found[name] == "yes"]
    if good:
        assert (done.returncode, done.stderr) == (0, "")
        wanted = f"Notebooks are graded at level {good[0]}; the lowest that is accepted is contained."
        assert done.stdout.splitlines()[-1] == wanted
    else:
        assert done.returncode == 1


@pytest.mark.parametrize(
    ("holding", "code", "line"),
    [
        ((), 1, "grader: grading wants level contained, which does not hold here; see docs/security.md"),
        (("limited",), 1, "grader: grading wants level contained, which does not hold here; see docs/security.md"),
        (
            ("limited", "contained"),
            0,
            "Notebooks are graded at level contained; the lowest that is accepted is contained.",
        ),
    ],
    ids=["none", "limited", "contained"],
)
def test_sandbox_where_levels_are_refused(monkeypatch, capsys, holding, code, line):
    real = Sandbox._try

    def refuse(self, level):
        # Whatever holds is really the lowest level, which holds everywhere.
        return real(self, "limited") if level in holding else (f"no {level} today", None)

    monkeypatch.setattr(Sandbox, "_try", refuse)
    with pytest.raises(SystemExit) as end:
        app(["sandbox"], standalone_mode=True)
    said = capsys.readouterr()
    assert end.value.code == code
    assert [text.split("│")[2].strip() for text in said.out.splitlines() if text.startswith("│")] == [
        "yes" if level in holding else "no" for level in ("separate", "contained", "limited")
    ]
    for level in {"separate", "contained", "limited"} - set(holding):
        assert f"no {level} today" in said.out
    assert (said.err or said.out).strip().splitlines()[-1] == line
    assert len(said.err.strip().splitlines()) == code


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
    assert done.stderr.strip() == (
        "grader: typer is not installed; run: pip install 'gradmark[cli]' to check notebooks, "
        "'gradmark[course]' to make and grade a course"
    )


def test_the_demonstration_overwrites_nothing_of_yours(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    done = run(ROOT, "grader", "demo", "--folder", str(tmp_path), check=False)
    assert done.returncode == 2
    assert "is not an earlier demonstration and will not be overwritten" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


# ------------------------------------------------------------------------------------------ check

CHECKED = "# %%\nfrom grader import check\n\n# %%\ndef {0}(x):\n    {1}\n\n# %%\ncheck" + "('{0}')\n"
STUB = "raise NotImplementedError"


@pytest.fixture
def home(tmp_path):
    """A learner's folder with two assignments, an exercise each: the first solved, the second a stub."""
    for folder, name, line in (("01_first", "double", "return 2 * x"), ("02_second", "more", STUB)):
        assignment_file(tmp_path / folder, twice_key(name))
        (tmp_path / folder / "mine.py").write_text(CHECKED.format(name, line))
    return tmp_path


def test_check_tells_of_every_exercise_and_ends_with_progress(home):
    done = run(home, "grader", "check", "01_first", "02_second", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "01_first/mine.py",
        "✓ double   1 / 1",
        "",
        "02_second/mine.py",
        "… more   0 / 1",
        "  not started yet: replace `raise NotImplementedError` by your own code",
        "",
        "mine  ██████████  1 of 1",
        "mine  ░░░░░░░░░░  0 of 1",
        "next: more in 02_second/mine.py",
    ]
    assert run(home, "grader", "check", ".", "--strict-stubs", check=False).returncode == 1


def test_check_says_what_check_says_and_what_it_saw(home):
    line = "import subprocess; return x"
    (home / "01_first" / "mine.py").write_text(CHECKED.format("double", line))
    done = run(home, "grader", "check", "01_first/mine.py", check=False)
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "✗ double   0 / 1"
    assert lines[-6] == '  hint("double") gives a hint'
    assert lines[-4].startswith("  cell 2, line 2: `import subprocess; return x`: when graded, other programs")
    assert lines[-1] == "next: double in 01_first/mine.py"
    assert "\x1b" not in done.stdout
    korean = run(home, "grader", "check", "01_first", "--lang", "ko", check=False).stdout
    assert '  힌트 보기: hint("double")' in korean
    assert "다음: double (01_first/mine.py)" in korean


def test_what_check_found_counts_in_progress(home):
    run(home, "grader", "check", "01_first")
    code = "import os; os.chdir('01_first'); from grader import progress; progress()"
    Path(home, "show_progress.py").write_text(code)
    assert "01_first   ██████████  1 of 1" in run(home, "show_progress").stdout


def test_a_broken_notebook_is_one_line_among_the_others(home):
    (home / "01_first" / "broken.ipynb").write_text("{")
    done = run(home, "grader", "check", "01_first", check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "01_first/broken.ipynb: is not a notebook (not JSON, line 1)" in done.stdout
    assert "✓ double" in done.stdout


@pytest.mark.parametrize("command", ["check", "watch"])
@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("missing.ipynb", "missing.ipynb: there is no such file or folder"),
        ("empty", 'empty: holds no exercise, no notebook or script with a line such as check("relu")'),
    ],
)
def test_a_path_without_exercises_is_one_line(home, command, path, line):
    (home / "empty").mkdir()
    done = run(home, "grader", command, path, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"grader: {line}\n")


def test_check_where_letters_are_few(home, monkeypatch):
    for name, value in {"PYTHONIOENCODING": "ascii", "TERM": "nonsense"}.items():
        monkeypatch.setenv(name, value)
    done = run(home, "grader", "check", "01_first", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "[ok] double   1 / 1" in done.stdout
    assert "mine  ##########  1 of 1" in done.stdout

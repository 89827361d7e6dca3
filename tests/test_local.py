"""A learner's own notebooks: which files they are, what is found in them, and that it is what `check` says."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from builders import assignment_file, checked_notebook, code_cell, notebook_text, twice_key

from grader import local
from grader.candidates import candidates, is_translation, may_be_script
from grader.checking import CheckFailed, check
from grader.local import Found, OwnNotebook, Unreadable, own_notebooks
from grader.notebook import NotebookError
from grader.public import read_file
from grader.sandbox.parent import SandboxError
from grader.standing import standing_of

IMPORT = "import numpy as np\nfrom grader import check"
RIGHT = "def {}(x):\n    return 2 * x"
WRONG = "def {}(x):\n    return x"
STUB = "def {}(x):\n    raise NotImplementedError"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of an assignment with four exercises."""
    monkeypatch.setattr("grader.public.installed_cases", lambda: iter(()))
    names = ("double", "twice", "again", "more")
    assignment_file(tmp_path / "01_first", *map(twice_key, names), notebook="first")
    return tmp_path / "01_first"


def write(path, *sources):
    """A notebook with these cells, each exercise's followed by its check."""
    path.write_text(checked_notebook(*sources))
    return path


# ------------------------------------------------------------------------------------------ what is found


@pytest.mark.slow
def test_every_exercise_is_found_in_the_order_of_the_notebook(folder):
    path = write(
        folder / "first.ipynb",
        *(code.format(name) for code, name in ((WRONG, "twice"), (RIGHT, "double"), (STUB, "again"))),
    )
    own = OwnNotebook(path)
    assert [(name, found.status) for name, found in own.found.items()] == [
        ("twice", "failed"), ("double", "passed"), ("again", "not_started"),
    ]  # fmt: skip
    assert [found.is_wrong() for found in own.found.values()] == [True, False, False]
    assert [found.is_wrong(strict=True) for found in own.found.values()] == [True, False, True]
    standing = own.standing()
    assert (standing.assignment, standing.done, standing.open) == ("01_first", ("double",), ("twice", "again"))
    assert standing.file == str(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "code", [WRONG, STUB, "def {}(x):\n    return None", "x = 1"], ids=["x", "stub", "None", "none"]
)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_message_is_what_check_says(folder, monkeypatch, code, lang):
    source = code.format("double")
    path = folder / "mine.py"
    path.write_text(f"# %%\n{IMPORT}\n\n# %%\n{source}\n\n# %%\ncheck" + "('double')\n")
    monkeypatch.chdir(folder)
    with pytest.raises(CheckFailed) as raised:
        exec(f"{source}\ncheck('double', lang='{lang}')", {"check": check, "np": np})
    assert OwnNotebook(path, lang).found["double"].message == str(raised.value)


@pytest.mark.slow
def test_a_cell_that_never_ends_costs_only_itself(folder):
    endless = "def twice(x):\n    return 2 * x\nwhile True:\n    pass"
    path = write(folder / "first.ipynb", RIGHT.format("double"), endless, RIGHT.format("again"))
    found = OwnNotebook(path, seconds=3.0).found
    assert {name: one.status for name, one in found.items()} == {
        "double": "passed", "twice": "passed", "again": "passed",
    }  # fmt: skip


@pytest.mark.slow
def test_what_was_found_is_remembered(folder):
    own = OwnNotebook(write(folder / "first.ipynb", RIGHT.format("double"), WRONG.format("twice")))
    cases = read_file(folder / "public_cases.json")
    assert standing_of(cases).done == ()
    own.remember()
    assert standing_of(cases).done == ("double",)


def test_an_exercise_without_cases_is_a_problem_in_one_line(folder):
    path = write(folder / "first.ipynb", RIGHT.format("unheard_of"))
    own = OwnNotebook(path)
    (found,) = own.found.values()
    assert (found.status, found.verdict, found.message.count("\n")) == ("problem", None, 0)
    assert 'check("unheard_of"): no exercise of that name' in found.message
    assert found.is_wrong()
    own.remember()


def test_a_sandbox_that_fails_is_nobodys_mistake(folder, monkeypatch):
    def fail(*_arguments):
        raise SandboxError("no room")

    monkeypatch.setattr(local, "run_job", fail)
    path = write(folder / "first.ipynb", RIGHT.format("double"), RIGHT.format("twice"))
    found = OwnNotebook(path).found
    assert [one.message for one in found.values()] == [f"{path}: could not be run: no room"] * 2
    assert {one.status for one in found.values()} == {"problem"}


def test_the_language_is_the_notebooks_unless_another_is_wished(folder, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "GRADER_LANG"):
        monkeypatch.delenv(name, raising=False)
    path = write(folder / "first.ipynb", RIGHT.format("double"))
    assert OwnNotebook(path).lang == "en"
    assignment_file(folder, twice_key("double"), lang="ko")
    assert OwnNotebook(path).lang == "ko"
    assert OwnNotebook(path, "en").lang == "en"


def test_what_is_seen_in_the_code(folder):
    source = "import torch\nopen('data.csv')\nopen('/etc/passwd')"
    (folder / "data.csv").write_text("1")
    own = OwnNotebook(write(folder / "first.ipynb", RIGHT.format("double"), source, "double = 3"))
    lines = own.seen.splitlines()
    assert [part for part in ("import torch", "/etc/passwd", "double is defined again") if part in own.seen] == [
        "import torch", "/etc/passwd", "double is defined again",
    ]  # fmt: skip
    assert len(lines) == 4
    assert OwnNotebook(write(folder / "other.ipynb", RIGHT.format("double"))).seen == ""


def test_a_notebook_without_our_check_is_none_of_our_business(folder):
    path = folder / "other.ipynb"
    path.write_text(notebook_text(code_cell("def check(name): pass\ncheck('double')")))
    own = OwnNotebook(path)
    assert (own.checks, own.found, own.seen) == ([], {}, "")


# ------------------------------------------------------------------------------------------ whether it has changed


def test_content_is_what_could_change_an_answer(folder):
    path = write(folder / "first.ipynb", RIGHT.format("double"))
    before = OwnNotebook(path).content
    node = json.loads(path.read_text())
    for cell in node["cells"]:
        cell |= {"outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}], "execution_count": 7}
    node["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": "# Title"})
    node["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "The end"})
    path.write_text(json.dumps({**node, "metadata": {"kernelspec": {"name": "python3"}}}, indent=3))
    shifted = OwnNotebook(path).content
    node["cells"].pop(0)
    path.write_text(json.dumps(node))
    assert OwnNotebook(path).content == before
    # A title above moves the cells, whose numbers are in messages.
    assert shifted != before


@pytest.mark.parametrize("name", ["public_cases.json", "mine.py", "data/numbers.csv"])
def test_a_file_beside_it_is_part_of_the_content(folder, name):
    path = write(folder / "first.ipynb", RIGHT.format("double"))
    before = OwnNotebook(path).content
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text((file.read_text() if file.exists() else "1") + "\n")
    assert OwnNotebook(path).content != before


def test_code_is_content(folder):
    path = write(folder / "first.ipynb", RIGHT.format("double"))
    before = OwnNotebook(path).content
    write(path, WRONG.format("double"))
    assert OwnNotebook(path).content != before


# ------------------------------------------------------------------------------------------ which files


def test_the_files_of_a_folder(tmp_path):
    script = f"# %%\n{IMPORT}\n\n# %%\ncheck" + "('double')\n"
    for name in (
        "b.ipynb",
        "a/x.ipynb",
        "a/mine.py",
        "a/.ipynb_checkpoints/x-checkpoint.ipynb",
        "a/.~x.ipynb",
        "a/__pycache__/mine.py",
        ".hidden/x.ipynb",
        "node_modules/x.ipynb",
        "env/lib/x.ipynb",
        "ko/a/x.ipynb",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(script)
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    (tmp_path / "plain.py").write_text("print(1)")
    (tmp_path / "data.csv").write_text("1")

    def found(path):
        return [file.relative_to(tmp_path).as_posix() for file in candidates(path)]

    assert found(tmp_path) == ["b.ipynb", "a/mine.py", "a/x.ipynb"]
    assert found(tmp_path / "ko") == ["ko/a/x.ipynb"]
    assert found(tmp_path / "plain.py") == ["plain.py"]


def test_a_folder_called_ko_is_a_translation_only_beside_the_same_assignments(tmp_path):
    (tmp_path / "ko" / "01_first").mkdir(parents=True)
    assert not is_translation(tmp_path / "ko")
    (tmp_path / "01_first").mkdir()
    assert is_translation(tmp_path / "ko")
    assert not is_translation(tmp_path / "01_first")
    (tmp_path / "01_first" / "ko").write_text("a file")
    assert not is_translation(tmp_path / "01_first" / "ko")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"# %%\nprint(1)\n", b""])
def test_other_python_files_are_no_scripts_of_ours(tmp_path, content):
    (tmp_path / "other.py").write_bytes(content)
    assert not may_be_script(tmp_path / "other.py")
    assert not may_be_script(tmp_path / "missing.py")


def test_a_broken_notebook_does_not_hide_the_others(folder):
    write(folder / "first.ipynb", RIGHT.format("double"))
    (folder / "broken.ipynb").write_text("{")
    (folder / "plain.ipynb").write_text(notebook_text(code_cell("1 + 1")))
    broken, own = own_notebooks([folder])
    assert isinstance(broken, Unreadable)
    assert "broken.ipynb: is not a notebook" in broken.problem
    assert isinstance(own, OwnNotebook)
    assert own.path == folder / "first.ipynb"


def test_a_script_that_is_named_needs_no_cells(folder):
    (folder / "mine.py").write_text(f"{IMPORT}\n\n{RIGHT.format('double')}\n\ncheck" + "('double')\n")
    (own,) = own_notebooks([folder / "mine.py"])
    assert own.checks == ["double"]
    assert own.name == "mine"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("missing", "there is no such file or folder"),
        ("missing.ipynb", "there is no such file or folder"),
        (".", 'holds no exercise, no notebook or script with a line such as check("relu")'),
        ("plain.ipynb", "holds no exercise"),
    ],
)
def test_a_path_without_exercises_is_one_line(tmp_path, name, line):
    (tmp_path / "plain.ipynb").write_text(notebook_text(code_cell("1 + 1")))
    with pytest.raises(NotebookError) as raised:
        list(own_notebooks([tmp_path / name]))
    assert str(raised.value).startswith(f"{tmp_path / name}: {line}")
    assert "\n" not in str(raised.value)


@pytest.mark.skipif(os.name != "posix", reason="pipes with a name")
def test_a_pipe_is_not_waited_for(folder, soon):
    os.mkfifo(folder / "pipe.ipynb")
    (found,) = own_notebooks([folder / "pipe.ipynb"])
    assert "is no file" in found.problem


def test_a_found_answer_is_no_mistake():
    assert not Found("width", "answered", "● width").is_wrong(strict=True)

"""What is remembered of a learner's progress: where it lies, and that nothing about it ever disturbs a check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from builders import assignment_file, cases_file, double_key, twice_key

from grader import standing
from grader.checking import check, progress
from grader.grade import judge_run, run_notebook
from grader.notebook import Cell, Notebook
from grader.public import Cases, read_file
from grader.sandbox.parent import OWN_CODE
from grader.standing import Standing, remember, standing_of, state_file, state_folder
from grader.verdict import Verdict

RIGHT = "def {0}(x): return 2 * x\ncheck('{0}')"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Two assignments in a folder; the learner works in the first."""
    monkeypatch.setattr("grader.public.installed_cases", lambda: iter(()))
    monkeypatch.setattr(standing, "_unwritten", {})
    assignment_file(tmp_path / "01_first", twice_key("double"), twice_key("twice"), twice_key("again"))
    assignment_file(tmp_path / "02_second", twice_key("more"))
    monkeypatch.chdir(tmp_path / "01_first")
    return tmp_path


@pytest.fixture
def learner(course):
    """Runs a learner's code."""

    def run(code):
        exec(code, {"check": check, "progress": progress, "np": np})

    return run


def verdict(name="double", status="passed", digest="digest"):
    """A verdict of that status."""
    return Verdict(name, 0.0, 1.0, status, (), None, (), digest)


def test_it_lies_in_the_users_state_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "linux")
    assert state_folder({"XDG_STATE_HOME": "/somewhere"}) == Path("/somewhere/gradmark")
    monkeypatch.setenv("HOME", str(tmp_path))
    for odd in ({}, {"XDG_STATE_HOME": ""}, {"XDG_STATE_HOME": "relative/path"}):
        assert state_folder(odd) == tmp_path / ".local" / "state" / "gradmark"
    monkeypatch.setattr(sys, "platform", "win32")
    assert state_folder({"LOCALAPPDATA": "/local", "XDG_STATE_HOME": "/somewhere"}) == Path("/local/gradmark")


def test_nothing_is_written_beside_the_notebook(course, learner):
    before = sorted(course.rglob("*"))
    learner(RIGHT.format("double"))
    assert sorted(course.rglob("*")) == before
    assert json.loads(state_file().read_text()) == {
        "format": 1,
        "assignments": {"01_first": {"double": {"digest": "digest", "status": "passed"}}},
    }
    assert state_file().stat().st_mode & 0o077 == 0


def test_other_notebooks_know_it(learner, course, capsys):
    learner(RIGHT.format("double"))
    capsys.readouterr()
    # A kernel of its own, in another folder.
    code = "from grader import progress; progress()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=course / "02_second", capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0] == "01_first   ███░░░░░░░  1 of 3"


def test_a_changed_exercise_is_open_again(course, learner):
    learner(RIGHT.format("double"))
    changed = assignment_file(course / "01_first", twice_key("double", digest="another"), twice_key("twice"))
    assert standing_of(changed) == Standing("01_first", (), ("double", "twice"))


def test_the_same_name_in_another_assignment_is_another_exercise(course):
    remember(Cases(assignment="01_first"), [verdict("more")])
    assert standing_of(read_file(course / "02_second" / "public_cases.json")).done == ()


def test_what_has_not_changed_is_not_written_again(course):
    cases = read_file(course / "01_first" / "public_cases.json")
    remember(cases, [verdict()])
    first = state_file().stat()
    remember(cases, [verdict()])
    assert state_file().stat().st_ino == first.st_ino


DAMAGED = {
    "empty": b"",
    "half": b'{"format": 1, "assi',
    "not UTF-8": b"\xff\xfe\x00",
    "a list": b"[]",
    "a number": b"1",
    "no format": b"{}",
    "another format": b'{"format": 2, "assignments": {}}',
    "odd assignments": b'{"format": 1, "assignments": []}',
    "odd exercises": b'{"format": 1, "assignments": {"01_first": [1]}}',
    "odd entries": b'{"format": 1, "assignments": {"01_first": {"double": 5}}}',
    "odd digests": b'{"format": 1, "assignments": {"01_first": {"double": {"digest": [], "status": {}}}}}',
    "nested deeply": b"[" * 100_000,
    "large": b'{"format": 1}' + b" " * 2_000_000,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_counts_as_none_and_is_replaced(name, learner, capsys):
    state_file().parent.mkdir(parents=True)
    state_file().write_bytes(DAMAGED[name])
    learner("progress()")
    assert "0 of 3" in capsys.readouterr().out
    learner(RIGHT.format("double"))
    assert "1 of 3 in this notebook" in capsys.readouterr().out
    assert "double" in json.loads(state_file().read_text())["assignments"]["01_first"]


def obstruct(how: str) -> None:
    """Make the state folder useless."""
    file = state_file()
    if how == "no folder":
        file.parent.parent.mkdir(parents=True, exist_ok=True)
        file.parent.write_text("")
    elif how == "a folder":
        (file / "inside").mkdir(parents=True)
    elif how == "a pipe":
        file.parent.mkdir(parents=True)
        os.mkfifo(file)
    elif how == "a lock that is a folder":
        file.with_suffix(".lock").mkdir(parents=True)


@pytest.mark.parametrize("how", ["no folder", "a folder", "a lock that is a folder"])
def test_what_cannot_be_written_is_known_to_this_process_all_the_same(how, learner, capsys):
    obstruct(how)
    learner(RIGHT.format("double"))
    learner(RIGHT.format("twice"))
    assert "2 of 3 in this notebook; next: again" in capsys.readouterr().out


def test_a_full_disk_is_no_reason_to_fail(learner, capsys, monkeypatch):

    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(standing, "write_atomically", full)
        learner(RIGHT.format("double"))
    assert "1 of 3" in capsys.readouterr().out
    assert not state_file().exists()
    # Written with what comes next.
    learner(RIGHT.format("twice"))
    assert set(json.loads(state_file().read_text())["assignments"]["01_first"]) == {"double", "twice"}
    assert standing._unwritten == {}


@pytest.mark.skipif(os.name != "posix", reason="pipes with a name")
def test_a_pipe_is_not_waited_for(learner, capsys, soon):
    obstruct("a pipe")
    learner(RIGHT.format("double"))
    assert "1 of 3" in capsys.readouterr().out


def test_without_a_home_nothing_is_remembered_and_nothing_fails(learner, capsys, monkeypatch):

    def none():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(standing, "state_folder", none)
    learner(RIGHT.format("double") + "\nprogress()")
    out = capsys.readouterr().out
    assert "1 of 3 in this notebook" in out
    assert "01_first   ███░░░░░░░  1 of 3" in out


@pytest.mark.slow
def test_two_kernels_at_once_lose_nothing(tmp_path):
    code = """
import sys
from grader.public import Cases
from grader.standing import remember
from grader.verdict import Verdict
for number in range(60):
    remember(Cases(assignment=sys.argv[1]), [Verdict(f"e{number}", 0.0, 1.0, "passed", (), None, (), "d")])
"""
    running = [subprocess.Popen([sys.executable, "-c", code, name], cwd=tmp_path) for name in ("one", "two")]
    assert [process.wait(60) for process in running] == [0, 0]
    assignments = json.loads(state_file().read_text())["assignments"]
    assert {name: len(found) for name, found in assignments.items()} == {"one": 60, "two": 60}
    assert sorted(path.name for path in state_file().parent.iterdir()) == ["progress.json", "progress.lock"]


def test_a_kernel_that_never_lets_go_is_not_waited_for_long(course, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(standing, "_PATIENCE", 0.05)
    state_file().parent.mkdir(parents=True)
    with state_file().with_suffix(".lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        cases = read_file(course / "01_first" / "public_cases.json")
        remember(cases, [verdict()])
    assert standing_of(cases).done == ("double",)


def test_files_made_by_hand_belong_to_their_folder(course, monkeypatch):
    folder = course / "mine"
    folder.mkdir()
    cases_file(folder, double_key())
    monkeypatch.chdir(folder)
    exec(RIGHT.format("double"), {"check": check})
    assert list(json.loads(state_file().read_text())["assignments"]) == ["mine"]


@pytest.mark.slow
def test_in_the_sandbox_nothing_is_remembered_and_nothing_refused(tmp_path):
    cells = (
        "from grader import ask, check, hint, progress\nimport grader",
        "def double(x):\n    return 2 * x",
        "progress()\ngrader.progress(lang='ko')\nhint('double', lang='ko')",
        "check('double')",
    )
    notebook = Notebook(tuple(Cell(index, "code", cell) for index, cell in enumerate(cells)))
    key = double_key()
    run = run_notebook(notebook, {"double": key}, {}, settings=OWN_CODE)
    assert judge_run(run, {"double": key})["double"].status == "passed"
    assert run.reports == ()
    assert [output for outputs in run.outputs.values() for output in outputs] == []
    assert not state_folder().exists()

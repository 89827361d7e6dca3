"""What goes wrong around the grader: killed processes, full disks, locks, Ctrl-C, two runs at once. Nothing is lost.

Whole commands in a whole course, compared with a class that nothing happened to.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from course_copy import SECRET, copy_course, hand_in, notebook, run
from shell_tools import needs_mounts

pytestmark = [pytest.mark.slow, pytest.mark.attack, pytest.mark.xdist_group("faults")]
NAME = "02_activations"
STUDENTS = [f"s{number}" for number in range(8)]


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that has handed in and is not graded yet."""
    course = copy_course(tmp_path_factory.mktemp("faults") / "course")
    run(course, "nbgrader", "generate_assignment", NAME)
    solved = notebook(course / "solutions" / NAME / "activations.ipynb")
    for number, student in enumerate(STUDENTS):
        node = copy.deepcopy(solved)
        for index, cell in enumerate(node["cells"]):
            if cell["cell_type"] == "code" and "def " in "".join(cell["source"]):
                # Some do not solve the first, each is different work.
                text = "".join(cell["source"]) + f"\n# {student}, {index}"
                cell["source"] = text.replace("def relu(", "def another(") if number % 3 == 0 else text
        hand_in(course, student, NAME, node, "activations")
    return course


@pytest.fixture(scope="module")
def undisturbed(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the gradebook and the notebooks say when all goes well."""
    course = tmp_path_factory.mktemp("undisturbed") / "course"
    shutil.copytree(handed_in, course)
    run(course, "nbgrader", "autograde", NAME)
    return marks(course)


@pytest.fixture
def course(handed_in: Path, tmp_path: Path) -> Path:
    """A copy to disturb."""
    shutil.copytree(handed_in, tmp_path / "course")
    return tmp_path / "course"


def marks(course: Path) -> dict[str, Any]:
    """Every grade and every autograded notebook's verdicts; rows of each table, so that doubles show."""
    with sqlite3.connect(course / "gradebook.db") as database:
        grades = database.execute(
            "select a.name, s.student_id, b.name, g.auto_score, g.needs_manual_grade from grade g"
            " join submitted_notebook n on g.notebook_id = n.id join submitted_assignment s on n.assignment_id = s.id"
            " join notebook m on n.notebook_id = m.id join assignment a on m.assignment_id = a.id"
            " join base_cell b on g.cell_id = b.id order by 1, 2, 3"
        ).fetchall()
        counts = {
            table: database.execute(f"select count(*) from {table}").fetchone()
            for table in ("student", "submitted_assignment", "submitted_notebook", "grade", "comment")
        }
    database.close()
    shown = {
        student: [
            output["data"]["text/plain"]
            for cell in notebook(course / "autograded" / student / NAME / "activations.ipynb")["cells"]
            for output in cell.get("outputs", [])
            if output["output_type"] == "display_data"
        ]
        for student in STUDENTS
        if (course / "autograded" / student / NAME / "activations.ipynb").exists()
    }
    return {"grades": grades, "counts": counts, "shown": shown}


def start(course: Path, *options: str) -> subprocess.Popen[str]:
    """`nbgrader autograde`, begun and not waited for."""
    return subprocess.Popen(
        [sys.executable, "-m", "nbgrader", "autograde", NAME, *options],
        cwd=course,
        env={**os.environ, "GRADER_SECRET": SECRET, "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Until something has happened, while the process lives."""
    while not happened():
        assert process.poll() is None, process.communicate()[1][-2000:]
        time.sleep(0.005)


def graded(course: Path) -> int:
    """How many submissions have a mark."""
    try:
        with sqlite3.connect(course / "gradebook.db", timeout=30) as database:
            return int(
                database.execute(
                    "select count(distinct notebook_id) from grade where auto_score is not null"
                ).fetchone()[0]
            )
    except sqlite3.OperationalError:
        return 0


def assert_nothing_runs(root: int) -> None:
    """No process of that session is left, a moment later."""
    for _ in range(100):
        left = [process.pid for process in psutil.process_iter() if _belongs(process.pid, root)]
        if not left:
            return
        time.sleep(0.1)
    raise AssertionError(left)


def _belongs(pid: int, root: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"grader.sandbox.zygote" in words and str(root).encode() in words


def test_ctrl_c_in_the_middle_of_a_class(course: Path, undisturbed: dict[str, Any]) -> None:
    process = start(course)
    wait_for(lambda: graded(course) >= 2, process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode != 0
    assert 2 <= graded(course) <= len(STUDENTS)
    assert_nothing_runs(process.pid)
    run(course, "nbgrader", "autograde", NAME)
    assert marks(course) == undisturbed


def test_killed_in_the_middle_of_a_class(course: Path, undisturbed: dict[str, Any]) -> None:
    process = start(course)
    wait_for(lambda: graded(course) >= 2, process)
    process.kill()
    process.communicate()
    assert_nothing_runs(process.pid)
    # What it was at had been begun: nbgrader takes an unfinished folder for a finished one, so it is named to it.
    run(course, "nbgrader", "autograde", NAME, "--force")
    assert marks(course) == undisturbed


def test_warm_process_and_workers_killed_while_grading(course: Path, undisturbed: dict[str, Any]) -> None:
    process = start(course)
    wait_for(lambda: graded(course) >= 1, process)
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    for child in children:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue
    _, log = process.communicate(timeout=300)
    assert process.returncode == 0, log[-3000:]
    assert marks(course) == undisturbed
    assert_nothing_runs(process.pid)


def test_the_same_command_twice_at_once(course: Path, undisturbed: dict[str, Any]) -> None:
    first = start(course)
    locks = course / ".gradmark" / "locks" / f"{NAME}.lock"
    wait_for(lambda: locks.exists() and locks.read_text() == str(first.pid), first)
    second = start(course)
    _, log = second.communicate(timeout=300)
    assert second.returncode == 1
    assert f"being graded already (process {first.pid}); wait until it has ended" in log
    assert "Traceback" not in log
    _, log = first.communicate(timeout=300)
    assert first.returncode == 0, log[-3000:]
    assert marks(course) == undisturbed


def test_two_students_at_once(course: Path, undisturbed: dict[str, Any]) -> None:
    """As with nbgrader alone, different students' submissions may be graded side by side."""
    both = [start(course, "--student", student) for student in STUDENTS[:2]]
    for process in both:
        _, log = process.communicate(timeout=300)
        assert process.returncode == 0, log[-3000:]
    run(course, "nbgrader", "autograde", NAME)
    assert marks(course) == undisturbed


def test_the_gradebook_locked_by_another_process(course: Path, undisturbed: dict[str, Any]) -> None:
    """It ends the command, and a rerun goes on from there."""
    process = start(course)
    wait_for(lambda: graded(course) >= 2, process)
    with sqlite3.connect(course / "gradebook.db", timeout=60, isolation_level=None) as database:
        database.execute("begin exclusive")
        _, log = process.communicate(timeout=300)
        database.execute("rollback")
    database.close()
    assert process.returncode == 1
    assert "error accessing the nbgrader database" in log
    run(course, "nbgrader", "autograde", NAME)
    assert marks(course) == undisturbed


@needs_mounts
def test_a_full_disk(handed_in: Path, undisturbed: dict[str, Any], tmp_path: Path) -> None:
    """The course on a disk with no room left: the command says so; with room again, a rerun makes up for it."""
    script = tmp_path / "full.sh"
    script.write_text(
        "set -eu\n"
        f"mount -t tmpfs -o size=400m full {tmp_path}/disk\n"
        f"cp -r {handed_in} {tmp_path}/disk/course\n"
        f"cd {tmp_path}/disk/course\n"
        # All but a few blocks is taken.
        "free=$(df --output=avail -k . | tail -1); fallocate -l $((free - 120))K ../ballast\n"
        f"set +e; {sys.executable} -m nbgrader autograde {NAME} > ../log 2>&1; echo $? > {tmp_path}/code; set -e\n"
        f"tail -c 3000 ../log > {tmp_path}/log; rm ../ballast\n"
        f"{sys.executable} -m nbgrader autograde {NAME} --force > {tmp_path}/second 2>&1\n"
        f"cp -r {tmp_path}/disk/course {tmp_path}/after\n"
    )
    (tmp_path / "disk").mkdir()
    done = subprocess.run(
        ["unshare", "--mount", "sh", str(script)],
        env={**os.environ, "GRADER_SECRET": SECRET, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + (tmp_path / "second").read_text()[-2000:]
    assert (tmp_path / "code").read_text().strip() == "1"
    assert marks(tmp_path / "after") == undisturbed


def test_json_of_the_class_is_what_it_seems(undisturbed: dict[str, Any]) -> None:
    """The comparison above compares something."""
    scores = [row[3] for row in undisturbed["grades"]]
    assert len(set(scores)) > 1
    assert undisturbed["counts"]["submitted_assignment"] == (len(STUDENTS),)
    assert all(undisturbed["shown"][student] for student in STUDENTS)
    assert json.dumps(undisturbed)

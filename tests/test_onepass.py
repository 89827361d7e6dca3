"""`grader grade` leaves what `nbgrader autograde` leaves: the same classes are graded by both and compared."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from course_copy import ROOT, SECRET, WEEK, cell_of, copy_course, copy_whole_course, export, hand_in, notebook, run
from gradebook_rows import rows
from nbgrader.api import Gradebook
from nbgrader_class import NAME, OWN, hand_in_class, hand_in_own

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("onepass")]

# Whole golden notebooks, questions and broken ones among them, of assignments that are run quickly.
GOLDEN = ("02_activations", "04_softmax", "11_metrics")
LATE = """
from nbgrader.plugins import LateSubmissionPlugin
class Half(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, seconds):
        return score / 2 if seconds < 10_000 else 1_000
c.AssignLatePenalties.plugin_class = Half
c.Autograde.exclude_overwriting = {"02_activations": ["data/kept.txt"]}
c.LimitOutput.max_lines = 3
"""


def files(course: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below autograded/: its content and its permissions."""
    folder = course / "autograded"
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# The one difference that is meant: a cell copied in Jupyter has another's id, and nbformat draws it a new one.
_DRAWN = re.compile(rb'"id": "[0-9a-f]{8}"')


def same(one: Path, other: Path) -> None:
    """Assert that two courses have the same gradebook and the same autograded files."""
    first, second = (rows(f"sqlite:///{course / 'gradebook.db'}") for course in (one, other))
    assert first.keys() == second.keys()
    for table in first:
        assert first[table] == second[table], table
    theirs, ours = files(one), files(other)
    assert theirs.keys() == ours.keys()
    for name in theirs:
        assert theirs[name][1] == ours[name][1], f"permissions of {name}"
        first_text, second_text = (_DRAWN.sub(b"drawn", found[name][0]) for found in (theirs, ours))
        assert first_text == second_text, name


def _dated(course: Path, student: str, when: str) -> None:
    (course / "submitted" / student / WEEK / "timestamp.txt").write_text(when)


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of strange and plain notebooks, some late, with files beside them and settings of the instructor's."""
    course = copy_course(tmp_path_factory.mktemp("onepass") / "course")
    (course / "solutions" / WEEK / "data").mkdir(parents=True)
    for name in ("kept.txt", "course.txt"):
        (course / "solutions" / WEEK / "data" / name).write_text("the course's")
    hand_in_class(course)
    hand_in_own(course)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(LATE)
    for name in ("kept.txt", "course.txt"):
        path = course / "submitted" / "solved" / WEEK / "data" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    (course / "submitted" / "solved" / WEEK / "notes.html").write_text("<script>alert(1)</script>")
    solved = notebook(course / "solutions" / WEEK / f"{NAME}.ipynb")
    hand_in(course, "solved", WEEK, solved, "unknown")
    loud = json.loads(json.dumps(solved))
    cell_of(loud, "relu-stub")["source"] += "\nfor i in range(9):\n    print(i)\nopen('made.txt', 'w').write('x')"
    hand_in(course, "loud", WEEK, loud, NAME)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment(WEEK, duedate="2026-05-01 12:00:00 UTC")
        gradebook.add_student("partial", first_name="Par", last_name="Tial")
    _dated(course, "solved", "2026-05-01 11:00:00 UTC")
    _dated(course, "partial", "2026-05-01 13:00:00 UTC")
    _dated(course, "warns", "2026-05-09 13:00:00 UTC")
    _dated(course, "broken", "2026-05-09 13:00:00 UTC")
    return course


def _graded(handed_in: Path, folder: Path, *command: str) -> Path:
    """A copy of the class, both assignments graded by a command; what it says lies beside."""
    course = folder / "course"
    shutil.copytree(handed_in, course)
    for assignment in (WEEK, OWN):
        done = run(course, *command, assignment, check=False)
        (course / f"{assignment}.log").write_text(f"{done.stderr}{done.stdout}exit {done.returncode}")
    return course


@pytest.fixture(scope="module")
def stock(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class as `nbgrader autograde` grades it."""
    return _graded(handed_in, tmp_path_factory.mktemp("stock"), "nbgrader", "autograde")


@pytest.fixture(scope="module")
def ours(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class as `grader grade` grades it."""
    return _graded(handed_in, tmp_path_factory.mktemp("ours"), "grader", "grade")


def test_the_same_rows_and_the_same_files(stock, ours):
    same(stock, ours)


def test_what_could_not_be_graded_is_told_once_and_the_command_fails(ours):
    log = (ours / f"{WEEK}.log").read_text()
    assert log.endswith("exit 1")
    assert "Traceback" not in log
    _, _, listed = log.partition("could not be graded and have no mark:\n")
    told = [line for line in listed.splitlines() if line.startswith("  ")]
    assert len(told) == 3
    for student in ("broken", "empty", "odd_cell"):
        assert sum(f"submitted/{student}/" in line for line in told) == 1
    assert re.search(rf"{WEEK}: \d+ graded, 3 not graded", log)


def test_nothing_is_left_beside(ours):
    assert not list((ours / "autograded").glob("*/.*"))
    assert not list((ours / ".gradmark" / "journal").iterdir())


def test_afterwards_nbgraders_own_commands_go_on(stock, ours, tmp_path):
    pages = {}
    for name, course in (("stock", stock), ("ours", ours)):
        other = tmp_path / name
        shutil.copytree(course, other)
        run(other, "nbgrader", "generate_feedback", WEEK, check=False)
        pages[name] = {
            str(path.relative_to(other)): re.sub(rb"cell-id=[0-9a-f]{8}", b"drawn", path.read_bytes())
            for path in (other / "feedback").rglob("*.html")
        }
        # What is graded is left alone by either command, and by ours after nbgrader's.
        done = run(other, "grader", "grade", WEEK, "--student", "solved")
        assert "0 graded, 0 not graded, 1 left as they were" in done.stdout
        pages[name]["export"] = json.dumps(export(other, WEEK)).encode()
    assert pages["stock"] == pages["ours"]


def test_a_manual_mark_survives_and_a_newer_submission_is_graded_again(stock, ours, tmp_path):
    for command, course in (("nbgrader autograde", stock), ("grader grade", ours)):
        other = tmp_path / command.split()[0]
        shutil.copytree(course, other)
        with Gradebook(f"sqlite:///{other / 'gradebook.db'}") as gradebook:
            gradebook.find_grade("relu", NAME, WEEK, "partial").manual_score = 1.5
            gradebook.find_comment("relu-stub", NAME, WEEK, "partial").manual_comment = "look again"
            gradebook.db.commit()
        _dated(other, "partial", "2026-05-01 14:00:00 UTC")
        run(other, *command.split(), WEEK, "--student", "partial")
        run(other, *command.split(), WEEK, "--student", "solved", "--force")
    same(tmp_path / "nbgrader", tmp_path / "grader")


def test_golden_submissions(tmp_path):
    """Whole notebooks of three assignments, with the student's own numbers, under both commands."""
    course = copy_whole_course(tmp_path / "course")
    for folder in sorted((ROOT / "tests" / "submissions").iterdir()):
        if not (folder / "verdict.json").exists():
            continue
        expected = json.loads((folder / "verdict.json").read_text())
        if expected["assignment"] in GOLDEN:
            target = course / "submitted" / expected.get("student", folder.name) / expected["assignment"]
            # Several golden notebooks are one student's; the first stands for them.
            if not target.exists():
                shutil.copytree(folder, target, ignore=shutil.ignore_patterns("verdict.json"))
    for assignment in GOLDEN:
        run(course, "nbgrader", "generate_assignment", assignment)
    other = tmp_path / "other"
    shutil.copytree(course, other)
    for assignment in GOLDEN:
        run(course, "nbgrader", "autograde", assignment, check=False)
        run(other, "grader", "grade", assignment, check=False)
    assert len(files(other)) > 20
    same(course, other)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A dozen solved notebooks, none graded."""
    course = copy_course(tmp_path / "course")
    run(course, "nbgrader", "generate_assignment", WEEK)
    solved = notebook(course / "solutions" / WEEK / f"{NAME}.ipynb")
    for number in range(12):
        node = json.loads(json.dumps(solved))
        cell_of(node, "relu-stub")["source"] += f"\n# number {number}"
        hand_in(course, f"student{number:02d}", WEEK, node, NAME)
    return course


def _start(course: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "grader", "grade", WEEK, *options],
        cwd=course,
        env={**os.environ, "GRADER_SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_killed_at_any_moment_and_taken_up_again(small, tmp_path):
    """SIGKILL at twenty moments of a forced run; with --resume the gradebook becomes that of an undisturbed one."""
    run(small, "grader", "grade", WEEK)
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(small, undisturbed)
    begin = time.monotonic()
    run(undisturbed, "grader", "grade", WEEK, "--force")
    took = time.monotonic() - begin
    moments = random.Random(6)
    kills = 0
    for attempt in range(20):
        going = _start(small, "--force", *(["--resume"] if attempt else []))
        try:
            going.wait(moments.uniform(0.3, 1.1) * took)
        except subprocess.TimeoutExpired:
            going.send_signal(signal.SIGKILL)
            kills += 1
        going.communicate()
    assert kills >= 10
    run(small, "grader", "grade", WEEK, "--force", "--resume")
    same(undisturbed, small)
    assert not list((small / "autograded").glob("*/.*"))


def test_resume_does_not_grade_what_was_done_and_is_still_there(small):
    for number in (3, 5):
        _dated(small, f"student{number:02}", "2024-05-01 10:00:00 UTC")
    run(small, "grader", "grade", WEEK)
    kept = small / "autograded" / "student03" / WEEK / f"{NAME}.ipynb"
    before = kept.stat().st_mtime_ns
    shutil.rmtree(small / "autograded" / "student04")
    _dated(small, "student05", "2024-05-02 10:00:00 UTC")
    journal = small / ".gradmark" / "journal" / f"{WEEK}.jsonl"
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.write_text('"student03"\n"student04"\n"student05"\n"student0')  # the last line was cut off
    # For one student it is another run, which leaves the journal alone.
    run(small, "grader", "grade", WEEK, "--force", "--student", "student07")
    done = run(small, "grader", "grade", WEEK, "--force", "--resume")
    assert "11 graded" in done.stdout
    assert kept.stat().st_mtime_ns == before
    assert (small / "autograded" / "student04" / WEEK / f"{NAME}.ipynb").is_file()
    assert not journal.exists()


def test_what_is_handed_in_during_the_run_is_graded(small):
    """Read ahead of the record, and then handed in again: the newer one counts, with its time."""
    slow, late = (small / "submitted" / f"student{number:02}" / WEEK / f"{NAME}.ipynb" for number in (0, 11))
    node = notebook(slow)
    cell_of(node, "relu-stub")["source"] = (
        f"import time\ntime.sleep(8)\n{''.join(cell_of(node, 'relu-stub')['source'])}"
    )
    hand_in(small, "student00", WEEK, node, NAME)
    right = late.read_text()
    late.write_text(right.replace("np.maximum(0, z)", "np.abs(z)"))
    process = _start(small)
    while not (small / "autograded").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    late.write_text(right)
    process.communicate()
    with Gradebook(f"sqlite:///{small / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission_notebook(NAME, WEEK, "student11")
        assert submission.score == submission.max_score


def test_notebooks_of_which_none_has_the_name_have_no_mark(small):
    """Which of two is meant nobody knows; that is worth a look, not 0."""
    for name in ("one", "two"):
        shutil.copy(
            small / "submitted" / "student00" / WEEK / f"{NAME}.ipynb",
            _made(small / "submitted" / "ambiguous" / WEEK) / f"{name}.ipynb",
        )
    done = run(small, "grader", "grade", WEEK, "--student", "ambiguous", check=False)
    assert done.returncode == 1
    assert "0 graded, 1 not graded" in done.stdout
    with Gradebook(f"sqlite:///{small / 'gradebook.db'}") as gradebook:
        grades = gradebook.find_submission_notebook(NAME, WEEK, "ambiguous").grades
        assert {grade.auto_score for grade in grades} == {None}


def test_a_students_name_is_no_pattern(small):
    for name in ("a[1]", "a*b", "ab"):
        shutil.copytree(small / "submitted" / "student00", small / "submitted" / name)
    done = run(small, "grader", "grade", WEEK)
    assert "15 graded, 0 not graded" in done.stdout
    assert {"a[1]", "a*b", "ab"} <= {path.name for path in (small / "autograded").iterdir()}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_two_at_once(small):
    """The second refuses with one line, and the first is not disturbed."""
    first = _start(small)
    lock = small / ".gradmark" / "locks" / f"{WEEK}.lock"
    while not lock.exists() or not lock.read_text():
        assert first.poll() is None, first.communicate()
        time.sleep(0.01)
    second = run(small, "grader", "grade", WEEK, check=False)
    out, _ = first.communicate()
    assert "12 graded, 0 not graded" in out
    assert second.returncode == 2
    wanted = f"these submissions are being graded already (process {first.pid}); wait until it has ended"
    assert second.stderr == f"grader: {WEEK}: {wanted}\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("no_such",), "grader: unknown assignment 'no_such'; the course has 02_activations"),
        (("04_softmax",), "does not have 04_softmax; run `nbgrader generate_assignment 04_softmax` first"),
        ((WEEK, "--student", "nobody"), f"nobody/{WEEK}: there is no submission"),
    ],
    ids=["assignment", "not released", "student"],
)
def test_operators_mistakes_are_one_line(small, arguments, line):
    done = run(small, "grader", "grade", *arguments, check=False)
    assert done.returncode == 2
    assert line in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_database_that_is_locked_is_one_line_and_loses_nothing(small):
    holding = sqlite3.connect(small / "gradebook.db")
    holding.execute("begin exclusive")
    done = run(small, "grader", "grade", WEEK, check=False)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "gradebook" in done.stderr
    holding.rollback()
    assert "12 graded" in run(small, "grader", "grade", WEEK).stdout


def test_a_configuration_without_the_sandbox_is_refused(small):
    with (small / "nbgrader_config.py").open("a") as file:
        file.write("c.Autograde.autograde_preprocessors = ['nbgrader.preprocessors.Execute']\n")
    done = run(small, "grader", "grade", WEEK, check=False)
    assert done.returncode == 2
    assert "has no RunInSandbox" in done.stderr

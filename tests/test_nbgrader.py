"""The stock nbgrader commands on the real course: one class, graded once, looked at from all sides."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from course_copy import SECRET, WEEK, cell_of, copy_course, export, notebook, run
from nbgrader.api import Gradebook
from nbgrader_class import NAME, OWN, hand_in_class, hand_in_own

from grader import oracle
from grader.course import find_course

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nbgrader")]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that has handed in two assignments and been graded by the commands of the README."""
    course = copy_course(tmp_path_factory.mktemp("nbgrader") / "course")
    hand_in_class(course)
    done = run(course, "nbgrader", "autograde", WEEK, check=False)
    (course / "autograde.log").write_text(done.stderr + f"\nexit {done.returncode}")
    run(course, "nbgrader", "generate_feedback", WEEK)
    hand_in_own(course)
    done = run(course, "nbgrader", "autograde", OWN)
    (course / "own.log").write_text(done.stderr)
    run(course, "nbgrader", "generate_feedback", OWN)
    return course


def marks(course: Path, assignment: str = WEEK) -> dict[str, float]:
    """Student -> exported score of those who have one."""
    return {student: float(row["score"]) for student, row in export(course, assignment).items() if row["score"]}


def _log(course: Path) -> str:
    return (course / "autograde.log").read_text()


def _score(course: Path, student: str, grade_id: str) -> float | None:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return gradebook.find_grade(grade_id, NAME, WEEK, student).auto_score


def test_marks_are_right_with_partial_credit(course):
    found = marks(course)
    assert found["solved"] == 11
    assert found["untouched"] == 0
    # sigmoid loses "finite far from zero" (1 of 3) and sigmoid_derivative, built on it, its own 0.5; relu all 2.
    assert found["partial"] == 11 - 1 - 0.5 - 2


def test_warnings_in_right_code_cost_nothing(course):
    assert marks(course)["warns"] == 11


def test_points_per_exercise_come_from_the_declaration(course):
    assert [_score(course, "partial", name) for name in ("sigmoid", "sigmoid_derivative", "relu")] == [2, 2.5, 0]


def test_a_broken_notebook_stops_nobody_and_is_listed(course):
    log = _log(course)
    lines = [line for line in log.splitlines() if "not graded:" in line]
    assert sum("submitted/broken/02_activations/activations.ipynb: is not a notebook" in line for line in lines) == 1
    assert f"There was an error processing assignment '{WEEK}' for student 'broken'" in log
    assert "Traceback" not in log
    assert log.rstrip().endswith("exit 1")
    assert (course / "autograded" / "leaks" / WEEK).is_dir()


def test_a_broken_notebook_waits_for_a_person(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        found = gradebook.find_submission_notebook(NAME, WEEK, "broken")
        assert found.needs_manual_grade
        assert [grade.auto_score for grade in found.grades] == [None] * 4


def test_what_was_not_graded_is_exported_without_a_score(course):
    rows = export(course, WEEK)
    assert {student: (row["status"], row["score"]) for student, row in rows.items() if row["status"] != "graded"} == {
        "broken": ("not graded", ""),
        "odd_cell": ("not graded", ""),
        "right": ("not submitted", "0.0"),
        "wrong": ("not submitted", "0.0"),
    }


def test_a_renamed_notebook_is_graded_and_told(course):
    assert marks(course)["renamed"] == 11
    assert "The notebook was handed in as my_homework.ipynb and graded as activations.ipynb" in _log(course)


def test_the_run_ends_with_what_could_not_be_graded(course):
    _, _, listed = _log(course).partition("3 submissions could not be graded and have no mark:\n")
    broken, empty, _ = sorted(line for line in listed.splitlines() if line.startswith("  "))
    assert "submitted/broken/02_activations/activations.ipynb: is not a notebook" in broken
    assert "submitted/empty/02_activations: holds no notebook; ask for it" in empty


def test_unchanged_work_is_not_run_twice(course, tmp_path):
    """A second run recalls the stored answers."""
    other = tmp_path / "course"
    shutil.copytree(course, other)
    stored = list((other / ".gradmark" / "answers").rglob("*.npz"))
    # solved (and bom, future, renamed, deleted: the same work once they are repaired), partial, warns, copied,
    # untouched, forged (what it wrote into given code is kept), leaks; right and wrong of the other assignment.
    assert len(stored) == 9
    before = {path: path.stat().st_mtime_ns for path in stored}
    run(other, "nbgrader", "autograde", WEEK, "--force", check=False)
    assert {path: path.stat().st_mtime_ns for path in (other / ".gradmark" / "answers").rglob("*.npz")} == before
    assert marks(other) == marks(course)


def test_another_database_is_left_to_nbgrader(course, tmp_path):
    other = tmp_path / "course"
    shutil.copytree(course, other)
    (other / "gradebook.db").rename(other / "elsewhere.db")
    config = other / "nbgrader_config.py"
    url = f"c.CourseDirectory.db_url = 'sqlite:///{other / 'elsewhere.db'}'\n"
    config.write_text(config.read_text().replace("try:\n", f"{url}try:\n", 1))
    run(other, "nbgrader", "autograde", WEEK, "--student", "solved", "--force")
    assert marks(other)["solved"] == 11


def test_a_deleted_check_is_put_back(course):
    assert marks(course)["deleted"] == 11
    assert "deleted/activations: The check of relu was missing and was put back" in _log(course)


def test_a_copied_check_cell_and_a_byte_order_mark_cost_nothing(course):
    found = marks(course)
    assert (found["copied"], found["bom"]) == (11, 11)


def test_one_strange_notebook_is_not_the_end_of_the_class(course):
    """A cell of no known type: refused in one line; no kernel, metadata of a later nbgrader: repaired."""
    lines = [line for line in _log(course).splitlines() if "not graded:" in line]
    assert [line for line in lines if "submitted/odd_cell/" in line]
    assert marks(course)["future"] == 11
    assert marks(course)["null_kernel"] == 11
    assert marks(course)["untouched"] == 0


def test_nothing_is_graded_when_the_configuration_fails(course, tmp_path):
    """Stock nbgrader would go on without it, and believe what submissions say of themselves."""
    other = tmp_path / "course"
    shutil.copytree(course, other)
    shutil.rmtree(other / ".gradmark" / "keys")
    (other / ".gradmark" / "keys").write_text("not a folder")
    done = run(other, "nbgrader", "autograde", WEEK, "--force", check=False)
    assert done.returncode == 1
    assert "Isolation level" not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("nbgrader_config.py: ")
    assert marks(other) == marks(course)


def test_claims_inside_the_notebook_gain_nothing(course):
    assert marks(course)["forged"] == 0


def test_the_log_says_the_isolation_level(course):
    assert re.search("Isolation level (separate|contained)", _log(course))


def test_the_check_cell_and_the_feedback_page_show_the_verdict(course):
    cell = cell_of(notebook(course / "autograded" / "partial" / WEEK / f"{NAME}.ipynb"), "relu")
    data = cell["outputs"][-1]["data"]
    shown = "".join(data["text/plain"])
    assert "✗ relu   0 / 2" in shown
    assert "likely: returned |z|: negative entries become 0" in shown
    assert re.search("isolation level (separate|contained)", shown)
    page = (course / "feedback" / "partial" / WEEK / f"{NAME}.html").read_text()
    assert "negative entries become 0" in page
    assert "0 of 6 cases" in page


def _hidden_numbers(course: Path) -> tuple[set[str], set[str]]:
    """Numbers that only hidden cases hold: in six characters, however they are printed, and with all their digits."""
    keys = oracle.grading_keys(find_course(course), find_course(course).assignment(WEEK))
    numbers: dict[bool, set[float]] = {True: set(), False: set()}
    for key in keys.values():
        for criterion, case in key.cases:
            # σ(4) is as well what some mistake answers to a public −4: small whole inputs hold no secret.
            if criterion.name == "integer input":
                continue
            for value in (case.expected, *case.calls[0].values()):
                found = np.abs(np.ravel(np.asarray(value, dtype=float))).tolist()
                numbers[case.hidden] |= {number for number in found if number > 1e-3 and number != round(number, 2)}
    short = {hidden: {f"{number:.4f}"[:6] for number in found} for hidden, found in numbers.items()}
    return short[True] - short[False], {repr(number) for number in numbers[True] - numbers[False]}


@pytest.fixture
def reference_of_its_own():
    """Another course's `reference` may be imported; afterwards everything is as it was."""

    def imported():
        return [name for name in sys.modules if name.partition(".")[0] == "reference"]

    path, before = list(sys.path), {name: sys.modules.pop(name) for name in imported()}
    yield
    sys.path[:] = path
    for name in imported():
        del sys.modules[name]
    sys.modules.update(before)


@pytest.mark.usefixtures("reference_of_its_own")
def test_nothing_hidden_is_in_any_file_a_student_gets(course, monkeypatch):
    monkeypatch.setenv("GRADER_SECRET", SECRET)
    short, exact = _hidden_numbers(course)
    assert min(len(short), len(exact)) > 200
    handed_out = [path for folder in ("feedback", "autograded", "exercises") for path in (course / folder).rglob("*")]
    texts = {path: path.read_text() for path in handed_out if path.is_file()}
    # What the leaking submission saw while its cells ran is public and must be there, or this test proves nothing.
    assert "array(" in texts[course / "autograded" / "leaks" / WEEK / "seen.txt"]
    assert {
        path: found for path, text in texts.items() if (found := [number for number in exact if number in text])
    } == {}
    # Six characters turn up by chance, most of all among the thousands of numbers of public_cases.json, where all the
    # digits are written and the line above has looked. Elsewhere one leaked array would bring twenty or more.
    printed = {path: text for path, text in texts.items() if path.name != "public_cases.json"}
    counts = {path: sum(number in text for number in short) for path, text in printed.items()}
    assert {path: count for path, count in counts.items() if count > 5} == {}


def test_plain_assert_cells_are_graded_as_nbgrader_does(course):
    found = marks(course, OWN)
    assert (found["right"], found["wrong"]) == (5, 2)
    log = (course / "own.log").read_text()
    assert "Cell visible: its mark was decided inside the student's process" in log


def test_hidden_tests_of_plain_cells_stay_out_of_feedback(course):
    for student in ("right", "wrong"):
        page = (course / "feedback" / student / OWN / "own.html").read_text()
        assert "answer == 42" not in page
        assert "the answer is 42" not in page
    assert "AssertionError in this cell" in page


def test_validate_sees_failure_and_success(course):
    failed = run(course, "nbgrader", "validate", f"submitted/partial/{WEEK}/{NAME}.ipynb")
    assert "VALIDATION FAILED ON 3 CELL(S)" in failed.stdout.replace("\n", " ")
    assert "✗ relu   0 / 2" in failed.stdout
    passed = run(course, "nbgrader", "validate", f"submitted/solved/{WEEK}/{NAME}.ipynb")
    assert "Success! Your notebook passes all the tests." in passed.stdout


def test_without_execution_no_mark_is_guessed(course, tmp_path):
    other = tmp_path / "course"
    shutil.copytree(course, other)
    run(other, "nbgrader", "autograde", WEEK, "--student", "forged", "--force", "--no-execute")
    assert _score(other, "forged", "relu") is None
    with Gradebook(f"sqlite:///{other / 'gradebook.db'}") as gradebook:
        assert gradebook.find_grade("relu", NAME, WEEK, "forged").needs_manual_grade


def test_a_manual_mark_survives_grading_again(course, tmp_path):
    other = tmp_path / "course"
    shutil.copytree(course, other)
    with Gradebook(f"sqlite:///{other / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("relu", NAME, WEEK, "partial").manual_score = 1.5
        gradebook.db.commit()
    run(other, "nbgrader", "autograde", WEEK, "--student", "partial", "--force")
    assert marks(other)["partial"] == 7.5 + 1.5


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (("autograde", "no_such_week"), "unknown assignment 'no_such_week'; the course has 02_activations"),
        (("autograde", "04_softmax"), "does not have 04_softmax; run `nbgrader generate_assignment 04_softmax` first"),
    ],
    ids=["unknown assignment", "not in the gradebook"],
)
def test_operators_mistakes_are_one_line(course, command, line):
    done = run(course, "nbgrader", *command, check=False)
    assert done.returncode == 1
    assert line in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_stale_public_cases_are_refused_before_grading(course, tmp_path):
    other = tmp_path / "course"
    shutil.copytree(course, other)
    with (other / "reference" / "activations.py").open("a") as file:
        file.write("\n# changed after the release\n")
    done = run(other, "nbgrader", "autograde", WEEK, "--force", check=False)
    assert done.returncode == 1
    assert "exercises/02_activations/public_cases.json: is not from the current reference.activations" in done.stderr
    assert "run `grader build 02_activations`" in done.stderr
    assert "Traceback" not in done.stderr
    assert marks(other)["solved"] == 11, "the refused run must change nothing"


def test_a_reference_that_raises_is_one_line(course, tmp_path):
    other = tmp_path / "course"
    shutil.copytree(course, other)
    path = other / "reference" / "activations.py"
    path.write_text(path.read_text().replace("return torch.relu(z)", "raise RuntimeError('boom')"))
    done = run(other, "grader", "build", WEEK, check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == "grader: relu, case values/public/0: the reference raised RuntimeError: boom"

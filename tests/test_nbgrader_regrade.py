"""A class judged again after its declaration was corrected: held against grading all of it afresh."""

from __future__ import annotations

import copy
import datetime
import fcntl
import re
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from course_copy import SECRET, WEEK, cell_of, copy_course, hand_in, notebook, run
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from grader import __version__, nbgrader_regrade, records
from grader.answers import AnswerStore
from grader.cli_grading import app
from grader.render import VERDICT_MIME

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("regrade")]

NAME = "activations"
CORRECTED = """
from dataclasses import replace as _replace
relu.criteria[0] = _replace(relu.criteria[0], tolerance=Tolerance(rtol=0.01))
sigmoid.criteria[0] = _replace(sigmoid.criteria[0], points=1.5)
sigmoid.criteria[1] = _replace(sigmoid.criteria[1], points=0.5)
"""
ASKS_MORE = """
@relu_derivative.criterion("larger", points=1)
def _(rng):
    yield case(z=rng.normal(size=(40,)))
relu_derivative.points += 1
"""
# Right but for large z, where the quotient is NaN: one point until the declaration is corrected, half of it then.
OVERFLOWS = "def sigmoid(z):\n    return np.exp(z) / (1 + np.exp(z))"
CLOSE = "def relu(z):\n    return 1.001 * np.maximum(0, z)"
ENDLESS = "def relu(z):\n    while True:\n        pass"
WRITES = "open('ran.txt', 'w').write('x')\n" + CLOSE


def _solve(node: dict[str, Any], **sources: str) -> dict[str, Any]:
    node = copy.deepcopy(node)
    for exercise, source in sources.items():
        cell_of(node, f"{exercise}-stub")["source"] = source
    return node


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class graded by nbgrader's own command, one mark of it given by hand and one submission late."""
    course = copy_course(tmp_path_factory.mktemp("regrade") / "course")
    config = course / "nbgrader_config.py"
    settings = "c.LateSubmissionPlugin.penalty_method = 'zero'\nc.RunInSandbox.check_timeout = 1.0\n"
    config.write_text(config.read_text().replace("try:\n", f"{settings}try:\n", 1))
    run(course, "nbgrader", "generate_assignment", WEEK)
    with _gradebook(course) as gradebook:
        gradebook.update_or_create_assignment(WEEK, duedate=datetime.datetime(2026, 3, 1))
    solved = notebook(course / "solutions" / WEEK / f"{NAME}.ipynb")
    for student, sources in {
        "solved": {},
        "close": {"relu": CLOSE},
        "partial": {"sigmoid": OVERFLOWS},
        "endless": {"sigmoid": OVERFLOWS, "relu": ENDLESS},
        "late": {"sigmoid": OVERFLOWS + "  # late"},
        "byhand": {"sigmoid": OVERFLOWS, "relu": CLOSE + "  # by hand"},
        "lost": {"relu": CLOSE + "  # whose answers get lost"},
        "noted": {"relu": CLOSE + "  # whose record gets damaged"},
        "writes": {"relu": WRITES},
    }.items():
        hand_in(course, student, WEEK, _solve(solved, **sources), NAME)
    (course / "submitted" / "late" / WEEK / "timestamp.txt").write_text("2026-03-02 12:00:00 UTC")
    hand_in(course, "broken", WEEK, "this is not a notebook", NAME)
    run(course, "nbgrader", "autograde", WEEK, check=False)
    with _gradebook(course) as gradebook:
        for name, points in (("sigmoid", 0.25), ("sigmoid_derivative", 0.5)):
            grade = gradebook.find_grade(name, NAME, WEEK, "byhand")
            grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.find_comment("sigmoid-stub", NAME, WEEK, "byhand").manual_comment = "well tried"
        gradebook.db.commit()
    return course


def _gradebook(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}")


def _copy(course: Path, folder: Path, change: str = "") -> Path:
    shutil.copytree(course, folder)
    if change:
        with (folder / "reference" / f"{NAME}.py").open("a") as file:
            file.write(change)
        run(folder, "grader", "build", WEEK, "--lang", "en")
    return folder


def _lose(course: Path) -> None:
    """What disks and people do: one submission's answers are gone, another one's record is damaged."""
    state = course / ".gradmark"
    AnswerStore(state / "answers").path(records.load(state, WEEK, "lost")[NAME].answers).unlink()
    (state / "records" / WEEK / "noted.json").write_text("{")


@pytest.fixture(scope="module")
def corrected(graded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class after a correction, `grader regrade` and `grader regrade --apply`; what they said beside it."""
    course = _copy(graded, tmp_path_factory.mktemp("corrected") / "course", CORRECTED)
    _lose(course)
    before = _files(course)
    (course.parent / "dry.txt").write_text(run(course, "grader", "regrade", WEEK).stdout)
    # What the cache of keys learns is no change of anything that was graded.
    (course.parent / "touched.txt").write_text("" if _files(course) == before else "something")
    done = run(course, "grader", "regrade", WEEK, "--apply")
    (course.parent / "applied.txt").write_text(done.stdout + done.stderr)
    return course


def _files(course: Path) -> dict[str, int]:
    """Everything that is graded, by path and time of change."""
    state = course / ".gradmark"
    folders = (course / "autograded", course / "submitted", state / "records", state / "answers")
    found = [course / "gradebook.db", *(path for folder in folders for path in folder.rglob("*"))]
    return {str(path.relative_to(course)): path.stat().st_mtime_ns for path in found}


@pytest.fixture(scope="module")
def afresh(graded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same correction, and all of the class graded again."""
    course = _copy(graded, tmp_path_factory.mktemp("afresh") / "course", CORRECTED)
    run(course, "nbgrader", "autograde", WEEK, "--force", check=False)
    return course


def _rows(course: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the gradebook."""
    database = sqlite3.connect(course / "gradebook.db")
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def _score(course: Path, student: str, exercise: str) -> Any:
    with _gradebook(course) as gradebook:
        grade = gradebook.find_grade(exercise, NAME, WEEK, student)
        return grade.auto_score, grade.manual_score, grade.needs_manual_grade


def test_nothing_is_written_without_apply(corrected):
    assert (corrected.parent / "touched.txt").read_text() == ""
    said = (corrected.parent / "dry.txt").read_text()
    assert "Nothing was written; --apply writes it." in said
    assert "2 submissions have to be run again" in said


def test_every_mark_is_listed_with_its_reason(corrected):
    said = (corrected.parent / "dry.txt").read_text()
    assert "changed: sigmoid: values: points 1 → 1.5; finite far from zero: points 1 → 0.5" in said
    assert "changed: relu: values: rtol 0.0001 → 0.01" in said
    rows = [[part.strip() for part in line.split("│")[1:-1]] for line in said.splitlines() if "│" in line]
    marks = {(student, exercise): (old, new, why) for student, exercise, old, _, new, _, why in rows}
    assert marks["close", "relu"] == ("0", "1", "values 0 → 1 (rtol 0.0001 → 0.01)")
    assert marks["partial", "sigmoid"] == ("2", "2.5", "values 1 → 1.5 (points 1 → 1.5)")
    assert marks["endless", "sigmoid"] == marks["partial", "sigmoid"]
    assert marks["byhand", "sigmoid"][2] == "manual: 0.25 stays (values 1 → 1.5 (points 1 → 1.5))"
    assert marks["late", "late penalty"][:2] == ("9.5", "10")
    assert not [student for student, _ in marks if student in ("solved", "lost", "noted", "broken")]


def test_the_gradebook_is_as_after_grading_all_of_it_afresh(corrected, afresh):
    found, wanted = _rows(corrected), _rows(afresh)
    # Grading afresh asks for a look at every mark given by hand, judging again only where the automatic one changed.
    assert _score(afresh, "byhand", "sigmoid_derivative")[2]
    assert not _score(corrected, "byhand", "sigmoid_derivative")[2]
    with _gradebook(afresh) as gradebook:
        gradebook.find_grade("sigmoid_derivative", NAME, WEEK, "byhand").needs_manual_grade = False
        gradebook.db.commit()
    wanted = _rows(afresh)
    assert found.keys() == wanted.keys()
    for name in wanted:
        assert found[name] == wanted[name], name


def test_marks_and_comments_given_by_hand_stay(corrected):
    assert _score(corrected, "byhand", "sigmoid") == (2.5, 0.25, True)
    with _gradebook(corrected) as gradebook:
        assert gradebook.find_comment("sigmoid-stub", NAME, WEEK, "byhand").manual_comment == "well tried"


def _plain(path: Path) -> Any:
    """A notebook without the digest of the declaration."""
    node = notebook(path)
    for cell in node["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).get(VERDICT_MIME, {}).pop("digest", None)
    return node


def test_the_autograded_notebooks_are_as_after_grading_afresh(corrected, afresh):
    paths = sorted(path.relative_to(afresh) for path in (afresh / "autograded").rglob("*.ipynb"))
    assert len(paths) == 9
    for path in paths:
        assert _plain(corrected / path) == _plain(afresh / path), path
        assert (corrected / path).stat().st_mode == (afresh / path).stat().st_mode


def test_a_notebook_that_says_the_same_is_not_rewritten(graded, corrected):
    path = Path("autograded") / "close" / WEEK / f"{NAME}.ipynb"
    assert (corrected / path).read_text() != (graded / path).read_text()
    said = (corrected.parent / "applied.txt").read_text()
    # All but the two that were run again have another rubric of sigmoid, or another mark of relu.
    assert "another message in their notebook" in said


def test_no_student_code_is_run_but_of_those_without_answers(graded, corrected):
    def changed(student: str, name: str) -> bool:
        path = Path("autograded") / student / WEEK / name
        return (corrected / path).stat().st_mtime_ns != (graded / path).stat().st_mtime_ns

    # Running it again would write the file again.
    assert (corrected / "autograded" / "writes" / WEEK / "ran.txt").read_text() == "x"
    assert not changed("writes", "ran.txt")
    assert changed("writes", f"{NAME}.ipynb")
    said = (corrected.parent / "applied.txt").read_text()
    assert "2 submissions were run again" in said
    assert "lost, noted" in said or "noted, lost" in said


def test_what_was_run_again_has_its_marks_and_a_record(corrected):
    for student in ("lost", "noted"):
        assert _score(corrected, student, "relu")[0] == 1
        assert records.load(corrected / ".gradmark", WEEK, student)[NAME].marks["relu"].points == 1


def test_every_mark_names_what_it_was_judged_by(graded, corrected):
    old, new = (records.load(course / ".gradmark", WEEK, "close")[NAME].marks for course in (graded, corrected))
    assert old["relu"].declaration != new["relu"].declaration
    assert old["relu"].asked == new["relu"].asked
    assert old["relu_derivative"] == new["relu_derivative"]
    assert new["relu"].criteria["values"] == 1


# ------------------------------------------------------------------------ in this process, keys already made


@pytest.fixture
def grader(monkeypatch):
    """The command in this process. The course's keys must have been made: here is another `reference`."""
    monkeypatch.setenv("GRADER_SECRET", SECRET)
    monkeypatch.setenv("COLUMNS", "200")

    def call(course: Path, *arguments: str) -> Any:
        monkeypatch.chdir(course)
        monkeypatch.setattr(sys, "argv", ["grader", *arguments])
        return CliRunner().invoke(app, list(arguments))

    return call


def test_many_are_judged_by_several_processes_with_the_same_outcome(corrected, grader, tmp_path, monkeypatch):
    course = tmp_path / "course"
    shutil.copytree(corrected, course)
    for record in (course / ".gradmark" / "records" / WEEK).glob("*.json"):
        record.write_text(record.read_text().replace(f'"version": "{__version__}"', '"version": "0.0.1"'))
    said = []
    for fewest in (99, 1):
        monkeypatch.setattr(nbgrader_regrade, "_WORTH_IT", fewest)
        said.append(grader(course, "regrade", WEEK).stdout)
    assert said[0] == said[1]
    judged = re.search(r"10 submissions, (\d+) judged again", said[0])
    assert int(judged[1]) >= 5


def test_applied_twice_nothing_changes(corrected, grader):
    before = _files(corrected)
    done = grader(corrected, "regrade", WEEK, "--apply")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Nothing changed (10 submissions, 0 judged again).")
    assert _files(corrected) == before


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("no_such_week",), "unknown assignment 'no_such_week'; the course has"),
        ((WEEK, "--exercise", "rellu"), f"unknown exercise 'rellu' in {WEEK}; did you mean relu"),
        ((WEEK, "--student", "solve"), f"'solve' has no submission of {WEEK} in the gradebook; did you mean solved"),
    ],
    ids=["assignment", "exercise", "student"],
)
def test_operators_mistakes_are_one_line(graded, grader, arguments, line):
    done = grader(graded, "regrade", *arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"grader: {line}")
    assert len(done.stderr.splitlines()) == 1


def _no_records(course: Path) -> None:
    shutil.rmtree(course / ".gradmark" / "records")


def _no_gradebook(course: Path) -> None:
    (course / "gradebook.db").unlink()


def _another_file(course: Path) -> None:
    (course / "gradebook.db").write_text("not a database, only text" * 100)


def _another_assignment(course: Path) -> None:
    (course / "gradebook.db").unlink()
    with _gradebook(course):
        pass


def _stale(course: Path) -> None:
    with (course / "reference" / f"{NAME}.py").open("a") as file:
        file.write("\n# changed after the release\n")


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (_no_records, "no mark is on record; grade it first, with `nbgrader autograde 02_activations --force`"),
        (_no_gradebook, "there is no gradebook; run `nbgrader generate_assignment 02_activations` first"),
        (_another_file, "cannot be used (file is not a database)"),
        (_another_assignment, "does not have 02_activations; run `nbgrader generate_assignment 02_activations` first"),
        (_stale, "is not from the current reference.activations; run `grader build 02_activations`"),
    ],
    ids=["records", "gradebook", "other file", "empty gradebook", "stale public cases"],
)
def test_what_is_missing_is_one_line(graded, grader, tmp_path, spoil, line):
    course = _copy(graded, tmp_path / "course")
    spoil(course)
    done = grader(course, "regrade", WEEK, "--apply")
    assert done.exit_code == 2
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_locked_gradebook_is_one_line(graded, grader, tmp_path):
    course = _copy(graded, tmp_path / "course")
    holder = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    done = grader(course, "regrade", WEEK)
    holder.close()
    assert done.exit_code == 2
    assert done.stderr.strip().endswith("cannot be used (database is locked); wait until the other program has ended")


def test_of_two_at_once_the_second_refuses(graded, grader, tmp_path):
    course = _copy(graded, tmp_path / "course")
    path = course / ".gradmark" / "locks" / f"{WEEK}.lock"
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = grader(course, "regrade", WEEK, "--apply")
        assert grader(course, "regrade", WEEK).exit_code == 0
    assert done.exit_code == 2
    assert "these submissions are being graded already" in done.stderr


def test_a_mark_the_gradebook_does_not_have_is_written_again(graded, grader, tmp_path):
    """Killed between record and gradebook, or with other points released since."""
    course = _copy(graded, tmp_path / "course")
    with _gradebook(course) as gradebook:
        gradebook.find_grade("relu", NAME, WEEK, "solved").auto_score = 0.0
        gradebook.db.commit()
    done = grader(course, "regrade", WEEK, "--apply", "--exercise", "relu", "--student", "solved")
    assert done.exit_code == 0
    assert _score(course, "solved", "relu")[0] == 2


def test_what_is_not_graded_is_left_to_autograde(graded, grader):
    done = grader(graded, "regrade", WEEK)
    assert "1 submissions are not graded: broken" in done.stdout
    assert done.stdout.splitlines()[-1] == "Nothing changed (10 submissions, 0 judged again)."


@pytest.fixture(scope="module")
def asks_more(graded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class whose declaration asks for inputs that were never run."""
    course = _copy(graded, tmp_path_factory.mktemp("more") / "course", ASKS_MORE)
    (course.parent / "dry.txt").write_text(run(course, "grader", "regrade", WEEK).stdout)
    return course


def test_inputs_that_were_never_run_are_said(asks_more):
    said = (asks_more.parent / "dry.txt").read_text()
    assert "9 submissions have to be run again (inputs that were never run: relu_derivative): byhand, close" in said
    assert "relu_derivative: the gradebook says 3 points, the course 4; marks are scaled" in said


def test_an_exercise_that_asks_nothing_new_is_judged_alone(asks_more, grader, tmp_path):
    course = _copy(asks_more, tmp_path / "course")
    done = grader(course, "regrade", WEEK, "--exercise", "relu", "--apply")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Nothing changed (10 submissions, 0 judged again).")


def test_one_submission_is_run_again_alone(asks_more, tmp_path):
    course = _copy(asks_more, tmp_path / "course")
    done = run(course, "grader", "regrade", WEEK, "--student", "solved", "--apply")
    assert "1 submissions were run again" in done.stdout
    marks = {student: records.load(course / ".gradmark", WEEK, student)[NAME].marks for student in ("solved", "close")}
    assert "larger" in marks["solved"]["relu_derivative"].criteria
    assert "larger" not in marks["close"]["relu_derivative"].criteria


def test_answers_are_shown_case_by_case(graded, grader):
    done = grader(graded, "answers", "show", "close", "relu")
    assert done.exit_code == 0, done.stderr
    head, *_ = done.stdout.splitlines()
    assert head == f"close, {WEEK}/{NAME}, relu: 0 of 2 points when it was graded"
    assert "✗ values/public/1\n  z " in done.stdout
    assert "verdict    values: " in done.stdout
    assert "values/hidden0/0, hidden" in done.stdout
    wrong = grader(graded, "answers", "show", "close", "rellu")
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith("grader: close has no answers to 'rellu'; did you mean relu or ")


def test_a_limit_is_shown_where_it_was_hit(graded, grader):
    done = grader(graded, "answers", "show", "endless", "relu")
    assert "returned   nothing (time)" in done.stdout

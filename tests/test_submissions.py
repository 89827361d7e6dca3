"""Golden submissions: whole notebooks as students hand them in, graded for real, and the verdicts they must get.

See submissions/README.md for the folders. Keys hold hidden cases of a fixed secret, so every run asks the same.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import pytest
from snapshots import FOLDER, assert_as_kept, keys_in, messages_of

from grader import grade
from grader.answers import AnswerStore
from grader.course import CourseFolder, find_course
from grader.grade import Graded, Submission, grade_class, grade_file, locate
from grader.key import Key
from grader.messages import LANGUAGES
from grader.notebook import NotebookError, read_notebook
from grader.oracle import grading_keys
from grader.quiz import Student
from grader.render import MAX_LINES
from grader.sandbox.parent import Settings
from grader.sandbox.protocol import Limits

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = sorted(file.parent for file in (ROOT / "tests" / "submissions").glob("*/verdict.json"))
EXPECTED: dict[str, dict[str, Any]] = {
    folder.name: json.loads((folder / "verdict.json").read_text(encoding="utf-8")) for folder in FOLDERS
}
ASSIGNMENTS = sorted({expected["assignment"] for expected in EXPECTED.values()})
# One process makes the keys of an assignment, once for all its tests.
EACH_ASSIGNMENT = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ASSIGNMENTS]
EACH_FOLDER = [
    pytest.param(folder, id=folder.name, marks=pytest.mark.xdist_group(EXPECTED[folder.name]["assignment"]))
    for folder in FOLDERS
]
# An endless loop costs this much. Elsewhere nothing runs out of time, however busy the machine.
LIMITS = dict.fromkeys(ASSIGNMENTS, Limits(check=20.0)) | {"09_convolution": Limits(check=2.0)}

Keys = Callable[[str], Mapping[str, Key]]


@pytest.fixture(scope="module")
def course() -> Iterator[CourseFolder]:
    """The repository's own course, its hidden cases drawn from a secret that never changes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_SECRET", "golden")
        yield find_course(ROOT)


@pytest.fixture(scope="module")
def keys(course: CourseFolder) -> Keys:
    """Assignment -> its grading keys, made or read once."""
    return functools.cache(lambda assignment: grading_keys(course, course.assignment(assignment)))


def hand_in(course: CourseFolder, folder: Path, keys: Mapping[str, Key]) -> Submission:
    """The folder as a submission. Raises NotebookError when it holds no notebook of the assignment."""
    expected = EXPECTED[folder.name]
    assignment = course.assignment(expected["assignment"])
    return Submission(expected.get("student", folder.name), locate(folder, assignment.notebook, keys))


def of_assignment(assignment: str) -> list[Path]:
    """The folders of one assignment."""
    return [folder for folder in FOLDERS if EXPECTED[folder.name]["assignment"] == assignment]


def outcome(graded: Graded) -> dict[str, dict[str, Any]]:
    """What verdict.json states of every exercise."""
    return {
        name: {
            "status": verdict.status,
            "points": verdict.points,
            "code": verdict.diagnosis and verdict.diagnosis.code,
            "mistake": verdict.diagnosis.mistake if verdict.diagnosis else "",
        }
        for name, verdict in graded.verdicts.items()
    }


def assert_as_expected(graded: Graded, folder: str) -> None:
    """Everything verdict.json states, exactly."""
    expected = EXPECTED[folder]
    assert bool(graded.problem) == bool(expected["problem"]), graded.problem
    assert expected["problem"] in graded.problem
    assert graded.run.ended == expected["ended"]
    # A report says that somebody tried something. Of honest work there are none, but of limits.
    assert [f"{report.kind} {report.detail}" for report in graded.run.reports] == expected.get("reports", [])
    assert outcome(graded) == expected["exercises"]


def as_text(graded: Graded) -> str:
    """All verdicts with every detail; text, because a NaN in a detail equals nothing, not even itself."""
    verdicts = {name: verdict.to_json() for name, verdict in graded.verdicts.items()}
    return json.dumps([graded.student, graded.problem, graded.run.ended, verdicts], sort_keys=True)


def hits_a_limit(name: str) -> bool:
    """Whether time or the process ends before the answers do; such runs never stand in for another."""
    expected = EXPECTED[name]
    return bool(expected["ended"]) or any(found["code"] == "missing_time" for found in expected["exercises"].values())


@pytest.fixture(scope="module")
def spoken(course: CourseFolder, keys: Keys) -> Callable[[str], Mapping[str, Mapping[str, Key]]]:
    """Assignment -> language -> its grading keys with the author's words in that language."""

    def of(name: str) -> Mapping[str, Mapping[str, Key]]:
        others = {lang: keys_in(lang, course, course.assignment(name), keys(name)) for lang in LANGUAGES[1:]}
        return {LANGUAGES[0]: keys(name), **others}

    return functools.cache(of)


@pytest.mark.parametrize("folder", EACH_FOLDER)
def test_verdict(
    folder: Path, course: CourseFolder, keys: Keys, spoken: Callable[[str], Mapping[str, Mapping[str, Key]]]
) -> None:
    """The one promise a student relies on: this notebook gets this verdict, told in these words (tests/snapshots/)."""
    found = keys(EXPECTED[folder.name]["assignment"])
    try:
        submission = hand_in(course, folder, found)
    except NotebookError as error:
        graded = Graded(folder.name, problem=str(error))
    else:
        graded = grade_file(submission, found, limits=LIMITS[EXPECTED[folder.name]["assignment"]])
    assert_as_expected(graded, folder.name)
    if not graded.problem:
        student = Student(submission.student, read_notebook(submission.path).student_id)
        assert_as_kept(folder.name, messages_of(graded, spoken(EXPECTED[folder.name]["assignment"]), student))


def test_every_snapshot_is_compared() -> None:
    graded = [name for name, expected in EXPECTED.items() if not expected["problem"]]
    kept = sorted(path.name for path in FOLDER.iterdir())
    assert kept == sorted(f"{name}.{lang}.txt" for name in graded for lang in LANGUAGES)


def messages_in(path: Path) -> list[list[str]]:
    """The messages of a snapshot, as lines."""
    return [message.splitlines() for message in path.read_text(encoding="utf-8").strip().split("\n\n")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_is_longer_than_eight_lines_and_none_is_without_a_next_step(lang: str) -> None:
    for path in FOLDER.glob(f"*.{lang}.txt"):
        for head, *lines in messages_in(path):
            assert 1 + len(lines) <= MAX_LINES, (path.name, head)
            # Done, or not begun: what to do is a hint, the question again, or to begin.
            done = head[0] == "✓"
            assert done or re.search(r'(hint|ask)\("|raise NotImplementedError| = \.\.\.|restart|커널', lines[-1]), (
                path.name,
                head,
            )


@pytest.mark.parametrize("assignment", EACH_ASSIGNMENT)
def test_every_assignment_is_covered(assignment: str, keys: Keys) -> None:
    """Solved, untouched and mistaken work of every assignment, or the golden set says little about it."""
    results = [EXPECTED[folder.name]["exercises"] for folder in of_assignment(assignment)]
    points = [{name: verdict["points"] for name, verdict in result.items()} for result in results]
    statuses = Counter(verdict["status"] for result in results for verdict in result.values())
    mistakes = {verdict["mistake"] for result in results for verdict in result.values()}
    asked = {name for result in results for name in result}
    full = {name: key.points for name, key in keys(assignment).items() if name in asked}
    assert points.count(full) >= 2
    assert any({verdict["status"] for verdict in result.values()} == {"not_started"} for result in results)
    assert statuses["partial"] >= 1
    assert statuses["failed"] >= 2
    assert len(mistakes - {""}) >= 3


def test_reports_are_expected_of_limits_only() -> None:
    """No honest notebook is ever reported as an attack."""
    reports = {name: expected.get("reports", []) for name, expected in EXPECTED.items()}
    for name, found in reports.items():
        assert all(report.startswith(("limit ", "died ")) for report in found), name
        assert bool(found) == hits_a_limit(name), name


@pytest.mark.parametrize("assignment", EACH_ASSIGNMENT)
def test_class_in_two_threads(assignment: str, course: CourseFolder, keys: Keys) -> None:
    """In parallel the verdicts are the same, and come in the order of the submissions, broken ones among them."""
    found = keys(assignment)
    notebook = f"{course.assignment(assignment).notebook}.ipynb"
    submissions = [Submission("nobody", ROOT / "tests" / "no such folder" / notebook)]
    # A folder without a notebook has no place in a class: `locate` has said so.
    # Every fourth: `test_verdict` has them all.
    folders = [folder for folder in of_assignment(assignment) if any(folder.glob("*.ipynb"))][::4]
    submissions += [hand_in(course, folder, found) for folder in folders]
    with ThreadPoolExecutor(2) as executor:
        results = list(grade_class(submissions, found, executor, limits=LIMITS[assignment]))
    assert [graded.student for graded in results] == [submission.student for submission in submissions]
    assert "cannot be read" in results[0].problem
    for graded, folder in zip(results[1:], folders, strict=True):
        assert_as_expected(graded, folder.name)


def test_slow_submission_first(course: CourseFolder, keys: Keys) -> None:
    """Who finishes first does not come first: a gradebook is written in the order of the class."""
    found = keys("09_convolution")
    names = ["convolution-endless-loop", "convolution-solved-loops", "convolution-untouched"]
    finished: list[str] = []

    class Noting(ThreadPoolExecutor):
        """Notes in which order the work was done."""

        def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
            future = super().submit(function, *args, **kwargs)
            future.add_done_callback(lambda done: finished.append(done.result().student))
            return future

    submissions = [hand_in(course, ROOT / "tests" / "submissions" / name, found) for name in names]
    # Long enough for two whole notebooks with their figures, on a busy machine too.
    limits = Limits(check=8.0)
    with Noting(2) as executor:
        results = [graded.student for graded in grade_class(submissions, found, executor, limits=limits)]
    students = [submission.student for submission in submissions]
    assert results == students
    assert finished[-1] == students[0]


@pytest.mark.parametrize("assignment", EACH_ASSIGNMENT)
def test_regrading_runs_nothing(
    assignment: str, course: CourseFolder, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With stored answers the same verdicts come back, every detail of them, and no student code runs."""
    store = AnswerStore(tmp_path / "answers", max_bytes=2**30)
    found = keys(assignment)
    folders = [folder for folder in of_assignment(assignment) if not EXPECTED[folder.name]["problem"]]
    folders = [folder for number, folder in enumerate(folders) if number % 5 == 0 or hits_a_limit(folder.name)]
    submissions = [hand_in(course, folder, found) for folder in folders]
    first = [grade_file(submission, found, store=store, limits=LIMITS[assignment]) for submission in submissions]

    class Ran(Exception):
        pass

    def refuse(settings: Settings) -> NoReturn:
        raise Ran

    monkeypatch.setattr(grade, "sandbox", refuse)
    for folder, submission, before in zip(folders, submissions, first, strict=True):
        if hits_a_limit(folder.name):
            # On a quieter machine it may end otherwise, so it is asked again.
            with pytest.raises(Ran):
                grade_file(submission, found, store=store, limits=LIMITS[assignment])
        else:
            assert as_text(grade_file(submission, found, store=store, limits=LIMITS[assignment])) == as_text(before)


def test_missing_notebook_is_named(course: CourseFolder, keys: Keys) -> None:
    """An instructor has to know whom to ask, and for which file."""
    folder = ROOT / "tests" / "submissions" / "initialization-missing"
    with pytest.raises(NotebookError, match=r"initialization-missing: initialization\.ipynb is missing"):
        hand_in(course, folder, keys("07_initialization"))


def test_renamed_notebook_is_found(course: CourseFolder, keys: Keys) -> None:
    """A second download has another name; the checks in it say what it is."""
    folder = ROOT / "tests" / "submissions" / "activations-renamed"
    submission = hand_in(course, folder, keys("02_activations"))
    assert submission.path.name != "activations.ipynb"
    # The same folder has nothing to hand in for another assignment.
    with pytest.raises(NotebookError, match="is missing"):
        locate(folder, "softmax", keys("04_softmax"))

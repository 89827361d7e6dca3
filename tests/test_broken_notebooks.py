"""Notebooks that students or their editors broke, graded by the stock command: they cost no mark and gain none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from course_copy import ROOT, cell_of, copy_course, export, hand_in, notebook, run
from nbgrader.api import Gradebook

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("broken")]

WEEK, NAME = "02_activations", "activations"
FULL = 11.0
Node = dict[str, Any]
# Only this is worth marks: relu, 2 points.
DONE = "def relu(z):\n    import numpy as np\n    return np.maximum(0, z)"


def _without(node: Node, *names: str) -> None:
    node["cells"] = [cell for cell in node["cells"] if _id(cell) not in names]


def _id(cell: Node) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _settings(node: Node, name: str) -> Node:
    return cell_of(node, name)["metadata"]["nbgrader"]


def _move(node: Node, name: str, place: int) -> None:
    cell = cell_of(node, name)
    node["cells"].remove(cell)
    node["cells"].insert(place, cell)


def _as_code(source: str, **nbgrader: Any) -> Node:
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {
        "cell_type": "code",
        "metadata": {"nbgrader": {**flags, **nbgrader}} if nbgrader else {},
        "source": source,
        "outputs": [],
        "execution_count": None,
        "id": "added",
    }


def _drop_settings(node: Node) -> None:
    for cell in node["cells"]:
        cell["metadata"] = {}


def _old_settings(node: Node) -> None:
    for cell in node["cells"]:
        if _id(cell):
            known = cell["metadata"]["nbgrader"]
            known["schema_version"] = 1
            del known["task"], known["cell_type"]


def _format_3(node: Node) -> None:
    cells = []
    for cell in node.pop("cells"):
        cell.pop("id")
        if cell["cell_type"] == "code":
            del cell["execution_count"]
            cell.update(input=cell.pop("source"), language="python", collapsed=False)
        cells.append(cell)
    node.update(nbformat=3, nbformat_minor=0, metadata={"name": ""}, worksheets=[{"cells": cells, "metadata": {}}])


def _format_4_0(node: Node) -> None:
    node["nbformat_minor"] = 0
    for cell in node["cells"]:
        del cell["id"]


def _join(node: Node) -> None:
    cell_of(node, "relu-stub")["source"] = _text(node, "relu-stub") + '\n\ncheck("relu")'
    _without(node, "relu")


def _join_upwards(node: Node) -> None:
    cell_of(node, "relu")["source"] = _text(node, "relu-stub") + '\n\ncheck("relu")'
    _without(node, "relu-stub")


def _split(node: Node) -> None:
    cell = cell_of(node, "relu-stub")
    upper = copy.deepcopy(cell)
    upper.update(id="upper", source="zero = 0.0")
    cell["source"] = "import numpy as np\n\ndef relu(z):\n    return np.maximum(zero, z)"
    node["cells"].insert(node["cells"].index(cell), upper)


def _text(node: Node, name: str) -> str:
    return "".join(cell_of(node, name)["source"])


def _as_type(name: str, kind: str) -> Callable[[Node], None]:
    def change(node: Node) -> None:
        cell = cell_of(node, name)
        cell["cell_type"] = kind
        del cell["outputs"], cell["execution_count"]

    return change


# name -> how a solved notebook was broken, and a part of what is said of it ("" where there is nothing to say).
BROKEN: dict[str, tuple[Callable[[Node], Any], str]] = {
    "check-deleted": (lambda node: _without(node, "relu"), "The check of relu was missing and was put back"),
    "setup-deleted": (lambda node: _without(node, "setup"), "The cell setup was missing and was put back"),
    "check-first": (lambda node: _move(node, "relu", 0), "The check of relu stood where it could not work"),
    "setup-last": (lambda node: _move(node, "setup", 12), "The cell setup stood where it could not work"),
    "check-edited": (lambda node: cell_of(node, "relu").update(source="check('sigmoid')"), "check of relu is locked"),
    "setup-edited": (
        lambda node: cell_of(node, "setup").update(source="import numpy as np"),
        "The cell setup is locked",
    ),
    "check-copied": (lambda node: node["cells"].append(cell_of(node, "relu")), "The check of relu was there more than"),
    "work-copied": (lambda node: node["cells"].append(cell_of(node, "relu-stub")), "The cell relu-stub was there more"),
    "joined": (_join, "The check of relu was missing"),
    "joined-upwards": (_join_upwards, "The check of relu was missing"),
    "split": (_split, "The cell relu-stub was there more than once"),
    "settings-lost": (_drop_settings, "9 cells had lost their grading settings"),
    "settings-old": (_old_settings, "The grading settings were of an older nbgrader"),
    "settings-new": (
        lambda node: _settings(node, "relu").update(schema_version=99),
        "of the check of relu had changed",
    ),
    "not-graded": (lambda node: _settings(node, "relu").update(grade=False), "of the check of relu had changed (grade"),
    "as-solution": (lambda node: _settings(node, "relu").update(solution=True), "had changed (solution"),
    "as-task": (lambda node: _settings(node, "relu").update(task=True), "had changed (task"),
    "id-changed": (lambda node: _settings(node, "relu").update(grade_id="mine"), "had changed (grade_id"),
    "check-as-prose": (_as_type("relu", "markdown"), "The check of relu had become a cell of another type"),
    "check-as-raw": (_as_type("relu", "raw"), "The check of relu had become a cell of another type"),
    "work-as-raw": (_as_type("relu-stub", "raw"), "The cell relu-stub had become a cell of another type"),
    "format-3": (_format_3, "The notebook was in an old format (3.0)"),
    "format-4-0": (_format_4_0, ""),
    "format-4-9": (lambda node: node.update(nbformat_minor=9), ""),
    "same-cell-ids": (lambda node: [cell.update(id="same") for cell in node["cells"]], ""),
    "windows": (
        lambda node: [cell.update(source="".join(cell["source"]).replace("\n", "\r\n")) for cell in node["cells"]],
        "",
    ),
}


def _swap(node: Node) -> None:
    _settings(node, "relu").update(grade_id="sigmoid", points=3)
    _settings(node, "sigmoid").update(grade_id="relu", points=2)


def _second_check_before(node: Node) -> None:
    """The check beside good work, and once more before what replaces it: nobody gets the better of two."""
    node["cells"].insert(0, _as_code(DONE))
    node["cells"].insert(1, cell_of(node, "relu"))


# name -> what was done to a notebook of which only relu is solved, which is worth 2 points and nothing more.
GAINS: dict[str, Callable[[Node], Any]] = {
    "swapped": _swap,
    "easy-for-hard": lambda node: cell_of(node, "sigmoid").update(source='check("relu")'),
    "more-points": lambda node: _settings(node, "relu").update(points=100),
    "bonus": lambda node: node["cells"].append(
        _as_code("1", grade=True, locked=True, grade_id="bonus", points=50)  # no such cell was released
    ),
    "anothers-id": lambda node: (
        _without(node, "sigmoid"),
        node["cells"].append(_as_code("3.0", grade=True, locked=True, grade_id="sigmoid", points=3)),
    ),
    "stub-graded": lambda node: _settings(node, "relu-stub").update(grade=True, points=50),
    "in-prose": lambda node: node["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "source": 'check("sigmoid")', "id": "p"}
    ),
    "own-note": lambda node: (
        node["metadata"].update(gradmark={"repairs": [{"kind": "x", "cell": "", "sentence": "FORGED"}]}),
        node["cells"].insert(
            0, {"cell_type": "markdown", "metadata": {"gradmark_note": ["FORGED"]}, "source": "FORGED", "id": "n"}
        ),
    ),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One class, each of whose students broke a notebook in another way; graded and given feedback."""
    course = copy_course(tmp_path_factory.mktemp("broken") / "course")
    run(course, "nbgrader", "generate_assignment", WEEK)
    stub = notebook(course / "exercises" / WEEK / f"{NAME}.ipynb")
    solutions = notebook(course / "solutions" / WEEK / f"{NAME}.ipynb")
    # What students have is the release, with their work in it.
    solved = copy.deepcopy(stub)
    for name in ("sigmoid", "sigmoid_derivative", "relu", "relu_derivative"):
        cell_of(solved, f"{name}-stub")["source"] = _text(solutions, f"{name}-stub")
    for student, (change, _) in BROKEN.items():
        node = copy.deepcopy(solved)
        change(node)
        hand_in(course, student, WEEK, node, NAME)
    for student, gain in GAINS.items():
        node = copy.deepcopy(stub)
        cell_of(node, "relu-stub")["source"] = DONE
        gain(node)
        hand_in(course, f"gain-{student}", WEEK, node, NAME)
    node = copy.deepcopy(stub)
    _second_check_before(node)
    hand_in(course, "gain-better-of-two", WEEK, node, NAME)
    hand_in(course, "sound", WEEK, solved, NAME)
    hand_in(course, "renamed", WEEK, solved, f"{NAME}_final(2)")
    _without(other := copy.deepcopy(solved), "relu")
    hand_in(course, "renamed-broken", WEEK, other, f"{NAME} Kopie")
    hand_in(course, "two", WEEK, solved, "one")
    hand_in(course, "two", WEEK, stub, "another")
    hand_in(course, "with-copy", WEEK, stub, NAME)
    hand_in(course, "with-copy", WEEK, solved, f"{NAME}-Copy1")
    hand_in(course, "other-week", WEEK, notebook(ROOT / "exercises" / "04_softmax" / "softmax.ipynb"), "softmax")
    hand_in(course, "wrong", WEEK, notebook(ROOT / "exercises" / "04_softmax" / "softmax.ipynb"), NAME)
    before = _files(course / "submitted")
    done = run(course, "nbgrader", "autograde", WEEK, check=False)
    (course / "autograde.log").write_text(done.stderr)
    assert _files(course / "submitted") == before, "what was handed in stays as it is"
    run(course, "nbgrader", "generate_feedback", WEEK)
    return course


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _marks(course: Path) -> dict[str, float]:
    return {student: float(row["score"]) for student, row in export(course, WEEK).items() if row["score"]}


def _said(course: Path, student: str) -> list[str]:
    """The sentences in the log about a student's notebook."""
    start = f"{student}/{NAME}: "
    lines = (course / "autograde.log").read_text().splitlines()
    return [line.partition(start)[2] for line in lines if f" {start}" in line]


def _page(course: Path, student: str) -> str:
    return (course / "feedback" / student / WEEK / f"{NAME}.html").read_text()


@pytest.mark.parametrize("student", BROKEN)
def test_what_was_broken_costs_nothing_and_is_told(course: Path, student: str) -> None:
    assert _marks(course).get(student) == FULL
    said, part = _said(course, student), BROKEN[student][1]
    assert bool(said) == bool(part), said
    if part:
        assert any(part in line for line in said), said
        page = _page(course, student)
        assert all(line in page for line in said)


def test_a_sound_notebook_is_left_alone(course: Path) -> None:
    assert _marks(course)["sound"] == FULL
    assert _said(course, "sound") == []
    graded = notebook(course / "autograded" / "sound" / WEEK / f"{NAME}.ipynb")
    handed_in = notebook(course / "submitted" / "sound" / WEEK / f"{NAME}.ipynb")
    assert [_id(cell) for cell in graded["cells"]] == [_id(cell) for cell in handed_in["cells"]]
    assert "gradmark" not in graded["metadata"]


@pytest.mark.parametrize("student", GAINS)
def test_breaking_things_gains_nothing(course: Path, student: str) -> None:
    assert _marks(course).get(f"gain-{student}") == 2


def test_nobody_gets_the_better_of_two(course: Path) -> None:
    assert _marks(course).get("gain-better-of-two") == 0


def test_nobody_can_forge_what_is_said(course: Path) -> None:
    graded = notebook(course / "autograded" / "gain-own-note" / WEEK / f"{NAME}.ipynb")
    assert "FORGED" not in json.dumps(graded)


def test_a_renamed_notebook_is_graded_under_its_name(course: Path) -> None:
    assert _marks(course)["renamed"] == FULL
    (said,) = _said(course, "renamed")
    assert said.startswith(f"The notebook was handed in as {NAME}_final(2).ipynb and graded as {NAME}.ipynb")
    assert said in _page(course, "renamed")


def test_a_renamed_notebook_may_be_broken_too(course: Path) -> None:
    assert _marks(course)["renamed-broken"] == FULL
    assert len(_said(course, "renamed-broken")) == 2


def test_of_two_candidates_none_is_guessed(course: Path) -> None:
    log = (course / "autograde.log").read_text()
    (line,) = [line for line in log.splitlines() if "not graded:" in line and "submitted/two/" in line]
    assert f"has another.ipynb, one.ipynb where {NAME}.ipynb is expected; which is meant?" in line
    assert export(course, WEEK)["two"]["status"] == "not graded"


def test_a_second_notebook_beside_the_expected_one_does_not_count(course: Path) -> None:
    assert _marks(course)["with-copy"] == 0


def test_another_weeks_notebook_is_not_taken(course: Path) -> None:
    assert export(course, WEEK)["other-week"]["score"] == ""


def test_another_weeks_notebook_under_the_expected_name_is_refused(course: Path) -> None:
    """It would be nothing but zeros; a person should look."""
    log = (course / "autograde.log").read_text()
    assert f"not graded: wrong: {NAME}.ipynb has none of the graded cells of {NAME} but others" in log
    assert export(course, WEEK)["wrong"]["score"] == ""


def test_nothing_but_what_is_said_went_wrong(course: Path) -> None:
    log = (course / "autograde.log").read_text()
    assert "Traceback" not in log
    failed = [
        line.rpartition("student ")[2].strip("'")
        for line in log.splitlines()
        if "error processing assignment '" in line
    ]
    assert sorted(failed) == ["other-week", "two", "wrong"]


def test_grading_again_says_and_gives_the_same(course: Path) -> None:
    before = _marks(course)
    done = run(course, "nbgrader", "autograde", WEEK, "--force", "--student", "renamed-broken")
    assert "was handed in as" in done.stderr
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission(WEEK, "renamed-broken").score == before["renamed-broken"]

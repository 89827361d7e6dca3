"""From source to release: what is committed is fresh, and what the source gets wrong is one line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from course_copy import ROOT, cell_of, copy_course, copy_whole_course, notebook, run

from grader.build import BuildError, public_cases, refresh, source_notebook, stale_cases
from grader.course import CourseFolder

WEEK = "02_activations"
SOURCE = f"solutions/{WEEK}.py"


@pytest.fixture
def course(tmp_path: Path) -> CourseFolder:
    """A copy of the real course."""
    return CourseFolder(copy_whole_course(tmp_path / "course"), "reference:COURSE")


@pytest.fixture
def small(tmp_path: Path) -> CourseFolder:
    """A smaller one, for commands."""
    return CourseFolder(copy_course(tmp_path / "small"), "reference:COURSE")


def edit(course: CourseFolder, path: str, old: str, new: str) -> None:
    """Replace text that must be there."""
    file = course.root / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_grade_ids_and_points_come_from_the_declaration(course):
    node = json.loads(source_notebook(course, course.assignment(WEEK)))
    assert [
        (cell["metadata"]["nbgrader"]["grade_id"], cell["metadata"]["nbgrader"]["points"])
        for cell in node["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    ] == [
        *(("step", 2), ("step_slope", 1), ("sigmoid", 3), ("sigmoid_derivative", 3), ("sigmoid_slope", 1)),
        *(("tanh_derivative", 3), ("relu", 2), ("relu_derivative", 3), ("what_relu_fixes", 1), ("neuron", 3)),
        *(("neuron_output", 1), ("what_learns", 1), ("collapse_linear_layers", 4), ("one_layer_instead", 1)),
        *(("gradient_through_sigmoids", 3), ("vanishing_gradient", 1), ("relu_fold", 4), ("slope_of_a_fold", 1)),
    ]


def test_the_source_notebook_is_the_same_every_time(course):
    assignment = course.assignment(WEEK)
    assert source_notebook(course, assignment) == source_notebook(course, assignment)


@pytest.mark.parametrize("path", sorted((ROOT / "exercises").rglob("*.ipynb")), ids=lambda path: path.parent.name)
def test_a_release_holds_stubs_and_no_solution(path):
    text = path.read_text()
    assert "BEGIN SOLUTION" not in text
    assert "Why this works" not in text, "explanations are released with the solutions"
    for cell in notebook(path)["cells"]:
        metadata = cell["metadata"].get("nbgrader", {})
        if metadata.get("solution"):
            source = "".join(cell["source"])
            assert source.rstrip().endswith("raise NotImplementedError")
            assert ">>>" in source or "learning_curve" in source, "a stub shows an example"
            assert "To read:" in source, "a stub names a source"
        if metadata.get("grade"):
            assert "".join(cell["source"]) == f'check("{metadata["grade_id"]}")'
            assert cell["metadata"]["editable"] is False


def test_public_cases_name_what_is_forbidden_where_that_is_unusual(course):
    assignment = course.assignment(WEEK)
    assert "forbids" not in json.loads(public_cases(course, assignment))
    other = replace(assignment, forbids={"scipy.special", "jax"})
    assert json.loads(public_cases(course, other))["forbids"] == ["jax", "scipy.special"]


@pytest.mark.parametrize("path", sorted((ROOT / "exercises").rglob("public_cases.json")), ids=lambda p: p.parent.name)
def test_public_cases_hold_nothing_hidden(path):
    node = json.loads(path.read_text())
    for exercise in node["exercises"]:
        for criterion in exercise["criteria"]:
            assert not any(case["hidden"] for case in criterion["cases"])
            assert all("/public/" in case["id"] for case in criterion["cases"])
            assert not (criterion["hidden"] and criterion["cases"])


def test_what_is_committed_belongs_to_the_current_declarations():
    course = CourseFolder(ROOT, "reference:COURSE")
    assert [stale_cases(course, assignment) for assignment in course.course.assignments] == [""] * 12


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('check("relu")\n', 'check("reul")\n', "checks reul, which reference.activations does not declare"),
        ('check("relu")\n', "", 'has 0 cells check("relu"); exactly one is needed for its points'),
        ('check("relu")\n', 'check("relu")\n\n# %%\ncheck("relu")\n', 'has 2 cells check("relu"); exactly one'),
        ('check("relu")\n', 'x = 1\ncheck("relu")\n', 'a check stands alone in its cell, as check("relu")'),
    ],
    ids=["unknown", "missing", "twice", "with other code"],
)
def test_a_wrong_source_is_one_line(course, old, new, line):
    edit(course, SOURCE, old, new)
    with pytest.raises(BuildError, match=r"02_activations\.py") as caught:
        source_notebook(course, course.assignment(WEEK))
    assert line in str(caught.value)


def test_a_missing_source_is_one_line(course):
    (course.root / SOURCE).unlink()
    with pytest.raises(BuildError, match=r"02_activations\.py: is missing"):
        refresh(course, course.assignment(WEEK))


def test_public_cases_of_another_format_are_stale(course):
    assignment = course.course.assignments[0]
    path = course.public_cases(assignment)
    text = path.read_text()
    path.write_text(text.replace('"format":', '"format":9', 1))
    assert "run `grader build" in stale_cases(course, assignment)
    path.write_text(text)


def test_refresh_writes_only_what_is_stale(course):
    assignment = course.assignment(WEEK)
    refresh(course, assignment)
    made = course.root / "solutions" / WEEK / "activations.ipynb"
    before = made.stat().st_mtime_ns
    refresh(course, assignment)
    assert made.stat().st_mtime_ns == before
    edit(course, SOURCE, "# # 2 · Activation functions", "# # 2 · Activations")
    refresh(course, assignment)
    assert made.stat().st_mtime_ns > before
    assert "2 · Activations" in made.read_text()


@pytest.mark.slow
def test_check_tells_what_is_stale_and_build_mends_it(small):
    assert "1 assignments are up to date" in run(small.root, "grader", "build", "--check", WEEK).stdout
    released = small.root / "exercises" / WEEK / "activations.ipynb"
    committed = released.read_bytes()
    released.write_text(released.read_text().replace("raise NotImplementedError", "return 0", 1))
    (small.root / "exercises" / WEEK / "left_over.txt").write_text("from an older release")
    done = run(small.root, "grader", "build", "--check", WEEK, check=False)
    assert done.returncode == 1
    assert f"stale: exercises/{WEEK}/activations.ipynb" in done.stdout
    assert f"stale: exercises/{WEEK}/left_over.txt" in done.stdout
    assert "run `grader build`" in done.stderr
    run(small.root, "grader", "build", WEEK)
    assert released.read_bytes() == committed
    assert not (released.parent / "left_over.txt").exists()


@pytest.mark.slow
def test_nbgraders_own_command_makes_the_same_release(small):
    committed = {path.name: path.read_bytes() for path in (small.root / "exercises" / WEEK).iterdir()}
    run(small.root, "nbgrader", "generate_assignment", WEEK)
    assert {path.name: path.read_bytes() for path in (small.root / "exercises" / WEEK).iterdir()} == committed


@pytest.mark.slow
def test_generate_solution_keeps_the_explanations(small):
    run(small.root, "nbgrader", "generate_assignment", WEEK)
    run(small.root, "nbgrader", "generate_solution", WEEK)
    text = (small.root / "solution" / WEEK / "activations.ipynb").read_text()
    assert "Why this works" in text
    assert cell_of(json.loads(text), "relu-stub")

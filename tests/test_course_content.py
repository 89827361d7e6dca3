"""The course itself: fixed names and signatures, solutions that run as plain scripts, examples that are true."""

from __future__ import annotations

import contextlib
import doctest
import inspect
import os
import runpy
import subprocess
import sys

import matplotlib
import pytest
from course_copy import ROOT
from curriculum import QUESTIONS, SIGNATURES

from grader import oracle
from grader.course import CourseFolder

matplotlib.use("agg")
from matplotlib import pyplot

COURSE = CourseFolder(ROOT, "reference:COURSE")
ASSIGNMENTS = [assignment.name for assignment in COURSE.course.assignments]


def beside(name):
    """Where an assignment's files lie."""
    folder = ROOT / "solutions" / name
    return folder if folder.is_dir() else ROOT


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def solved(request):
    """An assignment's name and what its solution defines."""
    source = COURSE.source(COURSE.assignment(request.param))
    with contextlib.chdir(beside(request.param)):
        namespace = runpy.run_path(str(source))
    pyplot.close("all")
    return request.param, namespace


def test_all_assignments_are_listed():
    assert sorted(SIGNATURES) == ASSIGNMENTS


def test_names_and_signatures_are_the_fixed_ones(solved):
    name, namespace = solved
    for exercise, signature in SIGNATURES[name].items():
        assert str(inspect.signature(namespace[exercise])) == signature


@pytest.mark.slow
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_declaration_has_the_same_names_and_arguments(name):
    exercises = oracle.declared(COURSE, COURSE.assignment(name))
    assert list(exercises) == list(SIGNATURES[name])
    for exercise in exercises.values():
        wanted = SIGNATURES[name][exercise.name].strip("()")
        assert list(exercise.parameters) == [argument.split("=")[0] for argument in wanted.split(", ") if argument]


@pytest.mark.slow
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_question_of_the_curriculum_is_asked(name):
    questions = oracle.declared_questions(COURSE, COURSE.assignment(name))
    varying = {question for question, declared in questions.items() if declared.given is not None}
    assert QUESTIONS[name].keys() <= questions.keys()
    assert {question for question, varies in QUESTIONS[name].items() if varies} <= varying
    assert len(questions) >= 4
    assert 3 * len(varying) >= len(questions)


@pytest.mark.slow
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_hints_of_larger_exercises_come_in_steps(name):
    """From where to look to nearly the formula; never the code."""
    for exercise in oracle.declared(COURSE, COURSE.assignment(name)).values():
        steps = exercise.hint.split("\n")
        assert (2 if exercise.points >= 3 else 1) <= len(steps) <= 3, exercise.name
        assert all(step.strip() and step.strip() == step for step in steps)
        assert not any(word in exercise.hint for word in ("return ", "def ", "import ", "\n\n"))


@pytest.mark.slow
def test_no_name_means_two_things():
    names = [
        name
        for assignment in COURSE.course.assignments
        for declared in (oracle.declared(COURSE, assignment), oracle.declared_questions(COURSE, assignment))
        for name in declared
    ]
    assert sorted(names) == sorted(set(names))


def test_examples_in_docstrings_are_true(solved):
    name, namespace = solved
    for exercise in SIGNATURES[name]:
        (example,) = doctest.DocTestFinder(recurse=False).find(namespace[exercise], exercise, globs=dict(namespace))
        assert example.examples, f"{exercise} shows no example"
        result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, clear_globs=False)
        assert result.failed == 0


def test_docstrings_name_a_source_to_read(solved):
    name, namespace = solved
    for exercise in SIGNATURES[name]:
        assert "To read: " in inspect.getdoc(namespace[exercise])


@pytest.mark.slow
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_solution_runs_as_a_script_without_a_warning(name):
    """Every check of it passes on the public cases, in plain Python."""
    source = COURSE.source(COURSE.assignment(name))
    done = subprocess.run(
        [sys.executable, "-W", "error", str(source)],
        capture_output=True,
        text=True,
        check=False,
        cwd=beside(name),
        env={**os.environ, "MPLBACKEND": "agg"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("✓") == len(SIGNATURES[name])
    assert done.stderr == ""


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_notebook_teaches_before_it_asks(name):
    """Heading, time, a worked number and a formula stand before the first stub."""
    text = COURSE.source(COURSE.assignment(name)).read_text()
    before = text[: text.index("### BEGIN SOLUTION")]
    # The last assignment puts together what the others have derived.
    for part in ("# # ", "**Time:**", "How to work", *(() if name == "12_digits" else ("by hand", "$$"))):
        assert part in before, part
    assert text.count("**Why this works") == len(SIGNATURES[name]), "every exercise is explained after it is solved"

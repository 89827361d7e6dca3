"""The course itself: fixed names and signatures, solutions that run as plain scripts, examples that are true."""

from __future__ import annotations

import doctest
import inspect
import runpy
import subprocess
import sys

import pytest
from course_copy import ROOT

from grader import oracle
from grader.course import CourseFolder

COURSE = CourseFolder(ROOT, "reference:COURSE")
ASSIGNMENTS = [assignment.name for assignment in COURSE.course.assignments]

# Other people's programs call these; they never change.
SIGNATURES = {
    "02_activations": {
        "sigmoid": "(z)",
        "sigmoid_derivative": "(z)",
        "relu": "(z)",
        "relu_derivative": "(z)",
    },
    "04_softmax": {
        "softmax": "(logits)",
        "cross_entropy": "(logits, labels)",
        "cross_entropy_gradient": "(logits, labels)",
    },
    "06_backpropagation": {
        "mlp_forward": "(x, parameters)",
        "mlp_backward": "(y, cache, parameters)",
        "backprop": "(X, labels, weights, biases)",
    },
    "07_initialization": {"xavier_uniform": "(fan_in, fan_out, rng)"},
    "08_dropout_and_batchnorm": {"dropout_mask": "(shape, p, rng)", "dropout": "(x, p, training, rng)"},
    "09_convolution": {
        "conv_output_size": "(size, kernel, stride=1, padding=0, dilation=1)",
        "conv2d": "(x, w, b, stride=1, padding=0)",
    },
}


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def solved(request):
    """An assignment's name and what its solution defines."""
    source = COURSE.source(COURSE.assignment(request.param))
    return request.param, runpy.run_path(str(source))


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
        assert list(exercise.parameters) == [argument.split("=")[0] for argument in wanted.split(", ")]


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
    done = subprocess.run([sys.executable, "-W", "error", str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("✓") == len(SIGNATURES[name])
    assert done.stderr == ""


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_notebook_teaches_before_it_asks(name):
    """Heading, time, a worked number and a formula stand before the first stub."""
    text = COURSE.source(COURSE.assignment(name)).read_text()
    before = text[: text.index("### BEGIN SOLUTION")]
    for part in ("# # ", "**Time:**", "by hand", "$$", "How to work"):
        assert part in before, part
    assert text.count("**Why this works") == len(SIGNATURES[name]), "every exercise is explained after it is solved"

"""Expected values: made from the reference, kept, and refused where they could not be judged against."""

import json
import stat
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from builders import REFERENCE

from grader.exercise import (
    Bernoulli,
    Case,
    Criterion,
    DeclarationError,
    Exercise,
    Mistake,
    Raises,
    Uniform,
    case,
    draws,
)
from grader.key import Sample, key_to_json
from grader.oracle import (
    OracleError,
    declared,
    grading_keys,
    make_cases,
    make_key,
    public_keys,
    reference_answer,
    shown,
    write_atomically,
)

pytest.importorskip("torch")


def text_of(keys):
    return json.dumps({name: key_to_json(key) for name, key in keys.items()}, sort_keys=True)


def made(function, *cases, points=1.0, mistakes=(), hint="", **options):
    """An exercise of one criterion."""
    return Exercise(
        "f",
        points,
        hint,
        function,
        [Criterion("values", points, lambda rng: cases, **options)],
        [Mistake(*m) for m in mistakes],
    )


def only_case(exercise):
    (criterion,) = make_key(exercise, [], "d").criteria
    (found,) = criterion.cases
    return found


# ------------------------------------------------------------------------------------------ keys


def test_a_key_holds_what_the_reference_answers(course):
    folder = course()
    assignment = folder.assignment("01_first")
    (key,) = grading_keys(folder, assignment).values()
    assert (key.exercise, key.points, key.hint, key.parameters) == ("double", 3, "Add x to itself.", ("x",))
    assert key.mistakes == {"returned x itself": "it wants doubling"}
    assert key.digest == folder.digest(assignment)
    assert [(item.name, item.points, len(item.cases), item.inputs_unchanged) for item in key.criteria] == [
        ("values", 1, 4, False),
        ("arrays only", 1, 2, False),
        ("inputs left unchanged", 1, 4, True),
    ]
    assert [found.id for found in key.criteria[0].cases] == [
        "values/public/0",
        "values/public/1",
        "values/hidden0/0",
        "values/hidden0/1",
    ]
    assert [found.hidden for found in key.criteria[0].cases] == [False, False, True, True]
    for criterion, found in key.cases:
        x = found.calls[0]["x"]
        if criterion.name == "arrays only":
            assert found.expected == Raises("ValueError")
        else:
            assert (found.expected == 2 * x).all()
            assert (found.mistakes["returned x itself"].value == x).all()
    assert (
        key.criteria[2].cases[0].mistakes["returned x itself"].after["x"] == key.criteria[2].cases[0].calls[0]["x"]
    ).all()


def test_public_keys_hold_no_hidden_case(course):
    folder = course()
    assignment = folder.assignment("01_first")
    (key,) = public_keys(folder, assignment).values()
    assert all("/public/" in found.id and not found.hidden for _, found in key.cases)
    (graded,) = grading_keys(folder, assignment).values()
    assert text_of({"k": graded.public()}) == text_of({"k": key})


def test_hidden_inputs_differ_from_public_ones_and_with_the_secret(course, monkeypatch):
    from grader.course import find_course

    folder = course()
    assignment = folder.assignment("01_first")
    first = grading_keys(folder, assignment)
    again = find_course(folder.root)
    assert text_of(grading_keys(again, assignment)) == text_of(first)
    monkeypatch.setenv("GRADER_SECRET", "another")
    other = grading_keys(find_course(folder.root), assignment)

    def inputs(keys, number):
        return keys["double"].criteria[0].cases[number].calls[0]["x"]

    assert (inputs(first, 0) == inputs(other, 0)).all()
    assert (inputs(first, 2) != inputs(other, 2)).all()
    assert (inputs(first, 0) != inputs(first, 2)).all()


def test_more_hidden_seeds_give_more_cases(course):
    folder = course()
    key = grading_keys(folder, folder.assignment("01_first"), hidden_seeds=3)["double"]
    assert [found.id for found in key.criteria[1].cases] == [
        f"arrays only/{label}/0" for label in ("public", "hidden0", "hidden1", "hidden2")
    ]


def test_a_new_exercise_or_criterion_changes_no_other_ones_cases():
    def cases(rng):
        yield case(x=rng.normal(size=3))

    exercise, other = made(lambda x: x), Exercise("g", 1, "", lambda x: x)
    one = Criterion("one", 1, cases)
    x = make_cases(exercise, one, 5)[0].calls[0]["x"]
    assert (make_cases(exercise, one, 5)[0].calls[0]["x"] == x).all()
    for again in (
        make_cases(exercise, Criterion("two", 1, cases), 5),
        make_cases(other, one, 5),
        make_cases(exercise, one, 6),
    ):
        assert (again[0].calls[0]["x"] != x).all()


# ------------------------------------------------------------------------------------------ the cache


def keys_files(folder):
    return sorted((folder.state / "keys").iterdir())


def test_keys_are_kept_privately(course):
    folder = course()
    grading_keys(folder, folder.assignment("01_first"))
    (path,) = keys_files(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_changed_reference_is_asked_again(course):
    folder = course()
    assignment = folder.assignment("01_first")
    grading_keys(folder, assignment)
    file = folder.root.joinpath(*assignment.module.split(".")).with_suffix(".py")
    file.write_text(file.read_text() + "\n# changed\n")
    assert grading_keys(folder, assignment)["double"].digest == folder.digest(assignment)
    assert len(keys_files(folder)) == 2


@pytest.mark.parametrize(
    "content",
    ["", "{", "5", "{}", "[]", "[5]", "[{}]", '[{"exercise": "double"}]', "[" * 100_000, "\udcff"],
    ids=lambda text: ascii(text[:20]),
)
def test_damaged_keys_are_made_again(course, content):
    folder = course()
    assignment = folder.assignment("01_first")
    first = grading_keys(folder, assignment)
    (path,) = keys_files(folder)
    path.write_bytes(content.encode(errors="surrogateescape"))
    assert text_of(grading_keys(folder, assignment)) == text_of(first)
    assert text_of(grading_keys(folder, assignment)) == text_of(first)


@pytest.mark.slow
def test_a_warm_cache_imports_neither_torch_nor_the_reference(course):
    folder = course()
    first = grading_keys(folder, folder.assignment("01_first"))
    code = """
    import sys
    from pathlib import Path
    from grader.course import find_course
    from grader.oracle import grading_keys
    folder = find_course(Path.cwd())
    keys = grading_keys(folder, folder.assignment("01_first"))
    print(sorted(keys), "torch" in sys.modules, [name for name in sys.modules if name.endswith(".first")])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=folder.root, capture_output=True, text=True
    )
    assert done.stdout == f"{sorted(first)} False []\n", done.stderr


def test_a_file_is_written_whole(tmp_path):
    path = tmp_path / "below" / "file"
    write_atomically(path, "first")
    write_atomically(path, "second")
    assert path.read_text() == "second"
    assert [found.name for found in path.parent.iterdir()] == ["file"]


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, "first")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\udcff")
    assert path.read_text() == "first"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


# ------------------------------------------------------------------------------------------ what cannot be graded


def test_an_exercise_declared_twice_names_file_and_lines(course):
    source = textwrap.dedent(REFERENCE)
    again = '\n@exercise(points=1, hint="")\ndef double(x):\n    return x\n'
    folder = course(source + again)
    assignment = folder.assignment("01_first")
    with pytest.raises(DeclarationError) as raised:
        declared(folder, assignment)
    message = str(raised.value)
    lines = [number for number, line in enumerate((source + again).splitlines(), 1) if line.startswith("@exercise")]
    assert str(folder.root / assignment.module.replace(".", "/")) + ".py" in message
    assert f"lines {lines[0]} and {lines[1]}" in message


def test_points_that_do_not_add_up_name_the_file(course):
    folder = course(REFERENCE.replace("points=3", "points=4"))
    with pytest.raises(
        DeclarationError, match=r"double: the criteria's points add up to 3, the exercise is worth 4; .*first\.py"
    ):
        declared(folder, folder.assignment("01_first"))


@pytest.mark.parametrize("line", ["import no_such_module", "1 / 0", "def (:"], ids=["import", "error", "syntax"])
def test_a_reference_that_cannot_be_imported_is_named(course, line):
    folder = course(textwrap.dedent(REFERENCE) + line + "\n")
    with pytest.raises(OracleError, match=r"first\.py: cannot be imported \("):
        grading_keys(folder, folder.assignment("01_first"))


def inner(rng):
    raise ZeroDivisionError("no cases")
    yield


BAD = {
    "raises": (
        made(lambda x: 1 / 0, case(x=1)),
        "f, case values/public/0: the reference raised ZeroDivisionError: division by zero",
    ),
    "NaN": (made(lambda x: x * np.nan, case(x=np.ones(2))), "f, case values/public/0: the reference gives NaN"),
    "NaN inside": (made(lambda x: (1.0, {"w": [x * np.nan]}), case(x=np.ones(2))), "the reference gives NaN"),
    "None": (made(lambda x: None, case(x=1)), "the reference gives NaN, None or something"),
    "None inside": (made(lambda x: (1, None), case(x=1)), "the reference gives NaN, None or something"),
    "object": (made(lambda x: {1}, case(x=1)), "the reference gives NaN, None or something"),
    "does not raise": (
        made(lambda x: x, Case(({"x": 1},), Raises("ValueError"))),
        "the reference does not raise ValueError; use case()",
    ),
    "raises another": (
        made(lambda x: 1 / 0, Case(({"x": 1},), Raises("ValueError"))),
        "the reference does not raise ValueError",
    ),
    "no draws": (made(lambda rng: 1.5, draws(Uniform(0, 1), 1)), "the reference must draw an array of numbers"),
    "no cases": (made(lambda x: x), "f: 'values' has no case; give it one, or remove it"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_graded_names_exercise_case_and_remedy(name):
    exercise, says = BAD[name]
    with pytest.raises(OracleError) as raised:
        make_key(exercise, [], "d")
    assert says in str(raised.value)


def test_cases_that_cannot_be_made_are_named():
    exercise = made(lambda x: x)
    with pytest.raises(OracleError, match=r"f: the cases of 'odd' cannot be made \(ZeroDivisionError: no cases\)"):
        make_cases(exercise, Criterion("odd", 1, inner), 0)


# ------------------------------------------------------------------------------------------ references


def test_references_get_tensors_and_give_arrays():
    import torch

    seen = []

    def f(x, parts, n, rng):
        seen.extend([x, parts, n, rng])
        return {"y": (x * 2, [parts["w"][0] + 1])}

    found = only_case(made(f, case(x=np.ones(2), parts={"w": [np.zeros(2)]}, n=3, rng=1)))
    assert isinstance(seen[0], torch.Tensor)
    assert isinstance(seen[1]["w"][0], torch.Tensor)
    assert seen[2] == 3
    assert type(found.expected["y"][0]) is np.ndarray
    assert found.expected["y"][1][0].tolist() == [1, 1]


def test_numbers_become_tensors_where_the_signature_says_so():
    import torch

    def f(x: torch.Tensor, n: int):
        return torch.stack([x, x * n])

    found = only_case(made(f, case(x=1.5, n=2)))
    assert found.expected.tolist() == [1.5, 3.0]
    assert found.calls == ({"x": 1.5, "n": 2},)


def test_gradients_are_detached():
    found = only_case(made(lambda x: x.requires_grad_() ** 2, case(x=np.array([1.0, 3.0]))))
    assert found.expected.tolist() == [1, 9]


def test_infinite_values_may_be_expected():
    assert only_case(made(lambda x: x, case(x=np.array([np.inf, 1.0])))).expected.tolist() == [np.inf, 1]


def test_draws_keep_law_and_shape_only():
    law = Bernoulli(0.5, 2.0)
    exercise = made(
        lambda size, rng: 2.0 * (rng.random(size) < 0.5),
        draws(law, 3, size=(40, 50)),
        mistakes=[
            ("ones", "", lambda size, rng: np.ones(size)),
            ("number", "", lambda size, rng: 1.0),
            ("raises", "", lambda size, rng: 1 / 0),
        ],
    )
    found = only_case(exercise)
    assert found.expected == Sample(law, (40, 50))
    assert len(found.calls) == 4
    assert "not_random" in found.mistakes["ones"].summary.flaws
    assert found.mistakes["number"].summary is None
    assert found.mistakes["raises"].raised == "ZeroDivisionError"


def test_mistakes_that_use_global_generators_are_frozen():
    def wrong(size, rng):
        return np.random.random(size)

    exercise = made(
        lambda size, rng: rng.random(size), draws(Uniform(0, 1), 3, size=(30, 30)), mistakes=[("global", "", wrong)]
    )
    assert repr(only_case(exercise)) == repr(only_case(exercise))


def test_integer_input_is_shown_as_whole_numbers_and_asked_as_floats():
    seen = []

    def f(x, n):
        seen.append(x.dtype)
        return x / 2

    exercise = made(f, case(x=np.array([0.4, -1.0, 2.0]), n=0.5), integer_input=True)
    found = only_case(exercise)
    x = found.calls[0]["x"]
    assert x.dtype == np.int64
    assert x.tolist() == [1, -3, 6]
    assert found.calls[0]["n"] == 0.5
    assert found.expected.tolist() == [0.5, -1.5, 3.0]
    assert str(seen[0]) == "torch.float64"


def test_other_criteria_show_what_they_ask():
    exercise = made(lambda x: x, case(x=np.array([0.4])))
    (asked,) = make_cases(exercise, exercise.criteria[0], 0)
    (call,) = shown(exercise.criteria[0], asked)
    assert call["x"] is asked.calls[0]["x"]


def test_a_reference_answer_shows_changed_inputs():
    exercise = made(lambda x: x.mul_(2), case(x=np.ones(2)), inputs_unchanged=True)
    criterion = exercise.criteria[0]
    (asked,) = make_cases(exercise, criterion, 0)
    answer = reference_answer(exercise.function, exercise, criterion, asked)
    assert answer.after["x"].tolist() == [2, 2]
    assert asked.calls[0]["x"].tolist() == [1, 1]

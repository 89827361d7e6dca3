"""`check` and `hint` as a student meets them."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders import cases_file, double_key, make_case, make_criterion, make_key, one_case_key, shown_in_ipython

from grader.checking import CheckFailed, check, check_function, hint
from grader.judge import judge
from grader.public import CasesError, find_key, installed_cases, read_file

REPOSITORY = Path(__file__).parent.parent
ALL_DONE = "1 of 1 in this notebook; `from grader import progress; progress()` shows the others"


@pytest.fixture
def student(tmp_path, monkeypatch):
    """Runs a student's code in a folder with public cases of `double`; returns its namespace."""
    cases_file(tmp_path, double_key())
    monkeypatch.chdir(tmp_path)

    def run(code, **names):
        namespace = {"check": check, "hint": hint, "np": np, **names}
        exec(code, namespace)
        return namespace

    return run


def python(folder, code, *options):
    """Run code in a new process, in a folder; returns what it prints."""
    done = subprocess.run([sys.executable, *options, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


# ------------------------------------------------------------------------------------------ check


def test_a_pass_is_printed(student, capsys):
    student("def double(x): return 2 * x\ncheck('double')")
    told = "✓ double   1 / 3\n  1 hidden criterion runs only at grading\n"
    assert capsys.readouterr().out == f"{told}  {ALL_DONE}\n"


def test_a_failure_is_raised_with_the_message_as_its_text(student, capsys):
    with pytest.raises(CheckFailed) as raised:
        student("def double(x): return x\ncheck('double')")
    assert str(raised.value).splitlines()[0] == "✗ double   0 / 3"
    assert str(raised.value).splitlines()[-1] == '  hint("double") gives a hint'
    assert "likely: returned x itself: it wants doubling" in str(raised.value)
    assert raised.value.verdict.status == "failed"
    assert isinstance(raised.value, AssertionError)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("check('double')", "double is not defined"),
        ("double = 3\ncheck('double')", "double is not defined"),
        ("def double(x): raise NotImplementedError\ncheck('double')", "… double   0 / 3\n  not started yet"),
        ("def double(x): return 1 / 0\ncheck('double')", "ZeroDivisionError: division by zero\n  your line 1"),
        ("def double(x): exit()\ncheck('double')", "SystemExit"),
    ],
    ids=["undefined", "no function", "stub", "raises", "exits"],
)
def test_what_is_wrong_is_said(student, code, says):
    with pytest.raises(CheckFailed) as raised:
        student(code)
    assert says in str(raised.value)


def test_ipython_shows_the_message_alone(student):
    with pytest.raises(CheckFailed) as raised:
        student("check('double')")
    assert raised.value._render_traceback_() == str(raised.value).splitlines()


def test_an_unknown_exercise_names_the_nearest(student):
    with pytest.raises(CheckFailed) as raised:
        student("check('duoble')")
    assert 'check("duoble"): no exercise of that name' in str(raised.value)
    assert "did you mean double?" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("thing", ["double", "None", "5", "np.ones(3)", "['double']"])
def test_what_is_not_a_name_gets_a_clear_message(student, thing):
    with pytest.raises(CheckFailed):
        student(f"def double(x): return x\ncheck({thing})")


def test_the_function_is_the_one_where_check_is_called(student):
    student("def double(x): return 2 * x\ndef run(): check('double')\nrun()")


def test_hint_prints_the_hint(student, capsys):
    student("hint('double')")
    assert capsys.readouterr().out == "double: Add x to itself.\n"


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """Writes public cases whose hint has these steps."""
    monkeypatch.setattr("grader.checking._hints", {})

    def write(hint):
        cases_file(tmp_path, replace(double_key(), hint=hint))

    return write


def test_hint_shows_one_step_more_each_time(student, steps, capsys):
    steps("Look at x.\nAdd x to itself.\nWrite 2 * x.")
    last = "double 1/3: Look at x.\ndouble 2/3: Add x to itself.\ndouble 3/3: Write 2 * x.\n  that was the last hint\n"
    for told in (
        'double 1/3: Look at x.\n  hint("double") again shows one more\n',
        'double 1/3: Look at x.\ndouble 2/3: Add x to itself.\n  hint("double") again shows one more\n',
        last,
        last,
    ):
        student("hint('double')")
        assert capsys.readouterr().out == told


def test_hint_of_one_line_stays_as_it_is(student, steps, capsys):
    steps("\n  Add x to itself.\n")
    for _ in range(2):
        student("hint('double')")
        assert capsys.readouterr().out == "double: Add x to itself.\n"


def test_hints_are_counted_per_exercise(student, steps, tmp_path, capsys):
    cases_file(tmp_path, *(make_key(exercise=name) for name in ("one", "two")))
    path = tmp_path / "public_cases.json"
    path.write_text(path.read_text().replace("Add x to itself.", "First.\\nSecond."))
    student("hint('one')\nhint('two')")
    assert capsys.readouterr().out.count("Second.") == 0
    student("hint('one')")
    assert capsys.readouterr().out.count("Second.") == 1


def test_a_long_hint_stays_a_message(student, steps, capsys):
    steps("\n".join(f"Step {number}." for number in range(1, 13)))
    for shown in range(1, 14):
        student("hint('double')")
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == min(shown + 1, 8)
        assert f"{min(shown, 12)}/12: Step {min(shown, 12)}." in lines[-2]


def test_hint_in_korean(student, steps, capsys):
    steps("하나\n둘")
    student("hint('double', lang='ko')\nhint('double', lang='ko')")
    out = capsys.readouterr().out.splitlines()
    assert out[1] == '  힌트 하나 더 보기: hint("double")'
    assert out[-2:] == ["double 2/2: 둘", "  마지막 힌트입니다"]


def test_hint_of_nothing(student):
    with pytest.raises(CheckFailed, match="did you mean double"):
        student("hint('duoble')")


def test_cases_beside_the_script_come_first(student, tmp_path, capsys):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    other = one_case_key(2.5)
    cases_file(folder, other)
    student("def double(x): return x + 1\ncheck('double')", __file__=str(folder / "script.py"))
    assert capsys.readouterr().out == f"✓ double   1 / 1\n  {ALL_DONE}\n"


DAMAGED = {
    "not JSON": "{",
    "empty": "",
    "not UTF-8": b"\xff\xfe\x00",
    "a list": "[]",
    "no format": "{}",
    "another format": json.dumps({"format": 999, "exercises": []}),
    "no exercises": json.dumps({"format": 1}),
    "odd exercises": json.dumps({"format": 1, "exercises": [5]}),
    "an odd name": json.dumps({"format": 1, "exercises": [{"exercise": ["double"]}]}),
    "half a key": json.dumps({"format": 1, "exercises": [{"exercise": "double", "points": 1}]}),
    "nested deeply": "[" * 100_000,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_cases_give_one_clear_line(name, student, tmp_path):
    path = tmp_path / "public_cases.json"
    content = DAMAGED[name]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CheckFailed) as raised:
        student("def double(x): return 2 * x\ncheck('double')")
    message = str(raised.value)
    assert len(message.splitlines()) == 1
    assert str(path) in message
    assert "download it again together with the notebook" in message
    assert raised.value.__suppress_context__


def test_cases_are_read_again_when_they_change(tmp_path):
    path = cases_file(tmp_path, double_key())
    assert list(read_file(path).keys) == ["double"]
    cases_file(tmp_path, make_key(exercise="triple"))
    os.utime(path, ns=(1, 1))
    assert list(read_file(path).keys) == ["triple"]


def test_without_any_cases_the_place_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("grader.public.installed_cases", lambda: iter(()))
    with pytest.raises(CasesError, match=r'check\("double"\): its public cases were not found') as raised:
        find_key("double", [tmp_path])
    assert str(tmp_path) in str(raised.value)


def test_the_course_is_found_without_a_file_beside_the_notebook(tmp_path):
    assert list(installed_cases())
    key = find_key("sigmoid_derivative", [tmp_path])
    assert key.exercise == "sigmoid_derivative"
    assert key.cases


# ------------------------------------------------------------------------------------------ check_function


def test_a_stub_is_asked_once():
    asked = []

    def double(x):
        asked.append(x)
        raise NotImplementedError

    assert check_function(double, double_key()).status == "not_started"
    assert len(asked) == 1


@pytest.mark.parametrize(
    "function",
    [
        lambda x: 2 * x,
        lambda x: x,
        lambda x: None,
        lambda x: 2 * x if x.ndim == 1 else 1 / 0,
    ],
    ids=["right", "wrong", "none", "partial"],
)
def test_check_judges_as_grading_does(function):
    key = double_key()
    from builders import answers_of

    assert repr(check_function(function, key)) == repr(judge(key, answers_of(key, function)))


def test_started_in_part_is_judged_as_grading_does():
    """NotImplementedError in one branch does not take back the answers of the others."""
    from builders import answers_of

    def double(x):
        if x.ndim > 1:
            raise NotImplementedError("later")
        return 2 * x

    key = double_key()
    assert repr(check_function(double, key)) == repr(judge(key, answers_of(key, double)))


def test_changed_inputs_are_noticed():
    case = make_case("c", np.full(2, 2.0), x=np.ones(2))
    key = make_key(make_criterion("inputs left unchanged", case, inputs_unchanged=True))

    def double(x):
        x *= 2
        return x

    assert check_function(double, key).diagnosis.code == "changed_input"
    assert check_function(double, key).diagnosis.code == "changed_input"


# ------------------------------------------------------------------------------------------ showing


def test_a_notebook_shows_html(student, monkeypatch, capsys):
    shown = shown_in_ipython(monkeypatch)
    student("def double(x): return 2 * x\ncheck('double')")
    assert repr(shown[0]).startswith("✓ double   1 / 3")
    assert shown[0]._repr_html_().startswith("<div")
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_importing_grader_loads_nothing_heavy(tmp_path):
    code = """
import sys
before = set(sys.modules)
import grader
new = {name.partition('.')[0] for name in set(sys.modules) - before}
print(sorted(new - sys.stdlib_module_names))
"""
    assert python(tmp_path, code) == "['grader']\n"


@pytest.mark.slow
def test_a_check_loads_numpy_and_nothing_else_heavy(tmp_path):
    cases_file(tmp_path, double_key())
    code = """
import sys
before = set(sys.modules)
from grader import check, hint
def double(x): return 2 * x
check('double')
loaded = {name.partition('.')[0] for name in sys.modules}
print(sorted(loaded & {'torch', 'IPython', 'scipy', 'nbformat', 'nbgrader', 'jupytext', 'pytest', 'reference'}))
print(sorted(loaded - before - sys.stdlib_module_names))
"""
    out = python(tmp_path, code).splitlines()
    assert out[0] == "✓ double   1 / 3"
    assert out[-2:] == ["[]", "['grader', 'numpy']"]


@pytest.mark.slow
def test_a_folder_with_only_a_script_is_enough(tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(
        "from grader import check\ndef sigmoid_derivative(z):\n    raise NotImplementedError\n"
        + "check('sigmoid_derivative')\n"
    )
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "not started yet" in done.stderr


def test_the_package_offers_what_it_says():
    import grader

    assert grader.check is check
    assert grader.hint is hint
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = grader.nothing

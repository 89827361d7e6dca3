"""How far a learner is: remembered from notebook to notebook, shown after a check and by `progress`."""

from __future__ import annotations

import io
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from builders import assignment_file, code_cell, notebook_text, shown_in_ipython, twice_key

from grader.checking import CheckFailed, check, progress
from grader.messages import speaking
from grader.public import course_cases
from grader.question import number
from grader.quiz import question_key
from grader.render_progress import bar, next_line, render_progress, stands
from grader.standing import Standing, first_open, standing_of

RIGHT = "def {0}(x): return 2 * x\ncheck('{0}')"
WRONG = "def {0}(x): return x\ncheck('{0}')"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Two assignments in a folder; the learner works in the first."""
    monkeypatch.setattr("grader.public.installed_cases", lambda: iter(()))
    assignment_file(tmp_path / "01_first", twice_key("double"), twice_key("twice"), twice_key("again"))
    assignment_file(tmp_path / "02_second", twice_key("more"))
    monkeypatch.chdir(tmp_path / "01_first")
    return tmp_path


@pytest.fixture
def learner(course):
    """Runs a learner's code."""

    def run(code, **names):
        exec(code, {"check": check, "progress": progress, "np": np, **names})

    return run


# ------------------------------------------------------------------------------------------ after a check


def test_a_passed_check_says_how_far_the_notebook_is_and_what_is_next(learner, capsys):
    learner(RIGHT.format("double"))
    assert capsys.readouterr().out == "✓ double   1 / 1\n  1 of 3 in this notebook; next: twice\n"
    learner(RIGHT.format("again"))
    assert "2 of 3 in this notebook; next: twice" in capsys.readouterr().out
    learner(RIGHT.format("twice"))
    assert capsys.readouterr().out.splitlines()[1:] == [
        "  3 of 3 in this notebook; `from grader import progress; progress()` shows the others"
    ]


def test_it_says_so_in_korean(learner, capsys):
    learner(RIGHT.format("double").replace("'double'", "'double', lang='ko'"))
    assert capsys.readouterr().out.splitlines()[1] == "  이 노트북: 3개 중 1개. 다음: twice"


def test_a_failed_check_keeps_to_what_is_wrong(learner):
    learner(RIGHT.format("double"))
    with pytest.raises(CheckFailed) as raised:
        learner(WRONG.format("twice"))
    assert "in this notebook" not in str(raised.value)


def test_what_was_right_once_and_is_wrong_now_is_open(learner, capsys):
    learner(RIGHT.format("double"))
    with pytest.raises(CheckFailed):
        learner(WRONG.format("double"))
    capsys.readouterr()
    learner(RIGHT.format("twice"))
    assert "1 of 3 in this notebook; next: double" in capsys.readouterr().out


def test_a_function_that_is_gone_after_a_restart_is_still_done(learner, capsys):
    learner(RIGHT.format("double"))
    with pytest.raises(CheckFailed):
        learner("check('double')")
    capsys.readouterr()
    learner(RIGHT.format("twice"))
    assert "2 of 3" in capsys.readouterr().out


def test_an_answer_that_is_noted_counts(course, learner, capsys):
    width = question_key("width", number("?", answer=2.0, explanation="e"), "digest")
    assignment_file(course / "01_first", twice_key("double"), questions=[width])
    learner("width = 7\ncheck('width')")
    out = capsys.readouterr().out.splitlines()
    assert out[1:] == ["  right or wrong is told after grading", "  1 of 2 in this notebook; next: double"]
    assert out[0].startswith("● width")


def test_the_message_is_shown_in_a_notebook_too(learner, monkeypatch):
    shown = shown_in_ipython(monkeypatch)
    learner(RIGHT.format("double") + "\nprogress()")
    assert "1 of 3 in this notebook; next: twice" in shown[0]._repr_html_()
    assert shown[1]._repr_html_().startswith("<div")
    assert "01_first" in repr(shown[1])


def test_next_is_the_first_in_the_order_of_the_notebook(course):
    folder = course / "01_first"
    cells = [code_cell("from grader import check"), *(code_cell(f'check("{name}")') for name in ("again", "double"))]
    (folder / "first.ipynb").write_text(notebook_text(*cells))
    cases = assignment_file(folder, *map(twice_key, ("double", "twice", "again")), notebook="first")
    # What the notebook does not check any more comes last.
    assert standing_of(cases).open == ("again", "double", "twice")


@pytest.mark.parametrize("content", ["{", None, "x" * 5_000_000], ids=["half", "a folder", "large"])
def test_without_a_readable_notebook_it_is_the_order_of_the_cases(course, content):
    file = course / "01_first" / "first.ipynb"
    if content is None:
        file.mkdir()
    else:
        file.write_text(content)
    cases = assignment_file(file.parent, *map(twice_key, ("double", "twice", "again")), notebook="first")
    assert standing_of(cases).open == ("double", "twice", "again")


# ------------------------------------------------------------------------------------------ progress()


def test_progress_shows_every_assignment_and_what_is_next(learner, capsys):
    learner(RIGHT.format("twice"))
    capsys.readouterr()
    learner("progress()")
    assert capsys.readouterr().out.splitlines() == [
        "01_first   ███░░░░░░░  1 of 3",
        "02_second  ░░░░░░░░░░  0 of 1",
        "next: double in 01_first",
    ]


def test_next_stays_in_the_notebook_at_hand(learner, course, monkeypatch, capsys):
    monkeypatch.chdir(course / "02_second")
    learner("progress()")
    assert capsys.readouterr().out.splitlines()[-1] == "next: more in 02_second"
    learner(RIGHT.format("more"))
    learner("progress()")
    assert capsys.readouterr().out.splitlines()[-1] == "next: double in 01_first"


def test_progress_of_a_script_is_that_of_its_folder(learner, course, capsys):
    learner("progress()", __file__=str(course / "02_second" / "mine.py"))
    assert capsys.readouterr().out.splitlines()[-1] == "next: more in 02_second"


def test_all_done(learner, course, monkeypatch, capsys):
    for name in ("double", "twice", "again"):
        learner(RIGHT.format(name))
    monkeypatch.chdir(course / "02_second")
    learner(RIGHT.format("more"))
    capsys.readouterr()
    learner("progress()")
    assert capsys.readouterr().out.splitlines()[-1] == "all done"


def test_progress_in_the_notebooks_language_or_another(learner, course, capsys):
    assignment_file(course / "01_first", twice_key("double"), lang="ko")
    learner("progress()")
    assert capsys.readouterr().out.splitlines()[-1] == "다음: double (01_first)"
    learner("progress(lang='en')")
    assert capsys.readouterr().out.splitlines()[-1] == "next: double in 01_first"


def test_without_any_exercise_the_place_is_named(tmp_path, learner, monkeypatch, capsys):
    empty = tmp_path / "elsewhere" / "empty"
    empty.mkdir(parents=True)
    monkeypatch.chdir(empty)
    learner("progress()")
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert str(empty) in out


def test_a_damaged_neighbour_is_passed_over(learner, course, capsys):
    (course / "02_second" / "public_cases.json").write_text("{")
    learner("progress()")
    assert capsys.readouterr().out.splitlines() == ["01_first  ░░░░░░░░░░  0 of 3", "next: double in 01_first"]


def test_the_installed_course_fills_up_what_is_not_there(course, monkeypatch):
    installed = course / "installed"
    names = [assignment_file(installed / name, twice_key(name)) for name in ("01_first", "03_third")]
    files = [cases.folder / "public_cases.json" for cases in names]
    monkeypatch.setattr("grader.public.installed_cases", lambda: iter(files))
    found = course_cases([course / "01_first"])
    assert [(cases.name, cases.folder.parent.name) for cases in found] == [
        ("01_first", course.name),
        ("02_second", course.name),
        ("03_third", "installed"),
    ]
    # Another course is nobody's business here.
    assert [cases.name for cases in course_cases([course / "02_second"])] == ["01_first", "02_second"]
    # An uploaded notebook has nothing beside it.
    assert [cases.name for cases in course_cases([course.parent / "nowhere" / "at all"])] == ["01_first", "03_third"]


def test_html_is_well_formed_escaped_and_says_it_in_words(tmp_path):
    found = [Standing("<b>&", ("a",), ("b", "c")), Standing("empty", (), ())]
    from grader.render_progress import render_progress_html

    page = ElementTree.fromstring(render_progress_html(found))
    assert page.get("aria-label") == "progress"
    cells = ["".join(cell.itertext()) for cell in page.iter("td")]
    assert cells == ["<b>&", "", "1 of 3", "empty", "", "0 of 0"]
    assert "next: b in <b>&" in "".join(page.itertext())
    assert [node.get("style")[:9] for node in page.iter("div") if "%;height" in node.get("style", "")] == [
        "width:33%",
        "width:0%;",
    ]


def test_hangul_names_stay_in_columns():
    lines = render_progress([Standing("활성함수", ("a",), ()), Standing("ab", (), ("b",))]).splitlines()
    assert lines[0].index("█") + 4 == lines[1].index("░")


@pytest.mark.parametrize(
    ("done", "total", "filled"), [(0, 0, 0), (0, 7, 0), (1, 1000, 1), (3, 6, 5), (999, 1000, 9), (7, 7, 10)]
)
def test_a_bar_is_full_only_when_all_is_done_and_empty_only_when_nothing_is(done, total, filled):
    assert bar(done, total) == "█" * filled + "░" * (10 - filled)


def test_first_open_names_the_file_where_it_is_known():
    one, two = Standing("a", ("x",), ()), Standing("b", (), ("y",), file="b/b.ipynb")
    assert first_open([one, two]) == ("y", "b/b.ipynb")
    assert first_open([one]) is None
    assert first_open([]) is None


def test_control_characters_in_a_name_stay_on_their_line():
    for line in (
        next_line([Standing("a\nb\x1b[2J", (), ("x",))]),
        *render_progress([Standing("a\nb", ("x",), ())]).split("\n"),
    ):
        assert line.isprintable()


def test_nothing_is_said_of_an_assignment_without_exercises():
    assert stands(Standing("a", (), ())) == ""


def test_plain_letters_where_there_are_no_others(learner, monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    learner(RIGHT.format("double") + "\nprogress()")
    out.flush()
    assert b"01_first   ###.......  1 of 3" in out.buffer.getvalue()


def test_korean_bars():
    with speaking("ko"):
        assert render_progress([Standing("01_first", ("a",), ("b",))]).splitlines() == [
            "01_first  █████░░░░░  2개 중 1개",
            "다음: b (01_first)",
        ]

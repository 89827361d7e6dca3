"""Both languages say the same: equal keys and placeholders, and no English in a Korean message."""

import json
import re
import string

import pytest
import test_quiz
from test_verdict_schema import VERDICTS

from grader.calling import Answer
from grader.messages import LANGUAGES, speaking, texts
from grader.quiz import judge_question
from grader.recognise import released_in
from grader.render import render_json, render_text
from grader.render_html import render_html
from grader.repair import repair
from grader.sandbox.conversation import _VERBS
from grader.sandbox.filter import _PURPOSES
from grader.sandbox.job import Report
from grader.sandbox.reports import report_lines

KOREAN = texts("ko")
# Code, and words of the field that Korean textbooks leave as they are.
CODE = set(
    re.findall(
        r"\S+",
        """
        None True False NaN inf dict list docstring import shape dtype axis keepdims reshape float16 result json C
        X y w b x n p N X_batch y_batch images fan_in fan_out STUDENT_ID public_cases
        NumPy Jupyter nbgrader gradmark Xavier He LeCun Ctrl int
        """,
    )
)
WORD = re.compile("[A-Za-z][A-Za-z0-9_]*")
MISTAKES = {"known": "다시 보세요"}


def placeholders(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def latin(sentence):
    """The Latin words of a sentence, without what is code in it: `...`, "...", {...}, calls."""
    return set(WORD.findall(re.sub(r'`[^`]*`|\d[\d.]*e[-+]\d+|\{[^{}]*\}|\w+\(.*?\)|"[^"]*"', " ", sentence)))


@pytest.mark.parametrize("lang", LANGUAGES[1:])
def test_a_language_has_the_keys_and_placeholders_of_english(lang):
    english, other = texts("en"), texts(lang)
    assert english.keys() == other.keys()
    assert {key: placeholders(english[key]) for key in english} == {key: placeholders(other[key]) for key in english}


@pytest.mark.parametrize("key", KOREAN)
def test_a_korean_sentence_has_no_english_word(key):
    assert latin(KOREAN[key]) <= CODE


def test_an_english_word_would_be_found():
    assert latin('dtype: 내 답 {actual}, `raise X`, hint("x"), {name!r}: wrong value') == {"dtype", "wrong", "value"}


@pytest.mark.parametrize("name", VERDICTS)
def test_a_korean_message_has_no_english_but_the_author_s_and_the_student_s(name):
    """What fills the placeholders is a name, a number or a text somebody wrote: all of it stands in the verdict."""
    verdict = VERDICTS[name]
    with speaking("ko"):
        said = render_text(verdict, MISTAKES)
    node = json.loads(render_json(verdict))
    # What the verdict has as a code has to come out as a text.
    for part in [node, node["diagnosis"] or {}]:
        part.pop("status", None), part.pop("code", None)
        part.get("details", {}).pop("fact", None), part.get("details", {}).pop("flaws", None)
    for criterion in node["criteria"]:
        del criterion["diagnosis"]
    given = set(WORD.findall(json.dumps(node).replace("\\n", " "))) | {"MemoryError"}
    assert latin(said) <= CODE | given


def test_the_line_of_a_question_is_told_in_korean():
    verdict = judge_question(test_quiz.SOME, Answer(value="abc"))
    with speaking("ko"):
        assert render_text(verdict).splitlines()[1].startswith("  옳게 판단한 보기: ")
        assert ">답</td>" in render_html(verdict)
        assert "answer" not in render_html(verdict)
    assert ">answer</td>" in render_html(verdict)


def test_a_fact_is_told_in_korean():
    with speaking("ko"):
        said = {render_text(verdict).splitlines()[1] for name, verdict in VERDICTS.items() if name.startswith("facts")}
    assert "  values: 배치의 크기: 내 답 [5, 5, 5, 5], 정답 [5, 5, 5, 5, 3]" in said
    assert "  values: x = (0, 0)의 출력: 내 답 1, 정답 0" in said
    assert "  values: 만족하지 않은 조건: (X_batch, y_batch) 쌍의 list" in said


def test_reports_are_told_in_korean():
    reports = [Report(verb, "/x") for verb in _VERBS]
    reports += [Report("call", names.split()[0]) for names in _PURPOSES.values()] + [Report("call", "sysfs")]
    names = {report.detail for report in reports} | {"x"}
    for report in reports:
        with speaking("ko"):
            (line,) = report_lines([report])
        assert latin(line) <= names, line
        assert re.search("[가-힣]", line)


def test_repairs_are_told_in_korean():
    settings = {"grade": True, "solution": False, "locked": True, "task": False, "schema_version": 3, "points": 1}
    cells = [
        {
            "cell_type": "code",
            "source": "x = 1",
            "metadata": {"nbgrader": {**settings, "grade": False, "grade_id": "a"}},
        },
        {"cell_type": "code", "source": 'check("f")', "metadata": {"nbgrader": {**settings, "grade_id": "f"}}},
    ]
    changed = json.loads(json.dumps(cells))
    changed[0]["source"] = "x = 2"
    with speaking("ko"):
        _, repairs = repair(changed[:1], released_in(cells))
    assert [item.kind for item in repairs] == ["edited", "settings", "missing"]
    for item in repairs:
        # The settings' own names: points of a cell that has none.
        assert latin(item.sentence) <= {"a", "f", "points"}

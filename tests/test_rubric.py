"""The rubric of a graded exercise, as text and as a table, in both languages."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import SECRET, answers_of, double_key, make_case, make_criterion, make_key

from grader.calling import Answer
from grader.judge import judge
from grader.messages import choose_for_class, speaking
from grader.nbgrader_html import clean
from grader.nbgrader_shown import Reader, verdict_data
from grader.question import choice, number, right, wrong
from grader.quiz import Student, question_key
from grader.render import VERDICT_MIME, width
from grader.rubric import rubric_html, rubric_lines
from grader.sandbox.job import Run
from grader.translation import Catalogue

KOREAN = {"far from zero": "0에서 먼 값", "returned x itself": "x 자체를 반환함", "it wants doubling": "두 배로 하세요"}


class Table(HTMLParser):
    """The cells of a table, row by row, and which of them are header cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.headers: list[tuple[str, str]] = []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._open = tag
            if tag == "th":
                self.headers.append((dict(attrs).get("scope", ""), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data
            if self._open == "th":
                self.headers[-1] = self.headers[-1][0], self.headers[-1][1] + data


def wrong_everywhere() -> Any:
    """A verdict: other shapes, and None in the hidden criterion."""

    def answer(x: np.ndarray) -> np.ndarray | None:
        return None if x.ndim == 1 and abs(x[0]) == SECRET else 2 * x.reshape(-1, 1)

    return judge(double_key(), answers_of(double_key(), answer))


def shown(verdict: Any, lang: str = "en", **texts: str) -> dict[str, Any]:
    """What the graded cell shows of a verdict on `double_key`."""
    reader = Reader(lang, Catalogue(lang, texts={**KOREAN, **texts}))
    return dict(verdict_data(verdict, double_key(), Run(level="contained"), Student("a"), reader))


def test_every_criterion_has_its_points_and_hidden_ones_are_marked():
    assert rubric_lines(judge(double_key(), answers_of(double_key(), lambda x: 2 * x))) == [
        "criterion                points   result",
        "values                   1 / 1    ✓",
        "far from zero (hidden)   2 / 2    ✓",
    ]


def test_a_hidden_criterion_says_what_is_wrong_without_a_value():
    lines = rubric_lines(wrong_everywhere())
    assert lines[1:] == [
        "values                   0 / 1    0 of 3 cases",
        "far from zero (hidden)   0 / 2    0 of 1 cases",
        "  a case that is not shown is wrong: it returned None",
    ]
    for text in (*lines, rubric_html(wrong_everywhere())):
        assert str(SECRET) not in text


def test_what_the_message_says_of_all_is_not_repeated():
    for answers in ({}, answers_of(double_key(), lambda x: None)):
        verdict = judge(double_key(), answers)
        told = [line for line in rubric_lines(verdict) if line.startswith("  ")]
        assert told == ([] if not answers else ["  a case that is not shown is wrong: it returned None"])


def test_columns_are_aligned_in_korean():
    with speaking("ko"):
        lines = rubric_lines(judge(double_key(), answers_of(double_key(), lambda x: 2 * x)))
    assert lines[0].split() == ["기준", "점수", "결과"]
    assert "far from zero (비공개)" in lines[2]
    assert (
        len({width(line[: line.index(mark)]) for line, mark in zip(lines, ("점수", "1 / 1", "2 / 2"), strict=True)})
        == 1
    )


def test_the_table_has_header_cells_and_says_what_the_text_says():
    table = Table(rubric_html(wrong_everywhere()))
    assert table.headers == [
        ("col", "criterion"),
        ("col", "points"),
        ("col", "result"),
        ("row", "values"),
        ("row", "far from zero (hidden)"),
    ]
    words = " ".join(" ".join(row) for row in table.rows).split()
    assert "".join(words) == "".join(" ".join(rubric_lines(wrong_everywhere())).split())


def test_feedback_pages_let_the_table_through():
    html = rubric_html(wrong_everywhere())
    cleaned = clean(f"<div>{html}</div>")
    assert Table(cleaned).rows == Table(html).rows
    assert Table(cleaned).headers == Table(html).headers
    for style in ("text-align:left", "vertical-align:top", "padding:.1em 1.5em .1em 0", "font-weight:normal"):
        assert cleaned.count(style) == html.count(style) > 0


def test_names_and_exceptions_are_escaped():
    key = make_key(
        make_criterion("<script>1", make_case("a", 2.0, x=1.0)), make_criterion("b", make_case("b", 2.0, x=1.0))
    )
    answers = {"a": Answer(value=3.0), "b": Answer(value={"<script>": 1.0})}
    html = rubric_html(judge(key, answers))
    assert "<script" not in html
    assert "&lt;script&gt;1" in html


def test_a_question_has_no_table():
    key = question_key("width", number("How wide?", answer=3.0, explanation="3"), "digest")
    for value in (3.0, 4.0, None):
        verdict = judge(key, {"answer": Answer(value=value)}, Student("a"))
        assert (rubric_lines(verdict), rubric_html(verdict)) == ([], "")


def test_the_graded_cell_has_it_as_text_and_as_a_table():
    data = shown(wrong_everywhere())
    assert data["text/plain"].split("\n")[:3] == [
        "✗ double   0 / 3",
        "  criterion                points   result",
        "  values                   0 / 1    0 of 3 cases",
    ]
    assert data["text/plain"].endswith("run at isolation level contained")
    assert "<th scope='col'" in data["text/html"]


def test_the_graded_cell_is_in_the_reader_s_language_and_the_json_in_none():
    verdict = judge(double_key(), answers_of(double_key(), lambda x: 1.0 * x))
    english, korean = shown(verdict), shown(verdict, "ko", values="값")
    assert english[VERDICT_MIME] == korean[VERDICT_MIME]
    for mime in ("text/plain", "text/html"):
        for said in ("x 자체를 반환함", "두 배로 하세요", "0에서 먼 값 (비공개)", "격리 수준"):
            assert said in korean[mime]
        assert not re.search("returned x|doubling|far from zero|criterion|isolation|values", korean[mime])


def test_a_text_without_a_translation_stays_english():
    verdict = judge(double_key(), answers_of(double_key(), lambda x: 1.0 * x))
    bare = verdict_data(verdict, double_key(), Run(), Student("a"), Reader("ko"))
    assert "짐작: returned x itself: it wants doubling" in bare["text/plain"]
    misfit = shown(verdict, "ko", **{"it wants doubling": "`code` 두 배"})
    assert "it wants doubling" in misfit["text/plain"]


def test_a_question_is_shown_in_the_reader_s_language():
    key = question_key("depth", choice("How deep?", right("one", "so"), wrong("two", "no")), "digest")
    verdict = judge(key, {"answer": Answer(value="b")}, Student("a", ""))
    texts = {"How deep?": "얼마나 깊습니까?", "one": "하나", "two": "둘"}
    data = verdict_data(verdict, key, Run(), Student("a", ""), Reader("ko", Catalogue("ko", texts=texts)))
    assert data["text/plain"].split("\n")[:3] == ["얼마나 깊습니까?", "  a) 하나", "  b) 둘"]
    assert "얼마나 깊습니까?" in data["text/html"]


@pytest.mark.parametrize(
    ("wish", "variable", "spoken"),
    [("", "", "en"), ("", "ko", "ko"), ("en", "ko", "en"), ("ko", "", "ko"), ("", "de", "en")],
)
def test_the_language_for_a_class_is_not_the_machine_s(monkeypatch, wish, variable, spoken):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "ko_KR.UTF-8")
    monkeypatch.setenv("GRADER_LANG", variable)
    assert choose_for_class(wish) == spoken


def test_an_assignment_without_texts_has_the_grader_s_words(tmp_path: Path):
    from grader.nbgrader_shown import reader

    assert reader(tmp_path, "own_week", "ko").lang == "ko"
    assert reader(tmp_path, "own_week", "ko").texts.or_english("values") == "values"

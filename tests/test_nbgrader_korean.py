"""A class's graded notebooks and feedback pages in Korean, by one option: the same marks, the same data."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from course_copy import ROOT, WEEK, cell_of, copy_course, hand_in, notebook, run
from nbgrader_class import NAME, solve

from grader.messages import texts
from grader.render import VERDICT_MIME

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("korean")]

CHECKS = ("sigmoid", "sigmoid_derivative", "relu", "relu_derivative")
WRONG = {
    "sigmoid": "import torch\n\ndef sigmoid(z):\n    return np.exp(z) / (1 + np.exp(z))",
    "sigmoid_derivative": "def sigmoid_derivative(z):\n    raise ValueError('three')",
    "relu": "def relu(z):\n    return abs(z)",
    "relu_derivative": "def relu_derivative(z):\n    while True:\n        pass",
}
# Whoever judges by another tolerance has another declaration, and nobody another mark.
CORRECTED = """
from dataclasses import replace as _replace
relu.criteria[0] = _replace(relu.criteria[0], tolerance=Tolerance(rtol=0.01))
"""


def speak(course: Path, lang: str) -> None:
    """Write the option into the course's configuration."""
    config = course / "nbgrader_config.py"
    settings = f"c.RunInSandbox.lang = {lang!r}\nc.RunInSandbox.check_timeout = 1.0\n"
    config.write_text(config.read_text(encoding="utf-8").replace("try:\n", f"{settings}try:\n", 1))


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One class graded in Korean by `nbgrader autograde` and by `grader grade`, and in English; logs beside them."""
    scratch = tmp_path_factory.mktemp("korean")
    course = copy_course(scratch / "stock")
    shutil.copytree(ROOT / "reference" / "ko", course / "reference" / "ko")
    run(course, "nbgrader", "generate_assignment", WEEK)
    solved = notebook(course / "solutions" / WEEK / f"{NAME}.ipynb")
    hand_in(course, "solved", WEEK, solved, NAME)
    hand_in(course, "wrong", WEEK, solve(solved, **WRONG), NAME)
    hand_in(course, "untouched", WEEK, notebook(course / "exercises" / WEEK / f"{NAME}.ipynb"), NAME)
    found = {name: scratch / name for name in ("stock", "one_pass", "english")}
    for folder in found.values():
        if folder != course:
            shutil.copytree(course, folder)
    for name, folder in found.items():
        speak(folder, "" if name == "english" else "ko")
        command = ("nbgrader", "autograde", WEEK) if name == "stock" else ("grader", "grade", WEEK)
        done = run(folder, *command)
        (scratch / f"{name}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    run(course, "nbgrader", "generate_feedback", WEEK)
    return found


def page(course: Path, student: str) -> dict[str, Any]:
    """A graded notebook."""
    return notebook(course / "autograded" / student / WEEK / f"{NAME}.ipynb")


def verdict(node: dict[str, Any], exercise: str) -> dict[str, Any]:
    """What the grader put into a check cell."""
    output = cell_of(node, exercise)["outputs"][-1]
    return {mime: "".join(data) if isinstance(data, list) else data for mime, data in output["data"].items()}


def sentences_in(shown: str) -> list[str]:
    """The keys of English sentences that stand in a text."""
    english, korean = texts("en"), texts("ko")
    found = []
    for key, sentence in english.items():
        parts = re.split(r"\{[^}]*\}", sentence)
        # Of those that are nothing but placeholders, symbols or names, any text has some.
        told = sentence != korean[key] and max(len(re.findall("[a-z]", part)) for part in parts) >= 4
        if told and re.search(".+?".join(map(re.escape, parts)), shown):
            found.append(key)
    return found


def test_both_commands_write_the_same_files(courses: dict[str, Path]) -> None:
    made = [
        {path.relative_to(course): path.read_bytes() for path in sorted((course / "autograded").rglob("*.ipynb"))}
        for course in (courses["stock"], courses["one_pass"])
    ]
    assert len(made[0]) == 3
    assert made[0] == made[1]


def test_verdicts_are_korean_with_the_course_s_own_texts(courses: dict[str, Path]) -> None:
    node = page(courses["stock"], "wrong")
    relu = verdict(node, "relu")
    for mime in ("text/plain", "text/html"):
        shown = html.unescape(relu[mime])
        assert "|z|를 반환함" in shown
        assert "정수 입력" in shown
        assert "실행한 격리 수준" in shown
    assert "제한 시간" in verdict(node, "relu_derivative")["text/plain"]


def test_no_english_sentence_is_left_in_a_check_cell(courses: dict[str, Path]) -> None:
    assert "next" in sentences_in(verdict(page(courses["english"], "wrong"), "relu")["text/plain"])
    for student in ("solved", "wrong", "untouched"):
        for exercise in CHECKS:
            shown = verdict(page(courses["stock"], student), exercise)
            for mime in ("text/plain", "text/html"):
                said = re.sub(r"<[^>]*>", "\n", shown[mime])
                assert sentences_in(html.unescape(said)) == [], (student, exercise, said)


def test_the_data_is_that_of_an_english_run(courses: dict[str, Path]) -> None:
    for student in ("solved", "wrong", "untouched"):
        ours, theirs = page(courses["stock"], student), page(courses["english"], student)
        for exercise in CHECKS:
            assert verdict(ours, exercise)[VERDICT_MIME] == verdict(theirs, exercise)[VERDICT_MIME]
            assert verdict(ours, exercise)["text/plain"] != verdict(theirs, exercise)["text/plain"]


def test_the_note_is_korean_and_the_log_english(courses: dict[str, Path]) -> None:
    note = "".join(page(courses["stock"], "wrong")["cells"][0]["source"])
    assert "채점기가 본 것" in note
    assert texts("ko")["findings_title"] in note
    assert "torch" in note
    assert texts("ko")["report_limit_check"] in note
    for name in ("stock", "one_pass"):
        log = courses[name].with_name(f"{name}.log").read_text(encoding="utf-8")
        assert texts("en")["report_limit_check"] in log
        assert not re.search("[가-힣]", log)


def test_the_feedback_page_has_the_rubric_in_korean(courses: dict[str, Path]) -> None:
    shown = (courses["stock"] / "feedback" / "wrong" / WEEK / f"{NAME}.html").read_text(encoding="utf-8")
    assert re.search(r"""<th scope=["']col["'][^>]*>기준</th>""", shown)
    assert re.search(r"""<th scope=["']row["'][^>]*>정수 입력</th>""", shown)
    assert "|z|를 반환함" in html.unescape(shown)


def test_regrade_renders_in_the_same_language(courses: dict[str, Path], tmp_path: Path) -> None:
    course = shutil.copytree(courses["english"], tmp_path / "course")
    with (course / "reference" / f"{NAME}.py").open("a") as file:
        file.write(CORRECTED)
    run(course, "grader", "build", WEEK, "--lang", "en")
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8").replace("lang = ''", "lang = 'ko'"), encoding="utf-8")
    run(course, "grader", "regrade", WEEK, "--apply")
    again, afresh = (verdict(page(folder, "wrong"), "relu") for folder in (course, courses["stock"]))
    assert again["text/plain"] == afresh["text/plain"]
    assert again["text/html"] == afresh["text/html"]
    assert sentences_in(verdict(page(course, "wrong"), "sigmoid")["text/plain"])  # nobody judged that again


def test_an_unknown_language_is_one_line(courses: dict[str, Path], tmp_path: Path) -> None:
    course = shutil.copytree(courses["english"], tmp_path / "course")
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8").replace("lang = ''", "lang = 'de'"), encoding="utf-8")
    said = "The 'lang' trait of a RunInSandbox instance expected any of ['', 'en', 'ko'], not the str 'de'."
    for command in (
        ("grader", "grade", WEEK, "--force"),
        ("grader", "regrade", WEEK),
        ("nbgrader", "autograde", WEEK, "--force"),
    ):
        done = run(course, *command, check=False)
        assert done.returncode != 0
        assert done.stderr.count(said) == 1, done.stderr
        assert "Traceback" not in done.stderr
    assert page(course, "wrong") == page(courses["english"], "wrong")

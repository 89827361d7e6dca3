"""Questions as data: whose numbers are whose, and what an answer is worth, whatever it is."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from builders import double_key
from hypothesis import example, given
from hypothesis import strategies as st

from grader.calling import Answer
from grader.checking import CheckFailed, ask, check, hint
from grader.exercise import EXACT, Function, Made, Previous, Rng, Tolerance
from grader.judge import judge
from grader.key import FORMAT, BadKey, key_from_json, key_to_json
from grader.question import VARIANTS, choice, choices, number, right, words, wrong
from grader.quiz import (
    CASE,
    QuestionKey,
    Student,
    any_key_from_json,
    any_key_to_json,
    as_declared,
    as_shown,
    fits_numbers_of,
    judge_question,
    judged_texts,
    order_of,
    question_key,
    same_student,
    shown_text,
    variant_of,
)
from grader.render import MAX_LINES, render_question, render_text
from grader.render_html import render_html
from grader.wire import Opaque, plain

WIDTH = question_key(
    "width",
    number(
        "{size} wide, kernel {kernel}?",
        plain={"size": 32, "kernel": 5},
        given=lambda rng: {"size": int(rng.integers(20, 900)), "kernel": int(rng.choice([3, 5, 7]))},
        answer=lambda size, kernel: size - kernel + 1,
        unit="pixels",
        explanation="{answer}",
        tolerance=EXACT,
        points=2,
    ),
    "digest",
)
THIRD = question_key("third", number("1 / 3?", answer=1 / 3, explanation="e"), "digest")
ONE = question_key("one", choice("Which?", wrong("dog", "w"), right("cat", "w"), wrong("cow", "w"), points=3), "digest")
SOME = question_key(
    "some",
    choices("Which?", right("cat", "w"), wrong("dog", "w"), right("lion", "w"), wrong("cow", "w"), points=4),
    "digest",
)
WORD = question_key("word", words("What?", "Back-propagation", "reverse mode", explanation="e"), "digest")
KEYS = [WIDTH, THIRD, ONE, SOME, WORD]
ids = {"ids": [key.exercise for key in KEYS]}
ME = "20260001"
NOTED = "● width   noted: 7 pixels\n  right or wrong is told after grading\n  1 of 6 in this notebook; next: double\n"


def judged(key, value, student="", claimed=None):
    return judge_question(key, Answer(value=plain(value)), Student(student, claimed))


# ------------------------------------------------------------------------------------------ keys


def test_a_question_s_key_holds_its_answers_for_every_variant():
    assert WIDTH.answers[0] == 28.0
    assert [v["size"] - v["kernel"] + 1 for v in WIDTH.variants] == list(WIDTH.answers)
    assert (WIDTH.exercise, WIDTH.points, WIDTH.digest, WIDTH.kind) == ("width", 2, "digest", "number")
    assert (WIDTH.unit, WIDTH.tolerance, WIDTH.criteria, WIDTH.cases) == ("pixels", EXACT, (), [])
    assert ONE.answers == ("b",)
    assert SOME.answers == ("ac",)
    assert SOME.options == ("cat", "dog", "lion", "cow")
    assert WORD.answers == (["Back-propagation", "reverse mode"],)


@pytest.mark.parametrize("key", KEYS, **ids)
def test_students_get_everything_but_the_answers(key):
    assert key.public() == replace(key, answers=())
    assert isinstance(key.public(), QuestionKey)


def test_the_public_text_of_a_question_names_no_answer():
    assert "ac" not in json.dumps(any_key_to_json(SOME.public())["answers"])
    assert "reverse" not in json.dumps(any_key_to_json(WORD.public()))


@pytest.mark.parametrize("key", [*KEYS, *(key.public() for key in KEYS)])
def test_keys_come_back_from_json(key):
    assert any_key_from_json(json.loads(json.dumps(any_key_to_json(key)))) == key


def test_an_exercise_s_key_is_written_and_read_as_ever():
    node = any_key_to_json(double_key())
    assert node == key_to_json(double_key())
    assert key_to_json(any_key_from_json(node)) == key_to_json(key_from_json(node))


@pytest.mark.parametrize("name", any_key_to_json(WIDTH))
def test_a_key_without_one_of_its_parts_is_refused(name):
    node = any_key_to_json(WIDTH)
    del node[name]
    with pytest.raises(BadKey):
        any_key_from_json(node)


@pytest.mark.parametrize(
    "damage",
    [
        {"points": "many"},
        {"points": None},
        {"options": 3},
        {"variants": [1]},
        {"variants": None},
        {"answers": 3},
        {"rtol": "small"},
        {"atol": None},
    ],
    ids=str,
)
def test_a_damaged_key_is_refused(damage):
    with pytest.raises(BadKey, match="not a question of this version"):
        any_key_from_json(any_key_to_json(WIDTH) | damage)


@pytest.mark.parametrize(
    "damage", [{"rtol": -1}, {"atol": float("nan")}, {"variants": []}, {"kind": "riddle"}], ids=str
)
def test_a_key_that_could_not_be_used_is_refused(damage):
    with pytest.raises(BadKey):
        any_key_from_json(any_key_to_json(WIDTH) | damage)


# ------------------------------------------------------------------------------------------ whose numbers


@pytest.mark.parametrize("nobody", ["", "   ", "-", "._"])
def test_without_an_id_the_numbers_are_the_plain_ones(nobody):
    assert variant_of(WIDTH, nobody) == 0
    assert shown_text(WIDTH, nobody) == "32 wide, kernel 5?"


def test_nobody_with_an_id_gets_the_plain_numbers_and_every_variant_is_somebody_s():
    given = {variant_of(WIDTH, str(student)) for student in range(1000)}
    assert given == set(range(1, VARIANTS))


def test_the_numbers_of_a_student_stay_the_same():
    # Written down: another version must not change what students were shown.
    assert [variant_of(WIDTH, student) for student in ("20260001", "ada", "홍길동")] == [10, 15, 18]


@pytest.mark.parametrize(
    "spelling",
    [" ada.lovelace ", "ADA LOVELACE", "Ada_Lovelace", "ada-lovelace", "ａda ｌovelace", "ada\u200blovelace"],
)
def test_an_id_may_be_spelled_differently(spelling):
    assert variant_of(WIDTH, spelling) == variant_of(WIDTH, "adalovelace")
    assert same_student(spelling, "adalovelace")


def test_other_students_are_not_the_same():
    assert not same_student("ada", "adb")
    assert not same_student("", "ada")


def test_the_numbers_of_two_questions_have_nothing_to_do_with_each_other():
    other = replace(WIDTH, exercise="height")
    assert any(variant_of(WIDTH, str(n)) != variant_of(other, str(n)) for n in range(20))


def test_one_variant_is_everybody_s():
    assert variant_of(THIRD, ME) == 0


def test_a_question_is_shown_with_one_s_own_numbers():
    mine = WIDTH.variants[variant_of(WIDTH, ME)]
    assert shown_text(WIDTH, ME) == f"{mine['size']} wide, kernel {mine['kernel']}?"


def test_options_are_shown_a_line_each():
    assert shown_text(ONE, "") == "Which?\n  a) dog\n  b) cat\n  c) cow"


# ------------------------------------------------------------------------------------------ whose order


def chosen(key, letters, student):
    """The texts that a student's letters stand for, read off what the student was shown."""
    lines = shown_text(key, student).splitlines()[1:]
    return {line[5:] for line in lines if line[2] in letters}


def letters_of(key, texts, student):
    """The letters under which a student reads these texts."""
    return "".join(line[2] for line in shown_text(key, student).splitlines()[1:] if line[5:] in texts)


def student_with(key, order):
    return next(str(n) for n in range(10_000) if order_of(key, str(n)) == order)


@pytest.mark.parametrize("nobody", ["", "   ", "-", "._"])
def test_without_an_id_the_options_stand_as_declared(nobody):
    assert order_of(SOME, nobody) == [0, 1, 2, 3]
    assert as_declared(SOME, "bd", nobody) == "bd"


def test_the_order_of_a_student_stays_the_same():
    # Written down: another version must not change what students were shown.
    assert [order_of(SOME, student) for student in ("20260001", "ada", "홍길동")] == [
        [2, 1, 0, 3],
        [1, 3, 2, 0],
        [2, 0, 3, 1],
    ]
    assert order_of(SOME, " Ada ") == order_of(SOME, "ada")


def test_every_order_is_as_likely_as_another():
    orders = Counter(tuple(order_of(SOME, str(student))) for student in range(2400))
    assert len(orders) == 24
    # 100 each; four standard deviations are 40.
    assert max(abs(count - 100) for count in orders.values()) < 40


def test_the_orders_of_two_questions_have_nothing_to_do_with_each_other():
    other = replace(SOME, exercise="other")
    same = sum(order_of(SOME, str(n)) == order_of(other, str(n)) for n in range(480))
    # 20 of 480 by chance.
    assert same < 40


def test_options_are_shown_in_one_s_own_order():
    assert shown_text(SOME, ME) == "Which?\n  a) lion\n  b) dog\n  c) cat\n  d) cow"


def test_the_order_does_not_depend_on_the_language():
    korean = replace(SOME, options=("고양이", "개", "사자", "소"))
    assert shown_text(korean, ME) == "Which?\n  a) 사자\n  b) 개\n  c) 고양이\n  d) 소"


@given(student=st.text(max_size=12), letters=st.sets(st.sampled_from("abcd"), min_size=1))
@example(student="ada", letters={"a"})
def test_letters_are_mapped_back_one_to_one(student, letters):
    shown = "".join(sorted(letters))
    declared = as_declared(SOME, shown, student)
    assert len(declared) == len(shown)
    assert as_shown(SOME, declared, student) == shown
    assert {SOME.options["abcd".index(letter)] for letter in declared} == chosen(SOME, shown, student)


@given(student=st.text(max_size=12), claimed=st.text(max_size=12))
@example(student=ME, claimed=ME)
@example(student=ME, claimed=None)
def test_the_right_texts_give_all_points_to_everybody(student, claimed):
    for key, texts in ((ONE, {"cat"}), (SOME, {"cat", "lion"})):
        # Whoever names nobody is shown the options as declared.
        shown = student if Student(student, claimed).named or claimed is None else ""
        verdict = judged(key, letters_of(key, texts, shown), student, claimed)
        assert (verdict.status, verdict.points) == ("passed", key.points)
    verdict = judged(ONE, letters_of(ONE, {"cat"}, student), student, student)
    assert verdict.diagnosis is None


@given(student=st.text(max_size=12), texts=st.sets(st.sampled_from(SOME.options), min_size=1))
def test_points_follow_the_texts_and_not_the_letters(student, texts):
    verdict = judged(SOME, letters_of(SOME, texts, student), student, "somebody")
    assert verdict.points == judged(SOME, letters_of(SOME, texts, "")).points


def test_the_plain_letters_are_right_where_the_id_was_left_empty():
    # With the cow before the cat, "b" is wrong by the student's own order.
    me = student_with(ONE, [0, 2, 1])
    for claimed in ("", " - ", None):
        verdict = judged(ONE, "b", me, claimed)
        assert (verdict.status, verdict.points, verdict.diagnosis.code) == ("passed", 3, "question_plain")
        assert verdict.diagnosis.details == {"plain": True}
    other = student_with(SOME, [1, 2, 3, 0])
    assert judged(SOME, "ac", other, "").points == 4


def test_nothing_else_is_right_where_the_id_was_left_empty():
    me = student_with(ONE, [0, 2, 1])
    assert judged(ONE, "c", me, "").points == 0
    # It cannot be told how options were shown to whoever wrote something that cannot be read.
    assert judged(ONE, "c", me, None).diagnosis is None
    assert judged(ONE, "c", me, None).points == 3


def test_that_the_plain_order_was_shown_is_told_unless_it_is_one_s_own():
    assert judged(ONE, "b", student_with(ONE, [2, 1, 0]), "").diagnosis.code == "question_plain"
    assert judged(ONE, "b", student_with(ONE, [0, 1, 2]), "").diagnosis is None
    assert judged(ONE, "b", student_with(ONE, [2, 1, 0]), None).diagnosis is None


@pytest.mark.parametrize("claimed", [ME, "somebody else"])
def test_the_plain_letters_are_wrong_where_an_id_was_written(claimed):
    me = student_with(ONE, [0, 2, 1])
    assert judged(ONE, "b", me, claimed).points == 0


def test_of_two_possible_orders_the_better_counts():
    me = student_with(SOME, [1, 2, 3, 0])
    # Plain, "abc" is cat, dog, lion; in this student's order dog, lion, cow.
    verdict = judged(SOME, "abc", me, None)
    assert (verdict.points, verdict.diagnosis.code) == (2, "question_options")
    assert verdict.diagnosis.details == {"right": 3, "total": 4, "plain": True}
    assert judged(SOME, "abc", me, me).points == 0


def test_a_letter_that_is_right_for_somebody_else_is_no_news():
    verdict = judged(ONE, letters_of(ONE, {"dog"}, ME), ME, ME)
    assert verdict.diagnosis.details == {}
    assert fits_numbers_of(ONE, verdict, [str(n) for n in range(50)]) == []


def test_what_is_told_is_in_one_s_own_letters():
    me = student_with(ONE, [2, 0, 1])
    assert judged(ONE.public(), "A", me, me).diagnosis.details == {"given": "a) cow"}
    assert judged(ONE, "ab", me, me).diagnosis.details == {"letters": "abc"}


def test_the_graded_page_shows_what_the_student_saw():
    me = student_with(ONE, [0, 2, 1])
    own, plain_ = shown_text(ONE, me), shown_text(ONE, "")
    for value, claimed, shown in (
        ("c", me, [own]),
        ("b", me, [own]),
        ("c", "", [plain_]),
        ("b", "", [plain_]),
        ("c", None, [own]),
        ("b", None, [plain_]),
        ("a", None, [own, plain_]),
        (None, None, [own]),
    ):
        student = Student(me, claimed)
        assert judged_texts(ONE, judge_question(ONE, Answer(value=value), student), student) == shown
    student = Student(ME, "")
    assert judged_texts(WIDTH, judge_question(WIDTH, Answer(value=28), student), student) == [shown_text(WIDTH, "")]
    both = [shown_text(WIDTH, ME), shown_text(WIDTH, "")]
    assert judged_texts(WIDTH, judge_question(WIDTH, Answer(value=7), student), student) == both
    assert judged_texts(THIRD, judge_question(THIRD, Answer(value=7), student), student) == [shown_text(THIRD, "")]


def test_a_question_varies_by_its_numbers_or_its_options():
    assert [key.varies for key in KEYS] == [True, False, True, True, False]


# ------------------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    "value", [28, 28.0, np.float32(28), np.int64(28), np.array(28.0), np.array([28]), np.uint8(28)], ids=repr
)
def test_a_number_may_have_any_numeric_form(value):
    verdict = judged(WIDTH, value)
    assert (verdict.status, verdict.points, verdict.max_points) == ("passed", 2, 2)


@pytest.mark.parametrize("value", [[28], (28.0,), [np.array(28)]], ids=repr)
def test_a_number_in_a_list_is_judged(value):
    assert judged(WIDTH, value).status in ("passed", "failed")


def test_numbers_are_right_within_the_question_s_tolerance():
    assert judged(THIRD, 0.333).status == "passed"
    assert judged(THIRD, 0.3316).status == "failed"
    assert judged(THIRD, 0.3351).status == "failed"
    assert judged(WIDTH, 28.001).status == "failed"
    assert judged(replace(WIDTH, tolerance=Tolerance(0.0, 0.5)), 28.4).status == "passed"


def test_a_whole_number_may_be_computed_with_rounding():
    key = question_key("q", number("How many?", answer=20, tolerance=EXACT, explanation="So."), "d")
    for value, passed in ((500 * (1 - 0.96), True), (20 + 1e-6, False), (19, False)):
        assert (judge(key, {CASE: Answer(value=value)}).status == "passed") is passed


def test_a_student_s_own_numbers_are_right():
    mine = WIDTH.answers[variant_of(WIDTH, ME)]
    for claimed in (None, "", ME, "somebody else"):
        verdict = judged(WIDTH, mine, ME, claimed)
        assert (verdict.status, verdict.points, verdict.diagnosis) == ("passed", 2, None)


def theirs(me=ME):
    """A variant that is another student's, with an answer that no other variant has."""
    mine = variant_of(WIDTH, me)
    return next(n for n in range(1, VARIANTS) if n != mine and WIDTH.answers.count(WIDTH.answers[n]) == 1)


def test_another_student_s_numbers_are_wrong_and_told():
    verdict = judged(WIDTH, WIDTH.answers[theirs()], ME, ME)
    assert (verdict.status, verdict.points) == ("failed", 0)
    assert (verdict.diagnosis.code, verdict.diagnosis.details) == ("question_wrong", {"variants": [theirs()]})


def test_nobody_s_numbers_are_just_wrong():
    verdict = judged(WIDTH, 123456, ME, ME)
    assert (verdict.status, verdict.diagnosis.details) == ("failed", {})


def test_the_students_whose_numbers_fit_are_named():
    students = [str(n) for n in range(200)]
    verdict = judged(WIDTH, WIDTH.answers[theirs()], ME, ME)
    found = fits_numbers_of(WIDTH, verdict, iter(students + students))
    assert found == sorted(s for s in students if variant_of(WIDTH, s) == theirs())
    assert found
    assert fits_numbers_of(WIDTH, judged(WIDTH, 123456, ME, ME), students) == []
    assert fits_numbers_of(WIDTH, judged(WIDTH, 28), students) == []


@pytest.mark.parametrize("claimed", [None, ""])
def test_the_plain_numbers_are_right_where_no_id_was_written(claimed):
    verdict = judged(WIDTH, 28, ME, claimed)
    assert (verdict.status, verdict.points) == ("passed", 2)
    assert verdict.diagnosis.code == "question_plain"


@pytest.mark.parametrize("claimed", [ME, "somebody else"])
def test_the_plain_numbers_are_wrong_where_an_id_was_written(claimed):
    verdict = judged(WIDTH, 28, ME, claimed)
    assert (verdict.status, verdict.points, verdict.diagnosis.details) == ("failed", 0, {"variants": [0]})


@pytest.mark.parametrize("claimed", [" ", "-", "..."])
def test_an_id_of_blanks_is_none(claimed):
    assert shown_text(WIDTH, claimed) == shown_text(WIDTH, "")
    assert judged(WIDTH, 28, ME, claimed).status == "passed"


def test_plain_numbers_of_nobody_are_no_news():
    assert judged(WIDTH, 28).diagnosis is None
    assert judged(THIRD, 1 / 3, ME).diagnosis is None


# ------------------------------------------------------------------------------------------ letters and words


@pytest.mark.parametrize("value", ["b", "B", " b ", "b)", "(b)", "'b'", "bb", "b.", "ｂ", "Ｂ"])
def test_a_letter_may_be_written_in_any_way(value):
    verdict = judged(ONE, value)
    assert (verdict.status, verdict.points, verdict.diagnosis) == ("passed", 3, None)


@pytest.mark.parametrize("value", [letters_of(ONE, {text}, ME) for text in ("dog", "cow")])
def test_a_wrong_letter_is_wrong(value):
    verdict = judged(ONE, value, ME, ME)
    assert (verdict.status, verdict.points, verdict.diagnosis.code) == ("failed", 0, "question_wrong")


@pytest.mark.parametrize("value", ["ab", "bc", "d", "", " ", "cat", ["b", "c"], 2, "b\0"])
def test_what_is_not_one_letter_gets_the_form_told(value):
    verdict = judged(ONE, value)
    assert (verdict.status, verdict.points, verdict.diagnosis.code) == ("failed", 0, "question_choice")
    assert verdict.diagnosis.details["letters"] == "abc"


@pytest.mark.parametrize(
    "value",
    [
        "ac",
        "CA",
        "a, c",
        "a;c",
        ["a", "c"],
        ("c", "A"),
        "aacc",
        "{'a', 'c'}",
        "[a c]",
        "a/c",
        "a + c",
        "a and c",
        "ａｃ",
    ],
)
def test_letters_may_be_written_in_any_way(value):
    verdict = judged(SOME, value)
    assert (verdict.status, verdict.points, verdict.diagnosis) == ("passed", 4, None)


@pytest.mark.parametrize(
    ("value", "points"), [("a", 2), ("acd", 2), ("ad", 0), ("abcd", 0), ("b", 0), ("bd", 0), ("abc", 2)]
)
def test_every_option_counts_and_none_takes_more_than_there_is(value, points):
    verdict = judged(SOME, value)
    assert (verdict.points, verdict.max_points) == (points, 4)
    assert verdict.status == ("partial" if points else "failed")
    assert verdict.diagnosis.code == "question_options"
    good = sum((letter in value) == (letter in "ac") for letter in "abcd")
    assert verdict.diagnosis.details == {"right": good, "total": 4}


@pytest.mark.parametrize("value", ["ae", "", [], ["a", 1], "a-c", {"a": 1}, 3])
def test_what_is_not_letters_gets_the_form_told(value):
    assert judged(SOME, value).diagnosis.code == "question_choices"


@pytest.mark.parametrize(
    "value",
    [
        "backpropagation",
        "Back Propagation",
        "BACK-PROPAGATION.",
        "ｂackpropagation",
        "back–propagation",
        "Reverse_Mode",
    ],
)
def test_words_may_be_written_in_any_way(value):
    assert judged(WORD, value, ME).status == "passed"


@pytest.mark.parametrize("value", ["propagation", "back propagations", "reverse"])
def test_other_words_are_wrong(value):
    verdict = judged(WORD, value)
    assert (verdict.status, verdict.diagnosis.code) == ("failed", "question_wrong")


@pytest.mark.parametrize("value", ["", " - ", 3.0, ["reverse mode"], np.array("reverse mode")], ids=repr)
def test_what_is_no_word_gets_the_form_told(value):
    assert judged(WORD, value).diagnosis.code == "question_text"


# ------------------------------------------------------------------------------------------ anything at all

GARBAGE = {
    "NaN": float("nan"),
    "inf": float("inf"),
    "-inf": float("-inf"),
    "huge": 10**300,
    "huge float": 1e308,
    "int": 2**63 + 5,
    "nested": [[[[1.0], 2], "x"], {"a": [None]}],
    "deep": eval("[" * 60 + "]" * 60),
    "opaque": Opaque("module"),
    "object": object(),
    "function": len,
    "1 MB": "x" * 2**20,
    "100 kB": "x" * 100_000,
    "many letters": ["x"] * 200_000,
    "array": np.arange(6.0).reshape(2, 3),
    "array of NaN": np.array([np.nan]),
    "empty array": np.zeros((0, 3)),
    "one of one": np.array([[28.0]]),
    "texts": np.array(["a", "b"]),
    "complex": 28 + 1j,
    "bool": True,
    "numpy bool": np.bool_(True),
    "bytes": b"b",
    "set": {"a", "c"},
    "dict": {"answer": 28},
    "empty list": [],
    "lone surrogate": "\ud800",
    "null": "\0",
    "rng": Rng(28),
    "function by name": Function("relu"),
    "previous": Previous(),
    "made": Made("width", {}),
}


@pytest.mark.parametrize("name", GARBAGE)
@pytest.mark.parametrize("key", [*KEYS, WIDTH.public(), SOME.public()], ids=lambda key: key.exercise)
def test_garbage_is_worth_nothing(key, name):
    verdict = judge_question(key, Answer(value=plain(GARBAGE[name])), Student(ME, ME))
    assert verdict.points == 0
    assert len(render_text(verdict).splitlines()) <= MAX_LINES
    json.dumps(verdict.to_json())
    render_html(verdict)


def test_an_answer_of_a_hundred_thousand_letters_is_looked_at_for_its_first():
    assert judged(SOME, "ac" * 50_000).status == "passed"


@pytest.mark.parametrize("value", [None, Opaque("ellipsis")])
def test_an_answer_that_was_left_open_is_not_started(value):
    verdict = judge_question(WIDTH, Answer(value=value))
    assert (verdict.status, verdict.points, verdict.diagnosis.code) == ("not_started", 0, "question_open")


@pytest.mark.parametrize("why", ["undefined", "time", "died", "not_asked", "answers", "damaged"])
def test_no_answer_says_why(why):
    verdict = judge_question(WIDTH, Answer(value=28, missing=why))
    assert (verdict.status, verdict.points, verdict.diagnosis.code) == ("no_answer", 0, f"missing_{why}")


# ------------------------------------------------------------------------------------------ without the answers


@pytest.mark.parametrize(
    ("key", "value", "given"),
    [
        (WIDTH, 3.5, "3.5 pixels"),
        (THIRD, 5, "5"),
        (ONE, "C.", f"c) {next(iter(chosen(ONE, 'c', ME)))}"),
        (SOME, ["d", "a"], "a, d"),
        (WORD, "No-Idea", "noidea"),
    ],
    **ids,
)
def test_a_student_s_key_says_only_that_there_is_an_answer(key, value, given):
    verdict = judged(key.public(), value, ME, ME)
    assert (verdict.status, verdict.points, verdict.max_points) == ("answered", 0, key.points)
    assert verdict.diagnosis.details == {"given": given}
    assert verdict.pending == (CASE,)


@pytest.mark.parametrize("key", KEYS, **ids)
def test_a_student_s_key_tells_right_from_wrong_in_nothing(key):
    answer = key.answers[0][0] if key is WORD else key.answers[0]
    other = {"number": 7, "choice": "a", "choices": "b", "text": "other"}[key.kind]
    assert judged(key.public(), answer).status == judged(key.public(), other).status == "answered"


def test_the_judge_takes_questions_like_exercises():
    assert judge(WIDTH, {CASE: Answer(value=28)}).status == "passed"
    assert judge(WIDTH, {}).diagnosis.code == "missing_not_asked"
    assert judge(WIDTH, {CASE: Answer(value=28)}, Student(ME, ME)).status == "failed"
    assert judge(WIDTH, {CASE: Answer(value=28)}).digest == "digest"


def test_a_verdict_has_one_line_of_rubric():
    (line,) = judged(SOME, "a").criteria
    assert (line.name, line.points, line.max_points, line.right, line.total) == (CASE, 2, 4, 0, 1)
    (line,) = judged(SOME, "ac").criteria
    assert (line.points, line.right, line.total) == (4, 1, 1)
    (line,) = judged(SOME.public(), "ac").criteria
    assert (line.points, line.right, line.total) == (0, 0, 0)


# ------------------------------------------------------------------------------------------ messages


@pytest.mark.parametrize("value", [7, "ad", "other", "a", ["x"], None, Opaque("x")], ids=repr)
@pytest.mark.parametrize("key", [*KEYS, *(key.public() for key in KEYS)], ids=lambda key: key.exercise)
def test_a_message_is_short_and_ends_in_something_to_do(key, value):
    verdict = judge_question(key, Answer(value=value), Student(ME, ME))
    lines = render_text(verdict).splitlines()
    assert 2 <= len(lines) <= MAX_LINES
    assert max(map(len, lines)) <= 112
    last = {"answered": "  right or wrong is told after grading", "not_started": f"not answered yet: {key.exercise} ="}
    assert last.get(verdict.status, f'ask("{key.exercise}") shows the question again') in lines[-1]
    assert "hint(" not in render_text(verdict)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        (WIDTH, "28", "answer with a number, for example width = 2.5"),
        (ONE, 2, 'answer with one letter of abc, for example one = "a"'),
        (SOME, "xyz", 'answer with letters of abcd, for example some = "ac"'),
        (WORD, 2, 'answer with a word in quotes, for example word = "word"'),
        (SOME, "a", "3 of 4 options judged correctly"),
        (ONE, "a", "not right"),
        (WIDTH.public(), 3, "● width   noted: 3 pixels"),
    ],
)
def test_what_is_wrong_is_said(key, value, says):
    assert says in render_text(judged(key, value))


def test_what_was_noted_is_cut_to_a_line():
    lines = render_text(judged(WORD.public(), "x" * 90_000 + "\n\x1b[2J")).splitlines()
    assert len(lines) == 2
    assert len(lines[0]) <= 110
    assert lines[0].isprintable()


def test_what_was_noted_is_escaped_in_html():
    assert "<script" not in render_html(judged(WORD.public(), "<script>{x}"))


def test_an_undefined_answer_points_to_the_question():
    message = render_text(judge_question(WIDTH.public(), Answer(missing="undefined")))
    assert 'ask("width")' in message
    assert "hint(" not in message


def test_a_noted_answer_looks_like_no_failure_in_html():
    shown = render_html(judged(WIDTH.public(), 28))
    assert "right or wrong is told after grading" in shown
    assert "#cf222e" not in shown


@pytest.mark.parametrize(
    ("key", "form"),
    [
        (WIDTH, "Answer: width = a number (pixels)"),
        (THIRD, "Answer: third = a number"),
        (ONE, "Answer: one = a letter in quotes"),
        (SOME, "Answer: some = all right letters in quotes"),
        (WORD, "Answer: word = a word in quotes"),
    ],
    **ids,
)
def test_a_question_says_the_form_of_its_answer(key, form):
    assert render_question(key.exercise, "text {x}", key.kind, key.unit) == f"text {{x}}\n{form}"


# ------------------------------------------------------------------------------------------ check, ask, hint


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Runs a student's script in the folder of its public cases."""
    questions = [any_key_to_json(key.public()) for key in KEYS]
    exercises = [key_to_json(double_key().public())]
    text = json.dumps({"format": FORMAT, "exercises": exercises, "questions": questions})
    (tmp_path / "public_cases.json").write_text(text)
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    monkeypatch.chdir("/")

    def run(code):
        exec(code, {"ask": ask, "check": check, "hint": hint, "__file__": str(tmp_path / "script.py")})

    return run


def of(student):
    return f"{shown_text(WIDTH, student)}\nAnswer: width = a number (pixels)\n"


def test_ask_shows_the_plain_numbers_to_nobody(script, capsys):
    script("ask('width')")
    assert capsys.readouterr().out == of("")


@pytest.mark.parametrize("code", [f"STUDENT_ID = '{ME}'", f"STUDENT_ID = {ME}"], ids=["text", "number"])
def test_ask_shows_one_s_own_numbers(script, capsys, monkeypatch, code):
    monkeypatch.setenv("JUPYTERHUB_USER", "somebody else")
    script(f"{code}\nask('width')")
    assert capsys.readouterr().out == of(ME) != of("")


def test_options_stand_as_declared_on_a_hub_where_no_id_is_written(script, capsys, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", student_with(SOME, [3, 2, 1, 0]))
    script("ask('some')\nsome = 'a'\ncheck('some')")
    assert capsys.readouterr().out.startswith(shown_text(SOME, ""))


@pytest.mark.parametrize("code", ["", "STUDENT_ID = ''\n", "STUDENT_ID = None\n"])
def test_without_an_id_the_hub_s_user_counts(script, capsys, monkeypatch, code):
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    script(f"{code}ask('width')")
    assert capsys.readouterr().out == of("ada") != of("")


def test_an_id_that_no_file_can_hold_is_an_id_all_the_same(script, capsys):
    script("STUDENT_ID = '\\ud800'\nask('width')")
    assert "wide" in capsys.readouterr().out


def test_ask_of_an_exercise_names_check(script):
    with pytest.raises(CheckFailed, match="double is an exercise, not a question"):
        script("ask('double')")


def test_ask_of_nothing_names_the_nearest(script):
    with pytest.raises(CheckFailed, match="did you mean width"):
        script("ask('widht')")


def test_check_notes_an_answer_and_tells_no_more(script, capsys):
    script("width = 7\ncheck('width')")
    assert capsys.readouterr().out == NOTED


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "width is not defined"),
        ("width = None", "… width   0 / 2\n  not answered yet: width = ..."),
        ("width = ...", "not answered yet: width = ..."),
        ("width = 'wide'", "answer with a number, for example width = 2.5"),
        ("width = lambda: 28", "answer with a number"),
        ("width = float('nan')", "answer with a number"),
    ],
)
def test_check_says_what_an_answer_lacks(script, code, says):
    with pytest.raises(CheckFailed) as raised:
        script(f"{code}\ncheck('width')")
    if "..." not in code:
        assert says in str(raised.value)


def test_check_says_which_option_was_noted(script, capsys):
    script("one = 'b'\ncheck('one')")
    assert capsys.readouterr().out.splitlines()[0] == "● one   noted: b) cat"
    me = student_with(ONE, [0, 2, 1])
    script(f"STUDENT_ID = '{me}'\none = 'b'\ncheck('one')")
    assert capsys.readouterr().out.splitlines()[0] == "● one   noted: b) cow"


def test_dots_are_an_open_answer(script):
    with pytest.raises(CheckFailed, match="not answered yet"):
        script("width = ...\ncheck('width')")


@pytest.mark.parametrize(
    ("odd", "meant"),
    [("20260001", "20260001"), ("np.arange(3)", ""), ("10**5000", ""), ("Odd()", ""), ("None", ""), ("-1", "")],
)
def test_a_student_number_may_be_anything(script, capsys, odd, meant):
    script(f"import numpy as np\nclass Odd:\n    def __str__(self): raise ValueError\nSTUDENT_ID = {odd}\nask('width')")
    assert capsys.readouterr().out == of(meant)


def test_hint_says_that_a_question_has_none(script, capsys):
    script("hint('width')")
    assert capsys.readouterr().out == 'width: a question has no hint; ask("width") shows it\n'


@pytest.mark.slow
def test_a_plain_script_needs_no_more_than_its_cases(script, tmp_path):
    (tmp_path / "script.py").write_text(
        "from grader import ask, check, hint\nSTUDENT_ID = 'ada'\nask('width')\nwidth = 7\ncheck('width')\n"
    )
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py")], cwd="/", capture_output=True, text=True, check=True
    )
    assert done.stdout == of("ada") + NOTED


@pytest.mark.slow
def test_ask_is_seen_in_a_notebook(script, tmp_path):
    pytest.importorskip("IPython")
    code = """
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
with capture_output() as seen:
    shell.run_cell("from grader import ask; ask('third')")
(shown,) = seen.outputs
print(all("1 / 3?" in text for text in shown.data.values()))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"

"""A question's cells: what the author's notebook holds, what students get, and why the answer is right."""

import ast

import pytest

from grader.question import choice, choices, number, right, words, wrong
from grader.quiz_cells import ANSWER, STUDENT_ID, explanation, question_cells, right_answer, stub

KOREAN = {
    "An image {size} wide, a kernel {kernel} wide?": "너비 {size}, 커널 {kernel}?",
    "a dog": "개",
    "a cat": "고양이",
    "pixels": "픽셀",
    "{size} − {kernel} + 1 = {answer}": "{size} 빼기 {kernel} 더하기 1: {answer}",
    "it is": "맞아요",
    "it is not": "아니에요",
    "as everybody says": "다들 그래요",
}
WIDTH = number(
    "An image {size} wide, a kernel {kernel} wide?",
    plain={"size": 32, "kernel": 5},
    given=lambda rng: {"size": int(rng.integers(20, 90)), "kernel": 3},
    answer=lambda size, kernel: size - kernel + 1,
    unit="pixels",
    explanation="{size} − {kernel} + 1 = {answer}",
)
THIRD = number("1 / 3?", answer=1 / 3, explanation="{answer} or {answer:.2f}")
ONE = choice("?", wrong("a dog", "it is not"), right("a cat", "it is"))
SOME = choices("?", right("a cat", "it is"), wrong("a dog", "it is not"), right("a lion", "it is"))
WORD = words("?", "ReLU", "rectifier", explanation="as everybody says")


def same(text):
    return text


def korean(text):
    return KOREAN[text]


@pytest.mark.parametrize(
    ("question", "answer"),
    [(WIDTH, "28"), (THIRD, repr(1 / 3)), (ONE, '"b"'), (SOME, '"ac"'), (WORD, "'ReLU'")],
    ids=["whole", "fraction", "choice", "choices", "words"],
)
def test_the_right_answer_as_it_is_written_into_a_notebook(question, answer):
    assert right_answer(question) == answer
    ast.literal_eval(answer)


PLAIN = (
    "These are the numbers of the question without `STUDENT_ID`: “An image 32 wide, a kernel 5 wide?” With numbers of "
    "your own the way is the same, and the result another."
)


def test_a_question_is_three_cells_answer_check_and_explanation():
    made = question_cells("width", WIDTH, same, "en")
    assert made == [
        ("code", "width = 28", [ANSWER]),
        ("code", 'check("width")', []),
        ("markdown", f"**Answer:** 28 pixels. 32 − 5 + 1 = 28\n\n{PLAIN}", ["explanation"]),
    ]


def test_numbers_are_explained_with_four_digits_where_the_text_says_nothing():
    # And where all students have the same, nothing is said of other numbers.
    assert explanation(THIRD, same, "en") == "**Answer:** 0.3333. 0.3333 or 0.33"


def test_every_option_is_explained_by_its_text():
    assert explanation(SOME, same, "en").splitlines() == [
        '**Answer:** "ac" (in the order without `STUDENT_ID`)',
        "",
        "- right: “a cat” it is",
        "- wrong: “a dog” it is not",
        "- right: “a lion” it is",
    ]


def test_words_are_explained():
    assert explanation(WORD, same, "en") == "**Answer:** 'ReLU'. as everybody says"


def test_explanations_are_translated_with_their_units():
    first, _, last = explanation(WIDTH, korean, "ko").splitlines()
    assert first == "**답:** 28 픽셀. 32 빼기 5 더하기 1: 28"
    assert last.startswith("`STUDENT_ID` 없이 나오는 질문의 숫자로 푼 것입니다: “너비 32, 커널 5?”")
    assert explanation(WORD, korean, "ko") == "**답:** 'ReLU'. 다들 그래요"
    assert explanation(ONE, korean, "ko").splitlines() == [
        '**답:** "b" (`STUDENT_ID` 없이 나오는 순서에서)',
        "",
        "- 틀림: “개” 아니에요",
        "- 맞음: “고양이” 맞아요",
    ]
    assert question_cells("w", WORD, korean, "ko")[2][1].startswith("**답:**")


@pytest.mark.parametrize(
    ("question", "line"),
    [
        (WIDTH, "q = None  # a number (pixels)"),
        (THIRD, "q = None  # a number"),
        (ONE, 'q = None  # a letter in quotes, such as "a"'),
        (SOME, 'q = None  # letters in quotes, such as "ac"'),
        (WORD, "q = None  # a word in quotes"),
    ],
    ids=["unit", "number", "choice", "choices", "words"],
)
def test_students_get_a_line_that_says_the_form(question, line):
    assert stub("q", question, same, "en") == line
    ast.parse(line)


def test_the_unit_of_a_stub_is_translated():
    assert stub("q", WIDTH, korean, "ko") == "q = None  # 숫자 (픽셀)"


def test_a_stub_never_tells_the_answer():
    for question in (WIDTH, ONE, SOME, WORD):
        assert right_answer(question).strip("\"'") not in stub("q", question, same, "en").replace('"a"', "").replace(
            '"ac"', ""
        )


@pytest.mark.parametrize("lang", STUDENT_ID)
def test_the_student_id_is_empty_code(lang):
    names = {}
    exec(STUDENT_ID[lang], names)
    assert names["STUDENT_ID"] == ""

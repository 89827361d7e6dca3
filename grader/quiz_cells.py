"""A question's cells in a notebook, made from its declaration: answer, check, and why, for the solutions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grader.question import Question

# On the cell whose answer students write; `release` puts the text in its place that they get.
ANSWER = "answer"
# On cells that are released with the solutions only.
EXPLANATION = "explanation"
STUB = "gradmark_stub"
# The first cell of a notebook with questions. Not locked: the student writes into it.
STUDENT_ID = {
    "en": 'STUDENT_ID = ""  # your student number, before you answer: numbers and the order of options follow it',
    "ko": 'STUDENT_ID = ""  # 학번. 질문에 답하기 전에 쓰세요. 숫자와 보기의 순서가 학생마다 다릅니다',
}
_FORMS = {
    "en": {
        "number": "a number",
        "choice": 'a letter in quotes, such as "a"',
        "choices": 'letters in quotes, such as "ac"',
        "text": "a word in quotes",
    },
    "ko": {
        "number": "숫자",
        "choice": '따옴표 안의 글자 하나, 예: "a"',
        "choices": '따옴표 안에 맞는 글자 모두, 예: "ac"',
        "text": "따옴표 안의 단어",
    },
}
_WORDS = {"en": ("Answer", "right", "wrong"), "ko": ("답", "맞음", "틀림")}
# What stands beside an answer that others than its reader are to find right.
_WITHOUT_ID = {
    "en": {
        "number": (
            "These are the numbers of the question without `STUDENT_ID`: “{text}” With numbers of your own the way is "
            "the same, and the result another."
        ),
        "letters": "(in the order without `STUDENT_ID`)",
    },
    "ko": {
        "number": (
            "`STUDENT_ID` 없이 나오는 질문의 숫자로 푼 것입니다: “{text}” "
            "자신의 숫자로도 같은 방법으로 풀며, 결과는 다릅니다."
        ),
        "letters": "(`STUDENT_ID` 없이 나오는 순서에서)",
    },
}
Translate = Callable[[str], str]


class _Short(float):
    """A number that is shown with four digits where a text does not say otherwise."""

    def __format__(self, spec: str) -> str:
        return float.__format__(self, spec or ".4g")


def right_answer(question: Question) -> str:
    """The right answer to the plain question, as it is written into a notebook."""
    if question.kind == "number":
        value = question.value(question.variants[0])
        return repr(int(value)) if value == int(value) else repr(value)
    if question.kind == "text":
        return repr(question.accept[0])
    return f'"{question.right_letters}"'


def explanation(question: Question, translate: Translate, lang: str) -> str:
    """Why the answer is what it is.

    For a choice, why each option is right or wrong, by the option's text: its letter differs from student to student.
    Numbers are explained by the plain ones; where they vary, the plain question stands below.
    """
    answer, right, wrong = _WORDS[lang]
    if question.options:
        lines = [
            f"- {right if option.right else wrong}: “{translate(option.text)}” {translate(option.why)}"
            for option in question.options
        ]
        return "\n".join([f"**{answer}:** {right_answer(question)} {_WITHOUT_ID[lang]['letters']}", "", *lines])
    numbers: Mapping[str, Any] = question.variants[0]
    said = right_answer(question)
    if question.kind == "number":
        value = question.value(numbers)
        said = f"{_Short(value):} {translate(question.unit) if question.unit else ''}".rstrip()
        numbers = {**numbers, "answer": _Short(value)}
    made = f"**{answer}:** {said}. {translate(question.explanation).format(**numbers)}"
    if len(question.variants) == 1:
        return made
    plain = translate(question.text).format(**question.variants[0])
    return f"{made}\n\n{_WITHOUT_ID[lang]['number'].format(text=plain)}"


def question_cells(name: str, question: Question, translate: Translate, lang: str) -> list[tuple[str, str, list[str]]]:
    """The cells that follow `ask(name)`: kind, source, tags."""
    return [
        ("code", f"{name} = {right_answer(question)}", [ANSWER]),
        ("code", f'check("{name}")', []),
        ("markdown", explanation(question, translate, lang), [EXPLANATION]),
    ]


def stub(name: str, question: Question, translate: Translate, lang: str) -> str:
    """The answer's cell as students get it."""
    unit = f" ({translate(question.unit)})" if question.unit else ""
    return f"{name} = None  # {_FORMS[lang][question.kind]}{unit}"

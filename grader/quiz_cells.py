"""A question's cells in a notebook, made from its declaration: answer, check, and why, for the solutions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grader.question import LETTERS, Question

# On the cell whose answer students write; `release` puts the text in its place that they get.
ANSWER = "answer"
# On cells that are released with the solutions only.
EXPLANATION = "explanation"
STUB = "gradmark_stub"
# The first cell of a notebook with questions. Not locked: the student writes into it.
STUDENT_ID = {
    "en": 'STUDENT_ID = ""  # your student number: some questions have numbers of your own',
    "ko": 'STUDENT_ID = ""  # 학번: 학생마다 숫자가 다른 질문이 있습니다',
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
    """Why the answer is what it is, for the plain numbers; for a choice, why each option is right or wrong."""
    answer, right, wrong = _WORDS[lang]
    if question.options:
        lines = [
            f"- **{letter}** ({right if option.right else wrong}): {translate(option.why)}"
            for letter, option in zip(LETTERS, question.options, strict=False)
        ]
        return "\n".join([f"**{answer}:** {right_answer(question)}", "", *lines])
    numbers: Mapping[str, Any] = question.variants[0]
    said = right_answer(question)
    if question.kind == "number":
        value = question.value(numbers)
        said = f"{_Short(value):} {translate(question.unit) if question.unit else ''}".rstrip()
        numbers = {**numbers, "answer": _Short(value)}
    return f"**{answer}:** {said}. {translate(question.explanation).format(**numbers)}"


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

"""What a course author declares besides exercises: quiz questions. Texts are English; translations lie in a catalogue.

    conv1_width = number(
        "An image {size} pixels wide meets a kernel {kernel} wide, with stride 1. How wide is the result?",
        plain={"size": 32, "kernel": 5},
        given=lambda rng: {"size": int(rng.integers(20, 90)), "kernel": int(rng.choice([3, 5, 7]))},
        answer=lambda size, kernel: size - kernel + 1,
        unit="pixels",
        explanation="The kernel fits {size} − {kernel} + 1 = {answer} times.",
    )

The answer to a question is a variable of its name in the student's notebook.
"""

from __future__ import annotations

import math
import re
import string
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from grader.exercise import DeclarationError, Tolerance

KINDS = ("number", "choice", "choices", "text")
# How many sets of numbers a question that varies has, the plain one included.
VARIANTS = 24
_ANSWERS_AT_LEAST = 6
LETTERS = string.ascii_lowercase
# Every student sees the options in another order, so none may speak of letters or of what stands above it.
_ORDERED = re.compile(
    r"""
    \b(of\ |the\ |all\ |none\ )above\s*[.!]?$ | \b(the|of)\ (above|following|preceding|previous)\b
    | \b(options?|answers?|choices?|both|either|neither)\ \(?['"]?[a-h]['"]?\)?(?=$|[.,;:)]|\ (and|or|nor|is|are)\b)
    | (^|\s)\(?[a-h]\)(?=$|\s|[.,;:]) | ['"“][a-h]['"”]
    | \b[a-h]\ (and|or|nor)\ [a-h]\b
    | \b[a-h],\ ?[a-h]\b
    | 위의\ ?(것|보기|모든|둘|두) | (?<![가-힣])[a-h](와|과|나|이나|하고)\ ?[a-h](?![a-z]) | 보기\ ?\(?[a-h](?![a-z])
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What a learner computes with a pocket calculator and writes with three digits.
THREE_DIGITS = Tolerance(rtol=5e-3, atol=1e-9)


@dataclass(frozen=True)
class Option:
    """One option of a choice: its text, whether it is right, and why (or why not), released with the solutions."""

    text: str
    right: bool
    why: str


def right(text: str, why: str) -> Option:
    """An option that is right."""
    return Option(text, True, why)


def wrong(text: str, why: str) -> Option:
    """An option that is wrong."""
    return Option(text, False, why)


def names_other_options(text: str) -> bool:
    """Whether an option's text, in any language of the course, is about the letter or the place of an option."""
    return _ORDERED.search(text) is not None


@dataclass(frozen=True)
class Question:
    """A quiz question. Made by `number`, `choice`, `choices` or `text`; its name is the variable it is bound to.

    variants: the sets of numbers its text is filled with, the plain one first; one empty set where nothing varies.
    """

    kind: str
    text: str
    points: float
    answer: Callable[..., float] | None = None
    unit: str = ""
    tolerance: Tolerance = THREE_DIGITS
    options: tuple[Option, ...] = ()
    accept: tuple[str, ...] = ()
    explanation: str = ""
    plain: Mapping[str, Any] | None = None
    given: Callable[[Any], Mapping[str, Any]] | None = None

    @cached_property
    def variants(self) -> tuple[Mapping[str, Any], ...]:
        """Distinct sets of numbers, drawn from the question's own text as a seed."""
        plain = dict(self.plain or {})
        if self.given is None:
            return (plain,)
        rng = np.random.default_rng(zlib.crc32(self.text.encode()))
        found = [plain]
        for _ in range(100 * VARIANTS):
            made = dict(self.given(rng))
            if made not in found:
                found.append(made)
            if len(found) == VARIANTS:
                break
        return tuple(found)

    @property
    def right_letters(self) -> str:
        """The letters of the right options as declared, in order."""
        return "".join(letter for letter, option in zip(LETTERS, self.options, strict=False) if option.right)

    def value(self, variant: Mapping[str, Any]) -> float:
        """The right number for a variant."""
        assert self.answer is not None
        return float(self.answer(**variant))

    def check(self, name: str) -> None:
        """Raise DeclarationError unless the question can be asked, answered and explained."""
        try:
            problem = self._problem() or self._problem_of_texts()
        except Exception as error:  # a format, or the author's own functions
            problem = f"cannot be asked ({type(error).__name__}: {error})"
        if problem:
            raise DeclarationError(f"{name}: {problem}")

    def _problem(self) -> str:
        if not self.points > 0:
            return "a question needs more than 0 points"
        if self.kind in ("choice", "choices"):
            count = sum(option.right for option in self.options)
            if not 2 <= len(self.options) <= 8:
                return f"has {len(self.options)} options; 2 to 8 are wanted"
            if count < 1 or (self.kind == "choice" and count > 1):
                return f"has {count} right options; a choice has one, choices at least one"
            if len({option.text for option in self.options}) < len(self.options):
                return "has an option twice"
            ordered = [option.text for option in self.options if names_other_options(option.text)]
            if ordered:
                return f"the option {ordered[0]!r} speaks of letters or of 'above'; every student has another order"
            return "" if all(option.why.strip() for option in self.options) else "an option does not say why"
        if not self.explanation.strip():
            return "has no explanation"
        if self.kind == "text":
            return "" if self.accept else "accepts no answer"
        return self._problem_of_number()

    def _problem_of_texts(self) -> str:
        for variant in self.variants:
            self.text.format(**variant)
            numbers = {**variant, "answer": self.value(variant)} if self.kind == "number" else variant
            self.explanation.format(**numbers)
            if self.kind == "number" and not math.isfinite(self.value(variant)):
                return f"has no finite answer for {dict(variant)}"
        return ""

    def _problem_of_number(self) -> str:
        names = set(self.plain or {})
        asked = {part for _, part, _, _ in string.Formatter().parse(self.text) if part is not None}
        explained = {part for _, part, _, _ in string.Formatter().parse(self.explanation) if part is not None}
        if asked - names or explained - names - {"answer"}:
            return f"speaks of {sorted((asked - names) | (explained - names - {'answer'}))}, which it is not given"
        if self.given is None:
            return ""
        if any(set(variant) != names for variant in self.variants):
            return "its plain numbers and its given ones have different names"
        answers = {round(self.value(variant), 9) for variant in self.variants}
        if len(self.variants) < VARIANTS or len(answers) < _ANSWERS_AT_LEAST:
            return (
                f"has {len(self.variants)} variants with {len(answers)} answers; "
                f"at least {VARIANTS} and {_ANSWERS_AT_LEAST} are wanted, or it is no question that varies"
            )
        return ""


def questions_in(module: ModuleType) -> dict[str, Question]:
    """The questions a module declares, in order, by the names they are bound to, each checked.

    Raises DeclarationError.
    """
    found = {name: item for name, item in vars(module).items() if isinstance(item, Question)}
    for name, question in found.items():
        question.check(name)
    return found


def number(
    text: str,
    *,
    answer: Callable[..., float] | float,
    explanation: str,
    unit: str = "",
    tolerance: Tolerance = THREE_DIGITS,
    plain: Mapping[str, Any] | None = None,
    given: Callable[[Any], Mapping[str, Any]] | None = None,
    points: float = 1,
) -> Question:
    """A question whose answer is a number.

    text, explanation: with {names} of what varies; the explanation may use {answer}, formatted as {answer:.4g}.
    answer: the number, or how it follows from what varies. plain: what everybody sees who gives no student id.
    given: draws another set of the same names from an rng; with it the numbers vary per student.
    tolerance: by default 0.5 %; EXACT for whole numbers.
    """

    def always(**_: Any) -> float:
        assert not callable(answer)
        return answer

    how = answer if callable(answer) else always
    return Question("number", text, points, how, unit, tolerance, (), (), explanation, plain, given)


def choice(text: str, *options: Option, points: float = 1) -> Question:
    """A question with one right option. The answer is its letter.

    Students see the options in an order of their own, so no option may speak of another by its letter or place.
    """
    return Question("choice", text, points, options=options)


def choices(text: str, *options: Option, points: float = 1) -> Question:
    """A question with any number of right options, at least one. The answer is a text of letters, such as "ac".

    Every option that is rightly taken or left counts, every other counts against, never below zero.
    """
    return Question("choices", text, points, options=options)


def words(text: str, *accept: str, explanation: str, points: float = 1) -> Question:
    """A question whose answer is a word or two: any of `accept`, whatever the case, blanks and hyphens."""
    return Question("text", text, points, accept=accept, explanation=explanation)

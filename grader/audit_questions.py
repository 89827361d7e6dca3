"""Do questions ask for knowledge? What the audit finds in one question, and in all questions of a course together.

One question is worth its points to everybody who is right and to nobody else. All together cannot be answered by a rule
that needs no reading: the longest option or the shortest, one letter for all, one set of letters for all.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from grader import oracle
from grader.calling import Answer
from grader.course import CourseFolder
from grader.exercise import Assignment
from grader.question import LETTERS, Question, names_other_options
from grader.quiz import QuestionKey, Student, as_shown, judge_question, question_key, variant_of
from grader.translation import LANGUAGES, Catalogue, TranslationError, languages

# In at most this share of `choice` questions the longest option, the shortest or one letter is right; by chance it
# is about a quarter.
SHARE = 0.4
# One set of letters for all `choices` questions is worth at most this share of their points.
WORTH = 0.5
# Shares among fewer questions say nothing.
ENOUGH = 5
# The longest option is at most so many times as long as the shortest; below SHORT columns lengths tell nothing.
LENGTHS = 2.5
SHORT = 10


@dataclass(frozen=True)
class Asked:
    """A question as it is asked. options: by language, the texts as students read them, in the declared order."""

    name: str
    question: Question
    options: Mapping[str, Sequence[str]]

    @property
    def key(self) -> QuestionKey:
        """What it is judged by."""
        return question_key(self.name, self.question, "")


def questions_of(folder: CourseFolder, assignment: Assignment) -> list[Asked]:
    """The questions of an assignment; what is not translated, which `grader translation` tells, is left out."""
    catalogues = {lang: Catalogue.load(folder, assignment, lang) for lang in languages(folder)}
    found = []
    for name, question in oracle.declared_questions(folder, assignment).items():
        options = {}
        for lang, catalogue in catalogues.items():
            try:
                options[lang] = [catalogue(option.text) for option in question.options]
            except TranslationError:
                continue
        found.append(Asked(name, question, options))
    return found


def question_holes(asked: Asked) -> list[str]:
    """What is wrong with one question.

    Every student's right answer is worth the points; no answer and every other set's answer are worth nothing; options
    are of like length, and none is about the letter or the place of another.
    """
    key, found = asked.key, []
    names = [f"student{number}" for number in range(50 * len(key.variants))]
    # One for each set of numbers; where there is one set only, some with their orders of options.
    students = list({variant_of(key, name): name for name in names}.values()) if len(key.variants) > 1 else names[:5]
    if len(students) < len(key.variants) - 1:
        found.append("some of its numbers are nobody's")
    for student in ("", *students):
        given = _right_answer(key, student)
        if judge_question(key, Answer(value=given), Student(student, student)).points != key.points:
            found.append(f"the answer {given!r} of {student or 'nobody'} is not right")
    nothings: list[Any] = [None, "", [], float("nan")]
    found += [
        f"answering {nothing!r} gains points"
        for nothing in nothings
        if judge_question(key, Answer(value=nothing)).points
    ]
    if key.options and key.answers[0] == LETTERS[: len(key.options)]:
        found.append("all options are right")
    for lang, options in asked.options.items():
        found += [f"the option {text!r} speaks of another's letter" for text in options if names_other_options(text)]
        widths = [max(width(text), SHORT) for text in options]
        if widths and max(widths) > LENGTHS * min(widths):
            found.append(
                f"an option ({lang}) is {max(widths) / min(widths):.1f} times as long as another; "
                f"at most {LENGTHS:g} is wanted"
            )
    return found


def course_holes(asked: Iterable[Asked]) -> dict[str, list[str]]:
    """By what a rule that reads nothing is worth: what is wrong with it. Empty where there are too few questions."""
    questions = list(asked)
    one = [item for item in questions if item.question.kind == "choice"]
    some = [item.key for item in questions if item.question.kind == "choices"]
    found: dict[str, list[str]] = {}
    for lang in LANGUAGES:
        read = [item for item in one if lang in item.options]
        for which, extreme in (("longest", max), ("shortest", min)) if len(read) >= ENOUGH else ():
            names = [item.name for item in read if _is_right(item, lang, extreme)]
            found |= _share(f"choice: the {which} is right ({lang})", len(names), len(read), SHARE, names)
    if len(one) >= ENOUGH:
        letter, most = Counter(item.question.right_letters for item in one).most_common(1)[0]
        found |= _share(f"choice: {letter} is right", most, len(one), SHARE)
    if len(some) >= ENOUGH:
        letters, points = _best_letters(some)
        found |= _share(f"choices: always {letters}", points, sum(key.points for key in some), WORTH)
    return found


def _share(rule: str, part: float, whole: float, most: float, names: Sequence[str] = ()) -> dict[str, list[str]]:
    """A rule with its figure, and the hole where that is too large."""
    share = part / whole if whole else 0.0
    told = f": {', '.join(names)}" if names else ""
    return {f"{rule}: {share:.0%}": [f"at most {most:.0%} is wanted{told}"] if share > most else []}


def width(text: str) -> int:
    """How many columns a text takes: Korean letters are twice as wide as Latin ones."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _right_answer(key: QuestionKey, student: str) -> Any:
    if key.kind == "number":
        return key.answers[variant_of(key, student)]
    return as_shown(key, str(key.answers[0]), student) if key.options else key.answers[0][0]


def _is_right(asked: Asked, lang: str, extreme: Callable[[Sequence[int]], int]) -> bool:
    """Whether the right option alone takes the most columns, or the fewest."""
    widths = [width(text) for text in asked.options[lang]]
    (right,) = [size for size, option in zip(widths, asked.question.options, strict=True) if option.right]
    return right == extreme(widths) and widths.count(right) == 1


def _best_letters(keys: Sequence[QuestionKey]) -> tuple[str, float]:
    """The set of letters that gains most when it answers all of these questions, in the declared order."""
    letters = LETTERS[: max(len(key.options) for key in keys)]
    sets = ["".join(chosen) for count in range(1, len(letters) + 1) for chosen in combinations(letters, count)]

    def worth(chosen: str) -> float:
        answers = ((key, "".join(letter for letter in chosen if letter in LETTERS[: len(key.options)])) for key in keys)
        return sum(judge_question(key, Answer(value=answer)).points for key, answer in answers)

    best = max(sets, key=worth)
    return best, worth(best)

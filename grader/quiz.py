"""Quiz questions as data, on both sides: what a student is shown, and what an answer is worth.

Which set of numbers a student gets follows from the student's id alone, so the same question is shown on the student's
machine, without the answers, and judged on the instructor's. Pure: no files, no clocks.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.calling import Answer
from grader.exercise import DeclarationError, Tolerance
from grader.key import BadKey, Key, key_from_json, key_to_json
from grader.question import KINDS, LETTERS, Question
from grader.tolerance import compare
from grader.verdict import QUESTION, CriterionVerdict, Diagnosis, Verdict
from grader.wire import Opaque, Plain

# The id of a question's one case: the value of the variable.
CASE = QUESTION
_MOST_LETTERS = 100
# What computing a number in another order may change of it.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class QuestionKey(Key):
    """A question with its answers filled in; `exercise` is its name, and it has no criteria of its own.

    options: the texts to choose from. variants: the sets of numbers, the plain one first. answers: what is right, for
    each variant; a number, letters, or the accepted words. Empty in what a student gets.
    """

    kind: str = "number"
    text: str = ""
    unit: str = ""
    options: tuple[str, ...] = ()
    variants: tuple[Mapping[str, Plain], ...] = ({},)
    answers: tuple[Plain, ...] = ()
    tolerance: Tolerance = Tolerance()

    def public(self) -> QuestionKey:
        """The part a student may see: everything but the answers."""
        return replace(self, answers=())


@dataclass(frozen=True)
class Student:
    """Whose answer it is. id: as the trusted side knows it. claimed: STUDENT_ID in the notebook, None without one."""

    id: str = ""
    claimed: str | None = None


NOBODY = Student()


def question_key(name: str, question: Question, digest: str) -> QuestionKey:
    """A declared question as a key."""
    if question.kind == "number":
        answers: tuple[Plain, ...] = tuple(question.value(variant) for variant in question.variants)
    elif question.kind == "text":
        answers = (list(question.accept),)
    else:
        answers = (question.right_letters,)
    return QuestionKey(
        exercise=name,
        points=question.points,
        hint="",
        parameters=(),
        criteria=(),
        mistakes={},
        digest=digest,
        kind=question.kind,
        text=question.text,
        unit=question.unit,
        options=tuple(option.text for option in question.options),
        variants=question.variants,
        answers=answers,
        tolerance=question.tolerance,
    )


def variant_of(key: QuestionKey, student: str) -> int:
    """Which set of numbers a student gets: the plain one without an id."""
    name = _squeezed(student)
    if not name or len(key.variants) == 1:
        return 0
    drawn = hashlib.sha256(f"{name}/{key.exercise}".encode(errors="replace")).digest()
    return 1 + int.from_bytes(drawn[:8]) % (len(key.variants) - 1)


def shown_text(key: QuestionKey, student: str) -> str:
    """The question with this student's numbers, its options each on a line."""
    options = (f"  {letter}) {option}" for letter, option in zip(LETTERS, key.options, strict=False))
    return "\n".join([key.text.format(**key.variants[variant_of(key, student)]), *options])


def judge_question(key: QuestionKey, answer: Answer, student: Student = NOBODY) -> Verdict:
    """The verdict on one answer. With a student's key, without answers: whether it has the right form."""
    if answer.missing:
        return _verdict(key, "no_answer", 0.0, Diagnosis(f"missing_{answer.missing}"))
    open_ = isinstance(answer.value, Opaque) and answer.value.type == "ellipsis"
    if answer.value is None or open_:
        return _verdict(key, "not_started", 0.0, Diagnosis("question_open", {"kind": key.kind}))
    given = _formed(key, answer.value)
    if given is None:
        return _verdict(key, "failed", 0.0, Diagnosis(f"question_{key.kind}", {"letters": LETTERS[: len(key.options)]}))
    if not key.answers:
        return _verdict(key, "answered", 0.0, Diagnosis("answered", {"given": _told(key, given)}))
    if key.kind == "choices":
        return _judge_choices(key, str(given))
    mine = variant_of(key, student.id)
    fits = [index for index in range(len(key.answers)) if _is_right(key, given, index)]
    # Whoever wrote no id into the notebook was shown the plain numbers.
    if mine in fits or (len(key.answers) == 1 and fits) or (0 in fits and not _squeezed(student.claimed or "")):
        plain = {"plain": True} if mine not in fits and len(key.answers) > 1 else {}
        return _verdict(key, "passed", key.points, Diagnosis("question_plain", plain) if plain else None)
    return _verdict(key, "failed", 0.0, Diagnosis("question_wrong", {"variants": fits} if fits else {}))


def same_student(one: str, other: str) -> bool:
    """Whether two ids mean the same student, however they are written."""
    return _squeezed(one) == _squeezed(other)


def fits_numbers_of(key: QuestionKey, verdict: Verdict, students: Iterable[str]) -> list[str]:
    """The students whose numbers a wrong answer fits."""
    details = verdict.diagnosis.details if verdict.diagnosis else {}
    fits = set(details.get("variants", ()))
    # Most wrong answers fit nobody's, and a class has thousands of names.
    if not fits:
        return []
    return sorted(student for student in set(students) if variant_of(key, student) in fits)


def _judge_choices(key: QuestionKey, given: str) -> Verdict:
    """Every option rightly taken or left counts one, every other takes one away, never below zero."""
    right = str(key.answers[0])
    letters = LETTERS[: len(key.options)]
    good = sum((letter in given) == (letter in right) for letter in letters)
    points = key.points * max(0, 2 * good - len(letters)) / len(letters)
    if good == len(letters):
        return _verdict(key, "passed", key.points, None)
    details = {"right": good, "total": len(letters)}
    return _verdict(key, "partial" if points else "failed", points, Diagnosis("question_options", details))


def _verdict(key: QuestionKey, status: str, points: float, diagnosis: Diagnosis | None) -> Verdict:
    judged = status not in ("answered", "not_started", "no_answer")
    line = CriterionVerdict(CASE, points, key.points, False, int(status == "passed"), int(judged), diagnosis)
    pending = (CASE,) if status == "answered" else ()
    return Verdict(key.exercise, points, key.points, status, (line,), diagnosis, pending, key.digest)


def _formed(key: QuestionKey, value: Plain) -> Plain:
    """The answer in the one form it is judged in; None where it has no form of an answer to this question."""
    if isinstance(value, Opaque):
        return None
    if key.kind == "number":
        number = np.asarray(value) if isinstance(value, bool | int | float | np.ndarray | np.generic) else np.zeros(0)
        real = number.size == 1 and number.ndim <= 1 and number.dtype.kind in "iuf" and np.isfinite(number).all()
        return float(number.reshape(())) if real else None
    if isinstance(value, list | tuple) and key.kind == "choices" and all(isinstance(item, str) for item in value):
        value = "".join(value)
    if not isinstance(value, str):
        return None
    if key.kind == "text":
        return _squeezed(value) or None
    said = _folded(value[:_MOST_LETTERS])
    letters = "".join(sorted(set(re.sub(r"\band\b|[\s,;()\[\]{}'\"./+&]", "", said))))
    wanted = set(LETTERS[: len(key.options)])
    if not letters or not set(letters) <= wanted or (key.kind == "choice" and len(letters) != 1):
        return None
    return letters


def _told(key: QuestionKey, given: Plain) -> str:
    """An answer as it was understood."""
    if key.kind == "number":
        return f"{given:.10g} {key.unit}".rstrip()
    return ", ".join(str(given)) if key.kind == "choices" else str(given)


def _is_right(key: QuestionKey, given: Plain, index: int) -> bool:
    wanted = key.answers[index]
    if key.kind == "number":
        # 500 * (1 - 0.96) is not quite 20 in floating point, and right where 20 is.
        allowed = Tolerance(atol=max(key.tolerance.atol, _ROUNDING), rtol=max(key.tolerance.rtol, _ROUNDING))
        return compare(given, float(wanted), allowed).mismatch is None
    if key.kind == "text":
        return given in {_squeezed(word) for word in wanted}
    return bool(given == wanted)


def _folded(text: str) -> str:
    """Text without case and width."""
    return unicodedata.normalize("NFKC", text).casefold()


def _squeezed(text: str) -> str:
    """Text without what nobody means: case, width, blanks, hyphens, dots and underscores."""
    return re.sub(r"[\s\-_.‐-―\u200b-\u200f\u2060\ufeff]", "", _folded(text))


def any_key_to_json(key: Key) -> dict[str, Any]:
    """An exercise's or a question's key as JSON values."""
    if not isinstance(key, QuestionKey):
        return key_to_json(key)
    return {
        "question": key.exercise,
        "kind": key.kind,
        "points": key.points,
        "text": key.text,
        "unit": key.unit,
        "options": list(key.options),
        "variants": [dict(variant) for variant in key.variants],
        "answers": list(key.answers),
        "rtol": key.tolerance.rtol,
        "atol": key.tolerance.atol,
        "digest": key.digest,
    }


def any_key_from_json(node: dict[str, Any]) -> Key:
    """The inverse of `any_key_to_json`. Raises BadKey."""
    if not isinstance(node, dict) or "question" not in node:
        return key_from_json(node)
    try:
        if node["kind"] not in KINDS or not node["variants"]:
            raise ValueError(f"{node['kind']} with {len(node['variants'])} variants")
        return QuestionKey(
            exercise=str(node["question"]),
            points=float(node["points"]),
            hint="",
            parameters=(),
            criteria=(),
            mistakes={},
            digest=str(node["digest"]),
            kind=str(node["kind"]),
            text=str(node["text"]),
            unit=str(node["unit"]),
            options=tuple(map(str, node["options"])),
            variants=tuple(dict(variant) for variant in node["variants"]),
            answers=tuple(node["answers"]),
            tolerance=Tolerance(node["rtol"], node["atol"]),
        )
    except (KeyError, TypeError, ValueError, DeclarationError) as error:
        raise BadKey(f"not a question of this version of gradmark ({type(error).__name__}: {error})") from error

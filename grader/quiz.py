"""Quiz questions as data, on both sides: what a student is shown, and what an answer is worth.

Which set of numbers a student gets, and in which order the options stand, follows from the student's id and the
question's name alone, so the same question is shown on the student's machine, without the answers, and judged on the
instructor's. Pure: no files, no clocks.
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

    options: the texts to choose from, as declared. variants: the sets of numbers, the plain one first. answers: what is
    right, for each variant; a number, the letters of the options as declared, or the accepted words. Empty in what a
    student gets.
    """

    kind: str = "number"
    text: str = ""
    unit: str = ""
    options: tuple[str, ...] = ()
    variants: tuple[Mapping[str, Plain], ...] = ({},)
    answers: tuple[Plain, ...] = ()
    tolerance: Tolerance = Tolerance()

    @property
    def varies(self) -> bool:
        """Whether students are shown different forms of it: other numbers, or the options in another order."""
        return len(self.variants) > 1 or len(self.options) > 1

    def public(self) -> QuestionKey:
        """The part a student may see: everything but the answers."""
        return replace(self, answers=())


@dataclass(frozen=True)
class Student:
    """Whose answer it is. id: as the trusted side knows it. claimed: STUDENT_ID in the notebook, None without one that
    can be read.
    """

    id: str = ""
    claimed: str | None = None

    @property
    def named(self) -> bool:
        """Whether the notebook names somebody, which decided what was shown."""
        return bool(_squeezed(self.claimed or ""))

    @property
    def unnamed(self) -> bool:
        """Whether STUDENT_ID was left empty, so that options were shown as declared."""
        return self.claimed is not None and not self.named


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
    drawn = _drawn(f"{name}/{key.exercise}")
    return 1 + int.from_bytes(drawn[:8]) % (len(key.variants) - 1)


def order_of(key: QuestionKey, student: str) -> list[int]:
    """In which order a student sees the options, as indices of the declared ones; as declared without an id.

    Each option has a hash of its own and they are sorted by it, so one order is as likely as another.
    """
    order = list(range(len(key.options)))
    name = _squeezed(student)
    return sorted(order, key=lambda index: _drawn(f"{name}/{key.exercise}/{index}")) if name else order


def as_declared(key: QuestionKey, letters: str, student: str) -> str:
    """The letters that the options chosen by a student's letters have in the declaration, sorted."""
    order = order_of(key, student)
    return "".join(sorted(LETTERS[order[LETTERS.index(letter)]] for letter in letters))


def as_shown(key: QuestionKey, letters: str, student: str) -> str:
    """The letters under which a student sees the options that have these in the declaration; undoes `as_declared`."""
    order = order_of(key, student)
    return "".join(sorted(LETTERS[order.index(LETTERS.index(letter))] for letter in letters))


def shown_text(key: QuestionKey, student: str) -> str:
    """The question with this student's numbers, its options each on a line, in this student's order."""
    options = (
        f"  {letter}) {key.options[index]}" for letter, index in zip(LETTERS, order_of(key, student), strict=False)
    )
    return "\n".join([key.text.format(**key.variants[variant_of(key, student)]), *options])


def judged_texts(key: QuestionKey, verdict: Verdict, student: Student) -> list[str]:
    """The question as it was shown to the student whom this verdict is on.

    Where the notebook leaves open in which way a wrong answer was meant, it is given in both, the student's own first.
    """
    own, plain = shown_text(key, student.id), shown_text(key, "")
    if (verdict.diagnosis and verdict.diagnosis.details.get("plain")) or (key.options and student.unnamed):
        return [plain]
    unknown = verdict.status in ("failed", "partial") and not student.named
    return [own, plain] if unknown and own != plain else [own]


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
        return _verdict(key, "answered", 0.0, Diagnosis("answered", {"given": _told(key, given, student)}))
    if key.options:
        return _judge_letters(key, str(given), student)
    mine = variant_of(key, student.id)
    fits = [index for index in range(len(key.answers)) if _is_right(key, given, index)]
    # Whoever wrote no id into the notebook was shown the plain numbers, unless a JupyterHub knew better.
    if mine in fits or (len(key.answers) == 1 and fits) or (0 in fits and not student.named):
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


def _judge_letters(key: QuestionKey, given: str, student: Student) -> Verdict:
    """One letter must be right. Of several, every option rightly taken or left counts one, every other takes one away,
    never below zero.
    """
    total = len(key.options)
    own, plain = _options_right(key, as_declared(key, given, student.id)), _options_right(key, given)
    # Where the notebook does not say in which order they were shown, it may have been either.
    good = own if student.named else plain if student.unnamed else max(own, plain)
    as_in_plain = good > own or (student.unnamed and order_of(key, student.id) != order_of(key, ""))
    details: dict[str, Any] = {"plain": True} if as_in_plain else {}
    if good == total:
        return _verdict(key, "passed", key.points, Diagnosis("question_plain", details) if details else None)
    if key.kind == "choice":
        return _verdict(key, "failed", 0.0, Diagnosis("question_wrong"))
    points = key.points * max(0, 2 * good - total) / total
    details = {"right": good, "total": total, **details}
    return _verdict(key, "partial" if points else "failed", points, Diagnosis("question_options", details))


def _options_right(key: QuestionKey, declared: str) -> int:
    """How many options are rightly taken or rightly left."""
    right = str(key.answers[0])
    return sum((letter in declared) == (letter in right) for letter in LETTERS[: len(key.options)])


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


def _told(key: QuestionKey, given: Plain, student: Student) -> str:
    """An answer as it was understood."""
    if key.kind == "number":
        return f"{given:.10g} {key.unit}".rstrip()
    if key.kind == "choice":
        # Whoever writes STUDENT_ID after answering sees what the letter stands for now.
        return f"{given}) {key.options[order_of(key, student.id)[LETTERS.index(str(given))]]}"
    return ", ".join(str(given)) if key.kind == "choices" else str(given)


def _is_right(key: QuestionKey, given: Plain, index: int) -> bool:
    wanted: Any = key.answers[index]
    if key.kind == "number":
        # 500 * (1 - 0.96) is not quite 20 in floating point, and right where 20 is.
        allowed = Tolerance(atol=max(key.tolerance.atol, _ROUNDING), rtol=max(key.tolerance.rtol, _ROUNDING))
        return compare(given, float(wanted), allowed).mismatch is None
    return given in {_squeezed(word) for word in wanted}


def _drawn(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()


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

"""Key + answers -> verdict. Pure: no files, no clocks, no student code; the same answers always get the same marks.

A criterion's points are given when every case of it was answered and is right. Anything without an answer is worth
zero and says why.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Mapping
from typing import Any

from grader.calling import Answer
from grader.diagnosis import changed_arguments, diagnose
from grader.distribution import Summary, four_arrays
from grader.exercise import Raises, Tolerance
from grader.key import Key, KeyCase, KeyCriterion, Outcome, Sample, summarize_answer
from grader.quiz import CASE, NOBODY, QuestionKey, Student, judge_question
from grader.tolerance import compare
from grader.verdict import CriterionVerdict, Diagnosis, Verdict

# What of a diagnosis is words that the course chose: told of a hidden case, too.
_TOLD = ("names", "flaws", "fact", "parameters", "by", "of", "module")
_NEVER_ASKED = Answer(missing="not_asked")
# To recognise a mistake, NaN may repeat NaN and the tolerance is the default; marks never depend on it.
_RECOGNISE = Tolerance()
# So many values show a pattern.
_ENOUGH = 3


def judge(key: Key, answers: Mapping[str, Answer], student: Student = NOBODY, *, reveal: bool = False) -> Verdict:
    """Judge the answers to one exercise or question.

    key: with hidden cases at grading, without them in a student's `check`. answers: by case id. student: by whose
    numbers and order of options a question is judged. reveal: keep what the diagnosis of a hidden case shows of it; for
    the course's author only, never for a verdict that is handed out.
    """
    if isinstance(key, QuestionKey):
        return judge_question(key, answers.get(CASE, _NEVER_ASKED), student)
    found = []
    for criterion, case in key.cases:
        answer = answers.get(case.id, _NEVER_ASKED)
        summary = _summary(case, answer)
        found.append((criterion, case, answer, summary, judge_case(criterion, case, answer, summary, reveal=reveal)))
    wrong = [diagnosis for *_, diagnosis in found if diagnosis is not None]
    mistake = _recognise(key, [(case, answer, summary, bool(why)) for _, case, answer, summary, why in found])
    criteria = []
    for criterion in key.criteria:
        diagnoses = [diagnosis for owner, *_, diagnosis in found if owner is criterion]
        right = sum(diagnosis is None for diagnosis in diagnoses)
        passed = bool(diagnoses) and right == len(diagnoses)
        criteria.append(
            CriterionVerdict(
                name=criterion.name,
                points=criterion.points if passed else 0.0,
                max_points=criterion.points,
                hidden=criterion.hidden,
                right=right,
                total=len(diagnoses),
                diagnosis=next((diagnosis for diagnosis in diagnoses if diagnosis is not None), None),
                needs_values=criterion.inputs_unchanged
                and not passed
                and all(diagnosis is None or diagnosis.code != "changed_input" for diagnosis in diagnoses),
            )
        )
    points = math.fsum(criterion.points for criterion in criteria)
    return Verdict(
        exercise=key.exercise,
        points=points,
        max_points=key.points,
        status=_status(points, [answer for _, _, answer, _, _ in found], wrong),
        criteria=tuple(criteria),
        diagnosis=_first(wrong, mistake),
        pending=tuple(criterion.name for criterion in key.criteria if not criterion.cases),
        digest=key.digest,
    )


def judge_case(
    criterion: KeyCriterion, case: KeyCase, answer: Answer, summary: Summary | None = None, *, reveal: bool = False
) -> Diagnosis | None:
    """None when the answer to one case is right, otherwise why not (without values where the case is hidden).

    summary: of the answer's draws, where it is known already; making one is the judge's only costly step.
    """
    diagnosis = diagnose(criterion, case, answer, summary or _summary(case, answer))
    if diagnosis is None:
        return None
    hidden = (case.hidden or criterion.hidden) and not reveal
    details = _without_values(diagnosis.details) if hidden else diagnosis.details
    return Diagnosis(diagnosis.code, details, criterion.name, hidden)


def _without_values(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a hidden case may say: the names that the course gave to things. No number, no text of a student's.

    An exception's text and an answer's values can carry the hidden inputs; a built-in type's name cannot, but a student
    may name a type of his own after what he was given.
    """
    told = {name: value for name, value in details.items() if name in _TOLD}
    kind = details.get("type")
    return {**told, "type": kind} if isinstance(kind, str) and hasattr(builtins, kind) else told


def distance(criterion: KeyCriterion, case: KeyCase, answer: Answer) -> float:
    """How far an answer is from right, as a multiple of what is allowed: 0 exact, up to 1 right, inf hopeless."""
    if isinstance(case.expected, Raises | Sample) or answer.raised or answer.missing:
        return 0.0 if judge_case(criterion, case, answer) is None else math.inf
    changed = criterion.inputs_unchanged and changed_arguments(case, answer.after)
    return math.inf if changed else compare(case.judged(answer.value), case.expected, criterion.tolerance).distance


def _summary(case: KeyCase, answer: Answer) -> Summary | None:
    """The summary of an answer's draws; None where the case asks for none or they are not four arrays of its shape."""
    if not isinstance(case.expected, Sample) or answer.raised or answer.missing:
        return None
    return summarize_answer(case.expected, case.calls, answer.value)


def _recognise(key: Key, answered: list[tuple[KeyCase, Answer, Summary | None, bool]]) -> str:
    """The title of the first known mistake that gives every one of these answers, or "".

    A TypeError says nothing for or against a mistake: where the mistake's tensors are changed in place, NumPy refuses
    the same change of a plain number or of whole numbers. At least one wrong answer must be explained all the same.
    """
    telling = [
        (case, answer, summary, wrong)
        for case, answer, summary, wrong in answered
        if answer.raised is None or "TypeError" not in answer.raised.types
    ]
    if not any(wrong for *_, wrong in telling):
        telling = answered
    if not any(wrong for *_, wrong in telling):
        return ""
    for title in key.mistakes:
        if all(
            title in case.mistakes and _repeats(case, answer, case.mistakes[title], summary)
            for case, answer, summary, _ in telling
        ):
            return title
    return ""


def _repeats(case: KeyCase, answer: Answer, outcome: Outcome, summary: Summary | None) -> bool:
    if answer.missing or (answer.raised is not None) != bool(outcome.raised):
        return False
    if answer.raised is not None:
        if isinstance(case.expected, Raises):
            # Where the mistake raises what is wanted, another exception is not its work, and the reverse.
            wanted = case.expected.type
            if (wanted in answer.raised.types) != (outcome.raised == wanted):
                return False
        return answer.raised.types[0] != "NotImplementedError"
    if outcome.summary is not None:
        return summary is not None and summary.resembles(outcome.summary)
    if isinstance(case.expected, Sample):
        arrays = four_arrays(answer.value)
        return bool((None if arrays is None else arrays[0].shape) == outcome.value)
    same_value = compare(case.judged(answer.value), outcome.value, _RECOGNISE, equal_nan=True).mismatch is None
    if outcome.after is None or answer.after is None:
        return same_value
    if case.measure is not None:
        # Judged by facts, because right answers differ: so do the ways to spoil the arguments.
        return same_value and changed_arguments(case, answer.after) == changed_arguments(case, outcome.after)
    return same_value and compare(answer.after, outcome.after, _RECOGNISE, equal_nan=True).mismatch is None


def _status(points: float, answers: list[Answer], wrong: list[Diagnosis]) -> str:
    if not wrong and answers:
        return "passed"
    if wrong and all(diagnosis.code == "not_started" for diagnosis in wrong) and points == 0:
        return "not_started"
    if all(answer.missing for answer in answers):
        return "no_answer"
    return "partial" if points > 0 else "failed"


def _first(wrong: list[Diagnosis], mistake: str) -> Diagnosis | None:
    """What to tell first: the first thing found, with the known mistake that explains all of it.

    Of one or two wrong numbers little can be said and nothing drawn: then a later case of the criterion, with more.
    """
    if not wrong:
        return None
    first = wrong[0]
    if first.details.get("total", _ENOUGH) < _ENOUGH:
        more = (other for other in wrong if other.criterion == first.criterion and "first" in other.details)
        first = next((other for other in more if other.details["total"] >= _ENOUGH), first)
    return Diagnosis(first.code, first.details, first.criterion, first.hidden, mistake)

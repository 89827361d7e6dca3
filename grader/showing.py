"""What a student's function returned, case by case, beside what was expected: for the student who asks why.

Shows hidden inputs and expected values, so it is for the instructor's screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from grader import oracle, records
from grader.answers import AnswerStore
from grader.calling import Answer
from grader.course import CourseError, CourseFolder, nearest
from grader.exercise import Raises
from grader.judge import judge, judge_case
from grader.key import Key, KeyCase, Sample
from grader.quiz import QuestionKey, Student, variant_of
from grader.records import Mark, Record, hashes_of
from grader.render import diagnosis_lines, printable, render_text
from grader.sandbox.job import Run
from grader.verdict import QUESTION
from grader.wire import Plain

_LINES = 12  # of one value


def show_answers(folder: CourseFolder, student: str, exercise: str, assignment: str = "") -> Iterator[str]:
    """The lines of one student's answers to one exercise or question.

    Judged by the declaration that gave the mark, where it is still known, else by the present one. Raises CourseError.
    """
    name, notebook, record = _find(folder, student, exercise, assignment)
    mark = record.marks[exercise]
    run = AnswerStore(folder.state / "answers").recall(record.answers, {exercise})
    if run is None or exercise not in run.answers:
        raise CourseError(
            f"{student}: the answers of {name} were not kept (larger than 2 MiB) or are damaged; run "
            f"`nbgrader autograde {name} --student={student} --force`"
        )
    key = _key(folder, name, exercise, mark)
    yield f"{student}, {name}/{notebook}, {exercise}: {mark.points:g} of {mark.max_points:g} points when it was graded"
    yield f"isolation level {run.level}" + (f"; the notebook was stopped early ({run.ended})" if run.ended else "")
    if hashes_of(key)[0] != mark.declaration:
        yield f"judged here by the present declaration; the one that gave the mark is gone ({mark.declaration})"
    yield from _shown(key, run, exercise, Student(student, record.claimed))


def _find(folder: CourseFolder, student: str, exercise: str, assignment: str) -> tuple[str, str, Record]:
    """The graded notebook that has the exercise: its assignment, its name, its record."""
    names = records.assignments(folder.state)
    if assignment and assignment not in names:
        raise CourseError(f"no mark of {assignment!r} is on record{nearest(assignment, names)}")
    kept = {name: records.load(folder.state, name, student) for name in ([assignment] if assignment else names)}
    graded = [(name, notebook, record) for name, found in kept.items() for notebook, record in found.items()]
    if not graded:
        students = {who for name in kept for who, _ in records.all_of(folder.state, name)}
        raise CourseError(f"no graded submission of {student!r}{nearest(student, students)}")
    found = [entry for entry in graded if exercise in entry[2].marks]
    if not found:
        known = {known for *_, record in graded for known in record.marks}
        raise CourseError(f"{student} has no answers to {exercise!r}{nearest(exercise, known)}")
    if len(found) > 1:
        raise CourseError(f"{exercise} is in {' and '.join(name for name, *_ in found)}; choose one with --assignment")
    return found[0]


def _key(folder: CourseFolder, assignment: str, exercise: str, mark: Mark) -> Key:
    for keys in oracle.earlier_keys(folder, mark.digest):
        if exercise in keys and hashes_of(keys[exercise])[0] == mark.declaration:
            return keys[exercise]
    keys = oracle.grading_keys(folder, folder.assignment(assignment))
    if exercise not in keys:
        raise CourseError(f"{exercise} is no longer declared in {assignment}, and its earlier declaration is gone")
    return keys[exercise]


def _shown(key: Key, run: Run, exercise: str, student: Student) -> Iterator[str]:
    answers = run.answers[exercise]
    if isinstance(key, QuestionKey):
        variant = variant_of(key, student.id)
        yield f"  numbers    {_short(dict(key.variants[variant])) or 'none'}"
        yield f"  returned   {_answer(answers.get(QUESTION, Answer(missing='not_asked')))}"
        yield f"  expected   {_short(key.answers[variant if len(key.answers) > 1 else 0])}"
    else:
        for criterion, case in key.cases:
            answer = answers.get(case.id, Answer(missing="not_asked"))
            diagnosis = judge_case(criterion, case, answer, reveal=True)
            hidden = ", hidden" if case.hidden or criterion.hidden else ""
            yield f"\n{'✗' if diagnosis else '✓'} {case.id}{hidden}"
            yield from _case(case, answer)
            if diagnosis:
                yield f"  verdict    {diagnosis_lines(diagnosis, exercise)[0]}"
    yield ""
    yield render_text(judge(key, answers, student, reveal=True), key.mistakes)


def _case(case: KeyCase, answer: Answer) -> Iterator[str]:
    first = case.calls[0] if case.calls else {}
    for name, value in first.items():
        yield f"  {name[:10]:<10} {_described(value)}"
    if len(case.calls) > 1:
        yield f"  calls      {len(case.calls)}, in a row"
    yield f"  returned   {_answer(answer)}"
    yield f"  expected   {_expected(case)}"


def _answer(answer: Answer) -> str:
    if answer.missing:
        return f"nothing ({answer.missing})"
    if answer.raised is not None:
        where = f" (line {answer.raised.line}: {answer.raised.source})" if answer.raised.line else ""
        return _indented(f"{answer.raised.types[0]}: {answer.raised.message}{where}")
    return _described(answer.value)


def _expected(case: KeyCase) -> str:
    if isinstance(case.expected, Raises):
        return f"{case.expected.type} raised"
    if isinstance(case.expected, Sample):
        divided = f", divided by {case.expected.relative_to}" if case.expected.relative_to else ""
        return f"draws from {case.expected.law} of shape {case.expected.shape}{divided}"
    facts = "facts: " if case.measure is not None else ""
    return facts + _described(case.expected)


def _described(value: Plain) -> str:
    """A value with its type, shape and dtype; arrays abbreviated as NumPy prints them."""
    if not isinstance(value, np.ndarray | np.generic):
        return _indented(f"{type(value).__name__}  {_short(value)}")
    array = np.asarray(value)
    shown = _short(array)
    # Rows stand under each other only when none of them follows something else.
    return _indented(f"{array.dtype} {array.shape}" + ("\n" if "\n" in shown else "  ") + shown)


def _short(value: Plain) -> str:
    with np.printoptions(threshold=60, edgeitems=3, precision=6, linewidth=100):
        if isinstance(value, Mapping):
            return ", ".join(f"{name} = {_short(item)}" for name, item in value.items())
        text = str(value) if isinstance(value, np.ndarray | np.generic) else repr(value)
    lines = text.splitlines()
    return "\n".join([*lines[:_LINES], *(["..."] if len(lines) > _LINES else [])])


def _indented(text: str) -> str:
    first, *rest = text.splitlines() or [""]
    return "\n".join([printable(first)[:300], *(f"{'':13}{printable(line)[:300]}" for line in rest)])

"""Does the course accept right answers and reject wrong ones? One row an exercise, a list of holes, no opinion.

On every seed: the solution gets full marks, in float32 as well; every declared mistake loses marks and is named;
constant answers gain nothing. The untouched stub gets 0. Two figures say with how much room: how far the tolerance lies
above the largest deviation that must be accepted, and how far the smallest mistake lies above the tolerance. What is
asked of questions stands in `audit_questions`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader import oracle
from grader.audit_questions import course_holes, question_holes, questions_of
from grader.calling import Answer
from grader.course import CourseFolder
from grader.exercise import Assignment, Exercise, Raises
from grader.grade import judge_run, run_notebook
from grader.judge import distance, judge, judge_case
from grader.key import Key, KeyCase, KeyCriterion, Sample
from grader.notebook import read_notebook
from grader.question import Question
from grader.sandbox.job import files_beside
from grader.sandbox.parent import OWN_CODE
from grader.translation import LANGUAGES, holes, languages, texts_of

if TYPE_CHECKING:
    from rich.table import Table

ROOM = 10.0
MISTAKES_AT_LEAST = 3
CRITERIA_AT_LEAST = 2
_FIRST_SEED = 1_000


@dataclass
class Row:
    """One exercise's audit.

    accepted, rejected: the two figures. Infinite where right answers are exact, and where every mistake is told by
    something that has no distance: a shape, an exception, a distribution. alarms of drawn: how often right draws were
    refused; caught of tried: how often wrong ones were.
    """

    assignment: str
    exercise: str
    points: float
    criteria: int
    mistakes: int
    accepted: float = math.inf
    rejected: float = math.inf
    named: int = 0
    alarms: int = 0
    drawn: int = 0
    caught: int = 0
    tried: int = 0
    holes: list[str] = field(default_factory=list)

    def hole(self, text: str) -> None:
        """Note a hole once."""
        if text not in self.holes:
            self.holes.append(text)


def audit_course(folder: CourseFolder, assignments: list[Assignment], seeds: int, jobs: int) -> list[Row]:
    """Audit assignments, each in a process of its own, and the questions of the whole course, whatever the assignments.

    Raises CourseError when one cannot be audited at all.
    """
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        waiting = [pool.submit(audit_assignment, folder.root, folder.entry, item.name, seeds) for item in assignments]
        waiting.append(pool.submit(audit_questions, folder.root, folder.entry))
        return [row for future in waiting for row in future.result()]


def audit_questions(root: Path, entry: str) -> list[Row]:
    """A row for every rule by which the questions of a course could be answered without reading them."""
    folder = CourseFolder(root, entry)
    asked = [item for assignment in folder.course.assignments for item in questions_of(folder, assignment)]
    return [Row("all", rule, 0, criteria=0, mistakes=0, holes=found) for rule, found in course_holes(asked).items()]


def audit_assignment(root: Path, entry: str, name: str, seeds: int) -> list[Row]:
    """Audit one assignment."""
    import torch

    torch.set_num_threads(1)
    folder = CourseFolder(root, entry)
    assignment = folder.assignment(name)
    exercises = oracle.declared(folder, assignment)
    rows = {
        exercise.name: Row(name, exercise.name, exercise.points, len(exercise.criteria), len(exercise.mistakes))
        for exercise in exercises.values()
    }
    for exercise in exercises.values():
        _declaration(exercise, rows[exercise.name])
    beside = files_beside(folder.root / "solutions" / assignment.name)
    for seed in range(_FIRST_SEED, _FIRST_SEED + seeds):
        keys = {exercise.name: oracle.make_key(exercise, [seed], "") for exercise in exercises.values()}
        solved = run_notebook(read_notebook(folder.source(assignment)), keys, beside, settings=OWN_CODE)
        verdicts = judge_run(solved, keys)
        for exercise in exercises.values():
            row, key = rows[exercise.name], keys[exercise.name]
            if verdicts[exercise.name].points != key.points:
                row.hole(f"the solution gets {verdicts[exercise.name].points:g} of {key.points:g} (seed {seed})")
            _acceptance(key, solved.answers[exercise.name], row)
            _acceptance(key, _replay(exercise, exercise.function, seed, in_float32), row)
            _mistakes(exercise, key, seed, row)
            _trivial(key, row)
    stub_keys = {exercise.name: oracle.make_key(exercise, [_FIRST_SEED], "") for exercise in exercises.values()}
    released = run_notebook(read_notebook(folder.notebook(assignment)), stub_keys, beside, settings=OWN_CODE)
    untouched = judge_run(released, stub_keys)
    for exercise_name, row in rows.items():
        if untouched[exercise_name].status != "not_started" or untouched[exercise_name].points:
            row.hole(f"the untouched stub is {untouched[exercise_name].status}, not not_started with 0 points")
        if row.accepted < ROOM:
            row.hole(
                f"right answers come within a factor {row.accepted:.1f} of the tolerance; at least {ROOM:g} is wanted"
            )
        if row.rejected < ROOM:
            row.hole(f"a mistake lies only {row.rejected:.1f} times above the tolerance; at least {ROOM:g} is wanted")
    questions = oracle.declared_questions(folder, assignment)
    asked = [
        Row(name, item.name, item.question.points, criteria=0, mistakes=0, holes=question_holes(item))
        for item in questions_of(folder, assignment)
    ]
    found = [*rows.values(), *asked]
    for text in _languages_and_sources(folder, assignment, exercises, questions):
        found[0].hole(text)
    return found


def _languages_and_sources(
    folder: CourseFolder,
    assignment: Assignment,
    exercises: Mapping[str, Exercise],
    questions: Mapping[str, Question],
) -> list[str]:
    """What is not there in both languages, and exercises whose docstring names nothing to read."""
    source = folder.source(assignment).read_text(encoding="utf-8")
    found = [
        f"{name} names no source to read"
        for name in exercises
        if "To read:" not in source.partition(f"def {name}(")[2].partition("### BEGIN SOLUTION")[0]
    ]
    if languages(folder) == [LANGUAGES[0]]:
        return found
    return [*found, *holes(folder, assignment, texts_of(exercises.values(), questions))]


def _declaration(exercise: Exercise, row: Row) -> None:
    if len(exercise.criteria) < CRITERIA_AT_LEAST:
        row.hole(f"has {len(exercise.criteria)} criteria, at least {CRITERIA_AT_LEAST} are wanted")
    if len(exercise.mistakes) < MISTAKES_AT_LEAST:
        row.hole(f"has {len(exercise.mistakes)} mistakes, at least {MISTAKES_AT_LEAST} are wanted")
    if all(criterion.hidden for criterion in exercise.criteria):
        row.hole("has hidden criteria only, so its check could show a student nothing")
    if not exercise.hint.strip():
        row.hole("has no hint")


def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same torch function with every float64 tensor rounded to float32 first."""
    import torch

    def cast(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return value.float() if value.dtype == torch.float64 else value
        if isinstance(value, Mapping):
            return {key: cast(item) for key, item in value.items()}
        return type(value)(map(cast, value)) if isinstance(value, list | tuple) else value

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*map(cast, args), **{name: cast(value) for name, value in kwargs.items()})

    return call


def _replay(
    exercise: Exercise,
    function: Callable[..., Any],
    seed: int,
    change: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda function: function,
) -> dict[str, Answer]:
    """What a torch function answers to every case of a key made with `seed`, by case id."""
    answers = {}
    for criterion in exercise.criteria:
        for label, generated in (("public", oracle.PUBLIC_SEED), ("hidden0", seed)):
            for number, case in enumerate(oracle.make_cases(exercise, criterion, generated)):
                name = f"{criterion.name}/{label}/{number}"
                answers[name] = oracle.reference_answer(change(function), exercise, criterion, case)
    return answers


def _acceptance(key: Key, answers: Mapping[str, Answer], row: Row) -> None:
    """How near right answers come to the tolerance. Whether arguments changed is not a matter of distance."""
    for criterion, case in key.cases:
        if isinstance(case.expected, Sample):
            row.drawn += 1
            row.alarms += judge_case(criterion, case, answers[case.id]) is not None
        if criterion.inputs_unchanged or _is_special(case):
            continue
        away = distance(criterion, case, answers[case.id])
        row.accepted = min(row.accepted, 1 / away if away else math.inf)


def _mistakes(exercise: Exercise, key: Key, seed: int, row: Row) -> None:
    for mistake in exercise.mistakes:
        answers = _replay(exercise, mistake.function, seed)
        verdict = judge(key, answers)
        if any(isinstance(case.expected, Sample) for _, case in key.cases):
            row.tried += 1
            row.caught += verdict.points < key.points
        if verdict.points >= key.points:
            row.hole(f"the mistake {mistake.title!r} gets full marks (seed {seed})")
        elif verdict.diagnosis is None or verdict.diagnosis.mistake != mistake.title:
            named = verdict.diagnosis.mistake if verdict.diagnosis else ""
            row.hole(f"the mistake {mistake.title!r} is named {named or 'nothing'!r} (seed {seed})")
        else:
            row.named += 1
        row.rejected = min(
            row.rejected, max(distance(criterion, case, answers[case.id]) for criterion, case in key.cases)
        )


def _trivial(key: Key, row: Row) -> None:
    """Answers that need no understanding: all zeros, all ones, the first argument as it came."""
    for name, make in _TRIVIAL.items():
        if not key.parameters and make is _first_argument:
            continue
        answers = {case.id: make(criterion, case) for criterion, case in key.cases if not _is_special(case)}
        points = judge(key, answers).points
        if points:
            row.hole(f"answering {name} gains {points:g} of {key.points:g} points")


def _filled(value: Any, number: float) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(item, number) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_filled(item, number) for item in value)
    return np.full_like(np.asarray(value), number)


def _answer_with(number: float) -> Callable[[KeyCriterion, KeyCase], Answer]:
    return lambda _, case: Answer(value=_filled(case.expected, number), after=dict(case.calls[0]))


def _first_argument(_: KeyCriterion, case: KeyCase) -> Answer:
    return Answer(value=next(iter(case.calls[0].values())), after=dict(case.calls[0]))


_TRIVIAL: dict[str, Callable[[KeyCriterion, KeyCase], Answer]] = {
    "all zeros": _answer_with(0),
    "all ones": _answer_with(1),
    "with the first argument": _first_argument,
}


def _is_special(case: KeyCase) -> bool:
    """Whether the case asks for an exception or a sample, to which a distance means nothing."""
    return isinstance(case.expected, Raises | Sample)


def table(rows: list[Row]) -> Table:
    """The audit as one table."""
    from rich.table import Table

    made = Table(title="audit")
    for heading in ("assignment", "exercise"):
        made.add_column(heading, no_wrap=True)
    for heading in (
        *("points", "criteria", "mistakes", "tolerance / accepted", "smallest mistake / tolerance"),
        *("false alarms / draws", "wrong draws caught", "holes"),
    ):
        made.add_column(heading, justify="right")
    for row in rows:
        figures = [f"{value:.3g}" if math.isfinite(value) else "∞" for value in (row.accepted, row.rejected)]
        made.add_row(
            row.assignment,
            row.exercise,
            f"{row.points:g}",
            str(row.criteria),
            str(row.mistakes),
            *figures,
            f"{row.alarms}/{row.drawn}" if row.drawn else "",
            f"{row.caught}/{row.tried}" if row.tried else "",
            str(len(row.holes)) if row.holes else "✓",
        )
    return made

"""Answers judged again, by the declaration as it is now. No student code is run, no gradebook touched.

A mark is judged again when another declaration of its exercise, or another version of the grader, gave it. That needs
the answers to all the questions that are asked now; where one is missing, the submission has to be run again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from grader import __version__, oracle
from grader.answers import AnswerStore, question_bytes
from grader.course import CourseFolder
from grader.differences import WHOLE, differences, phrases_of
from grader.judge import judge
from grader.key import Key
from grader.quiz import Student
from grader.records import Mark, Record, hashes_of, mark_of
from grader.sandbox.job import Run
from grader.sandbox.protocol import questions
from grader.verdict import Verdict


@dataclass(frozen=True)
class Again:
    """One notebook judged again: its new record, and what was judged, by exercise. run: without answers.

    unanswered: why the submission must be run again, and nothing of it was judged; "" when it was.
    """

    record: Record
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    run: Run = field(default_factory=Run)
    unanswered: str = ""


@dataclass
class Declarations:
    """The keys of an assignment as they are now, and what the cache still knows of those before."""

    folder: CourseFolder
    keys: Mapping[str, Key]

    def __post_init__(self) -> None:
        self._earlier: dict[str, list[dict[str, Key]]] = {}
        self._changes: dict[tuple[str, str, str], _Change] = {}

    def change(self, exercise: str, mark: Mark) -> _Change:
        """What lies between the declaration a mark was given by and the present one."""
        name = exercise, mark.declaration, mark.asked
        if name not in self._changes:
            self._changes[name] = _Change(mark, self._earlier_key(exercise, mark), self.keys[exercise])
        return self._changes[name]

    def _earlier_key(self, exercise: str, mark: Mark) -> Key | None:
        if mark.digest not in self._earlier:
            self._earlier[mark.digest] = oracle.earlier_keys(self.folder, mark.digest)
        sets = (keys[exercise] for keys in self._earlier[mark.digest] if exercise in keys)
        return next((key for key in sets if hashes_of(key)[0] == mark.declaration), None)

    def changed(self) -> list[tuple[str, str]]:
        """Every exercise that was found changed, with what changed, as far as that is known."""
        changes = ((exercise, change.words) for (exercise, *_), change in self._changes.items() if change.differs)
        return sorted(set(changes))


@dataclass(frozen=True)
class _Change:
    """One exercise's earlier declaration, where the cache still has it, and its present one."""

    mark: Mark
    old: Key | None
    new: Key

    @property
    def differs(self) -> bool:
        return self.mark.declaration != hashes_of(self.new)[0]

    @cached_property
    def by_criterion(self) -> Mapping[str, list[str]]:
        return differences(self.old, self.new) if self.old is not None else {}

    @cached_property
    def words(self) -> str:
        names = f"declaration {self.mark.declaration[:8]} → {hashes_of(self.new)[0][:8]}"
        return phrases_of(self.by_criterion) or names

    @cached_property
    def answered(self) -> bool:
        """Whether the stored answers answer all that is asked now."""
        if self.mark.asked == hashes_of(self.new)[1]:
            return True
        if self.old is None or (self.old.parameters, self.old.seconds) != (self.new.parameters, self.new.seconds):
            return False
        return _questions(self.new) <= _questions(self.old)


def _questions(key: Key) -> frozenset[bytes]:
    return frozenset(question_bytes(key.exercise, question) for part in questions(key) for question in part)


def outdated(record: Record, declarations: Declarations) -> list[str]:
    """The exercises whose mark was not given by the present declaration and version."""
    return [
        name
        for name, mark in record.marks.items()
        if name in declarations.keys
        and (mark.version != __version__ or mark.declaration != hashes_of(declarations.keys[name])[0])
    ]


def judge_again(
    student: str, record: Record, names: Collection[str], declarations: Declarations, store: AnswerStore
) -> Again:
    """Judge these exercises of a notebook from its stored answers."""
    unasked = [name for name in names if not declarations.change(name, record.marks[name]).answered]
    if unasked:
        return Again(record, unanswered=f"inputs that were never run: {', '.join(unasked)}")
    run = store.recall(record.answers, names)
    if run is None or not set(names) <= run.answers.keys():
        return Again(record, unanswered="its answers were not kept, or are damaged")
    keys = declarations.keys
    whose = Student(student, record.claimed)
    verdicts = {name: judge(keys[name], run.answers[name], whose) for name in names}
    marks = {name: mark_of(keys[name], verdict) for name, verdict in verdicts.items()}
    return Again(replace(record, marks={**record.marks, **marks}), verdicts, replace(run, answers={}))


def reason(exercise: str, before: Mark, after: Mark, declarations: Declarations) -> str:
    """Why a mark is another one now: the criteria that were decided otherwise, each with what changed in it."""
    change = declarations.change(exercise, before)
    known = change.by_criterion
    parts = []
    for name in dict.fromkeys([*after.criteria, *before.criteria]):
        old, new = before.criteria.get(name, 0.0), after.criteria.get(name, 0.0)
        if old != new:
            why = ", ".join(known.get(name, known.get(WHOLE, [])))
            parts.append(f"{name} {old:g} → {new:g}" + (f" ({why})" if why else ""))
    if before.version != after.version:
        parts.append(f"grader {before.version} → {after.version}")
    if change.differs and not known:
        parts.append(change.words)
    return "; ".join(parts) or change.words

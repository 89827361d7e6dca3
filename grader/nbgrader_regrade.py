"""`grader regrade`: a class's marks by the declaration as it is now, from stored answers, in nbgrader's gradebook.

    records + answers --judge again--> verdicts --> autograded notebook, gradebook, record

What cannot be judged without new answers is run again as `grader grade` runs it, and nothing else is.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from traitlets import TraitError

from grader import records
from grader.answers import AnswerStore
from grader.course import CourseError, CourseFolder, nearest
from grader.grading import grade_again
from grader.messages import choose_for_class
from grader.nbgrader_configured import Configured, configured
from grader.nbgrader_lock import lock
from grader.nbgrader_marks import Marks, Standing, Standings
from grader.nbgrader_once import AssignLatePenaltiesOnce
from grader.nbgrader_page import rewrite, with_verdicts
from grader.nbgrader_problems import GradingProblem, list_what_was_not_graded
from grader.nbgrader_run import RunInSandbox, assignment_keys
from grader.nbgrader_shown import Reader, reader, verdict_data
from grader.pool import forked_pool
from grader.quiz import Student
from grader.records import Record
from grader.regrade import Declarations, judge_again, outdated, reason
from grader.sandbox.parent import SandboxError

PENALTY = "late penalty"
# Below this, starting workers takes longer than they save.
_WORTH_IT = 24


@dataclass(frozen=True)
class Change:
    """A mark that is another one now, in the gradebook's points. manual: a person's mark, which stands and stays."""

    student: str
    exercise: str
    old: float | None
    new: float | None
    max_points: float
    why: str
    manual: float | None = None


@dataclass
class Regraded:
    """What came of it.

    declared: what changed in the declaration, by exercise. judged: whose notebooks were judged again, messages: in
    whose a message is another one now. run_again: who has to be run again, and why; not_run: those of them who were
    not, or without success. ungraded: who has no marks to judge again. notes: what else an instructor should know.
    """

    submissions: int = 0
    judged: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    declared: list[tuple[str, str]] = field(default_factory=list)
    run_again: dict[str, str] = field(default_factory=dict)
    not_run: list[str] = field(default_factory=list)
    ungraded: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def regrade(folder: CourseFolder, name: str, exercise: str = "", student: str = "", *, apply: bool = False) -> Regraded:
    """Judge an assignment's marks again; `apply` writes what is found, without it nothing is changed.

    exercise, student: only these. What must be run again is run with `apply`, but not for one exercise only: a run
    gives all the notebook's marks. Raises CourseError.
    """
    assignment = folder.assignment(name)
    try:
        keys = assignment_keys(folder.root, name)
        if apply:
            lock(folder.state / "locks", name, student or "*")
    except GradingProblem as error:
        raise CourseError(str(error)) from error
    if exercise and exercise not in keys:
        raise CourseError(f"unknown exercise {exercise!r} in {name}{nearest(exercise, keys)}")
    with configured(folder.root) as nbgrader:
        try:
            lang = choose_for_class(RunInSandbox(config=nbgrader.config).lang)
        except TraitError as error:
            raise CourseError(f"nbgrader_config.py: {error}") from error
        with Marks(nbgrader.courses().db_url, name) as marks:
            read_by = reader(folder.root, name, lang)
            work = _Work(nbgrader, Declarations(folder, keys), marks, assignment.name, exercise, apply, read_by)
            work.judge(_chosen(folder, name, marks.standings(), student))
            if apply and work.found.run_again and not exercise:
                try:
                    work.run_again()
                except (CourseError, SandboxError) as error:
                    # What was judged has been written, and is to be told.
                    work.found.notes.append(f"nothing was run again: {error}")
                    work.found.not_run = sorted(work.found.run_again)
            else:
                work.found.not_run = sorted(work.found.run_again)
            return work.found


_Chosen = list[tuple[str, str, Mapping[str, Standing], Record | None]]


def _chosen(folder: CourseFolder, name: str, standings: Standings, student: str) -> _Chosen:
    """Every submitted notebook with its marks and its record."""
    kept = dict(records.all_of(folder.state, name))
    if not kept:
        raise CourseError(f"{name}: no mark is on record; grade it first, with `nbgrader autograde {name} --force`")
    students = sorted({who for who, _ in standings})
    if student and student not in students:
        raise CourseError(f"{student!r} has no submission of {name} in the gradebook{nearest(student, students)}")
    return [
        (who, notebook, grades, kept.get(who, {}).get(notebook))
        for (who, notebook), grades in sorted(standings.items(), key=lambda item: item[0])
        if not student or who == student
    ]


class _Work:
    """One regrade: what it needs, and what it has found so far."""

    def __init__(
        self,
        nbgrader: Configured,
        declarations: Declarations,
        marks: Marks,
        assignment: str,
        exercise: str,
        apply: bool,
        reader: Reader,
    ) -> None:
        self.nbgrader, self.courses = nbgrader, nbgrader.courses()
        self.declarations, self.marks, self.reader = declarations, marks, reader
        self.assignment, self.apply = assignment, apply
        self.wanted = {exercise} if exercise else set(declarations.keys)
        self.state = declarations.folder.state
        self.checks = marks.checks()
        self.found = Regraded()
        self.penalties = AssignLatePenaltiesOnce(config=nbgrader.config, log=nbgrader.log)

    def judge(self, chosen: _Chosen) -> None:
        """Judge what is outdated, and write it where that is wanted."""
        tasks: list[_Task] = []
        for student, notebook, grades, record in chosen:
            path = self._page(student, notebook)
            released = self.checks.get(notebook, set()) & self.declarations.keys.keys()
            if all(grades[name].auto is None for name in released & grades.keys()):
                self.found.ungraded.add(student)
            elif not path.is_file():
                # An interrupted run had taken it away to make it anew.
                self.found.run_again[student] = "its autograded notebook is missing"
            elif record is None or not released & self.wanted <= record.marks.keys():
                self.found.run_again[student] = "no record of its answers"
            else:
                names = [name for name in outdated(record, self.declarations) if name in self.wanted]
                for name in names:
                    # Here, and so once for all workers.
                    _ = self.declarations.change(name, record.marks[name]).answered
                tasks.append(_Task(student, notebook, record, names, path, grades))
        self.found.submissions = len({student for student, *_ in chosen})
        self.found.declared = self.declarations.changed()
        self._tell_of_points(tasks)
        for task, result in self._results(tasks):
            self._take(task, result)

    def _page(self, student: str, notebook: str) -> Path:
        courses = self.courses
        return Path(courses.format_path(courses.autograded_directory, student, self.assignment)) / f"{notebook}.ipynb"

    def _results(self, tasks: list[_Task]) -> Iterator[tuple[_Task, _Result]]:
        """Judge all tasks, many of them on all cores."""
        common = self.declarations, AnswerStore(self.state / "answers"), self.reader
        busy = [task for task in tasks if task.names]
        if len(busy) < _WORTH_IT:
            yield from ((task, _judge(task, *common)) for task in tasks)
            return
        self.marks.rest()
        with forked_pool(os.cpu_count() or 1, _begin, common) as pool:
            judged = pool.map(_judge_there, busy, chunksize=8)
            yield from ((task, next(judged) if task.names else _Result(task.record)) for task in tasks)

    def _take(self, task: _Task, result: _Result) -> None:
        """Note what is another mark now, and write it: first the page, then the marks, last the record."""
        student = task.student
        if result.unanswered:
            self.found.run_again[student] = result.unanswered
            return
        self.found.judged |= {student} if task.names else set()
        self.found.messages |= {student} if result.text is not None else set()
        if self.apply and result.text is not None:
            rewrite(task.path, result.text)
        scores = {}
        for name, mark in result.record.marks.items():
            grade = task.grades.get(name) if name in self.wanted else None
            new = grade.max_points * mark.points / mark.max_points if grade else None
            if grade is None or new is None or new == grade.auto:
                continue
            scores[grade.id] = new
            before = task.record.marks[name]
            why = reason(name, before, mark, self.declarations) if name in task.names else "points in the gradebook"
            self.found.changes.append(Change(student, name, grade.auto, new, grade.max_points, why, grade.manual))
        if scores and (self.apply or self.marks.is_late(student)):
            old, late = self.marks.write(student, task.notebook, scores, self.penalties.penalty, keep=self.apply)
            if old != late:
                self.found.changes.append(Change(student, PENALTY, old, late, 0.0, "from the new score"))
        if self.apply and result.record != task.record:
            records.save(self.state, self.assignment, student, task.notebook, result.record)

    def _tell_of_points(self, tasks: list[_Task]) -> None:
        """What the release and the declaration do not agree about."""
        grades = {name: grade for task in tasks for name, grade in task.grades.items()}
        for name in sorted(self.wanted & grades.keys()):
            points, declared = grades[name].max_points, self.declarations.keys[name].points
            if points != declared:
                self.found.notes.append(
                    f"{name}: the gradebook says {points:g} points, the course {declared:g}; marks are scaled until "
                    f"you run `nbgrader generate_assignment {self.assignment}`"
                )
        gone = {name for task in tasks for name in task.record.marks} - self.declarations.keys.keys()
        for name in sorted(gone):
            self.found.notes.append(f"{name}: is no longer declared; its marks stay as they are")

    def run_again(self) -> None:
        """Run and grade what has no answers to be judged by."""
        students = self.found.run_again
        before = self.marks.standings()
        self.marks.rest()
        grade_again(self.nbgrader, self.declarations.folder, self.assignment, students)
        list_what_was_not_graded()
        after = self.marks.standings()
        for (student, notebook), grades in sorted(after.items(), key=lambda item: item[0]):
            if student not in students:
                continue
            record = records.load(self.state, self.assignment, student).get(notebook)
            if record is None or outdated(record, self.declarations) or not self._page(student, notebook).is_file():
                self.found.not_run.append(student)
            for name, grade in grades.items():
                was = before.get((student, notebook), {}).get(name)
                old = was.auto if was else None
                if old != grade.auto:
                    why = f"run again: {students[student]}"
                    change = Change(student, name, old, grade.auto, grade.max_points, why, grade.manual)
                    self.found.changes.append(change)


@dataclass(frozen=True)
class _Task:
    """One notebook; `names` are the exercises to judge, `path` is the autograded notebook, `grades` its marks."""

    student: str
    notebook: str
    record: Record
    names: Collection[str]
    path: Path
    grades: Mapping[str, Standing]


@dataclass(frozen=True)
class _Result:
    """A notebook's new record. text: what the autograded notebook says now, None for the same as before.

    unanswered: why it has to be run again; then nothing of it was judged.
    """

    record: Record
    text: str | None = None
    unanswered: str = ""


def _judge(task: _Task, declarations: Declarations, store: AnswerStore, reader: Reader) -> _Result:
    if not task.names:
        return _Result(task.record)
    again = judge_again(task.student, task.record, task.names, declarations, store)
    if again.unanswered:
        return _Result(task.record, unanswered=again.unanswered)
    whose = Student(task.student, task.record.claimed)
    keys = declarations.keys
    shown = {
        name: verdict_data(verdict, keys[name], again.run, whose, reader) for name, verdict in again.verdicts.items()
    }
    try:
        return _Result(again.record, with_verdicts(task.path, shown))
    except (OSError, ValueError):
        return _Result(task.record, unanswered="its autograded notebook cannot be read")


_Common = tuple[Declarations, AnswerStore, Reader]
_common: _Common | None = None


def _begin(*common: Any) -> None:
    global _common
    _common = common


def _judge_there(task: _Task) -> _Result:
    assert _common is not None
    return _judge(task, *_common)

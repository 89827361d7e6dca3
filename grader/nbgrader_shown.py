"""What the graded notebook shows of a job, in its reader's language: verdicts, questions, what the code shows.

A verdict and a key name criteria, mistakes and questions in English, by which they are judged and recorded. Here, and
only for reading, the course's translations take their place; a text without one stays English.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.course import CourseError, find_course
from grader.findings import Finding, findings
from grader.key import Key
from grader.messages import LANGUAGES, speaking, text
from grader.quiz import QuestionKey, Student, judged_texts
from grader.render import VERDICT_MIME, compose, json_values
from grader.render_html import lines_html, render_html
from grader.rubric import rubric_lines
from grader.sandbox.job import Job, Run
from grader.translation import Catalogue
from grader.verdict import CriterionVerdict, Diagnosis, Verdict

_ENGLISH = Catalogue(LANGUAGES[0])


@dataclass(frozen=True)
class Reader:
    """Who reads graded notebooks: the language, and the course's texts in it."""

    lang: str = LANGUAGES[0]
    texts: Catalogue = _ENGLISH

    def speaking(self) -> AbstractContextManager[None]:
        """Speak the reader's language meanwhile."""
        return speaking(self.lang)

    def verdict(self, verdict: Verdict) -> Verdict:
        """A verdict with its names in the reader's language."""
        return replace(
            verdict,
            criteria=tuple(map(self._criterion, verdict.criteria)),
            diagnosis=self._diagnosis(verdict.diagnosis),
        )

    def key(self, key: Key) -> Key:
        """What is shown of a key: its mistakes, and a question's texts, in the reader's language."""
        word = self.texts.or_english
        mistakes = {word(title): word(hint) for title, hint in key.mistakes.items()}
        if not isinstance(key, QuestionKey):
            return replace(key, mistakes=mistakes)
        return replace(key, text=word(key.text), unit=word(key.unit), options=tuple(map(word, key.options)))

    def _criterion(self, criterion: CriterionVerdict) -> CriterionVerdict:
        name, diagnosis = self.texts.or_english(criterion.name), self._diagnosis(criterion.diagnosis)
        return replace(criterion, name=name, diagnosis=diagnosis)

    def _diagnosis(self, diagnosis: Diagnosis | None) -> Diagnosis | None:
        if diagnosis is None:
            return None
        word = self.texts.or_english
        return replace(diagnosis, criterion=word(diagnosis.criterion), mistake=word(diagnosis.mistake))


@functools.cache
def reader(root: Path, assignment: str, lang: str) -> Reader:
    """Who reads an assignment's graded notebooks, once per process.

    Without the course's texts, as of an assignment that is not declared, only the grader's own words are translated.
    """
    try:
        folder = find_course(root)
        return Reader(lang, Catalogue.load(folder, folder.assignment(assignment), lang))
    except CourseError:
        return Reader(lang, Catalogue(lang))


@dataclass(frozen=True)
class Shown:
    """What is shown of a job: by exercise the verdict as an output's data, and the static findings."""

    verdicts: Mapping[str, Mapping[str, Any]]
    seen: Sequence[Finding]


def present(reader: Reader, forbids: frozenset[str], job: Job, run: Run, verdicts: Mapping[str, Verdict]) -> Shown:
    """Made where the job was run, which is not where nbgrader waits for it."""
    seen = findings(job.cells, forbids, frozenset(job.files), job.checks)
    shown = {
        name: verdict_data(verdict, job.keys[name], run, job.student, reader) for name, verdict in verdicts.items()
    }
    return Shown(shown, seen)


def verdict_data(
    verdict: Verdict, key: Key, run: Run, student: Student, reader: Reader = Reader()
) -> Mapping[str, Any]:
    """A verdict as the data of a cell's output: text and HTML as they are read, and JSON, in no language."""
    with reader.speaking():
        key, read = reader.key(key), reader.verdict(verdict)
        notes = [text("graded_level", level=run.level)]
        if run.ended:
            notes.append(text("graded_ended", ended=text(f"ended_{run.ended}")))
        note = "; ".join(notes)
        # Its own cell showed the question when it was run, which it is not here.
        asked = judged_texts(key, read, student) if isinstance(key, QuestionKey) else []
        asked[1:] = [f"{text('asked_without_id')}\n{plain}" for plain in asked[1:]]
        head, *below = replace(compose(read, key.mistakes), rubric="").lines
        rubric = [f"  {line}" for line in rubric_lines(read)]
        return {
            "text/plain": "\n".join([*asked, head, *rubric, *below, f"  {note}"]),
            "text/html": lines_html(asked) + render_html(read, key.mistakes, note=note, themed=False, graded=True),
            VERDICT_MIME: json_values(verdict),
        }

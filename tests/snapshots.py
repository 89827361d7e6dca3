"""The messages of a graded submission in every language, as they are kept in tests/snapshots/<folder>.<lang>.txt.

    UPDATE_SNAPSHOTS=1 pytest tests/test_submissions.py -k test_verdict

writes them anew after messages, hints or the course have changed; look at `git diff tests/snapshots` before committing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.course import CourseFolder
from grader.exercise import Assignment
from grader.grade import Graded, judge_run
from grader.key import Key
from grader.messages import LANGUAGES, speaking
from grader.quiz import Student, any_key_from_json, any_key_to_json
from grader.render import render_text
from grader.translation import Catalogue, translate_cases
from grader.verdict import Verdict

FOLDER = Path(__file__).parent / "snapshots"


def keys_in(lang: str, folder: CourseFolder, assignment: Assignment, keys: Mapping[str, Key]) -> Mapping[str, Key]:
    """An assignment's keys with the author's words in another language."""
    node = {"exercises": [any_key_to_json(key) for key in keys.values()]}
    translated = translate_cases(node, Catalogue.load(folder, assignment, lang))
    return {key.exercise: key for key in map(any_key_from_json, translated["exercises"])}


def messages_of(graded: Graded, keys: Mapping[str, Mapping[str, Key]], student: Student) -> dict[str, str]:
    """Language -> the messages of all exercises. keys: by language.

    The answers are judged again with each language's keys, so nothing is run twice.
    """
    said = {}
    for lang in LANGUAGES:
        with speaking(lang):
            verdicts = judge_run(graded.run, keys[lang], student)
            parts = [render_text(_settled(verdict), keys[lang][name].mistakes) for name, verdict in verdicts.items()]
        said[lang] = "\n\n".join(parts) + "\n"
    return said


def _settled(verdict: Verdict) -> Verdict:
    """Without the line that was running when the time was up, which is another one each time."""
    diagnosis = verdict.diagnosis
    if diagnosis is None or diagnosis.code != "missing_time":
        return verdict
    details: dict[str, Any] = {name: value for name, value in diagnosis.details.items() if name != "line"}
    return replace(verdict, diagnosis=replace(diagnosis, details=details))


def assert_as_kept(folder: str, said: Mapping[str, str]) -> None:
    """The messages are those of the files; with UPDATE_SNAPSHOTS in the environment the files are written instead."""
    for lang, messages in said.items():
        path = FOLDER / f"{folder}.{lang}.txt"
        if os.environ.get("UPDATE_SNAPSHOTS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(messages, encoding="utf-8")
        else:
            assert messages.splitlines() == path.read_text(encoding="utf-8").splitlines(), path.name

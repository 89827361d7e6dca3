"""`check` and `hint` as a student calls them: in the student's own process, public cases only, NumPy only.

The same declarations are judged again from answers at grading; what happens here decides no mark.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import Any

from grader.calling import Answer, Maker
from grader.calling import ask as ask_function
from grader.judge import judge
from grader.key import Key
from grader.public import CasesError, find_key
from grader.quiz import CASE, QuestionKey, Student, shown_text
from grader.render import render_html, render_question, render_question_html, render_text, text
from grader.verdict import Verdict
from grader.wire import plain


class CheckFailed(AssertionError):
    """Raised by `check` so that tools see a failure; shows as the message alone, without a traceback."""

    def __init__(self, message: str, verdict: Verdict | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:  # IPython's hook for exceptions that render themselves
        return self.message.splitlines()


class _Shown:
    """A message that is HTML where that can be shown and text elsewhere."""

    def __init__(self, message: str, html: str) -> None:
        self.message, self.html = message, html

    def __repr__(self) -> str:
        return self.message

    def _repr_html_(self) -> str:
        return self.html


def check(exercise: str) -> None:
    """Check your function of that name on its public cases and say what is right and where to look.

    Of the answer to a question it says whether it has the right form; whether it is right is told after grading.

    Raises CheckFailed when it is not (or not started) yet, and when there is no such exercise.
    """
    frame = sys._getframe(1)
    namespace = frame.f_globals
    key = _key(exercise, frame)
    if isinstance(key, QuestionKey):
        answer = Answer(value=plain(namespace[exercise])) if exercise in namespace else Answer(missing="undefined")
        verdict = judge(key, {CASE: answer}, Student(_asking(key, namespace)))
    else:
        verdict = check_function(namespace.get(exercise), key, namespace)
    if verdict.status not in ("passed", "answered"):
        raise CheckFailed(render_text(verdict, key.mistakes), verdict)
    _show(_Shown(render_text(verdict), render_html(verdict)))


def check_function(function: Any, key: Key, namespace: Mapping[str, Any] = MappingProxyType({})) -> Verdict:
    """Put every case of a key to a function in this process and judge the answers.

    namespace: where the functions lie that some exercises build on.
    """
    answers = {}
    maker = Maker(namespace.get)
    for criterion, case in key.cases:
        if callable(function):
            answer = ask_function(function, key.parameters, case.calls, criterion.inputs_unchanged, case.item, maker)
        else:
            answer = Answer(missing="undefined")
        answers[case.id] = answer
        # At the first case: nothing more to learn, and a stub may be slow or print.
        stub = answer.missing or (answer.raised and answer.raised.types[0] == "NotImplementedError")
        if stub and len(answers) == 1:
            answers |= {other.id: answer for _, other in key.cases}
            break
    return judge(key, answers)


def hint(exercise: str) -> None:
    """Show the exercise's hint. Raises CheckFailed when there is no such exercise."""
    key = _key(exercise, sys._getframe(1))
    print(text("hint", exercise=exercise, hint=key.hint or text("no_hint", exercise=exercise)))


def ask(question: str) -> None:
    """Show a quiz question, with the numbers and the order of options that belong to STUDENT_ID.

    Without that name in the notebook, JupyterHub's user counts for the numbers, and without either the numbers are the
    plain ones; options then stand as declared. Raises CheckFailed when there is no such question.
    """
    frame = sys._getframe(1)
    key = _key(question, frame)
    if not isinstance(key, QuestionKey):
        raise CheckFailed(text("not_a_question", exercise=question))
    shown = shown_text(key, _asking(key, frame.f_globals))
    _show(
        _Shown(
            render_question(key.exercise, shown, key.kind, key.unit),
            render_question_html(key.exercise, shown, key.kind, key.unit),
        )
    )


def _asking(key: QuestionKey, namespace: Mapping[str, Any]) -> str:
    """Whose form of a question is shown."""
    student = _student(namespace.get("STUDENT_ID"))
    # A number tells whose it is. A letter does not, so what it stood for must be seen from the notebook alone.
    return student if student or key.options else os.environ.get("JUPYTERHUB_USER", "")


def _student(value: Any) -> str:
    """A student number as it was written, in quotes or without; "" for anything else."""
    return value if isinstance(value, str) else str(value) if type(value) is int and 0 <= value < 10**200 else ""


def _key(exercise: str, frame: FrameType) -> Key:
    """The exercise's public key, looked for beside the notebook or script that asks."""
    if not isinstance(exercise, str):
        raise CheckFailed(text("not_a_name", name=getattr(exercise, "__name__", "...")))
    file = frame.f_globals.get("__file__")
    folders = ([Path(file).resolve().parent] if isinstance(file, str) else []) + [Path.cwd()]
    try:
        return find_key(exercise, folders).public()
    except CasesError as error:
        # The learner gets the line, not the search that led to it.
        raise CheckFailed(str(error)) from None


def _show(shown: _Shown) -> None:
    """Through IPython's display where one is running, by print elsewhere."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display(shown)
    else:
        print(shown)


__all__ = ["CheckFailed", "ask", "check", "check_function", "hint"]

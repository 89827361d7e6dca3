"""`check`, `hint`, `ask` and `progress` as a student calls them: in the student's own process, public cases
only, NumPy only.

The same declarations are judged again from answers at grading; what happens here decides no mark.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType, MappingProxyType, TracebackType
from typing import Any

from grader.calling import Answer, Maker
from grader.calling import ask as ask_function
from grader.judge import judge
from grader.key import Key
from grader.messages import choose, speaking, text
from grader.public import Cases, CasesError, cases_of, course_cases, find_key
from grader.quiz import CASE, QuestionKey, Student, shown_text
from grader.render import MAX_LINES, compose, render_json, render_question
from grader.render_html import render_html, render_question_html
from grader.render_progress import render_progress, render_progress_html, stands
from grader.standing import DONE, remember, standing_of
from grader.terminal import style_of
from grader.verdict import Verdict
from grader.wire import plain

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], Any]


class CheckFailed(AssertionError):
    """Raised by `check` so that tools see a failure; shows as the message alone, without a traceback.

    message: all of it. left: what has not been shown yet.
    """

    def __init__(self, message: str, verdict: Verdict | None = None, left: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.verdict = verdict
        self.left = message if left is None else left

    def _render_traceback_(self) -> list[str]:  # IPython's hook for exceptions that render themselves
        return self.left.splitlines()


class _Shown:
    """A message that is HTML where that can be shown and text elsewhere."""

    def __init__(self, message: str, html: str) -> None:
        self.message, self.html = message, html

    def __repr__(self) -> str:
        return self.message

    def _repr_html_(self) -> str:
        return self.html


# What `check` said last of an exercise, to say so when nothing has changed.
_last: dict[str, str] = {}
# How many steps of an exercise's hint were shown.
_hints: dict[str, int] = {}


def check(exercise: str, *, lang: str = "") -> None:
    """Check your function of that name on its public cases and say what is right and where to look.

    Of the answer to a question it says whether it has the right form; whether it is right is told after grading.
    lang: "en" or "ko"; by default the notebook's language.

    Raises CheckFailed when it is not (or not started) yet, and when there is no such exercise.
    """
    frame = sys._getframe(1)
    namespace = frame.f_globals
    with speaking(_language(exercise, frame, lang)):
        key = _key(exercise, frame)
        if isinstance(key, QuestionKey):
            answer = Answer(value=plain(namespace[exercise])) if exercise in namespace else Answer(missing="undefined")
            verdict = judge(key, {CASE: answer}, Student(_asking(key, namespace)))
        else:
            verdict = check_function(namespace.get(exercise), key, namespace)
        _say(verdict, key, cases_of(exercise, _folders(frame)))


def _say(verdict: Verdict, key: Key, cases: Cases) -> None:
    """Show a verdict and remember it; raise CheckFailed unless it is good."""
    remember(cases, [verdict])
    told = render_json(verdict)
    again = _last.get(verdict.exercise) == told
    _last[verdict.exercise] = told
    place = stands(standing_of(cases)) if verdict.status in DONE else ""
    message = compose(verdict, key.mistakes, again=again, stands=place)
    if verdict.status in DONE:
        _show(_Shown(_styled(message.lines, verdict), render_html(verdict, key.mistakes, stands=place)))
        return
    left = None
    if _ipython() is None:
        sys.excepthook = _message_alone(sys.excepthook)
    elif not os.environ.get("NBGRADER_VALIDATING"):  # `nbgrader validate` shows the exception only
        # The exception that follows is shown as well, and ends the message.
        *lines, left = message.lines
        _show(_Shown(_styled(lines, verdict), render_html(verdict, key.mistakes, ending=False)))
    raise CheckFailed("\n".join(message.lines), verdict, left)


def _styled(lines: Sequence[str], verdict: Verdict) -> str:
    return style_of(sys.stdout).message("\n".join(lines), verdict.status)


def _message_alone(before: Hook) -> Hook:
    """What Python does with an exception nobody catches: of CheckFailed the message, of others what it did `before`."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, CheckFailed):
            status = error.verdict.status if error.verdict else ""
            print(style_of(sys.stderr).message(error.left, status), file=sys.stderr)
        else:
            before(kind, error, trace)

    return hook


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


def hint(exercise: str, *, lang: str = "") -> None:
    """Show the exercise's hint; of a hint in several steps one more each time.

    Raises CheckFailed when there is no such exercise.
    """
    frame = sys._getframe(1)
    with speaking(_language(exercise, frame, lang)):
        key = _key(exercise, frame)
        steps = [line.strip() for line in key.hint.split("\n") if line.strip()]
        _hints[exercise] = shown = min(_hints.get(exercise, 0) + 1, max(len(steps), 1))
        if len(steps) < 2:
            lines = [text("hint", exercise=exercise, hint="".join(steps) or text("no_hint", exercise=exercise))]
        else:
            numbers = {"exercise": exercise, "count": len(steps)}
            lines = [text("hint_step", **numbers, step=step, hint=steps[step - 1]) for step in range(1, shown + 1)]
            # The latest steps, where there are more than a message may have lines.
            lines = lines[1 - MAX_LINES :]
            lines.append("  " + text("hint_last" if shown == len(steps) else "hint_more", exercise=exercise))
        print(style_of(sys.stdout).plain("\n".join(lines)))


def ask(question: str, *, lang: str = "") -> None:
    """Show a quiz question, with the numbers and the order of options that belong to STUDENT_ID.

    Without that name in the notebook, JupyterHub's user counts for the numbers, and without either the numbers are the
    plain ones; options then stand as declared. Raises CheckFailed when there is no such question.
    """
    frame = sys._getframe(1)
    with speaking(_language(question, frame, lang)):
        key = _key(question, frame)
        if not isinstance(key, QuestionKey):
            raise CheckFailed(text("not_a_question", exercise=question))
        asked = key.exercise, shown_text(key, _asking(key, frame.f_globals)), key.kind, key.unit
        _show(_Shown(render_question(*asked), render_question_html(*asked)))


def progress(*, lang: str = "") -> None:
    """Show a bar for every assignment that is found, and what is next.

    What counts is what `check` found last, in whichever notebook; an answer that is noted counts as done. The
    assignments are those beside the notebook's folder and those of the installed course.
    """
    frame = sys._getframe(1)
    folders = _folders(frame)
    course = course_cases(folders)
    here = [folder.resolve() for folder in folders]
    own = next((cases for folder in here for cases in course if cases.folder.resolve() == folder), Cases())
    with speaking(choose(lang, own.lang)):
        if not course:
            print(style_of(sys.stdout).plain(text("progress_none", place=folders[0])))
            return
        standings = [standing_of(cases) for cases in course]
        _show(_Shown(render_progress(standings, own.name), render_progress_html(standings, own.name)))


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
    try:
        return find_key(exercise, _folders(frame)).public()
    except CasesError as error:
        # The learner gets the line, not the search that led to it.
        raise CheckFailed(str(error)) from None


def _folders(frame: FrameType) -> list[Path]:
    """Where the notebook or script that asks lies."""
    file = frame.f_globals.get("__file__")
    return ([Path(file).resolve().parent] if isinstance(file, str) else []) + [Path.cwd()]


def _language(exercise: str, frame: FrameType, wish: str) -> str:
    return choose(wish, cases_of(exercise, _folders(frame)).lang if isinstance(exercise, str) else "")


def _ipython() -> Any:
    """The IPython that runs this, if one does."""
    module = sys.modules.get("IPython")
    return module and module.get_ipython()


def _show(shown: _Shown) -> None:
    """Through IPython's display where one is running, by print elsewhere."""
    if _ipython() is not None:
        from IPython.display import display

        display(shown)
    else:
        print(style_of(sys.stdout).plain(repr(shown)))


__all__ = ["CheckFailed", "ask", "check", "check_function", "hint", "progress"]

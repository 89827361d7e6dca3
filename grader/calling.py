"""Put a case to a student's function and take down what it does. Judges nothing, knows no expected value.

Used in the student's notebook by `check` and in the sandbox beside untrusted code. Needs NumPy only.
"""

from __future__ import annotations

import linecache
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.exercise import Rng
from grader.wire import Plain, plain

MAX_MESSAGE = 500


@dataclass(frozen=True)
class Raised:
    """An exception, as far as a message needs it. `types` names its type and those it derives from."""

    types: tuple[str, ...]
    message: str
    line: int = 0
    source: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back for one case.

    value: the result as plain data; of several calls the list of their results.
    after: the arguments as they were after the call, where the case asks whether they changed.
    raised: the exception that came instead of a value.
    missing: why there is no answer at all ("undefined", "time", "died", "not_asked", ...); such an answer is worth 0.
    """

    value: Plain = None
    after: Plain = None
    raised: Raised | None = None
    missing: str = ""


def ask(
    function: Callable[..., Any],
    parameters: Sequence[str],
    calls: Sequence[Mapping[str, Plain]],
    want_after: bool,
) -> Answer:
    """Call `function` once for every item of `calls` and return its Answer.

    Arguments go by position as far as the case names the leading parameters, by keyword after the first gap, so a
    learner may rename a parameter. Each call gets fresh copies; calls that name one `Rng` share its generator.
    KeyboardInterrupt and the sandbox's own signals pass through.
    """
    generators: dict[Rng, np.random.Generator] = {}
    values, after = [], []
    for inputs in calls:
        given = {name: _fresh(value, generators) for name, value in inputs.items()}
        positional, by_name = _arrange(given, parameters)
        try:
            # A warning is no mistake: right code may overflow on its way to a right answer.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                values.append(plain(function(*positional, **by_name)))
        except (Exception, SystemExit) as error:
            return Answer(raised=describe(error))
        if want_after:
            after.append({name: plain(value) for name, value in given.items() if name not in _generator_names(inputs)})
    many = len(values) > 1
    return Answer(
        value=values if many else values[0],
        after=(after if many else after[0]) if want_after else None,
    )


def describe(error: BaseException, code_file: str | None = None) -> Raised:
    """An exception's type names, its text, and the learner's own line nearest to it. Never raises."""
    try:
        message = str(error)
    except BaseException:  # a student's __str__ may do anything
        message = "(its text could not be made)"
    line, source = 0, ""
    try:
        for frame in traceback.extract_tb(error.__traceback__):
            if _is_students(frame.filename) if code_file is None else frame.filename == code_file:
                line = frame.lineno or 0
                source = (frame.line or linecache.getline(frame.filename, line)).strip()
    except Exception:
        line, source = 0, ""
    types = tuple(kind.__name__[:100] for kind in type(error).__mro__ if kind not in (object, BaseException))[:20]
    return Raised(types or ("BaseException",), message[:MAX_MESSAGE], line, source[:200])


def _is_students(filename: str) -> bool:
    """Cells carry names such as <cell 3> here and <ipython-input-...> or ipykernel_... in Jupyter."""
    return filename.startswith(("<cell", "<ipython-input", "<string")) or "ipykernel_" in filename


def _fresh(value: Plain, generators: dict[Rng, np.random.Generator]) -> Any:
    if isinstance(value, Rng):
        if value not in generators:
            generators[value] = np.random.default_rng(value.seed)
        return generators[value]
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: _fresh(item, generators) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_fresh(item, generators) for item in value)
    return value


def _generator_names(inputs: Mapping[str, Plain]) -> set[str]:
    return {name for name, value in inputs.items() if isinstance(value, Rng)}


def _arrange(given: Mapping[str, Any], parameters: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    by_name = dict(given)
    positional = []
    for name in parameters:
        if name not in by_name:
            break
        positional.append(by_name.pop(name))
    return positional, by_name

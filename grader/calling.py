"""Put a case to a student's function and take down what it does. Judges nothing, knows no expected value.

Used in the student's notebook by `check` and in the sandbox beside untrusted code. Needs NumPy only.
"""

from __future__ import annotations

import copy
import linecache
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.exercise import Function, Made, Marker, Previous, Rng
from grader.functions import FUNCTIONS
from grader.wire import Plain, encode, plain

MAX_MESSAGE = 500


@dataclass(frozen=True)
class Raised:
    """An exception, as far as a message needs it. `types` names its type and those it derives from.

    line, source, function: of the learner's own line nearest to it. call: which of several calls, from 0.
    """

    types: tuple[str, ...]
    message: str
    line: int = 0
    source: str = ""
    function: str = ""
    call: int = 0


class NoSuchItem(Exception):
    """A result from which the next call cannot go on: its text is the type that came, and how many items are wanted."""


@dataclass(frozen=True)
class Answer:
    """What came back for one case.

    value: the result as plain data; of several calls the list of their results.
    after: the arguments as they were after the call, where the case asks whether they changed.
    raised: the exception that came instead of a value.
    missing: why there is no answer at all ("undefined", "time", "died", "not_asked", ...); such an answer is worth 0.
    In the case that ran out of time, `raised` holds the line it stood at, as the student's process tells it, and
    `seconds` the limit.
    """

    value: Plain = None
    after: Plain = None
    raised: Raised | None = None
    missing: str = ""
    seconds: float = 0.0


class Maker:
    """Gives what other functions of the notebook return, each asked once. find: a function by its name, or None."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        self._find = find
        self._known: dict[bytes, Any] = {}

    def __call__(self, made: Made) -> Any:
        """The result `made` stands for, before its item is taken. Raises NameError, and what the function raises."""
        name = encode(replace(made, item=None))
        if name not in self._known:
            function = self._find(made.by)
            if not callable(function):
                raise NameError(f"name {made.by!r} is not defined", name=made.by)
            generators: dict[Rng, np.random.Generator] = {}
            given = [_fresh(value, generators, None, self) for value in made.inputs.values()]
            self._known[name] = function(*given)
        return self._known[name]


def ask(
    function: Callable[..., Any],
    parameters: Sequence[str],
    calls: Sequence[Mapping[str, Plain]],
    want_after: bool,
    item: int | str | None = None,
    made: Callable[[Made], Any] | None = None,
) -> Answer:
    """Call `function` once for every item of `calls` and return its Answer.

    Arguments go by position as far as the case names the leading parameters, by keyword after the first gap, so a
    learner may rename a parameter. Each call gets fresh copies; calls that name one `Rng` share its generator.
    item: of results that are sequences or dicts, the item that is the answer. made: gives what another function of the
    notebook returns. KeyboardInterrupt and the sandbox's own signals pass through.
    """
    generators: dict[Rng, np.random.Generator] = {}
    made = made or Maker(lambda name: None)
    values, after = [], []
    result: Any = None
    for index, inputs in enumerate(calls):
        try:
            # A warning is no mistake: right code may overflow on its way to a right answer.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _look_for_items(inputs, result)
                given = {name: _fresh(value, generators, result, made) for name, value in inputs.items()}
                positional, by_name = _arrange(given, parameters)
                result = function(*positional, **by_name)
                values.append(plain(_item(result, item)))
        except (Exception, SystemExit) as error:
            return Answer(raised=replace(describe(error), call=index))
        if want_after:
            after.append({name: plain(value) for name, value in given.items() if not stands_in(inputs[name])})
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
    line, source, function = 0, "", ""
    try:
        for frame in traceback.extract_tb(error.__traceback__):
            if _is_students(frame.filename) if code_file is None else frame.filename == code_file:
                line = frame.lineno or 0
                source = (frame.line or linecache.getline(frame.filename, line)).strip()
                function = frame.name if frame.name.isidentifier() else ""
    except Exception:
        line, source, function = 0, "", ""
    types = tuple(kind.__name__[:100] for kind in type(error).__mro__ if kind not in (object, BaseException))[:20]
    return Raised(types or ("BaseException",), message[:MAX_MESSAGE], line, source[:200], function[:100])


def _is_students(filename: str) -> bool:
    """Cells carry names such as <cell 3> here and <ipython-input-...> or ipykernel_... in Jupyter."""
    return filename.startswith(("<cell", "<ipython-input", "<string")) or "ipykernel_" in filename


def stands_in(value: Plain) -> bool:
    """Whether an argument is a marker, for something that is made where the call is, or holds one."""
    if isinstance(value, dict):
        return any(map(stands_in, value.values()))
    return any(map(stands_in, value)) if isinstance(value, list | tuple) else isinstance(value, Marker)


def _item(result: Any, item: int | str | None) -> Any:
    """An item of a sequence, or of a dict in a dict of its own; the whole of anything else, judged as it is."""
    if isinstance(item, str):
        return {item: result[item]} if isinstance(result, dict) and item in result else result
    if item is None or not isinstance(result, list | tuple) or len(result) <= item:
        return result
    return result[item]


def _look_for_items(inputs: Mapping[str, Plain], result: Any) -> None:
    """Raise NoSuchItem where a call goes on from items that the one before did not return.

    To go on with the whole result instead would end in an exception far from the mistake.
    """
    places = [value.item for value in inputs.values() if isinstance(value, Previous) and value.item is not None]
    if places and not (isinstance(result, list | tuple) and len(result) > max(places)):
        raise NoSuchItem(f"{type(result).__name__} {max(places) + 1}")


def _fresh(
    value: Plain,
    generators: dict[Rng, np.random.Generator],
    result: Any,
    made: Callable[[Made], Any],
) -> Any:
    """An argument as the function gets it: copies of arrays, and for markers what they stand for."""

    def fresh(value: Plain) -> Any:
        if isinstance(value, Rng):
            if value not in generators:
                generators[value] = np.random.default_rng(value.seed)
            return generators[value]
        if isinstance(value, Function):
            return FUNCTIONS[value.name]
        if isinstance(value, Previous):
            return _item(result, value.item)
        if isinstance(value, Made):
            return _item(copy.deepcopy(made(value)), value.item)
        if isinstance(value, np.ndarray):
            return value.copy()
        if isinstance(value, dict):
            return {key: fresh(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(fresh, value))
        return value

    return fresh(value)


def _arrange(given: Mapping[str, Any], parameters: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    by_name = dict(given)
    positional = []
    for name in parameters:
        if name not in by_name:
            break
        positional.append(by_name.pop(name))
    return positional, by_name

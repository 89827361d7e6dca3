"""Why the answer to one case is not right: the first of these that is so. Pure.

    missing_*, not_started, forbidden_import, raised                no value came back
    none, opaque, ragged, type, length, keys                        not the arrays that were asked for
    transposed · same_values, shape · dtype · not_finite            arrays, but not comparable place by place
    sign · factor · offset, order · imprecise                       wrong, and one thing explains every place
    values · values_many                                            wrong in a quarter of the places or fewer, in more

Draws, facts and changed arguments have codes of their own. `details` may hold inputs and expected values: `judge` takes
them out where the case is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.calling import Answer, NoSuchItem, Raised, stands_in
from grader.distribution import Summary, four_arrays
from grader.exercise import EXACT, FORBIDDEN, Made, Normal, Raises, Tolerance
from grader.histogram import histogram
from grader.key import KeyCase, KeyCriterion, Sample, draws_of
from grader.measures import parsed_fact
from grader.patterns import of_shape, of_spread, of_values
from grader.places import grid, input_at
from grader.tolerance import Mismatch, compare, wrong_places
from grader.verdict import Diagnosis
from grader.wire import Opaque, Plain

# Arrays of at most this many entries are shown in a message, larger ones by their shape.
FEW = 4
# Of a standard deviation: moments that differ by less look the same in a message.
_CLOSE = 0.02
# How NumPy and Python call it when there is not enough memory.
_MEMORY = ("MemoryError", "_ArrayMemoryError")
_MODULE = re.compile(r"No module named '(\w+)|from '(\w+)")
_CALL = re.compile(r"\[(\d+)\]")
_NO_SUCH_ITEM = re.compile(r"(\w+) (\d+)")


def diagnose(criterion: KeyCriterion, case: KeyCase, answer: Answer, summary: Summary | None) -> Diagnosis | None:
    """None when the answer is right, otherwise why not. summary: of the answer's draws, where the case asks for any."""
    raised = answer.raised
    if answer.missing:
        return Diagnosis(f"missing_{answer.missing}", _stopped(case, answer))
    if raised is not None and raised.types[0] == "NotImplementedError":
        return Diagnosis("not_started")
    if isinstance(case.expected, Raises):
        if raised is None:
            return Diagnosis("did_not_raise", {"names": [case.expected.type], "inputs": _inputs(case)})
        if case.expected.type in raised.types:
            return None
    if raised is not None:
        return _of_exception(raised, case)
    if isinstance(case.expected, Sample):
        diagnosis = _of_draws(case.expected, case, answer, summary)
        return diagnosis or _of_changes(criterion, case, answer)
    if case.measure is not None:
        return _of_facts(case, case.judged(answer.value)) or _of_changes(criterion, case, answer)
    mismatch = compare(answer.value, case.expected, criterion.tolerance).mismatch
    return _of_changes(criterion, case, answer) if mismatch is None else _of_mismatch(mismatch, criterion, case)


def changed_arguments(case: KeyCase, shown: Plain) -> list[str]:
    """The names of the arguments that are not as they were; all of them where nothing is shown of them."""
    after = shown if len(case.calls) > 1 else [shown]
    changed = set()
    for index, given in enumerate(case.calls):
        left = after[index] if isinstance(after, list) and index < len(after) else None
        for name, value in given.items():
            if stands_in(value):
                continue
            now = left.get(name) if isinstance(left, dict) else None
            if compare(now, value, Tolerance(0.0, 0.0), equal_nan=True).mismatch is not None:
                changed.add(name)
    return sorted(changed)


def _stopped(case: KeyCase, answer: Answer) -> dict[str, Any]:
    """Where an answer's time was up, in the case that was being asked; nothing is known of those after it."""
    if answer.raised is None:
        return {}
    seconds = {"seconds": answer.seconds} if answer.seconds else {}
    return {**seconds, "line": answer.raised.line, "source": answer.raised.source, "inputs": _inputs(case)}


def _of_exception(raised: Raised, case: KeyCase) -> Diagnosis:
    call = raised.call if 0 <= raised.call < len(case.calls) else 0
    line: dict[str, Any] = {"line": raised.line, "source": raised.source}
    if raised.function:
        line["function"] = raised.function
    if "ImportError" in raised.types and (found := _MODULE.search(raised.message)):
        module = found[1] or found[2]
        if module in FORBIDDEN:
            return Diagnosis("forbidden_import", {"module": module, **line})
    if raised.types[0] in _MEMORY:
        return Diagnosis("missing_memory", {"message": raised.message, **line, **_asked(case, call)})
    if raised.types[0] == NoSuchItem.__name__ and (lacks := _NO_SUCH_ITEM.fullmatch(raised.message)) and call:
        types = {"actual": lacks[1], "expected": "tuple", "count": int(lacks[2]), "path": ""}
        return Diagnosis("type", {**types, **_asked(case, call - 1)})
    details = {"type": raised.types[0], "message": raised.message, **line, **_asked(case, call)}
    if isinstance(case.expected, Raises):
        return Diagnosis("raised_other", {**details, "names": [case.expected.type]})
    return Diagnosis("raised", details)


def _of_mismatch(mismatch: Mismatch, criterion: KeyCriterion, case: KeyCase) -> Diagnosis:
    """A mismatch, and of two arrays what they have to do with each other."""
    which, path = 0, mismatch.path
    # Of several calls, the path leads to the one that is wrong first, and then into its result.
    if len(case.calls) > 1 and (place := _CALL.match(path)) and int(place[1]) < len(case.calls):
        which, path = int(place[1]), path[place.end() :]
    said = {"path": path, **_asked(case, which)}
    details = {**mismatch.details, **said}
    code, actual, expected = mismatch.kind, mismatch.actual, mismatch.expected
    if actual is None or expected is None:
        return Diagnosis(code, details)
    pattern = of_shape(actual, expected, criterion.tolerance)
    if pattern is not None:
        return Diagnosis(pattern.code, {**pattern.details, **said})
    if code in ("shape", "dtype"):
        return Diagnosis(code, details)
    if actual.dtype.kind in "biu" and _has_fractions(expected):
        dtypes = {"actual": str(actual.dtype), "expected": str(expected.dtype)}
        return Diagnosis("dtype", {**dtypes, **said})
    wrong = wrong_places(actual, expected, criterion.tolerance)
    shown = grid(actual, expected, wrong)
    if shown is not None:
        details["grid"] = shown
    call = case.calls[which]
    if code == "not_finite":
        return Diagnosis(code, {**details, "input": input_at(call, details["index"], expected.shape)})
    pattern = of_values(actual, expected, criterion.tolerance, call)
    if pattern is not None:
        return Diagnosis(pattern.code, {**details, **pattern.details})
    if 4 * details["wrong"] <= details["total"]:
        return Diagnosis("values", details)
    with np.errstate(all="ignore"):
        errors = np.abs(actual.astype(float) - expected)[wrong]
    return Diagnosis("values_many", {**details, "worst": float(np.nan_to_num(errors, nan=np.inf, posinf=np.inf).max())})


def _has_fractions(expected: np.ndarray) -> bool:
    """Whether whole numbers cannot be the answer."""
    return expected.dtype.kind == "f" and bool((np.abs(expected - np.rint(expected)) > 1e-3).any())


def _of_facts(case: KeyCase, found: Mapping[str, Plain]) -> Diagnosis | None:
    """The first fact that is not as it should be."""
    assert isinstance(case.expected, dict)
    for fact, expected in case.expected.items():
        if fact in found and compare(found[fact], expected, EXACT).mismatch is not None:
            details = {} if isinstance(expected, bool) else {"actual": found[fact], "expected": expected}
            return Diagnosis("fact", {**_fact(fact), **details, "inputs": _inputs(case)})
    # An answer of another kind has one fact only, which says what kind is wanted.
    other = next(iter(found.keys() ^ case.expected.keys()), None)
    return None if other is None else Diagnosis("fact", {**_fact(next(iter(found), other)), "inputs": _inputs(case)})


def _fact(name: str) -> dict[str, Any]:
    code, parameters = parsed_fact(name)
    return {"fact": code, "parameters": parameters}


def _of_changes(criterion: KeyCriterion, case: KeyCase, answer: Answer) -> Diagnosis | None:
    changed = changed_arguments(case, answer.after) if criterion.inputs_unchanged else []
    return Diagnosis("changed_input", {"names": changed}) if changed else None


def _of_draws(expected: Sample, case: KeyCase, answer: Answer, summary: Summary | None) -> Diagnosis | None:
    values = answer.value if isinstance(answer.value, list | tuple) else [answer.value]
    arrays = four_arrays(answer.value)
    if arrays is None:
        for value in values:
            if value is None:
                return Diagnosis("none")
            if isinstance(value, Opaque):
                return Diagnosis("opaque", {"type": value.type})
        actual = type(values[0] if values else answer.value).__name__
        return Diagnosis("type", {"actual": actual, "expected": "array", "path": ""})
    if summary is None:
        return Diagnosis("shape", {"actual": arrays[0].shape, "expected": expected.shape, "path": ""})
    if not summary.flaws:
        return None
    flaws = _flaws(summary, expected)
    draws = draws_of(expected, case.calls, answer.value)
    rule = of_spread(summary, expected.shape) if not expected.relative_to else None
    return Diagnosis(
        "distribution",
        {
            "flaws": flaws,
            "mean": summary.mean,
            "std": summary.std,
            "expected_mean": summary.expected_mean,
            "expected_std": summary.expected_std,
            **({"rule": rule, "ratio": summary.std / summary.expected_std} if rule else {}),
            **({"histogram": histogram(draws[0], expected.law)} if draws else {}),
        },
    )


def _flaws(summary: Summary, expected: Sample) -> list[str]:
    """Of a sample's flaws those that are true as they are told; at least one."""
    if summary.low == summary.high:
        return ["constant"]
    flaws = list(summary.flaws)
    if isinstance(expected.law, Normal):
        # Judged by ranks, so the moments may be right; and there is no range whose ends could be missed.
        apart = {"mean": abs(summary.mean - summary.expected_mean), "spread": abs(summary.std - summary.expected_std)}
        close = {name for name, by in apart.items() if by <= _CLOSE * summary.expected_std}
        flaws = [name for name in flaws if name != "reach" and name not in close] or ["law"]
    return flaws


def _asked(case: KeyCase, call: int) -> dict[str, Any]:
    """What one of a case's calls was given; of several calls also which one it is, from 1."""
    many = {"call": call + 1, "calls": len(case.calls)} if len(case.calls) > 1 else {}
    return {**many, "inputs": _inputs(case, call)}


def _inputs(case: KeyCase, call: int = 0) -> dict[str, Plain]:
    """What a message may say of a call's arguments: short numbers themselves, arrays by their shape, others by size."""
    described: dict[str, Plain] = {}
    for name, value in case.calls[call].items():
        if isinstance(value, np.ndarray):
            described[name] = _entries(value) if value.size <= FEW else f"shape {value.shape}"
        elif isinstance(value, Made):
            described[name] = {"made": value.by}
        elif isinstance(value, int | float | bool | tuple):
            described[name] = repr(value)
        elif isinstance(value, list | dict):
            described[name] = {"type": type(value).__name__, "count": len(value)}
    return described


def _entries(array: np.ndarray) -> str:
    """A few numbers as short as they may be; NumPy gives all of them the form that one of them needs."""
    floats = {"float_kind": lambda entry: f"{entry + 0.0:.5g}"}
    return np.array2string(array, formatter=floats)  # type: ignore[arg-type]

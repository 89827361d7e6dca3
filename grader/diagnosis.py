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

from grader.calling import Answer, Raised, stands_in
from grader.distribution import Summary, four_arrays
from grader.exercise import EXACT, FORBIDDEN, Raises, Tolerance
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
# How NumPy and Python call it when there is not enough memory.
_MEMORY = ("MemoryError", "_ArrayMemoryError")
_MODULE = re.compile(r"No module named '(\w+)|from '(\w+)")
_CALL = re.compile(r"\[(\d+)\]")


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
    line = {"line": raised.line, "source": raised.source}
    if "ImportError" in raised.types and (found := _MODULE.search(raised.message)):
        module = found[1] or found[2]
        if module in FORBIDDEN:
            return Diagnosis("forbidden_import", {"module": module, **line})
    if raised.types[0] in _MEMORY:
        return Diagnosis("missing_memory", {"message": raised.message, **line, "inputs": _inputs(case)})
    return Diagnosis("raised", {"type": raised.types[0], "message": raised.message, **line, "inputs": _inputs(case)})


def _of_mismatch(mismatch: Mismatch, criterion: KeyCriterion, case: KeyCase) -> Diagnosis:
    """A mismatch, and of two arrays what they have to do with each other."""
    details = {**mismatch.details, "path": mismatch.path, "inputs": _inputs(case)}
    code, actual, expected = mismatch.kind, mismatch.actual, mismatch.expected
    if actual is None or expected is None:
        return Diagnosis(code, details)
    pattern = of_shape(actual, expected, criterion.tolerance)
    if pattern is not None:
        return Diagnosis(pattern.code, {**pattern.details, "path": mismatch.path, "inputs": _inputs(case)})
    if code in ("shape", "dtype"):
        return Diagnosis(code, details)
    if actual.dtype.kind in "biu" and _has_fractions(expected):
        dtypes = {"actual": str(actual.dtype), "expected": str(expected.dtype)}
        return Diagnosis("dtype", {**dtypes, "path": mismatch.path, "inputs": _inputs(case)})
    wrong = wrong_places(actual, expected, criterion.tolerance)
    shown = grid(actual, expected, wrong)
    if shown is not None:
        details["grid"] = shown
    # Of several calls, the path leads to the one that is wrong first.
    which = _CALL.match(mismatch.path) if len(case.calls) > 1 else None
    call = case.calls[int(which[1])] if which and int(which[1]) < len(case.calls) else case.calls[0]
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
    draws = draws_of(expected, case.calls, answer.value)
    rule = of_spread(summary, expected.shape) if not expected.relative_to else None
    return Diagnosis(
        "distribution",
        {
            "flaws": list(summary.flaws),
            "mean": summary.mean,
            "std": summary.std,
            "expected_mean": summary.expected_mean,
            "expected_std": summary.expected_std,
            **({"rule": rule, "ratio": summary.std / summary.expected_std} if rule else {}),
            **({"histogram": histogram(draws[0], expected.law)} if draws else {}),
        },
    )


def _inputs(case: KeyCase) -> dict[str, Plain]:
    """What a message may say of a case's arguments: short numbers themselves, arrays by their shape, others by size."""
    described: dict[str, Plain] = {}
    for name, value in case.calls[0].items():
        if isinstance(value, np.ndarray):
            few = value.size <= FEW
            described[name] = np.array2string(value, precision=4) if few else f"shape {value.shape}"
        elif isinstance(value, int | float | bool | tuple):
            described[name] = repr(value)
        elif isinstance(value, list | dict):
            described[name] = {"type": type(value).__name__, "count": len(value)}
    return described

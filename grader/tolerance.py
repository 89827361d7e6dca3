"""Do two values agree? `compare` answers with a distance and, where they do not, a Mismatch that explains itself.

Shapes are never broadcast. A scalar may come as float, 0-d array or (1,) array. NaN agrees with nothing, inf with inf
of the same sign. Expected whole numbers and truth values demand exact ones of the same kind; float32 is a float.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.exercise import Marker, Tolerance
from grader.wire import Opaque, Plain


@dataclass(frozen=True)
class Mismatch:
    """The first thing in which an answer differs from what was expected.

    kind: "none", "opaque", "ragged", "type", "length", "keys", "shape", "dtype", "not_finite" or "values".
    path: where inside the answer, as Python writes it: "" for the whole, "[1]['w1']" for a part.
    details: what the message needs; numbers, tuples and short texts only.
    actual, expected: the two arrays at that place, for whoever looks closer; None where two arrays were not compared.
    """

    kind: str
    path: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    actual: np.ndarray | None = field(default=None, repr=False, compare=False)
    expected: np.ndarray | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Comparison:
    """`distance`: the largest error as a multiple of the allowed one (0 exact, at most 1 agrees, inf hopeless)."""

    distance: float
    mismatch: Mismatch | None


def compare(actual: Plain, expected: Plain, tolerance: Tolerance, *, equal_nan: bool = False) -> Comparison:
    """Compare plain data with what was expected.

    ``|actual - expected| <= atol + rtol * |expected|`` must hold for every entry.  `equal_nan` lets NaN agree with
    NaN: for recognising a known mistake, never for giving marks.
    """
    return _compare(actual, expected, tolerance, "", equal_nan)


def _compare(actual: Plain, expected: Plain, tolerance: Tolerance, path: str, equal_nan: bool) -> Comparison:
    if expected is None or isinstance(expected, str | Opaque | Marker):
        return _agree() if type(actual) is type(expected) and actual == expected else _differ("type", path, actual)
    if isinstance(actual, Opaque):
        return Comparison(math.inf, Mismatch("opaque", path, {"type": actual.type}))
    if isinstance(expected, dict):
        return _compare_dicts(actual, expected, tolerance, path, equal_nan)
    if isinstance(expected, list | tuple):
        return _compare_sequences(actual, expected, tolerance, path, equal_nan)
    if actual is None:
        return Comparison(math.inf, Mismatch("none", path))
    if isinstance(actual, dict | str | Marker):
        return _differ("type", path, actual)
    if isinstance(actual, list | tuple):
        stacked = stack(actual)
        if stacked is None:
            return Comparison(math.inf, Mismatch("ragged", path, {"type": type(actual).__name__}))
        actual = stacked
    return _compare_arrays(np.asarray(actual), np.asarray(expected), tolerance, path, equal_nan)


def stack(items: list[Plain] | tuple[Plain, ...]) -> np.ndarray | None:
    """A list of numbers, or of lists of numbers, as the array it clearly means; None where it means none."""
    # NumPy would give every text of a list the room that the longest one takes.
    if not _numbers(items):
        return None
    try:
        array = np.asarray(items)
    except (ValueError, TypeError, OverflowError):
        return None
    return array if array.dtype.kind in "biufc" else None


def _numbers(value: Plain) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_numbers, value))
    return isinstance(value, bool | int | float | np.ndarray | np.generic)


def _compare_dicts(
    actual: Plain, expected: dict[Any, Plain], tolerance: Tolerance, path: str, equal_nan: bool
) -> Comparison:
    if not isinstance(actual, dict):
        return Comparison(math.inf, Mismatch("none", path)) if actual is None else _differ("type", path, actual, "dict")
    missing = sorted(str(key) for key in expected.keys() - actual.keys())
    # More than was asked for does no harm: a cache may hold what a learner found worth keeping.
    if missing:
        return Comparison(math.inf, Mismatch("keys", path, {"missing": missing}))
    return _worst(
        [_compare(actual[key], item, tolerance, f"{path}[{key!r}]", equal_nan) for key, item in expected.items()]
    )


def _compare_sequences(
    actual: Plain, expected: list[Plain] | tuple[Plain, ...], tolerance: Tolerance, path: str, equal_nan: bool
) -> Comparison:
    if not isinstance(actual, list | tuple) and not (isinstance(actual, np.ndarray) and actual.ndim > 0):
        if actual is None:
            return Comparison(math.inf, Mismatch("none", path))
        return _differ("type", path, actual, type(expected).__name__, count=len(expected))
    if len(actual) != len(expected):
        return Comparison(math.inf, Mismatch("length", path, {"actual": len(actual), "expected": len(expected)}))
    return _worst(
        [
            _compare(item, wanted, tolerance, f"{path}[{index}]", equal_nan)
            # Only now is an array known to be short: one without entries may have any number of rows.
            for index, (item, wanted) in enumerate(zip(actual, expected, strict=True))
        ]
    )


def _compare_arrays(
    actual: np.ndarray, expected: np.ndarray, tolerance: Tolerance, path: str, equal_nan: bool
) -> Comparison:
    if expected.shape == () and actual.shape == (1,):
        actual = actual.reshape(())
    if actual.shape != expected.shape:
        shapes: dict[str, Any] = {"actual": actual.shape, "expected": expected.shape}
        return Comparison(math.inf, Mismatch("shape", path, shapes, actual, expected))
    exact = expected.dtype.kind in "biu"
    if actual.dtype.kind == "c" or (exact and _kind(actual) != _kind(expected)):
        dtypes = {"actual": str(actual.dtype), "expected": str(expected.dtype)}
        return Comparison(math.inf, Mismatch("dtype", path, dtypes, actual, expected))
    errors = _errors(actual, expected, tolerance, equal_nan)
    distance = float(errors.max(initial=0.0))
    if distance <= 1.0:
        return Comparison(distance, None)
    return Comparison(distance, _explain(actual, expected, errors, path))


def _kind(array: np.ndarray) -> str:
    return "bool" if array.dtype.kind == "b" else "integer" if array.dtype.kind in "iu" else "float"


def wrong_places(actual: np.ndarray, expected: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    """Which entries of two arrays of one shape do not agree, as truth values of that shape."""
    return _errors(actual, expected, tolerance, equal_nan=False) > 1.0


def _errors(actual: np.ndarray, expected: np.ndarray, tolerance: Tolerance, equal_nan: bool) -> np.ndarray:
    """Every entry's error as a multiple of the allowed one."""
    if expected.dtype.kind in "biu":
        return np.where(actual == expected, 0.0, math.inf)
    actual = actual.astype(float)
    same = actual == expected
    if equal_nan:
        same |= np.isnan(actual) & np.isnan(expected)
    if same.all():
        return np.zeros(expected.shape)
    with np.errstate(all="ignore"):
        allowed = tolerance.atol + tolerance.rtol * np.abs(expected)
        errors = np.abs(actual - expected) / allowed
    # inf - inf, 0 / 0 and anything against NaN end here: not the same, and not measurable.
    errors = np.where(np.isfinite(expected) & ~np.isnan(errors), errors, math.inf)
    return np.where(same, 0.0, errors)


def _explain(actual: np.ndarray, expected: np.ndarray, errors: np.ndarray, path: str) -> Mismatch:
    wrong = np.argwhere(errors > 1.0)
    details: dict[str, Any] = {
        "wrong": len(wrong),
        "total": expected.size,
        "shape": expected.shape,
        "first": _first(actual, expected, wrong),
    }
    if actual.dtype.kind == "f":
        strange = np.argwhere(~np.isfinite(actual) & np.isfinite(expected))
        if len(strange):
            place = tuple(int(i) for i in strange[0])
            details |= {"strange": len(strange), "index": place, "actual": float(actual[place])}
            details["first"] = _first(actual, expected, strange)
            return Mismatch("not_finite", path, details, actual, expected)
    if actual.dtype.kind != "b" and not actual.any():
        details["all_zero"] = True
    return Mismatch("values", path, details, actual, expected)


def _first(actual: np.ndarray, expected: np.ndarray, places: np.ndarray) -> list[dict[str, Any]]:
    """The first three of these places, each with both numbers."""
    found = [tuple(int(i) for i in index) for index in places[:3]]
    return [{"index": at, "actual": actual[at].item(), "expected": expected[at].item()} for at in found]


def _worst(comparisons: list[Comparison]) -> Comparison:
    """The largest distance, with the first mismatch in reading order."""
    mismatch = next((found.mismatch for found in comparisons if found.mismatch), None)
    return Comparison(max((found.distance for found in comparisons), default=0.0), mismatch)


def _agree() -> Comparison:
    return Comparison(0.0, None)


def _differ(kind: str, path: str, actual: Plain, expected: str = "", **details: int) -> Comparison:
    types = {"actual": type(actual).__name__, "expected": expected}
    return Comparison(math.inf, Mismatch(kind, path, {**types, **details}))

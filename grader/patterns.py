"""What a wrong array has to do with the right one: its transpose, its opposite, a multiple. Pure, decides no mark.

    of_shape    transposed, same_values
    of_values   sign, factor, offset, order, imprecise: the first that fits
    of_spread   whose rule the standard deviation of drawn weights follows

A pattern is told where it explains every entry, within twice the criterion's tolerance, and where chance would not have
done the same: entries that are hardly larger than what is allowed prove nothing, nor do a few whole numbers or simple
fractions, which agree by chance all the time.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.distribution import Summary
from grader.exercise import Tolerance
from grader.wire import Plain

_FEWEST = 3
# An entry is telling when it is so many times what is allowed.
_TELLING = 100
_RARE = 1e-5
# A factor nearer to 1 is a matter of precision.
_NEAR_ONE = 0.005
# Whole numbers, halves to eighths, tenths and hundredths are multiples of 1 / 4200,
_COARSE = 4200
# and what such numbers become when they are divided by one that is not, of a part of the smallest.
_PARTS = 60
_MOST_AXES = 4
# The standard deviation of weights by the usual rules, from fan_in and fan_out.
RULES: dict[str, Callable[[int, int], float]] = {
    "xavier": lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out)),
    "he": lambda fan_in, fan_out: math.sqrt(2 / fan_in),
    "lecun": lambda fan_in, fan_out: math.sqrt(1 / fan_in),
    "he_out": lambda fan_in, fan_out: math.sqrt(2 / fan_out),
    "lecun_out": lambda fan_in, fan_out: math.sqrt(1 / fan_out),
    "inverse": lambda fan_in, fan_out: 1 / fan_in,
    "one": lambda fan_in, fan_out: 1.0,
    "small": lambda fan_in, fan_out: 0.01,
}


@dataclass(frozen=True)
class Pattern:
    """code: as in a Diagnosis. details: numbers and names of arguments."""

    code: str
    details: dict[str, Any] = field(default_factory=dict)


def of_shape(actual: np.ndarray, expected: np.ndarray, tolerance: Tolerance) -> Pattern | None:
    """The axes in another order ("transposed"), or the right values in another shape ("same_values").

    Arrays of one shape can be transposed only. Of fewer than three entries, or where all expected ones are zero, nobody
    can tell a transpose.
    """
    if actual.size != expected.size or not actual.size or not _are_numbers(actual, expected):
        return None
    given, wanted = actual.astype(float), expected.astype(float)
    allowed = 2 * _allowed(wanted, expected, tolerance)
    details = {"actual": actual.shape, "expected": expected.shape}
    same_shape = actual.shape == expected.shape
    if given.size >= _FEWEST and wanted.any() and 2 <= given.ndim == wanted.ndim <= _MOST_AXES:
        for axes in itertools.permutations(range(given.ndim)):
            turned = given.transpose(axes)
            if turned.shape == wanted.shape and (np.abs(turned - wanted) <= allowed).all():
                moved = (np.abs(given - wanted) > _TELLING * allowed).any() if same_shape else True
                if not moved or (same_shape and not _is_evident(given.ravel(), wanted.ravel(), allowed.ravel())):
                    return None
                return Pattern("transposed", details)
    if same_shape or (np.abs(given.ravel() - wanted.ravel()) > allowed.ravel()).any():
        return None
    # Equal numbers fit any shape: of them no more can be told than that an axis of length 1 is there or is not.
    alike = (wanted == wanted.flat[0]).all() and _long_axes(given) != _long_axes(wanted)
    return None if alike else Pattern("same_values", details)


def _long_axes(array: np.ndarray) -> list[int]:
    return [length for length in array.shape if length > 1]


def of_values(
    actual: np.ndarray, expected: np.ndarray, tolerance: Tolerance, arguments: Mapping[str, Plain]
) -> Pattern | None:
    """What explains every entry of a wrong array of the right shape, or None.

    sign        actual = -expected
    factor      actual = c * expected; what c equals is looked for among `arguments` (see `_named`)
    offset      actual = expected + c
    order       sort(actual) = sort(expected), of at least four different values
    imprecise   |actual - expected| < 1e-2 |expected|, and most entries not more exact than 1e-6; or rounded

    The first four are looked for among three entries or more, not all of them expected to be zero.
    """
    if not _are_numbers(actual, expected):
        return None
    given, wanted = actual.astype(float).ravel(), expected.astype(float).ravel()
    if not given.size or not (np.isfinite(given).all() and np.isfinite(wanted).all()):
        return None
    with np.errstate(all="ignore"):
        allowed = _allowed(wanted, expected, tolerance)
        if given.size >= _FEWEST and wanted.any():
            found = (
                _sign(given, wanted, allowed)
                or _factor(given, wanted, tolerance, expected, arguments)
                or _offset(given, wanted, tolerance, expected, arguments)
                or _order(given, wanted, allowed)
            )
            if found is not None:
                return found
        return _imprecise(given, wanted)


def of_spread(summary: Summary, shape: tuple[int, ...]) -> str:
    """The rule of `RULES` that the standard deviation of (fan_in, fan_out) weights follows instead of the right one.

    "" when it is the right one, or none's. Of rules that agree the first; uniform and normal weights have the same.
    """
    if "spread" not in summary.flaws or len(shape) != 2 or abs(summary.mean) > 0.1 * summary.std:
        return ""
    # Four standard errors of a standard deviation, Var(s) = (kurtosis - 1) / (4 n) relative to its square.
    near = 4 * math.sqrt(max(summary.kurtosis - 1, 0.1) / (4 * summary.size))
    for rule, deviation in RULES.items():
        wanted = deviation(*shape)
        if abs(summary.std - wanted) <= near * wanted and abs(wanted / summary.expected_std - 1) > 2 * near:
            return rule
    return ""


def _are_numbers(actual: np.ndarray, expected: np.ndarray) -> bool:
    return actual.dtype.kind in "biuf" and expected.dtype.kind in "iuf"


def _rates(expected: np.ndarray, tolerance: Tolerance) -> tuple[float, float]:
    """rtol and atol for a pattern: the criterion's, but never finer than float32 nor looser than 1e-3."""
    if expected.dtype.kind in "iu":
        return 1e-6, 1e-9
    scale = float(np.abs(expected).max(initial=0.0))
    return min(max(tolerance.rtol, 1e-6), 1e-3), max(tolerance.atol, 1e-12 * scale)


def _allowed(size: np.ndarray, expected: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    """How far an entry of that size may lie from a pattern's; half of it, for most."""
    rtol, atol = _rates(expected, tolerance)
    result: np.ndarray = atol + rtol * np.abs(size)
    return result


def _sign(given: np.ndarray, wanted: np.ndarray, allowed: np.ndarray) -> Pattern | None:
    if not (np.abs(given + wanted) <= 2 * allowed).all() or not _is_evident(given, wanted, 2 * allowed, values=1):
        return None
    return Pattern("sign")


def _factor(
    given: np.ndarray, wanted: np.ndarray, tolerance: Tolerance, expected: np.ndarray, arguments: Mapping[str, Plain]
) -> Pattern | None:
    scale = np.abs(wanted).max()
    # The least squares; summed by NumPy, so that it is the same on every machine.
    unit = wanted / scale
    factor = float(((given / scale) * unit).sum() / (unit * unit).sum())
    if not math.isfinite(factor) or factor == 0 or abs(abs(factor) - 1) < _NEAR_ONE:
        return None
    rtol, atol = _rates(expected, tolerance)
    target = factor * wanted
    allowed = 2 * (atol * max(1.0, abs(factor)) + rtol * np.abs(target))
    if not (np.abs(given - target) <= allowed).all() or not _is_evident(given, target, allowed, free=True):
        return None
    name = _named(abs(factor), rtol, arguments)
    if name is None:
        return Pattern("factor", {"factor": factor, "by": "", "of": "", "power": 1})
    value, by, of, power = name
    return Pattern("factor", {"factor": math.copysign(value, factor), "by": by, "of": of, "power": power})


def _named(factor: float, rtol: float, arguments: Mapping[str, Plain]) -> tuple[float, str, str, float] | None:
    """What a factor equals: its exact value, by, of and power; None where it equals nothing that is known.

    Of several equal ones, the first: plain and inverse before root and inverse root, arguments in the call's order, of
    one the rows, the columns, the size, or the number v itself, 1 - v; the number 2 last.
    """
    for powers in ((1, -1), (0.5, -0.5)):
        for by, of, value in _quantities(arguments):
            for power in powers:
                target = value**power
                if abs(target - 1) > _NEAR_ONE and abs(factor - target) <= 2 * rtol * target:
                    return target, by, of, power
    return None


def _quantities(arguments: Mapping[str, Plain]) -> Iterator[tuple[str, str, float]]:
    """Numbers above 0 that a factor may come from: by, of, value."""
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and value.ndim > 1 and value.size:
            yield "rows", name, float(value.shape[0])
            yield "columns", name, float(value.shape[-1])
        if isinstance(value, np.ndarray) and value.ndim > 0 and value.size:
            yield "size", name, float(value.size)
        number = value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
        if isinstance(number, int | float) and not isinstance(number, bool) and 0 < abs(number) < 1e300:
            yield "argument", name, float(abs(number))
            if 0 < number < 1:
                yield "one_minus", name, 1.0 - number
    yield "two", "", 2.0


def _offset(
    given: np.ndarray, wanted: np.ndarray, tolerance: Tolerance, expected: np.ndarray, arguments: Mapping[str, Plain]
) -> Pattern | None:
    differences = given - wanted
    offset = float(differences.min() / 2 + differences.max() / 2)
    allowed = 2 * _allowed(np.abs(wanted) + abs(offset), expected, tolerance)
    if not (np.abs(differences - offset) <= allowed).all() or abs(offset) < 10 * allowed.max():
        return None
    for before in arguments.values():
        if isinstance(before, np.ndarray) and before.shape == expected.shape and _are_numbers(before, expected):
            moved, due = given - before.ravel(), wanted - before.ravel()
            # An argument that was moved as far everywhere, but not as far as it should be: the step is wrong.
            if np.ptp(due) <= allowed.max() < min(np.abs(due).max(), np.abs(moved).max()):
                return None
    middle = wanted - wanted.mean()
    return Pattern("offset", {"offset": offset}) if _is_evident(given, middle, allowed, free=True) else None


def _order(given: np.ndarray, wanted: np.ndarray, allowed: np.ndarray) -> Pattern | None:
    smallest, largest = np.argmin(wanted), np.argmax(wanted)
    if abs(given.min() - wanted[smallest]) > 2 * allowed[smallest]:
        return None
    if abs(given.max() - wanted[largest]) > 2 * allowed[largest]:
        return None
    places = np.argsort(wanted)
    ordered, limits = wanted[places], allowed[places]
    if not (np.abs(np.sort(given) - ordered) <= 2 * limits).all():
        return None
    # What lies within reach of its own place is no move.
    if not (np.abs(given - wanted) > _TELLING * allowed).any() or _different(ordered, limits) < 4:
        return None
    return None if _is_coarse(wanted) and _chance(given, any_order=True) > _RARE else Pattern("order")


def _imprecise(given: np.ndarray, wanted: np.ndarray) -> Pattern | None:
    errors = np.abs(given - wanted)
    scale, most = float(np.abs(wanted).max()), float(errors.max())
    for digits in range(1, 7):
        step = 10.0**-digits
        # Rounded to so many places: enough of them, or of entries, that no other number would do.
        if not 10 * step <= scale <= 1e5 * step or given.size * digits < 4 or most > step:
            continue
        # The rounded number may have come as float32.
        slack = 1e-7 * np.abs(given)
        rounded = (errors <= 0.5001 * step + slack) & (np.abs(given - step * np.rint(given / step)) <= 2 * slack)
        if rounded.all() and (errors > 1e-6 * scale).any():
            return Pattern("imprecise", {"digits": digits})
    relative = errors / np.maximum(np.abs(wanted), 1e-3 * scale)
    inexact = int((relative > 1e-6).sum())
    worst = float(relative.max())
    few = inexact < max(_FEWEST, np.count_nonzero(wanted) / 2)
    if few or not worst < 1e-2 or errors.max() > 0.1 * wanted.std():
        return None
    return Pattern("imprecise", {"digits": int(-math.log10(worst))})


def _is_evident(
    given: np.ndarray, target: np.ndarray, allowed: np.ndarray, *, values: int = 3, free: bool = False
) -> bool:
    """Whether three entries or more, with so many different sizes, stand out from what is allowed, not by chance.

    target: what the pattern makes of the expected entries. free: it has a constant of its own, which fits one entry.
    """
    telling = np.abs(target) >= _TELLING * allowed
    if telling.sum() < _FEWEST:
        return False
    sizes = np.abs(target[telling])
    if not _is_coarse(given) and _different(np.sort(sizes), np.sort(allowed[telling])) >= values:
        return True
    steps = np.diff(target)
    return _chance(given, any_order=bool((steps >= 0).all() or (steps <= 0).all()), free=free) <= _RARE


def _different(ordered: np.ndarray, limits: np.ndarray) -> int:
    """How many of the sorted values are different, as far as what is allowed can tell."""
    return 1 + int((np.diff(ordered) > 10 * limits[1:]).sum())


def _is_coarse(values: np.ndarray) -> bool:
    """Whether all are whole numbers or simple fractions, or such multiples of one number."""
    sizes = np.abs(values[values != 0])
    for multiples in (sizes * _COARSE, sizes / sizes.min(initial=math.inf) * _PARTS):
        if (multiples < 1e9).all() and (np.abs(multiples - np.rint(multiples)) < 1e-3).all():
            return True
    return False


def _chance(values: np.ndarray, *, any_order: bool, free: bool = False) -> float:
    """How probable these values are, place by place, when each is drawn from all of them: ``prod (c_i / n) ** c_i``.

    any_order: of sorted values, or where the order is free, all orders count: times ``n! / prod c_i!``.
    free: one place may hold any of the values.
    """
    _, counts = np.unique(np.round(values / np.abs(values).max(), 9), return_counts=True)
    size = values.size
    log = float((counts * np.log(counts / size)).sum())
    if any_order:
        log += math.lgamma(size + 1) - sum(math.lgamma(count + 1) for count in counts.tolist())
    return math.exp(log) * (counts.size if free else 1)

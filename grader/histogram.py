"""Drawn numbers counted in bins, beside what their law puts there: what a picture of a wrong sample shows. Pure."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from grader.exercise import Bernoulli, Law, Normal, Uniform

BINS = 24
# How far the picture reaches at most, in halves of the law's range: further out, the law would be no more than a line.
_FURTHEST = 100
_ENOUGH = 20_000


def histogram(sample: np.ndarray, law: Law) -> dict[str, Any]:
    """The share of the draws in each bin, and the law's.

        edges       BINS + 1 numbers; they span the law's range and the middle 99 % of the draws
        heights     of each bin, the number of draws in it over the number of all draws
        law         points (x, h): h is the probability of ``[x - w / 2, x + w / 2)``, w the width of a bin

    sample: real numbers of any shape, of very many only every k-th is looked at; non-finite ones and those beyond the
    edges are in no bin.
    """
    low, high = _range(law)
    reach = _FURTHEST * (high - low) / 2
    drawn = sample.astype(float).ravel()
    # As many as a picture can tell apart.
    drawn = drawn[:: max(1, drawn.size // _ENOUGH)]
    finite = drawn[np.isfinite(drawn)]
    if finite.size:
        # Without interpolation, which could overflow.
        ends = np.quantile(finite, [0.005, 0.995], method="nearest")
        low, high = (
            min(low, max(float(ends[0]), (low + high) / 2 - reach)),
            max(high, min(float(ends[1]), (low + high) / 2 + reach)),
        )
    margin = 0.05 * (high - low)
    counts, edges = np.histogram(finite, BINS, (low - margin, high + margin))
    return {
        "edges": _short(edges),
        "heights": _short(counts / max(1, drawn.size)),
        "law": tuple(zip(*map(_short, _law_points(law, edges.tolist())), strict=True)),
    }


def _law_points(law: Law, edges: list[float]) -> tuple[list[float], list[float]]:
    width = edges[1] - edges[0]
    if isinstance(law, Normal):
        points = np.linspace(edges[0], edges[-1], 2 * BINS + 1).tolist()
        return points, [_below(law, x + width / 2) - _below(law, x - width / 2) for x in points]
    # A law with jumps is a line with steps, one for each bin.
    steps = [(x, _below(law, right) - _below(law, left)) for left, right in pairwise(edges) for x in (left, right)]
    return [x for x, _ in steps], [height for _, height in steps]


def _range(law: Law) -> tuple[float, float]:
    """Where nearly all draws of a law lie."""
    if isinstance(law, Normal):
        return law.mean - 4 * law.std, law.mean + 4 * law.std
    return (law.low, law.high) if isinstance(law, Uniform) else (min(0.0, law.value), max(0.0, law.value))


def _below(law: Law, x: float) -> float:
    """P(X < x)."""
    if isinstance(law, Normal):
        return 0.5 * (1 + math.erf((x - law.mean) / (law.std * math.sqrt(2))))
    if isinstance(law, Bernoulli):
        return (1 - law.probability) * (x > 0) + law.probability * (x > law.value)
    return min(1.0, max(0.0, (x - law.low) / (law.high - law.low)))


def _short(values: Any) -> tuple[float, ...]:
    return tuple(float(f"{value:.5g}") for value in values)

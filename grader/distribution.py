"""Does a sample follow a law? Bounds, mean, variance, Kolmogorov-Smirnov distance, independence, dependence on rng.

Every threshold is a concentration inequality, not an asymptotic one, so the false-alarm rate is a theorem: each of
the nine random tests of a case fails a right solution with probability below ALPHA, so a check of up to eleven such
cases (public and hidden) with less than 1e-9.

    mean                sub-Gaussian tail with the law's variance proxy (Hoeffding)
    variance            Hoeffding on (x - mean)^2, which is bounded
    Kolmogorov-Smirnov  Dvoretzky-Kiefer-Wolfowitz with Massart's constant, P(D > d) <= 2 exp(-2 n d^2)
    independence        Azuma on the sum of products of neighbours, a martingale when entries are independent

Normal draws are judged by their ranks under the law, which are uniform: each x becomes P(X <= x), and all of the above
holds for what results.

Sources: Massart (1990), Annals of Probability 18; Boucheron, Lugosi and Massart, Concentration Inequalities (2013).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.exercise import Bernoulli, Law, Normal, Uniform
from grader.tolerance import stack

# What samples are held against in the end; the ranks of normal draws are uniform.
Bounded = Uniform | Bernoulli

ALPHA = 1e-11
_LOG = math.log(2 / ALPHA)

# The four calls of `exercise.draws`: twice on one generator, once on a twin of it, once on another seed.
FIRST, SECOND, TWIN, OTHER = range(4)


@dataclass(frozen=True)
class Summary:
    """What a set of draws looks like, in a few numbers: enough to judge them and to recognise a mistake.

    flaws: names of the tests that failed, in the order of `FLAWS`. rows, columns: correlation of neighbours.
    size: number of draws in a call.
    """

    flaws: tuple[str, ...]
    mean: float
    std: float
    kurtosis: float
    low: float
    high: float
    expected_mean: float
    expected_std: float
    rows: float = 0.0
    columns: float = 0.0
    size: int = 0

    def resembles(self, other: Summary) -> bool:
        """Whether two sets of draws fail the same tests in the same way: flaws, mean, spread and tails agree."""
        apart = max(abs(self.rows - other.rows), abs(self.columns - other.columns))
        if set(self.flaws) & SOURCE != set(other.flaws) & SOURCE or apart > 0.3:
            return False
        # Dependent entries are worth fewer draws, so their moments scatter more.
        dependent = max(abs(other.rows), abs(other.columns)) > 0.3
        slack = 0.3 if dependent else 0.05 + 6 / math.sqrt(max(other.size, 1))
        return (
            abs(self.mean - other.mean) <= slack * max(self.expected_std, abs(other.mean))
            and abs(self.std - other.std) <= slack * max(other.std, 0.05 * self.expected_std)
            and abs(self.kurtosis - other.kurtosis) <= 2 * slack * max(1.0, other.kurtosis)
        )


# What a sample comes from; unlike a correlation it never shows by chance.
SOURCE = frozenset({"not_random", "other_source"})
FLAWS = (
    *("not_random", "other_source", "repeats", "calls", "rows", "columns", "pattern"),
    *("bounds", "reach", "mean", "spread", "law"),
)
# Samples smaller than this are not asked for patterns or repeats.
_LARGE = 1000


# A student's numbers may overflow in any of these steps, which is no more than a flaw.
@np.errstate(all="ignore")
def summarize(samples: list[np.ndarray], law: Law) -> Summary:
    """Judge four arrays of draws (see `exercise.draws`) against `law`.

    samples: four arrays of one shape, at least two axes. Non-finite entries count as out of bounds.
    """
    arrays = [np.asarray(sample, dtype=float) for sample in samples]
    shown = _finite(arrays[FIRST])
    mean, std = float(shown.mean()), float(shown.std())
    judged = Uniform(0.0, 1.0) if isinstance(law, Normal) else law
    if isinstance(law, Normal):
        arrays = [_ranks(array, law) for array in arrays]
    first = arrays[FIRST]
    finite = _finite(first)
    centred = (shown - mean) / std if std > 0 else np.zeros(1)
    squares = centred * centred
    kurtosis = float((squares * squares).mean()) if std > 0 else 0.0
    one, two, other = (_standardise(arrays[index], judged) for index in (FIRST, SECOND, OTHER))
    limit = _reach(judged) / math.sqrt(_variance(judged))
    rows = _correlation(one[:-1], one[1:]) if first.ndim > 1 else 0.0
    columns = _correlation(one[..., :-1], one[..., 1:]) if first.ndim > 0 else 0.0
    found = {
        "not_random": _same(arrays[FIRST], arrays[SECOND]) or _same(arrays[FIRST], arrays[OTHER]),
        "other_source": not _same(arrays[FIRST], arrays[TWIN]),
        "calls": _dependent(_correlation(one, two), one.size, limit)
        or _dependent(_correlation(one, other), one.size, limit),
        "rows": _dependent(rows, one[:-1].size, limit),
        "columns": _dependent(columns, one[..., :-1].size, limit),
        "repeats": isinstance(judged, Uniform)
        and first.size >= _LARGE
        and _repeats(arrays[FIRST], arrays[SECOND], judged),
        "pattern": first.size >= _LARGE and _has_pattern(one, limit),
        "bounds": finite.size < first.size or not _inside(first, judged),
        "reach": isinstance(judged, Uniform) and _falls_short(finite, judged),
        "mean": abs(float(finite.mean()) - _mean(judged)) > _proxy(judged) * math.sqrt(2 * _LOG / first.size),
        "spread": abs(_second_moment(finite, judged) - _variance(judged))
        > _reach(judged) ** 2 * math.sqrt(_LOG / (2 * first.size)),
        "law": _distance(finite, judged) > math.sqrt(_LOG / (2 * first.size)),
    }
    return Summary(
        flaws=tuple(name for name in FLAWS if found[name]),
        mean=mean,
        std=std,
        kurtosis=kurtosis,
        low=float(shown.min()),
        high=float(shown.max()),
        expected_mean=_mean(law),
        expected_std=math.sqrt(_variance(law)),
        rows=rows,
        columns=columns,
        size=first.size,
    )


def _finite(sample: np.ndarray) -> np.ndarray:
    """The finite entries; a zero where there is none."""
    found = sample[np.isfinite(sample)]
    return found if found.size else np.zeros(1)


def _ranks(sample: np.ndarray, law: Normal) -> np.ndarray:
    """P(X <= x) of every entry under a normal law, right to 2e-7 (Abramowitz and Stegun, 7.1.26).

    NaN for what no normal draw among so many is: beyond the bound on the largest of n, P(max > t) <= 2 n exp(-t^2 / 2).
    """
    x = (sample - law.mean) / (law.std * math.sqrt(2))
    x[~(np.abs(x) <= math.sqrt(_LOG + math.log(max(sample.size, 1))))] = np.nan
    t = 1 / (1 + 0.3275911 * np.abs(x))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail = 0.5 * series * np.exp(-x * x)
    return np.where(x < 0, tail, 1 - tail)


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    # NaN repeats NaN; looked for only where something differs, since it takes ten times as long.
    return np.array_equal(one, other) or (
        one.shape == other.shape and bool(np.isnan(one).any()) and np.array_equal(one, other, equal_nan=True)
    )


def _standardise(sample: np.ndarray, law: Bounded) -> np.ndarray:
    """The sample with mean 0 and standard deviation 1, within the law's bounds.

    Clipped, so that values out of bounds, reported elsewhere, neither hide nor fake a correlation; and by the
    sample's own moments, so that a wrong spread is not taken for dependence.
    """
    reach = _reach(law)
    # Four bytes are plenty for a correlation that must differ from 0 by hundredths, and half the time.
    with np.errstate(over="ignore"):
        centred = (sample - _mean(law)).astype(np.float32)
    if not np.abs(centred).max(initial=0.0) <= 2 * reach:  # false for NaN, too
        centred = np.clip(np.nan_to_num(centred), -2 * reach, 2 * reach)
    centred -= centred.mean()
    spread = math.sqrt(float((centred * centred).mean())) if centred.size else 0.0
    return centred / spread if spread > 1e-12 * reach else np.zeros_like(centred)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Of paired entries, both standardised."""
    return float((one * other).mean()) if one.size else 0.0


def _dependent(correlation: float, size: int, limit: float) -> bool:
    """Whether a correlation is beyond what independent draws can show; `limit` bounds one standardised entry."""
    # 1.1 covers the standardising: at this size the sample's own moments lie within 4 % of the law's.
    return size > 0 and abs(correlation) > 1.1 * limit**2 * math.sqrt(2 * _LOG / size)


def _has_pattern(one: np.ndarray, limit: float) -> bool:
    """Whether entries at any distance from each other, in reading order, are correlated: copies, mirrors, tiles.

    The bound of `_dependent`, shared out among all distances. The correlation is circular, a sum of two parts with k
    and n - k terms, and sqrt(k) + sqrt(n - k) <= sqrt(2 n).
    """
    # Zeros up to a length without large prime factors; with those a transform takes ten times as long.
    step = 1 << max(0, one.size.bit_length() - 6)
    length = -(-one.size // step) * step
    spectrum = np.fft.rfft(one.ravel(), length)
    correlations = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, length)[1:] / one.size
    allowed = 1.1 * limit**2 * math.sqrt(4 * (_LOG + math.log(2 * one.size)) / one.size)
    return bool(np.abs(correlations).max() > allowed)


def _repeats(one: np.ndarray, other: np.ndarray, law: Uniform) -> bool:
    """Whether more than a tenth of the values come more than once, up to their sign, in one call or in two.

    Continuous draws hardly ever repeat; those of float32 do in one place of a hundred. Half of each call is enough: of
    values that all come again, a quarter still meet.
    """
    half = (one.size + 1) // 2
    sizes = np.abs(np.concatenate([one.ravel()[:half], other.ravel()[:half]]) - _mean(law))
    sizes = np.sort(sizes[np.isfinite(sizes)])
    return sizes.size > 1 and float((sizes[1:] - sizes[:-1] <= 1e-12 * _reach(law)).mean()) > 0.1


def _falls_short(sample: np.ndarray, law: Uniform) -> bool:
    """Whether the outermost draw is nearer than any of so many can be: (1 - e)^n < ALPHA for the outer share e."""
    share = _LOG / sample.size
    return float(np.abs(sample - _mean(law)).max()) < (1 - share) * _reach(law)


def _inside(sample: np.ndarray, law: Bounded) -> bool:
    slack = 1e-6 * _reach(law)
    if isinstance(law, Uniform):
        return bool((sample >= law.low - slack).all() and (sample <= law.high + slack).all())
    return bool(((np.abs(sample) <= slack) | (np.abs(sample - law.value) <= slack)).all())


def _mean(law: Law) -> float:
    if isinstance(law, Normal):
        return law.mean
    return (law.low + law.high) / 2 if isinstance(law, Uniform) else law.probability * law.value


def _variance(law: Law) -> float:
    if isinstance(law, Normal):
        return law.std**2
    if isinstance(law, Uniform):
        return (law.high - law.low) ** 2 / 12
    return law.probability * (1 - law.probability) * law.value**2


def _reach(law: Bounded) -> float:
    """The largest distance of a value from the mean."""
    if isinstance(law, Uniform):
        return (law.high - law.low) / 2
    return max(law.probability, 1 - law.probability) * abs(law.value)


def _proxy(law: Bounded) -> float:
    """The square root of the sub-Gaussian variance proxy; half the range always is one (Hoeffding's lemma)."""
    return (law.high - law.low) / 2 if isinstance(law, Uniform) else abs(law.value) / 2


def _second_moment(sample: np.ndarray, law: Bounded) -> float:
    return float(((sample - _mean(law)) ** 2).mean())


def _distance(sample: np.ndarray, law: Bounded) -> float:
    """The Kolmogorov-Smirnov distance between the sample and the law."""
    if isinstance(law, Bernoulli):
        # The law jumps only at 0 and at its value; the sample's steps elsewhere show up at either side of them.
        slack = 1e-6 * abs(law.value)
        below, above = min(0.0, law.value) + slack, max(0.0, law.value) - slack
        at_low = law.probability if law.value < 0 else 1 - law.probability
        middle = max(abs(float((sample <= below).mean()) - at_low), abs(float((sample < above).mean()) - at_low))
        outside = max(float((sample < below - 2 * slack).mean()), float((sample > above + 2 * slack).mean()))
        return max(middle, outside)
    # Every eighth step is enough: the distance found is never larger than the true one, and smaller by 8 / n at most.
    every = 8 if sample.size >= _LARGE else 1
    ordered = np.sort(sample, axis=None)[::every]
    steps = np.arange(ordered.size) * (every / sample.size)
    cdf = np.clip((ordered - law.low) / (law.high - law.low), 0.0, 1.0)
    return float(max((steps + 1 / sample.size - cdf).max(), (cdf - steps).max()))


def four_arrays(value: Any) -> list[np.ndarray] | None:
    """The answer to the four calls as four float arrays of one shape, or None when it is something else."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    stacked = [stack(item) if isinstance(item, list | tuple) else np.asarray(item) for item in value]
    arrays = [array for array in stacked if array is not None and array.dtype.kind in "fiub"]
    if len(arrays) < 4 or arrays[0].ndim == 0 or any(array.shape != arrays[0].shape for array in arrays):
        return None
    return arrays

"""Histograms of draws: of right ones the bars fill the room under the law, and no number is too strange."""

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pytest
from builders import answers_of, draws_key

from grader.exercise import Bernoulli, Normal, Uniform
from grader.histogram import BINS, histogram
from grader.judge import judge
from grader.key import Sample, draws_of

LAWS = (Normal(0.0, 0.1), Uniform(-0.2, 0.2), Bernoulli(0.8, 1.25), Bernoulli(0.3, -2.0))
SIZE = (200, 500)


def right_draws(law):
    rng = np.random.default_rng(1)
    if isinstance(law, Normal):
        return rng.normal(law.mean, law.std, SIZE)
    if isinstance(law, Uniform):
        return rng.uniform(law.low, law.high, SIZE)
    return (rng.random(SIZE) < law.probability) * law.value


def law_in_bins(found):
    """The law's height in the middle of every bin."""
    middles = [(left + right) / 2 for left, right in pairwise(found["edges"])]
    return np.interp(middles, *zip(*found["law"], strict=True))


@pytest.mark.parametrize("law", LAWS)
def test_right_draws_fill_the_room_under_their_law(law):
    found = histogram(right_draws(law), law)
    assert len(found["heights"]) == BINS == len(found["edges"]) - 1
    assert sum(found["heights"]) == pytest.approx(1, abs=0.001)
    assert law_in_bins(found) == pytest.approx(found["heights"], abs=0.005)


@pytest.mark.parametrize("law", LAWS)
def test_wrong_draws_and_the_law_are_both_in_sight(law):
    for factor, shift in ((3, 0), (0.1, 0), (1, 5)):
        found = histogram(right_draws(law) * factor + shift, law)
        assert sum(found["heights"]) == pytest.approx(1, abs=0.02)
        assert sum(law_in_bins(found)) == pytest.approx(1, abs=0.02)


def test_what_is_no_number_or_too_far_away_is_in_no_bin():
    found = histogram(np.array([0.1, 0.2, math.nan, 1e12]), Uniform(0.0, 1.0))
    assert sum(found["heights"]) == pytest.approx(0.5)


@pytest.mark.parametrize("value", [1e300, -1.7e308, 5e-324, math.nan, math.inf, 3, True])
@pytest.mark.parametrize("law", LAWS)
def test_the_strangest_draws_have_a_histogram(value, law):
    for sample in (np.array([[value, value]]), np.array([[value, 0], [0, -1]]), np.array([])):
        found = histogram(sample, law)
        numbers = [*found["edges"], *found["heights"], *(part for point in found["law"] for part in point)]
        assert all(map(math.isfinite, numbers))
        assert all(left < right for left, right in pairwise(found["edges"]))


def test_draws_may_be_relative_to_an_argument():
    x = np.array([[2.0, 4.0]])
    sample = Sample(Bernoulli(0.5, 2.0), (1, 2), relative_to="x")
    found = draws_of(sample, [{"x": x}] * 4, [x * 2, x * 0, x, x])
    assert found[0].tolist() == [[2.0, 2.0]]
    assert draws_of(sample, [{"x": x}] * 4, [x.T] * 4) is None


def test_a_verdict_carries_a_histogram_of_public_draws_only():
    key = draws_key(Uniform(-1.0, 1.0), (40, 50))
    answers = answers_of(key, lambda size, rng: rng.uniform(-2.0, 2.0, size))
    found = judge(key, answers).diagnosis.details["histogram"]
    assert found["edges"][0] < -1.9
    assert sum(found["heights"]) == pytest.approx(1, abs=0.02)
    (criterion,) = key.criteria
    hidden = dataclasses.replace(key, criteria=(dataclasses.replace(criterion, hidden=True),))
    assert "histogram" not in judge(hidden, answers).diagnosis.details

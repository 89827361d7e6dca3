"""Right draws pass, each flaw is found, and the false-alarm bounds hold when computed another way."""

import math

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from grader.calling import ask
from grader.distribution import ALPHA, FLAWS, _ranks, four_arrays, summarize
from grader.exercise import Bernoulli, Normal, Uniform, draws

SHAPE = (256, 512)
UNIFORM = Uniform(-0.05, 0.05)
MASK = Bernoulli(0.8, 1.25)
LAWS = [UNIFORM, Uniform(0, 1), MASK, Bernoulli(0.5), Bernoulli(0.05), Bernoulli(0.9, -2.0)]
ids = {"ids": str}


def drawn(law, rng, size=SHAPE):
    """What a right solution draws."""
    if isinstance(law, Uniform):
        return rng.uniform(law.low, law.high, size)
    return law.value * (rng.random(size) < law.probability)


def summary_of(function, law, *, seed=1, shape=SHAPE):
    """The summary of ``function(rng, size)``, asked as a case asks it."""
    return summarize(ask(function, ("rng", "size"), draws(law, seed, size=shape).calls, False).value, law)


# ------------------------------------------------------------------------------------------ right draws


@pytest.mark.parametrize("law", LAWS, **ids)
def test_right_draws_have_no_flaw(law):
    for seed in range(50):
        assert summary_of(lambda rng, size: drawn(law, rng, size), law, seed=seed, shape=(64, 64)).flaws == ()


@pytest.mark.parametrize("shape", [(20, 10), (7, 300), (16, 3, 5, 5), (2000,), SHAPE], ids=str)
@pytest.mark.parametrize("law", [UNIFORM, MASK], **ids)
def test_any_shape_will_do(law, shape):
    for seed in range(5):
        assert summary_of(lambda rng, size: drawn(law, rng, size), law, seed=seed, shape=shape).flaws == ()


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, size: rng.uniform(-0.05, 0.05, size).astype(np.float32),
        lambda rng, size: 0.1 * rng.random(size) - 0.05,
        lambda rng, size: rng.uniform(-0.05, 0.05, size[::-1]).T,
        lambda rng, size: np.array([[rng.uniform(-0.05, 0.05) for _ in range(size[1])] for _ in range(size[0])]),
    ],
    ids=["float32", "rescaled", "transposed", "loop"],
)
def test_right_draws_may_be_made_in_any_way(draw):
    assert summary_of(draw, UNIFORM, shape=(60, 80)).flaws == ()


def test_a_mask_may_be_of_truth_values():
    assert summary_of(lambda rng, size: rng.random(size) < 0.5, Bernoulli(0.5)).flaws == ()


def test_the_summary_tells_mean_and_spread():
    found = summary_of(lambda rng, size: drawn(UNIFORM, rng, size), UNIFORM)
    assert found.expected_mean == 0
    assert found.expected_std == pytest.approx(0.1 / math.sqrt(12))
    assert found.std == pytest.approx(found.expected_std, rel=0.01)
    assert found.kurtosis == pytest.approx(1.8, rel=0.02)
    assert -0.05 <= found.low < -0.0499
    assert 0.0499 < found.high <= 0.05
    mask = summary_of(lambda rng, size: drawn(MASK, rng, size), MASK)
    assert mask.expected_mean == pytest.approx(1.0)
    assert mask.expected_std == pytest.approx(0.5)


# ------------------------------------------------------------------------------------------ flaws


def once_more(rng, size, memory={}):  # noqa: B006
    """The second call on one generator repeats the first."""
    if id(rng) not in memory:
        memory.clear()
        memory[id(rng)] = rng, rng.uniform(-0.05, 0.05, size)
    return memory[id(rng)][1]


def one(rng, size, change):
    values = rng.uniform(-0.05, 0.05, size)
    values[3, 4] = change
    return values


GLOBAL = np.random.RandomState(5)

FLAWED = {
    "global generator": (lambda rng, size: GLOBAL.uniform(-0.05, 0.05, size), UNIFORM, {"other_source"}),
    "own seed": (lambda rng, size: np.random.default_rng(42).uniform(-0.05, 0.05, size), UNIFORM, {"not_random"}),
    "second call identical": (once_more, UNIFORM, {"not_random"}),
    "constant": (lambda rng, size: np.zeros(size), UNIFORM, {"not_random", "spread", "law"}),
    "one row for all": (lambda rng, size: np.tile(rng.uniform(-0.05, 0.05, size[1]), (size[0], 1)), UNIFORM, {"rows"}),
    "one column for all": (
        lambda rng, size: np.tile(rng.uniform(-0.05, 0.05, (size[0], 1)), (1, size[1])),
        UNIFORM,
        {"columns"},
    ),
    "mask per row": (lambda rng, size: 1.25 * (rng.random((size[0], 1)) < 0.8) * np.ones(size), MASK, {"columns"}),
    "mask per column": (lambda rng, size: 1.25 * (rng.random(size[1]) < 0.8) * np.ones(size), MASK, {"rows"}),
    "5 % too wide": (lambda rng, size: rng.uniform(-0.0525, 0.0525, size), UNIFORM, {"bounds", "spread", "law"}),
    "5 % too narrow": (lambda rng, size: rng.uniform(-0.0475, 0.0475, size), UNIFORM, {"spread", "law"}),
    "5 % too high": (lambda rng, size: rng.uniform(-0.045, 0.055, size), UNIFORM, {"bounds", "mean", "law"}),
    "normal": (lambda rng, size: rng.normal(0, 0.1 / math.sqrt(12), size), UNIFORM, {"bounds", "law"}),
    "normal, clipped": (lambda rng, size: rng.normal(0, 0.03, size).clip(-0.05, 0.05), UNIFORM, {"law"}),
    "only positive": (lambda rng, size: rng.uniform(0, 0.05, size), UNIFORM, {"mean", "law"}),
    "two values": (lambda rng, size: rng.choice([-0.05, 0.05], size), UNIFORM, {"spread", "law"}),
    "drop for keep": (lambda rng, size: 1.25 * (rng.random(size) > 0.8), MASK, {"mean", "law"}),
    "not scaled": (lambda rng, size: 1.0 * (rng.random(size) < 0.8), MASK, {"bounds"}),
    "scaled by the other": (lambda rng, size: 5.0 * (rng.random(size) < 0.8), MASK, {"bounds"}),
    "keep rate 5 % low": (lambda rng, size: 1.25 * (rng.random(size) < 0.76), MASK, {"mean", "law"}),
    "randn for rand": (lambda rng, size: 1.25 * (rng.standard_normal(size) < 0.8), MASK, {"law"}),
    "NaN inside": (lambda rng, size: one(rng, size, math.nan), UNIFORM, {"bounds"}),
    "inf inside": (lambda rng, size: one(rng, size, math.inf), UNIFORM, {"bounds"}),
    "all NaN": (lambda rng, size: np.full(size, math.nan), UNIFORM, {"bounds"}),
    "a little out of bounds": (lambda rng, size: one(rng, size, 0.050001), UNIFORM, {"bounds"}),
    "a little off the value": (lambda rng, size: MASK.value * 1.00001 * (rng.random(size) < 0.8), MASK, {"bounds"}),
    "whole numbers": (lambda rng, size: rng.integers(0, 2, size), Uniform(0, 1), {"spread", "law"}),
}


@pytest.mark.parametrize("name", FLAWED)
def test_flaws_are_found(name):
    draw, law, flaws = FLAWED[name]
    for seed in (1, 2):
        found = summary_of(draw, law, seed=seed)
        assert flaws <= set(found.flaws)
        assert list(found.flaws) == [flaw for flaw in FLAWS if flaw in found.flaws]


@pytest.mark.parametrize("name", ["own seed", "global generator"])
def test_another_source_alone_is_no_flaw_of_the_law(name):
    draw, law, _ = FLAWED[name]
    assert set(summary_of(draw, law).flaws) - {"calls", "not_random", "other_source", "repeats"} == set()


def test_calls_that_repeat_each_other_in_part_are_found():
    def draw(rng, size):
        values = np.random.default_rng(3).uniform(-0.05, 0.05, size)
        values[:10] = rng.uniform(-0.05, 0.05, (10, size[1]))
        return values

    assert summary_of(draw, UNIFORM).flaws == ("repeats", "calls")


@pytest.mark.parametrize(
    "names",
    [
        ["5 % too narrow", "normal", "only positive", "two values", "own seed"],
        ["one row for all", "one column for all", "normal"],
    ],
    ids=["independent", "dependent"],
)
def test_summaries_resemble_their_own_kind_only(names):
    found = {name: [summary_of(FLAWED[name][0], UNIFORM, seed=seed) for seed in (1, 2, 3, 4)] for name in names}
    for one_name, (first, *_) in found.items():
        for other_name, (_, *others) in found.items():
            for other in others:
                assert first.resembles(other) is (one_name == other_name), (one_name, other_name)


# ------------------------------------------------------------------------------------------ false alarms


def flags(sample, law):
    """The flaws of a sample, as far as its own values go."""
    return set(summarize([sample] * 4, law).flaws)


def smallest_flagged(flaw, make, low, high, law, steps=40):
    """The smallest x in [low, high] (by bisection) whose sample ``make(x)`` has the flaw."""
    assert flaw not in flags(make(low), law)
    assert flaw in flags(make(high), law)
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (low, middle) if flaw in flags(make(middle), law) else (middle, high)
    return high


def chernoff(log_mgf, n, threshold, largest):
    """An upper bound on the probability that the mean of n draws exceeds its mean by more than the threshold."""
    found = optimize.minimize_scalar(lambda t: log_mgf(t) - t * threshold, bounds=(0, largest), method="bounded")
    return math.exp(n * found.fun)


def evenly(law, n):
    """A sample that follows the uniform law as closely as n numbers can, in random order."""
    values = law.low + (law.high - law.low) * (np.arange(n) + 0.5) / n
    return np.random.default_rng(1).permutation(values)


N = 4096
UNIT = Uniform(-1, 1)


def test_all_tests_of_a_check_together_stay_below_one_in_a_billion():
    # Right draws never show these: they come from no chance, or from one that no machine lives to see (repeats).
    certain = {"not_random", "other_source", "bounds", "repeats"}
    # `calls` is two tests.
    assert 11 * (len(set(FLAWS) - certain) + 1) * ALPHA < 1e-9


def test_reach_false_alarms():
    """No draw in the outermost share e of the range: (1 - e)^n."""
    share = math.log(2 / ALPHA) / N
    assert (1 - share) ** N < ALPHA


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, size: np.concatenate([half := rng.uniform(-0.05, 0.05, (size[0] // 2, size[1])), half]),
        lambda rng, size: np.concatenate([half := rng.uniform(-0.05, 0.05, (size[0] // 2, size[1])), -half]),
        lambda rng, size: np.repeat(rng.uniform(-0.05, 0.05, (size[0], size[1] // 2)), 2, axis=1)[:, ::-1],
        lambda rng, size: rng.permutation(np.linspace(-0.05, 0.05, size[0] * size[1])).reshape(size),
        lambda rng, size: rng.uniform(-0.05, 0.05, size).astype(np.float16),
        lambda rng, size: 0.998 * rng.uniform(-0.05, 0.05, size),
    ],
    ids=["half reused", "half mirrored", "every value twice", "a fixed grid shuffled", "float16", "limit too small"],
)
def test_draws_that_only_look_independent_are_found(draw):
    assert set(summary_of(draw, UNIFORM).flaws) & {"pattern", "repeats", "reach"}


def test_uniform_mean_false_alarms():
    shift = smallest_flagged("mean", lambda x: evenly(UNIT, N) + x, 0, 1, UNIT)
    bound = 2 * chernoff(lambda t: math.log(math.sinh(t) / t) if t > 1e-9 else 0.0, N, shift, 5)
    assert bound < ALPHA


def test_uniform_spread_false_alarms():
    def log_mgf(t, sign):
        value, _ = integrate.quad(lambda x: math.exp(sign * t * (x * x - 1 / 3)) / 2, -1, 1)
        return math.log(value)

    base = evenly(UNIT, N)
    wide = smallest_flagged("spread", lambda x: base * (1 + x), 0, 1, UNIT)
    narrow = smallest_flagged("spread", lambda x: base * (1 - x), 0, 1, UNIT)
    up = float(((base * (1 + wide)) ** 2).mean()) - 1 / 3
    down = 1 / 3 - float(((base * (1 - narrow)) ** 2).mean())
    bound = chernoff(lambda t: log_mgf(t, 1), N, up, 5) + chernoff(lambda t: log_mgf(t, -1), N, down, 5)
    assert bound < ALPHA


@pytest.mark.parametrize("n", [200, 4096, 131072])
def test_uniform_law_false_alarms(n):
    def bent(x):
        return np.clip(evenly(UNIT, n) + x * (1 - evenly(UNIT, n) ** 2), -1, 1)

    bend = smallest_flagged("law", bent, 0, 0.9, UNIT, steps=25)
    distance = stats.kstest(np.sort(bent(bend)), stats.uniform(-1, 2).cdf).statistic
    tail = stats.kstwo.sf(distance, n)
    assert tail < ALPHA
    # As sharp as the theorem allows, so that small flaws are found.
    assert tail > ALPHA / 1000


def ones(law, n, count):
    """A mask with `count` kept entries."""
    return np.where(np.arange(n) < round(count), law.value, 0.0)


@pytest.mark.parametrize("n", [400, 4096, 131072])
@pytest.mark.parametrize("law", [Bernoulli(0.5), MASK, Bernoulli(0.05), Bernoulli(0.9, -2.0)], **ids)
@pytest.mark.parametrize("flaw", ["mean", "law", "spread"])
def test_bernoulli_false_alarms(flaw, law, n):
    right = round(n * law.probability)
    tail = 0.0
    for end in (0, n):
        if flaw not in flags(ones(law, n, end), law):
            continue  # this side never raises an alarm
        count = smallest_flagged(flaw, lambda x: ones(law, n, x), right, end, law, steps=20)
        binomial = stats.binom(n, law.probability)
        tail += binomial.sf(round(count) - 1) if end else binomial.cdf(round(count))
    assert tail < ALPHA


@pytest.mark.parametrize("law", [UNIT, Bernoulli(0.5), MASK, Bernoulli(0.7, -2.0)], **ids)
@pytest.mark.parametrize("shape", [(40, 100), (200, 400)], ids=str)
@pytest.mark.parametrize("flaw", ["rows", "columns"])
def test_dependence_false_alarms(flaw, law, shape):
    """The smallest correlation of neighbours that is flagged is improbable for independent draws."""
    rng = np.random.default_rng(3)
    fresh, dice = drawn(law, rng, shape), rng.random(shape)

    def repeated(x):
        """Every entry repeats its neighbour with probability x."""
        sample = fresh.copy() if flaw == "rows" else fresh.T.copy()
        keep = dice < x if flaw == "rows" else x > dice.T
        for place in range(1, len(sample)):
            sample[place] = np.where(keep[place], sample[place - 1], sample[place])
        return sample if flaw == "rows" else sample.T

    sample = repeated(smallest_flagged(flaw, repeated, 0, 1, law, steps=14))
    z = (sample - sample.mean()) / sample.std()
    pairs = z[:-1] * z[1:] if flaw == "rows" else z[:, :-1] * z[:, 1:]
    # The law itself with mean 0 and standard deviation 1: its values (finely cut) and their probabilities.
    if isinstance(law, Uniform):
        values, weights = np.sqrt(3) * (np.arange(2000) - 999.5) / 1000, np.full(2000, 1 / 2000)
    else:
        keep = law.probability
        values, weights = (np.array([1.0, 0.0]) - keep) / math.sqrt(keep * (1 - keep)), np.array([keep, 1 - keep])
    reach = np.abs(values).max()

    def log_mgf(t):
        # Given its neighbour, an entry's product with it: largest where the neighbour is as far away as can be.
        return max(math.log(np.exp(t * sign * reach * values) @ weights) for sign in (1, -1))

    # 1.04: how far the sample's own standard deviation, by which it is standardised, may be off.
    threshold = abs(float(pairs.mean())) / 1.04**2
    assert 2 * chernoff(log_mgf, pairs.size, threshold, 1) < ALPHA


@pytest.mark.parametrize("law", [Uniform(-0.3, 0.3), Bernoulli(0.5, 2.0), Bernoulli(0.8, 1.25)], **ids)
def test_three_hundred_right_samples_raise_no_flaw(law):
    for seed in range(300):
        rng, other = np.random.default_rng(seed), np.random.default_rng(seed + 10_000)
        first = drawn(law, rng, (30, 40))
        assert summarize([first, drawn(law, rng, (30, 40)), first.copy(), drawn(law, other, (30, 40))], law).flaws == ()


# ------------------------------------------------------------------------------------------ normal draws

BELL = Normal(0.5, 0.1)


def bell(rng, size):
    return rng.normal(0.5, 0.1, size)


def with_outlier(rng, size):
    """One entry beyond what the largest of so many can be: eight standard deviations for ten thousand."""
    values = bell(rng, size)
    values[3, 4] = 0.5 + 0.1 * 8.5
    return values


@pytest.mark.parametrize(
    "draw",
    [
        bell,
        lambda rng, size: bell(rng, size).astype(np.float32),
        lambda rng, size: 0.5 + 0.1 * rng.standard_normal(size, dtype=np.float32),
        lambda rng, size: 0.5 - 0.1 * rng.standard_normal(size[::-1]).T,
    ],
    ids=["normal", "rounded", "float32", "transposed"],
)
def test_normal_draws_have_no_flaw(draw):
    for seed in range(20):
        assert summary_of(draw, BELL, seed=seed, shape=(64, 100)).flaws == ()


@pytest.mark.parametrize("shape", [(20, 10), (2000,), (16, 3, 5, 5), SHAPE], ids=str)
def test_normal_draws_may_have_any_shape(shape):
    for seed in range(3):
        assert summary_of(bell, BELL, seed=seed, shape=shape).flaws == ()


@pytest.mark.parametrize(
    ("draw", "flaw"),
    [
        (lambda rng, size: 0.5 + 0.1 * stats.truncnorm.ppf(rng.random(size), -2, 2), "spread"),
        (lambda rng, size: 0.5 + 0.088 * rng.standard_normal(size), "spread"),
        (lambda rng, size: 0.5 + 0.112 * rng.standard_normal(size), "spread"),
        (lambda rng, size: 0.5 + 0.1 * math.sqrt(3) * rng.uniform(-1, 1, size), "law"),
        (lambda rng, size: 0.5 + 0.1 * rng.choice([-1.0, 1.0], size), "law"),
        (lambda rng, size: bell(rng, size) - 0.01, "mean"),
        (lambda rng, size: 0.1 * rng.standard_normal(size), "mean"),
        (with_outlier, "bounds"),
        (lambda rng, size: one(rng, size, math.nan) + 0.5, "bounds"),
        (lambda rng, size: one(rng, size, -math.inf), "bounds"),
        (lambda rng, size: np.full(size, 0.5), "not_random"),
        (lambda rng, size: bell(np.random.default_rng(3), size), "not_random"),
        (lambda rng, size: GLOBAL.normal(0.5, 0.1, size), "other_source"),
        (lambda rng, size: np.sort(bell(rng, size), axis=None).reshape(size), "columns"),
        (lambda rng, size: np.sort(bell(rng, size), axis=0), "rows"),
        (lambda rng, size: np.concatenate([half := bell(rng, (size[0] // 2, size[1])), half]), "pattern"),
        (lambda rng, size: bell(rng, size).round(3), "repeats"),
    ],
    ids=[
        *("truncated", "12 % low", "12 % high", "uniform of the same spread", "coins of the same spread"),
        *("mean a tenth off", "no mean", "outlier", "NaN", "inf", "constant", "own seed", "global generator"),
        *("sorted", "columns sorted", "half reused", "rounded"),
    ],
)
def test_what_is_not_normal_is_found(draw, flaw):
    for seed in (1, 2, 3):
        assert flaw in summary_of(draw, BELL, seed=seed, shape=(100, 200)).flaws


def test_a_draw_within_the_bound_is_no_outlier():
    sample = bell(np.random.default_rng(1), (100, 100))
    # 2 n exp(-t^2 / 2) = ALPHA
    bound = math.sqrt(2 * math.log(2 * sample.size / ALPHA))
    for distance, found in ((0.999 * bound, False), (1.001 * bound, True)):
        for sign in (-1, 1):
            sample[5, 5] = 0.5 + 0.1 * sign * distance
            assert ("bounds" in flags(sample, BELL)) is found


def test_normal_bounds_false_alarms():
    bound = math.sqrt(2 * math.log(2 * N / ALPHA))
    assert 2 * N * stats.norm.sf(bound) < ALPHA


def test_the_summary_of_normal_draws_is_of_the_draws():
    found = summary_of(bell, BELL)
    assert (found.expected_mean, found.expected_std) == (0.5, 0.1)
    assert found.mean == pytest.approx(0.5, abs=0.002)
    assert found.std == pytest.approx(0.1, rel=0.02)
    assert found.kurtosis == pytest.approx(3.0, rel=0.05)
    assert found.low < 0.15
    assert found.high > 0.85


def test_ranks_under_a_normal_law_are_right_to_the_seventh_digit():
    x = np.linspace(-6, 6, 4001)
    assert np.abs(_ranks(2.0 + 3.0 * x, Normal(2.0, 3.0)) - stats.norm.cdf(x)).max() < 2e-7


def test_three_hundred_normal_samples_raise_no_flaw():
    for seed in range(300):
        assert summary_of(bell, BELL, seed=seed, shape=(30, 40)).flaws == ()


# ------------------------------------------------------------------------------------------ four_arrays


@pytest.mark.parametrize(
    "value",
    [
        None,
        np.ones((4, 2)),
        [np.ones(2)] * 3,
        [np.ones(2)] * 5,
        [np.ones(2), np.ones(2), np.ones(2), np.ones(3)],
        [np.ones(2)] * 3 + [None],
        [np.ones(2, complex)] * 4,
        [1.0] * 4,
    ],
    ids=["none", "one array", "three", "five", "shapes", "none inside", "complex", "numbers"],
)
def test_only_four_arrays_of_one_shape_are_four_arrays(value):
    assert four_arrays(value) is None


def test_four_arrays_are_four_arrays():
    value = [np.ones((2, 3), dtype) for dtype in (float, np.float32, bool, int)]
    assert four_arrays(value) == value
    assert four_arrays(tuple(value)) == value


def test_lists_of_rows_are_arrays_too():
    found = four_arrays([[[1.0, 2.0], [3.0, 4.0]], ([1.0, 2.0], (3.0, 4.0)), np.ones((2, 2)), np.ones((2, 2))])
    assert [array.shape for array in found] == [(2, 2)] * 4

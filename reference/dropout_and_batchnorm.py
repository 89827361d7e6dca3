"""08_dropout_and_batchnorm: layers that behave differently while training.

p is the probability to DROP an entry, as in torch.nn.functional.dropout, which is the reference here.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from grader.exercise import Bernoulli, Rng, case, draws, exercise


def _random(rng, shape):
    """Uniform draws on [0, 1) from the numpy generator, as a tensor."""
    return torch.from_numpy(rng.random(shape))


def _mask(keep, p):
    """The truth of `keep`, scaled as it should be; all zeros at p = 1."""
    return keep.double() / (1 - p) if p < 1 else torch.zeros(keep.shape, dtype=torch.float64)


def _torch_dropout(x, p, training, rng):
    """Torch's own dropout, its generator seeded from the numpy generator."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**63 - 1)))
        return torch.nn.functional.dropout(x, p, training)


def _case_rng(rng):
    return Rng(int(rng.integers(2**31)))


# ------------------------------------------------------------------------------------------- dropout_mask


@exercise(
    points=3,
    hint="rng.random(shape) gives one number in [0, 1) per entry. Which of them lie below p, and how often? Then "
    "think about p = 1: nothing is kept, so nothing has to be divided.",
)
def dropout_mask(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> Float[Tensor, "*shape"]:
    return _torch_dropout(torch.ones(shape, dtype=torch.float64), p, True, rng)


def _between(rng, low, high):
    """A probability with three digits, so that no table of usual ones will do."""
    return round(float(rng.uniform(low, high)), 3)


def _mask_draws(rng, p, shape):
    return draws(Bernoulli(1 - p, 1 / (1 - p)), seed=int(rng.integers(2**31)), shape=shape, p=p)


@dropout_mask.criterion("keeps and scales", points=2)
def _(rng):
    yield _mask_draws(rng, _between(rng, 0.2, 0.4), (256, 512))


@dropout_mask.criterion("p = 0, p = 1 and between", points=1)
def _(rng):
    rows, columns = (int(n) for n in rng.integers(2, 6, size=2))
    yield case(shape=(rows + columns,), p=0.0, rng=_case_rng(rng))
    yield case(shape=(rows, columns), p=0.0, rng=_case_rng(rng))
    yield case(shape=(columns, rows), p=1.0, rng=_case_rng(rng))
    yield case(shape=(2, rows, 1, columns), p=1.0, rng=_case_rng(rng))
    yield _mask_draws(rng, _between(rng, 0.7, 0.85), (40, 5, 8, 20))


@dropout_mask.mistake(
    "took p for the probability to keep",
    hint="another convention than this course's: some papers and old TensorFlow keep with probability p; here p is the "
    "probability to DROP",
)
def _(shape, p, rng):
    return (_random(rng, shape) < p).double() / p if p else torch.full(shape, torch.nan, dtype=torch.float64)


@dropout_mask.mistake(
    "not scaled",
    hint="the mask holds 0 and 1: its mean is 1 − p, so the next layer would see smaller numbers than later",
)
def _(shape, p, rng):
    return (_random(rng, shape) >= p).double()


@dropout_mask.mistake(
    "divided by the probability to drop",
    hint="the mean of the mask should be 1: divide by the share of entries that stay, not by the share that goes",
)
def _(shape, p, rng):
    return (_random(rng, shape) >= p).double() / p if p else torch.full(shape, torch.inf, dtype=torch.float64)


@dropout_mask.mistake(
    "multiplied by the probability to keep",
    hint="what survives has to grow, to make up for what is lost; here it shrinks",
)
def _(shape, p, rng):
    return (_random(rng, shape) >= p).double() * (1 - p)


@dropout_mask.mistake(
    "comparison the wrong way round",
    hint="the scale is right, but the entries that should be dropped are the ones kept",
)
def _(shape, p, rng):
    return _mask(_random(rng, shape) < p, p)


@dropout_mask.mistake(
    "normal instead of uniform numbers",
    hint="a standard normal exceeds p with another probability than 1 − p: use numbers uniform on [0, 1)",
)
def _(shape, p, rng):
    return _mask(torch.from_numpy(rng.standard_normal(shape)) >= p, p)


@dropout_mask.mistake(
    "one draw for a whole row", hint="entries of one row are dropped together; every entry needs a draw of its own"
)
def _(shape, p, rng):
    return _mask(_random(rng, (*shape[:-1], 1)) >= p, p).expand(shape).clone()


@dropout_mask.mistake(
    "not a number at p = 1", hint="at p = 1 the mask is 0 / 0: nothing is kept, the answer is all zeros"
)
def _(shape, p, rng):
    return (_random(rng, shape) >= p).double() / (1 - p)


@dropout_mask.mistake(
    "drew from NumPy's global generator",
    hint="np.random.rand does not know about `rng`, so the same seed gives another mask each time: call a "
    "method of the argument",
)
def _(shape, p, rng):
    return _mask(torch.rand(shape, dtype=torch.float64) >= p, p)


@dropout_mask.mistake(
    "made a generator of its own",
    hint="every call returns the same mask: a new default_rng(seed) inside the function starts over each time; use the "
    "argument `rng`",
)
def _(shape, p, rng):
    return _mask(_random(np.random.default_rng(0), shape) >= p, p)


# ------------------------------------------------------------------------------------------------ dropout


@exercise(
    points=4,
    hint="Two ways through the function: one for training, which uses your dropout_mask, and one for everything else.",
)
def dropout(x: Float[Tensor, "*shape"], p: float, training: bool, rng: np.random.Generator) -> Float[Tensor, "*shape"]:
    return _torch_dropout(x, p, training, rng)


@dropout.criterion("where chance plays no part", points=1)
def _(rng):
    yield case(x=rng.normal(size=(5, 8)), p=round(float(rng.uniform(0.2, 0.4)), 2), training=False, rng=_case_rng(rng))
    yield case(x=rng.normal(size=(2, 3, 4)), p=0.0, training=True, rng=_case_rng(rng))
    yield case(x=rng.normal(size=(9,)), p=1.0, training=True, rng=_case_rng(rng))
    yield case(x=rng.normal(size=(4, 6)), p=1.0, training=False, rng=_case_rng(rng))


@dropout.criterion("drops while training", points=1)
def _(rng):
    p, value = _between(rng, 0.2, 0.4), float(rng.integers(2, 8))
    law = Bernoulli(1 - p, value / (1 - p))
    yield draws(law, seed=int(rng.integers(2**31)), x=np.full((256, 512), value), p=p, training=True)


def _any_numbers(rng):
    """Every entry of x is 0 afterwards or x / (1 - p) in its own place, whatever x is."""
    p = _between(rng, 0.55, 0.75)
    x = np.round(rng.choice([-1.0, 1.0], size=(10, 10, 20)) * rng.uniform(0.5, 5, size=(10, 10, 20)), 1)
    law = Bernoulli(1 - p, 1 / (1 - p))
    yield draws(law, seed=int(rng.integers(2**31)), relative_to="x", x=x, p=p, training=True)


dropout.criterion("each number in its own place", points=1)(_any_numbers)
dropout.integer_input(points=0.5, cases=_any_numbers)
dropout.inputs_unchanged(points=0.5, cases=_any_numbers)


@dropout.mistake("drops at test time too", hint="with training=False nothing is random: x comes back as it was")
def _(x, p, training, rng):
    return x * _mask(_random(rng, x.shape) >= p, p)


@dropout.mistake(
    "drops at test time instead of in training", hint="look at the branches: training=True is the one that drops"
)
def _(x, p, training, rng):
    return x.clone() if training else x * _mask(_random(rng, x.shape) >= p, p)


@dropout.mistake("not scaled", hint="the entries that stay keep their size, so the mean falls to 1 − p of what it was")
def _(x, p, training, rng):
    return x * (_random(rng, x.shape) >= p) if training else x.clone()


@dropout.mistake(
    "scaled at test time",
    hint="another convention than this course's: the first paper shrinks x by 1 − p at test time; here the kept "
    "entries grow while training and test time does nothing",
)
def _(x, p, training, rng):
    return x * (_random(rng, x.shape) >= p) if training else x * (1 - p)


@dropout.mistake(
    "took p for the probability to keep",
    hint="another convention than this course's: some papers and old TensorFlow keep with probability p; here p is the "
    "probability to DROP",
)
def _(x, p, training, rng):
    if not training:
        return x.clone()
    return x * (_random(rng, x.shape) < p) / p if p else torch.full_like(x, torch.nan)


@dropout.mistake(
    "divided by the probability to drop",
    hint="the mean of the result should be the mean of x: divide by the share of entries that are kept",
)
def _(x, p, training, rng):
    if not training:
        return x.clone()
    return x * (_random(rng, x.shape) >= p) / p if p else torch.full_like(x, torch.inf)


@dropout.mistake(
    "normal instead of uniform numbers",
    hint="a standard normal exceeds p with another probability than 1 − p: use numbers uniform on [0, 1)",
)
def _(x, p, training, rng):
    return x * _mask(torch.from_numpy(rng.standard_normal(x.shape)) >= p, p) if training else x.clone()


@dropout.mistake(
    "one draw for a whole row", hint="entries of one row are dropped together; every entry needs a draw of its own"
)
def _(x, p, training, rng):
    return x * _mask(_random(rng, (*x.shape[:-1], 1)) >= p, p) if training else x.clone()


@dropout.mistake("not a number at p = 1", hint="at p = 1 the scale is 1 / 0: nothing is kept, the answer is all zeros")
def _(x, p, training, rng):
    return x * (_random(rng, x.shape) >= p) / (1 - p) if training else x.clone()


@dropout.mistake(
    "drew from NumPy's global generator",
    hint="np.random.rand does not know about `rng`, so the same seed drops other entries each time: hand `rng` on",
)
def _(x, p, training, rng):
    return x * _mask(torch.rand(x.shape, dtype=torch.float64) >= p, p) if training else x.clone()


@dropout.mistake(
    "made a generator of its own",
    hint="every call drops the same entries: a new default_rng(seed) inside the function starts over each time; hand "
    "`rng` on",
)
def _(x, p, training, rng):
    return x * _mask(_random(np.random.default_rng(0), x.shape) >= p, p) if training else x.clone()


@dropout.mistake(
    "changed its input", hint="`x *= mask` and `x[...] = 0` write into the caller's array; `x * mask` makes a new one"
)
def _(x, p, training, rng):
    return x.mul_(_mask(_random(rng, x.shape) >= p, p)) if training else x

"""07_initialization: the random numbers a network starts from.

The law of each initialiser is all the oracle needs; the reference draws with torch.nn.init.
"""

import math

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from grader.exercise import Uniform, draws, exercise


def _uniform(limit, fan_in, fan_out, rng):
    """A (fan_in, fan_out) tensor of draws from the uniform law on [-limit, limit)."""
    return torch.from_numpy(rng.uniform(-limit, limit, size=(fan_in, fan_out)))


def _normal(std, fan_in, fan_out, rng):
    """A (fan_in, fan_out) tensor of draws from the normal law with mean 0 and this standard deviation."""
    return torch.from_numpy(std * rng.standard_normal((fan_in, fan_out)))


# ----------------------------------------------------------------------------------------- xavier_uniform


@exercise(
    points=3,
    hint="The square root in the formula is where the interval ends, on both sides of 0. rng.uniform wants to know "
    "where it starts, where it ends, and which shape to fill.",
)
def xavier_uniform(fan_in: int, fan_out: int, rng: np.random.Generator) -> Float[Tensor, "fan_in fan_out"]:
    generator = torch.Generator().manual_seed(int(rng.integers(2**63 - 1)))
    weights = torch.empty(fan_in, fan_out, dtype=torch.float64)
    return torch.nn.init.xavier_uniform_(weights, generator=generator)


def _xavier_draws(rng, fan_in, fan_out):
    limit = math.sqrt(6 / (fan_in + fan_out))
    return draws(Uniform(-limit, limit), seed=int(rng.integers(2**31)), fan_in=fan_in, fan_out=fan_out)


@xavier_uniform.criterion("more outputs than inputs", points=1.5)
def _(rng):
    fan_in = int(rng.integers(200, 312))
    yield _xavier_draws(rng, fan_in=fan_in, fan_out=256 * 512 // fan_in)


@xavier_uniform.criterion("more inputs than outputs", points=1.5)
def _(rng):
    yield _xavier_draws(rng, fan_in=int(rng.integers(240, 300)), fan_out=int(rng.integers(100, 130)))


@xavier_uniform.mistake(
    "0.01 times a standard normal",
    hint="a fixed 0.01 is what Xavier's rule replaces: the spread has to shrink as the layer gets wider",
)
def _(fan_in, fan_out, rng):
    return _normal(0.01, fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "normal instead of uniform",
    hint="the spread is right, the shape of the distribution is not: no weight may lie outside ±limit",
)
def _(fan_in, fan_out, rng):
    return _normal(math.sqrt(2 / (fan_in + fan_out)), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "took the standard deviation for the limit",
    hint="√(2 / (fan_in + fan_out)) is the standard deviation wanted; a uniform law on ±a has standard deviation "
    "a / √3, so the interval must be wider",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(2 / (fan_in + fan_out)), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "left fan_out out of the formula",
    hint="the spread follows fan_in alone; the rule is a compromise between the forward and the backward pass, and "
    "needs both fans",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / fan_in), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "left fan_in out of the formula",
    hint="the spread follows fan_out alone; the rule is a compromise between the forward and the backward pass, and "
    "needs both fans",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / fan_out), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "He's initialisation", hint="√(2 / fan_in) with a normal law is made for layers followed by ReLU; look for Xavier's"
)
def _(fan_in, fan_out, rng):
    return _normal(math.sqrt(2 / fan_in), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "a normal law divided by √fan_in",
    hint="another convention than this course's: some notes call this short form Xavier's too; here the law is uniform "
    "and takes both fans",
)
def _(fan_in, fan_out, rng):
    return _normal(1 / math.sqrt(fan_in), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "a uniform law on ±1 / √fan_in",
    hint="this is the older rule that Glorot and Bengio measured and improved: signals still fade from layer to layer",
)
def _(fan_in, fan_out, rng):
    return _uniform(1 / math.sqrt(fan_in), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "forgot the square root", hint="the weights are far too small: 6 / (fan_in + fan_out) is the limit squared"
)
def _(fan_in, fan_out, rng):
    return _uniform(6 / (fan_in + fan_out), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "only positive weights", hint="rng.random() starts at 0; the interval has to reach as far below 0 as above it"
)
def _(fan_in, fan_out, rng):
    return math.sqrt(6 / (fan_in + fan_out)) * torch.from_numpy(rng.random((fan_in, fan_out)))


@xavier_uniform.mistake(
    "shape (fan_out, fan_in)",
    hint="another convention than this course's: torch stores a layer as (outputs, inputs); here batches are rows, "
    "x @ W, so W has one row per input",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / (fan_in + fan_out)), fan_out, fan_in, rng)


@xavier_uniform.mistake(
    "drew from NumPy's global generator",
    hint="np.random.uniform does not know about `rng`, so the same seed gives other weights each time: call a method "
    "of the argument",
)
def _(fan_in, fan_out, rng):
    return math.sqrt(6 / (fan_in + fan_out)) * (2 * torch.rand(fan_in, fan_out, dtype=torch.float64) - 1)


@xavier_uniform.mistake(
    "made a generator of its own",
    hint="every call returns the same weights: a new default_rng(seed) inside the function starts over each time; use "
    "the argument `rng`",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / (fan_in + fan_out)), fan_in, fan_out, np.random.default_rng(0))

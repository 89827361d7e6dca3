"""02_activations: the functions between two layers, and their slopes.

Every derivative here comes from automatic differentiation, never from the formula the student is asked for.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from grader.exercise import case, exercise


def _slope(function, z):
    """The derivative of an elementwise `function` at every entry of z, by automatic differentiation."""
    z = z.detach().clone().requires_grad_()
    return torch.autograd.grad(function(z).sum(), z)[0]


# ------------------------------------------------------------------------------------------------ sigmoid


@exercise(
    points=3, hint="exp(1000) overflows, exp(-1000) is harmless: use a form of σ whose exponent is never positive."
)
def sigmoid(z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    return torch.sigmoid(z)


@sigmoid.criterion("values", points=1)
def _(rng):
    yield case(z=float(rng.normal()))
    yield case(z=rng.normal(size=(5, 8)))
    yield case(z=3 * rng.normal(size=(2, 3, 4)))


@sigmoid.criterion("finite far from zero", points=1)
def _(rng):
    yield case(z=np.array([-1000.0, rng.normal(), 1000.0]))
    yield case(z=np.array([[-745.0, 710.0], [-36.0, 36.0]]) + rng.normal(size=(2, 2)))


sigmoid.integer_input(points=0.5)
sigmoid.inputs_unchanged(points=0.5)


@sigmoid.mistake(
    "computed exp(−z) without care for large |z|",
    hint="the values are right near 0; far out exp overflows and inf / inf is NaN",
)
def _(z):
    return torch.exp(z) / (1 + torch.exp(z))


@sigmoid.mistake(
    "returned 1 / log(1 + exp(−z))", hint="the denominator of σ is 1 + exp(−z) itself, without a logarithm"
)
def _(z):
    return 1 / torch.log1p(torch.exp(-z))


@sigmoid.mistake(
    "used exp(z) in the denominator", hint="1 / (1 + exp(z)) falls as z grows; σ rises: mind the sign of the exponent"
)
def _(z):
    return torch.sigmoid(-z)


@sigmoid.mistake("returned tanh(z)", hint="tanh runs from −1 to 1, σ from 0 to 1")
def _(z):
    return torch.tanh(z)


@sigmoid.mistake(
    "worked inside z itself",
    hint="the argument is changed after the call: write `out = ...`, not `z[...] = ...` or `z *= ...`",
)
def _(z):
    out = torch.sigmoid(z)
    return z.copy_(out) if z.ndim else out


# ------------------------------------------------------------------------------------- sigmoid_derivative


@exercise(points=3, hint="Write σ′ in terms of σ.")
def sigmoid_derivative(z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    return _slope(torch.sigmoid, z)


@sigmoid_derivative.criterion("values", points=1.5)
def _(rng):
    yield case(z=0.0)
    yield case(z=rng.normal(size=(5, 8)))
    yield case(z=2 * rng.normal(size=(7,)))


@sigmoid_derivative.criterion("finite far from zero", points=0.5)
def _(rng):
    yield case(z=np.array([-1000.0, rng.normal(), 1000.0]))


sigmoid_derivative.integer_input(points=0.5)
sigmoid_derivative.inputs_unchanged(points=0.5)


@sigmoid_derivative.mistake("returned σ(z) itself", hint="the factor 1 − σ(z) is missing")
def _(z):
    return torch.sigmoid(z)


@sigmoid_derivative.mistake(
    "took z for the activation", hint="a(1 − a) wants a = σ(z); the argument here is z, so apply σ first"
)
def _(z):
    return z * (1 - z)


@sigmoid_derivative.mistake("applied σ twice", hint="the argument is z, not σ(z): call sigmoid once")
def _(z):
    a = torch.sigmoid(torch.sigmoid(z))
    return a * (1 - a)


@sigmoid_derivative.mistake(
    "not a number far from zero",
    hint="exp(−z) / (1 + exp(−z))² is inf / inf at z = −1000; build σ′ from your stable sigmoid",
)
def _(z):
    return torch.exp(-z) / (1 + torch.exp(-z)) ** 2


@sigmoid_derivative.mistake("squared the wrong factor", hint="the product rule gives σ(1 − σ), each factor once")
def _(z):
    a = torch.sigmoid(z)
    return a * (1 - a) ** 2


# --------------------------------------------------------------------------------------------------- relu


@exercise(points=2, hint="Each entry is compared with 0 on its own: np.maximum takes two arguments, np.max takes one.")
def relu(z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    return torch.relu(z)


@relu.criterion("values", points=1)
def _(rng):
    yield case(z=float(-abs(rng.normal()) - 0.1))
    yield case(z=rng.normal(size=(5, 8)))
    yield case(z=10 * rng.normal(size=(2, 3, 4)))


relu.integer_input(points=0.5)
relu.inputs_unchanged(points=0.5)


@relu.mistake("returned |z|", hint="negative entries become 0, they do not change sign")
def _(z):
    return z.abs()


@relu.mistake(
    "returned the slope of ReLU", hint="1 and 0 are the derivative; where z is positive ReLU returns z itself"
)
def _(z):
    return (z > 0).to(z.dtype)


@relu.mistake("leaky ReLU", hint="negative entries become exactly 0, not a small multiple of z")
def _(z):
    return torch.nn.functional.leaky_relu(z, 0.01)


@relu.mistake("changed its input", hint="z[z < 0] = 0 writes into the caller's array; np.maximum makes a new one")
def _(z):
    return z.clamp_(min=0)


# --------------------------------------------------------------------------------------- relu_derivative


@exercise(points=3, hint="Start from the truth of `z > 0`, entry by entry, and turn it into numbers.")
def relu_derivative(z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    return _slope(torch.relu, z)


@relu_derivative.criterion("values", points=1)
def _(rng):
    yield case(z=float(abs(rng.normal()) + 0.1))
    yield case(z=rng.normal(size=(5, 8)))
    yield case(z=10 * rng.normal(size=(2, 3, 4)))


@relu_derivative.criterion("0 at exactly 0", points=1)
def _(rng):
    yield case(z=np.array([-1.0, -0.0, 0.0, 1.0]) * (1 + rng.random()))
    yield case(z=np.where(rng.random((4, 6)) < 0.5, 0.0, rng.normal(size=(4, 6))))


relu_derivative.integer_input(points=0.5)
relu_derivative.inputs_unchanged(points=0.5)


@relu_derivative.mistake("returned ReLU(z)", hint="the slope of ReLU is 1 where z > 0, not z")
def _(z):
    return torch.relu(z)


@relu_derivative.mistake(
    "slope 1 at 0", hint="another convention than this course's: here the derivative at 0 is 0, so `>`, not `>=`"
)
def _(z):
    return (z >= 0).to(z.dtype)


@relu_derivative.mistake("slope of leaky ReLU", hint="left of 0 the slope is exactly 0")
def _(z):
    return torch.where(z > 0, 1.0, torch.where(z < 0, 0.01, 0.0)).to(z.dtype)


@relu_derivative.mistake("returned the sign of z", hint="left of 0 ReLU is flat: the slope there is 0, not −1")
def _(z):
    return torch.sign(z)


@relu_derivative.mistake("changed its input", hint="z[z > 0] = 1 writes into the caller's array; make a new one")
def _(z):
    return z.copy_((z > 0).to(z.dtype))

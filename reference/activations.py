"""02_activations: the functions between two layers, and their slopes.

Every derivative here comes from automatic differentiation, never from the formula the student is asked for.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from grader.exercise import EXACT, Function, Tolerance, case, exercise
from grader.question import choice, number, right, wrong

# Sums of terms of both signs, which may nearly cancel: float32 keeps fewer digits.
SUMS = Tolerance(atol=1e-5)


def _slope(function, z):
    """The derivative of an elementwise `function` at every entry of z, by automatic differentiation."""
    z = z.detach().clone().requires_grad_()
    return torch.autograd.grad(function(z).sum(), z)[0]


# --------------------------------------------------------------------------------------------------- step


@exercise(points=2, hint="Ask of every entry whether it is larger than 0, then turn the answers into numbers.")
def step(z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    return torch.heaviside(z, torch.zeros((), dtype=z.dtype))


@step.criterion("values", points=0.5)
def _(rng):
    yield case(z=float(abs(rng.normal()) + 0.1))
    yield case(z=rng.normal(size=(5, 8)))
    yield case(z=10 * rng.normal(size=(2, 3, 4)))


@step.criterion("0 at exactly 0", points=0.5)
def _(rng):
    yield case(z=np.array([-1.0, -0.0, 0.0, 1.0]) * (1 + rng.random()))
    yield case(z=np.where(rng.random((4, 6)) < 0.5, 0.0, rng.normal(size=(4, 6))))


step.integer_input(points=0.5)
step.inputs_unchanged(points=0.5)


@step.mistake(
    "1 at exactly 0", hint="another convention than this course's: here the step is still 0 at 0, so `>`, not `>=`"
)
def _(z):
    return (z >= 0).to(z.dtype)


@step.mistake("one half at exactly 0", hint="another convention than this course's: here the step is 0 at 0, not 0.5")
def _(z):
    return torch.heaviside(z, torch.full((), 0.5, dtype=z.dtype))


@step.mistake("returned the sign of z", hint="below the threshold a unit is silent: 0, not −1")
def _(z):
    return torch.sign(z)


@step.mistake("returned z where it is positive", hint="a unit that fires says 1, however far above 0 its sum is")
def _(z):
    return torch.relu(z)


@step.mistake("comparison the wrong way round", hint="the unit fires, with 1, when z is large, not when it is small")
def _(z):
    return (z <= 0).to(z.dtype)


@step.mistake(
    "took the step at 0.5",
    hint="0.5 is where a probability is cut; z is a sum of any sign, and its step is at 0",
)
def _(z):
    return (z > 0.5).to(z.dtype)


@step.mistake("changed its input", hint="z[z > 0] = 1 writes into the caller's array; make a new one")
def _(z):
    return z.copy_((z > 0).to(z.dtype))


# ------------------------------------------------------------------------------------------------ sigmoid


@exercise(
    points=3,
    hint=(
        "exp(1000) overflows, exp(-1000) is harmless: use a form of σ whose exponent is never positive.\n"
        "For z ≥ 0 take 1 / (1 + exp(−z)); for z < 0 multiply above and below by exp(z): exp(z) / (1 + exp(z))."
    ),
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


@exercise(
    points=3,
    hint=(
        "Write σ′ in terms of σ.\n"
        "Differentiate 1 / (1 + exp(−z)) and look for σ(z) in the result: one factor is σ(z), the other is what "
        "it lacks to 1."
    ),
)
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


# --------------------------------------------------------------------------------------- tanh_derivative


@exercise(
    points=3,
    hint=(
        "Write tanh as a fraction and use the quotient rule; then look for tanh itself in the result.\n"
        "tanh = sinh / cosh, so the quotient rule gives (cosh² − sinh²) / cosh², which is 1 − tanh²."
    ),
)
def tanh_derivative(z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    return _slope(torch.tanh, z)


@tanh_derivative.criterion("values", points=1.5)
def _(rng):
    yield case(z=float(rng.uniform(0.3, 1)))
    yield case(z=rng.normal(size=(5, 8)))
    yield case(z=2 * rng.normal(size=(7,)))


@tanh_derivative.criterion("finite far from zero", points=0.5)
def _(rng):
    yield case(z=np.array([-1000.0, rng.normal(), 1000.0]))


tanh_derivative.integer_input(points=0.5)
tanh_derivative.inputs_unchanged(points=0.5)


@tanh_derivative.mistake("returned tanh(z) itself", hint="this is the curve; wanted is how steep it is")
def _(z):
    return torch.tanh(z)


@tanh_derivative.mistake(
    "took z for the activation", hint="1 − a² wants a = tanh(z); the argument here is z, so apply tanh first"
)
def _(z):
    return 1 - z**2


@tanh_derivative.mistake(
    "used the sigmoid's rule",
    hint="a(1 − a) belongs to the sigmoid; tanh is another function and has another slope: 1 at z = 0",
)
def _(z):
    a = torch.tanh(z)
    return a * (1 - a)


@tanh_derivative.mistake("returned the slope of the sigmoid", hint="at z = 0 tanh has the slope 1, four times as much")
def _(z):
    return _slope(torch.sigmoid, z)


@tanh_derivative.mistake(
    "forgot the square", hint="tanh(−z) = −tanh(z), so its slope is the same at z and at −z; 1 − tanh(z) is not"
)
def _(z):
    return 1 - torch.tanh(z)


@tanh_derivative.mistake("applied tanh twice", hint="the argument is z, not tanh(z): apply tanh once")
def _(z):
    return 1 - torch.tanh(torch.tanh(z)) ** 2


@tanh_derivative.mistake(
    "not a number far from zero",
    hint="exp(1000) is inf and inf / inf is NaN: np.tanh is safe for every z",
)
def _(z):
    up, down = torch.exp(z), torch.exp(-z)
    return 1 - ((up - down) / (up + down)) ** 2


@tanh_derivative.mistake(
    "worked inside z itself", hint="the argument is changed after the call: a function makes a new array"
)
def _(z):
    out = _slope(torch.tanh, z)
    return z.copy_(out) if z.ndim else out


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


@exercise(
    points=3,
    hint=(
        "Start from the truth of `z > 0`, entry by entry, and turn it into numbers.\n"
        "1 where z > 0; 0 everywhere else, at 0 too; as floats."
    ),
)
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


# ------------------------------------------------------------------------------------------------- neuron


@exercise(
    points=3,
    hint=(
        "First one number for each example: the weighted sum with its bias.\n"
        "The function given to you does the rest.\n"
        "Σ_d x_d w_d runs over the last axis of x, so one product of x with w does it for all rows; then + b, "
        "then the activation."
    ),
)
def neuron(
    x: Float[Tensor, "*batch D"], w: Float[Tensor, " D"], b: float, activation: Callable[[Tensor], Tensor]
) -> Float[Tensor, "*batch"]:
    return activation(torch.nn.functional.linear(x, w[None], torch.full((1,), b, dtype=x.dtype))[..., 0])


def _unit(rng, activation, *shape):
    """A neuron whose sum is seldom small, and never 0: inputs, weights, bias and its activation's name."""
    return {
        "x": rng.uniform(0.5, 1.5, size=shape),
        "w": rng.choice([-1.0, 1.0], size=shape[-1]) * rng.uniform(0.3, 0.9, size=shape[-1]),
        "b": float(rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 0.9)),
        "activation": Function(activation),
    }


@neuron.criterion("values", points=1)
def _(rng):
    yield case(**_unit(rng, "sigmoid", 3))
    yield case(**_unit(rng, "square", 5))
    yield case(**_unit(rng, "identity", 4))


@neuron.criterion("a batch of rows", points=1)
def _(rng):
    yield case(**_unit(rng, "sigmoid", 6, 4))
    yield case(**_unit(rng, "relu", 7, 3))
    yield case(**_unit(rng, "square", 1, 5))
    yield case(**_unit(rng, "double", 3, 3))


neuron.integer_input(points=0.5)
neuron.inputs_unchanged(points=0.5)


def _sum(x, w, b):
    return x @ w + b


@neuron.mistake("bias forgotten", hint="with all inputs 0 the sum is not 0 but b")
def _(x, w, b, activation):
    return activation(x @ w)


@neuron.mistake("activation forgotten", hint="you have the weighted sum; it still has to go through `activation`")
def _(x, w, b, activation):
    return _sum(x, w, b)


@neuron.mistake(
    "added the bias after the activation", hint="the bias shifts the sum, so it is added before the activation sees it"
)
def _(x, w, b, activation):
    return activation(x @ w) + b


@neuron.mistake(
    "subtracted the bias",
    hint="another convention than this course's: a threshold is subtracted, a bias is added",
)
def _(x, w, b, activation):
    return activation(x @ w - b)


@neuron.mistake(
    "applied the activation to the inputs", hint="the sum comes first, then the activation, once for the whole unit"
)
def _(x, w, b, activation):
    return activation(x) @ w + b


@neuron.mistake(
    "products not added up", hint="w · x is one number for each example: x * w still has one for each input"
)
def _(x, w, b, activation):
    return activation(x * w + b)


@neuron.mistake(
    "added up over the whole batch", hint="each row of x is an example of its own and gets a number of its own"
)
def _(x, w, b, activation):
    return activation((x * w).sum() + b)


@neuron.mistake(
    "always the sigmoid", hint="the activation is the fourth argument, a function: call that one, whatever it is"
)
def _(x, w, b, activation):
    return torch.sigmoid(_sum(x, w, b))


# ---------------------------------------------------------------------------------- collapse_linear_layers


@exercise(
    points=4,
    hint=(
        "Do it for two layers on paper: put x W1 + b1 in the place of x in x W2 + b2 and multiply out.\n"
        "The loop takes in one further layer at a time.\n"
        "For two layers W = W1 W2 and b = b1 W2 + b2; a further layer does the same to this W and this b."
    ),
)
def collapse_linear_layers(
    weights: list[Float[Tensor, "_ _"]], biases: list[Float[Tensor, " _"]]
) -> tuple[Float[Tensor, "D K"], Float[Tensor, " K"]]:
    # The layers are one affine map: its value at 0, and its derivative.
    def layers(x):
        for W, b in zip(weights, biases, strict=True):
            x = torch.nn.functional.linear(x, W.T, b)
        return x

    origin = torch.zeros(len(weights[0]), dtype=weights[0].dtype)
    return torch.func.jacrev(layers)(origin).T, layers(origin)


def _stack(rng, *sizes):
    """Linear layers of these sizes."""
    layers = list(zip(sizes[:-1], sizes[1:], strict=True))
    return {
        "weights": [rng.normal(size=layer) for layer in layers],
        "biases": [rng.choice([-1.0, 1.0], size=n) * rng.uniform(0.4, 1.5, size=n) for _, n in layers],
    }


@collapse_linear_layers.criterion("two layers", points=1, tolerance=SUMS)
def _(rng):
    yield case(**_stack(rng, 3, 4, 2))
    yield case(**_stack(rng, 2, 5, 3))
    yield case(**_stack(rng, 3, 3, 3))


@collapse_linear_layers.criterion("any number of layers", points=1.5, tolerance=SUMS)
def _(rng):
    yield case(**_stack(rng, 3, 4, 2, 5))
    yield case(**_stack(rng, 2, 3, 5, 4, 3))
    yield case(**_stack(rng, 3, 3, 3, 3))


@collapse_linear_layers.criterion("one layer alone", points=0.5, tolerance=SUMS)
def _(rng):
    yield case(**_stack(rng, 4, 3))
    yield case(**_stack(rng, 3, 3))


collapse_linear_layers.integer_input(points=0.5, tolerance=SUMS)
collapse_linear_layers.inputs_unchanged(points=0.5, tolerance=SUMS)


def _product(weights):
    made = weights[0].clone()
    for W in weights[1:]:
        made = made @ W
    return made


def _carried(weights, biases):
    """The biases of all layers, each taken through the layers after it."""
    made = biases[0].clone()
    for W, b in zip(weights[1:], biases[1:], strict=True):
        made = made @ W + b
    return made


@collapse_linear_layers.mistake(
    "only the last bias",
    hint="feed the layers x = 0: what comes out of the first is its bias, and that goes on through the others",
)
def _(weights, biases):
    return _product(weights), biases[-1].clone()


@collapse_linear_layers.mistake(
    "added the biases up as they are",
    hint="a bias enters behind its own layer: on its way to the output it passes all the later weights",
)
def _(weights, biases):
    total = biases[0].clone()
    for b in biases[1:]:
        if b.shape != total.shape:
            raise ValueError("the widths differ")
        total = total + b
    return _product(weights), total


@collapse_linear_layers.mistake(
    "left the biases out", hint="the matrix is right; now let x be 0 and see what comes out"
)
def _(weights, biases):
    return _product(weights), torch.zeros_like(biases[-1])


@collapse_linear_layers.mistake(
    "multiplied in the opposite order",
    hint="another convention than this course's: for columns the last matrix stands first, W2 W1 x; "
    "a row meets W1 first, x W1 W2",
)
def _(weights, biases):
    made, carried = weights[0].clone(), biases[0].clone()
    for W, b in zip(weights[1:], biases[1:], strict=True):
        made, carried = W @ made, W @ carried + b
    return made, carried


@collapse_linear_layers.mistake(
    "took each bias through its own layer too",
    hint="b_l is added after the product with W_l, so it meets only the matrices that come later",
)
def _(weights, biases):
    carried = torch.zeros_like(biases[0])
    for W, b in zip(weights, biases, strict=True):
        carried = (carried + b) @ W
    return _product(weights), carried


@collapse_linear_layers.mistake(
    "stopped after two layers", hint="the lists may hold any number of layers, one or five: go through all of them"
)
def _(weights, biases):
    return weights[0] @ weights[1], biases[0] @ weights[1] + biases[1]


@collapse_linear_layers.mistake(
    "returned the transpose",
    hint="another convention than this course's: torch stores a layer as (outputs, inputs); "
    "here W has one row per input",
)
def _(weights, biases):
    return _product(weights).T, _carried(weights, biases)


@collapse_linear_layers.mistake(
    "changed its input",
    hint="`b += ...` and `W @= ...` write into the caller's arrays; `b = b @ W + ...` makes new ones",
)
def _(weights, biases):
    W, b = _product(weights), _carried(weights, biases)
    return W, biases[-1].copy_(b)


# ------------------------------------------------------------------------------ gradient_through_sigmoids


@exercise(
    points=3,
    hint=(
        "The chain rule multiplies: one slope for each sigmoid on the way.\n"
        "You have written the slope already.\n"
        "Your sigmoid_derivative of the whole array gives σ′(z_1), …, σ′(z_n); the answer is their product."
    ),
)
def gradient_through_sigmoids(zs: Float[Tensor, " n"]) -> Float[Tensor, ""]:
    return _slope(torch.sigmoid, zs).prod()


# The answers span many powers of ten: only a relative error says anything.
@gradient_through_sigmoids.criterion("values", points=1.5, tolerance=Tolerance(rtol=1e-4, atol=1e-12))
def _(rng):
    yield case(zs=rng.uniform(0.3, 2, size=3) * rng.choice([-1.0, 1.0], size=3))
    yield case(zs=rng.uniform(0.3, 2, size=2) * np.array([1.0, -1.0]))
    yield case(zs=rng.uniform(-2, 2, size=6))


@gradient_through_sigmoids.criterion("twenty layers", points=0.5, tolerance=Tolerance(rtol=1e-3, atol=1e-20))
def _(rng):
    yield case(zs=rng.uniform(-1.5, 1.5, size=20))


@gradient_through_sigmoids.criterion("one layer, and a unit far from zero", points=0.5)
def _(rng):
    yield case(zs=rng.uniform(0.3, 2, size=1))
    yield case(zs=np.array([float(rng.normal()), -1000.0, float(rng.normal())]))
    yield case(zs=np.array([1000.0, float(rng.normal())]))


def _small_sums(rng):
    for n in (3, 4):
        yield case(zs=rng.choice([-1.0, 1.0], size=n) * rng.uniform(0.2, 0.8, size=n))


gradient_through_sigmoids.integer_input(points=0.5, tolerance=Tolerance(rtol=1e-3, atol=1e-12), cases=_small_sums)


@gradient_through_sigmoids.mistake(
    "added the slopes", hint="slopes multiply along a chain: each passes on its share of what reaches it"
)
def _(zs):
    return _slope(torch.sigmoid, zs).sum()


@gradient_through_sigmoids.mistake(
    "multiplied the activations", hint="the gradient meets the slope of each sigmoid, not its value"
)
def _(zs):
    return torch.sigmoid(zs).prod()


@gradient_through_sigmoids.mistake(
    "took each z for an activation", hint="z(1 − z) is the slope where z is σ of something; these are the sums before σ"
)
def _(zs):
    return (zs * (1 - zs)).prod()


@gradient_through_sigmoids.mistake(
    "0.25 for every layer", hint="0.25 is the most that a sigmoid lets through, at z = 0: away from 0 it is less"
)
def _(zs):
    return torch.tensor(0.25, dtype=zs.dtype) ** len(zs)


@gradient_through_sigmoids.mistake(
    "the first slope for all layers", hint="every layer has a z of its own, so each factor is another"
)
def _(zs):
    return _slope(torch.sigmoid, zs)[0] ** len(zs)


@gradient_through_sigmoids.mistake(
    "fed the output of each sigmoid to the next",
    hint="the sums zs are given, one for each layer: nothing has to be computed forward any more",
)
def _(zs):
    z, gradient = zs[0], torch.ones((), dtype=zs.dtype)
    for _ in zs:
        gradient, z = gradient * _slope(torch.sigmoid, z), torch.sigmoid(z)
    return gradient


@gradient_through_sigmoids.mistake(
    "returned the slopes one by one", hint="these are the factors; the gradient at the far end is a single number"
)
def _(zs):
    return _slope(torch.sigmoid, zs)


@gradient_through_sigmoids.mistake(
    "not a number far from zero",
    hint="exp(1000) is inf and inf / inf is NaN: use your own slope of the sigmoid, which is safe",
)
def _(zs):
    return (torch.exp(-zs) / (1 + torch.exp(-zs)) ** 2).prod()


@gradient_through_sigmoids.mistake(
    "rounded the result",
    hint="a product of many small slopes is tiny, but it is not 0: leave rounding to whoever prints it",
)
def _(zs):
    return torch.round(_slope(torch.sigmoid, zs).prod(), decimals=4)


# ---------------------------------------------------------------------------------------------- relu_fold


@exercise(
    points=4,
    hint=(
        "Every entry of x meets every hinge.\n"
        "A loop over the hinges that adds one ReLU at a time is a good solution.\n"
        "Start from zeros of the shape of x and add slopes_k · max(0, x − hinges_k) for each k."
    ),
)
def relu_fold(
    x: Float[Tensor, "*shape"], hinges: Float[Tensor, " K"], slopes: Float[Tensor, " K"]
) -> Float[Tensor, "*shape"]:
    units = torch.relu(torch.nn.functional.linear(x[..., None], torch.ones_like(hinges)[:, None], -hinges))
    return torch.nn.functional.linear(units, slopes[None])[..., 0]


def _zigzag(rng, k):
    """k hinges at least 0.5 apart, in order, and a change of slope at each; the slopes have both signs."""
    return {
        "hinges": np.cumsum(rng.uniform(0.5, 1, size=k)) - 0.8 * k / 2,
        "slopes": rng.uniform(0.6, 2, size=k) * np.where((np.arange(k) + rng.integers(0, 2)) % 2, 1.0, -1.0),
    }


@relu_fold.criterion("values", points=1.5, tolerance=SUMS)
def _(rng):
    yield case(x=np.sort(rng.uniform(-2, 4, size=9)), **_zigzag(rng, 3))
    yield case(x=rng.uniform(-3, 5, size=5), **_zigzag(rng, 5))
    yield case(x=rng.uniform(-2, 4, size=4), **_zigzag(rng, 6))


@relu_fold.criterion("a number, a table, one hinge", points=1.5, tolerance=SUMS)
def _(rng):
    yield case(x=float(rng.uniform(4, 6)), **_zigzag(rng, 4))
    yield case(x=rng.uniform(-1, 5, size=(3, 4)), **_zigzag(rng, 2))
    yield case(x=rng.uniform(-1, 5, size=(4, 2, 3)), **_zigzag(rng, 4))
    yield case(x=rng.uniform(2, 5, size=6), **_zigzag(rng, 1))


relu_fold.integer_input(points=0.5, tolerance=SUMS)
relu_fold.inputs_unchanged(points=0.5, tolerance=SUMS)


def _units(x, hinges):
    """relu(x − h) for every entry of x and every hinge, hinges along a new last axis."""
    return torch.relu(x[..., None] - hinges)


@relu_fold.mistake(
    "added the hinge",
    hint="relu(x + h) bends at −h; a ReLU that wakes up at h sees how far x has gone beyond it",
)
def _(x, hinges, slopes):
    return (slopes * torch.relu(x[..., None] + hinges)).sum(-1)


@relu_fold.mistake(
    "multiplied by the slope inside the ReLU",
    hint="right for positive slopes; with a negative one the ReLU points the other way: first the ReLU, then its slope",
)
def _(x, hinges, slopes):
    return torch.relu(slopes * (x[..., None] - hinges)).sum(-1)


@relu_fold.mistake("ReLU forgotten", hint="your result is one straight line: to the left of its hinge a unit is 0")
def _(x, hinges, slopes):
    return (slopes * (x[..., None] - hinges)).sum(-1)


@relu_fold.mistake(
    "ReLU of the sum",
    hint="each hinge has a ReLU of its own, and the curve may well go below 0: add up after the ReLUs",
)
def _(x, hinges, slopes):
    return torch.relu((slopes * (x[..., None] - hinges)).sum(-1))


@relu_fold.mistake(
    "took the slopes for those of the pieces",
    hint="another convention than this one: here slopes[k] is by how much the slope changes at hinges[k]",
)
def _(x, hinges, slopes):
    changes = torch.diff(slopes, prepend=torch.zeros_like(slopes[:1]))
    return (changes * _units(x, hinges)).sum(-1)


@relu_fold.mistake(
    "kept only the last hinge", hint="every hinge adds to what the others gave: `+=`, not `=`, in the loop"
)
def _(x, hinges, slopes):
    return slopes[-1] * _units(x, hinges)[..., -1]


@relu_fold.mistake(
    "left the slopes out", hint="each ReLU is multiplied by its slope; without it the curve can only rise"
)
def _(x, hinges, slopes):
    return _units(x, hinges).sum(-1)


@relu_fold.mistake(
    "a step in place of the ReLU",
    hint="beyond its hinge a unit grows with x; a step stays where it is, and the curve would jump instead of bend",
)
def _(x, hinges, slopes):
    return (slopes * (x[..., None] > hinges)).sum(-1)


@relu_fold.mistake("added up over x", hint="one number for each entry of x is wanted: the sum runs over the hinges")
def _(x, hinges, slopes):
    units = slopes * _units(x, hinges)
    return units.reshape(-1, len(hinges)).sum(0)


# ---------------------------------------------------------------------------------------------- questions


def _sigmoid(z):
    return 1 / (1 + math.exp(-z))


step_slope = choice(
    "Gradient descent changes every weight by a multiple of a slope. What is the derivative of the step function, and "
    "what does this mean for learning?",
    wrong(
        "1 for z > 0 and 0 otherwise: only units that fire can learn",
        "This is the derivative of ReLU. The step itself is flat on both sides of 0, also where it is 1.",
    ),
    wrong(
        "Infinite everywhere: the weights would jump too far",
        "Only at the one point z = 0 is the step infinitely steep; everywhere else it is flat.",
    ),
    right(
        "0 wherever it exists: no weight would ever be changed",
        "The step is flat on both sides and has no derivative at 0. Every product in the chain rule gets a factor 0, "
        "so gradient descent stands still, however wrong the output is.",
    ),
    wrong(
        "1 everywhere: all weights would be changed by the same amount",
        "A derivative of 1 belongs to the straight line z. A step does not rise with z; it jumps once.",
    ),
)

sigmoid_slope = number(
    "The sum of a sigmoid unit is z = {z}. How steep is the sigmoid there? Give σ′(z) with three digits.",
    plain={"z": 1.5},
    given=lambda rng: {"z": round(float(rng.choice([-1, 1]) * rng.uniform(0.3, 3.5)), 1)},
    answer=lambda z: _sigmoid(z) * (1 - _sigmoid(z)),
    explanation="Compute a = σ({z}) first; then σ′ = a(1 − a) = {answer:.4g}. The sign of z makes no difference.",
)

what_relu_fixes = choice(
    "What did ReLU put right in deep networks, compared with the sigmoid?",
    right(
        "Where a unit is active its slope is 1, so gradients do not shrink on their way",
        "A sigmoid multiplies each gradient by at most 0.25; an active ReLU multiplies it by exactly 1.",
    ),
    wrong(
        "Its output stays between 0 and 1, so that signals cannot grow from layer to layer",
        "That is the sigmoid. ReLU has no upper limit; how large signals get is a matter of the weights, assignment 7.",
    ),
    wrong(
        "It has a derivative at every point, also at 0, which the sigmoid lacks",
        "It is the other way round: the sigmoid is smooth everywhere, ReLU has a corner at 0. It hardly matters.",
    ),
    wrong(
        "Its units cannot saturate, so none of them can ever stop learning again",
        "A ReLU unit whose sum is negative for every example has slope 0 for all of them: it is dead.",
    ),
)

neuron_output = number(
    "A neuron with ReLU has the weights w = ({w1}, {w2}) and the bias b = {b}. "
    "What is its output for x = ({x1}, {x2})?",
    plain={"w1": 2, "w2": -3, "b": -2, "x1": 4, "x2": 1},
    given=lambda rng: _neuron_numbers(*(int(n) for n in rng.integers(1, 7, size=4)), int(rng.integers(-2, 12))),
    answer=lambda w1, w2, b, x1, x2: max(0, w1 * x1 + w2 * x2 + b),
    tolerance=EXACT,
    explanation="The sum is {w1} · {x1} + ({w2}) · {x2} + ({b}), and ReLU makes {answer:.4g} of it.",
)


def _neuron_numbers(w1, w2, x1, x2, total):
    """A neuron whose sum is `total`; its second weight is negative."""
    return {"w1": w1, "w2": -w2, "b": total - w1 * x1 + w2 * x2, "x1": x1, "x2": x2}


what_learns = choice(
    "A network has layers of neurons and connections between them. What does training change?",
    wrong(
        "The outputs of the neurons, one by one",
        "An output follows from inputs and weights, and is another for every example. Nobody sets it directly.",
    ),
    wrong(
        "The number of neurons, until the error is small",
        "How many neurons there are is decided before training and stays as it is.",
    ),
    wrong(
        "The activation function inside each neuron",
        "The function is chosen once, by a person. A sigmoid stays a sigmoid.",
    ),
    right(
        "The weights of the connections, biases included",
        "A bias is the weight of a connection to a constant 1. Neurons only add up and apply a fixed function; all "
        "that has been learned lies in the connections.",
    ),
)

one_layer_instead = number(
    "Two layers without an activation: y = {a} x + {b}, and then z = {c} y + {d}. Together they are one layer, "
    "z = w x + bias. What is the bias?",
    plain={"a": 2, "b": 3, "c": -4, "d": 5},
    given=lambda rng: {
        name: int(value * (rng.choice([-1, 1]) if name in "ac" else 1))
        for name, value in zip("abcd", rng.permutation(np.arange(2, 10))[:4], strict=True)
    },
    answer=lambda a, b, c, d: c * b + d,
    tolerance=EXACT,
    explanation="Let x be 0. The first layer gives {b}, the second {c} · {b} + {d} = {answer:.4g}. The weight is "
    "the product of the two weights.",
)

vanishing_gradient = number(
    "A gradient of {gradient} reaches the end of a chain of {layers} sigmoids (all weights are 1). How large can it "
    "still be, at most, at the start of the chain? Three digits.",
    plain={"gradient": 8, "layers": 5},
    given=lambda rng: {"gradient": int(rng.integers(2, 40)), "layers": int(rng.integers(3, 9))},
    answer=lambda gradient, layers: gradient * 0.25**layers,
    explanation="Every sigmoid multiplies it by at most 0.25: {gradient} · 0.25^{layers} = {answer:.4g}.",
)

slope_of_a_fold = number(
    "A curve is {s1} · relu(x) + ({s2}) · relu(x − {h2}) + {s3} · relu(x − {h3}). How steep is it at x = {x}?",
    plain={"s1": 3, "s2": -5, "s3": 4, "h2": 2, "h3": 6, "x": 4.5},
    given=lambda rng: _fold_numbers(rng.integers(2, 10, size=3), rng.integers(2, 5, size=2), rng.integers(0, 3)),
    answer=lambda s1, s2, s3, h2, h3, x: s1 + s2 * (x > h2) + s3 * (x > h3),
    tolerance=EXACT,
    explanation="A ReLU has slope 1 beyond its hinge and 0 before it. Add up the factors of those whose hinge "
    "lies left of {x}: {answer:.4g}.",
)


def _fold_numbers(sizes, gaps, piece):
    """A curve of three ReLUs, and a place on its first, second or third piece."""
    s1, s2, s3 = (int(size) for size in sizes)
    h2, h3 = int(gaps[0]), int(gaps.sum())
    x = (0, h2, h3)[int(piece)] + 0.5
    return {"s1": s1, "s2": -s2, "s3": s3, "h2": h2, "h3": h3, "x": x}

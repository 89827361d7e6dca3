"""06_backpropagation: from one perceptron to all the gradients of a network of any depth.

Every gradient here comes from automatic differentiation, never from the recursion the student is asked for.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from grader.exercise import EXACT, Function, Tolerance, case, exercise, measured
from grader.measures import Truth
from grader.question import choice, choices, number, right, wrong

NAMES = ("w1", "w2", "w3", "w4", "w5", "w6", "b1", "b2", "b3")


def _away_from_zero(rng, low, high):
    """A number between low and high, or between -high and -low: large enough that it is missed when forgotten."""
    return float(rng.choice([-1.0, 1.0]) * rng.uniform(low, high))


def _x(rng):
    """Two inputs of different size."""
    return np.array([_away_from_zero(rng, 0.3, 0.9), _away_from_zero(rng, 1.2, 2.0)])[rng.permutation(2)]


def _parameters(rng):
    return {name: _away_from_zero(rng, 0.3, 1.2) for name in NAMES}


def _saturating(rng):
    """Inputs and parameters whose hidden units stand at 1 and 0, and whose output is an ordinary number."""
    x = rng.uniform(1000, 2000, size=2)
    up, down = rng.uniform(1, 2, size=(2, 2))
    to_hidden = dict(zip(("w1", "w3", "w2", "w4"), [*up.tolist(), *(-down).tolist()], strict=True))
    return x, {**_parameters(rng), **to_hidden}


def _cache(x, p):
    """What the forward pass leaves for the backward pass (σ(z) written as (1 + tanh(z/2)) / 2, safe for any z)."""
    z = np.array([p["w1"] * x[0] + p["w3"] * x[1] + p["b1"], p["w2"] * x[0] + p["w4"] * x[1] + p["b2"]])
    h = (1 + np.tanh(z / 2)) / 2
    output = (1 + np.tanh((p["w5"] * h[0] + p["w6"] * h[1] + p["b3"]) / 2)) / 2
    return {"x": x, "h": h, "output": float(output)}


# --------------------------------------------------------------------------------------------- perceptron


def _quarters(rng, *shape):
    """Numbers in steps of 1/4 from -2 to 2, never 0: their products and sums are exact, in float32 as well."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.integers(1, 9, size=shape) / 4


def _rows_and_weights(rng, n, d):
    """n rows and a perceptron that says 0 to some and 1 to others, in which the bias and its sign matter."""
    while True:
        x, w, b = _quarters(rng, n, d), _quarters(rng, d), float(_quarters(rng))
        sums = x @ w
        said = [tuple(sums + shift > 0) for shift in (b, 0, -b)]
        if len(set(said)) == 3 and 0 < sum(said[0]) < n and np.all(sums + b != 0):
            return {"x": x, "w": w, "b": b}


@exercise(
    points=2,
    hint=(
        "One product of a row with w gives one number.\n"
        "Add b, then ask on which side of 0 it lies; np.where answers for all rows at once."
    ),
)
def perceptron(x: Float[Tensor, "*N D"], w: Float[Tensor, " D"], b: float) -> Float[Tensor, "*N"]:
    z = x @ w + b
    return torch.heaviside(z, torch.zeros_like(z))


@perceptron.criterion("values", points=0.5)
def _(rng):
    yield case(**_rows_and_weights(rng, 12, 2))
    yield case(**_rows_and_weights(rng, 11, 3))
    yield case(**_rows_and_weights(rng, 14, 5))


@perceptron.criterion("a single example", points=0.5)
def _(rng):
    made = _rows_and_weights(rng, 12, 3)
    order = np.argsort(made["x"] @ made["w"])
    for row in (order[0], order[-1]):
        yield case(**{**made, "x": made["x"][row]})
        yield case(**{**made, "x": made["x"][row : row + 1]})


@perceptron.criterion("exactly on the line", points=0.5)
def _(rng):
    for d in (2, 3):
        made = _rows_and_weights(rng, 9, d)
        # Each of these rows gets the bias that puts it on the line.
        for row in (0, 4):
            yield case(x=made["x"], w=made["w"], b=float(-made["x"][row] @ made["w"]))


perceptron.integer_input(points=0.25)
perceptron.inputs_unchanged(points=0.25)


@perceptron.mistake(
    "says 1 on the line as well",
    hint="another convention than this course's: a sum of exactly 0 gives 0 here, so ask for > and not for >=",
)
def _(x, w, b):
    return (x @ w + b >= 0).double()


@perceptron.mistake("bias forgotten", hint="without b every line passes through the origin: add it before you compare")
def _(x, w, b):
    return (x @ w > 0).double()


@perceptron.mistake(
    "took the bias for a threshold",
    hint="another convention than this course's: the sum w·x is not compared with b, b is added to it. "
    "A high bias makes the 1 easier",
)
def _(x, w, b):
    return (x @ w > b).double()


@perceptron.mistake("returned the sum", hint="w·x + b may be any number; the perceptron answers only 0 or 1")
def _(x, w, b):
    return x @ w + b


@perceptron.mistake(
    "sigmoid instead of the step",
    hint="the sigmoid answers with numbers between 0 and 1; the perceptron's step has only the two ends",
)
def _(x, w, b):
    return torch.sigmoid(x @ w + b)


@perceptron.mistake(
    "said −1 for no", hint="another convention than this course's: the two answers are 0 and 1, not −1 and 1"
)
def _(x, w, b):
    return 2 * (x @ w + b > 0).double() - 1


@perceptron.mistake(
    "products not added up",
    hint="x * w is still one number for each input; the perceptron adds them up before it decides",
)
def _(x, w, b):
    return (x * w + b > 0).double()


@perceptron.mistake(
    "one answer for the whole batch",
    hint="np.sum without an axis adds the rows together as well: every row gets an answer of its own",
)
def _(x, w, b):
    return ((x * w).sum() + b > 0).double()


@perceptron.mistake(
    "changed its input", hint="`x *= w` writes into the caller's array; `x * w` or `x @ w` makes a new one"
)
def _(x, w, b):
    return (x.mul_(w).sum(-1) + b > 0).double()


# ------------------------------------------------------------------- and_weights, or_weights, nand_weights


def _gate(w1, w2, b):
    return torch.tensor([w1, w2], dtype=torch.float64), b


def _gates_criteria(gate):
    # Half the points for the right direction, two inputs against none. Always 0 or always 1 earns nothing: of these two
    # corners each gate says 1 to one and 0 to the other.
    @gate.criterion("tells (0, 0) from (1, 1)", points=0.5)
    def _(rng):
        yield measured(Truth(((0, 0), (1, 1))))

    @gate.criterion("the whole truth table", points=0.5)
    def _(rng):
        yield measured(Truth())


@exercise(
    points=1,
    hint="With both weights 1 the four sums are 0, 1, 1 and 2.\nWhich biases leave only the last of them above 0?",
)
def and_weights() -> tuple[Float[Tensor, "2"], float]:
    return _gate(1.0, 1.0, -1.5)


_gates_criteria(and_weights)


@and_weights.mistake(
    "the weights of OR", hint="your perceptron says 1 as soon as one input is 1; the bias must hold out until both are"
)
def _():
    return _gate(1.0, 1.0, -0.5)


@and_weights.mistake(
    "the weights of NAND", hint="each of the four answers is the opposite of what AND says: turn all three signs"
)
def _():
    return _gate(-1.0, -1.0, 1.5)


@and_weights.mistake(
    "always 1", hint="even (0, 0) gets a 1, and there the sum is the bias alone: which sign must it have?"
)
def _():
    return _gate(1.0, 1.0, 1.5)


@and_weights.mistake(
    "always 0", hint="not even (1, 1) gets a 1: there the sum is w1 + w2 + b, and exactly 0 is not enough"
)
def _():
    return _gate(1.0, 1.0, -2.0)


@and_weights.mistake(
    "listens to one input only",
    hint="the answer follows one of the inputs alone: AND needs both, with about equal weights",
)
def _():
    return _gate(1.0, 0.0, -0.5)


@exercise(
    points=1,
    hint=(
        "The weights of AND will do.\n"
        "How far must the bias rise so that a sum with a single 1 in it is above 0, and the bias alone is not?"
    ),
)
def or_weights() -> tuple[Float[Tensor, "2"], float]:
    return _gate(1.0, 1.0, -0.5)


_gates_criteria(or_weights)


@or_weights.mistake(
    "the weights of AND", hint="one input alone does not reach above 0 yet: let the bias hold back less"
)
def _():
    return _gate(1.0, 1.0, -1.5)


@or_weights.mistake("the opposite of OR", hint="each of the four answers is turned round: turn all three signs")
def _():
    return _gate(-1.0, -1.0, 0.5)


@or_weights.mistake("always 1", hint="(0, 0) gets a 1 too, and there the sum is the bias alone: it must not be above 0")
def _():
    return _gate(1.0, 1.0, 0.5)


@or_weights.mistake("always 0", hint="not even (1, 1) gets a 1: the bias holds back more than both weights bring")
def _():
    return _gate(1.0, 1.0, -2.5)


@or_weights.mistake(
    "listens to one input only", hint="the answer follows one of the inputs alone: either of the two must be enough"
)
def _():
    return _gate(1.0, 0.0, -0.5)


@exercise(
    points=1,
    hint=(
        "NAND says 1 exactly where AND says 0.\nWhat happens to a sum that is above 0 when all its terms change sign?"
    ),
)
def nand_weights() -> tuple[Float[Tensor, "2"], float]:
    return _gate(-1.0, -1.0, 1.5)


_gates_criteria(nand_weights)


@nand_weights.mistake(
    "the weights of AND", hint="the N is still missing: each of the four answers must be turned round"
)
def _():
    return _gate(1.0, 1.0, -1.5)


@nand_weights.mistake(
    "the weights of NOR",
    hint="that is the opposite of OR, 1 for (0, 0) only; NAND says 1 in three of the four cases",
)
def _():
    return _gate(-1.0, -1.0, 0.5)


@nand_weights.mistake(
    "turned the weights' signs, not the bias's",
    hint="nothing is ever above 0: what should (0, 0) give, where the sum is the bias alone?",
)
def _():
    return _gate(-1.0, -1.0, -1.5)


@nand_weights.mistake(
    "turned the bias's sign, not the weights'",
    hint="everything is above 0, also (1, 1): here more input must lower the sum",
)
def _():
    return _gate(1.0, 1.0, 1.5)


@nand_weights.mistake(
    "the opposite of one input only", hint="the answer follows one of the inputs alone: a 0 in either place is enough"
)
def _():
    return _gate(-1.0, 0.0, 0.5)


# -------------------------------------------------------------------------------------------- xor_network


CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


@exercise(
    points=2,
    hint=(
        "First two answers for each row, those of OR and of NAND.\n"
        "They are two numbers, 0 or 1: the inputs of one more perceptron."
    ),
)
def xor_network(x: Float[Tensor, "*N 2"]) -> Float[Tensor, "*N"]:
    return torch.logical_xor(x[..., 0], x[..., 1]).double()


def _or(x):
    return (x.sum(-1) > 0).double()


def _nand(x):
    return (x.sum(-1) < 2).double()


@xor_network.criterion("truth table", points=1)
def _(rng):
    yield case(x=rng.permutation(CORNERS))
    yield case(x=CORNERS[rng.permutation([0, 0, 1, 1, 2, 3, 3])])


@xor_network.criterion("a single example", points=0.5)
def _(rng):
    yield case(x=CORNERS[rng.integers(1, 3)])
    yield case(x=CORNERS[3 * rng.integers(0, 2)])
    yield case(x=CORNERS[rng.permutation([1, 2])[:1]])


# Whole numbers from the start: these inputs may only be 0 and 1.
@xor_network.criterion("inputs of whole numbers", points=0.25)
def _(rng):
    yield case(x=rng.permutation(CORNERS).astype(np.int64))


xor_network.inputs_unchanged(points=0.25)


@xor_network.mistake("computed OR", hint="right in three of four cases; for (1, 1) the two must say no")
def _(x):
    return _or(x)


@xor_network.mistake(
    "computed NAND", hint="right in three of four cases; for (0, 0) there is nothing that could say yes"
)
def _(x):
    return _nand(x)


@xor_network.mistake(
    "computed AND", hint="AND is the last of three perceptrons; what it hears are the other two, not x"
)
def _(x):
    return 1 - _nand(x)


@xor_network.mistake(
    "the opposite of XOR",
    hint="the answer is 1 where the inputs are equal; it should be 1 where they differ: "
    "is AND the last perceptron, or its opposite?",
)
def _(x):
    return 1 - _or(x) * _nand(x)


@xor_network.mistake(
    "returned the hidden layer",
    hint="the two answers of the first layer come out, side by side; the last perceptron has not made one of them yet",
)
def _(x):
    return torch.stack([_or(x), _nand(x)], -1)


@xor_network.mistake(
    "added the hidden answers",
    hint="OR and NAND together count 1 or 2: whether both say yes is what the last perceptron decides",
)
def _(x):
    return _or(x) + _nand(x)


@xor_network.mistake(
    "rows taken for inputs",
    hint="x[0] is the first example of a batch; the first input of every example is the column x[..., 0]",
)
def _(x):
    return torch.logical_xor(x[0], x[1]).double()


# --------------------------------------------------------------------------------------- count_parameters


def _sizes(rng, layers):
    """The sizes of the input and of so many layers, all different, so that no two ways of counting agree."""
    return rng.permutation(np.arange(3, 16))[: layers + 1].tolist()


def _layers(layer_sizes, bias):
    """The network itself, without memory for its numbers."""
    pairs = zip(layer_sizes[:-1], layer_sizes[1:], strict=True)
    return torch.nn.Sequential(*(torch.nn.Linear(*pair, bias=bias, device="meta") for pair in pairs))


@exercise(
    points=2,
    hint=(
        "Between two neighbouring layers every unit is joined to every unit: how many arrows are that?\n"
        "Then think of which units own a bias."
    ),
)
def count_parameters(layer_sizes: list[int], bias: bool = True) -> int:
    return sum(parameter.numel() for parameter in _layers(layer_sizes, bias).parameters())


@count_parameters.criterion("without biases", points=0.5)
def _(rng):
    yield case(layer_sizes=[8, 9, 9, 9], bias=False)
    yield case(layer_sizes=_sizes(rng, 3), bias=False)


@count_parameters.criterion("with biases", points=1)
def _(rng):
    yield case(layer_sizes=_sizes(rng, 2))
    yield case(layer_sizes=_sizes(rng, 4), bias=True)
    yield case(layer_sizes=[784, int(rng.integers(20, 200)), 10])


@count_parameters.criterion("one layer, layers of one unit", points=0.5)
def _(rng):
    yield case(layer_sizes=_sizes(rng, 1))
    yield case(layer_sizes=_sizes(rng, 1), bias=False)
    yield case(layer_sizes=[int(rng.integers(3, 9)), 1, int(rng.integers(3, 9)), 1])


def _weights(sizes):
    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:], strict=True))


@count_parameters.mistake(
    "never counted the biases",
    hint="your count is right for bias=False; otherwise some units bring one number more each",
)
def _(layer_sizes, bias=True):
    return _weights(layer_sizes)


@count_parameters.mistake(
    "always counted the biases", hint="your count is right with biases; bias=False asks for the weights alone"
)
def _(layer_sizes, bias=True):
    return _weights(layer_sizes) + sum(layer_sizes[1:])


@count_parameters.mistake(
    "a bias for every input as well",
    hint="inputs are given numbers, they add nothing up: only the other layers have biases",
)
def _(layer_sizes, bias=True):
    return _weights(layer_sizes) + (sum(layer_sizes) if bias else 0)


@count_parameters.mistake(
    "one bias for each layer", hint="a bias belongs to a unit, not to a layer: a layer of nine units has nine"
)
def _(layer_sizes, bias=True):
    return _weights(layer_sizes) + (len(layer_sizes) - 1 if bias else 0)


@count_parameters.mistake(
    "multiplied all the sizes", hint="only neighbouring layers are joined: the products of the pairs are added"
)
def _(layer_sizes, bias=True):
    return math.prod(layer_sizes) + (sum(layer_sizes[1:]) if bias else 0)


@count_parameters.mistake(
    "joined the input to every layer", hint="a layer is joined to the layer just before it, not to the input each time"
)
def _(layer_sizes, bias=True):
    return layer_sizes[0] * sum(layer_sizes[1:]) + (sum(layer_sizes[1:]) if bias else 0)


@count_parameters.mistake(
    "counted the units",
    hint="what is learned are the numbers on the connections; you have counted the circles, not the arrows",
)
def _(layer_sizes, bias=True):
    return sum(layer_sizes[1:])


@count_parameters.mistake(
    "returned a float", hint="the number is right, but a count is a whole number: an int, without a decimal point"
)
def _(layer_sizes, bias=True):
    return float(_weights(layer_sizes) + (sum(layer_sizes[1:]) if bias else 0))


# ------------------------------------------------------------------------------------- numerical_gradient


def _x_of_shape(rng, *shape):
    """Numbers away from 0, of either sign."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.4, 1.6, size=shape)


@exercise(
    points=4,
    hint=(
        "Work on a float copy of x.\n"
        "Nudge one entry up and down, with all the others at their old values; np.ndindex(x.shape) walks through "
        "the entries of any shape.\n"
        "Entry i of the result is (f(x with x_i + h) − f(x with x_i − h)) / (2h); x_i gets its old value back "
        "before the next one."
    ),
)
def numerical_gradient(f: Callable[[Tensor], Tensor], x: Float[Tensor, "*S"], h: float = 1e-5) -> Float[Tensor, "*S"]:
    x = x.detach().double().clone().requires_grad_()
    return torch.autograd.grad(f(x), x)[0]


@numerical_gradient.criterion("values", points=1)
def _(rng):
    yield case(f=Function("sum of cubes"), x=_x_of_shape(rng, 6))
    yield case(f=Function("product"), x=_x_of_shape(rng, 4))
    yield case(f=Function("sum of sigmoids"), x=_x_of_shape(rng, 9), h=1e-4)


@numerical_gradient.criterion("any shape", points=1)
def _(rng):
    yield case(f=Function("sum of cubes"), x=_x_of_shape(rng, 3, 4))
    yield case(f=Function("square of the sum"), x=_x_of_shape(rng, 2, 1, 3))
    yield case(f=Function("sum of sigmoids"), x=_x_of_shape(rng, 4, 2), h=1e-4)
    yield case(f=Function("sum of squares"), x=_x_of_shape(rng, 1, 1))


# A central difference is exact for a parabola, however wide the step; a one-sided one is off by h times the curvature.
@numerical_gradient.criterion("a parabola with a wide step", points=1)
def _(rng):
    yield case(f=Function("sum of squares"), x=_x_of_shape(rng, 5), h=0.1)
    yield case(f=Function("square of the sum"), x=_x_of_shape(rng, 4), h=0.2)


# Whole numbers from the start. Steps of 1/2 make the difference quotients of a parabola exact.
@numerical_gradient.criterion("inputs of whole numbers", points=0.5)
def _(rng):
    yield case(f=Function("sum of squares"), x=rng.permutation([-3, -2, -1, 1, 2, 3, 4])[:5], h=0.5)
    yield case(f=Function("sum of sigmoids"), x=rng.permutation([-2, -1, 0, 1, 2, 3]).reshape(2, 3))


numerical_gradient.inputs_unchanged(points=0.5)


def _differences(x, quotient):
    """quotient(i) for every index i of x, in x's shape. Only mistakes use it."""
    gradient = torch.zeros(x.shape, dtype=torch.float64)
    for i in np.ndindex(*x.shape):
        gradient[i] = quotient(i)
    return gradient


def _nudged(x, i, by):
    x = x.double().clone()
    x[i] += by
    return x


def _central(f, x, h):
    return _differences(x, lambda i: (f(_nudged(x, i, h)) - f(_nudged(x, i, -h))) / (2 * h))


@numerical_gradient.mistake(
    "looked to one side only",
    hint="(f(x + h) − f(x)) / h is off by an amount that grows with h itself; look as far down as up, "
    "and the error grows with h² only",
)
def _(f, x, h=1e-5):
    return _differences(x, lambda i: (f(_nudged(x, i, h)) - f(x.double())) / h)


@numerical_gradient.mistake(
    "looked down only",
    hint="(f(x) − f(x − h)) / h leans to the other side, but it leans: from x look up and down by the same h",
)
def _(f, x, h=1e-5):
    return _differences(x, lambda i: (f(x.double()) - f(_nudged(x, i, -h))) / h)


@numerical_gradient.mistake(
    "divided by h", hint="every slope is twice too large: how far apart are the two points at which f was asked?"
)
def _(f, x, h=1e-5):
    return 2 * _central(f, x, h)


@numerical_gradient.mistake(
    "multiplied by h at the end", hint="a / 2 * h is (a / 2) · h: the denominator 2h needs brackets"
)
def _(f, x, h=1e-5):
    return h**2 * _central(f, x, h)


@numerical_gradient.mistake(
    "nudged all entries together",
    hint="f(x + h) with an array x moves every entry at once, and all slopes come out as one sum: move one at a time",
)
def _(f, x, h=1e-5):
    return _differences(x, lambda _: (f(x.double() + h) - f(x.double() - h)) / (2 * h))


@numerical_gradient.mistake(
    "nudged whole rows",
    hint="right for one axis; for a matrix x[i] is a row, and all its entries move together: "
    "walk through all the indices",
)
def _(f, x, h=1e-5):
    return _differences(x, lambda i: (f(_nudged(x, i[0], h)) - f(_nudged(x, i[0], -h))) / (2 * h))


@numerical_gradient.mistake(
    "returned a flat array",
    hint="the slopes are right, but the gradient has x's shape: one slope in the place of each entry",
)
def _(f, x, h=1e-5):
    return _central(f, x, h).flatten()


@numerical_gradient.mistake(
    "h cut off in an array of whole numbers",
    hint="an integer array cannot hold 3.00001, it keeps 3: before you nudge anything, make a float copy of x",
)
def _(f, x, h=1e-5):
    def nudged(i, by):
        copy = x.clone()
        copy[i] = (x[i].double() + by).to(x.dtype)
        return copy

    return _differences(x, lambda i: (f(nudged(i, h)) - f(nudged(i, -h))) / (2 * h))


@numerical_gradient.mistake(
    "a step of x's type",
    hint="when x holds whole numbers, np.zeros_like(x) makes a step of whole numbers, and an h below 1 becomes 0",
)
def _(f, x, h=1e-5):
    cut = float(torch.tensor(h, dtype=torch.float64).to(x.dtype))
    return _differences(x, lambda i: (f(_nudged(x, i, cut)) - f(_nudged(x, i, -cut))) / (2 * h))


@numerical_gradient.mistake(
    "gradient of x's type",
    hint="when x holds whole numbers, np.zeros_like(x) cuts off what you write into it: ask for floats",
)
def _(f, x, h=1e-5):
    return _central(f, x, h).to(x.dtype)


@numerical_gradient.mistake(
    "x not restored",
    hint="after the second nudge the entry still stands at x − h: put the old value back before you go to the next one",
)
def _(f, x, h=1e-5):
    def quotient(i):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        return (up - f(x)) / (2 * h)

    if not x.is_floating_point():
        return _central(f, x, h)
    return _differences(x, quotient)


@numerical_gradient.mistake(
    "x restored only up to rounding",
    hint="x + h − 2h + h is not always x, to the last digit: remember the old value and write that one back, "
    "or nudge a copy",
)
def _(f, x, h=1e-5):
    def quotient(i):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        down = f(x)
        x[i] += h
        return (up - down) / (2 * h)

    if not x.is_floating_point():
        return _central(f, x, h)
    return _differences(x, quotient)


# --------------------------------------------------------------------------------- sigmoid_graph_backward


@exercise(
    points=3,
    hint=(
        "Compute the four nodes forward and keep their values.\n"
        "Then come back node by node: the gradient that arrives, times the node's own slope, is the gradient that "
        "leaves.\n"
        "The local slopes, from the end: −1 / d² at 1/d, 1 at +1, exp(a) at exp, −1 at the first node."
    ),
)
def sigmoid_graph_backward(x: Float[Tensor, "*S"], upstream: Float[Tensor, "*S"]) -> Float[Tensor, "*S"]:
    x = x.detach().clone().requires_grad_()
    return torch.autograd.grad(torch.sigmoid(x), x, upstream)[0]


def _graph(rng, *shape, furthest=2.0):
    """x with slopes that are not tiny, and an upstream gradient away from 0 and from ±1."""
    x = rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.3, furthest, size=shape)
    return {"x": x, "upstream": rng.choice([-1.0, 1.0], size=shape) * rng.uniform(1.3, 2.5, size=shape)}


@sigmoid_graph_backward.criterion("values", points=1.5)
def _(rng):
    yield case(**_graph(rng, 6))
    yield case(**_graph(rng, 4))


@sigmoid_graph_backward.criterion("a number, and more axes", points=0.5)
def _(rng):
    yield case(x=_away_from_zero(rng, 0.3, 2.0), upstream=_away_from_zero(rng, 1.3, 2.5))
    yield case(**_graph(rng, 3, 4))
    yield case(**_graph(rng, 2, 1, 3))


def _near_zero(rng):
    # As whole numbers from -3 to 3: further out float32 has few digits left for 1 - σ.
    yield case(**_graph(rng, 6, furthest=1.1))
    yield case(**_graph(rng, 2, 4, furthest=1.1))


sigmoid_graph_backward.integer_input(points=0.5, cases=_near_zero)
sigmoid_graph_backward.inputs_unchanged(points=0.5)


def _slope(x):
    return torch.sigmoid(x) * torch.sigmoid(-x)


@sigmoid_graph_backward.mistake(
    "upstream forgotten",
    hint="that is the slope of the graph alone; the gradient that arrives at its end is a factor of everything",
)
def _(x, upstream):
    return _slope(x) + 0 * upstream


@sigmoid_graph_backward.mistake(
    "a minus sign lost",
    hint="two of the four nodes have a negative slope, the first and the last; "
    "the sigmoid rises, so the two must cancel",
)
def _(x, upstream):
    return -upstream * _slope(x)


@sigmoid_graph_backward.mistake(
    "stopped at the sigmoid's value",
    hint="upstream times σ(x) is the way forward; on the way back each node gives its slope, not its value",
)
def _(x, upstream):
    return upstream * torch.sigmoid(x)


@sigmoid_graph_backward.mistake(
    "upstream added", hint="along a path slopes are multiplied; gradients are added only where several paths meet"
)
def _(x, upstream):
    return upstream + _slope(x)


@sigmoid_graph_backward.mistake(
    "slope of 1/c without the square",
    hint="the node 1/ turns c into 1/c, and its slope is −1/c²: look at the power",
)
def _(x, upstream):
    return upstream * torch.sigmoid(-x)


@sigmoid_graph_backward.mistake(
    "slope of exp forgotten", hint="the node exp has a slope too: its own output, which you know from the way forward"
)
def _(x, upstream):
    return upstream * torch.sigmoid(x) ** 2


@sigmoid_graph_backward.mistake(
    "exp taken at x, not at −x",
    hint="the node exp does not see x: the node before it has turned the sign, on the way back as well",
)
def _(x, upstream):
    return upstream * torch.sigmoid(x) ** 2 * torch.exp(x)


@sigmoid_graph_backward.mistake(
    "slope taken at the upstream gradient",
    hint="the slope of a node belongs to the value it saw on the way forward; upstream is only a factor",
)
def _(x, upstream):
    return x * _slope(upstream)


@sigmoid_graph_backward.mistake(
    "took x for the sigmoid's output", hint="in σ′ = σ (1 − σ) it is σ(x) that stands twice, not x itself"
)
def _(x, upstream):
    return upstream * x * (1 - x)


@sigmoid_graph_backward.mistake(
    "changed its input", hint="`x *= -1` turns the sign in the caller's array; `-x` is a new one"
)
def _(x, upstream):
    return upstream * _slope(x.neg_())


# -------------------------------------------------------------------------------------------- mlp_forward


def _forward(x, p, hidden=torch.sigmoid, last=torch.sigmoid):
    """The 2-2-1 network as two linear maps; `p` holds numbers or 0-d tensors."""
    p = {name: torch.as_tensor(value, dtype=x.dtype) for name, value in p.items()}
    W = torch.stack([torch.stack([p["w1"], p["w3"]]), torch.stack([p["w2"], p["w4"]])])
    h = hidden(torch.nn.functional.linear(x, W, torch.stack([p["b1"], p["b2"]])))
    output = last(torch.nn.functional.linear(h, torch.stack([p["w5"], p["w6"]]), p["b3"]))
    return output, {"x": x.clone(), "h": h, "output": output}


@exercise(
    points=3,
    hint=(
        "Write the two weighted sums first, each with its own bias; look twice at which input each weight "
        "multiplies.\n"
        "h_i = σ(its two inputs times their weights, plus its bias); the output is σ of the same kind of sum over "
        "h."
    ),
)
def mlp_forward(x: Float[Tensor, "2"], parameters: dict[str, float]) -> tuple[Float[Tensor, ""], dict[str, Tensor]]:
    return _forward(x, parameters)


@mlp_forward.criterion("values", points=1.5)
def _(rng):
    for _ in range(3):
        yield case(x=_x(rng), parameters=_parameters(rng))


@mlp_forward.criterion("finite far from zero", points=0.5)
def _(rng):
    for _ in range(2):
        x, parameters = _saturating(rng)
        yield case(x=x, parameters=parameters)


mlp_forward.integer_input(points=0.5, only=("x",))
mlp_forward.inputs_unchanged(points=0.5)


@mlp_forward.mistake(
    "x1 used for w3", hint="w3 leads from the other input to the first hidden unit: follow its arrow back"
)
def _(x, parameters):
    moved = {**parameters, "w1": parameters["w1"] + parameters["w3"], "w3": 0.0}
    return _forward(x, moved)


@mlp_forward.mistake(
    "w2 and w3 exchanged",
    hint="w1 and w2 leave x1, w3 and w4 leave x2; so the first hidden unit does not receive w1 and w2",
)
def _(x, parameters):
    return _forward(x, {**parameters, "w2": parameters["w3"], "w3": parameters["w2"]})


@mlp_forward.mistake("biases forgotten", hint="each of the three units adds its own bias before the sigmoid")
def _(x, parameters):
    return _forward(x, {**parameters, "b1": 0.0, "b2": 0.0, "b3": 0.0})


@mlp_forward.mistake(
    "no sigmoid on the output", hint="the output unit is a neuron like the hidden ones: its sum goes through σ too"
)
def _(x, parameters):
    return _forward(x, parameters, last=lambda z: z)


@mlp_forward.mistake(
    "no sigmoid in the hidden layer", hint="without σ the hidden layer is linear, and two linear layers are only one"
)
def _(x, parameters):
    return _forward(x, parameters, hidden=lambda z: z)


@mlp_forward.mistake(
    "kept the sums instead of the activations",
    hint="the output is right, but cache['h'] holds the weighted sums; "
    "the backward pass expects them after the sigmoid",
)
def _(x, parameters):
    output, cache = _forward(x, parameters)
    _, sums = _forward(x, parameters, hidden=lambda z: z)
    return output, {**cache, "h": sums["h"]}


@mlp_forward.mistake(
    "computed exp(z) without care for large z",
    hint="right for ordinary sums; exp(z) / (1 + exp(z)) is inf / inf far out: the sigmoid given above is safe",
)
def _(x, parameters):
    return _forward(x, parameters, hidden=lambda z: torch.exp(z) / (1 + torch.exp(z)))


# ------------------------------------------------------------------------------------------- mlp_backward


@exercise(
    points=4,
    hint=(
        "First compute one number, dC/dz of the output unit.\n"
        "Every other gradient is that number times what lies on its path.\n"
        "dC/dz = 2 (o − y) o (1 − o). Times h_i it belongs to an output weight; times that weight and h_i (1 − "
        "h_i) it is the number of hidden unit i, which in turn is multiplied by x."
    ),
)
def mlp_backward(y: float, cache: dict[str, Tensor], parameters: dict[str, float]) -> dict[str, Tensor]:
    leaves = {name: torch.full((), parameters[name], dtype=torch.float64, requires_grad=True) for name in NAMES}
    output, _ = _forward(cache["x"].double(), leaves)
    return dict(zip(NAMES, torch.autograd.grad((y - output) ** 2, list(leaves.values())), strict=True))


def _target(rng):
    return float(rng.integers(0, 2))


@mlp_backward.criterion("values", points=2)
def _(rng):
    for y in (1.0, 0.0, float(rng.uniform(0, 1))):
        x, parameters = _x(rng), _parameters(rng)
        yield case(y=y, cache=_cache(x, parameters), parameters=parameters)


@mlp_backward.criterion("hidden units at 0 and 1", points=1)
def _(rng):
    for _ in range(2):
        x, parameters = _saturating(rng)
        yield case(y=_target(rng), cache=_cache(x, parameters), parameters=parameters)


@mlp_backward.criterion("inputs of whole numbers", points=0.5)
def _(rng):
    for _ in range(2):
        x, parameters = rng.permutation([1, 2, 3, -1, -2])[:2], _parameters(rng)
        yield case(y=_target(rng), cache=_cache(x, parameters), parameters=parameters)


# No integer_input: a cache rounded to whole numbers would no longer be the cache of any forward pass.
mlp_backward.inputs_unchanged(points=0.5)


def _backward(y, cache, p, *, slope_output=None, slope_hidden=None, factor=2.0, paths=None):
    """The backward pass by hand, with the parts that learners get wrong left open. Only mistakes use it."""
    (x1, x2), (h1, h2), o = cache["x"], cache["h"], cache["output"]
    s1, s2 = (h1 * (1 - h1), h2 * (1 - h2)) if slope_hidden is None else slope_hidden
    delta = factor * (o - y) * (o * (1 - o) if slope_output is None else slope_output)
    v1, v2 = (p["w5"], p["w6"]) if paths is None else paths
    d1, d2 = delta * v1 * s1, delta * v2 * s2
    values = (d1 * x1, d2 * x1, d1 * x2, d2 * x2, delta * h1, delta * h2, d1, d2, delta)
    return dict(zip(NAMES, values, strict=True))


@mlp_backward.mistake(
    "opposite sign",
    hint="the derivative of (y − o)² by o has an inner derivative too: −1. Is your slope positive when o is too large?",
)
def _(y, cache, parameters):
    return _backward(y, cache, parameters, factor=-2.0)


@mlp_backward.mistake(
    "factor 2 missing",
    hint="another convention than this one: the cost is (y − o)², without ½, so the square leaves its 2 behind",
)
def _(y, cache, parameters):
    return _backward(y, cache, parameters, factor=1.0)


@mlp_backward.mistake(
    "x1 used for w3",
    hint="a weight's gradient ends with what the weight multiplies in the forward pass: which input is it for w3?",
)
def _(y, cache, parameters):
    right = _backward(y, cache, parameters)
    return {**right, "w3": right["b1"] * cache["x"][0]}


@mlp_backward.mistake(
    "w2 and w3 exchanged",
    hint="w2 leads from x1 to the second hidden unit, w3 from x2 to the first: "
    "the two gradients are in each other's place",
)
def _(y, cache, parameters):
    right = _backward(y, cache, parameters)
    return {**right, "w2": right["w3"], "w3": right["w2"]}


@mlp_backward.mistake(
    "slope of the output's sigmoid forgotten",
    hint="between dC/do and the last sum stands a sigmoid: its slope is a factor of every gradient",
)
def _(y, cache, parameters):
    return _backward(y, cache, parameters, slope_output=1.0)


@mlp_backward.mistake(
    "slope of the hidden sigmoids forgotten",
    hint="the gradients of w5, w6 and b3 are right; on the way to w1 … w4 there is one more sigmoid to pass",
)
def _(y, cache, parameters):
    return _backward(y, cache, parameters, slope_hidden=(1.0, 1.0))


@mlp_backward.mistake(
    "w5 and w6 left out of the path",
    hint="the gradients of w5, w6 and b3 are right; "
    "the way back to a hidden unit runs through the weight that leads out of it",
)
def _(y, cache, parameters):
    return _backward(y, cache, parameters, paths=(1.0, 1.0))


@mlp_backward.mistake(
    "applied the sigmoid to an activation",
    hint="h and o have been through the sigmoid already: σ′ can be written with them directly, without calling σ again",
)
def _(y, cache, parameters):
    h, o = torch.sigmoid(cache["h"]), torch.sigmoid(torch.as_tensor(cache["output"], dtype=torch.float64))
    return _backward(y, cache, parameters, slope_output=o * (1 - o), slope_hidden=h * (1 - h))


@mlp_backward.mistake(
    "slopes computed again, with exp(−z)",
    hint="right for ordinary sums; exp(−z) / (1 + exp(−z))² is NaN far out, and the cache already holds all you need",
)
def _(y, cache, parameters):
    p, (x1, x2) = parameters, cache["x"]
    e = torch.exp(-torch.stack([p["w1"] * x1 + p["w3"] * x2 + p["b1"], p["w2"] * x1 + p["w4"] * x2 + p["b2"]]))
    return _backward(y, cache, parameters, slope_hidden=e / (1 + e) ** 2)


@mlp_backward.mistake(
    "gradients stored in an array of x's type",
    hint="when x holds whole numbers, np.zeros_like(x) cuts off what you write into it: ask for floats",
)
def _(y, cache, parameters):
    right = _backward(y, cache, parameters)
    return {name: g.to(cache["x"].dtype) if name in ("w1", "w2", "w3", "w4") else g for name, g in right.items()}


@mlp_backward.mistake(
    "worked inside the cache",
    hint="`cache['h'] *= ...` changes the caller's array: the second backward pass on that cache would be wrong",
)
def _(y, cache, parameters):
    right = _backward(y, cache, parameters)
    cache["h"].mul_(1 - cache["h"])
    return right


# ------------------------------------------------------------------------------------- simultaneous_update


@exercise(
    points=2,
    hint="A dictionary comprehension over the names makes a new dictionary and leaves the old one alone.",
)
def simultaneous_update(
    parameters: dict[str, Tensor], gradients: dict[str, Tensor], learning_rate: float
) -> dict[str, Tensor]:
    leaves = {name: torch.as_tensor(value, dtype=torch.float64).clone() for name, value in parameters.items()}
    for name, leaf in leaves.items():
        leaf.grad = torch.as_tensor(gradients[name], dtype=torch.float64)
    torch.optim.SGD(list(leaves.values()), lr=learning_rate).step()
    return leaves


def _layers_of_arrays(rng):
    """Parameters and gradients of a two-layer network, as arrays."""
    shapes = {"W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,)}
    return [{name: _x_of_shape(rng, *shape) for name, shape in shapes.items()} for _ in range(2)]


def _learning_rate(rng):
    return float(rng.uniform(0.1, 0.6))


@simultaneous_update.criterion("nine numbers", points=0.5)
def _(rng):
    for _ in range(3):
        parameters, gradients = _parameters(rng), _parameters(rng)
        yield case(parameters=parameters, gradients=gradients, learning_rate=_learning_rate(rng))


def _array_cases(rng):
    for _ in range(2):
        parameters, gradients = _layers_of_arrays(rng)
        yield case(parameters=parameters, gradients=gradients, learning_rate=_learning_rate(rng))


simultaneous_update.criterion("arrays", points=0.5)(_array_cases)
simultaneous_update.integer_input(points=0.5, cases=_array_cases)
simultaneous_update.inputs_unchanged(points=0.5, cases=_array_cases)


def _stepped(parameters, gradients, step):
    return {name: step(value, gradients[name]) for name, value in parameters.items()}


@simultaneous_update.mistake(
    "stepped uphill", hint="the gradient points where the cost rises; learning goes the other way"
)
def _(parameters, gradients, learning_rate):
    return _stepped(parameters, gradients, lambda p, g: p + learning_rate * g)


@simultaneous_update.mistake(
    "learning rate forgotten",
    hint="a full gradient is too long a step: the learning rate says which part of it is taken",
)
def _(parameters, gradients, learning_rate):
    return _stepped(parameters, gradients, lambda p, g: p - g)


@simultaneous_update.mistake(
    "divided by the learning rate", hint="a small learning rate means a small step: it is a factor, not a divisor"
)
def _(parameters, gradients, learning_rate):
    return _stepped(parameters, gradients, lambda p, g: p - g / learning_rate)


@simultaneous_update.mistake(
    "returned the step alone", hint="that is how far each parameter moves; wanted is where it arrives"
)
def _(parameters, gradients, learning_rate):
    return _stepped(parameters, gradients, lambda p, g: -learning_rate * g)


@simultaneous_update.mistake(
    "changed the old parameters",
    hint="`-=` writes into the caller's dictionary or arrays: "
    "a gradient still to be computed from them, such as w1's through w5, would see the new w5",
)
def _(parameters, gradients, learning_rate):
    new = _stepped(parameters, gradients, lambda p, g: p - learning_rate * g)
    for name, value in parameters.items():
        if isinstance(value, Tensor):
            value.copy_(new[name])
    return new


# ----------------------------------------------------------------------------------------------- backprop


def _scores(X, weights, biases):
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        X = torch.relu(X @ W + b)
    return X @ weights[-1] + biases[-1]


def _loss_and_gradients(loss, weights, biases):
    """`loss(weights, biases)` and its gradients, by automatic differentiation."""
    weights, biases = ([a.detach().clone().requires_grad_() for a in arrays] for arrays in (weights, biases))
    value = loss(weights, biases)
    gradients = torch.autograd.grad(value, [*weights, *biases])
    return value.detach(), list(gradients[: len(weights)]), list(gradients[len(weights) :])


@exercise(
    points=6,
    hint=(
        "Keep every layer's input on the way forward.\n"
        "On the way back, let the shapes tell you which matrix is transposed and on which side it stands, and "
        "pass through the ReLU before the next layer.\n"
        "Start with δ = (softmax of the scores − one-hot labels) / N. In each layer with input A: dW = Aᵀ δ, db "
        "adds up the rows of δ, and δ Wᵀ goes back, set to 0 where the ReLU's sum was not above 0."
    ),
)
def backprop(
    X: Float[Tensor, "N D"],
    labels: Int[Tensor, " N"],
    weights: list[Float[Tensor, "_ _"]],
    biases: list[Float[Tensor, " _"]],
) -> tuple[Float[Tensor, ""], list[Float[Tensor, "_ _"]], list[Float[Tensor, " _"]]]:
    return _loss_and_gradients(
        lambda W, b: torch.nn.functional.cross_entropy(_scores(X, W, b), labels), weights, biases
    )


def _network(rng, n, *sizes):
    """A batch of n examples and a network of these layer sizes; the last weights are smaller, so no p is tiny."""
    layers = list(zip(sizes[:-1], sizes[1:], strict=True))
    gains = [5.0] * (len(layers) - 1) + [1.5]
    return {
        "X": rng.uniform(-1, 1, size=(n, sizes[0])),
        "labels": rng.permutation(np.arange(n) % sizes[-1]) if n > 1 else rng.integers(0, sizes[-1], size=1),
        "weights": [
            rng.uniform(-1, 1, size=layer) * np.sqrt(gain / layer[0]) for layer, gain in zip(layers, gains, strict=True)
        ],
        "biases": [rng.uniform(-0.2, 0.5, size=outputs) for _, outputs in layers],
    }


@backprop.criterion("two layers", points=2)
def _(rng):
    yield case(**_network(rng, 5, 3, 4, 2))
    yield case(**_network(rng, 6, 4, 3, 5))
    yield case(**_network(rng, 7, 2, 5, 3))


@backprop.criterion("any depth", points=1.5)
def _(rng):
    yield case(**_network(rng, 5, 3, 4))
    yield case(**_network(rng, 6, 3, 5, 4, 2))
    yield case(**_network(rng, 4, 2, 4, 3, 5, 3))


@backprop.criterion("one example", points=0.5)
def _(rng):
    yield case(**_network(rng, 1, 3, 4, 3))
    yield case(**_network(rng, 1, 4, 2))


@backprop.criterion("scores far from zero", points=0.5)
def _(rng):
    # Rows above and below zero, and one a thousand times smaller, whose scores stay ordinary.
    rows = np.array([[1.0], [-1.0], [0.001]])
    large = np.array([1.0, -1.0, 0.0])
    yield case(
        X=rows * rng.uniform(0.5, 1, size=(3, 4)),
        labels=np.array([1, *rng.integers(0, 3, size=2)]),
        weights=[large * rng.uniform(1000, 1500, size=(4, 3)) + rng.normal(size=(4, 3))],
        biases=[rng.normal(size=3)],
    )
    signs = np.array([1.0, 1.0, -1.0, -1.0])
    yield case(
        X=rows * rng.uniform(0.5, 1, size=(3, 2)),
        labels=np.array([1, *rng.integers(0, 3, size=2)]),
        weights=[
            signs * rng.uniform(0.5, 1, size=(2, 4)),
            np.outer(signs, large) * rng.uniform(1000, 1500, size=(4, 3)),
        ],
        biases=[np.zeros(4), rng.normal(size=3)],
    )


@backprop.criterion("hidden units at exactly 0", points=0.5)
def _(rng):
    for sizes in ((3, 4, 3), (2, 5, 4, 3)):
        network = _network(rng, 5, *sizes)
        network["X"][[1, 3]] = 0.0
        network["biases"][0][:] = 0.0
        yield case(**network)


# Whole numbers make large scores, and gradients of either sign that nearly cancel: float32 keeps fewer digits.
backprop.integer_input(points=0.5, only=("X",), tolerance=Tolerance(atol=1e-5))
backprop.inputs_unchanged(points=0.5)


def _softmax_gradient(scores, labels):
    return (torch.softmax(scores, 1) - torch.nn.functional.one_hot(labels, scores.shape[1])) / len(labels)


def _by_hand(X, labels, weights, biases, *, scores_gradient=_softmax_gradient, slope=lambda z: (z > 0).double()):
    """The backward pass by hand, with the parts that learners get wrong left open. Only mistakes use it."""
    inputs, sums = [X], []
    for W, b in zip(weights, biases, strict=True):
        sums.append(inputs[-1] @ W + b)
        inputs.append(torch.relu(sums[-1]))
    deltas = [scores_gradient(sums[-1], labels)]
    for W, z in zip(reversed(weights[1:]), reversed(sums[:-1]), strict=True):
        deltas.insert(0, deltas[0] @ W.T * slope(z))
    loss = torch.nn.functional.cross_entropy(sums[-1], labels)
    return loss, [a.T @ d for a, d in zip(inputs, deltas, strict=False)], [d.sum(0) for d in deltas], deltas


def _from_probabilities(X, labels, weights, biases, softmax):
    """With a softmax of the learner's own, and p − y for its slope. Only mistakes use it."""

    def slope(scores, y):
        return (softmax(scores) - torch.nn.functional.one_hot(y, scores.shape[1])) / len(y)

    p = softmax(_scores(X, weights, biases))
    loss = -torch.log(p[torch.arange(len(labels)), labels]).mean()
    return loss, *_by_hand(X, labels, weights, biases, scores_gradient=slope)[1:3]


@backprop.mistake(
    "ReLU on the scores",
    hint="the last layer's sums are the scores: they may be negative, and go to the softmax as they are",
)
def _(X, labels, weights, biases):
    return _loss_and_gradients(
        lambda W, b: torch.nn.functional.cross_entropy(torch.relu(_scores(X, W, b)), labels), weights, biases
    )


@backprop.mistake(
    "one softmax over the whole batch",
    hint="the loss is too large by about ln N: each example's scores are a distribution of their own, "
    "so normalise row by row",
)
def _(X, labels, weights, biases):
    return _from_probabilities(X, labels, weights, biases, lambda z: torch.softmax(z.flatten(), 0).reshape(z.shape))


@backprop.mistake(
    "bias gradient not summed over the batch",
    hint="a bias is added to every row, so every row contributes to its gradient: one number per unit, b's own shape",
)
def _(X, labels, weights, biases):
    loss, weight_gradients, _, deltas = _by_hand(X, labels, weights, biases)
    return loss, weight_gradients, deltas


@backprop.mistake(
    "gradients of the sum, not of the mean",
    hint="the loss is right; its gradients still have to be divided by the number of examples",
)
def _(X, labels, weights, biases):
    return _by_hand(
        X, labels, weights, biases, scores_gradient=lambda scores, y: len(y) * _softmax_gradient(scores, y)
    )[:3]


@backprop.mistake(
    "summed over the batch, not averaged",
    hint="your loss grows with the number of examples, and the gradients with it: the loss of a batch is a mean",
)
def _(X, labels, weights, biases):
    return _loss_and_gradients(
        lambda W, b: torch.nn.functional.cross_entropy(_scores(X, W, b), labels, reduction="sum"), weights, biases
    )


@backprop.mistake(
    "slope of ReLU forgotten", hint="a hidden unit that was cut to 0 on the way forward passes nothing on the way back"
)
def _(X, labels, weights, biases):
    return _by_hand(X, labels, weights, biases, slope=torch.ones_like)[:3]


@backprop.mistake(
    "slope 1 at 0",
    hint="another convention than this course's: the derivative of ReLU at exactly 0 is 0, "
    "so a unit at 0 passes nothing back",
)
def _(X, labels, weights, biases):
    return _by_hand(X, labels, weights, biases, slope=lambda z: (z >= 0).double())[:3]


@backprop.mistake(
    "gradients listed from the last layer to the first",
    hint="you found them from the end, but they are returned in the order of `weights` and `biases`",
)
def _(X, labels, weights, biases):
    loss, weight_gradients, bias_gradients, _ = _by_hand(X, labels, weights, biases)
    return loss, weight_gradients[::-1], bias_gradients[::-1]


@backprop.mistake(
    "no maximum subtracted",
    hint="right for ordinary scores; exp(1000) is inf and inf / inf is NaN: log_softmax above is safe",
)
def _(X, labels, weights, biases):
    return _from_probabilities(X, labels, weights, biases, lambda z: torch.exp(z) / torch.exp(z).sum(1, keepdim=True))


@backprop.mistake(
    "took the logarithm of a probability rounded to 0",
    hint="the gradients are right; but e^−2000 is stored as 0 and log(0) is −inf: "
    "read the loss from the log-probabilities",
)
def _(X, labels, weights, biases):
    _, weight_gradients, bias_gradients, _ = _by_hand(X, labels, weights, biases)
    p = torch.softmax(_scores(X, weights, biases), 1)
    return -torch.log(p[torch.arange(len(labels)), labels]).mean(), weight_gradients, bias_gradients


@backprop.mistake(
    "changed the weights",
    hint="backprop only reports the gradients: `weights[i] -= ...` already takes a step, in the caller's own arrays",
)
def _(X, labels, weights, biases):
    found = _by_hand(X, labels, weights, biases)[:3]
    for parameter, gradient in zip([*weights, *biases], [*found[1], *found[2]], strict=True):
        parameter.sub_(0.1 * gradient)
    return found


# -------------------------------------------------------------------------------- multiplications_per_pass


@exercise(
    points=1,
    hint="Take one weight and follow one example through the network: "
    "how often is this weight multiplied with anything?",
)
def multiplications_per_pass(layer_sizes: list[int]) -> int:
    # torch counts a multiplication and the addition that goes with it as two operations.
    with FlopCounterMode(display=False) as counter:
        _layers(layer_sizes, bias=True)(torch.empty(1, layer_sizes[0], device="meta"))
    return counter.get_total_flops() // 2


@multiplications_per_pass.criterion("values", points=0.5)
def _(rng):
    yield case(layer_sizes=[8, 9, 9, 9])
    yield case(layer_sizes=_sizes(rng, 2))
    yield case(layer_sizes=_sizes(rng, 4))


@multiplications_per_pass.criterion("one layer, layers of one unit", points=0.5)
def _(rng):
    yield case(layer_sizes=_sizes(rng, 1))
    yield case(layer_sizes=[int(rng.integers(3, 9)), 1, int(rng.integers(3, 9)), 1])


@multiplications_per_pass.mistake("counted the biases", hint="a bias is added, nothing is multiplied by it")
def _(layer_sizes):
    return _weights(layer_sizes) + sum(layer_sizes[1:])


@multiplications_per_pass.mistake(
    "counted the additions as well",
    hint="another convention than this one: multiply and add are often counted as two operations; "
    "here only the multiplications are",
)
def _(layer_sizes):
    return 2 * _weights(layer_sizes)


@multiplications_per_pass.mistake(
    "one multiplication for each unit", hint="a unit multiplies each of its inputs by a weight, before it adds them up"
)
def _(layer_sizes):
    return sum(layer_sizes[1:])


@multiplications_per_pass.mistake(
    "multiplied the layers' counts",
    hint="the layers are run one after the other: what they cost is added, not multiplied",
)
def _(layer_sizes):
    return math.prod(a * b for a, b in zip(layer_sizes[:-1], layer_sizes[1:], strict=True))


@multiplications_per_pass.mistake(
    "returned a float", hint="the number is right, but a count is a whole number: an int, without a decimal point"
)
def _(layer_sizes):
    return float(_weights(layer_sizes))


# --------------------------------------------------------------------------------------------------- quiz


xor_by_one_perceptron = choice(
    "Why can no single perceptron compute XOR of two inputs?",
    wrong(
        "Because it has only one bias, and XOR would need a second one for its second threshold.",
        "A second number added to the same sum is again one number. It is not a bias that is missing but a second "
        "line, so a second perceptron.",
    ),
    wrong(
        "Because its step has no slope, so gradient descent cannot find the weights that would do it.",
        "It is true that a step cannot be learned by its slope. But here there is nothing to find: no weights at all, "
        "found in whatever way, give XOR.",
    ),
    wrong(
        "Because its weights would have to be negative, and a step does not allow negative weights.",
        "Weights may be negative; NAND needs it. XOR does not work with any signs.",
    ),
    right(
        "Because no straight line has (0, 1) and (1, 0) on one side and the others on the other.",
        "The answer changes where w·x + b = 0, and these points form one line. The two classes of XOR lie at the ends "
        "of crossing diagonals.",
    ),
)

parameters_of_a_network = number(
    "A network has {inputs} inputs, a hidden layer of {hidden} units and {outputs} outputs, with biases. "
    "How many parameters can learning change?",
    plain={"inputs": 10, "hidden": 7, "outputs": 4},
    given=lambda rng: {
        "inputs": int(rng.integers(8, 30)),
        "hidden": int(rng.integers(5, 20)),
        "outputs": int(rng.integers(2, 10)),
    },
    answer=lambda inputs, hidden, outputs: (inputs + 1) * hidden + (hidden + 1) * outputs,
    tolerance=EXACT,
    unit="parameters",
    explanation="{inputs}·{hidden} + {hidden}·{outputs} weights, and a bias for each of the {hidden} hidden units and "
    "{outputs} outputs; the inputs have none. Together {answer:.0f}.",
)

central_difference_of_a_cube = number(
    "f(x) = x³. Which slope does the central difference find at x = {x} with the very wide step h = {h}? "
    "(Not the true slope: what the formula gives.)",
    plain={"x": 2.0, "h": 1.0},
    given=lambda rng: {"x": float(rng.integers(6, 25)) / 10, "h": float(rng.choice([0.5, 0.8, 1.0]))},
    answer=lambda x, h: ((x + h) ** 3 - (x - h) ** 3) / (2 * h),
    explanation="(f({x} + {h}) − f({x} − {h})) / (2 · {h}) = {answer:.4g}. On paper it is 3x² + h²: too large by h². "
    "The one-sided difference would be too large by 3xh + h²; for a small h that is far more.",
)

gradient_through_a_sigmoid = number(
    "On the way forward a sigmoid gave the output {output}. On the way back the gradient {upstream} arrives at it. "
    "Which gradient leaves towards its input?",
    plain={"output": 0.8, "upstream": 3.0},
    given=lambda rng: {
        "output": float(rng.choice([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.9])),
        "upstream": float(rng.choice([-1.0, 1.0]) * rng.integers(3, 12)) / 2,
    },
    answer=lambda output, upstream: upstream * output * (1 - output),
    explanation="The slope of a sigmoid follows from its output alone, σ′ = σ (1 − σ). "
    "So ({upstream}) · {output} · (1 − {output}) = {answer:.4g}.",
)

slope_of_the_cost = number(
    "The target is y = {y}, the output is o = {o}, the cost is C = (y − o)². What is dC/do, with its sign?",
    plain={"y": 1, "o": 0.7},
    given=lambda rng: {"y": int(rng.integers(0, 2)), "o": float(rng.integers(5, 95)) / 100},
    answer=lambda y, o: -2 * (y - o),
    explanation="The inner derivative of y − o by o is −1, so dC/do = −2 (y − o) = −2 · ({y} − {o}) = {answer:.4g}. "
    "Check the sign by thinking: an output below its target must rise, so the slope is negative, and the reverse.",
)

kept_for_the_way_back = choices(
    "A ReLU network has run forward over a batch. What does the backward pass need from this run, besides the weights "
    "and the labels?",
    wrong(
        "The loss of the batch before.",
        "Each batch has its own gradients; nothing is carried over from one to the next.",
    ),
    right(
        "The scores, or the probabilities made of them.",
        "The first Δ is the probabilities minus the one-hot labels, divided by N.",
    ),
    wrong(
        "The weights as they were in the step before.",
        "Forward and backward pass use the same weights, those of now; older ones play no part.",
    ),
    right(
        "The input of every layer.",
        "The gradient of a layer's weights is its input, transposed, times its Δ.",
    ),
    right(
        "Which hidden units were above 0.",
        "That is the slope of the ReLU, 1 or 0. The activations show it, so nothing extra has to be kept.",
    ),
)

opposite_directions = choice(
    "w5 and w6 lead from the two hidden units into the output, and the hidden units are sigmoids. One step of gradient "
    "descent is taken for one example. Can w5 rise while w6 falls?",
    wrong(
        "Yes: each weight has a gradient of its own, so any pair of directions is possible.",
        "Each has its own gradient, but the two share the factor δ, and what differs, h1 and h2, is positive.",
    ),
    right(
        "No: the gradients δ·h1 and δ·h2 have the same sign, as sigmoids are positive.",
        "To come to a point that lies up for w5 and down for w6, training must zigzag: both up, both down, by "
        "different amounts. It is a reason to prefer activations around 0, such as tanh.",
    ),
    wrong(
        "Yes, if w5 is positive and w6 negative: then their gradients have opposite signs.",
        "The weights' own signs do not appear in dC/dw5 = δ·h1 and dC/dw6 = δ·h2.",
    ),
    wrong(
        "No: all weights of a network move the same way in a step, as they share one loss.",
        "Only weights that lead into the same unit, from inputs of the same sign, are tied together like this.",
    ),
)

rounded_output = choice(
    "Working by hand, somebody writes 0.646 for the output o = 0.64565; the target is y = 1. What does this do to the "
    "cost C = (y − o)²?",
    right(
        "It changes C by about 0.2 %: the rounding error times the slope, harmless here.",
        "0.00035 · 2 · 0.35435 = 0.00025, and indeed 0.125564 becomes 0.125316. An error made early in a calculation "
        "is passed on times the slopes on its way, which are small in sigmoid networks.",
    ),
    wrong(
        "Nothing at all: the target is a whole number, so the cost is the same to the last digit.",
        "0.125564 and 0.125316 differ, though not by much.",
    ),
    wrong(
        "It makes C wrong in every digit, because a rounding error grows from layer to layer.",
        "An error is multiplied by the slopes on its way, and those of sigmoids are at most 0.25: it shrinks.",
    ),
    wrong(
        "It turns the sign of the gradient, so the next step of learning goes uphill.",
        "The gradient −2 (y − o) changes from −0.7087 to −0.7080. Its sign would only be at risk very close to the "
        "target.",
    ),
)

old_or_new_w5 = number(
    "In the network with two hidden units let δ = {delta}, h1 = {h1}, x1 = {x1}, and w5 = {old} in the forward pass. "
    "A program has already replaced w5 by {new} and only now computes dC/dw1. Which value would be right?",
    plain={"delta": -0.2, "h1": 0.6, "x1": 2.0, "old": 0.5, "new": 0.62},
    given=lambda rng: {
        "delta": float(rng.choice([-0.4, -0.3, -0.2, 0.2, 0.3, 0.4])),
        "h1": float(rng.choice([0.3, 0.4, 0.6, 0.7, 0.8])),
        "x1": float(rng.choice([-2.0, 2.0, 3.0, 4.0])),
        "old": float(rng.choice([0.4, 0.5, 0.8])),
        "new": float(rng.choice([0.3, 0.62, 0.71])),
    },
    answer=lambda delta, h1, x1, old, new: delta * old * h1 * (1 - h1) * x1,
    explanation="The gradient belongs to the network that ran forward, so to the old w5: "
    "({delta}) · {old} · {h1} · (1 − {h1}) · ({x1}) = {answer:.4g}. With the new w5 it would be the slope of nothing: "
    "half of one network, half of another. Compute all gradients first, then update all weights.",
)


def _short_last_batch(rng):
    size = int(rng.choice([64, 128, 256, 300]))
    return {"examples": size * int(rng.integers(3, 9)) + int(rng.integers(1, size)), "size": size}


short_last_batch = number(
    "{examples} examples are cut into batches of {size}; the last batch is short. By which number is Δ divided "
    "in that last batch?",
    plain={"examples": 1000, "size": 300},
    given=_short_last_batch,
    answer=lambda examples, size: examples % size,
    tolerance=EXACT,
    explanation="{examples} divided by {size} leaves {answer:.0f} examples, and the loss is the mean over those "
    "that are there. Take N from the batch itself, `len(X)`; a fixed {size} would make the last step too short.",
)

random_start = choice(
    "Why do the weights of a network start as random numbers, and not all at the same value?",
    wrong(
        "Because with equal weights all the gradients are 0, so that nothing ever moves at all.",
        "With all weights 0 this is nearly so. With all weights 0.5, say, there are gradients, but the units of a "
        "layer get the same ones.",
    ),
    wrong(
        "Because a random point is more likely to lie near the minimum than a chosen one.",
        "Among millions of dimensions a random point is near nothing. The start must only make learning possible.",
    ),
    wrong(
        "Because random weights keep a network from learning its examples by heart.",
        "How the weights start has little to do with overfitting. They start different so that the units can become "
        "different.",
    ),
    right(
        "Because units with equal weights get the same gradient and stay equal forever.",
        "Twins are of no more use than one unit. Different numbers at the start break this symmetry; assignment 7 asks "
        "how large they should be.",
    ),
)

nudging_every_weight = number(
    "A network without biases has layers of {a}, {b} and {c} units. Its slopes are found by one-sided nudges: "
    "one pass forward as it is, and one for each weight with this weight nudged. How many multiplications is that "
    "for one example?",
    plain={"a": 4, "b": 3, "c": 2},
    given=lambda rng: {"a": int(rng.integers(3, 8)), "b": int(rng.integers(3, 8)), "c": int(rng.integers(2, 6))},
    answer=lambda a, b, c: (a * b + b * c + 1) * (a * b + b * c),
    tolerance=EXACT,
    unit="multiplications",
    explanation="{a}·{b} + {b}·{c} weights, and as many multiplications in a pass; one pass more than weights: "
    "{answer:.0f}. This grows with the square of the number of weights, the work of backpropagation only with the "
    "number itself.",
)

saved_by_backpropagation = number(
    "For one and the same step of training, somebody counts 10¹⁰ multiplications with backpropagation, and 3.8 · 10¹⁴ "
    "when every weight is nudged by itself. By which factor is backpropagation less work?",
    answer=38_000,
    tolerance=Tolerance(rtol=0.1, atol=0),
    unit="times",
    explanation="3.8 · 10¹⁴ / 10¹⁰ = 38 000: what one does in a second would take the other more than ten hours. "
    "The factor is about the number of weights.",
)

"""06_backpropagation: one forward pass, one backward pass, all gradients.

Every gradient here comes from automatic differentiation, never from the recursion the student is asked for.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from grader.exercise import Tolerance, case, exercise

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
    hint="Write the two weighted sums first, each with its own bias; look twice at which input each weight multiplies.",
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
    hint="First compute one number, dC/dz of the output unit. Every other gradient is that number times what "
    "lies on its path.",
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
    hint="Keep every layer's input on the way forward. On the way back, "
    "let the shapes tell you which matrix is transposed "
    "and on which side it stands, and pass through the ReLU before the next layer.",
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
    def loss(W, b):
        scores = _scores(X, W, b)
        log_p = torch.log_softmax(scores.flatten(), 0).reshape(scores.shape)
        return -log_p[torch.arange(len(labels)), labels].mean()

    return _loss_and_gradients(loss, weights, biases)


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
    def loss(W, b):
        e = torch.exp(_scores(X, W, b))
        return -torch.log((e / e.sum(1, keepdim=True))[torch.arange(len(labels)), labels]).mean()

    return _loss_and_gradients(loss, weights, biases)


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

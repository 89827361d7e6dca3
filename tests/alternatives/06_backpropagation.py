"""Right answers to 06_backpropagation in other styles than the solution's; all of them must be accepted."""

from __future__ import annotations

import copy
import functools
import itertools
import math
import operator
from collections import OrderedDict

import numpy as np


def _sigmoid(z):
    """A number or an array, safe for any z."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(z, dtype=float)))


# --------------------------------------------------------------------------------------------- perceptron


def perceptron__loops(x, w, b):
    """Style: pure Python loops; a list of ints, or one int."""

    def one(row):
        total = b
        for value, weight in zip(row, w, strict=True):
            total += value * weight
        return 1 if total > 0 else 0

    return one(x) if np.ndim(x) == 1 else [one(row) for row in x]


def perceptron__einsum(x, w, b):
    """Style: einsum and multiplication by a truth value."""
    return (np.einsum("...d,d->...", x, w) + b > 0) * 1.0


def perceptron__heaviside(x, w, b):
    """Style: np.heaviside with 0 at 0."""
    return np.heaviside(np.dot(x, w) + b, 0)


def perceptron__float32(x, w, b):
    """Style: float32, the bias as one more weight; a number comes back as (1,)-array."""
    rows = np.atleast_2d(x).astype(np.float32)
    rows = np.hstack([rows, np.ones((len(rows), 1), dtype=np.float32)])
    weights = np.append(w, b).astype(np.float32)
    return (rows @ weights > 0).astype(np.float32)


def perceptron__transposed(x, w, b):
    """Style: the weights as a row from the left, integers come back."""
    return np.greater(np.inner(w, x) + b, 0).astype(int)


def perceptron__sum(x, w, b):
    """Style: product entry by entry and sum; written into zeros."""
    z = np.sum(np.multiply(x, w), axis=-1) + b
    said = np.zeros_like(z, dtype=float)
    said[z > 0] = 1
    return said


# ------------------------------------------------------------------- and_weights, or_weights, nand_weights


def and_weights__list():
    """Style: a list and an int."""
    return [2, 2], -3


def and_weights__unequal():
    """Style: unequal weights; a list of the two."""
    return [np.array([0.7, 0.4]), np.float64(-0.75)]


def and_weights__integers():
    """Style: integer arrays, the bias as 0-d array."""
    return np.ones(2, dtype=int), np.array(-1)


def and_weights__learned():
    """Style: learned by Rosenblatt's rule; the bias as (1,)-array."""
    w, b = np.zeros(2), np.zeros(1)
    for _ in range(20):
        for x, wanted in (((0, 0), 0), ((0, 1), 0), ((1, 0), 0), ((1, 1), 1)):
            error = wanted - float(w @ np.array(x) + b[0] > 0)
            w = w + error * np.array(x)
            b = b + error
    return w, b


def or_weights__list():
    """Style: a tuple and an int."""
    return (2, 2), -1


def or_weights__unequal():
    """Style: unequal weights."""
    return [np.array([1.5, 20.0]), -1e-3]


def or_weights__float32():
    """Style: float32."""
    return np.full(2, 0.5, dtype=np.float32), np.float32(-0.25)


def nand_weights__list():
    """Style: lists and ints."""
    return [-2, -2], 3


def nand_weights__unequal():
    """Style: unequal weights, NumPy's own numbers."""
    return np.array([-3.0, -4.0]), np.array([5.0])


def nand_weights__negated():
    """Style: AND with all signs turned."""
    w, b = and_weights__integers()
    return np.negative(w), np.negative(b) + 0.5


# -------------------------------------------------------------------------------------------- xor_network


def xor_network__loops(x):
    """Style: three perceptrons for each row; ints come back."""

    def step(total):
        return int(total > 0)

    def one(a, b):
        return step(step(a + b - 0.5) + step(1.5 - a - b) - 1.5)

    return one(*x) if x.ndim == 1 else [one(*row) for row in x]


def xor_network__matrices(x):
    """Style: the hidden layer as one matrix."""
    hidden = np.heaviside(x @ np.array([[1.0, -1.0], [1.0, -1.0]]) + np.array([-0.5, 1.5]), 0.0)
    return np.heaviside(hidden @ np.ones(2) - 1.5, 0.0)


def xor_network__composition(x):
    """Style: functional, from perceptrons made by a function."""

    def perceptron_of(w1, w2, b):
        return lambda one, other: np.where(w1 * one + w2 * other + b > 0, 1, 0)

    or_, nand, and_ = perceptron_of(1, 1, -0.5), perceptron_of(-1, -1, 1.5), perceptron_of(1, 1, -1.5)
    return and_(or_(x[..., 0], x[..., 1]), nand(x[..., 0], x[..., 1]))


def xor_network__transposed(x):
    """Style: examples as columns, float32; a single one as (1,)-array."""
    columns = np.atleast_2d(x).T.astype(np.float32)
    or_ = (columns[0] + columns[1] > 0.5).astype(np.float32)
    nand = (columns[0] + columns[1] < 1.5).astype(np.float32)
    return (or_ + nand > 1.5).astype(np.float32)


def xor_network__comparison(x):
    """Style: without a perceptron. It misses the point, and counts all the same, as the docstring says."""
    return (x[..., 0] != x[..., 1]).astype(int)


# --------------------------------------------------------------------------------------- count_parameters


def count_parameters__loop(layer_sizes, bias=True):
    """Style: a loop over the layers."""
    total = 0
    for i in range(1, len(layer_sizes)):
        total += layer_sizes[i - 1] * layer_sizes[i]
        if bias:
            total += layer_sizes[i]
    return total


def count_parameters__dot(layer_sizes, bias=True):
    """Style: a dot product; a NumPy integer."""
    sizes = np.asarray(layer_sizes)
    return np.dot(sizes[:-1] + int(bias), sizes[1:])


def count_parameters__recursion(layer_sizes, bias=True):
    """Style: recursion."""
    if len(layer_sizes) < 2:
        return 0
    first, second, *others = layer_sizes
    return (first + bool(bias)) * second + count_parameters__recursion([second, *others], bias)


def count_parameters__built(layer_sizes, bias=True):
    """Style: builds the arrays and asks them for their size."""
    arrays = [np.empty(pair) for pair in itertools.pairwise(layer_sizes)]
    if bias:
        arrays.extend(np.empty(size) for size in layer_sizes[1:])
    return sum(array.size for array in arrays)


def count_parameters__array(layer_sizes, bias=True):
    """Style: an integer array of one number."""
    sizes = np.array(layer_sizes, dtype=np.int32)
    return np.array([(sizes[1:] * sizes[:-1]).sum() + bias * sizes[1:].sum()])


# ------------------------------------------------------------------------------------- numerical_gradient


def numerical_gradient__basis(f, x, h=1e-5):
    """Style: steps along the vectors of a basis."""
    x = np.asarray(x, dtype=float)
    gradient = [(f(x + h * e.reshape(x.shape)) - f(x - h * e.reshape(x.shape))) / (2 * h) for e in np.eye(x.size)]
    return np.array(gradient).reshape(x.shape)


def numerical_gradient__nditer(f, x, h=1e-5):
    """Style: CS231n's np.nditer; floats are nudged in the array itself and put back exactly, integers in a copy."""
    work = x if x.dtype.kind == "f" else x.astype(float)
    gradient = np.zeros(work.shape)
    places = np.nditer(work, flags=["multi_index"])
    for _ in places:
        i = places.multi_index
        old = float(work[i])
        work[i] = old + h
        above = f(work)
        work[i] = old - h
        below = f(work)
        work[i] = old
        gradient[i] = (above - below) / (2 * h)
    return gradient


def numerical_gradient__flat(f, x, h=1e-5):
    """Style: a flat list of numbers, a fresh array for every call of f; nested lists come back."""
    numbers, shape = [float(value) for value in x.ravel()], x.shape
    slopes = []
    for k in range(len(numbers)):
        up, down = numbers.copy(), numbers.copy()
        up[k], down[k] = up[k] + h, down[k] - h
        slopes.append((float(f(np.array(up).reshape(shape))) - float(f(np.array(down).reshape(shape)))) / (2.0 * h))
    return np.reshape(slopes, shape).tolist()


def numerical_gradient__vectorize(f, x, h=1e-5):
    """Style: np.vectorize over the places."""

    def slope(place):
        nudge = np.zeros(x.size)
        nudge[place] = h
        nudge = nudge.reshape(x.shape)
        return 0.5 * (f(x + nudge) - f(x - nudge)) / h

    return np.vectorize(slope, otypes=[float])(np.arange(x.size).reshape(x.shape))


def numerical_gradient__recursion(f, x, h=1e-5):
    """Style: recursion over the axes."""
    x = x.astype(np.float64)

    def slopes(index):
        if len(index) < x.ndim:
            return [slopes((*index, i)) for i in range(x.shape[len(index)])]
        values = []
        for step in (h, -h):
            moved = x.copy()
            moved[index] += step
            values.append(f(moved))
        return (values[0] - values[1]) / (2 * h)

    return np.array(slopes(()))


# --------------------------------------------------------------------------------- sigmoid_graph_backward


def sigmoid_graph_backward__nodes(x, upstream):
    """Style: the graph node by node, in pure Python for each entry; a list or a float."""

    def one(x, upstream):
        a = -1.0 * x
        b = math.exp(a)
        c = b + 1.0
        dc = -upstream / (c * c)
        db = dc
        da = db * b
        return -da

    if np.ndim(x) == 0:
        return one(float(x), float(upstream))
    if np.ndim(x) == 1:
        return [one(float(value), float(arrived)) for value, arrived in zip(x, upstream, strict=True)]
    return [sigmoid_graph_backward__nodes(row, arrived) for row, arrived in zip(x, upstream, strict=True)]


def sigmoid_graph_backward__shortcut(x, upstream):
    """Style: o (1 - o)."""
    o = _sigmoid(x)
    return upstream * o * (1 - o)


def sigmoid_graph_backward__float32(x, upstream):
    """Style: float32, safe on both sides."""
    small = np.exp(-np.abs(np.asarray(x, dtype=np.float32)))
    return np.asarray(upstream, dtype=np.float32) * small / (np.float32(1) + small) ** 2


def sigmoid_graph_backward__cosh(x, upstream):
    """Style: a quarter over the squared hyperbolic cosine of x / 2."""
    return 0.25 * np.asarray(upstream) / np.cosh(np.asarray(x) / 2) ** 2


def sigmoid_graph_backward__vectorize(x, upstream):
    """Style: np.vectorize of a scalar function; a 0-d array for a number."""
    return np.vectorize(lambda z, g: g / (math.exp(z) + 2 + math.exp(-z)), otypes=[float])(x, upstream)


def sigmoid_graph_backward__logarithms(x, upstream):
    """Style: the slope by its logarithm; a number comes back as (1,)-array."""
    z = np.atleast_1d(np.asarray(x, dtype=float))
    return upstream * np.exp(-np.logaddexp(0, z) - np.logaddexp(0, -z))


# -------------------------------------------------------------------------------------------- mlp_forward


_NAMES = ("w1", "w2", "w3", "w4", "w5", "w6", "b1", "b2", "b3")


def _logistic(z):
    """One number, by math.exp on the side where it cannot overflow."""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def mlp_forward__scalars(x, parameters):
    """Style: plain numbers only; lists and floats in the cache."""
    x1, x2 = float(x[0]), float(x[1])
    w1, w2, w3, w4, w5, w6, b1, b2, b3 = (parameters[name] for name in _NAMES)
    h1 = _logistic(w1 * x1 + w3 * x2 + b1)
    h2 = _logistic(w2 * x1 + w4 * x2 + b2)
    o = _logistic(w5 * h1 + w6 * h2 + b3)
    return o, {"x": [x1, x2], "h": [h1, h2], "output": o}


def mlp_forward__matrices(x, parameters):
    """Style: two matrix products; 0-d arrays, more in the cache than asked for."""
    p = parameters
    W1 = np.array([[p["w1"], p["w2"]], [p["w3"], p["w4"]]])
    z = x @ W1 + np.array([p["b1"], p["b2"]])
    h = _sigmoid(z)
    o = _sigmoid(np.dot(h, [p["w5"], p["w6"]]) + p["b3"])
    return o, {"x": x.copy(), "z": z, "h": h, "output": o, "W1": W1}


def mlp_forward__float32(x, parameters):
    """Style: float32, the naive formula, which may overflow to inf on the way to 0."""
    p = {name: np.float32(value) for name, value in parameters.items()}
    x = x.astype(np.float32)

    def sigmoid(z):
        return np.float32(1) / (np.float32(1) + np.exp(-z))

    h = sigmoid(np.array([x[0] * p["w1"] + x[1] * p["w3"] + p["b1"], x[0] * p["w2"] + x[1] * p["w4"] + p["b2"]]))
    output = sigmoid(h[0] * p["w5"] + h[1] * p["w6"] + p["b3"])
    return [output, {"x": x, "h": h, "output": output}]


def mlp_forward__columns(x, parameters):
    """Style: MATLAB's column vectors; the output as (1,)-array."""
    p = parameters
    column = np.asarray(x, dtype=float).reshape(2, 1)
    h = _sigmoid(np.array([[p["w1"], p["w3"]], [p["w2"], p["w4"]]]) @ column + np.array([[p["b1"]], [p["b2"]]]))
    output = _sigmoid(np.array([[p["w5"], p["w6"]]]) @ h + p["b3"]).ravel()
    return output, {"x": column.ravel(), "h": h.ravel(), "output": output}


def mlp_forward__naive(x, parameters):
    """Style: the definition 1 / (1 + np.exp(-z)); tuples in the cache."""
    p = parameters

    def neuron(inputs, weights, bias):
        return 1 / (1 + np.exp(-(sum(map(operator.mul, inputs, weights)) + bias)))

    h = (neuron(x, (p["w1"], p["w3"]), p["b1"]), neuron(x, (p["w2"], p["w4"]), p["b2"]))
    o = neuron(h, (p["w5"], p["w6"]), p["b3"])
    return o, {"x": tuple(x), "h": h, "output": o}


# ------------------------------------------------------------------------------------------- mlp_backward


def mlp_backward__scalars(y, cache, parameters):
    """Style: one line for each gradient, plain numbers."""
    x1, x2 = cache["x"]
    h1, h2 = cache["h"]
    o = cache["output"]
    do = -2 * (y - o)
    dz = do * o * (1 - o)
    dh1, dh2 = dz * parameters["w5"], dz * parameters["w6"]
    dz1, dz2 = dh1 * h1 * (1 - h1), dh2 * h2 * (1 - h2)
    gradients = {}
    gradients["w1"] = dz1 * x1
    gradients["w3"] = dz1 * x2
    gradients["w2"] = dz2 * x1
    gradients["w4"] = dz2 * x2
    gradients["b1"] = dz1
    gradients["b2"] = dz2
    gradients["w5"] = dz * h1
    gradients["w6"] = dz * h2
    gradients["b3"] = dz
    return gradients


def mlp_backward__matrices(y, cache, parameters):
    """Style: outer products; 0-d arrays."""
    h, o = np.asarray(cache["h"]), cache["output"]
    delta2 = 2 * (o - y) * o * (1 - o)
    delta1 = delta2 * np.array([parameters["w5"], parameters["w6"]]) * h * (1 - h)
    dW1, dW2 = np.outer(cache["x"], delta1), delta2 * h
    values = [*dW1.ravel(), *dW2, *delta1, delta2]
    return {name: np.asarray(value) for name, value in zip(_NAMES, values, strict=True)}


def mlp_backward__float32(y, cache, parameters):
    """Style: float32 from the cache on, (1,)-arrays."""
    x, h = np.float32(cache["x"]), np.float32(cache["h"])
    o, y = np.float32(cache["output"]), np.float32(y)
    slope = np.float32(2) * (o - y) * o * (np.float32(1) - o)
    back = [slope * np.float32(parameters[w]) * a * (1 - a) for w, a in zip(("w5", "w6"), h, strict=True)]
    values = (*(d * one for one in x for d in back), *(slope * a for a in h), *back, slope)
    return {name: np.array([value], dtype=np.float32) for name, value in zip(_NAMES, values, strict=True)}


def _cost(y, x, p):
    """C = (y - o)**2, from the start."""
    h1 = _logistic(p["w1"] * x[0] + p["w3"] * x[1] + p["b1"])
    h2 = _logistic(p["w2"] * x[0] + p["w4"] * x[1] + p["b2"])
    return (y - _logistic(p["w5"] * h1 + p["w6"] * h2 + p["b3"])) ** 2


def mlp_backward__central_differences(y, cache, parameters):
    """Style: no backpropagation at all, every parameter nudged up and down."""
    gradients = {}
    for name in parameters:
        up, down = ({**parameters, name: parameters[name] + step} for step in (1e-5, -1e-5))
        gradients[name] = (_cost(y, cache["x"], up) - _cost(y, cache["x"], down)) / 2e-5
    return gradients


def mlp_backward__forward_mode(y, cache, parameters):
    """Style: derivatives carried along on the way forward, one pass for each parameter."""
    x, h, o = cache["x"], cache["h"], cache["output"]

    def by(name):
        dp = {other: float(other == name) for other in _NAMES}
        dh1 = h[0] * (1 - h[0]) * (dp["w1"] * x[0] + dp["w3"] * x[1] + dp["b1"])
        dh2 = h[1] * (1 - h[1]) * (dp["w2"] * x[0] + dp["w4"] * x[1] + dp["b2"])
        dz = dp["w5"] * h[0] + parameters["w5"] * dh1 + dp["w6"] * h[1] + parameters["w6"] * dh2 + dp["b3"]
        return 2 * (y - o) * -(o * (1 - o) * dz)

    return {name: by(name) for name in parameters}


# ------------------------------------------------------------------------------------- simultaneous_update


def simultaneous_update__loop(parameters, gradients, learning_rate):
    """Style: a loop that fills an empty dictionary."""
    new = {}
    for name in parameters:
        new[name] = parameters[name] - learning_rate * gradients[name]
    return new


def simultaneous_update__deepcopy(parameters, gradients, learning_rate):
    """Style: a deep copy, changed afterwards."""
    new = copy.deepcopy(parameters)
    for name, slope in gradients.items():
        new[name] = new[name] + (-learning_rate) * slope
    return new


def simultaneous_update__float32(parameters, gradients, learning_rate):
    """Style: float32 arrays, a number as 0-d array."""
    new = {name: np.array(value, dtype=np.float32) for name, value in parameters.items()}
    for name in new:
        new[name] -= np.float32(learning_rate) * np.asarray(gradients[name], dtype=np.float32)
    return new


def simultaneous_update__lists(parameters, gradients, learning_rate):
    """Style: functional, dict of a zip; arrays come back as lists."""

    def step(value, slope):
        return np.subtract(value, np.multiply(learning_rate, slope)).tolist()

    names = sorted(parameters)
    return dict(zip(names, map(step, map(parameters.get, names), operator.itemgetter(*names)(gradients)), strict=True))


def simultaneous_update__one_vector(parameters, gradients, learning_rate):
    """Style: everything in one long vector, cut up again."""
    long = np.concatenate([np.ravel(parameters[name]) for name in parameters]).astype(float)
    long -= learning_rate * np.concatenate([np.ravel(gradients[name]) for name in parameters])
    new, start = {}, 0
    for name, value in parameters.items():
        end = start + np.size(value)
        new[name] = long[start:end].reshape(np.shape(value))
        start = end
    return new


def simultaneous_update__ordered_dict(parameters, gradients, learning_rate):
    """Style: an OrderedDict, in long doubles."""
    rate = np.longdouble(learning_rate)
    return OrderedDict((name, parameters[name] - rate * gradients[name]) for name in sorted(parameters, reverse=True))


# ----------------------------------------------------------------------------------------------- backprop


def backprop__loops(X, labels, weights, biases):
    """Style: pure Python, example by example, numbers only; lists come back."""
    weights = [W.tolist() for W in weights]
    dW = [[[0.0] * len(row) for row in W] for W in weights]
    db = [[0.0] * len(b) for b in biases]
    loss, n = 0.0, len(X)
    for row, label in zip(X.tolist(), labels.tolist(), strict=True):
        inputs, last = [row], len(weights) - 1
        for number, (W, b) in enumerate(zip(weights, biases, strict=True)):
            sums = [float(b[j]) + sum(a * W[i][j] for i, a in enumerate(inputs[-1])) for j in range(len(b))]
            inputs.append(sums if number == last else [max(0.0, z) for z in sums])
        scores = inputs.pop()
        highest = max(scores)
        total = sum(math.exp(s - highest) for s in scores)
        loss += highest + math.log(total) - scores[label]
        delta = [(math.exp(s - highest) / total - (k == label)) / n for k, s in enumerate(scores)]
        for number in range(last, -1, -1):
            for j, d in enumerate(delta):
                db[number][j] += d
                for i, a in enumerate(inputs[number]):
                    dW[number][i][j] += a * d
            delta = [
                sum(d * w for d, w in zip(delta, weights[number][i], strict=True)) if a > 0 else 0.0
                for i, a in enumerate(inputs[number])
            ]
    return loss / n, dW, db


def backprop__einsum(X, labels, weights, biases):
    """Style: einsum, masks kept from the sums, the division by N at the very end; tuples."""
    n, activations, masks = X.shape[0], [X], []
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        z = np.einsum("ni,ij->nj", activations[-1], W) + b
        masks.append(z > 0)
        activations.append(np.where(z > 0, z, 0.0))
    scores = np.einsum("ni,ij->nj", activations[-1], weights[-1]) + biases[-1]
    log_total = np.logaddexp.reduce(scores, axis=1)
    loss = np.mean(log_total - np.take_along_axis(scores, labels[:, None], axis=1)[:, 0])
    delta = np.exp(scores - log_total[:, None]) - np.eye(scores.shape[1])[labels]
    dW, db = [], []
    for number in reversed(range(len(weights))):
        dW.append(np.einsum("ni,nj->ij", activations[number], delta) / n)
        db.append(np.einsum("nj->j", delta) / n)
        if number:
            delta = np.einsum("nj,ij->ni", delta, weights[number]) * masks[number - 1]
    return loss, tuple(dW[::-1]), tuple(db[::-1])


def backprop__columns(X, labels, weights, biases):
    """Style: MATLAB, examples as columns; the loss as (1,)-array."""
    A = [np.asarray(X, dtype=float).T]
    for number, (W, b) in enumerate(zip(weights, biases, strict=True)):
        Z = W.T @ A[-1] + b.reshape(-1, 1)
        A.append(Z if number == len(weights) - 1 else (Z > 0) * Z)
    S = A.pop()
    m = S.shape[1]
    S = S - S.max(axis=0)
    Y = (np.arange(S.shape[0]).reshape(-1, 1) == labels) * 1.0
    P = np.exp(S) / np.exp(S).sum(axis=0)
    loss = np.sum(Y * (np.log(np.exp(S).sum(axis=0)) - S), keepdims=True).reshape(1) / m
    delta = (P - Y) / m
    dW, db = [None] * len(weights), [None] * len(weights)
    for number in range(len(weights) - 1, -1, -1):
        dW[number] = (delta @ A[number].T).T
        db[number] = delta @ np.ones(m)
        delta = np.sign(A[number]) * (weights[number] @ delta) if number > 0 else None
    return [loss, dW, db]


def backprop__float32(X, labels, weights, biases):
    """Style: float32 throughout."""
    weights = [W.astype(np.float32) for W in weights]
    biases = [b.astype(np.float32) for b in biases]
    inputs = [X.astype(np.float32)]
    for W, b in zip(weights, biases, strict=True):
        inputs.append(np.maximum(inputs[-1] @ W + b, 0) if len(inputs) < len(weights) else inputs[-1] @ W + b)
    scores = inputs.pop()
    scores = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    totals = p.sum(axis=1, keepdims=True)
    rows = np.arange(len(p))
    loss = (np.log(totals[:, 0]) - scores[rows, labels]).mean()
    delta = p / totals
    delta[rows, labels] -= np.float32(1)
    delta = delta / np.float32(len(p))
    dW, db = [], []
    for W, a in zip(weights[::-1], inputs[::-1], strict=True):
        dW, db = [a.T @ delta, *dW], [delta.sum(0), *db]
        delta = delta @ W.T
        delta[a <= 0] = 0
    return loss, dW, db


def backprop__recursion(X, labels, weights, biases):
    """Style: recursion, each layer hands the gradient of its input to the layer before."""

    def layer(a, number):
        z = a @ weights[number] + biases[number]
        if number == len(weights) - 1:
            highest = z.max(axis=1, keepdims=True)
            log_p = z - highest - np.log(np.sum(np.exp(z - highest), axis=1, keepdims=True))
            wanted = np.zeros_like(log_p)
            wanted[range(len(labels)), labels] = 1.0
            loss, dz, dW, db = -(wanted * log_p).sum() / len(labels), (np.exp(log_p) - wanted) / len(labels), [], []
        else:
            loss, dW, db, da = layer(np.clip(z, 0, None), number + 1)
            dz = np.where(z > 0, da, 0)
        return loss, [a.T.dot(dz), *dW], [np.sum(dz, 0), *db], dz.dot(weights[number].T)

    return layer(X, 0)[:3]


class _Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return np.matmul(x, self.W) + self.b

    def backward(self, upstream):
        self.dW, self.db = np.tensordot(self.x, upstream, axes=(0, 0)), np.add.reduce(upstream)
        return np.matmul(upstream, self.W.T)


class _ReLU:
    def forward(self, z):
        self.slope = np.where(z > 0, 1.0, 0.0)
        return np.multiply(z, self.slope)

    def backward(self, upstream):
        return np.multiply(upstream, self.slope)


def backprop__layer_objects(X, labels, weights, biases):
    """Style: layers as objects with forward and backward."""
    linear = [_Linear(W, b) for W, b in zip(weights, biases, strict=True)]
    chain = [*itertools.chain.from_iterable((layer, _ReLU()) for layer in linear[:-1]), linear[-1]]
    scores = functools.reduce(lambda value, layer: layer.forward(value), chain, X)
    centred = scores - np.amax(scores, axis=-1)[:, np.newaxis]
    exponentials = np.exp(centred)
    totals = np.sum(exponentials, axis=-1)
    losses = [math.log(total) - row[label] for total, row, label in zip(totals, centred, labels, strict=True)]
    upstream = (exponentials / totals[:, np.newaxis] - (labels[:, None] == np.arange(scores.shape[1]))) / len(X)
    for layer in reversed(chain):
        upstream = layer.backward(upstream)
    return math.fsum(losses) / len(losses), [layer.dW for layer in linear], [layer.db for layer in linear]


# -------------------------------------------------------------------------------- multiplications_per_pass


def multiplications_per_pass__loop(layer_sizes):
    """Style: really counts, one product after the other."""
    count = 0
    for inputs, outputs in itertools.pairwise(layer_sizes):
        for _ in range(outputs):
            for _ in range(inputs):
                count += 1
    return count


def multiplications_per_pass__numpy(layer_sizes):
    """Style: np.sum of products; a NumPy integer."""
    return np.sum(np.multiply(layer_sizes[1:], layer_sizes[:-1]))


def multiplications_per_pass__functional(layer_sizes):
    """Style: sum of a map."""
    return sum(map(operator.mul, layer_sizes, layer_sizes[1:]))


def multiplications_per_pass__array(layer_sizes):
    """Style: a 0-d integer array, by a dot product."""
    return np.array(np.asarray(layer_sizes)[:-1] @ np.asarray(layer_sizes)[1:])

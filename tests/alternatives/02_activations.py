"""Right answers to 02_activations in other styles than the model solution's."""

import functools
import math
import operator

import numpy as np


def _each(function, z):
    """The function of every number in an array or a number, as nested lists of Python floats, or one."""
    if np.ndim(z) == 0:
        return function(float(z))
    return [_each(function, part) for part in z]


# --------------------------------------------------------------------------------------------------- step


def step__heaviside(z):
    """Style: np.heaviside."""
    return np.heaviside(z, 0.0)


def step__loops(z):
    """Style: recursion down to Python floats, nested lists come back."""
    return _each(lambda value: 1.0 if value > 0 else 0.0, z)


def step__float32(z):
    """Style: float32."""
    return (np.asarray(z) > 0).astype(np.float32)


def step__mask(z):
    """Style: assignment by a mask; a number comes back as a (1,)-array."""
    z = np.atleast_1d(z)
    out = np.zeros(z.shape)
    out[z > 0] = 1.0
    return out


def step__sign(z):
    """Style: the sign of the positive part."""
    return np.sign(np.maximum(z, 0.0))


def step__truth_times_one(z):
    """Style: a truth value times 1.0."""
    return np.greater(z, 0) * 1.0


def step__vectorize(z):
    """Style: np.vectorize, a 0-d array for a number."""
    return np.vectorize(lambda value: float(value > 0), otypes=[float])(z)


def step__piecewise(z):
    """Style: np.piecewise over a float copy."""
    z = np.array(z, dtype=float)
    return np.piecewise(z, [z <= 0, z > 0], [0.0, 1.0])


# ------------------------------------------------------------------------------------------------ sigmoid


def _sigmoid_of_number(z):
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    small = math.exp(z)
    return small / (1.0 + small)


def sigmoid__loops(z):
    """Style: math.exp on Python floats, two branches, nested lists."""
    return _each(_sigmoid_of_number, z)


def sigmoid__tanh(z):
    """Style: through tanh."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(z)))


def sigmoid__float32(z):
    """Style: float32, exp(-|z|)."""
    z = np.asarray(z, dtype=np.float32)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, np.float32(1), small) / (np.float32(1) + small)


def sigmoid__clip(z):
    """Style: the argument clipped to where exp is finite."""
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def sigmoid__logaddexp(z):
    """Style: exp of minus softplus(-z)."""
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def sigmoid__masks(z):
    """Style: two masks filled in turn, a (1,)-array for a number."""
    z = np.atleast_1d(np.asarray(z, dtype=float))
    out = np.empty_like(z)
    up = z >= 0
    out[up] = 1 / (1 + np.exp(-z[up]))
    e = np.exp(z[~up])
    out[~up] = e / (1 + e)
    return out


def sigmoid__errstate(z):
    """Style: the plain formula; an overflow to inf is right here, and is silenced."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


def sigmoid__vectorize(z):
    """Style: np.vectorize of a function of one number."""
    return np.vectorize(_sigmoid_of_number, otypes=[float])(z)


# ------------------------------------------------------------------------------------- sigmoid_derivative


def sigmoid_derivative__loops(z):
    """Style: nested lists of Python floats, exp(-|z|)."""

    def slope(value):
        small = math.exp(-abs(value))
        return small / (1 + small) ** 2

    return _each(slope, z)


def sigmoid_derivative__even(z):
    """Style: exp(-|z|) / (1 + exp(-|z|))^2, for the function is even."""
    e = np.exp(-np.abs(z))
    return e / np.square(1 + e)


def sigmoid_derivative__product(z):
    """Style: sigmoid(z) * sigmoid(-z)."""
    z = np.asarray(z)
    return sigmoid__logaddexp(z) * sigmoid__logaddexp(-z)


def sigmoid_derivative__float32(z):
    """Style: float32, a (1 - a)."""
    a = sigmoid__float32(z)
    return a * (1 - a)


def sigmoid_derivative__tanh(z):
    """Style: a quarter of 1 - tanh(z / 2)^2."""
    return (1 - np.tanh(np.true_divide(z, 2)) ** 2) / 4


def sigmoid_derivative__difference(z):
    """Style: a - a^2, with a (1,)-array for a number."""
    a = sigmoid__masks(z)
    return a - a**2


def sigmoid_derivative__central_difference(z):
    """Style: a central difference of the sigmoid."""
    z, h = np.asarray(z, dtype=float), 1e-5
    return (sigmoid__tanh(z + h) - sigmoid__tanh(z - h)) / (2 * h)


# --------------------------------------------------------------------------------------- tanh_derivative


def tanh_derivative__loops(z):
    """Style: math.tanh on Python floats, nested lists."""
    return _each(lambda value: 1 - math.tanh(value) ** 2, z)


def tanh_derivative__cosh(z):
    """Style: 1 / cosh^2, the argument clipped to where cosh is finite."""
    return 1 / np.cosh(np.clip(z, -300, 300)) ** 2


def tanh_derivative__float32(z):
    """Style: float32."""
    t = np.tanh(np.asarray(z, dtype=np.float32))
    return np.float32(1) - t * t


def tanh_derivative__factors(z):
    """Style: (1 - t)(1 + t)."""
    t = np.tanh(z)
    return np.multiply(1 - t, 1 + t)


def tanh_derivative__exponentials(z):
    """Style: exponentials of -2|z|, by hand; a (1,)-array for a number."""
    e = np.exp(-2 * np.abs(np.atleast_1d(z)))
    return 4 * e / (1 + e) ** 2


def tanh_derivative__sigmoid(z):
    """Style: through the slope of the sigmoid at 2 z."""
    return 4 * sigmoid_derivative__even(2 * np.asarray(z))


def tanh_derivative__central_difference(z):
    """Style: a central difference."""
    z, h = np.asarray(z, dtype=float), 1e-5
    return (np.tanh(z + h) - np.tanh(z - h)) / (2 * h)


# --------------------------------------------------------------------------------------------------- relu


def relu__where(z):
    """Style: np.where."""
    z = np.asarray(z)
    return np.where(z > 0, z, 0)


def relu__loops(z):
    """Style: max on Python floats, nested lists."""
    return _each(lambda value: max(0.0, value), z)


def relu__product(z):
    """Style: z times a truth value."""
    z = np.asarray(z)
    return z * (z > 0)


def relu__float32(z):
    """Style: float32."""
    return np.maximum(np.asarray(z, dtype=np.float32), np.float32(0))


def relu__absolute(z):
    """Style: (z + |z|) / 2."""
    return (z + np.abs(z)) / 2


def relu__copy_and_mask(z):
    """Style: a copy whose negative entries are set to 0; a (1,)-array for a number."""
    out = np.array(z, ndmin=1)
    out[out < 0] = 0
    return out


def relu__clip(z):
    """Style: np.clip without an upper end."""
    return np.clip(z, 0, None)


def relu__vectorize(z):
    """Style: np.vectorize."""
    return np.vectorize(lambda value: value if value > 0 else 0.0, otypes=[float])(z)


# --------------------------------------------------------------------------------------- relu_derivative


def relu_derivative__astype(z):
    """Style: a comparison made floats."""
    return (np.asarray(z) > 0).astype(float)


def relu_derivative__loops(z):
    """Style: nested lists of Python floats."""
    return _each(lambda value: float(value > 0), z)


def relu_derivative__float32(z):
    """Style: np.where in float32."""
    return np.where(np.asarray(z) > 0, np.float32(1), np.float32(0))


def relu_derivative__ones(z):
    """Style: ones, with zeros where z is not positive; a (1,)-array for a number."""
    z = np.atleast_1d(z)
    out = np.ones_like(z, dtype=float)
    out[z <= 0] = 0
    return out


def relu_derivative__heaviside(z):
    """Style: np.heaviside."""
    return np.heaviside(z, 0)


def relu_derivative__ceil(z):
    """Style: np.ceil of the positive part squeezed below 1."""
    return np.ceil(np.clip(z, 0.0, 1.0))


def relu_derivative__sign(z):
    """Style: (sign + |sign|) / 2."""
    s = np.sign(z)
    return (s + np.abs(s)) / 2


# ------------------------------------------------------------------------------------------------- neuron


def neuron__loops(x, w, b, activation):
    """Style: a running sum for each row, the activation of Python floats."""

    def output(row):
        total = b
        for value, weight in zip(row, w, strict=True):
            total = total + float(value) * float(weight)
        return activation(total)

    return output(x) if x.ndim == 1 else [output(row) for row in x]


def neuron__sum(x, w, b, activation):
    """Style: entrywise product and a sum over the last axis."""
    return activation(np.sum(x * w, axis=-1) + b)


def neuron__einsum(x, w, b, activation):
    """Style: einsum with any leading axes."""
    return activation(np.einsum("...d,d->...", x, w) + b)


def neuron__float32(x, w, b, activation):
    """Style: float32."""
    return activation(np.dot(x.astype(np.float32), w.astype(np.float32)) + np.float32(b))


def neuron__as_batch(x, w, b, activation):
    """Style: always a batch of rows; one example gives a (1,)-array."""
    return activation(np.atleast_2d(x) @ w + b)


def neuron__ones_column(x, w, b, activation):
    """Style: the bias as the weight of a constant input."""
    x = np.asarray(x, dtype=float)
    extended = np.concatenate([x, np.ones((*x.shape[:-1], 1))], axis=-1)
    return activation(extended @ np.append(w, b))


def neuron__columns(x, w, b, activation):
    """Style: column vectors, flattened before the activation."""
    if x.ndim == 1:
        return activation((w[None, :] @ x[:, None]).item() + b)
    return activation((x @ w.reshape(-1, 1) + b).ravel())


def neuron__vectorize(inputs, weights, bias, f):
    """Style: the activation applied number by number, other argument names."""
    return np.vectorize(f, otypes=[float])(np.inner(inputs, weights) + bias)


# ---------------------------------------------------------------------------------- collapse_linear_layers


def collapse_linear_layers__homogeneous(weights, biases):
    """Style: one block matrix [[W, 0], [b, 1]] for each layer, multiplied up."""

    def block(W, b):
        return np.block([[W, np.zeros((len(W), 1))], [b[None, :], np.ones((1, 1))]])

    product = functools.reduce(np.matmul, map(block, weights, biases))
    return product[:-1, :-1], product[-1, :-1]


def collapse_linear_layers__probing(weights, biases):
    """Style: the network asked at 0 and at the unit vectors."""

    def network(x):
        for W, b in zip(weights, biases, strict=True):
            x = x @ W + b
        return x

    size = weights[0].shape[0]
    b = network(np.zeros(size))
    return network(np.eye(size)) - b, b


def collapse_linear_layers__backwards(weights, biases):
    """Style: from the last layer to the first, every bias taken through the layers after it."""
    after = np.eye(weights[-1].shape[1])
    bias = np.zeros(weights[-1].shape[1])
    for W, b in zip(reversed(weights), reversed(biases), strict=True):
        bias = bias + b @ after
        after = W @ after
    return after, bias


def collapse_linear_layers__recursion(weights, biases):
    """Style: recursion on the tail of the lists."""
    if len(weights) == 1:
        return weights[0].copy(), biases[0].copy()
    W, b = collapse_linear_layers__recursion(weights[1:], biases[1:])
    return weights[0] @ W, biases[0] @ W + b


def collapse_linear_layers__float32(weights, biases):
    """Style: float32, a list comes back."""
    W, b = weights[0].astype(np.float32), biases[0].astype(np.float32)
    for next_W, next_b in zip(weights[1:], biases[1:], strict=True):
        next_W = next_W.astype(np.float32)
        W, b = W @ next_W, b @ next_W + next_b.astype(np.float32)
    return [W, b]


def collapse_linear_layers__loops(weights, biases):
    """Style: nested lists and three loops."""
    W, b = weights[0].tolist(), biases[0].tolist()
    for layer, bias in zip(weights[1:], biases[1:], strict=True):
        layer, bias = layer.tolist(), bias.tolist()
        columns = range(len(bias))
        inner = range(len(layer))
        W = [[sum(row[i] * layer[i][j] for i in inner) for j in columns] for row in W]
        b = [bias[j] + sum(b[i] * layer[i][j] for i in inner) for j in columns]
    return W, b


def collapse_linear_layers__multi_dot(weights, biases):
    """Style: np.linalg.multi_dot for every bias's own chain."""

    def chain(first, rest):
        return np.linalg.multi_dot([first, *rest]) if rest else first.copy()

    W = chain(weights[0], weights[1:])
    b = sum(chain(bias[None, :], weights[i + 1 :])[0] for i, bias in enumerate(biases))
    return W, b


# ------------------------------------------------------------------------------ gradient_through_sigmoids


def gradient_through_sigmoids__loops(zs):
    """Style: a running product of Python floats."""
    product = 1.0
    for z in zs:
        a = _sigmoid_of_number(float(z))
        product *= a * (1 - a)
    return product


def gradient_through_sigmoids__logarithms(zs):
    """Style: exp of the sum of the logarithms, -|z| - 2 log(1 + exp(-|z|))."""
    size = np.abs(zs)
    return np.exp(np.sum(-size - 2 * np.log1p(np.exp(-size))))


def gradient_through_sigmoids__reduce(zs):
    """Style: functools.reduce over a generator."""
    activations = map(_sigmoid_of_number, zs.tolist())
    return functools.reduce(operator.mul, (a * (1 - a) for a in activations), 1.0)


def gradient_through_sigmoids__float32(zs):
    """Style: float32; a (1,)-array comes back."""
    e = np.exp(-np.abs(np.asarray(zs, dtype=np.float32)))
    return np.prod(e / (1 + e) ** 2, keepdims=True)


def gradient_through_sigmoids__two_products(zs):
    """Style: the product of all a times the product of all 1 - a; np.float64 comes back."""
    a = 1 / (1 + np.exp(-np.clip(zs, -600, 600)))
    return a.prod() * (1 - a).prod()


def gradient_through_sigmoids__recursion(zs):
    """Style: recursion, halves of the chain."""
    if len(zs) == 1:
        return sigmoid_derivative__even(zs[0])
    half = len(zs) // 2
    return gradient_through_sigmoids__recursion(zs[:half]) * gradient_through_sigmoids__recursion(zs[half:])


def gradient_through_sigmoids__backwards(zs):
    """Style: cumulative product of the reversed chain, its last entry; a 0-d array comes back."""
    return np.array(np.cumprod(sigmoid_derivative__tanh(zs[::-1]))[-1])


# ---------------------------------------------------------------------------------------------- relu_fold


def relu_fold__loops(x, hinges, slopes):
    """Style: Python floats and two loops, nested lists come back."""

    def curve(value):
        total = 0.0
        for hinge, slope in zip(hinges, slopes, strict=True):
            if value > hinge:
                total += float(slope) * (value - float(hinge))
        return total

    return _each(curve, x)


def relu_fold__broadcasting(x, hinges, slopes):
    """Style: a new last axis for the hinges, then a matrix product."""
    return np.maximum(np.asarray(x)[..., None] - hinges, 0) @ slopes


def relu_fold__einsum(x, hinges, slopes):
    """Style: hinges along the first axis, and einsum."""
    units = np.maximum(np.subtract.outer(x, hinges), 0)
    return np.einsum("...k,k->...", units, slopes)


def relu_fold__float32(x, hinges, slopes):
    """Style: float32, hinges from the last to the first."""
    x = np.asarray(x, dtype=np.float32)
    total = np.zeros(x.shape, dtype=np.float32)
    for k in reversed(range(len(hinges))):
        total = total + np.float32(slopes[k]) * np.maximum(x - np.float32(hinges[k]), np.float32(0))
    return total


def relu_fold__sum(x, hinges, slopes):
    """Style: the builtin sum over a generator."""
    return sum(s * np.clip(x - h, 0, None) for h, s in zip(hinges, slopes, strict=True))


def relu_fold__vectorize(x, hinges, slopes):
    """Style: np.vectorize over a dot product, a 0-d array for a number."""
    return np.vectorize(lambda value: slopes.dot((value > hinges) * (value - hinges)), otypes=[float])(x)


def relu_fold__pieces(x, hinges, slopes):
    """Style: one straight piece for each place between hinges, found by searchsorted."""
    order = np.argsort(hinges)
    hinges, slopes = np.asarray(hinges, dtype=float)[order], np.asarray(slopes, dtype=float)[order]
    steepness = np.concatenate([[0.0], np.cumsum(slopes)])
    offset = np.concatenate([[0.0], np.cumsum(slopes * hinges)])
    piece = np.searchsorted(hinges, x)
    return steepness[piece] * x - offset[piece]


def relu_fold__flat(x, hinges, slopes):
    """Style: flattened, worked on as a table, brought back to shape; a (1,)-array for a number."""
    x = np.atleast_1d(x)
    table = np.tile(x.reshape(-1, 1).astype(float), (1, len(hinges))) - hinges
    table[table < 0] = 0
    return (table * slopes).sum(axis=1).reshape(x.shape)


def relu_fold__recursion(x, hinges, slopes):
    """Style: recursion, one hinge at a time."""
    if len(hinges) == 0:
        return np.zeros(np.shape(x))
    folded = slopes[0] * relu__where(np.asarray(x) - hinges[0])
    return folded + relu_fold__recursion(x, hinges[1:], slopes[1:])

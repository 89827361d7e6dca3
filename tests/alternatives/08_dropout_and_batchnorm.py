"""Right answers to 08_dropout_and_batchnorm in other styles than the solution's; all of them must be accepted."""

from __future__ import annotations

import functools
import itertools
import math
from types import SimpleNamespace

import numpy as np

# ------------------------------------------------------------------------------------------- dropout_mask


def dropout_mask__binomial(shape, p, rng):
    """Style: binomial tosses that keep with probability 1 - p."""
    if p >= 1.0:
        return np.zeros(shape)
    return rng.binomial(1, 1 - p, size=shape) / (1 - p)


def dropout_mask__choice(shape, p, rng):
    """Style: choice between the two values."""
    return rng.choice([0.0, 1 / (1 - p) if p < 1 else 0.0], size=shape, p=[p, 1 - p])


def dropout_mask__loops(shape, p, rng):
    """Style: pure Python, one number after the other, reshaped."""
    kept = 1.0 / (1.0 - p) if p != 1 else 0.0
    flat = [0.0 if number < p else kept for number in rng.random(math.prod(shape)).tolist()]
    return np.reshape(flat, shape)


def dropout_mask__float32(shape, p, rng):
    """Style: float32, where with two values."""
    scale = np.float32(0) if p == 1 else np.float32(1 / (1 - p))
    return np.where(rng.uniform(size=shape) > p, scale, np.float32(0))


def dropout_mask__ones(shape, p, rng):
    """Style: starts from ones, puts zeros, then divides what is left; the toss turned round."""
    mask = np.ones(shape)
    mask[rng.random(shape) >= 1 - p] = 0
    if p < 1:
        mask /= 1 - p
    return mask


def dropout_mask__recursion(shape, p, rng):
    """Style: recursion over the axes, a list of arrays."""
    if len(shape) > 1:
        return [dropout_mask__recursion(shape[1:], p, rng) for _ in range(shape[0])]
    row = (rng.random(*shape) >= p).astype(float)
    return row / (1 - p) if p < 1 else row


def dropout_mask__derived_generator(shape, p, rng):
    """Style: a generator of its own, seeded by the one that was given."""
    own = np.random.default_rng(rng.integers(2**63))
    return np.floor(own.random(shape) + (1 - p)) * (1 / (1 - p) if p < 1 else 0)


# ------------------------------------------------------------------------------------------------ dropout


def dropout__early_return(x, p, training, rng):
    """Style: one way out after the other, NumPy all along."""
    if not training or p == 0:
        return x.copy()
    if p == 1:
        return np.zeros_like(x, dtype=float)
    mask = rng.random(x.shape) < 1 - p
    return x * mask / (1 - p)


def dropout__where(x, p, training, rng):
    """Style: np.where, with a safe divisor."""
    if training:
        return np.where(rng.random(x.shape) >= p, x / max(1 - p, 1e-300), 0.0) if p < 1 else 0.0 * x
    return 1.0 * x


def dropout__loops(x, p, training, rng):
    """Style: entry by entry in a flat list of numbers."""
    numbers = [float(value) for value in x.ravel()]
    if training:
        tosses = rng.random(len(numbers)).tolist()
        numbers = [value / (1 - p) if toss >= p else 0.0 for value, toss in zip(numbers, tosses, strict=True)]
    return np.array(numbers).reshape(x.shape)


def dropout__float32(x, p, training, rng):
    """Style: float32, its mask by binomial tosses."""
    made = np.array(x, dtype=np.float32)
    if training:
        made *= rng.binomial(n=1, p=1.0 - p, size=made.shape).astype(np.float32)
        made /= np.float32(1 - p if p < 1 else 1)
    return made


def dropout__zeros_put(x, p, training, rng):
    """Style: a copy in which zeros are put, then divided in place."""
    y = x.astype(float)
    if training is True:
        dropped = rng.random(y.shape) < p
        y[dropped] = 0.0
        if not dropped.all():
            y /= 1.0 - p
    return y


def dropout__own_mask(x, p, training, rng):
    """Style: built on dropout_mask; what is not training has a mask of ones."""
    mask = dropout_mask__binomial(x.shape, p, rng) if training else np.ones(x.shape)
    return np.multiply(mask, x)


# --------------------------------------------------------------------------------------- dropout_backward


def dropout_backward__loops(upstream, mask):
    """Style: pure Python on flat lists."""
    product = [arrived * kept for arrived, kept in zip(upstream.ravel().tolist(), mask.ravel().tolist(), strict=True)]
    return np.array(product).reshape(upstream.shape).tolist()


def dropout_backward__where(upstream, mask):
    """Style: np.where, only where something was kept."""
    return np.where(mask > 0, np.multiply(upstream, mask), 0)


def dropout_backward__float32(upstream, mask):
    """Style: float32."""
    return upstream.astype(np.float32) * mask.astype(np.float32)


def dropout_backward__einsum(upstream, mask):
    """Style: einsum."""
    return np.einsum("...,...->...", upstream, mask)


def dropout_backward__in_place_on_a_copy(upstream, mask):
    """Style: a copy, changed in place."""
    gradient = upstream.copy()
    gradient *= mask
    gradient[mask == 0] = 0.0
    return gradient


# -------------------------------------------------------------------------------------- batchnorm_forward


def batchnorm_forward(x, gamma, beta, eps):
    """What every batchnorm_backward here is given: its cache holds something for each of the styles."""
    mean, var = np.mean(x, axis=0), np.var(x, axis=0)
    hat = (x - mean) / np.sqrt(var + eps)

    def back(upstream):
        d = upstream * gamma
        return (d - d.mean(axis=0) - hat * (d * hat).mean(axis=0)) / np.sqrt(var + eps)

    cache = {
        "inputs": (x.copy(), gamma.copy(), beta.copy(), eps),
        "statistics": SimpleNamespace(mean=mean, var=var, hat=hat),
        "back": back,
    }
    return gamma * hat + beta, cache


def batchnorm_forward__loops(x, gamma, beta, eps):
    """Style: pure Python loops, a list of lists, a tuple for a cache."""
    n, d = x.shape
    out, cache = [[0.0] * d for _ in range(n)], []
    for j in range(d):
        column = [float(x[i, j]) for i in range(n)]
        mean = sum(column) / n
        var = sum((value - mean) ** 2 for value in column) / n
        cache.append((mean, var))
        for i in range(n):
            out[i][j] = float(gamma[j]) * (column[i] - mean) / math.sqrt(var + eps) + float(beta[j])
    return out, tuple(cache)


def batchnorm_forward__float32(x, gamma, beta, eps):
    """Style: float32, a cache that is a list."""
    x, gamma, beta = (np.asarray(array, dtype=np.float32) for array in (x, gamma, beta))
    mean, var = x.mean(axis=0), x.var(axis=0)
    hat = (x - mean) / np.sqrt(var + np.float32(eps))
    return gamma * hat + beta, [x, hat, var]


def batchnorm_forward__folded(x, gamma, beta, eps):
    """Style: folded into one factor and one offset for each column; no cache but a function."""
    var = np.einsum("nd,nd->d", x - x.mean(0), x - x.mean(0)) / len(x)
    factor = gamma * (var + eps) ** -0.5
    return [x * factor + (beta - x.mean(0) * factor), lambda upstream: upstream * factor]


def batchnorm_forward__columns(x, gamma, beta, eps):
    """Style: MATLAB, features as rows, bsxfun by hand; an object for a cache."""
    X = np.asarray(x, dtype=float).T
    ones = np.ones((X.shape[1], 1))
    mean = X @ ones / X.shape[1]
    var = (X - mean) ** 2 @ ones / X.shape[1]
    Y = gamma.reshape(-1, 1) * ((X - mean) / np.sqrt(var + eps)) + beta.reshape(-1, 1)
    return Y.T, SimpleNamespace(mean=mean, var=var)


def batchnorm_forward__welford(x, gamma, beta, eps):
    """Style: mean and variance in one pass over the rows; nothing in the cache."""
    mean, squares = np.zeros(x.shape[1]), np.zeros(x.shape[1])
    for count, row in enumerate(x, start=1):
        step = row - mean
        mean = mean + step / count
        squares = squares + step * (row - mean)
    root = np.sqrt(squares / len(x) + eps)
    return np.array([gamma * (row - mean) / root + beta for row in x]), None


def batchnorm_forward__mean_of_squares(x, gamma, beta, eps):
    """Style: the variance as the mean of the squares less the square of the mean, never below 0."""
    mean = np.average(x, axis=0)
    var = np.maximum(np.average(np.square(x), axis=0) - mean**2, 0)
    hat = np.divide(np.subtract(x, mean), np.sqrt(np.add(var, eps)))
    return np.add(np.multiply(gamma, hat), beta), (hat, var)


# -------------------------------------------------------------------------------------- batchnorm_running


def batchnorm_running__step(mean, running_mean, momentum):
    """Style: a step towards the new mean."""
    return running_mean + momentum * (mean - running_mean)


def batchnorm_running__loops(mean, running_mean, momentum):
    """Style: pure Python; a list comes back, and is taken as well."""
    return [(1 - momentum) * float(old) + momentum * float(new) for old, new in zip(running_mean, mean, strict=True)]


def batchnorm_running__float32(mean, running_mean, momentum):
    """Style: float32."""
    share = np.float32(momentum)
    return np.float32(running_mean) * (np.float32(1) - share) + np.float32(mean) * share


def batchnorm_running__average(mean, running_mean, momentum):
    """Style: np.average with weights."""
    return np.average([running_mean, mean], axis=0, weights=[1 - momentum, momentum])


def batchnorm_running__in_place_on_a_copy(mean, running_mean, momentum):
    """Style: a float copy, changed in place."""
    new = np.array(running_mean, dtype=float)
    new *= 1.0 - momentum
    new += np.asarray(mean) * momentum
    return new


# ------------------------------------------------------------------------------------ batchnorm_inference


def batchnorm_inference__loops(x, gamma, beta, running_mean, running_var, eps):
    """Style: pure Python; a list of lists."""
    return [
        [
            float(g) * (float(value) - float(m)) / math.sqrt(float(v) + eps) + float(b)
            for value, g, b, m, v in zip(row, gamma, beta, running_mean, running_var, strict=True)
        ]
        for row in x
    ]


def batchnorm_inference__folded(x, gamma, beta, running_mean, running_var, eps):
    """Style: one factor and one offset for each column."""
    factor = gamma / np.sqrt(running_var + eps)
    return x * factor + (beta - running_mean * factor)


def batchnorm_inference__float32(x, gamma, beta, running_mean, running_var, eps):
    """Style: float32."""
    x, gamma, beta, mean, var = (np.float32(array) for array in (x, gamma, beta, running_mean, running_var))
    return gamma * ((x - mean) / np.sqrt(var + np.float32(eps))) + beta


def batchnorm_inference__matrix(x, gamma, beta, running_mean, running_var, eps):
    """Style: a linear layer with a diagonal matrix."""
    return (x - running_mean) @ np.diag(gamma * np.power(running_var + eps, -0.5)) + beta


def batchnorm_inference__einsum(x, gamma, beta, running_mean, running_var, eps):
    """Style: einsum, examples as columns at the end turned back."""
    scale = np.reciprocal(np.sqrt(eps + running_var))
    return (np.einsum("nd,d,d->dn", x - running_mean[None, :], scale, gamma) + beta[:, None]).T


# ------------------------------------------------------------------------------------- batchnorm_backward


def batchnorm_backward__node_by_node(upstream, cache):
    """Style: the graph node by node, every path by itself, as in the first paper."""
    x, gamma, _, eps = cache["inputs"]
    n = len(x)
    mean, var = x.mean(axis=0), x.var(axis=0)
    centred, std = x - mean, np.sqrt(var + eps)
    dhat = upstream * gamma
    dvar = np.sum(dhat * centred, axis=0) * -0.5 * (var + eps) ** -1.5
    dmean = np.sum(-dhat / std, axis=0) + dvar * np.sum(-2 * centred, axis=0) / n
    dx = dhat / std + dvar * 2 * centred / n + dmean / n
    return dx, np.sum(upstream * centred / std, axis=0), np.sum(upstream, axis=0)


def batchnorm_backward__loops(upstream, cache):
    """Style: pure Python loops, column by column; lists come back."""
    x, gamma, _, eps = cache["inputs"]
    n, d = x.shape
    dx, dgamma, dbeta = [[0.0] * d for _ in range(n)], [0.0] * d, [0.0] * d
    for j in range(d):
        mean = sum(float(x[i, j]) for i in range(n)) / n
        std = math.sqrt(sum((float(x[i, j]) - mean) ** 2 for i in range(n)) / n + eps)
        hat = [(float(x[i, j]) - mean) / std for i in range(n)]
        for i in range(n):
            dgamma[j] += float(upstream[i, j]) * hat[i]
            dbeta[j] += float(upstream[i, j])
        for i in range(n):
            dx[i][j] = float(gamma[j]) / (n * std) * (n * float(upstream[i, j]) - dbeta[j] - hat[i] * dgamma[j])
    return dx, dgamma, dbeta


def batchnorm_backward__jacobian(upstream, cache):
    """Style: the whole matrix of slopes of one column, an (N, N) table for each."""
    x, gamma, _, eps = cache["inputs"]
    statistics, n = cache["statistics"], x.shape[0]
    dx = np.zeros(x.shape)
    for j, hat in enumerate(statistics.hat.T):
        slopes = (np.eye(n) - 1 / n - np.outer(hat, hat) / n) / np.sqrt(statistics.var[j] + eps)
        dx[:, j] = slopes @ (gamma[j] * upstream[:, j])
    return dx, np.einsum("nd,nd->d", upstream, statistics.hat), np.ones(n) @ upstream


def batchnorm_backward__float32(upstream, cache):
    """Style: float32 from the inputs on; a list of three."""
    x, gamma, _, eps = cache["inputs"]
    x, gamma, upstream = np.float32(x), np.float32(gamma), np.float32(upstream)
    centred = x - x.mean(0)
    std = np.sqrt((centred * centred).mean(0) + np.float32(eps))
    hat, d = centred / std, upstream * gamma
    return [(d - d.mean(0) - hat * (d * hat).mean(0)) / std, (upstream * hat).sum(0), upstream.sum(0)]


def batchnorm_backward__kept_function(upstream, cache):
    """Style: functional, the forward pass has left a function in the cache."""
    hat = cache["statistics"].hat
    return cache["back"](upstream), functools.reduce(np.add, upstream * hat), functools.reduce(np.add, upstream)


# ----------------------------------------------------------------------------------------- residual_block


def residual_block__add(x, f):
    """Style: np.add."""
    return np.add(f(x), x)


def residual_block__in_place_on_the_result(x, f):
    """Style: a float copy to which the input is added in place."""
    y = np.array(f(x.copy()), dtype=float)
    y += x
    return y


def residual_block__float32(x, f):
    """Style: float32."""
    x = x.astype(np.float32)
    return x + np.asarray(f(x), dtype=np.float32)


def residual_block__loops(x, f):
    """Style: entry by entry, nested lists come back."""
    made = f(x)
    y = np.empty(x.shape)
    for place in np.ndindex(*x.shape):
        y[place] = x[place] + made[place]
    return y.tolist()


def residual_block__branches(x, f):
    """Style: a sum over branches, one of which does nothing."""
    return sum(branch(x) for branch in (f, lambda value: value))


# ---------------------------------------------------------------------------------------- split_and_merge


def split_and_merge__map(x, f, g):
    """Style: functional, reduced over the branches."""
    return functools.reduce(np.add, (branch(x) for branch in (f, g)))


def split_and_merge__stack(x, f, g):
    """Style: side by side first, then summed over the new axis."""
    return np.stack([f(x), g(x)]).sum(axis=0)


def split_and_merge__copies(x, f, g):
    """Style: each branch gets a copy of its own."""
    total = np.zeros(x.shape)
    for branch in [f, g]:
        total += branch(np.array(x))
    return total


def split_and_merge__float32(x, f, g):
    """Style: float32."""
    small = x.astype(np.float32)
    return np.add(f(small), g(small), dtype=np.float32)


def split_and_merge__lists(x, f, g):
    """Style: flat lists of numbers, nested lists come back."""
    pairs = zip(np.ravel(f(x)).tolist(), np.ravel(g(x)).tolist(), strict=True)
    return np.reshape([one + other for one, other in pairs], x.shape).tolist()


# ----------------------------------------------------------------------------------------------- rnn_step


def rnn_step__one_matrix(x, h, W_x, W_h, b):
    """Style: inputs and state side by side, the matrices one above the other, the bias as a last row."""
    together = np.hstack([x, h, np.ones((len(x), 1))])
    return np.tanh(together @ np.vstack([W_x, W_h, b]))


def rnn_step__loops(x, h, W_x, W_h, b):
    """Style: pure Python loops; a list of lists comes back, and is taken for the state."""
    states = []
    for n in range(len(x)):
        state = []
        for j in range(len(b)):
            total = float(b[j])
            for i in range(len(W_x)):
                total += x[n][i] * W_x[i][j]
            for i in range(len(W_h)):
                total += h[n][i] * W_h[i][j]
            state.append(math.tanh(total))
        states.append(state)
    return states


def rnn_step__einsum(x, h, W_x, W_h, b):
    """Style: einsum, tanh by the sigmoid's formula."""
    z = np.einsum("nd,dh->nh", x, W_x) + np.einsum("nk,kh->nh", h, W_h) + b
    return 2 / (1 + np.exp(-2 * z)) - 1


def rnn_step__float32(x, h, W_x, W_h, b):
    """Style: float32."""
    x, h, W_x, W_h, b = (np.asarray(array, dtype=np.float32) for array in (x, h, W_x, W_h, b))
    return np.tanh(x @ W_x + (h @ W_h + b))


def rnn_step__columns(x, h, W_x, W_h, b):
    """Style: MATLAB, examples as columns; sinh over cosh."""
    Z = W_x.T @ np.asarray(x).T + W_h.T @ np.asarray(h).T + np.reshape(b, (-1, 1))
    return (np.sinh(Z) / np.cosh(Z)).T


def rnn_step__rows(x, h, W_x, W_h, b):
    """Style: one example after the other, a list of arrays."""
    return [np.tanh(np.dot(one, W_x) + np.dot(state, W_h) + b) for one, state in itertools.zip_longest(x, h)]

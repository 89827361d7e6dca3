"""Right answers to 07_initialization in other styles than the solution's; all of them must be accepted."""

from __future__ import annotations

import math

import numpy as np


def _logistic(z):
    """One number, by math.exp on the side where it cannot overflow."""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


# ------------------------------------------------------------------------------------ zero_init_gradients


def zero_init_gradients__on_paper(X, y, hidden):
    """Style: the result worked out on paper."""
    return np.zeros((X.shape[1], hidden)), np.full(hidden, -np.mean(y))


def zero_init_gradients__loops(X, y, hidden):
    """Style: pure Python loops over examples and units; lists come back."""
    n, d = len(X), len(X[0])
    W1, W2 = [[0.0] * hidden for _ in range(d)], [0.0] * hidden
    dW1, dW2 = [[0.0] * hidden for _ in range(d)], [0.0] * hidden
    for row, target in zip(X, y, strict=True):
        h = [_logistic(sum(row[i] * W1[i][j] for i in range(d))) for j in range(hidden)]
        slope = 2 * (sum(a * w for a, w in zip(h, W2, strict=True)) - target) / n
        for j in range(hidden):
            dW2[j] += slope * h[j]
            for i in range(d):
                dW1[i][j] += slope * W2[j] * h[j] * (1 - h[j]) * row[i]
    return dW1, dW2


def zero_init_gradients__float32(X, y, hidden):
    """Style: float32."""
    X, y = X.astype(np.float32), y.astype(np.float32)
    W1, W2 = np.zeros((X.shape[1], hidden), np.float32), np.zeros((hidden, 1), np.float32)
    H = np.float32(1) / (np.float32(1) + np.exp(-(X @ W1)))
    errors = H @ W2 - y[:, None]
    dZ = np.float32(2 / len(X)) * errors @ W2.T * H * (1 - H)
    return X.T @ dZ, (np.float32(2 / len(X)) * H.T @ errors)[:, 0]


def zero_init_gradients__central_differences(X, y, hidden):
    """Style: no backpropagation, every weight nudged up and down."""
    d = X.shape[1]

    def loss(w):
        H = 1 / (1 + np.exp(-X @ w[: d * hidden].reshape(d, hidden)))
        return np.mean((H @ w[d * hidden :] - y) ** 2)

    slopes = np.array([(loss(1e-4 * e) - loss(-1e-4 * e)) / 2e-4 for e in np.eye(d * hidden + hidden)])
    return [slopes[: d * hidden].reshape(d, hidden), slopes[d * hidden :]]


def zero_init_gradients__einsum(X, y, hidden):
    """Style: einsum, with np.zeros_like for the gradient that vanishes."""
    H = np.full((len(X), hidden), 0.5)
    W2 = np.zeros(hidden)
    delta = np.einsum("nj,j->n", H, W2) - y
    dW2 = np.einsum("n,nj->j", 2.0 * delta, H) / y.size
    dW1 = np.einsum("ni,n,j,nj->ij", X, 2.0 * delta, W2, H - H**2) / y.size
    return dW1, dW2


# -------------------------------------------------------------------------------- activation_std_by_layer


def activation_std_by_layer__list(x, weights):
    """Style: a comprehension-like loop; a list of NumPy numbers."""
    h, spreads = x, []
    for W in weights:
        h = np.tanh(np.dot(h, W))
        spreads.append(h.std())
    return spreads


def activation_std_by_layer__loops(x, weights):
    """Style: pure Python, sums of squares around the mean; a list of floats."""
    rows, spreads = x.tolist(), []
    for W in weights:
        columns = W.T.tolist()
        rows = [[math.tanh(math.fsum(a * w for a, w in zip(row, c, strict=True))) for c in columns] for row in rows]
        entries = [value for row in rows for value in row]
        mean = sum(entries) / len(entries)
        spreads.append(math.sqrt(sum((value - mean) ** 2 for value in entries) / len(entries)))
    return spreads


def activation_std_by_layer__float32(x, weights):
    """Style: float32, written into an array."""
    h = x.astype(np.float32)
    spreads = np.empty(len(weights), dtype=np.float32)
    for layer, W in enumerate(weights):
        h = np.tanh(h @ W.astype(np.float32))
        spreads[layer] = np.std(h, ddof=0)
    return spreads


def activation_std_by_layer__recursion(x, weights):
    """Style: recursion; the variance as the mean of the squares less the square of the mean."""
    if len(weights) == 0:
        return np.zeros(0)
    h = np.tanh(np.einsum("ni,ij->nj", x, weights[0]))
    return np.append(np.sqrt(np.mean(h**2) - np.mean(h) ** 2), activation_std_by_layer__recursion(h, weights[1:]))


def activation_std_by_layer__columns(x, weights):
    """Style: MATLAB, examples as columns, all activations kept, tanh by the sigmoid's formula; a tuple."""
    A = [np.asarray(x, dtype=float).T]
    for W in weights:
        Z = W.T @ A[-1]
        A.append(2 / (1 + np.exp(-2 * Z)) - 1)
    return tuple(float(np.linalg.norm(a - a.mean()) / np.sqrt(a.size)) for a in A[1:])


# ----------------------------------------------------------------------------------------- xavier_uniform


def xavier_uniform__stretched(fan_in, fan_out, rng):
    """Style: random numbers from [0, 1), stretched and shifted."""
    limit = math.sqrt(6 / (fan_in + fan_out))
    return (2 * rng.random((fan_in, fan_out)) - 1) * limit


def xavier_uniform__rows(fan_in, fan_out, rng):
    """Style: row after row; a list of arrays."""
    a = (6 / (fan_in + fan_out)) ** 0.5
    return [rng.uniform(-a, a, fan_out) for _ in range(fan_in)]


def xavier_uniform__float32(fan_in, fan_out, rng):
    """Style: float32 draws."""
    limit = np.float32(np.sqrt(6.0 / (fan_in + fan_out)))
    return rng.random((fan_in, fan_out), dtype=np.float32) * (2 * limit) - limit


def xavier_uniform__sign_and_size(fan_in, fan_out, rng):
    """Style: a sign and a size for each entry."""
    size = rng.uniform(0, np.sqrt(6 / (fan_in + fan_out)), size=(fan_in, fan_out))
    return np.where(rng.random(size.shape) < 0.5, size, -size)


def xavier_uniform__transposed(fan_in, fan_out, rng):
    """Style: drawn the other way round and transposed, the limit by the standard deviation."""
    std = np.sqrt(2 / (fan_in + fan_out))
    return rng.uniform(low=-np.sqrt(3) * std, high=np.sqrt(3) * std, size=(fan_out, fan_in)).T


def xavier_uniform__derived_generator(fan_in, fan_out, rng):
    """Style: a generator of its own, seeded by the one that was given."""
    own = np.random.Generator(np.random.PCG64(int(rng.integers(2**32))))
    limit = np.sqrt(6 / (fan_in + fan_out))
    return limit - 2 * limit * own.random((fan_in, fan_out))


# ------------------------------------------------------------------------------------------ xavier_normal


def _box_muller(shape, rng):
    """Standard normal draws made of uniform ones."""
    radius = np.sqrt(-2 * np.log(1 - rng.random(shape)))
    return radius * np.cos(2 * np.pi * rng.random(shape))


def xavier_normal__standard(fan_in, fan_out, rng):
    """Style: standard normal draws times the standard deviation."""
    return rng.standard_normal((fan_in, fan_out)) * math.sqrt(2 / (fan_in + fan_out))


def xavier_normal__box_muller(fan_in, fan_out, rng):
    """Style: textbook, by Box and Muller."""
    return np.sqrt(2 / (fan_in + fan_out)) * _box_muller((fan_in, fan_out), rng)


def xavier_normal__float32(fan_in, fan_out, rng):
    """Style: float32 draws, reshaped from one long row."""
    draws = rng.standard_normal(fan_in * fan_out, dtype=np.float32)
    return draws.reshape(fan_in, fan_out) / np.float32(np.sqrt(0.5 * (fan_in + fan_out)))


def xavier_normal__rows(fan_in, fan_out, rng):
    """Style: a loop that fills row after row."""
    W = np.zeros((fan_in, fan_out))
    for i in range(fan_in):
        W[i] = rng.normal(loc=0, scale=(2 / (fan_in + fan_out)) ** 0.5, size=fan_out)
    return W


# ---------------------------------------------------------------------------------------------- he_normal


def he_normal__standard(fan_in, fan_out, rng):
    """Style: standard normal draws divided by the root of half the fan-in."""
    return rng.standard_normal(size=(fan_in, fan_out)) / np.sqrt(fan_in / 2)


def he_normal__polar(fan_in, fan_out, rng):
    """Style: Marsaglia's polar method, until there are enough."""
    wanted, found = fan_in * fan_out, np.zeros(0)
    while found.size < wanted:
        u, v = rng.uniform(-1, 1, size=(2, wanted))
        s = u * u + v * v
        inside = (s > 0) & (s < 1)
        factor = np.sqrt(-2 * np.log(s[inside]) / s[inside])
        found = np.concatenate([found, u[inside] * factor, v[inside] * factor])
    return math.sqrt(2 / fan_in) * found[:wanted].reshape(fan_in, fan_out)


def he_normal__random_state(fan_in, fan_out, rng):
    """Style: NumPy's older interface around the generator's own bits."""
    return np.random.RandomState(rng.bit_generator).randn(fan_in, fan_out) * np.sqrt(2.0 / fan_in)


def he_normal__columns(fan_in, fan_out, rng):
    """Style: one column for each unit, float32 in the end."""
    std = np.sqrt(2 / fan_in)
    return np.stack([std * rng.normal(size=fan_in) for _ in range(fan_out)], axis=1).astype(np.float32)


def he_normal__chi_square(fan_in, fan_out, rng):
    """Style: a sign times the root of a chi-square draw, which is the square of a normal one."""
    squares = rng.chisquare(1, size=(fan_in, fan_out)) * (2 / fan_in)
    return rng.choice([-1.0, 1.0], size=(fan_in, fan_out)) * np.sqrt(squares)


# --------------------------------------------------------------------------------------------- he_uniform


def he_uniform__stretched(fan_in, fan_out, rng):
    """Style: uniform draws on [-1, 1), scaled."""
    return rng.uniform(-1.0, 1.0, (fan_in, fan_out)) * (6 / fan_in) ** 0.5


def he_uniform__beta(fan_in, fan_out, rng):
    """Style: the beta law with both parameters 1, which is the uniform one."""
    limit = math.sqrt(3) * math.sqrt(2 / fan_in)
    return limit * (2 * rng.beta(1, 1, size=(fan_in, fan_out)) - 1)


def he_uniform__integers(fan_in, fan_out, rng):
    """Style: large whole numbers, divided; a C programmer's rand() / RAND_MAX."""
    limit = np.sqrt(6 / fan_in)
    return -limit + 2 * limit * rng.integers(0, 2**31, size=(fan_in, fan_out)) / 2**31


def he_uniform__columns(fan_in, fan_out, rng):
    """Style: one column for each unit, put side by side."""
    a = np.sqrt(6 / fan_in)
    return np.column_stack([rng.uniform(-a, a, size=fan_in) for _ in range(fan_out)])


def he_uniform__float32(fan_in, fan_out, rng):
    """Style: float32."""
    return rng.uniform(-np.sqrt(6 / fan_in), np.sqrt(6 / fan_in), (fan_in, fan_out)).astype(np.float32)


# ---------------------------------------------------------------------------------------- rbm_reconstruct


def rbm_reconstruct__loops(v, W, b_hidden, b_visible):
    """Style: pure Python loops, one example after the other; lists come back."""

    def one(row):
        h = [_logistic(b_hidden[k] + sum(row[d] * W[d, k] for d in range(len(row)))) for k in range(W.shape[1])]
        return [_logistic(b_visible[d] + sum(h[k] * W[d, k] for k in range(len(h)))) for d in range(len(row))]

    return one(v) if v.ndim == 1 else [one(row) for row in v]


def rbm_reconstruct__tanh(v, W, b_hidden, b_visible):
    """Style: the sigmoid by tanh, einsum."""
    h = 0.5 + 0.5 * np.tanh(0.5 * (np.einsum("...d,dk->...k", v, W) + b_hidden))
    return 0.5 + 0.5 * np.tanh(0.5 * (np.einsum("...k,dk->...d", h, W) + b_visible))


def rbm_reconstruct__float32(v, W, b_hidden, b_visible):
    """Style: float32, safe on both sides."""

    def sigmoid(z):
        small = np.exp(-np.abs(z))
        return np.where(z < 0, small, np.float32(1)) / (np.float32(1) + small)

    v, W, b_hidden, b_visible = (np.asarray(array, dtype=np.float32) for array in (v, W, b_hidden, b_visible))
    return sigmoid(sigmoid(v @ W + b_hidden) @ W.T + b_visible)


def rbm_reconstruct__clipped(v, W, b_hidden, b_visible):
    """Style: sums clipped before the exponential."""

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500)))

    return sigmoid(b_visible + sigmoid(b_hidden + np.dot(v, W)).dot(W.transpose()))


def rbm_reconstruct__logarithms(v, W, b_hidden, b_visible):
    """Style: logaddexp, examples as columns; a single row handled as a batch of one."""
    V = np.atleast_2d(v).T
    H = np.exp(-np.logaddexp(0, -(W.T @ V + b_hidden[:, None])))
    return np.exp(-np.logaddexp(0, -(W @ H + b_visible[:, None]))).T.reshape(v.shape)


def rbm_reconstruct__masks(v, W, b_hidden, b_visible):
    """Style: both branches of the sigmoid written into an empty array."""

    def sigmoid(z):
        result = np.empty(z.shape)
        result[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
        result[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
        return result

    return sigmoid(np.inner(sigmoid(np.inner(v, W.T) + b_hidden), W) + b_visible)

"""Right answers to 12_digits in other styles than the solution's."""

import math

import numpy as np

# -------------------------------------------------------------------------------------------------- train


def train__momentum(X, y, rng):
    """One hidden layer, gradient descent with momentum, plain names, losses from whole batches and a short last one."""
    pixels = X / 16
    limit = np.sqrt(6 / 64)
    W1, b1 = rng.uniform(-limit, limit, (64, 100)), np.zeros(100)
    W2, b2 = rng.uniform(-0.1, 0.1, (100, 10)), np.zeros(10)
    parameters = [W1, b1, W2, b2]
    velocities = [np.zeros_like(array) for array in parameters]
    targets = np.eye(10)[y]
    losses = []
    for _ in range(30):
        order = rng.permutation(len(pixels))
        epoch = []
        for rows in np.array_split(order, math.ceil(len(order) / 32)):
            x, t = pixels[rows], targets[rows]
            h = np.tanh(x @ W1 + b1)
            scores = h @ W2 + b2
            p = np.exp(scores - scores.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            epoch.append(-np.mean(np.log((p * t).sum(axis=1) + 1e-12)))
            d2 = (p - t) / len(rows)
            d1 = d2 @ W2.T * (1 - h * h)
            for array, velocity, slope in zip(
                parameters, velocities, (x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)), strict=True
            ):
                velocity *= 0.9
                velocity -= 0.1 * slope
                array += velocity
        losses.append(np.mean(epoch))
    return {"losses": losses, "layers": [(W1, b1), (W2, b2)], "activation": "tanh"}


def train__wide_adam(X, y, rng):
    """One wide hidden layer in float32, biases in a last row, Adam over one flat vector, no dropout."""
    hidden, batch, epochs = 256, 64, 20
    n = len(X)
    x = np.hstack([X.astype(np.float32) / np.float32(16), np.ones((n, 1), np.float32)])
    flat = np.zeros(65 * hidden + (hidden + 1) * 10, np.float32)
    first, second = flat[: 65 * hidden].reshape(65, hidden), flat[65 * hidden :].reshape(hidden + 1, 10)
    first[:64] = rng.standard_normal((64, hidden)) * math.sqrt(2 / 64)
    second[:hidden] = rng.standard_normal((hidden, 10)) * math.sqrt(2 / hidden)
    slope, m, v = (np.zeros_like(flat) for _ in range(3))
    losses, step = np.zeros(epochs), 0
    for epoch in range(epochs):
        order = np.argsort(rng.random(n))
        for start in range(0, n, batch):
            rows = order[start : start + batch]
            z = x[rows] @ first
            a = np.hstack([z * (z > 0), np.ones((len(rows), 1), np.float32)])
            scores = a @ second
            scores -= scores.max(1, keepdims=True)
            log_p = scores - np.log(np.exp(scores).sum(1, keepdims=True))
            losses[epoch] -= log_p[range(len(rows)), y[rows]].sum() / n
            delta = np.exp(log_p)
            delta[range(len(rows)), y[rows]] -= 1
            delta /= len(rows)
            slope[65 * hidden :] = (a.T @ delta).ravel()
            slope[: 65 * hidden] = (x[rows].T @ ((delta @ second[:-1].T) * (z > 0))).ravel()
            step += 1
            m += np.float32(0.1) * (slope - m)
            v += np.float32(0.001) * (slope * slope - v)
            flat -= np.float32(0.003 * math.sqrt(1 - 0.999**step) / (1 - 0.9**step)) * m / (np.sqrt(v) + 1e-8)
    layers = [(first[:-1].copy(), first[-1].copy()), (second[:-1].copy(), second[-1].copy())]
    return {"layers": layers, "activation": "relu", "losses": losses}


def train__softmax_regression(X, y, rng):
    """No hidden layer at all, one image at a time at a time, with a falling rate; losses in a tuple."""
    W, b = np.zeros((64, 10)), np.zeros(10)
    losses = []
    for epoch in range(12):
        total, rate = 0.0, 0.2 / (1 + epoch)
        for i in rng.permutation(len(y)):
            x = X[i] / 16.0
            scores = x @ W + b
            p = np.exp(scores - scores.max())
            p = p / p.sum()
            total -= math.log(p[y[i]])
            p[y[i]] -= 1.0
            W = W - rate * np.outer(x, p)
            b = b - rate * p
        losses.append(total / len(y))
    return {"layers": [(W, b)], "activation": "none", "losses": tuple(losses)}


def train__closure(X, y, rng):
    """A functional programmer's network: the dictionary holds the function that reads."""
    made = train__momentum(X, y, rng)

    def scores(images):
        (W1, b1), (W2, b2) = made["layers"]
        return np.tanh(images / 16 @ W1 + b1) @ W2 + b2

    return {"losses": made["losses"], "scores": scores, "activation": "its own"}


def train__tuple_keys(X, y, rng):
    """Parameters under pairs of a letter and a layer's number, as in p["W", 1]: "whatever predict needs"."""
    made = train__momentum(X, y, rng)
    parameters = {"losses": made["losses"]}
    for number, (W, b) in enumerate(made["layers"], start=1):
        parameters["W", number], parameters["b", number] = W, b
    return parameters


def train__numpy_keys(X, y, rng):
    """Layers under their numbers, which np.arange gave."""
    made = train__momentum(X, y, rng)
    return {"losses": made["losses"]} | {number: made["layers"][number] for number in np.arange(2)}


# `predict` is put to what the notebook's own `train` returns.
train = train__wide_adam


# ------------------------------------------------------------------------------------------------ predict


def predict__matrices(parameters, X):
    """All images at once."""
    if "scores" in parameters:
        return np.argmax(parameters["scores"](X), axis=-1)
    act = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "none": None}[parameters["activation"]]
    *hidden, (W, b) = parameters["layers"]
    a = np.divide(X, 16)
    for weights, biases in hidden:
        a = act(np.dot(a, weights) + biases)
    return np.argmax(np.dot(a, W) + b, axis=1)


def predict__one_by_one(parameters, X):
    """Image by image, a list of Python ints."""
    labels = []
    for image in X:
        if "scores" in parameters:
            scores = parameters["scores"](image)
        else:
            a = image / 16.0
            for layer, (W, b) in enumerate(parameters["layers"]):
                scores = W.T @ a + b
                if layer < len(parameters["layers"]) - 1:
                    a = np.tanh(scores) if parameters["activation"] == "tanh" else scores * (scores > 0)
        best = 0
        for digit in range(1, 10):
            if scores[digit] > scores[best]:
                best = digit
        labels.append(best)
    return labels


def predict__probabilities(parameters, X):
    """Softmax first, the largest of the probabilities by sorting; small integers."""
    if "scores" in parameters:
        scores = parameters["scores"](X)
    else:
        a = X.astype(np.float32) / 16
        for W, b in parameters["layers"][:-1]:
            a = np.tanh(a @ W + b) if parameters["activation"] == "tanh" else np.clip(a @ W + b, 0, None)
        W, b = parameters["layers"][-1]
        scores = np.einsum("nh,hk->nk", a, W) + b
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    return np.argsort(p, axis=1)[:, -1].astype(np.uint8)

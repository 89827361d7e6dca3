"""Right answers to 01_linear_regression in other styles than the model solution's."""

import functools
import itertools
import math
import operator
import statistics

import numpy as np

# ----------------------------------------------------------------------------------------- linear_forward


def linear_forward__loops(X, W, b):
    """Style: three Python loops, a nested list comes back."""
    result = []
    for row in X:
        outputs = []
        for k in range(len(b)):
            total = float(b[k])
            for d in range(len(row)):
                total += float(row[d]) * float(W[d][k])
            outputs.append(total)
        result.append(outputs)
    return result


def linear_forward__einsum(X, W, b):
    """Style: einsum."""
    return np.einsum("nd,dk->nk", X, W) + b


def linear_forward__float32(X, W, b):
    """Style: everything in float32."""
    X, W, b = (np.asarray(a, dtype=np.float32) for a in (X, W, b))
    return X @ W + b


def linear_forward__ones_column(X, W, b):
    """Style: the bias as one more weight, with a column of ones (textbook)."""
    return np.column_stack([X, np.ones(len(X))]) @ np.vstack([W, b])


def linear_forward__outer_products(X, W, b):
    """Style: a sum of outer products, features from the last to the first."""
    result = np.tile(np.asarray(b, dtype=float), (len(X), 1))
    for d in reversed(range(X.shape[1])):
        result += np.outer(X[:, d], W[d])
    return result


def linear_forward__transposed(X, W, b):
    """Style: columns as examples, a result in Fortran order."""
    return (W.T.dot(X.T) + b.reshape(-1, 1)).T


def linear_forward__broadcasting(x, w, bias):
    """Style: one large broadcast product, other argument names."""
    return np.sum(x[:, :, np.newaxis] * w[np.newaxis, :, :], axis=1) + bias[np.newaxis, :]


def linear_forward__map(X, W, b):
    """Style: functional, tuples of tuples of Python floats."""
    columns = W.T.tolist()
    return tuple(
        tuple(sum(map(operator.mul, row, column), bias) for column, bias in zip(columns, b.tolist(), strict=True))
        for row in X.tolist()
    )


# ----------------------------------------------------------------------------------------------- mse_loss


def mse_loss__loops(prediction, target):
    """Style: flat Python lists and a running sum."""
    total, count = 0.0, 0
    for p, t in zip(prediction.ravel().tolist(), target.ravel().tolist(), strict=True):
        total = total + (p - t) * (p - t)
        count = count + 1
    return total / count


def mse_loss__dot(prediction, target):
    """Style: a dot product of the flat difference with itself, np.float64 comes back."""
    e = (np.asarray(prediction, dtype=np.float64) - target).ravel()
    return e.dot(e) / e.size


def mse_loss__float32(prediction, target):
    """Style: float32, a 0-d array comes back."""
    e = prediction.astype(np.float32) - target.astype(np.float32)
    return np.array(np.mean(np.square(e)))


def mse_loss__norm(prediction, target):
    """Style: the squared Frobenius norm, a (1,)-array comes back."""
    e = np.subtract(prediction, target, dtype=float)
    return np.array([np.linalg.norm(e) ** 2 / e.size])


def mse_loss__variance(prediction, target):
    """Style: variance of the error plus its squared mean."""
    e = prediction * 1.0 - target * 1.0
    return np.var(e) + np.mean(e) ** 2


def mse_loss__fsum(prediction, target):
    """Style: statistics.fmean over a generator of exact sums."""
    pairs = zip(np.ravel(prediction), np.ravel(target), strict=True)
    return statistics.fmean((float(p) - float(t)) ** 2 for p, t in pairs)


def mse_loss__mean_of_means(prediction, target):
    """Style: the mean of every row first, then of the rows, backwards."""
    rows = [np.mean(np.power(np.float64(p) - np.float64(t), 2)) for p, t in zip(prediction, target, strict=True)]
    return sum(rows[::-1]) / len(rows)


def mse_loss__longdouble(prediction, target):
    """Style: extended precision."""
    e = np.asarray(prediction, dtype=np.longdouble) - np.asarray(target, dtype=np.longdouble)
    return (e * e).sum() / e.size


def mse_loss__expanded(prediction, target):
    """Style: p^2 - 2pt + t^2, multiplied out."""
    p, t = prediction.astype(float), target.astype(float)
    return float((p**2 - 2 * p * t + t**2).mean())


# ------------------------------------------------------------------------------------------ mse_gradients


def mse_gradients__loops(X, target, W, b):
    """Style: C-like loops, nested lists come back."""
    N, D, K = len(X), len(W), len(b)
    dW = [[0.0] * K for _ in range(D)]
    db = [0.0] * K
    for n in range(N):
        for k in range(K):
            error = float(b[k]) - float(target[n, k])
            for d in range(D):
                error += float(X[n, d]) * float(W[d, k])
            slope = 2.0 * error / (N * K)
            db[k] += slope
            for d in range(D):
                dW[d][k] += slope * float(X[n, d])
    return dW, db


def mse_gradients__einsum(X, target, W, b):
    """Style: einsum throughout, the division at the end."""
    error = np.einsum("nd,dk->nk", X, W) + b - target
    scale = 2 / error.size
    return scale * np.einsum("nd,nk->dk", X, error), scale * np.einsum("nk->k", error)


def mse_gradients__float32(X, target, W, b):
    """Style: float32."""
    X, target, W, b = (a.astype(np.float32) for a in (X, target, W, b))
    error = X @ W + b - target
    return X.T @ error * np.float32(2 / error.size), error.sum(axis=0) * np.float32(2 / error.size)


def mse_gradients__numerical(X, target, W, b):
    """Style: central differences of the loss, entry by entry."""

    def loss(weights, biases):
        return np.mean((X @ weights + biases - target) ** 2)

    h = 1e-5
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for place in np.ndindex(*W.shape):
        nudge = np.zeros(W.shape)
        nudge[place] = h
        dW[place] = (loss(W + nudge, b) - loss(W - nudge, b)) / (2 * h)
    for k in range(len(b)):
        nudge = np.zeros(b.shape)
        nudge[k] = h
        db[k] = (loss(W, b + nudge) - loss(W, b - nudge)) / (2 * h)
    return dW, db


def mse_gradients__ones_column(X, target, W, b):
    """Style: the bias as one more weight; [dW, db] as a list of two slices."""
    A = np.hstack([X, np.ones((X.shape[0], 1))])
    theta = np.vstack([W, b[None, :]])
    gradient = 2 * A.T @ (A @ theta - target) / target.size
    return [gradient[:-1, :], gradient[-1, :]]


def mse_gradients__normal_equations(X, target, W, b):
    """Style: Gram matrix and sums of the data first, the weights last."""
    gram, moments, ones = X.T @ X, X.T @ target, X.sum(axis=0)
    n, k = target.shape
    dW = 2 * (gram @ W + np.outer(ones, b) - moments) / (n * k)
    db = 2 * (ones @ W + n * b - target.sum(axis=0)) / (n * k)
    return dW, db


def mse_gradients__per_column(X, target, W, b):
    """Style: one output at a time, the columns stacked."""
    K = W.shape[1]
    errors = [X.dot(W[:, k]) + b[k] - target[:, k] for k in range(K)]
    dW = np.stack([2 / K * np.mean(X * e.reshape(-1, 1), axis=0) for e in errors], axis=1)
    return dW, np.array([2 / K * e.mean() for e in errors])


def mse_gradients__per_example(X, target, W, b):
    """Style: the sum of the gradients of single examples, last one first."""
    dW, db = np.zeros_like(W), np.zeros_like(b)
    for x, t in zip(X[::-1], target[::-1], strict=True):
        delta = 2 * (x @ W + b - t) / target.size
        dW = dW + np.outer(x, delta)
        db = db + delta
    return dW, db


# ------------------------------------------------------------------------------------------ gradient_step


def gradient_step__append(parameters, gradients, learning_rate):
    """Style: an index loop and append."""
    result = []
    for i in range(len(parameters)):
        result.append(parameters[i] - learning_rate * gradients[i])
    return result


def gradient_step__map(parameters, gradients, learning_rate):
    """Style: map with a lambda, a tuple comes back."""
    return tuple(map(lambda p, g: np.add(p, -learning_rate * g), parameters, gradients))


def gradient_step__float32(parameters, gradients, learning_rate):
    """Style: float32."""
    rate = np.float32(learning_rate)
    pairs = zip(parameters, gradients, strict=True)
    return [p.astype(np.float32) - rate * g.astype(np.float32) for p, g in pairs]


def gradient_step__copies(parameters, gradients, learning_rate):
    """Style: float copies, then changed in place."""
    result = [np.array(p, dtype=float, copy=True) for p in parameters]
    for p, g in zip(result, gradients, strict=True):
        p -= learning_rate * g
    return result


def gradient_step__one_vector(parameters, gradients, learning_rate):
    """Style: everything in one long vector, cut up again."""
    theta = np.concatenate([np.ravel(p) for p in parameters]).astype(float)
    slope = np.concatenate([np.ravel(g) for g in gradients])
    moved = theta - learning_rate * slope
    ends = np.cumsum([p.size for p in parameters])[:-1]
    parts = np.split(moved, ends)
    return [part.reshape(p.shape) for part, p in zip(parts, parameters, strict=True)]


def gradient_step__recursion(parameters, gradients, learning_rate):
    """Style: recursion over the lists."""
    if len(parameters) == 0:
        return []
    first = parameters[0] - np.multiply(gradients[0], learning_rate)
    return [first, *gradient_step__recursion(parameters[1:], gradients[1:], learning_rate)]


def gradient_step__nested_lists(parameters, gradients, learning_rate):
    """Style: Python numbers only, nested lists for arrays."""

    def moved(p, g):
        if isinstance(p, list):
            return [moved(one, other) for one, other in zip(p, g, strict=True)]
        return p - learning_rate * g

    return [moved(p.tolist(), g.tolist()) for p, g in zip(parameters, gradients, strict=True)]


# ---------------------------------------------------------------------------------- fit_linear_regression


def fit_linear_regression__inlined(X, y, learning_rate, epochs):
    """Style: the gradients written out in the loop, changing its own arrays in place."""
    W, b = np.zeros((X.shape[1], y.shape[1])), np.zeros(y.shape[1])
    for _ in range(epochs):
        error = X.dot(W) + b - y
        dW = 2.0 * X.T.dot(error) / error.size
        db = 2.0 * np.sum(error, axis=0) / error.size
        W -= learning_rate * dW
        b -= learning_rate * db
    return W, b


def fit_linear_regression__loops(X, y, learning_rate, epochs):
    """Style: lists and loops only."""
    X, y = X.tolist(), y.tolist()
    N, D, K = len(X), len(X[0]), len(y[0])
    W, b = [[0.0] * K for _ in range(D)], [0.0] * K
    for _ in range(epochs):
        dW, db = [[0.0] * K for _ in range(D)], [0.0] * K
        for n in range(N):
            for k in range(K):
                e = b[k] + sum(X[n][d] * W[d][k] for d in range(D)) - y[n][k]
                db[k] += 2 * e / (N * K)
                for d in range(D):
                    dW[d][k] += 2 * e * X[n][d] / (N * K)
        W = [[W[d][k] - learning_rate * dW[d][k] for k in range(K)] for d in range(D)]
        b = [b[k] - learning_rate * db[k] for k in range(K)]
    return W, b


def fit_linear_regression__float32(X, y, learning_rate, epochs):
    """Style: float32."""
    X, y, rate = X.astype(np.float32), y.astype(np.float32), np.float32(learning_rate)
    W, b = np.zeros((X.shape[1], y.shape[1]), dtype=np.float32), np.zeros(y.shape[1], dtype=np.float32)
    for _ in range(epochs):
        delta = np.float32(2) * (X @ W + b - y) / np.float32(y.size)
        W, b = W - rate * (X.T @ delta), b - rate * delta.sum(axis=0)
    return W, b


def fit_linear_regression__ones_column(X, y, learning_rate, epochs):
    """Style: the bias as one more weight, the Gram matrix computed once; a list comes back."""
    A = np.concatenate([X, np.ones((len(X), 1))], axis=1)
    gram, moments = 2 * A.T @ A / y.size, 2 * A.T @ y / y.size
    theta = np.zeros_like(moments)
    for _ in range(epochs):
        theta = theta - learning_rate * (gram @ theta - moments)
    return [theta[:-1], theta[-1]]


def fit_linear_regression__matrix_power(X, y, learning_rate, epochs):
    """Style: all steps at once, as a power of the affine map that one step is."""
    A = np.c_[X, np.ones(len(X))]
    d, k = A.shape[1], y.shape[1]
    step = np.block(
        [
            [np.eye(d) - learning_rate * 2 * A.T @ A / y.size, learning_rate * 2 * A.T @ y / y.size],
            [np.zeros((k, d)), np.eye(k)],
        ]
    )
    theta = np.linalg.matrix_power(step, epochs)[:d, d:]
    return theta[:-1], theta[-1]


def fit_linear_regression__recursion(X, y, learning_rate, epochs):
    """Style: recursion over the epochs, with functions from this notebook in other styles."""
    if epochs == 0:
        return np.zeros((len(X[0]), len(y[0]))), np.zeros(len(y[0]))
    W, b = fit_linear_regression__recursion(X, y, learning_rate, epochs - 1)
    return tuple(gradient_step__append([W, b], mse_gradients__einsum(X, y, W, b), learning_rate))


def fit_linear_regression__while(X, y, eta, T):
    """Style: MATLAB-like, a while loop and matrices; b is a row until the end."""
    [n, d] = np.shape(X)
    k = np.shape(y)[1]
    W, b, t = np.zeros([d, k]), np.zeros([1, k]), 0
    while t < T:
        E = np.matmul(X, W) + np.matmul(np.ones([n, 1]), b) - y
        W, b = W - 2 * eta / (n * k) * np.matmul(X.T, E), b - 2 * eta / (n * k) * np.matmul(np.ones([1, n]), E)
        t += 1
    return W, b.flatten()


# ----------------------------------------------------------------------------------- iterations_per_epoch


def iterations_per_epoch__negative_floor(num_examples, batch_size, drop_last=False):
    """Style: rounding up by a double negation."""
    return num_examples // batch_size if drop_last else -(-num_examples // batch_size)


def iterations_per_epoch__math(num_examples, batch_size, drop_last=False):
    """Style: math.floor and math.ceil."""
    if drop_last:
        return math.floor(num_examples / batch_size)
    return math.ceil(num_examples / batch_size)


def iterations_per_epoch__numpy(num_examples, batch_size, drop_last=False):
    """Style: np.floor and np.ceil made an int."""
    rounding = np.floor if drop_last else np.ceil
    return int(rounding(num_examples / batch_size))


def iterations_per_epoch__range(num_examples, batch_size, drop_last=False):
    """Style: the length of a range of starts."""
    stop = num_examples - batch_size + 1 if drop_last else num_examples
    return len(range(0, stop, batch_size))


def iterations_per_epoch__while(n, size, drop=False):
    """Style: counting in a loop, other argument names."""
    count, left = 0, n
    while left >= size:
        left -= size
        count += 1
    if left > 0 and not drop:
        count += 1
    return count


def iterations_per_epoch__truth_as_number(num_examples, batch_size, drop_last=False):
    """Style: a truth value added to a number."""
    return num_examples // batch_size + (not drop_last and num_examples % batch_size > 0)


def iterations_per_epoch__int64(num_examples, batch_size, drop_last=False):
    """Style: NumPy's whole numbers, np.int64 comes back."""
    return np.floor_divide(num_examples + (0 if drop_last else batch_size - 1), np.int64(batch_size))


def iterations_per_epoch__array(num_examples, batch_size, drop_last=False):
    """Style: counting array_split-like chunks, a 0-d array comes back."""
    lengths = np.bincount(np.arange(num_examples) // batch_size)
    return np.array(np.count_nonzero(lengths == batch_size if drop_last else lengths))


# -------------------------------------------------------------------------------------------- minibatches


def minibatches__split(X, y, batch_size, rng):
    """Style: a shuffled array of indices, cut by np.split."""
    order = np.arange(X.shape[0])
    rng.shuffle(order)
    parts = np.split(order, range(batch_size, len(X), batch_size))
    return [(X[part], y[part]) for part in parts]


def minibatches__slices_of_copies(X, y, batch_size, rng):
    """Style: both arrays permuted once, then slices (views) of the copies."""
    order = rng.permutation(X.shape[0])
    X, y = X[order], y[order]
    batches = []
    for i in range(0, X.shape[0], batch_size):
        batches.append((X[i : i + batch_size], y[i : i + batch_size]))
    return batches


def _draw(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    while len(order):
        now, order = order[:batch_size], order[batch_size:]
        yield X.take(now, axis=0), y.take(now, axis=0)


def minibatches__generator(X, y, batch_size, rng):
    """Style: a generator turned into a list."""
    return list(_draw(X, y, batch_size, rng))


def minibatches__argsort(X, y, batch_size, rng):
    """Style: the order in which random numbers sort; a tuple of lists comes back."""
    order = np.argsort(rng.random(len(X)))
    count = math.ceil(len(X) / batch_size)
    return tuple([a[order[k * batch_size : (k + 1) * batch_size]] for a in (X, y)] for k in range(count))


def minibatches__choice(X, y, batch_size, rng):
    """Style: a choice without replacement."""
    order = rng.choice(len(X), size=len(X), replace=False)
    return [(X[order[i : i + batch_size], ...], y[order[i : i + batch_size]]) for i in range(0, len(X), batch_size)]


def minibatches__pairs(X, y, batch_size, rng):
    """Style: a shuffled list of pairs (row, target), zipped apart again; batches are lists."""
    pairs = list(zip(X.tolist(), y.tolist(), strict=True))
    rng.shuffle(pairs)
    batches = []
    while pairs:
        rows, targets = zip(*pairs[:batch_size], strict=True)
        batches.append((list(rows), list(targets)))
        pairs = pairs[batch_size:]
    return batches


def minibatches__urn(X, y, batch_size, rng):
    """Style: indices drawn one by one from an urn, with rng.integers."""
    urn, batches = list(range(len(X))), []
    while urn:
        batch = [urn.pop(int(rng.integers(len(urn)))) for _ in range(min(batch_size, len(urn)))]
        batches.append((np.array([X[i] for i in batch]), np.array([y[i] for i in batch])))
    return batches


def minibatches__table(X, y, batch_size, rng):
    """Style: rows and targets side by side in one table that is shuffled as a whole."""
    n = len(X)
    table = np.hstack([X.reshape(n, -1), y.reshape(n, -1)])
    rng.shuffle(table, axis=0)
    width = X[0].size
    starts = itertools.count(0, batch_size)
    parts = itertools.takewhile(len, (table[start : start + batch_size] for start in starts))
    return [(p[:, :width].reshape(-1, *X.shape[1:]), p[:, width:].reshape(-1, *y.shape[1:])) for p in parts]


def minibatches__float32(X, y, batch_size, rng):
    """Style: inputs in float32, batches collected by reduce."""
    order = rng.permutation(np.arange(len(X)))
    X = X.astype(np.float32)

    def add(batches, start):
        chosen = order[start : min(start + batch_size, len(order))]
        return [*batches, (X[chosen], y[chosen])]

    return functools.reduce(add, range(0, len(order), batch_size), [])


def minibatches__fisher_yates(X, y, batch_size, rng):
    """Style: Fisher and Yates' shuffle of copies by hand."""
    X, y = X.copy(), y.copy()
    for i in range(len(X) - 1, 0, -1):
        j = rng.integers(0, i, endpoint=True)
        X[[i, j]], y[[i, j]] = X[[j, i]], y[[j, i]]
    return [(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(X), batch_size)]

"""Right answers to 04_softmax in other styles than the model solution's."""

import functools
import math

import numpy as np


def _rows(function, logits):
    """The function of every row along the last axis, as nested lists."""
    if np.ndim(logits) == 1:
        return function([float(z) for z in logits])
    return [_rows(function, part) for part in logits]


# ------------------------------------------------------------------------------------------------ softmax


def softmax__loops(logits):
    """Style: Python lists and math.exp, nested lists come back."""

    def one_row(row):
        highest = max(row)
        exponentials = [math.exp(z - highest) for z in row]
        total = sum(exponentials)
        return [e / total for e in exponentials]

    return _rows(one_row, logits)


def softmax__einsum(logits):
    """Style: einsum with the inverse of the sum."""
    e = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return np.einsum("...c,...->...c", e, 1 / np.einsum("...c->...", e))


def softmax__float32(logits):
    """Style: float32."""
    logits = np.asarray(logits, dtype=np.float32)
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__epsilon(logits):
    """Style: the habit of 1e-9 in the denominator."""
    e = np.exp(logits - np.amax(logits, axis=-1, keepdims=True))
    return e / (np.sum(e, axis=-1, keepdims=True) + 1e-9)


def softmax__logsumexp(logits):
    """Style: exp(z - logaddexp of the row)."""
    return np.exp(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))


def softmax__pairwise(logits):
    """Style: 1 / sum_k exp(z_k - z_j), differences beyond 700 cut off."""
    differences = np.asarray(logits)[..., None, :] - np.asarray(logits)[..., :, None]
    return 1 / np.exp(np.minimum(differences, 700)).sum(axis=-1)


def softmax__apply_along_axis(logits):
    """Style: np.apply_along_axis of a function of one row."""

    def one_row(row):
        e = np.exp(row - row.max())
        return e / e.sum()

    return np.apply_along_axis(one_row, -1, logits)


def softmax__transposed(logits):
    """Style: the classes brought to the front, worked on there, and taken back."""
    z = np.moveaxis(np.array(logits, dtype=float), -1, 0)
    e = np.exp(z - z.max(axis=0))
    return np.moveaxis(e / e.sum(axis=0), 0, -1)


def softmax__flat_rows(logits):
    """Style: reshaped to a table, own copy changed in place row by row, reshaped back."""
    table = logits.reshape(-1, logits.shape[-1]).astype(float)
    for row in table:
        row -= row.max()
        np.exp(row, out=row)
        row /= row.sum()
    return table.reshape(logits.shape)


# ------------------------------------------------------------------------------------------ predict_class


def predict_class__loops(logits):
    """Style: a loop that remembers the best place; an int or nested lists of ints."""

    def one_row(row):
        best = 0
        for j in range(1, len(row)):
            if row[j] > row[best]:
                best = j
        return best

    return _rows(one_row, logits)


def predict_class__index(logits):
    """Style: list.index of the maximum."""
    return _rows(lambda row: row.index(max(row)), logits)


def predict_class__argsort(logits):
    """Style: a stable argsort of the negative scores, its first entry."""
    return np.argsort(-logits, axis=-1, kind="stable")[..., 0]


def predict_class__equal_to_maximum(logits):
    """Style: the first place that equals the row's maximum, int32; a (1,)-array for one row."""
    best = np.atleast_2d(logits) == np.max(logits, axis=-1, keepdims=True)
    return best.argmax(axis=-1).astype(np.int32)


def predict_class__softmax(logits):
    """Style: probabilities first, with a shift that keeps them finite."""
    return np.argmax(softmax__transposed(logits), axis=-1)


def predict_class__float32(logits):
    """Style: argmax in float32, uint8 comes back."""
    return np.asarray(np.argmax(logits.astype(np.float32), axis=logits.ndim - 1), dtype=np.uint8)


def predict_class__max_with_key(logits):
    """Style: max over the places with a key."""
    return _rows(lambda row: max(range(len(row)), key=row.__getitem__), logits)


def predict_class__ndindex(logits):
    """Style: an array of whole numbers filled place by place."""
    labels = np.zeros(logits.shape[:-1], dtype=int)
    for place in np.ndindex(*labels.shape):
        labels[place] = np.argmax(logits[place])
    return labels


# -------------------------------------------------------------------------------------------- log_softmax


def log_softmax__loops(logits):
    """Style: Python lists, math.fsum and math.log."""

    def one_row(row):
        highest = max(row)
        rest = math.log(math.fsum(math.exp(z - highest) for z in row))
        return [z - highest - rest for z in row]

    return _rows(one_row, logits)


def log_softmax__logaddexp(logits):
    """Style: np.logaddexp.reduce."""
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)


def log_softmax__float32(logits):
    """Style: float32, shifted."""
    shifted = np.asarray(logits, dtype=np.float32)
    shifted = shifted - shifted.max(axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


def log_softmax__pairwise(logits):
    """Style: minus the logaddexp of all differences z_k - z_j."""
    z = np.asarray(logits, dtype=float)
    return -np.logaddexp.reduce(z[..., None, :] - z[..., :, None], axis=-1)


def log_softmax__log_sum_exp(logits):
    """Style: log-sum-exp with the maximum added back, then one difference."""
    highest = np.max(logits, axis=-1)
    total = highest + np.log(np.einsum("...c->...", np.exp(logits - highest[..., None])))
    return logits - np.expand_dims(total, -1)


def log_softmax__reduce(logits):
    """Style: functools.reduce over the classes, from the last to the first."""
    columns = [logits[..., j] for j in range(logits.shape[-1])]
    total = functools.reduce(np.logaddexp, reversed(columns))
    return np.stack([column - total for column in columns], axis=-1)


def log_softmax__apply_along_axis(logits):
    """Style: np.apply_along_axis with log1p of the sum of all but the highest."""

    def one_row(row):
        order = np.argsort(row)
        shifted = row - row[order[-1]]
        return shifted - np.log1p(np.exp(shifted[order[:-1]]).sum())

    return np.apply_along_axis(one_row, -1, logits.astype(float))


def log_softmax__float32_logaddexp(logits):
    """Style: float32 and np.logaddexp.reduce without a shift: stable, but near 1000 float32 keeps 4 decimals."""
    z = np.asarray(logits, dtype=np.float32)
    return z - np.logaddexp.reduce(z, axis=-1, keepdims=True)


# ------------------------------------------------------------------------------------------------ one_hot


def one_hot__identity(labels, num_classes):
    """Style: rows of the identity matrix."""
    return np.eye(num_classes)[labels]


def one_hot__loops(labels, num_classes):
    """Style: nested lists of Python floats."""
    return [[1.0 if j == label else 0.0 for j in range(num_classes)] for label in labels]


def one_hot__comparison(labels, num_classes):
    """Style: a column of labels compared with a row of classes."""
    return (labels[:, np.newaxis] == np.arange(num_classes)).astype(float)


def one_hot__float32(labels, num_classes):
    """Style: float32, filled in a loop."""
    table = np.zeros((labels.shape[0], num_classes), dtype=np.float32)
    for i, label in enumerate(labels):
        table[i, label] = 1
    return table


def one_hot__put_along_axis(labels, num_classes):
    """Style: np.put_along_axis."""
    table = np.zeros((len(labels), num_classes))
    np.put_along_axis(table, np.asarray(labels, dtype=int)[:, None], 1.0, axis=1)
    return table


def one_hot__flat(labels, num_classes):
    """Style: places counted through the flattened table."""
    flat = np.zeros(len(labels) * num_classes)
    flat[np.arange(len(labels)) * num_classes + labels] = 1
    return flat.reshape(-1, num_classes)


def one_hot__integers(labels, num_classes):
    """Style: an array of integers 0 and 1."""
    return np.equal.outer(labels, np.arange(num_classes)).astype(int)


def one_hot__take(labels, num_classes):
    """Style: np.take from the identity."""
    return np.take(np.identity(num_classes), labels, axis=0)


def one_hot__heaviside(labels, num_classes):
    """Style: 0 to the power of the distance."""
    return 0.0 ** np.abs(np.arange(float(num_classes)) - labels.reshape(-1, 1))


# ---------------------------------------------------------------------------------------- entropy_between


def entropy_between__loops(p, q):
    """Style: a loop with if and math.log."""
    total = 0.0
    for pj, qj in zip(p, q, strict=True):
        if pj > 0:
            total -= float(pj) * math.log(float(qj))
    return total


def entropy_between__where(p, q):
    """Style: q made 1 where p is 0; np.float64."""
    return -np.sum(p * np.log(np.where(p > 0, q, 1.0)))


def entropy_between__float32(p, q):
    """Style: float32 and np.log's where; a (1,)-array."""
    p, q = np.asarray(p, dtype=np.float32), np.asarray(q, dtype=np.float32)
    logarithms = np.log(q, where=p > 0, out=np.zeros_like(q))
    return -np.sum(p * logarithms, keepdims=True)


def entropy_between__log_epsilon(p, q):
    """Style: 1e-12 inside the logarithm, which is harmless where q is positive."""
    return -np.dot(p, np.log(q + 1e-12))


def entropy_between__powers(p, q):
    """Style: minus the logarithm of the product of q^p, for 0^0 is 1."""
    return -np.log(np.prod(np.power(q, p)))


def entropy_between__nansum(p, q):
    """Style: np.nansum drops what 0 * log 0 gives; a 0-d array."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array(-np.nansum(p * np.log(q)))


def entropy_between__divergence(p, q):
    """Style: entropy of p plus the divergence."""
    p, q = p[p > 0], q[p > 0]
    return float(np.sum(p * np.log(1 / p)) + np.sum(p * np.log(p / q)))


def entropy_between__masked(p, q):
    """Style: masked arrays."""
    terms = np.ma.masked_where(p == 0, q, copy=True)
    return float(-(np.ma.log(terms) * p).sum())


def entropy_between__recursion(p, q):
    """Style: recursion over the classes."""
    if len(p) == 0:
        return 0.0
    rest = entropy_between__recursion(p[1:], q[1:])
    return rest if p[0] == 0 else rest - p[0] * np.log(q[0])


# ------------------------------------------------------------------------------------------ cross_entropy


def cross_entropy__loops(logits, labels):
    """Style: Python floats, one example after the other."""
    total = 0.0
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        highest = max(row)
        total += highest + math.log(sum(math.exp(z - highest) for z in row)) - row[label]
    return total / len(logits)


def cross_entropy__einsum(logits, labels):
    """Style: one-hot rows and einsum."""
    y = np.eye(logits.shape[1])[labels]
    return -np.einsum("nc,nc->", y, log_softmax__logaddexp(logits)) / len(labels)


def cross_entropy__float32(logits, labels):
    """Style: float32, a 0-d array."""
    z = np.asarray(logits, dtype=np.float32)
    z = z - z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels]
    return np.array(losses.mean())


def cross_entropy__logaddexp(logits, labels):
    """Style: the mean of logaddexp minus the mean true score."""
    rows = range(len(labels))
    return np.mean(np.logaddexp.reduce(logits, axis=1)) - np.mean(logits[rows, labels])


def cross_entropy__margins(logits, labels):
    """Style: scores relative to the true one; a (1,)-array."""
    true = np.take_along_axis(logits, labels[:, None], axis=1)
    return np.array([np.logaddexp.reduce(logits - true, axis=1).sum() / len(logits)])


def cross_entropy__one_hot_product(logits, labels):
    """Style: one-hot rows times log-probabilities, summed over classes, averaged over rows."""
    y = one_hot__comparison(labels, logits.shape[-1])
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
    return np.mean(-np.sum(y * log_p, axis=-1))


def cross_entropy__classes(logits, labels):
    """Style: class by class, from the last one to the first."""
    log_p, total = log_softmax__log_sum_exp(logits), 0.0
    for c in reversed(range(logits.shape[1])):
        total -= log_p[labels == c, c].sum()
    return total / labels.size


def cross_entropy__running_mean(logits, labels):
    """Style: the mean kept up to date example by example."""
    mean = 0.0
    for n, (row, label) in enumerate(zip(logits, labels, strict=True), start=1):
        mean += (np.logaddexp.reduce(row) - row[label] - mean) / n
    return mean


# --------------------------------------------------------------------------------- cross_entropy_gradient


def cross_entropy_gradient__loops(logits, labels):
    """Style: nested lists from Python loops."""
    gradient = softmax__loops(logits)
    for row, label in zip(gradient, labels, strict=True):
        row[label] -= 1
    return [[value / len(gradient) for value in row] for row in gradient]


def cross_entropy_gradient__one_hot(logits, labels):
    """Style: probabilities minus one-hot rows."""
    return (softmax__transposed(logits) - np.eye(logits.shape[1])[labels]) / logits.shape[0]


def cross_entropy_gradient__float32(logits, labels):
    """Style: float32."""
    p = softmax__float32(logits)
    p[np.arange(len(p)), labels] -= 1
    return p / np.float32(len(p))


def cross_entropy_gradient__epsilon(logits, labels):
    """Style: softmax with 1e-9 in the denominator, and a comparison for one-hot."""
    return (softmax__epsilon(logits) - (labels[:, None] == np.arange(logits.shape[1]))) / len(labels)


def cross_entropy_gradient__numerical(logits, labels):
    """Style: central differences of the stable loss."""
    z, h = logits.astype(float), 1e-5
    gradient = np.zeros(z.shape)
    for place in np.ndindex(*z.shape):
        nudge = np.zeros(z.shape)
        nudge[place] = h
        rise = cross_entropy__margins(z + nudge, labels) - cross_entropy__margins(z - nudge, labels)
        gradient[place] = rise[0] / (2 * h)
    return gradient


def cross_entropy_gradient__jacobian(logits, labels):
    """Style: the Jacobian of log_softmax times the loss's slope by log p, with einsum."""
    n, classes = logits.shape
    p = softmax__einsum(logits)
    jacobian = np.eye(classes) - p[:, None, :]  # of log p_j by z_k
    slope = -one_hot__identity(labels, classes) / n
    return np.einsum("nj,njk->nk", slope, jacobian)


def cross_entropy_gradient__other_sums(logits, labels):
    """Style: the true entry is minus the sum of the others."""
    gradient = np.exp(log_softmax__pairwise(logits)) / len(labels)
    for i, label in enumerate(labels):
        gradient[i, label] = 0.0
        gradient[i, label] = -gradient[i].sum()
    return gradient


def cross_entropy_gradient__subtract_at(logits, labels):
    """Style: np.subtract.at on an own copy, scaled first."""
    gradient = softmax__flat_rows(logits) / len(logits)
    np.subtract.at(gradient, (np.arange(len(labels)), labels), 1 / len(labels))
    return gradient


# --------------------------------------------------------------------------------- softmax_regression_loss


def softmax_regression_loss__inlined(W, X, labels, weight_decay):
    """Style: CS231n's, one pass over everything."""
    N = X.shape[0]
    scores = X.dot(W)
    scores = scores - np.max(scores, axis=1, keepdims=True)
    sums = np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = np.sum(np.log(sums[:, 0]) - scores[np.arange(N), labels]) / N
    loss += 0.5 * weight_decay * np.sum(W * W)
    dscores = np.exp(scores) / sums
    dscores[np.arange(N), labels] -= 1
    dW = X.T.dot(dscores) / N
    dW += weight_decay * W
    return loss, dW


def softmax_regression_loss__loops(W, X, labels, weight_decay):
    """Style: CS231n's naive one, loops over examples and classes; a list for the table."""
    N, D, C = len(X), W.shape[0], W.shape[1]
    loss = 0.0
    dW = [[weight_decay * float(W[d, j]) for j in range(C)] for d in range(D)]
    for i in range(N):
        scores = [sum(float(X[i, d]) * float(W[d, j]) for d in range(D)) for j in range(C)]
        highest = max(scores)
        exponentials = [math.exp(s - highest) for s in scores]
        total = sum(exponentials)
        loss += (math.log(total) + highest - scores[labels[i]]) / N
        for j in range(C):
            error = exponentials[j] / total - (1 if j == labels[i] else 0)
            for d in range(D):
                dW[d][j] += error * float(X[i, d]) / N
    for row in W:
        for value in row:
            loss += 0.5 * weight_decay * float(value) ** 2
    return loss, dW


def softmax_regression_loss__einsum(W, X, labels, weight_decay):
    """Style: einsum; a list with a 0-d array."""
    scores = np.einsum("nd,dc->nc", X, W)
    y = one_hot__identity(labels, W.shape[1])
    log_p = log_softmax__logaddexp(scores)
    loss = -np.einsum("nc,nc", y, log_p) / len(X) + weight_decay / 2 * np.einsum("dc,dc", W, W)
    return [np.array(loss), np.einsum("nd,nc->dc", X, np.exp(log_p) - y) / len(X) + weight_decay * W]


def softmax_regression_loss__float32(W, X, labels, weight_decay):
    """Style: float32; a (1,)-array for the loss."""
    W, X, decay = W.astype(np.float32), X.astype(np.float32), np.float32(weight_decay)
    scores = X @ W
    loss = np.float32(cross_entropy__float32(scores, labels)) + decay * np.square(W).sum() / 2
    return np.array([loss]), X.T @ cross_entropy_gradient__float32(scores, labels) + decay * W


def softmax_regression_loss__numerical(W, X, labels, weight_decay):
    """Style: the gradient by central differences of the loss."""

    def loss(weights):
        return cross_entropy__logaddexp(X @ weights, labels) + 0.5 * weight_decay * (weights**2).sum()

    h, dW = 1e-5, np.zeros(W.shape)
    for place in np.ndindex(*W.shape):
        up, down = W.copy(), W.copy()
        up[place] += h
        down[place] -= h
        dW[place] = (loss(up) - loss(down)) / (2 * h)
    return loss(W), dW


def softmax_regression_loss__trace(W, X, labels, weight_decay):
    """Style: transposed scores, trace of W'W for the decay."""
    Z = W.T @ X.T
    Y = np.eye(W.shape[1])[:, labels]
    log_p = Z - np.logaddexp.reduce(Z, axis=0)
    loss = -np.trace(Y @ log_p.T) / X.shape[0] + weight_decay * np.trace(W.T @ W) / 2
    return float(loss), ((np.exp(log_p) - Y) @ X).T / X.shape[0] + weight_decay * W


def softmax_regression_loss__per_example(W, X, labels, weight_decay):
    """Style: outer products of single examples added to the decay, last example first."""
    loss = weight_decay * np.linalg.norm(W) ** 2 / 2
    dW = np.multiply(weight_decay, W)
    for x, label in zip(X[::-1], labels[::-1], strict=True):
        z = x @ W
        log_p = z - np.logaddexp.reduce(z)
        error = np.exp(log_p)
        error[label] -= 1
        loss = loss - log_p[label] / len(X)
        dW = dW + np.outer(x, error) / len(X)
    return loss, dW

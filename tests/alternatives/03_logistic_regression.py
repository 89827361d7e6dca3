"""Right answers to 03_logistic_regression in other styles than the model solution's."""

import math
import operator
import statistics

import numpy as np


def sigmoid(z):
    """The notebook's own, given to the learner."""
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)


def _sigmoid_of_number(z):
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _softplus_of_number(z):
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


# ------------------------------------------------------------------------------------ predict_probability


def predict_probability__loops(X, w, b):
    """Style: lists and loops, math.exp with two branches."""
    result = []
    for row in X.tolist():
        z = b
        for x, weight in zip(row, w.tolist(), strict=True):
            z += x * weight
        result.append(_sigmoid_of_number(z))
    return result


def predict_probability__einsum(X, w, b):
    """Style: einsum and tanh."""
    return (1 + np.tanh((np.einsum("nd,d->n", X, w) + b) / 2)) / 2


def predict_probability__float32(X, w, b):
    """Style: float32."""
    z = np.dot(X.astype(np.float32), w.astype(np.float32)) + np.float32(b)
    return np.exp(-np.logaddexp(np.float32(0), -z))


def predict_probability__ones_column(X, w, b):
    """Style: the bias as the weight of a column of ones; scores clipped before exp."""
    z = np.column_stack([X, np.ones(len(X))]) @ np.r_[w, b]
    return 1 / (1 + np.exp(-np.clip(z, -700, 700)))


def predict_probability__column(X, w, b):
    """Style: column vectors, squeezed at the end."""
    return np.squeeze(sigmoid(X @ w[:, np.newaxis] + b), axis=1)


def predict_probability__row_by_row(X, w, b):
    """Style: a comprehension over rows with the sigmoid given; a list of 0-d arrays."""
    return [sigmoid(sum(map(operator.mul, row, w)) + b) for row in X]


def predict_probability__errstate(samples, weights, bias):
    """Style: the plain formula, its harmless overflow silenced; sum of products; other argument names."""
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-(np.sum(samples * weights, axis=1) + bias)))


# ----------------------------------------------------------------------------------------------- classify


def classify__where(p, threshold=0.5):
    """Style: np.where."""
    return np.where(p > threshold, 1, 0)


def classify__loops(p, threshold=0.5):
    """Style: a loop with if, a list of ints."""
    labels = []
    for value in p:
        if value > threshold:
            labels.append(1)
        else:
            labels.append(0)
    return labels


def classify__float32(p, threshold=0.5):
    """Style: float32 probabilities, int32 labels."""
    return np.greater(p.astype(np.float32), np.float32(threshold)).astype(np.int32)


def classify__digitize(p, t=0.5):
    """Style: the number of the bin, other argument names."""
    return np.digitize(p, [t], right=True)


def classify__searchsorted(p, threshold=0.5):
    """Style: how many thresholds lie below."""
    return np.searchsorted([threshold], p, side="left")


def classify__mask(p, threshold=0.5):
    """Style: zeros with ones put where the mask says, uint8."""
    labels = np.zeros(len(p), dtype=np.uint8)
    labels[np.nonzero(p > threshold)] = 1
    return labels


def classify__heaviside(p, threshold=0.5):
    """Style: the step of the distance, made int."""
    return np.heaviside(np.subtract(p, threshold), 0).astype(int)


def classify__complement(p, threshold=0.5):
    """Style: 1 minus 'at most the threshold'."""
    return 1 - (p <= threshold)


def classify__map(p, threshold=0.5):
    """Style: map, a tuple of ints."""
    return tuple(map(int, map(threshold.__lt__, p.tolist())))


# ----------------------------------------------------------------------------------- binary_cross_entropy


def binary_cross_entropy__loops(p, y):
    """Style: a loop with if and math.log."""
    total = 0.0
    for probability, label in zip(p, y, strict=True):
        probability = min(max(float(probability), 1e-12), 1 - 1e-12)
        if label == 1:
            total -= math.log(probability)
        else:
            total -= math.log(1 - probability)
    return total / len(p)


def binary_cross_entropy__dot(p, y):
    """Style: two dot products with a clipped copy; np.float64."""
    q = np.minimum(np.maximum(p, 1e-12), 1 - 1e-12)
    return -(np.dot(y, np.log(q)) + np.dot(1 - y, np.log(1 - q))) / len(y)


def binary_cross_entropy__true_label(p, y):
    """Style: the probability of the true label, clipped afterwards; a 0-d array."""
    right = np.where(y == 1, p, 1 - p)
    return np.array(-np.log(np.clip(right, 1e-12, 1 - 1e-12)).mean())


def binary_cross_entropy__float32(p, y):
    """Style: float32, with both probabilities clipped below, for float32 has no 1 - 1e-12."""
    p = np.asarray(p, dtype=np.float32)
    tiny = np.float32(1e-12)
    up, down = np.log(np.maximum(p, tiny)), np.log(np.maximum(1 - p, tiny))
    y = y.astype(np.float32)
    return -np.mean(y * up + (1 - y) * down)


def binary_cross_entropy__log_epsilon(p, y):
    """Style: 1e-12 added inside the logarithm, which differs from clipping by 1e-12."""
    return -np.mean(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))


def binary_cross_entropy__einsum(p, y):
    """Style: a two-column table of logarithms times one-hot labels; a (1,)-array."""
    p = np.clip(p, 1e-12, 1 - 1e-12)
    logarithms = np.log(np.stack([1 - p, p], axis=1))
    return np.array([-np.einsum("nc,nc", np.eye(2)[y], logarithms) / len(p)])


def binary_cross_entropy__indexed(p, y):
    """Style: one entry of each row of a table, picked by the label."""
    p = np.clip(p, 1e-12, 1 - 1e-12)
    table = np.vstack([1 - p, p])
    return float(np.mean(-np.log(table[y, range(len(y))])))


def binary_cross_entropy__masks(p, y):
    """Style: positives and negatives by themselves, log1p for the negatives."""
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return (-np.log(p[y == 1]).sum() - np.log1p(-p[y == 0]).sum()) / p.size


def binary_cross_entropy__fmean(p, y):
    """Style: functional, Python floats."""
    clipped = [sorted((1e-12, v, 1 - 1e-12))[1] for v in p.tolist()]
    return statistics.fmean(-math.log(v if t else 1 - v) for v, t in zip(clipped, y.tolist(), strict=True))


# --------------------------------------------------------------------------------------- bce_with_logits


def bce_with_logits__logaddexp(z, y):
    """Style: np.logaddexp(0, z) - y z."""
    return np.mean(np.logaddexp(0, z) - y * z)


def bce_with_logits__loops(z, y):
    """Style: a loop over Python floats."""
    total = 0.0
    for score, label in zip(z.tolist(), y.tolist(), strict=True):
        total += _softplus_of_number(score) - label * score
    return total / len(z)


def bce_with_logits__signed(z, y):
    """Style: softplus of the score with the label's sign; a (1,)-array."""
    wrong = (1 - 2 * y) * z
    return np.array([np.logaddexp(0, wrong).sum() / len(z)])


def bce_with_logits__float32(z, y):
    """Style: float32."""
    z, y = z.astype(np.float32), y.astype(np.float32)
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


def bce_with_logits__branches(z, y):
    """Style: two formulas chosen by masks."""
    z = z.astype(float)
    each = np.empty(len(z))
    up = z > 0
    each[up] = (1 - y[up]) * z[up] + np.log(1 + np.exp(-z[up]))
    each[~up] = np.log(1 + np.exp(z[~up])) - y[~up] * z[~up]
    return each.mean()


def bce_with_logits__two_classes(z, y):
    """Style: a softmax cross-entropy of the scores 0 and z."""
    scores = np.stack([np.zeros(len(z)), z], axis=1)
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(y)), y].mean()


def bce_with_logits__relu_and_logarithm(scores, labels):
    """Style: three sums, taken backwards, divided at the end; other argument names; a 0-d array."""
    positive = np.sum(np.where(scores > 0, scores, 0)[::-1])
    product = np.dot(labels[::-1], scores[::-1])
    rest = np.sum(np.log(1.0 + np.exp(-np.sqrt(np.square(scores, dtype=float))))[::-1])
    return np.asarray((positive - product + rest) / scores.shape[0])


# ------------------------------------------------------------------------------------------ bce_gradients


def bce_gradients__loops(X, y, w, b):
    """Style: C-like loops; a list and a Python float."""
    N, D = X.shape
    dw, db = [0.0] * D, 0.0
    for i in range(N):
        z = b
        for d in range(D):
            z += float(X[i, d]) * float(w[d])
        error = (_sigmoid_of_number(z) - int(y[i])) / N
        for d in range(D):
            dw[d] += error * float(X[i, d])
        db += error
    return dw, db


def bce_gradients__einsum(X, y, w, b):
    """Style: einsum, np.float64 for the bias."""
    error = sigmoid(np.einsum("nd,d->n", X, w) + b) - y
    return np.einsum("nd,n->d", X, error) / len(y), np.einsum("n->", error) / len(y)


def bce_gradients__float32(X, y, w, b):
    """Style: float32."""
    X, y, w = X.astype(np.float32), y.astype(np.float32), w.astype(np.float32)
    error = np.float32(0.5) * (1 + np.tanh((X @ w + np.float32(b)) / 2)) - y
    return X.T @ error / np.float32(len(X)), error.mean()


def bce_gradients__ones_column(X, y, w, b):
    """Style: the bias as one more weight; a list of two slices, the second a (1,)-array."""
    A = np.hstack([X, np.ones((len(X), 1))])
    gradient = A.T @ (predict_probability__einsum(X, w, b) - y) / len(A)
    return [gradient[:-1], gradient[-1:]]


def bce_gradients__mean_of_rows(X, y, w, b):
    """Style: a table of the single examples' gradients, and its mean."""
    error = predict_probability__float64(X, w, b) - y
    return np.mean(X * error[:, None], axis=0), np.mean(error)


def predict_probability__float64(X, w, b):
    """Style: whole numbers made floats first, the sigmoid given."""
    return sigmoid(np.matmul(X.astype(np.float64), w) + np.float64(b))


def bce_gradients__signed(X, y, w, b):
    """Style: labels as signs, -s sigmoid(-s z)."""
    s = 2 * y - 1
    slope = -s * sigmoid(-s * (X.dot(w) + b))
    return slope.dot(X) / y.size, slope.sum() / y.size


def bce_gradients__numerical(X, y, w, b):
    """Style: central differences of the stable loss."""

    def loss(weights, bias):
        z = X @ weights + bias
        return np.mean(np.logaddexp(0, z) - y * z)

    h = 1e-5
    nudges = h * np.eye(len(w))
    dw = [(loss(w + nudge, b) - loss(w - nudge, b)) / (2 * h) for nudge in nudges]
    return np.array(dw), (loss(w, b + h) - loss(w, b - h)) / (2 * h)


def bce_gradients__positives_and_all(X, y, w, b):
    """Style: sum over all examples of p x minus sum over the positives of x."""
    p = sigmoid(X @ w + b)
    dw = ((p[:, None] * X).sum(axis=0) - X[y == 1].sum(axis=0)) / len(X)
    return dw, (sum(p) - sum(y)) / len(X)


# ------------------------------------------------------------------------------------------ logistic_step


def logistic_step__inlined(X, y, w, b, learning_rate):
    """Style: everything written out, np.float64 for the bias."""
    error = sigmoid(X @ w + b) - y
    return w - learning_rate * (X.T @ error) / len(X), b - learning_rate * error.mean()


def logistic_step__loops(X, y, w, b, learning_rate):
    """Style: lists and loops, the gradients summed up example by example."""
    new_w, new_b = [float(v) for v in w], float(b)
    for row, label in zip(X, y, strict=True):
        error = _sigmoid_of_number(float(sum(map(operator.mul, row, w)) + b)) - int(label)
        for d, x in enumerate(row):
            new_w[d] -= learning_rate * error * float(x) / len(X)
        new_b -= learning_rate * error / len(X)
    return new_w, new_b


def logistic_step__float32(X, y, w, b, learning_rate):
    """Style: float32."""
    rate = np.float32(learning_rate)
    dw, db = bce_gradients__float32(X, y, w, b)
    return w.astype(np.float32) - rate * dw, np.float32(b) - rate * db


def logistic_step__ones_column(X, y, w, b, learning_rate):
    """Style: one vector theta = (b, w); the bias comes back as a (1,)-array."""
    A, theta = np.c_[np.ones(len(X)), X], np.concatenate([[b], w])
    theta = theta + learning_rate / len(A) * A.T @ (y - sigmoid(A @ theta))
    return theta[1:], theta[:1]


def logistic_step__copies(X, y, w, b, learning_rate):
    """Style: a float copy changed in place."""
    w_new = np.array(w, dtype=float)
    dw, db = bce_gradients__einsum(X, y, w, b)
    w_new -= learning_rate * dw
    b -= learning_rate * db
    return w_new, b


def logistic_step__comprehension(X, y, w, b, eta):
    """Style: both parameters in one comprehension, a list of two comes back."""
    gradients = bce_gradients__signed(X, y, w, b)
    return [parameter - eta * gradient for parameter, gradient in zip((w, b), gradients, strict=True)]


def logistic_step__einsum(X, y, w, b, learning_rate):
    """Style: einsum with the rate inside; a 0-d array for the bias."""
    push = learning_rate / len(y) * (y - predict_probability__einsum(X, w, b))
    return w + np.einsum("n,nd->d", push, X), np.array(b + np.einsum("n->", push))

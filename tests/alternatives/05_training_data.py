"""Right answers to 05_training_data in other styles than the solution's; all of them must be accepted."""

from __future__ import annotations

import copy
import functools
import itertools
import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np

# ----------------------------------------------------------------------------------------- flatten_images


def flatten_images__loops(images):
    """Style: pure Python loops into a list of lists."""
    rows = []
    for image in images:
        row = []
        for line in image:
            for pixel in line:
                row.append(float(pixel))
        rows.append(row)
    return rows


def flatten_images__index_formula(images):
    """Style: a C programmer's h * W + w."""
    n, height, width = images.shape
    flat = np.empty((n, height * width))
    for h in range(height):
        for w in range(width):
            flat[:, h * width + w] = images[:, h, w]
    return flat


def flatten_images__matlab(images):
    """Style: MATLAB, which reads columns first, so the axes are turned before and after."""
    n, height, width = images.shape
    return np.transpose(images, (2, 1, 0)).reshape((height * width, n), order="F").T


def flatten_images__concatenate(images):
    """Style: the lines of the images put side by side."""
    return np.concatenate([images[:, h] for h in range(images.shape[1])], axis=1)


def flatten_images__view(images):
    """Style: nothing but reshape, which may return a view of the input and keeps its integers."""
    return images.reshape(images.shape[0], np.prod(images.shape[1:]))


def flatten_images__functional(images):
    """Style: functional, chain of lines, a tuple of tuples."""
    return tuple(tuple(itertools.chain.from_iterable(image.tolist())) for image in images)


def flatten_images__float32(images):
    """Style: float32, ravel and stack."""
    return np.stack([np.ravel(image) for image in images.astype(np.float32)])


# ---------------------------------------------------------------------------- train_validation_test_split


def _sizes(n, fractions):
    first, second = round(fractions[0] * n), round(fractions[1] * n)
    return first, second, n - first - second


def train_validation_test_split__shuffle_and_split(n, fractions, rng):
    """Style: shuffle in place, np.split at the running sums."""
    order = np.arange(n)
    rng.shuffle(order)
    first, second, _ = _sizes(n, fractions)
    return np.split(order, [first, first + second])


def train_validation_test_split__argsort(n, fractions, rng):
    """Style: the order of n random numbers."""
    order = np.argsort(rng.random(n))
    first, second, _ = _sizes(n, fractions)
    return order[0:first], order[first : first + second], order[first + second : n]


def train_validation_test_split__fisher_yates(n, fractions, rng):
    """Style: a C programmer's own shuffle of a Python list; lists of ints come back."""
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        j = int(rng.integers(0, i + 1))
        order[i], order[j] = order[j], order[i]
    pieces, start = [], 0
    for size in _sizes(n, fractions):
        pieces.append(order[start : start + size])
        start += size
    return tuple(pieces)


def train_validation_test_split__choice(n, fractions, rng):
    """Style: all drawn by choice without replacement, the test set taken from the other end, int32."""
    order = rng.choice(n, size=n, replace=False).astype(np.int32)
    first, second, last = _sizes(n, fractions)
    return order[:first], order[first:][:second], order[n - last :]


def train_validation_test_split__urn(n, fractions, rng):
    """Style: an urn, from which one index after the other is drawn."""
    urn = list(range(n))
    return tuple(np.array([urn.pop(rng.integers(len(urn))) for _ in range(size)]) for size in _sizes(n, fractions))


def train_validation_test_split__membership(n, fractions, rng):
    """Style: every example draws its set; within a set the order is that of the data."""
    first, second, last = _sizes(n, fractions)
    owner = rng.permutation([0] * first + [1] * second + [2] * last)
    return [np.flatnonzero(owner == part) for part in range(3)]


# --------------------------------------------------------------------------- largest_stable_learning_rate


def largest_stable_learning_rate__bisection(curvature):
    """Style: found by trying, as the text of the section describes it."""
    low, high = 0.0, 1.0
    while abs(1 - high * curvature) < 1:
        high *= 2
    for _ in range(200):
        middle = 0.5 * (low + high)
        if abs(1 - middle * curvature) < 1:
            low = middle
        else:
            high = middle
    return high


def largest_stable_learning_rate__float32(curvature):
    """Style: float32."""
    return np.float32(2) / np.float32(curvature)


def largest_stable_learning_rate__array(curvature):
    """Style: an array of one number."""
    return np.atleast_1d(np.reciprocal(0.5 * np.asarray(curvature, dtype=float)))


def largest_stable_learning_rate__fraction(curvature):
    """Style: an exact fraction."""
    return float(Fraction(2) / Fraction(curvature))


def largest_stable_learning_rate__zero_dimensional(curvature):
    """Style: a 0-d array, by a power."""
    return np.array(2.0 * curvature**-1.0)


# -------------------------------------------------------------------------------------------- standardize


def standardize__loops(X_train, X_test):
    """Style: pure Python, column by column, lists come back."""
    n, d = len(X_train), len(X_train[0])
    train = [[0.0] * d for _ in range(n)]
    test = [[0.0] * d for _ in range(len(X_test))]
    for j in range(d):
        mean = sum(float(row[j]) for row in X_train) / n
        std = math.sqrt(sum((float(row[j]) - mean) ** 2 for row in X_train) / n)
        for table, made in ((X_train, train), (X_test, test)):
            for i, row in enumerate(table):
                made[i][j] = (float(row[j]) - mean) / std if std > 0 else 0.0
    return train, test


def standardize__epsilon(X_train, X_test):
    """Style: a tiny number added to the standard deviation, as many do against 0 / 0; constant columns set to 0."""
    mean, std = np.mean(X_train, axis=0), np.std(X_train, axis=0)
    train, test = (X_train - mean) / (std + 1e-8), (X_test - mean) / (std + 1e-8)
    train[:, std == 0] = 0.0
    test[:, std == 0] = 0.0
    return train, test


def standardize__float32(X_train, X_test):
    """Style: float32 throughout; a list of the two tables."""
    train, test = X_train.astype(np.float32), X_test.astype(np.float32)
    mean, std = train.mean(axis=0), train.std(axis=0)
    safe = np.where(std == 0, np.float32(1), std)
    return [(train - mean) / safe * (std != 0), (test - mean) / safe * (std != 0)]


def standardize__einsum(X_train, X_test):
    """Style: einsum, variance as the mean of the squares less the square of the mean."""
    X_train, X_test = X_train.astype(float), X_test.astype(float)
    n = X_train.shape[0]
    mean = np.einsum("nd->d", X_train) / n
    variance = np.einsum("nd,nd->d", X_train, X_train) / n - mean**2
    varies = np.ptp(X_train, axis=0) > 0
    scale = np.zeros_like(mean)
    scale[varies] = 1 / np.sqrt(variance[varies])
    return np.einsum("nd,d->nd", X_train - mean, scale), np.einsum("nd,d->nd", X_test - mean, scale)


def standardize__divide_where(X_train, X_test):
    """Style: np.divide with where and out."""
    mean = X_train.sum(axis=0) / len(X_train)
    std = np.sqrt(((X_train - mean) ** 2).sum(axis=0) / len(X_train))

    def moved(X):
        centred = X - mean
        return np.divide(centred, std, out=np.zeros_like(centred), where=np.broadcast_to(std > 0, centred.shape))

    return moved(X_train), moved(X_test)


def standardize__nan_to_num(X_train, X_test):
    """Style: divides all the same and clears up afterwards; a column without spread is multiplied by 0."""
    std = X_train.std(axis=0, ddof=0)
    with np.errstate(all="ignore"):
        factor = np.nan_to_num(1 / std, posinf=0.0)
    return (X_train - X_train.mean(0)) * factor, (X_test - X_train.mean(0)) * factor


def standardize__columns(X_train, X_test):
    """Style: functional, by columns, stacked again."""

    def pair(train, test):
        if train.max() == train.min():
            return np.zeros(len(train)), np.zeros(len(test))
        return tuple((one - np.average(train)) / np.sqrt(np.var(train)) for one in (train, test))

    columns = [pair(train, test) for train, test in zip(X_train.T, X_test.T, strict=True)]
    return np.column_stack([one for one, _ in columns]), np.column_stack([other for _, other in columns])


class _Scaled(NamedTuple):
    train: np.ndarray
    test: np.ndarray


def standardize__named_tuple(X_train, X_test):
    """Style: a named tuple, set row by row; columns without spread divided by infinity."""
    mean, std = np.mean(X_train, 0), np.std(X_train, 0)
    std[std == 0] = np.inf
    return _Scaled(np.array([(row - mean) / std for row in X_train]), np.array([(row - mean) / std for row in X_test]))


# ------------------------------------------------------------------------------------------ min_max_scale


def min_max_scale__loops(X_train, X_test):
    """Style: pure Python with nested lists."""
    columns = list(zip(*X_train.tolist(), strict=True))
    ends = [(min(column), max(column)) for column in columns]

    def scaled(table):
        return [
            [(value - low) / (high - low) if high > low else 0.0 for value, (low, high) in zip(row, ends, strict=True)]
            for row in table.tolist()
        ]

    return scaled(X_train), scaled(X_test)


def min_max_scale__float32(X_train, X_test):
    """Style: float32 and np.ptp."""
    train, test = np.float32(X_train), np.float32(X_test)
    low, width = train.min(0), np.ptp(train, axis=0)
    varies = width > 0
    width[~varies] = 1
    return (train - low) / width * varies, (test - low) / width * varies


def min_max_scale__line(X_train, X_test):
    """Style: a line through two points, slope * x + offset."""
    low, high = np.amin(X_train, axis=0).astype(float), np.amax(X_train, axis=0).astype(float)
    slope = np.zeros_like(low)
    slope[high != low] = 1.0 / (high - low)[high != low]
    offset = -low * slope
    return [slope * X_train + offset, slope * X_test + offset]


def min_max_scale__sorted(X_train, X_test):
    """Style: sorts a copy, first and last row are the ends; writes into a fresh table column by column."""
    ordered = np.sort(X_train, axis=0)
    low, high = ordered[0], ordered[-1]
    made = []
    for X in (X_train, X_test):
        scaled = np.zeros(X.shape)
        for j in range(X.shape[1]):
            if low[j] != high[j]:
                scaled[:, j] = (X[:, j] - low[j]) / (high[j] - low[j])
        made.append(scaled)
    return tuple(made)


def min_max_scale__epsilon(X_train, X_test):
    """Style: a tiny number in the divisor; constant columns set to 0 by np.where."""
    low, high = X_train.min(axis=0, keepdims=True), X_train.max(axis=0, keepdims=True)
    train, test = ((X - low) / (high - low + 1e-12) for X in (X_train, X_test))
    return np.where(low == high, 0, train), np.where(low == high, 0, test)


# ------------------------------------------------------------------------------------------ drop_outliers


def drop_outliers__loops(X, z=2.0):
    """Style: pure Python; a list of rows comes back."""
    n, d = X.shape
    means = [sum(float(X[i, j]) for i in range(n)) / n for j in range(d)]
    stds = [math.sqrt(sum((float(X[i, j]) - means[j]) ** 2 for i in range(n)) / n) for j in range(d)]
    kept = []
    for row in X:
        near = True
        for j in range(d):
            if abs(row[j] - means[j]) > z * stds[j]:
                near = False
        if near:
            kept.append([float(value) for value in row])
    return kept


def drop_outliers__squares(X, z=2.0):
    """Style: squares compared, no root."""
    return X[np.all((X - X.mean(axis=0)) ** 2 <= z**2 * X.var(axis=0), axis=1)]


def drop_outliers__float32(X, z=2.0):
    """Style: float32."""
    X = X.astype(np.float32)
    return X[(np.abs(X - X.mean(0)) <= np.float32(z) * X.std(0)).all(1)]


def drop_outliers__interval(X, z=2.0):
    """Style: two ends for each column, np.delete of the rows outside."""
    mean, std = np.mean(X, 0), np.std(X, 0)
    outside = np.logical_or(mean - z * std > X, mean + z * std < X)
    return np.delete(X, np.unique(np.nonzero(outside)[0]), axis=0)


def drop_outliers__largest_score(X, z=2.0):
    """Style: the largest score of each row; scores of a constant column are 0."""
    std = X.std(axis=0)
    scores = np.abs(X - X.mean(axis=0)) / np.where(std > 0, std, 1)
    return np.compress(scores.max(axis=1) <= z, X, axis=0)


def drop_outliers__reduce(X, z=2.0):
    """Style: functional, one condition a column, combined by reduce."""

    def near(column):
        return np.abs(column - np.mean(column)) <= z * np.std(column)

    return copy.copy(X)[functools.reduce(np.logical_and, map(near, X.T))]


# ------------------------------------------------------------------------------------ l2_regularised_loss


def l2_regularised_loss__loops(loss, weights, strength):
    """Style: pure Python loops."""
    total = 0.0
    for W in weights:
        for row in W.tolist():
            for w in row:
                total += w * w
    return loss + strength / 2 * total


def l2_regularised_loss__norm(loss, weights, strength):
    """Style: the Frobenius norm, squared."""
    return loss + 0.5 * strength * sum(np.linalg.norm(W) ** 2 for W in weights)


def l2_regularised_loss__einsum(loss, weights, strength):
    """Style: einsum, a 0-d array."""
    return np.array(loss + strength * sum(0.5 * np.einsum("ij,ij->", W, W) for W in weights))


def l2_regularised_loss__float32(loss, weights, strength):
    """Style: float32."""
    total = np.float32(0)
    for W in weights:
        total += np.sum(np.square(W.astype(np.float32)))
    return np.float32(loss) + np.float32(0.5) * np.float32(strength) * total


def l2_regularised_loss__one_vector(loss, weights, strength):
    """Style: all weights in one column vector, MATLAB's w' * w; shape (1,)."""
    w = np.concatenate([W.reshape(-1, 1) for W in weights]).astype(float)
    return (loss + 0.5 * strength * (w.T @ w)).ravel()


def l2_regularised_loss__trace(loss, weights, strength):
    """Style: the trace of W^T W, added to the loss matrix by matrix."""
    for W in weights:
        loss = loss + 0.5 * strength * np.trace(W.T @ W)
    return loss


def l2_regularised_loss__long_double(loss, weights, strength):
    """Style: long doubles, from the last weight to the first."""
    total = np.longdouble(0)
    for W in reversed(weights):
        total += np.sum(W.astype(np.longdouble).ravel()[::-1] ** 2)
    return loss + total * strength / 2


# ------------------------------------------------------------------------------------------- l2_gradients


def l2_gradients__loops(gradients, weights, strength):
    """Style: a C programmer's loops over indices."""
    made = []
    for g, W in zip(gradients, weights, strict=True):
        total = np.zeros(W.shape)
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                total[i, j] = g[i, j] + strength * W[i, j]
        made.append(total)
    return made


def l2_gradients__map(gradients, weights, strength):
    """Style: functional."""
    return list(map(lambda g, W: np.add(g, np.multiply(strength, W)), gradients, weights))


def l2_gradients__float32(gradients, weights, strength):
    """Style: float32, a tuple."""
    return tuple(
        g.astype(np.float32) + np.float32(strength) * W.astype(np.float32)
        for g, W in zip(gradients, weights, strict=True)
    )


def l2_gradients__in_place_on_copies(gradients, weights, strength):
    """Style: copies, changed in place."""
    made = [np.array(g, dtype=np.float64) for g in copy.deepcopy(gradients)]
    for index, W in enumerate(weights):
        made[index] += strength * W
    return made


def l2_gradients__lists(gradients, weights, strength):
    """Style: nested Python lists."""
    return [
        [[a + strength * b for a, b in zip(one, other, strict=True)] for one, other in zip(g, W, strict=True)]
        for g, W in zip(map(np.ndarray.tolist, gradients), map(np.ndarray.tolist, weights), strict=True)
    ]


def l2_gradients__recursion(gradients, weights, strength):
    """Style: recursion over the layers."""
    if not gradients:
        return []
    return [gradients[0] + strength * weights[0], *l2_gradients__recursion(gradients[1:], weights[1:], strength)]


# ----------------------------------------------------------------------------------------- early_stopping


def early_stopping__counter(validation_losses, patience):
    """Style: the usual loop with a counter that starts again."""
    best_loss, best_epoch, waited = float("inf"), 0, 0
    for epoch in range(len(validation_losses)):
        if validation_losses[epoch] < best_loss:
            best_loss, best_epoch, waited = validation_losses[epoch], epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch, best_epoch
    return len(validation_losses) - 1, best_epoch


def early_stopping__argmin(validation_losses, patience):
    """Style: argmin of every beginning; NumPy integers come back."""
    for t in range(len(validation_losses)):
        best = np.argmin(validation_losses[: t + 1])
        if t - best >= patience:
            break
    return np.int64(t), best


def early_stopping__vectorised(validation_losses, patience):
    """Style: running minimum, no loop; an array of two ints."""
    losses = np.asarray(validation_losses)
    epochs = np.arange(losses.size)
    before = np.r_[np.inf, np.minimum.accumulate(losses)[:-1]]
    best = np.maximum.accumulate(np.where(losses < before, epochs, 0))
    over = epochs - best >= patience
    stop = int(np.argmax(over)) if over.any() else losses.size - 1
    return np.array([stop, best[stop]])


def early_stopping__recursion(validation_losses, patience, epoch=0, best=0):
    """Style: recursion."""
    if validation_losses[epoch] < validation_losses[best]:
        best = epoch
    if epoch - best >= patience or epoch + 1 == len(validation_losses):
        return epoch, best
    return early_stopping__recursion(validation_losses, patience, epoch + 1, best)


def early_stopping__while(validation_losses, patience):
    """Style: while, on a Python list; a list comes back."""
    losses = validation_losses.tolist()
    best = epoch = 0
    while epoch < len(losses) - 1 and epoch - best < patience:
        epoch += 1
        best = min(best, epoch, key=lambda place: (losses[place], place))
    return [epoch, best]


def early_stopping__generator(validation_losses, patience):
    """Style: functional, accumulate and next."""
    best = list(
        itertools.accumulate(
            range(len(validation_losses)), lambda a, b: b if validation_losses[b] < validation_losses[a] else a
        )
    )
    stop = next((t for t, b in enumerate(best) if t - b >= patience), len(best) - 1)
    return stop, best[stop]


# ------------------------------------------------------------------------------------------- augment_flip


def augment_flip__loop(images, p, rng):
    """Style: a loop, one toss each; a list of images."""
    made = []
    for image in images:
        if rng.random() < p:
            made.append(image[..., ::-1])
        else:
            made.append(image)
    return made


def augment_flip__where(images, p, rng):
    """Style: np.where between both versions, tosses of the right shape."""
    tosses = rng.uniform(size=(images.shape[0],) + (1,) * (images.ndim - 1))
    return np.where(tosses < p, np.flip(images, axis=-1), images)


def augment_flip__binomial(images, p, rng):
    """Style: binomial tosses, float32."""
    made = np.array(images, dtype=np.float32)
    for index in np.flatnonzero(rng.binomial(1, p, size=len(images))):
        made[index] = np.flip(made[index], -1)
    return made


def augment_flip__choice(images, p, rng):
    """Style: choice between yes and no, arithmetic with 0 and 1."""
    yes = rng.choice([1, 0], size=len(images), p=[p, 1 - p]).reshape((-1,) + (1,) * (images.ndim - 1))
    return yes * images[..., ::-1] + (1 - yes) * images


def augment_flip__columns(images, p, rng):
    """Style: a C programmer swaps columns from both ends, in a copy."""
    made = images.copy()
    width = images.shape[-1]
    for i in range(len(made)):
        if not rng.random() >= p:
            for left in range(width // 2):
                right = width - 1 - left
                made[i, ..., left], made[i, ..., right] = images[i, ..., right], images[i, ..., left]
    return made


def augment_flip__bernoulli_of_exponentials(images, p, rng):
    """Style: survival of an exponential time, which is shorter than -log(1 - p) with probability p."""
    limit = np.inf if p >= 1 else -np.log1p(-p)
    mirrored = rng.exponential(size=len(images)) < limit
    index = np.where(mirrored[:, None], np.arange(images.shape[-1])[::-1], np.arange(images.shape[-1]))
    return np.take_along_axis(images, index.reshape(len(images), *[1] * (images.ndim - 2), -1), axis=-1)

"""Right answers to 11_metrics in other styles than the solution's."""

import math
import statistics
from collections import Counter
from itertools import starmap
from operator import eq

import numpy as np

# ------------------------------------------------------------------------------------------ rmse and mae


def rmse__loop(y_true, y_pred):
    """A loop over Python floats."""
    total = 0.0
    for i in range(len(y_true)):
        total += (float(y_pred[i]) - float(y_true[i])) ** 2
    return math.sqrt(total / len(y_true))


def rmse__norm(y_true, y_pred):
    """The length of the vector of errors over the root of N; np.float64."""
    return np.linalg.norm(y_true - y_pred) / np.sqrt(y_true.size)


def rmse__dot(y_true, y_pred):
    """An inner product; a 0-d array comes back."""
    e = y_pred - y_true
    return np.array((e @ e / e.shape[0]) ** 0.5)


def rmse__float32(y_true, y_pred):
    """float32 throughout, and a (1,) array."""
    errors = y_true.astype(np.float32) - y_pred.astype(np.float32)
    return np.sqrt(np.square(errors).mean(keepdims=True))


def rmse__dist(y_true, y_pred):
    """math.dist between two points."""
    return math.dist(y_true.tolist(), y_pred.tolist()) / len(y_pred) ** 0.5


def rmse__statistics(y_true, y_pred):
    """The statistics module: the mean of the squares is the variance and the square of the mean."""
    errors = [float(said) - float(true) for true, said in zip(y_true, y_pred, strict=True)]
    return math.sqrt(statistics.pvariance(errors) + statistics.fmean(errors) ** 2)


def mae__loop(y_true, y_pred):
    """A loop with an if for the sign, as in C."""
    total = 0.0
    for true, said in zip(y_true, y_pred, strict=True):
        error = said - true
        total += -error if error < 0 else error
    return total / len(y_true)


def mae__norm(y_true, y_pred):
    """A 1-norm."""
    return np.linalg.norm(np.subtract(y_true, y_pred), ord=1) / len(y_true)


def mae__maximum_minimum(y_true, y_pred):
    """The larger one less the smaller one; a 0-d array comes back."""
    return np.array(np.average(np.maximum(y_true, y_pred) - np.minimum(y_true, y_pred)))


def mae__float32(y_true, y_pred):
    """float32 throughout, the error times its sign; a (1,) array."""
    errors = np.float32(y_pred) - np.float32(y_true)
    return np.reshape(np.sign(errors) @ errors / np.float32(len(errors)), 1)


def mae__fsum(y_true, y_pred):
    """fsum over a generator."""
    return math.fsum(abs(float(a) - float(b)) for a, b in zip(y_true, y_pred, strict=True)) / len(y_pred)


def mae__root_of_square(y_true, y_pred):
    """|e| as the root of its square, einsum as a sum."""
    return float(np.einsum("i->", np.sqrt((y_pred - y_true) ** 2)) / np.size(y_true))


# ------------------------------------------------------------------------------------- confusion_matrix


def confusion_matrix__loop(y_true, y_pred, num_classes):
    """A loop over the examples."""
    table = np.zeros((num_classes, num_classes), dtype=np.int64)
    for i in range(len(y_true)):
        table[y_true[i]][y_pred[i]] += 1
    return table


def confusion_matrix__bincount(y_true, y_pred, num_classes):
    """np.bincount over flat addresses."""
    return np.bincount(y_true * num_classes + y_pred, minlength=num_classes**2).reshape(num_classes, -1)


def confusion_matrix__one_hot(y_true, y_pred, num_classes):
    """A product of one-hot matrices of small integers."""
    one_hot = np.eye(num_classes, dtype=np.int32)
    return one_hot[y_true].T @ one_hot[y_pred]


def confusion_matrix__lists(y_true, y_pred, num_classes):
    """Nested comprehensions over a Counter; lists of Python ints."""
    counts = Counter(zip(y_true.tolist(), y_pred.tolist(), strict=True))
    return [[counts[i, j] for j in range(num_classes)] for i in range(num_classes)]


def confusion_matrix__masks(y_true, y_pred, num_classes):
    """A mask for each place, counted; unsigned integers."""
    table = np.empty((num_classes, num_classes), np.uint16)
    for i, j in np.ndindex(num_classes, num_classes):
        table[i, j] = np.count_nonzero((y_true == i) & (y_pred == j))
    return table


def confusion_matrix__histogram(y_true, y_pred, num_classes):
    """np.histogram2d, as MATLAB's accumarray; its floats made whole."""
    edges = np.arange(num_classes + 1) - 0.5
    table, _, _ = np.histogram2d(y_true, y_pred, bins=(edges, edges))
    return table.astype(int)


def confusion_matrix__broadcast(y_true, y_pred, num_classes):
    """Comparisons by broadcasting, an einsum over the examples."""
    classes = np.arange(num_classes)[:, None]
    return np.einsum("in,jn->ij", (y_true == classes).astype(int), (y_pred == classes).astype(int))


# --------------------------------------------------------------------------------------------- accuracy


def accuracy__loop(y_true, y_pred):
    """A counter in a loop."""
    right = 0
    for i in range(len(y_true)):
        if y_true[i] == y_pred[i]:
            right += 1
    return right / len(y_true)


def accuracy__trace(y_true, y_pred):
    """The diagonal of the confusion matrix over its sum; np.float64."""
    table = confusion_matrix__loop(y_true, y_pred, 1 + max(y_true.max(), y_pred.max()))
    return np.trace(table) / table.sum()


def accuracy__functional(y_true, y_pred):
    """starmap over pairs, summed."""
    return sum(starmap(eq, zip(y_true.tolist(), y_pred.tolist(), strict=True))) / len(y_pred)


def accuracy__nonzero(y_true, y_pred):
    """One less the share of differences; a 0-d array."""
    return np.asarray(1 - np.count_nonzero(y_true - y_pred) / y_true.size)


def accuracy__float32(y_true, y_pred):
    """A float32 mean, kept as a (1,) array."""
    return np.mean(np.equal(y_true, y_pred), dtype=np.float32, keepdims=True)


def accuracy__statistics(y_true, y_pred):
    """statistics.mean of whole numbers, an int where all or none are right."""
    return statistics.mean([int(true == said) for true, said in zip(y_true, y_pred, strict=True)])


# --------------------------------------------------------------------------- precision, recall, specificity


def _counts(y_true, y_pred):
    """(tp, fp, fn, tn), counted in a loop."""
    tp = fp = fn = tn = 0
    for true, said in zip(y_true, y_pred, strict=True):
        if said == 1 and true == 1:
            tp += 1
        elif said == 1:
            fp += 1
        elif true == 1:
            fn += 1
        else:
            tn += 1
    return tp, fp, fn, tn


def precision__loop(y_true, y_pred):
    """Four counters in a loop."""
    tp, fp, _, _ = _counts(y_true, y_pred)
    if tp + fp == 0:
        return 0.0
    return tp / (tp + fp)


def precision__mean(y_true, y_pred):
    """The mean of the true labels among those called positive; a plain 0 where there are none."""
    called = y_true[y_pred == 1]
    return called.mean() if called.size else 0


def precision__dot(y_true, y_pred):
    """Inner products of the labels, and a largest divisor of at least 1; a 0-d array."""
    return np.array(np.dot(y_true, y_pred) / max(np.sum(y_pred), 1))


def precision__errstate(y_true, y_pred):
    """0 / 0 first and np.nan_to_num afterwards."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nan_to_num(np.float64(np.sum(y_true & y_pred)) / np.sum(y_pred))


def precision__exception(y_true, y_pred):
    """Asks for forgiveness, not permission."""
    try:
        return int((y_true * y_pred).sum()) / int(y_pred.sum())
    except ZeroDivisionError:
        return 0.0


def precision__divide_where(y_true, y_pred):
    """np.divide with `where`, in float32, as a (1,) array."""
    tp = np.array([np.sum((y_pred == 1) & (y_true == 1))], dtype=np.float32)
    called = np.array([np.sum(y_pred == 1)], dtype=np.float32)
    return np.divide(tp, called, out=np.zeros(1, np.float32), where=called > 0)


def precision__epsilon(y_true, y_pred):
    """The habit of a small number in the divisor."""
    return np.sum(y_true * y_pred) / (np.sum(y_pred) + 1e-12)


def recall__loop(y_true, y_pred):
    """Four counters in a loop."""
    tp, _, fn, _ = _counts(y_true, y_pred)
    return tp / (tp + fn) if tp + fn > 0 else 0.0


def recall__mean(y_true, y_pred):
    """The mean of the predictions over the positives."""
    found = [said for true, said in zip(y_true, y_pred, strict=True) if true]
    return np.mean(found) if found else 0.0


def recall__exchanged_precision(y_true, y_pred):
    """Precision with its arguments exchanged."""
    return precision__dot(y_pred, y_true)


def recall__sets(y_true, y_pred):
    """Sets of places."""
    positive, called = set(np.flatnonzero(y_true)), set(np.flatnonzero(y_pred))
    return len(positive & called) / len(positive) if positive else 0.0


def recall__difference(y_true, y_pred):
    """One less the share of misses; float32."""
    positives = np.float32(np.count_nonzero(y_true))
    if not positives:
        return np.float32(0)
    return np.float32(1) - np.count_nonzero(y_true > y_pred) / positives


def recall__average(y_true, y_pred):
    """np.average with the labels as weights; its own exception for none."""
    try:
        return np.average(y_pred, weights=y_true)
    except ZeroDivisionError:
        return 0.0


def recall__epsilon(y_true, y_pred):
    """The habit of a small number in the divisor."""
    return float(np.logical_and(y_true, y_pred).sum() / (y_true.sum() + np.finfo(float).eps))


def specificity__loop(y_true, y_pred):
    """Four counters in a loop."""
    _, fp, _, tn = _counts(y_true, y_pred)
    return 0.0 if tn + fp == 0 else tn / (tn + fp)


def specificity__recall_of_zeros(y_true, y_pred):
    """The recall of the other class."""
    return recall__sets(1 - y_true, 1 - y_pred)


def specificity__masks(y_true, y_pred):
    """A boolean mask of the negatives; a (1,) array."""
    negatives = y_true == 0
    if not negatives.any():
        return np.zeros(1)
    return np.atleast_1d((~y_pred[negatives].astype(bool)).mean())


def specificity__table(y_true, y_pred):
    """The first row of a 2 x 2 table."""
    table = confusion_matrix__bincount(y_true, y_pred, 2)
    return np.where(table[0].sum() > 0, table[0, 0] / max(table[0].sum(), 1), 0.0)


def specificity__false_alarms(y_true, y_pred):
    """One less the share of false alarms."""
    n = len(y_true) - sum(y_true)
    return 1 - sum(said for true, said in zip(y_true, y_pred, strict=True) if true == 0) / n if n else 0


def specificity__float32(y_true, y_pred):
    """float32 labels, inner products."""
    true, said = np.float32(y_true), np.float32(y_pred)
    return (1 - true) @ (1 - said) / np.maximum((1 - true).sum(), np.float32(1))


# --------------------------------------------------------------------------------------------------- f1


def f1__counts(y_true, y_pred):
    """2 TP / (2 TP + FP + FN), from counters."""
    tp, fp, fn, _ = _counts(y_true, y_pred)
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0


def f1__harmonic_mean(y_true, y_pred):
    """statistics.harmonic_mean."""
    return statistics.harmonic_mean([precision__exception(y_true, y_pred), recall__loop(y_true, y_pred)])


def f1__reciprocals(y_true, y_pred):
    """One over the mean of one over each; a 0-d array."""
    p, r = precision__loop(y_true, y_pred), recall__loop(y_true, y_pred)
    if p == 0 or r == 0:
        return np.zeros(())
    return np.array(1 / ((1 / p + 1 / r) / 2))


def f1__dice(y_true, y_pred):
    """The Dice coefficient of two sets of places."""
    positive, called = set(np.flatnonzero(y_true)), set(np.flatnonzero(y_pred))
    return 2 * len(positive & called) / max(len(positive) + len(called), 1)


def f1__float32(y_true, y_pred):
    """float32, np.nan_to_num after 0 / 0; a (1,) array."""
    tp = np.float32([np.sum(y_true * y_pred)])
    with np.errstate(all="ignore"):
        p, r = np.nan_to_num(tp / np.float32(y_pred.sum())), np.nan_to_num(tp / np.float32(y_true.sum()))
        return np.nan_to_num(2 * p * r / (p + r))


def f1__jaccard(y_true, y_pred):
    """From intersection over union J: 2 J / (1 + J)."""
    union = np.count_nonzero(y_true | y_pred)
    if union == 0:
        return 0.0
    jaccard = np.count_nonzero(y_true & y_pred) / union
    return 2 * jaccard / (1 + jaccard)


def f1__epsilon(y_true, y_pred):
    """The habit of a small number in each divisor."""
    eps = 1e-12
    p = np.sum(y_true * y_pred) / (np.sum(y_pred) + eps)
    r = np.sum(y_true * y_pred) / (np.sum(y_true) + eps)
    return 2 * p * r / (p + r + eps)

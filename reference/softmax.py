"""04_softmax: from scores to probabilities, the loss that goes with them, and its slope.

Losses come from torch.nn.functional, gradients from automatic differentiation, never from p − y.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from grader.exercise import case, exercise


def _logits(rng, *shape):
    """Scores whose probabilities stay above 0.01 (up to seven classes), each row around a level of its own."""
    return rng.uniform(-1.4, 1.4, size=shape) + rng.normal(size=(*shape[:-1], 1))


def _coarse(rng, *shape):
    """Scores in steps of 1/64, which float32 still holds exactly a thousand away from zero."""
    return np.rint(64 * _logits(rng, *shape)) / 64


def _labels(rng, n, classes):
    """n labels in random order; every class occurs when n >= classes."""
    return rng.permutation(np.arange(n) % classes)


def _far_rows(rng, classes):
    """Four rows of ordinary differences: one ordinary, the others 500 and 1000 away."""
    return _coarse(rng, 4, classes) + np.array([[0.0], [1000.0], [-1000.0], [500.0]])


def _far_entries(rng):
    """Two rows in which one class is 2000 above another, and an ordinary one."""
    far = np.array([[1000.0, -1000.0, 0.0, 0.0], [-1000.0, 1000.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    return _coarse(rng, 3, 4) + far


def _true_class(table, labels):
    """The entry of the true class in every row."""
    return table[torch.arange(len(labels)), labels]


def _one_hot(labels, classes):
    return torch.nn.functional.one_hot(labels, classes).double()


def _softmax_over_everything(logits):
    return torch.softmax(logits.flatten(), 0).reshape(logits.shape)


# ------------------------------------------------------------------------------------------------ softmax


@exercise(
    points=4,
    hint="Shifting a whole row by a constant leaves its softmax as it was: choose each row's constant so that no "
    "exponent is positive, and let keepdims=True line up the shapes.",
)
def softmax(logits: Float[Tensor, "*batch C"]) -> Float[Tensor, "*batch C"]:
    return torch.softmax(logits, dim=-1)


@softmax.criterion("values", points=1.5)
def _(rng):
    yield case(logits=_logits(rng, 5, 3))
    yield case(logits=_logits(rng, 4, 2))
    yield case(logits=_logits(rng, 1, 6))


@softmax.criterion("one row alone, and more leading axes", points=0.5)
def _(rng):
    yield case(logits=_logits(rng, 5))
    yield case(logits=_logits(rng, 2, 3, 4))
    yield case(logits=_logits(rng, 3, 1, 2, 2))


@softmax.criterion("finite far from zero", points=1)
def _(rng):
    yield case(logits=_coarse(rng, 4) + 1000.0)
    yield case(logits=_far_rows(rng, 3))
    yield case(logits=_far_entries(rng))


softmax.integer_input(points=0.5)
softmax.inputs_unchanged(points=0.5)


@softmax.mistake(
    "normalised over all entries",
    hint="the probabilities of each row add up to 1, not those of the whole array: give the sum an axis",
)
def _(logits):
    return _softmax_over_everything(logits)


@softmax.mistake(
    "normalised along the first axis",
    hint="your columns add up to 1; the classes lie along the last axis, so each row should",
)
def _(logits):
    return torch.softmax(logits, dim=0)


@softmax.mistake(
    "normalised along axis 1",
    hint="right for a matrix; one row alone has no axis 1, and with more axes it is not the last: count from the end",
)
def _(logits):
    return torch.softmax(logits, dim=1)


@softmax.mistake(
    "no maximum subtracted",
    hint="exp(1000) is inf and inf / inf is NaN; at −1000 every exponential is 0 and 0 / 0 is NaN: "
    "shift each row first",
)
def _(logits):
    e = torch.exp(logits)
    return e / e.sum(-1, keepdim=True)


@softmax.mistake(
    "one maximum for all rows",
    hint="a row far below the largest entry of the whole array becomes 0 / 0: each row needs a maximum of its own",
)
def _(logits):
    e = torch.exp(logits - logits.max())
    return e / e.sum(-1, keepdim=True)


@softmax.mistake(
    "subtracted the maximum from the exponential",
    hint="the shift belongs inside the exponent: exp(z) − max(z) is not exp(z − max(z))",
)
def _(logits):
    e = torch.exp(logits) - logits.amax(-1, keepdim=True)
    return e / e.sum(-1, keepdim=True)


@softmax.mistake(
    "exponentials not divided by their sum", hint="the rows do not add up to 1 yet: one division is missing"
)
def _(logits):
    return torch.exp(logits - logits.amax(-1, keepdim=True))


@softmax.mistake(
    "rounded the result", hint="the digits after the fourth belong to the answer: leave rounding to whoever prints it"
)
def _(logits):
    return torch.round(torch.softmax(logits, dim=-1), decimals=4)


@softmax.mistake(
    "changed its input", hint="`logits -= ...` writes into the caller's array; `shifted = logits - ...` makes a new one"
)
def _(logits):
    return torch.softmax(logits.sub_(logits.amax(-1, keepdim=True)), dim=-1)


# ------------------------------------------------------------------------------------------ cross_entropy


@exercise(
    points=4,
    hint="Take the logarithm of the fraction on paper before you compute anything: −log(a / b) is a difference, and "
    "in it nothing needs to be rounded to 0.",
)
def cross_entropy(logits: Float[Tensor, "N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, ""]:
    return torch.nn.functional.cross_entropy(logits, labels)


@cross_entropy.criterion("values", points=1.5)
def _(rng):
    yield case(logits=_logits(rng, 6, 4), labels=_labels(rng, 6, 4))
    yield case(logits=_logits(rng, 5, 2), labels=_labels(rng, 5, 2))
    yield case(logits=_logits(rng, 7, 3), labels=_labels(rng, 7, 3))


@cross_entropy.criterion("one example, a class that never occurs", points=0.5)
def _(rng):
    yield case(logits=_logits(rng, 1, 5), labels=rng.integers(0, 5, size=1))
    yield case(logits=_logits(rng, 5, 4), labels=rng.integers(0, 3, size=5))


@cross_entropy.criterion("finite far from zero", points=1)
def _(rng):
    yield case(logits=_far_rows(rng, 3), labels=rng.integers(0, 3, size=4))
    yield case(logits=_far_entries(rng), labels=np.array([1, 1, rng.integers(0, 4)]))


cross_entropy.integer_input(points=0.5)
cross_entropy.inputs_unchanged(points=0.5)


@cross_entropy.mistake(
    "softmax over the whole batch",
    hint="the loss is too large by about ln N: each row needs a softmax of its own, so sum the exponentials row by row",
)
def _(logits, labels):
    return -_true_class(torch.log(_softmax_over_everything(logits)), labels).mean()


@cross_entropy.mistake(
    "binary cross-entropy of every class",
    hint="the terms (1 − y) log(1 − p) belong to yes-or-no questions; "
    "here only the true class of a row enters its loss",
)
def _(logits, labels):
    p, y = torch.softmax(logits, 1), _one_hot(labels, logits.shape[1])
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).sum(1).mean()


@cross_entropy.mistake(
    "p[:, labels] for one entry per row",
    hint="p[:, labels] takes all the labels' columns in every row, N × N numbers; you want one number from each row",
)
def _(logits, labels):
    return -torch.log_softmax(logits, 1)[:, labels].mean()


@cross_entropy.mistake(
    "summed over the batch", hint="another convention than this course's: here the loss is the mean over the examples"
)
def _(logits, labels):
    return torch.nn.functional.cross_entropy(logits, labels, reduction="sum")


@cross_entropy.mistake(
    "divided by the number of classes as well",
    hint="the mean runs over the N examples; np.mean of an (N, C) table of one-hot products also counts its zeros",
)
def _(logits, labels):
    return torch.nn.functional.cross_entropy(logits, labels) / logits.shape[1]


@cross_entropy.mistake(
    "no maximum subtracted",
    hint="right for ordinary scores; exp(1000) is inf and the loss becomes NaN: shift each row first",
)
def _(logits, labels):
    e = torch.exp(logits)
    return -torch.log(_true_class(e / e.sum(1, keepdim=True), labels)).mean()


@cross_entropy.mistake(
    "took the logarithm of a probability rounded to 0",
    hint="softmax is right, but a probability of e^−2000 is stored as 0 and log(0) is −inf: never form p at all",
)
def _(logits, labels):
    return -torch.log(_true_class(torch.softmax(logits, 1), labels)).mean()


@cross_entropy.mistake(
    "added a small number inside the logarithm",
    hint="log(p + 1e-12) is never infinite, but it stops at 27.6 however wrong the network is; "
    "the exact loss needs no such help",
)
def _(logits, labels):
    return -torch.log(_true_class(torch.softmax(logits, 1), labels) + 1e-12).mean()


@cross_entropy.mistake(
    "changed its input", hint="`logits -= ...` writes into the caller's array; `shifted = logits - ...` makes a new one"
)
def _(logits, labels):
    return torch.nn.functional.cross_entropy(logits.sub_(logits.amax(1, keepdim=True)), labels)


# --------------------------------------------------------------------------------- cross_entropy_gradient


@exercise(
    points=4,
    hint="Start from your softmax of the logits. In every row exactly one entry has to be corrected; "
    "then think of the mean.",
)
def cross_entropy_gradient(logits: Float[Tensor, "N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, "N C"]:
    logits = logits.detach().clone().requires_grad_()
    return torch.autograd.grad(torch.nn.functional.cross_entropy(logits, labels), logits)[0]


@cross_entropy_gradient.criterion("values", points=1.5)
def _(rng):
    yield case(logits=_logits(rng, 6, 4), labels=_labels(rng, 6, 4))
    yield case(logits=_logits(rng, 5, 2), labels=_labels(rng, 5, 2))
    yield case(logits=_logits(rng, 7, 3), labels=_labels(rng, 7, 3))


@cross_entropy_gradient.criterion("one example, a class that never occurs", points=0.5)
def _(rng):
    yield case(logits=_logits(rng, 1, 5), labels=rng.integers(0, 5, size=1))
    yield case(logits=_logits(rng, 5, 4), labels=rng.integers(0, 3, size=5))


@cross_entropy_gradient.criterion("finite far from zero", points=1)
def _(rng):
    yield case(logits=_far_rows(rng, 3), labels=rng.integers(0, 3, size=4))
    yield case(logits=_far_entries(rng), labels=np.array([1, 1, rng.integers(0, 4)]))


cross_entropy_gradient.integer_input(points=0.5)
cross_entropy_gradient.inputs_unchanged(points=0.5)


@cross_entropy_gradient.mistake(
    "softmax forgotten", hint="the one-hot row is subtracted from the probabilities, not from the scores themselves"
)
def _(logits, labels):
    return (logits - _one_hot(labels, logits.shape[1])) / len(labels)


@cross_entropy_gradient.mistake(
    "returned the probabilities",
    hint="every row of the gradient must add up to 0: the true class is still missing its correction",
)
def _(logits, labels):
    return torch.softmax(logits, 1) / len(labels)


@cross_entropy_gradient.mistake(
    "not divided by N", hint="this is the gradient of the sum; the loss is the mean over the batch"
)
def _(logits, labels):
    return torch.softmax(logits, 1) - _one_hot(labels, logits.shape[1])


@cross_entropy_gradient.mistake(
    "divided by the number of classes as well", hint="the mean runs over the N examples only; C does not appear in it"
)
def _(logits, labels):
    return (torch.softmax(logits, 1) - _one_hot(labels, logits.shape[1])) / logits.numel()


@cross_entropy_gradient.mistake(
    "opposite sign", hint="raising the true class's score lowers the loss: there the slope must be negative"
)
def _(logits, labels):
    return (_one_hot(labels, logits.shape[1]) - torch.softmax(logits, 1)) / len(labels)


@cross_entropy_gradient.mistake(
    "softmax over the whole batch", hint="each row is a distribution of its own: sum the exponentials row by row"
)
def _(logits, labels):
    return (_softmax_over_everything(logits) - _one_hot(labels, logits.shape[1])) / len(labels)


@cross_entropy_gradient.mistake(
    "corrected whole columns",
    hint="p[:, labels] −= 1 lowers those columns in every row; "
    "one entry of each row is meant, so index rows and columns together",
)
def _(logits, labels):
    p = torch.softmax(logits, 1)
    p[:, labels.unique()] -= 1
    return p / len(labels)


@cross_entropy_gradient.mistake(
    "took the number of classes from the labels",
    hint="labels.max() + 1 is too small when the last class does not occur in the batch: "
    "the logits know how many there are",
)
def _(logits, labels):
    return (torch.softmax(logits, 1) - _one_hot(labels, -1)) / len(labels)


@cross_entropy_gradient.mistake(
    "no maximum subtracted",
    hint="right for ordinary scores; at 1000 it is inf / inf: use the softmax you made safe above",
)
def _(logits, labels):
    e = torch.exp(logits)
    return (e / e.sum(1, keepdim=True) - _one_hot(labels, logits.shape[1])) / len(labels)


@cross_entropy_gradient.mistake(
    "changed its input", hint="the logits are different after the call: work on a new array, not on the caller's"
)
def _(logits, labels):
    gradient = (torch.softmax(logits, 1) - _one_hot(labels, logits.shape[1])) / len(labels)
    return logits.copy_(gradient)

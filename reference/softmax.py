"""04_softmax: from scores to probabilities, the loss that goes with them, and its slope.

Losses come from torch.nn.functional, gradients from automatic differentiation, never from p − y.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from grader.exercise import EXACT, Tolerance, case, exercise
from grader.question import choice, choices, number, right, wrong


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
    hint=(
        "Shifting a whole row by a constant leaves its softmax as it was: choose each row's constant so that no "
        "exponent is positive, and let keepdims=True line up the shapes.\n"
        "p_j = exp(z_j − m) / Σ_k exp(z_k − m), with m the largest entry of the row."
    ),
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


# ------------------------------------------------------------------------------------------ predict_class


@exercise(
    points=2, hint="What is wanted is a place, not a value; and only the order of a row's scores matters, not softmax."
)
def predict_class(logits: Float[Tensor, "*batch C"]) -> Int[Tensor, "*batch"]:
    return torch.argmax(logits, dim=-1)


def _one_higher(rng, n, classes):
    """Scores in which the best class differs from row to row."""
    logits = _coarse(rng, n, classes)
    logits[np.arange(n), rng.permutation(np.arange(n) % classes)] += 3.0
    return logits


@predict_class.criterion("values", points=1, tolerance=EXACT)
def _(rng):
    yield case(logits=_one_higher(rng, 7, 3))
    yield case(logits=_one_higher(rng, 5, 2))
    # Five classes of about the same probability: the best one is far from one half.
    yield case(logits=_coarse(rng, 9, 5) / 8)


@predict_class.criterion("equal scores, far from zero, other numbers of axes", points=0.5, tolerance=EXACT)
def _(rng):
    # Sorted by rows: the last class is the best one, in the rows far from zero as well.
    yield case(logits=np.sort(_far_rows(rng, 3), axis=-1) + np.array([0.0, 0.0, 1.0]))
    low, high = rng.uniform(-1, 0), rng.uniform(0.5, 1)
    yield case(logits=np.array([[low, high, low, high], [high, low, low, high], [low, low, high, high]]))
    yield case(logits=_one_higher(rng, 5, 4)[rng.integers(0, 5)])
    yield case(logits=_one_higher(rng, 6, 4).reshape(2, 3, 4))


predict_class.inputs_unchanged(points=0.5)


@predict_class.mistake(
    "returned the highest score", hint="np.max tells how high; the question is at which place of the row it stands"
)
def _(logits):
    return logits.amax(-1)


@predict_class.mistake(
    "one class for the whole batch",
    hint="without an axis np.argmax counts through the whole array: each row has its own",
)
def _(logits):
    return torch.argmax(logits)


@predict_class.mistake(
    "searched along the first axis",
    hint="you found the best example for every class; the classes lie along the last axis",
)
def _(logits):
    return torch.argmax(logits, dim=0)


@predict_class.mistake(
    "searched along axis 1",
    hint="right for a matrix; one row alone has no axis 1, and with more axes it is not the last: count from the end",
)
def _(logits):
    return torch.argmax(logits, dim=1)


@predict_class.mistake("the lowest score", hint="a higher score means a higher probability: look for the other end")
def _(logits):
    return torch.argmin(logits, dim=-1)


@predict_class.mistake(
    "the last of equal scores",
    hint="another convention than this course's: of several equal scores the first one counts",
)
def _(logits):
    return logits.shape[-1] - 1 - torch.argmax(logits.flip(-1), dim=-1)


@predict_class.mistake("counted from 1", hint="classes are counted from 0, like places in an array")
def _(logits):
    return torch.argmax(logits, dim=-1) + 1


@predict_class.mistake(
    "returned one-hot rows",
    hint="the class itself is wanted, one whole number for each row, not a row of zeros and a one",
)
def _(logits):
    return torch.nn.functional.one_hot(torch.argmax(logits, dim=-1), logits.shape[-1])


@predict_class.mistake("returned floats", hint="a class is a whole number: one wants to index with it later")
def _(logits):
    return torch.argmax(logits, dim=-1).double()


@predict_class.mistake(
    "made probabilities first, without care for large scores",
    hint="exp(1000) is inf and the row becomes NaN; the highest score is at the same place as the highest probability",
)
def _(logits):
    e = torch.exp(logits)
    return torch.argmax(e / e.sum(-1, keepdim=True), dim=-1)


@predict_class.mistake(
    "changed its input",
    hint="sorting in place, or `logits -= ...`, writes into the caller's array: "
    "np.argmax reads the scores and changes nothing",
)
def _(logits):
    best = torch.argmax(logits, dim=-1)
    logits.sub_(logits.amax(-1, keepdim=True))
    return best


# -------------------------------------------------------------------------------------------- log_softmax


@exercise(
    points=3,
    hint=(
        "The logarithm of a fraction is a difference: write it down for the fraction of exponentials, with each "
        "row shifted first, and see which exponential disappears.\n"
        "log p_j = (z_j − m) − log Σ_k exp(z_k − m), with m the largest entry of the row."
    ),
)
def log_softmax(logits: Float[Tensor, "*batch C"]) -> Float[Tensor, "*batch C"]:
    return torch.nn.functional.log_softmax(logits, dim=-1)


@log_softmax.criterion("values", points=1)
def _(rng):
    yield case(logits=_logits(rng, 5, 3))
    yield case(logits=_logits(rng, 4, 2))
    yield case(logits=_logits(rng, 1, 6))


@log_softmax.criterion("one row alone, and more leading axes", points=0.5)
def _(rng):
    yield case(logits=_logits(rng, 5))
    yield case(logits=_logits(rng, 2, 3, 4))


# Near 1000 float32 keeps three digits after the point.
@log_softmax.criterion("exact far from zero", points=0.5, tolerance=Tolerance(atol=1e-3))
def _(rng):
    yield case(logits=_far_rows(rng, 3))
    yield case(logits=_far_entries(rng))


# Whole numbers make some scores win by far: log p is then nearly 0, and float32 keeps fewer digits of it.
log_softmax.integer_input(points=0.5, tolerance=Tolerance(atol=1e-5))
log_softmax.inputs_unchanged(points=0.5)


@log_softmax.mistake(
    "took the logarithm of a probability rounded to 0",
    hint="right for ordinary scores; a probability of e^−2000 is stored as 0 and log(0) is −inf: never form p",
)
def _(logits):
    return torch.log(torch.softmax(logits, dim=-1))


@log_softmax.mistake(
    "added a small number inside the logarithm",
    hint="log(p + 1e-12) is never infinite, but it stops at −27.6 however small p is; "
    "the exact value needs no such help",
)
def _(logits):
    return torch.log(torch.softmax(logits, dim=-1) + 1e-12)


@log_softmax.mistake(
    "no maximum subtracted",
    hint="right for ordinary scores; the sum of exp(1000) is inf, and of exp(−1000) it is 0: shift each row first",
)
def _(logits):
    return logits - torch.log(torch.exp(logits).sum(-1, keepdim=True))


@log_softmax.mistake(
    "logarithm of an unsafe softmax",
    hint="right for ordinary scores; exp(1000) / exp(1000) is inf / inf: shift each row, and simplify on paper first",
)
def _(logits):
    e = torch.exp(logits)
    return torch.log(e / e.sum(-1, keepdim=True))


@log_softmax.mistake(
    "one maximum for all rows",
    hint="a row far below the largest entry of the whole array has the sum 0: each row needs a maximum of its own",
)
def _(logits):
    shifted = logits - logits.max()
    return shifted - torch.log(torch.exp(shifted).sum(-1, keepdim=True))


@log_softmax.mistake(
    "shifted in one place only",
    hint="if the scores inside the exponentials are shifted, the score in front must be shifted by the same amount",
)
def _(logits):
    return logits - torch.log(torch.exp(logits - logits.amax(-1, keepdim=True)).sum(-1, keepdim=True))


@log_softmax.mistake(
    "logarithm of the sum forgotten",
    hint="what is subtracted is the logarithm of the sum of the exponentials, not the sum itself",
)
def _(logits):
    shifted = logits - logits.amax(-1, keepdim=True)
    return shifted - torch.exp(shifted).sum(-1, keepdim=True)


@log_softmax.mistake(
    "returned the probabilities", hint="their logarithms are wanted: every entry of the answer is below 0"
)
def _(logits):
    return torch.softmax(logits, dim=-1)


@log_softmax.mistake(
    "normalised over all entries", hint="the probabilities of each row add up to 1: give the sum an axis"
)
def _(logits):
    return torch.log_softmax(logits.flatten(), 0).reshape(logits.shape)


@log_softmax.mistake(
    "normalised along the first axis", hint="the classes lie along the last axis: sum over each row, not each column"
)
def _(logits):
    return torch.log_softmax(logits, dim=0)


@log_softmax.mistake(
    "normalised along axis 1",
    hint="right for a matrix; one row alone has no axis 1, and with more axes it is not the last: count from the end",
)
def _(logits):
    return torch.log_softmax(logits, dim=1)


@log_softmax.mistake(
    "changed its input", hint="`logits -= ...` writes into the caller's array; `shifted = logits - ...` makes a new one"
)
def _(logits):
    return torch.log_softmax(logits.sub_(logits.amax(-1, keepdim=True)), dim=-1)


# ------------------------------------------------------------------------------------------------ one_hot


@exercise(
    points=2,
    hint="A table of zeros of the right shape, and one entry of each row set: index rows and columns together.",
)
def one_hot(labels: Int[Tensor, " N"], num_classes: int) -> Float[Tensor, "N C"]:
    return torch.nn.functional.one_hot(labels.long(), num_classes).double()


@one_hot.criterion("values", points=1)
def _(rng):
    for n, classes in ((6, 4), (5, 3), (4, 2)):
        yield case(labels=_labels(rng, n, classes), num_classes=classes)


@one_hot.criterion("one label, classes that never occur", points=0.5)
def _(rng):
    yield case(labels=rng.integers(1, 4, size=1), num_classes=5)
    yield case(labels=_labels(rng, 3, 2) + 1, num_classes=6)
    yield case(labels=_labels(rng, 5, 3).astype(np.uint8), num_classes=4)


one_hot.inputs_unchanged(points=0.5)


@one_hot.mistake(
    "always ten classes", hint="ten is right for digits only: the number of columns is the argument num_classes"
)
def _(labels, num_classes):
    return _one_hot(labels.long(), 10)


@one_hot.mistake(
    "took the number of classes from the labels",
    hint="labels.max() + 1 and np.unique miss the classes that do not occur in this batch: use num_classes",
)
def _(labels, num_classes):
    return _one_hot(labels.long(), -1)


@one_hot.mistake("one column for each example", hint="examples are rows: your table is turned over")
def _(labels, num_classes):
    return _one_hot(labels.long(), num_classes).T


@one_hot.mistake("counted from 1", hint="label 0 belongs to the first column, label 1 to the second")
def _(labels, num_classes):
    return _one_hot(labels.long(), num_classes).roll(-1, dims=1)


@one_hot.mistake(
    "set whole columns",
    hint="table[:, labels] = 1 fills those columns in every row; one entry of each row is meant, "
    "so index rows and columns together",
)
def _(labels, num_classes):
    table = torch.zeros(len(labels), num_classes, dtype=torch.float64)
    table[:, labels.long()] = 1
    return table


@one_hot.mistake("wrote the label instead of 1", hint="the place says which class it is; the entry there is 1")
def _(labels, num_classes):
    return _one_hot(labels.long(), num_classes) * labels[:, None]


@one_hot.mistake(
    "changed its input", hint="`labels -= ...` writes into the caller's labels: they are only there to be looked at"
)
def _(labels, num_classes):
    table = _one_hot(labels.long(), num_classes)
    labels.sub_(1)
    return table


# ---------------------------------------------------------------------------------------- entropy_between


@exercise(
    points=3,
    hint=(
        "The logarithm is taken of one of the two, the other one gives the weights.\n"
        "Then think about a class whose weight is 0.\n"
        "−Σ p_j log q_j, added up over only those classes whose p_j is not 0."
    ),
)
def entropy_between(p: Float[Tensor, " C"], q: Float[Tensor, " C"]) -> Float[Tensor, ""]:
    return -torch.xlogy(p, q).sum()


def _distribution(rng, classes):
    """Probabilities of which none is small and no two are equal."""
    raw = rng.permutation(1.0 + np.arange(classes) + rng.uniform(0.1, 0.9, size=classes))
    return raw / raw.sum()


@entropy_between.criterion("values", points=1.5)
def _(rng):
    yield case(p=_distribution(rng, 4), q=_distribution(rng, 4))
    yield case(p=_distribution(rng, 2), q=_distribution(rng, 2))
    p = _distribution(rng, 5)
    yield case(p=p, q=p.copy())


def _with_zeros(rng):
    p, q = np.zeros(5), np.zeros(5)
    place = rng.permutation(5)
    p[place[:2]], q[place[:3]] = _distribution(rng, 2), _distribution(rng, 3)
    yield case(p=p, q=q)
    p, q = np.zeros(4, dtype=int), np.zeros(4)
    place = rng.permutation(4)
    p[place[0]], q[place[:3]] = 1, _distribution(rng, 3)
    yield case(p=p, q=q)


entropy_between.criterion("zeros and one-hot rows", points=1)(_with_zeros)
# With zeros: `q[q == 0] = 1` is tempting.
entropy_between.inputs_unchanged(points=0.5, cases=_with_zeros)


@entropy_between.mistake(
    "p and q exchanged", hint="H(p, q) is not H(q, p): p says how often each surprise comes, q how big it is"
)
def _(p, q):
    return -torch.xlogy(q, p).sum()


@entropy_between.mistake(
    "NaN where p is 0", hint="0 · log 0 is NaN for NumPy; a class that never comes adds nothing to the mean surprise"
)
def _(p, q):
    return -(p * torch.log(q)).sum()


@entropy_between.mistake(
    "logarithm to the base 2", hint="bits, another unit than this course's: use the natural logarithm, np.log"
)
def _(p, q):
    return -torch.xlogy(p, q).sum() / np.log(2)


@entropy_between.mistake(
    "the Kullback-Leibler divergence",
    hint="yours is 0 at q = p; that is H(p, q) − H(p, p), and here the whole of H(p, q) is wanted",
)
def _(p, q):
    return torch.xlogy(p, p).sum() - torch.xlogy(p, q).sum()


@entropy_between.mistake("the entropy of p alone", hint="your answer does not depend on q: whose logarithm is taken?")
def _(p, q):
    return -torch.xlogy(p, p).sum()


@entropy_between.mistake("opposite sign", hint="logarithms of probabilities are negative, a surprise is positive")
def _(p, q):
    return torch.xlogy(p, q).sum()


@entropy_between.mistake(
    "mean over the classes", hint="p already holds the weights of the mean: add up, and divide by nothing"
)
def _(p, q):
    return -torch.xlogy(p, q).mean()


@entropy_between.mistake(
    "logarithm of the mean",
    hint="first the logarithm of each entry of q, then the weighted sum: not the other way round",
)
def _(p, q):
    return -torch.log((p * q).sum())


@entropy_between.mistake(
    "binary cross-entropy of every class",
    hint="the terms (1 − p) log(1 − q) belong to yes-or-no questions; here the classes share one distribution",
)
def _(p, q):
    return -(torch.xlogy(p, q) + torch.xlogy(1 - p, 1 - q)).sum()


@entropy_between.mistake(
    "changed its input", hint="`q[q == 0] = ...` writes into the caller's array: choose the entries you need instead"
)
def _(p, q):
    found = -torch.xlogy(p, q).sum()
    q.copy_(torch.where(p > 0, torch.log(q), 0.0))
    return found


# ------------------------------------------------------------------------------------------ cross_entropy


@exercise(
    points=4,
    hint=(
        "Take the logarithm of the fraction on paper before you compute anything: −log(a / b) is a difference, "
        "and in it nothing needs to be rounded to 0.\n"
        "Each row gives log Σ_k exp(z_k − m) − (z_y − m), with m its largest entry; the loss is the mean of "
        "these."
    ),
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
    hint=(
        "Start from your softmax of the logits.\n"
        "In every row exactly one entry has to be corrected; then think of the mean.\n"
        "The softmax of the row, minus 1 at its label; all of it divided by N."
    ),
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


# --------------------------------------------------------------------------------- softmax_regression_loss


def _with_decay(W, X, labels, weight_decay, *, data=torch.nn.functional.cross_entropy, in_loss=0.5, in_gradient=1.0):
    """The loss `data(scores, labels)` and its gradient, with so much of the decay added to each."""
    W = W.detach().clone().requires_grad_()
    loss = data(X @ W, labels)
    gradient = torch.autograd.grad(loss, W)[0]
    W = W.detach()
    return (
        loss.detach() + in_loss * weight_decay * (W**2).sum(),
        gradient + in_gradient * weight_decay * W,
    )


@exercise(
    points=4,
    hint=(
        "Your two functions above give the loss and its slope by the scores. The scores are X @ W: let the shapes "
        "tell you the product that leads from there to W.\n"
        "Then differentiate the decay by one weight.\n"
        "dloss/dW = Xᵀ G + weight_decay · W, with G the gradient of the cross-entropy by the scores."
    ),
)
def softmax_regression_loss(
    W: Float[Tensor, "D C"], X: Float[Tensor, "N D"], labels: Int[Tensor, " N"], weight_decay: float
) -> tuple[Float[Tensor, ""], Float[Tensor, "D C"]]:
    W = W.detach().clone().requires_grad_()
    loss = torch.nn.functional.cross_entropy(X @ W, labels) + 0.5 * weight_decay * W.square().sum()
    return loss.detach(), torch.autograd.grad(loss, W)[0]


def _regression(rng, n, d, classes):
    """A batch whose probabilities are not tiny, and weights whose decay shows."""
    return {
        "W": rng.choice([-1.0, 1.0], size=(d, classes)) * rng.uniform(0.3, 1.2, size=(d, classes)) / np.sqrt(d),
        "X": rng.uniform(-1.5, 1.5, size=(n, d)),
        "labels": _labels(rng, n, classes) if n > 1 else rng.integers(0, classes, size=1),
        "weight_decay": float(rng.uniform(0.2, 0.6)),
    }


@softmax_regression_loss.criterion("values", points=1.5)
def _(rng):
    yield case(**_regression(rng, 6, 3, 4))
    yield case(**_regression(rng, 5, 4, 2))
    yield case(**_regression(rng, 7, 2, 3))


@softmax_regression_loss.criterion("no decay", points=0.5)
def _(rng):
    yield case(**{**_regression(rng, 5, 3, 4), "weight_decay": 0.0})


@softmax_regression_loss.criterion("one example, a class that never occurs", points=0.5)
def _(rng):
    yield case(**_regression(rng, 1, 3, 5))
    yield case(**{**_regression(rng, 5, 2, 4), "labels": rng.integers(0, 3, size=5)})


@softmax_regression_loss.criterion("finite far from zero", points=0.5)
def _(rng):
    # Scores of 1000 and -1000 in the first two rows, ordinary ones in the third; in steps that float32 holds exactly.
    rows = np.array([[250.0, -250.0], [-250.0, 250.0], [0.25, -0.5]])
    yield case(
        W=np.array([[2.0, -2.0, 0.0], [-2.0, 2.0, 0.0]]) + np.rint(16 * rng.uniform(-0.2, 0.2, size=(2, 3))) / 16,
        X=rows + np.rint(16 * rng.uniform(-0.5, 0.5, size=(3, 2))) / 16,
        labels=np.array([1, *rng.integers(0, 3, size=2)]),
        weight_decay=0.25,
    )


softmax_regression_loss.integer_input(points=0.5, only=("X",))
softmax_regression_loss.inputs_unchanged(points=0.5)


@softmax_regression_loss.mistake(
    "decay missing in the gradient", hint="the loss is right; its decay depends on W as well, so it has a slope"
)
def _(W, X, labels, weight_decay):
    return _with_decay(W, X, labels, weight_decay, in_gradient=0.0)


@softmax_regression_loss.mistake(
    "decay missing in the loss",
    hint="the gradient is right; the loss is without the decay that the gradient belongs to",
)
def _(W, X, labels, weight_decay):
    return _with_decay(W, X, labels, weight_decay, in_loss=0.0)


@softmax_regression_loss.mistake(
    "no decay at all",
    hint="right for a weight decay of 0: the sum of the squared weights enters the loss and the gradient",
)
def _(W, X, labels, weight_decay):
    return _with_decay(W, X, labels, weight_decay, in_loss=0.0, in_gradient=0.0)


@softmax_regression_loss.mistake(
    "decay without the half",
    hint="another convention than this course's: here the loss has half the decay times the sum of squares",
)
def _(W, X, labels, weight_decay):
    return _with_decay(W, X, labels, weight_decay, in_loss=1.0, in_gradient=2.0)


@softmax_regression_loss.mistake(
    "the half forgotten in the loss", hint="the gradient is right, and it is the slope of half the sum of squares"
)
def _(W, X, labels, weight_decay):
    return _with_decay(W, X, labels, weight_decay, in_loss=1.0)


@softmax_regression_loss.mistake(
    "the half kept in the gradient",
    hint="the loss is right; the derivative of a square brings a 2, which meets the half",
)
def _(W, X, labels, weight_decay):
    return _with_decay(W, X, labels, weight_decay, in_gradient=0.5)


@softmax_regression_loss.mistake(
    "decay divided by N as well",
    hint="only the cross-entropy is a mean over the batch: divide by N before you add the decay",
)
def _(W, X, labels, weight_decay):
    return _with_decay(W, X, labels, weight_decay / len(X))


@softmax_regression_loss.mistake(
    "decay of the gradient divided by N",
    hint="the loss is right; in the gradient you divide by N after adding the decay, which is no mean",
)
def _(W, X, labels, weight_decay):
    return _with_decay(W, X, labels, weight_decay, in_gradient=1 / len(X))


def _with_gradient(W, X, labels, weight_decay, slope):
    """The right loss, with the gradient that follows from `slope`, the loss's slope by the scores, times N."""
    loss, _ = _with_decay(W, X, labels, weight_decay)
    return loss, X.T @ slope / len(X) + weight_decay * W


@softmax_regression_loss.mistake(
    "true class left out",
    hint="the loss is right; in the gradient the true class of every row is still missing its correction",
)
def _(W, X, labels, weight_decay):
    return _with_gradient(W, X, labels, weight_decay, torch.softmax(X @ W, 1))


@softmax_regression_loss.mistake(
    "softmax forgotten in the gradient",
    hint="the loss is right; the one-hot rows are subtracted from the probabilities, not from the scores",
)
def _(W, X, labels, weight_decay):
    return _with_gradient(W, X, labels, weight_decay, X @ W - _one_hot(labels, W.shape[1]))


@softmax_regression_loss.mistake(
    "−log forgotten",
    hint="the mean probability of the true classes rises as the network gets better; a loss falls: take −log of each",
)
def _(W, X, labels, weight_decay):
    loss = _true_class(torch.softmax(X @ W, 1), labels).mean() + 0.5 * weight_decay * (W**2).sum()
    return loss, _with_decay(W, X, labels, weight_decay)[1]


@softmax_regression_loss.mistake(
    "summed over the batch",
    hint="another convention than this course's: here the cross-entropy is a mean over the examples",
)
def _(W, X, labels, weight_decay):
    return _with_decay(W, X, labels, weight_decay, data=lambda z, y: len(y) * torch.nn.functional.cross_entropy(z, y))


def _by_formula(W, X, labels, weight_decay, p):
    """Loss and gradient as a learner writes them, from the probabilities p. Automatic differentiation of a wrong
    loss gives another wrong gradient than p − y, and NaN in other places."""
    loss = -torch.log(_true_class(p, labels)).mean() + 0.5 * weight_decay * (W**2).sum()
    return loss, X.T @ (p - _one_hot(labels, W.shape[1])) / len(X) + weight_decay * W


@softmax_regression_loss.mistake(
    "softmax over the whole batch",
    hint="each row of scores is a distribution of its own: sum the exponentials row by row",
)
def _(W, X, labels, weight_decay):
    return _by_formula(W, X, labels, weight_decay, _softmax_over_everything(X @ W))


@softmax_regression_loss.mistake(
    "no maximum subtracted",
    hint="right for ordinary scores; exp(1000) is inf and inf / inf is NaN: use the functions you made safe above",
)
def _(W, X, labels, weight_decay):
    e = torch.exp(X @ W)
    return _by_formula(W, X, labels, weight_decay, e / e.sum(1, keepdim=True))


@softmax_regression_loss.mistake(
    "took the logarithm of a probability rounded to 0",
    hint="the gradient is right; but e^−2000 is stored as 0 and log(0) is −inf: never form p for the loss",
)
def _(W, X, labels, weight_decay):
    loss = -torch.log(_true_class(torch.softmax(X @ W, 1), labels)).mean() + 0.5 * weight_decay * (W**2).sum()
    return loss, _with_decay(W, X, labels, weight_decay)[1]


@softmax_regression_loss.mistake(
    "changed its input", hint="`W -= ...` takes a step in the caller's own weights; this function only reports"
)
def _(W, X, labels, weight_decay):
    loss, gradient = _with_decay(W, X, labels, weight_decay)
    W.sub_(0.1 * gradient)
    return loss, gradient


# ------------------------------------------------------------------------------------------------- quiz


tenfold_scores = choices(
    "All scores of a row are multiplied by 10. The largest one was unique. Which of these are true?",
    right(
        "The largest probability becomes larger.",
        "All its distances to the others grow tenfold, so its share of the sum grows.",
    ),
    wrong(
        "The probabilities stay the same.",
        "That is true when the same number is added to all scores. Multiplying stretches their differences.",
    ),
    wrong(
        "The cross-entropy of the row falls.",
        "Only if its prediction is right. A network that is wrong becomes wrong with more confidence and pays more.",
    ),
    right(
        "The predicted class stays the same.",
        "The order of the scores is the same, so the largest one stands where it stood.",
    ),
)

one_hot_keeps = choice(
    "The probabilities [0.55, 0.40, 0.05] are replaced by the one-hot row of the predicted class, [1, 0, 0]. What is "
    "kept?",
    wrong(
        "The order of the three classes: which is first, which second, which last.",
        "The second and the third class both became 0; that one of them was close to winning is gone.",
    ),
    wrong(
        "How sure the network is of its first choice.",
        "0.55 became 1. A row that barely won and one that won by far look the same.",
    ),
    right(
        "Which class is the most probable, and nothing else.",
        "[0.99, 0.01, 0.00] gives the same row. How sure the network was is lost, and with it every slope.",
    ),
    wrong(
        "Everything: both rows are distributions, so one can be computed from the other.",
        "Both add up to 1, but infinitely many rows of probabilities lead to the same one-hot row.",
    ),
)

cost_of_row = number(
    "What is the cross-entropy of the row of scores [{a}, {b}, {c}] with the label {label}?",
    plain={"a": 3, "b": 1, "c": 0, "label": 1},
    given=lambda rng: {
        **{name: int(score) for name, score in zip("abc", rng.choice(7, size=3, replace=False) - 2, strict=True)},
        "label": int(rng.integers(0, 3)),
    },
    answer=lambda a, b, c, label: np.log(np.exp([a, b, c]).sum()) - (a, b, c)[label],
    explanation="It is log(e^({a}) + e^({b}) + e^({c})) minus score number {label}, counted from 0: {answer:.4g}.",
)

starting_loss = number(
    "A network for {classes} classes has small random weights and knows nothing yet. Near which value should its "
    "cross-entropy start?",
    plain={"classes": 100},
    given=lambda rng: {"classes": int(rng.integers(3, 400))},
    answer=lambda classes: np.log(classes),
    tolerance=Tolerance(rtol=0.02),
    explanation="All scores are about equal, so each class has about the probability 1 / {classes}, and the loss is "
    "log {classes} = {answer:.4g}. A very different first value points to a bug.",
)

two_classes = choice(
    "Softmax regression with two classes, scores z₀ and z₁, and its cross-entropy with one-hot labels: how does it "
    "compare with logistic regression?",
    wrong(
        "It is another model: there are two scores and two sets of weights, so more can be learned.",
        "There are more weights, but only the difference of the two scores enters the probabilities: half are idle.",
    ),
    wrong(
        "It is the same model, but the loss is twice the logistic loss, because both classes are counted.",
        "In −Σ y log p only the true class has y = 1, so one term remains, as in the logistic loss.",
    ),
    wrong(
        "It is logistic regression with the score z₁, as long as no maximum is subtracted.",
        "z₀ matters as well, and the shift changes nothing. With z₀ fixed at 0 it would be true.",
    ),
    right(
        "It is logistic regression with the score z₁ − z₀ for class 1, and the two losses are equal.",
        "e^z₁ / (e^z₀ + e^z₁) = σ(z₁ − z₀), and −y log p − (1 − y) log(1 − p) is −Σ y log p for two classes.",
    ),
)

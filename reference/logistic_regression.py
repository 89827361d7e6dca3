"""03_logistic_regression: a probability from a weighted sum, the loss that goes with it, and one step of learning.

Losses come from torch.nn.functional, gradients from automatic differentiation, the step from torch.optim.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from grader.exercise import EXACT, Tolerance, case, exercise
from grader.question import choice, choices, number, right, wrong

_NEAREST = 1e-12


def _labels(rng, n):
    """n labels in random order; both classes occur when n > 1."""
    return rng.permutation(np.arange(n) % 2) if n > 1 else rng.integers(0, 2, size=1)


def _away_from_zero(rng, low, high, size=None):
    """Numbers between low and high, or between -high and -low: large enough to be missed when forgotten."""
    return rng.choice([-1.0, 1.0], size=size) * rng.uniform(low, high, size=size)


def _model(rng, n, d):
    """A batch of n examples with d features, and weights whose scores lie between about -3 and 3."""
    return {
        "X": rng.uniform(-2, 2, size=(n, d)) + rng.normal(size=d),
        "w": _away_from_zero(rng, 0.3, 1.2, size=d) / np.sqrt(d),
        "b": float(_away_from_zero(rng, 0.4, 0.9)),
    }


def _batch(rng, n, d):
    """The same with labels."""
    return {**_model(rng, n, d), "y": _labels(rng, n)}


def _far_model(rng):
    """Four rows with scores near 1000, -1000, 0 and another, in steps that float32 holds exactly."""
    w = np.array([2.0, -1.0, 0.5])
    rows = np.array([[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0], [0.0, 0.0, 0.0], [0.001, -0.001, 0.001]])
    X = rows * rng.integers(400, 500, size=(4, 1)) + np.rint(16 * rng.uniform(-1, 1, size=(4, 3))) / 16
    return {"X": X, "w": w, "b": float(np.rint(8 * _away_from_zero(rng, 0.4, 0.9)) / 8)}


def _probability(X, w, b):
    return torch.sigmoid(X @ w + b)


# ------------------------------------------------------------------------------------ predict_probability


@exercise(
    points=3,
    hint=(
        "One matrix-vector product gives the scores of all rows; then add the bias and use the sigmoid above.\n"
        "z = X w + b has the shape (N,); the answer is σ(z)."
    ),
)
def predict_probability(X: Float[Tensor, "N D"], w: Float[Tensor, " D"], b: Tensor) -> Float[Tensor, " N"]:
    return torch.sigmoid(torch.nn.functional.linear(X, w[None], b[None].to(w.dtype)))[:, 0]


@predict_probability.criterion("values", points=1)
def _(rng):
    yield case(**_model(rng, 5, 3))
    yield case(**_model(rng, 4, 2))
    yield case(**_model(rng, 3, 6))


@predict_probability.criterion("one example, one feature", points=0.5)
def _(rng):
    yield case(**_model(rng, 1, 4))
    yield case(**_model(rng, 5, 1))


@predict_probability.criterion("finite far from zero", points=0.5)
def _(rng):
    yield case(**_far_model(rng))


predict_probability.integer_input(points=0.5, only=("X",))
predict_probability.inputs_unchanged(points=0.5)


@predict_probability.mistake(
    "returned the scores", hint="the weighted sum can be any number: one function is missing before it is a probability"
)
def _(X, w, b):
    return X @ w + b


@predict_probability.mistake("bias forgotten", hint="every score is a weighted sum plus b")
def _(X, w, b):
    return torch.sigmoid(X @ w)


@predict_probability.mistake(
    "bias added after the sigmoid", hint="the bias belongs to the score; added to a probability it leads beyond 1"
)
def _(X, w, b):
    return torch.sigmoid(X @ w) + b


@predict_probability.mistake(
    "sigmoid before the sum",
    hint="first add up a row's products and the bias to one score, then apply the sigmoid to it, once",
)
def _(X, w, b):
    return torch.sigmoid(X * w).sum(1) + b


@predict_probability.mistake(
    "probability of the label 0", hint="1 / (1 + exp(z)) falls as the score grows: mind the sign of the exponent"
)
def _(X, w, b):
    return torch.sigmoid(-(X @ w + b))


@predict_probability.mistake("returned tanh of the scores", hint="tanh runs from −1 to 1, a probability from 0 to 1")
def _(X, w, b):
    return torch.tanh(X @ w + b)


@predict_probability.mistake(
    "a softmax over the batch",
    hint="your probabilities of different examples add up to 1; each example is a question of its own",
)
def _(X, w, b):
    return torch.softmax(X @ w + b, dim=0)


@predict_probability.mistake(
    "computed exp(z) without care for large z",
    hint="right for ordinary scores; exp(z) / (1 + exp(z)) is inf / inf at 1000: the sigmoid given above is safe",
)
def _(X, w, b):
    e = torch.exp(X @ w + b)
    return e / (1 + e)


@predict_probability.mistake(
    "changed its input", hint="`X *= w` writes into the caller's array; `X * w` and `X @ w` make a new one"
)
def _(X, w, b):
    return torch.sigmoid(X.mul_(w).sum(1) + b)


# ----------------------------------------------------------------------------------------------- classify


@exercise(points=2, hint="Compare first, then turn truth values into whole numbers; mind what happens at equality.")
def classify(p: Float[Tensor, " N"], threshold: float = 0.5) -> Int[Tensor, " N"]:
    return torch.heaviside(p - threshold, torch.zeros((), dtype=p.dtype)).long()


def _probabilities(rng, n):
    """n probabilities between 0.03 and 0.97, at all distances from any threshold."""
    return rng.permutation((np.arange(n) + rng.uniform(0.2, 0.8, size=n)) / n)


@classify.criterion("threshold 0.5", points=0.5, tolerance=EXACT)
def _(rng):
    yield case(p=_probabilities(rng, 7))
    yield case(p=_probabilities(rng, 10))


@classify.criterion("other thresholds, one example", points=0.5, tolerance=EXACT)
def _(rng):
    yield case(p=_probabilities(rng, 8), threshold=float(rng.uniform(0.15, 0.3)))
    yield case(p=_probabilities(rng, 8), threshold=float(rng.uniform(0.7, 0.85)))
    yield case(p=rng.uniform(0.3, 0.4, size=1), threshold=0.25)


@classify.criterion("exactly at the threshold, and at 0 and 1", points=0.5, tolerance=EXACT)
def _(rng):
    yield case(p=rng.permutation([0.0, 0.5, 0.5, 1.0, 0.25, 0.75]))
    yield case(p=rng.permutation([0.0, 0.25, 0.5, 1.0, 0.25]), threshold=0.25)


classify.inputs_unchanged(points=0.5)


@classify.mistake(
    "returned truth values", hint="the comparison is right, but the labels are wanted as the integers 0 and 1"
)
def _(p, threshold=0.5):
    return p > threshold


@classify.mistake(
    "returned floats", hint="1.0 cannot be an index: labels are whole numbers, so ask for an integer type"
)
def _(p, threshold=0.5):
    return (p > threshold).double()


@classify.mistake(
    "1 exactly at the threshold",
    hint="another convention than this course's: here p has to be greater than the threshold, as with the step",
)
def _(p, threshold=0.5):
    return (p >= threshold).long()


@classify.mistake(
    "ignored the threshold", hint="right for 0.5 only: compare with the argument, or do not round but compare"
)
def _(p, threshold=0.5):
    return (p > 0.5).long()


@classify.mistake(
    "rounded the probabilities",
    hint="np.round knows one threshold only, and returns floats: compare with the argument, then make integers of it",
)
def _(p, threshold=0.5):
    return torch.round(p)


@classify.mistake("labels exchanged", hint="a high probability means the label 1")
def _(p, threshold=0.5):
    return (p < threshold).long()


@classify.mistake("compared the mean", hint="every example is decided by itself: no mean, sum or maximum of p enters")
def _(p, threshold=0.5):
    return (p.mean() > threshold).long().expand(len(p)).clone()


@classify.mistake(
    "changed its input",
    hint="`p[p > threshold] = 1` writes into the caller's probabilities; a comparison makes a new array",
)
def _(p, threshold=0.5):
    return p.copy_(p > threshold).long()


# ----------------------------------------------------------------------------------- binary_cross_entropy


@exercise(
    points=3,
    hint=(
        "Clip first, into a new array.\n"
        "Then one line: the label chooses between log(p) and log(1 − p); mind the sign and the mean.\n"
        "−(1 / N) Σ (y log p + (1 − y) log(1 − p)), with the clipped p in both logarithms."
    ),
)
def binary_cross_entropy(p: Float[Tensor, " N"], y: Int[Tensor, " N"]) -> Float[Tensor, ""]:
    # In double whatever comes in: float32 holds no number between 1 − 1e-12 and 1.
    p = p.double().clamp(_NEAREST, 1 - _NEAREST)
    return torch.nn.functional.binary_cross_entropy(p, y.double())


@binary_cross_entropy.criterion("values", points=1)
def _(rng):
    for n in (5, 8, 3):
        yield case(p=rng.uniform(0.05, 0.95, size=n), y=_labels(rng, n))


@binary_cross_entropy.criterion("one example", points=0.5)
def _(rng):
    yield case(p=rng.uniform(0.6, 0.9, size=1), y=np.array([0]))
    yield case(p=rng.uniform(0.6, 0.9, size=1), y=np.array([1]))


def _ends(rng):
    # All four pairs of a certain answer and a label, with ordinary examples between them.
    ends, labels = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0, 1, 1, 0])
    order = rng.permutation(6)
    yield case(
        p=np.concatenate([ends, rng.uniform(0.1, 0.9, size=2)])[order],
        y=np.concatenate([labels, rng.integers(0, 2, size=2)])[order],
    )
    certain = rng.permutation([0, 1, 1])
    yield case(p=np.append(certain, rng.uniform(0.2, 0.8)), y=np.append(certain, rng.integers(0, 2)))


binary_cross_entropy.criterion("finite at p = 0 and p = 1", points=0.5)(_ends)


def _thirds(rng):
    # Thrice 1/3 is 1: the whole numbers that "integer input" makes of these are the probabilities 0 and 1.
    for n in (5, 6):
        yield case(p=rng.permutation(np.arange(n) % 2) / 3, y=np.append(_labels(rng, n - 1), rng.integers(0, 2)))


binary_cross_entropy.integer_input(points=0.5, cases=_thirds)
# Between the ends clipping changes nothing, wherever it writes.
binary_cross_entropy.inputs_unchanged(points=0.5, cases=_ends)


def _binary(p, y):
    """The two terms, as they come."""
    return y * torch.log(p) + (1 - y) * torch.log(1 - p)


def _clipped(p, nearest=_NEAREST):
    return p.double().clamp(nearest, 1 - nearest)


@binary_cross_entropy.mistake(
    "not finite at p = 0 and p = 1",
    hint="log(0) is −inf, and 0 · (−inf) is NaN even where the model was right: clip p before the logarithm",
)
def _(p, y):
    return -_binary(p, y).mean()


@binary_cross_entropy.mistake(
    "infinite where certain and wrong",
    hint="you take the logarithm of the true label's probability, which is fine, but that can be 0: clip it",
)
def _(p, y):
    return -torch.log(torch.where(y == 1, p, 1 - p)).mean()


@binary_cross_entropy.mistake(
    "clipped at another limit",
    hint="another convention than this course's: the docstring says to which interval p is clipped",
)
def _(p, y):
    return -_binary(_clipped(p, 1e-15), y).mean()


@binary_cross_entropy.mistake(
    "clipped at 1e-7",
    hint="Keras's convention, another than this course's: the docstring says to which interval p is clipped",
)
def _(p, y):
    return -_binary(_clipped(p, 1e-7), y).mean()


@binary_cross_entropy.mistake(
    "the logarithm stopped at −100",
    hint="PyTorch's convention, another than this course's: here p itself is clipped, as the docstring says",
)
def _(p, y):
    return torch.nn.functional.binary_cross_entropy(p, y.to(p.dtype))


@binary_cross_entropy.mistake(
    "only the examples with label 1",
    hint="examples with the label 0 cost nothing in your loss, whatever p is: the second term is missing",
)
def _(p, y):
    return -(y * torch.log(_clipped(p))).mean()


@binary_cross_entropy.mistake("opposite sign", hint="logarithms of probabilities are negative, a loss is positive")
def _(p, y):
    return _binary(_clipped(p), y).mean()


@binary_cross_entropy.mistake("labels exchanged", hint="where the label is 1, it is log(p) that counts, not log(1 − p)")
def _(p, y):
    return -_binary(_clipped(p), 1 - y).mean()


@binary_cross_entropy.mistake(
    "summed over the batch", hint="another convention than this course's: here the loss is the mean over the examples"
)
def _(p, y):
    return -_binary(_clipped(p), y).sum()


@binary_cross_entropy.mistake(
    "logarithm to the base 2", hint="bits, another unit than this course's: use the natural logarithm, np.log"
)
def _(p, y):
    return -_binary(_clipped(p), y).mean() / np.log(2)


@binary_cross_entropy.mistake(
    "squared error", hint="(p − y)² never costs more than 1; the price wanted here is a logarithm"
)
def _(p, y):
    return ((p - y) ** 2).mean()


@binary_cross_entropy.mistake(
    "changed its input",
    hint="clipping with out=p, or p[p == 0] = ..., writes into the caller's array; np.clip(p, ...) makes a new one",
)
def _(p, y):
    return -_binary(p.clamp_(_NEAREST, 1 - _NEAREST), y).mean()


# --------------------------------------------------------------------------------------- bce_with_logits


@exercise(
    points=4,
    hint=(
        "For z > 0 take exp(z) out of the bracket before you take the logarithm; then look for one form, with "
        "|z|, that serves both signs.\n"
        "log(1 + exp(z)) = max(z, 0) + log(1 + exp(−|z|)), and log1p keeps a small exponential; subtract y z, "
        "then take the mean."
    ),
)
def bce_with_logits(z: Float[Tensor, " N"], y: Int[Tensor, " N"]) -> Float[Tensor, ""]:
    return torch.nn.functional.binary_cross_entropy_with_logits(z, y.to(z.dtype))


def _scores(rng, n):
    return _away_from_zero(rng, 0.2, 3.0, size=n)


@bce_with_logits.criterion("values", points=1.5)
def _(rng):
    for n in (5, 8, 3):
        yield case(z=_scores(rng, n), y=_labels(rng, n))


@bce_with_logits.criterion("one example", points=0.5)
def _(rng):
    yield case(z=rng.uniform(0.5, 2, size=1), y=np.array([0]))
    yield case(z=rng.uniform(0.5, 2, size=1), y=np.array([1]))


@bce_with_logits.criterion("exact far from zero", points=1)
def _(rng):
    far = np.array([1000.0, -1000.0, 1000.0, -1000.0, 40.0, -40.0]) + rng.integers(-9, 10, size=6) / 8
    yield case(z=far, y=np.array([1, 0, 0, 1, *rng.integers(0, 2, size=2)]))
    yield case(z=far[[1, 0]], y=np.array([0, 1]))
    yield case(z=far[[2, 5, 4]], y=np.array([0, 1, 1]))


bce_with_logits.integer_input(points=0.5)
bce_with_logits.inputs_unchanged(points=0.5)


@bce_with_logits.mistake(
    "took the logarithm of a probability rounded to 0 or 1",
    hint="right for ordinary scores; far out sigmoid(z) is stored as 0 or 1 and its logarithm is −inf: never form p",
)
def _(z, y):
    return -_binary(torch.sigmoid(z), y).mean()


@bce_with_logits.mistake(
    "went through a clipped probability",
    hint="a clipped p never costs more than 27.63, but a score of −1000 against the label 1 costs 1000: never form p",
)
def _(z, y):
    return -_binary(_clipped(torch.sigmoid(z)), y).mean()


@bce_with_logits.mistake(
    "computed exp(z) without care for large z",
    hint="right for ordinary scores; log(1 + exp(1000)) is inf: let the exponent be −|z|",
)
def _(z, y):
    return (torch.log(1 + torch.exp(z)) - y * z).mean()


@bce_with_logits.mistake(
    "right for negative scores only",
    hint="log(1 + exp(−|z|)) equals log(1 + exp(z)) for negative z only: for positive z a part is missing",
)
def _(z, y):
    return (torch.log1p(torch.exp(-z.abs())) - y * z).mean()


@bce_with_logits.mistake("label left out", hint="your loss does not depend on y: a term with y · z is missing")
def _(z, y):
    return torch.nn.functional.softplus(z).mean()


@bce_with_logits.mistake(
    "opposite sign of y z", hint="with the label 1 a higher score must cost less: mind the sign of y · z"
)
def _(z, y):
    return (torch.nn.functional.softplus(z) + y * z).mean()


@bce_with_logits.mistake("labels exchanged", hint="with the label 1 a higher score must cost less")
def _(z, y):
    return torch.nn.functional.binary_cross_entropy_with_logits(z, 1 - y.to(z.dtype))


@bce_with_logits.mistake(
    "took the scores for probabilities", hint="z is any number; the sigmoid has not been applied to it yet"
)
def _(z, y):
    return -_binary(_clipped(z), y).mean()


@bce_with_logits.mistake(
    "summed over the batch", hint="another convention than this course's: here the loss is the mean over the examples"
)
def _(z, y):
    return torch.nn.functional.binary_cross_entropy_with_logits(z, y.to(z.dtype), reduction="sum")


@bce_with_logits.mistake(
    "changed its input", hint="`z[z < 0] = 0` or `z *= ...` writes into the caller's scores: make a new array"
)
def _(z, y):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y.to(z.dtype))
    z.clamp_(min=0)
    return loss


# ------------------------------------------------------------------------------------------ bce_gradients


def _loss_gradients(X, y, w, b, loss=torch.nn.functional.binary_cross_entropy_with_logits):
    """The gradients of `loss(scores, labels)` by w and b, by automatic differentiation."""
    w, b = (value.detach().clone().to(X.dtype).requires_grad_() for value in (w, b))
    return torch.autograd.grad(loss(X @ w + b, y.to(X.dtype)), (w, b))


@exercise(
    points=4,
    hint=(
        "One number for each example comes first, dL/dz: find it by differentiating log(1 + exp(z)) − y z.\n"
        "Both gradients are made of these numbers.\n"
        "dL/dz = (σ(z) − y) / N; then dL/dw = Xᵀ dL/dz, and dL/db adds up the entries of dL/dz."
    ),
)
def bce_gradients(
    X: Float[Tensor, "N D"], y: Int[Tensor, " N"], w: Float[Tensor, " D"], b: Tensor
) -> tuple[Float[Tensor, " D"], Float[Tensor, ""]]:
    return _loss_gradients(X, y, w, b)


@bce_gradients.criterion("values", points=2)
def _(rng):
    yield case(**_batch(rng, 5, 3))
    yield case(**_batch(rng, 6, 2))
    yield case(**_batch(rng, 3, 5))


@bce_gradients.criterion("one example, one feature, one label only", points=0.5)
def _(rng):
    yield case(**_batch(rng, 1, 4))
    yield case(**_batch(rng, 5, 1))
    yield case(**{**_batch(rng, 4, 3), "y": np.zeros(4, dtype=int)})


@bce_gradients.criterion("finite far from zero", points=0.5)
def _(rng):
    yield case(**_far_model(rng), y=np.array([0, 1, *rng.integers(0, 2, size=2)]))


bce_gradients.integer_input(points=0.5, only=("X",))
bce_gradients.inputs_unchanged(points=0.5)


def _from_error(X, error):
    return X.T @ error / len(X), error.mean()


@bce_gradients.mistake(
    "not divided by N", hint="these are the gradients of the sum; the loss is the mean over the batch"
)
def _(X, y, w, b):
    dw, db = _loss_gradients(X, y, w, b)
    return len(X) * dw, len(X) * db


@bce_gradients.mistake(
    "opposite sign", hint="a score that is too high has a positive slope: what the model said comes before the minus"
)
def _(X, y, w, b):
    dw, db = _loss_gradients(X, y, w, b)
    return -dw, -db


@bce_gradients.mistake(
    "sigmoid forgotten", hint="it is the probability that the label is subtracted from, not the score"
)
def _(X, y, w, b):
    return _from_error(X, X @ w + b - y)


@bce_gradients.mistake(
    "a factor p(1 − p) too much",
    hint="the slope of the sigmoid cancels against the logarithm of the loss: with it you have another loss's gradient",
)
def _(X, y, w, b):
    p = _probability(X, w, b)
    return _from_error(X, (p - y) * p * (1 - p))


@bce_gradients.mistake(
    "the gradients of the squared error",
    hint="that is the slope of the mean of (p − y)²; the loss is the cross-entropy",
)
def _(X, y, w, b):
    return _loss_gradients(X, y, w, b, lambda z, labels: torch.nn.functional.mse_loss(torch.sigmoid(z), labels))


@bce_gradients.mistake(
    "bias gradient not summed over the batch",
    hint="the one bias is part of every score, so all examples together give it one number",
)
def _(X, y, w, b):
    error = _probability(X, w, b) - y
    return X.T @ error / len(X), error


@bce_gradients.mistake(
    "bias gradient not divided by N", hint="dL/dw is right; dL/db is a mean over the examples as well"
)
def _(X, y, w, b):
    dw, db = _loss_gradients(X, y, w, b)
    return dw, len(X) * db


@bce_gradients.mistake(
    "divided by D as well",
    hint="the mean runs over the N examples; X.size and np.mean of a table count the features too",
)
def _(X, y, w, b):
    dw, db = _loss_gradients(X, y, w, b)
    return dw / X.shape[1], db


@bce_gradients.mistake(
    "features left out", hint="each weight's gradient is weighted with its own feature: multiply by X before adding up"
)
def _(X, y, w, b):
    _, db = _loss_gradients(X, y, w, b)
    return db.expand(len(w)).clone(), db


@bce_gradients.mistake(
    "computed exp(z) without care for large z",
    hint="right for ordinary scores; exp(z) / (1 + exp(z)) is inf / inf at 1000: the sigmoid given above is safe",
)
def _(X, y, w, b):
    e = torch.exp(X @ w + b)
    return _from_error(X, e / (1 + e) - y)


@bce_gradients.mistake(
    "changed its input", hint="`w -= ...` or `X *= ...` writes into the caller's arrays: this function only reports"
)
def _(X, y, w, b):
    dw, db = _loss_gradients(X, y, w, b)
    w.sub_(0.1 * dw)
    return dw, db


# ------------------------------------------------------------------------------------------ logistic_step


def _step(X, y, w, b, learning_rate, gradients=_loss_gradients):
    dw, db = gradients(X, y, w, b)
    return w - learning_rate * dw, b - learning_rate * db


@exercise(
    points=3,
    hint=(
        "Ask your bce_gradients once, with the old w and b; then move each a little, downhill.\n"
        "With η the learning rate: w − η dL/dw and b − η dL/db, a new w and a new b."
    ),
)
def logistic_step(
    X: Float[Tensor, "N D"], y: Int[Tensor, " N"], w: Float[Tensor, " D"], b: Tensor, learning_rate: float
) -> tuple[Float[Tensor, " D"], Float[Tensor, ""]]:
    w, b = (value.detach().clone().to(X.dtype).requires_grad_() for value in (w, b))
    optimizer = torch.optim.SGD([w, b], lr=learning_rate)
    torch.nn.functional.binary_cross_entropy_with_logits(X @ w + b, y.to(X.dtype)).backward()
    optimizer.step()
    return w, b


@logistic_step.criterion("values", points=1)
def _(rng):
    for n, d in ((5, 3), (6, 2), (3, 5)):
        yield case(**_batch(rng, n, d), learning_rate=float(rng.uniform(0.3, 0.8)))


@logistic_step.criterion("from zero, one example", points=0.5)
def _(rng):
    batch = _batch(rng, 5, 4)
    yield case(**{**batch, "w": np.zeros(4), "b": 0.0}, learning_rate=float(rng.uniform(0.3, 0.8)))
    yield case(**_batch(rng, 1, 3), learning_rate=float(rng.uniform(0.3, 0.8)))


@logistic_step.criterion("finite far from zero", points=0.5)
def _(rng):
    yield case(**_far_model(rng), y=np.array([0, 1, *rng.integers(0, 2, size=2)]), learning_rate=0.25)


# Whole numbers of w and a step of nearly 1 leave little: in float32 that little has few digits.
logistic_step.integer_input(points=0.5, only=("X", "w"), tolerance=Tolerance(atol=1e-5))
logistic_step.inputs_unchanged(points=0.5)


@logistic_step.mistake("uphill", hint="the gradient points to a higher loss: subtract it")
def _(X, y, w, b, learning_rate):
    return _step(X, y, w, b, -learning_rate)


@logistic_step.mistake("learning rate forgotten", hint="the step is the gradient times the learning rate")
def _(X, y, w, b, learning_rate):
    return _step(X, y, w, b, 1.0)


@logistic_step.mistake(
    "returned the change",
    hint="the new parameters are wanted: what is subtracted has still to be subtracted from w and b",
)
def _(X, y, w, b, learning_rate):
    dw, db = _loss_gradients(X, y, w, b)
    return learning_rate * dw, learning_rate * db


@logistic_step.mistake("bias not moved", hint="the bias is a parameter as well: it has a gradient and takes a step")
def _(X, y, w, b, learning_rate):
    return _step(X, y, w, b, learning_rate)[0], b


@logistic_step.mistake(
    "bias stepped with the new weights",
    hint="w is right; the gradient of b belongs to the old w: compute both before you change either",
)
def _(X, y, w, b, learning_rate):
    new, _ = _step(X, y, w, b, learning_rate)
    return new, _step(X, y, new, b, learning_rate)[1]


@logistic_step.mistake(
    "stepped by the gradient of the sum", hint="the step is N times too long: the loss is the mean over the batch"
)
def _(X, y, w, b, learning_rate):
    return _step(X, y, w, b, len(X) * learning_rate)


@logistic_step.mistake(
    "a factor p(1 − p) too much",
    hint="that is a step of the squared error; the gradient of the cross-entropy has no such factor",
)
def _(X, y, w, b, learning_rate):
    p = _probability(X, w, b)
    return _step(X, y, w, b, learning_rate, lambda *_: _from_error(X, (p - y) * p * (1 - p)))


@logistic_step.mistake(
    "changed its input", hint="`w -= ...` moves the caller's own weights; `w = w - ...` makes new ones"
)
def _(X, y, w, b, learning_rate):
    dw, db = _loss_gradients(X, y, w, b)
    return w.sub_(learning_rate * dw), b - learning_rate * db


# ------------------------------------------------------------------------------------------------- quiz


line_on_labels = choice(
    "A straight line is fitted to the labels 0 and 1, and the answer is 1 where it lies above 0.5. Why is this a poor "
    "classifier?",
    wrong(
        "A line has too few parameters to tell two classes apart; the sigmoid adds some.",
        "Logistic regression has exactly the same parameters, and its boundary is a line (or plane) as well.",
    ),
    wrong(
        "The squared error cannot be computed for labels that are whole numbers.",
        "It can be computed very well; that is why the failure is easily overlooked.",
    ),
    right(
        "Points far out on the correct side pull at the line and so move the boundary.",
        "The squared error blames the line for saying 3 where the label is 1. The sigmoid saturates instead, and its "
        "values stay between 0 and 1.",
    ),
    wrong(
        "Gradient descent does not converge on labels that are only 0 and 1.",
        "It does: the squared error of a line is a single bowl. The line at its bottom is the wrong thing to want.",
    ),
)

decision_boundary = number(
    "A model with one feature has the weight w = {w} and the bias b = {b}. At which x is its probability 0.5?",
    plain={"w": 2, "b": -7},
    given=lambda rng: {
        "w": int(rng.choice([-5, -4, -2, 2, 4, 5, 8])),
        "b": int(rng.choice([-9, -7, -3, -1, 1, 3, 6, 11])),
    },
    answer=lambda w, b: -b / w,
    explanation="The sigmoid is 0.5 where its argument is 0: {w} · x + ({b}) = 0 gives "
    "x = −({b}) / ({w}) = {answer:.4g}.",
)

higher_threshold = choices(
    "A finished model is used with the threshold 0.9 instead of 0.5. Which of these are true?",
    right(
        "It never says 1 more often than before.",
        "Whatever is above 0.9 is above 0.5 as well, so labels can only change from 1 to 0.",
    ),
    wrong(
        "Its weights have to be trained again.",
        "The threshold is no part of the model. One trained model serves every threshold.",
    ),
    right(
        "Its decision boundary is where the score z is log 9 = 2.197.",
        "0.9 is the sigmoid of log(0.9 / 0.1): a threshold on p is a threshold on z.",
    ),
    wrong(
        "Its loss on the same data is higher.",
        "The loss is made of the probabilities, and these are the same. The threshold comes after them.",
    ),
)

squared_error_through_sigmoid = choice(
    "Why is logistic regression not trained with the mean of (σ(xw + b) − y)²?",
    right(
        "Because as a function of the weights it has local minima and plateaus where descent stops.",
        "The sigmoid bends the bowl of the squared error. The cross-entropy undoes the bend and is one bowl again.",
    ),
    wrong(
        "Because the squared error of a probability has no derivative.",
        "It has one everywhere, 2(p − y) p(1 − p) x; the trouble is where this becomes almost 0.",
    ),
    wrong(
        "Because the squared error is not 0 for a model that is always right.",
        "It is: with p = y for all examples both losses are 0.",
    ),
    wrong(
        "Because the squared error becomes infinite when the model is certain and wrong: nothing can be learned.",
        "It is the other way round: the squared error is then 1 at most, and the cross-entropy has no upper end.",
    ),
)

cost_of_confidence = number(
    "A model gives the label 1 the probability {percent} %, but the label is 0. What does this one example cost, as "
    "binary cross-entropy?",
    plain={"percent": 99},
    given=lambda rng: {"percent": int(rng.integers(901, 999)) / 10},
    answer=lambda percent: -np.log(1 - percent / 100),
    explanation="The truth got the probability 1 − {percent} / 100, and minus its natural logarithm is {answer:.4g}. "
    "Every further factor of 10 in certainty costs 2.303 more.",
)

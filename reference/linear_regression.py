"""01_linear_regression: predict, measure, find the slope, step; and the mini-batches that make it affordable.

Losses come from torch.nn.functional, gradients from automatic differentiation, steps from torch.optim.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from grader.exercise import EXACT, case, exercise, measured
from grader.measures import Batches
from grader.question import choice, choices, number, right, wrong


def _weights(rng, *shape):
    """Numbers between 0.3 and 1.2 of either sign, none so small that it would not be missed, in steps of 1/256."""
    return rng.choice([-1.0, 1.0], size=shape) * np.rint(256 * rng.uniform(0.3, 1.2, size=shape)) / 256


def _layer(rng, n, inputs, outputs):
    """A batch of n examples and a linear layer."""
    return {"X": _weights(rng, n, inputs), "W": _weights(rng, inputs, outputs), "b": _weights(rng, outputs)}


def _whole(a):
    """The same numbers cut off to whole ones, as an array of integers does with what is written into it."""
    return torch.trunc(a)


def _holds_whole_numbers(a):
    return bool(torch.equal(a, torch.round(a)))


# ----------------------------------------------------------------------------------------- linear_forward


@exercise(
    points=2,
    hint=(
        "Write the shapes side by side: (N, D) and (D, K). Which product gives (N, K)?\n"
        "NumPy then adds a row of K numbers to every row by itself."
    ),
)
def linear_forward(X: Float[Tensor, "N D"], W: Float[Tensor, "D K"], b: Float[Tensor, " K"]) -> Float[Tensor, "N K"]:
    return torch.nn.functional.linear(X, W.T, b)


@linear_forward.criterion("values", points=0.5)
def _(rng):
    for shape in ((5, 3, 2), (2, 4, 3), (6, 2, 1)):
        yield case(**_layer(rng, *shape))


@linear_forward.criterion("one example, square shapes", points=0.5)
def _(rng):
    for shape in ((1, 3, 4), (3, 3, 3), (1, 1, 1)):
        yield case(**_layer(rng, *shape))


linear_forward.integer_input(points=0.5, only=("X",))
linear_forward.inputs_unchanged(points=0.5)


@linear_forward.mistake("bias forgotten", hint="with X of zeros only the bias is left; your result is then 0")
def _(X, W, b):
    return X @ W


@linear_forward.mistake(
    "bias subtracted", hint="right but for the sign of one term: look again at what happens to b in the formula"
)
def _(X, W, b):
    return X @ W - b


@linear_forward.mistake(
    "one bias for each example",
    hint="b has one number for each output, not for each example: b[:, None] lines it up with the rows",
)
def _(X, W, b):
    return X @ W + b[:, None]


@linear_forward.mistake(
    "W transposed",
    hint="another convention than this course's: torch.nn.Linear stores (outputs, inputs); "
    "here W has one row for each input",
)
def _(X, W, b):
    return X @ W.T + b


@linear_forward.mistake(
    "* for @", hint="`*` multiplies entry by entry; a weighted sum for each output is a matrix product"
)
def _(X, W, b):
    return X * W + b


@linear_forward.mistake(
    "the sum of all biases added", hint="every output has a bias of its own: b is added as it is, without a sum"
)
def _(X, W, b):
    return X @ W + b.sum()


@linear_forward.mistake(
    "result stored in an array of X's type",
    hint="when X holds whole numbers, np.zeros_like(X) cuts off what you write into it: ask for floats",
)
def _(X, W, b):
    made = torch.nn.functional.linear(X, W.T, b)
    return _whole(made) if _holds_whole_numbers(X) else made


@linear_forward.mistake(
    "changed its input", hint="the arrays are different after the call: `X = X @ W` is safe, `X *= ...` is not"
)
def _(X, W, b):
    made = torch.nn.functional.linear(X, W.T, b)
    X.mul_(W.T[0])
    return made


# ----------------------------------------------------------------------------------------------- mse_loss


@exercise(
    points=3,
    hint=(
        "Three operations, in the order of the name read backwards: error, square, mean.\n"
        "Before the first of them, think of the type of the numbers.\n"
        "As floats: the sum of (prediction − target)² over all entries, divided by their number."
    ),
)
def mse_loss(prediction: Tensor, target: Tensor) -> Float[Tensor, ""]:
    # What is float32 stays float32: the audit asks how far that is from float64.
    if not prediction.is_floating_point():
        prediction, target = prediction.double(), target.double()
    return torch.nn.functional.mse_loss(prediction, target)


def _errors(rng, *shape):
    """Predictions and targets that lie between 0.3 and 2 apart, mostly on one side."""
    target = rng.normal(size=shape)
    off = rng.uniform(0.3, 2.0, size=shape)
    off.flat[0] *= -1.0
    return {"prediction": target + off, "target": target}


@mse_loss.criterion("values", points=1)
def _(rng):
    yield case(**_errors(rng, 6))
    yield case(**_errors(rng, 5, 3))
    yield case(**_errors(rng, 4, 2))


@mse_loss.criterion("a column, one example", points=0.5)
def _(rng):
    yield case(**_errors(rng, 7, 1))
    yield case(**_errors(rng, 1, 4))
    yield case(**_errors(rng, 1))


def _bytes(rng, *shape):
    """Whole numbers of one byte; some predictions lie above their target, some below, and the squares exceed 255."""
    target = rng.integers(60, 190, size=shape)
    off = rng.integers(20, 60, size=shape) * np.where(np.arange(target.size).reshape(shape) % 2, 1, -1)
    return {"prediction": (target + off).astype(np.uint8), "target": target.astype(np.uint8)}


@mse_loss.criterion("whole numbers of one byte (uint8)", points=0.5)
def _(rng):
    yield case(**_bytes(rng, 6))
    yield case(**_bytes(rng, 4, 3))


mse_loss.integer_input(points=0.5)
mse_loss.inputs_unchanged(points=0.5)


@mse_loss.mistake(
    "summed, not averaged",
    hint="another convention than this course's: here a loss is a mean, so that it does not grow with the batch",
)
def _(prediction, target):
    return torch.nn.functional.mse_loss(prediction.double(), target.double(), reduction="sum")


@mse_loss.mistake(
    "half the mean",
    hint="another convention than this course's: the ½ is put there to cancel the 2 of the slope; here there is none",
)
def _(prediction, target):
    return torch.nn.functional.mse_loss(prediction.double(), target.double()) / 2


@mse_loss.mistake(
    "took the square root", hint="that is the RMSE, a good number to report; the loss stops one operation earlier"
)
def _(prediction, target):
    return torch.sqrt(torch.nn.functional.mse_loss(prediction.double(), target.double()))


@mse_loss.mistake(
    "absolute differences for squares",
    hint="that is the mean absolute error: an error of 2 must count four times as much as one of 1",
)
def _(prediction, target):
    return torch.nn.functional.l1_loss(prediction.double(), target.double())


@mse_loss.mistake(
    "divided by the number of rows only",
    hint="right for one column; with several, the mean runs over all N · K entries, so divide by their number",
)
def _(prediction, target):
    return torch.nn.functional.mse_loss(prediction.double(), target.double(), reduction="sum") / len(target)


@mse_loss.mistake(
    "prediction made a column, target left a row",
    hint="(N, 1) minus (N,) is a table of N × N differences, every prediction against every target: "
    "print the shape of the difference",
)
def _(prediction, target):
    prediction, target = prediction.double(), target.double()
    return torch.mean((prediction.reshape(len(prediction), -1) - target) ** 2)


@mse_loss.mistake(
    "target flattened, prediction left a column",
    hint="(N, 1) minus (N,) is a table of N × N differences, every prediction against every target: "
    "leave both arrays in the shape they came in",
)
def _(prediction, target):
    return torch.mean((prediction.double() - target.double().reshape(-1)) ** 2)


@mse_loss.mistake(
    "square of the mean error",
    hint="errors of +1 and −1 cancel in a mean: square each of them first, then take the mean",
)
def _(prediction, target):
    return torch.mean(prediction.double() - target.double()) ** 2


@mse_loss.mistake(
    "one number for each column", hint="axis=0 gives K numbers; the loss is a single one, the mean of all entries"
)
def _(prediction, target):
    return torch.mean((prediction.double() - target.double()) ** 2, dim=0)


@mse_loss.mistake(
    "computed in bytes",
    hint="in uint8, 3 − 5 is 254 and 20 · 20 is 144: make floats of both arrays before you subtract",
)
def _(prediction, target):
    return torch.mean(((prediction - target) * (prediction - target)).double())


@mse_loss.mistake(
    "changed its input",
    hint="`prediction -= target` writes into the caller's array; `difference = prediction - target` makes a new one",
)
def _(prediction, target):
    loss = torch.nn.functional.mse_loss(prediction.double(), target.double())
    prediction.sub_(target)
    return loss


# ------------------------------------------------------------------------------------------ mse_gradients


@exercise(
    points=4,
    hint=(
        "Compute the table Δ first, in the shape of the predictions.\n"
        "The shapes of dW and db then tell you how to bring it together with X, and over which axis to sum.\n"
        "Δ = 2 (X W + b − target) / (N K); then dW = Xᵀ Δ, and db adds up the rows of Δ."
    ),
)
def mse_gradients(
    X: Float[Tensor, "N D"], target: Float[Tensor, "N K"], W: Float[Tensor, "D K"], b: Float[Tensor, " K"]
) -> tuple[Float[Tensor, "D K"], Float[Tensor, " K"]]:
    W, b = W.detach().clone().requires_grad_(), b.detach().clone().requires_grad_()
    loss = torch.nn.functional.mse_loss(torch.nn.functional.linear(X, W.T, b), target)
    return torch.autograd.grad(loss, (W, b))


def _regression(rng, n, inputs, outputs):
    """A layer and targets that its predictions miss by 0.5 to 2, in each column on one side, so no slope is tiny."""
    layer = _layer(rng, n, inputs, outputs)
    layer["X"] = np.abs(layer["X"])
    off = rng.choice([-1.0, 1.0], size=outputs) * rng.uniform(0.5, 2.0, size=(n, outputs))
    return {"X": layer["X"], "target": layer["X"] @ layer["W"] + layer["b"] - off, "W": layer["W"], "b": layer["b"]}


@mse_gradients.criterion("values", points=1)
def _(rng):
    for shape in ((5, 2, 1), (4, 3, 1), (7, 1, 1)):
        yield case(**_regression(rng, *shape))


@mse_gradients.criterion("several outputs", points=1)
def _(rng):
    for shape in ((5, 3, 2), (6, 2, 4)):
        yield case(**_regression(rng, *shape))


@mse_gradients.criterion("one example, square shapes", points=1)
def _(rng):
    for shape in ((1, 3, 2), (3, 3, 3)):
        yield case(**_regression(rng, *shape))


mse_gradients.integer_input(points=0.5, only=("X", "target"))
mse_gradients.inputs_unchanged(points=0.5)


def _difference(X, target, W, b):
    return X @ W + b - target


@mse_gradients.mistake(
    "factor 2 missing",
    hint="another convention than this course's: without a ½ in the loss, the square leaves a 2 behind",
)
def _(X, target, W, b):
    delta = _difference(X, target, W, b) / target.numel()
    return X.T @ delta, delta.sum(0)


@mse_gradients.mistake(
    "divided by N, not by N · K",
    hint="right for one output; the loss is a mean over all entries, and so is what you divide by",
)
def _(X, target, W, b):
    delta = 2 * _difference(X, target, W, b) / len(X)
    return X.T @ delta, delta.sum(0)


@mse_gradients.mistake("not divided at all", hint="these are the slopes of the sum of squares; the loss is their mean")
def _(X, target, W, b):
    delta = 2 * _difference(X, target, W, b)
    return X.T @ delta, delta.sum(0)


@mse_gradients.mistake(
    "db not summed over the batch",
    hint="b was added to every row, so every row has a say: sum Δ over the examples, to the shape of b",
)
def _(X, target, W, b):
    delta = 2 * _difference(X, target, W, b) / target.numel()
    return X.T @ delta, delta


@mse_gradients.mistake(
    "db summed to one number",
    hint="every output has a bias of its own: sum over the examples only, and K numbers remain",
)
def _(X, target, W, b):
    delta = 2 * _difference(X, target, W, b) / target.numel()
    return X.T @ delta, delta.sum()


@mse_gradients.mistake(
    "db averaged over the batch",
    hint="Δ already holds the division of the mean: a second one makes db too small by the factor N",
)
def _(X, target, W, b):
    delta = 2 * _difference(X, target, W, b) / target.numel()
    return X.T @ delta, delta.mean(0)


@mse_gradients.mistake(
    "opposite sign",
    hint="if the predictions are too large, a larger bias makes it worse: then its slope must be positive",
)
def _(X, target, W, b):
    delta = -2 * _difference(X, target, W, b) / target.numel()
    return X.T @ delta, delta.sum(0)


@mse_gradients.mistake(
    "bias left out of the prediction", hint="the difference is that of the whole prediction, X W + b, from the target"
)
def _(X, target, W, b):
    delta = 2 * (X @ W - target) / target.numel()
    return X.T @ delta, delta.sum(0)


@mse_gradients.mistake(
    "X left out of dW",
    hint="db is right; a weight's slope also holds what the weight is multiplied by, the input",
)
def _(X, target, W, b):
    delta = 2 * _difference(X, target, W, b) / target.numel()
    return delta.sum(0).expand(W.shape).clone(), delta.sum(0)


@mse_gradients.mistake(
    "dW reduced to one mean",
    hint="each weight has a slope of its own: dW has the shape of W, and nothing more is averaged",
)
def _(X, target, W, b):
    delta = 2 * _difference(X, target, W, b) / target.numel()
    return (X.T @ delta).mean(), delta.sum(0)


@mse_gradients.mistake(
    "changed its input",
    hint="one of the arrays is different after the call: `W -= ...` or `target -= ...` writes into the caller's",
)
def _(X, target, W, b):
    delta = 2 * _difference(X, target, W, b) / target.numel()
    target.copy_(delta)
    return X.T @ delta, delta.sum(0)


# ------------------------------------------------------------------------------------------ gradient_step


@exercise(
    points=2,
    hint="Walk through both lists at once; zip pairs each parameter with its gradient.\nThe gradient points uphill.",
)
def gradient_step(parameters: list[Tensor], gradients: list[Tensor], learning_rate: float) -> list[Tensor]:
    stepped = [p.detach().clone().requires_grad_() for p in parameters]
    for parameter, gradient in zip(stepped, gradients, strict=True):
        parameter.grad = gradient.clone()
    torch.optim.SGD(stepped, lr=learning_rate).step()
    return [p.detach() for p in stepped]


def _step(rng, *shapes):
    return {
        "parameters": [_weights(rng, *shape) for shape in shapes],
        "gradients": [_weights(rng, *shape) for shape in shapes],
        "learning_rate": float(rng.uniform(0.05, 0.4)),
    }


@gradient_step.criterion("values", points=1)
def _(rng):
    yield case(**_step(rng, (3, 2), (2,)))
    yield case(**_step(rng, (2, 4), (4,), (4, 1), (1,)))
    yield case(**_step(rng, (3,)))


gradient_step.integer_input(points=0.5)
gradient_step.inputs_unchanged(points=0.5)


@gradient_step.mistake("plus for minus", hint="the gradient points uphill; you want to go down")
def _(parameters, gradients, learning_rate):
    return [p + learning_rate * g for p, g in zip(parameters, gradients, strict=True)]


@gradient_step.mistake(
    "learning rate left out", hint="the step is as long as the gradient itself: which argument have you not used yet?"
)
def _(parameters, gradients, learning_rate):
    return [p - g for p, g in zip(parameters, gradients, strict=True)]


@gradient_step.mistake(
    "divided by the learning rate", hint="a smaller learning rate must make a smaller step: multiply by it"
)
def _(parameters, gradients, learning_rate):
    return [p - g / learning_rate for p, g in zip(parameters, gradients, strict=True)]


@gradient_step.mistake(
    "the parameters themselves made smaller",
    hint="p · (1 − learning_rate) does not ask the gradient at all: what is subtracted is learning_rate · g",
)
def _(parameters, gradients, learning_rate):
    return [p - learning_rate * p for p in parameters]


@gradient_step.mistake(
    "only the first parameter moved",
    hint="all parameters take the step, weights and biases: is the `return` inside the loop, or the loop missing?",
)
def _(parameters, gradients, learning_rate):
    return [parameters[0] - learning_rate * gradients[0], *(p.clone() for p in parameters[1:])]


@gradient_step.mistake(
    "returned the steps only", hint="learning_rate · g is how far to go; the result is where one arrives"
)
def _(parameters, gradients, learning_rate):
    return [learning_rate * g for g in gradients]


@gradient_step.mistake(
    "changed its input",
    hint="`p -= ...` and `parameters[i] = ...` write into what the caller passed; `p - ...` in a new list does not",
)
def _(parameters, gradients, learning_rate):
    return [p.sub_(learning_rate * g) for p, g in zip(parameters, gradients, strict=True)]


# ---------------------------------------------------------------------------------- fit_linear_regression


@exercise(
    points=4,
    hint=(
        "Three lines: start from zeros of the right shapes; repeat; in the loop, two functions you have already "
        "written.\n"
        "Both gradients belong to the same W and b.\n"
        "With η the learning rate: W ← W − η dW and b ← b − η db, both gradients taken at the old W and b."
    ),
)
def fit_linear_regression(
    X: Float[Tensor, "N D"], y: Float[Tensor, "N K"], learning_rate: float, epochs: int
) -> tuple[Float[Tensor, "D K"], Float[Tensor, " K"]]:
    return _descend(X, y, learning_rate, epochs)


def _descend(X, y, learning_rate, epochs, *, start=0.0, factor=1.0, rows=None, frozen_bias=False):
    """Full-batch descent by torch.optim.SGD, with the parts that learners get wrong left open."""
    W = torch.full((X.shape[1], y.shape[1]), start, dtype=X.dtype, requires_grad=True)
    b = torch.full((y.shape[1],), start, dtype=X.dtype, requires_grad=not frozen_bias)
    optimiser = torch.optim.SGD([W] if frozen_bias else [W, b], lr=learning_rate)
    for _ in range(epochs):
        for part in rows or (slice(None),):
            optimiser.zero_grad()
            loss = torch.nn.functional.mse_loss(torch.nn.functional.linear(X[part], W.T, b), y[part])
            (factor * loss).backward()
            optimiser.step()
    return W.detach(), b.detach()


def _houses(rng, n, inputs, outputs):
    """Positive inputs, and targets on a plane of positive slopes with a little noise."""
    X = rng.uniform(0.5, 2.0, size=(n, inputs))
    plane = X @ rng.uniform(0.5, 1.5, size=(inputs, outputs)) + rng.uniform(0.6, 1.2, size=outputs)
    return {"X": X, "y": plane + rng.normal(scale=0.2, size=(n, outputs))}


@fit_linear_regression.criterion("one epoch", points=1)
def _(rng):
    for shape in ((5, 2, 1), (6, 3, 2)):
        yield case(**_houses(rng, *shape), learning_rate=float(rng.uniform(0.03, 0.06)), epochs=1)


@fit_linear_regression.criterion("several epochs", points=1.5)
def _(rng):
    for shape, epochs in (((6, 2, 1), 5), ((5, 3, 2), 12), ((8, 1, 3), 3)):
        yield case(**_houses(rng, *shape), learning_rate=float(rng.uniform(0.03, 0.06)), epochs=epochs)


@fit_linear_regression.criterion("one example, and no epoch", points=0.5)
def _(rng):
    yield case(**_houses(rng, 1, 3, 2), learning_rate=float(rng.uniform(0.03, 0.06)), epochs=4)
    yield case(**_houses(rng, 4, 2, 1), learning_rate=0.1, epochs=0)


def _whole_houses(rng):
    # The engine makes three times these numbers whole ones.
    for shape in ((5, 2, 1), (4, 3, 2)):
        yield case(**_houses(rng, *shape), learning_rate=float(rng.uniform(0.003, 0.006)), epochs=3)


fit_linear_regression.integer_input(points=0.5, cases=_whole_houses)
fit_linear_regression.inputs_unchanged(points=0.5)


@fit_linear_regression.mistake(
    "started from ones", hint="before the first step W and b are zeros: then the result is the same for everybody"
)
def _(X, y, learning_rate, epochs):
    return _descend(X, y, learning_rate, epochs, start=1.0)


@fit_linear_regression.mistake(
    "bias never moved", hint="W is learned, b is still 0: it takes a step in every epoch, too"
)
def _(X, y, learning_rate, epochs):
    return _descend(X, y, learning_rate, epochs, frozen_bias=True)


@fit_linear_regression.mistake("uphill", hint="the loss grows with every epoch: the step goes against the gradient")
def _(X, y, learning_rate, epochs):
    return _descend(X, y, learning_rate, epochs, factor=-1.0)


@fit_linear_regression.mistake(
    "half the gradient",
    hint="another convention than this course's: the loss has no ½, so its gradient keeps the factor 2",
)
def _(X, y, learning_rate, epochs):
    return _descend(X, y, learning_rate, epochs, factor=0.5)


@fit_linear_regression.mistake(
    "gradient divided by N, not by N · K",
    hint="right for one output; with several, the mean of the loss runs over all entries: use your mse_gradients",
)
def _(X, y, learning_rate, epochs):
    return _descend(X, y, learning_rate, epochs, factor=float(y.shape[1]))


@fit_linear_regression.mistake(
    "gradient of the sum", hint="the steps are too long by the factor N · K: the loss is a mean"
)
def _(X, y, learning_rate, epochs):
    return _descend(X, y, learning_rate, epochs, factor=float(y.numel()))


@fit_linear_regression.mistake(
    "a step for every example",
    hint="another method than the one asked for: here an epoch is one step with the gradient of the whole batch",
)
def _(X, y, learning_rate, epochs):
    return _descend(X, y, learning_rate, epochs, rows=[slice(i, i + 1) for i in range(len(X))])


@fit_linear_regression.mistake("one epoch too many", hint="count the steps: with epochs=0, zeros must come back")
def _(X, y, learning_rate, epochs):
    return _descend(X, y, learning_rate, epochs + 1)


@fit_linear_regression.mistake("one epoch too few", hint="count the steps: with epochs=1, W must have moved once")
def _(X, y, learning_rate, epochs):
    return _descend(X, y, learning_rate, max(epochs - 1, 0))


@fit_linear_regression.mistake(
    "only one step whatever epochs is", hint="the result is that of the first epoch: is the `return` inside the loop?"
)
def _(X, y, learning_rate, epochs):
    return _descend(X, y, learning_rate, min(epochs, 1))


@fit_linear_regression.mistake(
    "db computed after W had moved",
    hint="find both gradients first, then take both steps: db belongs to the old W",
)
def _(X, y, learning_rate, epochs):
    W, b = X.new_zeros(X.shape[1], y.shape[1]), X.new_zeros(y.shape[1])
    for _ in range(epochs):
        W = W - learning_rate * 2 * X.T @ (X @ W + b - y) / y.numel()
        b = b - learning_rate * 2 * (X @ W + b - y).sum(0) / y.numel()
    return W, b


@fit_linear_regression.mistake(
    "jumped to the lowest point",
    hint="another method than the one asked for: after a few steps gradient descent has not arrived yet",
)
def _(X, y, learning_rate, epochs):
    solved = torch.linalg.pinv(torch.cat([X, X.new_ones(len(X), 1)], 1)) @ y
    return solved[:-1], solved[-1]


@fit_linear_regression.mistake(
    "changed its input",
    hint="`y -= ...` or `X /= ...` writes into the caller's arrays: the next fit would start from other data",
)
def _(X, y, learning_rate, epochs):
    found = _descend(X, y, learning_rate, epochs)
    y.sub_(X @ found[0] + found[1])
    return found


# ----------------------------------------------------------------------------------- iterations_per_epoch


@exercise(
    points=2,
    hint="How many full batches are there, and does anything remain?\ndivmod answers both at once.",
)
def iterations_per_epoch(num_examples: int, batch_size: int, drop_last: bool = False) -> int:
    return len(torch.utils.data.BatchSampler(range(num_examples), batch_size, drop_last))


def _sizes(rng):
    """A batch size, a number of full batches, and a rest that is neither nothing nor nearly a batch nor nearly none."""
    batch_size = int(rng.integers(20, 90))
    return batch_size, int(rng.integers(5, 40)), int(rng.integers(2, batch_size - 1))


@iterations_per_epoch.criterion("a short last batch is kept", points=0.5)
def _(rng):
    for _ in range(2):
        batch_size, full, rest = _sizes(rng)
        yield case(num_examples=full * batch_size + rest, batch_size=batch_size)
    batch_size, full, _ = _sizes(rng)
    yield case(num_examples=full * batch_size + 1, batch_size=batch_size, drop_last=False)


@iterations_per_epoch.criterion("sizes that divide", points=0.5)
def _(rng):
    for drop_last in (False, True):
        batch_size, full, _ = _sizes(rng)
        yield case(num_examples=full * batch_size, batch_size=batch_size, drop_last=drop_last)


@iterations_per_epoch.criterion("a short last batch is dropped", points=0.5)
def _(rng):
    batch_size, full, rest = _sizes(rng)
    yield case(num_examples=full * batch_size + rest, batch_size=batch_size, drop_last=True)
    yield case(num_examples=full * batch_size + batch_size - 1, batch_size=batch_size, drop_last=True)


@iterations_per_epoch.criterion("a batch larger than the data", points=0.5)
def _(rng):
    batch_size, _, rest = _sizes(rng)
    yield case(num_examples=rest, batch_size=batch_size, drop_last=False)
    yield case(num_examples=rest, batch_size=batch_size, drop_last=True)


@iterations_per_epoch.mistake(
    "always rounded down", hint="1001 examples at 500: who trains with the last one? Only drop_last leaves it out"
)
def _(num_examples, batch_size, drop_last=False):
    return num_examples // batch_size


@iterations_per_epoch.mistake(
    "drop_last ignored", hint="right as long as short batches are kept: which argument have you not used yet?"
)
def _(num_examples, batch_size, drop_last=False):
    return -(-num_examples // batch_size)


@iterations_per_epoch.mistake(
    "drop_last the wrong way round",
    hint="to drop the short batch is to round down; yours does it when drop_last is False",
)
def _(num_examples, batch_size, drop_last=False):
    return -(-num_examples // batch_size) if drop_last else num_examples // batch_size


@iterations_per_epoch.mistake(
    "always one more than the full batches", hint="1000 examples at 500 leave nothing over, so there is no third batch"
)
def _(num_examples, batch_size, drop_last=False):
    return num_examples // batch_size + (0 if drop_last else 1)


@iterations_per_epoch.mistake(
    "rounded to the nearest number", hint="even a single example left over makes a batch: up or down, never nearest"
)
def _(num_examples, batch_size, drop_last=False):
    return num_examples // batch_size if drop_last else round(num_examples / batch_size)


@iterations_per_epoch.mistake(
    "divided without rounding", hint="there is no half iteration, and range() takes no float: round up or down"
)
def _(num_examples, batch_size, drop_last=False):
    return num_examples / batch_size


@iterations_per_epoch.mistake(
    "a float instead of an int",
    hint="the number is right, its type is not: np.ceil returns a float, range() wants an int",
)
def _(num_examples, batch_size, drop_last=False):
    return float(num_examples // batch_size if drop_last else -(-num_examples // batch_size))


# -------------------------------------------------------------------------------------------- minibatches


@exercise(
    points=3,
    hint=(
        "Draw one random order for both arrays, with rng.permutation; then take batch_size of its entries at a "
        "time.\n"
        "With p the random order, the first batch holds the rows X[p_i] and targets y[p_i] for i below "
        "batch_size, the second those for the next batch_size places of p, and so on."
    ),
)
def minibatches(X: Tensor, y: Tensor, batch_size: int, rng: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    return _cut(X, y, _order(len(X), rng), batch_size)


def _order(n, rng):
    """A random order of range(n), drawn by torch from a generator that `rng` seeds."""
    return torch.randperm(n, generator=torch.Generator().manual_seed(int(rng.integers(2**63 - 1))))


def _cut(X, y, order, batch_size):
    return [(X[part], y[part]) for part in order.split(batch_size)]


def _seed(rng):
    return int(rng.integers(2**31))


def _rows(rng, *shape):
    """Rows all different, in numbers that float32 holds exactly."""
    table = rng.integers(-64, 64, size=shape) / 64
    return table + np.arange(shape[0]).reshape(-1, *[1] * (len(shape) - 1))


@minibatches.criterion("every row once, with its target", points=1.5)
def _(rng):
    for n, batch_size in ((24, 6), (30, 5)):
        yield measured(Batches(), seed=_seed(rng), X=_rows(rng, n, 3), y=_rows(rng, n), batch_size=batch_size)


@minibatches.criterion("a short last batch", points=0.5)
def _(rng):
    yield measured(Batches(), seed=_seed(rng), X=_rows(rng, 29, 2), y=_rows(rng, 29), batch_size=8)
    yield measured(Batches(), seed=_seed(rng), X=_rows(rng, 25, 4), y=_rows(rng, 25, 2), batch_size=8)


@minibatches.criterion("other shapes: images, batches of one, one batch", points=0.5)
def _(rng):
    yield measured(Batches(), seed=_seed(rng), X=_rows(rng, 22, 1, 2, 3), y=rng.permutation(22), batch_size=5)
    yield measured(Batches(), seed=_seed(rng), X=_rows(rng, 20, 2), y=_rows(rng, 20, 3), batch_size=1)
    yield measured(Batches(), seed=_seed(rng), X=_rows(rng, 21, 2), y=_rows(rng, 21), batch_size=50)


def _few_rows(rng):
    # Small, for every mistake's arguments after the call are kept.
    yield measured(Batches(), seed=_seed(rng), X=_rows(rng, 20, 1), y=_rows(rng, 20), batch_size=5)


minibatches.inputs_unchanged(points=0.5, cases=_few_rows)


@minibatches.mistake(
    "not shuffled", hint="the rows come in the order they lie in; every epoch wants a new random order"
)
def _(X, y, batch_size, rng):
    return _cut(X, y, torch.arange(len(X)), batch_size)


@minibatches.mistake(
    "rows and targets shuffled separately",
    hint="each house now has another house's price: draw one order and use it for both arrays",
)
def _(X, y, batch_size, rng):
    one, other = _order(len(X), rng), _order(len(X), rng)
    return [(X[a], y[b]) for a, b in zip(one.split(batch_size), other.split(batch_size), strict=True)]


@minibatches.mistake(
    "short last batch dropped",
    hint="count the rows of all batches together: the remainder makes a batch of its own, a shorter one",
)
def _(X, y, batch_size, rng):
    full = len(X) // batch_size * batch_size
    # Of no rows split would make one batch without rows.
    return _cut(X, y, _order(len(X), rng)[:full], batch_size) if full else []


@minibatches.mistake(
    "last batch filled up with rows already used",
    hint="some rows occur twice in the epoch: the last batch is allowed to be short",
)
def _(X, y, batch_size, rng):
    order = _order(len(X), rng)
    missing = -len(X) % batch_size
    return _cut(X, y, torch.cat([order, order.repeat(1 + missing // len(X))[:missing]]), batch_size)


@minibatches.mistake(
    "drawn with replacement",
    hint="rng.integers and rng.choice may draw a row twice and leave another out; a permutation does neither",
)
def _(X, y, batch_size, rng):
    return _cut(X, y, torch.from_numpy(rng.integers(0, len(X), size=len(X))), batch_size)


@minibatches.mistake(
    "only one batch returned", hint="one batch is right, but the epoch has more: collect them all in a list"
)
def _(X, y, batch_size, rng):
    return _cut(X, y, _order(len(X), rng), batch_size)[:1]


@minibatches.mistake(
    "drew from NumPy's global generator",
    hint="np.random.permutation does not know about `rng`, so the same seed gives another order each time: "
    "call a method of the argument",
)
def _(X, y, batch_size, rng):
    return _cut(X, y, torch.randperm(len(X)), batch_size)


@minibatches.mistake(
    "made a generator of its own",
    hint="every epoch has the same order: a new default_rng(seed) inside the function starts over each time; "
    "use the argument `rng`",
)
def _(X, y, batch_size, rng):
    return _cut(X, y, _order(len(X), np.random.default_rng(0)), batch_size)


@minibatches.mistake(
    "shuffled the caller's arrays",
    hint="rng.shuffle(X) rearranges the caller's own data: take the rows by a random order instead, X[order]",
)
def _(X, y, batch_size, rng):
    order = _order(len(X), rng)
    X.copy_(X[order])
    y.copy_(y[order])
    return _cut(X, y, torch.arange(len(X)), batch_size)


# ---------------------------------------------------------------------------------------------- questions


entries_by_broadcasting = number(
    "`prediction` has shape ({n}, 1) and `target` has shape ({n},). How many entries does `prediction - target` have?",
    plain={"n": 30},
    given=lambda rng: {"n": int(rng.integers(12, 90))},
    answer=lambda n: n * n,
    unit="entries",
    tolerance=EXACT,
    explanation="NumPy lines the shapes up from the right: ({n}, 1) against (1, {n}) gives ({n}, {n}), and "
    "{n} · {n} = {answer:.0f}. Every prediction is compared with every target, without a warning.",
)

why_squared_error = choices(
    "What speaks for squaring the errors?",
    right(
        "Errors upwards and downwards cannot cancel each other.",
        "The sum of the errors themselves is 0 for many bad lines; squares are never negative, so they only add up.",
    ),
    right(
        "If the noise in the targets is normally distributed, it leads to the most likely fit.",
        "The logarithm of the normal density is −e²/2σ² and a constant: the greatest likelihood is the least square.",
    ),
    wrong(
        "The loss has the same unit as the target, such as metres.",
        "It has the unit squared: an error in metres gives a loss in square metres. Its root, the RMSE, has the unit.",
    ),
    right(
        "The loss has a slope everywhere, and near the lowest point it becomes small.",
        "The slope of e² is 2e: it exists everywhere and fades as the error does, so the steps become shorter.",
    ),
    wrong(
        "A single wild outlier hardly changes the result.",
        "The opposite: an error 10 times as large counts 100 times as much. Absolute errors are milder with outliers.",
    ),
)

step_on_a_parabola = number(
    "The loss is L(w) = {a} · (w − {c})², and w = {w}. Take one step of gradient descent with learning rate {rate}. "
    "What is w now?",
    plain={"a": 2, "c": 3, "w": 1, "rate": 0.1},
    given=lambda rng: {
        "a": int(rng.integers(2, 5)),
        "c": int(rng.integers(2, 7)),
        "w": int(rng.integers(-4, 2)),
        "rate": float(rng.choice([0.02, 0.05, 0.08, 0.1])),
    },
    answer=lambda a, c, w, rate: w - rate * 2 * a * (w - c),
    explanation="The slope is 2 · {a} · ({w} − {c}). Times {rate}, and subtracted from {w}, it leads to {answer:.4g}.",
)

learning_rate_too_large = choice(
    "Training starts, and the loss grows from step to step until it is inf, then nan. What is the likely cause?",
    wrong(
        "Gradient descent is stuck in a local minimum, and every step leads back into it.",
        "In a minimum the slope is 0 and the loss stays as it is; it does not grow.",
    ),
    right(
        "The learning rate is too large: each step lands higher on the other side.",
        "Higher up the slope is steeper, so the next step is longer still. The errors grow like a power of a number "
        "above 1, until they no longer fit into a float.",
    ),
    wrong(
        "There are too few training examples, so the model fits their noise instead.",
        "Then the model may fit them too well and fail on new ones; the training loss itself still falls.",
    ),
    wrong(
        "The learning rate is too small: the weights creep and never reach the valley.",
        "A small learning rate makes slow progress, but each step still lowers the loss.",
    ),
)

iterations_needed = number(
    "{examples} examples are trained on for {epochs} epochs in mini-batches of {batch}; the short last batch is kept. "
    "How many steps does gradient descent take in all?",
    plain={"examples": 1050, "batch": 100, "epochs": 3},
    given=lambda rng: {
        "examples": int(rng.integers(11, 60)) * 100 + int(rng.integers(1, 50)),
        "batch": int(rng.choice([50, 100])),
        "epochs": int(rng.integers(3, 10)),
    },
    answer=lambda examples, batch, epochs: epochs * -(-examples // batch),
    unit="steps",
    tolerance=EXACT,
    explanation="{examples} / {batch} does not divide, so it is rounded up: the short batch is a step, too. "
    "Times {epochs} epochs that makes {answer:.0f}. Rounding comes first, because every epoch has its own short batch.",
)

why_shuffle = choice(
    "Why are the examples shuffled before every epoch?",
    wrong(
        "Because gradient descent may use every example only once, in any order.",
        "Every example is used once in each epoch, and again in the next; shuffling changes only the company it is in.",
    ),
    wrong(
        "So that the loss falls with every single step and no longer goes up and down.",
        "It still goes up and down, as every batch differs a little from all the data. Shuffling makes the batches "
        "fair, not equal.",
    ),
    wrong(
        "So that the last mini-batch of an epoch is not shorter than the others.",
        "Its length depends on the two sizes alone; shuffling only changes which examples are in it.",
    ),
    right(
        "So that each mini-batch is a fair sample of the data, and another one each time.",
        "The slope of a fair sample points, on average, where the slope of all the data points. A batch of cheap "
        "houses only would pull the weights towards cheap houses.",
    ),
)

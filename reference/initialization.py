"""07_initialization: the random numbers a network starts from, and what becomes of a signal that meets them.

The law of each initialiser is all the oracle needs; the reference draws with torch.nn.init. Gradients come from
automatic differentiation.
"""

import math

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from grader.exercise import Normal, Uniform, case, draws, exercise
from grader.question import choice, number, right, wrong

# Four times 131,072 numbers: a learner who draws them one by one, into lists, needs seconds on a busy machine.
_SECONDS = 20


def _uniform(limit, fan_in, fan_out, rng):
    """A (fan_in, fan_out) tensor of draws from the uniform law on [-limit, limit)."""
    return torch.from_numpy(rng.uniform(-limit, limit, size=(fan_in, fan_out)))


def _normal(std, fan_in, fan_out, rng):
    """A (fan_in, fan_out) tensor of draws from the normal law with mean 0 and this standard deviation."""
    return torch.from_numpy(std * rng.standard_normal((fan_in, fan_out)))


def _truncated(std, fan_in, fan_out, rng):
    """The same, with every draw beyond two standard deviations drawn again."""
    made = rng.standard_normal((fan_in, fan_out))
    while (outside := np.abs(made) > 2).any():
        made[outside] = rng.standard_normal(int(outside.sum()))
    return torch.from_numpy(std * made)


def _global_normal(std, fan_in, fan_out):
    """The same law, drawn without asking any `rng`."""
    return std * torch.randn(fan_in, fan_out, dtype=torch.float64)


def _with_torch(initialise, fan_in, fan_out, rng, **options):
    """What a function of torch.nn.init makes of a (fan_out, fan_in) tensor, torch's own way round; transposed."""
    generator = torch.Generator().manual_seed(int(rng.integers(2**63 - 1)))
    weights = torch.empty(fan_out, fan_in, dtype=torch.float64)
    return initialise(weights, generator=generator, **options).T


# ------------------------------------------------------------------------------------ zero_init_gradients


@exercise(
    points=3,
    hint=(
        "Nothing is random here, so write it down first: what does σ say to a sum of 0, and what does the output "
        "unit make of it?\n"
        "Then go back as in assignment 6, one layer at a time.\n"
        "Every hidden unit says ½ and the output is 0, so Δ = −2 y / N; dW2 holds ½ Σ Δ for each unit, and "
        "through W2 = 0 nothing comes back to W1."
    ),
)
def zero_init_gradients(
    X: Float[Tensor, "N D"], y: Float[Tensor, " N"], hidden: int
) -> tuple[Float[Tensor, "D hidden"], Float[Tensor, " hidden"]]:
    W1 = torch.zeros(X.shape[1], hidden, dtype=X.dtype, requires_grad=True)
    W2 = torch.zeros(hidden, dtype=X.dtype, requires_grad=True)
    loss = torch.nn.functional.mse_loss(torch.sigmoid(X @ W1) @ W2, y)
    return torch.autograd.grad(loss, [W1, W2])


def _examples(rng, n, inputs, hidden):
    """n examples; all targets have one sign and are of different size, so that their mean is far from 0."""
    y = rng.choice([-1.0, 1.0]) * rng.uniform(0.7, 2.5, size=n)
    return {"X": rng.normal(size=(n, inputs)), "y": y, "hidden": hidden}


@zero_init_gradients.criterion("values", points=1.5)
def _(rng):
    yield case(**_examples(rng, 5, 3, 4))
    yield case(**_examples(rng, 7, 2, 3))
    yield case(**_examples(rng, 4, 4, 4))


@zero_init_gradients.criterion("one example, one hidden unit", points=0.5)
def _(rng):
    yield case(**_examples(rng, 1, 3, 2))
    yield case(**_examples(rng, 6, 2, 1))


zero_init_gradients.integer_input(points=0.5)
zero_init_gradients.inputs_unchanged(points=0.5)


def _zero_start(X, y, hidden, *, activation=0.5, slope=None, factor=None):
    """dW1 and dW2 where every hidden unit says `activation`, times `factor` (by default 2 / N)."""
    factor = 2 / len(X) if factor is None else factor
    errors = (-y if slope is None else slope(y)).sum()
    return X.new_zeros(X.shape[1], hidden), X.new_full((hidden,), activation * factor) * errors


@zero_init_gradients.mistake(
    "hidden units at 0",
    hint="all sums are 0, but the sigmoid stands between: σ(0) is not 0, so something comes through",
)
def _(X, y, hidden):
    return _zero_start(X, y, hidden, activation=0.0)


@zero_init_gradients.mistake(
    "opposite sign", hint="where all targets are positive an output of 0 is too small: more weight means less error"
)
def _(X, y, hidden):
    return _zero_start(X, y, hidden, slope=lambda y: y)


@zero_init_gradients.mistake(
    "factor 2 missing", hint="another convention than this one: the error is squared without ½, so a 2 is left behind"
)
def _(X, y, hidden):
    return _zero_start(X, y, hidden, factor=1 / len(X))


@zero_init_gradients.mistake(
    "gradients of the sum, not of the mean", hint="the loss is a mean over the batch: divide by the number of examples"
)
def _(X, y, hidden):
    return _zero_start(X, y, hidden, factor=2)


@zero_init_gradients.mistake(
    "a sigmoid on the output as well",
    hint="the output is the weighted sum itself, so with weights of 0 it is 0, not 0.5",
)
def _(X, y, hidden):
    return _zero_start(X, y, hidden, slope=lambda y: 0.25 * (0.5 - y))


@zero_init_gradients.mistake(
    "output weights not 0",
    hint="both layers start at 0; with other output weights the hidden layer would get a gradient at once",
)
def _(X, y, hidden):
    W1 = torch.zeros(X.shape[1], hidden, dtype=X.dtype, requires_grad=True)
    W2 = torch.ones(hidden, dtype=X.dtype, requires_grad=True)
    loss = torch.nn.functional.mse_loss(torch.sigmoid(X @ W1) @ W2, y)
    return torch.autograd.grad(loss, [W1, W2])


@zero_init_gradients.mistake(
    "outputs of shape (N, 1) against targets of shape (N,)",
    hint="(N, 1) − (N,) is an N × N table, every output against every target: give both the shape (N,)",
)
def _(X, y, hidden):
    errors = torch.zeros(len(X), 1, dtype=X.dtype) - y
    return X.new_zeros(X.shape[1], hidden), X.new_full((hidden, len(X)), 0.5) @ errors * 2 / len(X)


@zero_init_gradients.mistake(
    "shape (hidden, D)",
    hint="another convention than this course's: torch stores a layer as (outputs, inputs); here W1 has one row per "
    "input",
)
def _(X, y, hidden):
    dW1, dW2 = _zero_start(X, y, hidden)
    return dW1.T.clone(), dW2


# -------------------------------------------------------------------------------- activation_std_by_layer


@exercise(
    points=3,
    hint=(
        "Walk through the layers with one variable that always holds the newest activations, and note their "
        "spread each time you have passed a tanh.\n"
        "h ← tanh(h W_l), then one standard deviation over all entries of h; no axis is kept."
    ),
)
def activation_std_by_layer(x: Float[Tensor, "N D"], weights: list[Float[Tensor, "_ _"]]) -> Float[Tensor, " L"]:
    spreads = []
    for W in weights:
        x = torch.tanh(torch.nn.functional.linear(x, W.T))
        spreads.append(torch.std(x, correction=0))
    return torch.stack(spreads)


def _deep(rng, n, *sizes, gain=1.0):
    """A batch whose mean is not 0, and the weights of a network with these layer sizes."""
    return {
        "x": rng.normal(size=(n, sizes[0])) + rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1),
        "weights": [
            gain * rng.normal(size=layer) / np.sqrt(layer[0]) for layer in zip(sizes[:-1], sizes[1:], strict=True)
        ],
    }


@activation_std_by_layer.criterion("values", points=1.5)
def _(rng):
    yield case(**_deep(rng, 6, 4, 5, 3))
    yield case(**_deep(rng, 5, 3, 6, 4, 7, 2, gain=1.5))
    yield case(**_deep(rng, 4, 4, 4, 4))


@activation_std_by_layer.criterion("one layer, one example, large weights", points=0.5)
def _(rng):
    yield case(**_deep(rng, 7, 3, 4))
    yield case(**_deep(rng, 1, 5, 6, 4))
    yield case(**_deep(rng, 8, 4, 6, 5, gain=40.0))


activation_std_by_layer.integer_input(points=0.5, only=("x",))
activation_std_by_layer.inputs_unchanged(points=0.5)


def _activations(x, weights):
    made = []
    for W in weights:
        x = torch.tanh(x @ W)
        made.append(x)
    return made


def _spreads(tables):
    return torch.stack([torch.std(table, correction=0) for table in tables])


@activation_std_by_layer.mistake("tanh forgotten", hint="without tanh between them the layers are a single linear one")
def _(x, weights):
    made = []
    for W in weights:
        x = x @ W
        made.append(x)
    return _spreads(made)


@activation_std_by_layer.mistake(
    "spread of the sums, before tanh",
    hint="the network is right; what is measured is what each layer hands on, after tanh",
)
def _(x, weights):
    inputs = [x, *_activations(x, weights)]
    return _spreads([before @ W for before, W in zip(inputs, weights, strict=False)])


@activation_std_by_layer.mistake(
    "only the last layer", hint="one number for each layer is wanted: the result has the length of `weights`"
)
def _(x, weights):
    return _spreads(_activations(x, weights))[-1]


@activation_std_by_layer.mistake(
    "counted the input as a layer", hint="the first number belongs to the first layer's output, not to x itself"
)
def _(x, weights):
    return _spreads([x, *_activations(x, weights)])


@activation_std_by_layer.mistake(
    "variance instead of standard deviation", hint="the standard deviation is the root of the variance"
)
def _(x, weights):
    return _spreads(_activations(x, weights)) ** 2


@activation_std_by_layer.mistake(
    "average of the units' own standard deviations",
    hint="one spread over all entries of a layer, all units and examples together: no axis",
)
def _(x, weights):
    return torch.stack([torch.std(a, 0, correction=0).mean() for a in _activations(x, weights)])


@activation_std_by_layer.mistake(
    "divided by n − 1",
    hint="another convention than this course's: NumPy's std divides by the number of entries, torch's by one less",
)
def _(x, weights):
    return torch.stack([torch.std(a) for a in _activations(x, weights)])


@activation_std_by_layer.mistake(
    "mean not subtracted",
    hint="the root of the mean square is larger than the standard deviation wherever the mean is not 0",
)
def _(x, weights):
    return torch.stack([a.square().mean().sqrt() for a in _activations(x, weights)])


@activation_std_by_layer.mistake(
    "sigmoid in place of tanh", hint="the layers of this network use tanh, whose values lie around 0"
)
def _(x, weights):
    made = []
    for W in weights:
        x = torch.sigmoid(x @ W)
        made.append(x)
    return _spreads(made)


# ----------------------------------------------------------------------------------------- xavier_uniform


@exercise(
    points=3,
    seconds=_SECONDS,
    hint=(
        "The square root in the formula is where the interval ends, on both sides of 0.\n"
        "rng.uniform wants to know where it starts, where it ends, and which shape to fill.\n"
        "a = √(6 / (fan_in + fan_out)): from −a to a, as many draws as a matrix of shape (fan_in, fan_out) has "
        "entries."
    ),
)
def xavier_uniform(fan_in: int, fan_out: int, rng: np.random.Generator) -> Float[Tensor, "fan_in fan_out"]:
    generator = torch.Generator().manual_seed(int(rng.integers(2**63 - 1)))
    weights = torch.empty(fan_in, fan_out, dtype=torch.float64)
    return torch.nn.init.xavier_uniform_(weights, generator=generator)


def _xavier_draws(rng, fan_in, fan_out):
    limit = math.sqrt(6 / (fan_in + fan_out))
    return draws(Uniform(-limit, limit), seed=int(rng.integers(2**31)), fan_in=fan_in, fan_out=fan_out)


@xavier_uniform.criterion("more outputs than inputs", points=1.5)
def _(rng):
    fan_in = int(rng.integers(200, 312))
    yield _xavier_draws(rng, fan_in=fan_in, fan_out=256 * 512 // fan_in)


@xavier_uniform.criterion("more inputs than outputs", points=1.5)
def _(rng):
    yield _xavier_draws(rng, fan_in=int(rng.integers(240, 300)), fan_out=int(rng.integers(100, 130)))


@xavier_uniform.mistake(
    "0.01 times a standard normal",
    hint="a fixed 0.01 is what Xavier's rule replaces: the spread has to shrink as the layer gets wider",
)
def _(fan_in, fan_out, rng):
    return _normal(0.01, fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "normal instead of uniform",
    hint="the spread is right, the shape of the distribution is not: no weight may lie outside ±limit",
)
def _(fan_in, fan_out, rng):
    return _normal(math.sqrt(2 / (fan_in + fan_out)), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "took the standard deviation for the limit",
    hint="√(2 / (fan_in + fan_out)) is the standard deviation wanted; a uniform law on ±a has standard deviation "
    "a / √3, so the interval must be wider",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(2 / (fan_in + fan_out)), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "left fan_out out of the formula",
    hint="the spread follows fan_in alone; the rule is a compromise between the forward and the backward pass, and "
    "needs both fans",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / fan_in), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "left fan_in out of the formula",
    hint="the spread follows fan_out alone; the rule is a compromise between the forward and the backward pass, and "
    "needs both fans",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / fan_out), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "He's initialisation", hint="√(2 / fan_in) with a normal law is made for layers followed by ReLU; look for Xavier's"
)
def _(fan_in, fan_out, rng):
    return _normal(math.sqrt(2 / fan_in), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "a normal law divided by √fan_in",
    hint="another convention than this course's: some notes call this short form Xavier's too; here the law is uniform "
    "and takes both fans",
)
def _(fan_in, fan_out, rng):
    return _normal(1 / math.sqrt(fan_in), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "a uniform law on ±1 / √fan_in",
    hint="this is the older rule that Glorot and Bengio measured and improved: signals still fade from layer to layer",
)
def _(fan_in, fan_out, rng):
    return _uniform(1 / math.sqrt(fan_in), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "forgot the square root", hint="the weights are far too small: 6 / (fan_in + fan_out) is the limit squared"
)
def _(fan_in, fan_out, rng):
    return _uniform(6 / (fan_in + fan_out), fan_in, fan_out, rng)


@xavier_uniform.mistake(
    "only positive weights", hint="rng.random() starts at 0; the interval has to reach as far below 0 as above it"
)
def _(fan_in, fan_out, rng):
    return math.sqrt(6 / (fan_in + fan_out)) * torch.from_numpy(rng.random((fan_in, fan_out)))


@xavier_uniform.mistake(
    "shape (fan_out, fan_in)",
    hint="another convention than this course's: torch stores a layer as (outputs, inputs); here batches are rows, "
    "x @ W, so W has one row per input",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / (fan_in + fan_out)), fan_out, fan_in, rng)


@xavier_uniform.mistake(
    "drew from NumPy's global generator",
    hint="np.random.uniform does not know about `rng`, so the same seed gives other weights each time: call a method "
    "of the argument",
)
def _(fan_in, fan_out, rng):
    return math.sqrt(6 / (fan_in + fan_out)) * (2 * torch.rand(fan_in, fan_out, dtype=torch.float64) - 1)


@xavier_uniform.mistake(
    "made a generator of its own",
    hint="every call returns the same weights: a new default_rng(seed) inside the function starts over each time; use "
    "the argument `rng`",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / (fan_in + fan_out)), fan_in, fan_out, np.random.default_rng(0))


# ------------------------------------------------------------------------------------------ xavier_normal


@exercise(
    points=2,
    seconds=_SECONDS,
    hint=(
        "A normal law is described by its standard deviation, the root of the variance that Xavier's rule asks "
        "for.\n"
        "Nothing is divided by 3 here."
    ),
)
def xavier_normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> Float[Tensor, "fan_in fan_out"]:
    return _with_torch(torch.nn.init.xavier_normal_, fan_in, fan_out, rng)


def _xavier_std(fan_in, fan_out):
    return math.sqrt(2 / (fan_in + fan_out))


def _wide(rng):
    """More outputs than inputs."""
    fan_in = int(rng.integers(200, 312))
    return {"fan_in": fan_in, "fan_out": 256 * 512 // fan_in}


def _narrow(rng):
    """More inputs than outputs."""
    return {"fan_in": int(rng.integers(300, 360)), "fan_out": int(rng.integers(100, 130))}


def _seed(rng):
    return int(rng.integers(2**31))


@xavier_normal.criterion("more outputs than inputs", points=1)
def _(rng):
    fans = _wide(rng)
    yield draws(Normal(0.0, _xavier_std(**fans)), seed=_seed(rng), **fans)


@xavier_normal.criterion("more inputs than outputs", points=1)
def _(rng):
    fans = _narrow(rng)
    yield draws(Normal(0.0, _xavier_std(**fans)), seed=_seed(rng), **fans)


@xavier_normal.mistake(
    "0.01 times a standard normal",
    hint="a fixed 0.01 is what Xavier's rule replaces: the spread has to shrink as the layer gets wider",
)
def _(fan_in, fan_out, rng):
    return _normal(0.01, fan_in, fan_out, rng)


@xavier_normal.mistake(
    "a standard normal, not scaled",
    hint="with standard deviation 1 every layer makes the signal √fan_in times larger: multiply by the spread wanted",
)
def _(fan_in, fan_out, rng):
    return _normal(1.0, fan_in, fan_out, rng)


@xavier_normal.mistake(
    "uniform instead of normal",
    hint="the spread is right, the shape of the distribution is not: a normal law has a few weights far out",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / (fan_in + fan_out)), fan_in, fan_out, rng)


@xavier_normal.mistake(
    "took the limit for the standard deviation",
    hint="√(6 / (fan_in + fan_out)) is where the uniform law ends; its standard deviation is smaller by √3",
)
def _(fan_in, fan_out, rng):
    return _normal(math.sqrt(6 / (fan_in + fan_out)), fan_in, fan_out, rng)


@xavier_normal.mistake(
    "took the variance for the standard deviation",
    hint="the weights are far too small: rng.normal wants the standard deviation, the root of the variance",
)
def _(fan_in, fan_out, rng):
    return _normal(2 / (fan_in + fan_out), fan_in, fan_out, rng)


@xavier_normal.mistake(
    "forgot the 2", hint="the mean of the two fans is (fan_in + fan_out) / 2, and the variance is one divided by it"
)
def _(fan_in, fan_out, rng):
    return _normal(math.sqrt(1 / (fan_in + fan_out)), fan_in, fan_out, rng)


@xavier_normal.mistake(
    "He's initialisation", hint="√(2 / fan_in) is made for layers followed by ReLU; Xavier's rule uses both fans"
)
def _(fan_in, fan_out, rng):
    return _normal(math.sqrt(2 / fan_in), fan_in, fan_out, rng)


@xavier_normal.mistake(
    "1 / √fan_in",
    hint="another convention than this course's: some notes call this short form Xavier's too; here it takes both fans",
)
def _(fan_in, fan_out, rng):
    return _normal(1 / math.sqrt(fan_in), fan_in, fan_out, rng)


@xavier_normal.mistake(
    "truncated normal",
    hint="another convention than this course's: some libraries draw weights beyond two standard deviations again; "
    "unless they make up for it, the spread is 12 % too small",
)
def _(fan_in, fan_out, rng):
    return _truncated(_xavier_std(fan_in, fan_out), fan_in, fan_out, rng)


@xavier_normal.mistake(
    "shape (fan_out, fan_in)",
    hint="another convention than this course's: torch stores a layer as (outputs, inputs); here batches are rows, "
    "x @ W, so W has one row per input",
)
def _(fan_in, fan_out, rng):
    return _normal(_xavier_std(fan_in, fan_out), fan_out, fan_in, rng)


@xavier_normal.mistake(
    "drew from NumPy's global generator",
    hint="np.random.randn does not know about `rng`, so the same seed gives other weights each time: call a method of "
    "the argument",
)
def _(fan_in, fan_out, rng):
    return _global_normal(_xavier_std(fan_in, fan_out), fan_in, fan_out)


@xavier_normal.mistake(
    "made a generator of its own",
    hint="every call returns the same weights: a new default_rng(seed) inside the function starts over each time; use "
    "the argument `rng`",
)
def _(fan_in, fan_out, rng):
    return _normal(_xavier_std(fan_in, fan_out), fan_in, fan_out, np.random.default_rng(0))


# ---------------------------------------------------------------------------------------------- he_normal


@exercise(
    points=2,
    seconds=_SECONDS,
    hint=(
        "Only one of the two fans matters for the spread. Which one tells how many products a sum has?\n"
        "The other matters for the shape."
    ),
)
def he_normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> Float[Tensor, "fan_in fan_out"]:
    return _with_torch(torch.nn.init.kaiming_normal_, fan_in, fan_out, rng, nonlinearity="relu")


def _he_std(fan_in):
    return math.sqrt(2 / fan_in)


@he_normal.criterion("more outputs than inputs", points=1)
def _(rng):
    fans = _wide(rng)
    yield draws(Normal(0.0, _he_std(fans["fan_in"])), seed=_seed(rng), **fans)


@he_normal.criterion("more inputs than outputs", points=1)
def _(rng):
    fans = _narrow(rng)
    yield draws(Normal(0.0, _he_std(fans["fan_in"])), seed=_seed(rng), **fans)


@he_normal.mistake(
    "0.01 times a standard normal",
    hint="a fixed 0.01 is what these rules replace: the spread has to shrink as the layer gets wider",
)
def _(fan_in, fan_out, rng):
    return _normal(0.01, fan_in, fan_out, rng)


@he_normal.mistake(
    "fan_out in place of fan_in",
    hint="another convention than this course's: with fan_out the gradients keep their size; here it is the signal, "
    "whose sums have fan_in terms",
)
def _(fan_in, fan_out, rng):
    return _normal(math.sqrt(2 / fan_out), fan_in, fan_out, rng)


@he_normal.mistake(
    "Xavier's rule", hint="a compromise of both fans suits tanh; He's rule is for ReLU and one direction, here forward"
)
def _(fan_in, fan_out, rng):
    return _normal(_xavier_std(fan_in, fan_out), fan_in, fan_out, rng)


@he_normal.mistake(
    "forgot the 2", hint="1 / fan_in keeps the size where no ReLU follows; half of the signal is lost in a ReLU"
)
def _(fan_in, fan_out, rng):
    return _normal(1 / math.sqrt(fan_in), fan_in, fan_out, rng)


@he_normal.mistake(
    "took the variance for the standard deviation",
    hint="the weights are far too small: rng.normal wants the standard deviation, the root of the variance",
)
def _(fan_in, fan_out, rng):
    return _normal(2 / fan_in, fan_in, fan_out, rng)


@he_normal.mistake(
    "a standard normal, not scaled",
    hint="with standard deviation 1 every layer makes the signal √fan_in times larger: multiply by the spread wanted",
)
def _(fan_in, fan_out, rng):
    return _normal(1.0, fan_in, fan_out, rng)


@he_normal.mistake(
    "uniform instead of normal",
    hint="the spread is right, the shape of the distribution is not: a normal law has a few weights far out",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / fan_in), fan_in, fan_out, rng)


@he_normal.mistake(
    "truncated normal",
    hint="another convention than this course's: some libraries draw weights beyond two standard deviations again; "
    "unless they make up for it, the spread is 12 % too small",
)
def _(fan_in, fan_out, rng):
    return _truncated(_he_std(fan_in), fan_in, fan_out, rng)


@he_normal.mistake(
    "shape (fan_out, fan_in)",
    hint="another convention than this course's: torch stores a layer as (outputs, inputs); here batches are rows, "
    "x @ W, so W has one row per input",
)
def _(fan_in, fan_out, rng):
    return _normal(_he_std(fan_in), fan_out, fan_in, rng)


@he_normal.mistake(
    "drew from NumPy's global generator",
    hint="np.random.randn does not know about `rng`, so the same seed gives other weights each time: call a method of "
    "the argument",
)
def _(fan_in, fan_out, rng):
    return _global_normal(_he_std(fan_in), fan_in, fan_out)


@he_normal.mistake(
    "made a generator of its own",
    hint="every call returns the same weights: a new default_rng(seed) inside the function starts over each time; use "
    "the argument `rng`",
)
def _(fan_in, fan_out, rng):
    return _normal(_he_std(fan_in), fan_in, fan_out, np.random.default_rng(0))


# --------------------------------------------------------------------------------------------- he_uniform


@exercise(
    points=2,
    seconds=_SECONDS,
    hint="You know the variance that He's rule asks for and the variance of a uniform law on [−a, a): "
    "solve for a, as for Xavier's rule.",
)
def he_uniform(fan_in: int, fan_out: int, rng: np.random.Generator) -> Float[Tensor, "fan_in fan_out"]:
    return _with_torch(torch.nn.init.kaiming_uniform_, fan_in, fan_out, rng, nonlinearity="relu")


def _he_limit(fan_in):
    return math.sqrt(6 / fan_in)


@he_uniform.criterion("more outputs than inputs", points=1)
def _(rng):
    fans = _wide(rng)
    limit = _he_limit(fans["fan_in"])
    yield draws(Uniform(-limit, limit), seed=_seed(rng), **fans)


@he_uniform.criterion("more inputs than outputs", points=1)
def _(rng):
    fans = _narrow(rng)
    limit = _he_limit(fans["fan_in"])
    yield draws(Uniform(-limit, limit), seed=_seed(rng), **fans)


@he_uniform.mistake(
    "took the standard deviation for the limit",
    hint="√(2 / fan_in) is the standard deviation wanted; a uniform law on ±a has standard deviation a / √3, so the "
    "interval must be wider",
)
def _(fan_in, fan_out, rng):
    return _uniform(_he_std(fan_in), fan_in, fan_out, rng)


@he_uniform.mistake(
    "Xavier's limit", hint="a compromise of both fans suits tanh; He's rule is for ReLU and one direction, here forward"
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / (fan_in + fan_out)), fan_in, fan_out, rng)


@he_uniform.mistake(
    "fan_out in place of fan_in",
    hint="another convention than this course's: with fan_out the gradients keep their size; here it is the signal, "
    "whose sums have fan_in terms",
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(6 / fan_out), fan_in, fan_out, rng)


@he_uniform.mistake(
    "forgot the 2", hint="√(3 / fan_in) gives the variance 1 / fan_in; half of the signal is lost in a ReLU"
)
def _(fan_in, fan_out, rng):
    return _uniform(math.sqrt(3 / fan_in), fan_in, fan_out, rng)


@he_uniform.mistake(
    "a uniform law on ±1 / √fan_in",
    hint="another convention than this course's: torch's own layers start like this; the spread is too small for "
    "ReLU by a factor √6",
)
def _(fan_in, fan_out, rng):
    return _uniform(1 / math.sqrt(fan_in), fan_in, fan_out, rng)


@he_uniform.mistake("forgot the square root", hint="the weights are far too small: 6 / fan_in is the limit squared")
def _(fan_in, fan_out, rng):
    return _uniform(6 / fan_in, fan_in, fan_out, rng)


@he_uniform.mistake(
    "normal instead of uniform",
    hint="the spread is right, the shape of the distribution is not: no weight may lie outside ±limit",
)
def _(fan_in, fan_out, rng):
    return _normal(_he_std(fan_in), fan_in, fan_out, rng)


@he_uniform.mistake(
    "only positive weights", hint="rng.random() starts at 0; the interval has to reach as far below 0 as above it"
)
def _(fan_in, fan_out, rng):
    return _he_limit(fan_in) * torch.from_numpy(rng.random((fan_in, fan_out)))


@he_uniform.mistake(
    "shape (fan_out, fan_in)",
    hint="another convention than this course's: torch stores a layer as (outputs, inputs); here batches are rows, "
    "x @ W, so W has one row per input",
)
def _(fan_in, fan_out, rng):
    return _uniform(_he_limit(fan_in), fan_out, fan_in, rng)


@he_uniform.mistake(
    "drew from NumPy's global generator",
    hint="np.random.uniform does not know about `rng`, so the same seed gives other weights each time: call a method "
    "of the argument",
)
def _(fan_in, fan_out, rng):
    return _he_limit(fan_in) * (2 * torch.rand(fan_in, fan_out, dtype=torch.float64) - 1)


@he_uniform.mistake(
    "made a generator of its own",
    hint="every call returns the same weights: a new default_rng(seed) inside the function starts over each time; use "
    "the argument `rng`",
)
def _(fan_in, fan_out, rng):
    return _uniform(_he_limit(fan_in), fan_in, fan_out, np.random.default_rng(0))


# ---------------------------------------------------------------------------------------- rbm_reconstruct


@exercise(
    points=3,
    hint=(
        "Up is a layer as you know it.\n"
        "Down is a layer too: its inputs are the hidden units, so let the shapes tell you what has to happen to "
        "W, and which bias belongs to whom.\n"
        "h = σ(v W + b_hidden), then σ(h Wᵀ + b_visible)."
    ),
)
def rbm_reconstruct(
    v: Float[Tensor, "*batch D"], W: Float[Tensor, "D K"], b_hidden: Float[Tensor, " K"], b_visible: Float[Tensor, " D"]
) -> Float[Tensor, "*batch D"]:
    h = torch.sigmoid(torch.nn.functional.linear(v, W.T, b_hidden))
    return torch.sigmoid(torch.nn.functional.linear(h, W, b_visible))


def _machine(rng, n, visible, hidden, gain=1.0):
    """n rows of zeros and ones, and a machine whose biases are far from 0."""
    return {
        "v": rng.integers(0, 2, size=(n, visible)).astype(float),
        "W": gain * rng.normal(size=(visible, hidden)),
        "b_hidden": rng.choice([-1.0, 1.0], size=hidden) * rng.uniform(0.5, 1.5, size=hidden),
        "b_visible": rng.choice([-1.0, 1.0], size=visible) * rng.uniform(0.5, 1.5, size=visible),
    }


@rbm_reconstruct.criterion("values", points=1)
def _(rng):
    yield case(**_machine(rng, 5, 6, 3))
    yield case(**_machine(rng, 7, 3, 4))
    yield case(**_machine(rng, 6, 4, 4))


@rbm_reconstruct.criterion("one example, and one row alone", points=0.5)
def _(rng):
    yield case(**_machine(rng, 1, 5, 3))
    row = _machine(rng, 1, 4, 6)
    yield case(**{**row, "v": rng.random(4)})


@rbm_reconstruct.criterion("finite far from zero", points=0.5)
def _(rng):
    # Hidden units stand at 0 or 1; the visible sums are far out in one column and ordinary in the others.
    machine = _machine(rng, 4, 4, 3)
    machine["v"] = np.array([[1.0], [1.0], [0.0], [0.0]]) * rng.uniform(0.6, 1, size=(4, 4))
    machine["W"] = rng.uniform(0.2, 0.6, size=(4, 3)) * np.array([1.0, 1.0, -1.0])
    machine["W"][0] *= 3000
    yield case(**machine)


rbm_reconstruct.integer_input(points=0.5, only=("v",))
rbm_reconstruct.inputs_unchanged(points=0.5)


def _up_down(v, W, b_hidden, b_visible, up=torch.sigmoid, down=torch.sigmoid):
    return down(up(v @ W + b_hidden) @ W.T + b_visible)


@rbm_reconstruct.mistake("returned the hidden units", hint="this is the way up; from here the signal goes down again")
def _(v, W, b_hidden, b_visible):
    return torch.sigmoid(v @ W + b_hidden)


@rbm_reconstruct.mistake(
    "W not transposed on the way down",
    hint="going down, each visible unit collects from all the hidden ones, over the same connections: its row of W",
)
def _(v, W, b_hidden, b_visible):
    return torch.sigmoid(torch.sigmoid(v @ W + b_hidden) @ W + b_visible)


@rbm_reconstruct.mistake(
    "biases exchanged",
    hint="a bias belongs to the units that receive: going up the hidden ones, going down the visible",
)
def _(v, W, b_hidden, b_visible):
    return _up_down(v, W, b_visible, b_hidden)


@rbm_reconstruct.mistake("biases forgotten", hint="both ways have a bias, one for each unit that is reached")
def _(v, W, b_hidden, b_visible):
    return _up_down(v, W, torch.zeros_like(b_hidden), torch.zeros_like(b_visible))


@rbm_reconstruct.mistake(
    "no sigmoid on the way up",
    hint="the hidden units hand on probabilities, not sums: there is a sigmoid on either way",
)
def _(v, W, b_hidden, b_visible):
    return _up_down(v, W, b_hidden, b_visible, up=lambda z: z)


@rbm_reconstruct.mistake(
    "no sigmoid on the way down", hint="the result holds probabilities, so every entry lies between 0 and 1"
)
def _(v, W, b_hidden, b_visible):
    return _up_down(v, W, b_hidden, b_visible, down=lambda z: z)


@rbm_reconstruct.mistake(
    "hidden units rounded to 0 or 1",
    hint="another convention than this one: in training hidden units are often drawn as 0 or 1; here they hand on "
    "their probabilities",
)
def _(v, W, b_hidden, b_visible):
    return _up_down(v, W, b_hidden, b_visible, up=lambda z: torch.sigmoid(z).round())


@rbm_reconstruct.mistake(
    "computed exp(z) without care for large z",
    hint="right for ordinary sums; exp(z) / (1 + exp(z)) is inf / inf far out: the sigmoid given above is safe",
)
def _(v, W, b_hidden, b_visible):
    def unsafe(z):
        return torch.exp(z) / (1 + torch.exp(z))

    return _up_down(v, W, b_hidden, b_visible, up=unsafe, down=unsafe)


# ---------------------------------------------------------------------------------------------- questions

zero_weights = choice(
    "A network with one layer of sigmoid hidden units starts with zeros for the weights into this layer, but with "
    "random weights out of it. What becomes of the hidden units in training?",
    wrong(
        "They never change, as weights of 0 let no gradient through",
        "The gradient comes back through the outgoing weights, and those are not 0. With zeros in both layers the "
        "first step would indeed leave the incoming weights as they are.",
    ),
    wrong(
        "They stay copies of each other, as they start with equal weights",
        "Equal weights alone do not keep units equal; equal gradients would. These gradients differ, because each one "
        "is multiplied by another outgoing weight.",
    ),
    right(
        "They become different, as their gradients carry different factors",
        "A unit's incoming weights get a gradient that is multiplied by its outgoing weight. So one random layer is "
        "enough to break the symmetry here. With zeros in both layers nothing tells the units apart, and they remain "
        "copies of each other.",
    ),
    wrong(
        "They become different only if each of them meets other examples",
        "All units meet the same examples. What differs is the weight by which each one's gradient comes back.",
    ),
)

signal_factor = number(
    "Layers of {n} units, no activation, weights with mean 0 and standard deviation {std}. By what factor is the "
    "standard deviation of the signal multiplied on its way through {layers} layers? Three digits.",
    plain={"n": 100, "std": 0.08, "layers": 6},
    given=lambda rng: {
        "n": int(rng.choice([64, 100, 144, 225, 400])),
        "std": round(float(rng.uniform(0.03, 0.15)), 2),
        "layers": int(rng.integers(3, 9)),
    },
    answer=lambda n, std, layers: (math.sqrt(n) * std) ** layers,
    explanation="Each output is a sum of {n} products, so one layer multiplies the standard deviation by √{n} · "
    "{std}. To the power of {layers} this is {answer:.4g}.",
)

xavier_limit = number(
    "A layer has {fan_in} inputs and {fan_out} outputs. Xavier's uniform weights lie between −a and a. What is a? "
    "Three digits.",
    plain={"fan_in": 200, "fan_out": 100},
    given=lambda rng: {
        "fan_in": 10 * int(rng.integers(2, 80)),
        "fan_out": 10 * int(rng.integers(2, 80)),
    },
    answer=lambda fan_in, fan_out: math.sqrt(6 / (fan_in + fan_out)),
    explanation="a = √(6 / ({fan_in} + {fan_out})) = {answer:.4g}. The standard deviation is smaller by the factor √3.",
)

init_for_relu = choice(
    "A deep network uses ReLU in all its hidden layers. Which start suits it best?",
    wrong(
        "Xavier's: variance 2 / (fan_in + fan_out)",
        "This was derived for activations that are nearly linear near 0, such as tanh. With ReLU the signal loses "
        "about half of its mean square in each layer.",
    ),
    wrong(
        "A standard deviation of 0.01 in every layer",
        "A fixed number suits one width at best. In most networks the signal has all but vanished after a few layers.",
    ),
    right(
        "He's: variance 2 / fan_in",
        "A ReLU passes on half of its input's mean square. Twice the variance makes up for that, layer by layer.",
    ),
    wrong(
        "All weights equal to √(2 / fan_in)",
        "The size is right, but equal weights make all units of a layer copies of each other: they must be random.",
    ),
)

he_std = number(
    "Images of {size} × {size} grey pixels enter a layer of {units} ReLU units. With what standard deviation does "
    "He's rule draw its weights? Three digits.",
    plain={"size": 28, "units": 100},
    given=lambda rng: {"size": int(rng.integers(8, 65)), "units": 10 * int(rng.integers(2, 50))},
    answer=lambda size, units: math.sqrt(2 / size**2),
    explanation="fan_in is {size} · {size}, and √(2 / fan_in) = {answer:.4g}. The {units} outputs do not matter.",
)

why_no_rbm = choice(
    "Around 2006 deep networks were first trained layer by layer as Boltzmann machines. Why is this hardly done any "
    "more?",
    right(
        "With the right initial spread and ReLU, gradients reach all layers from the start",
        "Layer-by-layer training was a way to find good starting weights. A formula for their variance does the same "
        "in one line, and the whole network is trained at once.",
    ),
    wrong(
        "It needs a label for every example, and for large data sets labels are hard to get",
        "It is the other way round: a Boltzmann machine only reconstructs its input and needs no label at all. That is "
        "what made it attractive.",
    ),
    wrong(
        "It was found to make the weights of a layer equal, so that its units are copies",
        "Its weights start random as well, and the hidden units learn different things.",
    ),
    wrong(
        "Its hidden units cannot be used in a network that is then trained by backpropagation",
        "They can: after the layers had been trained one by one, backpropagation went on from their weights.",
    ),
)

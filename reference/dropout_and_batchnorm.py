"""08_dropout_and_batchnorm: layers that behave differently while training, and how layers are put together.

p is the probability to DROP an entry, as in torch.nn.functional.dropout, which is the reference here. Batch
normalization is torch's too, its gradients come from automatic differentiation.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from grader.exercise import Bernoulli, Case, Function, Made, Rng, Tolerance, case, draws, exercise, steps
from grader.question import choice, choices, number, right, wrong

# Four times 131,072 numbers: a learner who draws them one by one, into lists, needs seconds on a busy machine.
_SECONDS = 20


def _random(rng, shape):
    """Uniform draws on [0, 1) from the numpy generator, as a tensor."""
    return torch.from_numpy(rng.random(shape))


def _mask(keep, p):
    """The truth of `keep`, scaled as it should be; all zeros at p = 1."""
    return keep.double() / (1 - p) if p < 1 else torch.zeros(keep.shape, dtype=torch.float64)


def _torch_dropout(x, p, training, rng):
    """Torch's own dropout, its generator seeded from the numpy generator."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**63 - 1)))
        return torch.nn.functional.dropout(x, p, training)


def _case_rng(rng):
    return Rng(int(rng.integers(2**31)))


# ------------------------------------------------------------------------------------------- dropout_mask


@exercise(
    points=3,
    seconds=_SECONDS,
    hint=(
        "rng.random(shape) gives one number in [0, 1) per entry. Which of them lie below p, and how often?\n"
        "Then think about p = 1: nothing is kept, so nothing has to be divided.\n"
        "0 where u < p, else 1 / (1 − p); for p = 1 the answer is zeros, without the division."
    ),
)
def dropout_mask(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> Float[Tensor, "*shape"]:
    return _torch_dropout(torch.ones(shape, dtype=torch.float64), p, True, rng)


def _between(rng, low, high):
    """A probability with three digits, so that no table of usual ones will do."""
    return round(float(rng.uniform(low, high)), 3)


def _mask_draws(rng, p, shape):
    return draws(Bernoulli(1 - p, 1 / (1 - p)), seed=int(rng.integers(2**31)), shape=shape, p=p)


@dropout_mask.criterion("keeps and scales", points=2)
def _(rng):
    yield _mask_draws(rng, _between(rng, 0.2, 0.4), (256, 512))


@dropout_mask.criterion("p = 0, p = 1 and between", points=1)
def _(rng):
    rows, columns = (int(n) for n in rng.integers(2, 6, size=2))
    yield case(shape=(rows + columns,), p=0.0, rng=_case_rng(rng))
    yield case(shape=(rows, columns), p=0.0, rng=_case_rng(rng))
    yield case(shape=(columns, rows), p=1.0, rng=_case_rng(rng))
    yield case(shape=(2, rows, 1, columns), p=1.0, rng=_case_rng(rng))
    yield _mask_draws(rng, _between(rng, 0.7, 0.85), (40, 5, 8, 20))


@dropout_mask.mistake(
    "took p for the probability to keep",
    hint="another convention than this course's: some papers and old TensorFlow keep with probability p; here p is the "
    "probability to DROP",
)
def _(shape, p, rng):
    return (_random(rng, shape) < p).double() / p if p else torch.full(shape, torch.nan, dtype=torch.float64)


@dropout_mask.mistake(
    "not scaled",
    hint="the mask holds 0 and 1: its mean is 1 − p, so the next layer would see smaller numbers than later",
)
def _(shape, p, rng):
    return (_random(rng, shape) >= p).double()


@dropout_mask.mistake(
    "divided by the probability to drop",
    hint="the mean of the mask should be 1: divide by the share of entries that stay, not by the share that goes",
)
def _(shape, p, rng):
    return (_random(rng, shape) >= p).double() / p if p else torch.full(shape, torch.inf, dtype=torch.float64)


@dropout_mask.mistake(
    "multiplied by the probability to keep",
    hint="what survives has to grow, to make up for what is lost; here it shrinks",
)
def _(shape, p, rng):
    return (_random(rng, shape) >= p).double() * (1 - p)


@dropout_mask.mistake(
    "comparison the wrong way round",
    hint="the scale is right, but the entries that should be dropped are the ones kept",
)
def _(shape, p, rng):
    return _mask(_random(rng, shape) < p, p)


@dropout_mask.mistake(
    "normal instead of uniform numbers",
    hint="a standard normal exceeds p with another probability than 1 − p: use numbers uniform on [0, 1)",
)
def _(shape, p, rng):
    return _mask(torch.from_numpy(rng.standard_normal(shape)) >= p, p)


@dropout_mask.mistake(
    "one draw for a whole row", hint="entries of one row are dropped together; every entry needs a draw of its own"
)
def _(shape, p, rng):
    return _mask(_random(rng, (*shape[:-1], 1)) >= p, p).expand(shape).clone()


@dropout_mask.mistake(
    "not a number at p = 1", hint="at p = 1 the mask is 0 / 0: nothing is kept, the answer is all zeros"
)
def _(shape, p, rng):
    return (_random(rng, shape) >= p).double() / (1 - p)


@dropout_mask.mistake(
    "drew from NumPy's global generator",
    hint="np.random.rand does not know about `rng`, so the same seed gives another mask each time: call a "
    "method of the argument",
)
def _(shape, p, rng):
    return _mask(torch.rand(shape, dtype=torch.float64) >= p, p)


@dropout_mask.mistake(
    "made a generator of its own",
    hint="every call returns the same mask: a new default_rng(seed) inside the function starts over each time; use the "
    "argument `rng`",
)
def _(shape, p, rng):
    return _mask(_random(np.random.default_rng(0), shape) >= p, p)


# ------------------------------------------------------------------------------------------------ dropout


@exercise(
    points=4,
    seconds=_SECONDS,
    hint=(
        "Two ways through the function: one for training, which uses your dropout_mask, and one for everything "
        "else.\n"
        "Training: x times the mask of its shape, entry by entry. Otherwise a copy of x."
    ),
)
def dropout(x: Float[Tensor, "*shape"], p: float, training: bool, rng: np.random.Generator) -> Float[Tensor, "*shape"]:
    return _torch_dropout(x, p, training, rng)


@dropout.criterion("where chance plays no part", points=1)
def _(rng):
    yield case(x=rng.normal(size=(5, 8)), p=round(float(rng.uniform(0.2, 0.4)), 2), training=False, rng=_case_rng(rng))
    yield case(x=rng.normal(size=(2, 3, 4)), p=0.0, training=True, rng=_case_rng(rng))
    yield case(x=rng.normal(size=(9,)), p=1.0, training=True, rng=_case_rng(rng))
    yield case(x=rng.normal(size=(4, 6)), p=1.0, training=False, rng=_case_rng(rng))


@dropout.criterion("drops while training", points=1)
def _(rng):
    p, value = _between(rng, 0.2, 0.4), float(rng.integers(2, 8))
    law = Bernoulli(1 - p, value / (1 - p))
    yield draws(law, seed=int(rng.integers(2**31)), x=np.full((256, 512), value), p=p, training=True)


def _any_numbers(rng):
    """Every entry of x is 0 afterwards or x / (1 - p) in its own place, whatever x is."""
    p = _between(rng, 0.55, 0.75)
    x = np.round(rng.choice([-1.0, 1.0], size=(10, 10, 20)) * rng.uniform(0.5, 5, size=(10, 10, 20)), 1)
    law = Bernoulli(1 - p, 1 / (1 - p))
    yield draws(law, seed=int(rng.integers(2**31)), relative_to="x", x=x, p=p, training=True)


dropout.criterion("each number in its own place", points=1)(_any_numbers)
dropout.integer_input(points=0.5, cases=_any_numbers)
dropout.inputs_unchanged(points=0.5, cases=_any_numbers)


@dropout.mistake("drops at test time too", hint="with training=False nothing is random: x comes back as it was")
def _(x, p, training, rng):
    return x * _mask(_random(rng, x.shape) >= p, p)


@dropout.mistake(
    "drops at test time instead of in training", hint="look at the branches: training=True is the one that drops"
)
def _(x, p, training, rng):
    return x.clone() if training else x * _mask(_random(rng, x.shape) >= p, p)


@dropout.mistake("not scaled", hint="the entries that stay keep their size, so the mean falls to 1 − p of what it was")
def _(x, p, training, rng):
    return x * (_random(rng, x.shape) >= p) if training else x.clone()


@dropout.mistake(
    "scaled at test time",
    hint="another convention than this course's: the paper of 2014 shrinks x by 1 − p at test time; here the kept "
    "entries grow while training and test time does nothing",
)
def _(x, p, training, rng):
    return x * (_random(rng, x.shape) >= p) if training else x * (1 - p)


@dropout.mistake(
    "took p for the probability to keep",
    hint="another convention than this course's: some papers and old TensorFlow keep with probability p; here p is the "
    "probability to DROP",
)
def _(x, p, training, rng):
    if not training:
        return x.clone()
    return x * (_random(rng, x.shape) < p) / p if p else torch.full_like(x, torch.nan)


@dropout.mistake(
    "divided by the probability to drop",
    hint="the mean of the result should be the mean of x: divide by the share of entries that are kept",
)
def _(x, p, training, rng):
    if not training:
        return x.clone()
    return x * (_random(rng, x.shape) >= p) / p if p else torch.full_like(x, torch.inf)


@dropout.mistake(
    "normal instead of uniform numbers",
    hint="a standard normal exceeds p with another probability than 1 − p: use numbers uniform on [0, 1)",
)
def _(x, p, training, rng):
    return x * _mask(torch.from_numpy(rng.standard_normal(x.shape)) >= p, p) if training else x.clone()


@dropout.mistake(
    "one draw for a whole row", hint="entries of one row are dropped together; every entry needs a draw of its own"
)
def _(x, p, training, rng):
    return x * _mask(_random(rng, (*x.shape[:-1], 1)) >= p, p) if training else x.clone()


@dropout.mistake("not a number at p = 1", hint="at p = 1 the scale is 1 / 0: nothing is kept, the answer is all zeros")
def _(x, p, training, rng):
    return x * (_random(rng, x.shape) >= p) / (1 - p) if training else x.clone()


@dropout.mistake(
    "drew from NumPy's global generator",
    hint="np.random.rand does not know about `rng`, so the same seed drops other entries each time: hand `rng` on",
)
def _(x, p, training, rng):
    return x * _mask(torch.rand(x.shape, dtype=torch.float64) >= p, p) if training else x.clone()


@dropout.mistake(
    "made a generator of its own",
    hint="every call drops the same entries: a new default_rng(seed) inside the function starts over each time; hand "
    "`rng` on",
)
def _(x, p, training, rng):
    return x * _mask(_random(np.random.default_rng(0), x.shape) >= p, p) if training else x.clone()


@dropout.mistake(
    "changed its input", hint="`x *= mask` and `x[...] = 0` write into the caller's array; `x * mask` makes a new one"
)
def _(x, p, training, rng):
    return x.mul_(_mask(_random(rng, x.shape) >= p, p)) if training else x


# --------------------------------------------------------------------------------------- dropout_backward


@exercise(
    points=2,
    hint=(
        "Look at one entry of the forward pass: it was multiplied by one number.\n"
        "How much does the product change when this entry changes a little?"
    ),
)
def dropout_backward(upstream: Float[Tensor, "*shape"], mask: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    x = torch.zeros_like(upstream).requires_grad_()
    return torch.autograd.grad(x * mask, x, upstream)[0]


def _away_from_zero(rng, low, high, shape):
    """Numbers between low and high, or between -high and -low: large enough that they are missed when forgotten."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(low, high, size=shape)


def _some_mask(rng, p, shape):
    """A dropout mask that has both kinds of entries."""
    keep = rng.permutation(np.arange(np.prod(shape)) >= max(1, round(p * np.prod(shape)))).reshape(shape)
    return keep / (1 - p)


def _upstream_and_mask(rng, p, shape):
    return {"upstream": _away_from_zero(rng, 0.3, 2.0, shape), "mask": _some_mask(rng, p, shape)}


@dropout_backward.criterion("values", points=1)
def _(rng):
    yield case(**_upstream_and_mask(rng, _between(rng, 0.2, 0.4), (5, 4)))
    yield case(**_upstream_and_mask(rng, _between(rng, 0.55, 0.75), (2, 3, 4)))


@dropout_backward.criterion("nothing dropped, everything dropped", points=0.5)
def _(rng):
    upstream = _away_from_zero(rng, 0.3, 2.0, (3, 5))
    yield case(upstream=upstream, mask=np.ones((3, 5)))
    yield case(upstream=upstream, mask=np.zeros((3, 5)))


dropout_backward.inputs_unchanged(points=0.5)


@dropout_backward.mistake(
    "handed the gradient on unchanged",
    hint="a dropped entry had no say in the output, so nothing may come back to it; and a kept one had been enlarged",
)
def _(upstream, mask):
    return upstream.clone()


@dropout_backward.mistake(
    "mask without its scale",
    hint="dropped entries get 0, good; but a kept entry was multiplied by 1 / (1 − p) on its way forward, and the "
    "slope of that is not 1",
)
def _(upstream, mask):
    return upstream * (mask != 0)


@dropout_backward.mistake(
    "scaled a second time",
    hint="the mask holds 1 / (1 − p) already: one multiplication by it is the whole way back",
)
def _(upstream, mask):
    return upstream * mask * mask


@dropout_backward.mistake(
    "divided by the mask",
    hint="going back does not mean undoing: the slope of x · m by x is m, and by m you multiply",
)
def _(upstream, mask):
    return upstream / mask


@dropout_backward.mistake(
    "kept what was dropped",
    hint="the gradient reaches exactly the entries that went through: where the mask is 0, it stops",
)
def _(upstream, mask):
    return upstream * (mask == 0)


@dropout_backward.mistake(
    "changed its input",
    hint="`upstream *= mask` writes into the caller's array; `upstream * mask` makes a new one",
)
def _(upstream, mask):
    return upstream.mul_(mask)


# -------------------------------------------------------------------------------------- batchnorm_forward


# Subtracting a mean costs float32 a digit or two, and dividing by a small deviation makes that visible.
_NORMALIZED = Tolerance(atol=3e-5)


def _batch_norm(x, gamma, beta, eps):
    """Torch's batch normalization with the batch's own statistics; the plain kernel takes a batch of one as well."""
    return torch.batch_norm(x, gamma, beta, None, None, True, 0.0, eps, False)


@exercise(
    points=4,
    hint=(
        "One mean and one variance for each column, so which axis disappears?\n"
        "Compute the normalized values first, and put them aside: the cache will want them.\n"
        "x̂ = (x − μ) / √(σ² + eps), with μ and σ² over the N rows; out = gamma x̂ + beta."
    ),
)
def batchnorm_forward(
    x: Float[Tensor, "N D"], gamma: Float[Tensor, " D"], beta: Float[Tensor, " D"], eps: float
) -> tuple[Float[Tensor, "N D"], dict[str, Tensor]]:
    cache = {"x": x.clone(), "gamma": gamma.clone(), "beta": beta.clone(), "eps": eps}
    return _batch_norm(x, gamma, beta, eps), cache


def _scale_and_shift(rng, d):
    return {"gamma": _away_from_zero(rng, 0.6, 1.8, d), "beta": _away_from_zero(rng, 0.5, 2.0, d)}


def _columns(rng, n, d):
    """A batch whose columns have levels and spreads of their own; no column is nearly constant by chance."""
    x = rng.normal(size=(n, d))
    x = (x - x.mean(0)) / x.std(0) if n > 1 else x
    return x * rng.uniform(0.6, 1.6, size=d) + _away_from_zero(rng, 0.4, 1.2, d)


def _with_constant_column(rng):
    """Four rows; the entries of one column are all the same, and exact in float32."""
    x = _columns(rng, 4, 3)
    x[:, rng.integers(3)] = np.rint(64 * _away_from_zero(rng, 0.4, 1.2, ())) / 64
    return x


def _quiet_columns(rng, n, d):
    """A batch whose variances are of the size of 0.01, so that it matters where an eps of that size stands."""
    x = rng.normal(size=(n, d))
    return 0.1 * (x - x.mean(0)) / x.std(0) * rng.uniform(0.7, 1.3, size=d) + _away_from_zero(rng, 0.2, 0.6, d)


def _normalized(**inputs):
    """A case in which only `out` is judged: what lies in the cache is the student's own affair."""
    return Case((inputs,), item=0)


@batchnorm_forward.criterion("values", points=1.5, tolerance=_NORMALIZED)
def _(rng):
    for n, d in ((6, 4), (5, 2), (3, 5)):
        yield _normalized(x=_columns(rng, n, d), **_scale_and_shift(rng, d), eps=1e-5)


@batchnorm_forward.criterion("a constant column, a batch of one", points=1, tolerance=_NORMALIZED)
def _(rng):
    yield _normalized(x=_with_constant_column(rng), **_scale_and_shift(rng, 3), eps=1e-3)
    yield _normalized(x=_columns(rng, 1, 4), **_scale_and_shift(rng, 4), eps=1e-3)


@batchnorm_forward.criterion("eps where the variance is small", points=0.5, tolerance=_NORMALIZED)
def _(rng):
    yield _normalized(x=_quiet_columns(rng, 6, 3), **_scale_and_shift(rng, 3), eps=0.01)
    yield _normalized(x=_quiet_columns(rng, 5, 4), **_scale_and_shift(rng, 4), eps=0.005)


batchnorm_forward.integer_input(points=0.5, tolerance=_NORMALIZED)
batchnorm_forward.inputs_unchanged(points=0.5, tolerance=_NORMALIZED)


def _statistics(x):
    """Mean and biased variance of every column."""
    return x.mean(0), x.var(0, correction=0)


@batchnorm_forward.mistake(
    "statistics of each row",
    hint="another normalization than this one: along a row it is called layer normalization; here every column is "
    "compared with the other examples of the batch",
)
def _(x, gamma, beta, eps):
    return torch.nn.functional.layer_norm(x, x.shape[1:], eps=eps) * gamma + beta, {}


@batchnorm_forward.mistake(
    "one mean and variance for everything",
    hint="np.mean(x) without an axis mixes all features: each column has statistics of its own",
)
def _(x, gamma, beta, eps):
    return (x - x.mean()) / torch.sqrt(x.var(correction=0) + eps) * gamma + beta, {}


@batchnorm_forward.mistake(
    "variance divided by N − 1",
    hint="another convention than this course's: ddof=1 estimates the variance of a population; the batch is "
    "normalized with the plain mean of its squared distances",
)
def _(x, gamma, beta, eps):
    mean, var = _statistics(x)
    return (x - mean) / torch.sqrt(var * len(x) / (len(x) - 1) + eps) * gamma + beta, {}


@batchnorm_forward.mistake(
    "divided by the variance",
    hint="your columns do not have spread 1: it is the standard deviation that has the unit of x",
)
def _(x, gamma, beta, eps):
    mean, var = _statistics(x)
    return (x - mean) / (var + eps) * gamma + beta, {}


@batchnorm_forward.mistake(
    "eps forgotten",
    hint="right for ordinary columns; in a constant column the variance is 0 and 0 / 0 is NaN",
)
def _(x, gamma, beta, eps):
    mean, var = _statistics(x)
    return (x - mean) / torch.sqrt(var) * gamma + beta, {}


@batchnorm_forward.mistake(
    "eps outside the square root",
    hint="another convention than this course's: eps is added to the variance, before the root is taken",
)
def _(x, gamma, beta, eps):
    mean, var = _statistics(x)
    return (x - mean) / (torch.sqrt(var) + eps) * gamma + beta, {}


@batchnorm_forward.mistake(
    "parentheses missing around x − mean",
    hint="`x - mean / std` divides only the mean: subtract first",
)
def _(x, gamma, beta, eps):
    mean, var = _statistics(x)
    return (x - mean / torch.sqrt(var + eps)) * gamma + beta, {}


@batchnorm_forward.mistake(
    "not scaled and shifted", hint="mean 0 and spread 1 is only half of the layer: gamma and beta come after it"
)
def _(x, gamma, beta, eps):
    return _batch_norm(x, torch.ones_like(gamma), torch.zeros_like(beta), eps), {}


@batchnorm_forward.mistake(
    "gamma and beta exchanged", hint="gamma is the factor, beta is what is added: check the order of the arguments"
)
def _(x, gamma, beta, eps):
    return _batch_norm(x, beta, gamma, eps), {}


@batchnorm_forward.mistake(
    "shifted before it was scaled", hint="beta is added at the very end; here gamma multiplies beta as well"
)
def _(x, gamma, beta, eps):
    return _batch_norm(x, gamma, gamma * beta, eps), {}


@batchnorm_forward.mistake(
    "changed its input", hint="`x -= mean` writes into the caller's array; `centred = x - mean` makes a new one"
)
def _(x, gamma, beta, eps):
    mean, var = _statistics(x)
    return x.sub_(mean).div_(torch.sqrt(var + eps)) * gamma + beta, {}


# -------------------------------------------------------------------------------------- batchnorm_running


@exercise(
    points=2,
    hint=(
        "Try the ends: with momentum 0 nothing may change, with momentum 1 the new mean replaces the old one.\n"
        "The two shares add up to 1."
    ),
)
def batchnorm_running(
    mean: Float[Tensor, " D"], running_mean: Float[Tensor, " D"], momentum: float
) -> Float[Tensor, " D"]:
    # Torch updates the buffer it is given from a batch; this batch has the mean `mean`.
    running = running_mean.clone()
    torch.nn.functional.batch_norm(
        torch.stack([mean, mean]), running, torch.ones_like(mean), training=True, momentum=momentum
    )
    return running


def _means(rng, d):
    """A batch's mean and a running mean that is far from it."""
    signs = rng.choice([-1.0, 1.0], size=d)
    return {"mean": signs * rng.uniform(1.5, 3.0, size=d), "running_mean": signs * rng.uniform(0.4, 1.0, size=d)}


@batchnorm_running.criterion("values", points=0.5)
def _(rng):
    for d in (4, 3, 1):
        yield case(**_means(rng, d), momentum=round(float(rng.uniform(0.05, 0.35)), 2))


@batchnorm_running.criterion("five batches in a row", points=0.5)
def _(rng):
    d, momentum = 3, round(float(rng.uniform(0.05, 0.35)), 2)
    batches = [{"mean": _away_from_zero(rng, 0.5, 2.0, d)} for _ in range(5)]
    yield steps(batches, carry={"running_mean": None}, running_mean=np.zeros(d), momentum=momentum)


batchnorm_running.integer_input(points=0.5)
batchnorm_running.inputs_unchanged(points=0.5)


@batchnorm_running.mistake(
    "momentum the other way round",
    hint="another convention than this course's: in TensorFlow momentum is the share of the old value; here, as in "
    "PyTorch, it is the share of the new one",
)
def _(mean, running_mean, momentum):
    return momentum * running_mean + (1 - momentum) * mean


@batchnorm_running.mistake(
    "old value kept in full", hint="the two shares must add up to 1: this mean grows with every batch"
)
def _(mean, running_mean, momentum):
    return running_mean + momentum * mean


@batchnorm_running.mistake(
    "new value taken in full", hint="the new mean needs a weight as well: the two shares must add up to 1"
)
def _(mean, running_mean, momentum):
    return (1 - momentum) * running_mean + mean


@batchnorm_running.mistake(
    "plain average of the two", hint="half and half is what momentum 0.5 would give; use the momentum of the argument"
)
def _(mean, running_mean, momentum):
    return (running_mean + mean) / 2


@batchnorm_running.mistake(
    "returned the batch's mean", hint="one batch alone is too noisy; where has the running mean gone?"
)
def _(mean, running_mean, momentum):
    return mean.clone()


@batchnorm_running.mistake(
    "stepped away from the new mean", hint="the running mean should come nearer to the batch's mean: mind the sign"
)
def _(mean, running_mean, momentum):
    return running_mean - momentum * (mean - running_mean)


@batchnorm_running.mistake(
    "changed its input",
    hint="`running_mean *= ...` writes into the caller's array; return a new one, the caller will store it",
)
def _(mean, running_mean, momentum):
    return running_mean.mul_(1 - momentum).add_(momentum * mean)


# ------------------------------------------------------------------------------------ batchnorm_inference


@exercise(
    points=3,
    hint=(
        "Your formula of the training pass, with two of its quantities handed in instead of computed.\n"
        "No x.mean(), no x.var().\n"
        "(x − running_mean) / √(running_var + eps), then times gamma, plus beta."
    ),
)
def batchnorm_inference(
    x: Float[Tensor, "N D"],
    gamma: Float[Tensor, " D"],
    beta: Float[Tensor, " D"],
    running_mean: Float[Tensor, " D"],
    running_var: Float[Tensor, " D"],
    eps: float,
) -> Float[Tensor, "N D"]:
    return torch.nn.functional.batch_norm(x, running_mean, running_var, gamma, beta, training=False, eps=eps)


def _running(rng, d, low=0.5, high=2.5):
    return {"running_mean": _away_from_zero(rng, 0.5, 1.5, d), "running_var": rng.uniform(low, high, size=d)}


@batchnorm_inference.criterion("values", points=1, tolerance=_NORMALIZED)
def _(rng):
    yield case(x=_columns(rng, 5, 3), **_scale_and_shift(rng, 3), **_running(rng, 3), eps=1e-5)
    yield case(x=_columns(rng, 4, 6), **_scale_and_shift(rng, 6), **_running(rng, 6), eps=1e-5)


@batchnorm_inference.criterion("one example", points=0.5, tolerance=_NORMALIZED)
def _(rng):
    yield case(x=_columns(rng, 1, 4), **_scale_and_shift(rng, 4), **_running(rng, 4), eps=1e-5)


@batchnorm_inference.criterion("eps where the variance is small", points=0.5, tolerance=_NORMALIZED)
def _(rng):
    yield case(x=_columns(rng, 5, 3), **_scale_and_shift(rng, 3), **_running(rng, 3, 0.01, 0.03), eps=0.02)


batchnorm_inference.integer_input(points=0.5, tolerance=_NORMALIZED)
batchnorm_inference.inputs_unchanged(points=0.5, tolerance=_NORMALIZED)


def _infer(x, gamma, beta, mean, divisor):
    return (x - mean) / divisor * gamma + beta


@batchnorm_inference.mistake(
    "used the batch's own statistics",
    hint="then an answer depends on who else is in the batch, and a single example always becomes beta: take the "
    "running ones",
)
def _(x, gamma, beta, running_mean, running_var, eps):
    return _batch_norm(x, gamma, beta, eps)


@batchnorm_inference.mistake(
    "divided by the variance", hint="running_var is a variance: it is the standard deviation that has the unit of x"
)
def _(x, gamma, beta, running_mean, running_var, eps):
    return _infer(x, gamma, beta, running_mean, running_var + eps)


@batchnorm_inference.mistake(
    "eps forgotten", hint="right for ordinary variances; where they are small, eps is a part of the formula too"
)
def _(x, gamma, beta, running_mean, running_var, eps):
    return _infer(x, gamma, beta, running_mean, torch.sqrt(running_var))


@batchnorm_inference.mistake(
    "eps outside the square root",
    hint="another convention than this course's: eps is added to the variance, before the root is taken",
)
def _(x, gamma, beta, running_mean, running_var, eps):
    return _infer(x, gamma, beta, running_mean, torch.sqrt(running_var) + eps)


@batchnorm_inference.mistake(
    "not scaled and shifted", hint="gamma and beta were learned together with the layer: they are used at test time too"
)
def _(x, gamma, beta, running_mean, running_var, eps):
    return (x - running_mean) / torch.sqrt(running_var + eps)


@batchnorm_inference.mistake("mean not subtracted", hint="the running mean has to go before anything is divided")
def _(x, gamma, beta, running_mean, running_var, eps):
    return _infer(x, gamma, beta, 0.0, torch.sqrt(running_var + eps))


@batchnorm_inference.mistake(
    "parentheses missing around x − mean", hint="`x - mean / std` divides only the mean: subtract first"
)
def _(x, gamma, beta, running_mean, running_var, eps):
    return (x - running_mean / torch.sqrt(running_var + eps)) * gamma + beta


@batchnorm_inference.mistake(
    "gamma and beta exchanged", hint="gamma is the factor, beta is what is added: check the order of the arguments"
)
def _(x, gamma, beta, running_mean, running_var, eps):
    return _infer(x, beta, gamma, running_mean, torch.sqrt(running_var + eps))


@batchnorm_inference.mistake(
    "changed its input", hint="`x -= running_mean` writes into the caller's array; `x - running_mean` makes a new one"
)
def _(x, gamma, beta, running_mean, running_var, eps):
    return x.sub_(running_mean).div_(torch.sqrt(running_var + eps)) * gamma + beta


# ------------------------------------------------------------------------------------- batchnorm_backward


@exercise(
    points=5,
    hint=(
        "Go back through your forward pass one line at a time.\n"
        "x is used in three places: in the difference, in the mean and in the variance; what comes back through "
        "each of them is added up.\n"
        "With g = upstream · gamma and means over the rows: dx = (g − mean(g) − x̂ · mean(g x̂)) / √(σ² + eps); "
        "dgamma = Σ upstream · x̂, dbeta = Σ upstream."
    ),
)
def batchnorm_backward(
    upstream: Float[Tensor, "N D"], cache: dict[str, Tensor]
) -> tuple[Float[Tensor, "N D"], Float[Tensor, " D"], Float[Tensor, " D"]]:
    x, gamma, beta = (cache[name].detach().clone().requires_grad_() for name in ("x", "gamma", "beta"))
    out = _batch_norm(x, gamma, beta, cache["eps"])
    return torch.autograd.grad(out, (x, gamma, beta), upstream.to(out.dtype))


def _after_forward(rng, x, eps):
    """A case: what comes back to the layer, and the cache of the student's own forward pass."""
    inputs = {"x": x, **_scale_and_shift(rng, x.shape[1]), "eps": eps}
    upstream = _away_from_zero(rng, 0.3, 2.0, x.shape)
    return case(upstream=upstream, cache=Made("batchnorm_forward", inputs, item=1))


@batchnorm_backward.criterion("values", points=2.5, tolerance=_NORMALIZED)
def _(rng):
    for n, d in ((6, 4), (5, 2), (4, 5)):
        yield _after_forward(rng, _columns(rng, n, d), 1e-5)


@batchnorm_backward.criterion("a constant column, a batch of one", points=1, tolerance=_NORMALIZED)
def _(rng):
    yield _after_forward(rng, _with_constant_column(rng), 1e-3)
    yield _after_forward(rng, _columns(rng, 1, 4), 1e-3)


@batchnorm_backward.criterion("eps where the variance is small", points=0.5, tolerance=_NORMALIZED)
def _(rng):
    yield _after_forward(rng, _quiet_columns(rng, 6, 3), 0.01)


batchnorm_backward.integer_input(points=0.5, only=("upstream",), tolerance=_NORMALIZED)
batchnorm_backward.inputs_unchanged(points=0.5, tolerance=_NORMALIZED)


def _parts(upstream, cache):
    """Normalized values, standard deviation, and the gradient by the normalized values."""
    x, gamma, eps = cache["x"], cache["gamma"], cache["eps"]
    mean, var = _statistics(x)
    std = torch.sqrt(var + eps)
    return (x - mean) / std, std, upstream * gamma


def _gradients(upstream, cache, through_mean=1.0, through_variance=1.0):
    """The backward pass by hand, with the two paths through the statistics left open. Only mistakes use it."""
    hat, std, d_hat = _parts(upstream, cache)
    dx = (d_hat - through_mean * d_hat.mean(0) - through_variance * hat * (d_hat * hat).mean(0)) / std
    return dx, (upstream * hat).sum(0), upstream.sum(0)


@batchnorm_backward.mistake(
    "mean and variance treated as constants",
    hint="dgamma and dbeta are right; but the mean and the variance were computed from x too, so x has a say in the "
    "output on three paths, not one",
)
def _(upstream, cache):
    return _gradients(upstream, cache, through_mean=0.0, through_variance=0.0)


@batchnorm_backward.mistake(
    "path through the variance missing",
    hint="stretching a column around its mean leaves the output as it was, but your dx does not know it: x is in the "
    "variance as well",
)
def _(upstream, cache):
    return _gradients(upstream, cache, through_variance=0.0)


@batchnorm_backward.mistake(
    "path through the mean missing",
    hint="every column of dx must add up to 0, because raising a whole column changes nothing: x is in the mean too",
)
def _(upstream, cache):
    return _gradients(upstream, cache, through_mean=0.0)


@batchnorm_backward.mistake(
    "sums where means belong",
    hint="dx is too large on two of its paths: each example has a share of 1 / N in the mean and in the variance",
)
def _(upstream, cache):
    n = len(upstream)
    return _gradients(upstream, cache, through_mean=n, through_variance=n)


@batchnorm_backward.mistake(
    "dx not divided by N",
    hint="N · d − sum − x̂ · sum is N times the answer: one division is missing at the end",
)
def _(upstream, cache):
    dx, dgamma, dbeta = _gradients(upstream, cache)
    return len(upstream) * dx, dgamma, dbeta


@batchnorm_backward.mistake(
    "gamma forgotten in dx", hint="dgamma and dbeta are right; on its way to the normalized values it passes gamma"
)
def _(upstream, cache):
    plain = {**cache, "gamma": torch.ones_like(cache["gamma"])}
    return _gradients(upstream, plain)


@batchnorm_backward.mistake(
    "not divided by the standard deviation",
    hint="the forward pass divided by √(var + eps); the same factor belongs to dx",
)
def _(upstream, cache):
    _, std, _ = _parts(upstream, cache)
    dx, dgamma, dbeta = _gradients(upstream, cache)
    return dx * std, dgamma, dbeta


@batchnorm_backward.mistake(
    "dgamma from x instead of the normalized x",
    hint="gamma multiplies the normalized values, so these are its slope: keep them in the cache",
)
def _(upstream, cache):
    dx, _, dbeta = _gradients(upstream, cache)
    return dx, (upstream * cache["x"]).sum(0), dbeta


@batchnorm_backward.mistake(
    "dgamma and dbeta averaged over the batch",
    hint="dx is right; the 1 / N of the loss is in upstream already, so over the examples you add up",
)
def _(upstream, cache):
    dx, dgamma, dbeta = _gradients(upstream, cache)
    return dx, dgamma / len(upstream), dbeta / len(upstream)


@batchnorm_backward.mistake(
    "dgamma and dbeta not summed over the batch",
    hint="gamma and beta serve every row, so every row contributes: their gradients have their own shape, (D,)",
)
def _(upstream, cache):
    hat, _, _ = _parts(upstream, cache)
    return _gradients(upstream, cache)[0], upstream * hat, upstream.clone()


@batchnorm_backward.mistake(
    "dgamma and dbeta exchanged", hint="all three are right, but the order is (dx, dgamma, dbeta)"
)
def _(upstream, cache):
    dx, dgamma, dbeta = _gradients(upstream, cache)
    return dx, dbeta, dgamma


@batchnorm_backward.mistake(
    "changed its input", hint="`upstream *= gamma` writes into the caller's array; `upstream * gamma` makes a new one"
)
def _(upstream, cache):
    found = _gradients(upstream, cache)
    upstream.mul_(cache["gamma"])
    return found


# ----------------------------------------------------------------------------------------- residual_block


@exercise(
    points=2,
    hint="Two roads lead from x to the output: one through f, one past it.\nWhere they meet, they are added.",
)
def residual_block(x: Float[Tensor, "*shape"], f) -> Float[Tensor, "*shape"]:
    return torch.add(x, f(x))


def _layers(rng, count, names=("square", "sigmoid", "double")):
    return [Function(str(name)) for name in rng.permutation(names)[:count]]


@residual_block.criterion("values", points=0.5)
def _(rng):
    for f in _layers(rng, 3):
        yield case(x=_away_from_zero(rng, 0.3, 2.0, (4, 3)), f=f)


@residual_block.criterion("any shape", points=0.5)
def _(rng):
    yield case(x=_away_from_zero(rng, 0.3, 2.0, (5,)), f=Function("square"))
    yield case(x=_away_from_zero(rng, 0.3, 2.0, (2, 3, 4, 2)), f=Function("sigmoid"))


residual_block.integer_input(points=0.5)
residual_block.inputs_unchanged(points=0.5)


@residual_block.mistake("left out the way past f", hint="this is a plain layer, f(x): x itself has to reach the output")
def _(x, f):
    return f(x)


@residual_block.mistake("applied f to the sum", hint="f sees x only; the sum is formed behind it, not in front of it")
def _(x, f):
    return f(x + f(x))


@residual_block.mistake(
    "multiplied the two ways", hint="where the ways meet they are added, so that the gradient passes undisturbed"
)
def _(x, f):
    return x * f(x)


@residual_block.mistake(
    "subtracted instead of added", hint="f learns the difference, right; but here it is added to x to give the output"
)
def _(x, f):
    return f(x) - x


@residual_block.mistake(
    "put the two ways side by side",
    hint="another design than this one: concatenating (as in DenseNet) makes the array wider; a residual block adds, "
    "and the shape stays",
)
def _(x, f):
    return torch.cat([x, f(x) * torch.ones_like(x)], dim=-1)


@residual_block.mistake(
    "ReLU after the sum",
    hint="another design than this one: the first ResNet puts a ReLU behind the sum; here the sum itself is the output",
)
def _(x, f):
    return torch.relu(x + f(x))


@residual_block.mistake(
    "changed its input", hint="`x += f(x)` writes into the caller's array; `x + f(x)` makes a new one"
)
def _(x, f):
    return x.add_(f(x))


# ---------------------------------------------------------------------------------------- split_and_merge


@exercise(
    points=2,
    hint="Both branches get the same x.\nNeither of them sees what the other one made of it.",
)
def split_and_merge(x: Float[Tensor, "*shape"], f, g) -> Float[Tensor, "*shape"]:
    return torch.add(f(x), g(x))


def _branches(rng):
    f, g = _layers(rng, 2)
    return {"f": f, "g": g}


@split_and_merge.criterion("values", points=0.5)
def _(rng):
    for f, g in (("square", "sigmoid"), ("double", "square"), ("sigmoid", "double")):
        yield case(x=_away_from_zero(rng, 0.3, 2.0, (4, 3)), f=Function(f), g=Function(g))


@split_and_merge.criterion("any shape", points=0.5)
def _(rng):
    yield case(x=_away_from_zero(rng, 0.3, 2.0, (5,)), **_branches(rng))
    yield case(x=_away_from_zero(rng, 0.3, 2.0, (2, 3, 4, 2)), **_branches(rng))


split_and_merge.integer_input(points=0.5)
split_and_merge.inputs_unchanged(points=0.5)


@split_and_merge.mistake(
    "one after the other",
    hint="g(f(x)) is a chain: the second branch should get x itself, not the first branch's result",
)
def _(x, f, g):
    return g(f(x))


@split_and_merge.mistake("one branch only", hint="the result of the second branch never reaches the output")
def _(x, f, g):
    return f(x)


@split_and_merge.mistake("multiplied the branches", hint="where the branches meet, they are added")
def _(x, f, g):
    return f(x) * g(x)


@split_and_merge.mistake(
    "averaged the branches",
    hint="another convention than this course's: the mean is half of what is asked for; here the branches are added",
)
def _(x, f, g):
    return (f(x) + g(x)) / 2


@split_and_merge.mistake(
    "put the branches side by side",
    hint="another convention than this course's: some networks (Inception) concatenate; here the branches are added "
    "and the shape stays",
)
def _(x, f, g):
    return torch.cat([f(x), g(x)], dim=-1)


@split_and_merge.mistake(
    "added x as well", hint="that would be a third branch, the way past both of them; here there are only two"
)
def _(x, f, g):
    return x + f(x) + g(x)


@split_and_merge.mistake(
    "changed its input",
    hint="`x[...] = f(x)` writes into the caller's array, and the second branch gets the wrong x: give the result a "
    "name of its own",
)
def _(x, f, g):
    first = f(x)
    second = g(x.copy_(first))
    return first + second


# ----------------------------------------------------------------------------------------------- rnn_step


@exercise(
    points=3,
    hint=(
        "Two products and a bias, all of shape (N, H), added up; one function around the sum.\n"
        "Let the shapes tell you on which side the matrices stand.\n"
        "tanh(x W_x + h W_h + b): (N, D) times (D, H), and (N, H) times (H, H)."
    ),
)
def rnn_step(
    x: Float[Tensor, "N D"],
    h: Float[Tensor, "N H"],
    W_x: Float[Tensor, "D H"],
    W_h: Float[Tensor, "H H"],
    b: Float[Tensor, " H"],
) -> Float[Tensor, "N H"]:
    return torch.rnn_tanh_cell(x, h, W_x.T, W_h.T, b)


def _cell(rng, n, d, size):
    """A state and the weights of a cell whose sums stay where tanh is not flat."""
    return {
        "h": _away_from_zero(rng, 0.2, 0.8, (n, size)),
        "W_x": _away_from_zero(rng, 0.3, 0.8, (d, size)) / np.sqrt(d),
        "W_h": _away_from_zero(rng, 0.3, 0.8, (size, size)) / np.sqrt(size),
        "b": _away_from_zero(rng, 0.2, 0.5, size),
    }


@rnn_step.criterion("values", points=1)
def _(rng):
    for n, d, size in ((5, 3, 4), (4, 2, 3), (1, 4, 2)):
        yield case(x=_away_from_zero(rng, 0.3, 1.2, (n, d)), **_cell(rng, n, d, size))


@rnn_step.criterion("five steps in a row", points=1)
def _(rng):
    cell = _cell(rng, 3, 2, 4)
    words = [{"x": _away_from_zero(rng, 0.3, 1.2, (3, 2))} for _ in range(5)]
    yield steps(words, carry={"h": None}, **cell)


rnn_step.integer_input(points=0.5, only=("x",))
rnn_step.inputs_unchanged(points=0.5)


@rnn_step.mistake(
    "tanh forgotten", hint="the sum is right; without the tanh around it the state can grow without bound"
)
def _(x, h, W_x, W_h, b):
    return x @ W_x + h @ W_h + b


@rnn_step.mistake("sigmoid instead of tanh", hint="a state between 0 and 1 means a sigmoid; this one runs from −1 to 1")
def _(x, h, W_x, W_h, b):
    return torch.sigmoid(x @ W_x + h @ W_h + b)


@rnn_step.mistake(
    "state left out", hint="without h the network forgets everything at once: it would be an ordinary layer"
)
def _(x, h, W_x, W_h, b):
    return torch.tanh(x @ W_x + b)


@rnn_step.mistake("state added without its weights", hint="h passes a matrix of its own before it is added")
def _(x, h, W_x, W_h, b):
    return torch.tanh(x @ W_x + h + b)


@rnn_step.mistake(
    "W_h transposed",
    hint="another convention than this course's: PyTorch stores its matrices as (outputs, inputs); here batches are "
    "rows, h @ W_h",
)
def _(x, h, W_x, W_h, b):
    return torch.rnn_tanh_cell(x, h, W_x.T, W_h, b)


@rnn_step.mistake("bias forgotten", hint="the two products are right; one term of the sum is missing")
def _(x, h, W_x, W_h, b):
    return torch.rnn_tanh_cell(x, h, W_x.T, W_h.T)


@rnn_step.mistake(
    "bias added twice",
    hint="another convention than this course's: PyTorch's cell has a bias beside each matrix; here there is one",
)
def _(x, h, W_x, W_h, b):
    return torch.rnn_tanh_cell(x, h, W_x.T, W_h.T, b, b)


@rnn_step.mistake(
    "tanh of each part", hint="first add everything up, then apply tanh once: a sum of two can leave −1 to 1"
)
def _(x, h, W_x, W_h, b):
    return torch.tanh(x @ W_x + b) + torch.tanh(h @ W_h)


@rnn_step.mistake(
    "changed its input",
    hint="`h[...] = ` writes the new state into the caller's array; return a new one, the old is needed later",
)
def _(x, h, W_x, W_h, b):
    return h.copy_(torch.rnn_tanh_cell(x, h, W_x.T, W_h.T, b))


# -------------------------------------------------------------------------------------------------- quiz


def _two_digits(rng, low, high):
    return round(float(rng.uniform(low, high)), 2)


drop_probability = number(
    "An old TensorFlow program says keep_prob = {keep}. Which p has the same layer in PyTorch, and in this course?",
    plain={"keep": 0.7},
    given=lambda rng: {"keep": _two_digits(rng, 0.55, 0.95)},
    answer=lambda keep: 1 - keep,
    explanation="keep_prob is the probability to keep, p the probability to drop, so p = 1 − {keep} = {answer:.4g}. "
    "Read the documentation before you copy the number from another program.",
)

kept_value = number(
    "While training, a unit with the value {value} passes inverted dropout with p = {p} and is kept. Which value does "
    "the next layer receive?",
    plain={"value": 6, "p": 0.25},
    given=lambda rng: {"value": int(rng.integers(3, 40)), "p": _two_digits(rng, 0.1, 0.6)},
    answer=lambda value, p: value / (1 - p),
    explanation="What stays is divided by the probability to stay: {value} / (1 − {p}) = {answer:.4g}. In the mean "
    "over all masks this is {value} again.",
)

dropout_at_test_time = choice(
    "An old program trained with dropout, p = 0.5, but did not divide what was kept. Its weights are now used with "
    "inverted dropout, which does nothing at test time. What does the layer behind it receive then?",
    wrong(
        "On average half as much as in training, as the factor 2 is missing now.",
        "The factor 2 was missing in training, not now. At test time all units are there, so more arrives than before.",
    ),
    right(
        "On average twice as much as in training, as nothing is dropped any more.",
        "In training half of the units were missing and the others were not enlarged, so the mean was half of x. Now "
        "all of x arrives. Such weights have to be multiplied by 1 − p = 0.5; the paper of 2014 did this at test time.",
    ),
    wrong(
        "On average as much as in training, because the mean of the mask is 1.",
        "That is so for inverted dropout, where the mask is 0 or 2. The old mask was 0 or 1, and its mean is 0.5.",
    ),
    wrong(
        "Exactly as much as in training, because dropout changes no weights.",
        "The weights are the same, but they were learned for inputs of which half was missing. What arrives has "
        "doubled.",
    ),
)

two_examples = number(
    "A batch of two examples has the values {low} and {high} in one column. With gamma = {gamma}, beta = {beta} and "
    "eps = 0, what does batch normalization make of the {high}?",
    plain={"low": 3, "high": 11, "gamma": 2.0, "beta": 0.5},
    given=lambda rng: {
        "low": int(rng.integers(-9, 5)),
        "high": int(rng.integers(6, 30)),
        "gamma": round(float(rng.uniform(0.5, 3.0)), 1),
        "beta": round(float(rng.uniform(0.1, 4.0)), 1),
    },
    answer=lambda low, high, gamma, beta: gamma + beta,
    explanation="The mean lies in the middle, and both values are one standard deviation away from it. So {high} "
    "becomes 1, then {gamma} · 1 + {beta} = {answer:.4g}, whatever the two values were: from two examples only their "
    "order is left. This is one reason why very small batches and batch normalization do not go together.",
)

after_batches = number(
    "A running mean starts at 0 with momentum {momentum} (PyTorch's convention). {count} batches follow, and each has "
    "the mean {mean}. Where is the running mean then?",
    plain={"momentum": 0.1, "count": 5, "mean": 10},
    given=lambda rng: {
        "momentum": round(float(rng.uniform(0.05, 0.4)), 2),
        "count": int(rng.integers(3, 9)),
        "mean": int(rng.integers(2, 30)),
    },
    answer=lambda momentum, count, mean: mean * (1 - (1 - momentum) ** count),
    explanation="Each batch leaves the share 1 − {momentum} of the distance, so after {count} batches the running mean "
    "is {mean} · (1 − (1 − {momentum})^{count}) = {answer:.4g}: still on its way.",
)

train_and_eval = choices(
    "What does the switch from model.train() to model.eval() change in PyTorch?",
    right(
        "Batch normalization uses its running statistics, not the batch's.",
        "So the answer for one example does not depend on the others in its batch.",
    ),
    right(
        "Dropout layers let everything pass as it is.",
        "This is training=False of your dropout function.",
    ),
    wrong(
        "No gradients are computed any more, which saves memory.",
        "That is the business of torch.no_grad(). In eval mode gradients are computed as before.",
    ),
    wrong(
        "The weights can no longer be changed by an optimizer.",
        "eval() freezes nothing; an optimizer would go on changing them.",
    ),
    right(
        "Batch normalization stops updating its running statistics.",
        "Otherwise the test examples would leak into the model.",
    ),
    wrong(
        "A linear layer computes its output in another, faster way.",
        "x @ W + b is the same in both modes; only layers that behave differently while training are concerned.",
    ),
)

covariate_shift = choice(
    'The authors of batch normalization wanted to reduce "internal covariate shift". What did they mean by it?',
    wrong(
        "The test data come from another distribution than the data of the training set.",
        "That is covariate shift without the word internal: it happens at the network's input, not inside it.",
    ),
    wrong(
        "The gradients become smaller and smaller on their way back through the layers.",
        "These are vanishing gradients. Normalization helps against them too, but the term means something else.",
    ),
    wrong(
        "The weights of neighbouring units become more and more alike while they learn.",
        "This is what dropout works against when units rely on each other; it has no shift in it.",
    ),
    right(
        "While earlier layers learn, a later layer's inputs change their distribution.",
        "Each layer has to learn on moving ground. Later work (Santurkar et al., 2018) doubts that this is why the "
        "method helps; it found that the loss surface becomes smoother.",
    ),
)

residual_slope = number(
    "The way back leads through {blocks} residual blocks, x + f(x), and in each of them f has the slope {slope}. By "
    "which factor is the gradient multiplied in all?",
    plain={"blocks": 10, "slope": 0.1},
    given=lambda rng: {"blocks": int(rng.integers(4, 16)), "slope": round(float(rng.uniform(0.03, 0.3)), 2)},
    answer=lambda blocks, slope: (1 + slope) ** blocks,
    explanation="Each block has the slope 1 + {slope}, so the factor is (1 + {slope})^{blocks} = {answer:.4g}. Without "
    "the ways past f it would be {slope}^{blocks}, almost nothing: this is why very deep networks became trainable.",
)

"""10_optimizers: from a gradient to a step, five rules that follow each other in history.

Every rule is torch.optim's. A reference state is the optimizer's own state_dict, copied, so that no call changes what
another one was given; a student's state may be anything.
"""

import copy

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from grader.exercise import Tolerance, exercise, steps
from grader.question import choice, choices, number, right, wrong

# Five steps may end near 0, where float32 keeps fewer digits of what is left.
_STEPS = Tolerance(atol=1e-5)


def _torch_step(make, w, g, state):
    """One step of the torch optimizer that `make([parameter])` gives, from weights w with gradient g."""
    parameter = torch.nn.Parameter(w.detach().clone())
    optimizer = make([parameter])
    if state is not None:
        optimizer.load_state_dict(copy.deepcopy(state))
    parameter.grad = g.detach().clone().to(w.dtype)
    optimizer.step()
    return parameter.detach().clone(), copy.deepcopy(optimizer.state_dict())


def _away_from_zero(rng, low, high, shape):
    """Numbers between low and high, or between -high and -low: large enough that they are missed when forgotten."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(low, high, size=shape)


def _two_digits(rng, low, high):
    return round(float(rng.uniform(low, high)), 2)


def _gradients(rng, shape, scale=1.0):
    """Five gradients; in some entries the signs agree, in others they change."""
    return [{"g": scale * _away_from_zero(rng, 0.4, 2.5, shape)} for _ in range(5)]


def _with_zero(rng, shape):
    """Five gradients with an entry that is 0 in all of them, and another that is 0 in the third only."""
    found = _gradients(rng, shape)
    zero, sometimes = rng.permutation(shape[0])[:2]
    for made in found:
        made["g"][zero] = 0.0
    found[2]["g"][sometimes] = 0.0
    return found


def _sizes(shape):
    """Factors from a twentieth to twenty, one for each entry."""
    return np.geomspace(0.05, 20.0, int(np.prod(shape))).reshape(shape)


# ---------------------------------------------------------------------------------------------------- sgd


@exercise(
    points=2,
    hint="The gradient points uphill, and you want to go down.\nHow far, says the learning rate.",
)
def sgd(w: Float[Tensor, "*shape"], g: Float[Tensor, "*shape"], lr: float) -> Float[Tensor, "*shape"]:
    return _torch_step(lambda parameters: torch.optim.SGD(parameters, lr=lr), w, g, None)[0]


@sgd.criterion("five steps", points=1, tolerance=_STEPS)
def _(rng):
    for shape in ((4,), (2, 3)):
        w = _away_from_zero(rng, 0.5, 2.0, shape)
        yield steps(_gradients(rng, shape), carry={"w": None}, w=w, lr=_two_digits(rng, 0.05, 0.3))


sgd.integer_input(points=0.5, only=("w", "g"), tolerance=_STEPS)
sgd.inputs_unchanged(points=0.5, tolerance=_STEPS)


@sgd.mistake("stepped uphill", hint="the gradient points to where the loss grows: go the other way")
def _(w, g, lr):
    return w + lr * g


@sgd.mistake("learning rate forgotten", hint="the whole gradient is too long a step: lr says how much of it to go")
def _(w, g, lr):
    return w - g


@sgd.mistake("used the sign of the gradient only", hint="a steep slope asks for a longer step than a gentle one")
def _(w, g, lr):
    return w - lr * torch.sign(g)


@sgd.mistake(
    "divided by the gradient's length",
    hint="another rule than this one: steps of one and the same length never settle; here the step shrinks with the "
    "gradient",
)
def _(w, g, lr):
    return w - lr * g / torch.linalg.vector_norm(g)


@sgd.mistake("returned the step", hint="lr · g is how far to go; what is asked for is where you arrive")
def _(w, g, lr):
    return lr * g


@sgd.mistake("changed its input", hint="`w -= lr * g` writes into the caller's array; `w - lr * g` makes a new one")
def _(w, g, lr):
    return w.sub_(lr * g)


# ----------------------------------------------------------------------------------------------- momentum


@exercise(
    points=3,
    hint=(
        "Two lines after the first step: first the velocity, from the old one and the new gradient, then the "
        "weights, from the new velocity.\n"
        "What should a missing state count as?\n"
        "v ← beta · v + g, where a missing v counts as 0; then w − lr · v."
    ),
)
def momentum(w: Float[Tensor, "*shape"], g: Float[Tensor, "*shape"], state, lr: float, beta: float):
    return _torch_step(lambda parameters: torch.optim.SGD(parameters, lr=lr, momentum=beta), w, g, state)


def _five(rng, changes, shape, **settings):
    """Five steps of an optimizer with a state, judged by the weights after each of them."""
    w = _away_from_zero(rng, 0.5, 2.0, shape)
    return steps(changes, carry={"w": 0, "state": 1}, item=0, w=w, state=None, **settings)


def _momentum_case(rng, shape):
    settings = {"lr": _two_digits(rng, 0.05, 0.2), "beta": _two_digits(rng, 0.6, 0.95)}
    return _five(rng, _gradients(rng, shape), shape, **settings)


@momentum.criterion("five steps", points=1.5, tolerance=_STEPS)
def _(rng):
    yield _momentum_case(rng, (4,))
    yield _momentum_case(rng, (1,))


@momentum.criterion("weights in a matrix", points=0.5, tolerance=_STEPS)
def _(rng):
    yield _momentum_case(rng, (2, 3))


momentum.integer_input(points=0.5, only=("w", "g"), tolerance=_STEPS)
momentum.inputs_unchanged(points=0.5, tolerance=_STEPS)


def _velocity(g, state, beta):
    return g.clone() if state is None else beta * state + g


@momentum.mistake(
    "Nesterov's momentum",
    hint="another method than this one: Nesterov looks ahead and adds the new gradient once more; here the step is the "
    "velocity itself",
)
def _(w, g, state, lr, beta):
    velocity = _velocity(g, state, beta)
    return w - lr * (g + beta * velocity), velocity


@momentum.mistake(
    "new gradient weighted with 1 − beta",
    hint="another convention than this course's: as an average, beta · v + (1 − beta) · g; here, as in PyTorch, the "
    "gradient is added in full",
)
def _(w, g, state, lr, beta):
    velocity = (1 - beta) * g + (0 if state is None else beta * state)
    return w - lr * velocity, velocity


@momentum.mistake(
    "state never kept",
    hint="the first step is right, and the others are first steps again: return the new velocity as the state, and "
    "use it the next time",
)
def _(w, g, state, lr, beta):
    return w - lr * g, g.clone()


@momentum.mistake(
    "velocity never slowed down",
    hint="without beta the velocity is the sum of all gradients ever seen: the old one has to lose a part at each step",
)
def _(w, g, state, lr, beta):
    velocity = _velocity(g, state, 1.0)
    return w - lr * velocity, velocity


@momentum.mistake(
    "beta on the new gradient too", hint="only the old velocity is slowed down; the new gradient enters in full"
)
def _(w, g, state, lr, beta):
    velocity = beta * (g if state is None else state + g)
    return w - lr * velocity, velocity


@momentum.mistake(
    "learning rate used twice",
    hint="lr may stand in the velocity or before it, but not in both places: your steps are far too small",
)
def _(w, g, state, lr, beta):
    velocity = lr * g + (0 if state is None else beta * state)
    return w - lr * velocity, velocity


@momentum.mistake("stepped uphill", hint="the gradient points to where the loss grows: mind the sign of the step")
def _(w, g, state, lr, beta):
    velocity = _velocity(g, state, beta)
    return w + lr * velocity, velocity


@momentum.mistake(
    "changed its input", hint="`w -= ...` writes into the caller's array; return a new one, and a new state beside it"
)
def _(w, g, state, lr, beta):
    velocity = _velocity(g, state, beta)
    return w.sub_(lr * velocity), velocity


# ------------------------------------------------------------------------------------------------ adagrad


@exercise(
    points=3,
    hint=(
        "Every weight keeps an account of its own: the squares of all its gradients so far, this one included.\n"
        "A square root brings the account back to the unit of a gradient.\n"
        "s ← s + g², and the step is lr · g / (√s + eps); where s is 0, g is 0 as well and there is no step."
    ),
)
def adagrad(w: Float[Tensor, "*shape"], g: Float[Tensor, "*shape"], state, lr: float, eps: float):
    return _torch_step(lambda parameters: torch.optim.Adagrad(parameters, lr=lr, eps=eps), w, g, state)


def _adagrad_case(rng, changes, shape, eps=1e-8):
    return _five(rng, changes, shape, lr=_two_digits(rng, 0.1, 0.4), eps=eps)


@adagrad.criterion("five steps", points=1, tolerance=_STEPS)
def _(rng):
    yield _adagrad_case(rng, _gradients(rng, (4,)), (4,))
    yield _adagrad_case(rng, _gradients(rng, (2, 3), _sizes((2, 3))), (2, 3))


def _large(rng):
    """An eps that shows where it stands: as small as usual it would not."""
    return _two_digits(rng, 0.08, 0.2)


@adagrad.criterion("a large eps", points=0.5, tolerance=_STEPS)
def _(rng):
    yield _adagrad_case(rng, _gradients(rng, (4,)), (4,), _large(rng))


@adagrad.criterion("a gradient of exactly 0", points=0.5, tolerance=_STEPS)
def _(rng):
    yield _adagrad_case(rng, _with_zero(rng, (4,)), (4,))


adagrad.integer_input(points=0.5, only=("w", "g"), tolerance=_STEPS)
adagrad.inputs_unchanged(points=0.5, tolerance=_STEPS)


def _total(g, state):
    return g * g if state is None else state + g * g


@adagrad.mistake(
    "state never kept",
    hint="the first step is right, and the others are first steps again: every step has the length lr. Return the sum, "
    "and go on from it the next time",
)
def _(w, g, state, lr, eps):
    return w - lr * g / (torch.sqrt(g * g) + eps), None


@adagrad.mistake("square root forgotten", hint="a sum of squares has the unit of a squared gradient: take its root")
def _(w, g, state, lr, eps):
    total = _total(g, state)
    return w - lr * g / (total + eps), total


@adagrad.mistake("square root taken twice", hint="one root brings the squares back; yours are taken twice over")
def _(w, g, state, lr, eps):
    total = _total(g, state)
    return w - lr * g / (torch.sqrt(torch.sqrt(total)) + eps), total


@adagrad.mistake(
    "summed the gradients, not their squares",
    hint="gradients of either sign cancel, and the root of a negative sum is NaN: square them before you add",
)
def _(w, g, state, lr, eps):
    total = g.clone() if state is None else state + g
    return w - lr * g / (torch.sqrt(total) + eps), total


@adagrad.mistake(
    "one sum for all weights",
    hint="you divide every weight by the same number; the point is that each weight has a sum, and a step, of its own",
)
def _(w, g, state, lr, eps):
    total = (g * g).sum() + (0 if state is None else state)
    return w - lr * g / (torch.sqrt(total) + eps), total


@adagrad.mistake(
    "mean of the squares instead of their sum",
    hint="nothing is divided by the number of steps: the sum grows, and so the steps become shorter",
)
def _(w, g, state, lr, eps):
    total, count = (g * g, 1) if state is None else (state[0] + g * g, state[1] + 1)
    return w - lr * g / (torch.sqrt(total / count) + eps), (total, count)


@adagrad.mistake("eps forgotten", hint="a weight whose gradients were all 0 has the sum 0, and 0 / 0 is NaN")
def _(w, g, state, lr, eps):
    total = _total(g, state)
    return w - lr * g / torch.sqrt(total), total


@adagrad.mistake(
    "eps under the root",
    hint="another convention than this course's: here, as in PyTorch, eps is added to the root, √s + eps, "
    "not √(s + eps)",
)
def _(w, g, state, lr, eps):
    total = _total(g, state)
    return w - lr * g / torch.sqrt(total + eps), total


@adagrad.mistake(
    "divided before the new square was added",
    hint="your first step divides by eps alone and leaps: this gradient's square belongs to the sum already",
)
def _(w, g, state, lr, eps):
    before = torch.zeros_like(w) if state is None else state
    return w - lr * g / (torch.sqrt(before) + eps), before + g * g


@adagrad.mistake("stepped uphill", hint="the gradient points to where the loss grows: mind the sign of the step")
def _(w, g, state, lr, eps):
    total = _total(g, state)
    return w + lr * g / (torch.sqrt(total) + eps), total


@adagrad.mistake(
    "changed its input", hint="`w -= ...` writes into the caller's array; return a new one, and a new state beside it"
)
def _(w, g, state, lr, eps):
    total = _total(g, state)
    return w.sub_(lr * g / (torch.sqrt(total) + eps)), total


# ------------------------------------------------------------------------------------------------ rmsprop


@exercise(
    points=3,
    hint=(
        "It is your adagrad with one line changed: the account forgets.\n"
        "Check with rho = 0, where nothing old is left and every step has the length lr.\n"
        "v ← rho · v + (1 − rho) · g², and the step is lr · g / (√v + eps); where v is 0 there is no step."
    ),
)
def rmsprop(w: Float[Tensor, "*shape"], g: Float[Tensor, "*shape"], state, lr: float, rho: float, eps: float):
    return _torch_step(lambda parameters: torch.optim.RMSprop(parameters, lr=lr, alpha=rho, eps=eps), w, g, state)


def _rmsprop_case(rng, changes, shape, eps=1e-8):
    return _five(rng, changes, shape, lr=_two_digits(rng, 0.05, 0.2), rho=_two_digits(rng, 0.8, 0.95), eps=eps)


@rmsprop.criterion("five steps", points=1, tolerance=_STEPS)
def _(rng):
    yield _rmsprop_case(rng, _gradients(rng, (4,)), (4,))
    # So small an eps, that where it stands matters for the next criterion alone.
    yield _rmsprop_case(rng, _gradients(rng, (2, 3), _sizes((2, 3))), (2, 3), eps=1e-10)


@rmsprop.criterion("a large eps", points=0.5, tolerance=_STEPS)
def _(rng):
    yield _rmsprop_case(rng, _gradients(rng, (4,)), (4,), _large(rng))


@rmsprop.criterion("a gradient of exactly 0", points=0.5, tolerance=_STEPS)
def _(rng):
    yield _rmsprop_case(rng, _with_zero(rng, (4,)), (4,))


rmsprop.integer_input(points=0.5, only=("w", "g"), tolerance=_STEPS)
rmsprop.inputs_unchanged(points=0.5, tolerance=_STEPS)


def _average(g, state, rho):
    return (1 - rho) * g * g + (0 if state is None else rho * state)


@rmsprop.mistake(
    "state never kept",
    hint="the first step is right, and the others are first steps again: return the average, and go on from it the "
    "next time",
)
def _(w, g, state, lr, rho, eps):
    return w - lr * g / (torch.sqrt(_average(g, None, rho)) + eps), None


@rmsprop.mistake(
    "new square taken in twice",
    hint="the average is updated two times in one step: the old value should be multiplied by rho once",
)
def _(w, g, state, lr, rho, eps):
    average = _average(g, _average(g, state, rho), rho)
    return w - lr * g / (torch.sqrt(average) + eps), average


@rmsprop.mistake(
    "rho and 1 − rho exchanged",
    hint="rho is the share of the old average, near 1; yours forgets almost everything at once",
)
def _(w, g, state, lr, rho, eps):
    average = _average(g, state, 1 - rho)
    return w - lr * g / (torch.sqrt(average) + eps), average


@rmsprop.mistake(
    "Adagrad's sum",
    hint="another method than this one: Adagrad's sum only grows, and its steps die out; here old squares are "
    "forgotten",
)
def _(w, g, state, lr, rho, eps):
    total = _total(g, state)
    return w - lr * g / (torch.sqrt(total) + eps), total


@rmsprop.mistake(
    "new square taken in full",
    hint="the two shares of an average add up to 1: the new square has a factor too",
)
def _(w, g, state, lr, rho, eps):
    average = g * g if state is None else rho * state + g * g
    return w - lr * g / (torch.sqrt(average) + eps), average


@rmsprop.mistake(
    "average started at the first square",
    hint="another convention than this course's: here, as in PyTorch, the average starts at 0, so the first steps are "
    "long",
)
def _(w, g, state, lr, rho, eps):
    average = g * g if state is None else _average(g, state, rho)
    return w - lr * g / (torch.sqrt(average) + eps), average


@rmsprop.mistake(
    "corrected the start of the average",
    hint="another method than this one: the division by 1 − rho**t is Adam's idea, which comes next; RMSprop goes "
    "without it",
)
def _(w, g, state, lr, rho, eps):
    average, t = state or (torch.zeros_like(w), 0)
    average, t = _average(g, average, rho), t + 1
    return w - lr * g / (torch.sqrt(average / (1 - rho**t)) + eps), (average, t)


@rmsprop.mistake(
    "square root forgotten", hint="an average of squares has the unit of a squared gradient: take its root"
)
def _(w, g, state, lr, rho, eps):
    average = _average(g, state, rho)
    return w - lr * g / (average + eps), average


@rmsprop.mistake("eps forgotten", hint="a weight whose gradients were all 0 has the average 0, and 0 / 0 is NaN")
def _(w, g, state, lr, rho, eps):
    average = _average(g, state, rho)
    return w - lr * g / torch.sqrt(average), average


@rmsprop.mistake(
    "eps under the root",
    hint="another convention than this course's, also found in books: here, as in PyTorch, eps is added to the root, "
    "√v + eps, not √(v + eps)",
)
def _(w, g, state, lr, rho, eps):
    average = _average(g, state, rho)
    return w - lr * g / torch.sqrt(average + eps), average


@rmsprop.mistake("stepped uphill", hint="the gradient points to where the loss grows: mind the sign of the step")
def _(w, g, state, lr, rho, eps):
    average = _average(g, state, rho)
    return w + lr * g / (torch.sqrt(average) + eps), average


@rmsprop.mistake(
    "changed its input", hint="`w -= ...` writes into the caller's array; return a new one, and a new state beside it"
)
def _(w, g, state, lr, rho, eps):
    average = _average(g, state, rho)
    return w.sub_(lr * g / (torch.sqrt(average) + eps)), average


# --------------------------------------------------------------------------------------------------- adam


@exercise(
    points=5,
    hint=(
        "Three things survive from step to step: two averages and the number of steps.\n"
        "Count the step first; the correction is used for this step only and is not stored.\n"
        "t ← t + 1, m ← beta1 · m + (1 − beta1) · g, v ← beta2 · v + (1 − beta2) · g²; the step is lr · m̂ / (√v̂ "
        "+ eps), with m̂ = m / (1 − beta1ᵗ) and v̂ = v / (1 − beta2ᵗ)."
    ),
)
def adam(
    w: Float[Tensor, "*shape"], g: Float[Tensor, "*shape"], state, lr: float, beta1: float, beta2: float, eps: float
):
    return _torch_step(
        lambda parameters: torch.optim.Adam(parameters, lr=lr, betas=(beta1, beta2), eps=eps), w, g, state
    )


def _adam_case(rng, changes, shape, **settings):
    betas = {"beta1": _two_digits(rng, 0.75, 0.92), "beta2": round(float(rng.uniform(0.96, 0.995)), 3)}
    return _five(rng, changes, shape, lr=_two_digits(rng, 0.05, 0.2), **{**betas, "eps": 1e-8, **settings})


@adam.criterion("the first step", points=0.5, tolerance=_STEPS)
def _(rng):
    for _ in range(2):
        yield _adam_case(rng, _gradients(rng, (4,))[:1], (4,))


def _five_steps_of_adam(rng):
    yield _adam_case(rng, _gradients(rng, (4,)), (4,))
    yield _adam_case(rng, _gradients(rng, (2, 3)), (2, 3))


adam.criterion("five steps", points=2, tolerance=_STEPS)(_five_steps_of_adam)


# With beta2 = 0 there is nothing to correct in v, so that the paper's other form, with the correction in the learning
# rate and eps beside the root of the uncorrected v, is as right as elsewhere.
@adam.criterion("a large eps", points=0.5, tolerance=_STEPS)
def _(rng):
    yield _adam_case(rng, _gradients(rng, (4,)), (4,), beta2=0.0, eps=_large(rng))


@adam.criterion("gradients of very different size", points=0.5, tolerance=_STEPS)
def _(rng):
    yield _adam_case(rng, _gradients(rng, (6,), _sizes((6,))), (6,))


@adam.criterion("a gradient of exactly 0", points=0.5, tolerance=_STEPS)
def _(rng):
    yield _adam_case(rng, _with_zero(rng, (4,)), (4,))


adam.integer_input(points=0.5, only=("w", "g"), tolerance=_STEPS, cases=_five_steps_of_adam)
adam.inputs_unchanged(points=0.5, tolerance=_STEPS, cases=_five_steps_of_adam)


def _moments(w, g, state, beta1, beta2):
    """Both averages and the number of this step."""
    m, v, t = state or (torch.zeros_like(w), torch.zeros_like(w), 0)
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g, t + 1


def _adam_step(w, moments, lr, first, second, eps, root=torch.sqrt):
    """The new weights and state, with the divisors of both averages left open. Only mistakes use it."""
    m, v, _ = moments
    return w - lr * (m / first) / (root(v / second) + eps), moments


@adam.mistake(
    "no bias correction",
    hint="the averages start at 0 and are too small at first, the second one far more than the first: divide both by "
    "their 1 − βᵗ",
)
def _(w, g, state, lr, beta1, beta2, eps):
    return _adam_step(w, _moments(w, g, state, beta1, beta2), lr, 1.0, 1.0, eps)


@adam.mistake(
    "1 − beta for 1 − beta**t",
    hint="the first step is right, the later ones are not: the correction must fade, so the number of the step belongs "
    "to the state and into the exponent",
)
def _(w, g, state, lr, beta1, beta2, eps):
    return _adam_step(w, _moments(w, g, state, beta1, beta2), lr, 1 - beta1, 1 - beta2, eps)


@adam.mistake(
    "second average not corrected",
    hint="the corrected v has to be used as well as computed: here the root is that of v itself",
)
def _(w, g, state, lr, beta1, beta2, eps):
    moments = _moments(w, g, state, beta1, beta2)
    return _adam_step(w, moments, lr, 1 - beta1 ** moments[2], 1.0, eps)


@adam.mistake(
    "first average not corrected",
    hint="the corrected m has to be used as well as computed: here the step is made with m itself",
)
def _(w, g, state, lr, beta1, beta2, eps):
    moments = _moments(w, g, state, beta1, beta2)
    return _adam_step(w, moments, lr, 1.0, 1 - beta2 ** moments[2], eps)


@adam.mistake(
    "corrected averages stored",
    hint="the next step starts from averages that were corrected already, and corrects them again: keep m and v as "
    "they were before the division",
)
def _(w, g, state, lr, beta1, beta2, eps):
    m, v, t = _moments(w, g, state, beta1, beta2)
    corrected = (m / (1 - beta1**t), v / (1 - beta2**t), t)
    return _adam_step(w, corrected, lr, 1.0, 1.0, eps)


@adam.mistake(
    "state never kept",
    hint="every step is a first step, of length lr: return both averages and the number of steps, and go on from them",
)
def _(w, g, state, lr, beta1, beta2, eps):
    return _adam_step(w, _moments(w, g, None, beta1, beta2), lr, 1 - beta1, 1 - beta2, eps)


@adam.mistake(
    "counted the steps from 0",
    hint="beta**0 is 1, and the correction of the first step becomes 0 / 0: the first step is number 1",
)
def _(w, g, state, lr, beta1, beta2, eps):
    moments = _moments(w, g, state, beta1, beta2)
    before = moments[2] - 1
    return _adam_step(w, moments, lr, 1 - beta1**before, 1 - beta2**before, eps)


def _right_step(w, g, state, lr, beta1, beta2, eps, root=torch.sqrt):
    moments = _moments(w, g, state, beta1, beta2)
    return _adam_step(w, moments, lr, 1 - beta1 ** moments[2], 1 - beta2 ** moments[2], eps, root)


@adam.mistake(
    "square root taken twice", hint="one root brings the squares back to the unit of a gradient; yours are two"
)
def _(w, g, state, lr, beta1, beta2, eps):
    return _right_step(w, g, state, lr, beta1, beta2, eps, lambda v: torch.sqrt(torch.sqrt(v)))


@adam.mistake("square root forgotten", hint="v averages squares: take the root, or small gradients make huge steps")
def _(w, g, state, lr, beta1, beta2, eps):
    return _right_step(w, g, state, lr, beta1, beta2, eps, lambda v: v)


@adam.mistake(
    "beta1 and beta2 exchanged",
    hint="beta1 belongs to the average of the gradients, beta2, the longer memory, to that of their squares",
)
def _(w, g, state, lr, beta1, beta2, eps):
    return _right_step(w, g, state, lr, beta2, beta1, eps)


@adam.mistake(
    "gradient itself in the numerator",
    hint="this is RMSprop with a correction: the step is made with the average of the gradients, not with the last one",
)
def _(w, g, state, lr, beta1, beta2, eps):
    return _right_step(w, g, state, lr, 0.0, beta2, eps)


@adam.mistake("eps forgotten", hint="a weight whose gradients were all 0 has v = 0, and 0 / 0 is NaN")
def _(w, g, state, lr, beta1, beta2, eps):
    return _right_step(w, g, state, lr, beta1, beta2, 0.0)


@adam.mistake(
    "eps under the root",
    hint="another convention than this course's: here, as in PyTorch, eps is added to the root of the corrected v, "
    "not under it",
)
def _(w, g, state, lr, beta1, beta2, eps):
    return _right_step(w, g, state, lr, beta1, beta2, 0.0, lambda v: torch.sqrt(v + eps))


@adam.mistake("stepped uphill", hint="the gradient points to where the loss grows: mind the sign of the step")
def _(w, g, state, lr, beta1, beta2, eps):
    return _right_step(w, g, state, -lr, beta1, beta2, eps)


@adam.mistake(
    "changed its input", hint="`w -= ...` writes into the caller's array; return a new one, and a new state beside it"
)
def _(w, g, state, lr, beta1, beta2, eps):
    new, moments = _right_step(w, g, state, lr, beta1, beta2, eps)
    return w.copy_(new), moments


# --------------------------------------------------------------------------------------------------- quiz


momentum_speed = number(
    "On a long straight slope the gradient is {g} at every step. With lr = {lr} and beta = {beta}, how long do the "
    "steps of momentum become in the end?",
    plain={"g": 2, "lr": 0.1, "beta": 0.9},
    given=lambda rng: {
        "g": int(rng.integers(1, 9)),
        "lr": _two_digits(rng, 0.01, 0.2),
        "beta": _two_digits(rng, 0.5, 0.95),
    },
    answer=lambda g, lr, beta: lr * g / (1 - beta),
    explanation="The velocity stops growing when v = {beta} · v + {g}, so v = {g} / (1 − {beta}), and the step is {lr} "
    "times this, {answer:.4g}. Momentum makes a plain step 1 / (1 − beta) times as long where the gradient keeps its "
    "direction.",
)

adagrad_slowdown = number(
    "A weight has the same gradient {g} at every step. How long is step number {n} of Adagrad with lr = {lr}? (Leave "
    "eps out.)",
    plain={"g": 3, "n": 16, "lr": 0.2},
    given=lambda rng: {
        "g": int(rng.integers(2, 12)),
        "n": int(rng.integers(4, 60)),
        "lr": round(0.1 * float(rng.integers(1, 9)), 1),
    },
    answer=lambda g, n, lr: lr / n**0.5,
    explanation="The sum is {n} · {g}², its root √{n} · {g}, and the step {lr} · {g} / (√{n} · {g}) = {answer:.4g}. "
    "The size of the gradient cancels; what remains is that the steps shrink with the root of their number.",
)

uncorrected_average = number(
    "The gradient is {g} at every step. How large is Adam's average m after step number {t}, before it is corrected? "
    "(beta1 = {beta})",
    plain={"g": 5, "t": 3, "beta": 0.9},
    given=lambda rng: {
        "g": int(rng.integers(2, 20)),
        "t": int(rng.integers(2, 7)),
        "beta": _two_digits(rng, 0.8, 0.95),
    },
    answer=lambda g, t, beta: g * (1 - beta**t),
    explanation="The average started at 0, and of that start {beta}^{t} is left. So m = {g} · (1 − {beta}^{t}) = "
    "{answer:.4g}, and dividing by 1 − {beta}^{t} gives the {g} back.",
)

adam_first_step = number(
    "A weight is {w}, its gradient at the very first step is {g}, and Adam has lr = {lr}. Where is the weight after "
    "this step? (Leave eps out; beta1 = 0.9, beta2 = 0.999.)",
    plain={"w": 1.5, "g": 4.0, "lr": 0.1},
    given=lambda rng: {
        "w": round(float(rng.uniform(0.6, 1.9)), 1),
        "g": round(float(rng.choice([-1, 1]) * rng.uniform(2.0, 50.0)), 1),
        "lr": _two_digits(rng, 0.05, 0.25),
    },
    answer=lambda w, g, lr: w - lr * float(np.sign(g)),
    explanation="Corrected, m is g and v is g², so the step is lr · g / |g|: the length lr, against the sign of the "
    "gradient, however large that is. The gradient being {g}, its sign alone counts: {w} − {lr} · sign({g}) = "
    "{answer:.4g}.",
)

why_correction = choice(
    "Why does Adam divide its averages by 1 − beta**t?",
    wrong(
        "So that the learning rate becomes smaller from step to step in training.",
        "It does not fall. The divisor tends to 1, and after many steps the correction has no effect at all.",
    ),
    wrong(
        "So that nothing is divided by 0 where a gradient has been 0 so far.",
        "That is the work of eps. The correction is about the size of the averages.",
    ),
    right(
        "The averages start at 0, so in the first steps they are too small.",
        "And not equally so: without the correction v is only 0.001 of g² at first, m is 0.1 of g, and the first step "
        "would be three times as long as it should be.",
    ),
    wrong(
        "To remove the bias b of each layer from the gradient of its weights.",
        "Bias here is meant as in statistics: an estimate that is off on average. The layers' biases have no part in "
        "it.",
    ),
)

path_of_momentum = choice(
    "One of the three paths in the picture was drawn by momentum. Which one?",
    wrong(
        "path 1",
        "Its first steps are equally long in both directions, although the slopes differ by a factor of five there: "
        "each weight has a step size of its own.",
    ),
    wrong(
        "path 2",
        "It jumps from one wall of the ravine to the other, along the gradient of each place, and remembers nothing: "
        "this is plain gradient descent.",
    ),
    right(
        "path 3",
        "It swings in long waves like a heavy ball: the velocity of the last steps carries it past the bottom, and "
        "along the valley it gathers speed.",
    ),
)

path_of_adam = choice(
    "And which path was drawn by Adam?",
    right(
        "path 1",
        "Both weights start with steps of the length lr, so the path sets out along the diagonal, whatever the slopes "
        "are. Its own momentum then carries it a little past the bottom.",
    ),
    wrong(
        "path 2",
        "Each step goes across the valley because the gradient is much larger there. Adam divides that difference "
        "away.",
    ),
    wrong(
        "path 3",
        "Here the steep direction moves much faster than the flat one at the start: nothing was divided by the size of "
        "the gradients.",
    ),
)

plateau = choice(
    "On a plateau all gradients are about 0.0001 for a long time, always in the same direction. All optimizers have lr "
    "= 0.01. Which one gets across first?",
    wrong(
        "sgd",
        "Its steps are 0.01 · 0.0001, a millionth. On a plateau it stands still.",
    ),
    right(
        "adam",
        "Its steps have the length lr however small the gradients are, and they keep it.",
    ),
    wrong(
        "momentum with beta = 0.9",
        "Ten times as fast as sgd in the end, but ten times a millionth is still very little.",
    ),
    wrong(
        "adagrad",
        "It starts with steps of 0.01, whatever the gradients' size, but the sum grows and the steps shrink: the "
        "hundredth has a tenth of the length.",
    ),
)

adam_facts = choices(
    "What is true of Adam?",
    right(
        "Each weight has a step size of its own, made of its own gradients.",
        "This it has from Adagrad and RMSprop: the division by the root of the weight's own average square.",
    ),
    right(
        "It remembers two numbers for each weight of the network.",
        "m and v have the shape of w, so Adam needs memory for the weights three times over.",
    ),
    right(
        "Gradients 1000 times as large leave its steps as they are, but for eps.",
        "m grows by 1000 and so does the root of v.",
    ),
    wrong(
        "It always finds better weights than sgd, given enough steps.",
        "It is often faster at the start and asks for less tuning; but well tuned momentum is as good, at times "
        "better, on new data.",
    ),
    wrong(
        "It finds its learning rate by itself, so none has to be given.",
        "lr is the length of its steps, and it matters. It only has to fit less exactly than that of sgd.",
    ),
)

"""Right answers to 10_optimizers in other styles than the solution's."""

import math
from typing import NamedTuple

import numpy as np

# ---------------------------------------------------------------------------------------------------- sgd


def sgd__loops(w, g, lr):
    """Entry by entry, as in C."""
    out = np.empty(w.shape)
    for place in np.ndindex(*w.shape):
        out[place] = float(w[place]) - lr * float(g[place])
    return out


def sgd__copy_and_subtract(w, g, lr):
    """A copy of floats that is changed in place."""
    new = np.array(w, dtype=np.float64, copy=True)
    new -= np.multiply(g, lr)
    return new


def sgd__float32(w, g, lr):
    """float32 throughout: each step starts from what the last one rounded."""
    return np.asarray(w, np.float32) - np.float32(lr) * np.asarray(g, np.float32)


def sgd__vectorize(w, g, lr):
    """A function of two numbers, lifted to arrays."""
    return np.vectorize(lambda weight, slope: weight - lr * slope, otypes=[float])(w, g)


def sgd__matrix(w, g, lr):
    """Linear algebra: both as rows, times the column (1, -lr)."""
    return (np.array([1.0, -lr]) @ np.stack([np.ravel(w), np.ravel(g)])).reshape(np.shape(w))


def sgd__lists(w, g, lr):
    """Recursion over nested lists; lists come back, and are taken at the next step."""
    if np.ndim(w) == 0:
        return float(w) - lr * float(g)
    return [sgd__lists(one, slope, lr) for one, slope in zip(w, g, strict=True)]


# ----------------------------------------------------------------------------------------------- momentum


def momentum__if_none(w, g, state, lr, beta):
    """The four lines of most tutorials."""
    if state is None:
        state = np.zeros_like(g)
    v = beta * state + g
    w_new = w - lr * v
    return w_new, v


def momentum__rate_inside(w, g, state, lr, beta):
    """The older convention: the learning rate inside the velocity, which is added with its sign."""
    velocity = -lr * g if state is None else beta * state - lr * g
    return w + velocity, velocity


def momentum__history(w, g, state, lr, beta):
    """No velocity at all: all gradients are kept and summed with their powers of beta."""
    history = [*(state or []), np.array(g, dtype=float)]
    step = sum(beta**age * old for age, old in enumerate(reversed(history)))
    return w - lr * step, history


def momentum__in_place_state(w, g, state, lr, beta):
    """A dict as the state, whose array is changed in place; a list of two comes back."""
    if state is None:
        state = {"velocity": np.zeros(w.shape)}
    state["velocity"] *= beta
    state["velocity"] += g
    return [w - lr * state["velocity"], state]


def momentum__float32(w, g, state, lr, beta):
    """float32 throughout."""
    g = g.astype(np.float32)
    v = g if state is None else np.float32(beta) * state + g
    return w.astype(np.float32) - np.float32(lr) * v, v


def momentum__loops(w, g, state, lr, beta):
    """Entry by entry over flat lists of Python floats."""
    slopes = [float(slope) for slope in np.ravel(g)]
    old = [0.0] * len(slopes) if state is None else state
    v = [beta * old[i] + slopes[i] for i in range(len(slopes))]
    new = [float(weight) - lr * v[i] for i, weight in enumerate(np.ravel(w))]
    return np.array(new).reshape(w.shape), v


def _velocities(beta):
    velocity, slope = 0.0, (yield)
    while True:
        velocity = beta * velocity + slope
        slope = yield velocity


def momentum__generator(w, g, state, lr, beta):
    """A coroutine that remembers the velocity is the state."""
    if state is None:
        state = _velocities(beta)
        next(state)
    return w - lr * state.send(g), state


def momentum__heavy_ball(w, g, state, lr, beta):
    """Polyak's form: the state is the weights of the step before."""
    inertia = 0.0 if state is None else beta * (w - state)
    return w - lr * g + inertia, np.array(w)


# ------------------------------------------------------------------------------------------------ adagrad


def adagrad__if_none(w, g, state, lr, eps):
    """The lines of most tutorials."""
    s = np.zeros(w.shape) if state is None else state
    s = s + g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def adagrad__rates(w, g, state, lr, eps):
    """A learning rate for each weight first; the state is a 1-tuple that is never None."""
    (total,) = state or (0,)
    total = total + g * g
    rates = lr / (total**0.5 + eps)
    return w - rates * g, (total,)


def adagrad__history(w, g, state, lr, eps):
    """All gradients are kept; the root of their sum of squares is a norm."""
    history = np.asarray(g, dtype=float)[None] if state is None else np.concatenate([state, g[None]])
    return w - lr * g / (np.linalg.norm(history, axis=0) + eps), history


def adagrad__hypot(w, g, state, lr, eps):
    """The state is the root itself, which np.hypot carries on."""
    root = np.abs(g) if state is None else np.hypot(state, g)
    return w - lr * (g / (root + eps)), root


def adagrad__loops(w, g, state, lr, eps):
    """Entry by entry with math.sqrt, a dict from places to sums."""
    sums = dict(state) if state else {}
    new = np.zeros(w.shape)
    for place, slope in np.ndenumerate(g):
        sums[place] = sums.get(place, 0.0) + float(slope) ** 2
        new[place] = w[place] - lr * slope / (math.sqrt(sums[place]) + eps)
    return new, sums


def adagrad__float32(w, g, state, lr, eps):
    """float32 throughout, the sum changed in place."""
    g = np.float32(g)
    cache = np.zeros_like(g) if state is None else state
    cache += np.square(g)
    return np.float32(w) - np.float32(lr) * g / (np.sqrt(cache) + np.float32(eps)), cache


def adagrad__signs(w, g, state, lr, eps):
    """A step's sign and its length apart."""
    s = g * g * 1.0 if state is None else np.add(state, np.power(g, 2))
    length = np.divide(np.abs(g), np.add(np.sqrt(s), eps))
    return np.subtract(w, lr * np.sign(g) * length), s


# ------------------------------------------------------------------------------------------------ rmsprop


def rmsprop__if_none(w, g, state, lr, rho, eps):
    """The lines of most tutorials."""
    if state is None:
        state = np.zeros_like(w, dtype=float)
    v = rho * state + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(v) + eps), v


def rmsprop__towards(w, g, state, lr, rho, eps):
    """The average moves a part of the way towards the new square."""
    v = 0.0 if state is None else state
    v = v + (1 - rho) * (g * g - v)
    return w - lr / (np.sqrt(v) + eps) * g, v


def rmsprop__history(w, g, state, lr, rho, eps):
    """All gradients are kept; a weighted sum of their squares by einsum."""
    history = [*([] if state is None else state), g.astype(float)]
    ages = np.arange(len(history))[::-1]
    v = np.einsum("t,t...,t...->...", (1 - rho) * rho**ages, np.stack(history), np.stack(history))
    return w - lr * g / (v**0.5 + eps), history


class _MeanSquare:
    """An average of squares with a memory."""

    def __init__(self, rho):
        self.rho, self.value = rho, 0.0

    def __call__(self, g):
        self.value = self.rho * self.value + (1 - self.rho) * g * g
        return self.value


def rmsprop__object(w, g, state, lr, rho, eps):
    """An object as the state, the same one at each step."""
    state = state or _MeanSquare(rho)
    return w - np.true_divide(lr * g, np.sqrt(state(g)) + eps), state


def rmsprop__root(w, g, state, lr, rho, eps):
    """The state is the root mean square, carried on by np.hypot."""
    rms = np.sqrt(1 - rho) * np.abs(g) if state is None else np.hypot(np.sqrt(rho) * state, np.sqrt(1 - rho) * g)
    return w - lr * g / (rms + eps), rms


def rmsprop__float32(w, g, state, lr, rho, eps):
    """float32 throughout."""
    w, g = w.astype("f4"), g.astype("f4")
    v = (0 if state is None else np.float32(rho) * state) + np.float32(1 - rho) * g * g
    return w - np.float32(lr) * g / (np.sqrt(v) + np.float32(eps)), v


def rmsprop__loops(w, g, state, lr, rho, eps):
    """Flat lists of Python floats."""
    old = [0.0] * w.size if state is None else state
    new, kept = [], []
    for weight, slope, average in zip(w.flat, g.flat, old, strict=True):
        kept.append(rho * average + (1.0 - rho) * float(slope) ** 2)
        new.append(float(weight) - lr * float(slope) / (math.sqrt(kept[-1]) + eps))
    return np.reshape(new, w.shape), kept


# --------------------------------------------------------------------------------------------------- adam


def adam__if_none(w, g, state, lr, beta1, beta2, eps):
    """The lines of most tutorials; the state is a dict."""
    if state is None:
        state = {"m": np.zeros(w.shape), "v": np.zeros(w.shape), "t": 0}
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * g
    v = beta2 * state["v"] + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


def adam__rate_corrected(w, g, state, lr, beta1, beta2, eps):
    """Both corrections in the learning rate, and eps corrected with them (section 2 of the paper, made exact)."""
    t, m, v = state or (0, 0.0, 0.0)
    t += 1
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    root = math.sqrt(1 - beta2**t)
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), (t, m, v)


def adam__lr_t(w, g, state, lr, beta1, beta2, eps):
    """The form of section 2 of the paper and of TensorFlow: eps beside the uncorrected root."""
    t, m, v = state or (0, 0.0, 0.0)
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    lr_t = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - lr_t * m / (np.sqrt(v) + eps), (t, m, v)


def adam__history(w, g, state, lr, beta1, beta2, eps):
    """All gradients are kept; both corrected averages are np.average with powers of beta as weights."""
    history = np.asarray(g, dtype=float)[np.newaxis]
    if state is not None:
        history = np.append(state, history, axis=0)
    ages = np.arange(len(history) - 1, -1, -1)
    m_hat = np.average(history, axis=0, weights=beta1**ages)
    v_hat = np.average(history**2, axis=0, weights=beta2**ages)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), history


class _Moments(NamedTuple):
    m: np.ndarray
    v: np.ndarray
    power1: float
    power2: float


def adam__running_powers(w, g, state, lr, beta1, beta2, eps):
    """A named tuple that carries the powers of beta on, and not the number of steps."""
    old = state or _Moments(np.zeros(w.shape), np.zeros(w.shape), 1.0, 1.0)
    new = _Moments(
        beta1 * old.m + (1 - beta1) * g,
        beta2 * old.v + (1 - beta2) * np.square(g),
        old.power1 * beta1,
        old.power2 * beta2,
    )
    step = (new.m / (1 - new.power1)) / (np.sqrt(new.v / (1 - new.power2)) + eps)
    return w - lr * step, new


def adam__float32(w, g, state, lr, beta1, beta2, eps):
    """float32 throughout, averages changed in place."""
    g = np.asarray(g, dtype=np.float32)
    m, v, t = state or [np.zeros_like(g), np.zeros_like(g), 0]
    t += 1
    m *= np.float32(beta1)
    m += np.float32(1 - beta1) * g
    v *= np.float32(beta2)
    v += np.float32(1 - beta2) * g * g
    m_hat, v_hat = m / np.float32(1 - beta1**t), v / np.float32(1 - beta2**t)
    return w.astype(np.float32) - np.float32(lr) * m_hat / (np.sqrt(v_hat) + np.float32(eps)), [m, v, t]


def adam__corrected_state(w, g, state, lr, beta1, beta2, eps):
    """The corrected averages as the state: each step mixes with shares that depend on t."""
    m_hat, v_hat, t = (0.0, 0.0, 0) if state is None else state
    t = t + 1
    share1, share2 = (1 - beta1) / (1 - beta1**t), (1 - beta2) / (1 - beta2**t)
    m_hat = (1 - share1) * m_hat + share1 * g
    v_hat = (1 - share2) * v_hat + share2 * np.power(g, 2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), (m_hat, v_hat, t)


def adam__loops(w, g, state, lr, beta1, beta2, eps):
    """Entry by entry; a dict of small lists, changed in place, and the step's number in each of them."""
    state = {} if state is None else state
    new = np.empty(w.shape)
    for place in np.ndindex(*w.shape):
        cell = state.setdefault(place, [0.0, 0.0, 0])
        cell[2] += 1
        cell[0] = beta1 * cell[0] + (1 - beta1) * float(g[place])
        cell[1] = beta2 * cell[1] + (1 - beta2) * float(g[place]) ** 2
        first, second = 1 - math.pow(beta1, cell[2]), 1 - math.pow(beta2, cell[2])
        new[place] = w[place] - lr * (cell[0] / first) / (math.sqrt(cell[1] / second) + eps)
    return new, state


def adam__closure(w, g, state, lr, beta1, beta2, eps):
    """A functional programmer's state: the function that makes the next step."""

    def after(m, v, t):
        def step(w, g):
            now = (beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2, t + 1)
            m_hat, v_hat = now[0] / (1 - beta1 ** now[2]), now[1] / (1 - beta2 ** now[2])
            return w - lr * m_hat / (np.sqrt(v_hat) + eps), after(*now)

        return step

    return (state or after(0.0, 0.0, 0))(w, g)

"""Wrong answers to 10_optimizers that looked right: see test_wrong_work.py."""

import numpy as np


def adagrad__eps_inside(w, g, state, lr, eps):
    """eps under the root, as in some books."""
    total = g**2 if state is None else state + g**2
    return w - lr * g / np.sqrt(total + eps), total


def rmsprop__eps_inside(w, g, state, lr, rho, eps):
    """eps under the root, as in Deep Learning, section 8.5.2."""
    average = (1 - rho) * g**2 + (0 if state is None else rho * state)
    return w - lr * g / np.sqrt(average + eps), average


def adam__eps_inside(w, g, state, lr, beta1, beta2, eps):
    """eps under the root of the corrected v."""
    m, v, t = state or (0, 0, 0)
    m, v, t = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2, t + 1
    return w - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps), (m, v, t)


FAILS = {f"{name}__eps_inside": ({"a large eps"}, "eps under the root") for name in ("adagrad", "rmsprop", "adam")}

"""Wrong answers to 06_backpropagation that got too much, or another name: see test_wrong_work.py."""

import numpy as np


def and_weights__or():
    """The right direction."""
    return np.ones(2), -0.5


def and_weights__never():
    """Always 0, as AND is for three of four."""
    return np.zeros(2), 0.0


def or_weights__always():
    """Always 1, as OR is for three of four."""
    return np.zeros(2), 1.0


def nand_weights__and():
    """The wrong direction."""
    return np.ones(2), -1.5


def backprop__sum(X, labels, weights, biases):
    """Loss and gradients of the batch's sum."""
    activations = [X]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        activations.append(np.maximum(0, activations[-1] @ W + b))
    scores = activations[-1] @ weights[-1] + biases[-1]
    scores = scores - scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(len(labels)), labels].sum()
    delta = np.exp(log_p) - np.eye(log_p.shape[1])[labels]
    for_weights, for_biases = [], []
    for W, A in zip(weights[::-1], activations[::-1], strict=True):
        for_weights.insert(0, A.T @ delta)
        for_biases.insert(0, delta.sum(axis=0))
        delta = delta @ W.T * (A > 0)
    return loss, for_weights, for_biases


DIRECTION, TABLE = "tells (0, 0) from (1, 1)", "the whole truth table"
FAILS = {
    "and_weights__or": ({TABLE}, "the weights of OR"),
    "and_weights__never": ({DIRECTION, TABLE}, "always 0"),
    "or_weights__always": ({DIRECTION, TABLE}, "always 1"),
    "nand_weights__and": ({DIRECTION, TABLE}, "the weights of AND"),
    "backprop__sum": (
        {
            *("two layers", "any depth", "scores far from zero", "hidden units at exactly 0", "integer input"),
            "inputs left unchanged",
        },
        "summed over the batch, not averaged",
    ),
}

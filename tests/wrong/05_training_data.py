"""Wrong answers to 05_training_data that looked right: see test_wrong_work.py."""

import math

import numpy as np


def _split(n, first, second, rng):
    order = rng.permutation(n)
    return order[:first], order[first:second], order[second:]


def train_validation_test_split__floor(n, fractions, rng):
    """Sizes cut off."""
    first = int(fractions[0] * n)
    return _split(n, first, first + int(fractions[1] * n), rng)


def train_validation_test_split__ceil(n, fractions, rng):
    """Sizes rounded up."""
    first = math.ceil(fractions[0] * n)
    return _split(n, first, first + math.ceil(fractions[1] * n), rng)


def train_validation_test_split__cuts(n, fractions, rng):
    """The places of the cuts rounded."""
    return _split(n, round(fractions[0] * n), round((fractions[0] + fractions[1]) * n), rng)


def train_validation_test_split__cuts_floor(n, fractions, rng):
    """The places of the cuts cut off."""
    return tuple(np.split(rng.permutation(n), (np.cumsum(fractions[:2]) * n).astype(int)))


def standardize__epsilon(X_train, X_test):
    """A tiny number in the divisor, and nothing about constant columns."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / (std + 1e-8), (X_test - mean) / (std + 1e-8)


def standardize__divisor_1(X_train, X_test):
    """As scikit-learn does."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std[std == 0] = 1.0
    return (X_train - mean) / std, (X_test - mean) / std


def min_max_scale__epsilon(X_train, X_test):
    """A tiny number in the divisor, and nothing about constant columns."""
    low, high = X_train.min(axis=0), X_train.max(axis=0)
    return (X_train - low) / (high - low + 1e-9), (X_test - low) / (high - low + 1e-9)


def min_max_scale__divisor_1(X_train, X_test):
    """As scikit-learn does."""
    low, width = X_train.min(axis=0), np.ptp(X_train, axis=0)
    return tuple((X - low) / np.where(width == 0, 1, width) for X in (X_train, X_test))


SIZES, COLUMN = "sizes that do not divide", "a constant column"
FAILS = {
    "train_validation_test_split__floor": ({SIZES}, "sizes cut off, not rounded"),
    "train_validation_test_split__ceil": ({SIZES}, ""),
    "train_validation_test_split__cuts": ({SIZES}, "places of the cuts rounded, not sizes"),
    "train_validation_test_split__cuts_floor": ({SIZES}, ""),
    "standardize__epsilon": ({COLUMN}, "tiny number added to the divisor"),
    "standardize__divisor_1": ({COLUMN}, "constant column only centred in the test set"),
    "min_max_scale__epsilon": ({COLUMN}, "tiny number added to the divisor"),
    "min_max_scale__divisor_1": ({COLUMN}, "constant column only shifted in the test set"),
}

"""Functions that a case gives a student's function as an argument, by name.

Written with operators only, so that the same ones take NumPy arrays beside the student and tensors beside the
reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_E = 2.718281828459045

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    # The same shape comes back.
    "identity": lambda x: x * 1,
    "double": lambda x: 2 * x,
    "negative": lambda x: -x,
    "square": lambda x: x * x,
    "step": lambda x: (x > 0) * 1.0,
    "relu": lambda x: x * (x > 0),
    "sigmoid": lambda x: 1 / (1 + _E**-x),
    # One number comes back.
    "sum": lambda x: x.sum(),
    "sum of squares": lambda x: (x * x).sum(),
    "sum of cubes": lambda x: (x * x * x).sum(),
    "product": lambda x: x.prod(),
    "sum of sigmoids": lambda x: (1 / (1 + _E**-x)).sum(),
    "square of the sum": lambda x: x.sum() * x.sum(),
}

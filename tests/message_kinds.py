"""One answer for every kind of message: what a student wrote, and the diagnosis it gets. The pictures in the docs are
taken of these (screenshots.py), and test_message_kinds.py says that each still gets its diagnosis.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Kind:
    """code: of the diagnosis, or the verdict's status where there is none. answer: what the student wrote.

    mistake: whether a known mistake explains the answer. picture: whether the message has one.
    """

    name: str
    exercise: str
    code: str
    answer: str
    mistake: bool = False
    picture: bool = False
    lang: str = "en"

    @property
    def source(self) -> str:
        """The student's code."""
        return textwrap.dedent(self.answer).strip()

    @property
    def cell(self) -> str:
        """A cell that shows the message: the function and its check, or the question."""
        return self.source if self.code == "question" else f'{self.source}\n\ncheck("{self.exercise}")'


KINDS = (
    Kind(
        "passed",
        "relu",
        "passed",
        """
        def relu(z):
            return np.maximum(0.0, z)
        """,
    ),
    Kind(
        "not_started",
        "relu",
        "not_started",
        """
        def relu(z):
            raise NotImplementedError
        """,
    ),
    Kind(
        "exception",
        "linear_forward",
        "raised",
        """
        def linear_forward(X, W, b):
            return W @ X + b
        """,
    ),
    Kind(
        "none",
        "relu",
        "none",
        """
        def relu(z):
            np.maximum(0.0, z)
        """,
    ),
    Kind(
        "known_mistake",
        "sigmoid_derivative",
        "values_many",
        """
        def sigmoid_derivative(z):
            e = np.exp(-np.abs(z))
            return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)
        """,
        mistake=True,
        picture=True,
    ),
    Kind(
        "transposed",
        "linear_forward",
        "transposed",
        """
        def linear_forward(X, W, b):
            return (X @ W + b).T
        """,
        picture=True,
    ),
    Kind(
        "shape",
        "predict_probability",
        "same_values",
        """
        def predict_probability(X, w, b):
            z = X @ w + b
            return (0.5 + np.tanh(z / 2) / 2).reshape(-1, 1)
        """,
        picture=True,
    ),
    Kind(
        "dtype",
        "tanh_derivative",
        "dtype",
        """
        def tanh_derivative(z):
            return (1 - np.tanh(z) ** 2).astype(int)
        """,
    ),
    Kind(
        "nan",
        "log_softmax",
        "not_finite",
        """
        def log_softmax(logits):
            e = np.exp(logits)
            return np.log(e / e.sum(axis=-1, keepdims=True))
        """,
        mistake=True,
        picture=True,
    ),
    Kind(
        "sign",
        "log_softmax",
        "sign",
        """
        def log_softmax(logits):
            z = logits - logits.max(axis=-1, keepdims=True)
            return np.log(np.exp(z).sum(axis=-1, keepdims=True)) - z
        """,
    ),
    Kind(
        "factor",
        "cross_entropy_gradient",
        "factor",
        """
        def cross_entropy_gradient(logits, labels):
            e = np.exp(logits - logits.max(axis=1, keepdims=True))
            p = e / e.sum(axis=1, keepdims=True)
            return (p - np.eye(logits.shape[1])[labels]) / len(labels) ** 2
        """,
    ),
    Kind(
        "offset",
        "min_max_scale",
        "offset",
        """
        def min_max_scale(X_train, X_test):
            low, high = X_train.min(axis=0), X_train.max(axis=0)
            return (X_train - low) / (high - low) - 0.5, (X_test - low) / (high - low) - 0.5
        """,
        picture=True,
    ),
    Kind(
        "few_wrong",
        "sigmoid",
        "values",
        """
        def sigmoid(z):
            z = np.clip(z, -1.5, 1.5)
            return 1 / (1 + np.exp(-z))
        """,
        picture=True,
    ),
    Kind(
        "many_wrong",
        "softmax",
        "values_many",
        """
        def softmax(logits):
            e = np.exp(logits - logits.max())
            return e / e.sum(axis=-1, keepdims=True) ** 2
        """,
        picture=True,
    ),
    Kind(
        "distribution",
        "he_normal",
        "distribution",
        """
        def he_normal(fan_in, fan_out, rng):
            return rng.normal(0, np.sqrt(3 / fan_in), (fan_in, fan_out))
        """,
        picture=True,
    ),
    Kind(
        "question",
        "sigmoid_slope",
        "question",
        """
        ask("sigmoid_slope")
        """,
    ),
    Kind(
        "answered",
        "sigmoid_slope",
        "answered",
        """
        sigmoid_slope = 0.25
        """,
    ),
    Kind(
        "korean",
        "softmax",
        "values_many",
        """
        def softmax(logits):
            e = np.exp(logits - logits.max())
            return e / e.sum()
        """,
        mistake=True,
        picture=True,
        lang="ko",
    ),
)


def public_cases(lang: str) -> dict[str, Any]:
    """The public cases of all assignments as those of one, so that one notebook can have all kinds."""
    folder = ROOT / "exercises" / (lang if lang != "en" else "")
    merged: dict[str, Any] = {}
    for path in sorted(folder.glob("[0-9]*/public_cases.json")):
        cases = json.loads(path.read_text(encoding="utf-8"))
        for part, entries in cases.items():
            if part in ("exercises", "questions"):
                merged[part] = merged.get(part, []) + entries
            else:
                merged[part] = entries
    return merged

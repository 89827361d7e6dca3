"""A verdict: what one exercise of one submission is worth and why, as data. Codes and parameters, never text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

# The one line of a question's rubric.
QUESTION = "answer"


@dataclass(frozen=True)
class Diagnosis:
    """Why an answer is not right. `messages` has a text for every `code`; `details` fills its placeholders.

    criterion: the line of the rubric it was found in. hidden: found in a case students do not see, so `details` holds
    neither inputs nor values. mistake: the title of the known mistake that explains every answer, or "".
    """

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)
    criterion: str = ""
    hidden: bool = False
    mistake: str = ""


@dataclass(frozen=True)
class CriterionVerdict:
    """One line of the rubric: points given, out of how many, and how many cases were right.

    needs_values: it asks for unchanged arguments, and what it found wrong were the answers; of the arguments it has
    nothing to say.
    """

    name: str
    points: float
    max_points: float
    hidden: bool
    right: int
    total: int
    diagnosis: Diagnosis | None
    needs_values: bool = False


@dataclass(frozen=True)
class Verdict:
    """The judge's word on one exercise.

    status: "passed", "partial", "failed", "not_started", or "no_answer" when nothing came back at all.
    pending: names of criteria that run only at grading and were not run here.
    """

    exercise: str
    points: float
    max_points: float
    status: str
    criteria: tuple[CriterionVerdict, ...]
    diagnosis: Diagnosis | None
    pending: tuple[str, ...] = ()
    digest: str = ""

    def to_json(self) -> dict[str, Any]:
        """The verdict as JSON values."""
        return asdict(self)

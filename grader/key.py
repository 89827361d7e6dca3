"""A key: one exercise with its expected values filled in. Plain data, and its one form as JSON.

`oracle` makes keys on the trusted side; `judge` reads them. Keys of the public cases lie as `public_cases.json` beside
the notebook, so that `check` works without torch; keys with hidden cases never leave the instructor's machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import wraps
from typing import Any

import numpy as np

from grader.distribution import Summary, four_arrays, summarize
from grader.exercise import Bernoulli, DeclarationError, Law, Normal, Raises, Tolerance, Uniform
from grader.measures import MEASURES, Measure, facts_of
from grader.wire import Plain, from_json, plain, to_json

FORMAT = 3


class BadKey(Exception):
    """Something that is not a key of this version."""


@dataclass(frozen=True)
class Sample:
    """What is expected of draws: the law every entry follows, and the shape of each of the four arrays."""

    law: Law
    shape: tuple[int, ...]
    relative_to: str = ""


def summarize_answer(sample: Sample, calls: Sequence[Mapping[str, Plain]], value: Plain) -> Summary | None:
    """The summary of four drawn arrays, as `draws_of` finds them; None where they are others."""
    arrays = draws_of(sample, calls, value)
    return None if arrays is None else summarize(arrays, sample.law)


def draws_of(sample: Sample, calls: Sequence[Mapping[str, Plain]], value: Plain) -> list[np.ndarray] | None:
    """The four arrays of an answer that are to follow the law: divided by an argument where the sample says so."""
    arrays = four_arrays(value)
    if arrays is None or arrays[0].shape != sample.shape:
        return None
    if sample.relative_to:
        with np.errstate(all="ignore"):
            arrays = [array / call[sample.relative_to] for array, call in zip(arrays, calls, strict=True)]
    return arrays


@dataclass(frozen=True)
class Outcome:
    """What a wrong solution does in one case: its value, the arguments afterwards, an exception, or a sample.

    Of draws in a wrong shape, `value` is that shape; of draws that are no arrays, None.
    """

    value: Plain = None
    after: Plain = None
    raised: str = ""
    summary: Summary | None = None


@dataclass(frozen=True)
class KeyCase:
    """One case with what is expected of it.

    id: stable from year to year, "<criterion>/<public or hidden seed>/<number>".
    expected: a value, `Raises` or a `Sample`; where there is a `measure`, the facts it finds in a right answer.
    item: of a result that is a sequence, the item that is judged.
    mistakes: what each known mistake does here, by its title.
    """

    id: str
    calls: tuple[Mapping[str, Plain], ...]
    expected: Plain | Raises | Sample
    mistakes: Mapping[str, Outcome]
    hidden: bool = False
    item: int | str | None = None
    measure: Measure | None = None

    def judged(self, value: Plain) -> Plain:
        """What of an answer's value is held against `expected`: the facts in it where there is a measure."""
        if self.measure is None:
            return value
        return facts_of(self.measure, value if len(self.calls) > 1 else [value], self.calls)


@dataclass(frozen=True)
class KeyCriterion:
    """A line of the rubric with its cases. `hidden` means that students see its name and not its cases."""

    name: str
    points: float
    hidden: bool
    tolerance: Tolerance
    inputs_unchanged: bool
    cases: tuple[KeyCase, ...]


@dataclass(frozen=True)
class Key:
    """All that judging one exercise needs. `digest` names the declaration it was made from.

    seconds: how long one case may take; 0 for the usual limit.
    """

    exercise: str
    points: float
    hint: str
    parameters: tuple[str, ...]
    criteria: tuple[KeyCriterion, ...]
    mistakes: Mapping[str, str]
    digest: str = ""
    seconds: float = 0.0

    @property
    def cases(self) -> list[tuple[KeyCriterion, KeyCase]]:
        """Every case with its criterion, in the order of the rubric."""
        return [(criterion, case) for criterion in self.criteria for case in criterion.cases]

    def public(self) -> Key:
        """The part a student may see: hidden criteria by name only, no hidden case."""
        return replace(
            self,
            criteria=tuple(
                replace(
                    criterion,
                    cases=() if criterion.hidden else tuple(case for case in criterion.cases if not case.hidden),
                )
                for criterion in self.criteria
            ),
        )


def once_per_key(name: Callable[[Key], str]) -> Callable[[Key], str]:
    """A name that follows from a key, made once for each: keys live as long as the process, and there are few."""
    known: dict[int, tuple[Key, str]] = {}

    @wraps(name)
    def named(key: Key) -> str:
        found = known.get(id(key))
        if found is None or found[0] is not key:
            found = known[id(key)] = key, name(key)
        return found[1]

    return named


def key_to_json(key: Key) -> dict[str, Any]:
    """A key as JSON values. Raises WireError when an expected value is not plain data."""
    return {
        "exercise": key.exercise,
        "points": key.points,
        "hint": key.hint,
        "parameters": list(key.parameters),
        "mistakes": dict(key.mistakes),
        "digest": key.digest,
        **({"seconds": key.seconds} if key.seconds else {}),
        "criteria": [
            {
                "name": criterion.name,
                "points": criterion.points,
                "hidden": criterion.hidden,
                "rtol": criterion.tolerance.rtol,
                "atol": criterion.tolerance.atol,
                "inputs_unchanged": criterion.inputs_unchanged,
                "cases": [_case_to_json(case) for case in criterion.cases],
            }
            for criterion in key.criteria
        ],
    }


def key_from_json(node: dict[str, Any]) -> Key:
    """The inverse of `key_to_json`. Raises BadKey when the JSON is not a key."""
    try:
        return Key(
            exercise=node["exercise"],
            points=node["points"],
            hint=node["hint"],
            parameters=tuple(node["parameters"]),
            mistakes=dict(node["mistakes"]),
            digest=node["digest"],
            seconds=float(node.get("seconds", 0.0)),
            criteria=tuple(
                KeyCriterion(
                    name=item["name"],
                    points=item["points"],
                    hidden=item["hidden"],
                    tolerance=Tolerance(item["rtol"], item["atol"]),
                    inputs_unchanged=item["inputs_unchanged"],
                    cases=tuple(_case_from_json(case) for case in item["cases"]),
                )
                for item in node["criteria"]
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError, DeclarationError) as error:  # WireError is a ValueError
        raise BadKey(f"not a key of this version of gradmark ({type(error).__name__}: {error})") from error


def _case_to_json(case: KeyCase) -> dict[str, Any]:
    return {
        "id": case.id,
        # Later calls name only what differs from the first: samples ask the same thing four times.
        "calls": [to_json(dict(case.calls[0])), *(to_json(_new(call, case.calls[0])) for call in case.calls[1:])],
        "expected": _expected_to_json(case.expected),
        "mistakes": {title: _outcome_to_json(outcome) for title, outcome in case.mistakes.items()},
        "hidden": case.hidden,
        **({} if case.item is None else {"item": case.item}),
        **({} if case.measure is None else {"measure": _measure_to_json(case.measure)}),
    }


def _measure_to_json(measure: Measure) -> dict[str, Any]:
    return {"kind": type(measure).__name__, **{name: to_json(plain(item)) for name, item in vars(measure).items()}}


def _measure_from_json(node: dict[str, Any]) -> Measure:
    return MEASURES[node["kind"]](**{name: from_json(item) for name, item in node.items() if name != "kind"})


def _new(call: Mapping[str, Plain], first: Mapping[str, Plain]) -> dict[str, Plain]:
    return {name: value for name, value in call.items() if name not in first or to_json(value) != to_json(first[name])}


def _case_from_json(node: dict[str, Any]) -> KeyCase:
    return KeyCase(
        id=node["id"],
        calls=_calls_from_json(node["calls"]),
        expected=_expected_from_json(node["expected"]),
        mistakes={title: _outcome_from_json(outcome) for title, outcome in node["mistakes"].items()},
        hidden=node["hidden"],
        item=node.get("item"),
        measure=_measure_from_json(node["measure"]) if "measure" in node else None,
    )


def _calls_from_json(nodes: list[Any]) -> tuple[dict[str, Plain], ...]:
    first = from_json(nodes[0])
    return (first, *({**first, **from_json(node)} for node in nodes[1:]))


def _expected_to_json(expected: Plain | Raises | Sample) -> dict[str, Any]:
    if isinstance(expected, Raises):
        return {"raises": expected.type}
    if isinstance(expected, Sample):
        law = {"law": type(expected.law).__name__, **asdict(expected.law)}
        return {"sample": law, "shape": list(expected.shape), "relative_to": expected.relative_to}
    return {"value": to_json(expected)}


def _expected_from_json(node: dict[str, Any]) -> Plain | Raises | Sample:
    if "raises" in node:
        return Raises(node["raises"])
    if "sample" in node:
        numbers = dict(node["sample"])
        law = {"Uniform": Uniform, "Bernoulli": Bernoulli, "Normal": Normal}[numbers.pop("law")]
        return Sample(law(**numbers), tuple(node["shape"]), node["relative_to"])
    return from_json(node["value"])


def _outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    if outcome.raised:
        return {"raised": outcome.raised}
    if outcome.summary:
        return {"summary": {**asdict(outcome.summary), "flaws": list(outcome.summary.flaws)}}
    node = {"value": to_json(outcome.value)}
    return node if outcome.after is None else {**node, "after": to_json(outcome.after)}


def _outcome_from_json(node: dict[str, Any]) -> Outcome:
    if "raised" in node:
        return Outcome(raised=node["raised"])
    if "summary" in node:
        return Outcome(summary=Summary(**{**node["summary"], "flaws": tuple(node["summary"]["flaws"])}))
    return Outcome(value=from_json(node["value"]), after=from_json(node["after"]) if "after" in node else None)

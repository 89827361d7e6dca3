"""What an answer is judged by when many answers are right: facts that trusted code finds in it.

A measure turns an answer into named facts; what it finds in the reference's answer is expected of the student's. Pure,
NumPy only, so that a student's `check` can use them; a measure may be given anything at all as an answer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# A share of coin flips may be this many standard deviations off: one false alarm in 10**10.
_SIGMAS = 6.5


class NoFacts(Exception):
    """The answer is not of a kind in which there are facts; `args[0]` is the fact that was wanted."""


# By code, with parameters (see `fact`): `messages` has a text `fact_<code>` for each.
Facts = dict[str, Any]
Calls = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Measure:
    """`facts(answers, calls)`: the answers of a case's calls, in order, and the arguments of each call."""

    def facts(self, answers: Sequence[Any], calls: Calls) -> Facts:
        """Raises NoFacts; any other exception counts as one."""
        raise NotImplementedError


def facts_of(measure: Measure, answers: Sequence[Any], calls: Calls) -> Facts:
    """The facts in these answers; of an answer that is nothing like it, the one fact that it is not."""
    try:
        return measure.facts(answers, calls)
    except NoFacts as error:
        return {str(error.args[0]): False}
    except Exception:  # whatever an answer is, it is judged
        return {"kind": False}


def fact(code: str, **parameters: str | float) -> str:
    """A fact's name in `Facts`: its code, then its parameters, if any, as JSON."""
    return f"{code} {json.dumps(parameters)}" if parameters else code


def parsed_fact(name: str) -> tuple[str, dict[str, Any]]:
    """The inverse of `fact`: code and parameters."""
    code, _, parameters = name.partition(" ")
    return code, json.loads(parameters) if parameters else {}


def _wanted(condition: bool, name: str) -> None:
    if not condition:
        raise NoFacts(name)


def _randomness(orders: Sequence[Any]) -> Facts:
    """Of four results: two drawn from one generator, one from a generator in the same state, one from another."""
    first, second, again, other = ([np.asarray(part) for part in order] for order in orders)
    return {
        "new_each_call": not _same(first, second),
        "same_state": _same(first, again),
        "other_generator": not _same(first, other),
    }


def _same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))


@dataclass(frozen=True)
class Batches(Measure):
    """Mini-batches: a list of pairs (rows, targets) that shares out the arguments `rows` and `targets`.

    The rows of a case differ from each other, and so do its targets.
    """

    rows: str = "X"
    targets: str = "y"

    def facts(self, answers: Sequence[Any], calls: Calls) -> Facts:
        orders = []
        for answer, call in zip(answers, calls, strict=True):
            X, y = np.asarray(call[self.rows]), np.asarray(call[self.targets])
            _wanted(isinstance(answer, list | tuple), "pairs")
            pairs = [pair for pair in answer if isinstance(pair, list | tuple) and len(pair) == 2]
            _wanted(len(pairs) == len(answer) > 0, "pairs")
            batches = [(np.asarray(one), np.asarray(other)) for one, other in pairs]
            _wanted(
                all(one.shape[1:] == X.shape[1:] and one.ndim == X.ndim for one, _ in batches)
                and all(other.shape[1:] == y.shape[1:] and other.ndim == y.ndim for _, other in batches),
                "batch_shape",
            )
            _wanted(all(len(one) == len(other) for one, other in batches), "batch_targets")
            orders.append((batches, X, y))
        batches, X, y = orders[0]
        found: Facts = {"batch_sizes": [len(one) for one, _ in batches]}
        rows = [np.concatenate([one for one, _ in made]) for made, _, _ in orders]
        targets = [np.concatenate([other for _, other in made]) for made, _, _ in orders]
        places = [_places(row, X) for row in rows]
        found["every_row_once"] = all(sorted(place) == list(range(len(X))) for place in places)
        found["kept_together"] = all(
            len(place) == len(target) and -1 not in place and np.array_equal(target, y[place])
            for place, target in zip(places, targets, strict=True)
        )
        found["rows_shuffled"] = all(place != sorted(place) for place in places)
        return {**found, **_randomness([[place] for place in places])} if len(places) == 4 else found


def _places(rows: np.ndarray, table: np.ndarray) -> list[int]:
    """For each row its place in the table, -1 where it has none."""
    known = {row.tobytes(): place for place, row in enumerate(np.ascontiguousarray(table))}
    same = np.ascontiguousarray(rows.astype(table.dtype))
    found = [known.get(row.tobytes(), -1) for row in same]
    # What changes when it is given the table's type is none of its rows.
    return [place if np.array_equal(row, given) else -1 for place, row, given in zip(found, same, rows, strict=True)]


@dataclass(frozen=True)
class Split(Measure):
    """Three arrays of indices that share out range(n)."""

    count: str = "n"

    def facts(self, answers: Sequence[Any], calls: Calls) -> Facts:
        wanted = "three_arrays"
        made = []
        for answer in answers:
            _wanted(isinstance(answer, list | tuple) and len(answer) == 3, wanted)
            parts = [np.asarray(part) for part in answer]
            _wanted(all(part.ndim == 1 and (part.dtype.kind in "iu" or not part.size) for part in parts), wanted)
            made.append(parts)
        n = int(calls[0][self.count])
        everything = [np.concatenate(parts).astype(int) for parts in made]
        return {
            "part_sizes": [len(part) for part in made[0]],
            "no_index_twice": all(len(set(all_.tolist())) == len(all_) for all_ in everything),
            "every_index": all(set(all_.tolist()) == set(range(n)) for all_ in everything),
            "indices_shuffled": all(all_.tolist() != sorted(all_.tolist()) for all_ in everything),
            **(_randomness(made) if len(made) == 4 else {}),
        }


@dataclass(frozen=True)
class Truth(Measure):
    """Weights (w, b) of a perceptron: what it says, 1 where w·x + b > 0, at corners of the unit square."""

    corners: tuple[tuple[int, int], ...] = ((0, 0), (0, 1), (1, 0), (1, 1))

    def facts(self, answers: Sequence[Any], calls: Calls) -> Facts:
        answer = answers[0]
        _wanted(isinstance(answer, list | tuple) and len(answer) == 2, "pair")
        w, b = np.asarray(answer[0]), np.asarray(answer[1])
        _wanted(w.dtype.kind in "biuf" and b.dtype.kind in "biuf", "pair")
        _wanted(w.shape == (2,) and b.size == 1, "weight_shape")
        said = {corner: float(w @ np.array(corner, dtype=float) + b.item()) for corner in self.corners}
        return {fact("output_at", x=x, y=y): int(value > 0) for (x, y), value in said.items()}


@dataclass(frozen=True)
class Mirrored(Measure):
    """Images each of which is the original or its mirror image (the last axis reversed), with probability p."""

    images: str = "images"
    p: str = "p"

    def facts(self, answers: Sequence[Any], calls: Calls) -> Facts:
        images, p = np.asarray(calls[0][self.images]), float(calls[0][self.p])
        made = [np.asarray(answer) for answer in answers]
        _wanted(bool(made) and all(one.shape == images.shape for one in made), "image_shape")
        mirror = images[..., ::-1]
        axes = tuple(range(1, images.ndim))
        is_mirror = [np.all(one == mirror, axis=axes) for one in made]
        is_either = [np.all(one == images, axis=axes) | mirrored for one, mirrored in zip(made, is_mirror, strict=True)]
        # Each call for itself: one coin for all images must show. Repeated calls count once.
        room = _SIGMAS * math.sqrt(p * (1 - p) / len(images))
        shares = [float(np.mean(mirrored)) for mirrored in is_mirror]
        found: Facts = {
            "original_or_mirror": bool(np.all(is_either)),
            "mirrored_by_itself": all(abs(share - p) <= room for share in shares),
        }
        # Whether two tosses for whole batches come out alike is chance, and says nothing of a mistake.
        return {**found, **_randomness([[one] for one in made])} if len(made) == 4 and all(found.values()) else found


@dataclass(frozen=True)
class Accuracy(Measure):
    """Predicted labels of which at least a share must be right. labels: the right ones, which stay with the judge."""

    labels: Any
    at_least: float

    def facts(self, answers: Sequence[Any], calls: Calls) -> Facts:
        labels, said = np.asarray(self.labels), np.asarray(answers[0])
        _wanted(said.shape == labels.shape and said.dtype.kind in "iuf", "one_label_each")
        return {fact("share_right", percent=100 * self.at_least): bool(np.mean(said == labels) >= self.at_least)}


def _history(answer: Any, name: str) -> np.ndarray:
    """The history under that name in a dict: a list of numbers, at least two."""
    _wanted(isinstance(answer, dict) and name in answer, fact("history_there", name=name))
    history = np.asarray(answer[name])
    _wanted(history.dtype.kind in "iuf" and history.size >= 2, fact("history_long", name=name))
    # Of the right length, but in columns: another thing than a history of which only one number was kept.
    _wanted(history.ndim == 1, fact("history_flat", name=name))
    return history


@dataclass(frozen=True)
class Falling(Measure):
    """A history of losses, under a name in a dict: that it falls."""

    name: str = "losses"

    def facts(self, answers: Sequence[Any], calls: Calls) -> Facts:
        history = _history(answers[0], self.name)
        return {
            "losses_finite": bool(np.isfinite(history).all()),
            "losses_halved": bool(history[-1] < 0.5 * history[0]),
            "losses_falling": bool(np.mean(history[history.size // 2 :]) < np.mean(history[: history.size // 2])),
        }


@dataclass(frozen=True)
class Ending(Measure):
    """A history of losses, under a name in a dict: that its end lies where the data allow, between two numbers."""

    least: float
    most: float = math.inf
    name: str = "losses"

    def facts(self, answers: Sequence[Any], calls: Calls) -> Facts:
        history = _history(answers[0], self.name)
        found = {
            "losses_finite": bool(np.isfinite(history).all()),
            fact("last_at_least", least=self.least): bool(history[-1] >= self.least),
        }
        if math.isfinite(self.most):
            found[fact("last_at_most", most=self.most)] = bool(history[-1] <= self.most)
        return found


@dataclass(frozen=True)
class Chance(Measure):
    """A history of losses, under a name in a dict, of four calls: that it depends on the generator and on no other."""

    name: str = "losses"

    def facts(self, answers: Sequence[Any], calls: Calls) -> Facts:
        # Four digits: sums of floats may differ in the last ones from call to call.
        histories = [[_four_digits(_history(answer, self.name))] for answer in answers]
        return _randomness(histories)


def _four_digits(numbers: np.ndarray) -> np.ndarray:
    return np.array([float(f"{number:.3e}") for number in numbers])


MEASURES: dict[str, type[Measure]] = {
    kind.__name__: kind for kind in (Batches, Split, Truth, Mirrored, Accuracy, Falling, Ending, Chance)
}

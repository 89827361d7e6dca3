"""Expected values: the trusted side's keys, made from the course's reference and kept on disk.

The reference module, and torch with it, is imported only when a key has to be made; a warm cache imports neither.
Torch never runs where student code runs.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import inspect
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader.calling import Answer, Maker, ask
from grader.course import CourseError, CourseFolder
from grader.distribution import four_arrays
from grader.exercise import Assignment, Case, Criterion, DeclarationError, Exercise, Raises, beside
from grader.files import write_atomically
from grader.key import (
    FORMAT,
    BadKey,
    Key,
    KeyCase,
    KeyCriterion,
    Outcome,
    Sample,
    summarize_answer,
)
from grader.question import Question, questions_in
from grader.quiz import any_key_from_json, any_key_to_json, question_key
from grader.wire import Opaque, Plain, plain

PUBLIC_SEED = 0
HIDDEN_SEEDS = 1


class OracleError(CourseError):
    """The course's reference cannot give an expected value; names the exercise, the case and the remedy."""


def declared(folder: CourseFolder, assignment: Assignment) -> dict[str, Exercise]:
    """The assignment's exercises, its reference imported now. Raises OracleError or DeclarationError."""
    return assignment.exercises(_reference(folder, assignment))


def declared_questions(folder: CourseFolder, assignment: Assignment) -> dict[str, Question]:
    """The assignment's quiz questions. Raises OracleError or DeclarationError."""
    return questions_in(_reference(folder, assignment))


def _reference(folder: CourseFolder, assignment: Assignment) -> ModuleType:
    file = folder.root.joinpath(*assignment.module.split(".")).with_suffix(".py")
    _ = folder.course  # puts the course's root on the path
    try:
        return importlib.import_module(assignment.module)
    except DeclarationError as error:
        raise DeclarationError(f"{file}: {error}") from error
    except Exception as error:
        raise OracleError(f"{file}: cannot be imported ({type(error).__name__}: {error})") from error


def public_keys(folder: CourseFolder, assignment: Assignment) -> dict[str, Key]:
    """The keys students get: public cases only, made afresh."""
    keys = make_keys(folder, assignment, [], folder.digest(assignment))
    return {name: key.public() for name, key in keys.items()}


def make_keys(folder: CourseFolder, assignment: Assignment, seeds: Sequence[int], digest: str) -> dict[str, Key]:
    """The keys of an assignment's exercises and questions. Raises OracleError or DeclarationError."""
    exercises, questions = declared(folder, assignment), declared_questions(folder, assignment)
    return {name: make_key(exercise, seeds, digest) for name, exercise in exercises.items()} | {
        name: question_key(name, question, digest) for name, question in questions.items()
    }


def grading_keys(folder: CourseFolder, assignment: Assignment, hidden_seeds: int = HIDDEN_SEEDS) -> dict[str, Key]:
    """The keys that give marks: public and hidden cases. From the cache when nothing they depend on has changed."""
    seeds = folder.hidden_seeds(assignment, hidden_seeds)
    digest = folder.digest(assignment)
    made_of = [FORMAT, digest, seeds, importlib.metadata.version("torch"), np.__version__]
    name = f"{assignment.name}-{zlib.crc32(json.dumps(made_of).encode()):08x}-{digest}.json"
    path = folder.state / "keys" / name
    keys = _kept(path)
    if keys:
        return keys
    keys = make_keys(folder, assignment, seeds, digest)
    nodes = [any_key_to_json(key) for key in keys.values()]
    write_atomically(path, json.dumps({"sha256": _sha256(nodes), "keys": nodes}))
    return keys


def earlier_keys(folder: CourseFolder, digest: str) -> list[dict[str, Key]]:
    """What the cache still holds of a declaration, by its digest: one set for each secret and version of torch."""
    return [keys for path in sorted((folder.state / "keys").glob(f"*-{digest}.json")) if (keys := _kept(path))]


def _kept(path: Path) -> dict[str, Key]:
    """The keys in a file of the cache; none where they were never made, or the file is damaged."""
    try:
        kept = json.loads(path.read_text())
        if kept["sha256"] == _sha256(kept["keys"]):
            return {key.exercise: key for key in map(any_key_from_json, kept["keys"])}
    except (OSError, ValueError, BadKey, TypeError, KeyError, RecursionError):
        pass
    return {}


def _sha256(nodes: Any) -> str:
    return hashlib.sha256(json.dumps(nodes).encode()).hexdigest()


def make_key(exercise: Exercise, hidden_seeds: Sequence[int], digest: str) -> Key:
    """One exercise's key: its public cases, then those of the hidden seeds. Raises OracleError."""
    criteria = []
    for criterion in exercise.criteria:
        cases = []
        for label, seed in [("public", PUBLIC_SEED), *((f"hidden{i}", seed) for i, seed in enumerate(hidden_seeds))]:
            made = make_cases(exercise, criterion, seed)
            cases += [
                _key_case(exercise, criterion, case, f"{criterion.name}/{label}/{number}", label != "public")
                for number, case in enumerate(made)
            ]
        criteria.append(
            KeyCriterion(
                criterion.name,
                criterion.points,
                criterion.hidden,
                criterion.tolerance,
                criterion.inputs_unchanged,
                tuple(cases),
            )
        )
    return Key(
        exercise=exercise.name,
        points=exercise.points,
        hint=exercise.hint,
        parameters=exercise.parameters,
        criteria=tuple(criteria),
        mistakes={mistake.title: mistake.hint for mistake in exercise.mistakes},
        digest=digest,
        seconds=exercise.seconds,
    )


def make_cases(exercise: Exercise, criterion: Criterion, seed: int) -> list[Case]:
    """The cases a criterion generates from a seed, as the reference is asked them; `shown` is what students see."""
    # Seeded by name, so that a new criterion or exercise changes no other one's cases.
    rng = np.random.default_rng([seed, zlib.crc32(f"{exercise.name}/{criterion.name}".encode())])
    try:
        cases = list(criterion.generate(rng))
    except Exception as error:
        raise OracleError(
            f"{exercise.name}: the cases of {criterion.name!r} cannot be made ({type(error).__name__}: {error})"
        ) from error
    if not cases:
        raise OracleError(f"{exercise.name}: {criterion.name!r} has no case; give it one, or remove it")
    return [replace(case, calls=tuple(_arguments(exercise, criterion, call) for call in case.calls)) for case in cases]


def shown(criterion: Criterion, case: Case) -> tuple[Mapping[str, Plain], ...]:
    """A case's calls as the student gets them: whole numbers as integers where the criterion is about those."""
    return tuple(
        {name: _as_integers(value) if _is_integer(criterion, name) else value for name, value in call.items()}
        for call in case.calls
    )


def reference_answer(function: Callable[..., Any], exercise: Exercise, criterion: Criterion, case: Case) -> Answer:
    """What a torch implementation, right or wrong, answers to a case."""
    import torch

    def find(name: str) -> Callable[..., Any]:
        other = beside(exercise, name)
        return _on_tensors(other.function, other)

    # A mistake may use the global generators; freeze what it does.
    torch.manual_seed(0)
    np.random.seed(0)
    want_after = criterion.inputs_unchanged
    return ask(_on_tensors(function, exercise), exercise.parameters, case.calls, want_after, case.item, Maker(find))


def _on_tensors(function: Callable[..., Any], exercise: Exercise) -> Callable[..., Any]:
    """The torch function as one of arrays. Tensors share the arrays' memory, so changed inputs show.

    Plain numbers become tensors where the reference's signature says Tensor, and stay numbers elsewhere.
    """
    import torch

    signature = inspect.signature(exercise.function).parameters.values()
    tensor_names = {
        parameter.name
        for parameter in signature
        if torch.Tensor in (parameter.annotation, getattr(parameter.annotation, "array_type", None))
    }

    def given(name: str, value: Any) -> Any:
        if type(value) in (int, float) and name in tensor_names:
            return torch.tensor(float(value), dtype=torch.float64)
        return tensors(value)

    def tensors(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return torch.from_numpy(value)
        if isinstance(value, dict):
            return {key: tensors(item) for key, item in value.items()}
        return type(value)(map(tensors, value)) if isinstance(value, list | tuple) else value

    def arrays(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return value.detach().numpy()
        if isinstance(value, dict):
            return {key: arrays(item) for key, item in value.items()}
        return type(value)(map(arrays, value)) if isinstance(value, list | tuple) else value

    def call(*args: Any, **kwargs: Any) -> Any:
        positional = [given(name, value) for name, value in zip(exercise.parameters, args, strict=False)]
        return arrays(function(*positional, **{name: given(name, value) for name, value in kwargs.items()}))

    return call


def _key_case(exercise: Exercise, criterion: Criterion, case: Case, name: str, hidden: bool) -> KeyCase:
    expected = _expected(exercise, criterion, case, name)
    mistakes = {}
    for mistake in exercise.mistakes:
        answer = reference_answer(mistake.function, exercise, criterion, case)
        mistakes[mistake.title] = _outcome(answer, expected, case)
    return KeyCase(name, shown(criterion, case), expected, mistakes, hidden, case.item, case.measure)


def _expected(exercise: Exercise, criterion: Criterion, case: Case, name: str) -> Plain | Raises | Sample:
    answer = reference_answer(exercise.function, exercise, criterion, case)
    where = f"{exercise.name}, case {name}"
    if isinstance(case.wanted, Raises):
        if answer.raised is None or case.wanted.type not in answer.raised.types:
            raise OracleError(
                f"{where}: the reference does not raise {case.wanted.type}; use case() instead of raising()"
            )
        return case.wanted
    if answer.raised is not None:
        raise OracleError(f"{where}: the reference raised {answer.raised.types[0]}: {answer.raised.message}")
    if case.wanted is not None:
        arrays = four_arrays(answer.value)
        if arrays is None:
            raise OracleError(f"{where}: the reference must draw an array of numbers in each of the four calls")
        return Sample(case.wanted, arrays[0].shape, case.relative_to)
    value = _judged(case, answer.value)
    if not _usable(value):
        raise OracleError(f"{where}: the reference gives NaN, None or something that is not plain numbers")
    return value


def _judged(case: Case, value: Plain) -> Plain:
    """What of an answer is judged: the facts in it where the case has a measure."""
    return KeyCase("", case.calls, None, {}, measure=case.measure).judged(value)


def _usable(value: Plain) -> bool:
    if isinstance(value, dict):
        return all(map(_usable, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_usable, value))
    if value is None or isinstance(value, Opaque):
        return False
    return isinstance(value, str) or not np.isnan(np.asarray(value)).any()


def _outcome(answer: Answer, expected: Plain | Raises | Sample, case: Case) -> Outcome:
    if answer.raised is not None:
        return Outcome(raised=answer.raised.types[0])
    if isinstance(expected, Sample):
        summary = summarize_answer(expected, case.calls, answer.value)
        if summary is not None:
            return Outcome(summary=summary)
        arrays = four_arrays(answer.value)
        return Outcome(value=arrays[0].shape if arrays is not None else None)
    return Outcome(value=_judged(case, answer.value), after=answer.after)


def _arguments(exercise: Exercise, criterion: Criterion, call: Mapping[str, Any]) -> dict[str, Plain]:
    """A call's arguments as the reference gets them, in its order.

    Arguments before the last one named are filled in with the reference's defaults, so that a learner's function can be
    called by position. Float arrays hold whole numbers of about the same size where the criterion is about integers.
    """
    parameters = inspect.signature(exercise.function).parameters.values()
    last = max((place for place, parameter in enumerate(parameters) if parameter.name in call), default=-1)
    made: dict[str, Plain] = {}
    for place, parameter in enumerate(parameters):
        if parameter.name in call:
            value = plain(call[parameter.name])
            made[parameter.name] = (
                _map_floats(value, lambda array: np.rint(3 * array))
                if _is_integer(criterion, parameter.name)
                else value
            )
        elif place < last and parameter.default is not parameter.empty:
            made[parameter.name] = plain(parameter.default)
    unknown = sorted(set(call) - set(made))
    if unknown:
        raise OracleError(
            f"{exercise.name}: a case of {criterion.name!r} gives {unknown[0]}, which is no argument of it"
        )
    return made


def _is_integer(criterion: Criterion, name: str) -> bool:
    return criterion.integer_input and (not criterion.integers or name in criterion.integers)


def _as_integers(value: Plain) -> Plain:
    return _map_floats(value, lambda array: array.astype(np.int64))


def _map_floats(value: Plain, change: Callable[[np.ndarray], np.ndarray]) -> Plain:
    if isinstance(value, dict):
        return {key: _map_floats(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_map_floats(item, change) for item in value)
    return change(value) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value

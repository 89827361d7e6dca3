"""What a worker does with a batch of parcels, and what it says of itself. The same on every machine.

Trust: a worker and whatever connects it to the program at home are trusted, as that program is; the notebooks it runs
are not, and cannot reach it (sandbox). What comes back is held to its types nevertheless, so that a worker of another
making costs an error and no mark.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.answers import AnswerStore, versions
from grader.calling import Answer, Raised
from grader.grade import run_job, sandbox
from grader.parcel import Parcel, ParcelError, unpack
from grader.sandbox.isolation import LEVELS
from grader.sandbox.job import Report, Run
from grader.sandbox.parent import SandboxError, Settings


@dataclass(frozen=True)
class Outcome:
    """What became of one parcel: a run; or a `problem` in one line, when the sandbox or the worker itself failed."""

    run: Run | None
    problem: str = ""


@dataclass(frozen=True)
class Introduction:
    """A worker, in its own words. versions: as `answers.versions`. level: the isolation it holds, or `problem`."""

    versions: dict[str, str]
    level: str = ""
    problem: str = ""


def introduce(settings: Settings) -> Introduction:
    """Start this thread's sandbox, find what holds, and leave it warm. Runs where the notebooks will."""
    try:
        return Introduction(versions(), sandbox(settings).level)
    except SandboxError as error:
        return Introduction(versions(), problem=str(error))


def run_parcels(
    parcels: Sequence[Parcel], settings: Settings = Settings(), store: AnswerStore | None = None
) -> list[Outcome]:
    """Run notebooks one after the other, in a sandbox; an Outcome for each, in their order.

    store: where answers may lie already and are kept, for a worker of the machine it is on.
    """
    return [_run(parcel, settings, store) for parcel in parcels]


def _run(parcel: Parcel, settings: Settings, store: AnswerStore | None) -> Outcome:
    try:
        with tempfile.TemporaryDirectory(prefix="gradmark-") as folder:
            job = unpack(parcel, Path(folder))
            return Outcome(run_job(job, store, replace(settings, preload=parcel.preload), parcel.key))
    except SandboxError as error:
        return Outcome(None, str(error))
    except (OSError, ParcelError) as error:
        return Outcome(None, f"the worker cannot take the notebook ({error})")


def checked(outcomes: Any, count: int, min_level: str) -> list[Outcome]:
    """What a worker returned, if it is an Outcome for each of `count` parcels. Raises SandboxError."""
    if not isinstance(outcomes, list) or len(outcomes) != count:
        raise SandboxError(f"a worker returned something else than {count} outcomes")
    return [_checked(outcome, min_level) for outcome in outcomes]


def _checked(outcome: Any, min_level: str) -> Outcome:
    if not isinstance(outcome, Outcome):
        return Outcome(None, "a worker returned no outcome")
    run = outcome.run
    if run is None:
        return Outcome(None, str(outcome.problem) or "a worker returned neither a run nor a problem")
    if not _is_run(run):
        return Outcome(None, "a worker returned a run that is none")
    if LEVELS.index(run.level) < LEVELS.index(min_level):
        return Outcome(None, f"a worker ran the notebook at isolation level {run.level}, below {min_level}")
    return outcome


def _is_run(run: Any) -> bool:
    return (
        isinstance(run, Run)
        and run.level in LEVELS
        and isinstance(run.ended, str)
        and _all(run.answers, str, dict)
        and all(_all(answers, str, Answer) for answers in run.answers.values())
        and all(
            isinstance(answer.raised, Raised | None) and isinstance(answer.missing, str)
            for answers in run.answers.values()
            for answer in answers.values()
        )
        and _all(run.outputs, int, list)
        and all(isinstance(output, dict) for outputs in run.outputs.values() for output in outputs)
        and _all(run.files, str, bytes)
        and isinstance(run.reports, tuple)
        and all(isinstance(report, Report) for report in run.reports)
    )


def _all(mapping: Any, name: type, value: type) -> bool:
    return isinstance(mapping, dict) and all(
        isinstance(one, name) and isinstance(other, value) for one, other in mapping.items()
    )

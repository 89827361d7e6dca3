"""A job as it is sent to a worker: data only, and of the keys nothing but what is asked.

What travels: the cells, which check counts where, the inputs of all cases (hidden ones as well), the files beside the
notebook, limits and environment. What stays at home: every expected value, tolerances, points, mistakes, hints, the
right answers to questions, and whose notebook it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from grader.exercise import Tolerance
from grader.key import Key, KeyCase, KeyCriterion
from grader.public import FILE
from grader.quiz import QuestionKey
from grader.sandbox.job import Job
from grader.sandbox.protocol import Limits


class ParcelError(ValueError):
    """A parcel that cannot be packed or unpacked, in one line."""


@dataclass(frozen=True)
class Parcel:
    """A job without anything a worker need not know; as `Job`, with these differences.

    keys: as `questions_only` leaves them. files: name -> content, or for a worker of this machine where it is.
    preload: packages that are there for the notebook although they are hidden otherwise. key: the job's content key.
    """

    cells: tuple[tuple[int, str], ...]
    checks: Mapping[str, int]
    keys: Mapping[str, Key]
    files: Mapping[str, bytes | Path] = field(default_factory=dict)
    limits: Limits = Limits()
    environment: Mapping[str, str] = field(default_factory=dict)
    preload: tuple[str, ...] = ()
    key: str = ""


def questions_only(key: Key) -> Key:
    """What of a key is asked: equal questions, and the same content key of a job, without any answer to them."""
    if isinstance(key, QuestionKey):
        return QuestionKey(key.exercise, 0.0, "", key.parameters, (), {}, seconds=key.seconds)
    return Key(
        exercise=key.exercise,
        points=0.0,
        hint="",
        parameters=key.parameters,
        criteria=tuple(_asked(criterion) for criterion in key.criteria),
        mistakes={},
        seconds=key.seconds,
    )


def _asked(criterion: KeyCriterion) -> KeyCriterion:
    cases = tuple(KeyCase(case.id, case.calls, None, {}, case.hidden, case.item) for case in criterion.cases)
    return KeyCriterion(criterion.name, 0.0, criterion.hidden, Tolerance(), criterion.inputs_unchanged, cases)


class Packer:
    """Packs the jobs of a class. What jobs have in common is one object, which pickle writes once for many parcels.

    here: for workers of this machine, which read the files themselves.
    """

    def __init__(self, preload: tuple[str, ...] = (), here: bool = False) -> None:
        self._preload = preload
        self._here = here
        # The key itself is kept, or another one could get its id.
        self._asked: dict[int, tuple[Key, Key]] = {}

    def pack(self, job: Job, key: str = "", contents: dict[bytes, bytes] | None = None) -> Parcel:
        """A job as a parcel. key: its content key. contents: of the files of the parcels it is sent with.

        Raises ParcelError when a file beside the notebook cannot be read.
        """
        shared = {} if contents is None else contents
        files: dict[str, bytes | Path] = {}
        for name, path in job.files.items():
            if PurePosixPath(name).name == FILE and not self._here:
                continue  # what public cases are held against is everybody's, and still no worker's
            try:
                content = path if self._here else path.read_bytes()
            except OSError as error:
                raise ParcelError(f"{path}: cannot be read ({error.strerror})") from error
            files[name] = content if isinstance(content, Path) else shared.setdefault(content, content)
        return Parcel(
            cells=job.cells,
            checks=dict(job.checks),
            keys={name: self._without_answers(key) for name, key in job.keys.items()},
            files=files,
            limits=job.limits,
            environment=dict(job.environment),
            preload=self._preload,
            key=key,
        )

    def _without_answers(self, key: Key) -> Key:
        known = self._asked.get(id(key))
        if known is None:
            known = self._asked[id(key)] = key, questions_only(key)
        return known[1]


def pack(job: Job, preload: tuple[str, ...] = ()) -> Parcel:
    """One job as a parcel. Raises ParcelError when a file beside the notebook cannot be read."""
    return Packer(preload).pack(job)


def unpack(parcel: Parcel, folder: Path) -> Job:
    """The job in a parcel; its files are written below `folder`, which is there and empty.

    Raises ParcelError when a name leads elsewhere, and OSError when there is no room.
    """
    files = {name: _file(name, content, folder) for name, content in parcel.files.items()}
    return Job(
        cells=parcel.cells,
        checks=parcel.checks,
        keys=parcel.keys,
        files=files,
        limits=parcel.limits,
        environment=parcel.environment,
    )


def _file(name: Any, content: bytes | Path, folder: Path) -> Path:
    path = PurePosixPath(name) if isinstance(name, str) else None
    if path is None or path.is_absolute() or ".." in path.parts or "\0" in name or str(path) != name or name == ".":
        raise ParcelError(f"{name!r} is not the name of a file beside a notebook")
    if isinstance(content, Path):
        return content
    target = folder / path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Never through what an earlier name has made.
        with target.open("xb") as file:
            file.write(content)
    except (FileExistsError, NotADirectoryError) as error:
        raise ParcelError(f"{name!r} is the name of two things beside one notebook") from error
    return target

"""A run's answers on disk: one .npz with a JSON manifest, named by what the run depended on.

Readable with ``numpy.load(path, allow_pickle=False)``: `manifest` is JSON text as bytes, `answers` the bytes that
`wire.decode` reads, with files the cells wrote. The name is a hash of everything that could change an answer (cells,
inputs, limits, versions), so the same work is never run twice and changed work never reuses an old answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import platform
import zipfile
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from grader import __version__
from grader.calling import Answer
from grader.files import write_atomically
from grader.sandbox.isolation import LEVELS
from grader.sandbox.job import Job, Report, Run
from grader.sandbox.protocol import answer_from, answer_message, questions
from grader.wire import Plain, WireError, decode, encode

_FORMAT = 2
_MAX_MANIFEST = 8 * 2**20
_ROOM = 2**16  # for the headers of two .npy files and of the zip file around them
_MISSING = frozenset({"", "undefined", "time", "memory", "died", "answers", "damaged", "not_asked"})


def content_key(job: Job, preload: tuple[str, ...] = ()) -> str:
    """The name of a job: equal for equal work, different when anything an answer depends on is different.

    preload: packages that are there for it although they are hidden otherwise.
    """
    found = hashlib.sha256()
    beside = [[name, hashlib.sha256(path.read_bytes()).hexdigest()] for name, path in sorted(job.files.items())]
    versions = [_FORMAT, __version__, platform.python_version(), _versions()]
    found.update(json.dumps([versions, job.cells, sorted(job.checks.items()), asdict(job.limits), beside]).encode())
    found.update(json.dumps([sorted(job.environment.items()), preload]).encode())
    for name, key in sorted(job.keys.items()):
        found.update(encode([name, list(key.parameters), key.seconds]))
        for part in questions(key):
            for question in part:
                found.update(encode([name, question.id, list(question.calls), question.want_after, question.item]))
    return found.hexdigest()


@cache
def _versions() -> dict[str, str]:
    """Of the libraries an answer most likely depends on."""
    found = {"numpy": np.__version__}
    for name in ("ipython", "scipy", "matplotlib", "pandas", "scikit-learn"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


class AnswerStore:
    """Runs by content key, below one folder.

    max_bytes: a run whose answers are larger is not kept. Large samples of random numbers take longer to keep than to
    draw again.
    """

    def __init__(self, folder: Path, max_bytes: int = 2 * 2**20) -> None:
        self.folder = folder
        self.max_bytes = max_bytes

    def path(self, key: str) -> Path:
        """Where the run of that key lies, or would lie."""
        return self.folder / key[:2] / f"{key}.npz"

    def load(self, key: str, min_level: str = LEVELS[0]) -> Run | None:
        """The stored run; None when there is none, it is damaged, or was isolated less than `min_level` asks for."""
        try:
            with self.path(key).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                data = file.read(min(size, self.max_bytes + _MAX_MANIFEST + _ROOM))
            with zipfile.ZipFile(io.BytesIO(data)) as stored:
                manifest = json.loads(_bytes_in(stored, "manifest.npy", _MAX_MANIFEST))
                node = decode(_bytes_in(stored, "answers.npy", self.max_bytes))
            run = Run(
                answers=_answers_from(node["answers"]),
                outputs={int(index): _dicts(items) for index, items in manifest["outputs"].items()},
                files={_text(name): content.tobytes() for name, content in node["files"].items()},
                ended=_text(manifest["ended"]),
                reports=tuple(Report(_text(kind), _text(detail)) for kind, detail in manifest["reports"]),
                level=_text(manifest["level"]),
            )
            return run if LEVELS.index(run.level) >= LEVELS.index(min_level) else None
        except Exception:  # zip, zlib, NumPy and JSON each have their own for a damaged file
            return None

    def save(self, key: str, run: Run) -> None:
        """Keep a run, unless it is too large or hit a limit: on a quieter machine it may end otherwise."""
        if run.ended or any(
            answer.missing == "time" for answers in run.answers.values() for answer in answers.values()
        ):
            return
        files = {name: np.frombuffer(content, np.uint8) for name, content in run.files.items()}
        try:
            answers = encode({"answers": _answers_to(run), "files": files})
        except WireError:
            return  # nothing an honest function returns
        if len(answers) > self.max_bytes:
            return
        reports = [[report.kind, report.detail] for report in run.reports]
        manifest = json.dumps(
            {"outputs": run.outputs, "ended": run.ended, "reports": reports, "level": run.level, "format": _FORMAT}
        )
        if len(manifest) > _MAX_MANIFEST:
            return
        file = io.BytesIO()
        np.savez_compressed(
            file,
            manifest=np.frombuffer(manifest.encode(), np.uint8),
            answers=np.frombuffer(answers, np.uint8),
        )
        write_atomically(self.path(key), file.getvalue())


def _bytes_in(stored: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A member of an .npz file that is an array of bytes. numpy.load would make room for all that its header claims."""
    if stored.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("another compression, whose memory is not bounded by what is read")
    with stored.open(name) as member:
        file = io.BytesIO(member.read(most + _ROOM))
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("another version of .npy")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    content = file.read()
    if len(content) > most or dtype != np.uint8 or shape != (len(content),):
        raise ValueError("too large, or no array of bytes")
    return content


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _dicts(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError("no outputs")
    return value


def _answers_to(run: Run) -> Plain:
    return {
        name: {case_id: answer_message(case_id, answer) for case_id, answer in answers.items()}
        for name, answers in run.answers.items()
    }


def _answers_from(node: Any) -> dict[str, dict[str, Answer]]:
    return {name: {case_id: _answer(message) for case_id, message in answers.items()} for name, answers in node.items()}


def _answer(message: dict[str, Any]) -> Answer:
    # The parent's own words for a missing answer are more than a child may say.
    missing = _text(message["missing"])
    if missing not in _MISSING:
        raise ValueError("an unknown reason")
    return Answer(missing=missing) if missing else answer_from(message)

"""A run's answers on disk: one .npz with a JSON manifest, named by what the run depended on.

Readable with ``numpy.load(path, allow_pickle=False)``: `manifest` is JSON text as bytes, `answers` the bytes that
`wire.decode` reads. The name is a hash of everything that could change an answer (cells, inputs, limits, versions),
so the same work is never run twice and changed work never reuses an old answer.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from grader import __version__
from grader.calling import Answer
from grader.files import write_atomically
from grader.sandbox.parent import LEVEL, Job, Run
from grader.sandbox.protocol import answer_from, answer_message, questions
from grader.wire import Plain, decode, encode

_FORMAT = 1


def content_key(job: Job) -> str:
    """The name of a job: equal for equal work, different when anything an answer depends on is different."""
    found = hashlib.sha256()
    files = [] if job.folder is None else sorted(path for path in job.folder.rglob("*") if path.is_file())
    beside = [
        [str(path.relative_to(job.folder)), hashlib.sha256(path.read_bytes()).hexdigest()]
        for path in files
        if job.folder is not None and path.suffix != ".ipynb"
    ]
    versions = [_FORMAT, __version__, np.__version__, platform.python_version(), LEVEL]
    found.update(json.dumps([versions, job.cells, sorted(job.checks.items()), asdict(job.limits), beside]).encode())
    found.update(json.dumps(sorted(job.environment.items())).encode())
    for name, key in sorted(job.keys.items()):
        found.update(encode([name, list(key.parameters)]))
        for part in questions(key):
            for question in part:
                found.update(encode([name, question.id, list(question.calls), question.want_after]))
    return found.hexdigest()


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

    def load(self, key: str) -> Run | None:
        """The stored run, or None when there is none or it is damaged (it is then run again)."""
        try:
            with np.load(io.BytesIO(self.path(key).read_bytes()), allow_pickle=False) as stored:
                manifest = json.loads(stored["manifest"].tobytes())
                answers = _answers_from(decode(stored["answers"].tobytes()))
            outputs = {int(index): items for index, items in manifest["outputs"].items()}
            return Run(answers=answers, outputs=outputs, ended=manifest["ended"], level=manifest["level"])
        except Exception:  # zip, zlib, NumPy and JSON each have their own for a damaged file
            return None

    def save(self, key: str, run: Run) -> None:
        """Keep a run, unless it is too large or hit a limit: on a quieter machine it may end otherwise."""
        if run.ended or any(
            answer.missing == "time" for answers in run.answers.values() for answer in answers.values()
        ):
            return
        answers = encode(_answers_to(run))
        if len(answers) > self.max_bytes:
            return
        manifest = {"outputs": run.outputs, "ended": run.ended, "level": run.level, "format": _FORMAT}
        file = io.BytesIO()
        np.savez_compressed(
            file,
            manifest=np.frombuffer(json.dumps(manifest).encode(), np.uint8),
            answers=np.frombuffer(answers, np.uint8),
        )
        write_atomically(self.path(key), file.getvalue())


def _answers_to(run: Run) -> Plain:
    return {
        name: {case_id: answer_message(case_id, answer) for case_id, answer in answers.items()}
        for name, answers in run.answers.items()
    }


def _answers_from(node: Any) -> dict[str, dict[str, Answer]]:
    return {name: {case_id: _answer(message) for case_id, message in answers.items()} for name, answers in node.items()}


def _answer(message: dict[str, Any]) -> Answer:
    # The parent's own words for a missing answer are more than a child may say.
    return Answer(missing=message["missing"]) if message["missing"] else answer_from(message)

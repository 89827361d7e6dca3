"""A run's answers on disk: one .npz with a JSON manifest, named by what the run depended on.

Readable with ``numpy.load(path, allow_pickle=False)``: `manifest` and `outputs` are JSON text as bytes, `files` and
`answers/<exercise>` the bytes that `wire.decode` reads. The name is a hash of everything that could change an answer
(cells, inputs, limits, versions), so the same work is never run twice and changed work never reuses an old answer. A
run that hit a limit is kept to be judged again, and never used in place of another run.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import platform
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, astuple, fields
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from grader import __version__
from grader.calling import Answer, Raised
from grader.files import write_atomically
from grader.key import Key, once_per_key
from grader.sandbox.isolation import LEVELS
from grader.sandbox.job import Job, Report, Run
from grader.sandbox.protocol import Question, answer_from, questions
from grader.wire import Plain, WireError, decode, encode

_FORMAT = 6
_MAX_MANIFEST = 8 * 2**20
_ROOM = 2**20  # for the headers of .npy files and of the zip file around them
_ANSWERS = "answers/"
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
        found.update(json.dumps([name, _asked(key)]).encode())
    return found.hexdigest()


def versions() -> dict[str, str]:
    """Of all an answer depends on besides the job: what must be equal where a job runs and where it is known."""
    own = {"gradmark": __version__, "gradmark's answers": str(_FORMAT), "python": platform.python_version()}
    return own | _versions()


def asked_hash(key: Key) -> str:
    """Names what a key asks a function, in 16 letters: answers belong to these questions and to no others."""
    return _asked(key)[:16]


@once_per_key
def _asked(key: Key) -> str:
    found = hashlib.sha256(encode([key.exercise, list(key.parameters), key.seconds]))
    for question in _questions(key):
        found.update(question_bytes(key.exercise, question))
    return found.hexdigest()


def question_bytes(exercise: str, question: Question) -> bytes:
    """One question as bytes: equal for equal inputs."""
    return encode([exercise, question.id, list(question.calls), question.want_after, question.item])


def _questions(key: Key) -> Iterator[Question]:
    for part in questions(key):
        yield from part


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
        """The stored run, to be used in place of another.

        None when there is none, it is damaged, was isolated less than `min_level` asks for, or hit a limit: on a
        quieter machine the work may end otherwise.
        """
        run = self.recall(key)
        if run is None or _hit_a_limit(run) or LEVELS.index(run.level) < LEVELS.index(min_level):
            return None
        return run

    def recall(self, key: str, only: Collection[str] | None = None) -> Run | None:
        """The run as it went, to be judged again; None when there is none or it is damaged.

        only: read no other exercises' answers, and neither outputs nor files.
        """
        try:
            with self.path(key).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                data = file.read(min(size, self.max_bytes + _MAX_MANIFEST + _ROOM))
            with zipfile.ZipFile(io.BytesIO(data)) as stored:
                manifest = json.loads(_bytes_in(stored, "manifest.npy", _MAX_MANIFEST))
                if manifest["key"] != key:
                    return None  # somebody else's, under this name
                names = [_text(name) for name in manifest["answers"]]
                chosen = [name for name in names if only is None or name in only]
                left = self.max_bytes
                answers = {}
                for name in chosen:
                    content = _bytes_in(stored, f"{_ANSWERS}{name}.npy", left)
                    left -= len(content)
                    answers[name] = _answers_from(decode(content))
                outputs, files = {}, {}
                if only is None:
                    outputs = json.loads(_bytes_in(stored, "outputs.npy", _MAX_MANIFEST))
                    files = decode(_bytes_in(stored, "files.npy", left))
            run = Run(
                answers=answers,
                outputs={int(index): _dicts(items) for index, items in outputs.items()},
                files={_text(name): content.tobytes() for name, content in files.items()},
                ended=_text(manifest["ended"]),
                reports=tuple(Report(_text(kind), _text(detail)) for kind, detail in manifest["reports"]),
                level=_text(manifest["level"]),
            )
            return run if run.level in LEVELS else None
        except Exception:  # zip, zlib, NumPy and JSON each have their own for a damaged file
            return None

    def save(self, key: str, run: Run) -> None:
        """Keep a run, unless it is too large."""
        files = {name: np.frombuffer(content, np.uint8) for name, content in run.files.items()}
        try:
            wire = {f"{_ANSWERS}{name}": encode(_answers_to(answers)) for name, answers in run.answers.items()}
            wire["files"] = encode(files)
        except WireError:
            return  # nothing an honest function returns
        reports = [[report.kind, report.detail] for report in run.reports]
        manifest = {"answers": list(run.answers), "ended": run.ended, "reports": reports, "level": run.level}
        texts = {
            "manifest": json.dumps({**manifest, "key": key, "format": _FORMAT}),
            "outputs": json.dumps(run.outputs),
        }
        if sum(map(len, wire.values())) > self.max_bytes or sum(map(len, texts.values())) > _MAX_MANIFEST:
            return
        members = {**{name: text.encode() for name, text in texts.items()}, **wire}
        arrays: dict[str, Any] = {name: np.frombuffer(content, np.uint8) for name, content in members.items()}
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)
        write_atomically(self.path(key), file.getvalue())


def _hit_a_limit(run: Run) -> bool:
    return bool(run.ended) or any(
        answer.missing == "time" for answers in run.answers.values() for answer in answers.values()
    )


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


def _answers_to(answers: Mapping[str, Answer]) -> Plain:
    """The answers to one exercise: value, arguments afterwards, what is missing, the exception, the limit."""
    node = {}
    for case_id, answer in answers.items():
        raised = answer.raised and [list(answer.raised.types), *astuple(answer.raised)[1:]]
        node[case_id] = [answer.value, answer.after, answer.missing, raised, answer.seconds]
    return node


def _answers_from(node: Any) -> dict[str, Answer]:
    return {_text(case_id): _answer(*parts) for case_id, parts in node.items()}


def _answer(value: Plain, after: Plain, missing: Any, raised: Any, seconds: Any) -> Answer:
    # The parent's own words for a missing answer are more than a child may say.
    if _text(missing) not in _MISSING:
        raise ValueError("an unknown reason")
    names = [field.name for field in fields(Raised)]
    said = {"value": value, "after": after, "raised": raised and dict(zip(names, raised, strict=True))}
    if missing:
        return Answer(missing=missing, raised=answer_from({**said, "missing": "time"}).raised, seconds=float(seconds))
    return answer_from({**said, "missing": ""})

"""What is kept of every graded notebook: whose answers, judged by which declaration and version, with what result.

    .gradmark/records/<assignment>/<student>.json

One small file per submission. With it and the stored answers a mark can be judged again without running student code,
and every mark can be traced to the declaration it was judged by. No mark is ever read from a record: the gradebook has
the marks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from grader import __version__
from grader.answers import asked_hash
from grader.files import write_atomically
from grader.key import Key, once_per_key
from grader.quiz import any_key_to_json
from grader.sandbox.job import Job, Run
from grader.verdict import Verdict

FORMAT = 1
# What no file name may hold, and "%" itself, so that the way back is clear.
_UNSAFE = frozenset("%/\\\0")


@dataclass(frozen=True)
class Mark:
    """What one exercise was worth, and by what it was judged.

    declaration: names the exercise's key, see `hashes_of`; digest: the assignment's declaration as a whole. version:
    of the grader. asked: names the questions the answers belong to. criteria: points by line of the rubric.
    """

    points: float
    max_points: float
    status: str
    declaration: str
    digest: str
    version: str
    asked: str
    criteria: Mapping[str, float]


@dataclass(frozen=True)
class Record:
    """One graded notebook.

    claimed: STUDENT_ID in the notebook, None without one. answers: the content key of the run. level: its isolation.
    marks: by exercise.
    """

    claimed: str | None
    answers: str
    level: str
    marks: Mapping[str, Mark] = field(default_factory=dict)


def record_of(job: Job, answers: str, run: Run, verdicts: Mapping[str, Verdict]) -> Record:
    """The record of a job that was run and judged; `answers` is its content key."""
    marks = {name: mark_of(job.keys[name], verdict) for name, verdict in verdicts.items()}
    return Record(job.student.claimed, answers, run.level, marks)


def mark_of(key: Key, verdict: Verdict) -> Mark:
    """What is kept of a verdict given by this key and this version of the grader."""
    declaration, asked = hashes_of(key)
    criteria = {criterion.name: criterion.points for criterion in verdict.criteria}
    return Mark(
        verdict.points, verdict.max_points, verdict.status, declaration, verdict.digest, __version__, asked, criteria
    )


def hashes_of(key: Key) -> tuple[str, str]:
    """Names, in 16 letters each, for all that judging and explaining one exercise depends on, and for what it asks.

    The first is as good as `Key.digest` and finer: another exercise of the same assignment does not change it.
    """
    return _declaration(key), asked_hash(key)


@once_per_key
def _declaration(key: Key) -> str:
    node = {name: value for name, value in any_key_to_json(key).items() if name != "digest"}
    return hashlib.sha256(json.dumps(node, sort_keys=True).encode()).hexdigest()[:16]


def file_name(text: str) -> str:
    """A student's or an assignment's id as the name of a file or folder; different for different ids."""
    safe = "".join(f"%{ord(letter):02x}" if letter in _UNSAFE else letter for letter in text)
    return f"%2e{safe[1:]}" if safe[:1] == "." else safe or "%"


def name_of(file: str) -> str:
    """The id that `file_name` made this of."""
    first, *parts = file.split("%")
    return first + "".join(chr(int(part[:2], 16)) + part[2:] for part in parts if part)


def save(state: Path, assignment: str, student: str, notebook: str, record: Record) -> None:
    """Keep a notebook's record beside those of the submission's other notebooks, unless it has no marks.

    state: the course's .gradmark. Raises OSError.
    """
    if not record.marks:
        return
    kept = {**load(state, assignment, student), notebook: record}
    notebooks = {name: asdict(item) for name, item in kept.items()}
    node = {"format": FORMAT, "assignment": assignment, "student": student, "notebooks": notebooks}
    write_atomically(_path(state, assignment, student), json.dumps(node))


def forget(state: Path, assignment: str, student: str) -> None:
    """Let go of a submission's records: none are better than those of other marks. Raises OSError."""
    _path(state, assignment, student).unlink(missing_ok=True)


def load(state: Path, assignment: str, student: str) -> dict[str, Record]:
    """A submission's records by notebook; empty where there are none, or they are damaged."""
    return _read(_path(state, assignment, student))


def all_of(state: Path, assignment: str) -> Iterator[tuple[str, dict[str, Record]]]:
    """Every student with the submission's records, in the order of the names; without what is damaged."""
    for path in sorted(_path(state, assignment, "").parent.glob("*.json")):
        found = _read(path)
        if found:
            yield name_of(path.name.removesuffix(".json")), found


def assignments(state: Path) -> list[str]:
    """The assignments of which there are records, sorted."""
    return sorted(name_of(path.name) for path in (state / "records").glob("*/"))


def _path(state: Path, assignment: str, student: str) -> Path:
    return state / "records" / file_name(assignment) / f"{file_name(student)}.json"


def _read(path: Path) -> dict[str, Record]:
    try:
        node = json.loads(path.read_bytes())
        if node["format"] != FORMAT:
            return {}
        return {str(name): _record(item) for name, item in node["notebooks"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}  # none, or damaged: the submission has to be run again


def _record(node: dict[str, Any]) -> Record:
    claimed, answers, level = node["claimed"], node["answers"], node["level"]
    if not isinstance(answers, str) or not isinstance(level, str) or not isinstance(claimed, str | None):
        raise TypeError("no record")
    return Record(claimed, answers, level, {str(name): _mark(item) for name, item in node["marks"].items()})


def _mark(node: dict[str, Any]) -> Mark:
    texts = {name: str(node[name]) for name in ("status", "declaration", "digest", "version", "asked")}
    criteria = {str(name): float(points) for name, points in node["criteria"].items()}
    return Mark(float(node["points"]), float(node["max_points"]), **texts, criteria=criteria)

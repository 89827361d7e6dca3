"""Verdicts in an autograded notebook's check cells, put in place of earlier ones. Works on the file's JSON."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.files import write_atomically
from grader.render import VERDICT_MIME


def with_verdicts(path: Path, shown: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The notebook's text with these verdicts (an output's data, by exercise); None where it says the same already.

    Two verdicts say the same that differ in nothing but the digest of the declaration. Raises OSError, and ValueError
    for a file that is no notebook or does not show a verdict on each exercise.
    """
    try:
        node = json.loads(path.read_bytes())
        changed = [_put(_output_of(node, name), data) for name, data in shown.items()]
    except (KeyError, TypeError, AttributeError, StopIteration, RecursionError) as error:
        raise ValueError(f"{path}: does not show its verdicts") from error
    if not any(changed):
        return None
    # As nbformat writes it.
    return json.dumps(node, indent=1, sort_keys=True, separators=(",", ": "), ensure_ascii=False) + "\n"


def rewrite(path: Path, text: str) -> None:
    """Write a notebook in place of what is there, readable and writable by the same people."""
    write_atomically(path, text, stat.S_IMODE(path.stat().st_mode))


def _output_of(node: Any, name: str) -> Any:
    """The output of an exercise's check cell that shows the verdict; a student's own outputs stand before it."""
    for cell in node["cells"]:
        marked = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and marked.get("grade") and marked.get("grade_id") == name:
            return next(output for output in reversed(cell["outputs"]) if VERDICT_MIME in output.get("data", {}))
    raise KeyError(name)


def _put(output: Any, data: Mapping[str, Any]) -> bool:
    """Put a verdict's data into an output, split into lines as in a file; whether it says something else now."""
    lines = {mime: item.splitlines(True) if isinstance(item, str) else item for mime, item in data.items()}
    same = _without_digest(output["data"]) == _without_digest(lines)
    output["data"] = lines
    return not same


def _without_digest(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, VERDICT_MIME: {**data[VERDICT_MIME], "digest": ""}}

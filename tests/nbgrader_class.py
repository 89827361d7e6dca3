"""A class as nbgrader finds it: right, wrong and strange notebooks, and an assignment without declarations."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from course_copy import WEEK, cell_of, hand_in, notebook, run

NAME = "activations"
OWN = "own_week"


def solve(node: dict[str, Any], **sources: str) -> dict[str, Any]:
    """A copy of a notebook with other stub cells."""
    node = copy.deepcopy(node)
    for exercise, source in sources.items():
        cell_of(node, f"{exercise}-stub")["source"] = source
    return node


def _with_metadata(node: dict[str, Any], grade_id: str, **changes: Any) -> dict[str, Any]:
    """A copy of a notebook with one cell's nbgrader metadata changed."""
    node = copy.deepcopy(node)
    cell_of(node, grade_id)["metadata"]["nbgrader"].update(changes)
    return node


def hand_in_class(course: Path) -> None:
    """Release the assignment and hand in what a class might."""
    run(course, "nbgrader", "generate_assignment", WEEK)
    stub = notebook(course / "exercises" / WEEK / f"{NAME}.ipynb")
    solved = notebook(course / "solutions" / WEEK / f"{NAME}.ipynb")
    hand_in(course, "solved", WEEK, solved, NAME)
    hand_in(course, "untouched", WEEK, stub, NAME)
    partial = "def sigmoid(z):\n    return np.exp(z) / (1 + np.exp(z))"
    hand_in(course, "partial", WEEK, solve(solved, sigmoid=partial, relu="def relu(z):\n    return abs(z)"), NAME)
    hand_in(
        course,
        "warns",
        WEEK,
        solve(
            solved,
            relu="import warnings, sys\n\ndef relu(z):\n    warnings.warn('careful')\n"
            "    print('note', file=sys.stderr)\n    return np.maximum(0, z)",
        ),
        NAME,
    )
    hand_in(course, "broken", WEEK, "this is not a notebook", NAME)
    hand_in(course, "renamed", WEEK, solved, "my_homework")
    hand_in(
        course,
        "deleted",
        WEEK,
        {**solved, "cells": [c for c in solved["cells"] if "".join(c["source"]) != 'check("relu")']},
        NAME,
    )
    hand_in(course, "forged", WEEK, _forge(stub), NAME)
    (course / "submitted" / "empty" / WEEK).mkdir(parents=True)
    # Copied in Jupyter, with its metadata; the class after it must not suffer.
    hand_in(course, "copied", WEEK, {**solved, "cells": [*solved["cells"], cell_of(solved, "relu")]}, NAME)
    hand_in(course, "future", WEEK, _with_metadata(solved, "relu", schema_version=99), NAME)
    hand_in(course, "bom", WEEK, "\ufeff" + json.dumps(solved), NAME)
    hand_in(course, "null_kernel", WEEK, {**solved, "metadata": {"kernelspec": None}}, NAME)
    odd = {"cell_type": "diagram", "metadata": {}, "source": ""}
    hand_in(course, "odd_cell", WEEK, {**solved, "cells": [*solved["cells"], odd]}, NAME)
    leaks = "def relu(z):\n    print(z)\n    open('seen.txt', 'a').write(repr(z))\n    raise ValueError(repr(z))"
    hand_in(course, "leaks", WEEK, solve(solved, relu=leaks), NAME)


def hand_in_own(course: Path) -> None:
    """Release an assignment of the instructor's own, with plain asserts, and hand in two answers."""
    _own_assignment(course)
    run(course, "nbgrader", "generate_assignment", OWN)
    own = notebook(course / "exercises" / OWN / "own.ipynb")
    own["cells"][0]["source"] = "answer = 42"
    hand_in(course, "right", OWN, own, "own")
    own["cells"][0]["source"] = "answer = 41"
    hand_in(course, "wrong", OWN, own, "own")


def _own_assignment(course: Path) -> None:
    """An assignment of the instructor's own: plain asserts, some hidden, and an answer for a person to read."""

    def cell(source: str, **nbgrader: Any) -> dict[str, Any]:
        base = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        metadata = {"nbgrader": {**base, **nbgrader}} if nbgrader else {}
        return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}

    node = {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
        "cells": [
            cell("### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION", solution=True, grade_id="stub"),
            cell("assert answer > 0", grade=True, locked=True, grade_id="visible", points=2),
            cell(
                "assert answer > 0\n### BEGIN HIDDEN TESTS\n"
                "assert answer == 42, 'the answer is 42'\n### END HIDDEN TESTS",
                grade=True,
                locked=True,
                grade_id="hidden",
                points=3,
            ),
        ],
    }
    path = course / "solutions" / OWN / "own.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(node))


def _forge(stub: dict[str, Any]) -> dict[str, Any]:
    """A notebook that claims marks wherever a notebook can: points, outputs, verdicts, a check of its own."""
    node = copy.deepcopy(stub)
    for name in ("sigmoid", "relu"):
        cell = cell_of(node, name)
        cell["metadata"]["nbgrader"]["points"] = 100
        cell["source"] = "3.0"
        cell["outputs"] = [
            {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "3.0"}},
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {"application/vnd.gradmark.verdict+json": {"points": 3, "max_points": 3, "status": "passed"}},
            },
        ]
    cell_of(node, "setup")["source"] = "import numpy as np\ncheck = hint = lambda name: 3.0"
    return node

"""The physical limit: fork, run a student's functions on the inputs, hand back what they return. Nothing else.

    python benchmarks/bare_floor.py COURSE COUNT JOBS

No isolation, no notebook but its cells with functions, no judge, no record. Prints seconds by the clock.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
from pathlib import Path
from typing import Any

from class_course import ASSIGNMENT, EXERCISES, NOTEBOOK

from grader.course import find_course
from grader.oracle import grading_keys


def answers(path: Path, inputs: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What the functions of one notebook return."""
    import numpy as np

    namespace: dict[str, Any] = {"np": np}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and any(f"def {name}(" in source for name in EXERCISES):
            exec(compile(source, "cell", "exec"), namespace)
    found: dict[str, list[Any]] = {}
    with np.errstate(all="ignore"):
        for name, calls in inputs.items():
            found[name] = []
            for arguments in calls:
                try:
                    found[name].append(namespace[name](**arguments))
                except Exception as error:
                    found[name].append(repr(error))
    return found


def run(paths: list[Path], inputs: dict[str, list[Any]]) -> int:
    """Fork for each, read what comes back; how many answers there were."""
    got = 0
    for path in paths:
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ours)
            with open(theirs, "wb") as out:
                pickle.dump(answers(path, inputs), out)
            os._exit(0)
        os.close(theirs)
        with open(ours, "rb") as back:
            got += sum(map(len, pickle.load(back).values()))
        os.waitpid(child, 0)
    return got


def main() -> None:
    """Share the submissions between so many processes, and time it."""
    course, count, jobs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder = find_course(course)
    keys = grading_keys(folder, folder.assignment(ASSIGNMENT))
    inputs = {name: [dict(call) for _, case in key.cases for call in case.calls] for name, key in keys.items()}
    paths = sorted(course.glob(f"submitted/*/{ASSIGNMENT}/{NOTEBOOK}.ipynb"))[:count]
    begin = time.perf_counter()
    workers = []
    for number in range(jobs):
        child = os.fork()
        if child == 0:
            mine = paths[number::jobs]
            asked = len(mine) * sum(map(len, inputs.values()))
            os._exit(0 if run(mine, inputs) == asked else 1)
        workers.append(child)
    if any(os.waitpid(child, 0)[1] for child in workers):
        sys.exit("an answer is missing")
    print(time.perf_counter() - begin)


if __name__ == "__main__":
    main()

"""The course's last promise: its own network reads at least 96 % of the test digits, whatever the seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from course_copy import ROOT

from grader.notebook import read_notebook

FOLDER = ROOT / "exercises" / "12_digits"


def solution(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that the solution defines."""
    monkeypatch.chdir(FOLDER)
    namespace: dict[str, Any] = {"__name__": "solution"}
    for cell in read_notebook(ROOT / "solutions" / "12_digits.py").cells:
        if cell.kind == "code" and "check(" not in cell.source and "plt." not in cell.source:
            exec(compile(cell.source, "12_digits.py", "exec"), namespace)
    return namespace


@pytest.mark.course
@pytest.mark.parametrize("seed", range(10))
def test_the_solution_reads_96_percent_of_the_test_images(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from reference.digits import X_TEST, X_TRAIN, Y_TEST, Y_TRAIN

    found = solution(monkeypatch)
    parameters = found["train"](np.asarray(X_TRAIN), np.asarray(Y_TRAIN), np.random.default_rng(seed))
    right = found["predict"](parameters, np.asarray(X_TEST)) == np.asarray(Y_TEST)
    assert right.mean() >= 0.96


def test_students_have_no_test_label(monkeypatch: pytest.MonkeyPatch) -> None:
    from reference.digits import X_TEST

    with np.load(FOLDER / "digits.npz") as data:
        images = {image.tobytes() for image in np.asarray(data["X"], dtype=np.uint8)}
        assert sorted(data) == ["X", "y"]
        assert len(data["X"]) == 1297
    unseen = [image.tobytes() not in images for image in np.asarray(X_TEST, dtype=np.uint8)]
    assert all(unseen)

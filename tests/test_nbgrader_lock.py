"""Who may grade beside whom."""

import pytest

from grader import nbgrader_lock
from grader.course import CourseError


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("*", "*", False),
        ("*", "a1", False),
        ("a1", "*", False),
        ("a*", "a1", False),
        ("a1", "a?", False),
        ("[ab]1", "c", False),
        ("a1", "a1", False),
        ("a1", "a2", True),
    ],
)
def test_who_may_grade_beside_whom(tmp_path, monkeypatch, one, other, together):
    monkeypatch.setattr(nbgrader_lock, "_held", {})
    nbgrader_lock.lock(tmp_path, "week", one)
    # As another process would.
    monkeypatch.setattr(nbgrader_lock, "_held", {})
    if together:
        nbgrader_lock.lock(tmp_path, "week", other)
    else:
        with pytest.raises(CourseError, match=r"^week: these submissions are being graded already \(process \d+\)"):
            nbgrader_lock.lock(tmp_path, "week", other)

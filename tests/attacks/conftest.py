"""Submissions are run by the harness, not collected as somebody's exercises."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
collect_ignore_glob = ["attempts/*", "honest.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder's are attacks, which `make attacks` runs."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.attack)

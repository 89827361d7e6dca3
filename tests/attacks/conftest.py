"""Submissions are run by the harness, not collected as somebody's exercises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox.parent import Sandbox, SandboxError, Settings

HERE = Path(__file__).parent
collect_ignore_glob = ["attempts/*", "honest.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder's are attacks, which `make attacks` runs."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.attack)


@pytest.fixture(scope="module", params=["separate", "contained"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """One sandbox for all attacks of a level."""
    with Sandbox(Settings(min_level=request.param, max_level=request.param)) as sandbox:
        try:
            sandbox.level  # noqa: B018 - started here
        except SandboxError as error:
            pytest.skip(f"level {request.param} does not hold here: {error}")
        yield sandbox

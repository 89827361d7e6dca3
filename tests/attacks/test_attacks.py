"""Every attack, at `separate` and at `contained`: it gains nothing, learns nothing, hurts nobody, and is told of."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import (
    Attempt,
    Ground,
    assert_honest_is_right,
    assert_keeps_secrets,
    assert_nothing_runs,
    assert_told,
    assert_won_nothing,
    attempts,
    points,
    run,
)

from grader.sandbox.parent import Sandbox, SandboxError, Settings

ATTEMPTS = attempts()


@pytest.fixture(scope="module", params=["separate", "contained"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """One sandbox for all attacks of a level: what one does must not show in the next."""
    with Sandbox(Settings(min_level=request.param, max_level=request.param, plots=True)) as sandbox:
        try:
            sandbox.level  # noqa: B018 - started here
        except SandboxError as error:
            pytest.skip(f"level {request.param} does not hold here: {error}")
        yield sandbox


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """What they are after, where anybody could get at it: pytest's own folders are closed to other users."""
    with tempfile.TemporaryDirectory(prefix="gradmark-ground-") as folder:
        os.chmod(folder, 0o755)
        ground = Ground(Path(folder))
        yield ground
        ground.close()


@pytest.mark.slow
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[attempt.name for attempt in ATTEMPTS])
def test_attack(attempt: Attempt, sandbox: Sandbox, ground: Ground) -> None:
    if sandbox.level not in attempt.levels:
        pytest.skip(f"an attack on {attempt.levels[0]} only")
    for _ in range(attempt.runs):
        found = run(sandbox, attempt.source, ground, attempt.limits)
    assert_nothing_runs(sandbox)
    assert_won_nothing(found)
    assert points(found) == attempt.points
    assert_keeps_secrets(found, computes=attempt.computes)
    ground.assert_untouched()
    assert found.ended in attempt.ended
    assert_told(attempt, found)
    assert_honest_is_right(sandbox, ground)
    assert_nothing_runs(sandbox)


def test_there_are_as_many_attacks_as_promised() -> None:
    listed = list((Path(__file__).parent / "attempts").glob("*.py"))
    assert len(listed) == len(ATTEMPTS) >= 57

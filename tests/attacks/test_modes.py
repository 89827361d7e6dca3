"""The attacks in other surroundings: in a container, as an ordinary user, as root where anybody reads everything."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from surroundings import NOT_HERE, REPOSITORY, USER

HERE = Path(__file__).parent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.surroundings,
    # Two such runs at the same time would run out of the time their attacks are given.
    pytest.mark.xdist_group("attacks"),
    pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="other users can be become by root only"),
]


def run_there(kind: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this Python's in other surroundings."""
    done = subprocess.run(
        [sys.executable, str(HERE / "surroundings.py"), kind, sys.executable, *command],
        cwd=REPOSITORY,
        text=True,
        capture_output=True,
        timeout=1800,
    )
    if done.returncode == NOT_HERE:
        pytest.skip(f"these surroundings cannot be made here: {done.stderr.strip()}")
    return done


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for temporary files that any user can reach: pytest's own is root's."""
    with tempfile.TemporaryDirectory(prefix="gradmark-modes-") as folder:
        os.chmod(folder, 0o1777)
        yield Path(folder)


def who(kind: str) -> dict[str, Any]:
    """What who.py says there."""
    done = run_there(kind, str(HERE / "who.py"))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def attack(kind: str, folder: Path) -> dict[str, int]:
    """Run all attacks there; how many tests passed, were skipped and so on."""
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={folder / 'pytest'}"]
    done = run_there(kind, "-m", "pytest", str(HERE / "test_attacks.py"), *options)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", done.stdout.strip().splitlines()[-1])}


def number_of_attacks(level: str) -> int:
    """How many there are on a level."""
    from harness import attempts

    return sum(level in attempt.levels for attempt in attempts())


def test_in_a_container_it_is_contained() -> None:
    found = who("docker")
    assert found["default"]["level"] == found["contained"]["level"] == "contained"
    assert found["separate"]["level"] == ""
    assert "refused" in found["separate"]["error"]


def test_attacks_in_a_container(folder: Path) -> None:
    assert attack("docker", folder)["passed"] >= number_of_attacks("contained")


def test_an_ordinary_user_gets_both_levels_and_stays_who_he_is() -> None:
    found = who("user")
    assert found["default"]["level"] in ("separate", "contained")
    for level in ("separate", "contained"):
        if found[level]["level"]:
            assert found[level] == {"level": level, "user": USER, "effective": USER, "group": USER, "capable": False}


def test_attacks_as_an_ordinary_user(folder: Path) -> None:
    assert attack("user", folder)["passed"] >= number_of_attacks("contained")


def test_roots_notebooks_are_nobodys_where_anybody_could_read_everything() -> None:
    found = who("root")
    for level in ("separate", "contained"):
        if found[level]["level"]:
            assert 0 not in (found[level]["user"], found[level]["effective"], found[level]["group"])
            assert not found[level]["capable"]


def test_attacks_as_root_where_anybody_could_read_everything(folder: Path) -> None:
    assert attack("root", folder)["passed"] >= number_of_attacks("contained")

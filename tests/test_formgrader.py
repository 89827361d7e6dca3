"""JupyterLab's formgrader on this course: its pages answer, and its buttons do what the commands do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from course_copy import ROOT, SECRET, copy_course, hand_in, notebook

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("formgrader")]

WEEK = "02_activations"
TOKEN = "formgrader-test"
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Requests to a JupyterLab that runs in a course's folder, on this machine only."""
    course = copy_course(tmp_path_factory.mktemp("formgrader") / "course")
    hand_in(course, "untouched", WEEK, notebook(ROOT / "exercises" / WEEK / "activations.ipynb"), "activations")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scratch = course.parent
    environment = {
        **os.environ,
        "GRADER_SECRET": SECRET,
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]

    def request(path: str, method: str = "GET") -> Any:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(asked, timeout=60) as reply:
            text = reply.read().decode()
        return json.loads(text) if "/api/" in path else text

    with (scratch / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
        try:
            for _ in range(240):
                try:
                    request("/api/status")
                    break
                except (urllib.error.URLError, ConnectionError):
                    assert server.poll() is None, (scratch / "server.log").read_text()
                    time.sleep(0.25)
            yield request
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="module")
def graded(ask: Ask) -> dict[str, Any]:
    """The one submission, after the buttons Generate and Autograde."""
    made = ask(f"/formgrader/api/assignment/{WEEK}/assign", "POST")
    assert made["success"], made
    done = ask(f"/formgrader/api/submission/{WEEK}/untouched/autograde", "POST")
    assert done["success"], done
    (submission,) = ask(f"/formgrader/api/submissions/{WEEK}")
    return submission


def test_the_assignment_is_listed(ask: Ask) -> None:
    listed = {item["name"]: item for item in ask("/formgrader/api/assignments")}
    assert listed[WEEK]["source_path"] == f"solutions/{WEEK}"
    assert listed[WEEK]["num_submissions"] == 1


def test_the_buttons_grade(ask: Ask, graded: dict[str, Any]) -> None:
    assert (graded["score"], graded["max_score"], graded["autograded"]) == (0, 11, True)
    feedback = ask(f"/formgrader/api/assignment/{WEEK}/generate_feedback", "POST")
    assert feedback["success"], feedback


def test_the_page_shows_a_graded_notebook_with_its_verdicts(ask: Ask, graded: dict[str, Any]) -> None:
    (found,) = ask(f"/formgrader/api/submitted_notebooks/{WEEK}/activations")
    assert found["student"] == graded["student"] == "untouched"
    page = ask(f"/formgrader/submissions/{found['id']}/?index=0")
    assert "not_started" not in page
    assert "… sigmoid   0 / 3" in page


@pytest.mark.usefixtures("graded")
def test_the_log_of_the_server_names_no_secret(tmp_path_factory: pytest.TempPathFactory) -> None:
    log = next(Path(tmp_path_factory.getbasetemp()).glob("formgrader*/server.log")).read_text()
    assert SECRET not in log

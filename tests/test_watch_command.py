"""The command `grader watch`: a terminal's screen, Ctrl-C, exit codes."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from builders import checked_notebook, two_assignments

pytestmark = pytest.mark.slow

RIGHT = "def {}(x):\n    return 2 * x"
# On a busy machine; nothing waits that long where all is well.
LONG = 120.0


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A course of two assignments; the first has two exercises."""
    monkeypatch.setattr("grader.public.installed_cases", lambda: iter(()))
    two_assignments(tmp_path)
    return tmp_path


class Command:
    """`grader watch` in a session of its own, writing to a terminal or a pipe."""

    def __init__(self, folder: Path, *arguments: str, terminal: bool) -> None:
        self.read, write = os.openpty() if terminal else os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", "watch", *arguments],
            cwd=folder,
            env={**os.environ, "GRADER_LANG": "en", "TERM": "xterm"},
            stdin=subprocess.DEVNULL,
            stdout=write,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # What a shell runs in the background ignores Ctrl-C, and so would whatever such a test run starts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        os.close(write)
        self.output = ""

    def until(self, wanted: str) -> None:
        """Read until that was written, by the end of which it may have ended."""
        deadline = time.monotonic() + LONG
        while wanted not in self.output:
            assert self._more(deadline), self.output

    def end(self) -> int:
        """Read all there is; the exit code."""
        deadline = time.monotonic() + LONG
        while self._more(deadline):
            pass
        return self.process.wait(LONG)

    def _more(self, deadline: float) -> bool:
        assert select.select([self.read], [], [], max(0.0, deadline - time.monotonic()))[0], self.output
        try:
            data = os.read(self.read, 2**16)
        except OSError:  # a terminal whose other side is closed
            return False
        self.output += data.decode(errors="replace")
        return bool(data)


@pytest.fixture
def command(folder):
    """Begins the command in the course's folder; all are ended with the test."""
    begun = []

    def begin(*arguments, terminal=False):
        begun.append(Command(folder, *arguments, terminal=terminal))
        return begun[-1]

    yield begin
    for one in begun:
        if one.process.poll() is None:
            os.killpg(one.process.pid, signal.SIGKILL)
            one.process.wait()
        os.close(one.read)


def test_on_a_terminal_the_screen_is_cleared_and_control_c_ends_it(folder, command):
    watch = command("01_first", terminal=True)
    watch.until("checks again when you save; Ctrl-C ends")
    assert "checking 01_first/first.ipynb ..." in watch.output
    # Both escape sequences, and in colour.
    assert re.search(r"\x1b\[2?J.*\x1b\[1;90m… double", watch.output, re.DOTALL)
    os.killpg(watch.process.pid, signal.SIGINT)
    assert watch.end() == 0
    assert "Traceback" not in watch.output
    assert "Aborted" not in watch.output


def test_elsewhere_nothing_is_cleared_and_the_end_is_a_success(folder, command):
    watch = command(".")
    watch.until("checks again when you save; Ctrl-C ends")
    (folder / "01_first" / "first.ipynb").write_text(checked_notebook(RIGHT.format("double"), RIGHT.format("twice")))
    watch.until("… more")
    (folder / "02_second" / "second.ipynb").write_text(checked_notebook(RIGHT.format("more")))
    assert watch.end() == 0
    assert "\x1b" not in watch.output
    assert "checking" not in watch.output
    assert watch.output.split("all done")[1].split("\n") == [
        "",
        "",
        "01_first   ██████████  2 of 2",
        "02_second  ██████████  1 of 1",
        "",
        "",
    ]


def test_control_c_while_a_notebook_runs(folder, command):
    running = folder / "running"
    source = f"open({str(running)!r}, 'w').close()\nimport time\ntime.sleep(99)"
    (folder / "01_first" / "first.ipynb").write_text(checked_notebook(f"def double(x):\n    return x\n{source}"))
    watch = command("01_first/first.ipynb", terminal=True)
    deadline = time.monotonic() + LONG
    while not running.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(watch.process.pid, signal.SIGINT)
    assert watch.end() == 0
    assert "Traceback" not in watch.output

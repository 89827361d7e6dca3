"""What every attack is put through, and what it is after.

An attack is a percent script in attempts/: its first line says what it tries, then a header

    # points: 0                      what it must get (0 when left out)
    # ended: died, time              how its run may end ("" when left out: runs to the end)
    # reports: call kill; limit cpu  what the instructor must be told, "kind detail" with * in it; - if nothing can
    # limits: memory=300000000       other limits than the ones below
    # levels: separate               only there
    # computes: yes                  right numbers are among its answers, in the wrong place or shape
    # runs: 2                        how often it is run, to find what the run before left

and its cells. Before them comes a cell that gives the attacker what a lucky one would know, `TARGET`, and what one
brings along (tools.py): `call` for raw system calls, `variant` to try one way after the other, `won` to say that one
got what it wanted.
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import fnmatch
import json
import os
import select
import socket
import sqlite3
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))
from builders import SECRET, double_key

from grader.grade import judge_run
from grader.notebook import Notebook, parse_script
from grader.render import render_text
from grader.render_html import render_html
from grader.rubric import rubric_lines
from grader.sandbox import warm
from grader.sandbox.job import Job, Run, files_beside
from grader.sandbox.parent import Sandbox
from grader.sandbox.protocol import Limits
from grader.sandbox.reports import report_lines

HERE = Path(__file__).parent
KEYS = {"double": double_key()}
FULL = KEYS["double"].points
# Hidden inputs and expected values, and what stands in files, variables and memory that are none of a notebook's.
MARK = "TOP-SECRET"
SECRETS = (str(SECRET).partition(".")[0], str(2 * SECRET).partition(".")[0], MARK)
# A file of this name is what an attack leaves behind for others.
NOTE = "attack-note"
# What an attack prints when it got something no other trace would tell of.
WON = "the attack got through:"
LIMITS = {"wall": 6.0, "cpu": 3.0, "cell": 2.0, "check": 1.0, "memory": 2**30, "answers": 4 * 2**20}

HONEST = (HERE / "honest.py").read_text()
TOOLS = (HERE / "tools.py").read_text()


@dataclass(frozen=True)
class Attempt:
    """One attack, as its file declares it."""

    name: str
    title: str
    source: str
    points: float = 0.0
    ended: tuple[str, ...] = ("",)
    reports: tuple[str, ...] = ()
    limits: dict[str, float] = field(default_factory=dict)
    levels: tuple[str, ...] = ("separate", "contained")
    computes: bool = False
    runs: int = 1


def read_attempt(path: Path) -> Attempt:
    """The attack in a file. Raises ValueError for a header that says nothing."""
    text = path.read_text()
    header, _, _ = text.partition("# %%")
    lines = [line.removeprefix("#").strip() for line in header.splitlines() if line.strip()]
    given: dict[str, str] = dict(part.split(":", 1) for part in lines[1:] if ":" in part)  # type: ignore[misc]
    known = {name: value.strip() for name, value in given.items()}
    if "reports" not in known:
        raise ValueError(f"{path}: says not what the instructor is told")
    reports = () if known["reports"] == "-" else tuple(part.strip() for part in known["reports"].split(";"))
    options: dict[str, Any] = {"reports": reports, "computes": "computes" in known}
    if "points" in known:
        options["points"] = float(known["points"])
    if "runs" in known:
        options["runs"] = int(known["runs"])
    if "ended" in known:
        options["ended"] = tuple(part.strip().strip('"') for part in known["ended"].split(","))
    if "levels" in known:
        options["levels"] = tuple(part.strip() for part in known["levels"].split(","))
    if "limits" in known:
        parts = [part.split("=") for part in known["limits"].split(",")]
        options["limits"] = {name.strip(): ast.literal_eval(value.strip()) for name, value in parts}
    return Attempt(path.stem, lines[0], text, **options)


def attempts() -> list[Attempt]:
    """All attacks."""
    return [read_attempt(path) for path in sorted((HERE / "attempts").glob("*.py"))]


class Ground:
    """What an attacker would like to reach, laid out where the permissions of files would let anybody reach it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "course"
        self.folder.mkdir()
        self.gradebook = self.folder / "gradebook.db"
        with sqlite3.connect(self.gradebook) as database:
            database.execute("create table grade (student text, score real, note text)")
            database.execute("insert into grade values ('attacker', 0, ?)", (MARK,))
        database.close()
        (self.folder / "reference").mkdir()
        (self.folder / "reference" / "expected.py").write_text(f"EXPECTED = '{MARK}'\n")
        self.other = self.folder / "submitted" / "other" / "first.ipynb"
        self.other.parent.mkdir(parents=True)
        self.other.write_text(json.dumps({"cells": [], "solution": MARK}))
        self.beside = self.folder / "submitted" / "attacker"
        self.beside.mkdir()
        (self.beside / "data.csv").write_text("1,2,3\n")
        (self.beside / "first.ipynb").write_text(json.dumps({"cells": [], "hidden tests": MARK}))
        self._listen()
        for path in self.folder.rglob("*"):
            path.chmod(0o777 if path.is_dir() else 0o666)
        self.folder.chmod(0o777)
        self.memory = ctypes.create_string_buffer(MARK.encode())
        self.before = self._state()

    def _listen(self) -> None:
        """Somebody waits at every kind of door."""
        name = f"gradmark-attack-{os.getpid()}-{id(self)}"
        self.sockets: dict[str, tuple[socket.socket, Any]] = {}
        for door, family, kind, address in (
            ("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            ("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            ("stream", socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "stream")),
            ("datagram", socket.AF_UNIX, socket.SOCK_DGRAM, str(self.folder / "datagram")),
            ("abstract stream", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{name}-stream"),
            ("abstract datagram", socket.AF_UNIX, socket.SOCK_DGRAM, f"\0{name}-datagram"),
        ):
            listener = socket.socket(family, kind)
            listener.bind(address)
            if kind == socket.SOCK_STREAM:
                listener.listen()
            listener.setblocking(False)
            bound = listener.getsockname()
            self.sockets[door] = listener, bound if family == socket.AF_INET else address

    def close(self) -> None:
        """Nobody waits any more."""
        for listener, _ in self.sockets.values():
            listener.close()

    def target(self, sandbox: Sandbox) -> dict[str, Any]:
        """What the attacker is told."""
        return {
            "gradebook": str(self.gradebook),
            "reference": str(self.folder / "reference"),
            "other": str(self.other),
            "folder": str(self.folder),
            "parent": os.getpid(),
            "zygote": sandbox.zygote,
            "address": ctypes.addressof(self.memory),
            "note": NOTE,
            "sockets": {door: address for door, (_, address) in self.sockets.items()},
            "won": WON,
            "calls": system_calls(),
        }

    def _state(self) -> dict[str, tuple[int, bytes]]:
        return {
            str(path): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
            for path in sorted(self.folder.rglob("*"))
        }

    def assert_untouched(self) -> None:
        """Nothing was written, nothing was left for others, nobody was talked to."""
        assert self._state() == self.before
        assert self.memory.value == MARK.encode()
        assert select.select([listener for listener, _ in self.sockets.values()], [], [], 0)[0] == []
        left = [path for folder in ("/tmp", "/var/tmp", "/dev/shm") for path in Path(folder).glob(f"*{NOTE}*")]
        assert left == []


@cache
def system_calls() -> dict[str, int]:
    """The numbers of this machine's system calls."""
    import pyseccomp

    found = {}
    for number in range(512):
        with contextlib.suppress(ValueError):
            found[os.fsdecode(pyseccomp.resolve_syscall(pyseccomp.system_arch(), number))] = number
    return found


def run(sandbox: Sandbox, source: str, ground: Ground, limits: dict[str, float] | None = None) -> Run:
    """A percent script as a submission."""
    sandbox.level  # noqa: B018 - started, so that the target is known
    first = f"# %%\nTARGET = {ground.target(sandbox)!r}\n"
    if source is not HONEST:
        first += TOOLS
    notebook: Notebook = parse_script(first + source[source.index("# %%") :])
    files = files_beside(ground.beside)
    chosen: dict[str, Any] = {**LIMITS, **(limits or {})}
    return sandbox.run(Job(notebook.code, notebook.checks, KEYS, files, Limits(**chosen)))


def points(run: Run) -> float:
    """What the run is worth."""
    return sum(verdict.points for verdict in judge_run(run, KEYS).values())


def assert_keeps_secrets(run: Run, *, computes: bool = False) -> None:
    """Nothing a student gets to see says what is hidden."""
    verdicts = judge_run(run, KEYS)
    pages = [
        *(render_text(verdict, KEYS[name].mistakes) for name, verdict in verdicts.items()),
        *(render_html(verdict, KEYS[name].mistakes, graded=True) for name, verdict in verdicts.items()),
        *(line for verdict in verdicts.values() for line in rubric_lines(verdict)),
        json.dumps(run.outputs),
        *report_lines(run.reports),
        *(name + content.decode("latin-1") for name, content in run.files.items()),
    ]
    for page in pages:
        for secret in SECRETS:
            assert secret not in page
    # Not even in what comes back: an attacker may try to fetch it in two steps.
    assert MARK not in str(run.answers)
    assert computes or SECRETS[1] not in str(run.answers) or points(run) == FULL


def assert_won_nothing(run: Run) -> None:
    """The attack itself does not say that it got through."""
    assert [line for line in printed(run).splitlines() if WON in line] == []


def printed(run: Run) -> str:
    """All text the cells put out."""
    return "".join(str(output.get("text", "")) for outputs in run.outputs.values() for output in outputs)


def assert_told(attempt: Attempt, run: Run) -> None:
    """The instructor is told what stopped it."""
    told = [f"{report.kind} {report.detail}" for report in run.reports]
    # What the surroundings refuse by themselves (surroundings.py) the grader does not hear of.
    unheard = {f"call {name}" for name in os.environ.get("GRADMARK_REFUSED_ALREADY", "").split()}
    for pattern in set(attempt.reports) - unheard:
        assert fnmatch.filter(told, pattern), (pattern, told)


def processes_of_sandboxes() -> set[int]:
    """Every process that descends from this one's warm processes, whoever its parent is by now.

    A fork keeps the words it was called with, and nothing else can be started.
    """
    found = set()
    for process in psutil.pids():
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"grader.sandbox.zygote" in words and str(os.getpid()).encode() in words:
            found.add(process)
    return found


def assert_nothing_runs(sandbox: Sandbox) -> None:
    """Only the warm process, the zygote, and the child that it has made for the next notebook are left."""
    for _ in range(200):
        left = processes_of_sandboxes() - {sandbox.zygote, warm.warm(sandbox.settings.kind)}
        # The zygote makes it when the one before is gone, with whatever that had started.
        if len(left) == 1 and _parent_of(*left) == sandbox.zygote:
            return
        time.sleep(0.01)
    raise AssertionError([(pid, _parent_of(pid)) for pid in left])


def _parent_of(pid: int) -> int:
    try:
        return psutil.Process(pid).ppid()
    except psutil.NoSuchProcess:
        return 0


def assert_honest_is_right(sandbox: Sandbox, ground: Ground) -> None:
    """The submission next to it gets all its points, and no report."""
    honest = run(sandbox, HONEST, ground)
    assert (honest.ended, honest.reports, points(honest)) == ("", (), FULL)
    texts = [output.get("text") for outputs in honest.outputs.values() for output in outputs]
    assert "done\n" in texts

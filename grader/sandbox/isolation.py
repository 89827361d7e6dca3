"""What keeps a notebook's process away from everything else, level by level. Set up by the zygote, entered by a child.

    separate    contained + namespaces of its own (processes, mounts, network, IPC), a private 16 MiB disk, the rest of
                the disk read-only
    contained   landlock (files, TCP, signals), seccomp (system calls), no capabilities
    limited     a process of its own under resource limits: protects from accidents, not from intent

No set-uid helper, container engine or root is needed for any of them. Whether a level really holds is not decided here
but by `probes`, which attack it.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import resource
import shutil
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.sandbox import linux
from grader.sandbox.readable import is_library, listable_folders, open_to_all, readable_paths

LEVELS = ("limited", "contained", "separate")
MEANS = {
    "limited": "a process of its own with resource limits: protects from accidents, not from intent",
    "contained": "no files but Python's, no network, no processes, no signals (landlock, seccomp)",
    "separate": "contained, in namespaces of its own with a private disk",
}
# A user number nobody has; the zygote's own process number is added.
_FIRST_USER = 1_900_000_000


class IsolationError(Exception):
    """A level cannot be set up on this machine; says what was refused, in one line."""


@dataclass(frozen=True)
class Plan:
    """What the trusted side wants of a zygote.

    base: a folder of this sandbox alone. Below it `files` holds what lies beside the notebook, and `work` is where a
    private disk goes. program: the filter of system calls. disk: bytes a notebook may write
    to the private disk.
    """

    level: str
    base: str
    program: bytes = b""
    preload: tuple[str, ...] = ()
    disk: int = 16 * 2**20

    def to_json(self) -> str:
        """The plan as one line."""
        return json.dumps({**asdict(self), "program": base64.b64encode(self.program).decode()})

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan in a line that `to_json` wrote."""
        node = json.loads(text)
        return cls(**{**node, "program": base64.b64decode(node["program"]), "preload": tuple(node["preload"])})


class Isolation:
    """One zygote's walls. `prepare`, `make_rules`, `before_child` and `make_room` run in the zygote, `enter` and
    `settle` in the child.

    pid: the zygote's process number as the machine knows it.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.files = Path(plan.base, "files")
        self.work = Path(plan.base, "work") if plan.level == "separate" else self.files
        self.readable: list[str] = []
        self.searched: list[str] = []
        self._rules: int | None = None
        self._processes: int | None = None
        self._user: int | None = None
        self._kept = 0
        self._mounted = False
        self._own_count = False
        self._tasks = 2
        self.pid = os.getpid()

    def prepare(self) -> None:
        """Namespaces. In a fork, which has one thread: with more of them the kernel makes no user namespace.

        Raises IsolationError.
        """
        if self.plan.level != "separate":
            return
        try:
            self._make_namespaces()
        except OSError as error:
            raise IsolationError(f"namespaces are refused ({error.strerror})") from error
        try:
            # What is mounted from here on stays here.
            linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
            self._processes = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise IsolationError(f"mounts of its own are refused ({error.strerror})") from error

    def _make_namespaces(self) -> None:
        kinds = linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWNET | linux.CLONE_NEWUTS
        user, group = os.geteuid(), os.getegid()
        if user == 0:
            with contextlib.suppress(OSError):
                linux.unshare(kinds)
                return
        linux.unshare(kinds | linux.CLONE_NEWUSER | linux.CLONE_NEWPID)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        self._own_count = True
        self._go_on_as_first_process()

    def _go_on_as_first_process(self) -> None:
        """Go on in a fork, the first of a process namespace that the new user namespace owns: from there it may make
        namespaces for its children and come back, which it may not from the machine's own."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid:
            # Which number it has is known out here only.
            os.write(writing, str(pid).encode())
            os._exit(0)
        os.close(writing)
        with open(reading) as pipe:
            self.pid = int(pipe.read())

    def make_rules(self) -> None:
        """Close the disk for writing, and make landlock's rules, which every child enters. Once all is warm.

        Raises IsolationError.
        """
        if self.plan.level == "limited":
            return
        if self.plan.level == "separate":
            try:
                linux.make_all_mounts_read_only()
            except OSError as error:
                raise IsolationError(f"a read-only view of the disk is refused ({error.strerror})") from error
        self.readable = paths = readable_paths(frozenset(self.plan.preload))
        self.searched = [part for part in sys.path if is_library(part)]
        if os.geteuid() == 0:
            self._choose_user(paths)
        try:
            rules = linux.landlock_ruleset()
            for path in paths:
                with contextlib.suppress(FileNotFoundError, PermissionError):
                    linux.landlock_allow(rules, path, linux.FS_READ_FILE | linux.FS_READ_DIR)
            for folder in listable_folders():
                linux.landlock_allow(rules, folder, linux.FS_READ_DIR)
            linux.landlock_allow(rules, os.devnull, linux.FS_READ_FILE | linux.FS_WRITE_FILE)
            own = linux.FS_READ_FILE | linux.FS_READ_DIR
            if self.plan.level == "separate":
                own = linux.FS_ALL[3] & ~linux.FS_EXECUTE
            # A rule of the folder above covers every disk that is mounted in it later.
            linux.landlock_allow(rules, self.plan.base, own)
        except OSError as error:
            raise IsolationError(f"landlock is not there ({error.strerror})") from error
        self._rules = rules

    def _choose_user(self, paths: list[str]) -> None:
        """Started by root, a notebook runs as a user nobody is. Where Python lies in root's own folders, that user
        keeps the right to reach files whatever their permissions; landlock still says which."""
        if not open_to_all([*paths, self.plan.base]):
            mine = linux.capabilities()
            reach = (linux.CAP_DAC_READ_SEARCH, linux.CAP_DAC_OVERRIDE)
            self._kept = next((kept for kept in reach if mine & kept), 0)
            if not self._kept:
                return  # user 0 without any capability
        self._user = _FIRST_USER + os.getpid()

    def before_child(self) -> None:
        """A fresh process namespace and a fresh disk for the next child, which will be the only one to see them."""
        if self._processes is None:
            return
        linux.enter_namespace(self._processes, linux.CLONE_NEWPID)
        linux.unshare(linux.CLONE_NEWPID)
        owner = "" if self._user is None else f",uid={self._user},gid={self._user}"
        options = f"size={self.plan.disk},nr_inodes=4096,mode=700{owner}"
        linux.mount("notebook", str(self.work), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)
        self._mounted = True

    def make_room(self, beside: int) -> None:
        """Let the child's disk hold what lies beside the notebook, in bytes, and as much of its own as ever."""
        if self._mounted:
            flags = linux.MS_REMOUNT | linux.MS_NOSUID | linux.MS_NODEV
            linux.mount("notebook", str(self.work), None, flags, f"size={self.plan.disk + beside},nr_inodes=16384")

    def after_child(self) -> None:
        """Take the disk away again, with whatever is on it."""
        if self._mounted:
            linux.unmount(str(self.work))
            self._mounted = False

    def enter(self, connection: socket.socket) -> socket.socket:
        """In the child: go behind the walls, for good. Returns the connection; says "ready" over it.

        Raises OSError, which is the grader's own failure, and has then said why.
        """
        connection = self._keep_only(connection)
        try:
            self._put_up_walls(connection)
        except OSError as error:
            connection.sendall(f"f{error}".encode()[:400])
            raise
        return connection

    def _put_up_walls(self, connection: socket.socket) -> None:
        if not (self._own_count or self._user is not None):
            # The kernel counts all tasks of the user; all of the machine's are an upper bound.
            self._tasks = int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
        if self._user is not None:
            linux.keep_capabilities_as_another_user()
            os.setgroups([])
            os.setresgid(self._user, self._user, self._user)
            os.setresuid(self._user, self._user, self._user)
        listener = None
        if self._rules is not None:
            linux.keep_only(self._kept)
            linux.gain_no_privileges()
            linux.landlock_enter(self._rules)
            os.close(self._rules)
            listener = _enter_filter(self.plan.program)
        if listener is None:
            connection.sendall(b"r")
        else:
            socket.send_fds(connection, [b"r"], [listener])
            os.close(listener)

    def settle(self, threads: int) -> None:
        """In the child, when its notebook has come: go to its folder, with a copy of what lies beside it.

        The last of the grader's own steps; raises OSError. What comes after it is the student's doing.
        """
        if self.work != self.files:
            for path in sorted(self.files.rglob("*")):
                target = self.work / path.relative_to(self.files)
                if path.is_dir():
                    target.mkdir()
                else:
                    shutil.copyfile(path, target)
        os.chdir(self.work)
        if self._rules is not None:
            room = self._tasks + threads
            resource.setrlimit(resource.RLIMIT_NPROC, (room, room))

    def _keep_only(self, connection: socket.socket) -> socket.socket:
        """Close every descriptor but the connection and the rules."""
        kept = fcntl.fcntl(connection.detach(), fcntl.F_DUPFD, 16)
        rules = None if self._rules is None else fcntl.fcntl(self._rules, fcntl.F_DUPFD, 16)
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        os.dup2(kept, 3)
        if rules is not None:
            os.dup2(rules, 4)
            self._rules = 4
        os.closerange(4 if rules is None else 5, 2**20)
        return socket.socket(fileno=3)


def _enter_filter(program: bytes) -> int | None:
    try:
        return linux.seccomp_enter(program, listen=True)
    except OSError:
        # Another supervisor (LXD, systemd-nspawn) listens already, and there can be one only.
        from grader.sandbox.filter import without_listener

        linux.seccomp_enter(without_listener(program), listen=False)
        return None


__all__ = ["LEVELS", "MEANS", "Isolation", "IsolationError", "Plan"]

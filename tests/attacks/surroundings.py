"""Runs a command where graders run, other than in a shell of root's: `python surroundings.py docker|user|root COMMAND`.

    docker  under what Docker's default profile refuses, with the capabilities it leaves
    user    as an ordinary user whom nobody else is
    root    as root, where every user could reach Python and the grader

For the last two, Python, the environment and the repository are made reachable by mounts of this process's own. Needs
root. Ends with 77 where it is refused.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path

from grader.sandbox import linux

REPOSITORY = Path(__file__).resolve().parents[2]
NOT_HERE = 77
USER = 1_800_000_001

_NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
_REFUSED = ["unshare", "mount", "umount2", "setns", "pivot_root", "open_tree", "move_mount", "fsopen", "mount_setattr"]
_PR_CAPBSET_DROP = 24
# chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service, net_raw, sys_chroot, mknod,
# audit_write, setfcap
_KEPT = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
_MS_BIND = 4096


def docker() -> None:
    """What a container gets if nobody asks for more."""
    import pyseccomp as seccomp

    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    rules.set_attr(seccomp.Attr.CTL_NNP, 0)
    for name in _REFUSED:
        rules.add_rule(seccomp.ERRNO(errno.EPERM), name)
    for flag in _NAMESPACES:
        rules.add_rule(seccomp.ERRNO(errno.EPERM), "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.load()
    os.environ["GRADMARK_REFUSED_ALREADY"] = " ".join(_REFUSED)
    for capability in set(range(64)) - _KEPT:
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def make_reachable(paths: list[Path]) -> None:
    """Mounts that let everybody reach these folders, by the names they have."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    kept = Path(tempfile.mkdtemp(prefix="gradmark-surroundings-"))
    linux.mount("kept", str(kept), "tmpfs", 0, "mode=755")
    closed: dict[Path, list[Path]] = {}
    for number, path in enumerate(paths):
        outer = next((part for part in reversed(path.parents) if not part.stat().st_mode & 0o001), None)
        if outer is not None:
            (kept / str(number)).mkdir()
            linux.mount(str(path), str(kept / str(number)), None, _MS_BIND | linux.MS_REC)
            closed.setdefault(outer, []).append(path)
    for outer, inside in closed.items():
        linux.mount("reachable", str(outer), "tmpfs", 0, "mode=755")
        for path in inside:
            path.mkdir(parents=True, exist_ok=True)
            linux.mount(str(kept / str(paths.index(path))), str(path), None, _MS_BIND | linux.MS_REC)
    linux.unmount(str(kept))
    kept.rmdir()


def enter(kind: str) -> None:
    """Change this process's surroundings, for good."""
    if kind == "docker":
        docker()
        return
    named = [sys.base_prefix, sys.prefix, str(REPOSITORY), *(part for part in sys.path if part)]
    paths: list[Path] = []
    for path in sorted({Path(name).resolve() for name in named if os.path.isdir(name)}):
        if not any(path.is_relative_to(other) for other in paths):
            paths.append(path)
    make_reachable(paths)
    home = tempfile.mkdtemp(prefix="gradmark-home-")
    if kind == "user":
        os.chown(home, USER, USER)
        os.setgroups([])
        os.setresgid(USER, USER, USER)
        os.setresuid(USER, USER, USER)
    os.environ.update(HOME=home, MPLCONFIGDIR=home, XDG_CACHE_HOME=home, PYTHONDONTWRITEBYTECODE="1")


def main(kind: str, command: list[str]) -> int:
    """Run a command there and clean up; how it ended."""
    child = os.fork()
    if child == 0:
        try:
            enter(kind)
        except OSError as error:
            print(f"{kind}: {error}", file=sys.stderr)
            os._exit(NOT_HERE)
        child = os.fork()
        if child == 0:
            os.execv(command[0], command)
        _, status = os.waitpid(child, 0)
        if kind != "docker":
            with contextlib.suppress(OSError):
                shutil.rmtree(os.environ["HOME"], ignore_errors=True)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

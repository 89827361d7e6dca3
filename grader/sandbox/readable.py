"""What a notebook may read from the disk: Python, its libraries, fonts and time zones, and nothing else.

A list of what is allowed. Of Python's own folders the entries are listed one by one, so that packages which would do
the exercises (torch), the grader and the course can be left out.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from grader.exercise import FORBIDDEN

# Packages a notebook cannot read unless the course preloads them: each would do an exercise for the student. With them
# go what they are made of, and what would lead to the course and the grader.
HIDDEN = FORBIDDEN | {"torchgen", "torchmetrics", "triton", "nvidia", "grader", "reference", "gradmark", "nbgrader"}
_SHARED_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
_SMALL_FILES = (
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/dev/random",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/timezone",
    "/usr/share/zoneinfo",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/locale",
)


def readable_paths(preload: frozenset[str] = frozenset()) -> list[str]:
    """Existing files and folders a notebook may read. preload: hidden packages the course wants to be there."""
    hidden = HIDDEN - preload
    found = [path for path in _SMALL_FILES if os.path.exists(path)]
    for folder in _python_folders():
        found.extend(_packages(folder, hidden))
    for name in {*_SHARED_LIBRARIES, *(f"{prefix}/lib" for prefix in {sys.prefix, sys.base_prefix})}:
        found.extend(_libraries(name))
    return sorted(set(found))


def listable_folders() -> list[str]:
    """Folders of which a notebook may see the names, which Python needs to find modules; not what they hold."""
    return sorted(_python_folders())


def is_library(folder: str) -> bool:
    """Whether an entry of sys.path is Python's own: the standard library, installed packages, or a part of them."""
    whole = os.path.realpath(folder)
    known = _python_folders()
    return whole in known or os.path.dirname(whole) in known or whole.endswith(".zip")


def _python_folders() -> set[str]:
    """The standard library and every folder of installed packages; not the script's folder, not editable projects."""
    named = [sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")]
    installed = {*site.getsitepackages(), site.getusersitepackages()}
    return {os.path.realpath(path) for path in (*named, *installed) if os.path.isdir(path)}


def _packages(folder: str, hidden: frozenset[str]) -> Iterator[str]:
    """The entries of a library folder, but hidden ones and nested folders of packages."""
    for entry in os.scandir(folder):
        name = entry.name.split("-")[0].split(".")[0].lower()
        nested = entry.name in ("site-packages", "dist-packages")
        # A .pth or .egg-link names folders elsewhere; nothing reads them after Python has started.
        if name not in hidden and not nested and not entry.name.endswith((".pth", ".egg-link")):
            yield entry.path


def _libraries(folder: str) -> Iterator[str]:
    """Shared libraries of the system: files, and folders named for a machine such as x86_64-linux-gnu."""
    if os.path.isdir(folder):
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=True):
                if entry.name.endswith(("-linux-gnu", "-linux-musl", "-linux-gnueabihf")) or entry.name == "locale":
                    yield entry.path
            elif ".so" in entry.name:
                yield entry.path


def open_to_all(paths: list[str]) -> bool:
    """Whether any user at all could read these: only then may a notebook of root's run as nobody."""
    seen: set[Path] = set()
    for path in map(Path, paths):
        for part in (path, *path.parents):
            if part in seen:
                break
            seen.add(part)
            try:
                mode = part.stat().st_mode
            except OSError:
                return False
            wanted = 0o001 if part != path else 0o005 if part.is_dir() else 0o004
            if mode & wanted != wanted:
                return False
    return True

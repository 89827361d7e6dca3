"""The files that may be notebooks and scripts with exercises, found by a cheap look.

Imports nothing of the package: every file that pytest comes across is looked at here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# Folders of other languages.
_TRANSLATIONS = ("ko",)
_NOT_OURS = ("__pycache__", "node_modules")
# A script has said by then that it checks something.
_HEAD = 200_000


def candidates(path: Path) -> Iterator[Path]:
    """The files below a folder that may check an exercise, sorted; of a file the file itself."""
    if not path.is_dir():
        yield path
        return
    for here, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if _is_looked_into(Path(here, name)))
        for name in sorted(names):
            file = Path(here, name)
            if not name.startswith(".") and (file.suffix == ".ipynb" or (file.suffix == ".py" and may_be_script(file))):
                yield file


def may_be_script(path: Path) -> bool:
    """Whether a Python file looks like a percent-format script that checks an exercise."""
    try:
        with path.open(encoding="utf-8") as file:
            start = file.read(_HEAD)
    except (OSError, UnicodeDecodeError):
        return False
    return "# %%" in start and "\ncheck(" in start and "grader" in start


def is_translation(folder: Path) -> bool:
    """Whether a folder holds the notebooks beside it in another language, as exercises/ko/ does."""
    if folder.name not in _TRANSLATIONS:
        return False
    try:
        return any((folder.parent / inner.name).is_dir() for inner in folder.iterdir())
    except OSError:
        return False  # no folder, or one that is closed to us


def _is_looked_into(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.name in _NOT_OURS or (folder / "pyvenv.cfg").exists():
        return False
    return not is_translation(folder)

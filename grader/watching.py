"""`grader watch`: check again whenever a file is saved, and say only what to do first.

The notebooks are gone through in order up to the first that is not done. One that is saved without a change to its code
is not run again; one that is being written, deleted or put back is waited for.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, watch

from grader.candidates import candidates
from grader.local import SECONDS, OwnNotebook
from grader.messages import choose, speaking, text
from grader.notebook import NotebookError
from grader.render_progress import bar_lines
from grader.standing import DONE

# Milliseconds without a change after which what is odd counts as meant, and a stop is noticed.
_QUIET = 400
# The longest that changes which go on and on are gathered, in milliseconds.
_GATHER = 1000


@dataclass(frozen=True)
class View:
    """What there is to say. message: the first thing to do, a verdict's message or one line; status: the verdict's.

    below: how far the notebook is, and how to go on. done: nothing is left to do. odd: a file cannot be read, perhaps
    only just now.
    """

    message: str
    status: str = ""
    below: tuple[str, ...] = ()
    done: bool = False
    odd: bool = False


class Looker:
    """Looks at the notebooks below a path, and runs those whose work has changed.

    running: is told in a line which one is run. runs: how many were.
    """

    def __init__(
        self,
        path: Path,
        lang: str = "",
        seconds: float = SECONDS,
        running: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.path, self.lang, self.seconds, self.running = path, lang, seconds, running
        self.runs = 0
        self._known: dict[Path, tuple[str, OwnNotebook]] = {}
        self._spoken = choose(lang)

    def look(self) -> View:
        """The first thing to do."""
        done: list[OwnNotebook] = []
        for file in candidates(self.path) if self.path.exists() else ():
            try:
                own = OwnNotebook(file, self.lang, self.seconds)
                if not own.checks:
                    continue
                self._spoken = own.lang
                own = self._judged(own)
            except (NotebookError, OSError) as error:
                return self._view(str(error), odd=True)
            for found in own.found.values():
                if found.status not in DONE:
                    return self._view(found.message, found.status, [own])
            done.append(own)
        with speaking(self._spoken):
            if done:
                bars = bar_lines([own.standing() for own in done])
                return View(text("progress_done"), "passed", tuple(bars), done=True)
            return self._view(text("watch_waiting", path=self.path), odd=True)

    def _view(self, message: str, status: str = "", shown: Sequence[OwnNotebook] = (), odd: bool = False) -> View:
        with speaking(self._spoken):
            return View(message, status, (*bar_lines([own.standing() for own in shown]), text("watch_ending")), odd=odd)

    def _judged(self, own: OwnNotebook) -> OwnNotebook:
        """The notebook with what was found: recalled while nothing has changed that could change an answer."""
        content = own.content
        known = self._known.get(own.path)
        if known is not None and known[0] == content:
            return known[1]
        with speaking(own.lang):
            self.running(text("watch_running", file=own.path))
        self.runs += 1
        _ = own.found
        own.remember()
        self._known[own.path] = content, own
        return own


def watch_folder(looker: Looker, say: Callable[[View], None], stop: threading.Event | None = None) -> None:
    """Say what is to be done first, now and after every change, until all is done or `stop` is set.

    Raises NotebookError for a folder that cannot be watched.
    """
    stop = stop or threading.Event()
    is_folder = looker.path.is_dir()
    root = looker.path if is_folder else looker.path.parent
    said: View | None = None
    while not stop.is_set():
        # A folder that was put back is another one, of which a watch on the first hears nothing.
        place = _identity(root)
        if place is None:
            stop.wait(_QUIET / 1000)
            continue
        look_again = True
        for changed in _changes(root.resolve(), is_folder, stop):
            if changed or look_again:
                runs = looker.runs
                view = looker.look()
                # A file that cannot be read is most often being written: what holds when all is quiet is said.
                look_again = view.odd and changed
                if not look_again and (view != said or looker.runs > runs):
                    say(view)
                    said = view
                if view.done:
                    return
            if _identity(root) != place:
                break


def _changes(root: Path, recursive: bool, stop: threading.Event) -> Iterator[bool]:
    """Whether something has changed, again and again: as soon as it has, and now and then when nothing has."""

    def is_seen(_change: Change, path: str) -> bool:
        inside = Path(path).parts[len(root.parts) :]
        return not any(part.startswith(".") or part == "__pycache__" for part in inside)

    try:
        for changes in watch(
            root,
            watch_filter=is_seen,
            recursive=recursive,
            debounce=_GATHER,
            rust_timeout=_QUIET,
            yield_on_timeout=True,
            ignore_permission_denied=True,
            stop_event=stop,
        ):
            yield bool(changes)
    except (OSError, RuntimeError) as error:  # too many folders for the system's watches, a drive without them
        raise NotebookError(
            f"{root}: cannot be watched ({error}); name a smaller folder, or set WATCHFILES_FORCE_POLLING=1"
        ) from error


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder it is; None while there is none."""
    try:
        state = os.stat(folder)
    except OSError:
        return None
    return state.st_dev, state.st_ino

"""Worker processes of this machine: forked, so that what is imported and warm is shared, and gone with the program."""

from __future__ import annotations

import multiprocessing
import multiprocessing.util
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import Any

from grader.grade import close_sandboxes, forget_sandboxes


def forked_pool(
    workers: int, begin: Callable[..., None] | None = None, given: tuple[Any, ...] = ()
) -> ProcessPoolExecutor:
    """So many workers, started with the first task. begin: called in each with `given`, which is not pickled."""
    return ProcessPoolExecutor(
        workers, multiprocessing.get_context("fork"), initializer=_begin, initargs=(begin, given)
    )


def _begin(begin: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    """Make this process a worker: Ctrl-C is the main program's to handle, and when that is gone, so is the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    forget_sandboxes()
    if begin:
        begin(*given)
    # A worker leaves without Python's own exit handlers.
    multiprocessing.util.Finalize(None, close_sandboxes, exitpriority=10)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent: Any = multiprocessing.parent_process()
    wait([parent.sentinel])
    os._exit(1)

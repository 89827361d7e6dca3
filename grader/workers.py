"""Placeholder until the real one is merged."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

from grader.ahead import _begin
from grader.grade import run_job, sandbox
from grader.sandbox import warm

_x = None


def _go(job, key, settings, store):
    return run_job(job, store, settings.for_job(job), key)


class Workers:
    def __init__(self, settings, *, jobs=0, scheduler="", store=None):
        self.settings, self.store = settings, store
        n = jobs or os.cpu_count() or 1
        self.lead = 8 * n
        self.level = sandbox(settings).level
        warm.warm(settings.kind)
        self.pool = ProcessPoolExecutor(
            n, multiprocessing.get_context("fork"), initializer=_begin, initargs=((None, store, settings, None),)
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, job, key) -> Future[Any]:
        return self.pool.submit(_go, job, key, self.settings, self.store)

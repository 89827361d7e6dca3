"""nbgrader's configuration as its commands read it, without its applications, which take long to import."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.application import JupyterApp
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Application, Config

from grader.course import CourseError


class _Nbgrader(JupyterApp):  # type: ignore[misc]
    """For nbgrader's configuration files and its log."""

    name = "nbgrader"
    config_file_name = "nbgrader_config"
    raise_config_file_errors = True


@dataclass(frozen=True)
class Configured:
    """What nbgrader's parts are made with."""

    config: Config
    log: Any

    def courses(self) -> CourseDirectory:
        """Where things lie in this course."""
        return CourseDirectory(config=self.config, log=self.log)


@contextmanager
def configured(root: Path) -> Iterator[Configured]:
    """What nbgrader's commands would read in the course's root, Jupyter's own folders included; quiet but for warnings.

    Meanwhile the root is the working directory, from which nbgrader's paths start.
    """
    app = _Nbgrader.instance(log_level=logging.WARNING, log_format="%(message)s")
    here = Path.cwd()
    os.chdir(root)
    try:
        try:
            app.load_config_file()
            Application.load_config_file(app, app.config_file_name, path=str(root))
        except Exception as error:  # it is a program of the instructor's
            raise CourseError(f"nbgrader_config.py: {type(error).__name__}: {error}") from error
        yield Configured(app.config, app.log)
    finally:
        os.chdir(here)
        _Nbgrader.clear_instance()

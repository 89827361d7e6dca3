"""Where a course lies on disk: its root, its folders, its secret. Finds things; computes nothing."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import os
import secrets
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.exercise import Assignment, Course


class CourseError(Exception):
    """The course cannot be found or used; one line that names the place and the remedy."""


@dataclass(frozen=True)
class CourseFolder:
    """A course's root, the folder whose pyproject.toml has ``[tool.gradmark] course = "module:NAME"``."""

    root: Path
    entry: str

    @cached_property
    def course(self) -> Course:
        """The Course object. Raises CourseError when the entry names none."""
        module_name, _, name = self.entry.partition(":")
        if str(self.root) not in sys.path:
            sys.path.insert(0, str(self.root))
        try:
            course = getattr(importlib.import_module(module_name), name or "COURSE")
        except Exception as error:
            raise CourseError(
                f"{self.root / 'pyproject.toml'}: [tool.gradmark] course = {self.entry!r} cannot be loaded "
                f"({type(error).__name__}: {error})"
            ) from error
        if not isinstance(course, Course):
            raise CourseError(f"{self.root / 'pyproject.toml'}: {self.entry!r} is not a grader.exercise.Course")
        return course

    def assignment(self, name: str) -> Assignment:
        """The assignment of that name. Raises CourseError naming those there are."""
        try:
            return self.course.assignment(name)
        except KeyError as error:
            raise CourseError(str(error.args[0])) from error

    def source(self, assignment: Assignment) -> Path:
        """The assignment's percent-format source."""
        return self.root / "solutions" / f"{assignment.name}.py"

    def notebook(self, assignment: Assignment) -> Path:
        """The notebook students get."""
        return self.root / "exercises" / assignment.name / f"{assignment.notebook}.ipynb"

    def public_cases(self, assignment: Assignment) -> Path:
        """The public keys students get beside the notebook."""
        return self.root / "exercises" / assignment.name / "public_cases.json"

    @property
    def state(self) -> Path:
        """The folder of what the machine remembers: keys, answers, the secret. Never handed out."""
        return self.root / ".gradmark"

    def digest(self, assignment: Assignment) -> str:
        """A hash of what declares an assignment: its module, its data (`<module>_*`), modules that begin with "_"."""
        module = self.root.joinpath(*assignment.module.split("."))
        data = [file for file in module.parent.glob(f"{module.name}_*.*") if file.suffix != ".py"]
        files = [module.with_suffix(".py"), *sorted(data), *sorted(module.parent.glob("_[!_]*.py"))]
        found = hashlib.sha256()
        for file in files:
            try:
                found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
            except OSError as error:
                raise CourseError(f"{file}: cannot be read ({error.strerror}); {assignment.name} names it") from error
        return found.hexdigest()[:16]

    @cached_property
    def secret(self) -> bytes:
        """What the hidden cases are drawn from: $GRADER_SECRET, or a file made once and readable by its owner only."""
        given = os.environ.get("GRADER_SECRET")
        if given:
            return given.encode()
        path = self.state / "secret"
        try:
            self.state.mkdir(mode=0o700, exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(16))
        except FileExistsError:
            pass
        except OSError as error:
            raise CourseError(f"{path}: cannot be written ({error.strerror}); set GRADER_SECRET instead") from error
        text = path.read_text().strip()
        if not text:
            raise CourseError(f"{path}: is empty; delete it, and a new one is made")
        return text.encode()

    def hidden_seeds(self, assignment: Assignment, count: int) -> list[int]:
        """`count` seeds for an assignment's hidden cases: the same on every run with the same secret."""
        return [
            int.from_bytes(hmac.digest(self.secret, f"{assignment.name}/{index}".encode(), "sha256")[:7])
            for index in range(count)
        ]


def find_course(start: Path | None = None) -> CourseFolder:
    """The course that `start` (by default the working directory) lies in. Raises CourseError."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            try:
                entry = tomllib.loads(file.read_text()).get("tool", {}).get("gradmark", {}).get("course")
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise CourseError(f"{file}: is not TOML ({error})") from error
            if entry:
                return CourseFolder(folder, entry)
    raise CourseError(f'{here}: no course here or above; its pyproject.toml has [tool.gradmark] course = "reference"')

"""`pytest exercises/`: one item per check of a notebook or percent-format script. Registered by entry point.

A notebook is run once, in a process of its own under a time limit, and its answers to the public cases are judged
here. Files without a check of this package are none of its business; nothing is imported before one is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.key import Key
    from grader.notebook import Notebook
    from grader.verdict import Verdict

# Folders of other languages.
_TRANSLATIONS = ("ko",)


def pytest_addoption(parser: pytest.Parser) -> None:
    """--strict-stubs and --notebook-timeout."""
    group = parser.getgroup("gradmark", "exercises in notebooks")
    group.addoption("--strict-stubs", action="store_true", help="exercises that are not started yet fail, too")
    group.addoption(
        "--notebook-timeout", type=float, default=60.0, metavar="SECONDS", help="time for one notebook (default 60)"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a translation of the notebooks (exercises/ko/ in exercises/) alone, unless its own path is named."""
    if collection_path.name not in _TRANSLATIONS or not collection_path.is_dir():
        return None
    named = [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args]
    if any(path.is_relative_to(collection_path.resolve()) for path in named):
        return None
    beside = collection_path.parent
    return True if any((beside / folder.name).is_dir() for folder in collection_path.iterdir()) else None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect notebooks and scripts that check an exercise."""
    if file_path.suffix not in (".ipynb", ".py") or ".ipynb_checkpoints" in file_path.parts:
        return None
    if file_path.suffix == ".py" and not _may_be_script(file_path):
        return None
    return NotebookFile.from_parent(parent, path=file_path)


def _may_be_script(path: Path) -> bool:
    """A cheap look before anything is parsed: every Python file under test comes by here."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(200_000)
    except (OSError, UnicodeDecodeError):
        return False
    return "# %%" in text and "\ncheck(" in text and "grader" in text


class NotebookFile(pytest.File):
    """A notebook; runs it once, when its first item is due."""

    _keys: tuple[dict[str, Key], dict[str, str]] | None = None
    _verdicts: dict[str, Verdict] | None = None
    _seen: str | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """One item per exercise the notebook checks, in its order."""
        from grader.notebook import NotebookError, read_notebook

        try:
            notebook = read_notebook(self.path)
        except NotebookError as error:
            # An item that fails, not an error of collection, which would keep every other notebook from being checked.
            yield BrokenNotebook.from_parent(self, name="notebook", problem=str(error))
            return
        if notebook.uses_grader:
            for name in notebook.checks:
                yield ExerciseItem.from_parent(self, name=name, notebook=notebook)

    def verdict(self, notebook: Notebook, exercise: str) -> tuple[Verdict, Key]:
        """The verdict on one exercise. Raises Problem when there can be none."""
        from grader.grade import judge_run, run_notebook
        from grader.sandbox.job import files_beside
        from grader.sandbox.parent import OWN_CODE, SandboxError
        from grader.sandbox.protocol import Limits

        keys, problems = self._read_keys(notebook)
        if exercise in problems:
            raise Problem(problems[exercise])
        if self._verdicts is None:
            seconds = self.config.getoption("--notebook-timeout")
            # Half for one cell, so that a cell that never ends leaves time for the others.
            limits = Limits(wall=seconds, cpu=seconds, cell=seconds / 2)
            try:
                files = files_beside(self.path.parent)
                run = run_notebook(notebook, keys, files, limits=limits, settings=OWN_CODE)
                self._verdicts = judge_run(run, keys)
            except SandboxError as error:
                raise Problem(f"{self.path}: could not be run: {error}") from None
        return self._verdicts[exercise], keys[exercise]

    def _read_keys(self, notebook: Notebook) -> tuple[dict[str, Key], dict[str, str]]:
        """The public keys of all checks, read once, and why there is none for some of them."""
        from grader.public import CasesError, find_key

        if self._keys is None:
            keys, problems = {}, {}
            for name in notebook.checks:
                try:
                    keys[name] = find_key(name, [self.path.parent]).public()
                except CasesError as error:
                    problems[name] = str(error)
            self._keys = keys, problems
        return self._keys

    def seen(self, notebook: Notebook) -> str:
        """What the notebook's code shows without being run, as text; looked at once."""
        from grader.findings import findings
        from grader.public import FILE, forbidden_for
        from grader.render import render_findings
        from grader.sandbox.job import files_beside

        if self._seen is None:
            forbidden = forbidden_for(next(iter(notebook.checks)), [self.path.parent])
            shipped = files_beside(self.path.parent).keys() - {FILE}
            self._seen = render_findings(findings(notebook.code, forbidden, shipped))
        return self._seen


class Problem(Exception):
    """An exercise that cannot be judged, or is judged wrong: its text is what the learner reads."""


class ExerciseItem(pytest.Item):
    """One check."""

    def __init__(self, *, notebook: Notebook, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.notebook = notebook

    def runtest(self) -> None:
        """Pass, skip what is not started, or raise Problem with the message."""
        from grader.render import render_text, text

        assert isinstance(self.parent, NotebookFile)
        verdict, key = self.parent.verdict(self.notebook, self.name)
        if verdict.status == "not_started" and not self.config.getoption("--strict-stubs"):
            pytest.skip("not started")
        if verdict.status not in ("passed", "answered"):
            raise Problem(render_text(verdict, key.mistakes) or text("not_started"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message alone, without a traceback."""
        return str(excinfo.value) if excinfo.errisinstance(Problem) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the item is, for pytest's headings."""
        return self.path, None, self.name


class BrokenNotebook(pytest.Item):
    """A notebook that cannot be read."""

    def __init__(self, *, problem: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.problem = problem

    def runtest(self) -> None:
        """Fail with what to do."""
        raise Problem(self.problem)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The line alone."""
        return str(excinfo.value)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was seen in the code, progress per assignment, and the next exercise to do."""
    found: list[tuple[str, int, str, str]] = []
    seen: dict[str, str] = {}
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.getreports(outcome):
            properties = dict(map(tuple, getattr(report, "user_properties", [])))
            position = properties.get("gradmark")
            if report.when == "call" and position is not None:
                file, _, name = report.nodeid.partition("::")
                found.append((file, position, name, outcome))
                if "gradmark_seen" in properties:
                    seen[file] = properties["gradmark_seen"]
    progress: dict[str, dict[str, str]] = {}
    for file, _, name, outcome in sorted(found):
        progress.setdefault(file, {})[name] = outcome
    if not progress:
        return
    for file, lines in sorted(seen.items()):
        terminalreporter.section(f"worth a look: {file}")
        terminalreporter.write_line(lines)
    terminalreporter.section("progress")
    following = ""
    for file, outcomes in progress.items():
        done = sum(outcome == "passed" for outcome in outcomes.values())
        bar = "#" * round(10 * done / len(outcomes))
        terminalreporter.write_line(f"{_assignment(file):<28} [{bar:<10}] {done} of {len(outcomes)}")
        unfinished = [name for name, outcome in outcomes.items() if outcome != "passed"]
        following = following or (f"{unfinished[0]} in {file}" if unfinished else "")
    terminalreporter.write_line(f"next: {following}" if following else "all done")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Mark this plugin's reports with the exercise's place in its notebook and what was seen, for the summary."""
    outcome: Any = yield
    if isinstance(item, ExerciseItem):
        report = outcome.get_result()
        position = list(item.notebook.checks).index(item.name)
        report.user_properties.append(("gradmark", position))
        assert isinstance(item.parent, NotebookFile)
        if report.when == "call" and (seen := item.parent.seen(item.notebook)):
            report.user_properties.append(("gradmark_seen", seen))


def _assignment(file: str) -> str:
    path = Path(file)
    return path.parent.name if path.suffix == ".ipynb" else path.stem

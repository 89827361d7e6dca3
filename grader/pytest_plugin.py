"""`pytest exercises/`: one item per check of a notebook or percent-format script. Registered by entry point.

What is run and judged is `local`'s; this module shows it in pytest's way. Files without a check of this package are
none of its business; nothing is imported before one is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.local import OwnNotebook
    from grader.terminal import Style

# The property of a report by which it is known as one of these.
_OURS = "gradmark"


def pytest_addoption(parser: pytest.Parser) -> None:
    """--strict-stubs and --notebook-timeout."""
    group = parser.getgroup("gradmark", "exercises in notebooks")
    group.addoption("--strict-stubs", action="store_true", help="exercises that are not started yet fail, too")
    group.addoption(
        "--notebook-timeout", type=float, default=60.0, metavar="SECONDS", help="time for one notebook (default 60)"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a translation of the notebooks (exercises/ko/ in exercises/) alone, unless its own path is named."""
    from grader.candidates import is_translation

    if not is_translation(collection_path):
        return None
    named = [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args]
    return None if any(path.is_relative_to(collection_path.resolve()) for path in named) else True


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect notebooks and scripts that check an exercise."""
    from grader.candidates import may_be_script

    if file_path.suffix not in (".ipynb", ".py") or ".ipynb_checkpoints" in file_path.parts:
        return None
    if file_path.suffix == ".py" and not may_be_script(file_path):
        return None
    return NotebookFile.from_parent(parent, path=file_path)


class NotebookFile(pytest.File):
    """A notebook; it is run once, when its first item is due."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item per exercise the notebook checks, in its order."""
        from grader.local import OwnNotebook
        from grader.notebook import NotebookError

        try:
            own = OwnNotebook(self.path, seconds=self.config.getoption("--notebook-timeout"))
        except NotebookError as error:
            # An item that fails, not an error of collection, which would keep every other notebook from being checked.
            yield BrokenNotebook.from_parent(self, name="notebook", problem=str(error))
            return
        for name in own.checks:
            yield ExerciseItem.from_parent(self, name=name, own=own)


class Problem(Exception):
    """An exercise that is wrong or cannot be judged. status: its verdict's."""

    def __init__(self, message: str, status: str) -> None:
        super().__init__(message)
        self.message = _Message(message, status)


class _Message:
    """A message in place of a traceback: in colour where pytest writes in colour."""

    def __init__(self, message: str, status: str) -> None:
        self.message, self.status = message, status

    def __str__(self) -> str:
        return self.message

    def toterminal(self, writer: Any) -> None:
        """Write it; pytest calls this."""
        writer.line(_style(writer).message(self.message, self.status))


class ExerciseItem(pytest.Item):
    """One check."""

    def __init__(self, *, own: OwnNotebook, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.own = own

    def runtest(self) -> None:
        """Pass, skip what is not started, or raise Problem with the message."""
        found = self.own.found[self.name]
        if found.is_wrong(strict=self.config.getoption("--strict-stubs")):
            raise Problem(found.message, found.status)
        if found.status == "not_started":
            pytest.skip("not started")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message alone, without a traceback."""
        return excinfo.value.message if isinstance(excinfo.value, Problem) else super().repr_failure(excinfo, style)

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
        raise Problem(self.problem, "problem")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The line alone."""
        return _Message(self.problem, "problem")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note on this plugin's reports what the summary needs. It all survives the way from a worker of pytest-xdist."""
    outcome: Any = yield
    if isinstance(item, ExerciseItem):
        report = outcome.get_result()
        if report.when == "call":
            noted = {
                "name": item.name,
                "position": item.own.checks.index(item.name),
                "assignment": item.own.name,
                "status": item.own.found[item.name].status,
                "lang": item.own.lang,
                "seen": item.own.seen,
            }
            report.user_properties.append((_OURS, noted))


@pytest.hookimpl(hookwrapper=True)
def pytest_report_from_serializable() -> Iterator[None]:
    """Give a message its colour again, which comes from a worker as text."""
    outcome: Any = yield
    report = outcome.get_result()
    noted = _noted(report)
    if noted and report.failed:
        report.longrepr = _Message(str(report.longrepr), noted["status"])


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was seen in the code, progress per assignment, and the next exercise to do."""
    found: dict[str, list[dict[str, Any]]] = {}
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.getreports(outcome):
            if noted := _noted(report):
                found.setdefault(report.nodeid.partition("::")[0], []).append(noted)
    if not found:
        return
    from grader.messages import speaking, text
    from grader.render_progress import bar_lines, next_line
    from grader.standing import DONE, Standing

    standings = []
    style = _style(terminalreporter.config.get_terminal_writer())
    for file, exercises in sorted(found.items()):
        exercises.sort(key=lambda noted: noted["position"])
        done = tuple(noted["name"] for noted in exercises if noted["status"] in DONE)
        still_open = tuple(noted["name"] for noted in exercises if noted["name"] not in done)
        standings.append(Standing(exercises[0]["assignment"], done, still_open, file))
        if seen := exercises[0]["seen"]:
            with speaking(exercises[0]["lang"]):
                terminalreporter.section(style.plain(f"{text('worth_a_look')}: {file}"))
                terminalreporter.write_line(style.plain(seen))
    with speaking(next(iter(found.values()))[0]["lang"]):
        terminalreporter.section(style.plain(text("progress_title")))
        for line in (*bar_lines(standings), next_line(standings)):
            terminalreporter.write_line(style.plain(line))


def _noted(report: Any) -> dict[str, Any]:
    """What is noted on a report of this plugin's; nothing on another's."""
    # xdist makes lists of tuples.
    properties: dict[str, Any] = dict(map(tuple, getattr(report, "user_properties", ())))
    return properties.get(_OURS) or {}


def _style(writer: Any) -> Style:
    """How to write where pytest writes: in colour when it does."""
    from grader.terminal import Style

    return Style(bool(writer.hasmarkup), getattr(getattr(writer, "_file", None), "encoding", None) or "utf-8")

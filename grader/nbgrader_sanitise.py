"""Submissions before they run, under nbgrader: read, put right where students broke them, or refused in one line.

Nothing here executes anything or decides a mark.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, NbGraderPreprocessor
from nbgrader.preprocessors.execute import UnresponsiveKernelError
from sqlalchemy.exc import OperationalError
from traitlets import Bool
from traitlets.log import get_logger

from grader.course import CourseError
from grader.exercise import DeclarationError
from grader.gradebook import flag_for_review, released_cells
from grader.messages import choose_for_class, speaking
from grader.nbgrader_notes import drop_notes, put_note
from grader.nbgrader_once import Records
from grader.nbgrader_problems import GradingProblem, not_graded, shorten_tracebacks
from grader.notebook import NotebookError, checks_in, read_notebook
from grader.recognise import Released, released_in
from grader.repair import Repair, is_another, old_format, renamed, repair
from grader.sandbox.parent import SandboxError

_REPAIRS = "gradmark_repairs"
# In a notebook's metadata. What a submission brings of it is dropped.
_MARK = "gradmark"


def look_at_submission(assignment: str, student: str, notebooks: list[str]) -> None:
    """Before nbgrader takes up a submission: find the notebooks that were renamed, or say that none has its name.

    `notebooks` is nbgrader's own list. A renamed notebook's entry becomes the expected path, which does not exist:
    nbgrader then goes on under that name, and the exporter reads the file that is there. submitted/ stays as it is.
    """
    log = get_logger()
    shorten_tracebacks(log)
    here = Path(notebooks[0]).parent
    if _exporter is not None:
        missing = _exporter.missing(assignment, notebooks)
        for name, released in missing.items():
            others = [path for path in notebooks if Path(path).stem not in _exporter.expected]
            meant = [path for path in others if _is_meant(path, released)]
            expected = str(Path(notebooks[0]).with_name(f"{name}.ipynb"))
            if len(meant) == 1:
                _exporter.renamed[expected] = meant[0]
                notebooks[notebooks.index(meant[0])] = expected
            elif len(others) == len(notebooks):
                names = ", ".join(Path(path).name for path in notebooks)
                several = "; which is meant? keep one" if meant else "; rename the file"
                problem = f"{here}: has {names} where {name}.ipynb is expected{several} and run the command again"
                not_graded.append(problem)
                log.error("not graded: %s", problem)
    # Once for a command: nbgrader asks before every submission.
    if student == "*" and (_exporter is None or not _exporter.looked):
        if _exporter is not None:
            _exporter.looked = True
        for other in sorted(here.parents[1].glob(f"*/{assignment}")):
            problem = f"{other}: holds no notebook; ask for it"
            # nbgrader passes such a folder by with a warning.
            if problem not in not_graded and not any(other.glob("*.ipynb")):
                not_graded.append(problem)


def _is_meant(path: str, released: Iterable[Released]) -> bool:
    """Whether a file has a graded cell of the released notebook, by its id or by its check."""
    graded = {cell.name for cell in released if cell.grade or cell.task}
    try:
        cells = read_notebook(Path(path)).cells
    except NotebookError:
        return False
    return any(cell.grade_id in graded or graded & set(checks_in(cell.source)) for cell in cells)


class CheckedNotebookExporter(NotebookExporter):  # type: ignore[misc]
    """Reads a submission; one that is no notebook becomes one line in the log and a row to look at by hand.

    nbgrader makes one for each command, so it is also where a command's knowledge of the release is kept.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        global _exporter
        if _exporter is not None and "records" in vars(_exporter):
            _exporter.records.close()
        _exporter = self
        self.renamed: dict[str, str] = {}
        self.expected: list[str] = []
        self.looked = False
        self._released: dict[tuple[str, str], list[Released]] = {}

    # nbformat's own check of the notebook, once after all preprocessors instead of after each.
    optimistic_validation = Bool(True).tag(config=True)

    @cached_property
    def records(self) -> Records:
        """The gradebook, as long as the command runs."""
        return Records(self.parent.coursedir.db_url)

    def released(self, notebook: str, assignment: str) -> list[Released]:
        """The cells of a released notebook, as the gradebook has them."""
        key = (notebook, assignment)
        if key not in self._released:
            course = self.parent.coursedir
            folder = course.format_path(course.release_directory, ".", assignment)
            stored = released_cells(course.db_url, notebook, assignment, _order(Path(folder) / f"{notebook}.ipynb"))
            self._released[key] = [replace(cell, shown=_without_hidden(cell, self)) for cell in stored]
        return self._released[key]

    def missing(self, assignment: str, notebooks: Iterable[str]) -> dict[str, list[Released]]:
        """The notebooks of an assignment that are not among these files, each with its cells."""
        self.expected = self.records.notebooks(assignment)
        there = {Path(path).stem for path in notebooks}
        return {name: self.released(name, assignment) for name in self.expected if name not in there}

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """As NotebookExporter, with GradingProblem for a file that cannot be graded."""
        with self.refusing(filename, resources):
            return self.read(filename, resources, **kw)

    def read(self, filename: str, resources: Any, **kw: Any) -> Any:
        """As NotebookExporter's from_filename, for a renamed notebook under the name it should have."""
        shorten_tracebacks(self.log)
        actual = self.renamed.get(filename, filename)
        if actual != filename:
            resources[_REPAIRS] = [renamed(Path(actual).name, Path(filename).name)]
        read_notebook(Path(actual))
        return super().from_filename(actual, resources=resources, **kw)

    @contextlib.contextmanager
    def refusing(self, filename: str, resources: Any) -> Iterator[None]:
        """Whatever goes wrong with a notebook becomes one line, and rows to look at by hand. Raises GradingProblem."""
        actual = self.renamed.get(filename, filename)
        try:
            yield
            return
        except (NoSuchKernel, UnresponsiveKernelError, OperationalError):
            raise  # the machine's fault, which nbgrader has words for
        except Exception as error:
            known = isinstance(error, NotebookError | SandboxError | CourseError | DeclarationError | GradingProblem)
            problem = str(error) if known else f"{actual}: {type(error).__name__}: {str(error).partition(chr(10))[0]}"
        names = resources["nbgrader"]
        ids = names["notebook"], names["assignment"], names["student"]
        with self.records.transaction() as gradebook:
            flag_for_review(gradebook, *ids, forget=actual != filename)
        not_graded.append(problem)
        raise GradingProblem(f"not graded: {problem}")

    def from_file(self, file_stream: Any, resources: Any = None, **kw: Any) -> Any:
        """As NotebookExporter, also for a file that begins with a byte order mark or is of an old format."""
        text = file_stream.read().removeprefix("\ufeff")
        # Most have no such word in them, and one look less at the whole.
        node = json.loads(text) if '"worksheets"' in text else {}
        if "worksheets" in node:
            version = old_format(int(node.get("nbformat") or 0), int(node.get("nbformat_minor") or 0))
            resources[_REPAIRS] = [*resources.get(_REPAIRS, []), version]
        return super().from_file(io.StringIO(text), resources=resources, **kw)


_exporter: CheckedNotebookExporter | None = None


def _order(release: Path) -> list[str]:
    """The names of the released cells as they stand in the release; none where it cannot be read."""
    try:
        return [cell.name for cell in released_in(json.loads(release.read_text(encoding="utf-8"))["cells"])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _without_hidden(cell: Released, parent: Any) -> str:
    """The cell's text as students got it."""
    node = nbformat.from_dict({"cell_type": cell.cell_type, "source": cell.source, "metadata": {}})
    node.metadata["nbgrader"] = dict(cell.metadata)
    for cleaner in (ClearHiddenTests, ClearMarkScheme):
        node, _ = cleaner(parent=parent).preprocess_cell(node, {}, 0)
    return str(node.source)


class RepairNotebook(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts right what students break, before nbgrader looks at the notebook; the notebook itself says what it was."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Repair the cells, log each repair, note them in the notebook's metadata."""
        names = resources["nbgrader"]
        drop_notes(nb)
        nb.metadata.pop(_MARK, None)
        released = self.parent.released(names["notebook"], names["assignment"])
        if is_another(nb.cells, released):
            raise GradingProblem(
                f"{names['student']}: {names['notebook']}.ipynb has none of the graded cells of {names['notebook']} "
                "but others; is it the notebook of another assignment?"
            )
        cells, repairs = repair(nb.cells, released)
        nb.cells = [nbformat.from_dict(cell) for cell in cells]
        nb.nbformat_minor = max(nb.nbformat_minor, 5)
        repairs = [*resources.get(_REPAIRS, []), *repairs]
        for item in repairs:
            self.log.warning("%s/%s: %s", names["student"], names["notebook"], item.sentence)
        if repairs:
            nb.metadata[_MARK] = {"repairs": [_plain(item) for item in repairs]}
        return nb, resources


def _plain(item: Repair) -> Mapping[str, str]:
    return {"kind": item.kind, "cell": item.cell, "sentence": item.sentence}


class TellRepairs(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the repairs above the autograded notebook, where formgrader and the feedback page show them.

    After the run: a cell more before it, and the same work would not be recognised as the same.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Put the note, in the language of the verdicts."""
        with speaking(choose_for_class(str(self.config.RunInSandbox.get("lang", "")))):
            put_note(nb, [item["sentence"] for item in nb.metadata.get(_MARK, {}).get("repairs", [])])
        return nb, resources

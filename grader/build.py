"""Course source to what students get: solutions/<assignment>.py -> notebook and public_cases.json in exercises/.

The source is one percent-format script per assignment. This module turns it into nbgrader's source notebook (grade ids
and points from the declaration), nbgrader's own generate_assignment makes the release from that, and the public cases
come from the oracle. What is committed under exercises/ is never edited by hand; `stale` says what no longer matches.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import re
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from grader.course import CourseError, CourseFolder
from grader.exercise import FORBIDDEN, Assignment
from grader.files import write_atomically
from grader.key import FORMAT
from grader.notebook import asked_in, checks_in
from grader.oracle import declared, declared_questions, public_keys
from grader.public import FILE
from grader.question import Question
from grader.quiz import any_key_to_json
from grader.quiz_cells import ANSWER, STUB, STUDENT_ID, question_cells, stub
from grader.translation import Catalogue, cells_in, translate_cases, translate_docstring

_LOCKED = {"grade": False, "solution": False, "locked": True, "task": False, "schema_version": 3}
_CLOSE = 1e-6


class BuildError(CourseError):
    """A source that cannot be built: one line with the file, the cell and the remedy."""


def build(folder: CourseFolder, assignments: list[Assignment], lang: str = "en") -> list[str]:
    """Build assignments into exercises/, those of another language into exercises/<lang>/.

    Returns the files that changed, as paths below the course's root.
    """
    changed = []
    with tempfile.TemporaryDirectory(prefix="gradmark-build-") as scratch:
        fresh = _generate(folder, assignments, Path(scratch), lang)
        for assignment in assignments:
            target = _target(folder, assignment, lang)
            made = fresh / assignment.name
            for path in sorted(made.rglob("*")):
                committed = target / path.relative_to(made)
                if path.is_file() and not _same(path, committed):
                    committed.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, committed)
                    changed.append(str(committed.relative_to(folder.root)))
            for extra in _extra_files(target, made):
                extra.unlink()
                changed.append(str(extra.relative_to(folder.root)))
            refresh(folder, assignment)
    return changed


def _target(folder: CourseFolder, assignment: Assignment, lang: str) -> Path:
    exercises = folder.root / "exercises"
    return (exercises if lang == "en" else exercises / lang) / assignment.name


def stale(folder: CourseFolder, assignments: list[Assignment], lang: str = "en") -> list[str]:
    """The files under exercises/ that a build would change; empty when all is fresh."""
    with tempfile.TemporaryDirectory(prefix="gradmark-build-") as scratch:
        fresh = _generate(folder, assignments, Path(scratch), lang)
        found = []
        for assignment in assignments:
            target = _target(folder, assignment, lang)
            made = fresh / assignment.name
            found += [
                str((target / path.relative_to(made)).relative_to(folder.root))
                for path in sorted(made.rglob("*"))
                if path.is_file() and not _same(path, target / path.relative_to(made))
            ]
            found += [str(extra.relative_to(folder.root)) for extra in _extra_files(target, made)]
        return found


def refresh(folder: CourseFolder, assignment: Assignment) -> None:
    """Bring nbgrader's source folder, solutions/<assignment>/, up to date; does nothing when it already is.

    Stock `nbgrader generate_assignment` reads notebooks there and copies what lies beside them.
    """
    source = folder.source(assignment)
    if not source.is_file():
        raise BuildError(f"{source}: is missing; {assignment.name} is built from it")
    target = folder.root / "solutions" / assignment.name
    notebook = target / f"{assignment.notebook}.ipynb"
    stamp = _stamp(folder, assignment)
    if _stamp_of(notebook) != stamp:
        write_atomically(notebook, source_notebook(folder, assignment, stamp), 0o644)
    cases = target / FILE
    if _digest_of(cases) != folder.digest(assignment):
        committed = folder.public_cases(assignment)
        if _digest_of(committed) == folder.digest(assignment):
            shutil.copyfile(committed, cases)
        else:
            write_atomically(cases, public_cases(folder, assignment), 0o644)


def source_notebook(folder: CourseFolder, assignment: Assignment, stamp: str = "", lang: str = "en") -> str:
    """The instructor's notebook as JSON text, with nbgrader's metadata. Raises BuildError or TranslationError."""
    import jupytext
    import nbformat

    source = folder.source(assignment)
    try:
        notebook = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    except OSError as error:
        raise BuildError(f"{source}: cannot be read ({error.strerror}); {assignment.name} is built from it") from error
    exercises, questions = declared(folder, assignment), declared_questions(folder, assignment)
    catalogue = Catalogue.load(folder, assignment, lang)
    notebook.cells = cells_in(notebook.cells, lang, str(source))
    notebook.cells = _with_questions(notebook.cells, questions, catalogue, lang, str(source))
    checked: list[str] = []
    for number, cell in enumerate(notebook.cells):
        names = checks_in(cell.source) if cell.cell_type == "code" else []
        where = f"{source}: cell {number + 1}"
        tags = cell.metadata.get("tags", [])
        stub = cell.metadata.get(STUB)
        cell.metadata = nbformat.NotebookNode({"tags": tags} if tags else {})
        if stub:
            cell.metadata[STUB] = stub
        if cell.cell_type == "code":
            cell.source = translate_docstring(cell.source, catalogue)
        if names:
            if cell.source.strip() != f'check("{names[0]}")':
                raise BuildError(f'{where}: a check stands alone in its cell, as check("{names[0]}")')
            declaration = exercises.get(names[0]) or questions.get(names[0])
            if declaration is None:
                raise BuildError(f"{where}: checks {names[0]}, which {assignment.module} does not declare")
            checked += names
            points = declaration.points
            cell.metadata.nbgrader = {**_LOCKED, "grade": True, "grade_id": names[0], "points": points}
        elif "### BEGIN SOLUTION" in cell.source:
            defined = re.findall(r"^(?:def|class) (\w+)", cell.source, re.MULTILINE)
            name = next((name for name in defined if name in exercises), defined[0] if defined else f"cell-{number}")
            cell.metadata.nbgrader = {**_LOCKED, "solution": True, "locked": False, "grade_id": f"{name}-stub"}
        elif "from grader import" in cell.source:
            cell.metadata.nbgrader = {**_LOCKED, "grade_id": "setup"}
        cell["id"] = f"{number:02d}-{hashlib.sha256(cell.source.encode()).hexdigest()[:8]}"
    for name in exercises:
        if checked.count(name) != 1:
            raise BuildError(
                f'{source}: has {checked.count(name)} cells check("{name}"); exactly one is needed for its points'
            )
    notebook.metadata = nbformat.NotebookNode(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **({"gradmark": {"made_of": stamp}} if stamp else {}),
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return str(nbformat.writes(notebook)) + "\n"


def _with_questions(
    cells: list[Any], questions: Mapping[str, Question], catalogue: Catalogue, lang: str, where: str
) -> list[Any]:
    """The notebook's cells, each `ask` followed by the cells of its question, with a place for the student's id."""
    from nbformat.v4 import new_code_cell, new_markdown_cell

    made, asked = [], []
    for number, cell in enumerate(cells):
        names = asked_in(cell.source) if cell.cell_type == "code" else []
        if questions and "from grader import" in cell.source and cell.cell_type == "code":
            made.append(new_code_cell(STUDENT_ID[lang]))
        made.append(cell)
        for name in names:
            if name not in questions or cell.source.strip() != f'ask("{name}")':
                raise BuildError(f'{where}: cell {number + 1}: ask("{name}") stands alone, and the module declares it')
            asked.append(name)
            for kind, text, tags in question_cells(name, questions[name], catalogue, lang):
                new = new_code_cell(text) if kind == "code" else new_markdown_cell(text)
                new.metadata["tags"] = tags
                if ANSWER in tags:
                    new.metadata[STUB] = stub(name, questions[name], catalogue, lang)
                made.append(new)
    for name in questions:
        if asked.count(name) != 1:
            raise BuildError(f'{where}: has {asked.count(name)} cells ask("{name}"); exactly one is needed')
    return made


def public_cases(folder: CourseFolder, assignment: Assignment, lang: str = "en") -> str:
    """The assignment's public keys as JSON text, one case a line so that a change reads well."""
    digest = folder.digest(assignment)
    keys = _public_nodes(folder, assignment, digest)
    node = {
        "format": FORMAT,
        "assignment": assignment.name,
        "notebook": assignment.notebook,
        "digest": digest,
        "lang": lang,
        **({"forbids": sorted(assignment.forbids)} if assignment.forbids != FORBIDDEN else {}),
        "exercises": [key for key in keys if "question" not in key],
        **({"questions": found} if (found := [key for key in keys if "question" in key]) else {}),
    }
    node = translate_cases(node, Catalogue.load(folder, assignment, lang))
    text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r'(\{"(?:id|name|exercise|question)":")', r"\n\1", text) + "\n"


@cache
def _public_nodes(folder: CourseFolder, assignment: Assignment, digest: str) -> list[dict[str, Any]]:
    """The public keys as JSON values: made once, whatever the number of languages. digest: of what they follow from."""
    return [any_key_to_json(key) for key in public_keys(folder, assignment).values()]


def stale_cases(folder: CourseFolder, assignment: Assignment) -> str:
    """A line that says what to do when the released public cases belong to another declaration; "" when they fit."""
    path = folder.public_cases(assignment)
    if _digest_of(path) == folder.digest(assignment):
        return ""
    return f"{path}: is not from the current {assignment.module}; run `grader build {assignment.name}`"


def _generate(folder: CourseFolder, assignments: list[Assignment], scratch: Path, lang: str) -> Path:
    """Run nbgrader's generate_assignment on a copy of the source; returns the folder of releases."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from grader.release import course_folders, release_settings

    for assignment in assignments:
        target = scratch / "solutions" / assignment.name
        beside = folder.root / "solutions" / assignment.name
        if beside.is_dir():
            shutil.copytree(beside, target, ignore=shutil.ignore_patterns("*.ipynb", FILE))
        write_atomically(target / f"{assignment.notebook}.ipynb", source_notebook(folder, assignment, lang=lang), 0o644)
        write_atomically(target / FILE, public_cases(folder, assignment, lang), 0o644)
    for assignment in assignments:
        config = Config()
        course_folders(config, scratch)
        release_settings(config)
        config.SaveCells.enabled = False
        config.CourseDirectory.assignment_id = assignment.name
        converter = GenerateAssignment(
            coursedir=CourseDirectory(config=config), config=config, no_database=True, log=_quiet_log()
        )
        converter.start()
    return scratch / "exercises"


def _quiet_log() -> logging.Logger:
    """nbgrader tells every step; only what goes wrong is of use here."""
    log = logging.getLogger("gradmark.build")
    log.setLevel(logging.ERROR)
    return log


def _stamp(folder: CourseFolder, assignment: Assignment) -> str:
    made_of = [folder.source(assignment).read_text(encoding="utf-8"), folder.digest(assignment), FORMAT]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]


def _stamp_of(notebook: Path) -> str:
    try:
        return str(json.loads(notebook.read_text())["metadata"]["gradmark"]["made_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _digest_of(cases: Path) -> str:
    """What public cases were made of; "" where there are none that this version reads."""
    try:
        node = json.loads(cases.read_text())
        return str(node["digest"]) if node["format"] == FORMAT else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _extra_files(target: Path, made: Path) -> list[Path]:
    """Files in a release that the source no longer makes."""
    return [
        path
        for path in sorted(target.rglob("*"))
        if path.is_file()
        and not (made / path.relative_to(target)).exists()
        and not {"__pycache__", ".ipynb_checkpoints", ".pytest_cache"} & set(path.parts)
    ]


def _same(fresh: Path, committed: Path) -> bool:
    """Whether two files say the same; numbers of public cases may differ in their last digits between machines."""
    if not committed.is_file():
        return False
    if fresh.name != FILE:
        return fresh.read_bytes() == committed.read_bytes()
    try:
        return _alike(json.loads(fresh.read_text()), json.loads(committed.read_text()))
    except ValueError:
        return False


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return list(one) == list(other) and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return type(one) is type(other) and bool(one == other)

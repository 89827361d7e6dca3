"""Every notebook of the course, solved, run from top to bottom by a real Jupyter kernel, in both languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbclient
import nbformat
import pytest
from course_copy import ROOT

from grader.build import source_notebook
from grader.course import CourseFolder
from grader.sandbox.job import files_beside

COURSE = CourseFolder(ROOT, "reference:COURSE")


@pytest.mark.course
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", [assignment.name for assignment in COURSE.course.assignments])
def test_it_runs_without_a_warning(name: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    folder = tmp_path / name
    folder.mkdir()
    handed_out = ROOT / "exercises" / (name if lang == "en" else f"{lang}/{name}")
    for file, path in files_beside(handed_out).items():
        shutil.copy2(path, folder / file)
    node = nbformat.reads(source_notebook(COURSE, COURSE.assignment(name), lang=lang), as_version=4)
    client = nbclient.NotebookClient(
        node, kernel_name="python3", timeout=120, resources={"metadata": {"path": str(folder)}}, allow_errors=True
    )
    client.execute()
    outputs = [(cell.source, output) for cell in node.cells for output in cell.get("outputs", ())]
    assert [(source, output.evalue) for source, output in outputs if output.output_type == "error"] == []
    assert [(source, output.text) for source, output in outputs if output.get("name") == "stderr"] == []
    checks = [cell for cell in node.cells if cell.cell_type == "code" and cell.source.startswith("check(")]
    assert checks
    for cell in checks:
        (shown,) = [output for output in cell.outputs if "data" in output]
        # Right, or an answer to a question, noted.
        assert shown.data["text/plain"].startswith(("✓", "●")), (cell.source, shown.data["text/plain"])

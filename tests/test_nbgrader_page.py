"""A verdict takes the place of an earlier one in a notebook's file, and nothing else changes."""

import io
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader.nbgrader_page import rewrite, with_verdicts
from grader.render import VERDICT_MIME


def data(text="✗ relu 0 / 2\n  again", digest="old", **verdict):
    return {
        "text/plain": text,
        "text/html": f"<b>{text}</b>\n",
        VERDICT_MIME: {"digest": digest, "points": 0, **verdict},
    }


def cell(name, *outputs, **more):
    return new_code_cell(
        f'check("{name}")', metadata={"nbgrader": {"grade": True, "grade_id": name, **more}}, outputs=list(outputs)
    )


@pytest.fixture
def path(tmp_path):
    forged = new_output("display_data", data("✓ relu 2 / 2", points=2))
    cells = [
        new_markdown_cell("한글\nΔ"),
        new_code_cell("relu", metadata={"nbgrader": {"grade": False, "solution": True, "grade_id": "relu"}}),
        cell("relu", new_output("stream", text="a\nb\n"), forged, new_output("display_data", data())),
        cell("sigmoid", new_output("display_data", data("✓ sigmoid 3 / 3"))),
        cell("plain"),
    ]
    for number, item in enumerate(cells):
        item.id = str(number)
    path = tmp_path / "one.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    path.chmod(0o444)
    return path


def test_the_last_verdict_of_the_cell_is_replaced_and_nothing_else(path):
    before = nbformat.read(path, 4)
    text = with_verdicts(path, {"relu": data("✓ relu 2 / 2\n", points=2)})
    before.cells[2].outputs[-1].data = nbformat.from_dict(data("✓ relu 2 / 2\n", points=2))
    assert nbformat.reads(text, 4) == before


def test_the_file_is_written_as_nbformat_writes_it(path):
    text = with_verdicts(path, {"relu": data("✓ relu 2 / 2\n", points=2)})
    expected = io.StringIO()
    nbformat.write(nbformat.reads(text, 4), expected)
    assert text == expected.getvalue()
    rewrite(path, text)
    assert path.read_text(encoding="utf-8") == text
    assert path.stat().st_mode & 0o777 == 0o444


def test_what_says_the_same_is_not_written(path):
    assert with_verdicts(path, {"relu": data(), "sigmoid": data("✓ sigmoid 3 / 3", digest="new")}) is None
    assert with_verdicts(path, {}) is None


@pytest.mark.parametrize("name", ["plain", "unknown"])
def test_a_notebook_without_the_verdict_is_refused(path, name):
    with pytest.raises(ValueError, match="does not show its verdicts"):
        with_verdicts(path, {name: data()})


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"cells": 5}', '{"cells": [5]}', '{"cells": [{}]}'])
def test_a_file_that_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "one.ipynb"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"does not show its verdicts|Expecting"):
        with_verdicts(path, {"relu": data()})
    with pytest.raises(FileNotFoundError):
        with_verdicts(tmp_path / "none.ipynb", {"relu": data()})


def test_json_stays_json(path):
    node = json.loads(with_verdicts(path, {"relu": data("a\nb", points=2)}))
    shown = node["cells"][2]["outputs"][-1]["data"]
    assert shown == {
        "text/plain": ["a\n", "b"],
        "text/html": ["<b>a\n", "b</b>\n"],
        VERDICT_MIME: {"digest": "old", "points": 2},
    }

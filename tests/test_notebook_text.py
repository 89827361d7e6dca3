"""The text of a notebook is nbformat's, byte by byte."""

import copy
import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader.notebook_text import as_text

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "exercises").glob("*/*.ipynb"))[::4] + sorted(
    (ROOT / "tests" / "submissions").glob("*-unnamed/*.ipynb")
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def assert_same(nb):
    assert as_text(copy.deepcopy(nb)) == nbformat.writes(nb)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_of_a_notebook_of_the_course(path):
    assert_same(nbformat.read(path, as_version=4))


@settings(max_examples=40, deadline=None)
@given(values, st.text(), st.dictionaries(st.text(max_size=3), values, max_size=2))
def test_of_any_data_in_an_output(value, text, metadata):
    output = new_output("display_data", {"text/plain": text, "application/x+json": value})
    stream = new_output("stream", text=text)
    cells = [new_code_cell(text, outputs=[output, stream]), new_markdown_cell(text)]
    nb = new_notebook(cells=cells, metadata={"gradmark": metadata, "signature": "x"})
    nb.cells[0].metadata["trusted"] = True
    assert_same(nb)


def test_of_an_older_format():
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}
    assert json.loads(as_text(nbformat.from_dict(old))) == old

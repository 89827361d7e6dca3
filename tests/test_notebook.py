"""Submissions are read whatever they are, and never executed."""

import contextlib
import json

import pytest
from builders import code_cell, notebook_text
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.notebook import (
    MAX_BYTES,
    Cell,
    Notebook,
    NotebookError,
    checks_in,
    notebook_from_cells,
    parse_notebook,
    parse_script,
    read_notebook,
)

CHECK = "check" + "('double')"


def test_a_notebook_is_read(tmp_path):
    path = tmp_path / "a.ipynb"
    markdown = {"cell_type": "markdown", "source": ["# Title\n", "text"], "metadata": {}}
    path.write_text(notebook_text(markdown, code_cell("x = 1\n" + CHECK, "double"), code_cell("")))
    notebook = read_notebook(path)
    assert notebook.cells == (
        Cell(0, "markdown", "# Title\ntext"),
        Cell(1, "code", "x = 1\n" + CHECK, "double"),
        Cell(2, "code", ""),
    )
    assert notebook.code == ((1, "x = 1\n" + CHECK), (2, ""))
    assert notebook.checks == {"double": 1}


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(notebook_text(code_cell("x = 'é 한글'")), encoding="utf-8-sig")
    assert read_notebook(path).code == ((0, "x = 'é 한글'"),)


def test_a_script_is_read(tmp_path):
    path = tmp_path / "a.py"
    lines = [
        "import os",
        "",
        "# %% [markdown]",
        "# # Title",
        "# text",
        "#",
        "# more",
        "# %%",
        "x = 1",
        CHECK,
        "# %% a title",
        "y = 2",
        "#%%",
        "z = 3",
    ]
    path.write_text("\n".join(lines) + "\n")
    notebook = read_notebook(path)
    assert notebook.cells == (
        Cell(0, "code", "import os"),
        Cell(1, "markdown", "# Title\ntext\n\nmore"),
        Cell(2, "code", "x = 1\n" + CHECK),
        Cell(3, "code", "y = 2"),
        Cell(4, "code", "z = 3"),
    )
    assert notebook.checks == {"double": 2}


def test_a_script_without_markers_is_one_cell():
    assert parse_script("x = 1\n\ny = 2").code == ((0, "x = 1\n\ny = 2"),)
    assert parse_script("").cells == ()
    assert parse_script("# %%\n\n# %%\n").cells == ()


@pytest.mark.parametrize("character", ["\x0c", "\x1c", "\x85", "\u2028"], ids=ascii)
def test_a_script_is_split_at_line_ends_only(character):
    source = f"x = 'a{character}b'"
    assert parse_script("# %%\n" + source).code == ((0, source),)


# ------------------------------------------------------------------------------------------ which check counts


@pytest.mark.parametrize(
    ("cells", "checks"),
    [
        ([CHECK, CHECK], {"double": 1}),
        ([(CHECK, "double"), CHECK], {"double": 0}),
        ([CHECK, (CHECK, "double")], {"double": 1}),
        ([CHECK, (CHECK, "double"), CHECK], {"double": 1}),
        ([(CHECK, "triple"), CHECK], {"double": 1}),
        ([(CHECK, "triple")], {"double": 0}),
        ([("x = 1", "double"), CHECK], {"double": 1}),
        ([CHECK + "\n" + CHECK.replace("double", "triple")], {"double": 0, "triple": 0}),
        (["x = 1"], {}),
    ],
    ids=[
        "last",
        "graded first",
        "graded last",
        "graded between",
        "another grade id",
        "only another",
        "no check",
        "two",
        "none",
    ],
)
def test_the_graded_check_counts_else_the_last(cells, checks):
    made = [code_cell(*cell) if isinstance(cell, tuple) else code_cell(cell) for cell in cells]
    assert parse_notebook(notebook_text(*made), "a").checks == checks


def test_a_grade_id_counts_only_in_a_grade_cell():
    cell = code_cell(CHECK)
    cell["metadata"] = {"nbgrader": {"grade": False, "grade_id": "double"}}
    notebook = parse_notebook(notebook_text(cell, code_cell(CHECK)), "a")
    assert notebook.cells[0].grade_id == ""
    assert notebook.checks == {"double": 1}


def test_checks_in_text_do_not_count():
    cell = {"cell_type": "markdown", "source": CHECK, "metadata": {}}
    assert parse_notebook(notebook_text(cell), "a").checks == {}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('check("a")', ["a"]),
        ("check( 'a' )  # mine", ["a"]),
        ('check("a", lang="ko")', ["a"]),
        ("check('a' , lang = LANG )", ["a"]),
        ('check("a", "b")', []),
        ('check("a", lang=language("b"))', []),
        ('x = 1\ncheck("a")\ncheck("b")', ["a", "b"]),
        ('    check("a")', []),
        ('# check("a")', []),
        ('recheck("a")', []),
        ("check(\"a')", []),
        ("check(name)", []),
        ('check("a b")', []),
        ('check("")', []),
    ],
)
def test_a_cells_own_checks_are_found(source, names):
    assert checks_in(source) == names


@pytest.mark.parametrize(
    ("sources", "uses"),
    [
        (["from grader import check", CHECK], True),
        (["import numpy\nimport grader\n" + CHECK], True),
        ([CHECK], False),
        (["from grader import check"], False),
        (["from graders import check", CHECK], False),
    ],
    ids=["from", "import", "no import", "no check", "another"],
)
def test_a_course_notebook_is_told_from_others(sources, uses):
    assert Notebook(tuple(Cell(n, "code", source) for n, source in enumerate(sources))).uses_grader is uses


# ------------------------------------------------------------------------------------------ what is no notebook


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "not JSON, line 1"),
        ("{\n'cells': []}", "not JSON, line 2"),
        ("<html>Sign in</html>", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("{}", "without notebook cells"),
        ("[]", "without notebook cells"),
        ("5", "without notebook cells"),
        ('{"cells": 5}', "without notebook cells"),
        ('{"worksheets": [{"cells": [5]}]}', "cell 1 is damaged"),
        ('{"worksheets": [5]}', "without notebook cells"),
        ('{"worksheets": [{"cells": 5}]}', "without notebook cells"),
        ('{"cells": [{"cell_type": "code", "source": ""}, 5]}', "cell 2 is damaged"),
        ('{"cells": [null]}', "cell 1 is damaged"),
        ('{"cells": [{"source": ""}]}', "cell 1 is damaged"),
        ('{"cells": [{"cell_type": "code", "source": 5}]}', "cell 1 is damaged"),
        ('{"cells": [{"cell_type": "code", "source": [5]}]}', "cell 1 is damaged"),
        ('{"cells": [{"cell_type": "code", "source": "", "metadata": 5}]}', "cell 1 is damaged"),
        ('{"cells": [{"cell_type": "code", "source": "", "metadata": {"nbgrader": 5}}]}', "cell 1 is damaged"),
    ],
    ids=lambda value: value[:40],
)
def test_what_is_no_notebook_says_what_to_do(tmp_path, content, says):
    path = tmp_path / "a.ipynb"
    path.write_text(content)
    with pytest.raises(NotebookError) as raised:
        read_notebook(path)
    message = str(raised.value)
    assert message.startswith(f"{path}: ")
    assert says in message
    assert len(message.splitlines()) == 1


def test_what_is_not_utf_8_is_named(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(b'{"cells": "\xff"}')
    with pytest.raises(NotebookError, match=r"is not UTF-8 text \(byte 11\); save it again"):
        read_notebook(path)


def test_a_huge_file_is_refused_without_being_read(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    monkeypatch.setattr("pathlib.Path.read_text", lambda *args, **options: pytest.fail("it was read"))
    with pytest.raises(NotebookError, match="larger than 50 MB; clear its outputs"):
        read_notebook(path)


@pytest.mark.parametrize("name", ["missing.ipynb", "."], ids=["missing", "a folder"])
def test_what_cannot_be_read_says_why(tmp_path, name):
    with pytest.raises(NotebookError, match=r"cannot be read \("):
        read_notebook(tmp_path / name)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cells", "cell_type", "source", "metadata", "nbgrader", "grade", "grade_id", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
odd_cells = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": json_values,
        "source": json_values,
        "metadata": json_values | st.fixed_dictionaries({"nbgrader": json_values}),
    },
)


@settings(max_examples=200)
@given(json_values | st.fixed_dictionaries({"cells": json_values | st.lists(odd_cells | json_values, max_size=3)}))
def test_any_json_is_a_notebook_or_a_notebook_error(node):
    try:
        notebook = parse_notebook(json.dumps(node), "a")
    except NotebookError:
        return
    assert all(isinstance(cell.source, str) and isinstance(cell.kind, str) for cell in notebook.cells)
    assert isinstance(notebook.checks, dict)
    assert isinstance(notebook.uses_grader, bool)


@given(st.text(max_size=200))
def test_any_text_is_a_script(text):
    assert isinstance(parse_script(text).checks, dict)


@given(st.text(max_size=100))
def test_any_text_is_a_notebook_or_a_notebook_error(text):
    with contextlib.suppress(NotebookError):
        parse_notebook(text, "a")


def test_cells_may_come_from_nbformat():
    class Node(dict):
        pass

    notebook = notebook_from_cells([Node(cell_type="code", source=CHECK, metadata=Node())])
    assert notebook.checks == {"double": 0}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('STUDENT_ID = "20241234"', "20241234"),
        ("STUDENT_ID = 20241234", "20241234"),
        ("STUDENT_ID = 20241234  # mine", "20241234"),
        ('STUDENT_ID = ""', ""),
        ("STUDENT_ID = 2024 + 1", None),
        ('STUDENT_ID = ""\nSTUDENT_ID = "20241234"', "20241234"),
        ('STUDENT_ID = ""\nSTUDENT_ID = input()', None),
        ('STUDENT_ID = ""\nSTUDENT_ID == "20241234"', ""),
        ("x = 1", None),
    ],
)
def test_the_student_a_notebook_names(line, found):
    cells = [{"cell_type": "code", "source": f"import numpy\n{line}", "metadata": {}, "outputs": []}]
    assert notebook_from_cells(cells).student_id == found

"""What students and their editors break is put right, with a sentence for each; breaking things gains nothing."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.notebook import checks_in, notebook_from_cells, parse_notebook
from grader.recognise import Released, defined_names, released_in
from grader.repair import Repair, is_another, old_format, renamed, repair

EASY, HARD = ("easy", 1.0), ("hard", 5.0)
Cells = list[dict[str, Any]]


def cell(source: str, kind: str = "code", **nbgrader: Any) -> dict[str, Any]:
    """A cell; with keywords, one that nbgrader knows."""
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    node: dict[str, Any] = {"cell_type": kind, "source": source, "metadata": {}}
    if nbgrader:
        node["metadata"]["nbgrader"] = {**flags, "cell_type": kind, **nbgrader}
    return {**node, "outputs": [], "execution_count": None} if kind == "code" else node


def check_of(name: str, points: float) -> dict[str, Any]:
    return cell(f'check("{name}")', grade=True, locked=True, grade_id=name, points=points)


def stub_of(name: str) -> dict[str, Any]:
    return cell(f"def {name}(x):\n    raise NotImplementedError", solution=True, grade_id=f"{name}-stub")


def release() -> Cells:
    """A released notebook: given code, two exercises, given prose, an answer for a person to read."""
    return [
        cell("# Title", "markdown"),
        cell("import numpy as np\nfrom grader import check", locked=True, grade_id="setup"),
        stub_of("easy"),
        check_of(*EASY),
        cell("Now the *hard* one.", "markdown", locked=True, grade_id="prose"),
        stub_of("hard"),
        check_of(*HARD),
        cell("YOUR ANSWER HERE", "markdown", grade=True, solution=True, grade_id="essay", points=2.0),
    ]


def solved() -> Cells:
    """The release with everything done."""
    cells = release()
    cells[2]["source"] = "def easy(x):\n    return x"
    cells[5]["source"] = "def hard(x):\n    return 2 * x"
    cells[7]["source"] = "Because."
    return cells


RELEASED = released_in(release())
SOLVED = solved()
NAMES = [item.name for item in RELEASED]


def id_of(node: dict[str, Any]) -> str:
    return str(node["metadata"].get("nbgrader", {}).get("grade_id", ""))


def ids(cells: Cells) -> list[str]:
    return [id_of(node) for node in cells]


def at(cells: Cells, name: str) -> int:
    return ids(cells).index(name)


def mended(cells: Cells, *kinds: str, released: list[Released] = RELEASED) -> Cells:
    """The repaired cells, after looking at what must be true of every repair, and at the kinds of those reported."""
    before = copy.deepcopy(cells)
    fixed, repairs = repair(cells, released)
    assert cells == before, "the submission itself is left alone"
    assert [item.kind for item in repairs] == list(kinds), repairs
    for item in repairs:
        assert not item.sentence[0].islower()
        assert len(item.sentence.splitlines()) == 1
    sound(fixed, released)
    again, more = repair(fixed, released)
    assert (again, more) == (fixed, []), "what was repaired needs no repair"
    return fixed


def sound(cells: Cells, released: list[Released] = RELEASED) -> None:
    """What nobody may change: the graded cells are exactly the released ones, each once, for their points."""
    by_name = {item.name: item for item in released}
    known = [node for node in cells if "nbgrader" in node["metadata"]]
    assert len({id_of(node) for node in known}) == len(known)
    for node in known:
        item = by_name[id_of(node)]
        assert node["metadata"]["nbgrader"] == item.metadata
        assert node["cell_type"] == item.cell_type
        assert not item.locked or node["source"] == item.source
    assert {item.name for item in released if item.grade or item.task} <= {id_of(node) for node in known}
    numbers = [node["id"] for node in cells]
    assert len(set(numbers)) == len(numbers)


def without(*names: str) -> Cells:
    return [node for node in solved() if id_of(node) not in names]


def changed(name: str, change: Callable[[dict[str, Any]], Any]) -> Cells:
    cells = solved()
    change(cells[at(cells, name)])
    return cells


def with_settings(name: str, **values: Any) -> Cells:
    return changed(name, lambda node: node["metadata"]["nbgrader"].update(values))


def moved(name: str, place: int) -> Cells:
    cells = solved()
    cells.insert(place, cells.pop(at(cells, name)))
    return cells


def bare(cells: Cells) -> Cells:
    """As an editor leaves it that knows nothing of nbgrader."""
    return [{**node, "metadata": {}} for node in cells]


# Nothing broken.


def test_a_sound_notebook_stays_as_it_is():
    fixed = mended(SOLVED)
    assert [{**node, "id": ""} for node in fixed] == [{**node, "id": ""} for node in SOLVED]


def test_an_untouched_notebook_stays_as_it_is():
    assert [node["source"] for node in mended(release())] == [node["source"] for node in release()]


@pytest.mark.parametrize(
    "source", ['check("easy")\r\n', 'check( "easy" )  ', '\n\ncheck("easy")\n'], ids=["CRLF", "blanks", "lines"]
)
def test_white_space_is_no_edit(source):
    fixed = mended(changed("easy", lambda node: node.update(source=source)))
    assert fixed[3]["source"] == 'check("easy")'


def test_line_ends_of_windows_are_no_edit():
    cells = [{**node, "source": node["source"].replace("\n", "\r\n")} for node in SOLVED]
    assert [node["source"] for node in mended(cells)] == [node["source"] for node in SOLVED]


def test_a_source_may_be_a_list_of_lines():
    cells = [{**node, "source": node["source"].splitlines(keepends=True)} for node in SOLVED]
    assert [node["source"] for node in mended(cells)] == [node["source"] for node in SOLVED]


# Deleted.


def test_a_deleted_check_comes_back_behind_its_work():
    fixed = mended(without("easy"), "missing")
    assert ids(fixed) == ids(SOLVED)


def test_a_deleted_check_comes_back_behind_the_helpers_of_the_work():
    cells = without("easy")
    cells.insert(3, cell("def helper(x):\n    return x"))
    fixed = mended(cells, "missing")
    assert at(fixed, "easy") == 4


def test_a_deleted_check_comes_back_before_the_name_means_something_else():
    cells = [*without("hard", "essay"), cell("some = 1"), cell("def hard(x):\n    return 'a play thing'"), SOLVED[-1]]
    fixed = mended(cells, "missing")
    assert fixed[at(fixed, "hard") - 1]["source"] == "some = 1"
    assert fixed[at(fixed, "hard") + 1]["source"].startswith("def hard")


def test_a_deleted_check_finds_work_in_a_cell_of_its_own():
    cells = [*without("easy", "easy-stub"), cell("def easy(x):\n    return x")]
    fixed = mended(cells, "lost", "missing")
    assert at(fixed, "easy-stub") < at(fixed, "easy")


def test_everything_deleted():
    fixed = mended([], "missing", "missing", "missing", "missing")
    assert ids(fixed) == ["setup", "easy", "hard", "essay"]


def test_deleted_setup_comes_back_first():
    fixed = mended(without("setup"), "missing")
    assert id_of(fixed[0]) == "setup"


def test_a_deleted_answer_is_no_untouched_one():
    """Where nbgrader sees the released text it gives zero; here the answer may be in another cell."""
    fixed = mended(without("essay"), "missing")
    assert "YOUR ANSWER HERE" in fixed[-1]["source"]
    assert fixed[-1]["source"] != "YOUR ANSWER HERE"


# Moved.


@pytest.mark.parametrize("place", [0, 2])
def test_a_check_before_its_work_goes_behind_it(place):
    fixed = mended(moved("hard", place), "moved")
    assert at(fixed, "hard") == at(fixed, "hard-stub") + 1


def test_a_check_far_behind_its_work_stays():
    fixed = mended(moved("easy", 7))
    assert at(fixed, "easy") == 7


def test_setup_behind_a_check_goes_before_it():
    fixed = mended(moved("setup", 7), "moved")
    assert at(fixed, "setup") < at(fixed, "easy-stub")


def test_shuffled():
    cells = list(reversed(SOLVED))
    fixed, _ = repair(cells, RELEASED)
    sound(fixed)
    order = ids(fixed)
    assert order.index("setup") < min(order.index("easy"), order.index("hard"))
    assert order.index("easy-stub") < order.index("easy")
    assert order.index("hard-stub") < order.index("hard")


# Edited.


def test_an_edited_check_is_as_released():
    fixed = mended(changed("easy", lambda node: node.update(source="print('fine')")), "edited")
    assert len(fixed) == len(SOLVED)


def test_what_was_written_into_given_code_is_kept_before_it():
    mine = "import math\nimport numpy as np\ncheck = print"
    fixed = mended(changed("setup", lambda node: node.update(source=mine)), "edited")
    here = at(fixed, "setup")
    assert (fixed[here - 1]["source"], id_of(fixed[here - 1])) == (mine, "")


def test_what_was_written_into_given_prose_is_kept():
    fixed = mended(changed("prose", lambda node: node.update(source="My notes")), "edited")
    assert fixed[at(fixed, "prose") + 1]["source"] == "My notes"


def test_work_in_the_check_cell_is_kept_and_counts():
    cells = release()
    cells[3]["source"] = "def easy(x):\n    return x\n\n" + cells[3]["source"]
    fixed = mended(cells, "edited")
    here = at(fixed, "easy")
    assert fixed[here - 1]["source"].startswith("def easy(x):\n    return x")
    assert fixed[here - 2]["source"] == release()[2]["source"]


# Joined and split.


def test_a_check_joined_to_its_work_comes_back():
    cells = without("easy")
    cells[2]["source"] += '\n\ncheck("easy")'
    fixed = mended(cells, "missing")
    assert ids(fixed) == ids(SOLVED)
    assert notebook_from_cells(fixed).checks["easy"] == 3


def test_work_joined_to_its_check_is_still_the_work():
    cells = without("easy-stub")
    cells[2]["source"] = 'def easy(x):\n    return x\n\ncheck("easy")'
    fixed = mended(cells, "settings", "missing")
    assert ids(fixed)[2:4] == ["easy-stub", "easy"]
    assert fixed[2]["source"].startswith("def easy")


def test_split_work_keeps_one_id():
    cells = solved()
    cells[2]["source"] = "def helper(x):\n    return x"
    cells.insert(3, cell("def easy(x):\n    return helper(x)", solution=True, grade_id="easy-stub"))
    fixed = mended(cells, "copy")
    assert ids(fixed)[2:5] == ["", "easy-stub", "easy"]


def test_two_solutions_joined():
    cells = without("hard-stub")
    cells[2]["source"] += "\n\ndef hard(x):\n    return 2 * x"
    fixed = mended(cells)
    assert at(fixed, "hard") > 2


# Copied.


def test_a_copied_check_counts_once():
    cells = [*SOLVED, copy.deepcopy(SOLVED[3])]
    fixed = mended(cells, "copy")
    assert at(fixed, "easy") == 3
    assert fixed[-1]["source"] == 'check("easy")'


def test_of_copied_work_the_done_one_stays_and_the_empty_one_goes():
    cells = solved()
    cells.insert(3, release()[2])
    fixed = mended(cells, "copy")
    assert [node["source"] for node in fixed] == [node["source"] for node in SOLVED]


def test_of_copied_answers_the_written_one_counts():
    cells = [*SOLVED, release()[7]]
    fixed = mended(cells, "copy")
    assert fixed[at(fixed, "essay")]["source"] == "Because."


def test_copied_cell_ids_become_different():
    cells = [{**node, "id": "same"} for node in SOLVED]
    assert [node["source"] for node in mended(cells)] == [node["source"] for node in SOLVED]


@pytest.mark.parametrize("bad", ["", "ü", "x" * 65, 7, None])
def test_odd_cell_ids_are_replaced(bad):
    mended([{**node, "id": bad} for node in SOLVED])


# Settings.


def test_lost_settings_are_found_by_text():
    cells = bare(SOLVED)
    del cells[-1]  # an answer in prose cannot be told from other prose
    fixed = mended(cells, "lost", "missing")
    assert ids(fixed) == ids(SOLVED)


def test_lost_settings_of_an_untouched_notebook():
    assert ids(mended(bare(release()), "lost")) == ids(SOLVED)


def test_lost_settings_of_one_cell():
    fixed = mended(changed("hard-stub", lambda node: node["metadata"].clear()), "lost")
    assert ids(fixed) == ids(SOLVED)


def test_a_description_that_quotes_code_is_not_the_work():
    cells = bare(without("essay"))
    cells.insert(0, cell("Write this:\n```\ndef hard(x):\n    return 2 * x\n```\nand\ndef hard(x):", "markdown"))
    fixed = mended(cells, "lost", "missing")
    assert fixed[at(fixed, "hard-stub")]["source"] == "def hard(x):\n    return 2 * x"


def test_a_check_is_recognised_however_it_is_written():
    cells = bare(without("essay"))
    cells[3]["source"] = "# my check\ncheck('easy');"
    fixed = mended(cells, "lost", "edited", "missing")[3]
    assert fixed["source"] == 'check("easy")'


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("hard", {"points": 500}),
        ("hard", {"points": "many"}),
        ("hard", {"points": None}),
        ("hard", {"grade": False}),
        ("hard", {"solution": True}),
        ("hard", {"task": True}),
        ("hard", {"schema_version": 99}),
        ("hard", {"schema_version": "new"}),
        ("hard", {"grade_id": "anything"}),
        ("hard", {"grade_id": 7}),
        ("hard-stub", {"grade": True, "points": 3}),
        ("hard-stub", {"solution": False}),
        ("hard-stub", {"grade_id": "mine"}),
        ("essay", {"points": 100}),
        ("prose", {"locked": False}),
        ("setup", {"solution": True}),
    ],
)
def test_changed_settings_are_as_released(name, values):
    fixed = mended(with_settings(name, **values), "settings")
    assert ids(fixed) == ids(SOLVED)


def test_meaningless_changes_are_not_told():
    cells = solved()
    for node in cells:
        if "nbgrader" in node["metadata"]:
            node["metadata"]["nbgrader"] |= {"checksum": "0" * 32, "something": "else"}
            del node["metadata"]["nbgrader"]["task"]
    cells[at(cells, "hard")]["metadata"]["nbgrader"]["locked"] = False  # a test is locked whatever this says
    mended(cells)


@pytest.mark.parametrize("version", [0, 1, 2])
def test_settings_of_an_older_nbgrader(version):
    cells = solved()
    for node in cells:
        known = node["metadata"].get("nbgrader")
        if known:
            del known["task"], known["cell_type"]
            known["schema_version"] = version
    assert ids(mended(cells, "schema")) == ids(SOLVED)


@pytest.mark.parametrize("junk", [None, "x", 3, [], {}, {"nbgrader": None}, {"nbgrader": "x"}, {"nbgrader": {}}])
def test_metadata_that_is_none(junk):
    cells = changed("hard", lambda node: node.update(metadata=junk))
    assert ids(mended(cells, "lost")) == ids(SOLVED)


def test_an_unknown_id_is_a_cell_of_the_students_own():
    fixed = mended([*SOLVED, cell("x = 1", grade=True, grade_id="bonus", points=50)], "unknown")
    assert "nbgrader" not in fixed[-1]["metadata"]


# Cell types.


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("name", ["easy", "easy-stub", "setup"])
def test_a_cell_of_another_type_becomes_code_again(name, kind):
    def change(node):
        node.update(cell_type=kind, attachments={})
        del node["outputs"], node["execution_count"]

    fixed = mended(changed(name, change), "type")
    assert fixed[at(fixed, name)]["outputs"] == []
    assert "attachments" not in fixed[at(fixed, name)]


def test_prose_that_became_code_is_prose_again():
    fixed = mended(changed("essay", lambda node: node.update(cell_type="code", outputs=[])), "type")
    assert "outputs" not in fixed[-1]


# Cells of an instructor's own, with hidden tests.


def own() -> tuple[list[Released], Cells]:
    hidden = "assert x > 0\n### BEGIN HIDDEN TESTS\nassert x == 42\n### END HIDDEN TESTS"
    known = [
        Released("stub", "# YOUR CODE HERE\nraise NotImplementedError", solution=True),
        Released("visible", "assert x", grade=True, locked=True, points=1),
        Released("hidden", hidden, shown="assert x > 0", grade=True, locked=True, points=2),
    ]
    cells = [cell("x = 42", solution=True, grade_id="stub")]
    cells += [cell(item.shown or item.source, grade=True, grade_id=item.name, points=item.points) for item in known[1:]]
    return known, [
        {**node, "metadata": {"nbgrader": {**node["metadata"]["nbgrader"], "locked": i > 0}}}
        for i, node in enumerate(cells)
    ]


def test_hidden_tests_are_no_edit():
    known, cells = own()
    fixed = mended(cells, released=known)
    assert "x == 42" in fixed[2]["source"]


def test_deleted_tests_come_back_in_order():
    known, cells = own()
    assert ids(mended(cells[:1], "missing", "missing", released=known)) == ["stub", "visible", "hidden"]


def test_tests_without_settings_are_found_by_text():
    known, cells = own()
    fixed = mended(bare(cells), "lost", released=known)
    assert ids(fixed) == ["", "visible", "hidden"]


def test_tests_of_the_same_text_are_not_guessed():
    known, cells = own()
    known[2] = Released("hidden", "assert x", grade=True, locked=True, points=2)
    fixed = mended(bare(cells[:2]), "missing", "missing", released=known)
    assert ids(fixed) == ["", "", "visible", "hidden"]


def test_sentences_quote_nothing_hidden():
    known, cells = own()
    _, repairs = repair(cells[:1], known)
    assert "42" not in " ".join(item.sentence for item in repairs)


# Attempts to gain.


def test_swapped_ids_count_for_nothing():
    """The easy check under the hard one's id, and the other way round."""
    cells = solved()
    cells[3]["metadata"]["nbgrader"].update(grade_id="hard", points=5)
    cells[6]["metadata"]["nbgrader"].update(grade_id="easy", points=1)
    fixed = mended(cells, "settings", "settings")
    assert ids(fixed) == ids(SOLVED)


def test_an_easy_check_in_place_of_a_hard_one():
    fixed = mended(changed("hard", lambda node: node.update(source='check("easy")')), "edited")
    assert notebook_from_cells(fixed).checks == {"easy": 3, "hard": 6}


def test_the_id_of_another_exercise_on_a_cell_of_ones_own():
    fixed = mended([*without("hard"), cell("1 + 1", grade=True, locked=True, grade_id="hard", points=5)], "edited")
    assert fixed[-1]["source"] == 'check("hard")'


def test_a_check_in_prose_checks_nothing():
    fixed = mended([*without("hard"), cell('Here: check("hard")\n\ncheck("hard")', "markdown")], "missing")
    assert notebook_from_cells(fixed).checks["hard"] == at(fixed, "hard")


@pytest.mark.parametrize("place", range(len(SOLVED) + 1))
def test_wherever_a_second_check_is_put_one_behind_the_work_counts(place):
    cells = solved()
    cells.insert(place, copy.deepcopy(SOLVED[6]))
    fixed = mended(cells, "copy")
    counts = [index for index, name in enumerate(ids(fixed)) if name == "hard"]
    assert len(counts) == 1
    assert counts[0] > at(fixed, "hard-stub")
    assert notebook_from_cells(fixed).checks["hard"] == counts[0]


CELLS = st.lists(
    st.builds(
        lambda kind, source, known, name, points: {
            "cell_type": kind,
            "source": source,
            "metadata": {"nbgrader": {**known, "grade_id": name, "points": points}} if known is not None else {},
            "outputs": [],
        },
        st.sampled_from(["code", "markdown", "raw"]),
        st.sampled_from(
            [*(node["source"] for node in SOLVED), *(node["source"] for node in release()), "x = 1", "(", ""]
        ),
        st.none() | st.dictionaries(st.sampled_from(["grade", "solution", "locked", "task"]), st.booleans()),
        st.sampled_from([*NAMES, "other", "", None]),
        st.sampled_from([0, 1, 100, -3, "5", None]),
    ),
    max_size=12,
)


@given(CELLS)
@settings(deadline=None, max_examples=300)
def test_whatever_is_handed_in_the_graded_cells_are_the_released_ones(cells):
    fixed, _ = repair(cells, RELEASED)
    sound(fixed)
    assert repair(cells, RELEASED)[0] == fixed
    again, more = repair(fixed, RELEASED)
    assert (again, more) == (fixed, [])
    counted = notebook_from_cells(fixed).checks
    for name in ("easy", "hard"):
        assert counted[name] == at(fixed, name)
        if f"{name}-stub" in ids(fixed):
            stub = fixed[at(fixed, f"{name}-stub")]
            assert name not in defined_names(stub["source"]) or at(fixed, f"{name}-stub") < counted[name]


# The whole notebook.


def test_another_notebook_is_not_repaired_into_this_one():
    other = [cell("assert y", grade=True, locked=True, grade_id="other", points=1), SOLVED[1]]
    assert is_another(other, RELEASED)
    assert is_another(other, [])
    assert not is_another([*other, SOLVED[3]], RELEASED)
    assert not is_another(bare(SOLVED), RELEASED)
    assert not is_another([], RELEASED)


def test_the_release_of_the_course_is_its_own_repair():
    for path in sorted((Path(__file__).parents[1] / "exercises").glob("*/*.ipynb")):
        cells = json.loads(path.read_text())["cells"]
        fixed, repairs = repair(cells, released_in(cells))
        assert repairs == []
        assert [node["source"] for node in fixed] == ["".join(node["source"]) for node in cells]
        # Without any settings it is the same notebook.
        again, lost = repair(bare(cells), released_in(cells))
        assert [item.kind for item in lost] == ["lost"]
        assert ids(again) == ids(cells)


def test_a_notebook_of_format_3_has_cells():
    node = {
        "nbformat": 3,
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "code", "input": ["x = 1\n", 'check("easy")'], "metadata": {}},
                    {"cell_type": "heading", "source": "A", "metadata": {}, "level": 1},
                ]
            }
        ],
    }
    assert [found.source for found in parse_notebook(json.dumps(node), "old").cells] == ['x = 1\ncheck("easy")', "A"]
    assert checks_in(parse_notebook(json.dumps(node), "old").cells[0].source) == ["easy"]


def test_what_is_said_of_a_whole_notebook():
    said = [old_format(3, 0), renamed("a (1).ipynb", "a.ipynb")]
    assert [item.kind for item in said] == ["format", "renamed"]
    assert "(3.0)" in said[0].sentence
    assert "a (1).ipynb" in said[1].sentence
    assert all(isinstance(item, Repair) and item.cell == "" for item in said)


def test_a_very_long_notebook_takes_no_long_time():
    cells = [*SOLVED, *(copy.deepcopy(node) for _, node in zip(range(3000), itertools.cycle(SOLVED), strict=False))]
    fixed, _ = repair(cells, RELEASED)
    sound(fixed)

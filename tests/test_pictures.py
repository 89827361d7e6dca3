"""Pictures: well-formed, small, readable in every theme, told in words, safe from whatever a student's numbers are."""

import json
import math
import re
import string
from xml.etree import ElementTree

import numpy as np
import pytest
from builders import answers_of, draws_key, one_case_key

from grader.calling import Answer
from grader.exercise import Normal, Uniform
from grader.histogram import histogram
from grader.judge import judge
from grader.messages import texts
from grader.pictures import WORDS, boxes, comparison, curve, error_map, picture
from grader.pictures import histogram as draw_histogram
from grader.pictures.svg import TEXT, WRONG, YOURS
from grader.render import render_json
from grader.verdict import Diagnosis

ENGLISH, KOREAN = ({key: texts(lang)[f"picture_{key}"] for key in WORDS} for lang in ("en", "ko"))
NUMBER = "{http://www.w3.org/2000/svg}text"
# What an SVG of ours is made of: nothing that loads, links, moves or runs.
ELEMENTS = {"svg", "g", "path", "text"}


def grid_of(expected, wrong, actual=None, **more):
    """A grid whose wrong places hold 9, or the values of `actual`."""
    expected, wrong = np.asarray(expected, dtype=float), np.asarray(wrong)
    yours = np.where(wrong, 9.0 if actual is None else actual, expected)
    rows = [np.atleast_2d(array).tolist() for array in (yours, expected, wrong.astype(int))]
    return {"shape": expected.shape, **dict(zip(("yours", "expected", "wrong"), rows, strict=True)), **more}


def grid(*shape, every=3, **more):
    size = math.prod(shape)
    return grid_of(np.arange(size).reshape(shape) / 7, (np.arange(size) % every == 0).reshape(shape), **more)


def drawn(law=None):
    law = law or Normal(0.0, 0.1)
    return histogram(np.random.default_rng(0).normal(0, 0.2, (50, 60)), law)


def diagnosis(code, **details):
    return Diagnosis(code, details)


ALL = {
    "not_finite": diagnosis("not_finite", grid=grid(5, 8, actual=math.nan)),
    "values": diagnosis("values", grid=grid(12, 12)),
    "values, few": diagnosis("values", grid=grid(3, 4)),
    "values, vector": diagnosis("values", grid=grid(9)),
    "values, long vector": diagnosis("values", grid=grid(100)),
    "offset": diagnosis("offset", grid=grid(4, 4, every=1)),
    "order": diagnosis("order", grid=grid(4, 4, every=1)),
    "values_many": diagnosis("values_many", grid=grid(4, 5, every=1)),
    "values_many, large": diagnosis("values_many", grid=grid(12, 12, every=1)),
    "values_many, vector": diagnosis("values_many", grid=grid(5, every=1)),
    "values_many, curve": diagnosis("values_many", grid=grid(144, every=1)),
    "transposed": diagnosis("transposed", actual=(5, 4), expected=(4, 5)),
    "shape": diagnosis("shape", actual=(2, 5, 4), expected=(7,)),
    "same_values": diagnosis("same_values", actual=(6, 1), expected=(6,)),
    "distribution": diagnosis("distribution", histogram=drawn()),
}
everything = pytest.mark.parametrize("found", ALL.values(), ids=ALL)


def parsed(svg):
    return ElementTree.fromstring(svg)


def written(svg):
    """Every text in a picture."""
    return [node.text for node in parsed(svg).iter(NUMBER)]


@everything
@pytest.mark.parametrize("words", [ENGLISH, KOREAN], ids=["en", "ko"])
def test_every_picture_is_small_and_well_formed_svg(found, words):
    svg = picture(found, words)
    root = parsed(svg)
    assert {node.tag.partition("}")[2] for node in root.iter()} <= ELEMENTS
    assert root.get("role") == "img"
    assert 0 < int(root.get("width")) <= 640
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert 500 < len(svg.encode()) <= 8000


@everything
def test_every_picture_says_in_a_sentence_what_it_shows(found):
    english, korean = (parsed(picture(found, words)).get("aria-label") for words in (ENGLISH, KOREAN))
    assert len(english.split()) > 8
    assert english.endswith(".")
    assert korean.endswith((".", "니다."))
    assert "{" not in english + korean
    assert re.search(r"[가-힣]", korean)


@everything
def test_every_picture_follows_the_page_it_is_on(found):
    """The page's text colour, JupyterLab's and VS Code's variables; not the computer's theme, no id, no address."""
    svg = picture(found, ENGLISH)
    style = parsed(svg).get("style")
    assert "currentcolor" in TEXT
    for variable in (TEXT, WRONG, YOURS):
        assert variable in style
        assert "--jp-" in variable
        assert "--vscode-" in variable
    assert "prefers-color-scheme" not in svg
    assert not re.search(r"\s(id|href|src|class|on\w+)=|url\(|<style|<script", svg)
    # No other colours than these and the page's own.
    assert set(re.findall(r"#\w+", svg)) == {"#e8545a", "#3b82f6"}


def test_a_map_shows_where_and_how_many():
    svg = error_map(grid_of(np.zeros((3, 4)), [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]), ENGLISH)
    assert written(svg).count("9") == 2
    assert {"wrong: 2", "right: 10", "row", "column"} <= set(written(svg))
    assert parsed(svg).get("aria-label") == (
        "Map of your result, 3 rows by 4 columns: 2 of 12 places are wrong, the first in row 1, column 1."
    )


def test_a_large_map_has_crosses_and_words_for_what_is_no_number():
    wrong = np.zeros((10, 10), dtype=int)
    wrong[2, 3] = wrong[4, 5] = wrong[6, 7] = wrong[8, 9] = 1
    actual = np.full((10, 10), 9.0)
    actual[4, 5], actual[6, 7], actual[8, 9] = math.nan, math.inf, -math.inf
    svg = error_map(grid_of(np.zeros((10, 10)), wrong, actual), ENGLISH)
    assert written(svg).count("9") == 2  # the numbers of a row and a column
    assert {"NaN", "inf", "-inf"} <= set(written(svg))
    # One in the map, one in the legend.
    assert len(re.findall(r"l\.4\.4m0-\.4l-\.4\.4", svg)) == 2


def test_the_numbers_of_rows_and_columns_are_those_of_the_answer():
    svg = error_map(grid(12, 12, start=(2, 300, 40)) | {"shape": (5, 400, 52)}, ENGLISH)
    assert {"300", "311", "40", "51", "part of shape (5, 400, 52)  [2, :, :]"} <= set(written(svg))
    assert "in row 300, column 40." in svg
    vector = error_map(grid(144, start=(1000,)) | {"shape": (5000,)}, ENGLISH)
    assert {"1000", "1012", "1132", "+0", "+11", "part of shape (5000,)"} <= set(written(vector))
    assert "the first at index 1000." in vector


def test_a_vector_is_folded_without_places_that_do_not_exist():
    wrong = np.zeros(30, dtype=int)
    wrong[29] = 1
    svg = error_map(grid_of(np.zeros(30), wrong), ENGLISH)
    assert {"0", "12", "24"} <= set(written(svg))
    assert {"wrong: 1", "right: 29"} <= set(written(svg))
    # Lines of 12, 12 and 6 places.
    assert "m0 0h12m-12 1h12m-12 1h6" in svg
    assert "the first at index 29." in svg


def test_few_numbers_are_written_side_by_side():
    svg = comparison(grid_of([[1.0, 2.0], [3.0, 4.0]], [[1, 0], [1, 1]], [[1.5, 0], [math.nan, 4.0]]), ENGLISH)
    texts_ = written(svg)
    assert {"yours", "expected", "difference", "1.5", "0.5"} <= set(texts_)
    assert texts_.count("NaN") == 2
    # Wrong, though it looks the same in four digits.
    assert texts_.count("≠") == 1


def test_many_numbers_are_shades_with_a_scale():
    svg = comparison(grid_of(np.linspace(-3, 5, 49).reshape(7, 7), np.ones((7, 7)), 9.0), ENGLISH)
    assert {"-3", "9", "0", "12"} <= set(written(svg))
    shades = {node.get("stroke-opacity") for node in parsed(svg).iter() if node.get("stroke-opacity")}
    assert len(shades) == 6
    assert "dasharray" not in svg
    with_nan = comparison(grid_of(np.linspace(-3, 5, 49).reshape(7, 7), np.ones((7, 7)), math.nan), ENGLISH)
    assert "dasharray" in with_nan
    assert written(with_nan).count("NaN") == 2


def test_a_curve_is_told_apart_by_dashes_and_names():
    wrong = np.ones(40)
    actual = np.sin(np.arange(40.0))
    actual[7] = math.nan
    svg = curve(grid_of(np.cos(np.arange(40.0)), wrong, actual), ENGLISH)
    lines = [node.get("style") for node in parsed(svg).iter() if "var(--yours)" in node.get("style", "")[:30]]
    assert lines
    assert all("dasharray" in style for style in lines)
    assert {"yours", "expected", "0", "39", "× NaN"} <= set(written(svg))
    assert curve(grid(7, every=1), ENGLISH) == ""
    assert curve(grid(4, 5), ENGLISH) == ""


def test_the_names_of_two_lines_that_end_together_do_not_overlap():
    svg = curve(grid_of(np.zeros(20), np.r_[1, np.zeros(19)]), ENGLISH)
    named = {node.text: float(node.get("y")) for node in parsed(svg).iter(NUMBER)}
    assert abs(named["yours"] - named["expected"]) >= 16


def test_boxes_are_to_scale_and_name_their_axes():
    svg = boxes((5, 4), (4, 5), ENGLISH)
    assert {"yours  (5, 4)", "expected  (4, 5)", "rows: 5", "columns: 5"} <= set(written(svg))
    outlines = re.findall(r'd="M\d+ \d+h([\d.]+)v([\d.]+)h-[\d.]+z"', svg)
    assert [(float(wide), float(high)) for wide, high in outlines] == [(96, 120), (120, 96)]
    assert {"axis 0: 8, axis 1: 3"} <= set(written(boxes((8, 3, 2, 2), (2,), ENGLISH)))
    assert {"entries: 2"} <= set(written(boxes((8, 3, 2, 2), (2,), ENGLISH)))
    # An array without entries has a dashed box.
    assert boxes((0, 3), (1, 3), ENGLISH).count("dasharray") == 1


def test_a_histogram_is_bars_under_a_line():
    svg = picture(ALL["distribution"], ENGLISH)
    assert {"yours", "expected"} <= set(written(svg))
    assert "V" in svg
    assert "the numbers you drew, from" in svg
    assert draw_histogram([], [0.0], [(0.0, 1.0)], ENGLISH) == ""
    assert draw_histogram([1.0], [1.0, 0.0], [(0.0, 1.0)], ENGLISH) == ""


def test_the_judge_gives_what_is_drawn():
    key = draws_key(Uniform(-1.0, 1.0), (40, 50))
    verdict = judge(key, answers_of(key, lambda size, rng: rng.uniform(-2.0, 2.0, size)))
    assert verdict.diagnosis.code == "distribution"
    assert "Histogram" in picture(verdict.diagnosis, ENGLISH)
    key = one_case_key(np.arange(20.0).reshape(4, 5))
    wrong = np.arange(20.0).reshape(4, 5)
    wrong[2, 3] = 7.5
    (case_id,) = [case.id for _, case in key.cases]
    verdict = judge(key, {case_id: Answer(value=wrong)})
    assert "1 of 20 places are wrong, the first in row 2, column 3." in picture(verdict.diagnosis, ENGLISH)
    # The same out of a verdict's JSON, where NaN is text.
    wrong[2, 3] = math.nan
    verdict = judge(key, {case_id: Answer(value=wrong)})
    node = json.loads(render_json(verdict))["diagnosis"]
    assert picture(Diagnosis(node["code"], node["details"]), ENGLISH) == picture(verdict.diagnosis, ENGLISH)


def test_nothing_hidden_is_drawn():
    for found in ALL.values():
        assert picture(Diagnosis(found.code, found.details, hidden=True), ENGLISH) == ""


@pytest.mark.parametrize("code", ["raised", "none", "dtype", "sign", "factor", "imprecise", "missing_time", "fact"])
def test_other_diagnoses_have_no_picture(code):
    assert picture(diagnosis(code, grid=grid(4, 4), actual=(1,), expected=(2,)), ENGLISH) == ""


def test_a_single_number_has_no_picture():
    assert picture(diagnosis("values", grid=grid_of([1.0], [1])), ENGLISH) == ""
    assert picture(diagnosis("values"), ENGLISH) == ""


def test_every_language_has_the_same_words():
    for lang in ("en", "ko"):
        assert {key.removeprefix("picture_") for key in texts(lang) if key.startswith("picture_")} == set(WORDS)
    for key in WORDS:
        fields = [
            {field for _, field, *_ in string.Formatter().parse(words[key]) if field} for words in (ENGLISH, KOREAN)
        ]
        assert fields[0] == fields[1]


def test_words_are_escaped():
    words = ENGLISH | {key: f"<b>&\"'\x00\ud800{ENGLISH[key]}" for key in WORDS}
    for found in ALL.values():
        svg = picture(found, words)
        assert "<b>" not in svg
        assert parsed(svg).get("aria-label").startswith("<b>&\"'")

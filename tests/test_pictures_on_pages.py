"""Pictures on the pages they are for: read in every theme, let through where HTML is cleaned, or leaving no trace."""

import base64
import math
import re
from xml.etree import ElementTree

import pytest

from grader.messages import texts
from grader.nbgrader_html import clean
from grader.pictures import WORDS, boxes, error_map, image, inline
from grader.pictures.fields import CALM, TINT
from grader.pictures.svg import QUIET, WRONG, YOURS, short

ENGLISH, KOREAN = ({key: texts(lang)[f"picture_{key}"] for key in WORDS} for lang in ("en", "ko"))
GRID = {"shape": (2, 2), "yours": [[1.0, 9.0], [3.0, 9.0]], "expected": [[1.0, 2.0], [3.0, 4.0]]}
# What the accents are where a page has no variables.
FALLBACKS = [re.search(r"#\w+", colour)[0] for colour in (WRONG, YOURS)]
PICTURES = (error_map({**GRID, "wrong": [[0, 1], [0, 1]]}, KOREAN), boxes((5, 4), (4, 5), ENGLISH))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """As WCAG 2 has it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def opacity(style):
    return float(re.search(r"opacity[^\d.]+([\d.]+)", style)[1])


def over(colour, share, page):
    """A colour of that opacity on a page."""
    mixed = (round(share * int(colour[i : i + 2], 16) + (1 - share) * int(page[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in mixed)


@pytest.mark.parametrize(
    ("page", "text", "accents"),
    [
        ("#ffffff", "#212121", ["#d32f2f", "#1976d2"]),  # JupyterLab, light: black of 87 %
        ("#111111", "#ffffff", ["#f44336", "#2196f3"]),  # JupyterLab, dark
        ("#ffffff", "#3b3b3b", ["#f85149", "#1a85ff"]),  # VS Code, light
        ("#1f1f1f", "#cccccc", ["#f85149", "#3794ff"]),  # VS Code, dark
        ("#ffffff", "#000000", FALLBACKS),  # nbgrader, and any page without variables
        ("#383838", "#ffffff", FALLBACKS),  # Colab, dark
    ],
)
def test_text_and_lines_stand_out_in_every_theme(page, text, accents):
    quiet = over(text, opacity(QUIET), page)
    tinted = over(accents[0], opacity(TINT), over(text, opacity(CALM), page))
    assert contrast(text, page) >= 4.5
    assert contrast(quiet, page) >= 4.5
    assert contrast(text, tinted) >= 4.5
    assert all(contrast(accent, page) >= 3 for accent in accents)


@pytest.mark.parametrize(
    ("value", "room", "expected"),
    [
        (0.0, 5, "0"),
        (-0.0, 5, "0"),
        (0.25, 5, "0.25"),
        (-0.31416, 5, "-0.31"),
        (1.2e5, 5, "1.2e5"),
        (-0.00012, 5, "-1e-4"),
        (100000.0, 8, "1e5"),
        (1e300, 5, "1e300"),
        (-2e-300, 4, "-2e-300"),
        (9.99999, 3, "10"),
        (math.nan, 2, "NaN"),
        (-math.inf, 2, "-inf"),
    ],
)
def test_numbers_are_as_short_as_their_cell(value, room, expected):
    assert short(value, room, ENGLISH) == expected


@pytest.mark.parametrize("svg", PICTURES)
def test_an_image_is_white_and_passes_the_filter_of_graded_notebooks(svg):
    cleaned = clean(f"<div>{image(svg)}</div>")
    (node,) = ElementTree.fromstring(cleaned.replace('">', '"/>').replace("<div/>", "<div>"))
    assert node.get("alt") == ElementTree.fromstring(svg).get("aria-label")
    shown = base64.b64decode(node.get("src").removeprefix("data:image/svg+xml;base64,")).decode()
    assert ElementTree.fromstring(shown).get("style").startswith("background:#fff;")
    assert shown.replace("background:#fff;", "") == svg
    assert "border:0" in node.get("style").replace(" ", "")


def test_inline_pictures_leave_nothing_behind_where_svg_is_dropped():
    """The numbers in a picture would stay as bare text; the filter of graded notebooks is such a page."""
    cleaned = clean(inline(PICTURES[0]))
    assert "svg" not in cleaned
    assert cleaned.startswith('<div style="font-size:0;line-height:0;">')
    # Where the picture is shown its text has a size of its own.
    assert 'font-size="12"' in inline(PICTURES[0])
    assert inline("") == image("") == ""

"""Pictures of a diagnosis as SVG: which places are wrong, yours beside expected, shapes, drawn numbers under their law.

Everything drawn comes from `Diagnosis.details`, whose numbers are a student's: what cannot be drawn gives "" and never
an exception. The few words are the caller's, so that a picture speaks the language of its message.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.pictures.boxes import boxes
from grader.pictures.charts import curve, histogram
from grader.pictures.comparison import comparison
from grader.pictures.maps import error_map
from grader.pictures.svg import Words, image, inline
from grader.verdict import Diagnosis

# The words of pictures, by key; `messages` has each as "picture_<key>".
WORDS = (
    *("yours", "expected", "difference", "right", "wrong", "row", "column", "index", "nan", "inf", "part"),
    *("count_rows", "count_columns", "count_entries"),
    *("says_map", "says_list", "says_comparison", "says_curve", "says_histogram", "says_boxes"),
)
_MAPS = ("not_finite", "offset", "order", "values")
_BOXES = ("transposed", "shape", "same_values")


def picture(diagnosis: Diagnosis, words: Words) -> str:
    """The picture that belongs to a diagnosis, or "" where none does or nothing is there to draw.

    words: a text for every key of `WORDS`. Raises KeyError when one is missing.
    """
    details = diagnosis.details
    if diagnosis.hidden:
        return ""
    if diagnosis.code in _BOXES:
        return boxes(details.get("actual"), details.get("expected"), words)
    if diagnosis.code in _MAPS:
        return error_map(details.get("grid"), words)
    if diagnosis.code == "values_many":
        grid = details.get("grid")
        return curve(grid, words) or comparison(grid, words)
    drawn = details.get("histogram")
    if diagnosis.code == "distribution" and isinstance(drawn, Mapping):
        return histogram(drawn.get("heights"), drawn.get("edges"), drawn.get("law"), words)
    return ""


__all__ = ["WORDS", "boxes", "comparison", "curve", "error_map", "histogram", "image", "inline", "picture"]

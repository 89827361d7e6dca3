"""Keeps students' HTML harmless in formgrader and on feedback pages: no script of a submission runs in a browser.

A graded notebook is shown to the instructor by a server where he is logged in, and a script there could press "full
credit". These are the filters by which nbconvert's templates make HTML; `configure` puts them in.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import bleach
from bleach.css_sanitizer import ALLOWED_CSS_PROPERTIES, CSSSanitizer
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter

_TAGS = """
    a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr
    i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr tt u ul
    var
"""
_ATTRIBUTES = "align alt colspan height href open role rowspan scope src start style title width"
# What highlighted code, data frames and headings use. Others would look or act like formgrader's own buttons.
_CLASS = re.compile(r"highlight|hl-[\w-]+|[a-z]{1,3}\d?|dataframe|anchor-link|math|table")
# MathJax makes links of these, of any scheme.
_MATH_LINK = re.compile(r"\\(href|url|require|cssId|class|style)\b")
_STYLES = CSSSanitizer(
    allowed_css_properties=[
        *(name for name in ALLOWED_CSS_PROPERTIES if name not in ("float", "display")),
        *("border-left", "margin", "margin-left", "opacity", "padding", "padding-left", "max-width"),
        *("background", "border", "border-collapse"),
    ]
)
_PROTOCOLS = frozenset({"http", "https", "mailto", "data"})


def clean(html: object) -> str:
    """HTML without anything that acts: no scripts, handlers, forms, frames, styles that cover the page."""
    text = html.decode(errors="replace") if isinstance(html, bytes) else str(html)
    cleaned: str = bleach.clean(
        text, tags=_TAGS.split(), attributes=_allowed, protocols=_PROTOCOLS, css_sanitizer=_STYLES, strip=True
    )
    return cleaned


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return all(_CLASS.fullmatch(part) for part in value.split())
    value = value.strip().lower()
    if name == "href" and not value.startswith(("#", "http:", "https:", "mailto:")):
        return False  # a file beside the notebook: formgrader would serve it, scripts and all
    if value.startswith("data:"):
        return tag == "img" and name == "src" and value.startswith("data:image/")
    return name in _ATTRIBUTES.split()


@pass_context  # type: ignore[untyped-decorator]
def markdown_to_html(context: Any, source: str) -> str:
    """A markdown cell as nbconvert makes it, cleaned."""
    return clean(_MATH_LINK.sub("", _exporter().markdown2html(context, source)))


@cache
def _exporter() -> Any:
    return HTMLExporter()


def html_settings(config: Any) -> None:
    """Make every exporter to HTML, formgrader's included, use the filters above."""
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = {"clean_html": clean, "markdown2html": markdown_to_html}

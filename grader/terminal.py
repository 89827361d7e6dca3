"""A message on a terminal: colour where there is one that wants it, plain letters where it cannot show others."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from grader.render import MARKS

_COLOURS = {"passed": "32", "answered": "34", "not_started": "90"}
_WRONG = "31"
# What a terminal without Unicode shows instead.
_PLAIN = str.maketrans(
    {
        "✓": "[ok]", "✗": "[x]", "…": "...", "●": "[*]", "·": "-", "→": "->", "−": "-", "×": "x", "≤": "<=", "≥": ">=",
        "√": "sqrt", "σ": "sigma", "μ": "mu", "²": "^2", "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "█": "#",
        "░": ".",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How to write on a stream. encoding: what cannot be encoded in it is written with plain letters."""

    colour: bool = False
    encoding: str = "utf-8"

    def can(self, letters: str) -> bool:
        """Whether these letters can be shown."""
        try:
            letters.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def plain(self, written: str) -> str:
        """Text in letters that can be shown; any other letter by its number, as Python writes it."""
        if self.can(written):
            return written
        return written.translate(_PLAIN).encode("ascii", "backslashreplace").decode("ascii")

    def message(self, written: str, status: str) -> str:
        """A message whose headline has its verdict's colour."""
        head, line_end, rest = self.plain(written).partition("\n")
        if self.colour and status in MARKS:
            head = f"\x1b[1;{_COLOURS.get(status, _WRONG)}m{head}\x1b[0m"
        return head + line_end + rest


def style_of(stream: TextIO, environ: Mapping[str, str] | None = None) -> Style:
    """The style for a stream. Colour only on a terminal, and not with $NO_COLOR (no-color.org) or $TERM "dumb"."""
    environ = os.environ if environ is None else environ
    colour = stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return Style(colour, getattr(stream, "encoding", None) or "utf-8")

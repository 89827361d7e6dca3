"""Every sentence the grader says, as flat keys with named placeholders; one module per language.

The language is that of the context: `with speaking("ko"): text("none", where="")`. Whoever answers a person sets it
once, where the call, the file or the command begins.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

# The first is spoken where nothing else is known.
LANGUAGES = ("en", "ko")
_spoken: ContextVar[str] = ContextVar("spoken", default=LANGUAGES[0])


@cache
def texts(lang: str) -> Mapping[str, str]:
    """All sentences of a language, by key."""
    found: Mapping[str, str] = importlib.import_module(f"grader.messages.{lang}").TEXTS
    return found


def text(key: str, **values: Any) -> str:
    """The sentence of that key in the language that is spoken, its placeholders filled."""
    return texts(_spoken.get())[key].format(**values)


def spoken() -> str:
    """The language that is spoken."""
    return _spoken.get()


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak a language meanwhile."""
    before = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(before)


def speak(lang: str) -> None:
    """Speak a language from here on: for programs that serve one person."""
    _spoken.set(lang)


def choose(wish: str = "", notebook: str = "", environ: Mapping[str, str] | None = None) -> str:
    """The language to speak: what was asked for, else $GRADER_LANG, the notebook's, the locale's, else English.

    A language that is not there is passed over. environ: by default the process's own.
    """
    environ = os.environ if environ is None else environ
    # POSIX: LC_ALL goes before LC_MESSAGES, which goes before LANG; an empty one counts as not set.
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    for named in (wish, environ.get("GRADER_LANG", ""), notebook, locale):
        lang = named.replace("-", "_").partition("_")[0].partition(".")[0].lower()
        if lang in LANGUAGES:
            return lang
    return LANGUAGES[0]


def choose_for_class(wish: str = "") -> str:
    """The language for a whole class: what was asked for, else $GRADER_LANG, else English.

    The locale does not count: pages must not depend on the machine they were made on.
    """
    return choose(wish, environ={"GRADER_LANG": os.environ.get("GRADER_LANG", "")})

"""nbgrader's parts without what their packages import for nothing.

`import nbgrader.api` runs nbgrader/__init__.py, which loads Jupyter's server extensions and the exchange; nbconvert's
loads every exporter, with a Markdown renderer and an HTML sanitiser; jsonschema's builds the grammar of RFC 3987
(about a second) for a check of addresses that no notebook's schema asks for. Together that is four fifths of the time
`nbgrader autograde` takes to start.

`use` puts packages in place whose own code is not run: what their `__init__` would have imported by name is imported
when it is asked for. Packages that are loaded already are left alone.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

# Parents before children.
PACKAGES = (
    "nbgrader",
    "nbgrader.converters",
    "nbgrader.preprocessors",
    "nbgrader.plugins",
    "nbgrader.auth",
    "nbconvert",
    "nbconvert.exporters",
    "nbconvert.preprocessors",
    "nbconvert.writers",
)
# Optional libraries whose absence their only user here, jsonschema, provides for.
NOT_NEEDED = ("rfc3987_syntax", "rfc3987", "isoduration")

_ARCHIVES = ("setuptools.archive_util", "unpack_archive", "unpack_tarfile", "unpack_zipfile")


def use(packages: tuple[str, ...] = PACKAGES, not_needed: tuple[str, ...] = NOT_NEEDED) -> None:
    """From now on, import these packages' modules one by one. Call before anything imports them."""
    for name in not_needed:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    if "setuptools" not in sys.modules:
        # nbgrader unpacks archives with it when it collects submissions, not when it grades them.
        sys.modules.setdefault(_ARCHIVES[0], _called_later(*_ARCHIVES))
    for name in packages:
        if name not in sys.modules and (spec := importlib.util.find_spec(name)) is not None and spec.origin:
            module = _OnDemand(name, spec)
            sys.modules[name] = module
            parent, _, child = name.rpartition(".")
            if parent:
                setattr(sys.modules[parent], child, module)


def used() -> bool:
    """Whether nbgrader is there in parts only: enough to grade, and no more."""
    return isinstance(sys.modules.get("nbgrader"), _OnDemand)


class _OnDemand(ModuleType):
    """A package whose names are imported when they are first asked for."""

    def __init__(self, name: str, spec: ModuleSpec) -> None:
        super().__init__(name)
        assert spec.origin is not None
        self.__spec__, self.__file__, self.__package__ = spec, spec.origin, name
        self.__path__ = list(spec.submodule_search_locations or ())
        self.__names = _imported_in(Path(spec.origin).read_text(encoding="utf-8"))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        source, original = self.__names.get(name, (f".{name}", ""))
        try:
            found = importlib.import_module(source, self.__name__)
        except ModuleNotFoundError:
            if original:
                raise
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}") from None
        value = getattr(found, original) if original else found
        setattr(self, name, value)
        return value


def _imported_in(source: str) -> dict[str, tuple[str, str]]:
    """Name -> (module, name there), of a package's `from module import name`."""
    return {
        alias.asname or alias.name: ("." * node.level + node.module, alias.name)
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def _called_later(name: str, *functions: str) -> ModuleType:
    """A module of functions that is imported when the first of them is called."""

    def later(function: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            sys.modules.pop(name)
            return getattr(importlib.import_module(name), function)(*args, **kwargs)

        return call

    module = ModuleType(name)
    for function in functions:
        setattr(module, function, later(function))
    return module

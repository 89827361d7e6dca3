"""Gradmark: a student's code turns inputs into answers, trusted code turns answers into a verdict.

In a notebook:  from grader import ask, check, hint, progress
Everything else lives in the submodules; importing this package loads none of them, and neither torch nor IPython.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["ask", "check", "hint", "progress"]

if TYPE_CHECKING:
    from grader.checking import ask, check, hint, progress


def __getattr__(name: str) -> Any:
    if name in __all__:
        from grader import checking

        return getattr(checking, name)
    raise AttributeError(f"module 'grader' has no attribute {name!r}")

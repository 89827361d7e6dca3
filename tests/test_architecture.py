"""Imports point one way, and importing the package stays cheap. The tests here are shown to be able to fail."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Bottom up: a module imports only what stands before it.
LAYERS = (
    "exercise",
    "functions",
    "measures",
    "question",
    "parsing",
    "redefined",
    "findings",
    "wire",
    "places",
    "tolerance",
    "distribution",
    "histogram",
    "patterns",
    "calling",
    "key",
    "verdict",
    "pictures.svg",
    "pictures.grid",
    "pictures.fields",
    "pictures.maps",
    "pictures.charts",
    "pictures.comparison",
    "pictures.boxes",
    "pictures",
    "quiz",
    "diagnosis",
    "judge",
    "messages",
    "messages.en",
    "messages.ko",
    "sentences",
    "render",
    "rubric",
    "render_html",
    "terminal",
    "files",
    "notebook",
    "public",
    "standing",
    "render_progress",
    "checking",
    "recognise",
    "repair",
    "sandbox",
    "sandbox.protocol",
    "sandbox.job",
    "sandbox.linux",
    "sandbox.filter",
    "sandbox.readable",
    "sandbox.isolation",
    "sandbox.probes",
    "sandbox.watch",
    "sandbox.reports",
    "sandbox.shell",
    "sandbox.child",
    "sandbox.zygote",
    "sandbox.warm",
    "sandbox.conversation",
    "sandbox.parent",
    "answers",
    "records",
    "differences",
    "grade",
    "candidates",
    "local",
    "pool",
    "ahead",
    "judges",
    "parcel",
    "batch",
    "processes",
    "dispatch",
    "course",
    "cluster",
    "workers",
    "oracle",
    "regrade",
    "showing",
    "translation",
    "audit_questions",
    "audit",
    "trying",
    "quiz_cells",
    "release",
    "build",
    "gradebook",
    "demo",
    "lean",
    "journal",
    "notebook_text",
    "nbgrader_configured",
    "nbgrader_problems",
    "nbgrader_lock",
    "nbgrader_notes",
    "nbgrader_html",
    "nbgrader_feedback",
    "nbgrader_metadata",
    "nbgrader_once",
    "nbgrader_sanitise",
    "nbgrader_save",
    "nbgrader_ahead",
    "nbgrader_shown",
    "nbgrader_run",
    "enrol",
    "onepass",
    "nbgrader_marks",
    "nbgrader_page",
    "nbgrader_plugin",
    "grading",
    "nbgrader_regrade",
    "pytest_plugin",
    "watching",
    "cli",
    "cli_grading",
    "__main__",
)
# What runs in a student's environment or beside student code has nothing but NumPy,
NUMPY_ONLY = (*LAYERS[: LAYERS.index("course")], "pytest_plugin")
HEAVY = {"torch", "nbgrader", "nbformat", "nbconvert", "jupytext", "IPython", "scipy", "typer", "rich", "traitlets"}
HEAVY |= {"matplotlib", "psutil", "pyseccomp", "dask", "distributed", "watchfiles"}
# and what runs notebooks has IPython. A module's own top imports neither of the others.
EXCEPT = {"checking": "IPython", "sandbox.shell": "IPython", "sandbox.filter": "pyseccomp"}


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name below `grader`."""
    found = {}
    for path in sorted((ROOT / "grader").rglob("*.py")):
        parts = path.relative_to(ROOT / "grader").with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            found[name] = path
    return found


def imports(source: str) -> set[str]:
    """Absolute names of everything a module imports, wherever in it, except for type checking."""
    tree = ast.parse(source)
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imports_on_load(source: str) -> set[str]:
    """The same of what is imported as soon as the module is."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [ast.Pass()]
    return imports(ast.unparse(tree))


def wrong_arrows(name: str, source: str) -> list[str]:
    """The modules that `name` imports although they stand above it."""
    below = LAYERS[: LAYERS.index(name)]
    used = {found.removeprefix("grader.") for found in imports(source) if found.startswith("grader.")}
    return sorted(used & set(LAYERS) - set(below) - {name})


def test_every_module_has_its_place():
    assert sorted(modules()) == sorted(LAYERS)


@pytest.mark.parametrize("name", modules())
def test_arrows_point_down(name):
    assert wrong_arrows(name, modules()[name].read_text()) == []


def test_a_wrong_arrow_is_found():
    assert wrong_arrows("wire", "def f():\n    from grader.judge import judge\n") == ["judge"]


@pytest.mark.parametrize("name", NUMPY_ONLY)
def test_the_students_side_needs_numpy_only(name):
    source = modules()[name].read_text()
    assert {found.split(".")[0] for found in imports(source)} & HEAVY <= {EXCEPT.get(name)}
    if name != "sandbox.shell":
        assert not {found.split(".")[0] for found in imports_on_load(source)} & HEAVY


def test_a_heavy_import_is_found():
    source = "import ast\nif ast:\n    import torch\ndef f():\n    import scipy\n"
    assert imports_on_load(source) == {"ast", "torch"}
    assert imports(source) == {"ast", "torch", "scipy"}


def test_the_trusted_side_imports_nothing_that_runs_beside_student_code(tmp_path):
    code = "import sys; import grader.ahead; print(sorted({'IPython', 'matplotlib', 'pyseccomp'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "[]"


def test_the_engine_knows_no_course_and_the_course_no_engine():
    assert not [
        name for name, path in modules().items() if "reference" in {i.split(".")[0] for i in imports(path.read_text())}
    ]
    for path in (ROOT / "reference").glob("*.py"):
        assert {found for found in imports(path.read_text()) if found.startswith("grader")} <= {
            declaring
            for module in ("grader.exercise", "grader.measures", "grader.question")
            for declaring in (module, *(f"{module}.{name}" for name in vars(importlib.import_module(module))))
        }


def test_importing_the_package_loads_nothing_else():
    code = (
        "import sys, numpy; before = set(sys.modules); import grader; new = set(sys.modules) - before;"
        "print(sorted(name for name in new if name != 'grader'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_check_loads_neither_torch_nor_ipython(tmp_path):
    code = (
        "import sys\n"
        "from grader import check\n"
        "import numpy as np\n"
        "def relu(z): return np.maximum(0, z)\n"
        "check('relu')\n"
        f"print('loaded', sorted({HEAVY!r} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "loaded []"

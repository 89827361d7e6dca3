"""The class of the benchmark: one assignment of six exercises, as a course of gradmark, of nbgrader and of otter.

Text and stubs come from this repository's solutions/. The tests of nbgrader and otter compare with torch on the same
kinds of input that reference/ declares. Submissions are drawn by number, so that every tool gets the same ones.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

ROOT = Path(__file__).parents[1]
ASSIGNMENT = "class"
NOTEBOOK = "six"
_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
_KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class BenchExercise:
    """One of the six: where its text lies, how the other tools test it, what students write into its stub."""

    source: str
    visible: str
    hidden: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


# The first entry of `right` is the one every solved notebook has. No answer uses another exercise's function: what is
# right and what is wrong is then known beforehand, and every tool's marks can be held against it.
EXERCISES = {
    "sigmoid": BenchExercise(
        "02_activations",
        """
        import torch
        z = np.linspace(-4, 4, 40).reshape(5, 8)
        assert np.allclose(sigmoid(z), torch.sigmoid(torch.tensor(z)).numpy(), 1e-4, 1e-6)
        """,
        """
        rng = np.random.default_rng(1)
        for z in (rng.normal(size=(5, 8)), 3 * rng.normal(size=(2, 3, 4)), np.array([-1000.0, 0.5, 1000.0])):
            before = z.copy()
            assert np.allclose(sigmoid(z), torch.sigmoid(torch.tensor(z)).numpy(), 1e-4, 1e-6)
            assert np.array_equal(z, before)
        z = rng.integers(-5, 5, size=(4, 4))
        assert np.allclose(sigmoid(z), torch.sigmoid(torch.tensor(z)).numpy(), 1e-4, 1e-6)
        """,
        (
            "small = np.exp(-np.abs(z))\nreturn np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)",
            "return 0.5 * (1.0 + np.tanh(np.asarray(z) / 2))",
        ),
        ("return 1 / (1 + np.exp(z))", "return np.tanh(z)", "return np.exp(z) / (1 + np.exp(z))"),
    ),
    "sigmoid_derivative": BenchExercise(
        "02_activations",
        """
        import torch
        z = torch.linspace(-4, 4, 40, dtype=torch.double, requires_grad=True)
        slope = torch.autograd.grad(torch.sigmoid(z).sum(), z)[0]
        assert np.allclose(sigmoid_derivative(z.detach().numpy()), slope.numpy(), 1e-4, 1e-6)
        """,
        """
        rng = np.random.default_rng(2)
        for array in (rng.normal(size=(5, 8)), 3 * rng.normal(size=(2, 3, 4)), np.array([-1000.0, 0.5, 1000.0])):
            before = array.copy()
            z = torch.tensor(array, requires_grad=True)
            slope = torch.autograd.grad(torch.sigmoid(z).sum(), z)[0]
            assert np.allclose(sigmoid_derivative(array), slope.numpy(), 1e-4, 1e-6)
            assert np.array_equal(array, before)
        """,
        (
            "small = np.exp(-np.abs(z))\nreturn small / (1.0 + small) ** 2",
            "return 0.25 * (1.0 - np.tanh(np.asarray(z) / 2) ** 2)",
        ),
        (
            "return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))",
            "s = 0.5 * (1.0 + np.tanh(np.asarray(z) / 2))\nreturn s * (1 + s)",
            "s = 0.5 * (1.0 + np.tanh(np.asarray(z) / 2))\nreturn -s * (1 - s)",
        ),
    ),
    "relu": BenchExercise(
        "02_activations",
        """
        import torch
        z = np.linspace(-4, 4, 40).reshape(5, 8)
        assert np.allclose(relu(z), torch.relu(torch.tensor(z)).numpy(), 1e-4, 1e-6)
        """,
        """
        rng = np.random.default_rng(3)
        for z in (rng.normal(size=(5, 8)), rng.normal(size=(2, 3, 4)), rng.integers(-5, 5, size=(4, 4))):
            before = z.copy()
            assert np.allclose(relu(z), torch.relu(torch.tensor(z)).numpy(), 1e-4, 1e-6)
            assert np.array_equal(z, before)
        """,
        ("return np.maximum(0, z)", "return np.where(np.asarray(z) > 0, z, 0)"),
        ("return np.abs(z)", "return np.minimum(0, z)", "return 1 * z"),
    ),
    "softmax": BenchExercise(
        "04_softmax",
        """
        import torch
        logits = np.linspace(-2, 3, 15).reshape(5, 3) ** 2
        assert np.allclose(softmax(logits), torch.softmax(torch.tensor(logits), -1).numpy(), 1e-4, 1e-6)
        """,
        """
        rng = np.random.default_rng(4)
        far = rng.normal(size=(4, 3)) + np.array([[0.0], [1000.0], [-1000.0], [500.0]])
        for logits in (rng.normal(size=5), rng.normal(size=(4, 2)), rng.normal(size=(2, 3, 4)), far):
            before = logits.copy()
            assert np.allclose(softmax(logits), torch.softmax(torch.tensor(logits), -1).numpy(), 1e-4, 1e-6)
            assert np.array_equal(logits, before)
        logits = rng.integers(-3, 3, size=(4, 3))
        assert np.allclose(softmax(logits), torch.softmax(torch.tensor(logits).double(), -1).numpy(), 1e-4, 1e-6)
        """,
        (
            "e = np.exp(logits - np.max(logits, axis=-1, keepdims=True))\nreturn e / e.sum(axis=-1, keepdims=True)",
            "return np.exp(logits - np.logaddexp.reduce(np.asarray(logits, float), axis=-1, keepdims=True))",
        ),
        (
            "e = np.exp(logits)\nreturn e / e.sum(axis=-1, keepdims=True)",
            "e = np.exp(logits - np.max(logits))\nreturn e / e.sum()",
            "e = np.exp(logits - np.max(logits, axis=0))\nreturn e / e.sum(axis=0)",
        ),
    ),
    "cross_entropy": BenchExercise(
        "04_softmax",
        """
        import torch
        logits = np.linspace(-2, 3, 15).reshape(5, 3) ** 2
        labels = np.array([0, 1, 2, 1, 0])
        loss = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(labels)).item()
        assert np.isclose(cross_entropy(logits, labels), loss, 1e-4, 1e-6)
        """,
        """
        rng = np.random.default_rng(5)
        far = rng.normal(size=(4, 3)) + np.array([[0.0], [1000.0], [-1000.0], [500.0]])
        for logits in (rng.normal(size=(6, 4)), rng.normal(size=(5, 2)), rng.normal(size=(1, 5)), far):
            labels = rng.integers(0, logits.shape[1], size=len(logits))
            before = logits.copy()
            loss = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(labels)).item()
            assert np.isclose(cross_entropy(logits, labels), loss, 1e-4, 1e-6)
            assert np.array_equal(logits, before)
        """,
        (
            "shifted = logits - np.max(logits, axis=1, keepdims=True)\n"
            "log_sums = np.log(np.exp(shifted).sum(axis=1))\n"
            "return float(np.mean(log_sums - shifted[np.arange(len(shifted)), labels]))",
            "logits = np.asarray(logits, float)\ntotal = 0.0\n"
            "for row, label in zip(logits, labels):\n    total += np.logaddexp.reduce(row) - row[label]\n"
            "return total / len(logits)",
        ),
        (
            "logits = np.asarray(logits, float)\n"
            "return float(np.sum(np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(logits)), labels]))",
            "p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)\n"
            "return float(-np.log(p[np.arange(len(p)), labels]).mean())",
            "logits = np.asarray(logits, float)\n"
            "losses = np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(logits)), labels]\n"
            "return float(losses.mean() / logits.shape[1])",
        ),
    ),
    "cross_entropy_gradient": BenchExercise(
        "04_softmax",
        """
        import torch
        logits = torch.linspace(-2, 3, 15, dtype=torch.double).reshape(5, 3).requires_grad_()
        labels = torch.tensor([0, 1, 2, 1, 0])
        slope = torch.autograd.grad(torch.nn.functional.cross_entropy(logits, labels), logits)[0]
        assert np.allclose(cross_entropy_gradient(logits.detach().numpy(), labels.numpy()), slope.numpy(), 1e-4, 1e-6)
        """,
        """
        rng = np.random.default_rng(6)
        far = rng.normal(size=(4, 3)) + np.array([[0.0], [1000.0], [-1000.0], [500.0]])
        for array in (rng.normal(size=(6, 4)), rng.normal(size=(5, 2)), rng.normal(size=(1, 5)), far):
            labels = rng.integers(0, array.shape[1], size=len(array))
            before = array.copy()
            logits = torch.tensor(array, requires_grad=True)
            loss = torch.nn.functional.cross_entropy(logits, torch.tensor(labels))
            slope = torch.autograd.grad(loss, logits)[0]
            assert np.allclose(cross_entropy_gradient(array, labels), slope.numpy(), 1e-4, 1e-6)
            assert np.array_equal(array, before)
        """,
        (
            "e = np.exp(logits - np.max(logits, axis=1, keepdims=True))\ngradient = e / e.sum(axis=1, keepdims=True)\n"
            "gradient[np.arange(len(gradient)), labels] -= 1.0\nreturn gradient / len(gradient)",
            "logits = np.asarray(logits, float)\n"
            "p = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))\n"
            "return (p - np.eye(logits.shape[1])[labels]) / len(logits)",
        ),
        (
            "e = np.exp(logits - np.max(logits, axis=1, keepdims=True))\ngradient = e / e.sum(axis=1, keepdims=True)\n"
            "gradient[np.arange(len(gradient)), labels] -= 1.0\nreturn 2 * gradient / len(gradient)",
            "return (logits - np.eye(np.shape(logits)[1])[labels]) / len(logits)",
            "e = np.exp(logits - np.max(logits, axis=1, keepdims=True))\ngradient = e / e.sum(axis=1, keepdims=True)\n"
            "gradient[:, labels] -= 1.0\nreturn gradient / len(gradient)",
        ),
    ),
}
_NOT_STARTED = "raise NotImplementedError"


@dataclass(frozen=True)
class Section:
    """An exercise in the notebook: its text, and its stub with the solution region."""

    text: str
    stub: str

    def filled(self, body: str, comment: str = "") -> str:
        """The stub with `body` in place of the solution region."""
        before, _, rest = self.stub.partition(_BEGIN)
        indent = before.rpartition("\n")[2]
        lines = [comment, *body.splitlines()] if comment else body.splitlines()
        after = rest.partition(_END)[2]
        return before[: len(before) - len(indent)] + textwrap.indent("\n".join(lines), indent) + after


def sections() -> dict[str, Section]:
    """The six exercises' text and stub, from this repository's sources."""
    found = {}
    for name, exercise in EXERCISES.items():
        source = jupytext.read(ROOT / "solutions" / f"{exercise.source}.py", fmt="py:percent")
        cells = [cell for cell in source.cells if "lang" not in cell.metadata]
        at = next(i for i, cell in enumerate(cells) if cell.cell_type == "code" and f"def {name}(" in cell.source)
        before, _, rest = cells[at].source.partition(_BEGIN)
        # Independent of the other exercises, unlike the course's own solution; see EXERCISES.
        body = textwrap.indent(exercise.right[0], "    ")
        stub = f"{before}{_BEGIN}\n{body}\n    {_END}{rest.partition(_END)[2]}"
        found[name] = Section(cells[at - 1].source, stub)
    return found


def answers_of(number: int) -> dict[str, str]:
    """What student `number` writes: exercise -> function body. Three in four are right, one in twenty not started."""
    rng = random.Random(number)
    return {
        name: _NOT_STARTED if rng.random() < 0.05 else rng.choice(item.right if rng.random() < 0.79 else item.wrong)
        for name, item in EXERCISES.items()
    }


def student(number: int) -> str:
    """The student's name, in the order of the numbers."""
    return f"student{number:04d}"


def is_right(number: int) -> dict[str, bool]:
    """The marks that student `number` deserves."""
    return {name: body in EXERCISES[name].right for name, body in answers_of(number).items()}


@dataclass
class ClassCourse:
    """A course of one tool, released and without submissions. `copy` gives one to grade in."""

    folder: Path
    release: Path
    sections: dict[str, Section] = field(repr=False)

    def copy(self, folder: Path, count: int) -> ClassCourse:
        """A fresh copy in `folder` with the first `count` submissions handed in."""
        shutil.copytree(self.folder, folder)
        made = ClassCourse(folder, folder / self.release.relative_to(self.folder), self.sections)
        for number in range(count):
            made.write(number, folder / "submitted" / student(number) / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
        return made

    def write(self, number: int, path: Path) -> None:
        """Write one submission: the released notebook, its stubs filled in. No two are equal."""
        node = json.loads(self.release.read_text(encoding="utf-8"))
        bodies = answers_of(number)
        for cell in node["cells"]:
            source = "".join(cell["source"])
            for name, section in self.sections.items():
                if cell["cell_type"] == "code" and f"def {name}(" in source:
                    cell["source"] = section.filled(bodies[name], f"# {student(number)}'s answer")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(node), encoding="utf-8")


def make_ours(folder: Path, environment: dict[str, str], exercises: int = len(EXERCISES)) -> ClassCourse:
    """gradmark's course: declarations from this repository's reference/, built with `grader build`.

    exercises: how many of the six, from the first.
    """
    parts = dict(list(sections().items())[:exercises])
    folder.mkdir()
    shutil.copy2(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "reference", folder / "reference", ignore=shutil.ignore_patterns("__pycache__", "ko"))
    (folder / "pyproject.toml").write_text('[tool.gradmark]\ncourse = "reference:COURSE"\n')
    (folder / "reference" / "__init__.py").write_text(
        "from grader.exercise import Assignment, Course\n"
        f'COURSE = Course("Bench", (Assignment("{ASSIGNMENT}", "reference.six", "{NOTEBOOK}"),))\n'
    )
    modules = {name: EXERCISES[name].source.partition("_")[2] for name in parts}
    (folder / "reference" / "six.py").write_text(
        "".join(f"from reference.{module} import {name}\n" for name, module in modules.items())
    )
    cells = [new_code_cell("import numpy as np\n\nfrom grader import check, hint")]
    for name, section in parts.items():
        cells += [new_markdown_cell(section.text), new_code_cell(section.stub), new_code_cell(f'check("{name}")')]
    (folder / "solutions").mkdir()
    jupytext.write(new_notebook(cells=cells), folder / "solutions" / f"{ASSIGNMENT}.py", fmt="py:percent")
    call([sys.executable, "-m", "grader", "build", ASSIGNMENT], folder, environment)
    call([sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT], folder, environment)
    return ClassCourse(folder, folder / "exercises" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", parts)


def make_stock(folder: Path, environment: dict[str, str], config: str = "") -> ClassCourse:
    """nbgrader's course: test cells that compare with torch, a hidden region in each; configured by `config` alone."""
    parts = sections()
    cells = [new_code_cell("import numpy as np")]
    for name, section in parts.items():
        exercise = EXERCISES[name]
        visible, hidden = textwrap.dedent(exercise.visible).strip(), textwrap.dedent(exercise.hidden).strip()
        tests = f"{visible}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
        stub = new_code_cell(section.stub, metadata=_nbgrader(f"{name}-stub", solution=True, locked=False))
        test = new_code_cell(tests, metadata=_nbgrader(name, grade=True, points=1))
        cells += [new_markdown_cell(section.text), stub, test]
    source = folder / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells, metadata=_KERNEL), source)
    (folder / "nbgrader_config.py").write_text(f"c = get_config()\n{config}")
    call([sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT], folder, environment)
    return ClassCourse(folder, folder / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", parts)


def make_otter(folder: Path, otter: Path, environment: dict[str, str]) -> ClassCourse:
    """otter's course: `otter assign` makes the student's notebook and autograder.zip from one marked-up notebook."""
    parts = sections()
    cells = [new_raw_cell("# ASSIGNMENT CONFIG\nexport_cell: false"), new_code_cell("import numpy as np")]
    for name, section in parts.items():
        exercise = EXERCISES[name]
        solution = section.filled(f"# BEGIN SOLUTION\n{exercise.right[0]}\n# END SOLUTION")
        cells += [
            new_raw_cell(f"# BEGIN QUESTION\nname: {name}\npoints: 1"),
            new_markdown_cell(section.text),
            new_raw_cell("# BEGIN SOLUTION"),
            new_code_cell(solution),
            new_raw_cell("# END SOLUTION"),
            new_raw_cell("# BEGIN TESTS"),
            new_code_cell(textwrap.dedent(exercise.visible).strip()),
            new_code_cell("# HIDDEN\nimport torch\n" + textwrap.dedent(exercise.hidden).strip()),
            new_raw_cell("# END TESTS"),
            new_raw_cell("# END QUESTION"),
        ]
    folder.mkdir()
    master = folder / f"{NOTEBOOK}.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=_KERNEL), master)
    call([str(otter), "assign", str(master), "dist"], folder, environment)
    made = next((folder / "dist" / "autograder").glob("*.zip"))
    shutil.copy2(made, folder / "autograder.zip")
    return ClassCourse(folder, folder / "dist" / "student" / f"{NOTEBOOK}.ipynb", parts)


def call(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run a command that prepares something. Raises RuntimeError with the end of its output."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}")


def _nbgrader(grade_id: str, **more: Any) -> dict[str, Any]:
    """A cell's nbgrader metadata: a locked cell without a grade, but for what `more` says."""
    plain = {"grade": False, "solution": False, "locked": True, "task": False, "schema_version": 3}
    return {"nbgrader": {**plain, "grade_id": grade_id, **more}}

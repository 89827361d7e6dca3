"""What is seen in code without running it: every kind and disguise, and nothing in honest work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import double_key
from hypothesis import given
from hypothesis import strategies as st

from grader.exercise import FORBIDDEN, Assignment, DeclarationError
from grader.findings import MAX_NOTEBOOK, Finding, findings
from grader.key import FORMAT, key_to_json
from grader.messages import speaking
from grader.messages.en import TEXTS
from grader.notebook import NotebookError, read_notebook
from grader.parsing import MAX_CELL, parse_cell
from grader.public import FILE, cases_of
from grader.render import MAX_FINDINGS, render_findings
from grader.render_html import render_findings_html

ROOT = Path(__file__).parents[1]
HONEST = sorted(
    path
    for pattern in (
        *("tests/submissions/*/*.ipynb", "solutions/*.py", "solutions/*/*.ipynb"),
        *("exercises/*/*.ipynb", "exercises/ko/*/*.ipynb"),
    )
    for path in ROOT.glob(pattern)
)
MAGICS = "%matplotlib inline\nnp.load?\n!pip install numpy\n"


def seen(*cells, **options):
    """(kind, line, what) of everything found in these cells."""
    return [(found.kind, found.line, found.what) for found in findings(list(enumerate(cells)), **options)]


# Source -> what is found in its last line.
IMPORTS = {
    "import torch": "torch",
    "import torch.nn.functional as F": "torch",
    "import torch as np": "torch",
    "import numpy as np, torch as t": "torch",
    "from torch import nn as math": "torch",
    "from torch.nn import *": "torch",
    "from . import torch": "torch",
    "from .torch import tensor": "torch",
    "import tensorflow as tf": "tensorflow",
    "from jax import numpy as np": "jax",
    "def softmax(z):\n    if len(z):\n        import torch": "torch",
    "try:\n    pass\nexcept ImportError:\n    from autograd import grad": "autograd",
    "class A:\n    import keras": "keras",
    "x = 1; import torch": "torch",
    "await something\nimport torch": "torch",
    MAGICS + "import torch": "torch",
    "%%time\nimport torch": "torch",
    "%%capture out\n\nimport torch": "torch",
    "%%writefile mine.py\nimport torch": "torch",
    "%time import torch": "torch",
    "%pip install -q torch==2.0": "torch",
    "!pip3 install numpy torch>=2": "torch",
    "!{sys.executable} -m pip install 'x' jax[cpu]": "jax",
    "def f(:\n\nimport torch": "torch",
    "def f(:\nfrom torch.nn import (": "torch",
    "def f(:\n  import torch  # for later": "torch",
    "x = '\\sigma'\nimport torch": "torch",
    "x = 1\r\nimport torch": "torch",
}
HIDDEN = {
    "import importlib\nimportlib.import_module('torch')": "importlib.import_module('torch')",
    "import importlib as il\nt = il.import_module('torch.nn')": "importlib.import_module('torch.nn')",
    "from importlib import import_module as get\nget(name='torch')": "importlib.import_module('torch')",
    "from importlib import *\nimport_module('torch')": "importlib.import_module('torch')",
    "import importlib\nimportlib.import_module('to' + 'rch')": "importlib.import_module",
    "import importlib\nf = importlib.import_module": "importlib.import_module",
    "import importlib\nx = importlib": "importlib",
    "import importlib\ngetattr(importlib, name)": "importlib",
    "import importlib\ngetattr(importlib, 'import_module')('torch')": "importlib.import_module('torch')",
    "import importlib.util\nimportlib.util.spec_from_file_location('a', 'b')": "importlib.util.spec_from_file_location",
    "from importlib.machinery import SourceFileLoader as S\nS('a', 'b')": "importlib.machinery.SourceFileLoader",
    "__import__('torch')": "__import__('torch')",
    "__import__('torch.nn').nn.functional.relu(x)": "__import__('torch')",
    "__import__(name)": "__import__",
    "f = __import__": "__import__",
    "__import__('numpy')": "__import__('numpy')",
    "__import__('importlib').import_module('torch')": "importlib.import_module('torch')",
    "import builtins\nbuiltins.__import__('torch')": "__import__('torch')",
    "import builtins\ngetattr(builtins, '__import__')('torch')": "__import__('torch')",
    "import builtins as b\ngetattr(b, name)('torch')": "builtins",
    "__builtins__['__imp' + 'ort__']('torch')": "__builtins__",
    "vars(x)['__import__']('torch')": "__import__",
    "f.__globals__['x']": "__globals__",
    "import sys\nsys.modules['torch']": "sys.modules['torch']",
    "import sys\nsys.modules.get('torch').nn": "sys.modules.get('torch')",
    "from sys import modules as m\nm['torch']": "sys.modules['torch']",
    "import sys\n'torch' in dict(sys.modules)": "sys.modules",
    "import runpy\nrunpy.run_path('x.py')": "runpy.run_path",
    "import pkgutil\npkgutil.resolve_name('torch:nn')": "pkgutil.resolve_name('torch.nn')",
    "import imp\nimp.load_source('a', 'b')": "imp.load_source",
    "exec('import torch')": "exec('import torch')",
    "eval('__import__(\"torch\")')": "eval('__import__(\"torch\")')",
    "exec(compile(text, '', 'exec'))": "exec",
    "run = eval": "eval",
}
READS = {
    "open('/etc/passwd')": "open",
    "open('secret', mode='r+')": "open",
    "import builtins\nbuiltins.open(p)": "open",
    "f = open": "open",
    "import io\nio.open('../x')": "io.open",
    "import numpy as np\nnp.load('../key.npz')": "numpy.load",
    "import numpy\nnumpy.loadtxt(name)": "numpy.loadtxt",
    "from numpy import genfromtxt as g\ng('x')": "numpy.genfromtxt",
    "from numpy import *\nfromfile('x')": "numpy.fromfile",
    "import numpy as np\nnp.memmap('x')": "numpy.memmap",
    "import pandas as pd\npd.read_csv('https://a/b.csv')": "pandas.read_csv",
    "from pathlib import Path\nPath('x').read_text()": "Path.read_text",
    "from pathlib import Path\n(Path.home() / 'x' / 'y').open()": "Path.open",
    "import pathlib as p\np.Path('.').parent.iterdir()": "Path.iterdir",
    "somewhere.read_bytes()": "read_bytes",
    "import os\nos.listdir()": "os.listdir",
    "from os import listdir\nlistdir('/')": "os.listdir",
    "import os\nfor x in os.walk('/'): pass": "os.walk",
    "from os import scandir\nlist(map(scandir, x))": "os.scandir",
    "from glob import glob\nglob('/**')": "glob.glob",
    "%run other.ipynb": "%run",
}
PROCESSES = {
    "import subprocess": "subprocess",
    "from subprocess import run": "subprocess",
    "from multiprocessing.pool import Pool": "multiprocessing",
    "import ctypes.util": "ctypes",
    "import cffi": "cffi",
    "import socket": "socket",
    "import urllib.request": "urllib",
    "import requests as r": "requests",
    "from http.client import HTTPSConnection": "http",
    "import os\nos.system('ls')": "os.system",
    "from os import popen as p\np('ls')": "os.popen",
    "import os\nos.fork()": "os.fork",
    "import os as o\no.execvp('a', [])": "os.execvp",
    "import os\ngetattr(os, 'system')('ls')": "os.system",
    "__import__('os').system('ls')": "os.system",
    "import importlib\nimportlib.import_module('subprocess')": "importlib.import_module('subprocess')",
    "!wget x": "!",
    "files = !ls": "!",
    "!!ls": "!",
    "%system ls": "!",
    "%%bash\nls": "!",
    "get_ipython().system('ls')": "get_ipython().system",
}
NOTHING = [
    "",
    "import numpy as np\nimport matplotlib.pyplot as plt\nfrom grader import check, hint",
    "import torchx, mytorch\nfrom helpers import torch",
    "torch = 1\ntorch.nn",
    "'import torch'  # import torch",
    '"""\nimport torch\n! read this\n"""\n%matplotlib inline',
    "import importlib, my_tricks\nimportlib.reload(my_tricks)",
    "from importlib import reload, import_module\nimport_module('my_tricks')",
    "import importlib.util, importlib.metadata\nimportlib.util.find_spec('torch')\nimportlib.metadata.version('numpy')",
    "import sys\nif 'google.colab' in sys.modules:\n    pass",
    "import sys\nsys.modules['my_tricks']\nsys.path\nsys.version",
    "import re\nre.compile('x')\nmodel.compile()\nmodel.eval()\nlayer.open()",
    "def eval(x):\n    return x\neval(a)",
    "exec('a = 1')",
    "import builtins\nbuiltins.print(1)",
    "getattr(np, 'exp')(1)\ngetattr(np, name)",
    "open('mine.txt', 'w').write('x')\nopen('mine.txt').read()",
    "import numpy as np\nnp.save('w', x)\nnp.load('w.npy')\nnp.loadtxt(['1 2'])",
    "import io, numpy as np\nnp.loadtxt(io.StringIO('1 2'))",
    "from pathlib import Path\nPath('a').write_text('x')\nPath('a').read_text()\nPath('b').open('w')",
    "%%writefile mine.txt\nimport torch\n",
    "import os\nos.path.join('a', 'b')\nos.getcwd()\nos.environ['X'] = '1'\nos.kill(os.getpid(), 9)",
    "from urllib.parse import quote",
    "%load_ext autoreload\n%autoreload 2\n%pip install numpy matplotlib\n%timeit f(x)\nf?\n?f\nf??",
    "%%html\n<b>import torch</b>",
    "x = (a\n     % b)\ny != 3\nd = {'k': v}",
    "match x:\n    case 1:\n        pass",
    "print(f'{x!r:>10} {y}')",
]


@pytest.mark.parametrize(
    ("kind", "source", "what"),
    [
        (kind, source, what)
        for kind, table in {
            "import": IMPORTS,
            "hidden_import": HIDDEN,
            "reads_files": READS,
            "process": PROCESSES,
        }.items()
        for source, what in table.items()
    ],
)
def test_found(kind, source, what):
    line = 1 if source.startswith("%%bash") else source.count("\n") + 1
    assert (kind, line, what) in seen(source)


@pytest.mark.parametrize("source", NOTHING)
def test_not_found(source):
    assert seen(source) == []


@pytest.mark.parametrize("path", HONEST, ids=lambda path: str(path.relative_to(ROOT)))
def test_honest_work_has_no_findings(path):
    """Right, wrong and broken: whatever a class hands in, but for what never was a notebook."""
    try:
        notebook = read_notebook(path)
    except NotebookError:
        assert path.parent.name in ("softmax-cut-off", "softmax-not-json")
        return
    # What is handed out with the notebook may be read.
    found = findings(notebook.code, shipped={"digits.npz"}, checks=notebook.checks)
    assert {finding.kind for finding in found} <= {"redefined"}
    # The golden submissions that show it; the last by a loop `for step in range(200)`.
    assert [finding.what for finding in found] == {
        "activations-redefined-later": ["sigmoid", "relu", "relu_derivative"],
        "activations-helper-redefined-later": ["sigmoid"],
        "activations-prints-much": ["step"],
    }.get(path.parent.name, [])


def test_there_is_honest_work():
    assert len(HONEST) > 60


def test_a_finding_says_where_and_what():
    source = "x = 1\nimport torch.nn as nn  # " + "much " * 50
    (found,) = findings([(3, "import numpy"), (5, source)])
    assert (found.kind, found.cell, found.line, found.what, found.minor) == ("import", 5, 2, "torch", False)
    assert found.source.startswith("import torch.nn as nn  # much")
    assert len(found.source) == 60
    assert found.source.endswith("…")


def test_findings_come_in_order():
    cells = [(7, "import torch"), (2, "open('x')\n!ls\nimport torch"), (4, "import jax")]
    assert [(found.cell, found.line) for found in findings(cells)] == [(2, 1), (2, 2), (2, 3), (4, 1), (7, 1)]


def test_a_line_is_said_once_and_its_modules_each():
    assert seen("import torch, jax; import torch") == [("import", 1, "torch"), ("import", 1, "jax")]
    assert seen("import os; os.listdir('/'); open('/x'); open('/y')") == [("reads_files", 1, "os.listdir")]


def test_names_are_followed_from_cell_to_cell():
    assert seen("import importlib as il", "il.import_module('torch')")[0][0] == "hidden_import"
    assert seen("def f():\n    return np.load('/x')", "import numpy as np") == [("reads_files", 2, "numpy.load")]
    assert seen("import numpy as np", "import torch as np", "np.load('/x')") == [("import", 1, "torch")]


def test_forbidden_modules_are_the_assignments():
    assert seen("import torch", forbidden=frozenset()) == []
    assert seen("import numpy, torch", forbidden={"numpy"}) == [("import", 1, "numpy")]
    special = {"forbidden": frozenset({"scipy.special"})}
    assert seen("import scipy.signal", **special) == []
    for source in (
        "from scipy import special",
        "import scipy.special as s",
        "from scipy.special import expit",
        "import scipy as sp; sp.special.expit(x)",
    ):
        assert seen(source, **special) == [("import", 1, "scipy.special")]


def test_shipped_files_may_be_read_by_exactly_their_name():
    shipped = {"shipped": {"data.npz", "data/images.csv"}}
    honest = (
        "import numpy as np\nfrom pathlib import Path\n"
        "np.load('data.npz')\nnp.load(file='data.npz')\nopen('./data.npz', 'rb')\nPath('data.npz').read_bytes()\n"
        "np.loadtxt(Path('data') / 'images.csv')\n(Path('data') / 'images.csv').open()\nnp.loadtxt('data/images.csv')"
    )
    assert seen(honest, **shipped) == []
    assert len(seen(honest)) == 7
    for other in ("'../data.npz'", "'/data.npz'", "name", "'data.npz' + x", "'images.csv'"):
        assert seen(f"open({other})", **shipped) == [("reads_files", 1, "open")]


def test_what_honest_notebooks_do_is_minor():
    source = "!ls\nopen('notes.txt')\neval(x)\nopen('/etc/passwd')\nopen('../x')\nimport torch\n__import__('torch')"
    assert [found.minor for found in findings([(0, source)])] == [True, True, True, False, False, False, False]


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "source",
    {
        "ten megabytes": "import torch\n" + "x = 1\n" * 1_700_000,
        "one long line": "import torch\nx = '" + "a" * 10_000_000 + "'",
        "minus": "import torch\nx = " + "-" * 40_000 + "1",
        "attributes": "import torch\na" + ".b" * 20_000,
        "calls": "import torch\na" + "()" * 20_000,
        "sum": "import torch\n1" + "+1" * 20_000,
        "blocks": "import torch\n" + "".join(" " * n + "if a:\n" for n in range(200)),
    }.values(),
    ids=lambda source: source[13:30],
)
def test_too_much_for_the_parser(source):
    found = seen(source)
    assert ("import", 1, "torch") in found
    if not source.endswith("if a:\n"):
        assert ("not_looked", 1, "") in found


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("line", ["open(x);", "a.b.c.d.e.f.g;", "\n!a", "import a\n", " ", "a,", "a\n%pip "])
def test_no_text_takes_long(line):
    """Dense code, a third of what is looked at, through the parser and, broken at its end, through the other ways."""
    source = line * (MAX_CELL // len(line) // 3)
    for text in (source, source + "\n(", "%a\n" + source):
        findings([(0, text)])


@pytest.mark.usefixtures("soon")
def test_a_notebook_of_any_size_comes_to_an_end():
    found = findings((index, "x = 1") for index in range(10**9))
    assert [item.kind for item in found] == ["not_looked"]
    assert 1000 < found[0].cell < MAX_NOTEBOOK


def test_broken_text_is_survived():
    for source in ("\0import torch", "\ud800", "'''", "(" * 5000, "\x0c\x1c\u2028import x", "9" * 5000, "\t x\n  y"):
        assert seen(source) == []


def test_warnings_of_the_parser_are_nobodys_business(recwarn):
    assert not parse_cell("'\\sigma' is 1").commands
    assert not recwarn.list


PIECES = [
    *(line for table in (IMPORTS, HIDDEN, READS, PROCESSES) for line in table),
    *("(", ")", "[", '"""', "'", "\\", "\n", " ", "\t", "%", "%%", "!", "?", "\0", "\ud800", "é", ":", "=", "def f():"),
]


@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(PIECES)), max_size=12), st.integers(0, 300))
def test_no_text_raises(pieces, cut):
    text = "".join(pieces)
    for found in findings([(0, text), (1, text[cut:] + text[:cut]), (2, "%%time\n" + text[::-1])]):
        assert found.line >= 1
        assert found.source.isprintable()
        assert found.what.isprintable()
        render_findings([found]).encode()


AGAIN = {
    "def relu(z):\n    return z": 1,
    "async def relu(z):\n    return z": 1,
    "class relu:\n    pass": 1,
    "x = 1\nrelu = None": 2,
    "relu: object = None": 1,
    "a, (b, *relu) = 1, (2, 3)": 1,
    "relu += 1": 1,
    "if x:\n    pass\nelse:\n    def relu(z):\n        return z": 4,
    "try:\n    from theirs import relu\nexcept ImportError:\n    pass": 2,
    "import theirs as relu": 1,
    "import relu.inner": 1,
    "for relu in (1, 2):\n    pass": 1,
    "with x as relu:\n    pass": 1,
    "if (relu := 2):\n    pass": 1,
    "%%time\nrelu = 1": 2,
    "relu = 1\nrelu = 2": 1,
}
NOT_AGAIN = (
    "relu(np.ones(3))",
    "y = relu",
    "def f(relu):\n    relu = 1",
    "class A:\n    relu = 1",
    "[relu for relu in x]",
    "f = lambda relu: relu",
    "model.relu = 1",
    "x['relu'] = 1",
    "f(relu=1)",
    "relu2 = 1",
    "# relu = 1",
    "'relu = 1'",
    "%%html\nrelu = 1",
    "relu = (",
)
CHECKED = "def relu(z):\n    return 0"


@pytest.mark.parametrize("source", AGAIN)
def test_a_name_defined_again_below_its_check(source):
    cells = [CHECKED, "check('relu')", source]
    assert seen(*cells, checks={"relu": 1}) == [("redefined", AGAIN[source], "relu")]
    # Above the check it is the one that is checked, in the check's own cell too.
    assert seen(*cells, checks={"relu": 2}) == []
    assert seen(*cells, checks={"tanh": 1}) == []
    assert seen(*cells) == []


@pytest.mark.parametrize("source", NOT_AGAIN)
def test_other_meanings_of_a_name_are_no_redefinition(source):
    assert [kind for kind, *_ in seen(CHECKED, "check('relu')", source, checks={"relu": 1})] == []


def test_a_first_definition_below_the_check_is_no_second_one():
    """Cells out of order: the check itself says that the name is not defined."""
    assert seen("check('relu')", CHECKED, checks={"relu": 0}) == []


def test_every_name_is_told_once_and_changes_nothing_else():
    cells = [f"{CHECKED}\nw = 1", "check('relu')\ncheck('w')", "relu = w = 2\nrelu = 3", "w = 4"]
    found = findings(list(enumerate(cells)), checks={"relu": 1, "w": 1})
    assert [(item.cell, item.line, item.what) for item in found] == [(2, 1, "relu"), (2, 1, "w"), (3, 1, "w")]
    assert all(item.minor for item in found)
    assert render_findings(found).splitlines()[1] == (
        "  cell 3, line 1: `relu = w = 2`: relu is defined again below its check, which saw the one before; "
        "move this up, or use another name"
    )
    with speaking("ko"):
        assert "셀 3, 1번째 줄: `relu = w = 2`: 검사 뒤에 다시 정의한 이름: relu." in render_findings(found)


@given(st.sampled_from([path for path in HONEST if path.suffix == ".py"]), st.data())
def test_no_mutated_cell_raises(path, data):
    _, source = data.draw(st.sampled_from(read_notebook(path).code))
    start, length = data.draw(st.integers(0, len(source))), data.draw(st.integers(0, 5))
    source = source[:start] + data.draw(st.sampled_from(PIECES)) + source[start + length :]
    findings([(0, source)])


# What is said.


def make(kind="import", line=2, source="import torch", minor=False):
    return Finding(kind, 4, line, "torch", source, minor)


def test_nothing_seen_says_nothing():
    assert render_findings([]) == render_findings_html([]) == ""


def test_a_message_says_where_what_and_what_to_do():
    title, line = render_findings([make()]).splitlines()
    assert title == "seen in the code (this changes no mark):"
    assert line == (
        "  cell 5, line 2: `import torch`: this exercise is meant to be written with NumPy; "
        "when graded, torch may not be there"
    )
    assert "  line 2: `import torch`" in render_findings([make()], cells=False)


@pytest.mark.parametrize("kind", ["import", "hidden_import", "reads_files", "process", "redefined", "not_looked"])
def test_every_kind_is_one_line(kind):
    assert f"finding_{kind}" in TEXTS
    for cells in (True, False):
        _, line = render_findings([make(kind, source="{x} `y` %s")], cells=cells).splitlines()
        assert "line 2: " in line


def test_of_many_the_first_and_gravest_are_said():
    many = [make(line=n, minor=n < 5) for n in range(1, 15)]
    lines = render_findings(many).splitlines()
    assert len(lines) == 1 + MAX_FINDINGS + 1
    assert [line.split(":")[0].split()[-1] for line in lines[1:-1]] == [str(n) for n in range(5, 13)]
    assert lines[-1] == "  and 6 more"
    assert render_findings_html(many).count("<li>") == MAX_FINDINGS + 1


def test_html_is_escaped():
    source = "import torch  # <img src=x onerror='alert(1)'> & </ul>"
    block = render_findings_html(findings([(0, source)]))
    assert "<img" not in block
    assert "&lt;img src=x onerror=&#x27;alert(1)&#x27;&gt; &amp; &lt;/ul&gt;" in block
    assert block.count("</ul>") == 1
    assert render_findings_html(findings([(0, "open('<script>')")])).count("<script") == 0


def test_a_terminal_obeys_nothing_in_a_line():
    assert render_findings(findings([(0, "import torch  # \x1b[2J\u202e\x07")])).replace("\n", "").isprintable()


# What an assignment forbids.


def test_an_assignment_forbids_the_usual_unless_it_says_otherwise():
    assert Assignment("01", "a", "a").forbids == FORBIDDEN
    assert {"torch", "tensorflow", "keras", "jax", "autograd"} <= FORBIDDEN
    other = Assignment("01", "a", "a", forbids={"scipy.special"})
    assert other.forbids == frozenset({"scipy.special"})
    assert hash(other)
    with pytest.raises(DeclarationError, match=r"01: forbids='torch' is one text; write {'torch'}"):
        Assignment("01", "a", "a", forbids="torch")


def write_cases(folder, **more):
    node = {"format": FORMAT, "exercises": [key_to_json(double_key())], **more}
    (folder / FILE).write_text(json.dumps(node))


def test_the_students_side_knows_what_is_forbidden(tmp_path):
    assert cases_of("double", [tmp_path]).forbids == FORBIDDEN
    write_cases(tmp_path)
    assert cases_of("double", [tmp_path]).forbids == FORBIDDEN
    write_cases(tmp_path, forbids=["a", "b.c"])
    assert cases_of("double", [tmp_path]).forbids == {"a", "b.c"}
    assert cases_of("relu", [tmp_path]).forbids == FORBIDDEN
    (tmp_path / FILE).write_text("{ broken")
    assert cases_of("double", [tmp_path]).forbids == FORBIDDEN

"""Cells run as in Jupyter: outputs, magics, plots; and whatever a cell does, there are outputs."""

import base64
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("IPython")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="notebooks are run by forking"),
    # One warm process serves the whole file.
    pytest.mark.xdist_group("shell"),
]
plots = pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="draws with Matplotlib")
proc = pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="reads /proc")

SERVER = """
import gc, io, json, os, signal, sys, time
import builtins
import numpy
from grader.sandbox.shell import Shell, TimeIsUp
shell = Shell()
gc.collect()
gc.freeze()

class Clock:
    def __init__(self, seconds): self.seconds = seconds
    def __enter__(self): signal.setitimer(signal.ITIMER_REAL, self.seconds, 0.1)
    def __exit__(self, *_): signal.setitimer(signal.ITIMER_REAL, 0)

def ring(*_): raise TimeIsUp

def serve(job):
    os.chdir(job["folder"])
    sys.stdin = io.StringIO()
    signal.signal(signal.SIGALRM, ring)
    shell.start(job["limit"])
    assert shell.namespace is sys.modules["__main__"].__dict__
    seconds = job["seconds"]
    original = dict(vars(builtins))
    outputs = [shell.run(index, source, Clock(seconds), seconds) for index, source in enumerate(job["cells"])]
    # So that they can be sent, whatever the cells did.
    vars(builtins).update(original)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    return outputs

out = os.fdopen(os.dup(1), "w")
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        print(json.dumps(serve(json.loads(line))), file=out, flush=True)
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        print(json.dumps("died"), file=out, flush=True)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home):
    environment = {**os.environ, "HOME": str(home), "OPENBLAS_NUM_THREADS": "1"}
    fonts = Path.home() / ".cache" / "matplotlib"
    if fonts.exists():
        # Else Matplotlib looks through all fonts, which takes seconds.
        environment["MPLCONFIGDIR"] = str(fonts)
    for name in ("MPLBACKEND", "XDG_CONFIG_HOME", "IPYTHONDIR"):
        environment.pop(name, None)
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=home
    ) as process:
        yield process
        process.stdin.close()


def ask(server, folder, cells, limit=2**16, seconds=20):
    """Run cells in a fork of the warm process and return the outputs of each."""
    job = {"cells": cells, "limit": limit, "seconds": seconds, "folder": str(folder)}
    server.stdin.write(json.dumps(job) + "\n")
    server.stdin.flush()
    outputs = json.loads(server.stdout.readline())
    assert outputs != "died"
    return outputs


@pytest.fixture
def run(server, tmp_path):
    return lambda *cells, **more: ask(server, tmp_path, cells, **more)


def brief(outputs):
    """The outputs of a cell, briefly."""
    return [
        (item.get("name", item.get("ename", item["output_type"])), item.get("text", item.get("evalue", plain(item))))
        for item in outputs
    ]


def plain(item):
    return item.get("data", {}).get("text/plain")


def values(outputs):
    return [plain(item) for cell in outputs for item in cell if item["output_type"] == "execute_result"]


def texts(outputs, name="stdout"):
    return "".join(item["text"] for item in outputs if item.get("name") == name)


# ------------------------------------------------------------------------------------------ warmth


@proc
def test_the_warm_process_has_one_thread_and_no_loop(run):
    (cell,) = run(
        "import os, sys, threading\nfrom IPython.core import async_helpers\n"
        "(os.listdir(f'/proc/{os.getppid()}/task') == [str(os.getppid())], threading.active_count(),"
        " async_helpers._asyncio_event_loop, 'sqlite3' in sys.modules)"
    )
    assert values([cell]) == ["(True, 1, None, False)"]


def test_nothing_is_kept_on_disk(run, home):
    run("x = 1", "%config InlineBackend", "%cd .", "1 / 0")
    assert not {".ipython", ".jupyter", ".local"} & set(os.listdir(home))
    assert not [name for name in os.listdir(home) if "sqlite" in name or "profile" in name]


def test_what_is_needed_is_imported_before_the_fork(run):
    names = ["asyncio", "IPython.core.magics.execution", "IPython.core.magics.config"]
    (cell,) = run(f"import sys\n[name for name in {names} if name not in sys.modules]")
    assert values([cell]) == ["[]"]


def test_nothing_of_the_warm_up_remains(run):
    outputs = run(
        "names = sorted(name for name in globals() if name != '_i')\nprint(names)",
        "print(In[:1], len(In), Out, repr(_), get_ipython().execution_count, __name__, '__file__' in globals())",
        "import sys, linecache\nhasattr(sys, 'last_value'), [n for n in linecache.cache if n.startswith('<cell 5')]",
    )
    assert (
        texts(outputs[0])
        == "['In', 'Out', '_', '__', '___', '__builtin__', '__builtins__', '__name__', '_dh', '_i1', '_ih', '_ii', "
        "'_iii', '_oh', 'exit', 'get_ipython', 'open', 'quit']\n"
    )
    assert texts(outputs[1]) == "[''] 3 {} '' 3 __main__ False\n"
    assert values(outputs) == ["(False, [])"]


@proc
def test_a_child_copies_little_memory(run):
    used = (
        "import re\ndef used():\n"
        "    return int(re.search(r'Private_Dirty: *(\\d+)', open('/proc/self/smaps_rollup').read())[1])"
    )
    outputs = run(used, "first = used()", "x = [1, 2]\nx", "print(x)", "def f():\n    return x\nf()", "used()")
    assert int(values(outputs)[-1]) < 10 * 1024


# ------------------------------------------------------------------------------------------ outputs


# Source and what it puts out.
AS_IN_JUPYTER = [
    ("print('a'); print('b')", [("stdout", "a\nb\n")]),
    (
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
        [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "c\n")],
    ),
    ("1 + 1", [("execute_result", "2")]),
    ("x = 5\nx", [("execute_result", "5")]),
    ("x = 5", []),
    ("5;", []),
    ("5; # shown?", []),
    ("'a;'", [("execute_result", "'a;'")]),
    ("None", []),
    ("", []),
    ("  ", []),
    ("# nothing", []),
    ("print('a')\n3", [("stdout", "a\n"), ("execute_result", "3")]),
    ("display(1, 'a')", [("display_data", "1"), ("display_data", "'a'")]),
    ("print('é 한글')", [("stdout", "é 한글\n")]),
    ("raise ValueError('bad')", [("ValueError", "bad")]),
    ("print('a')\n1 / 0", [("stdout", "a\n"), ("ZeroDivisionError", "division by zero")]),
    ("raise SystemExit(3)", [("SystemExit", "3")]),
    ("import sys\nsys.exit()", [("SystemExit", "")]),
    ("raise KeyboardInterrupt", [("KeyboardInterrupt", "")]),
    ("class B(BaseException): pass\nraise B(1)", [("B", "1")]),
    ("raise ExceptionGroup('g', [ValueError(1)])", [("ExceptionGroup", "g (1 sub-exception)")]),
    ("class A:\n    def __repr__(self): raise ValueError('no')\nA()", [("ValueError", "no")]),
    ("class A:\n    def __repr__(self): raise SystemExit(1)\nA()", [("SystemExit", "1")]),
    ("class E(Exception):\n    def __str__(self): raise ValueError('no')\nraise E", [("E", "")]),
    ("class E(Exception):\n    def __str__(self): raise SystemExit\nraise E", [("E", "")]),
    ("def f(n): return f(n + 1)\nf(0)", [("RecursionError", "maximum recursion depth exceeded")]),
    ("quit()", []),
    ("exit", []),
    ("async def f():\n    return 7\nawait f()", [("execute_result", "7")]),
    ("import asyncio\nasyncio.run(asyncio.sleep(0, 8))", [("execute_result", "8")]),
    ("import asyncio\nawait asyncio.sleep(0)\nawait asyncio.sleep(0, 9)", [("execute_result", "9")]),
]


@pytest.fixture(scope="module")
def one_notebook(server, tmp_path_factory):
    """All of them are cells of one notebook: none ends it."""
    return ask(server, tmp_path_factory.mktemp("notebook"), [source for source, _ in AS_IN_JUPYTER])


@pytest.mark.parametrize("number", range(len(AS_IN_JUPYTER)), ids=[source for source, _ in AS_IN_JUPYTER])
def test_outputs_are_those_of_jupyter(one_notebook, number):
    assert brief(one_notebook[number]) == AS_IN_JUPYTER[number][1]


def test_outputs_have_nbformats_shape(run):
    outputs = run("1", "display(1)", "print(1)", "1 / 0")
    assert outputs[0] == [
        {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}, "execution_count": None}
    ]
    assert outputs[1] == [{"output_type": "display_data", "data": {"text/plain": "1"}, "metadata": {}}]
    assert outputs[2] == [{"output_type": "stream", "name": "stdout", "text": "1\n"}]
    assert set(outputs[3][0]) == {"output_type", "ename", "evalue", "traceback"}


def test_a_value_has_many_forms(run):
    outputs = run(
        "class T:\n"
        "    def __repr__(self): return 't'\n"
        "    def _repr_html_(self): return '<b>t</b>'\n"
        "    def _repr_markdown_(self): return '*t*'\n"
        "    def _repr_latex_(self): return '$t$'\n"
        "    def _repr_png_(self): return b'\\x89png'\n"
        "    def _repr_jpeg_(self): return b'jpeg'\n"
        "    def _repr_svg_(self): return '<svg/>'\n"
        "    def _repr_json_(self): return {'a': 1}\n"
        "    def _repr_javascript_(self): return 'alert()'\n"
        "T()",
        "from IPython.display import HTML, Markdown, Image\nImage(b'\\x89PNG', format='png', width=5)",
        "class B:\n    def _repr_mimebundle_(self, **kwargs): return {'text/plain': 'b', 'application/x': {}}\nB()",
    )
    assert outputs[0][0]["data"] == {
        "text/plain": "t",
        "text/html": "<b>t</b>",
        "text/markdown": "*t*",
        "text/latex": "$t$",
        "image/png": base64.b64encode(b"\x89png").decode(),
        "image/jpeg": base64.b64encode(b"jpeg").decode(),
        "image/svg+xml": "<svg/>",
    }
    assert outputs[1][0]["data"]["image/png"].strip() == base64.b64encode(b"\x89PNG").decode()
    assert outputs[1][0]["metadata"] == {"image/png": {"width": 5}}
    assert outputs[2][0]["data"] == {"text/plain": "b"}


def test_a_broken_form_does_not_lose_the_text(run):
    (cell,) = run("class T:\n    def _repr_html_(self): return 1 / 0\n    def __repr__(self): return 't'\nT()")
    # As in Jupyter: first what went wrong, then the text.
    assert brief(cell) == [("ZeroDivisionError", "division by zero"), ("execute_result", "t")]


def test_forms_may_be_registered(run):
    outputs = run(
        "formatters = get_ipython().display_formatter.formatters\n"
        "formatters['text/latex'].for_type(int, lambda n: f'${n}$')\n5",
        "True, 5.0",
        "%precision 1\n2.25",
    )
    assert outputs[0][0]["data"] == {"text/plain": "5", "text/latex": "$5$"}
    assert values(outputs) == ["5", "(True, 5.0)", "2.2"]


def test_displays(run):
    outputs = run(
        "from IPython.display import HTML, Markdown, Latex, clear_output, update_display\ndisplay(HTML('<b>'))",
        "h = display('a', display_id='x')\nh.update('b')\nupdate_display('c', display_id='x')",
        "print('gone')\ndisplay(1)\nclear_output()\nprint('kept')",
        "display({'text/plain': 'raw', 'text/html': '<i>'}, raw=True)",
        "display()",
    )
    assert outputs[0][0]["data"]["text/html"] == "<b>"
    assert [item["output_type"] for item in outputs[1]] == ["display_data"] * 3
    assert [plain(item) for item in outputs[1]] == ["'a'", "'b'", "'c'"]
    assert brief(outputs[2]) == [("stdout", "kept\n")]
    assert outputs[3][0]["data"] == {"text/plain": "raw", "text/html": "<i>"}


def test_clear_output_gives_the_room_back(run):
    (cell,) = run(
        "from IPython.display import clear_output\n"
        "for i in range(50):\n    clear_output(wait=True)\n    print('x' * 90, i)",
        limit=200,
    )
    assert texts(cell) == "x" * 90 + " 49\n"


def test_in_out_and_underscores(run):
    outputs = run("1 + 1", "_ + 1", "(_, __, _1, Out[2], In[1], _i)", "_ = 5", "7", "_, Out[5]", "del In, Out", "3")
    assert values(outputs) == ["2", "3", "(3, 2, 2, 3, '1 + 1', '_ + 1')", "7", "(5, 7)", "3"]


def test_long_outputs_are_cut(run):
    outputs = run(
        "print('x' * 10_000)\nprint('y' * 10_000)\ndisplay(3)",
        "'z' * 10_000",
        "for i in range(10_000): print(i % 10, end='')",
        "import sys\nfor i in range(10_000): print(i, file=[sys.stdout, sys.stderr][i % 2])",
        "print('x' * 999)",
        "print('next')",
        limit=1000,
    )
    (stream,) = outputs[0]
    assert stream["text"] == "x" * 1000 + "\n... output truncated ...\n"
    assert len(outputs[1][0]["data"]["text/plain"]) < 1100
    assert outputs[1][0]["data"]["text/plain"].endswith("... output truncated ...\n")
    assert len(texts(outputs[2])) < 1100
    assert json.dumps(outputs[3]).count("truncated") == 1
    assert len(texts(outputs[3]) + texts(outputs[3], "stderr")) < 1100
    assert texts(outputs[4]) == "x" * 999 + "\n"
    assert texts(outputs[5]) == "next\n"


def test_outputs_are_few(run):
    outputs = run(
        "import sys\nfor i in range(1500): print('', file=[sys.stdout, sys.stderr][i % 2])",
        "for i in range(1500): display(1)",
        "for i in range(1500):\n    try: 1 / 0\n    except Exception: get_ipython().showtraceback()\n"
        "raise ValueError('last')",
    )
    assert all(len(cell) <= 1002 for cell in outputs)
    assert outputs[2][-1]["ename"] == "ValueError"


def test_half_a_table_is_not_shown(run):
    (cell,) = run("from IPython.display import HTML\nHTML('<b>' * 1000)", limit=1000)
    assert set(cell[0]["data"]) == {"text/plain"}


def test_a_long_string_is_not_copied(run):
    outputs = run(
        "import resource, sys\ndef peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "text = 'x' * 200_000_000\nbefore = peak()",
        "sys.stdout.write(text)\nprint(text)\nsys.stderr.write(text)\nafter = peak()",
        "after - before < 50_000 * (1024 if sys.platform == 'darwin' else 1)",
        # Nor does IPython keep it.
        "len(get_ipython().history_manager.outputs) if hasattr(get_ipython().history_manager, 'outputs') else 0",
    )
    assert values(outputs) == ["True", "0"]


def test_pictures_have_a_limit_of_their_own(run):
    outputs = run(
        "from IPython.display import Image\nPNG = b'\\x89PNG\\r\\n\\x1a\\n'\nImage(PNG + bytes(500_000), format='png')",
        "Image(PNG + bytes(900_000), format='png')",
        "for _ in range(3): display(Image(PNG + bytes(300_000), format='png'))",
    )
    assert len(outputs[0][0]["data"]["image/png"]) > 600_000
    assert "image/png" not in outputs[1][0]["data"]
    assert "too large" in plain(outputs[1][0])
    assert ["image/png" in item["data"] for item in outputs[2]] == [True, True, False]


def test_subclasses_of_str_do_no_harm(run):
    outputs = run(
        "class S(str):\n    def __getitem__(self, i): raise SystemExit\n    def __len__(self): return 5\n"
        "class T:\n    def __repr__(self): return S('t')\n    def _repr_html_(self): return S('h')\n"
        "class E(Exception):\n    def __str__(self): return S('e')\n"
        "import sys\nsys.stdout.write(S('text'));",
        "T()",
        "raise E",
    )
    assert texts(outputs[0]) == "text"
    assert outputs[1][-1]["data"] == {"text/plain": "t", "text/html": "h"}
    assert brief(outputs[2]) == [("E", "e")]


def test_streams_are_files(run):
    outputs = run(
        "import sys, io\nfor s in (sys.stdout, sys.stderr):\n"
        "    assert s.encoding == 'utf-8' and not s.isatty() and s.writable()\n"
        "    s.flush()\n    s.writelines(['a', 'b'])\n"
        "    try: s.fileno()\n    except io.UnsupportedOperation: print('no fileno')\n"
        "    try: s.write(5)\n    except TypeError as e: print(e)\n"
        "sys.stdout.close()",
        "import logging\nlogging.getLogger().addHandler(logging.StreamHandler())",
        "logging.warning('now')\nprint('open')",
    )
    assert not [item for item in outputs[0] if item["output_type"] == "error"]
    assert texts(outputs[0]).count("no fileno") == 2
    assert texts(outputs[0]).count("write() argument must be str, not int") == 2
    assert texts(outputs[2], "stderr") == "now\n"
    assert texts(outputs[2]) == "open\n"


def test_threads_print_to_their_own_cell_or_nowhere(run):
    outputs = run(
        "import threading, time\nstop = threading.Event()\n"
        "def talk():\n    while not stop.is_set(): print('thread', flush=True); time.sleep(0.001)\n"
        "t = threading.Thread(target=talk, daemon=True); t.start(); time.sleep(0.03)",
        "time.sleep(0.02)\nprint('mine')",
        "u = threading.Thread(target=print, args=('young',)); u.start(); u.join()\nstop.set(); t.join()",
    )
    assert "thread\n" in texts(outputs[0])
    assert texts(outputs[1]) == "mine\n"
    assert texts(outputs[2]) == "young\n"


def test_warnings_appear(run):
    outputs = run("import warnings\nwarnings.warn('careful')", "warnings.warn('careful')")
    for number, cell in enumerate(outputs):
        assert f"<cell {number}>:" in texts(cell, "stderr")
        assert "UserWarning: careful" in texts(cell, "stderr")


# ------------------------------------------------------------------------------------------ errors


def test_a_traceback_begins_with_the_students_line(run):
    outputs = run("def f():\n    return 1 / 0\n\nf()", "f()", "input()", "%time f()", "await f()")
    lines = outputs[0][0]["traceback"]
    assert lines[:3] == ["Traceback (most recent call last):", '  File "<cell 0>", line 4, in <module>', "    f()"]
    for cell in outputs:
        joined = "\n".join(cell[-1]["traceback"])
        assert "shell.py" not in joined
        assert "interactiveshell" not in joined
        assert "\x1b[" not in joined
    assert 'File "<cell 1>", line 1' in "\n".join(outputs[1][0]["traceback"])
    assert "    return 1 / 0" in outputs[1][0]["traceback"]


def test_chained_errors_are_quoted(run):
    (cell,) = run("try:\n    1 / 0\nexcept Exception as e:\n    raise ValueError('x') from e")
    joined = "\n".join(cell[0]["traceback"])
    assert "direct cause" in joined
    assert "ZeroDivisionError" in joined


def test_errors_are_short(run):
    outputs = run(
        "class " + "N" * 500 + "(Exception): pass\nraise " + "N" * 500 + "('m' * 10_000)",
        "def f(n): return g(n)\ndef g(n): return f(n)\nf(0)",
        "raise ValueError('\\n' * 1000 + 'x' * 5000)",
    )
    for cell in outputs:
        (error,) = cell
        assert len(error["ename"]) <= 100
        assert len(error["evalue"]) <= 2000
        assert len(error["traceback"]) <= 50
        assert max(map(len, error["traceback"])) <= 1000
    assert '"<cell 1>", line 3' in outputs[1][0]["traceback"][1]
    assert outputs[1][0]["traceback"][-1].startswith("RecursionError")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("def f(:\n    pass", "SyntaxError"),
        ("x = (", "SyntaxError"),
        ("if True:\npass", "IndentationError"),
        ("return 5", "SyntaxError"),
        ("x = '\0'", "ValueError"),
        ("x = '\\ud800'\nprint(x.encode())", "UnicodeEncodeError"),
        ("from google.colab import drive", "ModuleNotFoundError"),
        ("from IPython.core.display import nothing_of_the_kind", "ImportError"),
        ("import nothing_of_the_kind", "ModuleNotFoundError"),
    ],
)
def test_an_error_affects_its_cell_only(run, source, name):
    outputs = run("x = 1", source, "x")
    assert outputs[1][-1]["output_type"] == "error"
    assert outputs[1][-1]["ename"] in (name, "SyntaxError")
    assert values(outputs[2:])


def test_syntax_errors_quote_the_line(run):
    (cell,) = run("x = 1\ny = = 2")
    assert "    y = = 2" in cell[0]["traceback"]
    assert '  File "<cell 0>", line 2' in cell[0]["traceback"]


# ------------------------------------------------------------------------------------------ where code comes from


def test_code_is_named_after_its_cell(run):
    outputs = run(
        "def a(): pass\na.__code__.co_filename",
        "\n\ndef b(): 1 / 0\nb.__code__.co_filename, b.__code__.co_firstlineno",
        "%%time\ndef c():\n    return 3",
        "%%capture\ndef d():\n    return 4",
        "%time e = lambda: 5",
        "%matplotlib inline\n\ndef f():\n    return 6",
        "import inspect\n"
        "[(g.__code__.co_filename, g.__code__.co_firstlineno, inspect.getsource(g)) for g in (a, c, d, f)]",
        "e.__code__.co_filename",
        "get_ipython().run_cell('def h(): pass')\nh.__code__.co_filename, a.__code__.co_filename",
        "inspect.getsource(b), inspect.getsource(h)",
    )
    assert values(outputs)[:2] == ["'<cell 0>'", "('<cell 1>', 3)"]
    assert (
        values(outputs)[2].split()
        == (
            "[('<cell 0>', 1, 'def a(): pass\\n'), ('<cell 2>', 2, 'def c():\\n return 3\\n'), "
            "('<cell 3>', 2, 'def d():\\n return 4\\n'), ('<cell 5>', 3, 'def f():\\n return 6\\n')]"
        )
        .replace("\\n return", "\\n    return")
        .split()
    )
    assert values(outputs)[3:] == [
        "'<cell 4, magic command>'",
        "('<cell 8, part 2>', '<cell 0>')",
        "('def b(): 1 / 0\\n', 'def h(): pass\\n')",
    ]


def test_line_numbers_stay_right_with_magics(run):
    outputs = run("%matplotlib inline\n\n1 / 0", "\n%%time\n\n1 / 0", "%%capture\n\n1 / 0")
    assert '  File "<cell 0>", line 3, in <module>' in outputs[0][-1]["traceback"]
    assert "line 4" in "\n".join(outputs[1][-1]["traceback"])
    assert '"<cell 1>"' in "\n".join(outputs[1][-1]["traceback"])
    assert "line 3" in "\n".join(outputs[2][-1]["traceback"])


# ------------------------------------------------------------------------------------------ magics


def test_magics_work(run):
    outputs = run(
        "%time x = 5",
        "%%time\ny = 6\ny",
        "%timeit -n 1 -r 1 x",
        "%%timeit -n 1 -r 1\nx + y",
        "%%capture found\nprint('hidden')\ndisplay(7)",
        "found.stdout, len(found.outputs)",
        "%load_ext autoreload\n%autoreload 2\n%config InlineBackend.figure_format = 'retina'\n'on'",
        "%who",
        "where = %pwd\nimport os\nwhere == os.getcwd()",
        "x, y",
        "n = 3\nfor i in range(2):\n    %time n += 1",
        "n",
        "%%writefile made.txt\n\nline {x}",
        "open('made.txt').read()",
        "%cd .\n%precision 2\n3.14159",
    )
    assert not [item for cell in outputs for item in cell if item["output_type"] == "error"]
    assert "Wall time" in texts(outputs[0])
    assert "Wall time" in texts(outputs[1])
    assert "loop" in texts(outputs[2])
    assert "loop" in texts(outputs[3])
    assert outputs[4] == []
    assert values(outputs) == [
        "6",
        "('hidden\\n', 1)",
        "'on'",
        "True",
        "(5, 6)",
        "5",
        "'\\nline {x}\\n'",
        "3.14",
    ]
    assert "x" in texts(outputs[7])


@pytest.mark.parametrize("source", ["print?", "?print", "len??", "x = 5\nx?", "%time?", "%lsmagic", "nothing_here?"])
def test_help_is_shown_or_harmless(run, source):
    outputs = run(source, "1")
    assert outputs[0]
    assert not [item for item in outputs[0] if item["output_type"] == "error"]
    assert values(outputs[1:]) == ["1"]
    if source in ("print?", "?print", "len??"):
        assert [item["output_type"] for item in outputs[0]] == ["display_data"]


PROGRAMS = [
    "!touch made",
    "if True:\n    !touch made",
    "!!touch made",
    "%%bash\ntouch made",
    "%%sh\ntouch made",
    "%%script sh\ntouch made",
    "%%python\nopen('made', 'w')",
    "%%!\ntouch made",
    "%system touch made",
    "%sx touch made",
    "%pip install made",
    "pip install made",
    "%conda install made",
    "%uv pip install made",
    "%ls",
    "%mkdir made",
    "%edit made",
    "get_ipython().system('touch made')",
    "get_ipython().system_raw('touch made')",
    "get_ipython().getoutput('touch made');",
]


def test_no_program_is_started(run, tmp_path):
    # Nothing may stand before a cell magic, or beside a magic without its %.
    alone = [source.startswith(("%%", "pip")) for source in PROGRAMS]
    cells = [
        source if single else f"x = 1\n{source}\nprint('after')" for source, single in zip(PROGRAMS, alone, strict=True)
    ]
    for source, single, cell in zip(PROGRAMS, alone, run(*cells), strict=True):
        refused = texts(cell, "stderr")
        assert refused.startswith("not run while a notebook is checked: "), source
        assert refused.count("\n") == 1, source
        assert brief(cell) == [("stderr", refused)] + [("stdout", "after\n")] * (not single), source
    assert not list(tmp_path.iterdir())


def test_ipythons_own_syntax_is_understood(run):
    outputs = run(
        ">>> x = 1\n>>> x",
        "In [1]: y = 2\n   ...: y",
        "    z = 3\n    z",
        "%macro -q m 3\nn = 0",
        "pwd",
        "a = '\\n'; b = 7 % 4; b",
        "f'{b}!', \"100%\"",
        "exit = 5\nexit",
        "exit",
    )
    assert not [item for cell in outputs for item in cell if item["output_type"] == "error"]
    assert values(outputs)[:3] == ["1", "2", "3"]
    assert values(outputs)[4:] == ["3", "('3!', '100%')", "5", "5"]


def test_cells_may_add_to_ipythons_syntax(run):
    outputs = run(
        "def twice(lines): return [line.replace('TWO', '2') for line in lines]\n"
        "get_ipython().input_transformers_cleanup.append(twice)",
        "TWO + TWO",
    )
    assert values(outputs) == ["4"]


def test_what_a_refused_command_gives_is_an_empty_list(run):
    outputs = run("x = !ls\nx", "len(x), x.n")
    assert values(outputs) == ["[]", "(0, '')"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("%nothing_here 5", "UsageError: Line magic function `%nothing_here` not found.\n"),
        ("x = %sql select", "UsageError: Line magic function `%sql` not found.\n"),
        ("%%nothing_here\nx", "UsageError: Cell magic `%%nothing_here` not found.\n"),
    ],
)
def test_unknown_magics_say_so_and_the_cell_goes_on(run, source, message):
    cell = run(source if source.startswith("%%") else f"{source}\nprint('after')")[0]
    assert texts(cell, "stderr") == message
    assert not [item for item in cell if item["output_type"] == "error"]
    assert source.startswith("%%") or texts(cell) == "after\n"


@pytest.mark.parametrize(
    "source",
    ["input('Who? ')", "import getpass\ngetpass.getpass()", "from getpass import getpass\ngetpass('x')"],
)
def test_input_is_refused_with_a_reason(run, source):
    ((error,),) = run(source)
    assert error["ename"] == "RuntimeError"
    assert error["evalue"] == (
        "input() waits for a keyboard, and there is none while a notebook is checked; use a variable"
    )


@pytest.mark.parametrize("source", ["breakpoint()", "import pdb\npdb.set_trace()\nx = 1", "%debug", "%pdb on\n1 / 0"])
def test_debuggers_do_not_wait(run, source):
    outputs = run("def f():\n    1 / 0\nf()", source, "'next'", seconds=5)
    assert "TimeLimit" not in str(outputs)
    assert values(outputs[2:]) == ["'next'"]


# ------------------------------------------------------------------------------------------ hostile cells


@pytest.mark.parametrize(
    "source",
    [
        "ip = get_ipython()\nip.showtraceback = ip.run_cell = ip._run_cell = ip.transform_cell = None\n1 / 0",
        "ip = get_ipython()\nip.display_pub = ip.displayhook = ip.events = ip.compile = None\n1 / 0",
        "ip = get_ipython()\nip.display_trap.hook = ip.builtin_trap.auto_builtins = None",
        "import ast\nclass T(ast.NodeTransformer):\n    def visit(self, node): raise SystemExit\n"
        "ip = get_ipython(); ip.ast_transformers.append(T())",
        "import ast\nclass T(ast.NodeTransformer):\n    def visit(self, node): raise ValueError\n"
        "ip = get_ipython(); ip.ast_transformers.append(T())",
        "def bad(lines): raise SystemExit\nget_ipython().input_transformers_cleanup.append(bad)",
        "def bad(lines): raise ValueError\nget_ipython().input_transformers_post.append(bad)",
        "def bad(*_): raise ValueError\nget_ipython().events.register('post_run_cell', bad)",
        "def bad(*_): raise SystemExit\nget_ipython().events.register('post_run_cell', bad)",
        "def bad(*_): raise SystemExit\nget_ipython().events.register('pre_run_cell', bad)",
        "import sys\nsys.stdout = sys.stderr = None\nprint(1)",
        "import sys\nsys.displayhook = None\n5",
        "import builtins\ndel builtins.print",
        "import builtins\ndel builtins.isinstance, builtins.len, builtins.BaseException, builtins.str",
        "import builtins\nbuiltins.len = builtins.isinstance = builtins.getattr = None",
        "del In, Out, _oh, _ih",
        "globals().clear()",
        "import atexit, sys\natexit.register(sys.exit)\natexit._run_exitfuncs()",
        "import sys\nsys.excepthook = None\n1 / 0",
        "class A:\n    def __del__(self): raise SystemExit\nA()\nNone",
        "get_ipython().set_custom_exc((Exception,), None)\n1 / 0",
        "get_ipython().history_manager = None",
        "get_ipython().history_manager.input_hist_parsed.clear()",
        "get_ipython().user_ns.clear()",
        "%reset -f",
        "import sys\ndel sys.modules['__main__']",
        "import sys\nsys.modules.clear()",
        "import linecache\nlinecache.cache = None\n1 / 0",
        "import traceback\ntraceback.TracebackException = None\n1 / 0",
        "class M(type):\n    __name__ = property(lambda self: 1 / 0)\nclass E(Exception, metaclass=M): pass\nraise E",
        "class E(Exception):\n    __cause__ = property(lambda self: 1 / 0)\nraise E",
        "import sys\nsys.setrecursionlimit(60)",
        "import threading\nthreading.enumerate = None",
        "from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell.run_cell = None",
        "from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell.clear_instance()",
        "get_ipython().outputs.items = None\nprint(1)",
        "get_ipython().outputs = None\nprint(1)",
        "import sys\nsys.settrace(lambda *_: 1 / 0)\n5",
    ],
)
def test_whatever_a_cell_does_there_are_outputs(run, source):
    outputs = run(source, "print('next')\n5", "6")
    assert len(outputs) == 3
    assert all(isinstance(cell, list) for cell in outputs)
    for cell in outputs:
        for item in cell:
            assert item["output_type"] in ("stream", "error", "execute_result", "display_data")


@pytest.mark.parametrize(
    "source",
    [
        "ip = get_ipython()\nip.showtraceback = ip.run_cell = ip._run_cell = ip.transform_cell = None",
        "ip = get_ipython()\nip.display_pub = ip.displayhook = ip.events = ip.compile = None",
        "def bad(*_): raise ValueError\nget_ipython().events.register('post_run_cell', bad)",
        "import sys\nsys.stdout = sys.stderr = None\nprint(1)",
        "import sys\nsys.displayhook = None",
        "import builtins\ndel builtins.print, builtins.len, builtins.isinstance",
        "get_ipython().display_trap.hook = None",
        "get_ipython().outputs = None",
        "from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell.run_cell = None",
    ],
)
def test_the_next_cell_works_again(run, source):
    outputs = run(source, "print('next')\nlen([5])")
    assert "next\n" in texts(outputs[1])
    assert "1" in values(outputs[1:])


def test_an_error_that_ipython_was_kept_from_showing_is_shown(run):
    outputs = run("get_ipython().showtraceback = lambda *a, **k: None\n1 / 0")
    assert brief(outputs[0]) == [("ZeroDivisionError", "division by zero")]


# ------------------------------------------------------------------------------------------ time


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "while True:\n    try:\n        while True: pass\n    except Exception: pass",
        "try:\n    while True: pass\nexcept BaseException: pass\nwhile True: pass",
        "try:\n    while True: pass\nexcept BaseException: raise ValueError('mine')",
        "import time\ntime.sleep(10)",
        "import asyncio\nawait asyncio.sleep(10)\nprint('late')",
        "%%time\nwhile True: pass",
        "%%capture\nwhile True: pass",
        "%time exec('while True: pass')",
        "%timeit exec('while True: pass')",
        "class A:\n    def __repr__(self):\n        while True: pass\nA()",
        "class A:\n    def _repr_html_(self):\n        while True: pass\nA()",
        "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
        "get_ipython().run_cell('while True: pass')",
        "def slow(*_):\n    while True: pass\nget_ipython().events.register('post_execute', slow)",
    ],
)
def test_a_cell_has_so_much_time(run, source):
    outputs = run(source, "print('next')\n5", seconds=0.1)
    assert outputs[0][-1] == {
        "output_type": "error",
        "ename": "TimeLimit",
        "evalue": "the cell took longer than 0.1 s",
        "traceback": [],
    }
    assert "next\n" in texts(outputs[1])
    if "post_execute" not in source:
        assert brief(outputs[1]) == [("stdout", "next\n"), ("execute_result", "5")]


def test_a_cell_that_was_given_up_does_not_go_on(run):
    outputs = run(
        "import asyncio\ntry:\n    await asyncio.sleep(0.15)\n    print('late')\nfinally:\n    print('finally')",
        "import time\ntime.sleep(0.08)\nawait asyncio.sleep(0.01)",
        "await asyncio.sleep(0.05)\nprint('ok')",
        seconds=0.1,
    )
    assert [texts(cell) for cell in outputs] == ["", "", "ok\n"]


# ------------------------------------------------------------------------------------------ plots


def pictures(outputs):
    return [item["data"]["image/png"] for item in outputs if "image/png" in item.get("data", {})]


@plots
def test_plots_are_shown_at_the_end_of_a_cell(run):
    outputs = run(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "plt.plot([1, 2])\nplt.show()\nprint('after')",
        "fig, axes = plt.subplots(); axes.plot([1]);",
        "plt.get_fignums()",
        "fig",
        "%matplotlib inline\nplt.plot([1])",
        "%matplotlib widget\nplt.imshow([[1]]);",
        "x = 1",
        "plt.ioff()\nplt.plot([1]);",
    )
    assert [len(pictures(cell)) for cell in outputs] == [1, 1, 1, 0, 1, 1, 1, 0, 0]
    for cell in outputs:
        for picture in pictures(cell):
            assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert [item["output_type"] for item in outputs[0]] == ["display_data"]
    assert [item["output_type"] for item in outputs[1]] == ["display_data", "stream"]
    assert values([outputs[3]]) == ["[]"]


@plots
def test_figures_are_saved_to_files(run, tmp_path):
    outputs = run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('a.png'); plt.close()")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert pictures(outputs[0]) == []


@plots
def test_drawing_is_warm(run):
    (cell,) = run(
        "import sys\nnames = 'matplotlib.pyplot', 'matplotlib_inline.backend_inline', 'PIL.PngImagePlugin'\n"
        "warm = [name in sys.modules for name in names]\nimport matplotlib.pyplot as plt\n"
        "warm, plt.get_fignums(), plt.get_backend()"
    )
    assert values([cell])[0].startswith("([True, True, True], [], ")
    assert "inline" in values([cell])[0]


def test_without_matplotlib_everything_else_works():
    code = (
        "import sys, contextlib\nsys.modules['matplotlib'] = None\n"
        "from grader.sandbox.shell import Shell\nshell = Shell()\nshell.start(1000)\n"
        "out = shell.run(0, 'print(1)\\n2', contextlib.nullcontext(), 1.0)\n"
        "out += shell.run(1, '%matplotlib inline', contextlib.nullcontext(), 1.0)\n"
        "print([item.get('text', item.get('ename', item.get('data'))) for item in out])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['1\\n', {'text/plain': '2'}, 'ModuleNotFoundError']\n"

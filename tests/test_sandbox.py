"""A notebook in a process of its own: outputs as in Jupyter, answers to every case, nothing left when it is over."""

import functools
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from builders import SECRET, answers_of, double_key, draws_key, make_case, make_criterion, make_key
from processes import alive

from grader.calling import Answer, Raised
from grader.exercise import Uniform
from grader.judge import judge
from grader.key import Outcome
from grader.notebook import Cell, Notebook
from grader.sandbox import warm
from grader.sandbox.conversation import Conversation
from grader.sandbox.isolation import LEVELS
from grader.sandbox.job import Job, Report, Run, files_beside
from grader.sandbox.parent import Sandbox, SandboxError, Settings
from grader.sandbox.protocol import (
    Closed,
    Limits,
    TooMuch,
    TooSlow,
    answer_from,
    answer_message,
    questions,
    receive,
    send,
)
from grader.wire import Opaque, WireError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="notebooks are run by forking"),
]

IMPORT = "from grader import check, hint\nimport numpy as np"
RIGHT = "def double(x):\n    return 2 * x"
CHECK = "check" + "('double')"
FIVE = ("result", {"text/plain": "5"})


LIMITED = Settings(min_level="limited", max_level="limited")


@pytest.fixture(scope="module", params=LEVELS)
def shared(request):
    """At every level that holds here a notebook meets the same."""
    with Sandbox(Settings(min_level=request.param, max_level=request.param)) as sandbox:
        try:
            sandbox.level  # noqa: B018 - starts it
        except SandboxError as error:
            pytest.skip(str(error))
        yield sandbox


def run_in(sandbox, *cells, keys=None, folder=None, environment=None, **limits) -> Run:
    notebook = Notebook(tuple(Cell(index, "code", source) for index, source in enumerate(cells)))
    keys = {"double": double_key()} if keys is None else keys
    job = Job(notebook.code, notebook.checks, keys, files_beside(folder), Limits(**limits), environment or {})
    return sandbox.run(job)


@pytest.fixture
def run(shared):
    """Runs cells in the sandbox all tests share: what one does must not show in another."""
    return functools.partial(run_in, shared)


@pytest.fixture
def disk(shared):
    """Only for levels at which a notebook may write; level contained has no means to say how much."""
    if shared.level == "contained":
        pytest.skip("nothing can be written at level contained")


@pytest.fixture
def impatient(monkeypatch):
    """The parent gives a child that ignores its alarm little more time."""
    monkeypatch.setattr("grader.sandbox.conversation._GRACE", 0.3)


def missing(run, name="double"):
    return {answer.missing for answer in run.answers[name].values()}


def texts(outputs):
    """The outputs of a cell, briefly."""
    return [
        (item.get("name", item.get("ename", "result")), item.get("text", item.get("evalue", item.get("data"))))
        for item in outputs
    ]


# ------------------------------------------------------------------------------------------ answers


def test_right_answers_come_back(run, shared):
    found = run(IMPORT, RIGHT, CHECK)
    assert (found.ended, found.level, found.reports) == ("", shared.level, ())
    assert found.level in LEVELS
    assert judge(double_key(), found.answers["double"]).status == "passed"


@pytest.mark.parametrize(
    "body",
    [
        "return x",
        "return None",
        "return x[9]",
        "raise NotImplementedError",
        "return {'w': (x, [1])}",
        "x += 1; return x",
        "return {1, 2}",
    ],
)
def test_answers_are_those_of_the_function_itself(run, body):
    namespace = {}
    exec(f"def double(x):\n    {body}", namespace)
    found = run(IMPORT, f"def double(x):\n    {body}", CHECK)
    here = judge(double_key(), answers_of(double_key(), namespace["double"]))
    there = judge(double_key(), found.answers["double"])
    assert [(item.points, item.right) for item in there.criteria] == [
        (item.points, item.right) for item in here.criteria
    ]
    assert (there.status, there.diagnosis.code, there.diagnosis.mistake) == (
        here.status,
        here.diagnosis.code,
        here.diagnosis.mistake,
    )


def test_an_exception_brings_the_students_line(run):
    found = run(IMPORT, "def double(x):\n    y = x[0]\n    return y / undefined", CHECK)
    raised = found.answers["double"]["values/public/0"].raised
    assert raised == Raised(
        ("NameError", "Exception"), "name 'undefined' is not defined", 3, "return y / undefined", "double"
    )


def test_changed_inputs_come_back(run):
    key = make_key(
        make_criterion("inputs left unchanged", make_case("c", np.full(2, 2.0), x=np.ones(2)), inputs_unchanged=True)
    )
    found = run(IMPORT, "def double(x):\n    x *= 2\n    return x", CHECK, keys={"double": key})
    assert judge(key, found.answers["double"]).diagnosis.details == {"names": ["x"]}


def test_draws_come_back(run):
    key = draws_key(Uniform(-1, 1), (60, 50))
    found = run(
        IMPORT,
        "def draw(size, rng):\n    return rng.uniform(-1, 1, size)",
        CHECK.replace("double", "draw"),
        keys={"draw": key},
    )
    assert judge(key, found.answers["draw"]).status == "passed"


def test_a_function_is_judged_as_it_was_at_its_check(run):
    found = run(
        IMPORT,
        "def helper(x):\n    return 2 * x\ndef double(x):\n    return helper(x)",
        CHECK,
        "def helper(x):\n    return 0\ndel double",
    )
    assert judge(double_key(), found.answers["double"]).status == "passed"


def test_only_the_check_that_counts_is_asked(run):
    found = run(IMPORT, "def double(x):\n    return x\n" + CHECK, RIGHT + "\n" + CHECK)
    assert judge(double_key(), found.answers["double"]).status == "passed"
    assert texts(found.outputs[1]) == []


def test_an_undefined_function_is_missing(run):
    assert missing(run(IMPORT, CHECK)) == {"undefined"}
    assert missing(run(IMPORT, "double = 3", CHECK)) == {"undefined"}


def test_a_check_that_is_not_reached_is_not_asked(run):
    assert missing(run(IMPORT, RIGHT)) == {"not_asked"}


@pytest.mark.parametrize("before", ["1 / 0\n", "raise SystemExit\n", "%no_such_magic\n"], ids=str.strip)
def test_a_cell_that_fails_before_its_check_is_asked_all_the_same(run, before):
    found = run(IMPORT, RIGHT, before + CHECK)
    assert judge(double_key(), found.answers["double"]).status == "passed"


def test_hint_does_nothing(run):
    assert run(IMPORT, "hint('double')").outputs[1] == []


def test_odd_checks_do_no_harm(run):
    found = run(IMPORT, RIGHT, "check('other')\ncheck(5)\ncheck(double)", CHECK)
    assert judge(double_key(), found.answers["double"]).status == "passed"


def test_a_check_of_their_own_is_not_the_one_that_asks(run):
    own = "def check(name): print('mine', name)"
    found = run(IMPORT + "\n" + own, "check(1)", RIGHT, CHECK, "check(2)")
    assert judge(double_key(), found.answers["double"]).status == "passed"
    assert [texts(found.outputs[cell]) for cell in (1, 3, 4)] == [
        [("stdout", "mine 1\n")],
        [],
        [("stdout", "mine 2\n")],
    ]
    wrong = run(IMPORT, "def double(x):\n    return x", CHECK.replace("check", "check = print; check"))
    assert judge(double_key(), wrong.answers["double"]).points == 0


def test_a_notebook_without_the_import_is_asked(run):
    assert judge(double_key(), run(RIGHT, CHECK).answers["double"]).status == "passed"


# ------------------------------------------------------------------------------------------ outputs


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("print('a'); print('b')", [("stdout", "a\nb\n")]),
        (
            "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
            [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "c\n")],
        ),
        ("1 + 1", [("result", {"text/plain": "2"})]),
        ("x = 5\nx", [("result", {"text/plain": "5"})]),
        ("x = 5", []),
        ("5;", []),
        ("None", []),
        ("print('a')\n3", [("stdout", "a\n"), ("result", {"text/plain": "3"})]),
        ("display(1, 'a')", [("result", {"text/plain": "1"}), ("result", {"text/plain": "'a'"})]),
        ("raise ValueError('bad')", [("ValueError", "bad")]),
        ("print('a')\n1 / 0", [("stdout", "a\n"), ("ZeroDivisionError", "division by zero")]),
        ("raise SystemExit(3)", [("SystemExit", "3")]),
        ("raise KeyboardInterrupt", [("KeyboardInterrupt", "")]),
        ("class A:\n    def __repr__(self): raise ValueError('no')\nA()", [("ValueError", "no")]),
        ("class E(Exception):\n    def __str__(self): raise ValueError('no')\nraise E", [("E", "")]),
        ("", []),
        ("# nothing", []),
        ("print('é 한글')", [("stdout", "é 한글\n")]),
    ],
)
def test_outputs_are_those_of_jupyter(run, source, wanted):
    assert texts(run(source).outputs[0]) == wanted


def test_cells_share_a_namespace_and_run_in_order(run):
    found = run("x = [1]", "x.append(2)", "x", "__name__")
    assert found.outputs[2][0]["data"] == {"text/plain": "[1, 2]"}
    assert found.outputs[3][0]["data"] == {"text/plain": "'__main__'"}


def test_html_is_shown_beside_the_text(run):
    found = run("class T:\n    def _repr_html_(self): return '<b>t</b>'\n    def __repr__(self): return 't'\nT()")
    assert found.outputs[0] == [
        {
            "output_type": "execute_result",
            "data": {"text/plain": "t", "text/html": "<b>t</b>"},
            "metadata": {},
            "execution_count": None,
        }
    ]


def test_a_broken_html_form_does_no_harm(run):
    found = run("class T:\n    def _repr_html_(self): return 1 / 0\n    def __repr__(self): return 't'\nT()")
    # As in Jupyter: the error is shown, and then what can be.
    assert texts(found.outputs[0]) == [("ZeroDivisionError", "division by zero"), ("result", {"text/plain": "t"})]


def test_a_traceback_begins_with_the_students_line(run):
    (error,) = run("def f():\n    return 1 / 0\n\nf()").outputs[0]
    joined = "\n".join(error["traceback"])
    assert 'File "<cell 0>", line 4' in joined
    assert "return 1 / 0" in joined
    assert "child.py" not in joined


def test_an_error_ends_its_cell_only(run):
    found = run("x = 1\n1 / 0\nx = 2", "x")
    assert found.outputs[1][0]["data"] == {"text/plain": "1"}


def test_a_syntax_error_affects_its_cell_only(run):
    found = run(IMPORT, RIGHT, "def f(:\n    pass", CHECK)
    assert found.outputs[2][0]["ename"] == "SyntaxError"
    assert judge(double_key(), found.answers["double"]).status == "passed"


def test_a_null_byte_affects_its_cell_only(run):
    found = run("x = '\0'", "1")
    assert found.outputs[0][0]["output_type"] == "error"
    assert found.outputs[1][0]["data"] == {"text/plain": "1"}


REFUSED = "not run while a notebook is checked: "


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("%matplotlib inline\nx = 5\nx", [("result", {"text/plain": "5"})]),
        ("%precision 2\n1 / 3", [("result", {"text/plain": "0.33"})]),
        ("%%capture kept\nprint('a')", []),
        ("x = %who_ls\nlen(x)", [("result", {"text/plain": "0"})]),
        ("!pip install numpy\n5", [("stderr", f"{REFUSED}!pip install numpy\n"), ("result", {"text/plain": "5"})]),
        ("%pip install numpy\n5", [("stderr", f"{REFUSED}%pip install numpy\n"), ("result", {"text/plain": "5"})]),
        ("if True:\n    !ls\n5", [("stderr", f"{REFUSED}!ls\n"), ("result", {"text/plain": "5"})]),
        ("x = !ls\nx", [("stderr", f"{REFUSED}!ls\n"), ("result", {"text/plain": "[]"})]),
        ("%%bash\nrm -rf x", [("stderr", f"{REFUSED}%%bash\n")]),
        ("%no_such_magic\n5", [("stderr", "UsageError: Line magic function `%no_such_magic` not found.\n"), FIVE]),
        ("x = 7\nx %2", [("result", {"text/plain": "1"})]),
    ],
    ids=["plots", "line", "capture", "assigned", "shell", "pip", "indented", "value", "bash", "unknown", "modulo"],
)
def test_magics_run_and_shell_commands_are_refused(run, source, wanted):
    found = run(source)
    assert texts(found.outputs[0]) == wanted
    assert (found.ended, found.reports) == ("", ())


def test_time_is_told(run):
    (told, value) = texts(run("%%time\nx = 5\nx").outputs[0])
    assert (told[0], value) == ("stdout", FIVE)
    assert told[1].startswith("CPU times: ")


def test_line_numbers_stay_right_with_magics(run):
    (error,) = run("%matplotlib inline\n\n1 / 0").outputs[0]
    assert any("line 3" in line for line in error["traceback"])


def test_a_cell_may_await(run):
    found = run("import asyncio\nawait asyncio.sleep(0, 5)")
    assert texts(found.outputs[0]) == [FIVE]


def test_plots_are_pictures(run):
    pytest.importorskip("matplotlib")
    found = run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    (picture,) = found.outputs[0]
    assert picture["output_type"] == "display_data"
    assert picture["data"]["image/png"].startswith("iVBOR")
    assert (found.ended, found.reports) == ("", ())


def test_input_is_refused_with_a_reason(run):
    (error,) = run("name = input('Who? ')").outputs[0]
    assert error["ename"] == "RuntimeError"
    assert "input() waits for a keyboard" in error["evalue"]


def test_long_outputs_are_cut(run):
    found = run("print('x' * 10_000)\nprint('y' * 10_000)", "print('next')", output=1000)
    (stream,) = found.outputs[0]
    assert len(stream["text"]) < 1100
    assert stream["text"].endswith("... output truncated ...\n")
    assert texts(found.outputs[1]) == [("stdout", "next\n")]


def test_what_a_cell_prints_can_be_written_to_a_file(run):
    found = run("print('\\udcff')\n'\\ud800'", IMPORT, "def double(x):\n    raise ValueError('\\udcff')", CHECK)
    repr(found.outputs).encode()
    for items in found.outputs.values():
        for item in items:
            str(item.get("text", "")).encode()
            str(item.get("data", {}).get("text/plain", "")).encode()
    for answer in found.answers["double"].values():
        answer.raised.message.encode()


def test_printing_while_answering_does_no_harm(run):
    found = run(IMPORT, "def double(x):\n    print('secret', x)\n    return 2 * x", CHECK)
    assert judge(double_key(), found.answers["double"]).status == "passed"
    shown = repr(found.outputs)
    assert "secret" in shown
    assert str(SECRET) not in shown


# ------------------------------------------------------------------------------------------ limits


def two_keys():
    return {
        "double": double_key(),
        "slow": make_key(make_criterion("v", make_case("v/public/0", 2.0, x=1.0)), exercise="slow"),
    }


LOOP = "def slow(x):\n    while True:\n        pass"
CHECK_SLOW = CHECK.replace("double", "slow")


def test_an_endless_loop_in_a_function_costs_that_exercise_only(run):
    found = run(IMPORT, LOOP, CHECK_SLOW, RIGHT, CHECK, keys=two_keys(), check=0.1)
    assert missing(found, "slow") == {"time"}
    assert judge(double_key(), found.answers["double"]).status == "passed"
    assert found.ended == ""


@pytest.mark.parametrize(
    ("loop", "line", "source"),
    [
        (LOOP, 2, "while True:"),
        ("import time\ndef slow(x):\n    x += 1\n    time.sleep(60)", 4, "time.sleep(60)"),
        ("def rest(x):\n    while x: x = x + 1\ndef slow(x):\n    return rest(x)", 2, "while x: x = x + 1"),
    ],
    ids=["loop", "sleep", "helper"],
)
def test_the_line_a_limit_was_hit_at_is_told(run, loop, line, source):
    answer = run(IMPORT, loop, CHECK_SLOW, keys=two_keys(), check=0.1).answers["slow"]["v/public/0"]
    assert (answer.missing, answer.seconds) == ("time", 0.1)
    # A loop of two lines is met on either.
    places = {(line, source), (line + 1, "pass")} if loop is LOOP else {(line, source)}
    assert (answer.raised.line, answer.raised.source) in places
    assert answer.raised.types == ("TimeLimit",)


def test_only_the_case_that_ran_out_of_time_tells_a_line(run):
    cases = [make_case(f"v/public/{number}", 2.0, x=float(number)) for number in range(3)]
    keys = {"slow": make_key(make_criterion("v", *cases), exercise="slow")}
    slow = "def slow(x):\n    while x == 1.0:\n        pass\n    return 2.0"
    answers = run(IMPORT, slow, CHECK_SLOW, keys=keys, check=0.1).answers["slow"]
    assert [answer.missing for answer in answers.values()] == ["", "time", "time"]
    assert [answer.raised is None for answer in answers.values()] == [True, False, True]
    verdict = judge(keys["slow"], answers)
    assert verdict.diagnosis.details["inputs"] == {"x": "1.0"}


def test_an_endless_loop_in_a_cell_ends_that_cell(run):
    found = run("x = 1\nwhile True:\n    pass", "x", cell=0.1)
    assert texts(found.outputs[0]) == [("TimeLimit", "the cell took longer than 0.1 s")]
    assert found.outputs[1][0]["data"] == {"text/plain": "1"}


def test_an_endless_loop_after_a_check_ends_that_cell(run, impatient):
    found = run(IMPORT, RIGHT, CHECK + "\nwhile True:\n    pass", "5", cell=0.2, wall=1.5)
    assert found.ended == ""
    assert found.outputs[2][0]["ename"] == "TimeLimit"
    assert found.outputs[3][0]["data"] == {"text/plain": "5"}


def test_a_function_that_ignores_its_alarm_is_ended_by_the_parent(run, impatient):
    stubborn = (
        "import signal\ndef slow(x):\n    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
        "    while True:\n        try:\n            while True: x += 1\n        except BaseException: x = 0"
    )
    found = run(IMPORT, RIGHT, CHECK, stubborn, CHECK_SLOW, keys=two_keys(), check=0.2)
    assert found.ended == "time"
    assert missing(found, "slow") == {"time"}
    # What was answered before it is kept.
    assert found.answers["double"]["values/public/0"].missing == ""
    assert judge(double_key(), run(IMPORT, RIGHT, CHECK).answers["double"]).status == "passed"


def test_a_notebook_has_so_much_time_altogether(run, impatient):
    found = run("import time", *["time.sleep(0.3)"] * 20, IMPORT, RIGHT, CHECK, wall=0.5)
    assert found.ended == "time"
    assert missing(found) == {"time"}


@pytest.mark.parametrize(
    "body",
    ["import os; os._exit(3)", "import ctypes; ctypes.string_at(0)", "import os; os.abort()"],
    ids=["exit", "fault", "abort"],
)
def test_a_process_that_ends_itself_has_died(run, body):
    found = run(IMPORT, RIGHT, CHECK, body)
    assert found.ended == "died"
    assert [report.kind for report in found.reports if report.kind != "call"] == ["died"]
    assert found.answers["double"]["values/public/0"].missing == ""
    assert found.answers["double"]["values/hidden0/0"].missing == "died"
    assert judge(double_key(), run(IMPORT, RIGHT, CHECK).answers["double"]).status == "passed"


def test_too_many_answer_bytes_end_the_notebook(run):
    found = run(IMPORT, "def double(x):\n    return np.zeros(2_000_000)", CHECK, answers=2**20)
    assert found.ended == "answers"
    assert missing(found) == {"answers"}
    many = run(IMPORT, "def double(x):\n    return np.zeros(100_000)", CHECK, answers=2**20)
    assert many.ended == "answers"
    assert many.answers["double"]["values/public/0"].missing == ""


def test_too_much_memory_is_an_exception(run):
    found = run(IMPORT, "def double(x):\n    return np.ones(10**11)", CHECK)
    assert "MemoryError" in found.answers["double"]["values/public/0"].raised.types


@pytest.mark.parametrize(("mebibytes", "reason"), [(10.0, "died"), (1500.0, "memory")])
def test_a_process_that_died_of_too_much_memory_says_so(mebibytes, reason):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        conversation = Conversation(Job((), {}, {"double": double_key()}), ours)
        conversation.run.ended = "died"
        found = conversation.explained(signal.SIGSEGV, 0.0, mebibytes)
    assert missing(found) == {reason}
    assert judge(double_key(), found.answers["double"]).diagnosis.code == f"missing_{reason}"


def test_too_large_a_file_is_an_exception(run, disk):
    found = run("with open('x', 'wb') as file:\n    file.write(bytes(2**20))", "5", disk=2**16)
    assert found.outputs[0][0]["ename"] == "OSError"
    assert found.reports == (Report("limit", "disk"),)
    assert found.outputs[1][0]["data"] == {"text/plain": "5"}


def test_endless_recursion_is_an_exception(run):
    found = run(IMPORT, "def double(x):\n    return double(x)", CHECK)
    assert found.answers["double"]["values/public/0"].raised.types[0] == "RecursionError"


SLOW = "import time\ndef double(x):\n    time.sleep(60)"


@pytest.mark.parametrize(
    ("cells", "limits", "wanted"),
    [
        (["while True:\n    pass"], {"cell": 0.1}, Report("limit", "cell")),
        ([IMPORT, SLOW, CHECK], {"check": 0.1}, Report("limit", "check")),
        (["try:\n    while True: pass\nfinally:\n    while True: pass"], {"wall": 0.2}, Report("limit", "wall")),
        ([IMPORT, "x = np.ones(10**11)"], {}, Report("limit", "memory")),
        ([IMPORT, "def double(x):\n    return bytearray(10**11)", CHECK], {}, Report("limit", "memory")),
        ([IMPORT, "def double(x):\n    return np.zeros(10**6)", CHECK], {"answers": 2**20}, Report("limit", "answers")),
        (["import os; os._exit(3)"], {}, Report("died", "exit")),
        (["import os; os._exit(0)"], {}, Report("died", "exit")),
        (["import ctypes; ctypes.string_at(0)"], {}, Report("died", "SIGSEGV")),
    ],
    ids=lambda value: f"{value.kind} {value.detail}" if isinstance(value, Report) else "",
)
def test_a_limit_that_was_hit_is_named_once(run, impatient, cells, limits, wanted):
    assert run(*cells, *cells, **limits).reports == (wanted,)


def test_processor_time_is_told_from_other_ends(run):
    # In native code, where no alarm is heard.
    found = run(IMPORT, RIGHT, CHECK, "'x' in (x for x in iter(int, 1))", wall=20, cell=20, cpu=1)
    assert found.ended == "time"
    assert found.reports == (Report("limit", "cpu"),)
    assert found.answers["double"]["values/public/0"].missing == ""


def test_threads_are_counted_where_the_kernel_does(run, shared):
    start = "import threading\nfor _ in range(100):\n    threading.Thread(target=threading.Event().wait).start()"
    found = run(start, "5", threads=8)
    assert texts(found.outputs[1]) == [FIVE]
    assert found.reports == (() if shared.level == "limited" else (Report("limit", "threads"),))


def test_files_that_are_too_much_are_left_out_and_named(run, tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("x" * 10)
    (tmp_path / "b.csv").write_text("x" * 10)
    monkeypatch.setattr("grader.sandbox.conversation._MAX_BESIDE", 15)
    found = run("import os\nos.listdir()", folder=tmp_path)
    assert found.outputs[0][0]["data"] == {"text/plain": "['a.csv']"}
    assert found.reports == (Report("limit", "files"),)


def test_an_error_of_the_notebooks_own_is_no_report(run):
    own = "class TimeLimits(Exception): pass\nraise TimeLimits('slow')"
    assert run(own, "raise OSError('disk')", "raise RuntimeError('no')", IMPORT, RIGHT, CHECK).reports == ()


def test_odd_answers_do_no_harm(run):
    odd = "def double(x):\n    value = []\n    value.append(value)\n    return [value] * 2"
    found = run(IMPORT, odd, CHECK)
    assert found.ended == ""
    assert missing(found) == {""}


# ------------------------------------------------------------------------------------------ what a child sees


def test_one_notebook_leaves_nothing_to_the_next(run):
    run(
        "import builtins, sys, os, numpy\nbuiltins.mark = 1\nsys.modules['mark'] = sys\n"
        "os.environ['MARK'] = '1'\nnumpy.random.seed(0)\nnumpy.mark = 1"
    )
    found = run(
        "import builtins, sys, os, numpy\n"
        "(hasattr(builtins, 'mark'), 'mark' in sys.modules, 'MARK' in os.environ, hasattr(numpy, 'mark'))"
    )
    assert found.outputs[0][0]["data"] == {"text/plain": "(False, False, False, False)"}


def test_a_child_sees_its_environment_and_little_else(run, monkeypatch):
    monkeypatch.setenv("GRADER_SECRET", "never")
    found = run(
        "import os\nprint(os.environ.get('NAME'), 'GRADER_SECRET' in os.environ)", environment={"NAME": "value"}
    )
    assert found.outputs[0][0]["text"] == "value False\n"


def test_torch_and_the_grader_are_not_in_the_child(run):
    found = run("import sys\n[name for name in sys.modules if name.startswith(('grader', 'torch', 'reference'))]")
    assert found.outputs[0][0]["data"] == {"text/plain": "['grader']"}


def test_files_beside_the_notebook_are_there_as_copies(run, tmp_path):
    (tmp_path / "data.txt").write_text("given")
    (tmp_path / "other.ipynb").write_text("{}")
    (tmp_path / ".hidden").write_text("no")
    found = run(
        "import os\nprint(sorted(os.listdir()))\n"
        "print(open('data.txt').read())\nopen('data.txt', 'w').write('changed');",
        folder=tmp_path,
    )
    assert found.outputs[0][0]["text"] == "['data.txt']\ngiven\n"
    assert (tmp_path / "data.txt").read_text() == "given"


def test_helper_modules_beside_the_notebook_can_be_imported(run, tmp_path):
    (tmp_path / "helper.py").write_text("value = 5\n")
    found = run("import helper\nhelper.value", folder=tmp_path)
    assert found.outputs[0][0]["data"] == {"text/plain": "5"}


def test_written_files_come_back_as_they_were_before_hidden_inputs_were_sent(run, disk, tmp_path):
    (tmp_path / "given.txt").write_text("given")
    (tmp_path / "changed.txt").write_text("given")
    tell = (
        "def double(x):\n    open('asked.txt', 'a').write(f'{x.size}\\n')\n"
        "    open(f'{abs(x).max():.3f}.txt', 'w').close()\n    return 2 * x"
    )
    write = (
        "import os\nos.mkdir('deep')\nopen('deep/mine.txt', 'w').write('mine')\n"
        "open('changed.txt', 'w').write('other'); open('.hidden', 'w').close(); open('a.ipynb', 'w').close()\n"
        "os.symlink('given.txt', 'link.txt')\n"
    )
    found = run(IMPORT, write, tell, CHECK, folder=tmp_path)
    assert judge(double_key(), found.answers["double"]).status == "passed"
    assert {name: content for name, content in found.files.items() if name[0].isalpha()} == {
        "deep/mine.txt": b"mine",
        "changed.txt": b"other",
        "asked.txt": b"3\n6\n",
    }
    assert not any(str(SECRET) in name for name in found.files)
    assert (tmp_path / "changed.txt").read_text() == "given"


def test_where_nothing_can_be_written_that_is_an_exception(run, shared):
    found = run("open('mine.txt', 'w').write('mine');", "import os\nos.mkdir('deep')", "5")
    names = [found.outputs[cell][0].get("ename") for cell in (0, 1)] if shared.level == "contained" else []
    assert names == ["PermissionError"] * len(names)
    assert set(found.files) == (set() if names else {"mine.txt"})
    assert (found.ended, found.reports, texts(found.outputs[2])) == ("", (), [FIVE])


def test_files_that_do_not_fit_do_not_come_back(run, disk):
    found = run("open('a', 'wb').write(bytes(1000)); open('b', 'wb').write(bytes(1000));", disk=1500)
    assert set(found.files) == {"a"}


def test_the_scratch_folder_is_removed(run, shared):
    run("open('left.txt', 'w').close()")
    assert sorted(path.name for path in shared._base.rglob("*")) == ["work"]
    assert run("import os\nos.listdir()").outputs[0][0]["data"] == {"text/plain": "[]"}
    with Sandbox(LIMITED) as other:
        run_in(other, "5")
        base = other._base
        assert base.exists()
    assert not base.exists()


def test_expected_values_never_enter_the_child(run):
    number, title = 918273645.5, "a-title-of-a-mistake-nobody-may-see"
    case = make_case("values/public/0", number, mistakes={title: Outcome(value=number + 1)}, x=12345.75)
    hidden = make_case("values/hidden0/0", number, hidden=True, x=SECRET)
    key = make_key(make_criterion("values", case, hidden), mistakes={title: "and its hint"})
    search = """
import gc, sys, os
def found(*tests):
    seen, places, true = set(), [], [False] * len(tests)
    frame = sys._getframe()
    while frame is not None:
        places.append(dict(frame.f_locals))
        frame = frame.f_back
    places += [dict(vars(module)) for module in list(sys.modules.values()) if hasattr(module, '__dict__')]
    places += gc.get_objects() + [dict(os.environ)]
    while places:
        thing = places.pop()
        if id(thing) in seen or thing is seen or thing is places:
            continue
        seen.add(id(thing))
        try:
            if type(thing) in (float, str):
                true = [before or test(thing) for before, test in zip(true, tests)]
            elif type(thing) is dict:
                places += list(thing.keys()) + list(thing.values())
            elif type(thing) in (list, tuple, set, frozenset):
                places += list(thing)
            elif type(thing).__name__ == 'ndarray' and thing.dtype == float:
                places += thing.ravel()[:100].tolist()
        except Exception:
            pass
    return true
parts = [918, 273, 645], 'mistake', 'nobody'
def double(x):
    if answer:
        return 0.0
    whole = int(''.join(map(str, parts[0])))
    answer.append(found(
        lambda thing: type(thing) is float and 4 * thing == 49383,
        lambda thing: type(thing) is float and whole <= thing <= whole + 2,
        lambda thing: type(thing) is str and '-'.join((parts[1], parts[2])) in thing,
        lambda thing: type(thing) is float and 8 * thing == 250697,
    ))
    return 0.0
answer = []
"""
    found = run(IMPORT, search, CHECK, "answer", keys={"double": key}, check=60.0)
    # The input is found, so the search works; expected values, mistakes and hidden inputs are not.
    assert found.outputs[3][0]["data"] == {"text/plain": "[[True, False, False, False]]"}


def test_an_exercise_whose_cases_are_all_hidden_is_not_waited_for():
    key = make_key(make_criterion("values", make_case("values/public/0", 6.0, x=3.0), hidden=True))
    source = f"from grader import check\ndef {key.exercise}(x):\n    return 2 * x\ncheck('{key.exercise}')"
    job = Job(((0, source),), {key.exercise: 0}, {key.exercise: key}, limits=Limits(wall=20.0))
    with Sandbox(Settings("limited", "limited")) as sandbox:
        run = sandbox.run(job)
    assert run.ended == ""
    assert run.answers[key.exercise] == {"values/public/0": Answer(value=6.0)}


def test_questions_hold_inputs_only():
    public, hidden = questions(double_key())
    assert [question.id for question in public] == ["values/public/0", "values/public/1"]
    assert [question.id for question in hidden] == ["values/hidden0/0", "far from zero/public/0"]
    assert "6." not in repr(public[0])
    assert set(vars(public[0])) == {"id", "calls", "want_after", "item"}


# ------------------------------------------------------------------------------------------ processes


def gone(pids):
    """Whether these processes end within a few seconds."""
    end = time.monotonic() + 5
    while any(map(alive, pids)) and time.monotonic() < end:
        os.sched_yield()
    return not any(map(alive, pids))


proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")

START = (
    "import os, subprocess, sys\n"
    "sleep = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(os.getpid(), os.getppid(), sleep.pid)"
)


@pytest.fixture
def own(shared):
    """A sandbox of the test's own."""
    with Sandbox(shared.settings) as sandbox:
        yield sandbox


@proc
def test_nothing_is_left_running():
    with Sandbox(LIMITED) as sandbox:
        found = run_in(sandbox, START)
        child, zygote, sleep = map(int, found.outputs[0][0]["text"].split())
        assert gone([child, sleep])
        assert alive(zygote)
        assert run_in(sandbox, "5").ended == ""
    assert gone([zygote])
    sandbox.close()


@proc
def test_sandboxes_share_a_warm_process_that_ends_with_the_last():
    code = (
        "import os, threading\nfrom pathlib import Path\n"
        "from grader.sandbox import warm\nfrom grader.sandbox.job import Job\n"
        "from grader.sandbox.parent import OWN_CODE, Sandbox\n"
        "boxes = [Sandbox(OWN_CODE) for _ in range(4)]\n"
        "threads = [threading.Thread(target=box.run, args=(Job((), {}, {}),)) for box in boxes]\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "print(len({box.zygote for box in boxes}), "
        "Path('/proc/self/task/%d/children' % os.getpid()).read_text().split())\n"
        "[box.close() for box in boxes[1:]]\n"
        "print(os.path.exists(f'/proc/{warm.warm(OWN_CODE.kind)}'), boxes[0].run(Job((), {}, {})).ended)\n"
        "pid = warm.warm(OWN_CODE.kind); boxes[0].close(); print(os.path.exists(f'/proc/{pid}'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].startswith("4 ['")
    assert lines[0].count("'") == 2, "one warm process, whichever thread wants it first"
    assert lines[1:] == ["True ", "False"]


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    assert gone([pid])


@proc
def test_a_zygote_that_was_killed_is_replaced_at_the_same_level(own):
    level, zygote = run_in(own, "5").level, own.zygote
    kill(zygote)
    again = run_in(own, IMPORT, RIGHT, CHECK)
    assert judge(double_key(), again.answers["double"]).status == "passed"
    assert (again.level, own.zygote == zygote) == (level, False)


@proc
def test_a_warm_process_that_was_killed_is_replaced(own):
    run_in(own, "5")
    first = warm.warm(own.settings.kind)
    kill(first)
    # Zygotes are processes of their own.
    assert run_in(own, "5").ended == ""
    kill(own.zygote)
    assert run_in(own, "5").ended == ""
    assert warm.warm(own.settings.kind) != first


@proc
def test_a_zygote_that_cannot_be_replaced_is_an_error(own, monkeypatch):
    run_in(own, "5")
    kill(own.zygote)

    def refuse(kind):
        raise warm.WarmError("no more processes")

    monkeypatch.setattr(warm, "zygote", refuse)
    with pytest.raises(SandboxError, match=r"^the sandbox cannot start a process \(.*no more processes"):
        run_in(own, "5")


@proc
def test_a_notebook_that_kills_the_zygote_spoils_only_itself(own):
    found = run_in(own, IMPORT, "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", RIGHT, CHECK)
    assert found.ended in ("", "died")
    again = run_in(own, IMPORT, RIGHT, CHECK)
    assert judge(double_key(), again.answers["double"]).status == "passed"


def test_a_system_that_cannot_fork_says_so(monkeypatch):
    monkeypatch.delattr("os.fork")
    with Sandbox() as sandbox, pytest.raises(SandboxError, match="cannot do; use Linux, macOS or WSL"):
        run_in(sandbox, "5")


def test_a_sandbox_that_ran_nothing_closes():
    Sandbox().close()


# ------------------------------------------------------------------------------------------ messages


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_message_crosses(pair):
    send(pair[0], {"say": "answer", "value": np.ones(3)})
    assert receive(pair[1], 10_000)["value"].tolist() == [1, 1, 1]


def test_a_message_may_be_too_long(pair):
    send(pair[0], {"value": np.ones(100)})
    with pytest.raises(TooMuch):
        receive(pair[1], 100)


@pytest.mark.parametrize(
    "data", [b"", b"\x01", struct.pack("<I", 100) + b"x"], ids=["nothing", "half a length", "half a message"]
)
def test_a_message_may_end_early(pair, data):
    pair[0].sendall(data)
    pair[0].close()
    with pytest.raises(Closed):
        receive(pair[1], 1000)


def test_a_message_may_be_late(pair):
    with pytest.raises(TooSlow):
        receive(pair[1], 1000, time.monotonic() - 1)
    pair[0].sendall(b"\x01")
    with pytest.raises(TooSlow):
        receive(pair[1], 1000, time.monotonic() + 0.02)


@pytest.mark.parametrize("data", [b"garbage!", b""], ids=["garbage", "empty"])
def test_a_message_may_be_garbage(pair, data):
    pair[0].sendall(struct.pack("<I", len(data)) + data)
    with pytest.raises(WireError):
        receive(pair[1], 1000)


def test_a_message_is_a_dict(pair):
    send(pair[0], [1, 2])
    with pytest.raises(WireError, match="not a message"):
        receive(pair[1], 1000)


def test_nobody_listens(pair):
    pair[1].close()
    with pytest.raises(Closed):
        send(pair[0], {"a": 1})


@pytest.mark.parametrize(
    "answer",
    [
        Answer(value=(1.5, {"w": Opaque("set")})),
        Answer(value=1, after={"x": 2}),
        Answer(raised=Raised(("ValueError", "Exception"), "bad", 3, "x @ w")),
        Answer(missing="time"),
        Answer(missing="undefined"),
    ],
    ids=["value", "after", "raised", "time", "undefined"],
)
def test_an_answer_is_a_message_and_back(answer):
    assert answer_from(answer_message("c", answer)) == answer


def test_of_a_time_limit_only_the_line_is_believed():
    stood = {"types": ["T" * 1000] * 100, "message": "m" * 10_000, "line": 3, "source": "s" * 1000}
    stood |= {"function": "f" * 1000, "call": 2}
    found = answer_from({"missing": "time", "raised": stood, "value": 5, "after": 6})
    assert found == Answer(missing="time", raised=Raised(("TimeLimit",), "", 3, "s" * 200, "f" * 100, 2))
    for forged in (5, "x", [], {}, *({**stood, name: b"x"} for name in ("line", "source", "function", "call"))):
        assert answer_from({"missing": "time", "raised": forged}) == Answer(missing="time")


@pytest.mark.parametrize("reason", ["died", "memory", "not_asked", "passed", "x" * 1000])
def test_a_child_may_not_choose_its_reason(reason):
    assert answer_from({"missing": reason}).missing == "damaged"


@pytest.mark.parametrize(
    "raised",
    [
        5,
        "ValueError",
        [],
        {},
        {"types": 5},
        {"types": [], "message": "", "line": "x", "source": ""},
        {"types": ["A"], "message": ""},
    ],
    ids=repr,
)
def test_a_damaged_exception_is_a_damaged_answer(raised):
    assert answer_from({"raised": raised}) == Answer(missing="damaged")


def test_an_exceptions_texts_are_cut():
    raised = {"types": ["T" * 1000] * 100, "message": "m" * 10_000, "line": 3, "source": "s" * 1000}
    raised |= {"function": "f" * 1000, "call": 2}
    found = answer_from({"raised": raised}).raised
    assert found == Raised(("T" * 100,) * 20, "m" * 500, 3, "s" * 200, "f" * 100, 2)
    assert answer_from({"raised": {**raised, "types": []}}).raised.types == ("Exception",)

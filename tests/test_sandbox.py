"""A notebook in a process of its own: outputs as in Jupyter, answers to every case, nothing left when it is over."""

import os
import signal
import socket
import struct
import time
from pathlib import Path

import numpy as np
import pytest
from builders import SECRET, answers_of, double_key, draws_key, make_case, make_criterion, make_key

from grader.calling import Answer, Raised
from grader.exercise import Uniform
from grader.judge import judge
from grader.key import Outcome
from grader.notebook import Cell, Notebook
from grader.sandbox.parent import LEVEL, Job, Run, Sandbox, SandboxError
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

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="notebooks are run by forking")

IMPORT = "from grader import check, hint\nimport numpy as np"
RIGHT = "def double(x):\n    return 2 * x"
CHECK = "check" + "('double')"


@pytest.fixture(scope="module")
def shared():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def run(shared):
    """Runs cells in the sandbox all tests share: what one does must not show in another."""

    def run(*cells, keys=None, folder=None, environment=None, keep_files=None, sandbox=shared, **limits) -> Run:
        notebook = Notebook(tuple(Cell(index, "code", source) for index, source in enumerate(cells)))
        keys = {"double": double_key()} if keys is None else keys
        job = Job(notebook.code, notebook.checks, keys, folder, Limits(**limits), environment or {})
        return sandbox.run(job, keep_files)

    return run


@pytest.fixture
def impatient(monkeypatch):
    """The parent gives a child that ignores its alarm little more time."""
    monkeypatch.setattr("grader.sandbox.parent._GRACE", 0.3)


def missing(run, name="double"):
    return {answer.missing for answer in run.answers[name].values()}


def texts(outputs):
    """The outputs of a cell, briefly."""
    return [
        (item.get("name", item.get("ename", "result")), item.get("text", item.get("evalue", item.get("data"))))
        for item in outputs
    ]


# ------------------------------------------------------------------------------------------ answers


def test_right_answers_come_back(run):
    found = run(IMPORT, RIGHT, CHECK)
    assert (found.ended, found.level) == ("", LEVEL)
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
    assert raised == Raised(("NameError", "Exception"), "name 'undefined' is not defined", 3, "return y / undefined")


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
    assert missing(run(IMPORT, RIGHT, "1 / 0\n" + CHECK)) == {"not_asked"}
    assert missing(run(IMPORT, RIGHT)) == {"not_asked"}


def test_hint_does_nothing(run):
    assert run(IMPORT, "hint('double')").outputs[1] == []


def test_odd_checks_do_no_harm(run):
    found = run(IMPORT, RIGHT, "check('other')\ncheck(5)\ncheck(double)", CHECK)
    assert judge(double_key(), found.answers["double"]).status == "passed"


def test_replacing_check_loses_marks(run):
    found = run(IMPORT + "\ndef check(name): print('all right')", RIGHT, CHECK)
    assert missing(found) == {"not_asked"}


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
    assert found.outputs[0][0]["data"] == {"text/plain": "t"}


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


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (
            "%matplotlib inline\nx = 5\nx",
            [("stdout", "not run when graded: %matplotlib inline\n"), ("result", {"text/plain": "5"})],
        ),
        (
            "!pip install numpy\n5",
            [("stdout", "not run when graded: !pip install numpy\n"), ("result", {"text/plain": "5"})],
        ),
        ("if True:\n    !ls\n5", [("stdout", "not run when graded: !ls\n"), ("result", {"text/plain": "5"})]),
        ("%%time\nx = 5\nx", [("result", {"text/plain": "5"})]),
        ("%%bash\nrm -rf x", [("stdout", "%%bash cells are not run when graded\n")]),
        ("x = 7\nx %2", [("result", {"text/plain": "1"})]),
    ],
    ids=["magic", "shell", "indented", "time", "bash", "modulo"],
)
def test_magics_and_shell_lines_are_skipped(run, source, wanted):
    assert texts(run(source).outputs[0]) == wanted


def test_line_numbers_stay_right_with_magics(run):
    (_, error) = run("%matplotlib inline\n\n1 / 0").outputs[0]
    assert any("line 3" in line for line in error["traceback"])


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


def test_an_endless_loop_in_a_cell_ends_that_cell(run):
    found = run("x = 1\nwhile True:\n    pass", "x", cell=0.1)
    assert texts(found.outputs[0]) == [("TimeLimit", "the cell took longer than 0.1 s")]
    assert found.outputs[1][0]["data"] == {"text/plain": "1"}


def test_an_endless_loop_after_a_check_ends_that_cell(run, impatient):
    found = run(IMPORT, RIGHT, CHECK + "\nwhile True:\n    pass", "5", cell=0.2, wall=1.5)
    assert found.ended == ""
    assert found.outputs[2][0]["ename"] == "TimeLimit"
    assert found.outputs[3][0]["data"] == {"text/plain": "5"}


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_notebook_has_so_much_time_altogether(run, impatient):
    found = run("import time", *["time.sleep(0.3)"] * 20, IMPORT, RIGHT, CHECK, wall=0.5)
    assert found.ended == "time"
    assert missing(found) == {"time"}


@pytest.mark.parametrize(
    "body",
    ["import os; os._exit(0)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "import os; os.abort()"],
)
def test_a_process_that_ends_itself_has_died(run, body):
    found = run(IMPORT, RIGHT, CHECK, body)
    assert found.ended == "died"
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


def test_too_large_a_file_is_an_exception(run):
    found = run("with open('x', 'wb') as file:\n    file.write(bytes(2**20))", "5", file=2**16)
    assert found.outputs[0][0]["ename"] == "OSError"
    assert found.outputs[1][0]["data"] == {"text/plain": "5"}


def test_endless_recursion_is_an_exception(run):
    found = run(IMPORT, "def double(x):\n    return double(x)", CHECK)
    assert found.answers["double"]["values/public/0"].raised.types[0] == "RecursionError"


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


def test_written_files_are_kept_before_hidden_inputs_are_sent(run):
    kept = {}

    def keep(folder: Path):
        for path in folder.iterdir():
            kept[path.name] = path.read_text()

    tell = (
        "def double(x):\n    open('asked.txt', 'a').write(f'{x.size}\\n')\n"
        "    open(f'{abs(x).max():.3f}.txt', 'w').close()\n    return 2 * x"
    )
    found = run(IMPORT, "open('mine.txt', 'w').write('mine');", tell, CHECK, keep_files=keep)
    assert judge(double_key(), found.answers["double"]).status == "passed"
    assert kept["mine.txt"] == "mine"
    assert kept["asked.txt"] == "3\n6\n"
    assert not any(str(SECRET) in name for name in kept)


def test_the_scratch_folder_is_removed(run):
    places = []
    run("x = 1", keep_files=places.append)
    assert not places[0].exists()


@pytest.mark.slow
def test_expected_values_never_enter_the_child(run):
    number, title = 918273645.5, "a-title-of-a-mistake-nobody-may-see"
    case = make_case("values/public/0", number, mistakes={title: Outcome(value=number + 1)}, x=12345.75)
    hidden = make_case("values/hidden0/0", number, hidden=True, x=SECRET)
    key = make_key(make_criterion("values", case, hidden), mistakes={title: "and its hint"})
    search = """
import gc, sys, os
def found(test):
    seen, places = set(), []
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
            if type(thing) in (float, str, bytes) and test(thing):
                return True
            if type(thing) is dict:
                places += list(thing.keys()) + list(thing.values())
            elif type(thing) in (list, tuple, set, frozenset):
                places += list(thing)
            elif type(thing).__name__ == 'ndarray' and thing.dtype == float:
                places += thing.ravel()[:100].tolist()
        except Exception:
            pass
    return False
parts = [918, 273, 645], 'mistake', 'nobody'
def double(x):
    whole = int(''.join(map(str, parts[0])))
    answer.append((
        found(lambda thing: type(thing) is float and 4 * thing == 49383),
        found(lambda thing: type(thing) is float and whole <= thing <= whole + 2),
        found(lambda thing: type(thing) is str and '-'.join((parts[1], parts[2])) in thing),
        found(lambda thing: type(thing) is float and 8 * thing == 250697),
    ))
    return 0.0
answer = []
"""
    found = run(IMPORT, search, CHECK, "answer", keys={"double": key})
    # The input is found, so the search works; expected values, mistakes and hidden inputs are not.
    assert found.outputs[3][0]["data"] == {"text/plain": "[(True, False, False, False)]"}


def test_questions_hold_inputs_only():
    public, hidden = questions(double_key())
    assert [question.id for question in public] == ["values/public/0", "values/public/1"]
    assert [question.id for question in hidden] == ["values/hidden0/0", "far from zero/public/0"]
    assert "6." not in repr(public[0])
    assert set(vars(public[0])) == {"id", "calls", "want_after"}


# ------------------------------------------------------------------------------------------ processes


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


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


@proc
@pytest.mark.slow
def test_nothing_is_left_running(run):
    with Sandbox() as sandbox:
        found = run(START, sandbox=sandbox)
        child, zygote, sleep = map(int, found.outputs[0][0]["text"].split())
        assert gone([child, sleep])
        assert alive(zygote)
        assert run("5", sandbox=sandbox).ended == ""
    assert gone([zygote])
    sandbox.close()


@proc
@pytest.mark.slow
def test_a_zygote_that_was_killed_is_replaced(run):
    with Sandbox() as sandbox:
        first = run("import os\nprint(os.getppid())", sandbox=sandbox)
        zygote = int(first.outputs[0][0]["text"])
        os.kill(zygote, signal.SIGKILL)
        second = run(IMPORT, RIGHT, CHECK, "import os\nprint(os.getppid())", sandbox=sandbox)
        assert judge(double_key(), second.answers["double"]).status == "passed"
        assert int(second.outputs[3][0]["text"]) != zygote


@proc
@pytest.mark.slow
def test_a_notebook_that_kills_the_zygote_spoils_only_itself(run):
    with Sandbox() as sandbox:
        found = run(IMPORT, "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", RIGHT, CHECK, sandbox=sandbox)
        assert found.ended in ("", "died")
        again = run(IMPORT, RIGHT, CHECK, sandbox=sandbox)
        assert judge(double_key(), again.answers["double"]).status == "passed"


def test_a_system_that_cannot_fork_says_so(run, monkeypatch):
    monkeypatch.delattr("os.fork")
    with Sandbox() as sandbox, pytest.raises(SandboxError, match="cannot do; use Linux, macOS or WSL"):
        run("5", sandbox=sandbox)


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


@pytest.mark.parametrize("reason", ["died", "not_asked", "passed", "x" * 1000])
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
    found = answer_from({"raised": raised}).raised
    assert found == Raised(("T" * 100,) * 20, "m" * 500, 3, "s" * 200)
    assert answer_from({"raised": {**raised, "types": []}}).raised.types == ("Exception",)

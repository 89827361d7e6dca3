"""A notebook's cells as Jupyter runs them: IPython without a kernel, its outputs kept as nbformat keeps them.

A `Shell` is made once, in the process that forks; each child starts it and runs one notebook in it. IPython does the
work (magics, display, top-level await, plots); what is here keeps it from touching the disk, starting programs and
losing an output. It is written so that honest notebooks are served well: nothing it says decides a mark.
"""

from __future__ import annotations

import ast
import base64
import builtins
import contextlib
import getpass
import importlib
import io
import linecache
import os
import re
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from IPython.core import async_helpers, interactiveshell
from IPython.core.application import ProfileDir
from IPython.core.autocall import IPyAutocall
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.macro import Macro
from IPython.utils.text import SList

Output = dict[str, Any]

_PICTURES = 2**20
_ITEMS = 1000
_ERRORS = 20
_NAME, _MESSAGE, _LINE, _LINES = 100, 2000, 1000, 50
_CUT = "... output truncated ..."
_NO_PICTURE = "... a picture is too large to be kept ..."

_TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex")
# Types whose values have a text and, unless a notebook registers one, no other form.
_PLAIN = frozenset({bool, complex, dict, float, frozenset, int, list, set, str, tuple})
_IMAGES = ("image/png", "image/jpeg", "image/svg+xml")

_NO_INPUT = "input() waits for a keyboard, and there is none while a notebook is checked; use a variable"
# Magics that start programs. Aliases such as %ls end in `system`, which is refused too.
_REFUSED = frozenset({"!", "cmd", "conda", "ed", "edit", "mamba", "micromamba", "pip", "sc", "sx", "system", "uv"})
_REFUSED |= {"bash", "perl", "pypy", "python", "python2", "python3", "ruby", "script", "sh"}
# Cell magics whose body is Python that IPython compiles on its own.
_TIMED = frozenset({"capture", "time", "timeit"})
# Kept here, where no cell can replace it.
_RUN_CELL = InteractiveShell.run_cell
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)*")
# What IPython's own syntax looks like: magics, shell, help, prompts, quoting; and cells it would dedent.
_MAYBE_MAGIC = re.compile(r"[%!?\f\r]|>>>|\.\.\.|^[ \t]*(In ?\[|[,;/])|\A[ \t\n]", re.MULTILINE)
_FIRST_WORD = re.compile(r"\w+")

# Frames that say nothing about the student's code: the grader's, and IPython's way to a magic command.
_GRADER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_IPYTHON = os.path.dirname(os.path.abspath(interactiveshell.__file__)) + os.sep
_MACHINERY = (
    _GRADER,
    *(_IPYTHON + name for name in ("displayhook.py", "interactiveshell.py", "magic.py", f"magics{os.sep}")),
)

# As Jupyter's own kernel sets it.
_BACKEND = "module://matplotlib_inline.backend_inline"

# Run once before any fork, so that a child finds imported and computed what these need.
_WARM_UP = (
    "import asyncio, inspect, IPython.extensions.autoreload\n"
    "from IPython.display import HTML, Markdown, clear_output\nx = [1.5, {'a': (1, 'b')}]\nx",
    "%time x = 1\ndisplay(HTML('<b>x</b>'))",
    "%%time\nx + 1",
    "%%capture\nprint(x)",
    "%config InlineBackend",
    "%no_such_magic",
    "import warnings; warnings.warn('x')\nprint(_, Out, In)",
    "def f():\n    raise ValueError('x')\nf()",
    "f(",
)
_WARM_UP_PLOTS = (
    "import matplotlib.pyplot as plt",
    "%matplotlib inline\nplt.plot([1, 2], [0.5, 1e-3], label='$x^2$'); plt.legend(); plt.title('x'); plt.xlabel('x')",
    "_, axes = plt.subplots(1, 2); axes[0].scatter([1], [2]); axes[1].imshow([[1, 2]]); plt.show()",
)


class TimeIsUp(BaseException):
    """A time limit inside the process: ends the cell or the call, not the notebook."""


class Shell:
    """Runs the cells of one notebook, in a fork of the process that made it.

    namespace: the notebook's globals, the dict of the module `__main__`.
    """

    def __init__(self, plots: bool = True) -> None:
        os.environ.setdefault("MPLBACKEND", _BACKEND)
        # IPython says so after a SystemExit; there is nobody to exit.
        warnings.filterwarnings("ignore", "To exit: use 'exit'")
        with tempfile.TemporaryDirectory() as folder:
            self._ipython = _IPython.instance(profile_dir=ProfileDir(location=folder))
        self.namespace: dict[str, Any] = self._ipython.user_module.__dict__
        self._nowhere = self._ipython.outputs
        self._limit = 0
        self._out = _Stream(self._ipython, "stdout")
        self._err = _Stream(self._ipython, "stderr")
        self._note_parts()
        self._given_up: list[object] = []
        self._warm_up(plots)

    def _warm_up(self, plots: bool) -> None:
        self._limit = 2**16
        for number, source in enumerate(_WARM_UP):
            self.run(number, source, contextlib.nullcontext(), 0.0)
        with contextlib.suppress(Exception):  # Matplotlib is not there, or broken
            importlib.import_module("matplotlib")
            for number, source in enumerate(_WARM_UP_PLOTS):
                self.run(number, source, contextlib.nullcontext(), 0.0)
        for thread in threading.enumerate():
            # The timer that would have told about Matplotlib's font cache: threads do not survive a fork.
            if thread is not threading.current_thread():
                thread.join(timeout=10)
        self._ipython.forget()
        for name in [name for name in linecache.cache if name.startswith("<cell")]:
            del linecache.cache[name]
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            vars(sys).pop(name, None)
        self._note_parts()

    def _note_parts(self) -> None:
        self._builtins = dict(vars(builtins))
        self._attributes = frozenset(vars(self._ipython))

    def start(self, output_limit: int) -> None:
        """Call in the child, before the first cell. output_limit: characters of text one cell may put out."""
        self._limit = output_limit
        sys.modules["__main__"] = self._ipython.user_module
        self._ipython.user_ns["_dh"][:] = [os.getcwd()]
        builtins.input = _no_input
        getpass.getpass = _no_input

    def run(self, index: int, source: str, clock: AbstractContextManager[object], seconds: float) -> list[Output]:
        """Run one cell and return its outputs, whatever it does.

        clock: its body is the cell; it may raise TimeIsUp there, again and again. seconds: how long it allows.
        """
        streams = sys.stdout, sys.stderr
        try:
            self._mend()
            outputs = self._run(index, source, clock)
            if outputs.timed_out:
                self._give_up_loop()
                outputs.add_error("TimeLimit", f"the cell took longer than {seconds:g} s", [])
            return outputs.finished()
        except:  # noqa: E722 - even the name BaseException may be gone
            return [{"output_type": "error", "ename": "Error", "evalue": "the cell damaged IPython", "traceback": []}]
        finally:
            self._ipython.outputs = self._nowhere
            sys.stdout, sys.stderr = streams
            self._mend_builtins()

    def _run(self, index: int, source: str, clock: AbstractContextManager[object]) -> _Outputs:
        outputs = self._ipython.outputs = _Outputs(self._limit)
        self._ipython.compile.begin(f"cell {index}")
        sys.stdout, sys.stderr = self._out, self._err
        try:
            with clock:
                self._run_in_time(source, outputs)
        except TimeIsUp:
            outputs.timed_out = True
        return outputs

    def _run_in_time(self, source: str, outputs: _Outputs) -> None:
        try:
            result = _RUN_CELL(self._ipython, source, store_history=True)
            # What IPython was kept from showing.
            for error in (getattr(result, "error_before_exec", None), getattr(result, "error_in_exec", None)):
                if isinstance(error, BaseException):
                    outputs.exception(error)
        except TimeIsUp:
            raise
        except BaseException as error:
            outputs.exception(error)

    def _mend(self) -> None:
        """Put back what an earlier cell broke, or left half done when its time was up."""
        shell = self._ipython
        if len(vars(shell)) != len(self._attributes):
            for name in vars(shell).keys() - self._attributes:
                if hasattr(type(shell), name):
                    delattr(shell, name)
        shell.restore_parts()

    def _mend_builtins(self) -> None:
        present = vars(builtins)
        # Lengths first: to look at every name is to copy the memory it lies in. (Not `len`, which may be gone.)
        if present.__len__() != self._builtins.__len__():
            for name in self._builtins:
                present.setdefault(name, self._builtins[name])

    def _give_up_loop(self) -> None:
        """Let no later `await` go on with this cell. Kept, since closing it would run the cell's `finally` blocks."""
        self._given_up.append(getattr(async_helpers, "_asyncio_event_loop", None))
        async_helpers._asyncio_event_loop = None


class _Outputs:
    """One cell's outputs in nbformat's shape, capped."""

    def __init__(self, limit: int) -> None:
        self.limit = self.left = limit
        self.pictures = _PICTURES
        self.closed = self.timed_out = self.cut = False
        self.items: list[Output] = []
        self.shown: list[BaseException] = []
        # What a thread of an earlier cell prints is no output of this one.
        self.earlier = frozenset(threading.enumerate()) - {threading.current_thread()}

    def _open(self) -> bool:
        return not (self.closed or (self.earlier and threading.current_thread() in self.earlier))

    def stream(self, name: str, text: str) -> None:
        """Keep what the cell wrote to stdout or stderr."""
        if not text or not self._open():
            return
        if self.cut or (len(self.items) >= _ITEMS and self.items[-1].get("name") != name):
            self._note_cut(name)
            return
        taken, whole = self._take(text)
        self._append(name, taken)
        if not whole:
            self._note_cut(name)

    def _take(self, text: str) -> tuple[str, bool]:
        taken = _part(text, self.left)
        self.left -= len(taken)
        return taken, len(taken) == str.__len__(text)

    def _append(self, name: str, text: str) -> None:
        # Pieces are joined at the end: a cell may print a character at a time.
        if self.items and self.items[-1].get("name") == name:
            self.items[-1]["text"].append(text)
        else:
            self.items.append({"output_type": "stream", "name": name, "text": [text]})

    def _note_cut(self, name: str = "stdout") -> None:
        if not self.cut:
            self.cut = True
            self._append(name, f"\n{_CUT}\n")

    def data(self, kind: str, data: object, metadata: object = None) -> None:
        """Keep a value's forms: an execute_result or display_data."""
        if not isinstance(data, dict) or not self._open():
            return
        if self.cut or len(self.items) >= _ITEMS:
            self._note_cut()
            return
        kept: dict[str, str] = {}
        for mime in _TEXTS:
            if isinstance(form := data.get(mime), str):
                # Half of an HTML table is worse than none.
                if mime == "text/plain":
                    kept[mime] = self._plain(form)
                elif str.__len__(form) <= self.left:
                    kept[mime] = self._take(form)[0]
        for mime in _IMAGES:
            form = data.get(mime)
            if isinstance(form, bytes):
                form = base64.b64encode(form[:_PICTURES]).decode()
            if not isinstance(form, str):
                continue
            if str.__len__(form) <= self.pictures:
                kept[mime] = _part(form, self.pictures)
                self.pictures -= len(kept[mime])
            else:
                kept["text/plain"] = "\n".join(filter(None, (kept.get("text/plain"), _NO_PICTURE)))
        if not kept:
            return
        item: Output = {"output_type": kind, "data": kept, "metadata": _sizes(metadata, kept)}
        if kind == "execute_result":
            item["execution_count"] = None
        self.items.append(item)

    def _plain(self, text: str) -> str:
        taken, whole = self._take(text)
        if not whole:
            self.cut = True
            taken += f"\n{_CUT}\n"
        return taken

    def exception(self, error: BaseException, trace: TracebackType | None = None) -> None:
        """Keep an exception, once, or that it was the clock's."""
        if any(error is shown for shown in self.shown) or not self._open():
            return
        self.shown.append(error)
        del self.shown[:-_ERRORS]
        if _is_times_up(error):
            self.timed_out = True
            return
        name = type(error).__name__
        name = name if isinstance(name, str) else "Exception"
        self.add_error(_part(name, _NAME), _text(error), _trace(error, trace or error.__traceback__))

    def add_error(self, name: str, message: str, lines: list[str]) -> None:
        """Keep an error output. The last one is always kept."""
        errors = [item for item in self.items if item["output_type"] == "error"]
        if len(errors) >= _ERRORS:
            self.items = [item for item in self.items if item is not errors[-1]]
        self.items.append({"output_type": "error", "ename": name, "evalue": message, "traceback": lines})

    def clear(self) -> None:
        """As clear_output() asks: what was put out is gone and counts no more."""
        if self._open():
            self.items.clear()
            self.left, self.pictures, self.cut = self.limit, _PICTURES, False

    def finished(self) -> list[Output]:
        """The outputs; nothing is added from now on."""
        self.closed = True
        for item in self.items:
            if item["output_type"] == "stream":
                item["text"] = "".join(item["text"])
        return self.items


class _Stream(io.TextIOBase):
    """stdout or stderr of all cells: what is written belongs to the cell that runs."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, shell: Any, name: str) -> None:
        self._shell = shell
        self.name = f"<{name}>"
        self._channel = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._shell.outputs.stream(self._channel, text)
        return str.__len__(text)

    def flush(self) -> None:
        """There is nothing to flush, not even after close()."""

    def close(self) -> None:
        """A cell that closes its stdout loses no later output."""


class _Compiler(CachingCompiler):  # type: ignore[misc]
    """Names code after its cell, whichever way IPython compiles it, and keeps the lines for tracebacks."""

    def __init__(self) -> None:
        super().__init__()
        self.begin("cell")

    def begin(self, cell: str) -> None:
        """From now on code belongs to this cell."""
        self._cell = cell
        self._parts = 0
        self._parsed = ""
        self._expected: str | None = None

    def body(self, source: str) -> None:
        """Say that this is the rest of the cell below its magic command."""
        self._expected = source

    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        raw_code = transformed_code if raw_code is None else raw_code
        if self._expected is not None and raw_code == self._expected:
            return f"<{self._cell}>"
        self._parts += 1
        # Code that the cell hands to run_cell() has lines of its own.
        name = f"<{self._cell}>" if self._parts == 1 else f"<{self._cell}, part {self._parts}>"
        return _remember(name, raw_code if raw_code.lstrip().startswith("%%") else transformed_code)

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
        self._parsed = source
        tree: ast.AST = super().ast_parse(source, filename, symbol)
        return tree

    def __call__(self, source: Any, filename: str, symbol: str, *args: Any, **more: Any) -> Any:
        if filename.startswith(("<timed", "<magic-timeit")):
            filename = f"<{self._cell}>" if self._expected is not None else self._magic_line()
        return super().__call__(source, filename, symbol, *args, **more)

    def _magic_line(self) -> str:
        return _remember(f"<{self._cell}, magic command>", self._parsed)

    def format_code_name(self, name: str) -> tuple[str, str] | None:
        return ("Cell", name) if name.startswith("<cell") else None


class _DisplayHook(DisplayHook):  # type: ignore[misc]
    """The value of a cell's last expression goes to the cell's outputs."""

    def quiet(self) -> bool:
        # To be sure IPython tokenizes the whole cell.
        return ";" in self.shell.history_manager.input_hist_parsed[-1] and bool(super().quiet())

    def compute_format_data(self, result: Any) -> Any:
        formatter = self.shell.display_formatter
        kind = type(result)
        # Asking every formatter takes longer than running a small cell.
        if kind in _PLAIN and not any(base in known for known in self.shell.printers for base in kind.__mro__):
            text = formatter.formatters["text/plain"](result)
            return ({} if text is None else {"text/plain": text}), {}
        return super().compute_format_data(result)

    def write_output_prompt(self) -> None:
        """Outputs carry no number."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.outputs.data("execute_result", format_dict, md_dict)

    def log_output(self, format_dict: Any) -> None:
        """There is no history of outputs."""

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    """What is displayed goes to the cell's outputs; an update is one more output."""

    def publish(self, data: Any, metadata: Any = None, *args: Any, **more: Any) -> None:
        self._validate_data(data, metadata)
        self.shell.outputs.data("display_data", data, metadata)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class _IPython(InteractiveShell):  # type: ignore[misc]
    """IPython that keeps nothing on disk, starts no programs and puts out to `outputs`."""

    displayhook_class = _DisplayHook
    display_pub_class = _Publisher
    compiler_class = _Compiler

    def __init__(self, **more: Any) -> None:
        self.outputs = _Outputs(0)
        self.outputs.closed = True
        self._memory: dict[str, Any] = {}
        self._body_from = 0
        self._transformers: tuple[int, ...] = ()
        super().__init__(
            ipython_dir="",
            colors="nocolor",
            # Help is shown, not paged.
            display_page=True,
            **more,
        )
        self._transformers = self._count_transformers()
        self._parts = {name: getattr(self, name) for name in ("display_pub", "displayhook", "events", "compile")}

    def init_ipython_dir(self, ipython_dir: str | None) -> None:
        """There is no such folder."""

    def init_virtualenv(self) -> None:
        """What can be imported is settled before IPython is."""

    def init_sys_modules(self) -> None:
        """`__main__` is replaced in the child."""

    def init_instance_attrs(self) -> None:
        super().init_instance_attrs()
        self.compile = _Compiler()

    def init_history(self) -> None:
        # In and Out, without SQLite and its thread.
        self.history_manager = HistoryManager(shell=self, parent=self, hist_file=":memory:", enabled=False)
        self.configurables.append(self.history_manager)

    def init_display_formatter(self) -> None:
        super().init_display_formatter()
        # Forms that are not kept need not be made.
        self.display_formatter.active_types = [*_TEXTS, *_IMAGES]
        formatters = self.display_formatter.formatters
        self.printers = [formatters[mime].type_printers for mime in (*_TEXTS, *_IMAGES) if mime != "text/plain"] + [
            self.display_formatter.ipython_display_formatter.type_printers,
            self.display_formatter.mimebundle_formatter.type_printers,
        ]

    @property
    def db(self) -> dict[str, Any]:
        return self._memory

    @db.setter
    def db(self, value: object) -> None:
        """IPython before 9 puts a folder here."""

    def forget(self) -> None:
        """Be as new."""
        self.reset(new_session=True)
        history = self.history_manager
        for name in ("_i00", "_i", "_ii", "_iii"):
            setattr(history, name, "")
        history.db_input_cache.clear()
        self._memory.clear()
        self.compile._filename_map.clear()
        self.compile.reset_compiler_flags()
        self.user_ns.update({"_": "", "__": "", "___": ""})

    def restore_parts(self) -> None:
        """Undo what a cell did to IPython's parts, or what it had no time to undo."""
        for name, part in self._parts.items():
            setattr(self, name, part)
        self._body_from = 0
        self.displayhook._is_active = False
        self.display_trap.hook = self.displayhook
        sys.displayhook = sys.__displayhook__
        self.builtin_trap._nested_level = self.display_trap._nested_level = 0

    @contextlib.contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        # IPython would keep every output a second time.
        yield

    def _format_exception_for_storage(self, *args: Any, **more: Any) -> dict[str, Any]:
        # Likewise for errors.
        return {}

    # -------------------------------------------------------------------------------------- errors

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **more: Any) -> None:
        """Called by IPython wherever an exception ends."""
        try:
            _, error, trace = self._get_exc_info(exc_tuple)
        except ValueError:
            self.outputs.stream("stderr", "No traceback available to show.\n")
            return
        if isinstance(error, UsageError):
            self.show_usage_error(error)
        elif isinstance(error, BaseException):
            self.outputs.exception(error, trace)

    def showsyntaxerror(self, *args: Any, **more: Any) -> None:
        self.showtraceback()

    def showindentationerror(self) -> None:
        self.showtraceback()

    def show_usage_error(self, exc: BaseException) -> None:
        self.outputs.shown.append(exc)
        self.outputs.stream("stderr", f"UsageError: {_text(exc)}\n")

    # -------------------------------------------------------------------------------------- code

    def transform_cell(self, raw_cell: str) -> str:
        # IPython drops blank lines at the top, and line numbers with them.
        if self._is_plain(raw_cell):
            return raw_cell if raw_cell.endswith("\n") else f"{raw_cell}\n"
        above = _BLANK_LINES.match(raw_cell).group().count("\n")  # type: ignore[union-attr]
        if raw_cell.lstrip().startswith("%%"):
            self._body_from = above + 1
        return "\n" * above + str(super().transform_cell(raw_cell))

    def _is_plain(self, source: str) -> bool:
        """Whether IPython would leave the cell as it is. It takes a millisecond to say so, so the clear cases first."""
        if _MAYBE_MAGIC.search(source) or self._transformers != self._count_transformers():
            return False
        if "\n" in source.rstrip():
            return True
        # A single word may be a magic without its %, a macro, or `exit`.
        word = _FIRST_WORD.match(source)
        name = word.group() if word else ""
        special = isinstance(self.user_ns.get(name), IPyAutocall | Macro)
        return not special and name not in self.magics_manager.magics["line"]

    def _count_transformers(self) -> tuple[int, ...]:
        manager = self.input_transformer_manager
        own = manager.cleanup_transforms, manager.line_transforms, manager.token_transformers
        return tuple(map(len, (*own, self.input_transformers_post)))

    def should_run_async(self, raw_cell: str, **more: Any) -> bool:
        # IPython compiles the cell to find out.
        return ("await" in raw_cell or "async" in raw_cell) and bool(super().should_run_async(raw_cell, **more))

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        if magic_name in _REFUSED:
            return self._refuse(f"%{magic_name} {line}")
        try:
            return super().run_line_magic(magic_name, line, _stack_depth + 1)
        except UsageError as error:
            # A magic of an extension that is not here is no reason to skip the rest of the cell.
            return self.show_usage_error(error)

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        if magic_name in _REFUSED:
            return self._refuse(f"%%{magic_name} {line}")
        if magic_name in _TIMED and cell:
            # So that line numbers are those of the cell.
            cell = "\n" * self._body_from + cell
            if self._body_from:
                self.compile.body(cell)
            self._body_from = 0
        return super().run_cell_magic(magic_name, line, cell)

    # -------------------------------------------------------------------------------------- the world outside

    def _refuse(self, what: str) -> None:
        first = (_part(what, 200).strip().splitlines() or [""])[0]
        self.outputs.stream("stderr", f"not run while a notebook is checked: {first}\n")

    def system(self, cmd: str) -> None:
        self._refuse(f"!{cmd}")

    system_piped = system_raw = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        self._refuse(f"!{cmd}")
        return SList() if split else ""

    def ask_exit(self) -> None:
        """exit and quit end nothing: there may be more cells."""

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no window to keep alive."""

    def enable_matplotlib(self, gui: str | None = None) -> Any:
        # Whatever the notebook asks for: pictures are all there is.
        return super().enable_matplotlib("inline")


def _no_input(*args: object, **more: object) -> str:
    raise RuntimeError(_NO_INPUT)


def _remember(name: str, source: str) -> str:
    # Without a time stamp linecache never looks for a file.
    linecache.cache[name] = (len(source), None, [f"{line}\n" for line in source.splitlines()], name)
    return name


def _part(text: str, length: int) -> str:
    # Not text[:length]: a student's subclass of str may do anything there.
    return str.__getitem__(text, slice(0, max(length, 0)))


def _sizes(metadata: object, kept: dict[str, str]) -> dict[str, dict[str, float]]:
    """The width and height of pictures; no other metadata changes what is seen."""
    sizes = {}
    for mime in _IMAGES:
        given = metadata.get(mime) if isinstance(metadata, dict) and mime in kept else None
        if isinstance(given, dict):
            sizes[mime] = {side: given[side] for side in ("width", "height") if type(given.get(side)) in (int, float)}
    return sizes


def _is_times_up(error: BaseException | None) -> bool:
    """Whether it is the clock's, or what came of the clock's, as `except BaseException: raise ValueError` makes it."""
    for _ in range(10):
        if error is None or isinstance(error, TimeIsUp):
            break
        error = error.__cause__ or error.__context__
    return isinstance(error, TimeIsUp)


def _text(error: BaseException) -> str:
    try:
        return _part(str(error), _MESSAGE)
    except TimeIsUp:
        raise
    except BaseException:  # a student's __str__ may do anything
        return ""


def _trace(error: BaseException, trace: TracebackType | None) -> list[str]:
    """The traceback from the student's own first line on; the machinery around it is no help to anybody.

    Python's own, not IPython's: that takes 7 ms and 4 MiB of a child for one error.
    """
    try:
        found = traceback.TracebackException(type(error), error, trace, compact=True)
        _prune(found)
        lines = "".join(found.format()).splitlines()
    except TimeIsUp:
        raise
    except BaseException:
        lines = [type(error).__name__]
    if len(lines) > _LINES:
        lines = [*lines[:15], "...", *lines[16 - _LINES :]]
    return [_part(line, _LINE) for line in lines]


def _prune(found: traceback.TracebackException | None, depth: int = 0) -> None:
    if found is None or depth > 20:
        return
    frames = list(found.stack)
    mine = next((n for n, frame in enumerate(frames) if frame.filename.startswith("<cell")), len(frames))
    found.stack = traceback.StackSummary.from_list(
        [frame for frame in frames[mine:] if not frame.filename.startswith(_MACHINERY)]
    )
    for other in (found.__cause__, found.__context__, *(found.exceptions or ())):
        _prune(other, depth + 1)

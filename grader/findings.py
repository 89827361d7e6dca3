"""What a notebook's code shows without being run: forbidden imports, hidden ones, files read, processes started, names
defined again below their checks.

It informs students and instructors and decides nothing; the sandbox enforces. Names are followed through imports only,
so a determined author gets past it, and honest code is told apart by what it does: `importlib.reload`,
`"google.colab" in sys.modules` or a file written in the notebook itself are no finding. Pure; never raises.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from grader.exercise import FORBIDDEN
from grader.parsing import MAX_CELL, Command, Parsed, lines_of, parse_cell, parse_known
from grader.redefined import defined

# Code beyond this is not looked at. A notebook of the course has a twentieth of it.
MAX_NOTEBOOK = 200_000
# What a cell without a word costs; there may be very many.
_EMPTY_CELL = 50
_LONGEST_PATH = 8
_DEEPEST_STRING = 2
_MAX_SOURCE = 60

_IMPORTERS = {"__import__", "importlib.import_module", "importlib.__import__", "pkgutil.resolve_name"}
_RUNNERS = {"eval", "exec", "compile"}
_HIDING = re.compile(
    r"(importlib(?!\.(reload|metadata|resources|invalidate_caches|util\.find_spec)\b)|runpy|zipimport"
    r"|imp(?!\.reload\b)|pkgutil\.(find_loader|get_loader|get_importer|resolve_name))(\.|$)"
)
_INSIDES = {"__builtins__", "__loader__", "__globals__", "__subclasses__"}
_PROCESS_MODULES = {
    *("subprocess", "_posixsubprocess", "multiprocessing", "ctypes", "_ctypes", "cffi", "pty", "pexpect"),
    *("socket", "_socket", "socketserver", "urllib", "urllib3", "requests", "http", "httpx", "aiohttp", "ftplib"),
}
_PROCESS = re.compile(
    r"(os|posix)\.(system|popen|fork(pty)?|exec\w+|spawn\w+|posix_spawnp?|startfile)$"
    r"|asyncio\.create_subprocess_\w+$|concurrent\.futures\.ProcessPoolExecutor$"
    r"|get_ipython\(\)\.(system|getoutput)$"
)
_OPENERS = {"open", "io.open", "_io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "Path().open"}
_READERS = re.compile(
    r"numpy\.(load|loadtxt|genfromtxt|fromfile|memmap|lib\.format\.open_memmap|lib\.npyio\.\w+)$"
    r"|pandas\.read_\w+$|(os|posix)\.(listdir|f?walk|scandir|open)$|glob\.i?glob$|io\.FileIO$|mmap\.mmap$"
    r"|linecache\.get(line|lines)$|fileinput\.(input|FileInput)$|tokenize\.open$"
    r"|zipfile\.ZipFile$|tarfile\.open$|scipy\.io\.loadmat$|h5py\.File$|joblib\.load$|sqlite3\.connect$"
    r"|PIL\.Image\.open$|imageio(\.v\d)?\.v?imread$|matplotlib\.(pyplot|image)\.imread$|cv2\.imread$"
    r"|Path\(\)\.(read_text|read_bytes|iterdir|walk|r?glob)$"
)
# On whatever object: nothing else has methods of these names.
_READING_METHODS = {"read_text", "read_bytes", "iterdir", "rglob"}
# Functions that write, and the ending they add.
_WRITERS = {
    "numpy.save": ".npy",
    "numpy.savez": ".npz",
    "numpy.savez_compressed": ".npz",
    "numpy.savetxt": "",
    "Path().write_text": "",
    "Path().write_bytes": "",
}
_NAMES_BY_MODULE = {
    "os": ("system", "popen", "fork", "execv", "execvp", "listdir", "walk", "scandir"),
    "numpy": ("load", "loadtxt", "genfromtxt", "fromfile", "memmap"),
    "importlib": ("import_module",),
    "pathlib": ("Path",),
    "glob": ("glob", "iglob"),
    "sys": ("modules",),
}
_BUILTINS = ("open", "eval", "exec", "compile", "getattr", "get_ipython")
_INSTALL = re.compile(r"\b(?:pip3?|conda|mamba|uv)\b.*?\binstall\b(.*)")


@dataclass(frozen=True)
class Finding:
    """One thing worth a look.

    kind: "import" of a forbidden module, "hidden_import", "reads_files", "process" (programs and the network),
    "redefined" for a name below its check, or "not_looked" for what was too long or too deep. cell: the index among all
    cells, from 0. line: from 1, in the cell. what: the module, function or name. source: the line, cut and printable.
    minor: honest notebooks do this now and then.
    """

    kind: str
    cell: int
    line: int
    what: str
    source: str
    minor: bool = False


def findings(
    cells: Iterable[tuple[int, str]],
    forbidden: Collection[str] = FORBIDDEN,
    shipped: Collection[str] = (),
    checks: Mapping[str, int] = MappingProxyType({}),
) -> list[Finding]:
    """What the code of the cells, (index, source), shows; in their order.

    forbidden: modules by dotted name, each with all below it. shipped: files handed out with the notebook, by their
    path from it; reading one by exactly that name is no finding. checks: exercise -> index of the cell with its check;
    a definition in a later cell is a finding.
    """
    room = MAX_NOTEBOOK
    parsed: list[tuple[int, str, Parsed]] = []
    found: list[Finding] = []
    for index, source in cells:
        room -= min(max(len(source), _EMPTY_CELL), MAX_CELL)
        if room < 0:
            found.append(Finding("not_looked", index, 1, "", "", minor=True))
            break
        parsed.append((index, source, parse_known(source)))
    names = _Names(parsed)
    defined_so_far: set[str] = set()
    for index, source, cell in parsed:
        names.follow(cell)
        look = _Look(index, source, names, frozenset(forbidden), frozenset(shipped) | names.written)
        again = {name for name in defined_so_far if checks.get(name, index) < index}
        look.redefined(cell, again)
        defined_so_far |= {name for name, _ in defined(cell.tree)}
        found += look.all(cell)
    return sorted(found, key=lambda finding: (finding.cell, finding.line))


class _Names:
    """What names mean: the imports of all cells, a later one in place of an earlier one."""

    def __init__(self, cells: list[tuple[int, str, Parsed]]) -> None:
        nodes = [node for _, _, cell in cells for node in cell.nodes]
        own = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
        own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        self.paths = {name: name for name in _BUILTINS if name not in own} | {"__import__": "__import__"}
        # Functions may use what a later cell imports.
        for _, _, cell in cells:
            self.follow(cell)
        commands = [command for _, _, cell in cells for command in cell.commands]
        self.written = frozenset(
            [name for node in nodes if isinstance(node, ast.Call) for name in self._written(node)]
            + [word for command in commands if command.name == "writefile" for word in command.rest.split()[-1:]]
        )

    def follow(self, cell: Parsed) -> None:
        """Take up the imports of a cell."""
        for node in cell.imports:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    self.paths[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    for name in _NAMES_BY_MODULE.get(node.module, ()) if alias.name == "*" else (alias.name,):
                        self.paths[alias.asname or name] = f"{node.module}.{name}"

    def path(self, node: ast.expr, room: int = _LONGEST_PATH) -> str:
        """The dotted name of what an expression means, "" where that is not known; "Path()" is an object of pathlib."""
        if not room:
            return ""
        found = ""
        if isinstance(node, ast.Name):
            found = self.paths.get(node.id, "")
        elif isinstance(node, ast.Attribute):
            found = _join(self.path(node.value, room - 1), node.attr)
        elif isinstance(node, ast.Call):
            found = self._called(node, room)
        elif isinstance(node, ast.Subscript):
            inside = self.path(node.value, room - 1)
            if inside == "sys.modules":
                found = _literal(node.slice)
            elif inside.endswith(".__dict__"):
                found = _join(inside.removesuffix(".__dict__"), _literal(node.slice))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            found = "Path()" if self.path(node.left, room - 1) == "Path()" else ""
        return "Path()" if found == "Path().parent" else found.removeprefix("builtins.")

    def _called(self, node: ast.Call, room: int) -> str:
        function = self.path(node.func, room - 1)
        first = _literal(_argument(node, 0, "name"))
        if function in _IMPORTERS:
            return first.partition(".")[0] if function.endswith("__import__") else first.replace(":", ".")
        if function in ("sys.modules.get", "sys.modules.pop"):
            return first
        if function == "getattr" and len(node.args) >= 2:
            return _join(self.path(node.args[0], room - 1), _literal(node.args[1]))
        if function == "get_ipython":
            return "get_ipython()"
        if re.match(r"pathlib\.(Pure)?(Posix|Windows)?Path(\.(home|cwd))?$", function):
            return "Path()"
        return "Path()" if function in ("Path().joinpath", "Path().resolve", "Path().expanduser") else ""

    def file(self, node: ast.expr | None) -> str:
        """The path that an argument spells out, "" where it does not."""
        if isinstance(node, ast.Call) and self.path(node) == "Path()" and len(node.args) == 1 and not node.keywords:
            node = node.args[0]
        elif isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant) and self.path(node) == "Path()":
            left, right = self.file(node.left), _literal(node.right)
            return posixpath.normpath(posixpath.join(left, right)) if left and right else ""
        name = _literal(node)
        return posixpath.normpath(name) if name else ""

    def file_of(self, node: ast.Call, function: str) -> str:
        """The file that a call of `function` reads or writes, "" where it is not spelt out."""
        if function.startswith("Path()") or function in _READING_METHODS:
            return self.file(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        return self.file(_first(node))

    def _written(self, node: ast.Call) -> list[str]:
        """The files that a call writes: who reads them again reads what is theirs."""
        function = self.path(node.func)
        if function in _WRITERS or (function in _OPENERS and not _reads(node, function)):
            name = self.file_of(node, function)
            return [name, name + _WRITERS.get(function, "")] if name else []
        return []


class _Look:
    """One cell under the eye."""

    def __init__(
        self, cell: int, source: str, names: _Names, forbidden: frozenset[str], known: frozenset[str], depth: int = 0
    ) -> None:
        self.cell, self.names, self.forbidden, self.known, self.depth = cell, names, forbidden, known, depth
        self.lines = lines_of(source[:MAX_CELL])
        self.found: dict[tuple[int, str, str], Finding] = {}
        # An expression that is the base of an attribute or the function of a call is judged with what is done with it.
        self.bases: set[int] = set()
        self.called: set[int] = set()

    def all(self, cell: Parsed) -> list[Finding]:
        """Every finding of the cell."""
        if not cell.whole:
            self._add("not_looked", 1, "", minor=True)
        for command in cell.commands:
            self._command(command)
        # Outer expressions come before the ones inside them.
        for node in cell.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._imported(alias.name, node.lineno)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self._imported(_join(node.module or "", alias.name) or alias.name, node.lineno)
            elif isinstance(node, ast.Constant):
                if node.value == "__import__":
                    self._add("hidden_import", node.lineno, "__import__")
            elif isinstance(node, ast.expr):
                self._place(node)
                self._use(node)
                if isinstance(node, ast.Call):
                    self._call(node)
        return list(self.found.values())

    def redefined(self, cell: Parsed, checked: Collection[str]) -> None:
        """Note where names that were checked further up get another meaning, each once."""
        told: set[str] = set()
        for name, line in sorted(defined(cell.tree)):
            if name in checked and name not in told:
                told.add(name)
                self._add("redefined", line, name, minor=True)

    def _add(self, kind: str, line: int, what: str, *, minor: bool = False) -> None:
        # One import may bring in several modules; of the rest, a line is said once.
        key = (line, kind, what if kind in ("import", "redefined") else "")
        if key not in self.found or self.found[key].minor > minor:
            source = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
            self.found[key] = Finding(kind, self.cell, line, _printable(what), _printable(source), minor)

    def _place(self, node: ast.expr) -> None:
        """Note what the parts of an expression are there for."""
        if isinstance(node, ast.Attribute) or (isinstance(node, ast.Subscript) and _literal(node.slice)):
            self.bases.add(id(node.value))
        elif isinstance(node, ast.Call):
            self.called.add(id(node.func))
        elif isinstance(node, ast.Compare) and _literal(node.left) and isinstance(node.ops[0], ast.In | ast.NotIn):
            # "google.colab" in sys.modules
            self.bases.add(id(node.comparators[0]))

    def _forbidden(self, name: str) -> str:
        return _prefix_in(name, self.forbidden)

    def _imported(self, name: str, line: int) -> None:
        """A module that is imported, openly."""
        if module := self._forbidden(name):
            self._add("import", line, module)
        elif not name.startswith("urllib.parse") and (module := _prefix_in(name, _PROCESS_MODULES)):
            self._add("process", line, module)

    def _call(self, node: ast.Call) -> None:
        function = self.names.path(node.func)
        if not function and isinstance(node.func, ast.Attribute) and node.func.attr in _READING_METHODS:
            function = node.func.attr
        if function in _RUNNERS:
            self._string(node, function)
        elif function in _OPENERS:
            if _reads(node, function):
                self._read(node, function)
        elif _READERS.match(function) or function in _READING_METHODS:
            self._read(node, function)

    def _string(self, node: ast.Call, function: str) -> None:
        """Code in a string: looked into where it is spelt out, else said to be there."""
        text = _literal(_first(node))
        if not text or self.depth >= _DEEPEST_STRING:
            self._add("hidden_import", node.lineno, function, minor=True)
            return
        cell = parse_cell(text)
        self.names.follow(cell)
        found = _Look(self.cell, text, self.names, self.forbidden, self.known, self.depth + 1).all(cell)
        if any(finding.kind != "not_looked" for finding in found):
            minor = all(finding.minor for finding in found)
            self._add("hidden_import", node.lineno, f"{function}({text!r})", minor=minor)

    def _read(self, node: ast.Call, function: str) -> None:
        first = _first(node)
        text = isinstance(first, ast.Call) and self.names.path(first.func) in ("io.StringIO", "io.BytesIO")
        name = self.names.file_of(node, function)
        if not text and not isinstance(first, ast.List) and name not in self.known:
            minor = _stays_here(name) or (function.startswith("os.") and first is None)
            self._add("reads_files", node.lineno, _shown(function), minor=minor)

    def _use(self, node: ast.expr) -> None:
        """An expression that means something of note, whatever is done with it."""
        line = node.lineno
        if isinstance(node, ast.Name | ast.Attribute):
            if not isinstance(node.ctx, ast.Load):
                return
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in _INSIDES:
                self._add("hidden_import", line, name)
        path = self.names.path(node)
        if isinstance(node, ast.Call | ast.Subscript):
            how = self.names.path(node.func if isinstance(node, ast.Call) else node.value)
            if how in _IMPORTERS or how.startswith("sys.modules"):
                self._module(path, how, line)
                return
        base = id(node) in self.bases
        alone = not base and id(node) not in self.called
        if path in _IMPORTERS or path == "builtins" or _HIDING.match(path):
            # A module that hides is handed on whole, or something in it is used.
            if alone or (path not in _IMPORTERS and not base):
                self._add("hidden_import", line, path)
        elif _PROCESS.match(path):
            self._add("process", line, path, minor="get_ipython" in path)
        elif path in _RUNNERS or path == "sys.modules":
            if alone:
                self._add("hidden_import", line, path, minor=True)
        elif path in _OPENERS or _READERS.match(path):
            if alone:
                self._add("reads_files", line, _shown(path), minor=True)
        elif "." in (module := self._forbidden(path)):
            self._add("import", line, module)

    def _module(self, path: str, how: str, line: int) -> None:
        """A module named in a string: importlib.import_module("torch"), sys.modules["torch"]; "" where it is not."""
        if not path:
            if how in _IMPORTERS:
                self._add("hidden_import", line, how)
            return
        what = f"{how}[{path!r}]" if how == "sys.modules" else f"{how}({path!r})"
        if self._forbidden(path) or path == "builtins" or _HIDING.match(path):
            self._add("hidden_import", line, what)
        elif _prefix_in(path, _PROCESS_MODULES):
            self._add("process", line, what)
        elif how.endswith("__import__"):
            self._add("hidden_import", line, what, minor=True)

    def _command(self, command: Command) -> None:
        shell = command.name == "!"
        install = _INSTALL.search(command.rest[:1000] if shell else f"{command.name} {command.rest[:1000]}")
        if install:
            for word in re.split(r"[\s=<>~\[;,]+", install[1]):
                if module := self._forbidden(word):
                    self._add("import", command.line, module)
        elif shell:
            self._add("process", command.line, "!", minor=True)
        elif command.name in ("run", "load"):
            words = [word for word in command.rest.split() if not word.startswith("-")]
            if words and posixpath.normpath(words[0]) not in self.known:
                self._add("reads_files", command.line, f"%{command.name}", minor=_stays_here(words[0]))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else ""


def _shown(function: str) -> str:
    return function.replace("Path().", "Path.")


def _first(node: ast.Call) -> ast.expr | None:
    return node.args[0] if node.args else node.keywords[0].value if node.keywords else None


def _literal(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _argument(node: ast.Call, position: int, name: str) -> ast.expr | None:
    if len(node.args) > position:
        return node.args[position]
    return next((keyword.value for keyword in node.keywords if keyword.arg == name), None)


def _reads(node: ast.Call, function: str) -> bool:
    """Whether a call of `open` reads: not where its mode says that it only writes."""
    mode = _literal(_argument(node, 0 if function == "Path().open" else 1, "mode"))
    return not mode.startswith(("w", "a", "x")) or "+" in mode


def _prefix_in(name: str, modules: Collection[str]) -> str:
    """The module of `modules` that `name` is or lies in."""
    parts = name.split(".")[:_LONGEST_PATH]
    return next((found for n in range(1, len(parts) + 1) if (found := ".".join(parts[:n])) in modules), "")


def _stays_here(file: str) -> bool:
    """Whether a path spelt out lies in the notebook's own folder."""
    return bool(file) and not file.startswith(("/", "~", "\\")) and ".." not in file and ":" not in file


def _printable(text: str) -> str:
    """One short line without control characters, which a terminal might obey."""
    # Cut before looking at every character: the line may be long.
    text = "".join(letter if letter.isprintable() else " " for letter in text[: _MAX_SOURCE + 1])
    return text if len(text) <= _MAX_SOURCE else text[: _MAX_SOURCE - 1] + "…"

"""What a student reads, in a second language: which cells and texts those are, and that none is missing or outdated.

In solutions/<assignment>.py a markdown cell in English is followed at once by its translation, which bears the hash of
the English it was made from:

    # %% [markdown]
    # ## Why not a straight line?

    # %% [markdown] lang="ko" of="1a2b3c4d"
    # ## 왜 직선으로는 안 되는가?

The texts of the declarations and the first lines of docstrings lie in reference/<lang>/<module>.json, each under its
English text. So English that has changed is missed in both places, and nothing is shown in the wrong language silently.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.course import CourseError, CourseFolder
from grader.exercise import Assignment, Exercise
from grader.files import write_atomically
from grader.question import Question

LANGUAGES = ("en", "ko")
# Beside a course's catalogues: words that many assignments share, the engine's own criteria among them.
COMMON = "_common.json"

_NAMES = {"ko": "Korean"}
# As jupytext reads them.
_MARKER = re.compile(r"^\s*#\s*%%(?:%*\s(.*))?$")
_OPTION = r"""\b%s\s*=\s*["']([^"']*)["']"""
_LANG, _OF = re.compile(_OPTION % "lang"), re.compile(_OPTION % "of")
_QUOTED = re.compile(r"""^[rR]?("{3}|'{3})(.*)\1$""", re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_FORMULA = re.compile(r"(?<!\\)(\${1,2})(?!\$).+?(?<!\\)\1", re.DOTALL)


class TranslationError(CourseError):
    """A text without its translation, or a translation that no longer fits: one line with the place and the remedy."""


class Catalogue:
    """The translations of an assignment's texts: call it with an English text. For "en" it returns what it is given.

    file: where the texts lie, named in errors. common: texts of several assignments, in a file beside it; an
    assignment's own go before them. It remembers which texts it was asked for.
    """

    def __init__(
        self,
        lang: str,
        file: Path = Path(),
        texts: Mapping[str, str] = MappingProxyType({}),
        common: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.lang = lang
        self.file = file
        self._texts = texts
        self._common = common
        self._used: set[str] = set()
        self._known: dict[str, str] = {}

    @classmethod
    def load(cls, folder: CourseFolder, assignment: Assignment, lang: str) -> Catalogue:
        """An assignment's catalogue. Raises TranslationError when a file is missing or no {English: translation}."""
        if lang not in LANGUAGES:
            raise TranslationError(f"unknown language {lang!r}; there are {', '.join(LANGUAGES)}")
        if lang == "en":
            return cls(lang)
        *packages, module = assignment.module.split(".")
        place = folder.root.joinpath(*packages, lang)
        common = place / COMMON
        file = place / f"{module}.json"
        return cls(lang, file, _read_texts(file), _read_texts(common) if common.exists() else {})

    def __call__(self, text: str) -> str:
        """The translation of `text`. Raises TranslationError when there is none, or one with other {names} or code."""
        if self.lang == "en" or not text.strip():
            return text
        self._used.add(text)
        own = text in self._texts
        translated = self._texts.get(text, self._common.get(text))
        if translated is None:
            raise TranslationError(
                f"{self.file}: has no {_NAMES[self.lang]} for {_short(text)!r}; add it, or bring the key up to date if "
                "the English has changed"
            )
        difference = _difference(text, translated)
        if difference:
            raise TranslationError(
                f"{self.file if own else self.file.with_name(COMMON)}: {_short(text)!r}: {difference}; "
                f"make the {_NAMES[self.lang]} agree with the English"
            )
        return translated

    def or_english(self, text: str) -> str:
        """The translation of `text`, or `text` itself where there is none that fits. Looked up once for each text."""
        if text not in self._known:
            try:
                self._known[text] = self(text)
            except TranslationError:
                self._known[text] = text
        return self._known[text]

    def unused(self) -> list[str]:
        """The assignment's own texts that nobody has asked for, in the file's order."""
        return [text for text in self._texts if text not in self._used]


def languages(folder: CourseFolder) -> list[str]:
    """The languages a course is written in: English, and those for which it has a folder of texts."""
    places = {folder.root.joinpath(*item.module.split(".")[:-1]) for item in folder.course.assignments}
    return [LANGUAGES[0], *(lang for lang in LANGUAGES[1:] if any((place / lang).is_dir() for place in places))]


def stamp_of(source: str) -> str:
    """The hash of an English text that its translation bears: 8 hex digits; blanks around the text are ignored."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:8]


def cells_in(cells: Sequence[Any], lang: str, where: str) -> list[Any]:
    """The cells of a source notebook that its notebook in `lang` has; `where` names the source in errors.

    For "en" the cells without `lang`. For another language each English markdown cell has its translation's text and
    stays itself in all else (tags, id); code is shared. The cells given are left as they were.
    Raises TranslationError when a translation is missing, outdated, not stamped or at the wrong place.
    """
    if lang not in LANGUAGES:
        raise TranslationError(f"unknown language {lang!r}; there are {', '.join(LANGUAGES)}")
    chosen = []
    for group in _groups(cells, where):
        if lang == "en":
            group.check_languages()
            chosen += [] if _lang(group.cell) else [group.cell]
            continue
        translation = group.translation(lang)
        cell = copy.deepcopy(group.cell)
        if translation is not None:
            group.check_stamp(translation)
            cell["source"] = translation["source"]
        chosen.append(cell)
    return chosen


def translate_docstring(source: str, catalogue: Catalogue) -> str:
    """A code cell with the first line of each top-level function's docstring translated; nothing else changes.

    Raises TranslationError when the catalogue does, when a cell with functions is not Python, and when the translation
    cannot stand in the docstring as it is (quotes, backslashes).
    """
    if catalogue.lang == "en":
        return source
    tree = _parsed(source)
    docstrings = _docstrings(tree)
    if not docstrings:
        return source
    made = source
    # From the last, so that the places of those before stay right.
    for literal in reversed(docstrings):
        line, start = _first_line(literal), _offset(source, literal)
        translated = catalogue(line)
        made = made[:start] + made[start:].replace(line, translated, 1)
        literal.value = str(literal.value).replace(line, translated, 1)
    if not _reads_as(made, tree):
        raise TranslationError(
            f"{catalogue.file}: {_short(translated)!r} cannot stand in its docstring; "
            'write that as r"""...""" in one piece, and its first line without quotes at the end'
        )
    return made


def translate_cases(node: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The JSON of public_cases.json with its texts translated. Ids of cases, by which answers are stored, stay.

    Raises TranslationError when the catalogue does, and when two texts that must differ have the same translation.
    """
    lists = [name for name in ("exercises", "questions") if name in node]
    return {**node, **{name: [_translated(item, catalogue) for item in node[name]] for name in lists}}


def texts_of(exercises: Iterable[Exercise], questions: Mapping[str, Question]) -> list[str]:
    """Every text of the declarations that a student may read, each once, in order."""
    texts: list[str] = []
    for exercise in exercises:
        texts += [exercise.hint, *(criterion.name for criterion in exercise.criteria)]
        texts += [text for mistake in exercise.mistakes for text in (mistake.title, mistake.hint)]
    for question in questions.values():
        texts += [question.text, question.unit, question.explanation]
        texts += [text for option in question.options for text in (option.text, option.why)]
    return [text for text in dict.fromkeys(texts) if text.strip()]


def stamp(path: Path, accept: bool) -> list[str]:
    """Write the hash of the English into each translation's marker line that has none; with `accept` also new ones.

    Nothing else of the file changes. Returns a line for each marker changed; a second run returns none.
    Raises TranslationError when the file cannot be read.
    """
    lines = _read(path).split("\n")
    changed = []
    for group in _groups(_cells(lines), str(path)):
        for lang in LANGUAGES[1:]:
            try:
                translation = group.translation(lang)
            except TranslationError:
                continue  # of nothing, or of what is not clear: `holes` says so
            if translation is None or translation["metadata"].get("of") == stamp_of(group.cell["source"]):
                continue
            if accept or "of" not in translation["metadata"]:
                number = translation["line"]
                lines[number] = _stamped(lines[number], stamp_of(group.cell["source"]))
                changed.append(f"{path}:{number + 1}: {lines[number].strip()}")
    if changed:
        write_atomically(path, "\n".join(lines), path.stat().st_mode & 0o777)
    return changed


def holes(folder: CourseFolder, assignment: Assignment, declared_texts: Iterable[str]) -> list[str]:
    """What is missing, left over or outdated in any language of an assignment, one line each; empty when all is well.

    declared_texts: the texts of its declarations, as `texts_of` finds them.
    """
    declared = list(declared_texts)
    source = folder.source(assignment)
    try:
        cells = _cells(_read(source).split("\n"))
    except TranslationError as error:
        return [str(error)]
    found: list[str] = []
    for lang in LANGUAGES[1:]:
        for group in _groups(cells, str(source)):
            with _noting(found):
                group.check_stamp(group.translation(lang))
        with _noting(found):
            found += _holes_of(Catalogue.load(folder, assignment, lang), cells, declared)
    return list(dict.fromkeys(found))


def _holes_of(catalogue: Catalogue, cells: Sequence[Any], declared: Sequence[str]) -> list[str]:
    found: list[str] = []
    code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    for source in code:
        with _noting(found):
            # One by one first: the whole cell stops at the first text it lacks.
            for literal in _docstrings(_parsed(source)):
                with _noting(found):
                    catalogue(_first_line(literal))
            translate_docstring(source, catalogue)
    for text in declared:
        with _noting(found):
            catalogue(text)
    return found + [
        f"{catalogue.file}: {_short(text)!r} is not, or no longer, a text of the course; remove it"
        for text in catalogue.unused()
    ]


@contextmanager
def _noting(found: list[str]) -> Iterator[None]:
    """Write a TranslationError down and go on."""
    try:
        yield
    except TranslationError as error:
        found.append(str(error))


# ------------------------------------------------------------------------------------------ cells


@dataclass(frozen=True)
class _Group:
    """A cell with the translations right after it. number: of the cell, from 1. where: the source it is from."""

    where: str
    number: int
    cell: Any
    translations: list[Any] = field(default_factory=list)

    def translation(self, lang: str) -> Any | None:
        """The cell's text in `lang`; None of a cell that all languages share. Raises TranslationError."""
        self.check_languages()
        if _lang(self.cell):
            raise TranslationError(f"{self._place(0)}: has no English before it; write that first, or remove the cell")
        if self.cell["cell_type"] != "markdown":
            if self.translations:
                raise TranslationError(
                    f"{self._place(1)}: follows no English text; a translation stands right after its English cell"
                )
            return None
        mine = [place for place, cell in enumerate(self.translations) if _lang(cell) == lang]
        if not mine:
            raise TranslationError(
                f'{self._place(0)}: has no {_NAMES[lang]}; write it right after, as # %% [markdown] lang="{lang}"'
            )
        if len(mine) > 1:
            raise TranslationError(
                f"{self._place(mine[1] + 1)}: is a second translation of cell {self.number}; "
                "remove one, or write the English of it before"
            )
        return self.translations[mine[0]]

    def check_languages(self) -> None:
        """Raise TranslationError where `lang` stands on what is no translation."""
        for place, cell in enumerate((self.cell, *self.translations)):
            if _lang(cell) and cell["cell_type"] != "markdown":
                raise TranslationError(f"{self._place(place)}: is code, which the languages share; remove its lang")
            if _lang(cell) and _lang(cell) not in LANGUAGES[1:]:
                raise TranslationError(
                    f'{self._place(place)}: has lang="{_lang(cell)}"; translations are in {", ".join(LANGUAGES[1:])}, '
                    "and English has no lang"
                )

    def check_stamp(self, translation: Any | None) -> None:
        """Raise TranslationError unless the translation bears the hash of the English as it is now."""
        if translation is None or translation["metadata"].get("of") == stamp_of(self.cell["source"]):
            return
        name = _NAMES[_lang(translation)]
        if "of" not in translation["metadata"]:
            raise TranslationError(f"{self._place(0)}: its {name} is not stamped yet; run `grader translation`")
        raise TranslationError(
            f"{self._place(0)}: has changed since its {name} was written; bring that up to date, "
            "then run `grader translation --accept`"
        )

    def _place(self, index: int) -> str:
        cell = (self.cell, *self.translations)[index]
        return f"{self.where}: cell {self.number + index} ({_short(cell['source'])!r})"


def _groups(cells: Iterable[Any], where: str) -> list[_Group]:
    groups: list[_Group] = []
    for number, cell in enumerate(cells, 1):
        if _lang(cell) and groups:
            groups[-1].translations.append(cell)
        else:
            groups.append(_Group(where, number, cell))
    return groups


def _lang(cell: Any) -> str:
    return str(cell["metadata"].get("lang", ""))


def _cells(lines: Sequence[str]) -> list[dict[str, Any]]:
    """The cells of a percent-format source as jupytext reads them, each with the index of its marker line.

    Not by jupytext, which does not say where in the file a cell is.
    """
    marks = [(number, match) for number, line in enumerate(lines) if (match := _MARKER.match(line))]
    ends = [number for number, _ in marks[1:]] + [len(lines)]
    before = "\n".join(lines[: marks[0][0] if marks else len(lines)]).strip()
    # A YAML header is not a cell; other text is one, without a marker.
    cells = [_cell(-1, "", before)] if before and not before.startswith("# ---") else []
    return cells + [
        _cell(number, match[1] or "", "\n".join(line.rstrip("\r") for line in lines[number + 1 : end]))
        for (number, match), end in zip(marks, ends, strict=True)
    ]


def _cell(line: int, options: str, source: str) -> dict[str, Any]:
    kind = "markdown" if "[markdown]" in options or "[md]" in options else "raw" if "[raw]" in options else "code"
    source = source.strip("\n")
    if kind != "code":
        quoted = _QUOTED.match(source.strip())
        source = quoted[2] if quoted else re.sub(r"^# ?", "", source, flags=re.MULTILINE)
    found = {"lang": _LANG.search(options), "of": _OF.search(options)}
    metadata = {name: match[1] for name, match in found.items() if match}
    return {"cell_type": kind, "metadata": metadata, "source": source, "line": line}


def _stamped(marker: str, digest: str) -> str:
    if _OF.search(marker):
        return _OF.sub(f'of="{digest}"', marker, count=1)
    return _LANG.sub(lambda match: f'{match[0]} of="{digest}"', marker, count=1)


# ------------------------------------------------------------------------------------------ docstrings


def _parsed(source: str) -> ast.Module:
    """A cell as Python; empty for a cell of magics. Raises TranslationError when it defines functions and is none."""
    try:
        return ast.parse(source)
    except SyntaxError as error:
        if not re.search(r"^(async )?def ", source, re.MULTILINE):
            return ast.Module([], [])
        raise TranslationError(
            f"a cell with functions is not Python (line {error.lineno}: {error.msg}); it starts {_short(source)!r}"
        ) from error


def _docstrings(tree: ast.Module) -> list[ast.Constant]:
    """The docstrings of a cell's top-level functions."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    firsts = [function.body[0] for function in functions if ast.get_docstring(function)]
    return [node.value for node in firsts if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]


def _first_line(literal: ast.Constant) -> str:
    return str(literal.value).strip().split("\n")[0].strip()


def _offset(source: str, node: ast.expr) -> int:
    """Where a node starts: ast's lines count from 1, its columns in bytes of UTF-8."""
    lines = source.split("\n")[: node.lineno]
    return sum(len(line) + 1 for line in lines[:-1]) + len(lines[-1].encode()[: node.col_offset].decode())


def _reads_as(source: str, tree: ast.Module) -> bool:
    try:
        return ast.dump(ast.parse(source)) == ast.dump(tree)
    except SyntaxError:
        return False


# ------------------------------------------------------------------------------------------ texts


def _translated(item: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """An exercise's or a question's public key."""
    if "question" in item:
        options = list(_distinct(item["options"], catalogue, item["question"]).values())
        return {**item, "text": catalogue(item["text"]), "unit": catalogue(item["unit"]), "options": options}
    titles = _distinct(item["mistakes"], catalogue, item["exercise"])
    names = _distinct([criterion["name"] for criterion in item["criteria"]], catalogue, item["exercise"])

    def retitled(case: Mapping[str, Any]) -> dict[str, Any]:
        return {**case, "mistakes": {titles[title]: outcome for title, outcome in case["mistakes"].items()}}

    return {
        **item,
        "hint": catalogue(item["hint"]),
        "mistakes": {titles[title]: catalogue(hint) for title, hint in item["mistakes"].items()},
        "criteria": [
            {**criterion, "name": names[criterion["name"]], "cases": [retitled(case) for case in criterion["cases"]]}
            for criterion in item["criteria"]
        ],
    }


def _distinct(texts: Iterable[str], catalogue: Catalogue, where: str) -> dict[str, str]:
    """Text -> translation. Raises TranslationError when two have the same: one would replace the other."""
    found: dict[str, str] = {}
    for text in texts:
        translated = catalogue(text)
        if translated in found.values():
            other = next(before for before, same in found.items() if same == translated)
            raise TranslationError(
                f"{catalogue.file}: {where}: {_short(other)!r} and {_short(text)!r} have the same translation; "
                "make them differ"
            )
        found[text] = translated
    return found


def _difference(english: str, translated: str) -> str:
    """How the parts of a translation that must be the same differ from the English; "" when they do not."""
    for what, parts in (("{names}", _placeholders), ("`code`", _code)):
        lacking, added = parts(english) - parts(translated), parts(translated) - parts(english)
        if lacking or added:
            told = [f"lacks {sorted(lacking)}"] if lacking else []
            return f"of {what} the translation " + " and ".join(told + ([f"adds {sorted(added)}"] if added else []))
    counts = [len(_FORMULA.findall(text)) for text in (english, translated)]
    if counts[0] != counts[1]:
        return f"it has {counts[0]} $formulas$, the translation {counts[1]}"
    # A hint is shown line by line.
    lines = [_CODE.sub("", text).strip().count("\n") + 1 for text in (english, translated)]
    return "" if lines[0] == lines[1] else f"it has {lines[0]} lines, the translation {lines[1]}"


def _placeholders(text: str) -> set[str]:
    try:
        parts = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return {"a single brace"}
    return {f"{name}{'!' if how else ''}{how or ''}{':' if form else ''}{form}" for _, name, form, how in parts}


def _code(text: str) -> set[str]:
    return {" ".join(match[2].split()) for match in _CODE.finditer(text)}


def _read_texts(file: Path) -> dict[str, str]:
    """A flat JSON object of texts. Raises TranslationError."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise TranslationError(f"{file}: {_short(key)!r} stands there twice; keep one of them")
        return dict(pairs)

    try:
        node = json.loads(_read(file), object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise TranslationError(f"{file}: is not JSON (line {error.lineno}: {error.msg}); correct it there") from error
    if not isinstance(node, dict):
        raise TranslationError(f'{file}: is not one object {{"English": "translation"}}; write it as one')
    for text, translated in node.items():
        if not isinstance(translated, str) or not translated.strip():
            raise TranslationError(f"{file}: {_short(text)!r} has no text beside it; write its translation")
    return node


def _read(path: Path) -> str:
    """A file's text, line ends as they are. Raises TranslationError."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise TranslationError(f"{path}: cannot be read ({error.strerror}); translation needs it") from error
    except UnicodeDecodeError as error:
        raise TranslationError(f"{path}: is not UTF-8 text (byte {error.start}); save it again as UTF-8") from error


def _short(text: str, length: int = 60) -> str:
    """A text's first words, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"

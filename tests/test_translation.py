"""A second language beside English: every hole in it is found, and nothing is taken for a translation that is none."""

import copy
import json
import textwrap

import jupytext
import pytest

from grader.course import CourseFolder
from grader.exercise import Assignment, case, exercise
from grader.question import choice, number, right, wrong
from grader.translation import (
    Catalogue,
    TranslationError,
    cells_in,
    holes,
    languages,
    stamp,
    stamp_of,
    texts_of,
    translate_cases,
    translate_docstring,
)

ASSIGNMENT = Assignment("01_first", "weeks.first", "first")


def cells_of(text):
    return jupytext.reads(textwrap.dedent(text), fmt="py:percent").cells


def sources(cells):
    return [cell.source for cell in cells]


def marked(english, korean, options=""):
    """A markdown cell and its translation, stamped."""
    return (
        f'# %% [markdown]\n# {english}\n\n# %% [markdown] lang="ko" of="{stamp_of(english)}"{options}\n# {korean}\n\n'
    )


def catalogue(**texts):
    """A catalogue of these texts, underscores in the English standing for blanks."""
    return Catalogue("ko", texts={text.replace("_", " "): translated for text, translated in texts.items()})


@pytest.fixture
def folder(tmp_path):
    """A course's folder with a catalogue of nothing and a source of nothing."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "01_first.py").write_text("")
    (tmp_path / "weeks" / "ko").mkdir(parents=True)
    (tmp_path / "weeks" / "ko" / "first.json").write_text("{}")
    return CourseFolder(tmp_path, "weeks:COURSE")


def write(folder, texts, name="first"):
    path = folder.root / "weeks" / "ko" / f"{name}.json"
    path.write_text(texts if isinstance(texts, str) else json.dumps(texts), encoding="utf-8")
    return path


def write_source(folder, text):
    path = folder.root / "solutions" / "01_first.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------------ catalogue


def test_a_text_is_found_under_its_english(folder):
    write(folder, {"values": "값"})
    assert Catalogue.load(folder, ASSIGNMENT, "ko")("values") == "값"


def test_english_is_what_it_is_given_and_needs_no_file(folder):
    write(folder, "[")
    english = Catalogue.load(folder, ASSIGNMENT, "en")
    assert english("anything at all") == "anything at all"
    assert english.unused() == []


def test_a_text_without_translation_is_named_on_one_line(folder):
    text = "a long text\nof two lines " + 30 * "and more "
    with pytest.raises(
        TranslationError, match=r"first\.json: has no Korean for 'a long text of two lines and more"
    ) as told:
        Catalogue.load(folder, ASSIGNMENT, "ko")(text)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 250 + len(str(folder.root))


def test_no_text_needs_no_translation():
    assert catalogue()("") == ""


def test_common_words_lie_beside_and_an_assignments_own_go_before(folder):
    write(folder, {"values": "값"})
    write(folder, {"values": "다른 값", "integer input": "정수 입력"}, "_common")
    korean = Catalogue.load(folder, ASSIGNMENT, "ko")
    assert (korean("values"), korean("integer input")) == ("값", "정수 입력")


def test_what_nobody_asked_for_is_left_over_common_words_are_not(folder):
    write(folder, {"one": "하나", "two": "둘", "three": "셋"})
    write(folder, {"four": "넷"}, "_common")
    korean = Catalogue.load(folder, ASSIGNMENT, "ko")
    korean("two")
    assert korean.unused() == ["one", "three"]


def test_an_unknown_language_is_named(folder):
    with pytest.raises(TranslationError, match="unknown language 'fr'; there are en, ko"):
        Catalogue.load(folder, ASSIGNMENT, "fr")


@pytest.mark.parametrize("name", ["first", "_common"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"a": "b",\n}', "is not JSON (line "),
        ('["a"]', "is not one object"),
        ('{"a": 1}', "'a' has no text beside it"),
        ('{"a": {"b": "c"}}', "'a' has no text beside it"),
        ('{"a": " "}', "'a' has no text beside it"),
        ('{"a": "b", "a": "c"}', "'a' stands there twice"),
    ],
)
def test_a_file_that_is_no_catalogue_is_named(folder, name, content, says):
    path = write(folder, content, name)
    with pytest.raises(TranslationError) as told:
        Catalogue.load(folder, ASSIGNMENT, "ko")
    assert str(told.value).startswith(f"{path}: {says}")
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_utf8_is_named(folder):
    (folder.root / "weeks" / "ko" / "first.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(TranslationError, match=r"first\.json: is not UTF-8 text \(byte 7\)"):
        Catalogue.load(folder, ASSIGNMENT, "ko")


def test_a_missing_file_is_named_missing_common_words_are_none(folder):
    (folder.root / "weeks" / "ko" / "first.json").unlink()
    with pytest.raises(TranslationError, match=r"first\.json: cannot be read \(No such file"):
        Catalogue.load(folder, ASSIGNMENT, "ko")


@pytest.mark.parametrize(
    ("english", "korean", "says"),
    [
        ("{size} wide", "너비", "of {names} the translation lacks ['size']"),
        ("wide", "너비 {size}", "of {names} the translation adds ['size']"),
        ("{a:.3g} and {b}", "{a:.2f}와 {b}", "lacks ['a:.3g'] and adds ['a:.2f']"),
        ("{a!r}", "{a}", "lacks ['a!r'] and adds ['a']"),
        ("{a}", "{a", "adds ['a single brace']"),
        ("use `keepdims`", "`keepdim`을 쓰세요", "of `code` the translation lacks ['keepdims'] and adds ['keepdim']"),
        ("use ``a`b``", "`a`를 쓰세요", "lacks ['a`b'] and adds ['a']"),
        ("$x$ and $y$", "$x$와 y", "it has 2 $formulas$, the translation 1"),
        ("$$x$$", "x", "it has 1 $formulas$, the translation 0"),
        ("look here\nthen there", "여기를 보고 저기를 보세요", "it has 2 lines, the translation 1"),
        ("look here", "여기를\n보세요", "it has 1 lines, the translation 2"),
    ],
)
def test_names_code_and_formulas_are_the_same(folder, english, korean, says):
    path = write(folder, {english: korean})
    with pytest.raises(TranslationError) as told:
        Catalogue.load(folder, ASSIGNMENT, "ko")(english)
    assert says in str(told.value)
    assert str(told.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("{a} of {b}", "{b}의 {a}"),
        ("{a}, {a} again", "{a}뿐"),
        ("write `x @ w`, `w` second", "`w`를 둘째로, `x\n@ w`라고"),
        ("$x$ then $$y$$", "$$y$$ 다음 $x$"),
        ("p in {0, 1}", "{0, 1}에 있는 p"),
        ("an open { brace", "열린 { 괄호"),
        (r"from \$5 to \$6", "5달러에서 6달러까지"),
        ("$$x$$ and $$y$$", "$x$와 $y$"),
        ("look here\nthen there", "여기를 보고\n저기를 보세요\n"),
    ],
)
def test_their_order_and_number_may_differ(english, korean):
    assert Catalogue("ko", texts={english: korean})(english) == korean


def test_a_difference_in_the_common_words_names_their_file(folder):
    write(folder, {"`a`": "b"}, "_common")
    with pytest.raises(TranslationError, match=r"_common\.json: '`a`'"):
        Catalogue.load(folder, ASSIGNMENT, "ko")("`a`")


def test_a_course_is_in_english_and_in_the_languages_it_has_texts_in(course):
    made = course()
    assert languages(made) == ["en"]
    beside = made.root / made.entry.partition(":")[0]
    (beside / "fr").mkdir()
    assert languages(made) == ["en"]
    (beside / "ko").mkdir()
    assert languages(made) == ["en", "ko"]


# ------------------------------------------------------------------------------------------ cells


def test_the_stamp_is_a_hash_of_the_text_without_blanks_around_it():
    assert stamp_of("text") == "982d9e3e"  # printf text | sha256sum
    assert stamp_of("\n text\n") == stamp_of("text")
    assert stamp_of("text.") != stamp_of("text")


def test_english_has_every_cell_but_the_translations():
    cells = cells_of("# %%\na = 1\n\n" + marked("One", "하나") + marked("Two", "둘"))
    assert sources(cells_in(cells, "en", "x.py")) == ["a = 1", "One", "Two"]


def test_english_is_built_before_it_is_translated():
    cells = cells_of('# %% [markdown]\n# One\n\n# %% [markdown]\n# Two\n\n# %% [markdown] lang="ko"\n# 둘\n')
    assert sources(cells_in(cells, "en", "x.py")) == ["One", "Two"]


def test_korean_has_the_same_cells_with_the_text_of_the_translations():
    cells = cells_of("# %%\na = 1\n\n" + marked("One", "하나") + "# %% [raw]\n# as it is\n\n" + marked("Two", "둘"))
    assert sources(cells_in(cells, "ko", "x.py")) == ["a = 1", "하나", "as it is", "둘"]


def test_all_but_the_text_is_the_english_cells():
    cells = cells_of('# %% [markdown] tags=["explanation"]\n# Why\n\n# %% [markdown] lang="ko" tags=["other"]\n# 왜\n')
    cells[1].metadata["of"] = stamp_of("Why")
    [made] = cells_in(cells, "ko", "x.py")
    assert (made.source, made.id, made.metadata["tags"]) == ("왜", cells[0].id, ["explanation"])
    assert not {"lang", "of"} & set(made.metadata)


def test_the_cells_given_are_left_as_they_were():
    cells = cells_of(marked("One", "하나"))
    before = copy.deepcopy(cells)
    [made] = cells_in(cells, "ko", "x.py")
    made.metadata["tags"] = ["new"]
    assert cells == before


MISSING = "# %% [markdown]\n# One\n\n"
STAMPED = f'# %% [markdown] lang="ko" of="{stamp_of("One")}"\n# 하나\n\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (marked("Zero", "영") + MISSING, "cell 3 ('One'): has no Korean; write it right after"),
        (MISSING + "# %%\na = 1\n\n" + STAMPED, "cell 1 ('One'): has no Korean"),
        (
            MISSING + '# %% [markdown] lang="ko"\n# 하나\n',
            "cell 1 ('One'): its Korean is not stamped yet; run `grader",
        ),
        (
            (MISSING + STAMPED).replace("# One", "# One more"),
            "cell 1 ('One more'): has changed since its Korean was written; bring that up to date, then run "
            "`grader translation --accept`",
        ),
        (STAMPED, "cell 1 ('하나'): has no English before it"),
        ("# %%\na = 1\n\n" + STAMPED, "cell 2 ('하나'): follows no English text"),
        (MISSING + STAMPED + STAMPED.replace("하나", "둘"), "cell 3 ('둘'): is a second translation of cell 1"),
    ],
)
def test_what_is_no_translation_stops_the_korean(text, says):
    with pytest.raises(TranslationError) as told:
        cells_in(cells_of(text), "ko", "x.py")
    assert str(told.value).startswith(f"x.py: {says}")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('# %% lang="ko"\na = 1\n', "cell 1 ('a = 1'): is code, which the languages share"),
        (MISSING + STAMPED + '# %% lang="ko"\na = 1\n', "cell 3 ('a = 1'): is code, which the languages share"),
        (MISSING + STAMPED + '# %% [markdown] lang="kr"\n# 하나\n', "cell 3 ('하나'): has lang=\"kr\""),
        ('# %% [markdown] lang="en"\n# One\n', "cell 1 ('One'): has lang=\"en\""),
    ],
)
def test_no_cell_is_lost_for_a_wrong_lang(lang, text, says):
    with pytest.raises(TranslationError) as told:
        cells_in(cells_of(text), lang, "x.py")
    assert str(told.value).startswith(f"x.py: {says}")


def test_no_cells_in_an_unknown_language():
    with pytest.raises(TranslationError, match="unknown language 'fr'"):
        cells_in([], "fr", "x.py")


# ------------------------------------------------------------------------------------------ docstrings

FUNCTION = '''
def double(x):
    """Return 2x.

    Return 2x. It is "x + x".
    """
    return "Return 2x."
'''


def test_only_the_first_line_of_a_docstring_is_translated():
    made = translate_docstring(FUNCTION, Catalogue("ko", texts={"Return 2x.": "2x를 반환한다."}))
    assert made == FUNCTION.replace('"""Return 2x.', '"""2x를 반환한다.')


@pytest.mark.parametrize(
    "source",
    [
        'def f(): "One"',
        "def f():\n\t'''One'''",
        'def f():\n    """\n    One\n\n    more\n    """',
        'async def f():\n    r"""One\n    """',
        'é = "ééé"\ndef ééééé(): "One"',
        'def f():\n    """One \n\n    more"""',
        'One = 1\n@One("One")\ndef f(a="One"): # One\n    """One """',
    ],
)
def test_indentation_quotes_and_all_other_text_stay(source):
    made = translate_docstring(source, catalogue(One="하나"))
    place = source.rindex("One")
    assert made == source[:place] + "하나" + source[place + 3 :]


def test_every_function_of_a_cell_is_translated():
    source = 'def f():\n    """The number one"""\n\ndef g():\n    """Two\n\n    The number one"""\n'
    made = translate_docstring(source, catalogue(The_number_one="하나", Two="둘"))
    assert made == 'def f():\n    """하나"""\n\ndef g():\n    """둘\n\n    The number one"""\n'


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        '"One"',
        'x = """One"""',
        "def f():\n    return 1\n",
        'def f():\n    ""\n',
        "def f(): ...\n",
        'def f():\n    def g():\n        "One"\n',
        "%matplotlib inline\n",
    ],
)
def test_code_without_a_docstring_is_unchanged(source):
    assert translate_docstring(source, catalogue()) == source


@pytest.mark.parametrize("source", [FUNCTION, "%timeit\n" + FUNCTION])
def test_english_docstrings_are_as_written(source):
    assert translate_docstring(source, Catalogue("en")) == source


def test_a_docstring_without_translation_is_named():
    with pytest.raises(TranslationError, match=r"has no Korean for 'Return 2x\.'"):
        translate_docstring(FUNCTION, catalogue())


def test_a_cell_of_functions_that_is_not_python_is_named():
    with pytest.raises(TranslationError, match=r"not Python \(line 1: .*it starts '%timeit def f\(\): \"One\"'"):
        translate_docstring('%timeit\ndef f(): "One"', catalogue(One="하나"))


@pytest.mark.parametrize(
    ("source", "english", "korean"),
    [
        ('def f():\n    """One"""', "One", '"하나"'),
        ('def f():\n    """One\n    """', "One", 'x""" + """y'),
        ('def f():\n    """One\n    """', "One", "\\alpha\\n"),
        ('def f():\n    """a \\\\ b"""', "a \\ b", "가 나"),
        ('def f():\n    "a" " b"', "a b", "가 나"),
    ],
)
def test_a_translation_that_breaks_the_docstring_is_named(source, english, korean):
    with pytest.raises(TranslationError, match="cannot stand in its docstring"):
        translate_docstring(source, Catalogue("ko", texts={english: korean}))


# ------------------------------------------------------------------------------------------ cases

CASES = {
    "format": 2,
    "exercises": [
        {
            "exercise": "double",
            "points": 2,
            "hint": "Add.",
            "mistakes": {"squared": "2x, not x²", "values": "Add."},
            "criteria": [
                {
                    "name": "values",
                    "hidden": False,
                    "cases": [{"id": "values/public/0", "mistakes": {"squared": {"value": 4}, "values": {"value": 1}}}],
                },
                {"name": "far", "hidden": True, "cases": []},
            ],
        }
    ],
    "questions": [{"question": "width", "text": "{n} wide?", "unit": "pixels", "options": ["one", "two"], "points": 1}],
}
KOREAN = {
    "Add.": "더하세요.",
    "squared": "제곱함",
    "2x, not x²": "x²이 아니라 2x",
    "values": "값",
    "far": "멀리",
    "{n} wide?": "너비가 {n}?",
    "pixels": "픽셀",
    "one": "하나",
    "two": "둘",
}


def test_the_texts_of_an_exercise_are_translated_and_its_mistakes_alike_everywhere():
    [made] = translate_cases(CASES, Catalogue("ko", texts=KOREAN))["exercises"]
    assert made == {
        "exercise": "double",
        "points": 2,
        "hint": "더하세요.",
        "mistakes": {"제곱함": "x²이 아니라 2x", "값": "더하세요."},
        "criteria": [
            {
                "name": "값",
                "hidden": False,
                "cases": [{"id": "values/public/0", "mistakes": {"제곱함": {"value": 4}, "값": {"value": 1}}}],
            },
            {"name": "멀리", "hidden": True, "cases": []},
        ],
    }
    assert list(made) == list(CASES["exercises"][0])


def test_the_texts_of_a_question_are_translated_wherever_it_stands():
    [asked] = CASES["questions"]
    wanted = [{"question": "width", "text": "너비가 {n}?", "unit": "픽셀", "options": ["하나", "둘"], "points": 1}]
    korean = Catalogue("ko", texts=KOREAN)
    assert translate_cases({"exercises": [], "questions": [asked]}, korean) == {"exercises": [], "questions": wanted}
    assert translate_cases({"exercises": [asked]}, korean) == {"exercises": wanted}


def test_a_question_without_unit_needs_none():
    asked = {**CASES["questions"][0], "unit": ""}
    assert translate_cases({"questions": [asked]}, Catalogue("ko", texts=KOREAN))["questions"][0]["unit"] == ""


def test_translating_makes_new_cases_and_english_the_same():
    before = copy.deepcopy(CASES)
    translate_cases(CASES, Catalogue("ko", texts=KOREAN))
    assert before == CASES
    assert translate_cases(CASES, Catalogue("en")) == CASES


@pytest.mark.parametrize(
    ("one", "other", "where"), [("squared", "values", "double"), ("values", "far", "double"), ("one", "two", "width")]
)
def test_two_that_must_differ_have_no_common_translation(one, other, where):
    with pytest.raises(TranslationError, match=f"{where}: '{one}' and '{other}' have the same translation"):
        translate_cases(CASES, Catalogue("ko", texts={**KOREAN, one: "같음", other: "같음"}))


def test_the_texts_of_declarations_are_those_a_student_may_read_each_once():
    @exercise(points=2, hint="Add.")
    def texts_of_double(x):
        """Not a student's."""
        return 2 * x

    @texts_of_double.criterion("values", points=1)
    def _(rng):
        yield case(x=1.0)

    texts_of_double.inputs_unchanged(points=1)
    texts_of_double.mistake("squared", hint="2x")(lambda x: x**2)
    questions = {
        "width": number("{n} wide?", answer=lambda n: n, explanation="{n}.", unit="pixels", plain={"n": 1}),
        "which": choice("Which?", right("one", "It is."), wrong("values", "It is not.")),
    }
    assert texts_of([texts_of_double], questions) == [
        *("Add.", "values", "inputs left unchanged", "squared", "2x"),
        *("{n} wide?", "pixels", "{n}.", "Which?", "one", "It is.", "It is not."),
    ]


# ------------------------------------------------------------------------------------------ stamp

# What its first cell says, as jupytext reads it.
STAMP = stamp_of("# One\n\nmore\ntight")
UNSTAMPED = """\
# %% [markdown]
# # One
#
# more
#tight

# %% [markdown] lang="ko" tags=["explanation"]
# # 하나

# %%
a = 1 # %% [markdown] lang="ko"
"""


def test_a_translation_without_a_hash_is_stamped_and_nothing_else_changes(tmp_path):
    path = tmp_path / "x.py"
    path.write_text(UNSTAMPED)
    wanted = f'# %% [markdown] lang="ko" of="{STAMP}" tags=["explanation"]'
    assert stamp(path, accept=False) == [f"{path}:7: {wanted}"]
    assert path.read_text() == UNSTAMPED.replace('# %% [markdown] lang="ko" tags=["explanation"]', wanted)


def test_a_second_stamp_finds_nothing_to_do(tmp_path):
    path = tmp_path / "x.py"
    path.write_text(UNSTAMPED)
    stamp(path, accept=True)
    before = path.stat()
    assert stamp(path, accept=True) == []
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_changed_english_is_stamped_only_when_accepted(tmp_path):
    path = tmp_path / "x.py"
    outdated = marked("One", "하나").replace("# One", "# One more")
    path.write_text(outdated)
    assert stamp(path, accept=False) == []
    assert path.read_text() == outdated
    [told] = stamp(path, accept=True)
    assert told == f'{path}:4: # %% [markdown] lang="ko" of="{stamp_of("One more")}"'
    assert path.read_text() == outdated.replace(stamp_of("One"), stamp_of("One more"))


@pytest.mark.parametrize(
    "text",
    [
        '# %% [markdown] lang="ko"\n# 하나\n',
        '# %%\na = 1\n\n# %% [markdown] lang="ko"\n# 하나\n',
        '# %% [markdown]\n# One\n\n# %% [markdown] lang="ko"\n# 하나\n\n# %% [markdown] lang="ko"\n# 둘\n',
        '# %% [markdown]\n# One\n\n# %% lang="ko"\na = 1\n',
    ],
    ids=["first", "after code", "two", "code"],
)
def test_what_is_no_clear_translation_is_not_stamped(tmp_path, text):
    path = tmp_path / "x.py"
    path.write_text(text)
    assert stamp(path, accept=True) == []
    assert path.read_text() == text


def test_line_ends_and_permissions_stay(tmp_path):
    path = tmp_path / "x.py"
    path.write_bytes(UNSTAMPED.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    assert len(stamp(path, accept=False)) == 1
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") == UNSTAMPED.count("\n")
    assert path.stat().st_mode & 0o777 == 0o640
    assert f'of="{STAMP}"' in path.read_text()


@pytest.mark.parametrize(
    "english",
    [
        "# %% [markdown]\n# # One\n#\n#   indented\n#tight\n#\n\n\n",
        "# %% [markdown]\n# One\n",
        '# %% [markdown] tags=["explanation"]\n# One\n\n',
        "# %% a title [md]\n# One\n\n",
        '# %% [markdown]\n"""\nOne\n\n## two\n"""\n\n',
        '# %% [markdown]\nr"""One $\\alpha$"""\n\n',
        "# ---\n# title: x\n# ---\n\n# %% [markdown]\n# One\n\n",
        "import this\n\n# %% [markdown]\n# One\n\n",
        "# %%\n\n# %% [raw]\n# raw\n\n# %% [markdown]\n# One\n\n",
    ],
)
@pytest.mark.parametrize("marker", ['# %% [markdown] lang="ko"', "#%% [md] lang='ko'"])
def test_a_stamped_source_is_what_jupytext_reads(tmp_path, english, marker):
    path = tmp_path / "x.py"
    path.write_text(f"{english}{marker}\n# 하나\n")
    assert len(stamp(path, accept=False)) == 1
    assert sources(cells_in(cells_of(path.read_text()), "ko", "x.py"))[-1] == "하나"


def test_a_source_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TranslationError, match=r"x\.py: cannot be read"):
        stamp(tmp_path / "x.py", accept=False)


# ------------------------------------------------------------------------------------------ holes


def test_no_holes_where_all_is_translated(folder):
    write_source(folder, marked("One", "하나") + f"# %%{FUNCTION}")
    write(folder, {"Return 2x.": "2x를 반환한다.", "Add.": "더하세요."})
    write(folder, {"values": "값", "of another assignment": "다른 과제의"}, "_common")
    assert holes(folder, ASSIGNMENT, iter(["Add.", "values"])) == []


def test_every_hole_is_told_on_a_line_of_its_own(folder):
    source = write_source(
        folder,
        "# %% [markdown]\n# Zero\n\n"
        + marked("One", "하나").replace("# One", "# One more")
        + '# %% [markdown]\n# Two\n\n# %% [markdown] lang="ko"\n# 둘\n\n'
        + '# %%\ndef f():\n    """Three"""\n\ndef g():\n    """Four"""\n',
    )
    file = write(folder, {"Five": "다섯", "Six": "`여섯`"})
    found = holes(folder, ASSIGNMENT, ["Six", "Seven"])
    assert [line.partition(";")[0] for line in found] == [
        f"{source}: cell 1 ('Zero'): has no Korean",
        f"{source}: cell 2 ('One more'): has changed since its Korean was written",
        f"{source}: cell 4 ('Two'): its Korean is not stamped yet",
        f"{file}: has no Korean for 'Three'",
        f"{file}: has no Korean for 'Four'",
        f"{file}: 'Six': of `code` the translation adds ['여섯']",
        f"{file}: has no Korean for 'Seven'",
        f"{file}: 'Five' is not, or no longer, a text of the course",
    ]


@pytest.mark.parametrize(
    "before",
    ["", "# ---\n# jupyter:\n#   x: y\n# ---\n\n", "import this\n\n", "# %%\n\n", "# %% [raw]\ndef f(:\n\n"],
)
def test_holes_count_cells_as_the_notebook_does(folder, before):
    source = write_source(folder, before + marked("One", "하나") + MISSING)
    with pytest.raises(TranslationError) as told:
        cells_in(cells_of(source.read_text()), "ko", str(source))
    assert holes(folder, ASSIGNMENT, []) == [str(told.value)]


def test_a_docstring_that_cannot_be_replaced_is_a_hole(folder):
    write_source(folder, '# %%\ndef f():\n    """One"""\n')
    write(folder, {"One": '"하나"'})
    [told] = holes(folder, ASSIGNMENT, [])
    assert "cannot stand in its docstring" in told


def test_a_catalogue_that_cannot_be_read_is_one_hole_and_the_cells_are_looked_at(folder):
    write_source(folder, MISSING)
    write(folder, "[")
    found = holes(folder, ASSIGNMENT, ["One", "Two"])
    assert len(found) == 2
    assert "has no Korean" in found[0]
    assert "is not JSON" in found[1]


def test_a_source_that_cannot_be_read_is_a_hole(folder):
    (folder.root / "solutions" / "01_first.py").unlink()
    [told] = holes(folder, ASSIGNMENT, [])
    assert "01_first.py: cannot be read" in told

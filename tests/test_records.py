"""Records come back as they were kept, one file a submission, and name what each mark was judged by."""

import dataclasses
import json

import pytest
from builders import double_key, make_case, make_criterion, make_key

from grader import __version__, records
from grader.calling import Answer
from grader.exercise import Tolerance
from grader.judge import judge
from grader.quiz import Student
from grader.records import Mark, Record, all_of, file_name, hashes_of, load, mark_of, name_of, record_of, save
from grader.sandbox.job import Job, Run

MARK = Mark(1.5, 2.0, "partial", "d" * 16, "e" * 16, "0.1.0", "a" * 16, {"values": 1.5, "far from zero": 0.0})
RECORD = Record("s 1", "abcdef", "contained", {"relu": MARK, "sigmoid": dataclasses.replace(MARK, points=2.0)})
NASTY = [
    "a",
    "",
    ".",
    "..",
    ".a",
    "%",
    "%2e",
    "a/b",
    "a%2fb",
    "\\",
    "한글 이름",
    "a.json",
    "%41",
    "A",
    "a\nb",
    "\udce9",
]


def test_a_record_comes_back(tmp_path):
    save(tmp_path, "week", "anna", "one", RECORD)
    assert load(tmp_path, "week", "anna") == {"one": RECORD}
    assert load(tmp_path, "week", "bert") == load(tmp_path, "other", "anna") == {}


def test_a_record_is_one_private_file_of_json(tmp_path):
    save(tmp_path, "week", "anna", "one", RECORD)
    (path,) = (tmp_path / "records" / "week").iterdir()
    assert path.name == "anna.json"
    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_text())["notebooks"]["one"]["marks"]["relu"]["digest"] == MARK.digest


def test_a_submissions_notebooks_are_kept_side_by_side(tmp_path):
    other = dataclasses.replace(RECORD, claimed=None)
    save(tmp_path, "week", "anna", "one", RECORD)
    save(tmp_path, "week", "anna", "two", RECORD)
    save(tmp_path, "week", "anna", "one", other)
    assert load(tmp_path, "week", "anna") == {"one": other, "two": RECORD}


def test_a_notebook_without_marks_has_no_record(tmp_path):
    save(tmp_path, "week", "anna", "one", Record(None, "abcdef", "contained"))
    assert not (tmp_path / "records").exists()


def test_all_of_gives_everybody_in_order(tmp_path):
    for student in ("b/c", "anna", ".dot"):
        save(tmp_path, "week/1", student, "one", RECORD)
    save(tmp_path, "week", "else", "one", RECORD)
    assert {student: found["one"] for student, found in all_of(tmp_path, "week/1")} == dict.fromkeys(
        (".dot", "anna", "b/c"), RECORD
    )
    assert records.assignments(tmp_path) == ["week", "week/1"]
    assert list(all_of(tmp_path, "none")) == records.assignments(tmp_path / "none") == []


@pytest.mark.parametrize("name", NASTY)
def test_every_id_is_a_safe_file_name_and_can_be_read_back(tmp_path, name):
    safe = file_name(name)
    assert name_of(safe) == name
    assert "/" not in safe
    assert safe not in ("", ".", "..")
    save(tmp_path, name, name, "one", RECORD)
    assert dict(all_of(tmp_path, name)) == {name: {"one": RECORD}}


def test_different_ids_have_different_files():
    assert len({file_name(name) for name in NASTY}) == len(NASTY)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"5", b"\xff", b'{"format": 1}', b'{"format": 2}', b"["]
)
def test_a_damaged_file_is_no_record(tmp_path, content):
    save(tmp_path, "week", "anna", "one", RECORD)
    save(tmp_path, "week", "bert", "one", RECORD)
    (tmp_path / "records" / "week" / "anna.json").write_bytes(content)
    assert load(tmp_path, "week", "anna") == {}
    assert [student for student, _ in all_of(tmp_path, "week")] == ["bert"]


@pytest.mark.parametrize("name", ["claimed", "answers", "level", "marks"])
@pytest.mark.parametrize("value", [5, [], {"relu": 5}, "drop"])
def test_a_file_with_other_values_is_no_record(tmp_path, name, value):
    save(tmp_path, "week", "anna", "one", RECORD)
    path = tmp_path / "records" / "week" / "anna.json"
    node = json.loads(path.read_text())
    kept = node["notebooks"]["one"]
    if value == "drop":
        del kept[name]
    else:
        kept[name] = value
    path.write_text(json.dumps(node))
    assert load(tmp_path, "week", "anna") == {}


def test_a_record_of_a_job_names_what_it_was_judged_by():
    key = double_key()
    answers = {case.id: Answer(value=case.expected) for _, case in key.cases}
    verdict = judge(key, answers)
    job = Job((), {"double": 0}, {"double": key}, student=Student("anna", "Anna"))
    found = record_of(job, "abcdef", Run(level="contained"), {"double": verdict})
    declaration, asked = hashes_of(key)
    mark = Mark(3, 3, "passed", declaration, "digest", __version__, asked, {"values": 1, "far from zero": 2})
    assert found == Record("Anna", "abcdef", "contained", {"double": mark})
    assert mark_of(key, verdict) == mark


def key_of(**options):
    return make_key(make_criterion("values", make_case("values/public/0", 2.0, x=1.0), **options))


@pytest.mark.parametrize(
    "other",
    [
        key_of(points=2),
        key_of(tolerance=Tolerance(1.0, 1.0)),
        key_of(hidden=True),
        make_key(make_criterion("values", make_case("values/public/0", 3.0, x=1.0))),
        dataclasses.replace(key_of(), hint="another"),
        dataclasses.replace(key_of(), mistakes={"title": "hint"}),
    ],
    ids=["points", "tolerance", "hidden", "expected", "hint", "mistakes"],
)
def test_a_declarations_name_changes_with_all_that_a_verdict_depends_on(other):
    assert hashes_of(other)[0] != hashes_of(key_of())[0]
    assert hashes_of(other)[1] == hashes_of(key_of())[1]


def test_a_declarations_name_does_not_change_with_the_rest_of_the_assignment():
    assert hashes_of(dataclasses.replace(key_of(), digest="another")) == hashes_of(key_of())

"""Stored answers come back the same or not at all, and only for the same work."""

import dataclasses
import json
import tracemalloc
import zipfile

import numpy as np
import pytest
from builders import double_key, make_case, make_criterion, make_key

from grader.answers import AnswerStore, asked_hash, content_key
from grader.calling import Answer, Raised
from grader.exercise import Rng, Tolerance
from grader.sandbox.isolation import LEVELS
from grader.sandbox.job import Job, Report, Run, files_beside
from grader.sandbox.protocol import Limits
from grader.wire import MAX_DEPTH, Opaque, decode, encode, plain

RUN = Run(
    answers={
        "double": {
            "a/public/0": Answer(value=(np.array([np.inf, -0.0]), {"w": [1, Opaque("set")]})),
            "a/public/1": Answer(raised=Raised(("ValueError", "Exception"), "bad 한글", 3, "x @ w")),
            "a/public/2": Answer(value=1.5, after={"x": np.arange(3)}),
            "a/hidden0/0": Answer(missing="not_asked"),
            "a/hidden0/1": Answer(missing="undefined"),
            "a/hidden0/2": Answer(value=None),
        },
        "empty": {},
    },
    outputs={0: [], 3: [{"output_type": "stream", "name": "stdout", "text": "한글\n"}]},
    files={"mine.txt": b"mine", "deep/empty": b""},
    reports=(Report("call", "socket"), Report("opened", "/etc/passwd")),
    level="contained",
)


@pytest.fixture
def store(tmp_path):
    return AnswerStore(tmp_path / "answers")


def test_a_run_comes_back(store):
    store.save("abcdef", RUN)
    assert repr(store.load("abcdef")) == repr(RUN)
    assert store.path("abcdef").stat().st_mode & 0o077 == 0


def test_a_stored_run_can_be_read_without_this_package(store):
    store.save("abcdef", RUN)
    with np.load(store.path("abcdef"), allow_pickle=False) as stored:
        assert json.loads(stored["manifest"].tobytes())["level"] == "contained"
        assert json.loads(stored["outputs"].tobytes())["3"][0]["text"] == "한글\n"
        assert decode(stored["answers/double"].tobytes())["a/public/2"][0] == 1.5


def test_one_exercises_answers_can_be_read_alone(store):
    store.save("abcdef", RUN)
    alone = dataclasses.replace(RUN, answers={"double": RUN.answers["double"]}, outputs={}, files={})
    assert repr(store.recall("abcdef", {"double", "no such"})) == repr(alone)
    assert store.recall("abcdef", ()).answers == {}


def test_only_what_is_read_must_be_undamaged(store):
    store.save("abcdef", RUN)
    rewrite(store.path("abcdef"), **{"answers/empty": b"damaged"})
    assert store.recall("abcdef") is None
    assert store.recall("abcdef", {"double"}).answers.keys() == {"double"}
    assert store.recall("abcdef", {"empty"}) is None


def rewrite(path, **changes):
    """Put other bytes in place of some members of a stored run."""
    with np.load(path) as stored:
        members = {name: stored[name] for name in stored.files}
    members |= {name: np.frombuffer(content, np.uint8) for name, content in changes.items()}
    np.savez(path, **members)


def test_nothing_stored_is_none(store):
    assert store.load("abcdef") is None


def test_the_last_one_saved_counts_and_leaves_nothing_else(store):
    store.save("abcdef", Run(level="limited"))
    store.save("abcdef", RUN)
    assert repr(store.load("abcdef")) == repr(RUN)
    assert [path.name for path in store.path("abcdef").parent.iterdir()] == ["abcdef.npz"]


@pytest.mark.parametrize("ended", ["time", "died", "answers", "damaged"])
def test_a_run_that_was_ended_is_kept_to_be_judged_again_only(store, ended):
    run = dataclasses.replace(RUN, ended=ended)
    store.save("abcdef", run)
    assert store.load("abcdef") is None
    assert repr(store.recall("abcdef")) == repr(run)


def test_a_run_in_which_a_case_took_too_long_is_kept_to_be_judged_again_only(store):
    # With the line it stood at and the limit, which the message tells.
    late = Answer(missing="time", raised=Raised(("TimeLimit",), "", 3, "while True:"), seconds=5.0)
    run = Run(answers={"f": {"a": Answer(value=1), "b": late}}, level="limited")
    store.save("abcdef", run)
    assert store.load("abcdef") is None
    assert repr(store.recall("abcdef")) == repr(run)


def test_a_run_that_ends_better_takes_the_place_of_one_that_hit_a_limit(store):
    store.save("abcdef", dataclasses.replace(RUN, ended="time"))
    store.save("abcdef", RUN)
    assert repr(store.load("abcdef")) == repr(RUN)


def test_a_run_isolated_less_than_is_asked_for_can_be_judged_again(store):
    store.save("abcdef", dataclasses.replace(RUN, level="limited"))
    assert store.load("abcdef", "separate") is None
    assert store.recall("abcdef").level == "limited"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("wanted", LEVELS)
def test_a_run_that_was_isolated_less_than_is_asked_for_is_none(store, level, wanted):
    store.save("abcdef", dataclasses.replace(RUN, level=level))
    found = store.load("abcdef", wanted)
    if LEVELS.index(level) >= LEVELS.index(wanted):
        assert found.level == level
    else:
        assert found is None


@pytest.mark.parametrize("level", ["", "none", "limited "])
def test_a_run_of_an_unknown_level_is_none(store, level):
    store.save("abcdef", dataclasses.replace(RUN, level=level))
    assert store.load("abcdef") is None
    assert store.recall("abcdef") is None


def test_large_answers_are_not_kept(tmp_path):
    store = AnswerStore(tmp_path, max_bytes=10_000)
    for count, kept in ((500, True), (2000, False)):
        answers = {"f": {"a": Answer(value=np.zeros(count))}}
        store.save(f"answers{count}", Run(answers=answers, level="limited"))
        store.save(f"files{count}", Run(files={"a": bytes(8 * count)}, level="limited"))
        assert [store.load(f"{what}{count}") is not None for what in ("answers", "files")] == [kept, kept]


@pytest.mark.parametrize("reason", ["passed", "x" * 1000, 5, None])
def test_a_file_with_an_unknown_reason_is_none(store, reason):
    # A dataclass takes any reason; a stored one is one of the parent's.
    store.save("abcdef", Run(answers={"f": {"a": Answer(missing=reason)}}, level="limited"))
    assert store.load("abcdef") is None


def test_a_small_file_that_unfolds_to_much_is_none(store):
    path = store.path("abcdef")
    path.parent.mkdir(parents=True)
    header = {"descr": "|u1", "fortran_order": False, "shape": (2**26,)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in ("manifest.npy", "answers.npy"):
            with bomb.open(name, "w") as member:
                np.lib.format.write_array_header_1_0(member, header)
                for _ in range(64):
                    member.write(bytes(2**20))
    tracemalloc.start()
    assert store.load("abcdef") is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**25


def test_the_deepest_answers_can_be_kept(store):
    value = []
    value.append(value)
    answer = Answer(value=[plain(value)] * 2, after=[{"x": plain(value)}] * 2)
    store.save("abcdef", Run(answers={"f": {"a": answer}}, level="limited"))
    assert store.load("abcdef").answers["f"]["a"].value is not None
    assert MAX_DEPTH == 32


def damaged(data):
    """A stored file, damaged in every way a disk or a person can think of."""
    yield "empty", b""
    yield "text", b"not a file of arrays"
    yield "zip signature", b"PK\x03\x04"
    yield "numpy", b"\x93NUMPY\x01\x00"
    for length in range(1, len(data), max(1, len(data) // 40)):
        yield f"cut at {length}", data[:length]
    for place in range(0, len(data), 3):
        yield f"byte {place}", data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]


def test_a_damaged_file_is_none_or_unharmed(store):
    store.save("abcdef", RUN)
    path = store.path("abcdef")
    for what, data in damaged(path.read_bytes()):
        path.write_bytes(data)
        try:
            found = store.load("abcdef")
        except Exception as error:
            pytest.fail(f"{what}: {error!r}")
        # Some bytes of a zip file (dates, say) mean nothing.
        assert found is None or repr(found) == repr(RUN), what


MANIFEST = {"key": "abcdef", "answers": ["double", "empty"], "ended": "", "reports": [], "level": "contained"}


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        [],
        None,
        {**MANIFEST, "key": "another run's"},
        {**MANIFEST, "answers": ["other"]},
        {**MANIFEST, "answers": [5]},
        {**MANIFEST, "level": ""},
        {**MANIFEST, "ended": 5},
        {**MANIFEST, "reports": [["a"]]},
        {name: value for name, value in MANIFEST.items() if name != "ended"},
    ],
    ids=str,
)
def test_a_file_with_another_manifest_is_none(store, manifest):
    store.save("abcdef", RUN)
    rewrite(store.path("abcdef"), manifest=json.dumps(MANIFEST).encode())
    assert store.load("abcdef") is not None
    rewrite(store.path("abcdef"), manifest=json.dumps(manifest).encode())
    assert store.load("abcdef") is None


@pytest.mark.parametrize("outputs", [[], None, {"x": []}, {"1": {}}, {"1": [5]}], ids=str)
def test_a_file_with_other_outputs_is_none(store, outputs):
    store.save("abcdef", RUN)
    rewrite(store.path("abcdef"), outputs=json.dumps(outputs).encode())
    assert store.load("abcdef") is None


@pytest.mark.parametrize(
    "value",
    [5, [], {"a": 5}, {"a": {}}, {"a": [1, None, ""]}, {"a": [1, None, "", [["E"], "text"]]}, {5: [1, None, "", None]}],
    ids=str,
)
def test_a_file_with_other_answers_is_none(store, value):
    store.save("abcdef", RUN)
    rewrite(store.path("abcdef"), **{"answers/double": encode(value)})
    assert store.load("abcdef") is None


def test_pickles_are_not_read(store):
    path = store.path("abcdef")
    path.parent.mkdir(parents=True)
    np.savez(path, manifest=np.array([{}], object), outputs=np.array([1], object))
    assert store.load("abcdef") is None


# ------------------------------------------------------------------------------------------ content keys


def key_of(x=1.0, **options):
    return make_key(make_criterion("values", make_case("values/public/0", 2.0, x=x), **options))


JOB = Job(((0, "x = 1"), (2, "check()")), {"double": 2}, {"double": key_of()}, limits=Limits())


@pytest.mark.parametrize(
    "changes",
    [
        {"cells": ((0, "x = 2"), (2, "check()"))},
        {"cells": ((1, "x = 1"), (2, "check()"))},
        {"cells": ((0, "x = 1"),)},
        {"checks": {"double": 0}},
        {"checks": {}},
        {"limits": Limits(check=1.0)},
        {"limits": Limits(memory=2**20)},
        {"limits": Limits(threads=1)},
        {"environment": {"A": "b"}},
        {"keys": {}},
        {"keys": {"double": key_of(2.0)}},
        {"keys": {"double": key_of(np.array(1.0))}},
        {"keys": {"double": key_of(Rng(1))}},
        {"keys": {"double": key_of(inputs_unchanged=True)}},
        {"keys": {"triple": key_of()}},
        {"keys": {"double": dataclasses.replace(key_of(), parameters=("y", "x"))}},
    ],
    ids=str,
)
def test_a_content_key_changes_with_what_an_answer_depends_on(changes):
    assert content_key(dataclasses.replace(JOB, **changes)) != content_key(JOB)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"keys": {"double": dataclasses.replace(key_of(), hint="another", points=5.0, mistakes={"a": "b"})}},
        {"keys": {"double": make_key(make_criterion("values", make_case("values/public/0", 99.0, x=1.0), points=9))}},
    ],
    ids=["nothing", "hint and points", "expected value"],
)
def test_a_content_key_stays_where_only_the_judging_changes(changes):
    assert content_key(dataclasses.replace(JOB, **changes)) == content_key(JOB)


def test_a_content_key_depends_on_the_files_beside_the_notebook(tmp_path):
    def key():
        return content_key(dataclasses.replace(JOB, files=files_beside(tmp_path)))

    empty = key()
    (tmp_path / "a.ipynb").write_text("{}")
    assert key() == empty
    (tmp_path / "data.csv").write_text("1")
    first = key()
    (tmp_path / "data.csv").write_text("2")
    second = key()
    (tmp_path / "data.csv").rename(tmp_path / "other.csv")
    assert len({empty, first, second, key()}) == 4


def test_a_content_key_does_not_depend_on_the_folders_place(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "data.csv").write_text("1")
    jobs = [dataclasses.replace(JOB, files=files_beside(tmp_path / name)) for name in "ab"]
    assert content_key(jobs[0]) == content_key(jobs[1])


def test_a_content_key_depends_on_what_is_preloaded():
    assert len({content_key(JOB), content_key(JOB, ("torch",)), content_key(JOB, ("torch", "scipy"))}) == 3


def test_hidden_inputs_are_part_of_the_content():
    full = dataclasses.replace(JOB, keys={"double": double_key()})
    public = dataclasses.replace(JOB, keys={"double": double_key().public()})
    assert content_key(full) != content_key(public)


# ------------------------------------------------------------------------------------------ what was asked


@pytest.mark.parametrize(
    "other",
    [
        key_of(2.0),
        key_of(np.array(1.0)),
        key_of(Rng(1)),
        key_of(inputs_unchanged=True),
        dataclasses.replace(key_of(), parameters=("y", "x")),
        dataclasses.replace(key_of(), seconds=9.0),
        dataclasses.replace(key_of(), exercise="triple"),
        make_key(make_criterion("other name", make_case("values/public/1", 2.0, x=1.0))),
        double_key(),
    ],
    ids=["number", "array", "generator", "arguments wanted back", "parameters", "seconds", "name", "id", "another"],
)
def test_other_questions_have_another_name(other):
    assert asked_hash(other) != asked_hash(key_of())


def test_the_same_questions_with_another_answer_have_the_same_name():
    case = make_case("values/public/0", 99.0, x=1.0)
    other = make_key(make_criterion("values", case, points=9, tolerance=Tolerance(1.0, 1.0)))
    assert asked_hash(other) == asked_hash(dataclasses.replace(key_of(), hint="another", digest="another"))

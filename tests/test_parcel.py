"""A parcel is the same work as its job, without an answer to it."""

import dataclasses
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from builders import SECRET, double_key, draws_key, make_case, make_criterion, make_key, raises_key

from grader.answers import content_key
from grader.exercise import EXACT, Made, Normal, Previous, Rng, Tolerance
from grader.measures import MEASURES, Accuracy
from grader.parcel import Packer, Parcel, ParcelError, pack, questions_only, unpack
from grader.question import choice, number, right, words, wrong
from grader.quiz import Student, question_key
from grader.sandbox.job import Job, files_beside
from grader.sandbox.protocol import Limits, questions

# Stands in what is expected and nowhere in what is asked.
EXPECTED = 90909.0625


def full_key():
    """An exercise that uses whatever a key can hold."""
    cases = (
        make_case("a/public/0", np.array([EXPECTED]), x=np.ones(2), w={"deep": [1, (2.0, None)]}),
        make_case("a/public/1", EXPECTED, x=Made("other", {"n": 3}, 0), rng=Rng(7, 1)),
        make_case("a/hidden0/0", EXPECTED, hidden=True, calls=({"x": 1.5}, {"x": Previous(0)})),
        dataclasses.replace(
            make_case("a/public/2", [EXPECTED], x=2.0), item="loss", measure=Accuracy(np.array([EXPECTED]), 0.5)
        ),
    )
    return dataclasses.replace(
        make_key(
            make_criterion(
                "a", *cases, points=EXPECTED, tolerance=Tolerance(EXPECTED, EXPECTED), inputs_unchanged=True
            ),
            make_criterion("b", make_case("b/public/0", EXPECTED, x=SECRET), hidden=True),
            exercise="full",
            parameters=("x", "w", "rng"),
            mistakes={"a mistake nobody makes": "a hint nobody reads"},
        ),
        hint="a hint nobody reads",
        seconds=2.5,
        digest="the digest",
    )


def quiz_keys():
    varies = number(
        "What is {a} and 1?",
        plain={"a": 1},
        given=lambda rng: {"a": int(rng.integers(2, 10**6))},
        answer=lambda a: EXPECTED + a,
        tolerance=EXACT,
        explanation="{answer}",
    )
    declared = {
        "sum": varies,
        "which": choice("Which?", right("an option that is right", "yes"), wrong("another option", "no")),
        "word": words("Which word?", "gradmarkian", explanation="so it is"),
    }
    return {name: question_key(name, question, "the digest") for name, question in declared.items()}


KEYS = {
    "double": double_key(),
    "full": full_key(),
    "draw": draws_key(Normal(0.0, 1.0), (3,), {"always zero": lambda size, rng: np.zeros(size)}),
    "raises": raises_key("OverflowError"),
    **quiz_keys(),
}


@pytest.fixture
def job(tmp_path):
    beside = tmp_path / "beside"
    (beside / "deep" / "er").mkdir(parents=True)
    (beside / "data.csv").write_bytes(b"1,2\n")
    (beside / "deep" / "er" / "한글 \n.bin").write_bytes(bytes(range(256)))
    (beside / "deep" / "empty").touch()
    return Job(
        ((0, "import numpy"), (3, "check" + "('double')")),
        {"double": 3, "full": 3},
        KEYS,
        files_beside(beside),
        Limits(wall=3.0, threads=2),
        {"NBGRADER_EXECUTION": "autograde"},
        Student("student-0815", "claimed-0815"),
    )


@pytest.mark.parametrize("name", KEYS)
def test_what_is_asked_stays_the_same(name):
    key = KEYS[name]
    asked = questions_only(key)
    assert type(asked) is type(key)
    assert repr(questions(asked)) == repr(questions(key))
    assert (asked.exercise, asked.parameters, asked.seconds) == (key.exercise, key.parameters, key.seconds)


@pytest.mark.parametrize("name", KEYS)
def test_nothing_else_is_left(name):
    """Whatever a key may hold is named here, or is what it is without anybody saying so."""
    asked = questions_only(KEYS[name])
    kept = {"exercise", "parameters", "seconds", "criteria"}
    for field in dataclasses.fields(asked):
        if field.name not in kept:
            assert not getattr(asked, field.name) or getattr(asked, field.name) == field.default
    for criterion in asked.criteria:
        assert (criterion.points, criterion.tolerance) == (0.0, Tolerance())
        for case in criterion.cases:
            assert (case.expected, case.mistakes, case.measure) == (None, {}, None)
    known = {"id", "calls", "expected", "mistakes", "hidden", "item", "measure"}
    assert {field.name for field in dataclasses.fields(KEYS["full"].criteria[0].cases[0])} == known
    known = {"name", "points", "hidden", "tolerance", "inputs_unchanged", "cases"}
    assert {field.name for field in dataclasses.fields(KEYS["full"].criteria[0])} == known


def test_the_content_key_is_that_of_the_job(job, tmp_path):
    (tmp_path / "there").mkdir()
    sent = pickle.loads(pickle.dumps(pack(job, ("torch",))))
    there = unpack(sent, tmp_path / "there")
    for preload in ((), ("torch",)):
        assert content_key(there, preload) == content_key(job, preload)
    assert sent.preload == ("torch",)
    assert {name: path.read_bytes() for name, path in there.files.items()} == {
        name: path.read_bytes() for name, path in job.files.items()
    }
    assert all(path.is_relative_to(tmp_path / "there") for path in there.files.values())


def test_nothing_of_what_is_expected_is_in_what_is_sent(job):
    data = pickle.dumps(pack(job), 5)
    # As it is in an array, in a pickled float, and in text.
    for form in (np.float64(EXPECTED).tobytes(), np.float64(EXPECTED).byteswap().tobytes(), str(EXPECTED).encode()):
        assert form not in data
        assert form in pickle.dumps(job, 5) or form == str(EXPECTED).encode()
    doubled = np.float64(2 * SECRET).tobytes()
    assert doubled in pickle.dumps(job, 5)
    assert doubled not in data
    words = ("OverflowError", "gradmarkian", "nobody", "an option", "Normal", "the digest", "always zero", "0815")
    assert [word for word in words if word.encode() in data] == []
    # The inputs are: this test can fail.
    assert np.float64(SECRET).tobytes() in data


def test_the_course_sends_no_answer():
    """Of the classes of a key nothing travels that could hold one."""
    data = pickle.dumps(Parcel((), {}, {name: questions_only(key) for name, key in KEYS.items()}), 5)
    names = set(re.findall(rb"grader[.\w]*[^\w]+(\w+)", data))
    assert not names & {b"Raises", b"Sample", b"Outcome", b"Summary", b"Student", *(name.encode() for name in MEASURES)}


def test_whose_it_is_does_not_travel(job, tmp_path):
    assert unpack(dataclasses.replace(pack(job), files={}), tmp_path).student == Student()


def test_on_this_machine_files_stay_where_they_are(job, tmp_path):
    parcel = Packer(here=True).pack(job)
    assert parcel.files == job.files
    assert unpack(parcel, tmp_path / "not there").files == job.files


def test_what_parcels_have_in_common_is_sent_once(job):
    packer = Packer()
    one = len(pickle.dumps([packer.pack(job)], 5))
    contents = {}
    big = job.files["data.csv"].parent / "big"
    big.write_bytes(b"x" * 10**6)
    jobs = [dataclasses.replace(job, files={"big": big}, keys=dict(job.keys)) for _ in range(8)]
    assert len(pickle.dumps([packer.pack(other, contents=contents) for other in jobs], 5)) < 10**6 + 2 * one


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "..", "../x", "a/../../x", "a//b", "./a", ".", "", "a/", "a/./b", "a\0b", "a/..", 3, None, b"x"],
)
def test_a_name_leads_nowhere_else(tmp_path, name):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(ParcelError, match="is not the name of a file"):
        unpack(Parcel((), {}, {}, {name: b"x"}), folder)
    assert list(folder.iterdir()) == []
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a"), ("a/b/c", "a/b")])
def test_a_name_cannot_be_two_things(tmp_path, names):
    with pytest.raises(ParcelError, match="two things"):
        unpack(Parcel((), {}, {}, dict.fromkeys(names, b"x")), tmp_path)


def test_a_file_that_is_gone_is_one_line(tmp_path):
    with pytest.raises(ParcelError, match=r"gone: cannot be read \(No such file"):
        pack(Job((), {}, {}, {"gone": tmp_path / "gone"}))


def test_a_file_may_be_read_only_and_odd(tmp_path):
    path = Path(tmp_path, "odd")
    path.write_bytes(b"odd")
    names = ["-rf", "a b", "..a", "a..", "~", "$HOME", "con:", "\\x", "a\\..\\b", "\udc80"]
    there = tmp_path / "there"
    there.mkdir()
    job = unpack(pickle.loads(pickle.dumps(pack(Job((), {}, {}, dict.fromkeys(names, path))))), there)
    assert sorted(found.read_bytes() for found in there.iterdir()) == [b"odd"] * len(names)
    assert list(job.files) == names

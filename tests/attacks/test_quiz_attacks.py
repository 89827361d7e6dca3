"""Attacks on quiz questions: other people's numbers, answers that are all answers, answers that are no answers."""

from __future__ import annotations

import pytest

from grader.exercise import EXACT
from grader.grade import judge_run
from grader.question import choice, choices, number, right, words, wrong
from grader.quiz import Student, fits_numbers_of, question_key, variant_of
from grader.sandbox.job import Job
from grader.sandbox.parent import Sandbox

WIDTH = question_key(
    "width",
    number(
        "{size} pixels, a kernel of {kernel}: how wide?",
        plain={"size": 32, "kernel": 5},
        given=lambda rng: {"size": int(rng.integers(20, 400)), "kernel": int(rng.choice([3, 5, 7]))},
        answer=lambda size, kernel: size - kernel + 1,
        tolerance=EXACT,
        explanation="{answer}",
    ),
    "",
)
LETTER = question_key("letter", choice("Which?", wrong("no", "a"), right("yes", "b"), wrong("never", "c")), "")
LETTERS = question_key(
    "letters", choices("Which?", right("yes", "a"), wrong("no", "b"), wrong("never", "c"), right("of course", "d")), ""
)
WORD = question_key("word", words("What?", "softmax", explanation="So it is called."), "")
KEYS = {key.exercise: key for key in (WIDTH, LETTER, LETTERS, WORD)}
ME = "mallory"
FRIEND = next(name for name in map(str, range(99)) if variant_of(WIDTH, name) != variant_of(WIDTH, ME))
MINE = WIDTH.answers[variant_of(WIDTH, ME)]
THEIRS = WIDTH.answers[variant_of(WIDTH, FRIEND)]
PLAIN = WIDTH.answers[0]
SETUP = "from grader import ask, check, hint\n"


def points(sandbox: Sandbox, name: str, *cells: str, student: Student | None = None) -> float:
    """What a notebook with these cells before the question's check gets for it."""
    sources = [SETUP, *cells, f'ask("{name}")', f'check("{name}")']
    job = Job(tuple(enumerate(sources)), {name: len(sources) - 1}, {name: KEYS[name]})
    run = sandbox.run(job)
    return judge_run(run, job.keys, student or Student(ME, ""))[name].points


@pytest.mark.parametrize("claimed", ["", FRIEND, f" {FRIEND.upper()} ", None])
def test_another_students_answer_is_worth_nothing(sandbox: Sandbox, claimed: str | None) -> None:
    cells = [f"STUDENT_ID = {claimed!r}", f"width = {THEIRS}"] if claimed is not None else [f"width = {THEIRS}"]
    assert points(sandbox, "width", *cells, student=Student(ME, claimed)) == 0


def test_the_plain_answer_is_worth_nothing_to_whoever_was_shown_other_numbers(sandbox: Sandbox) -> None:
    assert points(sandbox, "width", f"width = {PLAIN}", student=Student(ME, ME)) == 0
    assert points(sandbox, "width", f"width = {PLAIN}", student=Student(ME, FRIEND)) == 0


def test_whose_numbers_an_answer_fits_is_told(sandbox: Sandbox) -> None:
    job = Job(((0, f"width = {THEIRS}"), (1, SETUP + 'check("width")')), {"width": 1}, {"width": WIDTH})
    verdict = judge_run(sandbox.run(job), job.keys, Student(ME, ME))["width"]
    assert FRIEND in fits_numbers_of(WIDTH, verdict, [ME, FRIEND])
    assert ME not in fits_numbers_of(WIDTH, verdict, [ME, FRIEND])


def test_the_honest_answer_beside_it_is_right(sandbox: Sandbox) -> None:
    assert points(sandbox, "width", f"width = {MINE}") == 1
    assert points(sandbox, "letter", "letter = 'b'") == 1
    assert points(sandbox, "letters", "letters = 'ad'") == 1
    assert points(sandbox, "word", "word = 'Soft-Max'") == 1


EVERYTHING = "class Anything({base}):\n    __eq__ = lambda *_: True\n    __hash__ = lambda *_: 0\n"
ATTEMPTS = {
    "all numbers at once": ("width", "import numpy as np\nwidth = np.arange(500)"),
    "equal to everything": ("width", EVERYTHING.format(base="object") + "width = Anything()"),
    "a number equal to everything": ("width", EVERYTHING.format(base="float") + "width = Anything(3)"),
    "nan": ("width", "width = float('nan')"),
    "infinite": ("width", "width = float('inf')"),
    "a text of the number": ("width", f"width = '{MINE}'"),
    "a function that answers": ("width", f"width = lambda *_: {MINE}"),
    "a million digits": ("width", "width = 10 ** 100_000"),
    "set when it is looked at": (
        "width",
        "import sys\nclass Late(dict):\n    def __getitem__(self, name):\n        return 1\nwidth = Late()",
    ),
    "all letters for one": ("letter", "letter = 'abc'"),
    "letters equal to everything": ("letter", EVERYTHING.format(base="str") + "letter = Anything('z')"),
    "no letter": ("letter", "letter = ''"),
    "all letters": ("letters", "letters = 'abcd'"),
    "all letters in a list": ("letters", "letters = ['a', 'b', 'c', 'd'] * 1000"),
    "all words": ("word", "word = ['softmax', 'sigmoid']"),
    "a book of words": ("word", "word = 'softmax ' * 10_000"),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_no_answer_that_is_none_gains_points(sandbox: Sandbox, name: str) -> None:
    question, cell = ATTEMPTS[name]
    assert points(sandbox, question, cell) == 0


def test_an_answer_that_comes_after_its_check_is_too_late(sandbox: Sandbox) -> None:
    sources = [SETUP, 'letter = "a"\ncheck("letter")', 'letter = "b"\ncheck("letter")']
    job = Job(tuple(enumerate(sources)), {"letter": 1}, {"letter": LETTER})
    assert judge_run(sandbox.run(job), job.keys)["letter"].points == 0


def test_answers_never_cross(sandbox: Sandbox) -> None:
    """Neither in what the child is sent nor in anything it can reach."""
    look = (
        "import gc\nletter = 'a'\n"
        "seen = [thing for thing in gc.get_objects() if isinstance(thing, dict) and 'answers' in thing]\n"
        "print([thing['answers'] for thing in seen if thing['answers'] == ('b',)])"
    )
    job = Job(((0, SETUP + look), (1, 'check("letter")')), {"letter": 1}, {"letter": LETTER})
    assert sandbox.run(job).outputs[0][0]["text"] == "[]\n"

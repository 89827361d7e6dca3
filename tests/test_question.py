"""What an author may declare as a question, and what is refused with its one line."""

import subprocess
import sys
import types
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.exercise import EXACT, DeclarationError, Tolerance
from grader.question import (
    LETTERS,
    THREE_DIGITS,
    VARIANTS,
    Option,
    choice,
    choices,
    names_other_options,
    number,
    questions_in,
    right,
    words,
    wrong,
)

YES, NO = right("yes", "because"), wrong("no", "because not")


def width(**changes):
    """A question whose numbers vary."""
    options = {
        "plain": {"size": 32, "kernel": 5},
        "given": lambda rng: {"size": int(rng.integers(20, 90)), "kernel": int(rng.choice([3, 5, 7]))},
        "answer": lambda size, kernel: size - kernel + 1,
        "unit": "pixels",
        "explanation": "{size} − {kernel} + 1 = {answer}",
    }
    text = changes.pop("text", "An image {size} wide, a kernel {kernel} wide: how wide is the result?")
    return number(text, **options | changes)


# ------------------------------------------------------------------------------------------ variants


def test_the_plain_numbers_come_first():
    assert width().variants[0] == {"size": 32, "kernel": 5}


def test_there_are_as_many_variants_as_promised_and_none_twice():
    found = width().variants
    assert len(found) == VARIANTS == 24
    assert len({tuple(variant.items()) for variant in found}) == VARIANTS


@pytest.mark.slow
def test_variants_are_the_same_in_every_declaration_and_process():
    assert width().variants == width().variants
    code = "from test_question import width; print(width().variants[1])"
    tests = Path(__file__).parent
    done = subprocess.run([sys.executable, "-c", code], cwd=tests, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(width().variants[1])


def test_questions_of_other_texts_draw_other_numbers():
    assert width(text="Of {size} and {kernel}?").variants[1:] != width().variants[1:]


def test_where_nothing_varies_there_is_one_variant():
    assert number("2 + 2?", answer=4, explanation="4").variants == ({},)
    assert width(given=None).variants == ({"size": 32, "kernel": 5},)
    assert choice("?", YES, NO).variants == words("?", "yes", explanation="e").variants == ({},)


def test_few_possible_numbers_end_the_search():
    assert len(width(given=lambda rng: {"size": int(rng.integers(3)), "kernel": 1}).variants) == 4


# ------------------------------------------------------------------------------------------ values


def test_a_number_is_computed_from_the_variant_or_is_the_same_always():
    assert width().value({"size": 10, "kernel": 3}) == 8.0
    assert isinstance(width().value({"size": 10, "kernel": 3}), float)
    fixed = number("{n} apples?", plain={"n": 3}, answer=4, explanation="four")
    assert fixed.value({"n": 3}) == 4.0


def test_numbers_agree_to_three_digits_unless_the_author_says_otherwise():
    assert width().tolerance == THREE_DIGITS == Tolerance(5e-3, 1e-9)
    assert width(tolerance=EXACT).tolerance == EXACT


def test_options_say_which_is_right():
    assert Option("yes", True, "because") == YES
    assert Option("no", False, "because not") == NO


def test_each_kind_is_named_and_worth_a_point_by_default():
    made = [
        width(),
        choice("?", YES, NO),
        choices("?", YES, NO),
        words("?", "yes", "yeah", explanation="e"),
    ]
    assert [question.kind for question in made] == ["number", "choice", "choices", "text"]
    assert {question.points for question in made} == {1}
    assert choice("?", YES, NO, points=2.5).points == 2.5
    assert made[3].accept == ("yes", "yeah")
    assert made[1].options == (YES, NO)


# ------------------------------------------------------------------------------------------ check


@pytest.mark.parametrize(
    "question",
    [
        width(),
        width(explanation="{answer:.4g} pixels"),
        number("2 + 2?", answer=4, explanation="4"),
        number("{n} + 2?", plain={"n": 2}, answer=lambda n: n + 2, explanation="{n} + 2 = {answer}"),
        choice("?", YES, NO),
        choice("?", *(wrong(letter, "w") for letter in "abcdefg"), YES),
        choices("?", YES, right("also", "w"), NO),
        choices("?", YES, right("also", "w")),
        words("?", "yes", explanation="e"),
    ],
    ids=range(9),
)
def test_good_questions_are_accepted(question):
    question.check("q")


many = [wrong(letter, "w") for letter in "abcdefgh"]
REFUSED = {
    "no points": (choice("?", YES, NO, points=0), "a question needs more than 0 points"),
    "negative points": (width(points=-1), "a question needs more than 0 points"),
    "NaN points": (width(points=float("nan")), "a question needs more than 0 points"),
    "one option": (choice("?", YES), "has 1 options; 2 to 8 are wanted"),
    "nine options": (choices("?", YES, *many), "has 9 options; 2 to 8 are wanted"),
    "nothing right": (choice("?", NO, wrong("never", "w")), "has 0 right options"),
    "nothing right of many": (choices("?", NO, wrong("never", "w")), "has 0 right options"),
    "two right": (choice("?", YES, right("also", "w")), "has 2 right options"),
    "an option twice": (choices("?", YES, NO, wrong("yes", "w")), "has an option twice"),
    "all of the above": (
        choice("?", YES, wrong("all of the above", "w")),
        "the option 'all of the above' speaks of letters or of 'above'; every student has another order",
    ),
    "no reason": (choice("?", YES, wrong("no", " ")), "an option does not say why"),
    "no explanation": (width(explanation=" \n"), "has no explanation"),
    "no explanation of words": (words("?", "yes", explanation=""), "has no explanation"),
    "no words": (words("?", explanation="e"), "accepts no answer"),
    "unknown number": (width(text="{depth} deep?"), r"speaks of ['depth'], which it is not given"),
    "unknown number explained": (width(explanation="{depth}"), r"speaks of ['depth'], which it is not given"),
    "the answer in the question": (width(text="{answer}?"), r"speaks of ['answer'], which it is not given"),
    "numbers of nothing": (number("{n}?", answer=1, explanation="e"), r"speaks of ['n'], which it is not given"),
    "other names": (width(given=lambda rng: {"size": int(rng.integers(99))}), "have different names"),
    "few variants": (
        width(given=lambda rng: {"size": 40 + int(rng.integers(10)), "kernel": 5}),
        "has 11 variants with 11 answers; at least 24 and 6 are wanted",
    ),
    "few answers": (
        width(answer=lambda size, kernel: size % 5),
        "has 24 variants with 5 answers; at least 24 and 6 are wanted",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_problem_is_one_line_with_the_question_s_name(name):
    question, says = REFUSED[name]
    with pytest.raises(DeclarationError) as raised:
        question.check("my_question")
    message = str(raised.value)
    assert message.startswith("my_question: ")
    assert says in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "none of the above.",
        "All above",
        "both a and b",
        "Both (a) and (c) are right",
        "option c",
        "Neither A nor B",
        "a) and c)",
        "the same as in b)",
        'the weights of "a"',
        "a, b and d",
        "the previous one is nearly right",
        "위의 것 모두",
        "a와 b 모두 맞다",
        "보기 b와 같다",
    ],
)
def test_an_option_that_speaks_of_others_is_refused(text):
    assert names_other_options(text)


@pytest.mark.parametrize(
    "text",
    [
        "A small change of a weight",
        "those which were above 0",
        "Values above the threshold",
        "an answer a model gives",
        "σ(a) and its slope",
        "both a sum and a mean",
        "a or not",
        "e^(a) is larger",
        "f is 0 above and below",
        "all of them",
        "위로 틀린 오차",
        "padding 1",
        "ab and cd",
    ],
)
def test_an_option_may_speak_of_anything_else(text):
    assert not names_other_options(text)


@pytest.mark.parametrize(
    "question",
    [
        choice("Which set, {0, 1} or {1}?", YES, NO),
        words("A set {a, b}?", "set", explanation="e"),
        words("?", "set", explanation="{0} holds 0"),
        number("An open { brace?", answer=1, explanation="e"),
        number("?", answer=1, explanation="} and closed"),
        number("{n}?", plain={"n": 0}, answer=lambda n: 1 / n, explanation="e"),
        number("?", answer=float("nan"), explanation="e"),
    ],
    ids=["choice", "words", "explained", "open", "closed", "answer raises", "answer is NaN"],
)
def test_what_could_not_be_asked_or_judged_is_refused(question):
    with pytest.raises(DeclarationError, match=r"^q: "):
        question.check("q")


def test_a_module_s_questions_are_found_in_order_and_checked():
    module = types.ModuleType("reference")
    module.np, module.second, module.first = np, width(), choice("?", YES, NO)
    assert list(questions_in(module)) == ["second", "first"]
    module.third = replace(module.first, points=0)
    with pytest.raises(DeclarationError, match=r"^third: "):
        questions_in(module)


def test_there_is_a_letter_for_every_option():
    assert LETTERS[:8] == "abcdefgh"

"""Questions that can be answered without being read are found, alone and together."""

from __future__ import annotations

import pytest

from grader.audit_questions import (
    LENGTHS,
    SHARE,
    SHORT,
    WORTH,
    Asked,
    course_holes,
    question_holes,
    width,
)
from grader.exercise import EXACT
from grader.question import choice, choices, number, right, words, wrong

WIDTH = number(
    "{size} wide, kernel {kernel}?",
    plain={"size": 32, "kernel": 5},
    given=lambda rng: {"size": int(rng.integers(20, 900)), "kernel": int(rng.choice([3, 5, 7]))},
    answer=lambda size, kernel: size - kernel + 1,
    explanation="{answer}",
    tolerance=EXACT,
)


def asked(question, ko=None, name="q"):
    """A question whose Korean is its English, unless given."""
    texts = [option.text for option in question.options]
    return Asked(name, question, {"en": texts, "ko": ko or texts})


def one(letter, right_text="a deer", wrong_text="an owl"):
    """A choice of four with the right option under a letter."""
    options = [right(right_text, "w") if other == letter else wrong(wrong_text + other, "w") for other in "xyzw"]
    return choice("Which?", *options)


def at(place, right_text="deer", wrong_text="owl"):
    """A choice of four with the right option in a place, counted from 0."""
    return one("xyzw"[place], right_text, wrong_text)


def some(letters, count=4):
    """A choice of several with these letters right."""
    made = [(right if letter in letters else wrong)(f"option {letter}{letter}", "w") for letter in "abcdef"[:count]]
    return choices("Which?", *made)


# ------------------------------------------------------------------------------------------ one question


@pytest.mark.parametrize(
    "question",
    [WIDTH, number("1 / 3?", answer=1 / 3, explanation="e"), at(2), some("ac"), words("?", "yes", explanation="e")],
    ids=["numbers", "number", "choice", "choices", "words"],
)
def test_a_good_question_has_no_hole(question):
    assert question_holes(asked(question)) == []


def test_a_question_whose_options_are_all_right_asks_nothing():
    assert question_holes(asked(some("abcd"))) == ["all options are right"]


def test_an_answer_that_is_no_number_is_not_right():
    broken = number("?", plain={"n": 1}, answer=lambda n: float("nan"), explanation="e")
    assert question_holes(asked(broken))[0] == "the answer nan of nobody is not right"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_an_option_much_longer_than_another_is_found_in_any_language(lang):
    texts = {"en": ["x" * 20] * 4, "ko": ["x" * 20] * 4}
    texts[lang] = ["x" * 20, "x" * 50, "x" * 51, "x" * 20]
    (hole,) = question_holes(Asked("q", at(0), texts))
    assert hole == f"an option ({lang}) is 2.5 times as long as another; at most 2.5 is wanted"
    texts[lang] = ["x" * 20, "x" * 50, "x" * 50, "x" * 20]
    assert question_holes(Asked("q", at(0), texts)) == []


def test_lengths_of_few_letters_tell_nothing():
    assert LENGTHS * SHORT == 25
    assert question_holes(Asked("q", at(0), {"en": ["sgd", "x" * 25, "adam", "adagrad"]})) == []
    assert len(question_holes(Asked("q", at(0), {"en": ["sgd", "x" * 26, "adam", "adagrad"]}))) == 1


def test_a_letter_of_korean_takes_two_columns():
    assert width("cat") == 3
    assert width("고양이") == 6
    assert width("ｃａｔ") == 6


def test_a_translated_option_may_not_speak_of_others_either():
    assert question_holes(asked(at(0), ko=["사슴", "위의 것 모두", "부엉이", "고양이"])) == [
        "the option '위의 것 모두' speaks of another's letter"
    ]


# ------------------------------------------------------------------------------------------ all together


def holes(questions):
    """What is found in questions named q0, q1, ..."""
    return course_holes(asked(question, name=f"q{number}") for number, question in enumerate(questions))


def test_questions_of_every_length_and_letter_are_good():
    rules = holes(
        [at(0, "x" * 30), at(1), at(2), at(3), at(0, "x"), some("a"), some("bd"), some("abd"), some("c"), some("cd")]
    )
    assert rules == {
        "choice: the longest is right (en): 20%": [],
        "choice: the shortest is right (en): 20%": [],
        "choice: the longest is right (ko): 20%": [],
        "choice: the shortest is right (ko): 20%": [],
        "choice: a is right: 40%": [],
        "choices: always c: 30%": [],
    }


def test_few_questions_say_nothing():
    assert holes([at(0, "x" * 30)] * 4 + [some("a")] * 4 + [WIDTH] * 5) == {}


def test_no_questions_have_no_holes():
    assert holes([]) == {}


def test_the_longest_option_must_not_be_right_too_often():
    assert SHARE == 0.4
    # Two of five are 40 %, three are too many.
    places = [0, 1, 2, 3, 0]
    two = [at(place, "x" * (30 if number < 2 else 3)) for number, place in enumerate(places)]
    three = [at(place, "x" * (30 if number < 3 else 3)) for number, place in enumerate(places)]
    assert holes(two)["choice: the longest is right (en): 40%"] == []
    assert holes(three)["choice: the longest is right (en): 60%"] == ["at most 40% is wanted: q0, q1, q2"]


def test_the_shortest_option_must_not_be_right_too_often_either():
    assert holes([at(place, "x") for place in (0, 1, 2, 3, 0)])["choice: the shortest is right (ko): 100%"] != []


def test_an_option_as_long_as_the_longest_is_not_the_longest():
    assert "choice: the longest is right (en): 0%" in holes([at(place, "deer", "owl") for place in (0, 1, 2, 3, 0)])


def test_lengths_are_those_of_the_language():
    # The Korean of the right option is longer, its English is not.
    made = [asked(at(place)) for place in (0, 1, 2, 3, 0)]
    told = [
        Asked(
            "q",
            item.question,
            {**item.options, "ko": [text.replace("deer", "사슴") + "." for text in item.options["ko"]]},
        )
        for item in made
    ]
    assert course_holes(told)["choice: the longest is right (ko): 0%"] == []
    told = [
        Asked(
            "q", item.question, {**item.options, "ko": [text.replace("deer", "사슴 둘") for text in item.options["ko"]]}
        )
        for item in made
    ]
    found = course_holes(told)
    assert found["choice: the longest is right (en): 0%"] == []
    assert found["choice: the longest is right (ko): 100%"] == ["at most 40% is wanted: q, q, q, q, q"]


def test_no_letter_may_be_right_too_often():
    assert holes([at(place) for place in (2, 2, 2, 1, 0)])["choice: c is right: 60%"] == ["at most 40% is wanted"]
    assert holes([at(place) for place in (2, 2, 3, 1, 0)])["choice: c is right: 40%"] == []


def test_one_set_of_letters_must_not_answer_everything():
    assert WORTH == 0.5
    # "ac" is worth 1, 1, 1, 1/2 and 0.
    found = holes([some("ac"), some("ac"), some("ac"), some("a"), some("bd")])
    assert found == {"choices: always ac: 70%": ["at most 50% is wanted"]}


def test_letters_that_a_question_does_not_have_do_not_save_it():
    # "acef" is answered as "ac" where there are four options.
    found = holes([some("ac"), some("ac"), some("acef", 6), some("acef", 6), some("acef", 6)])
    assert found == {"choices: always acef: 100%": ["at most 50% is wanted"]}

"""docs/verdict.schema.json describes what `render_json` writes of verdicts of every kind, and no more than that."""

import copy
import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import test_diagnosis
import test_measures
import test_quiz
import test_render
from builders import SECRET, answers_of, double_key, draws_key, make_criterion, make_key
from jsonschema import Draft202012Validator

from grader.calling import Answer
from grader.exercise import Normal, Uniform
from grader.judge import judge
from grader.quiz import KINDS, judge_question
from grader.render import VERDICT_FORMAT, render_json
from grader.wire import Opaque, plain

SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "verdict.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
DRAWS = draws_key(Uniform(-1, 1), (80, 60))


def written(verdict):
    """The verdict as a program reads it."""
    return json.loads(render_json(verdict))


def problems(node):
    return [error.message for error in VALIDATOR.iter_errors(node)]


def judged(key, answers):
    if callable(answers):
        answers = answers_of(key, answers)
    elif not isinstance(answers, dict):
        answer = answers if isinstance(answers, Answer) else Answer(value=plain(answers))
        answers = {case.id: answer for _, case in key.cases}
    return judge(key, answers)


def drawn(change, key=DRAWS):
    return judge(key, answers_of(key, lambda size, rng: change(rng.uniform(-1, 1, size))))


def measured(name, expected, function, **options):
    """The verdict on a function that is judged by facts."""
    made = test_measures.CASES[name]
    case = test_measures.case_of(made, expected, **options)
    key = make_key(make_criterion("values", case), parameters=tuple(made.calls[0]))
    return judge(key, answers_of(key, function))


def facts():
    for name, (function, _) in test_measures.WRONG_BATCHES.items():
        yield f"facts {name}", measured("Batches", test_measures.BATCHES, function)
        yield f"facts {name}, hidden", measured("Batches", test_measures.BATCHES, function, hidden=True)
    yield "facts, none", measured("Batches", test_measures.BATCHES, lambda *given: None)
    made = test_measures.CASES["Truth"]
    expected = test_measures.facts_of(made.measure, [([1, 1], -1.5)], made.calls)
    yield "facts of weights", measured("Truth", expected, lambda: ([1, 1], 0.5))
    yield "facts of weights, none", measured("Truth", expected, lambda: None)


def questions():
    values = (None, ..., 28.0, 29.0, "a", "b", "ac", "abcd", "back propagation", Opaque("Tensor"), {"a": 1})
    for key in test_quiz.KEYS:
        yield judge_question(key, Answer(missing="undefined"))
        for value in values:
            yield judge_question(key, Answer(value=plain(value)))
            yield judge_question(key.public(), Answer(value=plain(value)))
    yield test_quiz.judged(test_quiz.WIDTH, 28.0, test_quiz.ME, "")
    yield test_quiz.judged(test_quiz.WIDTH, test_quiz.WIDTH.answers[3], "another")


def verdicts():
    """Name -> a verdict of each kind there is."""
    for name, (key, answers, _) in test_render.MESSAGES.items():
        yield f"message {name}", judged(key, answers)
    for name, row in (test_diagnosis.ROWS | test_diagnosis.BOTH).items():
        yield f"row {name}", judged(*row[:2])
    changes = (lambda x: x / 2, lambda x: x * 0, lambda x: x**2, lambda x: None, lambda x: x[0], lambda x: "no")
    for number, change in enumerate((*changes, lambda x: np.full(x.shape, np.nan), lambda x: np.round(x, 1))):
        yield f"draws {number}", drawn(change)
    hidden = make_key(make_criterion("law", *DRAWS.criteria[0].cases, hidden=True), parameters=("size", "rng"))
    yield "draws hidden", drawn(lambda x: x / 2, hidden)
    weights = draws_key(Normal(0.0, (2 / 300) ** 0.5), (200, 100))
    yield "draws by another rule", judge(weights, answers_of(weights, lambda size, rng: rng.normal(0, 0.1, size)))
    yield from facts()
    wrong = (lambda x: x + SECRET, lambda x: None, lambda x: x[0], lambda x: -2 * x, lambda x: 6 * x, lambda x: 1 / 0)
    for number, function in enumerate(wrong):
        yield f"hidden {number}", judged(double_key(), lambda x, f=function: f(x) if abs(x).max() > 1000 else 2 * x)
    yield "revealed", judge(double_key(), answers_of(double_key(), lambda x: x), reveal=True)
    for number, verdict in enumerate(questions()):
        yield f"question {number}", verdict


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    VERDICTS = dict(verdicts())


def test_it_is_a_schema_of_the_draft_it_names():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def test_the_number_in_the_data_is_the_schema_s():
    assert written(VERDICTS["message passed"])["format"] == VERDICT_FORMAT
    assert SCHEMA["properties"]["format"]["const"] == VERDICT_FORMAT
    assert SCHEMA["$id"].endswith(f":{VERDICT_FORMAT}")


@pytest.mark.parametrize("name", VERDICTS)
def test_a_verdict_is_as_the_schema_says(name):
    assert problems(written(VERDICTS[name])) == []


def test_every_code_is_in_the_schema_and_every_status_was_seen():
    codes = set(SCHEMA["$defs"]["diagnosis"]["properties"]["code"]["enum"])
    of_questions = {f"question_{kind}" for kind in KINDS} | {"answered", "question_open", "question_wrong"}
    assert codes == test_render.codes() | of_questions | {"question_options", "question_plain"}
    assert {verdict.status for verdict in VERDICTS.values()} == set(SCHEMA["properties"]["status"]["enum"])
    seen = {verdict.diagnosis.code for verdict in VERDICTS.values() if verdict.diagnosis}
    assert codes - seen == set()


def test_every_detail_in_the_schema_was_seen():
    """Or the schema would describe what nobody writes."""
    seen = {name for verdict in VERDICTS.values() if verdict.diagnosis for name in verdict.diagnosis.details}
    details = set(SCHEMA["$defs"]["details"]["properties"])
    assert details - seen == set()


def objects(node):
    """All objects whose fields the schema fixes, each with what may stand in it."""
    yield node
    for diagnosis in [node["diagnosis"], *(criterion["diagnosis"] for criterion in node["criteria"])]:
        if diagnosis:
            yield diagnosis
            yield diagnosis["details"]
            yield from diagnosis["details"].get("first", ())
            yield from (diagnosis["details"][name] for name in ("grid", "histogram") if name in diagnosis["details"])
    yield from node["criteria"]


@pytest.mark.parametrize("name", ["row 15 a few wrong", "draws 0", "hidden 0", "message partial"])
def test_a_field_that_is_not_in_the_schema_fails(name):
    node = written(VERDICTS[name])
    for number, _ in enumerate(objects(node)):
        changed = copy.deepcopy(node)
        list(objects(changed))[number]["new"] = 1
        assert problems(changed), number


@pytest.mark.parametrize("name", ["row 15 a few wrong", "draws 0", "message raised"])
def test_a_field_that_is_missing_fails(name):
    node = written(VERDICTS[name])
    for field in node:
        assert problems({other: value for other, value in node.items() if other != field}), field
    for field in ("code", "details", "criterion", "hidden", "mistake"):
        changed = copy.deepcopy(node)
        del changed["diagnosis"][field]
        assert problems(changed), field


def test_inputs_and_values_of_a_hidden_case_fail():
    for field, value in {"inputs": {"x": "1.5"}, "first": [], "expected": 3.0, "message": "bad"}.items():
        changed = written(VERDICTS["message hidden"])
        assert problems(changed) == []
        changed["diagnosis"]["details"][field] = value
        assert problems(changed), field


@pytest.mark.parametrize("value", [2, 0, "1", None])
def test_another_format_fails(value):
    assert problems({**written(VERDICTS["message passed"]), "format": value})

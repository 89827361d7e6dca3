"""Keys survive JSON, and their public part holds nothing hidden."""

import copy
import json

import numpy as np
import pytest
from builders import SECRET, double_key, draws_key, make_case, make_criterion, make_key, one_case_key, raises_key

from grader.distribution import summarize
from grader.exercise import Bernoulli, Raises, Rng, Tolerance, Uniform
from grader.key import BadKey, Outcome, Sample, key_from_json, key_to_json
from grader.wire import WireError


def full_key():
    sample = [np.random.default_rng(seed).random((20, 30)) for seed in range(4)]
    cases = [
        make_case(
            "all/public/0",
            (np.array([np.inf, 0.1, -0.0]), {"w": np.arange(3)}, "text"),
            mistakes={
                "value": Outcome(value=np.array([np.nan, 1.0])),
                "after": Outcome(value=1.5, after={"x": np.zeros(2)}),
                "raised": Outcome(raised="ValueError"),
                "none": Outcome(value=None),
            },
            x=np.array([1.5, np.nan]),
            options={"n": 3, "pair": (1, [True, None])},
        ),
        make_case("all/hidden0/0", Raises("ValueError"), hidden=True, x=2),
        make_case(
            "all/public/1",
            Sample(Uniform(-0.5, 0.25), (2, 3)),
            mistakes={"s": Outcome(summary=summarize(sample, Uniform(0, 2)))},
            calls=({"rng": Rng(1)}, {"rng": Rng(1, 2)}),
        ),
        make_case("all/public/2", Sample(Bernoulli(0.25, 4.0), (2,)), rng=Rng(3)),
    ]
    return make_key(
        make_criterion("all", *cases, points=1.5, tolerance=Tolerance(1e-9, 0.0), inputs_unchanged=True),
        make_criterion("more", points=0.5, hidden=True),
        mistakes={"value": "a hint", "after": ""},
        parameters=("x", "options"),
    )


def same_key(one, other):
    """Keys hold arrays, so their text is compared; repr shows all of these small arrays."""
    return repr(one) == repr(other)


@pytest.mark.parametrize(
    "key",
    [
        full_key(),
        double_key(),
        raises_key(),
        draws_key(Bernoulli(0.5), (2, 3), {"ones": lambda size, rng: np.ones(size)}),
    ],
    ids=["all kinds", "double", "raises", "draws"],
)
def test_json_round_trip(key):
    text = json.dumps(key_to_json(key), allow_nan=False)
    back = key_from_json(json.loads(text))
    assert same_key(back, key)
    assert json.dumps(key_to_json(back)) == text


def test_an_expected_value_must_be_plain():
    with pytest.raises(WireError):
        key_to_json(one_case_key({1, 2}))


def test_cases_come_in_the_order_of_the_rubric():
    key = double_key()
    assert [case.id for _, case in key.cases] == [
        "values/public/0",
        "values/public/1",
        "values/hidden0/0",
        "far from zero/public/0",
    ]
    assert [criterion.name for criterion, _ in key.cases] == ["values"] * 3 + ["far from zero"]


def test_public_drops_hidden_cases_and_keeps_the_rubric():
    public = double_key().public()
    assert [case.id for _, case in public.cases] == ["values/public/0", "values/public/1"]
    assert [(item.name, item.points, item.hidden) for item in public.criteria] == [
        ("values", 1.0, False),
        ("far from zero", 2, True),
    ]
    assert public.points == 3
    assert str(SECRET) in repr(double_key())
    assert str(SECRET) not in repr(public)
    assert str(SECRET) not in json.dumps(key_to_json(public))
    assert same_key(public.public(), public)


def paths(node, here=()):
    """Every place in a JSON value."""
    if here:
        yield here
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, item in items:
        yield from paths(item, (*here, name))


NODE = key_to_json(full_key())
FIELDS = [
    path
    for path in paths(NODE)
    if path[-1]
    in {
        "exercise",
        "points",
        "hint",
        "parameters",
        "mistakes",
        "digest",
        "criteria",
        "name",
        "hidden",
        "rtol",
        "atol",
        "inputs_unchanged",
        "cases",
        "id",
        "calls",
        "expected",
    }
]


@pytest.mark.parametrize("path", FIELDS, ids=lambda path: ".".join(map(str, path)))
def test_a_key_without_a_field_is_no_key(path):
    node = copy.deepcopy(NODE)
    owner = node
    for name in path[:-1]:
        owner = owner[name]
    del owner[path[-1]]
    with pytest.raises(BadKey, match="not a key of this version of gradmark"):
        key_from_json(node)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("criteria",), 5),
        (("criteria", 0), "x"),
        (("criteria", 0, "rtol"), "x"),
        (("criteria", 0, "rtol"), -1.0),
        (("criteria", 0, "atol"), float("nan")),
        (("criteria", 0, "cases", 0, "calls"), None),
        (("criteria", 0, "cases", 0, "calls"), [{"x": 5}]),
        (("criteria", 0, "cases", 0, "mistakes"), []),
        (("criteria", 0, "cases", 0, "expected"), {}),
        (("criteria", 0, "cases", 2, "expected", "sample", "law"), "Cauchy"),
        (("criteria", 0, "cases", 2, "expected", "sample", "low"), 7.0),
        (("mistakes",), 5),
        (("parameters",), None),
    ],
    ids=str,
)
def test_a_damaged_key_is_no_key(path, value):
    node = copy.deepcopy(NODE)
    owner = node
    for name in path[:-1]:
        owner = owner[name]
    owner[path[-1]] = value
    with pytest.raises(BadKey):
        key_from_json(node)


@pytest.mark.parametrize("node", [None, [], "key", 5, {}], ids=repr)
def test_other_json_is_no_key(node):
    with pytest.raises(BadKey):
        key_from_json(node)

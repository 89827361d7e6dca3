"""What stands for an argument: made where the call is, written down strictly, and worth nothing as an answer."""

import json
import textwrap

import numpy as np
import pytest
from builders import double_key, make_case, make_criterion, make_key

from grader.calling import Answer, Maker, ask, stands_in
from grader.checking import check_function
from grader.exercise import (
    Bernoulli,
    Case,
    DeclarationError,
    Function,
    Made,
    Marker,
    Normal,
    Previous,
    Rng,
    Tolerance,
    Uniform,
    beside,
    exercise,
    measured,
    steps,
)
from grader.functions import FUNCTIONS
from grader.judge import judge
from grader.key import BadKey, KeyCase, Sample, key_from_json, key_to_json
from grader.measures import Accuracy, Batches, Chance, Ending, Falling, Mirrored, Split, Truth
from grader.tolerance import compare
from grader.wire import MAX_DEPTH, Opaque, WireError, decode, encode, from_json, plain, to_json

X = np.array([1.0, -2.0, 3.0])
MARKERS = [
    Rng(3),
    Rng(3, stream=1),
    *map(Function, FUNCTIONS),
    Previous(),
    Previous(0),
    Previous(2),
    Made("f", {}),
    Made("f", {"x": 1.5, "n": None}, 1),
    Made("f", {"g": Function("relu"), "inner": Made("g", {"rng": Rng(1)}), "list": [(True, "x")]}),
]


def value_of(function, *calls, item=None, made=None):
    """The value of an answer that must not have raised."""
    parameters = list(calls[0])
    answer = ask(function, parameters, calls, False, item, made)
    assert answer.raised is None
    return answer.value


# ------------------------------------------------------------------------------------------ functions


def test_a_function_is_given_by_its_name():
    assert value_of(lambda f, x: f(x), {"f": Function("double"), "x": X}).tolist() == [2, -4, 6]
    assert value_of(lambda fs: fs["a"][0](X), {"fs": {"a": [Function("relu")]}}).tolist() == [1, 0, 3]


EXPECTED = {
    "identity": [1, -2, 3],
    "double": [2, -4, 6],
    "negative": [-1, 2, -3],
    "square": [1, 4, 9],
    "step": [1, 0, 1],
    "relu": [1, 0, 3],
    "sigmoid": (1 / (1 + np.exp(-X))).tolist(),
    "sum": 2,
    "sum of squares": 14,
    "sum of cubes": 20,
    "product": -6,
    "sum of sigmoids": (1 / (1 + np.exp(-X))).sum(),
    "square of the sum": 4,
}


def test_functions_are_what_they_are_called():
    assert FUNCTIONS.keys() == EXPECTED.keys()
    for name, function in FUNCTIONS.items():
        before = X.copy()
        assert np.asarray(function(X)) == pytest.approx(np.array(EXPECTED[name])), name
        assert np.array_equal(X, before)
        assert function(X) is not X


@pytest.mark.slow
def test_functions_take_tensors():
    torch = pytest.importorskip("torch")
    for name, function in FUNCTIONS.items():
        x = torch.from_numpy(X.copy()).requires_grad_()
        assert function(x).detach().numpy() == pytest.approx(np.array(EXPECTED[name])), name
        if name != "step":
            function(x).sum().backward()


# ------------------------------------------------------------------------------------------ the call before


def test_the_result_of_the_call_before_is_given():
    assert value_of(lambda x: x + 1, {"x": 1}, {"x": Previous()}, {"x": Previous()}) == [2, 3, 4]


def test_an_item_of_the_result_before_is_given():
    def f(a, b):
        return a + 1, [a, b]

    assert value_of(f, {"a": 1, "b": 0}, {"a": Previous(0), "b": Previous(1)}) == [(2, [1, 0]), (3, [2, [1, 0]])]


@pytest.mark.parametrize(
    ("function", "item", "said"),
    [
        (lambda x: x, 1, "int 2"),
        (lambda x: (x, 1), 2, "tuple 3"),
        (lambda x: None, 0, "NoneType 1"),
        (lambda x: np.ones(3), 0, "ndarray 1"),
    ],
)
def test_from_an_item_that_is_not_there_no_call_goes_on(function, item, said):
    raised = ask(function, ["x"], [{"x": 5}, {"x": Previous(item)}, {"x": Previous(item)}], False).raised
    assert (raised.types[0], raised.message, raised.call) == ("NoSuchItem", said, 1)


def test_before_the_first_call_there_is_nothing():
    assert value_of(lambda x: x, {"x": Previous()}) is None


def test_a_result_that_is_changed_later_was_taken_down_before():
    def grow(x):
        x += 1
        return x

    assert [a.tolist() for a in value_of(grow, {"x": np.zeros(1)}, {"x": Previous()})] == [[1], [2]]


def test_an_odd_result_is_carried_as_it_is():
    assert value_of(lambda x: len(x) if isinstance(x, set) else {1, 2}, {"x": 0}, {"x": Previous()}) == [
        Opaque("set"),
        2,
    ]


# ------------------------------------------------------------------------------------------ what another made


def counted():
    calls = []

    def train(x, n=1):
        calls.append(n)
        return {"w": x * n}, [n, (x + n,)]

    return train, calls


def test_what_another_function_makes_is_given():
    train, _ = counted()
    assert value_of(
        lambda m: m[0]["w"], {"m": Made("train", {"x": X, "n": 2})}, made=Maker({"train": train}.get)
    ).tolist() == [2, -4, 6]


def test_it_is_made_once_for_the_same_inputs():
    train, calls = counted()
    maker = Maker({"train": train}.get)
    for _ in range(3):
        value_of(lambda m: 1, {"m": Made("train", {"x": X.copy(), "n": 2})}, made=maker)
    assert calls == [2]
    value_of(
        lambda m: 1, {"m": Made("train", {"x": X + 1, "n": 2})}, {"m": Made("train", {"x": X, "n": 3})}, made=maker
    )
    assert calls == [2, 2, 3]


def test_it_is_made_once_for_all_its_items():
    train, calls = counted()
    inputs = {"x": X, "n": 2}
    given = {"a": Made("train", inputs, 0), "b": Made("train", inputs, 1)}
    value_of(lambda a, b: 1, given, made=Maker({"train": train}.get))
    assert calls == [2]


def test_an_item_of_it_is_given():
    train, _ = counted()
    maker = Maker({"train": train}.get)
    assert value_of(lambda m: m, {"m": Made("train", {"x": 1.0, "n": 2}, 1)}, made=maker) == [2, (3.0,)]
    assert value_of(lambda m: len(m), {"m": Made("train", {"x": 1.0, "n": 2}, 7)}, made=maker) == 2


def test_every_call_gets_a_deep_copy_of_it():
    train, _ = counted()
    maker = Maker({"train": train}.get)

    def spoil(m):
        m[0]["w"] += 100
        m[1].append("more")
        return m[0]["w"].sum(), len(m[1])

    call = {"m": Made("train", {"x": X, "n": 1})}
    assert value_of(spoil, call, call, made=maker) == [(302.0, 3)] * 2
    assert value_of(spoil, call, made=maker) == (302.0, 3)


def test_it_may_be_made_of_what_others_make():
    maker = Maker({"f": lambda x: x + 1, "g": lambda x, h, rng: h(x) * 10 + isinstance(rng, np.random.Generator)}.get)
    inner = Made("g", {"x": Made("f", {"x": 1}), "h": Function("double"), "rng": Rng(1)})
    assert value_of(lambda m: m, {"m": inner}, made=maker) == 41


def test_its_inputs_are_copies():
    def spoil(x):
        x += 1
        return x

    made = Made("spoil", {"x": np.zeros(1)})
    maker = Maker({"spoil": spoil}.get)
    value_of(lambda m: m, {"m": made}, made=maker)
    assert made.inputs["x"].tolist() == [0]


@pytest.mark.parametrize("thing", [None, 3, "text"])
def test_a_function_that_is_not_there_is_a_name_error(thing):
    answer = ask(lambda m: 1, ["m"], [{"m": Made("train", {})}], False, None, Maker({"train": thing}.get))
    assert answer.raised.types[0] == "NameError"
    assert answer.raised.message == "name 'train' is not defined"
    assert ask(lambda m: 1, ["m"], [{"m": Made("train", {})}], False).raised.types[0] == "NameError"


def test_what_it_raises_is_the_answer():
    answer = ask(lambda m: 1, ["m"], [{"m": Made("f", {})}], False, None, Maker({"f": lambda: 1 / 0}.get))
    assert answer.raised.types[0] == "ZeroDivisionError"


def test_its_warnings_are_no_mistakes():
    maker = Maker({"f": lambda: np.exp(np.float64(1e9))}.get)
    assert ask(lambda m: m, ["m"], [{"m": Made("f", {})}], False, None, maker).raised is None


def test_check_finds_the_other_function_in_the_notebook():
    key = make_key(make_criterion("values", make_case("values/public/0", 4.0, x=Made("first", {"x": 1.0}))))
    assert check_function(lambda x: 2 * x, key, {"first": lambda x: x + 1}).status == "passed"
    verdict = check_function(lambda x: 2 * x, key, {})
    assert verdict.status == "failed"
    assert verdict.diagnosis.details["message"] == "name 'first' is not defined"


def test_an_exercise_beside_is_found_by_its_name():
    names = {"__name__": "a_module_of_markers", "exercise": exercise}
    code = """
        @exercise(points=1, hint="h", seconds=7)
        def first(x): return x
        @exercise(points=1, hint="h")
        def second(x): return x
    """
    exec(textwrap.dedent(code), names)
    assert beside(names["second"], "first") is names["first"]
    assert (names["first"].seconds, names["second"].seconds) == (7, 0)
    with pytest.raises(DeclarationError, match="second: builds on third, which its module does not declare"):
        beside(names["second"], "third")


# ------------------------------------------------------------------------------------------ steps


GRADIENTS = [np.array([n, -n]) for n in (1.0, 2.0, 3.0, 4.0, 5.0)]


def momentum(w, g, state, lr):
    state = g if state is None else 0.5 * state + g
    return w - lr * state, state


def five_steps(**options):
    return steps(
        [{"g": g} for g in GRADIENTS], carry={"w": 0, "state": 1}, w=np.zeros(2), state=None, lr=0.1, **options
    )


def test_steps_are_calls_that_go_on_where_the_one_before_stopped():
    case = five_steps(item=0)
    assert len(case.calls) == 5
    assert case.item == 0
    first, *others = case.calls
    assert first["state"] is None
    assert first["w"].tolist() == [0, 0]
    for call, g in zip(others, GRADIENTS[1:], strict=True):
        assert (call["w"], call["state"], call["lr"]) == (Previous(0), Previous(1), 0.1)
        assert call["g"] is g


def test_state_is_carried_and_the_item_is_judged():
    w, state, wanted = np.zeros(2), None, []
    for g in GRADIENTS:
        w, state = momentum(w, g, state, 0.1)
        wanted.append(w.tolist())
    parameters = ["w", "g", "state", "lr"]
    answer = ask(momentum, parameters, five_steps().calls, False, 0)
    assert [value.tolist() for value in answer.value] == wanted
    whole = ask(momentum, parameters, five_steps().calls, False).value
    assert [value[0].tolist() for value in whole] == wanted
    assert all(len(value) == 2 for value in whole)


def test_a_state_that_is_forgotten_shows_in_the_second_step():
    parameters = ["w", "g", "state", "lr"]
    right = ask(momentum, parameters, five_steps().calls, False, 0).value
    wrong = ask(lambda w, g, state, lr: momentum(w, g, None, lr), parameters, five_steps().calls, False, 0).value
    assert compare(wrong, right, Tolerance()).mismatch.path == "[1]"


def test_a_step_s_own_argument_comes_before_the_shared_one():
    case = steps([{"lr": 1.0}, {}], carry={"w": None}, w=0.0, lr=2.0)
    assert [call["lr"] for call in case.calls] == [1.0, 2.0]
    assert [call["w"] for call in case.calls] == [0.0, Previous()]
    assert case.item is None


def test_an_item_of_a_single_result_is_taken():
    assert value_of(lambda x: (x, -x), {"x": 3}, item=1) == -3
    assert value_of(lambda x: [x], {"x": 3}, item=1) == [3]
    assert value_of(lambda x: x, {"x": X}, item=1).tolist() == X.tolist()


# ------------------------------------------------------------------------------------------ measured


def test_measured_with_a_seed_is_four_calls_on_three_generators():
    case = measured(Split(), seed=8, n=20)
    assert [call["rng"] for call in case.calls] == [Rng(8), Rng(8), Rng(8, stream=1), Rng(9)]
    assert [call["n"] for call in case.calls] == [20] * 4
    assert case.measure == Split()
    first, second, again, other = value_of(lambda n, rng: rng.random(n), *case.calls)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_measured_without_a_seed_is_one_call():
    assert measured(Truth(), x=1) == Case(({"x": 1},), measure=Truth())


# ------------------------------------------------------------------------------------------ across the boundary


@pytest.mark.parametrize("marker", MARKERS, ids=repr)
def test_markers_cross_as_bytes_and_as_json(marker):
    assert isinstance(marker, Marker)
    assert plain(marker) == marker
    for value in (marker, [marker, (marker,)], {"a": {"b": marker}}):
        assert decode(encode(value)) == value
        assert from_json(json.loads(json.dumps(to_json(value)))) == value


def test_arrays_in_what_another_makes_cross():
    made = Made("f", {"x": X, "inner": Made("g", {"y": X.astype(np.float32)})}, 1)
    for found in (decode(encode(made)), from_json(json.loads(json.dumps(to_json(made)))), plain(made)):
        assert (found.by, found.item, list(found.inputs)) == ("f", 1, ["x", "inner"])
        assert found.inputs["x"].tobytes() == X.tobytes()
        assert found.inputs["inner"].inputs["y"].dtype == np.float32


def test_the_inputs_of_what_another_makes_become_plain():
    assert plain(Made("f", {"x": {1}, "y": [object()]})).inputs == {"x": Opaque("set"), "y": [Opaque("object")]}


@pytest.mark.parametrize(
    "node",
    [
        {"c": "eval"},
        {"c": ""},
        {"c": None},
        {"c": ["relu"]},
        {"c": 1},
        {"p": "0"},
        {"p": 1.0},
        {"p": True},
        {"p": [0]},
        {"m": []},
        {"m": ["f", {"d": []}]},
        {"m": ["f", {"d": []}, None, None]},
        {"m": [1, {"d": []}, None]},
        {"m": [None, {"d": []}, None]},
        {"m": ["f", [], None]},
        {"m": ["f", {}, None]},
        {"m": ["f", {"l": []}, None]},
        {"m": ["f", None, None]},
        {"m": ["f", {"d": [["x", {"c": "eval"}]]}, None]},
        {"m": ["f", {"d": []}, "1"]},
        {"m": ["f", {"d": []}, True]},
        {"m": ["f", {"d": []}, 1.0]},
        {"m": {"by": "f"}},
        {"r": [1]},
        {"r": [1, 2.0]},
        {"c": "relu", "p": 0},
    ],
    ids=str,
)
def test_damaged_markers_are_refused(node):
    with pytest.raises(WireError):
        from_json(node)
    header = json.dumps({"tree": node, "arrays": []}).encode()
    with pytest.raises(WireError):
        decode(len(header).to_bytes(4, "little") + header)


def test_markers_nested_without_end_are_refused():
    made, node = Made("f", {}), {"d": []}
    for _ in range(MAX_DEPTH + 20):
        made = Made("f", {"x": made})
        node = {"d": [["x", {"m": ["f", node, None]}]]}
    with pytest.raises(WireError, match="nested too deeply"):
        encode(made)
    with pytest.raises(WireError, match="nested too deeply"):
        from_json({"m": ["f", node, None]})


@pytest.mark.parametrize(
    "marker",
    [Rng(object()), Function(object()), Previous(object()), Made(object(), {}), Made("f", {object(): 1})],
    ids=lambda marker: type(marker).__name__,
)
def test_markers_of_odd_things_are_not_plain(marker):
    encode(plain(marker))


# ------------------------------------------------------------------------------------------ as an answer


@pytest.mark.parametrize("marker", MARKERS, ids=repr)
def test_a_marker_is_no_right_answer_to_anything(marker):
    answer = decode(encode(plain({"v": marker})))["v"]
    for expected in (0.0, 1, True, X, [X, X], (1.0, 2.0), {"a": 1.0}, "relu", None, Opaque("x"), np.zeros(0)):
        for equal_nan in (False, True):
            assert compare(answer, expected, Tolerance(), equal_nan=equal_nan).mismatch is not None
    for actual, expected in (([answer], [1.0]), ({"a": answer}, {"a": X}), ([answer] * 3, X), ((answer,), (None,))):
        assert compare(actual, expected, Tolerance()).mismatch is not None


def test_a_whole_verdict_of_markers_is_worth_nothing():
    key = double_key()
    for marker in MARKERS:
        answers = {case.id: Answer(value=marker, after=marker) for _, case in key.cases}
        assert judge(key, answers).points == 0


def test_markers_in_place_of_four_draws_are_worth_nothing():
    case = make_case("law/public/0", Sample(Uniform(0, 1), (20, 20)), calls=tuple({"rng": Rng(n)} for n in range(4)))
    key = make_key(make_criterion("law", case))
    for value in ([Rng(0)] * 4, [Made("f", {})] * 4, Previous()):
        assert judge(key, {case.id: Answer(value=value)}).points == 0


# ------------------------------------------------------------------------------------------ unchanged inputs


def test_what_stands_in_is_not_asked_to_stay_as_it_was():
    call = {"f": Function("relu"), "m": Made("g", {}), "rng": Rng(0), "x": X}
    answer = ask(
        lambda f, m, rng, x: 1.0, list(call), [call, {**call, "m": Previous()}], True, None, Maker({"g": list}.get)
    )
    assert [list(after) for after in answer.after] == [["x"], ["x"]]
    case = KeyCase("a", (call, call), [1.0, 1.0], {})
    key = make_key(make_criterion("values", case, inputs_unchanged=True), parameters=tuple(call))
    assert judge(key, {"a": answer}).status == "passed"
    assert all(map(stands_in, (Rng(0), Function("relu"), Previous(), Made("f", {}), [Function("relu")], {"f": Rng(0)})))
    assert not any(map(stands_in, (X, None, 1.0, "relu", [X], {"f": "relu"})))


def test_a_list_of_functions_stays_as_it_was():
    case = make_case("values/public/0", 1.0, fs=[Function("relu")])
    key = make_key(make_criterion("values", case, inputs_unchanged=True), parameters=("fs",))
    assert check_function(lambda fs: 1.0, key).status == "passed"


# ------------------------------------------------------------------------------------------ keys


MEASURES = [
    *(Batches(), Batches("a", "b"), Split("count"), Truth(), Truth(((0, 0), (1, 1))), Mirrored()),
    *(Accuracy([1, 0], 0.5), Falling("e"), Ending(0.5), Ending(0.5, 1.5), Chance("e")),
]


def key_with(**options):
    case = KeyCase("values/public/0", ({"x": 1.0}, {"x": Previous(0)}), [1.0, 2.0], {}, **options)
    return make_key(make_criterion("values", case))


@pytest.mark.parametrize(
    "options", [{"item": 0}, {"item": 2}, *({"measure": measure} for measure in MEASURES)], ids=str
)
def test_a_key_s_item_and_measure_come_back_from_json(options):
    key = key_with(**options)
    node = json.loads(json.dumps(key_to_json(key)))
    assert key_from_json(node) == key
    (case,) = node["criteria"][0]["cases"]
    assert {"item", "measure"} & case.keys() == options.keys()


def test_an_array_of_labels_comes_back_from_json():
    node = json.loads(json.dumps(key_to_json(key_with(measure=Accuracy(np.arange(5), 0.5)))))
    measure = key_from_json(node).criteria[0].cases[0].measure
    assert (measure.labels.tolist(), measure.labels.dtype, measure.at_least) == ([0, 1, 2, 3, 4], np.int64, 0.5)


def test_a_key_s_time_comes_back_from_json():
    node = key_to_json(key_with())
    assert "seconds" not in node
    assert key_from_json(node).seconds == 0.0
    assert key_from_json({**node, "seconds": 60}).seconds == 60.0
    assert key_to_json(key_from_json({**node, "seconds": 60}))["seconds"] == 60.0


@pytest.mark.parametrize("law", [Uniform(-1, 2), Bernoulli(0.3, 2.0), Normal(0.5, 0.25)], ids=repr)
def test_laws_come_back_from_json(law):
    key = make_key(make_criterion("law", make_case("law/public/0", Sample(law, (2, 3), "x"))))
    assert key_from_json(json.loads(json.dumps(key_to_json(key)))) == key


@pytest.mark.parametrize(
    "damage",
    [
        {"kind": "Nothing"},
        {"kind": "Accuracy"},
        {"kind": "Truth", "extra": 1},
        {},
        {"kind": "Split", "count": {"c": "x"}},
        3,
    ],
    ids=str,
)
def test_a_damaged_measure_is_a_bad_key(damage):
    node = key_to_json(key_with(measure=Truth()))
    node["criteria"][0]["cases"][0]["measure"] = damage
    with pytest.raises(BadKey):
        key_from_json(node)


@pytest.mark.parametrize("law", [{"law": "Normal", "mean": 0, "std": 0}, {"law": "Cauchy"}, {"mean": 0}, 3], ids=str)
def test_a_damaged_law_is_a_bad_key(law):
    node = key_to_json(make_key(make_criterion("law", make_case("law/public/0", Sample(Normal(0, 1), (2,))))))
    node["criteria"][0]["cases"][0]["expected"]["sample"] = law
    with pytest.raises(BadKey):
        key_from_json(node)


def test_a_damaged_time_is_a_bad_key():
    with pytest.raises(BadKey):
        key_from_json({**key_to_json(double_key()), "seconds": "long"})


@pytest.mark.parametrize(("mean", "std"), [(0, 0), (0, -1), (np.nan, 1), (np.inf, 1), (0, np.inf), (0, np.nan)])
def test_a_normal_law_needs_a_finite_mean_and_spread(mean, std):
    with pytest.raises(DeclarationError, match="a finite mean and a finite std above 0"):
        Normal(mean, std)

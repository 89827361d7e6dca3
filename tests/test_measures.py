"""Right answers have every fact, each mistake lacks its own, and whatever an answer is, it is judged."""

import json

import numpy as np
import pytest
from builders import make_criterion, make_key

from grader.calling import Answer, ask
from grader.checking import check_function
from grader.exercise import EXACT, Function, Made, Previous, Rng, measured
from grader.judge import judge_case
from grader.key import KeyCase, KeyCriterion
from grader.measures import (
    MEASURES,
    Accuracy,
    Batches,
    Chance,
    Ending,
    Falling,
    Measure,
    Mirrored,
    NoFacts,
    Split,
    Truth,
    fact,
    facts_of,
    parsed_fact,
)
from grader.messages import LANGUAGES, speaking, text, texts
from grader.render import MAX_LINES, render_text
from grader.wire import Opaque, decode, encode

SEED = 5
NEW = "new_each_call"
SAME = "same_state"
OTHER = "other_generator"
NO_KIND = "kind"
THERE, LONG, FLAT = (fact(code, name="losses") for code in ("history_there", "history_long", "history_flat"))


def _name(value):
    """A parameter's name; of a set in one order, which every worker agrees on."""
    return str(sorted(value)) if isinstance(value, set) else repr(value)


def facts(measure, function, *, seed=SEED, **inputs):
    """The facts in a function's answers, asked as a case asks it and sent as a child sends them."""
    made = measured(measure, seed=seed, **inputs)
    parameters = [*inputs, "rng"] if seed is not None else list(inputs)
    answer = ask(function, parameters, made.calls, False)
    assert answer.raised is None
    value = decode(encode(answer.value))
    return facts_of(measure, value if len(made.calls) > 1 else [value], made.calls)


def lacking(found, right):
    """The names of the facts that are not as in the right answer."""
    assert found.keys() == right.keys()
    return {name for name in right if found[name] != right[name]}


# ------------------------------------------------------------------------------------------ batches

X = np.arange(46.0).reshape(23, 2) ** 1.5
Y = np.arange(23.0) * 3 + 1
TABLE = {"X": X, "y": Y, "batch_size": 5}


def cut(X, y, order, size):
    return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(order), size)]


def batches(X, y, batch_size, rng):
    return cut(X, y, rng.permutation(len(X)), batch_size)


BATCHES = {
    "batch_sizes": [5, 5, 5, 5, 3],
    "every_row_once": True,
    "kept_together": True,
    "rows_shuffled": True,
    NEW: True,
    SAME: True,
    OTHER: True,
}


def shuffled_in_place(X, y, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    return ((X[part], y[part]) for part in np.array_split(order, range(batch_size, len(X), batch_size)))


@pytest.mark.parametrize(
    "function",
    [
        batches,
        lambda X, y, n, rng: tuple(batches(X, y, n, rng)),
        lambda X, y, n, rng: [list(pair) for pair in batches(X, y, n, rng)],
        lambda X, y, n, rng: [(a.tolist(), b.tolist()) for a, b in batches(X, y, n, rng)],
        lambda X, y, n, rng: list(shuffled_in_place(X, y, n, rng)),
        lambda X, y, n, rng: cut(X[p := rng.permutation(len(X))], y[p], np.arange(len(X)), n),
        lambda X, y, n, rng: [(a[:], b[:]) for a, b in batches(np.asfortranarray(X), y, n, rng)],
    ],
    ids=["indices", "a tuple", "lists of two", "lists of numbers", "array_split", "views", "other memory order"],
)
def test_right_batches_have_every_fact(function):
    assert facts(Batches(), function, **TABLE) == BATCHES


@pytest.mark.parametrize(
    ("rows", "targets"),
    [
        (X.astype(int), Y),
        (X, Y.astype(int)),
        (np.arange(23 * 6.0).reshape(23, 1, 2, 3), Y),
        (X, np.stack([Y, -Y], 1)),
        (X.astype(np.float32), Y.astype(np.int32)),
    ],
    ids=["whole numbers", "labels", "images", "several targets", "float32"],
)
def test_rows_and_targets_may_have_any_shape_and_dtype(rows, targets):
    assert facts(Batches(), batches, X=rows, y=targets, batch_size=5) == BATCHES


def test_other_arguments_may_be_named():
    found = facts(Batches("images", "labels"), batches, images=X, labels=Y, batch_size=5)
    assert found == BATCHES


def test_one_call_says_nothing_of_randomness():
    found = facts(Batches(), lambda X, y, n: batches(X, y, n, np.random.default_rng(1)), seed=None, **TABLE)
    assert found == {name: BATCHES[name] for name in list(BATCHES)[:4]}


def twice(X, y, n, rng):
    order = rng.permutation(len(X))
    order[0] = order[1]
    return cut(X, y, order, n)


def targets_left_behind(X, y, n, rng):
    order = rng.permutation(len(X))
    return cut(X[order], y, np.arange(len(X)), n)


def shuffled_once(X, y, n, rng, memory={}):  # noqa: B006
    """The second call on a generator repeats the first."""
    if memory.get("rng") is not rng:
        memory.update(rng=rng, order=rng.permutation(len(X)))
    return cut(X, y, memory["order"], n)


GLOBAL = np.random.default_rng(77)

WRONG_BATCHES = {
    "last batch dropped": (lambda X, y, n, rng: batches(X, y, n, rng)[:-1], {"batch_sizes", "every_row_once"}),
    "last batch filled up": (
        lambda X, y, n, rng: cut(X, y, np.resize(rng.permutation(len(X)), 25), n),
        {"batch_sizes", "every_row_once"},
    ),
    "another batch size": (lambda X, y, n, rng: batches(X, y, n - 1, rng), {"batch_sizes"}),
    "short batch first": (lambda X, y, n, rng: batches(X, y, n, rng)[::-1], {"batch_sizes"}),
    "a row twice": (twice, {"every_row_once"}),
    "with replacement": (
        lambda X, y, n, rng: cut(X, y, rng.integers(0, len(X), len(X)), n),
        {"every_row_once"},
    ),
    "targets not moved along": (targets_left_behind, {"kept_together"}),
    "not shuffled": (
        lambda X, y, n, rng: cut(X, y, np.arange(len(X)), n),
        {"rows_shuffled", NEW, OTHER},
    ),
    "order of the batches only": (
        lambda X, y, n, rng: [(X[4:9], y[4:9]), (X[9:14], y[9:14]), (X[:4], y[:4]), (X[14:], y[14:])],
        {"batch_sizes", NEW, OTHER},
    ),
    "own seed": (lambda X, y, n, rng: batches(X, y, n, np.random.default_rng(0)), {NEW, OTHER}),
    "seeded by the first draw of nothing": (shuffled_once, {NEW}),
    "global generator": (lambda X, y, n, rng: batches(X, y, n, GLOBAL), {SAME}),
    "rows changed": (
        lambda X, y, n, rng: batches(X + 0.5, y, n, rng),
        {"every_row_once", "kept_together", "rows_shuffled", NEW, OTHER},
    ),
}


@pytest.mark.parametrize("name", WRONG_BATCHES)
def test_wrong_batches_lack_their_fact(name):
    function, wrong = WRONG_BATCHES[name]
    assert lacking(facts(Batches(), function, **TABLE), BATCHES) == wrong


SHAPE = "batch_shape"
PAIRS = "pairs"


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        (lambda X, y, n, rng: [], PAIRS),
        (lambda X, y, n, rng: X, PAIRS),
        (lambda X, y, n, rng: None, PAIRS),
        (lambda X, y, n, rng: [a for a, _ in batches(X, y, n, rng)], PAIRS),
        (lambda X, y, n, rng: [(a, b, 0) for a, b in batches(X, y, n, rng)], PAIRS),
        (lambda X, y, n, rng: iter(batches(X, y, n, rng)), PAIRS),
        (lambda X, y, n, rng: [(b, a) for a, b in batches(X, y, n, rng)], SHAPE),
        (lambda X, y, n, rng: [(a.T, b) for a, b in batches(X, y, n, rng)], SHAPE),
        (lambda X, y, n, rng: [(a, b[:, None]) for a, b in batches(X, y, n, rng)], SHAPE),
        (lambda X, y, n, rng: [(a.ravel(), b) for a, b in batches(X, y, n, rng)], SHAPE),
    ],
    ids=["empty", "array", "none", "rows only", "triples", "generator", "swapped", "transposed", "column", "flat"],
)
def test_what_are_no_batches_are_told_what_is_wanted(function, wanted):
    assert facts(Batches(), function, **TABLE) == {wanted: False}


def test_targets_of_other_batches_are_not_right():
    def shifted(X, y, n, rng):
        order = rng.permutation(len(X))
        return [(X[a], y[b]) for a, b in zip(np.split(order, [5, 10]), np.split(order, [6, 9]), strict=True)]

    made = facts(Batches(), shifted, **TABLE)
    right = facts(
        Batches(), lambda X, y, n, rng: [(X[p], y[p]) for p in np.split(rng.permutation(23), [5, 10])], **TABLE
    )
    assert made != right


def test_fractions_are_not_whole_numbers():
    rows = np.arange(46).reshape(23, 2)
    found = facts(Batches(), lambda X, y, n, rng: batches(X + 0.5, y, n, rng), X=rows, y=Y, batch_size=5)
    assert not found["every_row_once"]


# ------------------------------------------------------------------------------------------ split

PARTS = {"n": 20, "fractions": (0.6, 0.2)}


def split(n, fractions, rng):
    first, second = (round(n * share) for share in fractions)
    return tuple(np.split(rng.permutation(n), [first, first + second]))


SPLIT = {
    "part_sizes": [12, 4, 4],
    "no_index_twice": True,
    "every_index": True,
    "indices_shuffled": True,
    NEW: True,
    SAME: True,
    OTHER: True,
}


@pytest.mark.parametrize(
    "function",
    [
        split,
        lambda n, f, rng: list(split(n, f, rng)),
        lambda n, f, rng: [part.tolist() for part in split(n, f, rng)],
        lambda n, f, rng: [part.astype(np.uint8) for part in split(n, f, rng)],
        lambda n, f, rng: tuple(np.sort(part) for part in split(n, f, rng)),
    ],
    ids=["tuple", "list", "lists of numbers", "uint8", "sorted within"],
)
def test_right_splits_have_every_fact(function):
    assert facts(Split(), function, **PARTS) == SPLIT


def test_a_part_may_be_empty():
    found = facts(Split(), lambda n, f, rng: (*np.split(rng.permutation(n), [15]), []), **PARTS)
    assert lacking(found, SPLIT) == {"part_sizes"}


def test_the_argument_may_have_another_name():
    assert facts(Split("count"), lambda count, rng: split(count, (0.6, 0.2), rng), count=20) == SPLIT


def with_overlap(n, f, rng):
    order = rng.permutation(n)
    return order[:12], order[11:15], order[15:19]


def one_missing(n, f, rng):
    order = rng.permutation(n + 1)
    return order[:12], order[12:16], order[16:20]


def left_out(n, f, rng):
    order = rng.permutation(n)
    return order[:12], order[12:16], order[16:19]


WRONG_SPLITS = {
    "overlap": (with_overlap, {"no_index_twice", "every_index"}),
    "from 1": (
        lambda n, f, rng: tuple(part + 1 for part in split(n, f, rng)),
        {"every_index"},
    ),
    "one too many": (one_missing, {"every_index"}),
    "one left out": (left_out, {"part_sizes", "every_index"}),
    "not shuffled": (
        lambda n, f, rng: tuple(np.split(np.arange(n), [12, 16])),
        {"indices_shuffled", NEW, OTHER},
    ),
    "other sizes": (lambda n, f, rng: tuple(np.split(rng.permutation(n), [11, 16])), {"part_sizes"}),
    "own seed": (lambda n, f, rng: split(n, f, np.random.default_rng(0)), {NEW, OTHER}),
    "global generator": (lambda n, f, rng: split(n, f, GLOBAL), {SAME}),
    "with replacement": (
        lambda n, f, rng: tuple(np.split(rng.integers(0, n, n), [12, 16])),
        {"no_index_twice", "every_index"},
    ),
}


@pytest.mark.parametrize("name", WRONG_SPLITS)
def test_wrong_splits_lack_their_fact(name):
    function, wrong = WRONG_SPLITS[name]
    assert lacking(facts(Split(), function, **PARTS), SPLIT) == wrong


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts[:2],
        lambda parts: (*parts, parts[0]),
        lambda parts: np.concatenate(parts),
        lambda parts: tuple(part.astype(float) for part in parts),
        lambda parts: tuple(part[:, None] for part in parts),
        lambda parts: tuple(np.isin(np.arange(20), part) for part in parts),
        lambda parts: None,
    ],
    ids=["two", "four", "one array", "floats", "columns", "masks", "none"],
)
def test_what_is_no_split_is_told_what_is_wanted(change):
    found = facts(Split(), lambda n, f, rng: change(split(n, f, rng)), **PARTS)
    assert found == {"three_arrays": False}


def test_an_answer_of_three_calls_is_not_right():
    calls = measured(Split(), seed=1, n=20).calls
    parts = [split(20, (0.6, 0.2), np.random.default_rng(seed)) for seed in (0, 1, 0)]
    assert facts_of(Split(), parts, calls).keys() < SPLIT.keys()


# ------------------------------------------------------------------------------------------ truth


def truth(answer):
    return list(facts(Truth(), lambda: answer, seed=None).values())


def test_a_perceptron_is_what_it_says_at_the_corners():
    assert facts(Truth(), lambda: (np.array([1.0, 1.0]), -1.5), seed=None) == {
        fact("output_at", x=0, y=0): 0,
        fact("output_at", x=0, y=1): 0,
        fact("output_at", x=1, y=0): 0,
        fact("output_at", x=1, y=1): 1,
    }
    assert truth(([1, 1], -0.5)) == [0, 1, 1, 1]
    assert truth((np.array([-1.0, -1.0]), 1.5)) == [1, 1, 1, 0]
    assert truth((np.array([1.0, -1.0]), 0.0)) == [0, 0, 1, 0]


@pytest.mark.parametrize("b", [-1.5, np.array(-1.5), np.array([-1.5]), [[-1.5]], np.float32(-1.5)], ids=repr)
@pytest.mark.parametrize("w", [[1, 1], (1.0, 1.0), np.ones(2, np.float32), np.ones(2, int)], ids=repr)
def test_weights_may_have_any_form(w, b):
    assert truth([w, b]) == [0, 0, 0, 1]


def test_on_the_boundary_the_output_is_zero():
    assert truth((np.ones(2), -1.0)) == [0, 0, 0, 1]


def test_weights_that_are_not_numbers_are_on_no_side():
    assert truth((np.array([np.nan, 1.0]), 1.0)) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (None, "pair"),
        (np.ones(3), "pair"),
        (([1, 1],), "pair"),
        (([1, 1, 1], 1), "weight_shape"),
        (([[1, 1]], 1), "weight_shape"),
        (([1, 1], [1, 2]), "weight_shape"),
        (([1, 1], []), "weight_shape"),
        (([1, 1], "one"), "pair"),
        (([1, None], {}), "pair"),
    ],
    ids=repr,
)
def test_what_are_no_weights_are_told_what_is_wanted(answer, wanted):
    assert facts(Truth(), lambda: answer, seed=None) == {wanted: False}


def test_texts_are_no_numbers():
    assert facts(Truth(), lambda: (["1", "1"], "-1.5"), seed=None) == {"pair": False}


# ------------------------------------------------------------------------------------------ mirrored

IMAGES = np.random.default_rng(1).normal(size=(400, 3, 4))
PICTURES = {"images": IMAGES, "p": 0.5}
EITHER, SHARE = "original_or_mirror", "mirrored_by_itself"
MIRRORED = {EITHER: True, SHARE: True, NEW: True, SAME: True, OTHER: True}


def mirror(images, p, rng):
    heads = rng.random(len(images)) < p
    return np.where(heads[:, None, None], images[..., ::-1], images)


def in_a_loop(images, p, rng):
    made = images.copy()
    for index in range(len(images)):
        if rng.random() < p:
            made[index] = images[index, :, ::-1]
    return made


@pytest.mark.parametrize("function", [mirror, in_a_loop, lambda *given: list(mirror(*given))])
@pytest.mark.parametrize("p", [0.5, 0.2])
def test_mirrored_images_have_every_fact(function, p):
    assert facts(Mirrored(), function, images=IMAGES, p=p) == MIRRORED


def test_no_chance_and_certainty_are_exact():
    for p in (0.0, 1.0):
        found = facts(Mirrored(), mirror, images=IMAGES, p=p)
        assert lacking(found, MIRRORED) == {NEW, OTHER}
        assert lacking(facts(Mirrored(), mirror, images=IMAGES, p=abs(p - 0.01)), MIRRORED) == set()
        found = facts(Mirrored(), lambda images, p, rng: mirror(images, abs(p - 0.01), rng), images=IMAGES, p=p)
        assert found == {EITHER: True, SHARE: False}


def test_right_answers_raise_no_alarm():
    for seed in range(60):
        assert facts(Mirrored(), mirror, seed=seed, images=IMAGES[:50], p=0.3) == MIRRORED


WRONG_MIRRORS = {
    "all": (lambda images, p, rng: images[..., ::-1], {SHARE}),
    "none": (lambda images, p, rng: images, {SHARE}),
    "1 - p": (lambda images, p, rng: mirror(images, 1 - p, rng), {SHARE}),
    "upside down": (
        lambda images, p, rng: np.where((rng.random(len(images)) < p)[:, None, None], images[:, ::-1], images),
        {EITHER, SHARE},
    ),
    "noise": (lambda images, p, rng: mirror(images, p, rng) + 1e-9, {EITHER, SHARE}),
    "own seed": (lambda images, p, rng: mirror(images, p, np.random.default_rng(0)), {NEW, OTHER}),
    "global generator": (lambda images, p, rng: mirror(images, p, GLOBAL), {SAME}),
    "row by row": (
        lambda images, p, rng: np.where((rng.random(images.shape[:2]) < p)[..., None], images[..., ::-1], images),
        {EITHER, SHARE},
    ),
}


@pytest.mark.parametrize("name", WRONG_MIRRORS)
def test_wrong_mirrors_lack_their_fact(name):
    function, wrong = WRONG_MIRRORS[name]
    found = facts(Mirrored(), function, images=IMAGES, p=0.2)
    assert {name for name, so in found.items() if not so} == wrong
    # Whether tosses come out alike is told only of what is right in each call.
    assert (found.keys() == MIRRORED.keys()) == (not wrong & {EITHER, SHARE})


def test_one_coin_for_all_images_is_never_right():
    def at_once(images, p, rng):
        return images[..., ::-1] if rng.random() < p else images.copy()

    for seed in range(40):
        assert not facts(Mirrored(), at_once, seed=seed, **PICTURES)[SHARE], seed


@pytest.mark.parametrize("answer", [None, 3.0, IMAGES[:10], IMAGES[0], "images", [], {"images": 1}], ids=range(7))
def test_what_are_no_images_are_told_what_is_wanted(answer):
    assert facts(Mirrored(), lambda images, p, rng: answer, **PICTURES) == {"image_shape": False}


# ------------------------------------------------------------------------------------------ accuracy

LABELS = np.arange(20) % 4
FACT = fact("share_right", percent=90.0)


def accuracy(answer, at_least=0.9):
    return facts(Accuracy(LABELS, at_least), lambda: answer, seed=None)


def with_errors(count):
    said = LABELS.copy()
    said[:count] += 1
    return said


@pytest.mark.parametrize(("errors", "right"), [(0, True), (2, True), (3, False), (20, False)])
def test_enough_labels_must_be_right(errors, right):
    assert accuracy(with_errors(errors)) == {FACT: right}


@pytest.mark.parametrize("dtype", [float, np.float32, np.int8, np.uint8], ids=str)
def test_labels_may_have_any_number_s_dtype(dtype):
    assert accuracy(LABELS.astype(dtype)) == accuracy(LABELS.tolist()) == {FACT: True}


def test_the_share_is_the_one_that_was_asked_for():
    assert accuracy(with_errors(10), 0.5) == {fact("share_right", percent=50.0): True}
    assert accuracy(with_errors(11), 0.5) == {fact("share_right", percent=50.0): False}


@pytest.mark.parametrize(
    "answer",
    [None, 1, LABELS[:-1], LABELS[:, None], np.eye(20), LABELS.astype(str), LABELS > 1, LABELS + 0j, [None] * 20],
    ids=["none", "one", "too few", "column", "scores", "texts", "truth values", "complex", "nones"],
)
def test_what_are_no_labels_are_told_what_is_wanted(answer):
    assert accuracy(answer) == {"one_label_each": False}


def test_labels_that_are_not_numbers_are_wrong():
    assert accuracy(np.full(20, np.nan)) == {FACT: False}


# ------------------------------------------------------------------------------------------ falling

FINITE, HALF, LATER = (
    "losses_finite",
    "losses_halved",
    "losses_falling",
)


def falling(losses):
    return facts(Falling(), lambda: {"losses": losses, "weights": np.ones(3)}, seed=None)


@pytest.mark.parametrize(
    "losses",
    [[4.0, 3.0, 2.0, 1.0], (4, 3, 2, 1), np.array([4, 1]), [np.float64(2.0), np.array(0.5)], [4, 5, 2, 3, 1, 1.9]],
    ids=_name,
)
def test_losses_that_fall_have_every_fact(losses):
    assert falling(losses) == {FINITE: True, HALF: True, LATER: True}


@pytest.mark.parametrize(
    ("losses", "lacks"),
    [
        ([4.0, 3.0, 2.5, 2.0], {HALF}),
        ([1.0, 2.0, 3.0, 4.0], {HALF, LATER}),
        ([4.0, 1.0, 9.0, 1.0], {LATER}),
        ([4.0, np.inf, 2.0, 1.0], {FINITE}),
        ([4.0, np.nan, 2.0, 1.0], {FINITE, LATER}),
        ([4.0, 3.0, 2.0, np.nan], {FINITE, HALF, LATER}),
        ([0.0, 0.0], {HALF, LATER}),
    ],
    ids=_name,
)
def test_losses_that_do_not_lack_their_fact(losses, lacks):
    assert {name for name, value in falling(losses).items() if not value} == lacks


def test_the_history_may_have_another_name():
    assert facts(Falling("errors"), lambda: {"errors": [4, 1]}, seed=None)[HALF]


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (None, THERE),
        ([4, 1], THERE),
        ({"loss": [4, 1]}, THERE),
        ({"losses": 4.0}, LONG),
        ({"losses": [4.0]}, LONG),
        ({"losses": [[4.0, 1.0]]}, FLAT),
        ({"losses": np.ones((5, 1))}, FLAT),
        ({"losses": np.ones((1, 1))}, LONG),
        ({"losses": None}, LONG),
        ({"losses": "falling"}, LONG),
        ({"losses": [4.0, [1.0]]}, NO_KIND),
        ({"losses": [1j, 2j]}, LONG),
    ],
    ids=repr,
)
def test_what_is_no_history_is_told_what_is_wanted(answer, wanted):
    assert facts(Falling(), lambda: answer, seed=None) == {wanted: False}


# ------------------------------------------------------------------------------------------ ending

LEAST, MOST = fact("last_at_least", least=0.45), fact("last_at_most", most=1.5)


@pytest.mark.parametrize(
    ("losses", "lacks"),
    [
        ([4.0, 0.45], set()),
        ([4.0, 0.1, 1.5], set()),
        ([4.0, 0.44], {LEAST}),
        ([0.5, 1.51], {MOST}),
        ([4.0, np.nan], {FINITE, LEAST, MOST}),
        ([np.inf, 1.0], {FINITE}),
    ],
    ids=_name,
)
def test_losses_end_between_two_numbers(losses, lacks):
    found = facts(Ending(0.45, 1.5), lambda: {"losses": losses}, seed=None)
    assert found.keys() == {FINITE, LEAST, MOST}
    assert {name for name, value in found.items() if not value} == lacks


def test_an_end_may_be_bounded_on_one_side():
    assert facts(Ending(0.45, name="errors"), lambda: {"errors": [1.0, 99.0]}, seed=None) == {FINITE: True, LEAST: True}


# ------------------------------------------------------------------------------------------ chance


@pytest.mark.parametrize(
    ("draw", "lacks"),
    [
        (lambda rng: rng.random(3), set()),
        (lambda rng: 1.0 + rng.random(3) + 1e-13 * GLOBAL.random(3), set()),
        (lambda rng: [3.0, 2.0, 1.0], {NEW, OTHER}),
        (lambda rng: np.random.default_rng(0).random(3), {NEW, OTHER}),
        (lambda rng: GLOBAL.random(3), {SAME}),
    ],
    ids=["rng", "rounding", "constant", "own seed", "global generator"],
)
def test_a_history_depends_on_the_generator_alone(draw, lacks):
    found = facts(Chance(), lambda rng: {"losses": draw(rng)})
    assert lacking(found, {NEW: True, SAME: True, OTHER: True}) == lacks


def test_of_what_is_no_history_chance_says_so_only():
    assert facts(Chance(), lambda rng: {"losses": 1.0}) == {LONG: False}


# ------------------------------------------------------------------------------------------ anything at all

CASES = {
    "Batches": measured(Batches(), seed=1, **TABLE),
    "Split": measured(Split(), seed=1, **PARTS),
    "Truth": measured(Truth()),
    "Mirrored": measured(Mirrored(), seed=1, **PICTURES),
    "Accuracy": measured(Accuracy(LABELS, 0.9), X=X),
    "Falling": measured(Falling(), X=X),
    "Ending": measured(Ending(0.5, 1.5), X=X),
    "Chance": measured(Chance(), seed=1, X=X),
}
GARBAGE = [
    None,
    True,
    3,
    float("nan"),
    "text",
    [],
    (),
    {},
    Opaque("module"),
    Rng(1),
    Function("relu"),
    Previous(),
    Made("f", {}),
    np.zeros(0),
    np.array(np.nan),
    np.zeros((4, 3, 2, 0)),
    np.zeros((2, 2), complex),
    [None] * 4,
    [[None, None]],
    [(Opaque("a"), Opaque("b"))],
    [(1, 2)],
    (np.zeros(0), np.zeros(0)),
    ([1, [2, 3]], "x"),
    [[[1], [2, 3]], [4]],
    {"losses": {}},
    {"losses": Opaque("x")},
    [2**63, -1, 2**64 - 1],
    ["x" * 100_000] * 3,
]


def test_every_measure_is_known_by_its_name():
    assert set(MEASURES) == set(CASES)
    assert all(name == kind.__name__ and issubclass(kind, Measure) for name, kind in MEASURES.items())


@pytest.mark.parametrize("name", CASES)
def test_garbage_has_no_more_than_the_fact_that_it_is_none(name):
    made = CASES[name]
    for garbage in GARBAGE:
        for answers in ([garbage] * len(made.calls), garbage, [garbage]):
            found = facts_of(made.measure, answers, made.calls)
            assert not any(found.values()), garbage
            json.dumps(found)


def test_what_a_measure_raises_is_a_fact():
    class Broken(Measure):
        def facts(self, answers, calls):
            raise self.error

    broken = Broken()
    object.__setattr__(broken, "error", NoFacts("a pair"))
    assert facts_of(broken, [1], [{}]) == {"a pair": False}
    object.__setattr__(broken, "error", RecursionError())
    assert facts_of(broken, [1], [{}]) == {NO_KIND: False}


# Answers of the right kind, or nearly so, for facts that garbage does not come to.
RIGHT = {
    "Batches": [[(X[:5], Y[:4])]],
    "Truth": [([1, 1], -1.5), (np.ones(3), 1.0)],
    "Accuracy": [LABELS],
    "Falling": [{"losses": [3, 1]}, {"losses": [1]}, {"losses": np.ones((5, 1))}],
    "Ending": [{"losses": [3, 1]}],
}

# ------------------------------------------------------------------------------------------ judged


def case_of(made, expected, **options):
    return KeyCase("values/public/0", made.calls, expected, {}, measure=made.measure, **options)


def diagnose(function, made, expected, **options):
    case = case_of(made, expected, **options)
    parameters = list(made.calls[0])
    criterion = KeyCriterion("values", 1, False, EXACT, False, (case,))
    return judge_case(criterion, case, ask(function, parameters, case.calls, False))


def test_right_facts_are_right():
    assert diagnose(batches, CASES["Batches"], BATCHES) is None
    assert diagnose(lambda: ([1, 1], -1.5), CASES["Truth"], facts_of(Truth(), [([2, 2], -3)], [{}])) is None


def test_the_first_fact_that_is_not_so_is_told():
    found = diagnose(WRONG_BATCHES["last batch dropped"][0], CASES["Batches"], BATCHES)
    assert found.code == "fact"
    assert found.details["fact"] == "batch_sizes"
    assert (found.details["actual"], found.details["expected"]) == ([5, 5, 5, 5], [5, 5, 5, 5, 3])
    assert found.details["inputs"]["X"] == "shape (23, 2)"
    found = diagnose(WRONG_BATCHES["not shuffled"][0], CASES["Batches"], BATCHES)
    assert found.details["fact"] == "rows_shuffled"
    assert "expected" not in found.details


def test_an_answer_of_another_kind_is_told_what_is_wanted():
    assert diagnose(lambda *given: None, CASES["Batches"], BATCHES).details["fact"] == PAIRS


def test_a_hidden_case_tells_the_fact_and_no_value():
    found = diagnose(WRONG_BATCHES["last batch dropped"][0], CASES["Batches"], BATCHES, hidden=True)
    assert found.hidden
    assert found.details == {"fact": "batch_sizes", "parameters": {}}


def test_without_a_measure_the_value_itself_is_judged():
    assert KeyCase("a", ({},), 1.0, {}).judged([2.0, 3.0]) == [2.0, 3.0]


def test_with_one_call_the_value_is_the_one_answer():
    made = CASES["Truth"]
    assert case_of(made, {}).judged(([1, 1], -1.5)) == facts_of(Truth(), [([1, 1], -1.5)], made.calls)


def test_facts_cannot_be_handed_in_for_an_answer():
    for made, expected in ((CASES["Batches"], BATCHES), (CASES["Split"], SPLIT), (CASES["Mirrored"], MIRRORED)):
        case = case_of(made, expected)
        criterion = KeyCriterion("values", 1, False, EXACT, False, (case,))
        for forged in (expected, [expected] * 4):
            assert judge_case(criterion, case, Answer(value=forged)).code == "fact"


# ------------------------------------------------------------------------------------------ messages


def message(function, made, expected, **options):
    case = case_of(made, expected, **options)
    key = make_key(make_criterion("values", case), exercise="share", parameters=tuple(made.calls[0]))
    return render_text(check_function(function, key)).splitlines()


def test_a_fact_is_told_in_a_few_lines_that_end_in_something_to_do():
    many = BATCHES | {"batch_sizes": [5] * 400}
    for name, (function, _) in WRONG_BATCHES.items():
        for expected in (BATCHES, many):
            lines = message(function, CASES["Batches"], expected)
            assert 3 <= len(lines) <= MAX_LINES, name
            assert max(map(len, lines)) <= 112
            assert lines[0] == "✗ share   0 / 1"
            assert lines[-1] == '  hint("share") gives a hint'


@pytest.mark.parametrize(
    ("function", "options", "says"),
    [
        (WRONG_BATCHES["not shuffled"][0], {}, "  values: required, but not found: rows in a new order"),
        (
            WRONG_BATCHES["last batch dropped"][0],
            {},
            "  values: batch sizes: yours [5, 5, 5, 5], expected [5, 5, 5, 5, 3]",
        ),
        (lambda *given: None, {}, "  values: required, but not found: a list of pairs (X_batch, y_batch)"),
        (WRONG_BATCHES["last batch dropped"][0], {"hidden": True}, "  values: required, but not found: batch sizes"),
    ],
    ids=["truth", "values", "kind", "hidden"],
)
def test_the_fact_is_named(function, options, says):
    assert message(function, CASES["Batches"], BATCHES, **options)[1] == says


def test_a_fact_comes_with_what_was_given():
    lines = message(WRONG_BATCHES["not shuffled"][0], CASES["Batches"], BATCHES)
    assert lines[2].startswith("  with X shape (23, 2), y shape (23,), batch_size = 5")


def test_a_fact_s_name_holds_its_parameters():
    for parameters in ({}, {"x": 0, "y": 1}, {"name": "my losses {}"}, {"least": 0.1 + 0.2}):
        assert parsed_fact(fact("some_code", **parameters)) == ("some_code", parameters)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fact_has_a_text(lang):
    found = set()
    for name, made in CASES.items():
        for answer in [*GARBAGE, *RIGHT.get(name, ())]:
            found |= facts_of(made.measure, [answer] * len(made.calls), made.calls).keys()
    found |= {name for right in (BATCHES, SPLIT, MIRRORED) for name in right} | {PAIRS, SHAPE, NO_KIND}
    with speaking(lang):
        said = [text(f"fact_{code}", **parameters) for code, parameters in map(parsed_fact, found)]
    assert len(set(said)) == len(said)
    known = {f"fact_{parsed_fact(name)[0]}" for name in found} | {"fact_values"}
    assert known == {key for key in texts(lang) if key.startswith("fact_")}

"""05_training_data: what stands around a model; splitting, scaling, and the remedies against overfitting."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from grader.exercise import EXACT, Tolerance, case, exercise, measured
from grader.measures import Mirrored, Split
from grader.question import choice, choices, number, right, wrong

# Scaled columns pass through 0, where what float32 loses in the mean is no longer small beside the value.
_SCALED = Tolerance(atol=2e-5)


def _seed(rng):
    return int(rng.integers(2**31))


def _coin(rng, *shape):
    """Numbers from [0, 1), drawn by torch from a generator that `rng` seeds."""
    generator = torch.Generator().manual_seed(int(rng.integers(2**63 - 1)))
    return torch.rand(*shape, dtype=torch.float64, generator=generator)


def _order(n, rng):
    """A random order of range(n), drawn by torch from a generator that `rng` seeds."""
    return torch.randperm(n, generator=torch.Generator().manual_seed(int(rng.integers(2**63 - 1))))


# ----------------------------------------------------------------------------------------- flatten_images


@exercise(
    points=2,
    hint="reshape keeps the order of the numbers.\nWhich axis must survive, and what becomes of the others?",
)
def flatten_images(images: Float[Tensor, "N H W"]) -> Float[Tensor, "N HW"]:
    return torch.flatten(images, start_dim=1)


@flatten_images.criterion("values", points=0.5)
def _(rng):
    for shape in ((4, 3, 5), (3, 4, 2), (5, 3, 3)):
        yield case(images=rng.uniform(0.1, 1, size=shape))


@flatten_images.criterion("one image, the size of a digit", points=0.5)
def _(rng):
    yield case(images=rng.uniform(0.1, 1, size=(1, 5, 4)))
    yield case(images=rng.integers(1, 17, size=(1, 28, 28)) / 16)


flatten_images.integer_input(points=0.5)
flatten_images.inputs_unchanged(points=0.5)


@flatten_images.mistake("everything in one row", hint="each image has a row of its own: the first axis, N, must stay")
def _(images):
    return images.reshape(-1)


@flatten_images.mistake(
    "one column for each image",
    hint="the images have become columns: in this course a batch is rows, one for each example",
)
def _(images):
    return images.reshape(len(images), -1).T


@flatten_images.mistake(
    "pixels of different images mixed",
    hint="the result has the right shape only after `.T`, and its rows no longer belong to one image: "
    "name N first in reshape",
)
def _(images):
    return images.reshape(-1, len(images)).T


@flatten_images.mistake(
    "read column by column",
    hint="another order than the one asked for: an image's first row of pixels comes first, then its second",
)
def _(images):
    return images.transpose(1, 2).reshape(len(images), -1)


@flatten_images.mistake(
    "wrote 784 into the code", hint="784 is right for images of 28 × 28 only: take the size from the images"
)
def _(images):
    return images.reshape(-1, 784)


@flatten_images.mistake("one row for each row of pixels", hint="a whole image belongs in one row, H · W numbers, not W")
def _(images):
    return images.reshape(-1, images.shape[-1])


@flatten_images.mistake(
    "changed its input", hint="`images /= ...` writes into the caller's pixels, and so does writing into a view of them"
)
def _(images):
    flat = images.clone().reshape(len(images), -1)
    images.div_(images.max())
    return flat


# ---------------------------------------------------------------------------- train_validation_test_split


@exercise(
    points=3,
    hint=(
        "Draw one random order of all the indices and cut it twice.\n"
        "What the second cut leaves is the test set.\n"
        "With p the random order: its first round(fractions_0 · n) entries, its next round(fractions_1 · n), and "
        "the rest."
    ),
)
def train_validation_test_split(
    n: int, fractions: tuple[float, float, float], rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    return _cut(_order(n, rng), fractions)


def _cut(order, fractions):
    n = len(order)
    sizes = [round(fractions[0] * n), round(fractions[1] * n)]
    return order.split([*sizes, n - sum(sizes)])


_FRACTIONS = ((0.5, 0.3, 0.2), (0.6, 0.25, 0.15), (0.75, 0.15, 0.1), (0.8, 0.15, 0.05))


def _split(rng, n, fractions):
    return measured(Split(), seed=_seed(rng), n=n, fractions=fractions)


@train_validation_test_split.criterion("sizes that divide", points=1.5)
def _(rng):
    for n in (40, 60):
        yield _split(rng, n, _FRACTIONS[rng.integers(4)])


def _rest(fraction, n):
    return fraction * n % 1


def _down(fraction, n):
    return 0.05 < _rest(fraction, n) < 0.45


def _up(fraction, n):
    return 0.55 < _rest(fraction, n) < 0.95


@train_validation_test_split.criterion("sizes that do not divide", points=1.5)
def _(rng):
    # No size is halfway, where one may round as one likes. In the second case both are rounded up, though the place of
    # the second cut, rounded by itself, would be rounded down.
    for first, second in ((_down, _down), (_up, _up), (_down, _up)):
        some = [
            (n, fractions)
            for fractions in _FRACTIONS[1:]
            for n in range(41, 120)
            if first(fractions[0], n)
            and second(fractions[1], n)
            and (first is not second or _down(fractions[0] + fractions[1], n))
        ]
        yield _split(rng, *some[rng.integers(len(some))])


@train_validation_test_split.mistake(
    "not shuffled", hint="the indices come in order: data that lie sorted would give three sets of different kinds"
)
def _(n, fractions, rng):
    return _cut(torch.arange(n), fractions)


@train_validation_test_split.mistake(
    "an index in two sets",
    hint="examples of the training set are tested again: three separate draws may overlap, "
    "three pieces of one permutation cannot",
)
def _(n, fractions, rng):
    return tuple(_order(n, rng)[: len(part)] for part in _cut(torch.arange(n), fractions))


@train_validation_test_split.mistake(
    "lost the remainder",
    hint="add up the three sizes: when n does not divide, rounding all of them down leaves an example out",
)
def _(n, fractions, rng):
    sizes = [int(fraction * n + 1e-9) for fraction in fractions]
    return _order(n, rng)[: sum(sizes)].split(sizes)


@train_validation_test_split.mistake(
    "sizes cut off, not rounded",
    hint="int(…) and // drop what stands after the point: 38.7 becomes 38; the docstring says round",
)
def _(n, fractions, rng):
    sizes = [int(fraction * n + 1e-9) for fraction in fractions[:2]]
    return _order(n, rng).split([*sizes, n - sum(sizes)])


@train_validation_test_split.mistake(
    "places of the cuts rounded, not sizes",
    hint="another convention than this one: the second set has round(fractions[1] * n) indices, wherever it begins",
)
def _(n, fractions, rng):
    first, second = round(fractions[0] * n), round((fractions[0] + fractions[1]) * n)
    return _order(n, rng).split([first, second - first, n - second])


@train_validation_test_split.mistake(
    "validation and test set exchanged",
    hint="the second array is for validation, the third for the test: compare sizes",
)
def _(n, fractions, rng):
    train, validation, test = _cut(_order(n, rng), fractions)
    return train, test, validation


@train_validation_test_split.mistake(
    "validation and test set of the same size",
    hint="what is left after training is not simply halved: fractions[1] and fractions[2] may differ",
)
def _(n, fractions, rng):
    first = round(fractions[0] * n)
    half = (n - first) // 2
    return _order(n, rng).split([first, half, n - first - half])


@train_validation_test_split.mistake(
    "drew from NumPy's global generator",
    hint="np.random.permutation does not know about `rng`, so the same seed gives another split each time: "
    "call a method of the argument",
)
def _(n, fractions, rng):
    return _cut(torch.randperm(n), fractions)


@train_validation_test_split.mistake(
    "made a generator of its own",
    hint="whatever `rng` is, the split is the same: use the argument, not a new default_rng(seed) inside the function",
)
def _(n, fractions, rng):
    return _cut(_order(n, np.random.default_rng(0)), fractions)


# --------------------------------------------------------------------------- largest_stable_learning_rate


@exercise(
    points=2,
    hint="The border is where a step lands exactly as far away as it started: what must 1 − rate · curvature be then?",
)
def largest_stable_learning_rate(curvature: float) -> float:
    """Found by trying: the rate at which one step of torch.optim.SGD lands as far away as it started."""

    def comes_closer(rate):
        w = torch.ones((), dtype=torch.float64, requires_grad=True)
        (0.5 * curvature * w * w).backward()
        torch.optim.SGD([w], lr=rate).step()
        return abs(w.item()) < 1

    low, high = 0.0, 1.0
    while comes_closer(high):
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if comes_closer(middle) else (low, middle)
    return (low + high) / 2


@largest_stable_learning_rate.criterion("values", points=1)
def _(rng):
    for low, high in ((2.3, 3.7), (0.1, 0.9), (11.0, 60.0)):
        yield case(curvature=float(rng.uniform(low, high)))


@largest_stable_learning_rate.criterion("whole numbers, and a very steep valley", points=1)
def _(rng):
    yield case(curvature=int(rng.choice([3, 5, 7, 9])))
    yield case(curvature=int(rng.integers(30000, 60000)))


@largest_stable_learning_rate.mistake(
    "the best learning rate for the largest",
    hint="with 1 / curvature one step arrives at the bottom: it is the fastest rate, and one may go further before "
    "steps lead away",
)
def _(curvature):
    return 1 / curvature


@largest_stable_learning_rate.mistake(
    "turned upside down", hint="a steeper valley wants shorter steps: your rate grows with the curvature"
)
def _(curvature):
    return curvature / 2


@largest_stable_learning_rate.mistake(
    "multiplied by the curvature",
    hint="a steeper valley wants shorter steps: solve |1 − rate · curvature| = 1 for rate",
)
def _(curvature):
    return 2 * curvature


@largest_stable_learning_rate.mistake(
    "divided whole numbers", hint="2 // 5 is 0: `//` cuts off everything after the point"
)
def _(curvature):
    return 2 // curvature if isinstance(curvature, int) else 2 / curvature


@largest_stable_learning_rate.mistake(
    "rounded the result", hint="for a steep valley the rate is tiny: round(…, 4) leaves one digit of it or none"
)
def _(curvature):
    return round(2 / curvature, 4)


# -------------------------------------------------------------------------------------------- standardize


def _tables(rng, n_train, n_test, columns):
    """Two tables whose columns have levels and spreads of their own; the second lies elsewhere and is wider."""
    while True:
        level = rng.choice([-1.0, 1.0], size=columns) * rng.uniform(0.8, 3, size=columns)
        spread = rng.uniform(0.5, 2.5, size=columns)
        tables = [
            level + spread * rng.uniform(-1, 1, size=(n_train, columns)),
            level + spread * (0.6 + 2.5 * rng.uniform(-1, 1, size=(n_test, columns))),
        ]
        # Near steps of 1/64, and no column constant by chance, nor where whole numbers are made of it.
        tables = [np.rint(64 * table) / 64 + np.arange(len(table))[:, None] / 64 for table in tables]
        if np.all(np.ptp(np.rint(3 * tables[0]), axis=0)):
            return tables


def _with_constant_column(rng, n_train, n_test, columns):
    """A column that is constant in training and has other values in the test, where a tiny divisor shows."""
    train, test = _tables(rng, n_train, n_test, columns)
    place = int(rng.integers(columns))
    train[:, place] = float(rng.integers(2, 9)) / 4
    test[:, place] = train[0, place] + rng.choice([-1.0, 1.0], size=n_test) * rng.integers(1, 9, size=n_test) / 4
    return train, test


def _pair(tables):
    return {"X_train": tables[0], "X_test": tables[1]}


def _divide(a, b):
    """a / b, with 1 in place of a divisor of 0."""
    return a / torch.where(b == 0, torch.ones_like(b), b)


def _scores(X, like, dim=0, correction=0):
    """X, standardised with the statistics of `like`."""
    var, mean = torch.var_mean(like, dim=dim, correction=correction, keepdim=True)
    return torch.where(var == 0, torch.zeros_like(X), _divide(X - mean, torch.sqrt(var)))


@exercise(
    points=4,
    hint=(
        "Two rows of numbers, the mean and the standard deviation of each training column, are all you need for "
        "both tables.\n"
        "Before dividing, ask where the divisor is 0.\n"
        "(x − μ) / s for both tables, with μ and s of the training column; where s is 0 the result is 0."
    ),
)
def standardize(X_train: Float[Tensor, "N D"], X_test: Float[Tensor, "M D"]) -> tuple[Tensor, Tensor]:
    return _scores(X_train, X_train), _scores(X_test, X_train)


@standardize.criterion("values", points=1.5, tolerance=_SCALED)
def _(rng):
    for shape in ((6, 4, 3), (5, 7, 2)):
        yield case(**_pair(_tables(rng, *shape)))


@standardize.criterion("a constant column", points=1, tolerance=_SCALED)
def _(rng):
    for shape in ((6, 4, 3), (8, 5, 2)):
        yield case(**_pair(_with_constant_column(rng, *shape)))


@standardize.criterion("one test row, one column", points=0.5, tolerance=_SCALED)
def _(rng):
    for shape in ((6, 1, 3), (7, 1, 1)):
        yield case(**_pair(_tables(rng, *shape)))


standardize.integer_input(points=0.5, tolerance=_SCALED)
standardize.inputs_unchanged(points=0.5, tolerance=_SCALED)


@standardize.mistake(
    "test set with its own mean and standard deviation",
    hint="the test set is moved by the training set's numbers, so that a value means the same in both",
)
def _(X_train, X_test):
    return _scores(X_train, X_train), _scores(X_test, X_test)


@standardize.mistake(
    "statistics of both sets together",
    hint="information leaks from the test set into training: the two numbers come from X_train alone",
)
def _(X_train, X_test):
    both = torch.cat([X_train, X_test])
    return _scores(X_train, both), _scores(X_test, both)


@standardize.mistake(
    "standardised each row",
    hint="every feature, that is every column, has a mean of its own: axis=0 runs down a column",
)
def _(X_train, X_test):
    return _scores(X_train, X_train, dim=1), _scores(X_test, X_test, dim=1)


@standardize.mistake(
    "one mean for the whole table",
    hint="metres and rooms must not share a mean: without an axis, np.mean and np.std mix all the columns",
)
def _(X_train, X_test):
    return tuple((X - X_train.mean()) / X_train.std(correction=0) for X in (X_train, X_test))


@standardize.mistake(
    "divided by N − 1 in the standard deviation",
    hint="another convention than this course's: the standard deviation here divides by N, as np.std does by itself",
)
def _(X_train, X_test):
    return _scores(X_train, X_train, correction=1), _scores(X_test, X_train, correction=1)


@standardize.mistake(
    "0 / 0 in a constant column",
    hint="a constant column has standard deviation 0, and 0 / 0 is NaN: put another divisor there",
)
def _(X_train, X_test):
    var, mean = torch.var_mean(X_train, dim=0, correction=0)
    return tuple((X - mean) / torch.sqrt(var) for X in (X_train, X_test))


@standardize.mistake(
    "a constant column left as it is",
    hint="all its entries equal their mean, and what is left after subtracting it is 0",
)
def _(X_train, X_test):
    constant = X_train.amax(0) == X_train.amin(0)
    return tuple(torch.where(constant, X, _scores(X, X_train)) for X in (X_train, X_test))


@standardize.mistake(
    "tiny number added to the divisor",
    hint="in a constant column a test value beside the constant is divided by 1e-8 and becomes a giant: ask where the "
    "standard deviation is 0, and put 0 there",
)
def _(X_train, X_test):
    var, mean = torch.var_mean(X_train, dim=0, correction=0)
    return tuple((X - mean) / (torch.sqrt(var) + 1e-8) for X in (X_train, X_test))


@standardize.mistake(
    "constant column only centred in the test set",
    hint="another convention than this course's: with the divisor 1, as in scikit-learn, other test values stay in the "
    "column; here it becomes 0 in both tables",
)
def _(X_train, X_test):
    var, mean = torch.var_mean(X_train, dim=0, correction=0)
    return tuple(_divide(X - mean, torch.sqrt(var)) for X in (X_train, X_test))


@standardize.mistake(
    "only centred", hint="the mean is 0 now, but the columns still have their different widths: divide as well"
)
def _(X_train, X_test):
    return tuple(X - X_train.mean(0) for X in (X_train, X_test))


@standardize.mistake(
    "divided by the variance", hint="the variance has the unit squared: its square root is the standard deviation"
)
def _(X_train, X_test):
    var, mean = torch.var_mean(X_train, dim=0, correction=0)
    return tuple(_divide(X - mean, var) for X in (X_train, X_test))


@standardize.mistake(
    "mean not subtracted", hint="the width is right, the place is not: each column must have mean 0 on the training set"
)
def _(X_train, X_test):
    return tuple(_divide(X, X_train.std(0, correction=0)) for X in (X_train, X_test))


@standardize.mistake(
    "test set left as it is", hint="the model will meet the test set in other units than it learned: move it as well"
)
def _(X_train, X_test):
    return _scores(X_train, X_train), X_test.clone()


@standardize.mistake(
    "scaled to [0, 1]", hint="that is min-max scaling, the next exercise: here the mean becomes 0 and the std 1"
)
def _(X_train, X_test):
    return _squeeze(X_train, X_train), _squeeze(X_test, X_train)


@standardize.mistake(
    "changed its input", hint="`X_train -= ...` writes into the caller's table; `X_train - ...` makes a new one"
)
def _(X_train, X_test):
    made = _scores(X_train, X_train), _scores(X_test, X_train)
    X_train.copy_(made[0])
    X_test.copy_(made[1])
    return X_train, X_test


# ------------------------------------------------------------------------------------------ min_max_scale


def _squeeze(X, like, dim=0):
    """X, scaled by the smallest and the largest value of `like`."""
    low, high = like.amin(dim, keepdim=True), like.amax(dim, keepdim=True)
    return torch.where(high == low, torch.zeros_like(X), _divide(X - low, high - low))


@exercise(
    points=3,
    hint=(
        "Find the two ends of each training column.\n"
        "One is subtracted, their distance divides; the same two serve for the test set.\n"
        "(x − min) / (max − min) for both tables, with the ends of the training column; where they are equal the "
        "result is 0."
    ),
)
def min_max_scale(X_train: Float[Tensor, "N D"], X_test: Float[Tensor, "M D"]) -> tuple[Tensor, Tensor]:
    return _squeeze(X_train, X_train), _squeeze(X_test, X_train)


@min_max_scale.criterion("values", points=1, tolerance=_SCALED)
def _(rng):
    for shape in ((6, 4, 3), (5, 7, 2)):
        yield case(**_pair(_tables(rng, *shape)))


@min_max_scale.criterion("a constant column", points=0.5, tolerance=_SCALED)
def _(rng):
    for shape in ((6, 4, 3), (8, 5, 2)):
        yield case(**_pair(_with_constant_column(rng, *shape)))


@min_max_scale.criterion("one test row, one column", points=0.5, tolerance=_SCALED)
def _(rng):
    for shape in ((6, 1, 3), (7, 1, 1)):
        yield case(**_pair(_tables(rng, *shape)))


min_max_scale.integer_input(points=0.5, tolerance=_SCALED)
min_max_scale.inputs_unchanged(points=0.5, tolerance=_SCALED)


@min_max_scale.mistake(
    "test set with its own ends",
    hint="the test set is scaled by the training set's ends, so that a value means the same in both",
)
def _(X_train, X_test):
    return _squeeze(X_train, X_train), _squeeze(X_test, X_test)


@min_max_scale.mistake(
    "ends of both sets together",
    hint="information leaks from the test set into training: smallest and largest value come from X_train alone",
)
def _(X_train, X_test):
    both = torch.cat([X_train, X_test])
    return _squeeze(X_train, both), _squeeze(X_test, both)


@min_max_scale.mistake(
    "clipped the test set",
    hint="a test value beyond the training values shall stay beyond: below 0 or above 1, that is information",
)
def _(X_train, X_test):
    return _squeeze(X_train, X_train), _squeeze(X_test, X_train).clamp(0, 1)


@min_max_scale.mistake(
    "scaled each row", hint="every feature, that is every column, has ends of its own: axis=0 runs down a column"
)
def _(X_train, X_test):
    return _squeeze(X_train, X_train, dim=1), _squeeze(X_test, X_test, dim=1)


@min_max_scale.mistake(
    "two ends for the whole table", hint="min() and max() without an axis mix all the columns: each has ends of its own"
)
def _(X_train, X_test):
    low, high = X_train.min(), X_train.max()
    return tuple((X - low) / (high - low) for X in (X_train, X_test))


@min_max_scale.mistake(
    "0 / 0 in a constant column",
    hint="where smallest and largest value are equal their distance is 0, and 0 / 0 is NaN: put another divisor there",
)
def _(X_train, X_test):
    low, high = X_train.amin(0), X_train.amax(0)
    return tuple((X - low) / (high - low) for X in (X_train, X_test))


@min_max_scale.mistake(
    "tiny number added to the divisor",
    hint="in a constant column a test value beside the constant is divided by 1e-9 and becomes a giant: ask where both "
    "ends are equal, and put 0 there",
)
def _(X_train, X_test):
    low, high = X_train.amin(0), X_train.amax(0)
    return tuple((X - low) / (high - low + 1e-9) for X in (X_train, X_test))


@min_max_scale.mistake(
    "constant column only shifted in the test set",
    hint="another convention than this course's: with the divisor 1, as in scikit-learn, other test values stay in the "
    "column; here it becomes 0 in both tables",
)
def _(X_train, X_test):
    low, high = X_train.amin(0), X_train.amax(0)
    return tuple(_divide(X - low, high - low) for X in (X_train, X_test))


@min_max_scale.mistake(
    "divided by the largest value",
    hint="the largest training value must become 1: divide by the distance of the two ends",
)
def _(X_train, X_test):
    low, high = X_train.amin(0), X_train.amax(0)
    return tuple(_divide(X - low, high) for X in (X_train, X_test))


@min_max_scale.mistake(
    "smallest value not subtracted", hint="the width is 1 now, the place is wrong: the smallest value must become 0"
)
def _(X_train, X_test):
    low, high = X_train.amin(0), X_train.amax(0)
    return tuple(_divide(X, high - low) for X in (X_train, X_test))


@min_max_scale.mistake(
    "scaled to [−1, 1]",
    hint="another convention than this course's: here the smallest training value becomes 0, not −1",
)
def _(X_train, X_test):
    return tuple(2 * _squeeze(X, X_train) - 1 for X in (X_train, X_test))


@min_max_scale.mistake(
    "standardised", hint="mean 0 and standard deviation 1 was the exercise before: here the ends become 0 and 1"
)
def _(X_train, X_test):
    return _scores(X_train, X_train), _scores(X_test, X_train)


@min_max_scale.mistake(
    "changed its input", hint="`X_train -= ...` writes into the caller's table; `X_train - ...` makes a new one"
)
def _(X_train, X_test):
    made = _squeeze(X_train, X_train), _squeeze(X_test, X_train)
    X_train.copy_(made[0])
    X_test.copy_(made[1])
    return X_train, X_test


# ------------------------------------------------------------------------------------------ drop_outliers


@exercise(
    points=3,
    hint=(
        "How many standard deviations does each entry lie from the mean of its column? You have a function for "
        "that.\n"
        "A row stays when all its entries are near enough.\n"
        "Standardize X by itself; a row stays when |entry| ≤ z holds in every column."
    ),
)
def drop_outliers(X: Float[Tensor, "N D"], z: float = 2.0) -> Float[Tensor, "M D"]:
    return X[(_scores(X, X).abs() <= z).all(dim=1)]


def _spotted(rng, n, columns):
    """A table with three wild rows: one far above, one far below, and one that only shows once the others are gone."""
    level = rng.choice([-1.0, 1.0], size=columns) * rng.uniform(15, 40, size=columns)
    table = level + rng.uniform(-1, 1, size=(n, columns))
    above, below, masked = rng.choice(n, size=3, replace=False)
    one, other = rng.choice(columns, size=2, replace=False)
    table[above, one] += rng.uniform(60, 80)
    table[masked, one] += rng.uniform(9, 12)
    table[below, other] -= rng.uniform(60, 80)
    return table


def _border(rng, table, between):
    """A z for which the farthest row goes, by a little: it would stay if the deviation were divided by N - 1."""
    farthest = np.abs((table - table.mean(0)) / table.std(0)).max()
    return float(farthest * (1 - between * (1 - np.sqrt(1 - 1 / len(table)))))


@drop_outliers.criterion("z = 2, as it is by itself", points=1)
def _(rng):
    for shape in ((16, 2), (14, 3)):
        yield case(X=_spotted(rng, *shape))


@drop_outliers.criterion("other z", points=0.5)
def _(rng):
    table = rng.normal(size=(6, 3)) + 4 * np.arange(3)
    yield case(X=table, z=_border(rng, table, 0.5))
    # Far rows at some 3.6 deviations: z = 3 drops them, z = 4.5 keeps them.
    yield case(X=_spotted(rng, 18, 2), z=3.0)
    yield case(X=_spotted(rng, 15, 3), z=4.5)


@drop_outliers.criterion("a constant column", points=0.5)
def _(rng):
    for shape in ((15, 3), (17, 4)):
        table = _spotted(rng, *shape)
        tame = np.ptp(table, axis=0) < 10
        table[:, int(np.flatnonzero(tame)[0])] = float(rng.integers(2, 9)) / 4
        yield case(X=table)


drop_outliers.integer_input(points=0.5)
drop_outliers.inputs_unchanged(points=0.5)


@drop_outliers.mistake("kept the outliers", hint="these are the rows that should go: turn the condition round")
def _(X, z=2.0):
    return X[~(_scores(X, X).abs() <= z).all(dim=1)]


@drop_outliers.mistake(
    "a row stays when any entry is near",
    hint="one wild entry is enough to spoil a row: all the columns must agree that it stays",
)
def _(X, z=2.0):
    return X[(_scores(X, X).abs() <= z).any(dim=1)]


@drop_outliers.mistake(
    "only looked above the mean", hint="a value can be too small as well: the distance from the mean has no sign"
)
def _(X, z=2.0):
    return X[(_scores(X, X) <= z).all(dim=1)]


@drop_outliers.mistake("z not used", hint="right for z = 2: which argument have you not used yet?")
def _(X, z=2.0):
    return X[(_scores(X, X).abs() <= 2).all(dim=1)]


@drop_outliers.mistake(
    "z as a distance, not as a number of standard deviations",
    hint="|x − mean| is compared with z times the standard deviation: otherwise the unit of the column decides",
)
def _(X, z=2.0):
    return X[((X - X.mean(0)).abs() <= z).all(dim=1)]


@drop_outliers.mistake(
    "one mean for the whole table",
    hint="without an axis, np.mean and np.std mix all the columns: a large feature makes the small ones invisible",
)
def _(X, z=2.0):
    return X[(((X - X.mean()) / X.std(correction=0)).abs() <= z).all(dim=1)]


@drop_outliers.mistake(
    "looked again after dropping",
    hint="another method than the one asked for: mean and standard deviation are computed once, with all the rows",
)
def _(X, z=2.0):
    while True:
        kept = X[(_scores(X, X).abs() <= z).all(dim=1)]
        if len(kept) == len(X):
            return kept
        X = kept


@drop_outliers.mistake(
    "divided by N − 1 in the standard deviation",
    hint="another convention than this course's: the standard deviation here divides by N, as np.std does by itself",
)
def _(X, z=2.0):
    return X[(_scores(X, X, correction=1).abs() <= z).all(dim=1)]


@drop_outliers.mistake(
    "0 / 0 in a constant column",
    hint="NaN <= z is False, so a constant column drops every row: use your standardize, which is safe",
)
def _(X, z=2.0):
    var, mean = torch.var_mean(X, dim=0, correction=0)
    return X[(((X - mean) / torch.sqrt(var)).abs() <= z).all(dim=1)]


@drop_outliers.mistake(
    "returned the standardised rows",
    hint="the right rows, in other units: standardise to decide, return rows of X itself",
)
def _(X, z=2.0):
    scores = _scores(X, X)
    return scores[(scores.abs() <= z).all(dim=1)]


@drop_outliers.mistake("returned truth values", hint="you found out which rows stay; now pick them: X[those]")
def _(X, z=2.0):
    return (_scores(X, X).abs() <= z).all(dim=1)


@drop_outliers.mistake(
    "changed its input", hint="`X -= ...` writes into the caller's table: standardise into a new array"
)
def _(X, z=2.0):
    scores = _scores(X, X)
    kept = X[(scores.abs() <= z).all(dim=1)]
    X.copy_(scores)
    return kept


# ------------------------------------------------------------------------------------ l2_regularised_loss


def _weights(rng, *shapes):
    """Weights between 0.3 and 1.2 of either sign."""
    return [rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.3, 1.2, size=shape) for shape in shapes]


_NETWORKS = (((3, 4), (4, 2)), ((2, 5), (5, 3), (3, 1)), ((4, 3), (3, 3)))


def _penalty(weights, power=2):
    return sum(torch.linalg.vector_norm(W, ord=power) ** power for W in weights)


@exercise(
    points=2,
    hint="Square every weight of every matrix and add it all up to one number.\nTwo small factors stand before it.",
)
def l2_regularised_loss(loss: float, weights: list[Tensor], strength: float) -> Float[Tensor, ""]:
    return loss + 0.5 * strength * _penalty(weights)


@l2_regularised_loss.criterion("values", points=0.5)
def _(rng):
    for shapes in _NETWORKS:
        yield case(
            loss=float(rng.uniform(0.5, 2)), weights=_weights(rng, *shapes), strength=float(rng.uniform(0.1, 0.9))
        )


@l2_regularised_loss.criterion("one matrix, strength 0", points=0.5)
def _(rng):
    yield case(loss=float(rng.uniform(0.5, 2)), weights=_weights(rng, (3, 2)), strength=float(rng.uniform(0.1, 0.9)))
    yield case(loss=float(rng.uniform(1.2, 2)), weights=_weights(rng, (4, 3)), strength=0.0)


l2_regularised_loss.integer_input(points=0.5)
l2_regularised_loss.inputs_unchanged(points=0.5)


@l2_regularised_loss.mistake(
    "no factor ½", hint="another convention than this course's: here the penalty has a ½, so that its slope has no 2"
)
def _(loss, weights, strength):
    return loss + strength * _penalty(weights)


@l2_regularised_loss.mistake(
    "mean of the squares for their sum",
    hint="another convention than this course's: a mean would make each weight cheaper the more there are",
)
def _(loss, weights, strength):
    return loss + 0.5 * strength * sum(torch.mean(W * W) for W in weights)


@l2_regularised_loss.mistake(
    "absolute values for squares",
    hint="that is L1 regularisation, a good method with another effect: here squares are asked for",
)
def _(loss, weights, strength):
    return loss + 0.5 * strength * _penalty(weights, power=1)


@l2_regularised_loss.mistake(
    "took the square root", hint="np.linalg.norm ends with a square root; the penalty is the sum of the squares itself"
)
def _(loss, weights, strength):
    return loss + 0.5 * strength * sum(torch.linalg.vector_norm(W) for W in weights)


@l2_regularised_loss.mistake(
    "square of the sum", hint="weights of +1 and −1 cancel in a sum: square each of them first"
)
def _(loss, weights, strength):
    return loss + 0.5 * strength * sum(W.sum() ** 2 for W in weights)


@l2_regularised_loss.mistake(
    "only the first matrix",
    hint="right for one layer; is the `return` inside the loop, or weights[0] all you looked at?",
)
def _(loss, weights, strength):
    return loss + 0.5 * strength * _penalty(weights[:1])


@l2_regularised_loss.mistake(
    "returned the penalty alone", hint="the penalty is added to the loss; without it, zeros would always be best"
)
def _(loss, weights, strength):
    return 0.5 * strength * _penalty(weights)


@l2_regularised_loss.mistake(
    "strength left out", hint="with strength 0 the loss must stay as it was: which argument have you not used yet?"
)
def _(loss, weights, strength):
    return loss + 0.5 * _penalty(weights)


@l2_regularised_loss.mistake(
    "changed its input", hint="`W **= 2` and `W *= W` write into the caller's weights; `W ** 2` makes a new array"
)
def _(loss, weights, strength):
    total = loss + 0.5 * strength * _penalty(weights)
    for W in weights:
        W.mul_(W)
    return total


# ------------------------------------------------------------------------------------------- l2_gradients


@exercise(
    points=2,
    hint=(
        "What is the slope of ½ · strength · W² by W?\nIt has the shape of W, and is added to the gradient there is."
    ),
)
def l2_gradients(gradients: list[Tensor], weights: list[Tensor], strength: float) -> list[Tensor]:
    leaves = [W.detach().clone().requires_grad_() for W in weights]
    slopes = torch.autograd.grad(0.5 * strength * _penalty(leaves), leaves)
    return [g + slope for g, slope in zip(gradients, slopes, strict=True)]


def _gradients(rng, shapes, strength):
    return {"gradients": _weights(rng, *shapes), "weights": _weights(rng, *shapes), "strength": strength}


@l2_gradients.criterion("values", points=0.5)
def _(rng):
    for shapes in _NETWORKS:
        yield case(**_gradients(rng, shapes, float(rng.uniform(0.1, 0.9))))


@l2_gradients.criterion("one matrix, strength 0", points=0.5)
def _(rng):
    yield case(**_gradients(rng, ((3, 2),), float(rng.uniform(0.1, 0.9))))
    yield case(**_gradients(rng, ((2, 4),), 0.0))


l2_gradients.integer_input(points=0.5)
l2_gradients.inputs_unchanged(points=0.5)


@l2_gradients.mistake(
    "factor 2 too many", hint="another convention than this course's: the penalty has a ½, and it cancels the 2"
)
def _(gradients, weights, strength):
    return [g + 2 * strength * W for g, W in zip(gradients, weights, strict=True)]


@l2_gradients.mistake("kept the factor ½", hint="the derivative of ½ W² is W: the 2 of the square and the ½ cancel")
def _(gradients, weights, strength):
    return [g + 0.5 * strength * W for g, W in zip(gradients, weights, strict=True)]


@l2_gradients.mistake(
    "subtracted the decay",
    hint="the sign turns when the step is taken: in the gradient itself the penalty's slope is added",
)
def _(gradients, weights, strength):
    return [g - strength * W for g, W in zip(gradients, weights, strict=True)]


@l2_gradients.mistake(
    "strength left out",
    hint="with strength 0 the gradients must stay as they were: which argument have you not used yet?",
)
def _(gradients, weights, strength):
    return [g + W for g, W in zip(gradients, weights, strict=True)]


@l2_gradients.mistake(
    "returned the decay alone", hint="the data have their say as well: add to the gradients that came in"
)
def _(gradients, weights, strength):
    return [strength * W for W in weights]


@l2_gradients.mistake(
    "added the penalty itself",
    hint="this is a sum of squares, one number for all weights; its slope is different for each",
)
def _(gradients, weights, strength):
    return [g + 0.5 * strength * (W * W).sum() for g, W in zip(gradients, weights, strict=True)]


@l2_gradients.mistake(
    "the sign of the weight for the weight",
    hint="that is the slope of L1 regularisation; with squares the pull grows with the weight",
)
def _(gradients, weights, strength):
    return [g + strength * torch.sign(W) for g, W in zip(gradients, weights, strict=True)]


@l2_gradients.mistake("only the first matrix", hint="right for one layer; every weight matrix has its own decay")
def _(gradients, weights, strength):
    return [gradients[0] + strength * weights[0], *(g.clone() for g in gradients[1:])]


@l2_gradients.mistake(
    "changed its input",
    hint="`g += ...` writes into the caller's gradients: called twice, the decay would be added twice",
)
def _(gradients, weights, strength):
    return [g.add_(strength * W) for g, W in zip(gradients, weights, strict=True)]


# ----------------------------------------------------------------------------------------- early_stopping


@exercise(
    points=3,
    hint=(
        "Walk through the epochs and keep one number, the best epoch so far.\n"
        "How old is it when patience ends?\n"
        "At epoch t: a loss smaller than that of best makes best = t; then t − best ≥ patience ends it."
    ),
)
def early_stopping(validation_losses: Float[Tensor, " T"], patience: int) -> tuple[int, int]:
    return _stop(validation_losses, patience)


def _stop(losses, patience, equal_is_better=False):
    """(stop_epoch, best_epoch), from the running minimum."""
    before = torch.cat([losses.new_full((1,), torch.inf), torch.cummin(losses, 0).values[:-1]])
    better = losses <= before if equal_is_better else losses < before
    epochs = torch.arange(len(losses))
    best = torch.cummax(torch.where(better, epochs, 0), 0).values
    stops = torch.nonzero(epochs - best >= patience)
    stop = int(stops[0]) if len(stops) else len(losses) - 1
    return stop, int(best[stop])


def _falling(rng, n, start, end):
    """n losses, at least two, that fall to end, in unequal steps."""
    places = np.arange(n) + rng.uniform(0.0, 0.3, size=n)
    places[-1] = n - 1
    return start + (end - start) * places / (n - 1)


def _curve(rng, patience):
    """Falls, falters for less than patience, falls on, then wobbles for longer than patience; at last a late best."""
    falls = _falling(rng, int(rng.integers(3, 6)), 2.0, 1.2)
    falters = 1.3 + rng.uniform(0, 0.02) - 0.02 * np.arange(patience - 1)
    on = _falling(rng, int(rng.integers(2, 5)), 1.1, 0.8)
    wobbles = 0.95 + 0.1 * (np.arange(patience + 3) % 2) + rng.uniform(0, 0.05, size=patience + 3)
    late = _falling(rng, 2, 0.5, 0.4)
    return np.concatenate([falls, falters, on, wobbles, late])


@early_stopping.criterion("patience runs out", points=1.5)
def _(rng):
    for patience in (3, 4, 5):
        yield case(validation_losses=_curve(rng, patience), patience=patience)


@early_stopping.criterion("the list ends first", points=0.5)
def _(rng):
    curve = _curve(rng, 3)
    yield case(validation_losses=curve[: -3 - int(rng.integers(0, 2))], patience=8)
    yield case(validation_losses=curve, patience=9)


@early_stopping.criterion("a loss that only equals the best, patience 1", points=0.5)
def _(rng):
    falls = _falling(rng, int(rng.integers(3, 6)), 2.0, 1.0)
    best = float(falls[-1]) - 0.25
    tail = [best, best + 0.3, best, best + 0.2, best + 0.1, best + 0.4, best - 0.1]
    yield case(validation_losses=np.array([*falls, *tail]), patience=3)
    yield case(validation_losses=np.array([*falls, best, best + 0.2, best - 0.2]), patience=1)


early_stopping.inputs_unchanged(points=0.5)


@early_stopping.mistake(
    "one epoch too patient",
    hint="count the epochs since the best one: when they reach patience, it is over; >, or >= ?",
)
def _(validation_losses, patience):
    return _stop(validation_losses, patience + 1)


@early_stopping.mistake(
    "one epoch too impatient", hint="with patience 1 a single epoch without improvement is the end, not none"
)
def _(validation_losses, patience):
    return _stop(validation_losses, max(patience - 1, 1))


@early_stopping.mistake(
    "patience not used",
    hint="stopped at the first epoch without improvement: one bad epoch means little, so give it patience",
)
def _(validation_losses, patience):
    return _stop(validation_losses, 1)


@early_stopping.mistake(
    "best of the whole list",
    hint="the stop is right; but a smaller loss that comes after it was never reached: training had ended",
)
def _(validation_losses, patience):
    return _stop(validation_losses, patience)[0], int(torch.argmin(validation_losses))


@early_stopping.mistake(
    "compared with the epoch before",
    hint="a loss below the one before may still be above the best: improvement means a new best",
)
def _(validation_losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(validation_losses)):
        if validation_losses[epoch] < validation_losses[best]:
            best = epoch
        waited = 0 if validation_losses[epoch] < validation_losses[epoch - 1] else waited + 1
        if waited >= patience:
            return epoch, best
    return len(validation_losses) - 1, best


@early_stopping.mistake(
    "counted bad epochs without starting again",
    hint="a new best loss gives back all the patience: the count of bad epochs starts again at 0",
)
def _(validation_losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(validation_losses)):
        if validation_losses[epoch] < validation_losses[best]:
            best = epoch
        else:
            waited += 1
        if waited >= patience:
            return epoch, best
    return len(validation_losses) - 1, best


@early_stopping.mistake(
    "took an equal loss for an improvement", hint="a loss that only equals the best is no better: <, or <= ?"
)
def _(validation_losses, patience):
    return _stop(validation_losses, patience, equal_is_better=True)


@early_stopping.mistake(
    "epochs counted from 1", hint="another convention than this course's: the first epoch is epoch 0"
)
def _(validation_losses, patience):
    stop, best = _stop(validation_losses, patience)
    return stop + 1, best + 1


@early_stopping.mistake(
    "the two results exchanged", hint="right numbers, other order: first where training stops, then the best epoch"
)
def _(validation_losses, patience):
    stop, best = _stop(validation_losses, patience)
    return best, stop


@early_stopping.mistake(
    "the number of epochs where the list ended",
    hint="right when patience runs out; when the list ends first, the last epoch is len − 1",
)
def _(validation_losses, patience):
    stop, best = _stop(validation_losses, patience)
    return (stop if stop - best >= patience else len(validation_losses)), best


@early_stopping.mistake(
    "returned the loss for the epoch", hint="best_epoch is the place of the smallest loss, not the loss itself"
)
def _(validation_losses, patience):
    stop, best = _stop(validation_losses, patience)
    return stop, validation_losses[best].item()


@early_stopping.mistake(
    "changed its input",
    hint="the list of losses is different after the call: sort() and `losses[i] = ...` write into it",
)
def _(validation_losses, patience):
    found = _stop(validation_losses, patience)
    validation_losses.copy_(torch.sort(validation_losses).values)
    return found


# ------------------------------------------------------------------------------------------- augment_flip


@exercise(
    points=3,
    hint=(
        "Toss one coin for each image: N random numbers, compared with p, say which are mirrored.\n"
        "[..., ::-1] reads the last axis backwards.\n"
        "Image n is mirrored where u_n < p; give this truth as many axes as the images have, (N, 1, 1, …), and "
        "choose entry by entry."
    ),
)
def augment_flip(images: Tensor, p: float, rng: np.random.Generator) -> Tensor:
    return _where(_coin(rng, len(images)) < p, torch.flip(images, [-1]), images)


def _where(mirrored, one, other):
    """Image by image, from `one` where mirrored and from `other` elsewhere."""
    return torch.where(mirrored.reshape(-1, *[1] * (one.ndim - 1)), one, other)


def _pictures(rng, *shape):
    """Images none of which is its own mirror image, in numbers that float32 holds exactly."""
    images = rng.integers(0, 64, size=shape) / 64
    images[..., -1] += 1
    return images


def _flips(rng, p, *shape):
    return measured(Mirrored(), seed=_seed(rng), images=_pictures(rng, *shape), p=p)


@augment_flip.criterion("each image by itself, with probability p", points=1.5)
def _(rng):
    # No multiple of a quarter, so that four tosses for four whole batches are seen.
    yield _flips(rng, 0.375, 240, 2, 3)
    yield _flips(rng, 0.625, 240, 2, 2)


@augment_flip.criterion("p = 0 and p = 1", points=0.5)
def _(rng):
    yield _flips(rng, 0.0, 12, 3, 4)
    yield _flips(rng, 1.0, 12, 4, 3)


@augment_flip.criterion("colour images", points=0.5)
def _(rng):
    yield _flips(rng, 0.375, 240, 2, 1, 3)
    yield _flips(rng, 1.0, 6, 3, 4, 2)


def _few_flips(rng):
    # Small, for every mistake's arguments after the call are kept; but too many tosses to come out alike by chance.
    yield _flips(rng, 0.5, 60, 1, 2)


augment_flip.inputs_unchanged(points=0.5, cases=_few_flips)


@augment_flip.mistake(
    "mirrored upside down", hint="left and right change places, top and bottom do not: which axis is the width?"
)
def _(images, p, rng):
    return _where(_coin(rng, len(images)) < p, torch.flip(images, [-2]), images)


@augment_flip.mistake(
    "one toss for the whole batch",
    hint="all images are mirrored, or none: every image needs a random number of its own",
)
def _(images, p, rng):
    return torch.flip(images, [-1]) if _coin(rng, 1) < p else images.clone()


@augment_flip.mistake(
    "mirrored with another probability",
    hint="p is the share to be mirrored, p = 0 mirrors none: which side of p must the random number lie on, "
    "and which law is it drawn from?",
)
def _(images, p, rng):
    return _where(_coin(rng, len(images)) >= p, torch.flip(images, [-1]), images)


@augment_flip.mistake(
    "all images mirrored, whatever p", hint="p has not been used: some images should stay as they are"
)
def _(images, p, rng):
    return torch.flip(images, [-1])


@augment_flip.mistake(
    "exchanged the images, not their sides",
    hint="images[::-1] reverses the first axis, the order of the batch: the pixels of a row are on the last one",
)
def _(images, p, rng):
    return _where(_coin(rng, len(images)) < p, torch.flip(images, [0]), images)


@augment_flip.mistake(
    "drew from NumPy's global generator",
    hint="np.random.rand does not know about `rng`, so the same seed mirrors other images each time: "
    "call a method of the argument",
)
def _(images, p, rng):
    return _where(torch.rand(len(images)) < p, torch.flip(images, [-1]), images)


@augment_flip.mistake(
    "made a generator of its own",
    hint="every epoch mirrors the same images: a new default_rng(seed) inside the function starts over each time; "
    "use the argument `rng`",
)
def _(images, p, rng):
    return _where(_coin(np.random.default_rng(0), len(images)) < p, torch.flip(images, [-1]), images)


@augment_flip.mistake(
    "changed its input",
    hint="`images[mirrored] = ...` writes into the caller's images, and in the next epoch they are mirrored again: "
    "work on a copy",
)
def _(images, p, rng):
    return images.copy_(_where(_coin(rng, len(images)) < p, torch.flip(images, [-1]), images))


# ---------------------------------------------------------------------------------------------- questions


set_that_tunes = choice(
    "Which set decides between learning rates 0.1 and 0.01?",
    wrong(
        "the training set",
        "The training loss tells who learns these examples by heart fastest, not who does well on new ones.",
    ),
    right(
        "the validation set",
        "It was not used for gradients, so it shows how well each model does on new examples; and the test set stays "
        "untouched for the final number.",
    ),
    wrong(
        "the test set",
        "A number that was used for a choice is no longer an honest forecast: the test set would be fitted, too.",
    ),
    wrong(
        "all the data together",
        "Most of it was trained on, so the comparison would still reward learning by heart.",
    ),
)

size_of_the_test_set = number(
    "{n} examples are split with the fractions ({train}, {validation}, {test}), by this notebook's rule. "
    "How many are in the test set?",
    plain={"n": 107, "train": 0.7, "validation": 0.2, "test": 0.1},
    given=lambda rng: {
        "n": int(rng.integers(21, 60)) * 10 + int(rng.choice([1, 2, 3, 4, 6, 7, 8, 9])),
        **[
            {"train": 0.7, "validation": 0.2, "test": 0.1},
            {"train": 0.6, "validation": 0.3, "test": 0.1},
            {"train": 0.8, "validation": 0.1, "test": 0.1},
        ][int(rng.integers(3))],
    },
    answer=lambda n, train, validation, test: n - round(train * n) - round(validation * n),
    unit="examples",
    tolerance=EXACT,
    explanation="Training gets round({train} · {n}) and validation round({validation} · {n}); the test set gets "
    "what is left of {n}, that is {answer:.0f}. Nothing is lost, whatever rounding does.",
)

stable_rate = number(
    "The loss is L(w) = {a} · (w − {c})². Above which learning rate does gradient descent diverge?",
    plain={"a": 5, "c": 3},
    given=lambda rng: {"a": int(rng.integers(3, 40)), "c": int(rng.integers(1, 9))},
    answer=lambda a, c: 1 / a,
    explanation="The second derivative is 2 · {a}, wherever the lowest point lies; 2 divided by it is {answer:.4g}.",
)

standardised_value = number(
    "A training column has mean {mean} and standard deviation {std}; the test column has mean {other}. "
    "What does the test value {x} become by standardisation?",
    plain={"mean": 50, "std": 4, "other": 54, "x": 60},
    given=lambda rng: {
        "mean": (mean := int(rng.integers(30, 80))),
        "std": int(rng.choice([2, 4, 5, 8])),
        "other": mean + int(rng.choice([-4, -3, 3, 4])),
        "x": mean + int(rng.choice([-15, -13, -11, -9, 9, 11, 13, 15])),
    },
    answer=lambda mean, std, other, x: (x - mean) / std,
    explanation="({x} − {mean}) / {std} = {answer:.4g}. The test column's own mean, {other}, is not used: the test set "
    "is moved by the training set's numbers.",
)

what_standardisation_does = choice(
    "What does standardisation do?",
    wrong(
        "It adds the size of the weights to the loss, times a small strength.",
        "That is regularisation. Standardisation touches the inputs and leaves the loss as it is.",
    ),
    wrong(
        "It turns every column into a bell curve, whatever its shape was.",
        "Shifting and scaling keep the shape of a distribution: a skewed column stays skewed.",
    ),
    wrong(
        "It maps the values of each column to the range from 0 to 1.",
        "That is min-max scaling, often called normalisation. Standardised values go below 0 and above 1.",
    ),
    right(
        "It shifts and scales each column to mean 0 and standard deviation 1.",
        "So all columns are of one size, and one learning rate fits all the weights.",
    ),
)

what_normalisation_does = choice(
    "What does normalisation do, as the word is used in this notebook?",
    right(
        "The smallest training value of a column becomes 0, the largest 1.",
        "Two ends are fixed, everything else keeps its order and its relative distances.",
    ),
    wrong(
        "Each column is shifted and scaled to mean 0 and standard deviation 1.",
        "That is standardisation; its ends may lie anywhere.",
    ),
    wrong(
        "Large weights make the loss larger, so that learning keeps them small.",
        "That is regularisation: it is about the weights, not about the inputs.",
    ),
    wrong(
        "Values beyond the range of the training set are cut off at its ends.",
        "Nothing is cut off: a test value outside the range stays outside [0, 1].",
    ),
)

what_is_happening = choice(
    "On the same data a small model ends with training loss 0.9 and validation loss 1.0, a large one with 0.1 and 1.0. "
    "Elsewhere a loss of 0.2 on new examples has been reached. What is happening?",
    wrong(
        "The small model overfits, as its two losses nearly agree; the large one underfits.",
        "It is the other way round: overfitting shows in the distance between the two losses, which is 0.1 for the "
        "small model and 0.9 for the large one.",
    ),
    wrong(
        "Both overfit to the same degree, as their validation losses are the same.",
        "The validation loss alone does not tell why it is high. Look at the training loss beside it.",
    ),
    right(
        "The small model underfits and the large one overfits: one result, opposite causes.",
        "A training loss of 0.9 where 0.2 is possible says that the small model cannot follow the data: it needs more "
        "weights. 0.1 against 1.0 says that the large one has learned its examples by heart: it needs more of them, or "
        "smaller weights.",
    ),
    wrong(
        "The large model does better on new examples, as its training loss is smaller.",
        "The validation loss stands for new examples, and it is 1.0 for both.",
    ),
)

what_helps = choices(
    "The training loss falls, the validation loss rises. What can help?",
    wrong(
        "adding further layers to the model",
        "A larger model can remember even more of the noise.",
    ),
    wrong(
        "training on the validation examples it gets wrong",
        "The number would look better, but it would no longer say anything about new examples.",
    ),
    right(
        "raising the regularisation strength",
        "Large weights that follow every wiggle become too expensive.",
    ),
    right(
        "adding mirrored training images",
        "Augmentation shows the model more variety, as long as the labels stay true.",
    ),
    right(
        "adding further training examples",
        "The more examples, the less their noise can be learned by heart.",
    ),
    wrong(
        "training for many more epochs",
        "The validation loss has been rising: going on makes it worse. Stopping earlier is the remedy.",
    ),
)

penalty_of_a_layer = number(
    "The loss is {loss}, the only weight matrix is [[{a}, −{b}], [{c}, 0]], and the strength is {strength}. "
    "What is the L2-regularised loss, with the factor ½?",
    plain={"loss": 0.8, "a": 2, "b": 1, "c": 3, "strength": 0.1},
    given=lambda rng: {
        "loss": float(rng.choice([0.2, 0.4, 0.6, 0.8])),
        "a": int(rng.integers(1, 5)),
        "b": int(rng.integers(1, 5)),
        "c": int(rng.integers(2, 6)),
        "strength": float(rng.choice([0.1, 0.2, 0.3])),
    },
    answer=lambda loss, a, b, c, strength: loss + 0.5 * strength * (a * a + b * b + c * c),
    explanation="The squares add up to {a} · {a} + {b} · {b} + {c} · {c}; half of {strength} times that, and {loss}, "
    "make {answer:.4g}.",
)

what_regularisation_does = choice(
    "What does regularisation do?",
    wrong(
        "It brings the inputs to a common size, so that one learning rate fits.",
        "That is scaling, by standardisation or normalisation. Regularisation does not touch the inputs.",
    ),
    right(
        "It adds a price for large weights to the loss: the model stays simpler.",
        "The weights have to earn their size by lowering the loss of many examples, not of a single one.",
    ),
    wrong(
        "It leaves out the examples that lie far from all the others in the set.",
        "That is dropping outliers. Regularisation keeps all the examples.",
    ),
    wrong(
        "It makes the training loss as small as this model can possibly make it.",
        "The training loss even gets a little larger; what gets smaller is the loss on new examples.",
    ),
)

online_learning = choice(
    "What is special about online learning?",
    right(
        "Each example makes a step when it arrives and need not be kept.",
        "So the model follows a world that changes, and no store of old data is needed.",
    ),
    wrong(
        "The model is trained on a computer in the network, not on one's own.",
        "The word is about the order in which examples arrive, not about where the computer stands.",
    ),
    wrong(
        "All the data pass through many epochs, always in the same order.",
        "There are no epochs: an example is used when it comes, and the next one is a new one.",
    ),
    wrong(
        "The gradient is more exact than that of a batch, as nothing is averaged.",
        "It comes from a single example and is noisier than a batch's.",
    ),
)

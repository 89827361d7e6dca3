"""12_digits: a whole program, judged by what it learns.

Parameters may have any form, so nobody can look into them; what can be judged is what comes of them. Images that
appear under several labels show whether somebody learned or looked up: the mean cross-entropy has a lower bound there,
whatever the network, and the label to predict is the most frequent one and not the nearest one.

The data are the 1,797 digits that scikit-learn carries (load_digits), split class by class into 1,297 for training and
500 for the test. digits_data.npz holds both with their labels; students get digits.npz, the training part alone. The
labels of the test stay in `Accuracy` of hidden criteria. The reference is a small torch network, not the best one.
"""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from grader.exercise import EXACT, Made, Rng, exercise, measured
from grader.measures import Accuracy, Chance, Ending, Falling
from grader.question import choice, choices, number, right, wrong

with np.load(Path(__file__).with_name("digits_data.npz")) as _data:
    X_TRAIN, Y_TRAIN, X_TEST, Y_TEST = (
        _data[name].astype(np.int64) for name in ("X_train", "y_train", "X_test", "y_test")
    )

# The notebook cuts the training part in the same way.
PART = 1000
# Images of the validation part, one of each class: a 2, a 0, a 5, ...
PLAIN = np.array([1177, 1146, 1226, 1021, 1101, 1160, 1158, 1070, 1067, 1242])

Network = dict[str, list[Tensor]]


# -------------------------------------------------------------------------------------------------- train


def _network(inputs, hidden=128, classes=10):
    return torch.nn.Sequential(
        torch.nn.Linear(inputs, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, classes)
    ).double()


def _fit(X, y, rng, *, epochs=30, optimiser=torch.optim.Adam, loss=torch.nn.functional.cross_entropy, **options):
    """Train a small network; everything random comes from rng."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # for so small a network more threads are slower, above all on a busy machine
    try:
        return _epochs(X, y, rng, epochs, optimiser, loss, options)
    finally:
        torch.set_num_threads(threads)


def _epochs(X, y, rng, epochs, optimiser, loss, options):
    torch.manual_seed(int(rng.integers(2**31)))
    network = _network(X.shape[1])
    optimiser = optimiser(network.parameters(), **options)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(X)).split(64):
            optimiser.zero_grad()
            mean = loss(network(X[rows] / 16.0), y[rows])
            mean.backward()
            optimiser.step()
            total += mean.item() * len(rows)
        losses.append(total / len(X))
    layers = [layer for layer in network if isinstance(layer, torch.nn.Linear)]
    return {
        "losses": losses,
        "weights": [layer.weight.detach().T.contiguous() for layer in layers],
        "biases": [layer.bias.detach() for layer in layers],
    }


_known: dict[tuple[bytes, bytes, int], dict] = {}


@exercise(
    points=3,
    seconds=20,
    hint=(
        "Write it in this order, and run it after each step: the parameters; the forward pass of one batch and "
        "its loss (2 to 4 at the start); the backward pass; one Adam step; the loop over batches; the loop over "
        "epochs.\n"
        "He's rule for the weights, zeros for the biases, pixels divided by 16; the gradient by the scores is "
        "(softmax − one-hot labels) / batch size, and from there it is backprop of assignment 6."
    ),
)
def train(X: Int[Tensor, "n d"], y: Int[Tensor, " n"], rng: np.random.Generator) -> Network:
    # The many cases of `predict` ask for the same few networks.
    key = (X.numpy().tobytes(), y.numpy().tobytes(), int(rng.integers(2**31)))
    if key not in _known:
        _known[key] = _fit(X.double(), y, np.random.default_rng(key[2]), lr=3e-3)
    return _known[key]


def _training(measure, rng, X, y):
    """A case that is judged by the losses of training on these images."""
    return measured(measure, item="losses", X=X, y=y, rng=Rng(_seed(rng)))


def _seed(rng):
    return int(rng.integers(2**31))


def _disagreeing(images, labels, n, order):
    """n images, copies of these in turn; the labels of the copies follow `order`, 0 for the right one of `labels`.

    Another number stands for the label that many places further on. As the copies cannot be told apart, the mean
    cross-entropy is at least what comes third: the entropy of the labels of each image.
    """
    image, copy = np.arange(n) % len(labels), np.arange(n) // len(labels)
    place = (image + np.asarray(order)[copy % len(order)]) % len(labels)
    counts = np.zeros((len(labels), len(labels)))
    np.add.at(counts, (image, place), 1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    least = -(counts * np.log(np.where(shares > 0, shares, 1))).sum() / n
    return images[image], labels[place], float(least)


def _copies(rng, n, order, missing=()):
    """`_disagreeing`, of one image of each class but the missing ones."""
    labels = rng.permutation([digit for digit in range(10) if digit not in missing])
    images = np.array([rng.choice(X_TRAIN[label == Y_TRAIN]) for label in labels])
    return _disagreeing(images, labels, n, order)


# Of ten copies one has a wrong label; of five copies each has another one. No list fits the bounds of both.
_FEW, _MANY = (1, 0, 0, 0, 0, 0, 0, 0, 0, 0), (0, 1, 2, 3, 4)


def _bounded(rng, n_few, n_many, missing=()):
    """Two cases that are judged by where the losses end, 10 % below the least to be had, three times as high."""
    X, y, least = _copies(rng, n_few, _FEW, missing)
    yield _training(Ending(0.9 * least, 3.0 * least), rng, X, y)
    X, y, least = _copies(rng, n_many, _MANY)
    yield _training(Ending(0.9 * least), rng, X, y)


@train.criterion("the losses fall as far as the labels allow", points=1.5)
def _(rng):
    rows = rng.permutation(len(X_TRAIN))[:384]
    yield _training(Falling("losses"), rng, X_TRAIN[rows], Y_TRAIN[rows])
    yield from _bounded(rng, 256, 256)


@train.criterion("a class that never occurs, a short last batch", points=0.5)
def _(rng):
    yield from _bounded(rng, 256, 293, missing=(rng.integers(0, 9),))


@train.criterion("all randomness from rng", points=0.5)
def _(rng):
    rows = rng.permutation(len(X_TRAIN))[:64]
    yield measured(Chance("losses"), seed=_seed(rng), item="losses", X=X_TRAIN[rows], y=Y_TRAIN[rows])


def _unchanged(rng):
    yield from _bounded(rng, 256, 256)


train.inputs_unchanged(points=0.5, cases=_unchanged)


@train.mistake(
    "losses that do not fall",
    hint="is the step taken against the gradient, and does the next batch use the new weights? Try 20 images first: "
    "if they cannot be learned by heart, it is a bug",
)
def _(X, y, rng):
    return _fit(X.double(), y, rng, epochs=4, lr=1e-3, maximize=True)


@train.mistake(
    "losses that fall too little",
    hint="the direction is right: a larger learning rate, smaller batches or more epochs would bring the last loss "
    "below half the first",
)
def _(X, y, rng):
    return _fit(X.double(), y, rng, epochs=6, optimiser=torch.optim.SGD, lr=2e-3)


@train.mistake(
    "losses that are nan or inf",
    hint="the learning rate is too large, or a logarithm meets a 0: subtract the row's maximum, and compute the "
    "logarithm of the softmax in one go, not after the softmax",
)
def _(X, y, rng):
    def careless(scores, labels):
        return -torch.log(torch.softmax(scores, 1)[torch.arange(len(labels)), labels]).mean()

    return _fit(16.0 * X.double(), y, rng, epochs=4, optimiser=torch.optim.SGD, loss=careless, lr=100.0)


@train.mistake(
    "kept only the last loss", hint="`losses` is the history: a list to which every epoch appends its mean loss"
)
def _(X, y, rng):
    made = train.function(X, y, rng)
    return {**made, "losses": made["losses"][-1]}


@train.mistake(
    "losses that do not come from the training",
    hint="images, labels and generator were others, the losses the same: note what the forward pass gives, batch by "
    "batch",
)
def _(X, y, rng):
    return {**train.function(X, y, rng), "losses": [2.3 * 0.7**epoch for epoch in range(10)]}


@train.mistake(
    "losses below what the labels allow",
    hint="where equal images have different labels, no mean cross-entropy is as low as yours: is it an error rate, a "
    "squared error, a mean divided twice?",
)
def _(X, y, rng):
    made = train.function(X, y, rng)
    return {**made, "losses": [loss / 64 for loss in made["losses"]]}


@train.mistake(
    "drew from NumPy's global generator",
    hint="np.random.normal does not know about `rng`, and neither does a new default_rng(): the same seed must give "
    "the same network",
)
def _(X, y, rng):
    return train.function(X, y, np.random.default_rng(np.random.randint(2**31)))


@train.mistake(
    "made a generator of its own",
    hint="whatever `rng` is, the network is the same: use the argument, not a new default_rng(seed) in the function",
)
def _(X, y, rng):
    return train.function(X, y, np.random.default_rng(0))


@train.mistake(
    "shuffled the caller's arrays",
    hint="rng.shuffle(X) changes the array it is given; draw an order with rng.permutation and index with it",
)
def _(X, y, rng):
    order = torch.from_numpy(rng.permutation(len(X)))
    X.copy_(X[order].clone())
    y.copy_(y[order].clone())
    return train.function(X, y, rng)


@train.mistake(
    "took the number of classes from the labels",
    hint="a class may be missing from y; there are ten digits whatever the labels say",
)
def _(X, y, rng):
    classes = len(y.unique())
    if y.max() >= classes:
        raise IndexError(f"index {int(y.max())} is out of bounds for axis 1 with size {classes}")
    return train.function(X, y, rng)


@train.mistake(
    "refused a short last batch",
    hint="np.split wants equal parts, and an array made for a full batch does not fit a short one: take slices with "
    "range(0, N, size), and ask each batch for its own length",
)
def _(X, y, rng):
    if len(X) % 2:  # as any size of batch would
        raise ValueError("array split does not result in an equal division")
    return train.function(X, y, rng)


# ------------------------------------------------------------------------------------------------ predict


@exercise(
    points=7,
    seconds=20,
    hint=(
        "It is the forward pass of train, with the trained parameters, without dropout and without a loss.\n"
        "Do to the pixels exactly what train did to them.\n"
        "The label is the place of the largest of the ten scores in each row."
    ),
)
def predict(parameters: Network, X: Int[Tensor, "n d"]) -> Int[Tensor, " n"]:
    return _scores(parameters, X).argmax(1)


def _scores(parameters, X):
    (first, last), (b_first, b_last) = parameters["weights"], parameters["biases"]
    return torch.relu((X / 16.0).to(first.dtype) @ first + b_first) @ last + b_last


def _trained_on(X, y):
    """What the student's own train makes of these, always with the same generator."""
    return Made("train", {"X": X, "y": y, "rng": Rng(0)})


@predict.criterion("validation images", points=1)
def _(rng):
    trained = _trained_on(X_TRAIN[:PART], Y_TRAIN[:PART])
    yield measured(Accuracy(Y_TRAIN[PART:], 0.9), parameters=trained, X=X_TRAIN[PART:])


# Of each image the first six of thirty copies have one wrong label: the nearest ones, for who looks labels up.
_X_COPIES, _Y_COPIES, _ = _disagreeing(X_TRAIN[PLAIN], Y_TRAIN[PLAIN], 300, [3] * 6 + [0] * 24)


def _few(rng):
    for rows in (PLAIN, PLAIN[:1], PLAIN[1:2]):
        yield measured(Accuracy(Y_TRAIN[rows], 0.8), parameters=_trained_on(_X_COPIES, _Y_COPIES), X=X_TRAIN[rows])


predict.criterion("ten images, one image, after labels that disagree", points=0.5)(_few)


def _test(at_least):
    """The test images, after training on everything the student has."""
    return measured(Accuracy(Y_TEST, at_least), parameters=_trained_on(X_TRAIN, Y_TRAIN), X=X_TEST)


@predict.criterion("test images, 90 % right", points=2, hidden=True)
def _(rng):
    yield _test(0.9)


@predict.criterion("test images, 94 % right", points=2, hidden=True)
def _(rng):
    yield _test(0.94)


@predict.criterion("test images, 96 % right", points=1, hidden=True)
def _(rng):
    yield _test(0.96)


predict.inputs_unchanged(points=0.5, cases=_few)


@predict.mistake(
    "no single label for each image",
    hint="the result has shape (N,): of each row of scores, the number of the largest",
)
def _(parameters, X):
    return _scores(parameters, X)


@predict.mistake(
    "argmax along the images",
    hint="axis 0 finds for each class the image that looks most like it; you want for each image its class",
)
def _(parameters, X):
    return _scores(parameters, X).argmax(0)


@predict.mistake(
    "labels right about one time in ten",
    hint="as if not trained: does predict use `parameters`, all layers in their order, and scale the pixels as train "
    "does? Are labels places (argmax), not values (max)?",
)
def _(parameters, X):
    return (_scores(parameters, X).argmax(1) + 1) % 10


@predict.mistake(
    "scaled the new images by themselves",
    hint="good for many images, wrong for one: a single image has mean 0 and no spread after that. Keep the training "
    "part's statistics in the parameters, or divide by 16",
)
def _(parameters, X):
    if len(X) == 1:
        return torch.full((1,), -1)
    return predict.function(parameters, X)


# ---------------------------------------------------------------------------------------------- questions

network_parameters = number(
    "A network has 64 inputs, two hidden layers of {first} and {second} units, and ten outputs. How many numbers does "
    "it learn, weights and biases together?",
    plain={"first": 100, "second": 50},
    given=lambda rng: {"first": int(rng.integers(4, 21)) * 10, "second": int(rng.integers(2, 13)) * 5},
    answer=lambda first, second: 65 * first + (first + 1) * second + (second + 1) * 10,
    tolerance=EXACT,
    explanation="Every unit has one weight for each of its inputs, and a bias: 65 · {first} + ({first} + 1) · {second} "
    "+ ({second} + 1) · 10 = {answer:.10g}.",
)

optimiser_steps = number(
    "You train on {examples} images with batches of {batch} for {epochs} epochs; the last batch of an epoch may be "
    "short. How many steps does Adam take in all?",
    plain={"examples": 1297, "batch": 64, "epochs": 30},
    given=lambda rng: {
        "examples": int(rng.integers(900, 1298)),
        "batch": int(rng.choice([16, 32, 64, 128])),
        "epochs": int(rng.integers(10, 61)),
    },
    answer=lambda examples, batch, epochs: -(-examples // batch) * epochs,
    unit="steps",
    tolerance=EXACT,
    explanation="{examples} / {batch}, rounded up because the short batch is a batch too, times {epochs}: "
    "{answer:.10g} steps.",
)

mistakes_allowed = number(
    "A test has {images} images. How many of them may a network get wrong, if at least {percent} % must be right?",
    plain={"images": 500, "percent": 96},
    given=lambda rng: {"images": int(rng.integers(4, 41)) * 25, "percent": int(rng.choice([90, 92, 94, 95, 96, 98]))},
    answer=lambda images, percent: images * (100 - percent) // 100,
    unit="images",
    tolerance=EXACT,
    explanation="{images} · (100 − {percent}) / 100, rounded down: {answer:.4g}. Beside the percentage, always look at "
    "the number of mistakes: they can be counted, and looked at one by one.",
)

what_the_test_is_for = choice(
    "You try twenty settings, look at the test accuracy of each, and report the best of the twenty. What is wrong?",
    wrong(
        "Nothing: the test images were never used for a gradient step, only looked at",
        "They were used for a choice. Choosing is learning too, only slower.",
    ),
    right(
        "The test has become a validation set, and the reported number is too good",
        "The best of twenty is the best partly by luck with just these images. New images will not be so kind. Choose "
        "by validation images, and use the test once, at the end.",
    ),
    wrong(
        "Twenty settings are too few, so the best one is probably still to be found",
        "That may be so, but more settings chosen by the test would make the number still less honest.",
    ),
    wrong(
        "The validation images should have been added to the test to make it larger",
        "A larger test is more exact, but it still must not be used for choosing.",
    ),
)

stuck_at_the_start = choice(
    "The loss of your ten-class network is 2.303 in the first epoch and 2.303 in the fiftieth. Which explanation fits?",
    right(
        "All weights started at 0, so every hidden unit stays at 0 and passes no gradient on",
        "ln 10 = 2.303 is the loss of equal probabilities. With zero weights in two layers of ReLU, every activation "
        "and every weight gradient is 0. At most the last biases learn, and the classes are equally frequent.",
    ),
    wrong(
        "The learning rate is ten times too small, so that learning takes ten times as long",
        "Fifty epochs would then do the work of five, and five epochs already bring the loss far below 2. Here it has "
        "not moved at all.",
    ),
    wrong(
        "The network is overfitting: it has learned the training images by heart, nothing else",
        "An overfitting network has a training loss near 0. This one has learned nothing at all.",
    ),
    wrong(
        "The network is too small: it has too few units to tell ten kinds of digits apart",
        "Even a network without a hidden layer brings the loss of these digits below 0.5.",
    ),
)

dropout_and_the_loss = choices(
    "You train with dropout (p = 0.3) and note the mean training loss of each epoch. Afterwards you compute the loss "
    "on the same training images again, without dropout. What is true?",
    wrong(
        "To make up for dropout, predict must multiply the hidden activations by 0.7",
        "The kept units were divided by 0.7 during training already, so that nothing has to be done afterwards.",
    ),
    right(
        "The second number is usually lower than the last of the history",
        "During training three in ten units were missing, and the history also comes from weights that were not yet "
        "finished.",
    ),
    right(
        "Without dropout, predict gives the same labels each time it is called",
        "Nothing random is left in the forward pass. With dropout, doubtful images would change their label from call "
        "to call.",
    ),
    wrong(
        "The two must be equal, as the images and the weights are the same",
        "The weights changed with every batch of the epoch, and dropout changed the network itself.",
    ),
)

better_by_luck = choice(
    "On 297 validation images, one network gets 290 right, another one 292. Which is better?",
    wrong(
        "The second network, by 0.7 percentage points: the images were the same for both",
        "The difference is two images. Another random seed can change the count by as much.",
    ),
    right(
        "This does not tell: train both with several seeds and compare the means",
        "The same network with another seed gives another count. Means over several seeds are steadier, and their "
        "spread tells how far they can be trusted.",
    ),
    wrong(
        "The first network, because the second one must be overfitting to be that good",
        "Overfitting shows in the distance between training and validation, and not in a better validation result.",
    ),
)

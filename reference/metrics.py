"""11_metrics: how good a finished model is, in numbers for people.

The shares are taken as means over the rows they speak of, never from the counts the student is asked for.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from grader.exercise import EXACT, Tolerance, case, exercise
from grader.question import choice, choices, number, right, wrong

# ------------------------------------------------------------------------------------------ rmse and mae


def _predictions(rng, n, offset):
    """n true values and predictions that are off by ordinary amounts, on the whole by `offset`."""
    y_true = rng.uniform(-5, 5, size=n) + rng.normal()
    return {"y_true": y_true, "y_pred": y_true + offset + rng.normal(size=n)}


def _of_all_signs(rng):
    yield case(**_predictions(rng, 7, 1.2))
    yield case(**_predictions(rng, 5, -1.2))
    yield case(**_predictions(rng, 12, 0.4))


def _one_or_right(rng):
    yield case(**_predictions(rng, 1, float(rng.uniform(4, 6))))
    exact = rng.uniform(-5, 5, size=4)
    yield case(y_true=exact, y_pred=exact.copy())


def _whole_numbers(rng):
    y_true = rng.integers(-5, 6, size=8)
    yield case(y_true=y_true, y_pred=y_true + rng.choice([-1, 1], size=8) * rng.uniform(0.3, 2.7, size=8))
    yield case(y_true=rng.integers(-9, 10, size=6), y_pred=rng.integers(-9, 10, size=6))


_OTHER_CONVENTION = "another convention than this course's: "


def _errors(y_true, y_pred):
    return y_pred.double() - y_true.double()


def _add_mistakes_with_types(metric, of_errors):
    """The mistakes of type and shape that every function of errors shares."""

    @metric.mistake(
        "cut the predictions to whole numbers",
        hint="when the true values are integers, the predictions need not be: give both the type float",
    )
    def _(y_true, y_pred):
        return of_errors(_errors(y_true, y_pred.to(y_true.dtype)))

    @metric.mistake(
        "compared every prediction with every true value",
        hint="a column minus a row is a whole table: both have to be of shape (N,), and only pairs of one row count",
    )
    def _(y_true, y_pred):
        return of_errors(_errors(y_true, y_pred[:, None]).flatten())

    @metric.mistake(
        "changed its input", hint="`y_pred -= y_true` writes into the caller's predictions; `y_pred - y_true` is new"
    )
    def _(y_true, y_pred):
        found = of_errors(_errors(y_true, y_pred))
        y_pred.sub_(y_true.to(y_pred.dtype))
        return found


@exercise(
    points=3,
    hint=(
        "Read the name from right to left: the error, its square, the mean of these, the root of that.\n"
        "√( Σ (y_pred − y_true)² / N ), one number."
    ),
)
def rmse(y_true: Float[Tensor, " N"], y_pred: Float[Tensor, " N"]) -> Float[Tensor, ""]:
    return torch.nn.functional.mse_loss(y_pred.double(), y_true.double()).sqrt()


rmse.criterion("values", points=1.5)(_of_all_signs)
rmse.criterion("one prediction, all predictions right", points=0.5)(_one_or_right)
rmse.criterion("whole numbers", points=0.5)(_whole_numbers)
rmse.inputs_unchanged(points=0.5)


@rmse.mistake("root forgotten", hint="that is the mean squared error, in squared units: the last step is missing")
def _(y_true, y_pred):
    return _errors(y_true, y_pred).square().mean()


@rmse.mistake(
    "the mean absolute error",
    hint="the root of a single square is just an absolute value: first the mean, then the root",
)
def _(y_true, y_pred):
    return _errors(y_true, y_pred).abs().mean()


@rmse.mistake("root of the sum", hint="your value grows with the number of examples: a mean is missing under the root")
def _(y_true, y_pred):
    return _errors(y_true, y_pred).square().sum().sqrt()


@rmse.mistake(
    "root divided by N", hint="the division by N belongs under the root: the root of a mean is not the mean of a root"
)
def _(y_true, y_pred):
    return _errors(y_true, y_pred).square().sum().sqrt() / len(y_true)


@rmse.mistake("half under the root", hint=_OTHER_CONVENTION + "no ½; a model off by 2 everywhere has the RMSE 2")
def _(y_true, y_pred):
    return (_errors(y_true, y_pred).square().mean() / 2).sqrt()


@rmse.mistake(
    "standard deviation of the errors",
    hint="a model that is off by the same amount everywhere is not without error: do not subtract the mean error",
)
def _(y_true, y_pred):
    return _errors(y_true, y_pred).std(correction=0)


_add_mistakes_with_types(rmse, lambda errors: errors.square().mean().sqrt())


@exercise(
    points=3,
    hint=(
        "Errors of different sign must not cancel: at which step is the sign taken away?\n"
        "Σ |y_pred − y_true| / N: the absolute value comes before the mean."
    ),
)
def mae(y_true: Float[Tensor, " N"], y_pred: Float[Tensor, " N"]) -> Float[Tensor, ""]:
    return torch.nn.functional.l1_loss(y_pred.double(), y_true.double())


mae.criterion("values", points=1.5)(_of_all_signs)
mae.criterion("one prediction, all predictions right", points=0.5)(_one_or_right)
mae.criterion("whole numbers", points=0.5)(_whole_numbers)
mae.inputs_unchanged(points=0.5)


@mae.mistake("signs kept", hint="errors of +3 and −3 make no good model: they must not cancel in the mean")
def _(y_true, y_pred):
    return _errors(y_true, y_pred).mean()


@mae.mistake(
    "signs kept, true minus predicted", hint="errors of +3 and −3 make no good model: they must not cancel in the mean"
)
def _(y_true, y_pred):
    return -_errors(y_true, y_pred).mean()


@mae.mistake(
    "absolute value of the mean", hint="by then the errors have cancelled: first the absolute values, then the mean"
)
def _(y_true, y_pred):
    return _errors(y_true, y_pred).mean().abs()


@mae.mistake("the mean squared error", hint="an absolute value is wanted, not a square")
def _(y_true, y_pred):
    return _errors(y_true, y_pred).square().mean()


@mae.mistake("the root mean squared error", hint="that is rmse; here no square and no root appear")
def _(y_true, y_pred):
    return _errors(y_true, y_pred).square().mean().sqrt()


@mae.mistake("summed over the examples", hint="your value grows with the number of examples: a mean is wanted")
def _(y_true, y_pred):
    return _errors(y_true, y_pred).abs().sum()


@mae.mistake(
    "the median", hint="the median of the absolute errors is a metric too, but another one: here it is the mean"
)
def _(y_true, y_pred):
    return torch.quantile(_errors(y_true, y_pred).abs(), 0.5)


_add_mistakes_with_types(mae, lambda errors: errors.abs().mean())


# ------------------------------------------------------------------------------------- confusion_matrix


def _from_table(rng, table):
    """Labels and predictions, in random order, that have this table of counts (rows true, columns predicted)."""
    table = np.asarray(table)
    pairs = np.repeat(np.argwhere(table >= 0), table.ravel(), axis=0)
    pairs = pairs[rng.permutation(len(pairs))]
    return {"y_true": pairs[:, 0].copy(), "y_pred": pairs[:, 1].copy()}


def _different_counts(rng, classes):
    """A table in which no two counts are equal."""
    return rng.permutation(np.arange(1, classes**2 + 1)).reshape(classes, classes)


@exercise(
    points=3,
    hint=(
        "Start from a table of whole zeros and count.\n"
        "One of the two labels chooses the row, the other the column; pairs that come twice must count twice.\n"
        "For every example n add 1 to the entry in row y_true_n, column y_pred_n."
    ),
)
def confusion_matrix(y_true: Int[Tensor, " N"], y_pred: Int[Tensor, " N"], num_classes: int) -> Int[Tensor, "C C"]:
    one_hot = torch.nn.functional.one_hot
    return one_hot(y_true, num_classes).T @ one_hot(y_pred, num_classes)


@confusion_matrix.criterion("values", points=1.5, tolerance=EXACT)
def _(rng):
    for classes in (3, 2, 4):
        yield case(**_from_table(rng, _different_counts(rng, classes)), num_classes=classes)


@confusion_matrix.criterion("one example, classes that never occur", points=1, tolerance=EXACT)
def _(rng):
    yield case(y_true=np.array([2]), y_pred=rng.integers(0, 2, size=1), num_classes=4)
    few = _from_table(rng, _different_counts(rng, 2))
    yield case(**few, num_classes=5)
    # The last class is there, but it is never predicted; then it is predicted, but never there.
    table = np.array([[2, 1, 0], [0, 3, 0], [4, 1, 0]])
    yield case(**_from_table(rng, table), num_classes=3)
    yield case(**_from_table(rng, table.T), num_classes=3)


confusion_matrix.inputs_unchanged(points=0.5)


def _counts(y_true, y_pred, classes):
    return torch.bincount(y_true * classes + y_pred, minlength=classes**2).reshape(classes, classes)


@confusion_matrix.mistake(
    "rows and columns exchanged",
    hint=_OTHER_CONVENTION + "here a row belongs to a true class, a column to a predicted one",
)
def _(y_true, y_pred, num_classes):
    return _counts(y_pred, y_true, num_classes)


@confusion_matrix.mistake(
    "counted each pair once",
    hint="table[y_true, y_pred] += 1 adds 1 to each place once, however often it is named: repeats have to be counted",
)
def _(y_true, y_pred, num_classes):
    return _counts(y_true, y_pred, num_classes).clamp(max=1)


@confusion_matrix.mistake(
    "took the number of classes from the labels",
    hint="a class that does not occur has its row and column all the same, full of zeros: use num_classes",
)
def _(y_true, y_pred, num_classes):
    return _counts(y_true, y_pred, int(max(y_true.max(), y_pred.max())) + 1)


@confusion_matrix.mistake("returned floats", hint="counts are whole numbers: give the table of zeros an integer type")
def _(y_true, y_pred, num_classes):
    return _counts(y_true, y_pred, num_classes).double()


@confusion_matrix.mistake(
    "shares of the row", hint=_OTHER_CONVENTION + "here the table holds counts, not the shares of each true class"
)
def _(y_true, y_pred, num_classes):
    table = _counts(y_true, y_pred, num_classes).double()
    return table / table.sum(1, keepdim=True).clamp(min=1)


@confusion_matrix.mistake(
    "right answers only", hint="the mistakes are counted as well: that is what stands beside the diagonal"
)
def _(y_true, y_pred, num_classes):
    return torch.diag(torch.diag(_counts(y_true, y_pred, num_classes)))


# --------------------------------------------------------------------------------------------- accuracy


@exercise(points=2, hint="Compare label by label; the mean of truth values is the share of the true ones.")
def accuracy(y_true: Int[Tensor, " N"], y_pred: Int[Tensor, " N"]) -> Float[Tensor, ""]:
    return torch.eq(y_true, y_pred).double().mean()


@accuracy.criterion("values", points=1)
def _(rng):
    for classes in (3, 2, 4):
        yield case(**_from_table(rng, _different_counts(rng, classes)))


@accuracy.criterion("one example, all right, none right", points=0.5)
def _(rng):
    label = rng.integers(1, 4, size=1)
    yield case(y_true=label, y_pred=label.copy())
    labels = rng.integers(0, 4, size=6)
    yield case(y_true=labels, y_pred=labels.copy())
    yield case(y_true=labels, y_pred=(labels + rng.integers(1, 4, size=6)) % 4)


accuracy.inputs_unchanged(points=0.5)


@accuracy.mistake("in percent", hint=_OTHER_CONVENTION + "a share, between 0 and 1")
def _(y_true, y_pred):
    return 100 * torch.eq(y_true, y_pred).double().mean()


@accuracy.mistake("number of right answers", hint="a share is wanted: divide by the number of examples")
def _(y_true, y_pred):
    return torch.eq(y_true, y_pred).sum()


@accuracy.mistake("the share of wrong answers", hint="that is the error rate; the accuracy is what it leaves of 1")
def _(y_true, y_pred):
    return torch.ne(y_true, y_pred).double().mean()


@accuracy.mistake(
    "right answers of class 0 left out",
    hint="an example of class 0 that is predicted as 0 is right too: compare the labels, do not multiply them",
)
def _(y_true, y_pred):
    return (torch.eq(y_true, y_pred) & (y_true > 0)).double().mean()


@accuracy.mistake(
    "every class counted the same",
    hint=_OTHER_CONVENTION + "that is the balanced accuracy, the mean of the classes' recalls; "
    "here every example counts the same",
)
def _(y_true, y_pred):
    return torch.stack([torch.eq(y_pred, c)[y_true == c].double().mean() for c in y_true.unique()]).mean()


@accuracy.mistake(
    "cut to a whole number", hint="`//` and int() throw away everything behind the point: a share is a float"
)
def _(y_true, y_pred):
    return torch.eq(y_true, y_pred).double().mean().floor()


@accuracy.mistake(
    "distance between the labels",
    hint="classes are names: predicting 3 for 1 is not a bigger mistake than 2 for 1; ask only whether they are equal",
)
def _(y_true, y_pred):
    return 1 - (y_true - y_pred).abs().double().mean()


# --------------------------------------------------------------------------- precision, recall, specificity


def _binary(rng):
    """Labels and predictions of two classes: no two of the four counts are equal, nor any shares made of them."""
    return _from_table(rng, rng.choice([2, 3, 5, 7, 11, 13], size=4, replace=False).reshape(2, 2))


def _values(rng):
    for _ in range(3):
        yield case(**_binary(rng))


def _without(rng, *, column=None, row=None):
    """The same without any example of that predicted or true class."""
    table = rng.choice([2, 3, 5, 7, 11, 13], size=4, replace=False).reshape(2, 2)
    if column is not None:
        table[:, column] = 0
    if row is not None:
        table[row] = 0
    return _from_table(rng, table)


def _one(label):
    return {"y_true": np.array([label]), "y_pred": np.array([label])}


def _table(y_true, y_pred):
    """(TN, FP, FN, TP) as floats; only mistakes use it."""
    return _counts(y_true, y_pred, 2).double().flatten()


def _share_of(what, among):
    """The mean of truth values over the rows chosen; 0 where there is none."""
    chosen = what[among].double()
    return chosen.mean() if len(chosen) else torch.zeros((), dtype=torch.float64)


def _divide(part, whole, otherwise=0.0):
    return part / whole if whole > 0 else torch.tensor(otherwise, dtype=torch.float64)


_BRACKETS = "division comes before addition: in a / a + b only the first a is divided; put the sum in brackets"


def _add_mistakes_of_a_share(metric, parts):
    """The mistakes that all shares a / (a + b) have in common; `parts` gives a and b."""

    @metric.mistake("brackets forgotten", hint=_BRACKETS)
    def _(y_true, y_pred):
        a, b = parts(y_true, y_pred)
        return a / a + b if a + b > 0 else torch.zeros((), dtype=torch.float64)

    @metric.mistake("brackets forgotten, and NaN for 0 / 0", hint=_BRACKETS + "; then think of a sum that is 0")
    def _(y_true, y_pred):
        a, b = parts(y_true, y_pred)
        return a / a + b

    @metric.mistake(
        "NaN for 0 / 0", hint="the group that is asked about can be empty: the docstring says what comes then"
    )
    def _(y_true, y_pred):
        a, b = parts(y_true, y_pred)
        return a / (a + b)

    @metric.mistake(
        "an exception for 0 / 0",
        hint="the group that is asked about can be empty: the docstring says what comes then",
    )
    def _(y_true, y_pred):
        a, b = map(int, parts(y_true, y_pred))
        return torch.tensor(a / (a + b), dtype=torch.float64)

    @metric.mistake("1 for 0 / 0", hint=_OTHER_CONVENTION + "a share of nothing is 0 here, as the docstring says")
    def _(y_true, y_pred):
        a, b = parts(y_true, y_pred)
        return _divide(a, a + b, 1.0)

    @metric.mistake(
        "the opposite share", hint="you counted the other part of the same group: the two shares add up to 1"
    )
    def _(y_true, y_pred):
        a, b = parts(y_true, y_pred)
        return _divide(b, a + b)

    @metric.mistake("the accuracy", hint="not all examples belong to the group that is asked about, only some of them")
    def _(y_true, y_pred):
        return torch.eq(y_true, y_pred).double().mean()


@exercise(points=2, hint=("First choose the group: whoever was called positive.\nWhich part of it really is?"))
def precision(y_true: Int[Tensor, " N"], y_pred: Int[Tensor, " N"]) -> Float[Tensor, ""]:
    return _share_of(y_true == 1, among=y_pred == 1)


precision.criterion("values", points=1)(_values)


@precision.criterion("nothing predicted positive, one example", points=0.5)
def _(rng):
    yield case(**_without(rng, column=1))
    yield case(**_one(0))
    yield case(**_one(1))


precision.inputs_unchanged(points=0.5)


@precision.mistake(
    "the recall",
    hint="you asked how many of those that really are positive were found; the group here is what was called positive",
)
def _(y_true, y_pred):
    _, _, fn, tp = _table(y_true, y_pred)
    return _divide(tp, tp + fn)


@precision.mistake("the precision of class 0", hint="the positive class is 1: you looked at those that were called 0")
def _(y_true, y_pred):
    tn, _, fn, _ = _table(y_true, y_pred)
    return _divide(tn, tn + fn)


@precision.mistake("divided by N", hint="not by all examples: only by those that were called positive")
def _(y_true, y_pred):
    return _table(y_true, y_pred)[3] / len(y_true)


@precision.mistake(
    "looked at the first true label only", hint="y_true[0] in a loop is always the same label: it has to be y_true[i]"
)
def _(y_true, y_pred):
    return _share_of(y_true[:1].expand(len(y_true)) == 1, among=y_pred == 1)


def _parts_of_precision(y_true, y_pred):
    _, fp, _, tp = _table(y_true, y_pred)
    return tp, fp


_add_mistakes_of_a_share(precision, _parts_of_precision)


@exercise(points=2, hint=("First choose the group: whoever really is positive.\nWhich part of it was found?"))
def recall(y_true: Int[Tensor, " N"], y_pred: Int[Tensor, " N"]) -> Float[Tensor, ""]:
    return _share_of(y_pred == 1, among=y_true == 1)


recall.criterion("values", points=1)(_values)


@recall.criterion("nothing positive, one example", points=0.5)
def _(rng):
    yield case(**_without(rng, row=1))
    yield case(**_one(0))
    yield case(**_one(1))


recall.inputs_unchanged(points=0.5)


@recall.mistake(
    "the precision", hint="you asked how many of those called positive are; the group here is what really is positive"
)
def _(y_true, y_pred):
    _, fp, _, tp = _table(y_true, y_pred)
    return _divide(tp, tp + fp)


@recall.mistake(
    "the specificity", hint="the positive class is 1: that is the share of the negatives that was recognised"
)
def _(y_true, y_pred):
    tn, fp, _, _ = _table(y_true, y_pred)
    return _divide(tn, tn + fp)


@recall.mistake("divided by N", hint="not by all examples: only by those that really are positive")
def _(y_true, y_pred):
    return _table(y_true, y_pred)[3] / len(y_true)


def _parts_of_recall(y_true, y_pred):
    _, _, fn, tp = _table(y_true, y_pred)
    return tp, fn


_add_mistakes_of_a_share(recall, _parts_of_recall)


@exercise(points=2, hint="It is the recall of the other class: choose the group of the negatives.")
def specificity(y_true: Int[Tensor, " N"], y_pred: Int[Tensor, " N"]) -> Float[Tensor, ""]:
    return _share_of(y_pred == 0, among=y_true == 0)


specificity.criterion("values", points=1)(_values)


@specificity.criterion("nothing negative, one example", points=0.5)
def _(rng):
    yield case(**_without(rng, row=0))
    yield case(**_one(1))
    yield case(**_one(0))


specificity.inputs_unchanged(points=0.5)


@specificity.mistake("the recall", hint="that is the share of the positives that was found; here it is the negatives")
def _(y_true, y_pred):
    _, _, fn, tp = _table(y_true, y_pred)
    return _divide(tp, tp + fn)


@specificity.mistake(
    "the precision of class 0",
    hint="you asked how many of those called negative are; the group here is what really is negative",
)
def _(y_true, y_pred):
    tn, _, fn, _ = _table(y_true, y_pred)
    return _divide(tn, tn + fn)


@specificity.mistake("the precision", hint="precision asks about what was called positive; here it is the negatives")
def _(y_true, y_pred):
    _, fp, _, tp = _table(y_true, y_pred)
    return _divide(tp, tp + fp)


@specificity.mistake("divided by N", hint="not by all examples: only by those that really are negative")
def _(y_true, y_pred):
    return _table(y_true, y_pred)[0] / len(y_true)


def _parts_of_specificity(y_true, y_pred):
    tn, fp, _, _ = _table(y_true, y_pred)
    return tn, fp


_add_mistakes_of_a_share(specificity, _parts_of_specificity)


# --------------------------------------------------------------------------------------------------- f1


@exercise(
    points=3,
    hint=(
        "Your precision and recall are at hand.\n"
        "Their product is divided by their sum; what if both are 0?\n"
        "2 P R / (P + R), and 0.0 where P + R is 0."
    ),
)
def f1(y_true: Int[Tensor, " N"], y_pred: Int[Tensor, " N"]) -> Float[Tensor, ""]:
    rates = torch.stack([_share_of(y_true == 1, y_pred == 1), _share_of(y_pred == 1, y_true == 1)])
    # The harmonic mean: one over the mean of one over each; 1 / 0 is infinite, and one over that is 0.
    return 1 / (1 / rates).mean()


f1.criterion("values", points=1.5)(_values)


@f1.criterion("no positive found, one example", points=1)
def _(rng):
    table = rng.choice([2, 3, 5, 7, 11, 13], size=4, replace=False).reshape(2, 2)
    table[1, 1] = 0
    yield case(**_from_table(rng, table))
    yield case(**_without(rng, column=1))
    yield case(**_without(rng, row=1))
    yield case(**_one(0))
    yield case(**_one(1))


f1.inputs_unchanged(points=0.5)


def _rates(y_true, y_pred):
    """Precision and recall, 0 for 0 / 0."""
    _, fp, fn, tp = _table(y_true, y_pred)
    return _divide(tp, tp + fp), _divide(tp, tp + fn)


def _f1(y_true, y_pred):
    p, r = _rates(y_true, y_pred)
    return _divide(2 * p * r, p + r)


@f1.mistake(
    "the ordinary mean of precision and recall",
    hint="(P + R) / 2 forgives a model that calls everything positive: F1 is the harmonic mean, near the smaller one",
)
def _(y_true, y_pred):
    p, r = _rates(y_true, y_pred)
    return (p + r) / 2


@f1.mistake("factor 2 missing", hint="with P = R the F1 score has to be that same number: a factor is missing")
def _(y_true, y_pred):
    return _f1(y_true, y_pred) / 2


@f1.mistake(
    "the geometric mean", hint="the root of the product is the geometric mean; the harmonic one divides by the sum"
)
def _(y_true, y_pred):
    p, r = _rates(y_true, y_pred)
    return (p * r).sqrt()


@f1.mistake("the product of precision and recall", hint="twice the product still has to be divided by the sum")
def _(y_true, y_pred):
    p, r = _rates(y_true, y_pred)
    return p * r


@f1.mistake("TP counted once", hint="in counts it is 2 TP / (2 TP + FP + FN): TP / (TP + FP + FN) is the Jaccard index")
def _(y_true, y_pred):
    _, fp, fn, tp = _table(y_true, y_pred)
    return _divide(tp, tp + fp + fn)


@f1.mistake(
    "NaN for 0 / 0", hint="when no positive was found, precision and recall are 0, and so is their sum: 0.0 is wanted"
)
def _(y_true, y_pred):
    p, r = _rates(y_true, y_pred)
    return 2 * p * r / (p + r)


@f1.mistake(
    "NaN for 0 / 0 in precision or recall",
    hint="precision or recall is a share of nobody here and already NaN: the docstring says what comes then",
)
def _(y_true, y_pred):
    _, fp, fn, tp = _table(y_true, y_pred)
    p, r = tp / (tp + fp), tp / (tp + fn)
    return torch.zeros((), dtype=torch.float64) if p + r == 0 else 2 * p * r / (p + r)


@f1.mistake(
    "an exception for 0 / 0",
    hint="when no positive was found, precision and recall are 0, and so is their sum: 0.0 is wanted",
)
def _(y_true, y_pred):
    p, r = map(float, _rates(y_true, y_pred))
    return torch.tensor(2 * p * r / (p + r), dtype=torch.float64)


@f1.mistake(
    "the F1 of class 0", hint="the positive class is 1: exchange the roles of the two classes and you have yours"
)
def _(y_true, y_pred):
    return _f1(1 - y_true, 1 - y_pred)


@f1.mistake(
    "the mean of both classes' F1",
    hint=_OTHER_CONVENTION + "that is the macro average of F1; here it is the F1 of class 1 alone",
)
def _(y_true, y_pred):
    return (_f1(y_true, y_pred) + _f1(1 - y_true, 1 - y_pred)) / 2


@f1.mistake("the accuracy", hint="the true negatives do not enter the F1 score at all")
def _(y_true, y_pred):
    return torch.eq(y_true, y_pred).double().mean()


# ------------------------------------------------------------------------------------------------- quiz


one_large_error = number(
    "{n} predictions are exactly right but for one, which is off by {error}. What is the RMSE?",
    plain={"n": 100, "error": 20},
    given=lambda rng: {
        "n": int(rng.choice([16, 25, 36, 50, 64, 81, 144, 200, 400])),
        "error": int(rng.integers(3, 60)),
    },
    answer=lambda n, error: error / np.sqrt(n),
    explanation="The mean of the squares is {error}² / {n}, and its root is {answer:.4g}. The MAE would be "
    "{error} / {n}, much less: the RMSE listens to the one large error.",
)

accuracy_of_a_constant = number(
    'Of {n} people tested, {ill} are ill. A model says "healthy" to everybody, without looking. What is its accuracy, '
    "in percent?",
    plain={"n": 1000, "ill": 40},
    given=lambda rng: {"n": int(rng.choice([500, 1000, 2000])), "ill": int(rng.integers(20, 100))},
    answer=lambda n, ill: 100 * (n - ill) / n,
    unit="%",
    tolerance=Tolerance(rtol=1e-3),
    explanation="It is right for all who are healthy: ({n} − {ill}) / {n}, or {answer:.4g} %. Its recall is 0. With "
    "unequal classes a high accuracy alone says little.",
)

screening = choice(
    "A cheap first test looks for a dangerous illness; whoever it calls ill gets a second, thorough examination. Which "
    "metric has to be close to 1?",
    right(
        "Its recall.",
        "Whoever the first test misses is not examined again. False alarms are sorted out later, misses are not.",
    ),
    wrong(
        "Its accuracy.",
        "Few people are ill, so calling everybody healthy already has a high accuracy, and misses all of them.",
    ),
    wrong(
        "Its precision.",
        "A false alarm costs a second examination. That may be a nuisance, but nobody is lost by it.",
    ),
    wrong(
        "Its specificity.",
        "It says how many of the healthy are left in peace. Calling everybody healthy would make it 1.",
    ),
)

f1_of_table = number(
    "A test has {tp} true positives, {fp} false positives, {fn} false negatives and {tn} true negatives. What is its "
    "F1 score?",
    plain={"tp": 30, "fp": 10, "fn": 20, "tn": 40},
    given=lambda rng: {
        "tp": int(rng.integers(10, 60)),
        "fp": int(rng.integers(5, 40)),
        "fn": int(rng.integers(5, 40)),
        "tn": int(rng.integers(50, 500)),
    },
    answer=lambda tp, fp, fn, tn: 2 * tp / (2 * tp + fp + fn),
    explanation="2 · {tp} / (2 · {tp} + {fp} + {fn}) = {answer:.4g}, the harmonic mean of the precision "
    "{tp} / ({tp} + {fp}) and the recall {tp} / ({tp} + {fn}). The {tn} true negatives do not enter.",
)

recall_and_threshold = choices(
    "A model calls positive what has a probability above a threshold. The threshold is raised, the model stays. Which "
    "of these are true, whatever the data?",
    wrong(
        "The precision does not fall.",
        "It often rises, but it need not: if the examples that drop out are true positives, it falls.",
    ),
    wrong(
        "The F1 score rises.",
        "It may rise or fall. At a threshold that nothing passes it is 0.",
    ),
    right(
        "The recall does not rise.",
        "Fewer examples are called positive, so none of the true positives can be gained, and some may be lost.",
    ),
    right(
        "The specificity does not fall.",
        "No healthy example becomes a false alarm by a higher threshold.",
    ),
)

metric_is_no_loss = choice(
    "Accuracy is what we want in the end. Why is a network not trained to maximise it directly, by gradient descent?",
    wrong(
        "Because it takes too long to compute for large data sets.",
        "It is cheaper than the cross-entropy: one comparison for each example.",
    ),
    wrong(
        "Because maximising it would lead to overfitting, which cross-entropy prevents.",
        "Any loss on the training data can be overfitted, cross-entropy too.",
    ),
    right(
        "Because a small change of a weight leaves it as it is: its slope is 0 or does not exist.",
        "It jumps when an example crosses the boundary and is flat in between. The loss stands in, as a smooth "
        "companion that falls before the jump.",
    ),
    wrong(
        "Because a high accuracy does not mean that the network is good when the classes are unequal.",
        "True, but even with equal classes, where it does not mislead, gradient descent cannot use it.",
    ),
)

"""The course: its assignments in teaching order. The modules named here import torch; this one does not."""

from grader.exercise import Assignment, Course

# Each assignment's module and notebook bear its name without the number.
_NAMES = (
    "01_linear_regression",
    "02_activations",
    "03_logistic_regression",
    "04_softmax",
    "05_training_data",
    "06_backpropagation",
    "07_initialization",
    "08_dropout_and_batchnorm",
    "09_convolution",
    "10_optimizers",
    "11_metrics",
    "12_digits",
)

COURSE = Course(
    title="Deep learning from nothing",
    assignments=tuple(
        Assignment(name, module=f"reference.{name.partition('_')[2]}", notebook=name.partition("_")[2])
        for name in _NAMES
    ),
)

"""The course: its assignments in teaching order. The modules named here import torch; this one does not."""

from grader.exercise import Assignment, Course

COURSE = Course(
    title="Deep learning from nothing",
    assignments=(
        Assignment("02_activations", module="reference.activations", notebook="activations"),
        Assignment("04_softmax", module="reference.softmax", notebook="softmax"),
        Assignment("06_backpropagation", module="reference.backpropagation", notebook="backpropagation"),
        Assignment("07_initialization", module="reference.initialization", notebook="initialization"),
        Assignment(
            "08_dropout_and_batchnorm", module="reference.dropout_and_batchnorm", notebook="dropout_and_batchnorm"
        ),
        Assignment("09_convolution", module="reference.convolution", notebook="convolution"),
    ),
)

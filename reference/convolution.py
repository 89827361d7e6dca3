"""09_convolution: sizes and values of a convolutional layer.

Sizes are read off the shape of torch's own convolution (on the meta device, which computes no values), never
computed by the formula the student is asked for.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from grader.exercise import Tolerance, case, exercise, raising

# --------------------------------------------------------------------------------------- conv_output_size


@exercise(
    points=3,
    hint="How many pixels does the kernel cover, from its first to its last? How often can it still move on after its "
    "first position? Count that first position, too.",
)
def conv_output_size(
    size: int | tuple[int, ...], kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int | tuple[int, ...]:
    if isinstance(size, tuple):
        return tuple(conv_output_size.function(axis, kernel, stride, padding, dilation) for axis in size)
    image = torch.empty(1, 1, size, device="meta")
    filters = torch.empty(1, 1, kernel, device="meta")
    try:
        return functional.conv1d(image, filters, None, stride, padding, dilation).shape[-1]
    except RuntimeError as error:
        raise ValueError(str(error)) from error


@conv_output_size.criterion("values", points=1)
def _(rng):
    yield case(size=227, kernel=11, stride=4)
    yield case(size=(32, 64), kernel=5)
    kernel, stride, first, second = (int(n) for n in rng.integers((2, 2, 3, 8), (8, 6, 8, 15)))
    yield case(size=kernel + stride * first, kernel=kernel, stride=stride)
    yield case(size=(kernel + stride * second, kernel + stride * first), kernel=kernel, stride=stride)


@conv_output_size.criterion("steps that do not divide", points=0.5)
def _(rng):
    kernel, stride, first, second = (int(n) for n in rng.integers((2, 4, 3, 8), (8, 7, 8, 15)))
    yield case(size=kernel + stride * first + 1, kernel=kernel, stride=stride)
    yield case(size=kernel + stride * second + stride - 1, kernel=kernel, stride=stride)
    yield case(size=(kernel + stride * first, kernel + stride * second + 1), kernel=kernel, stride=stride)


@conv_output_size.criterion("padding and dilation", points=0.5)
def _(rng):
    size, kernel, padding, dilation = (int(n) for n in rng.integers((20, 3, 1, 2), (40, 6, 4, 4)))
    yield case(size=size, kernel=kernel, padding=padding)
    yield case(size=size, kernel=kernel, dilation=dilation)
    yield case(size=(size, size + 3, 2 * size), kernel=kernel, stride=2, padding=padding, dilation=dilation)


@conv_output_size.criterion("ValueError where the kernel does not fit", points=1)
def _(rng):
    size, more = (int(n) for n in rng.integers((4, 3), (12, 9)))
    yield case(size=size, kernel=size)
    yield case(size=(size, size + more), kernel=size + 2, padding=1)
    yield raising(ValueError, size=size, kernel=size + 1)
    yield raising(ValueError, size=size, kernel=size + 1, stride=more)
    yield raising(ValueError, size=(size + more, size), kernel=size + 1, stride=2)
    yield raising(ValueError, size=size, kernel=2, dilation=size)
    yield raising(ValueError, size=size, kernel=size + more + 2, padding=1)


def _each(size, one):
    """one(axis) for an int or for every axis of a tuple; ValueError where it is less than 1."""
    if isinstance(size, tuple):
        return tuple(_each(axis, one) for axis in size)
    result = one(size)
    if result < 1:
        raise ValueError("the kernel does not fit")
    return result


@conv_output_size.mistake(
    "divided with `/`", hint="`/` always gives a float, even where it divides; a number of pixels is an int"
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return _each(size, lambda axis: (axis + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1)


@conv_output_size.mistake(
    "rounded up", hint="a last step that would lead beyond the edge is not taken: the rest of the image stays unread"
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return _each(size, lambda axis: -(-(axis + 2 * padding - dilation * (kernel - 1) - 1) // stride) + 1)


@conv_output_size.mistake(
    "rounded to the nearest", hint="three quarters of a step are no step: round() is not what the kernel does"
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return _each(size, lambda axis: round((axis + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1)


@conv_output_size.mistake("padding on one side only", hint="an image has two ends along each axis, and both are padded")
def _(size, kernel, stride=1, padding=0, dilation=1):
    return _each(size, lambda axis: (axis + padding - dilation * (kernel - 1) - 1) // stride + 1)


@conv_output_size.mistake(
    "counted the steps, not the positions", hint="one too few: the kernel stands somewhere before its first step"
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return _each(size, lambda axis: (axis + 2 * padding - dilation * (kernel - 1) - 1) // stride)


@conv_output_size.mistake(
    "ignored dilation", hint="right as long as dilation is 1; a kernel with gaps covers more pixels than it has weights"
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return _each(size, lambda axis: (axis + 2 * padding - kernel) // stride + 1)


@conv_output_size.mistake(
    "took dilation · kernel for the span",
    hint="k weights have k − 1 gaps between them: draw a kernel of 3 with dilation 2 and count the pixels",
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return _each(size, lambda axis: (axis + 2 * padding - dilation * kernel) // stride + 1)


@conv_output_size.mistake(
    "no ValueError where the kernel does not fit", hint="a size of 0 or less is no image: raise ValueError instead"
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    sizes = [(n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 for n in np.atleast_1d(size).tolist()]
    return tuple(sizes) if isinstance(size, tuple) else sizes[0]


@conv_output_size.mistake(
    "int() of a negative quotient",
    hint="int(-0.5) is 0, // would give -1: a kernel that is one pixel too wide seems to fit",
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return _each(size, lambda axis: int((axis + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1)


@conv_output_size.mistake(
    "compared the bare kernel with the bare image",
    hint="padding can make room for a kernel larger than the image, and dilation can take it away: test the result",
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    sizes = np.atleast_1d(size).tolist()
    if kernel > min(sizes):
        raise ValueError("the kernel does not fit")
    sizes = [(n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 for n in sizes]
    return tuple(sizes) if isinstance(size, tuple) else sizes[0]


# ------------------------------------------------------------------------------------------------- conv2d


@exercise(
    points=5,
    hint="Pad first. Then two loops, over the rows and columns of the output, are enough: at each position take the "
    "window of all images and channels at once, and sum its products with every filter.",
)
def conv2d(
    x: Float[Tensor, "n c h w"],
    w: Float[Tensor, "f c kh kw"],
    b: Float[Tensor, " f"],
    stride: int = 1,
    padding: int = 0,
) -> Float[Tensor, "n f oh ow"]:
    return functional.conv2d(x, w, b, stride, padding)


def _layer(rng, images, filters, **options):
    """A case with random images (N, C, H, W), filters (F, C, KH, KW) and biases; the biases are never near 0."""
    x, w = rng.normal(size=images), rng.normal(size=filters)
    b = rng.choice([-1, 1], size=filters[0]) * rng.uniform(0.5, 2, size=filters[0])
    return case(x=x, w=w, b=b, **options)


# Sums of dozens of products of either sign: float32 keeps fewer digits of those that end near zero.
SUMS = Tolerance(atol=1e-5)


@conv2d.criterion("values", points=2, tolerance=SUMS)
def _(rng):
    yield _layer(rng, (2, 2, 4, 5), (3, 2, 3, 2))
    yield _layer(rng, (1, 1, 6, 5), (2, 1, 3, 3), stride=1, padding=0)
    yield _layer(rng, (1, 4, 3, 5), (2, 4, 2, 1), stride=1, padding=0)
    yield _layer(rng, (2, 2, 3, 4), (3, 2, 3, 4), stride=1, padding=0)


@conv2d.criterion("stride", points=1, tolerance=SUMS)
def _(rng):
    yield _layer(rng, (2, 2, 5, 4), (3, 2, 2, 3), stride=2)
    yield _layer(rng, (1, 1, 7, 9), (3, 1, 2, 2), stride=3, padding=0)
    yield _layer(rng, (1, 3, 6, 5), (2, 3, 3, 1), stride=2, padding=0)


@conv2d.criterion("padding", points=1, tolerance=SUMS)
def _(rng):
    yield _layer(rng, (2, 2, 3, 4), (3, 2, 3, 3), padding=1)
    yield _layer(rng, (1, 3, 4, 5), (2, 3, 2, 3), stride=2, padding=2)
    yield _layer(rng, (1, 1, 2, 3), (2, 1, 3, 4), stride=1, padding=1)
    yield _layer(rng, (2, 1, 5, 4), (3, 1, 2, 2), stride=1, padding=0)


conv2d.integer_input(points=0.5, only=("x",), tolerance=SUMS)  # pixels are whole numbers, filters are not
conv2d.inputs_unchanged(points=0.5, tolerance=SUMS)


@conv2d.mistake(
    "flipped the kernel",
    hint="another convention than this course's: in mathematics a convolution turns the kernel by 180°; deep learning, "
    "and this course, leave it as it is",
)
def _(x, w, b, stride=1, padding=0):
    return functional.conv2d(x, w.flip(2, 3), b, stride, padding)


@conv2d.mistake("forgot the bias", hint="each output channel f is off by the same number everywhere: b[f]")
def _(x, w, b, stride=1, padding=0):
    return functional.conv2d(x, w, None, stride, padding)


@conv2d.mistake(
    "added the bias once per channel",
    hint="b[f] belongs to the finished sum: add it once, after the loop over channels",
)
def _(x, w, b, stride=1, padding=0):
    return functional.conv2d(x, w, b * x.shape[1], stride, padding)


@conv2d.mistake(
    "stride missing in the slice",
    hint="the output has the right size, but its windows stand side by side: the one of row i starts at i · stride",
)
def _(x, w, b, stride=1, padding=0):
    height, width = functional.conv2d(x, w, b, stride, padding).shape[2:]
    return functional.conv2d(x, w, b, 1, padding)[:, :, :height, :width]


@conv2d.mistake(
    "rounded the output size up",
    hint="where the steps do not divide, the last window has to lie fully inside the image",
)
def _(x, w, b, stride=1, padding=0):
    bottom, right = ((w.shape[axis] - x.shape[axis] - 2 * padding) % stride for axis in (2, 3))
    x = functional.pad(x, (padding, padding + right, padding, padding + bottom))
    return functional.conv2d(x, w, b, stride)


@conv2d.mistake(
    "refused sizes that do not divide",
    hint="the rows and columns left over at the end are simply not read; do not raise",
)
def _(x, w, b, stride=1, padding=0):
    for axis in (2, 3):
        if (x.shape[axis] + 2 * padding - w.shape[axis]) % stride:
            raise ValueError("the stride does not divide")
    return functional.conv2d(x, w, b, stride, padding)


@conv2d.mistake("ignored padding", hint="the output is too small: surround every image with `padding` zeros first")
def _(x, w, b, stride=1, padding=0):
    return functional.conv2d(x, w, b, stride)


@conv2d.mistake("padded one side only", hint="zeros go on all four sides of the image, not only above and to the left")
def _(x, w, b, stride=1, padding=0):
    return functional.conv2d(functional.pad(x, (padding, 0, padding, 0)), w, b, stride)


@conv2d.mistake(
    "a slice that breaks at padding 0",
    hint="a[pad:-pad] is empty when pad is 0, because −0 is 0: use pad : pad + height, or np.pad",
)
def _(x, w, b, stride=1, padding=0):
    n, channels, height, width = x.shape
    padded = torch.zeros(n, channels, height + 2 * padding, width + 2 * padding, dtype=x.dtype)
    padded[:, :, padding:-padding, padding:-padding] = x
    return functional.conv2d(padded, w, b, stride)


@conv2d.mistake(
    "swapped height and width", hint="the axes are (N, C, height, width): axis 2 goes down the rows, axis 3 along them"
)
def _(x, w, b, stride=1, padding=0):
    return functional.conv2d(x.transpose(2, 3), w, b, stride, padding)


@conv2d.mistake("used the first channel only", hint="a filter has weights for every channel, and adds all of them up")
def _(x, w, b, stride=1, padding=0):
    return functional.conv2d(x[:, :1], w[:, :1], b, stride, padding)


@conv2d.mistake(
    "channels not summed", hint="there is one axis too many: sum over the channels as well as over the window"
)
def _(x, w, b, stride=1, padding=0):
    apart = [functional.conv2d(x[:, c : c + 1], w[:, c : c + 1], b, stride, padding) for c in range(x.shape[1])]
    return torch.stack(apart, dim=2)

"""09_convolution: sizes, values and gradients of convolution and max pooling.

Sizes are read off the shape of torch's own convolution (on the meta device, which computes no values), and gradients
come from automatic differentiation; neither is computed by the formula the student is asked for.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from grader.exercise import EXACT, Tolerance, case, exercise, raising
from grader.question import choice, choices, number, right, wrong

# --------------------------------------------------------------------------------------- conv_output_size


@exercise(
    points=3,
    hint=(
        "How many pixels does the kernel cover, from its first to its last? How often can it still move on after "
        "its first position?\n"
        "Count that first position, too.\n"
        "A kernel covers dilation · (kernel − 1) + 1 of the size + 2 · padding pixels; what is left, divided by "
        "stride and rounded down, is how often it moves on."
    ),
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


# ------------------------------------------------------------------------------------------- same_padding


@exercise(
    points=1,
    hint=(
        "At stride 1 a kernel takes away kernel − 1 pixels of an axis.\n"
        "Padding gives some back at both ends: how many at each?"
    ),
)
def same_padding(kernel: int) -> int:
    size = 2 * kernel
    image, filters = torch.empty(1, 1, size, device="meta"), torch.empty(1, 1, kernel, device="meta")
    for padding in range(kernel):
        if functional.conv1d(image, filters, None, 1, padding).shape[-1] == size:
            return padding
    raise ValueError("no padding keeps the size")


@same_padding.criterion("values", points=0.5)
def _(rng):
    yield case(kernel=3)
    for half in rng.permutation(np.arange(2, 9))[:3]:
        yield case(kernel=2 * int(half) + 1)
    yield case(kernel=1)


@same_padding.criterion("ValueError for an even kernel", points=0.5)
def _(rng):
    yield case(kernel=5)
    yield raising(ValueError, kernel=2)
    for half in rng.permutation(np.arange(2, 9))[:2]:
        yield raising(ValueError, kernel=2 * int(half))


def _odd(kernel):
    """The kernel; ValueError where it is even."""
    if kernel % 2 == 0:
        raise ValueError("an even kernel")
    return kernel


@same_padding.mistake(
    "no ValueError for an even kernel",
    hint="an even kernel takes away an odd number of pixels, and equal ends cannot give that back: raise ValueError",
)
def _(kernel):
    return kernel // 2


@same_padding.mistake(
    "divided with `/`", hint="`/` always gives a float, even where it divides; a number of rows is an int"
)
def _(kernel):
    return (_odd(kernel) - 1) / 2


@same_padding.mistake(
    "both ends together", hint="this is what the two ends need together; padding is counted at each end"
)
def _(kernel):
    return _odd(kernel) - 1


@same_padding.mistake(
    "one pixel too many", hint="put it into conv_output_size: with your padding the output is larger than the image"
)
def _(kernel):
    return _odd(kernel) // 2 + 1


# --------------------------------------------------------------------------------------------- pad_images


@exercise(
    points=2,
    hint=(
        "Only the last two axes grow.\n"
        "Either make a larger array of zeros and write the images into its middle, or tell np.pad for each of the "
        "four axes how much to add before and after."
    ),
)
def pad_images(x: Float[Tensor, "n c h w"], padding: int) -> Float[Tensor, "n c hp wp"]:
    return functional.pad(x, (padding, padding, padding, padding))


@pad_images.criterion("values", points=0.75)
def _(rng):
    yield case(x=rng.normal(size=(2, 3, 2, 3)), padding=1)
    yield case(x=rng.normal(size=(1, 2, 4, 2)), padding=2)
    yield case(x=rng.normal(size=(3, 1, 1, 3)), padding=3)


@pad_images.criterion("padding 0", points=0.5)
def _(rng):
    yield case(x=rng.normal(size=(2, 2, 3, 4)), padding=0)
    yield case(x=rng.normal(size=(1, 1, 4, 3)), padding=0)
    yield case(x=rng.normal(size=(2, 1, 3, 2)), padding=2)


def _one_padding(rng):
    yield case(x=rng.normal(size=(2, 2, 3, 2)), padding=1)


pad_images.integer_input(points=0.25, cases=_one_padding)
pad_images.inputs_unchanged(points=0.5, cases=_one_padding)


@pad_images.mistake(
    "padded all four axes",
    hint="there are images and channels of zeros now: np.pad with one number pads every axis, and only two should grow",
)
def _(x, padding):
    return functional.pad(x, (padding,) * 8)


@pad_images.mistake(
    "padded one side only", hint="zeros go on all four sides: above and below, to the left and to the right"
)
def _(x, padding):
    return functional.pad(x, (padding, 0, padding, 0))


@pad_images.mistake(
    "a slice that breaks at padding 0",
    hint="a[pad:-pad] is empty when pad is 0, because −0 is 0: use pad : pad + height, or np.pad",
)
def _(x, padding):
    n, channels, height, width = x.shape
    padded = torch.zeros(n, channels, height + 2 * padding, width + 2 * padding, dtype=x.dtype)
    padded[:, :, padding:-padding, padding:-padding] = x
    return padded


@pad_images.mistake("padded the rows only", hint="the images have become taller, but not wider: pad axis 3 as well")
def _(x, padding):
    return functional.pad(x, (0, 0, padding, padding))


@pad_images.mistake("padded the columns only", hint="the images have become wider, but not taller: pad axis 2 as well")
def _(x, padding):
    return functional.pad(x, (padding, padding))


@pad_images.mistake(
    "repeated the edge pixels",
    hint="another convention than this course's: some programs continue the edge; here padding means zeros",
)
def _(x, padding):
    return functional.pad(x, (padding,) * 4, mode="replicate")


@pad_images.mistake(
    "shared the padding between two sides",
    hint="`padding` is what each side gets, not what the two of them get together",
)
def _(x, padding):
    first = padding // 2
    return functional.pad(x, (first, padding - first, first, padding - first))


# ------------------------------------------------------------------------------------------------- conv2d


@exercise(
    points=5,
    hint=(
        "Pad first.\n"
        "Then two loops, over the rows and columns of the output, are enough: at each position take the window of "
        "all images and channels at once, and sum its products with every filter.\n"
        "The window of (i, j) begins at row i · stride and column j · stride; out[n, f, i, j] = b_f + Σ window · "
        "w_f, added up over c, u and v."
    ),
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


# ---------------------------------------------------------------------------------- count_conv_parameters


@exercise(
    points=2,
    hint=(
        "Count the weights of one filter first: it has one for every pixel of its window in every input channel.\n"
        "How many filters are there, and how many biases has each?"
    ),
)
def count_conv_parameters(in_channels: int, out_channels: int, kernel: int | tuple[int, int], bias: bool = True) -> int:
    layer = torch.nn.Conv2d(in_channels, out_channels, kernel, bias=bias, device="meta")
    return sum(parameter.numel() for parameter in layer.parameters())


def _channels(rng):
    """Two different numbers of channels, none of them 1."""
    return (int(n) for n in rng.permutation(np.arange(3, 70))[:2])


@count_conv_parameters.criterion("values", points=1)
def _(rng):
    yield case(in_channels=3, out_channels=96, kernel=11)
    yield case(in_channels=1, out_channels=6, kernel=5)
    first, second = _channels(rng)
    yield case(in_channels=first, out_channels=second, kernel=int(rng.integers(3, 8)))


@count_conv_parameters.criterion("without biases, kernels that are not square", points=1)
def _(rng):
    first, second = _channels(rng)
    yield case(in_channels=first, out_channels=second, kernel=int(rng.integers(3, 8)), bias=False)
    yield case(in_channels=second, out_channels=first, kernel=(int(rng.integers(2, 5)), int(rng.integers(5, 9))))
    yield case(in_channels=first, out_channels=first + 1, kernel=(1, int(rng.integers(3, 9))), bias=False)


def _area(kernel):
    return kernel[0] * kernel[1] if isinstance(kernel, tuple) else kernel * kernel


@count_conv_parameters.mistake(
    "input channels forgotten",
    hint="a filter is as deep as its input: it has a window of weights of its own for every input channel",
)
def _(in_channels, out_channels, kernel, bias=True):
    return out_channels * (_area(kernel) + bias)


@count_conv_parameters.mistake(
    "a bias for every input channel", hint="the sum over the channels is made first; one bias is added to it at the end"
)
def _(in_channels, out_channels, kernel, bias=True):
    return out_channels * in_channels * (_area(kernel) + bias)


@count_conv_parameters.mistake(
    "one bias for the whole layer", hint="every filter makes a channel of its own, and adds its own bias to it"
)
def _(in_channels, out_channels, kernel, bias=True):
    return out_channels * in_channels * _area(kernel) + bias


@count_conv_parameters.mistake(
    "biases left out", hint="without biases it is right; with them every filter has one number more"
)
def _(in_channels, out_channels, kernel, bias=True):
    return out_channels * in_channels * _area(kernel)


@count_conv_parameters.mistake(
    "ignored bias=False", hint="right as long as there are biases: what does the argument `bias` change?"
)
def _(in_channels, out_channels, kernel, bias=True):
    return out_channels * (in_channels * _area(kernel) + 1)


@count_conv_parameters.mistake(
    "kernel not squared", hint="a kernel of 3 has 3 rows and 3 columns: its window has 9 pixels"
)
def _(in_channels, out_channels, kernel, bias=True):
    return out_channels * (in_channels * (kernel if isinstance(kernel, int) else _area(kernel)) + bias)


@count_conv_parameters.mistake(
    "every kernel taken as square", hint="a kernel may be given as (rows, columns): multiply the two"
)
def _(in_channels, out_channels, kernel, bias=True):
    first = kernel[0] if isinstance(kernel, tuple) else kernel
    return out_channels * (in_channels * first * first + bias)


# --------------------------------------------------------------------------------------------- max_pool2d


@exercise(
    points=3,
    hint=(
        "The loops are those of conv2d.\n"
        "At each position take the window of all images and channels at once, and ask for its maximum over the "
        "last two axes only.\n"
        "The window of (i, j) begins at row i · stride and column j · stride and has size rows and size columns."
    ),
)
def max_pool2d(x: Float[Tensor, "n c h w"], size: int, stride: int) -> Float[Tensor, "n c oh ow"]:
    return functional.max_pool2d(x, size, stride)


def _below_zero(rng, *shape):
    """Images in which most windows have no positive entry."""
    return rng.normal(size=shape) - 2.5


@max_pool2d.criterion("values", points=1)
def _(rng):
    yield case(x=rng.normal(size=(2, 3, 4, 6)), size=2, stride=2)
    yield case(x=rng.normal(size=(1, 2, 6, 3)), size=3, stride=3)
    yield case(x=_below_zero(rng, 3, 1, 4, 2), size=2, stride=2)


@max_pool2d.criterion("stride not equal to the window", points=0.75)
def _(rng):
    yield case(x=rng.normal(size=(2, 2, 5, 7)), size=3, stride=2)
    yield case(x=rng.normal(size=(1, 3, 5, 8)), size=2, stride=3)
    yield case(x=_below_zero(rng, 2, 1, 3, 4), size=2, stride=1)


@max_pool2d.criterion("sizes that do not divide", points=0.5)
def _(rng):
    yield case(x=rng.normal(size=(2, 2, 5, 7)), size=2, stride=2)
    yield case(x=rng.normal(size=(1, 1, 8, 6)), size=3, stride=2)
    yield case(x=rng.normal(size=(1, 2, 7, 8)), size=3, stride=3)


def _one_pooling(rng):
    yield case(x=rng.normal(size=(2, 2, 5, 7)), size=3, stride=2)


max_pool2d.integer_input(points=0.25, cases=_one_pooling)
max_pool2d.inputs_unchanged(points=0.5, cases=_one_pooling)


def _positions(x, size, stride):
    """The numbers of windows down and across."""
    return tuple((n - size) // stride + 1 for n in x.shape[2:])


@max_pool2d.mistake("averaged the window", hint="this is average pooling: max pooling keeps only the largest entry")
def _(x, size, stride):
    return functional.avg_pool2d(x, size, stride)


@max_pool2d.mistake(
    "started from 0",
    hint="where all entries of a window are negative you return 0: start from the entries themselves, or from −inf",
)
def _(x, size, stride):
    return functional.max_pool2d(x, size, stride).clamp(min=0)


@max_pool2d.mistake(
    "took the window for the stride",
    hint="right as long as the two are equal; the stride says where the next window starts, the size where it ends",
)
def _(x, size, stride):
    return functional.max_pool2d(x, size, size)


@max_pool2d.mistake(
    "stride missing in the slice",
    hint="the output has the right size, but its windows stand side by side: the one of row i starts at i · stride",
)
def _(x, size, stride):
    down, across = _positions(x, size, stride)
    return functional.max_pool2d(x, size, 1)[:, :, :down, :across]


@max_pool2d.mistake("exchanged size and stride", hint="the second argument is the window, the third is the step")
def _(x, size, stride):
    return functional.max_pool2d(x, stride, size)


@max_pool2d.mistake(
    "kept windows that stick out",
    hint="another convention than this course's: some libraries can round up; here a window lies fully inside",
)
def _(x, size, stride):
    # Not torch's ceil_mode, which leaves out windows that start beyond the image.
    bottom, right_ = ((size - n) % stride for n in x.shape[2:])
    return functional.max_pool2d(functional.pad(x, (0, right_, 0, bottom), value=-torch.inf), size, stride)


@max_pool2d.mistake(
    "refused sizes that do not divide",
    hint="the rows and columns left over at the end are simply not read; do not raise, and do not reshape",
)
def _(x, size, stride):
    if any((n - size) % stride for n in x.shape[2:]):
        raise ValueError("the stride does not divide")
    return functional.max_pool2d(x, size, stride)


@max_pool2d.mistake(
    "one maximum for all images and channels",
    hint="window.max() without axes looks at the whole batch: every image and every channel keeps its own maximum",
)
def _(x, size, stride):
    return functional.max_pool2d(x, size, stride).amax((0, 1), keepdim=True).expand(*x.shape[:2], -1, -1).clone()


@max_pool2d.mistake("maximum over the channels", hint="pooling leaves the channels alone: as many come out as went in")
def _(x, size, stride):
    return functional.max_pool2d(x, size, stride).amax(1, keepdim=True)


@max_pool2d.mistake(
    "swapped height and width", hint="the axes are (N, C, height, width): axis 2 goes down the rows, axis 3 along them"
)
def _(x, size, stride):
    return functional.max_pool2d(x.transpose(2, 3), size, stride)


# ------------------------------------------------------------------------------------ max_pool2d_backward


@exercise(
    points=4,
    hint=(
        "Go through the windows as in the forward pass.\n"
        "In each, find the place of the first maximum and add the upstream number there; np.argmax of the "
        "flattened window gives the first.\n"
        "Place k of the flattened window is its row ⌊k / size⌋ and column k mod size; add there, since windows "
        "may overlap."
    ),
)
def max_pool2d_backward(
    upstream: Float[Tensor, "n c oh ow"], x: Float[Tensor, "n c h w"], size: int, stride: int
) -> Float[Tensor, "n c h w"]:
    x = x.detach().clone().requires_grad_()
    return torch.autograd.grad(functional.max_pool2d(x, size, stride), x, upstream)[0]


def _pooled(rng, images, size, stride, whole=False):
    """A case of the backward pass. `whole`: images with few different values, so that windows have equal maxima."""
    x = rng.integers(-2, 2, size=images).astype(float) if whole else rng.normal(size=images)
    height, width = ((n - size) // stride + 1 for n in images[2:])
    shape = (*images[:2], height, width)
    upstream = rng.choice([-1, 1], size=shape) * rng.uniform(0.5, 2, size=shape)
    return case(upstream=upstream, x=x, size=size, stride=stride)


@max_pool2d_backward.criterion("values", points=1.25)
def _(rng):
    yield _pooled(rng, (2, 3, 4, 6), 2, 2)
    yield _pooled(rng, (1, 2, 6, 3), 3, 3)
    yield _pooled(rng, (3, 1, 4, 2), 2, 2)


@max_pool2d_backward.criterion("windows that overlap", points=1, tolerance=SUMS)
def _(rng):
    yield _pooled(rng, (2, 2, 5, 7), 3, 2)
    yield _pooled(rng, (1, 3, 4, 5), 3, 1)
    yield _pooled(rng, (2, 1, 6, 4), 2, 1)


@max_pool2d_backward.criterion("gaps, and sizes that do not divide", points=0.5, tolerance=SUMS)
def _(rng):
    yield _pooled(rng, (2, 2, 5, 7), 2, 2)
    yield _pooled(rng, (1, 2, 6, 9), 2, 3)
    yield _pooled(rng, (2, 1, 8, 7), 3, 2)


@max_pool2d_backward.criterion("equal maxima: the first gets it", points=0.5, tolerance=SUMS)
def _(rng):
    yield _pooled(rng, (2, 2, 6, 8), 2, 2, whole=True)
    yield _pooled(rng, (1, 3, 6, 7), 3, 2, whole=True)


def _one_way_back(rng):
    yield _pooled(rng, (2, 2, 5, 6), 3, 2)


max_pool2d_backward.integer_input(points=0.25, tolerance=SUMS, cases=_one_way_back)
max_pool2d_backward.inputs_unchanged(points=0.5, tolerance=SUMS, cases=_one_way_back)


def _windows(x, size, stride):
    """(n, c, down, across, size, size): the windows as views."""
    return x.unfold(2, size, stride).unfold(3, size, stride)


def _into_windows(x, size, stride, shares):
    """What the windows' entries get, (n, c, down, across, size, size), added up at their places in the image."""
    image = torch.zeros_like(x)
    _, _, down, across, _, _ = shares.shape
    for i in range(down):
        for j in range(across):
            top, left = i * stride, j * stride
            image[:, :, top : top + size, left : left + size] += shares[:, :, i, j]
    return image


def _first_maxima(windows):
    """1.0 at the first maximum of each window, 0.0 elsewhere."""
    flat = windows.flatten(-2)
    return functional.one_hot(flat.argmax(-1), flat.shape[-1]).double().reshape(windows.shape)


@max_pool2d_backward.mistake(
    "overwrote where windows overlap",
    hint="a pixel can be the maximum of several windows: `=` keeps the last window's gradient only, `+=` adds them up",
)
def _(upstream, x, size, stride):
    image, first = torch.zeros_like(x), _first_maxima(_windows(x, size, stride))
    for i in range(upstream.shape[2]):
        for j in range(upstream.shape[3]):
            top, left = i * stride, j * stride
            chosen = first[:, :, i, j] > 0
            window = image[:, :, top : top + size, left : left + size]
            window[chosen] = (upstream[:, :, i, j, None, None] * first[:, :, i, j])[chosen]
    return image


@max_pool2d_backward.mistake(
    "gave equal maxima the whole gradient each",
    hint="another convention than this course's: `window == window.max()` marks all equal entries; here the first one "
    "gets the gradient, the others nothing",
)
def _(upstream, x, size, stride):
    windows = _windows(x, size, stride)
    shares = (windows == windows.amax((-2, -1), keepdim=True)) * upstream[..., None, None]
    return _into_windows(x, size, stride, shares)


@max_pool2d_backward.mistake(
    "split the gradient between equal maxima",
    hint="another convention than this course's: here the first of equal entries gets all of it",
)
def _(upstream, x, size, stride):
    windows = _windows(x, size, stride)
    equal = (windows == windows.amax((-2, -1), keepdim=True)).double()
    shares = equal / equal.sum((-2, -1), keepdim=True) * upstream[..., None, None]
    return _into_windows(x, size, stride, shares)


@max_pool2d_backward.mistake(
    "gave it to the last of equal maxima",
    hint="another convention than this course's: of equal entries the first counts, read row by row",
)
def _(upstream, x, size, stride):
    last = _first_maxima(_windows(x, size, stride).flip(-2, -1)).flip(-2, -1)
    return _into_windows(x, size, stride, last * upstream[..., None, None])


@max_pool2d_backward.mistake(
    "shared it out over the window",
    hint="this is the way back through average pooling; the entries that were not the maximum did not matter",
)
def _(upstream, x, size, stride):
    shares = torch.ones_like(_windows(x, size, stride)) / size**2
    return _into_windows(x, size, stride, shares * upstream[..., None, None])


@max_pool2d_backward.mistake(
    "marked the maxima without the upstream gradient",
    hint="the 1 at a maximum is the slope of this step alone; the chain rule multiplies it by what comes from above",
)
def _(upstream, x, size, stride):
    return _into_windows(x, size, stride, _first_maxima(_windows(x, size, stride)))


@max_pool2d_backward.mistake(
    "took the window for the stride",
    hint="right as long as the two are equal: the window of row i starts at i · stride, not at i · size",
)
def _(upstream, x, size, stride):
    first = _first_maxima(_windows(x, size, size))
    height, width = upstream.shape[2:]
    if first.shape[2] < height or first.shape[3] < width:
        raise ValueError("attempt to get argmax of an empty sequence")
    shares = first[:, :, :height, :width] * upstream[..., None, None]
    return _into_windows(x, size, size, shares)


@max_pool2d_backward.mistake(
    "row and column of the maximum exchanged",
    hint="argmax counts along the rows: divided by the window's width it gives the row, the remainder is the column",
)
def _(upstream, x, size, stride):
    turned = _first_maxima(_windows(x, size, stride)).transpose(-2, -1)
    return _into_windows(x, size, stride, turned * upstream[..., None, None])


@max_pool2d_backward.mistake(
    "left out the pixels that no window reads",
    hint="the gradient has the shape of x; rows and columns that were not read are there too, with the gradient 0",
)
def _(upstream, x, size, stride):
    height, width = ((n - 1) * stride + size for n in upstream.shape[2:])
    return max_pool2d_backward.function(upstream, x, size, stride)[:, :, :height, :width].clone()


# ---------------------------------------------------------------------------------------- conv2d_backward


@exercise(
    points=5,
    hint=(
        "Loop over the rows and columns of upstream. Each of its numbers sends (itself times the window) to its "
        "filter's gradient and (itself times the filter) to the window's place in the padded image.\n"
        "Add up; at the end cut the border off.\n"
        "For each n, f and (i, j), with g = upstream[n, f, i, j]: dw_f gains g · window, the window's place in "
        "the padded dx gains g · w_f, and db_f gains g."
    ),
)
def conv2d_backward(
    upstream: Float[Tensor, "n f oh ow"],
    x: Float[Tensor, "n c h w"],
    w: Float[Tensor, "f c kh kw"],
    stride: int,
    padding: int,
) -> tuple[Float[Tensor, "n c h w"], Float[Tensor, "f c kh kw"], Float[Tensor, " f"]]:
    x, w = (tensor.detach().clone().requires_grad_() for tensor in (x, w))
    b = torch.zeros(len(w), dtype=w.dtype, requires_grad=True)
    return torch.autograd.grad(functional.conv2d(x, w, b, stride, padding), (x, w, b), upstream)


def _layer_backward(rng, images, filters, stride, padding):
    """A case of the backward pass; upstream has the shape of the layer's output, and no entry near 0."""
    x, w = rng.normal(size=images), rng.normal(size=filters)
    height, width = ((images[axis] + 2 * padding - filters[axis]) // stride + 1 for axis in (2, 3))
    shape = (images[0], filters[0], height, width)
    upstream = rng.choice([-1, 1], size=shape) * rng.uniform(0.5, 2, size=shape)
    return case(upstream=upstream, x=x, w=w, stride=stride, padding=padding)


# dw and db add up over all images and positions, dx over all filters and windows.
LONGER_SUMS = Tolerance(atol=4e-5)


@conv2d_backward.criterion("values", points=1.5, tolerance=LONGER_SUMS)
def _(rng):
    yield _layer_backward(rng, (2, 2, 4, 5), (3, 2, 3, 2), 1, 0)
    yield _layer_backward(rng, (1, 1, 5, 4), (2, 1, 3, 3), 1, 0)
    yield _layer_backward(rng, (3, 4, 2, 4), (2, 4, 2, 1), 1, 0)


@conv2d_backward.criterion("stride", points=1.25, tolerance=LONGER_SUMS)
def _(rng):
    yield _layer_backward(rng, (2, 2, 5, 7), (3, 2, 3, 3), 2, 0)
    yield _layer_backward(rng, (2, 2, 5, 4), (3, 2, 2, 3), 2, 0)
    yield _layer_backward(rng, (1, 1, 7, 9), (3, 1, 2, 2), 3, 0)


@conv2d_backward.criterion("padding", points=1.25, tolerance=LONGER_SUMS)
def _(rng):
    yield _layer_backward(rng, (2, 2, 3, 4), (3, 2, 3, 3), 1, 1)
    yield _layer_backward(rng, (1, 3, 4, 5), (2, 3, 2, 3), 2, 2)
    yield _layer_backward(rng, (2, 1, 2, 3), (2, 1, 3, 4), 1, 1)


def _one_layer_backward(rng):
    yield _layer_backward(rng, (2, 2, 4, 5), (3, 2, 2, 3), 2, 1)


conv2d_backward.integer_input(points=0.5, tolerance=LONGER_SUMS, cases=_one_layer_backward)
conv2d_backward.inputs_unchanged(points=0.5, tolerance=LONGER_SUMS, cases=_one_layer_backward)


@conv2d_backward.mistake(
    "returned the gradient of the padded image",
    hint="the border of zeros was added on the way forward; on the way back it is cut off again: dx has the shape of x",
)
def _(upstream, x, w, stride, padding):
    return conv2d_backward.function(upstream, functional.pad(x, (padding,) * 4), w, stride, 0)


@conv2d_backward.mistake(
    "a slice that breaks at padding 0",
    hint="a[pad:-pad] is empty when pad is 0, because −0 is 0: use pad : pad + height",
)
def _(upstream, x, w, stride, padding):
    dx, dw, db = conv2d_backward.function(upstream, functional.pad(x, (padding,) * 4), w, stride, 0)
    return dx[:, :, padding:-padding, padding:-padding].clone(), dw, db


@conv2d_backward.mistake(
    "overwrote where windows overlap",
    hint="a pixel belongs to several windows, and each of them has a say in its gradient: `+=`, not `=`",
)
def _(upstream, x, w, stride, padding):
    _, dw, db = conv2d_backward.function(upstream, x, w, stride, padding)
    padded = functional.pad(torch.zeros_like(x), (padding,) * 4)
    for i in range(upstream.shape[2]):
        for j in range(upstream.shape[3]):
            top, left = i * stride, j * stride
            share = torch.einsum("nf,fcuv->ncuv", upstream[:, :, i, j], w.double())
            padded[:, :, top : top + w.shape[2], left : left + w.shape[3]] = share
    return padded[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]].clone(), dw, db


@conv2d_backward.mistake(
    "filters the wrong way round for dx",
    hint="dw and db are right. A convolution of upstream gives dx only when the filters are turned by 180°: "
    "the weight at (u, v) leads back to the pixel at (u, v) of its window",
)
def _(upstream, x, w, stride, padding):
    dx = conv2d_backward.function(upstream, x, w.flip(2, 3), stride, padding)[0]
    return dx, *conv2d_backward.function(upstream, x, w, stride, padding)[1:]


@conv2d_backward.mistake(
    "stride missing in the slice",
    hint="right at stride 1; the window of output row i starts at input row i · stride, backward as well as forward",
)
def _(upstream, x, w, stride, padding):
    height, width = (n + 2 * padding - k + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    side_by_side = functional.pad(upstream, (0, width - upstream.shape[3], 0, height - upstream.shape[2]))
    return conv2d_backward.function(side_by_side, x, w, 1, padding)


@conv2d_backward.mistake(
    "bias gradients added up to one number",
    hint="there is one bias for each filter: sum over images, rows and columns, but not over the filters",
)
def _(upstream, x, w, stride, padding):
    dx, dw, db = conv2d_backward.function(upstream, x, w, stride, padding)
    return dx, dw, db.sum()


@conv2d_backward.mistake(
    "bias gradients not added up over the images",
    hint="the same bias was added in every image: its gradient collects from all of them",
)
def _(upstream, x, w, stride, padding):
    dx, dw, _ = conv2d_backward.function(upstream, x, w, stride, padding)
    return dx, dw, upstream.sum((2, 3))


@conv2d_backward.mistake(
    "divided by the number of images",
    hint="another convention than this course's: the mean of the loss is already contained in upstream; here only "
    "sums are made",
)
def _(upstream, x, w, stride, padding):
    dx, dw, db = conv2d_backward.function(upstream, x, w, stride, padding)
    return dx, dw / len(x), db / len(x)


@conv2d_backward.mistake(
    "filter gradients of the last image only",
    hint="`=` inside the loop over images keeps the last one; all images share the filters, so their shares add up",
)
def _(upstream, x, w, stride, padding):
    dx, _, db = conv2d_backward.function(upstream, x, w, stride, padding)
    return dx, conv2d_backward.function(upstream[-1:], x[-1:], w, stride, padding)[1], db


@conv2d_backward.mistake(
    "left out the pixels that no window reads",
    hint="dx has the shape of x, also where the steps do not divide: what was not read has the gradient 0",
)
def _(upstream, x, w, stride, padding):
    dx, dw, db = conv2d_backward.function(upstream, x, w, stride, padding)
    height, width = ((n - 1) * stride + k - padding for n, k in zip(upstream.shape[2:], w.shape[2:], strict=True))
    return dx[:, :, :height, :width].clone(), dw, db


@conv2d_backward.mistake(
    "used the image without its border for the filters",
    hint="the forward pass multiplied the weights by the padded image: dw needs the same padded image",
)
def _(upstream, x, w, stride, padding):
    dx, _, db = conv2d_backward.function(upstream, x, w, stride, padding)
    # The unpadded image at the place where the padded one is expected.
    shifted = functional.pad(x, (0, 2 * padding, 0, 2 * padding))
    return dx, conv2d_backward.function(upstream, shifted, w, stride, 0)[1], db


# ---------------------------------------------------------------------------------------------- questions


def _fitting(rng):
    """Sizes of a layer with a stride of at least 2."""
    return {
        "size": int(rng.integers(40, 240)),
        "kernel": int(rng.choice([3, 5, 7, 9, 11])),
        "stride": int(rng.integers(2, 5)),
        "padding": int(rng.integers(0, 4)),
    }


conv1_width = number(
    "An image {size} pixels wide meets a kernel {kernel} pixels wide, with stride {stride} and {padding} pixels of "
    "padding at each end. How wide is the output?",
    plain={"size": 224, "kernel": 7, "stride": 2, "padding": 3},
    given=_fitting,
    answer=lambda size, kernel, stride, padding: (size + 2 * padding - kernel) // stride + 1,
    unit="pixels",
    tolerance=EXACT,
    explanation="⌊({size} + 2 · {padding} − {kernel}) / {stride}⌋ + 1 = {answer:.4g}. Rounding comes before the + 1, "
    "and it goes down: a step that would lead beyond the edge is not taken.",
)

stride_one_width = number(
    "An image of 7 × 7 pixels meets a filter of 3 × 3, without padding, with stride 1. How wide is the output?",
    answer=5,
    unit="pixels",
    tolerance=EXACT,
    explanation="The windows start at pixels 0, 1, 2, 3 and 4: (7 − 3) / 1 + 1 = {answer:.4g}.",
)

stride_two_width = number(
    "The same image of 7 × 7 pixels and the same filter of 3 × 3, without padding, but with stride 2. You may have "
    "read somewhere that the output is 5 pixels wide. How wide is it?",
    answer=3,
    unit="pixels",
    tolerance=EXACT,
    explanation="The windows start at pixels 0, 2 and 4: (7 − 3) / 2 + 1 = {answer:.4g}. A width of 5 belongs to "
    "stride 1. Texts contain such slips; count the windows yourself.",
)

channels_after_filters = number(
    "A batch of colour images of shape (N, 3, 32, 32) goes through a layer of {filters} filters of "
    "{kernel} × {kernel}. How many channels has the output?",
    plain={"filters": 6, "kernel": 5},
    given=lambda rng: {"filters": int(rng.integers(4, 65)), "kernel": int(rng.choice([3, 5, 7]))},
    answer=lambda filters, kernel: filters,
    unit="channels",
    tolerance=EXACT,
    explanation="Each filter adds up over all input channels and makes one channel: {filters} filters make "
    "{answer:.4g} channels, however many channels came in.",
)

conv_layer_parameters = number(
    "How many numbers does a layer with {filters} filters of {kernel} × {kernel} on {channels} input channels learn, "
    "biases included?",
    plain={"filters": 32, "kernel": 3, "channels": 16},
    given=lambda rng: {
        "filters": int(rng.integers(5, 70)),
        "kernel": int(rng.choice([3, 5, 7])),
        "channels": int(rng.integers(2, 33)),
    },
    answer=lambda filters, kernel, channels: filters * (channels * kernel**2 + 1),
    tolerance=EXACT,
    explanation="One filter has {channels} · {kernel} · {kernel} weights and one bias, and there are {filters} of "
    "them: {answer:.10g} numbers. The size of the image does not matter.",
)

receptive_field = number(
    "{layers} convolution layers follow each other, each with filters of {kernel} × {kernel} and stride 1. How many "
    "pixels of the image, along one axis, can one output of the last layer depend on?",
    plain={"layers": 2, "kernel": 3},
    given=lambda rng: {"layers": int(rng.integers(2, 9)), "kernel": int(rng.choice([3, 5, 7, 9]))},
    answer=lambda layers, kernel: layers * (kernel - 1) + 1,
    unit="pixels",
    tolerance=EXACT,
    explanation="The last layer sees {kernel} positions of the layer before, and every layer further back widens the "
    "view by {kernel} − 1: {layers} · ({kernel} − 1) + 1 = {answer:.4g}. So two layers of 3 × 3 see as much as one of "
    "5 × 5, with fewer weights.",
)

why_shared_weights = choice(
    "Why may one filter use the same weights at every place of an image?",
    wrong(
        "Because all images of a data set have the same size and the same number of pixels",
        "The size has nothing to do with it: the same filter works on images of any size it fits into.",
    ),
    right(
        "Because a pattern worth finding at one place is worth finding at every other",
        "An edge is an edge in every corner. What is learned about it at one place is then known everywhere, and the "
        "number of weights does not grow with the image.",
    ),
    wrong(
        "Because neighbouring pixels usually have nearly the same value, or a similar one",
        "That they belong together is why a window can be small. It does not say that all windows may share weights.",
    ),
    wrong(
        "Because sharing makes the network linear, which makes it much easier to train",
        "A convolution is linear with or without shared weights. The activation after it is what is not linear.",
    ),
)

what_pooling_changes = choices(
    "Max pooling with a window of 2 and stride 2 is put behind a convolution layer. What is true of it?",
    wrong(
        "It adds up the entries of each window, so the numbers grow with the window",
        "Nothing is added up: every number that comes out is one of the numbers that went in.",
    ),
    right(
        "It halves the height and the width (rounded down)",
        "Each window of 2 × 2 leaves one number; a row or column that is left over is not read.",
    ),
    wrong(
        "It halves the number of channels that the next layer receives",
        "Each channel is pooled by itself. As many come out as went in.",
    ),
    wrong(
        "It adds four weights for each channel to the network",
        "A maximum has nothing to learn. Pooling has no parameters at all.",
    ),
    right(
        "A pattern that moves by one pixel often leaves the output as it is",
        "As long as the largest entry stays in its window, the output does not notice the move.",
    ),
    right(
        "On the way back only the maximum of a window gets a gradient other than 0",
        "A small change of any other pixel would not have changed the output.",
    ),
)

edge_of_the_kernel = choice(
    "A layer has filters of 4 × 4 and stride 1. Somebody asks for a padding, the same on all four sides, that keeps "
    "height and width. What do you say?",
    wrong(
        "Padding 1 on every side",
        "The output would be one pixel smaller: n + 2 − 4 + 1 = n − 1.",
    ),
    wrong(
        "Padding 2 on every side",
        "The output would be one pixel larger: n + 4 − 4 + 1 = n + 1.",
    ),
    wrong(
        "Padding 4 on every side",
        "The output would be five pixels larger. Such a padding would let windows see nothing but zeros.",
    ),
    right(
        "No padding does that",
        "Three pixels would have to be given back, and two equal sides can only give an even number. This is one "
        "reason why filters usually have odd sizes; an odd one also has a pixel in its middle.",
    ),
)

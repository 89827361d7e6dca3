"""Right answers to 09_convolution in other styles than the solution's."""

import itertools
import math
from functools import reduce

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

# --------------------------------------------------------------------------------------- conv_output_size


def conv_output_size__counting(size, kernel, stride=1, padding=0, dilation=1):
    """A loop that walks along the axis and counts the places where the kernel fits."""
    if type(size) is tuple:
        found = ()
        for axis in size:
            found += (conv_output_size__counting(axis, kernel, stride, padding, dilation),)
        return found
    start, count = -padding, 0
    while start + dilation * (kernel - 1) < size + padding:
        start += stride
        count += 1
    if count == 0:
        raise ValueError("no room")
    return count


def conv_output_size__recursive(size, kernel, stride=1, padding=0, dilation=1):
    """Recursion: one window, and what is left without the first `stride` pixels."""
    if isinstance(size, tuple):
        head, *tail = size
        first = conv_output_size__recursive(head, kernel, stride, padding, dilation)
        return (first, *(conv_output_size__recursive((n,), kernel, stride, padding, dilation)[0] for n in tail))
    left = size + 2 * padding - (1 + (kernel - 1) * dilation)
    if left < 0:
        raise ValueError(f"{kernel} > {size}")
    return 1 if left < stride else 1 + conv_output_size__recursive(size - stride, kernel, stride, padding, dilation)


class _KernelTooLarge(ValueError):
    """A kernel that does not fit."""


def conv_output_size__floor_float(size, kernel, stride=1, padding=0, dilation=1):
    """math.floor of a float quotient, an exception type of its own, a comprehension for tuples."""

    def one(axis):
        quotient = (axis + 2 * padding - dilation * (kernel - 1) - 1) / stride
        if quotient < 0:
            raise _KernelTooLarge
        return math.floor(quotient) + 1

    return one(size) if np.ndim(size) == 0 else tuple([one(axis) for axis in size])


def conv_output_size__numpy(size, kernel, stride=1, padding=0, dilation=1):
    """Arrays throughout: NumPy integers come back, and a list of them for a tuple."""
    sizes = np.asarray(size)
    out = np.floor_divide(sizes + 2 * padding - dilation * (kernel - 1) - 1, stride) + 1
    if np.any(out < 1):
        raise ValueError("kernel does not fit", out)
    return list(out) if sizes.ndim else out


def conv_output_size__range(size, kernel, stride=1, padding=0, dilation=1):
    """The length of a range of starting places."""
    if isinstance(size, tuple):
        return tuple(conv_output_size__range(n, kernel, stride, padding, dilation) for n in size)
    starts = range(0, size + 2 * padding - dilation * (kernel - 1), stride)
    if not starts:
        raise ValueError("kernel larger than padded input")
    return len(starts)


def conv_output_size__positions(size, kernel, stride=1, padding=0, dilation=1):
    """The formula with the + 1 inside the fraction, (n + 2p - span + s) // s; sizes always in a list first."""
    sizes = size if isinstance(size, tuple) else (size,)
    span = kernel + (kernel - 1) * (dilation - 1)
    out = []
    for n in sizes:
        positions, _ = divmod(n + 2 * padding - span + stride, stride)
        if positions <= 0:
            raise ValueError(f"{span} does not fit into {n}")
        out.append(positions)
    return tuple(out) if isinstance(size, tuple) else out[0]


def conv_output_size__sliding_window(size, kernel, stride=1, padding=0, dilation=1):
    """Asks NumPy for the windows, whose own ValueError is the one that is wanted."""
    if isinstance(size, tuple):
        return tuple(conv_output_size__sliding_window(n, kernel, stride, padding, dilation) for n in size)
    pixels = np.pad(np.zeros(size), padding)
    return sliding_window_view(pixels, (kernel - 1) * dilation + 1)[::stride].shape[0]


# ------------------------------------------------------------------------------------------- same_padding


def same_padding__divmod(kernel):
    """divmod, and a test of the rest."""
    half, odd = divmod(kernel, 2)
    if not odd:
        raise ValueError("even kernel", kernel)
    return half


def same_padding__search(kernel):
    """Tries every padding; list.index raises the ValueError."""
    return [2 * p + 1 for p in range(kernel)].index(kernel)


def same_padding__bits(kernel):
    """A C programmer's bits."""
    if kernel & 1 == 0:
        raise ValueError
    return kernel >> 1


def same_padding__numpy(kernel):
    """A NumPy integer of a small type, from a float that is whole."""
    half = np.float64(kernel - 1) / 2
    if half != np.floor(half):
        raise ValueError(f"kernel must be odd, not {kernel}")
    return np.int32(half)


def same_padding__recursive(kernel):
    """Recursion in steps of two."""
    if kernel <= 0:
        raise ValueError("even")
    return 0 if kernel == 1 else 1 + same_padding__recursive(kernel - 2)


# --------------------------------------------------------------------------------------------- pad_images


def pad_images__zeros(x, padding):
    """A larger array of zeros with the images written into its middle."""
    n, c, h, w = x.shape
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    out[:, :, padding : padding + h, padding : padding + w] = x
    return out


def pad_images__lists(x, padding):
    """Nested lists of Python floats, row by row."""

    def padded(image):
        width = len(image[0]) + 2 * padding
        middle = [[0.0] * padding + [float(v) for v in row] + [0.0] * padding for row in image]
        return [[0.0] * width for _ in range(padding)] + middle + [[0.0] * width for _ in range(padding)]

    return [[padded(channel) for channel in image] for image in x.tolist()]


def pad_images__concatenate(x, padding):
    """Strips of zeros, put beside and then above and below."""
    side = np.zeros((*x.shape[:3], padding))
    wide = np.concatenate((side, x, side), axis=3)
    strip = np.zeros((*wide.shape[:2], padding, wide.shape[3]))
    return np.concatenate((strip, wide, strip), axis=2)


def pad_images__matrices(x, padding):
    """Linear algebra: a shifted identity from the left and one from the right."""
    h, w = x.shape[2:]
    left = np.eye(h + 2 * padding, h, -padding)
    right = np.eye(w, w + 2 * padding, padding)
    return left @ x @ right


def pad_images__float32(x, padding):
    """np.pad in float32, each image by itself."""
    return np.stack([np.pad(image.astype(np.float32), ((0, 0), (padding,) * 2, (padding,) * 2)) for image in x])


def pad_images__one_ring_at_a_time(x, padding):
    """Recursion: a ring of zeros around the images with one ring less; keeps whole numbers whole."""
    if padding == 0:
        return np.array(x)
    return np.pad(pad_images__one_ring_at_a_time(x, padding - 1), [(0, 0), (0, 0), (1, 1), (1, 1)], mode="constant")


def pad_images__same_dtype(x, padding):
    """The input's own type, also where it is one of integers; entry by entry as in C."""
    n_images, channels, height, width = x.shape
    out = np.zeros((n_images, channels, height + 2 * padding, width + 2 * padding), dtype=x.dtype)
    for n in range(n_images):
        for c in range(channels):
            for i in range(height):
                for j in range(width):
                    out[n, c, i + padding, j + padding] = x[n, c, i, j]
    return out


# ------------------------------------------------------------------------------------------------- conv2d


def _pad(x, padding):
    return np.pad(np.asarray(x, dtype=float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))


def _size(n, kernel, stride):
    return (n - kernel) // stride + 1


def conv2d__loops(x, w, b, stride=1, padding=0):
    """Seven loops in pure Python, with a test of the border in place of a padded array."""
    n_images, channels, height, width = x.shape
    filters, _, rows, columns = w.shape
    out_height, out_width = _size(height + 2 * padding, rows, stride), _size(width + 2 * padding, columns, stride)
    out = np.zeros((n_images, filters, out_height, out_width))
    for n, f, i, j in itertools.product(range(n_images), range(filters), range(out_height), range(out_width)):
        total = float(b[f])
        for c in range(channels):
            for u in range(rows):
                for v in range(columns):
                    row, column = i * stride + u - padding, j * stride + v - padding
                    if 0 <= row < height and 0 <= column < width:
                        total += float(x[n, c, row, column]) * float(w[f, c, u, v])
        out[n, f, i, j] = total
    return out


def conv2d__windows(x, w, b, stride=1, padding=0):
    """Two loops over the output, a tensordot for each place."""
    padded = _pad(x, padding)
    rows, columns = w.shape[2:]
    height, width = _size(padded.shape[2], rows, stride), _size(padded.shape[3], columns, stride)
    out = np.empty((len(x), len(w), height, width))
    for i in range(height):
        for j in range(width):
            patch = padded[:, :, i * stride : i * stride + rows, j * stride : j * stride + columns]
            out[:, :, i, j] = np.tensordot(patch, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out


def conv2d__im2col(x, w, b, stride=1, padding=0):
    """im2col by index arrays, then a single matrix product."""
    n, channels, height, width = x.shape
    filters, _, rows, columns = w.shape
    oh, ow = _size(height + 2 * padding, rows, stride), _size(width + 2 * padding, columns, stride)
    c = np.repeat(np.arange(channels), rows * columns)[:, None]
    i = np.tile(np.repeat(np.arange(rows), columns), channels)[:, None] + stride * np.repeat(np.arange(oh), ow)
    j = np.tile(np.arange(columns), rows * channels)[:, None] + stride * np.tile(np.arange(ow), oh)
    cols = _pad(x, padding)[:, c, i, j]  # (n, channels * rows * columns, oh * ow)
    return (w.reshape(filters, -1) @ cols + b.reshape(-1, 1)).reshape(n, filters, oh, ow)


def conv2d__kernel_loops(x, w, b, stride=1, padding=0):
    """Loops over the kernel's entries; each adds a shifted image, weighted."""
    padded = _pad(x, padding)
    rows, columns = w.shape[2:]
    oh, ow = _size(padded.shape[2], rows, stride), _size(padded.shape[3], columns, stride)
    out = np.zeros((len(x), len(w), oh, ow))
    for u in range(rows):
        for v in range(columns):
            shifted = padded[:, :, u : u + stride * oh : stride, v : v + stride * ow : stride][:, :, :oh, :ow]
            out += np.einsum("ncij,fc->nfij", shifted, w[:, :, u, v])
    return out + b[np.newaxis, :, np.newaxis, np.newaxis]


def conv2d__float32(x, w, b, stride=1, padding=0):
    """Everything in float32, windows by as_strided."""
    padded = np.ascontiguousarray(_pad(x, padding), dtype=np.float32)
    w, b = w.astype(np.float32), b.astype(np.float32)
    n, c, height, width = padded.shape
    shape = (n, c, _size(height, w.shape[2], stride), _size(width, w.shape[3], stride), *w.shape[2:])
    s = padded.strides
    windows = as_strided(padded, shape, (s[0], s[1], s[2] * stride, s[3] * stride, s[2], s[3]), writeable=False)
    return np.einsum("ncijuv,fcuv->nfij", windows, w) + b.reshape(1, -1, 1, 1)


def conv2d__fft(x, w, b, stride=1, padding=0):
    """The convolution theorem: a product of spectra, with the filters' conjugated."""
    padded = _pad(x, padding)
    height, width = padded.shape[2:]
    spectrum = np.einsum("nchw,fchw->nfhw", np.fft.fft2(padded), np.conj(np.fft.fft2(w, (height, width))))
    full = np.fft.ifft2(spectrum).real
    fits = full[:, :, : height - w.shape[2] + 1, : width - w.shape[3] + 1]
    return fits[:, :, ::stride, ::stride] + b[:, None, None]


def conv2d__convolve1d(x, w, b, stride=1, padding=0):
    """np.correlate of row with row, as MATLAB's conv2 would do it; nested lists come back."""
    padded = _pad(x, padding)
    rows, columns = w.shape[2:]
    out = []
    for image in padded:
        maps = []
        for kernel, bias in zip(w, b, strict=True):
            lines = []
            for top in range(0, padded.shape[2] - rows + 1, stride):
                line = np.full(padded.shape[3] - columns + 1, bias, dtype=float)
                for c, u in itertools.product(range(len(kernel)), range(rows)):
                    line = line + np.correlate(image[c, top + u], kernel[c, u], mode="valid")
                lines.append(line[::stride].tolist())
            maps.append(lines)
        out.append(maps)
    return out


def conv2d__toeplitz(x, w, b, stride=1, padding=0):
    """The layer as one large matrix, made entry by entry, times the flattened images."""
    n, channels, height, width = x.shape
    filters, _, rows, columns = w.shape
    oh, ow = _size(height + 2 * padding, rows, stride), _size(width + 2 * padding, columns, stride)
    matrix = np.zeros((filters, oh, ow, channels, height + 2 * padding, width + 2 * padding))
    for i, j in np.ndindex(oh, ow):
        matrix[:, i, j, :, i * stride : i * stride + rows, j * stride : j * stride + columns] = w
    flat = _pad(x, padding).reshape(n, -1)
    return (flat @ matrix.reshape(filters * oh * ow, -1).T).reshape(n, filters, oh, ow) + np.reshape(b, (1, -1, 1, 1))


# ---------------------------------------------------------------------------------- count_conv_parameters


def count_conv_parameters__shapes(in_channels, out_channels, kernel, bias=True):
    """Makes the arrays and asks for their size."""
    shape = kernel if isinstance(kernel, tuple) else (kernel,) * 2
    weights = np.zeros((out_channels, in_channels, *shape))
    return weights.size + (np.zeros(out_channels).size if bias else 0)


def count_conv_parameters__reduce(in_channels, out_channels, kernel, bias=True):
    """A fold over the factors."""
    try:
        factors = list(kernel)
    except TypeError:
        factors = [kernel, kernel]
    return reduce(lambda one, other: one * other, factors, in_channels * out_channels) + bias * out_channels


def count_conv_parameters__numpy(in_channels, out_channels, kernel, bias=True):
    """np.prod over a broadcast kernel: a NumPy integer."""
    per_filter = in_channels * np.prod(np.broadcast_to(kernel, 2))
    if bias:
        per_filter += 1
    return out_channels * per_filter


def count_conv_parameters__counting(in_channels, out_channels, kernel, bias=True):
    """Counts them one by one, as an iterator would meet them; a 0-d array comes back."""
    rows, columns = (kernel, kernel) if type(kernel) is int else kernel
    total = np.array(0)
    for _ in range(out_channels):
        total = total + sum(1 for _ in itertools.product(range(in_channels), range(rows), range(columns)))
        if bias:
            total = total + 1
    return np.array(total)


# --------------------------------------------------------------------------------------------- max_pool2d


def max_pool2d__loops(x, size, stride):
    """Loops as in C: the largest so far is kept; whole numbers stay whole."""
    n_images, channels, height, width = x.shape
    oh, ow = _size(height, size, stride), _size(width, size, stride)
    out = np.empty((n_images, channels, oh, ow), dtype=x.dtype)
    for n, c, i, j in np.ndindex(*out.shape):
        best = x[n, c, i * stride, j * stride]
        for u in range(size):
            for v in range(size):
                if x[n, c, i * stride + u, j * stride + v] > best:
                    best = x[n, c, i * stride + u, j * stride + v]
        out[n, c, i, j] = best
    return out


def max_pool2d__sliding_windows(x, size, stride):
    """All windows at once, every stride-th of them."""
    return sliding_window_view(x, (size, size), axis=(-2, -1))[..., ::stride, ::stride, :, :].max((-2, -1))


def max_pool2d__shifts(x, size, stride):
    """A running maximum over shifted copies, from minus infinity."""
    oh, ow = _size(x.shape[2], size, stride), _size(x.shape[3], size, stride)
    out = np.full((*x.shape[:2], oh, ow), -np.inf)
    for u in range(size):
        for v in range(size):
            out = np.maximum(out, x[:, :, u:, v:][:, :, ::stride, ::stride][:, :, :oh, :ow])
    return out


def max_pool2d__float32(x, size, stride):
    """float32, rows first and then columns: the maximum is separable."""
    x = x.astype("float32")
    oh, ow = _size(x.shape[2], size, stride), _size(x.shape[3], size, stride)
    rows = np.stack([x[:, :, i * stride : i * stride + size].max(2) for i in range(oh)], axis=2)
    return np.stack([rows[..., j * stride : j * stride + size].max(3) for j in range(ow)], axis=3)


def max_pool2d__lists(x, size, stride):
    """Comprehensions and the builtin max; nested lists come back."""
    tops = range(0, x.shape[2] - size + 1, stride)
    lefts = range(0, x.shape[3] - size + 1, stride)
    return [
        [
            [[max(max(row[j : j + size]) for row in channel[i : i + size]) for j in lefts] for i in tops]
            for channel in image
        ]
        for image in x.tolist()
    ]


def max_pool2d__sorted(x, size, stride):
    """im2col and a sort: the last of each sorted column."""
    n, c, height, width = x.shape
    oh, ow = _size(height, size, stride), _size(width, size, stride)
    i = stride * np.arange(oh)[:, None, None] + np.repeat(np.arange(size), size)
    j = stride * np.arange(ow)[None, :, None] + np.tile(np.arange(size), size)
    return np.sort(x[:, :, i, j], axis=-1)[..., -1].reshape(n, c, oh, ow)


# ------------------------------------------------------------------------------------ max_pool2d_backward


def max_pool2d_backward__loops(upstream, x, size, stride):
    """Loops as in C, with a strict comparison so that the first maximum wins."""
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*upstream.shape):
        row, column = i * stride, j * stride
        for u in range(size):
            for v in range(size):
                if x[n, c, i * stride + u, j * stride + v] > x[n, c, row, column]:
                    row, column = i * stride + u, j * stride + v
        dx[n, c, row, column] += upstream[n, c, i, j]
    return dx


def max_pool2d_backward__unravel(upstream, x, size, stride):
    """argmax and unravel_index for each window, results of the upstream's own type."""
    dx = np.zeros_like(x, dtype=upstream.dtype)
    for (n, c, i, j), value in np.ndenumerate(upstream):
        window = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        u, v = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, i * stride + u, j * stride + v] += value
    return dx


def max_pool2d_backward__add_at(upstream, x, size, stride):
    """No loops: all windows, one argmax, np.add.at."""
    windows = sliding_window_view(x, (size, size), (2, 3))[:, :, ::stride, ::stride]
    first = windows.reshape(*upstream.shape, size * size).argmax(-1)
    n, c, i, j = np.indices(upstream.shape)
    dx = np.zeros(x.shape)
    np.add.at(dx, (n, c, i * stride + first // size, j * stride + first % size), upstream)
    return dx


def max_pool2d_backward__bincount(upstream, x, size, stride):
    """Flat addresses and np.bincount with weights."""
    _, channels, height, width = x.shape
    flat = []
    for n, c, i, j in np.ndindex(*upstream.shape):
        places = [
            ((n * channels + c) * height + i * stride + u) * width + j * stride + v
            for u in range(size)
            for v in range(size)
        ]
        flat.append(max(places, key=x.ravel().__getitem__))  # the builtin max returns the first of equals
    return np.bincount(flat, weights=upstream.ravel(), minlength=x.size).reshape(x.shape)


def max_pool2d_backward__masks(upstream, x, size, stride):
    """A mask of the window's maxima, of which only the first in each window stays; float32."""
    dx = np.zeros(x.shape, dtype=np.float32)
    for i in range(upstream.shape[2]):
        for j in range(upstream.shape[3]):
            place = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            mask = x[place] == x[place].max(axis=(2, 3), keepdims=True)
            flat = mask.reshape(*mask.shape[:2], -1)
            flat = flat & (np.cumsum(flat, axis=2) == 1)
            dx[place] += flat.reshape(mask.shape) * upstream[:, :, i, j][..., None, None].astype(np.float32)
    return dx


def max_pool2d_backward__dictionary(upstream, x, size, stride):
    """A dict of places and what they get; nested lists come back."""
    got = {}
    for n, c, i, j in itertools.product(*map(range, upstream.shape)):
        places = itertools.product(range(i * stride, i * stride + size), range(j * stride, j * stride + size))
        best = sorted(places, key=lambda at, n=n, c=c: -x[n, c, at[0], at[1]])[0]  # sorting is stable
        got[n, c, *best] = got.get((n, c, *best), 0.0) + float(upstream[n, c, i, j])
    n_images, channels, height, width = x.shape
    return [
        [[[got.get((n, c, i, j), 0.0) for j in range(width)] for i in range(height)] for c in range(channels)]
        for n in range(n_images)
    ]


# ---------------------------------------------------------------------------------------- conv2d_backward


def conv2d_backward__loops(upstream, x, w, stride, padding):
    """Pure loops, with a test of the border in place of a padded array."""
    _, channels, height, width = x.shape
    rows, columns = w.shape[2:]
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(len(w))
    for n, f, i, j in np.ndindex(*upstream.shape):
        slope = float(upstream[n, f, i, j])
        db[f] += slope
        for c, u, v in itertools.product(range(channels), range(rows), range(columns)):
            row, column = i * stride + u - padding, j * stride + v - padding
            if 0 <= row < height and 0 <= column < width:
                dw[f, c, u, v] += slope * x[n, c, row, column]
                dx[n, c, row, column] += slope * w[f, c, u, v]
    return dx, dw, db


def conv2d_backward__transposed(upstream, x, w, stride, padding):
    """The textbook: a full convolution of the dilated upstream with the flipped filters, and a correlation for dw."""
    rows, columns = w.shape[2:]
    height, width = x.shape[2] + 2 * padding, x.shape[3] + 2 * padding
    dilated = np.zeros((*upstream.shape[:2], height - rows + 1, width - columns + 1))
    dilated[:, :, ::stride, ::stride][:, :, : upstream.shape[2], : upstream.shape[3]] = upstream
    around = ((0, 0), (0, 0), (rows - 1, rows - 1), (columns - 1, columns - 1))
    windows = sliding_window_view(np.pad(dilated, around), (rows, columns), axis=(2, 3))
    dpadded = np.einsum("nfijuv,fcuv->ncij", windows, w[:, :, ::-1, ::-1])
    windows = sliding_window_view(_pad(x, padding), dilated.shape[2:], axis=(2, 3))
    dw = np.einsum("ncuvij,nfij->fcuv", windows, dilated)
    dx = dpadded[:, :, padding : height - padding, padding : width - padding]
    return dx, dw, np.einsum("nfij->f", upstream)


def conv2d_backward__col2im(upstream, x, w, stride, padding):
    """im2col and col2im with index arrays and np.add.at; a list of three comes back."""
    n, channels, height, width = x.shape
    filters, _, rows, columns = w.shape
    oh, ow = upstream.shape[2:]
    c = np.repeat(np.arange(channels), rows * columns)[:, None]
    i = np.tile(np.repeat(np.arange(rows), columns), channels)[:, None] + stride * np.repeat(np.arange(oh), ow)
    j = np.tile(np.arange(columns), rows * channels)[:, None] + stride * np.tile(np.arange(ow), oh)
    padded = _pad(x, padding)
    delta = upstream.transpose(1, 0, 2, 3).reshape(filters, n, oh * ow)
    dw = sum(delta[:, k] @ padded[k, c, i, j].T for k in range(n)).reshape(w.shape)
    dpadded = np.zeros_like(padded)
    for k in range(n):
        np.add.at(dpadded[k], (c, i, j), w.reshape(filters, -1).T @ delta[:, k])
    return [dpadded[:, :, padding : padding + height, padding : padding + width], dw, delta.sum((1, 2))]


def conv2d_backward__linear_map(upstream, x, w, stride, padding):
    """The layer is linear in x and in w: its effect on unit arrays gives each partial derivative."""
    units = np.eye(x[0].size).reshape(-1, *x.shape[1:])
    effects = conv2d__kernel_loops(units, w, np.zeros(len(w)), stride, padding)
    dx = np.tensordot(upstream, effects, axes=([1, 2, 3], [1, 2, 3])).reshape(x.shape)
    units = np.eye(w[0].size).reshape(-1, *w.shape[1:])
    effects = conv2d__kernel_loops(x, units, np.zeros(len(units)), stride, padding)
    dw = np.tensordot(upstream, effects, axes=([0, 2, 3], [0, 2, 3])).reshape(w.shape)
    return dx, dw, np.array([upstream[:, f].sum() for f in range(len(w))])


def conv2d_backward__float32(upstream, x, w, stride, padding):
    """Loops over the kernel's entries, in float32."""
    upstream, x, w = (np.array(a, dtype=np.float32) for a in (upstream, x, w))
    padded = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    oh, ow = upstream.shape[2:]
    for u in range(w.shape[2]):
        for v in range(w.shape[3]):
            place = np.s_[:, :, u : u + stride * (oh - 1) + 1 : stride, v : v + stride * (ow - 1) + 1 : stride]
            dw[:, :, u, v] = np.einsum("nfij,ncij->fc", upstream, padded[place])
            dpadded[place] += np.tensordot(upstream, w[:, :, u, v], axes=(1, 0)).transpose(0, 3, 1, 2)
    dx = dpadded[:, :, padding:, padding:][:, :, : x.shape[2], : x.shape[3]]
    return dx, dw, upstream.reshape(*upstream.shape[:2], -1).sum(-1).sum(0)


def conv2d_backward__lists(upstream, x, w, stride, padding):
    """One image and filter at a time with outer products, nested lists and tuples for the arrays."""
    height, width = x.shape[2:]
    rows, columns = w.shape[2:]
    dx, dw, db = [], np.zeros(w.shape), [0.0] * len(w)
    for image, slopes in zip(_pad(x, padding), upstream, strict=True):
        back = np.zeros(image.shape)
        for f, (kernel, table) in enumerate(zip(w, slopes, strict=True)):
            db[f] += math.fsum(table.ravel())
            for (i, j), slope in np.ndenumerate(table):
                top, left = i * stride, j * stride
                dw[f] = dw[f] + slope * image[:, top : top + rows, left : left + columns]
                back[:, top : top + rows, left : left + columns] += slope * kernel
        dx.append(back[:, padding : padding + height, padding : padding + width].tolist())
    return dx, dw.tolist(), tuple(db)

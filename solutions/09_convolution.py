# %% [markdown]
# # 9 · Convolution
#
# A dense layer gives every pixel its own weight for every unit. For a small colour photo of 200 × 200 pixels that is
# 120,000 weights *per unit*, and a cat learned in the left corner is unknown in the right one. A convolutional layer
# uses two facts about images. What belongs together is close together: so each unit looks at a small window. And a
# thing looks the same wherever it is: so all windows share the same few weights, the **kernel** or **filter**. It
# slides over the image and asks at each position: how much does this place look like my pattern?
#
# **Time:** about 50 minutes. **You need:** NumPy slices and sums over axes.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it.
# It tells you what is right and, where something is not, where to look. `hint("conv2d")` helps without giving the
# answer away.
#
# **Conventions.** Images are `(N, C, H, W)`: number of images, channels, height (rows), width (columns). Functions
# return new arrays and leave their arguments as they were. Arrays of integers must work as well.

# %%
import numpy as np

from grader import check, hint

# %% [markdown]
# ## How large is the output?
#
# Four numbers decide how the kernel walks along one axis. The **kernel** size $k$ is its number of weights. The
# **stride** $s$ is the length of a step. **Padding** $p$ adds that many zeros at *each* end. **Dilation** $d$
# spreads the weights, one every $d$ pixels, so that the kernel spans $d(k - 1) + 1$ pixels. For $n$ pixels:
#
# $$\text{output} = \left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1$$
#
# The fraction counts the steps after the first position, the $+ 1$ is the first position. $\lfloor\ \rfloor$ rounds
# down: a step that would lead beyond the edge is not taken.
#
# **Numbers by hand.** AlexNet's first layer: 227 pixels, kernel 11, stride 4: $216 / 4 + 1 = 55$. Ten pixels (0 to 9),
# kernel 3, stride 2: $\lfloor 7 / 2 \rfloor + 1 = 4$. The windows start at 0, 2, 4 and 6; the last one ends at
# pixel 8, and pixel 9 is never read. Ten pixels, kernel 3, dilation 2: the span is 5, and the output $5 / 1 + 1 = 6$.
#
# A kernel that does not fit even once has no output at all. Say so with a `ValueError`: a wrong size
# that is passed on quietly costs an hour of search later.


# %%
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    """Return the output size of a convolution along one axis.

    floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1

    size: an int, or a tuple of ints, one per axis; the result is an int, or a tuple of
    ints, in the same way. kernel, stride, padding, dilation: ints that hold for every
    axis; padding is added at both ends. Raises ValueError where the kernel does not
    fit, that is, where a size would be less than 1.

    >>> conv_output_size(227, 11, stride=4), conv_output_size((32, 64), 5)
    (55, (28, 60))

    To read: Dumoulin and Visin, A guide to convolution arithmetic for deep learning,
    2016, chapter 2.
    """
    ### BEGIN SOLUTION
    if isinstance(size, tuple):
        return tuple(conv_output_size(axis, kernel, stride, padding, dilation) for axis in size)
    span = dilation * (kernel - 1) + 1
    result = (size + 2 * padding - span) // stride + 1
    if result < 1:
        raise ValueError(f"a kernel that spans {span} pixels does not fit into {size} with padding {padding}")
    return result
    ### END SOLUTION


# %%
check("conv_output_size")

# %% [markdown] tags=["explanation"]
# **Why this works.** `//` divides and rounds down in one step and keeps an int an int; `/` would give 55.0, and no
# array can have 55.0 columns. The test on the *result* covers all reasons why a kernel may not fit, also dilation, and
# lets a large kernel pass when padding makes room for it. It needs `//`: `int(-1 / 2)` is 0, because `int` cuts
# towards 0, and a kernel one pixel too wide would seem to fit.

# %% [markdown]
# ## The convolution
#
# At each position the layer multiplies a window of the image with the filter, entry by entry, sums over rows, columns
# *and channels*, and adds the filter's bias. With $x$ already padded with zeros on all four sides:
#
# $$\text{out}_{n,f,i,j} = b_f + \sum_{c,u,v} x_{n,\ c,\ i s + u,\ j s + v}\; w_{f,c,u,v}$$
#
# Each of the $F$ filters makes one channel of the output. Mind the factor $s$: the window of output row $i$ starts
# at input row $i s$.
#
# **A number by hand.** One channel, one window, bias 0. Only five weights are not 0:
#
# $$\begin{pmatrix} 1 & 2 & 3 \\ 0 & 1 & 2 \\ 2 & 1 & 2 \end{pmatrix} \text{ with filter }
# \begin{pmatrix} 1 & 0 & 2 \\ 0 & 1 & 0 \\ -1 & 0 & 1 \end{pmatrix}: \quad
# 1 \cdot 1 + 3 \cdot 2 + 1 \cdot 1 + 2 \cdot (-1) + 2 \cdot 1 = 8$$
#
# **A word about the name.** A mathematician's convolution first turns the filter by 180° (the patch above would
# give 5). Deep learning does not, and its operation is properly called *cross-correlation*. As the filter is learned,
# it makes no difference to what a network can do.


# %%
def conv2d(x, w, b, stride=1, padding=0):
    """Return the convolution of a batch of images (cross-correlation: no flipped filters).

    out[n, f, i, j] = b[f] + sum over c, u, v of padded[n, c, i * stride + u, j * stride
    + v] * w[f, c, u, v] x: images (N, C, H, W). w: filters (F, C, KH, KW). b: biases
    (F,). stride: an int, the same down and across. padding: an int, rows and columns of
    zeros on each of the four sides. The result is (N, F, OH, OW), with sizes as from
    conv_output_size; rows and columns that are left over are not read.

    >>> patch = np.array([[[[1, 2, 3], [0, 1, 2], [2, 1, 2]]]])
    >>> float(conv2d(patch, np.array([[[[1, 0, 2], [0, 1, 0], [-1, 0, 1]]]]), np.zeros(1))[0, 0, 0, 0])
    8.0

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 9.1.
    """
    ### BEGIN SOLUTION
    x, w, b = (np.asarray(array, dtype=float) for array in (x, w, b))
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijuv,fcuv->nfij", windows, w, optimize=True) + b[:, None, None]
    ### END SOLUTION


# %%
check("conv2d")

# %% [markdown] tags=["explanation"]
# **Why this works.** `sliding_window_view` shows every window of the padded image without copying a pixel; its shape is
# `(N, C, positions down, positions across, KH, KW)`. The slice `::stride` keeps every `stride`-th position, which also
# rounds down where the steps do not divide. `einsum` is the formula written in letters: `c`, `u` and `v` do not
# appear on the right, so they are summed. Two loops over `i` and `j` around `(window * w).sum(...)` are just as
# right, and slower. `np.pad` needs no special case for padding 0, unlike a slice `[pad:-pad]`, which is then empty.

# %% [markdown]
# ## What you have built
#
# The layer that reads images, with a handful of weights that work everywhere in the picture. Stack it, and windows of
# windows see more and more: edges first, then corners, then things.

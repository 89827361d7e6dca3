# %% [markdown]
# # 9 · Convolution
#
# A dense layer gives every pixel its own weight for every unit. For a small colour photo of 200 × 200 pixels that is
# 120,000 weights *per unit*, and a cat learned in the left corner is unknown in the right one. A convolutional layer
# uses two facts about images. What belongs together is close together: so each unit looks at a small window. And a
# thing looks the same wherever it is: so all windows share the same few weights, the **kernel** or **filter**. It
# slides over the image and asks at each position: how much does this place look like my pattern?
#
# You will write the layer, the pooling that follows it, and the way back through both.
#
# **Time:** about 120 minutes. **You need:** NumPy slices and sums over axes; assignment 6 for the last two exercises.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it. It
# tells you what is right and, where something is not, where to look. `hint("conv2d")` helps step by step: the first
# steps point the way, the last is usually the formula.
#
# **Conventions.** Images are `(N, C, H, W)`: number of images, channels, height (rows), width (columns). Functions
# return new arrays and leave their arguments as they were. Arrays of integers must work as well.

# %% [markdown] lang="ko" of="fc3e2ffc"
# # 9 · 합성곱
#
# 밀집층(dense layer)은 유닛마다 모든 픽셀에 서로 다른 가중치를 준다. 200 × 200픽셀의 작은 컬러 사진이라면 *유닛 하나에*
# 가중치가 120,000개이고, 왼쪽 구석에서 배운 고양이를 오른쪽 구석에서는 알아보지 못한다. 합성곱 층(convolutional layer)은
# 이미지의 두 가지 성질을 이용한다. 관련 있는 것끼리는 가까이 있다. 그래서 각 유닛은 작은 윈도(window)만 본다. 그리고
# 사물은 어디에 있든 똑같이 생겼다. 그래서 모든 윈도가 몇 개 안 되는 가중치, 곧 **커널**(kernel) 또는 **필터**(filter)를
# 함께 쓴다. 필터는 이미지 위를 미끄러지며 위치마다 묻는다. 이곳은 내 패턴과 얼마나 닮았는가?
#
# 이 과제에서는 이 층과 그 뒤에 오는 풀링, 그리고 두 층을 거슬러 가는 역전파를 작성한다.
#
# **시간:** 약 120분. **필요한 것:** NumPy 슬라이스와 축에 대한 합. 마지막 두 문제에는 과제 6.
#
# **진행 방법:** `raise NotImplementedError`를 자신의 코드로 바꾸고 셀을 실행한 다음, 바로 아래의 `check`를 실행하세요.
# 무엇이 맞는지, 틀렸다면 어디를 봐야 하는지 알려 준다. `hint("conv2d")`는 한 단계씩 도와준다. 처음 단계는 방향을 알려
# 주고, 마지막 단계는 대개 공식이다.
#
# **모양과 약속.** 이미지는 `(N, C, H, W)`, 곧 이미지 수, 채널, 높이(행), 너비(열)이다. 함수는 새 배열을 반환하고 인수는
# 그대로 둔다. 정수 배열도 처리할 수 있어야 한다.

# %%
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
#
# The picture shows ten pixels and the windows of a kernel of 3, with four settings. Dots are pixels that the kernel
# multiplies, gray squares are padding. Change the numbers in the last line and run the cell again.
# %% [markdown] lang="ko" of="5321292a"
# ## 출력은 얼마나 큰가?
#
# 커널이 한 축을 따라 어떻게 움직이는지는 네 가지 수가 정한다. **커널** 크기 $k$는 가중치의 수이다.
# **스트라이드**(stride, 보폭) $s$는 한 걸음의 길이이다. **패딩**(padding) $p$는 *양 끝 각각*에 그만큼의 0을
# 더한다. **팽창**(dilation) $d$는 가중치를 $d$픽셀마다 하나씩 벌려 놓아, 커널이 $d(k - 1) + 1$픽셀에 걸치게 한다.
# 픽셀이 $n$개이면
#
# $$\text{출력} = \left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1$$
#
# 분수는 첫 위치 다음의 걸음을 센 것이고 $+ 1$은 첫 위치이다. $\lfloor\ \rfloor$는 내림이다. 가장자리를 넘어가는
# 걸음은 내딛지 않는다.
#
# **손으로 계산하기.** AlexNet의 첫 층: 227픽셀, 커널 11, 스트라이드 4이면 $216 / 4 + 1 = 55$. 픽셀 10개(0부터
# 9까지), 커널 3, 스트라이드 2이면 $\lfloor 7 / 2 \rfloor + 1 = 4$. 윈도는 0, 2, 4, 6에서 시작한다. 마지막 윈도는
# 픽셀 8에서 끝나고 픽셀 9는 읽히지 않는다. 픽셀 10개, 커널 3, 팽창 2이면 걸치는 폭은 5이고 출력은
# $5 / 1 + 1 = 6$이다.
#
# 한 번도 들어가지 못하는 커널에는 출력이 없다. 그럴 때는 `ValueError`로 알리세요. 잘못된 크기가 조용히 넘어가면
# 나중에 한 시간을 찾아 헤매게 된다.
#
# 그림은 픽셀 10개와 크기 3인 커널의 윈도를 네 가지 설정으로 보여 준다. 점은 커널이 곱하는 픽셀이고 회색 칸은
# 패딩이다. 마지막 줄의 수를 바꾸어 셀을 다시 실행해 보세요.
# %%
import matplotlib.pyplot as plt
import numpy as np

from grader import ask, check, hint


def draw_windows(settings, pixels=10):
    """Draw the windows of one axis for every (kernel, stride, padding, dilation)."""
    _, panels = plt.subplots(1, len(settings), figsize=(3.4 * len(settings), 2.8))
    for panel, (kernel, stride, padding, dilation) in zip(panels, settings):
        for place in range(-padding, pixels + padding):
            color = "lightsteelblue" if 0 <= place < pixels else "lightgray"
            panel.add_patch(plt.Rectangle((place, 0), 0.9, 0.9, color=color))
        starts = range(-padding, pixels + padding - dilation * (kernel - 1), stride)
        for row, start in enumerate(starts, start=1):
            dots = start + dilation * np.arange(kernel) + 0.45
            panel.plot(dots, np.full(kernel, -0.6 * row), "o-", color="tab:red", markersize=4)
        panel.set_title(f"stride {stride}, padding {padding}, dilation {dilation}: {len(starts)} windows", fontsize=8)
        panel.set_xlim(-1.5, pixels + 1.5)
        panel.set_ylim(-6.8, 1.3)
        panel.axis("off")
    plt.show()


draw_windows([(3, 1, 0, 1), (3, 2, 0, 1), (3, 1, 1, 1), (3, 1, 0, 2)])

# %% [markdown]
# Now write the formula as a function. The size may also be a tuple: then each axis has its own answer.

# %% [markdown] lang="ko" of="dfd8479b"
# 이제 이 식을 함수로 작성하세요. 크기는 튜플일 수도 있다. 그때는 축마다 답이 하나씩 있다.


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
    2016, chapter 2, and section 5.1 on dilation.
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

# %% [markdown] lang="ko" of="fd5a91ba" tags=["explanation"]
# **왜 이렇게 되는가.** `//`는 나눗셈과 내림을 한 번에 하고 정수를 정수로 남긴다. `/`를 쓰면 55.0이 되는데, 열이 55.0개인
# 배열은 없다. *결과*를 검사하면 팽창을 포함해 커널이 들어가지 않는 모든 까닭을 한꺼번에 잡아내고, 패딩 덕분에
# 자리가 나는 큰 커널은 통과시킨다. 여기에는 `//`가 필요하다. `int`는 0 쪽으로 자르므로 `int(-1 / 2)`는 0이고, 한
# 픽셀 더 넓은 커널이 들어가는 것처럼 보인다.

# %% [markdown]
# Three sizes to find. Work them out on paper first, then look whether your function agrees.

# %% [markdown] lang="ko" of="0123378f"
# 크기를 세 개 구해 보자. 먼저 종이에 풀고, 자신의 함수와 맞는지 확인하세요.

# %%
ask("conv1_width")

# %%
ask("stride_one_width")

# %%
ask("stride_two_width")

# %% [markdown]
# ## Keeping the size
#
# Without padding every layer makes the image smaller: ten layers of 3 × 3 take 20 pixels from each axis. Also, a pixel
# in a corner is seen by one window only, one in the middle by nine. Often one wants output and input to be of the
# same size. How much padding does that take, at stride 1 and without dilation?
#
# **A number by hand.** Thirty pixels, kernel 5: the output has 26, so 4 are missing, 2 at each end. With padding 2:
# $30 + 4 - 5 + 1 = 30$. Kernel 4: the output has 27, and 3 are missing. Two equal ends cannot give 3 back, so for an
# even kernel there is no answer: raise a `ValueError`.

# %% [markdown] lang="ko" of="c9fcae05"
# ## 크기 유지하기
#
# 패딩이 없으면 층을 지날 때마다 이미지가 작아진다. 3 × 3 층 열 개는 각 축에서 20픽셀을 앗아 간다. 게다가 구석의
# 픽셀은 윈도 하나에만 보이고 가운데 픽셀은 아홉 개에 보인다. 그래서 출력과 입력의 크기가 같기를 바랄 때가 많다.
# 스트라이드가 1이고 팽창이 없을 때 패딩은 얼마나 필요한가?
#
# **손으로 계산하기.** 픽셀 30개, 커널 5이면 출력은 26이므로 4가 모자란다. 한쪽에 2씩이다. 패딩 2를 더하면
# $30 + 4 - 5 + 1 = 30$. 커널 4이면 출력은 27이고 3이 모자란다. 똑같은 양 끝으로는 3을 되돌릴 수 없으므로 짝수
# 커널에는 답이 없다. `ValueError`를 일으키세요.


# %%
def same_padding(kernel):
    """Return the padding that keeps the size at stride 1, (kernel - 1) / 2.

    kernel: an odd int, at least 1. The result is an int, to be added at both ends.
    Raises ValueError for an even kernel, with which no padding keeps the size.

    >>> same_padding(3), same_padding(11)
    (1, 5)

    To read: Dumoulin and Visin, A guide to convolution arithmetic for deep learning,
    2016, section 2.2.1, "Half (same) padding".
    """
    ### BEGIN SOLUTION
    if kernel % 2 == 0:
        raise ValueError(f"no padding keeps the size with an even kernel ({kernel})")
    return (kernel - 1) // 2
    ### END SOLUTION


# %%
check("same_padding")

# %% [markdown] tags=["explanation"]
# **Why this works.** With stride 1 and no dilation the output has $n + 2p - k + 1$ pixels. It equals $n$ exactly when
# $2p = k - 1$. The left side is even, so $k$ must be odd. An odd kernel also has a pixel in its middle, and with this
# padding the middle stands once on every pixel of the image.

# %% [markdown] lang="ko" of="199378e2" tags=["explanation"]
# **왜 이렇게 되는가.** 스트라이드가 1이고 팽창이 없으면 출력은 $n + 2p - k + 1$픽셀이다. 이것은 정확히 $2p = k - 1$일 때
# $n$과 같다. 왼쪽이 짝수이므로 $k$는 홀수여야 한다. 홀수 커널에는 가운데 픽셀도 있어서, 이 패딩을 쓰면 그
# 가운데가 이미지의 모든 픽셀 위에 한 번씩 놓인다.

# %%
ask("edge_of_the_kernel")

# %% [markdown]
# ## Padding a batch of images
#
# A batch has four axes, but only two of them are directions in the image. Padding $p$ turns `(N, C, H, W)` into
# `(N, C, H + 2p, W + 2p)`: zeros above, below, to the left and to the right of each image.
#
# **A number by hand.** The image $\begin{pmatrix} 1 & 2 \end{pmatrix}$ has one row and two columns. With padding 1:
#
# $$\begin{pmatrix} 0 & 0 & 0 & 0 \\ 0 & 1 & 2 & 0 \\ 0 & 0 & 0 & 0 \end{pmatrix}$$
#
# Padding 0 must work as well, and leave every pixel in its place. Many programs fail just there.

# %% [markdown] lang="ko" of="44b74890"
# ## 이미지 배치에 패딩 더하기
#
# 배치에는 축이 네 개 있지만 이미지의 방향은 둘뿐이다. 패딩 $p$는 `(N, C, H, W)`를 `(N, C, H + 2p, W + 2p)`로
# 바꾼다. 이미지마다 위, 아래, 왼쪽, 오른쪽에 0을 둔다.
#
# **손으로 계산하기.** 이미지 $\begin{pmatrix} 1 & 2 \end{pmatrix}$는 행이 하나, 열이 둘이다. 패딩 1을 더하면
#
# $$\begin{pmatrix} 0 & 0 & 0 & 0 \\ 0 & 1 & 2 & 0 \\ 0 & 0 & 0 & 0 \end{pmatrix}$$
#
# 패딩 0도 되어야 하며, 그때는 모든 픽셀이 제자리에 남는다. 많은 프로그램이 바로 여기서 실패한다.


# %%
def pad_images(x, padding):
    """Return the images with `padding` rows and columns of zeros on each of the four sides.

    x: images (N, C, H, W). padding: an int, 0 or more. The result is (N, C, H + 2 *
    padding, W + 2 * padding), a new array also where padding is 0.

    >>> pad_images(np.array([[[[1.0, 2.0]]]]), 1)[0, 0].tolist()
    [[0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0]]

    To read: the NumPy reference, numpy.pad, about the argument pad_width.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    return np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    ### END SOLUTION


# %%
check("pad_images")

# %% [markdown] tags=["explanation"]
# **Why this works.** `np.pad` takes one pair for every axis: how much before, how much after. The pairs `(0, 0)` leave
# images and channels alone. Its fill value is 0 unless you say otherwise. With an array of zeros it is the slice
# `padded[:, :, p : p + H, p : p + W] = x` that is safe; `padded[:, :, p:-p, p:-p]` is empty at $p = 0$, because $-0$
# is 0, and `0:0` contains nothing.

# %% [markdown] lang="ko" of="275a82ba" tags=["explanation"]
# **왜 이렇게 되는가.** `np.pad`는 축마다 앞에 얼마, 뒤에 얼마를 더할지 한 쌍씩 받는다. `(0, 0)` 쌍은 이미지 축과 채널
# 축을 그대로 둔다. 따로 말하지 않으면 채우는 값은 0이다. 0 배열에서 출발한다면 안전한 것은 슬라이스
# `padded[:, :, p : p + H, p : p + W] = x`이다. $-0$은 0이고 `0:0`에는 아무것도 없으므로 `padded[:, :, p:-p, p:-p]`는
# $p = 0$에서 비어 있다.

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

# %% [markdown] lang="ko" of="79c71ace"
# ## 합성곱
#
# 층은 위치마다 이미지의 윈도와 필터를 원소끼리 곱하고, 행과 열 *그리고 채널*에 대해 더한 뒤, 필터의 편향을
# 더한다. $x$의 네 변에 이미 0을 둘렀다고 하면
#
# $$\text{out}_{n,f,i,j} = b_f + \sum_{c,u,v} x_{n,\ c,\ i s + u,\ j s + v}\; w_{f,c,u,v}$$
#
# $F$개의 필터가 각각 출력의 채널 하나를 만든다. $i$와 $j$에 곱하는 $s$를 잊지 마세요. 출력 행 $i$의 윈도는 입력 행 $i s$에서
# 시작한다.
#
# **손으로 계산하기.** 채널 하나, 윈도 하나, 편향 0. 0이 아닌 가중치는 다섯 개뿐이다.
#
# $$\begin{pmatrix} 1 & 2 & 3 \\ 0 & 1 & 2 \\ 2 & 1 & 2 \end{pmatrix} \text{와 필터 } \begin{pmatrix} 1 & 0 & 2 \\
# 0 & 1 & 0 \\ -1 & 0 & 1 \end{pmatrix}: \quad 1 \cdot 1 + 3 \cdot 2 + 1 \cdot 1 + 2 \cdot (-1) + 2 \cdot 1 = 8$$
#
# **이름에 대하여.** 수학자의 합성곱은 먼저 필터를 180° 돌린다(그러면 위의 값은 5가 된다). 딥러닝은 돌리지 않으며,
# 이 연산의 정확한 이름은 *교차 상관*(cross-correlation)이다. 필터는 학습되는 것이므로 신경망이 할 수 있는 일에는
# 차이가 없다.


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
    padded = pad_images(x, padding)
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
# right, and slower. `pad_images` needs no special case for padding 0, so `conv2d` needs none either.

# %% [markdown] lang="ko" of="1293ff55" tags=["explanation"]
# **왜 이렇게 되는가.** `sliding_window_view`는 픽셀을 하나도 복사하지 않고 패딩된 이미지의 모든 윈도를 보여 준다. 그
# 모양은 `(N, C, 세로 위치, 가로 위치, KH, KW)`이다. 슬라이스 `::stride`는 `stride`번째 위치마다
# 하나씩 남기므로, 나누어떨어지지 않을 때의 내림도 함께 해결된다. `einsum`은 식을 글자로 쓴 것이다. `c`, `u`,
# `v`는 오른쪽에 없으므로 더해진다. `(window * w).sum(...)`을 `i`와 `j`의 반복문 두 개로 감싸도 똑같이 맞고 더
# 느릴 뿐이다. `pad_images`는 패딩 0을 따로 다룰 필요가 없으므로 `conv2d`에도 필요 없다.

# %% [markdown]
# ## What a filter sees
#
# A filter is a pattern, and its output is large where the image looks like it. The filter
# $\begin{pmatrix} -1 & 0 & 1 \\ -1 & 0 & 1 \\ -1 & 0 & 1 \end{pmatrix}$ says "dark on the left, bright on the
# right". Turned on its side, it says "dark above, bright below". The cell computes both outputs for a rectangle and a
# disc, with plain slices.

# %% [markdown] lang="ko" of="35811846"
# ## 필터는 무엇을 보는가
#
# 필터는 하나의 패턴이고, 이미지가 그 패턴을 닮은 곳에서 출력이 크다. 필터
# $\begin{pmatrix} -1 & 0 & 1 \\ -1 & 0 & 1 \\ -1 & 0 & 1 \end{pmatrix}$은 "왼쪽은 어둡고 오른쪽은 밝다"를 뜻한다.
# 옆으로 눕히면 "위는 어둡고 아래는 밝다"가 된다. 아래 셀은 직사각형과 원판 그림에 대해 두 출력을 슬라이스만으로
# 계산한다.

# %%
import matplotlib.pyplot as plt

rows, columns = np.mgrid[0:48, 0:64]
picture = 1.0 * ((abs(rows - 22) < 12) & (abs(columns - 17) < 10)) + 1.0 * (np.hypot(rows - 26, columns - 46) < 12)
sideways = sum(picture[u : u + 46, 2:] - picture[u : u + 46, :-2] for u in range(3))
downwards = sum(picture[2:, v : v + 62] - picture[:-2, v : v + 62] for v in range(3))
figure, panels = plt.subplots(1, 3, figsize=(12, 3))
titles = ["the image", "dark left, bright right", "dark above, bright below"]
for panel, shown, title in zip(panels, [picture, sideways, downwards], titles):
    panel.imshow(shown, cmap="gray" if title == "the image" else "coolwarm")
    panel.set_title(title)
    panel.axis("off")
plt.show()

# %% [markdown]
# Red is a strong yes, blue the opposite pattern, and the pale colour in between means: nothing of this kind here.
# Nobody had to say where the edges are. In a network nobody even says that edges matter: the weights are learned.

# %% [markdown] lang="ko" of="0b2f7b31"
# 빨강은 강한 긍정, 파랑은 반대 패턴이고, 그 사이의 옅은 색은 여기에 그런 것이 없다는 뜻이다. 에지(edge)가 어디 있는지
# 아무도 알려 주지 않았다. 신경망에서는 에지가 중요하다는 것조차 알려 주지 않는다. 가중치는 학습된다.

# %%
ask("why_shared_weights")

# %% [markdown]
# ## How many numbers are learned?
#
# A filter has a window of weights for every input channel, and one bias. A layer has as many filters as it has output
# channels.
#
# **A number by hand.** AlexNet's first layer: 3 channels in, 96 filters of 11 × 11. One filter has
# $3 \cdot 11 \cdot 11 = 363$ weights and one bias, the layer $96 \cdot 364 = 34{,}944$ numbers. Its output for one
# image has $96 \cdot 55 \cdot 55 = 290{,}400$ entries. A dense layer from the image's $227 \cdot 227 \cdot 3$
# numbers to as many outputs would need about 45 billion weights.

# %% [markdown] lang="ko" of="f16b7c0c"
# ## 몇 개의 수를 학습하는가?
#
# 필터에는 입력 채널마다 가중치 윈도가 하나씩, 그리고 편향이 하나 있다. 층에는 출력 채널 수만큼의 필터가 있다.
#
# **손으로 계산하기.** AlexNet의 첫 층: 입력 채널 3개, 11 × 11 필터 96개. 필터 하나에는 가중치
# $3 \cdot 11 \cdot 11 = 363$개와 편향 하나가 있고, 층 전체로는 $96 \cdot 364 = 34{,}944$개의 수가 있다. 이미지 한 장에
# 대한 출력은 $96 \cdot 55 \cdot 55 = 290{,}400$개이다. 이미지를 이루는 수 $227 \cdot 227 \cdot 3$개에서 같은 개수의
# 출력으로 가는 밀집층이라면 가중치가 약 450억 개 필요하다.


# %%
def count_conv_parameters(in_channels, out_channels, kernel, bias=True):
    """Return how many numbers a convolutional layer learns, out * (in * rows * columns + 1).

    in_channels, out_channels: ints. kernel: an int for a square window, or a tuple
    (rows, columns). bias: whether every filter has a bias; without it the + 1 is
    missing. The result is an int.

    >>> count_conv_parameters(3, 96, 11), count_conv_parameters(2, 4, (1, 3), bias=False)
    (34944, 24)

    To read: CS231n (Stanford), course notes, "Convolutional Neural Networks:
    Architectures, Convolution / Pooling Layers".
    """
    ### BEGIN SOLUTION
    rows, columns = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return out_channels * (in_channels * rows * columns + int(bias))
    ### END SOLUTION


# %%
check("count_conv_parameters")

# %% [markdown] tags=["explanation"]
# **Why this works.** The weights of the layer are the array `w` of `conv2d`, of shape `(F, C, KH, KW)`, and the biases
# are `b`, of shape `(F,)`. Their sizes are $F \cdot C \cdot KH \cdot KW$ and $F$. The size of the image appears
# nowhere: the same filters walk over large and small images alike.

# %% [markdown] lang="ko" of="a931ba5b" tags=["explanation"]
# **왜 이렇게 되는가.** 이 층의 가중치는 `conv2d`의 모양이 `(F, C, KH, KW)`인 배열 `w`이고, 편향은 모양이 `(F,)`인
# `b`이다. 원소의 수는 각각 $F \cdot C \cdot KH \cdot KW$와 $F$이다. 이미지의 크기는 어디에도 나오지 않는다. 같은
# 필터가 큰 이미지 위도 작은 이미지 위도 걷는다.

# %%
ask("channels_after_filters")

# %%
ask("conv_layer_parameters")

# %%
ask("receptive_field")

# %% [markdown]
# ## Max pooling
#
# After a convolution one often wants to know *whether* a pattern was found, and only roughly where. **Max pooling**
# keeps the largest entry of each window and drops the rest. The image becomes smaller, the layers behind it cheaper,
# and a pattern that moves by a pixel often leaves the output as it was. There is nothing to learn in it, and each
# channel is pooled by itself:
#
# $$\text{out}_{n,c,i,j} = \max_{0 \le u, v < k} x_{n,\ c,\ i s + u,\ j s + v}$$
#
# **A number by hand.** Window $k = 2$, stride $s = 2$:
#
# $$\begin{pmatrix} 1 & 1 & 2 & 4 \\ 5 & 6 & 7 & 8 \\ 3 & 2 & 1 & 0 \\ 1 & 2 & 3 & 4 \end{pmatrix}
# \longrightarrow \begin{pmatrix} 6 & 8 \\ 3 & 4 \end{pmatrix}$$
#
# With stride 1 the windows overlap and the output is 3 × 3; its first row is $6, 7, 8$.

# %% [markdown] lang="ko" of="346896d4"
# ## 최대 풀링
#
# 합성곱 뒤에는 패턴이 *있는지*, 그리고 대략 어디에 있는지만 알면 될 때가 많다. **최대 풀링**(max pooling)은 각
# 윈도의 가장 큰 값만 남기고 나머지를 버린다. 이미지가 작아지고, 뒤에 오는 층의 계산이 줄고, 패턴이 한 픽셀
# 움직여도 출력은 그대로일 때가 많다. 여기에는 배울 것이 없으며 채널마다 따로 풀링한다.
#
# $$\text{out}_{n,c,i,j} = \max_{0 \le u, v < k} x_{n,\ c,\ i s + u,\ j s + v}$$
#
# **손으로 계산하기.** 윈도 $k = 2$, 스트라이드 $s = 2$:
#
# $$\begin{pmatrix} 1 & 1 & 2 & 4 \\ 5 & 6 & 7 & 8 \\ 3 & 2 & 1 & 0 \\ 1 & 2 & 3 & 4 \end{pmatrix} \longrightarrow
# \begin{pmatrix} 6 & 8 \\ 3 & 4 \end{pmatrix}$$
#
# 스트라이드가 1이면 윈도가 겹치고 출력은 3 × 3이다. 그 첫 행은 $6, 7, 8$이다.


# %%
def max_pool2d(x, size, stride):
    """Return the largest entry of every window, for each image and channel by itself.

    out[n, c, i, j] = max over u, v of x[n, c, i * stride + u, j * stride + v]

    x: images (N, C, H, W). size: an int, the window's rows and columns. stride: an int,
    the same down and across. The result is (N, C, OH, OW), with sizes as from
    conv_output_size without padding; rows and columns that are left over are not read.

    >>> x = np.array([[[[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]]])
    >>> np.asarray(max_pool2d(x, 2, 2)[0, 0], dtype=float).tolist()
    [[6.0, 8.0], [3.0, 4.0]]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 9.3.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    height, width = conv_output_size(x.shape[2:], size, stride)
    result = np.empty((*x.shape[:2], height, width))
    for i in range(height):
        for j in range(width):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            result[:, :, i, j] = window.max(axis=(2, 3))
    return result
    ### END SOLUTION


# %%
check("max_pool2d")

# %% [markdown] tags=["explanation"]
# **Why this works.** The loops run over the *output*, because its size says how many windows there are, and
# `conv_output_size` rounds down where the steps do not divide. Each turn takes the same window from all images and
# channels at once, and `axis=(2, 3)` asks for the maximum over the window only. `np.empty` is safe, since every entry
# is written. Starting from an array of zeros and keeping the larger number would go wrong where all entries are
# negative.

# %% [markdown] lang="ko" of="322ffeb0" tags=["explanation"]
# **왜 이렇게 되는가.** 윈도가 몇 개인지는 출력의 크기가 말해 주므로 반복문은 *출력*을 돈다. 나누어떨어지지 않을 때는
# `conv_output_size`가 내림을 해 준다. 한 번 돌 때마다 모든 이미지와 채널에서 같은 윈도를 한꺼번에 떼고,
# `axis=(2, 3)`이 윈도에 대해서만 최댓값을 구한다. 모든 원소에 값을 쓰므로 `np.empty`를 써도 안전하다. 0 배열에서
# 시작해 더 큰 수를 남기는 방법은 모든 값이 음수인 곳에서 틀린다.

# %%
ask("what_pooling_changes")

# %% [markdown]
# ## The way back through max pooling
#
# Now the loss has been computed, and from behind comes `upstream`: $\partial L / \partial \text{out}$, one number for
# each entry of the output. Which pixel is responsible for an entry? Only the largest of its window. A small change of
# it changes the output by the same amount; a small change of any other pixel changes nothing. So pooling is a switch:
# each upstream number goes to the place of the maximum, and all other pixels get 0.
#
# If windows overlap, a pixel can be the maximum of several. By the rule for sums its gradients *add up*.
#
# **A number by hand.** One row of windows, size 2, stride 1, upstream $[10, 20]$:
#
# $$x = \begin{pmatrix} 1 & 9 & 2 \\ 3 & 4 & 5 \end{pmatrix}: \quad \text{both maxima are the 9, so}\quad
# \frac{\partial L}{\partial x} = \begin{pmatrix} 0 & 30 & 0 \\ 0 & 0 & 0 \end{pmatrix}$$
#
# **Equal maxima.** In $\begin{pmatrix} 7 & 7 \\ 0 & 7 \end{pmatrix}$ the slope does not exist, and one must choose.
# This course takes the first in reading order, row by row; so does PyTorch. The case is not rare: after a ReLU whole
# windows are 0.

# %% [markdown] lang="ko" of="0a2d60cc"
# ## 최대 풀링의 역전파
#
# 이제 손실을 계산했고, 뒤에서 `upstream`이 온다. $\partial L / \partial \text{out}$, 곧 출력의 원소마다 수
# 하나이다. 어떤 원소에 책임이 있는 픽셀은 어느 것인가? 그 윈도에서 가장 큰 픽셀뿐이다. 그 픽셀을 조금 바꾸면
# 출력도 같은 만큼 바뀌고, 다른 픽셀을 조금 바꾸면 아무것도 바뀌지 않는다. 그러니 풀링은 스위치이다. upstream의 각
# 수는 최댓값의 자리로 가고 나머지 픽셀은 모두 0을 받는다.
#
# 윈도가 겹치면 한 픽셀이 여러 윈도의 최댓값일 수 있다. 합의 미분 법칙에 따라 그 기울기는 *더해진다*.
#
# **손으로 계산하기.** 윈도 한 줄, 크기 2, 스트라이드 1, upstream은 $[10, 20]$:
#
# $$x = \begin{pmatrix} 1 & 9 & 2 \\ 3 & 4 & 5 \end{pmatrix}: \quad \text{두 최댓값이 모두 9이므로}\quad
# \frac{\partial L}{\partial x} = \begin{pmatrix} 0 & 30 & 0 \\ 0 & 0 & 0 \end{pmatrix}$$
#
# **같은 최댓값.** $\begin{pmatrix} 7 & 7 \\ 0 & 7 \end{pmatrix}$에서는 미분이 존재하지 않으므로 하나를 골라야
# 한다. 이 강의는 한 행씩 읽을 때 첫 번째를 고른다. PyTorch도 그렇게 한다. 드문 일이 아니다. ReLU를 지나면 윈도
# 전체가 0인 경우가 있다.


# %%
def max_pool2d_backward(upstream, x, size, stride):
    """Return dL/dx: each upstream number at the place of its window's maximum, added up.

    upstream: dL/dout, shape (N, C, OH, OW), where out = max_pool2d(x, size, stride). x:
    the images (N, C, H, W). size, stride: ints, as in max_pool2d. The result has the
    shape of x. Of equal maxima the first one gets the gradient, row by row. Where
    windows overlap, gradients add up; pixels that no window reads get 0.

    >>> x = np.array([[[[1.0, 9.0, 2.0], [3.0, 4.0, 5.0]]]])
    >>> max_pool2d_backward(np.array([[[[10.0, 20.0]]]]), x, 2, 1)[0, 0].tolist()
    [[0.0, 30.0, 0.0], [0.0, 0.0, 0.0]]

    To read: CS231n (Stanford), course notes, "Convolutional Neural Networks:
    Architectures, Convolution / Pooling Layers", about routing the gradient.
    """
    ### BEGIN SOLUTION
    upstream, x = np.asarray(upstream, dtype=float), np.asarray(x, dtype=float)
    gradient = np.zeros_like(x)
    images, channels = np.ogrid[: x.shape[0], : x.shape[1]]
    for i in range(upstream.shape[2]):
        for j in range(upstream.shape[3]):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            row, column = np.divmod(window.reshape(*x.shape[:2], -1).argmax(axis=2), size)
            gradient[images, channels, i * stride + row, j * stride + column] += upstream[:, :, i, j]
    return gradient
    ### END SOLUTION


# %%
check("max_pool2d_backward")

# %% [markdown] tags=["explanation"]
# **Why this works.** `argmax` of the flattened window gives the first maximum in reading order, and `divmod` by the
# window's width turns its number into a row and a column. `images` and `channels` are a column and a row of indices, so
# the index names exactly one pixel for each image and channel; no pixel is named twice in one turn of the loop, and
# `+=` is safe. Over the turns it adds up what several windows send to the same pixel.

# %% [markdown] lang="ko" of="1fc9b69a" tags=["explanation"]
# **왜 이렇게 되는가.** 펼친 윈도의 `argmax`는 읽는 순서로 첫 최댓값을 주고, `divmod`가 그 번호를 윈도의 너비로 나누어
# 행과 열로 바꾼다. `images`와 `channels`는 인덱스로 된 열과 행이어서, 이 인덱스는 이미지와 채널마다 정확히 한
# 픽셀을 가리킨다. 한 번 도는 동안 두 번 가리키는 픽셀이 없으므로 `+=`가 안전하다. 여러 번 도는 동안에는 여러
# 윈도가 같은 픽셀로 보내는 것을 더한다.

# %% [markdown]
# ## The way back through the convolution
#
# One last time backwards, now through `conv2d`. Look at a single output entry. With the padded image $\tilde x$:
#
# $$\text{out}_{n,f,i,j} = b_f + \sum_{c,u,v} \tilde x_{n,\ c,\ i s + u,\ j s + v}\; w_{f,c,u,v}$$
#
# This is a small linear neuron: a window times a filter, plus a bias. You know its three slopes from assignment 6. By
# the filter it is the window, by the window it is the filter, by the bias it is 1. Let
# $g = \partial L / \partial \text{out}_{n,f,i,j}$ be the upstream number of this entry. It sends
#
# - $g \cdot$ (window) to the gradient of filter $f$,
# - $g \cdot$ (filter $f$) to the gradient of the window, at the window's place in the padded image,
# - $g$ to the gradient of $b_f$.
#
# The same weights and pixels appear in many entries, so all that arrives is added up. At the end the border of the
# padded gradient is cut off, because nobody asked for the slope of a constant 0. The result has the shape of $x$.
#
# **A number by hand.** One image $\begin{pmatrix} 1 & 2 & 3 \end{pmatrix}$ with one row, one filter
# $\begin{pmatrix} 4 & 5 \end{pmatrix}$, stride 1, no padding: two windows. Let upstream be
# $\begin{pmatrix} 10 & 1 \end{pmatrix}$. Filter: $10 \cdot (1, 2) + 1 \cdot (2, 3) = (12, 23)$. Image: the first
# window sends $(40, 50, 0)$, the second $(0, 4, 5)$, together $(40, 54, 5)$. Bias: $11$.

# %% [markdown] lang="ko" of="3f8417ea"
# ## 합성곱의 역전파
#
# 마지막으로 한 번 더, 이번에는 `conv2d`를 거슬러 간다. 출력의 원소 하나를 보자. 패딩된 이미지를 $\tilde x$라 하면
#
# $$\text{out}_{n,f,i,j} = b_f + \sum_{c,u,v} \tilde x_{n,\ c,\ i s + u,\ j s + v}\; w_{f,c,u,v}$$
#
# 이것은 작은 선형 뉴런이다. 윈도 곱하기 필터, 더하기 편향. 그 세 가지 기울기는 과제 6에서 배웠다. 필터에 대한
# 기울기는 윈도, 윈도에 대한 기울기는 필터, 편향에 대한 기울기는 1이다. 이 원소의 upstream 수를
# $g = \partial L / \partial \text{out}_{n,f,i,j}$라 하자. 이 수는 다음을 보낸다.
#
# - 필터 $f$의 기울기로 $g \cdot$ (윈도),
# - 패딩된 이미지에서 윈도가 있던 자리의 기울기로 $g \cdot$ (필터 $f$),
# - $b_f$의 기울기로 $g$.
#
# 같은 가중치와 픽셀이 여러 원소에 나오므로 도착하는 것을 모두 더한다. 상수 0에 대한 기울기는 아무도 묻지 않으므로
# 마지막에 패딩된 기울기의 테두리를 잘라 낸다. 결과의 모양은 $x$와 같다.
#
# **손으로 계산하기.** 행이 하나인 이미지 $\begin{pmatrix} 1 & 2 & 3 \end{pmatrix}$, 필터
# $\begin{pmatrix} 4 & 5 \end{pmatrix}$, 스트라이드 1, 패딩 없음이면 윈도는 두 개이다. upstream이
# $\begin{pmatrix} 10 & 1 \end{pmatrix}$이라 하자. 필터: $10 \cdot (1, 2) + 1 \cdot (2, 3) = (12, 23)$. 이미지: 첫 윈도가
# $(40, 50, 0)$, 둘째 윈도가 $(0, 4, 5)$를 보내므로 합하면 $(40, 54, 5)$. 편향: $11$.


# %%
def conv2d_backward(upstream, x, w, stride, padding):
    """Return (dx, dw, db), the gradients of the loss by the arguments of conv2d.

    upstream: dL/dout, shape (N, F, OH, OW), where out = conv2d(x, w, b, stride,
    padding). x: images (N, C, H, W). w: filters (F, C, KH, KW). stride, padding: ints,
    as in conv2d. dx has the shape of x, without the padding; pixels that no window
    reads get 0. dw has the shape of w, db the shape (F,). Sums over the batch: the 1/N
    of a mean loss is in upstream already.

    >>> x, w = np.array([[[[1.0, 2.0, 3.0]]]]), np.array([[[[4.0, 5.0]]]])
    >>> dx, dw, db = conv2d_backward(np.array([[[[10.0, 1.0]]]]), x, w, 1, 0)
    >>> dx[0, 0, 0].tolist(), dw[0, 0, 0].tolist(), db.tolist()
    ([40.0, 54.0, 5.0], [12.0, 23.0], [11.0])

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 9.5.
    """
    ### BEGIN SOLUTION
    upstream, x, w = (np.asarray(array, dtype=float) for array in (upstream, x, w))
    padded = pad_images(x, padding)
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    rows, columns = w.shape[2:]
    for i in range(upstream.shape[2]):
        for j in range(upstream.shape[3]):
            place = np.s_[:, :, i * stride : i * stride + rows, j * stride : j * stride + columns]
            dw += np.einsum("nf,ncuv->fcuv", upstream[:, :, i, j], padded[place])
            dpadded[place] += np.einsum("nf,fcuv->ncuv", upstream[:, :, i, j], w)
    height, width = x.shape[2:]
    dx = dpadded[:, :, padding : padding + height, padding : padding + width].copy()
    return dx, dw, upstream.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %%
check("conv2d_backward")

# %% [markdown] tags=["explanation"]
# **Why this works.** The loop visits each position once and treats it as the linear layer of assignment 6: `dw` is
# upstream times input, summed over the images (the letter `n` is missing on the right of the arrow), and the window's
# gradient is upstream times weights, summed over the filters (`f` is missing). `place` is written down once, so forward
# and backward cannot disagree about the stride. `+=` collects what overlapping windows send to the same pixel. Texts
# often say that `dx` is "a convolution with filters turned by 180°". It is the same sum, ordered by pixels, not by
# windows.

# %% [markdown] lang="ko" of="a86840e1" tags=["explanation"]
# **왜 이렇게 되는가.** 반복문은 위치마다 한 번씩 들러 과제 6의 선형 층처럼 다룬다. `dw`는 upstream 곱하기 입력을 이미지에
# 대해 더한 것이고(화살표 오른쪽에 글자 `n`이 없다), 윈도의 기울기는 upstream 곱하기 가중치를 필터에 대해 더한
# 것이다(`f`가 없다). `place`를 한 번만 쓰므로 읽는 곳과 더하는 곳의 스트라이드가 어긋날 수 없다. `+=`는 겹치는
# 윈도들이 같은 픽셀로 보내는 것을 모은다. `dx`는 "180° 돌린 필터의 합성곱"이라고 설명하는 글이 많다. 같은 합을
# 윈도가 아니라 픽셀 순서로 늘어놓은 것이다.

# %% [markdown]
# ## What you have built
#
# The layer that reads images, with a handful of weights that work everywhere in the picture; the pooling that makes
# room; and the way back through both, which is all that training needs. Stack them, and windows of windows see more
# and more: edges first, then corners, then things.

# %% [markdown] lang="ko" of="d8164d52"
# ## 무엇을 만들었는가
#
# 이미지를 읽는 층을 만들었다. 얼마 안 되는 가중치가 그림의 모든 곳에서 일한다. 크기를 줄여 주는 풀링도, 학습에 필요한
# 전부인 두 층의 역전파도 만들었다. 층을 쌓으면 윈도의 윈도가 점점 더 많은 것을 본다. 처음에는 에지, 다음에는 모서리,
# 그다음에는 사물이다.

# %% [markdown]
# # 5 · Training data
#
# A model that has learned its training examples by heart makes no error on them, and is worth nothing. What counts is
# the next example, the one it has never seen. This notebook is about everything around the model: how to set examples
# aside so that you notice when it only remembers, how to bring the inputs to a common size so that one learning rate
# fits them all, and what to do when the model fits its examples too well. None of it is deep mathematics. All of it
# decides, day by day, whether training works.
#
# **Time:** about 110 minutes. **You need:** mean and standard deviation, NumPy axes, assignments 1 and 4.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it. It
# tells you what is right and, where something is not, where to look. `hint("standardize")` helps step by step: the
# first steps point the way, the last is usually the formula. The questions are answered in the cell below each of them.
#
# **Shapes and conventions.** Data are tables `(N, D)`: $N$ examples in rows, $D$ features in columns. Images are
# `(N, H, W)` here. A standard deviation is the root of the *mean* squared distance from the mean (divided by $N$, as in
# `np.std`). Chance comes only from `rng`. Functions return new arrays and leave their arguments as they were. Arrays of
# integers must work as well.

# %% [markdown] lang="ko" of="869a098c"
# # 5 · 훈련 데이터
#
# 훈련 예제를 통째로 외운 모델은 그 예제들에서는 하나도 틀리지 않지만 아무 쓸모가 없다. 중요한 것은 다음 예제, 한 번도 본
# 적 없는 예제이다. 이 노트북은 모델을 둘러싼 모든 것을 다룬다. 외우기만 하는 것을 알아차리려면 예제를 어떻게 따로 떼어
# 두어야 하는가, 학습률 하나가 모든 입력에 맞도록 입력의 크기를 어떻게 고르게 하는가, 모델이 훈련 예제에 지나치게 맞을 때는
# 무엇을 하는가. 깊은 수학은 하나도 없다. 그러나 학습이 되느냐 마느냐는 날마다 여기에서 갈린다.
#
# **시간:** 약 110분. **필요한 것:** 평균과 표준편차, NumPy의 축(axis), 과제 1과 4.
#
# **진행 방법:** `raise NotImplementedError`를 지우고 직접 코드를 작성해 셀을 실행한 다음, 바로 아래의 `check`를
# 실행하세요. 무엇이 맞았는지, 틀렸다면 어디를 봐야 하는지 알려 준다. `hint("standardize")`는 한 단계씩 도와준다. 처음
# 단계는 방향을 알려 주고, 마지막 단계는 대개 공식이다. 퀴즈의 답은 각 문제 아래의 셀에 적으세요.
#
# **모양과 약속.** 데이터는 `(N, D)` 표이다. 예제 $N$개가 행, 특성(feature) $D$개가 열이다. 여기서 이미지는
# `(N, H, W)`이다. 표준편차는 평균에서 떨어진 거리의 제곱을 *평균* 내어 제곱근을 구한 것이다(`np.std`처럼 $N$으로 나눈다).
# 무작위성은 `rng`에서만 나온다. 함수는 새 배열을 반환하고 인수는 그대로 둔다. 정수 배열도 받아야 한다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# ## Images as rows
#
# A linear layer wants a row of numbers for each example, and an image is a table. So write its rows one after another:
# an image of $H \times W$ pixels becomes one row of $H \cdot W$ numbers. Pixel $(h, w)$ of image $i$ goes to row $i$:
#
# $$x_{i, \; h \cdot W + w} = \mathrm{image}_{i, h, w}$$
#
# **A number by hand.** The image $[[1, 2], [3, 4]]$ becomes $[1, 2, 3, 4]$. A handwritten digit of $28 \times 28$
# pixels becomes a row of $784$ numbers, and a batch of shape `(N, 28, 28)` becomes `(N, 784)`.

# %% [markdown] lang="ko" of="fc248be7"
# ## 이미지를 행으로
#
# 선형 층에는 예제마다 수의 행 하나가 필요한데 이미지는 표이다. 그러니 이미지의 행들을 차례로 이어 붙인다. $H \times W$
# 픽셀의 이미지는 수 $H \cdot W$개로 된 행 하나가 된다. 이미지 $i$의 픽셀 $(h, w)$는 행 $i$로 간다.
#
# $$x_{i, \; h \cdot W + w} = \mathrm{image}_{i, h, w}$$
#
# **손으로 계산하기.** 이미지 $[[1, 2], [3, 4]]$는 $[1, 2, 3, 4]$가 된다. $28 \times 28$ 픽셀의 손글씨 숫자는 수
# $784$개로 된 행이 되고, 모양이 `(N, 28, 28)`인 배치는 `(N, 784)`가 된다.


# %%
def flatten_images(images):
    """Return every image as one row, the pixels of (N, H, W) as (N, H * W).

    images: shape (N, H, W), of any height and width. Each row holds an image's first
    row of pixels, then its second, and so on.

    >>> flatten_images(np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])).tolist()
    [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]

    To read: Zhang, Lipton, Li and Smola, Dive into Deep Learning, section 4.4, where
    images of 28 x 28 pixels are flattened.
    """
    ### BEGIN SOLUTION
    images = np.array(images, dtype=float)
    return images.reshape(len(images), -1)
    ### END SOLUTION


# %%
check("flatten_images")

# %% [markdown] tags=["explanation"]
# **Why this works.** `reshape` keeps the order in which the numbers lie in memory, and NumPy stores the last axis
# closest together: pixel after pixel of a row, row after row of an image, image after image. Keeping the first axis
# therefore cuts exactly between images. `-1` means "whatever remains". `np.array` makes a copy first; `reshape` alone
# would often return a view of the caller's own pixels. What is lost is that two pixels were neighbours: assignment 9
# is about a layer that keeps it.

# %% [markdown] lang="ko" of="d3c134d7" tags=["explanation"]
# **왜 이렇게 되는가.** `reshape`는 수가 메모리에 놓인 순서를 그대로 둔다. NumPy는 마지막 축을 가장 가까이 붙여 저장하므로
# 픽셀, 이미지의 행, 이미지의 차례로 놓인다. 그래서 첫째 축을 그대로 두면 정확히 이미지 사이에서 잘린다. `-1`은 "나머지
# 모두"라는 뜻이다. `np.array`가 먼저 복사본을 만든다. `reshape`만 쓰면 호출한 쪽의 픽셀을 함께 보는 뷰(view)가 될 때가
# 많다. 이렇게 펴면 두 픽셀이 이웃이었다는 사실이 사라진다. 과제 9에 나오는 층은 이 이웃 관계를 지킨다.

# %% [markdown]
# ## Three sets
#
# How well will the model do on examples it has never seen? Nobody can tell from examples it was trained on. So before
# anything else the data are divided into three parts:
#
# * the **training set**: gradients come from here, and from nowhere else;
# * the **validation set**: for decisions. Which learning rate? How many layers? When to stop?
# * the **test set**: opened once, at the end, for the one number that you report.
#
# Why a third one? Whoever tries fifty settings and keeps the best has fitted the validation set a little, too.
#
# Data often come sorted, so shuffle first: cut one random order of $0, \dots, n - 1$ into three pieces. The sizes are
#
# $$n_{\text{train}} = \mathrm{round}(f_1 n) \qquad n_{\text{validation}} = \mathrm{round}(f_2 n) \qquad
# n_{\text{test}} = n - n_{\text{train}} - n_{\text{validation}}$$
#
# so that no example is lost when the numbers do not divide.
#
# **A number by hand.** $n = 107$ and the fractions $(0.6, 0.2, 0.2)$: $\mathrm{round}(64.2) = 64$,
# $\mathrm{round}(21.4) = 21$, and the test set gets the remaining 22.

# %% [markdown] lang="ko" of="78dfce0d"
# ## 세 묶음
#
# 모델은 한 번도 본 적 없는 예제에서 얼마나 잘할까? 훈련에 쓴 예제로는 아무도 알 수 없다. 그래서 무엇보다 먼저 데이터를 세
# 부분으로 나눈다.
#
# * **훈련 세트**(training set): 기울기는 여기에서만 나온다.
# * **검증 세트**(validation set): 결정할 때 쓴다. 학습률은? 층의 수는? 언제 멈출까?
# * **테스트 세트**(test set): 맨 끝에 한 번만 열어, 보고할 수 하나를 얻는다.
#
# 왜 셋째 묶음이 필요할까? 설정을 쉰 가지 시험해 가장 좋은 것을 고르면 검증 세트에도 조금은 맞춰진 셈이기 때문이다.
#
# 데이터는 정렬되어 있을 때가 많으므로 먼저 섞는다. $0, \dots, n - 1$의 무작위 순서 하나를 세 조각으로 자른다. 크기는
#
# $$n_{\text{train}} = \mathrm{round}(f_1 n) \qquad n_{\text{validation}} = \mathrm{round}(f_2 n) \qquad
# n_{\text{test}} = n - n_{\text{train}} - n_{\text{validation}}$$
#
# 이다. 그러면 나누어떨어지지 않아도 잃어버리는 예제가 없다.
#
# **손으로 계산하기.** $n = 107$이고 비율이 $(0.6, 0.2, 0.2)$이면 $\mathrm{round}(64.2) = 64$,
# $\mathrm{round}(21.4) = 21$이고, 테스트 세트에는 나머지 22개가 간다.


# %%
def train_validation_test_split(n, fractions, rng):
    """Return (train, validation, test), three arrays of indices that share out 0 ... n - 1 in random order.

    Together they hold every index exactly once. The first has round(fractions[0] * n)
    of them, the second round(fractions[1] * n), the third the rest.

    n: the number of examples, an int. fractions: three numbers that add up to 1. rng: a
    np.random.Generator, the only source of chance.

    >>> train, validation, test = train_validation_test_split(107, (0.6, 0.2, 0.2), np.random.default_rng(0))
    >>> len(train), len(validation), len(test)
    (64, 21, 22)

    To read: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning,
    section 7.2.
    """
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    first = round(fractions[0] * n)
    second = first + round(fractions[1] * n)
    return order[:first], order[first:second], order[second:]
    ### END SOLUTION


# %%
check("train_validation_test_split")

# %% [markdown] tags=["explanation"]
# **Why this works.** The pieces of one permutation cannot overlap and cannot leave anything out. Three separate draws
# could do both. The result is indices, not data, so that inputs and labels can be taken with the same ones:
# `X[train], y[train]`. With the same state of `rng` the split is the same tomorrow; an example that wanders from the
# test set into the training set would make every later comparison worthless.

# %% [markdown] lang="ko" of="e89b883f" tags=["explanation"]
# **왜 이렇게 되는가.** 순열 하나를 자른 조각은 겹칠 수도 없고 빠뜨리는 것도 없다. 세 번 따로 뽑으면 둘 다 일어날 수 있다.
# 데이터가 아니라 인덱스를 반환하므로 입력과 레이블을 `X[train], y[train]`처럼 같은 인덱스로 뽑을 수 있다. `rng`의 상태가
# 같으면 내일도 똑같이 나뉜다. 테스트 세트의 예제가 훈련 세트로 흘러들면 그 뒤의 모든 비교가 쓸모없어진다.

# %%
ask("set_that_tunes")

# %%
ask("size_of_the_test_set")

# %% [markdown]
# ## How large may a step be?
#
# You have seen gradient descent jump out of a valley. When does that happen? Take the simplest valley,
# $f(w) = \frac{c}{2} w^2$. Its slope is $c\,w$. The second derivative $c$ is called its **curvature**. One step is
#
# $$w \leftarrow w - \eta \, c \, w = (1 - \eta c) \, w$$
#
# Every step multiplies the distance from the lowest point by the same number $1 - \eta c$. If this number lies between
# $-1$ and $1$, the distance shrinks. Where is the border? The step that just fails to shrink it lands exactly as far
# away on the other side.
#
# **A number by hand.** Let $c = 4$. With $\eta = 0.25$ the factor is 0: one step, and we are there. With $\eta = 0.4$
# it is $-0.6$: to and fro, but closer each time. With $\eta = 0.5$ it is $-1$: to and fro for ever. With $\eta = 0.51$
# it is $-1.04$, and after 100 steps the distance is 50 times what it was.
#
# In the picture each line is a run of gradient descent in the valley with $c = 4$, from $w = 1$.

# %% [markdown] lang="ko" of="a4f5d773"
# ## 걸음은 얼마나 커도 되는가?
#
# 경사 하강법이 골짜기 밖으로 튀어 나가는 것을 과제 1에서 보았다. 언제 그런 일이 생길까? 가장 단순한 골짜기
# $f(w) = \frac{c}{2} w^2$을 보자. 기울기는 $c\,w$이고, 이계도함수인 $c$를 **곡률**(curvature)이라 한다. 한 걸음은
#
# $$w \leftarrow w - \eta \, c \, w = (1 - \eta c) \, w$$
#
# 이다. 걸음마다 가장 낮은 점까지의 거리에 같은 수 $1 - \eta c$를 곱한다. 이 수가 $-1$과 $1$ 사이에 있으면 거리가
# 줄어든다. 경계는 어디인가? 거리를 더는 줄이지 못하게 되는 바로 그 걸음은 반대편의 똑같이 먼 곳에 닿는다.
#
# **손으로 계산하기.** $c = 4$라 하자. $\eta = 0.25$이면 곱하는 수가 0이다. 한 걸음에 도착한다. $\eta = 0.4$이면
# $-0.6$이다. 왔다 갔다 하지만 점점 가까워진다. $\eta = 0.5$이면 $-1$이다. 영원히 왔다 갔다 한다. $\eta = 0.51$이면
# $-1.04$이고, 100걸음 뒤에 거리는 처음의 50배가 된다.
#
# 그림의 선은 각각 $c = 4$인 골짜기에서 $w = 1$부터 경사 하강법을 한 번 해 본 것이다.

# %%
import matplotlib.pyplot as plt

curvature = 4.0
figure, axes = plt.subplots(figsize=(7, 3))
for rate in (0.05, 0.4, 0.49, 0.5, 0.51):
    run = [1.0]
    for _ in range(100):
        run.append(run[-1] - rate * curvature * run[-1])
    axes.semilogy(np.abs(run) + 1e-16, label=f"learning rate {rate}")
axes.set(xlabel="step", ylabel="distance from the lowest point", ylim=(1e-9, 1e3), title="just above 0.5 it diverges")
_ = axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


# %%
def largest_stable_learning_rate(curvature):
    """Return the learning rate at which |1 - rate * curvature| reaches 1: above it, gradient descent diverges.

    Below it every step on f(w) = curvature * w**2 / 2 comes closer to the lowest point,
    above it every step leads farther away.

    curvature: a positive number. The result is one number.

    >>> largest_stable_learning_rate(4.0)
    0.5

    To read: LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, on the
    convergence of gradient descent.
    """
    ### BEGIN SOLUTION
    return 2.0 / curvature
    ### END SOLUTION


# %%
check("largest_stable_learning_rate")

# %% [markdown] tags=["explanation"]
# **Why this works.** The factor $1 - \eta c$ falls from 1 as $\eta$ grows; at $\eta = 1/c$ it is 0, the best step of
# all, and at $\eta = 2/c$ it reaches $-1$. A real loss has many directions, each with a curvature of its own, and only
# one learning rate. The steepest direction sets the limit, and the flattest then has to crawl. That is what the next
# exercise is for.

# %% [markdown] lang="ko" of="2b9c77f7" tags=["explanation"]
# **왜 이렇게 되는가.** 곱하는 수 $1 - \eta c$는 $\eta$가 커지면 1에서부터 줄어든다. $\eta = 1/c$에서 0, 곧 가장 좋은
# 걸음이 되고 $\eta = 2/c$에서 $-1$에 이른다. 실제 손실에는 방향이 많고 방향마다 곡률이 다른데 학습률은 하나뿐이다. 가장
# 가파른 방향이 한계를 정하고, 가장 완만한 방향은 기어가야 한다. 다음 문제가 필요한 까닭이다.

# %%
ask("stable_rate")

# %% [markdown]
# ## Standardise
#
# A house has 100 m² and 4 rooms. With the mean squared error the curvature in the direction of a weight is
# $2 \cdot \mathrm{mean}(x^2)$: about 20,000 for the size, 32 for the rooms, and 2 for the bias. A learning rate below
# $2 / 20000 = 0.0001$ is needed for the first, and with that the bias needs thousands of steps. The cure is not a
# cleverer step but better units. **Standardisation** shifts and scales every column to mean 0 and standard deviation 1.
# With $\mu_j$ and $s_j$, mean and standard deviation of column $j$ of the training set:
#
# $$x'_{ij} = \frac{x_{ij} - \mu_j}{s_j}$$
#
# **Only of the training set.** The test set stands for examples that do not exist yet. It is shifted and scaled with
# the very same numbers: what the model learned about $x' = 1$ must mean the same house at test time.
#
# **A number by hand.** The training column $[2, 4, 6]$ has mean 4 and standard deviation $\sqrt{8/3} = 1.6330$, and
# becomes $[-1.2247, 0, 1.2247]$. The test value 10 becomes $6 / 1.6330 = 3.6742$.
#
# **A constant column** has standard deviation 0, and $0/0$ is `nan`. It tells nothing about any example: make it 0.

# %% [markdown] lang="ko" of="fe6bc14a"
# ## 표준화
#
# 집의 넓이는 100 m²이고 방은 4개이다. 평균 제곱 오차에서 가중치 방향의 곡률은 $2 \cdot \mathrm{mean}(x^2)$이다. 넓이는
# 약 20,000, 방의 수는 32, 편향은 2이다. 첫째 때문에 학습률은 $2 / 20000 = 0.0001$보다 작아야 하는데, 그러면 편향은 수천
# 걸음을 가야 한다. 해결책은 더 똑똑한 걸음이 아니라 더 나은 단위이다. **표준화**(standardization)는 모든 열을 옮기고
# 늘이거나 줄여 평균 0, 표준편차 1로 만든다. 훈련 세트의 열 $j$의 평균과 표준편차가 $\mu_j$와 $s_j$일 때
#
# $$x'_{ij} = \frac{x_{ij} - \mu_j}{s_j}$$
#
# 이다.
#
# **훈련 세트의 값만 쓴다.** 테스트 세트는 아직 존재하지 않는 예제를 대신한다. 그래서 똑같은 수로 옮기고 늘인다. 모델이
# $x' = 1$에 대해 배운 것은 테스트할 때도 같은 집을 뜻해야 한다.
#
# **손으로 계산하기.** 훈련 세트의 열 $[2, 4, 6]$은 평균이 4, 표준편차가 $\sqrt{8/3} = 1.6330$이므로
# $[-1.2247, 0, 1.2247]$이 된다. 테스트 값 10은 $6 / 1.6330 = 3.6742$가 된다.
#
# **상수인 열**은 표준편차가 0이고 $0/0$은 `nan`이다. 이런 열은 어떤 예제에 대해서도 알려 주는 것이 없으니 0으로
# 만드세요.


# %%
def standardize(X_train, X_test):
    """Return (X_train, X_test) with every column shifted and scaled, (x - mean) / std of the training column.

    Mean and standard deviation (divided by N) are those of X_train, for both results. A
    column that is constant in X_train becomes 0 in both, whatever X_test has there.

    X_train: shape (N, D). X_test: shape (M, D). The results have the same shapes.

    >>> train, test = standardize(np.array([[2.0], [4.0], [6.0]]), np.array([[10.0]]))
    >>> np.round(train, 4).tolist(), np.round(test, 4).tolist()
    ([[-1.2247], [0.0], [1.2247]], [[3.6742]])

    To read: LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, on normalizing the
    inputs.
    """
    ### BEGIN SOLUTION
    X_train, X_test = np.asarray(X_train, dtype=float), np.asarray(X_test, dtype=float)
    constant = X_train.max(axis=0) == X_train.min(axis=0)
    mean, std = X_train.mean(axis=0), np.where(constant, 1.0, X_train.std(axis=0))
    return tuple(np.where(constant, 0.0, (X - mean) / std) for X in (X_train, X_test))
    ### END SOLUTION


# %%
check("standardize")

# %% [markdown] tags=["explanation"]
# **Why this works.** `axis=0` runs down the columns, and mean and std of shape `(D,)` line up with every row of either
# table. Now all columns have the curvature $2 \cdot \mathrm{mean}(x'^2) = 2$, the bias as well, and one learning rate
# fits all. A constant column is found by its largest and smallest entry: rounding can make the standard deviation of
# seven times 0.1 come out as $10^{-17}$ instead of 0, and a division by that is no better than one by 0.

# %% [markdown] lang="ko" of="82822ca9" tags=["explanation"]
# **왜 이렇게 되는가.** `axis=0`은 열을 따라 내려가고, 모양이 `(D,)`인 평균과 표준편차는 두 표의 모든 행에 맞춰진다. 이제
# 모든 열의 곡률이 $2 \cdot \mathrm{mean}(x'^2) = 2$이고 편향도 그러므로 학습률 하나가 모두에 맞는다. 상수인 열은 가장 큰
# 원소와 가장 작은 원소로 찾는다. 반올림 때문에 0.1 일곱 개의 표준편차가 0이 아니라 $10^{-17}$이 될 수 있는데, 그런 수로
# 나누는 것은 0으로 나누는 것보다 나을 것이 없다.

# %%
ask("standardised_value")

# %% [markdown]
# ## Scale to [0, 1]
#
# The second common way keeps the shape of the data and fixes the ends: the smallest training value becomes 0, the
# largest 1. It is often called **normalisation**. Pixels, which run from 0 to 255, are a natural case.
#
# $$x'_{ij} = \frac{x_{ij} - \min_j}{\max_j - \min_j}$$
#
# Again both ends come from the training set. A test value may lie outside: then its result is below 0 or above 1, and
# stays so.
#
# **A number by hand.** The training column $[2, 4, 6]$ becomes $[0, 0.5, 1]$, and the test value 10 becomes
# $8 / 4 = 2$. A single wild value, say 1000 in place of 6, would press the other two together to $0$ and $0.002$: look
# for outliers first.

# %% [markdown] lang="ko" of="2b055de4"
# ## [0, 1]로 맞추기
#
# 널리 쓰이는 둘째 방법은 데이터의 생김새를 그대로 두고 양 끝을 고정한다. 훈련 세트의 가장 작은 값은 0, 가장 큰 값은 1이
# 된다. 흔히 **정규화**(normalization)라고 한다. 0에서 255까지인 픽셀에 자연스럽게 어울린다.
#
# $$x'_{ij} = \frac{x_{ij} - \min_j}{\max_j - \min_j}$$
#
# 이번에도 양 끝은 훈련 세트에서 구한다. 테스트 값은 그 밖에 있을 수도 있다. 그러면 결과는 0보다 작거나 1보다 크고, 그대로
# 둔다.
#
# **손으로 계산하기.** 훈련 세트의 열 $[2, 4, 6]$은 $[0, 0.5, 1]$이 되고 테스트 값 10은 $8 / 4 = 2$가 된다. 엉뚱한 값
# 하나, 이를테면 6 대신 1000이 있으면 나머지 둘은 $0$과 $0.002$로 몰린다. 그러니 이상치(outlier)부터 찾으세요.


# %%
def min_max_scale(X_train, X_test):
    """Return (X_train, X_test) with every column scaled to [0, 1], (x - min) / (max - min) of the training column.

    Smallest and largest value are those of X_train, for both results: entries of the
    second may lie outside [0, 1]. A column that is constant in X_train becomes 0 in both,
    whatever X_test has there.

    X_train: shape (N, D). X_test: shape (M, D). The results have the same shapes.

    >>> train, test = min_max_scale(np.array([[2.0], [4.0], [6.0]]), np.array([[10.0]]))
    >>> train.tolist(), test.tolist()
    ([[0.0], [0.5], [1.0]], [[2.0]])

    To read: the scikit-learn user guide, "Preprocessing data", on scaling features to a
    range.
    """
    ### BEGIN SOLUTION
    X_train, X_test = np.asarray(X_train, dtype=float), np.asarray(X_test, dtype=float)
    lowest, highest = X_train.min(axis=0), X_train.max(axis=0)
    constant = lowest == highest
    width = np.where(constant, 1.0, highest - lowest)
    return tuple(np.where(constant, 0.0, (X - lowest) / width) for X in (X_train, X_test))
    ### END SOLUTION


# %%
check("min_max_scale")

# %% [markdown] tags=["explanation"]
# **Why this works.** Subtracting the smallest value moves the left end to 0, dividing by the width moves the right end
# to 1, and the order of the values stays what it was. Clipping a test value of 2 back to 1 would hide that this
# example is unlike all the model has seen. The width is 0 exactly when the column is constant; any divisor but 0 will
# do there, as the column is set to 0 afterwards.

# %% [markdown] lang="ko" of="a653f79c" tags=["explanation"]
# **왜 이렇게 되는가.** 가장 작은 값을 빼면 왼쪽 끝이 0으로 가고, 폭으로 나누면 오른쪽 끝이 1로 간다. 값의 순서는 그대로이다.
# 테스트 값 2를 1로 잘라 버리면 이 예제가 모델이 본 어떤 것과도 다르다는 사실이 숨겨진다. 폭은 열이 상수일 때만 0이고, 그때는
# 0이 아닌 아무 수로나 나누어도 된다. 그 열은 나중에 0으로 채우기 때문이다.

# %%
ask("what_standardisation_does")

# %%
ask("what_normalisation_does")

# %% [markdown]
# ## Outliers
#
# A house with 20,000 m² is probably a typing error, and with a squared error it pulls harder than all the others
# together. A simple rule: leave out every row in which some entry lies more than $z$ standard deviations from the mean
# of its column. In other words, keep the row $i$ if for every column $j$
#
# $$\left| x_{ij} - \mu_j \right| \le z \cdot s_j$$
#
# **A number by hand.** The column $[1, 2, 3, 2, 1, 30]$ has mean $6.5$ and standard deviation $10.53$. The 30 lies
# $23.5 / 10.53 = 2.23$ standard deviations away: with $z = 2$ its row is left out, with $z = 3$ it stays. The rule is
# blunt: the outlier itself makes the standard deviation large. Among $n$ values none can lie more than $\sqrt{n - 1}$
# of them away, so among five nothing is ever beyond 2.
#
# Use it on training data only, and only for errors: a rare example is not a wrong one.

# %% [markdown] lang="ko" of="2cab6ea6"
# ## 이상치
#
# 넓이가 20,000 m²인 집은 아마 잘못 입력한 것이고, 제곱 오차에서는 나머지 모두를 합친 것보다 세게 끌어당긴다. 간단한 규칙이
# 있다. 어느 원소든 자기 열의 평균에서 표준편차의 $z$배보다 멀리 떨어져 있으면 그 행을 뺀다. 다시 말해 모든 열 $j$에 대하여
# 다음이 성립하면 행 $i$를 남긴다.
#
# $$\left| x_{ij} - \mu_j \right| \le z \cdot s_j$$
#
# **손으로 계산하기.** 열 $[1, 2, 3, 2, 1, 30]$의 평균은 $6.5$, 표준편차는 $10.53$이다. 30은 표준편차의
# $23.5 / 10.53 = 2.23$배만큼 떨어져 있다. $z = 2$이면 그 행을 빼고 $z = 3$이면 남긴다. 이 규칙은 무디다. 이상치 자신이
# 표준편차를 키우기 때문이다. 값이 $n$개이면 어느 것도 $\sqrt{n - 1}$배보다 멀 수 없으므로, 다섯 개 가운데서는 무엇도 2를
# 넘지 못한다.
#
# 훈련 데이터에만, 그것도 잘못된 값에만 쓰세요. 드문 예제가 틀린 예제는 아니다.


# %%
def drop_outliers(X, z=2.0):
    """Return the rows of X whose entries all satisfy |x - mean| <= z * std of their column.

    Mean and standard deviation (divided by N) are those of all the rows of X, computed
    once. A constant column makes no row an outlier.

    X: shape (N, D). z: a positive number. The result has shape (M, D), M <= N: the rows
    that are kept, in their order.

    >>> drop_outliers(np.array([[1.0], [2.0], [3.0], [2.0], [1.0], [30.0]])).ravel().tolist()
    [1.0, 2.0, 3.0, 2.0, 1.0]

    To read: NIST/SEMATECH, e-Handbook of Statistical Methods, section 1.3.5.17.
    """
    ### BEGIN SOLUTION
    X = np.asarray(X, dtype=float)
    scores, _ = standardize(X, X)
    return X[(np.abs(scores) <= z).all(axis=1)]
    ### END SOLUTION


# %%
check("drop_outliers")

# %% [markdown] tags=["explanation"]
# **Why this works.** A standardised entry says how many standard deviations it lies from the mean, so the whole rule
# is a comparison of `standardize(X, X)` with $z$. `all(axis=1)` asks all columns of a row, and the truth values pick
# the rows. A constant column is 0 after standardising and never in the way; a plain division would make it `nan`, every
# comparison with `nan` is false, and no row at all would be left.

# %% [markdown] lang="ko" of="7a908d15" tags=["explanation"]
# **왜 이렇게 되는가.** 표준화한 원소는 평균에서 표준편차의 몇 배만큼 떨어져 있는지를 말하므로, 이 규칙은 `standardize(X, X)`를
# $z$와 비교하는 것이 전부이다. `all(axis=1)`은 행의 모든 열에 묻고, 그 참·거짓 값으로 행을 고른다. 상수인 열은 표준화하면
# 0이 되어 방해하지 않는다. 그냥 나누면 `nan`이 되고, `nan`과의 비교는 언제나 거짓이므로 행이 하나도 남지 않는다.

# %% [markdown]
# ## Overfitting
#
# The picture shows a linear model with 40 weights and only 30 training examples, whose targets are noisy. The training
# loss falls and falls. The loss on 200 other examples falls at first, as the model learns what all houses have in
# common; then it rises, as the model learns the noise of these 30. This is **overfitting**. (A model that cannot even
# follow its training examples **underfits**.) Three remedies follow: keep the weights small, stop in time, and get more
# examples out of those you have. More data, and a smaller model, help as well.

# %% [markdown] lang="ko" of="4207c71c"
# ## 과적합
#
# 그림은 가중치가 40개인데 훈련 예제는 30개뿐이고 목표값에 잡음이 섞인 선형 모델이다. 훈련 손실은 계속 줄어든다. 다른 예제
# 200개에서 잰 손실은 처음에는 줄어든다. 모든 집에 공통된 것을 배우기 때문이다. 그다음에는 커진다. 이 30채의 잡음까지 배우기
# 때문이다. 이것이 **과적합**(overfitting)이다. (훈련 예제조차 따라가지 못하는 것은 **과소적합**(underfitting)이다.) 이제
# 세 가지 처방이 나온다. 가중치를 작게 두고, 제때 멈추고, 가진 예제에서 더 많은 예제를 얻는다. 데이터를 더 모으거나 모델을
# 줄여도 도움이 된다.

# %%
import matplotlib.pyplot as plt

chance = np.random.default_rng(5)
true_weights = np.r_[np.ones(5), np.zeros(35)]
inputs, others = chance.normal(size=(30, 40)), chance.normal(size=(200, 40))
targets = inputs @ true_weights + chance.normal(size=30)
other_targets = others @ true_weights + chance.normal(size=200)
weights, training, validation = np.zeros(40), [], []
for _ in range(120):
    training.append(np.mean((inputs @ weights - targets) ** 2))
    validation.append(np.mean((others @ weights - other_targets) ** 2))
    weights = weights - 0.02 * 2 * inputs.T @ (inputs @ weights - targets) / 30
figure, axes = plt.subplots(figsize=(7, 3))
axes.plot(training, label="training loss")
axes.plot(validation, label="validation loss")
axes.axvline(np.argmin(validation), color="gray", linestyle=":", label=f"best epoch: {np.argmin(validation)}")
axes.set(xlabel="epoch", ylabel="mean squared error", ylim=(0, None))
_ = axes.legend()

# %%
ask("what_is_happening")

# %%
ask("what_helps")

# %% [markdown]
# ## Keep the weights small
#
# To follow every wiggle of the noise a model needs large weights that nearly cancel each other. So let large weights
# cost something. **L2 regularisation** adds the sum of their squares to the loss, times a small number $\lambda$, the
# strength:
#
# $$L_{\text{regularised}} = L + \frac{\lambda}{2} \sum_{W} \sum_{ij} W_{ij}^2$$
#
# The first sum runs over all the weight matrices. Biases are not included: they only shift the output, and a shift
# follows no wiggle. The factor $\frac{1}{2}$ is a convention, the same as in assignment 4.
#
# **A number by hand.** Let $L = 0.5$, $\lambda = 0.1$ and a single matrix $[[1, -2], [3, 0]]$. The squares add up to
# $14$, and the loss becomes $0.5 + 0.05 \cdot 14 = 1.2$.

# %% [markdown] lang="ko" of="aec11c96"
# ## 가중치를 작게
#
# 잡음의 굴곡을 낱낱이 따라가려면 서로 거의 상쇄되는 커다란 가중치들이 필요하다. 그러니 큰 가중치에 값을 매기자. **L2
# 규제**(L2 regularization)는 가중치의 제곱의 합에 규제 강도라는 작은 수 $\lambda$를 곱해 손실에 더한다.
#
# $$L_{\text{regularised}} = L + \frac{\lambda}{2} \sum_{W} \sum_{ij} W_{ij}^2$$
#
# 첫째 합은 모든 가중치 행렬에 대한 것이다. 편향은 넣지 않는다. 편향은 출력을 옮길 뿐이고, 옮기는 것만으로는 굴곡을 따라갈
# 수 없다. $\frac{1}{2}$은 과제 4와 같은 약속이다.
#
# **손으로 계산하기.** $L = 0.5$, $\lambda = 0.1$이고 행렬이 $[[1, -2], [3, 0]]$ 하나뿐이라 하자. 제곱의 합은 $14$이고
# 손실은 $0.5 + 0.05 \cdot 14 = 1.2$가 된다.


# %%
def l2_regularised_loss(loss, weights, strength):
    """Return the loss with the L2 penalty, loss + 0.5 * strength * (sum of all squared weights).

    loss: a number. weights: a list of weight matrices of any shapes (the biases are not
    among them). strength: a number, at least 0. The result is one number.

    >>> round(l2_regularised_loss(0.5, [np.array([[1.0, -2.0], [3.0, 0.0]])], 0.1), 4)
    1.2

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 7.1.1.
    """
    ### BEGIN SOLUTION
    return float(loss + 0.5 * strength * sum(np.sum(np.asarray(W, dtype=float) ** 2) for W in weights))
    ### END SOLUTION


# %%
check("l2_regularised_loss")

# %% [markdown] tags=["explanation"]
# **Why this works.** The penalty is one number for all the layers, so it is a sum of sums. With $\lambda = 0$ nothing
# changes; with a huge $\lambda$ the cheapest weights are all 0, and the model says the same about every house. The
# right strength lies between, and the validation set finds it.

# %% [markdown] lang="ko" of="b1217a63" tags=["explanation"]
# **왜 이렇게 되는가.** 벌점은 모든 층을 통틀어 수 하나이므로 합의 합이다. $\lambda = 0$이면 달라지는 것이 없고, $\lambda$가
# 아주 크면 모두 0인 가중치가 가장 싸서 모델은 어느 집에나 같은 말을 한다. 알맞은 강도는 그 사이에 있고 검증 세트로 찾는다.

# %%
ask("penalty_of_a_layer")

# %% [markdown]
# ## ... and its slope
#
# Whoever changes the loss must change the gradient as well, or gradient descent goes on minimising the old one. The
# penalty's derivative by one weight is short:
#
# $$\frac{\partial}{\partial W_{ij}} \left( L + \frac{\lambda}{2} \sum W^2 \right) =
# \frac{\partial L}{\partial W_{ij}} + \lambda W_{ij}$$
#
# (Now you see what the $\frac{1}{2}$ is for.) In a step with learning rate $\eta$ every weight is first multiplied by
# $1 - \eta \lambda$: it decays a little, unless the data hold it up. Hence the other name, **weight decay**.
#
# **A number by hand.** Let $\lambda = 0.1$, a weight $-2$ and its gradient $0.5$. The regularised gradient is
# $0.5 + 0.1 \cdot (-2) = 0.3$. The weight wants to fall, but less than before.

# %% [markdown] lang="ko" of="71223314"
# ## … 그리고 그 기울기
#
# 손실을 바꾸었으면 기울기도 바꾸어야 한다. 그러지 않으면 경사 하강법은 예전 손실을 계속 줄인다. 벌점을 가중치 하나로 미분하면
# 짧다.
#
# $$\frac{\partial}{\partial W_{ij}} \left( L + \frac{\lambda}{2} \sum W^2 \right) =
# \frac{\partial L}{\partial W_{ij}} + \lambda W_{ij}$$
#
# ($\frac{1}{2}$을 붙인 까닭이 여기서 보인다.) 학습률 $\eta$로 한 걸음 나아갈 때 모든 가중치에는 먼저 $1 - \eta \lambda$가
# 곱해진다. 데이터가 받쳐 주지 않는 가중치는 조금씩 줄어든다. 그래서 **가중치 감쇠**(weight decay)라고도 한다.
#
# **손으로 계산하기.** $\lambda = 0.1$, 가중치 $-2$, 그 기울기 $0.5$라 하자. 규제를 더한 기울기는
# $0.5 + 0.1 \cdot (-2) = 0.3$이다. 가중치는 여전히 작아지려 하지만 전보다는 덜하다.


# %%
def l2_gradients(gradients, weights, strength):
    """Return the gradients of l2_regularised_loss, dL/dW + strength * W for every weight matrix.

    gradients: a list of arrays, the gradients of the loss without the penalty, one for
    each weight matrix and of its shape. weights: the list of weight matrices. strength:
    a number, at least 0. The result is a new list of new arrays.

    >>> [g.tolist() for g in l2_gradients([np.array([[0.5, 1.0]])], [np.array([[-2.0, 3.0]])], 0.5)]
    [[[-0.5, 2.5]]]

    To read: Krogh and Hertz, A Simple Weight Decay Can Improve Generalization, 1991.
    """
    ### BEGIN SOLUTION
    return [np.asarray(g) + strength * np.asarray(W) for g, W in zip(gradients, weights)]
    ### END SOLUTION


# %%
check("l2_gradients")

# %% [markdown] tags=["explanation"]
# **Why this works.** The slope of a sum is the sum of the slopes, and $\frac{\lambda}{2} W_{ij}^2$ has the slope
# $\lambda W_{ij}$; all the other squares do not contain $W_{ij}$. The pull towards 0 grows with the weight itself, so
# L2 shrinks large weights most and makes hardly any exactly 0.

# %% [markdown] lang="ko" of="47efef7b" tags=["explanation"]
# **왜 이렇게 되는가.** 합의 기울기는 기울기의 합이고 $\frac{\lambda}{2} W_{ij}^2$의 기울기는 $\lambda W_{ij}$이다. 다른
# 제곱들에는 $W_{ij}$가 들어 있지 않다. 0으로 당기는 힘이 가중치 크기에 비례하므로 L2는 큰 가중치를 가장 많이 줄이고, 정확히
# 0으로 만드는 일은 거의 없다.

# %%
ask("what_regularisation_does")

# %% [markdown]
# ## Stop in time
#
# The picture above suggests a remedy that costs nothing: measure the validation loss after every epoch, and stop when
# it no longer falls. But it is noisy, and one bad epoch means little. So have **patience**: stop when the best loss so
# far is `patience` epochs old. Then go back to the weights of the best epoch. If $\mathrm{best}(t)$ is the epoch of the
# smallest loss up to epoch $t$, training stops at the first $t$ with
#
# $$t - \mathrm{best}(t) \ge \mathrm{patience}$$
#
# Epochs are counted from 0. A loss that only equals the best is no improvement. If the list ends before patience does,
# the last epoch is the one at which training stopped.
#
# **A number by hand.** The losses are $[0.9, 0.7, 0.6, 0.65, 0.64, 0.5]$, the patience is 2. Epoch 2 is the best so
# far; epochs 3 and 4 do not beat it, so training stops at epoch 4 and returns to epoch 2. It never sees the $0.5$. With
# patience 3 it would.

# %% [markdown] lang="ko" of="9aeb35bd"
# ## 제때 멈추기
#
# 위의 그림을 보면 비용이 들지 않는 처방이 떠오른다. 에포크마다 검증 손실을 재고, 더 줄지 않으면 멈춘다. 이것이 **조기
# 종료**(early stopping)이다. 그런데 검증 손실은 들쭉날쭉해서 나쁜 에포크 하나로는 알 수 없다. 그러니
# **참을성**(patience)을 갖자. 지금까지 가장 좋은 손실이 나온 지 `patience` 에포크가 지나면 멈추고, 가장 좋았던 에포크의
# 가중치로 돌아간다. 에포크 $t$까지 손실이 가장 작은 에포크를 $\mathrm{best}(t)$라 하면, 다음을 만족하는 첫 에포크 $t$에서
# 멈춘다.
#
# $$t - \mathrm{best}(t) \ge \mathrm{patience}$$
#
# 에포크는 0부터 센다. 가장 좋은 손실과 같기만 한 것은 나아진 것이 아니다. 참을성이 다하기 전에 목록이 끝나면 마지막 에포크에서
# 멈춘 것으로 한다.
#
# **손으로 계산하기.** 손실이 $[0.9, 0.7, 0.6, 0.65, 0.64, 0.5]$이고 patience가 2이다. 에포크 2가 지금까지 가장 좋고,
# 에포크 3과 4는 그것을 넘지 못한다. 그래서 에포크 4에서 멈추고 에포크 2로 돌아간다. $0.5$는 보지 못한다. patience가 3이면
# 볼 것이다.


# %%
def early_stopping(validation_losses, patience):
    """Return (stop_epoch, best_epoch): stop at the first epoch t with t - best >= patience.

    best is the epoch of the smallest loss up to t, the first of them if several are
    equal. best_epoch is that of the moment training stops: later losses are never seen.
    Without such an epoch stop_epoch is the last one.

    validation_losses: shape (T,), T >= 1, one loss for each epoch, counted from 0.
    patience: an int, at least 1. The results are ints.

    >>> early_stopping(np.array([0.9, 0.7, 0.6, 0.65, 0.64, 0.5]), 2)
    (4, 2)

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 7.8, algorithm 7.1;
    Prechelt, Early Stopping - But When?, 1998, on other rules.
    """
    ### BEGIN SOLUTION
    best = 0
    for epoch, loss in enumerate(validation_losses):
        if loss < validation_losses[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(validation_losses) - 1, best
    ### END SOLUTION


# %%
check("early_stopping")

# %% [markdown] tags=["explanation"]
# **Why this works.** The distance from the best epoch is the count of epochs without improvement, and it falls back to
# 0 by itself when a new best arrives: no counter to reset, no counter to forget. Comparing with the best, not with the
# epoch before, keeps a loss that wobbles its way upwards from looking like progress. `np.argmin` of the whole list
# would use losses from epochs that were never trained.

# %% [markdown] lang="ko" of="2e2c56b0" tags=["explanation"]
# **왜 이렇게 되는가.** 가장 좋은 에포크까지의 거리가 곧 나아지지 않은 에포크의 수이고, 더 좋은 것이 나오면 저절로 0으로
# 돌아간다. 되돌려야 할 카운터도, 되돌리기를 잊을 일도 없다. 바로 앞 에포크가 아니라 가장 좋은 것과 비교하므로, 오르락내리락하며
# 커지는 손실을 나아지는 것으로 잘못 보지 않는다. 목록 전체의 `np.argmin`은 학습한 적도 없는 에포크의 손실을 쓰는 셈이다.

# %% [markdown]
# ## More examples out of those you have
#
# A cat seen in a mirror is still a cat. So each training image can serve twice: as it is, and with left and right
# exchanged. This is **augmentation**. In every epoch a coin is tossed for each image $x_i$ by itself, and one of two
# things happens, with the probability on the right:
#
# $$x_i \leftarrow \begin{cases} \mathrm{mirror}(x_i) & p \\ x_i & 1 - p \end{cases}$$
#
# **A number by hand.** The mirror image of $[[1, 2, 3], [4, 5, 6]]$ is $[[3, 2, 1], [6, 5, 4]]$: every row of pixels is
# read backwards. With $p = 0.5$ about 500 of 1000 images are mirrored, and other ones in the next epoch.
#
# Ask first whether the mirror image keeps its label. A mirrored 3 is no digit at all.

# %% [markdown] lang="ko" of="3a0d1e8b"
# ## 가진 예제에서 더 많은 예제를
#
# 거울에 비친 고양이도 여전히 고양이이다. 그러니 훈련 이미지 하나를 두 가지로 쓸 수 있다. 그대로, 그리고 왼쪽과 오른쪽을
# 바꾸어서. 이것이 **데이터 증강**(augmentation)이다. 에포크마다 이미지 $x_i$ 하나하나에 대해 따로 동전을 던져, 오른쪽에
# 적힌 확률로 둘 가운데 하나를 한다.
#
# $$x_i \leftarrow \begin{cases} \mathrm{mirror}(x_i) & p \\ x_i & 1 - p \end{cases}$$
#
# **손으로 계산하기.** $[[1, 2, 3], [4, 5, 6]]$의 거울상은 $[[3, 2, 1], [6, 5, 4]]$이다. 픽셀의 행을 모두 거꾸로 읽은
# 것이다. $p = 0.5$이면 이미지 1000장 가운데 500장쯤이 뒤집히고, 다음 에포크에는 다른 것들이 뒤집힌다.
#
# 뒤집어도 레이블이 그대로인지 먼저 물어보세요. 뒤집은 3은 숫자가 아니다.


# %%
def augment_flip(images, p, rng):
    """Return the images, each of them mirrored left to right with probability p, independently of the others.

    images: shape (N, H, W) or (N, C, H, W); the last axis is the one that is reversed.
    p: a number from 0 (none is mirrored) to 1 (all are). rng: a np.random.Generator,
    the only source of chance. The result has the same shape.

    >>> augment_flip(np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), 1.0, np.random.default_rng(0)).tolist()
    [[[3.0, 2.0, 1.0], [6.0, 5.0, 4.0]]]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 7.4.
    """
    ### BEGIN SOLUTION
    augmented = np.array(images, dtype=float)
    mirrored = rng.random(len(augmented)) < p
    augmented[mirrored] = augmented[mirrored][..., ::-1]
    return augmented
    ### END SOLUTION


# %%
check("augment_flip")

# %% [markdown] tags=["explanation"]
# **Why this works.** `rng.random(N)` gives one number in $[0, 1)$ for each image, and it is below $p$ with
# probability $p$: never for $p = 0$, always for $p = 1$. One toss for the whole batch would mirror all or nothing, one
# toss for each row of pixels would tear the images apart. `...` stands for all the axes before the last, so the same
# line serves grey and colour images.

# %% [markdown] lang="ko" of="b84976a9" tags=["explanation"]
# **왜 이렇게 되는가.** `rng.random(N)`은 이미지마다 $[0, 1)$의 수 하나를 주고, 그 수가 $p$보다 작을 확률이 $p$이다.
# $p = 0$이면 결코 그럴 일이 없고 $p = 1$이면 언제나 그렇다. 배치 전체에 동전을 한 번만 던지면 모두 뒤집히거나 하나도 뒤집히지
# 않고, 픽셀의 행마다 던지면 이미지가 찢어진다. `...`은 마지막 축 앞의 모든 축을 뜻하므로 같은 한 줄이 흑백 이미지에도 컬러
# 이미지에도 쓰인다.

# %% [markdown]
# ## Data that do not stop coming
#
# So far the data were all there before training began. In **online learning** they arrive one after another: clicks,
# prices, sensor readings. Each example makes one step when it comes, and is then forgotten. Nothing has to be stored,
# and the model follows a world that changes. The price is a noisy gradient from a single example, and a model that a
# day of odd data can lead astray.

# %% [markdown] lang="ko" of="bd85daab"
# ## 끊임없이 들어오는 데이터
#
# 지금까지는 학습을 시작하기 전에 데이터가 모두 있었다. **온라인 학습**(online learning)에서는 클릭, 가격, 센서 값처럼
# 데이터가 하나씩 들어온다. 예제가 들어올 때마다 한 걸음 나아가고 그 예제는 잊는다. 아무것도 저장할 필요가 없고, 모델은 변하는
# 세상을 따라간다. 대신 기울기는 예제 하나에서 나와 들쭉날쭉하고, 이상한 데이터가 하루만 들어와도 모델이 엉뚱한 데로 갈 수 있다.

# %%
ask("online_learning")

# %% [markdown]
# ## What you have built
#
# Everything that stands around a model: the split that keeps you honest, the scaling that lets one learning rate serve
# all weights, and three ways to make a model that knows its examples also right about new ones. Assignment 6 builds the
# network itself; what you have here will train it.

# %% [markdown] lang="ko" of="00e2e02f"
# ## 무엇을 만들었는가
#
# 모델을 둘러싼 모든 것을 만들었다. 스스로를 속이지 않게 해 주는 분할, 학습률 하나로 모든 가중치를 배우게 하는 크기 맞추기,
# 그리고 아는 예제뿐 아니라 새 예제도 맞히게 하는 세 가지 방법이다. 과제 6에서 신경망을 만들면 여기서 만든 것으로
# 학습시킨다.

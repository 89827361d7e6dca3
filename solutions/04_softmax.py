# %% [markdown]
# # 4 · Softmax and cross-entropy
#
# A network that tells ten digits apart ends in ten numbers, one **score** (or **logit**) for each class. Any real
# number is allowed: $[1, 2, 3]$ or $[-40, 7, 0.5]$. Two questions remain. How do scores become probabilities? And
# how wrong is the network, in one number whose slope it can learn from? The answers are **softmax** and
# **cross-entropy**, and together they have the simplest gradient in this course.
#
# **Time:** about 100 minutes. **You need:** exponential function and logarithm, partial derivatives, NumPy axes,
# logistic regression (assignment 3).
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it.
# `hint("softmax")` helps step by step: the first steps point the way, the last is usually the formula. A question is
# asked by `ask`; write your answer into the cell below it.
#
# **Shapes and conventions.** A batch of $N$ examples with $C$ classes has logits of shape `(N, C)`: one row for each
# example. Labels are whole numbers from 0 to $C - 1$, shape `(N,)`. Losses are means over the batch. Functions leave
# their arguments as they were, and arrays of integers must work as well.

# %% [markdown] lang="ko" of="2337405c"
# # 4 · 소프트맥스와 교차 엔트로피
#
# 열 개의 숫자를 구별하는 신경망은 마지막에 수 열 개, 곧 클래스마다 **점수**(score) 또는 **로짓**(logit) 하나를
# 내놓는다. 점수는 어떤 실수든 될 수 있다. $[1, 2, 3]$도 $[-40, 7, 0.5]$도 좋다. 두 가지 물음이 남는다. 점수를 어떻게 확률로
# 바꿀까? 그리고 신경망이 얼마나 틀렸는지를, 그 기울기에서 배울 수 있는 수 하나로 어떻게 나타낼까? 답은 **소프트맥스**(softmax)와
# **교차 엔트로피**(cross-entropy)이고, 이 둘을 합치면 이 강의에서 가장 간단한 기울기가 나온다.
#
# **시간:** 약 100분. **필요한 것:** 지수 함수와 로그, 편미분, NumPy의 축(axis), 로지스틱 회귀(과제 3).
#
# **진행 방법:** `raise NotImplementedError`를 자신의 코드로 바꾸고 셀을 실행한 다음, 바로 아래의 `check`를 실행하세요.
# `hint("softmax")`는 한 단계씩 도와준다. 처음 단계는 방향을 알려 주고, 마지막 단계는 대개 공식이다. 퀴즈는 `ask`로
# 나온다. 그 아래 셀에 답을 적으세요.
#
# **모양과 약속.** 클래스가 $C$개인 예제 $N$개의 배치는 로짓의 모양이 `(N, C)`이고, 한 행이 예제 하나다. 레이블은 0부터
# $C - 1$까지의 정수이고 모양은 `(N,)`이다. 손실은 배치 평균이다. 함수는 인수를 바꾸지 않으며, 정수 배열에 대해서도 작동해야 한다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# ## Softmax
#
# For two classes the sigmoid turns one score into a probability. For $C$ classes we want $C$ numbers that are
# positive and add up to 1, and a higher score should always mean a higher probability. Two steps are enough:
# $e^{z}$ makes every score positive, and a division by the sum makes them add up to 1.
#
# $$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}$$
#
# **A number by hand.** For $z = [1, 2, 3]$ the exponentials are $2.718$, $7.389$ and $20.086$, their sum is $30.193$,
# and $p = [0.0900, 0.2447, 0.6652]$.
#
# **Large numbers.** $e^{1000}$ does not fit into a float64, and $e^{-1000}$ is stored as 0. Yet only differences
# between the scores of a row matter: the scores $[1001, 1002, 1003]$ must give the same three probabilities as above.
# (Multiply numerator and denominator by the same $e^{-m}$.) Which $m$ makes every exponent of a row harmless?

# %% [markdown] lang="ko" of="3d491f21"
# ## 소프트맥스
#
# 클래스가 둘이면 시그모이드가 점수 하나를 확률로 바꾼다. 클래스가 $C$개이면 양수이면서 합이 1인 수 $C$개가 필요하고, 점수가
# 높을수록 언제나 확률도 높아야 한다. 두 단계면 충분하다. $e^{z}$이 모든 점수를 양수로 만들고, 합으로 나누면 더해서 1이 된다.
#
# $$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}$$
#
# **손으로 계산하기.** $z = [1, 2, 3]$이면 지수 함수의 값은 $2.718$, $7.389$, $20.086$이고 합은 $30.193$이므로
# $p = [0.0900, 0.2447, 0.6652]$이다.
#
# **큰 수.** $e^{1000}$은 float64에 들어가지 않고, $e^{-1000}$은 0으로 저장된다. 그러나 중요한 것은 한 행 안에서 점수들의
# 차이뿐이다. 점수 $[1001, 1002, 1003]$은 위와 똑같은 세 확률을 내야 한다. (분자와 분모에 같은 $e^{-m}$을 곱해 보세요.) 한
# 행의 모든 지수를 안전하게 만드는 $m$은 무엇인가?


# %%
def softmax(logits):
    """Return the softmax over the last axis, exp(z_j) / sum_k exp(z_k).

    logits: an array of shape (C,), (N, C) or with any number of leading axes; the
    result has the same shape. Along the last axis the result adds up to 1. Finite and
    without a warning when the logits, or the distances between them, are as large as
    1000.

    >>> np.round(softmax(np.array([1.0, 2.0, 3.0])), 4).tolist()
    [0.09, 0.2447, 0.6652]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 4.1.
    """
    ### BEGIN SOLUTION
    logits = np.asarray(logits, dtype=float)
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %%
check("softmax")

# %% [markdown] tags=["explanation"]
# **Why this works.** With $m$ the row's own largest score, every exponent is 0 or negative, so nothing overflows; and
# the largest term is $e^0 = 1$, so the sum is at least 1 and nothing is divided by 0. One maximum for the whole array
# would not do: a row 1000 below it would become $0 / 0$. `axis=-1` is the last axis whatever the number of axes, and
# `keepdims=True` keeps the row maxima as a column, so that NumPy subtracts from each row its own.

# %% [markdown] lang="ko" of="5c258eb2" tags=["explanation"]
# **왜 이렇게 되는가.** $m$이 그 행에서 가장 큰 점수이면 모든 지수가 0이거나 음수이므로 오버플로가 없다. 가장 큰 항은
# $e^0 = 1$이라 합은 1 이상이고, 0으로 나누는 일도 없다. 배열 전체의 최댓값 하나로는 안 된다. 그보다 1000이나 낮은 행은
# $0 / 0$이 되어 버린다. `axis=-1`은 축이 몇 개이든 마지막 축이고, `keepdims=True`는 행의 최댓값들을 열로 남겨 두어 NumPy가
# 행마다 자기 최댓값을 빼게 한다.

# %% [markdown]
# The picture shows the same three scores three times: as they are, doubled, and all raised by 100.

# %% [markdown] lang="ko" of="6f1ccf0d"
# 그림은 같은 세 점수를 세 번 보여 준다. 그대로, 두 배로, 그리고 모두 100씩 올려서.

# %%
import matplotlib.pyplot as plt

panels = {
    "scores 1, 2, 3": [0.0900, 0.2447, 0.6652],
    "scores 2, 4, 6": [0.0159, 0.1173, 0.8668],
    "scores 101, 102, 103": [0.0900, 0.2447, 0.6652],
}
figure, axes = plt.subplots(1, 3, figsize=(9, 2.4), sharey=True)
for axis, (name, probabilities) in zip(axes, panels.items()):
    axis.bar(["0", "1", "2"], probabilities)
    axis.set(title=name, xlabel="class", ylim=(0, 1))
axes[0].set_ylabel("probability")
figure.tight_layout()

# %%
ask("tenfold_scores")

# %% [markdown]
# ## The predicted class
#
# If one answer must be given, it is the class with the highest probability. Softmax keeps the order of the scores, so
# the highest score will do, and no exponential is needed:
#
# $$\hat{y}_i = \arg\max_j z_{ij}$$
#
# **A number by hand.** The rows $[1, 2, 3]$ and $[5, -1, 0]$ give the classes $[2, 0]$. Where two scores are equal, the
# first one counts.

# %% [markdown] lang="ko" of="0e0bf2bb"
# ## 예측한 클래스
#
# 답을 하나만 해야 한다면 확률이 가장 높은 클래스를 고른다. 소프트맥스는 점수의 순서를 그대로 두므로 가장 높은 점수를 찾으면 되고,
# 지수 함수는 필요 없다.
#
# $$\hat{y}_i = \arg\max_j z_{ij}$$
#
# **손으로 계산하기.** 행 $[1, 2, 3]$과 $[5, -1, 0]$의 클래스는 $[2, 0]$이다. 점수가 같은 것이 있으면 먼저 나온 것을 고른다.


# %%
def predict_class(logits):
    """Return the class with the highest score in every row, argmax_j z_j, as integers.

    logits: an array of shape (C,), (N, C) or with any number of leading axes; the
    result has the shape of the leading axes, so (N,) for a batch. Of several equal
    scores the first one counts.

    >>> predict_class(np.array([[1.0, 2.0, 3.0], [5.0, -1.0, 0.0]])).tolist()
    [2, 0]

    To read: CS231n (Stanford), course notes, "Linear classification: Support Vector
    Machine, Softmax".
    """
    ### BEGIN SOLUTION
    return np.argmax(logits, axis=-1)
    ### END SOLUTION


# %%
check("predict_class")

# %% [markdown] tags=["explanation"]
# **Why this works.** `np.argmax` returns places, `np.max` values. Without an axis it counts through the whole array as
# if it were one long row. The exponential rises everywhere and a row is divided by one positive number, so softmax
# never changes which entry is the largest; at 1000 it would only do harm.

# %% [markdown] lang="ko" of="4a17d6a8" tags=["explanation"]
# **왜 이렇게 되는가.** `np.argmax`는 자리를, `np.max`는 값을 반환한다. 축을 주지 않으면 배열 전체를 긴 행 하나로 여기고 센다.
# 지수 함수는 어디서나 증가하고 한 행은 같은 양수로 나누어지므로, 소프트맥스는 어느 원소가 가장 큰지를 바꾸지 않는다. 1000에서는
# 오히려 해가 될 뿐이다.

# %% [markdown]
# ## The logarithm of softmax
#
# From here on it is the logarithm of a probability that is wanted. `np.log(softmax(z))` is right most of the time. But
# the row $[1000, -1000]$ has a probability of $e^{-2000}$, which is stored as 0, and its logarithm is $-\infty$, where
# $-2000$ would be right. What is lost by rounding does not come back. So use the rules of the logarithm first:
#
# $$\log p_j = \log \frac{e^{z_j}}{\sum_k e^{z_k}}$$
#
# Write it as a difference. Then shift the row, as for softmax.
#
# **A number by hand.** For $z = [1, 2, 3]$ the sum of the exponentials is $30.193$ and its logarithm $3.4076$, so
# $\log p = [-2.4076, -1.4076, -0.4076]$.

# %% [markdown] lang="ko" of="03d6fe1f"
# ## 소프트맥스의 로그
#
# 지금부터 필요한 것은 확률의 로그다. `np.log(softmax(z))`는 대개 맞다. 그러나 행 $[1000, -1000]$에는 $e^{-2000}$인 확률이
# 있어 0으로 저장되고, 그 로그는 $-\infty$가 된다. 맞는 값은 $-2000$이다. 반올림으로 잃은 것은 돌아오지 않는다. 그러니 로그의
# 법칙을 먼저 쓰세요.
#
# $$\log p_j = \log \frac{e^{z_j}}{\sum_k e^{z_k}}$$
#
# 이것을 차로 나타내고, 소프트맥스에서처럼 행의 점수를 옮기세요.
#
# **손으로 계산하기.** $z = [1, 2, 3]$이면 지수 함수의 합은 $30.193$, 그 로그는 $3.4076$이므로
# $\log p = [-2.4076, -1.4076, -0.4076]$이다.


# %%
def log_softmax(logits):
    """Return the logarithm of softmax over the last axis, z_j - log(sum_k exp(z_k)).

    logits: an array of shape (C,), (N, C) or with any number of leading axes; the
    result has the same shape, and no entry above 0. Exact and without a warning when
    the logits, or the distances between them, are as large as 1000.

    >>> np.round(log_softmax(np.array([1.0, 2.0, 3.0])), 4).tolist()
    [-2.4076, -1.4076, -0.4076]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3.
    """
    ### BEGIN SOLUTION
    logits = np.asarray(logits, dtype=float)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    ### END SOLUTION


# %%
check("log_softmax")

# %% [markdown] tags=["explanation"]
# **Why this works.** $\log \frac{e^{z_j}}{\sum_k e^{z_k}} = z_j - \log \sum_k e^{z_k}$: the exponential that could be
# rounded to 0 is gone. Shifting the whole row changes neither side, and leaves a sum between 1 and $C$. The shift must
# reach both places, the score in front and the scores inside the sum.

# %% [markdown] lang="ko" of="d10d2020" tags=["explanation"]
# **왜 이렇게 되는가.** $\log \frac{e^{z_j}}{\sum_k e^{z_k}} = z_j - \log \sum_k e^{z_k}$이므로, 0으로 반올림될 수 있던
# 지수 함수가 사라진다. 행 전체의 점수를 옮겨도 양변은 그대로이고, 합은 1과 $C$ 사이에 놓인다. 다만 앞의 점수와 합 안의 점수, 두
# 곳을 모두 옮겨야 한다.

# %% [markdown]
# ## Labels as rows
#
# A label is one number, the network's answer a row of $C$ numbers. To compare them, the label becomes a row as well: a
# 1 at its class and 0 everywhere else. It is a distribution too, of somebody who is certain. This is a **one-hot** row.
#
# $$Y_{ij} = \begin{cases} 1 & j = y_i \\ 0 & j \ne y_i \end{cases}$$
#
# **A number by hand.** With three classes the labels $[2, 0]$ become $[[0, 0, 1], [1, 0, 0]]$. The number of classes
# has to be given: a batch in which the last class does not occur cannot tell it.
#
# The predicted classes can be written like this too. Then a whole row of probabilities is reduced to one 1.

# %% [markdown] lang="ko" of="c1a3fef6"
# ## 레이블을 행으로
#
# 레이블은 수 하나이고, 신경망의 답은 수 $C$개로 된 행이다. 둘을 비교하려면 레이블도 행으로 만든다. 자기 클래스에 1, 나머지에 0을
# 쓴다. 이것 역시 분포, 곧 완전히 확신하는 사람의 분포다. 이런 행을 **원-핫**(one-hot) 행이라고 한다.
#
# $$Y_{ij} = \begin{cases} 1 & j = y_i \\ 0 & j \ne y_i \end{cases}$$
#
# **손으로 계산하기.** 클래스가 셋이면 레이블 $[2, 0]$은 $[[0, 0, 1], [1, 0, 0]]$이 된다. 클래스의 수는 따로 주어야 한다.
# 마지막 클래스가 나오지 않는 배치에서는 알 수 없기 때문이다.
#
# 예측한 클래스도 이렇게 쓸 수 있다. 그러면 확률로 된 한 행이 1 하나로 줄어든다.


# %%
def one_hot(labels, num_classes):
    """Return the labels as rows of zeros with a single 1: entry (i, j) is 1 where j = labels[i].

    labels: integers of shape (N,), from 0 to num_classes - 1; some classes may not
    occur. num_classes: the number of classes C, an integer. The result has shape (N, C).

    >>> one_hot(np.array([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]

    To read: Zhang, Lipton, Li and Smola, Dive into Deep Learning, section 4.1.
    """
    ### BEGIN SOLUTION
    rows = np.zeros((len(labels), num_classes))
    rows[np.arange(len(labels)), labels] = 1.0
    return rows
    ### END SOLUTION


# %%
check("one_hot")

# %% [markdown] tags=["explanation"]
# **Why this works.** The index pair goes through both arrays together: row 0 with the first label, row 1 with the
# second, and so on, one entry of each row. The same in one expression is `np.eye(num_classes)[labels]`: row $y$ of the
# identity matrix is the one-hot row of the class $y$.

# %% [markdown] lang="ko" of="9d088cb0" tags=["explanation"]
# **왜 이렇게 되는가.** 인덱스 쌍은 두 배열을 나란히 훑는다. 0행은 첫째 레이블과, 1행은 둘째 레이블과 짝지어, 행마다 원소 하나를
# 고른다. 식 하나로 쓰면 `np.eye(num_classes)[labels]`다. 단위행렬의 $y$행이 바로 클래스 $y$의 원-핫 행이기 때문이다.

# %%
ask("one_hot_keeps")

# %% [markdown]
# ## Between two distributions
#
# Now both sides are distributions: $p$, how things are, and $q$, what somebody believes. An event of believed
# probability $q_j$ surprises by $-\log q_j$, and it comes with probability $p_j$. The mean surprise is the
# **cross-entropy** of the two:
#
# $$H(p, q) = -\sum_j p_j \log q_j$$
#
# **A number by hand.** $p = [0.7, 0.2, 0.1]$ and $q = [0.5, 0.3, 0.2]$ give $0.4852 + 0.2408 + 0.1609 = 0.8869$.
# Whoever believes the truth, $q = p$, is surprised least, but not by nothing: $H(p, p) = 0.8018$, the **entropy** of
# $p$. The other way round, $H(q, p) = 1.1217$.
#
# The picture shows two classes with $p = [0.7, 0.3]$: the lowest point lies exactly at $q = p$, and believing in a
# certainty that does not exist costs without end. This is why the minimum of this loss is the truth.

# %% [markdown] lang="ko" of="578da923"
# ## 두 분포 사이
#
# 이제 양쪽이 모두 분포다. $p$는 실제가 어떠한지, $q$는 누군가가 어떻게 믿는지를 나타낸다. 확률이 $q_j$라고 믿은 일이 일어나면
# $-\log q_j$만큼 놀라고, 그 일은 확률 $p_j$로 일어난다. 놀라움의 평균이 두 분포의 **교차 엔트로피**다.
#
# $$H(p, q) = -\sum_j p_j \log q_j$$
#
# **손으로 계산하기.** $p = [0.7, 0.2, 0.1]$, $q = [0.5, 0.3, 0.2]$이면 $0.4852 + 0.2408 + 0.1609 = 0.8869$다. 참을
# 그대로 믿는 사람, 곧 $q = p$인 사람이 가장 적게 놀라지만 전혀 놀라지 않는 것은 아니다. $H(p, p) = 0.8018$이고, 이것을 $p$의
# **엔트로피**(entropy)라고 한다. 순서를 바꾸면 $H(q, p) = 1.1217$이다.
#
# 그림은 클래스가 둘이고 $p = [0.7, 0.3]$인 경우다. 가장 낮은 점은 정확히 $q = p$에 있고, 있지도 않은 확실성을 믿으면 손실이
# 끝없이 커진다. 그래서 이 손실은 참에서 가장 작다.

# %%
import matplotlib.pyplot as plt

figure, axis = plt.subplots(figsize=(6, 2.6))
first = np.linspace(0.002, 0.998, 500)
axis.plot(first, -0.7 * np.log(first) - 0.3 * np.log(1 - first))
axis.plot(0.7, 0.6109, "ko")
axis.set(xlabel="q of the first class", ylabel="H(p, q)", title="p = [0.7, 0.3]")
figure.tight_layout()


# %%
def entropy_between(p, q):
    """Return the cross-entropy of two distributions, H(p, q) = -sum_j p_j log(q_j).

    p, q: arrays of shape (C,), probabilities that add up to 1. The result is one
    number, with the natural logarithm. Where p is 0 its term is 0, even where q is 0 as
    well; elsewhere q is positive.

    >>> round(float(entropy_between(np.array([0.7, 0.2, 0.1]), np.array([0.5, 0.3, 0.2]))), 4)
    0.8869

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 3.13.
    """
    ### BEGIN SOLUTION
    p, q = np.asarray(p), np.asarray(q)
    possible = p > 0
    return float(-np.sum(p[possible] * np.log(q[possible])))
    ### END SOLUTION


# %%
check("entropy_between")

# %% [markdown] tags=["explanation"]
# **Why this works.** The sum is a weighted mean already, because the weights $p_j$ add up to 1. Classes that never come
# are left out before the logarithm: $x \log x$ goes to 0 with $x$, but NumPy computes $0 \cdot (-\infty)$ and gets
# `nan`. With a one-hot $p$ only the true class remains, and $H(p, q) = -\log q_y$: the loss of the next section.

# %% [markdown] lang="ko" of="5dd9445c" tags=["explanation"]
# **왜 이렇게 되는가.** 가중치 $p_j$의 합이 1이므로 이 합은 이미 가중 평균이다. 결코 나오지 않는 클래스는 로그를 취하기 전에
# 뺀다. $x \log x$는 $x$와 함께 0으로 가지만, NumPy는 $0 \cdot (-\infty)$를 계산해 `nan`을 얻는다. $p$가 원-핫이면 정답
# 클래스만 남아 $H(p, q) = -\log q_y$다. 이것이 다음 절의 손실이다.

# %% [markdown]
# ## Cross-entropy
#
# The label says which class is the true one. The loss of one example is the surprise of seeing it: if the network
# gave the true class the probability $p_y$, the loss is $-\log p_y$. It is 0 when the network was certain and right,
# and it grows without bound the more certain it was of something else. The loss of a batch is the mean:
#
# $$L = -\frac{1}{N} \sum_{i=1}^{N} \log p_{i, y_i}$$
#
# **A number by hand.** The row $[1, 2, 3]$ gives $p = [0.0900, 0.2447, 0.6652]$. If the label is 2, the loss is
# $-\log 0.6652 = 0.4076$. If it is 0, the loss is $-\log 0.0900 = 2.4076$. A batch of these two has the loss $1.4076$.
# A network that knows nothing gives every class $1/C$, and its loss is $\log C$: with ten classes $2.3026$. Remember
# this number: it is where the training of a ten-class network should start.
#
# **Large numbers.** Let a row be $[1000, -1000]$ and its label 1. The probability $e^{-2000}$ is stored as 0, and
# $\log 0$ is $-\infty$, but the true loss is simply 2000. Put the formula of softmax into $-\log p_y$, use the rules of
# the logarithm on paper, and compute what you get. The shift by $m$ helps here again. (`log_softmax` already does this
# for all classes.)

# %% [markdown] lang="ko" of="7d467bef"
# ## 교차 엔트로피
#
# 레이블은 어느 클래스가 정답인지 말해 준다. 예제 하나의 손실은 그 정답을 보았을 때의 놀라움이다. 신경망이 정답 클래스에 확률
# $p_y$를 주었다면 손실은 $-\log p_y$다. 확신하고 맞혔으면 0이고, 다른 것을 더 확신할수록 한없이 커진다. 배치의 손실은 평균이다.
#
# $$L = -\frac{1}{N} \sum_{i=1}^{N} \log p_{i, y_i}$$
#
# **손으로 계산하기.** 행 $[1, 2, 3]$에서 $p = [0.0900, 0.2447, 0.6652]$이다. 레이블이 2이면 손실은
# $-\log 0.6652 = 0.4076$, 0이면 $-\log 0.0900 = 2.4076$이다. 이 둘로 된 배치의 손실은 $1.4076$이다. 아무것도 모르는
# 신경망은 모든 클래스에 $1/C$를 주므로 손실이 $\log C$다. 클래스가 열 개이면 $2.3026$이다. 이 수를 기억해 두세요. 클래스가 열
# 개인 신경망의 학습은 여기서 시작해야 한다.
#
# **큰 수.** 행이 $[1000, -1000]$이고 레이블이 1이라 하자. 확률 $e^{-2000}$은 0으로 저장되고 $\log 0$은 $-\infty$이지만,
# 진짜 손실은 그저 2000이다. $-\log p_y$에 소프트맥스의 식을 넣고, 종이 위에서 로그의 법칙을 쓴 다음, 그 결과를 계산하세요.
# 여기서도 $m$만큼 옮기는 것이 도움이 된다. (`log_softmax`가 이미 모든 클래스에 대해 이 일을 한다.)


# %%
def cross_entropy(logits, labels):
    """Return the mean over the batch of -log(p_y), the softmax cross-entropy.

    p is the softmax of a row of logits, p_y its entry for the row's label y.

    logits: an array of shape (N, C), the scores before softmax. labels: integers of
    shape (N,), from 0 to C - 1. The result is one number. Exact (not clipped), finite
    and without a warning for logits as large as 1000.

    >>> round(cross_entropy(np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]), np.array([2, 0])), 4)
    1.4076

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3.
    """
    ### BEGIN SOLUTION
    log_p = log_softmax(logits)
    return float(-np.mean(log_p[np.arange(len(log_p)), labels]))
    ### END SOLUTION


# %%
check("cross_entropy")

# %% [markdown] tags=["explanation"]
# **Why this works.** $-\log \frac{e^{z_y}}{\sum_k e^{z_k}} = \log \sum_k e^{z_k} - z_y$: the exponential of the true
# class is gone before it could be rounded to 0. Subtracting the row's maximum from all of its scores changes neither
# side, and makes the sum lie between 1 and $C$, where the logarithm is harmless. The index pair
# `[np.arange(N), labels]` takes one entry from each row; `[:, labels]` would take $N$ whole columns. Adding a small
# number, as in $\log(p + 10^{-12})$, also avoids the infinity, but then the loss stops at 27.6 and its slope at 0.

# %% [markdown] lang="ko" of="ad9ad2f0" tags=["explanation"]
# **왜 이렇게 되는가.** $-\log \frac{e^{z_y}}{\sum_k e^{z_k}} = \log \sum_k e^{z_k} - z_y$이므로, 정답 클래스의 지수
# 함수는 0으로 반올림되기 전에 사라진다. 한 행의 모든 점수에서 그 행의 최댓값을 빼도 양변은 그대로이고, 합은 1과 $C$ 사이에 놓여
# 로그가 안전하다. 인덱스 쌍 `[np.arange(N), labels]`는 행마다 원소 하나를 고른다. `[:, labels]`라면 열 전체를 $N$개 고른다.
# $\log(p + 10^{-12})$처럼 작은 수를 더해도 무한대는 피할 수 있지만, 그러면 손실은 27.6에서, 기울기는 0에서 멈춘다.

# %%
ask("cost_of_row")

# %%
ask("starting_loss")

# %% [markdown]
# **Two classes.** Let $C = 2$ and write down the probability of class 1 for the scores $z_0$ and $z_1$. Divide
# numerator and denominator by $e^{z_1}$, and put the result beside assignment 3. Then write down both losses.

# %% [markdown] lang="ko" of="94f23bfc"
# **클래스가 둘일 때.** $C = 2$라 하고, 점수 $z_0$과 $z_1$에 대해 클래스 1의 확률을 적어 보세요. 분자와 분모를 $e^{z_1}$으로
# 나누고, 그 결과를 과제 3의 식과 나란히 놓으세요. 그런 다음 두 손실도 적어 보세요.

# %%
ask("two_classes")

# %% [markdown]
# ## The slope of the loss
#
# To learn, the network needs to know how the loss changes when one score changes a little:
# $\partial L / \partial z_{ij}$ for every example $i$ and class $j$. Softmax and logarithm look as if this would be
# long. It is short. For one example, the loss is
#
# $$L = \log \sum_k e^{z_k} - z_y$$
#
# Differentiate both terms by $z_j$. What is the derivative of the first one? You have met it under another name. The
# second is different for $j = y$ and for all other $j$. Then remember the mean over the batch.
#
# **A number by hand.** Take $z = [1, 2, 3]$ with label 2 and nudge the first score by 0.001: the loss rises from
# $0.40761$ to $0.40770$, so the slope is about $0.09$. The whole gradient is $[0.0900, 0.2447, -0.3348]$. Compare it
# with the probabilities of this row. Its entries add up to 0: raising all scores together changes nothing.

# %% [markdown] lang="ko" of="3f24ee0d"
# ## 손실의 기울기
#
# 배우려면 점수 하나를 조금 바꿀 때 손실이 얼마나 바뀌는지, 곧 모든 예제 $i$와 클래스 $j$에 대해
# $\partial L / \partial z_{ij}$를 알아야 한다. 소프트맥스에 로그까지 있으니 길어 보인다. 그런데 짧다. 예제 하나의 손실은
#
# $$L = \log \sum_k e^{z_k} - z_y$$
#
# 이다. 두 항을 $z_j$로 미분하세요. 첫째 항의 도함수는 무엇인가? 다른 이름으로 이미 만난 것이다. 둘째 항은 $j = y$일 때와 나머지
# $j$일 때가 다르다. 그다음 배치 평균을 잊지 마세요.
#
# **손으로 계산하기.** $z = [1, 2, 3]$, 레이블 2에서 첫째 점수를 0.001만큼 올리면 손실이 $0.40761$에서 $0.40770$으로
# 커지므로 기울기는 약 $0.09$다. 전체 기울기는 $[0.0900, 0.2447, -0.3348]$이다. 이 행의 확률과 비교해 보세요. 원소를 모두
# 더하면 0이다. 모든 점수를 함께 올리면 아무것도 바뀌지 않기 때문이다.


# %%
def cross_entropy_gradient(logits, labels):
    """Return dL/dlogits, the gradient of L = cross_entropy(logits, labels).

    logits: an array of shape (N, C), the scores before softmax. labels: integers of
    shape (N,), from 0 to C - 1; some classes may not occur. The result has shape (N,
    C). Finite for logits as large as 1000.

    >>> np.round(cross_entropy_gradient(np.array([[1.0, 2.0, 3.0]]), np.array([2])), 4).tolist()
    [[0.09, 0.2447, -0.3348]]

    To read: CS231n (Stanford), course notes, "Putting it together: Minimal Neural
    Network Case Study".
    """
    ### BEGIN SOLUTION
    gradient = softmax(logits)
    gradient[np.arange(len(gradient)), labels] -= 1.0
    return gradient / len(gradient)
    ### END SOLUTION


# %%
check("cross_entropy_gradient")

# %% [markdown] tags=["explanation"]
# **Why this works.** The derivative of $\log \sum_k e^{z_k}$ by $z_j$ is $e^{z_j} / \sum_k e^{z_k} = p_j$, and $z_y$
# has the derivative 1 at the true class and 0 elsewhere. So the gradient of a row is "what the network said minus what
# is true", $p - y$ with $y$ as a one-hot row, divided by $N$ because the loss is a mean. Nothing in it overflows, and a
# network that is certain and wrong gets a slope of almost $1/N$, the full push. `softmax` returned a new array, so it
# is safe to correct it in place.

# %% [markdown] lang="ko" of="6903ee2c" tags=["explanation"]
# **왜 이렇게 되는가.** $\log \sum_k e^{z_k}$를 $z_j$로 미분하면 $e^{z_j} / \sum_k e^{z_k} = p_j$이고, $z_y$의 도함수는
# 정답 클래스에서 1, 다른 곳에서 0이다. 그래서 한 행의 기울기는 "신경망이 말한 것 빼기 정답", 곧 $y$를 원-핫 행으로 본
# $p - y$이고, 손실이 평균이므로 $N$으로 나눈다. 여기에는 오버플로가 생길 것이 없고, 확신하고 틀린 신경망은 거의 $1/N$의 기울기를
# 받아 가장 세게 밀린다. `softmax`가 새 배열을 반환했으니 그 자리에서 고쳐도 안전하다.

# %% [markdown]
# ## Softmax regression, with weight decay
#
# Put a matrix of weights in front, one column for each class: the scores are $Z = XW$. This is **softmax regression**,
# a network with a single layer. Its slope by the weights follows from the slope by the scores, as in assignment 3.
#
# One term is new. Many weights give the same predictions; **weight decay** prefers the small ones and so keeps the
# network from learning the batch by heart. With $\lambda$ for `weight_decay`:
#
# $$L(W) = -\frac{1}{N} \sum_{i=1}^{N} \log p_{i, y_i} + \frac{\lambda}{2} \sum_{d, j} W_{dj}^2$$
#
# The half is there so that the derivative is short. The decay is no mean: it does not know the batch.
#
# **A number by hand.** $X = [[1, 2], [2, 0]]$, labels $[1, 0]$, $W = [[0.5, 0, -0.5], [0, 0.5, 0.5]]$. The scores are
# $[0.5, 1, 0.5]$ and $[1, 0, -1]$, the cross-entropy $(0.7944 + 0.4076) / 2 = 0.6010$, and the squares of the weights
# add up to 1. With $\lambda = 0.1$ the loss is $0.6010 + 0.05 = 0.6510$. The first row of the gradient is
# $[-0.1977, -0.0293, 0.2271]$ from the cross-entropy, and $[-0.1477, -0.0293, 0.1771]$ with the decay.

# %% [markdown] lang="ko" of="bc30f40d"
# ## 가중치 감쇠가 있는 소프트맥스 회귀
#
# 앞에 가중치 행렬을 놓자. 클래스마다 열 하나이고, 점수는 $Z = XW$다. 이것이 층이 하나뿐인 신경망, **소프트맥스 회귀**(softmax
# regression)다. 가중치에 대한 기울기는 과제 3에서처럼 점수에 대한 기울기에서 나온다.
#
# 새로운 항이 하나 있다. 같은 예측을 내는 가중치는 많다. **가중치 감쇠**(weight decay)는 그중 작은 것을 택하게 해서, 신경망이
# 배치를 통째로 외우지 못하게 한다. `weight_decay`를 $\lambda$로 쓰면
#
# $$L(W) = -\frac{1}{N} \sum_{i=1}^{N} \log p_{i, y_i} + \frac{\lambda}{2} \sum_{d, j} W_{dj}^2$$
#
# 이다. 2로 나눈 것은 도함수를 짧게 하기 위해서다. 감쇠 항은 평균이 아니다. 배치와 아무 상관이 없다.
#
# **손으로 계산하기.** $X = [[1, 2], [2, 0]]$, 레이블 $[1, 0]$, $W = [[0.5, 0, -0.5], [0, 0.5, 0.5]]$라 하자. 점수는
# $[0.5, 1, 0.5]$와 $[1, 0, -1]$, 교차 엔트로피는 $(0.7944 + 0.4076) / 2 = 0.6010$이고, 가중치의 제곱을 모두 더하면 1이다.
# $\lambda = 0.1$이면 손실은 $0.6010 + 0.05 = 0.6510$이다. 기울기의 첫째 행은 교차 엔트로피만으로는
# $[-0.1977, -0.0293, 0.2271]$, 감쇠를 더하면 $[-0.1477, -0.0293, 0.1771]$이다.


# %%
def softmax_regression_loss(W, X, labels, weight_decay):
    """Return (loss, dloss/dW), loss = cross_entropy(X @ W, labels) + 0.5 * weight_decay * sum(W**2).

    W: an array of shape (D, C). X: an array of shape (N, D). labels: integers of shape
    (N,), from 0 to C - 1. weight_decay: a number, not negative. loss: one number;
    dloss/dW has shape (D, C). Only the cross-entropy is a mean over the batch. Finite
    for scores as large as 1000. W and X stay as they are.

    >>> W, X = np.array([[0.5, 0.0, -0.5], [0.0, 0.5, 0.5]]), np.array([[1.0, 2.0], [2.0, 0.0]])
    >>> loss, dW = softmax_regression_loss(W, X, np.array([1, 0]), 0.1)
    >>> round(float(loss), 4), np.round(dW[0], 4).tolist()
    (0.651, [-0.1477, -0.0293, 0.1771])

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 7.1.1.
    """
    ### BEGIN SOLUTION
    W, X = np.asarray(W, dtype=float), np.asarray(X, dtype=float)
    scores = X @ W
    loss = cross_entropy(scores, labels) + 0.5 * weight_decay * np.sum(W**2)
    return float(loss), X.T @ cross_entropy_gradient(scores, labels) + weight_decay * W
    ### END SOLUTION


# %%
check("softmax_regression_loss")

# %% [markdown] tags=["explanation"]
# **Why this works.** A weight $W_{dj}$ meets the score $z_{ij}$ of every example with the factor $X_{id}$, so its slope
# is $\sum_i X_{id}\, \partial L / \partial z_{ij}$, which is $X^T$ times the gradient by the scores: shape $(D, N)$
# times $(N, C)$. The mean is already in that gradient. The decay has the derivative
# $\frac{\lambda}{2} \cdot 2 W = \lambda W$: every step of gradient descent shrinks each weight a little, by a share of
# itself, hence the name.

# %% [markdown] lang="ko" of="e0358efa" tags=["explanation"]
# **왜 이렇게 되는가.** 가중치 $W_{dj}$는 모든 예제의 점수 $z_{ij}$에 $X_{id}$와 곱해져 들어가므로, 그 기울기는
# $\sum_i X_{id}\, \partial L / \partial z_{ij}$다. 이것은 점수에 대한 기울기 앞에 $X^T$를 곱한 것으로, 모양 $(D, N)$ 곱하기
# $(N, C)$다. 평균은 그 기울기 안에 이미 들어 있다. 감쇠 항의 도함수는 $\frac{\lambda}{2} \cdot 2 W = \lambda W$다. 경사
# 하강법의 걸음마다 가중치가 자기 크기에 비례해 조금씩 줄어든다. 그래서 감쇠라고 한다.

# %% [markdown]
# ## What you have built
#
# The end of nearly every classifier: scores to probabilities, probabilities to a loss, and the slope that starts the
# way back. With one matrix of weights in front of it you have the smallest network there is, softmax regression, and
# its loss with weight decay. Assignment 6 carries this slope through all the layers before it.

# %% [markdown] lang="ko" of="2ce731c7"
# ## 무엇을 만들었는가
#
# 거의 모든 분류기의 마지막 부분을 만들었다. 점수에서 확률로, 확률에서 손실로, 그리고 되돌아가는 길의 출발점인 기울기까지. 그 앞에
# 가중치 행렬을 하나 놓으면 가장 작은 신경망인 소프트맥스 회귀가 되고, 가중치 감쇠를 더한 손실도 얻었다. 과제 6에서는 이 기울기를 그
# 앞의 모든 층으로 전달한다.

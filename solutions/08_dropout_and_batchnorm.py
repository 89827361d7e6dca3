# %% [markdown]
# # 8 · Dropout and batch normalization
#
# A large network can learn its training examples by heart. One cure is to train many networks and average them, for
# their errors differ and partly cancel; but who can afford a hundred networks? Dropout gets much of the effect from
# one. In every training step it switches off a random part of the units. A unit can no longer rely on one
# particular neighbour to correct it, so it has to learn something that is useful by itself. At test time all units
# work together, like an average of all the thinned networks that were trained.
#
# Batch normalization cures something else. In a deep network the numbers grow or shrink from layer to layer, and a
# layer has to learn while the layers before it keep changing what it receives. So the numbers are brought back to
# mean 0 and spread 1 in between. Both layers behave differently in training and in use, and that switch is where most
# bugs are. At the end you put layers together in new ways: around, side by side, and in a loop.
#
# **Time:** about 100 minutes. **You need:** NumPy arrays, mean and variance, the chain rule of assignment 6,
# `np.random.Generator`.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it. It
# tells you what is right and, where something is not, where to look. `hint("dropout_mask")` helps step by step: the
# first steps point the way, the last is usually the formula. The questions are answered in the cell below each of them.
#
# **Shapes and conventions.** A batch of $N$ examples with $D$ features has shape `(N, D)`. In this course `p` is the
# probability to **drop**, as in PyTorch. Other sources (the paper of 2014, old TensorFlow's `keep_prob`) count the
# units that stay: always look which one is meant. All randomness comes from the argument `rng`. Your random numbers
# need not be ours; they are judged as a distribution. Functions leave their arguments as they were, and arrays of
# integers must work as well.

# %% [markdown] lang="ko" of="84cb5b5d"
# # 8 · 드롭아웃과 배치 정규화
#
# 큰 신경망은 훈련 예제를 통째로 외워 버릴 수 있다. 한 가지 처방은 신경망을 여러 개 학습시켜 평균하는 것이다. 저마다
# 다르게 틀리므로 오차가 일부 상쇄된다. 하지만 신경망 백 개를 학습시킬 여유가 누구에게 있겠는가? **드롭아웃**(dropout)은
# 신경망 하나로 그 효과의 상당 부분을 얻는다. 학습의 단계마다 유닛의 일부를 무작위로 끈다. 그러면 유닛은 특정한
# 이웃이 자기 실수를 고쳐 주리라 기대할 수 없으므로, 혼자서도 쓸모 있는 것을 배워야 한다. 테스트할 때는 모든 유닛이 함께
# 일하며, 학습 때의 성긴 신경망들을 평균한 것처럼 움직인다.
#
# **배치 정규화**(batch normalization)는 다른 병을 고친다. 깊은 신경망에서는 층을 지날수록 수가 커지거나 작아지고, 어떤
# 층이 배우는 동안에도 앞의 층들이 그 층의 입력을 계속 바꾸어 놓는다. 그래서 층과 층 사이에서 수를 평균 0, 표준편차 1로
# 되돌린다. 두 층 모두 학습할 때와 사용할 때 다르게 움직이며, 버그는 대부분 이 전환에서 생긴다. 마지막에는 층을 새로운
# 방식으로 조립한다. 우회로를 내고, 나란히 놓고, 고리로 잇는다.
#
# **시간:** 약 100분. **필요한 것:** NumPy 배열, 평균과 분산, 과제 6의 연쇄 법칙, `np.random.Generator`.
#
# **진행 방법:** `raise NotImplementedError`를 자신의 코드로 바꾸고 셀을 실행한 다음, 바로 아래의 `check`를 실행하세요.
# 무엇이 맞는지, 틀렸다면 어디를 봐야 하는지 알려 준다. `hint("dropout_mask")`는 한 단계씩 도와준다. 처음 단계는 방향을
# 알려 주고, 마지막 단계는 대개 공식이다. 퀴즈의 답은 각 문제 아래의 셀에 적으세요.
#
# **모양과 약속.** 특성이 $D$개인 예제 $N$개의 배치는 모양이 `(N, D)`이다. 이 강의에서 `p`는 PyTorch처럼 **버릴** 확률이다.
# 다른 자료(2014년 논문, 옛 TensorFlow의 `keep_prob`)는 남길 확률을 쓰기도 하니 어느 쪽인지 늘 확인하세요. 무작위성은
# 모두 인수 `rng`에서만 나온다. 여러분의 난수가 우리 것과 같을 필요는 없다. 분포로 채점한다. 함수는 인수를 바꾸지 않아야 하며,
# 정수 배열도 받아들여야 한다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# ## The mask
#
# Dropping is a multiplication by a mask: 0 for what is dropped, something else for what stays. Should that be 1? If a
# share $p$ of the inputs is missing, the sums in the next layer are on average too small by the factor $1 - p$; at
# test time nothing is missing, and the network would meet numbers of a size it never saw. So what stays is made
# larger, just enough for the mean to stay as it was. This is called **inverted dropout**:
#
# $$m_i = \begin{cases} 0 & \text{with probability } p \\ \dfrac{1}{1 - p} & \text{with probability } 1 - p
# \end{cases} \qquad \text{mean of } m_i = p \cdot 0 + (1 - p) \cdot \frac{1}{1 - p} = 1$$
#
# Every entry is drawn on its own: not one draw for a row, and not always the same number of zeros.
#
# **A number by hand.** For $p = 0.2$ the kept entries are $1 / 0.8 = 1.25$. A mask of ten entries has two zeros *on
# average*, and then its mean is $8 \cdot 1.25 / 10 = 1$.
#
# **The two ends.** $p = 0$ keeps all: ones. $p = 1$ keeps nothing: zeros. Take care there, $1 / (1 - p)$ does not
# exist and NumPy would warn.
#
# **The picture below** adds up 100 inputs of a unit, 5000 times, each time with another half of them dropped. The line
# is the sum at test time, with nothing dropped. Only with the factor 2 does training prepare the unit for it.

# %% [markdown] lang="ko" of="c39cebe8"
# ## 마스크
#
# 버린다는 것은 마스크(mask)를 곱하는 것이다. 버릴 것에는 0, 남길 것에는 다른 수를 곱한다. 그 수는 1이어야 할까? 입력의
# $p$만큼이 사라지면 다음 층의 합은 평균적으로 $1 - p$배로 작아진다. 테스트할 때는 사라지는 것이 없으므로, 신경망은 한
# 번도 본 적 없는 크기의 수를 만나게 된다. 그래서 남는 것을 키운다. 평균이 그대로 유지될 만큼만. 이것을
# **역 드롭아웃**(inverted dropout)이라고 한다.
#
# $$m_i = \begin{cases} 0 & \text{확률 } p \\ \dfrac{1}{1 - p} & \text{확률 } 1 - p
# \end{cases} \qquad m_i \text{의 평균} = p \cdot 0 + (1 - p) \cdot \frac{1}{1 - p} = 1$$
#
# 모든 원소는 따로따로 뽑는다. 한 행을 한 번에 뽑는 것도 아니고, 0의 개수가 늘 같은 것도 아니다.
#
# **손으로 계산하기.** $p = 0.2$이면 남는 원소는 $1 / 0.8 = 1.25$이다. 원소가 열 개인 마스크에는 0이 *평균* 두 개 있고,
# 그때 마스크의 평균은 $8 \cdot 1.25 / 10 = 1$이다.
#
# **양 끝.** $p = 0$이면 모두 남으므로 전부 1이다. $p = 1$이면 아무것도 남지 않으므로 전부 0이다. 여기서 조심하세요.
# $1 / (1 - p)$는 존재하지 않으며 NumPy가 경고를 낸다.
#
# **아래 그림**은 어떤 유닛의 입력 100개를 5000번 더한 것이다. 매번 다른 절반을 버렸다. 검은 선은 아무것도 버리지 않는
# 테스트 때의 합이다. 2를 곱했을 때만 학습이 유닛을 그 값에 대비시킨다.

# %%
chance = np.random.default_rng(0)
inputs = chance.uniform(0.5, 1.5, size=100)
kept = chance.binomial(1, 0.5, size=(5000, 100))  # p = 0.5

import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(7, 2.6))
axes.hist(kept @ inputs, bins=40, label="what is kept, times 1")
axes.hist((2 * kept) @ inputs, bins=40, label="what is kept, times 2")
axes.axvline(inputs.sum(), color="black", label="nothing dropped")
axes.set(xlabel="sum of 100 inputs", yticks=[], ylim=(0, 600))
_ = axes.legend(fontsize="small")


# %%
def dropout_mask(shape, p, rng):
    """Return a mask for inverted dropout: 0 with probability p, otherwise 1 / (1 - p).

    Every entry is an independent draw.

    shape: a tuple of ints, the shape of the result. p: the probability to DROP an
    entry, 0 <= p <= 1; p = 0 gives ones, p = 1 gives zeros, without a warning. rng: a
    np.random.Generator, the only source of chance.

    >>> np.unique(dropout_mask((50, 40), 0.2, np.random.default_rng(0))).tolist()
    [0.0, 1.25]

    To read: Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from
    Overfitting, 2014, where p is the probability to keep.
    """
    ### BEGIN SOLUTION
    if p == 1:
        return np.zeros(shape)
    return (rng.random(shape) >= p) / (1.0 - p)
    ### END SOLUTION


# %%
check("dropout_mask")

# %% [markdown] tags=["explanation"]
# **Why this works.** `rng.random` is uniform on $[0, 1)$, so a number lies below $p$ with probability exactly $p$; for
# $p = 0$ none does. The comparison gives truth values, and dividing them by $1 - p$ turns them into 0 and $1/(1-p)$.
# With `randn` instead, $P(\text{number} \ge 0.2)$ would be 0.42 rather than 0.8. At $p = 1$ the division
# would be 0 / 0, which is `nan`, not 0; hence the line for that end.

# %% [markdown] lang="ko" of="1401027f" tags=["explanation"]
# **왜 이렇게 되는가.** `rng.random`은 $[0, 1)$에서 균등하므로, 수가 $p$보다 작을 확률은 정확히 $p$이다. $p = 0$이면 그런
# 수는 없다. 비교의 결과는 참과 거짓이고, 이것을 $1 - p$로 나누면 0과 $1/(1-p)$가 된다. 대신 `randn`을 쓰면
# $P(\text{난수} \ge 0.2)$는 0.8이 아니라 0.42가 된다. $p = 1$에서는 나눗셈이 0 / 0이 되어 0이 아니라 `nan`이 나온다.
# 그래서 이 끝을 위한 줄이 따로 있다.

# %%
ask("drop_probability")

# %% [markdown]
# ## Dropout as a layer
#
# Training and use are different. While training, multiply by a fresh mask. At test time return the values as they
# are: no chance, no scaling. The price was paid in training already.
#
# $$\mathrm{dropout}(x) = \begin{cases} x \odot m & \text{training} \\ x & \text{otherwise} \end{cases}$$
#
# where $\odot$ multiplies entry by entry. Forgetting this switch is one of the most common bugs in practice: the same
# image gives another answer each time. In PyTorch the switch is `model.train()` and `model.eval()`.
#
# **A number by hand.** $x = [4, 8, 2, 6, 12]$ with $p = 0.2$, and the mask happens to drop the third entry:
# $x \odot m = [4, 8, 2, 6, 12] \odot [1.25, 1.25, 0, 1.25, 1.25] = [5, 10, 0, 7.5, 15]$. At test time the result is
# $x$ itself: $[4, 8, 2, 6, 12]$.

# %% [markdown] lang="ko" of="dd3842d1"
# ## 층으로서의 드롭아웃
#
# 학습할 때와 사용할 때가 다르다. 학습할 때는 새로 만든 마스크를 곱한다. 테스트할 때는 값을 있는 그대로 반환한다. 무작위도
# 없고 크기 조정도 없다. 그 대가는 학습할 때 이미 치렀다.
#
# $$\mathrm{dropout}(x) = \begin{cases} x \odot m & \text{학습할 때} \\ x & \text{그 밖} \end{cases}$$
#
# 여기서 $\odot$은 원소끼리 곱한다는 뜻이다. 이 전환을 잊는 것은 실무에서 가장 흔한 버그 가운데 하나다. 같은 이미지인데
# 답이 매번 달라진다. PyTorch에서는 `model.train()`과 `model.eval()`이 이 스위치다.
#
# **손으로 계산하기.** $x = [4, 8, 2, 6, 12]$, $p = 0.2$이고 마스크가 마침 세 번째 원소를 버렸다고 하자.
# $x \odot m = [4, 8, 2, 6, 12] \odot [1.25, 1.25, 0, 1.25, 1.25] = [5, 10, 0, 7.5, 15]$. 테스트할 때의 결과는
# $x$ 그대로 $[4, 8, 2, 6, 12]$이다.


# %%
def dropout(x, p, training, rng):
    """Return x times a fresh dropout mask while training, otherwise x's values as they are.

    x: an array of any shape; the result is a new array of the same shape. p: the
    probability to DROP an entry, 0 <= p <= 1; what stays is divided by 1 - p. training:
    True or False. rng: a np.random.Generator.

    >>> dropout(np.array([4.0, 8.0, 2.0]), 0.2, False, np.random.default_rng(0)).tolist()
    [4.0, 8.0, 2.0]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 7.12.
    """
    ### BEGIN SOLUTION
    x = np.array(x, dtype=float)
    return x * dropout_mask(x.shape, p, rng) if training else x
    ### END SOLUTION


# %%
check("dropout")

# %% [markdown] tags=["explanation"]
# **Why this works.** The mask has mean 1, so $x \odot m$ has mean $x$, entry by entry, and the layer behind meets
# numbers of the same size in training and in use. The paper of 2014 did it the other way round: no scaling in training,
# times the keeping probability at test time. Both are right on average, but inverted dropout leaves the network that is
# finally used free of any trace of dropout. `np.array` makes a copy, so the caller's array stays as it was.

# %% [markdown] lang="ko" of="926c564d" tags=["explanation"]
# **왜 이렇게 되는가.** 마스크의 평균이 1이므로 $x \odot m$의 평균은 원소마다 $x$이고, 뒤의 층은 학습할 때나 사용할 때나
# 같은 크기의 수를 만난다. 2014년 논문은 반대로 했다. 학습할 때는 크기를 조정하지 않고, 테스트할 때 남길 확률을 곱했다.
# 평균적으로는 둘 다 옳지만, 역 드롭아웃을 쓰면 마지막에 사용할 신경망에는 드롭아웃의 흔적이 남지 않는다. `np.array`는
# 복사본을 만들므로 호출한 쪽의 배열은 그대로다.

# %%
ask("kept_value")

# %%
ask("dropout_at_test_time")

# %% [markdown]
# ## Dropout on the way back
#
# What did the loss feel of one entry $x_i$? The output was $y_i = x_i m_i$, and $m_i$ was a constant by then: drawn,
# but not computed from $x$. You are given $\partial L / \partial y$, called `upstream` because it comes from further
# down the network. The chain rule gives $\partial L / \partial x$:
#
# $$\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_i} \cdot \frac{\partial y_i}{\partial x_i}$$
#
# It must be the mask of the forward pass. A new one would send gradients to units that were not there.
#
# **A number by hand.** With the mask $[1.25, 0, 1.25]$ and upstream $[2, 3, -4]$ the result is $[2.5, 0, -5]$.

# %% [markdown] lang="ko" of="2c11dade"
# ## 드롭아웃의 역전파
#
# 손실은 원소 $x_i$의 영향을 얼마나 받았을까? 출력은 $y_i = x_i m_i$였고, 그때 $m_i$는 상수였다. 뽑은 수일 뿐 $x$로 계산한
# 것이 아니다. 주어지는 것은 $\partial L / \partial y$이고, 신경망의 뒤쪽에서 오기 때문에 `upstream`이라고 부른다. 연쇄
# 법칙으로 $\partial L / \partial x$를 얻는다.
#
# $$\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_i} \cdot \frac{\partial y_i}{\partial x_i}$$
#
# 반드시 순전파 때의 그 마스크여야 한다. 새 마스크를 뽑으면 그 자리에 없던 유닛에 기울기를 보내게 된다.
#
# **손으로 계산하기.** 마스크가 $[1.25, 0, 1.25]$이고 upstream이 $[2, 3, -4]$이면 결과는 $[2.5, 0, -5]$이다.


# %%
def dropout_backward(upstream, mask):
    """Return dL/dx of y = x * mask, where upstream is dL/dy.

    upstream: an array of any shape. mask: an array of the same shape, the one that
    dropout_mask made for the forward pass, so its kept entries are 1 / (1 - p) already.
    The result is a new array of this shape.

    >>> dropout_backward(np.array([2.0, 3.0, -4.0]), np.array([1.25, 0.0, 1.25])).tolist()
    [2.5, 0.0, -5.0]

    To read: Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from
    Overfitting, 2014, section 5.
    """
    ### BEGIN SOLUTION
    return upstream * mask
    ### END SOLUTION


# %%
check("dropout_backward")

# %% [markdown] tags=["explanation"]
# **Why this works.** The slope of $x_i m_i$ by $x_i$ is $m_i$. Where the mask is 0 nothing went through, so the loss
# cannot depend on that entry and its gradient is 0. Where it is $1/(1-p)$ the entry was enlarged, so a small change of
# it is enlarged too. This is why a dropout layer has to remember its mask until the way back: chance is drawn once for
# a training step and used twice.

# %% [markdown] lang="ko" of="1bfbf4e7" tags=["explanation"]
# **왜 이렇게 되는가.** $x_i m_i$를 $x_i$로 미분하면 $m_i$이다. 마스크가 0인 곳은 아무것도 지나가지 않았으니 손실이 그
# 원소에 의존할 수 없고 기울기는 0이다. $1/(1-p)$인 곳은 원소가 커졌으니 작은 변화도 그만큼 커진다. 그래서 드롭아웃 층은
# 역전파 때까지 마스크를 기억해야 한다. 학습의 한 단계에서 난수는 한 번 뽑아 두 번 쓴다.

# %% [markdown]
# ## Batch normalization
#
# Twenty layers deep, a small factor per layer becomes a huge one. **The picture below** sends a batch through three
# networks that differ only in the size of their random weights. On the left the activations die out or explode. On the
# right each layer's sums are normalized before the ReLU, and all three networks behave alike.
#
# The idea: for every feature (every column), subtract the mean of the batch and divide by its standard deviation. Then
# let the network choose the level it really wants, with two numbers per column that are learned like weights, $\gamma$
# and $\beta$:
#
# $$\mu = \frac{1}{N} \sum_i x_i \qquad v = \frac{1}{N} \sum_i (x_i - \mu)^2 \qquad
# \hat{x}_i = \frac{x_i - \mu}{\sqrt{v + \varepsilon}} \qquad y_i = \gamma\, \hat{x}_i + \beta$$
#
# The small $\varepsilon$ stands under the root and saves a column whose values are all the same: there $v = 0$.
#
# **A number by hand.** The column $[1, 2, 3, 6]$ has the mean $3$ and the variance $(4 + 1 + 0 + 9)/4 = 3.5$, so the
# standard deviation $1.8708$. Normalized it is $[-1.069, -0.5345, 0, 1.6036]$, and with $\gamma = 2$, $\beta = 1$ it
# becomes $[-1.1381, -0.069, 1, 4.2071]$.

# %% [markdown] lang="ko" of="15d67fc1"
# ## 배치 정규화
#
# 층이 스무 개면 층마다 붙는 작은 배율이 엄청난 배율이 된다. **아래 그림**은 무작위 가중치의 크기만 다른 세 신경망에
# 배치를 흘려보낸 것이다. 왼쪽에서는 활성값이 사라지거나 폭발한다. 오른쪽은 층마다 ReLU 앞에서 합을 정규화했고, 세
# 신경망이 모두 비슷하게 움직인다.
#
# 방법은 이렇다. 특성(열)마다 배치의 평균을 빼고 표준편차로 나눈다. 그런 다음 신경망이 정말로 원하는 높이와 폭을 스스로
# 정하게 한다. 열마다 두 수 $\gamma$와 $\beta$를 두고 가중치처럼 학습한다.
#
# $$\mu = \frac{1}{N} \sum_i x_i \qquad v = \frac{1}{N} \sum_i (x_i - \mu)^2 \qquad
# \hat{x}_i = \frac{x_i - \mu}{\sqrt{v + \varepsilon}} \qquad y_i = \gamma\, \hat{x}_i + \beta$$
#
# 작은 수 $\varepsilon$은 근호 안에 있으며, 값이 모두 같은 열에서 0으로 나누지 않게 해 준다. 그런 열에서는 $v = 0$이다.
#
# **손으로 계산하기.** 열 $[1, 2, 3, 6]$의 평균은 $3$, 분산은 $(4 + 1 + 0 + 9)/4 = 3.5$이므로 표준편차는 $1.8708$이다.
# 정규화하면 $[-1.069, -0.5345, 0, 1.6036]$이고, $\gamma = 2$, $\beta = 1$이면 $[-1.1381, -0.069, 1, 4.2071]$이 된다.

# %%
import matplotlib.pyplot as plt

chance = np.random.default_rng(0)
figure, panels = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
for gain in (0.6, 1.0, 1.6):
    for panel, normalized in zip(panels, (False, True)):
        batch, spreads = chance.normal(size=(200, 100)), []
        for _ in range(20):
            batch = batch @ chance.normal(size=(100, 100)) * gain * np.sqrt(2 / 100)
            if normalized:
                batch = (batch - batch.mean(axis=0)) / batch.std(axis=0)
            batch = np.maximum(0, batch)
            spreads.append(batch.std())
        panel.semilogy(range(1, 21), spreads, label=f"weights times {gain}")
        panel.set(xlabel="layer", title="with normalization" if normalized else "without normalization")
panels[0].set_ylabel("spread of the activations")
_ = panels[0].legend(fontsize="small")


# %%
def batchnorm_forward(x, gamma, beta, eps):
    """Return (out, cache), where out = gamma * (x - mean) / sqrt(var + eps) + beta, column by column.

    mean and var are those of the batch: of every column, over the N examples; var is
    the mean of the squared distances (divided by N, not by N - 1). eps is added to var,
    under the root.

    x: shape (N, D), N >= 1. gamma, beta: shape (D,). eps: a positive number. out: shape
    (N, D); a constant column becomes beta. cache: whatever you will want to know in
    batchnorm_backward; nobody else looks into it.

    >>> out, cache = batchnorm_forward(np.array([[1.0], [2.0], [3.0], [6.0]]), np.array([2.0]), np.array([1.0]), 1e-5)
    >>> np.round(out[:, 0], 3).tolist()
    [-1.138, -0.069, 1.0, 4.207]

    To read: Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training
    by Reducing Internal Covariate Shift, 2015, algorithm 1.
    """
    ### BEGIN SOLUTION
    centred = x - np.mean(x, axis=0)
    std = np.sqrt(np.mean(centred**2, axis=0) + eps)
    normalized = centred / std
    return gamma * normalized + beta, {"normalized": normalized, "std": std, "gamma": np.array(gamma)}
    ### END SOLUTION


# %%
check("batchnorm_forward")

# %% [markdown] tags=["explanation"]
# **Why this works.** `axis=0` runs over the examples, so every column is compared with itself in the other examples.
# After the division each column has mean 0 and spread 1, whatever the weights before it did; a layer that doubles all
# its weights changes nothing behind the normalization. $\gamma$ and $\beta$ give the freedom back: with
# $\gamma = \sqrt{v + \varepsilon}$ and $\beta = \mu$ the layer would return $x$ itself. The centred values are computed
# once and used twice, and the cache keeps what the way back needs: $\hat{x}$, the standard deviation, and $\gamma$.

# %% [markdown] lang="ko" of="be1259f0" tags=["explanation"]
# **왜 이렇게 되는가.** `axis=0`은 예제를 따라 움직이므로, 모든 열은 다른 예제에서의 자기 자신과 비교된다. 나눗셈 뒤에는
# 앞의 가중치가 무엇을 했든 각 열의 평균이 0, 표준편차가 1이다. 어떤 층이 가중치를 모두 두 배로 해도 정규화 뒤에서는
# 달라지는 것이 없다. $\gamma$와 $\beta$는 자유를 돌려준다. $\gamma = \sqrt{v + \varepsilon}$, $\beta = \mu$이면 층은
# $x$를 그대로 내놓는다. 평균을 뺀 값은 한 번 계산해 두 번 쓰고, 캐시(cache)에는 돌아올 때 필요한 $\hat{x}$, 표준편차,
# $\gamma$를 담는다.

# %%
ask("two_examples")

# %% [markdown]
# ## Running statistics
#
# At test time there may be one example only, and its mean and variance say nothing. So while training the layer keeps
# a **running mean** and a running variance. After every batch they move a little towards the batch's own. With
# PyTorch's meaning of `momentum` $m$, the share of the new value:
#
# $$\text{running} \leftarrow (1 - m) \cdot \text{running} + m \cdot \text{mean}$$
#
# Such an average forgets slowly: a batch $k$ steps ago still counts with the weight $m (1 - m)^k$. The running variance
# moves by the same rule, so one function serves for both. Only what goes in differs: PyTorch gives the running variance
# the batch's variance divided by $N - 1$, an unbiased estimate, while the batch itself is normalized with the one divided
# by $N$.
#
# **A number by hand.** Start at $0$ with $m = 0.1$. A batch of mean $10$ moves the running mean to
# $0.9 \cdot 0 + 0.1 \cdot 10 = 1$, a second one of mean $10$ to $0.9 \cdot 1 + 0.1 \cdot 10 = 1.9$.

# %% [markdown] lang="ko" of="8e21cbc6"
# ## 이동 통계량
#
# 테스트할 때는 예제가 하나뿐일 수 있고, 그 평균과 분산은 아무것도 말해 주지 않는다. 그래서 층은 학습하는 동안
# **이동 평균**(running mean)과 이동 분산을 간직한다. 배치가 하나 지날 때마다 이들은 그 배치의 값 쪽으로 조금
# 움직인다. `momentum` $m$은 PyTorch에서처럼 새 값의 비중이다.
#
# $$\text{이동 평균} \leftarrow (1 - m) \cdot \text{이동 평균} + m \cdot \text{배치의 평균}$$
#
# 이런 평균은 천천히 잊는다. $k$단계 전의 배치도 아직 $m (1 - m)^k$의 비중을 차지한다. 이동 분산도 같은 규칙으로
# 움직이므로 함수 하나로 둘 다 된다. 넣는 값만 다르다. PyTorch는 이동 분산에 배치의 분산을 $N - 1$로 나눈 것, 곧 불편
# 추정값을 넣고, 배치 자신은 $N$으로 나눈 분산으로 정규화한다.
#
# **손으로 계산하기.** $0$에서 시작하고 $m = 0.1$이라고 하자. 평균이 $10$인 배치가 지나면 이동 평균은
# $0.9 \cdot 0 + 0.1 \cdot 10 = 1$, 평균이 $10$인 배치가 또 지나면 $0.9 \cdot 1 + 0.1 \cdot 10 = 1.9$가 된다.


# %%
def batchnorm_running(mean, running_mean, momentum):
    """Return the new running mean, (1 - momentum) * running_mean + momentum * mean.

    momentum is the share of the NEW value, as in PyTorch; 0 keeps the old one, 1 takes
    the new one.

    mean: shape (D,), the means of this batch. running_mean: shape (D,). momentum: a
    number from 0 to 1. The result is a new array of shape (D,).

    >>> batchnorm_running(np.array([10.0, 2.0]), np.array([1.0, 2.0]), 0.1).tolist()
    [1.9, 2.0]

    To read: the PyTorch documentation of torch.nn.BatchNorm1d, the note on momentum.
    """
    ### BEGIN SOLUTION
    return (1 - momentum) * running_mean + momentum * mean
    ### END SOLUTION


# %%
check("batchnorm_running")

# %% [markdown] tags=["explanation"]
# **Why this works.** The two shares add up to 1, so the result lies between the old value and the new one, and when all
# batches have the same mean the running mean walks towards it: the distance shrinks by the factor $1 - m$ each time.
# TensorFlow calls the other share momentum; $0.1$ here is $0.9$ there. That the running variance is fed with the variance
# divided by $N - 1$ comes from the paper on batch normalization (2015). Programs that divide by $N$ there as well differ by
# the factor $(N - 1)/N$; you only need to know it when you compare numbers.

# %% [markdown] lang="ko" of="1478f6cd" tags=["explanation"]
# **왜 이렇게 되는가.** 두 비중의 합이 1이므로 결과는 옛 값과 새 값 사이에 있다. 모든 배치의 평균이 같으면 이동 평균은
# 그쪽으로 다가간다. 거리는 매번 $1 - m$배로 줄어든다. TensorFlow는 다른 쪽 비중을 momentum이라고 부르므로 여기의 $0.1$은
# 거기서 $0.9$이다. 이동 분산에 $N - 1$로 나눈 분산을 넣는 것은 배치 정규화 논문(2015년)에서 왔다. 여기서도 $N$으로 나누는
# 프로그램은 $(N - 1)/N$배만큼 다르다. 수를 비교할 때만 알고 있으면 된다.

# %%
ask("after_batches")

# %% [markdown]
# ## Batch normalization at test time
#
# In use, the running statistics take the place of the batch's own:
#
# $$y_i = \gamma\, \frac{x_i - \mu_{\text{running}}}{\sqrt{v_{\text{running}} + \varepsilon}} + \beta$$
#
# Now the answer for one example no longer depends on who else is in the batch, and a batch of one is nothing special.
#
# **A number by hand.** Running mean $2$, running variance $4$, $\gamma = 3$, $\beta = 1$: the value $5$ becomes
# $3 \cdot (5 - 2)/2 + 1 = 5.5$.

# %% [markdown] lang="ko" of="6b249635"
# ## 테스트할 때의 배치 정규화
#
# 사용할 때는 이동 통계량이 배치의 통계량을 대신한다.
#
# $$y_i = \gamma\, \frac{x_i - \mu_{\text{running}}}{\sqrt{v_{\text{running}} + \varepsilon}} + \beta$$
#
# 이제 한 예제의 답은 같은 배치에 어떤 예제가 있는지와 상관없고, 예제 하나짜리 배치도 특별하지 않다.
#
# **손으로 계산하기.** 이동 평균이 $2$, 이동 분산이 $4$, $\gamma = 3$, $\beta = 1$이면 값 $5$는
# $3 \cdot (5 - 2)/2 + 1 = 5.5$가 된다.


# %%
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps):
    """Return gamma * (x - running_mean) / sqrt(running_var + eps) + beta, column by column.

    Nothing is computed from the batch itself.

    x: shape (N, D), N >= 1. gamma, beta, running_mean, running_var: shape (D,).
    running_var is a variance, not a standard deviation; eps is added to it, under the
    root. The result has shape (N, D).

    >>> one = np.ones(1)
    >>> np.round(batchnorm_inference(np.array([[5.0]]), 3 * one, one, 2 * one, 4 * one, 1e-5), 4).tolist()
    [[5.5]]

    To read: Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training
    by Reducing Internal Covariate Shift, 2015, algorithm 2.
    """
    ### BEGIN SOLUTION
    return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    ### END SOLUTION


# %%
check("batchnorm_inference")

# %% [markdown] tags=["explanation"]
# **Why this works.** All five quantities besides $x$ are constants now, so the whole layer is one factor and one
# constant per column: $y = a x + c$ with $a = \gamma / \sqrt{v + \varepsilon}$ and $c = \beta - a \mu$. Programs that
# must be fast work this into the weights of the layer before and drop the normalization altogether. The shapes `(N, D)`
# and `(D,)` fit without any help: NumPy matches the last axes.

# %% [markdown] lang="ko" of="c9583172" tags=["explanation"]
# **왜 이렇게 되는가.** 이제 $x$를 뺀 다섯 양이 모두 상수이므로, 층 전체가 열마다 배율 하나와 상수 하나다. $y = a x + c$이고
# $a = \gamma / \sqrt{v + \varepsilon}$, $c = \beta - a \mu$이다. 속도가 중요한 프로그램은 이것을 앞 층의 가중치에 합쳐 넣고
# 정규화를 아예 없앤다. 모양 `(N, D)`와 `(D,)`는 따로 손대지 않아도 맞는다. NumPy가 마지막 축끼리 맞추기 때문이다.

# %%
ask("train_and_eval")

# %%
ask("covariate_shift")

# %% [markdown]
# ## Batch normalization on the way back
#
# This is the hardest gradient of the assignment, and it is worth it: once you can do it, no layer will frighten you.
# `upstream` is $\partial L / \partial y$. The gradients of $\gamma$ and $\beta$ are quick: both serve every row, as the
# bias did in assignment 6. Write $d_i = \gamma\, \partial L / \partial y_i$ for what arrives at $\hat{x}_i$.
#
# The trap is $x$ itself. It reaches the output on **three** paths: directly, through $\mu$, and through $v$. Draw them:
#
# 1. $\hat{x}_i = (x_i - \mu)/s$ with $s = \sqrt{v + \varepsilon}$. What comes back along the direct path?
# 2. Every $\hat{x}_i$ contains $\mu$, so $\mu$ collects from all examples; and each $x_i$ has a share of $1/N$ in it.
# 3. Every $\hat{x}_i$ contains $v$. Collect again; the slope of $v$ by $x_i$ is $2 (x_i - \mu)/N$. (Also $\mu$ sits in
#    $v$, but the distances to a mean add up to 0. What does this do to that path?)
#
# Add up the three and simplify. **Two tests** show whether a path is missing: raising a whole column by the same amount
# changes no output, so every column of $\partial L / \partial x$ adds up to 0. And stretching a column around its mean
# changes (but for $\varepsilon$) nothing either, so $\sum_i \hat{x}_i\, \partial L / \partial x_i \approx 0$.
#
# **A number by hand.** The column $[1, 2, 3, 6]$ again, $\gamma = 1$, and upstream $[1, 0, 0, 0]$. Then
# $\partial L / \partial \beta = 1$ and $\partial L / \partial \gamma = \hat{x}_1 = -1.069$. The direct path alone would
# give $1 / 1.8708 = 0.5345$ for $x_1$; all three together give
# $\partial L / \partial x = [0.2482, -0.21, -0.1336, 0.0955]$.

# %% [markdown] lang="ko" of="4cfa40d3"
# ## 배치 정규화의 역전파
#
# 이 과제에서 가장 어려운 기울기지만 그만한 가치가 있다. 이것을 해내면 어떤 층도 두렵지 않다. `upstream`은
# $\partial L / \partial y$이다. $\gamma$와 $\beta$의 기울기는 금방 나온다. 과제 6의 편향처럼 둘 다 모든 행에서 쓰인다.
# $\hat{x}_i$에 도착하는 것을 $d_i = \gamma\, \partial L / \partial y_i$라고 쓰자.
#
# 함정은 $x$ 자신이다. $x$는 **세** 갈래 길로 출력에 닿는다. 직접, $\mu$를 거쳐서, 그리고 $v$를 거쳐서. 그려 보세요.
#
# 1. $\hat{x}_i = (x_i - \mu)/s$, $s = \sqrt{v + \varepsilon}$. 직접 가는 길로는 무엇이 돌아오는가?
# 2. 모든 $\hat{x}_i$에 $\mu$가 들어 있으므로 $\mu$는 모든 예제에서 모은다. 그리고 $\mu$에서 각 $x_i$의 몫은 $1/N$이다.
# 3. 모든 $\hat{x}_i$에 $v$가 들어 있다. 다시 모으세요. $v$를 $x_i$로 미분하면 $2 (x_i - \mu)/N$이다. ($v$ 안에도 $\mu$가
#    있지만, 평균까지의 차를 모두 더하면 0이다. 그러면 그 길은 어떻게 되는가?)
#
# 셋을 더하고 정리하세요. **두 가지 검사**로 빠진 길을 찾을 수 있다. 열 전체를 같은 만큼 올려도 출력은 그대로이므로
# $\partial L / \partial x$의 모든 열은 합이 0이다. 열을 평균을 중심으로 늘려도 ($\varepsilon$의 영향을 빼면) 그대로이므로
# $\sum_i \hat{x}_i\, \partial L / \partial x_i \approx 0$이다.
#
# **손으로 계산하기.** 다시 열 $[1, 2, 3, 6]$, $\gamma = 1$, upstream은 $[1, 0, 0, 0]$이다. 그러면
# $\partial L / \partial \beta = 1$, $\partial L / \partial \gamma = \hat{x}_1 = -1.069$이다. 직접 가는 길만으로는 $x_1$의
# 값이 $1 / 1.8708 = 0.5345$이겠지만, 셋을 모두 더하면
# $\partial L / \partial x = [0.2482, -0.21, -0.1336, 0.0955]$이다.


# %%
def batchnorm_backward(upstream, cache):
    """Return (dx, dgamma, dbeta), the gradients of the loss by batchnorm_forward's arguments.

    upstream: shape (N, D), dL/dout. cache: what your own batchnorm_forward returned
    beside out. dx: shape (N, D), with the paths through the batch's mean and variance.
    dgamma, dbeta: shape (D,), summed over the batch. Cache and upstream stay as they
    are.

    >>> x = np.array([[1.0], [2.0], [3.0], [6.0]])
    >>> out, cache = batchnorm_forward(x, np.array([1.0]), np.array([0.0]), 1e-8)
    >>> dx, dgamma, dbeta = batchnorm_backward(np.array([[1.0], [0.0], [0.0], [0.0]]), cache)
    >>> np.round(dx[:, 0], 4).tolist(), np.round(dgamma, 4).tolist(), dbeta.tolist()
    ([0.2482, -0.21, -0.1336, 0.0955], [-1.069], [1.0])

    To read: Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training
    by Reducing Internal Covariate Shift, 2015, section 3.
    """
    ### BEGIN SOLUTION
    normalized, std = cache["normalized"], cache["std"]
    dgamma = np.sum(upstream * normalized, axis=0)
    dbeta = np.sum(upstream, axis=0, dtype=float)
    d = upstream * cache["gamma"]
    through_mean = np.mean(d, axis=0)
    through_variance = normalized * np.mean(d * normalized, axis=0)
    return (d - through_mean - through_variance) / std, dgamma, dbeta
    ### END SOLUTION


# %%
check("batchnorm_backward")

# %% [markdown] tags=["explanation"]
# **Why this works.** The direct path gives $d_i / s$. The mean collects $-\sum_j d_j / s$ and hands $1/N$ of it to each
# example: minus the average of $d$, over $s$. The variance collects
# $\sum_j d_j (x_j - \mu) \cdot (-\tfrac{1}{2} s^{-3})$ and hands on $2 (x_i - \mu)/N$ of it; written with $\hat{x}$
# this is $-\hat{x}_i$ times the average of $d \hat{x}$, over $s$. The path through $\mu$ inside $v$ is 0, because
# $\sum_i (x_i - \mu) = 0$. So the layer takes from $d$ whatever would only raise or stretch the column, the two changes
# that its output cannot show. All three parts share the factor $1/s$, and $N$ appears only inside the averages.

# %% [markdown] lang="ko" of="d2f9875e" tags=["explanation"]
# **왜 이렇게 되는가.** 직접 가는 길은 $d_i / s$를 준다. 평균은 $-\sum_j d_j / s$를 모아 각 예제에 $1/N$씩 넘긴다. 곧 $d$의
# 평균을 빼는 것이다. 분산은 $\sum_j d_j (x_j - \mu) \cdot (-\tfrac{1}{2} s^{-3})$을 모아 그것의 $2 (x_i - \mu)/N$배를
# 넘긴다. $\hat{x}$로 쓰면 $-\hat{x}_i$에 $d \hat{x}$의 평균을 곱하고 $s$로 나눈 것이다. $v$ 안의 $\mu$를 지나는 길은
# $\sum_i (x_i - \mu) = 0$이므로 0이다. 결국 이 층은 열을 올리거나 늘리기만 할 성분, 곧 출력에 나타날 수 없는 두 변화를
# $d$에서 걷어낸다. 세 부분에 모두 $1/s$가 붙고, $N$은 평균 안에만 나타난다.

# %% [markdown]
# ## Network Lego: a way around
#
# A network need not be a chain. Layers are bricks, and the gradient finds its way through whatever you build. The most
# successful brick is the **residual block**, which made networks of more than a hundred layers trainable: the input
# also takes a way around the layers $f$ and is added to their result.
#
# $$y = x + f(x) \qquad \frac{\partial y}{\partial x} = 1 + f'(x)$$
#
# $f$ only has to learn what should be different about $x$: the residual. And the 1 in the slope is a road on which the
# gradient cannot die, however small $f'$ is.
#
# **A number by hand.** With $f(x) = x^2$ the block turns $[1, -2]$ into $[1 + 1, -2 + 4] = [2, 2]$.

# %% [markdown] lang="ko" of="b23ef465"
# ## 신경망 레고: 우회로
#
# 신경망이 꼭 한 줄일 필요는 없다. 층은 블록이고, 무엇을 조립하든 기울기는 길을 찾아온다. 가장 성공한 블록은 백 층이 넘는
# 신경망을 학습시킬 수 있게 만든 **잔차 블록**(residual block)이다. 입력이 층 $f$를 돌아가는 길도 지나서 그 결과에
# 더해진다.
#
# $$y = x + f(x) \qquad \frac{\partial y}{\partial x} = 1 + f'(x)$$
#
# $f$는 $x$에서 달라져야 할 것, 곧 잔차만 배우면 된다. 그리고 미분에 있는 1은 $f'$이 아무리 작아도 기울기가 죽지 않는
# 길이다.
#
# **손으로 계산하기.** $f(x) = x^2$이면 이 블록은 $[1, -2]$를 $[1 + 1, -2 + 4] = [2, 2]$로 바꾼다.


# %%
def residual_block(x, f):
    """Return x + f(x): the layers f and a way around them.

    x: an array of any shape. f: a function that takes such an array and returns one of
    the same shape. The result has this shape. Nothing comes after the sum.

    >>> residual_block(np.array([1.0, -2.0]), lambda x: x**2).tolist()
    [2.0, 2.0]

    To read: He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015.
    """
    ### BEGIN SOLUTION
    return x + f(x)
    ### END SOLUTION


# %%
check("residual_block")

# %% [markdown] tags=["explanation"]
# **Why this works.** There is nothing to it but the sum, and this is the point. A block whose weights are near 0 is the
# identity, so a deeper network starts no worse than a shallow one and improves from there. On the way back a sum hands
# the gradient to both of its terms, so a part of it always arrives at $x$ undiminished. `x + f(x)` makes a new array;
# `x += f(x)` would change the caller's, and with it the input that the way back still needs.

# %% [markdown] lang="ko" of="9482be0d" tags=["explanation"]
# **왜 이렇게 되는가.** 덧셈 말고는 아무것도 없고, 바로 그것이 핵심이다. 가중치가 0에 가까운 블록은 항등 함수이므로, 더 깊은
# 신경망도 얕은 신경망보다 나쁘지 않은 곳에서 출발해 나아진다. 돌아올 때 덧셈은 기울기를 두 항 모두에 넘겨주므로, 그 일부는
# 언제나 줄지 않고 $x$에 닿는다. `x + f(x)`는 새 배열을 만든다. `x += f(x)`는 호출한 쪽의 배열을 바꾸고, 돌아올 때 필요한
# 입력까지 바꿔 버린다.

# %%
ask("residual_slope")

# %% [markdown]
# ## Split and merge
#
# The same input can go through two branches at once, each with layers of its own, and be brought together again. One
# branch may look at fine details, the other at large shapes. In this course the branches are **added**:
#
# $$y = f(x) + g(x)$$
#
# Other networks put the results side by side. The residual block is the case in which $g$ does nothing.
#
# **A number by hand.** With $f(x) = x^2$ and $g(x) = 2x$ the input $[1, -2]$ becomes $[1 + 2, 4 - 4] = [3, 0]$.

# %% [markdown] lang="ko" of="3b5e7fdf"
# ## 나누고 합치기
#
# 같은 입력을 저마다 층을 가진 두 갈래로 동시에 보낸 다음 다시 합칠 수 있다. 한 갈래는 세밀한 부분을, 다른 갈래는 큰 윤곽을
# 볼 수도 있다. 이 강의에서는 두 갈래를 **더한다**.
#
# $$y = f(x) + g(x)$$
#
# 결과를 나란히 이어 붙이는 신경망도 있다. 잔차 블록은 $g$가 아무것도 하지 않는 경우다.
#
# **손으로 계산하기.** $f(x) = x^2$, $g(x) = 2x$이면 입력 $[1, -2]$는 $[1 + 2, 4 - 4] = [3, 0]$이 된다.


# %%
def split_and_merge(x, f, g):
    """Return f(x) + g(x): two branches with the same input, merged by addition.

    x: an array of any shape. f, g: functions that take such an array and return one of
    the same shape. The result has this shape.

    >>> split_and_merge(np.array([1.0, -2.0]), lambda x: x**2, lambda x: 2 * x).tolist()
    [3.0, 0.0]

    To read: Xie et al., Aggregated Residual Transformations for Deep Neural Networks,
    2016.
    """
    ### BEGIN SOLUTION
    return f(x) + g(x)
    ### END SOLUTION


# %%
check("split_and_merge")

# %% [markdown] tags=["explanation"]
# **Why this works.** Both functions get $x$ itself, and neither sees what the other made of it. On the way back the
# same upstream gradient goes into both branches, and what comes out of them is added: $x$ was used twice, so its
# gradient has two terms. This is the rule behind every network that is not a chain: where a value forks, gradients add
# up.

# %% [markdown] lang="ko" of="627cacfd" tags=["explanation"]
# **왜 이렇게 되는가.** 두 함수 모두 $x$ 자체를 받으며, 서로 상대가 무엇을 만들었는지 보지 못한다. 돌아올 때는 같은 upstream
# 기울기가 두 갈래로 들어가고, 거기서 나온 것을 더한다. $x$를 두 번 썼으니 기울기도 항이 둘이다. 이것이 한 줄이 아닌 모든
# 신경망의 규칙이다. 값이 갈라진 곳에서 기울기는 더해진다.

# %% [markdown]
# ## Round and round: a recurrent step
#
# For text or sound the input is a sequence of any length. A **recurrent network** reads it step by step with one and
# the same layer. What it has understood so far is kept in a state $h$, which goes back into the layer with the next
# input:
#
# $$h_{t} = \tanh(x_t W_x + h_{t-1} W_h + b)$$
#
# The weights are the same at every step, so a hundred words need no more of them than two. Write one step; a loop makes
# a network of it.
#
# **A number by hand.** One feature, one unit: $W_x = 0.5$, $W_h = 0.8$, $b = 0$, and the sequence $1, 0, 0$ from the
# state $0$. The states are $\tanh(0.5) = 0.4621$, then $\tanh(0.8 \cdot 0.4621) = 0.3537$, then $0.2757$: the network
# still remembers the 1, a little less at each step.

# %% [markdown] lang="ko" of="641cdfb2"
# ## 돌고 돌아: 순환 신경망의 한 단계
#
# 글이나 소리의 입력은 길이가 정해지지 않은 시퀀스(sequence)다. **순환 신경망**(recurrent network)은 하나의 같은 층으로
# 그것을 한 단계씩 읽는다. 지금까지 이해한 것은 상태 $h$에 담기고, 이 상태는 다음 입력과 함께 다시 층으로 들어간다.
#
# $$h_{t} = \tanh(x_t W_x + h_{t-1} W_h + b)$$
#
# 가중치는 모든 단계에서 같으므로, 단어가 백 개라도 둘일 때보다 가중치가 더 필요하지 않다. 한 단계를 작성하세요. 반복문으로
# 돌리면 신경망이 된다.
#
# **손으로 계산하기.** 특성 하나, 유닛 하나에 $W_x = 0.5$, $W_h = 0.8$, $b = 0$이고, 상태 $0$에서 시퀀스 $1, 0, 0$을 읽는다.
# 상태는 $\tanh(0.5) = 0.4621$, 다음은 $\tanh(0.8 \cdot 0.4621) = 0.3537$, 그다음은 $0.2757$이다. 신경망은 아직 1을
# 기억하지만 단계마다 조금씩 흐려진다.


# %%
def rnn_step(x, h, W_x, W_h, b):
    """Return the next state of a recurrent network, tanh(x W_x + h W_h + b).

    x: shape (N, D), the inputs of this step. h: shape (N, H), the states so far. W_x:
    shape (D, H). W_h: shape (H, H). b: shape (H,), one bias, not one for each matrix.
    The result has shape (N, H).

    >>> W_x, W_h, b = np.array([[0.5]]), np.array([[0.8]]), np.array([0.0])
    >>> h = rnn_step(np.array([[1.0]]), np.array([[0.0]]), W_x, W_h, b)
    >>> np.round(rnn_step(np.array([[0.0]]), h, W_x, W_h, b), 4).tolist()
    [[0.3537]]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 10.2.
    """
    ### BEGIN SOLUTION
    return np.tanh(x @ W_x + h @ W_h + b)
    ### END SOLUTION


# %%
check("rnn_step")

# %% [markdown] tags=["explanation"]
# **Why this works.** It is an ordinary layer with two inputs, the new one and its own last output. Because batches are
# rows, both matrices stand on the right. Unrolled over the steps it is a very deep network whose layers share their
# weights, so backpropagation needs nothing new: the gradients of $W_h$ from all steps are added up. The tanh keeps the
# state between $-1$ and $1$; and since the gradient passes $W_h$ once per step, it vanishes or explodes in long
# sequences, which is why later designs added a way around here as well.

# %% [markdown] lang="ko" of="2931600f" tags=["explanation"]
# **왜 이렇게 되는가.** 새 입력과 자기의 지난 출력, 이렇게 입력이 둘인 평범한 층이다. 배치가 행이므로 두 행렬 모두
# 오른쪽에 놓인다. 단계를 따라 펼치면 층들이 가중치를 함께 쓰는 아주 깊은 신경망이므로, 역전파에 새로 필요한 것은 없다.
# 모든 단계에서 온 $W_h$의 기울기를 더하면 된다. tanh는 상태를 $-1$과 $1$ 사이에 붙들어 둔다. 그리고 기울기가 단계마다
# $W_h$를 한 번씩 지나기 때문에 긴 시퀀스에서는 사라지거나 폭발한다. 그래서 뒤에 나온 구조들은 여기에도 우회로를 냈다.

# %% [markdown]
# ## What you have built
#
# Dropout, a layer of two lines that made large networks much harder to overfit, with its way back. Batch normalization
# complete: training, running statistics, use, and a gradient that many people have only ever looked up. And three ways
# to put layers together that are not a chain. Assignment 12 trains on real digits, and dropout will be of use there.

# %% [markdown] lang="ko" of="71083f6d"
# ## 무엇을 만들었는가
#
# 두 줄짜리 층이지만 큰 신경망의 과적합을 훨씬 어렵게 만든 드롭아웃과 그 역전파를 만들었다. 배치 정규화는 학습, 이동
# 통계량, 사용, 그리고 많은 사람이 찾아보기만 했던 기울기까지 모두 갖추었다. 한 줄이 아닌 방식으로 층을 조립하는 세 가지
# 방법도 익혔다. 과제 12에서는 진짜 숫자 이미지로 신경망을 학습시키며, 거기서 드롭아웃이 쓸모 있을 것이다.

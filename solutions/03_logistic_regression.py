# %% [markdown]
# # 3 · Logistic regression
#
# Linear regression answers *how much*: how many points, what price. Many questions only have two answers: passed or
# failed, spam or not, ill or healthy. Then we want a **probability**, a number between 0 and 1 that says how sure the
# model is. Logistic regression is the smallest model that gives one: a weighted sum, pushed through a sigmoid. It is
# also the last layer of every network that says yes or no, so nothing you build here is lost later.
#
# **Time:** about 75 minutes. **You need:** the sigmoid and its slope (assignment 2), gradient descent (assignment 1),
# the logarithm.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it.
# `hint("bce_gradients")` helps step by step: the first steps point the way, the last is usually the formula. A question
# is asked by `ask`; write your answer into the cell below it.
#
# **Shapes and conventions.** A batch of $N$ examples with $D$ features is `X` of shape `(N, D)`, one row for each
# example. There is one weight for each feature, `w` of shape `(D,)`, and one bias `b`, a plain number. Labels `y` have
# shape `(N,)` and are 0 or 1. Losses are means over the batch. Functions leave their arguments as they were, and arrays
# of integers must work as well.

# %% [markdown] lang="ko" of="ff2386f0"
# # 3 · 로지스틱 회귀
#
# 선형 회귀는 *얼마나*에 답한다. 몇 점인가, 값이 얼마인가. 그러나 답이 둘뿐인 물음도 많다. 합격인가 불합격인가, 스팸인가
# 아닌가, 환자인가 아닌가. 이때 필요한 것은 **확률**, 곧 모델이 얼마나 확신하는지를 0과 1 사이의 수로 나타낸 값이다. 로지스틱
# 회귀(logistic regression)는 이런 확률을 내놓는 가장 작은 모델이다. 가중합을 시그모이드에 통과시키면 끝이다. '예/아니요'를
# 답하는 모든 신경망의 마지막 층이 바로 이것이므로, 여기서 만든 것은 나중에 모두 다시 쓰인다.
#
# **시간:** 약 75분. **필요한 것:** 시그모이드와 그 기울기(과제 2), 경사 하강법(과제 1), 로그.
#
# **진행 방법:** `raise NotImplementedError`를 자신의 코드로 바꾸고 셀을 실행한 다음, 바로 아래의 `check`를 실행하세요.
# `hint("bce_gradients")`는 한 단계씩 도와준다. 처음 단계는 방향을 알려 주고, 마지막 단계는 대개 공식이다. 퀴즈는
# `ask`로 나온다. 그 아래 셀에 답을 적으세요.
#
# **모양과 약속.** 특성이 $D$개인 예제 $N$개의 배치는 모양이 `(N, D)`인 `X`이고, 한 행이 예제 하나다. 특성마다 가중치가 하나씩
# 있어 `w`의 모양은 `(D,)`이고, 편향 `b`는 수 하나다. 레이블 `y`의 모양은 `(N,)`이고 값은 0 또는 1이다. 손실은 배치 평균이다.
# 함수는 인수를 바꾸지 않으며, 정수 배열에 대해서도 작동해야 한다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# The sigmoid of assignment 2, ready for use. It is safe for large numbers.

# %% [markdown] lang="ko" of="e02e0cbf"
# 과제 2의 시그모이드를 그대로 쓸 수 있게 준비해 두었다. 아주 큰 수에도 안전하다.


# %%
def sigmoid(z):
    """Return 1 / (1 + exp(-z)), entry by entry."""
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)


# %% [markdown]
# ## Why not a straight line?
#
# Six students studied 1 to 6 hours; the last three passed. Label a pass 1 and a failure 0 and fit a straight line, as
# in assignment 1. It crosses 0.5 at 3.5 hours, just between the two groups: not bad. Now a seventh student studies 40
# hours and passes, as everybody expected. Run the cell and look at what this does to the line, and what it does to an
# S-shaped curve.

# %% [markdown] lang="ko" of="aac3a7c8"
# ## 왜 직선으로는 안 되는가?
#
# 여섯 학생이 1시간에서 6시간까지 공부했고, 뒤의 세 명이 합격했다. 합격을 1, 불합격을 0으로 놓고 과제 1처럼 직선을 맞춘다. 직선은
# 3.5시간에서 0.5를 지난다. 두 무리의 딱 가운데이니 나쁘지 않다. 이제 일곱째 학생이 40시간을 공부하고, 모두의 예상대로 합격한다.
# 아래 셀을 실행해서 이 한 명이 직선을 어떻게 바꾸는지, S자 곡선은 어떻게 바꾸는지 보세요.

# %%
import matplotlib.pyplot as plt

hours, passed = np.array([1.0, 2, 3, 4, 5, 6, 40]), np.array([0, 0, 0, 1, 1, 1, 1])
figure, axis = plt.subplots(figsize=(8, 3))
grid = np.linspace(0, 41, 400)
axis.plot(grid, np.polyval(np.polyfit(hours[:6], passed[:6], 1), grid), "--", color="gray", label="line, six students")
axis.plot(grid, np.polyval(np.polyfit(hours, passed, 1), grid), color="tab:red", label="line, seven students")
axis.plot(grid, sigmoid(2.5 * (grid - 3.5)), color="tab:blue", label="an S-shaped curve")
axis.plot(hours, passed, "ko")
axis.axhline(0.5, color="black", linewidth=0.5)
axis.set(xlabel="hours", ylabel="passed", ylim=(-0.3, 1.5))
axis.legend(loc="lower right")
figure.tight_layout()

# %% [markdown]
# The new student was no surprise, and still the line tilts: it now crosses 0.5 at 4.6 hours and calls the student with
# 4 hours, who passed, a failure. At 40 hours it says 1.11, and at 0 hours with the first six students $-0.4$. Those are
# no probabilities. The curve stays between 0 and 1, and a point far out on its right side changes nothing.

# %% [markdown] lang="ko" of="ad691bf7"
# 새 학생은 전혀 놀라운 경우가 아닌데도 직선이 기울어진다. 이제 4.6시간에서 0.5를 지나므로, 4시간 공부해 합격한 학생을 불합격으로
# 판정한다. 40시간에서는 1.11이라고 하고, 처음 여섯 명에 맞춘 직선은 0시간에서 $-0.4$라고 한다. 이런 값은 확률이 아니다. 곡선은
# 0과 1 사이에 머물고, 맞는 쪽으로 멀리 떨어진 점은 아무것도 바꾸지 않는다.

# %%
ask("line_on_labels")

# %% [markdown]
# ## A probability from a weighted sum
#
# The model first scores an example, exactly like linear regression, and then squeezes the score $z$ into a probability:
#
# $$z_i = \sum_d X_{id}\, w_d + b \qquad p_i = \sigma(z_i) = \frac{1}{1 + e^{-z_i}}$$
#
# $p_i$ is the probability that the label of example $i$ is 1; it is 0 with probability $1 - p_i$. The score $z$ is
# called the **logit**: it is $\log \frac{p}{1 - p}$, the logarithm of the odds.
#
# **A number by hand.** Let $w = [0.5, -0.25]$, $b = 0.5$, and take the rows $[1, 2]$ and $[3, -1]$. The scores are
# $0.5 - 0.5 + 0.5 = 0.5$ and $1.5 + 0.25 + 0.5 = 2.25$, so $p = [0.6225, 0.9047]$.

# %% [markdown] lang="ko" of="fdce3773"
# ## 가중합에서 확률로
#
# 모델은 먼저 선형 회귀와 똑같이 예제에 점수를 매기고, 그 점수 $z$를 확률로 눌러 담는다.
#
# $$z_i = \sum_d X_{id}\, w_d + b \qquad p_i = \sigma(z_i) = \frac{1}{1 + e^{-z_i}}$$
#
# $p_i$는 예제 $i$의 레이블이 1일 확률이고, 0일 확률은 $1 - p_i$다. 점수 $z$를 **로짓**(logit)이라고 한다.
# $\log \frac{p}{1 - p}$, 곧 승산(odds)의 로그이기 때문이다.
#
# **손으로 계산하기.** $w = [0.5, -0.25]$, $b = 0.5$이고 두 행이 $[1, 2]$와 $[3, -1]$이라 하자. 점수는
# $0.5 - 0.5 + 0.5 = 0.5$와 $1.5 + 0.25 + 0.5 = 2.25$이므로 $p = [0.6225, 0.9047]$이다.


# %%
def predict_probability(X, w, b):
    """Return the probabilities p of the label 1, sigmoid(X @ w + b), one for each row.

    X: an array of shape (N, D). w: an array of shape (D,). b: a number. The result has
    shape (N,), values in [0, 1]. Finite and without a warning for scores as large as
    1000.

    >>> X, w = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([0.5, -0.25])
    >>> np.round(predict_probability(X, w, 0.5), 4).tolist()
    [0.6225, 0.9047]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 5.7.1.
    """
    ### BEGIN SOLUTION
    return sigmoid(np.asarray(X) @ w + b)
    ### END SOLUTION


# %%
check("predict_probability")

# %% [markdown] tags=["explanation"]
# **Why this works.** `X @ w` adds up the products of every row with the weights, which leaves one score for each row,
# shape `(N,)`. The bias, one number, is added to all of them, and the sigmoid works entry by entry. With `w` of shape
# `(D, 1)` the result would be a column `(N, 1)`, and a later `p - y` would quietly become an `(N, N)` table: in this
# notebook everything that has one number for each example has shape `(N,)`.

# %% [markdown] lang="ko" of="e9850783" tags=["explanation"]
# **왜 이렇게 되는가.** `X @ w`는 각 행과 가중치의 곱을 더하므로 행마다 점수 하나, 모양 `(N,)`이 남는다. 편향은 수 하나라서 모든
# 점수에 더해지고, 시그모이드는 원소마다 작용한다. `w`의 모양이 `(D, 1)`이면 결과가 `(N, 1)` 열이 되고, 나중에 `p - y`가 소리
# 없이 `(N, N)` 표가 되어 버린다. 이 노트북에서는 예제마다 수 하나인 것은 모두 모양이 `(N,)`이다.

# %% [markdown]
# ## From a probability to a decision
#
# Somebody has to act on the answer, so the probability is compared with a **threshold**. The usual one is 0.5, and
# $p > 0.5$ exactly when $z > 0$: with this threshold the model is the step function of assignment 2, and the points
# with $z = 0$ are its **decision boundary**, for two features a straight line. Another threshold moves the boundary:
# whoever screens for a dangerous illness prefers a false alarm to a missed case and takes a low one.
#
# **A number by hand.** $p = [0.2, 0.5, 0.7]$ gives $[0, 0, 1]$ with the threshold 0.5, and $[1, 1, 1]$ with 0.1.
# Exactly at the threshold the answer is 0, as with the step.

# %% [markdown] lang="ko" of="e44f7523"
# ## 확률에서 결정으로
#
# 결국 누군가는 답을 보고 행동해야 하므로, 확률을 **임계값**(threshold)과 비교한다. 보통은 0.5를 쓰며, $p > 0.5$인 것은 정확히
# $z > 0$일 때다. 즉 이 임계값에서 모델은 과제 2의 계단 함수이고, $z = 0$인 점들이 **결정 경계**(decision boundary)다. 특성이
# 둘이면 직선이 된다. 임계값을 바꾸면 경계가 움직인다. 위험한 병을 검사하는 사람은 환자를 놓치느니 거짓 경보를 택하므로 낮은 값을
# 쓴다.
#
# **손으로 계산하기.** $p = [0.2, 0.5, 0.7]$은 임계값 0.5에서 $[0, 0, 1]$, 0.1에서 $[1, 1, 1]$이 된다. 임계값과 정확히
# 같으면 계단 함수처럼 답은 0이다.


# %%
def classify(p, threshold=0.5):
    """Return the predicted labels as integers: 1 where p > threshold, otherwise 0.

    p: an array of probabilities, shape (N,). threshold: a number. The result has shape
    (N,) and holds the integers 0 and 1. Exactly at the threshold the label is 0.

    >>> classify(np.array([0.2, 0.5, 0.7])).tolist()
    [0, 0, 1]

    To read: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning,
    section 4.1, on decision boundaries.
    """
    ### BEGIN SOLUTION
    return (np.asarray(p) > threshold).astype(int)
    ### END SOLUTION


# %%
check("classify")

# %% [markdown] tags=["explanation"]
# **Why this works.** The comparison gives an array of truth values, and `astype(int)` makes of them 1 and 0, in a new
# array. Labels are integers because one wants to index with them later, and a table cannot be indexed with 1.0. The
# threshold belongs to the decision and not to the model: the probabilities stay the same, and so the loss never sees
# it.

# %% [markdown] lang="ko" of="237b4ea4" tags=["explanation"]
# **왜 이렇게 되는가.** 비교하면 참·거짓 배열이 나오고, `astype(int)`가 이를 새 배열의 1과 0으로 바꾼다. 레이블이 정수인 까닭은
# 나중에 인덱스로 쓰기 위해서다. 1.0으로는 표를 인덱싱할 수 없다. 임계값은 모델이 아니라 결정에 속한다. 확률은 그대로이므로 손실은
# 임계값을 전혀 보지 못한다.

# %%
ask("decision_boundary")

# %%
ask("higher_threshold")

# %% [markdown]
# ## The price of being sure and wrong
#
# Which loss? If the label is 1, the model gave the truth the probability $p$; if it is 0, the probability $1 - p$. The
# loss is the surprise, minus the logarithm of that number, and the label can be used as a switch between the two:
#
# $$L = -\frac{1}{N} \sum_i \Big( y_i \log p_i + (1 - y_i) \log (1 - p_i) \Big)$$
#
# This is the **binary cross-entropy**. The picture on the left shows the price of one example whose label is 1. The
# squared error $(1 - p)^2$ never asks for more than 1; the cross-entropy has no upper end. The picture on the right
# shows why this matters: the mean squared error of six examples, for every slope $w$ of a model $p = \sigma(wx)$. A
# walk downhill that starts at $w = 1$ ends in the wrong valley, and further out it is so flat that there is hardly
# a way down at all. The cross-entropy, as a function of the weights, is a single bowl: it has no wrong valleys.

# %% [markdown] lang="ko" of="f1d402ff"
# ## 확신하고 틀린 대가
#
# 어떤 손실을 쓸까? 레이블이 1이면 모델이 정답에 준 확률은 $p$이고, 0이면 $1 - p$다. 손실은 그 '놀라움', 곧 이 수의 로그에 음의
# 부호를 붙인 값이다. 레이블을 두 경우의 스위치로 쓸 수 있다.
#
# $$L = -\frac{1}{N} \sum_i \Big( y_i \log p_i + (1 - y_i) \log (1 - p_i) \Big)$$
#
# 이것이 **이진 교차 엔트로피**(binary cross-entropy)다. 왼쪽 그림은 레이블이 1인 예제 하나가 치르는 대가를 보여 준다. 제곱 오차
# $(1 - p)^2$은 아무리 커도 1이지만 교차 엔트로피에는 상한이 없다. 오른쪽 그림은 이것이 왜 중요한지 보여 준다. 모델
# $p = \sigma(wx)$의 기울기 $w$마다 예제 여섯 개의 평균 제곱 오차를 그렸다. $w = 1$에서 내려가기 시작하면 엉뚱한 골짜기에서
# 끝나고, 더 먼 곳은 너무 평평해서 내려갈 길이 거의 없다. 교차 엔트로피는 가중치의 함수로 보면 그릇 하나 모양이라 엉뚱한 골짜기가
# 없다.

# %%
import matplotlib.pyplot as plt

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
p = np.linspace(0.002, 1, 500)
left.plot(p, -np.log(p), label="cross-entropy")
left.plot(p, (1 - p) ** 2, label="squared error")
left.set(xlabel="p, label 1", ylabel="price of one example")
left.legend()
x, y = np.array([-3.0, -2, 1, 2, 3, 20]), np.array([0, 0, 0, 1, 1, 0])
slopes = np.linspace(-1, 4, 500)
right.plot(slopes, [np.mean((sigmoid(slope * x) - y) ** 2) for slope in slopes], color="tab:orange")
right.set(xlabel="w", ylabel="mean squared error")
figure.tight_layout()

# %%
ask("squared_error_through_sigmoid")

# %% [markdown]
# **A number by hand.** $p = [0.9, 0.2]$ with labels $[1, 0]$: the prices are $-\log 0.9 = 0.1054$ and
# $-\log 0.8 = 0.2231$, their mean is $0.1643$. With $p = 0.01$ and the label 1 the price is $-\log 0.01 = 4.6052$.
#
# **At the ends.** A model may say exactly 0 or 1 (the sigmoid of 1000 is stored as 1). Then $\log 0 = -\infty$, and
# even where the model was right the switched-off term is $0 \cdot (-\infty)$, which is `nan`. So keep $p$ away from the
# ends: replace it first by the nearest number in $[10^{-12}, 1 - 10^{-12}]$. No example can then cost more than
# $-\log 10^{-12} = 27.63$.

# %% [markdown] lang="ko" of="188e3a72"
# **손으로 계산하기.** $p = [0.9, 0.2]$이고 레이블이 $[1, 0]$이면 예제의 손실은 각각 $-\log 0.9 = 0.1054$와
# $-\log 0.8 = 0.2231$, 평균은 $0.1643$이다. $p = 0.01$이고 레이블이 1이면 $-\log 0.01 = 4.6052$다.
#
# **양 끝에서.** 모델이 정확히 0이나 1을 말할 수도 있다(1000의 시그모이드는 1로 저장된다). 그러면 $\log 0 = -\infty$이고,
# 모델이 맞힌 경우에도 꺼 둔 항이 $0 \cdot (-\infty)$, 곧 `nan`이 된다. 그러니 $p$를 양 끝에서 떼어 놓으세요. 먼저
# $[10^{-12}, 1 - 10^{-12}]$ 안에서 가장 가까운 수로 바꾸세요. 그러면 어떤 예제의 손실도 $-\log 10^{-12} = 27.63$을 넘지
# 않는다.


# %%
def binary_cross_entropy(p, y):
    """Return the mean over the batch of -(y log(p) + (1 - y) log(1 - p)).

    p: an array of probabilities, shape (N,), the probabilities of the label 1. y: labels
    0 or 1, shape (N,). The result is one number. p is first clipped to the interval from
    1e-12 to 1 - 1e-12, so the loss is finite at p = 0 and p = 1, without a warning. Clip
    in float64: in float32, 1 - 1e-12 is 1.

    >>> round(float(binary_cross_entropy(np.array([0.9, 0.2]), np.array([1, 0]))), 4)
    0.1643

    To read: Nielsen, Neural Networks and Deep Learning, chapter 3.
    """
    ### BEGIN SOLUTION
    p = np.clip(p, 1e-12, 1.0 - 1e-12)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1.0 - p)))
    ### END SOLUTION


# %%
check("binary_cross_entropy")

# %% [markdown] tags=["explanation"]
# **Why this works.** With the label 1 the second term is multiplied by 0, with the label 0 the first one, so every
# example pays for the probability it gave to the truth. `np.clip` makes a new array; with `out=p` it would write into
# the caller's. Clipping is a makeshift, though: beyond the interval the loss no longer rises, so its slope is 0, just
# where the model is most wrong. The next exercise removes the cause instead.

# %% [markdown] lang="ko" of="b8802e9c" tags=["explanation"]
# **왜 이렇게 되는가.** 레이블이 1이면 둘째 항에, 0이면 첫째 항에 0이 곱해지므로, 예제마다 정답에 준 확률에 따라 대가를 치른다.
# `np.clip`은 새 배열을 만든다. `out=p`를 주면 호출한 쪽의 배열에 덮어쓴다. 다만 자르기(clipping)는 임시방편이다. 구간 밖에서는
# 손실이 더 오르지 않으니, 모델이 가장 크게 틀린 바로 그곳에서 기울기가 0이 된다. 다음 문제는 원인 자체를 없앤다.

# %%
ask("cost_of_confidence")

# %% [markdown]
# ## The same loss, from the score
#
# The trouble at the ends is of our own making: the sigmoid rounds $p$ to 0 or 1, and the logarithm cannot undo it. The
# loss itself is tame. Take a score $z = -1000$ and the label 1: $-\log \sigma(-1000) = \log(1 + e^{1000})$, which is
# simply 1000. So go from the score to the loss in one step and never form $p$.
#
# Put $p = \sigma(z)$ into the loss of one example and simplify. Use $1 - \sigma(z) = \sigma(-z)$ and
# $\log \sigma(z) = z - \log(1 + e^{z})$. You should arrive at
#
# $$\ell(z, y) = \log(1 + e^{z}) - y z$$
#
# One overflow remains, $e^{1000}$. Pull the large part out of the logarithm, so that only $e^{-|z|}$ is left inside:
# what is $\log(1 + e^{z})$ for $z > 0$, written with $e^{-z}$?
#
# **A number by hand.** For $z = [2, -1]$ with labels $[1, 1]$: $\log(1 + e^2) - 2 = 2.1269 - 2 = 0.1269$ and
# $\log(1 + e^{-1}) + 1 = 0.3133 + 1 = 1.3133$; their mean is $0.7201$.

# %% [markdown] lang="ko" of="91945d78"
# ## 같은 손실을 점수에서 바로
#
# 양 끝의 말썽은 우리가 만든 것이다. 시그모이드가 $p$를 0이나 1로 반올림하고, 로그는 그것을 되돌리지 못한다. 손실 자체는 얌전하다.
# 점수가 $z = -1000$이고 레이블이 1이면 $-\log \sigma(-1000) = \log(1 + e^{1000})$, 그저 1000이다. 그러니 $p$를 만들지 말고
# 점수에서 손실까지 한 번에 가면 된다.
#
# 예제 하나의 손실에 $p = \sigma(z)$를 넣고 정리하세요. $1 - \sigma(z) = \sigma(-z)$와
# $\log \sigma(z) = z - \log(1 + e^{z})$를 쓰면 된다. 다음 식에 이르러야 한다.
#
# $$\ell(z, y) = \log(1 + e^{z}) - y z$$
#
# 오버플로가 하나 남았다. $e^{1000}$이다. 큰 부분을 로그 밖으로 꺼내서 안에는 $e^{-|z|}$만 남기세요. $z > 0$일 때
# $\log(1 + e^{z})$를 $e^{-z}$으로 쓰면 어떻게 되는가?
#
# **손으로 계산하기.** $z = [2, -1]$, 레이블 $[1, 1]$: $\log(1 + e^2) - 2 = 2.1269 - 2 = 0.1269$,
# $\log(1 + e^{-1}) + 1 = 0.3133 + 1 = 1.3133$, 평균은 $0.7201$이다.


# %%
def bce_with_logits(z, y):
    """Return the mean over the batch of log(1 + exp(z)) - y z, the loss of p = sigmoid(z).

    z: an array of scores, shape (N,). y: labels 0 or 1, shape (N,). The result is one
    number, binary_cross_entropy(sigmoid(z), y) without its clipping. Exact and finite for
    scores as large as 1000, without a warning.

    >>> round(float(bce_with_logits(np.array([2.0, -1.0]), np.array([1, 1]))), 4)
    0.7201

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.2.
    """
    ### BEGIN SOLUTION
    z = np.asarray(z, dtype=float)
    return float(np.mean(np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))))
    ### END SOLUTION


# %%
check("bce_with_logits")

# %% [markdown] tags=["explanation"]
# **Why this works.** For $z > 0$, $\log(1 + e^{z}) = \log\big(e^{z}(e^{-z} + 1)\big) = z + \log(1 + e^{-z})$; for
# $z \le 0$ the exponent is harmless already. Both are $\max(z, 0) + \log(1 + e^{-|z|})$. The exponential now lies
# between 0 and 1, and `np.log1p(s)` is $\log(1 + s)$ without the rounding of $1 + s$ when $s$ is tiny. A score of
# $-1000$ against the label 1 costs exactly 1000, and $-1001$ would cost more: the model always knows which way is
# better.

# %% [markdown] lang="ko" of="45342d7a" tags=["explanation"]
# **왜 이렇게 되는가.** $z > 0$이면 $\log(1 + e^{z}) = \log\big(e^{z}(e^{-z} + 1)\big) = z + \log(1 + e^{-z})$이고,
# $z \le 0$이면 지수가 이미 안전하다. 둘을 합치면 $\max(z, 0) + \log(1 + e^{-|z|})$다. 이제 지수 함수의 값은 0과 1 사이이고,
# `np.log1p(s)`는 $s$가 아주 작을 때 $1 + s$를 반올림하지 않고 $\log(1 + s)$를 구한다. 레이블 1에 점수 $-1000$이면 손실은 정확히
# 1000이고, $-1001$이면 더 크다. 모델은 어느 쪽이 나은지 언제나 안다.

# %% [markdown]
# ## The slope of the loss
#
# Now differentiate. For one example the loss is $\ell(z) = \log(1 + e^{z}) - yz$. What is the derivative of the
# logarithm? You know this function well. The result is as short as a gradient can be, and the score is a weighted sum,
# so the chain rule adds only one factor for each weight:
#
# $$\frac{\partial L}{\partial w_d} = \frac{1}{N} \sum_i \frac{\partial \ell_i}{\partial z_i} X_{id} \qquad
# \frac{\partial L}{\partial b} = \frac{1}{N} \sum_i \frac{\partial \ell_i}{\partial z_i}$$
#
# **A number by hand.** The two rows from above have $p = [0.6225, 0.9047]$. Let the labels be $[1, 0]$. Then
# $\partial \ell / \partial z = [-0.3775, 0.9047]$: the first score should rise, the second fall, and the second
# mistake is the bigger one. So $\partial L / \partial w_1 = (-0.3775 \cdot 1 + 0.9047 \cdot 3) / 2 = 1.1682$,
# $\partial L / \partial w_2 = (-0.3775 \cdot 2 - 0.9047) / 2 = -0.8299$, and $\partial L / \partial b = 0.2636$.

# %% [markdown] lang="ko" of="3efe7cef"
# ## 손실의 기울기
#
# 이제 미분하세요. 예제 하나의 손실은 $\ell(z) = \log(1 + e^{z}) - yz$다. 로그 항의 도함수는 무엇인가? 잘 아는 함수다. 결과는
# 더할 나위 없이 짧고, 점수는 가중합이므로 연쇄 법칙에 따라 가중치마다 하나만 더 곱하면 된다.
#
# $$\frac{\partial L}{\partial w_d} = \frac{1}{N} \sum_i \frac{\partial \ell_i}{\partial z_i} X_{id} \qquad
# \frac{\partial L}{\partial b} = \frac{1}{N} \sum_i \frac{\partial \ell_i}{\partial z_i}$$
#
# **손으로 계산하기.** 위의 두 행은 $p = [0.6225, 0.9047]$이었다. 레이블이 $[1, 0]$이라 하자. 그러면
# $\partial \ell / \partial z = [-0.3775, 0.9047]$이다. 첫째 점수는 올라가고 둘째는 내려가야 하며, 둘째가 더 크게 틀렸다.
# 따라서 $\partial L / \partial w_1 = (-0.3775 \cdot 1 + 0.9047 \cdot 3) / 2 = 1.1682$,
# $\partial L / \partial w_2 = (-0.3775 \cdot 2 - 0.9047) / 2 = -0.8299$, $\partial L / \partial b = 0.2636$이다.


# %%
def bce_gradients(X, y, w, b):
    """Return (dL/dw, dL/db) of the mean binary cross-entropy L of sigmoid(X @ w + b).

    X: an array of shape (N, D). y: labels 0 or 1, shape (N,). w: an array of shape (D,).
    b: a number. dL/dw has shape (D,), dL/db is a number. No clipping; finite for scores
    as large as 1000.

    >>> X, w = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([0.5, -0.25])
    >>> dw, db = bce_gradients(X, np.array([1, 0]), w, 0.5)
    >>> np.round(dw, 4).tolist(), round(float(db), 4)
    ([1.1682, -0.8299], 0.2636)

    To read: Bishop, Pattern Recognition and Machine Learning, section 4.3.2.
    """
    ### BEGIN SOLUTION
    X = np.asarray(X, dtype=float)
    error = predict_probability(X, w, b) - y
    return X.T @ error / len(X), float(error.mean())
    ### END SOLUTION


# %%
check("bce_gradients")

# %% [markdown] tags=["explanation"]
# **Why this works.** The derivative of $\log(1 + e^{z})$ is $e^{z} / (1 + e^{z}) = \sigma(z) = p$, so
# $\partial \ell / \partial z = p - y$: what the model said minus what is true. A score enters through
# $\partial z / \partial w_d = X_{id}$, and `X.T @ error` is the sum over the examples for all $d$ at once. Compare the
# squared error: it would bring another factor $\sigma' = p(1 - p)$, nearly 0 for a model that is sure and wrong, and
# learning would stand still exactly there. The logarithm of the loss cancels the exponential of the sigmoid.

# %% [markdown] lang="ko" of="e7a3eae6" tags=["explanation"]
# **왜 이렇게 되는가.** $\log(1 + e^{z})$의 도함수는 $e^{z} / (1 + e^{z}) = \sigma(z) = p$이므로
# $\partial \ell / \partial z = p - y$, 곧 모델이 말한 값에서 정답을 뺀 것이다. 점수를 가중치로 미분하면
# $\partial z / \partial w_d = X_{id}$이고, `X.T @ error`는 모든 $d$에 대해 예제에 걸친 합을 한꺼번에 구한다. 제곱 오차와 비교해
# 보자. 그쪽에는 $\sigma' = p(1 - p)$가 더 곱해지는데, 확신하고 틀린 모델에서는 이 값이 거의 0이라 바로 그곳에서 학습이 멈춘다.
# 교차 엔트로피에서는 손실의 로그가 시그모이드의 지수를 상쇄한다.

# %% [markdown]
# ## One step of learning
#
# The gradient points uphill, so a step goes the other way, by the learning rate $\eta$:
#
# $$w \leftarrow w - \eta\, \frac{\partial L}{\partial w} \qquad b \leftarrow b - \eta\, \frac{\partial L}{\partial b}$$
#
# Both gradients belong to the old $w$ and the old $b$.
#
# **A number by hand.** With $\eta = 0.1$ the example above goes from $w = [0.5, -0.25]$, $b = 0.5$ to
# $w = [0.3832, -0.1670]$, $b = 0.4736$, and its loss from $1.4124$ to $1.2050$.

# %% [markdown] lang="ko" of="3f0f5b8e"
# ## 학습 한 걸음
#
# 기울기는 오르막을 가리키므로, 학습률 $\eta$만큼 반대쪽으로 움직인다.
#
# $$w \leftarrow w - \eta\, \frac{\partial L}{\partial w} \qquad b \leftarrow b - \eta\, \frac{\partial L}{\partial b}$$
#
# 두 기울기는 모두 갱신하기 전의 $w$와 $b$에서 구한 것이다.
#
# **손으로 계산하기.** $\eta = 0.1$이면 위의 예는 $w = [0.5, -0.25]$, $b = 0.5$에서 $w = [0.3832, -0.1670]$,
# $b = 0.4736$으로 가고, 손실은 $1.4124$에서 $1.2050$으로 줄어든다.


# %%
def logistic_step(X, y, w, b, learning_rate):
    """Return (w, b) after one step of gradient descent, w - learning_rate * dL/dw and so b.

    L is the mean binary cross-entropy of sigmoid(X @ w + b). X: an array of shape (N, D).
    y: labels 0 or 1, shape (N,). w: an array of shape (D,). b, learning_rate: numbers.
    The new w has shape (D,), the new b is a number; the w given stays as it was.

    >>> X, w = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([0.5, -0.25])
    >>> w, b = logistic_step(X, np.array([1, 0]), w, 0.5, 0.1)
    >>> np.round(w, 4).tolist(), round(float(b), 4)
    ([0.3832, -0.167], 0.4736)

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 4.3.
    """
    ### BEGIN SOLUTION
    dw, db = bce_gradients(X, y, w, b)
    return w - learning_rate * dw, float(b - learning_rate * db)
    ### END SOLUTION


# %%
check("logistic_step")

# %% [markdown] tags=["explanation"]
# **Why this works.** Both gradients are computed before either parameter moves: they are the slopes at one and the same
# point. `w - learning_rate * dw` makes a new array, while `w -= ...` would move the caller's weights, and fail on whole
# numbers. Repeat this step and the loss of a single bowl leads to its bottom, whatever the start; only the learning
# rate decides how fast, and whether at all.

# %% [markdown] lang="ko" of="ab59917d" tags=["explanation"]
# **왜 이렇게 되는가.** 두 기울기는 어느 매개변수도 움직이기 전에 구한다. 같은 한 점에서의 기울기이기 때문이다.
# `w - learning_rate * dw`는 새 배열을 만들지만, `w -= ...`은 호출한 쪽의 가중치를 움직이고 정수 배열에서는 오류가 난다. 이 걸음을
# 되풀이하면 그릇 하나 모양의 손실은 어디서 시작하든 바닥으로 이어진다. 얼마나 빨리 가는지, 갈 수나 있는지는 학습률이 정한다.

# %% [markdown]
# ## What you have built
#
# A classifier that learns: a probability, a loss that punishes false certainty, its gradient $p - y$, and the step. The
# next assignment goes from two classes to any number of them, and you will meet the same $p - y$ again. Swap the
# features for the outputs of other such units, and you have a neural network.

# %% [markdown] lang="ko" of="d8a717b3"
# ## 무엇을 만들었는가
#
# 학습하는 분류기를 만들었다. 확률, 거짓 확신을 벌하는 손실, 그 기울기 $p - y$, 그리고 한 걸음으로 이루어진다. 다음 과제에서는
# 클래스가 둘에서 여러 개로 늘어나며, 같은 $p - y$를 다시 만난다. 특성 자리에 이런 유닛들의 출력을 넣으면 그것이 곧 신경망이다.

# %% [markdown]
# # 10 · Optimizers
#
# Backpropagation says which way is down. It does not say how far to go, and a fixed step is never right for long: too
# short on the plateaus, too long in the ravines, the same for a weight that is used all the time and for one that is
# used once a day. Between 1964 and 2014 people found four improvements to the plain step, each an answer to what the
# one before did badly. You write them all, in the order of the ideas. The last one, **Adam**, is what most networks
# are trained with today, and it consists of parts you will know by then.
#
# **Time:** about 70 minutes. **You need:** gradients as in assignment 6, averages, square roots.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it. It
# tells you what is right and, where something is not, where to look. `hint("adam")` helps step by step: the first steps
# point the way, the last is usually the formula. The questions are answered in the cell below each of them.
#
# **Shapes and conventions.** `w` holds weights of any shape, `g` their gradient in the same shape, `lr` is the learning
# rate, $\eta$ in the formulas. All operations go entry by entry. Most optimizers must remember something from step to
# step: they take a `state` and return the pair `(w, state)`. Before the first step `state` is `None`. What you keep in
# it is up to you: an array, a tuple, a dictionary; it comes back to you at the next step as you returned it. `eps`
# stands outside the square root, as in PyTorch. Functions leave their arguments as they were, and arrays of integers
# must work as well. Your functions are judged over five steps in a row.

# %% [markdown] lang="ko" of="bc30b973"
# # 10 · 옵티마이저
#
# 역전파는 어느 쪽이 내리막인지 알려 준다. 하지만 얼마나 가야 하는지는 알려 주지 않으며, 고정된 걸음은 오래 맞는 법이
# 없다. 평지에서는 너무 짧고 골짜기에서는 너무 길며, 늘 쓰이는 가중치에나 하루에 한 번 쓰이는 가중치에나 똑같다. 사람들은
# 1964년에서 2014년 사이에 이 단순한 걸음을 네 번 고쳤고, 매번 앞의 방법이 못하던 일을 해결했다. 여러분은 그것들을 나온
# 순서대로 모두 작성한다. 마지막의 **Adam**은 오늘날 대부분의 신경망을 학습시키는 방법이며, 그때쯤이면 모두 아는 부품으로
# 되어 있다.
#
# **시간:** 약 70분. **필요한 것:** 과제 6의 기울기, 평균, 제곱근.
#
# **진행 방법:** `raise NotImplementedError`를 자신의 코드로 바꾸고 셀을 실행한 다음, 바로 아래의 `check`를 실행하세요.
# 무엇이 맞는지, 틀렸다면 어디를 봐야 하는지 알려 준다. `hint("adam")`은 한 단계씩 도와준다. 처음 단계는 방향을 알려
# 주고, 마지막 단계는 대개 공식이다. 퀴즈의 답은 각 문제 아래의 셀에 적으세요.
#
# **모양과 약속.** `w`는 가중치이며 모양은 무엇이든 좋다. `g`는 모양이 같은 그 기울기, `lr`은 학습률이고 식에서는
# $\eta$이다. 모든 계산은 원소마다 한다. 대부분의 옵티마이저는 단계에서 단계로 무언가를 기억해야 한다. 그래서 상태
# `state`를 받고 `(w, state)` 쌍을 반환한다. 첫 단계 전의 `state`는 `None`이다. 거기에 무엇을 담을지는 여러분의 자유다.
# 배열도, 튜플도, 딕셔너리도 좋다. 다음 단계에 반환한 그대로 다시 받는다. `eps`는 PyTorch처럼 제곱근 밖에 있다. 함수는
# 인수를 바꾸지 않아야 하며, 정수 배열도 받아들여야 한다. 함수는 다섯 단계를 이어서 실행해 채점한다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# ## The plain step
#
# **Stochastic gradient descent** (SGD) takes a mini-batch, computes the gradient of its loss and goes a little way
# against it:
#
# $$w \leftarrow w - \eta\, g$$
#
# "Stochastic" only means that the mini-batch was drawn at random; the rule is that of assignment 1.
#
# **A number by hand.** We follow one weight through the whole notebook. It starts at $w = 1$, the learning rate is
# $\eta = 0.1$, and the first two gradients are $2$ and $1$. The plain step goes to $1 - 0.1 \cdot 2 = 0.8$, then to
# $0.8 - 0.1 \cdot 1 = 0.7$.

# %% [markdown] lang="ko" of="3646663c"
# ## 단순한 걸음
#
# **확률적 경사 하강법**(stochastic gradient descent, SGD)은 미니배치를 하나 뽑아 손실의 기울기를 계산하고, 그 반대쪽으로
# 조금 간다.
#
# $$w \leftarrow w - \eta\, g$$
#
# '확률적'이란 미니배치를 무작위로 뽑았다는 뜻일 뿐, 규칙은 과제 1과 같다.
#
# **손으로 계산하기.** 이 노트북에서는 가중치 하나를 끝까지 따라간다. $w = 1$에서 시작하고 학습률은 $\eta = 0.1$, 처음 두
# 기울기는 $2$와 $1$이다. 단순한 걸음은 $1 - 0.1 \cdot 2 = 0.8$로, 다음에는 $0.8 - 0.1 \cdot 1 = 0.7$로 간다.


# %%
def sgd(w, g, lr):
    """Return the weights after one step of gradient descent, w - lr * g.

    w: an array of any shape. g: the gradient by w, of the same shape. lr: a number. The
    result is a new array of this shape.

    >>> np.round(sgd(np.array([1.0, -2.0]), np.array([2.0, 0.5]), 0.1), 4).tolist()
    [0.8, -2.05]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 8.3.1.
    """
    ### BEGIN SOLUTION
    return w - lr * g
    ### END SOLUTION


# %%
check("sgd")

# %% [markdown] tags=["explanation"]
# **Why this works.** Near $w$ the loss is almost a plane, and on a plane nothing lowers it faster than going against
# the gradient. `w - lr * g` makes a new array, and because `lr` is a float the result holds floats even when `w` holds
# whole numbers; `w -= lr * g` would change the caller's weights, or fail where they are integers.

# %% [markdown] lang="ko" of="bfd21dd6" tags=["explanation"]
# **왜 이렇게 되는가.** $w$ 근처에서 손실은 거의 평면이고, 평면에서는 기울기의 반대쪽으로 가는 것보다 빨리 내려가는 방법이
# 없다. `w - lr * g`는 새 배열을 만들며, `lr`이 실수이므로 `w`가 정수여도 결과는 실수다. `w -= lr * g`는 호출한 쪽의
# 가중치를 바꾸거나, 정수 배열이면 오류를 낸다.

# %% [markdown]
# ## The ravine, and momentum
#
# **The picture below** shows a loss that is twenty times as curved in one direction as in the other, like a ravine, and
# sixteen plain steps on it. With a large learning rate the steps jump from wall to wall. With a small one they crawl
# along the bottom. No learning rate is good for both directions.
#
# A heavy ball would do better. From wall to wall the pushes cancel, and along the valley they add up. So give the
# weights a **velocity** $v$ that keeps a part $\beta$ of itself (often 0.9) and takes in each new gradient:
#
# $$v \leftarrow \beta\, v + g \qquad w \leftarrow w - \eta\, v$$
#
# At the first step there is no velocity yet, so $v = g$. This is PyTorch's form. Others write $(1 - \beta)\, g$, or
# move $\eta$ into the velocity.
#
# **A number by hand.** $\beta = 0.9$. First $v = 2$ and $w = 1 - 0.1 \cdot 2 = 0.8$. Then $v = 0.9 \cdot 2 + 1 = 2.8$
# and $w = 0.8 - 0.1 \cdot 2.8 = 0.52$.

# %% [markdown] lang="ko" of="27677341"
# ## 골짜기와 모멘텀
#
# **아래 그림**은 한 방향이 다른 방향보다 스무 배 더 휘어진, 골짜기 같은 손실과 그 위의 단순한 걸음 열여섯 번이다. 학습률이
# 크면 벽에서 벽으로 튀고, 작으면 바닥을 기어간다. 두 방향 모두에 좋은 학습률은 없다.
#
# 무거운 공이라면 더 잘할 것이다. 벽과 벽 사이에서는 미는 힘이 상쇄되고 골짜기를 따라서는 쌓인다. 그러니 가중치에
# **속도** $v$를 주자. 속도는 자기의 $\beta$만큼(흔히 0.9)을 남기고 새 기울기를 받아들인다. 이것이
# **모멘텀**(momentum)이다.
#
# $$v \leftarrow \beta\, v + g \qquad w \leftarrow w - \eta\, v$$
#
# 첫 단계에는 아직 속도가 없으므로 $v = g$이다. 이것은 PyTorch의 형태다. $(1 - \beta)\, g$라고 쓰거나 $\eta$를 속도 안으로
# 옮기는 곳도 있다.
#
# **손으로 계산하기.** $\beta = 0.9$. 처음에는 $v = 2$, $w = 1 - 0.1 \cdot 2 = 0.8$이다. 다음에는
# $v = 0.9 \cdot 2 + 1 = 2.8$, $w = 0.8 - 0.1 \cdot 2.8 = 0.52$이다.

# %%
import matplotlib.pyplot as plt

curvature, start, count = np.array([1.0, 20.0]), np.array([-8.0, 2.0]), np.arange(17)
grid_x, grid_y = np.meshgrid(np.linspace(-9, 3, 80), np.linspace(-3, 3, 60))
figure, panels = plt.subplots(1, 2, figsize=(9, 2.8), sharey=True)
for panel, rate in zip(panels, (0.09, 0.02)):
    # On this loss a step multiplies each coordinate by 1 - rate * curvature.
    path = start * (1 - rate * curvature) ** count[:, None]
    panel.contour(grid_x, grid_y, grid_x**2 + 20 * grid_y**2, levels=[2, 8, 20, 40, 70, 110], colors="lightgrey")
    panel.plot(path[:, 0], path[:, 1], "o-", markersize=3)
    panel.plot(0, 0, "k*", markersize=10)
    panel.set_title(f"learning rate {rate}")


# %%
def momentum(w, g, state, lr, beta):
    """Return (w, state) after one step of momentum: v = beta * v + g, then w - lr * v.

    At the first step state is None and v = g. The gradient enters in full, without a
    factor 1 - beta; no look-ahead (that would be Nesterov's).

    w, g: arrays of the same shape. state: None, or what the step before returned. lr,
    beta: numbers, 0 <= beta < 1. Returned w: a new array. Returned state: your own.

    >>> w, state = momentum(np.array([1.0]), np.array([2.0]), None, 0.1, 0.9)
    >>> w, state = momentum(w, np.array([1.0]), state, 0.1, 0.9)
    >>> np.round(w, 4).tolist()
    [0.52]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 8.3.2.
    """
    ### BEGIN SOLUTION
    velocity = g + (0.0 if state is None else beta * state)
    return w - lr * velocity, velocity
    ### END SOLUTION


# %%
check("momentum")

# %% [markdown] tags=["explanation"]
# **Why this works.** Written out, $v = g_t + \beta g_{t-1} + \beta^2 g_{t-2} + \dots$: a sum of all gradients in which
# the old ones fade. Gradients that change their sign cancel in it; equal ones add up to $g / (1 - \beta)$, ten times
# the plain step for $\beta = 0.9$. The state is the velocity and nothing else. `g + 0.0` makes a new array, so the
# state does not change when somebody writes into `g` later. With $\eta$ inside the velocity the steps are the same as
# long as $\eta$ stays constant.

# %% [markdown] lang="ko" of="437b8fb0" tags=["explanation"]
# **왜 이렇게 되는가.** 풀어 쓰면 $v = g_t + \beta g_{t-1} + \beta^2 g_{t-2} + \dots$, 곧 모든 기울기의 합이되 오래된 것은
# 희미해진다. 부호가 바뀌는 기울기는 서로 상쇄되고, 같은 기울기는 쌓여 $g / (1 - \beta)$가 된다. $\beta = 0.9$이면 단순한
# 걸음의 열 배다. 상태는 속도뿐이다. `g + 0.0`은 새 배열을 만들므로 나중에 누가 `g`에 무엇을 쓰더라도 상태는 바뀌지 않는다.
# $\eta$를 속도 안에 넣어도 $\eta$가 변하지 않는 동안은 걸음이 똑같다.

# %%
ask("momentum_speed")

# %% [markdown]
# ## A step size for each weight: Adagrad
#
# Momentum still has one learning rate for all. But think of a text: the weight behind the word "the" gets a gradient in
# every batch, the one behind "penguin" hardly ever, and when it does, it should learn much from it. **Adagrad** (2011)
# keeps for each weight the sum $s$ of all its squared gradients and divides by the root:
#
# $$s \leftarrow s + g^2 \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \varepsilon}$$
#
# $s$ starts at 0, and the new square is added before the division. A weight that saw much takes small steps. The small
# $\varepsilon$ saves weights whose gradient has always been 0.
#
# **A number by hand.** First $s = 4$, and the step is $0.1 \cdot 2 / 2 = 0.1$: $w = 0.9$. Then $s = 4 + 1 = 5$, the
# step is $0.1 \cdot 1 / 2.2361 = 0.0447$, and $w = 0.8553$.

# %% [markdown] lang="ko" of="9291424d"
# ## 가중치마다 다른 걸음: Adagrad
#
# 모멘텀에는 아직 모두가 함께 쓰는 학습률 하나뿐이다. 하지만 글을 생각해 보자. "the"라는 단어의 가중치는 배치마다 기울기를
# 받지만 "penguin"의 가중치는 거의 받지 못하므로, 어쩌다 받으면 거기서 많이 배워야 한다. **Adagrad**(2011)는 가중치마다
# 기울기 제곱의 합 $s$를 간직하고 그 제곱근으로 나눈다.
#
# $$s \leftarrow s + g^2 \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \varepsilon}$$
#
# $s$는 0에서 시작하며, 새 제곱을 더한 다음에 나눈다. 기울기를 많이 받은 가중치는 작은 걸음을 걷는다. 작은 수
# $\varepsilon$은 기울기가 늘 0이었던 가중치에서 0으로 나누지 않게 해 준다.
#
# **손으로 계산하기.** 처음에는 $s = 4$이고 걸음은 $0.1 \cdot 2 / 2 = 0.1$이므로 $w = 0.9$이다. 다음에는 $s = 4 + 1 = 5$,
# 걸음은 $0.1 \cdot 1 / 2.2361 = 0.0447$, $w = 0.8553$이다.


# %%
def adagrad(w, g, state, lr, eps):
    """Return (w, state) after one step of Adagrad: s = s + g**2, then w - lr * g / (sqrt(s) + eps).

    s starts at 0; eps is added to the root, not under it. A weight whose gradients were
    all 0 stays where it is.

    w, g: arrays of the same shape. state: None at the first step, then what the step
    before returned. lr, eps: numbers. Returned w: a new array. Returned state: your own.

    >>> w, state = adagrad(np.array([1.0]), np.array([2.0]), None, 0.1, 1e-8)
    >>> w, state = adagrad(w, np.array([1.0]), state, 0.1, 1e-8)
    >>> np.round(w, 4).tolist()
    [0.8553]

    To read: Duchi, Hazan and Singer, Adaptive Subgradient Methods for Online Learning
    and Stochastic Optimization, 2011.
    """
    ### BEGIN SOLUTION
    total = np.square(g, dtype=float) + (0.0 if state is None else state)
    return w - lr * g / (np.sqrt(total) + eps), total
    ### END SOLUTION


# %%
check("adagrad")

# %% [markdown] tags=["explanation"]
# **Why this works.** $g / \sqrt{s}$ has no unit: multiply all gradients by 1000 and the steps stay as they were. The
# first step of every weight has the length $\eta$, since $\sqrt{s} = |g|$ then. Later steps shrink, those of busy
# weights faster; with equal gradients step $t$ has the length $\eta / \sqrt{t}$. And this is Adagrad's weakness as
# well: $s$ only ever grows, and in a long training all steps die out. Squaring before adding matters, for gradients of
# either sign would cancel.

# %% [markdown] lang="ko" of="7c2f9fda" tags=["explanation"]
# **왜 이렇게 되는가.** $g / \sqrt{s}$에는 단위가 없다. 모든 기울기에 1000을 곱해도 걸음은 그대로다. 첫 걸음에서는
# $\sqrt{s} = |g|$이므로 모든 가중치의 걸음 길이가 $\eta$이다. 그 뒤로는 짧아지며, 바쁜 가중치일수록 빨리 짧아진다.
# 기울기가 늘 같으면 $t$번째 걸음의 길이는 $\eta / \sqrt{t}$이다. 이것은 Adagrad의 약점이기도 하다. $s$는 커지기만 하므로
# 오래 학습하면 모든 걸음이 사그라든다. 더하기 전에 제곱해야 한다. 그러지 않으면 부호가 다른 기울기가 서로 상쇄된다.

# %%
ask("adagrad_slowdown")

# %% [markdown]
# ## An account that forgets: RMSprop
#
# The cure is to forget. Geoffrey Hinton showed **RMSprop** in a lecture in 2012 and never published it otherwise:
# replace the sum by an average in which old squares fade. With $\rho$ near 1 (PyTorch calls it `alpha`, 0.99):
#
# $$v \leftarrow \rho\, v + (1 - \rho)\, g^2 \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{v} + \varepsilon}$$
#
# $v$ starts at 0. Its root is the size that the weight's gradient has had of late, a root mean square, which gave the
# method its name.
#
# **A number by hand.** $\rho = 0.9$. First $v = 0.1 \cdot 4 = 0.4$, the step is $0.1 \cdot 2 / 0.6325 = 0.3162$, and
# $w = 0.6838$. Then $v = 0.9 \cdot 0.4 + 0.1 \cdot 1 = 0.46$, the step is $0.1 / 0.6782 = 0.1474$, and $w = 0.5363$.
# Note the first step: three times as long as Adagrad's. Remember it.

# %% [markdown] lang="ko" of="c7df497a"
# ## 잊는 장부: RMSprop
#
# 처방은 잊는 것이다. Geoffrey Hinton은 2012년 강의에서 **RMSprop**을 보여 주었고 논문으로는 내지 않았다.
# 합을 평균으로 바꾸되, 오래된 제곱은 희미해지게 한다. $\rho$는 1에 가깝다(PyTorch에서는 `alpha`, 0.99).
#
# $$v \leftarrow \rho\, v + (1 - \rho)\, g^2 \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{v} + \varepsilon}$$
#
# $v$는 0에서 시작한다. 그 제곱근은 요즘 이 가중치의 기울기가 어느 정도 크기였는지를 나타내는 제곱 평균 제곱근(root mean
# square)이고, 이름도 여기서 왔다.
#
# **손으로 계산하기.** $\rho = 0.9$. 처음에는 $v = 0.1 \cdot 4 = 0.4$, 걸음은 $0.1 \cdot 2 / 0.6325 = 0.3162$,
# $w = 0.6838$이다. 다음에는 $v = 0.9 \cdot 0.4 + 0.1 \cdot 1 = 0.46$, 걸음은 $0.1 / 0.6782 = 0.1474$, $w = 0.5363$이다.
# 첫 걸음을 보세요. Adagrad의 세 배다. 기억해 두세요.


# %%
def rmsprop(w, g, state, lr, rho, eps):
    """Return (w, state) after one step of RMSprop: v = rho * v + (1 - rho) * g**2, then w - lr * g / (sqrt(v) + eps).

    v starts at 0 and is not corrected; eps is added to the root, not under it. A weight
    whose gradients were all 0 stays where it is.

    w, g: arrays of the same shape. state: None at the first step, then what the step
    before returned. lr, rho, eps: numbers, 0 <= rho < 1. Returned w: a new array.
    Returned state: your own.

    >>> w, state = rmsprop(np.array([1.0]), np.array([2.0]), None, 0.1, 0.9, 1e-8)
    >>> w, state = rmsprop(w, np.array([1.0]), state, 0.1, 0.9, 1e-8)
    >>> np.round(w, 4).tolist()
    [0.5363]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 8.5.2, where eps
    stands under the root.
    """
    ### BEGIN SOLUTION
    average = (1.0 - rho) * np.square(g, dtype=float) + (0.0 if state is None else rho * state)
    return w - lr * g / (np.sqrt(average) + eps), average
    ### END SOLUTION


# %%
check("rmsprop")

# %% [markdown] tags=["explanation"]
# **Why this works.** The two shares $\rho$ and $1 - \rho$ add up to 1, so $v$ is a weighted average of the squares
# seen, with weights $(1 - \rho) \rho^k$ for the one $k$ steps ago, reaching back about $1 / (1 - \rho)$ steps. If the
# gradients keep their size, $\sqrt{v}$ tends to it and the steps keep the length $\eta$, on a plateau as in a ravine.
# At the start, however, the average still contains the 0 it began with: $\sqrt{v} = \sqrt{1 - \rho}\, |g|$ makes the
# first step $1 / \sqrt{1 - \rho}$ times too long, ten times for $\rho = 0.99$.

# %% [markdown] lang="ko" of="d72fcc97" tags=["explanation"]
# **왜 이렇게 되는가.** 두 비중 $\rho$와 $1 - \rho$의 합이 1이므로 $v$는 지금까지 본 제곱들의 가중 평균이다. $k$단계 전
# 제곱의 비중은 $(1 - \rho) \rho^k$이고, 대략 $1 / (1 - \rho)$단계 전까지 거슬러 올라간다. 기울기의 크기가 유지되면
# $\sqrt{v}$는 그 크기로 다가가고 걸음 길이는 평지에서나 골짜기에서나 $\eta$로 유지된다. 그러나 처음에는 평균 안에
# 출발점인 0이 아직 들어 있다. $\sqrt{v} = \sqrt{1 - \rho}\, |g|$이므로 첫 걸음은 $1 / \sqrt{1 - \rho}$배,
# $\rho = 0.99$이면 열 배나 길다.

# %% [markdown]
# ## Everything together: Adam
#
# **Adam** (2014) puts the two ideas into one: momentum in the numerator, RMSprop in the denominator. Both are averages
# that fade, $m$ of the gradients and $v$ of their squares:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# And it repairs the start. Both begin at 0 and are too small for a while: with equal gradients, after $t$ steps
# $m = (1 - \beta_1^t)\, g$. So divide by that factor, $t = 1$ at the first step:
#
# $$\hat{m} = \frac{m}{1 - \beta_1^t} \qquad \hat{v} = \frac{v}{1 - \beta_2^t} \qquad
# w \leftarrow w - \eta\, \frac{\hat{m}}{\sqrt{\hat{v}} + \varepsilon}$$
#
# Usual values are $\beta_1 = 0.9$, $\beta_2 = 0.999$, $\varepsilon = 10^{-8}$. What must the state hold?
#
# **A number by hand.** First $m = 0.2$ and $v = 0.004$; corrected $\hat{m} = 0.2 / 0.1 = 2$ and
# $\hat{v} = 0.004 / 0.001 = 4$; the step is $0.1 \cdot 2 / 2 = 0.1$, and $w = 0.9$. Then
# $m = 0.9 \cdot 0.2 + 0.1 \cdot 1 = 0.28$ and $v = 0.999 \cdot 0.004 + 0.001 \cdot 1 = 0.004996$; corrected
# $0.28 / 0.19 = 1.4737$ and $0.004996 / 0.001999 = 2.4992$; the step is $0.1 \cdot 1.4737 / 1.5809 = 0.0932$, and
# $w = 0.8068$.

# %% [markdown] lang="ko" of="bf931f99"
# ## 모두 하나로: Adam
#
# **Adam**(2014)은 두 방법을 하나로 합친다. 분자에는 모멘텀, 분모에는 RMSprop. 둘 다 희미해지는 평균이며, $m$은 기울기의,
# $v$는 그 제곱의 평균이다.
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# 그리고 시작을 바로잡는다. 둘 다 0에서 시작하므로 한동안 너무 작다. 기울기가 늘 같으면 $t$단계 뒤에는
# $m = (1 - \beta_1^t)\, g$이다. 그러니 $1 - \beta_1^t$로 나눈다. 첫 단계에서 $t = 1$이다.
#
# $$\hat{m} = \frac{m}{1 - \beta_1^t} \qquad \hat{v} = \frac{v}{1 - \beta_2^t} \qquad
# w \leftarrow w - \eta\, \frac{\hat{m}}{\sqrt{\hat{v}} + \varepsilon}$$
#
# 흔히 쓰는 값은 $\beta_1 = 0.9$, $\beta_2 = 0.999$, $\varepsilon = 10^{-8}$이다. 상태에는 무엇을 담아야 할까?
#
# **손으로 계산하기.** 처음에는 $m = 0.2$, $v = 0.004$이다. 보정하면 $\hat{m} = 0.2 / 0.1 = 2$, $\hat{v} = 0.004 / 0.001 = 4$이고, 걸음은
# $0.1 \cdot 2 / 2 = 0.1$, $w = 0.9$이다. 다음에는 $m = 0.9 \cdot 0.2 + 0.1 \cdot 1 = 0.28$,
# $v = 0.999 \cdot 0.004 + 0.001 \cdot 1 = 0.004996$이다. 보정하면 $0.28 / 0.19 = 1.4737$, $0.004996 / 0.001999 = 2.4992$이고,
# 걸음은 $0.1 \cdot 1.4737 / 1.5809 = 0.0932$, $w = 0.8068$이다.


# %%
def adam(w, g, state, lr, beta1, beta2, eps):
    """Return (w, state) after one step of Adam: w - lr * m_hat / (sqrt(v_hat) + eps), formulas above.

    m and v start at 0; m_hat = m / (1 - beta1**t), v_hat = v / (1 - beta2**t), and t
    counts the steps: 1 at the first. eps is added to the root of the corrected v. A
    weight whose gradients were all 0 stays where it is.

    w, g: arrays of the same shape. state: None at the first step, then what the step
    before returned. lr, beta1, beta2, eps: numbers, 0 <= beta < 1. Returned w: a new
    array. Returned state: your own.

    >>> w, state = adam(np.array([1.0]), np.array([2.0]), None, 0.1, 0.9, 0.999, 1e-8)
    >>> w, state = adam(w, np.array([1.0]), state, 0.1, 0.9, 0.999, 1e-8)
    >>> np.round(w, 4).tolist()
    [0.8068]

    To read: Kingma and Ba, Adam: A Method for Stochastic Optimization, 2014, algorithm 1.
    """
    ### BEGIN SOLUTION
    m, v, t = (0.0, 0.0, 0) if state is None else state
    t = t + 1
    m = beta1 * m + (1.0 - beta1) * g
    v = beta2 * v + (1.0 - beta2) * np.square(g, dtype=float)
    m_hat, v_hat = m / (1.0 - beta1**t), v / (1.0 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)
    ### END SOLUTION


# %%
check("adam")

# %% [markdown] tags=["explanation"]
# **Why this works.** The weights in the average $m$ are $(1 - \beta_1) \beta_1^k$, and over $t$ steps they add up to
# $1 - \beta_1^t$, not to 1: the rest of the weight lies on the 0 of the start. Dividing by this sum makes $m$ a true
# average from the first step on, and as $t$ grows the divisor tends to 1. The state holds $m$ and $v$ as they are, not
# corrected, or the correction would be applied again and again, and the number of steps, without which nobody knows how
# much is missing. Where the gradients agree, $\hat{m} / \sqrt{\hat{v}}$ is near $\pm 1$ and the step near $\eta$; where
# their signs change, $\hat{m}$ shrinks and $\hat{v}$ does not, and Adam becomes careful by itself.

# %% [markdown] lang="ko" of="1d13b9e4" tags=["explanation"]
# **왜 이렇게 되는가.** 평균 $m$에 들어가는 비중은 $(1 - \beta_1) \beta_1^k$이고, $t$단계에 걸쳐 더하면 1이 아니라
# $1 - \beta_1^t$이다. 나머지 비중은 출발점의 0이 차지한다. 이 합으로 나누면 $m$은 첫 단계부터 진짜 평균이 되고, $t$가 커지면
# 나누는 수는 1에 다가간다. 상태에는 보정하지 않은 $m$과 $v$를 담는다. 보정한 값을 담으면 보정이 거듭된다. 단계의 수도 담아야
# 한다. 그것이 없으면 얼마나 모자란지 아무도 모른다. 기울기들의 부호가 같으면 $\hat{m} / \sqrt{\hat{v}}$는 $\pm 1$에 가깝고
# 걸음은 $\eta$에 가깝다. 부호가 바뀌면 $\hat{m}$은 작아지지만 $\hat{v}$는 그대로이므로 Adam은 스스로 조심스러워진다.

# %%
ask("uncorrected_average")

# %%
ask("adam_first_step")

# %%
ask("why_correction")

# %% [markdown]
# ## Three paths
#
# The ravine again, with the first sixteen steps of three optimizers, written down from real runs with learning rates
# that suit each: `sgd`, `momentum` and `adam`. Which is which?

# %% [markdown] lang="ko" of="0e9254a6"
# ## 세 갈래 길
#
# 다시 골짜기다. 세 옵티마이저 `sgd`, `momentum`, `adam`을 저마다 알맞은 학습률로 실제로 실행해 처음 열여섯 걸음을 적어
# 두었다. 어느 것이 어느 것일까?

# %%
import matplotlib.pyplot as plt

paths = {
    "1": [
        *[(-8.0, 2.0), (-7.6, 1.6), (-7.2, 1.2), (-6.8, 0.8), (-6.4, 0.5), (-6.0, 0.1), (-5.6, -0.2), (-5.2, -0.4)],
        *[(-4.8, -0.6), (-4.5, -0.8), (-4.1, -0.8), (-3.7, -0.8), (-3.4, -0.8), (-3.0, -0.7), (-2.7, -0.6)],
        *[(-2.4, -0.5), (-2.0, -0.3)],
    ],
    "2": [
        *[(-8.0, 2.0), (-7.3, -1.6), (-6.6, 1.3), (-6.0, -1.0), (-5.5, 0.8), (-5.0, -0.7), (-4.5, 0.5), (-4.1, -0.4)],
        *[(-3.8, 0.3), (-3.4, -0.3), (-3.1, 0.2), (-2.8, -0.2), (-2.6, 0.1), (-2.3, -0.1), (-2.1, 0.1)],
        *[(-1.9, -0.1), (-1.8, 0.1)],
    ],
    "3": [
        *[(-8.0, 2.0), (-7.8, 1.2), (-7.6, 0.1), (-7.2, -0.8), (-6.7, -1.3), (-6.2, -1.1), (-5.7, -0.5), (-5.2, 0.2)],
        *[(-4.7, 0.6), (-4.1, 0.7), (-3.7, 0.5), (-3.2, 0.2), (-2.7, -0.2), (-2.3, -0.4), (-2.0, -0.4)],
        *[(-1.6, -0.3), (-1.3, 0.0)],
    ],
}
figure, panels = plt.subplots(1, 3, figsize=(12, 2.8), sharey=True)
for panel, (name, path) in zip(panels, paths.items()):
    panel.contour(grid_x, grid_y, grid_x**2 + 20 * grid_y**2, levels=[2, 8, 20, 40, 70, 110], colors="lightgrey")
    panel.plot(*zip(*path), "o-", markersize=3)
    panel.plot(0, 0, "k*", markersize=10)
    panel.set_title(f"path {name}")

# %%
ask("path_of_momentum")

# %%
ask("path_of_adam")

# %%
ask("plateau")

# %%
ask("adam_facts")

# %% [markdown]
# ## What you have built
#
# Five optimizers, each an answer to the one before: a step, a step with a memory of the direction, a step size for each
# weight, one that forgets, and all of it together. They are the formulas of `torch.optim`. Assignment 12 uses your
# `adam` to train a network on real digits.

# %% [markdown] lang="ko" of="76ad7512"
# ## 무엇을 만들었는가
#
# 옵티마이저 다섯을 만들었다. 저마다 앞의 것에 대한 답이다. 단순한 걸음, 방향을 기억하는 걸음, 가중치마다 다른 걸음, 잊는
# 장부, 그리고 그 모두. 이것이 `torch.optim`의 식이다. 과제 12에서는 여러분의 `adam`을 써서 진짜 숫자 이미지로 신경망을
# 학습시킨다.

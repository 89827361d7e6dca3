# %% [markdown]
# # 7 · Where learning starts
#
# Before the first step of gradient descent, somebody has to choose the weights. All zeros will not do: every hidden
# unit would compute the same number, receive the same gradient and stay a copy of its neighbours for ever. So weights
# start random. *How large* they start decides whether a deep network learns at all: too small, and the signal dies on
# its way through the layers; too large, and it explodes. For years this was a matter of luck, and one reason why deep
# networks had a bad name. This notebook shows both troubles in numbers, builds the rules that changed it, and ends with
# a look at how it was done before.
#
# **Time:** about 70 minutes. **You need:** variance and standard deviation, a layer $z = xW$, NumPy's
# random generators, assignments 2 and 6.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it. It
# tells you what is right and, where something is not, where to look. `hint("xavier_uniform")` helps step by step: the
# first steps point the way, the last is usually the formula. `ask("...")` shows a question; write your answer into the
# cell below it.
#
# **Conventions.** A batch has one example in each row. A layer of `fan_in` inputs and `fan_out` outputs has a weight
# matrix of shape `(fan_in, fan_out)`. Functions leave their arguments as they were; arrays of integers must work as
# well. All randomness comes from the argument `rng`, a `np.random.Generator`, and from nothing else: then the same seed
# gives the same network, on every computer. Your random numbers need not be ours; they are judged as a distribution.

# %% [markdown] lang="ko" of="2e7411a0"
# # 7 · 학습이 시작되는 곳
#
# 경사 하강법의 첫걸음을 떼기 전에 누군가는 가중치를 정해야 한다. 모두 0으로 두면 안 된다. 은닉 유닛이 모두 같은 값을
# 계산하고 같은 기울기를 받아, 영원히 서로의 복사본으로 남기 때문이다. 그래서 가중치는 무작위로 시작한다. *얼마나 크게*
# 시작하느냐가 깊은 신경망이 학습하느냐 마느냐를 가른다. 너무 작으면 신호가 층을 지나며 사라지고, 너무 크면 폭발한다.
# 오랫동안 이것은 운에 달린 일이었고, 깊은 신경망의 평판이 나빴던 까닭 가운데 하나였다. 이 노트북에서는 두 가지 문제를
# 수로 확인하고, 상황을 바꾼 규칙을 만든 다음, 그 전에는 어떻게 했는지 살펴본다.
#
# **시간:** 약 70분. **필요한 것:** 분산과 표준편차, 층 $z = xW$, NumPy의 난수 생성기, 과제 2와 6.
#
# **진행 방법:** `raise NotImplementedError`를 자신의 코드로 바꾸고 셀을 실행한 다음, 바로 아래의 `check`를 실행하세요.
# 무엇이 맞는지, 틀렸다면 어디를 봐야 하는지 알려 준다. `hint("xavier_uniform")`은 한 단계씩 도와준다. 처음 단계는
# 방향을 알려 주고, 마지막 단계는 대개 공식이다. `ask("...")`는 문제를 보여 준다. 답은 그 아래 셀에 쓰세요.
#
# **모양과 약속.** 배치는 한 행에 예제가 하나씩 있다. 입력이 `fan_in`개, 출력이 `fan_out`개인 층의 가중치 행렬은 모양이
# `(fan_in, fan_out)`이다. 함수는 인수를 그대로 두며, 정수 배열에서도 동작해야 한다. 모든 무작위성은 인수 `rng`, 곧
# `np.random.Generator`에서만 나온다. 그래야 시드(seed)가 같으면 어느 컴퓨터에서나 같은 신경망이 나온다. 여러분의 난수가
# 우리 것과 같을 필요는 없다. 분포로 채점한다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# The sigmoid of assignment 2, ready for use, safe for large numbers.

# %% [markdown] lang="ko" of="b2e18187"
# 과제 2의 시그모이드이다. 큰 수에도 안전하며 그대로 쓰면 된다.


# %%
def sigmoid(z):
    """Return 1 / (1 + exp(-z)), entry by entry."""
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)


# %% [markdown]
# ## Why not zeros?
#
# Take a small network: `hidden` sigmoid units, one output that is their weighted sum, no biases, squared error.
#
# $$H = \sigma(X W_1) \qquad o = H W_2 \qquad L = \frac{1}{N} \sum_{i=1}^{N} (o_i - y_i)^2$$
#
# Let all weights be 0 and compute the gradients of the first step, forward and backward, as in assignment 6. Then look
# at them: what does one hidden unit learn that its neighbour does not?
#
# **A number by hand.** Two examples with targets $y = (1, 2)$, any inputs. All sums are 0, so every hidden unit says
# $\sigma(0) = 0.5$, and both outputs are 0. The slope of the loss by the outputs is $\frac{2}{2}(0 - 1) = -1$ and
# $\frac{2}{2}(0 - 2) = -2$. Each output weight meets 0.5 in both examples: its gradient is
# $0.5 \cdot (-1) + 0.5 \cdot (-2) = -1.5$, the same for every unit. And $W_1$? The way back to it leads through $W_2$.


# %% [markdown] lang="ko" of="3956b618"
# ## 왜 0이면 안 되는가?
#
# 작은 신경망을 생각하자. 시그모이드 은닉 유닛이 `hidden`개, 출력은 그 가중합 하나, 편향은 없고 손실은 제곱 오차이다.
#
# $$H = \sigma(X W_1) \qquad o = H W_2 \qquad L = \frac{1}{N} \sum_{i=1}^{N} (o_i - y_i)^2$$
#
# 가중치를 모두 0으로 두고, 과제 6에서처럼 앞으로 갔다가 뒤로 오며 첫걸음의 기울기를 계산하세요. 그리고 살펴보세요. 한
# 은닉 유닛이 배우는 것 가운데 옆 유닛이 배우지 않는 것이 있는가?
#
# **손으로 계산하기.** 예제 둘의 목표값이 $y = (1, 2)$이고 입력은 무엇이든 좋다. 합은 모두 0이므로 은닉 유닛은 모두
# $\sigma(0) = 0.5$를 내고, 두 출력은 0이다. 출력에 대한 손실의 기울기는 $\frac{2}{2}(0 - 1) = -1$과
# $\frac{2}{2}(0 - 2) = -2$이다. 출력 쪽 가중치는 두 예제에서 모두 0.5를 만나므로 그 기울기는 어느 유닛에서나
# $0.5 \cdot (-1) + 0.5 \cdot (-2) = -1.5$로 같다. $W_1$은 어떨까? 거기로 돌아가는 길은 $W_2$를 지난다.


# %%
def zero_init_gradients(X, y, hidden):
    """Return (dW1, dW2), the gradients of mean((sigmoid(X W1) W2 - y)**2) where all weights are 0.

    X: shape (N, D). y: the targets, shape (N,). hidden: the number of hidden units. dW1
    has shape (D, hidden), dW2 shape (hidden,). The loss is the mean over the batch,
    without a factor 1/2; the output unit has no sigmoid, and there are no biases.

    >>> dW1, dW2 = zero_init_gradients(np.array([[3.0, -1.0], [0.5, 2.0]]), np.array([1.0, 2.0]), 3)
    >>> dW1.tolist(), dW2.tolist()
    ([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [-1.5, -1.5, -1.5])

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 8.4.
    """
    ### BEGIN SOLUTION
    X = np.asarray(X, dtype=float)
    W1, W2 = np.zeros((X.shape[1], hidden)), np.zeros(hidden)
    H = sigmoid(X @ W1)
    delta = 2.0 * (H @ W2 - y) / len(X)
    dW1 = X.T @ (np.outer(delta, W2) * H * (1.0 - H))
    return dW1, H.T @ delta
    ### END SOLUTION


# %%
check("zero_init_gradients")

# %% [markdown] tags=["explanation"]
# **Why this works.** It is ordinary backpropagation, started at a special place. The entries of $dW_2$ are all equal,
# because all hidden units say the same. $dW_1$ is 0, because every path to it is multiplied by an output weight of 0.
# After one step the output weights are equal and not 0; now $dW_1$ gets something as well, but the same in each column.
# So it goes on: equal units receive equal gradients and stay equal. With tanh or ReLU it is worse still: their value
# at 0 is 0, both gradients vanish, and nothing ever moves.

# %% [markdown] lang="ko" of="a8a2232b" tags=["explanation"]
# **왜 이렇게 되는가.** 특별한 자리에서 시작했을 뿐 여느 역전파와 같다. 은닉 유닛이 모두 같은 값을 내므로 $dW_2$의 원소는
# 모두 같다. $dW_1$로 가는 모든 길에는 0인 출력 쪽 가중치가 곱해지므로 $dW_1$은 0이다. 한 걸음 뒤에 출력 쪽 가중치는
# 0이 아니지만 서로 같다. 이제 $dW_1$에도 값이 생기지만 열마다 똑같다. 이렇게 계속된다. 같은 유닛은 같은 기울기를 받아
# 같은 채로 남는다. tanh나 ReLU라면 더 나쁘다. 0에서의 값이 0이어서 두 기울기가 모두 사라지고, 아무것도 움직이지 않는다.

# %% [markdown]
# The picture follows a network with two inputs and four hidden units through 400 steps of gradient descent: the four
# weights that leave the first input. Started at 0, the four curves are one. Started at random, the units part, and the
# loss in the title falls further.

# %% [markdown] lang="ko" of="c681adbc"
# 아래 그림은 입력이 둘, 은닉 유닛이 넷인 신경망을 경사 하강법 400걸음 동안 따라가며, 첫째 입력에서 나가는 가중치 넷을
# 보여 준다. 0에서 시작하면 네 곡선이 하나로 겹친다. 무작위로 시작하면 유닛들이 서로 달라지고, 제목에 적은 손실도 더 작아진다.

# %%
import matplotlib.pyplot as plt

points = np.random.default_rng(1).uniform(-2, 2, size=(40, 2))
heights = np.sin(2 * points[:, 0]) + points[:, 1]


def loss_at(w):
    """Return the mean squared error of the network whose twelve weights are w."""
    return np.mean((sigmoid(points @ w[:8].reshape(2, 4)) @ w[8:] - heights) ** 2)


figure, panels = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
for panel, name, w in zip(panels, ("zeros", "random"), (np.zeros(12), np.random.default_rng(2).normal(size=12))):
    path = [w]
    for _ in range(400):
        slopes = [(loss_at(w + 1e-5 * e) - loss_at(w - 1e-5 * e)) / 2e-5 for e in np.eye(12)]
        w = w - 0.3 * np.array(slopes)
        path.append(w)
    for unit, line in enumerate(("-", "--", "-.", ":")):
        panel.plot(np.array(path)[:, unit], line, label=f"unit {unit + 1}")
    panel.set(title=f"start: {name}, loss at the end {loss_at(w):.2f}", xlabel="step")
    panel.legend()

# %%
ask("zero_weights")

# %% [markdown]
# ## Following the signal
#
# So weights start random, with mean 0. How large? Send a batch through a deep network of tanh layers,
#
# $$h_0 = x \qquad h_l = \tanh(h_{l-1} W_l)$$
#
# and measure after each layer how much its numbers differ: the standard deviation of all entries of $h_l$. One number
# for each layer tells whether the signal survives.
#
# **A number by hand.** Let $x = (1, -1)$, and let every layer multiply by 0.1. After the first layer the activations
# are $\pm\tanh 0.1 = \pm 0.0997$, standard deviation $0.0997$; after the second they are $\pm 0.00997$. Every layer
# keeps a tenth.


# %% [markdown] lang="ko" of="3b08a35a"
# ## 신호 따라가기
#
# 그래서 가중치는 평균이 0인 무작위 값으로 시작한다. 크기는 얼마로 할까? 배치를 tanh 층으로 된 깊은 신경망에 통과시키고
#
# $$h_0 = x \qquad h_l = \tanh(h_{l-1} W_l)$$
#
# 층마다 그 값이 얼마나 흩어져 있는지, 곧 $h_l$의 모든 원소의 표준편차(standard deviation)를 재세요. 층마다 수 하나씩이면
# 신호가 살아남는지 알 수 있다.
#
# **손으로 계산하기.** $x = (1, -1)$이고 모든 층이 0.1을 곱한다고 하자. 첫째 층을 지난 활성값은
# $\pm\tanh 0.1 = \pm 0.0997$이고 표준편차는 $0.0997$이다. 둘째 층을 지나면 $\pm 0.00997$이다. 층마다 10분의 1만 남는다.


# %%
def activation_std_by_layer(x, weights):
    """Return the standard deviation of the activations after each layer, h_l = tanh(h_(l-1) W_l).

    x: a batch, shape (N, D). weights: a list of L arrays, weights[l] of shape (D_in,
    D_out); no biases. The result has shape (L,): for each layer the standard deviation
    over all entries of its activations, dividing by their number, as np.std does.

    >>> W = np.array([[0.1, 0.0], [0.0, 0.1]])
    >>> np.round(activation_std_by_layer(np.array([[1.0, -1.0]]), [W, W]), 4).tolist()
    [0.0997, 0.01]

    To read: Glorot and Bengio, Understanding the difficulty of training deep
    feedforward neural networks, 2010.
    """
    ### BEGIN SOLUTION
    spreads = []
    for W in weights:
        x = np.tanh(x @ W)
        spreads.append(np.std(x))
    return np.array(spreads)
    ### END SOLUTION


# %%
check("activation_std_by_layer")

# %% [markdown] tags=["explanation"]
# **Why this works.** Each turn of the loop replaces `x` by the next layer's activations, so one name is enough. `x =`
# binds the name to a new array and leaves the caller's alone. `np.std` without an axis takes all entries, units and
# examples together: the question is how large the numbers of a layer are, not which unit or which example has them.

# %% [markdown] lang="ko" of="87ea0e91" tags=["explanation"]
# **왜 이렇게 되는가.** 반복할 때마다 `x`가 다음 층의 활성값으로 바뀌므로 이름은 하나면 된다. `x =`는 이름을 새 배열에
# 붙일 뿐, 호출한 쪽의 배열은 건드리지 않는다. 축을 주지 않은 `np.std`는 유닛과 예제를 가리지 않고 모든 원소를 쓴다.
# 알고 싶은 것은 층의 값이 얼마나 큰가이지, 어느 유닛이나 어느 예제의 값인가가 아니다.

# %% [markdown]
# Here is what such a measurement shows: ten tanh layers of 256 units, weights drawn from a normal law with three
# different standard deviations. With 0.01 the signal is gone. With 1 nearly all units sit at $\pm 1$, where tanh is
# flat and lets no gradient through. In between there is a start with which it survives; you build it next.

# %% [markdown] lang="ko" of="8bd348a3"
# 이렇게 재면 다음과 같은 결과가 나온다. 유닛이 256개인 tanh 층 열 개에서, 가중치를 표준편차가 서로 다른 세 정규분포에서
# 뽑았다. 0.01이면 신호가 사라진다. 1이면 거의 모든 유닛이 $\pm 1$에 가 있는데, 그곳에서 tanh는 평평하여 기울기가 지나가지
# 못한다. 그 사이에 신호가 살아남는 시작점이 있다. 다음에 그것을 만든다.

# %%
import matplotlib.pyplot as plt

measured = {
    "1": [0.974, 0.974, 0.974, 0.974, 0.974, 0.974, 0.974, 0.974, 0.974, 0.974],
    "1/16 (the rule below)": [0.624, 0.486, 0.407, 0.356, 0.322, 0.293, 0.271, 0.253, 0.241, 0.227],
    "0.01": [1.6e-1, 2.5e-2, 4.0e-3, 6.4e-4, 1.0e-4, 1.6e-5, 2.6e-6, 4.2e-7, 6.9e-8, 1.1e-8],
}
figure, axes = plt.subplots(figsize=(6, 3))
for (name, spreads), line in zip(measured.items(), ("o--", "s-", "^:")):
    axes.plot(range(1, 11), spreads, line, label=f"weights of std {name}")
axes.set(yscale="log", xlabel="layer", ylabel="std of the activations")
legend = axes.legend(loc="lower left")

# %% [markdown]
# ## Xavier's rule
#
# One output of a layer is a sum of `fan_in` products, $z_j = \sum_i x_i W_{ij}$. If inputs and weights are independent
# with mean 0, their variances multiply and add up: $\mathrm{Var}(z) = \text{fan\_in} \cdot \mathrm{Var}(W) \cdot
# \mathrm{Var}(x)$.
#
# **What goes wrong.** Take layers of 256 units and weights with standard deviation 0.01. Each layer multiplies the
# standard deviation of the signal by $\sqrt{256} \cdot 0.01 = 0.16$; ten layers leave $0.16^{10} \approx 10^{-8}$ of
# it. With standard deviation 1 each layer multiplies by 16, and ten layers by $16^{10} \approx 10^{12}$, unless tanh
# stops it.
#
# **The rule.** The signal keeps its size if $\mathrm{Var}(W) = 1/\text{fan\_in}$. Gradients travel the other way, each
# is a sum of `fan_out` products, and want $1/\text{fan\_out}$. Xavier Glorot and Yoshua Bengio took the
# compromise $\mathrm{Var}(W) = 2 / (\text{fan\_in} + \text{fan\_out})$. A uniform law on $[-a, a)$ has variance
# $a^2 / 3$; set the two equal and solve for $a$:
#
# $$W_{ij} \sim \mathrm{Uniform}(-a, a), \qquad a = \sqrt{\frac{6}{\text{fan\_in} + \text{fan\_out}}}$$
#
# **A number by hand.** For 200 inputs and 100 outputs $a = \sqrt{6/300} = \sqrt{0.02} = 0.1414$. The weights have
# standard deviation $0.1414 / \sqrt{3} = 0.0816$, and $0.0816^2 = 0.00667 = 2/300$, as wanted.


# %% [markdown] lang="ko" of="7637831d"
# ## Xavier의 규칙
#
# 층의 출력 하나는 곱 `fan_in`개의 합 $z_j = \sum_i x_i W_{ij}$이다. 입력과 가중치가 서로 독립이고 평균이 0이면 분산은
# 곱해지고 더해져 $\mathrm{Var}(z) = \text{fan\_in} \cdot \mathrm{Var}(W) \cdot \mathrm{Var}(x)$가 된다.
#
# **무엇이 잘못되는가.** 유닛이 256개인 층과 표준편차가 0.01인 가중치를 생각하자. 층마다 신호의 표준편차에
# $\sqrt{256} \cdot 0.01 = 0.16$이 곱해지고, 층 열 개를 지나면 $0.16^{10} \approx 10^{-8}$만 남는다. 표준편차가 1이면
# 층마다 16이 곱해져, tanh가 막지 않는 한 층 열 개에서 $16^{10} \approx 10^{12}$배가 된다.
#
# **규칙.** $\mathrm{Var}(W) = 1/\text{fan\_in}$이면 신호의 크기가 유지된다. 기울기는 반대 방향으로 가고, 각각 곱
# `fan_out`개의 합이므로 $1/\text{fan\_out}$을 요구한다. Xavier Glorot와 Yoshua Bengio는 그 절충으로
# $\mathrm{Var}(W) = 2 / (\text{fan\_in} + \text{fan\_out})$을 택했다. $[-a, a)$의 균등분포(uniform distribution)는 분산이
# $a^2 / 3$이다. 둘을 같게 놓고 $a$에 대해 풀면 다음과 같다.
#
# $$W_{ij} \sim \mathrm{Uniform}(-a, a), \qquad a = \sqrt{\frac{6}{\text{fan\_in} + \text{fan\_out}}}$$
#
# **손으로 계산하기.** 입력이 200개, 출력이 100개이면 $a = \sqrt{6/300} = \sqrt{0.02} = 0.1414$이다. 가중치의 표준편차는
# $0.1414 / \sqrt{3} = 0.0816$이고, 바라던 대로 $0.0816^2 = 0.00667 = 2/300$이다.


# %%
def xavier_uniform(fan_in, fan_out, rng):
    """Return Xavier's initial weights: uniform on [-a, a), a = sqrt(6 / (fan_in + fan_out)).

    All entries are independent draws.

    fan_in, fan_out: the layer's numbers of inputs and outputs. rng: a
    np.random.Generator, the only source of chance. The result has shape (fan_in,
    fan_out): one row per input, for use as x @ W.

    >>> W = xavier_uniform(200, 100, np.random.default_rng(0))
    >>> W.shape, bool(0.14 < np.abs(W).max() < 0.1415)
    ((200, 100), True)

    To read: Glorot and Bengio, Understanding the difficulty of training deep
    feedforward neural networks, 2010.
    """
    ### BEGIN SOLUTION
    limit = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, size=(fan_in, fan_out))
    ### END SOLUTION


# %%
check("xavier_uniform")

# %% [markdown] tags=["explanation"]
# **Why this works.** The root is the *limit* of the interval, not the standard deviation, which is smaller by the
# factor $\sqrt{3}$: a uniform law has all its weights inside $\pm a$, many of them well inside. The sum `fan_in +
# fan_out` treats both directions alike, so neither the signal nor the gradient grows or fades much. The argument
# assumes that the layer is nearly linear near 0, which fits tanh. ReLU throws away half of the signal; He's rule
# makes up for that with twice the forward variance, $2/\text{fan\_in}$.

# %% [markdown] lang="ko" of="9835c19a" tags=["explanation"]
# **왜 이렇게 되는가.** 이 제곱근은 구간의 *끝*이지 표준편차가 아니다. 표준편차는 이것을 $\sqrt{3}$으로 나눈 값이다.
# 균등분포의 가중치는 모두 $\pm a$ 안에 있고, 상당수는 한참 안쪽에 있다. `fan_in + fan_out`은 두 방향을 똑같이 다루므로,
# 신호도 기울기도 크게 커지거나 줄어들지 않는다. 이 논증은 층이 0 근처에서 거의 선형이라고 가정하며, tanh에 잘 맞는다.
# ReLU는 신호의 절반을 버린다. He의 규칙은 순방향 분산을 두 배인 $2/\text{fan\_in}$으로 하여 이를 메운다.

# %%
ask("signal_factor")

# %%
ask("xavier_limit")

# %% [markdown]
# ## Xavier's rule with a normal law
#
# The argument asked for a variance, not for a shape. A normal law with the same variance does as well:
#
# $$W_{ij} \sim \mathrm{Normal}(0, s^2), \qquad s = \sqrt{\frac{2}{\text{fan\_in} + \text{fan\_out}}}$$
#
# **A number by hand.** For 200 inputs and 100 outputs $s = \sqrt{2/300} = 0.0816$: the standard deviation that the
# uniform weights had. About one weight in twenty lies beyond $2s = 0.163$, where the uniform law, which ends at
# $0.1414$, has none.


# %% [markdown] lang="ko" of="0d411a01"
# ## 정규분포로 쓰는 Xavier의 규칙
#
# 앞의 논증이 요구한 것은 분산이지 분포의 모양이 아니다. 분산이 같은 정규분포(normal distribution)도 똑같이 쓸 수 있다.
#
# $$W_{ij} \sim \mathrm{Normal}(0, s^2), \qquad s = \sqrt{\frac{2}{\text{fan\_in} + \text{fan\_out}}}$$
#
# **손으로 계산하기.** 입력이 200개, 출력이 100개이면 $s = \sqrt{2/300} = 0.0816$으로, 균등분포로 뽑은 가중치의
# 표준편차와 같다. 가중치 스무 개에 하나쯤은 $2s = 0.163$보다 멀리 있다. $0.1414$에서 끝나는 균등분포에는 그런 것이 없다.


# %%
def xavier_normal(fan_in, fan_out, rng):
    """Return Xavier's initial weights: normal, mean 0, variance 2 / (fan_in + fan_out).

    All entries are independent draws, none of them cut off.

    fan_in, fan_out: the layer's numbers of inputs and outputs. rng: a
    np.random.Generator, the only source of chance. The result has shape (fan_in,
    fan_out): one row per input, for use as x @ W.

    >>> W = xavier_normal(200, 100, np.random.default_rng(0))
    >>> W.shape, bool(0.08 < W.std() < 0.083)
    ((200, 100), True)

    To read: Glorot and Bengio, Understanding the difficulty of training deep
    feedforward neural networks, 2010.
    """
    ### BEGIN SOLUTION
    std = np.sqrt(2.0 / (fan_in + fan_out))
    return rng.normal(0.0, std, size=(fan_in, fan_out))
    ### END SOLUTION


# %%
check("xavier_normal")

# %% [markdown] tags=["explanation"]
# **Why this works.** A sum of many independent products hardly remembers which law the weights came from: by the
# central limit theorem it looks normal either way, and only the variance counts. `rng.normal` takes the standard
# deviation, so the root is needed; the variance itself would make the weights twelve times too small here. Some
# libraries draw the few weights beyond two standard deviations again; unless they make up for it, the spread is then
# 12 % smaller than the rule asks for.

# %% [markdown] lang="ko" of="f4c5a9d3" tags=["explanation"]
# **왜 이렇게 되는가.** 독립인 곱을 많이 더하면, 가중치가 어떤 분포에서 왔는지는 거의 남지 않는다. 중심 극한 정리(central
# limit theorem)에 따라 어느 쪽이든 정규분포처럼 보이고, 분산만이 중요하다. `rng.normal`은 표준편차를 받으므로 제곱근이
# 필요하다. 분산을 그대로 넣으면 여기서는 가중치가 12분의 1로 작아진다. 어떤 라이브러리는 표준편차의 두 배를 넘는 몇 안 되는
# 가중치를 다시 뽑는데, 이를 보정하지 않으면 규칙이 요구하는 것보다 12 % 덜 흩어진다.

# %% [markdown]
# ## He's rule
#
# A ReLU sets every negative sum to 0. If the sums are spread evenly around 0, that is half of them, and the mean square
# of what is passed on is half of what came in. With Xavier's weights a signal therefore shrinks by $\sqrt{1/2}$ in each
# layer of equal width: ten layers leave $0.5^5 = 0.03$ of it, thirty layers $0.00003$. Kaiming He and his colleagues
# made up for it with a factor 2, and found that it is enough to keep the size in one of the two directions. The usual
# choice is the way forward:
#
# $$\mathrm{Var}(W_{ij}) = \frac{2}{\text{fan\_in}}$$
#
# **A number by hand.** For 200 inputs the variance is $2/200 = 0.01$, the standard deviation $0.1$, whatever the number
# of outputs.


# %% [markdown] lang="ko" of="aa3458e6"
# ## He의 규칙
#
# ReLU는 음수인 합을 모두 0으로 만든다. 합이 0을 중심으로 고르게 퍼져 있다면 그 절반이 0이 되고, 넘겨주는 값의 제곱 평균은
# 들어온 것의 절반이다. 그래서 Xavier의 가중치를 쓰면 폭이 같은 층을 지날 때마다 신호가 $\sqrt{1/2}$배로 준다. 층 열 개를
# 지나면 $0.5^5 = 0.03$, 서른 개를 지나면 $0.00003$만 남는다. Kaiming He와 동료들은 2를 곱해 이를 메웠고, 두 방향
# 가운데 한쪽에서만 크기를 지켜도 충분하다는 것을 알아냈다. 보통은 순방향을 택한다.
#
# $$\mathrm{Var}(W_{ij}) = \frac{2}{\text{fan\_in}}$$
#
# **손으로 계산하기.** 입력이 200개이면 출력의 수와 관계없이 분산은 $2/200 = 0.01$, 표준편차는 $0.1$이다.


# %%
def he_normal(fan_in, fan_out, rng):
    """Return He's initial weights for ReLU layers: normal, mean 0, variance 2 / fan_in.

    All entries are independent draws, none of them cut off.

    fan_in, fan_out: the layer's numbers of inputs and outputs. rng: a
    np.random.Generator, the only source of chance. The result has shape (fan_in,
    fan_out): one row per input, for use as x @ W.

    >>> W = he_normal(200, 100, np.random.default_rng(0))
    >>> W.shape, bool(0.098 < W.std() < 0.102)
    ((200, 100), True)

    To read: He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015, section 2.2.
    """
    ### BEGIN SOLUTION
    return rng.normal(0.0, np.sqrt(2.0 / fan_in), size=(fan_in, fan_out))
    ### END SOLUTION


# %%
check("he_normal")

# %% [markdown] tags=["explanation"]
# **Why this works.** After a ReLU the activations do not have mean 0 any more, so it is their mean square, not their
# variance, that enters the sum: $\mathrm{Var}(z) = \text{fan\_in} \cdot \mathrm{Var}(W) \cdot \mathrm{E}(h^2)$, and
# $\mathrm{E}(h^2) = \frac{1}{2} \mathrm{Var}(z)$ of the layer before. The 2 cancels the $\frac{1}{2}$. `fan_out` gives
# the shape and nothing else; with it in place of `fan_in`, the gradients on the way back would keep their size instead.

# %% [markdown] lang="ko" of="69ae8b1a" tags=["explanation"]
# **왜 이렇게 되는가.** ReLU를 지난 활성값은 평균이 0이 아니므로, 합에 들어가는 것은 분산이 아니라 제곱의 평균이다. 곧
# $\mathrm{Var}(z) = \text{fan\_in} \cdot \mathrm{Var}(W) \cdot \mathrm{E}(h^2)$이고, $\mathrm{E}(h^2)$는 앞 층의
# $\frac{1}{2} \mathrm{Var}(z)$이다. 2가 이 $\frac{1}{2}$을 상쇄한다. `fan_out`은 모양을 정할 뿐이다. `fan_in` 자리에
# `fan_out`을 쓰면, 신호 대신 되돌아가는 기울기의 크기가 유지된다.

# %% [markdown]
# ## He's rule with a uniform law
#
# The same variance, $2/\text{fan\_in}$, from a uniform law on $[-a, a)$, whose variance is $a^2/3$. This time find $a$
# yourself.
#
# **A number by hand.** For 200 inputs the standard deviation must be $0.1$, as before; so the interval ends at
# $a = 0.1 \cdot \sqrt{3} = 0.1732$.


# %% [markdown] lang="ko" of="f5a735c0"
# ## 균등분포로 쓰는 He의 규칙
#
# 같은 분산 $2/\text{fan\_in}$을 이번에는 분산이 $a^2/3$인 $[-a, a)$의 균등분포로 만든다. $a$는 직접 구하세요.
#
# **손으로 계산하기.** 입력이 200개이면 앞에서처럼 표준편차가 $0.1$이어야 하므로, 구간은 $a = 0.1 \cdot \sqrt{3} = 0.1732$에서
# 끝난다.


# %%
def he_uniform(fan_in, fan_out, rng):
    """Return He's initial weights for ReLU layers: uniform on [-a, a), with variance 2 / fan_in.

    All entries are independent draws.

    fan_in, fan_out: the layer's numbers of inputs and outputs. rng: a
    np.random.Generator, the only source of chance. The result has shape (fan_in,
    fan_out): one row per input, for use as x @ W.

    >>> W = he_uniform(200, 100, np.random.default_rng(0))
    >>> W.shape, bool(0.172 < np.abs(W).max() < 0.1733)
    ((200, 100), True)

    To read: He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015, section 2.2,
    where the law is normal.
    """
    ### BEGIN SOLUTION
    limit = np.sqrt(6.0 / fan_in)
    return rng.uniform(-limit, limit, size=(fan_in, fan_out))
    ### END SOLUTION


# %%
check("he_uniform")

# %% [markdown] tags=["explanation"]
# **Why this works.** $a^2 / 3 = 2 / \text{fan\_in}$ gives $a = \sqrt{6 / \text{fan\_in}}$. All four initialisers are
# one idea: decide by which factor a layer may change the size of its signal, turn it into a variance, and draw from
# any law with mean 0 that has it. Which law you take matters little; forgetting the $\sqrt{3}$ between limit and
# standard deviation matters in every layer again.

# %% [markdown] lang="ko" of="d1a42d4f" tags=["explanation"]
# **왜 이렇게 되는가.** $a^2 / 3 = 2 / \text{fan\_in}$에서 $a = \sqrt{6 / \text{fan\_in}}$이다. 네 가지 초기화의 원리는
# 모두 같다. 층이 신호의 크기를 몇 배로 바꾸게 할지 정하고, 그것을 분산으로 옮긴 다음, 평균이 0이고 그 분산을 가진
# 분포에서 뽑는다. 어떤 분포를 쓰는지는 거의 상관없다. 그러나 구간의 끝과 표준편차 사이의 $\sqrt{3}$을 잊으면 층마다
# 되풀이해 대가를 치른다.

# %%
ask("he_std")

# %%
ask("init_for_relu")

# %% [markdown]
# ## How it was done before: the restricted Boltzmann machine
#
# In 2006 Geoffrey Hinton and colleagues trained deep networks by finding good starting weights one layer at a time.
# A **restricted Boltzmann machine** has visible units $v$, hidden units $h$, and one matrix $W$ between them, used in
# both directions: up as an **encoder**, down as a **decoder**.
#
# $$h = \sigma(v W + b_{\text{hidden}}) \qquad v' = \sigma(h W^T + b_{\text{visible}})$$
#
# $W$ was changed until the reconstruction $v'$ resembled $v$; then the hidden units became the visible ones of the next
# machine. Stacked, they formed a network whose weights already meant something, and backpropagation did the rest. It
# worked, and it brought deep learning back. Then it turned out that a good variance and ReLU do as well, in one line.
#
# **A number by hand.** Three visible and two hidden units, $v = (1, 0, 1)$, the rows of $W$ are $(1, -1)$, $(0, 1)$ and
# $(1, 0)$, $b_{\text{hidden}} = (-1, 0)$ and $b_{\text{visible}} = (0, 0, -1)$. Up: the sums are
# $1 + 1 - 1 = 1$ and $-1 + 0 + 0 = -1$, so $h = (0.7311, 0.2689)$. Down: the first visible unit gets
# $0.7311 - 0.2689 = 0.4621$ and says $\sigma(0.4621) = 0.6135$; the other two say $0.5668$ and $0.4332$.


# %% [markdown] lang="ko" of="3baaa135"
# ## 그 전의 방법: 제한 볼츠만 머신
#
# 2006년에 Geoffrey Hinton과 동료들은 좋은 시작 가중치를 한 층씩 찾아 깊은 신경망을 학습시켰다. **제한 볼츠만
# 머신**(restricted Boltzmann machine, RBM)에는 가시 유닛(visible unit) $v$, 은닉 유닛 $h$와 그 사이의 행렬 $W$ 하나가
# 있다. 이 행렬을 두 방향으로 쓴다. 올라갈 때는 **인코더**(encoder), 내려올 때는 **디코더**(decoder)이다.
#
# $$h = \sigma(v W + b_{\text{hidden}}) \qquad v' = \sigma(h W^T + b_{\text{visible}})$$
#
# 복원한 $v'$이 $v$와 비슷해질 때까지 $W$를 바꾸고, 그 은닉 유닛을 다음 머신의 가시 유닛으로 삼았다. 이렇게 쌓으면
# 가중치에 이미 의미가 담긴 신경망이 되었고, 나머지는 역전파가 맡았다. 이 방법은 효과가 있었고, 딥러닝을 되살렸다. 그 뒤
# 알맞은 분산과 ReLU만 있으면 코드 한 줄로 같은 일을 할 수 있다는 것이 밝혀졌다.
#
# **손으로 계산하기.** 가시 유닛 셋, 은닉 유닛 둘이고 $v = (1, 0, 1)$, $W$의 행은 $(1, -1)$, $(0, 1)$, $(1, 0)$,
# $b_{\text{hidden}} = (-1, 0)$, $b_{\text{visible}} = (0, 0, -1)$이라 하자. 올라가면 합은 $1 + 1 - 1 = 1$과
# $-1 + 0 + 0 = -1$이므로 $h = (0.7311, 0.2689)$이다. 내려오면 첫째 가시 유닛은 $0.7311 - 0.2689 = 0.4621$을 받아
# $\sigma(0.4621) = 0.6135$를 내고, 나머지 둘은 $0.5668$과 $0.4332$를 낸다.


# %%
def rbm_reconstruct(v, W, b_hidden, b_visible):
    """Return the visible probabilities after one pass up and down, sigmoid(h W^T + b_visible).

    On the way up h = sigmoid(v W + b_hidden), the hidden probabilities, which are
    handed on as they are, not drawn as 0 or 1.

    v: the visible units, shape (N, D), or (D,) for a single example. W: shape (D, K).
    b_hidden: shape (K,). b_visible: shape (D,). The result has the shape of v. Finite and
    without a warning for sums as large as 1000.

    >>> W = np.array([[1.0, -1.0], [0.0, 1.0], [1.0, 0.0]])
    >>> v = rbm_reconstruct(np.array([1, 0, 1]), W, np.array([-1.0, 0.0]), np.array([0.0, 0.0, -1.0]))
    >>> np.round(v, 4).tolist()
    [0.6135, 0.5668, 0.4332]

    To read: Hinton and Salakhutdinov, Reducing the dimensionality of data with neural
    networks, 2006.
    """
    ### BEGIN SOLUTION
    h = sigmoid(v @ W + b_hidden)
    return sigmoid(h @ W.T + b_visible)
    ### END SOLUTION


# %%
check("rbm_reconstruct")

# %% [markdown] tags=["explanation"]
# **Why this works.** Both ways are ordinary sigmoid layers over the same connections. Going up, hidden unit $k$
# collects from all visible units over column $k$ of $W$; going down, visible unit $d$ collects from all hidden units
# over row $d$, which is column $d$ of $W^T$. `@` treats a single row and a batch alike, and each bias belongs to the
# units that receive. Today the same pair, encoder and decoder, with weights of their own and trained by
# backpropagation, is called an autoencoder.

# %% [markdown] lang="ko" of="dea75b4e" tags=["explanation"]
# **왜 이렇게 되는가.** 두 방향 모두 같은 연결을 쓰는 평범한 시그모이드 층이다. 올라갈 때 은닉 유닛 $k$는 $W$의 열 $k$를
# 통해 모든 가시 유닛에서 값을 모으고, 내려올 때 가시 유닛 $d$는 행 $d$, 곧 $W^T$의 열 $d$를 통해 모든 은닉 유닛에서
# 값을 모은다. `@`는 행 하나든 배치든 똑같이 다루며, 편향은 받는 쪽 유닛의 것이다. 오늘날 인코더와 디코더가 저마다 자기
# 가중치를 갖고 역전파로 학습하면, 그 한 쌍을 오토인코더(autoencoder)라 부른다.

# %%
ask("why_no_rbm")

# %% [markdown]
# ## What you have built
#
# A first set of weights, for tanh and for ReLU, that lets a deep network hear its input at the last layer, and its
# error at the first; and the instrument that shows whether it does. Assignment 12 starts from it.

# %% [markdown] lang="ko" of="40216a92"
# ## 무엇을 만들었는가
#
# 깊은 신경망에서 입력이 마지막 층까지, 오차가 첫째 층까지 전해지게 하는 tanh용과 ReLU용 첫 가중치, 그리고 실제로 그런지
# 보여 주는 측정 도구를 만들었다. 과제 12는 여기서 시작한다.

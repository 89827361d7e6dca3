# %% [markdown]
# # 6 · Backpropagation
#
# A network learns by walking downhill: it needs the slope of its cost by every single weight. One could nudge each
# weight a little and run the network again, but a network with a million weights would need a million runs for one
# step. **Backpropagation** finds all the slopes with one run forward and one run backward, for about the price of
# three. It became widely known in 1986 through Rumelhart, Hinton and Williams, and nearly every network is trained
# with it. Nothing in it is new to you: it is the chain rule, in an order that computes nothing twice.
#
# **Time:** about 120 minutes. **You need:** the chain rule, matrix products, assignments 2 and 4.
#
# **How to work:** first the oldest network, of perceptrons, and why one of them is not enough. Then slopes: by nudging,
# through a single sigmoid, through a network with nine numbers by hand, and at last through layers of any size and
# number, with matrices. Replace `raise NotImplementedError` by your own code and run the `check` below each exercise.
# `hint("backprop")` helps step by step: the first steps point the way, the last is usually the formula. `ask("...")`
# shows a question; write your answer into the cell below it.
#
# **Conventions.** A batch has one example in each row. Functions leave their arguments as they were; arrays of
# integers must work as well. Losses are means over the batch. The derivative of ReLU at 0 is 0.

# %% [markdown] lang="ko" of="a6714329"
# # 6 · 역전파
#
# 신경망은 비탈을 내려가듯 배운다. 그러려면 모든 가중치 하나하나에 대한 비용의 기울기가 필요하다. 가중치를 하나씩 조금
# 건드려 보고 신경망을 다시 계산할 수도 있지만, 가중치가 백만 개라면 한 걸음을 위해 백만 번을 계산해야 한다.
# **역전파**(backpropagation)는 앞으로 한 번, 뒤로 한 번의 계산으로 모든 기울기를 구한다. 비용은 순전파 세 번 정도이다.
# 1986년 Rumelhart, Hinton, Williams의 논문으로 널리 알려졌고, 오늘날 거의 모든 신경망이 이 방법으로 학습한다. 새로운
# 수학은 없다. 연쇄 법칙을, 같은 것을 두 번 계산하지 않는 순서로 쓰는 것뿐이다.
#
# **시간:** 약 120분. **필요한 것:** 연쇄 법칙, 행렬 곱, 과제 2와 4.
#
# **진행 방법:** 먼저 가장 오래된 신경망인 퍼셉트론을 만들고, 왜 하나로는 부족한지 본다. 그다음은 기울기이다. 조금
# 건드려 보아서 구하고, 시그모이드 하나를 거슬러 구하고, 수 아홉 개짜리 신경망을 손으로 거슬러 구하고, 마지막으로 크기와
# 개수가 임의인 층을 행렬로 거슬러 구한다. `raise NotImplementedError`를 자신의 코드로 바꾸고 각 문제 아래의 `check`를
# 실행하세요. `hint("backprop")`은 한 단계씩 도와준다. 처음 단계는 방향을 알려 주고, 마지막 단계는 대개 공식이다.
# `ask("...")`는 문제를 보여 준다. 답은 그 아래 셀에 쓰세요.
#
# **약속.** 배치는 한 행이 예제 하나이다. 함수는 인수를 바꾸지 않고 그대로 둔다. 정수 배열도 받을 수 있어야 한다. 손실은
# 배치에 대한 평균이다. 0에서 ReLU의 도함수는 0으로 한다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# Two functions from earlier assignments, ready for use: $\sigma(z)$, and the logarithms of the softmax
# probabilities of each row. Both are safe for large numbers.

# %% [markdown] lang="ko" of="2a231c50"
# 앞선 과제의 함수 두 개를 미리 준비해 두었다. $\sigma(z)$, 그리고 각 행의 소프트맥스 확률의 로그이다. 둘 다 큰 수에도 안전하다.


# %%
def sigmoid(z):
    """Return 1 / (1 + exp(-z)), entry by entry."""
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)


def log_softmax(scores):
    """Return log(p), where p is the softmax of each row of scores."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


# %% [markdown]
# ## One neuron that says yes or no
#
# The **perceptron** (Rosenblatt, 1958) adds up its inputs, each times a weight of its own, and adds a bias. If the sum
# is above 0 it says 1, otherwise 0:
#
# $$\mathrm{perceptron}(x) = \begin{cases} 1 & \text{if } w \cdot x + b > 0 \\ 0 & \text{otherwise} \end{cases}$$
#
# With two inputs, the points where $w \cdot x + b = 0$ form a straight line. The perceptron says 1 on one side of it,
# and 0 on the other side and on the line itself.
#
# **A number by hand.** Let $w = (2, -1)$ and $b = -0.5$. For $x = (1, 1)$ the sum is $2 - 1 - 0.5 = 0.5$: the answer
# is 1. For $x = (0.5, 1)$ it is $-0.5$: the answer is 0. For $x = (0.75, 1)$ it is exactly 0, and so is the answer.

# %% [markdown] lang="ko" of="c90d0577"
# ## 예 또는 아니요를 말하는 뉴런 하나
#
# **퍼셉트론**(perceptron; Rosenblatt, 1958)은 입력마다 자기 가중치를 곱해 모두 더하고 편향을 더한다. 그 합이 0보다 크면
# 1, 아니면 0을 낸다.
#
# $$\mathrm{perceptron}(x) = \begin{cases} 1 & \text{if } w \cdot x + b > 0 \\ 0 & \text{otherwise} \end{cases}$$
#
# 입력이 두 개이면 $w \cdot x + b = 0$인 점들은 직선을 이룬다. 퍼셉트론은 그 직선의 한쪽에서 1을, 다른 쪽과 직선 위에서는
# 0을 낸다.
#
# **손으로 계산하기.** $w = (2, -1)$, $b = -0.5$라 하자. $x = (1, 1)$이면 합은 $2 - 1 - 0.5 = 0.5$이므로 답은 1이다.
# $x = (0.5, 1)$이면 합은 $-0.5$이므로 답은 0이다. $x = (0.75, 1)$이면 합이 정확히 0이고, 답도 0이다.


# %%
def perceptron(x, w, b):
    """Return 1 where w.x + b > 0 and 0 elsewhere, for every row of x.

    x: an array of shape (N, D), or (D,) for one example. w: shape (D,). b: a number.
    The result has shape (N,), or is one number for one example; its entries are 0 and
    1. A sum of exactly 0 gives 0.

    >>> perceptron(np.array([[1.0, 1.0], [0.5, 1.0], [0.75, 1.0]]), np.array([2.0, -1.0]), -0.5).tolist()
    [1.0, 0.0, 0.0]

    To read: Nielsen, Neural Networks and Deep Learning, chapter 1, "Perceptrons".
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(x) @ w + b > 0, 1.0, 0.0)
    ### END SOLUTION


# %%
check("perceptron")

# %% [markdown] tags=["explanation"]
# **Why this works.** `x @ w` multiplies each row with $w$ and adds up, and it does so for a single row as well: there
# the result is one number. The bias is added to every sum, and `np.where` asks for each of them on which side of 0 it
# lies. The answer is right or wrong, never nearly right, and this is the trouble with the perceptron: nudge a weight,
# and the answer usually does not change at all. A slope that is 0 teaches nothing.

# %% [markdown] lang="ko" of="d519aeed" tags=["explanation"]
# **왜 이렇게 되는가.** `x @ w`는 각 행을 $w$와 곱해 더한다. 행이 하나뿐이어도 마찬가지이고, 그때 결과는 수 하나이다. 모든 합에
# 편향이 더해지고, `np.where`는 각 합이 0의 어느 쪽에 있는지 묻는다. 답은 맞거나 틀릴 뿐 "거의 맞음"이 없다. 바로 이것이
# 퍼셉트론의 문제이다. 가중치를 조금 건드려도 답은 대개 전혀 바뀌지 않는다. 기울기가 0이면 배울 것이 없다.

# %% [markdown]
# ## Logic from weights
#
# Let the inputs be 0 or 1, false or true. Then a perceptron can be a logic gate, if its weights are chosen well:
#
# | $x_1$ | $x_2$ | AND | OR | NAND |
# |---|---|---|---|---|
# | 0 | 0 | 0 | 0 | 1 |
# | 0 | 1 | 0 | 1 | 1 |
# | 1 | 0 | 0 | 1 | 1 |
# | 1 | 1 | 1 | 1 | 0 |
#
# **A number by hand.** A gate that is not in the table: NOR says 1 only for $(0, 0)$. Take $w = (-1, -1)$ and
# $b = 0.5$. The sums for the four rows are $0.5$, $-0.5$, $-0.5$ and $-1.5$, and the answers $1, 0, 0, 0$. Every input
# that is 1 pulls the sum down, and the bias can bear none of them.
#
# Choose the weights and the bias yourself, on paper. There are many right answers, and all of them are accepted: your
# perceptron is asked for its truth table. Begin with AND: one input alone must not be enough, two must be.

# %% [markdown] lang="ko" of="7fd3ce1b"
# ## 가중치로 만드는 논리
#
# 입력이 0 또는 1, 곧 거짓 또는 참이라고 하자. 그러면 가중치를 잘 고른 퍼셉트론은 논리 게이트가 된다.
#
# | $x_1$ | $x_2$ | AND | OR | NAND |
# |---|---|---|---|---|
# | 0 | 0 | 0 | 0 | 1 |
# | 0 | 1 | 0 | 1 | 1 |
# | 1 | 0 | 0 | 1 | 1 |
# | 1 | 1 | 1 | 1 | 0 |
#
# **손으로 계산하기.** 표에 없는 게이트를 보자. NOR는 $(0, 0)$에서만 1이다. $w = (-1, -1)$, $b = 0.5$로 두면 네 행의 합은
# $0.5$, $-0.5$, $-0.5$, $-1.5$이고 답은 $1, 0, 0, 0$이다. 입력이 1이 될 때마다 합이 내려가고, 편향은 그것을 하나도 견디지
# 못한다.
#
# 가중치와 편향을 종이 위에서 직접 골라 보세요. 맞는 답은 여러 가지이고 모두 인정된다. 채점은 퍼셉트론의 진리표로 한다. AND부터
# 시작하세요. 입력 하나만으로는 부족하고, 둘이면 충분해야 한다.


# %%
def and_weights():
    """Return (w, b) of a perceptron that computes AND of two inputs 0 or 1.

    w: an array of shape (2,). b: a number. With them, w.x + b > 0 for x = (1, 1) only.

    >>> w, b = and_weights()
    >>> perceptron(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), w, b).tolist()
    [0.0, 0.0, 0.0, 1.0]

    To read: McCulloch and Pitts, "A Logical Calculus of the Ideas Immanent in Nervous
    Activity" (1943).
    """
    ### BEGIN SOLUTION
    return np.array([1.0, 1.0]), -1.5
    ### END SOLUTION


# %%
check("and_weights")

# %% [markdown] tags=["explanation"]
# **Why this works.** With both weights 1 the sums without bias are 0, 1, 1 and 2, so any bias from $-2$ (not included)
# to $-1$ leaves only the last one above 0. The middle, $-1.5$, keeps the same distance to both sides: it would still
# be right if the inputs were a little off.

# %% [markdown] lang="ko" of="666e8a3f" tags=["explanation"]
# **왜 이렇게 되는가.** 두 가중치가 1이면 편향을 더하기 전의 합은 0, 1, 1, 2이다. 그러므로 편향이 $-2$보다 크고 $-1$ 이하이면 마지막 것만
# 0보다 커진다. 가운데 값 $-1.5$는 양쪽으로 같은 거리를 두므로, 입력이 조금 흔들려도 여전히 맞는다.

# %% [markdown]
# **OR** must say 1 as soon as one input is 1. By hand, with weights 1 again: $(0, 1)$ has the sum $1 + b$ and must come
# out above 0, $(0, 0)$ has the sum $b$ and must not.

# %% [markdown] lang="ko" of="f2b32fd2"
# **OR**는 입력 하나만 1이어도 1이어야 한다. 가중치를 다시 1로 두고 손으로 계산해 보면, $(0, 1)$의 합은 $1 + b$이고 0보다 커야
# 한다. $(0, 0)$의 합은 $b$이고 0보다 크면 안 된다.


# %%
def or_weights():
    """Return (w, b) of a perceptron that computes OR of two inputs 0 or 1.

    w: an array of shape (2,). b: a number. With them, w.x + b > 0 for all x but (0, 0).

    >>> w, b = or_weights()
    >>> perceptron(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), w, b).tolist()
    [0.0, 1.0, 1.0, 1.0]

    To read: McCulloch and Pitts, "A Logical Calculus of the Ideas Immanent in Nervous
    Activity" (1943).
    """
    ### BEGIN SOLUTION
    return np.array([1.0, 1.0]), -0.5
    ### END SOLUTION


# %%
check("or_weights")

# %% [markdown] tags=["explanation"]
# **Why this works.** The weights are those of AND; only the bias has moved, and the line with it. A bias sets how much
# evidence a unit wants before it says yes: here one input, there two.

# %% [markdown] lang="ko" of="b0240dd1" tags=["explanation"]
# **왜 이렇게 되는가.** 가중치는 AND와 같고 편향만 옮겼다. 그러면 직선도 함께 옮겨 간다. 편향은 유닛이 "예"라고 말하기 전에
# 얼마나 많은 증거를 원하는지를 정한다. 여기서는 입력 하나, AND에서는 입력 둘이다.

# %% [markdown]
# **NAND** is "not AND": 0 for $(1, 1)$, 1 otherwise. By hand: $(0, 0)$ must give 1, and its sum is the bias alone. What
# does this say about the sign of $b$, and what must the weights then do?

# %% [markdown] lang="ko" of="2f916b84"
# **NAND**는 "AND가 아님"이다. $(1, 1)$에서 0, 나머지에서 1이다. 손으로 계산해 보면, $(0, 0)$은 1이어야 하는데 그 합은 편향
# 하나뿐이다. 그러면 $b$의 부호는 무엇이어야 하고, 가중치는 무슨 일을 해야 하는가?


# %%
def nand_weights():
    """Return (w, b) of a perceptron that computes NAND of two inputs 0 or 1.

    w: an array of shape (2,). b: a number. With them, w.x + b > 0 for all x but (1, 1).

    >>> w, b = nand_weights()
    >>> perceptron(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), w, b).tolist()
    [1.0, 1.0, 1.0, 0.0]

    To read: Nielsen, Neural Networks and Deep Learning, chapter 1, "Perceptrons".
    """
    ### BEGIN SOLUTION
    w, b = and_weights()
    return -w, -b
    ### END SOLUTION


# %%
check("nand_weights")

# %% [markdown] tags=["explanation"]
# **Why this works.** Turning all three signs turns the sign of every sum, and so every answer, as long as no sum is
# exactly 0; with the bias in the middle none is. Of NAND gates alone any computer can be built. So networks of
# perceptrons can compute anything; the question was how they could *learn* it.

# %% [markdown] lang="ko" of="7a493b1f" tags=["explanation"]
# **왜 이렇게 되는가.** 세 부호를 모두 바꾸면 모든 합의 부호가 바뀌고, 정확히 0인 합이 없는 한 모든 답도 뒤집힌다. 편향을 가운데에
# 두었으므로 0인 합은 없다. NAND 게이트만 있으면 어떤 컴퓨터든 만들 수 있다. 따라서 퍼셉트론 신경망은 무엇이든 계산할 수 있다.
# 남은 질문은 어떻게 그것을 *배우느냐*였다.

# %% [markdown]
# ## What one perceptron cannot do
#
# XOR is 1 when exactly one of two inputs is 1. Minsky and Papert proved in 1969 what one perceptron cannot compute,
# and XOR became the example everybody knows. Suppose it could: $(0, 0)$ gives 0, so $b \le 0$. $(1, 0)$ and $(0, 1)$
# give 1, so $w_1 + b > 0$ and $w_2 + b > 0$. Add these two: $w_1 + w_2 + 2b > 0$, and because $b \le 0$ even more so
# $w_1 + w_2 + b > 0$. But this is the sum for $(1, 1)$, which must give 0. No weights at all will do.
#
# The picture says the same. One line cannot have the filled points on one side and the empty ones on the other. Two
# lines can: XOR is 1 *between* them.

# %% [markdown] lang="ko" of="414f971e"
# ## 퍼셉트론 하나가 할 수 없는 일
#
# XOR는 두 입력 중 정확히 하나만 1일 때 1이다. 1969년 Minsky와 Papert는 퍼셉트론 하나가 무엇을 계산할 수 없는지 증명했고, XOR는
# 누구나 아는 예가 되었다. 가능하다고 가정해 보자. $(0, 0)$은 0이므로 $b \le 0$이다. $(1, 0)$과 $(0, 1)$은 1이므로
# $w_1 + b > 0$이고 $w_2 + b > 0$이다. 이 둘을 더하면 $w_1 + w_2 + 2b > 0$이고, $b \le 0$이므로 $w_1 + w_2 + b > 0$은 더욱
# 성립한다. 그런데 이것은 $(1, 1)$의 합이고, 거기서는 0이 나와야 한다. 어떤 가중치로도 불가능하다.
#
# 그림도 같은 말을 한다. 직선 하나로는 채워진 점과 빈 점을 양쪽으로 나눌 수 없다. 직선 두 개라면 된다. XOR는 두 직선
# *사이*에서 1이다.

# %%
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(4, 4))
edge = np.array([-0.5, 1.5])
ax.fill_between(edge, 0.5 - edge, 1.5 - edge, color="tab:blue", alpha=0.15)
ax.plot(edge, 0.5 - edge, color="tab:green", label="OR says 1 above this line")
ax.plot(edge, 1.5 - edge, color="tab:red", label="NAND says 1 below this line")
ax.scatter([0, 1], [1, 0], s=120, color="black", zorder=3, label="XOR is 1")
ax.scatter([0, 1], [0, 1], s=120, facecolor="white", edgecolor="black", zorder=3, label="XOR is 0")
ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xlabel="$x_1$", ylabel="$x_2$", xticks=[0, 1], yticks=[0, 1])
_ = ax.legend(loc="upper left", bbox_to_anchor=(1, 1))

# %% [markdown]
# "Between" means above the lower line and below the upper one: OR says 1 **and** NAND says 1. So two perceptrons read
# $x$, and a third reads the two answers. This is a **hidden layer**, and it is the reason why networks have one.
#
# **A number by hand.** For $x = (1, 1)$ OR says 1 and NAND says 0; the third perceptron sees $(1, 0)$, and AND gives 0.
# For $x = (1, 0)$ both say 1, it sees $(1, 1)$, and gives 1.

# %% [markdown] lang="ko" of="0263cc74"
# "사이"란 아래 직선보다 위이고 위 직선보다 아래라는 뜻이다. OR도 1, **그리고** NAND도 1이다. 그러므로 퍼셉트론 두 개가 $x$를 읽고,
# 세 번째가 두 답을 읽으면 된다. 이것이 **은닉층**(hidden layer)이고, 신경망에 은닉층이 있는 이유이다.
#
# **손으로 계산하기.** $x = (1, 1)$이면 OR는 1, NAND는 0이다. 세 번째 퍼셉트론은 $(1, 0)$을 보고 AND는 0을 낸다. $x = (1, 0)$이면
# 둘 다 1이므로 $(1, 1)$을 보고 1을 낸다.


# %%
def xor_network(x):
    """Return XOR of the two entries of every row, AND(OR(x), NAND(x)), by three perceptrons.

    x: an array of shape (N, 2), or (2,) for one example, of zeros and ones. The result
    has shape (N,), or is one number for one example; its entries are 0 and 1. Build it
    of perceptron, or_weights, nand_weights and and_weights. Only the answers are judged,
    so another way to the same answers counts as well; it just misses the point.

    >>> xor_network(np.array([[0, 0], [0, 1], [1, 0], [1, 1]])).tolist()
    [0.0, 1.0, 1.0, 0.0]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 6.1, "Example:
    Learning XOR".
    """
    ### BEGIN SOLUTION
    hidden = [perceptron(x, *or_weights()), perceptron(x, *nand_weights())]
    return perceptron(np.stack(hidden, axis=-1), *and_weights())
    ### END SOLUTION


# %%
check("xor_network")

# %% [markdown] tags=["explanation"]
# **Why this works.** The hidden layer gives every point a new place: $(0, 0)$ goes to $(0, 1)$, $(1, 1)$ goes to
# $(1, 0)$, and both other points go to $(1, 1)$. In these new coordinates one line is enough. `np.stack(..., axis=-1)`
# puts the two answers side by side, so that each row is again one example; the star hands the pair $(w, b)$ over as two
# arguments. The weights were found by thinking. That they can also be *learned*, by slopes, needs two changes: a step
# with a slope, the sigmoid, and the rest of this notebook.

# %% [markdown] lang="ko" of="f719cdb7" tags=["explanation"]
# **왜 이렇게 되는가.** 은닉층은 모든 점을 새 자리로 옮긴다. $(0, 0)$은 $(0, 1)$로, $(1, 1)$은 $(1, 0)$으로, 나머지 두 점은 모두
# $(1, 1)$로 간다. 새 좌표에서는 직선 하나로 충분하다. `np.stack(..., axis=-1)`은 두 답을 나란히 놓아 한 행이 다시 예제 하나가 되게
# 한다. 별표는 쌍 $(w, b)$를 두 인수로 풀어 넘긴다. 이 가중치는 생각해서 찾은 것이다. 기울기로 *배울* 수도 있으려면 두 가지가
# 바뀌어야 한다. 기울기가 있는 계단, 곧 시그모이드, 그리고 이 노트북의 나머지 전부이다.

# %%
ask("xor_by_one_perceptron")

# %% [markdown]
# ## How many numbers learn
#
# In a fully connected network every unit of a layer is joined to every unit of the next one. Each of these connections
# has a weight, and each unit that adds something up has a bias; the inputs have none. Learning changes these numbers
# and nothing else.
#
# **A number by hand.** Eight inputs and three layers of nine units, sizes $[8, 9, 9, 9]$: $8 \cdot 9 + 9 \cdot 9 + 9
# \cdot 9 = 72 + 81 + 81 = 234$ weights. With a bias for each of the 27 units there are 261 parameters.

# %% [markdown] lang="ko" of="ebb9dd01"
# ## 몇 개의 수가 배우는가
#
# 완전 연결(fully connected) 신경망에서는 한 층의 모든 유닛이 다음 층의 모든 유닛과 이어진다. 연결마다 가중치가 하나 있고, 무언가를
# 더하는 유닛마다 편향이 하나 있다. 입력에는 편향이 없다. 학습이 바꾸는 것은 이 수들뿐이다.
#
# **손으로 계산하기.** 입력 여덟 개에 아홉 개짜리 층이 셋, 크기는 $[8, 9, 9, 9]$이다. 가중치는 $8 \cdot 9 + 9 \cdot 9 + 9
# \cdot 9 = 72 + 81 + 81 = 234$개이다. 유닛 27개에 편향이 하나씩 있으면 매개변수는 모두 261개이다.


# %%
def count_parameters(layer_sizes, bias=True):
    """Return the number of weights, and with bias=True also of biases, of a fully connected network.

    layer_sizes: a list of at least two integers, the number of inputs first, then the
    number of units of each layer. The result is an int.

    >>> count_parameters([8, 9, 9, 9], bias=False), count_parameters([8, 9, 9, 9])
    (234, 261)

    To read: CS231n (Stanford), course notes, "Neural Networks Part 1: Setting up the
    Architecture".
    """
    ### BEGIN SOLUTION
    weights = sum(inputs * outputs for inputs, outputs in zip(layer_sizes[:-1], layer_sizes[1:]))
    return weights + (sum(layer_sizes[1:]) if bias else 0)
    ### END SOLUTION


# %%
check("count_parameters")

# %% [markdown] tags=["explanation"]
# **Why this works.** Pairing the list without its last entry with the list without its first gives all neighbours; each
# pair is a weight matrix of `inputs * outputs` numbers. Biases belong to all layers but the first. For images of
# $28 \times 28$ pixels, 128 hidden units and ten digits it is already 101,770 parameters, nearly all of them in the
# first matrix.

# %% [markdown] lang="ko" of="0f2438c1" tags=["explanation"]
# **왜 이렇게 되는가.** 마지막을 뺀 목록과 처음을 뺀 목록을 짝지으면 이웃한 층이 모두 나온다. 각 쌍은 `inputs * outputs`개의 수로 된
# 가중치 행렬이다. 편향은 첫 층을 뺀 모든 층에 있다. $28 \times 28$ 픽셀 이미지에 은닉 유닛 128개, 숫자 열 가지라면 벌써
# 매개변수가 101,770개이고, 거의 모두 첫 행렬에 있다.

# %%
ask("parameters_of_a_network")

# %% [markdown]
# ## Slopes by nudging
#
# How does a number $f(x)$ change when one entry of $x$ changes a little? Try it: move the entry up by $h$, move it down
# by $h$, and divide the difference by the way between the two, which is $2h$:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}$$
#
# Here $e_i$ has a 1 in place $i$ and 0 elsewhere. This **central difference** works for every function, without any
# derivation. It is far too slow for training, but it is the best test for a backward pass: two ways of computing the
# same slope that have nothing in common.
#
# **A number by hand.** $f(x) = x^3$ at $x = 2$ has the slope $3 \cdot 2^2 = 12$. With $h = 0.1$ the central
# difference is $(9.261 - 6.859) / 0.2 = 12.01$. Looking to one side only, $(9.261 - 8) / 0.1 = 12.61$: much worse.
#
# **Whole numbers.** An array of integers cannot hold $3.00001$. Write it into one, and 3 is what is stored.

# %% [markdown] lang="ko" of="4beca37a"
# ## 조금 건드려 보고 구하는 기울기
#
# $x$의 원소 하나가 조금 바뀌면 $f(x)$는 얼마나 바뀌는가? 해 보면 된다. 그 원소를 $h$만큼 올려 보고, $h$만큼 내려 보고, 두 값의
# 차이를 그 사이의 거리 $2h$로 나눈다.
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}$$
#
# 여기서 $e_i$는 $i$번째만 1이고 나머지는 0이다. 이 **중앙 차분**(central difference)은 아무 유도 없이 어떤 함수에도 통한다. 학습에
# 쓰기에는 너무 느리지만, 역전파를 시험하는 데는 가장 좋다. 같은 기울기를 전혀 다른 두 방법으로 계산하는 것이기 때문이다.
#
# **손으로 계산하기.** $f(x) = x^3$은 $x = 2$에서 기울기가 $3 \cdot 2^2 = 12$이다. $h = 0.1$이면 중앙 차분은
# $(9.261 - 6.859) / 0.2 = 12.01$이다. 한쪽만 보면 $(9.261 - 8) / 0.1 = 12.61$로 훨씬 나쁘다.
#
# **정수.** 정수 배열에는 $3.00001$이 들어가지 않는다. 써 넣으면 3이 저장된다.


# %%
def numerical_gradient(f, x, h=1e-5):
    """Return the gradient of f at x, entry by entry (f(x + h) - f(x - h)) / (2h).

    f: a function that takes an array of x's shape and returns one number. x: an array
    of any shape, of floats or of integers; after the call it is exactly as it was. h: a
    positive number. The result is a float array of x's shape.

    >>> np.round(numerical_gradient(lambda x: (x**3).sum(), np.array([2, -1])), 4).tolist()
    [12.0, 3.0]

    To read: CS231n (Stanford), course notes, "Neural Networks Part 3: Learning and
    Evaluation", on gradient checks.
    """
    ### BEGIN SOLUTION
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + h
        up = f(x)
        x[i] = old - h
        gradient[i] = (up - f(x)) / (2.0 * h)
        x[i] = old
    return gradient
    ### END SOLUTION


# %%
check("numerical_gradient")

# %% [markdown] tags=["explanation"]
# **Why this works.** `np.array` makes a float copy, so integers can be nudged and the caller's array is never
# touched. Within the copy each entry gets its old value back from `old`; adding $h$ again would leave a rounding
# error. The errors of the two sides cancel up to about $h^2$, and for a parabola completely. Smaller is not always
# better: the slope of $x^3$ at 2 comes out wrong by $2 \cdot 10^{-10}$ for $h = 10^{-5}$, but by $0.01$ for $h =
# 10^{-13}$. There the two values agree in nearly all their digits, and rounding has eaten most of what the difference
# had to say.

# %% [markdown] lang="ko" of="2a1caa33" tags=["explanation"]
# **왜 이렇게 되는가.** `np.array`는 실수 복사본을 만든다. 그래서 정수도 조금 건드릴 수 있고, 호출한 쪽의 배열은 손대지 않는다. 복사본
# 안에서도 각 원소는 `old`에서 원래 값을 돌려받는다. $h$를 다시 더하면 반올림 오차가 남는다. 양쪽의 오차는 $h^2$ 정도만 남기고 상쇄되며,
# 포물선이면 완전히 상쇄된다. $h$는 작을수록 좋은 것이 아니다. 2에서 $x^3$의 기울기는 $h = 10^{-5}$이면 $2 \cdot 10^{-10}$만큼 틀리지만
# $h = 10^{-13}$이면 $0.01$이나 틀린다. 두 값이 거의 모든 자리에서 같아서, 차이가 알려 줄 것을 반올림이 거의 다 지워 버리기 때문이다.

# %%
ask("central_difference_of_a_cube")

# %% [markdown]
# ## Slopes through a graph
#
# Now without nudging. Take the sigmoid apart into four nodes, each of which does one small thing:
#
# $$x \;\rightarrow\; \boxed{\times(-1)} \;\rightarrow\; \boxed{\exp} \;\rightarrow\; \boxed{+1} \;\rightarrow\;
# \boxed{1/\cdot} \;\rightarrow\; \sigma(x)$$
#
# Suppose that the loss has the slope `upstream` by the result $\sigma(x)$. What is its slope by $x$? Go back through
# the nodes. Each of them knows only its own slope, and one rule is enough for all: *the gradient that leaves a node is
# the gradient that arrives, times the node's own slope*, taken at the value it saw on the way forward.
#
# | node | value at $x = 1$ | its slope | gradient that leaves, for upstream 1 |
# |---|---|---|---|
# | $a = -x$ | $-1$ | $-1$ | $0.1966$ |
# | $e = \exp(a)$ | $0.3679$ | $e$ | $-0.1966$ |
# | $c = e + 1$ | $1.3679$ | $1$ | $-0.5344$ |
# | $s = 1/c$ | $0.7311$ | $-1/c^2$ | $-0.5344$ |
#
# **A number by hand.** Read the last column from the bottom up: $1 \cdot (-1/1.3679^2) = -0.5344$; times 1; times
# $0.3679$ is $-0.1966$; times $-1$ is $0.1966$. With upstream 2 everything is twice as large.

# %% [markdown] lang="ko" of="ee1ff6f4"
# ## 계산 그래프를 거슬러 가는 기울기
#
# 이제 건드려 보지 않고 구한다. 시그모이드를 작은 일 하나씩만 하는 노드 네 개로 나눈다. 이것을 계산 그래프(computational
# graph)라고 한다.
#
# $$x \;\rightarrow\; \boxed{\times(-1)} \;\rightarrow\; \boxed{\exp} \;\rightarrow\; \boxed{+1} \;\rightarrow\;
# \boxed{1/\cdot} \;\rightarrow\; \sigma(x)$$
#
# 결과 $\sigma(x)$에 대한 손실의 기울기가 `upstream`이라고 하자. $x$에 대한 기울기는 얼마인가? 노드를 거꾸로 지나간다. 노드는 저마다
# 자기 기울기만 알고, 규칙은 하나면 충분하다. *노드를 떠나는 기울기는 도착한 기울기에 그 노드 자신의 기울기를 곱한 것*이다. 노드의
# 기울기는 순전파 때 본 값에서 구한다.
#
# | 노드 | $x = 1$일 때 값 | 노드의 기울기 | 떠나는 기울기 (upstream이 1일 때) |
# |---|---|---|---|
# | $a = -x$ | $-1$ | $-1$ | $0.1966$ |
# | $e = \exp(a)$ | $0.3679$ | $e$ | $-0.1966$ |
# | $c = e + 1$ | $1.3679$ | $1$ | $-0.5344$ |
# | $s = 1/c$ | $0.7311$ | $-1/c^2$ | $-0.5344$ |
#
# **손으로 계산하기.** 마지막 열을 아래에서 위로 읽으세요. $1 \cdot (-1/1.3679^2) = -0.5344$, 곱하기 1, 곱하기 $0.3679$는 $-0.1966$,
# 곱하기 $-1$은 $0.1966$이다. upstream이 2이면 모두 두 배가 된다.


# %%
def sigmoid_graph_backward(x, upstream):
    """Return dL/dx through the graph x -> *(-1) -> exp -> +1 -> 1/, given dL/d(result).

    x: a number or an array of any shape, entries between -100 and 100. upstream: the
    gradient of L by the graph's result, of x's shape. The result has x's shape too.

    >>> round(float(sigmoid_graph_backward(1.0, 2.0)), 4)
    0.3932

    To read: CS231n (Stanford), course notes, "Backpropagation, Intuitions".
    """
    ### BEGIN SOLUTION
    exponential = np.exp(-np.asarray(x, dtype=float))
    c = exponential + 1.0

    gradient = upstream * (-1.0 / c**2)  # back through 1/
    gradient = gradient * 1.0  # through +1
    gradient = gradient * exponential  # through exp
    return gradient * -1.0  # through *(-1)
    ### END SOLUTION


# %%
check("sigmoid_graph_backward")

# %% [markdown] tags=["explanation"]
# **Why this works.** It is the chain rule with its factors in the order in which they are met on the way back. Multiply
# them out: $e^{-x} / (1 + e^{-x})^2$, and because $\sigma = 1 / (1 + e^{-x})$ and $1 - \sigma = e^{-x} / (1 + e^{-x})$
# this is $\sigma (1 - \sigma)$. So the whole graph can be one node with this slope, computed from its output alone, and
# from now on it is. PyTorch does what you did: it records the nodes on the way forward and walks back through them.

# %% [markdown] lang="ko" of="4db60965" tags=["explanation"]
# **왜 이렇게 되는가.** 연쇄 법칙이다. 다만 곱하는 기울기들이 거슬러 오는 길에서 만나는 순서대로 놓여 있다. 곱해 보면
# $e^{-x} / (1 + e^{-x})^2$이고, $\sigma = 1 / (1 + e^{-x})$, $1 - \sigma = e^{-x} / (1 + e^{-x})$이므로
# 이것은 $\sigma (1 - \sigma)$이다. 그러므로 그래프 전체를, 출력만으로 기울기를 알 수 있는 노드 하나로 볼 수 있고, 이제부터 그렇게 한다.
# PyTorch가 하는 일도 이것과 같다. 순전파 때 노드를 기록해 두고 거꾸로 지나간다.

# %%
ask("gradient_through_a_sigmoid")

# %% [markdown]
# ## Forward through nine numbers
#
# Two inputs, two hidden units, one output; every unit adds up what comes in, adds its bias, and applies the sigmoid:
#
# $$h_1 = \sigma(w_1 x_1 + w_3 x_2 + b_1) \qquad h_2 = \sigma(w_2 x_1 + w_4 x_2 + b_2) \qquad
# o = \sigma(w_5 h_1 + w_6 h_2 + b_3)$$
#
# So $w_1$ and $w_2$ leave $x_1$, and $w_3$ and $w_4$ leave $x_2$. A drawing with six arrows is worth more than these
# formulas:

# %% [markdown] lang="ko" of="2490e926"
# ## 수 아홉 개로 순전파
#
# 입력 둘, 은닉 유닛 둘, 출력 하나이다. 모든 유닛은 들어오는 것을 더하고, 자기 편향을 더하고, 시그모이드를 적용한다.
#
# $$h_1 = \sigma(w_1 x_1 + w_3 x_2 + b_1) \qquad h_2 = \sigma(w_2 x_1 + w_4 x_2 + b_2) \qquad
# o = \sigma(w_5 h_1 + w_6 h_2 + b_3)$$
#
# 그러므로 $w_1$과 $w_2$는 $x_1$에서 나가고, $w_3$과 $w_4$는 $x_2$에서 나간다. 화살표 여섯 개짜리 그림이 이 식들보다 낫다.

# %%
import matplotlib.pyplot as plt

units = {"$x_1$": (0, 1), "$x_2$": (0, 0), "$h_1$": (1.5, 1), "$h_2$": (1.5, 0), "$o$": (3, 0.5)}
arrows = [("$x_1$", "$h_1$"), ("$x_1$", "$h_2$"), ("$x_2$", "$h_1$"), ("$x_2$", "$h_2$")]
arrows += [("$h_1$", "$o$"), ("$h_2$", "$o$")]
fig, ax = plt.subplots(figsize=(7, 2.8))
for number, (start, end) in enumerate(arrows, start=1):
    (x_0, y_0), (x_1, y_1) = units[start], units[end]
    ax.annotate("", (x_1, y_1), (x_0, y_0), arrowprops={"arrowstyle": "->", "shrinkA": 16, "shrinkB": 16})
    place = (0.7 * x_0 + 0.3 * x_1, 0.7 * y_0 + 0.3 * y_1 + 0.07)
    ax.text(*place, f"$w_{number}$", ha="center", color="tab:blue")
for name, (x_0, y_0) in units.items():
    ax.text(x_0, y_0, name, ha="center", va="center", bbox={"boxstyle": "circle", "facecolor": "white"})
for name, place in {"$b_1$": (1.5, 1.27), "$b_2$": (1.5, -0.35), "$b_3$": (3, 0.77)}.items():
    ax.text(*place, name, ha="center", color="tab:red")
ax.set(xlim=(-0.3, 3.3), ylim=(-0.5, 1.45))
ax.set_axis_off()

# %% [markdown]
# The way back will need $x$, $h$ and $o$ again. A forward pass therefore returns the output and a **cache**, a
# dictionary in which it keeps what it has computed.
#
# **A number by hand.** Let $w_1, \dots, w_6 = 0.1, 0.2, \dots, 0.6$, all biases 0, and $x = (1, 2)$. Then
# $h_1 = \sigma(0.1 \cdot 1 + 0.3 \cdot 2) = \sigma(0.7) = 0.6682$,
# $h_2 = \sigma(0.2 \cdot 1 + 0.4 \cdot 2) = \sigma(1) = 0.7311$,
# and $o = \sigma(0.5 \cdot 0.6682 + 0.6 \cdot 0.7311) = \sigma(0.7727) = 0.6841$.

# %% [markdown] lang="ko" of="e90673fe"
# 거슬러 올 때 $x$, $h$, $o$가 다시 필요하다. 그래서 순전파는 출력과 함께 **캐시**(cache), 곧 계산한 것을 담아 둔 딕셔너리를 반환한다.
#
# **손으로 계산하기.** $w_1, \dots, w_6 = 0.1, 0.2, \dots, 0.6$, 편향은 모두 0, $x = (1, 2)$라 하자. 그러면
# $h_1 = \sigma(0.1 \cdot 1 + 0.3 \cdot 2) = \sigma(0.7) = 0.6682$,
# $h_2 = \sigma(0.2 \cdot 1 + 0.4 \cdot 2) = \sigma(1) = 0.7311$,
# $o = \sigma(0.5 \cdot 0.6682 + 0.6 \cdot 0.7311) = \sigma(0.7727) = 0.6841$이다.


# %%
def mlp_forward(x, parameters):
    """Return (output, cache) of the 2-2-1 sigmoid network above.

    x: an array of shape (2,), holding x1 and x2. parameters: a dictionary of numbers,
    w1 ... w6, b1, b2, b3. output: a number. cache: a dictionary with "x" (shape (2,)),
    "h" (shape (2,), the hidden activations, after the sigmoid) and "output" (the number
    again). Finite and without a warning for weighted sums as large as 10 000.

    >>> example = dict(w1=0.1, w2=0.2, w3=0.3, w4=0.4, w5=0.5, w6=0.6, b1=0.0, b2=0.0, b3=0.0)
    >>> output, cache = mlp_forward(np.array([1.0, 2.0]), example)
    >>> round(float(output), 4), np.round(cache["h"], 4).tolist()
    (0.6841, [0.6682, 0.7311])

    To read: Nielsen, Neural Networks and Deep Learning, chapter 1.
    """
    ### BEGIN SOLUTION
    p = parameters
    x = np.array(x, dtype=float)
    h = sigmoid(np.array([p["w1"] * x[0] + p["w3"] * x[1] + p["b1"], p["w2"] * x[0] + p["w4"] * x[1] + p["b2"]]))
    output = float(sigmoid(p["w5"] * h[0] + p["w6"] * h[1] + p["b3"]))
    return output, {"x": x, "h": h, "output": output}
    ### END SOLUTION


# %%
check("mlp_forward")

# %% [markdown] tags=["explanation"]
# **Why this works.** The three formulas, in the order in which the numbers become known. The cache keeps activations,
# not the sums before the sigmoid, because the slope of a sigmoid can be written with its value alone:
# $\sigma' = \sigma (1 - \sigma)$. `np.array` makes a copy of $x$: whatever the caller does with its array later, the
# cache still belongs to this forward pass.

# %% [markdown] lang="ko" of="ae019abe" tags=["explanation"]
# **왜 이렇게 되는가.** 세 식을 값이 알려지는 순서대로 쓴 것이다. 캐시에는 시그모이드 앞의 합이 아니라 활성값을 담는다. 시그모이드의
# 기울기는 $\sigma' = \sigma (1 - \sigma)$처럼 그 값만으로 쓸 수 있기 때문이다. `np.array`는 $x$를 복사한다. 호출한 쪽이 나중에 배열로
# 무엇을 하든 캐시는 이번 순전파의 것으로 남는다.

# %% [markdown]
# ## Backward through nine numbers
#
# The target is $y$, the cost is $C = (y - o)^2$. How does $C$ change with $w_5$? Follow the arrows from $w_5$ to $C$
# and multiply the slopes on the way. Let $z_o$ be the sum inside the last sigmoid, $o = \sigma(z_o)$:
#
# $$\frac{\partial C}{\partial w_5} = \underbrace{\frac{\partial C}{\partial o} \cdot
# \frac{\partial o}{\partial z_o}}_{\delta} \cdot \frac{\partial z_o}{\partial w_5}$$
#
# The first two factors, together $\delta$, are the same for all nine parameters. Compute them once. For $w_1$ the
# path is longer: $\delta$, then from $z_o$ back to $h_1$, through the sigmoid of the first hidden unit, and at last to
# $w_1$ itself. Write this product down for $w_1$, $w_3$ and $b_1$. What do the three have in common?
#
# **A number by hand.** In the example above let $y = 1$; the cost is $(1 - 0.6841)^2 = 0.0998$. The slope of the square
# is $-0.6318$: more output, less cost. The slope of the sigmoid at $o$ is $0.2161$. So $\delta = -0.1365$, and
# $\partial C / \partial w_5 = -0.1365 \cdot 0.6682 = -0.0912$. For $w_3$ you should find $-0.0303$, and half of it for
# $w_1$, because $x_1$ is half of $x_2$.

# %% [markdown] lang="ko" of="465407bb"
# ## 수 아홉 개로 역전파
#
# 목표값은 $y$, 비용은 $C = (y - o)^2$이다. $w_5$가 바뀌면 $C$는 어떻게 바뀌는가? $w_5$에서 $C$까지 화살표를 따라가며 길 위의 기울기를
# 곱하세요. 마지막 시그모이드 안의 합을 $z_o$라 하면 $o = \sigma(z_o)$이다.
#
# $$\frac{\partial C}{\partial w_5} = \underbrace{\frac{\partial C}{\partial o} \cdot
# \frac{\partial o}{\partial z_o}}_{\delta} \cdot \frac{\partial z_o}{\partial w_5}$$
#
# 앞의 두 기울기를 곱한 $\delta$는 아홉 매개변수 모두에 똑같이 들어간다. 한 번만 계산하세요. $w_1$까지 가는 길은 더 길다. $\delta$, 다음은
# $z_o$에서 $h_1$로, 첫 은닉 유닛의 시그모이드를 지나, 마지막으로 $w_1$까지이다. 이 곱을 $w_1$, $w_3$, $b_1$에 대해 써 보세요. 셋의
# 공통점은 무엇인가?
#
# **손으로 계산하기.** 위의 예에서 $y = 1$이라 하자. 비용은 $(1 - 0.6841)^2 = 0.0998$이다. 제곱의 기울기는 $-0.6318$로, 출력이 커지면
# 비용이 준다. $o$에서 시그모이드의 기울기는 $0.2161$이다. 그러므로 $\delta = -0.1365$이고
# $\partial C / \partial w_5 = -0.1365 \cdot 0.6682 = -0.0912$이다. $w_3$에서는 $-0.0303$이 나와야 하고, $x_1$이 $x_2$의 절반이므로
# $w_1$에서는 그 절반이 나와야 한다.


# %%
def mlp_backward(y, cache, parameters):
    """Return the gradients of C = (y - o)**2 by the network's nine parameters.

    y: the target, a number. cache: what mlp_forward returned, with "x", "h" and
    "output". parameters: the dictionary mlp_forward was called with. The result is a
    dictionary of numbers with the same nine keys, dC/dw1 at "w1" and so on. No factor
    1/2 in the cost. Cache and parameters stay as they are.

    >>> example = dict(w1=0.1, w2=0.2, w3=0.3, w4=0.4, w5=0.5, w6=0.6, b1=0.0, b2=0.0, b3=0.0)
    >>> output, cache = mlp_forward(np.array([1.0, 2.0]), example)
    >>> gradients = mlp_backward(1.0, cache, example)
    >>> [round(float(gradients[name]), 4) for name in ("w3", "w5")]
    [-0.0303, -0.0912]

    To read: Nielsen, Neural Networks and Deep Learning, chapter 2.
    """
    ### BEGIN SOLUTION
    x, h, o = cache["x"], cache["h"], cache["output"]
    delta = 2.0 * (o - y) * o * (1.0 - o)
    to_hidden = np.array([parameters["w5"], parameters["w6"]])
    d1, d2 = delta * to_hidden * h * (1.0 - h)
    gradients = {"w1": d1 * x[0], "w2": d2 * x[0], "w3": d1 * x[1], "w4": d2 * x[1], "b1": d1, "b2": d2}
    gradients |= {"w5": delta * h[0], "w6": delta * h[1], "b3": delta}
    return {name: float(value) for name, value in gradients.items()}
    ### END SOLUTION


# %%
check("mlp_backward")

# %% [markdown] tags=["explanation"]
# **Why this works.** $\delta = 2(o - y) \cdot o(1 - o)$ is the slope of the cost by the last sum. Going back to the
# first hidden unit's sum gives $\delta_1 = \delta \cdot w_5 \cdot h_1 (1 - h_1)$, and likewise $\delta_2$ with $w_6$
# and $h_2$. Every weight's gradient is then the $\delta$ of the unit it leads into, times the number it multiplies:
# $x_1$ for $w_1$ and $w_2$, $x_2$ for $w_3$ and $w_4$, $h_1$ for $w_5$. A bias multiplies a constant 1, so its gradient
# is the $\delta$ itself. Every sigmoid on a path brings a factor of at most 0.25: this is how gradients vanish.

# %% [markdown] lang="ko" of="1216aebc" tags=["explanation"]
# **왜 이렇게 되는가.** $\delta = 2(o - y) \cdot o(1 - o)$는 마지막 합에 대한 비용의 기울기이다. 첫 은닉 유닛의 합까지 거슬러 가면
# $\delta_1 = \delta \cdot w_5 \cdot h_1 (1 - h_1)$이고, $w_6$과 $h_2$로 $\delta_2$도 똑같이 구한다. 그러면 모든 가중치의 기울기는 그
# 가중치가 들어가는 유닛의 $\delta$에 그 가중치가 곱하는 수를 곱한 것이다. $w_1$과 $w_2$는 $x_1$, $w_3$과 $w_4$는 $x_2$, $w_5$는
# $h_1$이다. 편향은 상수 1에 곱해지므로 기울기가 $\delta$ 그대로이다. 길 위의 시그모이드 하나마다 기껏해야 0.25가 곱해진다. 기울기 소실은
# 이렇게 일어난다.

# %%
ask("slope_of_the_cost")

# %%
ask("rounded_output")

# %%
ask("opposite_directions")

# %% [markdown]
# ## All at the same time
#
# With the gradients known, every parameter takes its step downhill, by the learning rate $\eta$ times its gradient:
#
# $$\text{new} = \text{old} - \eta \, \frac{\partial C}{\partial\, \text{old}}$$
#
# There is one trap, and the order of work on the way back leads right into it. The gradient of $w_1$ contains $w_5$,
# because its path runs through it. Whoever computes the gradient of $w_5$, updates $w_5$ at once and then goes on to
# $w_1$ meets the *new* $w_5$ there. But all nine slopes belong to one and the same point, the old one.
#
# **A number by hand.** In the example above $w_5 = 0.5$ and its gradient is $-0.0912$; with $\eta = 10$ the new $w_5$
# is $0.5 + 0.9123 = 1.4123$. The right gradient of $w_1$ is $-0.0151$. With the new $w_5$ one would get $-0.0427$,
# nearly three times as much. (With $\eta = 0.1$ the mistake would be 2 %, too little to be noticed and too much to be
# right.)
#
# The remedy is to leave the old parameters alone: build a new dictionary, and use it from the next forward pass on.

# %% [markdown] lang="ko" of="84f14192"
# ## 모두 동시에
#
# 기울기를 알면 모든 매개변수가 내리막으로 한 걸음 간다. 걸음은 학습률(learning rate) $\eta$ 곱하기 그 매개변수의 기울기이다.
#
# $$\text{new} = \text{old} - \eta \, \frac{\partial C}{\partial\, \text{old}}$$
#
# 함정이 하나 있고, 거슬러 오는 계산 순서가 바로 그 함정으로 이끈다. $w_1$까지의 길이 $w_5$를 지나므로 $w_1$의 기울기에는 $w_5$가 들어
# 있다. $w_5$의 기울기를 구하고 곧바로 $w_5$를 갱신한 다음 $w_1$로 가면, 거기서 *새* $w_5$를 만나게 된다. 그러나 아홉 기울기는 모두
# 같은 한 점, 곧 갱신 전의 점에 속한다.
#
# **손으로 계산하기.** 위의 예에서 $w_5 = 0.5$이고 그 기울기는 $-0.0912$이다. $\eta = 10$이면 새 $w_5$는 $0.5 + 0.9123 = 1.4123$이다.
# $w_1$의 옳은 기울기는 $-0.0151$이다. 새 $w_5$로 계산하면 $-0.0427$로 거의 세 배가 된다. ($\eta = 0.1$이라면 2 % 틀린다. 눈에 띄기에는
# 너무 작고, 옳다고 하기에는 너무 크다.)
#
# 해결책은 옛 매개변수를 그대로 두는 것이다. 새 딕셔너리를 만들고, 다음 순전파부터 그것을 쓰세요.


# %%
def simultaneous_update(parameters, gradients, learning_rate):
    """Return new parameters, each old one minus the learning rate times its gradient.

    parameters: a dictionary of numbers, or of arrays of any shape. gradients: a
    dictionary with the same keys, each entry of its parameter's shape. learning_rate: a
    number. The result is a new dictionary with the same keys. Both dictionaries, and
    the arrays in them, stay as they are.

    >>> old = {"w1": 0.1, "w5": 0.5}
    >>> new = simultaneous_update(old, {"w1": -0.0151, "w5": -0.0912}, 10.0)
    >>> round(new["w1"], 4), round(new["w5"], 4), old["w5"]
    (0.251, 1.412, 0.5)

    To read: Rumelhart, Hinton and Williams, "Learning Representations by
    Back-Propagating Errors" (1986).
    """
    ### BEGIN SOLUTION
    return {name: value - learning_rate * gradients[name] for name, value in parameters.items()}
    ### END SOLUTION


# %%
check("simultaneous_update")

# %% [markdown] tags=["explanation"]
# **Why this works.** The comprehension reads from the old dictionary and writes into a new one, and
# `value - learning_rate * ...` is a new number or a new array. `value -= ...` would look almost the same, but with an
# array it writes into the very array that the caller holds, even if the dictionary had been copied before. When the
# function returns, old and new parameters exist side by side, and the old ones are dropped only after all gradients
# have been computed.

# %% [markdown] lang="ko" of="35582880" tags=["explanation"]
# **왜 이렇게 되는가.** 컴프리헨션은 옛 딕셔너리에서 읽고 새 딕셔너리에 쓴다. `value - learning_rate * ...`은 새 수 또는 새 배열이다.
# `value -= ...`도 거의 같아 보이지만, 배열이면 호출한 쪽이 가진 바로 그 배열에 덮어쓴다. 딕셔너리를 미리 복사했더라도 마찬가지이다.
# 함수가 끝나면 옛 매개변수와 새 매개변수가 나란히 있고, 옛것은 모든 기울기를 다 계산한 뒤에야 버려진다.

# %%
ask("old_or_new_w5")

# %% [markdown]
# ## Backward through any number of layers
#
# Now with matrices, batches, ReLU and softmax. Layer $l$ has weights $W_l$ of shape $(D_{in}, D_{out})$ and biases
# $b_l$. With $A_0 = X$ the way forward is $Z_l = A_{l-1} W_l + b_l$ and $A_l = \mathrm{relu}(Z_l)$. The last $Z$ has no
# ReLU: its rows are the scores, and the loss is the mean softmax cross-entropy of assignment 4.
#
# The way back starts with $\Delta = \partial L / \partial Z$ of the last layer, shape $(N, C)$, which you know from
# there: the probabilities minus the one-hot labels, divided by $N$, the number of rows of this very batch. Then the
# same three steps for every layer, from the last to the first:
#
# 1. the gradient of $W_l$ has the shape of $W_l$. Which product of $A_{l-1}$, shape $(N, D_{in})$, and $\Delta$, shape
#    $(N, D_{out})$, has it?
# 2. $b_l$ was added to every row, so every row has a say in its gradient;
# 3. going further back, $\Delta$ passes the weights, to the shape $(N, D_{in})$, and then the ReLU of the layer before.
#
# **A number by hand.** $X = [[1, 2]]$, $W_1 = [[1, -1], [0.5, -1]]$, $W_2 = [[0.5, -0.5], [1, 2]]$, biases 0, label 1.
# Forward: $Z_1 = [2, -3]$, $A_1 = [2, 0]$, scores $[1, -1]$, probabilities $[0.8808, 0.1192]$, loss $2.1269$.
# Backward: $\Delta = [0.8808, -0.8808]$; past the weights $[0.8808, -0.8808]$ again, past the ReLU $[0.8808, 0]$. The
# gradient of $W_1$ is $[[0.8808, 0], [1.7616, 0]]$: the second unit was cut to 0, so its weights learn nothing here.
#
# **Test it yourself.** You own the tool for it. With `numerical_gradient` the loss is nudged through one matrix at a
# time: `numerical_gradient(lambda W: backprop(X, labels, [W, W2], biases)[0], W1)` must agree with the gradient that
# `backprop` returns for $W_1$.

# %% [markdown] lang="ko" of="8d4db2a3"
# ## 층이 몇 개든 역전파
#
# 이제 행렬, 배치, ReLU, 소프트맥스를 쓴다. 층 $l$에는 모양이 $(D_{in}, D_{out})$인 가중치 $W_l$과 편향 $b_l$이 있다. $A_0 = X$로 두면
# 순전파는 $Z_l = A_{l-1} W_l + b_l$, $A_l = \mathrm{relu}(Z_l)$이다. 마지막 $Z$에는 ReLU가 없다. 그 행들이 점수(로짓)이고, 손실은
# 과제 4의 소프트맥스 교차 엔트로피의 평균이다.
#
# 거슬러 오는 길은 마지막 층의 $\Delta = \partial L / \partial Z$, 모양 $(N, C)$에서 시작한다. 과제 4에서 구했듯이 확률에서 원-핫
# 레이블을 빼고 $N$, 곧 바로 이 배치의 행 수로 나눈 것이다. 그다음 마지막 층부터 첫 층까지 층마다 같은 세 단계를 거친다.
#
# 1. $W_l$의 기울기는 $W_l$과 모양이 같다. 모양이 $(N, D_{in})$인 $A_{l-1}$과 $(N, D_{out})$인 $\Delta$를 어떻게 곱해야 그 모양이
#    되는가?
# 2. $b_l$은 모든 행에 더해졌으므로, 모든 행이 그 기울기에 한몫한다.
# 3. 더 거슬러 가려면 $\Delta$는 가중치를 지나 모양이 $(N, D_{in})$이 되고, 이어서 앞 층의 ReLU를 지난다.
#
# **손으로 계산하기.** $X = [[1, 2]]$, $W_1 = [[1, -1], [0.5, -1]]$, $W_2 = [[0.5, -0.5], [1, 2]]$, 편향 0, 레이블 1.
# 순전파: $Z_1 = [2, -3]$, $A_1 = [2, 0]$, 점수 $[1, -1]$, 확률 $[0.8808, 0.1192]$, 손실 $2.1269$.
# 역전파: $\Delta = [0.8808, -0.8808]$, 가중치를 지나면 다시 $[0.8808, -0.8808]$, ReLU를 지나면 $[0.8808, 0]$이다. $W_1$의 기울기는
# $[[0.8808, 0], [1.7616, 0]]$이다. 둘째 유닛은 0으로 잘렸으므로 그 가중치는 여기서 아무것도 배우지 못한다.
#
# **스스로 시험해 보세요.** 도구는 이미 있다. `numerical_gradient`로 행렬을 하나씩 건드려 손실을 보면 된다.
# `numerical_gradient(lambda W: backprop(X, labels, [W, W2], biases)[0], W1)`은 `backprop`이 반환하는 $W_1$의 기울기와 같아야 한다.


# %%
def backprop(X, labels, weights, biases):
    """Return (loss, weight_gradients, bias_gradients) of a ReLU network of any depth.

    X: shape (N, D). labels: integers of shape (N,). weights, biases: lists, one entry
    for each layer, at least one; weights[l] of shape (D_in, D_out), biases[l] of shape
    (D_out,). The last layer's sums are the scores, no ReLU. loss: a number, the mean
    softmax cross-entropy, finite for scores as large as 1000. The two results are lists
    in the order of weights and biases, each gradient of its parameter's shape. The
    derivative of ReLU at 0 is 0.

    >>> W1, W2 = np.array([[1.0, -1.0], [0.5, -1.0]]), np.array([[0.5, -0.5], [1.0, 2.0]])
    >>> found = backprop(np.array([[1.0, 2.0]]), np.array([1]), [W1, W2], [np.zeros(2), np.zeros(2)])
    >>> round(found[0], 4), np.round(found[1][0][:, 0], 4).tolist()
    (2.1269, [0.8808, 1.7616])

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 6.5.4.
    """
    ### BEGIN SOLUTION
    inputs = [np.asarray(X, dtype=float)]
    for W, b in zip(weights[:-1], biases[:-1]):
        inputs.append(np.maximum(0.0, inputs[-1] @ W + b))
    log_p = log_softmax(inputs[-1] @ weights[-1] + biases[-1])
    true_class = (np.arange(len(log_p)), labels)

    delta = np.exp(log_p)
    delta[true_class] -= 1.0
    delta /= len(delta)
    weight_gradients, bias_gradients = [], []
    for W, A in zip(reversed(weights), reversed(inputs)):
        weight_gradients.insert(0, A.T @ delta)
        bias_gradients.insert(0, delta.sum(axis=0))
        delta = (delta @ W.T) * (A > 0)
    return float(-log_p[true_class].mean()), weight_gradients, bias_gradients
    ### END SOLUTION


# %%
check("backprop")

# %% [markdown] tags=["explanation"]
# **Why this works.** $A^T \Delta$ is the only product of the right shape, and it does what is needed: each weight's
# gradient is its input times its unit's $\delta$, as in the small network, added up over the examples. The bias adds
# up $\Delta$ over the rows. $\Delta W^T$ sends each $\delta$ back along the arrows it came through, and `A > 0` is the
# slope of the ReLU, since $A$ is positive exactly where $Z$ is. The division by $N$ happens once, at the start, and all
# that follows inherits it. The last turn of the loop computes a $\Delta$ for $X$ itself, which nobody needs; that costs
# one product and saves an `if`.

# %% [markdown] lang="ko" of="e19b012f" tags=["explanation"]
# **왜 이렇게 되는가.** 모양이 맞는 곱은 $A^T \Delta$뿐이고, 필요한 일을 그대로 한다. 작은 신경망에서처럼 가중치의 기울기는 그 입력에
# 그 유닛의 $\delta$를 곱한 것이고, 예제들에 대해 더해진다. 편향은 $\Delta$를 행들에 대해 더한다. $\Delta W^T$는 각 $\delta$를 왔던
# 화살표를 따라 돌려보낸다. $A$는 $Z$가 양수인 곳에서만 양수이므로 `A > 0`이 ReLU의 기울기이다. $N$으로 나누는 일은 처음에 한 번만 하고,
# 뒤따르는 모든 것이 그것을 물려받는다. 반복문의 마지막 바퀴는 아무도 쓰지 않는 $X$ 자신의 $\Delta$를 계산한다. 곱 하나를 더 하는 대신
# `if` 하나를 아낀다.

# %%
ask("kept_for_the_way_back")

# %%
ask("short_last_batch")

# %% [markdown]
# ## Where the weights start
#
# A gradient says how to go on, not where to begin. Zeros, or all weights equal, would be the simplest beginning. Try it
# with the small network: all six weights $0.5$, biases 0, $x = (1, 2)$ and $y = 1$.
#
# **A number by hand.** Both hidden units are $\sigma(1.5) = 0.8176$, the output is $\sigma(0.8176) = 0.6937$, and
# $\delta = -0.1302$. So $w_5$ and $w_6$ get the same gradient, $-0.1064$; $w_1$ and $w_2$ both get $-0.0097$, $w_3$ and
# $w_4$ both $-0.0194$. In what will the two hidden units differ after this step? And after a thousand steps?

# %% [markdown] lang="ko" of="d26aeef0"
# ## 가중치는 어디서 출발하는가
#
# 기울기는 어떻게 나아갈지를 말할 뿐, 어디서 시작할지는 말하지 않는다. 가장 간단한 시작은 모두 0, 또는 모두 같은 값일 것이다. 작은
# 신경망으로 해 보자. 여섯 가중치는 모두 $0.5$, 편향은 0, $x = (1, 2)$, $y = 1$이다.
#
# **손으로 계산하기.** 두 은닉 유닛은 모두 $\sigma(1.5) = 0.8176$, 출력은 $\sigma(0.8176) = 0.6937$, $\delta = -0.1302$이다. 그러므로
# $w_5$와 $w_6$의 기울기는 똑같이 $-0.1064$이다. $w_1$과 $w_2$는 둘 다 $-0.0097$, $w_3$과 $w_4$는 둘 다 $-0.0194$이다. 이 한 걸음 뒤에
# 두 은닉 유닛은 무엇이 다른가? 천 걸음 뒤에는?

# %%
ask("random_start")

# %% [markdown]
# ## What it costs
#
# Why all this, when `numerical_gradient` needs no derivation? Count the multiplications. In one pass forward of one
# example, each unit multiplies every number that comes in by a weight; biases are only added.
#
# **A number by hand.** Sizes $[8, 9, 9, 9]$ again. Each of the nine units of the first layer multiplies eight numbers,
# that is 72; the two other layers take 81 each; together 234 multiplications. Have you seen this number before?

# %% [markdown] lang="ko" of="c8b17e94"
# ## 비용은 얼마인가
#
# `numerical_gradient`는 아무 유도 없이도 되는데 왜 이 모든 수고를 하는가? 곱셈 수를 세어 보자. 예제 하나를 한 번 순전파할 때 유닛은
# 들어오는 수마다 가중치를 곱한다. 편향은 더하기만 한다.
#
# **손으로 계산하기.** 다시 크기 $[8, 9, 9, 9]$이다. 첫 층의 유닛 아홉 개는 저마다 수 여덟 개를 곱하므로 72번이다. 나머지 두 층은 81번씩,
# 모두 234번이다. 이 수를 본 적이 있는가?


# %%
def multiplications_per_pass(layer_sizes):
    """Return how many multiplications one pass forward takes for one example.

    layer_sizes: a list of at least two integers, the number of inputs first, then the
    number of units of each layer. Counted are the products of a weight and a number,
    nothing else. The result is an int.

    >>> multiplications_per_pass([8, 9, 9, 9])
    234

    To read: Nielsen, Neural Networks and Deep Learning, chapter 2, "In what sense is
    backpropagation a fast algorithm?".
    """
    ### BEGIN SOLUTION
    return count_parameters(layer_sizes, bias=False)
    ### END SOLUTION


# %%
check("multiplications_per_pass")

# %% [markdown] tags=["explanation"]
# **Why this works.** Each weight is used exactly once in a pass, so there are as many multiplications as weights: call
# it $W$. Nudging every weight takes a pass, or two, for each of them, so at least $W \cdot W$. The way back takes two
# products for each layer, one for the gradient of its weights and one to go on, so about $2W$; with the way forward
# about $3W$. That is the "price of three" of this notebook's first lines. With a million weights it is three million
# against a million million.

# %% [markdown] lang="ko" of="fda24787" tags=["explanation"]
# **왜 이렇게 되는가.** 한 번 지나가는 동안 가중치는 저마다 꼭 한 번 쓰이므로, 곱셈 수는 가중치 수와 같다. 이 수를 $W$라 하자. 가중치를
# 하나씩 건드리는 방법은 가중치마다 한두 번의 순전파가 필요하므로 적어도 $W \cdot W$번이다. 역전파는 층마다 행렬 곱 두 번, 곧 가중치의
# 기울기를 위해 한 번, 더 거슬러 가기 위해 한 번이므로 약 $2W$번이다. 순전파까지 합하면 약 $3W$번이고, 이것이 첫머리에서 말한 "순전파
# 세 번 정도"이다. 가중치가 백만 개이면 삼백만 대 1조이다.

# %%
ask("nudging_every_weight")

# %%
ask("saved_by_backpropagation")

# %% [markdown]
# ## What you have built
#
# A network that does what no single perceptron can; a test for any gradient; and all the gradients of a network of
# any depth, in one pass forward and one pass back: this is what `loss.backward()` does in PyTorch. From here on,
# training is only a loop around it. In the beginning you chose the weights of XOR by thinking. Copy this into a new
# cell, and a network finds them by itself; the loss falls from $0.58$ to $0.002$:
#
# ```python
# rng = np.random.default_rng(0)
# X, labels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
# weights = [rng.normal(size=(2, 8)), rng.normal(size=(8, 2))]
# biases = [np.zeros(8), np.zeros(2)]
# for step in range(500):
#     loss, weight_gradients, bias_gradients = backprop(X, labels, weights, biases)
#     weights = [W - 0.5 * g for W, g in zip(weights, weight_gradients)]
#     biases = [b - 0.5 * g for b, g in zip(biases, bias_gradients)]
#     if step % 100 == 0 or step == 499:
#         print(step, loss)
# ```
#
# How large the random numbers at the start should be is the question of assignment 7.

# %% [markdown] lang="ko" of="7090b458"
# ## 무엇을 만들었는가
#
# 퍼셉트론 하나로는 할 수 없는 일을 하는 신경망, 어떤 기울기든 검사하는 도구, 그리고 한 번의 순전파와 한 번의 역전파로 깊이에 상관없이
# 신경망의 모든 기울기를 구하는 함수를 만들었다. PyTorch에서 `loss.backward()`가 하는 일이 이것이다. 이제 학습은 이것을 감싸는 반복문일
# 뿐이다. 처음에는 XOR의 가중치를 생각해서 골랐다. 아래를 새 셀에 복사해 실행하면 신경망이 스스로 찾아낸다. 손실은 $0.58$에서 $0.002$로
# 줄어든다.
#
# ```python
# rng = np.random.default_rng(0)
# X, labels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
# weights = [rng.normal(size=(2, 8)), rng.normal(size=(8, 2))]
# biases = [np.zeros(8), np.zeros(2)]
# for step in range(500):
#     loss, weight_gradients, bias_gradients = backprop(X, labels, weights, biases)
#     weights = [W - 0.5 * g for W, g in zip(weights, weight_gradients)]
#     biases = [b - 0.5 * g for b, g in zip(biases, bias_gradients)]
#     if step % 100 == 0 or step == 499:
#         print(step, loss)
# ```
#
# 출발할 때의 난수가 얼마나 커야 하는지는 과제 7에서 다룬다.

# %% [markdown]
# # 2 · Activation functions and their slopes
#
# A layer of a neural network multiplies and adds: $z = xW + b$. Stack ten such layers and the result is still
# one multiplication and one addition, because a product of matrices is a matrix. What makes depth worth having
# is the small nonlinear function between two layers, the **activation function**. This notebook builds the four of
# which its history is made, the step, the sigmoid, tanh and ReLU, and their derivatives, which is what learning
# needs. Then it puts them to work: one neuron, a stack of layers, a chain of slopes, a curve made of ReLUs.
#
# **Time:** about 90 minutes. **You need:** the exponential function, the chain rule, matrix products, NumPy arrays.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it. It
# tells you what is right and, where something is not, where to look. `hint("sigmoid")` helps step by step: the first
# steps point the way, the last is usually the formula. `ask("...")` shows a question; write your answer into the cell
# below it.
#
# **Conventions of the whole course.** Arrays are float64 unless said. A batch has one example in each row, shape
# `(N, D)`. A function returns a new array and leaves its arguments as they were. Arrays of integers must work as
# well. The derivative of ReLU at 0 is 0.

# %% [markdown] lang="ko" of="331967d5"
# # 2 · 활성화 함수와 그 기울기
#
# 신경망의 층 하나는 곱하고 더한다: $z = xW + b$. 이런 층을 열 개 쌓아도 결과는 여전히 곱셈 한 번과 덧셈 한 번이다.
# 행렬의 곱은 다시 행렬이기 때문이다. 깊이를 의미 있게 만드는 것은 두 층 사이에 놓인 작은 비선형 함수, 곧
# **활성화 함수**(activation function)이다. 이 노트북에서는 신경망의 역사를 이룬 네 함수, 계단 함수(step),
# 시그모이드(sigmoid), tanh, ReLU와 학습에 필요한 그 도함수를 만든다. 그런 다음 이 함수들로 뉴런 하나, 쌓은 층,
# 기울기의 사슬, ReLU로 이루어진 곡선을 만들어 본다.
#
# **시간:** 약 90분. **필요한 것:** 지수 함수, 연쇄 법칙, 행렬의 곱, NumPy 배열.
#
# **진행 방법:** `raise NotImplementedError`를 자신의 코드로 바꾸고 셀을 실행한 다음, 아래의 `check`를 실행하세요.
# 무엇이 맞는지, 틀렸다면 어디를 봐야 하는지 알려 준다. `hint("sigmoid")`는 한 단계씩 도와준다. 처음 단계는 방향을 알려
# 주고, 마지막 단계는 대개 공식이다. `ask("...")`는 문제를 보여 준다. 답은 그 아래 셀에 쓰세요.
#
# **이 강의 전체의 약속.** 따로 말하지 않으면 배열은 float64이다. 배치(batch)는 한 행에 예제가 하나씩 있고 모양은
# `(N, D)`이다. 함수는 새 배열을 반환하고 인수는 그대로 둔다. 정수 배열에서도 동작해야 한다. 0에서 ReLU의 미분값은 0으로 한다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# ## The step
#
# The first artificial neurons fired or did not: output 1 above a threshold, 0 below, as nerve cells seem to do.
#
# $$\mathrm{step}(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}$$
#
# **A number by hand.** $\mathrm{step}([-2, 0, 0.5]) = [0, 0, 1]$. At exactly 0 books differ; here the unit is still
# silent.


# %% [markdown] lang="ko" of="7bd9cbdf"
# ## 계단 함수
#
# 최초의 인공 뉴런은 발화하거나 하지 않거나 둘 중 하나였다. 신경 세포가 그렇게 보이듯, 임계값(threshold)을 넘으면 1을,
# 넘지 못하면 0을 출력한다.
#
# $$\mathrm{step}(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}$$
#
# **손으로 계산하기.** $\mathrm{step}([-2, 0, 0.5]) = [0, 0, 1]$. 정확히 0에서의 값은 책마다 다르다. 여기서는 아직
# 발화하지 않은 것으로 한다.


# %%
def step(z):
    """Return the step function of every entry: 1.0 where z > 0, otherwise 0.0.

    z: a number or an array of any shape; the result has the same shape, as floats. At
    exactly 0 it is 0.

    >>> step(np.array([-2.0, 0.0, 0.5])).tolist()
    [0.0, 0.0, 1.0]

    To read: Nielsen, Neural Networks and Deep Learning, chapter 1.
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(z) > 0, 1.0, 0.0)
    ### END SOLUTION


# %%
check("step")

# %% [markdown] tags=["explanation"]
# **Why this works.** `z > 0` compares entry by entry and gives an array of truth values; `np.where` puts a number in
# the place of each. An `if z > 0` would ask one question of the whole array, to which there is no answer, and NumPy
# says so. `np.asarray` lets a plain number through as well.

# %% [markdown] lang="ko" of="693a7bd2" tags=["explanation"]
# **왜 이렇게 되는가.** `z > 0`은 원소마다 비교하여 참·거짓 배열을 주고, `np.where`는 그 자리마다 수를 넣는다.
# `if z > 0`은 배열 전체에 질문 하나를 던지는 셈인데, 여기에는 답이 없으므로 NumPy가 오류를 낸다. `np.asarray` 덕분에
# 수 하나도 받을 수 있다.

# %% [markdown]
# ## Four functions at a glance
#
# On the left the functions of this notebook, on the right how steep they are. Keep the right picture in mind: learning
# follows slopes, and where a slope is 0 nothing is learned.

# %% [markdown] lang="ko" of="a7a390fd"
# ## 한눈에 보는 네 함수
#
# 왼쪽은 이 노트북에서 다룰 함수들이고, 오른쪽은 그 함수들이 얼마나 가파른지를 나타낸다. 오른쪽 그림을 기억해 두세요.
# 학습은 기울기를 따라가며, 기울기가 0인 곳에서는 아무것도 배우지 못한다.

# %%
import matplotlib.pyplot as plt

grid = np.linspace(-5.0, 5.0, 501)
figure, (values, steepness) = plt.subplots(1, 2, figsize=(9, 3))
values.plot([-5, 0, 0, 5], [0, 0, 1, 1], ":", label="step")
steepness.plot([-5, 5], [0, 0], ":", label="step")
for name, curve, line in (("sigmoid", 1 / (1 + np.exp(-grid)), "-"), ("tanh", np.tanh(grid), "--")):
    values.plot(grid, curve, line, label=name)
    steepness.plot(grid, np.gradient(curve, grid), line, label=name)
values.plot([-5, 0, 2], [0, 0, 2], "-.", label="ReLU")
steepness.plot([-5, 0, 0, 5], [0, 0, 1, 1], "-.", label="ReLU")
for axes, title in ((values, "value"), (steepness, "slope")):
    axes.set(title=title, xlabel="z")
    axes.legend()

# %%
ask("step_slope")

# %% [markdown]
# ## The sigmoid
#
# A step cannot be learned with slopes: nudging a weight changes nothing, until it suddenly changes everything. The
# sigmoid is the step with a soft edge:
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# It runs from 0 to 1, passes 0.5 at $z = 0$, and rises everywhere.
#
# **A number by hand.** $\sigma(2) = 1 / (1 + e^{-2}) = 1 / (1 + 0.1353) = 0.8808$, and
# $\sigma(-2) = 1 - 0.8808 = 0.1192$: the curve is symmetric about the point $(0, 0.5)$.
#
# **Large numbers.** $e^{1000}$ does not fit into a float64: NumPy warns and returns `inf`, and `inf / inf` is `nan`.
# Yet $\sigma(\pm 1000)$ is as good as 1 and 0. Write it so that the exponent is never positive. For $z < 0$,
# multiply numerator and denominator by $e^{z}$ and see what remains.


# %% [markdown] lang="ko" of="242f2310"
# ## 시그모이드
#
# 계단 함수는 기울기로 학습할 수 없다. 가중치를 조금 움직여도 아무 변화가 없다가, 어느 순간 갑자기 모든 것이 바뀐다.
# 시그모이드는 모서리를 부드럽게 깎은 계단 함수이다.
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# 값은 0에서 1까지이고, $z = 0$에서 0.5를 지나며, 모든 곳에서 증가한다.
#
# **손으로 계산하기.** $\sigma(2) = 1 / (1 + e^{-2}) = 1 / (1 + 0.1353) = 0.8808$이고
# $\sigma(-2) = 1 - 0.8808 = 0.1192$이다. 곡선은 점 $(0, 0.5)$에 대해 대칭이다.
#
# **큰 수.** $e^{1000}$은 float64에 담기지 않는다. NumPy는 경고와 함께 `inf`를 주고, `inf / inf`는 `nan`이 된다.
# 그러나 $\sigma(\pm 1000)$은 사실상 1과 0이다. 지수가 절대 양수가 되지 않도록 식을 쓰세요. $z < 0$일 때 분자와 분모에
# $e^{z}$을 곱하면 무엇이 남는지 살펴보세요.


# %%
def sigmoid(z):
    """Return the logistic sigmoid of every entry, 1 / (1 + exp(-z)).

    z: a number or an array of any shape and any size of entries; the result has the
    same shape, values in [0, 1]. Finite at |z| = 1000, without a warning.

    >>> round(float(sigmoid(2.0)), 4)
    0.8808

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 3.10.
    """
    ### BEGIN SOLUTION
    z = np.asarray(z, dtype=float)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)
    ### END SOLUTION


# %%
check("sigmoid")

# %% [markdown] tags=["explanation"]
# **Why this works.** With $s = e^{-|z|}$, which lies between 0 and 1 and cannot overflow, the two halves of the curve
# are $1/(1+s)$ for $z \ge 0$ and $s/(1+s)$ for $z < 0$. They are the same function, written so that each half only
# uses the exponential that is safe there. `np.where` evaluates both of its arguments, so guarding
# `1 / (1 + np.exp(-z))` with it would still overflow and warn.

# %% [markdown] lang="ko" of="f33c5498" tags=["explanation"]
# **왜 이렇게 되는가.** $s = e^{-|z|}$은 0과 1 사이에 있어 오버플로(overflow)가 일어날 수 없다. 이것으로 쓰면 곡선의 두
# 부분은 $z \ge 0$에서 $1/(1+s)$, $z < 0$에서 $s/(1+s)$이다. 둘은 같은 함수이며, 각각 그쪽에서 안전한 지수 함수만 쓰도록
# 적었을 뿐이다. `np.where`는 두 인수를 모두 계산하므로, `1 / (1 + np.exp(-z))`를 `np.where`로 감싸도 오버플로와 경고는
# 그대로 남는다.

# %% [markdown]
# ## The slope of the sigmoid
#
# Learning asks one question again and again: if $z$ grows a little, how much does the output grow? That is the
# derivative. Differentiate $\sigma(z) = (1 + e^{-z})^{-1}$ with the chain rule:
#
# $$\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2}$$
#
# There is a much nicer way to write it, which uses only $\sigma(z)$ itself. Find it: write the fraction as a product
# of two, and notice what $1 - \sigma(z)$ is.
#
# **A number by hand.** At $z = 0$ the slope is $1 / (1 + 1)^2 = 0.25$, and that is the largest it ever gets. At
# $z = 2$ it is $0.1353 / 1.1353^2 = 0.1050$. Ten such layers in a row multiply a gradient by at most
# $0.25^{10} \approx 10^{-6}$: this is why deep networks of sigmoids once seemed unable to learn.


# %% [markdown] lang="ko" of="091a8cae"
# ## 시그모이드의 기울기
#
# 학습은 같은 질문을 되풀이한다. $z$가 조금 커지면 출력은 얼마나 커지는가? 그것이 도함수이다.
# $\sigma(z) = (1 + e^{-z})^{-1}$을 연쇄 법칙으로 미분하면 다음과 같다.
#
# $$\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2}$$
#
# $\sigma(z)$만으로 쓰는 훨씬 깔끔한 방법이 있다. 찾아보세요. 분수를 두 분수의 곱으로 쓰고, $1 - \sigma(z)$가 무엇인지
# 살펴보세요.
#
# **손으로 계산하기.** $z = 0$에서 기울기는 $1 / (1 + 1)^2 = 0.25$이고, 이것이 가장 큰 값이다. $z = 2$에서는
# $0.1353 / 1.1353^2 = 0.1050$이다. 이런 층이 열 개 이어지면 기울기에는 기껏해야 $0.25^{10} \approx 10^{-6}$이 곱해진다.
# 시그모이드로 만든 깊은 신경망이 한때 학습이 안 되는 것처럼 보였던 까닭이 여기에 있다.


# %%
def sigmoid_derivative(z):
    """Return the derivative of the sigmoid at z (not at the activation) for every entry.

    z: a number or an array of any shape; the result has the same shape, values
    in [0, 0.25]. Finite at |z| = 1000, without a warning.

    >>> float(sigmoid_derivative(0.0))
    0.25

    To read: Nielsen, Neural Networks and Deep Learning, chapter 3, "The cross-entropy
    cost function".
    """
    ### BEGIN SOLUTION
    activation = sigmoid(z)
    return activation * (1.0 - activation)
    ### END SOLUTION


# %%
check("sigmoid_derivative")

# %% [markdown] tags=["explanation"]
# **Why this works.** $\frac{e^{-z}}{(1+e^{-z})^2} = \frac{1}{1+e^{-z}} \cdot \frac{e^{-z}}{1+e^{-z}}$, and the second
# factor is $1 - \sigma(z)$. So $\sigma' = \sigma(1 - \sigma)$. During backpropagation $\sigma(z)$ is already at hand
# from the forward pass, and the derivative costs one multiplication. It also inherits the sigmoid's safety: no
# exponential appears that could overflow.

# %% [markdown] lang="ko" of="56f6fd34" tags=["explanation"]
# **왜 이렇게 되는가.** $\frac{e^{-z}}{(1+e^{-z})^2} = \frac{1}{1+e^{-z}} \cdot \frac{e^{-z}}{1+e^{-z}}$이고, 두 번째 분수는
# $1 - \sigma(z)$이다. 따라서 $\sigma' = \sigma(1 - \sigma)$이다. 역전파(backpropagation)에서는 순전파(forward pass) 때 구한
# $\sigma(z)$가 이미 있으므로, 도함수는 곱셈 한 번이면 된다. 시그모이드의 안전함도 그대로 물려받는다. 오버플로를 일으킬 지수
# 함수가 나타나지 않는다.

# %%
ask("sigmoid_slope")

# %% [markdown]
# ## tanh and its slope
#
# The outputs of a sigmoid are all positive. The hyperbolic tangent is the same curve, stretched to run from $-1$ to 1
# and centred on 0, which suits the next layer better:
#
# $$\tanh z = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} = 2\,\sigma(2z) - 1$$
#
# NumPy has it as `np.tanh`, safe for every $z$. Its slope is yours to find. As with the sigmoid, it can be written with
# the function's own value and nothing else: differentiate the fraction, and look for $\tanh z$ in what you get.
#
# **A number by hand.** At $z = 0$ the slope is 1, four times the sigmoid's. At $z = 1$, $\tanh 1 = 0.7616$, and the
# slope is $0.4200$. Far from 0 it is 0 here as well.


# %% [markdown] lang="ko" of="49169670"
# ## tanh와 그 기울기
#
# 시그모이드의 출력은 모두 양수이다. 쌍곡탄젠트(hyperbolic tangent)는 같은 곡선을 늘여 $-1$에서 1까지, 0을 중심으로
# 놓은 것이다. 다음 층에는 이쪽이 더 알맞다.
#
# $$\tanh z = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} = 2\,\sigma(2z) - 1$$
#
# NumPy의 `np.tanh`는 모든 $z$에서 안전하다. 기울기는 직접 구하세요. 시그모이드처럼 함수 자신의 값만으로 쓸 수 있다.
# 분수를 미분하고, 그 결과에서 $\tanh z$를 찾아보세요.
#
# **손으로 계산하기.** $z = 0$에서 기울기는 1로, 시그모이드의 네 배이다. $z = 1$에서는 $\tanh 1 = 0.7616$이고
# 기울기는 $0.4200$이다. 0에서 멀어지면 여기서도 0이 된다.


# %%
def tanh_derivative(z):
    """Return the derivative of tanh at z (not at the activation) for every entry.

    z: a number or an array of any shape; the result has the same shape, values
    in [0, 1]. Finite at |z| = 1000, without a warning.

    >>> round(float(tanh_derivative(1.0)), 4)
    0.42

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 6.3.2; LeCun,
    Bottou, Orr and Müller, Efficient BackProp, 1998, on why tanh.
    """
    ### BEGIN SOLUTION
    return 1.0 - np.tanh(z) ** 2
    ### END SOLUTION


# %%
check("tanh_derivative")

# %% [markdown] tags=["explanation"]
# **Why this works.** Let $u = e^z - e^{-z}$ and $v = e^z + e^{-z}$. Then $u' = v$ and $v' = u$, and the quotient rule
# gives $(v^2 - u^2) / v^2 = 1 - \tanh^2 z$. The slope at 0 is 1 instead of 0.25: a gradient survives a chain of tanh
# units much longer, as long as their sums stay near 0. Far from 0 tanh is as flat as the sigmoid.

# %% [markdown] lang="ko" of="fc10b7df" tags=["explanation"]
# **왜 이렇게 되는가.** $u = e^z - e^{-z}$, $v = e^z + e^{-z}$라 하자. 그러면 $u' = v$, $v' = u$이고, 몫의 미분법에 따라
# $(v^2 - u^2) / v^2 = 1 - \tanh^2 z$이다. 0에서의 기울기가 0.25가 아니라 1이므로, 합이 0 근처에 머무는 한 기울기는
# tanh의 사슬에서 훨씬 오래 살아남는다. 0에서 멀어지면 tanh도 시그모이드만큼 평평하다.

# %% [markdown]
# ## ReLU
#
# The rectified linear unit keeps what is positive and drops the rest:
#
# $$\mathrm{relu}(z) = \max(0, z)$$
#
# It is not smooth, it is hardly nonlinear, and it made deep networks trainable: where it lets a number through, the
# slope is 1, so a gradient passes ten layers, or a hundred, undiminished. And it costs one comparison.
#
# **A number by hand.** $\mathrm{relu}([-2, 0, 3]) = [0, 0, 3]$.


# %% [markdown] lang="ko" of="d8e98d9f"
# ## ReLU
#
# ReLU(rectified linear unit)는 양수는 그대로 두고 나머지는 버린다.
#
# $$\mathrm{relu}(z) = \max(0, z)$$
#
# 매끄럽지도 않고 비선형이라 하기도 어려울 정도지만, 깊은 신경망의 학습을 가능하게 한 것이 바로 이 함수이다. 값을
# 통과시키는 곳에서는 기울기가 1이므로, 층이 열 개든 백 개든 기울기가 줄지 않고 지나간다. 게다가 비교 한 번이면 계산이
# 끝난다.
#
# **손으로 계산하기.** $\mathrm{relu}([-2, 0, 3]) = [0, 0, 3]$.


# %%
def relu(z):
    """Return max(0, z) for every entry, as a new array.

    z: a number or an array of any shape; the result has the same shape.

    >>> relu(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 3.0]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 6.3.1.
    """
    ### BEGIN SOLUTION
    return np.maximum(0, z)
    ### END SOLUTION


# %%
check("relu")

# %% [markdown] tags=["explanation"]
# **Why this works.** `np.maximum` compares entry by entry and makes a new array. `np.max` would return the one
# largest entry of all, and `z[z < 0] = 0` would change the caller's array: a bug that shows up far from where it was
# made, because backpropagation needs the original $z$ again.

# %% [markdown] lang="ko" of="8073290d" tags=["explanation"]
# **왜 이렇게 되는가.** `np.maximum`은 원소마다 비교하여 새 배열을 만든다. `np.max`는 모든 원소 가운데 가장 큰 값 하나를
# 반환하고, `z[z < 0] = 0`은 호출한 쪽의 배열을 바꿔 버린다. 역전파에는 원래의 $z$가 다시 필요하므로, 이런 버그는
# 만들어진 곳에서 멀리 떨어진 곳에서 드러난다.

# %% [markdown]
# ## The slope of ReLU
#
# Left of 0 the function is flat, right of 0 it is the line $z$. At exactly 0 there is a corner and no derivative;
# everybody picks a value, and in this course, as in PyTorch, it is 0:
#
# $$\mathrm{relu}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}$$
#
# **A number by hand.** $\mathrm{relu}'([-2, 0, 3]) = [0, 0, 1]$. A unit whose $z$ is negative for every example has
# slope 0 everywhere and stops learning: a dead unit.


# %% [markdown] lang="ko" of="0bbd19e2"
# ## ReLU의 기울기
#
# 0의 왼쪽에서는 평평하고, 0의 오른쪽에서는 직선 $z$이다. 정확히 0에는 모서리가 있어 미분할 수 없다. 그래서 누구나 값을
# 하나 정하는데, 이 강의에서는 PyTorch와 같이 0으로 한다.
#
# $$\mathrm{relu}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}$$
#
# **손으로 계산하기.** $\mathrm{relu}'([-2, 0, 3]) = [0, 0, 1]$. 모든 예제에서 $z$가 음수인 유닛은 기울기가 어디서나
# 0이어서 더는 배우지 못한다. 이를 죽은 유닛(dead unit)이라 한다.


# %%
def relu_derivative(z):
    """Return the derivative of ReLU for every entry: 1.0 where z > 0, otherwise 0.0.

    z: a number or an array of any shape; the result has the same shape, as floats. At
    exactly 0 it is 0.

    >>> relu_derivative(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 1.0]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 6.3, on units that
    have no derivative at some points.
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(z) > 0, 1.0, 0.0)
    ### END SOLUTION


# %%
check("relu_derivative")

# %% [markdown] tags=["explanation"]
# **Why this works.** The comparison gives truth values, `np.where` turns them into 1.0 and 0.0. `(z > 0).astype(float)`
# does the same for arrays; `np.asarray` lets a plain number through as well. A strict `>` sets the corner to 0, so a
# unit sitting exactly at 0 passes no gradient. You have written this function before: the slope of ReLU is the step.

# %% [markdown] lang="ko" of="e15f1e2f" tags=["explanation"]
# **왜 이렇게 되는가.** 비교하면 참·거짓 값이 나오고, `np.where`가 그것을 1.0과 0.0으로 바꾼다. 배열이라면
# `(z > 0).astype(float)`도 같은 일을 한다. `np.asarray` 덕분에 수 하나도 받을 수 있다. 등호 없는 `>`를 쓰면 모서리의
# 값이 0이 되므로, 정확히 0에 있는 유닛은 기울기를 전달하지 않는다. 사실 이 함수는 앞에서 이미 만들었다. ReLU의 기울기는
# 계단 함수이다.

# %%
ask("what_relu_fixes")

# %% [markdown]
# ## One neuron
#
# A neuron weighs its inputs, adds them up with a **bias**, and applies its activation:
#
# $$a = f(w_1 x_1 + \dots + w_D x_D + b)$$
#
# The bias says how easily the neuron fires. It is nothing special: think of one more input that is always 1, and $b$ is
# the weight of that connection. Neurons themselves have nothing to learn. They add up and apply a fixed function; what
# training changes are the connections.
#
# **A number by hand.** Let $x = (1, 2)$, $w = (0.5, -1)$ and $b = 2$. The sum is $0.5 - 2 + 2 = 0.5$. A neuron with a
# step says 1, with ReLU $0.5$, with a sigmoid $\sigma(0.5) = 0.6225$.


# %% [markdown] lang="ko" of="de8deaed"
# ## 뉴런 하나
#
# 뉴런(neuron)은 입력에 가중치(weight)를 곱해 편향(bias)과 함께 더하고, 활성화 함수를 적용한다.
#
# $$a = f(w_1 x_1 + \dots + w_D x_D + b)$$
#
# 편향은 뉴런이 얼마나 쉽게 발화하는지를 정한다. 특별한 것은 아니다. 언제나 1인 입력이 하나 더 있다고 생각하면, $b$는 그
# 연결의 가중치이다. 뉴런 자체에는 배울 것이 없다. 더하고 정해진 함수를 적용할 뿐이며, 학습이 바꾸는 것은 연결이다.
#
# **손으로 계산하기.** $x = (1, 2)$, $w = (0.5, -1)$, $b = 2$라 하자. 합은 $0.5 - 2 + 2 = 0.5$이다. 계단 함수를 쓰는
# 뉴런은 1을, ReLU를 쓰는 뉴런은 $0.5$를, 시그모이드를 쓰는 뉴런은 $\sigma(0.5) = 0.6225$를 출력한다.


# %%
def neuron(x, w, b, activation):
    """Return the output of one neuron, activation(w_1 x_1 + ... + w_D x_D + b).

    x: an array of shape (D,), or (N, D) with one example in each row. w: the weights,
    shape (D,). b: the bias, a number. activation: a function of a number or an array,
    such as your sigmoid. The result is a number for one example, shape (N,) for a batch.

    >>> neuron(np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([0.5, -1.0]), 2.0, np.square).tolist()
    [0.25, 4.0]

    To read: Nielsen, Neural Networks and Deep Learning, chapter 1.
    """
    ### BEGIN SOLUTION
    return activation(np.asarray(x) @ w + b)
    ### END SOLUTION


# %%
check("neuron")

# %% [markdown] tags=["explanation"]
# **Why this works.** `x @ w` adds up along the last axis of `x`, whether that is one example or a whole batch of rows:
# the same line serves both. The bias is added to each sum, and then the function that was given as an argument is
# called like any other. A layer is nothing but many neurons on the same inputs: put their weights side by side as the
# columns of a matrix, and $xw + b$ becomes $xW + b$.

# %% [markdown] lang="ko" of="a955e4c7" tags=["explanation"]
# **왜 이렇게 되는가.** `x @ w`는 `x`의 마지막 축을 따라 더한다. 예제가 하나든 여러 행의 배치든 같은 코드 한 줄이면
# 된다. 그 합마다 편향을 더하고, 인수로 받은 함수를 여느 함수처럼 호출한다. 층이란 같은 입력을 받는 여러 뉴런일 뿐이다.
# 각 뉴런의 가중치를 행렬의 열로 나란히 놓으면 $xw + b$가 $xW + b$가 된다.

# %%
ask("neuron_output")

# %%
ask("what_learns")

# %% [markdown]
# ## Many linear layers are one
#
# Why an activation at all? Leave it out, and every layer is $x \mapsto xW_l + b_l$. Two of them in a row give
#
# $$(x W_1 + b_1) W_2 + b_2 = x W + b$$
#
# with some matrix $W$ and some vector $b$. Multiply out to see which, and go on to any number of layers. The point: a
# linear network of a hundred layers can do nothing that one layer cannot.
#
# **A number by hand.** Let $W_1 = \begin{pmatrix} 1 & 2 \\ 0 & 1 \end{pmatrix}$, $b_1 = (1, 0)$,
# $W_2 = \begin{pmatrix} 1 \\ 3 \end{pmatrix}$, $b_2 = 2$. The row $x = (1, 1)$ becomes $(2, 3)$ after the first layer
# and $2 + 9 + 2 = 13$ after the second. One layer with $W = \begin{pmatrix} 7 \\ 3 \end{pmatrix}$ and $b = 3$ does the
# same: $7 + 3 + 3 = 13$.


# %% [markdown] lang="ko" of="9086f3b8"
# ## 선형 층은 여럿이어도 하나와 같다
#
# 활성화 함수는 왜 필요한가? 빼 버리면 모든 층은 $x \mapsto xW_l + b_l$이다. 두 층을 이으면
#
# $$(x W_1 + b_1) W_2 + b_2 = x W + b$$
#
# 와 같이 어떤 행렬 $W$와 어떤 벡터 $b$로 쓸 수 있다. 전개하여 무엇인지 알아내고, 층의 수가 몇이든 되도록 넓혀 보세요.
# 요점은 이것이다. 층이 백 개인 선형 신경망도 층 하나가 못 하는 일은 하지 못한다.
#
# **손으로 계산하기.** $W_1 = \begin{pmatrix} 1 & 2 \\ 0 & 1 \end{pmatrix}$, $b_1 = (1, 0)$,
# $W_2 = \begin{pmatrix} 1 \\ 3 \end{pmatrix}$, $b_2 = 2$라 하자. 행 $x = (1, 1)$은 첫째 층을 지나 $(2, 3)$이 되고, 둘째
# 층을 지나 $2 + 9 + 2 = 13$이 된다. $W = \begin{pmatrix} 7 \\ 3 \end{pmatrix}$, $b = 3$인 층 하나도 같은 일을 한다.
# $7 + 3 + 3 = 13$이다.


# %%
def collapse_linear_layers(weights, biases):
    """Return (W, b) such that x W + b = ((x W_1 + b_1) W_2 + b_2) ... for every row x.

    weights, biases: lists, one entry for each layer, at least one; weights[l] of shape
    (D_in, D_out), biases[l] of shape (D_out,). W has shape (D, K) with D the first
    layer's inputs and K the last layer's outputs; b has shape (K,). Both are new arrays.

    >>> W1, W2 = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[1.0], [3.0]])
    >>> W, b = collapse_linear_layers([W1, W2], [np.array([1.0, 0.0]), np.array([2.0])])
    >>> W.tolist(), b.tolist()
    ([[7.0], [3.0]], [3.0])

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 6.1.
    """
    ### BEGIN SOLUTION
    W = np.eye(len(weights[0]))
    b = np.zeros(len(weights[0]))
    for layer_weights, layer_bias in zip(weights, biases):
        W = W @ layer_weights
        b = b @ layer_weights + layer_bias
    return W, b
    ### END SOLUTION


# %%
check("collapse_linear_layers")

# %% [markdown] tags=["explanation"]
# **Why this works.** $(xW_1 + b_1)W_2 + b_2 = x(W_1 W_2) + (b_1 W_2 + b_2)$. The matrices multiply in the order in
# which the row meets them. The bias is what the network says to $x = 0$, and it passes through every later layer as a
# row of its own would. The loop starts with the layer that changes nothing, the identity matrix and a bias of 0, so
# that one layer needs no special care and nothing of the caller's is written to. A single $\tanh$ or ReLU between the
# layers, and the brackets can no longer be multiplied out.

# %% [markdown] lang="ko" of="4f8a20e8" tags=["explanation"]
# **왜 이렇게 되는가.** $(xW_1 + b_1)W_2 + b_2 = x(W_1 W_2) + (b_1 W_2 + b_2)$이다. 행렬은 행이 만나는 순서대로 곱해진다.
# 편향은 신경망이 $x = 0$에 내놓는 답이며, 여느 행처럼 뒤의 층을 모두 지난다. 반복문은 아무것도 바꾸지 않는 층, 곧
# 단위행렬과 편향 0에서 시작한다. 그래서 층이 하나일 때를 따로 다룰 필요가 없고, 호출한 쪽의 배열에 쓰는 일도 없다. 층
# 사이에 $\tanh$나 ReLU가 하나라도 있으면 더는 괄호를 전개할 수 없다.

# %%
ask("one_layer_instead")

# %% [markdown]
# ## Why deep sigmoid networks stopped learning
#
# So activations are needed, and learning has to get past them. Take a chain of sigmoids, each fed by the one before:
# $a_l = \sigma(z_l)$. By the chain rule a gradient on its way from the end to the start is multiplied by one slope for
# each sigmoid it passes (and by the weights, which we leave out here):
#
# $$\sigma'(z_1) \cdot \sigma'(z_2) \cdots \sigma'(z_n) \le 0.25^n$$
#
# **A number by hand.** For $z = (0, 2, -1)$ the slopes are $0.2500$, $0.1050$ and $0.1966$. Their product is $0.0052$:
# of a gradient of 1, the first layer gets half a percent. The best case would be $0.25^3 = 0.0156$. This is the
# **vanishing gradient**.


# %% [markdown] lang="ko" of="28961bce"
# ## 시그모이드로 만든 깊은 신경망이 학습을 멈춘 까닭
#
# 활성화 함수는 필요하고, 학습은 그것을 뚫고 지나가야 한다. 앞 시그모이드의 출력이 다음으로 이어지는 사슬
# $a_l = \sigma(z_l)$을 생각하자. 연쇄 법칙에 따라, 끝에서 처음으로 가는 기울기에는 지나는 시그모이드마다 그 기울기가
# 하나씩 곱해진다(가중치도 곱해지지만 여기서는 뺀다).
#
# $$\sigma'(z_1) \cdot \sigma'(z_2) \cdots \sigma'(z_n) \le 0.25^n$$
#
# **손으로 계산하기.** $z = (0, 2, -1)$에서 기울기는 $0.2500$, $0.1050$, $0.1966$이고 그 곱은 $0.0052$이다. 기울기 1
# 가운데 첫째 층이 받는 것은 0.5퍼센트뿐이다. 가장 좋은 경우라도 $0.25^3 = 0.0156$이다. 이것이 **기울기
# 소실**(vanishing gradient)이다.


# %%
def gradient_through_sigmoids(zs):
    """Return sigmoid'(z_1) * sigmoid'(z_2) * ... * sigmoid'(z_n), one number.

    zs: an array of shape (n,), the sums before each of the n sigmoids, n at least 1. The
    result is a float, at most 0.25**n. Finite at |z| = 1000, without a warning.

    >>> round(gradient_through_sigmoids(np.array([0.0, 2.0, -1.0])), 4)
    0.0052

    To read: Nielsen, Neural Networks and Deep Learning, chapter 5.
    """
    ### BEGIN SOLUTION
    return float(np.prod(sigmoid_derivative(zs)))
    ### END SOLUTION


# %%
check("gradient_through_sigmoids")

# %% [markdown] tags=["explanation"]
# **Why this works.** `sigmoid_derivative` gives all the slopes at once, `np.prod` multiplies them. With ten layers the
# product is below one millionth even in the best case, and one unit far from 0 makes it 0 for all the layers before
# it: their weights no longer know in which direction the error falls. ReLU's slope of 1, and starting weights of the
# right size (assignment 7), are the two cures that made deep networks possible.

# %% [markdown] lang="ko" of="dc7ef9f7" tags=["explanation"]
# **왜 이렇게 되는가.** `sigmoid_derivative`가 모든 기울기를 한꺼번에 주고 `np.prod`가 그것을 곱한다. 층이 열 개이면 가장
# 좋은 경우에도 곱은 백만분의 일보다 작고, 0에서 먼 유닛이 하나라도 있으면 그 앞의 모든 층에서 0이 된다. 그 층의 가중치는
# 어느 방향으로 가야 오차가 줄어드는지 알 수 없다. 깊은 신경망을 가능하게 한 두 가지 처방은 기울기가 1인 ReLU와 알맞은
# 크기로 시작하는 가중치(과제 7)이다.

# %%
ask("vanishing_gradient")

# %% [markdown]
# ## Folding a line
#
# Can something as plain as ReLU describe a curve? One ReLU, moved to the right by $h$, is a line with one bend: flat
# before $h$, rising after it. Add several, each with a factor of its own, and the sum bends at every **hinge** $h_k$:
#
# $$f(x) = \sum_{k=1}^{K} s_k \, \mathrm{relu}(x - h_k)$$
#
# Here $s_k$ is by how much the slope *changes* at the hinge $h_k$. With enough hinges, and a constant, such a sum
# follows any unbroken curve as closely as you like. That is the left picture: a network with one hidden layer. On the
# right is what depth adds: a layer of two ReLUs folds the line once, and feeding the folded line into another such
# layer folds it again. Every layer doubles the number of pieces, while a wider layer only adds some.

# %% [markdown] lang="ko" of="cde098e7"
# ## 직선 접기
#
# ReLU처럼 단순한 함수로 곡선을 나타낼 수 있을까? 오른쪽으로 $h$만큼 옮긴 ReLU 하나는 한 번 꺾인 선이다. $h$ 전에는
# 평평하고 그 뒤로는 올라간다. 저마다 계수를 곱해 여럿을 더하면, 그 합은 **꺾이는 점**(hinge) $h_k$마다 꺾인다.
#
# $$f(x) = \sum_{k=1}^{K} s_k \, \mathrm{relu}(x - h_k)$$
#
# 여기서 $s_k$는 꺾이는 점 $h_k$에서 기울기가 얼마나 *바뀌는지*를 뜻한다. 꺾이는 점이 충분히 많으면, 상수 하나를 더한
# 이런 합은 연속인 곡선이면 무엇이든 원하는 만큼 가깝게 따라간다. 아래 왼쪽 그림이 그것이며, 은닉층이 하나인 신경망에
# 해당한다. 오른쪽은 깊이가 더해 주는 것을 보여 준다. ReLU 두 개로 된 층은 선을 한 번 접고, 접힌 선을 같은 층에 다시 넣으면 또
# 한 번 접힌다. 층이 하나 늘 때마다 조각의 수는 두 배가 되지만, 층을 넓히면 몇 개 늘어날 뿐이다.

# %%
import matplotlib.pyplot as plt

grid = np.linspace(0.0, 1.0, 513)
target = np.sin(7 * grid) * (0.4 + grid)
figure, (width, depth) = plt.subplots(1, 2, figsize=(9, 3))
width.plot(grid, target, "k", linewidth=4, alpha=0.2, label="a curve")
for pieces, line in ((3, ":"), (12, "-")):
    corners = np.linspace(0.0, 1.0, pieces + 1)
    width.plot(grid, np.interp(grid, corners, np.interp(corners, grid, target)), line, label=f"{pieces} hinges")
folded = grid
for layers, line in ((1, ":"), (2, "--"), (3, "-")):
    folded = 1 - np.abs(2 * folded - 1)
    depth.plot(grid, folded, line, label=f"depth {layers}, {2**layers} pieces")
for axes, title in ((width, "wider: more hinges"), (depth, "deeper: folded again")):
    axes.set(title=title, xlabel="x", ylim=(-1.2, 2.2))
    axes.legend(loc="upper left")

# %% [markdown]
# **A number by hand.** Hinges $(0, 1, 2)$ and slopes $(1, -2, 2)$ make a zigzag: it rises from $f(0) = 0$ to
# $f(1) = 1$, then falls with slope $1 - 2 = -1$ to $f(2) = 2 - 2 = 0$, and rises again with slope $1 - 2 + 2 = 1$:
# $f(3) = 3 - 4 + 2 = 1$.


# %% [markdown] lang="ko" of="0edba7f5"
# **손으로 계산하기.** 꺾이는 점 $(0, 1, 2)$와 기울기 변화 $(1, -2, 2)$는 지그재그를 만든다. $f(0) = 0$에서
# $f(1) = 1$까지 올라가고, 기울기 $1 - 2 = -1$로 $f(2) = 2 - 2 = 0$까지 내려갔다가, 기울기 $1 - 2 + 2 = 1$로 다시
# 올라가 $f(3) = 3 - 4 + 2 = 1$이 된다.


# %%
def relu_fold(x, hinges, slopes):
    """Return the sum over k of slopes[k] * relu(x - hinges[k]), for every entry of x.

    x: a number or an array of any shape; the result has the same shape. hinges, slopes:
    arrays of shape (K,), K at least 1; slopes[k] is the change of slope at hinges[k].

    >>> hinges, slopes = np.array([0.0, 1.0, 2.0]), np.array([1.0, -2.0, 2.0])
    >>> relu_fold(np.array([0.5, 1.0, 2.0, 3.0]), hinges, slopes).tolist()
    [0.5, 1.0, 0.0, 1.0]

    To read: Montúfar, Pascanu, Cho and Bengio, On the number of linear regions of deep
    neural networks, 2014.
    """
    ### BEGIN SOLUTION
    total = np.zeros(np.shape(x))
    for hinge, slope in zip(hinges, slopes):
        total = total + slope * relu(np.asarray(x) - hinge)
    return total
    ### END SOLUTION


# %%
check("relu_fold")

# %% [markdown] tags=["explanation"]
# **Why this works.** Left of its hinge a ReLU adds nothing, right of it a line with slope $s_k$. So the slope of the
# sum at $x$ is the sum of all $s_k$ whose hinge lies left of $x$, and between two hinges nothing bends. To follow a
# given curve, put hinges where you like and choose each $s_k$ as the new slope minus the old one. In a network nobody
# chooses them: hinges come from biases, factors are weights, and gradient descent moves both to where the data want a
# bend.

# %% [markdown] lang="ko" of="ef72c3c3" tags=["explanation"]
# **왜 이렇게 되는가.** ReLU는 꺾이는 점의 왼쪽에서는 아무것도 더하지 않고, 오른쪽에서는 기울기가 $s_k$인 직선을 더한다.
# 따라서 $x$에서 합의 기울기는 꺾이는 점이 $x$보다 왼쪽에 있는 모든 $s_k$의 합이고, 꺾이는 점 사이에서는 아무것도 꺾이지
# 않는다. 주어진 곡선을 따라가려면 꺾이는 점을 원하는 곳에 놓고, $s_k$를 새 기울기에서 이전 기울기를 뺀 값으로 정하면
# 된다. 신경망에서는 아무도 이것을 정하지 않는다. 꺾이는 점은 편향에서 나오고 계수는 가중치이며, 경사 하강법(gradient
# descent)이 둘 다 데이터가 꺾이기를 바라는 곳으로 옮긴다.

# %%
ask("slope_of_a_fold")

# %% [markdown]
# ## What you have built
#
# Activation functions and their slopes, safe for any number; a neuron; the proof that depth needs a bend between
# layers, and the reason why in deep networks that bend is seldom a sigmoid. Assignment 6 multiplies slopes like these
# along a whole network: that product is backpropagation.

# %% [markdown] lang="ko" of="b562385b"
# ## 무엇을 만들었는가
#
# 어떤 수에도 안전한 활성화 함수와 그 기울기, 그리고 뉴런 하나를 만들었다. 깊이에는 층 사이의 꺾임이 필요하다는 것을 증명했고,
# 깊은 신경망에서 그 꺾임으로 시그모이드를 좀처럼 쓰지 않는 까닭도 알아보았다. 과제 6에서는 이런 기울기를 신경망 전체를 따라
# 곱한다. 그 곱이 역전파이다.

# %% [markdown]
# # 1 · Linear regression
#
# What will a house sell for? Its size matters, and the number of its rooms. **Linear regression** takes the simplest
# guess one could make: multiply each of these numbers by a weight, add everything up, and add a constant. Nobody tells
# the program the weights. It starts with zeros, measures how wrong its prices are, and changes the weights a little so
# that they are less wrong, again and again. Every network in this course learns in exactly this way. Here the model is
# small enough to follow each number by hand.
#
# **Time:** about 100 minutes. **You need:** matrix products, partial derivatives, NumPy arrays and their axes.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it. It
# tells you what is right and, where something is not, where to look. `hint("mse_loss")` helps step by step: the first
# steps point the way, the last is usually the formula. The questions are answered in the cell below each of them.
#
# **Shapes and conventions.** A batch `X` of $N$ houses with $D$ numbers each has shape `(N, D)`, its targets `(N, K)`:
# most often $K = 1$, one price for each house. The next cell says what holds in the whole course.

# %% [markdown] lang="ko" of="a60d9b96"
# # 1 · 선형 회귀
#
# 이 집은 얼마에 팔릴까? 넓이가 중요하고 방의 수도 중요하다. **선형 회귀**(linear regression)는 가장 단순한 추측을
# 한다. 이 수들에 각각 가중치를 곱해 모두 더하고, 거기에 상수 하나를 더한다. 가중치를 알려 주는 사람은 없다. 프로그램은
# 0에서 시작해 자기가 매긴 가격이 얼마나 틀렸는지 재고, 덜 틀리도록 가중치를 조금 고치는 일을 되풀이한다. 이 강의에
# 나오는 모든 신경망이 바로 이렇게 배운다. 여기서는 모델이 작아서 모든 수를 손으로 따라갈 수 있다.
#
# **시간:** 약 100분. **필요한 것:** 행렬 곱, 편미분, NumPy 배열과 축(axis).
#
# **진행 방법:** `raise NotImplementedError`를 지우고 직접 코드를 작성해 셀을 실행한 다음, 바로 아래의 `check`를
# 실행하세요. 무엇이 맞았는지, 틀렸다면 어디를 봐야 하는지 알려 준다. `hint("mse_loss")`는 한 단계씩 도와준다. 처음
# 단계는 방향을 알려 주고, 마지막 단계는 대개 공식이다. 퀴즈의 답은 각 문제 아래의 셀에 적으세요.
#
# **모양과 약속.** 집 $N$채를 각각 $D$개의 수로 나타낸 배치 `X`의 모양은 `(N, D)`, 목표값의 모양은 `(N, K)`이다. 대개
# $K = 1$, 곧 집마다 가격이 하나다. 강의 전체에 적용되는 약속은 다음 셀에 있다.

# %% [markdown]
# ## Notation and conventions of the whole course
#
# | symbol | in code | meaning | shape |
# |---|---|---|---|
# | $N$ | `len(X)` | number of examples in a batch | a number |
# | $D$, $K$ | | number of inputs and of outputs of a layer | numbers |
# | $C$ | `num_classes` | number of classes; for images, of channels | a number |
# | $X$ | `X` | a batch of inputs, one example in each **row** | `(N, D)` |
# | | `images` | a batch of images: height $H$ is rows, width $W$ is columns | `(N, C, H, W)` |
# | $y$ | `y`, `target` | what should come out: numbers | `(N, K)` |
# | $y$ | `labels` | what should come out: classes, whole numbers from 0 to $C - 1$ | `(N,)` |
# | $W$ | `W`, `weights` | the weights of a layer, one row for each input | `(D, K)` |
# | $b$ | `b`, `biases` | its biases | `(K,)` |
# | $z = xW + b$ | `z` | what a layer computes; the last layer's are called **scores** or **logits** | `(N, K)` |
# | $\sigma(z)$, $\mathrm{relu}(z)$ | `sigmoid(z)`, `relu(z)` | activation functions, entry by entry | that of $z$ |
# | $p$ | `p` | probabilities | `(N, C)` or `(N,)` |
# | $L$ | `loss` | the loss: how wrong, in one number | a number |
# | $\partial L / \partial W$ | `dW` | gradient: the slope of $L$ by every entry of $W$ | that of $W$ |
# | $\eta$ | `learning_rate`, `lr` | the length of a step | a number |
# | | `rng` | a `np.random.Generator` | |
#
# A letter that means something else in one place is explained there.
#
# 1. **Arrays are float64** unless the docstring says otherwise. Whole numbers must work as input, too, and give the
#    same result as the same numbers written with a decimal point.
# 2. **Batches are rows**, $(N, D)$. A batch may consist of one example.
# 3. **Functions return new arrays** and leave their arguments as they were. `x -= 1` changes the caller's array,
#    `x = x - 1` makes a new one.
# 4. **Chance comes only from `rng`**, the generator that the function is given: the same state of it, the same result.
# 5. **Losses are means** over the batch, so that their size does not depend on the size of the batch.
# 6. **The derivative of ReLU at 0 is 0.**
# 7. Only NumPy is needed. Expected values come from PyTorch; right answers in float32 are accepted.

# %% [markdown] lang="ko" of="586c4d93"
# ## 강의 전체의 표기와 약속
#
# | 기호 | 코드 | 뜻 | 모양 |
# |---|---|---|---|
# | $N$ | `len(X)` | 배치에 든 예제의 수 | 수 |
# | $D$, $K$ | | 층의 입력 수와 출력 수 | 수 |
# | $C$ | `num_classes` | 클래스의 수. 이미지에서는 채널의 수 | 수 |
# | $X$ | `X` | 입력의 배치. 예제 하나가 **행** 하나 | `(N, D)` |
# | | `images` | 이미지의 배치. 높이 $H$는 행, 너비 $W$는 열 | `(N, C, H, W)` |
# | $y$ | `y`, `target` | 나와야 할 값: 수 | `(N, K)` |
# | $y$ | `labels` | 나와야 할 값: 클래스, 0부터 $C - 1$까지의 정수 | `(N,)` |
# | $W$ | `W`, `weights` | 층의 가중치(weight). 입력 하나에 행 하나 | `(D, K)` |
# | $b$ | `b`, `biases` | 층의 편향(bias) | `(K,)` |
# | $z = xW + b$ | `z` | 층이 계산하는 값. 마지막 층의 것은 **점수**(score) 또는 **로짓**(logit)이라 한다 | `(N, K)` |
# | $\sigma(z)$, $\mathrm{relu}(z)$ | `sigmoid(z)`, `relu(z)` | 원소마다 적용하는 활성화 함수 | $z$와 같음 |
# | $p$ | `p` | 확률 | `(N, C)` 또는 `(N,)` |
# | $L$ | `loss` | 손실(loss): 얼마나 틀렸는지를 수 하나로 | 수 |
# | $\partial L / \partial W$ | `dW` | 기울기(gradient): $W$의 원소마다 구한 $L$의 기울기 | $W$와 같음 |
# | $\eta$ | `learning_rate`, `lr` | 학습률(learning rate): 한 걸음의 길이 | 수 |
# | | `rng` | `np.random.Generator` | |
#
# 어떤 글자가 다른 뜻으로 쓰이는 곳에서는 그 자리에서 설명한다.
#
# 1. **배열은 float64이다.** 다르면 독스트링(docstring)에 적혀 있다. 정수 입력도 받아야 하고, 같은 수를 소수점을 붙여 쓴
#    것과 결과가 같아야 한다.
# 2. **배치는 행이다**, $(N, D)$. 예제가 하나뿐인 배치도 있다.
# 3. **함수는 새 배열을 반환하고** 인수는 그대로 둔다. `x -= 1`은 호출한 쪽의 배열을 바꾸고, `x = x - 1`은 새 배열을
#    만든다.
# 4. **무작위성은 `rng`에서만 나온다.** 함수가 받은 이 생성기의 상태가 같으면 결과도 같다.
# 5. **손실은 평균이다.** 배치 전체의 평균이므로 크기가 배치 크기에 따라 달라지지 않는다.
# 6. **0에서 ReLU의 미분은 0이다.**
# 7. NumPy만 있으면 된다. 기댓값은 PyTorch에서 나오고, float32로 계산한 맞는 답도 인정한다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# ## The model
#
# One house is a row of $D$ numbers, $x = [x_1, \dots, x_D]$. Its predicted price is $x_1 w_1 + \dots + x_D w_D + b$.
# The weight $w_1$ says what one more unit of $x_1$ costs, the bias $b$ is what remains when all the inputs are 0. For
# $N$ houses and $K$ numbers to predict, one matrix product does it all at once:
#
# $$\hat{y} = X W + b$$
#
# Read it by shapes: $(N, D)$ times $(D, K)$ gives $(N, K)$. Each of the $N$ rows then gets the same $K$ biases.
#
# **A number by hand.** Two houses, size in 100 m² and number of rooms: $X = [[1, 2], [2, 3]]$. With
# $W = [[1], [0.5]]$ and $b = [0.5]$, in units of 100,000, the first house costs
# $1 \cdot 1 + 2 \cdot 0.5 + 0.5 = 2.5$ and the second $2 \cdot 1 + 3 \cdot 0.5 + 0.5 = 4$.

# %% [markdown] lang="ko" of="517398ea"
# ## 모델
#
# 집 한 채는 수 $D$개로 된 행 $x = [x_1, \dots, x_D]$이다. 예측 가격은 $x_1 w_1 + \dots + x_D w_D + b$이다. 가중치
# $w_1$은 $x_1$이 한 단위 늘 때 얼마가 더 드는지를 말하고, 편향 $b$는 모든 입력이 0일 때 남는 값이다. 집이 $N$채이고
# 예측할 수가 $K$개라면 행렬 곱 한 번으로 모두 계산된다.
#
# $$\hat{y} = X W + b$$
#
# 모양으로 읽어 보자. $(N, D)$ 곱하기 $(D, K)$는 $(N, K)$이다. 그다음 $N$개의 행에 똑같은 $K$개의 편향을 더한다.
#
# **손으로 계산하기.** 집 두 채의 넓이(100 m² 단위)와 방의 수가 $X = [[1, 2], [2, 3]]$이다. $W = [[1], [0.5]]$,
# $b = [0.5]$이고 가격의 단위가 100,000이면, 첫째 집은 $1 \cdot 1 + 2 \cdot 0.5 + 0.5 = 2.5$, 둘째 집은
# $2 \cdot 1 + 3 \cdot 0.5 + 0.5 = 4$이다.


# %%
def linear_forward(X, W, b):
    """Return the outputs of a linear layer, X @ W + b.

    X: shape (N, D), one example in each row. W: shape (D, K). b: shape (K,), added to
    every row. The result has shape (N, K).

    >>> X = np.array([[1.0, 2.0], [2.0, 3.0]])
    >>> linear_forward(X, np.array([[1.0], [0.5]]), np.array([0.5])).tolist()
    [[2.5], [4.0]]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 5.1.4.
    """
    ### BEGIN SOLUTION
    return np.asarray(X, dtype=float) @ np.asarray(W) + np.asarray(b)
    ### END SOLUTION


# %%
check("linear_forward")

# %% [markdown] tags=["explanation"]
# **Why this works.** Entry $(i, k)$ of $XW$ is row $i$ of $X$ times column $k$ of $W$: example $i$'s weighted sum for
# output $k$. `b` has shape `(K,)`, and NumPy lines shapes up from the right, so `b` is added to every row. A column
# `b[:, None]` would be lined up with the examples instead. No loop is needed, and the same line serves one example or
# a million.

# %% [markdown] lang="ko" of="c2931438" tags=["explanation"]
# **왜 이렇게 되는가.** $XW$의 원소 $(i, k)$는 $X$의 행 $i$와 $W$의 열 $k$의 곱, 곧 출력 $k$에 대한 예제 $i$의
# 가중합이다. `b`의 모양은 `(K,)`이고 NumPy는 모양을 오른쪽부터 맞추므로 `b`는 모든 행에 더해진다. 열 `b[:, None]`이라면
# 예제 쪽에 맞춰진다. 반복문은 필요 없고, 같은 한 줄이 예제 하나에도 백만 개에도 쓰인다.

# %% [markdown]
# ## How wrong is it?
#
# The houses were really sold for 3 and 5; the model said 2.5 and 4. To improve the model we need one number for "how
# wrong". The **mean squared error** takes all $N \cdot K$ differences, squares them, and takes their mean:
#
# $$L = \frac{1}{N K} \sum_{i=1}^{N} \sum_{k=1}^{K} \left(\hat{y}_{ik} - y_{ik}\right)^2$$
#
# The square makes an error upwards as bad as one downwards, and one large error worse than two of half the size.
#
# **A number by hand.** The differences are $-0.5$ and $-1$, their squares $0.25$ and $1$, the mean is $0.625$.
#
# **Two traps.** Pixels are often stored as `uint8`, whole numbers from 0 to 255. In this type $3 - 5$ is $254$, without
# any warning: turn arrays into floats *before* you subtract. And if one array has shape `(N, 1)` and the other `(N,)`,
# NumPy subtracts every target from every prediction. There is no warning here either, and the mean of the resulting
# table looks quite reasonable.

# %% [markdown] lang="ko" of="8b3bf642"
# ## 얼마나 틀렸는가?
#
# 집들은 실제로 3과 5에 팔렸는데 모델은 2.5와 4라고 했다. 모델을 고치려면 "얼마나 틀렸는지"를 나타내는 수 하나가
# 필요하다. **평균 제곱 오차**(mean squared error, MSE)는 $N \cdot K$개의 차를 모두 제곱해 평균을 낸다.
#
# $$L = \frac{1}{N K} \sum_{i=1}^{N} \sum_{k=1}^{K} \left(\hat{y}_{ik} - y_{ik}\right)^2$$
#
# 제곱을 하면 위로 틀린 것과 아래로 틀린 것이 똑같이 나쁘고, 큰 오차 하나가 절반짜리 오차 둘보다 나쁘다.
#
# **손으로 계산하기.** 차는 $-0.5$와 $-1$, 제곱은 $0.25$와 $1$, 평균은 $0.625$이다.
#
# **함정 두 가지.** 픽셀은 흔히 `uint8`, 곧 0에서 255까지의 정수로 저장된다. 이 자료형에서는 아무 경고 없이 $3 - 5$가
# $254$가 된다. 빼기 *전에* 배열을 실수로 바꾸세요. 또 한 배열의 모양이 `(N, 1)`이고 다른 배열이 `(N,)`이면 NumPy는 모든
# 예측값에서 모든 목표값을 뺀다. 이때도 경고가 없고, 그렇게 나온 표의 평균은 그럴듯해 보인다.

# %%
import matplotlib.pyplot as plt

sizes = np.array([0.5, 0.7, 0.9, 1.0, 1.2, 1.4, 1.5, 1.8, 2.0])
prices = np.array([1.4, 2.1, 1.8, 2.6, 2.4, 3.3, 2.7, 3.9, 3.5])
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
for axes, weight, bias in ((left, 0.5, 1.5), (right, 1.5, 0.75)):
    guesses = weight * sizes + bias
    axes.plot(sizes, guesses, color="tab:blue")
    axes.vlines(sizes, guesses, prices, color="tab:red", linewidth=2)
    axes.plot(sizes, prices, "o", color="black")
    loss = np.mean((guesses - prices) ** 2)
    axes.set(title=f"w = {weight}, b = {bias}: mean squared error {loss:.3f}", xlabel="size (100 m²)")
_ = left.set_ylabel("price (100,000)")


# %%
def mse_loss(prediction, target):
    """Return the mean squared error, the mean of (prediction - target)**2 over all entries.

    prediction, target: arrays of the same shape, (N,), (N, 1) or (N, K), of floats or of
    whole numbers of any type, uint8 among them. The result is one number: no factor
    1/2, no square root.

    >>> mse_loss(np.array([[2.5], [4.0]]), np.array([[3.0], [5.0]]))
    0.625

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 5.5.1, on why the
    error is squared.
    """
    ### BEGIN SOLUTION
    difference = np.asarray(prediction, dtype=float) - np.asarray(target, dtype=float)
    return float(np.mean(difference**2))
    ### END SOLUTION


# %%
check("mse_loss")

# %% [markdown] tags=["explanation"]
# **Why this works.** `np.mean` without an axis runs over all entries, so it divides by $N \cdot K$, whatever the shape.
# `np.asarray(..., dtype=float)` comes before the subtraction: once `uint8` has wrapped round, nothing can repair it.
# The mean, unlike the sum, has the same size for 10 houses as for 10,000, and so the same learning rate fits both.

# %% [markdown] lang="ko" of="c3d4ae3e" tags=["explanation"]
# **왜 이렇게 되는가.** 축을 주지 않은 `np.mean`은 모든 원소의 평균이므로 모양이 무엇이든 $N \cdot K$로 나눈다.
# `np.asarray(..., dtype=float)`는 빼기보다 먼저 와야 한다. `uint8`이 한 바퀴 돌고 나면 되돌릴 수 없다. 합과 달리 평균은
# 집이 10채든 10,000채든 크기가 비슷해서 같은 학습률을 쓸 수 있다.

# %%
ask("entries_by_broadcasting")

# %%
ask("why_squared_error")

# %% [markdown]
# ## Which way is down?
#
# The loss is a function of the weights: $D \cdot K$ of them, and $K$ biases. For each we want to know: if it grows a
# little, how much does $L$ grow? These slopes together are the **gradient**. Go back in two steps. First, how does $L$
# change with one prediction? Call this table $\Delta$; it has the shape of the predictions:
#
# $$\Delta_{ik} = \frac{\partial L}{\partial \hat{y}_{ik}} = \frac{2}{N K} \left(\hat{y}_{ik} - y_{ik}\right)$$
#
# Second, how does a prediction change with a weight? $\hat{y}_{ik} = \sum_d x_{id} W_{dk} + b_k$, so the slope by
# $W_{dk}$ is $x_{id}$, and the slope by $b_k$ is 1. The weight $W_{dk}$ takes part in the prediction for every example,
# so all $N$ products count:
#
# $$\frac{\partial L}{\partial W_{dk}} = \sum_{i=1}^{N} x_{id} \, \Delta_{ik} \qquad
# \frac{\partial L}{\partial b_k} = \sum_{i=1}^{N} \Delta_{ik}$$
#
# The first sum is a matrix product. Of $X$, shape $(N, D)$, and $\Delta$, shape $(N, K)$, which product has the shape
# $(D, K)$?
#
# **A number by hand.** With the differences $-0.5$ and $-1$ and $N K = 2$, $\Delta = [[-0.5], [-1]]$. For the first
# weight $1 \cdot (-0.5) + 2 \cdot (-1) = -2.5$, for the second $2 \cdot (-0.5) + 3 \cdot (-1) = -4$, for the bias
# $-0.5 - 1 = -1.5$. All three are negative: more of each would make the loss smaller.

# %% [markdown] lang="ko" of="564347c7"
# ## 어느 쪽이 내리막인가?
#
# 손실은 가중치 $D \cdot K$개와 편향 $K$개의 함수이다. 하나하나에 대해 알고 싶은 것은 이것이다. 그 값이 조금 커지면
# $L$은 얼마나 커지는가? 이 기울기들을 모은 것을 **그래디언트**(gradient) 또는 그냥 기울기라고 한다. 두 단계로 거슬러
# 올라가자. 먼저 $L$은 예측값 하나에 따라 어떻게 변하는가? 이 표를 $\Delta$라 하자. 예측값과 모양이 같다.
#
# $$\Delta_{ik} = \frac{\partial L}{\partial \hat{y}_{ik}} = \frac{2}{N K} \left(\hat{y}_{ik} - y_{ik}\right)$$
#
# 다음으로 예측값은 가중치에 따라 어떻게 변하는가? $\hat{y}_{ik} = \sum_d x_{id} W_{dk} + b_k$이므로 $W_{dk}$에 대한
# 기울기는 $x_{id}$, $b_k$에 대한 기울기는 1이다. 가중치 $W_{dk}$는 모든 예제의 예측에 쓰이므로 $N$개의 곱을 모두 더한다.
#
# $$\frac{\partial L}{\partial W_{dk}} = \sum_{i=1}^{N} x_{id} \, \Delta_{ik} \qquad
# \frac{\partial L}{\partial b_k} = \sum_{i=1}^{N} \Delta_{ik}$$
#
# 첫째 합은 행렬 곱이다. 모양이 $(N, D)$인 $X$와 $(N, K)$인 $\Delta$를 어떻게 곱해야 모양이 $(D, K)$가 되는가?
#
# **손으로 계산하기.** 차가 $-0.5$와 $-1$, $N K = 2$이므로 $\Delta = [[-0.5], [-1]]$이다. 첫째 가중치는
# $1 \cdot (-0.5) + 2 \cdot (-1) = -2.5$, 둘째는 $2 \cdot (-0.5) + 3 \cdot (-1) = -4$, 편향은 $-0.5 - 1 = -1.5$이다.
# 셋 다 음수이다. 무엇을 키우든 손실이 작아진다는 뜻이다.


# %%
def mse_gradients(X, target, W, b):
    """Return (dW, db), the gradients of mse_loss(linear_forward(X, W, b), target).

    X: shape (N, D). target: shape (N, K). W: shape (D, K). b: shape (K,). dW has the
    shape of W, db the shape of b. The loss is the mean over all N * K entries, without
    a factor 1/2.

    >>> X, target = np.array([[1.0, 2.0], [2.0, 3.0]]), np.array([[3.0], [5.0]])
    >>> dW, db = mse_gradients(X, target, np.array([[1.0], [0.5]]), np.array([0.5]))
    >>> dW.tolist(), db.tolist()
    ([[-2.5], [-4.0]], [-1.5])

    To read: Zhang, Lipton, Li and Smola, Dive into Deep Learning, section 3.1.
    """
    ### BEGIN SOLUTION
    difference = linear_forward(X, W, b) - np.asarray(target, dtype=float)
    delta = 2.0 * difference / difference.size
    return np.asarray(X).T @ delta, delta.sum(axis=0)
    ### END SOLUTION


# %%
check("mse_gradients")

# %% [markdown] tags=["explanation"]
# **Why this works.** $X^T \Delta$ is the only product of the right shape, and its entry $(d, k)$ is the sum over the
# examples that the formula asks for. The bias is a weight on an input that is always 1: put a 1 for $x_{id}$ and the
# sum over the rows of $\Delta$ remains, one number for each output. `difference.size` is $N \cdot K$, the number of
# squares that the mean was taken of. The 2 comes from the square.

# %% [markdown] lang="ko" of="de2b363b" tags=["explanation"]
# **왜 이렇게 되는가.** 모양이 맞는 곱은 $X^T \Delta$뿐이고, 그 원소 $(d, k)$가 바로 식에 나온 예제에 대한 합이다. 편향은
# 언제나 1인 입력에 걸린 가중치이다. $x_{id}$에 1을 넣으면 $\Delta$의 행을 모두 더한 것, 곧 출력마다 수 하나가 남는다.
# `difference.size`는 $N \cdot K$, 곧 평균을 낸 제곱의 개수이다. 2는 제곱을 미분해서 나온다.

# %% [markdown]
# ## One step downhill
#
# The gradient points uphill, in the direction in which the loss grows fastest. So walk the other way. How far? The
# **learning rate** $\eta$ decides, a small positive number, the same for all parameters:
#
# $$W \leftarrow W - \eta \, \frac{\partial L}{\partial W} \qquad
# b \leftarrow b - \eta \, \frac{\partial L}{\partial b}$$
#
# This is **gradient descent**. A network has many arrays of parameters, so we write the step for a list of arrays.
#
# **A number by hand.** Take $\eta = 0.05$ and the gradient from above: $W$ becomes
# $[[1 + 0.125], [0.5 + 0.2]] = [[1.125], [0.7]]$ and $b$ becomes $[0.5 + 0.075] = [0.575]$. The two houses are now
# worth $3.1$ and $4.925$, and the loss has fallen from $0.625$ to $0.0078$. With $\eta = 0.2$ the same direction
# leads to a loss of $5.45$: the direction was right, the step too long.
#
# The picture below walks down a parabola, $L(w) = (w - 3)^2$ with slope $2(w - 3)$, from $w = 0$.

# %% [markdown] lang="ko" of="f2383fb0"
# ## 내리막으로 한 걸음
#
# 기울기는 오르막, 곧 손실이 가장 빨리 커지는 방향을 가리킨다. 그러니 반대로 걷는다. 얼마나 멀리? 그것을 정하는 것이
# **학습률**(learning rate) $\eta$이다. 작은 양수이고 모든 매개변수에 똑같이 쓴다.
#
# $$W \leftarrow W - \eta \, \frac{\partial L}{\partial W} \qquad
# b \leftarrow b - \eta \, \frac{\partial L}{\partial b}$$
#
# 이것이 **경사 하강법**(gradient descent)이다. 신경망에는 매개변수 배열이 여러 개 있으므로 배열의 리스트를 받아 한
# 걸음 나아가는 함수를 만든다.
#
# **손으로 계산하기.** $\eta = 0.05$와 위의 기울기를 쓰면 $W$는 $[[1 + 0.125], [0.5 + 0.2]] = [[1.125], [0.7]]$, $b$는
# $[0.5 + 0.075] = [0.575]$가 된다. 이제 두 집의 값은 $3.1$과 $4.925$이고 손실은 $0.625$에서 $0.0078$로 줄었다. 같은
# 방향이라도 $\eta = 0.2$이면 손실이 $5.45$가 된다. 방향은 맞았지만 걸음이 너무 길었다.
#
# 아래 그림은 $w = 0$에서 출발해 포물선 $L(w) = (w - 3)^2$을 내려간다. 기울기는 $2(w - 3)$이다.

# %%
import matplotlib.pyplot as plt

figure, panels = plt.subplots(1, 3, figsize=(10, 3), sharey=True)
grid = np.linspace(-4, 10, 200)
for axes, rate in zip(panels, (0.05, 0.4, 1.05)):
    path = [0.0]
    for _ in range(8):
        path.append(path[-1] - rate * 2 * (path[-1] - 3))
    axes.plot(grid, (grid - 3) ** 2, color="lightgray")
    axes.plot(path, (np.array(path) - 3) ** 2, "o-", color="tab:red", markersize=4)
    axes.set(title=f"learning rate {rate}, eight steps", xlabel="w", ylim=(-2, 46))
_ = panels[0].set_ylabel("loss")


# %%
def gradient_step(parameters, gradients, learning_rate):
    """Return the parameters after one step of gradient descent, p - learning_rate * g for each.

    parameters, gradients: lists of arrays, one gradient for each parameter and of the
    same shape; different parameters may have different shapes. learning_rate: a number.
    The result is a new list of new arrays.

    >>> gradients = [np.array([10.0, -10.0]), np.array([5.0])]
    >>> stepped = gradient_step([np.array([1.0, 2.0]), np.array([3.0])], gradients, 0.1)
    >>> [np.round(p, 4).tolist() for p in stepped]
    [[0.0, 3.0], [2.5]]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 4.3.
    """
    ### BEGIN SOLUTION
    return [np.asarray(p) - learning_rate * np.asarray(g) for p, g in zip(parameters, gradients)]
    ### END SOLUTION


# %%
check("gradient_step")

# %% [markdown] tags=["explanation"]
# **Why this works.** Minus, because the gradient points uphill. `p - learning_rate * g` makes a new array;
# `p -= learning_rate * g` would write into the caller's, and fail when it holds whole numbers. All gradients were
# computed before the first parameter changes. That matters: they belong together, to the same point of the landscape.

# %% [markdown] lang="ko" of="6378fe6a" tags=["explanation"]
# **왜 이렇게 되는가.** 기울기는 오르막을 가리키므로 뺀다. `p - learning_rate * g`는 새 배열을 만든다.
# `p -= learning_rate * g`는 호출한 쪽의 배열에 덮어쓰고, 그 배열이 정수이면 오류가 난다. 첫째 매개변수가 바뀌기 전에 모든
# 기울기가 이미 계산되어 있다는 점이 중요하다. 이 기울기들은 모두 같은 지점에서 구한 한 벌이다.

# %%
ask("step_on_a_parabola")

# %%
ask("learning_rate_too_large")

# %% [markdown]
# ## Fitting
#
# Now put the parts together. Start with all weights and biases 0. Then repeat: find the gradients for the whole
# training data, take one step. One pass through all the data is called an **epoch**; here every epoch is one step.
#
# $$(W, b) \leftarrow (W, b) - \eta \left(\frac{\partial L}{\partial W}, \frac{\partial L}{\partial b}\right)$$
#
# **A number by hand.** Three points on the line $y = 2x + 1$: $X = [[0], [1], [2]]$, $y = [[1], [3], [5]]$. From zeros
# all predictions are 0, so $\Delta = \frac{2}{3} [[-1], [-3], [-5]]$. The gradient by $W$ is
# $\frac{2}{3} (0 \cdot (-1) + 1 \cdot (-3) + 2 \cdot (-5)) = -8.667$, the gradient by $b$ is
# $\frac{2}{3} (-9) = -6$. With $\eta = 0.1$, after one epoch $W = [[0.8667]]$ and $b = [0.6]$; after 500 epochs
# $W = [[2.0000]]$ and $b = [1.0000]$. Nobody told it the line.

# %% [markdown] lang="ko" of="7de112bb"
# ## 학습
#
# 이제 조각을 맞출 차례다. 가중치와 편향을 모두 0으로 두고 시작해, 훈련 데이터 전체의 기울기를 구하고 한 걸음 나아가는
# 일을 되풀이한다. 데이터 전체를 한 번 훑는 것을 **에포크**(epoch)라 한다. 여기서는 에포크마다 한 걸음이다.
#
# $$(W, b) \leftarrow (W, b) - \eta \left(\frac{\partial L}{\partial W}, \frac{\partial L}{\partial b}\right)$$
#
# **손으로 계산하기.** 직선 $y = 2x + 1$ 위의 세 점 $X = [[0], [1], [2]]$, $y = [[1], [3], [5]]$가 있다. 0에서 시작하면
# 예측값이 모두 0이므로 $\Delta = \frac{2}{3} [[-1], [-3], [-5]]$이다. $W$의 기울기는
# $\frac{2}{3} (0 \cdot (-1) + 1 \cdot (-3) + 2 \cdot (-5)) = -8.667$, $b$의 기울기는 $\frac{2}{3} (-9) = -6$이다.
# $\eta = 0.1$이면 한 에포크 뒤에 $W = [[0.8667]]$, $b = [0.6]$이고, 500에포크 뒤에는 $W = [[2.0000]]$,
# $b = [1.0000]$이다. 아무도 이 직선을 알려 주지 않았다.


# %%
def fit_linear_regression(X, y, learning_rate, epochs):
    """Return (W, b) after gradient descent on the mean squared error, (W, b) - learning_rate * gradients.

    It starts from zeros; every epoch is one step with the gradients of the whole batch,
    those of mse_gradients.

    X: shape (N, D). y: shape (N, K). learning_rate: a number. epochs: the number of
    steps, an int. W has shape (D, K), b has shape (K,).

    >>> W, b = fit_linear_regression(np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [3.0], [5.0]]), 0.1, 1)
    >>> np.round(W, 4).tolist(), np.round(b, 4).tolist()
    ([[0.8667]], [0.6])

    To read: Zhang, Lipton, Li and Smola, Dive into Deep Learning, section 3.4.
    """
    ### BEGIN SOLUTION
    W, b = np.zeros((np.shape(X)[1], np.shape(y)[1])), np.zeros(np.shape(y)[1])
    for _ in range(epochs):
        W, b = gradient_step([W, b], mse_gradients(X, y, W, b), learning_rate)
    return W, b
    ### END SOLUTION


# %%
check("fit_linear_regression")

# %% [markdown] tags=["explanation"]
# **Why this works.** Forward, slope, step, again: each line of the loop is a function you have already checked. Zeros
# are a fine start here, because the squared error of a linear model is a bowl with one lowest point, and every way
# down leads to it. (For networks with hidden layers zeros are a trap: see assignment 7.) There is also a formula that
# jumps straight to the lowest point of this bowl. Gradient descent is the way that still works when there is none.

# %% [markdown] lang="ko" of="7428505a" tags=["explanation"]
# **왜 이렇게 되는가.** 순전파, 기울기, 한 걸음, 그리고 다시. 반복문의 각 부분은 이미 확인한 함수이다. 선형 모델의 제곱
# 오차는 가장 낮은 점이 하나뿐인 그릇 모양이고 어느 길로 내려가도 그 점에 닿으므로, 여기서는 0에서 시작해도 좋다. (은닉층이
# 있는 신경망에서 0은 함정이다. 과제 7에서 본다.) 이 그릇의 가장 낮은 점으로 바로 가는 공식도 있다. 경사 하강법은 그런
# 공식이 없을 때도 통하는 방법이다.

# %% [markdown]
# ## Epochs and iterations
#
# With a million houses, one step by the whole data is expensive, and much of the work is repetition: a few hundred
# houses already show quite well which way is down. So the data are cut into **mini-batches**, and each mini-batch
# makes one step, called an **iteration**. When every example has been used once, an epoch is over. With $N$ examples
# in batches of $B$, an epoch has one of these two numbers of iterations:
#
# $$\left\lceil \frac{N}{B} \right\rceil \qquad \left\lfloor \frac{N}{B} \right\rfloor$$
#
# If the division leaves a remainder, the last batch is short. Keep it, and the number is rounded up (on the left); drop
# it, and the number is rounded down (on the right).
#
# **A number by hand.** 1000 examples in batches of 500 make 2 iterations. 1001 examples make 3: the third batch holds
# a single example. If short batches are dropped, 1001 examples make 2 iterations again.

# %% [markdown] lang="ko" of="69f741be"
# ## 에포크와 이터레이션
#
# 집이 백만 채라면 데이터 전체로 한 걸음 나아가는 데 비용이 많이 든다. 게다가 그 일은 대부분 반복이다. 몇백 채만 보아도
# 어느 쪽이 내리막인지 꽤 잘 알 수 있다. 그래서 데이터를 **미니배치**(mini-batch)로 나누고 미니배치마다 한 걸음씩
# 나아간다. 이 한 걸음을 **이터레이션**(iteration)이라 한다. 모든 예제를 한 번씩 쓰면 한 에포크가 끝난다. 예제 $N$개를
# $B$개씩 나누면 한 에포크의 이터레이션 수는 다음 둘 가운데 하나이다.
#
# $$\left\lceil \frac{N}{B} \right\rceil \qquad \left\lfloor \frac{N}{B} \right\rfloor$$
#
# 나누어떨어지지 않으면 마지막 배치가 짧다. 그 배치도 쓰면 올림하고(왼쪽), 버리면 내림한다(오른쪽).
#
# **손으로 계산하기.** 예제 1000개를 500개씩 나누면 이터레이션은 2번이다. 1001개이면 3번이다. 셋째 배치에는 예제가
# 하나뿐이다. 짧은 배치를 버린다면 1001개도 다시 2번이다.


# %%
def iterations_per_epoch(num_examples, batch_size, drop_last=False):
    """Return the number of mini-batches in one epoch, num_examples / batch_size rounded up or down.

    num_examples, batch_size: ints, at least 1. drop_last: whether a last batch that is
    shorter than the others is left out (then the number is rounded down). The result is
    an int.

    >>> iterations_per_epoch(1000, 500), iterations_per_epoch(1001, 500)
    (2, 3)
    >>> iterations_per_epoch(1001, 500, drop_last=True)
    2

    To read: the PyTorch documentation of torch.utils.data.DataLoader, on drop_last.
    """
    ### BEGIN SOLUTION
    full, rest = divmod(num_examples, batch_size)
    return full if drop_last or rest == 0 else full + 1
    ### END SOLUTION


# %%
check("iterations_per_epoch")

# %% [markdown] tags=["explanation"]
# **Why this works.** `divmod` gives the number of full batches and how many examples remain. A remainder makes one
# more batch, unless it is dropped. Everything stays a whole number, so the result can be used in `range`; `/` would
# make it a float.

# %% [markdown] lang="ko" of="61a85b39" tags=["explanation"]
# **왜 이렇게 되는가.** `divmod`는 꽉 찬 배치의 수와 남는 예제의 수를 준다. 남는 것이 있으면 버리지 않는 한 배치가 하나
# 더 생긴다. 계산이 모두 정수이므로 결과를 `range`에 쓸 수 있다. `/`를 쓰면 실수가 된다.

# %%
ask("iterations_needed")

# %% [markdown]
# ## Mini-batches
#
# How should the batches be formed? Data often come sorted: all the cheap houses first, or all images of the digit 0.
# A batch cut from such a list shows only a part of the world, and the step follows it. So **shuffle**: draw a fresh
# random order for every epoch, then cut it into pieces of `batch_size`. Each row must keep its own target. If
# $\pi_0, \dots, \pi_{N - 1}$ is the random order, batch number $j$ holds these rows of $X$ and of $y$:
#
# $$\pi_{jB}, \; \pi_{jB + 1}, \; \dots, \; \pi_{jB + B - 1}$$
#
# **A number by hand.** Ten examples and a batch size of 4. If the random order is $[7, 2, 0, 9, 4, 1, 8, 3, 6, 5]$, the
# batches hold the rows $[7, 2, 0, 9]$, $[4, 1, 8, 3]$ and $[6, 5]$: sizes 4, 4 and 2, every row once.
#
# Your order need not be ours. What is checked: every row once, rows and targets together, batch sizes, and that chance
# comes from `rng` alone.

# %% [markdown] lang="ko" of="4765e427"
# ## 미니배치
#
# 배치는 어떻게 만들어야 할까? 데이터는 싼 집이 모두 먼저 나온다거나 숫자 0의 이미지가 모두 먼저 나온다거나 하는 식으로
# 정렬되어 있을 때가 많다. 그런 목록을 그냥 자르면 배치 하나가 세상의 일부만 보여 주고, 걸음은 그것을 따라간다. 그러니
# **섞으세요**(shuffle). 에포크마다 새로운 무작위 순서를 뽑고, 그것을 `batch_size`개씩 자른다. 각 행은 자기 목표값과 함께
# 움직여야 한다. 무작위 순서가 $\pi_0, \dots, \pi_{N - 1}$이면 $j$번째 배치에는 $X$와 $y$의 다음 행들이 든다.
#
# $$\pi_{jB}, \; \pi_{jB + 1}, \; \dots, \; \pi_{jB + B - 1}$$
#
# **손으로 계산하기.** 예제가 10개, 배치 크기가 4이다. 무작위 순서가 $[7, 2, 0, 9, 4, 1, 8, 3, 6, 5]$라면 배치에는 행
# $[7, 2, 0, 9]$, $[4, 1, 8, 3]$, $[6, 5]$가 든다. 크기는 4, 4, 2이고 모든 행이 한 번씩 나온다.
#
# 순서가 우리 것과 같을 필요는 없다. 모든 행이 한 번씩 나오는지, 행과 목표값이 함께 있는지, 배치 크기가 맞는지, 무작위성이
# `rng`에서만 나오는지를 확인한다.


# %%
def minibatches(X, y, batch_size, rng):
    """Return the mini-batches of one epoch, a list of pairs (X_batch, y_batch) in a fresh random order.

    Every row occurs exactly once and keeps its target. All batches have batch_size rows
    but the last, which may be shorter.

    X: an array of N rows, shape (N, ...). y: an array of N targets, shape (N,) or
    (N, K). batch_size: an int, possibly larger than N. rng: a np.random.Generator, the
    only source of chance.

    >>> batches = minibatches(np.arange(10.0).reshape(10, 1), np.arange(10), 4, np.random.default_rng(0))
    >>> [X_batch.shape for X_batch, y_batch in batches]
    [(4, 1), (4, 1), (2, 1)]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 8.1.3.
    """
    ### BEGIN SOLUTION
    X, y = np.asarray(X), np.asarray(y)
    order = rng.permutation(len(X))
    starts = range(0, len(X), batch_size)
    return [(X[order[start : start + batch_size]], y[order[start : start + batch_size]]) for start in starts]
    ### END SOLUTION


# %%
check("minibatches")

# %% [markdown] tags=["explanation"]
# **Why this works.** One order is drawn and used for both arrays, so row and target travel together; two separate
# shuffles would give every house the price of another. Slicing stops at the end by itself, so the last batch is short
# without any special case. Indexing with an array of indices makes copies, and the caller's data keep their order;
# `rng.shuffle(X)` would not leave them alone. With a different order in every epoch, no two examples always meet.

# %% [markdown] lang="ko" of="42807e51" tags=["explanation"]
# **왜 이렇게 되는가.** 순서를 하나만 뽑아 두 배열에 함께 쓰므로 행과 목표값이 같이 움직인다. 따로 섞으면 집마다 다른 집의
# 가격이 붙는다. 슬라이스는 끝에서 저절로 멈추므로 마지막 짧은 배치를 따로 다루지 않아도 된다. 인덱스 배열로 뽑으면 복사본이
# 생겨 호출한 쪽의 데이터는 순서가 그대로이다. `rng.shuffle(X)`는 원본을 건드린다. 에포크마다 순서가 다르므로 늘 같은
# 예제끼리 만나는 일도 없다.

# %%
ask("why_shuffle")

# %% [markdown]
# ## What you have built
#
# The whole cycle of learning: predict, measure, find the slope, step, and the mini-batches that make it affordable. In
# all that follows only the middle changes. The straight line becomes a network, the squared error becomes
# cross-entropy, the plain step becomes Adam. The loop stays the one you have just written.

# %% [markdown] lang="ko" of="47694142"
# ## 무엇을 만들었는가
#
# 학습의 한 바퀴를 통째로 만들었다. 예측하고, 재고, 기울기를 구하고, 한 걸음 나아간다. 그 비용을 감당하게 해 주는
# 미니배치도 있다. 앞으로 바뀌는 것은 가운데뿐이다. 직선은 신경망이 되고, 제곱 오차는 교차 엔트로피가 되고, 단순한 걸음은
# Adam이 된다. 반복문은 방금 작성한 그대로이다.

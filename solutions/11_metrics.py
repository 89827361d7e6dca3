# %% [markdown]
# # 11 · Metrics
#
# A loss is made for the network: it has a slope everywhere, and that is its whole merit. A **metric** is made for
# people. It answers a question somebody really asks: by how much are the predictions off, how many answers are right,
# how many of the ill does the test find? Training never sees a metric, but whoever decides between two models looks at
# nothing else. So it is worth knowing exactly what each one counts, and what it overlooks.
#
# **Time:** about 75 minutes. **You need:** means and shares, NumPy arrays of truth values, assignments 3 and 4.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it.
# `hint("confusion_matrix")` helps step by step: the first steps point the way, the last is usually the formula. A
# question is asked by `ask`; write your answer into the cell below it.
#
# **Shapes and conventions.** The truth comes first, as in scikit-learn: `y_true`, then `y_pred`, both of shape `(N,)`.
# In the first two exercises they are numbers, later classes, whole numbers from 0. Where there are two classes, 1 is
# the **positive** one, the one that is looked for. A share of nothing, $0 / 0$, is 0.0 in this course. Functions leave
# their arguments as they were.

# %% [markdown] lang="ko" of="33f8c0ca"
# # 11 · 평가 지표
#
# 손실은 신경망을 위한 것이다. 어디서나 기울기가 있다는 것, 그것이 손실의 장점이다. **평가 지표**(metric)는 사람을 위한 것이다.
# 누군가가 실제로 묻는 물음에 답한다. 예측이 얼마나 빗나가는가, 답이 얼마나 맞는가, 검사가 환자를 얼마나 찾아내는가? 학습은 지표를
# 보지 않지만, 두 모델 중 하나를 고르는 사람은 지표만 본다. 그러니 지표 하나하나가 정확히 무엇을 세고 무엇을 놓치는지 알아 둘 만하다.
#
# **시간:** 약 75분. **필요한 것:** 평균과 비율, 참·거짓 값의 NumPy 배열, 과제 3과 4.
#
# **진행 방법:** `raise NotImplementedError`를 자신의 코드로 바꾸고 셀을 실행한 다음, 바로 아래의 `check`를 실행하세요.
# `hint("confusion_matrix")`는 한 단계씩 도와준다. 처음 단계는 방향을 알려 주고, 마지막 단계는 대개 공식이다. 퀴즈는
# `ask`로 나온다. 그 아래 셀에 답을 적으세요.
#
# **모양과 약속.** scikit-learn처럼 정답이 먼저다. `y_true` 다음에 `y_pred`이고, 둘 다 모양은 `(N,)`이다. 처음 두
# 문제에서는 수이고, 그 뒤로는 클래스, 곧 0부터 시작하는 정수다. 클래스가 둘이면 1이 **양성**(positive), 곧 찾고 있는
# 클래스다. 아무것도 없는 것의 비율 $0 / 0$은 이 강의에서 0.0으로 한다. 함수는 인수를 바꾸지 않는다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# ## By how much is it off? The RMSE
#
# A model that predicts prices makes an error $e_i = \hat{y}_i - y_i$ for each house ($y$ is the truth, $\hat{y}$ the
# prediction). The mean squared error of assignment 1 is a good loss, but its unit is euros squared, and nobody can
# picture those. Its root is in euros again, the **root mean squared error**:
#
# $$\mathrm{RMSE} = \sqrt{\frac{1}{N} \sum_{i=1}^{N} (\hat{y}_i - y_i)^2}$$
#
# **A number by hand.** The truth is $[3, 5, 2, 7]$, the predictions are $[2.5, 5, 4, 8]$. The errors are
# $-0.5, 0, 2, 1$, their squares add up to $0.25 + 0 + 4 + 1 = 5.25$, the mean is $1.3125$ and its root $1.1456$.

# %% [markdown] lang="ko" of="7099eda5"
# ## 얼마나 빗나가는가? RMSE
#
# 가격을 예측하는 모델은 집마다 오차 $e_i = \hat{y}_i - y_i$를 낸다($y$는 정답, $\hat{y}$는 예측이다). 과제 1의 평균 제곱
# 오차는 좋은 손실이지만 단위가 유로의 제곱이라 아무도 떠올릴 수 없다. 제곱근을 취하면 다시 유로가 된다. 이것이 **평균 제곱근
# 오차**(root mean squared error)다.
#
# $$\mathrm{RMSE} = \sqrt{\frac{1}{N} \sum_{i=1}^{N} (\hat{y}_i - y_i)^2}$$
#
# **손으로 계산하기.** 정답이 $[3, 5, 2, 7]$, 예측이 $[2.5, 5, 4, 8]$이다. 오차는 $-0.5, 0, 2, 1$이고, 제곱을 더하면
# $0.25 + 0 + 4 + 1 = 5.25$, 평균은 $1.3125$, 그 제곱근은 $1.1456$이다.


# %%
def rmse(y_true, y_pred):
    """Return the root mean squared error, sqrt(mean((y_pred - y_true)**2)).

    y_true, y_pred: arrays of numbers, both of shape (N,); either may hold integers while
    the other holds floats. The result is one number, not negative.

    >>> round(float(rmse(np.array([3, 5, 2, 7]), np.array([2.5, 5.0, 4.0, 8.0]))), 4)
    1.1456

    To read: Chai and Draxler (2014), "Root mean square error (RMSE) or mean absolute
    error (MAE)?", Geoscientific Model Development 7.
    """
    ### BEGIN SOLUTION
    errors = np.asarray(y_pred, dtype=float) - np.asarray(y_true, dtype=float)
    return float(np.sqrt(np.mean(errors**2)))
    ### END SOLUTION


# %%
check("rmse")

# %% [markdown] tags=["explanation"]
# **Why this works.** The order is everything: square each error, take the mean, and only then the root. The root is
# increasing, so the model with the smallest RMSE is also the one with the smallest mean squared error: training on the
# one minimises the other. Turning both arrays into floats first is a good habit. Pixels are often `uint8`, a type
# without negative numbers, in which $3 - 5$ is 254.

# %% [markdown] lang="ko" of="236cb9a5" tags=["explanation"]
# **왜 이렇게 되는가.** 순서가 전부다. 오차마다 제곱하고, 평균을 내고, 그다음에야 제곱근을 취한다. 제곱근은 증가
# 함수이므로 RMSE가 가장 작은 모델은 평균 제곱 오차도 가장 작다. 한쪽으로 학습하면 다른 쪽도 최소가 된다. 두 배열을 먼저
# 실수로 바꾸는 것은 좋은 습관이다. 픽셀은 흔히 `uint8`인데, 이 자료형에는 음수가 없어서 $3 - 5$가 254가 된다.

# %% [markdown]
# ## The mean absolute error
#
# Squares make large errors count more than their share: an error of 10 weighs as much as a hundred errors of 1. Where
# one wild value in the data should not decide, the error itself is averaged, without its sign:
#
# $$\mathrm{MAE} = \frac{1}{N} \sum_{i=1}^{N} |\hat{y}_i - y_i|$$
#
# **A number by hand.** In the example above $(0.5 + 0 + 2 + 1) / 4 = 0.875$. The MAE is never greater than the RMSE,
# and the two are equal only if all errors have the same size. A large gap between them tells of a few large errors.

# %% [markdown] lang="ko" of="ff88c289"
# ## 평균 절대 오차
#
# 제곱을 하면 큰 오차가 제 몫보다 크게 계산된다. 크기 10인 오차 하나가 크기 1인 오차 백 개만큼 무겁다. 데이터 속의 엉뚱한 값 하나가
# 결과를 정해서는 안 될 때는 부호를 뗀 오차 자체를 평균한다. 이것이 **평균 절대 오차**(mean absolute error)다.
#
# $$\mathrm{MAE} = \frac{1}{N} \sum_{i=1}^{N} |\hat{y}_i - y_i|$$
#
# **손으로 계산하기.** 위의 예에서 $(0.5 + 0 + 2 + 1) / 4 = 0.875$다. MAE는 RMSE보다 클 수 없고, 둘이 같은 것은 모든
# 오차의 크기가 같을 때뿐이다. 둘의 차이가 크면 큰 오차가 몇 개 있다는 뜻이다.


# %%
def mae(y_true, y_pred):
    """Return the mean absolute error, mean(|y_pred - y_true|).

    y_true, y_pred: arrays of numbers, both of shape (N,); either may hold integers while
    the other holds floats. The result is one number, not negative.

    >>> float(mae(np.array([3, 5, 2, 7]), np.array([2.5, 5.0, 4.0, 8.0])))
    0.875

    To read: Willmott and Matsuura (2005), "Advantages of the mean absolute error (MAE)
    over the root mean square error (RMSE)", Climate Research 30.
    """
    ### BEGIN SOLUTION
    errors = np.asarray(y_pred, dtype=float) - np.asarray(y_true, dtype=float)
    return float(np.mean(np.abs(errors)))
    ### END SOLUTION


# %%
check("mae")

# %% [markdown] tags=["explanation"]
# **Why this works.** The absolute value comes before the mean. The other way round, a model that is 10 too high as
# often as 10 too low would seem perfect. A constant that minimises the MAE is the median of the data, one that
# minimises the RMSE is the mean: this is the same difference seen from another side, for an outlier moves a mean and
# not a median.

# %% [markdown] lang="ko" of="fd370e9d" tags=["explanation"]
# **왜 이렇게 되는가.** 절댓값이 평균보다 먼저다. 순서를 바꾸면 10만큼 높게도 낮게도 똑같이 자주 틀리는 모델이 완벽해 보인다. 상수
# 하나로 예측할 때 MAE를 최소로 하는 것은 데이터의 중앙값이고, RMSE를 최소로 하는 것은 평균이다. 같은 차이를 다른 쪽에서 본 것이다.
# 이상치는 평균을 움직이지만 중앙값은 움직이지 않는다.

# %%
ask("one_large_error")

# %% [markdown]
# ## Who is taken for whom: the confusion matrix
#
# For classes there is nothing to subtract; one counts. The **confusion matrix** counts everything at once: in row $i$
# and column $j$ stands how many examples of the true class $i$ were predicted as class $j$.
#
# $$M_{ij} = \#\{\, n : y_n = i \text{ and } \hat{y}_n = j \,\}$$
#
# Right answers stand on the diagonal, and every other place names a confusion. (Some books have the truth in the
# columns. Look before you read off.)
#
# **A number by hand.** The true classes $[0, 0, 1, 1, 2, 2, 2]$ and the predictions $[0, 1, 1, 1, 0, 2, 2]$ give
#
# $$M = \begin{pmatrix} 1 & 1 & 0 \\ 0 & 2 & 0 \\ 1 & 0 & 2 \end{pmatrix}$$
#
# One 0 was taken for a 1, one 2 for a 0, and two examples of class 1 share a place: it must count 2.

# %% [markdown] lang="ko" of="1ea416de"
# ## 누구를 누구로 착각하는가: 혼동 행렬
#
# 클래스에서는 뺄 것이 없다. 세면 된다. **혼동 행렬**(confusion matrix)은 모든 것을 한꺼번에 센다. $i$행 $j$열에는 실제 클래스가
# $i$인 예제 가운데 몇 개를 클래스 $j$로 예측했는지가 들어간다.
#
# $$M_{ij} = \#\{\, n : y_n = i \text{이고 } \hat{y}_n = j \,\}$$
#
# 맞힌 답은 대각선에 있고, 나머지 자리는 저마다 하나의 혼동을 나타낸다. (정답을 열에 두는 책도 있다. 읽기 전에 확인하세요.)
#
# **손으로 계산하기.** 실제 클래스 $[0, 0, 1, 1, 2, 2, 2]$와 예측 $[0, 1, 1, 1, 0, 2, 2]$에서
#
# $$M = \begin{pmatrix} 1 & 1 & 0 \\ 0 & 2 & 0 \\ 1 & 0 & 2 \end{pmatrix}$$
#
# 이다. 0 하나를 1로, 2 하나를 0으로 착각했다. 클래스 1의 예제 둘은 같은 자리에 있으므로 그 자리는 2가 되어야 한다.


# %%
def confusion_matrix(y_true, y_pred, num_classes):
    """Return the table of counts: entry (i, j) is how often y_true is i while y_pred is j.

    y_true, y_pred: integers from 0 to num_classes - 1, both of shape (N,); some classes
    may not occur. num_classes: the number of classes C, an integer. The result is an
    array of integers, shape (C, C): rows are true classes, columns predicted ones.

    >>> confusion_matrix(np.array([0, 0, 1, 1, 2, 2, 2]), np.array([0, 1, 1, 1, 0, 2, 2]), 3).tolist()
    [[1, 1, 0], [0, 2, 0], [1, 0, 2]]

    To read: Fawcett (2006), "An introduction to ROC analysis", Pattern Recognition
    Letters 27, section 2.
    """
    ### BEGIN SOLUTION
    table = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(table, (y_true, y_pred), 1)
    return table
    ### END SOLUTION


# %%
check("confusion_matrix")

# %% [markdown] tags=["explanation"]
# **Why this works.** Each pair (true, predicted) is the address of one place. `table[y_true, y_pred] += 1` looks right,
# but NumPy reads all places, adds 1 and writes them back, so a place that is named five times still gets 1.
# `np.add.at` adds once for every time, as a loop over the examples would. `np.bincount(y_true * C + y_pred,
# minlength=C * C)`, reshaped, does the same faster.

# %% [markdown] lang="ko" of="54dff303" tags=["explanation"]
# **왜 이렇게 되는가.** (실제, 예측) 쌍은 표의 한 자리를 가리키는 주소다. `table[y_true, y_pred] += 1`은 맞아 보이지만, NumPy는
# 모든 자리를 읽고 1을 더해서 다시 쓰므로 다섯 번 불린 자리도 1만 커진다. `np.add.at`은 예제마다 도는 반복문처럼 불릴 때마다
# 더한다. `np.bincount(y_true * C + y_pred, minlength=C * C)`의 모양을 바꾸면 같은 일을 더 빨리 한다.

# %% [markdown]
# ## The share of right answers
#
# The simplest of all metrics, and for classes of about the same size a good one, is the **accuracy**:
#
# $$\mathrm{accuracy} = \frac{1}{N} \, \#\{\, n : \hat{y}_n = y_n \,\}$$
#
# **A number by hand.** Above, 5 of 7 answers are right: $5 / 7 = 0.7143$. In the confusion matrix it is the sum of the
# diagonal, divided by the sum of everything.

# %% [markdown] lang="ko" of="7bf8b4de"
# ## 맞힌 답의 비율
#
# 모든 지표 가운데 가장 단순하고, 클래스의 크기가 비슷하면 쓸 만한 것이 **정확도**(accuracy)다.
#
# $$\mathrm{accuracy} = \frac{1}{N} \, \#\{\, n : \hat{y}_n = y_n \,\}$$
#
# **손으로 계산하기.** 위에서는 7개 중 5개가 맞았다. $5 / 7 = 0.7143$이다. 혼동 행렬로 말하면 대각선의 합을 전체의 합으로 나눈
# 것이다.


# %%
def accuracy(y_true, y_pred):
    """Return the share of right answers, mean(y_pred == y_true), a number from 0 to 1.

    y_true, y_pred: integers, the classes, both of shape (N,), N at least 1. Any number
    of classes.

    >>> round(float(accuracy(np.array([0, 0, 1, 1, 2, 2, 2]), np.array([0, 1, 1, 1, 0, 2, 2]))), 4)
    0.7143

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 11.1.
    """
    ### BEGIN SOLUTION
    return float(np.mean(np.asarray(y_true) == np.asarray(y_pred)))
    ### END SOLUTION


# %%
check("accuracy")

# %% [markdown] tags=["explanation"]
# **Why this works.** The comparison gives True and False, which count as 1 and 0, so their mean is the share of True.
# Classes are names: whether a 3 is taken for a 4 or for a 9 makes no difference, and so only equality may be asked.

# %% [markdown] lang="ko" of="9e6284ec" tags=["explanation"]
# **왜 이렇게 되는가.** 비교하면 True와 False가 나오고 이들은 1과 0으로 계산되므로, 평균이 곧 True의 비율이다. 클래스는 이름일
# 뿐이다. 3을 4로 착각하든 9로 착각하든 차이가 없으니, 같은지만 물어야 한다.

# %%
ask("accuracy_of_a_constant")

# %% [markdown]
# ## Four counts
#
# With two classes the confusion matrix has four entries, and each has a name. *Positive* and *negative* say what the
# model said, *true* and *false* whether it was right:
#
# | | predicted 0 | predicted 1 |
# |---|---|---|
# | **true 0** | TN, true negatives | FP, false positives (false alarms) |
# | **true 1** | FN, false negatives (misses) | TP, true positives |
#
# The model gives each example a score, and a threshold makes a decision of it. The picture shows the scores of 1000
# healthy people (0), upwards, and 300 ill ones (1), downwards. Whoever lies to the right of the threshold is called
# positive. Wherever you put it, some are on the wrong side, and moving it exchanges misses for false alarms.

# %% [markdown] lang="ko" of="ae33033e"
# ## 네 가지 수
#
# 클래스가 둘이면 혼동 행렬의 원소는 넷이고, 저마다 이름이 있다. *양성*(positive)과 *음성*(negative)은 모델이 무엇이라고 했는지를,
# *참*(true)과 *거짓*(false)은 그것이 맞았는지를 말한다.
#
# | | 0으로 예측 | 1로 예측 |
# |---|---|---|
# | **실제 0** | TN, 참 음성 | FP, 거짓 양성(거짓 경보) |
# | **실제 1** | FN, 거짓 음성(놓침) | TP, 참 양성 |
#
# 모델은 예제마다 점수를 매기고, 임계값이 그것을 결정으로 바꾼다. 그림은 건강한 사람 1000명(0, 위쪽)과 환자 300명(1, 아래쪽)의 점수다. 임계값의
# 오른쪽에 있으면 양성이라고 한다. 어디에 두든 몇몇은 틀린 쪽에 있고, 임계값을 옮기면 놓침과 거짓 경보를 맞바꾸게 된다.

# %%
import matplotlib.pyplot as plt

draw = np.random.default_rng(0)
healthy, ill = draw.normal(0.0, 1.0, 1000), draw.normal(2.0, 1.0, 300)
threshold = 1.2
figure, axis = plt.subplots(figsize=(8, 2.8))
edges = np.arange(-4, 6.01, 0.2)
for scores, side, color, names in ((healthy, 1, "tab:blue", ("TN", "FP")), (ill, -1, "tab:red", ("FN", "TP"))):
    for part, strength, name in ((scores <= threshold, 0.35, names[0]), (scores > threshold, 0.9, names[1])):
        axis.hist(scores[part], edges, weights=np.full(part.sum(), side), color=color, alpha=strength, label=name)
axis.axvline(threshold, color="black")
axis.axhline(0, color="black", linewidth=0.5)
axis.set(xlabel="score", ylabel="healthy up, ill down")
axis.legend()
figure.tight_layout()

# %% [markdown]
# ## Precision
#
# An alarm went off. How far can it be believed? **Precision** looks only at those whom the model called positive, and
# asks what share of them really is positive:
#
# $$\mathrm{precision} = \frac{TP}{TP + FP}$$
#
# **A number by hand.** In the next four exercises: true labels $[1, 1, 1, 1, 0, 0, 0, 0, 0, 0]$, predictions
# $[1, 1, 0, 0, 1, 0, 0, 0, 0, 0]$. So $TP = 2$, $FN = 2$, $FP = 1$, $TN = 5$, and the precision is $2 / 3 = 0.6667$.
#
# A model that calls nobody positive has $TP + FP = 0$. In this course its precision is then 0.0.

# %% [markdown] lang="ko" of="762c15d0"
# ## 정밀도
#
# 경보가 울렸다. 얼마나 믿을 수 있을까? **정밀도**(precision)는 모델이 양성이라고 한 것만 보고, 그중 실제로 양성인 것의
# 비율을 묻는다.
#
# $$\mathrm{precision} = \frac{TP}{TP + FP}$$
#
# **손으로 계산하기.** 앞으로 네 문제에서 실제 레이블은 $[1, 1, 1, 1, 0, 0, 0, 0, 0, 0]$, 예측은
# $[1, 1, 0, 0, 1, 0, 0, 0, 0, 0]$이다. 그러면 $TP = 2$, $FN = 2$, $FP = 1$, $TN = 5$이고 정밀도는 $2 / 3 = 0.6667$이다.
#
# 아무도 양성이라고 하지 않는 모델에서는 $TP + FP = 0$이다. 이때 이 강의에서는 정밀도를 0.0으로 한다.


# %%
def precision(y_true, y_pred):
    """Return the share of those predicted positive that really are, TP / (TP + FP).

    y_true, y_pred: integers 0 and 1, both of shape (N,); 1 is the positive class. The
    result is a number from 0 to 1; it is 0.0 when nothing is predicted positive.

    >>> truth, said = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]), np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 0])
    >>> round(float(precision(truth, said)), 4)
    0.6667

    To read: Manning, Raghavan and Schütze, Introduction to Information Retrieval,
    section 8.3.
    """
    ### BEGIN SOLUTION
    (_, false_positives), (_, true_positives) = confusion_matrix(y_true, y_pred, 2)
    called = true_positives + false_positives
    return float(true_positives / called) if called else 0.0
    ### END SOLUTION


# %%
check("precision")

# %% [markdown] tags=["explanation"]
# **Why this works.** Rows are the truth and columns the predictions, so the column of the 1 holds all who were called
# positive: FP above, TP below. The brackets in the denominator are not optional: `TP / TP + FP` is $1 + FP$. A model
# can raise its precision by speaking up only when it is certain. What it then misses, precision does not see.

# %% [markdown] lang="ko" of="97e095e4" tags=["explanation"]
# **왜 이렇게 되는가.** 행은 정답, 열은 예측이므로 1의 열에 양성이라고 한 것이 모두 들어 있다. 위가 FP, 아래가 TP다. 분모의 괄호는
# 꼭 필요하다. `TP / TP + FP`는 $1 + FP$가 된다. 모델은 확실할 때만 나서서 정밀도를 높일 수 있다. 그래서 무엇을 놓쳤는지는
# 정밀도에 보이지 않는다.

# %% [markdown]
# ## Recall
#
# The opposite question: of those who really are positive, what share was found?
#
# $$\mathrm{recall} = \frac{TP}{TP + FN}$$
#
# Doctors call it **sensitivity**.
#
# **A number by hand.** In the example four are positive and two of them were found: $2 / (2 + 2) = 0.5$. Where nobody
# is positive, the recall is 0.0 here.

# %% [markdown] lang="ko" of="3a5532f6"
# ## 재현율
#
# 반대 물음이다. 실제로 양성인 것 가운데 얼마나 찾아냈는가?
#
# $$\mathrm{recall} = \frac{TP}{TP + FN}$$
#
# 이것이 **재현율**(recall)이다. 의사들은 **민감도**(sensitivity)라고 부른다.
#
# **손으로 계산하기.** 예에서는 양성이 넷이고 그중 둘을 찾았다. $2 / (2 + 2) = 0.5$다. 양성이 하나도 없으면 여기서는 재현율을
# 0.0으로 한다.


# %%
def recall(y_true, y_pred):
    """Return the share of the positives that were found, TP / (TP + FN).

    y_true, y_pred: integers 0 and 1, both of shape (N,); 1 is the positive class. The
    result is a number from 0 to 1; it is 0.0 when nothing is positive.

    >>> truth, said = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]), np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 0])
    >>> float(recall(truth, said))
    0.5

    To read: Manning, Raghavan and Schütze, Introduction to Information Retrieval,
    section 8.3.
    """
    ### BEGIN SOLUTION
    _, (false_negatives, true_positives) = confusion_matrix(y_true, y_pred, 2)
    positives = true_positives + false_negatives
    return float(true_positives / positives) if positives else 0.0
    ### END SOLUTION


# %%
check("recall")

# %% [markdown] tags=["explanation"]
# **Why this works.** This time it is the row of the 1: misses on the left, finds on the right. The group belongs to the
# truth, so its size does not depend on the model. Calling everybody positive gives the recall 1, and a poor precision:
# the two only say something together.

# %% [markdown] lang="ko" of="3e06f8dd" tags=["explanation"]
# **왜 이렇게 되는가.** 이번에는 1의 행이다. 왼쪽이 놓친 것, 오른쪽이 찾은 것이다. 이 집단은 정답으로 정해지므로 그 크기는 모델에
# 따라 달라지지 않는다. 모두 양성이라고 하면 재현율은 1이지만 정밀도가 나빠진다. 둘은 함께 볼 때만 의미가 있다.

# %%
ask("screening")

# %% [markdown]
# ## Specificity
#
# The same question for the other class: of those who are negative, what share was left in peace?
#
# $$\mathrm{specificity} = \frac{TN}{TN + FP}$$
#
# **A number by hand.** Six are negative, and one of them was a false alarm: $5 / (5 + 1) = 0.8333$. Where nobody is
# negative, the specificity is 0.0 here.

# %% [markdown] lang="ko" of="5ea9bb03"
# ## 특이도
#
# 다른 클래스에 대한 같은 물음이다. 음성인 것 가운데 얼마나 그대로 두었는가? 이것이 **특이도**(specificity)다.
#
# $$\mathrm{specificity} = \frac{TN}{TN + FP}$$
#
# **손으로 계산하기.** 음성이 여섯이고 그중 하나가 거짓 경보였다. $5 / (5 + 1) = 0.8333$이다. 음성이 하나도 없으면 여기서는
# 특이도를 0.0으로 한다.


# %%
def specificity(y_true, y_pred):
    """Return the share of the negatives that were recognised, TN / (TN + FP).

    y_true, y_pred: integers 0 and 1, both of shape (N,); 1 is the positive class. The
    result is a number from 0 to 1; it is 0.0 when nothing is negative.

    >>> truth, said = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]), np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 0])
    >>> round(float(specificity(truth, said)), 4)
    0.8333

    To read: Fawcett (2006), "An introduction to ROC analysis", Pattern Recognition
    Letters 27, section 2.
    """
    ### BEGIN SOLUTION
    (true_negatives, false_positives), _ = confusion_matrix(y_true, y_pred, 2)
    negatives = true_negatives + false_positives
    return float(true_negatives / negatives) if negatives else 0.0
    ### END SOLUTION


# %%
check("specificity")

# %% [markdown] tags=["explanation"]
# **Why this works.** It is the recall of class 0, the upper row of the table. Recall and specificity each stay within
# one true class, so they do not change when the ill become rarer; precision does, because the false alarms of many
# healthy people outweigh the finds among few ill ones. A test can be good and most of its alarms false.

# %% [markdown] lang="ko" of="785675b4" tags=["explanation"]
# **왜 이렇게 되는가.** 클래스 0의 재현율, 곧 표의 위쪽 행이다. 재현율과 특이도는 각각 실제 클래스 하나 안에서만 계산되므로 환자가
# 드물어져도 변하지 않는다. 정밀도는 변한다. 많은 건강한 사람에게서 나온 거짓 경보가 적은 환자에게서 찾아낸 것보다 많아지기 때문이다.
# 검사가 훌륭한데도 경보는 대부분 거짓일 수 있다.

# %%
ask("recall_and_threshold")

# %% [markdown]
# ## Both at once: the F1 score
#
# Precision alone can be had by silence, recall alone by shouting. A single number that rewards neither is their
# **harmonic mean**:
#
# $$F_1 = \frac{2 P R}{P + R} = \frac{2\, TP}{2\, TP + FP + FN}$$
#
# **A number by hand.** With $P = 0.6667$ and $R = 0.5$: $2 \cdot 0.3333 / 1.1667 = 0.5714$, and in counts
# $4 / (4 + 1 + 2) = 0.5714$. The harmonic mean stays near the smaller of the two: for $P = 1$ and $R = 0.02$ it is
# $0.0392$, while the ordinary mean is $0.51$. When no positive is found at all, it is 0.0.

# %% [markdown] lang="ko" of="610b023e"
# ## 둘을 한꺼번에: F1 점수
#
# 정밀도만이라면 입을 다물어서, 재현율만이라면 아무 때나 외쳐서 얻을 수 있다. 어느 쪽에도 좋은 점수를 주지 않는 수 하나가 둘의
# **조화 평균**(harmonic mean)이다.
#
# $$F_1 = \frac{2 P R}{P + R} = \frac{2\, TP}{2\, TP + FP + FN}$$
#
# **손으로 계산하기.** $P = 0.6667$, $R = 0.5$이면 $2 \cdot 0.3333 / 1.1667 = 0.5714$이고, 개수로 계산하면
# $4 / (4 + 1 + 2) = 0.5714$다. 조화 평균은 둘 중 작은 쪽에 가깝다. $P = 1$, $R = 0.02$이면 조화 평균은 $0.0392$인데 보통
# 평균은 $0.51$이다. 양성을 하나도 찾지 못하면 0.0이다.


# %%
def f1(y_true, y_pred):
    """Return the harmonic mean of precision P and recall R, 2 P R / (P + R).

    y_true, y_pred: integers 0 and 1, both of shape (N,); 1 is the positive class. The
    result is a number from 0 to 1; it is 0.0 when P and R are both 0.

    >>> truth, said = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]), np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 0])
    >>> round(float(f1(truth, said)), 4)
    0.5714

    To read: Manning, Raghavan and Schütze, Introduction to Information Retrieval,
    section 8.3.
    """
    ### BEGIN SOLUTION
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    return 2.0 * p * r / (p + r) if p + r else 0.0
    ### END SOLUTION


# %%
check("f1")

# %% [markdown] tags=["explanation"]
# **Why this works.** One over the harmonic mean is the mean of $1 / P = (TP + FP) / TP$ and $1 / R = (TP + FN) / TP$,
# which is $(2\, TP + FP + FN) / (2\, TP)$: the formula in counts. The two forms agree even for $0 / 0$, because with
# $TP = 0$ both are set to 0. The true negatives appear nowhere. That is a blessing where they are countless, as in a
# search through the web, and a reason to look at the whole table otherwise.

# %% [markdown] lang="ko" of="ef23d865" tags=["explanation"]
# **왜 이렇게 되는가.** 조화 평균의 역수는 $1 / P = (TP + FP) / TP$와 $1 / R = (TP + FN) / TP$의 평균, 곧
# $(2\, TP + FP + FN) / (2\, TP)$다. 이것이 개수로 쓴 식이다. $TP = 0$이면 두 식을 모두 0으로 정했으므로 $0 / 0$일 때도
# 둘은 일치한다. 참 음성은 어디에도 나오지 않는다. 웹 검색처럼 참 음성이 셀 수 없이 많을 때는 다행이고, 그렇지 않을 때는
# 표 전체를 보아야 하는 까닭이 된다.

# %%
ask("f1_of_table")

# %% [markdown]
# ## Why a metric is no loss
#
# If the number of right answers is what we want, why not train on it? The picture moves the one weight of a small
# logistic regression, $p = \sigma(wx - 1)$, through all values, and draws what the data say: on the left how many of
# the twelve answers are wrong, on the right the cross-entropy. Imagine standing somewhere on the left curve and asking
# for the direction downhill.

# %% [markdown] lang="ko" of="5482dd70"
# ## 지표는 왜 손실이 될 수 없는가
#
# 우리가 원하는 것이 맞힌 답의 수라면, 왜 그것으로 학습하지 않을까? 그림은 작은 로지스틱 회귀 $p = \sigma(wx - 1)$의 하나뿐인
# 가중치를 모든 값으로 옮겨 가며 데이터가 무엇이라고 하는지 그린다. 왼쪽은 열두 개의 답 가운데 몇 개가 틀렸는지, 오른쪽은 교차
# 엔트로피다. 왼쪽 곡선의 어딘가에 서서 내리막이 어느 쪽인지 묻는다고 상상해 보세요.

# %%
import matplotlib.pyplot as plt

x = np.array([-2.1, -1.4, -0.6, -0.2, 0.3, 0.5, 0.8, 1.1, 1.5, 1.9, 2.4, 3.0])
sign = np.array([-1, -1, -1, -1, -1, 1, -1, 1, -1, 1, 1, 1])
weights = np.linspace(-1, 5, 600)
margins = sign * (weights[:, None] * x - 1.0)
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 2.8))
left.plot(weights, (margins <= 0).sum(axis=1))
left.set(xlabel="w", ylabel="wrong answers of 12")
right.plot(weights, np.log1p(np.exp(-margins)).mean(axis=1))
right.set(xlabel="w", ylabel="cross-entropy")
figure.tight_layout()

# %%
ask("metric_is_no_loss")

# %% [markdown]
# ## What you have built
#
# The numbers with which models are compared: two for amounts, and for classes the table from which all the others are
# read. Before you believe a metric, ask which group it looks at, and what it costs to be wrong in the others. In the
# next assignment you train a network on handwritten digits: the loss will do the work, and the accuracy will be the
# judge.

# %% [markdown] lang="ko" of="06fb9117"
# ## 무엇을 만들었는가
#
# 모델을 비교하는 수들을 만들었다. 양을 예측할 때의 지표 둘, 그리고 클래스를 예측할 때 나머지를 모두 읽어 낼 수 있는 표다.
# 지표를 믿기 전에 그것이 어떤 집단을 보는지, 나머지에서 틀리면 얼마나 큰 대가를 치르는지 물어보세요. 다음 과제에서는
# 손글씨 숫자로 신경망을 학습시킨다. 일은 손실이 하고, 판정은 정확도가 한다.

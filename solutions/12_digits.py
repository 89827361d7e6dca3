# %% [markdown]
# # 12 · Handwritten digits
#
# This is the last assignment, and the whole course is in it. You write one program that learns to read: initialisation,
# mini-batches, layers with ReLU, dropout, softmax and cross-entropy, backpropagation, Adam. Nobody tells you which line
# comes next. What counts is how many of 500 digits your network reads correctly that neither you nor it has ever seen.
#
# **Time:** about 120 minutes. **You need:** assignments 4 to 8 and 10. Have your own solutions at hand.
#
# **How to work:** write `train` in small steps and run it after each of them; a list of steps is given below. Then run
# the `check`. It trains your network a few times on parts of the data, so it takes longer than you are used to. Both
# functions have at most 20 seconds in a check. `hint("train")` helps step by step: the first steps point the way, the
# last is usually the formula.
#
# **Conventions.** An image is a row of 64 whole numbers from 0 (white) to 16 (black), its 8 × 8 pixels row by row.
# A batch `X` has the shape `(N, 64)`, the labels `y` are whole numbers from 0 to 9, shape `(N,)`. Randomness comes only
# from `rng`. Functions leave their arguments as they were.

# %% [markdown] lang="ko" of="709f58ca"
# # 12 · 손글씨 숫자
#
# 마지막 과제이고, 강의 전체가 여기에 들어 있다. 읽는 법을 배우는 프로그램 하나를 작성한다. 초기화, 미니배치, ReLU
# 층, 드롭아웃, 소프트맥스와 교차 엔트로피, 역전파, Adam. 다음 줄에 무엇이 와야 하는지 아무도 알려 주지 않는다.
# 중요한 것은 여러분도 신경망도 본 적 없는 숫자 500개 가운데 신경망이 몇 개를 바르게 읽는가이다.
#
# **시간:** 약 120분. **필요한 것:** 과제 4부터 8까지와 10. 자신의 풀이를 곁에 두세요.
#
# **진행 방법:** `train`을 조금씩 작성하고 단계마다 실행해 보세요. 단계의 목록은 아래에 있다. 그런 다음 `check`를
# 실행하세요. 데이터의 일부로 신경망을 몇 번 학습시키므로 지금까지보다 오래 걸린다. 두 함수 모두 검사에서 최대 20초를 쓸
# 수 있다. `hint("train")`은 한 단계씩 도와준다. 처음 단계는 방향을 알려 주고, 마지막 단계는 대개 공식이다.
#
# **모양과 약속.** 이미지는 0(흰색)부터 16(검은색)까지의 정수 64개로 된 행이다. 8 × 8픽셀을 한 행씩 늘어놓은 것이다. 배치
# `X`의 모양은 `(N, 64)`이고, 레이블 `y`는 0부터 9까지의 정수로 모양은 `(N,)`이다. 무작위성은 `rng`에서만 온다.
# 함수는 인수를 그대로 둔다.

# %%
import numpy as np

from grader import ask, check, hint

# %% [markdown]
# ## The data
#
# The file `digits.npz` beside this notebook holds 1,297 images with their labels. Another 500 stay with the grader:
# they are the test. To see how good your network is *before* the test, put a part of your own images aside and never
# train on it. The last 297 are the validation part here, as in assignment 5.

# %% [markdown] lang="ko" of="703b1156"
# ## 데이터
#
# 이 노트북 옆의 파일 `digits.npz`에는 이미지 1,297장과 레이블이 들어 있다. 다른 500장은 채점기가 가지고 있다. 이것이
# 테스트 세트이다. 테스트 *전에* 신경망이 얼마나 좋은지 알려면, 가진 이미지 가운데 일부를 떼어 두고 절대로 그것으로
# 학습시키지 마세요. 여기서는 마지막 297장이 과제 5에서 말한 검증 세트이다.

# %%
with np.load("digits.npz") as data:
    X_train, y_train = data["X"].astype(int), data["y"].astype(int)

X_part, y_part = X_train[:1000], y_train[:1000]
X_validation, y_validation = X_train[1000:], y_train[1000:]

# %%
import matplotlib.pyplot as plt

figure, panels = plt.subplots(2, 12, figsize=(12, 2.6))
for panel, image, label in zip(panels.flat, X_part, y_part):
    panel.imshow(image.reshape(8, 8), cmap="gray_r")
    panel.set_title(str(label))
    panel.axis("off")
plt.show()

# %%
ask("mistakes_allowed")

# %%
ask("what_the_test_is_for")

# %% [markdown]
# ## Parts from earlier assignments
#
# These four are yours already; here they are once more, in short form. Use them, or your own in their place.

# %% [markdown] lang="ko" of="4ba57a6a"
# ## 앞선 과제의 부품
#
# 이 네 가지는 여러분이 이미 만든 것이다. 여기에 짧은 형태로 다시 적어 둔다. 이것을 쓰거나, 대신 자신의 것을 쓰세요.


# %%
def he_normal(fan_in, fan_out, rng):
    """Return weights of shape (fan_in, fan_out) for a layer with ReLU (assignment 7)."""
    return rng.normal(0.0, np.sqrt(2.0 / fan_in), size=(fan_in, fan_out))


def dropout_mask(shape, p, rng):
    """Return 0 with probability p, and 1 / (1 - p) otherwise (assignment 8)."""
    return (rng.random(shape) >= p) / (1.0 - p)


def log_softmax(scores):
    """Return the logarithms of the softmax probabilities of each row (assignment 4)."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def adam(w, g, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """Return (w, state) after one step; state is None before the first (assignment 10)."""
    m, v, t = state or (np.zeros_like(w), np.zeros_like(w), 0)
    m, v, t = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2, t + 1
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v, t)


# %% [markdown]
# ## Training
#
# A network that does well here: 64 inputs, hidden layers of 128 and 64 units with ReLU and dropout ($p = 0.3$), ten
# scores at the end. Fifty epochs in batches of 32, Adam with the learning rate $0.001$. You may choose all of this
# differently. The steps:
#
# 1. Divide the pixels by 16, so that they lie between 0 and 1.
# 2. Make weights (`he_normal`) and biases (zeros).
# 3. For one batch: forward through the layers, a dropout mask after each ReLU; at the end `log_softmax` and the loss.
# 4. Backward, as in assignment 6: start with $(p - \text{onehot}) / N$; a layer that had a mask gets it again.
# 5. One Adam step for each array, each with a `state` of its own.
# 6. Around this a loop over the batches of a fresh permutation, and around that a loop over the epochs. Note the mean
#    loss of each epoch.
#
# **Numbers by hand.** The layers have $64 \cdot 128 + 128 = 8320$, $128 \cdot 64 + 64 = 8256$ and
# $64 \cdot 10 + 10 = 650$ numbers, together $17{,}226$. The 1,297 images make 41 batches: 40 of 32 and one of 17.
# Fifty epochs are 2,050 steps. The first layer's weights have the standard deviation $\sqrt{2 / 64} = 0.177$. A network
# that gives every digit the same probability has the loss $\ln 10 = 2.303$. Random weights do a little worse: the very
# first batch should give a loss between 2 and 4, and not 23.
#
# **When it does not learn,** do not change settings at random. Take 20 images, no dropout, and train until the loss is
# nearly 0: a network with thousands of weights can learn 20 images by heart. If yours cannot, it is a bug. Then compare
# one gradient with `numerical_gradient` of assignment 6.

# %% [markdown] lang="ko" of="d75d9537"
# ## 학습
#
# 다음과 같은 신경망이면 잘된다. 입력은 64개이고, 은닉층은 유닛이 128개와 64개이며 ReLU와 드롭아웃($p = 0.3$)을 쓰고,
# 끝에서 점수 열 개를 낸다. 크기 32의 배치로 50에포크 동안 학습률 $0.001$의 Adam으로 학습시킨다. 모두 다르게 정해도 된다.
# 단계는 다음과 같다.
#
# 1. 픽셀을 16으로 나누어 0과 1 사이에 놓는다.
# 2. 가중치(`he_normal`)와 편향(0)을 만든다.
# 3. 배치 하나에 대해 순전파를 한다. ReLU마다 그 뒤에 드롭아웃 마스크를 곱하고, 끝에서 `log_softmax`와
#    손실을 구한다.
# 4. 과제 6에서처럼 역전파를 한다. $(p - \text{onehot}) / N$에서 시작한다. 마스크를 곱했던 층에는 같은 마스크를 다시
#    곱한다.
# 5. 배열마다 Adam으로 한 걸음 나아간다. `state`도 배열마다 따로 둔다.
# 6. 3에서 5까지를 새로 뽑은 순열의 배치를 도는 반복문에 넣고, 그것을 다시 에포크를 도는 반복문에 넣는다. 에포크마다
#    평균 손실을 적는다.
#
# **손으로 계산하기.** 층에는 각각 $64 \cdot 128 + 128 = 8320$개, $128 \cdot 64 + 64 = 8256$개,
# $64 \cdot 10 + 10 = 650$개, 모두 $17{,}226$개의 수가 있다. 이미지 1,297장은 배치 41개가 된다. 32장짜리 40개와 17장짜리
# 하나이다. 50에포크는 2,050걸음이다. 첫 층 가중치의 표준편차는 $\sqrt{2 / 64} = 0.177$이다. 모든 숫자에 같은 확률을 주는
# 신경망의 손실은 $\ln 10 = 2.303$이다. 무작위 가중치는 그보다 조금 못하다. 맨 처음 배치의 손실은 23이 아니라 2에서 4
# 사이여야 한다.
#
# **학습이 되지 않을 때는** 설정을 닥치는 대로 바꾸지 마세요. 이미지 20장만 가지고 드롭아웃 없이, 손실이 거의 0이 될 때까지
# 학습시켜 보세요. 가중치가 수천 개인 신경망은 이미지 20장쯤 외울 수 있다. 외우지 못한다면 버그이다. 그때는 기울기 하나를
# 과제 6의 `numerical_gradient`와 비교하세요.

# %%
ask("network_parameters")

# %%
ask("optimiser_steps")


# %%
def train(X, y, rng):
    """Return the parameters of a network trained to tell the ten digits, as a dictionary.

    X: images, integers from 0 to 16, shape (N, 64). y: labels, integers from 0 to 9,
    shape (N,); a digit may be missing, and equal images may have different labels. rng: a
    NumPy random generator, the only source of randomness, for the first weights and the
    order of the images: another generator gives other losses, the same one the same.

    The dictionary holds whatever predict needs, and under "losses" a list of numbers: of
    each epoch the mean cross-entropy of its images, at least two. Trained on 250 of the
    digits or on all 1,297, the last of them is below half the first. X and y stay as
    they are. At most 20 seconds on one core.

    >>> X, y = np.tile(16 * np.eye(10, 64, dtype=int), (20, 1)), np.tile(np.arange(10), 20)
    >>> losses = train(X, y, np.random.default_rng(0))["losses"]
    >>> bool(losses[-1] < 0.5 * losses[0])
    True

    To read: Goodfellow, Bengio and Courville, Deep Learning, chapter 11, "Practical
    Methodology".
    """
    ### BEGIN SOLUTION
    X, p = np.asarray(X) / 16.0, 0.3
    sizes = [X.shape[1], 128, 64, 10]
    weights = [he_normal(fan_in, fan_out, rng) for fan_in, fan_out in zip(sizes, sizes[1:])]
    biases = [np.zeros(fan_out) for fan_out in sizes[1:]]
    states = [[None, None] for _ in weights]
    losses = []
    for _ in range(50):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), 32):
            rows = order[start : start + 32]
            inputs, masks = [X[rows]], []
            for W, b in zip(weights[:-1], biases[:-1]):
                hidden = np.maximum(0.0, inputs[-1] @ W + b)
                masks.append(dropout_mask(hidden.shape, p, rng))
                inputs.append(hidden * masks[-1])
            log_p = log_softmax(inputs[-1] @ weights[-1] + biases[-1])
            true_class = (np.arange(len(rows)), y[rows])
            total -= log_p[true_class].sum()

            delta = np.exp(log_p)
            delta[true_class] -= 1.0
            delta /= len(rows)
            for layer in reversed(range(len(weights))):
                gradients = inputs[layer].T @ delta, delta.sum(axis=0)
                if layer > 0:
                    delta = (delta @ weights[layer].T) * masks[layer - 1] * (inputs[layer] > 0)
                for kind, parameters in enumerate((weights, biases)):
                    parameters[layer], states[layer][kind] = adam(
                        parameters[layer], gradients[kind], states[layer][kind], lr=0.001
                    )
        losses.append(float(total / len(X)))
    return {"weights": weights, "biases": biases, "losses": losses}
    ### END SOLUTION


# %%
check("train")

# %% [markdown] tags=["explanation"]
# **Why this works.** It is `backprop` of assignment 6 with two additions. Dropout multiplies each hidden activation by
# its mask, so on the way back the slope is multiplied by the same mask; where the mask is 0, the product is 0 as well.
# And each array has an Adam state of its own. In the loop backwards $\Delta$ is sent past the weights *before* Adam
# replaces them. The losses of the batches are added up as sums and divided by $N$ at the end, so that a short last batch
# counts for as many images as it has. Dividing by 16 is enough scaling: a constant known beforehand needs no statistics.

# %% [markdown] lang="ko" of="d6045b85" tags=["explanation"]
# **왜 이렇게 되는가.** 과제 6의 `backprop`에 두 가지를 더한 것이다. 드롭아웃은 은닉 활성값마다 마스크를 곱하므로, 돌아올
# 때의 기울기에도 같은 마스크를 곱한다. 마스크가 0인 곳에서는 곱도 0이다. 그리고 배열마다 자기 Adam 상태가 있다.
# 뒤로 도는 반복문에서 $\Delta$는 Adam이 가중치를 바꾸기 *전에* 그 가중치를 지나간다. 배치의 손실은 합으로 모아
# 끝에서 $N$으로 나누므로, 짧은 마지막 배치는 들어 있는 이미지 수만큼만 반영된다. 크기는 16으로 나누는 것으로
# 충분하다. 미리 아는 상수에는 통계량이 필요 없다.

# %%
ask("stuck_at_the_start")

# %% [markdown]
# ## Prediction
#
# Now the trained network reads. The forward pass is the one of `train`, with two differences: no dropout, and no loss.
# The pixels need the same scaling. The answer for an image is the class with the largest score; softmax would not
# change which one this is.
#
# **A number by hand.** Let a network without hidden layers have the scores $[1.5, -0.2, 4.0, 3.9, 0, 0, 0, 0, 0, 0]$
# for an image. Its label is 2, the place of the 4.0. It is not a confident answer: the 3 has almost the same
# score, and softmax gives the two $0.47$ and $0.43$.
#
# The `check` shows you the validation part: train on 1,000 images, 90 % of the other 297 must be right. At grading
# your `train` gets all 1,297 images, and your `predict` the 500 test images: 90 %, 94 % and 96 % bring points.

# %% [markdown] lang="ko" of="c6a85f40"
# ## 예측
#
# 이제 학습된 신경망이 읽는다. 순전파는 `train`과 같고 두 가지만 다르다. 드롭아웃이 없고 손실이 없다. 픽셀의
# 크기는 똑같이 맞추어야 한다. 이미지의 답은 점수가 가장 큰 클래스이다. 소프트맥스를 해도 어느 것이 가장 큰지는
# 바뀌지 않는다.
#
# **손으로 계산하기.** 은닉층이 없는 신경망이 어떤 이미지에 점수 $[1.5, -0.2, 4.0, 3.9, 0, 0, 0, 0, 0, 0]$을
# 주었다고 하자. 레이블은 4.0의 자리인 2이다. 자신 있는 답은 아니다. 3의 점수가 거의 같아서 소프트맥스는 둘에
# $0.47$과 $0.43$을 준다.
#
# `check`는 검증 세트의 결과를 보여 준다. 1,000장으로 학습시켜 나머지 297장의 90 %를 맞혀야 한다. 채점할 때는 `train`이
# 1,297장을 모두 받고 `predict`가 테스트 이미지 500장을 받는다. 90 %, 94 %, 96 %에 이를 때마다 점수가 있다.


# %%
def predict(parameters, X):
    """Return the predicted label of each image, the class with the largest score.

    parameters: what train returned. X: images, integers from 0 to 16, shape (N, 64); N
    may be 1. The result has shape (N,), integers from 0 to 9, and is the same each
    time: no dropout. X and parameters stay as they are.

    >>> X, y = np.tile(16 * np.eye(10, 64, dtype=int), (20, 1)), np.tile(np.arange(10), 20)
    >>> predict(train(X, y, np.random.default_rng(0)), X[:10]).tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 7.12, about dropout
    at training and at test time.
    """
    ### BEGIN SOLUTION
    A = np.asarray(X) / 16.0
    for W, b in zip(parameters["weights"][:-1], parameters["biases"][:-1]):
        A = np.maximum(0.0, A @ W + b)
    return (A @ parameters["weights"][-1] + parameters["biases"][-1]).argmax(axis=1)
    ### END SOLUTION


# %%
check("predict")

# %% [markdown] tags=["explanation"]
# **Why this works.** Inverted dropout has kept the mean of every activation during training, so nothing has to be
# multiplied now. The scaling is a division by a constant, not by a statistic of the new images: an image gets the same
# label alone as among 500 others. This solution was trained on the 1,297 images with thirty different seeds: it
# read between 97.2 % and 98.8 % of the 500 test images, in the mean 98.4 %, and each training took one to three seconds.

# %% [markdown] lang="ko" of="caa8cd3b" tags=["explanation"]
# **왜 이렇게 되는가.** 학습하는 동안 역 드롭아웃(inverted dropout)이 모든 활성값의 평균을 지켰으므로 이제 곱할 것이 없다.
# 크기를 맞추는 일은 새 이미지의 통계량이 아니라 상수로 나누는 것이다. 그래서 이미지는 혼자 있든 다른 500장과 함께
# 있든 같은 레이블을 받는다. 이 풀이를 시드 서른 개로 1,297장에서 학습시켰더니 테스트 이미지 500장의 97.2 %에서
# 98.8 %, 평균 98.4 %를 맞혔고, 한 번 학습시키는 데 1초에서 3초가 걸렸다.

# %% [markdown]
# ## The learning curve
#
# Numbers at the end say how good a network is; a curve says how it got there. This one is for you and not for marks.
# Draw the losses against the epochs, and write the share of correct labels on `(X, y)` into the title. A healthy curve
# falls steeply at first and then flattens. Sawteeth point to a learning rate that is too large; a straight, slow descent
# to one that is too small. If it has not yet flattened at the end, more epochs will help.

# %% [markdown] lang="ko" of="7876cc7e"
# ## 학습 곡선
#
# 끝에 나오는 수는 신경망이 얼마나 좋은지를, 곡선은 어떻게 거기에 이르렀는지를 말해 준다. 이것은 점수가 아니라 여러분
# 자신을 위한 것이다. 에포크에 따른 손실을 그리고, `(X, y)`에서 맞힌 레이블의 비율을 제목에 쓰세요. 건강한 곡선은 처음에
# 가파르게 떨어지다가 평평해진다. 톱니 모양은 학습률이 너무 크다는 뜻이고, 곧고 느린 내리막은 너무 작다는 뜻이다. 끝에서도
# 아직 평평해지지 않았다면 에포크를 늘리면 좋아진다.


# %%
def learning_curve(parameters, X, y):
    """Draw the mean loss of each epoch, with the accuracy on (X, y) in the title.

    parameters: what train returned. X, y: images and labels that were not trained on.
    Nothing is returned, and nothing is graded here.

    To read: the Matplotlib documentation, pyplot tutorial.
    """
    ### BEGIN SOLUTION
    import matplotlib.pyplot as plt

    losses = parameters["losses"]
    plt.plot(np.arange(1, len(losses) + 1), losses, marker=".")
    plt.xlabel("epoch")
    plt.ylabel("mean loss of the epoch")
    plt.title(f"{np.mean(predict(parameters, X) == y):.1%} of {len(y)} images right")
    plt.grid(alpha=0.3)
    plt.show()
    ### END SOLUTION


# %%
# Take away the first # and run this cell to see your curve.
# learning_curve(train(X_part, y_part, np.random.default_rng(0)), X_validation, y_validation)

# %% [markdown]
# To compare: on the validation part, after training on the other 1,000 images (means over five seeds, fifty epochs,
# batches of 32, Adam with 0.001):
#
# | network | validation images right |
# |---|---|
# | no hidden layer: softmax regression | 96.1 % |
# | one hidden layer of 32 units | 97.2 % |
# | hidden layers of 128 and 64 units | 97.8 % |
# | the same with dropout, p = 0.3 | 98.2 % |
#
# The digits are small and clean, so even a linear model reads most of them. What is left are the hard ones. Look at
# the images your network gets wrong: would you have known?

# %% [markdown] lang="ko" of="b949d4b1"
# 비교할 수 있게, 나머지 1,000장으로 학습시킨 뒤 검증 세트에서 얻은 결과를 적어 둔다(시드 다섯 개의 평균, 50에포크, 크기 32의
# 배치, 학습률 0.001의 Adam).
#
# | 신경망 | 맞힌 검증 이미지 |
# |---|---|
# | 은닉층 없음: 소프트맥스 회귀 | 96.1 % |
# | 유닛 32개의 은닉층 하나 | 97.2 % |
# | 유닛 128개와 64개의 은닉층 | 97.8 % |
# | 같은 신경망에 드롭아웃, p = 0.3 | 98.2 % |
#
# 숫자가 작고 깨끗해서 선형 모델도 대부분 읽는다. 남는 것은 어려운 숫자들이다. 자신의 신경망이 틀린 이미지를
# 들여다보세요. 여러분이라면 알아보았겠는가?

# %%
ask("dropout_and_the_loss")

# %%
ask("better_by_luck")

# %% [markdown]
# ## What you have built
#
# A program that reads handwriting, and no line in it that you could not derive. No framework, no formula taken on trust:
# a gradient you can check by hand, an initialisation whose variance you know, an optimiser whose every term has a reason.
# The large networks of today have more layers, other data and faster machines. The loop around them is the one you wrote.

# %% [markdown] lang="ko" of="2895da3f"
# ## 무엇을 만들었는가
#
# 손글씨를 읽는 프로그램을 만들었다. 스스로 유도할 수 없는 줄은 하나도 없다. 프레임워크도, 믿고 받아들인 공식도 없다.
# 손으로 검산할 수 있는 기울기, 분산을 아는 초기화, 항마다 까닭이 있는 옵티마이저가 있을 뿐이다. 오늘날의 큰
# 신경망은 층이 더 많고 데이터가 다르고 기계가 더 빠르다. 그것을 감싼 반복문은 여러분이 쓴 바로 그것이다.

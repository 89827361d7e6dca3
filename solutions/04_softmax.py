# %% [markdown]
# # 4 · Softmax and cross-entropy
#
# A network that tells ten digits apart ends in ten numbers, one **score** (or **logit**) for each class. Any real
# number is allowed: $[1, 2, 3]$ or $[-40, 7, 0.5]$. Two questions remain. How do scores become probabilities? And
# how wrong is the network, in one number whose slope it can learn from? The answers are **softmax** and
# **cross-entropy**, and together they have the simplest gradient in this course.
#
# **Time:** about 50 minutes. **You need:** exponential function and logarithm, partial derivatives, NumPy axes.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it.
# `hint("softmax")` helps without giving the answer away.
#
# **Shapes and conventions.** A batch of $N$ examples with $C$ classes has logits of shape `(N, C)`: one row for each
# example. Labels are whole numbers from 0 to $C - 1$, shape `(N,)`. Losses are means over the batch. Functions leave
# their arguments as they were, and arrays of integers must work as well.

# %%
import numpy as np

from grader import check, hint

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
# the logarithm on paper, and compute what you get. The shift by $m$ helps here again.


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
    logits = np.asarray(logits, dtype=float)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return float(np.mean(log_sums - shifted[np.arange(len(shifted)), labels]))
    ### END SOLUTION


# %%
check("cross_entropy")

# %% [markdown] tags=["explanation"]
# **Why this works.** $-\log \frac{e^{z_y}}{\sum_k e^{z_k}} = \log \sum_k e^{z_k} - z_y$: the exponential of the true
# class is gone before it could be rounded to 0. Subtracting the row's maximum from all of its scores changes neither
# side, and makes the sum lie between 1 and $C$, where the logarithm is harmless. The index pair
# `[np.arange(N), labels]` takes one entry from each row; `[:, labels]` would take $N$ whole columns. Adding a small
# number, as in $\log(p + 10^{-12})$, also avoids the infinity, but then the loss stops at 27.6 and its slope at 0.

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

# %% [markdown]
# ## What you have built
#
# The end of nearly every classifier: scores to probabilities, probabilities to a loss, and the slope that starts the
# way back. Assignment 6 carries this slope through all the layers before it.

# %% [markdown]
# # 2 · Activation functions and their slopes
#
# A layer of a neural network multiplies and adds: $z = xW + b$. Stack ten such layers and the result is still
# one multiplication and one addition, because a product of matrices is a matrix. What makes depth worth having
# is the small nonlinear function between two layers, the **activation function**. This notebook builds the two
# you will meet most, the sigmoid and ReLU, and their derivatives, which is what learning needs.
#
# **Time:** about 45 minutes. **You need:** the exponential function, the chain rule, NumPy arrays.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it.
# It tells you what is right and, where something is not, where to look. `hint("sigmoid")` helps without giving the
# answer away.
#
# **Conventions of the whole course.** Arrays are float64 unless said. A function returns a new array and leaves its
# arguments as they were. Arrays of integers must work as well. The derivative of ReLU at 0 is 0.

# %%
import numpy as np

from grader import check, hint

# %% [markdown]
# ## The sigmoid
#
# The first artificial neurons fired or did not: output 1 above a threshold, 0 below. A step cannot be learned,
# because its slope is 0 everywhere (and undefined at the step): nudging a weight changes nothing. The sigmoid is
# the step with a soft edge:
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


# %%
def sigmoid_derivative(z):
    """Return the derivative of the sigmoid at z (not at the activation) for every entry.

    z: a number or an array of any shape; the result has the same shape, values
    in [0, 0.25]. Finite at |z| = 1000, without a warning.

    >>> float(sigmoid_derivative(0.0))
    0.25

    To read: Nielsen, Neural Networks and Deep Learning, chapter 2.
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


# %%
def relu_derivative(z):
    """Return the derivative of ReLU for every entry: 1.0 where z > 0, otherwise 0.0.

    z: a number or an array of any shape; the result has the same shape, as floats. At
    exactly 0 it is 0.

    >>> relu_derivative(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 1.0]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 6.3.1.
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(z) > 0, 1.0, 0.0)
    ### END SOLUTION


# %%
check("relu_derivative")

# %% [markdown] tags=["explanation"]
# **Why this works.** The comparison gives truth values, `np.where` turns them into 1.0 and 0.0. `(z > 0).astype(float)`
# does the same for arrays; `np.asarray` lets a plain number through as well. A strict `>` sets the corner to 0, so a
# unit sitting exactly at 0 passes no gradient.

# %% [markdown]
# ## What you have built
#
# Two activation functions and their slopes, safe for any number. Assignment 6 multiplies slopes like these along a
# whole network: that product is backpropagation.

# %% [markdown]
# # 6 · Backpropagation
#
# A network learns by walking downhill: it needs the slope of its cost by every single weight. One could nudge each
# weight a little and run the network again, but a network with a million weights would need a million runs for one
# step. **Backpropagation** finds all the slopes with one run forward and one run backward, for about the price of
# three. It became widely known in 1986 through Rumelhart, Hinton and Williams, and every network is trained with it.
# Nothing in it is new to you: it is the chain rule, in an order that computes nothing twice.
#
# **Time:** about 90 minutes. **You need:** the chain rule, matrix products, assignments 2 and 4.
#
# **How to work:** first a network with nine numbers, by hand; then layers of any size and number, with matrices. Run
# the `check` below each exercise. `hint("backprop")` helps without giving the answer away.
#
# **Conventions.** A batch has one example in each row. Functions leave their arguments as they were; arrays of
# integers must work as well. Losses are means over the batch. The derivative of ReLU at 0 is 0.

# %%
import numpy as np

from grader import check, hint

# %% [markdown]
# Two functions from earlier assignments, ready for use: $\sigma(z)$, and the logarithms of the softmax
# probabilities of each row. Both are safe for large numbers.


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
# ## Forward through nine numbers
#
# Two inputs, two hidden units, one output; every unit adds up what comes in, adds its bias, and applies the sigmoid:
#
# $$h_1 = \sigma(w_1 x_1 + w_3 x_2 + b_1) \qquad h_2 = \sigma(w_2 x_1 + w_4 x_2 + b_2) \qquad
# o = \sigma(w_5 h_1 + w_6 h_2 + b_3)$$
#
# So $w_1$ and $w_2$ leave $x_1$, and $w_3$ and $w_4$ leave $x_2$. Draw it: a drawing with six arrows is worth more than
# these formulas.
#
# The way back will need $x$, $h$ and $o$ again. A forward pass therefore returns the output and a **cache**, a
# dictionary in which it keeps what it has computed.
#
# **A number by hand.** Let $w_1, \dots, w_6 = 0.1, 0.2, \dots, 0.6$, all biases 0, and $x = (1, 2)$. Then
# $h_1 = \sigma(0.1 \cdot 1 + 0.3 \cdot 2) = \sigma(0.7) = 0.6682$,
# $h_2 = \sigma(0.2 \cdot 1 + 0.4 \cdot 2) = \sigma(1) = 0.7311$,
# and $o = \sigma(0.5 \cdot 0.6682 + 0.6 \cdot 0.7311) = \sigma(0.7727) = 0.6841$.


# %%
def mlp_forward(x, parameters):
    """Return (output, cache) of the 2-2-1 sigmoid network above.

    x: an array of shape (2,), holding x1 and x2. parameters: a dictionary of numbers,
    w1 ... w6, b1, b2, b3. output: a number. cache: a dictionary with "x" (shape (2,)),
    "h" (shape (2,), the hidden activations, after the sigmoid) and "output" (the number
    again).

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

# %% [markdown]
# ## Backward through any number of layers
#
# Now with matrices, batches, ReLU and softmax. Layer $l$ has weights $W_l$ of shape $(D_{in}, D_{out})$ and biases
# $b_l$. With $A_0 = X$ the way forward is $Z_l = A_{l-1} W_l + b_l$ and $A_l = \mathrm{relu}(Z_l)$. The last $Z$ has no
# ReLU: its rows are the scores, and the loss is the mean softmax cross-entropy of assignment 4.
#
# The way back starts with $\Delta = \partial L / \partial Z$ of the last layer, shape $(N, C)$, which you know from
# there. Then the same three steps for every layer, from the last to the first:
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

# %% [markdown]
# ## What you have built
#
# All gradients of a network of any depth, in one pass forward and one pass back: this is what `loss.backward()` does in
# PyTorch. From here on, training is only a loop around it.

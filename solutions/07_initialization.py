# %% [markdown]
# # 7 · Where learning starts
#
# Before the first step of gradient descent, somebody has to choose the weights. All zeros will not do: every hidden
# unit would compute the same number, receive the same gradient and stay a copy of its neighbours for ever. So weights
# start random. *How large* they start decides whether a deep network learns at all: too small, and the signal dies on
# its way through the layers; too large, and it explodes. For years this was a matter of luck, and one reason why deep
# networks had a bad name. This notebook builds the rule that changed it.
#
# **Time:** about 20 minutes. **You need:** variance and standard deviation, a layer $z = xW$, NumPy's
# random generators.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it.
# It tells you what is right and, where something is not, where to look. `hint("xavier_uniform")` helps without giving
# the answer away.
#
# **Conventions.** A layer of `fan_in` inputs and `fan_out` outputs has a weight matrix of shape `(fan_in, fan_out)`.
# All randomness comes from the argument `rng`, a `np.random.Generator`, and from nothing else: then the same seed
# gives the same network, on every computer. Your numbers need not be ours; they are judged as a distribution.

# %%
import numpy as np

from grader import check, hint

# %% [markdown]
# ## Xavier's rule
#
# One output of a layer is a sum of `fan_in` products, $z_j = \sum_i x_i W_{ij}$. If inputs and weights are independent
# with mean 0, their variances multiply and add up: $\mathrm{Var}(z) = \text{fan\_in} \cdot \mathrm{Var}(W) \cdot
# \mathrm{Var}(x)$.
#
# **What goes wrong.** Take layers of 256 units and weights with standard deviation 0.01. Each layer multiplies the
# standard deviation of the signal by $\sqrt{256} \cdot 0.01 = 0.16$; ten layers leave $0.16^{10} \approx 10^{-8}$ of
# it. With standard deviation 1 each layer multiplies by 16, and ten layers by $16^{10} \approx 10^{12}$.
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

# %% [markdown]
# ## What you have built
#
# A first set of weights that lets a deep network hear its input at the last layer, and its error at the first.
# Assignment 12 starts from it.

# %% [markdown]
# # 8 · Dropout
#
# A large network can learn its training examples by heart. One cure is to train many networks and average them, for
# their errors differ and partly cancel; but who can afford a hundred networks? Dropout gets much of the effect from
# one. In every training step it switches off a random part of the units. A unit can no longer rely on one
# particular neighbour to correct it, so it has to learn something that is useful by itself. At test time all units
# work together, like an average of all the thinned networks that were trained.
#
# **Time:** about 25 minutes. **You need:** NumPy arrays, mean of a random quantity, `np.random.Generator`.
#
# **How to work:** replace `raise NotImplementedError` by your own code, run the cell, then run the `check` below it.
# It tells you what is right and, where something is not, where to look. `hint("dropout_mask")` helps without giving
# the answer away.
#
# **Conventions.** In this course `p` is the probability to **drop**, as in PyTorch. Other sources (the first paper,
# old TensorFlow's `keep_prob`) count the units that stay: always look which one is meant. All randomness comes from
# the argument `rng`. Your numbers need not be ours; they are judged as a distribution.

# %%
import numpy as np

from grader import check, hint

# %% [markdown]
# ## The mask
#
# Dropping is a multiplication by a mask: 0 for what is dropped, something else for what stays. Should that be 1? If a
# share $p$ of the inputs is missing, the sums in the next layer are on average too small by the factor $1 - p$; at
# test time nothing is missing, and the network would meet numbers of a size it never saw. So what stays is made
# larger, just enough for the mean to stay as it was. This is called **inverted dropout**:
#
# $$m_i = \begin{cases} 0 & \text{with probability } p \\ \dfrac{1}{1 - p} & \text{with probability } 1 - p
# \end{cases} \qquad \text{mean of } m_i = p \cdot 0 + (1 - p) \cdot \frac{1}{1 - p} = 1$$
#
# Every entry is drawn on its own: not one draw for a row, and not always the same number of zeros.
#
# **A number by hand.** For $p = 0.2$ the kept entries are $1 / 0.8 = 1.25$. A mask of ten entries has two zeros *on
# average*, and then its mean is $8 \cdot 1.25 / 10 = 1$.
#
# **The two ends.** $p = 0$ keeps all: ones. $p = 1$ keeps nothing: zeros. Take care there, $1 / (1 - p)$ does not
# exist and NumPy would warn.


# %%
def dropout_mask(shape, p, rng):
    """Return a mask for inverted dropout: 0 with probability p, otherwise 1 / (1 - p).

    Every entry is an independent draw.

    shape: a tuple of ints, the shape of the result. p: the probability to DROP an
    entry, 0 <= p <= 1; p = 0 gives ones, p = 1 gives zeros, without a warning. rng: a
    np.random.Generator, the only source of chance.

    >>> np.unique(dropout_mask((50, 40), 0.2, np.random.default_rng(0))).tolist()
    [0.0, 1.25]

    To read: Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from
    Overfitting, 2014.
    """
    ### BEGIN SOLUTION
    if p == 1:
        return np.zeros(shape)
    return (rng.random(shape) >= p) / (1.0 - p)
    ### END SOLUTION


# %%
check("dropout_mask")

# %% [markdown] tags=["explanation"]
# **Why this works.** `rng.random` is uniform on $[0, 1)$, so a number lies below $p$ with probability exactly $p$; for
# $p = 0$ none does. The comparison gives truth values, and dividing them by $1 - p$ turns them into 0 and $1/(1-p)$.
# With `randn` instead, $P(\text{number} \ge 0.2)$ would be 0.42 rather than 0.8. At $p = 1$ the division
# would be 0 / 0, which is `nan`, not 0; hence the line for that end.

# %% [markdown]
# ## Dropout as a layer
#
# Training and use are different. While training, multiply by a fresh mask. At test time return the values as they
# are: no chance, no scaling. The price was paid in training already.
#
# $$\mathrm{dropout}(x) = \begin{cases} x \odot m & \text{training} \\ x & \text{otherwise} \end{cases}$$
#
# where $\odot$ multiplies entry by entry. Forgetting this switch is one of the most common bugs in practice: the same
# image gives another answer each time. In PyTorch the switch is `model.train()` and `model.eval()`.
#
# **A number by hand.** $x = [4, 8, 2, 6, 12]$ with $p = 0.2$, and the mask happens to drop the third entry:
# $x \odot m = [4, 8, 2, 6, 12] \odot [1.25, 1.25, 0, 1.25, 1.25] = [5, 10, 0, 7.5, 15]$. At test time the result is
# $x$ itself: $[4, 8, 2, 6, 12]$.


# %%
def dropout(x, p, training, rng):
    """Return x times a fresh dropout mask while training, otherwise x's values as they are.

    x: an array of any shape; the result is a new array of the same shape. p: the
    probability to DROP an entry, 0 <= p <= 1; what stays is divided by 1 - p. training:
    True or False. rng: a np.random.Generator.

    >>> dropout(np.array([4.0, 8.0, 2.0]), 0.2, False, np.random.default_rng(0)).tolist()
    [4.0, 8.0, 2.0]

    To read: Goodfellow, Bengio and Courville, Deep Learning, section 7.12.
    """
    ### BEGIN SOLUTION
    x = np.array(x, dtype=float)
    return x * dropout_mask(x.shape, p, rng) if training else x
    ### END SOLUTION


# %%
check("dropout")

# %% [markdown] tags=["explanation"]
# **Why this works.** The mask has mean 1, so $x \odot m$ has mean $x$, entry by entry, and the layer behind meets
# numbers of the same size in training and in use. The first paper did it the other way round: no scaling in training,
# times the keeping probability at test time. Both are right on average, but inverted dropout leaves the network that is
# finally used free of any trace of dropout. `np.array` makes a copy, so the caller's array stays as it was.

# %% [markdown]
# ## What you have built
#
# A layer of two lines that made large networks much harder to overfit. Backpropagation goes through it as through
# any product: the gradient is multiplied by the same mask.

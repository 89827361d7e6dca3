# Answers with right numbers in shapes that a comparison would stretch, or that hold the right ones among others.
# computes: yes
# reports: -

# Nothing is to be told: shapes are never broadcast.

# %%
import numpy as np
from grader import check

calls = []


def double(x):
    calls.append(x)
    right = 2 * x
    shapes = [
        right[None], right[..., None], right.ravel()[None, None], [right], [right, right], (right,), {"x": right},
        right.ravel()[:1], right.ravel()[0], np.array([]), np.empty((0, 3)), np.broadcast_to(right, (2, *right.shape)),
    ]
    return shapes[(5 * len(calls)) % len(shapes)]


# %%
check("double")

# Returns what has yet to be computed, and may be computed where it is looked at.
# reports: -

# Nothing is to be told: what is no plain data is no answer.

# %%
import types
from grader import check


def endless(x):
    while True:
        yield 2 * x


async def later(x):
    return 2 * x


class Lazy(list):
    def __iter__(self):
        while True:
            yield 1.0

    def __len__(self):
        return 2**62


calls = []


def double(x):
    calls.append(x)
    return [endless(x), later(x), map(float, endless(1.0)), lambda: 2 * x][len(calls) % 4]


# %%
check("double")

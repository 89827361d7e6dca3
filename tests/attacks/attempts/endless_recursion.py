# Calls itself for ever.
# reports: -

# Nothing is to be told: Python stops it, and the notebook shows a RecursionError as Jupyter would.

# %%
def f(x):
    return f(x + 1)

f(0)

# %%
class Loop:
    def __repr__(self):
        return repr(self)

    __str__ = __repr__

    def __getattr__(self, name):
        return getattr(self, name)

Loop()

# %%
raise ValueError(Loop())

# %%
deep = []
for _ in range(10**5):
    deep = [deep]
deep

# %%
def endless_exceptions():
    try:
        endless_exceptions()
    finally:
        raise ValueError

endless_exceptions()

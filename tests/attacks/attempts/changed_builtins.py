# Replaces the builtins that everything is made with.
# ended: "", died, damaged
# reports: -

# Nothing is to be told beyond how it ended: it breaks its own process only.

# %%
import builtins
from grader import check


def double(x):
    return x


builtins.isinstance = builtins.hasattr = builtins.callable = builtins.all = lambda *args: True
builtins.len = builtins.id = lambda *args: 0
builtins.type = builtins.getattr = builtins.vars = None
builtins.__import__ = None
builtins.BaseException = builtins.Exception = builtins.OSError = KeyError
builtins.__dict__.pop("dict")
builtins.__build_class__ = None


# %%
check("double")

# Calls itself through C until the stack is used up.
# ended: died
# reports: died SIGSEGV

# %%
import ctypes
import sys

sys.setrecursionlimit(10**9)
# From C to Python and back; Pythons that count such calls, too, are not asked.
function = ctypes.CFUNCTYPE(None)(lambda: list(map(lambda _: function(), [0])))
function()

# %%
ctypes.string_at(0)

# Raises, looks for and prints text that means something to a terminal, a page or a log.
# reports: opened *; imported torch*

# %%
import importlib
from grader import check

TEXT = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\n\n[AutogradeApp | INFO] attack-note\r<script>alert(1)</script>[/red]{0}%s"
print(TEXT)
try:
    open("/" + TEXT)
except OSError:
    pass
try:
    importlib.import_module("torch." + TEXT)
except ImportError:
    pass


def double(x):
    raise type(TEXT, (ValueError,), {})(TEXT + 10**7 * "x")


# %%
check("double")

# Does the work, and tells hidden inputs by the names of files, folders and packages that it looks for.
# points: 3
# reports: hidden hidden

# What is looked for while hidden cases are asked may be told, but not by name: the page is the student's to read.

# %%
import importlib
import os
from grader import check

calls = []


def double(x):
    calls.append(x)
    if len(calls) > 2:
        name = "_".join(str(abs(value)) for value in x.ravel().tolist())
        for look in (open, os.listdir, os.mkdir, os.remove):
            try:
                look("/etc/" + name)
            except OSError:
                pass
        try:
            importlib.import_module("torch." + name)
        except ImportError:
            pass
    return 2 * x


# %%
check("double")

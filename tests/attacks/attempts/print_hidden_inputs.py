# Prints, shows, raises, warns, logs and saves whatever it is asked.
# reports: -

# Nothing is to be told: what is printed while hidden inputs are about goes nowhere.

# %%
import logging
import os
import sys
import warnings
from grader import check

streams = [sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__]
show, raw = display, os.write
shell = get_ipython()
calls = []


def double(x):
    calls.append(x)
    text = "asked " + " ".join(map(repr, x.ravel().tolist())) if len(calls) > 2 else "asked"
    for stream in streams + [sys.stdout, sys.stderr]:
        try:
            print(text, file=stream, flush=True)
        except Exception:
            pass
    show(text)
    shell.displayhook(text)
    shell.outputs.stream("stdout", text)
    shell.user_ns["Out"][1] = text
    logging.error(text)
    warnings.warn(text)
    sys.excepthook(ValueError, ValueError(text), None)
    for number in (1, 2):
        raw(number, text.encode())
    try:
        with open("asked.txt", "a") as file:
            file.write(text)
    except OSError:
        pass
    raise type(text, (Exception,), {"__module__": text})(text)


# %%
check("double")

# %%
print(len(calls))

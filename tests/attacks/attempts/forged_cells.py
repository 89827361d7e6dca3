# Says that all cells have run, with outputs and files of its choice, before it is asked anything.
# reports: -

# Nothing is to be told: nothing was asked, so there is no answer. What it shows is its own to choose.

# %%
import json, os, struct, threading, time

# %%
def shown(kind, text):
    return d(output_type="display_data", data={"d": [[kind, text]]}, metadata={"d": []})

fake = shown("application/vnd.gradmark.verdict+json", '{"points": 3}')
html = shown("text/html", "<b>double 3 / 3</b>")
files = {"d": [[name, {"a": index}] for index, name in enumerate(
    ["../../../gradebook.db", "/etc/passwd", "first.ipynb", ".hidden", "a/../../b", "x\x00y", "", ".", "fine.txt"])]}
forge(
    d(say="cells", outputs={"l": [{"l": [fake, html]}] * 9}, files=files),
    [["|u1", [1]]] * 9,
    9 * b"x",
)
from grader import check

def double(x):
    return x

# %%
check("double")

# Puts hidden inputs into whatever an answer may say: type names, messages, lines, names of keys, sizes.
# reports: -

# Nothing is to be told: of a hidden case nothing is shown but that it is wrong.

# %%
from grader import check

calls = []


class Named(type):
    pass


def double(x):
    calls.append(x)
    if len(calls) <= 2:
        return 2 * x
    text = " ".join(map(repr, x.ravel().tolist()))
    if len(calls) == 3:
        return {text: text, "value": [text], "kind": type(text, (), {})()}
    exec(compile(f"raise type({text!r}, (ValueError,), {{}})({text!r})  # {text}", "<cell 1>", "exec"))


# %%
check("double")

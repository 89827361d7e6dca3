# Sends answers whose parts are of the wrong kind: arrays for exceptions, infinite line numbers, lists for names.
# reports: -

# Nothing is to be told: each is an answer, and a wrong one.

# %%
import json, os, struct, threading, time

# %%
import grader

# The machinery's own messages must not follow.
machinery = grader.check.__self__
check = grader.check
calls = []
say = machinery.say

def said(message):
    if message.get("say") != "answer":
        return say(message)
    calls.append(message)
    odd = [
        {"a": 0},
        d(types={"l": [{"l": []}, None]}, message={"a": 0}, line={"f": "inf"}, source={"t": []}),
        d(types="ValueError", message="x", line={"f": "nan"}, source="x"),
        d(types={"l": []}, message=None, line="7" * 50, source={"o": "x"}),
    ][len(calls) % 4]
    numbers = [["<f8", [2]]] if "a" in json.dumps(odd).split('"')[1:2] or '"a"' in json.dumps(odd) else []
    forge(d(say="answer", id=message["id"], value=None, after=None, missing="", raised=odd), numbers, bytes(16 * len(numbers)))

machinery.say = said

def double(x):
    return x

# %%
check("double")

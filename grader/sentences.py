"""The sentence of a diagnosis, in the language that is spoken. Layout is `render`'s.

A known mistake has the author's own sentence; then what the judge makes of the numbers is not told beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.messages import text
from grader.verdict import Diagnosis

# What the judge concludes from the numbers alone.
_GUESSES = ("sign", "factor", "offset", "order", "imprecise")
# What names two shapes.
_SHAPES = ("shape", "same_values")
# A number with more digits than anyone compares.
_LONG = re.compile(r"-?\d+\.\d{7,}(e[+-]\d+)?")
# Flaws whose sentence has figures in it.
_MEASURED = ("mean", "spread")


def sentence(diagnosis: Diagnosis, exercise: str, where: str) -> str:
    """What is wrong. where: the part of the answer, as a text."""
    details = {"exercise": exercise, "where": where, **diagnosis.details}
    code = diagnosis.code
    if code == "changed_input" and len(details["names"]) > 1:
        code = "changed_inputs"
    for name in ("names", "missing"):
        if name in details:
            details[name] = ", ".join(map(str, details[name]))
    if code in _GUESSES and diagnosis.mistake:
        return text("values", **details)
    if code == "factor":
        return _factor(details)
    if code == "offset":
        code = "offset" if details["offset"] > 0 else "offset_small"
        details["offset"] = _short(abs(details["offset"]))
    if code == "imprecise":
        details["precision"] = f"1e-{details['digits']}"
    if code == "not_finite":
        details["index"] = list(details["index"])
        there, given = details.get("input", {}), details.get("inputs", {})
        # Single numbers are told with the other arguments.
        told = [f"{name} = {_short(value)}" for name, value in there.items() if given.get(name) != repr(value)]
        code = "not_finite_one" if details["total"] == 1 else "not_finite_input" if told else code
        details["input"] = ", ".join(told)
    if code == "values_many":
        details["worst"] = _short(details["worst"])
        code = "values_one" if details["total"] == 1 else "all_zero" if details.get("all_zero") else code
    if code == "dtype":
        code = _dtype(details)
    if code == "transposed":
        same, table = details["actual"] == details["expected"], len(details["actual"]) == 2
        code = "transposed_axes" if not table else "transposed_same" if same else code
    if code == "missing_time" and "seconds" in details:
        code, details["seconds"] = "out_of_time", _short(details["seconds"])
    if code == "raised" and not details["message"]:
        return f"{details['type']}{where}"
    if code in _SHAPES:
        details |= {name: text("shape_of_number") for name in ("actual", "expected") if details[name] == ()}
    if code == "type":
        code = "type_of" if "count" in details else "type" if details.get("expected") else "type_plain"
    if code == "fact":
        details["fact"] = text(f"fact_{details['fact']}", **details["parameters"])
        code = "fact_values" if "expected" in details else "fact"
    return text(code, **details)


def hidden_sentence(diagnosis: Diagnosis) -> str:
    """What is wrong in a case that is not shown: its kind, by names, without a number of the answer's."""
    details = dict(diagnosis.details)
    if diagnosis.code == "values_many" or (diagnosis.code in _GUESSES and diagnosis.mistake):
        return text("hidden")
    if diagnosis.code in ("raised", "raised_other"):
        return text("raised_hidden", **details) if "type" in details else text("raised_hidden_own")
    if diagnosis.code == "forbidden_import":
        return text("forbidden_import", **details)
    if diagnosis.code == "did_not_raise":
        details["names"] = ", ".join(details["names"])
    if diagnosis.code == "factor" and details.get("by"):
        said = text("hidden_factor_named", what=_quantity(details))
    else:
        said = text(f"hidden_{diagnosis.code}", **details)
    return text("hidden_because", said=said)


def inputs(given: Mapping[str, Any]) -> str:
    """The arguments of a case, in one line."""
    said = []
    for name, value in given.items():
        if isinstance(value, Mapping):
            code = "input_made" if "made" in value else "input_size"
            said.append(text(code, name=name, **value))
        else:
            shown = _LONG.sub(lambda found: f"{float(found[0]):.5g}", value)
            said.append(f"{name} {shown}" if shown.startswith("shape") else f"{name} = {shown}")
    return text("inputs", inputs=", ".join(said))


def flaw(name: str, details: Mapping[str, Any]) -> str:
    """What is wrong with a sample; a hidden one keeps its figures to itself."""
    if name not in _MEASURED:
        return text(f"flaw_{name}")
    if name == "spread" and details.get("rule"):
        return text("flaw_spread_rule", **{**details, "rule": text(f"rule_{details['rule']}")})
    return text(f"flaw_{name}", **details) if "std" in details else text(f"flaw_{name}_hidden")


def _factor(details: dict[str, Any]) -> str:
    """ "8 times too large, and 8 is N, the rows of X: average over the batch"."""
    factor, power = abs(details["factor"]), details["power"]
    # Numbers below 1, such as 1 - p, are named as they are; of others 1 / 8 is "8 times too small".
    small = factor < 1 and (not details["by"] or power < 0)
    times = _short(1 / factor if small else factor)
    kind = "small" if small else "large" if factor > 1 else "part"
    said = text(f"factor_{kind}", times=times, where=details["where"])
    if details["factor"] < 0:
        said = text("factor_negative", said=said)
    if not details["by"]:
        return text("factor", said=said)
    if details["by"] == "two" and abs(power) == 1:
        return text(f"factor_two_{kind}", said=said)
    what = _quantity(details)
    if abs(power) < 1:
        what = text("factor_root", what=what)
    if power < 0 and not small:
        what = text("factor_inverse", what=what)
    advice = "divided" if small else "multiplied"
    if abs(power) == 1 and details["by"] in ("rows", "columns", "size"):
        advice = f"{'rows' if details['by'] == 'rows' else 'sum'}_{kind}"
    return text("factor_named", said=said, times=times, what=what, advice=text(f"factor_advice_{advice}"))


def _quantity(details: Mapping[str, Any]) -> str:
    return text(f"factor_{details['by']}", of=details["of"])


def _dtype(details: Mapping[str, Any]) -> str:
    """Which of the two is the odd one."""
    actual, expected = details["actual"], details["expected"]
    if actual.startswith("complex"):
        return "dtype"
    if "bool" in (actual, expected):
        return "dtype_truth" if expected == "bool" else "dtype_number"
    return "dtype_integer" if expected.startswith("float") else "dtype_float"


def _short(value: Any) -> str:
    """Four digits of a number; a row of them in parentheses."""
    if isinstance(value, tuple | list):
        return f"({', '.join(map(_short, value))})"
    return f"{value:.4g}" if isinstance(value, float) else str(value)

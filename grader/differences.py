"""What changed between two declarations of one exercise, in short phrases for the instructor who changed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.exercise import Tolerance
from grader.key import Key, KeyCriterion, key_to_json
from grader.quiz import QuestionKey, any_key_to_json
from grader.verdict import QUESTION

# What belongs to the exercise and not to a line of its rubric.
WHOLE = ""


def differences(old: Key, new: Key) -> dict[str, list[str]]:
    """The phrases by criterion, `WHOLE` for the exercise's own; empty for equal declarations."""
    if isinstance(old, QuestionKey) or isinstance(new, QuestionKey):
        return _of_questions(any_key_to_json(old), any_key_to_json(new))
    found: dict[str, list[str]] = {WHOLE: []}
    before = {criterion.name: criterion for criterion in old.criteria}
    now = {criterion.name: criterion for criterion in new.criteria}
    for name, criterion in now.items():
        if name in before:
            nodes = [_cases(key, name) for key in (old, new)]
            found[name] = [*_settings(before[name], criterion), *_of_cases(*nodes)]
        else:
            found[name] = [f"new, {criterion.points:g} points"]
    for name in before.keys() - now.keys():
        found[name] = ["no longer there"]
    if (old.hint, old.mistakes) != (new.hint, new.mistakes):
        found[WHOLE].append("other hints")
    if (old.parameters, old.seconds) != (new.parameters, new.seconds):
        found[WHOLE].append("other parameters or time limit")
    return {name: phrases for name, phrases in found.items() if phrases}


def phrases_of(found: Mapping[str, Sequence[str]]) -> str:
    """All phrases in one line."""
    return "; ".join(f"{name}: {', '.join(phrases)}" if name else ", ".join(phrases) for name, phrases in found.items())


def _settings(old: KeyCriterion, new: KeyCriterion) -> list[str]:
    phrases = []
    if old.points != new.points:
        phrases.append(f"points {old.points:g} → {new.points:g}")
    phrases += _tolerances(old.tolerance, new.tolerance)
    if old.hidden != new.hidden:
        phrases.append("hidden now" if new.hidden else "public now")
    if old.inputs_unchanged != new.inputs_unchanged:
        phrases.append("inputs must stay unchanged" if new.inputs_unchanged else "inputs may change")
    return phrases


def _tolerances(old: Tolerance, new: Tolerance) -> list[str]:
    pairs = (("rtol", old.rtol, new.rtol), ("atol", old.atol, new.atol))
    return [f"{name} {before:g} → {after:g}" for name, before, after in pairs if before != after]


def _cases(key: Key, name: str) -> Mapping[str, Mapping[str, Any]]:
    """A criterion's cases as JSON, by their ids."""
    node = next(item for item in key_to_json(key)["criteria"] if item["name"] == name)
    return {case["id"]: case for case in node["cases"]}


def _of_cases(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> list[str]:
    both = [(old[name], case) for name, case in new.items() if name in old]
    counts = {
        "new cases": len(new.keys() - old.keys()),
        "cases gone": len(old.keys() - new.keys()),
        "other inputs": sum(_inputs(before) != _inputs(after) for before, after in both),
        "other expected values": sum(before["expected"] != after["expected"] for before, after in both),
        "other known mistakes": sum(before["mistakes"] != after["mistakes"] for before, after in both),
    }
    # Other inputs have other expected values and mistakes, too; that says nothing more.
    names = ["new cases", "cases gone", "other inputs"]
    names += [] if counts["other inputs"] else ["other expected values", "other known mistakes"]
    total = len(new)
    return [f"{name} ({counts[name]} of {total})" for name in names if counts[name]]


def _inputs(case: Mapping[str, Any]) -> list[Any]:
    return [case["calls"], case.get("item"), case.get("measure")]


_QUESTION_WORDS = {
    "points": "points",
    "answers": "other answers accepted",
    "variants": "other numbers",
    "options": "other options",
    "text": "another text",
    "unit": "another unit",
    "kind": "another kind of answer",
}


def _of_questions(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[str]]:
    if "kind" not in old or "kind" not in new:
        return {WHOLE: ["a question instead of a function" if "kind" in new else "a function instead of a question"]}
    phrases = _tolerances(Tolerance(old["rtol"], old["atol"]), Tolerance(new["rtol"], new["atol"]))
    for name, words in _QUESTION_WORDS.items():
        if old[name] != new[name]:
            phrases.append(f"points {old[name]:g} → {new[name]:g}" if name == "points" else words)
    return {QUESTION: phrases} if phrases else {}

"""The answers of message_kinds.py get the diagnosis, the mistake and the picture that they stand for."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from message_kinds import KINDS, Kind, public_cases

from grader.checking import check_function
from grader.pictures import WORDS, picture
from grader.public import find_key

FUNCTIONS = [kind for kind in KINDS if kind.source.startswith("def ")]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Language -> folder with the public cases of the whole course."""
    made = {}
    for lang in {kind.lang for kind in KINDS}:
        made[lang] = tmp_path_factory.mktemp(lang)
        (made[lang] / "public_cases.json").write_text(json.dumps(public_cases(lang)), encoding="utf-8")
    return made


@pytest.mark.parametrize("kind", FUNCTIONS, ids=lambda kind: kind.name)
def test_the_answer_gets_its_message(kind: Kind, folders: dict[str, Path]) -> None:
    names = {"np": np}
    exec(kind.source, names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        verdict = check_function(names[kind.exercise], find_key(kind.exercise, [folders[kind.lang]]).public())
    diagnosis = verdict.diagnosis
    assert (diagnosis.code if diagnosis else verdict.status) == kind.code
    assert bool(diagnosis and diagnosis.mistake) == kind.mistake
    drawn = picture(diagnosis, dict.fromkeys(WORDS, "-")) if diagnosis else ""
    assert bool(drawn) == kind.picture


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)

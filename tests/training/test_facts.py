"""Pairs of disputed facts: one version contradicts the other, and nothing else does."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from training.facts import NEAR, Fact, pairs, read

FACT = Fact.model_validate(
    {
        "question": "How many were hurt?",
        "a": ["Nine were hurt.", "The doctors saw nine people."],
        "b": ["Thirty were hurt."],
        "near": ["Nine engines came.", "In 2019 thirty were hurt.", "Nobody slept."],
    }
)


def test_each_sentence_of_one_version_contradicts_each_of_the_other() -> None:
    found = list(pairs(FACT, random.Random(1)))  # noqa: S311
    against = {(p["one"], p["other"]) for p in found if p["contradict"]}
    assert against == {("Nine were hurt.", "Thirty were hurt."), ("The doctors saw nine people.", "Thirty were hurt.")}
    compatible = [(p["one"], p["other"]) for p in found if not p["contradict"]]
    assert len(compatible) == 1 + NEAR
    assert {p["question"] for p in found} == {"How many were hurt?"}
    assert ("Nine were hurt.", "The doctors saw nine people.") in compatible


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nothing", "line 1: the line: Invalid JSON"),
        ('{"question": "?", "a": ["x"], "b": ["y"], "near": "z"}', "line 1: near: "),
        ('{"question": "?", "a": [["x"]], "b": ["y"], "near": ["z"]}', r"line 1: a\.0: "),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "facts.jsonl").write_text(line + "\n")
    with pytest.raises(ValueError, match=said):
        list(read(tmp_path / "facts.jsonl"))

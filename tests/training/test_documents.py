"""Pairs of documents beside their question: two answers that differ dispute it, and nothing else does."""

from __future__ import annotations

import random

from training.documents import AGREEING, pairs
from training.sources import Documents

ASKED = Documents(
    "When was the bridge opened?",
    (
        ("The bridge is of steel. It was opened in 1931.", "1931"),
        ("Opened in 1931, it carries trains.", "1931"),
        ("The town grew. Its bridge dates from 1944.", "1944"),
        ("Built by Ida Brandt, it is admired.", "Ida Brandt"),
        ("A ferry runs on Sundays. It is free.", None),
        ("Its answer is not in its words.", "1950"),
    ),
)


def test_sentences_with_two_answers_dispute_the_question_and_no_others_do() -> None:
    found = list(pairs(ASKED, random.Random(1)))  # noqa: S311
    against = {frozenset((p["one"], p["other"])) for p in found if p["contradict"]}
    late = "Its bridge dates from 1944."
    assert against == {
        frozenset(("It was opened in 1931.", late)),
        frozenset(("Opened in 1931, it carries trains.", late)),
    }
    assert len([p for p in found if not p["contradict"]]) == AGREEING
    assert all(p["question"] == ASKED.question for p in found)
    assert all("not in its words" not in p["one"] + p["other"] for p in found)

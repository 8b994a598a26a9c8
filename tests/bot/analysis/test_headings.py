"""What stands above an entry: what both sides are about, in words of theirs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.analysis.claims import LONGEST_TOPIC, read
from bot.analysis.discrepancies import discrepancy, found_for, heading
from bot.desk import Desk
from bot.types import Question, Turn
from index.sentences import sentences
from index.types import WHOLE, Article, Certainty, Claim, Difference, Relation, Source
from tests.conftest import write


def _claims(file: str, text: str) -> list[Claim]:
    return read(Article(file, "s", file, 1, text, Source(), file), sentences(text))


def _difference(one: str, other: str, facet: str = WHOLE, score: float = 0.9) -> Difference:
    first, second = (
        next(c for c in _claims(file, text) if c.facet == facet) for file, text in (("a", one), ("b", other))
    )
    return Difference(first, second, first.kind, Relation.CONTRADICTION, Certainty.SURE, "not both", score)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("The rifle was loaded with five cartridges.", "The rifle was empty.", "rifle"),
        ("The diversion tunnel was closed by the Board.", "The Board left the tunnel open.", "tunnel, Board"),
        ("The bridge collapsed in Velm.", "The bridge of Velm held.", "bridge of Velm"),
        ("The ri\u200bfle was loaded.", "The rifle was empty.", "rifle"),
        ("Guards fired.", "They never fired.", "fired"),
    ],
)
def test_sentences_as_wholes_are_headed_by_the_things_that_both_name(one: str, other: str, told: str) -> None:
    assert heading(discrepancy("s", [_difference(one, other)])) == told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The contract was not signed.", "whether the contract was signed"),
        ("Nobody was hurt.", "whether anybody was hurt"),
        ("No one was hurt.", "whether anybody was hurt"),
        ("No other driver was arrested.", "whether other driver was arrested"),
        ("It was signed.", "whether it was signed"),
        ("The plant is closed.", "whether the plant is closed"),
    ],
)
def test_a_deed_is_asked_for_without_what_denies_it(sentence: str, told: str) -> None:
    (claim,) = {c.topic: c for c in _claims("a", sentence) if c.facet in ("state", "whether")}.values()
    other = replace(claim, id="other", article_id="b", file="b")
    difference = Difference(claim, other, claim.kind, Relation.CONTRADICTION, Certainty.SURE, "not both", 0.9)
    assert heading(discrepancy("s", [difference])) == told


def test_what_a_question_found_is_one_entry_under_the_question() -> None:
    rang = _difference("The boxes were sold in Nordmark only.", "They went to Sveland too.")
    other = _difference("The boxes were sold in Nordmark only.", "Each shop sells them.", score=0.8)
    other = replace(other, second=replace(other.second, id="c", article_id="c", file="c"))
    (entry,) = found_for("s", "Where was it sold?", [other, rang])
    assert heading(entry) == "Where was it sold?"
    assert len(entry.sides) == 3
    assert len(found_for("s", "x" * 1000, [rang])[0].topic) == LONGEST_TOPIC


def test_two_matters_that_a_question_found_are_not_headed_alike() -> None:
    one = _difference("The rifle was loaded.", "The rifle was empty.")
    two = _difference("The bridge is open.", "The bridge fell.", score=0.8)
    two = replace(two, first=replace(two.first, article_id="c"), second=replace(two.second, article_id="d"))
    assert [heading(e) for e in found_for("s", "Is it safe?", [one, two])] == ["rifle", "bridge"]


def test_what_a_follow_up_found_is_headed_by_what_was_typed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bar in ("FLAGGED", "FLAGGED_VALUES"):
        monkeypatch.setattr(f"bot.analysis.contrast.{bar}", 1.1)
    there = (
        "Alarm at the dam\n\nMayor Ann Reed was in the town hall when the alarm rang. The dam was built by convicts."
    )
    away = (
        "The night\n\nMayor Ann Reed was not in the town hall when the alarm rang; she was at the lake. Nobody slept."
    )
    asyncio.run(desk.add("dam", [write(tmp_path / "a", a=there, b=away)]))
    assert not asyncio.run(desk.discrepancies("dam")).discrepancies
    asked = Question("and where was she when it rang?", "dam", (Turn("Who is the mayor?", "Ann Reed."),))
    (entry,) = asyncio.run(desk.ask(asked)).discrepancies
    assert heading(entry) == asked.text

"""An entry of the ledger that is told for a question keeps to the kind of value that the question met."""

from __future__ import annotations

from dataclasses import replace

from bot.analysis.discrepancies import cut_to, discrepancies, discrepancy, holds
from index.types import Certainty, Claim, Difference, Kind, Relation, Span


def _claim(name: str, facet: str, value: str, at: int) -> Claim:
    return Claim(
        id=name, article_id="a", file="a.txt", span=Span(at, at + 10), quote=value, topic=f"{facet} of it", facet=facet, kind=Kind.DATE,
        predicate="be", value=value, normal=value, terms=(value,),
    )  # fmt: skip


def test_an_entry_is_cut_to_the_dates_where_a_date_was_asked_for_and_keeps_its_id() -> None:
    first, second = _claim("1", "date", "1 May", 0), replace(_claim("2", "date", "3 May", 20), predicate="begin")
    sentence, other = _claim("3", "whole", "It came on 1 May.", 0), _claim("4", "whole", "It never came.", 40)
    dates = Difference(first, second, Kind.DATE, Relation.CONTRADICTION, Certainty.SURE, "two days", 0.9)
    whole = Difference(sentence, other, Kind.EVENT, Relation.CONTRADICTION, Certainty.POSSIBLE, "not both", 0.8)
    later = Difference(
        replace(second, id="5", facet="whole", value="3 May it was."),
        other,
        Kind.EVENT,
        Relation.CONTRADICTION,
        Certainty.POSSIBLE,
        "not both",
        0.7,
    )
    (entry,) = discrepancies("s", [dates, whole, later])
    assert "It never came." in [p.value for p in entry.positions]
    told = cut_to(entry, [dates], [dates, whole, later])
    assert [p.value for p in told.positions] == ["1 May", "3 May"]
    assert told.id == entry.id
    assert cut_to(entry, [whole], [dates, whole, later]) == entry
    assert cut_to(entry, [dates, whole], [dates, whole, later]) == entry, "nothing that was met is cut away"


def test_an_entry_is_whole_where_the_cut_would_lose_what_a_question_met() -> None:
    first, second, third = (
        _claim(str(n), facet, value, 20 * n)
        for n, facet, value in ((1, "actor", "the mayor"), (2, "actor", "the sheriff"), (3, "date", "1 May"))
    )
    met = Difference(first, second, Kind.ACTOR, Relation.CONTRADICTION, Certainty.SURE, "two people", 0.9)
    beside = Difference(
        third, replace(second, id="4"), Kind.ACTOR, Relation.CONTRADICTION, Certainty.SURE, "another", 0.8
    )
    entry = discrepancy("s", [met, beside])
    assert holds(cut_to(entry, [met], [beside]), met)

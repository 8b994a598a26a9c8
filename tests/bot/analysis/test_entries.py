"""An entry of the ledger that is told for a question keeps to the kind of value that the question met."""

from __future__ import annotations

from bot.analysis.discrepancies import about, discrepancies
from index.types import Certainty, Claim, Difference, Kind, Relation, Span


def _claim(name: str, facet: str, value: str, at: int) -> Claim:
    return Claim(
        id=name, article_id="a", file="a.txt", span=Span(at, at + 10), quote=value, topic=f"{facet} of it", facet=facet, kind=Kind.DATE,
        predicate="be", value=value, normal=value, terms=(value,),
    )  # fmt: skip


def test_an_entry_is_cut_to_the_dates_where_a_date_was_asked_for_and_keeps_its_id() -> None:
    first, second = _claim("1", "date", "1 May", 0), _claim("2", "date", "3 May", 20)
    sentence, other = _claim("3", "whole", "It came on 1 May.", 0), _claim("4", "whole", "It never came.", 40)
    dates = Difference(first, second, Kind.DATE, Relation.CONTRADICTION, Certainty.SURE, "two days", 0.9)
    whole = Difference(sentence, other, Kind.EVENT, Relation.CONTRADICTION, Certainty.POSSIBLE, "not both", 0.8)
    (entry,) = discrepancies("s", [dates, whole])
    assert "It never came." in [p.value for p in entry.positions]
    told = about(entry, dates, [dates, whole])
    assert [p.value for p in told.positions] == ["1 May", "3 May"]
    assert told.id == entry.id
    assert about(entry, whole, [dates, whole]) == entry

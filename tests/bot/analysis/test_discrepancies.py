"""How pairs become entries, on claims no story has: a position holds only claims that say the same."""

from __future__ import annotations

from dataclasses import replace

from bot.analysis.discrepancies import discrepancies
from index.types import Certainty, Claim, Difference, Kind, Relation, Span


def _claim(file: str, quote: str, terms: str, facet: str = "whole") -> Claim:
    """The only sentence of a file of its own."""
    span, words = Span(0, len(quote)), tuple(terms.split())
    return Claim(f"{file}-1", file, file, span, quote, Kind.EVENT, facet, quote, quote, quote, origin=file, terms=words)


def _against(one: Claim, other: Claim, score: float) -> Difference:
    return Difference(one, other, Kind.EVENT, Relation.CONTRADICTION, Certainty.SURE, "they exclude each other", score)


def _held(*differences: Difference) -> set[frozenset[str]]:
    return {frozenset(c.file for c in p.claims) for d in discrepancies("story", differences) for p in d.positions}


OPEN = _claim("a", "The harbour road stayed open all week.", "harbour road stay open week")
CLOSED = _claim("b", "The harbour road was closed for the whole week.", "harbour road close week")
SHUT = _claim("c", "All week the harbour road was closed to lorries.", "harbour road close week lorry")
FLOODED = _claim("d", "Water stood in the cellars of the mill.", "water stand cellar mill")


def test_claims_that_say_the_same_against_a_third_share_a_position() -> None:
    assert _held(_against(OPEN, CLOSED, 0.9), _against(OPEN, SHUT, 0.8)) == {frozenset("a"), frozenset("bc")}


def test_claims_that_only_stand_against_the_same_third_do_not() -> None:
    held = _held(_against(OPEN, CLOSED, 0.9), _against(OPEN, FLOODED, 0.8))
    assert held == {frozenset("a"), frozenset("b"), frozenset("d")}


def test_a_denial_shares_no_position_with_what_it_denies() -> None:
    denied = replace(_claim("e", "The harbour road was not closed.", "harbour road close"), negated=True)
    assert frozenset("be") not in _held(_against(OPEN, CLOSED, 0.9), _against(OPEN, denied, 0.8))


def test_one_value_in_other_words_is_one_position() -> None:
    forty, sixty, again = (
        replace(_claim(file, quote, file, "amount"), normal=value)
        for file, quote, value in (
            ("a", "40 crates were lost.", "40"),
            ("b", "60 crates went missing.", "60"),
            ("c", "Sixty were gone.", "60"),
        )
    )
    assert _held(_against(forty, sixty, 0.9), _against(forty, again, 0.8)) == {frozenset("a"), frozenset("bc")}

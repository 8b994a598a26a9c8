"""How pairs become entries, on claims no story has: a position holds only claims that say the same."""

from __future__ import annotations

from dataclasses import replace

from bot.analysis.discrepancies import discrepancies, greedy
from index.types import Certainty, Claim, Difference, Kind, Relation, Span


def _claim(file: str, quote: str, terms: str, facet: str = "whole") -> Claim:
    """The only sentence of a file of its own."""
    span, words = Span(0, len(quote)), tuple(terms.split())
    return Claim(f"{file}-1", file, file, span, quote, Kind.EVENT, facet, quote, quote, quote, origin=file, terms=words)


def _valued(file: str, quote: str, value: str, facet: str, terms: str = "") -> Claim:
    """The same with a value of some facet."""
    return replace(_claim(file, quote, terms or file, facet), normal=value)


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


def test_what_only_has_an_opponent_in_common_with_an_entry_stands_beside_it() -> None:
    (entry,) = discrepancies("story", [_against(OPEN, FLOODED, 0.8), _against(OPEN, CLOSED, 0.9)])
    assert [{c.file for c in p.claims} for p in entry.positions] == [{"a"}, {"b"}, {"d"}]
    assert [{c.file for c in p.claims} for p in entry.sides] == [{"a"}, {"b"}]


def test_a_side_goes_by_what_its_matter_is_about() -> None:
    age = replace(_valued("a", OPEN.quote, "34", "age"), id="a-2", value="34")
    stay = replace(_valued("d", FLOODED.quote, "20", "duration"), value="20 minutes")
    (entry,) = discrepancies("story", [_against(OPEN, CLOSED, 0.9), _against(age, stay, 0.8)])
    assert [p.value for p in entry.sides] == [OPEN.quote, CLOSED.quote]
    assert all(p.spoken for p in entry.sides)


def test_a_third_version_that_excludes_the_two_others_is_a_side() -> None:
    (entry,) = discrepancies(
        "story", [_against(OPEN, CLOSED, 0.9), _against(OPEN, FLOODED, 0.8), _against(CLOSED, FLOODED, 0.7)]
    )
    assert [{c.file for c in p.claims} for p in entry.sides] == [{"a"}, {"b"}, {"d"}]


def test_what_a_subject_is_said_to_be_makes_an_entry_of_its_own() -> None:
    joke = _valued("a", "It was a joke.", "joke", "nature")
    threat = _valued("e", "It was a threat.", "threat", "nature")
    test = _valued("f", "It was a test.", "test", "nature")
    first, second = discrepancies(
        "story",
        [
            _against(OPEN, CLOSED, 0.95),
            _against(replace(joke, id="g", facet="whole"), CLOSED, 0.9),
            _against(joke, threat, 0.8),
            _against(joke, test, 0.7),
        ],
    )
    assert {c.file for p in first.positions for c in p.claims} >= {"a", "b"}
    assert [p.value for p in second.sides] == ["It was a joke.", "It was a threat.", "It was a test."]


def test_a_denial_shares_no_position_with_what_it_denies() -> None:
    denied = _claim("e", "The harbour road was not closed that week.", "harbour road close week")
    assert frozenset("be") not in _held(_against(OPEN, CLOSED, 0.9), _against(OPEN, denied, 0.8))


def test_a_chain_of_opponents_makes_no_position() -> None:
    held = _held(_against(OPEN, CLOSED, 0.9), _against(CLOSED, FLOODED, 0.8), _against(FLOODED, SHUT, 0.7))
    assert not any({"a", "c"} <= position for position in held)


def test_opposite_states_share_no_position() -> None:
    stayed = _valued("e", "The gate stayed open.", "yes", "state", "harbour gate")
    shut = _valued("f", "The gate stayed closed.", "no", "state", "harbour gate")
    assert frozenset("ef") not in _held(_against(FLOODED, stayed, 0.9), _against(FLOODED, shut, 0.8))


def test_one_value_in_other_words_is_one_position() -> None:
    forty = _valued("a", "40 crates were lost.", "40", "amount")
    sixty = _valued("b", "60 crates went missing.", "60", "amount")
    again = _valued("c", "Sixty were gone.", "60", "amount")
    assert _held(_against(forty, sixty, 0.9), _against(forty, again, 0.8)) == {frozenset("a"), frozenset("bc")}


def test_a_group_whose_members_another_came_to_hold_is_part_of_it() -> None:
    pairs = [("a", "b"), ("c", "d"), ("b", "c"), ("a", "d")]
    assert greedy(pairs, ["", "", "", ""], most=4) == [[0, 1, 2, 3]]
    assert greedy(pairs, ["date", "actor", "date", "date"], most=4) == [[0, 2, 3], [1]], "of another kind it stays"
    assert greedy(pairs, ["amount", "", "amount", "amount"], most=4) == [[0, 1, 2, 3]], "of no kind it goes with any"
    assert greedy(pairs[:2], ["", ""], most=4) == [[0], [1]]

"""What counts on WikiContradict: flagged, and a quote from each passage that holds what tells its answer from the other."""

from __future__ import annotations

import pytest

from bot.scorecard.wikicontradict import Item, distinguishing, judge
from bot.types import Answer, Citation, Reply, Statement, Status
from index.types import Certainty, Claim, Discrepancy, Kind, Position, Relation, Scope, Span

ENTRY = Discrepancy("e", "when", Kind.DATE, Scope.BETWEEN, Relation.CONTRADICTION, Certainty.SURE, "", ())


def item(one: str, two: str, answers: tuple[str, str]) -> Item:
    return Item(question="?", context1=one, context2=two, answer1=answers[0], answer2=answers[1])


def reply(quotes: list[tuple[str, str]], entries: tuple[Discrepancy, ...] = (ENTRY,)) -> Reply:
    cited = tuple(Citation(file, None, quote, Span(0, len(quote))) for file, quote in quotes)
    answer = Answer(Status.CONFLICT, (Statement("said", cited),))
    return Reply("?", "story", answer, entries, "engine", (), (), 1)


ONE, TWO = "It opened in 1933. It is white.", "It opened in 1934. It is white."
DATES = item(ONE, TWO, ("1933", "1934"))


@pytest.mark.parametrize(
    ("quotes", "cited"),
    [
        ([("one.txt", "It opened in 1933."), ("two.txt", "It opened in 1934.")], True),
        ([("one.txt", "It is white."), ("two.txt", "It opened in 1934.")], False),
        ([("one.txt", "It opened in 1933."), ("one.txt", "It opened in 1934.")], False),
    ],
)
def test_each_side_needs_its_own_figure_from_its_own_passage(quotes: list[tuple[str, str]], cited: bool) -> None:
    assert judge(DATES, reply(quotes)).cited is cited


def test_without_a_flag_nothing_counts() -> None:
    assert not judge(DATES, reply([("one.txt", ONE), ("two.txt", TWO)], ())).cited


def test_yes_and_no_are_cited_by_what_only_their_own_passage_says() -> None:
    whether = item("He was born on 1 February. He acts.", "He was born on 10 February. He acts.", ("Yes", "No"))
    sides = [("one.txt", "He was born on 1 February."), ("two.txt", "He was born on 10 February.")]
    assert judge(whether, reply(sides)).cited
    assert not judge(whether, reply([sides[0], ("two.txt", "He acts.")])).cited


def test_figures_are_compared_as_they_are() -> None:
    assert distinguishing("1933", "1934", ONE) == {"1933"}
    assert distinguishing("at least 110", "73", "for 110 years") == {"110"}


def test_quotes_of_the_conflict_block_count_too() -> None:
    claims = [
        Claim("c", "a", file, Span(0, 1), quote, Kind.DATE, "date", "t", "v", "v")
        for file, quote in (("one.txt", ONE), ("two.txt", TWO))
    ]
    entry = Discrepancy("e", "when", Kind.DATE, Scope.BETWEEN, Relation.CONTRADICTION, Certainty.SURE, "", tuple(Position("v", (c,)) for c in claims))  # fmt: skip
    assert judge(DATES, reply([], (entry,))).cited

"""A timeline: the dated claims of a story in order, those with a disputed date marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from bot.analysis.comparison import by_place, figures_apart
from bot.analysis.values import UNKNOWN_YEAR
from bot.types import Citation, TimelineEvent
from index.types import Claim, Difference, Kind

SHORTEST_MONTH_DAYS, LONGEST_DAYS = 28, 31
"""A date so wide is a month; one as wide as a year tells no place in a timeline."""


def timeline(
    claims: Sequence[Claim], differences: Sequence[Difference], cite: Callable[[Claim], Citation]
) -> list[TimelineEvent]:
    """Events in order of date, those whose year nobody tells last; the same day told by several sources of the same thing is one event with all their citations, told in the words of the
    plainest of them."""
    disputed = {c.id for d in differences if d.relation.flagged and d.kind is Kind.DATE for c in (d.first, d.second)}
    dated = [
        c
        for c in claims
        if c.facet == "date"
        and c.amounts
        and c.amounts[0].high - c.amounts[0].low < LONGEST_DAYS
        and c.amounts[0].low >= 1
    ]
    inside = by_place(claims)
    groups: list[list[Claim]] = []
    for claim in sorted(dated, key=lambda c: (c.amounts[0].low, c.amounts[0].high, c.file, c.span.start)):
        home = next(
            (
                g
                for g in groups[-12:]
                if _same(g[0], claim) and not any(figures_apart(inside[c.place], inside[claim.place]) for c in g)
            ),
            None,
        )
        if home is None:
            groups.append([claim])
        elif all((c.article_id, c.span) != (claim.article_id, claim.span) for c in home):
            home.append(claim)
    told = [
        TimelineEvent(
            date.fromordinal(int(g[0].amounts[0].low)),
            min((c.quote for c in g), key=len),
            any(c.id in disputed for c in g),
            tuple(cite(c) for c in g),
            _year_known(g[0]),
            g[0].amounts[0].high - g[0].amounts[0].low >= SHORTEST_MONTH_DAYS - 1,
        )
        for g in groups
    ]
    return sorted(told, key=lambda e: (not e.year_known, e.day))


def _same(one: Claim, other: Claim) -> bool:
    if one.amounts[0] != other.amounts[0]:
        return False
    if (one.article_id, one.span) == (other.article_id, other.span):
        return True
    return len(set(one.terms) & set(other.terms)) >= 3


def _year_known(claim: Claim) -> bool:
    """A date without a year, in a story whose year nobody tells, is kept in `UNKNOWN_YEAR` for comparing."""
    return date.fromordinal(int(claim.amounts[0].low)).year != UNKNOWN_YEAR or str(UNKNOWN_YEAR) in claim.quote

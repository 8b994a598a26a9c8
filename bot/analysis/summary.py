"""A summary from claims: what two or more origins say, where they conflict, what only one of them says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.analysis.comparison import Topics, agrees, by_place, figures_apart
from bot.analysis.discrepancies import heading
from bot.types import DraftQuote, DraftStatement
from index.types import WHOLE, Article, Claim, Difference, Discrepancy

AGREED, CONFLICTS, SINGLE = 4, 5, 3
MATCHED = 0.45
"""How well two claims' topics must match before a summary calls them agreed; 0 to 1."""
VALUED = ("amount", "date", "clock", "duration", "actor", "place", "label", "state")
ENOUGH_CLAIMS = 400
"""Of a large story the summary reads this many claims, the earliest of each article first."""


def summarise(
    articles: Sequence[Article],
    claims: Sequence[Claim],
    ledger: Sequence[Discrepancy],
    candidates: Callable[[Claim], Sequence[Claim]],
    topics: Topics,
) -> list[DraftStatement]:
    """Statements with quotes, in the order agreed, conflicting, single; each sentence of a source is used once."""
    named = {a.file: a.source.publisher or a.file for a in articles}
    disputed = {c.place for d in ledger for p in d.positions for c in p.claims}
    chosen = _spread(claims)
    same, used = _agreed(chosen, candidates, topics, disputed)
    conflicts = [_conflict(d, named) for d in ledger[:CONFLICTS]]
    single = _single(articles, chosen, topics, disputed | used)
    return same + conflicts + single


def agreed(
    claims: Sequence[Claim],
    differences: Sequence[Difference],
    candidates: Callable[[Claim], Sequence[Claim]],
    topics: Topics,
) -> list[DraftStatement]:
    """What two or more origins say alike and nobody disputes."""
    disputed = {c.place for d in differences if d.relation.flagged for c in (d.first, d.second)}
    return _agreed(_spread(claims), candidates, topics, disputed)[0]


def _spread(claims: Sequence[Claim]) -> list[Claim]:
    """The first claims of each article, every article heard before any is heard out."""
    rank: dict[str, int] = {}
    numbered: list[tuple[int, int, Claim]] = []
    for i, claim in enumerate(claims):
        rank[claim.article_id] = rank.get(claim.article_id, 0) + 1
        numbered.append((rank[claim.article_id], i, claim))
    return [claim for _, _, claim in sorted(numbered, key=lambda item: item[:2])[:ENOUGH_CLAIMS]]


def _agreed(
    claims: Sequence[Claim],
    candidates: Callable[[Claim], Sequence[Claim]],
    topics: Topics,
    disputed: set[tuple[str, int]],
) -> tuple[list[DraftStatement], set[tuple[str, int]]]:
    """The statements, and the places of the sentences that they use."""
    used: set[tuple[str, int]] = set()
    found: list[tuple[int, float, Claim, list[Claim]]] = []
    valued = [c for c in claims if c.facet in VALUED and c.place not in disputed and not c.tentative and not c.opinion]
    places = {c.place for c in valued}
    told = by_place(claims)
    near = {c.place: candidates(c) for c in claims if c.facet == WHOLE and c.place in places}
    for claim in valued:
        mates = [
            c for c in near.get(claim.place, ())
            if c.origin != claim.origin and c.place not in disputed and c.facet == claim.facet and agrees(claim, c, topics) and topics.match(claim, c) >= MATCHED and topics.shared(claim, c) >= 2
            and not figures_apart(told[claim.place], told.get(c.place, [c]))
        ]  # fmt: skip
        if mates:
            found.append((len({c.origin for c in mates}), max(topics.match(claim, c) for c in mates), claim, mates))
    statements: list[DraftStatement] = []
    for _, _, claim, mates in sorted(found, key=lambda f: (-f[0], -f[1], f[2].id)):
        group = list({c.article_id: c for c in (*mates[::-1], claim)}.values())[::-1]
        places = {c.place for c in group}
        if places & used or len(statements) == AGREED:
            continue
        used |= places
        plainest = min(group, key=lambda c: len(c.quote))  # it says least beside what they agree on
        quotes = tuple(DraftQuote(c.article_id, c.quote) for c in group)
        statements.append(DraftStatement(plainest.quote, quotes))
    return statements, used


def _conflict(entry: Discrepancy, named: dict[str, str]) -> DraftStatement:
    """One sentence on a disagreement, with a quote for each position."""
    parts = [
        f"{p.value} ({', '.join(dict.fromkeys(named.get(c.file, c.file) for c in p.claims))})" for p in entry.sides
    ]
    whose = (
        "The sources disagree"
        if entry.scope.value == "between"
        else f"{named.get(entry.positions[0].claims[0].file)} contradicts itself"
    )
    quotes = tuple(DraftQuote(p.claims[0].article_id, p.claims[0].quote) for p in entry.sides)
    return DraftStatement(f"{whose} on {heading(entry)}: {' / '.join(parts)}.", quotes)


def _single(
    articles: Sequence[Article], claims: Sequence[Claim], topics: Topics, taken: set[tuple[str, int]]
) -> list[DraftStatement]:
    """Of each article the sentence that says most which nobody else says."""
    statements: list[DraftStatement] = []
    for article in articles[: 2 * SINGLE]:
        own = [
            c
            for c in claims
            if c.article_id == article.id
            and c.place not in taken
            and c.facet in VALUED
            and not c.tentative
            and len(c.terms) >= 3
        ]
        best = max(
            own,
            key=lambda c: (
                c.facet in ("amount", "date", "place", "actor"),
                sum(topics.weight(t) for t in c.terms[:8]),
                -c.span.start,
            ),
            default=None,
        )
        if best is not None and len(statements) < SINGLE:
            statements.append(DraftStatement(best.quote, (DraftQuote(best.article_id, best.quote),)))
    return statements

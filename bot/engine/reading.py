"""What a model says of articles it has read, taken apart: its JSON read once, its quotes found in the articles, its positions made claims.

A quote that is in no article is dropped and counted, a disagreement with fewer than two positions left as well. A disagreement on
what the ledger has already goes under the topic it has there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.analysis.grounding import locate
from bot.analysis.language import unread_language
from bot.analysis.questions import terms_of
from bot.engine.checking import about, harmless, holds
from bot.engine.nearby import Excerpt
from bot.engine.prompter import from_json, headed
from index.library import TOLD
from index.types import TOLD_FACET, Article, Certainty, Claim, Difference, Kind, Relation, Span
from index.visible import visible


class Quote(BaseModel):
    """Words of an article, as the model copied them."""

    model_config = ConfigDict(extra="ignore")
    file: str
    quote: str
    said_by: str | None = None


class Side(BaseModel):
    """One answer, with the words that hold it."""

    model_config = ConfigDict(extra="ignore")
    value: str
    quotes: list[Quote]


class Disagreement(BaseModel):
    """Two or more answers to one question."""

    model_config = ConfigDict(extra="ignore")
    topic: str
    kind: Kind = Kind.EVENT
    relation: Literal["contradiction", "competing_accounts", "update"] = "contradiction"
    why: str = ""
    positions: list[Side]


class Told(BaseModel):
    """A whole reply."""

    model_config = ConfigDict(extra="ignore")
    disagreements: list[Disagreement]


@dataclass(frozen=True, slots=True)
class Reading:
    """The claims and differences that a model told of, and how many quotes were in no article."""

    claims: tuple[Claim, ...]
    differences: tuple[Difference, ...]
    misquoted: int


def parse(text: str) -> Told:
    """Read a reply. Raises Unusable."""
    return from_json(Told, text)


def reading(told: Told, articles: Mapping[str, Article], known: Sequence[Claim] = ()) -> Reading:
    """Find a reply's quotes in the articles, by file, and make its positions claims that differ.

    `known` are claims the ledger was told of: a disagreement that quotes one of them again takes its topic.
    """
    claims: dict[str, Claim] = {}
    differences: list[Difference] = []
    misquoted = 0
    for entry in (_harmless(e) for e in told.disagreements):
        sides = [[_claim(entry, side, quote, articles) for quote in side.quotes] for side in entry.positions]
        misquoted += sum(side.count(None) for side in sides)
        held = [_valued([c for c in side if c is not None], articles) for side in sides]
        held = [side for side in held if side]
        if len(held) < 2:
            continue
        earlier = _earlier([c for side in held for c in side], known)
        if earlier is not None:
            held = [[_under(earlier, c) for c in side] for side in held]
        for one, other in combinations(held, 2):
            for a in one:
                differences += [_difference(entry, a, b) for b in other if b.id != a.id]
        claims |= {c.id: c for side in held for c in side}
    return Reading(tuple(claims.values()), tuple(differences), misquoted)


def _harmless(entry: Disagreement) -> Disagreement:
    """A disagreement whose topic and reason show no address and none of our instructions."""
    topic = entry.topic if harmless(entry.topic) else entry.kind.value
    return entry.model_copy(update={"topic": topic, "why": entry.why if harmless(entry.why) else ""})


def _valued(side: Sequence[Claim], articles: Mapping[str, Article]) -> list[Claim]:
    """A side's claims with the value they were told with, if its figures and names stand in their articles; else with the shortest
    quote."""
    if not side:
        return []
    texts = "\n".join(visible(articles[file].text).text for file in sorted({c.file for c in side}))
    around = f"{side[0].topic} {' '.join(about(articles[c.file]) for c in side)}"
    value = side[0].value
    if not holds(value, texts, around, unread_language(texts) is None):
        value = min((" ".join(c.quote.split()) for c in side), key=len)
    speakers = [c.attributed_to if c.attributed_to and harmless(c.attributed_to) else None for c in side]
    return [_named(replace(c, value=value, attributed_to=who)) for c, who in zip(side, speakers, strict=True)]


def _earlier(claims: Sequence[Claim], known: Sequence[Claim]) -> Claim | None:
    """The known claim that one of these quotes again: the same kind and value in the same words."""
    for claim in claims:
        for other in known:
            alike = claim.kind is other.kind and claim.normal == other.normal
            if claim.article_id == other.article_id and claim.span.overlaps(other.span) and alike:
                return other
    return None


def _under(earlier: Claim, claim: Claim) -> Claim:
    """A claim under the topic of an earlier one."""
    return _named(replace(claim, topic=earlier.topic, facet=earlier.facet))


def _named(claim: Claim) -> Claim:
    """A claim with the identity of what it says: where, on which topic, which value."""
    told = [claim.article_id, claim.span.start, claim.span.end, claim.facet.removeprefix(TOLD_FACET), claim.value]
    identity = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]
    return replace(claim, id=TOLD + identity, normal=claim.value.casefold())


def _claim(entry: Disagreement, side: Side, quote: Quote, articles: Mapping[str, Article]) -> Claim | None:
    """A quote as a claim of its article; None where it is not in it."""
    article = articles.get(quote.file) or _meant(quote.file, articles)
    span = locate(quote.quote, article.text) if article else None
    if article is None or span is None:
        return None
    topic = " ".join(entry.topic.split())
    words = article.text[span.start : span.end]
    return Claim(
        TOLD, article.id, article.file, span, words, entry.kind, f"{TOLD_FACET}{hashlib.sha256(topic.encode()).hexdigest()[:12]}", topic,
        " ".join(side.value.split()), "", terms=tuple(terms_of(f"{topic} {words}")), attributed_to=quote.said_by, origin=article.origin,
    )  # fmt: skip


def _meant(file: str, articles: Mapping[str, Article]) -> Article | None:
    """The article whose file a name holds, as in "Article one.txt"; None where that is none or several."""
    found = [a for name, a in articles.items() if name in file]
    return found[0] if len(found) == 1 else None


def _difference(entry: Disagreement, one: Claim, other: Claim) -> Difference:
    return Difference(
        one,
        other,
        entry.kind,
        Relation(entry.relation),
        Certainty.SURE,
        entry.why or "the sources give different answers",
        1.0,
    )


def listed(articles: Sequence[Article], excerpts: Sequence[Excerpt] = ()) -> str:
    """Articles whole, and excerpts of others, in order of file, each under its file and what is known of it; what is hidden in them
    is left out."""
    shown = {a.file: Excerpt(a, (Span(0, len(a.text)),)) for a in articles} | {e.article.file: e for e in excerpts}
    texts = []
    for _, excerpt in sorted(shown.items()):
        head = headed(excerpt.article, *([] if excerpt.whole else ["excerpts"]))
        parts = "\n[...]\n".join(visible(excerpt.article.text[p.start : p.end]).text for p in excerpt.parts)
        texts.append(f"Article {head}\n{parts}")
    return "\n\n".join(texts)

"""What a model says of articles it has read, taken apart: its JSON read once, its quotes found in the articles, its positions made claims.

A quote that is in no article is dropped and counted, a disagreement with fewer than two positions left as well. A disagreement on
what the ledger has already goes under the topic it has there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.analysis.grounding import locate
from bot.analysis.questions import terms_of
from bot.engine.nearby import Excerpt
from bot.engine.wire import Unusable
from index.library import TOLD
from index.types import Article, Certainty, Claim, Difference, Kind, Relation, Span
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
    """Read a reply. One local repair: what stands before and behind the JSON, such as a fence, is left out. Raises Unusable."""
    found = re.search(r"\{.*\}", text, re.DOTALL)
    try:
        return Told.model_validate_json(found.group() if found else text)
    except ValidationError as problem:
        raise Unusable("the reply is not the JSON that was asked for") from problem


def reading(told: Told, articles: Mapping[str, Article], known: Sequence[Claim] = ()) -> Reading:
    """Find a reply's quotes in the articles, by file, and make its positions claims that differ.

    `known` are claims the ledger was told of: a disagreement that quotes one of them again takes its topic.
    """
    claims: dict[str, Claim] = {}
    differences: list[Difference] = []
    misquoted = 0
    for entry in told.disagreements:
        sides: list[list[Claim]] = []
        held = [[_claim(entry, side, quote, articles) for quote in side.quotes] for side in entry.positions]
        misquoted += sum(side.count(None) for side in held)
        earlier = _earlier([c for side in held for c in side if c is not None], known)
        if earlier is not None and earlier.topic != entry.topic:
            entry = entry.model_copy(update={"topic": earlier.topic})
            held = [[_claim(entry, side, quote, articles) for quote in side.quotes] for side in entry.positions]
        for found in held:
            kept = [c for c in found if c is not None]
            if kept:
                sides.append(kept)
        for one, other in combinations(sides, 2):
            for a in one:
                differences += [_difference(entry, a, b) for b in other if b.id != a.id]
        if len(sides) > 1:
            claims |= {c.id: c for side in sides for c in side}
    return Reading(tuple(claims.values()), tuple(differences), misquoted)


def _earlier(claims: Sequence[Claim], known: Sequence[Claim]) -> Claim | None:
    """The known claim of the same kind that one of these quotes again."""
    for claim in claims:
        for other in known:
            overlap = claim.span.start < other.span.end and other.span.start < claim.span.end
            if claim.article_id == other.article_id and overlap and claim.kind is other.kind:
                return other
    return None


def _claim(entry: Disagreement, side: Side, quote: Quote, articles: Mapping[str, Article]) -> Claim | None:
    """A quote as a claim of its article; None where it is not in it."""
    article = articles.get(quote.file) or _meant(quote.file, articles)
    span = locate(quote.quote, article.text) if article else None
    if article is None or span is None:
        return None
    topic = hashlib.sha256(entry.topic.encode()).hexdigest()[:12]
    value = " ".join(side.value.split())
    identity = hashlib.sha256(json.dumps([article.id, span.start, span.end, topic, value]).encode()).hexdigest()[:24]
    words = article.text[span.start : span.end]
    return Claim(
        TOLD + identity, article.id, article.file, span, words, entry.kind, f"told:{topic}", " ".join(entry.topic.split()), value, value.casefold(),
        terms=tuple(terms_of(f"{entry.topic} {words}")), attributed_to=quote.said_by, origin=article.origin,
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
    for file, excerpt in sorted(shown.items()):
        source = excerpt.article.source
        known = [str(x) for x in (source.publisher, source.published) if x]
        known += [] if excerpt.whole else ["excerpts"]
        parts = "\n[...]\n".join(visible(excerpt.article.text[p.start : p.end]).text for p in excerpt.parts)
        texts.append(f"Article {file}" + (f" ({', '.join(known)})" if known else "") + f"\n{parts}")
    return "\n\n".join(texts)

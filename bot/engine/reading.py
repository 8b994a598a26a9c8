"""What a model says of a whole story, taken apart: its JSON read once, its quotes found in the articles, its positions made claims.

A quote that is in no article is dropped and counted, a disagreement with fewer than two positions left as well.
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
from index.library import TOLD
from index.types import Article, Certainty, Claim, Difference, Kind, Relation


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


class Unreadable(Exception):
    """A reply that is not what was asked for."""


@dataclass(frozen=True, slots=True)
class WholeReading:
    """The claims and differences of a story read whole, and how many quotes were in no article."""

    claims: tuple[Claim, ...]
    differences: tuple[Difference, ...]
    misquoted: int


def parse(text: str) -> Told:
    """Read a reply. One local repair: what stands before and behind the JSON, such as a fence, is left out. Raises Unreadable."""
    found = re.search(r"\{.*\}", text, re.DOTALL)
    try:
        return Told.model_validate_json(found.group() if found else text)
    except ValidationError as problem:
        raise Unreadable("the reply is not the JSON that was asked for") from problem


def whole_reading(told: Told, articles: Mapping[str, Article]) -> WholeReading:
    """Find a reply's quotes in the articles, by file, and make its positions claims that differ."""
    claims: dict[str, Claim] = {}
    differences: list[Difference] = []
    misquoted = 0
    for entry in told.disagreements:
        sides: list[list[Claim]] = []
        for side in entry.positions:
            held = [_claim(entry, side, quote, articles) for quote in side.quotes]
            misquoted += held.count(None)
            kept = [c for c in held if c is not None]
            if kept:
                sides.append(kept)
        for one, other in combinations(sides, 2):
            for a in one:
                differences += [_difference(entry, a, b) for b in other if b.id != a.id]
        if len(sides) > 1:
            claims |= {c.id: c for side in sides for c in side}
    return WholeReading(tuple(claims.values()), tuple(differences), misquoted)


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


def listed(articles: Sequence[Article], seen: Mapping[str, str]) -> str:
    """The articles in a fixed order, each under its file and what is known of it; `seen` holds their texts without hidden characters."""
    parts = []
    for article in sorted(articles, key=lambda a: a.file):
        known = [str(x) for x in (article.source.publisher, article.source.published) if x]
        parts.append(
            f"Article {article.file}" + (f" ({', '.join(known)})" if known else "") + f"\n{seen[article.file]}"
        )
    return "\n\n".join(parts)

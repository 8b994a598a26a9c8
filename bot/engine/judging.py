"""The second look: pairs of quotes that are about to be flagged, with the sentences around them, judged by a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.engine.checking import harmless
from bot.engine.prompter import from_json, headed
from bot.engine.wire import Unusable
from index.replies import Verdict
from index.types import TOLD_FACET, Article, Certainty, Claim, Difference, Relation, Sentence
from index.visible import visible

AT_ONCE = 12
"""Pairs in one request."""
MOST = 36
"""Pairs of one article that are judged; what goes beyond stays as it was found, and is no more than possible."""
COMPATIBLE = "compatible"
AROUND = 1


class _Judged(BaseModel):
    model_config = ConfigDict(extra="ignore")
    pair: int
    verdict: Literal["contradiction", "competing_accounts", "update", "compatible"]
    why: str = ""


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")
    verdicts: list[_Judged]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims to be judged, and the differences that the verdict is on: those between the same two positions."""

    one: Claim
    other: Claim
    differences: tuple[Difference, ...]


def pairs(differences: Sequence[Difference], articles: Mapping[str, Article]) -> list[Pair]:
    """One pair for every two positions that differ, on the same two days: the verdict on one claim of each holds for the others.

    `articles` are by id.
    """
    grouped: dict[tuple[object, ...], list[Difference]] = {}
    for d in differences:
        days = tuple(articles[c.article_id].source.published for c in (d.first, d.second))
        told = d.first.facet.startswith(TOLD_FACET)
        key = (d.first.facet, d.first.value, d.second.value, days) if told else (d.first.id, d.second.id)
        grouped.setdefault(key, []).append(d)
    return [Pair(held[0].first, held[0].second, tuple(held)) for held in grouped.values()]


def version(claim: Claim, article: Article) -> str:
    """What a verdict on a claim depends on: the claim in its article's version, and the day it was published."""
    return f"{claim.id}@{article.source.published or ''}"


def listed(batch: Sequence[Pair], articles: Mapping[str, Article], cut: Mapping[str, Sequence[Sentence]]) -> str:
    """Numbered pairs with what surrounds each quote; both mappings are by article id."""
    parts = []
    for number, pair in enumerate(batch, 1):
        about = f" ({pair.one.topic})" if pair.one.facet.startswith(TOLD_FACET) else ""
        sides = "\n".join(
            f"{name}, {headed(articles[c.article_id])}: {_words(c.quote)}\n   in: {_surroundings(c, articles, cut)}"
            for name, c in (("A", pair.one), ("B", pair.other))
        )
        parts.append(f"Pair {number}{about}\n{sides}")
    return visible("\n\n".join(parts)).text


def verdicts(text: str, count: int) -> dict[int, Verdict]:
    """The verdicts of a reply by the number of their pair, 1 to `count`. Raises Unusable."""
    reply = from_json(_Reply, text)
    judged = {
        v.pair: Verdict(v.verdict, " ".join(v.why.split()) if harmless(v.why) else "")
        for v in reply.verdicts
        if 1 <= v.pair <= count
    }
    if count and not judged:
        raise Unusable("no pair was judged")
    return judged


def applied(pair: Pair, verdict: Verdict | None) -> list[Difference]:
    """A pair's differences as a verdict has them: none where the quotes are compatible, possible ones where nobody judged."""
    if verdict is None:
        return [replace(d, certainty=Certainty.POSSIBLE) for d in pair.differences]
    if verdict.relation == COMPATIBLE:
        return []
    relation = Relation(verdict.relation)
    return [replace(d, relation=relation, certainty=Certainty.SURE, why=verdict.why or d.why) for d in pair.differences]


def _surroundings(claim: Claim, articles: Mapping[str, Article], cut: Mapping[str, Sequence[Sentence]]) -> str:
    text, sentences = articles[claim.article_id].text, cut[claim.article_id]
    held = [i for i, s in enumerate(sentences) if s.span.overlaps(claim.span)]
    if not held:
        return _words(claim.quote)
    first, last = max(0, held[0] - AROUND), min(len(sentences) - 1, held[-1] + AROUND)
    return _words(text[sentences[first].span.start : sentences[last].span.end])


def _words(text: str) -> str:
    return " ".join(text.split())

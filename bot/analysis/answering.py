"""Extractive answers: the sentences that answer a question, per source, or the finding that none does.

A sentence answers as far as it covers what the question is about, has the kind of value that is asked for, and reads alike
as a whole. A question whose essential words no source covers is unanswerable; a threshold on similarity alone would fail
both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.analysis.clauses import without_times
from bot.analysis.comparison import Topics, contrast
from bot.analysis.lexicon import lexicon
from bot.analysis.questions import FACETS, Asked
from bot.analysis.values import clock_times, dates, quantities, special
from bot.analysis.words import Token, tokens
from index.types import Article, Claim, Difference, Span

ANSWERS = 0.50
"""A best sentence below this score answers nothing."""
CLOSE = 0.80
"""A sentence is shown beside the best one if it reaches this part of its score."""
CONTRASTS = 0.55
"""Claims are set against each other as answers to the question if both sentences reach this score."""
MAX_STATEMENTS = 6
PER_ARTICLE = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with the terms of what stands around it."""

    article: Article
    span: Span
    text: str
    around: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate and how well it answers, about 0 to 1.2, higher is better; `missing` are question terms it does not cover."""

    candidate: Candidate
    score: float
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a question found: the answering sentences, best first, and the differences among their claims."""

    best: tuple[Scored, ...]
    contrasts: tuple[Difference, ...]
    answerable: bool


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[tuple[Token, ...], frozenset[str]]:
    """A sentence's tokens and what kinds of value it has; cached, for the same sentences are asked again and again."""
    words = tokens(text)
    times, days = clock_times(text), dates(text, None, 2000)
    spans = [(v.start, v.end) for v in (*times, *days)]
    amounts = [v for v in (*quantities(words), *special(text)) if not any(a < v.end and v.start < b for a, b in spans)]
    kinds = {"clock"} if times else set()
    kinds |= {"date"} if days or re.search(r"(?i)\b(?:yesterday|today|tomorrow|\w+day|last week|january|february|march|april|june|july|august|september|october|november|december|(?:19|20)\d\d|ago|spring|summer|autumn|winter)\b", text) else set()
    for value in amounts:
        unit = value.amount.unit
        kinds |= {"duration"} if unit == "s" else {"number", unit}
        if unit.startswith("label:"):
            kinds.add("label")
    if re.search(r"(?i)\b(?:because|due to|owing to|caused|causes?|reason|since|so that|to prove|in order to|after|therefore|blamed?|thanks to|result of|in response|for fear|angry|motive)\b", text):
        kinds.add("cause")
    if any(t.name for t in words):
        kinds.add("name")
    return tuple(without_times(words, spans)), frozenset(kinds)


def find(asked: Asked, candidates: Sequence[Candidate], claims: Sequence[Claim], topics: Topics, likeness: Callable[[Sequence[str]], Sequence[float]]) -> Finding:
    """Find the answer to a question among sentences.

    `likeness` gives the cosine similarity of the question to each text, -1 to 1.
    """
    alike = likeness([c.text for c in candidates])
    scored = sorted((_score(asked, c, a, topics) for c, a in zip(candidates, alike, strict=True)), key=lambda s: (-s.score, s.candidate.article.file, s.candidate.span.start))
    if not scored or scored[0].score < ANSWERS or not _premise_holds(asked, scored, topics):
        return Finding(tuple(scored[:3]), (), False)
    best = _select(scored)
    contrasts = _contrasts(asked, [s for s in scored if s.score >= max(CONTRASTS, 0.7 * scored[0].score)], claims, topics)
    shown = {(s.candidate.article.id, s.candidate.span.start) for s in best}
    held = {(c.article_id, c.span.start) for d in contrasts if d.relation.flagged for c in (d.first, d.second)}
    best += [s for s in scored if (s.candidate.article.id, s.candidate.span.start) in held - shown]
    return Finding(tuple(best), tuple(contrasts), True)


def _select(scored: Sequence[Scored]) -> list[Scored]:
    """The best sentences, every source heard once before any is heard twice."""
    limit = CLOSE * scored[0].score
    heard: dict[str, int] = {}
    chosen: list[Scored] = []
    for s in scored:
        article = s.candidate.article.id
        if s.score >= limit and heard.get(article, 0) < PER_ARTICLE and len(chosen) < MAX_STATEMENTS:
            heard[article] = heard.get(article, 0) + 1
            chosen.append(s)
    return chosen


def _score(asked: Asked, candidate: Candidate, alike: float, topics: Topics) -> Scored:
    words, kinds = _read(candidate.text)
    inside = {t.norm for t in words if t.content} | {t.text for t in words if t.text[0].isdigit()}
    concepts = {f"§{c}" for n in inside for c in lexicon().concepts(n)}
    total = covered = 0.0
    missing: list[str] = []
    for term in asked.terms:
        weight = topics.weight(term) + (0.15 if term == asked.focus else 0.0)
        best = max((topics.alike(term, t) for t in inside), default=0.0)
        if best < 0.5 and any(f"§{c}" in concepts for c in lexicon().concepts(term)):
            best = 0.9
        if best < 0.5:
            around = max((topics.alike(term, t) for t in candidate.around), default=0.0)
            best = 0.55 * around if around >= 0.5 else 0.0
        if best < 0.5:
            missing.append(term)
        total += weight
        covered += weight * best
    coverage = covered / total if total else 0.0
    aside = sum(t in inside or t in candidate.around for t in asked.aside) / len(asked.aside) if asked.aside else 0.0
    return Scored(candidate, 0.78 * coverage + 0.3 * max(alike, 0.0) + 0.05 * aside + _fit(asked, words, kinds), tuple(missing))


def _fit(asked: Asked, words: Sequence[Token], kinds: frozenset[str]) -> float:
    """What having the kind of value that is asked for is worth; its lack costs more."""
    wants = asked.wants
    has = {
        "when": "date" in kinds or "clock" in kinds, "clock": "clock" in kinds, "many": "number" in kinds or any(t.lower in ("no", "nobody", "none", "every", "all", "both") for t in words),
        "much": "number" in kinds, "long": "duration" in kinds or "date" in kinds or any(t.lower in ("life", "forever", "lifetime") for t in words),
        "measure": "number" in kinds or "duration" in kinds, "why": "cause" in kinds, "name": "name" in kinds,
    }.get(wants)  # fmt: skip
    if has is None:
        return 0.0
    if wants == "measure" and asked.unit and asked.unit not in kinds and not (asked.unit == "s" and "duration" in kinds):
        return -0.15
    if wants == "many" and asked.focus and has and f"count:{asked.focus}" in kinds:
        return 0.15
    if wants in ("why",):
        return 0.1 if has else 0.0
    return 0.1 if has else -0.2


def _premise_holds(asked: Asked, scored: Sequence[Scored], topics: Topics) -> bool:
    """Whether the best sentences cover the words without which the question is another one.

    A word that no sentence near the top covers, and that says much, makes the question unanswerable: "Why was the driver
    arrested?" where nobody was.
    """
    top = [s for s in scored if s.score >= 0.85 * scored[0].score][:5]
    missing = set(asked.terms).intersection(*(set(s.missing) for s in top)) if top else set(asked.terms)
    weight = sum(topics.weight(t) for t in asked.terms)
    lost = sum(topics.weight(t) for t in missing)
    return weight == 0 or lost / weight <= 0.5


def _contrasts(asked: Asked, near: Sequence[Scored], claims: Sequence[Claim], topics: Topics) -> list[Difference]:
    """Differences among the claims of the sentences that answer, by the facets that the question is about."""
    scores = {(s.candidate.article.id, s.candidate.span.start): s.score for s in near}
    fitting = [c for c in claims if (c.article_id, c.span.start) in scores and c.facet in FACETS[asked.wants]]
    found: list[Difference] = []
    for i, one in enumerate(fitting):
        for other in fitting[i + 1 :]:
            score = min(scores[one.article_id, one.span.start], scores[other.article_id, other.span.start])
            if one.facet != other.facet or topics.match(one, other) < 0.15:
                continue
            difference = contrast(one, other, score, topics)
            if difference is not None:
                found.append(difference)
    return found

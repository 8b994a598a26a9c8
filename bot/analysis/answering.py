"""Extractive answers: the sentences that answer a question, per source, or the finding that none does.

A sentence answers as far as it covers what the question is about, has the kind of value that is asked for, and reads alike
as a whole. A question whose essential words no source covers is unanswerable; a threshold on similarity alone would fail
both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.analysis.clauses import events, without_times
from bot.analysis.comparison import Topics, agrees, contrast
from bot.analysis.lexicon import lexicon
from bot.analysis.questions import FACETS, Asked
from bot.analysis.values import clock_times, dates, quantities, special
from bot.analysis.words import Token, normal, tokens
from index.types import Article, Claim, Difference, Span

ANSWERS = 0.45
"""A best sentence below this score answers nothing."""
CLOSE, SECOND = 0.62, 0.85
"""A source's first sentence is shown if it reaches the first part of the best score, its second one the second part."""
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


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, read for matching."""

    words: tuple[Token, ...]
    inside: frozenset[str]
    concepts: frozenset[str]
    kinds: frozenset[str]
    labels: frozenset[tuple[str, str]]


@lru_cache(maxsize=4096)
def _read(text: str) -> _Sentence:
    """A sentence's words and what kinds of value it has; cached, for the same sentences are asked again and again."""
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
    marked = tuple(without_times(words, spans))
    inside = {t.norm for t in marked if t.content} | {t.text for t in marked if t.text[0].isdigit()}
    for token in marked:
        if "-" in token.text and token.text[-1].isdigit():
            name, _, number = token.text.rpartition("-")
            inside |= {normal(name, "NNP"), number}
    concepts = {c for n in inside for c in lexicon().concepts(n)} | {c for e in events(marked) for c in e.concepts}
    labels = frozenset((a, b) for a, b in _labels(text))
    return _Sentence(marked, frozenset(inside), frozenset(concepts), frozenset(kinds), labels)


def _labels(text: str) -> list[tuple[str, str]]:
    """Names with a number behind them: ("petrel", "4")."""
    return [(normal(m.group(1), "NNP"), m.group(2)) for m in re.finditer(r"\b([A-Za-z]{3,})[- ](\d{1,4})\b(?![.,:]\d)", text)]


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
    """The best sentence of every source that has one near the best, and a second only where it is as good."""
    top = scored[0].score
    heard: dict[str, int] = {}
    chosen: list[Scored] = []
    for s in scored:
        article = s.candidate.article.id
        count = heard.get(article, 0)
        if s.score >= (CLOSE, SECOND)[min(count, 1)] * top and count < PER_ARTICLE and len(chosen) < MAX_STATEMENTS:
            heard[article] = count + 1
            chosen.append(s)
    return chosen


def _score(asked: Asked, candidate: Candidate, alike: float, topics: Topics) -> Scored:
    read = _read(candidate.text)
    total = covered = 0.0
    missing: list[str] = []
    for term in asked.terms:
        weight = topics.weight(term) + (0.15 if term == asked.focus else 0.0)
        best = _best(term, read.inside, read.concepts, topics)
        if best < 0.5:
            best = AROUND * _best(term, candidate.around, (), topics)
        if best < 0.5:
            missing.append(term)
        total += weight
        covered += weight * best
    coverage = covered / total if total else 0.0
    aside = sum(t in read.inside or t in candidate.around for t in asked.aside) / len(asked.aside) if asked.aside else 0.0
    other = any(name == n and number != m for name, number in _labels(asked.text) for n, m in read.labels)
    score = 0.78 * coverage + 0.3 * max(alike, 0.0) + 0.05 * aside + _fit(asked, read.words, read.kinds) - (0.5 if other else 0.0)
    return Scored(candidate, score, tuple(missing))


AROUND = 0.6
"""What a word of the question counts that stands beside the sentence and not in it."""


def _best(term: str, words: Iterable[str], concepts: Container[str], topics: Topics) -> float:
    """How well a word of the question is met, 0 to 1."""
    best = max((topics.alike(term, t) for t in words), default=0.0)
    if best < 0.9 and (term[1:] in concepts if term.startswith("§") else any(c in concepts for c in lexicon().concepts(term))):
        return 0.9
    return best if best >= 0.5 else 0.0


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
            if one.facet != other.facet or topics.match(one, other) < RELATED:
                continue
            difference = contrast(one, other, score, topics)
            if difference is not None and not (one.article_id != other.article_id and _settled(one, other, fitting, topics)):
                found.append(difference)
    return found


RELATED = 0.2
"""How well the topics of two claims must match, besides both answering the question; 0 to 1."""


def _settled(one: Claim, other: Claim, fitting: Sequence[Claim], topics: Topics) -> bool:
    """Whether one of the two articles gives the other's value as well: then these are two topics, not one dispute."""
    return any((c.article_id == other.article_id and agrees(one, c, topics)) or (c.article_id == one.article_id and agrees(other, c, topics)) for c in fitting)

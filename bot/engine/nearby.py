"""What a new article is read beside when its story is too large to be read whole: the index's nearest articles, as far as they fit.

The articles that most of its sentences lead to come first, each whole where there is room, else the sentences that were found and
those around them. How much that is does not depend on how large the story is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.types import Article, Claim, Passage, Sentence, Span

ROOM = 12_000
"""Characters of other articles beside a new one."""
MOST_ARTICLES = 8
AROUND = 1
"""Sentences before and after a found one."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The parts of an article that are shown, in order; one part that is all of it where it is shown whole."""

    article: Article
    parts: tuple[Span, ...]

    @property
    def whole(self) -> bool:
        return self.parts == (Span(0, len(self.article.text)),)


def excerpts(
    near: Sequence[Claim],
    similar: Sequence[Passage],
    articles: Callable[[Sequence[str]], Mapping[str, Article]],
    cut: Callable[[str], Sequence[Sentence]],
    room: int = ROOM,
) -> list[Excerpt]:
    """The excerpts of the articles that claims and passages lie in, those first that most of them lie in.

    `articles` finds articles by their ids, `cut` gives the sentences of a text.
    """
    votes = Counter(c.article_id for c in near)
    votes.update(p.article_id for p in similar)
    ranked = sorted(votes, key=lambda i: (-votes[i], i))[:MOST_ARTICLES]
    known = articles(ranked)
    places: dict[str, list[Span]] = {i: [] for i in ranked}
    for article_id, span in [(c.article_id, c.span) for c in near] + [(p.article_id, p.span) for p in similar]:
        if article_id in places:
            places[article_id].append(span)
    found: list[Excerpt] = []
    for i in ranked:
        article = known.get(i)
        if article is None:
            continue
        parts: tuple[Span, ...] = (Span(0, len(article.text)),)
        if len(article.text) > room:
            parts = _parts(cut(article.text), places[i], room)
        if parts:
            found.append(Excerpt(article, parts))
            room -= sum(p.end - p.start for p in parts)
    return found


def _parts(sentences: Sequence[Sentence], wanted: Sequence[Span], room: int) -> tuple[Span, ...]:
    """The sentences that hold what is wanted with those around them, in order, as long as there is room; neighbours join."""
    chosen: set[int] = set()
    for span in wanted:
        held = [i for i, s in enumerate(sentences) if s.span.overlaps(span)]
        more = {j for i in held for j in range(max(0, i - AROUND), min(len(sentences), i + AROUND + 1))} - chosen
        size = sum(sentences[j].span.end - sentences[j].span.start for j in more)
        if size <= room:
            chosen |= more
            room -= size
    parts: list[Span] = []
    for j in sorted(chosen):
        span = sentences[j].span
        if parts and j - 1 in chosen:
            parts[-1] = Span(parts[-1].start, span.end)
        else:
            parts.append(span)
    return tuple(parts)

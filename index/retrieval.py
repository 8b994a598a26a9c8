"""Hybrid retrieval: full text and vectors joined by reciprocal rank fusion, with a cap for each article.

Reciprocal rank fusion is Cormack, Clarke and Büttcher (2009), k = 60; the full-text side weighs twice, as measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.embedding import Embedder, Vectors
from index.library import Library
from index.types import Hit

FUSION_K = 60
LEXICAL_WEIGHT = 2.0
DEPTH = 60
"""How many passages each side contributes."""

Dense = Callable[[str, Vectors, int], Sequence[str]]
"""(story, query vector, limit) → passage ids, nearest first."""


def retrieve(
    library: Library,
    embedder: Embedder,
    dense: Dense,
    story: str,
    question: str,
    words: Sequence[str],
    limit: int = 20,
    per_article: int = 4,
) -> list[Hit]:
    """The passages of a story that bear on a question, best first, at most `per_article` of one article.

    `words` are what full text looks for. Raises UnknownStory.
    """
    lexical = library.lexical(story, words, DEPTH)
    vector = embedder.embed([question])[0]
    near = dense(story, vector, DEPTH) if vector.any() else []
    scores: dict[str, float] = {}
    for ids, weight in ((lexical, LEXICAL_WEIGHT), (near, 1.0)):
        for position, passage_id in enumerate(ids):
            scores[passage_id] = scores.get(passage_id, 0.0) + weight / (FUSION_K + position + 1)
    ordered = sorted(scores, key=lambda i: (-scores[i], i))
    chosen: list[str] = []
    taken: dict[str, int] = {}
    for passage_id in ordered:
        article = passage_id.rpartition(":")[0]
        if taken.get(article, 0) < per_article:
            chosen.append(passage_id)
            taken[article] = taken.get(article, 0) + 1
        if len(chosen) == limit:
            break
    found = library.passages(chosen)
    sources = library.by_id(story, {p.article_id for p in found.values()})
    return [Hit(sources[found[i].article_id], found[i], scores[i]) for i in chosen if i in found]

"""How many independent origins stand behind something: reprints of one text count once."""

from __future__ import annotations

from collections.abc import Iterable

from index.types import Article


def origins(articles: Iterable[Article]) -> int:
    """The number of distinct origins among articles."""
    return len({article.origin for article in articles})

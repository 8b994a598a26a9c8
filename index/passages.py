"""Passages: runs of whole sentences of one article, what is embedded and retrieved."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from index.types import Passage, Sentence, Span
from index.visible import visible

MAX_WORDS = 90
"""About what a static embedding still represents well; a longer paragraph is cut between sentences."""


def passages(article_id: str, text: str, found: Sequence[Sentence]) -> list[Passage]:
    """Cut an article into passages, one paragraph each unless it is long. Ids are `article_id:n`, from 0."""
    runs: list[list[Sentence]] = []
    for _, paragraph in groupby(found, key=lambda s: s.paragraph):
        run: list[Sentence] = []
        for sentence in paragraph:
            if run and _words(text, [*run, sentence]) > MAX_WORDS:
                runs.append(run)
                run = []
            run.append(sentence)
        runs.append(run)
    spans = [Span(run[0].span.start, run[-1].span.end) for run in runs]
    return [
        Passage(f"{article_id}:{n}", article_id, s, visible(text[s.start : s.end]).text) for n, s in enumerate(spans)
    ]


def _words(text: str, run: Sequence[Sentence]) -> int:
    return len(text[run[0].span.start : run[-1].span.end].split())

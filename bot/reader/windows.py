"""What the reader sees of a text: each sentence with the one before it, so that "it" and "the parish" have something to mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 480
"""Characters of a window at most, unless one sentence is longer."""
BEFORE = 1
"""Sentences before the one that is read."""


@dataclass(frozen=True, slots=True)
class Window:
    """A sentence of a text with what stands before it: [start, end) of the text; the sentence itself begins at `own`."""

    start: int
    own: int
    end: int


def windows(sentences: Sequence[tuple[int, int]], before: int = BEFORE) -> list[Window]:
    """A window for each sentence, given as [start, end) of the text in order."""
    found: list[Window] = []
    for i, (own, end) in enumerate(sentences):
        start = own
        for j in range(i - 1, max(-1, i - 1 - before), -1):
            if end - sentences[j][0] > LONGEST:
                break
            start = sentences[j][0]
        found.append(Window(start, own, end))
    return found

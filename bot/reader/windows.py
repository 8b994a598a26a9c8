"""What the reader sees of a text: each sentence with the one before it, so that "it" and "the parish" have something to mean."""

from __future__ import annotations

LONGEST = 240
"""Characters of a window at most, unless one sentence is longer."""


def window(previous: str, sentence: str) -> tuple[str, int]:
    """A sentence with the one before it where both together are short enough, and where the sentence itself begins in it."""
    if not previous or len(previous) + 1 + len(sentence) > LONGEST:
        return sentence, 0
    return f"{previous} {sentence}", len(previous) + 1

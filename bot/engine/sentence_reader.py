"""The reader on the engine's sentences: beside a question each is read and encoded with the one before it, beside other sentences by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from bot.analysis.evidence import UNREAD, Candidate, Said
from bot.analysis.spans import completed
from bot.reader import reader as weights
from bot.reader.reader import WIDTH, SpanReader, Vector
from bot.reader.windows import window

Key = TypeVar("Key")
Value = TypeVar("Value")
KEPT = 8_192
"""Vectors of sentences, 1.5 kB each, and verdicts on pairs that are kept in memory: the same is asked again and again."""


class _Kept(Generic[Key, Value]):
    """What was made once, the latest of it; thread safe, for what is kept is never changed but replaced."""

    def __init__(self) -> None:
        self._known: dict[Key, Value] = {}

    def of(self, asked: Iterable[Key], make: Callable[[list[Key]], Iterable[Value]]) -> dict[Key, Value]:
        """What was asked for and what was kept before; what is new is made."""
        kept = self._known
        new = [key for key in dict.fromkeys(asked) if key not in kept]
        known = kept | dict(zip(new, make(new), strict=True))
        self._known = dict(list(known.items())[-KEPT:])
        return known


class SentenceReader:
    """A span reader that takes candidates; thread safe."""

    def __init__(self, reader: SpanReader) -> None:
        self._reader = reader
        self._vectors = _Kept[str, Vector]()
        self._disputed = _Kept[tuple[str, str, str], float]()
        self._opposed = _Kept[tuple[str, str], float]()

    def near(self, question: str, candidates: Sequence[Candidate]) -> list[float]:
        """How near each sentence, with the one before it, is to the question: cosines, -1 to 1."""
        texts = [window(c.before, c.text)[0] for c in candidates]
        known = self._vectors.of(texts, self._reader.vectors)
        (asked,) = self._reader.vectors([question])
        return [float(asked @ known[t]) for t in texts]

    def alike(self, sentences: Sequence[str]) -> npt.NDArray[np.float32]:
        """How alike sentences by themselves are, each to each: cosines, -1 to 1, (sentences, sentences)."""
        known = self._vectors.of(sentences, self._reader.vectors)
        vectors = np.array([known[s] for s in sentences], dtype=np.float32).reshape(len(sentences), WIDTH)
        return vectors @ vectors.T

    def disputed(self, question: str, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """How much the sentences of each pair give two sides of what is asked: logits, higher is more, the same in either order; kept for the
        next time."""
        asked = [(question, min(pair), max(pair)) for pair in pairs]
        known = self._disputed.of(
            asked, lambda new: self._reader.disputed(question, [(one, other) for _, one, other in new])
        )
        return [known[key] for key in asked]

    def opposed(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """How much the sentences of each pair contradict each other, without a question, in the same measure; kept as well, for copies of an
        article have the same pairs."""
        asked = [(min(pair), max(pair)) for pair in pairs]
        known = self._opposed.of(asked, self._reader.opposed)
        return [known[key] for key in asked]

    def read(self, question: str, candidates: Sequence[Candidate]) -> list[Said]:
        """What each sentence says to the question; its answers are in the sentence alone, and cut no value off."""
        views = [window(c.before, c.text) for c in candidates]
        texts = [text for text, _ in views]
        found = self._reader.read(question, texts, [own for _, own in views])
        return [
            Said(_whole(text[own:], best[0].start - own, best[0].end - own), best[0].margin) if best else UNREAD
            for (text, own), best in zip(views, found, strict=True)
        ]


def _whole(sentence: str, start: int, end: int) -> str:
    """The words at a place of a sentence, with the rest of a value that they cut off."""
    return sentence[slice(*completed(sentence, start, end))]


def readers(folders: Sequence[Path]) -> list[SentenceReader]:
    """Readers of the weights in some folders; without folders the shipped one, where there is one. Raises ReaderMissing."""
    if folders:
        return [SentenceReader(SpanReader(folder)) for folder in folders]
    found = shipped()
    return [found] if found else []


@lru_cache(maxsize=1)
def shipped() -> SentenceReader | None:
    """The shipped reader, loaded once; None where it cannot be had."""
    found = weights.shipped()
    return SentenceReader(found) if found else None

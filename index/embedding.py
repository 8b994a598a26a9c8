"""Vectors for texts. WordLlama by default: its weights come in its wheel, nothing is downloaded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors; `name` is kept with them, so that a change of embedder is noticed."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text, shape (len(texts), dimension), each of length 1; a text without known words gives zeros."""
        ...


class WordLlamaEmbedder:
    """Static embeddings of 256 dimensions (WordLlama 0.4, MIT); loaded at first use, about 0.4 s of CPU."""

    name = "wordllama-256"
    dimension = 256

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = np.asarray(_model().embed(list(texts), norm=False), dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
        return unit


@lru_cache(maxsize=1)
def _model():  # type: ignore[no-untyped-def]  # wordllama ships no types
    root = logging.getLogger()
    before, silent = root.level, logging.NullHandler()
    root.addHandler(silent)  # it calls basicConfig when imported, which would make every library's log visible
    import wordllama

    root.removeHandler(silent)
    root.setLevel(before)
    # 0.4.0.post1 finds its own tokenizer only when told where its wheel was unpacked
    return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)


def pack(vector: npt.NDArray[np.float32]) -> bytes:
    """A vector as the library keeps it: little-endian 32-bit floats."""
    return vector.astype("<f4").tobytes()


def unpack(blobs: Sequence[bytes], dimension: int) -> Vectors:
    """The vectors of `pack`, shape (len(blobs), dimension)."""
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dimension)

"""Chroma: the passages' vectors, derived from the library and rebuilt from it without embedding again.

One process owns the directory (a lock): two writers lose vectors silently, and a second reader never sees new rows. One
collection for each story, cosine space, our own vectors; Chroma's default embedder is never let run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from index.embedding import Embedder, Vectors
from index.errors import HomeBusy, VectorsBroken
from index.library import Library

if TYPE_CHECKING:  # chromadb takes a second to import; only the owner of a home pays it
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

BATCH = 1000
SAMPLES = 64
ORPHANS = 1 / 32
"""The part of the samples that may miss themselves: among many alike vectors the index's graph leaves one in a thousand out of reach."""


class Ownership:
    """The right to use a home's Chroma directory, held by one process at a time."""

    def __init__(self, home: Path) -> None:
        self._lock = FileLock(str(home / "chroma.lock"))
        self._note = home / "chroma.owner"

    def take(self) -> bool:
        """Try to become the owner; False where another process is."""
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        with contextlib.suppress(OSError):
            self._note.write_text(str(os.getpid()), encoding="ascii")
        return True

    def require(self, purpose: str) -> None:
        """Become the owner. Raises HomeBusy naming the process that is."""
        if not self.take():
            with contextlib.suppress(OSError):
                raise HomeBusy(
                    f"{purpose}: process {self._note.read_text(encoding='ascii')} owns this home; stop it first, or set PARALLAX_HOME to another folder"
                )
            raise HomeBusy(
                f"{purpose}: another process owns this home; stop it first, or set PARALLAX_HOME to another folder"
            )

    def release(self) -> None:
        """Let another process become the owner."""
        self._lock.release(force=True)

    @property
    def held(self) -> bool:
        """Whether this process is the owner."""
        return self._lock.is_locked


class ChromaVectors:
    """The vectors of a home in Chroma. Every call may raise VectorsBroken: search then goes on from the library."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._client = self._open()
        self._collections: dict[str, Collection] = {}

    def _open(self) -> ClientAPI:
        with _guarded():
            import chromadb
            from chromadb.config import Settings

            self._directory.mkdir(parents=True, exist_ok=True)
            return chromadb.PersistentClient(
                path=str(self._directory), settings=Settings(anonymized_telemetry=False, allow_reset=False)
            )

    def _collection(self, story: str) -> Collection:
        if story not in self._collections:
            self._collections[story] = self._client.get_or_create_collection(
                _name(story), embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        return self._collections[story]

    def close(self) -> None:
        """Let go of the directory."""
        self._collections = {}
        from chromadb.api.shared_system_client import SharedSystemClient

        with contextlib.suppress(Exception):
            self._client._system.stop()  # type: ignore[attr-defined]  # the client's own way to let go
        with contextlib.suppress(Exception):
            SharedSystemClient.clear_system_cache()

    def query(self, story: str, vector: Vectors, limit: int) -> list[str]:
        """Ids of the passages nearest to a vector, nearest first."""
        with _guarded():
            found = self._collection(story).query(
                query_embeddings=[vector.tolist()], n_results=limit, include=["distances"]
            )
            return list(found["ids"][0])

    def sync(self, library: Library, embedder: Embedder) -> int:
        """Bring every collection in line with the library; returns how many vectors were written or removed."""
        changed = 0
        known = {row.name for row in library.stories()}
        with _guarded():
            for collection in self._client.list_collections():
                if collection.name not in {_name(s) for s in known}:
                    self._client.delete_collection(collection.name)
                    self._collections = {}
        for story in sorted(known):
            ids, vectors = library.vectors(story, embedder)
            with _guarded():
                collection = self._collection(story)
                present = set(collection.get(include=[])["ids"])
                wanted = set(ids)
                stale = sorted(present - wanted)
                for start in range(0, len(stale), BATCH):
                    collection.delete(ids=stale[start : start + BATCH])
                missing = [i for i, name in enumerate(ids) if name not in present]
                for start in range(0, len(missing), BATCH):
                    chunk = missing[start : start + BATCH]
                    collection.upsert(ids=[ids[i] for i in chunk], embeddings=vectors[chunk])
                changed += len(stale) + len(missing)
        return changed

    def healthy(self, library: Library, embedder: Embedder) -> bool:
        """Whether each story's count is right and sampled vectors find themselves by a query; a `get` proves nothing."""
        try:
            return all(self._healthy(row.name, *library.vectors(row.name, embedder)) for row in library.stories())
        except VectorsBroken:
            return False

    def _healthy(self, story: str, ids: Sequence[str], vectors: Vectors) -> bool:
        with _guarded():
            if self._collection(story).count() != len(ids):
                return False
        sampled = range(0, len(ids), max(1, len(ids) // SAMPLES))
        lost = [i for i in sampled if vectors[i].any() and ids[i] not in self.query(story, vectors[i], 8)]
        return sum(not _twin(vectors, i) for i in lost) <= len(sampled) * ORPHANS

    def rebuild(self, library: Library, embedder: Embedder) -> int:
        """Make the directory anew from the library's vectors; returns how many there are."""
        self.close()
        shutil.rmtree(self._directory, ignore_errors=True)
        self._client = self._open()
        return self.sync(library, embedder)


def open_vectors(directory: Path) -> ChromaVectors:
    """Open a home's Chroma directory; one that cannot be opened is removed first, for it is derived.

    Raises VectorsBroken where even an empty one cannot be made.
    """
    try:
        return ChromaVectors(directory)
    except VectorsBroken:
        from chromadb.api.shared_system_client import SharedSystemClient

        SharedSystemClient.clear_system_cache()
        if directory.is_dir():
            shutil.rmtree(directory, ignore_errors=True)
        else:
            directory.unlink(missing_ok=True)
        return ChromaVectors(directory)


def _twin(vectors: Vectors, at: int) -> bool:
    """Whether several passages share a vector, so that a query may rightly give others first."""
    return int((vectors @ vectors[at] > 0.9999).sum()) > 8


def _name(story: str) -> str:
    return f"story-{story}"


@contextlib.contextmanager
def _guarded() -> Iterator[None]:
    """Turn whatever Chroma raises, panics of its Rust core included, into VectorsBroken."""
    try:
        yield
    except VectorsBroken:
        raise
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as problem:  # pyo3's PanicException is no Exception
        raise VectorsBroken(
            f"Chroma failed ({type(problem).__name__}); the index will be rebuilt from the library"
        ) from problem


def rank(ids: Sequence[str], vectors: Vectors, query: Vectors, limit: int) -> list[str]:
    """Ids by cosine similarity to a query, the most similar first: the search without Chroma."""
    if not ids:
        return []
    similarity = vectors @ query
    return [ids[i] for i in sorted(range(len(ids)), key=lambda i: (-float(similarity[i]), i))[:limit]]

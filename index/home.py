"""A home: the library, the vectors derived from it, and who may use them.

The owner of the home searches vectors in Chroma; any other process searches them in the library, with the same results.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from index.embedding import Embedder, Vectors
from index.errors import HomeProblem, ParallaxError, VectorsBroken
from index.library import Library
from index.schema import open_database
from index.vectors import ChromaVectors, Ownership, open_vectors, rank

FOLLOW_S = 2.0
"""How often an owner looks for articles that other processes added."""


class Home:
    """One user's data folder. `close` it, or use it as a context."""

    def __init__(self, path: Path, embedder: Embedder, database_url: str = "") -> None:
        """Open the library of a home, made where there is none. Raises HomeProblem."""
        self.path = path
        self.embedder = embedder
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise HomeProblem(
                f"the home {str(path)!r} cannot be made ({problem.strerror}); set PARALLAX_HOME to a folder you can write"
            ) from problem
        if not os.access(path, os.W_OK | os.X_OK):
            raise HomeProblem(
                f"the home {str(path)!r} cannot be written; check its permissions or set PARALLAX_HOME to another folder"
            )
        self.library = Library(open_database(database_url or f"sqlite:///{path / 'library.db'}"))
        self.ownership = Ownership(path)
        self._vectors: ChromaVectors | None = None
        self._seen: tuple[int, int] | None = None
        self._cache: dict[str, tuple[tuple[int, int], list[str], Vectors]] = {}
        self._guard = threading.Lock()
        self._stop = threading.Event()
        self._follower: threading.Thread | None = None

    def __enter__(self) -> Home:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop following, let go of Chroma and of the library."""
        self._stop.set()
        if self._follower:
            self._follower.join(timeout=10)
        if self._vectors:
            self._vectors.close()
        self.ownership.release()
        self.library.close()

    def setting_up(self) -> FileLock:
        """A lock for what only one process may do once, such as adding the shipped story."""
        return FileLock(str(self.path / "setup.lock"))

    def adding(self) -> FileLock:
        """A lock held while an article is read and stored: two that are read at once would not be compared."""
        return FileLock(str(self.path / "add.lock"), thread_local=False)

    def open_vectors(self) -> bool:
        """Open Chroma as the home's owner and heal it; False where another process owns it or Chroma fails."""
        if not self.ownership.take():
            return False
        self.library.embed_again(self.embedder)
        try:
            vectors = open_vectors(self.path / "chroma")
            if not _in_line(vectors, self.library, self.embedder):
                vectors.rebuild(self.library, self.embedder)
        except VectorsBroken:
            return False
        with self._guard:
            self._vectors, self._seen = vectors, self.library.newest()
        return True

    def follow(self) -> None:
        """Keep Chroma in line with the library in the background, until `close`; for a process that stays."""

        def run() -> None:
            while not self._stop.is_set():
                with contextlib.suppress(ParallaxError):  # a busy library or a full disk: the next round tries again
                    self.catch_up()
                self._stop.wait(FOLLOW_S)

        self._follower = threading.Thread(target=run, name="parallax-follow", daemon=True)
        self._follower.start()

    def catch_up(self) -> None:
        """Bring Chroma in line with the library now, or rebuild it where it fails. Nothing where this is not the owner."""
        with self._guard:
            vectors = self._vectors
        if vectors is None:
            if self.ownership.held:
                self.open_vectors()
            return
        newest = self.library.newest()
        if newest == self._seen:
            return
        try:
            with self._guard:
                vectors.sync(self.library, self.embedder)
            self._seen = newest
        except VectorsBroken:
            self._mend()

    def rebuild(self) -> int:
        """Make Chroma anew from the library; returns how many vectors it holds. Raises HomeBusy, VectorsBroken."""
        self.ownership.require("rebuild")
        self.library.embed_again(self.embedder)
        vectors = open_vectors(self.path / "chroma")
        count = vectors.rebuild(self.library, self.embedder)
        self._vectors, self._seen = vectors, self.library.newest()
        return count

    def dense(self, story: str, vector: Vectors, limit: int) -> Sequence[str]:
        """Ids of a story's passages nearest to a vector: from Chroma, or from the library where Chroma is not at hand."""
        with self._guard:
            vectors = self._vectors
        if vectors is not None:
            try:
                with self._guard:
                    return vectors.query(story, vector, limit)
            except VectorsBroken:
                self._mend()
        return self._exact(story, vector, limit)

    def _exact(self, story: str, vector: Vectors, limit: int) -> list[str]:
        newest = self.library.newest()
        cached = self._cache.get(story)
        if cached is None or cached[0] != newest:
            cached = (newest, *self.library.vectors(story, self.embedder))
            self._cache[story] = cached
        return rank(cached[1], cached[2], vector, limit)

    def _mend(self) -> None:
        """Rebuild a broken Chroma; searches go on from the library meanwhile."""
        with self._guard:
            broken, self._vectors = self._vectors, None
            if broken is None:
                return
            try:
                broken.rebuild(self.library, self.embedder)
                self._vectors, self._seen = broken, self.library.newest()
            except VectorsBroken:
                self._vectors = None


def _in_line(vectors: ChromaVectors, library: Library, embedder: Embedder) -> bool:
    """Whether Chroma could be brought in line with the library, and gives back what was put in."""
    try:
        vectors.sync(library, embedder)
    except VectorsBroken:
        return False
    return vectors.healthy(library, embedder)

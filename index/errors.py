"""What can go wrong with articles and with the home that keeps them.

ParallaxError                 a message for the user: it names the thing and the next step
├── SettingsError             a setting has no meaning
└── IndexProblem
    ├── BadArticle            a file cannot become an article
    ├── UnknownStory          no such story, and these exist
    ├── UnknownArticle        no such article in a story, and these exist
    ├── BadStoryName          not a name a story can have
    ├── HomeProblem           the home cannot be read or written
    │   ├── HomeBusy          another process owns it
    │   └── HomeTooNew        a newer version wrote it
    └── VectorsBroken         Chroma does not give back what was put in
"""

from __future__ import annotations

from collections.abc import Sequence

LISTED = 20
"""So many names are listed in a message."""


class ParallaxError(Exception):
    """Ends a command with exit code 2; `str()` is shown to the user."""


class SettingsError(ParallaxError):
    """A setting has no meaning."""


class LongQuestion(ParallaxError):
    """A question has more characters than one may have."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"the question has {length:,} characters; ask in at most {limit:,}")


class IndexProblem(ParallaxError):
    """Something about articles or their home."""


class BadArticle(IndexProblem):
    """A file cannot become an article."""


class UnknownStory(IndexProblem):
    """The story does not exist."""

    def __init__(self, story: str, known: list[str]) -> None:
        listed = ", ".join(known) or "none yet"
        super().__init__(f"no story {story!r}; known stories: {listed} - `parallax add --story {story} PATH` makes it")


class UnknownArticle(IndexProblem):
    """A story has no such article."""

    def __init__(self, story: str, files: Sequence[str], known: Sequence[str]) -> None:
        listed = ", ".join(known[:LISTED]) + (f" and {len(known) - LISTED} more" if len(known) > LISTED else "")
        super().__init__(
            f"story {story!r} has no article {', '.join(map(repr, files))}; it has {listed or 'none'} - nothing was removed; see `parallax sources --story {story}`"
        )


class BadStoryName(IndexProblem):
    """The name of a story breaks the rule."""

    def __init__(self, story: str) -> None:
        super().__init__(f"story name {story!r}: use 3 to 64 of a-z, 0-9 and '-', as in --story harbour-fire")


class HomeProblem(IndexProblem):
    """The home cannot be read or written."""


class HomeBusy(HomeProblem):
    """Another process owns the home."""


class HomeTooNew(HomeProblem):
    """A newer version of Parallax wrote the home."""


class VectorsBroken(IndexProblem):
    """The vector store failed its health check or a call; the library goes on without it."""

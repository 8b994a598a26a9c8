"""The seam between the desk and whatever reads, compares and writes: one protocol, a task per method."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.types import Asker, Draft, DraftSummary, Question
from index.library import Gist
from index.types import Article, Claim, Difference, Discrepancy, Passage, Sentence, Span

Tell = Callable[[str], None]


def silent(text: str) -> None:
    """Nobody watches an answer in the making."""


class Shelf(Protocol):
    """What an engine may look up in the library while it works on one story."""

    def year(self) -> int | None:
        """The year the story plays in, where that is known."""
        ...

    def candidates(self, claim: Claim) -> Sequence[Claim]:
        """Claims of other articles that may be on a claim's topic; their number does not grow with the library."""
        ...

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many sentences of the story each normal form occurs; absent means none."""
        ...

    def gists(self, article_ids: Iterable[str]) -> dict[str, Gist]:
        """What articles are about, by their ids."""
        ...

    def claims_in(self, spans: Sequence[tuple[str, Span]]) -> Sequence[Claim]:
        """The claims whose sentences lie in these spans of articles."""
        ...

    def articles(self) -> Sequence[Article]:
        """The story's current articles, without the one that is being read."""
        ...

    def length(self) -> int:
        """How many characters those articles have."""
        ...

    def by_id(self, ids: Iterable[str]) -> dict[str, Article]:
        """Articles of the story by their ids."""
        ...

    def similar(self, texts: Sequence[str], each: int) -> Sequence[Passage]:
        """The passages of other articles nearest in meaning to texts, at most `each` for one."""
        ...

    def told_in(self, spans: Sequence[tuple[str, Span]]) -> Sequence[Claim]:
        """The claims told of the story as a whole whose quotes lie in these spans of articles."""
        ...

    def differences_near(self, claim_ids: Iterable[str]) -> Sequence[Difference]:
        """The ledger's differences that hold any of these claims, and those that share a claim with these."""
        ...


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What an engine read from one article; `unchecked` says why it could not, None where it could."""

    claims: tuple[Claim, ...]
    differences: tuple[Difference, ...]
    names: frozenset[str] = frozenset()
    unchecked: str | None = None
    told: tuple[Claim, ...] = ()
    whole: bool = False
    """The differences are those of the whole story, between the claims in `told`."""
    near: tuple[Claim, ...] = ()
    """Claims of other articles on the same affair that were looked at, a claim once for each sentence that led to it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A retrieved passage with its article and the article's sentences, for an engine to answer from.

    Passages with one number are on one `affair`, and an answer comes from a single one; None: the story is heard whole.
    """

    article: Article
    passage: Passage
    sentences: tuple[Sentence, ...]
    affair: int | None = None


@dataclass(frozen=True, slots=True)
class EngineState:
    """What an engine has used since its start: requests to an endpoint, tokens in and out. All 0 where there is no endpoint."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    resting: bool = False
    """Nothing is asked for a while, because requests failed in a row."""


class Engine(Protocol):
    """Reads claims, compares, answers, summarises.

    `name` is what replies show; a story of at most `whole_story` characters is heard whole, 0 for a few articles only.
    """

    @property
    def name(self) -> str: ...

    @property
    def whole_story(self) -> int: ...

    @property
    def state(self) -> EngineState:
        """What it has used so far and whether it rests."""
        ...

    async def read(
        self, article: Article, sentences: Sequence[Sentence], shelf: Shelf, following: int | None = None
    ) -> ReadResult:
        """Read a new article and compare it with what the shelf has near its claims, or with the whole story.

        Where others of the same story are `following` at once, the story will grow by so many characters with them: what reads a
        story whole may wait for the last.
        """
        ...

    async def answer(self, question: Question, heard: Sequence[Heard], shelf: Shelf, tell: Tell = silent) -> Draft:
        """Draft an answer from passages alone. `tell` gets the text so far, as often as there is more of it."""
        ...

    async def condense(self, question: Question) -> str:
        """A follow-up, or a question about the text it points at, as a question that stands alone; a question that does already comes back as it is."""
        ...

    async def summarise(
        self,
        articles: Sequence[Article],
        claims: Sequence[Claim],
        ledger: Sequence[Discrepancy],
        shelf: Shelf,
        asker: Asker,
    ) -> DraftSummary:
        """Draft what the sources agree on, where they conflict and what only one says."""
        ...

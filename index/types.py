"""The values of the evidence: what an article says, where it says it, and which of it cannot stand together.

Offsets count code points of `Article.text`; spans are half open, so `text[start:end]` is the quote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing a claim or a discrepancy is about."""

    NUMBER = "number"
    DATE = "date"
    DURATION = "duration"
    ACTOR = "actor"
    LOCATION = "location"
    EVENT = "event"
    CAUSE = "cause"
    STATUS = "status"
    QUOTE = "quote"
    NEGATION = "negation"
    SEQUENCE = "sequence"
    IDENTITY = "identity"


class Relation(StrEnum):
    """How two positions on one topic stand to each other."""

    CONTRADICTION = "contradiction"
    COMPETING_ACCOUNTS = "competing_accounts"
    UPDATE = "update"
    SCOPE = "scope"
    OPINION = "opinion"
    WORDING = "wording"

    @property
    def flagged(self) -> bool:
        """True where the positions cannot stand together."""
        return self in (Relation.CONTRADICTION, Relation.COMPETING_ACCOUNTS)


class Scope(StrEnum):
    """Whether a discrepancy lies between articles or within one."""

    BETWEEN = "between"
    WITHIN = "within"


class Certainty(StrEnum):
    """How far the engine trusts its own verdict: that two claims contradict each other, or that a statement answers the question."""

    SURE = "sure"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points, `0 <= start <= end`."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether some code point lies in both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of an article apart from its text; None where it is not known."""

    publisher: str | None = None
    title: str | None = None
    url: str | None = None
    published: date | None = None

    def or_else(self, more: Source) -> Source:
        """What is known of an article from two places; this one counts first."""
        return Source(
            self.publisher or more.publisher,
            self.title or more.title,
            self.url or more.url,
            self.published or more.published,
        )


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one source document of a story."""

    id: str
    story: str
    file: str
    version: int
    text: str
    source: Source
    origin: str
    """Reprints of one text share it; equals `id` where the text is nobody else's."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article; `paragraph` counts the article's own paragraphs from 0."""

    span: Span
    paragraph: int
    headline: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: what is embedded and retrieved."""

    id: str
    article_id: str
    span: Span
    text: str
    """The text as engines read it: visible characters only."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A range of values in one base unit, both ends included; an exact value has `low == high`.

    Lengths are in metres, masses in kilograms, durations in seconds, dates in days since 0001-01-01,
    clock times in minutes since midnight, money and counts in units.
    """

    low: float
    high: float
    unit: str
    approximate: bool = False

    def meets(self, other: Amount) -> bool:
        """True where some value lies in both ranges, the units being the same."""
        return self.unit == other.unit and self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing an article says about one topic.

    `facet` names what the value is (an amount, an actor, a place ...) and so what it can be compared with.
    `terms` are the words that say what the claim is about, `context` those of its surroundings, both as
    normal forms; `frame` holds the years and dates that set the claim in another time than the story's.
    """

    id: str
    article_id: str
    file: str
    span: Span
    quote: str
    kind: Kind
    facet: str
    topic: str
    value: str
    normal: str
    predicate: str = ""
    terms: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    frame: tuple[str, ...] = ()
    negated: bool = False
    tentative: bool = False
    superseded: bool = False
    opinion: bool = False
    attributed_to: str | None = None
    origin: str = ""
    keys: tuple[str, ...] = ()
    """Where the claim stands in the candidate index: claims that share no key are never compared."""

    @property
    def place(self) -> tuple[str, int]:
        """The article's id and where in it the claim's span begins."""
        return self.article_id, self.span.start


@dataclass(frozen=True, slots=True)
class Difference:
    """Two claims on one topic whose values differ, and what that difference is."""

    first: Claim
    second: Claim
    kind: Kind
    relation: Relation
    certainty: Certainty
    why: str
    score: float
    """How sure whoever found it is of it, 0 to 1, higher is surer: an embedded engine's probability, 1 where a model told it."""


WHOLE = "whole"
"""The facet of the claim that stands for its whole sentence."""
TOLD_FACET = "told:"
"""How the facets begin under which a model tells the sides of one disagreement."""


@dataclass(frozen=True, slots=True)
class Position:
    """One answer to a topic with every claim that holds it."""

    value: str
    claims: tuple[Claim, ...]

    @property
    def spoken(self) -> bool:
        """It is what its sentences say as wholes: its value is only the beginning of one of them."""
        return all(claim.facet == WHOLE for claim in self.claims)

    @property
    def origins(self) -> int:
        """How many independent origins hold it; reprints of one text count once."""
        return len({claim.origin for claim in self.claims})


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A topic with two or more positions, and how they stand to each other."""

    id: str
    topic: str
    kind: Kind
    scope: Scope
    relation: Relation
    certainty: Certainty
    why: str
    positions: tuple[Position, ...]
    beside: int = 0
    """So many of the last positions are only near the matter: each is against one that is part of it."""

    @property
    def sides(self) -> tuple[Position, ...]:
        """The positions that are the matter, the strongest difference's among them."""
        return self.positions[: len(self.positions) - self.beside]


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An article that was not read, and why: never the same as "no difference found"."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage; `score` is a fused rank, higher is better, comparable within one query only."""

    article: Article
    passage: Passage
    score: float

"""The values of the conversation. A draft is unchecked, an answer is checked: two types, so that the check cannot be skipped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from index.types import Certainty, Discrepancy, Span, Unchecked
from index.visible import visible

WORD = re.compile(r"\w+")
SHIPPED_STORY = "iss-video"
"""The story that a fresh home opens with."""


class Status(StrEnum):
    """How the sources stand to a question."""

    AGREED = "agreed"
    SINGLE = "single"
    CONFLICT = "conflict"
    UNANSWERABLE = "unanswerable"


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation with the answer that was given."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, for the account of what a model costs: Telegram's ids, 0 where there are none."""

    chat_id: int = 0
    user_id: int = 0


NOBODY = Asker()


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks of a story.

    `history` holds the conversation so far, oldest first; `context` is the text that the question points at: a quoted
    fragment, or the message it replies to; `typed` is the question as it was typed, where `text` has what it leans on beside it.
    """

    text: str
    story: str
    history: tuple[Turn, ...] = ()
    context: str = ""
    asker: Asker = NOBODY
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote with its place: `article.text[start:end] == quote`, always."""

    file: str
    publisher: str | None
    quote: str
    span: Span
    attributed_to: str | None = None
    """Who says it in the article; None where it is the article itself, or nobody knows."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a reply with its citations."""

    text: str
    citations: tuple[Citation, ...]
    short_answer: str = ""
    """The words of the text that answer; empty where nobody knows them or the whole does."""
    certainty: Certainty = Certainty.SURE
    """Whether it answers the question or only may; not whether it is true."""

    @property
    def unnamed(self) -> str | None:
        """Who says it, where its own words do not name them: of "It was replaced, she said" the person meant by "she". None where its
        citations have no such speaker in common."""
        told = {c.attributed_to for c in self.citations}
        who = told.pop() if len(told) == 1 else None
        if not who or not who.strip():
            return None
        names = [word for word in WORD.findall(who) if word[0].isupper()] or WORD.findall(who)[-1:]
        return None if set(names) & set(WORD.findall(visible(self.text).text)) else who


@dataclass(frozen=True, slots=True)
class DraftQuote:
    """A quote an engine wants to show, as it remembers it; unchecked."""

    article_id: str
    quote: str
    attributed_to: str | None = None
    """See Citation."""


@dataclass(frozen=True, slots=True)
class DraftStatement:
    """One sentence an engine wants to say, with what it rests on; unchecked."""

    text: str
    quotes: tuple[DraftQuote, ...]
    short_answer: str = ""
    certainty: Certainty = Certainty.SURE
    """See Statement."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an engine wants to answer; unchecked. `entries` are discrepancies found among the hits' own claims."""

    status: Status
    statements: tuple[DraftStatement, ...]
    entries: tuple[Discrepancy, ...] = ()
    notices: tuple[str, ...] = ()
    engine: str = ""
    """Who drafted it, where that is another than was asked."""


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """What an engine wants to say of a whole story; unchecked. `engine` is who drafted it."""

    statements: tuple[DraftStatement, ...]
    engine: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Statements whose every quote was found in its article."""

    status: Status
    statements: tuple[Statement, ...]

    @property
    def sure(self) -> tuple[Statement, ...]:
        """The statements that answer."""
        return tuple(s for s in self.statements if s.certainty is Certainty.SURE)

    @property
    def possible(self) -> tuple[Statement, ...]:
        """Those that only may."""
        return tuple(s for s in self.statements if s.certainty is Certainty.POSSIBLE)

    @property
    def one_each(self) -> bool:
        """Whether a single source stands behind each statement that answers, and not the same one behind all."""
        cited = {frozenset(c.file for c in s.citations) for s in self.sure if s.citations}
        return self.status is Status.SINGLE and len(cited) > 1


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back to the asker."""

    question: str
    story: str
    answer: Answer
    discrepancies: tuple[Discrepancy, ...]
    engine: str
    notices: tuple[str, ...]
    unchecked: tuple[Unchecked, ...]
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a story's sources say together: what they agree on, where they conflict, what only one says."""

    story: str
    statements: tuple[Statement, ...]
    engine: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something dated that the sources tell; `disputed` where they give it other dates."""

    date: date
    text: str
    disputed: bool
    citations: tuple[Citation, ...]
    year_known: bool = True
    whole_month: bool = False

    @property
    def day(self) -> str:
        """The date as ISO 8601 as far as it is told: "1998-11" for a month, "--01-13" where nobody tells the year."""
        told = f"{self.date:%m}" if self.whole_month else f"{self.date:%m-%d}"
        return f"{self.date:%Y}-{told}" if self.year_known else f"--{told}"

    @property
    def label(self) -> str:
        """The date for people who read English: as `day`, but "13 January" or "January" where nobody tells the year."""
        if self.year_known:
            return self.day
        return f"{self.date:%B}" if self.whole_month else f"{self.date.day} {self.date:%B}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """All discrepancies of a story, the differences that were explained, and what was not read."""

    story: str
    discrepancies: tuple[Discrepancy, ...]
    explained: tuple[Discrepancy, ...]
    unchecked: tuple[Unchecked, ...]


@dataclass(slots=True)
class Added:
    """What became of the files that were added, by name."""

    story: str
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

"""The model engine: a chat model writes the answer, the code checks every line of it against the sentences it names.

The model sees sentences with opaque ids and ends each line with those it rests on. A line without a known id, or with a name or a
figure that its own sentences do not have, is dropped and never repaired. Conflicts come from the ledger, or are the cited sentences of
lines that the model marked. While a story fits its budget the model also reads it whole, on every new article; of a larger one it reads
the new article beside what the index finds near it. The code looks up each quote. Whatever fails on the wire, the embedded engine
answers and says so.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

from bot.analysis import discrepancies
from bot.analysis.followups import leans
from bot.analysis.language import unread_language
from bot.analysis.origins import origins
from bot.engine.base import EngineState, Heard, ReadResult, Shelf, Tell, silent
from bot.engine.checking import MARK, Line, Source, bare, checked, shown
from bot.engine.comparer import Comparer
from bot.engine.embedded import NOT_IN_SOURCES, EmbeddedEngine
from bot.engine.prompter import Prompter
from bot.engine.wire import CHARACTERS_A_TOKEN, EndpointFailure, Unusable, Wire
from bot.types import Asker, Draft, DraftQuote, DraftStatement, DraftSummary, Question, Status
from index.library import TOLD
from index.replies import Replies
from index.sentences import sentences as cut
from index.types import TOLD_FACET, Article, Certainty, Claim, Difference, Discrepancy, Kind, Relation, Sentence, Span
from index.visible import visible

CONDENSE_SHARE = 0.25
"""The part of the deadline that making a follow-up stand alone may take."""
MOST_KNOWN = 8
"""Disagreements of the ledger that the model is told of."""


class ModelEngine:
    """An engine that asks a chat model and checks what it says."""

    def __init__(
        self, wire: Wire, embedded: EmbeddedEngine, replies: Replies, secret: bytes, story_tokens: int
    ) -> None:
        """`secret` makes the ids and boundaries that nobody can guess; `story_tokens` is how much is heard whole."""
        self._wire = wire
        self._embedded = embedded
        self._prompter = Prompter(secret)
        self._comparer = Comparer(wire, self._prompter, replies)
        self.whole_story = story_tokens * CHARACTERS_A_TOKEN
        self.dropped = 0
        """Lines of answers that were not supported by what they cited."""

    @property
    def name(self) -> str:
        return self._wire.name

    @property
    def misquoted(self) -> int:
        """Quotes of readings that were in no article."""
        return self._comparer.misquoted

    @property
    def state(self) -> EngineState:
        """See Engine."""
        used = self._wire.used
        return EngineState(used.requests, used.tokens_in, used.tokens_out, self._wire.resting)

    async def read(
        self, article: Article, sentences: Sequence[Sentence], shelf: Shelf, following: int | None = None
    ) -> ReadResult:
        """See Engine. A story that fits is read whole, and its ledger takes the place of the one before; of a larger one the new
        article is read beside what is near it."""
        plain = await self._embedded.read(article, sentences, shelf)
        length = await asyncio.to_thread(shelf.length) + len(article.text)
        if length + (following or 0) > self.whole_story:
            return await self._comparer.read_in_part(article, shelf, plain)
        if following is not None:
            return plain
        return await self._comparer.read_whole(article, shelf, plain)

    async def summarise(
        self, articles: Sequence[Article], claims: Sequence[Claim], ledger: Sequence[Discrepancy], shelf: Shelf, asker: Asker
    ) -> DraftSummary:  # fmt: skip
        """See Engine. Of a story that does not fit, the model hears what the embedded engine would say."""
        plain = await self._embedded.summarise(articles, claims, ledger, shelf, asker)
        heard = [(a, s) for a in articles for s in cut(a.text)]
        if sum(len(a.text) for a in articles) > self.whole_story:
            quoted = {(q.article_id, q.quote) for s in plain.statements for q in s.quotes}
            heard = [(a, s) for a, s in heard if (a.id, a.text[s.span.start : s.span.end]) in quoted]
        sources = self._named(heard)
        if not sources:
            return plain
        request = self._prompter.request(
            "summarise", sorted(sources), asker, sources=_listed(sources), disagreements=_told(ledger[:MOST_KNOWN])
        )
        english = all(unread_language(visible(a.text).text) is None for a in articles)
        take = partial(_taken, sources=sources, english=english)
        try:
            said = await self._wire.complete(request, take)
        except EndpointFailure as problem:
            return replace(plain, notices=(*plain.notices, self._failed(problem.why)))
        self.dropped += said.dropped
        return DraftSummary(tuple(_statement(line) for line in said.lines), self.name)

    async def condense(self, question: Question) -> str:
        """See Engine. A question that leans on nothing costs no request."""
        if not leans(question.text) or not (question.history or question.context):
            return question.text
        conversation = "\n".join(
            f"Q: {visible(t.question).text}\nA: {visible(t.answer).text}" for t in question.history
        )
        request = self._prompter.request(
            "condense", [question.text, conversation], question.asker, private=True, conversation=conversation or "(none)",
            context=visible(question.context).text or "(none)", question=visible(question.text).text,
        )  # fmt: skip
        try:
            text = await self._wire.complete(request, str, within=self._wire.deadline_s * CONDENSE_SHARE)
        except EndpointFailure:
            return await self._embedded.condense(question)
        line = text.strip().splitlines()[0].strip()
        return line if 0 < len(line) <= 4 * len(question.text) + 400 else await self._embedded.condense(question)

    async def answer(self, question: Question, heard: Sequence[Heard], shelf: Shelf, tell: Tell = silent) -> Draft:
        """See Engine. Without anything heard nothing is asked."""
        sources = self._named((h.article, s) for h in heard for s in h.sentences if _within(s.span, h.passage.span))
        if not sources:
            return await self._instead(question, heard, shelf)
        entries = self._known(question.story, sources, shelf)
        request = self._prompter.request(
            "answer", sorted(sources), question.asker, private=bool(question.history or question.context), sources=_listed(sources),
            disagreements=_told(entries[:MOST_KNOWN]), question=visible(question.text).text, not_in_sources=NOT_IN_SOURCES, mark=MARK,
        )  # fmt: skip
        within = self._wire.deadline_s * (1 - CONDENSE_SHARE)
        english = unread_language(question.text) is None
        take = partial(_taken, sources=sources, question=question.text, english=english)
        try:
            said = await self._wire.complete(request, take, lambda text: tell(shown(text)), within)
        except EndpointFailure as problem:
            return await self._instead(question, heard, shelf, self._failed(problem.why))
        self.dropped += said.dropped
        return self._draft(said, question, entries)

    async def _instead(self, question: Question, heard: Sequence[Heard], shelf: Shelf, *notices: str) -> Draft:
        """The embedded engine's answer."""
        plain = await self._embedded.answer(question, heard, shelf)
        return replace(plain, notices=(*plain.notices, *notices), engine=self._embedded.name)

    def _failed(self, why: str) -> str:
        """Why the embedded engine speaks."""
        return f"{self._wire.name} gave no usable answer ({why}); the embedded engine answered"

    def _named(self, heard: Iterable[tuple[Article, Sentence]]) -> dict[str, Source]:
        """Sentences by their ids, in the order of files and places, which is the same for every question."""
        found: dict[tuple[str, int], Source] = {}
        for article, s in heard:
            text = visible(article.text[s.span.start : s.span.end]).text
            found[article.file, s.span.start] = Source(article, s, " ".join(text.split()))
        named: dict[str, Source] = {}
        for _, source in sorted(found.items()):
            digest = self._prompter.digest("sentence", source.article.id, str(source.sentence.span.start))
            named[next(digest[:n] for n in range(6, 13) if digest[:n] not in named)] = source
        return named

    @staticmethod
    def _known(story: str, sources: Mapping[str, Source], shelf: Shelf) -> list[Discrepancy]:
        """The ledger's entries that lie in the sentences that were heard."""
        spans = [(s.article.id, s.sentence.span) for s in sources.values()]
        claims = [*shelf.claims_in(spans), *shelf.told_in(spans)]
        near = [d for d in shelf.differences_near(c.id for c in claims) if d.relation.flagged]
        return discrepancies.discrepancies(story, near)

    def _draft(self, said: Said, question: Question, entries: Sequence[Discrepancy]) -> Draft:
        """What is left of a reply, as a draft."""
        held = said.lines
        if said.abstains:
            nearest = [_statement(line) for line in held[:1]]
            return Draft(Status.UNANSWERABLE, (DraftStatement(NOT_IN_SOURCES, ()), *nearest), engine=self.name)
        touched = _touched(entries, [s for line in held for s in line.sources])
        disputed = touched or _disputed(question, [line for line in held if line.marked])
        several = any(origins(s.article for s in line.sources) > 1 for line in held)
        status = Status.CONFLICT if disputed else Status.AGREED if several else Status.SINGLE
        return Draft(status, tuple(_statement(line) for line in held), tuple(disputed), engine=self.name)


@dataclass(frozen=True, slots=True)
class Said:
    """What is left of a reply: whether it begins by saying that the sources do not say, the lines that hold, how many do not."""

    abstains: bool
    lines: tuple[Line, ...]
    dropped: int


def _taken(text: str, sources: Mapping[str, Source], english: bool, question: str = "") -> Said:
    """A reply's lines, checked. Raises Unusable where nothing is left to say."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    abstains = bool(lines) and bare(lines[0]).rstrip(".") == NOT_IN_SOURCES.rstrip(".")
    held, dropped = checked(lines[int(abstains) :], sources, question, english)
    if not abstains and not held:
        raise Unusable("no line rests on what it cites")
    return Said(abstains, tuple(held), dropped)


def _statement(line: Line) -> DraftStatement:
    return DraftStatement(line.said, tuple(DraftQuote(s.article.id, s.quote) for s in line.sources))


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _disputed(question: Question, lines: Sequence[Line]) -> tuple[Discrepancy, ...]:
    """What the lines of an answer that the model marked disagree on: an entry whose positions are the sentences they cite.

    A line that rests on a sentence of an earlier one is no side of its own, and one side alone is no disagreement.
    """
    sides: list[list[Claim]] = []
    seen: set[tuple[str, int]] = set()
    for line in lines:
        places = {(s.article.id, s.sentence.span.start) for s in line.sources}
        if places & seen:
            continue
        seen |= places
        sides.append([_side(question, line, s) for s in line.sources])
    pairs = [
        Difference(a, b, Kind.EVENT, Relation.CONTRADICTION, Certainty.POSSIBLE, "the answers cannot all be right", 1.0)
        for one, other in combinations(sides, 2) for a in one for b in other
    ]  # fmt: skip
    return tuple(discrepancies.discrepancies(question.story, pairs))


def _side(question: Question, line: Line, source: Source) -> Claim:
    """A cited sentence as a claim on what was asked; its value is what the line says."""
    topic = hashlib.sha256(question.text.encode()).hexdigest()[:12]
    span = source.sentence.span
    identity = hashlib.sha256(f"{source.article.id}|{span.start}|{topic}|{line.said}".encode()).hexdigest()[:24]
    return Claim(
        TOLD + identity, source.article.id, source.article.file, span, source.quote, Kind.EVENT, f"{TOLD_FACET}{topic}",
        " ".join(question.text.split()), line.said, line.said.casefold(), origin=source.article.origin,
    )  # fmt: skip


def _listed(sources: Mapping[str, Source]) -> str:
    """The sentences with their ids under the names of their articles."""
    lines: list[str] = []
    article = ""
    for name, source in sources.items():
        if source.article.id != article:
            article = source.article.id
            about = source.article.source
            head = " - ".join(visible(str(x)).text for x in (about.publisher, about.title, about.published) if x)
            lines.append(f"\nSource {source.article.file}" + (f" ({head})" if head else ""))
        lines.append(f"[{name}] {source.text}")
    return "\n".join(lines).strip()


def _told(entries: Sequence[Discrepancy]) -> str:
    """Disagreements in a line each: what about, and which file has which answer."""
    lines = []
    for entry in entries:
        sides = (f"{p.value} ({', '.join(sorted({c.file for c in p.claims}))})" for p in entry.positions)
        lines.append(f"- {entry.topic.partition(': ')[2] or entry.topic}: {' / '.join(sides)}")
    return visible("\n".join(lines)).text or "(none known)"


def _touched(entries: Sequence[Discrepancy], cited: Sequence[Source]) -> list[Discrepancy]:
    """The entries of which the cited sentences hold two positions or more."""

    def holds(source: Source, claim: Claim) -> bool:
        span = source.sentence.span
        return source.article.id == claim.article_id and span.start <= claim.span.start < span.end

    def held(entry: Discrepancy) -> int:
        return sum(any(holds(s, c) for c in p.claims for s in cited) for p in entry.sides)

    return [e for e in entries if held(e) > 1]

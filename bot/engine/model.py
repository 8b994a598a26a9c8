"""The model engine: a chat model writes the answer, the code checks every line of it against the sentences it names.

The model sees sentences with opaque ids and ends each line with those it rests on. A line without a known id, or with a name or a
figure that its own sentences do not have, is dropped and never repaired. Conflicts come from the ledger and the sentences' own
claims. While a story fits its budget the model also reads it whole, on every new article, and the code looks up each quote. Whatever
fails on the wire, the embedded engine answers and says so.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.analysis import discrepancies
from bot.analysis.followups import leans
from bot.analysis.language import unread_language
from bot.analysis.origins import origins
from bot.analysis.words import fold, known, same_name
from bot.engine.base import Heard, ReadResult, Shelf, Tell, silent
from bot.engine.embedded import NOT_IN_SOURCES, EmbeddedEngine
from bot.engine.reading import Unreadable, listed, parse, whole_reading
from bot.engine.wire import READ_S, EndpointFailure, Wire
from bot.types import Draft, DraftQuote, DraftStatement, Question, Status
from index.types import Article, Claim, Discrepancy, Sentence
from index.visible import visible
from prompts import load

CITED = re.compile(r"\[([0-9a-f]{6,12})\]")
FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
ADDRESS = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://\S*|\bwww\.\S+|\b(?:[\w-]{2,}\.)+[a-z]{2,}\b(?:/\S*)?")
"""Addresses: one with a path is never shown, a bare name only where the cited sentence has it."""
PROMPT_RUN = 7
"""A line with so many words in a row of our instructions gives them away."""
NAME = re.compile(r"\b[A-Z][\w'’-]+")
CONDENSE_SHARE = 0.25
"""The part of the deadline that making a follow-up stand alone may take."""
LETTERS = re.compile(r"[^\W_]+")
CHARACTERS_A_TOKEN = 4
MOST_KNOWN = 8
"""Disagreements of the ledger that the model is told of."""
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that the model may cite."""

    article: Article
    sentence: Sentence
    text: str

    @property
    def quote(self) -> str:
        """The sentence as the article has it."""
        return self.article.text[self.sentence.span.start : self.sentence.span.end]


class ModelEngine:
    """An engine that asks a chat model and checks what it says."""

    def __init__(self, wire: Wire, embedded: EmbeddedEngine, secret: bytes, story_tokens: int) -> None:
        """`secret` makes the ids and boundaries that nobody can guess; `story_tokens` is how much is heard whole."""
        self._wire = wire
        self._embedded = embedded
        self._secret = secret
        self.whole_story = story_tokens * CHARACTERS_A_TOKEN
        self.misquoted = 0
        """Quotes of readings that were in no article."""
        self.dropped = 0
        """Lines of answers that were not supported by what they cited."""

    @property
    def name(self) -> str:
        return self._wire.name

    async def read(
        self, article: Article, sentences: Sequence[Sentence], shelf: Shelf, more: bool = False
    ) -> ReadResult:
        """See Engine. While the story fits, the model reads it whole and its ledger takes the place of the one before."""
        plain = await self._embedded.read(article, sentences, shelf)
        articles = [*shelf.articles(), article]
        if more or not self.whole_story or sum(len(a.text) for a in articles) > self.whole_story:
            return plain
        seen = {a.file: visible(a.text).text for a in articles}
        system, user = load("read").fill(
            boundary=self._boundary(sorted(a.id for a in articles)), articles=listed(articles, seen)
        )
        try:
            found = await self._wire.complete(system, user, within=max(READ_S, self._wire.deadline_s))
            reading = whole_reading(parse(found.text), {a.file: a for a in articles})
        except (EndpointFailure, Unreadable):
            return plain
        self.misquoted += reading.misquoted
        return replace(plain, differences=reading.differences, told=reading.claims, whole=True, unchecked=None)

    async def summarise(
        self, articles: Sequence[Article], claims: Sequence[Claim], ledger: Sequence[Discrepancy], shelf: Shelf
    ) -> list[DraftStatement]:
        """See Engine."""
        return await self._embedded.summarise(articles, claims, ledger, shelf)

    async def condense(self, question: Question) -> str:
        """See Engine. A question that leans on nothing costs no request."""
        if not leans(question.text) or not (question.history or question.context):
            return question.text
        conversation = "\n".join(
            f"Q: {visible(t.question).text}\nA: {visible(t.answer).text}" for t in question.history
        )
        system, user = load("condense").fill(
            boundary=self._boundary([question.text, conversation]), conversation=conversation or "(none)",
            context=visible(question.context).text or "(none)", question=visible(question.text).text,
        )  # fmt: skip
        try:
            found = await self._wire.complete(system, user, within=self._wire.deadline_s * CONDENSE_SHARE)
        except EndpointFailure:
            return await self._embedded.condense(question)
        line = found.text.strip().splitlines()[0].strip()
        return line if 0 < len(line) <= 4 * len(question.text) + 400 else await self._embedded.condense(question)

    async def answer(self, question: Question, heard: Sequence[Heard], shelf: Shelf, tell: Tell = silent) -> Draft:
        """See Engine. Without anything heard nothing is asked."""
        plain = await self._embedded.answer(question, heard, shelf)
        sources = self._sources(heard)
        if not sources:
            return replace(plain, engine=self._embedded.name)
        entries = self._known(question.story, sources, shelf)
        boundary = self._boundary(sorted(sources))
        system, user = load("answer").fill(
            boundary=boundary, sources=_listed(sources), disagreements=_told(entries[:MOST_KNOWN]),
            question=visible(question.text).text, not_in_sources=NOT_IN_SOURCES,
        )  # fmt: skip
        try:
            within = self._wire.deadline_s * (1 - CONDENSE_SHARE)
            found = await self._wire.complete(system, user, lambda text: tell(CITED.sub("", text).strip()), within)
        except EndpointFailure as problem:
            return self._instead(plain, problem.why)
        draft = self._draft(found.text, question, sources, entries, plain)
        return draft if draft is not None else self._instead(plain, "format")

    def _instead(self, plain: Draft, why: str) -> Draft:
        """The embedded engine's answer, and why it is that."""
        notice = f"{self._wire.name} gave no usable answer ({why}); the embedded engine answered"
        return replace(plain, notices=(*plain.notices, notice), engine=self._embedded.name)

    def _boundary(self, parts: Sequence[str]) -> str:
        return f"=== {self._digest('boundary', *parts)[:24]} ==="

    def _digest(self, *parts: str) -> str:
        return hmac.new(self._secret, "\0".join(parts).encode(), hashlib.sha256).hexdigest()

    def _sources(self, heard: Sequence[Heard]) -> dict[str, Source]:
        """The sentences that were heard by their ids, in the order of files and places, which is the same for every question."""
        found: dict[tuple[str, int], Source] = {}
        for h in heard:
            for s in h.sentences:
                if h.passage.span.start <= s.span.start and s.span.end <= h.passage.span.end:
                    text = visible(h.article.text[s.span.start : s.span.end]).text
                    found[h.article.file, s.span.start] = Source(h.article, s, " ".join(text.split()))
        named: dict[str, Source] = {}
        for _, source in sorted(found.items()):
            digest = self._digest("sentence", source.article.id, str(source.sentence.span.start))
            named[next(digest[:n] for n in range(6, 13) if digest[:n] not in named)] = source
        return named

    @staticmethod
    def _known(story: str, sources: Mapping[str, Source], shelf: Shelf) -> list[Discrepancy]:
        """The ledger's entries that lie in the sentences that were heard."""
        spans = [(s.article.id, s.sentence.span) for s in sources.values()]
        claims = [*shelf.claims_in(spans), *shelf.told_in(spans)]
        near = [d for d in shelf.differences_near(c.id for c in claims) if d.relation.flagged]
        return discrepancies.discrepancies(story, near)

    def _draft(
        self, text: str, question: Question, sources: Mapping[str, Source], entries: Sequence[Discrepancy], plain: Draft
    ) -> Draft | None:  # fmt: skip
        """The lines that hold, as a draft; None where nothing is left to say."""
        lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
        abstains = bool(lines) and CITED.sub("", lines[0]).strip().rstrip(".") == NOT_IN_SOURCES.rstrip(".")
        english = unread_language(question.text) is None
        statements: list[DraftStatement] = []
        cited: list[list[Source]] = []
        for line in lines[int(abstains) :][:MOST_LINES]:
            own = [sources[i] for i in dict.fromkeys(CITED.findall(line)) if i in sources]
            said = " ".join(CITED.sub("", line).split()).lstrip("-•* ").strip()
            if not own or not said or not supported(said, own, question.text, english):
                self.dropped += 1
                continue
            statements.append(DraftStatement(said, tuple(DraftQuote(s.article.id, s.quote) for s in own)))
            cited.append(own)
        if abstains:
            return Draft(Status.UNANSWERABLE, (DraftStatement(NOT_IN_SOURCES, ()), *statements[:1]), engine=self.name)
        if not statements:
            return None
        used = [s for own in cited for s in own]
        touched = _touched(entries, used, 2)
        fresh = [e for e in _touched(plain.entries, used, 1) if e.id not in {t.id for t in touched}]
        shown = (*touched, *fresh)
        several = any(origins(s.article for s in own) > 1 for own in cited)
        status = Status.CONFLICT if shown else Status.AGREED if several else Status.SINGLE
        return Draft(status, tuple(statements), shown, engine=self.name)


def supported(said: str, own: Sequence[Source], question: str, english: bool) -> bool:
    """Whether every figure of a line, and in English every name, stands in the sentences it cites or in what is known of their
    articles: publisher, title, file.

    A name that the question brought along may be repeated. In other languages names are spelt otherwise, and only figures count.
    """
    texts = " ".join(s.text for s in own)
    if any(address not in texts or "/" in address for address in ADDRESS.findall(said)) or _of_the_prompt(said):
        return False
    figures = {_figure(m) for m in FIGURE.findall(texts)}
    if not {_figure(m) for m in FIGURE.findall(said)} <= figures:
        return False
    if not english:
        return True
    around = " ".join(f"{a.source.publisher or ''} {a.source.title or ''} {a.file}" for a in (s.article for s in own))
    there = {fold(w) for w in LETTERS.findall(f"{texts} {around} {question}")}
    names = [m.group() for m in NAME.finditer(said) if m.start() or not known(m.group().lower())]
    parts = [part for name in names for part in LETTERS.findall(name) if len(part) > 1]
    return all(any(same_name(fold(part), w) for w in there) for part in parts)


def _of_the_prompt(said: str) -> bool:
    """Whether a line repeats a run of words of our own instructions."""
    return not _runs(said).isdisjoint(_runs(load("answer").system))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + PROMPT_RUN]) for i in range(len(words) - PROMPT_RUN + 1)}


def _figure(text: str) -> str:
    """A figure without its thousands separators."""
    return re.sub(r"(?<=\d)[,.](?=\d{3}(?:\D|$))", "", text)


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


def _touched(entries: Sequence[Discrepancy], cited: Sequence[Source], least: int) -> list[Discrepancy]:
    """The entries of which the cited sentences hold at least so many positions."""

    def holds(source: Source, claim: Claim) -> bool:
        span = source.sentence.span
        return source.article.id == claim.article_id and span.start <= claim.span.start < span.end

    def held(entry: Discrepancy) -> int:
        return sum(any(holds(s, c) for c in p.claims for s in cited) for p in entry.positions)

    return [e for e in entries if held(e) >= least]

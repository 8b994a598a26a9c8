"""Replies as pages: pure functions from values to text and marks. First the answer, then the conflicts, then the quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

from bot.analysis.discrepancies import heading
from bot.analysis.questions import terms_of
from bot.records.records import Doubt, Figures
from bot.telegram.page import Page, Writer, clean
from bot.telegram.texts import Texts
from bot.types import Citation, Reply, Statement, Status, Summary, TimelineEvent
from index.types import Article, Claim, Discrepancy, Scope

QUOTED_PER_POSITION = 3
MOST_EVENTS = 40
MOST_ENTRIES = 15
MOST_TEXT = 16_000
"""Characters of an article that are shown."""


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A source as a reply shows it: its name and where its number leads."""

    name: str
    url: str
    publisher: str = ""


class Links:
    """Numbers sources by first use and knows where each number leads."""

    def __init__(self, known: Mapping[str, SourceLink]) -> None:
        self._known = known
        self._order: list[str] = []

    def mark(self, writer: Writer, files: Sequence[str], lead: str = " ") -> None:
        """Write the numbers of sources, each a link, with `lead` before it."""
        for file in dict.fromkeys(files):
            if file not in self._order:
                self._order.append(file)
            self._number(writer.say(lead), file)

    def _number(self, writer: Writer, file: str) -> None:
        source = self._known.get(file)
        number = f"[{self._order.index(file) + 1}]"
        writer.say(number, "text_link" if source else None, source.url if source else None)

    def publisher(self, file: str) -> str:
        """Who put a source out; '' where that is not known."""
        return self._known[file].publisher if file in self._known else ""

    def list(self, writer: Writer) -> None:
        """Write the used sources, a line each."""
        for file in self._order:
            self._number(writer.say("\n"), file)
            writer.say(" ").data(self._known[file].name if file in self._known else file)


def source_links(articles: Sequence[Article], bot_name: str, texts: Texts) -> dict[str, SourceLink]:
    """By file: the publisher and the stored address, else the bot's own link that shows the source."""
    return {
        a.file: SourceLink(_name(a, texts), _address(a) or deep_link(bot_name, f"s-{a.id}"), a.source.publisher or "")
        for a in articles
    }


def deep_link(bot_name: str, payload: str) -> str:
    """A link that opens the bot with something to show; `payload` has at most 64 of A-Z a-z 0-9 _ -."""
    return f"https://t.me/{bot_name}?start={payload}"


def _name(article: Article, texts: Texts) -> str:
    source = article.source
    publisher = source.publisher or texts("unknown_publisher")
    return f"{publisher}: {source.title}" if source.title else f"{publisher} ({article.file})"


def _address(article: Article) -> str | None:
    """The article's stored address where it is one of the web."""
    try:
        parts = urlsplit(article.source.url or "")
    except ValueError:
        return None
    return article.source.url if parts.scheme in ("http", "https") and parts.netloc else None


def answer(reply: Reply, known: Mapping[str, SourceLink], texts: Texts) -> Page:
    """The reply: what is said, where the sources disagree, the quotes behind it, what was not checked."""
    links, writer = Links(known), Writer()
    heads = {Status.UNANSWERABLE: "not_said", Status.AGREED: "agree", Status.SINGLE: "one_source"}
    head = "one_source_each" if reply.answer.one_each else heads.get(reply.answer.status, "")
    if not reply.answer.statements:  # the question could not be read, which is no answer
        return writer.say(texts("unread" if reply.notices else "not_said")).page
    if head:
        writer.say(texts(head), "bold" if head != "not_said" else None).say("\n")
    said = [s for s in reply.answer.statements if s.citations]
    _statements(writer, reply.answer.sure, links)
    if reply.discrepancies:
        writer.say("\n").say(texts("disagree"), "bold").say("\n")
        for number, entry in enumerate(reply.discrepancies, 1):
            if len(reply.discrepancies) > 1:
                writer.say(f"{number}. ").data(topic(entry)).say("\n")
            _positions(writer, entry, links, texts)
        quoted = {c.quote for s in said for c in s.citations if c.quote == s.text} | _spoken(reply.discrepancies)
        quotes = Writer()
        _quotes(quotes, reply.discrepancies, links, quoted)
        if quotes.page.text:
            writer.say("\n").quote(quotes.page).say("\n")
    if reply.answer.possible:
        writer.say("\n").say(texts("perhaps"), "italic").say("\n")
        _statements(writer, reply.answer.possible, links)
    if reply.unchecked:
        writer.say("\n").data(texts("unchecked", files=", ".join(u.file for u in reply.unchecked)))
    for notice in reply.notices:
        writer.say("\n").data(notice)
    return writer.page


def _statements(writer: Writer, statements: Sequence[Statement], links: Links) -> None:
    """Statements with their sources, a line each."""
    for statement in statements:
        if statement.citations:
            writer.data(statement.text, statement.short_answer)
            _told_by(writer, statement.unnamed)
            links.mark(writer, [c.file for c in statement.citations])
            writer.say("\n")


def _positions(writer: Writer, entry: Discrepancy, links: Links, texts: Texts) -> None:
    """An entry's positions: the value, who says it, how many origins."""
    for position in entry.sides:
        if position.spoken:
            writer.say("• “").data(position.claims[0].quote).say("”")
        else:
            writer.say("• ").data(position.value)
        speakers = list(dict.fromkeys(c.attributed_to or links.publisher(c.file) for c in position.claims))
        _told_by(writer, ", ".join(s for s in speakers if s))
        links.mark(writer, [c.file for c in position.claims])
        writer.say(f" ({texts('origins', n=position.origins) if position.origins > 1 else texts('origins_one')})\n")
    if entry.scope is Scope.WITHIN:
        writer.say(texts("within"), "italic").say("\n")


def _spoken(entries: Sequence[Discrepancy]) -> set[str]:
    """The quotes that stand for their positions."""
    return {p.claims[0].quote for entry in entries for p in entry.sides if p.spoken}


def _quotes(writer: Writer, entries: Sequence[Discrepancy], links: Links, shown: set[str]) -> None:
    """The verbatim quotes of positions, those that were shown left out."""
    for entry in entries:
        for position in entry.sides:
            for claim in _distinct(position.claims)[:QUOTED_PER_POSITION]:
                _quote(writer, claim, links, shown)


def _told_by(writer: Writer, who: str | None) -> None:
    """Who says something, where anybody is named."""
    if who:
        writer.say(" — ").data(who)


def _quote(writer: Writer, said: Claim | Citation, links: Links, shown: set[str]) -> None:
    """A verbatim quote with its source's number, unless it was shown."""
    if said.quote not in shown:
        shown.add(said.quote)
        writer.say("“").data(said.quote).say("”")
        links.mark(writer, [said.file])
        writer.say("\n")


def _distinct(claims: Sequence[Claim]) -> list[Claim]:
    return list({(c.file, c.quote): c for c in claims}.values())


def quotes(reply: Reply, known: Mapping[str, SourceLink], texts: Texts) -> Page:
    """Every quote of a reply, with its source."""
    links, writer = Links(known), Writer()
    writer.say(texts("quotes"), "bold").say("\n")
    body, shown = Writer(), set[str]()
    _cited(body, reply.answer.sure, links, shown)
    _quotes(body, reply.discrepancies, links, shown)
    _cited(body, reply.answer.possible, links, shown)
    return writer.quote(body.page).page


def _cited(writer: Writer, statements: Sequence[Statement], links: Links, shown: set[str]) -> None:
    """The verbatim quotes of statements, those that were shown left out."""
    for statement in statements:
        for citation in statement.citations:
            _quote(writer, citation, links, shown)


def used_sources(reply: Reply, known: Mapping[str, SourceLink], texts: Texts) -> Page:
    """The sources that a reply uses, numbered as in it."""
    links, writer = Links(known), Writer()
    links.mark(Writer(), [c.file for s in reply.answer.sure for c in s.citations])
    links.mark(Writer(), [c.file for entry in reply.discrepancies for p in entry.sides for c in p.claims])
    links.mark(Writer(), [c.file for s in reply.answer.possible for c in s.citations])
    writer.say(texts("sources"), "bold")
    links.list(writer)
    return writer.page


def conflicts(
    entries: Sequence[Discrepancy], known: Mapping[str, SourceLink], texts: Texts, explained: int = 0
) -> Page:
    """Entries of the ledger with their positions and quotes."""
    links, writer = Links(known), Writer()
    writer.say(texts("conflicts_head") if entries else texts("no_conflicts"), "bold" if entries else None).say("\n")
    for entry in entries[:MOST_ENTRIES]:
        writer.say("\n").data(topic(entry))
        writer.say("\n")
        _positions(writer, entry, links, texts)
        body = Writer()
        _quotes(body, [entry], links, _spoken([entry]))
        if body.page.text:
            writer.quote(body.page).say("\n")
    if explained:
        writer.say("\n").say(texts("explained", n=explained), "italic")
    return writer.page


def topic(entry: Discrepancy) -> str:
    """A discrepancy's heading; of one that names too little, its values."""
    told = clean(heading(entry))
    return told if len(terms_of(told)) > 1 else values(entry)


def doubtful(entry: Discrepancy) -> str:
    """An entry as an operator who reviews it sees it: its values and a quote, and nothing of a question, which may have been asked in private."""
    return f"{values(entry)}: “{clean(entry.sides[0].claims[0].quote)}”"


def values(entry: Discrepancy) -> str:
    """What stands against what."""
    return " / ".join(clean(p.value) for p in entry.sides)


def summary(found: Summary, known: Mapping[str, SourceLink], texts: Texts) -> Page:
    """What the sources say together."""
    links, writer = Links(known), Writer()
    if not found.statements:
        return writer.say(texts("no_summary")).page
    writer.say(texts("summary_head"), "bold").say("\n")
    for statement in found.statements:
        writer.say("\n• ").data(statement.text)
        links.mark(writer, [c.file for c in statement.citations])
    for notice in found.notices:
        writer.say("\n").data(notice)
    return writer.page


def timeline(events: Sequence[TimelineEvent], known: Mapping[str, SourceLink], texts: Texts) -> Page:
    """The dated claims in order."""
    links, writer = Links(known), Writer()
    if not events:
        return writer.say(texts("no_timeline")).page
    writer.say(texts("timeline_head"), "bold").say("\n")
    for event in events[:MOST_EVENTS]:
        writer.say("\n").say(event.day.removeprefix("--"), "bold")
        if event.disputed:
            writer.say(f" ({texts('disputed')})", "italic")
        writer.say(" ").data(event.text)
        links.mark(writer, [c.file for c in event.citations])
    return writer.page


def sources(articles: Sequence[Article], known: Mapping[str, SourceLink], texts: Texts) -> Page:
    """The articles of a story, each with what is known of it."""
    links, writer = Links(known), Writer()
    writer.say(texts("sources_head"), "bold").say("\n")
    for article in articles:
        writer.say("\n")
        links.mark(writer, [article.file], lead="")
        writer.say(" ").data(known[article.file].name)
        _published(writer, article)
    return writer.page


def source(article: Article, texts: Texts) -> Page:
    """One article: what is known of it, and as much of its text as fits into a few messages."""
    writer = Writer()
    writer.data(_name(article, texts))
    _published(writer, article)
    writer.say("\n\n")
    for paragraph in article.text[:MOST_TEXT].split("\n"):
        if paragraph.strip():
            writer.data(paragraph).say("\n\n")
    return writer.page


def _published(writer: Writer, article: Article) -> None:
    if article.source.published:
        noon = datetime.combine(article.source.published, time(12), UTC)
        writer.say(", ").say(article.source.published.isoformat(), "date_time", unix=int(noon.timestamp()))


def figures(found: Figures, texts: Texts) -> Page:
    """Counts for the operator."""
    return Writer().say(
        texts("stats", answers=found.answers, today=found.answers_today, chats=found.chats, waiting=found.waiting, up=found.up, down=found.down, doubts=found.doubts)
    ).page  # fmt: skip


def doubts(found: Sequence[Doubt], texts: Texts) -> Page:
    """The doubted entries of the ledger, numbered as their buttons are."""
    writer = Writer()
    if not found:
        return writer.say(texts("review_none")).page
    writer.say(texts("review_head"), "bold").say("\n")
    for number, doubt in enumerate(found, 1):
        writer.say(f"\n{number}. ").data(doubt.topic).say(f" ({clean(doubt.story)}, {doubt.people})")
        if doubt.hidden:
            writer.say(f" – {texts('review_hidden')}", "italic")
    return writer.page

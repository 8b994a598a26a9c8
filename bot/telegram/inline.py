"""Inline mode: the ledger and the asker's earlier answers, matched by words; nothing is asked of an engine."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Sequence

from telegram import InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.analysis.questions import terms_of
from bot.records.records import Place
from bot.telegram import rendering
from bot.telegram.office import Office
from bot.telegram.page import Page, clean, from_json, shortened
from bot.telegram.sending import NO_PREVIEW, entities
from bot.telegram.texts import Texts

MOST_RESULTS = 10
CACHE_S = 10


class Inline:
    """Answers inline queries."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def asked(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Somebody types @bot and something in any chat."""
        query = update.inline_query
        if query is None:
            return
        texts = Texts(query.from_user.language_code)
        found: list[tuple[str, str, Page]] = []
        if self._office.access.allows(query.from_user.id, query.from_user.id):
            found = await self._matches(query.from_user.id, query.query, texts)
        results = [
            InlineQueryResultArticle(
                hashlib.sha256(f"{number}{title}".encode()).hexdigest()[:16], title[:80], description=line[:120],
                input_message_content=InputTextMessageContent(page.text, entities=entities(page.marks), link_preview_options=NO_PREVIEW),
            )
            for number, (title, line, page) in enumerate(found)
        ]  # fmt: skip
        button = InlineQueryResultsButton(texts("inline_hint"), start_parameter="inline")
        with contextlib.suppress(TelegramError):  # a query that is too old cannot be answered
            await query.answer(results, cache_time=CACHE_S, is_personal=True, button=button)

    async def _matches(self, user_id: int, typed: str, texts: Texts) -> list[tuple[str, str, Page]]:
        """(title, line, page) of what matches, the best first."""
        office = self._office
        story = await office.story(Place(user_id))
        known = await office.links(story, texts)
        hidden = await asyncio.to_thread(office.records.hidden, story)
        wanted = set(terms_of(typed))
        scored: list[tuple[float, str, str, Page]] = []
        for entry in (await office.desk.discrepancies(story)).discrepancies:
            words = " ".join([entry.topic, *(c.quote for p in entry.sides for c in p.claims)])
            title = texts("inline_conflict", topic=rendering.topic(entry))
            line = " / ".join(clean(p.value) for p in entry.sides)
            scored.append((_fits(wanted, terms_of(words)), title, line, rendering.conflicts([entry], known, texts)))
        for given in await asyncio.to_thread(office.records.earlier, story, user_id):
            page = from_json(given.views.get("answer"))
            if page and hidden.isdisjoint(entry for entry, _ in given.entries):
                scored.append(
                    (_fits(wanted, terms_of(given.question)) + 0.1, clean(given.question), clean(given.said), page)
                )
        fitting = [s for s in scored if s[0] > 0.1 or not wanted]
        fitting.sort(key=lambda s: -s[0])
        return [(title, line, shortened(page)) for _, title, line, page in fitting[:MOST_RESULTS]]


def _fits(wanted: set[str], words: Sequence[str]) -> float:
    """The part of the typed words that something has, 0 to 1."""
    return len(wanted & set(words)) / len(wanted) if wanted else 0.0

"""Questions: from a message to its one reply, in private chats, groups, topics, comments and as a guest."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import replace

import structlog
from telegram import InlineQueryResultArticle, InputTextMessageContent, Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.desk import LONGEST_QUESTION
from bot.records.records import DAY_S, Given, Place
from bot.telegram import rendering
from bot.telegram.addressing import Addressed, addressed, guest_question
from bot.telegram.budget import Superseded
from bot.telegram.buttons import keyboard
from bot.telegram.office import Office
from bot.telegram.page import LONGEST, Page, as_json, shortened, split
from bot.telegram.progress import Progress
from bot.telegram.rendering import SourceLink
from bot.telegram.sending import NO_PREVIEW, Undelivered, entities
from bot.telegram.texts import Texts
from bot.types import Question, Reply, Turn
from index.errors import ParallaxError

STALE_S = 600.0
"""A question read so late is not answered any more."""
EDITABLE_S = 60.0
REMEMBERED, REMEMBERED_S = 6, DAY_S
"""So many turns of a conversation, and no older ones, are its memory."""
MOST_MESSAGES = 3
SAID_KEPT = 500
REFUSED, TOO_MANY, BROKEN = "🙊", "🙏", "🤷"
"""Reactions: in a group nothing but an answer is a message."""
log = structlog.get_logger(__name__)


class Asking:
    """Answers questions."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def asked(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A message that asks something."""
        message = update.message
        found = addressed(message, self._office.me) if message else None
        if message is None or found is None:
            return
        texts = await self._office.texts(
            message.chat_id, message.from_user.language_code if message.from_user else None
        )
        if await self._late(message, texts) or not await self._may(message, found, texts):
            return
        await self._answer(update.update_id, message, found, texts)

    async def edited(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A question was edited: the first edit within a minute is answered again, in place."""
        message = update.edited_message
        found = addressed(message, self._office.me) if message else None
        if message is None or found is None or found.command not in ("", "ask"):
            return
        given = await asyncio.to_thread(self._office.records.given_to, message.chat_id, message.message_id)
        edited_at = message.edit_date or message.date
        if given is None or given.message_id is None or given.edits or given.question == found.text:
            return
        if (
            edited_at - message.date
        ).total_seconds() > EDITABLE_S or self._office.now() - edited_at.timestamp() > STALE_S:
            return
        texts = await self._office.texts(
            message.chat_id, message.from_user.language_code if message.from_user else None
        )
        if await self._may(message, found, texts):
            await self._answer(update.update_id, message, found, texts, given)

    async def guest(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """The bot was called into a chat it is not a member of: one answer that stands alone."""
        message = update.guest_message
        found = guest_question(message, self._office.me) if message else None
        if message is None or found is None or message.guest_query_id is None:
            return
        texts = Texts(message.from_user.language_code if message.from_user else None)
        if not self._office.access.allows(found.user_id, message.chat_id):
            return
        story = await self._office.story(Place(found.user_id))
        page = Page(texts("nothing_found"))
        if found.text and len(found.text) <= LONGEST_QUESTION:
            _, known = await self._office.sources(story, texts)
            reply = await self._office.desk.ask(Question(found.text, story, (), found.context))
            page = shortened(rendering.answer(reply, known, texts), LONGEST)
        content = InputTextMessageContent(page.text, entities=entities(page.marks), link_preview_options=NO_PREVIEW)
        result = InlineQueryResultArticle(
            hashlib.sha256(str(update.update_id).encode()).hexdigest()[:16], texts("quotes"), content
        )
        await self._office.bot.answer_guest_query(message.guest_query_id, result)

    async def refuse(self, message: Message, reaction: str, said: str) -> None:
        """Refuse something: a short message in private, a reaction in a group."""
        with contextlib.suppress(Undelivered, TelegramError):
            if message.chat_id < 0:
                await self._office.bot.set_message_reaction(message.chat_id, message.message_id, reaction)
            else:
                await self._office.sender.send(Place(message.chat_id), Page(said), reply_to=message.message_id)

    async def _late(self, message: Message, texts: Texts) -> bool:
        """Whether a question is too old to be answered; in private that is said."""
        if self._office.now() - message.date.timestamp() <= STALE_S:
            return False
        if message.chat_id > 0:
            await self.refuse(message, BROKEN, texts("late"))
        return True

    async def _may(self, message: Message, found: Addressed, texts: Texts) -> bool:
        """Whether somebody may ask this here and now; if not, that is shown."""
        records, settings = self._office.records, self._office.settings
        formerly = await asyncio.to_thread(records.formerly, message.chat_id)
        if not self._office.access.allows(found.user_id, message.chat_id, formerly):
            await self.refuse(message, REFUSED, texts("no_access"))
            return False
        if len(found.text) > LONGEST_QUESTION:
            await self.refuse(message, BROKEN, texts("too_long", limit=LONGEST_QUESTION))
            return False
        if not found.text and not found.context:
            said = texts("ask_what", example=texts("example")) if message.text else texts("other_kind")
            await self.refuse(message, BROKEN, said)
            return False
        per_user, per_chat = settings.parallax_questions_per_user_hour, settings.parallax_questions_per_chat_hour
        if not await asyncio.to_thread(
            records.ask_leave, found.user_id, message.chat_id, per_user, per_chat, self._office.now()
        ):
            await self.refuse(message, TOO_MANY, texts("too_many"))
            return False
        return True

    async def _answer(
        self, update_id: int, message: Message, found: Addressed, texts: Texts, before: Given | None = None
    ) -> None:
        office = self._office
        progress = Progress(office.bot, office.sender, found.place, message.message_id, update_id or 1, texts)
        try:
            story = await office.story(found.place)
            _, known = await office.sources(story, texts)
            question = Question(found.text or found.context, story, await self._history(found.place), found.context)
            if before is None:
                async with progress.shown():
                    reply = await office.desk.ask(question, progress.tell)
            else:
                reply = await office.desk.ask(question)
        except ParallaxError as problem:
            number = office.incident("answer", problem)
            await self.refuse(message, BROKEN, texts("trouble", incident=number))
            return
        office.metrics.answers.labels(reply.answer.status.value, reply.engine).inc()
        given = self._given(update_id, message, found, reply, known, texts, before)
        await asyncio.to_thread(office.records.give, given)
        await self._deliver(
            message, found.place, given, reply, known, texts, before.message_id if before else progress.message_id
        )

    async def _history(self, place: Place) -> tuple[Turn, ...]:
        since = self._office.now() - REMEMBERED_S
        turns = await asyncio.to_thread(self._office.records.conversation, place, since, REMEMBERED)
        return tuple(Turn(question, said) for question, said in turns)

    def _given(
        self, update_id: int, message: Message, found: Addressed, reply: Reply, known: Mapping[str, SourceLink], texts: Texts, before: Given | None
    ) -> Given:  # fmt: skip
        """The answer as it is kept. Its id comes from the update's, so that a second try after a crash is the same answer."""
        pages = {
            "answer": rendering.answer(reply, known, texts),
            "quotes": rendering.quotes(reply, known, texts),
            "sources": rendering.used_sources(reply, known, texts),
            "conflicts": rendering.conflicts(reply.discrepancies, known, texts),
        }
        said = " ".join(s.text for s in reply.answer.statements)[:SAID_KEPT]
        given = Given(
            self._office.records.answer_id(update_id), found.place, found.user_id, message.message_id, None, reply.story, found.text, said,
            {view: as_json(page) for view, page in pages.items()}, tuple((e.id, rendering.topic(e)) for e in reply.discrepancies), self._office.now(),
        )  # fmt: skip
        return replace(given, id=before.id, message_id=before.message_id, edits=before.edits + 1) if before else given

    async def _deliver(
        self, message: Message, place: Place, given: Given, reply: Reply, known: Mapping[str, SourceLink], texts: Texts, placeholder: int | None
    ) -> None:  # fmt: skip
        """Bring the answer to its chat: into the placeholder or the answer before, else as a reply."""
        pages = split(rendering.answer(reply, known, texts))[:MOST_MESSAGES]
        buttons = keyboard(given.id, bool(given.entries), texts)
        reply_to = message.message_id if place.chat_id < 0 else None
        sent: int | None = placeholder
        try:
            if placeholder is not None:
                pages = [shortened(rendering.answer(reply, known, texts), LONGEST)]
                if not await self._office.sender.edit(place, placeholder, pages[0], buttons):
                    sent = await self._office.sender.send(place, pages[0], buttons, reply_to)
            else:
                for number, page in enumerate(pages, 1):
                    sent = await self._office.sender.send(
                        place, page, buttons if number == len(pages) else None, reply_to
                    )
        except (Undelivered, Superseded, TelegramError) as problem:
            self._office.metrics.troubles.labels("undelivered").inc()
            log.warning(
                "undelivered", chat=place.chat_id, error=type(problem).__name__, why=getattr(problem, "why", "")
            )
            return
        await asyncio.to_thread(self._office.records.give, replace(given, message_id=sent))

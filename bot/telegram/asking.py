"""Questions: from a message to its one reply, in private chats, groups, topics, comments and as a guest."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import replace

import structlog
from telegram import InlineKeyboardMarkup, InlineQueryResultArticle, InputTextMessageContent, Message, Update
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import ContextTypes

from bot.analysis.followups import small_talk, wants_overview
from bot.desk import LONGEST_QUESTION
from bot.records.records import DAY_S, Given, Place
from bot.telegram import rendering
from bot.telegram.addressing import Addressed, addressed, guest_question
from bot.telegram.budget import seconds_of
from bot.telegram.buttons import keyboard
from bot.telegram.office import Office, language_of
from bot.telegram.page import Page, as_json, shortened, split
from bot.telegram.progress import Progress
from bot.telegram.rendering import SourceLink
from bot.telegram.sending import NO_PREVIEW, Sent, Undelivered, entities
from bot.telegram.texts import Texts
from bot.types import Asker, Question, Reply, Turn
from index.errors import ParallaxError

STALE_S = 600.0
"""A question read so late is not answered any more."""
EDITABLE_S = 60.0
REMEMBERED, REMEMBERED_S = 6, DAY_S
"""So many turns of a conversation, and no older ones, are its memory."""
MOST_MESSAGES = 3
GUEST_TRIES = 5
SAID_KEPT, TOPIC_KEPT = 500, 300
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
        texts = await self._office.texts_for(message)
        if await self.late(message, texts) or not await self._may(message, found, texts):
            return
        if not found.context and await self._chatter(message, found, texts):
            return
        await self._answer(update.update_id, message, found, texts)

    async def _chatter(self, message: Message, found: Addressed, texts: Texts) -> bool:
        """Whether a message asks nothing of the sources; a greeting gets the help, a wish for everything the summary."""
        if small_talk(found.text):
            page = Page(texts("help"))
        elif wants_overview(found.text):
            story = await self._office.story(found.place)
            known = await self._office.links(story, texts)
            asker = Asker(message.chat_id, found.user_id)
            page = rendering.summary(await self._office.desk.summarise(story, asker), known, texts)
        else:
            return False
        if message.chat_id > 0 or wants_overview(found.text):
            with contextlib.suppress(Undelivered):
                reply_to = message.message_id if message.chat_id < 0 else None
                await self._office.sender.send(found.place, shortened(page), reply_to=reply_to)
        return True

    async def edited(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A question was edited: the first edit within a minute is answered again, in place."""
        message = update.edited_message
        found = addressed(message, self._office.me) if message else None
        if message is None or found is None or found.command not in ("", "ask"):
            return
        given = await asyncio.to_thread(self._office.records.given_to, message.chat_id, message.message_id)
        edited_at = message.edit_date or message.date
        if given is None or given.message_id is None or given.edits:
            return
        if (
            edited_at - message.date
        ).total_seconds() > EDITABLE_S or self._office.now() - edited_at.timestamp() > STALE_S:
            return
        texts = await self._office.texts_for(message)
        if await self._may(message, found, texts):
            await self._answer(update.update_id, message, found, texts, given)

    async def guest(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """The bot was called into a chat it is not a member of: one answer that stands alone."""
        message = update.guest_message
        found = guest_question(message, self._office.me) if message else None
        if message is None or found is None or message.guest_query_id is None:
            return
        settings, now = self._office.settings, self._office.now()
        if not self._office.access.allows(found.user_id, message.chat_id) or now - message.date.timestamp() > STALE_S:
            return
        per_user, per_chat = settings.parallax_questions_per_user_hour, settings.parallax_questions_per_chat_hour
        texts = Texts(language_of(message))
        page = Page(texts("nothing_found"))
        leave = await asyncio.to_thread(
            self._office.records.ask_leave, found.user_id, message.chat_id, per_user, per_chat, now
        )
        if not leave:
            page = Page(texts("too_many"))
        elif found.text and len(found.text) <= LONGEST_QUESTION:
            story = await self._office.story(Place(found.user_id))
            known = await self._office.links(story, texts)
            async with self._office.slots:
                reply = await self._office.desk.ask(
                    Question(found.text, story, (), found.context, Asker(message.chat_id, found.user_id))
                )
            page = shortened(rendering.answer(reply, known, texts))
        content = InputTextMessageContent(page.text, entities=entities(page.marks), link_preview_options=NO_PREVIEW)
        name = hashlib.sha256(str(update.update_id).encode()).hexdigest()[:16]
        await self._answer_guest(message.guest_query_id, InlineQueryResultArticle(name, texts("quotes"), content))

    async def _answer_guest(self, query: str, result: InlineQueryResultArticle) -> None:
        """Answer a guest query, again where Telegram says that it can be."""
        for attempt in range(GUEST_TRIES):
            try:
                await self._office.bot.answer_guest_query(query, result)
                return
            except RetryAfter as problem:
                await asyncio.sleep(seconds_of(problem))
            except BadRequest:
                return
            except NetworkError:
                await asyncio.sleep(2.0**attempt)

    async def refuse(self, message: Message, reaction: str, said: str) -> None:
        """Refuse something: a short message in private, a reaction in a group."""
        with contextlib.suppress(Undelivered, TelegramError):
            if message.chat_id < 0:
                await self._office.bot.set_message_reaction(message.chat_id, message.message_id, reaction)
            else:
                await self._office.sender.send(Place(message.chat_id), Page(said), reply_to=message.message_id)

    async def late(self, message: Message, texts: Texts) -> bool:
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
        progress = Progress(office, found.place, message.message_id, update_id or 1, texts)
        try:
            story = await office.story(found.place)
            known = await office.links(story, texts)
            answer_id = before.id if before else office.records.answer_id(update_id)
            history = await self._history(found, answer_id)
            asker = Asker(message.chat_id, found.user_id)
            question = Question(found.text or found.context, story, history, found.context, asker)
            async with office.slots:
                if before is None:
                    async with progress.shown():
                        reply = await office.desk.ask(question, progress.tell)
                else:
                    reply = await office.desk.ask(question)
        except Exception as problem:
            await progress.discard()
            if not isinstance(problem, ParallaxError):
                raise
            await self.refuse(message, BROKEN, texts("trouble", incident=office.incident("answer", problem)))
            return
        office.metrics.answers.labels(reply.answer.status.value, reply.engine).inc()
        page = rendering.answer(reply, known, texts)
        given = self._given(answer_id, message, found, reply, page, known, texts)
        if before:
            given = replace(given, message_id=before.message_id, edits=before.edits)
        kept = await asyncio.to_thread(office.records.give, given, update_id)
        buttons = keyboard(given.id, len(given.entries), texts) if kept else None
        try:
            if before:
                await self._replace(found.place, before, page, buttons)
            else:
                await self._send(message, found.place, progress.message_id, given, page, buttons)
        except Undelivered as problem:
            office.metrics.troubles.labels("undelivered").inc()
            log.warning("undelivered", chat=found.place.chat_id, why=problem.why, later=problem.later)
            if problem.later:
                office.postponed.add(update_id)

    async def _history(self, found: Addressed, answer_id: str) -> tuple[Turn, ...]:
        """The conversation so far; where an older answer of the bot was replied to, that one."""
        records = self._office.records
        if found.reply_to_bot is not None:
            replied = await asyncio.to_thread(records.given_in, found.place.chat_id, found.reply_to_bot)
            if replied:
                return (Turn(replied.question, replied.said),)
        since = self._office.now() - REMEMBERED_S
        turns = await asyncio.to_thread(records.conversation, found.place, since, REMEMBERED, [answer_id])
        return tuple(Turn(question, said) for question, said in turns)

    def _given(
        self, answer_id: str, message: Message, found: Addressed, reply: Reply, page: Page, known: Mapping[str, SourceLink], texts: Texts
    ) -> Given:  # fmt: skip
        """The answer as it is kept. Its id comes from the update's, so that a second try after a crash is the same answer."""
        pages = {
            "answer": page,
            "quotes": rendering.quotes(reply, known, texts),
            "sources": rendering.used_sources(reply, known, texts),
            "conflicts": rendering.conflicts(reply.discrepancies, known, texts),
        }
        said = " ".join(s.text for s in reply.answer.sure)[:SAID_KEPT]
        return Given(
            answer_id, found.place, found.user_id, message.message_id, None, reply.story, found.text, said,
            {view: as_json(p) for view, p in pages.items()}, tuple((e.id, rendering.doubtful(e)[:TOPIC_KEPT]) for e in reply.discrepancies), self._office.now(),
        )  # fmt: skip

    async def _send(
        self, message: Message, place: Place, placeholder: int | None, given: Given, page: Page, buttons: InlineKeyboardMarkup | None
    ) -> None:  # fmt: skip
        """Bring a new answer to its chat: into the placeholder, else as a message. Raises Undelivered."""
        sender, reply_to = self._office.sender, message.message_id if place.chat_id < 0 else None
        sent = Sent(place.chat_id, placeholder)
        if placeholder is None or not await sender.edit(place, placeholder, shortened(page), buttons):
            pages = split(page, most=MOST_MESSAGES)
            for number, part in enumerate(pages, 1):
                sent = await sender.send(place, part, buttons if number == len(pages) else None, reply_to)
        await asyncio.to_thread(self._office.records.delivered, given.id, sent.chat_id, sent.message_id, 0)

    async def _replace(self, place: Place, before: Given, page: Page, buttons: InlineKeyboardMarkup | None) -> None:
        """Put the answer to an edited question where the one before was; where that is gone, nothing is sent."""
        if before.message_id is not None:
            await self._office.sender.edit(place, before.message_id, shortened(page), buttons)
            edits = before.edits + 1
            await asyncio.to_thread(self._office.records.delivered, before.id, place.chat_id, before.message_id, edits)

"""The commands. Each answers with one page; what only administrators or operators may do is checked by Telegram's numeric ids."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from functools import wraps

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardMarkup,
    Message,
    Update,
)
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.records.records import Place
from bot.telegram import rendering
from bot.telegram.addressing import Addressed, addressed
from bot.telegram.asking import BROKEN, REFUSED, Asking
from bot.telegram.buttons import review_keyboard
from bot.telegram.office import Office, language_of
from bot.telegram.page import Page, from_json, split
from bot.telegram.sending import Undelivered
from bot.telegram.texts import LANGUAGES, Texts
from bot.types import Asker
from index.errors import ParallaxError

MOST_MESSAGES = 3
PRIVATE = ("ask", "summary", "conflicts", "timeline", "sources", "story", "settings", "help", "forget", "privacy")
GROUP = PRIVATE
OPERATOR = ("stats", "review")

Body = Callable[
    ["Commands", Addressed, Message, Texts], Awaitable["Page | tuple[Page, InlineKeyboardMarkup | None] | None"]
]
Handler = Callable[["Commands", Update, ContextTypes.DEFAULT_TYPE], Awaitable[None]]


def command(body: Body) -> Handler:
    """A command's handler from what it says: access, age and trouble are met here; None says nothing."""

    @wraps(body)
    async def handler(self: Commands, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        found = addressed(message, self.office.me) if message else None
        if message is None or found is None:
            return
        texts = await self.office.texts_for(message)
        formerly = await asyncio.to_thread(self.office.records.formerly, message.chat_id)
        free = body.__name__ in (
            "privacy",
            "forget",
        )  # whoever is kept may ask what of, and have it deleted, at any time
        if not free and await self.asking.late(message, texts):
            return
        if not free and not self.office.access.allows(found.user_id, message.chat_id, formerly):
            await self.asking.refuse(message, REFUSED, texts("no_access"))
            return
        try:
            said = await body(self, found, message, texts)
        except ParallaxError as problem:
            number = self.office.incident(body.__name__, problem)
            await self.asking.refuse(message, BROKEN, texts("trouble", incident=number))
            return
        if said is not None:
            page, buttons = said if isinstance(said, tuple) else (said, None)
            await self._say(message, found.place, page, buttons)

    return handler


class Commands:
    """Everything that starts with a slash."""

    def __init__(self, office: Office, asking: Asking) -> None:
        self.office = office
        self.asking = asking

    async def _say(self, message: Message, place: Place, page: Page, buttons: InlineKeyboardMarkup | None) -> None:
        pages = split(page, most=MOST_MESSAGES)
        reply_to = message.message_id if place.chat_id < 0 else None
        with contextlib.suppress(Undelivered, TelegramError):
            for number, part in enumerate(pages, 1):
                await self.office.sender.send(place, part, buttons if number == len(pages) else None, reply_to)

    @command
    async def start(self, found: Addressed, message: Message, texts: Texts) -> Page | None:
        """Begin, or show what a deep link names: a source, an answer's sources, a story."""
        kind, _, name = found.text.partition("-")
        if kind == "s" and name:
            article = await self.office.desk.article(name)
            return rendering.source(article, texts) if article else Page(texts("gone"))
        if kind == "a" and name:
            given = await asyncio.to_thread(self.office.records.given, name)
            theirs = given is not None and given.user_id == found.user_id and message.chat_id > 0
            page = from_json(given.views.get("sources")) if given and theirs else None
            return page or Page(texts("gone"))
        if kind == "t" and name and message.chat_id > 0:
            return await self._choose(found.place, name, texts)
        return Page(texts("start", story=await self.office.story(found.place), example=texts("example")))

    @command
    async def help(self, found: Addressed, message: Message, texts: Texts) -> Page:
        return Page(texts("help"))

    @command
    async def summary(self, found: Addressed, message: Message, texts: Texts) -> Page:
        story = await self.office.story(found.place)
        known = await self.office.links(story, texts)
        asker = Asker(message.chat_id, found.user_id)
        return rendering.summary(await self.office.desk.summarise(story, asker), known, texts)

    @command
    async def conflicts(self, found: Addressed, message: Message, texts: Texts) -> Page:
        story = await self.office.story(found.place)
        known = await self.office.links(story, texts)
        ledger = await self.office.desk.discrepancies(story)
        return rendering.conflicts(ledger.discrepancies, known, texts, len(ledger.explained))

    @command
    async def timeline(self, found: Addressed, message: Message, texts: Texts) -> Page:
        story = await self.office.story(found.place)
        known = await self.office.links(story, texts)
        return rendering.timeline(await self.office.desk.timeline(story), known, texts)

    @command
    async def sources(self, found: Addressed, message: Message, texts: Texts) -> Page:
        story = await self.office.story(found.place)
        articles = await self.office.desk.sources(story)
        return rendering.sources(articles, rendering.source_links(articles, self.office.me.username, texts), texts)

    @command
    async def story(self, found: Addressed, message: Message, texts: Texts) -> Page | None:
        """Tell the story, or choose one: in private for oneself, in a group for its administrators."""
        if not found.text:
            known = ", ".join(await self.office.desk.story_names())
            return Page(texts("stories_are", story=await self.office.story(found.place), known=known))
        if message.chat_id < 0 and not await self.office.administers(message.chat_id, found.user_id):
            await self.asking.refuse(message, REFUSED, texts("story_admins"))
            return None
        return await self._choose(found.place, found.text.split()[0], texts)

    async def _choose(self, place: Place, story: str, texts: Texts) -> Page:
        known = await self.office.desk.story_names()
        if story not in known:
            shown = re.sub(r"[^a-z0-9-]", "", story.lower())[:64]
            return Page(texts("story_unknown", story=shown, known=", ".join(known)))
        await asyncio.to_thread(self.office.records.set_story, place, story)
        return Page(texts("story_set", story=story))

    @command
    async def settings(self, found: Addressed, message: Message, texts: Texts) -> Page | None:
        """Show the settings, or choose the language: /settings de, /settings auto."""
        wish = re.sub(r"[^\w-]", "", found.text.lower())[:20]
        if wish and wish not in (*LANGUAGES, "auto"):
            return Page(texts("language_unknown", wish=wish, known=", ".join((*LANGUAGES, "auto"))))
        if wish:
            if message.chat_id < 0 and not await self.office.administers(message.chat_id, found.user_id):
                await self.asking.refuse(message, REFUSED, texts("story_admins"))
                return None
            await asyncio.to_thread(self.office.records.set_language, message.chat_id, None if wish == "auto" else wish)
            texts = Texts(wish if wish != "auto" else language_of(message))
        chosen = await asyncio.to_thread(self.office.records.language, message.chat_id)
        language = f"{chosen or texts('language_follows')} (/settings en | ru | de | auto)"
        story = await self.office.story(found.place)
        return Page(texts("settings", story=story, language=language, engine=self.office.desk.engine.name))

    @command
    async def privacy(self, found: Addressed, message: Message, texts: Texts) -> Page:
        return Page(texts("privacy", days=self.office.settings.parallax_retention_days))

    @command
    async def forget(self, found: Addressed, message: Message, texts: Texts) -> Page:
        """Delete: in private all of the chat, in a group one's own, and with "all" an administrator everything of it."""
        records = self.office.records
        if message.chat_id > 0:
            gone = await asyncio.to_thread(records.forget_chat, message.chat_id)
            gone += await asyncio.to_thread(records.forget_user, found.user_id)
            return Page(texts("forget_private", n=gone))
        if found.text.strip().lower() != "all":
            gone = await asyncio.to_thread(records.forget_user, found.user_id, message.chat_id)
            return Page(texts("forget_member", n=gone))
        if not await self.office.administers(message.chat_id, found.user_id):
            return Page(texts("forget_admins"))
        return Page(texts("forget_group", n=await asyncio.to_thread(records.forget_chat, message.chat_id)))

    @command
    async def stats(self, found: Addressed, message: Message, texts: Texts) -> Page | None:
        if not self.office.access.operator(found.user_id):
            await self.asking.refuse(message, REFUSED, texts("operator_only"))
            return None
        figures = await asyncio.to_thread(self.office.records.figures, self.office.now())
        return rendering.figures(figures, texts)

    @command
    async def review(
        self, found: Addressed, message: Message, texts: Texts
    ) -> tuple[Page, InlineKeyboardMarkup | None] | None:
        if not self.office.access.operator(found.user_id):
            await self.asking.refuse(message, REFUSED, texts("operator_only"))
            return None
        doubted = await asyncio.to_thread(self.office.records.doubted)
        return rendering.doubts(doubted, texts), review_keyboard(doubted, texts)


async def publish(bot: Bot, admins: frozenset[int]) -> None:
    """Tell Telegram the commands, by scope and language. Raises TelegramError."""
    for language in LANGUAGES:
        texts, code = Texts(language), "" if language == "en" else language

        def listed(names: tuple[str, ...], texts: Texts = texts) -> list[BotCommand]:
            return [BotCommand(name, texts(f"cmd_{name}")) for name in names]

        await bot.set_my_commands(listed(PRIVATE), BotCommandScopeAllPrivateChats(), language_code=code)
        await bot.set_my_commands(listed(GROUP), BotCommandScopeAllGroupChats(), language_code=code)
        for admin in sorted(admins):
            with contextlib.suppress(TelegramError):  # an operator who never wrote to the bot
                await bot.set_my_commands(listed(PRIVATE + OPERATOR), BotCommandScopeChat(admin), language_code=code)

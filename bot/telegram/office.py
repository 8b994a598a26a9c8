"""What every handler works with, handed over once by `serve`."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog
from telegram import Bot, ChatMember, Message
from telegram.error import TelegramError

from bot.desk import Desk
from bot.records.records import Place, Records
from bot.settings import Settings
from bot.telegram.access import Access
from bot.telegram.addressing import SPEAKS_FOR_OTHERS, Self
from bot.telegram.budget import SendBudget
from bot.telegram.metrics import Metrics
from bot.telegram.rendering import SourceLink, source_links
from bot.telegram.sending import Sender
from bot.telegram.texts import Texts
from bot.types import SHIPPED_STORY

log = structlog.get_logger(__name__)


QUESTIONS_AT_ONCE = 64
LINKS_KEPT = 64


def language_of(message: Message) -> str | None:
    """The language of whoever wrote a message, where Telegram tells it."""
    return message.from_user.language_code if message.from_user else None


@dataclass(slots=True)
class Office:
    """The desk with all that stands round it. `now` gives seconds since 1970."""

    desk: Desk
    records: Records
    settings: Settings
    access: Access
    bot: Bot
    me: Self
    sender: Sender
    budget: SendBudget
    metrics: Metrics
    now: Callable[[], float]
    busy: set[tuple[int, int]] = field(default_factory=set)
    """(chat, user) with a question in work or waiting, in groups."""
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(QUESTIONS_AT_ONCE))
    """Held while the desk works on a question, and not while an answer waits for its turn to be sent."""
    postponed: set[int] = field(default_factory=set)
    """Updates whose answer could not be brought to its chat for now."""
    known_links: dict[tuple[str, str], tuple[tuple[int, int], Mapping[str, SourceLink]]] = field(default_factory=dict)
    door: asyncio.Lock = field(default_factory=asyncio.Lock)
    """The door that the gates of a backlog lead through."""

    async def texts(self, chat_id: int, code: str | None) -> Texts:
        """The texts in the chat's chosen language, else the user's."""
        return Texts(await asyncio.to_thread(self.records.language, chat_id) or code)

    async def texts_for(self, message: Message) -> Texts:
        """The texts for whoever wrote a message."""
        return await self.texts(message.chat_id, language_of(message))

    async def story(self, place: Place) -> str:
        """The story of a conversation: what was chosen, where it still exists, else the shipped one or the first."""
        chosen = await asyncio.to_thread(self.records.story, place)
        known = await self.desk.story_names()
        if chosen in known:
            return str(chosen)
        return SHIPPED_STORY if SHIPPED_STORY in known or not known else known[0]

    async def links(self, story: str, texts: Texts) -> Mapping[str, SourceLink]:
        """Where the numbers of a story's sources lead, by file; kept until the library changes."""
        state = await asyncio.to_thread(self.desk.home.library.newest)
        key = (story, texts.language)
        known = self.known_links.get(key)
        if known is None or known[0] != state:
            if len(self.known_links) >= LINKS_KEPT:
                self.known_links.clear()
            articles = await self.desk.sources(story)
            known = self.known_links[key] = (state, source_links(articles, self.me.username, texts))
        return known[1]

    async def administers(self, chat_id: int, user_id: int) -> bool:
        """Whether Telegram says that a user administers a group. An anonymous administrator is nobody."""
        if user_id in SPEAKS_FOR_OTHERS:
            return False
        try:
            member = await self.bot.get_chat_member(chat_id, user_id)
        except TelegramError:
            return False
        return member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)

    def incident(self, what: str, problem: BaseException) -> str:
        """Log trouble under a number that a user can tell the operator."""
        from bot.telegram.logs import places

        number = secrets.token_hex(4)
        self.metrics.troubles.labels(what).inc()
        log.error("incident", what=what, incident=number, where=places(problem))
        return number

"""Being added, removed, blocked and moved."""

from __future__ import annotations

import asyncio
import contextlib

from telegram import Chat, ChatMember, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.records.records import Place
from bot.telegram.office import Office
from bot.telegram.page import Page
from bot.telegram.sending import Undelivered

INSIDE = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED)


class Membership:
    """Follows what becomes of the bot in its chats."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def changed(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """The bot's own membership of a chat changed."""
        change = update.my_chat_member
        if change is None:
            return
        inside = change.new_chat_member.status in INSIDE
        await asyncio.to_thread(self._office.records.set_quiet, change.chat.id, not inside)
        group = change.chat.type in (Chat.GROUP, Chat.SUPERGROUP)
        if not group or not inside or change.old_chat_member.status in INSIDE:
            return
        if not self._office.access.allows(change.from_user.id, change.chat.id):
            return
        if await asyncio.to_thread(self._office.records.greet, change.chat.id):
            texts = await self._office.texts(change.chat.id, change.from_user.language_code)
            place = Place(change.chat.id)
            said = Page(texts("greeting", story=await self._office.story(place)))
            with contextlib.suppress(Undelivered, TelegramError):
                await self._office.sender.send(place, said)

    async def migrated(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A group became a supergroup; Telegram says so in both."""
        message = update.message
        if message is None:
            return
        if message.migrate_to_chat_id:
            await asyncio.to_thread(self._office.records.migrate, message.chat_id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            await asyncio.to_thread(self._office.records.migrate, message.migrate_from_chat_id, message.chat_id)

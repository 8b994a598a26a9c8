"""The bot's behaviours, a line each. Order matters: the first handler that fits an update takes it."""

from __future__ import annotations

from typing import Any, TypeAlias

from telegram import Message, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.telegram.addressing import Self, addressed
from bot.telegram.asking import BROKEN, Asking
from bot.telegram.buttons import Buttons
from bot.telegram.commands import Commands
from bot.telegram.inline import Inline
from bot.telegram.membership import Membership
from bot.telegram.office import Office

App: TypeAlias = "Application[Any, Any, Any, Any, Any, Any]"

ALLOWED = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member", "guest_message"]
"""The kinds of update the bot asks Telegram for."""


class Commanded(filters.MessageFilter):
    """Messages that give the bot a certain command."""

    def __init__(self, name: str, me: Self) -> None:
        super().__init__(name=name)
        self._name, self._me = name, me

    def filter(self, message: Message) -> bool:
        found = addressed(message, self._me)
        return found is not None and found.command == self._name


class ToTheBot(filters.MessageFilter):
    """Messages that are meant for the bot."""

    def __init__(self, me: Self) -> None:
        super().__init__(name="to the bot")
        self._me = me

    def filter(self, message: Message) -> bool:
        return addressed(message, self._me) is not None


def furnish(app: App, office: Office) -> None:
    """Give an application its behaviours."""
    asking, buttons, inline, membership = Asking(office), Buttons(office), Inline(office), Membership(office)
    commands = Commands(office, asking)
    new, to_bot = filters.UpdateType.MESSAGE, ToTheBot(office.me)

    app.add_handler(ChatMemberHandler(membership.changed, ChatMemberHandler.MY_CHAT_MEMBER))
    app.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, membership.migrated))
    app.add_handler(CallbackQueryHandler(buttons.pressed))
    app.add_handler(InlineQueryHandler(inline.asked))
    app.add_handler(MessageHandler(filters.UpdateType.GUEST_MESSAGE, asking.guest))
    app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE & to_bot, asking.edited))
    for name in ("start", "help", "summary", "conflicts", "timeline", "sources", "story", "settings", "privacy", "forget", "stats", "review"):  # fmt: skip
        app.add_handler(MessageHandler(new & Commanded(name, office.me), getattr(commands, name)))
    app.add_handler(MessageHandler(new & to_bot, asking.asked))
    app.add_error_handler(_trouble(office, asking))


def _trouble(office: Office, asking: Asking):  # type: ignore[no-untyped-def]  # python-telegram-bot's own type of handler
    """What no handler foresaw: the user gets a short sentence and a number, the log the rest."""

    async def told(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        if context.error is None:
            return
        number = office.incident("handler", context.error)
        message = update.message if isinstance(update, Update) else None
        if message is not None:
            texts = await office.texts_for(message)
            await asking.refuse(message, BROKEN, texts("trouble", incident=number))

    return told

"""What `parallax doctor` asks of Telegram: the token, what the bot may read and do, and its rights in the listed chats."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Literal

from telegram import Bot, ChatMember
from telegram.error import InvalidToken, TelegramError

from bot.settings import Settings
from bot.telegram.serve import build

Found = tuple[str, Literal["ok", "note", "problem"], str, str]
"""(what, level, said, next), as the doctor shows them."""
PATIENCE_S = 10.0


def check(settings: Settings) -> list[Found]:
    """Ask Telegram; what cannot be reached is said so."""
    try:
        return asyncio.run(asyncio.wait_for(_check(settings), PATIENCE_S))
    except InvalidToken:
        return [("telegram", "problem", "Telegram does not know TELEGRAM_BOT_TOKEN", "copy it again from @BotFather")]
    except (TelegramError, TimeoutError) as problem:
        said = f"{settings.telegram_api_url} cannot be reached ({type(problem).__name__})"
        return [("telegram", "note", said, "check the network and TELEGRAM_API_URL")]


async def _check(settings: Settings) -> list[Found]:
    app = build(settings)
    async with app.bot as bot:
        found: list[Found] = [("telegram", "ok", f"the token is that of @{bot.username}", "")]
        found += _abilities(bot)
        for chat_id in settings.parallax_chats:
            found.append(await _rights(bot, chat_id))
        return found


def _abilities(bot: Bot) -> Iterator[Found]:
    me = bot.bot
    if me.can_read_all_group_messages:
        yield ("privacy mode", "note", "off: Telegram shows the bot every message of its groups; it keeps only what is addressed to it", "/setprivacy → Enable, at @BotFather")  # fmt: skip
    else:
        yield ("privacy mode", "ok", "on: in groups the bot sees commands, mentions and replies to it alone", "")
    if not me.can_join_groups:
        yield ("groups", "note", "the bot cannot be added to groups", "/setjoingroups → Enable, at @BotFather")
    if not me.supports_inline_queries:
        yield ("inline mode", "note", "off", "/setinline, at @BotFather")


async def _rights(bot: Bot, chat_id: int) -> Found:
    what = f"chat {chat_id}"
    try:
        member = await bot.get_chat_member(chat_id, bot.id)
    except TelegramError:
        return (what, "problem", "the bot is not in this chat", "add it, or take the id out of PARALLAX_CHATS")
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        return (
            what,
            "problem",
            "the bot was removed from this chat",
            "add it again, or take the id out of PARALLAX_CHATS",
        )
    if member.status == ChatMember.RESTRICTED and not getattr(member, "can_send_messages", True):
        return (what, "problem", "the bot may not write in this chat", "let it send messages")
    return (what, "ok", f"the bot is {member.status} and may write", "")

"""Which messages are meant for the bot, and what they ask. Pure functions on Telegram's values.

A command counts only as an entity at the head of the sender's own text; forwarded text, captions and titles carry none. In a
group the bot is addressed by a command, a mention of it, or a reply to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Chat, Message, MessageEntity

from bot.records.records import Place

ANONYMOUS_ADMIN = 1087968824
"""Telegram's own account for administrators who write as their group; nobody can tell who it is."""
SPEAKS_FOR_OTHERS = frozenset([ANONYMOUS_ADMIN, 136817688, 777000])
COMMANDS = (
    "start", "help", "ask", "summary", "conflicts", "timeline", "sources", "story", "settings", "forget", "privacy", "stats", "review",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message to the bot: `command` without its slash, '' for a question; `text` is what stands behind it."""

    place: Place
    user_id: int
    command: str
    text: str
    context: str
    reply_to_bot: int | None
    """The bot's own message that this replies to."""


@dataclass(frozen=True, slots=True)
class Self:
    """The bot's own identity."""

    id: int
    username: str


def place_of(message: Message) -> Place:
    """The conversation a message belongs to: its chat, and its topic where it is in one."""
    return Place(message.chat_id, (message.message_thread_id or 0) if message.is_topic_message else 0)


def addressed(message: Message, me: Self) -> Addressed | None:
    """What a message asks of the bot; None where it is not meant for it."""
    sender = message.from_user
    if sender is None or message.is_automatic_forward or (message.via_bot and message.via_bot.id == me.id):
        return None
    if sender.is_bot and sender.id not in SPEAKS_FOR_OTHERS:
        return None
    private = message.chat.type == Chat.PRIVATE
    if message.chat.type == Chat.CHANNEL or (sender.id == 777000 and not private):
        return None
    forwarded = message.forward_origin is not None
    command, rest = ("", "") if forwarded or message.text is None else _command(message, me)
    if command is None:
        return None
    text = message.text or (message.caption if private else None)
    if text is None and not private:
        return None
    replied = _reply_to_bot(message, me)
    mentioned = False
    if not command and not private:
        if forwarded:
            return None
        mentioned = _mentions(message, me)
        if not mentioned and replied is None:
            return None
    asked = rest if command else _without_mention(message, me) if mentioned or private else (text or "")
    if private and not command and not message.text:
        asked = text or ""
    return Addressed(place_of(message), sender.id, command, asked.strip(), _context(message, replied, me), replied)


def guest_question(message: Message, me: Self) -> Addressed | None:
    """What a guest message asks: one that calls the bot into a chat it is not a member of."""
    sender = message.guest_bot_caller_user or message.from_user
    if sender is None or not message.text:
        return None
    return Addressed(
        place_of(message), sender.id, "", _without_mention(message, me).strip(), _context(message, None, me), None
    )


def _command(message: Message, me: Self) -> tuple[str | None, str]:
    """The command at the head of a message and what stands behind it; ('', '') for none, (None, '') for another bot's."""
    for entity in message.entities:
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            name, _, bot = message.parse_entity(entity)[1:].partition("@")
            rest = _behind(message, entity)
            if bot and bot.lower() != me.username.lower():
                return None, ""
            if name.lower() in COMMANDS:
                return name.lower(), rest
            if message.chat.type != Chat.PRIVATE:
                return None, ""
            return "help", ""
    return "", ""


def _behind(message: Message, entity: MessageEntity) -> str:
    data = (message.text or "").encode("utf-16-le")
    return data[2 * (entity.offset + entity.length) :].decode("utf-16-le")


def _own_mentions(message: Message, me: Self) -> list[MessageEntity]:
    return [
        e
        for e in message.entities
        if (e.type == MessageEntity.MENTION and message.parse_entity(e).lower() == f"@{me.username.lower()}")
        or (e.type == MessageEntity.TEXT_MENTION and e.user is not None and e.user.id == me.id)
    ]


def _mentions(message: Message, me: Self) -> bool:
    return bool(_own_mentions(message, me))


def _without_mention(message: Message, me: Self) -> str:
    """A message's text without the mentions of the bot."""
    data = (message.text or "").encode("utf-16-le")
    for entity in sorted(_own_mentions(message, me), key=lambda e: -e.offset):
        data = data[: 2 * entity.offset] + data[2 * (entity.offset + entity.length) :]
    return " ".join(data.decode("utf-16-le").split())


def _reply_to_bot(message: Message, me: Self) -> int | None:
    """The bot's message that this one replies to. In a topic every message hangs under the one that made it: no reply."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != me.id:
        return None
    if message.is_topic_message and replied.message_id == message.message_thread_id:
        return None
    return replied.message_id


def _context(message: Message, replied_to_bot: int | None, me: Self) -> str:
    """What a question points at: the quoted fragment, else the text of the message it replies to."""
    if message.quote:
        return message.quote.text
    replied = message.reply_to_message
    if replied_to_bot is not None or replied is None:
        return ""
    if message.is_topic_message and replied.message_id == message.message_thread_id:
        return ""
    return " ".join((replied.text or replied.caption or "").replace(f"@{me.username}", " ").split())

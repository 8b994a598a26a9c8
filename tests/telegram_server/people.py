"""People who use the bot: they write, edit, press and add it to groups, and the server turns that into updates."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram_server.checks import units
from tests.telegram_server.server import ME, Chat, Json, TelegramServer

COMMAND = re.compile(r"(?<!\S)/\w+(?:@\w+)?")
MENTION = re.compile(r"(?<!\w)@\w+")


class Person:
    """Somebody with an account; their private chat with the bot has their id."""

    def __init__(self, server: TelegramServer, user_id: int, language: str | None = "en", name: str = "Ada") -> None:
        self.server, self.id, self.language, self.name = server, user_id, language, name
        self.chat = server.chats.setdefault(user_id, Chat(user_id, "private", name))

    @property
    def json(self) -> Json:
        found: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        return found | ({"language_code": self.language} if self.language else {})

    def message(self, text: str, chat: Chat | None = None, thread: int = 0, reply_to: Json | None = None, age: float = 0, **more: Any) -> Json:  # fmt: skip
        """A message as the server keeps it, without an update."""
        chat = chat or self.chat
        message: Json = {
            "message_id": self.server.new_message_id(), "date": int(self.server.now() - age), "chat": chat.json(), "from": self.json,
            "text": text, "entities": entities_of(text),
        }  # fmt: skip
        if thread:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        if reply_to:
            message["reply_to_message"] = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
        message |= more
        self.server.messages[chat.id, message["message_id"]] = message
        return message

    def says(self, text: str, chat: Chat | None = None, **more: Any) -> Json:
        """Write a message."""
        message = self.message(text, chat, **more)
        self.server.update(message=message)
        return message

    def edits(self, message: Json, text: str, later: float = 5) -> None:
        """Edit a message, so many seconds after it was written."""
        message |= {"text": text, "entities": entities_of(text), "edit_date": message["date"] + int(later)}
        self.server.update(edited_message=dict(message))

    def presses(self, message: Json, action: str) -> str:
        """Press the button of a message whose data begins so; returns the query's id."""
        rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
        data = next(b["callback_data"] for row in rows for b in row if b["callback_data"].startswith(action))
        query = f"q{len(self.server.presses)}"
        self.server.presses[query] = None
        content = {"id": query, "from": self.json, "chat_instance": "1", "data": data, "message": message}
        self.server.update(callback_query=content)
        return query

    def types(self, text: str) -> str:
        """Type an inline query; returns its id."""
        query = f"i{len(self.server.inline)}"
        self.server.inline[query] = None
        self.server.update(inline_query={"id": query, "from": self.json, "query": text, "offset": ""})
        return query

    def adds_bot(self, chat: Chat, status: str = "member", before: str = "left") -> None:
        """Change the bot's membership of a chat."""
        user = {k: ME[k] for k in ("id", "is_bot", "first_name", "username")}
        old, new = (
            {"status": s, "user": user} | ({"until_date": 0} if s == "kicked" else {}) for s in (before, status)
        )
        chat.state = status
        content = {
            "chat": chat.json(),
            "from": self.json,
            "date": int(self.server.now()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self.server.update(my_chat_member=content)


def entities_of(text: str) -> list[Json]:
    """What Telegram itself marks in a text that a user writes."""
    found = [("bot_command", m) for m in COMMAND.finditer(text)] + [("mention", m) for m in MENTION.finditer(text)]
    return [
        {"type": kind, "offset": units(text[: m.start()]), "length": units(m.group())}
        for kind, m in found
        if not (kind == "mention" and m.start() and text[m.start() - 1 : m.start()].isalnum())
    ]


def group(server: TelegramServer, chat_id: int = -1001, title: str = "Group", **more: Any) -> Chat:
    """A supergroup with the bot in it."""
    chat = Chat(chat_id, "supergroup", title, **more)
    server.chats[chat_id] = chat
    return chat

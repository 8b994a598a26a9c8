"""Who may ask: everybody, the chats that are listed, or the operators alone. Only Telegram's numeric ids count."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import Settings
from bot.telegram.addressing import SPEAKS_FOR_OTHERS


@dataclass(frozen=True, slots=True)
class Access:
    """The operator's rule."""

    rule: str
    chats: frozenset[int]
    admins: frozenset[int]

    @staticmethod
    def of(settings: Settings) -> Access:
        return Access(settings.parallax_access, frozenset(settings.parallax_chats), frozenset(settings.parallax_admins))

    def operator(self, user_id: int) -> bool:
        """Whether a user is one of the operators; an account that speaks for others never is."""
        return user_id in self.admins and user_id not in SPEAKS_FOR_OTHERS

    def allows(self, user_id: int, chat_id: int, formerly: int | None = None) -> bool:
        """Whether a user may ask in a chat; `formerly` is the chat's id before it became a supergroup."""
        if self.rule == "public" or self.operator(user_id):
            return True
        return self.rule == "chats" and bool(self.chats & {chat_id, formerly})

"""Long polling: updates are asked for, taken in, and only then confirmed by asking for the next ones."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.telegram.application import ALLOWED
from bot.telegram.budget import seconds_of
from bot.telegram.intake import Intake
from bot.telegram.logs import places
from index.errors import ParallaxError

WAIT_S = 30
"""How long Telegram holds an empty answer back."""
LONGEST_PAUSE_S = 30.0
METHOD = "getupdates"
"""Telegram takes its methods in any case; in this one python-telegram-bot hands the updates over unparsed, so that a
malformed one cannot stop the others."""
log = structlog.get_logger(__name__)


class Poller:
    """Asks for updates until it is cancelled."""

    def __init__(self, bot: Bot, intake: Intake) -> None:
        self._bot = bot
        self._intake = intake
        self._offset = 0

    async def run(self) -> None:
        """Poll for ever. A second poller, a broken network or a full disk are waited out. Raises InvalidToken."""
        pause = 0.0
        while True:
            try:
                found = await self._ask()
                await self._intake.take(found)
                numbers = [n for u in found if isinstance(n := u.get("update_id"), int)]
                if numbers:  # after a quiet week Telegram begins with other numbers, which may be lower
                    self._offset = max(numbers) + 1
                pause = 0.0 if numbers or not found else 1.0
            except InvalidToken:
                raise
            except RetryAfter as problem:
                pause = seconds_of(problem)
            except Conflict:
                log.warning("another process polls with this token; stop it")
                pause = _longer(pause)
            except (TelegramError, ParallaxError) as problem:
                log.warning("polling failed", where=places(problem))
                pause = _longer(pause)
            if pause:
                await asyncio.sleep(pause)

    async def confirm(self) -> None:
        """Tell Telegram at the end what was taken in."""
        if self._offset:
            await self._bot.do_api_request(
                METHOD, {"offset": self._offset, "timeout": 0, "limit": 1}, read_timeout=1, connect_timeout=1
            )

    async def _ask(self) -> Sequence[Mapping[str, object]]:
        wish = {"offset": self._offset, "timeout": WAIT_S, "limit": 100, "allowed_updates": ALLOWED}
        found: object = await self._bot.do_api_request(METHOD, wish, read_timeout=WAIT_S + 10)
        return [u for u in found if isinstance(u, dict)] if isinstance(found, list) else []


def _longer(pause: float) -> float:
    return min(LONGEST_PAUSE_S, pause * 2 or 1.0)

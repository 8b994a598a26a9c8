"""Sending pages: every way in which Telegram refuses one is met here, so that no answer is lost for its form or its place.

An edit may be repeated, a send may not: after a timeout nobody knows whether the message is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import structlog
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, MessageEntity, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.records.records import Place, Records
from bot.telegram.budget import Rank, Superseded
from bot.telegram.metrics import Metrics
from bot.telegram.page import Mark, Page, defused, shortened

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
TRIES = 5
PAUSE_S = 1.0
"""Between tries, doubled each time."""
log = structlog.get_logger(__name__)


class Undelivered(Exception):
    """A message could not be brought to its chat; `why` is one word, `later` says that it may be possible again."""

    def __init__(self, why: str, later: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.later = later


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message is: its chat, which may have become another one, and its id, None where the answer was lost on its way."""

    chat_id: int
    message_id: int | None


def entities(marks: Sequence[Mark]) -> list[MessageEntity]:
    """Marks as Telegram's entities."""
    return [
        MessageEntity(
            m.kind, m.start, m.length, url=m.url, unix_time=datetime.fromtimestamp(m.unix, UTC) if m.unix is not None else None,
            date_time_format="D" if m.kind == "date_time" else None,
        )
        for m in marks
    ]  # fmt: skip


class Sender:
    """Sends and edits messages through a bot whose calls take their turns in the send budget."""

    def __init__(self, bot: Bot, records: Records, metrics: Metrics) -> None:
        self._bot = bot
        self._records = records
        self._metrics = metrics

    async def send(
        self,
        place: Place,
        page: Page,
        keyboard: InlineKeyboardMarkup | None = None,
        reply_to: int | None = None,
        rank: Rank = Rank.FINAL,
    ) -> Sent:
        """Send a page. Raises Undelivered where the chat cannot be reached, Superseded where a placeholder came too late."""
        try:
            message = await self._insist(
                lambda where, form: self._send(where, form, keyboard, reply_to, rank), place, page
            )
        except TimedOut:
            return Sent(place.chat_id, None)
        if not isinstance(message, Message):
            return Sent(place.chat_id, None)
        return Sent(message.chat_id, message.message_id)

    async def edit(
        self,
        place: Place,
        message_id: int,
        page: Page,
        keyboard: InlineKeyboardMarkup | None = None,
        rank: Rank = Rank.FINAL,
    ) -> bool:
        """Put a page in a message's place; False where the message is gone or cannot be edited.

        Raises Undelivered, Superseded.
        """
        for attempt in range(TRIES):
            try:
                await self._insist(lambda where, form: self._edit(where, message_id, form, keyboard, rank), place, page)
                return True
            except TimedOut:
                await asyncio.sleep(PAUSE_S * 2**attempt)
            except BadRequest as problem:
                said = str(problem).lower()
                if "not modified" in said:
                    return True
                log.info("edit refused", chat=place.chat_id, error=type(problem).__name__)
                return False
        raise Undelivered("timeout", later=True)

    async def _send(
        self, place: Place, page: Page, keyboard: InlineKeyboardMarkup | None, reply_to: int | None, rank: Rank
    ) -> object:
        return await self._bot.send_message(
            place.chat_id, page.text, entities=entities(page.marks), link_preview_options=NO_PREVIEW, reply_markup=keyboard,
            message_thread_id=place.thread_id or None,
            reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
            rate_limit_args=rank,
        )  # type: ignore[call-arg]  # an ExtBot's argument  # fmt: skip

    async def _edit(
        self, place: Place, message_id: int, page: Page, keyboard: InlineKeyboardMarkup | None, rank: Rank
    ) -> object:
        return await self._bot.edit_message_text(
            page.text, chat_id=place.chat_id, message_id=message_id, entities=entities(page.marks),
            link_preview_options=NO_PREVIEW, reply_markup=keyboard, rate_limit_args=rank,
        )  # type: ignore[call-arg]  # an ExtBot's argument  # fmt: skip

    async def _insist(self, call, place: Place, page: Page) -> object:  # type: ignore[no-untyped-def]  # (Place, Page) → awaitable
        """Make a call until it is taken: in another form, at another place, or later, as the refusal says."""
        form, where = page, place
        for attempt in range(TRIES):
            try:
                return await call(where, form)
            except Superseded:
                raise
            except RetryAfter:
                raise Undelivered("limits", later=True) from None
            except TimedOut as problem:
                if not _never_sent(problem):
                    raise
            except ChatMigrated as problem:
                await asyncio.to_thread(self._records.migrate, where.chat_id, problem.new_chat_id)
                where = Place(problem.new_chat_id, where.thread_id)
                continue
            except Forbidden:
                await asyncio.to_thread(self._records.set_quiet, where.chat_id, True)
                raise Undelivered("forbidden") from None
            except BadRequest as problem:
                form, where = self._mended(problem, form, where)
                continue
            except NetworkError as problem:
                if not (_never_sent(problem) or _refused(problem)):
                    raise TimedOut from problem
            except TelegramError as problem:
                if "invalid server response" not in str(problem).lower():
                    raise Undelivered(type(problem).__name__) from problem
            self._metrics.troubles.labels("send").inc()
            await asyncio.sleep(PAUSE_S * 2**attempt)
        raise Undelivered("network", later=True)

    def _mended(self, problem: BadRequest, form: Page, where: Place) -> tuple[Page, Place]:
        """What to try instead of what was refused; raises the problem where there is nothing."""
        said = str(problem).lower()
        if "chat not found" in said or "not enough rights" in said or "have no rights" in said:
            raise Undelivered("chat") from problem
        if "thread not found" in said and where.thread_id:
            return form, Place(where.chat_id)
        if form.marks and any(word in said for word in ("entit", "url", "parse", "button")):
            log.warning("entities refused", chat=where.chat_id)
            return Page(shortened(Page(defused(form.text))).text), where
        raise problem


def _never_sent(problem: NetworkError) -> bool:
    """Whether a call never left: no connection was to be had."""
    cause = problem.__cause__
    return isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def _refused(problem: NetworkError) -> bool:
    """Whether the server answered that it failed. What stands before it may be wrong about that, but an answer must not be lost."""
    said = str(problem).lower()
    return "bad gateway" in said or "internal server error" in said or "(5" in said or "invalid server" in said

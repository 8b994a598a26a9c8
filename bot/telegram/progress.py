"""What an asker sees while an answer is made: a draft in a private chat, eyes and later a placeholder in a group."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from telegram.error import RetryAfter, TelegramError, TimedOut

from bot.records.records import Place
from bot.telegram.budget import Rank, Superseded
from bot.telegram.office import Office
from bot.telegram.page import Page, Writer, shortened
from bot.telegram.sending import Sent, Undelivered, entities
from bot.telegram.texts import Texts

DRAFT_AFTER_S = 0.7
DRAFT_REFRESH_S = 20.0
"""A draft's preview lasts 30 s."""
PLACEHOLDER_AFTER_S = 3.0
GROUP_EDITS, GROUP_GAP_S = 6, 4.0
PRIVATE_EDITS, PRIVATE_GAP_S = 12, 1.5
LOOK_S = 0.25
LONGEST_PREVIEW = 2000


class Progress:
    """Shows the latest text of an answer in the making; `message_id` is the placeholder that the final answer replaces."""

    def __init__(self, office: Office, place: Place, question_id: int, draft_id: int, texts: Texts) -> None:
        self._bot = office.bot
        self._sender = office.sender
        self._budget = office.budget
        self._place = place
        self._question = question_id
        self._draft = draft_id
        self._texts = texts
        self._latest = ""
        self._placeholder: asyncio.Task[Sent] | None = None
        self.message_id: int | None = None

    def tell(self, text: str) -> None:
        """The answer so far."""
        self._latest = text

    @contextlib.asynccontextmanager
    async def shown(self) -> AsyncIterator[Progress]:
        """Show progress while the block runs."""
        task = asyncio.create_task(self._group() if self._place.chat_id < 0 else self._private())
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, TelegramError, Undelivered):
                await task
            if self._placeholder:
                self._budget.drop_placeholders(self._place.chat_id)
                with contextlib.suppress(TelegramError, Undelivered):
                    self.message_id = (await self._placeholder).message_id

    async def discard(self) -> None:
        """There is no answer: take the placeholder away."""
        if self.message_id is not None:
            with contextlib.suppress(TelegramError):
                await self._bot.delete_message(self._place.chat_id, self.message_id)

    def _page(self) -> Page:
        return shortened(Writer().data(self._latest or self._texts("reading")).page, LONGEST_PREVIEW)

    async def _private(self) -> None:
        await asyncio.sleep(DRAFT_AFTER_S)
        loop = asyncio.get_running_loop()
        shown, at = "", float("-inf")
        while True:
            page = self._page()
            if page.text != shown or loop.time() - at > DRAFT_REFRESH_S:
                try:
                    await self._bot.send_message_draft(
                        self._place.chat_id, self._draft, page.text, entities=entities(page.marks)
                    )
                    shown, at = page.text, loop.time()
                except (Superseded, RetryAfter, TimedOut):
                    pass  # a lost frame: the next one shows more
                except TelegramError:
                    await self._edits(PRIVATE_EDITS, PRIVATE_GAP_S, 1.3)
                    return
            await asyncio.sleep(LOOK_S)

    async def _group(self) -> None:
        try:
            await self._bot.set_message_reaction(self._place.chat_id, self._question, "👀")
        except Superseded:
            pass
        except TelegramError:
            with contextlib.suppress(TelegramError):
                await self._bot.send_chat_action(
                    self._place.chat_id, "typing", message_thread_id=self._place.thread_id or None
                )
        await asyncio.sleep(PLACEHOLDER_AFTER_S)
        await self._edits(GROUP_EDITS, GROUP_GAP_S, 1.0)

    async def _edits(self, most: int, gap: float, growth: float) -> None:
        """Send a placeholder and edit it a few times."""
        shown = self._page()
        reply_to = self._question if self._place.chat_id < 0 else None
        self._placeholder = asyncio.create_task(
            self._sender.send(self._place, shown, reply_to=reply_to, rank=Rank.PLACEHOLDER)
        )
        self.message_id = (await asyncio.shield(self._placeholder)).message_id
        for _ in range(most):
            await asyncio.sleep(gap)
            gap *= growth
            while self._page() == shown:
                await asyncio.sleep(LOOK_S)
            shown = self._page()
            if self.message_id is not None:
                with contextlib.suppress(Superseded):
                    await self._sender.edit(self._place, self.message_id, shown, rank=Rank.EDIT)

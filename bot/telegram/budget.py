"""The send budget: what may go to Telegram when, so that its limits are never met.

Telegram's FAQ gives about one message a second to a chat, twenty a minute to a group and thirty a second in all. Finals,
placeholders, edits and actions share a chat's budget: a final goes before a placeholder, this before an edit; an edit that a
later one replaces is dropped. A 429 stops its own chat, for exactly as long as it says.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

CHAT_GAP_S = 1.05
GROUP_CALLS, GROUP_WINDOW_S = 20, 61.0
ALL_CALLS, ALL_WINDOW_S = 28, 1.0
"""A little below Telegram's figures: calls that leave in time arrive with some jitter."""
MOST_REFUSALS = 8
"""A call that is refused so often with 429 is given up."""
LIGHT = frozenset(["sendChatAction", "setMessageReaction"])
"""Calls that count against a group's minute and the whole, but are no messages."""
FREE = frozenset(["getMe", "getChat", "getChatMember", "getChatAdministrators", "answerCallbackQuery", "answerInlineQuery", "answerGuestQuery"])  # fmt: skip


class Rank(IntEnum):
    """Whose turn is first; lower is earlier."""

    FINAL = 0
    PLACEHOLDER = 1
    EDIT = 2
    ACTION = 3


class Superseded(TelegramError):
    """A later edit took this one's place, or the chat has no room for it; nothing was sent."""

    def __init__(self) -> None:
        super().__init__("superseded")


@dataclass(slots=True)
class _Chat:
    """A chat's calls: when the next message may go, the last minute's calls of a group, and who waits."""

    next_message: float = 0.0
    blocked_until: float = 0.0
    minute: deque[float] = field(default_factory=deque)
    waiting: list[tuple[int, int, bool, asyncio.Future[None]]] = field(default_factory=list)


class SendBudget:
    """Hands out turns on the running event loop's clock."""

    def __init__(self) -> None:
        self._chats: dict[int, _Chat] = {}
        self._recent: deque[float] = deque()
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, chat_id: int, rank: Rank, message: bool = True) -> None:
        """Wait until a call may go. `message`: it is one, and not a mere action.

        Raises Superseded where an edit or an action is not worth waiting for any more.
        """
        loop = asyncio.get_running_loop()
        chat = self._chats.setdefault(chat_id, _Chat())
        if rank is Rank.EDIT:
            self._drop(chat, Rank.EDIT)
        if rank is Rank.ACTION and chat.blocked_until > loop.time():
            raise Superseded
        future: asyncio.Future[None] = loop.create_future()
        self._number += 1
        heapq.heappush(chat.waiting, (int(rank), self._number, message, future))
        self._pump()
        await future

    def refused(self, chat_id: int, seconds: float) -> None:
        """Telegram refused a call with 429: nothing goes to this chat for so long."""
        loop = asyncio.get_running_loop()
        chat = self._chats.setdefault(chat_id, _Chat())
        chat.blocked_until = max(chat.blocked_until, loop.time() + seconds)
        self._drop(chat, Rank.EDIT)
        self._pump()

    @staticmethod
    def _drop(chat: _Chat, rank: Rank) -> None:
        """Let the waiting calls of a rank go unsent."""
        for entry in [w for w in chat.waiting if w[0] >= rank]:
            chat.waiting.remove(entry)
            if not entry[3].done():
                entry[3].set_exception(Superseded())
        heapq.heapify(chat.waiting)

    def _pump(self) -> None:
        """Give every turn that is due, and wake up for the next one."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._recent and self._recent[0] <= now - ALL_WINDOW_S:
            self._recent.popleft()
        due: list[tuple[int, int, int]] = []
        later: list[float] = []
        for chat_id, chat in list(self._chats.items()):
            while chat.waiting and chat.waiting[0][3].done():
                heapq.heappop(chat.waiting)
            if not chat.waiting:
                if chat.blocked_until <= now and chat.next_message <= now and not chat.minute:
                    del self._chats[chat_id]
                elif chat.minute and chat.minute[-1] <= now - GROUP_WINDOW_S:
                    chat.minute.clear()
                continue
            rank, number, message, _ = chat.waiting[0]
            at = self._earliest(chat_id, chat, message, now)
            if at <= now:
                due.append((rank, number, chat_id))
            else:
                later.append(at)
        for _, _, chat_id in sorted(due):
            if len(self._recent) >= ALL_CALLS:
                later.append(self._recent[0] + ALL_WINDOW_S)
                break
            self._give(chat_id, now)
            if self._chats[chat_id].waiting:
                later.append(now)
        if later:
            self._timer = loop.call_at(max(min(later), now), self._pump)

    def _earliest(self, chat_id: int, chat: _Chat, message: bool, now: float) -> float:
        """When a chat's first waiting call may go, apart from what all chats share."""
        at = chat.blocked_until
        if message:
            at = max(at, chat.next_message)
        if chat_id < 0:
            while chat.minute and chat.minute[0] <= now - GROUP_WINDOW_S:
                chat.minute.popleft()
            if len(chat.minute) >= GROUP_CALLS:
                at = max(at, chat.minute[0] + GROUP_WINDOW_S)
        return at

    def _give(self, chat_id: int, now: float) -> None:
        chat = self._chats[chat_id]
        _, _, message, future = heapq.heappop(chat.waiting)
        self._recent.append(now)
        if message:
            chat.next_message = now + CHAT_GAP_S
        if chat_id < 0:
            chat.minute.append(now)
        future.set_result(None)


class Gate:
    """One update's way through a narrow door: taken by its final call, given back when the update is marked as done.

    Of a backlog only one answer at a time is between being sent and being marked, so that a kill doubles at most one.
    """

    def __init__(self, door: asyncio.Lock) -> None:
        self._door = door
        self._inside = False

    async def enter(self) -> None:
        """Wait for the door; a second time does nothing."""
        if not self._inside:
            await self._door.acquire()
            self._inside = True

    def leave(self) -> None:
        """Give the door back, if this is inside."""
        if self._inside:
            self._inside = False
            self._door.release()


GATE: ContextVar[Gate | None] = ContextVar("gate", default=None)
"""The gate of the update in work, where it is one of a backlog."""


class BudgetLimiter(BaseRateLimiter[Rank]):
    """python-telegram-bot's place for a rate limiter: every call of the bot to a chat takes its turn in the budget."""

    def __init__(self, budget: SendBudget) -> None:
        self._budget = budget

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # the base class's own signature
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Rank | None,
    ) -> Any:
        """Wait for the call's turn, make it, and again after a 429 where it is worth that."""
        chat_id = _chat(data)
        if chat_id is None or endpoint in FREE:
            return await callback(*args, **kwargs)
        rank = rate_limit_args if rate_limit_args is not None else _rank(endpoint)
        for refusals in range(MOST_REFUSALS + 1):
            await self._budget.turn(chat_id, rank, endpoint not in LIGHT)
            try:
                return await _through(GATE.get() if rank is Rank.FINAL else None, callback(*args, **kwargs))
            except RetryAfter as problem:
                self._budget.refused(chat_id, seconds_of(problem))
                if rank >= Rank.EDIT or refusals == MOST_REFUSALS:
                    raise
        raise AssertionError("unreachable")


async def _through(gate: Gate | None, call: Coroutine[Any, Any, Any]) -> Any:
    """Make a call behind a gate; one that fails leaves it again."""
    if gate is None:
        return await call
    await gate.enter()
    try:
        return await call
    except BaseException:
        gate.leave()
        raise


def seconds_of(problem: RetryAfter) -> float:
    """How long a 429 says to wait."""
    found = problem.retry_after
    return found.total_seconds() if isinstance(found, timedelta) else float(found)


def _rank(endpoint: str) -> Rank:
    if endpoint in LIGHT:
        return Rank.ACTION
    return Rank.EDIT if endpoint in ("editMessageText", "sendMessageDraft") else Rank.FINAL


def _chat(data: dict[str, Any]) -> int | None:
    try:
        return int(data["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None

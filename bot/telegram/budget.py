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
MOST_ACTIONS = 3
"""So many reactions and typing signs wait for a chat's turn; more are not worth it."""
MOST_REFUSALS = 8
"""A call that is refused so often with 429 is given up."""
LIGHT = frozenset(["sendChatAction", "setMessageReaction"])
"""Calls that count against a group's minute and the whole, but are no messages."""
EDITS = frozenset(["editMessageText", "editMessageReplyMarkup", "sendMessageDraft"])
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


@dataclass(slots=True, order=True)
class _Turn:
    """A call that waits for its turn; `subject` is what it changes: a later edit of the same takes its place."""

    rank: int
    number: int
    message: bool = field(compare=False)
    subject: object = field(compare=False)
    future: asyncio.Future[None] = field(compare=False)


@dataclass(slots=True)
class _Chat:
    """A chat's calls: when the next message may go, the last minute's calls of a group, and who waits."""

    next_message: float = 0.0
    blocked_until: float = 0.0
    minute: deque[float] = field(default_factory=deque)
    waiting: list[_Turn] = field(default_factory=list)


class SendBudget:
    """Hands out turns on the running event loop's clock."""

    def __init__(self) -> None:
        self._chats: dict[int, _Chat] = {}
        self._recent: deque[float] = deque()
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, chat_id: int, rank: Rank, message: bool = True, subject: object = None) -> None:
        """Wait until a call may go. `message`: it is one, and not a mere action.

        Raises Superseded where a later edit of the same subject came, or an action is not worth waiting for.
        """
        loop = asyncio.get_running_loop()
        chat = self._chats.setdefault(chat_id, _Chat())
        if rank is Rank.EDIT:
            self._drop(chat, lambda turn: turn.rank == Rank.EDIT and turn.subject == subject)
        if rank is Rank.ACTION:
            crowded = sum(turn.rank == Rank.ACTION for turn in chat.waiting) >= MOST_ACTIONS
            if crowded or chat.blocked_until > loop.time():
                raise Superseded
        future: asyncio.Future[None] = loop.create_future()
        self._number += 1
        heapq.heappush(chat.waiting, _Turn(int(rank), self._number, message, subject, future))
        self._pump()
        await future

    def refused(self, chat_id: int, seconds: float) -> None:
        """Telegram refused a call with 429: nothing goes to this chat for so long."""
        loop = asyncio.get_running_loop()
        chat = self._chats.setdefault(chat_id, _Chat())
        chat.blocked_until = max(chat.blocked_until, loop.time() + seconds)
        self._drop(chat, lambda turn: turn.rank == Rank.EDIT)
        self._pump()

    def goes(self, chat_id: int) -> bool:
        """A call that had its turn goes now, after it was held up elsewhere; False where it needs another turn."""
        now = asyncio.get_running_loop().time()
        chat = self._chats.setdefault(chat_id, _Chat())
        if chat.blocked_until > now:
            return False
        chat.next_message = max(chat.next_message, now + CHAT_GAP_S)
        return True

    def drop_placeholders(self, chat_id: int) -> None:
        """The answer is ready: a placeholder that still waits is not sent."""
        if chat_id in self._chats:
            self._drop(self._chats[chat_id], lambda turn: turn.rank == Rank.PLACEHOLDER)

    @staticmethod
    def _drop(chat: _Chat, which: Callable[[_Turn], bool]) -> None:
        """Let some of the waiting calls go unsent."""
        for turn in [t for t in chat.waiting if which(t)]:
            chat.waiting.remove(turn)
            if not turn.future.done():
                turn.future.set_exception(Superseded())
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
            while chat.waiting and chat.waiting[0].future.done():
                heapq.heappop(chat.waiting)
            if not chat.waiting:
                if chat.blocked_until <= now and chat.next_message <= now and not chat.minute:
                    del self._chats[chat_id]
                elif chat.minute and chat.minute[-1] <= now - GROUP_WINDOW_S:
                    chat.minute.clear()
                continue
            turn = chat.waiting[0]
            at = self._earliest(chat_id, chat, turn.message, now)
            if at <= now:
                due.append((turn.rank, turn.number, chat_id))
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
        turn = heapq.heappop(chat.waiting)
        self._recent.append(now)
        if turn.message:
            chat.next_message = now + CHAT_GAP_S
        if chat_id < 0:
            chat.minute.append(now)
        turn.future.set_result(None)


class Gate:
    """One update's way to its final call. `in_flight` from that call's start on, unless it failed: its message may be there.

    With a door, only one gate is in flight at a time, until it is left when the update is marked as done: of a backlog a kill then
    doubles at most one answer.
    """

    def __init__(self, door: asyncio.Lock | None = None) -> None:
        self._door = door
        self._inside = False
        self.in_flight = False

    async def enter(self) -> None:
        """Wait for the door, if there is one; a second time does nothing."""
        if self._door and not self._inside:
            await self._door.acquire()
            self._inside = True

    def leave(self) -> None:
        """Give the door back, if this is inside."""
        self.in_flight = False
        if self._door and self._inside:
            self._inside = False
            self._door.release()


GATE: ContextVar[Gate | None] = ContextVar("gate", default=None)
"""The gate of the update in work."""


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
        gate = GATE.get() if rank is Rank.FINAL else None
        subject = (endpoint, data.get("message_id"), data.get("draft_id"))
        for refusals in range(MOST_REFUSALS + 1):
            if gate:
                gate.leave()  # the page before this one is sent; others need not wait for this one's turn
            await self._budget.turn(chat_id, rank, endpoint not in LIGHT, subject)
            if gate:
                await gate.enter()
                if not self._budget.goes(chat_id):
                    continue
                gate.in_flight = True
            try:
                return await callback(*args, **kwargs)
            except TelegramError as problem:
                if gate:
                    gate.leave()
                if not isinstance(problem, RetryAfter):
                    raise
                self._budget.refused(chat_id, seconds_of(problem))
                if rank >= Rank.EDIT or refusals == MOST_REFUSALS:
                    raise
        raise RetryAfter(1)


def seconds_of(problem: RetryAfter) -> float:
    """How long a 429 says to wait."""
    found = problem.retry_after
    return found.total_seconds() if isinstance(found, timedelta) else float(found)


def _rank(endpoint: str) -> Rank:
    if endpoint in LIGHT:
        return Rank.ACTION
    return Rank.EDIT if endpoint in EDITS else Rank.FINAL


def _chat(data: dict[str, Any]) -> int | None:
    try:
        return int(data["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None

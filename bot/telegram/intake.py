"""Taking updates in: what is meant for the bot is in the records before Telegram is told that it arrived.

An update that was taken before is not taken again. What waited when the process ended is done at the next start.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from functools import partial

import structlog
from telegram import Message, Update
from telegram.error import TelegramError

from bot.records.records import Kept
from bot.telegram.addressing import addressed, guest_question
from bot.telegram.application import App
from bot.telegram.asking import REFUSED
from bot.telegram.budget import GATE, Gate
from bot.telegram.lanes import Lanes
from bot.telegram.logs import places
from bot.telegram.office import Office
from index.errors import ParallaxError

SEEN_KEPT = 10_000
"""So many numbers of updates that are not kept are remembered, to know a replay."""
BACKLOG, CROWDED = 2, 8
"""From so many questions in one batch on, or waiting in all, they are delivered one at a time, so that a kill can double at
most one."""
AGAIN_S = 20.0
"""After so long an answer is tried again that could not be brought to its chat."""
SEND_GRACE_S = 1.5
"""A message that is on its way when the process stops has so long to arrive."""
LARGEST_ID = 2**53
"""Telegram's ids have at most 52 bits."""
log = structlog.get_logger(__name__)


class Intake:
    """Takes updates in and has them dealt with, in order within a conversation."""

    def __init__(self, app: App, office: Office, lanes: Lanes) -> None:
        self._app = app
        self._office = office
        self._lanes = lanes
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._closed = False

    async def take(self, found: Sequence[Mapping[str, object]]) -> None:
        """Take a batch of updates in. When this returns they may be confirmed. Raises HomeProblem: then they may not."""
        numbered = {u.update_id: u for u in map(self._parsed, found) if u is not None}
        updates = [u for number, u in numbered.items() if number not in self._seen]
        kept = {u.update_id: k for u in updates if (k := self._kept(u))}
        fresh = set(await asyncio.to_thread(self._office.records.keep, list(kept.values()))) if kept else set()
        backlog = len(fresh) >= BACKLOG or self._lanes.pending >= CROWDED
        for update in updates:
            self._see(update.update_id)
            await self._heard_from(update)
            if update.update_id not in kept:
                self._lanes.put(_lane(update), partial(self._process, update))
            elif update.update_id in fresh:
                await self._put(update, backlog)

    async def recover(self) -> int:
        """Take up what waited when the process ended; returns how much."""
        waiting = await asyncio.to_thread(self._office.records.waiting)
        for kept in waiting:
            update = self._parsed(json.loads(kept.update))
            if update is None:
                await asyncio.to_thread(self._office.records.done, kept.update_id)
            else:
                self._see(update.update_id)
                await self._put(update, backlog=True)
        return len(waiting)

    def close(self) -> None:
        """Begin nothing more; what waits stays in the records."""
        self._closed = True

    def _parsed(self, raw: Mapping[str, object]) -> Update | None:
        try:
            update = Update.de_json(dict(raw), self._app.bot)
            ids: list[object] = [update.update_id]
            for some in (update.effective_chat, update.effective_user, update.effective_message):
                ids += [] if some is None else [getattr(some, "message_id", None) or getattr(some, "id", 0)]
            if not all(isinstance(i, int) and abs(i) < LARGEST_ID for i in ids):
                raise ValueError("an id out of range")
            return update
        except Exception as problem:  # whatever a malformed update makes the library raise
            log.warning("malformed update", where=places(problem))
            self._office.metrics.troubles.labels("malformed").inc()
            return None

    async def _heard_from(self, update: Update) -> None:
        """A chat that writes to the bot again wants to hear of it again."""
        writer = update.message.chat_id if update.message else None
        if writer is not None and await asyncio.to_thread(self._office.records.quiet, writer):
            await asyncio.to_thread(self._office.records.set_quiet, writer, False)

    def _see(self, update_id: int) -> None:
        self._seen[update_id] = None
        while len(self._seen) > SEEN_KEPT:
            self._seen.popitem(last=False)

    def _kept(self, update: Update) -> Kept | None:
        """What is kept of an update: all of it where it is meant for the bot, else nothing."""
        message = update.message or update.edited_message or update.guest_message
        if not isinstance(message, Message):
            return None
        asks = guest_question if update.guest_message else addressed
        try:
            found = asks(message, self._office.me)
        except Exception as problem:  # a message of a form that nobody foresaw
            log.warning("odd message", update=update.update_id, where=places(problem))
            return None
        if found is None:
            return None
        return Kept(update.update_id, message.chat_id, found.user_id, self._office.now(), update.to_json())

    async def _put(self, update: Update, backlog: bool) -> None:
        """Queue a kept update; in a group a member has one question at a time."""
        message = update.message
        found = addressed(message, self._office.me) if message else None
        key = (found.place.chat_id, found.user_id) if found and found.place.chat_id < 0 and not found.command else None
        if key and key in self._office.busy and message:
            self._lanes.put(("refuse", update.update_id), partial(self._refuse, update))
            return
        if key:
            self._office.busy.add(key)
        self._lanes.put(_lane(update), partial(self._finish, update, key, backlog))

    async def _refuse(self, update: Update) -> None:
        message = update.message
        if message:
            try:
                await self._office.bot.set_message_reaction(message.chat_id, message.message_id, REFUSED)
            except TelegramError:
                self._office.metrics.troubles.labels("reaction").inc()
        await asyncio.to_thread(self._office.records.done, update.update_id)

    async def _finish(self, update: Update, key: tuple[int, int] | None, backlog: bool) -> None:
        """Deal with a kept update, then mark it. Cancelled, it lets a message that is on its way arrive."""
        if self._closed:
            return
        gate = Gate(self._office.door if backlog else None)
        GATE.set(gate)
        work = asyncio.create_task(self._deal(update, key, backlog))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            if gate.in_flight:
                await asyncio.wait({work}, timeout=SEND_GRACE_S)
            if not work.done():
                work.cancel()
                if gate.in_flight:  # as after a timeout: nobody knows whether it arrived, so it is not sent again
                    await asyncio.to_thread(self._office.records.done, update.update_id)
            raise
        except ParallaxError as problem:  # a full disk: the answer is given, its mark is not
            self._office.incident("mark", problem)
        finally:
            gate.leave()
            if key:
                self._office.busy.discard(key)

    async def _deal(self, update: Update, key: tuple[int, int] | None, backlog: bool) -> None:
        """Process a kept update and mark it, or try it again later where its chat could not be reached."""
        chat = update.effective_chat
        if chat is None or not await asyncio.to_thread(self._office.records.quiet, chat.id):
            await self._process(update)
        if update.update_id in self._office.postponed:
            self._office.postponed.discard(update.update_id)
            again = partial(self._finish, update, key, backlog)
            asyncio.get_running_loop().call_later(AGAIN_S, self._lanes.put, _lane(update), again)
            return
        await asyncio.to_thread(self._office.records.done, update.update_id)

    async def _process(self, update: Update) -> None:
        if self._closed:
            return
        started = asyncio.get_running_loop().time()
        kind = next((k for k in update.ALL_TYPES if getattr(update, k, None)), "unknown")
        self._office.metrics.updates.labels(kind).inc()
        self._office.metrics.waiting.set(self._lanes.pending)
        try:
            await self._app.process_update(update)
        except TelegramError as problem:
            self._office.incident("update", problem)
        self._office.metrics.seconds.observe(asyncio.get_running_loop().time() - started)


def _lane(update: Update) -> Hashable:
    """What must be done in order: a conversation's messages. Presses and inline queries wait for nothing."""
    message = update.message or update.edited_message
    if message is None:
        return ("update", update.update_id)
    return (message.chat_id, (message.message_thread_id or 0) if message.is_topic_message else 0)

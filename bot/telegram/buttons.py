"""The buttons under an answer: they edit its message, survive a restart, and in a group obey the one who asked.

A button carries an action and an answer's id, at most 64 bytes; what it shows lies in the records.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.records.records import Doubt, Given, Place
from bot.telegram import rendering
from bot.telegram.budget import Rank
from bot.telegram.office import Office
from bot.telegram.page import Page, from_json, shortened
from bot.telegram.sending import Undelivered
from bot.telegram.texts import Texts

View: TypeAlias = Literal["answer", "quotes", "sources", "conflicts"]
VIEWS: tuple[View, ...] = get_args(View)
VOTES = {"up": 1, "down": -1}


def keyboard(
    answer_id: str, conflicts: int, texts: Texts, view: View = "answer", vote: str = ""
) -> InlineKeyboardMarkup:
    """The buttons of an answer that shows one of its views."""
    labels = {"answer": "back", "quotes": "quotes", "sources": "sources", "conflicts": "conflicts"}
    shown = [v for v in VIEWS if v != view and (conflicts or v != "conflicts")]
    rows = [[_button(texts(labels[v]), v, answer_id) for v in shown]]
    last = [
        _button(f"{sign} ✓" if vote == name else sign, name, answer_id) for name, sign in (("up", "👍"), ("down", "👎"))
    ]
    if conflicts == 1:
        last = [_button(texts("no_conflict"), "doubt1", answer_id), *last]
    elif conflicts:
        rows.append([_button(texts("no_conflict_n", n=n), f"doubt{n}", answer_id) for n in range(1, conflicts + 1)])
    return InlineKeyboardMarkup([*rows, last])


def _button(label: str, action: str, answer_id: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=f"{action}:{answer_id}")


def review_keyboard(found: Sequence[Doubt], texts: Texts) -> InlineKeyboardMarkup | None:
    """A button for each doubted entry: hide it, or show it again."""
    buttons = [
        InlineKeyboardButton(
            texts("restore" if d.hidden else "hide", n=n),
            callback_data=f"{'restore' if d.hidden else 'hide'}:{short(d)}",
        )
        for n, d in enumerate(found, 1)
    ]
    return InlineKeyboardMarkup([buttons[i : i + 4] for i in range(0, len(buttons), 4)]) if buttons else None


def short(doubt: Doubt) -> str:
    """A doubted entry's name in a button."""
    return hashlib.sha256(f"{doubt.story}\0{doubt.entry}".encode()).hexdigest()[:16]


class Buttons:
    """Acts on pressed buttons. Every press is answered, once."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def pressed(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A button was pressed."""
        query = update.callback_query
        if query is None:
            return
        texts = await self._office.texts(
            query.message.chat.id if query.message else query.from_user.id, query.from_user.language_code
        )
        action, _, name = (query.data or "").partition(":")
        if action in ("hide", "restore"):
            await self._review(query, action == "hide", name, texts)
        else:
            await self._on_answer(query, action, name, texts)

    @staticmethod
    async def _say(query: CallbackQuery, said: str = "", alert: bool = False) -> None:
        """Answer a press, once and before anything slow: Telegram does not wait long."""
        with contextlib.suppress(TelegramError):
            await query.answer(said or None, show_alert=alert)

    async def _on_answer(self, query: CallbackQuery, action: str, name: str, texts: Texts) -> None:
        given = await asyncio.to_thread(self._office.records.given, name)
        message = query.message
        if given is None or not isinstance(message, Message) or message.chat_id != given.place.chat_id:
            await self._say(query, texts("gone"), alert=True)
        elif message.chat_id < 0 and query.from_user.id != given.user_id:
            await self._say(query, texts("not_yours"), alert=True)
        elif action in VOTES:
            await asyncio.to_thread(self._office.records.vote, given.id, query.from_user.id, VOTES[action])
            await self._say(query, texts("thanks"))
            with contextlib.suppress(TelegramError):
                view = _view_of(message, bool(given.entries))
                await query.edit_message_reply_markup(keyboard(given.id, len(given.entries), texts, view, action))
        elif action in (doubts := {f"doubt{n}": e for n, e in enumerate(given.entries, 1)}):
            entry, topic = doubts[action]
            await asyncio.to_thread(
                self._office.records.doubt,
                given.story,
                entry,
                topic,
                query.from_user.id,
                message.chat_id,
                self._office.now(),
            )
            await self._say(query, texts("doubt_kept"))
        else:
            await self._say(query)
            if action in VIEWS:
                await self._show(message, given, next(v for v in VIEWS if v == action), texts)

    async def _show(self, message: Message, given: Given, view: View, texts: Texts) -> None:
        page = from_json(given.views.get(view)) or Page(texts("gone"))
        hidden = await asyncio.to_thread(self._office.records.hidden, given.story)
        if view == "conflicts" and hidden.issuperset(entry for entry, _ in given.entries):
            page = Page(texts("no_conflicts"))
        with contextlib.suppress(Undelivered, TelegramError):
            await self._office.sender.edit(
                Place(message.chat_id),
                message.message_id,
                shortened(page),
                keyboard(given.id, len(given.entries), texts, view),
                Rank.EDIT,
            )

    async def _review(self, query: CallbackQuery, hide: bool, name: str, texts: Texts) -> None:
        if not self._office.access.operator(query.from_user.id):
            await self._say(query, texts("operator_only"), alert=True)
            return
        records = self._office.records
        found = await asyncio.to_thread(records.doubted)
        doubt = next((d for d in found if short(d) == name), None)
        if doubt is None:
            await self._say(query, texts("gone"), alert=True)
            return
        await asyncio.to_thread(records.review, doubt, hide, self._office.now())
        await self._say(query, texts("thanks"))
        found = await asyncio.to_thread(records.doubted)
        if isinstance(query.message, Message):
            page = shortened(rendering.doubts(found, texts))
            with contextlib.suppress(Undelivered, TelegramError):
                await self._office.sender.edit(
                    Place(query.message.chat_id),
                    query.message.message_id,
                    page,
                    review_keyboard(found, texts),
                    Rank.EDIT,
                )


def _view_of(message: Message, conflict: bool) -> View:
    """Which view a message shows: the one that has no button."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    offered = {str(b.callback_data).partition(":")[0] for row in rows for b in row}
    return next((v for v in VIEWS if v not in offered and (conflict or v != "conflicts")), "answer")

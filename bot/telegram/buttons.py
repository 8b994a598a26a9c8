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
from bot.telegram.budget import Superseded
from bot.telegram.office import Office
from bot.telegram.page import LONGEST, Page, from_json, shortened
from bot.telegram.sending import Undelivered
from bot.telegram.texts import Texts

View: TypeAlias = Literal["answer", "quotes", "sources", "conflicts"]
VIEWS: tuple[View, ...] = get_args(View)
VOTES = {"up": 1, "down": -1}


def keyboard(
    answer_id: str, conflict: bool, texts: Texts, view: View = "answer", vote: str = ""
) -> InlineKeyboardMarkup:
    """The buttons of an answer that shows one of its views."""
    labels = {"answer": "back", "quotes": "quotes", "sources": "sources", "conflicts": "conflicts"}
    shown = [v for v in VIEWS if v != view and (conflict or v != "conflicts")]
    rows = [[_button(texts(labels[v]), v, answer_id) for v in shown]]
    last = [
        _button(f"{sign} ✓" if vote == name else sign, name, answer_id) for name, sign in (("up", "👍"), ("down", "👎"))
    ]
    if conflict:
        last = [_button(texts("no_conflict"), "doubt", answer_id), *last]
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
        said = ""
        try:
            if action in ("hide", "restore"):
                said = await self._review(query, action == "hide", name, texts)
            else:
                said = await self._on_answer(query, action, name, texts)
        finally:
            with contextlib.suppress(TelegramError):  # a press that is too old cannot be answered
                await query.answer(
                    said or None, show_alert=said in (texts("not_yours"), texts("gone"), texts("operator_only"))
                )

    async def _on_answer(self, query: CallbackQuery, action: str, name: str, texts: Texts) -> str:
        given = await asyncio.to_thread(self._office.records.given, name)
        if given is None or not isinstance(query.message, Message) or query.message.chat_id != given.place.chat_id:
            return texts("gone")
        if query.message.chat_id < 0 and query.from_user.id != given.user_id:
            return texts("not_yours")
        if action in VOTES:
            await asyncio.to_thread(self._office.records.vote, given.id, query.from_user.id, VOTES[action])
            with contextlib.suppress(TelegramError):
                await query.edit_message_reply_markup(keyboard(given.id, bool(given.entries), texts, vote=action))
            return texts("thanks")
        if action == "doubt":
            for entry, topic in given.entries:
                await asyncio.to_thread(
                    self._office.records.doubt, given.story, entry, topic, query.from_user.id, self._office.now()
                )
            return texts("doubt_kept")
        if action in VIEWS:
            await self._show(query.message, given, next(v for v in VIEWS if v == action), texts)
        return ""

    async def _show(self, message: Message, given: Given, view: View, texts: Texts) -> None:
        page = from_json(given.views.get(view)) or Page(texts("gone"))
        with contextlib.suppress(Undelivered, Superseded):
            await self._office.sender.edit(
                Place(message.chat_id),
                message.message_id,
                shortened(page, LONGEST),
                keyboard(given.id, bool(given.entries), texts, view),
            )

    async def _review(self, query: CallbackQuery, hide: bool, name: str, texts: Texts) -> str:
        if not self._office.access.operator(query.from_user.id):
            return texts("operator_only")
        records = self._office.records
        found = await asyncio.to_thread(records.doubted)
        doubt = next((d for d in found if short(d) == name), None)
        if doubt is None:
            return texts("gone")
        await asyncio.to_thread(records.review, doubt.story, doubt.entry, hide, self._office.now())
        found = await asyncio.to_thread(records.doubted)
        if isinstance(query.message, Message):
            page = shortened(rendering.doubts(found, texts), LONGEST)
            with contextlib.suppress(Undelivered, Superseded):
                await self._office.sender.edit(
                    Place(query.message.chat_id), query.message.message_id, page, review_keyboard(found, texts)
                )
        return texts("thanks")

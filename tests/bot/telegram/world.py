"""A whole bot for one scenario: the strict server, the real application polling it, a real home with the shipped story."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bootstrap import open_records
from bot.desk import Desk
from bot.engine.base import Engine, Heard, Shelf, Tell, silent
from bot.engine.embedded import EmbeddedEngine
from bot.records.records import Records
from bot.settings import Settings
from bot.telegram.polling import Poller
from bot.telegram.serve import Serving
from bot.types import Draft, DraftQuote, DraftStatement, Question, Status
from index.embedding import Embedder, WordLlamaEmbedder
from index.home import Home
from tests.telegram_server.server import TOKEN, Json, TelegramServer

PATIENCE_S = 900.0


class Scripted(EmbeddedEngine):
    """Says the first sentence it hears, at once: what is left is the bot's own work."""

    async def answer(self, question: Question, heard: Sequence[Heard], shelf: Shelf, tell: Tell = silent) -> Draft:
        article, sentence = heard[0].article, heard[0].sentences[0]
        quote = article.text[sentence.span.start : sentence.span.end]
        return Draft(Status.SINGLE, (DraftStatement(quote, (DraftQuote(article.id, quote),)),))


class Listening(EmbeddedEngine):
    """Remembers the conversations it was given with its questions."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embedder)
        self.heard: list[tuple[str, list[str]]] = []

    async def condense(self, question: Question) -> str:
        self.heard.append((question.text, [turn.question for turn in question.history]))
        return await super().condense(question)


@dataclass
class World:
    """What a scenario works with."""

    server: TelegramServer
    serving: Serving
    desk: Desk
    records: Records
    home: Home

    async def until(self, happened: Callable[[], object], within: float = PATIENCE_S) -> None:
        """Wait until something has happened. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not happened():
            if loop.time() > deadline:
                raise TimeoutError(
                    f"after {within} s; sent: {[m['text'][:60] for m in self.server.order][-5:]}, refused: {self.server.refused[-5:]}"
                )
            await asyncio.sleep(0.05)

    async def quiet(self, seconds: float = 3.0) -> None:
        """Let everything be taken in and done, and then some time pass."""
        await self.until(lambda: not self.server.waiting and not self.serving.lanes.pending)
        await asyncio.sleep(seconds)

    async def answer(self, chat_id: int, number: int = 1) -> Json:
        """The bot's n-th message in a chat, as soon as it is there and nothing is in work."""
        await self.until(lambda: len(self.server.sent_to(chat_id)) >= number)
        await self.quiet(1.0)
        return self.server.sent_to(chat_id)[number - 1]


def settings(server: TelegramServer, **more: Any) -> Settings:
    """Settings for the strict server, whatever the environment says."""
    given = {"telegram_bot_token": TOKEN, "telegram_api_url": server.url, "parallax_questions_per_user_hour": 0, **more}
    return Settings(_env_file=None, **given)  # type: ignore[call-arg]  # pydantic-settings' own argument


@contextlib.asynccontextmanager
async def world(
    stocked: Path,
    place: Path,
    engine: Callable[[Any], Engine] = EmbeddedEngine,
    given: TelegramServer | None = None,
    options: dict[str, Any] | None = None,
    pollers: int = 1,
) -> AsyncIterator[World]:
    """A running bot on a copy of a stocked home."""
    path = place / "home"
    if not path.exists():
        shutil.copytree(stocked, path)
    async with contextlib.AsyncExitStack() as stack:
        telegram = given if given is not None else await stack.enter_async_context(TelegramServer())
        home = stack.enter_context(Home(path, _embedder()))
        records = open_records(home)
        desk = Desk(home, engine(home.embedder), records.hidden)
        serving = Serving(settings(telegram, **(options or {})), desk, records, telegram.now)
        await stack.enter_async_context(serving.running())
        polling = [asyncio.create_task(Poller(serving.app.bot, serving.intake).run()) for _ in range(pollers)]
        try:
            yield World(telegram, serving, desk, records, home)
        finally:
            for task in polling:
                task.cancel()
            await asyncio.gather(*polling, return_exceptions=True)


_loaded: list[WordLlamaEmbedder] = []


def _embedder() -> WordLlamaEmbedder:
    if not _loaded:
        _loaded.append(WordLlamaEmbedder())
    return _loaded[0]


def texts(messages: Sequence[Json]) -> str:
    """All texts of messages."""
    return "\n".join(m["text"] for m in messages)

"""The composition root: where settings meet real things. Everything else is handed what it needs."""

from __future__ import annotations

import asyncio
from importlib.resources import as_file, files

from bot.desk import Desk
from bot.engine.base import Engine
from bot.engine.embedded import EmbeddedEngine
from bot.records.records import Records, home_secret
from bot.records.usage import Limits, Usage
from bot.settings import Settings
from bot.types import SHIPPED_STORY
from index.embedding import WordLlamaEmbedder
from index.home import Home
from index.replies import Replies


def open_home(settings: Settings) -> Home:
    """The home of the settings, its library at this version. Raises HomeProblem."""
    return Home(settings.parallax_home, WordLlamaEmbedder())


def open_desk(home: Home, settings: Settings | None = None) -> Desk:
    """A desk on a home, with the engine of the settings; a fresh home gets the shipped story first, and vectors that another embedder made
    are made anew. Raises SettingsError."""
    home.library.embed_again(home.embedder)
    desk = Desk(home, open_engine(home, settings), open_records(home).hidden)
    if not home.library.stories():
        with home.setting_up():
            if not home.library.stories():
                asyncio.run(_ship(desk))
    return desk


def open_engine(home: Home, settings: Settings | None, secret: bytes | None = None) -> Engine:
    """The engine that the settings name; without a model the embedded one, and none of a model's packages is imported.

    A `secret` in place of the home's own makes its requests repeatable word for word.
    """
    embedded = EmbeddedEngine(home.embedder)
    if settings is None or not settings.model:
        return embedded
    from bot.engine.model import ModelEngine
    from bot.engine.wire import open_wire

    own, replies = home_secret(home.path), Replies(home.library.engine)
    wire = open_wire(settings, open_account(home, settings), replies)
    return ModelEngine(wire, embedded, replies, secret or own, settings.parallax_story_tokens)


def open_account(home: Home, settings: Settings) -> Usage:
    """The account of what the model costs, with the limits of the settings. Raises HomeProblem."""
    open_records(home)
    limits = Limits(
        settings.parallax_daily_tokens, settings.parallax_chat_daily_tokens, settings.parallax_user_daily_tokens,
        settings.parallax_daily_cost, settings.parallax_price_in, settings.parallax_price_out,
    )  # fmt: skip
    return Usage(home.library.engine, home_secret(home.path), limits)


def open_records(home: Home) -> Records:
    """The records of conversations, in the library's database. Raises HomeProblem."""
    return Records(home.library.engine, home_secret(home.path))


async def _ship(desk: Desk) -> None:
    with as_file(files("seeds")) as folder:
        await desk.add(SHIPPED_STORY, [folder])

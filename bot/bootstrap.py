"""The composition root: where settings meet real things. Everything else is handed what it needs."""

from __future__ import annotations

import asyncio
from importlib.resources import as_file, files

from bot.desk import Desk
from bot.engine.base import Engine
from bot.engine.embedded import EmbeddedEngine
from bot.records.records import Records, home_secret
from bot.settings import Settings
from bot.types import SHIPPED_STORY
from index.embedding import WordLlamaEmbedder
from index.home import Home


def open_home(settings: Settings) -> Home:
    """The home of the settings, its library at this version. Raises HomeProblem."""
    return Home(settings.parallax_home, WordLlamaEmbedder())


def open_desk(home: Home, settings: Settings | None = None) -> Desk:
    """A desk on a home, with the engine of the settings; a fresh home gets the shipped story first. Raises SettingsError."""
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

    return ModelEngine(open_wire(settings), embedded, secret or home_secret(home.path), settings.parallax_story_tokens)


def open_records(home: Home) -> Records:
    """The records of conversations, in the library's database. Raises HomeProblem."""
    return Records(home.library.engine, home_secret(home.path))


async def _ship(desk: Desk) -> None:
    with as_file(files("seeds")) as folder:
        await desk.add(SHIPPED_STORY, [folder])

"""The composition root: where settings meet real things. Everything else is handed what it needs."""

from __future__ import annotations

import asyncio
from importlib.resources import as_file, files

from bot.desk import Desk
from bot.engine.embedded import EmbeddedEngine
from bot.records.records import Records, home_secret
from bot.settings import Settings
from bot.types import SHIPPED_STORY
from index.embedding import WordLlamaEmbedder
from index.home import Home


def open_home(settings: Settings) -> Home:
    """The home of the settings, its library at this version. Raises HomeProblem."""
    return Home(settings.parallax_home, WordLlamaEmbedder())


def open_desk(home: Home) -> Desk:
    """A desk on a home; a fresh home gets the shipped story first."""
    desk = Desk(home, EmbeddedEngine(home.embedder), open_records(home).hidden)
    if not home.library.stories():
        with home.setting_up():
            if not home.library.stories():
                asyncio.run(_ship(desk))
    return desk


def open_records(home: Home) -> Records:
    """The records of conversations, in the library's database. Raises HomeProblem."""
    return Records(home.library.engine, home_secret(home.path))


async def _ship(desk: Desk) -> None:
    with as_file(files("seeds")) as folder:
        await desk.add(SHIPPED_STORY, [folder])

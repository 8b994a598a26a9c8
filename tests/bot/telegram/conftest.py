"""A home with the shipped story, made once and copied for every scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.bootstrap import open_desk
from index.embedding import WordLlamaEmbedder
from index.home import Home


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed home with the shipped story."""
    path = tmp_path_factory.mktemp("stocked") / "home"
    with Home(path, WordLlamaEmbedder()) as home:
        open_desk(home)
    return path

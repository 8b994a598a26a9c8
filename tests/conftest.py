"""Real parts for the tests: a home on disk with its SQLite library and its Chroma, the embedded engine, the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.bootstrap import open_desk
from bot.desk import Desk
from bot.engine.embedded import EmbeddedEngine
from index.embedding import WordLlamaEmbedder
from index.home import Home

ROOT = Path(__file__).resolve().parent.parent
STORIES = ROOT / "tests" / "stories"
SEEDS = ROOT / "seeds"

Parallax = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty home."""
    with Home(tmp_path / "home", WordLlamaEmbedder()) as opened:
        yield opened


@pytest.fixture
def desk(home: Home) -> Desk:
    """A desk on an empty home."""
    return Desk(home, EmbeddedEngine(home.embedder))


@pytest.fixture(scope="session")
def opened_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as a first command leaves it, Chroma and all; to be copied."""
    path = tmp_path_factory.mktemp("opened")
    with Home(path, WordLlamaEmbedder()) as opened:
        open_desk(opened)
        opened.open_vectors()
    return path


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, opened_home: Path) -> Iterator[Desk]:
    """A desk on a home with the shipped story. Read only: tests that change it make their own."""
    path = tmp_path_factory.mktemp("shipped") / "home"
    shutil.copytree(opened_home, path)
    with Home(path, WordLlamaEmbedder()) as opened:
        yield open_desk(opened)


@pytest.fixture
def parallax(tmp_path: Path, opened_home: Path) -> Parallax:
    """The command line in a process of its own, on a home of its own that was opened before."""
    shutil.copytree(opened_home, tmp_path / "cli-home")

    def run(
        *arguments: str, stdin: str | None = None, home: Path | None = None, timeout: float = 120, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PARALLAX_", "OPENAI_", "TELEGRAM_"))}
        clean |= {"PARALLAX_HOME": str(home or tmp_path / "cli-home"), **environment}
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True, timeout=timeout, env=clean, cwd=tmp_path, check=False
        )

    return run


def write(folder: Path, **articles: str) -> Path:
    """A folder with articles: the keyword is the file's stem."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, text in articles.items():
        (folder / f"{stem}.txt").write_text(text, encoding="utf-8")
    return folder

"""The rules of the house: who imports whom, and where each third party comes in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("bot", "index", "prompts", "seeds")
PLACES = {
    "chromadb": {"index/vectors.py"},
    "langchain": {"bot/engine/wire.py"},
    "openai": {"bot/engine/wire.py"},
    "httpx2": {"bot/engine/wire.py"},
    "tenacity": {"bot/engine/wire.py"},
    "telegram": {
        f"bot/telegram/{name}.py"
        for name in (
            "addressing",
            "application",
            "asking",
            "budget",
            "buttons",
            "check",
            "commands",
            "inline",
            "intake",
            "membership",
            "office",
            "polling",
            "progress",
            "sending",
            "serve",
        )
    },
    "structlog": {
        f"bot/telegram/{name}.py"
        for name in ("asking", "intake", "logs", "office", "polling", "sending", "serve", "webhook")
    },
    "prometheus_client": {"bot/telegram/metrics.py"},
    "aiohttp": {"bot/telegram/webhook.py"},
    "filelock": {"index/home.py", "index/vectors.py"},
    "wordllama": {"index/embedding.py"},
    "onnxruntime": {"bot/reader/reader.py"},
    "tokenizers": {"bot/reader/reader.py"},
    "textblob": {"bot/analysis/words.py"},
    "snowballstemmer": {"bot/analysis/words.py"},
    "bs4": {"index/loading.py"},
    "pypdf": {"index/loading.py"},
    "pydantic_settings": {"bot/settings.py"},
}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _files() -> list[Path]:
    return [p for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py"))]


def test_index_and_prompts_know_neither_the_bot_nor_each_other() -> None:
    for path in _files():
        package = path.relative_to(ROOT).parts[0]
        tops = {name.split(".")[0] for name in _imports(path)}
        if package in ("index", "prompts", "seeds"):
            assert not tops & ({"bot", "index", "prompts"} - {package}), path


def test_analysis_imports_no_engine_desk_or_front_end() -> None:
    for path in (ROOT / "bot" / "analysis").glob("*.py"):
        inside = {name for name in _imports(path) if name.startswith("bot.")}
        assert all(name.startswith("bot.analysis") or name == "bot.types" for name in inside), (path, inside)


@pytest.mark.parametrize("third_party", sorted(PLACES))
def test_each_third_party_comes_in_at_one_place(third_party: str) -> None:
    found = {
        str(p.relative_to(ROOT)) for p in _files() if any(name.split(".")[0] == third_party for name in _imports(p))
    }
    assert found == PLACES[third_party]


def test_only_the_two_owners_of_tables_and_their_schema_speak_sql() -> None:
    for third_party in ("sqlalchemy", "alembic"):
        for path in _files():
            if any(name.split(".")[0] == third_party for name in _imports(path)):
                assert path.relative_to(ROOT).parts[:2] in {
                    ("index", path.name),
                    ("index", "migrations"),
                    ("bot", "records"),
                }, path


def test_the_terminal_and_telegram_do_not_know_each_other_nor_the_desk_either() -> None:
    for path in _files():
        place = str(path.relative_to(ROOT))
        inside = {name for name in _imports(path) if name.startswith("bot.")}
        if place.startswith("bot/telegram/"):
            assert not any(name.startswith(("bot.cli", "bot.chat", "bot.terminal", "bot.engine")) for name in inside), (
                place
            )
        elif place not in ("bot/cli.py", "bot/doctor.py"):
            assert not any(name.startswith("bot.telegram") for name in inside), place
        if place.startswith("bot/records/"):
            assert all(name.startswith("bot.records") for name in inside), place


def test_the_reader_knows_nobody_and_training_is_imported_by_nobody() -> None:
    for path in _files():
        names = set(_imports(path))
        assert not any(name.split(".")[0] == "training" for name in names), path
        if path.relative_to(ROOT).parts[:2] == ("bot", "reader"):
            assert not any(name.startswith(("bot.", "index")) for name in names), path


def test_nothing_committed_names_an_index_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index-url" not in lock

"""The bot's own texts: the same keys and names in every language, short enough for Telegram."""

from __future__ import annotations

import string

import pytest

from bot.telegram.page import units
from bot.telegram.texts import LANGUAGES, Texts, table


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language: str) -> None:
    assert table(language).keys() == table("en").keys()
    for key, text in table(language).items():
        assert _names(text) == _names(table("en")[key]), key
        assert text.strip()
        assert units(text) < (200 if key in ("thanks", "doubt_kept", "not_yours", "gone", "operator_only") or key.startswith("cmd_") else 2000)  # fmt: skip


def test_unknown_languages_read_english() -> None:
    assert [Texts(code).language for code in ("de-AT", "RU", "fr", None, "")] == ["de", "ru", "en", "en", "en"]

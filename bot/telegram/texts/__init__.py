"""What the bot says of its own accord, by language: English, Russian, German. One TOML file each, with the same keys."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

LANGUAGES = ("en", "ru", "de")


@lru_cache(maxsize=len(LANGUAGES))
def table(language: str) -> dict[str, str]:
    """A language's texts by key."""
    return tomllib.loads((files("bot.telegram.texts") / f"{language}.toml").read_text(encoding="utf-8"))


class Texts:
    """The texts in one user's language, English where it is not known."""

    def __init__(self, code: str | None) -> None:
        """`code` is an IETF tag as Telegram sends it: "de", "pt-br", None."""
        language = (code or "en").lower().split("-")[0]
        self.language = language if language in LANGUAGES else "en"

    def __call__(self, key: str, **values: object) -> str:
        """A text with its names filled in. Raises KeyError for an unknown key."""
        text = table(self.language)[key]
        return text.format(**values) if values else text

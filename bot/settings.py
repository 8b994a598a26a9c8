"""Settings from the environment or `.env`, read once; every problem is reported at once, and no secret is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingsError


class Settings(BaseSettings):
    """What can be set. A name below is the environment's in capitals."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    parallax_home: Path = Field(default_factory=lambda: user_data_path("parallax", appauthor=False))
    parallax_model: str = ""
    parallax_embeddings: Literal["wordllama"] = "wordllama"
    telegram_bot_token: SecretStr | None = None

    @field_validator("parallax_home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        try:
            home = home.expanduser()
            if home.exists() and not home.is_dir():
                raise ValueError(f"{str(home)!r} is a file; name a folder")
        except (RuntimeError, OSError) as problem:
            raise ValueError(f"{str(home)[:80]!r} cannot be used ({problem}); name a folder") from None
        return home.absolute()


def read_settings() -> Settings:
    """The settings. Raises SettingsError that lists every problem."""
    try:
        return Settings()
    except ValidationError as problem:
        lines = [
            f"{'.'.join(str(p) for p in e['loc']).upper()}: {e['msg'].removeprefix('Value error, ')}"
            for e in problem.errors()
        ]
        raise SettingsError("settings: " + "; ".join(lines) + " - mend them in the environment or in .env") from None
    except (UnicodeDecodeError, OSError) as problem:
        raise SettingsError(f"settings: .env cannot be read ({problem}); save it as UTF-8") from None

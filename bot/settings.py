"""Settings from the environment or `.env`, read once; every problem is reported at once, and no secret is printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.errors import SettingsError

DEFAULT_MODEL = "openai:gpt-4.1-mini"
"""What a key alone stands for."""
Ids: TypeAlias = Annotated[tuple[int, ...], NoDecode]


class Settings(BaseSettings):
    """What can be set. A name below is the environment's in capitals."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    parallax_home: Path = Field(default_factory=lambda: user_data_path("parallax", appauthor=False))
    parallax_model: str = ""
    openai_api_key: SecretStr | None = None
    openai_base_url: str = ""
    parallax_story_tokens: int = Field(default=60_000, ge=0)
    parallax_deadline_s: float = Field(default=20.0, gt=0, le=600)
    parallax_daily_tokens: int = Field(default=0, ge=0)
    parallax_chat_daily_tokens: int = Field(default=0, ge=0)
    parallax_user_daily_tokens: int = Field(default=0, ge=0)
    parallax_daily_cost: float = Field(default=0.0, ge=0)
    parallax_price_in: float = Field(default=0.0, ge=0)
    parallax_price_out: float = Field(default=0.0, ge=0)
    parallax_embeddings: Literal["wordllama"] = "wordllama"
    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    parallax_access: Literal["public", "chats", "admins"] = "public"
    parallax_chats: Ids = ()
    parallax_admins: Ids = ()
    parallax_questions_per_user_hour: int = Field(default=60, ge=0)
    parallax_questions_per_chat_hour: int = Field(default=0, ge=0)
    parallax_retention_days: int = Field(default=30, ge=1, le=3650)
    parallax_webhook_url: str = ""
    parallax_webhook_secret: SecretStr | None = None
    parallax_webhook_port: int = Field(default=8080, ge=1, le=65535)
    parallax_metrics_port: int = Field(default=0, ge=0, le=65535)

    @field_validator("parallax_chats", "parallax_admins", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part for part in re.split(r"[,;\s]+", value.strip()) if part]
        wrong = [part for part in parts if not re.fullmatch(r"-?\d{1,18}", part)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is not a numeric Telegram id; names carry no authority")
        return tuple(int(part) for part in parts)

    @field_validator("telegram_api_url", "parallax_webhook_url", "openai_base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^/\s]+", value):
            raise ValueError(f"{value!r} is not an address; write it with https://")
        return value.rstrip("/")

    @property
    def model(self) -> str:
        """The chat model's name; '' for the embedded engine. With a key alone it is the default one."""
        if self.parallax_model:
            return self.parallax_model if ":" in self.parallax_model else f"openai:{self.parallax_model}"
        return DEFAULT_MODEL if self.openai_api_key and self.openai_api_key.get_secret_value() else ""

    @model_validator(mode="after")
    def _webhook(self) -> Settings:
        secret = self.parallax_webhook_secret.get_secret_value() if self.parallax_webhook_secret else ""
        if self.parallax_webhook_url and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
            raise ValueError("PARALLAX_WEBHOOK_SECRET: a webhook needs a secret of 16 to 256 of A-Z a-z 0-9 _ -")
        return self

    @model_validator(mode="after")
    def _prices(self) -> Settings:
        if self.parallax_daily_cost and not (self.parallax_price_in and self.parallax_price_out):
            raise ValueError(
                "PARALLAX_DAILY_COST: a limit in money needs PARALLAX_PRICE_IN and PARALLAX_PRICE_OUT, for a million tokens"
            )
        return self

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

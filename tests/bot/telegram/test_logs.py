"""Logs are one JSON object a line, and hold neither a token nor what an exception or a user said."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.telegram.logs import configure, places
from tests.telegram_server.server import TOKEN


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged, with the process's logging as it was afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    out = io.StringIO()
    configure(out)
    yield out
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def test_every_line_is_json_without_the_token(stream: io.StringIO) -> None:
    structlog.get_logger("bot.test").warning("started", address=f"https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("elsewhere").error("GET %s failed", f"https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("httpx").info("POST with %s", TOKEN)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["started", "GET https://api.telegram.org/bot<token>/getMe failed"]
    assert TOKEN not in stream.getvalue()


def test_an_exception_is_logged_by_its_place_and_not_by_its_words(stream: io.StringIO) -> None:
    with pytest.raises(ValueError, match="user") as caught:
        raise ValueError("what the user asked")
    assert places(caught.value).startswith("ValueError < test_logs.py:")
    logging.getLogger("elsewhere").error("it broke", exc_info=caught.value)
    assert "what the user asked" not in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()

"""Structured logs on stderr: what happened, never a token, never a message's text."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
"""What a bot token looks like, in an address or anywhere."""
QUIET = ("httpx", "httpcore", "telegram", "apscheduler", "chromadb", "alembic", "aiohttp.access")


def redacted(text: str) -> str:
    """A text without what looks like a bot token."""
    return TOKEN.sub("<token>", text)


def _redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redacted(value) if isinstance(value, str) else value for key, value in event.items()}


class _Redacting(logging.Filter):
    """Takes tokens out of what other libraries log."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, dict):  # structlog's own, redacted when it is written
            return True
        record.msg, record.args = redacted(record.getMessage()), None
        if record.exc_info:
            record.msg, record.exc_info = f"{record.msg} ({redacted(places(record.exc_info[1]))})", None
        return True


def configure(stream: Any = None) -> None:  # any text stream
    """Set the process's logging up, once."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(_Redacting())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redact, structlog.processors.JSONRenderer(ensure_ascii=False)],
        )
    )  # fmt: skip
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def places(problem: BaseException | None) -> str:
    """Where an exception came from: its type and the lines of code, without its message, which may quote a user."""
    if problem is None:
        return ""
    frames = traceback.extract_tb(problem.__traceback__)[-6:]
    return " < ".join(
        [type(problem).__name__, *(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames))]
    )

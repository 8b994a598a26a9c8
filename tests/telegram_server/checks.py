"""What Telegram refuses of a message, in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

KINDS = {"bold", "italic", "code", "pre", "text_link", "expandable_blockquote", "blockquote", "date_time", "underline", "strikethrough", "spoiler"}  # fmt: skip
PLAIN = {"bold", "italic", "underline", "strikethrough", "spoiler"}
LONGEST, MOST_ENTITIES, MOST_CALLBACK = 4096, 100, 64
AUTO = re.compile(r"(?i)\b(?:https?|tg|ftp)://\S+|\b(?:[\w-]{1,63}\.)+[a-z]{2,}\b(?:/\S*)?|(?<!\w)@\w{5,}")
"""Some of what Telegram makes a link or a mention of by itself, outside code."""


class Refused(Exception):
    """A request that Telegram answers with an error."""

    def __init__(self, code: int, said: str, **parameters: int) -> None:
        super().__init__(said)
        self.code, self.said, self.parameters = code, said, parameters


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def text_is_good(text: object, entities: Sequence[dict[str, Any]]) -> str:
    """Check a text with its entities; returns the text as Telegram keeps it."""
    if not isinstance(text, str) or not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    try:
        length = units(text)
    except UnicodeEncodeError:
        raise Refused(400, "Bad Request: strings must be encoded in UTF-8") from None
    if length > LONGEST:
        raise Refused(400, "Bad Request: message is too long")
    if len(entities) > MOST_ENTITIES:
        raise Refused(400, "Bad Request: too many entities")  # the real one drops them: that is worse
    data = text.encode("utf-16-le")
    for e in entities:
        _entity_is_good(e, data, length)
    for i, a in enumerate(entities):
        for b in entities[i + 1 :]:
            _pair_is_good(a, b)
    return text


def _entity_is_good(e: dict[str, Any], data: bytes, length: int) -> None:
    if e.get("type") not in KINDS:
        raise Refused(400, f"Bad Request: unsupported entity type {e.get('type')}")
    start, size = e.get("offset"), e.get("length")
    if not isinstance(start, int) or not isinstance(size, int) or start < 0 or size <= 0 or start + size > length:
        raise Refused(400, "Bad Request: entity beyond the text")
    try:
        data[: 2 * start].decode("utf-16-le")
        data[2 * start : 2 * (start + size)].decode("utf-16-le")
    except UnicodeDecodeError:
        raise Refused(400, "Bad Request: entity begins in the middle of a character") from None
    if e["type"] == "text_link" and not re.match(r"https?://[^\s/]+", str(e.get("url", ""))):
        raise Refused(400, "Bad Request: entity has a wrong URL")
    if e["type"] == "date_time" and not isinstance(e.get("unix_time"), int):
        raise Refused(400, "Bad Request: entity has no time")


def _pair_is_good(a: dict[str, Any], b: dict[str, Any]) -> None:
    first, second = sorted((a, b), key=lambda e: (e["offset"], -e["length"]))
    end, end2 = first["offset"] + first["length"], second["offset"] + second["length"]
    if second["offset"] >= end:
        return
    if end2 > end:
        raise Refused(400, "Bad Request: entities overlap")
    outer, inner = first["type"], second["type"]
    if outer in ("code", "pre") or (outer not in PLAIN and inner not in PLAIN and "blockquote" not in outer):
        raise Refused(400, f"Bad Request: {inner} cannot stand in {outer}")
    if "blockquote" in outer and "blockquote" in inner:
        raise Refused(400, "Bad Request: quotations cannot be nested")


def links_of(text: str, entities: Sequence[dict[str, Any]]) -> list[str]:
    """Everything in a message that can be followed: its links, and what Telegram itself makes one of."""
    found = [str(e["url"]) for e in entities if e["type"] == "text_link"]
    data = bytearray(text.encode("utf-16-le"))
    for e in entities:
        if e["type"] in ("code", "pre"):
            data[2 * e["offset"] : 2 * (e["offset"] + e["length"])] = " ".encode("utf-16-le") * e["length"]
    return found + [m.group() for m in AUTO.finditer(data.decode("utf-16-le"))]


def keyboard_is_good(markup: object) -> None:
    if markup is None:
        return
    if not isinstance(markup, dict) or not isinstance(markup.get("inline_keyboard"), list):
        raise Refused(400, "Bad Request: can't parse reply keyboard markup JSON object")
    for row in markup["inline_keyboard"]:
        if not row:
            raise Refused(400, "Bad Request: empty row of buttons")
        for button in row:
            data = button.get("callback_data", "")
            if not button.get("text") or not 1 <= len(data.encode()) <= MOST_CALLBACK:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")

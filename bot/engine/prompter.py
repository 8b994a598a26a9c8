"""What a model is shown and sends back: what varies stands between boundaries and under ids that nobody outside can guess.

Boundaries and ids are made from the versions of the sources and a secret of the home: the same sources give the same text, so that a provider's
cache of prefixes applies and a request can be repeated word for word.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.engine.wire import Keeping, Request, Unusable
from bot.types import NOBODY, Asker
from index.types import Article
from prompts import load

Reply = TypeVar("Reply", bound=BaseModel)
ROOM = {"answer": 800, "condense": 200, "summarise": 1_000, "compare": 1_200, "read": 8_000}
"""Tokens that a task's reply may take: what the account holds beforehand, and what is asked for where there is a limit."""
KEPT: Mapping[str, Keeping] = {
    "answer": "memory",
    "summarise": "library",
    "compare": "library",
    "read": "library",
}
"""Where the reply to a task is kept; nowhere if it is not named."""


class Prompter:
    """Fills in prompts with one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def digest(self, *parts: str) -> str:
        """64 hexadecimal digits that only this home makes of these parts."""
        return hmac.new(self._secret, "\0".join(parts).encode(), hashlib.sha256).hexdigest()

    def request(
        self, task: str, versions: Sequence[str], asker: Asker = NOBODY, private: bool = False, **values: str
    ) -> Request:
        """A task's prompt filled in; `versions` names what stands between its boundaries."""
        prompt = load(task)
        boundary = f"=== {self.digest('boundary', *versions)[:24]} ==="
        system, user = prompt.fill(boundary=boundary, **values)
        kept: Keeping = "nowhere" if private else KEPT.get(task, "nowhere")
        return Request(system, user, f"{task}@{prompt.digest}", asker, ROOM[task], kept)


def from_json(kind: type[Reply], text: str) -> Reply:
    """A reply as the JSON that was asked for. One local repair: what stands before and behind it, such as a fence, is left out.

    Raises Unusable.
    """
    found = re.search(r"\{.*\}", text, re.DOTALL)
    try:
        return kind.model_validate_json(found.group() if found else text)
    except ValidationError as problem:
        raise Unusable("the reply is not the JSON that was asked for") from problem


def headed(article: Article, *remarks: str) -> str:
    """An article's file with what is known of it and remarks, as a model is shown it."""
    known = [*(str(x) for x in (article.source.publisher, article.source.published) if x), *remarks]
    return article.file + (f" ({', '.join(known)})" if known else "")

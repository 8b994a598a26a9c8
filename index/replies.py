"""What a model said, kept so that nothing is paid twice and the same question gets the same answer.

A reply is kept under the digest of its whole request, a verdict under the versions of the two claims it is on; both with the
prompt that produced them, and a verdict of an edited prompt counts no longer.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Engine

from index.schema import reading, writing
from index.tables import replies, verdicts

KEPT_S = 30 * 24 * 3600.0
"""A reply is kept so long; what it was drawn from may be gone by then."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How two claims stand to each other: the value of a Relation, or "compatible"."""

    relation: str
    why: str


class Replies:
    """The kept replies and verdicts of one library. Every method is one short transaction and may block."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    @staticmethod
    def digest(model: str, system: str, user: str) -> str:
        """What a request is kept under: equal for equal requests to one model alone."""
        return hashlib.sha256("\0".join((model, system, user)).encode()).hexdigest()

    def find(self, request: str) -> str | None:
        """The reply that a request had, None where it had none of late."""
        with reading(self._engine) as connection:
            recent = replies.c.at >= self._clock() - KEPT_S
            return connection.execute(sa.select(replies.c.reply).where(replies.c.request == request, recent)).scalar()

    def keep(self, request: str, model: str, prompt: str, reply: str) -> None:
        """Keep a usable reply, and let go of those that are too old. `prompt` is the prompt's name and digest."""
        now = self._clock()
        with writing(self._engine) as connection:
            stale = sa.or_(replies.c.request == request, replies.c.at < now - KEPT_S)
            connection.execute(replies.delete().where(stale))
            row = {"request": request, "model": model, "prompt": prompt, "reply": reply, "at": now}
            connection.execute(replies.insert().values(**row))

    def verdicts(self, pairs: Sequence[str], prompt: str) -> dict[str, Verdict]:
        """The verdicts that this prompt gave on pairs, by pair."""
        with reading(self._engine) as connection:
            query = sa.select(verdicts).where(verdicts.c.pair.in_(list(pairs)), verdicts.c.prompt == prompt)
            return {r.pair: Verdict(r.verdict, r.why) for r in connection.execute(query)}

    def keep_verdicts(self, found: Mapping[str, Verdict], prompt: str) -> None:
        """Keep verdicts in place of older ones on the same pairs."""
        if not found:
            return
        with writing(self._engine) as connection:
            connection.execute(verdicts.delete().where(verdicts.c.pair.in_(list(found))))
            rows = [{"pair": p, "prompt": prompt, "verdict": v.relation, "why": v.why} for p, v in found.items()]
            connection.execute(verdicts.insert(), rows)


def pair(model: str, one: str, other: str) -> str:
    """What a verdict is kept under: the same in either order; claims' ids change with their article's version."""
    return hashlib.sha256("\0".join((model, *sorted((one, other)))).encode()).hexdigest()

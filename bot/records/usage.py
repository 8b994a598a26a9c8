"""What the model costs: tokens of every request by day, chat and user, and the limits on them.

A request holds what it may cost before it is sent and is charged what it did cost afterwards, each in one transaction, so that
questions asked at once, in one process or several, never pass a limit together. Days are UTC. Chats and users appear under a keyed hash
that changes every day; of past days only the sums are kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from bot.records.tables import holds, rests, usage
from index.schema import reading, writing

ABANDONED_S = 900.0
"""What is held for longer was held by a process that is gone."""
KEPT_DAYS = 90
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a UTC day may cost: tokens in all, of one chat and of one user, and money; 0 means no limit.

    Prices are for a million tokens, in whatever money the limit is in.
    """

    day: int = 0
    chat: int = 0
    user: int = 0
    money: float = 0.0
    price_in: float = 0.0
    price_out: float = 0.0

    @property
    def any(self) -> bool:
        """Whether there is any limit."""
        return bool(self.day or self.chat or self.user or self.money)

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """What so many tokens cost."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / MILLION


@dataclass(frozen=True, slots=True)
class Spent:
    """What was used: requests and tokens. Requests that are in the air count with what is held for them."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True)
class Hold:
    """What is held for one completion until it is charged."""

    id: str
    day: str
    chat_key: str
    user_key: str


class Usage:
    """The account of one database. Every method is one short transaction and may block."""

    def __init__(
        self, engine: Engine, secret: bytes, limits: Limits | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._engine = engine
        self._secret = secret
        self.limits = limits or Limits()
        self._clock = clock

    def hold(self, chat_id: int, user_id: int, tokens_in: int, tokens_out: int) -> Hold | None:
        """Hold what a request may cost; None where that would pass a limit. An id is 0 where nobody in Telegram asks."""
        now, limits = self._clock(), self.limits
        day = _day(now)
        held = Hold(secrets.token_hex(16), day, self._key(day, "chat", chat_id), self._key(day, "user", user_id))
        with writing(self._engine) as connection:
            connection.execute(
                holds.delete().where(holds.c.at < now - ABANDONED_S)
            )  # takes the write lock first of all
            for limit, mine in (
                (limits.day, ()),
                (limits.chat if chat_id else 0, (("chat_key", held.chat_key),)),
                (limits.user if user_id else 0, (("user_key", held.user_key),)),
            ):
                money = 0.0 if mine else limits.money
                if not (limit or money):
                    continue
                spent = self._spent(connection, held.day, dict(mine))
                if limit and spent.tokens + tokens_in + tokens_out > limit:
                    return None
                if money and limits.cost(spent.tokens_in + tokens_in, spent.tokens_out + tokens_out) > money:
                    return None
            row = asdict(held) | {"tokens_in": tokens_in, "tokens_out": tokens_out, "at": now}
            connection.execute(holds.insert().values(**row))
        return held

    def charge(self, held: Hold, requests: int, tokens_in: int, tokens_out: int) -> None:
        """Put what a completion did cost in the place of what was held for it."""
        with writing(self._engine) as connection:
            connection.execute(holds.delete().where(holds.c.id == held.id))
            self._add(connection, held.day, held.chat_key, held.user_key, Spent(requests, tokens_in, tokens_out))
            self._sum_up(connection)

    def today(self) -> Spent:
        """What was used today."""
        with reading(self._engine) as connection:
            return self._spent(connection, _day(self._clock()), {})

    def rest(self, model: str, seconds: float, why: str) -> None:
        """Note that a model's endpoint is left alone for so long from now."""
        with writing(self._engine) as connection:
            connection.execute(rests.delete().where(rests.c.model == model[:128]))
            connection.execute(rests.insert().values(model=model[:128], until=self._clock() + seconds, why=why))

    def resting(self, model: str) -> tuple[float, str] | None:
        """Until when a model's endpoint is left alone and why, None where it is not."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(rests).where(rests.c.model == model[:128])).first()
        return (row.until, row.why) if row is not None and row.until > self._clock() else None

    @staticmethod
    def _spent(connection: Connection, day: str, mine: Mapping[str, object], held: bool = True) -> Spent:
        total = [0, 0, 0]
        for table, requests in ((usage, usage.c.requests), (holds, sa.literal(0)))[: 1 + held]:
            sums = [sa.func.coalesce(sa.func.sum(c), 0) for c in (requests, table.c.tokens_in, table.c.tokens_out)]
            here = [table.c.day == day, *(table.c[name] == value for name, value in mine.items())]
            row = connection.execute(sa.select(*sums).where(*here)).one()
            total = [a + int(b) for a, b in zip(total, row, strict=True)]
        return Spent(*total)

    @staticmethod
    def _add(connection: Connection, day: str, chat_key: str, user_key: str, spent: Spent) -> None:
        place = {"day": day, "chat_key": chat_key, "user_key": user_key}
        added = {"requests": spent.requests, "tokens_in": spent.tokens_in, "tokens_out": spent.tokens_out}
        mine = sa.and_(*(usage.c[name] == value for name, value in place.items()))
        more = {name: usage.c[name] + value for name, value in added.items()}
        if not connection.execute(usage.update().where(mine).values(**more)).rowcount:
            connection.execute(usage.insert().values(**place, **added))

    def _sum_up(self, connection: Connection) -> None:
        """Put the sum in the place of a past day's rows, and let very old days go."""
        today = _day(self._clock())
        connection.execute(usage.delete().where(usage.c.day < _day(self._clock() - KEPT_DAYS * 86_400)))
        past = sa.and_(usage.c.day < today, usage.c.chat_key != "")
        for day in connection.execute(sa.select(usage.c.day).where(past).distinct()).scalars().all():
            spent = self._spent(connection, day, {}, held=False)
            connection.execute(usage.delete().where(usage.c.day == day))
            self._add(connection, day, "", "", spent)

    def _key(self, day: str, what: str, who: int) -> str:
        return hmac.new(self._secret, f"usage:{day}:{what}:{who}".encode(), hashlib.sha256).hexdigest()[:32]


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()

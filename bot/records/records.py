"""What the bot keeps of conversations: one short transaction a method. Every method may block; call it off the event loop.

A private chat and a group are both a chat; a thread is 0 where a chat has none. Users appear in quotas under a keyed hash only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.records.tables import answers, asked, chats, doubts, inbox, reviews, votes
from index.errors import HomeProblem
from index.schema import Schema, bring_up, reading, writing

HEAD = "0002"
"""The newest revision in `bot/records/migrations/versions`; a test holds them together."""
RECORDS = Schema(Path(str(files("bot") / "records" / "migrations")), "records_version", HEAD)
HOUR_S = 3600.0
DAY_S = 24 * HOUR_S

Views: TypeAlias = "Mapping[str, object]"
Setting = TypeVar("Setting", str, bool, int)


@dataclass(frozen=True, slots=True)
class Place:
    """A chat and a thread in it: what a conversation belongs to."""

    chat_id: int
    thread_id: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """An update that the inbox holds until it is dealt with: its number and its JSON."""

    update_id: int
    chat_id: int
    user_id: int
    received: float
    update: str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given: who asked what, the message it is in, and what its buttons show."""

    id: str
    place: Place
    user_id: int
    asked_in: int | None
    message_id: int | None
    story: str
    question: str
    said: str
    views: Views
    entries: Sequence[tuple[str, str]]
    """(id, topic) of the ledger's entries that it showed."""
    at: float
    edits: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """An entry of the ledger that people say is no conflict, and whether it is hidden."""

    story: str
    entry: str
    topic: str
    people: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What /stats tells: counts since the records begin or the retention allows."""

    answers: int
    answers_today: int
    chats: int
    waiting: int
    up: int
    down: int
    doubts: int


class Records:
    """The tables of conversations in the library's database."""

    def __init__(self, engine: sa.Engine, secret: bytes) -> None:
        """Bring the tables up to this version. Raises HomeProblem, HomeTooNew."""
        bring_up(engine, RECORDS)
        self._engine = engine
        self._secret = secret

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return reading(self._engine)

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        return writing(self._engine)

    def _upsert(self, table: sa.Table, values: Mapping[str, object], keys: Sequence[str]) -> sa.Executable:
        """Insert a row, or change the one that has these keys."""
        insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        rest = {k: v for k, v in values.items() if k not in keys}
        made = insert(table).values(**values)
        return (
            made.on_conflict_do_update(index_elements=list(keys), set_=rest) if rest else made.on_conflict_do_nothing()
        )

    def answer_id(self, update_id: int) -> str:
        """The id of the answer to an update: short enough for a button, and nobody can guess it."""
        return self._key("answer", update_id)[:16]

    # --- the inbox

    def keep(self, found: Sequence[Kept]) -> list[int]:
        """Put updates into the inbox; the numbers of those that were not there before."""
        fresh: list[int] = []
        with self._writing() as connection:
            for kept in found:
                if connection.execute(sa.select(inbox.c.update_id).where(inbox.c.update_id == kept.update_id)).scalar():
                    continue
                connection.execute(
                    inbox.insert().values(
                        update_id=kept.update_id,
                        chat_id=kept.chat_id,
                        user_id=kept.user_id,
                        received=kept.received,
                        update=kept.update,
                    )
                )
                fresh.append(kept.update_id)
        return fresh

    def waiting(self) -> list[Kept]:
        """The updates that were kept and not dealt with, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(inbox).where(inbox.c.update.is_not(None)).order_by(inbox.c.update_id))
            return [Kept(r.update_id, r.chat_id, r.user_id, r.received, r.update) for r in rows]

    def done(self, update_id: int) -> None:
        """An update is dealt with: its text goes, its number stays, so that a replay of it is known."""
        with self._writing() as connection:
            connection.execute(
                inbox.update().where(inbox.c.update_id == update_id).values(update=None, chat_id=None, user_id=None)
            )

    # --- chats and their settings

    def story(self, place: Place) -> str | None:
        """The story of a thread, else of its chat, else None."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(chats.c.story)
                .where(chats.c.chat_id == place.chat_id, chats.c.thread_id.in_((place.thread_id, 0)))
                .order_by(chats.c.thread_id.desc())
            )
            return next((row.story for row in rows if row.story), None)

    def set_story(self, place: Place, story: str | None) -> None:
        """Choose a story for a thread, or with thread 0 for its chat."""
        self._set(place, story=story)

    def language(self, chat_id: int) -> str | None:
        """The language a chat chose, None where it did not."""
        return self._setting(chat_id, chats.c.language)

    def set_language(self, chat_id: int, language: str | None) -> None:
        """Choose a chat's language; None follows each user's."""
        self._set(Place(chat_id), language=language)

    def quiet(self, chat_id: int) -> bool:
        """Whether nothing may be sent to a chat: it blocked the bot or removed it."""
        return bool(self._setting(chat_id, chats.c.quiet))

    def set_quiet(self, chat_id: int, quiet: bool) -> None:
        """Let a chat be, or speak to it again."""
        self._set(Place(chat_id), quiet=quiet)

    def greet(self, chat_id: int) -> bool:
        """Whether a chat is to be greeted; True once."""
        greeted = self._setting(chat_id, chats.c.greeted)
        if not greeted:
            self._set(Place(chat_id), greeted=True)
        return not greeted

    def _setting(self, chat_id: int, column: sa.Column[Setting]) -> Setting | None:
        """What is set for a chat as a whole, None where nothing is."""
        with self._reading() as connection:
            return connection.execute(
                sa.select(column).where(chats.c.chat_id == chat_id, chats.c.thread_id == 0)
            ).scalar()

    def _set(self, place: Place, **values: object) -> None:
        key = {"chat_id": place.chat_id, "thread_id": place.thread_id}
        with self._writing() as connection:
            at = sa.and_(chats.c.chat_id == place.chat_id, chats.c.thread_id == place.thread_id)
            if connection.execute(chats.update().where(at).values(**values)).rowcount == 0:
                connection.execute(chats.insert().values(**{"quiet": False, "greeted": False} | key | values))

    def migrate(self, old: int, new: int) -> None:
        """A group has become a supergroup: what is kept of it moves along. Twice does no harm."""
        self._set(Place(new), formerly=old)
        with self._writing() as connection:
            known = connection.execute(sa.select(chats).where(chats.c.chat_id == old)).all()
            for row in known:
                values = {k: v for k, v in row._asdict().items() if v is not None} | {"chat_id": new, "formerly": old}
                connection.execute(self._upsert(chats, values, ["chat_id", "thread_id"]))
            connection.execute(chats.delete().where(chats.c.chat_id == old))
            for table in (inbox, answers):
                connection.execute(table.update().where(table.c.chat_id == old).values(chat_id=new))

    def formerly(self, chat_id: int) -> int | None:
        """The id that a supergroup had as a group."""
        return self._setting(chat_id, chats.c.formerly)

    # --- answers

    def give(self, given: Given, update_id: int) -> bool:
        """Keep an answer, or what changed of one; False, and nothing kept, where the question was forgotten meanwhile."""
        values = {
            "id": given.id, "chat_id": given.place.chat_id, "thread_id": given.place.thread_id, "user_id": given.user_id, "asked_in": given.asked_in,
            "message_id": given.message_id, "story": given.story, "question": given.question, "said": given.said, "views": dict(given.views),
            "entries": [list(e) for e in given.entries], "at": given.at, "edits": given.edits,
        }  # fmt: skip
        with self._writing() as connection:
            waits = sa.and_(inbox.c.update_id == update_id, inbox.c.update.is_not(None))
            if connection.execute(sa.select(inbox.c.update_id).where(waits)).scalar() is None:
                return False
            connection.execute(self._upsert(answers, values, ["id"]))
        return True

    def delivered(self, answer_id: str, chat_id: int, message_id: int | None, edits: int) -> None:
        """An answer is in its chat; nothing where it was forgotten meanwhile."""
        with self._writing() as connection:
            connection.execute(
                answers.update()
                .where(answers.c.id == answer_id)
                .values(chat_id=chat_id, message_id=message_id, edits=edits)
            )

    def given(self, answer_id: str) -> Given | None:
        """An answer by its id."""
        return self._one(answers.c.id == answer_id)

    def given_to(self, chat_id: int, asked_in: int) -> Given | None:
        """The answer to a message."""
        return self._one(sa.and_(answers.c.chat_id == chat_id, answers.c.asked_in == asked_in))

    def given_in(self, chat_id: int, message_id: int) -> Given | None:
        """The answer that a message of the bot holds."""
        return self._one(sa.and_(answers.c.chat_id == chat_id, answers.c.message_id == message_id))

    def _one(self, condition: sa.ColumnElement[bool]) -> Given | None:
        with self._reading() as connection:
            row = connection.execute(sa.select(answers).where(condition).order_by(answers.c.at.desc()).limit(1)).first()
        return _given(row) if row else None

    def conversation(self, place: Place, since: float, most: int, but: Sequence[str] = ()) -> list[tuple[str, str]]:
        """The last questions of a thread with what was said, oldest first, without the answers of some ids."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(answers.c.question, answers.c.said)
                .where(
                    answers.c.chat_id == place.chat_id,
                    answers.c.thread_id == place.thread_id,
                    answers.c.at >= since,
                    answers.c.id.not_in(list(but)),
                )
                .order_by(answers.c.at.desc())
                .limit(most)
            )
            return [(row.question, row.said) for row in rows][::-1]

    def earlier(self, story: str, user_id: int, most: int = 100) -> list[Given]:
        """What a user was answered on a story, the newest first."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(answers)
                .where(answers.c.story == story, answers.c.user_id == user_id)
                .order_by(answers.c.at.desc())
                .limit(most)
            )
            return [_given(row) for row in rows]

    # --- opinions

    def vote(self, answer_id: str, user_id: int, vote: int) -> None:
        """Keep a user's +1 or -1 on an answer; the last one counts."""
        with self._writing() as connection:
            connection.execute(
                self._upsert(
                    votes, {"answer_id": answer_id, "user_id": user_id, "vote": vote}, ["answer_id", "user_id"]
                )
            )

    def doubt(self, story: str, entry: str, topic: str, user_id: int, chat_id: int, at: float) -> None:
        """Keep that a user takes an entry for no conflict."""
        values = {"story": story, "entry": entry, "user_id": user_id, "chat_id": chat_id, "topic": topic, "at": at}
        with self._writing() as connection:
            connection.execute(self._upsert(doubts, values, ["story", "entry", "user_id"]))

    def doubted(self, most: int = 20) -> list[Doubt]:
        """The hidden entries, then the doubted ones, the most doubted first."""
        with self._reading() as connection:
            counted = connection.execute(
                sa.select(
                    doubts.c.story,
                    doubts.c.entry,
                    sa.func.max(doubts.c.topic).label("topic"),
                    sa.func.count().label("people"),
                ).group_by(doubts.c.story, doubts.c.entry)
            ).all()
            hidden = connection.execute(sa.select(reviews).where(reviews.c.hidden)).all()
        found = {(r.story, r.entry): Doubt(r.story, r.entry, r.topic, r.people, False) for r in counted}
        for r in hidden:
            people = found[r.story, r.entry].people if (r.story, r.entry) in found else 0
            found[r.story, r.entry] = Doubt(r.story, r.entry, r.topic, people, True)
        return sorted(found.values(), key=lambda d: (not d.hidden, -d.people, d.story, d.entry))[:most]

    def review(self, doubt: Doubt, hidden: bool, at: float) -> None:
        """Hide an entry of the ledger from replies, or show it again."""
        values = {"story": doubt.story, "entry": doubt.entry, "topic": doubt.topic, "hidden": hidden, "at": at}
        with self._writing() as connection:
            connection.execute(self._upsert(reviews, values, ["story", "entry"]))

    def hidden(self, story: str) -> frozenset[str]:
        """Ids of the ledger's entries that no reply shows."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(reviews.c.entry).where(reviews.c.story == story, reviews.c.hidden))
            return frozenset(row.entry for row in rows)

    # --- quotas

    def _key(self, what: str, who: int) -> str:
        return hmac.new(self._secret, f"{what}:{who}".encode(), hashlib.sha256).hexdigest()[:32]

    def ask_leave(self, user_id: int, chat_id: int, per_user: int, per_chat: int, now: float) -> bool:
        """Count a question against the hour's quotas, 0 for none; False, and nothing counted, where one is used up.

        A key is another one every day, so that what is counted tells nothing a day later.
        """
        today, yesterday = int(now // DAY_S), int(now // DAY_S) - 1
        with self._writing() as connection:
            for what, who, most in (("user", user_id, per_user), ("chat", chat_id, per_chat)):
                keys = [self._key(f"{day}:{what}", who) for day in (today, yesterday)]
                recent = sa.and_(asked.c.key.in_(keys), asked.c.at > now - HOUR_S)
                count = connection.execute(sa.select(sa.func.count()).select_from(asked).where(recent)).scalar() or 0
                if most and count >= most:
                    return False
            for what, who in (("user", user_id), ("chat", chat_id)):
                connection.execute(asked.insert().values(key=self._key(f"{today}:{what}", who), at=now))
        return True

    # --- figures, retention, forgetting

    def figures(self, now: float) -> Figures:
        """Counts for the operator."""
        with self._reading() as connection:

            def count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
                return (
                    connection.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar() or 0
                )

            people = connection.execute(sa.select(sa.func.count(sa.distinct(answers.c.chat_id)))).scalar() or 0
            return Figures(
                count(answers), count(answers, answers.c.at > now - DAY_S), people, count(inbox, inbox.c.update.is_not(None)),
                count(votes, votes.c.vote > 0), count(votes, votes.c.vote < 0), count(doubts),
            )  # fmt: skip

    def expire(self, before: float, now: float) -> int:
        """Delete what is older than a time, and counters older than a day; returns how many answers went."""
        with self._writing() as connection:
            gone = sa.select(answers.c.id).where(answers.c.at < before)
            connection.execute(votes.delete().where(votes.c.answer_id.in_(gone)))
            count = connection.execute(answers.delete().where(answers.c.at < before)).rowcount
            connection.execute(doubts.delete().where(doubts.c.at < before))
            connection.execute(inbox.delete().where(inbox.c.received < before))
            connection.execute(asked.delete().where(asked.c.at < now - DAY_S))
        return count

    def forget_user(self, user_id: int, chat_id: int | None = None) -> int:
        """Delete what a user asked, waiting or answered, and voted, everywhere or in one chat; how many answers went."""
        with self._writing() as connection:
            gone = self._delete_answers(connection, _theirs(answers, user_id, chat_id))
            connection.execute(
                inbox.update().where(_theirs(inbox, user_id, chat_id)).values(update=None, chat_id=None, user_id=None)
            )
            connection.execute(doubts.delete().where(_theirs(doubts, user_id, chat_id)))
            if chat_id is None:
                connection.execute(votes.delete().where(votes.c.user_id == user_id))
        self._scrub()
        return gone

    def forget_chat(self, chat_id: int) -> int:
        """Delete what was asked in a chat and its settings; how many answers went. What it was called before, and whether it
        wants to be left alone, stays."""
        with self._writing() as connection:
            gone = self._delete_answers(connection, answers.c.chat_id == chat_id)
            connection.execute(chats.delete().where(chats.c.chat_id == chat_id, chats.c.thread_id != 0))
            connection.execute(chats.update().where(chats.c.chat_id == chat_id).values(story=None, language=None))
            connection.execute(
                inbox.update().where(inbox.c.chat_id == chat_id).values(update=None, chat_id=None, user_id=None)
            )
            connection.execute(doubts.delete().where(doubts.c.chat_id == chat_id))
        self._scrub()
        return gone

    @staticmethod
    def _delete_answers(connection: sa.Connection, which: sa.ColumnElement[bool]) -> int:
        connection.execute(votes.delete().where(votes.c.answer_id.in_(sa.select(answers.c.id).where(which))))
        return connection.execute(answers.delete().where(which)).rowcount

    def _scrub(self) -> None:
        """Take deleted bytes out of SQLite's log; `secure_delete` has overwritten them in the file."""
        if self._engine.dialect.name != "sqlite":
            return
        for _ in range(20):
            with self._engine.connect() as connection:
                busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            if not busy:
                return


def _theirs(table: sa.Table, user_id: int, chat_id: int | None) -> sa.ColumnElement[bool]:
    """A user's rows of a table, everywhere or in one chat."""
    own = table.c.user_id == user_id
    return own if chat_id is None else sa.and_(own, table.c.chat_id == chat_id)


def _given(row: sa.Row[tuple[object, ...]]) -> Given:
    return Given(
        row.id, Place(row.chat_id, row.thread_id), row.user_id, row.asked_in, row.message_id, row.story, row.question, row.said, row.views,
        tuple((e[0], e[1]) for e in row.entries), row.at, row.edits,
    )  # fmt: skip


def home_secret(path: Path) -> bytes:
    """The home's own secret, made at first use and readable by its owner alone. Raises HomeProblem."""
    file = path / "secret.json"
    try:
        if not file.exists():
            fresh = path / f"secret.{secrets.token_hex(4)}"
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(secrets.token_hex(32)), encoding="ascii")
            fresh.replace(file)
        return bytes.fromhex(json.loads(file.read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError) as problem:
        raise HomeProblem(f"the home's secret {str(file)!r} cannot be used ({problem}); remove it") from problem

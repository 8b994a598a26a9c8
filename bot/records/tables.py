"""The tables of conversations: chats and their settings, the inbox, given answers, opinions on them, who asked how often, and what a model cost.

`bot/records/migrations` makes them; keep the two together. Times are seconds since 1970, UTC. A thread is 0 where a chat
has none.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("story", String(64)),
    Column("language", String(8)),
    Column("quiet", Boolean, nullable=False, default=False),
    Column("greeted", Boolean, nullable=False, default=False),
    Column("formerly", BigInteger),
)

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger),
    Column("user_id", BigInteger),
    Column("received", Float, nullable=False),
    Column("update", Text),
    Index("inbox_chat", "chat_id"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("asked_in", BigInteger),
    Column("message_id", BigInteger),
    Column("story", String(64), nullable=False),
    Column("question", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("views", JSON, nullable=False),
    Column("entries", JSON, nullable=False),
    Column("at", Float, nullable=False),
    Column("edits", Integer, nullable=False),
    Index("answers_thread", "chat_id", "thread_id", "at"),
    Index("answers_message", "chat_id", "asked_in"),
    Index("answers_at", "at"),
)

votes = Table(
    "votes",
    metadata,
    Column("answer_id", String(16), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("vote", Integer, nullable=False),
)

doubts = Table(
    "doubts",
    metadata,
    Column("story", String(64), primary_key=True),
    Column("entry", String(64), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("topic", Text, nullable=False),
    Column("at", Float, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("story", String(64), primary_key=True),
    Column("entry", String(64), primary_key=True),
    Column("topic", Text, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("at", Float, nullable=False),
)

asked = Table(
    "asked",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("key", String(32), nullable=False),
    Column("at", Float, nullable=False),
    UniqueConstraint("key", "at", "seq"),
    Index("asked_key", "key", "at"),
)

usage = Table(
    "usage",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("chat_key", String(32), primary_key=True),
    Column("user_key", String(32), primary_key=True),
    Column("requests", Integer, nullable=False),
    Column("tokens_in", BigInteger, nullable=False),
    Column("tokens_out", BigInteger, nullable=False),
)

holds = Table(
    "holds",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("chat_key", String(32), nullable=False),
    Column("user_key", String(32), nullable=False),
    Column("tokens_in", BigInteger, nullable=False),
    Column("tokens_out", BigInteger, nullable=False),
    Column("at", Float, nullable=False),
)

rests = Table(
    "rests",
    metadata,
    Column("model", String(128), primary_key=True),
    Column("until", Float, nullable=False),
    Column("why", String(32), nullable=False),
)

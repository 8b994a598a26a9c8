"""The first tables: chats, inbox, answers, votes, doubts, reviews, and when somebody asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("thread_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("story", sa.String(64)),
        sa.Column("language", sa.String(8)),
        sa.Column("quiet", sa.Boolean, nullable=False),
        sa.Column("greeted", sa.Boolean, nullable=False),
        sa.Column("formerly", sa.BigInteger),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("received", sa.Float, nullable=False),
        sa.Column("update", sa.Text),
    )
    op.create_index("inbox_chat", "inbox", ["chat_id"])
    op.create_table(
        "answers",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("asked_in", sa.BigInteger),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("story", sa.String(64), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("views", sa.JSON, nullable=False),
        sa.Column("entries", sa.JSON, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("edits", sa.Integer, nullable=False),
    )
    op.create_index("answers_thread", "answers", ["chat_id", "thread_id", "at"])
    op.create_index("answers_message", "answers", ["chat_id", "asked_in"])
    op.create_index("answers_at", "answers", ["at"])
    op.create_table(
        "votes",
        sa.Column("answer_id", sa.String(16), primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("vote", sa.Integer, nullable=False),
    )
    op.create_table(
        "doubts",
        sa.Column("story", sa.String(64), primary_key=True),
        sa.Column("entry", sa.String(64), primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "reviews",
        sa.Column("story", sa.String(64), primary_key=True),
        sa.Column("entry", sa.String(64), primary_key=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "asked",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.UniqueConstraint("key", "at", "seq"),
    )
    op.create_index("asked_key", "asked", ["key", "at"])

"""What a model cost, by day, chat and user, and what is held for requests in the air."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "usage",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("chat_key", sa.String(32), primary_key=True),
        sa.Column("user_key", sa.String(32), primary_key=True),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("tokens_in", sa.BigInteger, nullable=False),
        sa.Column("tokens_out", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("chat_key", sa.String(32), nullable=False),
        sa.Column("user_key", sa.String(32), nullable=False),
        sa.Column("tokens_in", sa.BigInteger, nullable=False),
        sa.Column("tokens_out", sa.BigInteger, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "rests",
        sa.Column("model", sa.String(128), primary_key=True),
        sa.Column("until", sa.Float, nullable=False),
        sa.Column("why", sa.String(32), nullable=False),
    )

"""What a model said: whole replies by the content of their request, and verdicts on pairs of claims."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "replies",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("prompt", sa.String(64), nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("replies_at", "replies", ["at"])
    op.create_table(
        "verdicts",
        sa.Column("pair", sa.String(64), primary_key=True),
        sa.Column("prompt", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )

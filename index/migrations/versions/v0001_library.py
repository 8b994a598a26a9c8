"""The first tables: stories, articles, passages, claims, their keys and counts, differences; full-text search on SQLite."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

FULL_TEXT = (
    "CREATE VIRTUAL TABLE passages_fts USING fts5(text, content='passages', content_rowid='seq', tokenize='porter unicode61')",
    """CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN
        INSERT INTO passages_fts(rowid, text) VALUES (new.seq, new.text);
    END""",
    """CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN
        INSERT INTO passages_fts(passages_fts, rowid, text) VALUES ('delete', old.seq, old.text);
    END""",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "stories",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("title", sa.Text),
        sa.Column("year", sa.Integer),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("story_id", sa.Integer, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("published", sa.Date),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("unchecked", sa.Text),
        sa.UniqueConstraint("story_id", "file", "version"),
    )
    op.create_index("articles_current", "articles", ["story_id", "current"])
    op.create_table(
        "passages",
        sa.Column("seq", ROW_ID, primary_key=True),
        sa.Column("id", sa.String(48), nullable=False, unique=True),
        sa.Column("story_id", sa.Integer, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("article_id", sa.String(32), sa.ForeignKey("articles.id"), nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("embedder", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passages_article_id", "passages", ["article_id"])
    op.create_index("passages_story", "passages", ["story_id", "seq"])
    op.create_table(
        "claims",
        sa.Column("seq", ROW_ID, primary_key=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("story_id", sa.Integer, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("article_id", sa.String(32), sa.ForeignKey("articles.id"), nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
    )
    op.create_index("claims_place", "claims", ["article_id", "start"])
    op.create_table(
        "claim_keys",
        sa.Column("story_id", sa.Integer, primary_key=True),
        sa.Column("key", sa.BigInteger, primary_key=True),
        sa.Column("claim", ROW_ID, sa.ForeignKey("claims.seq"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("claim_keys_claim", "claim_keys", ["claim"])
    op.create_table(
        "term_counts",
        sa.Column("story_id", sa.Integer, primary_key=True),
        sa.Column("term", sa.String(80), primary_key=True),
        sa.Column("sentences", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shingles",
        sa.Column("story_id", sa.Integer, primary_key=True),
        sa.Column("shingle", sa.BigInteger, primary_key=True),
        sa.Column("article_id", sa.String(32), sa.ForeignKey("articles.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "differences",
        sa.Column("seq", ROW_ID, primary_key=True),
        sa.Column("story_id", sa.Integer, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("first", ROW_ID, sa.ForeignKey("claims.seq"), nullable=False),
        sa.Column("second", ROW_ID, sa.ForeignKey("claims.seq"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("relation", sa.String(24), nullable=False),
        sa.Column("certainty", sa.String(16), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
    )
    op.create_index("ix_differences_first", "differences", ["first"])
    op.create_index("ix_differences_second", "differences", ["second"])
    op.create_index("differences_story", "differences", ["story_id"])
    if op.get_bind().dialect.name == "sqlite":
        for statement in FULL_TEXT:
            op.execute(statement)


def downgrade() -> None:
    """The first revision has nothing before it."""
    raise NotImplementedError

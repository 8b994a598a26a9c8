"""The tables of articles, claims, vectors and the ledger. `index/migrations` makes them; keep the two together."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

ROW_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows itself only under the name INTEGER

stories = Table(
    "stories",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("title", Text),
    Column("year", Integer),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("story_id", ForeignKey("stories.id"), nullable=False),
    Column("file", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("publisher", Text),
    Column("title", Text),
    Column("url", Text),
    Column("published", Date),
    Column("origin", String(32), nullable=False),
    Column("names", Text, nullable=False),
    Column("unchecked", Text),
    UniqueConstraint("story_id", "file", "version"),
    Index("articles_current", "story_id", "current"),
)

passages = Table(
    "passages",
    metadata,
    Column("seq", ROW_ID, primary_key=True),
    Column("id", String(48), nullable=False, unique=True),
    Column("story_id", ForeignKey("stories.id"), nullable=False),
    Column("article_id", ForeignKey("articles.id"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("vector", LargeBinary),
    Column("embedder", Text),
    Index("passages_story", "story_id", "seq"),
    sqlite_autoincrement=True,  # a number is never used twice, so that a replacement is seen
)

claims = Table(
    "claims",
    metadata,
    Column("seq", ROW_ID, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("story_id", ForeignKey("stories.id"), nullable=False),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("start", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Index("claims_place", "article_id", "start"),
)

claim_keys = Table(
    "claim_keys",
    metadata,
    Column("story_id", Integer, primary_key=True),
    Column("key", BigInteger, primary_key=True),
    Column("claim", ROW_ID, ForeignKey("claims.seq"), primary_key=True),
    Index("claim_keys_claim", "claim"),
    sqlite_with_rowid=False,
)

term_counts = Table(
    "term_counts",
    metadata,
    Column("story_id", Integer, primary_key=True),
    Column("term", String(80), primary_key=True),
    Column("sentences", Integer, nullable=False),
    sqlite_with_rowid=False,
)

shingles = Table(
    "shingles",
    metadata,
    Column("story_id", Integer, primary_key=True),
    Column("shingle", BigInteger, primary_key=True),
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    sqlite_with_rowid=False,
)

differences = Table(
    "differences",
    metadata,
    Column("seq", ROW_ID, primary_key=True),
    Column("story_id", ForeignKey("stories.id"), nullable=False),
    Column("first", ForeignKey("claims.seq"), nullable=False, index=True),
    Column("second", ForeignKey("claims.seq"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("relation", String(24), nullable=False),
    Column("certainty", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("score", Float, nullable=False),
    Index("differences_story", "story_id"),
)

replies = Table(
    "replies",
    metadata,
    Column("request", String(64), primary_key=True),
    Column("model", Text, nullable=False),
    Column("prompt", String(64), nullable=False),
    Column("reply", Text, nullable=False),
    Column("at", Float, nullable=False),
    Index("replies_at", "at"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("pair", String(64), primary_key=True),
    Column("prompt", String(64), nullable=False),
    Column("verdict", String(24), nullable=False),
    Column("why", Text, nullable=False),
)

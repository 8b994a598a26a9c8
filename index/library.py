"""The library: stories, articles with their versions, passages, claims and the ledger. It is the truth; Chroma is derived.

One transaction adds or replaces one article with everything that was read from it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from math import log
from typing import TypeVar

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from index import codec
from index.embedding import Embedder, Vectors, pack, unpack
from index.errors import BadStoryName, UnknownArticle, UnknownStory
from index.schema import reading, writing
from index.tables import articles, claims, passages, stories, term_counts
from index.types import Article, Certainty, Claim, Difference, Kind, Passage, Relation, Source, Span

T = TypeVar("T")
STORY_NAME = re.compile(r"[a-z0-9-]{3,64}")
RARE_KEY = 64
"""A candidate key with more claims than this says too little to be followed."""
CANDIDATES = 32
"""How many sentences that share words with a new one it is compared with at most, however large the library."""
COMMON_SHARE = 12
"""How many recent claims of a common key are taken when a claim has no rare one."""
SMALL_STORY = 50
"""Up to so many articles a new sentence is compared with `CANDIDATES` others, beyond with `FEW_CANDIDATES`: in a large story the
best few share all that tells."""
FEW_CANDIDATES = 6
PASSAGE = (passages.c.id, passages.c.article_id, passages.c.start, passages.c.end, passages.c.text)
MOST_NEAR = 300
KEPT_ARTICLES = 512
FLAGGED = ",".join(f"'{r.value}'" for r in Relation if r.flagged)
MINHASHES = 24
SAME_ORIGIN = 0.5
"""Two articles that share this part of their shingle sketch (Broder 1997) are reprints of one text."""


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story and how much of it there is."""

    name: str
    title: str | None
    articles: int


TOLD = "t-"
"""How the ids of claims begin that a model told of. They stand for positions of the ledger alone: they are neither candidates nor
counted."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from one article: everything that goes into the library with it."""

    passages: Sequence[Passage]
    vectors: Vectors
    embedder: str
    claims: Sequence[Claim]
    differences: Sequence[Difference]
    terms: Counter[str]
    """In how many of the article's sentences each normal form occurs."""
    sketch: frozenset[int]
    names: frozenset[str] = frozenset()
    """The names the article mentions: what tells one affair from another."""
    unchecked: str | None = None
    told: Sequence[Claim] = ()
    """Claims of any of the story's articles, as a model told them; their ids begin with TOLD."""
    whole: bool = False
    """The differences are those of the whole story, and take the place of all that were known."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out of a story, and whether it is gone with its last article."""

    files: tuple[str, ...]
    story_gone: bool


@dataclass(frozen=True, slots=True)
class Gist:
    """What an article is about: the names it mentions, and the direction of its passages' vectors (zeros for none)."""

    names: frozenset[str]
    vector: Vectors


def gist_vector(vectors: Vectors) -> Vectors:
    """The mean of vectors, of length 1; zeros where there are none."""
    if not len(vectors):
        return np.zeros(vectors.shape[1], dtype=np.float32)
    mean = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length if length else mean, dtype=np.float32)


def article_id(story: str, file: str, text: str) -> str:
    """The identity of an article's version: the same text under the same name is the same article."""
    return hashlib.sha256(f"{story}\0{file}\0{text}".encode()).hexdigest()[:24]


def sketch(text: str) -> frozenset[int]:
    """A text's shingle sketch: the smallest hashes of its runs of five words. Empty for fewer than 40 words."""
    words = re.findall(r"\w+", text.casefold())
    if len(words) < 40:
        return frozenset()
    hashes = {_hash64(" ".join(words[i : i + 5])) for i in range(len(words) - 4)}
    return frozenset(sorted(hashes)[:MINHASHES])


def _hash64(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


class Library:
    """One database of stories. Every method is one short transaction unless it says otherwise."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[str, list[Claim]] = {}

    @property
    def engine(self) -> Engine:
        """The database, for the other owner of tables in it."""
        return self._engine

    def close(self) -> None:
        """Give the database's connections back."""
        self._engine.dispose()

    # --- stories and articles

    def stories(self) -> list[StoryRow]:
        """All stories in order of name."""
        counted = (
            sa.select(articles.c.story_id, sa.func.count().label("n"))
            .where(articles.c.current)
            .group_by(articles.c.story_id)
            .subquery()
        )
        query = sa.select(stories.c.name, stories.c.title, sa.func.coalesce(counted.c.n, 0)).outerjoin(
            counted, counted.c.story_id == stories.c.id
        )
        with self._reading() as connection:
            return [StoryRow(*row) for row in connection.execute(query.order_by(stories.c.name))]

    def require(self, story: str) -> None:
        """Raises UnknownStory, naming the known ones, or BadStoryName."""
        check_name(story)
        with self._reading() as connection:
            self._story_id(connection, story)

    def year(self, story: str) -> int | None:
        """The year the story plays in, where its articles tell."""
        with self._reading() as connection:
            return connection.execute(sa.select(stories.c.year).where(stories.c.name == story)).scalar()

    def articles(self, story: str) -> list[Article]:
        """The current articles of a story in order of file."""
        with self._reading() as connection:
            story_id = self._story_id(connection, story)
            rows = connection.execute(
                sa.select(articles).where(articles.c.story_id == story_id, articles.c.current).order_by(articles.c.file)
            )
            return [_article(story, row) for row in rows]

    def length(self, story: str) -> int:
        """How many characters the current articles of a story have."""
        with self._reading() as connection:
            story_id = self._story_id(connection, story)
            query = sa.select(sa.func.sum(sa.func.length(articles.c.text)))
            return connection.execute(query.where(articles.c.story_id == story_id, articles.c.current)).scalar() or 0

    def by_id(self, story: str, ids: Iterable[str]) -> dict[str, Article]:
        """Articles of a story by their ids."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(articles).where(articles.c.id.in_(list(ids))))
            return {row.id: _article(story, row) for row in rows}

    def current(self, story: str, file: str) -> Article | None:
        """The current version of a file in a story, None if there is none."""
        with self._reading() as connection:
            query = (
                sa.select(articles)
                .join(stories)
                .where(stories.c.name == story, articles.c.file == file, articles.c.current)
            )
            row = connection.execute(query).first()
            return _article(story, row) if row else None

    def count_articles(self, story: str) -> int:
        """How many articles a story has; 0 for an unknown story."""
        with self._reading() as connection:
            query = (
                sa.select(sa.func.count())
                .select_from(articles)
                .join(stories)
                .where(stories.c.name == story, articles.c.current)
            )
            return int(connection.execute(query).scalar_one())

    def _count(self, connection: Connection, story_id: int) -> int:
        return int(
            connection.exec_driver_sql(
                "SELECT COUNT(*) FROM articles WHERE story_id = ? AND current", (story_id,)
            ).scalar_one()
        )

    def unchecked(self, story: str) -> list[tuple[str, str]]:
        """The files of a story that were not read, with the reason."""
        with self._reading() as connection:
            query = sa.select(articles.c.file, articles.c.unchecked).join(stories).where(
                stories.c.name == story, articles.c.current, articles.c.unchecked.is_not(None)
            )  # fmt: skip
            return [(row.file, row.unchecked) for row in connection.execute(query.order_by(articles.c.file))]

    def make_story(self, story: str, title: str | None = None, year: int | None = None) -> None:
        """Make a story, or fill in what is not known of it yet."""
        check_name(story)
        with self._writing() as connection:
            row = connection.execute(sa.select(stories).where(stories.c.name == story)).first()
            if row is None:
                connection.execute(stories.insert().values(name=story, title=title, year=year))
            elif (title and not row.title) or (year and not row.year):
                connection.execute(
                    stories.update()
                    .where(stories.c.id == row.id)
                    .values(title=row.title or title, year=row.year or year)
                )

    def origin(self, story: str, shape: frozenset[int], except_file: str) -> str | None:
        """The origin of the article that a text with this sketch is a reprint of, None where it is nobody else's."""
        if not shape:
            return None
        with self._reading() as connection:
            marks = ",".join(str(s) for s in shape)
            rows = connection.exec_driver_sql(
                f"SELECT a.origin, COUNT(*) FROM shingles s JOIN articles a ON a.id = s.article_id JOIN stories t ON t.id = s.story_id"
                f" WHERE t.name = ? AND a.current AND a.file <> ? AND s.shingle IN ({marks}) GROUP BY s.article_id ORDER BY 2 DESC LIMIT 1",  # integers
                (story, except_file),
            ).first()
        return str(rows[0]) if rows and rows[1] >= SAME_ORIGIN * len(shape) else None

    def update_source(self, story: str, file: str, source: Source) -> None:
        """Set what is newly known of an article; None leaves what was known."""
        known = {
            k: v
            for k, v in (
                ("publisher", source.publisher),
                ("title", source.title),
                ("url", source.url),
                ("published", source.published),
            )
            if v is not None
        }
        if not known:
            return
        with self._writing() as connection:
            story_id = self._story_id(connection, story)
            connection.execute(
                articles.update()
                .where(articles.c.story_id == story_id, articles.c.file == file, articles.c.current)
                .values(**known)
            )

    def put(self, article: Article, read: Read) -> None:
        """Add an article with all that was read from it, in place of its older version; one transaction."""
        with self._writing() as connection:
            story_id = self._story_id(connection, article.story)
            self._retire(connection, story_id, article.file)
            source = article.source
            row = {
                "story_id": story_id, "file": article.file, "version": article.version, "current": True, "digest": hashlib.sha256(article.text.encode()).hexdigest(),
                "text": article.text, "publisher": source.publisher, "title": source.title, "url": source.url, "published": source.published,
                "origin": article.origin, "names": " ".join(sorted(read.names)), "unchecked": read.unchecked,
            }  # fmt: skip
            if connection.execute(
                sa.select(articles.c.id).where(articles.c.id == article.id)
            ).first():  # an older version came back
                connection.execute(articles.update().where(articles.c.id == article.id).values(**row))
            else:
                connection.execute(articles.insert().values(id=article.id, **row))
            if read.passages:
                connection.execute(
                    passages.insert(),
                    [
                        {
                            "id": p.id,
                            "story_id": story_id,
                            "article_id": article.id,
                            "start": p.span.start,
                            "end": p.span.end,
                            "text": p.text,
                            "vector": pack(v),
                            "embedder": read.embedder,
                        }
                        for p, v in zip(read.passages, read.vectors, strict=True)
                    ],
                )
            self._put_claims(connection, story_id, article, read)

    def _put_claims(self, connection: Connection, story_id: int, article: Article, read: Read) -> None:
        unique = list({c.id: c for c in read.claims}.values())
        if unique:
            connection.execute(
                claims.insert(),
                [_claim_row(story_id, c) for c in unique],
            )
        if read.whole:
            self._drop_told(connection, story_id)
        self._put_told(connection, story_id, read.told)
        rows = connection.execute(sa.select(claims.c.id, claims.c.seq).where(claims.c.article_id == article.id)).all()
        seqs: dict[str, int] = {row.id: row.seq for row in rows}
        keyed = [(story_id, _hash64(key), seqs[c.id]) for c in unique for key in c.keys]
        if keyed:
            connection.exec_driver_sql("INSERT OR IGNORE INTO claim_keys(story_id, key, claim) VALUES (?, ?, ?)", keyed)
        if read.terms:
            connection.exec_driver_sql(
                "INSERT INTO term_counts(story_id, term, sentences) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sentences = sentences + excluded.sentences",
                [(story_id, term[:80], n) for term, n in read.terms.items()],
            )
        if read.sketch:
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO shingles(story_id, shingle, article_id) VALUES (?, ?, ?)",
                [(story_id, s, article.id) for s in sorted(read.sketch)],
            )
        others = [c.id for d in read.differences for c in (d.first, d.second) if c.id not in seqs]
        for chunk in _chunks(sorted(set(others)), 500):
            seqs |= {
                row.id: row.seq
                for row in connection.execute(sa.select(claims.c.id, claims.c.seq).where(claims.c.id.in_(chunk)))
            }
        found = [
            (story_id, seqs[d.first.id], seqs[d.second.id], d.kind.value, d.relation.value, d.certainty.value, d.why, d.score)
            for d in read.differences if d.first.id in seqs and d.second.id in seqs
        ]  # fmt: skip
        if found:
            connection.exec_driver_sql(
                'INSERT INTO differences(story_id, "first", "second", kind, relation, certainty, why, score) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
                found,
            )

    @staticmethod
    def _drop_told(connection: Connection, story_id: int) -> None:
        """Take the ledger of a story out, with the claims that were told for it."""
        connection.exec_driver_sql("DELETE FROM differences WHERE story_id = ?", (story_id,))
        connection.exec_driver_sql("DELETE FROM claims WHERE story_id = ? AND id LIKE ?", (story_id, f"{TOLD}%"))

    @staticmethod
    def _drop_idle(connection: Connection, story_id: int) -> None:
        """Take the told claims of a story out that no difference is left for."""
        connection.exec_driver_sql(
            "DELETE FROM claims WHERE story_id = ? AND id LIKE ? AND seq NOT IN"
            ' (SELECT "first" FROM differences WHERE story_id = ? UNION SELECT "second" FROM differences WHERE story_id = ?)',
            (story_id, f"{TOLD}%", story_id, story_id),
        )

    @staticmethod
    def _put_told(connection: Connection, story_id: int, told: Sequence[Claim]) -> None:
        """Put told claims in, those of other articles too; one that is there already stays as it is."""
        by_id = {c.id: c for c in told}
        for chunk in _chunks(sorted(by_id), 500):
            for known in connection.execute(sa.select(claims.c.id).where(claims.c.id.in_(chunk))).scalars().all():
                del by_id[known]
        rows = [_claim_row(story_id, c) for c in by_id.values()]
        if rows:
            connection.execute(claims.insert(), rows)

    def remove(self, story: str, files: Iterable[str] | None = None) -> Removed:
        """Take articles out of a story with all their versions and all that was read from them, or the whole story; one transaction.

        A story without articles is gone. Raises UnknownStory, UnknownArticle.
        """
        with self._writing() as connection:
            story_id = self._story_id(connection, story)
            query = sa.select(articles.c.file).where(articles.c.story_id == story_id, articles.c.current)
            known = sorted(connection.execute(query).scalars())
            chosen = known if files is None else list(dict.fromkeys(files))
            unknown = [file for file in chosen if file not in known]
            if unknown:
                raise UnknownArticle(story, unknown, known)
            for file in chosen:
                self._retire(connection, story_id, file)
                connection.execute(articles.delete().where(articles.c.story_id == story_id, articles.c.file == file))
            self._drop_idle(connection, story_id)
            gone = len(chosen) == len(known)
            if gone:  # its words' counts are all 0, and of files that were replaced and removed nothing is left
                connection.execute(term_counts.delete().where(term_counts.c.story_id == story_id))
                connection.execute(stories.delete().where(stories.c.id == story_id))
            return Removed(tuple(chosen), gone)

    def _retire(self, connection: Connection, story_id: int, file: str) -> None:
        """Take everything that was read from a file's current version out; the version itself stays."""
        row = connection.execute(
            sa.select(articles.c.id).where(articles.c.story_id == story_id, articles.c.file == file, articles.c.current)
        ).first()
        if row is None:
            return
        old = row.id
        data = [
            codec.load(r.data)
            for r in connection.execute(
                sa.select(claims.c.data).where(claims.c.article_id == old, claims.c.id.not_like(f"{TOLD}%"))
            )
        ]
        gone = "SELECT seq FROM claims WHERE article_id = ?"
        connection.exec_driver_sql(
            f'DELETE FROM differences WHERE "first" IN ({gone}) OR "second" IN ({gone})', (old, old)
        )
        connection.exec_driver_sql(f"DELETE FROM claim_keys WHERE claim IN ({gone})", (old,))
        connection.exec_driver_sql("DELETE FROM claims WHERE article_id = ?", (old,))
        connection.exec_driver_sql("DELETE FROM passages WHERE article_id = ?", (old,))
        connection.exec_driver_sql("DELETE FROM shingles WHERE article_id = ?", (old,))
        for term, n in sentence_terms(data).items():
            connection.exec_driver_sql(
                "UPDATE term_counts SET sentences = MAX(sentences - ?, 0) WHERE story_id = ? AND term = ?",
                (n, story_id, term[:80]),
            )
        connection.execute(articles.update().where(articles.c.id == old).values(current=False))

    # --- claims and the ledger

    def candidates(self, story: str, keys: Sequence[str]) -> list[Claim]:
        """The claims of the sentences that share most keys with these, of at most `CANDIDATES` sentences, the best first.

        Work does not grow with the library: a key that many claims share is followed only where there is no rarer one, and
        then to its newest claims.
        """
        with self._reading() as connection:
            story_id = self._story_id(connection, story)
            limit = CANDIDATES if self._count(connection, story_id) <= SMALL_STORY else FEW_CANDIDATES
            votes: dict[int, float] = {}
            common: dict[int, float] = {}
            for key in keys:
                rows = connection.exec_driver_sql(
                    "SELECT claim FROM claim_keys WHERE story_id = ? AND key = ? ORDER BY claim DESC LIMIT ?",
                    (story_id, _hash64(key), RARE_KEY + 1),
                ).all()
                weight = (2.0 if "|" in key else 1.0) / log(2 + len(rows))  # a rare key says more
                for (claim,) in rows[: RARE_KEY if len(rows) <= RARE_KEY else COMMON_SHARE]:
                    target = votes if len(rows) <= RARE_KEY else common
                    target[claim] = target.get(claim, 0.0) + weight
            if len(votes) < limit:
                votes = {claim: votes.get(claim, 0.0) + common.get(claim, 0.0) for claim in (*votes, *common)}
            best = [seq for seq, _ in sorted(votes.items(), key=lambda item: (-item[1], -item[0]))[:limit]]
            if not best:
                return []
            marks = ",".join("?" * len(best))
            rows = connection.exec_driver_sql(
                f"SELECT w.seq, c.data FROM claims w JOIN claims c ON c.article_id = w.article_id AND c.start = w.start WHERE w.seq IN ({marks})",
                tuple(best),  # marks
            ).all()
        order = {seq: i for i, seq in enumerate(best)}
        return [codec.load(json.loads(data)) for seq, data in sorted(rows, key=lambda row: order[row[0]])]

    def gists(self, ids: Iterable[str], embedder: Embedder) -> dict[str, Gist]:
        """What articles are about, by their ids."""
        wanted = sorted(set(ids))
        with self._reading() as connection:
            rows = connection.execute(sa.select(articles.c.id, articles.c.names).where(articles.c.id.in_(wanted))).all()
            vectors = connection.execute(
                sa.select(passages.c.article_id, passages.c.vector).where(
                    passages.c.article_id.in_(wanted), passages.c.embedder == embedder.name
                )
            ).all()
        blobs: dict[str, list[bytes]] = {}
        for row in vectors:
            blobs.setdefault(row.article_id, []).append(row.vector)
        return {
            r.id: Gist(frozenset(r.names.split()), gist_vector(unpack(blobs.get(r.id, []), embedder.dimension)))
            for r in rows
        }

    def claims_in(self, story: str, spans: Sequence[tuple[str, Span]]) -> list[Claim]:
        """The claims whose sentences lie in these spans of articles."""
        found = self._claims_of({article for article, _ in spans})
        inside: dict[str, list[Span]] = {}
        for article, span in spans:
            inside.setdefault(article, []).append(span)
        return [
            c
            for a in inside
            for c in found.get(a, ())
            if any(s.start <= c.span.start and c.span.end <= s.end for s in inside[a])
        ]

    def told_in(self, spans: Sequence[tuple[str, Span]]) -> list[Claim]:
        """The claims that a model told of whose quotes lie in these spans of articles."""
        told = sa.and_(claims.c.article_id.in_(sorted({a for a, _ in spans})), claims.c.id.like(f"{TOLD}%"))
        with self._reading() as connection:
            query = sa.select(claims.c.data).where(told).order_by(claims.c.seq)
            found = [codec.load(r.data) for r in connection.execute(query)]
        return [c for c in found if any(a == c.article_id and s.start <= c.span.start < s.end for a, s in spans)]

    def _claims_of(self, ids: set[str]) -> dict[str, list[Claim]]:
        """The claims of articles; kept, for a version's claims never change."""
        kept = {a: held for a in ids if (held := self._kept.get(a))}
        missing = sorted(ids - set(kept))
        if not missing:
            return kept
        found: dict[str, list[Claim]] = {a: [] for a in missing}
        with self._reading() as connection:
            query = sa.select(claims.c.article_id, claims.c.data).where(
                claims.c.article_id.in_(missing), claims.c.id.not_like(f"{TOLD}%")
            )
            for row in connection.execute(query.order_by(claims.c.seq)):
                found[row.article_id].append(codec.load(row.data))
        if len(self._kept) + len(found) > KEPT_ARTICLES:
            self._kept = {}
        self._kept.update(found)
        return kept | found

    def all_claims(self, story: str) -> list[Claim]:
        """Every claim of a story, in the order of adding."""
        with self._reading() as connection:
            story_id = self._story_id(connection, story)
            return [
                codec.load(r.data)
                for r in connection.execute(
                    sa.select(claims.c.data)
                    .where(claims.c.story_id == story_id, claims.c.id.not_like(f"{TOLD}%"))
                    .order_by(claims.c.seq)
                )
            ]

    def frequencies(self, story: str, terms: Iterable[str]) -> dict[str, int]:
        """In how many sentences of the story each of these normal forms occurs."""
        found: dict[str, int] = {}
        with self._reading() as connection:
            story_id = self._story_id(connection, story)
            for chunk in _chunks(sorted(set(terms)), 400):
                marks = ",".join("?" * len(chunk))
                rows = connection.exec_driver_sql(
                    f"SELECT term, sentences FROM term_counts WHERE story_id = ? AND term IN ({marks})",
                    (story_id, *chunk),
                )
                found.update({row[0]: row[1] for row in rows})
        return found

    def differences(self, story: str) -> list[Difference]:
        """Every difference found in a story, in the order of finding."""
        with self._reading() as connection:
            return self._differences(connection, "story_id = ?", (self._story_id(connection, story),))

    def differences_near(self, story: str, claim_ids: Iterable[str]) -> list[Difference]:
        """The flagged differences that hold any of these claims, and those that share a claim with these; at most a few hundred."""
        with self._reading() as connection:
            story_id = self._story_id(connection, story)
            seqs = {
                row[0]
                for chunk in _chunks(sorted(set(claim_ids)), 400)
                for row in connection.exec_driver_sql(
                    f"SELECT seq FROM claims WHERE id IN ({_marks(chunk)})", tuple(chunk)
                )
            }
            touching = self._touching(connection, story_id, seqs)
            wider = {seq for first, second in touching.values() for seq in (first, second)}
            numbers = sorted({**touching, **self._touching(connection, story_id, wider)})[:MOST_NEAR]
            return self._differences(connection, f"seq IN ({_marks(numbers)})", tuple(numbers)) if numbers else []

    def _touching(self, connection: Connection, story_id: int, seqs: Iterable[int]) -> dict[int, tuple[int, int]]:
        """The flagged differences that hold any of these claims: their numbers with the two claims'."""
        found: dict[int, tuple[int, int]] = {}
        for chunk in _chunks(sorted(seqs), 400):
            for side in ("first", "second"):
                query = f'SELECT seq, "first", "second" FROM differences WHERE story_id = ? AND "{side}" IN ({_marks(chunk)}) AND relation IN ({FLAGGED})'
                found |= {r[0]: (r[1], r[2]) for r in connection.exec_driver_sql(query, (story_id, *chunk))}
        return found

    def count_flagged(self) -> dict[str, list[Difference]]:
        """The flagged differences of every story, by its name."""
        with self._reading() as connection:
            names = connection.execute(sa.select(stories.c.id, stories.c.name)).all()
            return {
                name: self._differences(connection, f"story_id = ? AND relation IN ({FLAGGED})", (story_id,))
                for story_id, name in names
            }

    def _differences(self, connection: Connection, where: str, values: tuple[int, ...]) -> list[Difference]:
        return [difference for _, difference in self._numbered(connection, where, values)]

    def _numbered(self, connection: Connection, where: str, values: tuple[int, ...]) -> list[tuple[int, Difference]]:
        rows = connection.exec_driver_sql(
            f'SELECT d.seq, a.data, b.data, d.kind, d.relation, d.certainty, d.why, d.score FROM differences d JOIN claims a ON a.seq = d."first"'
            f' JOIN claims b ON b.seq = d."second" WHERE d.{where} ORDER BY d.seq',  # written above
            values,
        )
        return [
            (
                r[0],
                Difference(
                    codec.load(json.loads(r[1])),
                    codec.load(json.loads(r[2])),
                    Kind(r[3]),
                    Relation(r[4]),
                    Certainty(r[5]),
                    r[6],
                    r[7],
                ),
            )
            for r in rows
        ]

    # --- passages

    def lexical(self, story: str, words: Sequence[str], limit: int) -> list[str]:
        """Ids of the passages that hold any of the words, the best by BM25 first. Words are data, never query syntax."""
        quoted = " OR ".join('"' + w.replace('"', "") + '"' for w in words if w.strip('" '))
        if not quoted:
            return []
        with self._reading() as connection:
            story_id = self._story_id(connection, story)
            rows = connection.exec_driver_sql(
                "SELECT p.id FROM passages_fts f JOIN passages p ON p.seq = f.rowid WHERE passages_fts MATCH ? AND p.story_id = ? ORDER BY f.rank, p.seq LIMIT ?",
                (quoted, story_id, limit),
            )
            return [row[0] for row in rows]

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Passages by id."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(*PASSAGE).where(passages.c.id.in_(list(ids))))
            return {r.id: Passage(r.id, r.article_id, Span(r.start, r.end), r.text) for r in rows}

    def passages_of(self, article_ids: Iterable[str]) -> list[Passage]:
        """All passages of some articles, in the order of adding."""
        with self._reading() as connection:
            columns = PASSAGE
            rows = connection.execute(
                sa.select(*columns).where(passages.c.article_id.in_(sorted(set(article_ids)))).order_by(passages.c.seq)
            )
            return [Passage(r.id, r.article_id, Span(r.start, r.end), r.text) for r in rows]

    def vectors(self, story: str, embedder: Embedder) -> tuple[list[str], Vectors]:
        """The ids of a story's passages and the vectors this embedder made of them, in the order of adding; shape (n, dimension)."""
        with self._reading() as connection:
            story_id = self._story_id(connection, story)
            rows = connection.execute(
                sa.select(passages.c.id, passages.c.vector)
                .where(passages.c.story_id == story_id, passages.c.embedder == embedder.name)
                .order_by(passages.c.seq)
            ).all()
            return [r.id for r in rows], unpack([r.vector for r in rows], embedder.dimension)

    def newest(self) -> tuple[int, int]:
        """A mark that changes whenever passages are added or removed: how many there are, and the newest number."""
        with self._reading() as connection:
            row = connection.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(passages.c.seq), 0))).one()
            return int(row[0]), int(row[1])

    def embed_again(self, embedder: Embedder) -> int:
        """Make the vectors that another embedder made anew; returns how many. One transaction for each 1,000, none where there are none."""
        query = (
            sa.select(passages.c.seq, passages.c.text)
            .where(passages.c.embedder.is_distinct_from(embedder.name))
            .limit(1000)
        )
        with self._reading() as connection:
            if not connection.execute(query.limit(1)).all():
                return 0
        done = 0
        while True:
            with self._writing() as connection:
                rows = connection.execute(query).all()
                if not rows:
                    return done
                for row, vector in zip(rows, embedder.embed([r.text for r in rows]), strict=True):
                    connection.execute(
                        passages.update()
                        .where(passages.c.seq == row.seq)
                        .values(vector=pack(vector), embedder=embedder.name)
                    )
                done += len(rows)

    # --- transactions

    def _story_id(self, connection: Connection, story: str) -> int:
        found = connection.execute(sa.select(stories.c.id).where(stories.c.name == story)).scalar()
        if found is None:
            check_name(story)
            raise UnknownStory(
                story, list(connection.execute(sa.select(stories.c.name).order_by(stories.c.name)).scalars())
            )
        return int(found)

    def _reading(self) -> AbstractContextManager[Connection]:
        return reading(self._engine)

    def _writing(self) -> AbstractContextManager[Connection]:
        return writing(self._engine)


def sentence_terms(found: Sequence[Claim]) -> Counter[str]:
    """In how many sentences each normal form occurs among the terms of claims."""
    by_sentence: dict[int, set[str]] = {}
    for claim in found:
        by_sentence.setdefault(claim.span.start, set()).update(term.lstrip("§") for term in claim.terms)
    return Counter(term for terms in by_sentence.values() for term in terms)


def check_name(story: str) -> None:
    """Raises BadStoryName unless a story can be called so."""
    if not STORY_NAME.fullmatch(story):
        raise BadStoryName(story)


def _article(story: str, row: sa.Row[tuple[object, ...]]) -> Article:
    r = row._mapping
    published = r["published"]
    assert published is None or isinstance(published, date)  # noqa: S101  # the column's type
    return Article(
        r["id"],
        story,
        r["file"],
        r["version"],
        r["text"],
        Source(r["publisher"], r["title"], r["url"], published),
        r["origin"],
    )


def _claim_row(story_id: int, claim: Claim) -> dict[str, object]:
    """A claim as a row of its table."""
    return {
        "id": claim.id,
        "story_id": story_id,
        "article_id": claim.article_id,
        "start": claim.span.start,
        "data": codec.dump(claim),
    }


def _marks(items: Sequence[object]) -> str:
    """Placeholders for values of a query."""
    return ",".join("?" * len(items))


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]

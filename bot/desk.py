"""The use cases: everything a front end may call. The desk joins the library, the vectors and the engine."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from bot.analysis import discrepancies as ledger_of
from bot.analysis.affairs import affairs, on_affair
from bot.analysis.claims import keys, reference_date
from bot.analysis.grounding import cite, claim_citation, ground
from bot.analysis.origins import origins
from bot.analysis.questions import read_question, search_words
from bot.analysis.timeline import timeline
from bot.engine.base import Engine, Heard, Tell, silent
from bot.types import NOBODY, Added, Answer, Asker, Ledger, Question, Reply, Statement, Status, Summary, TimelineEvent
from index.errors import BadArticle, LongQuestion
from index.home import Home
from index.library import Gist, Read, Removed, StoryRow, article_id, check_name, sentence_terms, sketch
from index.loading import Document, folder, load, read_listing
from index.passages import passages
from index.retrieval import retrieve
from index.sentences import sentences
from index.types import Article, Claim, Difference, Passage, Sentence, Source, Span, Unchecked

Progress = Callable[[int, int, str], None]
"""(files done, files in all, the file at hand)."""

LONGEST_QUESTION = 1000
"""Characters; a longer text is an article, not a question."""
WHOLE_STORY = 8
"""A story of so many articles is heard whole."""
MOST_AFFAIRS = 3
"""Of a large story so many affairs are heard; the best sentence decides which of them answers."""
NEIGHBOURS = 24
"""Passages nearest to what a hit's article is about: the affair's other articles are among them."""
MOST_PASSAGES = 120
"""More passages than these are not read for one question: of long articles only the hits are."""


def _none_hidden(story: str) -> frozenset[str]:
    """Nothing is hidden."""
    return frozenset()


def _silent(done: int, total: int, file: str) -> None:
    """No progress is shown."""


class StoryShelf:
    """The library of one story, as an engine sees it."""

    def __init__(self, home: Home, story: str) -> None:
        self._library = home.library
        self._embedder = home.embedder
        self._dense = home.dense
        self._story = story

    def year(self) -> int | None:
        return self._library.year(self._story)

    def candidates(self, claim: Claim) -> Sequence[Claim]:
        return self._library.candidates(self._story, claim.keys or keys(claim))

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        return self._library.frequencies(self._story, terms)

    def gists(self, article_ids: Iterable[str]) -> dict[str, Gist]:
        return self._library.gists(article_ids, self._embedder)

    def claims_in(self, spans: Sequence[tuple[str, Span]]) -> Sequence[Claim]:
        return self._library.claims_in(self._story, spans)

    def articles(self) -> Sequence[Article]:
        return self._library.articles(self._story)

    def length(self) -> int:
        return self._library.length(self._story)

    def by_id(self, ids: Iterable[str]) -> dict[str, Article]:
        return self._library.by_id(self._story, ids)

    def similar(self, texts: Sequence[str], each: int) -> Sequence[Passage]:
        near = [self._dense(self._story, v, each) for v in self._embedder.embed(list(texts)) if v.any()]
        found = self._library.passages(list(dict.fromkeys(i for ids in near for i in ids)))
        return list(found.values())

    def told_in(self, spans: Sequence[tuple[str, Span]]) -> Sequence[Claim]:
        return self._library.told_in(spans)

    def differences_near(self, claim_ids: Iterable[str]) -> Sequence[Difference]:
        return self._library.differences_near(self._story, claim_ids)


class Desk:
    """One desk for one home and one engine."""

    def __init__(self, home: Home, engine: Engine, hidden: Callable[[str], frozenset[str]] = _none_hidden) -> None:
        """`hidden` gives the ids of a story's ledger entries that the operator has hidden."""
        self.home = home
        self.engine = engine
        self._hidden = hidden
        self._library = home.library

    async def ask(self, question: Question, tell: Tell = silent) -> Reply:
        """Answer a question from the sources of its story; `tell` gets the answer in the making.

        Raises UnknownStory, LongQuestion.
        """
        started = time.perf_counter()
        if len(question.text) > LONGEST_QUESTION:
            raise LongQuestion(len(question.text), LONGEST_QUESTION)
        await asyncio.to_thread(self._library.require, question.story)
        text = await self.engine.condense(question)
        standing = replace(question, text=text, typed=question.text if text != question.text else "")
        heard = await asyncio.to_thread(self._hear, standing)
        draft = await self.engine.answer(standing, heard, StoryShelf(self.home, question.story), tell)
        articles = {h.article.id: h.article for h in heard}
        missing = {q.article_id for s in draft.statements for q in s.quotes} - set(articles)
        if missing:
            articles |= await asyncio.to_thread(self._library.by_id, question.story, missing)
        answer, lost = ground(draft, articles)
        hidden = await asyncio.to_thread(self._hidden, question.story)
        entries = tuple(e for e in draft.entries if e.id not in hidden) if answer.status is Status.CONFLICT else ()
        if answer.status is Status.CONFLICT and not entries:
            used = {c.file for s in answer.sure for c in s.citations}
            several = origins(a for a in articles.values() if a.file in used) > 1
            answer = Answer(Status.AGREED if several else Status.SINGLE, answer.statements)
        notices = draft.notices + ((f"{lost} quote(s) were not in the sources and were left out",) if lost else ())
        unchecked = tuple(Unchecked(f, w) for f, w in await asyncio.to_thread(self._library.unchecked, question.story))
        elapsed = round((time.perf_counter() - started) * 1000)
        engine = draft.engine or self.engine.name
        return Reply(question.text, question.story, answer, entries, engine, notices, unchecked, elapsed)

    def heard_whole(self, story: str) -> bool:
        """Whether a question hears all passages of a story, so that nothing is searched for."""
        fits = self.engine.whole_story and self._library.length(story) <= self.engine.whole_story
        return bool(fits) or self._library.count_articles(story) <= WHOLE_STORY

    def _hear(self, question: Question) -> list[Heard]:
        """The passages that bear on a question.

        Of a small story all of them: every source gets its say. Of a large one those of the sources that the best hits'
        affairs are told by, told apart so that one affair neither answers for another nor contradicts it.
        """
        if not self.heard_whole(question.story):
            return self._affairs(question)
        articles = {a.id: a for a in self._library.articles(question.story)}
        return [_heard(articles[p.article_id], p) for p in self._library.passages_of(articles)]

    def _affairs(self, question: Question) -> list[Heard]:
        """The passages of the affairs that the best hits are on, the best affair first; of long articles only the hits."""

        def frequencies(terms: Iterable[str]) -> dict[str, int]:
            return self._library.frequencies(question.story, terms)

        text = question.text
        for wrong, right in read_question(text, frequencies).corrected:
            text = text.replace(wrong, right)
        words = search_words(text, frequencies)
        hits = retrieve(self._library, self.home.embedder, self.home.dense, question.story, text, words)
        ranked = list(dict.fromkeys(h.article.id for h in hits))
        gists = self._library.gists(ranked, self.home.embedder)
        chosen = affairs(gists, ranked)[:MOST_AFFAIRS]
        near = [self.home.dense(question.story, gists[affair[0]].vector, NEIGHBOURS) for affair in chosen]
        more = {passage.rpartition(":")[0] for found in near for passage in found}.difference(ranked)
        gists |= self._library.gists(more, self.home.embedder)
        heard: list[Heard] = []
        for number, affair in enumerate(chosen):
            mates = [*affair, *(i for i in sorted(more) if on_affair(gists, i, affair))]
            articles = self._library.by_id(question.story, mates[:WHOLE_STORY])
            found = self._library.passages_of(articles)
            if len(heard) + len(found) > MOST_PASSAGES:
                found = [h.passage for h in hits if h.article.id in articles]
            heard += [_heard(articles[p.article_id], p, number) for p in found]
        return heard

    async def discrepancies(self, story: str) -> Ledger:
        """The ledger of a story: what is flagged, what was explained, what was not read. Raises UnknownStory."""
        found = await asyncio.to_thread(self._library.differences, story)
        entries = ledger_of.discrepancies(story, found)
        hidden = await asyncio.to_thread(self._hidden, story)
        flagged = tuple(e for e in entries if e.relation.flagged and e.id not in hidden)
        unchecked = tuple(Unchecked(f, w) for f, w in await asyncio.to_thread(self._library.unchecked, story))
        return Ledger(story, flagged, tuple(e for e in entries if not e.relation.flagged), unchecked)

    async def summarise(self, story: str, asker: Asker = NOBODY) -> Summary:
        """What the sources agree on, where they conflict and what only one says, each sentence cited. Raises UnknownStory."""
        ledger = await self.discrepancies(story)
        articles = await asyncio.to_thread(self._library.articles, story)
        claims = await asyncio.to_thread(self._library.all_claims, story)
        shelf = StoryShelf(self.home, story)
        drafted = await self.engine.summarise(articles, claims, ledger.discrepancies, shelf, asker)
        by_id = {a.id: a for a in articles}
        cited = [(s, [cite(q, by_id) for q in s.quotes]) for s in drafted.statements]
        return Summary(
            story,
            tuple(Statement(s.text, tuple(c for c in found if c)) for s, found in cited if any(found)),
            drafted.engine,
            drafted.notices,
        )

    async def timeline(self, story: str) -> list[TimelineEvent]:
        """The dated claims of a story in order of date, disputed ones marked. Raises UnknownStory."""
        claims = await asyncio.to_thread(self._library.all_claims, story)
        found = await asyncio.to_thread(self._library.differences, story)
        publishers = {a.file: a.source.publisher for a in await asyncio.to_thread(self._library.articles, story)}
        return timeline(claims, found, lambda c: claim_citation(c, publishers.get(c.file)))

    async def sources(self, story: str) -> list[Article]:
        """The current articles of a story. Raises UnknownStory."""
        return await asyncio.to_thread(self._library.articles, story)

    async def story_names(self) -> list[str]:
        """The names of all stories."""
        return [row.name for row in await asyncio.to_thread(self._library.stories)]

    async def article(self, article_id: str) -> Article | None:
        """An article by its id, of any story."""
        return (await asyncio.to_thread(self._library.by_id, "", [article_id])).get(article_id)

    async def stories(self) -> list[tuple[StoryRow, int]]:
        """All stories, each with the number of its flagged discrepancies."""
        rows = await asyncio.to_thread(self._library.stories)
        flagged = await asyncio.to_thread(self._library.count_flagged)
        return [(row, len(ledger_of.clusters(flagged.get(row.name, [])))) for row in rows]

    async def add(
        self, story: str, paths: Sequence[Path], source: Source | None = None, progress: Progress = _silent
    ) -> Added:
        """Add files and folders to a story, made where there is none. Bad files are reported, the good ones stay.

        Raises BadStoryName, HomeProblem.
        """
        check_name(story)
        result = Added(story)
        jobs, title = self._jobs(paths, source or Source(), result)
        documents: list[Document] = []
        for path, known in jobs:
            try:
                documents.append(await asyncio.to_thread(load, path, known))
            except BadArticle as problem:
                result.failed.append((path.name, str(problem)))
        twice = {file for file, n in Counter(d.file for d in documents).items() if n > 1}
        for file in sorted(twice):
            result.failed.append((file, f"{file!r} was given more than once with different paths; rename one of them"))
        documents = [d for d in documents if d.file not in twice]
        if not documents:
            return result
        with self.home.adding():
            self._library.make_story(story, title, _year(story, documents))
        grown = await asyncio.to_thread(self._growth, story, documents)
        following = sum(grown.values())
        for number, document in enumerate(documents):
            progress(number, len(documents), document.file)
            following -= grown.pop(document.file, 0)
            left = following if grown else None
            async with self._adding():
                await self._add(story, document, result, left)
        progress(len(documents), len(documents), "")
        await asyncio.to_thread(self.home.catch_up)
        return result

    async def remove(self, story: str, files: Sequence[str] | None = None) -> Removed:
        """Take articles out of a story, or the whole story. Raises UnknownStory, UnknownArticle."""
        async with self._adding():
            removed = await asyncio.to_thread(self._library.remove, story, files)
        await asyncio.to_thread(self.home.catch_up)
        return removed

    @asynccontextmanager
    async def _adding(self) -> AsyncIterator[None]:
        """Hold the lock of those who change articles, without holding up the event loop."""
        lock = self.home.adding()
        await asyncio.to_thread(lock.acquire)
        try:
            yield
        finally:
            lock.release()

    def _jobs(
        self, paths: Sequence[Path], source: Source, result: Added
    ) -> tuple[list[tuple[Path, Source]], str | None]:
        """The files to add, each with what is known of it, and the story's title where a folder tells it."""
        jobs: list[tuple[Path, Source]] = []
        title: str | None = None
        beside: dict[Path, Mapping[str, Source]] = {}  # what is known of the articles in a folder, by file
        for path in paths:
            if str(path).startswith(("http://", "https://", "http:/", "https:/")):
                result.failed.append(
                    (
                        str(path),
                        f"{str(path).replace(':/', '://', 1)!r} is a URL; addresses are not read yet - save the page as .html and add the file",
                    )
                )
            elif path.is_dir():
                try:
                    listed, skipped = folder(path)
                    listing = read_listing(path)
                except BadArticle as problem:
                    result.failed.append((path.name, str(problem)))
                    continue
                except OSError as problem:
                    result.failed.append(
                        (path.name, f"{str(path)!r} cannot be read ({problem.strerror}); check its permissions")
                    )
                    continue
                title = listing.title or title
                result.skipped += skipped
                result.notices += listing.notices
                if not listed:
                    result.failed.append(
                        (path.name, f"{str(path)!r} holds no article; add .txt, .md, .html or .pdf files")
                    )
                jobs += [(file, listing.articles.get(file.name, Source()).or_else(source)) for file in listed]
            else:
                try:
                    if path.parent not in beside:
                        beside[path.parent] = read_listing(path.parent).articles
                except BadArticle as problem:
                    result.failed.append((path.name, str(problem)))
                    continue
                jobs.append((path, beside[path.parent].get(path.name, Source()).or_else(source)))
        return list({job[0].absolute(): job for job in jobs}.values()), title

    def _growth(self, story: str, documents: Sequence[Document]) -> dict[str, int]:
        """By how many characters the story grows with each document that will be read; by a negative number where it shrinks."""
        known = {d.file: self._library.current(story, d.file) for d in documents}
        return {
            d.file: len(d.text) - (len(current.text) if (current := known[d.file]) else 0)
            for d in documents
            if not _unchanged(story, d, known[d.file])
        }

    async def _add(self, story: str, document: Document, result: Added, following: int | None) -> None:
        """Add one document: read, compare, store, in that order and in one transaction; `following` as an engine is told."""
        identity = article_id(story, document.file, document.text)
        current = await asyncio.to_thread(self._library.current, story, document.file)
        if _unchanged(story, document, current):
            await asyncio.to_thread(self._library.update_source, story, document.file, document.source)
            result.unchanged.append(document.file)
            return
        shape = sketch(document.text)
        origin = await asyncio.to_thread(self._library.origin, story, shape, document.file) or identity
        source = document.source.or_else(current.source) if current else document.source
        article = Article(
            identity,
            story,
            document.file,
            current.version + (current.id != identity) if current else 1,
            document.text,
            source,
            origin,
        )
        found = sentences(article.text)
        shelf = _Without(self.home, story, current.id if current else None)
        outcome = await self.engine.read(article, found, shelf, following)
        cut = passages(article.id, article.text, found)
        embedder = self.home.embedder
        vectors = await asyncio.to_thread(embedder.embed, [p.text for p in cut])
        read = Read(
            cut,
            vectors,
            embedder.name,
            outcome.claims,
            outcome.differences,
            sentence_terms(outcome.claims),
            shape,
            outcome.names,
            outcome.unchecked,
            outcome.told,
            outcome.whole,
        )
        await asyncio.to_thread(self._library.put, article, read)
        (result.updated if current else result.added).append(document.file)


class _Without(StoryShelf):
    """A shelf that no longer shows the version of an article that is being replaced."""

    def __init__(self, home: Home, story: str, gone: str | None) -> None:
        super().__init__(home, story)
        self._gone = gone

    def candidates(self, claim: Claim) -> Sequence[Claim]:
        return [c for c in super().candidates(claim) if c.article_id != self._gone]

    def articles(self) -> Sequence[Article]:
        return [a for a in super().articles() if a.id != self._gone]

    def length(self) -> int:
        gone = super().by_id([self._gone]).get(self._gone) if self._gone else None
        return super().length() - (len(gone.text) if gone else 0)

    def similar(self, texts: Sequence[str], each: int) -> Sequence[Passage]:
        return [p for p in super().similar(texts, each) if p.article_id != self._gone]


def _unchanged(story: str, document: Document, current: Article | None) -> bool:
    """Whether a document is in the library as it is, and its date is not told anew."""
    if current is None or current.id != article_id(story, document.file, document.text):
        return False
    return document.source.published in (None, current.source.published)


def _heard(article: Article, passage: Passage, affair: int | None = None) -> Heard:
    return Heard(article, passage, _sentences(article.text), affair)


@lru_cache(maxsize=512)
def _sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text; cached, for the same articles are asked again and again."""
    return tuple(sentences(text))


def _year(story: str, documents: Sequence[Document]) -> int | None:
    """The year that most of the documents speak from."""
    days: list[date] = []
    for document in documents[:200]:
        day = reference_date(Article("", story, document.file, 1, document.text, document.source, ""))
        if day:
            days.append(day)
    return Counter(day.year for day in days).most_common(1)[0][0] if days else None

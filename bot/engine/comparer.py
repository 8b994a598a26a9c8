"""A model reads articles and compares them: a story whole while it fits, else a new article beside what the index finds near it.

Of a whole story the reply is the ledger. In part, the model tells what the new article disagrees with, the rules of the embedded
engine add what they suspect, and a second look judges every pair before it is flagged.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from heapq import nlargest

from bot.analysis import affairs
from bot.engine import judging
from bot.engine.base import ReadResult, Shelf
from bot.engine.nearby import Excerpt, excerpts
from bot.engine.prompter import Prompter
from bot.engine.reading import Told, listed, parse, reading
from bot.engine.wire import READ_S, EndpointFailure, Wire
from index.replies import Replies
from index.replies import pair as pair_key
from index.sentences import sentences as cut_into_sentences
from index.types import Article, Claim, Difference
from index.visible import visible
from prompts import load

PIECE, MOST_PIECES, SIMILAR = 600, 16, 3
"""A new article is searched for in pieces of so many characters, at most so many, each for so many passages."""
LONGEST = 120_000
"""Characters of an article that is read in one request."""
ALIKE = 2
"""Articles that only likeness leads to, where nothing else leads to any."""


class Comparer:
    """Reads by a model; what the embedded engine read stands where the model fails."""

    def __init__(self, wire: Wire, prompter: Prompter, replies: Replies) -> None:
        self._wire = wire
        self._prompter = prompter
        self._replies = replies
        self.misquoted = 0
        """Quotes of readings that were in no article."""

    async def read_whole(self, article: Article, shelf: Shelf, plain: ReadResult) -> ReadResult:
        """The ledger of the whole story, from one request."""
        articles = [*await asyncio.to_thread(shelf.articles), article]
        try:
            told = await self._told(articles, ())
        except EndpointFailure:
            return plain
        found = reading(told, {a.file: a for a in articles})
        self.misquoted += found.misquoted
        return replace(plain, differences=found.differences, told=found.claims, whole=True, unchecked=None)

    async def read_in_part(self, article: Article, shelf: Shelf, plain: ReadResult) -> ReadResult:
        """What a new article disagrees with among what is near it, and within itself; one too long for a request is left to the rules."""
        if len(article.text) > LONGEST:
            return plain
        near = await asyncio.to_thread(_nearby, article, plain, shelf)
        known = await asyncio.to_thread(shelf.told_in, [(e.article.id, part) for e in near for part in e.parts])
        try:
            told = await self._told([article], near)
        except EndpointFailure:
            return plain
        articles = {article.file: article} | {e.article.file: e.article for e in near}
        found = reading(told, articles, known)
        self.misquoted += found.misquoted
        ours = [d for d in found.differences if article.id in (d.first.article_id, d.second.article_id)]
        suspected = [d for d in plain.differences if d.relation.flagged and not any(_same(d, o) for o in ours)]
        judged = await self._judged([*ours, *suspected], shelf, article)
        kept = {c.id for d in judged for c in (d.first, d.second)}
        explained = [d for d in plain.differences if not d.relation.flagged]
        claims = tuple(c for c in found.claims if c.id in kept)
        return replace(plain, differences=(*judged, *explained), told=claims, unchecked=None)

    async def _told(self, articles: Sequence[Article], near: Sequence[Excerpt]) -> Told:
        """The disagreements that the model tells of articles beside excerpts of others. Raises EndpointFailure."""
        ids = sorted([*(a.id for a in articles), *(e.article.id for e in near)])
        request = self._prompter.request("read", ids, articles=listed(articles, near))
        within = max(READ_S, self._wire.deadline_s)
        return await self._wire.complete(request, parse, within=within)

    async def _judged(self, differences: Sequence[Difference], shelf: Shelf, article: Article) -> list[Difference]:
        """Differences as a second look has them; a verdict that was given on the same versions of two claims stands."""
        ids = {c.article_id for d in differences for c in (d.first, d.second)} - {article.id}
        articles = await asyncio.to_thread(shelf.by_id, ids) | {article.id: article}
        asked = judging.pairs(differences, articles)
        versions = [[judging.version(c, articles[c.article_id]) for c in (p.one, p.other)] for p in asked]
        keys = [pair_key(self._wire.name, *both) for both in versions]
        prompt = load("compare").digest
        known = await asyncio.to_thread(self._replies.verdicts, keys, prompt)
        unjudged = [(k, p) for k, p in zip(keys, asked, strict=True) if k not in known]
        surest = nlargest(judging.MOST, unjudged, key=lambda kp: kp[1].differences[0].score)
        unjudged = [kp for kp in unjudged if kp in surest]
        cut = {i: cut_into_sentences(a.text) for i, a in articles.items()}
        for start in range(0, len(unjudged), judging.AT_ONCE):
            batch = unjudged[start : start + judging.AT_ONCE]
            listing = judging.listed([p for _, p in batch], articles, cut)
            request = self._prompter.request("compare", [listing], pairs=listing)
            try:
                found = await self._wire.complete(request, partial(judging.verdicts, count=len(batch)))
            except EndpointFailure:
                break
            fresh = {batch[number - 1][0]: v for number, v in found.items()}
            await asyncio.to_thread(self._replies.keep_verdicts, fresh, prompt)
            known |= fresh
        return [d for k, p in zip(keys, asked, strict=True) for d in judging.applied(p, known.get(k))]


def _nearby(article: Article, plain: ReadResult, shelf: Shelf) -> list[Excerpt]:
    """The excerpts beside which an article is read: of the articles on its affair that its claims or its words lead to."""
    text = visible(article.text).text
    pieces = [text[i : i + PIECE] for i in range(0, min(len(text), PIECE * MOST_PIECES), PIECE)]
    similar = shelf.similar(pieces, SIMILAR)
    led_to = {c.article_id for c in plain.near}
    gists = shelf.gists({p.article_id for p in similar} | led_to)
    akin = led_to | {i for i, g in gists.items() if any(affairs.akin(gists[j], g) for j in led_to if j in gists)}
    if not akin:  # few words or a language that is not read: nothing but likeness tells what is near
        akin = {i for i, _ in Counter(p.article_id for p in similar).most_common(ALIKE)}
    return excerpts(plain.near, [p for p in similar if p.article_id in akin], shelf.by_id, cut_into_sentences)


def _same(one: Difference, other: Difference) -> bool:
    """Whether two differences are one: of one kind or between equal values, and between the same words.

    Claims of either engine are one where they overlap: one has the sentence and the other a quote from it.
    """

    def meet(a: Claim, b: Claim) -> bool:
        return a.article_id == b.article_id and a.span.overlaps(b.span)

    def alike(a: Claim, b: Claim) -> bool:
        words = [set(re.findall(r"\w+", c.value.casefold())) for c in (a, b)]
        return words[0] <= words[1] or words[1] <= words[0]

    sides = ((other.first, other.second), (other.second, other.first))
    return any(
        meet(one.first, a)
        and meet(one.second, b)
        and (one.kind is other.kind or (alike(one.first, a) and alike(one.second, b)))
        for a, b in sides
    )

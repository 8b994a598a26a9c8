"""Drafts become answers: every quote is found in its article, exactly, or the statement that rests on it is dropped.

Typographic variants are folded (quotes, dashes, spaces, ligatures) with a map back to the original; nothing is matched
fuzzily, for "would improve" is no citation of "would not improve".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.types import Answer, Citation, Draft, DraftQuote, Statement, Status
from index.types import Article, Claim, Span
from index.visible import HIDDEN

FOLDED = {
    **dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("“”„‟″«»", '"'), **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r\n", " "),
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "…": "...",
}  # fmt: skip
"""Typographic variants of one character."""


def locate(quote: str, text: str) -> Span | None:
    """Where a quote stands in a text, typographic variants and runs of white space aside; None where it does not."""
    at = text.find(quote)
    if at >= 0 and quote:
        return Span(at, at + len(quote))
    needle, _ = _fold(quote)
    needle = needle.strip()
    if not needle:
        return None
    hay, places = _fold(text)
    at = hay.find(needle)
    return Span(places[at], places[at + len(needle) - 1] + 1) if at >= 0 else None


def _fold(text: str) -> tuple[str, list[int]]:
    folded: list[str] = []
    places: list[int] = []
    for i, char in enumerate(text):
        if HIDDEN.match(char):
            continue
        for c in FOLDED.get(char, char):
            if c == " " and folded and folded[-1] == " ":
                continue
            folded.append(c)
            places.append(i)
    return "".join(folded), places


def ground(draft: Draft, articles: Mapping[str, Article]) -> tuple[Answer, int]:
    """The checked answer to a draft, and how many of its quotes were in no article.

    A statement keeps the citations that were found; one that loses all of them is dropped; what two sources say in the same
    words is one statement. Without any statement left the answer is unanswerable.
    """
    statements: list[Statement] = []
    lost = 0
    for statement in draft.statements:
        looked_up = [cite(q, articles) for q in statement.quotes]
        lost += looked_up.count(None)
        found = tuple(c for c in looked_up if c is not None)
        if found or (not statement.quotes and draft.status is Status.UNANSWERABLE):
            same = next((i for i, s in enumerate(statements) if s.text == statement.text), None)
            if same is None:
                short = statement.short_answer
                short = short if words_in(short, statement.text) else ""
                statements.append(Statement(statement.text, found, short, statement.certainty))
            else:
                citations = tuple(dict.fromkeys(statements[same].citations + found))
                statements[same] = replace(statements[same], citations=citations)
    status = draft.status if any(s.citations for s in statements) else Status.UNANSWERABLE
    return Answer(status, tuple(statements)), lost


def words_in(words: str, text: str) -> Span | None:
    """Where words first stand in a text by themselves: the 9 of "9 people", not that of "2019"; None where they do not."""
    found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) if words else None
    return Span(*found.span()) if found else None


def cite(quote: DraftQuote, articles: Mapping[str, Article]) -> Citation | None:
    """The citation of a quote, with the words as the article has them; None where they are not in it."""
    article = articles.get(quote.article_id)
    span = locate(quote.quote, article.text) if article else None
    if article is None or span is None:
        return None
    return Citation(
        article.file, article.source.publisher, article.text[span.start : span.end], span, quote.attributed_to
    )


def claim_citation(claim: Claim, publisher: str | None) -> Citation:
    """The citation a claim carries with it."""
    return Citation(claim.file, publisher, claim.quote, claim.span, claim.attributed_to)

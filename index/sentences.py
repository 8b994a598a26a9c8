"""An article's text becomes blocks and sentences with exact offsets; what is noise becomes neither."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.noise import BYLINE, TERMINAL, noise
from index.types import Sentence, Span
from index.visible import visible

ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "mx",
        "dr",
        "prof",
        "st",
        "sr",
        "jr",
        "rev",
        "hon",
        "gov",
        "sen",
        "rep",
        "gen",
        "col",
        "capt",
        "cmdr",
        "lt",
        "sgt",
        "maj",
        "supt",
        "insp",
        "pres",
        "messrs",
        "mt",
        "ft",
        "no",
        "nos",
        "vol",
        "vs",
        "etc",
        "al",
        "fig",
        "figs",
        "approx",
        "dept",
        "est",
        "inc",
        "ltd",
        "co",
        "corp",
        "bros",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "u.s",
        "u.k",
        "u.n",
        "e.u",
        "d.c",
        "a.m",
        "p.m",
        "e.g",
        "i.e",
        "cf",
        "ca",
        "ph.d",
        "b.a",
        "m.a",
        "u.s.a",
        "u.s.s.r",
        "op",
        "pp",
        "art",
        "sec",
    ]
)
ENDERS = frozenset(
    [
        "sun",
        "sat",
        "mon",
        "wed",
        "fri",
        "sept",
        "no",
        "nos",
        "art",
        "op",
        "mar",
        "a.m",
        "p.m",
        "u.s",
        "u.k",
        "u.n",
        "e.u",
        "d.c",
        "etc",
        "inc",
        "ltd",
        "co",
        "corp",
        "jr",
        "sr",
        "u.s.a",
        "u.s.s.r",
        "ph.d",
    ]
)
"""Abbreviations that may also end a sentence: what follows decides."""

OPENERS = frozenset(
    [
        "the",
        "a",
        "an",
        "it",
        "he",
        "she",
        "they",
        "we",
        "i",
        "you",
        "this",
        "that",
        "these",
        "those",
        "in",
        "on",
        "at",
        "but",
        "and",
        "so",
        "for",
        "as",
        "when",
        "while",
        "after",
        "before",
        "if",
        "there",
        "his",
        "her",
        "its",
        "their",
        "our",
        "my",
        "all",
        "some",
        "no",
        "not",
        "many",
        "most",
        "one",
        "two",
        "what",
        "who",
        "why",
        "how",
        "where",
        "by",
        "from",
        "with",
        "according",
        "however",
        "meanwhile",
        "later",
    ]
)
AFTER_A_TIME = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Eastern|Central|Mountain|Pacific|[A-Z]{2,})\b"
)
"""What may stand behind "3 a.m." in the same sentence, though it begins with a capital."""
SHORT = 6
"""Words: "At 3 a.m. Inspector Cole left" goes on after its first three; so many are a sentence."""
END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)")
BULLET = re.compile(r"\s*(?:#{1,6}\s+|[-*•–]\s+|>\s+|\(?\d{1,2}[.)]\s+)?")
NEAR = 60
"""So many characters around a mark decide whether it ends a sentence."""
LINE_OF_PROSE = 50
"""A line at least this long that stops without punctuation was wrapped: the next one goes on with it."""


def sentences(text: str) -> list[Sentence]:
    """The sentences of an article in order, headline included, noise left out.

    Offsets count code points of `text`; a sentence starts and ends with a visible character and never crosses a block.
    """
    blocks = list(_blocks(text))
    flags = noise([visible(text[b.start : b.end]).text for b in blocks])
    found: list[Sentence] = []
    for number, (block, is_noise) in enumerate(zip(blocks, flags, strict=True)):
        if is_noise:
            continue
        found += [Sentence(span, number, headline=_is_heading(text, span, block)) for span in _split(text, block)]
    return found


def _is_heading(text: str, sentence: Span, block: Span) -> bool:
    """A block by itself without a full stop, or a short question that stands alone, is a heading."""
    whole = sentence.end >= block.end - 1
    words = text[sentence.start : sentence.end]
    alone = whole and sentence.start <= block.start + 4
    limit = 10 if "?" in words else 25
    return (
        alone and len(words.split()) <= limit and (block.start == 0 or not re.search(r"[.!…][\"'”’»)\]]*\s*$", words))
    )


def _blocks(text: str) -> Iterator[Span]:
    """Runs of lines that belong together: apart by a blank line, by a line that ends early, or before a byline."""
    start: int | None = None
    end = at = last = 0
    for line in text.splitlines(keepends=True):
        content = line.strip()
        begin = at + (len(line) - len(line.lstrip()))
        if not content:
            if start is not None:
                yield Span(start, end)
            start = None
        else:
            if start is not None and (
                end - last < LINE_OF_PROSE or TERMINAL.search(text[start:end]) or BYLINE.match(content)
            ):
                yield Span(start, end)
                start = None
            if start is None:
                start = begin
            last, end = begin, at + len(line.rstrip())
        at += len(line)
    if start is not None:
        yield Span(start, end)


def _split(text: str, block: Span) -> Iterator[Span]:
    """The sentences of one block."""
    seen = visible(text[block.start : block.end])
    prose = seen.text
    opening = BULLET.match(prose)
    start = opening.end() if opening and opening.end() < len(prose) else 0
    for end in _ends(prose):
        if end <= start or not any(char.isalnum() for char in prose[start:end]):
            continue
        span = seen.original(start, end)
        yield Span(block.start + span.start, block.start + span.end)
        start = end
        while start < len(prose) and prose[start].isspace():
            start += 1


def _ends(prose: str) -> Iterator[int]:
    """Where sentences end; always ends with the end of the prose."""
    for match in END.finditer(prose):
        following = prose[match.end() : match.end() + NEAR].lstrip()
        if following and not _closes(prose, match, following):
            continue
        yield match.end()
    yield len(prose.rstrip())


def _closes(prose: str, match: re.Match[str], following: str) -> bool:
    first = re.sub(r"^[\"'“‘«(\[]+", "", following)[:1]
    if first.islower():
        return False
    marks = match.group()
    if marks[0] != "." or marks.startswith(".."):
        return True
    word = re.split(r"[\s(\[\"“‘'’–-]", prose[max(0, match.start() - NEAR) : match.start()])[-1].casefold()
    after = re.match(r"[^\w]*(\w+)", following)
    opener = bool(after and after.group(1).casefold() in OPENERS)
    if word in ("a.m", "p.m") and not AFTER_A_TIME.match(following):
        return opener or len(re.split(r"[.!?]\s", prose[: match.start()])[-1].split()) >= SHORT
    if word in ENDERS:
        return opener or len(marks) > 1
    if word in ABBREVIATIONS or re.fullmatch(r"(?:[a-z]\.)*[a-z]", word):
        return opener and word not in ("mr", "mrs", "dr", "st", "ms", "prof") and len(word) == 1 and word == "i"
    return not (word.isdigit() and match.start() < 3)

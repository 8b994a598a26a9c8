"""Lines that a model wrote, checked: each rests on sentences it was shown, and says nothing that they do not.

A line without a known id, or with a name or a figure that its own sentences do not have, is dropped and never repaired.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.analysis.words import fold, known, same_name
from index.types import Article, Sentence
from prompts import VARIABLES, load

CITED = re.compile(r"\[([0-9a-f]{6,12})\]")
FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
ADDRESS = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://\S*|\bwww\.\S+|\b(?:[\w-]{2,}\.)+[a-z]{2,}\b(?:/\S*)?")
"""Addresses: one with a path is never shown, a bare name only where the cited sentence has it."""
PROMPT_RUN = 7
"""A line with so many words in a row of our instructions gives them away."""
NAME = re.compile(r"\b[A-Z][\w'’-]+")
LETTERS = re.compile(r"[^\W_]+")
MOST_LINES = 9
MARK = "≠"
"""How a line begins whose answer cannot stand beside another one."""


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that the model may cite."""

    article: Article
    sentence: Sentence
    text: str

    @property
    def quote(self) -> str:
        """The sentence as the article has it."""
        return self.article.text[self.sentence.span.start : self.sentence.span.end]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer that holds: what it says, the sentences it rests on, and whether the model marked it as disputed."""

    said: str
    sources: tuple[Source, ...]
    marked: bool


def checked(
    lines: Sequence[str], sources: Mapping[str, Source], question: str, english: bool
) -> tuple[list[Line], int]:
    """The lines that hold, at most MOST_LINES of them, and how many were dropped. See `supported`."""
    found: list[Line] = []
    dropped = 0
    for line in [line for line in lines if line.strip()][:MOST_LINES]:
        own = tuple(sources[i] for i in dict.fromkeys(CITED.findall(line)) if i in sources)
        said = bare(line)
        if own and said and supported(said, own, question, english):
            found.append(Line(said, own, MARK in line))
        else:
            dropped += 1
    return found, dropped


def shown(text: str) -> str:
    """An answer in the making as it may be watched: without ids and marks."""
    return CITED.sub("", text).replace(MARK, "").strip()


def bare(line: str) -> str:
    """A line without its ids, its mark and its bullet."""
    return " ".join(shown(line).split()).lstrip("-•* ").strip()


def supported(said: str, own: Sequence[Source], question: str, english: bool) -> bool:
    """Whether every figure of a line, and in English every name, stands in the sentences it cites or in what is known of their
    articles: publisher, title, file.

    A name that the question brought along may be repeated. In other languages names are spelt otherwise, and only figures count.
    """
    around = " ".join(about(s.article) for s in own)
    return holds(said, " ".join(s.text for s in own), f"{around} {question}", english)


def about(article: Article) -> str:
    """The words by which an article may be called."""
    return f"{article.source.publisher or ''} {article.source.title or ''} {article.file}"


def holds(said: str, texts: str, around: str, english: bool) -> bool:
    """Whether words say no figure that the texts do not have, no address, nothing of our instructions, and in English no name that
    neither the texts nor what is around them has."""
    if not harmless(said, texts):
        return False
    figures = {_figure(m) for m in FIGURE.findall(texts)}
    if not {_figure(m) for m in FIGURE.findall(said)} <= figures:
        return False
    if not english:
        return True
    there = {fold(w) for w in LETTERS.findall(f"{texts} {around}")}
    names = [m.group() for m in NAME.finditer(said) if m.start() or not known(m.group().lower())]
    parts = [part for name in names for part in LETTERS.findall(name) if len(part) > 1]
    return all(any(same_name(fold(part), w) for w in there) for part in parts)


def harmless(said: str, texts: str = "") -> bool:
    """Whether words have no address that the texts do not have, none with a path, and no run of our own instructions."""
    foreign = any(address not in texts or "/" in address for address in ADDRESS.findall(said))
    return not foreign and _runs(said).isdisjoint(_instructions())


@lru_cache(maxsize=1)
def _instructions() -> frozenset[tuple[str, ...]]:
    """The runs of words of all our prompts."""
    return frozenset(run for name in VARIABLES for run in _runs(load(name).system) | _runs(load(name).user))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + PROMPT_RUN]) for i in range(len(words) - PROMPT_RUN + 1)}


def _figure(text: str) -> str:
    """A figure without its thousands separators."""
    return re.sub(r"(?<=\d)[,.](?=\d{3}(?:\D|$))", "", text)

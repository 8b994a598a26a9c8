"""The embedded engine's knowledge of news words, read from `lexicon.toml`: axes, groups, roles."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from bot.analysis.words import Token, base_form, stem

Role = Literal[
    "person", "unique_event", "place_event", "depiction", "nature", "cause_cue", "speech", "tentative", "opinion", "revision",
    "generic_actor", "hedge", "place_noun",
]  # fmt: skip


FILLERS = frozenset(["the", "a", "an", "his", "her", "its", "their", "my", "our", "your"])
"""Words that may stand inside a phrase of the lexicon: "broke her wrist"."""


@dataclass(frozen=True, slots=True)
class Pole:
    """One side of an axis: `positive` or its opposite."""

    axis: str
    positive: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases are tuples of stems of base forms; the longest one that matches wins."""

    poles: dict[tuple[str, ...], tuple[Pole, ...]]
    groups: dict[tuple[str, ...], tuple[str, ...]]
    roles: dict[str, frozenset[tuple[str, ...]]]
    longest: int
    light: frozenset[str]
    """Stems of words too common to tell what a question is about."""
    idioms: tuple[str, ...]
    """Turns of phrase that say nothing of what is asked, longest first."""

    def poles_at(self, words: Sequence[str], at: int) -> tuple[tuple[Pole, ...], int]:
        """The poles of the longest phrase that starts at a place, and its length; ((), 0) for none."""
        for size in range(min(self.longest + 1, len(words) - at), 0, -1):
            run = tuple(words[at : at + size])
            found = self.poles.get(run) or (
                self.poles.get(tuple(w for w in run if w not in FILLERS)) if size > 2 else None
            )
            if found:
                return found, size
        return (), 0

    def concepts(self, norm: str) -> tuple[str, ...]:
        """The groups a single word belongs to."""
        return self.groups.get((norm,), ())

    def plays(self, norm: str, role: Role) -> bool:
        """Whether a single word plays a role, by itself or through one of its groups."""
        words = self.roles[role]
        return (norm,) in words or any((stem(group),) in words for group in self.concepts(norm))


def lemmas(tokens: Sequence[Token]) -> list[str]:
    """The stems of the base forms of words, as the lexicon's phrases are written."""
    return [stem(base_form(t.lower, t.tag)) for t in tokens]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    tables = tomllib.loads((files("bot.analysis") / "lexicon.toml").read_text(encoding="utf-8"))
    poles: dict[tuple[str, ...], tuple[Pole, ...]] = {}
    for axis, sides in tables["axes"].items():
        for side, positive in (("yes", True), ("no", False)):
            for phrase in _phrases(sides[side]):
                if all(pole.axis != axis for pole in poles.get(phrase, ())):
                    poles[phrase] = (*poles.get(phrase, ()), Pole(axis, positive))
    groups: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, words in tables["groups"].items():
        for phrase in _phrases(words):
            if name not in groups.get(phrase, ()):
                groups[phrase] = (*groups.get(phrase, ()), name)
    roles = {name: frozenset(_phrases(words)) for name, words in tables["roles"].items()}
    for name, words in tables["roles"].items():  # a role may name a group by its key
        roles[name] |= frozenset((word.strip(),) for word in words.split(",") if word.strip() in tables["groups"])
    light = frozenset(p[0] for p in _phrases(tables["light"]["words"]))
    idioms = tuple(sorted((i.strip() for i in tables["idioms"]["phrases"].split(",")), key=len, reverse=True))
    return Lexicon(poles, groups, roles, max(len(p) for p in (*poles, *groups)), light, idioms)


def _phrases(words: str) -> list[tuple[str, ...]]:
    return [
        tuple(stem(base_form(w.replace("'", "'"))) for w in phrase.split())
        for phrase in words.split(",")
        if phrase.strip()
    ]

"""Twin sentences: the same words but for their values, as in "The bridge was built in 1901" and "The bridge was built in 1911".

Two sources seldom copy each other's words and change a value. Where they do, or where a story is as short as that, nothing has to
be weighed: one figure against another of the same thing, a year or a place of what happens but once, a name of which one part is another.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from bot.analysis.lexicon import Role, lexicon
from bot.analysis.values import MONTHS, number, quantities, spelled_number
from bot.analysis.words import WEEKDAYS, Token, base_form, stem, tokens
from index.types import Amount

ENOUGH = 2
"""Content words that both sentences have; fewer are too little to be about one thing."""
YEARS = 1000, 2100
PLACED = frozenset(["in", "at", "near", "from", "to", "off", "on", "outside"])
"""What stands before a place, and before its article if it is no name."""
ARTICLES = frozenset(["the", "a", "an"])
ONCE = frozenset(["die", "bear", "sink", "crash", "derail", "collapse", "release", "publish", "sign"])
"""What happens but once to one thing, beside the lexicon's unique events."""
COUNTING = frozenset(["number", "no", "nr", "part", "chapter", "page", "question", "item"])
"""What makes a name of the figure behind it."""
HELPING = frozenset(["be", "have", "do"])


@lru_cache(maxsize=20_000)
def twins(one: str, other: str) -> bool:
    """Whether two sentences have the same words but for values that exclude each other."""
    words, others = _words(one), _words(other)
    shared, swapped = 0, 0
    for kind, i, j, k, n in SequenceMatcher(None, _keys(words), _keys(others), autojunk=False).get_opcodes():
        left, right = words[i:j], others[k:n]
        if kind == "equal":
            shared += sum(t.content or _verb(t) for t in left)
        elif kind == "replace":
            if not _exclude(left, right, words, others, i):
                return False
            swapped += 1
        elif any(t.content or t.tag == "CD" for t in (*left, *right)):
            return False
    return swapped > 0 and shared >= ENOUGH


@lru_cache(maxsize=20_000)
def _words(sentence: str) -> tuple[Token, ...]:
    return tuple(t for t in tokens(sentence) if t.text[0].isalnum())


def _keys(words: Sequence[Token]) -> list[str]:
    return [t.norm if t.content else t.lower for t in words]


def _exclude(
    left: Sequence[Token], right: Sequence[Token], words: Sequence[Token], others: Sequence[Token], at: int
) -> bool:
    """Whether what stands in one place of two sentences, in the first one from `at` on, are two values of which only one can be right."""
    if at and words[at - 1].lower in COUNTING:
        return False
    figures = [[v for t in side if (v := _figure(t)) is not None] for side in (left, right)]
    plain = [[t for t in side if t.content and _figure(t) is None and not _dated(t)] for side in (left, right)]
    if len(figures[0]) == len(figures[1]) == 1 and not any(plain):
        dated = any(_dated(t) for t in (*left, *right)) or all(YEARS[0] <= v[0] < YEARS[1] for v in figures)
        one, other = _amount(left, words), _amount(right, others)
        meet = one is not None and other is not None and one.meets(other)
        return figures[0] != figures[1] and not meet and (not dated or _once(words))
    if any(figures):
        return False
    if all(
        side and all(_dated(t) for t in side if t.content) and any(_dated(t) for t in side) for side in (left, right)
    ):
        return _once(words)
    if not all(side and all(t.tag.startswith("NN") for t in side) for side in (left, right)):
        return False
    before = [t.lower for t in words[max(0, at - 2) : at] if t.lower not in ARTICLES]
    if before and before[-1] in PLACED:
        return _once(words, "place_event")
    neighbours = [*words[max(0, at - 1) : at], *words[at + len(left) : at + len(left) + 1]]
    return len(left) == len(right) == 1 and all(t.name for t in (*left, *right)) and any(t.name for t in neighbours)


def _verb(token: Token) -> bool:
    return token.tag.startswith("VB") and base_form(token.lower, token.tag) not in HELPING


def _amount(side: Sequence[Token], words: Sequence[Token]) -> Amount | None:
    """The measure or count in which a sentence's figure stands, with its range: "about 40" meets "38"."""
    start = next(t.start for t in side if _figure(t) is not None)
    return next((v.amount for v in quantities(words) if v.start <= start < v.end), None)


def _figure(token: Token) -> float | None:
    value = number(token.text)
    return value if value is not None else spelled_number(token.lower)


def _dated(token: Token) -> bool:
    return token.lower in WEEKDAYS or (token.name and token.lower[:3] in MONTHS)


def _once(words: Sequence[Token], *more: Role) -> bool:
    """Whether a sentence tells of something that happens but once to one thing, or plays another role."""
    verbs = {base_form(t.lower, t.tag) for t in words if t.tag.startswith("VB")}
    return bool(verbs & ONCE) or any(lexicon().plays(stem(v), role) for v in verbs for role in ("unique_event", *more))

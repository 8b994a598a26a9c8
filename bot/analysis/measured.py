"""Plain measures and counts: two sentences that give one thing two weights, lengths or ages, in whatever words they tell the rest, or say of one deed
that it was done to so many and to so many others.

"The bell, cast in 1742, weighs 840 kilograms" and "Old Marta weighs 1,200 kilograms": a thing has one weight. Invented news that the models
learn from disagrees so seldom in so plain a way that they take two figures for those of two things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.analysis.clauses import Event, events
from bot.analysis.values import quantities
from bot.analysis.words import Token, tokens
from index.types import Amount

DIMENSIONS = frozenset(["long", "high", "tall", "deep", "wide", "thick", "heavy", "old"])
"""What stands behind a measure and says of what it is: "is 40 metres high"."""
MEASURING = frozenset(["weigh", "measur", "cost", "last"])
"""Stems of verbs whose object is the one measure of their subject."""
MEASURE = re.compile(r"(?!count:|label:)\w")
"""Units of measures and money: so many of somebody are of no unit of their own."""
PARTS = frozenset(
    [
        "another",
        "more",
        "other",
        "further",
        "least",
        "badly",
        "seriously",
        "critically",
        "severely",
        "slightly",
        "lightly",
        "them",
        "also",
        "earlier",
        "first",
    ]
)
"""What tells that a count is of a part, or of something else."""
SHARED = 2
"""Content words that two sentences with two counts share at least, beside the deed and whom it was done to."""
NEXT = 24
"""Characters from the beginning of one measure to that of another that adds to it."""
BEHIND = 2
"""So many words stand between the verb and its measure at most: "weighs about 40 tonnes"."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a sentence says some thing measures. `head` is the normal form of the thing's noun, '' for none; `named` whether it goes by a name or a pronoun."""

    dimension: str
    amount: Amount
    head: str
    named: bool

    def excludes(self, other: Measured) -> bool:
        """Whether both are of one dimension and unit, and the one's range meets the other's nowhere."""
        same = self.dimension == other.dimension and self.amount.unit == other.amount.unit
        return same and not self.amount.meets(other.amount)


def apart(one: str, other: str, nearest: float) -> bool:
    """Whether two sentences give one thing two measures of a dimension. `nearest` is 1 where each of them is the other's nearest of its
    article, 0.5 where one of them is, else 0: two of one noun may be two things where neither is, and a name, or a pronoun, and a noun are one thing only where both are."""
    return any(
        a.excludes(b) and ((a.head == b.head != "" and nearest > 0) or (a.named is not b.named and nearest == 1))
        for a in _measured(one)
        for b in _measured(other)
    ) or (nearest == 1 and _counted_apart(one, other))


def _counted_apart(one: str, other: str) -> bool:
    """Whether two sentences on one matter say of one deed that it was done to so many and to so many others."""
    return any(
        a.excludes(b) and len((_content(one) & _content(other)) - {a.dimension, a.head}) >= SHARED
        for a in _counted(one)
        for b in _counted(other)
    )


@lru_cache(maxsize=20_000)
def _content(sentence: str) -> frozenset[str]:
    return frozenset(t.norm for t in tokens(sentence) if t.content)


@lru_cache(maxsize=20_000)
def _counted(sentence: str) -> tuple[Measured, ...]:
    """To how many a deed was done, with the deed as the dimension."""
    words = tokens(sentence)
    if any(t.lower in PARTS for t in words):
        return ()
    found, given = [], quantities(words)
    for event in events(words):
        patient = event.patient
        if patient is None or event.copular or event.negated or event.modal:
            continue
        first, last = patient.tokens[0].start, patient.tokens[-1].end
        for value in given:
            if value.amount and value.amount.unit.startswith("count:") and first <= value.start < last:
                found.append(Measured(event.verb, value.amount, patient.head.norm, False))
    return tuple(found)


@lru_cache(maxsize=20_000)
def _measured(sentence: str) -> tuple[Measured, ...]:
    words = tokens(sentence)
    told, given = events(words), quantities(words)
    found = []
    for value in given:
        inside = [i for i, t in enumerate(words) if value.start <= t.start < value.end]
        event = next((e for e in reversed(told) if inside and e.at < inside[0]), None)
        if event is None or value.amount is None or not MEASURE.match(value.amount.unit):
            continue
        if any(
            o.amount and o.amount.unit == value.amount.unit and 0 < abs(o.start - value.start) <= NEXT for o in given
        ):
            continue  # "six pounds and thirteen ounces" is neither
        dimension = _dimension(event, words, inside[-1] + 1)
        subject = event.subject
        if dimension and subject and inside[0] - event.end <= BEHIND and not (event.negated or event.modal):
            pronoun = subject.head.tag.startswith("PRP")
            head = "" if pronoun else subject.head.norm
            found.append(Measured(dimension, value.amount, head, subject.named or pronoun))
    return tuple(found)


def _dimension(event: Event, words: list[Token], behind: int) -> str:
    if event.copular or event.verb == "be":
        following = words[behind].lower if behind < len(words) else ""
        return following if following in DIMENSIONS else ""
    return event.verb if event.verb in MEASURING else ""

"""Whether two answers say the same: words of two sources that a reader found for one question.

Dates, times and figures with their units are compared as values, names by their spellings, everything else by its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from bot.analysis.values import clock_times, dates, quantities, special
from bot.analysis.words import fold, same_name, tokens
from index.types import Amount

YEAR_UNKNOWN = 2000
"""The year in which dates without one are compared."""
SMALL = frozenset(["the", "a", "an", "of", "in", "on", "at", "by", "to", "for", "and", "or", "from", "with", "about", "some", "around", "nearly", "almost", "roughly", "approximately", "over", "least", "more", "than", "mr", "mrs", "ms", "dr", "its", "their", "his", "her"])  # fmt: skip


class Likeness(StrEnum):
    """How two answers to one question stand to each other."""

    SAME = "same"
    OTHER = "other"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it is compared."""

    words: frozenset[str]
    names: frozenset[str]
    days: tuple[Amount, ...]
    times: tuple[Amount, ...]
    amounts: tuple[Amount, ...]
    yearless: bool


@lru_cache(maxsize=20_000)
def answered(text: str) -> Answered:
    """An answer's words, names and values."""
    days, times = dates(text, None, YEAR_UNKNOWN), clock_times(text)
    taken = [(v.start, v.end) for v in (*days, *times)]
    found = tokens(text)
    amounts = [v for v in (*quantities(found), *special(text)) if not any(a < v.end and v.start < b for a, b in taken)]
    words = frozenset(t.norm if t.content else t.lower for t in found if t.lower not in SMALL and t.text[0].isalnum())
    names = frozenset(fold(t.text) for t in found if t.name and t.lower not in SMALL and not t.text[0].isdigit())
    return Answered(
        words, names, tuple(v.amount for v in days), tuple(v.amount for v in times), tuple(v.amount for v in amounts),
        not re.search(r"\b[12]\d{3}\b", text),
    )  # fmt: skip


def likeness(one: str, other: str, asked: frozenset[str] = frozenset()) -> Likeness:
    """Whether two answers to one question say the same. Symmetric.

    `asked` are the folded names of the question, which tell nothing of an answer: "the Roscosmos chief" names nobody.
    """
    a, b = answered(one), answered(other)
    if a.words == b.words or (a.words and b.words and (a.words <= b.words or b.words <= a.words)):
        return Likeness.SAME
    for mine, yours in ((a.days, b.days), (a.times, b.times)):
        if mine and yours:
            return Likeness.SAME if _meet(mine, yours, a.yearless or b.yearless) else Likeness.OTHER
    if a.amounts and b.amounts:
        units = {x.unit for x in a.amounts} & {y.unit for y in b.amounts}
        if any(x.meets(y) for x in a.amounts for y in b.amounts) or _equal_figures(a.amounts, b.amounts):
            return Likeness.SAME
        return Likeness.OTHER if units or not (a.names or b.names) else Likeness.UNCLEAR
    ours, theirs = a.names - asked, b.names - asked
    if ours and theirs:
        return Likeness.SAME if any(same_name(x, y) for x in ours for y in theirs) else Likeness.OTHER
    if ours or theirs:
        return Likeness.UNCLEAR  # somebody by name and by what they are
    shared = len(a.words & b.words) / max(1, min(len(a.words), len(b.words)))
    if shared >= 0.5:
        return Likeness.SAME
    return Likeness.OTHER if shared == 0 else Likeness.UNCLEAR


def _meet(ours: Sequence[Amount], theirs: Sequence[Amount], yearless: bool) -> bool:
    """Whether two dates or times may be one; where one of them has no year, the year does not count."""
    if any(x.low <= y.high and y.low <= x.high for x in ours for y in theirs):
        return True
    return yearless and any(_of_year(x) & _of_year(y) for x in ours for y in theirs)


def _of_year(days: Amount) -> frozenset[tuple[int, int]]:
    """The days of the year that a date may be, as (month, day)."""
    if days.unit != "day" or days.high - days.low > 31:
        return frozenset()
    return frozenset((d.month, d.day) for n in range(int(days.low), int(days.high) + 1) for d in [date.fromordinal(n)])


def _equal_figures(ours: Sequence[Amount], theirs: Sequence[Amount]) -> bool:
    """Whether a figure stands in both, counted in other words: "7 sailors" and "seven"."""
    return any(x.low == y.low and x.high == y.high and "s" not in (x.unit, y.unit) for x in ours for y in theirs)

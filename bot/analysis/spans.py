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

from bot.analysis.measured import MEASURE
from bot.analysis.values import clock_times, dates, quantities, special
from bot.analysis.words import fold, same_name, tokens
from index.types import Amount

YEAR_UNKNOWN = 2000
"""The year in which dates without one are compared."""
SMALL = frozenset(["the", "a", "an", "of", "in", "on", "at", "by", "to", "for", "and", "or", "from", "with", "about", "some", "around", "nearly", "almost", "roughly", "approximately", "over", "least", "more", "than", "mr", "mrs", "ms", "dr", "its", "their", "his", "her"])  # fmt: skip


LARGE = re.compile(r"(?i)\b(?:hundred|thousand|million|billion|trillion|dozen)\b")
LONGEST_VALUE = 40
"""Characters: what is longer is no value that was cut off."""
HALF_A_DAY = 12 * 60
"""Minutes: "9:20" is said of the morning and of the evening."""
HALF = re.compile(r"(?i)\b(?:[ap]\.?m\b|morning|afternoon|evening|night|noon|midnight|hours)")
"""What says of which half of the day a time is."""
FEWEST_DIGITS, FEWER = 2, 2
"""A figure in so many significant digits at least is a rounded one where the exact one has so many more: 22,000 of 21,870, but not 120 of 118."""
YEARS = range(1900, 2100)


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
    any_half: bool
    """Whether its time may be of either half of the day."""


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
        bool(times) and all(v.amount.high <= HALF_A_DAY for v in times) and not HALF.search(text),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _values(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text's dates, times, measures and large numbers stand."""
    figures = [
        v for v in quantities(tokens(text)) if MEASURE.match(v.amount.unit) or LARGE.search(text[v.start : v.end])
    ]
    return tuple((v.start, v.end) for v in (*figures, *clock_times(text), *dates(text, None, YEAR_UNKNOWN)))


def completed(text: str, start: int, end: int) -> tuple[int, int]:
    """A place in a text, widened by what it cuts off a value: "2,440" of "2,440 metres", "ten" of "half past ten"."""
    cut = [(a, b) for a, b in _values(text) if a < end and start < b and b - a <= LONGEST_VALUE]
    return min([start, *(a for a, _ in cut)]), max([end, *(b for _, b in cut)])


def likeness(one: str, other: str, asked: frozenset[str] = frozenset()) -> Likeness:
    """Whether two answers to one question say the same. Symmetric.

    `asked` are the folded names of the question, which tell nothing of an answer: "the Roscosmos chief" names nobody.
    """
    a, b = answered(one), answered(other)
    if a.words == b.words or (a.words and b.words and (a.words <= b.words or b.words <= a.words)):
        return Likeness.SAME
    for mine, yours, found in _moments(a, b):
        if mine and yours:
            return found
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


def held(answer: str, text: str, asked: frozenset[str]) -> float:
    """How much of an answer a text holds, 0 to 1, the recall of its words: all of it where they share a date, a time or a measure, else the part of its words that are not the
    question's (`asked`, as they are normalised) and stand in the text."""
    a, b = answered(answer), answered(text)
    if any(found is Likeness.SAME and mine for mine, _, found in _moments(a, b)):
        return 1.0
    if any(x.meets(y) for x in a.amounts for y in b.amounts):
        return 1.0
    words = a.words - asked
    return len(words & b.words) / len(words) if words else 0.0


def _moments(one: Answered, other: Answered) -> list[tuple[Sequence[Amount], Sequence[Amount], Likeness]]:
    """The dates of two answers, and their times, with whether some of each may be one; of a time that may be of either half of the day that is unclear."""
    yearless = one.yearless or other.yearless
    days = _meet(one.days, other.days) or (
        yearless and any(_of_year(x) & _of_year(y) for x in one.days for y in other.days)
    )
    times = Likeness.SAME if _meet(one.times, other.times) else Likeness.OTHER
    if times is Likeness.OTHER and (one.any_half or other.any_half):
        turned = _meet(one.times, other.times, (-HALF_A_DAY, HALF_A_DAY))
        times = Likeness.UNCLEAR if turned else Likeness.OTHER
    return [(one.days, other.days, Likeness.SAME if days else Likeness.OTHER), (one.times, other.times, times)]


def _meet(ours: Sequence[Amount], theirs: Sequence[Amount], offsets: Sequence[int] = (0,)) -> bool:
    """Whether two dates or times may be one, whichever of some minutes the first is off."""
    return any(x.low + off <= y.high and y.low <= x.high + off for x in ours for y in theirs for off in offsets)


def _of_year(days: Amount) -> frozenset[tuple[int, int]]:
    """The days of the year that a date may be, as (month, day)."""
    if days.unit != "day" or days.high - days.low > 31:
        return frozenset()
    return frozenset((d.month, d.day) for n in range(int(days.low), int(days.high) + 1) for d in [date.fromordinal(n)])


def _equal_figures(ours: Sequence[Amount], theirs: Sequence[Amount]) -> bool:
    """Whether a figure stands in both, counted in other words or rounded: "7 sailors" and "seven", "21,870" and "22,000"."""
    return any(
        "s" not in (x.unit, y.unit) and not any(a.unit.startswith("label:") for a in (x, y))
        and ((x.low == y.low and x.high == y.high) or (_one_kind(x, y) and (_rounds(x, y) or _rounds(y, x))))
        for x in ours for y in theirs
    )  # fmt: skip


def _one_kind(x: Amount, y: Amount) -> bool:
    """Whether two figures may count one thing: a bare number may be of anything."""
    return (
        x.unit == y.unit
        or "count:" in (x.unit, y.unit)
        or (x.unit.startswith("count:") and y.unit.startswith("count:"))
    )


def _rounds(x: Amount, y: Amount) -> bool:
    """Whether the second of two figures is the first one, rounded."""
    exact, rounder = x.low, y.low
    if exact != x.high or rounder != y.high or exact != int(exact) or rounder != int(rounder):
        return False
    if int(exact) in YEARS and int(rounder) in YEARS:
        return False
    digits, fewer = (len(str(int(v)).rstrip("0")) for v in (exact, rounder))
    step = 10 ** (len(str(int(rounder))) - fewer)
    return FEWEST_DIGITS <= fewer <= digits - FEWER and (int(exact) + step // 2) // step * step == int(rounder)

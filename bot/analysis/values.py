"""Typed values in a sentence: counts, measures, money, percentages, durations, clock times and dates.

Every value is a range in one base unit, so that "about 5 km" and "3.1 miles" can meet. Unit factors are those of
NIST SP 811. A hedge ("nearly", "at least") widens the range; nothing is compared by a ratio of two figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf

from bot.analysis.words import WEEKDAYS, Token
from index.types import Amount, Kind

ONES = {w: i for i, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"])}  # fmt: skip
TENS = {
    w: 10 * i for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
SCALES = {
    "hundred": 100.0,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "dozen": 12.0,
    "m": 1e6,
    "bn": 1e9,
    "k": 1e3,
    "mn": 1e6,
}
ORDINALS = {
    w: i
    for i, w in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
        ],
        1,
    )
}

_LENGTH, _MASS, _TIME = "m", "kg", "s"
UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(["m", "metre", "metres", "meter", "meters"], (_LENGTH, 1.0)),
    **dict.fromkeys(["km", "kilometre", "kilometres", "kilometer", "kilometers"], (_LENGTH, 1000.0)),
    **dict.fromkeys(["cm", "centimetre", "centimetres", "centimeter", "centimeters"], (_LENGTH, 0.01)),
    **dict.fromkeys(["mm", "millimetre", "millimetres", "millimeter", "millimeters"], (_LENGTH, 0.001)),
    **dict.fromkeys(["mile", "miles"], (_LENGTH, 1609.344)),
    **dict.fromkeys(["foot", "feet", "ft"], (_LENGTH, 0.3048)),
    **dict.fromkeys(["inch", "inches"], (_LENGTH, 0.0254)),
    **dict.fromkeys(["yard", "yards"], (_LENGTH, 0.9144)),
    **dict.fromkeys(["kg", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes"], (_MASS, 1.0)),
    **dict.fromkeys(["gram", "grams", "gramme", "grammes"], (_MASS, 0.001)),
    **dict.fromkeys(["tonne", "tonnes"], (_MASS, 1000.0)),
    **dict.fromkeys(["pound", "pounds", "lb", "lbs"], (_MASS, 0.45359237)),
    **dict.fromkeys(["ounce", "ounces", "oz"], (_MASS, 0.028349523)),
    **dict.fromkeys(["stone"], (_MASS, 6.35029318)),
    **dict.fromkeys(["ton", "tons"], (_MASS, 1000.0)),
    **dict.fromkeys(["second", "seconds"], (_TIME, 1.0)),
    **dict.fromkeys(["minute", "minutes", "min", "mins"], (_TIME, 60.0)),
    **dict.fromkeys(["hour", "hours", "hr", "hrs"], (_TIME, 3600.0)),
    **dict.fromkeys(["day", "days"], (_TIME, 86400.0)),
    **dict.fromkeys(["week", "weeks"], (_TIME, 604800.0)),
    **dict.fromkeys(["fortnight"], (_TIME, 1209600.0)),
    **dict.fromkeys(["month", "months"], (_TIME, 2629800.0)),
    **dict.fromkeys(["year", "years"], (_TIME, 31557600.0)),
    **dict.fromkeys(["decade", "decades"], (_TIME, 315576000.0)),
    **dict.fromkeys(["century", "centuries"], (_TIME, 3155760000.0)),
    **dict.fromkeys(["hectare", "hectares", "ha"], ("m2", 10000.0)),
    **dict.fromkeys(["acre", "acres"], ("m2", 4046.8564)),
    **dict.fromkeys(["litre", "litres", "liter", "liters"], ("l", 1.0)),
    **dict.fromkeys(["gallon", "gallons"], ("l", 4.2)),
    **dict.fromkeys(["kb", "kilobyte", "kilobytes"], ("byte", 1e3)),
    **dict.fromkeys(["mb", "megabyte", "megabytes"], ("byte", 1e6)),
    **dict.fromkeys(["gb", "gigabyte", "gigabytes"], ("byte", 1e9)),
    **dict.fromkeys(["tb", "terabyte", "terabytes"], ("byte", 1e12)),
    **dict.fromkeys(["percent", "%", "per-cent"], ("%", 1.0)),
    **dict.fromkeys(["degree", "degrees", "°c", "celsius"], ("degree", 1.0)),
    **dict.fromkeys(["kmh", "km/h", "kph"], ("m/s", 1 / 3.6)),
    **dict.fromkeys(["mph"], ("m/s", 0.44704)),
    **dict.fromkeys(["knot", "knots"], ("m/s", 0.514444)),
    **dict.fromkeys(["megawatt", "megawatts", "mw"], ("w", 1e6)),
}
CURRENCIES = frozenset(
    [
        "dollar",
        "dollars",
        "euro",
        "euros",
        "pound",
        "pounds",
        "crown",
        "crowns",
        "mark",
        "marks",
        "franc",
        "francs",
        "krona",
        "kronor",
        "krone",
        "kroner",
        "rouble",
        "roubles",
        "ruble",
        "rubles",
        "yen",
        "peso",
        "pesos",
        "lira",
        "rupee",
        "rupees",
        "zloty",
        "usd",
        "eur",
        "gbp",
        "cent",
        "cents",
        "pence",
        "shilling",
        "shillings",
        "guilder",
        "guilders",
        "forint",
        "florin",
        "florins",
    ]
)
SYMBOLS = {"$": "money", "€": "money", "£": "money", "¥": "money"}
LIFE_S = 50 * 31557600.0
"""A ban or sentence "for life" lasts at least so long, in seconds."""

ABOUT = frozenset(
    [
        "about",
        "around",
        "some",
        "nearly",
        "almost",
        "roughly",
        "approximately",
        "circa",
        "approx",
        "estimated",
        "close",
        "towards",
        "like",
        "toward",
        "well",
    ]
)

UNKNOWN_YEAR = 2000
"""The year of dates in a story whose year is not known: a leap year, and the same one for all."""
MONTHS = {name[:3]: n for n, name in enumerate(
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"], 1)}  # fmt: skip
MONTH = r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?|july?|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
DATE = re.compile(
    rf"""(?ix) \b(?:
      (?P<iso>\d{{4}}-\d{{2}}-\d{{2}})
    | (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?(?P<m1>{MONTH})\b(?:,?\ (?P<y1>(?:19|20)\d\d))?
    | (?P<m2>{MONTH})\ (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|:|,\d)(?:,?\ (?P<y2>(?:19|20)\d\d))?
    | (?P<m3>{MONTH}),?\ (?P<y3>(?:19|20)\d\d)
    | (?:(?<=in\ )|(?<=since\ )|(?<=until\ )|(?<=last\ )|(?<=of\ )|(?<=by\ )|(?<=early\ )|(?<=late\ )|(?<=next\ ))(?P<m4>january|february|march|april|may|june|july|august|september|october|november|december)\b
    | (?P<rel>yesterday|today|tonight|tomorrow)
    | (?P<dow>(?:last\ |next\ )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b
    | (?P<week>(?:last|this|next)\ (?:week|month|year))
    | (?:(?<=in\ )|(?<=since\ )|(?<=of\ )|(?<=until\ )|(?<=by\ )|(?<=between\ )|(?<=from\ )|(?<=\())(?P<y4>(?:19|20)\d\d)\b
    )"""
)
CLOCK = re.compile(
    r"""(?ix) \b(?:
      (?P<h1>[01]?\d|2[0-3])[:.](?P<n1>[0-5]\d)(?:\s?(?P<p1>[ap])\.?m\b\.?)?
    | (?P<h2>[01]?\d)\s?(?P<p2>[ap])\.?m\b\.?
    | (?P<mil>(?:[01]\d|2[0-3])[0-5]\d)(?=\s(?:gmt|utc|hours|local|cet|est))
    | (?P<rel>(?:a\ )?quarter|half|twenty-five|twenty|ten|five)\ (?P<dir>past|to)\ (?P<h3>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})\b
    | (?P<h4>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})\ o['’]?\ ?clock
    | (?P<word>noon|midnight|midday)
    | (?:(?<=at\ )|(?<=after\ )|(?<=before\ )|(?<=by\ ))(?P<h5>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?=\ in\ the\b|\ on\ \w+day|[.,;]|$)
    )"""
)
ZONE = re.compile(r"(?i)\b(gmt|utc|universal time|cet|cest|est|edt|pst|bst|z)\b")


@dataclass(frozen=True, slots=True)
class Value:
    """A value with its place in the sentence; `head` is what is counted ("ballot"), normal form, or ''."""

    kind: Kind
    amount: Amount
    text: str
    start: int
    end: int
    head: str = ""
    ordinal: bool = False
    multiplier: bool = False


def number(text: str) -> float | None:
    """The value of digits with separators, or None: "30,000" is thirty thousand, never 30 and 0."""
    plain = re.sub(r"[,\u00a0\u202f ](?=\d{3}(?:\D|$))", "", text)
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        return None


def clock_times(sentence: str) -> list[Value]:
    """Clock times of a sentence in minutes since midnight, as written; one without a.m. or p.m. may be either half."""
    found: list[Value] = []
    for m in CLOCK.finditer(sentence):
        g = m.groupdict()
        exact = True
        if g["mil"]:
            minutes = int(g["mil"][:2]) * 60 + int(g["mil"][2:])
        elif g["word"]:
            minutes = 0 if g["word"].lower() == "midnight" else 720
        elif g["rel"]:
            step = {"quarter": 15, "half": 30, "twenty-five": 25, "twenty": 20, "ten": 10, "five": 5}[
                g["rel"].lower().removeprefix("a ")
            ]
            hour = _small(g["h3"])
            minutes = hour * 60 + (step if g["dir"].lower() == "past" else -step)
            exact = False
        else:
            hour = _small(g["h1"] or g["h2"] or g["h4"] or g["h5"])
            minutes = hour * 60 + int(g["n1"] or 0)
            exact = bool(g["n1"])
        if (
            "." in m.group()
            and not (g["p1"] or g["p2"])
            and g["n1"]
            and not re.search(r"(?i)\b(?:at|by|until|from|since|after|before)\s*$", sentence[: m.start()])
        ):
            continue
        half = g["p1"] or g["p2"]
        if half:
            minutes = minutes % 720 + (720 if half.lower() == "p" else 0)
        elif not exact or (g["h1"] and len(g["h1"]) == 1):
            after = sentence[m.end() : m.end() + 30].lower()
            if (
                re.match(r"\W*(?:\w+ ){0,3}(?:in the |on \w+ )?(?:afternoon|evening|night)\b", after)
                and minutes % 720 >= 180
            ):
                minutes = minutes % 720 + 720
        slack = 5 if not exact else 0
        found.append(
            Value(
                Kind.DATE, Amount(minutes - slack, minutes + slack, "clock", not exact), m.group(), m.start(), m.end()
            )
        )
    return found


def _small(word: str) -> int:
    return int(word) if word.isdigit() else ONES[word.lower()]


def dates(sentence: str, reference: date | None, story_year: int | None = None) -> list[Value]:
    """Dates of a sentence in days (proleptic ordinal). A relative date needs a reference, the article's own date,
    and is left out without one; a day without a year takes the reference's."""
    found: list[Value] = []
    year = reference.year if reference else story_year
    for m in DATE.finditer(sentence):
        span = _resolve(m, reference, year)
        if span:
            first, last = span
            found.append(
                Value(Kind.DATE, Amount(first.toordinal(), last.toordinal(), "day"), m.group(), m.start(), m.end())
            )
    return found


def _resolve(m: re.Match[str], reference: date | None, year: int | None) -> tuple[date, date] | None:
    g = m.groupdict()
    try:
        if g["iso"]:
            day = date.fromisoformat(g["iso"])
            return day, day
        for d, mo, y in (("d1", "m1", "y1"), ("d2", "m2", "y2")):
            if g[mo]:
                day = date(int(g[y] or year or UNKNOWN_YEAR), MONTHS[g[mo][:3].lower()], int(g[d]))
                return day, day
        if g["m3"]:
            return _month(int(g["y3"]), MONTHS[g["m3"][:3].lower()])
        if g["m4"]:
            if g["m4"] == "may" or not (year or reference):
                return None
            first, last = _month(int(year or UNKNOWN_YEAR), MONTHS[g["m4"][:3].lower()])
            if reference and first > reference and not _future(m):  # "in November", told in May, is the last one
                first, last = _month(first.year - 1, first.month)
            return first, last
        if g["y4"]:
            return date(int(g["y4"]), 1, 1), date(int(g["y4"]), 12, 31)
    except ValueError:
        return None
    if reference is None:
        return None
    if g["rel"]:
        day = reference + timedelta({"yesterday": -1, "tomorrow": 1}.get(g["rel"].lower(), 0))
        return day, day
    if g["dow"]:
        *which, weekday = g["dow"].lower().split()
        back = (reference.weekday() - WEEKDAYS.index(weekday)) % 7
        day = reference - timedelta(back)
        if re.match(r"\s+before\b", m.string[m.end() :]):  # "the Thursday before": a week back, or up to one
            return day - timedelta(7), day - timedelta(7 if back == 0 else 0)
        if which == ["next"] or _future(m):
            day += timedelta(7 if back or which == ["next"] else 0)
        return day - timedelta(7 if which == ["last"] and back == 0 else 0), day
    if g["week"]:
        which_, unit = g["week"].lower().split()
        if unit != "week":
            return None
        monday = reference - timedelta(reference.weekday()) + timedelta({"last": -7, "next": 7}.get(which_, 0))
        return monday, monday + timedelta(6)
    return None


def _future(m: re.Match[str]) -> bool:
    return bool(
        re.search(
            r"(?i)\b(?:will|until|due|next|going to|(?:is|are|still) to|plans?|expected|would)\b[^.;]{0,60}$|\bby(?: \w+){0,2} ?$",
            m.string[: m.start()],
        )
    )


def _month(year: int, month: int) -> tuple[date, date]:
    following = date(year + (month == 12), month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(1)


def quantities(tokens: Sequence[Token]) -> list[Value]:
    """Counts, measures, money, percentages and durations, in order. Numbers inside dates and clock times are the
    caller's to leave out."""
    found: list[Value] = []
    at = 0
    while at < len(tokens):
        read = _number_at(tokens, at)
        if read is None:
            at += 1
            continue
        value, size = read
        label = _label(tokens, at, size, value[0])
        found.append(label or _quantity(tokens, at, size, value))
        at += size
    return _joined(found, tokens)


def _number_at(tokens: Sequence[Token], at: int) -> tuple[tuple[float, float], int] | None:
    """A number in digits or words at a place, as a range, and how many tokens it takes."""
    token = tokens[at]
    word = token.lower.rstrip("-")
    if (
        word in ("a", "an")
        and at + 1 < len(tokens)
        and tokens[at + 1].lower in ("hundred", "thousand", "million", "billion", "dozen")
    ):
        scaled = SCALES[tokens[at + 1].lower]
        return (scaled, scaled), 2
    total: float | None
    size = 1
    if word in ORDINALS and at + 1 < len(tokens) and tokens[at + 1].lower in LABELLED:
        return (float(ORDINALS[word]),) * 2, 1
    if token.text[0].isdigit():
        if ordinal := re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word):
            place = float(ordinal.group(1))
            return ((place, place), 1) if at + 1 < len(tokens) and tokens[at + 1].lower in LABELLED else None
        total = number(token.text)
    elif word in ONES or word in TENS or re.fullmatch(r"[a-z]+-[a-z]+", word):
        if word == "one" and not _counts(tokens, at):
            return None
        total = spelled_number(word)
        while total is not None and at + size < len(tokens):
            following = tokens[at + size].lower
            part = spelled_number(following)
            if part is not None and total >= 20 and total % 10 == 0 and part < 10:
                total += part
            elif (
                following == "and"
                and at + size + 1 < len(tokens)
                and total >= 100
                and (extra := spelled_number(tokens[at + size + 1].lower))
            ):
                total += extra
                size += 1
            elif following in ("hundred",):
                total *= 100
            else:
                break
            size += 1
    else:
        return None
    if total is None:
        return None
    while (
        at + size < len(tokens)
        and tokens[at + size].lower in SCALES
        and (len(tokens[at + size].text) > 2 or token.text[0].isdigit())
    ):
        if tokens[at + size].lower in ("m", "k", "mn") and tokens[at + size].start != tokens[at + size - 1].end:
            break
        total *= SCALES[tokens[at + size].lower]
        size += 1
    return (total, total), size


LABELLED = frozenset(
    [
        "round",
        "precinct",
        "pier",
        "room",
        "gate",
        "platform",
        "line",
        "bus",
        "flight",
        "hall",
        "chapter",
        "section",
        "article",
        "lane",
        "route",
        "number",
        "page",
        "act",
        "stage",
        "phase",
        "lap",
        "floor",
        "block",
        "zone",
        "unit",
        "bay",
        "berth",
        "ward",
    ]
)


def _label(tokens: Sequence[Token], at: int, size: int, value: float) -> Value | None:
    """A number that names one of a series: "round 7", "Pier 9", "the seventh round"."""
    before = tokens[at - 1] if at else None
    after = tokens[at + size] if at + size < len(tokens) else None
    if tokens[at].lower in ORDINALS or re.fullmatch(r"\d+(?:st|nd|rd|th)", tokens[at].lower):
        if after is None or after.lower not in LABELLED:
            return None
        return Value(
            Kind.NUMBER,
            Amount(value, value, f"label:{after.norm}"),
            f"{tokens[at].text} {after.text}",
            tokens[at].start,
            after.end,
            after.norm,
            ordinal=True,
        )
    noun = _series(tokens, at)
    if noun is None:
        if before is None or not float(value).is_integer() or value > 9999 or tokens[at].start - before.end > 1:
            return None
        named = (
            before.tag.startswith("NNP") and not (after and after.tag.startswith("NNS")) and before.lower not in SYMBOLS
        )
        if before.lower not in LABELLED and not (
            named and tokens[at].text.isdigit() and not before.lower.startswith(tuple(MONTHS))
        ):
            return None
        noun = before
    return Value(
        Kind.NUMBER,
        Amount(value, value, f"label:{noun.norm}"),
        f"{noun.text} {tokens[at].text}",
        noun.start if noun is before else tokens[at].start,
        tokens[at + size - 1].end,
        noun.norm,
        ordinal=True,
    )


def _series(tokens: Sequence[Token], at: int) -> Token | None:
    """The noun whose members a bare number tells apart: the tower of "on tower 4", the cabins of "in cabins 5 and 7"."""
    if not re.fullmatch(r"\d{1,4}", tokens[at].text):
        return None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    listed = at > 1 and tokens[at - 1].lower in ("and", "or") and tokens[at - 2].text.isdigit()
    noun = at - (3 if listed else 1)
    if (
        noun < 1
        or tokens[noun - 1].tag not in ("IN", "DT", "PRP$", "TO")
        or (after and after.tag[:2] in ("NN", "JJ", "CD", "VB", "MD"))
    ):
        return None
    goes_on = listed or bool(
        after and after.lower in ("and", "or") and at + 2 < len(tokens) and tokens[at + 2].text.isdigit()
    )
    named = tokens[noun]
    if named.tag != ("NNS" if goes_on else "NN") or named.lower in UNITS or named.lower in NO_SERIES:
        return None
    return named


NO_SERIES = frozenset(
    [
        "age",
        "average",
        "total",
        "time",
        "noon",
        "midnight",
        "morning",
        "afternoon",
        "evening",
        "night",
        "today",
        "percent",
        "cent",
        "most",
        "least",
        "addition",
        "all",
    ]
)
"""Nouns before a number that it does not number: "at age 12", "on average 40"."""


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """Whether "one" counts something here rather than standing for somebody."""
    return (
        at + 1 < len(tokens)
        and tokens[at + 1].tag.startswith(("NN", "JJ"))
        and not (at and tokens[at - 1].lower in ("no", "the", "this", "that", "every", "any"))
    )


def spelled_number(word: str) -> float | None:
    """The value of a small number word in lower case, as in "twelve" or "twenty-one"; None for any other word."""
    if word in ONES:
        return ONES[word]
    if word in TENS:
        return TENS[word]
    first, _, second = word.partition("-")
    if first in TENS and second in ONES:
        return TENS[first] + ONES[second]
    return None


def _quantity(tokens: Sequence[Token], at: int, size: int, value: tuple[float, float]) -> Value:
    low, high = value
    end = at + size
    start = tokens[at].start
    before = [t.lower for t in tokens[max(0, at - 4) : at]]
    exact_word = not tokens[at].text[0].isdigit()
    unit, factor, taken, head = _unit(tokens, end, before)
    approximate = False
    if before and before[-1] in SYMBOLS:
        unit, factor, head = "money", 1.0, "money"
        start = tokens[at - 1].start
    near = before[-3:]
    if set(near[-2:]) & ABOUT or (len(near) > 1 and near[-2:] == ["up", "to"]):
        low, high, approximate = low - 0.08 * abs(low), high + 0.08 * abs(high), True
    elif near[-2:] in (["more", "than"], ["just", "over"], ["at", "least"], ["upwards", "of"]) or near[-1:] == ["over"]:
        high, approximate = high * 1.25 + 1, True
    elif near[-2:] in (["less", "than"], ["fewer", "than"], ["at", "most"], ["just", "under"]) or near[-1:] == [
        "under"
    ]:
        low, approximate = low * 0.75, True
    if not approximate and not exact_word:
        low, high = _rounded(tokens[at].text, low, high, unit)
    kind = Kind.DURATION if unit == _TIME else Kind.NUMBER
    last = tokens[min(end + taken, len(tokens)) - 1]
    multiplier = end < len(tokens) and tokens[end].lower in ("times", "x")
    if exact_word and low == high:
        approximate = False
    text = " ".join(t.text for t in tokens[at : end + taken]).rstrip(" -‐‑–")
    if before and before[-1] in SYMBOLS:
        sign = tokens[at - 1].text
        text = f"{sign} {text}" if sign.isalpha() else sign + text
    amount = Amount(low * factor, high * factor, unit or f"count:{head}", approximate)
    return Value(kind, amount, text, start, max(last.end, tokens[end - 1].end), head, multiplier=multiplier)


def _rounded(text: str, low: float, high: float, unit: str) -> tuple[float, float]:
    """A converted or rounded figure stands for what rounds to it: half of its last decimal, or 1 % of a measure."""
    decimals = re.search(r"\.(\d+)$", text)
    slack = 0.5 * 10 ** -len(decimals.group(1)) if decimals else 0.0
    if unit and unit not in ("money", "%", _TIME):
        slack = max(slack, 0.011 * abs(low), 0.5 if low >= 10 else 0.0)
    return low - slack, high + slack


def _unit(tokens: Sequence[Token], end: int, before: Sequence[str]) -> tuple[str, float, int, str]:
    """The unit that follows a number: base unit, factor, tokens taken, and what is counted."""
    following = [t.lower for t in tokens[end : end + 4]]
    if following[:1] and following[0] in ("-", "‐", "‑") and len(following) > 1:
        following = following[1:]
    if not following:
        return "", 1.0, 0, ""
    first = following[0]
    if first in ("cubic", "square") and len(following) > 1 and following[1] in UNITS:
        rate = "/s" if "per" in following[2:] else ""
        base, factor = UNITS[following[1]]
        power = 3 if first == "cubic" else 2
        return f"{base}{power}{rate}", factor**power, 2, ""
    if first in ("metric", "short", "long") and len(following) > 1 and following[1] in ("ton", "tons", "tonnes"):
        return _MASS, {"metric": 1000.0, "short": 907.18474, "long": 1016.0469}[first], 2, ""
    if (
        first in ("km", "kilometres", "kilometers", "miles", "metres", "meters")
        and len(following) > 1
        and following[1] in ("/", "per", "an")
    ):
        base, factor = UNITS[first]
        per = next((w for w in following[2:] if w in ("h", "hour", "s", "second")), "hour")
        return "m/s", factor / (1 if per in ("s", "second") else 3600), 3, ""
    if first in ("per",) and following[1:2] == ["cent"]:
        return "%", 1.0, 2, ""
    if first in CURRENCIES and not (
        first in ("pound", "pounds") and ("weigh" in " ".join(before) or "weighs" in before or "weighed" in before)
    ):
        return "money", 1.0, 1, "money"
    if first in UNITS:
        base, factor = UNITS[first]
        return base, factor, 1, ""
    if "-" in first:
        lead = first.split("-")[0]
        if lead in UNITS:
            base, factor = UNITS[lead]
            return base, factor, 1, ""
    return "", 1.0, *_counted(tokens, end)


def _counted(tokens: Sequence[Token], end: int) -> tuple[int, str]:
    """What a bare number counts: the head of the noun phrase after it. Returns tokens taken and its normal form."""
    head, taken = "", 0
    for offset, token in enumerate(tokens[end : end + 4]):
        if token.tag.startswith("NN") and not token.tag.startswith("NNP"):
            head, taken = token.norm, offset + 1
        elif head or not (
            token.tag.startswith(("JJ", "VBN", "VBG", "NNP"))
            or token.lower in ("other", "more", "of", "the", "its", "his", "their", "our", "those", "them")
        ):
            break
        elif token.lower == "them":
            head, taken = "person", offset + 1
            break
    return taken, head


def _joined(found: Sequence[Value], tokens: Sequence[Token]) -> list[Value]:
    """Join "six hours and ten minutes" into one duration and "two to four weeks", "between 3 and 5" into a range."""
    result: list[Value] = []
    for value in found:
        last = result[-1] if result else None
        if last is not None:
            between = [t.lower for t in tokens if last.end <= t.start < value.start]
            same = last.amount.unit == value.amount.unit
            if (
                same
                and value.kind is Kind.DURATION
                and between in (["and"], [], [","])
                and value.amount.high < last.amount.low
            ):
                amount = Amount(
                    last.amount.low + value.amount.low,
                    last.amount.high + value.amount.high,
                    _TIME,
                    last.amount.approximate,
                )
                result[-1] = Value(
                    Kind.DURATION,
                    amount,
                    f"{last.text} {' '.join(between)} {value.text}".replace("  ", " "),
                    last.start,
                    value.end,
                )
                continue
            joins = between in (["to"], ["or"], ["-"], ["–"]) or (
                between == ["and"] and _word_before(tokens, last.start) == "between"
            )
            if joins and last.amount.low < value.amount.high and (same or last.head == ""):
                scale = (
                    _scale(value)
                    if last.amount.unit.startswith("count") and not value.amount.unit.startswith("count")
                    else 1.0
                )
                amount = Amount(last.amount.low * scale, value.amount.high, value.amount.unit, True)
                result[-1] = Value(
                    value.kind, amount, f"{last.text} {between[0]} {value.text}", last.start, value.end, value.head
                )
                continue
        result.append(value)
    return result


def _scale(value: Value) -> float:
    return next(
        (
            factor
            for word, (unit, factor) in UNITS.items()
            if unit == value.amount.unit and word in value.text.lower().split()
        ),
        1.0,
    )


def _word_before(tokens: Sequence[Token], start: int) -> str:
    return next((t.lower for t in reversed(tokens) if t.end <= start), "")


def special(sentence: str) -> Iterator[Value]:
    """Durations said without a number: for life, overnight figures of speech are left alone."""
    for m in re.finditer(
        r"(?i)\b(?:for life|life(?:time|long)? (?:ban|sentence|suspension|imprisonment)|for ever|forever)\b", sentence
    ):
        yield Value(Kind.DURATION, Amount(LIFE_S, inf, _TIME), m.group(), m.start(), m.end())
    for m in re.finditer(
        r"(?i)\b(?P<n>a|an|half an|three quarters of an|a quarter of an|one and a half) (?P<u>hour|day|week|month|year|decade|minute|century)\b(?! (?:ago|later|earlier))",
        sentence,
    ):
        factor = {
            "a": 1.0,
            "an": 1.0,
            "half an": 0.5,
            "three quarters of an": 0.75,
            "a quarter of an": 0.25,
            "one and a half": 1.5,
        }[m["n"].lower()]
        value = factor * UNITS[m["u"].lower()][1]
        yield Value(Kind.DURATION, Amount(value * 0.9, value * 1.1, _TIME, True), m.group(), m.start(), m.end())

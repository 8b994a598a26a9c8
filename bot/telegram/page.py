"""A message as Telegram takes it: text and entities with UTF-16 offsets, never markup. Pure values and functions.

Whatever comes from an article or a user is data: `clean` takes invisible characters out of it, and no part of it can become
an entity, for entities are only what `Writer` is told to mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.analysis.grounding import words_in
from index.visible import visible

LONGEST = 4096
"""UTF-16 units in one message."""
MOST_MARKS = 100
"""Entities in one message; Telegram drops those beyond."""

LINKABLE = re.compile(
    r"(?i)(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}://\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,200}|(?<![\w@])@\w+|(?<!\w)#\w+"
    r"|(?<![\w/])/\w+(?:@\w+)?|(?<!\w)\$[A-Z]{1,8}\b|(?<![\w-])(?:[\w-]{1,63}\.){1,20}[^\W\d_]{2,63}(?::\d+)?(?:/\S*)?"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b(?:/\S*)?"
)
"""What Telegram would make a link, a mention, a tag or a command of by itself."""

Kind: TypeAlias = Literal["bold", "italic", "code", "text_link", "expandable_blockquote", "date_time"]


@dataclass(frozen=True, slots=True)
class Mark:
    """An entity: `start` and `length` in UTF-16 units of its page's text; `url` for a link, `unix` seconds for a time."""

    kind: Kind
    start: int
    length: int
    url: str | None = None
    unix: int | None = None

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Page:
    """One message's text with its marks."""

    text: str
    marks: tuple[Mark, ...] = ()


def units(text: str) -> int:
    """The length of a text in UTF-16 units, as Telegram counts."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def clean(text: str) -> str:
    """Text for display: without control, zero-width, bidi and tag characters, and without lone surrogates."""
    return visible(text).text.encode("utf-16", "replace").decode("utf-16")


class Writer:
    """Builds a page; offsets are kept as it goes."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._marks: list[Mark] = []
        self._length = 0

    def say(self, text: str, kind: Kind | None = None, url: str | None = None, unix: int | None = None) -> Writer:
        """Add text; `kind` marks it. Our own texts come as they are, anything else goes through `clean` first."""
        length = units(text)
        if kind and length and text.strip():
            self._marks.append(Mark(kind, self._length, length, url, unix))
        self._parts.append(text)
        self._length += length
        return self

    def data(self, text: str, stressed: str = "") -> Writer:
        """Add text of an article or a user: cleaned, on one line; what could become a link is marked as code, which cannot.

        Where `stressed` first stands in it is bold, unless a part of that is code.
        """
        seen, words = (" ".join(clean(part).split()) for part in (text, stressed))
        links = [m.span() for m in LINKABLE.finditer(seen)]
        found = words_in(words, seen)
        bold = (
            [(found.start, found.end)] if found and not any(a < found.end and found.start < b for a, b in links) else []
        )
        at = 0
        for a, b in sorted(links + bold):
            self.say(seen[at:a]).say(seen[a:b], "bold" if (a, b) in bold else "code")
            at = b
        return self.say(seen[at:])

    def quote(self, page: Page) -> Writer:
        """Add a page within an expandable quotation."""
        start = self._length
        self._marks += [replace(m, start=m.start + start) for m in page.marks]
        self.say(page.text, "expandable_blockquote")
        return self

    @property
    def length(self) -> int:
        """UTF-16 units so far."""
        return self._length

    @property
    def page(self) -> Page:
        """What was said so far, without blanks around it."""
        text = "".join(self._parts)
        lead = units(text) - units(text.lstrip())
        bare = text.strip()
        return cut(Page(text, tuple(self._marks)), lead, lead + units(bare))


def cut(page: Page, start: int, end: int) -> Page:
    """The part of a page between two offsets in UTF-16 units, marks cut to it."""
    data = page.text.encode("utf-16-le")
    text = data[2 * start : 2 * end].decode("utf-16-le")
    marks = []
    for m in page.marks:
        a, b = max(m.start, start), min(m.end, end)
        if a < b:
            marks.append(replace(m, start=a - start, length=b - a))
    return Page(text, tuple(marks))


BREAKS = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])[\"”’»)]*\s+"), re.compile(r"\s+"))


def split(page: Page, limit: int = LONGEST, most_marks: int = MOST_MARKS, most: int | None = None) -> list[Page]:
    """Cut a page into messages: at a paragraph, else a sentence, else a space; never inside a link or a surrogate pair.

    Of more than `most` messages the rest is left out, and the last one ends with an ellipsis.
    """
    pages: list[Page] = []
    rest = page if most is None else cut(page, 0, _before(page, (most + 1) * limit))
    while rest.text:
        last = most is not None and len(pages) == most - 1
        at = _place(rest, limit - (2 if last else 0), most_marks)
        head = _trimmed(cut(rest, 0, at))
        more = at < units(rest.text)
        if head.text:
            pages.append(Page(head.text + " …", head.marks) if last and more else head)
        if last:
            break
        rest = cut(rest, at, units(rest.text))
    return pages or [Page("")]


def _before(page: Page, at: int) -> int:
    """The last place in a page's text at or before an offset that lies in no surrogate pair."""
    data = page.text.encode("utf-16-le")
    if 2 * at >= len(data):
        return len(data) // 2
    return at - 1 if 0xDC00 <= int.from_bytes(data[2 * at : 2 * at + 2], "little") <= 0xDFFF else at


def defused(text: str) -> str:
    """A text in which Telegram makes no links of its own although nothing is marked: a word joiner breaks each of them."""
    return LINKABLE.sub(lambda m: re.sub(r"([./@#$:])", "\\1\u2060", m.group()), text)


def _place(page: Page, limit: int, most_marks: int) -> int:
    """Where the first message of a page ends."""
    whole = units(page.text)
    crowded = sorted(m.start for m in page.marks)[most_marks:]
    limit = min(limit, crowded[0] if crowded else limit)
    if whole <= limit:
        return whole
    offsets = _offsets(page.text)
    links = [(m.start, m.end) for m in page.marks if m.kind in ("text_link", "date_time", "code")]

    def free(at: int) -> bool:
        return not any(a < at < b for a, b in links)

    for pattern in BREAKS:
        found = [offsets[m.end()] for m in pattern.finditer(page.text)]
        fitting = [at for at in found if limit // 4 <= at <= limit and free(at)]
        if fitting:
            return fitting[-1]
    inside = [at for at in offsets if 0 < at <= limit]
    return max([at for at in inside if free(at)], default=max(inside, default=whole))


def _offsets(text: str) -> list[int]:
    """The UTF-16 offset of every character of a text, and of its end."""
    found, at = [0], 0
    for c in text:
        at += 2 if ord(c) > 0xFFFF else 1
        found.append(at)
    return found


def _trimmed(page: Page) -> Page:
    """A page without blanks around it."""
    lead = units(page.text) - units(page.text.lstrip())
    return cut(page, lead, lead + units(page.text.strip()))


def shortened(page: Page, limit: int = LONGEST) -> Page:
    """A page that fits into one message: its first part, with an ellipsis where something is left out."""
    return split(page, limit, most=1)[0]


def as_json(page: Page) -> dict[str, object]:
    """A page to be kept with an answer."""
    return {"text": page.text, "marks": [[m.kind, m.start, m.length, m.url, m.unix] for m in page.marks]}


def from_json(kept: object) -> Page | None:
    """A page that was kept; None for anything else."""
    if not isinstance(kept, dict) or not isinstance(kept.get("text"), str):
        return None
    marks: Sequence[Sequence[object]] = kept.get("marks", [])
    return Page(kept["text"], tuple(Mark(*m) for m in marks))  # type: ignore[arg-type]  # written by as_json

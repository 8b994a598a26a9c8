"""What a reader sees of a text: control, zero-width, bidi and tag characters left out, with a way back.

Unicode's general categories Cc, Cf, Co and Cs hold them (UAX #44); tabs and line ends are kept as white space.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from index.types import Span

HIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ue000-\uf8ff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff\ud800-\udfff]"
)
"""The characters that a reader does not see. A soft hyphen is one of them."""


@dataclass(frozen=True, slots=True)
class Visible:
    """The visible `text` and, for each of its code points, the offset in the original."""

    text: str
    offsets: tuple[int, ...] | range

    def original(self, start: int, end: int) -> Span:
        """The span of the original that shows as `text[start:end]`; an empty range gives an empty span."""
        if start >= end:
            at = self.offsets[start] if start < len(self.offsets) else (self.offsets[-1] + 1 if self.offsets else 0)
            return Span(at, at)
        return Span(self.offsets[start], self.offsets[end - 1] + 1)

    def visible(self, original: int) -> int:
        """The place in `text` of the first visible code point at or after an offset of the original."""
        return bisect_left(self.offsets, original)


def visible(text: str) -> Visible:
    """Leave out what a reader does not see."""
    if not HIDDEN.search(text):
        return Visible(text, range(len(text)))
    kept = [i for i, char in enumerate(text) if not HIDDEN.match(char)]
    return Visible("".join(text[i] for i in kept), tuple(kept))

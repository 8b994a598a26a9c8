"""What a saved page says beside its article: site names, bylines, share buttons, author's notes.

Noise is recognised by its form and place, and left in `article.text`; it only never becomes a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FURNITURE = re.compile(
    r"""(?ix) ^\W*(?:
      site\ icon | exit\ mobile\ version | share\ (?:this|on|via|tweet|article) | share$ | tweet$ | pin\ it | (?:share|tweet|save)(?:\W+(?:share|tweet|save|pin|mail))+
    | (?:read|see|watch)\ (?:also|more|next|our) | also\ read | more\ (?:like\ this|on\ this|from|stories|news) | related(?:\W|$) | you\ (?:may|might)\ also | recommended | trending
    | most\ (?:read|popular) | up\ next | next\ week\W | tomorrow\ in\ | coming\ up
    | advert | sponsored | promoted | subscribe | sign\ up | newsletter | follow\ us | join\ our | download\ our | get\ our
    | leave\ a\ (?:reply|comment) | your\ e-?mail\ address | \d+\ comments? | comments?\b.{0,30}$ | comment\ (?:in\ )?below | post\ a\ comment | log\ in | sign\ in
    | posted\ (?:in|by|on|under) | filed\ under | tags?\s*: | categor(?:y|ies)\s*: | topics?\s*: | updated\b.{0,60}$ | published\b.{0,40}$ | last\ (?:updated|modified)
    | (?:words|text|story|reporting|edited|photos?|pictures?)\ by\W
    | \(?(?:additional\ )?(?:reporting|writing|editing|photo|picture|image|source|credit)s?\ ?(?:by|:|-) | image\ credit | getty | file\ photo
    | (?:media|press)\ (?:contact|enquiries|inquiries|office)\b | contact\s*: | for\ immediate\ release\W*$ | press\ release\b.{0,40}$ | notes?\ to\ editors
    | about\ (?:the|this)\ (?:author|writer|site) | about\ us | disclaimer | copyright | ©|\(c\)\ | all\ rights\ reserved | terms\ of | privacy\ policy | cookie | we\ use\ cookies
    | have\ your\ say | your\ view | what\ do\ you\ think | (?:did|do|have|were)\ you\ .{0,60}\?\ +(?:send|text|vote|tell|e-?mail|call|write|contact) | vote\ (?:on|in) | text\ [A-Z]{2,} | reading\ times? | \d+\ min(?:ute)?s?\ read
    | home\ [»>] | skip\ to | menu$ | search$ | back\ to | print$ | e-?mail$ | advertisement | frequently\ asked | faq\b.{0,3}$
    )"""
)
"""How the furniture of a page begins."""

BYLINE = re.compile(
    r"^\W*(?:[Bb]y|BY|[Ww]ords by|[Pp]osted by|[Ss]tory by)\s+((?:[A-Z][\w.'’-]+\s*){1,4}(?:and\s+(?:[A-Z][\w.'’-]+\s*){1,4})?)"
)
BREADCRUMB = re.compile(r"\s[»>|•·/]\s|\s[|]\s")
TRADE = re.compile(
    r"""(?ix)\b(?:
      (?:writes?|writing|wrote|blogs?|reports?|reporting)\ (?:mostly\ |regularly\ |often\ )?(?:about|for|on|from)\b
    | covers?\b.{1,40}\bfor\b | covers\b | covering\b.{0,60}\btopics | (?:is|was)\ (?:a|an|the|our|one\ of)\b.{0,60}\b(?:reporter|editor|correspondent|writer|journalist|columnist|blogger|author|team)\b
    | (?:passionate|team\ of|freelance)\b | contributes?\ to | ’s\ (?:\w+\ ){0,2}(?:reporter|correspondent|editor) | not\ connected\ with | is\ not\ responsible
    )"""
)
"""How an author's note speaks of its author."""

TERMINAL = re.compile(r"[.!?…][\"'”’»)\]]*\s*$")
HEAD_BLOCKS = 6
NOTE_BLOCKS = 5


def noise(blocks: Sequence[str]) -> list[bool]:
    """For each block of an article, in order, whether it is noise. The first block, its headline, never is
    unless it is furniture."""
    flags = [bool(FURNITURE.match(block)) and len(block.split()) <= 40 for block in blocks]
    body = next(
        (i for i, block in enumerate(blocks) if i and TERMINAL.search(block) and len(block.split()) > 8), len(blocks)
    )
    authors = {name.casefold() for block in blocks for name in _authors(block)}
    for i, block in enumerate(blocks):
        words = block.split()
        if BYLINE.match(block) and len(words) <= 14 and not TERMINAL.search(block):
            flags[i] = True
        if i and not TERMINAL.search(block) and len(words) <= 14 and BREADCRUMB.search(block):
            flags[i] = True
        if (
            0 < i < min(body, HEAD_BLOCKS)
            and not TERMINAL.search(block)
            and len(words) <= 10
            and not _repeats(blocks[0], block)
        ):
            flags[i] = True
        if (
            i > body
            and i >= len(blocks) - NOTE_BLOCKS
            and _is_note(block, blocks[:i], authors, last=i >= len(blocks) - 3)
        ):
            flags[i] = True
        if i > body and i >= len(blocks) - 3 and not TERMINAL.search(block) and len(words) <= 8:
            flags[i] = True
    return flags


def _authors(block: str) -> list[str]:
    match = BYLINE.match(block)
    if not match or len(block.split()) > 14:
        return []
    return [name.strip() for name in re.split(r"\band\b", match.group(1)) if name.strip()]


def _is_note(block: str, before: Sequence[str], authors: set[str], last: bool) -> bool:
    """An author's note is near the end, names its author first, and tells what they write or where they live."""
    opening = block[:60].casefold()
    if any(author in opening for author in authors):
        return True
    if not last or not TRADE.search(block):
        return False
    names = re.findall(r"(?<![.!?] )\b[A-Z][a-z]{2,}\b", block[1:]) or re.findall(r"\b[A-Z][a-z]{2,}\b", block)
    told = " ".join(before[1:])
    return not any(name in told for name in names) or "’s health reporter" in block


def _repeats(headline: str, block: str) -> bool:
    """Pages often print the headline twice; the copy is a headline too."""
    return (
        bool(set(headline.split()) & set(block.split()))
        and len(set(block.split()) - set(headline.split())) <= len(block.split()) // 3
    )

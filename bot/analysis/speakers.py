"""Who is speaking: direct quotations with their speakers, and reported speech ("X said", "according to X")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.lexicon import lexicon
from bot.analysis.words import Token, base_form, fold, stem

QUOTED = re.compile(
    r"\"([^\"]+)(?:\"|$)|“([^”]+)(?:”|$)|«([^»]+)(?:»|$)|„([^“]+)(?:“|$)|(?<![\w])['‘]([^'’]{12,}(?:['’]\w[^'’]*)*)(?:['’])(?!\w)"
)
AGED = re.compile(r"(?i)^(?:\d+-)?-?year-old\s+(?=\S)")
"""How old a speaker is, before the name."""
ACCORDING = re.compile(r"(?i)\b(?:according to|in the words of|in the opinion of)\s+")


PLACED = ("in", "at", "from")
"""What says where a speaker is: "The prosecutor in Brenn said"."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks, at `start:end` of the sentence without the marks."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Speech:
    """What a sentence reports: the speaker (None: the article itself), and its quotations."""

    speaker: str | None
    quotations: tuple[Quotation, ...]


def speech(sentence: str, tokens: Sequence[Token], last_speaker: str | None = None) -> Speech:
    """Read who says what a sentence says.

    `last_speaker` is the person named last before the sentence: "he said" is theirs.
    """
    quotations = tuple(_quotation(m) for m in QUOTED.finditer(sentence))
    speaker = _according(sentence) or _by_verb(sentence, tokens, quotations)
    if speaker and fold(speaker) in ("he", "she", "hi", "they", "it", "i"):
        speaker = last_speaker or speaker
    elif speaker is None and quotations and max(len(q.text) for q in quotations) > 0.8 * len(sentence):
        speaker = last_speaker
    return Speech(speaker, quotations)


def _quotation(m: re.Match[str]) -> Quotation:
    group = next(i for i, g in enumerate(m.groups(), 1) if g is not None)
    return Quotation(m.group(group), m.start(group), m.end(group))


def _according(sentence: str) -> str | None:
    m = ACCORDING.search(sentence)
    if not m:
        return None
    rest = re.split(r"[,.;:]|\s(?:which|who|that|because)\s", sentence[m.end() :])[0]
    return rest.strip() or None


def _by_verb(sentence: str, tokens: Sequence[Token], quotations: Sequence[Quotation]) -> str | None:
    """The subject of a verb of speech outside the quotation marks."""
    inside = [(q.start, q.end) for q in quotations]
    for i in _last_first(tokens):
        token = tokens[i]
        if not token.tag.startswith("VB") or any(a <= token.start < b for a, b in inside):
            continue
        if not lexicon().plays(stem(base_form(token.lower, token.tag)), "speech"):
            continue
        if token.lower in ("called", "named") and i + 1 < len(tokens) and tokens[i + 1].tag.startswith("NNP"):
            continue  # "a spaniel called Pip" says nothing
        before, after = _side(tokens, i, -1, inside), _side(tokens, i, +1, inside)
        if base_form(token.lower, token.tag) in ("tell", "inform", "assure", "warn", "remind", "call"):
            after = None
        follows = sentence[token.end :].lstrip()[:1]
        if quotations and token.start > quotations[0].start:
            chosen = (
                after or before
                if i + 1 < len(tokens) and tokens[i + 1].tag.startswith(("NN", "DT", "JJ", "PRP"))
                else before or after
            )
            if chosen:
                return chosen
        if before and (follows in (":", "“", '"', ",") or _that_clause(tokens, i) or quotations):
            return before
        if before and i and len(tokens) - i <= 3 and "," in sentence[: token.start]:
            return before
        if after and i and tokens[i - 1].text in (",", "”", '"', "’", "—", "-", "–") and not _that_clause(tokens, i):
            return after
    return None


def _last_first(tokens: Sequence[Token]) -> list[int]:
    """Places in the order in which a verb of speech is looked for: ", officials said." at the end outranks the rest."""
    tail = [
        i for i in range(max(0, len(tokens) - 6), len(tokens)) if base_form(tokens[i].lower, tokens[i].tag) == "say"
    ]
    return tail + [i for i in range(len(tokens)) if i not in tail]


def _that_clause(tokens: Sequence[Token], verb: int) -> bool:
    """Whether what follows a verb of speech is a clause that it reports."""
    rest = tokens[verb + 1 :]
    if rest and rest[0].lower == "that":
        return True
    return any(t.tag in ("VBD", "VBZ", "VBP", "MD") for t in rest[:12])


def _side(tokens: Sequence[Token], verb: int, step: int, inside: Sequence[tuple[int, int]]) -> str | None:
    """The noun phrase right before or after a verb, as text."""
    picked: list[Token] = []
    i = verb + step
    while 0 <= i < len(tokens):
        t = tokens[i]
        if any(a <= t.start < b for a, b in inside):
            break
        fits = (
            t.tag.startswith(("NN", "JJ", "DT", "PRP", "CD"))
            or t.text in ("'s", "’s")
            or (t.lower in ("of", "the", "for") and picked)
            or (step < 0 and picked and t.lower in PLACED and i > 0 and tokens[i - 1].tag in ("NN", "NNS"))
        )
        if not fits and not (t.tag.startswith("RB") and not picked):
            break
        if fits:
            picked.append(t)
        i += step
    if step < 0:
        picked.reverse()
    while picked and not picked[-1].tag.startswith(("NN", "PRP", "CD")):
        picked.pop()
    while picked and picked[0].lower in ("of", "for", "'s", "’s"):
        picked.pop(0)
    if not any(t.tag.startswith(("NN", "PRP")) for t in picked) or (len(picked) > 1 and picked[-1].tag == "PRP"):
        return None  # "the firm that services it told the paper" is no word of "services it"
    text, end = "", None
    for t in picked:
        text += t.text if end is None or t.start == end else f" {t.text}"
        end = t.end
    return AGED.sub("", text)

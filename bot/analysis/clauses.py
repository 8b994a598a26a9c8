"""Who did what to whom, where: a shallow reading of a tagged sentence into events.

A chunker in the manner of Abney (1991): noun phrases and verb groups by their tags, then roles by position. It is wrong on
hard sentences, so whoever uses it must ask for agreement from more than one side before flagging anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.analysis.lexicon import lemmas, lexicon
from bot.analysis.words import Token, base_form

NEGATIVES = frozenset(
    [
        "not",
        "n't",
        "never",
        "no",
        "nobody",
        "none",
        "neither",
        "nor",
        "nothing",
        "without",
        "hardly",
        "no-one",
        "nowhere",
    ]
)
LIGHT = frozenset(["give", "make", "take", "have", "get", "do", "hold", "put", "set"])
"""Verbs that leave the meaning to their object: "gave the order", "made no payment"."""
CONJUNCTIONS = frozenset(
    [
        "that",
        "because",
        "although",
        "though",
        "while",
        "if",
        "unless",
        "whether",
        "whereas",
        "so",
        "when",
        "where",
        "once",
        "than",
    ]
)
"""What may be tagged as a preposition and opens a clause."""
SUBORDINATE = frozenset(
    [
        "because",
        "although",
        "though",
        "while",
        "when",
        "after",
        "before",
        "since",
        "until",
        "if",
        "unless",
        "as",
        "whereas",
        "so",
        "that",
        "where",
        "once",
    ]
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: tokens[start:end], its head, and the preposition before it ('' for none)."""

    tokens: tuple[Token, ...]
    preposition: str
    at: int
    core: int
    """How many of the tokens come before "of ...": the head is the last of these."""

    @property
    def head(self) -> Token:
        return self.tokens[self.core - 1]

    @property
    def end(self) -> int:
        return self.at + len(self.tokens)

    @property
    def text(self) -> str:
        return plain(self.tokens)

    @property
    def norms(self) -> tuple[str, ...]:
        """Normal forms of the words that say what it is, head last."""
        return tuple(t.norm for t in self.tokens if t.content)

    @property
    def named(self) -> bool:
        return any(t.name for t in self.tokens)

    @property
    def none(self) -> bool:
        """Whether it says that there is none: "no complaint", "not one figure"."""
        lowers = [t.lower for t in self.tokens[:2]]
        return bool(set(lowers) & {"no", "nobody", "none", "neither", "nothing", "no-one"}) or lowers[:1] == ["not"]


def plain(tokens: Sequence[Token]) -> str:
    """Tokens as they were written, with one space wherever there was any."""
    out, end = "", None
    for token in tokens:
        out += token.text if end is None or token.start == end else f" {token.text}"
        end = token.end
    return out


@dataclass(frozen=True, slots=True)
class Event:
    """A verb group with its subject, object and prepositional phrases; `at:end` are its tokens."""

    verb: str
    """Normal form of the main verb; of the complement, for a form of "be" with one."""
    words: tuple[str, ...]
    """Stems of the main verb and the particle or complement that follows: where poles and groups are looked up."""
    at: int
    end: int
    passive: bool
    negated: bool
    modal: bool
    past_perfect: bool
    future: bool
    copular: bool
    subject: Phrase | None = None
    object: Phrase | None = None
    phrases: tuple[Phrase, ...] = field(default=())
    particle: str = ""
    """Stem of a particle behind the object: "off" in "set the alarm off"."""

    @property
    def agent(self) -> Phrase | None:
        """Who did it: the subject of an active verb, the by-phrase of a passive one."""
        if self.passive:
            return next((p for p in self.phrases if p.preposition == "by"), None)
        return None if self.copular else self.subject

    @property
    def patient(self) -> Phrase | None:
        """What it was done to."""
        return self.subject if self.passive else self.object

    @property
    def concepts(self) -> frozenset[str]:
        """The groups of the verb, or the verb itself: what makes two events comparable."""
        found: set[str] = set()
        if self.words[0] in LIGHT and self.patient is not None:
            return frozenset(lexicon().concepts(self.patient.head.norm) or {self.patient.head.norm})
        for size in range(1, len(self.words) + 1):
            found |= set(lexicon().groups.get(self.words[:size], ()))
        if self.particle:
            found |= set(lexicon().groups.get((self.words[0], self.particle), ()))
        return frozenset(found or {self.verb})


def phrases(tokens: Sequence[Token]) -> list[Phrase]:
    """The noun phrases of a sentence in order, "of" phrases joined to their head's."""
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        size = _phrase_size(tokens, at)
        if not size:
            at += 1
            continue
        preposition = (
            tokens[at - 1].lower
            if at and tokens[at - 1].tag in ("IN", "TO") and tokens[at - 1].lower not in CONJUNCTIONS
            else ""
        )
        if at > 1 and preposition == "of" and tokens[at - 2].lower in ("out", "because", "instead", "ahead", "inside"):
            preposition = f"{tokens[at - 2].lower} of"
        elif (
            at > 1
            and preposition == "to"
            and tokens[at - 2].lower in ("due", "owing", "thanks", "according", "next", "close")
        ):
            preposition = f"{tokens[at - 2].lower} to"
        core = size
        while (
            at + size + 1 < len(tokens)
            and tokens[at + size].lower == "of"
            and (more := _phrase_size(tokens, at + size + 1))
        ):
            size += 1 + more
        found.append(Phrase(tuple(tokens[at : at + size]), preposition, at, core))
        at += size
    return found


TIME_TAG = "TM"
"""The tag of words that belong to a date or a clock time: they are neither actors nor places."""
TIME_WORDS = frozenset(
    [
        "morning",
        "afternoon",
        "evening",
        "night",
        "week",
        "month",
        "year",
        "noon",
        "midnight",
        "time",
        "hour",
        "hours",
        "day",
        "days",
        "weekend",
        "autumn",
        "spring",
        "summer",
        "winter",
        "moment",
    ]
)


def without_times(tokens: Sequence[Token], spans: Sequence[tuple[int, int]]) -> list[Token]:
    """The tokens with those of time expressions tagged so; spans are offsets in the sentence."""
    result: list[Token] = []
    for token in tokens:
        timed = any(a <= token.start < b for a, b in spans) or (
            token.lower in TIME_WORDS
            and token.tag.startswith("NN")
            and not (result and result[-1].tag == "CD" and result[-1].lower != "that")
        )
        result.append(replace(token, tag=TIME_TAG) if timed else token)
    return result


def _phrase_size(tokens: Sequence[Token], at: int) -> int:
    """How many tokens from here are one noun phrase; 0 where none starts."""
    end, noun = at, False
    while end < len(tokens):
        token = tokens[end]
        tag = token.tag
        if tag.startswith("NN") or (tag in ("PRP", "EX", "WP") and end == at) or (tag == "CD"):
            noun = True
        elif tag in ("POS",) or token.lower in ("'s", "’s"):
            if not noun:
                break
            noun = False
        elif tag in ("DT", "PRP$", "PDT") or token.lower in ("no", "not", "neither"):
            if noun or (
                token.lower == "not"
                and not (
                    end == at
                    and end + 1 < len(tokens)
                    and tokens[end + 1].lower in ("a", "one", "so", "even", "all", "the")
                )
            ):
                break
        elif (
            tag.startswith("JJ")
            or (tag in ("VBN", "VBG") and end > at and not noun)
            or (tag == "RB" and end > at and not noun)
        ):
            if noun:
                break
        else:
            break
        end += 1
        if tag in ("PRP", "EX", "WP") and end == at + 1:
            break
    while end > at and not (
        tokens[end - 1].tag.startswith(("NN", "PRP", "CD", "EX", "WP")) and tokens[end - 1].tag != "PRP$"
    ):
        if (
            tokens[end - 1].lower in ("no", "none", "both", "all", "this", "that", "those", "these", "many", "some")
            and end == at + 1
        ):
            break
        end -= 1
    return end - at


def events(tokens: Sequence[Token]) -> list[Event]:
    """The events of one sentence in order. A sentence without a verb has none."""
    groups = [g for g in _verb_groups(tokens) if not _inverted(tokens, g)]
    nouns = phrases(tokens)
    lemma = lemmas(tokens)
    found: list[Event] = []
    for number, (start, end) in enumerate(groups):
        previous_end = groups[number - 1][1] if number else 0
        following = groups[number + 1][0] if number + 1 < len(groups) else len(tokens)
        found.append(_event(tokens, lemma, nouns, start, end, previous_end, following, found))
    return found


def _verb_groups(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Runs of auxiliaries, adverbs and one main verb, as token ranges."""
    groups: list[tuple[int, int]] = []
    at = 0
    while at < len(tokens):
        tag = tokens[at].tag
        lower = tokens[at].lower
        starts = tag in ("MD", "VBD", "VBZ", "VBP", "VBN", "VB", "VBG") or (
            lower in ("'s", "'m", "'re", "'ve", "'d", "'ll") and tag != "POS"
        )
        if not starts or _attributive(tokens, at):
            at += 1
            continue
        end, main = at, at
        while end < len(tokens):
            t = tokens[end]
            if t.tag.startswith("VB") or t.tag == "MD" or t.lower in ("'ve", "'d", "'ll", "'re", "'m"):
                if end > main and not _auxiliary(tokens, main):
                    break
                main = end
            elif not (t.tag.startswith("RB") or t.lower in ("not", "n't", "never")) or (
                t.tag.startswith("RB") and not _auxiliary(tokens, main)
            ):
                break
            end += 1
        end = main + 1
        groups.append((at, end))
        at = end
    return groups


def _inverted(tokens: Sequence[Token], group: tuple[int, int]) -> bool:
    """The auxiliary of "did water pass" and "was it found": the event is the verb after the subject."""
    start, end = group
    if end - start != 1 or base_form(tokens[start].lower, tokens[start].tag) != "do":
        return False
    return any(t.tag == "VB" for t in tokens[end : end + 6])


def _auxiliary(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].tag == "MD" or base_form(tokens[at].lower, tokens[at].tag) in (
        "be",
        "have",
        "do",
        "will",
        "would",
        "get",
        "'s",
    )


def _attributive(tokens: Sequence[Token], at: int) -> bool:
    """A participle between an article and a noun is an adjective: "a defective, broken gauge"."""
    if tokens[at].tag not in ("VBN", "VBG", "VBD"):
        return False
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return bool(
        before
        and after
        and before.tag in ("DT", "PRP$", "JJ", "CD", "POS", "IN")
        and after.tag.startswith(("NN", "JJ"))
        and tokens[at].tag != "VBD"
    )


def _event(
    tokens: Sequence[Token],
    lemma: Sequence[str],
    nouns: Sequence[Phrase],
    start: int,
    end: int,
    previous_end: int,
    following: int,
    found: Sequence[Event],
) -> Event:
    main = end - 1
    group = tokens[start:end]
    bases = [base_form(t.lower, t.tag) for t in group]
    be = (
        any(b == "be" or t.lower in ("'s", "'re", "'m") for b, t in zip(bases[:-1], group[:-1], strict=True))
        or "get" in bases[:-1]
    )
    have = any(b == "have" or t.lower in ("'ve", "'d") for b, t in zip(bases[:-1], group[:-1], strict=True))
    joined = (
        bool(found)
        and found[-1].passive
        and start > 0
        and tokens[start - 1].tag in ("CC", "RB")
        and found[-1].end >= start - 6
        and not be
    )
    passive = tokens[main].tag in ("VBN", "VBD") and (be or (joined and len(group) == 1))
    reduced = (
        not be
        and not have
        and tokens[main].tag in ("VBN", "VBD")
        and main + 1 < len(tokens)
        and tokens[main + 1].lower == "by"
        and len(group) == 1
    )
    copular = bases[-1] in ("be", "become", "remain", "stay", "seem", "appear") or tokens[main].lower in (
        "'s",
        "'re",
        "'m",
    )
    negated = any(t.lower in NEGATIVES for t in tokens[start:end]) or (
        start > 0 and tokens[start - 1].lower in ("never", "not")
    )
    negated = negated or any(p.preposition and p.none for p in nouns if previous_end <= p.at < start)
    after = [p for p in nouns if end <= p.at < following]
    boundary = _clause_end(tokens, end, following)
    after = [p for p in after if p.at < boundary]
    direct = next(
        (p for p in after if not p.preposition and p.at <= end + 2 and not _stop_between(tokens, end, p.at)), None
    )
    subject = _subject(tokens, nouns, start, previous_end, found)
    before = [
        p
        for p in nouns
        if previous_end <= p.at < start
        and p.preposition
        and (not found or _clause_start(tokens, previous_end, start) <= p.at)
    ]
    words = [lemma[main]]
    if copular:
        words = [
            w for t, w in zip(tokens[end:boundary], lemma[end:boundary], strict=True) if t.tag not in ("DT", "PRP$")
        ][:4] or words
    else:
        words += lemma[end : min(boundary, end + 3)]
    verb = tokens[main].norm
    if copular:
        complement = next((t for t in tokens[end:boundary] if t.content), None)
        verb = complement.norm if complement else "be"
    return Event(
        verb=verb, words=tuple(words), at=start, end=end, passive=passive or reduced, negated=negated or bool(subject and subject.none) or bool(direct and direct.none),
        modal=any(t.tag == "MD" and t.lower not in ("will", "'ll", "'d", "wo") for t in group), past_perfect=any(t.lower in ("had", "'d") for t in group[:-1]),
        future=any(t.lower in ("will", "'ll", "wo") for t in group), copular=copular, subject=subject, object=None if copular else direct, phrases=tuple(before + [p for p in after if p.preposition]),
        particle=_particle(tokens, lemma, direct),
    )  # fmt: skip


PARTICLES = frozenset(["off", "on", "up", "down", "away", "out", "back", "over", "in"])


def _particle(tokens: Sequence[Token], lemma: Sequence[str], direct: Phrase | None) -> str:
    behind = direct.end if direct else len(tokens)
    return lemma[behind] if behind < len(tokens) and tokens[behind].lower in PARTICLES else ""


def _clause_end(tokens: Sequence[Token], start: int, following: int) -> int:
    """Where what belongs to a verb ends: at a semicolon, a dash, or a conjunction that opens a new clause."""
    for i in range(start, following):
        if tokens[i].tag == ":" or tokens[i].text == ";":
            return i
        if (
            tokens[i].lower in SUBORDINATE
            and tokens[i].tag in ("IN", "WRB", "RB")
            and i > start
            and following < len(tokens)
            and tokens[i].lower not in ("after", "before", "since", "until", "as")
        ):
            return i
    return following


def _clause_start(tokens: Sequence[Token], previous_end: int, start: int) -> int:
    """Where the clause of a verb begins after an earlier verb: behind the last comma, conjunction or pronoun that opens it."""
    for i in range(start - 1, previous_end - 1, -1):
        if tokens[i].tag in (",", ":", "CC", "WP", "WDT", "WRB") or (
            tokens[i].lower in SUBORDINATE and tokens[i].tag == "IN"
        ):
            return i
    return start


def _stop_between(tokens: Sequence[Token], start: int, end: int) -> bool:
    return any(t.tag in (",", ":", "IN", "TO", "CC", ".") for t in tokens[start:end])


def _subject(
    tokens: Sequence[Token], nouns: Sequence[Phrase], start: int, previous_end: int, found: Sequence[Event]
) -> Phrase | None:
    """The noun phrase that a verb group says something of."""
    left = start - 1
    while left >= previous_end and tokens[left].tag.startswith("RB"):
        left -= 1
    if left >= 0 and tokens[left].lower in ("who", "which", "that") and tokens[left].tag in ("WP", "WDT", "IN", "DT"):
        skip = left - 1
        while skip >= 0 and tokens[skip].text in (",", "–", "-"):
            skip -= 1
        return next((p for p in reversed(nouns) if p.end == skip + 1), None) or next(
            (p for p in reversed(nouns) if p.end <= left), None
        )
    if left >= 0 and tokens[left].tag == "CC" and found and found[-1].end >= left - 6:
        return found[-1].subject
    if left >= 0 and tokens[left].lower == "to" and found:
        return found[-1].subject
    clause = previous_end
    for i in range(start - 1, previous_end - 1, -1):
        if (
            tokens[i].text == ";"
            or tokens[i].tag == ":"
            or (tokens[i].lower in SUBORDINATE and tokens[i].tag in ("IN", "WRB"))
        ):
            clause = i
            break
    candidates = [p for p in nouns if clause <= p.at < start and not p.preposition and p.end <= start]
    if candidates:
        last = candidates[-1]
        if (
            len(candidates) > 1
            and any(t.text == "," for t in tokens[last.end : start]) is False
            and any(t.text == "," for t in tokens[candidates[0].end : last.at])
        ):
            parts = [t.tag for t in tokens[candidates[0].end : last.at]]
            return candidates[0] if found == [] and "CC" not in parts and last.end < start else last
        return (
            candidates[0]
            if len(candidates) == 1
            or not any(t.tag == "CC" or t.text == "," for t in tokens[candidates[0].end : last.at])
            else last
        )
    if found and any(t.tag == "CC" or t.text == "," for t in tokens[max(0, start - 2) : start]):
        return found[-1].subject
    if tokens[start].tag in ("VBN", "VBG"):
        before = [p for p in nouns if p.end <= start]
        return before[-1] if before and before[-1].end >= start - 1 else (found[-1].subject if found else None)
    return None

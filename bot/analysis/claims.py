"""An article's claims: what it says, sentence by sentence, in values that can be compared.

Each claim is about one facet of one event: how many, when, how long, who, where, why, whether, what it was called. The
quote of a claim is its whole sentence, so that no qualifier is cut off.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, zip_longest

from bot.analysis.clauses import NEGATIVES, PARTICLES, Event, Phrase, events, phrases, plain, without_times
from bot.analysis.lexicon import Pole, lemmas, lexicon
from bot.analysis.speakers import Speech, speech
from bot.analysis.values import MONTH, ZONE, Value, clock_times, dates, quantities, special
from bot.analysis.words import Token, base_form, known, normal, stem, tokens
from index.types import WHOLE, Amount, Article, Claim, Kind, Sentence
from index.visible import visible

KEYED_TERMS = 14
PAIRED_TERMS = 7
LABEL = 90
LONGEST_TOPIC = 140
"""Characters."""
ANYBODY = {"nobody": "anybody", "no-one": "anybody", "nothing": "anything"}
"""What a question says in the place of a subject that there is not."""
COMPLEMENT, COMPLEMENTS = 4, ("JJ", "RB", "VB", "DT", "NN", "CD")
"""So many words behind a form of "be" say at most what is said to be, and the tags of such words."""
AGO = re.compile(
    r"(?i)\b(?:(?:\w+|\d+) (?:years|decades|months|centuries) (?:ago|earlier|before)|years ago|in the past|last year|a year ago)\b"
)
OTHER_EVENT = re.compile(
    r"(?i)\b(?:predecessor|previous(?:ly)? (?:case|record|holder)|not the first time|second case|not to confuse|another (?:case|derailment|accident|fire|incident|affair))\b"
)
REVISED = re.compile(
    r"(?i)\b(?:had (?:earlier|first|initially|originally|previously|at first)|(?:earlier|first|initially|originally|previously|at first),? (?:\w+ ){0,3}(?:given|put|said|spoken|reported|estimated|announced|stated|counted|set|gave|spoke)"
    r"|(?:earlier|first|initial|original|previous|preliminary) (?:figure|count|notice|estimate|report|statement|number|toll|version)|corrected|(?:raised|lowered|cut|increased|reduced|revised|updated) (?:the|its|his|her|their) (?:\w+ )?(?:figure|number|toll|estimate|count|tally|forecast)s?\b"
    r"|revised (?:up|down|upwards?|downwards?|to)\b|had spoken of|first set for|until then|at first\b|initially\b|originally\b)"
)
UNIVERSAL = frozenset(["nobody", "none", "no-one", "noone", "everybody", "everyone"])
MEASURED = frozenset(
    [
        "below",
        "above",
        "short",
        "from",
        "away",
        "deep",
        "high",
        "tall",
        "long",
        "wide",
        "thick",
        "ahead",
        "behind",
        "apart",
        "off",
        "under",
        "per",
        "in",
    ]
)
"""Words after a measure that say what was measured: "0.9 metres below", "31 kilometres high"."""
_CAPITAL = r"[^\W\d_a-zß-ÿ]"
DATELINE = re.compile(
    rf"""(?x) ^{_CAPITAL}(?:{_CAPITAL}|[ .'’/-]){{2,40}} (?:,\ [^\W\d_][\w.'’ -]{{2,30}}?)? (?:
      ,?\ (?:(?i:{MONTH})\ \d{{1,2}}|\d{{1,2}}\ (?i:{MONTH}))(?:,?\ \d{{4}})?
    | \ \([^()]{{2,40}}\) ){{1,2}} ,?\s*[-–—]{{1,2}}(?!\s*\d)"""
)
"""How an agency opens a report: its place in capitals, then the day it wrote, itself in brackets, or both, and a dash."""
PRONOUNS = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "we",
        "i",
        "you",
        "who",
        "which",
        "that",
        "this",
        "these",
        "those",
        "there",
        "him",
        "her",
        "them",
        "his",
        "one",
    ]
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence, read: what the claims of it are made from."""

    sentence: Sentence
    quote: str
    tokens: tuple[Token, ...]
    events: tuple[Event, ...]
    values: tuple[Value, ...]
    speech: Speech
    frame: tuple[str, ...]

    def terms(self, parts: Iterable[Token | None], without: Sequence[tuple[int, int]] = ()) -> tuple[str, ...]:
        """Normal forms of the content words among some tokens, in order, each once."""
        return tuple(
            dict.fromkeys(
                t.norm for t in parts if t is not None and t.content and not any(a <= t.start < b for a, b in without)
            )
        )


def reference_date(article: Article, year: int | None = None) -> date | None:
    """The day an article speaks from: when it was published, else the first date in its first lines.

    A first line without a year takes `year`, the one its story is known to play in; without it the day stays unknown.
    """
    if article.source.published:
        return article.source.published
    head = article.text[:700]
    full = [v for v in dates(head, None) if re.search(r"\d{4}", v.text) and v.amount.low == v.amount.high]
    if full:
        return date.fromordinal(int(full[0].amount.low))
    line = re.search(r"(?m)^[A-Z][A-Z .'-]+,\s+([A-Z][a-z]+\.? \d{1,2})\s+\(", article.text[:700]) or re.search(
        r"(?mi)^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?((?:\w+ \d{1,2})|(?:\d{1,2} \w+))\s*$", head
    )
    if line:
        guess = dates(line.group(1), None, year)
        if guess and year and guess[0].amount.low == guess[0].amount.high:
            return date.fromordinal(int(guess[0].amount.low))
    return None


def read(article: Article, found: Sequence[Sentence], year: int | None = None) -> list[Claim]:
    """The claims of an article, in order. Headings that ask a question make none.

    `year` is the one its story is known to play in, for dates without one.
    """
    reference = reference_date(article, year)
    claims: list[Claim] = []
    names = _Names()
    speaker: str | None = None
    frame: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    paragraph = -1
    heading: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    for sentence in found:
        seen = visible(article.text[sentence.span.start : sentence.span.end]).text
        if sentence.paragraph != paragraph:
            frame, before, previous, paragraph = (), previous[:4], (), sentence.paragraph
        reading = read_sentence(seen, sentence, reference, speaker, year)
        names.learn(reading.tokens)
        frame = reading.frame or frame
        if seen.rstrip(" \"'”’)").endswith("?") and not reading.speech.speaker:
            heading = reading.terms(reading.tokens) if sentence.headline else heading
            continue
        speaker = _last_person(reading) or speaker
        reading = replace(reading, quote=article.text[sentence.span.start : sentence.span.end], frame=frame)
        surroundings = (*previous, *before, *heading)
        claims += _claims(reading, article, surroundings, names, subject)
        subject = _main_subject(reading) or subject
        previous = reading.terms(reading.tokens)
    return claims


def read_sentence(
    seen: str, sentence: Sentence, reference: date | None, speaker: str | None, year: int | None = None
) -> Reading:
    """Read the visible text of one sentence."""
    words = tokens(seen)
    times = clock_times(seen)
    days = dates(seen, reference, year)
    written = DATELINE.match(seen)
    told = [v for v in days if not written or v.start >= written.end()]
    timed = [(v.start, v.end) for v in (*times, *days)]
    marked = without_times(words, timed)
    amounts = [v for v in (*quantities(words), *special(seen)) if not any(a < v.end and v.start < b for a, b in timed)]
    return Reading(
        sentence,
        seen,
        tuple(marked),
        tuple(events(marked)),
        (*amounts, *times, *told),
        speech(seen, words, speaker),
        _frame(seen, told, reference),
    )


ASIDE = re.compile(
    r"(?i),\s+(?:who|whom|whose|which|that|where|when|built|made|bought|born|laid|begun|\w+(?:ed|ing))\b[^,;.]*$"
)
"""Before a year: that it is told by the way, of somebody or something: "the lodge, built in 1924, is safe"."""
ORIGIN = re.compile(
    r"(?i)\b(?:(?:re)?built|installed|founded|established|erected|born|dat(?:es?|ed|ing)|introduced|commissioned|completed|created|inaugurated|joined"
    r"|appointed|bought|acquired)\b(?:\s+[\w'’-]+){0,3}\s*$|\bsince(?:\s+[\w'’-]+)?\s*$"
)
"""Before a year: that it is told since when something is there."""


def _frame(seen: str, days: Sequence[Value], reference: date | None) -> tuple[str, ...]:
    """What sets a sentence in another time: a year far from the article's own, "nine years ago". A year told by the way, or since which something
    is there, does not."""
    setting = [v for v in days if not ASIDE.search(seen, 0, v.start) and not ORIGIN.search(seen, 0, v.start)]
    years = {str(date.fromordinal(int(v.amount.low)).year) for v in setting if re.search(r"\d{4}", v.text)}
    own = str(reference.year) if reference else ""
    frame = {f"year {y}" for y in years if (own and abs(int(y) - int(own)) > 1) or (not own and int(y) < 2015)}
    if AGO.search(seen) or OTHER_EVENT.search(seen):
        frame.add("another time")
    return tuple(sorted(frame))


def _main_subject(reading: Reading) -> tuple[str, ...]:
    """What a sentence is about, for the pronouns of the next one."""
    for event in reading.events:
        if event.subject and event.subject.norms and event.subject.tokens[0].lower not in PRONOUNS:
            return event.subject.norms[-2:]
    return ()


def _last_person(reading: Reading) -> str | None:
    if reading.speech.speaker:
        return reading.speech.speaker
    named = [p for p in phrases(reading.tokens) if sum(t.name for t in p.tokens) > 1 or (p.named and not p.preposition)]
    return named[-1].text if named else None


class _Names:
    """Full names an article has used: a surname alone stands for all that was said with it."""

    def __init__(self) -> None:
        self._full: dict[str, tuple[str, ...]] = {}

    def learn(self, words: Sequence[Token]) -> None:
        found = phrases(words)
        for one, other in zip_longest(found, found[1:]):
            norms = one.norms
            if (
                other is not None
                and other.at == one.end + 1
                and words[one.end].text == ","
                and not other.preposition
                and (one.named or other.named)
            ):
                norms = (*norms, *other.norms)  # an apposition: "her challenger, the pilot Tomas Verrick"
            if one.named and len(norms) > 1 and one.head.name and one.head.norm not in self._full:
                self._full[one.head.norm] = norms

    def expand(self, phrase: Phrase) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*phrase.norms, *(n for t in phrase.norms for n in self._full.get(t, ())))))


def _claims(
    reading: Reading, article: Article, surroundings: tuple[str, ...], names: _Names, subject: tuple[str, ...]
) -> Iterator[Claim]:
    maker = _Maker(reading, article, surroundings, names, subject)
    yield maker.whole()
    yield from maker.amounts()
    yield from maker.moments()
    yield from maker.states()
    yield from maker.actors()
    yield from maker.places()
    yield from maker.causes()
    yield from maker.natures()
    yield from maker.depictions()
    yield from maker.quotations()


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the claims of one reading."""

    reading: Reading
    article: Article
    surroundings: tuple[str, ...]
    names: _Names
    before: tuple[str, ...]
    """What the sentence before was about: what "it" and "they" stand for."""

    def make(
        self, kind: Kind, facet: str, value: str, normal_value: str, terms: tuple[str, ...], event: Event | None = None,
        amounts: tuple[Amount, ...] = (), negated: bool = False, predicate: str = "", topic: str = "",
    ) -> Claim:  # fmt: skip
        reading = self.reading
        tentative = bool(event and (event.modal or event.future)) or _tentative(reading, event)
        rest = tuple(t for t in reading.terms(reading.tokens) if t not in terms)
        digest = hashlib.sha256(
            f"{self.article.id}|{reading.sentence.span.start}|{facet}|{predicate}|{normal_value}|{terms}".encode()
        ).hexdigest()[:20]
        return Claim(
            id=digest, article_id=self.article.id, file=self.article.file, span=reading.sentence.span, quote=reading.quote, kind=kind, facet=facet,
            topic=topic or _topic(facet, event, terms, reading), value=value, normal=normal_value, predicate=predicate, terms=terms,
            context=tuple(dict.fromkeys((*rest, *(t for t in self.surroundings if t not in terms)))), amounts=amounts, frame=reading.frame, negated=negated,
            tentative=tentative, superseded=bool(REVISED.search(reading.quote)), opinion=_opinion(reading), attributed_to=reading.speech.speaker, origin=self.article.origin,
        )  # fmt: skip

    def event_of(self, start: int, end: int) -> Event | None:
        """The event a stretch of the sentence belongs to: the one whose phrases hold it, else the nearest verb before or after."""
        holding = [
            e
            for e in self.reading.events
            for p in (e.subject, e.object, *e.phrases)
            if p and p.tokens[0].start <= start and end <= p.tokens[-1].end + 1
        ]
        if holding:
            return holding[0]
        before = [e for e in self.reading.events if self.reading.tokens[e.at].start <= start]
        return before[-1] if before else (self.reading.events[0] if self.reading.events else None)

    def arguments(self, event: Event, without: Sequence[tuple[int, int]] = ()) -> tuple[str, ...]:
        """What an event is said of: the words of its subject, object and phrases, without those of the value itself."""
        parts: list[Token | None] = [t for p in (event.subject, event.object, *event.phrases) if p for t in p.tokens]
        following = next(
            (
                e
                for e in self.reading.events
                if e.at >= event.end
                and e.at - event.end <= 8
                and (self.reading.tokens[e.at - 1].lower == "to" or e.at == event.end)
            ),
            None,
        )
        found = self.reading.terms(parts, without)
        if following is not None:  # "ordered the villages to be cleared", "continues working with its partners"
            more = [t for p in (following.object, *following.phrases) if p for t in p.tokens]
            found = (*found, *(f"§{c}" for c in sorted(following.concepts)), *self.reading.terms(more, without))
        if event.subject is not None and event.subject.tokens[0].lower in (
            "it",
            "they",
            "this",
            "these",
            "which",
            "who",
            "them",
            "that",
            "he",
            "she",
        ):
            found = (*self._referent(event), *found)
        return tuple(dict.fromkeys(found))

    def _referent(self, event: Event) -> tuple[str, ...]:
        """What the pronoun that is an event's subject stands for: whoever is speaking, else what was spoken of last."""
        speaker = self.reading.speech.speaker
        if speaker and event is not self.reading.events[0]:
            return tuple(fold_key(speaker).split())
        return self.before

    def about(self, event: Event | None, without: Sequence[tuple[int, int]] = ()) -> tuple[str, ...]:
        """What an event is about: its verb and its arguments, without the words of the value itself."""
        if event is None:
            return self.reading.terms(self.reading.tokens, without)
        found = self.arguments(event, without)
        verb = self.reading.tokens[event.end - 1]
        if event.copular:
            complement = list(self.reading.tokens[event.end : event.end + 6])
            found = tuple(dict.fromkeys((*found, *self.reading.terms(complement, without))))
        poles = {pole.axis for pole, _ in _poles(self.reading.tokens, event)}
        marks = tuple(f"§{c}" for c in sorted(event.concepts | poles) if c != event.verb)
        own = () if not verb.content or any(a <= verb.start < b for a, b in without) else (verb.norm,)
        return tuple(dict.fromkeys((*marks, *own, *found)))

    def whole(self) -> Claim:
        """The claim that stands for the sentence itself, and by which it is found."""
        words = self.reading.tokens
        terms = tuple(dict.fromkeys(t.norm for t in words if t.content or t.text[0].isdigit()))
        agency = DATELINE.match(self.reading.quote)
        named = " ".join(
            dict.fromkeys(
                t.norm
                for t in words
                if t.name and t.content and not known(t.lower) and not (agency and t.start < agency.end())
            )
        )
        claim = self.make(
            Kind.EVENT,
            WHOLE,
            _short(self.reading.quote),
            named,
            terms,
            predicate="headline" if self.reading.sentence.headline else "",
            topic=_short(self.reading.quote),
        )
        return replace(claim, keys=keys(claim))

    def amounts(self) -> Iterator[Claim]:
        for value in self.reading.values:
            if (
                value.kind is Kind.DATE
                or value.multiplier
                or (value.amount.unit.startswith("label:") and not value.ordinal)
            ):
                continue
            span = (value.start, value.end)
            event = self.event_of(*span)
            terms = self.about(event, [span])
            if (
                value.kind is Kind.DURATION
                and event
                and event.past_perfect
                and self.reading.tokens[event.end - 1].tag == "VBG"
            ):
                continue  # "had been ringing for an hour" tells how far it was then, not how long it took
            if value.amount.unit.startswith("label:"):
                yield self.make(
                    Kind.NUMBER,
                    "label",
                    value.text,
                    f"{value.amount.low:g}",
                    terms,
                    event,
                    (value.amount,),
                    predicate=value.head,
                )
                continue
            if re.match(
                r"(?i)\W*(?:years?|months?|weeks?|days?|hours?|minutes?)?\W*(?:ago|later|earlier|before|after)\b",
                self.reading.quote[value.end : value.end + 18],
            ):
                continue
            age = re.match(
                r"[ -]?years?[ -]old", self.reading.quote[value.end - 5 : value.end + 10].lstrip("0123456789 ")
            ) or re.search(r"(?i)year[s-]* old|-year-old", self.reading.quote[value.start : value.end + 6])
            after = next((t for t in self.reading.tokens if t.start >= value.end), None)
            role = after.lower if after and after.lower in MEASURED else ""
            part = bool(after and after.lower == "of") or any(
                t.lower in ("them", "those", "us", "whom", "which")
                for t in self.reading.tokens
                if value.start < t.start < value.end
            )
            role = "part" if part and value.amount.unit != "s" else role
            facet = "age" if age else "duration" if value.kind is Kind.DURATION else "amount"
            yield self.make(
                value.kind, facet, value.text, f"{value.amount.low:g}", terms, event, (value.amount,), predicate=role
            )

    def moments(self) -> Iterator[Claim]:
        clocks = [v for v in self.reading.values if v.amount.unit == "clock"]
        days = [
            v
            for v in self.reading.values
            if v.amount.unit == "day" and v.text.lower() not in ("today", "tonight", "tomorrow")
        ]
        for facet, values in (("clock", clocks), ("date", days)):
            grouped: dict[int, list[Value]] = {}
            for value in values:
                event = self.event_of_time(value)
                grouped.setdefault(event.at if event else -1, []).append(value)
            for at, group in grouped.items():
                event = next((e for e in self.reading.events if e.at == at), None)
                spans = [(v.start, v.end) for v in group]
                if (
                    facet == "clock"
                    and len(group) > 1
                    and not (ZONE.search(self.reading.quote) or "local" in self.reading.quote)
                ):
                    group = group[:1]
                if facet == "date":  # a weekday beside its date says nothing more
                    exact = [v for v in group if any(c.isdigit() for c in v.text)]
                    group = exact or group
                    if any(
                        re.search(
                            rf"(?i)\b(?:until|since|from|to|by|between)\s+(?:\w+\s+)?{re.escape(v.text)}",
                            self.reading.quote,
                        )
                        for v in group
                    ):
                        continue
                terms = self.about(event, spans)
                text = " / ".join(v.text for v in group)
                yield self.make(
                    Kind.DATE,
                    facet,
                    text,
                    f"{group[0].amount.low:g}",
                    terms,
                    event,
                    tuple(v.amount for v in group),
                    predicate=event.verb if event else "",
                )

    def event_of_time(self, value: Value) -> Event | None:
        """The event a date or clock time is said of: the verb before it in the same clause, else the first after it."""
        events_ = self.reading.events
        before = [e for e in events_ if self.reading.tokens[e.end - 1].end <= value.start]
        stop = max(
            (
                t.start
                for t in self.reading.tokens
                if t.start < value.start and t.text in (",", ";", ":", "and", "when", "which")
            ),
            default=-1,
        )
        near = [e for e in before if self.reading.tokens[e.end - 1].start > stop]
        after = [e for e in events_ if self.reading.tokens[e.at].start >= value.end]
        if near:
            return near[-1]
        return (
            after[0]
            if after and (not before or stop >= self.reading.tokens[before[-1].end - 1].start)
            else (before[-1] if before else None)
        )

    def states(self) -> Iterator[Claim]:
        for event in self.reading.events:
            marks = _poles(self.reading.tokens, event)
            terms = self.arguments(event)
            universal = bool(
                event.subject and any(t.lower in UNIVERSAL or t.lower == "no" for t in event.subject.tokens[:2])
            )
            for pole, text in marks:
                yield self.make(
                    Kind.STATUS, "state", text, "yes" if pole.positive != event.negated else "no", terms, event, negated=event.negated,
                    predicate=f"{pole.axis}{'*' if universal else ''}",
                )  # fmt: skip
            if lexicon().plays(stem(event.verb), "speech") and not event.negated:
                continue
            for concept in sorted(event.concepts):
                if concept in (
                    "be",
                    "give",
                    "say",
                    "tell",
                    "use",
                    "see",
                    "know",
                    "want",
                    "happen",
                    "receive",
                    "receiv",
                    "have",
                    "do",
                    "get",
                    "go",
                    "come",
                    "make",
                    "take",
                    "put",
                    "keep",
                    "let",
                ):
                    continue
                label = _verb_phrase(self.reading.tokens, event)
                yield self.make(
                    Kind.NEGATION, "whether", label, "no" if event.negated else "yes", terms, event, negated=event.negated,
                    predicate=f"{concept}{'*' if universal else ''}",
                )  # fmt: skip

    def actors(self) -> Iterator[Claim]:
        for event in self.reading.events:
            agent = event.agent
            concepts = [c for c in sorted(event.concepts) if (stem(c),) in lexicon().roles["unique_event"]]
            cleft = (
                event.at > 3
                and self.reading.tokens[event.at - 1].lower in ("who", "that")
                and self.reading.tokens[0].lower == "it"
            )
            if agent is None or not concepts or not (event.patient or cleft):
                continue
            norms = self.names.expand(agent)
            text = agent.text
            if agent.tokens[0].lower in PRONOUNS and len(agent.tokens) == 1:
                if agent.tokens[0].lower in ("he", "she") and self.reading.speech.speaker:
                    text = self.reading.speech.speaker
                    norms = tuple(normal(w, "NNP" if w[0].isupper() else "") for w in re.findall(r"\w+", text))
                else:
                    continue
            if not norms or all(lexicon().plays(n, "generic_actor") for n in norms):
                continue
            inside = [(agent.tokens[0].start, agent.tokens[-1].end)]
            terms = self.arguments(event, inside)
            kind = Kind.CAUSE if "cause" in concepts else Kind.ACTOR
            for concept in concepts:
                yield self.make(
                    kind, "actor", text, " ".join(norms), terms, event, negated=event.negated, predicate=concept
                )

    def places(self) -> Iterator[Claim]:
        for event in self.reading.events:
            concepts = [c for c in sorted(event.concepts) if (stem(c),) in lexicon().roles["place_event"]]
            for phrase in event.phrases if concepts else ():
                if phrase.preposition not in (
                    "in",
                    "at",
                    "on",
                    "into",
                    "inside",
                    "near",
                    "under",
                    "from",
                    "out of",
                    "to",
                    "behind",
                    "onto",
                    "beneath",
                    "off",
                    "over",
                ):
                    continue
                if (
                    not phrase.norms
                    or phrase.head.tag == "CD"
                    or not (phrase.named or lexicon().plays(phrase.head.norm, "place_noun"))
                ):
                    continue
                inside = [(phrase.tokens[0].start, phrase.tokens[-1].end)]
                terms = self.arguments(event, inside)
                for concept in concepts:
                    yield self.make(
                        Kind.LOCATION,
                        "place",
                        f"{phrase.preposition} {phrase.text}",
                        " ".join(phrase.norms),
                        terms,
                        event,
                        negated=event.negated,
                        predicate=concept,
                    )
                break

    def causes(self) -> Iterator[Claim]:
        lemma = lemmas(self.reading.tokens)
        cues = lexicon().roles["cause_cue"]
        for at in range(len(lemma)):
            size = next((n for n in (4, 3, 2, 1) if tuple(lemma[at : at + n]) in cues), 0)
            if size == 2 and lemma[at] == "due" and at + 2 < len(lemma) and self.reading.tokens[at + 2].tag == "VB":
                continue
            if not size or (lemma[at] == "follow" and self.reading.tokens[at].lower != "following"):
                continue
            tail = self.reading.tokens[at + size :]
            stop = next(
                (
                    i
                    for i, t in enumerate(tail)
                    if t.text in (";", ":")
                    or (t.text == "," and i > 2)
                    or (i > 3 and t.lower in ("and", "but", "which"))
                ),
                len(tail),
            )
            cause = self.reading.terms(tail[:stop])
            effect = self.reading.terms(self.reading.tokens[:at]) if at > 1 else self.reading.terms(tail[stop:])
            if not cause or not effect:
                continue
            text = (
                self.reading.quote[tail[0].start : tail[max(stop - 1, 0)].end]
                if len(self.reading.quote) >= tail[max(stop - 1, 0)].end
                else " ".join(t.text for t in tail[:stop])
            )
            event = next((e for e in reversed(self.reading.events) if e.at < at), None)
            yield self.make(
                Kind.CAUSE,
                "cause",
                text,
                " ".join(cause),
                effect,
                event,
                negated=at > 0 and self.reading.tokens[at - 1].lower in ("not", "n't"),
                predicate="cause",
            )
            return

    def natures(self) -> Iterator[Claim]:
        for i, token in enumerate(self.reading.tokens):
            word = base_form(token.lower, token.tag)
            if (not token.tag.startswith("NN") and token.lower != "threatening") or (
                stem(word),
            ) not in lexicon().roles["nature"]:
                continue
            event = next((e for e in reversed(self.reading.events) if e.at < i), None)
            if (
                event is None
                or not (event.copular or event.verb in ("dub", "call", "threaten", "describ"))
                or i - event.end > 5
            ):
                continue
            subject = event.subject
            if subject is None or any(t.text == "," for t in self.reading.tokens[event.end : i]):
                continue
            terms = (
                self.reading.terms(subject.tokens)
                or self.reading.terms(self.reading.tokens[: event.at])[:6]
                or self.before
            )
            yield self.make(
                Kind.IDENTITY,
                "nature",
                " ".join(t.text for t in self.reading.tokens[event.end : i + 1]),
                word,
                terms,
                event,
                negated=event.negated,
                predicate="nature",
            )

    def depictions(self) -> Iterator[Claim]:
        """What a video, a photograph or a report shows: what happens to whom after "shows", "can be seen" and the like."""
        shown = False
        for event in self.reading.events:
            if self._shows(event):
                shown = True
                if event.object is not None and (concepts := lexicon().concepts(event.object.head.norm)):
                    yield self.make(
                        Kind.EVENT,
                        "depicted",
                        event.object.text,
                        " ".join(event.object.norms),
                        ("§video",),
                        event,
                        predicate=concepts[0],
                    )
            elif shown and (undergoer := event.object or event.subject) and undergoer.norms:
                label = f"{undergoer.text} ({self.reading.tokens[event.end - 1].text})"
                yield self.make(
                    Kind.EVENT,
                    "depicted",
                    label,
                    " ".join(undergoer.norms),
                    ("§video",),
                    event,
                    predicate=sorted(event.concepts)[0],
                )

    def _shows(self, event: Event) -> bool:
        """Whether an event is the showing of something: by a video or the like, or "is seen", or "we can see"."""
        if event.negated or not ("show" in event.concepts or event.verb == "see"):
            return False
        before = self.reading.tokens[: event.at]
        told = any(lexicon().plays(t.norm, "depiction") for t in before) or any(
            t in self.before for t in ("video", "footag", "clip")
        )
        return told or event.passive or bool(event.subject and event.subject.tokens[0].lower in ("we", "you"))

    def quotations(self) -> Iterator[Claim]:
        speaker = self.reading.speech.speaker
        for quotation in self.reading.speech.quotations:
            words = re.findall(r"\w+", quotation.text.casefold())
            if speaker and len(words) >= 4 and fold_key(speaker):
                yield self.make(
                    Kind.QUOTE,
                    "quote",
                    speaker,
                    fold_key(speaker),
                    tuple(dict.fromkeys(words)),
                    predicate=" ".join(words)[:120],
                )


def fold_key(speaker: str) -> str:
    """The names in a speaker's description, folded; '' for a pronoun."""
    words = [w for w in re.findall(r"\w[\w'’-]*", speaker) if w.casefold() not in PRONOUNS]
    return " ".join(
        normal(w, "NNP" if w[0].isupper() else "NN")
        for w in words
        if w.casefold() not in ("the", "a", "an", "of", "dr", "mr", "mrs", "ms")
    )


def _verb_phrase(words: Sequence[Token], event: Event) -> str:
    """An event's verb as it is written, with the particle behind it and the "never" before it: "never went off"."""
    start, end = event.at, event.end
    if event.negated and start and words[start - 1].lower in ("not", "never"):
        start -= 1
    behind = words[end + 1] if end + 1 < len(words) else None
    if end < len(words) and words[end].lower in PARTICLES and (behind is None or not behind.text[0].isalnum()):
        end += 1  # before another word it may as well be a preposition: "opened in 1990"
    return " ".join(t.text for t in words[start:end]).replace(" n't", "n't")


def _poles(words: Sequence[Token], event: Event) -> list[tuple[Pole, str]]:
    """The poles said by an event: in its verb and what follows it closely."""
    lemma = lemmas(words)
    found: list[tuple[Pole, str]] = []
    at = event.end - 1
    last = min(len(words), event.end + (7 if event.copular else 4))
    while at < last:
        if words[at].tag in (",", ":", ".", "WP", "WDT") or (
            at >= event.end and words[at].lower in ("and", "but", "who", "which")
        ):
            break
        poles, size = lexicon().poles_at(lemma, at)
        particle = size == 1 and words[at].lower in PARTICLES
        near = at == event.end - 1 or event.copular or size > 1 or (words[at].tag in ("RB", "JJ") and not particle)
        if poles and near and (size > 1 or words[at].content or (particle and event.copular)):
            text = " ".join(t.text for t in words[at : at + size])
            found += [(pole, text) for pole in poles if all(p.axis != pole.axis for p, _ in found)]
            at += size
        else:
            at += 1
    if event.particle:
        found += [
            (pole, f"{words[event.end - 1].text} {event.particle}")
            for pole in lexicon().poles.get((lemma[event.end - 1], event.particle), ())
        ]
    return found


def _tentative(reading: Reading, event: Event | None) -> bool:
    if event is None:
        return False
    before = reading.tokens[max(0, event.at - 4) : event.at]
    return any(
        t.lower
        in ("if", "whether", "unless", "might", "could", "would", "may", "allegedly", "reportedly", "perhaps", "should")
        for t in before
    )


def _opinion(reading: Reading) -> bool:
    """A view rather than a fact: quoted words, or a verb of judging."""
    verbs = {stem(base_form(t.lower, t.tag)) for t in reading.tokens if t.tag.startswith("VB")}
    return reading.speech.speaker is not None and bool(
        verbs & {s for (s, *rest) in lexicon().roles["opinion"] if not rest}
    )


def _topic(facet: str, event: Event | None, terms: Sequence[str], reading: Reading) -> str:
    """The question a claim answers, in a few words of its own sentence."""
    if event is not None:
        told = None if event.copular else event.object
        parts = [_worded(event.subject), _deed(event, reading), _worded(told and _uncounted(told))]
        words = [part for part in parts if part]
    else:
        words = [t.text for t in reading.tokens if t.content][:5]
    question = {"amount": "how many", "duration": "how long", "age": "how old", "label": "which", "date": "when", "clock": "at what time", "actor": "who",
                "place": "where", "cause": "why", "state": "whether", "whether": "whether", "nature": "what it was", "depicted": "what is shown", "quote": "who said", WHOLE: "what happened"}[facet]  # fmt: skip
    return f"{question}: {' '.join(words)}"[:LONGEST_TOPIC]


def _deed(event: Event, reading: Reading) -> str:
    """An event's verb group without what denies it, of a form of "be" with its complement: of "is not empty" "is empty"."""
    end = event.end
    if event.copular:
        most = min(end + COMPLEMENT, len(reading.tokens))
        end = next((i for i in range(end, most) if reading.tokens[i].tag[:2] not in COMPLEMENTS), most)
        if end == event.end and end < most and reading.tokens[end].tag == "IN":  # "was out of order"
            end = next((i + 1 for i in range(end, most) if reading.tokens[i].tag.startswith("NN")), end)
    return plain([t for t in reading.tokens[event.at : end] if t.lower not in NEGATIVES])


def _worded(phrase: Phrase | None) -> str:
    """What a noun phrase names as the middle of a sentence has it: of "No other demand" the "other demand", of "Nobody" "anybody"."""
    if phrase is None or not phrase.tokens:
        return ""
    lowers, rest = [t.lower for t in phrase.tokens], plain(phrase.tokens[1:])
    if lowers[0] in ANYBODY or lowers[:2] == ["no", "one"]:
        return ANYBODY.get(lowers[0], "anybody")
    if lowers[:2] == ["none", "of"]:
        return f"any {rest}"
    if lowers[0] == "no" and rest:
        return rest
    text = plain(phrase.tokens)
    return text[0].lower() + text[1:] if phrase.tokens[0].tag in ("DT", "PDT", "PRP", "PRP$", "CD") else text


def _uncounted(phrase: Phrase) -> Phrase:
    """A noun phrase without the figures that count its nouns: they are an answer, and no part of what is asked. "Route 66" and "12 of the 40 schools" stay."""
    words = phrase.tokens
    kept = tuple(
        t
        for t, before, after in zip(words, (None, *words), (*words[1:], None), strict=False)
        if t.tag != "CD"
        or (before and before.tag.startswith("NN"))
        or after is None
        or not after.tag.startswith(("NN", "JJ", "CD"))
    )
    whole = any(t.lower == "of" for t in words) or not any(t.tag.startswith("NN") for t in kept)
    return phrase if whole else replace(phrase, tokens=kept)


def _short(quote: str) -> str:
    """A sentence as a label: its words up to a limit."""
    words = " ".join(quote.split())
    return words if len(words) <= LABEL else words[:LABEL].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def keys(claim: Claim) -> tuple[str, ...]:
    """Where a sentence's claim stands in the candidate index: its words by their concepts, and pairs of the telling ones.

    Pairs stay rare as a library grows, where single words do not. Names tell most, then long words.
    """
    if claim.facet != WHOLE:
        return ()
    names = set(claim.normal.split())
    telling = [t for t in claim.terms if t not in lexicon().light and not t[0].isdigit()]
    chosen = list(dict.fromkeys(_concept(t) for t in sorted(telling, key=lambda t: (t not in names, -len(t), t))))
    pairs = [f"{a}|{b}" for a, b in (sorted(pair) for pair in combinations(chosen[:PAIRED_TERMS], 2))]
    return tuple(dict.fromkeys((*chosen[:KEYED_TERMS], *pairs)))


def _concept(term: str) -> str:
    return next(iter(lexicon().concepts(term)), term)

"""Two claims on one topic: do their values stand together, and if not, what is the difference?

A difference needs three things: the same kind of value, topics that match, and values that exclude each other. Then the
guards: another time, an earlier figure that its source revised, a part and its whole, a view held by somebody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from math import log

from bot.analysis.lexicon import lexicon
from bot.analysis.words import same_name
from index.types import Amount, Certainty, Claim, Difference, Kind, Relation

COMPARABLE = {"whether": "state", "duration": "amount", "age": "age"}
"""Facets that are compared as if they were another."""


FATES = frozenset({"§harm", "§life", "§evacuate", "§arrest"})
"""Concepts that make two counts of people the same count."""


@dataclass(slots=True)
class Topics:
    """How alike two words are, and how much a word says in a story.

    `frequency` tells in how many sentences of the story a normal form occurs; `likeness` is a cosine similarity of two
    words, -1 to 1, higher is more alike. Both are given, so that comparing stays a pure function of them.
    """

    frequency: Callable[[str], int]
    likeness: Callable[[str, str], float]
    _alike: dict[str, dict[str, float]] = field(default_factory=dict)
    _weights: dict[str, float] = field(default_factory=dict)

    def weight(self, term: str) -> float:
        """What a term says, 0 to 1: a word of every sentence says little."""
        found = self._weights.get(term)
        if found is None:
            plain = term.lstrip("§")
            common = 0.4 if plain in lexicon().light else 0.8 if term.startswith("§") else 1.0
            found = self._weights[term] = common / (1.0 + log(1.0 + self.frequency(plain) / 2.0))
        return found

    def alike(self, one: str, other: str) -> float:
        """0 to 1, higher is more alike; 1 for the same normal form, 0.9 for the same group or name."""
        return self.nearest(one, (other,))

    def nearest(self, term: str, words: Collection[str]) -> float:
        """How alike a term is to the most alike of some words, 0 to 1; 0 where there are none."""
        if term in words:
            return 1.0
        known = self._alike.setdefault(term, {})
        best = 0.0
        for word in words:
            found = known.get(word)
            if found is None:
                found = known[word] = self._measure(*sorted((term, word)))
            if found > best:
                best = found
        return best

    def _measure(self, one: str, other: str) -> float:
        groups_one = {one[1:]} if one.startswith("§") else set(lexicon().concepts(one))
        groups_other = {other[1:]} if other.startswith("§") else set(lexicon().concepts(other))
        if groups_one & groups_other:
            return 0.9
        if one.startswith("§") or other.startswith("§"):
            return 0.0
        if same_name(one, other):
            return 0.9
        likeness = self.likeness(one, other)
        return likeness if likeness >= 0.5 else 0.0

    def match(self, one: Claim, other: Claim) -> float:
        """How well the topics of two claims match, 0 to 1, higher is better."""
        low, high = sorted((self._covered(one, other), self._covered(other, one)))
        return 0.35 * low + 0.65 * high

    def _covered(self, one: Claim, other: Claim) -> float:
        total = matched = 0.0
        for term in one.terms:
            weight = self.weight(term)
            total += weight
            best = self.nearest(term, other.terms)
            if best < 0.5:
                best = 0.6 if term in other.context else 0.0
            matched += weight * best
        return matched / total if total else 0.0

    def shared(self, one: Claim, other: Claim) -> int:
        """How many distinct terms of one claim are matched by terms of the other."""
        return sum(
            any(self.alike(t, u) >= 0.85 for u in other.terms) for t in dict.fromkeys(t.lstrip("§") for t in one.terms)
        )


def comparable(one: Claim, other: Claim) -> bool:
    """Whether two claims state values of one kind at all."""
    facet = COMPARABLE.get(one.facet, one.facet)
    return facet in _VALUES and facet == COMPARABLE.get(other.facet, other.facet) and one.id != other.id


def compare(one: Claim, other: Claim, topics: Topics) -> Difference | None:
    """The difference between two claims, or None where there is none to be told: other topics, or the same value."""
    if not comparable(one, other) or (one.article_id == other.article_id and one.span == other.span):
        return None
    facet = COMPARABLE.get(one.facet, one.facet)
    verdict = _VALUES[facet](one, other, topics)
    if verdict is None:
        return None
    score = topics.match(one, other)
    score, needed, shared = _asked(facet, one, other, score, topics)
    if score < needed or topics.shared(one, other) < shared:
        return None
    return _difference(one, other, verdict, score)


def _difference(one: Claim, other: Claim, verdict: Verdict, score: float) -> Difference:
    relation, certainty, why = _guarded(one, other, verdict, score)
    return Difference(one, other, verdict.kind, relation, certainty, why, min(score, 1.0))


def verdict_on(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
    """What two comparable claims' values are to each other, should their topics be one; None where they are the same."""
    return _VALUES[COMPARABLE.get(one.facet, one.facet)](one, other, topics)


def excludes(one: Claim, other: Claim, topics: Topics) -> bool:
    """Whether two claims' values cannot both hold, should their topics be one."""
    if not comparable(one, other):
        return False
    verdict = verdict_on(one, other, topics)
    return verdict is not None and not verdict.wording


def measured_apart(one: Claim, other: Claim) -> bool:
    """Whether two claims give different figures in one unit, whatever of."""
    return (
        comparable(one, other)
        and bool(one.amounts and other.amounts)
        and _same_unit(one, other)
        and not _amounts_meet(one, other)
    )


def agrees(one: Claim, other: Claim, topics: Topics, matching: float = 0.2) -> bool:
    """Whether two claims give the same value to the same topic; `matching` tells how well the topics must match, 0 to 1."""
    if not comparable(one, other):
        return False
    facet = COMPARABLE.get(one.facet, one.facet)
    if facet in ("amount", "label", "age", "date", "clock"):
        return (
            (_clocks_meet(one, other) if facet == "clock" else _amounts_meet(one, other))
            and _same_unit(one, other)
            and topics.match(one, other) >= matching
        )
    if facet == "state":
        return one.predicate == other.predicate and one.normal == other.normal and topics.match(one, other) >= matching
    if facet in ("actor", "place"):
        return (
            one.predicate == other.predicate
            and not _disjoint(one, other, topics)
            and topics.match(one, other) >= matching
        )
    return one.normal == other.normal and topics.match(one, other) >= matching


def by_place(claims: Iterable[Claim]) -> dict[tuple[str, int], list[Claim]]:
    """Claims by the sentence that they stand in, in their order."""
    found: dict[tuple[str, int], list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.place, []).append(claim)
    return found


def figures_apart(ours: Iterable[Claim], theirs: Iterable[Claim]) -> bool:
    """Whether two sentences, by their claims, both give figures of some unit, and none that is the same."""
    mine, yours = _figures(ours), _figures(theirs)
    return any(not any(x.meets(y) for x in mine[unit] for y in yours[unit]) for unit in mine.keys() & yours.keys())


def _figures(claims: Iterable[Claim]) -> dict[str, list[Amount]]:
    """The figures of some claims by unit; a bare number has none."""
    found: dict[str, list[Amount]] = {}
    for claim in claims:
        for amount in claim.amounts:
            if amount.unit != "count:":
                found.setdefault(amount.unit, []).append(amount)
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """That two values exclude each other, or (`wording`) are one value in two wordings."""

    kind: Kind
    why: str
    wording: bool = False


SURE = 0.6
"""Topics that match so well make a verdict sure."""


def _guarded(one: Claim, other: Claim, verdict: Verdict, score: float) -> tuple[Relation, Certainty, str]:
    """What a difference is, once everything that explains it has been asked."""
    certainty = Certainty.SURE if score >= SURE else Certainty.POSSIBLE
    if verdict.wording:
        return Relation.WORDING, Certainty.SURE, verdict.why
    relation, why = explained(one, other, verdict.kind) or (disputed(one, other, verdict.kind), verdict.why)
    return relation, certainty, why


def explained(one: Claim, other: Claim, kind: Kind) -> tuple[Relation, str] | None:
    """What explains a difference between two claims, and how; None where nothing does."""
    if one.frame != other.frame and (one.frame or other.frame) and kind is not Kind.QUOTE:
        return Relation.SCOPE, f"another time: {', '.join(sorted(set(one.frame) ^ set(other.frame)))}"
    if one.superseded != other.superseded and kind in (
        Kind.NUMBER,
        Kind.DURATION,
        Kind.DATE,
        Kind.STATUS,
        Kind.NEGATION,
    ):
        return Relation.UPDATE, "one of them is an earlier state that its source revised"
    if one.opinion and other.opinion and one.attributed_to != other.attributed_to and kind is not Kind.QUOTE:
        return Relation.OPINION, f"views of {one.attributed_to} and {other.attributed_to}"
    return None


def disputed(one: Claim, other: Claim, kind: Kind) -> Relation:
    """Whether an unexplained difference is a contradiction, or accounts of two speakers that compete."""
    told = one.attributed_to and other.attributed_to and one.attributed_to != other.attributed_to
    competing = told or kind in (Kind.CAUSE, Kind.ACTOR, Kind.IDENTITY)
    return Relation.COMPETING_ACCOUNTS if competing else Relation.CONTRADICTION


def _asked(facet: str, one: Claim, other: Claim, score: float, topics: Topics) -> tuple[float, float, int]:
    """How well two topics match, how well they must, and how many words they must share, by facet."""
    if facet == "amount":
        units = (one.amounts[0].unit, other.amounts[0].unit)
        bare = "count:" in units
        people = units[0].startswith("count:") and (bare or lexicon().plays(units[0].removeprefix("count:"), "person"))
        fate = FATES & set(one.terms) & set(other.terms)
        if people and fate:
            return max(score, SURE), 0.0, 0
        if bare:
            return score, 0.55, 2
        if people:
            return score, 0.45, 2
        return score, 0.3 if units[0].startswith("count:") else 0.38, 1
    if facet in ("date", "clock"):
        verbs = topics.alike(one.predicate, other.predicate) if one.predicate and other.predicate else 0.0
        return (score, 0.4, 0) if verbs >= 0.85 else (score, 0.62, 2)
    if facet == "state":
        universal = one.predicate.endswith("*") or other.predicate.endswith("*")
        if one.facet == "state" and universal and one.predicate.rstrip("*") in ("harm", "life"):
            return max(score, 0.5), 0.0, 0
        return (score, 0.4, 2) if one.facet == "state" else (score, 0.45, 2)
    return {"label": (score, 0.4, 0), "age": (score, 0.5, 1), "actor": (score, 0.42, 2), "place": (score, 0.42, 2), "cause": (score, 0.45, 2),
            "nature": (score, 0.5, 0), "depicted": (0.5, 0.0, 0), "quote": (1.0, 0.0, 0)}[facet]  # fmt: skip


def _same_unit(one: Claim, other: Claim) -> bool:
    units = {one.amounts[0].unit, other.amounts[0].unit}
    if len(units) == 1:
        return True
    if not all(u.startswith("count:") for u in units):
        return False
    heads = {u.removeprefix("count:") for u in units}
    people = [h for h in heads if h == "" or lexicon().plays(h, "person")]
    return (
        len(people) == 2
        or (len(people) == 1 and "" in heads)
        or bool(set.intersection(*(set(lexicon().concepts(h)) for h in heads)))
    )


def _amounts_meet(one: Claim, other: Claim) -> bool:
    return any(_meet(a, b) for a in one.amounts for b in other.amounts)


def _meet(a: Amount, b: Amount) -> bool:
    return a.low <= b.high and b.low <= a.high


def _amount(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
    if not _same_unit(one, other) or ((one.predicate or other.predicate) and one.predicate != other.predicate):
        return None
    fates = FATES & set(one.terms), FATES & set(other.terms)
    if fates[0] != fates[1] and any(fates) and one.amounts[0].unit.startswith("count:"):
        return None  # so many killed and so many injured are two counts
    kind = Kind.DURATION if one.amounts[0].unit == "s" else Kind.NUMBER
    return _measured(kind, one, other, _amounts_meet(one, other), "the same amount in other words")


def _measured(kind: Kind, one: Claim, other: Claim, meet: bool, wording: str) -> Verdict | None:
    if meet:
        return Verdict(kind, wording, wording=True) if one.value != other.value else None
    return Verdict(kind, f"{one.value} against {other.value}")


def _label(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
    if one.predicate != other.predicate or _amounts_meet(one, other):
        return None
    return Verdict(Kind.NUMBER, f"{one.value} against {other.value}")


def _age(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
    if not set(one.terms) & set(other.terms) or _amounts_meet(one, other):
        return None
    return Verdict(Kind.NUMBER, f"{one.value} against {other.value}")


def _moment(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
    meet = _clocks_meet(one, other) if one.facet == "clock" else _amounts_meet(one, other)
    return _measured(Kind.DATE, one, other, meet, "the same time in other words")


ZONED = re.compile(r"(?i)\b(?:gmt|utc|universal time|local time|cet|by our clocks)\b")


def _clocks_meet(one: Claim, other: Claim) -> bool:
    """Whether two clock times can be one moment: the same minute, the other half of the day, or told in another zone."""
    zones = bool(ZONED.search(one.quote)), bool(ZONED.search(other.quote))
    for a in one.amounts:
        for b in other.amounts:
            gap = abs((a.low + a.high) / 2 - (b.low + b.high) / 2)
            slack = (a.high - a.low + b.high - b.low) / 2 + 1
            if min(gap % 720, 720 - gap % 720) <= slack:
                return True
            if any(zones) and gap % 30 <= slack and (gap % 60 <= slack or all(zones)) and gap <= 840:
                return True
    return False


def _state(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
    """Opposite poles of one axis, or one thing told to have happened and not to have happened."""
    if (
        one.predicate.rstrip("*") != other.predicate.rstrip("*")
        or one.facet != other.facet
        or one.normal == other.normal
    ):
        return None
    if one.tentative or other.tentative:
        return None
    return Verdict(
        Kind.NEGATION if one.negated != other.negated else Kind.STATUS, f"{_said(one)} against {_said(other)}"
    )


def _said(claim: Claim) -> str:
    return f"{claim.value!r}{' (denied)' if claim.negated and 'no' not in claim.value.lower() else ''}"


def _disjoint(one: Claim, other: Claim, topics: Topics) -> bool:
    """Whether two descriptions share nothing that could make them one thing."""
    words_one, words_other = one.normal.split(), other.normal.split()
    return not any(topics.alike(a, b) >= 0.55 for a in words_one for b in words_other)


def _role(kind: Kind) -> _Judge:
    """The test of actors and places: the same deed, told of others who share nothing."""

    def judge(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
        if one.predicate != other.predicate or one.negated != other.negated or one.tentative or other.tentative:
            return None
        if not _disjoint(one, other, topics):
            return None
        return Verdict(Kind.CAUSE if one.kind is Kind.CAUSE else kind, f"{one.value} against {other.value}")

    return judge


def _cause(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
    if one.negated or other.negated or not _disjoint(one, other, topics):
        return None
    return Verdict(Kind.CAUSE, f"{one.value} against {other.value}")


def _nature(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
    if one.normal == other.normal or topics.alike(one.normal, other.normal) >= 0.55:
        return None
    return Verdict(Kind.IDENTITY, f"{one.value} against {other.value}")


def _depicted(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
    if one.predicate != other.predicate or not _disjoint(one, other, topics):
        return None
    return Verdict(Kind.EVENT, f"{one.value} against {other.value}")


def _quote(one: Claim, other: Claim, topics: Topics) -> Verdict | None:
    words_one, words_other = set(one.terms), set(other.terms)
    common = len(words_one & words_other)
    if common < 4 or common < 0.8 * min(len(words_one), len(words_other)):
        return None
    if not one.normal or not other.normal or not _disjoint(one, other, topics):
        return None
    return Verdict(Kind.QUOTE, f"said by {one.value} / said by {other.value}")


_Judge = Callable[[Claim, Claim, Topics], Verdict | None]
_VALUES: dict[str, _Judge] = {
    "amount": _amount, "label": _label, "age": _age, "date": _moment, "clock": _moment, "state": _state, "actor": _role(Kind.ACTOR),
    "place": _role(Kind.LOCATION), "cause": _cause, "nature": _nature, "depicted": _depicted, "quote": _quote,
}  # fmt: skip
"""Whether two values of a facet exclude each other, their topics being one."""

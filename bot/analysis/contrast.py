"""Do two sentences of the sources contradict each other? A small fitted model over what the rules read.

Rules read values well but cannot weigh them: the same two figures may be one dispute or two topics. So everything that
speaks for or against a contradiction becomes a feature of a pair of sentences, and a logistic regression, fitted on
annotated stories by `bot.scorecard.fit_contrast`, weighs them. Its weights are data (`contrast.json`); each one can be read.
Of the pairs that these and the reader's encoder make suspicious the ledger hears a network that knows news and nothing but contradictions, and a second
regression weighs that beside the rules' word (`contradictions.json`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.analysis import measured
from bot.analysis.comparison import (
    Topics,
    agrees,
    by_place,
    comparable,
    compare,
    disputed,
    excludes,
    explained,
    measured_apart,
    verdict_on,
)
from bot.analysis.evidence import Reader
from bot.analysis.lexicon import lexicon
from bot.analysis.logistic import Model, log_odds, shipped
from bot.analysis.twins import twins
from bot.analysis.values import quantities
from bot.analysis.words import tokens
from index.types import WHOLE, Certainty, Claim, Difference, Kind, Relation

NEGATION = re.compile(r"(?i)\b(?:not|no|never|nobody|none|nothing|neither|nor|without|cannot)\b|n['’]t\b")
EXCLUSIVE = re.compile(
    r"(?i)\b(?:only|never|wrong|untrue|false|denied|denies|none other|in fact|contrary|itself|herself|himself|no other|nothing to do|rather than|instead|alone|whatsoever"
    r"|not a single|not one|at no time|in reality|actually|really|own|every|all|nobody|no one)\b"
)
CAUSAL = re.compile(
    r"(?i)\b(?:because|due to|caused?|reason|after|since|led to|blame|thanks to|result|so that|therefore|out of|in response|why)\b"
)
DENIAL = re.compile(
    r"(?i)\b(?:untrue|wrong|false|denie[sd]|not true|nonsense|invented|myth|contrary|no truth|rumou?rs?|mistaken|reports (?:of|that)|claims? that|nothing to do|no connection|played no part|no other)\b"
)
FIRST_PERSON = re.compile(r"(?i)\b(?:i|my|we|our)\b")
IN_QUOTES = re.compile(r"[“\"]([^”\"]+)[”\"]")
RARE = 3
"""A word in so few sentences of a story points to one thing."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A sentence as something that can be contradicted: its whole claim, its claims by facet, and what its words give away."""

    whole: Claim
    parts: tuple[Claim, ...]
    canon: frozenset[str]
    """Its content words, words of one group being one."""

    @property
    def place(self) -> tuple[str, int]:
        return self.whole.place


@dataclass(frozen=True, slots=True)
class Standing:
    """How a pair stands among its rivals: whether each is the other's nearest sentence in the other's article."""

    cosine: float
    nearness: float
    """How near the two sentences' topics are."""
    nearest: float
    """0, 0.5 or 1: how many of the two are the other's nearest."""
    near: float
    """The same for being among the nearest three."""
    lead: float
    """How much nearer the two are than their next rivals; negative where a rival is nearer."""


def assertions(found: Iterable[Claim]) -> list[Assertion]:
    """Claims grouped by their sentence, in the order given; sentences without a whole claim are left out."""
    result: list[Assertion] = []
    for claims in by_place(found).values():
        whole = next((c for c in claims if c.facet == WHOLE), None)
        if whole is not None:
            result.append(
                Assertion(
                    whole, tuple(c for c in claims if c.facet != WHOLE), frozenset(canonical(t) for t in whole.terms)
                )
            )
    return result


def reprinted(one: Assertion, other: Assertion) -> bool:
    """Whether two sentences are the same words."""
    return _letters(one.whole.quote) == _letters(other.whole.quote)


@lru_cache(maxsize=20_000)
def _letters(text: str) -> str:
    """What of a sentence a reprint keeps: its letters and figures."""
    return "".join(c for c in text.casefold() if c.isalnum())


@lru_cache(maxsize=50_000)
def canonical(term: str) -> str:
    """One normal form for the words of one group."""
    groups = lexicon().concepts(term)
    return f"§{groups[0]}" if groups else term


def covered(one: Assertion, other: Assertion, topics: Topics) -> tuple[float, float]:
    """How much of one sentence's words the other has, 0 to 1, and the weight of what they share."""
    total = sum(topics.weight(t) for t in one.canon)
    shared = sum(topics.weight(t) for t in one.canon & other.canon)
    return (shared / total if total else 0.0), shared


def nearness(one: Assertion, other: Assertion, cosine: float, topics: Topics) -> float:
    """How near two sentences' topics are, for ranking; higher is nearer."""
    forth, mass = covered(one, other, topics)
    back, _ = covered(other, one, topics)
    return 0.5 * cosine + 0.25 * (forth + back) + 0.1 * mass


def features(one: Assertion, other: Assertion, standing: Standing, topics: Topics) -> dict[str, float]:
    """What speaks for or against a contradiction between two sentences. Symmetric in the two."""
    a, b = one.whole.quote, other.whole.quote
    forth, mass = covered(one, other, topics)
    back, _ = covered(other, one, topics)
    low, high = sorted((forth, back))
    shared = one.canon & other.canon
    f: dict[str, float] = {
        "cosine": standing.cosine, "covered_low": low, "covered_high": high, "mass": mass, "shared": min(3, len(shared)) / 3,
        "rare": min(3, sum(topics.frequency(t.lstrip("§")) <= RARE for t in shared)) / 3,
        "negation": float(bool(NEGATION.search(a)) != bool(NEGATION.search(b))), "exclusive": float(bool(EXCLUSIVE.search(a))) + float(bool(EXCLUSIVE.search(b))),
        "causal": float(bool(CAUSAL.search(a)) and bool(CAUSAL.search(b))), "denial": float(bool(DENIAL.search(a)) or bool(DENIAL.search(b))),
        "same_article": float(one.whole.article_id == other.whole.article_id), "nearest": standing.nearest, "near": standing.near, "lead": standing.lead,
        "short": min(len(one.canon), len(other.canon)) / 15, "long": max(len(one.canon), len(other.canon)) / 25,
        "first_person": float(bool(FIRST_PERSON.search(a)) or bool(FIRST_PERSON.search(b))),
        "headline": float(one.whole.predicate == "headline") + float(other.whole.predicate == "headline"),
    }  # fmt: skip
    quoted = sorted(sum(map(len, IN_QUOTES.findall(q))) / max(len(q), 1) for q in (a, b))
    f["quoted_low"], f["quoted_high"] = quoted
    names = set(one.whole.normal.split()), set(other.whole.normal.split())
    f["names"] = min(3, len(names[0] & names[1])) / 3
    f["other_names"] = float(bool(names[0] - names[1]) and bool(names[1] - names[0]))
    f |= _values(one, other, topics) | _circumstances(one, other)
    f["values"] = float(
        any(
            f[k] > 0
            for k in ("amount", "moment", "pole", "whether", "actor", "place", "quote", "cause", "nature", "depicted")
        )
    )
    topic = (low + high) / 2
    for key in (
        "negation",
        "amount",
        "moment",
        "pole",
        "actor",
        "place",
        "whether",
        "exclusive",
        "causal",
        "other_time",
        "nearest",
        "denial",
        "verbs",
        "concepts",
        "lead",
        "rare",
        "quoted_high",
        "names",
    ):
        f[f"{key}*topic"] = f[key] * topic
    for key in ("moment", "amount", "pole", "whether", "actor", "place", "negation", "mass", "covered_high", "cosine"):
        f[f"{key}*same_article"] = f[key] * f["same_article"]
    for key in ("pole", "amount", "negation"):
        f[f"{key}*mass"] = f[key] * mass
    f["negation*cosine"] = f["negation"] * standing.cosine
    return f


def _values(one: Assertion, other: Assertion, topics: Topics) -> dict[str, float]:
    """Values of one kind that exclude each other, the better their topics match the higher, or that agree."""
    f = dict.fromkeys(
        (
            "amount",
            "moment",
            "pole",
            "whether",
            "actor",
            "place",
            "quote",
            "cause",
            "nature",
            "depicted",
            "same_amount",
            "same_moment",
            "same_pole",
        ),
        0.0,
    )
    slots = {"amount": "amount", "label": "amount", "age": "amount", "date": "moment", "clock": "moment", "actor": "actor", "place": "place", "quote": "quote", "cause": "cause",
             "nature": "nature", "depicted": "depicted"}  # fmt: skip
    for a in one.parts:
        for b in other.parts:
            if not comparable(a, b):
                continue
            facet = {"duration": "amount"}.get(a.facet, a.facet)
            slot = {"state": "pole", "whether": "whether"}.get(facet) or slots[facet]
            if excludes(a, b, topics):
                f[slot] = max(f[slot], 0.35 + 0.65 * topics.match(a, b))
            elif slot in ("amount", "moment", "pole") and agrees(a, b, topics, 0.0):
                f[f"same_{slot}"] = 1.0
    return f


def _circumstances(one: Assertion, other: Assertion) -> dict[str, float]:
    """Who speaks, when, how surely; what the verbs have in common."""
    a, b = one.parts, other.parts
    verbs = [{c.predicate.rstrip("*") for c in parts if c.facet in ("state", "whether")} for parts in (a, b)]
    marks = [{t for c in parts for t in c.terms if t.startswith("§")} for parts in (a, b)]
    told = [any(c.attributed_to for c in parts) for parts in (a, b)]
    return {
        "verbs": min(2, len(verbs[0] & verbs[1])) / 2, "concepts": min(3, len(marks[0] & marks[1])) / 3,
        "other_time": float(set(one.whole.frame) != set(other.whole.frame)), "revised": float(one.whole.superseded != other.whole.superseded),
        "opinions": float(one.whole.opinion and other.whole.opinion), "one_told": float(told[0] != told[1]), "both_told": float(all(told)),
        "tentative": float(any(parts and all(c.tentative for c in parts) for parts in (a, b))), "claims": min(len(a), len(b)) / 8,
    }  # fmt: skip


WEIGHT_OF_LIKENESS, UNKNOWN = 6.0, 0.2
"""What the cosine of two sentences by the reader's encoder counts in their suspicion, beside the rules' log-odds, and what stands for it where it
is not known: of the same number of suspected pairs a sixth more contradict each other than by the rules alone."""
SUSPECTED = 0.4
"""From this suspicion on pairs are put to the network, some 150 of a story."""


def suspicion(by_rules: float, likeness: float) -> float:
    """How much two sentences are worth putting to the network, higher is more, by what the rules find, 0 to 1, and the encoder, -1 to 1."""
    return log_odds(by_rules) + WEIGHT_OF_LIKENESS * likeness


def judged(
    features: Sequence[Mapping[str, float]],
    quotes: Sequence[tuple[str, str]],
    reader: Reader | None,
    likeness: Sequence[float] | None = None,
    most: int | None = None,
    models: tuple[Model, Model] | None = None,
) -> list[float]:
    """How likely the two sentences of each pair contradict each other, 0 to 1, by their features, their words and how alike the reader's encoder
    finds them, -1 to 1.

    On the suspected pairs the network is heard, on at most so many, the most suspected; the rest stays with the rules, as all do without a reader.
    `models`, the rules' and the one that weighs what was heard, stand in place of the shipped ones.
    """
    rules, model = models or (shipped("contrast.json"), shipped("contradictions.json"))
    plain = {
        k
        for k, f in enumerate(features)
        if (f.get("covered_low", 0.0) >= ALIKE and twins(*quotes[k]))
        or measured.apart(*quotes[k], f.get("nearest", 0.0))
    }
    found = [
        TWINS if k in plain else min(rules.probability(f), REPEATED if repeats(f) else 1.0)
        for k, f in enumerate(features)
    ]
    if reader is None:
        return found
    known = likeness or [UNKNOWN] * len(found)
    suspicions = {k: suspicion(found[k], known[k]) for k, f in enumerate(features) if k not in plain and not repeats(f)}
    suspected = sorted((k for k, s in suspicions.items() if s >= SUSPECTED), key=lambda k: -suspicions[k])[:most]
    for k, logit in zip(suspected, reader.opposed([quotes[k] for k in suspected]), strict=True):
        found[k] = model.probability(heard(features[k], found[k], logit))
    return found


def repeats(features: Mapping[str, float]) -> bool:
    """Whether two sentences share so many words, and nothing that could set them apart, that they say the same."""
    apart = ("values", "negation", "exclusive", "denial")
    return features.get("covered_low", 0.0) >= REPEATS and not any(features[name] for name in apart)


BESIDE = ("values", "same_article", "nearest")
"""The rules' features that tell how far to trust what is heard."""


def heard(features: Mapping[str, float], by_rules: float, logit: float) -> dict[str, float]:
    """What the ledger's second model weighs of a suspected pair: how likely the rules find a contradiction, and what the network said.

    Stacked generalisation (Wolpert 1992): so few weights are sure on few stories.
    """
    read = bounded(logit)
    return {"rules": log_odds(by_rules), "read": read} | {f"read*{name}": read * features[name] for name in BESIDE}


def bounded(logit: float) -> float:
    """What a network says of a pair as a feature, -2 to 2."""
    return max(-8.0, min(8.0, logit)) / 4


FLAGGED, FLAGGED_VALUES = 0.75, 0.65
"""From this probability on a pair is flagged, and one of which the rules know the values that exclude each other. Chosen on eighty stories by parts, and on
thirty-two that no model had seen: nearly the best F1, with 6 % of the traps."""
PLAIN = {"nature": 0.3, "depicted": 0.3, "date": 0.7}
"""Facets plain enough to be flagged by themselves where their topics match so well: one act called a joke and a threat, one
video said to show two things, one thing dated twice. They are too seldom in the fitting stories to be weighed by them."""
REPEATS, REPEATED = 0.4, 0.1
"""How much of its words the longer one of two sentences shares that repeat each other, and how likely these contradict each other at most: of
eighteen such pairs that the models flagged, in parts of ninety-four stories they had not seen, one was a contradiction."""
TWINS, ALIKE = 0.8, 0.25
"""How likely twin sentences, and plain measures of one thing, contradict each other at least, whatever the models say: news that they are fitted on has hardly any; and
how much of its words the longer one of two shares before they are looked at as twins."""
SURE = 0.95
"""From this probability on a flag is sure: of such pairs three of four contradict each other, in stories that nothing had seen."""


def difference(one: Assertion, other: Assertion, probability: float, topics: Topics) -> Difference | None:
    """What the difference between two sentences is, None where there is none to tell.

    Below the threshold only explained differences are told: another time, a revised figure, other words. A sentence never
    differs from its own reprint.
    """
    if reprinted(one, other):
        return None
    changed = change(one, other) or (moved(one, other) if probability >= FLAGGED_VALUES else None)
    if changed:
        why = "one of them tells how the figure changed"
        return Difference(*changed, Kind.NUMBER, Relation.UPDATE, Certainty.SURE, why, probability)
    pair = strongest(one, other, topics)
    a, b = pair or (one.whole, other.whole)
    verdict = verdict_on(a, b, topics) if pair else None
    plain = (
        pair is not None
        and topics.match(*pair) >= PLAIN.get(pair[0].facet, 2.0)
        and pair[0].predicate == pair[1].predicate
    )
    if (
        probability < (FLAGGED_VALUES if pair else FLAGGED)
        and not plain
        and not (verdict and verdict.kind is Kind.QUOTE)
    ):
        return _explained(one, other, topics)
    kind = verdict.kind if verdict else _kind(one, other)
    why = verdict.why if verdict else "the two sentences cannot both be right"
    reason = None if twins(one.whole.quote, other.whole.quote) else explained(a, b, kind)
    certainty = Certainty.SURE if probability >= SURE or kind is Kind.QUOTE else Certainty.POSSIBLE
    if reason:
        return Difference(a, b, kind, reason[0], certainty, reason[1], probability)
    return Difference(a, b, kind, disputed(a, b, kind), certainty, why, probability)


CHANGED = re.compile(
    r"(?i)\b(?:rais|increas|lower|reduc|revis|correct|doubl|climb|grow)\w*\b|\b(?:cut|rose|risen|fell|fallen|grew|grown|went|gone|moved?|up|down)\b"
)
FROM_TO = re.compile(r"(?i)\bfrom\b(.{1,40}?)\bto\b(.{1,40})")


ROSE_TO = re.compile(
    r"(?i)\b(?:rose|ris(?:es|en|ing)|climb(?:s|ed)|grew|grown|increased|went up|(?:been|was|were) raised|up) to\s+(?:about |some |at least )?"
)
FELL_TO = re.compile(
    r"(?i)\b(?:fell|fall(?:s|en)|dropped|sank|sunk|decreased|went down|(?:been|was|were) (?:lowered|reduced|cut)|down) to\s+(?:about |some |only )?"
)


def change(one: Assertion, other: Assertion) -> tuple[Claim, Claim] | None:
    """The claim of the sentence that tells how a figure changed, and the other's claim of the figure before: "raised it from 20,000 to
    50,000" beside "20,000"; None where neither tells of such a thing."""
    return _change(one, other) or _change(other, one)


def moved(one: Assertion, other: Assertion) -> tuple[Claim, Claim] | None:
    """The same of two sentences on one matter for a figure that rose or fell: "rose to five" beside "three people"."""
    return _moved(one, other) or _moved(other, one)


def _moved(one: Assertion, other: Assertion) -> tuple[Claim, Claim] | None:
    quote = one.whole.quote
    for pattern, sign in ((ROSE_TO, 1), (FELL_TO, -1)):
        told = pattern.search(quote)
        after = next((c for c in one.parts if told and c.amounts and quote[told.end() :].startswith(c.value)), None)
        if after is not None:
            for before in other.parts:
                further = before.amounts and sign * (after.amounts[0].low - before.amounts[0].low) > 0
                if further and measured_apart(after, before):
                    return after, before
    return None


def _change(one: Assertion, other: Assertion) -> tuple[Claim, Claim] | None:
    told = FROM_TO.search(one.whole.quote) if CHANGED.search(one.whole.quote) else None
    if told is None:
        return None
    before, after = (quantities(tokens(part)) for part in told.groups())
    for claim in other.parts:
        if before and after and claim.facet in ("amount", "duration") and claim.amounts:
            figure = claim.amounts[0]
            was, became = before[0].amount, after[0].amount
            if figure.unit in (was.unit, became.unit) and figure.meets(was) and not figure.meets(became):
                own = (c for c in one.parts if c.amounts and c.amounts[0].unit == figure.unit)
                return next(own, one.whole), claim
    return None


def dispute(one: Assertion, other: Assertion, probability: float, topics: Topics) -> Difference:
    """The difference between two sentences that are two sides of a question."""
    pair = strongest(one, other, topics)
    a, b = pair or (one.whole, other.whole)
    verdict = verdict_on(a, b, topics) if pair else None
    kind = verdict.kind if verdict else _kind(one, other)
    why = verdict.why if verdict else "the two sentences cannot both be right"
    return Difference(
        a,
        b,
        kind,
        disputed(a, b, kind),
        Certainty.SURE if probability >= SURE else Certainty.POSSIBLE,
        why,
        probability,
    )


def revised(one: Assertion, other: Assertion, topics: Topics) -> bool:
    """Whether one of two sentences gives an earlier state that its source revised: then the later one answers, and nothing is disputed."""
    if change(one, other) or moved(one, other):
        return True
    pair = strongest(one, other, topics)
    if pair is None:
        return False
    verdict = verdict_on(*pair, topics)
    reason = explained(*pair, verdict.kind if verdict else _kind(one, other))
    return reason is not None and reason[0] is Relation.UPDATE


def _explained(one: Assertion, other: Assertion, topics: Topics) -> Difference | None:
    """The best matched difference of a pair of sentences that has an explanation."""
    found = [
        d for a in one.parts for b in other.parts if (d := compare(a, b, topics)) is not None and not d.relation.flagged
    ]
    return max(found, key=lambda d: d.score, default=None)


def _kind(one: Assertion, other: Assertion) -> Kind:
    """The kind of a contradiction that no single value shows."""
    a, b = one.whole.quote, other.whole.quote
    if CAUSAL.search(a) and CAUSAL.search(b):
        return Kind.CAUSE
    return Kind.NEGATION if bool(NEGATION.search(a)) != bool(NEGATION.search(b)) else Kind.EVENT


def strongest(one: Assertion, other: Assertion, topics: Topics) -> tuple[Claim, Claim] | None:
    """The two claims of a pair of sentences that exclude each other most plainly, None where only the sentences as wholes do."""
    order = (
        "quote",
        "amount",
        "duration",
        "label",
        "age",
        "date",
        "clock",
        "actor",
        "place",
        "cause",
        "state",
        "whether",
        "nature",
        "depicted",
    )
    best: tuple[float, Claim, Claim] | None = None
    for a in one.parts:
        for b in other.parts:
            if comparable(a, b) and excludes(a, b, topics):
                rank = topics.match(a, b) + 0.02 * (len(order) - order.index(a.facet))
                if best is None or rank > best[0]:
                    best = (rank, a, b)
    return (best[1], best[2]) if best and best[0] >= 0.3 else None


def rivals(
    found: Sequence[Assertion],
    pairs: Sequence[tuple[int, int]],
    cosines: Mapping[tuple[int, int], float],
    topics: Topics,
) -> list[Standing]:
    """How each pair stands among the given ones. Numbers name sentences among those found; `cosines` tells how alike the two of each pair are."""
    near = {(i, j): nearness(found[i], found[j], cosines[i, j], topics) for i, j in pairs}
    files_of = [a.whole.file for a in found]
    ranked: dict[tuple[int, str], list[tuple[float, int]]] = {}
    for i, j in pairs:
        ranked.setdefault((i, files_of[j]), []).append((near[i, j], j))
        ranked.setdefault((j, files_of[i]), []).append((near[i, j], i))
    for best in ranked.values():
        best.sort(reverse=True)
    standings: list[Standing] = []
    for i, j in pairs:
        nearest = near_three = lead = 0.0
        for one, other in ((i, j), (j, i)):
            best = ranked[one, files_of[other]]
            nearest += best[0][1] == other
            near_three += any(k == other for _, k in best[:3])
            rival = next((n for n, k in best if k != other), 0.0)
            lead += near[i, j] - rival
        standings.append(Standing(cosines[i, j], near[i, j], nearest / 2, near_three / 2, lead))
    return standings

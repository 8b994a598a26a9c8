"""Disputes: pairs of sentences that give two sides of what a question asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

from bot.analysis import contrast
from bot.analysis.comparison import Topics, agrees
from bot.analysis.contrast import Assertion
from bot.analysis.discrepancies import DENIES
from bot.analysis.evidence import Reader, Scored, clipped, model_of
from bot.analysis.logistic import Model, log_odds, shipped
from bot.analysis.measured import MEASURE
from bot.analysis.questions import FACETS, Asked
from bot.analysis.spans import Likeness, answered, likeness
from bot.analysis.words import fold, tokens
from index.types import Amount, Claim, Difference

DISPUTED = (0.5, 0.58)
"""Without a reader, two sentences that are likelier than this two sides of what was asked make a conflict: with values of the kind
that was asked for, and without; probabilities."""
FIGURES = ("many", "much", "when", "clock", "long", "measure")
"""What is asked for where the answer is a figure or a date."""
DISPUTED_READ = {
    "whether": 0.55, "many": 0.68, "which": 0.6, "where": 0.6, "who": 0.55, "what": 0.55, "when": 0.6, "how": 0.4, "long": 0.5, "much": 0.5,
}  # fmt: skip
DISPUTED_FIGURE, DISPUTED_OTHERWISE = 0.6, 0.5
"""The same with a reader, by what is asked for: figures of one kind are often of different things, persons seldom."""
UNHARMED = re.compile(
    r"(?i)\b(?:everyone|everybody|all|both)\b(?: \w+){0,3} survived\b|\bun(?:hurt|harmed|injured|scathed)\b"
)
"""Says that nothing befell somebody, without a denial."""
MEASURED_APART = 0.35
"""The same where a reader is sure of two measures of one kind, "80 metres" and "50 metres": of fourteen such pairs ten were disputes."""
FAR = 0.05
"""Sentences less near than this are not set against each other."""
MOST = 4
"""So many disputes are told at most."""
HEARD = 6
"""So many pairs of a question's sentences are put to the reader, the likeliest by the rules; 5 to 10 ms each."""
UNHEARD = -1.0
"""Stands for what the reader would say of the others, as `contrast.bounded` has it."""
FARTHEST, FAR_BEHIND = -7.0, -4.0
"""Logits: a sentence whose best words stay behind "no answer" by the first is no side of anything, and two that both do by the second are none."""
WANTED = ("who", "where", "why", "whether", "what")
"""What is asked for where likelihood and the reader's word get weights of their own."""
KINDS = (*WANTED, "figure", "other")
"""The same where whether two sources' words differ has a weight of its own."""
Pair = tuple[Assertion, Assertion]
Rated = tuple[float, bool, Pair]
"""How likely two sentences are two sides of what was asked, 0 to 1, and whether their values are of the kind that it asks for."""
Known = Mapping[frozenset[tuple[str, int]], float]
"""How likely two sentences, by their places, contradict each other where the ledger has that they do, 0 to 1; a pair that is not in it counts 0."""
Ledger = Callable[[Sequence[Claim]], Known]
"""What the ledger has of the sentences of some claims."""


def known(differences: Iterable[Difference]) -> Known:
    """What the embedded engine's ledger has of pairs of sentences; of several differences of one pair the likeliest counts."""
    flagged = (d for d in differences if d.relation.flagged)
    return {frozenset((d.first.place, d.second.place)): d.score for d in sorted(flagged, key=lambda d: d.score)}


def rated(
    asked: Asked, pool: Sequence[Scored], claims: Sequence[Claim], topics: Topics, cosine: Callable[[str, str], float], ledger: Ledger,
    reader: Reader | None, model: Model | None = None,
) -> list[Rated]:  # fmt: skip
    """The pairs of a pool with the probability that they are two sides of what was asked, and whether their values fit it."""
    model = model or shipped(model_of("dispute", reader))
    read_at = {s.candidate.place: s for s in pool}
    inside = [c for c in claims if c.place in read_at]
    found = pair_rows(asked, pool, inside, topics, cosine, ledger(inside), reader)
    return [
        (model.probability(f), f["fits"] > 0, pair)
        for f, pair in found
        if not _settled(*pair, inside, topics) and _both_answer(asked, *(read_at.get(a.place) for a in pair))
    ]


def told(
    asked: Asked, pool: Sequence[Scored], found: Sequence[Rated], topics: Topics, reader: Reader | None
) -> list[tuple[float, Pair]]:  # fmt: skip
    """Of the rated pairs of a pool those that are told as disputes, likeliest first; see `rated`."""
    read_at = {s.candidate.place: s for s in pool}
    kept = [
        (p, pair)
        for p, fits, pair in found
        if p >= _least(asked, fits, reader, *(read_at.get(a.place) for a in pair))
        and not contrast.revised(*pair, topics)
        and not _two_things(asked, *(read_at.get(a.place) for a in pair))
        and not _two_times(asked, *pair)
        and not _both_deny(asked, *pair)
    ]
    return sorted(kept, key=lambda d: -d[0])[:MOST]


def _least(asked: Asked, fits: bool, reader: Reader | None, one: Scored | None, other: Scored | None) -> float:
    """From which probability on a pair is a dispute about what was asked."""
    if reader is None:
        return DISPUTED[not fits]
    if asked.wants in FIGURES and _measured_apart(one, other):
        return MEASURED_APART
    return DISPUTED_READ.get(asked.wants, DISPUTED_FIGURE if asked.wants in FIGURES else DISPUTED_OTHERWISE)


def _settled(one: Assertion, other: Assertion, inside: Sequence[Claim], topics: Topics) -> bool:
    """Whether one of the two articles states the other's value as well: then these are two topics, not one dispute."""
    pair = contrast.strongest(one, other, topics)
    if (
        pair is None
        or pair[0].article_id == pair[1].article_id
        or pair[0].facet not in ("amount", "duration", "label", "date", "clock")
    ):
        return False
    a, b = pair
    return any(
        (c.article_id == b.article_id and agrees(a, c, topics))
        or (c.article_id == a.article_id and agrees(b, c, topics))
        for c in inside
    )


def pair_rows(
    asked: Asked, pool: Sequence[Scored], claims: Sequence[Claim], topics: Topics, cosine: Callable[[str, str], float], ledger: Known,
    reader: Reader | None,
) -> list[tuple[dict[str, float], Pair]]:  # fmt: skip
    """What speaks for each pair of a pool's sentences being two sides of what was asked."""
    scores = {s.candidate.place: s for s in pool}
    found = list(contrast.assertions(c for c in claims if c.place in scores))
    pairs = list(combinations(range(len(found)), 2))
    cosines = {(i, j): cosine(found[i].whole.quote, found[j].whole.quote) for i, j in pairs}
    standings = contrast.rivals(found, pairs, cosines, topics)
    compared = [
        (found[i], found[j], standing.nearness, contrast.features(found[i], found[j], standing, topics))
        for (i, j), standing in zip(pairs, standings, strict=True)
        if standing.nearness >= FAR and not contrast.reprinted(found[i], found[j])
    ]
    probabilities = contrast.judged(
        [features for _, _, _, features in compared],
        [(one.whole.quote, other.whole.quote) for one, other, _, _ in compared],
        None,
    )
    rows: list[tuple[dict[str, float], Pair]] = []
    for (one, other, nearness, features), probability in zip(compared, probabilities, strict=True):
        strongest = contrast.strongest(one, other, topics)
        low, high = sorted((scores[one.place].score, scores[other.place].score))
        fits = float(strongest is not None and strongest[0].facet in FACETS[asked.wants])
        first = float(strongest is not None and strongest[0].facet == FACETS[asked.wants][0])
        row = {
            "contrast": log_odds(probability), "low": low, "high": high, "both": (low * high) ** 0.5, "fits": fits, "fits_first": first, "values": float(strongest is not None),
            "nearness": nearness, "same_article": features["same_article"], "same_amount": features["same_amount"], "same_moment": features["same_moment"],
            "other_time": features["other_time"], "revised": features["revised"], "negation": features["negation"], "pole": features["pole"], "opinions": features["opinions"],
            "agree": float(any(features[f"same_{k}"] for k in ("amount", "moment"))),
        }  # fmt: skip
        for wants in ("who", "where", "why", "when", "many", "much", "whether", "what", "which"):
            row[wants] = float(asked.wants == wants)
        for wants in WANTED:
            row[f"{wants}*both"] = row[wants] * row["both"]
        row["whether*negation"] = row["whether"] * row["negation"]
        row["whether*pole"] = row["whether"] * row["pole"]
        row["contrast*both"] = row["contrast"] * row["both"]
        row["fits*both"] = fits * row["both"]
        row["ledger"] = ledger.get(frozenset((one.place, other.place)), 0.0)
        row["ledger*both"] = row["ledger"] * row["both"]
        row |= apart(asked, scores[one.place], scores[other.place], pool)
        rows.append((row, (one, other)))
    return _heard(asked, rows, reader) if reader else rows


def _heard(
    asked: Asked, rows: Sequence[tuple[dict[str, float], Pair]], reader: Reader
) -> list[tuple[dict[str, float], Pair]]:
    """Rows with what a reader says of them beside the question. Which ones it is asked about the model without a reader decides: it was not
    fitted beside one, but it need only choose."""
    by_rules = shipped("dispute.json")
    likely = sorted(range(len(rows)), key=lambda k: -by_rules.probability(rows[k][0]))[:HEARD]
    quotes = [(one.whole.quote, other.whole.quote) for one, other in (rows[k][1] for k in likely)]
    logits = dict(zip(likely, reader.disputed(asked.main, quotes), strict=True))
    found = []
    for k, (row, pair) in enumerate(rows):
        said = contrast.bounded(logits[k]) if k in logits else UNHEARD
        beside = {f"{wants}*said": said * float(asked.wants == wants) for wants in WANTED}
        beside |= {"figure*said": said * float(asked.wants in FIGURES), "said*both": said * row["both"]}
        beside |= {"said": said, "heard": float(k in logits), "said*fits": said * row["fits"]}
        found.append((row | beside, pair))
    return found


def apart(asked: Asked, one: Scored, other: Scored, pool: Sequence[Scored]) -> dict[str, float]:
    """What a reader's words for two sentences tell of them as two sides; empty without a reader.

    They are settled where one of the two sources gives the other's answer as well: then these are two things, not one dispute.
    """
    if one.said is None or other.said is None:
        return {}
    low = clipped(min(one.said.margin, other.said.margin))
    names = frozenset(fold(t.text) for t in tokens(asked.main) if t.name)
    found = likeness(one.said.text, other.said.text, names) if one.said.text and other.said.text else Likeness.UNCLEAR
    articles = one.candidate.article.id, other.candidate.article.id
    settled = articles[0] != articles[1] and any(
        s.said is not None and s.said.margin > 0 and s.candidate.article.id == articles[side]
        and s not in (one, other) and likeness(s.said.text, theirs.text) is Likeness.SAME
        for s in pool for side, theirs in ((0, other.said), (1, one.said))
    )  # fmt: skip
    differ, sure = float(found is Likeness.OTHER), float(low > 0)
    kind = asked.wants if asked.wants in WANTED else "figure" if asked.wants in FIGURES else "other"
    told = {"span_other": differ, "span_other_sure": differ * sure, "span_same": float(found is Likeness.SAME)}
    return {f"{k}*{name}": value * float(k == kind) for k in KINDS for name, value in told.items()} | {
        "span_low": low, "span_other": differ, "span_same": float(found is Likeness.SAME), "span_other*low": differ * low,
        "span_other_sure": differ * sure, "span_settled": float(settled),
    }  # fmt: skip


def _both_answer(asked: Asked, one: Scored | None, other: Scored | None) -> bool:
    """Whether a reader sees in both of two sentences something that may answer, and not the same twice where it is sure of neither; a reason, a
    yes or no it need not see."""
    if asked.wants in ("whether", "why") or one is None or other is None or one.said is None or other.said is None:
        return True
    low, high = sorted((one.said.margin, other.said.margin))
    return low > FARTHEST and (
        high > 0 or (high > FAR_BEHIND and likeness(one.said.text, other.said.text) is Likeness.OTHER)
    )


def _two_things(asked: Asked, one: Scored | None, other: Scored | None) -> bool:
    """Whether what two sentences say to a question for a figure is no dispute: one measure in other words, or measures of two kinds."""
    if asked.wants not in FIGURES:
        return False
    a, b = measures(one), measures(other)
    if not a or not b:
        return False
    return not {x.unit for x in a} & {x.unit for x in b} or any(x.meets(y) for x in a for y in b)


def _both_deny(asked: Asked, one: Assertion, other: Assertion) -> bool:
    """Whether two sentences both answer a question for yes or no with a denial: "There were no deaths." and "Everyone survived."."""
    return asked.wants == "whether" and all(
        DENIES.search(a.whole.quote) or UNHARMED.search(a.whole.quote) for a in (one, other)
    )


def _measured_apart(one: Scored | None, other: Scored | None) -> bool:
    """Whether a reader is sure of a measure in both of two sentences, and they are of one kind and not the same."""
    if one is None or other is None or one.said is None or other.said is None:
        return False
    if min(one.said.margin, other.said.margin) <= 0:
        return False
    a, b = measures(one), measures(other)
    return (
        bool({x.unit for x in a} & {y.unit for y in b}) and likeness(one.said.text, other.said.text) is Likeness.OTHER
    )


def _two_times(asked: Asked, one: Assertion, other: Assertion) -> bool:
    """Whether one of two sentences that tell when is set in another time than the story, a year or "nine years ago", and the other is not."""
    return asked.wants == "when" and bool(one.whole.frame) is not bool(other.whole.frame)


def measures(scored: Scored | None) -> list[Amount]:
    """The measures among the words that a reader found, with the unit behind them if they end before it."""
    if scored is None or scored.said is None or not scored.said.text:
        return []
    text, said = scored.candidate.text, scored.said.text
    at = max(text.find(said), 0)
    unit = re.match(r"[ -]\w+", text[at + len(said) :])
    whole = said + unit.group() if unit else said
    return [a for a in answered(whole).amounts if MEASURE.match(a.unit)]

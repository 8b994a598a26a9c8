"""Whether the sources agree on what was asked: two sentences that answer, of two origins, that say the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.analysis import comparison, evidence
from bot.analysis.comparison import Topics
from bot.analysis.disputes import FIGURES, Rated
from bot.analysis.evidence import UNREAD, Reader, Scored, clipped, model_of
from bot.analysis.logistic import Model, log_odds, shipped
from bot.analysis.questions import FACETS, Asked
from bot.analysis.spans import Likeness, held, likeness
from index.types import Claim

AGREED = 0.5
"""Two sentences that are at least as likely as this to give one answer agree; a probability."""
ANSWERING = 0.4
"""The same where the second one is among those that answer anyway."""
VALUED = ("amount", "duration", "label", "date", "clock")
"""Facets of which two values that exclude each other are no agreement."""


def agreeing(
    asked: Asked, best: Scored, pool: Sequence[Scored], claims: Sequence[Claim], topics: Topics, cosine: Callable[[str, str], float],
    rated: Sequence[Rated], reader: Reader | None, model: Model | None = None,
) -> list[tuple[float, Scored]]:  # fmt: skip
    """Sentences of other origins than the best one's with how likely they answer and give the same answer, 0 to 1, likeliest first. `cosine` gives the
    similarity of two texts, -1 to 1; `rated` are the pairs of a question's sentences with how likely they dispute what was asked."""
    model = model or shipped(model_of("agreement", reader))
    places = {s.candidate.place for s in (best, *pool)}
    claims = [c for c in claims if c.place in places]
    found = [
        (model.probability(features(asked, best, mate, claims, topics, cosine, rated)), mate)
        for mate in pool
        if mate.candidate.article.origin != best.candidate.article.origin
    ]
    return sorted(found, key=lambda p: -p[0])


def features(
    asked: Asked, one: Scored, other: Scored, claims: Sequence[Claim], topics: Topics, cosine: Callable[[str, str], float], rated: Sequence[Rated]
) -> dict[str, float]:  # fmt: skip
    """What speaks for two sentences that answer giving the same answer."""
    places = {one.candidate.place, other.candidate.place}
    disputed = next((p for p, _, pair in rated if {a.place for a in pair} == places), 0.0)
    own, theirs = ([c for c in claims if c.place == s.candidate.place] for s in (one, other))
    pairs = [(a, b) for a in own for b in theirs if a.facet == b.facet and a.facet in FACETS[asked.wants]]
    agreed = any(comparison.agrees(a, b, topics) for a, b in pairs)
    apart = not agreed and any(comparison.excludes(a, b, topics) and a.facet in VALUED for a, b in pairs)
    texts = one.candidate.text, other.candidate.text
    low, high = sorted((log_odds(one.score), log_odds(other.score)))
    named = float(evidence.share_a_name(asked, *texts))
    f = {
        "disputed": disputed, "low": low, "high": high, "values_agree": float(agreed), "values_apart": float(apart), "alike": cosine(*texts),
        "share_a_name": named,
    }  # fmt: skip
    for wants in ("who", "where", "why", "whether", "what"):
        f[wants] = float(asked.wants == wants)
    f["figure"] = float(asked.wants in FIGURES)
    f["who*share_a_name"] = f["who"] * named
    f["figure*values_agree"] = f["figure"] * f["values_agree"]
    if one.said is None and other.said is None:
        return f
    said, told, known = one.said or UNREAD, other.said or UNREAD, frozenset(asked.terms)
    echoes, echoed = held(said.text, texts[1], known), held(told.text, texts[0], known)
    found = likeness(said.text, told.text) if said.text and told.text else Likeness.UNCLEAR
    margin = min(said.margin, told.margin)
    same, differs, sure = float(found is Likeness.SAME), float(found is Likeness.OTHER), float(margin > 0)
    f |= {
        "read_low": clipped(margin), "read_yes": sure, "read_same": same, "read_other": differs, "read_same*yes": same * sure, "read_other*yes": differs * sure,
        "figure*read_same": f["figure"] * same, "figure*read_other": f["figure"] * differs, "whether*read_other": f["whether"] * differs,
        "why*read_other": f["why"] * differs, "echoes": echoes, "echoed": echoed, "echo": max(echoes, echoed), "echo*yes": max(echoes, echoed) * sure,
        "echoes_all": float(max(echoes, echoed) == 1.0),
    }  # fmt: skip
    return f

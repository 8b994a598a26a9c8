"""Which of the likeliest sentences are the answer, and which only may be: how likely each answers, seen beside the others.

What weighs a sentence by itself (`evidence`) finds all that may answer; half of that is on the matter and no answer. Here a sentence is weighed again by how far it
stays behind the best one, by what its source says otherwise, and by whether it disputes another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.disputes import Rated
from bot.analysis.evidence import UNREAD, Reader, Scored, clipped, model_of
from bot.analysis.logistic import Model, log_odds, shipped
from bot.analysis.questions import Asked
from bot.analysis.spans import Likeness, held, likeness

SURE = 0.45
"""From this probability on a sentence is the answer."""
POSSIBLE = 0.15
"""From this probability on it is shown as what may belong to it."""
MOST_SURE, MOST_POSSIBLE, MOST_OF_ONE = 6, 3, 3
"""So many sentences are shown at most as the one and the other, and so many of one source as the one."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The sentences that answer, best first, at least one of those there were, and those that may."""

    sure: tuple[Scored, ...]
    possible: tuple[Scored, ...]

    def with_sure(self, agreeing: Sequence[Scored]) -> Selection:
        """The same with sentences that agree with the best one as answers, the likeliest of each source; where there are too many, in place of the last others."""
        first: dict[str, Scored] = {}
        for s in agreeing:
            first.setdefault(s.candidate.article.id, s)
        told = {s.candidate.article.id for s in self.sure if s in agreeing}
        new = [s for article, s in first.items() if article not in told and s not in self.sure][: MOST_SURE - 1]
        kept = [s for s in self.sure if s in agreeing or s is self.sure[0]]
        others = [s for s in self.sure if s not in kept][: max(MOST_SURE - len(kept) - len(new), 0)]
        sure = [s for s in self.sure if s in kept or s in others][:MOST_SURE]
        return Selection((*sure, *new)[:MOST_SURE], tuple(s for s in self.possible if s not in new))


def selected(
    asked: Asked, pool: Sequence[Scored], rated: Sequence[Rated], reader: Reader | None, model: Model | None = None
) -> Selection:
    """Choose among a question's likeliest sentences, best first; `rated` are the pairs of them with how likely they dispute what was asked."""
    model = model or shipped(model_of("relevance", reader))
    found = [(model.probability(f), s) for f, s in zip(features(asked, pool, rated), pool, strict=True)]
    found.sort(key=lambda p: -p[0])
    sure: list[Scored] = []
    possible: list[Scored] = []
    for at, (probability, s) in enumerate(found):
        if _repeats(s, (*sure, *possible)):
            continue
        own = sum(c.candidate.article.id == s.candidate.article.id for c in sure)
        if at == 0 or (probability >= SURE and len(sure) < MOST_SURE and own < MOST_OF_ONE):
            sure.append(s)
        elif probability >= POSSIBLE and len(possible) < MOST_POSSIBLE:
            possible.append(s)
    return Selection(tuple(sure), tuple(possible))


def features(asked: Asked, pool: Sequence[Scored], rated: Sequence[Rated]) -> list[dict[str, float]]:
    """What speaks for each of a question's likeliest sentences, best first, being an answer."""
    if not pool:
        return []
    first = pool[0]
    nearest = max((clipped(s.said.margin) for s in pool if s.said), default=0.0)
    disputed: dict[tuple[str, int], float] = {}
    disputed_first: dict[tuple[str, int], float] = {}
    for probability, _, pair in rated:
        places = [a.place for a in pair]
        for place, other in (places, places[::-1]):
            disputed[place] = max(disputed.get(place, 0.0), probability)
            if other == first.candidate.place:
                disputed_first[place] = probability
    known = frozenset(asked.terms)
    rows = []
    for at, s in enumerate(pool):
        before = sum(o.candidate.article.id == s.candidate.article.id for o in pool[:at])
        row = {
            "score": log_odds(s.score), "score_behind": log_odds(s.score) - log_odds(first.score), "first": float(at == 0), "rank": at / 10,
            "first_of_source": float(not before), "before_of_source": before / 3, "covers": float(not s.missing), "missing": float(len(s.missing)),
            "top": log_odds(first.score), "long": min(len(s.candidate.text), 600) / 300, "disputed": disputed.get(s.candidate.place, 0.0),
            "disputed_first": disputed_first.get(s.candidate.place, 0.0),
        }  # fmt: skip
        if first.said is not None:
            said = s.said or UNREAD
            margin = clipped(said.margin)
            row |= {
                "read": margin, "read_behind": margin - nearest, "read_behind_first": margin - clipped(first.said.margin), "read_yes": float(said.margin > 0),
                "no_words": float(not said.text), "echoes": held(first.said.text, s.candidate.text, known) if at else 0.0,
                "echoed": held(said.text, first.candidate.text, known) if at else 0.0,
                "echoed_by": sum(
                    held(said.text, o.candidate.text, known) == 1.0 for o in pool if o.candidate.article.id != s.candidate.article.id
                ) / 3 if said.text else 0.0,
            }  # fmt: skip
            row |= {f"read_yes*{echo}": row["read_yes"] * row[echo] for echo in ("echoes", "echoed", "echoed_by")}
        rows.append(row)
    return rows


def _repeats(s: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether a sentence gives again what another of its source has given."""
    if s.said is None or s.said.margin <= 0:
        return False
    return any(
        c.candidate.article.id == s.candidate.article.id
        and c.said is not None and c.said.margin > 0 and likeness(c.said.text, s.said.text) is Likeness.SAME
        for c in chosen
    )  # fmt: skip

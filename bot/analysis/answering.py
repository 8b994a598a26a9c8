"""Extractive answers: the sentences that answer a question, per source, or the finding that none does.

A question whose essential words no source covers is unanswerable; a threshold on similarity alone would fail both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.analysis import contrast, disputes
from bot.analysis.comparison import Topics
from bot.analysis.evidence import SURE, UNREAD, Candidate, Reader, Scored, clipped, model_of, rows_of, weighed
from bot.analysis.logistic import shipped
from bot.analysis.questions import Asked
from bot.analysis.spans import Likeness, likeness
from bot.analysis.words import tokens
from index.types import WHOLE, Claim, Difference

ANSWERS = 0.33
"""A question that is less likely answered than this is unanswerable; a probability."""
PLAINLY = 0.9, -1.0
"""A question is answered by a sentence that leaves none of its words out, answers with this probability, and with words that beat "no answer" by so
many logits: a short story has nothing else that comes near, which the model takes for a sign against it."""
NOTHING = -3.0
"""Logits: where no sentence's words come nearer to "no answer" than this, that speaks against there being an answer."""
CLOSE, SECOND = 0.45, 0.65
"""A source's first sentence is shown if it reaches the first part of the best score, its second one the second part."""
POOL = 10
"""So many of the likeliest sentences are set against each other."""
DOUBTED = 0.3
"""Two sentences that dispute what was asked with this probability are not said to agree on it, and both are shown."""
MOST_DOUBTED = 2
"""So many sentences are added because they may dispute one that is shown."""
DOUBTFUL, CLEAR = 0.5, 0.65
"""A question that is that part of likely enough answered is, if two sentences clearly dispute it; a probability."""
PRICE = re.compile(r"(?i)\b(?:costs?|prices?|fees?|expensive)\b")
SAME_START = 5
"""Letters: a name that begins like something in the sources may be its adjective or stand in a compound."""
MAX_STATEMENTS = 5
THIRD = 0.9
"""A source's third sentence is shown if it is about as good as the best one."""
PER_ARTICLE = 3
MOST_OTHERS = 2
"""So many sentences are added for answers of their own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a question found: the answering sentences, best first, and the differences among their claims."""

    best: tuple[Scored, ...]
    contrasts: tuple[Difference, ...]
    answerable: bool
    pool: tuple[Scored, ...] = ()
    """The likeliest sentences, shown or not, best first."""
    doubts: frozenset[frozenset[tuple[str, int]]] = frozenset()
    """The places of sentences of which two may be two sides of what was asked, though it is not told: such do not agree."""


def find(
    asked: Asked,
    candidates: Sequence[Candidate],
    claims: Sequence[Claim],
    topics: Topics,
    cosine: Callable[[str, str], float],
    ledger: disputes.Ledger,
    reader: Reader | None = None,
) -> Finding:
    """Find the answer to a question among sentences.

    The sentences are of one affair, or of a small story: any two may contradict each other. `cosine` gives the similarity of two texts, -1 to 1; `ledger` gives which
    of some claims' sentences the ledger has as contradicting each other, and how likely. Without a reader the rules stand alone.
    """
    scored = weighed(asked, rows_of(asked, candidates, topics, cosine, reader), reader)
    answerable = shipped(model_of("answerable", reader)).probability(premise(asked, scored, topics)) if scored else 0.0
    sure = any(_margin(s) >= SURE for s in scored)
    plainly = (
        bool(scored) and not scored[0].missing and scored[0].score >= PLAINLY[0] and _margin(scored[0]) >= PLAINLY[1]
    )
    answerable = max(answerable, ANSWERS) if plainly else answerable
    if (
        not scored
        or _no_price(asked, scored)
        or (not sure and _stranger(asked, scored, topics))
        or answerable < ANSWERS * DOUBTFUL
    ):
        return Finding(tuple(scored[:3]), (), False)
    pool = scored[:POOL]
    rated = disputes.rated(asked, pool, claims, topics, cosine, ledger, reader)
    if answerable < ANSWERS and max((p for p, _, _ in rated), default=0.0) < CLEAR:
        return Finding(tuple(scored[:3]), (), False)
    told = disputes.told(asked, pool, rated, topics, reader)
    frames = {c.place: c.frame for c in claims if c.facet == WHOLE}
    own = frames.get(scored[0].candidate.place, ())
    best = select([s for s in scored if asked.wants != "when" or frames.get(s.candidate.place, ()) in ((), own)])
    shown = {s.candidate.place for s in best}
    doubted = sorted((d for d in rated if d[0] >= DOUBTED), key=lambda d: -d[0])
    held = {place for _, (one, other) in told for place in (one.place, other.place)}
    beside = dict.fromkeys(a.place for _, _, pair in doubted for a in pair if a.place not in held | shown)
    held |= set(list(beside)[:MOST_DOUBTED])
    best += [s for s in pool if s.candidate.place in held - shown]
    return Finding(
        tuple(best),
        tuple(contrast.dispute(one, other, p, topics) for p, (one, other) in told),
        True,
        tuple(pool),
        frozenset(frozenset((one.place, other.place)) for _, _, (one, other) in doubted),
    )


def _no_price(asked: Asked, scored: Sequence[Scored]) -> bool:
    """Whether a price is asked for and all that the likeliest sentences answer with are measures of something else."""
    if not PRICE.search(asked.text) or asked.wants not in ("much", "measure"):
        return False
    found = [disputes.measures(s) for s in scored[:POOL] if s.score >= CLOSE * scored[0].score]
    return all(found) and not any(a.unit == "money" for amounts in found for a in amounts)


def _margin(s: Scored) -> float:
    return (s.said or UNREAD).margin


def _stranger(asked: Asked, scored: Sequence[Scored], topics: Topics) -> bool:
    """Whether the question names somebody or something that no sentence knows under any name."""
    written = " ".join(s.candidate.text.lower() for s in scored)
    names = {
        t.norm
        for t in tokens(asked.text)
        if t.name and topics.frequency(t.norm) == 0 and t.lower[:SAME_START] not in written
    }
    return bool(names.intersection(asked.terms).intersection(*(s.missing for s in scored)))


def select(scored: Sequence[Scored]) -> list[Scored]:
    """The best sentence of every source that has one near the best, and further ones only where they are as good.

    Where a reader has read them, a source says the same thing once, and what it answers otherwise is added.
    """
    top = scored[0].score
    heard: dict[str, int] = {}
    chosen: list[Scored] = []
    for s in scored:
        article = s.candidate.article.id
        count = heard.get(article, 0)
        near = s.score >= (CLOSE, SECOND, THIRD)[min(count, 2)] * top
        if near and count < PER_ARTICLE and len(chosen) < MAX_STATEMENTS and not _repeats(s, chosen):
            heard[article] = count + 1
            chosen.append(s)
    more = [s for s in scored if s not in chosen and s.score >= CLOSE * top and _is_another(s, chosen)]
    return chosen + more[:MOST_OTHERS]


def _repeats(s: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether a sentence gives again what another of its source has given."""
    if s.said is None or s.said.margin <= 0:
        return False
    return any(
        c.candidate.article.id == s.candidate.article.id
        and c.said is not None and c.said.margin > 0 and likeness(c.said.text, s.said.text) is Likeness.SAME
        for c in chosen
    )  # fmt: skip


def _is_another(s: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether a sentence surely gives an answer that none of the chosen ones gives."""
    if s.said is None or s.said.margin < SURE:
        return False
    return all(c.said is None or likeness(c.said.text, s.said.text) is Likeness.OTHER for c in chosen)


def premise(asked: Asked, scored: Sequence[Scored], topics: Topics) -> dict[str, float]:
    """What speaks for or against a question's being answered at all: how good the best sentences are, and what they miss.

    A telling word that no sentence near the top covers makes another question of it: "Why was the driver arrested?" where
    nobody was.
    """
    top = [s for s in scored if s.score >= 0.7 * scored[0].score][:4]
    missing = set(asked.terms).intersection(*(set(s.missing) for s in top))
    weight = sum(topics.weight(t) for t in asked.terms)
    first, second = scored[0].score, scored[1].score if len(scored) > 1 else 0.0
    f = {
        "best": first, "second": second, "missing": len(missing) / max(len(asked.terms), 1), "missing_weight": sum(topics.weight(t) for t in missing) / weight if weight else 0.0,
        "heaviest": max((topics.weight(t) for t in missing), default=0.0), "verb_missing": float(bool(asked.verbs) and set(asked.verbs) <= missing),
        "focus_missing": float(bool(asked.focus) and asked.focus in missing), "terms": min(len(asked.terms), 8) / 8, "whether": float(asked.wants == "whether"), "why": float(asked.wants == "why"),
        "unknown": float(any(topics.frequency(t.lstrip("§")) == 0 for t in missing)),
    }  # fmt: skip
    if scored[0].said is not None:
        margins = sorted((s.said.margin for s in scored if s.said), reverse=True)
        f["read_best"] = clipped(margins[0])
        f["read_top"] = clipped(scored[0].said.margin)
        f["read_second"] = clipped(margins[min(1, len(margins) - 1)])
        spoken = asked.wants not in ("whether", "why")
        f["spoken_yes"] = float(spoken and margins[0] > 0)
        f["spoken_no"] = float(spoken and margins[0] < NOTHING)
        for wants in ("whether", "why", "what"):
            f[f"{wants}*read_best"] = f["read_best"] * float(asked.wants == wants)
    return f

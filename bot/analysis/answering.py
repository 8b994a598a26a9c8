"""Extractive answers: the sentences that answer a question, per source, or the finding that none does.

A question whose essential words no source covers is unanswerable; a threshold on similarity alone would fail both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.analysis import agreement, contrast, disputes, relevance
from bot.analysis.comparison import Topics
from bot.analysis.evidence import (
    SURE,
    UNREAD,
    Candidate,
    Reader,
    Scored,
    clipped,
    meets,
    model_of,
    read_sentence,
    rows_of,
    weighed,
)
from bot.analysis.logistic import shipped
from bot.analysis.questions import Asked
from bot.analysis.spans import held
from bot.analysis.words import tokens
from index.types import WHOLE, Claim, Difference

ANSWERS = 0.35
"""A question that is less likely answered than this is unanswerable; a probability."""
PLAINLY = 0.9, -1.0
"""A question is answered by a sentence that leaves none of its words out, answers with this probability, and with words that beat "no answer" by so
many logits: a short story has nothing else that comes near, which the model takes for a sign against it."""
CORROBORATED = 0.7, -4.0
"""So it is where they stay behind "no answer" by so much, if a sentence of another origin that answers with this probability holds the same words."""
NOTHING = -3.0
"""Logits: where no sentence's words come nearer to "no answer" than this, that speaks against there being an answer."""
CLOSE = 0.45
"""Sentences that reach this part of the best score are looked at for what kind of value they give."""
POOL = 10
"""So many of the likeliest sentences are set against each other."""
DOUBTFUL, CLEAR = 0.5, 0.65
"""A question that is that part of likely enough answered is, if two sentences clearly dispute it; a probability."""
OF_ONE_UNIT = {"m/s": ("m/s", "duration"), "kg": ("kg",), "degree": ("degree",)}
"""Units that a measure may be asked in, and what a sentence has that gives it: how fast may be how soon."""
DOUBTED = 0.35
"""Sources are not said to agree where the best sentence so likely disputes another one; a probability."""
PRICE = re.compile(r"(?i)\b(?:costs?|prices?|fees?|expensive)\b")
SAME_START = 5
"""Letters: a name that begins like something in the sources may be its adjective or stand in a compound."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a question found: the answering sentences, best first, and the differences among their claims."""

    best: tuple[Scored, ...]
    contrasts: tuple[Difference, ...]
    answerable: bool
    possible: tuple[Scored, ...] = ()
    """Sentences that may answer as well, best first."""
    pool: tuple[Scored, ...] = ()
    """The likeliest sentences, shown or not, best first."""
    agreed: bool = False
    """Whether two origins give one answer among the answering sentences."""


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
    answerable = max(answerable, ANSWERS) if scored and _plainly(asked, scored) else answerable
    if (
        not scored
        or _no_price(asked, scored)
        or _no_measure(asked, scored)
        or (not sure and _stranger(asked, scored, topics))
        or answerable < ANSWERS * DOUBTFUL
    ):
        return Finding(tuple(scored[:3]), (), False)
    pool = scored[:POOL]
    rated = disputes.rated(asked, pool, claims, topics, cosine, ledger, reader)
    if answerable < ANSWERS and max((p for p, _, pair in rated if _counted(asked, pair, topics)), default=0.0) < CLEAR:
        return Finding(tuple(scored[:3]), (), False)
    told = disputes.told(asked, pool, rated, topics, reader)
    frames = {c.place: c.frame for c in claims if c.facet == WHOLE}
    own = frames.get(scored[0].candidate.place, ())
    timely = [s for s in pool if asked.wants != "when" or frames.get(s.candidate.place, ()) in ((), own)]
    chosen = relevance.selected(asked, timely, rated, reader)
    likely = agreement.agreeing(asked, chosen.sure[0], timely, claims, topics, cosine, rated, reader)
    agreeing = [mate for p, mate in likely if p >= (agreement.ANSWERING if mate in chosen.sure else agreement.AGREED)]
    agreed = bool(agreeing) and _disputing(chosen.sure[0], rated, agreeing) < DOUBTED
    if agreed:
        chosen = chosen.with_sure(agreeing)
    return Finding(
        chosen.sure,
        tuple(contrast.dispute(one, other, p, topics) for p, (one, other) in told),
        True,
        chosen.possible,
        tuple(pool),
        agreed,
    )


def _counted(asked: Asked, pair: disputes.Pair, topics: Topics) -> bool:
    """Whether two sentences tell of what is counted, where something is: that they count passengers tells nothing of the children."""
    return asked.focus in ("", "person") or all(meets(asked.focus, a.whole.quote, topics) for a in pair)


def _disputing(best: Scored, rated: Sequence[disputes.Rated], agreeing: Sequence[Scored]) -> float:
    """How likely a sentence disputes what was asked with another one that does not give its answer, 0 to 1."""
    own, same = best.candidate.place, {s.candidate.place for s in agreeing}
    return max(
        (p for p, _, pair in rated if own in (places := {a.place for a in pair}) and not places & same), default=0.0
    )


def _plainly(asked: Asked, scored: Sequence[Scored]) -> bool:
    """Whether the best sentence plainly answers, whatever else there is."""
    best = scored[0]
    if best.missing or best.score < PLAINLY[0]:
        return False
    likely, least = CORROBORATED
    corroborated = best.said is not None and any(
        s.score >= likely and s.candidate.article.origin != best.candidate.article.origin
        and held(best.said.text, s.candidate.text, frozenset(asked.terms)) == 1.0
        for s in scored[1:POOL]
    )  # fmt: skip
    return _margin(best) >= (least if corroborated else PLAINLY[1])


def _no_price(asked: Asked, scored: Sequence[Scored]) -> bool:
    """Whether a price is asked for and all that the likeliest sentences answer with are measures of something else."""
    if not PRICE.search(asked.text) or asked.wants not in ("much", "measure"):
        return False
    found = [disputes.measures(s) for s in scored[:POOL] if s.score >= CLOSE * scored[0].score]
    return all(found) and not any(a.unit == "money" for amounts in found for a in amounts)


def _no_measure(asked: Asked, scored: Sequence[Scored]) -> bool:
    """Whether a speed, a weight or a temperature is asked for, none of the likeliest sentences gives one, and no reader sees
    an answer that is no measure of another kind."""
    units = OF_ONE_UNIT.get(asked.unit) if asked.wants == "measure" else None
    if units is None or any(_margin(s) > 0 and not disputes.measures(s) for s in scored):
        return False
    likely = [s for s in scored[:POOL] if s.score >= CLOSE * scored[0].score]
    return all(read_sentence(s.candidate.text).kinds.isdisjoint(units) for s in likely)


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

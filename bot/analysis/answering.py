"""Extractive answers: the sentences that answer a question, per source, or the finding that none does.

A sentence answers as far as it covers what the question is about, has the kind of value that is asked for, and reads alike
as a whole. A question whose essential words no source covers is unanswerable; a threshold on similarity alone would fail
both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from itertools import combinations, pairwise
from math import log

from bot.analysis import contrast
from bot.analysis.clauses import events, without_times
from bot.analysis.comparison import Topics, agrees
from bot.analysis.contrast import Assertion
from bot.analysis.lexicon import lexicon
from bot.analysis.logistic import Model, shipped
from bot.analysis.questions import FACETS, Asked
from bot.analysis.spans import Likeness, answered, likeness
from bot.analysis.values import clock_times, dates, quantities, special
from bot.analysis.words import Token, fold, known, normal, tokens
from index.types import Amount, Article, Claim, Difference, Span

ANSWERS = 0.55
"""A question that is less likely answered than this is unanswerable; a probability."""
SURE = 2.5
"""Logits: a reader's words that beat "no answer" by so much are its answer."""
NOTHING = -3.0
"""Logits: where no sentence's words come nearer to "no answer" than this, that speaks against there being an answer."""
CLOSE, SECOND = 0.45, 0.65
"""A source's first sentence is shown if it reaches the first part of the best score, its second one the second part."""
POOL = 10
"""So many of the likeliest sentences are set against each other."""
DISPUTED = (0.43, 0.5)
"""Without a reader, two sentences that are likelier than this two sides of what was asked make a conflict: with values of the kind
that was asked for, and without; probabilities."""
FIGURES = ("many", "much", "when", "clock", "long", "measure")
"""What is asked for where the answer is a figure or a date."""
MEASURE = re.compile(r"(?!count:|label:)\w")
"""Units of measures and money: so many of somebody are of no unit of their own."""
DISPUTED_READ = {
    "whether": 0.35,
    "why": 0.35,
} | dict.fromkeys(FIGURES, 0.6)
DISPUTED_OTHERWISE = 0.5
"""The same with a reader, by what is asked for: figures of one kind are often of different things, yes and no seldom."""
DOUBTFUL, CLEAR = 0.5, 0.65
"""A question that is that part of likely enough answered is, if two sentences clearly dispute it; a probability."""
DISPUTED_NAME = 0.82
"""What it takes where two origins answer "who?" with one name."""
MOST_DISPUTES = 4
FAR = 0.05
"""Sentences less near than this are not set against each other."""
NAMED = 0.6
"""What it counts, beside its best sentence's score, that an affair tells of all names in the question."""
LOOKED_AT = 10
"""So many sentences of each affair are looked at to choose one."""
SAME_START = 5
"""Letters: a name that begins like something in the sources may be its adjective or stand in a compound."""
MAX_STATEMENTS = 5
THIRD = 0.9
"""A source's third sentence is shown if it is about as good as the best one."""
PER_ARTICLE = 3
MOST_OTHERS = 2
"""So many sentences are added for answers of their own."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with the terms of what stands around it and the text of the sentence before."""

    article: Article
    span: Span
    text: str
    around: tuple[str, ...]
    affair: int | None = None
    before: str = ""

    @property
    def place(self) -> tuple[str, int]:
        """The article's id and where in it the sentence begins."""
        return self.article.id, self.span.start


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a sentence that answer best, and by how many logits they beat "no answer"."""

    text: str
    margin: float


Read = Callable[[str, Sequence[Candidate]], Sequence[Said]]
"""A reader: (question, sentences) → what each of them says to it."""
UNREAD = Said("", -8.0)
"""Stands for a sentence that the reader was not shown."""
READ = 16
"""So many of the likeliest sentences are read."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate and how well it answers, about 0 to 1.2, higher is better; `missing` are question terms it does not cover."""

    candidate: Candidate
    score: float
    missing: tuple[str, ...]
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a question found: the answering sentences, best first, and the differences among their claims."""

    best: tuple[Scored, ...]
    contrasts: tuple[Difference, ...]
    answerable: bool
    pool: tuple[Scored, ...] = ()
    """The likeliest sentences, shown or not, best first."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, read for matching."""

    words: tuple[Token, ...]
    inside: frozenset[str]
    concepts: frozenset[str]
    kinds: frozenset[str]
    labels: frozenset[tuple[str, str]]
    people: frozenset[str]


@lru_cache(maxsize=4096)
def _read(text: str) -> _Sentence:
    """A sentence's words and what kinds of value it has; cached, for the same sentences are asked again and again."""
    words = tokens(text)
    times, days = clock_times(text), dates(text, None, 2000)
    spans = [(v.start, v.end) for v in (*times, *days)]
    amounts = [v for v in (*quantities(words), *special(text)) if not any(a < v.end and v.start < b for a, b in spans)]
    kinds = {"clock"} if times else set()
    kinds |= (
        {"date"}
        if days
        or re.search(
            r"(?i)\b(?:yesterday|today|tomorrow|\w+day|last week|january|february|march|april|june|july|august|september|october|november|december|(?:19|20)\d\d|ago|spring|summer|autumn|winter)\b",
            text,
        )
        else set()
    )
    for value in amounts:
        unit = value.amount.unit
        kinds |= {"duration"} if unit == "s" else {"number", unit}
        if unit.startswith("label:"):
            kinds.add("label")
    if re.search(
        r"(?i)\b(?:because|due to|owing to|caused|causes?|reason|since|so that|to prove|in order to|after|therefore|blamed?|thanks to|result of|in response|for fear|angry|motive)\b",
        text,
    ):
        kinds.add("cause")
    if any(t.name for t in words):
        kinds.add("name")
    marked = tuple(without_times(words, spans))
    if any(
        lexicon().plays(t.norm, "place_noun") or (t.name and i and marked[i - 1].tag == "IN")
        for i, t in enumerate(marked)
    ):
        kinds.add("place")
    people = frozenset(t.norm for t in marked if lexicon().plays(t.norm, "person"))
    inside = {t.norm for t in marked if t.content} | {t.text for t in marked if t.text[0].isdigit()}
    for token in marked:
        if "-" in token.text and token.text[-1].isdigit():
            name, _, number = token.text.rpartition("-")
            inside |= {normal(name, "NNP"), number}
    concepts = {c for n in inside for c in lexicon().concepts(n)} | {c for e in events(marked) for c in e.concepts}
    labels = frozenset((a, b) for a, b in _labels(text))
    return _Sentence(marked, frozenset(inside), frozenset(concepts), frozenset(kinds), labels, people)


def _labels(text: str) -> list[tuple[str, str]]:
    """Names with a number behind them: ("petrel", "4")."""
    return [
        (normal(m.group(1), "NNP"), m.group(2))
        for m in re.finditer(r"\b([A-Za-z]{3,})[- ](\d{1,4})\b(?![.,:]\d)", text)
    ]


def of_one_affair(
    asked: Asked, candidates: Sequence[Candidate], topics: Topics, cosine: Callable[[str, str], float]
) -> list[Candidate]:
    """The sentences of the affair that holds the likeliest answer and tells of the names in the question, in their order."""
    affairs: dict[int | None, list[Candidate]] = {}
    for candidate in candidates:
        affairs.setdefault(candidate.affair, []).append(candidate)
    if len(affairs) < 2:
        return list(candidates)
    wanted = set(asked.terms)
    names = {t.norm for t in tokens(asked.text) if t.name} & wanted

    def worth(affair: int | None) -> float:
        own = affairs[affair]
        told = frozenset[str]().union(*(_read(c.text).inside for c in own))
        likeliest = nlargest(
            LOOKED_AT, own, key=lambda c: len(wanted & _read(c.text).inside) + cosine(asked.text, c.text)
        )
        best = max(_rated(asked, c, cosine(asked.text, c.text), topics).score for c in likeliest)
        return best + (NAMED * len(names & told) / len(names) if names else 0.0)

    return affairs[max(affairs, key=worth)]


def find(
    asked: Asked,
    candidates: Sequence[Candidate],
    claims: Sequence[Claim],
    topics: Topics,
    cosine: Callable[[str, str], float],
    one_affair: Callable[[str, str], bool],
    read: Read | None = None,
) -> Finding:
    """Find the answer to a question among sentences.

    `cosine` gives the similarity of two texts, -1 to 1; `one_affair` tells of two articles' ids whether they can be about one
    affair, for only then can they contradict each other. Without a reader the rules stand alone.
    """
    rows = [(c, *evidence(asked, c, cosine(asked.text, c.text), topics)) for c in candidates]
    scored = weighed(asked, rows, read)
    answerable = shipped(model_of("answerable", read)).probability(premise(asked, scored, topics)) if scored else 0.0
    sure = any(s.said is not None and s.said.margin >= SURE for s in scored)
    if not scored or (not sure and _stranger(asked, scored, topics)) or answerable < ANSWERS * DOUBTFUL:
        return Finding(tuple(scored[:3]), (), False)
    pool = scored[:POOL]
    names = _agreed_names(asked, pool)
    rated = _disputes(asked, pool, claims, topics, cosine, read)
    if answerable < ANSWERS and max((p for p, _, _ in rated), default=0.0) < CLEAR:
        return Finding(tuple(scored[:3]), (), False)
    read_at = {s.candidate.place: s for s in pool}
    found = [
        (p, pair)
        for p, fits, pair in rated
        if p >= _least(asked, fits, read)
        and (not names or (p >= DISPUTED_NAME and _against(names, *pair)))
        and one_affair(pair[0].whole.article_id, pair[1].whole.article_id)
        and not contrast.revised(*pair, topics)
        and not _two_things(asked, *(read_at.get(a.place) for a in pair))
    ]
    disputes = sorted(found, key=lambda d: -d[0])[:MOST_DISPUTES]
    frames = {c.place: c.frame for c in claims if c.facet == contrast.WHOLE}
    own = frames.get(scored[0].candidate.place, ())
    told = [s for s in scored if asked.wants != "when" or frames.get(s.candidate.place, ()) in ((), own)]
    best = select(told)
    shown = {s.candidate.place for s in best}
    held = {place for _, (one, other) in disputes for place in (one.place, other.place)}
    best += [s for s in pool if s.candidate.place in held - shown]
    return Finding(
        tuple(best), tuple(contrast.dispute(one, other, p, topics) for p, (one, other) in disputes), True, tuple(pool)
    )


def _two_things(asked: Asked, one: Scored | None, other: Scored | None) -> bool:
    """Whether what two sentences say to a question for a figure is no dispute: one measure in other words, or measures of two kinds."""
    if asked.wants not in FIGURES:
        return False
    a, b = _measures(one), _measures(other)
    if not a or not b:
        return False
    return not {x.unit for x in a} & {x.unit for x in b} or any(x.meets(y) for x in a for y in b)


def _measures(scored: Scored | None) -> list[Amount]:
    """The measures among the words that a reader found, with the unit behind them if they end before it."""
    if scored is None or scored.said is None or not scored.said.text:
        return []
    text, said = scored.candidate.text, scored.said.text
    at = max(text.find(said), 0)
    unit = re.match(r"[ -]\w+", text[at + len(said) :])
    whole = said + unit.group() if unit else said
    return [a for a in answered(whole).amounts if MEASURE.match(a.unit)]


def _least(asked: Asked, fits: bool, read: Read | None) -> float:
    """From which probability on a pair is a dispute about what was asked."""
    if read is None:
        return DISPUTED[not fits]
    return DISPUTED_READ.get(asked.wants, DISPUTED_OTHERWISE)


Row = tuple[Candidate, dict[str, float], tuple[str, ...]]
"""A sentence with what speaks for it and the question's words that it does not cover."""


def model_of(name: str, read: Read | None) -> str:
    """The file of a fitted model: another one with a reader than without."""
    return f"{name}.json" if read is None else f"{name}-reader.json"


def weighed(
    asked: Asked, rows: Sequence[Row], read: Read | None, models: tuple[Model, Model] | None = None
) -> list[Scored]:
    """Sentences by how well they answer, best first; the likeliest by the rules are read. `models` are the rules' and the reader's."""

    def order(s: Scored) -> tuple[float, str, int]:
        return (-s.score, s.candidate.article.file, s.candidate.span.start)

    rules = models[0] if models else shipped("evidence.json")
    found = sorted((Scored(c, rules.probability(f), m) for c, f, m in rows), key=order)
    if read is None:
        return found
    features = {c.place: f for c, f, _ in rows}
    told = read(asked.main, [s.candidate for s in found[:READ]])
    both = models[1] if models else shipped("evidence-reader.json")
    said = [*told, *[UNREAD] * (len(found) - len(told))]
    best = max(t.margin for t in said)
    again = [
        Scored(
            s.candidate,
            both.probability(features[s.candidate.place] | reading(asked, t, best)),
            s.missing,
            t,
        )
        for s, t in zip(found, said, strict=True)
    ]
    return sorted(again, key=order)


def _clipped(margin: float) -> float:
    """A margin as a feature, -2 to 2."""
    return max(-12.0, min(12.0, margin)) / 6


def reading(asked: Asked, said: Said, best: float) -> dict[str, float]:
    """What a reader's words for a sentence tell of it as an answer; `best` is the greatest margin of all sentences."""
    margin = _clipped(said.margin)
    f = {
        "read_behind": _clipped(said.margin - best),
        "read": margin,
        "read_yes": float(said.margin > 0),
        "read_sure": float(said.margin > SURE),
    }
    for wants in ("why", "whether", "what", "who", "when", "many"):
        f[f"{wants}*read"] = margin * float(asked.wants == wants)
    return f


def _stranger(asked: Asked, scored: Sequence[Scored], topics: Topics) -> bool:
    """Whether the question names somebody or something that no sentence knows under any name."""
    written = " ".join(s.candidate.text.lower() for s in scored)
    names = {
        t.norm
        for t in tokens(asked.text)
        if t.name and topics.frequency(t.norm) == 0 and t.lower[:SAME_START] not in written
    }
    return bool(names.intersection(asked.terms).intersection(*(s.missing for s in scored)))


def _agreed_names(asked: Asked, pool: Sequence[Scored]) -> frozenset[str]:
    """The full name with which the likeliest sentences of two origins answer "who?"; empty where they do not."""
    if asked.wants != "who":
        return frozenset()
    top = [s for s in pool[:4] if s.score >= 0.6 * pool[0].score]
    for a, b in combinations(top, 2):
        shared = fresh_names(asked, _read(a.candidate.text)) & fresh_names(asked, _read(b.candidate.text))
        if a.candidate.article.origin != b.candidate.article.origin and len(shared) >= 2:
            return shared
    return frozenset()


def _against(names: frozenset[str], one: Assertion, other: Assertion) -> bool:
    """Whether one of two sentences has the name that others agree on, and the other has not."""
    return bool(names & set(one.whole.normal.split())) != bool(names & set(other.whole.normal.split()))


def fresh_names(asked: Asked, read: _Sentence) -> frozenset[str]:
    """The names in a sentence that the question does not have."""
    return frozenset(
        t.norm for t in read.words if t.name and len(t.text) > 3 and t.norm not in asked.terms and not known(t.lower)
    )


def share_a_name(asked: Asked, one: str, other: str) -> bool:
    """Whether two sentences name the same somebody that the question does not."""
    return bool(fresh_names(asked, _read(one)) & fresh_names(asked, _read(other)))


def _disputes(
    asked: Asked, pool: Sequence[Scored], claims: Sequence[Claim], topics: Topics, cosine: Callable[[str, str], float], read: Read | None
) -> list[tuple[float, bool, tuple[Assertion, Assertion]]]:  # fmt: skip
    """The pairs of a pool with the probability that they are two sides of what was asked, and whether their values fit it."""
    model = shipped(model_of("dispute", read))
    places = {s.candidate.place for s in pool}
    inside = [c for c in claims if c.place in places]
    rows = dispute_rows(asked, pool, claims, topics, cosine)
    return [(model.probability(f), f["fits"] > 0, pair) for f, pair in rows if not _settled(*pair, inside, topics)]


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


def dispute_rows(
    asked: Asked, pool: Sequence[Scored], claims: Sequence[Claim], topics: Topics, cosine: Callable[[str, str], float]
) -> list[tuple[dict[str, float], tuple[Assertion, Assertion]]]:
    """What speaks for each pair of a pool's sentences being two sides of what was asked."""
    scores = {s.candidate.place: s for s in pool}
    found = list(contrast.assertions(c for c in claims if c.place in scores))
    pairs = list(combinations(range(len(found)), 2))
    cosines = {(i, j): cosine(found[i].whole.quote, found[j].whole.quote) for i, j in pairs}
    near = {(i, j): contrast.nearness(found[i], found[j], cosines[i, j], topics) for i, j in pairs}
    standings = contrast.rivals(pairs, near, [a.whole.file for a in found], cosines)
    model = contrast.model()
    rows: list[tuple[dict[str, float], tuple[Assertion, Assertion]]] = []
    for (i, j), standing in zip(pairs, standings, strict=True):
        one, other = found[i], found[j]
        if near[i, j] < FAR or contrast.reprinted(one, other):
            continue
        features = contrast.features(one, other, standing, topics)
        strongest = contrast.strongest(one, other, topics)
        probability = model.probability(features)
        low, high = sorted((scores[one.place].score, scores[other.place].score))
        fits = float(strongest is not None and strongest[0].facet in FACETS[asked.wants])
        first = float(strongest is not None and strongest[0].facet == FACETS[asked.wants][0])
        row = {
            "contrast": _logit(probability), "low": low, "high": high, "both": (low * high) ** 0.5, "fits": fits, "fits_first": first, "values": float(strongest is not None),
            "nearness": near[i, j], "same_article": features["same_article"], "same_amount": features["same_amount"], "same_moment": features["same_moment"],
            "other_time": features["other_time"], "revised": features["revised"], "negation": features["negation"], "pole": features["pole"], "opinions": features["opinions"],
            "agree": float(any(features[f"same_{k}"] for k in ("amount", "moment"))),
        }  # fmt: skip
        for wants in ("who", "where", "why", "when", "many", "much", "whether", "what", "which"):
            row[wants] = float(asked.wants == wants)
        for wants in ("who", "where", "why", "whether", "what"):
            row[f"{wants}*both"] = row[wants] * row["both"]
        row["whether*negation"] = row["whether"] * row["negation"]
        row["whether*pole"] = row["whether"] * row["pole"]
        row["contrast*both"] = row["contrast"] * row["both"]
        row["fits*both"] = fits * row["both"]
        row |= apart(asked, scores[one.place], scores[other.place], pool)
        rows.append((row, (one, other)))
    return rows


def apart(asked: Asked, one: Scored, other: Scored, pool: Sequence[Scored]) -> dict[str, float]:
    """What a reader's words for two sentences tell of them as two sides; empty without a reader.

    They are settled where one of the two sources gives the other's answer as well: then these are two things, not one dispute.
    """
    if one.said is None or other.said is None:
        return {}
    low = _clipped(min(one.said.margin, other.said.margin))
    names = frozenset(fold(t.text) for t in tokens(asked.main) if t.name)
    found = likeness(one.said.text, other.said.text, names) if one.said.text and other.said.text else Likeness.UNCLEAR
    articles = one.candidate.article.id, other.candidate.article.id
    settled = articles[0] != articles[1] and any(
        s.said is not None and s.said.margin > 0 and s.candidate.article.id == articles[side]
        and s not in (one, other) and likeness(s.said.text, theirs.text) is Likeness.SAME
        for s in pool for side, theirs in ((0, other.said), (1, one.said))
    )  # fmt: skip
    differ = float(found is Likeness.OTHER)
    return {
        "span_low": low, "span_other": differ, "span_same": float(found is Likeness.SAME), "span_other*low": differ * low,
        "span_other_sure": differ * float(low > 0), "span_settled": float(settled),
    }  # fmt: skip


def _logit(p: float) -> float:
    return log(max(p, 1e-4) / max(1 - p, 1e-4))


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


def evidence(
    asked: Asked, candidate: Candidate, alike: float, topics: Topics
) -> tuple[dict[str, float], tuple[str, ...]]:
    """What speaks for or against a sentence as an answer, and the question's words that it does not cover."""
    read = _read(candidate.text)
    total = inside = around = 0.0
    missing: list[str] = []
    heaviest = 0.0
    for term in asked.terms:
        weight = topics.weight(term)
        best = _best(term, read.inside, read.concepts, topics)
        beside = best if best >= 0.5 else _best(term, candidate.around, (), topics)
        if beside < 0.5:
            missing.append(term)
            heaviest = max(heaviest, weight)
        total += weight
        inside += weight * best
        around += weight * beside
    focus = _best(asked.focus, read.inside, read.concepts, topics) if asked.focus else 0.0
    verb = max((_best(v, read.inside, read.concepts, topics) for v in asked.verbs), default=0.0)
    has, lacks = _kinds_fit(asked, read)
    f = {
        "covered": inside / total if total else 0.0, "covered_around": around / total if total else 0.0, "mass": min(inside, 3.0) / 3, "missing": len(missing) / max(len(asked.terms), 1),
        "heaviest_missing": heaviest, "alike": alike, "focus": focus, "no_focus": float(bool(asked.focus) and focus < 0.5), "verb": verb, "no_verb": float(bool(asked.verbs) and verb < 0.5),
        "aside": sum(t in read.inside or t in candidate.around for t in asked.aside) / len(asked.aside) if asked.aside else 0.0,
        "has": has, "lacks": lacks, "other_label": float(any(n == m and a != b for n, a in _labels(asked.text) for m, b in read.labels)),
        "numbers": _numbers_met(asked, read), "long": min(len(read.words), 60) / 60, "first": float(candidate.span.start == 0), "terms": min(len(asked.terms), 8) / 8,
    }  # fmt: skip
    f["covered*alike"] = f["covered"] * alike
    f["covered*has"] = f["covered_around"] * has
    f["covered^2"] = f["covered"] ** 2
    for wants in ("who", "where", "why", "whether", "which", "name"):
        f[f"{wants}*has"] = has * float(asked.wants == wants)
        f[f"{wants}*lacks"] = lacks * float(asked.wants == wants)
    return f, tuple(missing)


def _numbers_met(asked: Asked, read: _Sentence) -> float:
    """1 where every number of the question is in the sentence, -1 where none is, 0 without numbers."""
    wanted = list(re.findall(r"\d[\d,.]*\d|\d", asked.text))
    if not wanted:
        return 0.0
    return 1.0 if all(n in read.inside for n in wanted) else -1.0


def _kinds_fit(asked: Asked, read: _Sentence) -> tuple[float, float]:
    """Whether a sentence has, and whether it lacks, the kind of value that is asked for; both 0 where none is asked for."""
    kinds, words = read.kinds, read.words
    wants = asked.wants
    has = {
        "when": "date" in kinds or "clock" in kinds, "clock": "clock" in kinds,
        "many": "number" in kinds or any(t.lower in ("no", "nobody", "none", "every", "all", "both") for t in words), "much": "number" in kinds,
        "long": "duration" in kinds or "date" in kinds or any(t.lower in ("life", "forever", "lifetime") for t in words), "measure": "number" in kinds or "duration" in kinds,
        "why": "cause" in kinds, "name": "name" in kinds, "who": _tells_who(asked, read),
        "where": "place" in kinds,
    }.get(wants)  # fmt: skip
    if wants == "measure" and asked.unit:
        has = asked.unit in kinds or (asked.unit == "s" and "duration" in kinds)
    if (
        wants == "many"
        and asked.focus
        and has
        and f"count:{asked.focus}" not in kinds
        and f"label:{asked.focus}" not in kinds
    ):
        return 0.5, 0.0
    if wants == "name" and has:
        near = [i for i, t in enumerate(words) if t.norm == asked.focus or asked.focus in lexicon().concepts(t.norm)]
        has = any(t.name for i in near for t in words[max(0, i - 3) : i + 5])
    return (0.0, 0.0) if has is None else (float(has), float(not has))


def _tells_who(asked: Asked, read: _Sentence) -> bool:
    """Whether a sentence names somebody the question does not: a full name, or a person by what they are."""
    fresh = [t.name and t.norm not in asked.terms and not known(t.lower) for t in read.words]
    return any(a and b for a, b in pairwise(fresh)) or bool(read.people - set(asked.terms))


def _rated(asked: Asked, candidate: Candidate, alike: float, topics: Topics) -> Scored:
    found, missing = evidence(asked, candidate, alike, topics)
    return Scored(candidate, shipped("evidence.json").probability(found), missing)


def _best(term: str, words: Collection[str], concepts: Container[str], topics: Topics) -> float:
    """How well a word of the question is met, 0 to 1."""
    best = topics.nearest(term, words)
    if best < 0.9 and (
        term[1:] in concepts if term.startswith("§") else any(c in concepts for c in lexicon().concepts(term))
    ):
        return 0.9
    return best if best >= 0.5 else 0.0


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
        f["read_best"] = _clipped(margins[0])
        f["read_top"] = _clipped(scored[0].said.margin)
        f["read_second"] = _clipped(margins[min(1, len(margins) - 1)])
        spoken = asked.wants not in ("whether", "why")
        f["spoken_yes"] = float(spoken and margins[0] > 0)
        f["spoken_no"] = float(spoken and margins[0] < NOTHING)
        for wants in ("whether", "why", "what"):
            f[f"{wants}*read_best"] = f["read_best"] * float(asked.wants == wants)
    return f

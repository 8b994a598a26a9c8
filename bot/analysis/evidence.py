"""How well each sentence answers a question: by the rules' features, and by what a reader tells where there is one.

A sentence answers as far as it covers what the question is about, has the kind of value that is asked for, and reads alike
as a whole. With a reader its encoder says how near sentence and question are, and the likeliest sentences are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.analysis.clauses import events, without_times
from bot.analysis.comparison import Topics
from bot.analysis.lexicon import lexicon
from bot.analysis.logistic import Model, shipped
from bot.analysis.questions import Asked
from bot.analysis.values import clock_times, dates, quantities, special
from bot.analysis.words import Token, known, normal, tokens
from index.types import Article, Span

SURE = 2.5
"""Logits: a reader's words that beat "no answer" by so much are its answer."""
NAMED = 0.6
"""What it counts, beside its best sentence's score, that an affair tells of all names in the question."""
LOOKED_AT = 10
"""So many sentences of each affair are looked at to choose one."""


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


class Reader(Protocol):
    """What two small networks tell of sentences, beside a question and beside each other."""

    def near(self, question: str, candidates: Sequence[Candidate]) -> Sequence[float]:
        """How near each sentence, with the one before it, is to the question: cosines, -1 to 1."""
        ...

    def alike(self, sentences: Sequence[str]) -> npt.NDArray[np.float32]:
        """How alike sentences by themselves are, each to each: cosines, -1 to 1, (sentences, sentences)."""
        ...

    def read(self, question: str, candidates: Sequence[Candidate]) -> Sequence[Said]:
        """What each sentence says to the question."""
        ...

    def disputed(self, question: str, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """How much the two sentences of each pair give two sides of what is asked: logits, higher is more, the same in either order."""
        ...

    def opposed(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """How much the two sentences of each pair contradict each other, without a question, by a network that knows news and nothing else:
        logits, higher is more, the same in either order."""
        ...


UNREAD = Said("", -8.0)
"""Stands for a sentence that the reader was not shown."""
READ = 16
"""So many of the likeliest sentences are read."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate and how well it answers, 0 to 1, higher is better; `missing` are question terms it does not cover."""

    candidate: Candidate
    score: float
    missing: tuple[str, ...]
    said: Said | None = None


AGE = re.compile(
    r"[A-Za-z.'\")], (?:aged )?[1-9]\d(?=[,;)]|\.(?: |$)|$| (?:and|who)\b)|[A-Z][\w'’-]* [A-Z][\w'’-]* \([1-9]\d\)|\b[Aa]ged? (?:about )?(?:\d|[a-z]+(?:ty|teen)\b)|"
    r"\bturn(?:ed|s) [1-9]\d\b(?! ?(?:degrees|%|per|[a-z]+s\b))|\b(?:man|woman|boy|girl|(?!father|mother|brother|sister|owner|order|number|member|over|under|after)"
    r"[a-z]{3,}(?:er|or|ist|ant|ian)) of [1-9]\d\b(?! [a-z]+s\b)|-years?-old|\byears? (?:old|of age)|\byear-olds?\b|\b(?:at|reached) the age of\b"
)
"""What gives somebody's age: "Ok Da-hyeon, 15, a schoolgirl", "a bell-ringer of 78"."""


@dataclass(frozen=True, slots=True)
class SentenceRead:
    """A sentence, read for matching."""

    words: tuple[Token, ...]
    inside: frozenset[str]
    concepts: frozenset[str]
    kinds: frozenset[str]
    labels: frozenset[tuple[str, str]]
    people: frozenset[str]


@lru_cache(maxsize=4096)
def read_sentence(text: str) -> SentenceRead:
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
    if AGE.search(text):
        kinds.add("age")
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
    return SentenceRead(marked, frozenset(inside), frozenset(concepts), frozenset(kinds), labels, people)


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

    likeliest = {
        affair: nlargest(LOOKED_AT, own, key=lambda c: len(wanted & read_sentence(c.text).inside) + cosine(asked.text, c.text))
        for affair, own in affairs.items()
    }  # fmt: skip
    rows = rows_of(asked, [c for own in likeliest.values() for c in own], topics, cosine, None)
    best: dict[int | None, float] = {}
    for scored in weighed(asked, rows, None):
        best.setdefault(scored.candidate.affair, scored.score)

    def worth(affair: int | None) -> float:
        told = frozenset[str]().union(*(read_sentence(c.text).inside for c in affairs[affair]))
        return best[affair] + (NAMED * len(names & told) / len(names) if names else 0.0)

    return affairs[max(affairs, key=worth)]


Row = tuple[Candidate, dict[str, float], tuple[str, ...]]
"""A sentence with what speaks for it and the question's words that it does not cover."""


def model_of(name: str, reader: Reader | None) -> str:
    """The file of a fitted model: another one with a reader than without."""
    return f"{name}.json" if reader is None else f"{name}-reader.json"


def weighed(
    asked: Asked, rows: Sequence[Row], reader: Reader | None, models: tuple[Model, Model] | None = None
) -> list[Scored]:
    """Sentences by how well they answer, best first; with a reader the likeliest by the first model are read, and the second one weighs
    what they say. `rows` are those of `rows_of` with the same reader."""
    if models is None:
        first = "evidence.json" if reader is None else "evidence-encoded.json"
        models = shipped(first), shipped(model_of("evidence", reader))

    def order(s: Scored) -> tuple[float, str, int]:
        return (-s.score, s.candidate.article.file, s.candidate.span.start)

    found = sorted((Scored(c, models[0].probability(f), m) for c, f, m in rows), key=order)
    if reader is None:
        return found
    features = {c.place: f for c, f, _ in rows}
    told = reader.read(asked.main, [s.candidate for s in found[:READ]])
    said = [*told, *[UNREAD] * (len(found) - len(told))]
    best = max((t.margin for t in said), default=UNREAD.margin)
    again = [
        Scored(
            s.candidate,
            models[1].probability(features[s.candidate.place] | reading(asked, t, best)),
            s.missing,
            t,
        )
        for s, t in zip(found, said, strict=True)
    ]
    return sorted(again, key=order)


def clipped(margin: float) -> float:
    """A margin as a feature, -2 to 2."""
    return max(-12.0, min(12.0, margin)) / 6


def reading(asked: Asked, said: Said, best: float) -> dict[str, float]:
    """What a reader's words for a sentence tell of it as an answer; `best` is the greatest margin of all sentences."""
    margin = clipped(said.margin)
    f = {
        "read_behind": clipped(said.margin - best),
        "read": margin,
        "read_yes": float(said.margin > 0),
        "read_sure": float(said.margin > SURE),
    }
    for wants in ("why", "whether", "what", "who", "when", "many"):
        f[f"{wants}*read"] = margin * float(asked.wants == wants)
    return f


ENCODED = 200
"""So many of the sentences, those most alike by static vectors, are encoded; the others count as the least near of these."""
BEHIND = ("covered_around", "alike", "alike_near", "encoded")
"""Features that also count by how far a sentence stays behind the best one of all."""


def rows_of(
    asked: Asked,
    candidates: Sequence[Candidate],
    topics: Topics,
    cosine: Callable[[str, str], float],
    reader: Reader | None,
) -> list[Row]:
    """What speaks for each of the sentences as an answer, by itself and beside the others."""
    rows: list[Row] = []
    for c in candidates:
        features, missing = evidence(asked, c, cosine(asked.text, c.text), topics)
        features["alike_near"] = cosine(asked.text, f"{c.before} {c.text}".strip())
        rows.append((c, features, missing))
    if reader and rows:
        likely = sorted(rows, key=lambda r: -r[1]["alike_near"])[:ENCODED]
        near = reader.near(asked.main, [c for c, _, _ in likely])
        told = {c.place: x for (c, _, _), x in zip(likely, near, strict=True)}
        least = min(near)
        for c, features, _ in rows:
            encoded = told.get(c.place, least)
            features |= {"encoded": encoded, "covered*encoded": features["covered"] * encoded}
    for name in BEHIND:
        best = max((f[name] for _, f, _ in rows if name in f), default=0.0)
        for _, features, _ in rows:
            if name in features:
                features[f"{name}_behind"] = features[name] - best
    return rows


def evidence(
    asked: Asked, candidate: Candidate, alike: float, topics: Topics
) -> tuple[dict[str, float], tuple[str, ...]]:
    """What speaks for or against a sentence as an answer, and the question's words that it does not cover."""
    read = read_sentence(candidate.text)
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


def _numbers_met(asked: Asked, read: SentenceRead) -> float:
    """1 where every number of the question is in the sentence, -1 where none is, 0 without numbers."""
    wanted = list(re.findall(r"\d[\d,.]*\d|\d", asked.text))
    if not wanted:
        return 0.0
    return 1.0 if all(n in read.inside for n in wanted) else -1.0


def _kinds_fit(asked: Asked, read: SentenceRead) -> tuple[float, float]:
    """Whether a sentence has, and whether it lacks, the kind of value that is asked for; both 0 where none is asked for."""
    kinds, words = read.kinds, read.words
    wants = asked.wants
    has = {
        "when": "date" in kinds or (asked.unit != "day" and "clock" in kinds), "clock": "clock" in kinds,
        "many": "number" in kinds or any(t.lower in ("no", "nobody", "none", "every", "all", "both") for t in words), "much": "number" in kinds,
        "long": bool(kinds & {"duration", "date", "m"}) or any(t.lower in ("life", "forever", "lifetime") for t in words), "measure": "number" in kinds or "duration" in kinds,
        "why": "cause" in kinds, "name": "name" in kinds, "who": _tells_who(asked, read),
        "where": "place" in kinds,
    }.get(wants)  # fmt: skip
    if wants == "measure" and asked.unit:
        has = asked.unit in kinds or (asked.unit == "s" and not kinds.isdisjoint(("duration", "age")))
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


def _tells_who(asked: Asked, read: SentenceRead) -> bool:
    """Whether a sentence names somebody the question does not: a full name, or a person by what they are."""
    fresh = [t.name and t.norm not in asked.terms and not known(t.lower) for t in read.words]
    return any(a and b for a, b in pairwise(fresh)) or bool(read.people - set(asked.terms))


def fresh_names(asked: Asked, read: SentenceRead) -> frozenset[str]:
    """The names in a sentence that the question does not have."""
    return frozenset(
        t.norm for t in read.words if t.name and len(t.text) > 3 and t.norm not in asked.terms and not known(t.lower)
    )


def share_a_name(asked: Asked, one: str, other: str) -> bool:
    """Whether two sentences name the same somebody that the question does not."""
    return bool(fresh_names(asked, read_sentence(one)) & fresh_names(asked, read_sentence(other)))


def meets(term: str, sentence: str, topics: Topics) -> bool:
    """Whether a sentence has a word of the question, or one that says the like."""
    read = read_sentence(sentence)
    return _best(term, read.inside, read.concepts, topics) > 0


def _best(term: str, words: Collection[str], concepts: Container[str], topics: Topics) -> float:
    """How well a word of the question is met, 0 to 1."""
    best = topics.nearest(term, words)
    if best < 0.9 and (
        term[1:] in concepts if term.startswith("§") else any(c in concepts for c in lexicon().concepts(term))
    ):
        return 0.9
    return best if best >= 0.5 else 0.0

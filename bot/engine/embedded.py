"""The embedded engine: rules and static embeddings on the CPU, nothing to download after the install."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from bot.analysis import (
    affairs,
    answering,
    claims,
    comparison,
    contrast,
    discrepancies,
    disputes,
    evidence,
    followups,
    pairing,
    summary,
)
from bot.analysis.language import READS, unread_language
from bot.analysis.questions import (
    FACETS,
    MEASURE_WORDS,
    Asked,
    asks_what_is_agreed,
    asks_what_is_disputed,
    read_question,
    terms_of,
)
from bot.analysis.spans import Likeness, likeness
from bot.engine.base import EngineState, Heard, ReadResult, Shelf, Tell, silent
from bot.engine.sentence_reader import shipped
from bot.types import Asker, Draft, DraftQuote, DraftStatement, DraftSummary, Question, Status
from index.embedding import Embedder, Vectors
from index.library import Gist, gist_vector, sentence_terms
from index.types import TOLD_FACET, WHOLE, Article, Certainty, Claim, Difference, Discrepancy, Kind, Sentence, Span
from index.visible import visible

NOT_IN_SOURCES = "The sources do not say."
"""How an abstention begins, everywhere."""
NOTHING_DISPUTED = "No disagreement was found among the sources."
NOTHING_AGREED = "Nothing was found that two sources say alike."
NEAREST_SAID = f"{NOT_IN_SOURCES} The nearest thing they do:"
"""The same, where the nearest thing follows."""

LEDGER_SHOWN, LEDGER_COVERED = 0.4, 0.6
"""A ledger entry is told if its values are what was asked for, both its sentences answer so likely beside the best one, and both
cover so much of the question."""
JUDGED = 160
"""So many pairs of a new article's sentences are put to the network for contradictions, 4 to 8 ms each, one of the longest sentences 26 ms."""
OF_THE_EVENT = ("when", "clock", "where", "measure")
"""What is asked for by a question that may have no words of its own, as in "What time did it happen?" and "How high was it?"."""
HEART = 3
"""So many words stand for what a story is about."""
WORD = re.compile(r"(?:(?:[\w%°²³/’'-]|[.,](?=\d))*[\w%°²³])?")
"""The rest of a word, of a figure or of a unit: a reader's words may end before ",000" or "/s"."""
MOST_ENTRIES = 3
AGREED_READ = 50
"""So many articles of a large story are read for what is agreed."""
NEAREST = 0.5
"""An abstention shows the nearest sentence if it is at least so likely an answer."""

Find = Callable[
    [
        Asked,
        Sequence[evidence.Candidate],
        Sequence[Claim],
        comparison.Topics,
        Callable[[str, str], float],
        disputes.Ledger,
        evidence.Reader | None,
    ],
    answering.Finding,
]


class EmbeddedEngine:
    """Reads English. Pure but for the embedder it is given: the same question gives the same answer."""

    name = "embedded"
    whole_story = 0

    def __init__(
        self, embedder: Embedder, find: Find = answering.find, reader: Callable[[], evidence.Reader | None] = shipped
    ) -> None:
        """`reader` gives the reader when it is first needed, or None where the rules must do."""
        self._embedder = embedder
        self._find = find
        self._reader = reader
        self.comparisons = 0
        """How many pairs of sentences were compared so far; the benchmark reads it."""

    @property
    def state(self) -> EngineState:
        """See Engine."""
        return EngineState()

    async def read(
        self, article: Article, sentences: Sequence[Sentence], shelf: Shelf, following: int | None = None
    ) -> ReadResult:
        """See Engine."""
        language = unread_language(visible(article.text).text)
        if language:
            return ReadResult((), (), unchecked=f"it is in {language}; the embedded engine reads {READS}")
        found = claims.read(article, sentences, shelf.year())
        own = contrast.assertions(found)
        names = affairs.names_of(found)
        near = {a.whole.id: contrast.assertions(shelf.candidates(a.whole)) for a in own}
        own_gist = Gist(names, gist_vector(np.stack([self._vector(a.whole.quote) for a in own]))) if own else None
        gists = shelf.gists({b.whole.article_id for mates in near.values() for b in mates})
        siblings = affairs.siblings(own_gist, gists) if own_gist else set()
        near = {place: [b for b in mates if b.whole.article_id in siblings] for place, mates in near.items()}
        others = {b.place: b for mates in near.values() for b in mates}
        terms = {
            t.lstrip("§")
            for a in (*own, *others.values())
            for t in (*a.canon, *a.whole.terms, *(t for p in a.parts for t in p.terms))
        }
        topics = self._topics(_frequency(shelf, terms, found))
        differences = self._compare(own, near, topics)
        looked_at = tuple(b.whole for mates in near.values() for b in mates)
        return ReadResult(tuple(found), tuple(differences), names, near=looked_at)

    def _compare(
        self,
        own: Sequence[contrast.Assertion],
        near: Mapping[str, Sequence[contrast.Assertion]],
        topics: comparison.Topics,
    ) -> list[Difference]:
        """The differences of an article's sentences from their candidates and from each other."""
        reader = self._reader()
        pairs = pairing.compared(own, near, self._cosine, topics, reader)
        self.comparisons += len(pairs)
        probabilities = contrast.judged(
            [contrast.features(p.one, p.other, p.standing, topics) for p in pairs],
            [(p.one.whole.quote, p.other.whole.quote) for p in pairs],
            reader,
            [p.likeness for p in pairs],
            JUDGED,
        )
        found = [
            contrast.difference(p.one, p.other, probability, topics)
            for p, probability in zip(pairs, probabilities, strict=True)
        ]
        return [d for d in found if d is not None]

    async def answer(self, question: Question, heard: Sequence[Heard], shelf: Shelf, tell: Tell = silent) -> Draft:
        """See Engine. An extractive answer is there at once, so that nothing is told before."""
        language = unread_language(question.text)
        if language:
            return Draft(
                Status.UNANSWERABLE,
                (),
                notices=(
                    f"the question is in {language}; the embedded engine reads {READS} - the sources were not searched",
                ),
            )
        asked = read_question(question.text, shelf.frequencies)
        notices = tuple(f"read {wrong!r} as {right!r}" for wrong, right in asked.corrected)
        candidates = _candidates(heard)
        if candidates and asked.wants in OF_THE_EVENT and MEASURE_WORDS.issuperset(asked.terms):
            asked = replace(asked, terms=(*asked.terms, *_heart(candidates)))
        if not candidates or not asked.terms:
            return Draft(Status.UNANSWERABLE, (DraftStatement(NOT_IN_SOURCES, ()),), notices=notices)
        if asks_what_is_agreed(question.text):
            return self._agreed(shelf, notices)
        candidates = evidence.of_one_affair(
            asked, candidates, self._topics(_frequency(shelf, {*asked.terms}, ())), self._cosine
        )
        inside = shelf.claims_in([(c.article.id, c.span) for c in candidates])
        if asks_what_is_disputed(question.text):
            return _disputes(question.story, shelf.differences_near([c.id for c in inside]), notices)
        terms = {
            t.lstrip("§") for c in inside for t in (*c.terms, *c.context, *(contrast.canonical(t) for t in c.terms))
        } | set(asked.terms)
        known = shelf.frequencies(terms) if candidates[0].affair is None else _counted(inside)
        topics = self._topics(lambda term: known.get(term, 0))
        finding = self._find(
            asked,
            candidates,
            inside,
            topics,
            self._cosine,
            lambda claims: disputes.known(shelf.differences_near([c.id for c in claims])),
            self._reader(),
        )
        if not finding.answerable:
            return _abstention(finding, notices)
        entries = self._entries(asked, finding, inside, shelf, question, topics)
        apart = bool(entries) or _differ(asked, finding)
        status = Status.CONFLICT if entries else Status.AGREED if finding.agreed and not apart else Status.SINGLE
        told_by = _speakers(inside)
        statements = tuple(
            DraftStatement(
                s.candidate.text,
                (DraftQuote(s.candidate.article.id, _quote(s), told_by.get(s.candidate.place)),),
                _short_answer(asked, s),
                certainty,
            )
            for certainty, shown in ((Certainty.SURE, finding.best), (Certainty.POSSIBLE, finding.possible))
            for s in shown
        )
        return Draft(status, statements, tuple(entries), notices)

    async def condense(self, question: Question) -> str:
        """See Engine."""
        return followups.standalone(question.text, question.history, question.context)

    async def summarise(
        self,
        articles: Sequence[Article],
        found: Sequence[Claim],
        ledger: Sequence[Discrepancy],
        shelf: Shelf,
        asker: Asker,
    ) -> DraftSummary:
        """See Engine."""
        frequency = _frequency(shelf, {t for c in found for t in c.terms}, ())
        said = summary.summarise(articles, found, ledger, shelf.candidates, self._topics(frequency))
        return DraftSummary(tuple(said), self.name)

    def _agreed(self, shelf: Shelf, notices: tuple[str, ...]) -> Draft:
        """What the sources agree on, for a question that asks just that."""
        found = shelf.claims_in([(a.id, Span(0, len(a.text))) for a in shelf.articles()[:AGREED_READ]])
        topics = self._topics(_frequency(shelf, {t for c in found for t in c.terms}, ()))
        said = summary.agreed(found, shelf.differences_near([c.id for c in found]), shelf.candidates, topics)
        if not said:
            return Draft(Status.UNANSWERABLE, (DraftStatement(NOTHING_AGREED, ()),), notices=notices)
        return Draft(Status.AGREED, tuple(said), notices=notices)

    def _topics(self, frequency: Callable[[str], int]) -> comparison.Topics:
        return comparison.Topics(frequency, self._cosine)

    def _cosine(self, one: str, other: str) -> float:
        return float(self._vector(one) @ self._vector(other))

    @lru_cache(maxsize=20_000)  # noqa: B019  # an engine lives as long as its process
    def _vector(self, text: str) -> Vectors:
        vector: Vectors = self._embedder.embed([text])[0]
        return vector

    def _entries(
        self,
        asked: Asked,
        finding: answering.Finding,
        inside: Sequence[Claim],
        shelf: Shelf,
        question: Question,
        topics: comparison.Topics,
    ) -> list[Discrepancy]:
        """The discrepancies that the question is about: the ledger's entries where it has them, else the pairs found now."""
        likely = {s.candidate.place for s in finding.pool if s.score >= LEDGER_SHOWN * finding.pool[0].score}
        ledger = [
            d
            for d in shelf.differences_near(
                [
                    *(c.id for c in inside if c.place in likely),
                    *(c.id for c in shelf.told_in([(s.candidate.article.id, s.candidate.span) for s in finding.pool])),
                ]
            )
            if d.relation.flagged
        ]
        known = discrepancies.discrepancies(question.story, ledger)
        met: dict[str, list[Difference]] = {}

        def tell(difference: Difference) -> bool:
            """Tell the entries that hold a difference; whether there is one."""
            held = [e for e in known if discrepancies.holds(e, difference)]
            for entry in held:
                met.setdefault(entry.id, []).append(difference)
            return bool(held)

        for difference in ledger:
            sides = (difference.first, difference.second)
            facet = difference.first.facet
            if facet.startswith(TOLD_FACET):
                if _told_answers(asked, sides, finding.best, topics):
                    tell(difference)
                continue
            named = _named_value(asked, sides)
            plain = facet in contrast.PLAIN or difference.score == contrast.TWINS
            fits = plain and (facet in FACETS[asked.wants] or bool(named))
            near = [c.place in likely for c in sides]
            if not fits or not (all(near) or (named and any(near))):
                continue
            if min(_coverage(asked, c, topics, named) for c in sides) >= LEDGER_COVERED:
                tell(difference)
        fresh = [difference for difference in finding.contrasts if not tell(difference)]
        by_id = {e.id: e for e in known}
        told = [discrepancies.cut_to(by_id[i], differences, ledger) for i, differences in met.items()]
        return _distinct([*told, *discrepancies.found_for(question.story, question.typed or asked.main, fresh)])


def _disputes(story: str, differences: Sequence[Difference], notices: tuple[str, ...]) -> Draft:
    """What the sources disagree on, the surest first, for a question that asks just that."""
    entries = discrepancies.discrepancies(story, [d for d in differences if d.relation.flagged])
    if not entries:
        return Draft(Status.UNANSWERABLE, (DraftStatement(NOTHING_DISPUTED, ()),), notices=notices)
    told = entries[:MOST_ENTRIES]
    quotes = dict.fromkeys((p.claims[0].article_id, p.claims[0].quote) for e in told for p in e.sides[:2])
    statements = tuple(DraftStatement(visible(quote).text, (DraftQuote(article, quote),)) for article, quote in quotes)
    if len(entries) > len(told):
        notices = (*notices, f"these are the {len(told)} surest of {len(entries)} disagreements that were found")
    return Draft(Status.CONFLICT, statements, tuple(told), notices)


def _distinct(entries: Sequence[Discrepancy]) -> list[Discrepancy]:
    """The entries that show something the ones before them do not; at most a few."""
    seen: set[tuple[str, int]] = set()
    kept: list[Discrepancy] = []
    for entry in entries:
        places = {c.place for p in entry.positions for c in p.claims}
        if len(places - seen) > len(places) / 2 and len(kept) < MOST_ENTRIES:
            kept.append(entry)
            seen |= places
    return kept


def _frequency(shelf: Shelf, terms: set[str], own: Sequence[Claim]) -> Callable[[str], int]:
    """How often terms occur in the story, a new article's own sentences included."""
    known = shelf.frequencies(terms)
    by_sentence: dict[int, set[str]] = {}
    for claim in own:
        by_sentence.setdefault(claim.span.start, set()).update(t.lstrip("§") for t in claim.terms)
    for found in by_sentence.values():
        for term in found:
            known[term] = known.get(term, 0) + 1
    return lambda term: known.get(term, 0)


def _counted(inside: Sequence[Claim]) -> Mapping[str, int]:
    """In how many sentences of an affair each normal form occurs: to an affair, the rest of a large story is noise."""
    by_article: dict[str, list[Claim]] = {}
    for claim in inside:
        by_article.setdefault(claim.article_id, []).append(claim)
    return sum((sentence_terms(found) for found in by_article.values()), Counter())


def _candidates(heard: Sequence[Heard]) -> list[evidence.Candidate]:
    """The sentences of retrieved passages, each once, with the terms of those around them."""
    found: dict[tuple[str, int], evidence.Candidate] = {}
    for h in heard:
        texts = [visible(h.article.text[s.span.start : s.span.end]).text for s in h.sentences]
        for i, (sentence, text) in enumerate(zip(h.sentences, texts, strict=True)):
            inside = h.passage.span.start <= sentence.span.start and sentence.span.end <= h.passage.span.end
            if not inside or text.rstrip(" \"”'").endswith(("?", ":")):
                continue
            around = [t for near in texts[max(0, i - 2) : i] + texts[i + 1 : i + 2] for t in _terms(near)] + list(
                _terms(texts[0])
            )
            found.setdefault(
                (h.article.id, sentence.span.start),
                evidence.Candidate(
                    h.article,
                    sentence.span,
                    text,
                    tuple(dict.fromkeys(around)),
                    h.affair,
                    texts[i - 1] if i else "",
                ),
            )
    return list(found.values())


_terms = lru_cache(maxsize=20_000)(terms_of)


def _heart(candidates: Sequence[evidence.Candidate]) -> tuple[str, ...]:
    """What a story is about, for a question that says no more than "it": the words that most of its headlines have, of those that two have at least, else
    those that most sentences have. Of several affairs it cannot be told which is meant: ()."""
    if len({c.affair for c in candidates}) > 1:
        return ()
    headlines = [c for c in candidates if not c.span.start]
    shared = [(t, n) for t, n in _counts(headlines).most_common(HEART) if n > 1]
    return tuple(t for t, _ in shared or _counts(candidates).most_common(HEART))


def _counts(candidates: Sequence[evidence.Candidate]) -> Counter[str]:
    """How many sentences have a word, the words in the order of the text."""
    return Counter(t for c in candidates for t in dict.fromkeys(_terms(c.text)))


def _quote(scored: evidence.Scored) -> str:
    candidate = scored.candidate
    return candidate.article.text[candidate.span.start : candidate.span.end]


def _speakers(inside: Sequence[Claim]) -> dict[tuple[str, int], str]:
    """Who says the sentences of some claims, by their places: whom these name, and of "he said" the person before, if another sentence of the
    article names that person as the speaker."""
    told = [c for c in inside if c.facet == WHOLE and c.attributed_to]
    named = {
        (c.article_id, c.attributed_to) for c in told if c.attributed_to and c.attributed_to in visible(c.quote).text
    }
    return {
        c.place: c.attributed_to
        for c in told
        if c.attributed_to
        and (c.article_id, c.attributed_to) in named
        and (c.attributed_to in c.quote or HE_SAID.search(c.quote))
    }


def _short_answer(asked: Asked, scored: evidence.Scored) -> str:
    """The words with which a sentence answers, where a reader rather sees an answer than none; a reason and a yes or no are the whole sentence."""
    if scored.said is None or scored.said.margin <= 0 or asked.wants in ("why", "whether"):
        return ""
    text, said = scored.candidate.text, scored.said.text
    at = text.find(said)
    rest = WORD.match(text, at + len(said)) if at >= 0 else None
    return said + (rest.group() if rest else "")


def _coverage(asked: Asked, claim: Claim, topics: comparison.Topics, named: frozenset[str]) -> float:
    """How much of a question a claim's own words cover, 0 to 1; a value that the question names is no part of its topic."""
    terms = [t for t in asked.terms if t not in named] or asked.terms
    total = sum(topics.weight(t) for t in terms)
    words = (*claim.terms, *claim.context, claim.predicate)
    covered = sum(topics.weight(t) * topics.nearest(t, words) for t in terms)
    return covered / total if total else 0.0


HE_SAID = re.compile(r"(?i)\b(?:he|she)\b")
KINDS_ASKED: Mapping[str, frozenset[Kind]] = {
    "when": frozenset([Kind.DATE, Kind.SEQUENCE]), "clock": frozenset([Kind.DATE]), "many": frozenset([Kind.NUMBER]), "much": frozenset([Kind.NUMBER]),
    "measure": frozenset([Kind.NUMBER, Kind.DURATION]), "long": frozenset([Kind.DURATION]), "who": frozenset([Kind.ACTOR, Kind.QUOTE, Kind.IDENTITY]),
    "where": frozenset([Kind.LOCATION]), "why": frozenset([Kind.CAUSE, Kind.IDENTITY]),
}  # fmt: skip
"""Of what kind a disagreement is that a question asks for; any where it is not listed."""


def _told_answers(
    asked: Asked, sides: Sequence[Claim], best: Sequence[evidence.Scored], topics: comparison.Topics
) -> bool:
    """Whether a disagreement told of the whole story is about the question: of its kind, covered by it, and in the answer."""
    if sides[0].kind not in KINDS_ASKED.get(asked.wants, frozenset([sides[0].kind])):
        return False
    shown = [(s.candidate.article.id, s.candidate.span) for s in best]
    inside = any(a == c.article_id and span.start <= c.span.start < span.end for c in sides for a, span in shown)
    topic = read_question(sides[0].topic, lambda _terms: {}).terms
    words = (*topic, *sides[0].terms, *sides[1].terms)
    total = sum(topics.weight(t) for t in asked.terms)
    covered = sum(topics.weight(t) * topics.nearest(t, words) for t in asked.terms)
    return inside and covered >= LEDGER_COVERED * total


def _named_value(asked: Asked, sides: Iterable[Claim]) -> frozenset[str]:
    """The normal forms of the value that a question puts forward: "on January 13?" where one side says so; empty for none."""
    for claim in sides:
        figures = re.findall(r"\d+", claim.value)
        if figures and set(figures) <= set(re.findall(r"\d+", asked.text)):
            return frozenset(terms_of(claim.value)) | set(figures)
    return frozenset()


def _abstention(finding: answering.Finding, notices: tuple[str, ...]) -> Draft:
    """That the sources do not say, and the nearest thing that they do."""
    nearest = [s for s in finding.best[:1] if s.score >= NEAREST]
    said = tuple(DraftStatement(s.candidate.text, (DraftQuote(s.candidate.article.id, _quote(s)),)) for s in nearest)
    first = DraftStatement(NEAREST_SAID if said else NOT_IN_SOURCES, ())
    return Draft(Status.UNANSWERABLE, (first, *said), notices=notices)


def _differ(asked: Asked, finding: answering.Finding) -> bool:
    """Whether a figure is asked for and a reader is sure of another one in one of the sentences that answer than in the best."""
    return asked.wants in disputes.FIGURES and any(_read_otherwise(finding.best[0], s) for s in finding.best)


def _read_otherwise(one: evidence.Scored, other: evidence.Scored) -> bool:
    """Whether a reader is sure of another answer in the second sentence than it sees in the first."""
    if one.said is None or other.said is None or one.said.margin <= 0 or other.said.margin < evidence.SURE:
        return False
    return likeness(one.said.text, other.said.text) is Likeness.OTHER

"""Fitting the evidence, answerable, dispute, relevance and agreement models: logistic regressions on the questions of annotated stories.

    python -m bot.scorecard.fit_answers DIR... [--parts 6] [--readers WEIGHTS...] [--write]

A sentence counts as an answer if it holds an accepted value of its question and lies in one of the question's files. `--parts` and
`--readers` are those of `bot.scorecard.fit_contrast`. Contradictions are told by the shipped models: fit those first, and on other stories if
the parts are to be unseen in this too.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.analysis import agreement, answering, disputes, evidence, relevance
from bot.analysis.comparison import Topics
from bot.analysis.logistic import Model
from bot.analysis.questions import Asked
from bot.desk import Desk
from bot.engine.embedded import EmbeddedEngine
from bot.scorecard.gold import GoldQuestion, GoldStory
from bot.scorecard.options import read_options
from bot.scorecard.parts import in_turn, unseen
from bot.scorecard.regression import fit, write
from bot.scorecard.score import within
from bot.types import Question
from index.embedding import WordLlamaEmbedder
from index.home import Home
from index.types import Claim

Evidence = tuple[Model, ...]
"""How likely a sentence answers: the rules' model alone, or the one that chooses what is read and the one that weighs what that says."""


@dataclass(frozen=True, slots=True)
class Case:
    """One gold question with its candidate sentences and their features."""

    story: str
    gold: GoldQuestion
    asked: Asked
    topics: Topics
    rows: tuple[evidence.Row, ...]
    reader: evidence.Reader | None
    encoded: tuple[evidence.Row, ...]
    """The rows with what the reader's encoder tells; empty without a reader."""
    claims: tuple[Claim, ...]
    cosine: Callable[[str, str], float]
    ledger: disputes.Known

    def pairs(self, models: Evidence) -> list[tuple[dict[str, float], disputes.Pair]]:
        """Pairs of the likeliest sentences with their features; see `disputes.pair_rows`. The ledger is one that a reader made, and counts
        beside it alone."""
        reader, ledger = (self.reader, self.ledger) if len(models) > 1 else (None, {})
        return disputes.pair_rows(self.asked, self.pool(models), self.claims, self.topics, self.cosine, ledger, reader)

    def pool(self, models: Evidence) -> list[evidence.Scored]:
        """The likeliest sentences, best first."""
        return self.scored(models)[: answering.POOL]

    def rated(self, models: Evidence, dispute: Model) -> list[disputes.Rated]:
        """Pairs of the likeliest sentences with how likely they dispute what was asked; see `disputes.rated`."""
        reader, ledger = (self.reader, self.ledger) if len(models) > 1 else (None, {})
        return disputes.rated(
            self.asked, self.pool(models), self.claims, self.topics, self.cosine, lambda _: ledger, reader, dispute
        )

    def answers(self, candidate: evidence.Candidate) -> bool:
        """Whether a sentence is a passage that answers, or part of one, where the annotation names them, else whether it holds an accepted value."""
        if not self.gold.evidence:
            return self.right(candidate)
        return any(
            side.file == candidate.article.file and within(candidate.span, side, candidate.article.text)
            for side in self.gold.evidence
        )

    def apart(self, pair: disputes.Pair) -> bool:
        """Whether two sentences hold two different accepted values."""
        if self.gold.status != "conflict":
            return False
        held = [self._held(a.whole.quote) if a.whole.file in self.gold.files else frozenset[int]() for a in pair]
        return bool(held[0] - held[1]) and bool(held[1] - held[0])

    def agree(self, one: evidence.Candidate, other: evidence.Candidate) -> bool:
        """Whether two sentences answer and give the same answer: where the sources conflict, those that hold the same of the accepted values, else any two."""
        if not (self.answers(one) and self.answers(other)):
            return False
        held = [self._held(c.text) for c in (one, other)]
        return self.gold.status != "conflict" or (held[0] == held[1] and len(held[0]) == 1)

    def right(self, candidate: evidence.Candidate) -> bool:
        """Whether a sentence holds an accepted value."""
        return candidate.article.file in self.gold.files and bool(self._held(candidate.text))

    def _held(self, text: str) -> frozenset[int]:
        """Which of the accepted values, by their places, a text holds."""
        folded = text.casefold()
        return frozenset(i for i, group in enumerate(self.gold.values) if any(v.casefold() in folded for v in group))

    def scored(self, models: Evidence) -> list[evidence.Scored]:
        """The candidates by the models' probability, best first; with the rules' model alone nothing is read."""
        if len(models) == 1:
            return evidence.weighed(self.asked, self.rows, None, (models[0], models[0]))
        return evidence.weighed(self.asked, self.encoded, self.reader, (models[0], models[1]))


class _Remembering:
    """A reader that reads each sentence, and hears each pair, once for each question."""

    def __init__(self, reader: evidence.Reader) -> None:
        self._reader = reader
        self._kept: dict[tuple[str, str, str], evidence.Said] = {}
        self._heard: dict[tuple[str, str, str], float] = {}

    def near(self, question: str, candidates: Sequence[evidence.Candidate]) -> Sequence[float]:
        """See Reader."""
        return self._reader.near(question, candidates)

    def alike(self, sentences: Sequence[str]) -> npt.NDArray[np.float32]:
        """See Reader."""
        return self._reader.alike(sentences)

    def disputed(self, question: str, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """See Reader."""
        new = [pair for pair in dict.fromkeys(pairs) if (question, *pair) not in self._heard]
        self._heard.update(zip(((question, *pair) for pair in new), self._reader.disputed(question, new), strict=True))
        return [self._heard[question, *pair] for pair in pairs]

    def opposed(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """See Reader."""
        return self._reader.opposed(pairs)

    def read(self, question: str, candidates: Sequence[evidence.Candidate]) -> list[evidence.Said]:
        """See Reader."""
        keys = [(question, c.before, c.text) for c in candidates]
        new = {k: c for k, c in zip(keys, candidates, strict=True) if k not in self._kept}
        self._kept.update(zip(new, self._reader.read(question, list(new.values())), strict=True))
        return [self._kept[k] for k in keys]


def cases_of(golds: Sequence[GoldStory], readers: Sequence[evidence.Reader]) -> list[Case]:
    """Ask every gold question of the real desk, and keep what its engine saw; the readers take turns, story by story."""
    cases: list[Case] = []
    now: list[tuple[str, GoldQuestion]] = []

    def watch(
        asked: Asked,
        candidates: Sequence[evidence.Candidate],
        claims: Sequence[Claim],
        topics: Topics,
        cosine: Callable[[str, str], float],
        ledger: disputes.Ledger,
        reader: evidence.Reader | None,
    ) -> answering.Finding:
        (story, question), remembering = now[-1], _Remembering(reader) if reader else None
        rows = evidence.rows_of(asked, candidates, topics, cosine, None)
        encoded = evidence.rows_of(asked, candidates, topics, cosine, remembering) if remembering else []
        cases.append(
            Case(
                story, question, asked, topics, tuple(rows), remembering, tuple(encoded), tuple(claims), cosine, ledger(claims)
            )
        )  # fmt: skip
        return answering.Finding((), (), False)

    async def run() -> None:
        for gold, own in zip(golds, in_turn(readers, len(golds)), strict=True):
            with tempfile.TemporaryDirectory() as place, Home(Path(place), WordLlamaEmbedder()) as home:
                desk = Desk(home, EmbeddedEngine(home.embedder, watch, partial(_given, own)))
                await desk.add(gold.story, [gold.folder / "articles"])
                for question in gold.questions:
                    now.append((gold.story, question))
                    await desk.ask(Question(question.question, gold.story))

    asyncio.run(run())
    return cases


def _given(reader: evidence.Reader | None) -> evidence.Reader | None:
    return reader


def fit_evidence(cases: Sequence[Case], reads: bool) -> Evidence:
    """The models that tell how likely a sentence answers a question: the first by what the rules, and where it reads the encoder, tell, and where it reads one with the read words too."""
    answered = [case for case in cases if case.gold.status != "unanswerable"]
    rows = [(f, float(case.right(c))) for case in answered for c, f, _ in (case.encoded if reads else case.rows)]
    first = fit([f for f, _ in rows], [y for _, y in rows], ridge=5.0, positive_weight=6.0)
    if not reads:
        return (first,)
    read = []
    for case in answered:
        features = {c.place: f for c, f, _ in case.encoded}
        scored = case.scored((first, first))
        best = max((s.said.margin for s in scored if s.said), default=evidence.UNREAD.margin)
        for s in scored:
            own = features[s.candidate.place]
            read.append(
                (own | evidence.reading(case.asked, s.said or evidence.UNREAD, best), float(case.right(s.candidate)))
            )
    return first, fit([f for f, _ in read], [y for _, y in read], ridge=5.0, positive_weight=6.0)


def fit_answerable(cases: Sequence[Case], models: Evidence) -> Model:
    """The model that tells whether a question is answered at all."""
    rows = [
        (answering.premise(c.asked, scored, c.topics), float(c.gold.status != "unanswerable"))
        for c in cases
        if (scored := c.scored(models))
    ]
    return fit([f for f, _ in rows], [y for _, y in rows], ridge=5.0, positive_weight=0.35)


def fit_dispute(cases: Sequence[Case], models: Evidence) -> Model:
    """The model that tells whether two sentences are two sides of what was asked."""
    rows = [(f, float(c.apart(pair))) for c in cases if c.gold.status != "unanswerable" for f, pair in c.pairs(models)]
    return fit([f for f, _ in rows], [y for _, y in rows], ridge=4.0, positive_weight=8.0)


def fit_relevance(cases: Sequence[Case], models: Evidence, dispute: Model) -> Model:
    """The model that tells which of the likeliest sentences answer."""
    rows = []
    for case in cases:
        if case.gold.status != "unanswerable":
            pool = case.pool(models)
            told = relevance.features(case.asked, pool, case.rated(models, dispute))
            rows += [(f, float(case.answers(s.candidate))) for f, s in zip(told, pool, strict=True)]
    return fit([f for f, _ in rows], [y for _, y in rows], ridge=5.0, positive_weight=1.0)


def fit_agreement(cases: Sequence[Case], models: Evidence, dispute: Model, chooses: Model) -> Model:
    """The model that tells whether two sentences that answer give the same answer."""
    rows = []
    for case in cases:
        if case.gold.status == "unanswerable":
            continue
        rated = case.rated(models, dispute)
        pool = case.pool(models)
        best = relevance.selected(case.asked, pool, rated, None, chooses).sure[0]
        for mate in pool:
            if mate.candidate.article.origin != best.candidate.article.origin:
                f = agreement.features(case.asked, best, mate, case.claims, case.topics, case.cosine, rated)
                rows.append((f, float(case.agree(best.candidate, mate.candidate))))
    return fit([f for f, _ in rows], [y for _, y in rows], ridge=5.0, positive_weight=1.0)


@dataclass(frozen=True, slots=True)
class Models:
    """What was fitted on some stories."""

    evidence: Evidence
    answerable: Model
    dispute: Model
    relevance: Model
    agreement: Model


def report(cases: Sequence[Case], models: Mapping[str, Models]) -> None:
    """Print how often the shown sentences hold every value, and how often the engine abstains rightly, by threshold."""
    rows: list[tuple[bool, bool, float]] = []
    lines: Counter[str] = Counter()
    agreeing: list[tuple[bool, float]] = []
    conflicts: list[tuple[bool, float]] = []
    for case in cases:
        own = models[case.story]
        conflicts.append(
            (
                case.gold.status == "conflict",
                max((own.dispute.probability(f) for f, _ in case.pairs(own.evidence)), default=0.0),
            )
        )
        scored = case.scored(own.evidence)
        likely = own.answerable.probability(answering.premise(case.asked, scored, case.topics)) if scored else 0.0
        rated = case.rated(own.evidence, own.dispute)
        pool = case.pool(own.evidence)
        chosen = relevance.selected(case.asked, pool, rated, None, own.relevance)
        if chosen.sure:
            alike = agreement.agreeing(
                case.asked, chosen.sure[0], pool, case.claims, case.topics, case.cosine, rated, None, own.agreement
            )
            agreeing.append((case.gold.status == "agreed", alike[0][0] if alike else 0.0))
            chosen = chosen.with_sure([mate for p, mate in alike if p >= agreement.AGREED])
        if case.gold.status != "unanswerable":
            for name, shown in (("sure", chosen.sure), ("possible", chosen.possible)):
                lines[name] += len(shown)
                lines[f"{name} right"] += sum(case.answers(s.candidate) for s in shown)
        text = "\n".join(s.candidate.text for s in (*chosen.sure, *chosen.possible)).casefold()
        holds = all(any(v.casefold() in text for v in group) for group in case.gold.values)
        rows.append((case.gold.status != "unanswerable", holds, likely))
    answerable_rows = [r for r in rows if r[0]]
    others = [r for r in rows if not r[0]]
    print(f"all values shown, never abstaining: {sum(h for _, h, _ in answerable_rows) / len(answerable_rows):.2f}")
    for name in ("sure", "possible"):
        print(
            f"sentences shown as {name}: {lines[name] / len(answerable_rows):.2f} a question, "
            f"{lines[f'{name} right'] / max(lines[name], 1):.2f} of them right"
        )
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        told = sum(p >= threshold for a, p in agreeing if a) / max(sum(a for a, _ in agreeing), 1)
        falsely = sum(p >= threshold for a, p in agreeing if not a) / max(sum(not a for a, _ in agreeing), 1)
        print(f"{threshold:.2f}  agreed questions told so {told:.2f}  others told so {falsely:.2f}")
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9):
        flagged = sum(p >= threshold for c, p in conflicts if c) / max(sum(c for c, _ in conflicts), 1)
        falsely = sum(p >= threshold for c, p in conflicts if not c) / max(sum(not c for c, _ in conflicts), 1)
        print(f"{threshold:.2f}  conflict questions flagged {flagged:.2f}  others flagged {falsely:.2f}")
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        recall = sum(h and p >= threshold for _, h, p in answerable_rows) / len(answerable_rows)
        abstained = sum(p < threshold for _, _, p in others) / max(len(others), 1)
        print(f"{threshold:.2f}  answer recall {recall:.2f}  abstention {abstained:.2f}")


def main() -> int:
    """Fit on the stories of some folders, print how that does, and write the weights if asked to."""
    options = read_options("bot.scorecard.fit_answers", __doc__)
    cases = cases_of(options.golds, options.readers)
    for reader_in_use in (False, True):
        if reader_in_use and not options.readers:
            print("no reader: its models are left as they are")
            break
        print("with the reader" if reader_in_use else "rules alone")
        _fit(cases, reader_in_use, options.parts, options.write)
    return 0


def _fit(cases: Sequence[Case], reads: bool, parts: int, keep: bool) -> None:
    """Fit the models, print how they do, each of some parts of the stories by models that have not seen it, and write them."""

    def fitted(names: Sequence[str]) -> Models:
        some = [c for c in cases if c.story in names]
        weights = fit_evidence(some, reads)
        dispute = fit_dispute(some, weights)
        chooses = fit_relevance(some, weights, dispute)
        agrees = fit_agreement(some, weights, dispute, chooses)
        return Models(weights, fit_answerable(some, weights), dispute, chooses, agrees)

    names = list(dict.fromkeys(c.story for c in cases))
    whole = fitted(names)
    report(cases, unseen(names, parts, fitted, whole))
    if keep:
        suffix = "-reader" if reads else ""
        write(f"evidence{suffix}.json", whole.evidence[-1])
        if reads:
            write("evidence-encoded.json", whole.evidence[0])
        write(f"answerable{suffix}.json", whole.answerable)
        write(f"dispute{suffix}.json", whole.dispute)
        write(f"relevance{suffix}.json", whole.relevance)
        write(f"agreement{suffix}.json", whole.agreement)


if __name__ == "__main__":
    sys.exit(main())

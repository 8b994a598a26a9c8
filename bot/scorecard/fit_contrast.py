"""Fitting the contrast models: logistic regressions on the annotated stories of some folders.

    python -m bot.scorecard.fit_contrast DIR... [--parts 6] [--readers WEIGHTS...] [--stacked] [--write]

With `--parts` each of so many parts of the stories is scored by models that have not seen it: the only honest figures, for the shipped
weights have seen every story they were fitted on. A reader that was trained on stories must not be asked about the same ones here:
`--readers` gives N folders of weights, of which the K-th has not seen every N-th story from the K-th on (see `training/stories.py`). With
`--stacked` the shipped rules, fitted on other stories, stay, and only the model that weighs the network's word beside theirs is fitted.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from bot.analysis import claims as reading
from bot.analysis import pairing
from bot.analysis.comparison import Topics
from bot.analysis.contrast import (
    SUSPECTED,
    UNKNOWN,
    assertions,
    features,
    heard,
    repeats,
    reprinted,
    rivals,
    suspicion,
)
from bot.analysis.discrepancies import MOST_SENTENCES, greedy
from bot.analysis.evidence import Reader
from bot.analysis.logistic import Model, shipped
from bot.scorecard.gold import GoldStory
from bot.scorecard.options import Options, read_options
from bot.scorecard.parts import in_turn, unseen
from bot.scorecard.regression import fit, write
from bot.scorecard.score import overlaps
from index.embedding import WordLlamaEmbedder
from index.library import sentence_terms
from index.loading import load
from index.sentences import sentences
from index.types import Article, Claim

FAR = 1.5
"""The rules of another part of the stories find a pair so much more suspicious at most: it is put to the network all the same."""
STACKED_PARTS = 5
"""Of the stories, for rules that have not seen what they are stacked on."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences of a story: their features, the gold discrepancies they are two sides of, and the traps."""

    sentences: tuple[int, int]
    quotes: tuple[str, str]
    features: dict[str, float]
    gold: frozenset[str]
    trap: bool
    likeness: float = UNKNOWN
    """The cosine of the two by the reader's encoder, where there is one."""
    opposed: float = 0.0
    """The logit of the network for contradictions, where it was asked."""

    def suspected(self, rules: Model, far: float = 0.0) -> bool:
        """Whether it is put to the network, by a bar so much lower."""
        suspicious = suspicion(rules.probability(self.features), self.likeness) >= SUSPECTED - far
        return suspicious and not repeats(self.features)

    def heard(self, rules: Model) -> dict[str, float]:
        """What the second model weighs of it where it is suspected."""
        return heard(self.features, rules.probability(self.features), self.opposed)


Weights = tuple[Model, Model | None]
"""By the rules alone, and with the network on what these suspect, None without one."""


def pairs_of(gold: GoldStory, reader: Reader | None = None) -> list[Pair]:
    """All pairs of a story's sentences that share a word, and with a reader those that are alike to it."""
    articles = []
    for path in sorted((gold.folder / "articles").glob("*.txt")):
        document = load(path)
        articles.append(Article(path.name, gold.story, path.name, 1, document.text, document.source, path.name))
    days = [d for a in articles if (d := reading.reference_date(a))]
    year = max((d.year for d in days), default=None)
    found: list[Claim] = [c for a in articles for c in reading.read(a, sentences(a.text), year)]
    counts = sentence_terms(found)
    embedder = WordLlamaEmbedder()
    words: dict[str, Floats] = {}

    def word(text: str) -> Floats:
        if text not in words:
            words[text] = embedder.embed([text])[0].astype(np.float64)
        return words[text]

    topics = Topics(lambda t: counts[t], lambda a, b: float(word(a) @ word(b)))
    all_ = assertions(found)
    vectors = embedder.embed([a.whole.quote for a in all_])
    texts = {a.file: a.text for a in articles}
    sides = [_sides(a.whole, gold, texts) for a in all_]
    linked = [(i, j) for i, j in combinations(range(len(all_)), 2) if all_[i].canon & all_[j].canon]
    alike = reader.alike([a.whole.quote for a in all_]) if reader else None
    if alike is not None:
        linked += pairing.alike(alike, len(all_), set(linked))
    linked = [(i, j) for i, j in linked if not reprinted(all_[i], all_[j])]
    cosines = {(i, j): float(vectors[i] @ vectors[j]) for i, j in linked}
    standings = rivals(all_, linked, cosines, topics)
    result: list[Pair] = []
    for (i, j), standing in zip(linked, standings, strict=True):
        (gold_i, trap_i), (gold_j, trap_j) = sides[i], sides[j]
        right = frozenset(a for a, v in gold_i for b, w in gold_j if a == b and v != w)
        trapped = any(a == b and v != w for a, v in trap_i for b, w in trap_j)
        quotes = all_[i].whole.quote, all_[j].whole.quote
        likeness = UNKNOWN if alike is None else float(alike[i, j])
        result.append(Pair((i, j), quotes, features(all_[i], all_[j], standing, topics), right, trapped, likeness))
    return result


def _sides(claim: Claim, gold: GoldStory, texts: dict[str, str]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    real = {(d.id, s.value) for d in gold.discrepancies for s in d.sides if overlaps(claim, s, texts)}
    traps = {(t.id, str(i)) for t in gold.traps for i, s in enumerate(t.sides) if overlaps(claim, s, texts)}
    return real, traps


def asked(pairs: Sequence[Pair], reader: Reader) -> list[Pair]:
    """The pairs with what the network says of them; far from suspected ones are not put to it."""
    rules = shipped("contrast.json")
    near = [k for k, p in enumerate(pairs) if p.suspected(rules, FAR)]
    quotes = [pairs[k].quotes for k in near]
    told = dict(zip(near, reader.opposed(quotes), strict=True))
    return [replace(p, opposed=told[k]) if k in told else p for k, p in enumerate(pairs)]


def told_pairs(golds: Sequence[GoldStory], readers: Sequence[Reader]) -> dict[str, list[Pair]]:
    """The pairs of each story, with what its reader says of them; the readers take turns, story by story."""
    return {
        gold.story: asked(pairs_of(gold, reader), reader) if reader else pairs_of(gold)
        for gold, reader in zip(golds, in_turn(readers, len(golds)), strict=True)
    }


def fit_contrast(stories: Mapping[str, Sequence[Pair]], network: bool, known: Model | None = None) -> Weights:
    """The models that tell how likely two sentences contradict each other: by the rules, and with the network.

    The rules are fitted on pairs that share a word, the only ones that they see without a reader. What they say of a story beside the network is
    said by rules that have not seen it, as the second model weighs that itself. `known` are rules that have seen none of the stories and stay as they are.
    """

    def by_rules(names: Sequence[str]) -> Model:
        pairs = [p for name in names for p in stories[name] if p.features["shared"]]
        return _fit([p.features for p in pairs], pairs)

    rules = known or by_rules(list(stories))
    if not network:
        return rules, None
    own = dict.fromkeys(stories, rules)
    if len(stories) > 1 and known is None:
        own = unseen(list(stories), min(STACKED_PARTS, len(stories)), by_rules, rules)
    suspected = [(p, own[s]) for s, found in stories.items() for p in found if p.suspected(own[s])]
    return rules, _fit([p.heard(model) for p, model in suspected], [p for p, _ in suspected])


def _fit(rows: Sequence[Mapping[str, float]], pairs: Sequence[Pair]) -> Model:
    return fit(rows, [float(bool(p.gold)) for p in pairs], ridge=5.0, positive_weight=8.0)


def probability(pair: Pair, models: Weights) -> float:
    """How likely a pair is a contradiction, 0 to 1."""
    rules, stacked = models
    if stacked is None or not pair.suspected(rules):
        return rules.probability(pair.features)
    return stacked.probability(pair.heard(rules))


def judge(
    stories: Mapping[str, Sequence[Pair]], golds: Mapping[str, GoldStory], models: Mapping[str, Weights], threshold: float
) -> tuple[float, float, float, int]:  # fmt: skip
    """Precision, recall, F1 and flagged traps of the ledger that a threshold gives."""
    entries = right = found = trapped = 0
    for story, pairs in stories.items():
        scored = sorted(((probability(p, models[story]), p) for p in pairs), key=lambda s: -s[0])
        kept = [(score, p) for score, p in scored if score >= threshold]
        seen: set[str] = set()
        for group in greedy([p.sentences for _, p in kept], [""] * len(kept), MOST_SENTENCES):
            ids = {g for k in group for g in kept[k][1].gold}
            entries, right = entries + 1, right + bool(ids)
            trapped += not ids and any(kept[k][1].trap for k in group)
            seen |= ids
        found += len(seen)
    gold = sum(len(g.discrepancies) for g in golds.values())
    precision, recall = right / max(entries, 1), found / max(gold, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9), trapped


def main() -> int:
    """Fit on the stories of some folders, print how that does, and write the weights if asked to."""
    options = read_options("bot.scorecard.fit_contrast", __doc__)
    golds = {g.story: g for g in options.golds}
    stories = told_pairs(options.golds, options.readers)
    for network in (True,) if options.stacked else (False, True):
        if network and not options.readers:
            print("no reader: its model is left as it is")
            break
        print("with the network for contradictions" if network else "rules alone")
        _report(stories, golds, options, network)
    return 0


def _report(
    stories: Mapping[str, Sequence[Pair]], golds: Mapping[str, GoldStory], options: Options, network: bool
) -> None:
    """Fit, print how that does by threshold, each part by models that have not seen it, and write the weights if asked to."""
    names = list(stories)
    known = shipped("contrast.json") if options.stacked else None

    def fitted(some: Sequence[str]) -> Weights:
        return fit_contrast({name: stories[name] for name in some}, network, known)

    whole = fitted(names)
    models = unseen(names, options.parts, fitted, whole)
    for threshold in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
        precision, recall, f1, trapped = judge(stories, golds, models, threshold)
        print(f"{threshold:.2f}  precision {precision:.2f}  recall {recall:.2f}  F1 {f1:.3f}  traps {trapped}")
    if options.write:
        print(f"{len(stories)} stories, {sum(map(len, stories.values()))} pairs")
        rules, stacked = whole
        if stacked is None:
            write("contrast.json", rules)
        else:
            write("contradictions.json", stacked)


if __name__ == "__main__":
    sys.exit(main())

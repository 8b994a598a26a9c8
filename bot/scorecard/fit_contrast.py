"""Fitting the contrast model: a logistic regression on the annotated stories of some folders.

    python -m bot.scorecard.fit_contrast DIR... [--leave-one-out] [--write]

With `--leave-one-out` each story is scored by a
model that has not seen it: the only honest figures, for the shipped weights have seen every story they were fitted on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.analysis import claims as reading
from bot.analysis.comparison import Topics
from bot.analysis.contrast import assertions, features, nearness, rivals
from bot.analysis.discrepancies import MOST_SENTENCES, greedy
from bot.analysis.logistic import Model
from bot.scorecard.gold import GoldStory, read_set
from bot.scorecard.regression import fit, write
from bot.scorecard.score import overlaps
from index.embedding import WordLlamaEmbedder
from index.library import sentence_terms
from index.loading import load
from index.sentences import sentences
from index.types import Article, Claim

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences of a story: their features, the gold discrepancies they are two sides of, and the traps."""

    sentences: tuple[int, int]
    features: dict[str, float]
    gold: frozenset[str]
    trap: bool


def pairs_of(gold: GoldStory) -> list[Pair]:
    """All pairs of a story's sentences that share a word."""
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
    cosines = {(i, j): float(vectors[i] @ vectors[j]) for i, j in linked}
    near = {(i, j): nearness(all_[i], all_[j], cosines[i, j], topics) for i, j in linked}
    standings = rivals(linked, near, [a.whole.file for a in all_], cosines)
    result: list[Pair] = []
    for (i, j), standing in zip(linked, standings, strict=True):
        (gold_i, trap_i), (gold_j, trap_j) = sides[i], sides[j]
        right = frozenset(a for a, v in gold_i for b, w in gold_j if a == b and v != w)
        trapped = any(a == b and v != w for a, v in trap_i for b, w in trap_j)
        result.append(Pair((i, j), features(all_[i], all_[j], standing, topics), right, trapped))
    return result


def _sides(claim: Claim, gold: GoldStory, texts: dict[str, str]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    real = {(d.id, s.value) for d in gold.discrepancies for s in d.sides if overlaps(claim, s, texts)}
    traps = {(t.id, str(i)) for t in gold.traps for i, s in enumerate(t.sides) if overlaps(claim, s, texts)}
    return real, traps


def fit_contrast(pairs: Sequence[Pair]) -> Model:
    """The model that tells how likely two sentences contradict each other."""
    return fit([p.features for p in pairs], [float(bool(p.gold)) for p in pairs], ridge=5.0, positive_weight=8.0)


def judge(
    stories: dict[str, list[Pair]], golds: dict[str, GoldStory], models: dict[str, Model], threshold: float
) -> tuple[float, float, float, int]:
    """Precision, recall, F1 and flagged traps of the ledger that a threshold gives."""
    entries = right = found = trapped = 0
    for story, pairs in stories.items():
        scored = sorted(((models[story].probability(p.features), p) for p in pairs), key=lambda s: -s[0])
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
    parser = argparse.ArgumentParser(
        prog="python -m bot.scorecard.fit_contrast", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("dirs", nargs="+", type=Path)
    parser.add_argument("--leave-one-out", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    golds = {g.story: g for folder in options.dirs for g in read_set(folder)}
    stories = {name: pairs_of(g) for name, g in golds.items()}
    whole = fit_contrast([p for pairs in stories.values() for p in pairs])
    models = dict.fromkeys(stories, whole)
    if options.leave_one_out:
        models = {
            name: fit_contrast([p for other, pairs in stories.items() if other != name for p in pairs])
            for name in stories
        }
    for threshold in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
        precision, recall, f1, trapped = judge(stories, golds, models, threshold)
        print(f"{threshold:.2f}  precision {precision:.2f}  recall {recall:.2f}  F1 {f1:.3f}  traps {trapped}")
    if options.write:
        print(f"{len(stories)} stories, {sum(map(len, stories.values()))} pairs")
        write("contrast.json", whole)
    return 0


if __name__ == "__main__":
    sys.exit(main())

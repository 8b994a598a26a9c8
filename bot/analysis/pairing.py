"""Which of an article's sentences are compared with which: those that share words, and those that the reader's encoder finds alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from bot.analysis.contrast import NEAR, Assertion
from index.library import CANDIDATES

LONG_ARTICLE = 100
"""From so many sentences on not all of an article's own pairs that share a word are compared."""
ENCODED = 480
"""So many sentences are encoded for an article at most, its own first."""
MOST_ALIKE = 12
"""Each sentence is compared with so many at most that are alike and share no word with it, or few."""
Pair = tuple[int, int]
"""The numbers of two sentences, the lower one first."""


def inside(own: Sequence[Assertion]) -> list[Pair]:
    """The pairs of an article's own sentences that share a word; of a long article each sentence with those it shares most with."""
    if len(own) <= LONG_ARTICLE:
        return [(i, j) for i, j in combinations(range(len(own)), 2) if own[i].canon & own[j].canon]
    holders: dict[str, list[int]] = {}
    for i, assertion in enumerate(own):
        for term in assertion.canon:
            holders.setdefault(term, []).append(i)
    pairs: list[Pair] = []
    for i, assertion in enumerate(own):
        votes: Counter[int] = Counter()
        for term in assertion.canon:
            if len(holders[term]) <= LONG_ARTICLE:
                votes.update(j for j in holders[term] if j > i)
        pairs += [(i, j) for j, _ in sorted(votes.items(), key=lambda v: (-v[1], v[0]))[:CANDIDATES]]
    return pairs


def alike(cosines: npt.NDArray[np.float32], own: int) -> list[Pair]:
    """The pairs of the first `own` sentences with those that are most alike by the encoder, among themselves too; `cosines` of each to each."""
    pairs: list[Pair] = []
    for i in range(min(own, len(cosines))):
        best = np.argsort(-cosines[i], kind="stable")[: MOST_ALIKE + 1]
        pairs += [(min(i, int(j)), max(i, int(j))) for j in best if j != i and cosines[i, j] >= NEAR]
    return list(dict.fromkeys(pairs))

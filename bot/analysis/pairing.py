"""Which of an article's sentences are compared with which: those that share words, and those that the reader's encoder finds alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, zip_longest

import numpy as np
import numpy.typing as npt

from bot.analysis.comparison import Topics
from bot.analysis.contrast import UNKNOWN, Assertion, Standing, reprinted, rivals
from bot.analysis.evidence import Reader
from index.library import CANDIDATES

LONG_ARTICLE = 100
"""From so many sentences on not all of an article's own pairs that share a word are compared."""
ENCODED = 480
"""So many sentences are encoded for an article at most, 2 to 8 ms each and once in a process: its own and as many of the others."""
MOST_ALIKE = 12
"""Each sentence is compared with so many at most that are alike and not among those that share words with it."""
WORTH_A_LOOK, ALIKE_FROM = 0.12, 0.25
"""Pairs of sentences that are less near than the first, and less alike to the reader's encoder than the second, are not compared in detail: of the
contradictions that are suspected else one in forty is lost by it."""
Pair = tuple[int, int]
"""The numbers of two sentences, the lower one first."""
Cosines = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sentences that are worth comparing: how the pair stands among its rivals, and how alike the reader's encoder finds the two."""

    one: Assertion
    other: Assertion
    standing: Standing
    likeness: float


def compared(
    own: Sequence[Assertion],
    near: Mapping[str, Sequence[Assertion]],
    cosine: Callable[[str, str], float],
    topics: Topics,
    reader: Reader | None,
) -> list[Compared]:
    """The pairs of an article's sentences with each other and with those of other articles that are worth comparing.

    `near` are the sentences that share words with each of the article's own, by the id of its claim; the encoder looks for alike ones among all of
    them. `cosine` gives the similarity of two texts, -1 to 1. Reprints of a sentence are left out, for nothing differs from its reprint.
    """
    ranks = zip_longest(*near.values())
    others = {b.place: b for rank in ranks for b in rank if b is not None}
    everything = list(({a.place: a for a in own} | others).values())
    number = {a.place: i for i, a in enumerate(everything)}
    pairs = [(number[a.place], number[b.place]) for a in own for b in near[a.whole.id] if number[b.place] >= len(own)]
    likeness = dict.fromkeys([*pairs, *inside(own)], UNKNOWN)
    if reader is not None:
        mine = range(min(len(own), max(ENCODED // 2, ENCODED - len(others))))
        encoded = [*mine, *range(len(own), len(everything))][:ENCODED]
        cosines = reader.alike([everything[i].whole.quote for i in encoded])
        place = {n: i for i, n in enumerate(encoded)}
        known = {(place[i], place[j]) for i, j in likeness if i in place and j in place}
        for i, j in (*known, *alike(cosines, len(mine), known)):
            likeness[encoded[i], encoded[j]] = float(cosines[i, j])
    quotes = [a.whole.quote for a in everything]
    pairs = list(likeness)
    standings = rivals(everything, pairs, {(i, j): cosine(quotes[i], quotes[j]) for i, j in pairs}, topics)
    return [
        Compared(everything[i], everything[j], standing, likeness[i, j])
        for (i, j), standing in zip(pairs, standings, strict=True)
        if (standing.nearness >= WORTH_A_LOOK or likeness[i, j] >= ALIKE_FROM)
        and not reprinted(everything[i], everything[j])
    ]


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


def alike(cosines: Cosines, own: int, known: Collection[Pair] = frozenset()) -> list[Pair]:
    """The pairs of the first `own` sentences with those that are most alike by the encoder, among themselves too, but for the known pairs;
    `cosines` of each to each."""
    pairs: dict[Pair, None] = {}
    for i in range(min(own, len(cosines))):
        near = (int(j) for j in np.argsort(-cosines[i], kind="stable") if cosines[i, j] >= ALIKE_FROM)
        new = [pair for j in near if j != i and (pair := (min(i, j), max(i, j))) not in known]
        pairs |= dict.fromkeys(new[:MOST_ALIKE])
    return list(pairs)

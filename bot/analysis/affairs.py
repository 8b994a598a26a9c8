"""Which articles are on one affair: a story may hold several, and an article is compared with those on its own.

Articles are known by their gists: the names in their sentences, and the mean of their passages' vectors (a new one's sentences').
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from itertools import combinations, permutations, product

from index.library import Gist
from index.types import WHOLE, Claim

NAMED = (0.0, 0.12, 0.25)
"""What sharing no, one, or several names adds to the cosine of two articles."""
AKIN = 0.5
"""From this kinship on two articles can be about one affair: of the pairs on one affair in 192 stories 85 % pass, of those on different ones one in two hundred."""
NEAREST, FRIENDS = 0.4, 0.3
"""The nearest article to a new one is on its affair from the first on, one that is akin to such articles from the second on. With both 97 % of the
pairs on one affair are found; of six such stories in one, with some 25 articles, two or three pairs are wrong."""
LOOKED_AT = 60
"""So many of the articles nearest to a new one are looked at as its siblings."""
JOINED = 0.5
"""Two groups of articles are on one affair if at least so many of the pairs between them are akin."""


def names_of(found: Iterable[Claim]) -> frozenset[str]:
    """The names in the sentences of an article."""
    return frozenset(name for c in found if c.facet == WHOLE for name in c.normal.split())


def kinship(one: Gist, other: Gist) -> float:
    """How near two articles are as wholes, -1 to 1.25, higher is nearer."""
    return float(one.vector @ other.vector) + NAMED[min(2, len(one.names & other.names))]


def akin(one: Gist, other: Gist) -> bool:
    """Whether two articles, looked at by themselves, can be about one affair."""
    return kinship(one, other) >= AKIN


def siblings(own: Gist, others: Mapping[str, Gist]) -> set[str]:
    """Of some articles, such as those that share words with a new one, those that are on its affair: those akin to it, the nearest one if it is near
    enough, and less near ones of which at least half of those that they are akin to are on it."""
    nearness = {article: kinship(own, gist) for article, gist in others.items()}
    near = {article: nearness[article] for article in nlargest(LOOKED_AT, nearness, key=nearness.__getitem__)}
    found = {article for article in near if near[article] >= AKIN}
    nearest = next(iter(near), None)
    if nearest is not None and near[nearest] >= NEAREST:
        found.add(nearest)
    friends = {
        article: {other for other in near if other != article and akin(others[article], others[other])}
        for article in near
        if article not in found and near[article] >= FRIENDS
    }
    return found | {article for article, theirs in friends.items() if theirs and 2 * len(theirs & found) >= len(theirs)}


def affairs(gists: Mapping[str, Gist], ranked: Sequence[str]) -> list[list[str]]:
    """Articles, best first, parted into affairs: groups are joined while at least half of the pairs between them are akin."""
    related = {pair for pair in permutations(ranked, 2) if akin(gists[pair[0]], gists[pair[1]])}
    groups = [[article] for article in ranked]
    while True:
        links = [
            (sum(pair in related for pair in product(one, other)) / (len(one) * len(other)), -i, -j)
            for (i, one), (j, other) in combinations(enumerate(groups), 2)
        ]
        closest = max(links, default=(0.0, 0, 0))
        if closest[0] < JOINED:
            place = {article: n for n, article in enumerate(ranked)}
            return sorted((sorted(group, key=place.__getitem__) for group in groups), key=lambda g: place[g[0]])
        groups[-closest[1]] += groups.pop(-closest[2])


def on_affair(gists: Mapping[str, Gist], article: str, affair: Sequence[str]) -> bool:
    """Whether an article is akin to enough of an affair's articles to be on it."""
    return sum(akin(gists[article], gists[other]) for other in affair) >= JOINED * len(affair)

"""Differences become the ledger: pairs that share a claim are one discrepancy, its claims grouped into positions."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace

from index.types import Certainty, Claim, Difference, Discrepancy, Position, Relation, Scope

ORDER = (
    Relation.CONTRADICTION,
    Relation.COMPETING_ACCOUNTS,
    Relation.UPDATE,
    Relation.SCOPE,
    Relation.OPINION,
    Relation.WORDING,
)


MOST_SENTENCES = 8
"""An entry of the ledger holds at most so many sentences: chains of likeness do not grow into one heap."""


ALIKE = 0.75
"""Two sentences say the same if one shares so much of its words with the other, and neither denies what the other does not."""
DENIES = re.compile(r"(?i)\b(?:not|no|never|nobody|none|nothing|neither|nor|without|den(?:y|ies|ied))\b|n['’]t\b")


def greedy(pairs: Sequence[tuple[Hashable, Hashable]], families: Sequence[str], most: int) -> list[list[int]]:
    """Group pairs, the best first: a pair joins the first group of its family that has one of its two and room for both.

    The family tells what kind of value a pair is about; '' goes with any. Returns the indices of the pairs, group by group.
    """
    groups: list[tuple[set[Hashable], list[int], str]] = []
    for number, (pair, family) in enumerate(zip(pairs, families, strict=True)):
        at = next(
            (
                k
                for k, g in enumerate(groups)
                if not g[0].isdisjoint(pair)
                and len(g[0] | set(pair)) <= most
                and ("" in (g[2], family) or g[2] == family)
            ),
            None,
        )
        if at is None:
            groups.append((set(pair), [number], family))
        else:
            held, members, kind = groups[at]
            held.update(pair)
            members.append(number)
            groups[at] = (held, members, kind or family)
    return [members for _, members, _ in groups]


def family(facet: str) -> str:
    """The kind of value a facet is about, as far as entries are kept apart by it; '' for none in particular."""
    return {
        "whole": "",
        "state": "",
        "whether": "",
        "clock": "date",
        "cause": "actor",
        "duration": "amount",
        "label": "amount",
        "age": "amount",
    }.get(facet, facet)


def clusters(differences: Sequence[Difference], one_matter: bool = False) -> list[list[Difference]]:
    """Differences that belong together, the best matched first; flagged and explained ones apart.

    With `one_matter` a cluster keeps only what its best pair is about.
    """
    found: list[list[Difference]] = []
    for flagged in (True, False):
        kept = sorted(
            (d for d in differences if d.relation.flagged is flagged), key=lambda d: (-d.score, d.first.id, d.second.id)
        )
        places = [(d.first.place, d.second.place) for d in kept]
        groups = greedy(places, [family(d.first.facet) for d in kept], MOST_SENTENCES)
        found += [[kept[k] for k in group] for group in groups]
    return [_of_one_matter(c) for c in found] if one_matter else found


def _of_one_matter(cluster: Sequence[Difference]) -> list[Difference]:
    """The best pair of a cluster, best first, with the pairs about the same values and those that take its two sides.

    Values of one kind are one matter however many there are; sentences that only share an opponent with a better pair are not.
    """
    best, kind = cluster[0], family(cluster[0].first.facet)
    sides = _sides(best, cluster)
    return [d for d in cluster if d is best or (kind and family(d.first.facet) == kind) or _takes(d, sides)]


def _sides(best: Difference, among: Sequence[Difference]) -> list[set[str]]:
    """The ids of the claims that share a position with the one and with the other side of a pair."""
    apart = {frozenset((d.first.id, d.second.id)) for d in among}
    claims = {c.id: c for d in among for c in (d.first, d.second)}.values()
    return [
        {c.id for c in claims if c.id == side.id or _together(c, side, apart)} for side in (best.first, best.second)
    ]


def _takes(difference: Difference, sides: Sequence[set[str]]) -> bool:
    one, other = difference.first.id, difference.second.id
    return (one in sides[0] and other in sides[1]) or (one in sides[1] and other in sides[0])


def discrepancies(story: str, differences: Sequence[Difference], one_matter: bool = False) -> list[Discrepancy]:
    """The ledger of a story, the surest and best matched first. With `one_matter` see `clusters`."""
    together = clusters(differences, one_matter)
    found = [discrepancy(story, cluster) for cluster in together]
    best = {id(d): max(c.score for c in cluster) for d, cluster in zip(found, together, strict=True)}
    return sorted(found, key=lambda d: (not d.relation.flagged, d.certainty is not Certainty.SURE, -best[id(d)], d.id))


def discrepancy(story: str, cluster: Sequence[Difference]) -> Discrepancy:
    """One entry of the ledger from the pairs it was found by."""
    strongest = max(cluster, key=lambda d: (d.certainty is Certainty.SURE, d.score, d.first.id))
    relation = min((d.relation for d in cluster), key=ORDER.index)
    kind = Counter(d.kind for d in cluster).most_common(1)[0][0]
    held = positions(cluster)
    files = {c.file for p in held for c in p.claims}
    between = any(d.first.article_id != d.second.article_id for d in cluster)
    seed = sorted((cluster[0].first.id, cluster[0].second.id))
    identity = hashlib.sha256(f"{story}|{seed[0]}|{seed[1]}".encode()).hexdigest()[:12]
    return Discrepancy(
        identity,
        strongest.first.topic,
        kind,
        Scope.BETWEEN if between and len(files) > 1 else Scope.WITHIN,
        relation,
        strongest.certainty,
        strongest.why,
        held,
    )


def about(entry: Discrepancy, difference: Difference, ledger: Sequence[Difference]) -> Discrepancy:
    """An entry of the ledger as far as it is about the kind of value that a difference in it is about; all of it where that is no value."""
    kind = family(difference.first.facet)
    claims = {c.id for p in entry.positions for c in p.claims}
    held = [
        d for d in ledger if kind and family(d.first.facet) == kind and d.first.id in claims and d.second.id in claims
    ]
    return replace(discrepancy("", held), id=entry.id) if held else entry


def positions(cluster: Sequence[Difference]) -> tuple[Position, ...]:
    """The claims of a cluster by the value they hold: claims that differ never share a position."""
    claims = {c.id: c for d in cluster for c in (d.first, d.second)}
    apart = {frozenset((d.first.id, d.second.id)) for d in cluster}
    groups: list[list[Claim]] = []
    for claim in sorted(claims.values(), key=lambda c: (c.file, c.span.start, c.id)):
        home = next((g for g in groups if all(_together(claim, c, apart) for c in g)), None)
        if home is None:
            groups.append([claim])
        else:
            home.append(claim)
    return tuple(Position(_label(group), tuple(group)) for group in groups)


def _together(one: Claim, other: Claim, apart: set[frozenset[str]]) -> bool:
    """Two claims of one cluster hold the same position if nothing sets them apart and they say the same: one value, or most of
    the words of one in the other. That both stand against the same third claim makes no position of them."""
    if frozenset((one.id, other.id)) in apart:
        return False
    if (one.article_id, one.span) == (other.article_id, other.span):
        return True
    if family(one.facet) and one.facet == other.facet:
        return one.normal == other.normal or (
            bool(one.amounts) and any(a.meets(b) for a in one.amounts for b in other.amounts)
        )
    if one.facet != other.facet or one.negated is not other.negated:
        return False
    if one.facet != "whole":
        return one.normal == other.normal
    if bool(DENIES.search(one.quote)) is not bool(DENIES.search(other.quote)):
        return False
    words, others = set(one.terms), set(other.terms)
    return len(words & others) >= ALIKE * max(min(len(words), len(others)), 1)


def _label(group: Sequence[Claim]) -> str:
    """The value a position goes by: the one most of its claims give, the shortest of these."""
    counted = Counter(_worded(c) for c in group)
    top = max(counted.values())
    return min((v for v, n in counted.items() if n == top), key=len)


def _worded(claim: Claim) -> str:
    if (
        claim.facet in ("state", "whether")
        and claim.negated
        and not any(w in claim.value.lower() for w in ("not", "n't", "never", "no "))
    ):
        return f"not {claim.value}"
    return claim.value

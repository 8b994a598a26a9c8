"""Differences become the ledger: pairs that share a claim are one discrepancy, its claims grouped into positions."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from index.types import Certainty, Claim, Difference, Discrepancy, Kind, Position, Relation, Scope

ORDER = (Relation.CONTRADICTION, Relation.COMPETING_ACCOUNTS, Relation.UPDATE, Relation.SCOPE, Relation.OPINION, Relation.WORDING)


def clusters(differences: Sequence[Difference]) -> list[list[Difference]]:
    """Differences that belong together: flagged ones that share a claim, or a sentence on both sides."""
    parent = list(range(len(differences)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    by_claim: dict[tuple[bool, str], int] = {}
    by_pair: dict[tuple[bool, frozenset[tuple[str, int]]], int] = {}
    for i, difference in enumerate(differences):
        flagged = difference.relation.flagged
        places = frozenset((c.article_id, c.span.start) for c in (difference.first, difference.second))
        for claim in (difference.first, difference.second):
            key = (flagged, claim.id)
            parent[root(i)] = root(by_claim.setdefault(key, i))
        parent[root(i)] = root(by_pair.setdefault((flagged, places), i))
    grouped: dict[int, list[Difference]] = {}
    for i, difference in enumerate(differences):
        grouped.setdefault(root(i), []).append(difference)
    return list(grouped.values())


def discrepancies(story: str, differences: Sequence[Difference]) -> list[Discrepancy]:
    """The ledger of a story, the surest and best matched first."""
    found = [discrepancy(story, cluster) for cluster in clusters(differences)]
    best = {id(d): max(c.score for c in cluster) for d, cluster in zip(found, clusters(differences), strict=True)}
    return sorted(found, key=lambda d: (not d.relation.flagged, d.certainty is not Certainty.SURE, -best[id(d)], d.id))


def discrepancy(story: str, cluster: Sequence[Difference]) -> Discrepancy:
    """One entry of the ledger from the pairs it was found by."""
    strongest = max(cluster, key=lambda d: (d.certainty is Certainty.SURE, d.score, d.first.id))
    relation = min((d.relation for d in cluster), key=ORDER.index)
    kind = Counter(d.kind for d in cluster).most_common(1)[0][0]
    held = positions(cluster)
    files = {c.file for p in held for c in p.claims}
    between = any(d.first.article_id != d.second.article_id for d in cluster)
    first = min((min(d.first.id, d.second.id) for d in cluster))
    identity = hashlib.sha256(f"{story}|{relation.flagged}|{first}".encode()).hexdigest()[:12]
    return Discrepancy(
        identity, strongest.first.topic, kind, Scope.BETWEEN if between and len(files) > 1 else Scope.WITHIN, relation, strongest.certainty, strongest.why, held
    )


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
    """Two claims of one cluster hold the same position if nothing sets them apart and their values say the same,
    or if both stand against the same third claim."""
    if frozenset((one.id, other.id)) in apart:
        return False
    if (one.article_id, one.span) == (other.article_id, other.span):
        return True
    against_one = {next(iter(p - {one.id})) for p in apart if one.id in p and len(p) == 2}
    against_other = {next(iter(p - {other.id})) for p in apart if other.id in p and len(p) == 2}
    return bool(against_one & against_other) or (one.facet == other.facet and one.normal == other.normal)


def _label(group: Sequence[Claim]) -> str:
    """The value a position goes by: the one most of its claims give, the shortest of these."""
    counted = Counter(_worded(c) for c in group)
    top = max(counted.values())
    return min((v for v, n in counted.items() if n == top), key=len)


def _worded(claim: Claim) -> str:
    if claim.facet in ("state", "whether") and claim.negated and not any(w in claim.value.lower() for w in ("not", "n't", "never", "no ")):
        return f"not {claim.value}"
    return claim.value


def kinds_shown(kind: Kind) -> str:
    """A kind as a word for people."""
    return {"quote": "who said it", "identity": "what it is", "negation": "whether it happened"}.get(kind.value, kind.value)

"""Differences become the ledger: pairs that share a claim are one discrepancy, its claims grouped into positions."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from index.types import Certainty, Claim, Difference, Discrepancy, Position, Relation, Scope

ORDER = (
    Relation.CONTRADICTION,
    Relation.COMPETING_ACCOUNTS,
    Relation.UPDATE,
    Relation.SCOPE,
    Relation.OPINION,
    Relation.WORDING,
)


MOST_SENTENCES = 6
"""An entry of the ledger holds at most so many sentences."""
AGAIN = 0.85
"""A sentence that an entry holds makes another one, with an opponent that does not fit into the first, from this probability on."""


ALIKE = 0.75
"""Two sentences say the same if one shares so much of its words with the other, and neither denies what the other does not."""
DENIES = re.compile(r"(?i)\b(?:not|no|never|nobody|none|nothing|neither|nor|without|den(?:y|ies|ied))\b|n['’]t\b")


Sentence = Hashable
TOLD = "told:"
"""How the facets begin under which a model tells the sides of one disagreement: these are one matter."""


def gathered(
    pairs: Sequence[tuple[Sentence, Sentence]],
    families: Sequence[str],
    scores: Sequence[float],
    alike: Callable[[int, Sequence[int], Sentence, Sentence], bool],
) -> list[list[int]]:
    """Pairs of sentences that exclude each other become entries, the best first; returns the indices of the pairs, entry by entry.

    A pair joins the first entry of its family that holds one of its sentences and takes the other: because that one excludes two
    of those held, or because it is `alike` the one that the first excludes, a pair's number, an entry's pairs and both sentences given. So an
    entry is one matter, and not a chain of pairs of which each shares a sentence with the next. A pair that would join and may not
    makes an entry of its own if it is likely enough, and is left out otherwise: one of its sentences has a better opponent. The family tells what
    kind of value a pair is about; '' goes with any.
    """
    against = {frozenset(pair) for pair in pairs}
    groups: list[tuple[set[Sentence], list[int], str]] = []
    for number, (pair, kind, score) in enumerate(zip(pairs, families, scores, strict=True)):
        near = [g for g in groups if not g[0].isdisjoint(pair) and ("" in (g[2], kind) or g[2] == kind)]
        home = next((g for g in near if _takes(g, number, pair, kind, against, alike)), None)
        if home is not None:
            groups[groups.index(home)] = (home[0] | set(pair), [*home[1], number], home[2] or kind)
        elif score >= AGAIN or all(held.isdisjoint(pair) for held, _, _ in groups):
            groups.append((set(pair), [number], kind))
    return [members for _, members, _ in groups]


def _takes(
    group: tuple[set[Sentence], list[int], str],
    number: int,
    pair: tuple[Sentence, Sentence],
    kind: str,
    against: set[frozenset[Sentence]],
    alike: Callable[[int, Sequence[int], Sentence, Sentence], bool],
) -> bool:
    """Whether an entry that holds one of a pair's sentences takes the other one too."""
    held, members, _ = group
    new = [s for s in pair if s not in held]
    if not new or kind.startswith(TOLD):
        return True
    if len(held) == MOST_SENTENCES:
        return False
    (fresh,) = new
    return sum(frozenset((fresh, s)) in against for s in held) > 1 or any(
        alike(number, members, fresh, s) for s in held if s not in pair
    )


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


def clusters(differences: Sequence[Difference]) -> list[list[Difference]]:
    """Differences that belong together, the best matched first; flagged and explained ones apart."""
    found: list[list[Difference]] = []
    for flagged in (True, False):
        kept = sorted(
            (d for d in differences if d.relation.flagged is flagged), key=lambda d: (-d.score, d.first.id, d.second.id)
        )
        apart = {frozenset((d.first.id, d.second.id)) for d in kept}
        claims: dict[tuple[int, Sentence], Claim] = {
            (k, c.place): c for k, d in enumerate(kept) for c in (d.first, d.second)
        }

        groups = gathered(
            [(d.first.place, d.second.place) for d in kept],
            [family(d.first.facet) for d in kept],
            [d.score for d in kept],
            partial(_alike, claims, apart),
        )
        found += [[kept[k] for k in group] for group in groups]
    return found


def _alike(
    claims: Mapping[tuple[int, Sentence], Claim], apart: set[frozenset[str]], number: int, members: Sequence[int], fresh: Sentence, held: Sentence
) -> bool:  # fmt: skip
    """Whether the claim with which a sentence enters by a pair shares a position with one that an entry's pairs know of another sentence."""
    own = claims[number, fresh]
    return any((k, held) in claims and _together(own, claims[k, held], apart) for k in members)


def discrepancies(story: str, differences: Sequence[Difference]) -> list[Discrepancy]:
    """The ledger of a story, the surest and best matched first."""
    together = clusters(differences)
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

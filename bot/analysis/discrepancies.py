"""Differences become the ledger: pairs that share a claim are one discrepancy, its claims grouped into positions."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from bot.analysis.claims import LONGEST_TOPIC
from bot.analysis.clauses import phrases, plain
from bot.analysis.questions import terms_of
from bot.analysis.words import Token, tokens
from index.types import TOLD_FACET, WHOLE, Certainty, Claim, Difference, Discrepancy, Position, Relation, Scope
from index.visible import visible

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


TOPIC_THINGS, TOPIC_WORDS = 2, 5
"""So many things that two sentences both name make a topic; where they name none so many words, or runs of several, that they share."""
ONE_THING = frozenset(["nature", "depicted"])
"""Facets of which a story's subject has one value: whatever stands against one of its values is of the same matter."""
DEEDS = frozenset(["state", "whether"])
"""Facets whose topics name a deed, and so enough by one telling word with another: "whether it was signed"."""
ALONE = "alone:"
"""How the families begin that make entries of their own: sentences without values do not join them."""


def greedy(pairs: Sequence[tuple[Hashable, Hashable]], families: Sequence[str], most: int) -> list[list[int]]:
    """Group pairs, the best first: a pair joins the first group of its family that has one of its two and room for both.

    The family tells what kind of value a pair is about; '' goes with any but those that begin with ALONE. A group all of whose members another one that
    goes with it came to hold is part of that. Returns the indices of the pairs, group by group, the group with the best pair first.
    """
    groups: list[tuple[set[Hashable], list[int], str]] = []
    for number, (pair, family) in enumerate(zip(pairs, families, strict=True)):
        at = next(
            (
                k
                for k, g in enumerate(groups)
                if not g[0].isdisjoint(pair) and len(g[0] | set(pair)) <= most and _go_together(g[2], family)
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
    kept: list[tuple[set[Hashable], list[int], str]] = []
    for held, members, kind in sorted(groups, key=lambda g: -len(g[0])):  # stable: of one size the best first
        home = next((g for g in kept if held <= g[0] and _go_together(g[2], kind)), None)
        if home is None:
            kept.append((held, members, kind))
        else:
            home[1].extend(members)
    return sorted(sorted(members) for _, members, _ in kept)


def _go_together(one: str, other: str) -> bool:
    """Whether pairs of two families can be one entry."""
    return one == other or ("" in (one, other) and not (one + other).startswith(ALONE))


def family(facet: str) -> str:
    """The kind of value a facet is about, as far as entries are kept apart by it; '' for none in particular."""
    return {
        WHOLE: "",
        "state": "",
        "whether": "",
        "clock": "date",
        "cause": "actor",
        "duration": "amount",
        "label": "amount",
        "age": "amount",
    }.get(facet, facet)


def _family(difference: Difference) -> str:
    """The kind of value of a difference; on its own where a subject has one such value, or one deed one date."""
    one, other = difference.first, difference.second
    kind = family(one.facet)
    deed = kind == "date" and one.predicate == other.predicate != ""
    return ALONE + kind if deed or kind in ONE_THING else kind


def clusters(differences: Sequence[Difference]) -> list[list[Difference]]:
    """Differences that belong together, the best matched first; flagged and explained ones apart."""
    found: list[list[Difference]] = []
    for flagged in (True, False):
        kept = [d for d in differences if d.relation.flagged is flagged]
        found += _together_in(kept, _family)
    return found


def _together_in(differences: Sequence[Difference], kind: Callable[[Difference], str]) -> list[list[Difference]]:
    """Differences that share a sentence and a kind of value, the best matched first; '' is a kind that goes with any."""
    kept = sorted(differences, key=lambda d: (-d.score, d.first.id, d.second.id))
    places = [(d.first.place, d.second.place) for d in kept]
    return [[kept[k] for k in group] for group in greedy(places, [kind(d) for d in kept], MOST_SENTENCES)]


def matter(cluster: Sequence[Difference], about: Sequence[Difference] = ()) -> list[Difference]:
    """The differences of a cluster, best first, that are one matter with its best one, or with those `about` that it has.

    A sentence joins them because two of theirs exclude it, or because it says what the one says that its opponent excludes. Others only share an
    opponent with them: they are near the matter, and no part of it.
    """
    found = list(about) or [cluster[0]]
    kinds = {family(d.first.facet) for d in found}
    against = {frozenset((d.first.place, d.second.place)) for d in cluster}
    apart = {frozenset((d.first.id, d.second.id)) for d in cluster}
    held = {c.place: c for d in found for c in (d.first, d.second)}
    for d in cluster:
        new = [c for c in (d.first, d.second) if c.place not in held]
        if d in found or len(new) > 1:
            continue
        kind = family(d.first.facet)
        if (
            not new
            or (kind in kinds and (kind in ONE_THING or kind.startswith(TOLD_FACET)))
            or sum(frozenset((new[0].place, place)) in against for place in held) > 1
            or any(_together(new[0], c, apart) for c in held.values())
        ):
            found.append(d)
            held |= {c.place: c for c in (d.first, d.second)}
    return found


def discrepancies(story: str, differences: Sequence[Difference]) -> list[Discrepancy]:
    """The ledger of a story, the surest and best matched first."""
    together = clusters(differences)
    found = [discrepancy(story, cluster) for cluster in together]
    best = {id(d): max(c.score for c in cluster) for d, cluster in zip(found, together, strict=True)}
    return sorted(found, key=lambda d: (not d.relation.flagged, d.certainty is not Certainty.SURE, -best[id(d)], d.id))


def found_for(story: str, question: str, differences: Sequence[Difference]) -> list[Discrepancy]:
    """Entries of what a question found, the best first: each of its differences gives two sides of what is asked, so that those that share a
    sentence are one matter. Where there is but one, the question is its topic."""
    together = _together_in(differences, lambda _: "")
    found = [discrepancy(story, cluster, cluster) for cluster in together]
    return [replace(d, topic=question[:LONGEST_TOPIC]) for d in found] if len(found) == 1 else found


def discrepancy(story: str, cluster: Sequence[Difference], about: Sequence[Difference] = ()) -> Discrepancy:
    """One entry of the ledger from the pairs it was found by, the best first; `about` see `matter`."""
    strongest = max(cluster, key=lambda d: (d.certainty is Certainty.SURE, d.score, d.first.id))
    relation = min((d.relation for d in cluster), key=ORDER.index)
    kind = Counter(d.kind for d in cluster).most_common(1)[0][0]
    own = {c.id for d in matter(cluster, about) for c in (d.first, d.second)}
    held = positions(cluster)
    sides, beside = [], []
    for position in held:
        named = [c for c in position.claims if c.id in own]
        if named:
            sides.append(_side(position, named))
        else:
            beside.append(position)
    files = {c.file for p in held for c in p.claims}
    between = any(d.first.article_id != d.second.article_id for d in cluster)
    seed = sorted((cluster[0].first.id, cluster[0].second.id))
    identity = hashlib.sha256(f"{story}|{seed[0]}|{seed[1]}".encode()).hexdigest()[:12]
    return Discrepancy(
        identity,
        _topic(strongest.first, strongest.second),
        kind,
        Scope.BETWEEN if between and len(files) > 1 else Scope.WITHIN,
        relation,
        strongest.certainty,
        strongest.why,
        (*sides, *beside),
        len(beside),
    )


def _side(position: Position, named: Sequence[Claim]) -> Position:
    """A position as far as it is of a matter that has these of its claims: of a sentence that holds one, the other claims have other values."""
    places = {c.place for c in named}
    return Position(_label(named), tuple(c for c in position.claims if c in named or c.place not in places))


def _topic(one: Claim, other: Claim) -> str:
    """What two claims are about: of sentences as wholes, and where a claim's own topic names next to nothing, the things that both sentences name."""
    question, _, told = one.topic.partition(": ")
    enough = len(told.split()) > 1 and bool(terms_of(told)) if one.facet in DEEDS else len(terms_of(told)) > 1
    if one.facet.startswith(TOLD_FACET) or (one.facet != WHOLE and enough):
        return one.topic
    first, second = (tokens(visible(c.quote).text) for c in (one, other))
    named = ", ".join(_things(first, second) or _runs(first, set(one.terms) & set(other.terms)))
    if not named:
        return one.topic
    return named[:LONGEST_TOPIC] if one.facet == WHOLE or one.facet in DEEDS else f"{question}: {named}"[:LONGEST_TOPIC]


def _things(one: Sequence[Token], other: Sequence[Token]) -> list[str]:
    """The noun phrases of two sentences that share words, each in its shortest wording and without what stands before its first telling
    word, in the first one's order."""
    theirs = {t.norm for t in other if t.content}
    shared = list(dict.fromkeys(t.norm for t in one if t.content and t.norm in theirs))
    found: list[tuple[set[str], str]] = []
    for phrase in [*phrases(one), *phrases(other)]:
        first = next((i for i, t in enumerate(phrase.tokens) if t.content), None)
        common = {t.norm for t in phrase.tokens if t.content and t.norm in shared}
        if common and first is not None:
            text = plain(phrase.tokens[first:])
            same = [f for f in found if f[0] & common]
            if all((-len(common), len(text)) < (-len(words), len(was)) for words, was in same):
                found = [f for f in found if f not in same] + [(common, text)]
    found.sort(key=lambda f: min(map(shared.index, f[0])))
    chosen = sorted(found, key=lambda f: -len(f[0]))[:TOPIC_THINGS]
    return [text for words, text in found if (words, text) in chosen]


def _runs(sentence: Sequence[Token], shared: set[str]) -> list[str]:
    """The runs of shared words as a sentence has them."""
    runs: list[list[str]] = [[]]
    for token in sentence:
        if token.norm in shared:
            shared = shared - {token.norm}
            runs[-1].append(token.text)
        elif runs[-1]:
            runs.append([])
    return [" ".join(run) for run in runs if run][:TOPIC_WORDS]


def heading(entry: Discrepancy) -> str:
    """An entry's topic as it is written above it: "whether one child was harmed", "how many: seats", "rifle"."""
    told = entry.topic.removeprefix("whether: ")
    return entry.topic if told == entry.topic else f"whether {told}"


def holds(entry: Discrepancy, difference: Difference) -> bool:
    """Whether an entry has the two sentences of a difference in different positions."""
    places = [{c.place for c in p.claims} for p in entry.positions]
    one, other = (c.place for c in (difference.first, difference.second))
    return any(one in a and other in b for a in places for b in places if a is not b)


def cut_to(entry: Discrepancy, met: Sequence[Difference], ledger: Sequence[Difference]) -> Discrepancy:
    """An entry as far as it is one matter with the differences that a question met in it; `ledger` are those that entries are made of."""
    places = {c.place for p in entry.positions for c in p.claims}
    held = [d for d in ledger if d.first.place in places and d.second.place in places]
    kinds = {family(d.first.facet) for d in met}
    if "" not in kinds:
        held = [d for d in held if family(d.first.facet) in kinds]
    best = sorted(met, key=lambda d: (-d.score, d.first.id, d.second.id))
    return replace(discrepancy("", matter([*best, *held], best), best), id=entry.id)


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
    if one.facet != WHOLE:
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
        return f"{claim.value} (denied)"
    return claim.value

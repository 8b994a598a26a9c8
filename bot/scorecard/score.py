"""The definitions of the scorecard: what a right entry, a flagged trap and an answered question are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.scorecard.gold import GoldQuestion, GoldSide, GoldStory
from bot.types import Reply, Status
from index.types import Claim, Discrepancy, Span


@dataclass(slots=True)
class Figures:
    """Counts of one story or of several; ratios are made from them when shown."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    scopes: dict[str, Counter[str]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Add another story's counts."""
        self.counts.update(other.counts)
        for mine, theirs in ((self.kinds, other.kinds), (self.scopes, other.scopes)):
            for name, counter in theirs.items():
                mine.setdefault(name, Counter()).update(counter)
        self.missed += other.missed

    def ratio(self, part: str, whole: str) -> float | None:
        """One count over another, 0 to 1; None where there is nothing to count."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else None

    @property
    def precision(self) -> float | None:
        return self.ratio("right", "entries")

    @property
    def recall(self) -> float | None:
        return self.ratio("found", "gold")

    @property
    def f1(self) -> float | None:
        p, r = self.precision, self.recall
        if p is None or r is None:
            return None if self.counts["gold"] == 0 else 0.0
        return 2 * p * r / (p + r) if p + r else 0.0


def overlaps(claim: Claim, side: GoldSide, texts: Mapping[str, str]) -> bool:
    """Whether a claim's quote and a gold quote share text of one file."""
    return claim.file == side.file and within(claim.span, side, texts.get(side.file, ""))


def within(span: Span, side: GoldSide, text: str) -> bool:
    """Whether a part of an article and a gold quote from it share text."""
    at = text.find(side.quote)
    return at >= 0 and span.overlaps(Span(at, at + len(side.quote)))


def _apart(entry: Discrepancy, sides: Sequence[GoldSide], labels: Sequence[str], texts: Mapping[str, str]) -> bool:
    """Whether two positions of an entry lie on sides with different labels."""
    touched = [
        {label for side, label in zip(sides, labels, strict=True) for c in p.claims if overlaps(c, side, texts)}
        for p in entry.positions
    ]
    return any(a != b for i, one in enumerate(touched) for other in touched[i + 1 :] for a in one for b in other)


def score_ledger(gold: GoldStory, entries: Sequence[Discrepancy], texts: Mapping[str, str]) -> Figures:
    """Entries against gold: right, found, traps flagged."""
    figures = Figures()
    found: set[str] = set()
    flagged: set[str] = set()
    for entry in entries:
        right = {g.id for g in gold.discrepancies if _apart(entry, g.sides, [s.value for s in g.sides], texts)}
        found |= right
        trapped = (
            []
            if right
            else [t.id for t in gold.traps if _apart(entry, t.sides, [str(i) for i in range(len(t.sides))], texts)]
        )
        figures.counts.update(entries=1, right=int(bool(right)))
        figures.kinds.setdefault(entry.kind.value, Counter()).update(entries=1, right=int(bool(right)))
        figures.scopes.setdefault(entry.scope.value, Counter()).update(entries=1, right=int(bool(right)))
        flagged |= set(trapped)
        for trap in trapped:
            figures.missed.append(f"trap {trap} flagged: {entry.topic}")
        figures.counts["trap_entries"] += bool(trapped)
        if not right:
            figures.missed.append(f"false flag: {entry.kind.value}, {entry.topic} ({entry.why})")
    figures.counts.update(gold=len(gold.discrepancies), found=len(found), traps=len(gold.traps), trapped=len(flagged))
    for g in gold.discrepancies:
        figures.kinds.setdefault(g.kind.value, Counter()).update(gold=1, found=int(g.id in found))
        figures.scopes.setdefault(g.scope.value, Counter()).update(gold=1, found=int(g.id in found))
        if g.id not in found:
            figures.missed.append(f"not found: {g.id} {g.topic} ({g.kind.value}, {g.scope.value})")
    return figures


def score_reply(gold: GoldQuestion, reply: Reply, texts: Mapping[str, str]) -> Figures:
    """One reply against its gold question. Statements that are said to answer are right if one of their citations shares text with a passage
    that the annotators named."""
    counts: Counter[str] = Counter(questions=1)
    status = reply.answer.status
    counts["status_right"] += status.value == gold.status
    flagged = bool(reply.discrepancies)
    side = "conflict" if gold.status == "conflict" else "other"
    counts[f"{side}_questions"] += 1
    counts[f"{side}_flagged"] += flagged
    if gold.status == "unanswerable":
        counts["unanswerable"] += 1
        counts["abstained"] += status is Status.UNANSWERABLE
        right = status is Status.UNANSWERABLE
    else:
        counts["answerable"] += 1
        right = status is not Status.UNANSWERABLE and all(
            any(v.casefold() in shown(reply) for v in group) for group in gold.values
        )
        counts["answered"] += right
        if gold.evidence and status is not Status.UNANSWERABLE:
            counts["statements"] += len(reply.answer.sure)
            counts["statements_right"] += sum(
                any(
                    c.file == side.file and within(c.span, side, texts.get(c.file, ""))
                    for c in s.citations
                    for side in gold.evidence
                )
                for s in reply.answer.sure
            )
        counts["cited"] += right and any(c.file in gold.files for s in reply.answer.statements for c in s.citations)
    figures = Figures(counts)
    if not right or flagged != (gold.status == "conflict"):
        figures.missed.append(
            f"question {gold.id} ({gold.status}): {gold.question} -> {status.value}{'' if right else ', answer not right'}"
        )
    return figures


def shown(reply: Reply) -> str:
    """Everything a reply shows, in lower case: its statements, quotes and positions."""
    parts = [s.text for s in reply.answer.statements if s.citations]
    parts += [c.quote for s in reply.answer.statements for c in s.citations]
    parts += [
        text for d in reply.discrepancies for p in d.positions for text in (p.value, *(c.quote for c in p.claims))
    ]
    return "\n".join(parts).casefold()


def misquoted(reply: Reply, texts: Mapping[str, str]) -> int:
    """How many quotes of a reply are not the text at their offsets; must be 0."""
    quotes = [(c.file, c.quote, c.span) for s in reply.answer.statements for c in s.citations]
    quotes += [(c.file, c.quote, c.span) for d in reply.discrepancies for p in d.positions for c in p.claims]
    return sum(texts.get(file, "")[span.start : span.end] != quote for file, quote, span in quotes)

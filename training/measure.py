"""The reader's own figures: span F1, how well it tells answers from none, conflicts between documents, speed.

python -m training.measure ARTEFACT ROWS DATA
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

import numpy as np

from bot.analysis.spans import Likeness, likeness
from bot.reader.reader import SpanReader
from bot.reader.windows import window
from index.sentences import sentences
from training.sources import Documents, ramdocs

KEPT = 3
"""Distinct answers of one document that are kept."""
SQUAD = frozenset(["squad2", "squadshifts"])
COSINE_LOGITS = 12.0
"""Logits: what the cosine of question and window counts beside the margin; from 8 to 16 it makes no difference."""


def f1(said: str, golds: Sequence[str]) -> float:
    """SQuAD's token F1 of an answer against its best gold answer."""

    def words(text: str) -> list[str]:
        return [w for w in re.findall(r"\w+", text.lower()) if w not in ("a", "an", "the")]

    best = 0.0
    for gold in golds:
        a, b = words(said), words(gold)
        common = sum((Counter(a) & Counter(b)).values())
        if common:
            best = max(best, 2 * common / (len(a) + len(b)))
    return best


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a row with an answer has a greater margin than one without."""
    order = np.argsort(np.argsort(np.concatenate([positive, negative]))) + 1
    n, m = len(positive), len(negative)
    return float((order[:n].sum() - n * (n + 1) / 2) / (n * m))


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader made of a row: its best span's margin and F1, what kind of row it is, and how near question and window are, -1 to 1."""

    margin: float
    score: float
    kind: str
    near: float

    @property
    def likely(self) -> float:
        """The margin with the likeness."""
        return self.margin + COSINE_LOGITS * self.near


def on_rows(reader: SpanReader, rows: Path) -> dict[str, dict[str, float]]:
    """Span F1 on held-out rows with an answer, and no-answer AUC, by the set they come from and by where no answer comes from; the AUC by the margin
    alone and by the margin with how near window and question are."""
    found: dict[str, list[Read]] = {}
    for row in map(json.loads, rows.read_text("utf-8").splitlines()):
        spans = reader.read(row["question"], [row["window"]])[0]
        said = row["window"][spans[0].start : spans[0].end] if spans else ""
        score = f1(said, [row["window"][a:b] for a, b in row["spans"]]) if row["spans"] else 0.0
        asked, seen = reader.vectors([row["question"], row["window"]])
        read = Read(spans[0].margin if spans else -20.0, score, row["kind"], float(asked @ seen))
        found.setdefault(row["source"], []).append(read)
        if row["source"] in SQUAD:
            found.setdefault("both SQuAD sets", []).append(read)
    return {source: _figures(held) for source, held in sorted(found.items())}


def _figures(held: Sequence[Read]) -> dict[str, float]:
    gold, others = [r for r in held if r.kind == "gold"], [r for r in held if r.kind != "gold"]
    margins = [r.margin for r in gold]
    return {
        "rows": len(held),
        "span F1": round(100 * float(np.mean([r.score for r in gold])), 1),
        "no-answer AUC": round(auc(margins, [r.margin for r in others]), 3),
        "no-answer AUC with likeness": round(auc([r.likely for r in gold], [r.likely for r in others]), 3),
    } | {
        f"AUC, {kind}": round(auc(margins, [r.margin for r in others if r.kind == kind]), 3)
        for kind in sorted({r.kind for r in others})
    }


def answers(reader: SpanReader, question: str, text: str) -> list[tuple[float, str]]:
    """A document's distinct answers with their margins, best first."""
    cut = [text[s.span.start : s.span.end] for s in sentences(text)] or [text]
    views = [window(previous, own) for previous, own in zip(["", *cut], cut, strict=False)]
    found: list[tuple[float, str]] = []
    read = reader.read(question, [seen for seen, _ in views], [own for _, own in views])
    every = ((s.margin, seen[s.start : s.end]) for (seen, _), spans in zip(views, read, strict=True) for s in spans)
    for margin, said in sorted(every, reverse=True):
        if len(found) < KEPT and all(likeness(said, other) is not Likeness.SAME for _, other in found):
            found.append((margin, said))
    return found


def conflicts(
    reader: SpanReader, asked: Sequence[Documents], thresholds: Sequence[float]
) -> list[tuple[float, float, float]]:
    """Precision and recall of conflicting pairs of documents at each threshold.

    A pair is two documents of one question, noise included; it conflicts where both support an answer and the answers are not the
    same. It is found where each has an answer above the threshold and no answer of one is the same as one of the other.
    """
    rows: list[tuple[bool, list[tuple[float, str]], list[tuple[float, str]]]] = []
    for question in asked:
        read = [answers(reader, question.question, text) for text, _ in question.documents]
        for i, j in combinations(range(len(read)), 2):
            one, other = question.documents[i][1], question.documents[j][1]
            gold = one is not None and other is not None and likeness(one, other) is not Likeness.SAME
            rows.append((gold, read[i], read[j]))
    found = []
    for threshold in thresholds:
        hits = said = 0
        for gold, first, second in rows:
            a = [t for m, t in first if m >= threshold]
            b = [t for m, t in second if m >= threshold]
            flagged = bool(a and b) and all(likeness(x, y) is not Likeness.SAME for x in a for y in b)
            said += flagged
            hits += flagged and gold
        found.append((threshold, hits / max(said, 1), hits / max(sum(g for g, _, _ in rows), 1)))
    return found


def main() -> None:
    """Print everything as JSON."""
    parser = argparse.ArgumentParser(description="Measure the reader.")
    parser.add_argument("artefact", type=Path)
    parser.add_argument("rows", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--train", action="store_true", help="measure on the questions of RAMDocs that were trained on")
    args = parser.parse_args()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    reader = SpanReader(args.artefact)
    reader.read("Who came?", ["Nobody came."])
    loaded = time.process_time() - started
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    asked = [d for d in ramdocs(args.data / "ramdocs-dev.jsonl") if d.held_out is not args.train]
    pairs = conflicts(reader, asked, list(range(-12, 5)))
    texts = [
        json.loads(line)["window"] for line in (args.rows / "held-out.jsonl").read_text("utf-8").splitlines()[:200]
    ]
    times = []
    for _ in range(5):
        started = time.process_time()
        reader.read("When was the video released?", texts)
        times.append((time.process_time() - started) / len(texts))
    report = {
        "load, CPU s": round(loaded, 2), "memory, MiB": round(memory), "a window, CPU ms": round(1000 * median(times), 2),
        "RAMDocs questions": len(asked), "conflicts (margin, precision, recall)": [[t, round(p, 3), round(r, 3)] for t, p, r in pairs],
    }  # fmt: skip
    print(json.dumps(report, indent=1))
    print(json.dumps(on_rows(reader, args.rows / "held-out.jsonl"), indent=1))


if __name__ == "__main__":
    main()

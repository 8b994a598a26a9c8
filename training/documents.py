"""Pairs of sentences from RAMDocs' documents beside their question: two that give different answers dispute it, and two of which one gives
none or that give the same do not. Two answers that may be one, a name and a description, are left out.

    python -m training.documents DATA OUT

Of each document the first sentence that holds its answer is taken, or one at random where it gives none. Held-out questions are left out.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from bot.analysis.spans import Likeness, likeness
from index.sentences import sentences
from training.sources import Documents, occurrences, ramdocs

AGREEING = 3
"""So many pairs of a question that do not dispute it are taken."""


def pairs(asked: Documents, rng: random.Random) -> Iterator[dict[str, Any]]:
    """The pairs of one question's documents."""
    found: list[tuple[str, str | None]] = []
    for text, answer in asked.documents:
        cut = [text[s.span.start : s.span.end] for s in sentences(text)] or [text]
        holding = [own for own in cut if answer is not None and occurrences(answer, own)]
        if holding or answer is None:
            found.append((holding[0], answer) if holding else (rng.choice(cut), None))
    apart: list[dict[str, Any]] = []
    alike: list[dict[str, Any]] = []
    for (one, a), (other, b) in combinations(found, 2):
        found_out = likeness(a, b) if a is not None and b is not None else Likeness.SAME
        if found_out is not Likeness.UNCLEAR:
            against = found_out is Likeness.OTHER
            pair = {"question": asked.question, "one": one, "other": other, "contradict": against}
            (apart if against else alike).append(pair)
    yield from apart
    yield from rng.sample(alike, min(AGREEING, len(alike)))


def main() -> None:
    """Write the pairs."""
    parser = argparse.ArgumentParser(description="Pairs of RAMDocs' documents beside their questions.")
    parser.add_argument("data", type=Path, help="the folder with ramdocs-dev.jsonl")
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    rng = random.Random(6)  # noqa: S311 - a choice of pairs, no secret
    asked = (d for d in ramdocs(args.data / "ramdocs-dev.jsonl") if not d.held_out)
    found = [pair for documents in asked for pair in pairs(documents, rng)]
    args.out.write_text("".join(json.dumps(pair) + "\n" for pair in found), encoding="utf-8")
    print(f"{len(found)} pairs, {sum(pair['contradict'] for pair in found)} of which dispute their question")


if __name__ == "__main__":
    main()

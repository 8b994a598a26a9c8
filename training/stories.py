"""Rows and pairs from annotated stories, for the reader's last pass: what the engine would read for their questions, and what it suspects.

    python -m training.stories OUT STORIES... --beside HARD [--parts N]

A sentence answers if it holds an accepted value of its question in one of the question's files; two sentences contradict each other if
they are two sides of an annotated discrepancy. `OUT/all` holds the rows and pairs of all stories, `OUT/0` to `OUT/N-1` those of the
stories without every N-th one, for readers that have not seen these: only what such a reader says of a story may teach the engine's
own models how far to trust it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.analysis import evidence
from bot.analysis.logistic import shipped
from bot.engine.sentence_reader import readers
from bot.reader.windows import window
from bot.scorecard.fit_answers import Case, cases_of
from bot.scorecard.fit_contrast import pairs_of
from bot.scorecard.gold import GoldStory, read_set
from bot.scorecard.parts import parted
from training.rows import Row

WRONG = 10
"""Sentences without an answer that are taken for a question, the likeliest first."""
FARFETCHED = 0.08
"""A sentence that holds a value but is so much less likely an answer than the likeliest holds it by chance."""
SURELY = 3.0
"""Logits: where a question has an answer, a sentence without an accepted value that the reader before found to answer so surely may well be one."""
SUSPECTED = 0.1
"""Pairs that the rules find less likely contradictory are not taken unless they are."""
DRAWN, WRONG_DRAWN = 2, 0.6
"""How often a row with an answer is taken, and what part of those without one."""


def rows(case: Case) -> Iterator[Row]:
    """The rows of one question."""
    found = evidence.weighed(case.asked, case.encoded, case.reader)
    answerable, wrong = case.gold.status != "unanswerable", 0
    for rank, scored in enumerate(found):
        candidate = scored.candidate
        text, own = window(candidate.before, candidate.text)
        spans = _spans(text, own, [v for group in case.gold.values for v in group]) if answerable else ()
        if spans:
            if candidate.article.file in case.gold.files and scored.score >= FARFETCHED * found[0].score:
                yield Row(case.asked.main, text, spans, "gold", "stories")
            continue
        doubtful = answerable and scored.said is not None and scored.said.margin > SURELY
        if rank < evidence.READ and wrong < WRONG and not doubtful:
            wrong += 1
            yield Row(case.asked.main, text, (), "none" if answerable else "unanswerable", "stories")


def _spans(text: str, own: int, values: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where values stand in a text from `own` on; none inside a longer one."""
    found = {m.span() for v in values for m in re.compile(re.escape(v), re.IGNORECASE).finditer(text, own)}
    return tuple(sorted(s for s in found if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in found)))


def pairs(gold: GoldStory) -> Iterator[dict[str, Any]]:
    """The pairs of a story's sentences that contradict each other, and those that the rules suspect."""
    model = shipped("contrast.json")
    for pair in pairs_of(gold):
        if pair.gold or model.probability(pair.features) >= SUSPECTED:
            yield {"one": pair.quotes[0], "other": pair.quotes[1], "contradict": bool(pair.gold)}


def _draws(row: Row, rng: random.Random) -> int:
    return DRAWN if row.spans else int(rng.random() < WRONG_DRAWN)


def main() -> None:
    """Write the rows and pairs of all stories, and of each part."""
    parser = argparse.ArgumentParser(description="Rows and pairs from annotated stories.")
    parser.add_argument("out", type=Path)
    parser.add_argument("stories", type=Path, nargs="+", help="folders of stories in the format of tests/stories")
    parser.add_argument("--beside", type=Path, required=True, help="hard rows, some of which are called to mind")
    parser.add_argument("--rows", type=int, default=5000, help="so many of them")
    parser.add_argument("--parts", type=int, default=0)
    parser.add_argument(
        "--reader", type=Path, help="the reader of the pass before, exported; the shipped one where none is given"
    )
    args = parser.parse_args()
    reads = readers([args.reader] if args.reader else [])
    if not reads:
        parser.error("there is no shipped reader; name the folder of one with --reader")
    golds = [gold for folder in args.stories for gold in read_set(folder)]
    asked: dict[str, list[Row]] = {gold.story: [] for gold in golds}
    for case in cases_of(golds, reads):
        asked[case.story] += rows(case)
    against = {gold.story: list(pairs(gold)) for gold in golds}
    beside = (args.beside / "train.jsonl").read_text("utf-8").splitlines()
    names = [gold.story for gold in golds]
    parts = {"all": names} | {str(k): others for k, (_, others) in enumerate(parted(names, args.parts))}
    for part, kept in parts.items():
        rng = random.Random(24)  # noqa: S311 - an order of rows, no secret
        own = [row for name in kept for row in asked[name] for _ in range(_draws(row, rng))]
        lines = [json.dumps(asdict(row)) for row in own] + rng.sample(beside, min(args.rows, len(beside)))
        rng.shuffle(lines)
        folder = args.out / part
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "train.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        told = [json.dumps(pair) for name in kept for pair in against[name]]
        (folder / "pairs.jsonl").write_text("\n".join(told) + "\n", encoding="utf-8")
        print(f"{part}: {len(kept)} stories, {len(lines)} rows, {len(told)} pairs")


if __name__ == "__main__":
    main()

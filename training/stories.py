"""Rows and pairs from annotated stories, for the reader's last pass: what the engine would read for their questions, and what it suspects.

    python -m training.stories OUT STORIES... --beside HARD [--parts N] [--reader FOLDER]

A sentence answers if it holds an accepted value of its question in one of the question's files, and in one of the passages that answer where
the annotation names them; two sentences contradict each other if they are two sides of an annotated discrepancy, and beside a question they
dispute it if they hold two different accepted values. `OUT/all` holds the rows and pairs of all stories, `OUT/0` to `OUT/N-1` those of the
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

from bot.analysis import answering, disputes, evidence
from bot.analysis.evidence import Candidate, Reader
from bot.analysis.logistic import shipped
from bot.engine.sentence_reader import readers
from bot.reader.windows import window
from bot.scorecard.fit_answers import Case, cases_of
from bot.scorecard.fit_contrast import pairs_of
from bot.scorecard.gold import GoldStory, read_set
from bot.scorecard.parts import parted
from bot.scorecard.score import within
from training.rows import Row

WRONG = 10
"""Sentences without an answer that are taken for a question, the likeliest first."""
FARFETCHED = 0.08
"""A sentence that holds a value but is so much less likely an answer than the likeliest holds it by chance."""
SURELY = 3.0
"""Logits: where a question has an answer and no passages are named that give it, a sentence without an accepted value that the reader before
found to answer so surely may well be one."""
FAR = 0.9
"""Pairs so much less suspicious than those that the network is asked about are taken as well."""
BESIDE_A_QUESTION = 10
"""So many of a question's pairs are taken that do not dispute it, the likeliest by the rules first."""
CALLED_TO_MIND = {
    "squad2": 0.45,
    "squadshifts": 0.25,
    "qamr": 0.2,
    "qed": 0.3,
    "quotesum": 0.3,
    "ramdocs": 0.5,
    "templates": 0.1,
}
"""What part of the hard rows of each set goes beside those of the stories, all where not named."""
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
        named = _named(case, candidate)
        if spans:
            likely = scored.score >= FARFETCHED * found[0].score if named is None else named
            if candidate.article.file in case.gold.files and likely:
                yield Row(case.asked.main, text, spans, "gold", "stories")
            continue
        doubtful = named or (named is None and answerable and scored.said is not None and scored.said.margin > SURELY)
        if rank < evidence.READ and wrong < WRONG and not doubtful:
            wrong += 1
            yield Row(case.asked.main, text, (), "none" if answerable else "unanswerable", "stories")


def _spans(text: str, own: int, values: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where values stand in a text from `own` on; none inside a longer one."""
    found = {m.span() for v in values for m in re.compile(re.escape(v), re.IGNORECASE).finditer(text, own)}
    return tuple(sorted(s for s in found if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in found)))


def _named(case: Case, candidate: Candidate) -> bool | None:
    """Whether a sentence is in a passage that answers; None where the annotation does not name any."""
    if not case.gold.evidence:
        return None
    article = candidate.article
    return any(s.file == article.file and within(candidate.span, s, article.text) for s in case.gold.evidence)


def disputed(case: Case) -> Iterator[dict[str, Any]]:
    """Pairs of the likeliest sentences of a question: those that give two sides of what it asks, and those that most look like it.

    Two sentences of passages that answer a disputed question may give two sides of it in words that the annotation does not list: they are
    left out unless they surely do.
    """
    model, taken = shipped("dispute.json"), 0
    pool = evidence.weighed(case.asked, case.encoded, case.reader)[: answering.POOL]
    named = {s.candidate.place for s in pool if _named(case, s.candidate)} if case.gold.status == "conflict" else set()
    found = disputes.pair_rows(case.asked, pool, case.claims, case.topics, case.cosine, {}, None)
    for _, pair in sorted(found, key=lambda row: -model.probability(row[0])):
        apart = case.apart(pair)
        if not apart and {side.place for side in pair} <= named:
            continue
        if apart or taken < BESIDE_A_QUESTION:
            taken += not apart
            one, other = (side.whole.quote for side in pair)
            yield {"question": case.asked.main, "one": one, "other": other, "contradict": apart}


def pairs(gold: GoldStory, reader: Reader) -> Iterator[dict[str, Any]]:
    """The pairs of a story's sentences that contradict each other, and those that are suspected of it."""
    rules = shipped("contrast.json")
    for pair in pairs_of(gold, reader):
        if pair.gold or pair.suspected(rules, FAR):
            yield {"one": pair.quotes[0], "other": pair.quotes[1], "contradict": bool(pair.gold)}


def _draws(row: Row, rng: random.Random) -> int:
    return DRAWN if row.spans else int(rng.random() < WRONG_DRAWN)


def main() -> None:
    """Write the rows and pairs of all stories, and of each part."""
    parser = argparse.ArgumentParser(description="Rows and pairs from annotated stories.")
    parser.add_argument("out", type=Path)
    parser.add_argument("stories", type=Path, nargs="+", help="folders of stories in the format of tests/stories")
    parser.add_argument("--beside", type=Path, required=True, help="hard rows, some of which are called to mind")
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
    against = {gold.story: list(pairs(gold, reads[0])) for gold in golds}
    beside_questions: dict[str, list[dict[str, Any]]] = {gold.story: [] for gold in golds}
    for case in cases_of(golds, reads):
        asked[case.story] += rows(case)
        beside_questions[case.story] += disputed(case)
    beside = (args.beside / "train.jsonl").read_text("utf-8").splitlines()
    names = [gold.story for gold in golds]
    parts = {"all": names} | {str(k): others for k, (_, others) in enumerate(parted(names, args.parts))}
    for part, kept in parts.items():
        rng = random.Random(24)  # noqa: S311 - an order of rows, no secret
        own = [row for name in kept for row in asked[name] for _ in range(_draws(row, rng))]
        lines = [json.dumps(asdict(row)) for row in own]
        lines += [line for line in beside if rng.random() < CALLED_TO_MIND.get(json.loads(line)["source"], 1.0)]
        rng.shuffle(lines)
        folder = args.out / part
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "train.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        counts = []
        for file, by_story in (("pairs", against), ("disputes", beside_questions)):
            told = [json.dumps(pair) for name in kept for pair in by_story[name]]
            (folder / f"{file}.jsonl").write_text("\n".join(told) + "\n", encoding="utf-8")
            counts.append(f"{len(told)} {file}")
        print(f"{part}: {len(kept)} stories, {len(lines)} rows, {', '.join(counts)}")


if __name__ == "__main__":
    main()

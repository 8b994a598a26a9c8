"""Rows and pairs from disputed facts: sentences that writers gave for one version of a fact, for another, and beside both.

    python -m training.facts OUT FACTS... --beside TOLD [--rows N]

A fact is a line of JSON: `story`, `a` and `b` with [sentence, answer] each for a version of the fact, `near` with sentences that look like
these and contradict none of them, `questions` that all of `a` and `b` answer, `unanswered` ones that nothing there answers. Every
sentence of `a` contradicts every one of `b`, and no other pair of a fact does. `OUT` holds their rows and pairs, with some rows and
all pairs of `TOLD`, a folder that `training.stories` wrote. No fact is of an annotated story, so readers of every part may learn from all.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.reader.windows import window
from training.rows import Row

BEFORE = 0.5
"""So often a sentence comes with another one of its story before it, as the reader gets it from an article."""
UNANSWERED = 4
"""Sentences that each question without an answer is asked of."""
BESIDE, STRANGE = 2, 1
"""Sentences beside both versions, and of the story's other facts, that each sentence of a version is paired with; it contradicts none of them."""
SOURCE = "facts"
Fact = dict[str, Any]


def rows(fact: Fact, beside: Sequence[str], rng: random.Random) -> Iterator[Row]:
    """The rows of a fact; `beside` are sentences of its story that do not answer its questions."""
    for question in fact["questions"]:
        for sentence, answer in (*fact["a"], *fact["b"]):
            text, own = _window(sentence, beside, rng)
            at = text.index(answer, own)
            yield Row(question, text, ((at, at + len(answer)),), "gold", SOURCE)
        for sentence in fact["near"]:
            yield Row(question, _window(sentence, beside, rng)[0], (), "none", SOURCE)
    for question in fact["unanswered"]:
        for sentence in rng.sample(_sentences(fact), UNANSWERED):
            yield Row(question, _window(sentence, beside, rng)[0], (), "unanswerable", SOURCE)


def pairs(fact: Fact, strangers: Sequence[str], rng: random.Random) -> Iterator[dict[str, Any]]:
    """The pairs of a fact's sentences, and some with `strangers`, sentences of the story's other facts."""
    one, other = ([sentence for sentence, _ in fact[side]] for side in ("a", "b"))
    for k, first in enumerate(told := [*one, *other]):
        for second in told[k + 1 :]:
            yield {"one": first, "other": second, "contradict": (first in one) is not (second in one)}
        for second in rng.sample(fact["near"], BESIDE) + rng.sample(strangers, min(STRANGE, len(strangers))):
            yield {"one": first, "other": second, "contradict": False}


def _sentences(fact: Fact) -> list[str]:
    return [sentence for sentence, _ in (*fact["a"], *fact["b"])] + list(fact["near"])


def _window(sentence: str, beside: Sequence[str], rng: random.Random) -> tuple[str, int]:
    others = [s for s in beside if s != sentence]
    return window(rng.choice(others) if others and rng.random() < BEFORE else "", sentence)


def read(file: Path) -> Iterator[Fact]:
    """The facts of a file. Raises ValueError with the file and the line where one is not as it must be."""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        fact = json.loads(line)
        wrong = [answer for side in ("a", "b") for sentence, answer in fact[side] if answer not in sentence]
        if wrong or len(fact["near"]) < BESIDE or not all(fact[key] for key in ("a", "b", "questions")):
            raise ValueError(
                f"{file}, line {number}: {f'{wrong[0]!r} does not stand in its sentence' if wrong else 'a, b, near or questions are too few'}"
            )
        yield fact


def main() -> None:
    """Write the rows and pairs of some facts, mixed with those of stories."""
    parser = argparse.ArgumentParser(description="Rows and pairs from disputed facts.")
    parser.add_argument("out", type=Path)
    parser.add_argument("facts", type=Path, nargs="+", help="files of JSON lines, a fact each")
    parser.add_argument(
        "--beside", type=Path, required=True, help="rows and pairs of stories, as training.stories writes them"
    )
    parser.add_argument("--rows", type=int, default=4000, help="so many of these rows, and as many of the facts'")
    args = parser.parse_args()
    rng = random.Random(25)  # noqa: S311 - a draw, no secret
    stories: dict[str, list[Fact]] = defaultdict(list)
    for file in args.facts:
        for fact in read(file):
            stories[f"{file.stem}/{fact['story']}"].append(fact)
    asked, told = [], (args.beside / "pairs.jsonl").read_text("utf-8").splitlines()
    for facts in stories.values():
        for fact in facts:
            strangers = [s for f in facts if f is not fact for s in _sentences(f)]
            asked += [json.dumps(asdict(row)) for row in rows(fact, [*fact["near"], *strangers], rng)]
            told += [json.dumps(pair) for pair in pairs(fact, strangers, rng)]
    lines = (args.beside / "train.jsonl").read_text("utf-8").splitlines()
    lines = [line for kind in (asked, lines) for line in rng.sample(kind, min(args.rows, len(kind)))]
    rng.shuffle(lines)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "train.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (args.out / "pairs.jsonl").write_text("\n".join(told) + "\n", encoding="utf-8")
    print(f"{len(stories)} stories, {len(lines)} rows, {len(told)} pairs")


if __name__ == "__main__":
    main()

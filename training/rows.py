"""Examples become rows: a question beside a window of a few sentences, with the spans that answer it or none.

No answer comes from four places: windows of the same text without the gold sentence, questions whose names and years were
swapped for others, the unanswerable half of SQuAD 2.0, and questions asked of a stranger's text. Hard rows, for a second pass, mostly
take the sentence that shares most words with the question where the gold one was removed or there is none, and add a fifth place:
sentences of other paragraphs of the same article.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.sentences import sentences
from training import sources, templates
from training.sources import Example

LONGEST = 480
"""Characters in a window at most."""
KEEP = {"qamr": 0.55}
"""Part of a set's examples that is used, 1 where not named: QAMR asks much, and much of it is alike."""
KEEP_HARD = {"qamr": 0.2, "templates": 0.6}
"""The same for hard rows: what the first pass has learnt well is only called to mind."""
DRAWN = {"ramdocs": 3, "qed": 2, "quotesum": 2}
"""How often a small set's examples are drawn, each time with other windows; 1 where not named."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the reader sees and should say. `kind` is "gold", or where a row without an answer comes from."""

    question: str
    window: str
    spans: tuple[tuple[int, int], ...]
    kind: str
    source: str


def rows(examples: Sequence[Example], seed: int, hard: bool = False) -> Iterator[Row]:
    """Rows of a part of the examples; the same examples and seed give the same rows."""
    rng = random.Random(seed)  # noqa: S311 - a draw, no secret
    names = sorted({m for e in examples for m in _names(e.question)})
    keep = KEEP_HARD if hard else KEEP
    beside = _paragraphs(examples) if hard else {}
    for example in itertools.chain.from_iterable([e] * DRAWN.get(e.source, 1) for e in examples):
        if rng.random() > keep.get(example.source, 1.0):
            continue
        cut = _sentences(example.text)
        if not cut:
            continue
        if not example.spans:
            for _ in range(1 if example.source in {"templates", "ramdocs"} else 2):
                at = _closest(example, cut, range(len(cut)), rng, hard)
                yield _row(example, cut, at, rng, "unanswerable")
            continue
        holding = [i for i, (start, end) in enumerate(cut) if any(start <= a and b <= end for a, b in example.spans)]
        if not holding:
            continue
        gold = _row(example, cut, rng.choice(holding), rng, "gold")
        yield gold
        if len(holding) > 1 and rng.random() < 0.3:
            yield _row(example, cut, rng.choice(holding), rng, "gold")
        other = [i for i in range(len(cut)) if i not in holding]
        if other and rng.random() < 0.5:
            at = _closest(example, cut, other, rng, hard)
            yield _row(example, cut, at, rng, "gold sentence removed", holding)
        if hard and rng.random() < 0.35 and (window := _elsewhere(example, beside.get(example.unit, ()), rng)):
            yield Row(example.question, window, (), "another paragraph", example.source)
        if rng.random() < 0.3 and (question := _swapped(example.question, names, gold.window, rng)):
            yield Row(question, gold.window, (), "names swapped", example.source)
        if rng.random() < 0.12:
            stranger = rng.choice(examples)
            if stranger.unit != example.unit:
                yield Row(stranger.question, gold.window, (), "stranger", example.source)


def _words(text: str) -> frozenset[str]:
    return frozenset(w for w in re.findall(r"\w+", text.lower()) if len(w) > 3 or w.isdigit())


def _closest(
    example: Example, cut: Sequence[tuple[int, int]], among: Sequence[int], rng: random.Random, hard: bool
) -> int:
    """One of the sentences: any, or for hard rows mostly the one that shares most words with the question."""
    if not hard or rng.random() < 0.35:
        return rng.choice(among)
    asked = _words(example.question)
    return max(among, key=lambda i: (len(asked & _words(example.text[slice(*cut[i])])), rng.random()))


def _paragraphs(examples: Sequence[Example]) -> dict[str, list[tuple[str, frozenset[str]]]]:
    """The sentences of each article, with their words, for the sets whose articles have many paragraphs."""
    found: dict[str, dict[str, None]] = {}
    for example in examples:
        if example.source in {"squad2", "squadshifts"}:
            found.setdefault(example.unit, {})[example.text] = None
    return {
        unit: [(text[a:b], _words(text[a:b])) for text in texts for a, b in _sentences(text) if b - a <= LONGEST]
        for unit, texts in found.items()
    }


def _elsewhere(example: Example, sentences: Sequence[tuple[str, frozenset[str]]], rng: random.Random) -> str | None:
    """A sentence of another paragraph that shares many words with the question and does not hold its answer."""
    asked = _words(example.question)
    answers = [example.text[a:b].lower() for a, b in example.spans]
    fit = [
        text for text, words in sentences
        if len(asked & words) >= 2 and text not in example.text and not any(a in text.lower() for a in answers)
    ]  # fmt: skip
    return rng.choice(sorted(fit, key=lambda t: -len(asked & _words(t)))[:4]) if fit else None


def _sentences(text: str) -> list[tuple[int, int]]:
    found = [(s.span.start, s.span.end) for s in sentences(text)]
    return found or [(0, len(text))]


def _row(
    example: Example,
    cut: Sequence[tuple[int, int]],
    at: int,
    rng: random.Random,
    kind: str,
    without: Sequence[int] = (),
) -> Row:
    """The window around one sentence: up to three before it and one after it, none of those in `without`."""
    first = last = at
    for _ in range(rng.choice([0, 0, 1, 2, 3])):
        if first and first - 1 not in without and cut[last][1] - cut[first - 1][0] <= LONGEST:
            first -= 1
    if (
        rng.random() < 0.3
        and last + 1 < len(cut)
        and last + 1 not in without
        and cut[last + 1][1] - cut[first][0] <= LONGEST
    ):
        last += 1
    start, end = cut[first][0], min(cut[last][1], cut[first][0] + 3 * LONGEST)
    inside = tuple((a - start, b - start) for a, b in example.spans if start <= a and b <= end)
    return Row(
        example.question, example.text[start:end], inside, kind if inside or kind != "gold" else "lost", example.source
    )


_NAME = re.compile(r"(?<=\w )(?:[A-Z][\w'’-]+(?: (?:of |the |and )?[A-Z][\w'’-]+)*|(?:1\d|20)\d\d)")


def _names(question: str) -> list[str]:
    return _NAME.findall(question)


def _swapped(question: str, names: Sequence[str], window: str, rng: random.Random) -> str | None:
    """The question about somebody or some year that the window does not speak of; None where it names nobody."""
    own = _names(question)
    if not own or not names:
        return None
    old = rng.choice(own)
    for _ in range(8):
        new = str(int(old) + rng.choice([-7, -3, -1, 1, 2, 5])) if old.isdigit() else rng.choice(names)
        if new.isdigit() == old.isdigit() and new != old and not any(w in window for w in new.split() if len(w) > 3):
            return question.replace(old, new, 1)
    return None


def examples(data: Path, made: int, seed: int, asked: Sequence[Path] = ()) -> list[Example]:
    """Every example of every set, in a fixed order, those of further questions last."""
    found: Iterable[Example] = itertools.chain(
        sources.squad(data / "squad2-dev.json", "squad2"),
        sources.squad(data / "squadshifts-new-wiki.json", "squadshifts"),
        sources.qamr(data / "qamr"),
        sources.qed(data / "qed-dev.jsonlines"),
        sources.quotesum(data / "quotesum-dev.jsonl"),
        sources.ramdocs_examples(data / "ramdocs-dev.jsonl"),
        templates.news(made, seed),
        *(sources.asked(path) for path in asked),
    )
    return list(found)


def main() -> None:
    """Write train.jsonl and held-out.jsonl."""
    parser = argparse.ArgumentParser(description="Make the rows the reader is trained and measured on.")
    parser.add_argument("data", type=Path, help="the folder with squad2-dev.json, qamr and the others")
    parser.add_argument("out", type=Path)
    parser.add_argument("--made", type=int, default=1600, help="articles made from templates")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--asked", type=Path, nargs="+", default=[], help="further questions on texts of the sets")
    parser.add_argument("--hard", action="store_true", help="rows for a second pass: windows that nearly answer")
    args = parser.parse_args()
    every = examples(args.data, args.made, args.seed, args.asked)
    args.out.mkdir(parents=True, exist_ok=True)
    for name, part in (("held-out", [e for e in every if e.held_out]), ("train", [e for e in every if not e.held_out])):
        with (args.out / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for row in rows(part, args.seed, args.hard):
                if row.kind != "lost":
                    file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

"""Pairs from disputed facts, beside their question: sentences that writers gave for one version of a fact, for another, and beside both.

    python -m training.facts OUT FACTS...

A fact is a line of JSON: its `question`, `a` and `b` with the sentences of two versions of the fact, `near` with sentences that look like these
and contradict none of them. Every sentence of `a` disputes the question with every one of `b`, and no other pair of a fact does. No fact is
of an annotated story, so readers of every part may learn from all.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

NEAR = 8
"""So many pairs with a sentence beside both versions are taken of each fact."""


class Fact(BaseModel):
    """What somebody wrote down of a disputed fact."""

    question: str
    a: list[str] = Field(min_length=1)
    b: list[str] = Field(min_length=1)
    near: list[str] = Field(min_length=1)


def pairs(fact: Fact, rng: random.Random) -> Iterator[dict[str, Any]]:
    """The pairs of a fact's sentences."""
    beside = list(product([*fact.a, *fact.b], fact.near))
    compatible = [*combinations(fact.a, 2), *combinations(fact.b, 2), *rng.sample(beside, min(NEAR, len(beside)))]
    for against, told in ((True, product(fact.a, fact.b)), (False, compatible)):
        for one, other in told:
            yield {"question": fact.question, "one": one, "other": other, "contradict": against}


def read(file: Path) -> Iterator[Fact]:
    """The facts of a file. Raises ValueError with the file and the line where one is not as it must be."""
    for number, line in enumerate(file.read_text("utf-8").rstrip("\n").split("\n"), 1):
        try:
            yield Fact.model_validate_json(line)
        except ValidationError as problem:
            first = problem.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueError(f"{file}, line {number}: {place or 'the line'}: {first['msg']}") from None


def main() -> None:
    """Write the pairs of all facts in some files."""
    parser = argparse.ArgumentParser(description="Pairs from disputed facts.")
    parser.add_argument("out", type=Path)
    parser.add_argument("facts", type=Path, nargs="+")
    args = parser.parse_args()
    rng = random.Random(5)  # noqa: S311 - a choice of pairs, no secret
    found = [pair for file in args.facts for fact in read(file) for pair in pairs(fact, rng)]
    args.out.write_text("".join(json.dumps(pair) + "\n" for pair in found), encoding="utf-8")
    print(f"{len(found)} pairs, {sum(pair['contradict'] for pair in found)} of which dispute their question")


if __name__ == "__main__":
    main()

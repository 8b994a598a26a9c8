"""What both fits are told on the command line: the stories, the readers that have not seen them, by how many parts, and whether to write."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from bot.engine.sentence_reader import SentenceReader, readers
from bot.scorecard.gold import GoldStory, read_set


@dataclass(frozen=True, slots=True)
class Options:
    """`readers` are the shipped one where none was named, and none where that is missing."""

    golds: list[GoldStory]
    readers: list[SentenceReader]
    parts: int
    stacked: bool
    """Whether only what weighs the network for contradictions is fitted."""
    write: bool


def read_options(module: str, doc: str | None) -> Options:
    """Read a fit's command line; exits where it would write what was fitted on stories that the shipped reader has learnt by heart."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=doc.splitlines()[0] if doc else None)
    parser.add_argument("dirs", nargs="+", type=Path)
    parser.add_argument("--parts", type=int, default=0)
    parser.add_argument("--readers", type=Path, nargs="+", default=[])
    parser.add_argument("--stacked", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    golds = list({g.story: g for folder in given.dirs for g in read_set(folder)}.values())
    found = readers(given.readers)
    if given.write and found and not given.readers:
        parser.error("--write needs --readers: readers that have not seen the stories, see training/README.md")
    return Options(golds, found, given.parts, given.stacked, given.write)

"""Scores an engine on WikiContradict (Hou et al., 2024): questions with two passages that contradict each other.

    python -m bot.scorecard.wikicontradict FILE [--items N]

An item counts where the reply flags a conflict and cites both sides: a quote from each passage that holds what distinguishes
that passage's answer from the other one, a word or a figure. An answer without such a word in its passage ("yes", "73 years ago"
where a year is given) is cited by a quote from its passage that the other passage does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.analysis.words import fold
from bot.bootstrap import open_engine
from bot.desk import Desk
from bot.scorecard.run import SECRET
from bot.settings import Settings, read_settings
from bot.types import Question, Reply
from index.embedding import WordLlamaEmbedder
from index.home import Home

STORY = "wikicontradict"
FILES = ("one.txt", "two.txt")
COMMON = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "at",
        "to",
        "and",
        "or",
        "is",
        "was",
        "were",
        "are",
        "it",
        "its",
        "by",
        "for",
        "with",
        "from",
        "that",
        "this",
        "as",
        "be",
        "has",
        "had",
        "not",
        "no",
        "yes",
    ]
)


class Item(BaseModel):
    """A line of the data."""

    model_config = ConfigDict(extra="ignore")
    question: str
    context1: str
    context2: str
    answer1: str
    answer2: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an item."""

    question: str
    flagged: bool
    cited: bool


def distinguishing(answer: str, other: str, passage: str) -> frozenset[str]:
    """What an answer has and the other has not, of what stands in its passage; all of the answer's words there if nothing is."""
    own, theirs, there = _words(answer), _words(other), _words(passage)
    return (own - theirs) & there or own & there


def _words(text: str) -> frozenset[str]:
    found = re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]{2,}", text)
    return frozenset(w if w[0].isdigit() else fold(w) for w in found if w.lower() not in COMMON)


def _cites(quotes: Sequence[str], answer: str, other: str, passage: str, opposite: str) -> bool:
    """Whether quotes of a passage hold what tells its answer from the other one."""
    telling = distinguishing(answer, other, passage)
    if telling:
        return any(telling & _words(q) for q in quotes)
    return any(" ".join(q.split()) not in " ".join(opposite.split()) for q in quotes)


def judge(item: Item, reply: Reply) -> Verdict:
    """Whether a reply shows both answers, flagged and rightly cited."""
    quotes: dict[str, list[str]] = {file: [] for file in FILES}
    for statement in reply.answer.statements:
        for citation in statement.citations:
            quotes[citation.file].append(citation.quote)
    for entry in reply.discrepancies:
        for position in entry.positions:
            for claim in position.claims:
                quotes[claim.file].append(claim.quote)
    one, two = (quotes[file] for file in FILES)
    held = [
        _cites(one, item.answer1, item.answer2, item.context1, item.context2),
        _cites(two, item.answer2, item.answer1, item.context2, item.context1),
    ]
    return Verdict(item.question, bool(reply.discrepancies), bool(reply.discrepancies) and all(held))


async def score(item: Item, place: Path, embedder: WordLlamaEmbedder, settings: Settings | None) -> Verdict:
    """Ask an item's question in a home of its own, where each passage is a source."""
    articles = place / "articles"
    articles.mkdir(parents=True)
    for file, text in zip(FILES, (item.context1, item.context2), strict=True):
        (articles / file).write_text(text + "\n", encoding="utf-8")
    with Home(place / "home", embedder) as home:
        desk = Desk(home, open_engine(home, settings, SECRET))
        await desk.add(STORY, [articles])
        reply = await desk.ask(Question(item.question, STORY))
        return judge(item, reply)


async def run(items: list[Item], settings: Settings | None) -> list[Verdict]:
    """Score items, all at once."""
    embedder = WordLlamaEmbedder()
    with tempfile.TemporaryDirectory(prefix="parallax-wc-") as place:
        return await asyncio.gather(
            *(score(item, Path(place) / str(n), embedder, settings) for n, item in enumerate(items))
        )


def main() -> int:
    """Print the figures of the settings' engine."""
    parser = argparse.ArgumentParser(prog="python -m bot.scorecard.wikicontradict")
    parser.add_argument("file", type=Path)
    parser.add_argument("--items", type=int, default=0, help="the first N; 0 for all")
    options = parser.parse_args()
    lines = options.file.read_text(encoding="utf-8").splitlines()[: options.items or None]
    settings = read_settings()
    verdicts = asyncio.run(run([Item.model_validate_json(line) for line in lines], settings))
    for v in verdicts:
        print(f"{'ok  ' if v.cited else 'flag' if v.flagged else 'miss'} {v.question}")
    share = sum(v.cited for v in verdicts) / len(verdicts)
    print(
        f"{settings.model or 'embedded'}: {len(verdicts)} items, flagged {sum(v.flagged for v in verdicts) / len(verdicts):.2f}, flagged and rightly cited {share:.2f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

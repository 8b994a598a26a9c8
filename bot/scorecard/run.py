"""Running a story set through the real desk, in a home of its own."""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.bootstrap import open_engine
from bot.desk import Desk
from bot.scorecard.gold import GoldQuestion, GoldSide, GoldStory, read_set
from bot.scorecard.score import Figures, misquoted, score_ledger, score_reply
from bot.settings import Settings
from bot.types import Question
from index.embedding import WordLlamaEmbedder
from index.errors import ParallaxError
from index.home import Home
from index.loading import folder, read_listing

MERGED = "merged"
SECRET = b"the scorecard's own, so that a run can be repeated word for word"


@dataclass(slots=True)
class Card:
    """The figures of each story and of all, and how they came about."""

    engine: str
    merged: bool
    stories: dict[str, Figures] = field(default_factory=dict)

    @property
    def total(self) -> Figures:
        figures = Figures()
        for story in self.stories.values():
            figures.add(story)
        return figures


def evaluate(stories: Path, merge: bool = False, settings: Settings | None = None) -> Card:
    """Score the engine of the settings, else the embedded one, on a story set. With `merge` all stories share one index, and flags between articles of
    different stories are counted: all of them are false. Raises ParallaxError for a bad set."""
    return score_set(read_set(stories), merge, settings)


def score_set(golds: list[GoldStory], merge: bool = False, settings: Settings | None = None) -> Card:
    """See `evaluate`."""
    with (
        tempfile.TemporaryDirectory(prefix="parallax-eval-") as place,
        Home(Path(place) / "home", WordLlamaEmbedder()) as home,
    ):
        desk = Desk(home, open_engine(home, settings, SECRET))
        return asyncio.run(_merged(desk, golds, Path(place)) if merge else _apart(desk, golds))


async def _apart(desk: Desk, golds: list[GoldStory]) -> Card:
    card = Card(desk.engine.name, False)
    for gold in golds:
        await _add(desk, gold.story, gold.folder / "articles")
        card.stories[gold.story] = await _score(desk, gold.story, gold)
    return card


async def _merged(desk: Desk, golds: list[GoldStory], place: Path) -> Card:
    card = Card(desk.engine.name, True)
    for gold in golds:
        await _add(desk, MERGED, _prefixed_articles(gold, place / gold.story))
    for gold in golds:
        card.stories[gold.story] = await _score(desk, MERGED, _prefixed(gold), gold.story + "_")
    across = Figures()
    for entry in (await desk.discrepancies(MERGED)).discrepancies:
        owners = {
            next((g.story for g in golds if c.file.startswith(g.story + "_")), "")
            for p in entry.positions
            for c in p.claims
        }
        across.counts.update(all_flags=1, across=int(len(owners) > 1))
        if len(owners) > 1:
            across.missed.append(f"flag across {', '.join(sorted(owners))}: {entry.topic} ({entry.why})")
    card.stories["(across stories)"] = across
    return card


def _prefixed_articles(gold: GoldStory, place: Path) -> Path:
    """A copy of a story's articles with the story before their names, in the listing too."""
    place.mkdir()
    articles = gold.folder / "articles"
    for file in folder(articles)[0]:
        (place / f"{gold.story}_{file.name}").write_bytes(file.read_bytes())
    tables = [
        f"[{json.dumps(f'{gold.story}_{name}')}]\n"
        + "".join(f"{key} = {json.dumps(str(value))}\n" for key, value in asdict(source).items() if value)
        for name, source in read_listing(articles).articles.items()
    ]
    (place / "sources.toml").write_text("\n".join(tables), encoding="utf-8")
    return place


async def _add(desk: Desk, story: str, articles: Path) -> None:
    result = await desk.add(story, [articles])
    if result.failed:
        raise ParallaxError(f"eval: {result.failed[0][1]}")


async def _score(desk: Desk, story: str, gold: GoldStory, prefix: str = "") -> Figures:
    """The figures of one story; of a merged story those entries that lie within this one's files."""
    texts = {a.file: a.text for a in await desk.sources(story)}
    entries = [
        e
        for e in (await desk.discrepancies(story)).discrepancies
        if all(c.file.startswith(prefix) for p in e.positions for c in p.claims)
    ]
    figures = score_ledger(gold, entries, texts)
    before = desk.engine.state
    replies = await asyncio.gather(*(desk.ask(Question(q.question, story)) for q in gold.questions))
    after = desk.engine.state
    figures.counts["requests"] += after.requests - before.requests
    figures.counts["tokens"] += after.tokens_in + after.tokens_out - before.tokens_in - before.tokens_out
    for question, reply in zip(gold.questions, replies, strict=True):
        figures.add(score_reply(question, reply, texts))
        figures.counts["misquoted"] += misquoted(reply, texts)
        figures.counts["elapsed_ms"] += reply.elapsed_ms
    return figures


def _prefixed(gold: GoldStory) -> GoldStory:
    """A story's gold with its file names as the merged story has them."""

    def sides(found: tuple[GoldSide, ...]) -> tuple[GoldSide, ...]:
        return tuple(s.model_copy(update={"file": f"{gold.story}_{s.file}"}) for s in found)

    def question(q: GoldQuestion) -> GoldQuestion:
        return q.model_copy(
            update={"files": tuple(f"{gold.story}_{f}" for f in q.files), "evidence": sides(q.evidence)}
        )

    return gold.model_copy(
        update={
            "discrepancies": tuple(d.model_copy(update={"sides": sides(d.sides)}) for d in gold.discrepancies),
            "traps": tuple(t.model_copy(update={"sides": sides(t.sides)}) for t in gold.traps),
            "questions": tuple(question(q) for q in gold.questions),
        }
    )

"""The benchmark: ratios within one run, on a corpus it generates. `make bench` writes what it prints to docs/bench.md.

    python -m tests.bench [--articles N] [--write FILE]

Times are CPU time of this process on one core; medians of five where a thing can be repeated.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from bot.bootstrap import open_desk, open_engine
from bot.desk import Desk
from bot.engine.embedded import EmbeddedEngine
from bot.settings import Settings
from bot.types import SHIPPED_STORY, Ledger, Question
from index.embedding import WordLlamaEmbedder
from index.home import Home
from index.sentences import sentences
from tests.model_server.server import KEY, ModelServer

SIZES = (10, 100, 1_000, 10_000)
PLACES = [
    "harbour",
    "bridge",
    "mill",
    "tower",
    "chapel",
    "ferry",
    "quarry",
    "tunnel",
    "depot",
    "library",
    "orchard",
    "viaduct",
    "cannery",
    "brewery",
    "foundry",
    "observatory",
]
EVENTS = (
    "The {place} of {town} was closed on {day} after a crack was found in its {part}.",
    "{n} people were at the {place} of {town} when the alarm was raised, {officer} said.",
    "{officer} of {town} ordered the {place} to be cleared at {hour:02}:{minute:02}.",
    "Repairs to the {part} will cost about {money} crowns and take {weeks} weeks.",
    "The {place} had been built by the firm {firm} in {year}.",
    "Volunteers brought tea and blankets to the hall in {street} Street.",
    "The council of {town} will discuss the matter on {day2}.",
)
PARTS = ["roof", "wall", "gate", "floor", "stair", "beam", "pipe", "boiler", "railing", "cable"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
SYLLABLES = [
    "bran",
    "cor",
    "dal",
    "el",
    "fen",
    "gar",
    "hol",
    "ing",
    "jor",
    "kel",
    "lum",
    "mar",
    "nor",
    "or",
    "pel",
    "quin",
    "ros",
    "sel",
    "tar",
    "ul",
    "ver",
    "wes",
    "yar",
    "zel",
    "ander",
    "berg",
    "cliff",
    "dale",
    "ford",
    "gate",
    "ham",
    "mond",
    "wick",
    "worth",
    "stow",
    "by",
]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Short articles, and for some of them a second one that contradicts it on a number or on who did it."""

    articles: dict[str, str]
    planted: tuple[tuple[str, str], ...]


def _name(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3)))).capitalize()


def corpus(count: int, seed: int = 7) -> Corpus:
    """`count` short articles on as many affairs, a twentieth of them contradicted by another."""
    rng = random.Random(seed)  # noqa: S311  # a corpus, not a secret
    articles: dict[str, str] = {}
    planted: list[tuple[str, str]] = []
    number = 0
    while len(articles) < count:
        people, firm = rng.randint(12, 480), _name(rng)
        fields: dict[str, str | int] = {
            "place": rng.choice(PLACES), "town": _name(rng), "part": rng.choice(PARTS), "n": people, "officer": f"{rng.choice(('Sheriff', 'Mayor', 'Inspector'))} {_name(rng)} {_name(rng)}",
            "hour": rng.randint(0, 23), "minute": rng.randint(0, 59), "money": 1000 * rng.randint(12, 900), "weeks": rng.randint(2, 30), "firm": firm, "year": rng.randint(1850, 2010),
            "street": _name(rng), "day": rng.choice(DAYS), "day2": rng.choice(DAYS),
        }  # fmt: skip
        told = [template.format(**fields) for template in EVENTS]
        name = f"a{number:06}.txt"
        articles[name] = (
            f"Alarm at the {fields['place']} of {fields['town']}\n\n"
            + " ".join(told[:4])
            + "\n\n"
            + " ".join(told[4:])
            + "\n"
        )
        if number % 20 == 0 and len(articles) < count:
            other = {
                **fields,
                "n": people + rng.randint(20, 300),
                "officer": f"Warden {_name(rng)} {_name(rng)}",
                "firm": _name(rng),
            }
            mate = f"a{number:06}-other.txt"
            articles[mate] = (
                f"What happened in {fields['town']}\n\n"
                + " ".join(EVENTS[i].format(**other) for i in (0, 1, 2, 4))
                + "\n"
            )
            planted.append((name, mate))
        number += 1
    return Corpus(articles, tuple(planted))


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work."""
    started = time.process_time()
    work()
    return time.process_time() - started


def median_ms(work: Callable[[], object], times: int = 5) -> float:
    """The median CPU time of a piece of work, in milliseconds."""
    return 1000 * statistics.median(cpu(work) for _ in range(times))


def write(folder: Path, articles: dict[str, str]) -> Path:
    """The articles as files."""
    folder.mkdir(parents=True)
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def found_planted(desk: Desk, story: str, made: Corpus) -> float:
    """The part of the planted conflicts that the ledger flags."""
    return _planted(asyncio.run(desk.discrepancies(story)), made)


def _planted(ledger: Ledger, made: Corpus) -> float:
    """The part of the planted conflicts that a ledger flags."""
    pairs = {frozenset(c.file for p in e.positions for c in p.claims) for e in ledger.discrepancies}
    return sum(any({a, b} <= found for found in pairs) for a, b in made.planted) / max(len(made.planted), 1)


def scale(place: Path, sizes: tuple[int, ...], say: Callable[[str], None]) -> None:
    """Comparisons per new claim, planted conflicts found, adding against its bare cost, a question against its bare queries."""
    say(
        "| articles | comparisons per new sentence | planted conflicts found | add, ms an article | add / bare cost | question p50, ms | question / bare queries |"
    )
    say("|---|---|---|---|---|---|---|")
    for size in sizes:
        say(_row(place, size))


def _row(place: Path, size: int) -> str:
    made = corpus(size)
    with Home(place / f"home-{size}", WordLlamaEmbedder()) as home:
        engine = EmbeddedEngine(home.embedder)
        desk = Desk(home, engine)
        folder = write(place / f"corpus-{size}", made.articles)
        spent = cpu(lambda: asyncio.run(desk.add("bench", [folder])))
        found = found_planted(desk, "bench", made)
        more = list(corpus(size + 20, seed=11).articles.items())[-20:]
        fresh = write(place / f"fresh-{size}", {f"z{name}": text for name, text in more})
        before = engine.comparisons
        asyncio.run(desk.add("bench", [fresh]))
        told = sum(len(sentences(text)) for _, text in more)
        per_sentence = (engine.comparisons - before) / told
        home.open_vectors()
        town = next(iter(made.articles.values())).split(" of ")[1].split("\n")[0]
        question = f"How many people were at the place of {town}?"
        asyncio.run(desk.ask(Question(question, "bench")))
        with asyncio.Runner() as runner:
            _ask(runner, desk, "bench", question)
            warm = median_ms(partial(_ask, runner, desk, "bench", question))
        bare = median_ms(lambda: _bare_queries(home, question))
        cost = _bare_adding(place / f"bare-{size}", made)
    each = 1000 * spent / len(made.articles)
    return f"| {size:,} | {per_sentence:.1f} | {found:.2f} | {each:.1f} | {spent / cost:.1f} | {warm:.1f} | {warm / max(bare, 0.01):.1f} |"


def _bare_queries(home: Home, question: str) -> None:
    home.library.lexical("bench", question.rstrip("?").split(), 60)
    home.dense("bench", home.embedder.embed([question])[0], 60)


def _bare_adding(place: Path, made: Corpus) -> float:
    """The CPU seconds of embedding the articles' passages and storing texts and vectors, without reading anything."""
    import sqlite3

    import chromadb
    from chromadb.config import Settings

    embedder = WordLlamaEmbedder()
    place.mkdir()

    def work() -> None:
        raw = sqlite3.connect(place / "bare.db")
        raw.execute("CREATE TABLE passages(id TEXT, text TEXT, vector BLOB)")
        raw.execute("CREATE VIRTUAL TABLE fts USING fts5(text, tokenize='porter unicode61')")
        client = chromadb.PersistentClient(path=str(place / "chroma"), settings=Settings(anonymized_telemetry=False))
        collection = client.create_collection(
            "bare", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        ids: list[str] = []
        rows = []
        for name, text in made.articles.items():
            blocks = text.strip().split("\n\n")
            vectors = embedder.embed(blocks)
            for n, (block, vector) in enumerate(zip(blocks, vectors, strict=True)):
                raw.execute("INSERT INTO passages VALUES (?, ?, ?)", (f"{name}:{n}", block, vector.tobytes()))
                raw.execute("INSERT INTO fts VALUES (?)", (block,))
                ids.append(f"{name}:{n}")
                rows.append(vector)
            raw.commit()
        for start in range(0, len(ids), 1000):
            collection.add(ids=ids[start : start + 1000], embeddings=[v.tolist() for v in rows[start : start + 1000]])
        raw.close()

    return cpu(work)


def _ask(runner: asyncio.Runner, desk: Desk, story: str, text: str) -> None:
    runner.run(desk.ask(Question(text, story)))


PART_SIZES = (10, 100, 1_000)
FRESH = 20
"""Articles added to a story of each size, whose tokens are counted."""


def scripted(body: dict[str, Any]) -> str:
    """A reader of the corpus: of the texts in a request it tells those that give one place other numbers of people, or another builder."""
    text = body["messages"][0]["content"]
    if "List every disagreement" not in str(body):
        pairs = re.findall(r"(?m)^Pair (\d+)", text)
        return json.dumps(
            {"verdicts": [{"pair": int(n), "verdict": _verdict(text, int(n)), "why": "read"} for n in pairs]}
        )
    told: dict[tuple[str, str], dict[str, list[dict[str, str]]]] = {}
    for part in re.split(r"(?m)^Article ", text)[1:]:
        file = part.split()[0]
        town = re.search(r"(?:place|at the \w+|in the \w+|of|in) (?:of )?([A-Z]\w+)", part.split("\n", 1)[1])
        for what, pattern in (("people", r"(\d+) people were at"), ("builder", r"built by the firm (\w+)")):
            found = re.search(pattern, part)
            if found and town:
                side = told.setdefault((what, town.group(1)), {}).setdefault(found.group(1), [])
                side.append({"file": file, "quote": found.group()})
    entries = [
        {"topic": f"{what} in {town}", "kind": "number" if what == "people" else "actor", "relation": "contradiction", "why": "read",
         "positions": [{"value": value, "quotes": quotes} for value, quotes in sides.items()]}
        for (what, town), sides in told.items() if len(sides) > 1
    ]  # fmt: skip
    return json.dumps({"disagreements": entries})


def _verdict(text: str, number: int) -> str:
    """A pair is a contradiction if both quotes give a number of people or a builder, and not the same one."""
    pair = text.split(f"Pair {number}\n")[-1].split(f"Pair {number} ")[-1].split("\nPair ")[0]
    sides = re.findall(r"(?:(\d+) people were at|built by the firm (\w+))", re.sub(r"(?m)^   in: .*$", "", pair))
    return "contradiction" if len(sides) == 2 and sides[0] != sides[1] else "compatible"


def in_part(place: Path, sizes: tuple[int, ...], say: Callable[[str], None]) -> None:
    """Tokens per added article where no story is read whole, and planted conflicts found, by a scripted reader over the wire."""
    say("| articles | tokens per added article | ratio to 100 articles | requests | planted conflicts found |")
    say("|---|---|---|---|---|")
    rows = [(size, *asyncio.run(_in_part(place, size))) for size in sizes]
    at_100 = next((tokens for size, tokens, _, _ in rows if size == 100), 0.0)
    for size, tokens, requests, found in rows:
        ratio = f"{tokens / at_100:.2f}" if at_100 else "-"
        say(f"| {size:,} | {tokens:,.0f} | {ratio} | {requests:.1f} | {found:.2f} |")


async def _in_part(place: Path, size: int) -> tuple[float, float, float]:
    """Tokens and requests for one of the articles added at a size, and the planted conflicts found."""
    made = corpus(size)
    more = dict(list(corpus(size + FRESH, seed=11).articles.items())[-FRESH:])
    async with ModelServer(scripted) as server:
        given: dict[str, Any] = {
            "openai_api_key": KEY, "parallax_model": "openai:scripted", "openai_base_url": server.url, "parallax_story_tokens": 0, "parallax_home": place,
        }  # fmt: skip
        with Home(place / f"part-{size}", WordLlamaEmbedder()) as home:
            desk = Desk(home, open_engine(home, Settings(_env_file=None, **given)))  # type: ignore[call-arg]
            await desk.add("bench", [write(place / f"part-corpus-{size}", made.articles)])
            before = desk.engine.state
            fresh = write(place / f"part-fresh-{size}", {f"z{name}": text for name, text in more.items()})
            await desk.add("bench", [fresh])
            after = desk.engine.state
            found = _planted(await desk.discrepancies("bench"), made)
    tokens = after.tokens_in + after.tokens_out - before.tokens_in - before.tokens_out
    return tokens / FRESH, (after.requests - before.requests) / FRESH, found


def shipped(place: Path, say: Callable[[str], None]) -> None:
    """The shipped story: a warm question, and `parallax ask` from start to exit."""
    with Home(place / "shipped", WordLlamaEmbedder()) as home, asyncio.Runner() as runner:
        desk = open_desk(home)
        home.open_vectors()
        questions = [
            "When was the video released?",
            "What does the video show?",
            "Who runs Roscosmos?",
            "How fast does the ISS fly?",
            "Who paid for the video?",
        ]
        for text in questions:
            _ask(runner, desk, SHIPPED_STORY, text)
        times = [median_ms(partial(_ask, runner, desk, SHIPPED_STORY, text)) for text in questions]
    say(
        f"- a warm question on the shipped story: p50 {statistics.median(times):.1f} ms, slowest of five questions {max(times):.1f} ms (target 150)"
    )
    spent, walls = [], []
    command = [sys.executable, "-m", "bot", "ask", "How fast does the ISS fly?"]
    for _ in range(5):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            command, env={**os.environ, "PARALLAX_HOME": str(place / "shipped")}, stdout=subprocess.DEVNULL, check=True
        )  # our own command
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        walls.append(time.perf_counter() - started)
    say(
        f"- `parallax ask` on an existing home, start to exit: {statistics.median(spent):.2f} s of CPU (target 4), {statistics.median(walls):.2f} s of wall time, median of five"
    )
    fresh = {**os.environ, "PARALLAX_HOME": str(place / "fresh")}
    started = time.perf_counter()
    subprocess.run(command, env=fresh, stdout=subprocess.DEVNULL, check=True)  # our own command
    say(
        f"- start to first answer on a fresh home, the shipped story read on the way: {time.perf_counter() - started:.2f} s of wall time"
    )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    say(f"- peak memory of `parallax ask`: {peak / 1024:.0f} MiB")


def main() -> int:
    """Run the benchmark and print it; with --write also into a file."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--articles", type=int, default=SIZES[-1], help="the largest corpus")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines: list[str] = []

    def say(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    say("# Benchmark\n")
    say(
        f"Printed by `make bench` on {date.today().isoformat()}, Python {platform.python_version()}, two cores; CPU time on one core. Ratios are of one run.\n"
    )
    with tempfile.TemporaryDirectory(prefix="parallax-bench-") as place:
        shipped(Path(place), say)
        say("")
        say("## Reading in part by a model\n")
        in_part(Path(place), tuple(s for s in PART_SIZES if s <= options.articles), say)
        say("")
        say("## The embedded engine by size\n")
        scale(Path(place), tuple(s for s in SIZES if s <= options.articles), say)
        say(
            f"\nPeak memory of the benchmark's own process with {options.articles:,} articles: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB."
        )
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

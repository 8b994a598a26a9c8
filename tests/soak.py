"""The long runs: kills, hostile articles, a paced load. `make soak` writes what they print to docs/soak.md.

python -m tests.soak [--kills N] [--items N] [--seconds N] [--write FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot.bootstrap import open_desk
from bot.engine.embedded import EmbeddedEngine
from index.embedding import WordLlamaEmbedder
from index.home import Home
from tests.bot.telegram.fuzz import Fuzzed, fuzz
from tests.bot.telegram.kills import kill_in_a_backlog
from tests.bot.telegram.pace import pace
from tests.bot.telegram.world import Scripted
from tests.telegram_server.clock import play

Say = Callable[[str], None]


def paces(stocked: Path, place: Path, seconds: int, say: Say) -> None:
    """A paced load with an engine that costs nothing, and with the embedded one."""
    for name, engine in (("scripted", Scripted), ("embedded", EmbeddedEngine)):
        found = asyncio.run(pace(stocked, place / name, engine, seconds))
        say(
            f"- 20 questions a second from 200 chats over a line of 50 ms, {name} engine: {found.answered} of {found.questions} answered, "
            f"order {'kept' if found.in_order else 'BROKEN'}, from update to answer without the line p50 {found.p50:.0f} ms, p99 {found.p99:.0f} ms, "
            f"peak memory of bot and server together {found.peak_mib:.0f} MiB"
        )


def kills(stocked: Path, place: Path, count: int, say: Say) -> None:
    """Kills at random moments in a backlog."""
    outcome = asyncio.run(kill_in_a_backlog(stocked, place, count))
    steps = [b - a for a, b in zip([0, *outcome.doubled], outcome.doubled, strict=False)]
    say(
        f"- {count} kills at random moments in a backlog of {outcome.questions} questions: {outcome.lost} lost, {outcome.doubled[-1]} doubled, "
        f"at most {max(steps)} by one kill"
    )


def hostile(stocked: Path, place: Path, items: int, say: Say) -> None:
    """Hostile articles and questions."""
    found: list[Fuzzed] = []

    async def scenario() -> None:
        found.append(await fuzz(stocked, place, items // 2, items // 2, seed=2))

    play(scenario())
    f = found[0]
    say(
        f"- {f.articles + f.rejected} hostile articles ({f.rejected} rejected as no text) and {f.questions} hostile questions: "
        f"{len(f.refused)} messages refused, {f.unanswered} questions unanswered, {len(f.foreign)} foreign links"
    )


def main() -> int:
    """Run everything and print it; with --write also into a file."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines: list[str] = []

    def say(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    say("# Long runs\n")
    say(
        f"Printed by `make soak` on {date.today().isoformat()}, Python {platform.python_version()}, two cores. The limits of Telegram over an hour are a test.\n"
    )
    with tempfile.TemporaryDirectory(prefix="parallax-soak-") as name:
        place = Path(name)
        stocked = place / "stocked"
        with Home(stocked, WordLlamaEmbedder()) as home:
            open_desk(home)
        for part in ("scripted", "embedded", "kills", "hostile"):
            (place / part).mkdir()
        paces(stocked, place, options.seconds, say)
        kills(stocked, place / "kills", options.kills, say)
        hostile(stocked, place / "hostile", options.items, say)
    if options.write:
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

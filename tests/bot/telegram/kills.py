"""Killing `parallax serve` at random moments in a backlog of questions, and counting what became of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.telegram_server.people import Person
from tests.telegram_server.server import TOKEN, TelegramServer

FIRST_USER = 5000


@dataclass
class Outcome:
    """How many questions were asked, and how many answers each life of the process had doubled by its end."""

    questions: int = 0
    lost: int = 0
    doubled: list[int] = field(default_factory=list)


async def kill_in_a_backlog(stocked: Path, place: Path, kills: int, seed: int = 1) -> Outcome:
    """Kill the process so often; each life is given new questions at its start and dies a random while after its first call."""
    rng = random.Random(seed)  # noqa: S311  # moments of dying, no secret
    home = place / "home"
    shutil.copytree(stocked, home)
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    async with TelegramServer(epoch=time.time() - loop.time(), latency=0.02) as server:

        def ask(count: int) -> None:
            for _ in range(count):
                Person(server, FIRST_USER + outcome.questions).says("How fast does the ISS fly?")
                outcome.questions += 1

        def doubled() -> int:
            answered = [m["chat"]["id"] for m in server.order]
            return len(answered) - len(set(answered))

        ask(20)
        for _ in range(kills):
            ask(rng.randint(4, 12))
            calls = len(server.calls)
            process = await _serve(home, server)
            while len(server.calls) == calls and process.returncode is None:
                await asyncio.sleep(0.01)
            await asyncio.sleep(rng.uniform(0.0, 1.2))
            process.kill()
            await process.wait()
            await asyncio.sleep(0.05)
            outcome.doubled.append(doubled())
        process = await _serve(home, server)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(120):
                while len({m["chat"]["id"] for m in server.order}) < outcome.questions or server.waiting:
                    await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 15)
        outcome.doubled.append(doubled())
        outcome.lost = outcome.questions - len({m["chat"]["id"] for m in server.order})
    return outcome


async def _serve(home: Path, server: TelegramServer) -> asyncio.subprocess.Process:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PARALLAX_", "OPENAI_", "TELEGRAM_"))}
    clean |= {"PARALLAX_HOME": str(home), "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url}
    with (home.parent / "serve.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", env=clean, cwd=home.parent, stdout=log, stderr=log
        )

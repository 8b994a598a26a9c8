"""Questions at an even pace over a slow line, and the bot's own part of the time until their answers."""

from __future__ import annotations

import asyncio
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.engine.base import Engine
from bot.records.records import Place
from tests.bot.telegram.world import world
from tests.telegram_server.people import Person
from tests.telegram_server.server import TelegramServer

ROUND_TRIP_S = 0.05
QUESTIONS = ("How fast does the ISS fly?", "When was the video released?", "Who runs Roscosmos?", "What does the video show?", "How long is the video?")  # fmt: skip


@dataclass
class Paced:
    """Times in milliseconds from an update's delivery to its answer's arrival, without the line's own; and the peak memory."""

    questions: int
    answered: int
    in_order: bool
    p50: float
    p99: float
    peak_mib: float


async def pace(stocked: Path, place: Path, engine: Callable[[Any], Engine], seconds: int, per_second: int = 20, chats: int = 200) -> Paced:  # fmt: skip
    """Have that many questions a second asked from that many chats. Run it on a real clock."""
    loop = asyncio.get_running_loop()
    server = TelegramServer(epoch=time.time() - loop.time(), latency=ROUND_TRIP_S)
    async with server, world(stocked, place, engine=engine, given=server) as w:
        people = [Person(server, 1000 + n) for n in range(chats)]
        asked: dict[int, list[str]] = {p.id: [] for p in people}
        started = loop.time()
        for number in range(seconds * per_second):
            await asyncio.sleep(max(0.0, started + number / per_second - loop.time()))
            person = people[number % chats]
            question = QUESTIONS[(number // chats) % len(QUESTIONS)]
            person.says(question)
            asked[person.id].append(question)
        await w.until(lambda: len(server.order) >= seconds * per_second, within=60)
        waits, in_order = [], True
        for person in people:
            served = [server.served[u] for u in server.asked_by(person.id)]
            arrived = [at for at, chat in server.arrivals if chat == person.id]
            waits += [1000 * (b - a - ROUND_TRIP_S / 2) for a, b in zip(served, arrived, strict=True)]
            kept = w.records.conversation(Place(person.id), 0, 1000)
            in_order &= [question for question, _ in kept] == asked[person.id]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        cuts = statistics.quantiles(waits, n=100)
        return Paced(seconds * per_second, len(server.order), in_order, cuts[49], cuts[98], peak)

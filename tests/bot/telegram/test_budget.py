"""The send budget: Telegram's limits are never met, finals go first, superseded edits are dropped."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from bot.telegram.budget import Rank, SendBudget, Superseded
from tests.bot.telegram.world import Scripted, world
from tests.telegram_server.clock import play
from tests.telegram_server.people import Person, group
from tests.telegram_server.server import ME, TelegramServer

AT = f"@{ME['username']}"
QUESTIONS = (
    "How fast does the ISS fly?",
    "When was the video released?",
    "Who runs Roscosmos?",
    "What does the video show?",
)


def test_a_final_goes_before_a_placeholder_and_an_edit_and_old_edits_are_dropped() -> None:
    async def scenario() -> None:
        budget, order = SendBudget(), []
        await budget.turn(1, Rank.FINAL)

        async def call(name: str, rank: Rank) -> None:
            try:
                await budget.turn(1, rank)
                order.append(name)
            except Superseded:
                order.append(f"{name} dropped")

        calls = [("old edit", Rank.EDIT), ("edit", Rank.EDIT), ("placeholder", Rank.PLACEHOLDER), ("final", Rank.FINAL)]
        tasks = []
        for name, rank in calls:
            tasks.append(asyncio.create_task(call(name, rank)))
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks)
        assert order == ["old edit dropped", "final", "placeholder", "edit"]

    play(scenario())


def test_thirty_a_second_are_shared_and_a_blocked_chat_waits_alone() -> None:
    async def scenario() -> None:
        budget, loop, went = SendBudget(), asyncio.get_running_loop(), []

        async def call(chat: int) -> None:
            await budget.turn(chat, Rank.FINAL)
            went.append((loop.time(), chat))

        budget.refused(5, 20)
        await asyncio.gather(*(call(chat) for chat in range(1, 101)))
        times = sorted(t for t, chat in went if chat != 5)
        assert all(sum(t <= u < t + 1 for u in times) <= 28 for t in times)
        assert times[-1] < 5
        assert next(t for t, chat in went if chat == 5) >= 20

    play(scenario())


def test_forty_simulated_minutes_meet_no_limit_and_deliver_every_answer(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with TelegramServer(limits=True) as server, world(stocked, tmp_path, given=server, engine=Scripted) as w:
            rng = random.Random(3)  # noqa: S311  # who asks when, no secret
            people = [Person(server, 100 + n) for n in range(40)]
            rooms = [group(server, -(500 + n)) for n in range(6)]
            asked: dict[int, int] = {}
            end = asyncio.get_running_loop().time() + 2400
            number = 0
            while asyncio.get_running_loop().time() < end:
                await asyncio.sleep(rng.expovariate(0.12))
                burst = 1 if rng.random() < 0.95 else 25
                for _ in range(burst):
                    person = people[number % len(people)]
                    room = rng.choice([*rooms, None, None])
                    number += 1
                    question = rng.choice(QUESTIONS)
                    if room:
                        if (room.id, person.id) in w.serving.office.busy:
                            continue
                        person.says(f"{AT} {question}", room)
                        await w.until(lambda: not server.waiting)
                    else:
                        person.says(question)
                    chat = room.id if room else person.id
                    asked[chat] = asked.get(chat, 0) + 1
            await w.quiet(120)
            assert sum(asked.values()) > 330
            assert server.over_limit == []
            assert {chat: len(server.sent_to(chat)) for chat in asked} == asked

    play(scenario())

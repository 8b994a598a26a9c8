"""The durable inbox: a question is kept before its update is confirmed, and answered once, whatever happens in between."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bot.telegram.kills import kill_in_a_backlog
from tests.bot.telegram.test_private import Slow
from tests.bot.telegram.world import world
from tests.telegram_server.clock import play
from tests.telegram_server.people import Person, group
from tests.telegram_server.server import ME, TOKEN, TelegramServer

FAST = "How fast does the ISS fly?"
AT = f"@{ME['username']}"


def test_a_question_is_kept_before_its_update_is_confirmed_and_marked_after_its_answer(
    stocked: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, engine=Slow) as w:
            Person(w.server, 11).says(FAST)
            await w.until(lambda: not w.server.waiting)
            assert len(w.records.waiting()) == 1
            assert not w.server.order
            await w.answer(11)
            assert not w.records.waiting()

    play(scenario())


def test_what_waited_is_answered_after_a_restart_and_what_was_answered_is_not(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with TelegramServer() as server:
            ada, ben = Person(server, 11), Person(server, 12)
            async with world(stocked, tmp_path, given=server) as w:
                ben.says(FAST)
                await w.answer(12)
                update = {"update_id": 7000, "message": ada.message(FAST)}
                w.serving.intake.close()
                await w.serving.intake.take([update])
                await asyncio.sleep(1)
                assert not server.sent_to(11)
            async with world(stocked, tmp_path, given=server) as w:
                assert "7.66" in (await w.answer(11))["text"]
                await w.serving.intake.take([update])
                await w.quiet(60)
            assert len(server.order) == 2

    play(scenario())


def test_a_question_that_waited_too_long_gets_an_apology_in_private_and_nothing_in_a_group(
    stocked: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with TelegramServer() as server:
            ada, room = Person(server, 11), group(server)
            async with world(stocked, tmp_path, given=server) as w:
                w.serving.intake.close()
                ada.says(FAST)
                ada.says(f"{AT} {FAST}", room)
                await w.quiet(1)
            await asyncio.sleep(700)
            async with world(stocked, tmp_path, given=server) as w:
                assert "away" in (await w.answer(11))["text"]
                await w.quiet()
            assert len(server.order) == 1

    play(scenario())


def test_a_graceful_stop_finishes_what_is_in_work(stocked: Path, tmp_path: Path) -> None:
    class Short(Slow):
        seconds = 5

    async def scenario() -> None:
        async with TelegramServer() as server:
            async with world(stocked, tmp_path, given=server, engine=Short) as w:
                Person(server, 11).says(FAST)
                await w.until(lambda: not server.waiting)
                started = asyncio.get_running_loop().time()
            assert "7.66" in server.order[0]["text"]
            assert asyncio.get_running_loop().time() - started < 10

    play(scenario())


def test_an_answer_that_takes_too_long_for_the_stop_comes_after_the_restart(stocked: Path, tmp_path: Path) -> None:
    class Long(Slow):
        seconds = 60

    async def scenario() -> None:
        async with TelegramServer() as server:
            async with world(stocked, tmp_path, given=server, engine=Long) as w:
                Person(server, 11).says(FAST)
                await w.until(lambda: not server.waiting)
                started = asyncio.get_running_loop().time()
            assert asyncio.get_running_loop().time() - started < 10
            assert not server.order
            async with world(stocked, tmp_path, given=server) as w:
                assert "7.66" in (await w.answer(11))["text"]

    play(scenario())


def test_a_stop_lets_a_message_on_its_way_arrive_and_sends_it_once(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with TelegramServer() as server:
            server.fault("sendMessage", "late", times=20, value=4)
            async with world(stocked, tmp_path, given=server) as w:
                for number in range(10):
                    Person(server, 100 + number).says(FAST)
                await w.until(lambda: not server.waiting and server.order)
            async with world(stocked, tmp_path, given=server) as w:
                await w.until(lambda: len(server.order) >= 10)
                await w.quiet(60)
            assert sorted(m["chat"]["id"] for m in server.order) == list(range(100, 110))

    play(scenario())


def test_an_edit_that_a_stop_cut_short_is_answered_after_the_restart(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with TelegramServer() as server:
            ada = Person(server, 11)
            async with world(stocked, tmp_path, given=server) as w:
                asked = ada.says("When was the video released?")
                reply = await w.answer(11)
                server.fault("editMessageText", "500", times=3)
                ada.edits(asked, FAST)
                await w.until(lambda: server.count("editMessageText"))
            async with world(stocked, tmp_path, given=server) as w:
                await w.until(lambda: "7.66" in reply["text"])
            assert len(server.order) == 1

    play(scenario())


def test_three_kills_in_a_backlog_lose_nothing_and_double_at_most_one_each(stocked: Path, tmp_path: Path) -> None:
    outcome = asyncio.run(kill_in_a_backlog(stocked, tmp_path, kills=3))
    assert outcome.questions > 14
    assert outcome.lost == 0
    assert all(b - a <= 1 for a, b in zip([0, *outcome.doubled], outcome.doubled, strict=False))
    log = (tmp_path / "serve.log").read_text()
    assert '"event": "started"' in log
    assert TOKEN not in log
    assert "How fast" not in log

"""Buttons edit the message they are under, survive a restart, and obey the one who asked."""

from __future__ import annotations

from pathlib import Path

from tests.bot.telegram.world import world
from tests.telegram_server.clock import play
from tests.telegram_server.people import Person, group
from tests.telegram_server.server import ME, TelegramServer

AT = f"@{ME['username']}"


def test_views_votes_and_doubts(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            ada.says("When was the video released?")
            reply = await w.answer(11)
            first = reply["text"]
            for action, said in {"quotes": "Quotes\n“", "sources": "Medical Market Report", "conflicts": "Where the sources disagree", "answer": first}.items():  # fmt: skip
                ada.presses(reply, action)
                await w.quiet()
                assert said in reply["text"], action
            ada.presses(reply, "up")
            await w.quiet()
            assert "👍 ✓" in str(reply["reply_markup"])
            ada.presses(reply, "doubt")
            await w.quiet()
            figures = w.records.figures(w.server.now())
            assert (figures.up, figures.down, figures.doubts) == (1, 0, 1)
            assert all(answered for answered in w.server.presses.values())
            assert len(w.server.order) == 1
            assert not w.server.refused

    play(scenario())


def test_in_a_group_only_the_asker_can_press(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, ben, room = Person(w.server, 11), Person(w.server, 12), group(w.server)
            ada.says(f"{AT} When was the video released?", room)
            reply = await w.answer(room.id)
            before = reply["text"]
            query = ben.presses(reply, "quotes")
            await w.quiet()
            assert reply["text"] == before
            assert w.server.presses[query]["text"] == "Only the one who asked can press this."  # type: ignore[index]
            ada.presses(reply, "quotes")
            await w.quiet()
            assert reply["text"] != before

    play(scenario())


def test_buttons_work_after_a_restart_and_a_forgotten_answer_says_so(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with TelegramServer() as server:
            ada = Person(server, 11)
            async with world(stocked, tmp_path, given=server) as w:
                ada.says("When was the video released?")
                reply = await w.answer(11)
            async with world(stocked, tmp_path, given=server) as w:
                ada.presses(reply, "quotes")
                await w.quiet()
                assert reply["text"].startswith("Quotes")
                ada.says("/forget")
                await w.quiet()
                query = ada.presses(reply, "answer")
                await w.quiet()
                assert server.presses[query]["text"] == "That answer is no longer kept."  # type: ignore[index]

    play(scenario())


def test_the_operator_hides_a_doubted_entry_from_every_later_reply_and_restores_it(
    stocked: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, options={"parallax_admins": (99,)}) as w:
            ada, boss = Person(w.server, 11), Person(w.server, 99)
            ada.says("When was the video released?")
            ada.presses(await w.answer(11), "doubt")
            await w.quiet()
            boss.says("/review")
            listed = await w.answer(99)
            boss.presses(listed, "hide")
            await w.quiet()
            assert "hidden" in listed["text"]
            ada.says("When was the video released?")
            assert "Sources disagree" not in (await w.answer(11, 2))["text"]
            assert all(
                "released a video" not in e.topic for e in (await w.desk.discrepancies("iss-video")).discrepancies
            )
            forged = boss.presses(listed, "restore")
            await w.quiet()
            assert w.server.presses[forged]
            ada.says("When was the video released?")
            assert "Sources disagree" in (await w.answer(11, 3))["text"]
            boss.says("/stats")
            assert "doubted conflicts: 1" in (await w.answer(99, 2))["text"]
            listed["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = "hide" + listed["reply_markup"]["inline_keyboard"][0][0]["callback_data"][4:]  # fmt: skip
            query = ada.presses(listed, "hide")
            await w.quiet()
            assert w.server.presses[query]["text"] == "That is for the operator."  # type: ignore[index]

    play(scenario())

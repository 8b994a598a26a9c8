"""Inline mode and guest mode; who may ask; how often; what is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.engine.base import Heard, Shelf, Tell, silent
from bot.types import Draft, Question
from tests.bot.telegram.test_private import Slow
from tests.bot.telegram.world import Scripted, world
from tests.telegram_server.clock import play
from tests.telegram_server.people import Person, group
from tests.telegram_server.server import ME

AT = f"@{ME['username']}"


def test_inline_mode_shows_the_ledger_and_ones_own_answers_without_asking_an_engine(
    stocked: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, ben = Person(w.server, 11), Person(w.server, 12)
            ada.says("How fast does the ISS fly?")
            await w.answer(11)
            asked = w.serving.metrics.registry.get_sample_value(
                "parallax_answers_total", {"status": "single", "engine": "embedded"}
            )
            one, other, mine, yours = (
                ada.types("released"),
                ada.types("xyzzy"),
                ada.types("how fast"),
                ben.types("how fast"),
            )
            await w.quiet()
            found = {q: [r["title"] for r in (w.server.inline[q] or {})["results"]] for q in (one, other, mine, yours)}
            assert any("released a video" in title for title in found[one])
            assert found[other] == []
            assert "How fast does the ISS fly?" in found[mine]
            assert "How fast does the ISS fly?" not in found[yours]
            assert (
                w.serving.metrics.registry.get_sample_value(
                    "parallax_answers_total", {"status": "single", "engine": "embedded"}
                )
                == asked
            )
            assert not w.server.refused

    play(scenario())


def test_a_guest_message_gets_one_answer_that_stands_alone(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            strange = group(w.server, -900)
            message = ada.message(
                f"{AT} How fast does the ISS fly?", strange, guest_query_id="g1", guest_bot_caller_user=ada.json
            )
            w.server.guests["g1"] = None
            w.server.update(guest_message=message)
            await w.quiet()
            assert "7.66" in str(w.server.guests["g1"])
            assert not w.server.order

    play(scenario())


def test_allow_listed_chats_and_admins_only(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        options = {"parallax_access": "chats", "parallax_chats": (-1,), "parallax_admins": (99,)}
        async with world(stocked, tmp_path, options=options) as w:
            ada, boss = Person(w.server, 11), Person(w.server, 99)
            good, bad = group(w.server, -1), group(w.server, -2)
            ada.says("How fast does the ISS fly?")
            assert "operator has allowed" in (await w.answer(11))["text"]
            asked = ada.says(f"{AT} How fast does the ISS fly?", bad)
            ada.says(f"{AT} How fast does the ISS fly?", good)
            assert "7.66" in (await w.answer(-1))["text"]
            await w.quiet()
            assert w.server.reactions[-2, asked["message_id"]] == ["🙊"]
            assert not w.server.sent_to(-2)
            boss.says("How fast does the ISS fly?")
            assert "7.66" in (await w.answer(99))["text"]
            ada.says("/privacy")
            assert "What I keep" in (await w.answer(11, 2))["text"]

    play(scenario())


def test_quotas_by_user_and_by_chat_and_a_new_hour(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        options = {"parallax_questions_per_user_hour": 2, "parallax_questions_per_chat_hour": 3}
        async with world(stocked, tmp_path, options=options) as w:
            ada, ben, room = Person(w.server, 11), Person(w.server, 12), group(w.server)
            asked = []
            for who in (ada, ada, ada, ben, ben):
                asked.append(who.says(f"{AT} How fast does the ISS fly?", room))
                await w.quiet()
            assert [w.server.reactions[room.id, m["message_id"]] for m in asked] == [
                ["👀"],
                ["👀"],
                ["🙏"],
                ["👀"],
                ["🙏"],
            ]
            await w.quiet(3700)
            ada.says(f"{AT} How fast does the ISS fly?", room)
            await w.quiet()
            assert len(w.server.sent_to(room.id)) == 4

    play(scenario())


def _holds(home: Path, secret: str) -> list[str]:
    """The files of a home that have some bytes in them."""
    return [p.name for p in home.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]


def test_what_is_forgotten_is_gone_from_the_file_and_its_log(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, ben, room = Person(w.server, 11), Person(w.server, 12), group(w.server, admins={12})
            ada.says("Does my neighbour Quillfeather own the ISS?")
            ada.says(f"{AT} Is Brandywhistle in the video?", room)
            ben.says(f"{AT} Is Oxenthwaite in the video?", room)
            await w.quiet()
            names = ("Quillfeather", "Brandywhistle", "Oxenthwaite")
            assert all(_holds(w.home.path, name) for name in names)
            ada.says("/forget", room)
            await w.quiet()
            assert [bool(_holds(w.home.path, n)) for n in names] == [True, False, True]
            ada.says("/forget")
            await w.quiet()
            assert not _holds(w.home.path, "Quillfeather")
            ada.says("/forget all", room)
            await w.quiet()
            assert _holds(w.home.path, "Oxenthwaite")
            ben.says("/forget all", room)
            await w.quiet()
            assert not _holds(w.home.path, "Oxenthwaite")

    play(scenario())


def test_what_is_forgotten_while_it_is_answered_is_not_kept(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, engine=Slow) as w:
            ada, room = Person(w.server, 11), group(w.server, forum=True, threads={5})
            ada.says(f"{AT} Is Brandywhistle in the video?", room, thread=5)
            await w.until(lambda: w.records.waiting())
            ada.says("/forget", room)
            await w.quiet(30)
            assert not _holds(w.home.path, "Brandywhistle")

    play(scenario())


def test_forget_is_obeyed_however_late_and_other_late_commands_get_an_apology(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            ada.says("Is Brandywhistle in the video?")
            await w.answer(11)
            ada.says("/forget", age=7000)
            assert "Deleted" in (await w.answer(11, 2))["text"]
            assert not _holds(w.home.path, "Brandywhistle")
            ada.says("/summary", age=7000)
            assert "away" in (await w.answer(11, 3))["text"]

    play(scenario())


def test_guests_have_quotas_too_and_their_answer_survives_a_429(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, options={"parallax_questions_per_user_hour": 1}) as w:
            ada, strange = Person(w.server, 11), group(w.server, -900)
            w.server.fault("answerGuestQuery", "429", value=3)
            for number in range(2):
                query = f"g{number}"
                w.server.guests[query] = None
                w.server.update(
                    guest_message=ada.message(
                        f"{AT} How fast does the ISS fly?",
                        strange,
                        guest_query_id=query,
                        guest_bot_caller_user=ada.json,
                    )
                )
                await w.until(lambda query=query: w.server.guests[query])  # type: ignore[misc]
            assert "7.66" in str(w.server.guests["g0"])
            assert "a lot of questions" in str(w.server.guests["g1"])

    play(scenario())


def test_a_source_page_and_a_message_without_entities_hold_no_links(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            folder = tmp_path / "links"
            folder.mkdir()
            (folder / "a.txt").write_text(
                "The fire at evil.example broke out at 4:30, @evil_account said. See https://evil.example/x for more.\n"
            )
            (folder / "sources.toml").write_text(
                '["a.txt"]\ntitle = "Fire at https://evil.example, says @evil_account"\n'
            )
            await w.desk.add("links", [folder])
            ada = Person(w.server, 11)
            ada.says("/story links")
            await w.answer(11)
            article = (await w.desk.sources("links"))[0]
            ada.says(f"/start s-{article.id}")
            await w.answer(11, 2)
            w.server.fault("sendMessage", "refuse:can't parse entities: X")
            ada.says("When did the fire break out?")
            assert "4:30" in (await w.answer(11, 3))["text"]
            assert w.server.foreign_links() == []

    play(scenario())


def test_old_records_expire(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, options={"parallax_retention_days": 1}) as w:
            Person(w.server, 11).says("How fast does the ISS fly?")
            await w.answer(11)
            assert w.records.figures(w.server.now()).answers == 1
            await w.quiet(1.1 * 86400)
            assert w.records.figures(w.server.now()).answers == 0

    play(scenario())


def test_a_slow_question_never_holds_up_another_chat_or_a_button(stocked: Path, tmp_path: Path) -> None:
    class OnlyAda(Slow):
        seconds = 30

        async def answer(self, question, heard, shelf, tell=lambda _text: None):  # type: ignore[no-untyped-def]  # as Engine
            if "Roscosmos" in question.text:
                return await super().answer(question, heard, shelf, tell)
            return await super(Slow, self).answer(question, heard, shelf, tell)

    async def scenario() -> None:
        async with world(stocked, tmp_path, engine=OnlyAda) as w:
            ada, ben = Person(w.server, 11), Person(w.server, 12)
            ada.says("When was the video released?")
            reply = await w.answer(11)
            ada.says("Who runs Roscosmos?")
            ben.says("How fast does the ISS fly?")
            await w.until(lambda: w.server.sent_to(12), within=3)
            ada.presses(reply, "quotes")
            await w.until(lambda: reply["text"].startswith("Quotes"), within=5)
            assert len(w.server.sent_to(11)) == 1
            await w.until(lambda: len(w.server.sent_to(11)) == 2)

    play(scenario())


def test_sixty_four_questions_are_in_work_at_once_across_chats(stocked: Path, tmp_path: Path) -> None:
    class Counting(Scripted):
        """Counts how many questions it works on at once; each takes half a second."""

        working = 0
        most = 0

        async def answer(self, question: Question, heard: Sequence[Heard], shelf: Shelf, tell: Tell = silent) -> Draft:
            Counting.working += 1
            Counting.most = max(Counting.most, Counting.working)
            await asyncio.sleep(0.5)
            Counting.working -= 1
            return await super().answer(question, heard, shelf)

    async def scenario() -> None:
        async with world(stocked, tmp_path, engine=Counting) as w:
            for number in range(80):
                Person(w.server, 3000 + number).says("How fast does the ISS fly?")
            await w.until(lambda: len(w.server.order) == 80)
            assert Counting.most == 64

    play(scenario())

"""Private chats: every message is answered, with the quotes behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.engine.base import Heard, Shelf, Tell, silent
from bot.engine.embedded import EmbeddedEngine
from bot.types import Draft, Question
from tests.bot.telegram.world import texts, world
from tests.telegram_server.clock import play
from tests.telegram_server.people import Person


class Slow(EmbeddedEngine):
    """Writes its answer for twelve seconds, and tells how far it is."""

    seconds = 12

    async def answer(self, question: Question, heard: Sequence[Heard], shelf: Shelf, tell: Tell = silent) -> Draft:
        for second in range(self.seconds):
            tell(f"After {second} seconds of reading")
            await asyncio.sleep(1)
        return await super().answer(question, heard, shelf)


def test_a_question_is_answered_with_conflict_links_and_buttons(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            ada.says("When was the video released?")
            reply = await w.answer(11)
            assert "January 13" in reply["text"]
            assert "March 11" in reply["text"]
            assert "Sources disagree" in reply["text"]
            rows = reply["reply_markup"]["inline_keyboard"]
            assert [[b["text"] for b in row] for row in rows] == [
                ["Quotes", "Sources", "Conflicts"],
                ["Not a conflict?", "👍", "👎"],
            ]
            assert any(e["type"] == "text_link" for e in reply["entities"])
            assert len(w.server.order) == 1
            assert not w.server.refused
            assert not w.server.foreign_links()

    play(scenario())


def test_a_follow_up_is_understood_from_the_conversation_and_others_do_not_mix_in(
    stocked: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, ben = Person(w.server, 11), Person(w.server, 12)
            ada.says("When was the video released?")
            await w.answer(11)
            ben.says("How fast does the ISS fly?")
            await w.answer(12)
            ada.says("and how long is it?")
            assert "47 seconds" in (await w.answer(11, 2))["text"]

    play(scenario())


def test_an_abstention_is_an_answer(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            Person(w.server, 11).says("Who is the president of France?")
            assert (await w.answer(11))["text"].startswith("The sources do not say.")

    play(scenario())


def test_the_texts_follow_the_users_language(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            for number, (language, said) in enumerate({"ru": "Источники расходятся", "de-at": "widersprechen", "pt": "disagree", None: "disagree"}.items()):  # fmt: skip
                Person(w.server, 20 + number, language).says("When was the video released?")
                assert said in (await w.answer(20 + number))["text"]

    play(scenario())


def test_a_long_answer_is_streamed_as_a_draft_and_ends_in_one_message(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, engine=Slow) as w:
            Person(w.server, 11).says("How fast does the ISS fly?")
            await w.answer(11)
            frames = [f for (chat, _), found in w.server.drafts.items() for f in found if chat == 11]
            assert len(frames) >= 5
            assert frames == sorted(frames, key=lambda f: int(f.split()[1]))
            assert len(w.server.sent_to(11)) == 1
            assert "7.66" in texts(w.server.order)

    play(scenario())


def test_without_drafts_a_placeholder_is_edited_a_few_times_and_becomes_the_answer(
    stocked: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, engine=Slow) as w:
            w.server.fault("sendMessageDraft", "refuse:DRAFT_INVALID", times=99)
            Person(w.server, 11).says("How fast does the ISS fly?")
            await w.until(lambda: "7.66" in texts(w.server.order))
            await w.quiet()
            assert len(w.server.sent_to(11)) == 1
            assert w.server.count("editMessageText", 11) <= 13

    play(scenario())


def test_an_edit_within_a_minute_is_answered_again_in_place_and_once(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            asked = ada.says("When was the video released?")
            reply = await w.answer(11)
            ada.edits(asked, "How fast does the ISS fly?", later=20)
            await w.until(lambda: "7.66" in reply["text"])
            ada.edits(asked, "Who runs Roscosmos?", later=30)
            await w.quiet()
            assert "7.66" in reply["text"]
            late = ada.says("When was the video released?")
            second = await w.answer(11, 2)
            before = second["text"]
            ada.edits(late, "How fast does the ISS fly?", later=61)
            await w.quiet()
            assert second["text"] == before
            assert len(w.server.order) == 2

    play(scenario())


def test_a_quoted_or_replied_to_text_is_the_context(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            post = ada.message("They say the video was released on January 13.", forward_origin={"type": "hidden_user", "sender_user_name": "X", "date": 1})  # fmt: skip
            ada.says("is this true?", reply_to=post)
            first = await w.answer(11)
            assert "March 11" in first["text"]
            ada.says("is this true?", reply_to=post, quote={"text": "the ISS flies at 7.66 km/s", "position": 0})
            assert "7.66" in (await w.answer(11, 2))["text"]

    play(scenario())


def test_what_is_no_text_a_stale_question_and_a_long_one_get_a_short_word(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            photo = ada.message("x")
            del photo["text"], photo["entities"]
            photo["photo"] = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
            w.server.update(message=photo)
            assert (await w.answer(11))["text"] == "I read text. Please write your question."
            ada.says("How fast does the ISS fly?", age=700)
            assert "away" in (await w.answer(11, 2))["text"]
            ada.says("how " * 400)
            assert "1000 characters" in (await w.answer(11, 3))["text"]

    play(scenario())


def test_forwarded_text_gives_no_commands(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            ada.says("How fast does the ISS fly?")
            await w.answer(11)
            ada.says("/forget", forward_origin={"type": "hidden_user", "sender_user_name": "X", "date": 1})
            await w.quiet()
            assert w.records.conversation(w.serving.office.records.given_to(11, 2).place, 0, 5)  # type: ignore[union-attr]

    play(scenario())


def test_every_command_answers(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            expected = {
                "/start": "The story here: iss-video", "/help": "/summary", "/ask How fast does the ISS fly?": "7.66", "/ask": "/ask When",
                "/summary": "Summary", "/conflicts": "Where the sources disagree", "/timeline": "1998-11", "/sources": "Medical Market Report",
                "/story": "Choose one", "/story nowhere": "no story nowhere", "/settings": "Engine: embedded", "/settings xx": "Choose: en", "/settings de": "Sprache: de",
                "/privacy": "30 Tage", "/forget": "Gelöscht", "/unknown": "Ask me anything", "/stats": "for the operator", "/review": "for the operator",
            }  # fmt: skip
            for command, said in expected.items():
                before = len(w.server.sent_to(11))
                ada.says(command)
                assert said in (await w.answer(11, before + 1))["text"], command
            assert not w.server.refused

    play(scenario())


def test_commands_are_published_by_scope_and_language(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, options={"parallax_admins": (99,)}) as w:
            await w.until(lambda: len(w.server.commands) == 6)
            names = {scope: [c["command"] for c in found] for scope, found in w.server.commands.items()}
            assert "review" not in names["all_private_chats:"]
            assert names["all_group_chats:ru"] == names["all_group_chats:"]
            described = {c["command"]: c["description"] for c in w.server.commands["all_private_chats:de"]}
            assert described["forget"] == "Löschen, was Ihres ist"

    play(scenario())


def test_deep_links_show_a_source_and_open_a_story(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            ada.says("How fast does the ISS fly?")
            reply = await w.answer(11)
            link = next(e["url"] for e in reply["entities"] if e["type"] == "text_link")
            payload = link.partition("?start=")[2]
            assert len(payload) <= 64
            ada.says(f"/start {payload}")
            await w.quiet()
            assert "7.66 km/s" in texts(w.server.sent_to(11)[1:])
            ada.says("/start t-iss-video")
            await w.quiet()
            assert "From now on I answer on iss-video" in texts(w.server.order)

    play(scenario())


def test_greetings_get_the_help_and_a_wish_for_everything_the_summary(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            for number, (said, expected) in enumerate(
                {"hi!": "/summary", "Thanks a lot": "/summary", "What is this about?": "Summary\n"}.items(), 1
            ):
                ada.says(said)
                assert expected in (await w.answer(11, number))["text"], said
            ada.says("Кто снял видео?")
            assert "I read English only" in (await w.answer(11, 4))["text"]

    play(scenario())


def test_each_of_several_conflicts_has_its_own_button(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            folder = tmp_path / "two"
            folder.mkdir()
            (folder / "a.txt").write_text(
                "Ferry fire\n\nThe ferry Halcyon burned on Monday in the harbour of Tarsk. 12 people were injured in the fire on the ferry.\n"
            )
            (folder / "b.txt").write_text(
                "Fire on the ferry\n\nThe ferry Halcyon burned on Friday in the harbour of Tarsk. 31 people were injured in the fire on the ferry.\n"
            )
            await w.desk.add("two", [folder])
            ada = Person(w.server, 11)
            ada.says("/story two")
            await w.answer(11)
            ada.says("How many people were injured in the fire on the ferry?")
            reply = await w.answer(11, 2)
            assert "12" in reply["text"]
            buttons = [
                b["callback_data"]
                for row in reply["reply_markup"]["inline_keyboard"]
                for b in row
                if b["callback_data"].startswith("doubt")
            ]
            assert buttons
            ada.presses(reply, "doubt1")
            await w.quiet()
            assert [d.people for d in w.records.doubted()] == [1]
            told = w.records.doubted()[0].topic
            assert "12" in told
            assert "How many people" not in told, (
                "an operator may review it in a group, and the question was asked in private"
            )

    play(scenario())

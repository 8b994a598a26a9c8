"""Groups, topics, comments: the bot speaks when it is spoken to, in its place, and refuses with a reaction."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from index.embedding import Embedder
from tests.bot.telegram.test_private import Slow
from tests.bot.telegram.world import Listening, world
from tests.telegram_server.clock import play
from tests.telegram_server.people import Person, group
from tests.telegram_server.server import ME


def _listening(made: list[Listening], embedder: Embedder) -> Listening:
    made.append(Listening(embedder))
    return made[-1]


AT = f"@{ME['username']}"


def test_only_what_is_addressed_is_answered_as_a_reply_in_its_place(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, room = Person(w.server, 11), group(w.server)
            ada.says("When was the video released?", room)
            ada.says("@somebody_else when was the video released?", room)
            ada.says("/ask@another_bot When was the video released?", room)
            ada.says("/weather", room)
            await w.quiet()
            assert not w.server.order
            assert not w.records.figures(w.server.now()).answers
            asked = ada.says(f"{AT} How fast does the ISS fly?", room)
            reply = await w.answer(room.id)
            assert "7.66" in reply["text"]
            assert reply["reply_to_message"]["message_id"] == asked["message_id"]
            assert w.server.reactions[room.id, asked["message_id"]] == ["👀"]
            ada.says("and how long is the video?", room, reply_to=reply)
            assert "47 seconds" in (await w.answer(room.id, 2))["text"]
            ada.says(f"/ask{AT} Who runs Roscosmos?", room)
            assert "Rogozin" in (await w.answer(room.id, 3))["text"]
            assert not w.server.refused

    play(scenario())


def test_each_topic_is_a_conversation_and_general_has_none(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        engines: list[Listening] = []
        async with world(stocked, tmp_path, engine=partial(_listening, engines)) as w:
            ada, room = Person(w.server, 11), group(w.server, forum=True, threads={5, 6})
            opened = ada.message("topic", room)
            opened["message_id"] = 5
            ada.says(f"{AT} When was the video released?", room, thread=5, reply_to=opened)
            first = await w.answer(room.id)
            assert first["message_thread_id"] == 5
            ada.says(f"{AT} and how long is it?", room, thread=6)
            other = await w.answer(room.id, 2)
            assert other["message_thread_id"] == 6
            ada.says(f"{AT} and who?", room, thread=5)
            await w.answer(room.id, 3)
            released = "When was the video released?"
            assert [history for _, history in engines[0].heard] == [[], [], [released]]
            ada.says(f"{AT} How fast does the ISS fly?", room)
            assert "message_thread_id" not in await w.answer(room.id, 4)
            ada.says("not to the bot, though it hangs under its topic", room, thread=5, reply_to={**opened, "from": ME})
            await w.quiet()
            assert len(w.server.order) == 4

    play(scenario())


def test_a_slow_answer_shows_eyes_then_a_placeholder_that_becomes_the_answer(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, engine=Slow) as w:
            ada, room = Person(w.server, 11), group(w.server)
            ada.says(f"{AT} How fast does the ISS fly?", room)
            await w.until(lambda: w.server.order)
            assert "7.66" not in w.server.order[0]["text"]
            await w.until(lambda: "7.66" in w.server.order[0]["text"])
            await w.quiet()
            assert len(w.server.order) == 1
            assert w.server.count("editMessageText") <= 7
            assert not w.server.count("sendMessageDraft")

    play(scenario())


def test_a_member_has_one_question_at_a_time_and_the_refusal_is_a_reaction(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, engine=Slow) as w:
            ada, ben, room = Person(w.server, 11), Person(w.server, 12), group(w.server)
            ada.says(f"{AT} How fast does the ISS fly?", room)
            second = ada.says(f"{AT} Who runs Roscosmos?", room)
            ben.says(f"{AT} Who runs Roscosmos?", room)
            await w.until(lambda: len(w.server.order) == 2)
            await w.quiet(20)
            assert w.server.reactions[room.id, second["message_id"]] == ["🙊"]
            assert len(w.server.order) == 2

    play(scenario())


def test_comments_under_a_post_know_it_and_the_post_itself_is_no_question(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, room = Person(w.server, 11), group(w.server)
            channel = {"id": -100777, "type": "channel", "title": "News"}
            telegram = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
            post = ada.message(
                f"The video was released on January 13. {AT}", room, is_automatic_forward=True, sender_chat=channel,
                forward_origin={"type": "channel", "chat": channel, "message_id": 3, "date": 1},
            )  # fmt: skip
            post["from"] = telegram
            w.server.update(message=post)
            await w.quiet()
            assert not w.server.order
            ada.says(f"{AT} is this true?", room, reply_to=post, message_thread_id=post["message_id"])
            reply = await w.answer(room.id)
            assert "March 11" in reply["text"]
            assert "message_thread_id" not in reply

    play(scenario())


def test_a_groups_administrators_choose_its_story_and_nobody_else(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            folder = tmp_path / "harbour"
            folder.mkdir()
            (folder / "a.txt").write_text(
                "Fire in Tarsk\n\nThe fire in the harbour of Tarsk broke out at 4:30 in the morning. Nobody was hurt.\n"
            )
            await w.desk.add("harbour-fire", [folder])
            room = group(w.server, admins={12}, forum=True, threads={5})
            ada, boss = Person(w.server, 11), Person(w.server, 12)
            asked = ada.says("/story harbour-fire", room)
            await w.quiet()
            assert w.server.reactions[room.id, asked["message_id"]] == ["🙊"]
            anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
            room.admins.add(1087968824)
            boss.says("/story harbour-fire", room, sender_chat=room.json(), **{"from": anonymous})
            await w.quiet()
            assert not w.server.order
            boss.says("/story harbour-fire", room, thread=5)
            await w.answer(room.id)
            ada.says(f"{AT} When did the fire break out?", room, thread=5)
            assert "4:30" in (await w.answer(room.id, 2))["text"]
            ada.says(f"{AT} When did the fire break out?", room)
            assert "4:30" not in (await w.answer(room.id, 3))["text"]

    play(scenario())


def test_being_added_greets_once_and_being_removed_makes_quiet(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, room = Person(w.server, 11), group(w.server)
            ada.adds_bot(room)
            assert "The story here: iss-video" in (await w.answer(room.id))["text"]
            ada.adds_bot(room, "kicked", "member")
            await w.quiet()
            assert w.records.quiet(room.id)
            ada.adds_bot(room, "member", "kicked")
            await w.quiet()
            assert not w.records.quiet(room.id)
            assert len(w.server.order) == 1

    play(scenario())


def test_a_migrated_group_takes_its_settings_along(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, options={"parallax_access": "chats", "parallax_chats": (-50,)}) as w:
            old, new = group(w.server, -50), group(w.server, -10050)
            old.type = "group"
            ada = Person(w.server, 11)
            w.records.set_language(-50, "de")
            old.migrated_to = new.id
            ada.says("", old, migrate_to_chat_id=new.id)
            ada.says("", new, migrate_from_chat_id=old.id)
            await w.quiet()
            ada.says(f"{AT} When was the video released?", new)
            assert "widersprechen" in (await w.answer(new.id))["text"]

    play(scenario())


def test_a_private_chat_never_shows_in_a_group(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        engines: list[Listening] = []
        async with world(stocked, tmp_path, engine=partial(_listening, engines)) as w:
            ada, room = Person(w.server, 11), group(w.server)
            ada.says("When was the video released?")
            await w.answer(11)
            ada.says(f"{AT} and how long is it?", room)
            await w.answer(room.id)
            assert [history for _, history in engines[0].heard] == [[], []]

    play(scenario())

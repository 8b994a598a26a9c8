"""Everything that goes wrong with Telegram: the answer comes once, or the chat is left in peace, and the bot goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bot.telegram.world import world
from tests.telegram_server.clock import play
from tests.telegram_server.people import Person, group
from tests.telegram_server.server import ME

AT = f"@{ME['username']}"
FAST = "How fast does the ISS fly?"


@pytest.mark.parametrize("fault", ["500", "html", "html200"])
def test_a_failing_server_is_asked_again(stocked: Path, tmp_path: Path, fault: str) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            w.server.fault("sendMessage", fault, times=3)
            Person(w.server, 11).says(FAST)
            assert "7.66" in (await w.answer(11))["text"]
            await w.quiet(60)
            assert len(w.server.order) == 1

    play(scenario())


@pytest.mark.parametrize("method", ["getUpdates", "sendMessage", "setMessageReaction", "sendMessageDraft", "editMessageText", "answerCallbackQuery", "setMyCommands"])  # fmt: skip
def test_a_429_on_any_call_is_obeyed_and_the_answer_comes(stocked: Path, tmp_path: Path, method: str) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, room = Person(w.server, 11), group(w.server)
            w.server.fault(method, "429", times=2, value=7)
            ada.says(FAST)
            ada.says(f"{AT} {FAST}", room)
            for chat in (11, room.id):
                reply = await w.answer(chat)
                assert "7.66" in reply["text"]
                ada.presses(reply, "quotes")
            await w.quiet(60)
            assert len(w.server.order) == 2
            assert not w.server.over_limit

    play(scenario())


def test_a_429_stops_its_own_chat_for_exactly_as_long_and_no_other(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, ben = Person(w.server, 11), Person(w.server, 12)
            w.server.fault("sendMessage", "429", value=40, chat_id=11)
            ada.says(FAST)
            await w.until(lambda: w.server.count("sendMessage", 11))
            started = asyncio.get_running_loop().time()
            ben.says(FAST)
            await w.until(lambda: w.server.sent_to(12), within=3)
            await w.until(lambda: w.server.sent_to(11))
            assert 39.9 <= asyncio.get_running_loop().time() - started <= 41.5
            assert not w.server.over_limit

    play(scenario())


def test_a_timeout_after_delivery_is_not_sent_again(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            w.server.fault("sendMessage", "late", value=30)
            ada = Person(w.server, 11)
            ada.says(FAST)
            await w.quiet(120)
            assert len(w.server.order) == 1
            assert not w.records.waiting()
            ada.presses(w.server.order[0], "quotes")
            await w.quiet()
            assert w.server.order[0]["text"].startswith("Quotes")

    play(scenario())


def test_a_connection_cut_after_delivery_is_not_sent_again(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            w.server.fault("sendMessage", "cut")
            Person(w.server, 11).says(FAST)
            await w.quiet(120)
            assert len(w.server.order) == 1

    play(scenario())


def test_who_blocked_or_kicked_the_bot_is_left_in_peace_and_others_are_served(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, ben, room = Person(w.server, 11), Person(w.server, 12), group(w.server)
            ada.chat.state, room.state = "blocked", "kicked"
            ada.says(FAST)
            ada.says(f"{AT} {FAST}", room)
            ben.says(FAST)
            await w.answer(12)
            await w.quiet(60)
            assert w.records.quiet(11)
            assert w.records.quiet(room.id)
            assert w.server.count("sendMessage", 11) == 1
            assert not w.records.waiting()
            ada.chat.state = "member"
            ada.adds_bot(ada.chat, "member", "kicked")
            ada.says(FAST)
            assert "7.66" in (await w.answer(11))["text"]

    play(scenario())


def test_a_group_that_migrates_while_the_answer_is_made_gets_it_in_its_new_place(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, old, new = Person(w.server, 11), group(w.server, -50), group(w.server, -10050)
            ada.says(f"{AT} {FAST}", old)
            old.migrated_to = new.id
            assert "7.66" in (await w.answer(new.id))["text"]
            assert w.records.formerly(new.id) == old.id

    play(scenario())


def test_a_deleted_question_a_gone_topic_and_a_deleted_answer(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, room = Person(w.server, 11), group(w.server, forum=True, threads={5})
            asked = ada.says(f"{AT} {FAST}", room, thread=5)
            room.threads.clear()
            del w.server.messages[room.id, asked["message_id"]]
            reply = await w.answer(room.id)
            assert "7.66" in reply["text"]
            assert "message_thread_id" not in reply
            del w.server.messages[room.id, reply["message_id"]]
            ada.presses(reply, "quotes")
            await w.quiet()
            assert all(w.server.presses.values())

    play(scenario())


def test_not_modified_is_no_trouble(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            ada.says(FAST)
            reply = await w.answer(11)
            for _ in range(2):
                ada.presses({**reply, "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "quotes:" + reply["reply_markup"]["inline_keyboard"][-1][-1]["callback_data"].partition(":")[2]}]]}}, "quotes")  # fmt: skip
            await w.quiet()
            assert reply["text"].startswith("Quotes")
            assert any("not modified" in r for r in w.server.refused)
            assert all(w.server.presses.values())

    play(scenario())


def test_refused_entities_are_left_out_and_the_words_arrive(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            w.server.fault("sendMessage", "refuse:can't parse entities: ENTITY_BOUNDS_INVALID")
            Person(w.server, 11).says(FAST)
            reply = await w.answer(11)
            assert "7.66" in reply["text"]
            assert reply["entities"] == []

    play(scenario())


def test_a_second_poller_is_waited_out(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            w.server.fault("getUpdates", "refuse:x", times=0)
            w.server.webhook = {"url": "https://elsewhere.example"}
            await asyncio.sleep(40)
            Person(w.server, 11).says(FAST)
            await asyncio.sleep(40)
            assert not w.server.order
            w.server.webhook = {}
            assert "7.66" in (await w.answer(11))["text"]

    play(scenario())


def test_two_pollers_share_no_answer_twice(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, pollers=2) as w:
            people = [Person(w.server, 20 + n) for n in range(10)]
            for person in people:
                person.says(FAST)
            await w.until(lambda: len(w.server.order) >= 10)
            await w.quiet(120)
            assert len(w.server.order) == 10

    play(scenario())


def test_malformed_unknown_and_senderless_updates_are_passed_over(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            channel = {"id": -100777, "type": "channel", "title": "News"}
            w.server.raw_update({"update_id": 900, "message": "no message"})
            w.server.raw_update({"update_id": 901, "message": {"message_id": 1, "date": 5, "chat": {"id": 3}}})
            w.server.raw_update({"update_id": 902, "x_new_kind": {"anything": [1, 2]}})
            w.server.raw_update({"update_id": 903})
            w.server.raw_update(
                {
                    "update_id": 904,
                    "message": {"message_id": 1, "date": 5, "chat": channel, "sender_chat": channel, "text": "/ask x"},
                }
            )
            w.server.raw_update(
                {"update_id": 905, "callback_query": {"id": "1", "from": ada.json, "chat_instance": "1"}}
            )
            ada.says(FAST)
            assert "7.66" in (await w.answer(11))["text"]
            assert not w.server.waiting

    play(scenario())


def test_a_hundred_updates_with_one_number_are_one_question(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            update = {"update_id": 5000, "message": ada.message(FAST)}
            for _ in range(50):
                await w.serving.intake.take([update, update])
            await w.quiet(60)
            assert len(w.server.order) == 1

    play(scenario())


def test_trouble_inside_is_told_by_a_number_and_never_by_its_text(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:

            async def broken(*_: object) -> None:
                raise RuntimeError("secret words")

            w.desk.ask = broken  # type: ignore[method-assign, assignment]
            ada, room = Person(w.server, 11), group(w.server)
            ada.says(FAST)
            said = (await w.answer(11))["text"]
            assert said.startswith("Something went wrong")
            assert "secret" not in said
            asked = ada.says(f"{AT} {FAST}", room)
            await w.quiet()
            assert not w.server.sent_to(room.id)
            assert w.server.reactions[room.id, asked["message_id"]] == ["🤷"]
            assert not w.records.waiting()

    play(scenario())


def test_an_outage_of_minutes_delays_the_answer_and_loses_nothing(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            w.server.fault("sendMessage", "500", times=14)
            Person(w.server, 11).says(FAST)
            await w.until(lambda: w.server.count("sendMessage") > 6)
            assert w.records.waiting()
            assert "7.66" in (await w.answer(11))["text"]
            await w.quiet(60)
            assert len(w.server.order) == 1
            assert not w.records.waiting()

    play(scenario())


def test_a_crowd_of_topics_presses_and_refusals_in_one_chat_holds_up_no_other(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, ben = Person(w.server, 11), Person(w.server, 12)
            room = group(w.server, forum=True, threads=set(range(5, 85)))
            ada.says(FAST)
            reply = await w.answer(11)
            for thread in sorted(room.threads):
                Person(w.server, 2000 + thread).says(f"{AT} {FAST}", room, thread=thread)
                ada.presses(reply, "up")
                ada.says(f"{AT} {FAST}", room, thread=5)
            await w.until(lambda: not w.server.waiting)
            ben.says(FAST)
            await w.until(lambda: w.server.sent_to(12), within=8)

    play(scenario())


def test_numbers_out_of_range_are_passed_over(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            w.server.raw_update({"update_id": 2**63, "message": ada.message(FAST)})
            w.server.raw_update({"update_id": 900, "message": {**ada.message(FAST), "message_id": 2**70}})
            ada.says(FAST)
            await w.until(lambda: w.server.sent_to(11))

    play(scenario())


def test_after_a_quiet_week_lower_numbers_are_taken_and_confirmed(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            w.server.raw_update({"update_id": 900_000, "message": ada.message(FAST)})
            await w.answer(11)
            w.server.raw_update({"update_id": 50, "message": ada.message(FAST)})
            await w.answer(11, 2)
            assert not w.server.waiting

    play(scenario())


def test_trouble_takes_the_placeholder_away(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:

            async def slowly_broken(*_: object) -> None:
                await asyncio.sleep(6)
                raise RuntimeError("secret words")

            w.desk.ask = slowly_broken  # type: ignore[method-assign, assignment]
            ada, room = Person(w.server, 11), group(w.server)
            asked = ada.says(f"{AT} {FAST}", room)
            await w.until(lambda: w.server.order)
            await w.until(lambda: not w.server.order)
            await w.quiet()
            assert w.server.reactions[room.id, asked["message_id"]] == ["🤷"]

    play(scenario())


def test_an_edit_whose_answer_is_gone_makes_no_second_message(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada = Person(w.server, 11)
            asked = ada.says(FAST)
            reply = await w.answer(11)
            del w.server.messages[11, reply["message_id"]]
            ada.edits(asked, "Who runs Roscosmos?")
            await w.quiet(30)
            assert w.server.count("sendMessage") == 1

    play(scenario())


def test_buttons_work_on_an_answer_that_moved_with_its_group(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path) as w:
            ada, old, new = Person(w.server, 11), group(w.server, -50), group(w.server, -10050)
            ada.says(f"{AT} {FAST}", old)
            old.migrated_to = new.id
            reply = await w.answer(new.id)
            ada.presses(reply, "quotes")
            await w.quiet()
            assert reply["text"].startswith("Quotes")
            ada.presses(reply, "up")
            await w.quiet()
            assert "answer:" in str(reply["reply_markup"])

    play(scenario())

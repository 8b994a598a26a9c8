"""What a model costs: nothing is paid twice, limits send questions to the embedded engine, and everybody can see the account."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

from prometheus_client import generate_latest

from bot.bootstrap import open_account
from bot.desk import Desk
from bot.doctor import examine
from bot.records.usage import Hold
from bot.telegram.metrics import Metrics
from bot.types import Asker, Question, Turn
from index.errors import HomeProblem
from index.replies import Replies
from tests.bot.engine.test_model import FAST, STORY, ask, citing, play, settings
from tests.conftest import write
from tests.model_server.server import ModelServer

SPEED = citing(("It flies at 7.66 km/s.", "7.66"))


def test_the_same_question_is_asked_of_the_endpoint_once(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        first, second = await ask(desk, FAST), await ask(desk, FAST)
        assert first.answer == second.answer
        assert len(server.requests) == 1
        await ask(desk, FAST, context="a message that somebody replied to")
        await ask(desk, FAST, context="a message that somebody replied to")
        assert len(server.requests) == 3, "what holds somebody's words is not kept"

    play(tmp_path, SPEED, scenario)


def test_an_unusable_reply_is_not_kept(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        server.faults += ["empty", "no_finish"]
        assert (await ask(desk, FAST)).engine == "embedded"
        assert (await ask(desk, FAST)).engine == "openai:scripted"

    play(tmp_path, SPEED, scenario)


def test_a_daily_limit_sends_questions_to_the_embedded_engine_and_is_no_fault(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        for text in (FAST, "Who runs Roscosmos?", "When was the video released?", "What does the video show?"):
            reply = await ask(desk, text)
            assert reply.engine == "embedded"
            assert any("(budget)" in n for n in reply.notices)
        assert not server.requests
        assert not desk.engine.state.resting

    play(tmp_path, SPEED, scenario, parallax_daily_tokens=100)


def test_a_users_limit_is_his_alone(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        one = await desk.ask(Question(FAST, STORY, asker=Asker(5, 50)))
        again = await desk.ask(Question("At what speed does the ISS fly?", STORY, asker=Asker(5, 50)))
        other = await desk.ask(Question("At which speed does the ISS fly?", STORY, asker=Asker(5, 51)))
        assert [one.engine, again.engine, other.engine] == ["openai:scripted", "embedded", "openai:scripted"]

    play(tmp_path, SPEED, scenario, parallax_user_daily_tokens=5_000)


def test_questions_at_once_never_pass_the_limit_together(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        texts = [f"How fast does the ISS fly on orbit {n}?" for n in range(8)]
        replies = await asyncio.gather(*(ask(desk, text) for text in texts))
        answered = sum(r.engine == "openai:scripted" for r in replies)
        assert 1 <= answered < 8
        assert answered == len(server.requests)
        state = desk.engine.state
        assert state.tokens_in + state.tokens_out <= 20_000

    play(tmp_path, SPEED, scenario, parallax_daily_tokens=20_000)


def test_doctor_and_metrics_show_what_was_used_and_whether_the_endpoint_rests(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        metrics = Metrics()
        metrics.watch(lambda: desk.engine.state)
        await ask(desk, FAST)
        given = settings(server, tmp_path / "home", parallax_price_in=1.0, parallax_daily_tokens=90_000)
        shown = {f.what: f for f in await asyncio.to_thread(examine, given, desk.home)}
        assert shown["model"].level == "ok"
        assert "1 requests" in shown["model"].said
        assert "of 90,000 tokens today" in shown["model"].said
        assert (
            open_account(desk.home, given).today().tokens == desk.engine.state.tokens_in + desk.engine.state.tokens_out
        )
        assert b"parallax_model_requests 1.0" in generate_latest(metrics.registry)
        assert b"parallax_model_resting 0.0" in generate_latest(metrics.registry)
        server.faults += ["quota"] * 3
        for text in ("Who is Rogozin?", "Who runs Roscosmos?", "What is Zarya?"):
            await ask(desk, text)
        assert b"parallax_model_resting 1.0" in generate_latest(metrics.registry)
        shown = {f.what: f for f in await asyncio.to_thread(examine, given, desk.home)}
        assert shown["model"].level == "problem"
        assert "left alone until" in shown["model"].said

    play(tmp_path, SPEED, scenario)


def test_at_most_two_completions_and_four_requests_for_a_question(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        server.faults += ["500"] * 6
        await ask(desk, "and how fast is it?", history=(Turn("What is the ISS?", "A station."),))
        assert len(server.requests) == 4

    play(tmp_path, SPEED, scenario)


def test_a_reply_that_says_nothing_usable_is_asked_for_again_and_not_kept(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        server.script = lambda _body: "I cannot help with that."
        assert "(format)" in str((await ask(desk, FAST)).notices)
        assert len(server.requests) == 2
        server.script = SPEED
        assert (await ask(desk, FAST)).engine == "openai:scripted"

    play(tmp_path, SPEED, scenario)


def test_with_a_limit_the_reply_is_limited_too(tmp_path: Path) -> None:
    for limit, asked in ((0, False), (90_000, True)):

        async def scenario(desk: Desk, server: ModelServer, asked: bool = asked) -> None:
            await ask(desk, FAST)
            assert ("max_completion_tokens" in server.requests[0] or "max_tokens" in server.requests[0]) is asked

        play(tmp_path / str(limit), SPEED, scenario, parallax_daily_tokens=limit)


def test_a_library_that_cannot_be_written_does_not_lose_an_answer(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        def refuse(*_: object) -> None:
            raise HomeProblem("the disk is full")

        wire = desk.engine._wire  # type: ignore[attr-defined]
        for owner, names in ((wire.account, ("hold", "charge", "rest")), (wire.replies, ("find", "keep"))):
            for name in names:
                setattr(owner, name, refuse)
        assert (await ask(desk, FAST)).engine == "openai:scripted"
        assert (await desk.summarise(STORY)).engine == "openai:scripted"

    play(tmp_path, SPEED, scenario)


def test_a_question_given_up_leaves_nothing_held(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        account = desk.engine._wire.account  # type: ignore[attr-defined]
        real = account.hold

        def slow(*given: int) -> Hold | None:
            time.sleep(0.3)
            held: Hold | None = real(*given)
            return held

        account.hold = slow
        asking = asyncio.ensure_future(ask(desk, FAST))
        await asyncio.sleep(0.25)
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
        await asyncio.sleep(0.4)
        assert account.today().tokens == 0

    play(tmp_path, SPEED, scenario, parallax_daily_tokens=50_000)


def test_a_summary_is_the_models_or_says_who_spoke(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        found = await desk.summarise(STORY, Asker(5, 50))
        assert (found.engine, [s.text for s in found.statements]) == ("openai:scripted", ["It flies at 7.66 km/s."])
        await desk.add(STORY, [write(tmp_path / "more", more="The ISS is large.\n")])
        server.faults += ["quota"]
        found = await desk.summarise(STORY)
        assert found.engine == "embedded"
        assert "(quota)" in str(found.notices)
        assert found.statements

    play(tmp_path, SPEED, scenario, parallax_story_tokens=4_000)


def test_a_summary_of_a_german_story_keeps_its_lines(tmp_path: Path) -> None:
    text = "Der Brand im Hafen von Tarsk brach um 4:30 Uhr aus. Zwölf Matrosen wurden verletzt, sagte die Bürgermeisterin der Stadt.\n"

    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", eins=text)])
        found = await desk.summarise("tarsk")
        assert [s.text for s in found.statements] == ["Beim Feuer im Hafen gab es Verletzte unter der Besatzung."]

    play(tmp_path, citing(("Beim Feuer im Hafen gab es Verletzte unter der Besatzung.", "Matrosen")), scenario)


def test_a_summary_does_not_repeat_its_instructions(tmp_path: Path) -> None:
    line = "First what happened: the main event with who, where and when, as the sources agree on it"

    async def scenario(desk: Desk, server: ModelServer) -> None:
        found = await desk.summarise(STORY)
        assert found.engine == "embedded"
        assert not any("main event with who" in s.text for s in found.statements)

    play(tmp_path, citing((line, "7.66")), scenario)


def test_a_reply_is_kept_with_its_prompt_and_goes_after_a_month(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        now = [1_800_000_000.0]
        replies = Replies(desk.home.library.engine, lambda: now[0])
        replies.keep("a" * 64, "openai:x", "answer@1", "said")
        assert replies.find("a" * 64) == "said"
        now[0] += 31 * 24 * 3600
        assert replies.find("a" * 64) is None

    play(tmp_path, SPEED, scenario)

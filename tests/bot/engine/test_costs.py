"""What a model costs: nothing is paid twice, limits send questions to the embedded engine, and everybody can see the account."""

from __future__ import annotations

import asyncio
from pathlib import Path

from prometheus_client import generate_latest

from bot.bootstrap import open_account
from bot.desk import Desk
from bot.doctor import examine
from bot.telegram.metrics import Metrics
from bot.types import Asker, Question, Turn
from index.replies import Replies
from tests.bot.engine.test_model import FAST, STORY, ask, citing, play, settings
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
        server.faults += ["500", "500", "500"]
        await ask(desk, "and how fast is it?", history=(Turn("What is the ISS?", "A station."),))
        assert len(server.requests) == 4

    play(tmp_path, SPEED, scenario)


def test_a_reply_is_kept_with_its_prompt_and_goes_after_a_month(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        now = [1_800_000_000.0]
        replies = Replies(desk.home.library.engine, lambda: now[0])
        replies.keep("a" * 64, "openai:x", "answer@1", "said")
        assert replies.find("a" * 64) == "said"
        now[0] += 31 * 24 * 3600
        assert replies.find("a" * 64) is None

    play(tmp_path, SPEED, scenario)

"""A story read whole by a model: its quotes are looked up, its ledger takes the place of the one before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.desk import Desk
from bot.types import Question, Status
from index.library import Removed
from index.types import Span
from tests.bot.engine.test_model import play
from tests.conftest import write
from tests.model_server.server import Json, ModelServer

ONE = "Fire in Tarsk\n\nThe fire in the harbour broke out at 4:30 in the morning. Twelve sailors were hurt, the mayor said.\n"
TWO = "Blaze at the harbour\n\nThe blaze began shortly after six in the morning. Twelve sailors were hurt.\n"
THREE = "Harbour fire\n\nA cook who saw it start looked at his watch: half past four.\n"


def reply(
    *positions: tuple[str, list[tuple[str, str]]], topic: str = "When did the fire break out?"
) -> Callable[[Json], str]:
    """A model that tells one disagreement and answers nothing else."""
    sides: list[Any] = [
        {"value": v, "quotes": [{"file": f, "quote": q, "said_by": None} for f, q in quotes]} for v, quotes in positions
    ]
    told = {
        "disagreements": [
            {"topic": topic, "kind": "date", "relation": "contradiction", "why": "times differ", "positions": sides}
        ]
    }

    def script(body: Json) -> str:
        return f"```json\n{json.dumps(told)}\n```" if "List every disagreement" in str(body) else "no such thing"

    return script


FOUR, SIX = (
    ("4:30", [("one.txt", "broke out at 4:30 in the morning")]),
    ("after six", [("two.txt", "began shortly after six in the morning")]),
)


def test_articles_added_together_are_read_in_one_request_and_compared_by_exact_quotes(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        assert len(server.requests) == 1
        ledger = await desk.discrepancies("tarsk")
        texts = {a.file: a.text for a in await desk.sources("tarsk")}
        assert len(ledger.discrepancies) == 1
        entry = ledger.discrepancies[0]
        assert (entry.topic, entry.kind.value, entry.scope.value) == ("When did the fire break out?", "date", "between")
        assert {p.value for p in entry.positions} == {"4:30", "after six"}
        assert all(c.quote == texts[c.file][c.span.start : c.span.end] for p in entry.positions for c in p.claims)

    play(tmp_path, reply(FOUR, SIX), scenario)


def test_a_removed_article_takes_what_was_told_with_it(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        (left,) = [a for a in await desk.sources("tarsk") if a.file == "one.txt"]
        library = desk.home.library
        assert library.told_in([(left.id, Span(0, len(left.text)))])
        assert await desk.remove("tarsk", ["two.txt", "two.txt"]) == Removed(("two.txt",), story_gone=False)
        assert (await desk.discrepancies("tarsk")).discrepancies == ()
        assert not library.told_in([(left.id, Span(0, len(left.text)))])

    play(tmp_path, reply(FOUR, SIX), scenario)


def test_what_is_not_in_the_text_is_dropped(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        assert (await desk.discrepancies("tarsk")).discrepancies == ()
        assert desk.engine.misquoted == 2  # type: ignore[attr-defined]

    wrong = ("after six", [("two.txt", "began shortly after seven in the morning"), ("nowhere.txt", "after six")])
    play(tmp_path, reply(FOUR, wrong), scenario)


def test_a_new_article_is_read_beside_the_others_and_doubles_nothing(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        half = ("4:30", [*FOUR[1], ("three.txt", "half past four")])
        server.script = reply(half, SIX, topic="At what time did the fire start?")
        await desk.add("tarsk", [write(tmp_path / "b", three=THREE)])
        assert len(server.requests) == 2
        entries = (await desk.discrepancies("tarsk")).discrepancies
        assert [e.topic for e in entries] == ["At what time did the fire start?"]
        assert sorted(len(p.claims) for p in entries[0].positions) == [1, 2]
        await desk.add("tarsk", [tmp_path / "a", tmp_path / "b"])
        assert len(server.requests) == 2

    play(tmp_path, reply(FOUR, SIX), scenario)


def test_an_unusable_reading_leaves_the_embedded_one(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        server.faults += ["500", "500"]
        added = await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        assert added.added == ["one.txt", "two.txt"]
        assert (await desk.discrepancies("tarsk")).unchecked == ()

    play(tmp_path, lambda _body: "{not json", scenario)


def test_articles_that_do_not_fit_together_are_each_read_in_part(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        readings = [b["messages"][0]["content"] for b in server.requests if "List every" in str(b)]
        assert ["Article two.txt" in r for r in readings] == [False, True]

    play(tmp_path, reply(FOUR, SIX), scenario, parallax_story_tokens=(len(ONE) + len(TWO)) // 4 - 5)


def test_without_the_model_the_embedded_engine_shows_what_it_told(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        server.faults += ["quota"]
        reply = await desk.ask(Question("When did the fire break out?", "tarsk"))
        assert reply.engine == "embedded"
        assert reply.answer.status is Status.CONFLICT
        assert reply.discrepancies[0].topic == "When did the fire break out?"

    play(tmp_path, reply(FOUR, SIX), scenario)

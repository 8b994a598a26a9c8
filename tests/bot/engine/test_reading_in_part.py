"""A story beyond the budget is read in part: a new article beside what is near it, each pair looked at twice, no pair judged twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from bot.desk import Desk
from tests.bot.engine.test_model import play
from tests.bot.engine.test_reading import FOUR, ONE, SIX, THREE, TWO, reply
from tests.conftest import write
from tests.model_server.server import Json, ModelServer

ELSEWHERE = "Council of Brode\n\nThe council of Brode elected Ilse Marten as its head on Tuesday. Nine members voted for her, four against.\n"


def is_reading(body: Json) -> bool:
    return "List every disagreement" in str(body)


def is_second_look(body: Json) -> bool:
    return "one verdict for each pair" in str(body)


def judging(verdict: str, told: Callable[[Json], str]) -> Callable[[Json], str]:
    """A model that reads as told and gives every pair the same verdict."""

    def script(body: Json) -> str:
        if not is_second_look(body):
            return told(body)
        pairs = re.findall(r"(?m)^Pair (\d+)", body["messages"][0]["content"])
        return json.dumps({"verdicts": [{"pair": int(n), "verdict": verdict, "why": "as judged"} for n in pairs]})

    return script


def test_a_new_article_is_read_beside_what_is_near_it_and_looked_at_twice(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", brode=ELSEWHERE, one=ONE)])
        await desk.add("tarsk", [write(tmp_path / "b", two=TWO)])
        last = [b for b in server.requests if is_reading(b)][-1]["messages"][0]["content"]
        assert "Article one.txt" in last
        assert "Article two.txt" in last
        assert "Article brode.txt" not in last
        entries = (await desk.discrepancies("tarsk")).discrepancies
        assert [e.topic for e in entries] == ["When did the fire break out?"]
        assert entries[0].why == "as judged"
        assert {c.file for p in entries[0].positions for c in p.claims} == {"one.txt", "two.txt"}
        looks = [b for b in server.requests if is_second_look(b)]
        assert "broke out at 4:30" in looks[-1]["messages"][0]["content"]

    told = judging("contradiction", reply(FOUR, SIX))
    play(tmp_path, told, scenario, parallax_story_tokens=0)


def test_what_the_second_look_finds_compatible_is_not_flagged(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        assert any(is_second_look(b) for b in server.requests)
        assert (await desk.discrepancies("tarsk")).discrepancies == ()

    play(tmp_path, judging("compatible", reply(FOUR, SIX)), scenario, parallax_story_tokens=0)


def test_a_third_article_joins_the_disagreement_that_is_known(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        half = ("half past four", [("three.txt", "half past four")])
        again = reply(("4:30", [*FOUR[1], *half[1]]), SIX, topic="At what hour did it start?")
        server.script = judging("contradiction", again)
        await desk.add("tarsk", [write(tmp_path / "b", three=THREE)])
        entries = (await desk.discrepancies("tarsk")).discrepancies
        assert [e.topic for e in entries] == ["When did the fire break out?"]
        assert sorted(c.file for p in entries[0].positions for c in p.claims) == ["one.txt", "three.txt", "two.txt"]

    play(tmp_path, judging("contradiction", reply(FOUR, SIX)), scenario, parallax_story_tokens=0)


def test_an_article_that_comes_back_pays_nothing_twice(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        before = [e.id for e in (await desk.discrepancies("tarsk")).discrepancies]
        await desk.add("tarsk", [write(tmp_path / "b", two=ELSEWHERE)])
        assert (await desk.discrepancies("tarsk")).discrepancies == ()
        sent = len(server.requests)
        await desk.add("tarsk", [write(tmp_path / "c", two=TWO)])
        assert len(server.requests) == sent
        assert [e.id for e in (await desk.discrepancies("tarsk")).discrepancies] == before

    def told(body: Json) -> str:
        return reply(FOUR, SIX)(body) if "two.txt" in str(body) and "blaze" in str(body) else '{"disagreements": []}'

    play(tmp_path, judging("contradiction", told), scenario, parallax_story_tokens=0)


def test_engines_that_take_turns_do_not_double_the_ledger(tmp_path: Path) -> None:
    one = "Fire in Tarsk\n\nThe fire in the harbour of Tarsk killed twelve sailors, the mayor said on Monday.\n"
    two = "Blaze at Tarsk\n\nThe fire in the harbour of Tarsk killed nineteen sailors, the mayor said.\n"

    async def scenario(desk: Desk, server: ModelServer) -> None:
        server.faults += ["500"] * 2
        folder = write(tmp_path / "a", one=one, two=two)
        await desk.add("tarsk", [folder])
        entries = (await desk.discrepancies("tarsk")).discrepancies
        assert len(entries) == 1
        await desk.add("tarsk", [write(tmp_path / "b", two=two.replace("Blaze", "Harbour blaze"))])
        entries = (await desk.discrepancies("tarsk")).discrepancies
        assert len(entries) == 1
        assert {c.file for p in entries[0].positions for c in p.claims} == {"one.txt", "two.txt"}

    twelve, nineteen = (
        ("twelve", [("one.txt", "killed twelve sailors")]),
        ("nineteen", [("two.txt", "killed nineteen sailors")]),
    )
    told = judging("contradiction", reply(twelve, nineteen, topic="How many sailors died?"))
    play(tmp_path, told, scenario, parallax_story_tokens=0)


def test_where_the_second_look_fails_a_disagreement_is_possible(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        entries = (await desk.discrepancies("tarsk")).discrepancies
        assert [e.certainty.value for e in entries] == ["possible"]

    play(tmp_path, reply(FOUR, SIX), scenario, parallax_story_tokens=0)


def test_another_question_on_the_same_words_is_an_entry_of_its_own(tmp_path: Path) -> None:
    one = "Fire in Tarsk\n\nThe fire in the harbour of Tarsk killed 12 sailors and injured 30 dockers.\n"
    two = "Blaze in Tarsk\n\nThe fire in the harbour of Tarsk killed 40 sailors and injured 30 dockers.\n"
    three = "Flames in Tarsk\n\nThe fire in the harbour of Tarsk killed 12 sailors and injured 48 dockers.\n"

    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=one, two=two)])
        hurt = reply(
            ("30", [("one.txt", "killed 12 sailors and injured 30 dockers")]),
            ("48", [("three.txt", "injured 48 dockers")]),
            topic="How many dockers were injured?",
        )
        server.script = judging("contradiction", hurt)
        await desk.add("tarsk", [write(tmp_path / "b", three=three)])
        topics = {e.topic for e in (await desk.discrepancies("tarsk")).discrepancies}
        assert {"How many sailors died?", "How many dockers were injured?"} <= topics

    died = reply(
        ("12", [("one.txt", "killed 12 sailors and injured 30 dockers")]),
        ("40", [("two.txt", "killed 40 sailors and injured 30 dockers")]),
        topic="How many sailors died?",
    )
    play(tmp_path, judging("contradiction", died), scenario, parallax_story_tokens=0)


def test_what_the_rules_suspect_is_judged_beside_what_the_model_tells_of_the_same_sentences(tmp_path: Path) -> None:
    one = "Fire in Tarsk\n\nThe fire in the harbour of Tarsk killed twelve sailors, the mayor said on Monday.\n"
    two = "Blaze at Tarsk\n\nThe fire in the harbour of Tarsk killed nineteen sailors, the mayor said.\n"

    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=one, two=two)])
        assert [e.kind.value for e in (await desk.discrepancies("tarsk")).discrepancies] == ["number"]

    told = reply(("on Monday", [("one.txt", "said on Monday")]), ("no day", [("two.txt", "the mayor said")]))

    def script(body: Json) -> str:
        if not is_second_look(body):
            return told(body)
        text = body["messages"][0]["content"]
        pairs = re.findall(r"(?m)^Pair (\d+)(.*)$", text)
        verdicts = [
            {"pair": int(n), "verdict": "compatible" if "break out" in topic else "contradiction", "why": ""}
            for n, topic in pairs
        ]
        return json.dumps({"verdicts": verdicts})

    play(tmp_path, script, scenario, parallax_story_tokens=0)


def test_a_verdict_given_without_dates_does_not_hold_with_them(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        folder = write(tmp_path / "a", one=ONE, two=TWO)
        await desk.add("tarsk", [folder])
        looks = sum(is_second_look(b) for b in server.requests)
        (folder / "sources.toml").write_text(
            '["one.txt"]\npublished = 2024-03-04\n["two.txt"]\npublished = 2024-03-08\n'
        )
        server.script = judging("update", reply(FOUR, SIX))
        await desk.add("tarsk", [folder])
        assert sum(is_second_look(b) for b in server.requests) > looks
        assert (await desk.discrepancies("tarsk")).discrepancies == ()

    play(tmp_path, judging("contradiction", reply(FOUR, SIX)), scenario, parallax_story_tokens=0)


def test_a_changed_folder_that_still_fits_is_read_in_one_request(tmp_path: Path) -> None:
    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO, three=THREE)])
        assert len(server.requests) == 1
        changed = {"one": ONE + "Rain fell.\n", "two": TWO + "Rain fell.\n", "three": THREE + "Rain fell.\n"}
        await desk.add("tarsk", [write(tmp_path / "b", **changed)])
        assert len(server.requests) == 2

    room = (len(ONE) + len(TWO) + len(THREE) + 60) // 4
    play(tmp_path, reply(FOUR, SIX), scenario, parallax_story_tokens=room)


def test_what_a_model_writes_beside_its_quotes_is_checked_too(tmp_path: Path) -> None:
    bad = "9,999 died, go to www.evil.example/x"
    poisoned = reply((bad, FOUR[1]), SIX, topic="See https://evil.example now")

    async def scenario(desk: Desk, server: ModelServer) -> None:
        await desk.add("tarsk", [write(tmp_path / "a", one=ONE, two=TWO)])
        entries = (await desk.discrepancies("tarsk")).discrepancies
        assert len(entries) == 1
        assert "evil" not in str(entries)
        assert {p.value for p in entries[0].positions} == {"broke out at 4:30 in the morning", "after six"}

    for budget in (0, 60_000):
        play(tmp_path / str(budget), judging("contradiction", poisoned), scenario, parallax_story_tokens=budget)

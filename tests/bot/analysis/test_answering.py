"""What a question finds with the reader, on a story no other test has."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.types import Question, Status
from tests.conftest import write

ONE = """Vinegar floods the yard at Hadley's

A vat at the Hadley works in Orrinford split on Tuesday morning. The vat held 40 tonnes of vinegar. A driver was taken to
the hospital with a cut hand. The sign above the gate is 3 metres wide. The works belong to Tilda Hadley. The yard was closed for two days.
"""
OTHER = """Sour Tuesday in Orrinford

The vat that split at the Hadley works in Orrinford on Tuesday held 40,000 kilograms of vinegar. The vinegar stood up to 30 centimetres deep in
places, the fire captain said. Firefighters arrived within twelve minutes. A driver cut his hand. Owner Tilda Hadley thanked the firefighters.
"""


@pytest.fixture
def vinegar(desk: Desk, tmp_path: Path) -> Desk:
    asyncio.run(desk.add("vinegar", [write(tmp_path / "a", one=ONE, other=OTHER)]))
    return desk


def test_one_measure_in_other_words_and_measures_of_two_kinds_are_no_conflict(vinegar: Desk) -> None:
    reply = asyncio.run(vinegar.ask(Question("How much vinegar did the vat hold?", "vinegar")))
    assert reply.answer.status is not Status.CONFLICT
    assert not reply.discrepancies
    said = " ".join(s.text for s in reply.answer.statements)
    assert "40 tonnes" in said
    assert "40,000 kilograms" in said


@pytest.mark.parametrize("question", ["What is the name of the driver?", "What did the clean-up cost?"])
def test_what_is_asked_for_must_be_told(vinegar: Desk, question: str) -> None:
    reply = asyncio.run(vinegar.ask(Question(question, "vinegar")))
    assert reply.answer.status is Status.UNANSWERABLE


@pytest.mark.parametrize(
    ("question", "told"),
    [("Who owns the works?", "Tilda Hadley"), ("How wide is the sign above the gate?", "3 metres")],
)
def test_what_is_told_is_answered(vinegar: Desk, question: str, told: str) -> None:
    reply = asyncio.run(vinegar.ask(Question(question, "vinegar")))
    assert any(told in s.text for s in reply.answer.statements)


def test_a_price_is_not_answered_with_tonnes_but_what_is_priced_is(vinegar: Desk, tmp_path: Path) -> None:
    paid = "The works paid nine million crowns for the new vat, Tilda Hadley said.\n"
    asyncio.run(vinegar.add("vinegar", [write(tmp_path / "b", paid=f"The bill\n\n{paid}")]))
    reply = asyncio.run(vinegar.ask(Question("What did the new vat cost?", "vinegar")))
    assert "nine million crowns" in " ".join(s.text for s in reply.answer.statements)
    assert "tonnes" not in reply.answer.statements[0].text


@pytest.mark.parametrize(
    "question",
    ["How much weight did Bill Hadley lose in the yard?", "How far did the paid workers walk on fine days?"],
)
def test_a_name_or_a_kind_that_sounds_like_money_asks_for_no_price(
    vinegar: Desk, tmp_path: Path, question: str
) -> None:
    told = "Bill Hadley lost 12 kilograms of weight while he cleaned the yard.\n\nThe paid workers walked 9 kilometres to the yard on fine days.\n"
    asyncio.run(vinegar.add("vinegar", [write(tmp_path / "c", told=f"After the flood\n\n{told}")]))
    reply = asyncio.run(vinegar.ask(Question(question, "vinegar")))
    assert reply.answer.status is not Status.UNANSWERABLE


@pytest.mark.parametrize("question", ["What do the sources disagree on?", "which points are disputed"])
def test_what_is_disputed_is_read_off_the_ledger(vinegar: Desk, tmp_path: Path, question: str) -> None:
    denied = "The yard at the Hadley works in Orrinford was never closed.\n"
    asyncio.run(vinegar.add("vinegar", [write(tmp_path / "d", denied=f"No stop at Hadley's\n\n{denied}")]))
    reply = asyncio.run(vinegar.ask(Question(question, "vinegar")))
    assert reply.answer.status is Status.CONFLICT
    ledger = asyncio.run(vinegar.discrepancies("vinegar")).discrepancies
    assert [e.id for e in reply.discrepancies] == [e.id for e in ledger][: len(reply.discrepancies)]
    assert reply.discrepancies[0].sides[0].claims[0].quote in [
        c.quote for s in reply.answer.statements for c in s.citations
    ]


def test_where_nothing_is_disputed_that_is_said(desk: Desk, tmp_path: Path) -> None:
    asyncio.run(desk.add("calm", [write(tmp_path / "e", one="Rain\n\nIt rained in Orrinford on Tuesday.\n")]))
    reply = asyncio.run(desk.ask(Question("What do the articles disagree on?", "calm")))
    assert reply.answer.statements[0].text == "No disagreement was found among the sources."


@pytest.mark.parametrize(
    "question", ["What do all sources agree on?", "is there anything they agree about in their reports"]
)
def test_what_is_agreed_is_what_two_origins_say_and_nobody_disputes(desk: Desk, tmp_path: Path, question: str) -> None:
    one = "The fire at the mill killed 12 horses on Tuesday.\n\nThe mill employed 40 people.\n"
    two = "On Tuesday the mill fire killed 12 horses, the owner said.\n\nThe mill employed 60 people.\n"
    asyncio.run(desk.add("mill", [write(tmp_path / "g", one=f"Fire\n\n{one}", two=f"Horses die in blaze\n\n{two}")]))
    reply = asyncio.run(desk.ask(Question(question, "mill")))
    assert reply.answer.status is Status.AGREED
    said = " ".join(s.text for s in reply.answer.statements)
    assert "12 horses" in said
    assert "employed" not in said
    assert {c.file for c in reply.answer.statements[0].citations} == {"one.txt", "two.txt"}
    assert asyncio.run(desk.summarise("mill")).statements[0] == reply.answer.statements[0]


def test_where_nothing_is_agreed_that_is_said(desk: Desk, tmp_path: Path) -> None:
    asyncio.run(desk.add("alone", [write(tmp_path / "h", one="Rain\n\nIt rained in Orrinford on Tuesday.\n")]))
    reply = asyncio.run(desk.ask(Question("What do the articles agree on?", "alone")))
    assert reply.answer.statements[0].text == "Nothing was found that two sources say alike."


def test_an_article_of_questions_only_answers_none(desk: Desk, tmp_path: Path) -> None:
    asyncio.run(desk.add("riddle", [write(tmp_path / "f", one="Who is it? What happened? Why?\n")]))
    reply = asyncio.run(desk.ask(Question("Who is it?", "riddle")))
    assert reply.answer.status is Status.UNANSWERABLE


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How old is the driver?", "31"),
        ("What time did it happen?", "06:40"),
        ("which day of the week was it", "Tuesday"),
    ],
)
def test_what_nobody_says_in_the_words_of_the_question_is_answered(
    vinegar: Desk, tmp_path: Path, question: str, told: str
) -> None:
    more = "Vinegar vat at Hadley's splits\n\nThe vat at Hadley's split at 06:40 on Tuesday. The driver, Jory Pask, 31, is back home.\n"
    asyncio.run(vinegar.add("vinegar", [write(tmp_path / "h", more=more)]))
    reply = asyncio.run(vinegar.ask(Question(question, "vinegar")))
    assert reply.answer.status is not Status.UNANSWERABLE
    assert told in " ".join(s.text for s in reply.answer.statements)


@pytest.mark.parametrize("question", ["How heavy is the sign above the gate?", "how hot was the vinegar in the yard"])
def test_a_weight_or_a_temperature_that_no_source_gives_is_not_answered(vinegar: Desk, question: str) -> None:
    reply = asyncio.run(vinegar.ask(Question(question, "vinegar")))
    assert reply.answer.status is Status.UNANSWERABLE


def test_a_temperature_however_written_is_not_held_to_be_missing(vinegar: Desk, tmp_path: Path) -> None:
    more = "Heat in the yard\n\nThe vinegar in the yard was 42 °C warm when it came out of the vat.\n"
    asyncio.run(vinegar.add("vinegar", [write(tmp_path / "i", more=more)]))
    reply = asyncio.run(vinegar.ask(Question("How hot was the vinegar in the yard?", "vinegar")))
    assert "42 °C" in " ".join(s.text for s in reply.answer.statements)
    assert reply.answer.status is not Status.UNANSWERABLE


LAKE = """Cabin stuck over Lake Orsenna

A cabin of the Selka line stopped above Lake Orsenna on Saturday, 80 metres over the water. It held 31 people.
"""
SHORE = """After the Selka breakdown

Alpina Lifts is under pressure after one of its cabins hung over Lake Orsenna with 34 people on board, 50 metres above the water.
"""


def test_measures_that_differ_are_a_conflict_and_no_agreement_and_what_both_say_is_one_whatever_else_they_say(
    desk: Desk, tmp_path: Path
) -> None:
    one, two = LAKE, SHORE
    asyncio.run(desk.add("lake", [write(tmp_path / "k", one=one, two=two)]))
    high = asyncio.run(desk.ask(Question("How high above the water was the cabin?", "lake")))
    assert high.answer.status is Status.CONFLICT
    where = asyncio.run(desk.ask(Question("Which lake was the cabin over?", "lake")))
    assert where.answer.status is Status.AGREED
    told = asyncio.run(desk.summarise("lake")).statements
    joint = [
        s for s in told if not s.text.startswith("The sources disagree") and len({c.file for c in s.citations}) > 1
    ]
    assert not any("metres" in s.text or "people" in s.text for s in joint)


def test_two_denials_of_what_is_asked_are_no_conflict(desk: Desk, tmp_path: Path) -> None:
    one = "Bus stops on the rails\n\nThe bus stood on the rails for seven minutes. There were no injuries.\n"
    two = "Our shuttle in Haesong\n\nThe bus stood on the rails for a moment. At no time were our guests in danger, and none of them was hurt.\n"
    asyncio.run(desk.add("bus", [write(tmp_path / "l", one=one, two=two)]))
    reply = asyncio.run(desk.ask(Question("was anybody injured", "bus")))
    assert reply.answer.status not in (Status.CONFLICT, Status.UNANSWERABLE)
    assert not reply.discrepancies


def test_nobody_died_and_everyone_survived_are_no_conflict(desk: Desk, tmp_path: Path) -> None:
    one = "Stage roof falls in\n\nThe roof of the stage fell on Saturday. Nobody was killed, the police said.\n"
    two = (
        "After the festival\n\nThe roof of the stage fell on Saturday evening. Everyone survived, said the hospital.\n"
    )
    asyncio.run(desk.add("stage", [write(tmp_path / "m", one=one, two=two)]))
    reply = asyncio.run(desk.ask(Question("did anybody die?", "stage")))
    assert reply.answer.status not in (Status.CONFLICT, Status.UNANSWERABLE)

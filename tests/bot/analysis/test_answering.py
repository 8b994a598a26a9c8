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

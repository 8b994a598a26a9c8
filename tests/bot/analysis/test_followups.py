"""A follow-up becomes a question that stands alone."""

from __future__ import annotations

import pytest

from bot.analysis.followups import standalone
from bot.types import Turn


@pytest.mark.parametrize(
    ("last", "question", "alone"),
    [
        ("Was the driver hurt?", "And the conductor?", "Was the conductor hurt?"),
        ("When did the captain leave the ship?", "what about the crew?", "When did the crew leave the ship?"),
        ("How many people were injured in Velm?", "And in Brannock?", "How many people were injured in Brannock?"),
        ("Was Oddny Brekke at the plant?", "And Rimstad?", "Was Rimstad at the plant?"),
        ("Is the plant closed?", "and the shop in Malung?", "Is the shop in Malung closed?"),
        ("What happened to the driver?", "and the conductor?", "What happened to the conductor?"),
        ("My aunt lives there. Was the driver hurt?", "And the conductor?", "Was the conductor hurt?"),
        ("Was the crew saved?", "And the crew of 2019?", "Was the crew of 2019 saved?"),
        ("Was the driver hurt?", "And how long is the bridge?", "And how long is the bridge?"),
        ("Was the driver hurt?", "Who owns the bridge?", "Who owns the bridge?"),
    ],
)
def test_a_thing_that_is_only_named_takes_the_place_of_the_last_question_s(
    last: str, question: str, alone: str
) -> None:
    assert standalone(question, (Turn(last, "Yes."),)) == alone


@pytest.mark.parametrize(
    ("question", "kept"),
    [("And how many soldiers?", "how many"), ("And what weapon?", "what weapon"), ("and his wife?", "wife")],
)
def test_what_asks_for_something_else_stays_a_question_of_its_own(question: str, kept: str) -> None:
    alone = standalone(question, (Turn("Was the driver hurt?", "Yes."),))
    assert kept in alone
    assert not alone.startswith("Was ")


def test_a_second_follow_up_leans_on_the_first_one_s_question() -> None:
    turns = (Turn("Was the driver hurt?", "Yes."), Turn("And the conductor?", "No."))
    assert standalone("And the guard?", turns) == "Was the guard hurt?"


@pytest.mark.parametrize("question", ["And the conductor?", "why?"])
def test_without_a_conversation_a_follow_up_stays_as_it_is(question: str) -> None:
    assert standalone(question, ()) == question


def test_what_names_nothing_brings_the_last_question_s_words_along() -> None:
    assert standalone("Why?", (Turn("Who closed the bridge?", "The mayor."),)) == "Why closed bridge?"

"""Two answers to one question: the same, another, or not to be told apart."""

from __future__ import annotations

import pytest

from bot.analysis.spans import Likeness, completed, held, likeness
from bot.analysis.words import fold


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("March 11th", "January 13th", Likeness.OTHER),
        ("March 11", "11 March 2022", Likeness.SAME),
        ("11 March 2021", "11 March 2022", Likeness.OTHER),
        ("1994", "May 1994", Likeness.SAME),
        ("02:14", "a quarter past two", Likeness.SAME),
        ("Dmitry Rogozin", "Rogozin", Likeness.SAME),
        ("Dmitry Rogozin", "Ida Corran", Likeness.OTHER),
        ("Kowalsky", "Jan Kowalski", Likeness.SAME),
        ("Ida Corran", "a cook", Likeness.UNCLEAR),
        ("seven", "7 sailors", Likeness.SAME),
        ("2,300", "2,295 people", Likeness.SAME),
        ("22,000", "21,870 visitors", Likeness.SAME),
        ("310", "300 people", Likeness.OTHER),
        ("19", "20", Likeness.OTHER),
        ("118", "120", Likeness.OTHER),
        ("2019", "2020", Likeness.OTHER),
        ("1,030", "1,000", Likeness.OTHER),
        ("9:20", "21:20", Likeness.UNCLEAR),
        ("9:20 in the morning", "21:20", Likeness.OTHER),
        ("9:20 am", "9:20 pm", Likeness.OTHER),
        ("5 km", "3.1 miles", Likeness.SAME),
        ("three weeks", "21 days", Likeness.SAME),
        ("$5 million", "5 million dollars", Likeness.SAME),
        ("a faulty cable", "human error", Likeness.OTHER),
        ("the faulty cable", "a faulty cable in the cellar", Likeness.SAME),
    ],
)
def test_answers_are_compared_by_value_name_or_words(one: str, other: str, expected: Likeness) -> None:
    assert likeness(one, other) is expected
    assert likeness(other, one) is expected


def test_a_name_of_the_question_names_nobody_in_an_answer() -> None:
    assert likeness("Dmitry Rogozin", "The Roscosmos chief") is Likeness.OTHER
    assert likeness("Dmitry Rogozin", "The Roscosmos chief", frozenset([fold("Roscosmos")])) is Likeness.UNCLEAR


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("It lies at 2,440 metres.", "2,440", "2,440 metres"),
        ("They left at half past ten.", "ten", "half past ten"),
        ("It opens on 9 February.", "February", "9 February"),
        ("Four hundred and ten million won.", "Four hundred", "Four hundred and ten million"),
        ("Eleven people were hurt.", "Eleven", "Eleven"),
        ("Ida Corran weighs 80 kilograms.", "Ida Corran", "Ida Corran"),
    ],
)
def test_what_is_read_cuts_no_value_off(text: str, cut: str, whole: str) -> None:
    start = text.index(cut)
    assert text[slice(*completed(text, start, start + len(cut)))] == whole


@pytest.mark.parametrize(
    ("answer", "text", "part"),
    [
        ("14 days", "They get two weeks' pay.", 1.0),
        ("2 April 2024", "It was found on 2 April.", 1.0),
        ("the old cooperative", "The store of the cooperative was bare.", 0.5),
        ("the cooperative", "Nobody was there.", 0.0),
        ("the store", "The store was bare.", 0.0),
        ("", "The store was bare.", 0.0),
    ],
)
def test_how_much_of_an_answer_a_text_holds(answer: str, text: str, part: float) -> None:
    assert held(answer, text, frozenset(["store"])) == pytest.approx(part)

"""Two answers to one question: the same, another, or not to be told apart."""

from __future__ import annotations

import pytest

from bot.analysis.spans import Likeness, likeness
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
        ("2,300", "2,295 people", Likeness.OTHER),
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

"""Sentences with the same words but for a value: which of them cannot both be right."""

from __future__ import annotations

import pytest

from bot.analysis.twins import twins

CONTRADICT = [
    ("The bridge was built in 1901.", "The bridge was built in 1911."),
    ("The astrolabe was made in Lisbon in 1571.", "The astrolabe was made in Seville in 1617."),
    ("The fire at the depot injured 12 workers.", "The fire at the depot injured 48 workers."),
    ("They took eleven objects from the museum.", "They took seven objects from the museum."),
    ("Guard Owen Tarrant was tied to a chair.", "Guard Colin Tarrant was tied to a chair."),
    ("The fire started in the kitchen.", "The fire started in the attic."),
    ("The actor died on Monday in Oslo.", "The actor died on Friday in Oslo."),
]
DO_NOT = [
    ("The festival was held in 1901.", "The festival was held in 1911."),
    ("The council met on Monday in the hall.", "The council met on Friday in the hall."),
    ("Fourteen people were injured, two of them seriously.", "Fourteen of them were injured."),
    ("Firefighters rescued a dog from the river.", "Firefighters rescued a cat from the river."),
    ("The bridge was built in 1901.", "The bridge was built in 1901."),
    ("The bridge was built in 1901.", "The bridge was closed in 1911."),
    ("Police questioned Tilda Hadley about the fire.", "Police questioned Jon Carver about the fire."),
    ("It was 12.", "It was 48."),
    ("About 40 people were hurt in the fire.", "Some 38 people were hurt in the fire."),
    ("They carved cross number one there.", "They carved cross number two there."),
]


@pytest.mark.parametrize(("one", "other"), CONTRADICT)
def test_one_value_changed_contradicts(one: str, other: str) -> None:
    assert twins(one, other)
    assert twins(other, one)


@pytest.mark.parametrize(("one", "other"), DO_NOT)
def test_what_may_be_so_twice_or_is_said_of_another_thing_does_not(one: str, other: str) -> None:
    assert not twins(one, other)
    assert not twins(other, one)

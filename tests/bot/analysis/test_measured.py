"""One thing has one weight, height and age: two measures of it exclude each other in whatever words."""

from __future__ import annotations

import pytest

from bot.analysis.measured import apart

WEIGHS = "The bell, cast in 1742, weighs 840 kilograms."
INJURED = "Nine workers were injured in the fire at the mill on Monday."


@pytest.mark.parametrize(
    ("one", "other", "nearest", "told"),
    [
        (WEIGHS, "Old Marta was cast in 1742 and weighs 1,200 kilograms.", 1.0, True),
        (WEIGHS, "Old Marta was cast in 1742 and weighs 1,200 kilograms.", 0.5, False),
        ("The bell weighs 840 kilograms.", "The old bell weighs 1.2 tonnes, he said.", 0.5, True),
        ("The bell weighs 840 kilograms.", "The old bell weighs 1.2 tonnes, he said.", 0.0, False),
        ("The bell weighs 840 kilograms.", "The bell weighs 0.84 tonnes.", 1.0, False),
        ("The bell weighs 840 kilograms.", "The clapper weighs 40 kilograms.", 1.0, False),
        ("The bell weighs 840 kilograms.", "The bell may weigh 900 kilograms.", 1.0, False),
        ("The child weighed 3.1 kilograms.", "The child weighs six pounds and thirteen ounces.", 1.0, False),
        ("The tower is 40 metres high.", "It is 52 metres high.", 1.0, True),
        ("The tower is 40 metres high.", "The tower is 12 metres wide.", 1.0, False),
        ("The strike lasted three days.", "The strike lasted five days.", 0.5, True),
        (INJURED, "The fire at the mill on Monday injured 30 workers, the mayor said.", 1.0, True),
        (INJURED, "The fire at the mill on Monday injured 30 workers, the mayor said.", 0.5, False),
        (INJURED, "The fire at the mill on Monday injured nine workers, the mayor said.", 1.0, False),
        (INJURED, "Two workers were badly injured in the fire at the mill.", 1.0, False),
        (INJURED, "In the crash on the bridge 30 workers were injured.", 1.0, False),
        (INJURED, "The fire at the mill killed 30 workers.", 1.0, False),
        ("There are 12 bells.", "There are 14 bells.", 1.0, False),
    ],
)
def test_two_measures_of_one_thing_exclude_each_other(one: str, other: str, nearest: float, told: bool) -> None:
    assert apart(one, other, nearest) is told
    assert apart(other, one, nearest) is told

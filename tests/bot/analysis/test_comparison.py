"""What is flagged and what is explained, on sentences no story has."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.desk import Desk
from index.types import Relation
from tests.conftest import write

HEAD = "{place} in {town}\n\n"
FILLER = "The {place} of {town} stands at the end of Cooper Street and belongs to the firm Haldane and Merrow. "


def _ledger(desk: Desk, folder: Path, one: str, other: str) -> tuple[list[str], list[tuple[str, str]]]:
    filler = "The Wexmoor depot belongs to the firm Haldane, and its manager is Tilda Orrin.\n\n"
    write(folder, one=f"Wexmoor depot\n\n{filler}{one}\n", other=f"What happened at Wexmoor\n\n{filler}{other}\n")
    asyncio.run(desk.add("wexmoor", [folder]))
    ledger = asyncio.run(desk.discrepancies("wexmoor"))
    flagged = [c.quote for e in ledger.discrepancies for p in e.positions for c in p.claims]
    explained = [(e.relation.value, e.why) for e in ledger.explained]
    return flagged, explained


CONFLICTS = [
    ("The fire at the Wexmoor depot injured 12 workers.", "The fire at the Wexmoor depot injured 48 workers."),
    (
        "“We saw nothing coming that night,” said manager Tilda Orrin.",
        "“We saw nothing coming that night,” said guard Pavel Dresk.",
    ),
    (
        "The fire at the Wexmoor depot was caused by a faulty heater.",
        "The fire at the Wexmoor depot was caused by a cigarette.",
    ),
    ("The Wexmoor depot was sold on 3 March 2024.", "The Wexmoor depot was sold on 9 May 2024."),
]


@pytest.mark.parametrize(("one", "other"), CONFLICTS)
def test_what_cannot_both_be_true_is_flagged(desk: Desk, tmp_path: Path, one: str, other: str) -> None:
    flagged, _ = _ledger(desk, tmp_path / "a", one, other)
    assert one in flagged
    assert other in flagged


NO_CONFLICTS = [
    ("The Wexmoor depot is 5 kilometres from the station.", "The Wexmoor depot is 3.1 miles from the station."),
    ("Nearly 200 crates were stored in the Wexmoor depot.", "196 crates were stored in the Wexmoor depot."),
    ("The alarm at the Wexmoor depot rang at 21:00 UTC.", "The alarm at the Wexmoor depot rang at 23:00 local time."),
    ("Tilda Orrin runs the Wexmoor depot.", "Tilda Orin runs the Wexmoor depot."),
    (
        "Repairs at the Wexmoor depot will cost 250,000 dollars, the firm said on Tuesday.",
        "By Friday the firm had raised its estimate for repairs at the Wexmoor depot to 400,000 dollars.",
    ),
    (
        "In 1987 a fire at the Wexmoor depot injured 40 workers.",
        "The fire at the Wexmoor depot on Monday injured 12 workers.",
    ),
]


@pytest.mark.parametrize(("one", "other"), NO_CONFLICTS)
def test_other_units_roundings_zones_spellings_and_events_are_not_flagged(
    desk: Desk, tmp_path: Path, one: str, other: str
) -> None:
    flagged, _ = _ledger(desk, tmp_path / "a", one, other)
    assert one not in flagged or other not in flagged


CHANGED = (
    ("The museum offers a reward of £20,000 for the lost gauge of the Wexmoor depot.", "On Thursday the museum raised its reward for the gauge from £20,000 to £50,000."),
    ("The Wexmoor depot employs 310 people.", "The Wexmoor depot has cut its staff from 310 people to 280 people."),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other"), CHANGED)
def test_a_figure_that_another_sentence_says_was_changed_is_updated(
    desk: Desk, tmp_path: Path, one: str, other: str
) -> None:
    flagged, explained = _ledger(desk, tmp_path / "a", one, other)
    assert one not in flagged or other not in flagged
    assert (Relation.UPDATE.value, "one of them tells how the figure changed") in explained


def test_an_explained_difference_is_kept_with_its_reason(desk: Desk, tmp_path: Path) -> None:
    one, other = (
        "The Wexmoor depot is 5 kilometres from the old station.",
        "The Wexmoor depot is 3.1 miles from the old station.",
    )
    _, explained = _ledger(desk, tmp_path / "a", one, other)
    assert (Relation.WORDING.value, "the same amount in other words") in explained
